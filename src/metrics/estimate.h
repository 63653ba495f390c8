/* estimate -- how long a waiting conversation may still wait: its place in its team inbox divided
 * by the rate at which that inbox gives out work.
 *
 * The rate is the count of assignments from the inbox in its last 60 open minutes (less, if it is
 * younger), as an exact 80 % interval of a Poisson mean: lower = chi2(0.10; 2n) / 2,
 * upper = chi2(0.90; 2n + 2) / 2 (Garwood, "Fiducial limits for the Poisson distribution",
 * Biometrika 28, 1936). The wait lies between place / upper and place / lower. Fewer than
 * EK_ESTIMATE_MIN assignments: refused as too few; what is stranded stays refused. Unit:
 * milliseconds of open time, rounded outward. Sample: the assignments counted.
 */
#ifndef EK_METRICS_ESTIMATE_H
#define EK_METRICS_ESTIMATE_H

#include "model/explain.h"

enum { EK_ESTIMATE_MIN = 10, EK_ESTIMATE_OPEN_MS = 60 * 60000 };

/* The exact 80 % limits of a Poisson mean after n events. Within 1e-9 of the true value,
 * relatively. Cost: O(n). */
struct ek_estimate_limits {
	double lower;
	double upper;
};
struct ek_estimate_limits ek_estimate_limits(uint32_t n);

/* Fills out->estimate from its team place. given: assignments from its team inbox by the router or
 * by people; open: the open time in which they were counted, above 0 (asserted when given is). */
void ek_estimate_fill(struct ek_explain_waiting *out, uint32_t given, ek_span open);

#endif
