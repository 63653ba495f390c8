/* interval -- exact limits of a rate from a count.
 *
 * lower = chi2(a; 2n) / 2, upper = chi2(1 - a; 2n + 2) / 2 with a = (1 - confidence) / 2: F.
 * Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936), 437-442. Found by
 * halving on the Poisson sum itself, within 1e-9 relatively. Unit: events. Cost: O(sqrt n) a step,
 * 200 steps.
 */
#ifndef EK_METRICS_INTERVAL_H
#define EK_METRICS_INTERVAL_H

#include "base/base.h"

struct ek_interval {
	double lower;
	double upper;
};

/* The limits of a Poisson mean after n events; confidence: 0.95, above 0 and below 1 (asserted). */
struct ek_interval ek_interval_poisson(uint32_t n, double confidence);

#endif
