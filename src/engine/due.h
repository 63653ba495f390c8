/* due -- what time itself brings: one place for every deadline of the engine.
 *
 * Each conversation and teammate has at most one entry in a heap, at its own next deadline; the
 * workspace has one for scheduled settings, a team inbox one for looking at its deadlines
 * (engine/pressure.h). A tick takes all that is due, does them in the order presence, offers,
 * snoozes, the rest, by id within each, and settles once; then it looks at team inboxes.
 * Cost: O(log n) when an object's next deadline changes.
 */
#ifndef EK_ENGINE_DUE_H
#define EK_ENGINE_DUE_H

#include "engine/state.h"

/* Looks an object's next deadline up anew; after every change to it. */
void ek_due_conv(struct ek_engine *e, uint32_t conv);
void ek_due_mate(struct ek_engine *e, uint32_t mate);
void ek_due_workspace(struct ek_engine *e);
void ek_due_team(struct ek_engine *e, uint32_t team);
/* The earliest deadline; EK_NONE = none. */
int64_t ek_due_next(const struct ek_engine *e);
/* Does what is due at or before e->now, without settling. Returns whether anything was. */
bool ek_due_fire(struct ek_engine *e);

/* The earlier of two deadlines, either of which may be EK_NONE. */
static inline int64_t ek_due_earlier(int64_t a, int64_t b)
{
	if (a == EK_NONE || b == EK_NONE)
		return a == EK_NONE ? b : a;
	return a < b ? a : b;
}

/* The deadlines of one teammate besides auto-away (due_mate.c) and what to do about them. */
int64_t ek_due_away_at(const struct ek_engine *e, uint32_t mate);
int64_t ek_due_mate_rest(struct ek_engine *e, uint32_t mate);
void ek_due_fire_away(struct ek_engine *e, uint32_t mate);
void ek_due_fire_mate(struct ek_engine *e, uint32_t mate);
/* The same for a conversation (due_conv.c). */
int64_t ek_due_conv_at(const struct ek_engine *e, uint32_t conv);
void ek_due_fire_conv(struct ek_engine *e, uint32_t conv);

/* Whether the intake cap is used up at a time; and when it has room again (EK_NONE = not by time).
 * */
bool ek_due_intake_full(const struct ek_engine *e, uint32_t mate, int64_t at, int64_t *frees);
/* Whether a team inbox's shift gate is open for a teammate at a time; *next is the next change. */
bool ek_due_shift_open(const struct ek_engine *e, uint32_t mate, uint32_t team, int64_t at,
		       int64_t *next);
/* Whether activity makes someone active again who was set away by auto-away. */
bool ek_due_auto_return(const struct ek_engine *e);
/* Brings ramp steps and shift gates up to date with events, after settings or shifts changed. */
void ek_due_catch_up(struct ek_engine *e, uint32_t mate);

#endif
