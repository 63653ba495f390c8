/* apply -- state + event -> state. Cannot fail and has no rules: what follows from a fact is
 * another fact. Keeps the derived state (lanes, trees, loads, due times) in step.
 */
#ifndef EK_ENGINE_APPLY_H
#define EK_ENGINE_APPLY_H

#include "engine/state.h"

void ek_apply_event(struct ek_engine *e, const struct ek_event *v);

/* The open and snoozed conversations of a teammate, by id; in the turn's arena. */
uint32_t *ek_apply_held(struct ek_engine *e, uint32_t mate, uint32_t *n);

/* Parts: conversations (apply_conv.c), people and teams (apply_people.c), settings
 * (apply_settings.c). Each returns whether the kind was its own. */
bool ek_apply_conv(struct ek_engine *e, const struct ek_event *v);
bool ek_apply_people(struct ek_engine *e, const struct ek_event *v);
bool ek_apply_settings(struct ek_engine *e, const struct ek_event *v);

/* A teammate begins, or stops, to hold an open conversation: load, counts. */
void ek_apply_hold(struct ek_engine *e, uint32_t conv, uint32_t mate);
void ek_apply_unhold(struct ek_engine *e, uint32_t conv, uint32_t mate);
/* Into and out of the list of what a teammate holds. */
void ek_apply_link(struct ek_engine *e, uint32_t conv, uint32_t mate);
void ek_apply_unlink(struct ek_engine *e, uint32_t conv, uint32_t mate);
/* Who gave it back may be given it again: its team is another. */
void ek_apply_clear_cooldowns(struct ek_engine *e, uint32_t conv);
/* Looks the intake cap of a teammate up anew. */
void ek_apply_intake(struct ek_engine *e, uint32_t mate);
/* Everything that settings decide, built again from the primary state: after settings that concern
 * all, and after a load. */
void ek_apply_rebuild(struct ek_engine *e);
/* A settings value is stored; what is looked up from it is refreshed by ek_apply_refresh. */
void ek_apply_refresh(struct ek_engine *e, int scope, uint32_t id);

#endif
