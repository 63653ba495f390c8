/* Published series with worked results (spec patterns, section 9), read in place from
 * ../shared/data/vectors/supervision.json; skipped when that is not there. Sources: Montgomery,
 * qcc, qicharts2, NHSRplotthedots, spc-plotly, R's Nile. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "patterns/break.h"
#include "patterns/chart.h"
#include "patterns/marks.h"

enum { TEXT_MAX = 65536, SERIES_MAX = 128 };

struct series {
	double x[SERIES_MAX];
	uint32_t n;
};

static char *text_of(const char *path)
{
	FILE *in = fopen(path, "rb");
	if (in == NULL)
		return NULL;
	char *text = malloc(TEXT_MAX);
	assert_non_null(text);
	size_t n = fread(text, 1, TEXT_MAX - 1, in);
	(void)fclose(in);
	text[n] = '\0';
	return text;
}

/* The list of numbers that stands under two names, one within the other. */
static struct series read_series(const char *outer, const char *inner)
{
	/* From the checkout's root, and from a build folder in it. */
	static const char *const paths[] = {
		"../shared/data/vectors/supervision.json",
		"../../../shared/data/vectors/supervision.json",
	};
	struct series s = {.n = 0};
	char name[64];
	char *text = text_of(paths[0]);
	if (text == NULL)
		text = text_of(paths[1]);
	if (text == NULL) {
		print_message("skipped: %s is not there\n", paths[0]);
		skip();
	}
	(void)snprintf(name, sizeof name, "\"%s\"", outer);
	const char *at = strstr(text, name);
	assert_non_null(at);
	(void)snprintf(name, sizeof name, "\"%s\"", inner);
	at = strstr(at, name);
	assert_non_null(at);
	char *from = strchr(at, '[');
	while (from != NULL && *from != ']' && s.n < SERIES_MAX) {
		s.x[s.n++] = strtod(from + 1, &from);
		from += strspn(from, " \t\r\n");
	}
	free(text);
	return s;
}

static void near(double got, double want)
{
	double within = 1e-4 * (fabs(want) > 1 ? fabs(want) : 1);
	if (fabs(got - want) > within)
		fail_msg("%.7f, expected %.7f", got, want);
}

/* ---- charts fed with a whole series; a point's key is its place from 1 */

struct want {
	int32_t key; /* 0: silent */
	int32_t start;
	double c;
};

struct run {
	struct ek_chart_setup setup;
	const struct series *x;
	const struct series *of; /* denominators, or NULL: n for all */
	double n;
	int32_t left_out[2];
};

static struct ek_score_point point_of(const struct run *r, uint32_t i)
{
	return (struct ek_score_point){(int32_t)i + 1, r->x->x[i],
				       r->of != NULL ? r->of->x[i] : r->n};
}

static void feed_run(struct ek_chart *chart, const struct run *r, struct ek_verdict_fact *shift)
{
	ek_chart_init(chart, &r->setup);
	shift->kind = 0;
	for (uint32_t i = 0; i < r->x->n; i++) {
		struct ek_chart_step step;
		struct ek_score_point p = point_of(r, i);
		bool out = p.key == r->left_out[0] || p.key == r->left_out[1];
		ek_chart_feed(chart, &p, out, &step);
		for (uint32_t k = 0; k < step.facts.n && shift->kind == 0; k++)
			if (step.facts.v[k].kind == EK_VERDICT_SHIFT)
				*shift = step.facts.v[k];
	}
}

static void expect_verdict(const struct run *r, struct want want)
{
	struct ek_chart chart;
	struct ek_verdict_fact shift;
	feed_run(&chart, r, &shift);
	if (want.key == 0) {
		assert_int_equal(shift.kind, 0);
		return;
	}
	assert_int_equal(shift.kind, EK_VERDICT_SHIFT);
	assert_int_equal(shift.key, want.key);
	assert_int_equal(shift.start_key, want.start);
	near(shift.c, want.c);
}

static struct run plain(const struct series *x, enum ek_score_kind kind, enum ek_budget_feed feed,
			uint32_t lock)
{
	return (struct run){.setup = {.kind = kind, .feed = feed, .lock = lock}, .x = x};
}

/* The first verdict over scores, from the first point on. */
static struct want first_verdict(const double *z, uint32_t n, enum ek_budget_feed feed)
{
	struct ek_cusum_rule rule = ek_budget_rule(feed, 0).cusum;
	struct ek_cusum c = {.run = 0};
	for (uint32_t i = 0; i < n; i++) {
		struct ek_cusum_verdict v = ek_cusum_feed(&c, &rule, z[i]);
		if (v.side != 0)
			return (struct want){(int32_t)i + 1, (int32_t)(i + 2 - v.n), v.c};
	}
	return (struct want){0, 0, 0};
}

