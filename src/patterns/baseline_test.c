/* Limits and guards against published values (spec patterns, V5, V10, V14). */
#include "patterns/baseline.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void near(double got, double want)
{
	if (fabs(got - want) > 1e-4 * (fabs(want) > 1 ? fabs(want) : 1))
		fail_msg("%.7f, expected %.7f", got, want);
}

static void test_u_charts(void **state)
{
	(void)state;
	static const struct {
		double u, units, lower, upper;
	} rows[] = {
		{1.93, 5, .06613305, 3.793867},
		{1.423256, 10, .2915, 2.5550},
		{1.423256, 8, .1579, 2.6886},
		{1.423256, 12.5, .4110, 2.4356},
		{1, 1, 0, 4}, /* no count is below 0 */
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_baseline_limits l = ek_baseline_count_limits(rows[i].u, rows[i].units);
		near(l.lower, rows[i].lower);
		near(l.upper, rows[i].upper);
	}
}

/* One outlier: with screening the limits hardly widen. */
static void test_screening(void **state)
{
	(void)state;
	double x[] = {-0.56047565, -0.23017749, 1.55870831,  0.07050839,  0.12928774,
		      1.71506499,  0.46091621,  -1.26506123, -0.68685285, -0.44566197,
		      1.22408180,  0.35981383,  0.40077145,  0.11068272,  -0.55584113,
		      1.78691314,  0.49785048,  -1.96661716, 0.70135590,  -0.47279141};
	static const double want[][3] = {{.1416238, 3.294627, -3.01138},
					 {.6694159, 3.722497, -2.383666},
					 {.6694159, 5.935457, -4.596625}};
	for (int i = 0; i < 3; i++) {
		if (i > 0)
			x[14] = 10;
		struct ek_baseline b = ek_baseline_make(x, EK_LEN(x), i < 2);
		near(b.mean, want[i][0]);
		near(ek_baseline_upper(&b), want[i][1]);
		near(ek_baseline_lower(&b), want[i][2]);
	}
}

static void test_edges(void **state)
{
	(void)state;
	static const double same[] = {4, 4, 4, 4};
	struct ek_baseline b = ek_baseline_make(same, 4, true);
	assert_true(b.sigma <= 0 && b.mean >= 4 && b.mean <= 4);
	b = ek_baseline_make(same, 1, true);
	assert_true(b.sigma <= 0 && b.n == 1);
	b = ek_baseline_make(same, 0, true);
	assert_int_equal(b.n, 0);
	assert_true(ek_baseline_lag1(same, 4) <= 0);
}

/* 1 2 3 4 5: deviations -2 -1 0 1 2, neighbours' products 2 0 0 2 of squares 10. */
static void test_lag1(void **state)
{
	(void)state;
	static const double rising[] = {1, 2, 3, 4, 5}, flips[] = {1, -1, 1, -1};
	near(ek_baseline_lag1(rising, 5), 0.4);
	near(ek_baseline_lag1(flips, 4), -0.75);
}

static void test_capability(void **state)
{
	(void)state;
	struct ek_baseline_capability c =
		ek_baseline_capability(74.00118, .009785039, 73.95, 74.05);
	assert_true(fabs(c.cp - 1.703) < 5e-4 && fabs(c.cpl - 1.743) < 5e-4);
	assert_true(fabs(c.cpu - 1.663) < 5e-4 && fabs(c.cpk - 1.663) < 5e-4);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_u_charts),   cmocka_unit_test(test_screening),
		cmocka_unit_test(test_edges),      cmocka_unit_test(test_lag1),
		cmocka_unit_test(test_capability),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
