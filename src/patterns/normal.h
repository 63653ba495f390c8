/* normal -- the standard normal distribution, both ways.
 *
 * Quantile: M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution",
 * Applied Statistics 37 (1988), 477-484, PPND16; within 1e-15 relatively. Distribution: erfc.
 * No unit. Cost: O(1).
 */
#ifndef EK_PATTERNS_NORMAL_H
#define EK_PATTERNS_NORMAL_H

#include "base/base.h"

/* z with P(Z <= z) = p; p above 0 and below 1 (asserted). */
double ek_normal_quantile(double p);
/* P(Z <= z). */
double ek_normal_below(double z);

#endif
