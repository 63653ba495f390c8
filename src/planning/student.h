/* student -- Student's t distribution of whole degrees of freedom.
 *
 * P(|T| <= t) as a finite series: M. Abramowitz, I. A. Stegun, "Handbook of Mathematical
 * Functions" (1964), 26.7.3 (odd) and 26.7.4 (even). No unit. Cost: O(freedom).
 */
#ifndef EK_PLANNING_STUDENT_H
#define EK_PLANNING_STUDENT_H

#include "base/base.h"

/* P(T <= t); freedom above 0 (asserted). */
double ek_student_below(double t, uint32_t freedom);

#endif
