/* durations -- the statistics of lengths of time: median, 90th percentile, mean, limits.
 *
 * Median: the midpoint of the two middle values when n is even. p90: nearest rank, the value at
 * position ceil(0.9 n). Limits of the median: the order statistics around it, the tightest
 * symmetric pair that holds it with at least 95 %; n < 6 has none (W. R. Thompson, Annals of
 * Mathematical Statistics 7 (1936), 122-128); above 60 by the normal curve with continuity, which
 * is one place off for 11 of the n up to 1000. Source: spec metrics, R6. Cost: selection O(n)
 * (C. A. R. Hoare, "Find", CACM 4 (1961)), of sorted values O(1).
 */
#ifndef EK_METRICS_DURATIONS_H
#define EK_METRICS_DURATIONS_H

#include "metrics/interval.h"

struct ek_durations {
	double median, p90, mean;
	bool has_limits;
	struct ek_interval limits; /* of the median */
};

/* n > 0 (asserted). is_sorted: ascending; else v is put in another order. with_limits: for small n
 * only is it worth it. */
struct ek_durations_ask {
	uint32_t *v;
	uint32_t n;
	bool is_sorted, with_limits;
	uint64_t sum;
};
struct ek_durations ek_durations_of(const struct ek_durations_ask *ask);
/* The place, from 0, of the lower limit of a median of n values: the upper one is n - 1 - place.
 * UINT32_MAX: there is none. */
uint32_t ek_durations_limit(uint32_t n);
/* The k-th smallest, from 0; what is before it is not above it, what is behind not below. */
uint32_t ek_durations_select(uint32_t *v, uint32_t n, uint32_t k);

#endif
