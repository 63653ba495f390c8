/* baseline -- what a series was like before: its mean and its natural spread from moving ranges.
 *
 * mR_i = |x_i - x_(i-1)| over successive kept points; screening, once: ranges of 3.267 times their
 * mean and more are dropped and the rest averaged. sigma = mean(mR) / 1.128. Limits of the chart
 * are mean +- 2.66 mean(mR), of the ranges 3.268 mean(mR). Unit: that of the series.
 * Source: spec patterns, section 1; D. J. Wheeler, "Understanding Variation", 2nd ed. (2000);
 * screening as in the NHS's "Making data count" (NHSRplotthedots). Cost: O(n). Sums run from the
 * first point to the last, so that the figures are the same wherever they are computed.
 */
#ifndef EK_PATTERNS_BASELINE_H
#define EK_PATTERNS_BASELINE_H

#include "base/base.h"

struct ek_baseline {
	uint32_t n;
	uint32_t screened; /* ranges left out */
	double mean;
	double range; /* mean moving range, after screening */
	double sigma; /* 0: constant, nothing can be judged by it */
};

/* n of 0 gives all zero; n of 1 a sigma of 0. */
struct ek_baseline ek_baseline_make(const double *x, uint32_t n, bool screen);
double ek_baseline_upper(const struct ek_baseline *b);
double ek_baseline_lower(const struct ek_baseline *b);
double ek_baseline_range_limit(const struct ek_baseline *b);

/* Limits of a chart of counts per unit, u +- 3 sqrt(u / units), lower at least 0; with units of 1 a
 * chart of counts. u at least 0, units above 0 (asserted). Source: Montgomery (below), ch. 7. */
struct ek_baseline_limits {
	double lower, upper;
};
struct ek_baseline_limits ek_baseline_count_limits(double u, double units);

/* The autocorrelation at lag one, r1 = sum (z_i - m)(z_(i+1) - m) / sum (z_i - m)^2; 0 for a
 * constant series or fewer than two points. Above EK_BASELINE_GUARD over at least
 * EK_BASELINE_GUARD_MIN points, the rules do not hold (S13). */
#define EK_BASELINE_GUARD 0.25
enum { EK_BASELINE_GUARD_MIN = 30 };
double ek_baseline_lag1(const double *z, uint32_t n);

/* Capability against given tolerances: Cp = (upper - lower) / 6 s and its one-sided forms; s is
 * above 0 (asserted). Source: D. C. Montgomery, "Introduction to Statistical Quality Control",
 * ch. 8. */
struct ek_baseline_capability {
	double cp, cpl, cpu, cpk;
};
struct ek_baseline_capability ek_baseline_capability(double mean, double s, double lower,
						     double upper);

#endif
