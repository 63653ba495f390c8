/* queue -- every open conversation that nobody holds, in order, in lanes.
 *
 * The order is that of spec routing section 3: keys compared one after another, last the lower id.
 * Each lane (engine/lane.h) keeps its conversations in a heap, so that its best is at hand; the
 * whole order is made from the heaps when somebody reads it.
 * Cost: O(log n) in the lane to come, go or change; O(k log k) to list the first k; O(place) to
 * know a place.
 */
#ifndef EK_ENGINE_QUEUE_H
#define EK_ENGINE_QUEUE_H

#include "engine/state.h"

/* Puts a conversation into the lane where it belongs now, or into none: call after every change to
 * it or to what orders it. */
void ek_queue_place(struct ek_engine *e, uint32_t conv);
/* Takes it out, before its team or its team's method changes. */
void ek_queue_leave(struct ek_engine *e, uint32_t conv);
/* Whether its deadline is missed, from now on. */
void ek_queue_miss(struct ek_engine *e, uint32_t conv, bool missed);
/* Begins a new stay in the queue: entry now, nothing opened, relaxed or overtaken yet. */
void ek_queue_enter(struct ek_engine *e, uint32_t conv, int64_t at);

/* Whether a stands before b in the queue; both must be in lanes. */
bool ek_queue_before(const struct ek_engine *e, uint32_t a, uint32_t b);
/* Which order key first tells a from b (index into keys), -1 = the id alone, -2 = a bound. */
int ek_queue_decided_by(const struct ek_engine *e, uint32_t a, uint32_t b);
/* How many of a lane stand before a conversation of any lane. Cost: O(that many). */
uint32_t ek_queue_rank(const struct ek_engine *e, const struct lane *lane, uint32_t conv);
/* The first `count` conversations in order, of one team inbox (all kinds of lanes), or of all
 * balanced ones (team 0); returns how many there are. convs: room for count. */
uint32_t ek_queue_first(struct ek_engine *e, uint32_t team, uint32_t count, uint32_t *convs);

/* The same for the best of two lanes that are not empty. */
bool ek_queue_lane_before(const struct ek_engine *e, const struct lane *a, const struct lane *b);

/* Marks a lane, or all of a team's, to be tried at the next settle. mate: the only one who could
 * have become able to take from it; 0 = anyone. */
void ek_queue_ready(struct ek_engine *e, uint32_t lane, uint32_t mate);
void ek_queue_team_ready(struct ek_engine *e, uint32_t team);

#endif
