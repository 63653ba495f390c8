/* roster -- who could be given something now: for each team inbox and level, the teammates who are
 * active, not paused, below their limit and within their intake, in the order of spec routing
 * section 4 (load or share, longest since last given, id), in trees that know the largest free room
 * and the skills of each subtree.
 *
 * During a command a teammate who is touched is taken out of all trees and put on a short list
 * (loose); the settle asks both, and puts them back at its end. So one who was full and is full
 * again never enters a tree.
 * Cost: O(log n) a team inbox served, when a teammate comes or goes.
 */
#ifndef EK_ENGINE_ROSTER_H
#define EK_ENGINE_ROSTER_H

#include "engine/state.h"

/* Before anything about a teammate changes that the trees know. */
void ek_roster_touch(struct ek_engine *e, uint32_t mate);
/* Puts those who were touched back where they belong. */
void ek_roster_settle(struct ek_engine *e);
/* Looks a teammate up anew after a change of settings, presence or membership: limit, skills, gate
 * group, who is present. Call ek_roster_leave before the change. */
void ek_roster_leave(struct ek_engine *e, uint32_t mate);
void ek_roster_enter(struct ek_engine *e, uint32_t mate);
/* A team inbox got its first waiting conversation, or lost its last: gates close or open. */
void ek_roster_gates(struct ek_engine *e, uint32_t team, bool closed);

/* What a teammate holds. points: what it weighs. */
void ek_roster_hold(struct ek_engine *e, uint32_t mate, uint32_t team, uint8_t cls,
		    uint32_t points);
void ek_roster_unhold(struct ek_engine *e, uint32_t mate, uint32_t team, uint8_t cls,
		      uint32_t points);
/* Conversations and offers of a team inbox that a teammate has. */
uint32_t ek_roster_held(const struct ek_engine *e, uint32_t mate, uint32_t team);

/* One candidate as found; compared by ek_roster_prefer. */
struct candidate {
	uint32_t mate;
	uint32_t level; /* 1 primary, 2 secondary, 3 + i overflow; merged if helpers are equal */
	uint32_t load;
	uint32_t limit;
	uint64_t given;
	bool share;
};
/* Why a is preferred to b: EK_CHOSEN_BY_LEVEL, _LOAD, _LAST_GIVEN, _ID; negative if b is to a. */
int ek_roster_prefer(const struct candidate *a, const struct candidate *b);
/* A teammate as candidate at a level for a conversation of a team inbox. */
struct candidate ek_roster_candidate(const struct ek_engine *e, uint32_t mate, uint32_t team,
				     uint32_t level);

struct best;
/* The search of a tree: asks ok for each in order until `want` were found. */
struct search {
	const struct lane *lane;
	bool local; /* tests of this very team inbox count (not for overflow) */
	uint32_t found;
	uint32_t want; /* 1 or 2 */
	uint32_t mates[2];
	bool gated; /* out: someone failed for a gate alone */
	bool (*ok)(struct ek_engine *e, struct search *s, uint32_t mate);
	uint32_t conv;
	uint32_t level;
	struct best *best; /* of the settle, for its ok */
};
void ek_roster_search(struct ek_engine *e, uint32_t root, struct search *s);

#endif
