/* The exact limits against published values: 95 % as printed in table 40 of Pearson and Hartley,
 * "Biometrika Tables for Statisticians" vol. 1, after Garwood 1936. */
#include "metrics/interval.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void test_garwood(void **state)
{
	(void)state;
	static const struct {
		uint32_t n;
		double lower, upper;
		double within; /* half of the last printed digit */
	} rows[] = {
		{0, 0, 3.69, 0.0051},       {1, 0.0253, 5.57, 0.0051},  {2, 0.242, 7.22, 0.0051},
		{3, 0.619, 8.77, 0.0051},   {4, 1.09, 10.24, 0.0051},   {5, 1.62, 11.67, 0.0051},
		{10, 4.80, 18.39, 0.0051},  {20, 12.22, 30.89, 0.0051}, {30, 20.24, 42.83, 0.0051},
		{50, 37.11, 65.92, 0.0051},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_interval got = ek_interval_poisson(rows[i].n, 0.95);
		double low = got.lower - rows[i].lower, high = got.upper - rows[i].upper;
		double w = rows[i].within;
		if (low > w || low < -w || high > w || high < -w)
			fail_msg("limits of %u: %f and %f", rows[i].n, got.lower, got.upper);
	}
}

/* Another confidence: halves of the chi-square points 0.10 and 0.90 (NIST/SEMATECH e-Handbook,
 * 1.3.6.7.4). */
static void test_confidence(void **state)
{
	(void)state;
	struct ek_interval got = ek_interval_poisson(10, 0.8);
	assert_true(got.lower > 6.2212 && got.lower < 6.2218);
	assert_true(got.upper > 15.4062 && got.upper < 15.4068);
}

/* A large count is near the normal: n +- 1.96 sqrt n. */
static void test_large(void **state)
{
	(void)state;
	struct ek_interval got = ek_interval_poisson(1000000, 0.95);
	assert_true(got.lower > 998040 && got.lower < 998042);
	assert_true(got.upper > 1001961 && got.upper < 1001964);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_garwood),
		cmocka_unit_test(test_confidence),
		cmocka_unit_test(test_large),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
