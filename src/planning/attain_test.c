/* The grades and figures of spec planning, section 8, to their printed digits. */
#include "planning/attain.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { NHS = 20, MONTHS = 12 };

static const double nhs_r[NHS] = {266501, 264225, 276532, 281461, 269071, 261215, 270409,
				  279778, 270483, 270320, 267923, 271478, 255353, 256820,
				  261835, 259144, 255910, 260863, 264465, 260989};
static const double nhs_n[NHS] = {280443, 276823, 291681, 296155, 282343, 275888, 283867,
				  295251, 284468, 282529, 279618, 283932, 266629, 268091,
				  276803, 271578, 266005, 273520, 278574, 273772};
static const double solved[MONTHS] = {1104, 1156, 1082, 1190, 1131, 1168,
				      1097, 1145, 1210, 1122, 1159, 1136};
static const double left[MONTHS] = {4.1, 3.6, 3.9, 4.4, 3.2, 3.8, 4.0, 3.5, 4.2, 3.7, 3.9, 3.4};

struct row {
	const char *name;
	enum ek_score_kind kind;
	const double *k, *of; /* of NULL: plain; else a rate, as its kind says */
	uint32_t n;
	struct ek_attain_target target;
	double centre, sigma, p, within; /* p within so much, the other two relatively 1e-4 */
	uint32_t met;
	enum ek_attain_grade grade;
	bool is_trial;
	double offered; /* 0 = not printed */
};

static const struct row rows[] = {
	{"V6, at least 95 %, as plain rate",
	 EK_SCORE_VALUE,
	 nhs_r,
	 nhs_n,
	 NHS,
	 {EK_ATTAIN_AT_LEAST, .95, 0},
	 .9529699,
	 .0042815,
	 .7561,
	 .00005,
	 15,
	 EK_ATTAIN_ATTAINABLE,
	 false,
	 0},
	{"V6 with Laney's spread",
	 EK_SCORE_RATE,
	 nhs_r,
	 nhs_n,
	 NHS,
	 {EK_ATTAIN_AT_LEAST, .95, 0},
	 .9528997,
	 .0042646,
	 .7517,
	 .00005,
	 15,
	 EK_ATTAIN_ATTAINABLE,
	 false,
	 0},
	{"V6, at least 98 %, plain",
	 EK_SCORE_VALUE,
	 nhs_r,
	 nhs_n,
	 NHS,
	 {EK_ATTAIN_AT_LEAST, .98, 0},
	 .9529699,
	 .0042815,
	 1.4e-10,
	 .05e-10,
	 0,
	 EK_ATTAIN_NOT_BY_EFFORT,
	 false,
	 0},
	{"solved per month, at least 1200",
	 EK_SCORE_COUNT,
	 solved,
	 NULL,
	 MONTHS,
	 {EK_ATTAIN_AT_LEAST, 1200, 0},
	 1141.667,
	 53.3527,
	 .1488,
	 .00005,
	 1,
	 EK_ATTAIN_NOT_BY_EFFORT,
	 true,
	 1105.7},
	{"abandonment by week, at most 3 %",
	 EK_SCORE_VALUE,
	 left,
	 NULL,
	 MONTHS,
	 {EK_ATTAIN_AT_MOST, 3, 0},
	 3.8083,
	 .45938,
	 .0531,
	 .00005,
	 0,
	 EK_ATTAIN_NOT_BY_EFFORT,
	 true,
	 4.12},
};

static void near(const char *name, double got, double want, double within)
{
	if (!(fabs(got - want) <= within))
		fail_msg("%s: %.12g, expected %.12g", name, got, want);
}

static uint32_t fill(const struct row *r, struct ek_score_point out[NHS])
{
	for (uint32_t i = 0; i < r->n; i++) {
		out[i] = (struct ek_score_point){(int32_t)i, r->k[i], 0};
		if (r->of != NULL && r->kind == EK_SCORE_RATE)
			out[i].n = r->of[i];
		else if (r->of != NULL)
			out[i].value = r->k[i] / r->of[i];
	}
	return r->n;
}

