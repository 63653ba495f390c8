/* apart -- how far two levels of a series lie apart, in standard errors of their difference.
 *
 * (mean - mean) / sqrt(variance / n + variance / n), each side with a variance of its own (B. L.
 * Welch, "The generalization of Student's problem when several different population variances are
 * involved", Biometrika 34 (1947), 28-35). Unit: standard errors. A fold: O(1) a point.
 */
#ifndef EK_PATTERNS_APART_H
#define EK_PATTERNS_APART_H

#include "base/base.h"

/* A level is news beyond so many (docs/adr/0020). */
#define EK_APART_NEWS 3.0

struct ek_apart_side {
	uint32_t n;
	double mean;
	double squares; /* of differences from the mean, summed */
};

/* All zero at the start. x is finite. */
void ek_apart_add(struct ek_apart_side *s, double x);
/* Never negative; 0 where a side has fewer than two points, INFINITY where neither varies and they
 * differ. */
double ek_apart(const struct ek_apart_side *a, const struct ek_apart_side *b);

#endif