static void expect_first(const double *z, uint32_t n, enum ek_budget_feed feed, struct want want)
{
	struct want got = first_verdict(z, n, feed);
	assert_int_equal(got.key, want.key);
	assert_int_equal(got.start, want.start);
	near(got.c, want.c);
}

/* ---- the series */

static void test_v1_concentration_is_silent(void **state)
{
	(void)state;
	struct series s = read_series("V1_concentration", "x");
	struct series up = read_series("V1_concentration", "sH");
	struct series down = read_series("V1_concentration", "sL");
	struct ek_baseline b = ek_baseline_make(s.x, s.n, true);
	near(b.mean, 99.095);
	near(b.range, 2.589474);
	near(ek_baseline_upper(&b), 105.983);
	near(ek_baseline_lower(&b), 92.207);
	struct ek_cusum c = {.run = 0};
	struct ek_cusum_rule rule = {0.5, 3, 5, 1, 0};
	double z[SERIES_MAX];
	for (uint32_t i = 0; i < s.n; i++) {
		assert_int_equal(ek_cusum_feed(&c, &rule, (s.x[i] - 99) / 2).side, 0);
		near(c.up.c * 2, up.x[i]);
		near(c.down.c * 2, down.x[i]);
		z[i] = (s.x[i] - b.mean) / b.sigma;
	}
	expect_first(z, s.n, EK_BUDGET_DAILY, (struct want){0, 0, 0});
	expect_first(z, s.n, EK_BUDGET_WEEKLY, (struct want){0, 0, 0});
}

static void test_v2_viscosity(void **state)
{
	(void)state;
	struct series s = read_series("V2_viscosity", "x");
	struct ek_baseline b = ek_baseline_make(s.x, 20, false);
	near(b.mean, 34.088);
	near(b.sigma, .5076521);
	near(b.mean - 3 * b.sigma, 32.56504);
	near(b.mean + 3 * b.sigma, 35.61096);
	assert_true(s.x[3] > b.mean + 3 * b.sigma);
	struct run r = plain(&s, EK_SCORE_VALUE, EK_BUDGET_WEEKLY, 19);
	r.setup.no_screening = true;
	r.left_out[0] = 4;
	struct ek_chart chart;
	struct ek_verdict_fact shift;
	feed_run(&chart, &r, &shift);
	near(chart.model.centre, 33.98947);
	near(chart.model.sigma, .4117415);
	struct ek_score_point p = {28, s.x[27], 0};
	struct ek_score_limits limits;
	double z;
	assert_true(ek_chart_look(&chart, &p, &z, &limits));
	near(limits.lower, 32.75425);
	near(limits.upper, 35.2247);
	assert_true(s.x[27] > limits.upper);
	near(shift.is, (34.65 + 34.8 + 34.55 + 35.4) / 4);
	expect_verdict(&r, (struct want){28, 25, 5.9341});
	r.setup.feed = EK_BUDGET_DAILY;
	expect_verdict(&r, (struct want){29, 25, 7.2812});
	feed_run(&chart, &r, &shift);
	near(shift.is, 34.83);
	assert_int_equal(shift.n, 5);
}

/* An EWMA of .2 with limits that grow, on the uncleaned baseline: what others would have seen. */
static void test_v2_ewma(void **state)
{
	(void)state;
	static const double limits[][2] = {{33.81387, 34.36213}, {33.73694, 34.43906}};
	struct series s = read_series("V2_viscosity", "x");
	struct ek_baseline b = ek_baseline_make(s.x, 20, false);
	double ewma = b.mean, left = 1;
	uint32_t first = 0;
	for (uint32_t i = 0; i < s.n; i++) {
		ewma += .2 * (s.x[i] - ewma);
		left *= .8 * .8;
		double wide = 2.7 * b.sigma * sqrt(.2 / 1.8 * (1 - left));
		if (i < EK_LEN(limits)) {
			near(b.mean - wide, limits[i][0]);
			near(b.mean + wide, limits[i][1]);
		}
		if (first == 0 && fabs(ewma - b.mean) > wide)
			first = i + 1;
	}
	near(b.mean - 2.7 * b.sigma * sqrt(.2 / 1.8), 33.63111);
	assert_int_equal(first, 35);
}

