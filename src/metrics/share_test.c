/* Limits of shares, points and agreement against published and worked values. */
#include "metrics/share.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "metrics/kappa.h"
#include "metrics/nps.h"

static void near(double got, double want, double tolerance)
{
	if (!(fabs(got - want) <= tolerance))
		fail_msg("%f is not %f", got, want);
}

/* spec metrics, section 4: tolerance 0.1 points. */
static void wilson(void **state)
{
	static const struct {
		uint64_t k, n;
		double lower, upper;
	} rows[] = {
		{18, 20, 69.9, 97.2}, {90, 100, 82.6, 94.5}, {12, 100, 7.0, 19.8},
		{0, 10, 0, 27.8},     {10, 10, 72.2, 100},   {0, 1, 0, 79.3},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_interval in = ek_share_wilson(rows[i].k, rows[i].n);
		near(100 * in.lower, rows[i].lower, 0.1);
		near(100 * in.upper, rows[i].upper, 0.1);
		assert_true(in.lower >= 0 && in.upper <= 1 && in.lower < in.upper);
	}
}

/* Newcombe 1998, table II, method 10: 56/70 - 48/80, 9/10 - 3/10, 10/10 - 0/10. */
static void newcombe(void **state)
{
	static const struct {
		struct ek_share a, b;
		double lower, upper;
	} rows[] = {
		{{56, 70}, {48, 80}, 0.0524, 0.3339},
		{{9, 10}, {3, 10}, 0.1705, 0.8090},
		{{10, 10}, {0, 10}, 0.6075, 1.0},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_interval in = ek_share_difference(rows[i].a, rows[i].b);
		near(in.lower, rows[i].lower, 0.00006);
		near(in.upper, rows[i].upper, 0.00006);
	}
}

static void points_of_answers(void **state)
{
	static const struct {
		struct ek_nps x;
		double points, variance, lower, upper;
	} rows[] = {
		{{60, 15, 100}, 45, 0.5475, 30.5, 59.5},
		{{3, 1, 6}, 100.0 / 3, 5.0 / 9, -26.3, 93.0},
		{{10, 0, 10}, 100, 0, 100, 100},
		{{0, 10, 10}, -100, 0, -100, -100},
		{{0, 0, 10}, 0, 0, 0, 0},
	};
	struct ek_nps x = {0};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		near(ek_nps_points(rows[i].x), rows[i].points, 1e-9);
		near(ek_nps_variance(rows[i].x), rows[i].variance, 1e-9);
		near(ek_nps_limits(rows[i].x).lower, rows[i].lower, 0.05);
		near(ek_nps_limits(rows[i].x).upper, rows[i].upper, 0.05);
	}
	for (int64_t score = 0; score <= 10; score++)
		ek_nps_add(&x, score);
	assert_int_equal(x.promoters, 2);
	assert_int_equal(x.detractors, 7);
	assert_int_equal(x.n, 11);
}

static void answers_that_a_target_needs(void **state)
{
	struct ek_nps shares = {80, 10, 100};
	(void)state;
	assert_int_equal(ek_nps_answers(shares, 5), 630);
	assert_int_equal(ek_nps_answers(shares, 10), 158);
}

static void a_band_is_named_only_when_all_of_it_lies_there(void **state)
{
	(void)state;
	assert_string_equal(ek_nps_band((struct ek_interval){-20, -1}), "investigate");
	assert_string_equal(ek_nps_band((struct ek_interval){50, 70}), "good");
	assert_null(ek_nps_band((struct ek_interval){-20, 1}));
	assert_null(ek_nps_band((struct ek_interval){49, 70}));
}

static void agreement(void **state)
{
	struct ek_kappa_agreement a = ek_kappa_of((struct ek_kappa){20, 15, 5, 10});
	(void)state;
	near(a.observed, 0.70, 1e-12);
	near(a.expected, 0.50, 1e-12);
	near(a.kappa, 0.40, 1e-12);
	assert_false(ek_kappa_of((struct ek_kappa){7, 0, 0, 0}).has_kappa);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wilson),
		cmocka_unit_test(newcombe),
		cmocka_unit_test(points_of_answers),
		cmocka_unit_test(answers_that_a_target_needs),
		cmocka_unit_test(a_band_is_named_only_when_all_of_it_lies_there),
		cmocka_unit_test(agreement),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
