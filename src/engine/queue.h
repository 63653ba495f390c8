/* queue -- every open conversation that nobody holds, in order, in lanes.
 *
 * A lane holds the conversations of one team inbox that anyone either can or cannot take alike (same
 * points, class, complexity, needs, open overflow levels); one with a cooldown, a hold or a known
 * person has a lane of its own. Within a lane, and over all of them, the order is that of spec routing
 * section 3: keys compared one after another, last the lower id. Beside it each team inbox has a tree by
 * waiting since, which counts how often each was overtaken.
 * Cost: O(log n) in the lane; place and listing O(lanes x log n), for readers only.
 */
#ifndef EK_ENGINE_QUEUE_H
#define EK_ENGINE_QUEUE_H

#include "engine/state.h"

/* Puts a conversation into the lane where it belongs now, or into none: call after every change to it
 * or to what orders it. */
void ek_queue_place(struct ek_engine *e, uint32_t conv);
/* Takes it out, for the time in which its team's counts or keys change. */
void ek_queue_leave(struct ek_engine *e, uint32_t conv);
/* Begins a new stay in the queue: entry now, nothing opened, relaxed or overtaken yet. */
void ek_queue_enter(struct ek_engine *e, uint32_t conv, int64_t at);

/* Whether a stands before b in the queue; both must be in lanes. */
bool ek_queue_before(const struct ek_engine *e, uint32_t a, uint32_t b);
/* Which order key first tells a from b (index into keys), -1 = the id alone, -2 = a bound. */
int ek_queue_decided_by(const struct ek_engine *e, uint32_t a, uint32_t b);
/* How many of a lane stand before a conversation of any lane. */
uint32_t ek_queue_rank(const struct ek_engine *e, const struct lane *lane, uint32_t conv);
/* The k-th of a lane, from 0. */
uint32_t ek_queue_at(const struct ek_engine *e, const struct lane *lane, uint32_t k);

/* Times that later waiters of its team inbox were given out before it, during this stay. */
uint32_t ek_queue_overtaken(const struct ek_engine *e, uint32_t conv);
/* Counts: all of this team inbox that wait since before `since` were overtaken once more. */
void ek_queue_overtake(struct ek_engine *e, uint32_t team, int64_t since);
/* A conversation of the team overtaken at least max times and not bound yet; 0 = none. */
uint32_t ek_queue_overdue(struct ek_engine *e, uint32_t team, uint32_t max);

/* Marks a lane, or all of a team's, to be tried at the next settle. */
void ek_queue_ready(struct ek_engine *e, uint32_t lane);
void ek_queue_team_ready(struct ek_engine *e, uint32_t team);

#endif
