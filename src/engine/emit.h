/* emit -- making a fact: fill the next event of the command, then apply it at once.
 *
 *   struct ek_event *v = ek_emit_begin(e, EK_EVENT_..., cause);   v->... = ...;   ek_emit_end(e);
 *
 * The pointer holds until ek_emit_end. Lists and texts go to the turn's arena (ek_state_turn).
 */
#ifndef EK_ENGINE_EMIT_H
#define EK_ENGINE_EMIT_H

#include "engine/state.h"

/* by: EK_EMIT_ASKED = whoever gave the command, EK_EMIT_FOLLOWS = the system, as a consequence. */
enum { EK_EMIT_ASKED, EK_EMIT_FOLLOWS };
struct ek_event *ek_emit_begin(struct ek_engine *e, int kind, int by);
void ek_emit_end(struct ek_engine *e);

/* Facts that several rooms make. */
void ek_emit_queued(struct ek_engine *e, uint32_t conv, int reason);
void ek_emit_assignment_ended(struct ek_engine *e, uint32_t conv, int reason, int by);
void ek_emit_hold_ended(struct ek_engine *e, uint32_t conv, int reason);
void ek_emit_offer_withdrawn(struct ek_engine *e, uint32_t conv, int reason);
void ek_emit_promise_broken(struct ek_engine *e, int promise, uint32_t conv, uint32_t mate);
/* Ends a live hold and withdraws a live offer, if there are any: before a conversation leaves the
 * queue otherwise than by the router. */
void ek_emit_loosen(struct ek_engine *e, uint32_t conv, int offer_end);
/* Presence to another value, with what follows: holds end, offers are withdrawn, conversations go
 * back by scope (EK_REASSIGN_SCOPE_*; 0 = none). */
void ek_emit_presence(struct ek_engine *e, uint32_t mate, int to, int cause, uint32_t reason);

#endif