static struct ek_attain judge(const struct row *r)
{
	struct ek_score_point v[NHS];
	const struct ek_attain_ask ask = {
		.kind = r->kind, .points = v, .n = fill(r, v), .target = r->target};
	return ek_attain_judge(&ask);
}

static void test_printed(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		const struct row *r = &rows[i];
		struct ek_attain a = judge(r);
		assert_true(a.has_p);
		near(r->name, a.centre, r->centre, 1e-4 * r->centre);
		near(r->name, a.sigma, r->sigma, 1e-4 * r->sigma);
		near(r->name, a.p, r->p, r->within);
		assert_int_equal(a.met, r->met);
		assert_int_equal(a.periods, r->n);
		assert_int_equal(a.grade, r->grade);
		assert_int_equal(a.is_trial, r->is_trial);
		assert_true(a.has_offered && !a.has_capability);
		if (r->offered > 0)
			near(r->name, a.offered, r->offered, r->offered > 100 ? .05 : .005);
		assert_false(a.differs);
	}
}

static void test_printed_more(void **state)
{
	(void)state;
	struct ek_attain a = judge(&rows[0]);
	near("Wilson, low", a.low, .531, .0005);
	near("Wilson, high", a.high, .888, .0005);
	near("four running", ek_attain_running(a.p, 4), .327, .0005);
	near("twelve of twelve at .8", ek_attain_running(.8, 12), .069, .0005);
	near("as the data's file has it", a.p, .7560517, 1e-7);
	assert_true(ek_attain_is_fair(&a));
	a = judge(&rows[3]);
	near("range", a.sigma * 1.128, 60.1818, .0001);
	assert_false(ek_attain_is_fair(&a));
}

static void test_grades(void **state)
{
	(void)state;
	static const struct {
		double p;
		enum ek_attain_grade grade;
	} edges[] = {
		{1, EK_ATTAIN_ROUTINE},           {.95, EK_ATTAIN_ROUTINE},
		{.9499, EK_ATTAIN_ATTAINABLE},    {.50, EK_ATTAIN_ATTAINABLE},
		{.4999, EK_ATTAIN_STRETCH},       {.20, EK_ATTAIN_STRETCH},
		{.1999, EK_ATTAIN_NOT_BY_EFFORT}, {0, EK_ATTAIN_NOT_BY_EFFORT},
	};
	for (size_t i = 0; i < EK_LEN(edges); i++)
		assert_int_equal(ek_attain_grade_of(edges[i].p), edges[i].grade);
}

/* The trial ends with the twentieth period, and Student's t with it. */
static void test_periods(void **state)
{
	(void)state;
	struct ek_score_point v[EK_SCORE_POINTS_MAX + 8];
	for (uint32_t i = 0; i < EK_LEN(v); i++)
		v[i] = (struct ek_score_point){(int32_t)i, i % 2 == 0 ? 10 : 12, 0};
	static const uint32_t counts[] = {0, 1, 11, 12, 19, 20, 128, 136};
	for (size_t i = 0; i < EK_LEN(counts); i++) {
		struct ek_attain_ask ask = {.kind = EK_SCORE_VALUE,
					    .points = v,
					    .n = counts[i],
					    .target = {EK_ATTAIN_AT_LEAST, 11, 0}};
		struct ek_attain a = ek_attain_judge(&ask);
		assert_int_equal(a.grade == EK_ATTAIN_UNKNOWN, counts[i] < EK_ATTAIN_LEAST);
		assert_int_equal(a.is_trial, counts[i] < EK_ATTAIN_ENOUGH);
		assert_int_equal(a.has_p, counts[i] >= EK_ATTAIN_LEAST);
		assert_int_equal(a.met, (counts[i] > 128 ? 128 : counts[i]) / 2);
		/* An open shift: what was is no guide. */
		ask.has_open_shift = true;
		a = ek_attain_judge(&ask);
		assert_int_equal(a.grade, EK_ATTAIN_UNKNOWN);
		assert_true(a.is_trial && !a.has_p && !ek_attain_is_fair(&a));
	}
}