static void test_v3_circuit_boards(void **state)
{
	(void)state;
	struct series s = read_series("V3_circuit", "c");
	struct ek_baseline_limits l = ek_baseline_count_limits(19.84615, 1);
	near(l.lower, 6.481447);
	near(l.upper, 33.21086);
	for (uint32_t i = 0; i < 26; i++)
		assert_int_equal(s.x[i] < l.lower || s.x[i] > l.upper, i == 5 || i == 19);
	l = ek_baseline_count_limits(19.66667, 1);
	near(l.lower, 6.362532);
	near(l.upper, 32.9708);
	double z[SERIES_MAX];
	for (uint32_t i = 0; i < s.n; i++)
		z[i] = (s.x[i] - 19.66667) / sqrt(19.66667);
	expect_first(z, s.n, EK_BUDGET_DAILY, (struct want){0, 0, 0});
	expect_first(z, s.n, EK_BUDGET_WEEKLY, (struct want){30, 23, 0});
	/* The engine's feed, one cell: the same verdicts, only point 6 beyond 3. */
	struct run r = plain(&s, EK_SCORE_COUNT, EK_BUDGET_WEEKLY, 24);
	r.left_out[0] = 6;
	r.left_out[1] = 20;
	struct ek_chart chart;
	struct ek_verdict_fact shift;
	feed_run(&chart, &r, &shift);
	near(chart.model.sigma, 1.2505);
	for (uint32_t i = 0; i < s.n; i++) {
		struct ek_score_point p = point_of(&r, i);
		struct ek_score_limits limits;
		assert_true(ek_chart_look(&chart, &p, &z[i], &limits));
		assert_int_equal(fabs(z[i]) > 3, i == 5);
	}
	expect_first(z, s.n, EK_BUDGET_DAILY, (struct want){0, 0, 0});
	expect_first(z, s.n, EK_BUDGET_WEEKLY, (struct want){30, 23, 0});
}

/* Two odd points on opposite sides are two blips, and each is closed as a one-off. */
static void test_v3_blips_on_opposite_sides(void **state)
{
	(void)state;
	struct series s = read_series("V3_circuit", "c");
	struct ek_verdict v = {.at = 0};
	struct ek_verdict_rule rule = ek_budget_rule(EK_BUDGET_DAILY, 0);
	int32_t sides[4] = {0};
	uint32_t n = 0;
	for (uint32_t i = 0; i < 30; i++) {
		struct ek_verdict_facts facts;
		struct ek_verdict_point p = {
			(int32_t)i + 1, (s.x[i] - 19.84615) / sqrt(19.84615), 0, 0, 0, false};
		ek_verdict_feed(&v, &rule, &p, &facts);
		for (uint32_t k = 0; k < facts.n && n < 4; k++)
			if (facts.v[k].kind == EK_VERDICT_ONE_OFF)
				sides[n++] = facts.v[k].side * facts.v[k].key;
	}
	assert_int_equal(n, 2);
	assert_int_equal(sides[0], -6);
	assert_int_equal(sides[1], 20);
}

static void test_v4_juice_cans(void **state)
{
	(void)state;
	struct series s = read_series("V4_juice", "d");
	struct ek_score_model plain_model = {.kind = EK_SCORE_RATE, .centre = .2313333, .sigma = 1};
	struct ek_score_point p = {1, 12, 50};
	struct ek_score_limits l = ek_score_limits(&plain_model, &p);
	near(l.lower, .05242755);
	near(l.upper, .4102391);
	for (uint32_t i = 0; i < 30; i++)
		assert_int_equal(s.x[i] / 50 > l.upper || s.x[i] / 50 < l.lower,
				 i == 14 || i == 22);
	plain_model.centre = .215;
	l = ek_score_limits(&plain_model, &p);
	near(l.lower, .04070284);
	near(l.upper, .3892972);
	assert_true(s.x[20] / 50 > l.upper);
	double z[SERIES_MAX];
	for (uint32_t i = 30; i < s.n; i++)
		z[i - 30] = (s.x[i] / 50 - .215) / sqrt(.215 * .785 / 50);
	expect_first(z, s.n - 30, EK_BUDGET_WEEKLY, (struct want){7, 1, 5.8805});
	expect_first(z, s.n - 30, EK_BUDGET_DAILY, (struct want){8, 1, 8.0484});
	struct run r = plain(&s, EK_SCORE_RATE, EK_BUDGET_WEEKLY, 28);
	r.n = 50;
	r.left_out[0] = 15;
	r.left_out[1] = 23;
	struct ek_chart chart;
	struct ek_verdict_fact shift;
	feed_run(&chart, &r, &shift);
	near(chart.model.centre, .215);
	near(chart.model.sigma, 1.469371);
	expect_verdict(&r, (struct want){40, 34, 5.4611});
	r.setup.feed = EK_BUDGET_DAILY;
	expect_verdict(&r, (struct want){41, 34, 7.0110});
	double after = 0;
	for (uint32_t i = 30; i < s.n; i++)
		after += s.x[i];
	plain_model.centre = after / 24 / 50;
	near(plain_model.centre, .1108333);
	near(ek_score_limits(&plain_model, &p).upper, .2440207);
}

