/* mean -- limits of a mean.
 *
 * mean +- t s / sqrt n, 95 %: s^2 is the sum of squared distances from the mean by n - 1, t of
 * Student's distribution with n - 1 degrees of freedom ("Student", "The probable error of a mean",
 * Biometrika 6 (1908), 1-25). The normal curve's 1.96 would hold only 88 of 100 means of five. Cut
 * at what a mean can be. In the unit of the values. Cost: O(1), below 200 degrees O(n). Source:
 * spec metrics, R8.
 */
#ifndef EK_METRICS_MEAN_H
#define EK_METRICS_MEAN_H

#include "metrics/interval.h"

struct ek_mean {
	uint64_t n;          /* above 1 (asserted) */
	double sum, squares; /* of the values, of the values' squares */
};

/* What a mean can be: of lengths of time and of counts, of answers from 1 to 7. */
extern const struct ek_interval ek_mean_of_amounts;
extern const struct ek_interval ek_mean_of_effort;

struct ek_interval ek_mean_limits(const struct ek_mean *m, struct ek_interval possible);

#endif
