/* student -- Student's t distribution of whole degrees of freedom.
 *
 * P(|T| <= t) as a finite series: M. Abramowitz, I. A. Stegun, "Handbook of Mathematical
 * Functions" (1964), 26.7.3 (odd) and 26.7.4 (even). No unit. Cost: O(freedom); within: at most 100
 * of them, above 200 degrees O(1) by the expansion 26.7.5.
 */
#ifndef EK_METRICS_STUDENT_H
#define EK_METRICS_STUDENT_H

#include "base/base.h"

/* P(T <= t); freedom above 0 (asserted). */
double ek_student_below(double t, uint32_t freedom);
/* The t with P(|T| <= t) = 95 %; freedom above 0 (asserted). Within 1e-6. */
double ek_student_within(uint64_t freedom);

#endif
