/* eligible -- the one answer to: may this teammate receive this conversation now?
 *
 * Routing, eligibility dots, explanations and previews all ask here. The tests come in the order of
 * spec routing section 2, and the first that fails is named. Looks at no clock: what time does to a
 * test (shift, cooldown, hold, intake, ramp) is in the state, put there by events.
 * Cost: O(memberships of the teammate); under the assignable gate also the lanes of their
 * primaries.
 */
#ifndef EK_ENGINE_ELIGIBLE_H
#define EK_ENGINE_ELIGIBLE_H

#include "engine/state.h"

/* How a teammate stands to a conversation. */
struct standing {
	uint32_t level;     /* 1 primary, 2 secondary, 3 + i overflow level i; 0 = no member */
	bool respects_gate; /* test 13 applies */
};
struct standing ek_eligible_standing(const struct ek_engine *e, uint32_t conv, uint32_t mate);

/* 0 when every test passes, else the first that fails (EK_TEST_*). */
int ek_eligible_check(const struct ek_engine *e, uint32_t conv, uint32_t mate);
/* The same without test 13, for the conversations of a lane. */
int ek_eligible_lane(const struct ek_engine *e, const struct lane *lane, uint32_t mate);
/* The same without test 13. */
int ek_eligible_ungated(const struct ek_engine *e, uint32_t conv, uint32_t mate);
/* For assign_anyway: tests 5 (unless limit 0), 6, 7, 12 and 13 do not count. */
int ek_eligible_anyway(const struct ek_engine *e, uint32_t conv, uint32_t mate);
/* The tests of a rotation: 2 to 4, limit not 0, 10; with respect for limits also 5 to 7 and 12. */
int ek_eligible_rotation(const struct ek_engine *e, uint32_t conv, uint32_t mate);
/* The team inbox of a teammate's primaries that test 13 stumbles over; 0 = it passes. */
uint32_t ek_eligible_gate(const struct ek_engine *e, uint32_t mate);

#endif
