/* Limits of means: the data of "Student" himself, means that touch what they can be, and how often
 * the limits hold. */
#include "metrics/mean.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/rng.h"

static struct ek_mean sums(const double *v, uint32_t n)
{
	struct ek_mean m = {.n = n};
	for (uint32_t i = 0; i < n; i++) {
		m.sum += v[i];
		m.squares += v[i] * v[i];
	}
	return m;
}

/* Hours of sleep gained (Biometrika 6, 1908, p. 20), with the limits that R's t.test prints. */
static void test_published(void **state)
{
	static const double first[] = {.7, -1.6, -.2, -1.2, -.1, 3.4, 3.7, .8, 0, 2};
	static const double second[] = {1.9, .8, 1.1, .1, -.1, 4.4, 5.5, 1.6, 4.6, 3.4};
	const struct ek_interval any = {-INFINITY, INFINITY};
	struct ek_mean m = sums(first, EK_LEN(first));
	struct ek_interval in = ek_mean_limits(&m, any);
	(void)state;
	assert_true(fabs(in.lower - -.5297804) < 1e-7 && fabs(in.upper - 2.0297804) < 1e-7);
	m = sums(second, EK_LEN(second));
	in = ek_mean_limits(&m, any);
	assert_true(fabs(in.lower - .8976775) < 1e-7 && fabs(in.upper - 3.7623225) < 1e-7);
}

static void test_cut(void **state)
{
	static const double waits[] = {2, 3, 3, 4, 5, 6, 8, 11, 19, 240};
	static const double easy[] = {7, 7, 7, 7, 4};
	static const double same[] = {5, 5, 5, 5, 5, 5};
	struct ek_mean m = sums(waits, EK_LEN(waits));
	struct ek_interval in = ek_mean_limits(&m, ek_mean_of_amounts);
	(void)state;
	assert_true(in.lower == 0 && in.upper > 80 && in.upper < 90);
	m = sums(easy, EK_LEN(easy));
	in = ek_mean_limits(&m, ek_mean_of_effort);
	assert_true(in.lower > 4 && in.lower < 5 && in.upper == 7);
	m = sums(same, EK_LEN(same));
	in = ek_mean_limits(&m, ek_mean_of_amounts);
	assert_true(in.lower == 5 && in.upper == 5);
}

/* Of means of five from a normal curve 95 in 100 lie within; by 1.96 it would be 88. */
static void test_coverage(void **state)
{
	enum { ROUNDS = 20000, OF = 5, ADDED = 12 };
	struct ek_rng r = {7};
	uint32_t held = 0;
	(void)state;
	for (uint32_t i = 0; i < ROUNDS; i++) {
		double v[OF] = {0};
		for (uint32_t k = 0; k < OF * ADDED; k++)
			v[k / ADDED] += ek_rng_below(&r, 1000000) / 1e6;
		struct ek_mean m = sums(v, OF);
		struct ek_interval in = ek_mean_limits(&m, ek_mean_of_amounts);
		held += in.lower <= ADDED / 2. && in.upper >= ADDED / 2.;
	}
	assert_in_range(held, ROUNDS * 945 / 1000, ROUNDS * 955 / 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_coverage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
