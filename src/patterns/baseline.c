#include "patterns/baseline.h"

#include <math.h>

static double mean_of(const double *x, uint32_t n)
{
	double sum = 0;
	for (uint32_t i = 0; i < n; i++)
		sum += x[i];
	return sum / n;
}

/* The mean of the ranges below a bound; *dropped counts the others. */
static double mean_range(const double *x, uint32_t n, double bound, uint32_t *dropped)
{
	double sum = 0;
	uint32_t kept = 0;
	for (uint32_t i = 1; i < n; i++) {
		double range = fabs(x[i] - x[i - 1]);
		if (range < bound) {
			sum += range;
			kept++;
		}
	}
	*dropped = n - 1 - kept;
	return kept == 0 ? 0 : sum / kept;
}

struct ek_baseline ek_baseline_make(const double *x, uint32_t n, bool screen)
{
	struct ek_baseline b = {.n = n};
	if (n == 0)
		return b;
	b.mean = mean_of(x, n);
	if (n == 1)
		return b;
	b.range = mean_range(x, n, INFINITY, &b.screened);
	if (screen && b.range > 0)
		b.range = mean_range(x, n, 3.267 * b.range, &b.screened);
	b.sigma = b.range / 1.128;
	return b;
}

double ek_baseline_upper(const struct ek_baseline *b)
{
	return b->mean + 2.66 * b->range;
}

double ek_baseline_lower(const struct ek_baseline *b)
{
	return b->mean - 2.66 * b->range;
}

double ek_baseline_range_limit(const struct ek_baseline *b)
{
	return 3.268 * b->range;
}

struct ek_baseline_limits ek_baseline_count_limits(double u, double units)
{
	ek_assert(u >= 0 && units > 0);
	double wide = 3 * sqrt(u / units);
	return (struct ek_baseline_limits){u > wide ? u - wide : 0, u + wide};
}

double ek_baseline_lag1(const double *z, uint32_t n)
{
	if (n < 2)
		return 0;
	double mean = mean_of(z, n), both = 0, square = 0;
	for (uint32_t i = 0; i < n; i++) {
		double d = z[i] - mean;
		square += d * d;
		if (i + 1 < n)
			both += d * (z[i + 1] - mean);
	}
	return square > 0 ? both / square : 0;
}

struct ek_baseline_capability ek_baseline_capability(double mean, double s, double lower,
						     double upper)
{
	ek_assert(s > 0);
	struct ek_baseline_capability c = {
		.cp = (upper - lower) / (6 * s),
		.cpl = (mean - lower) / (3 * s),
		.cpu = (upper - mean) / (3 * s),
	};
	c.cpk = c.cpl < c.cpu ? c.cpl : c.cpu;
	return c;
}
