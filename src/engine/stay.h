/* stay -- what belongs to one stay in the queue: the known person and the hold for them, being
 * stranded, overflow that opens at once, bounds. Spec routing sections 8, 11 and 16.
 */
#ifndef EK_ENGINE_STAY_H
#define EK_ENGINE_STAY_H

#include "engine/state.h"

/* Who comes first for a conversation that enters the queue: the member who last answered its
 * contact, within memory, not cooling down for it, limit not 0. 0 = nobody, or continuity is off.
 * */
uint32_t ek_stay_known(const struct ek_engine *e, uint32_t conv);
/* Starts holds for the conversations that entered during this command. */
void ek_stay_entered(struct ek_engine *e);
/* Opens overflow levels for the stranded where the team says so. */
void ek_stay_stranded(struct ek_engine *e);
/* Lifts those of a team inbox that were overtaken as often as is allowed. */
void ek_stay_bounds(struct ek_engine *e, uint32_t team);
/* A rotation, or all rotations of a teammate, should try again at this settle. */
void ek_stay_rotate(struct ek_engine *e, uint32_t team);
void ek_stay_rotations(struct ek_engine *e, uint32_t mate);
/* Ends the holds for someone who is no longer active. */
void ek_stay_left(struct ek_engine *e, uint32_t mate);
/* The same for someone who left a team inbox: they get no more there. */
void ek_stay_left_team(struct ek_engine *e, uint32_t mate, uint32_t team);

#endif
