/* Scores of every kind of observation. Expected values are computed apart, from the formulas, with
 * exact binomial sums where there is one. */
#include "patterns/score.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void near(double got, double want)
{
	if (fabs(got - want) > 1e-6 * (fabs(want) > 1 ? fabs(want) : 1))
		fail_msg("%.9f, expected %.9f", got, want);
}

static void test_checks(void **state)
{
	(void)state;
	static const struct {
		enum ek_score_kind kind;
		double value, n;
		enum ek_score_fault want;
	} rows[] = {
		{EK_SCORE_VALUE, -3.5, 0, EK_SCORE_FINE},
		{EK_SCORE_VALUE, NAN, 0, EK_SCORE_OUTSIDE},
		{EK_SCORE_COUNT, 0, 0, EK_SCORE_FINE},
		{EK_SCORE_COUNT, -1, 0, EK_SCORE_OUTSIDE},
		{EK_SCORE_COUNT, 1.5, 0, EK_SCORE_OUTSIDE},
		{EK_SCORE_RATE, 3, 19, EK_SCORE_SMALL},
		{EK_SCORE_RATE, 3, 20, EK_SCORE_FINE},
		{EK_SCORE_RATE, 21, 20, EK_SCORE_OUTSIDE},
		{EK_SCORE_DURATION, 0, 9, EK_SCORE_OUTSIDE},
		{EK_SCORE_DURATION, 2.5, 4, EK_SCORE_SMALL},
		{EK_SCORE_DURATION, 2.5, 5, EK_SCORE_FINE},
		{EK_SCORE_DURATION, 2.5, 0, EK_SCORE_FINE},
		{EK_SCORE_SPACING, 1, 0, EK_SCORE_FINE},
		{EK_SCORE_GAP, 0, 0, EK_SCORE_FINE},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_score_point p = {1, rows[i].value, rows[i].n};
		assert_int_equal(ek_score_check(rows[i].kind, &p), rows[i].want);
	}
}

static void test_weekdays(void **state)
{
	(void)state;
	assert_int_equal(ek_score_weekday(0), 3); /* Thursday 1 January 1970 */
	assert_int_equal(ek_score_weekday(4), 0);
	assert_int_equal(ek_score_weekday(-1), 2);
	assert_int_equal(ek_score_weekday(-719162), 0); /* Monday 1 January 1 */
}

/* Small expectations: mid-p. n 20, p .1, k 5: F(4) + f(5)/2 = .9568255 + .0159607. */
static void test_mid_p(void **state)
{
	(void)state;
	struct ek_score_model m = {.kind = EK_SCORE_RATE, .centre = .1, .sigma = 1};
	struct ek_score_point p = {1, 5, 20};
	near(ek_score_z(&m, &p), 1.9234175704824);
	/* The mirror: 15 of 20 with .9. */
	struct ek_score_model other = {.kind = EK_SCORE_RATE, .centre = .9, .sigma = 1};
	struct ek_score_point q = {1, 15, 20};
	near(ek_score_z(&other, &q), -1.9234175704824);
	/* Clamped. */
	p.value = 20;
	near(ek_score_z(&m, &p), 6);
	m.sigma = 2;
	near(ek_score_z(&m, &p), 3);
	/* 5 expected: the plain score. */
	p = (struct ek_score_point){1, 8, 50};
	m.sigma = 1;
	near(ek_score_z(&m, &p), (.16 - .1) / sqrt(.1 * .9 / 50));
}

/* Of 20 with .02, none has 67 of 100, so none is the median; of 20 with .2, three are below it
 * with 41 of 100 and four at most with 63: four (binomial tables). */
static void test_median(void **state)
{
	(void)state;
	static const struct {
		double share, value;
		bool is_middle;
	} rows[] = {{.02, 0, true}, {.02, 1, false}, {.98, 20, true}, {.98, 19, false},
		    {.2, 4, true},  {.2, 3, false},  {.2, 5, false},  {.5, 10, false}};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_score_model m = {
			.kind = EK_SCORE_RATE, .centre = rows[i].share, .sigma = 1};
		struct ek_score_point p = {1, rows[i].value, 20};
		if (ek_score_is_middle(&m, &p) != rows[i].is_middle)
			fail_msg("%g of 20 with %g", rows[i].value, rows[i].share);
	}
}

