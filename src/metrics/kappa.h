/* kappa -- how far two reviewers agree beyond chance.
 *
 * kappa = (observed - expected) / (1 - expected), J. Cohen, Educational and Psychological
 * Measurement 20 (1960), 37-46. Source: spec metrics, section 4. Cost: O(1).
 */
#ifndef EK_METRICS_KAPPA_H
#define EK_METRICS_KAPPA_H

#include "base/base.h"

/* Reviews of both: how many both passed, both failed, and only one of them passed. */
struct ek_kappa {
	uint64_t both_pass, both_fail, first_only, second_only;
};
struct ek_kappa_agreement {
	double observed, expected;
	bool has_kappa; /* not where chance alone would always agree */
	double kappa;
};
/* At least one review (asserted). */
struct ek_kappa_agreement ek_kappa_of(struct ek_kappa k);

#endif
