/* lane -- which conversations anyone can or cannot take alike, and whether anybody is there for
 * them.
 *
 * Lanes are found by what they ask for; a team's lanes are kept while empty (they come back), lanes
 * of one conversation are freed. Each counts who is present for it: members at its open levels who
 * are active, with limit above 0 and the required skills; none = its conversations are stranded.
 * Cost: finding O(1); a new lane walks the team's members once; a change of presence walks the
 * lanes of that teammate's team inboxes.
 */
#ifndef EK_ENGINE_LANE_H
#define EK_ENGINE_LANE_H

#include "engine/state.h"

/* The lane where a waiting conversation belongs now; made if need be. */
uint32_t ek_lane_of(struct ek_engine *e, uint32_t conv);
/* A lane got its first conversation, or lost its last. */
void ek_lane_filled(struct ek_engine *e, uint32_t lane);
void ek_lane_emptied(struct ek_engine *e, uint32_t lane);
/* A conversation came into a lane: it may be stranded there. */
void ek_lane_joined(struct ek_engine *e, uint32_t lane, uint32_t conv);
/* Whether every required skill (all = also the optional ones not yet relaxed) is there. */
bool ek_lane_skilled(const struct ek_engine *e, const struct lane *lane, uint32_t mate, bool all);
/* Whether a teammate serves it, at its own team inbox or through an opened overflow level. */
bool ek_lane_reaches(const struct ek_engine *e, const struct lane *lane, uint32_t mate);
/* Adds or takes (by = 1, -1) a teammate from who is present for the lanes they serve. */
void ek_lane_presence(struct ek_engine *e, uint32_t mate, int by);
/* Counts anew who is present for a lane, after its team's levels changed. */
void ek_lane_recount(struct ek_engine *e, uint32_t lane);
/* The same for all lanes of a team. */
void ek_lane_recount_team(struct ek_engine *e, uint32_t team);
/* Frees the lanes of single conversations that were left; at the end of a settle, when nothing
 * names them any more. */
void ek_lane_sweep(struct ek_engine *e);

#endif
