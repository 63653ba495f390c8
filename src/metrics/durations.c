#include "metrics/durations.h"

#include <math.h>

#define Z 1.959963984540054
#define TAIL 0.025
enum { EXACT_MAX = 60 };

uint32_t ek_durations_select(uint32_t *v, uint32_t n, uint32_t k)
{
	uint32_t low = 0;
	uint32_t high = n - 1;
	while (low < high) {
		uint32_t pivot = v[low + (high - low) / 2];
		uint32_t i = low;
		uint32_t j = high;
		while (i <= j) {
			while (v[i] < pivot)
				i++;
			while (v[j] > pivot)
				j--;
			if (i > j)
				break;
			uint32_t x = v[i];
			v[i++] = v[j];
			v[j] = x;
			if (j == 0)
				break;
			j--;
		}
		if (k <= j)
			high = j;
		else if (k >= i)
			low = i;
		else
			break;
	}
	return v[k];
}

uint32_t ek_durations_limit(uint32_t n)
{
	if (n > EXACT_MAX)
		return (uint32_t)((n - 1 - Z * sqrt((double)n)) / 2);
	/* P(X <= k) of n tosses, summed until it passes 2.5 % */
	double term = exp2(-(double)n);
	double sum = term;
	uint32_t k = 0;
	for (; sum <= TAIL; k++) {
		term *= (double)(n - k) / (double)(k + 1);
		sum += term;
	}
	return k == 0 ? UINT32_MAX : k - 1;
}

static uint32_t at(const struct ek_durations_ask *a, uint32_t k)
{
	return a->is_sorted ? a->v[k] : ek_durations_select(a->v, a->n, k);
}

struct ek_durations ek_durations_of(const struct ek_durations_ask *a)
{
	ek_assert(a->n > 0);
	uint32_t n = a->n;
	uint32_t upper = at(a, n / 2);
	uint32_t lower = upper;
	if (n % 2 == 0 && a->is_sorted) {
		lower = a->v[n / 2 - 1];
	} else if (n % 2 == 0) {
		lower = a->v[0]; /* what is before the middle is not above it */
		for (uint32_t i = 1; i < n / 2; i++)
			lower = a->v[i] > lower ? a->v[i] : lower;
	}
	uint32_t rank = (uint32_t)(((uint64_t)n * 9 + 9) / 10) - 1;
	struct ek_durations d = {
		.median = ((double)lower + (double)upper) / 2,
		.mean = (double)a->sum / (double)n,
	};
	struct ek_durations_ask rest = {a->v + n / 2, n - n / 2, a->is_sorted, false, 0};
	d.p90 = rank >= n / 2 ? at(&rest, rank - n / 2) : at(a, rank);
	uint32_t limit = a->with_limits ? ek_durations_limit(n) : UINT32_MAX;
	d.has_limits = limit != UINT32_MAX;
	if (d.has_limits)
		d.limits = (struct ek_interval){at(a, limit), at(a, n - 1 - limit)};
	return d;
}
