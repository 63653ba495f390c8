#include "metrics/interval.h"

#include <math.h>

enum { HALVINGS = 200 };

/* P(X <= n) of a Poisson variable, from its last term downward. */
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

struct ek_interval ek_interval_poisson(uint32_t n, double confidence)
{
	ek_assert(confidence > 0 && confidence < 1);
	double tail = (1 - confidence) / 2;
	return (struct ek_interval){n == 0 ? 0 : mean_at(n - 1, 1 - tail), mean_at(n, tail)};
}