static void test_v6_four_hours(void **state)
{
	(void)state;
	struct series k = read_series("V6_nhs", "r"), n = read_series("V6_nhs", "n");
	struct ek_score_point points[SERIES_MAX];
	double z[SERIES_MAX], share[SERIES_MAX];
	uint32_t out = 0;
	for (uint32_t i = 0; i < k.n; i++) {
		points[i] = (struct ek_score_point){(int32_t)i + 1, k.x[i], n.x[i]};
		share[i] = k.x[i] / n.x[i];
	}
	struct ek_score_fit how = {EK_SCORE_RATE, false, true};
	struct ek_score_model m;
	assert_int_equal(ek_score_fit(&how, points, k.n, &m), EK_SCORE_FINE);
	near(m.centre, .9528997);
	near(m.sigma, 10.64042);
	near(ek_score_limits(&m, &points[0]).lower, .940130);
	near(ek_score_limits(&m, &points[0]).upper, .965670);
	struct ek_score_model without = m;
	without.sigma = 1;
	near(ek_score_limits(&without, &points[0]).lower, .951700);
	near(ek_score_limits(&without, &points[0]).upper, .954100);
	for (uint32_t i = 0; i < k.n; i++) {
		out += fabs(ek_score_z(&without, &points[i])) > 3;
		z[i] = ek_score_z(&m, &points[i]);
		assert_true(fabs(z[i]) < 3);
	}
	assert_int_equal(out, 16);
	struct ek_baseline b = ek_baseline_make(share, k.n, true);
	near(b.mean, .952970);
	near(ek_baseline_lower(&b), .940123);
	near(ek_baseline_upper(&b), .965817);
	expect_first(z, k.n, EK_BUDGET_WEEKLY, (struct want){0, 0, 0});
	expect_first(z, k.n, EK_BUDGET_DAILY, (struct want){0, 0, 0});
}

static void test_v7_c_difficile(void **state)
{
	(void)state;
	struct series s = read_series("V7_cdi", "c");
	struct ek_baseline_limits l = ek_baseline_count_limits(18.70833, 1);
	near(l.lower, 5.732394);
	near(l.upper, 31.684276);
	near(ek_baseline_count_limits(7.08333, 1).upper, 15.068);
	assert_int_equal(ek_marks_runs(s.x, s.n, 19).longest, 15);
	double z[SERIES_MAX];
	for (uint32_t i = 0; i < s.n; i++)
		z[i] = 2 * (sqrt(s.x[i] + .375) - sqrt(18.7083333 + .375));
	struct want want = {28, 25, 7.0272};
	expect_first(z + 24, s.n - 24, EK_BUDGET_DAILY, (struct want){4, 1, 7.0272});
	struct run r = plain(&s, EK_SCORE_COUNT, EK_BUDGET_WEEKLY, 24);
	want.c = 6.7802;
	expect_verdict(&r, want);
	struct ek_chart chart;
	struct ek_verdict_fact shift;
	feed_run(&chart, &r, &shift);
	near(chart.model.centre, -.079304);
	near(chart.model.sigma, 1.001571);
	/* Month 20 stays a blip. */
	struct ek_score_point p = point_of(&r, 19);
	struct ek_score_limits limits;
	assert_true(ek_chart_look(&chart, &p, &z[0], &limits));
	assert_true(z[0] < -3);
}

