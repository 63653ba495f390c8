/* Statistics of lengths of time: rule R6's vector, and random values against sorted ones. */
#include "metrics/durations.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "metrics/columns.h"

static struct ek_durations of(uint32_t *v, uint32_t n, bool is_sorted)
{
	uint64_t sum = 0;
	for (uint32_t i = 0; i < n; i++)
		sum += v[i];
	const struct ek_durations_ask ask = {v, n, is_sorted, true, sum};
	return ek_durations_of(&ask);
}

/* "mean of skewed times": 30.1 says nothing of them. Linear interpolation would say p90 41.1. */
static void rule_r6(void **state)
{
	uint32_t sorted[] = {2, 3, 3, 4, 5, 6, 8, 11, 19, 240};
	uint32_t mixed[] = {240, 5, 3, 19, 2, 8, 3, 11, 4, 6};
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct ek_durations d = of(i == 0 ? sorted : mixed, 10, i == 0);
		assert_true(d.mean == 30.1 && d.median == 5.5 && d.p90 == 19);
		/* P(X <= 1) of ten tosses is 1.1 %, P(X <= 2) 5.5 %: the 2nd and the 9th */
		assert_true(d.has_limits && d.limits.lower == 3 && d.limits.upper == 19);
	}
}

static void places_of_limits(void **state)
{
	/* Tables of the sign test, two-sided 5 %: n, and the r-th value (from 1) that bounds. */
	static const uint32_t rows[][2] = {{6, 1},  {8, 1},  {9, 2},  {12, 3},
					   {20, 6}, {25, 8}, {30, 10}};
	(void)state;
	assert_int_equal(ek_durations_limit(5), UINT32_MAX);
	for (size_t i = 0; i < EK_LEN(rows); i++)
		assert_int_equal(ek_durations_limit(rows[i][0]) + 1, rows[i][1]);
	assert_in_range(ek_durations_limit(1001), 468, 470);
}

/* How surely the k-th and the (n + 1 - k)-th of n values hold the median: 1 - 2 P(B < k), B of n
 * tosses of a fair coin (H. A. David and H. N. Nagaraja, Order Statistics, 3rd ed., 7.1). */
static double held(uint32_t n, uint32_t k)
{
	double term = pow(.5, n);
	double below = 0;
	for (uint32_t i = 0; i < k; i++) {
		below += term;
		term *= (double)(n - i) / (i + 1);
	}
	return 1 - 2 * below;
}

/* Of five the least and the greatest hold it with 93.75 %: too few for an interval. Of six 96.9. */
static void five_are_too_few(void **state)
{
	(void)state;
	assert_true(held(5, 1) == .9375 && held(6, 1) == .96875);
	for (uint32_t n = 1; n <= 60; n++) {
		uint32_t place = ek_durations_limit(n);
		assert_true((place == UINT32_MAX) == (held(n, 1) < .95));
		if (place != UINT32_MAX)
			assert_true(held(n, place + 1) >= .95 && held(n, place + 2) < .95);
	}
	for (uint32_t n = 5; n <= 6; n++) {
		uint32_t v[] = {60, 40, 20, 10, 30, 50};
		struct ek_durations d = of(v, n, false);
		assert_true(d.has_limits == (n == 6));
		if (n == 6)
			assert_true(d.limits.lower == 10 && d.limits.upper == 60);
	}
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static void random_values(void **state)
{
	struct ek_rng rng = {11};
	uint32_t v[700];
	uint32_t w[700];
	(void)state;
	for (uint32_t round = 0; round < 2000; round++) {
		uint32_t n = 1 + ek_rng_below(&rng, round % 10 == 0 ? 700 : 12);
		uint32_t range = 1 + ek_rng_below(&rng, 5) * ek_rng_below(&rng, 300);
		for (uint32_t i = 0; i < n; i++)
			v[i] = ek_rng_below(&rng, range);
		memcpy(w, v, n * sizeof *v);
		qsort(w, n, sizeof *w, compare);
		struct ek_durations a = of(v, n, false);
		struct ek_durations b = of(w, n, true);
		assert_true(a.median == (w[(n - 1) / 2] + (double)w[n / 2]) / 2);
		assert_true(a.p90 == w[(uint32_t)ceil(0.9 * n - 1e-9) - 1]);
		assert_true(a.median == b.median && a.p90 == b.p90 && a.mean == b.mean);
		assert_true(a.has_limits == b.has_limits && a.limits.lower == b.limits.lower &&
			    a.limits.upper == b.limits.upper);
		ek_columns_sort(v, n);
		assert_memory_equal(v, w, n * sizeof *v);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rule_r6),
		cmocka_unit_test(places_of_limits),
		cmocka_unit_test(five_are_too_few),
		cmocka_unit_test(random_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
