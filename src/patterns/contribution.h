/* contribution -- which categories (topics, departments, channels, tiers) a change comes from.
 *
 * Counts: (x_j - expected_j) / sum(x - expected). Rates: of the change of the rate, the part of
 * category j at the old mix, w_j (new_j - old_j) / change, and as a line of its own the effect of
 * the mix, sum (v_j - w_j) new_j / change, with w and v the old and new shares of the denominator.
 * Contributions sum to 1. Categories with fewer than 5 events (numerators) join "other".
 * Source: spec patterns, S18; E. M. Kitagawa, "Components of a difference between two rates", JASA
 * 50 (1955). No cause is asserted. Unit: shares. Cost: O(n).
 */
#ifndef EK_PATTERNS_CONTRIBUTION_H
#define EK_PATTERNS_CONTRIBUTION_H

#include "base/base.h"

enum {
	EK_CONTRIBUTION_MAX = 200, /* categories; beyond that the caller takes some together */
	EK_CONTRIBUTION_MIN = 5,
	EK_CONTRIBUTION_OTHER = -1,
	EK_CONTRIBUTION_MIX = -2,
};

struct ek_contribution_count {
	double found;
	double expected;
};
struct ek_contribution_rate {
	double old_top, old_bottom;
	double new_top, new_bottom;
};
struct ek_contribution {
	int32_t category; /* its place, or OTHER or MIX */
	double share;     /* negative: it went against the change */
};

/* out has room for n + 2; largest share first, OTHER and MIX last. n at most EK_CONTRIBUTION_MAX
 * (asserted). Returns how many; 0 when there is no change to share out. */
uint32_t ek_contribution_of_count(const struct ek_contribution_count *v, uint32_t n,
				  struct ek_contribution *out);
uint32_t ek_contribution_of_rate(const struct ek_contribution_rate *v, uint32_t n,
				 struct ek_contribution *out);

#endif
