/* settle -- gives out everything that can be given out: spec routing sections 4, 5, 10 and 11.
 *
 * First round robin, then again and again the best waiting conversation that has an eligible
 * teammate to the best of them. Only lanes that something happened to are tried, the best head
 * first; when none is left, no waiting conversation has an eligible teammate (promise routing.p1).
 * Cost: O(log n) for each assignment, times lanes and team inboxes of the people concerned.
 */
#ifndef EK_ENGINE_SETTLE_H
#define EK_ENGINE_SETTLE_H

#include "engine/roster.h"

void ek_settle_run(struct ek_engine *e);
/* Forgets the work lists; after applying an event that was read from the log. */
void ek_settle_forget(struct ek_engine *e);
/* The best and the next best for a conversation as things stand, by balance; how many (0 to 2).
 * gated: someone failed only at test 13. Roster must be settled or the loose list short. */
uint32_t ek_settle_choose(struct ek_engine *e, uint32_t conv, struct candidate out[2], bool *gated);
/* The teammate whose turn it is in a rotation, for a conversation; 0 = nobody. */
uint32_t ek_settle_turn(const struct ek_engine *e, uint32_t conv);

#endif