/* Unlocked limits hide a shift: 3 points out of all 38, 7 with limits locked on 18 (S9). */
static void test_v8_locked_limits_show_more(void **state)
{
	(void)state;
	static const uint32_t out[] = {19, 22, 25, 29, 30, 31, 34};
	struct series s = read_series("V8_spcplotly", "x");
	struct ek_baseline all = ek_baseline_make(s.x, s.n, false);
	near(all.mean, 2820.631579);
	near(all.range, 571.891892);
	near(ek_baseline_range_limit(&all), 1868.942703);
	near(ek_baseline_upper(&all), 4341.864011);
	near(ek_baseline_lower(&all), 1299.399147);
	struct ek_baseline b = ek_baseline_make(s.x, 18, false);
	near(b.mean, 2382.6111);
	near(b.range, 362.6471);
	near(ek_baseline_upper(&b), 3347.2523);
	near(ek_baseline_lower(&b), 1417.9699);
	uint32_t seen = 0, of_all = 0;
	for (uint32_t i = 0; i < s.n; i++) {
		of_all += s.x[i] > ek_baseline_upper(&all) || s.x[i] < ek_baseline_lower(&all);
		if (s.x[i] > ek_baseline_upper(&b) || s.x[i] < ek_baseline_lower(&b))
			assert_int_equal(i + 1, out[seen++]);
	}
	assert_int_equal(seen, EK_LEN(out));
	assert_int_equal(of_all, 3);
	struct run r = plain(&s, EK_SCORE_VALUE, EK_BUDGET_WEEKLY, 18);
	r.setup.no_screening = true;
	expect_verdict(&r, (struct want){22, 19, 8.8858});
	r.setup.feed = EK_BUDGET_DAILY;
	expect_verdict(&r, (struct want){22, 19, 8.8858});
}

static void test_v9_screening(void **state)
{
	(void)state;
	struct series s = read_series("V9_outlier", "x");
	struct ek_baseline b = ek_baseline_make(s.x, s.n, true);
	near(b.mean, 1.944444);
	near(ek_baseline_upper(&b), 4.604444);
	near(ek_baseline_lower(&b), -.715556);
	assert_int_equal(b.screened, 2);
	b = ek_baseline_make(s.x, s.n, false);
	near(ek_baseline_upper(&b), 6.951503);
	near(ek_baseline_lower(&b), -3.062614);
}

static void test_v12_nile(void **state)
{
	(void)state;
	struct series s = read_series("V12_nile", "x");
	struct ek_baseline b = ek_baseline_make(s.x, 20, true);
	near(b.mean, 1070.85);
	near(b.sigma, 148.93617);
	struct run r = plain(&s, EK_SCORE_VALUE, EK_BUDGET_WEEKLY, 20);
	expect_verdict(&r, (struct want){1902 - 1870, 1899 - 1870, 5.3951});
	r.setup.feed = EK_BUDGET_DAILY;
	expect_verdict(&r, (struct want){1904 - 1870, 1899 - 1870, 6.8707});
}

/* Looking back at the whole century: a break after 1898, 1895 to 1902. */
static void test_v12_single_break(void **state)
{
	(void)state;
	struct series s = read_series("V12_nile", "x");
	struct ek_break b;
	assert_true(ek_break_find(s.x, s.n, &b));
	assert_int_equal(b.after + 1870, 1898);
	assert_int_equal(b.from + 1870, 1895);
	assert_int_equal(b.until + 1870, 1902);
	near(b.rss_one, 2835157);
	near(b.rss_two, 1597457);
	near(b.before, 1097.75);
	near(b.since, 849.9722);
	assert_true(ek_break_agrees(&b, 1899 - 1870));
	assert_false(ek_break_agrees(&b, 1910 - 1870));
	assert_false(ek_break_find(s.x, EK_BREAK_MIN - 1, &b));
}

static void test_v15_runs_of_v7(void **state)
{
	(void)state;
	struct series s = read_series("V7_cdi", "c");
	struct ek_marks_runs r = ek_marks_runs(s.x, s.n, 17);
	assert_int_equal(r.useful, 32);
	assert_int_equal(r.longest, 14);
	assert_int_equal(r.longest_max, 8);
	assert_int_equal(r.crossings, 6);
	assert_int_equal(r.crossings_min, 11);
	assert_true(r.is_signal);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_v1_concentration_is_silent),
		cmocka_unit_test(test_v2_viscosity),
		cmocka_unit_test(test_v2_ewma),
		cmocka_unit_test(test_v3_circuit_boards),
		cmocka_unit_test(test_v3_blips_on_opposite_sides),
		cmocka_unit_test(test_v4_juice_cans),
		cmocka_unit_test(test_v6_four_hours),
		cmocka_unit_test(test_v7_c_difficile),
		cmocka_unit_test(test_v8_locked_limits_show_more),
		cmocka_unit_test(test_v9_screening),
		cmocka_unit_test(test_v12_nile),
		cmocka_unit_test(test_v12_single_break),
		cmocka_unit_test(test_v15_runs_of_v7),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