/* Both sides, with capability as in V14 (Montgomery: Cp 1.703, Cpk 1.663). */
static void test_between(void **state)
{
	(void)state;
	struct ek_score_point v[NHS];
	/* Neighbours 2 x .564 sigma apart give mR = 1.128 sigma. */
	const double s = .009785039, mean = 74.00118;
	for (uint32_t i = 0; i < NHS; i++)
		v[i] = (struct ek_score_point){(int32_t)i, mean + (i % 2 == 0 ? .564 : -.564) * s,
					       0};
	const struct ek_attain_ask ask = {.kind = EK_SCORE_VALUE,
					  .points = v,
					  .n = NHS,
					  .target = {EK_ATTAIN_BETWEEN, 73.95, 74.05}};
	struct ek_attain a = ek_attain_judge(&ask);
	assert_true(a.has_capability && !a.has_offered);
	near("sigma", a.sigma, s, 1e-9);
	near("Cp", a.cp, 1.703, .0005);
	near("Cpk", a.cpk, 1.663, .0005);
	near("p", a.p, 1, 1e-5);
	assert_int_equal(a.met, NHS);
}

/* On the logarithm: halves and doubles are as far from the middle. */
static void test_durations(void **state)
{
	(void)state;
	struct ek_score_point v[NHS];
	for (uint32_t i = 0; i < NHS; i++)
		v[i] = (struct ek_score_point){(int32_t)i, i % 2 == 0 ? 300 : 1200, 25};
	struct ek_attain_ask ask = {.kind = EK_SCORE_DURATION,
				    .points = v,
				    .n = NHS,
				    .target = {EK_ATTAIN_AT_MOST, 600, 0}};
	struct ek_attain a = ek_attain_judge(&ask);
	near("the middle", a.p, .5, 1e-9);
	near("three in four", a.offered, 600 * exp(.6745 * log(4) / 1.128), 1e-6);
	ask.target.value = 0;
	a = ek_attain_judge(&ask);
	assert_true(a.p <= 0);
	ask.target = (struct ek_attain_target){EK_ATTAIN_BETWEEN, 0, 600};
	a = ek_attain_judge(&ask);
	near("from nothing on", a.p, .5, 1e-9);
	assert_false(a.has_capability);
}

/* Without spread there is nothing to be in doubt about; what was seen and the model say so when
 * they are far apart. */
static void test_edges(void **state)
{
	(void)state;
	struct ek_score_point v[NHS];
	for (uint32_t i = 0; i < NHS; i++)
		v[i] = (struct ek_score_point){(int32_t)i, 0, 40};
	struct ek_attain_ask ask = {.kind = EK_SCORE_RATE,
				    .points = v,
				    .n = NHS,
				    .target = {EK_ATTAIN_AT_MOST, .03, 0}};
	struct ek_attain a = ek_attain_judge(&ask);
	assert_true(a.has_p && a.p >= 1 && a.grade == EK_ATTAIN_ROUTINE);
	near("never more than none", a.offered, 0, 0);
	ask.target.comparator = EK_ATTAIN_AT_LEAST;
	a = ek_attain_judge(&ask);
	assert_true(a.p <= 0 && a.grade == EK_ATTAIN_NOT_BY_EFFORT);
	/* One period far below all others pulls mean and spread; 19 of 20 met it. */
	for (uint32_t i = 0; i < NHS; i++)
		v[i] = (struct ek_score_point){(int32_t)i, i % 2 == 0 ? 10 : 14, 0};
	v[7].value = -150;
	ask = (struct ek_attain_ask){.kind = EK_SCORE_VALUE,
				     .points = v,
				     .n = NHS,
				     .target = {EK_ATTAIN_AT_LEAST, 9, 0}};
	a = ek_attain_judge(&ask);
	assert_int_equal(a.met, 19);
	assert_true(a.differs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_printed), cmocka_unit_test(test_printed_more),
		cmocka_unit_test(test_grades),  cmocka_unit_test(test_periods),
		cmocka_unit_test(test_between), cmocka_unit_test(test_durations),
		cmocka_unit_test(test_edges),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
