/* overtake -- how often each waiting conversation was passed by one that began to wait later.
 *
 * Each team inbox keeps its waiting conversations in a tree by waiting since; giving one out adds 1
 * to all before it, lazily, subtree by subtree; each subtree knows the largest count of those that
 * no bound has lifted yet. Spec routing section 16, point 8.
 * Cost: O(log n) to come, go, count or ask.
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
/* Those of a team overtaken at least max times and not lifted yet; how many, ids in the turn's
 * arena by id. */
uint32_t ek_overtake_due(struct ek_engine *e, uint32_t team, uint32_t max, uint32_t **convs);

#endif