static void test_weekday_counts(void **state)
{
	(void)state;
	struct ek_score_point v[56];
	struct ek_score_fit how = {EK_SCORE_COUNT, true, true};
	struct ek_score_model m;
	for (int32_t d = 0; d < 56; d++)
		v[d] = (struct ek_score_point){d + 4, d % 7 < 5 ? 100 : 25, 0};
	assert_int_equal(ek_score_fit(&how, v, 56, &m), EK_SCORE_FINE);
	assert_int_equal(m.cells, 7);
	near(m.sigma, 1); /* no spread is taken for less than Poisson's */
	struct ek_score_point saturday = {4 + 5, 36, 0};
	near(ek_score_z(&m, &saturday), 2 * (sqrt(36.375) - sqrt(25.375)));
	struct ek_score_limits l = ek_score_limits(&m, &saturday);
	near(l.centre, 25);
	struct ek_score_point at_limit = {4 + 5, 0, 0};
	at_limit.value = l.upper;
	near(ek_score_z(&m, &at_limit), 3);
	v[5].value = 0;
	for (int32_t d = 5; d < 56; d += 7)
		v[d].value = 4;
	assert_int_equal(ek_score_fit(&how, v, 56, &m), EK_SCORE_FEW);
}

static void test_durations_are_logarithms(void **state)
{
	(void)state;
	struct ek_score_point v[20];
	struct ek_score_fit how = {EK_SCORE_DURATION, false, true};
	struct ek_score_model m;
	for (int32_t i = 0; i < 20; i++)
		v[i] = (struct ek_score_point){i, i % 2 == 0 ? 10 : 40, 9};
	assert_int_equal(ek_score_fit(&how, v, 20, &m), EK_SCORE_FINE);
	near(ek_score_unit(m.kind, m.centre), 20);
	near(m.sigma, log(4) / 1.128);
	struct ek_score_point p = {20, 80, 9};
	near(ek_score_z(&m, &p), log(4) / m.sigma);
	struct ek_score_parts parts = ek_score_parts(&m, &p);
	near(ek_score_unit(m.kind, parts.top / parts.bottom), 80);
	near(ek_score_unit(m.kind, parts.expected / parts.bottom), 20);
}

/* Shorter is more often, and more often is up; nothing is shorter than a minute. */
static void test_rare_events(void **state)
{
	(void)state;
	struct ek_score_point v[20];
	struct ek_score_fit how = {EK_SCORE_SPACING, false, true};
	struct ek_score_model m;
	for (int32_t i = 0; i < 20; i++)
		v[i] = (struct ek_score_point){i, 86400000.0 * (5 + i % 3), 0};
	assert_int_equal(ek_score_fit(&how, v, 20, &m), EK_SCORE_FINE);
	struct ek_score_point often = {20, 3600000, 0}, now = {21, 0, 0}, minute = {22, 60000, 0};
	assert_true(ek_score_z(&m, &often) > 3);
	near(ek_score_z(&m, &now), ek_score_z(&m, &minute));
	/* Gaps: mean 99, so p = .01. P(G < 10) + P(G = 10)/2 = 1 - .99^10 (1 - .005). */
	how.kind = EK_SCORE_GAP;
	for (int32_t i = 0; i < 20; i++)
		v[i].value = i % 2 == 0 ? 80 : 118;
	assert_int_equal(ek_score_fit(&how, v, 20, &m), EK_SCORE_FINE);
	near(m.centre, .01);
	struct ek_score_point gap = {20, 10, 0};
	near(ek_score_z(&m, &gap), 1.2807551817092);
}

static void test_constant(void **state)
{
	(void)state;
	struct ek_score_point v[20];
	struct ek_score_model m;
	for (int32_t i = 0; i < 20; i++)
		v[i] = (struct ek_score_point){i, 0, 50};
	for (int kind = 0; kind < EK_SCORE_KIND_END; kind++) {
		struct ek_score_fit how = {(enum ek_score_kind)kind, false, true};
		for (int32_t i = 0; i < 20; i++)
			v[i].value =
				kind == EK_SCORE_DURATION || kind == EK_SCORE_SPACING ? 1e5 : 0;
		enum ek_score_fault want =
			kind == EK_SCORE_COUNT ? EK_SCORE_FEW : EK_SCORE_CONSTANT;
		assert_int_equal(ek_score_fit(&how, v, 20, &m), want);
	}
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_checks),
		cmocka_unit_test(test_weekdays),
		cmocka_unit_test(test_mid_p),
		cmocka_unit_test(test_median),
		cmocka_unit_test(test_weekday_counts),
		cmocka_unit_test(test_durations_are_logarithms),
		cmocka_unit_test(test_rare_events),
		cmocka_unit_test(test_constant),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
