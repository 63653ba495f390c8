/* overtake -- how often each waiting conversation was passed by one that began to wait later.
 *
 * Each team inbox keeps its waiting conversations in a row of blocks by waiting since, of at most
 * 64 neighbours; giving one out adds 1 to each block before it, and to each conversation before it
 * in its own; each block knows the largest count of those that no bound has lifted yet. Spec
 * routing section 16, point 8; docs/adr/0029.
 * Cost: O(log n + 64) to come, go or count, O(n / 64 + 64) to pass or ask for those that are due.
 * That is with full blocks; in the worst order there are n / 9, as no two neighbours stay below a
 * quarter. Memory: about 1.1 kB a block, so much also for a team inbox where one waits.
 */
#ifndef EK_ENGINE_OVERTAKE_H
#define EK_ENGINE_OVERTAKE_H

#include "engine/state.h"

/* Into and out of its team's tree; the count so far is kept in the conversation. */
void ek_overtake_enter(struct ek_engine *e, uint32_t conv);
void ek_overtake_leave(struct ek_engine *e, uint32_t conv);
/* After a change of when it began to wait, or of its bound; does nothing when neither changed. */
void ek_overtake_update(struct ek_engine *e, uint32_t conv);
/* Times it was overtaken during this stay. */
uint32_t ek_overtake_count(const struct ek_engine *e, uint32_t conv);
/* One that waited since `since` was given out automatically. */
void ek_overtake_pass(struct ek_engine *e, uint32_t team, int64_t since);
/* Since when the one that waits longest waits, or EK_NO_TIME. */
ek_time ek_overtake_oldest(const struct ek_engine *e, uint32_t team);
/* Those of a team overtaken at least max times and not lifted yet; how many, ids in the turn's
 * arena by id. */
uint32_t ek_overtake_due(struct ek_engine *e, uint32_t team, uint32_t max, uint32_t **convs);

#endif
