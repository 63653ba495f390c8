#include "metrics/estimate.h"

#include <math.h>

enum { HALVINGS = 200 };
#define TAIL 0.1 /* on either side of 80 % */

/* P(X <= n) of a Poisson variable, from the largest term downward. */
static double at_most(uint32_t n, double mean)
{
	if (mean <= 0)
		return 1;
	double term = exp(n * log(mean) - mean - lgamma((double)n + 1));
	double sum = term;
	for (uint32_t k = n; k > 0 && term > sum * 1e-18; k--) {
		term *= k / mean;
		sum += term;
	}
	return sum;
}

/* The mean at which P(X <= n) is p; it falls as the mean grows. */
static double mean_at(uint32_t n, double p)
{
	double wide = 20 * sqrt((double)n + 1) + 20; /* so far out no term vanishes yet */
	double low = n > wide ? n - wide : 0;
	double high = n + wide;
	for (int i = 0; i < HALVINGS; i++) {
		double middle = (low + high) / 2;
		if (at_most(n, middle) > p)
			low = middle;
		else
			high = middle;
	}
	return high;
}

struct ek_estimate_limits ek_estimate_limits(uint32_t n)
{
	double lower = n == 0 ? 0 : mean_at(n - 1, 1 - TAIL);
	return (struct ek_estimate_limits){lower, mean_at(n, TAIL)};
}

void ek_estimate_fill(struct ek_explain_waiting *out, uint32_t given, ek_span open)
{
	if (out->stranded)
		return;
	out->estimate = (struct ek_explain_estimate){.refused = EK_EXPLAIN_TOO_FEW};
	if (given < EK_ESTIMATE_MIN)
		return;
	ek_assert(open.ms > 0);
	struct ek_estimate_limits rate = ek_estimate_limits(given);
	double work = (double)out->team_place * (double)open.ms;
	out->estimate = (struct ek_explain_estimate){
		.refused = EK_EXPLAIN_ESTIMATED,
		.low = {(int64_t)floor(work / rate.upper)},
		.high = {(int64_t)ceil(work / rate.lower)},
		.sample = given,
	};
}
