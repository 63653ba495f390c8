/* The exact Poisson limits against the published table of chi-square (NIST/SEMATECH e-Handbook of
 * Statistical Methods, 1.3.6.7.4: upper 0.90 and lower 0.10 points, three decimals, halved here),
 * and the waits that follow, worked out by hand. */
#include "metrics/estimate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void test_limits(void **state)
{
	(void)state;
	static const struct {
		uint32_t n;
		double chi_low;  /* 0.10 point at 2n degrees of freedom; 0 = not in the table */
		double chi_high; /* 0.90 point at 2n + 2 */
	} rows[] = {
		{0, 0, 4.605},        {1, 0.211, 7.779},     {4, 3.490, 15.987},
		{9, 10.865, 28.412},  {10, 12.443, 30.813},  {20, 29.051, 54.090},
		{25, 37.689, 65.422}, {49, 80.541, 118.498}, {50, 82.358, 0},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_estimate_limits got = ek_estimate_limits(rows[i].n);
		double low = got.lower * 2 - rows[i].chi_low;
		double high = got.upper * 2 - rows[i].chi_high;
		bool ok = low < 0.00051 && low > -0.00051;
		if (rows[i].chi_high > 0)
			ok = ok && high < 0.00051 && high > -0.00051;
		if (!ok)
			fail_msg("limits of %u: %f and %f", rows[i].n, got.lower, got.upper);
	}
}

static void test_large(void **state)
{
	(void)state;
	/* So many that the Wilson-Hilferty approximation of chi-square is good to the second
	 * decimal: 9872.0610 and 10129.3736. */
	struct ek_estimate_limits got = ek_estimate_limits(10000);
	assert_true(got.lower > 9872.05 && got.lower < 9872.07);
	assert_true(got.upper > 10129.36 && got.upper < 10129.38);
}

static void test_wait(void **state)
{
	(void)state;
	static const struct {
		const char *promise;
		uint32_t place;
		uint32_t given;
		int64_t open_ms;
		bool stranded;
		uint8_t refused;
		int64_t low_ms, high_ms;
	} rows[] = {
		/* 3 x 3,600,000 / 15.40664 and / 6.22130: chi2(0.90; 22) / 2, chi2(0.10; 20) / 2 */
		{"10 in an hour, third", 3, 10, 3600000, false, EK_EXPLAIN_ESTIMATED, 700996,
		 1735970},
		{"nine are too few", 3, 9, 3600000, false, EK_EXPLAIN_TOO_FEW, 0, 0},
		{"none are too few", 1, 0, 0, false, EK_EXPLAIN_TOO_FEW, 0, 0},
		{"stranded stays refused", 1, 50, 3600000, true, EK_EXPLAIN_STRANDED, 0, 0},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_explain_waiting w = {.team_place = rows[i].place,
					       .stranded = rows[i].stranded};
		if (rows[i].stranded)
			w.estimate.refused = EK_EXPLAIN_STRANDED;
		ek_estimate_fill(&w, rows[i].given, (ek_span){rows[i].open_ms});
		int64_t low = w.estimate.low.ms - rows[i].low_ms;
		int64_t high = w.estimate.high.ms - rows[i].high_ms;
		bool ok = w.estimate.refused == rows[i].refused && low >= -60 && low <= 60 &&
			  high >= -60 && high <= 60;
		if (!ok)
			fail_msg("%s: %u, %lld to %lld", rows[i].promise, w.estimate.refused,
				 (long long)w.estimate.low.ms, (long long)w.estimate.high.ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_wait),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
