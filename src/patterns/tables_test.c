/* The tables of the spec (section 8) found again by simulation: what each rule costs in false
 * verdicts and how fast it sees a change. Seeded, so that a run can be repeated.
 *
 * A short version with wider bounds runs always; EK_LONG=1 asks for at least 20,000 runs a cell,
 * within 3 % of a mean run length and .01 of a probability (daily counts 5 %). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "patterns/bernoulli.h"
#include "patterns/budget.h"
#include "patterns/marks.h"
#include "patterns/normal.h"
#include "patterns/score.h"

static bool is_long(void)
{
	const char *text = getenv("EK_LONG");
	return text != NULL && text[0] != '\0';
}

static double uniform(struct ek_rng *r)
{
	return ((double)(ek_rng_next(r) >> 12) + 0.5) * 0x1p-52;
}

static double normal(struct ek_rng *r)
{
	return ek_normal_quantile(uniform(r));
}

/* ---- what can signal */

enum { WINDOW = 256 };

struct scheme {
	const char *name;
	struct ek_cusum_rule cusum; /* h of 0: none */
	bool is_told; /* signals when a shift is told: its sum is over, and its level holds */
	enum ek_marks_set set;
	uint32_t bits; /* of the set, those that count */
	double lambda; /* of an EWMA; 0: none */
	double width;
};

struct chart {
	struct ek_cusum cusum;
	struct ek_verdict verdict;
	double z[WINDOW];
	uint32_t n;
	double ewma;
};

static bool feed_told(const struct scheme *s, struct chart *c, double z)
{
	const struct ek_verdict_rule rule = {.cusum = s->cusum, .freeze = WINDOW};
	const struct ek_verdict_point p = {.z = z};
	struct ek_verdict_facts facts;
	bool is_shift = false;
	ek_verdict_feed(&c->verdict, &rule, &p, &facts);
	for (uint32_t i = 0; i < facts.n; i++)
		is_shift = is_shift || facts.v[i].kind == EK_VERDICT_SHIFT;
	return is_shift;
}

static bool feed(const struct scheme *s, struct chart *c, double z)
{
	if (s->is_told)
		return feed_told(s, c, z);
	if (s->cusum.h > 0)
		return ek_cusum_feed(&c->cusum, &s->cusum, z).side != 0;
	if (s->lambda > 0) {
		c->ewma += s->lambda * (z - c->ewma);
		return fabs(c->ewma) > s->width * sqrt(s->lambda / (2 - s->lambda));
	}
	if (c->n == WINDOW) {
		memmove(c->z, c->z + WINDOW - 16, 16 * sizeof c->z[0]);
		c->n = 16;
	}
	c->z[c->n++] = z;
	return (ek_marks_at(s->set, c->z, c->n - 1) & s->bits) != 0;
}

static void clear(const struct scheme *s, struct chart *c)
{
	memset(&c->cusum, 0, sizeof c->cusum);
	memset(&c->verdict, 0, sizeof c->verdict);
	c->ewma = 0;
	/* Single rules as if the series had been quiet before; whole sets as they begin. */
	c->n = s->bits == UINT32_MAX ? 0 : 4;
	for (uint32_t i = 0; i < c->n; i++)
		c->z[i] = 0;
}

static uint32_t run_length(const struct scheme *s, struct ek_rng *r, double shift)
{
	struct chart c;
	uint32_t n = 1;
	clear(s, &c);
	while (!feed(s, &c, normal(r) + shift))
		n++;
	return n;
}

/* ---- bounds */

static uint32_t runs_for(double length)
{
	double points = is_long() ? 1e7 : 4e5;
	double least = is_long() ? 20000 : 60, most = is_long() ? 50000 : 4000;
	double runs = points / length;
	return (uint32_t)(runs < least ? least : runs > most ? most : runs);
}

static void near_mean(const char *what, double got, double want, uint32_t runs)
{
	/* Half of the last printed digit comes on top: 2.0 may be 1.95. */
	double digit = want < 5 ? 0.051 : want < 20 ? 0.06 : 0.51;
	double within = want * (is_long() ? 0.03 : 0.03 + 4 / sqrt(runs)) + digit;
	if (fabs(got - want) > within)
		fail_msg("%s: %.3f, expected %.3f within %.3f", what, got, want, within);
}

static void near_chance(const char *what, double got, double want, uint32_t runs)
{
	double p = want < 0.001 ? 0.001 : want > 0.999 ? 0.999 : want;
	double within = 0.0101 + (is_long() ? 0 : 4 * sqrt(p * (1 - p) / runs));
	if (fabs(got - want) > within)
		fail_msg("%s: %.4f, expected %.4f within %.4f", what, got, want, within);
}

static void check_mean_run(const struct scheme *s, double shift, double want)
{
	struct ek_rng r = {17};
	uint32_t runs = runs_for(want);
	double sum = 0;
	char what[80];
	for (uint32_t i = 0; i < runs; i++)
		sum += run_length(s, &r, shift);
	(void)snprintf(what, sizeof what, "%s at %.1f", s->name, shift);
	near_mean(what, sum / runs, want, runs);
}

/* ---- table A */

#define MARKS(name, set, bits) \
	{ \
		name, {.h = 0}, false, (set), (bits), 0, 0 \
	}
#define CUSUM(name, h) \
	{ \
		name, {0.5, INFINITY, (h), 1, 0}, false, EK_MARKS_NONE, 0, 0, 0 \
	}
#define RULE(name, h, run) \
	{ \
		name, {0.5, 3, (h), 4, (run)}, false, EK_MARKS_NONE, 0, 0, 0 \
	}
#define TOLD(name, h, run) \
	{ \
		name, {0.5, 3, (h), 4, (run)}, true, EK_MARKS_NONE, 0, 0, 0 \
	}
#define EWMA(name, lambda, width) \
	{ \
		name, {.h = 0}, false, EK_MARKS_NONE, 0, (lambda), (width) \
	}

static const double shifts[] = {0, 0.5, 1, 1.5, 2, 3};

static const struct {
	struct scheme scheme;
	double mean[EK_LEN(shifts)];
} table_a[] = {
	{MARKS("3 sigma", EK_MARKS_WESTERN_ELECTRIC, EK_MARKS_LIMIT),
	 {370.4, 155.2, 43.9, 15.0, 6.3, 2.0}},
	{MARKS("2 of 3", EK_MARKS_WESTERN_ELECTRIC, EK_MARKS_LIMIT | EK_MARKS_TWO),
	 {225.4, 77.7, 20.0, 7.3, 3.7, 1.7}},
	{MARKS("4 of 5", EK_MARKS_WESTERN_ELECTRIC, EK_MARKS_LIMIT | EK_MARKS_FOUR),
	 {166.1, 46.2, 12.7, 5.9, 3.7, 1.9}},
	{MARKS("run 8", EK_MARKS_WESTERN_ELECTRIC, EK_MARKS_LIMIT | EK_MARKS_RUN),
	 {152.7, 44.3, 14.6, 7.8, 4.9, 2.0}},
	{MARKS("run 9", EK_MARKS_NELSON, EK_MARKS_LIMIT | EK_MARKS_RUN),
	 {216.8, 57.8, 17.0, 8.5, 5.2, 2.0}},
	{MARKS("Western Electric", EK_MARKS_WESTERN_ELECTRIC, UINT32_MAX),
	 {91.7, 27.3, 9.3, 5.0, 3.3, 1.8}},
	{MARKS("Wheeler", EK_MARKS_WHEELER, UINT32_MAX), {127.9, 35.8, 11.4, 5.9, 3.7, 1.9}},
	{MARKS("NHS", EK_MARKS_NHS, UINT32_MAX), {86.3, 29.2, 10.6, 5.7, 3.6, 1.8}},
	{MARKS("Nelson", EK_MARKS_NELSON, UINT32_MAX), {73.4, 28.2, 9.7, 5.1, 3.3, 1.8}},
	{CUSUM("CUSUM 4", 4), {167.7, 26.6, 8.38, 4.75, 3.34, 2.19}},
	{CUSUM("CUSUM 5", 5), {465.4, 38.0, 10.4, 5.75, 4.01, 2.57}},
	{EWMA("EWMA .2", .2, 2.962), {499.7, 41.8, 10.5, 5.5, 3.74, 2.38}},
	{EWMA("EWMA .1", .1, 2.814), {499.6, 31.3, 10.3, 6.1, 4.36, 2.87}},
	{RULE("weekly", 5, 8), {190, 31.5, 10.1, 6.0, 4.6, 4.0}},
	{RULE("daily", 6, 10), {640, 46.7, 12.2, 6.9, 5.0, 4.0}},
	{RULE("person", 7, 0), {3795, 68.1, 14.5, 7.9, 5.6, 4.1}},
	/* What is told holds to the same figures: of a level that is there it asks nothing more. */
	{TOLD("weekly, told", 5, 8), {190, 31.5, 10.1, 6.0, 4.6, 4.0}},
	{TOLD("daily, told", 6, 10), {640, 46.7, 12.2, 6.9, 5.0, 4.0}},
	{TOLD("person, told", 7, 0), {3795, 68.1, 14.5, 7.9, 5.6, 4.1}},
};

static void test_table_a_mean_run_lengths(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(table_a); i++)
		for (size_t j = 0; j < EK_LEN(shifts); j++)
			check_mean_run(&table_a[i].scheme, shifts[j], table_a[i].mean[j]);
}

/* ---- table B */

static struct scheme of_rule(const char *name, struct ek_verdict_rule rule)
{
	return (struct scheme){name, rule.cusum, false, EK_MARKS_NONE, 0, 0, 0};
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

/* The same seed for each step, so that delays of neighbouring steps differ by the steps alone. */
static uint32_t median_delay(const struct scheme *s, double shift)
{
	enum { RUNS = 4001 };
	static const uint64_t seed = 23;
	uint32_t *delays = malloc(RUNS * sizeof *delays);
	struct ek_rng r = {seed};
	assert_non_null(delays);
	for (uint32_t i = 0; i < RUNS; i++)
		delays[i] = run_length(s, &r, shift);
	qsort(delays, RUNS, sizeof *delays, by_size);
	uint32_t median = delays[RUNS / 2];
	free(delays);
	return median;
}

static const struct {
	double mean;
	uint32_t delay_1, delay_2;
} table_b[EK_BUDGET_TEAM_STEPS] = {
	{190, 9, 4},   {640, 11, 5},  {1170, 12, 5},  {2090, 13, 5},
	{3730, 14, 6}, {6530, 15, 6}, {20400, 17, 7},
};

static void test_table_b_ladder(void **state)
{
	(void)state;
	for (uint32_t step = 0; step < EK_BUDGET_TEAM_STEPS; step++) {
		struct scheme s = of_rule("ladder", ek_budget_rule(EK_BUDGET_WEEKLY, step));
		if (is_long() || step < 4)
			check_mean_run(&s, 0, table_b[step].mean);
		assert_int_equal(median_delay(&s, 1), table_b[step].delay_1);
		assert_int_equal(median_delay(&s, 2), table_b[step].delay_2);
		s.is_told = true;
		assert_in_range(median_delay(&s, 1), table_b[step].delay_1,
				table_b[step].delay_1 + 1);
		assert_int_equal(median_delay(&s, 2), table_b[step].delay_2);
	}
}

/* S26. */
static void test_daily_delay_promise(void **state)
{
	(void)state;
	struct scheme s = of_rule("daily", ek_budget_rule(EK_BUDGET_DAILY, 0));
	s.is_told = true;
	assert_true(median_delay(&s, 1) <= 13);
	assert_true(median_delay(&s, 2) <= 5);
}

/* The chance of a signal in the next points, with limits from a baseline of m. */
struct trial {
	struct scheme scheme;
	uint32_t m;
	uint32_t points;
	bool screen;
};

static double false_chance(const struct trial *t, uint32_t runs)
{
	struct ek_rng r = {29};
	uint32_t hits = 0;
	double x[256];
	for (uint32_t i = 0; i < runs; i++) {
		struct chart c;
		bool hit = false;
		clear(&t->scheme, &c);
		for (uint32_t j = 0; j < t->m; j++)
			x[j] = normal(&r);
		struct ek_baseline b = ek_baseline_make(x, t->m, t->screen);
		for (uint32_t j = 0; j < t->points && !hit; j++)
			hit = feed(&t->scheme, &c, (normal(&r) - b.mean) / b.sigma);
		hits += hit;
	}
	return (double)hits / runs;
}

static void check_chance(const struct trial *t, double want)
{
	uint32_t runs = is_long() ? 50000 : 4000;
	char what[80];
	(void)snprintf(what, sizeof what, "%s, h %.1f, m %u", t->scheme.name, t->scheme.cusum.h,
		       t->m);
	near_chance(what, false_chance(t, runs), want, runs);
}

static void test_table_b_chances(void **state)
{
	(void)state;
	static const uint32_t sizes[] = {20, 40, 60, 90};
	for (uint32_t step = 0; step < EK_BUDGET_TEAM_STEPS; step++)
		for (size_t i = 0; i < EK_LEN(sizes); i++) {
			struct trial t = {of_rule("ladder", ek_budget_rule(EK_BUDGET_WEEKLY, step)),
					  sizes[i], 30, true};
			check_chance(&t, ek_budget_odds(EK_BUDGET_WEEKLY, step, sizes[i]));
		}
}

/* Of what is told: with a short baseline, whose limits are the least sure, a little less. */
static void test_table_b_told(void **state)
{
	(void)state;
	static const uint32_t sizes[] = {20, 40, 60, 90};
	static const double want[][EK_LEN(sizes)] = {{.289, .219, .196, .175},
						     {.164, .103, .082, .066}};
	for (uint32_t step = 0; step < EK_LEN(want); step++)
		for (size_t i = 0; i < EK_LEN(sizes); i++) {
			struct trial t = {of_rule("told", ek_budget_rule(EK_BUDGET_WEEKLY, step)),
					  sizes[i], 30, true};
			t.scheme.is_told = true;
			check_chance(&t, want[step][i]);
			assert_true(want[step][i] <=
				    ek_budget_odds(EK_BUDGET_WEEKLY, step, sizes[i]) + .005);
		}
}

static void test_table_b_without_screening(void **state)
{
	(void)state;
	static const uint32_t sizes[] = {20, 40, 60, 90};
	static const double want[2][4] = {{.28, .21, .18, .16}, {.16, .09, .07, .06}};
	for (uint32_t step = 0; step < 2; step++)
		for (size_t i = 0; i < EK_LEN(sizes); i++) {
			struct trial t = {
				of_rule("unscreened", ek_budget_rule(EK_BUDGET_WEEKLY, step)),
				sizes[i], 30, false};
			check_chance(&t, want[step][i]);
		}
}

static void test_table_b_popular_sets(void **state)
{
	(void)state;
	static const uint32_t sizes[] = {12, 20, 24};
	static const struct {
		struct scheme scheme;
		double want[EK_LEN(sizes)];
	} rows[] = {
		{MARKS("3 sigma", EK_MARKS_NHS, EK_MARKS_LIMIT), {.27, .21, .19}},
		{MARKS("Wheeler", EK_MARKS_WHEELER, UINT32_MAX), {.44, .37, .35}},
		{MARKS("NHS", EK_MARKS_NHS, UINT32_MAX), {.51, .44, .42}},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++)
		for (size_t j = 0; j < EK_LEN(sizes); j++) {
			struct trial t = {rows[i].scheme, sizes[j], 30, false};
			check_chance(&t, rows[i].want[j]);
		}
}

/* ---- table C */

enum { VALUES = 1024 };

/* Counts of a mean with a variance of so many times it: Poisson at 1, else negative binomial. */
static void fill_counts(double cdf[VALUES], double mean, double variance)
{
	bool is_poisson = variance <= 1;
	double p = is_poisson ? 0 : 1 - 1 / variance, size = is_poisson ? 0 : mean / (variance - 1);
	double term = is_poisson ? exp(-mean) : exp(size * log(1 - p)), sum = 0;
	for (int k = 0; k < VALUES; k++) {
		sum += term;
		cdf[k] = sum;
		term *= is_poisson ? mean / (k + 1) : (size + k) / (k + 1) * p;
	}
}

static double draw_count(const double cdf[VALUES], struct ek_rng *r)
{
	double u = uniform(r);
	int low = 0, high = VALUES - 1;
	while (low < high) {
		int middle = (low + high) / 2;
		if (cdf[middle] < u)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct counts {
	double variance;
	double factor;   /* of the mean, after the baseline */
	bool by_weekday; /* false: an individuals chart of the raw counts, without screening */
	uint32_t days;   /* at most so many are looked at */
	double quiet[7][VALUES];
	double changed[7][VALUES];
};

static void prepare(struct counts *c)
{
	static const double profile[7] = {150, 135, 125, 120, 110, 55, 35};
	for (int d = 0; d < 7; d++) {
		fill_counts(c->quiet[d], profile[d], c->variance);
		fill_counts(c->changed[d], profile[d] * c->factor, c->variance);
	}
}

/* Days until a verdict, from the first after eight weeks; `days` + 1 when there is none. */
static uint32_t days_to_verdict(const struct counts *c, struct ek_rng *r)
{
	enum { BASE = 56, MONDAY = 4 };
	struct ek_score_point points[BASE];
	struct ek_score_model model;
	struct ek_score_fit how = {c->by_weekday ? EK_SCORE_COUNT : EK_SCORE_VALUE, c->by_weekday,
				   c->by_weekday};
	struct ek_cusum cusum = {.run = 0};
	struct ek_cusum_rule rule = ek_budget_rule(EK_BUDGET_DAILY, 0).cusum;
	for (int32_t d = 0; d < BASE; d++)
		points[d] = (struct ek_score_point){d + MONDAY, draw_count(c->quiet[d % 7], r), 0};
	assert_int_equal(ek_score_fit(&how, points, BASE, &model), EK_SCORE_FINE);
	for (uint32_t n = 1; n <= c->days; n++) {
		int32_t d = (int32_t)n - 1;
		struct ek_score_point p = {d + MONDAY, draw_count(c->changed[d % 7], r), 0};
		if (ek_cusum_feed(&cusum, &rule, ek_score_z(&model, &p)).side != 0)
			return n;
	}
	return c->days + 1;
}

static void test_table_c_days_to_a_verdict(void **state)
{
	(void)state;
	static const struct {
		double variance, factor;
		bool by_weekday;
		double want;
	} rows[] = {
		{2, 1.2, false, 21.6}, {2, 1.1, false, 663}, {2, 0.8, false, 38},
		{2, 1.2, true, 7.5},   {2, 1.1, true, 27.6}, {2, 0.8, true, 6.5},
		{1, 1.2, true, 5.0},   {1, 1.1, true, 14.1}, {1, 0.8, true, 4.6},
	};
	struct counts *c = malloc(sizeof *c);
	assert_non_null(c);
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_rng r = {31};
		uint32_t runs = is_long() ? 20000 : 1000;
		double sum = 0;
		*c = (struct counts){
			rows[i].variance, rows[i].factor, rows[i].by_weekday, 1500, {{0}}, {{0}}};
		prepare(c);
		for (uint32_t k = 0; k < runs; k++) {
			uint32_t days = days_to_verdict(c, &r);
			sum += days < 1500 ? days : 1500;
		}
		double within = rows[i].want * (is_long() ? .05 : .05 + 8 / sqrt(runs)) + 0.05;
		if (fabs(sum / runs - rows[i].want) > within)
			fail_msg("row %zu: %.2f days, expected %.2f", i, sum / runs, rows[i].want);
	}
	free(c);
}

static void test_table_c_false_verdicts(void **state)
{
	(void)state;
	static const double want[] = {.045, .084}; /* by variance */
	struct counts *c = malloc(sizeof *c);
	assert_non_null(c);
	for (int v = 1; v <= 2; v++) {
		struct ek_rng r = {37};
		uint32_t runs = is_long() ? 40000 : 2000, hits = 0;
		*c = (struct counts){v, 1, true, 30, {{0}}, {{0}}};
		prepare(c);
		for (uint32_t k = 0; k < runs; k++)
			hits += days_to_verdict(c, &r) <= 30;
		near_chance("daily counts", (double)hits / runs, want[v - 1], runs);
	}
	free(c);
}

/* ---- table D */

static void test_table_d_continuous(void **state)
{
	(void)state;
	static const uint32_t sizes[] = {40, 60, 90, 130};
	static const double means[EK_BUDGET_PERSON_STEPS][2] = {
		{14.5, 5.6}, {16.6, 6.3}, {18.6, 7.0}, {20.6, 7.7}, {22.7, 8.4}};
	for (uint32_t step = 0; step < EK_BUDGET_PERSON_STEPS; step++) {
		struct trial t = {of_rule("person", ek_budget_rule(EK_BUDGET_PERSON, step)), 0, 65,
				  true};
		check_mean_run(&t.scheme, 1, means[step][0]);
		check_mean_run(&t.scheme, 2, means[step][1]);
		for (size_t i = 0; i < EK_LEN(sizes); i++) {
			t.m = sizes[i];
			check_chance(&t, ek_budget_odds(EK_BUDGET_PERSON, step, sizes[i]));
		}
	}
}

/* Events until C > h, of at most `most`; most + 1 when it is not. */
static uint32_t events_to_flag(double p0, double p, double h, uint32_t most, struct ek_rng *r)
{
	struct ek_bernoulli_weights w = ek_bernoulli_weights(p0, 3);
	double c = 0;
	for (uint32_t n = 1; n <= most; n++) {
		c += uniform(r) < p ? w.bad : w.good;
		c = c > 0 ? c : 0;
		if (c > h)
			return n;
	}
	return most + 1;
}

static void test_table_d_mean_runs_of_events(void **state)
{
	(void)state;
	static const double shares[] = {.10, .15, .20, .25, .30, .40};
	static const struct {
		double h;
		double mean[EK_LEN(shares)]; /* 0: not in the table */
	} rows[] = {
		{2.5, {191, 64, 33, 21, 16, 10}},   {3.0, {376, 97, 46, 27, 19, 12}},
		{3.5, {655, 128, 55, 32, 23, 14}},  {4.0, {1015, 166, 65, 37, 26, 16}},
		{5.0, {3150, 280, 90, 50, 33, 20}}, {6.0, {8270, 0, 0, 59, 0, 0}},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++)
		for (size_t j = 0; j < EK_LEN(shares); j++) {
			struct ek_rng r = {41};
			double want = rows[i].mean[j], sum = 0;
			char what[64];
			if (want <= 0)
				continue;
			uint32_t runs = runs_for(want);
			for (uint32_t k = 0; k < runs; k++)
				sum += events_to_flag(.10, shares[j], rows[i].h, UINT32_MAX - 1,
						      &r);
			(void)snprintf(what, sizeof what, "events, h %.1f at %.2f", rows[i].h,
				       shares[j]);
			near_mean(what, sum / runs, want, runs);
		}
}

static void test_table_d_chances_of_events(void **state)
{
	(void)state;
	static const uint32_t sizes[] = {40, 100, 200};
	for (uint32_t step = 0; step < EK_BUDGET_PERSON_STEPS; step++)
		for (size_t i = 0; i < EK_LEN(sizes); i++) {
			struct ek_rng r = {43};
			uint32_t runs = is_long() ? 50000 : 4000, hits = 0;
			for (uint32_t k = 0; k < runs; k++) {
				uint32_t bad = 0;
				for (uint32_t e = 0; e < sizes[i]; e++)
					bad += uniform(&r) < .10;
				double p0 = ek_bernoulli_share(bad, sizes[i], .10);
				double h = ek_budget_yes_no_h(step);
				hits += events_to_flag(p0, .10, h, 65, &r) <= 65;
			}
			near_chance("events", (double)hits / runs,
				    ek_budget_odds(EK_BUDGET_YES_NO, step, sizes[i]), runs);
		}
}

/* ---- table E */

enum { QUIET = 20, AFTER = 8, NOT_GIVEN = -1 };

static double blip_chance(const struct scheme *s, double size, uint32_t times, uint32_t runs)
{
	struct ek_rng r = {47};
	uint32_t hits = 0;
	for (uint32_t i = 0; i < runs; i++) {
		struct chart c;
		bool hit;
		do {
			hit = false;
			clear(s, &c);
			for (int k = 0; k < QUIET && !hit; k++)
				hit = feed(s, &c, normal(&r));
		} while (hit);
		for (uint32_t k = 0; k < AFTER && !hit; k++)
			hit = feed(s, &c, normal(&r) + (k < times ? size : 0));
		hits += hit;
	}
	return (double)hits / runs;
}

static void test_table_e_blips(void **state)
{
	(void)state;
	static const struct {
		double size;
		uint32_t times;
	} blips[] = {{0, 0}, {4, 1}, {6, 1}, {10, 1}, {5, 2}};
	static const struct {
		struct scheme scheme;
		double want[EK_LEN(blips)];
	} rows[] = {
		{CUSUM("plain CUSUM", 5), {.02, .32, .85, 1.00, 1.00}},
		{EWMA("EWMA .2", .2, 2.86), {NOT_GIVEN, .38, .80, 1.00, NOT_GIVEN}},
		{MARKS("Western Electric 2-4", EK_MARKS_WESTERN_ELECTRIC,
		       EK_MARKS_TWO | EK_MARKS_FOUR | EK_MARKS_RUN),
		 {.07, .16, .16, NOT_GIVEN, NOT_GIVEN}},
		{RULE("weekly", 5, 8), {.04, .11, .11, .12, .58}},
		{RULE("daily", 6, 10), {.01, .04, .05, .05, .34}},
		{RULE("person", 7, 0), {.00, .02, .02, .02, .16}},
		{TOLD("weekly, told", 5, 8), {.04, .08, .04, .04, .14}},
		{TOLD("daily, told", 6, 10), {.01, .03, .01, .01, .07}},
		{TOLD("person, told", 7, 0), {.00, .01, .00, .00, .03}},
	};
	uint32_t runs = is_long() ? 50000 : 4000;
	for (size_t i = 0; i < EK_LEN(rows); i++)
		for (size_t j = 0; j < EK_LEN(blips); j++) {
			char what[80];
			if (rows[i].want[j] < 0)
				continue;
			double got =
				blip_chance(&rows[i].scheme, blips[j].size, blips[j].times, runs);
			(void)snprintf(what, sizeof what, "%s, blip %.0f x %u", rows[i].scheme.name,
				       blips[j].size, blips[j].times);
			near_chance(what, got, rows[i].want[j], runs);
		}
}

/* ---- S7 */

struct standing {
	double after; /* the level, from so many points since the shift on */
	uint32_t at;
	double further, told,
		delay; /* further shifts told before; the change told; its mean delay */
};

/* A shift of 2 that stands, then another level: what is told of it (docs/adr/0020). */
static void follow_standing(const struct standing *w, uint32_t runs, struct standing *got)
{
	struct ek_rng r = {71};
	const struct ek_verdict_rule rule = ek_budget_rule(EK_BUDGET_DAILY, 0);
	*got = (struct standing){.after = 0};
	for (uint32_t k = 0; k < runs; k++) {
		struct ek_verdict v = {.at = 0};
		bool is_told = false;
		for (uint32_t i = 0; i < w->at + 60; i++) {
			const struct ek_verdict_point p = {.z = normal(&r) +
								(i < w->at ? 2 : w->after)};
			struct ek_verdict_facts facts;
			ek_verdict_feed(&v, &rule, &p, &facts);
			for (uint32_t f = 0; f < facts.n && !is_told; f++) {
				bool moves = facts.v[f].kind == EK_VERDICT_FURTHER ||
					     facts.v[f].kind == EK_VERDICT_RETURNED;
				got->further += i < w->at && moves;
				is_told = i >= w->at && moves;
				got->delay += is_told ? i - w->at + 1 : 0;
			}
		}
		got->told += is_told;
	}
	got->delay /= got->told > 0 ? got->told : 1;
	got->told /= runs;
	got->further /= runs;
}

/* As published in the decision: so many further shifts where nothing moved any more, and a change
 * that is there is told as soon as without the question. */
static void test_a_shift_that_stands(void **state)
{
	(void)state;
	static const struct standing rows[] = {
		{0, 25, .03, .99, 5.5},
		{0, 100, .2, .99, 5.5},
		{4, 25, .03, .99, 5.5},
		{4, 100, .2, .99, 5.5},
	};
	uint32_t runs = is_long() ? 20000 : 1000;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct standing got;
		follow_standing(&rows[i], runs, &got);
		if (got.further > rows[i].further || got.told < rows[i].told - .015 ||
		    got.delay > rows[i].delay)
			fail_msg("row %zu: %.3f further, %.3f told after %.2f", i, got.further,
				 got.told, got.delay);
	}
}

/* ---- S13 */

static double guard_share(double coefficient, uint32_t n, uint32_t runs)
{
	struct ek_rng r = {53};
	uint32_t hits = 0;
	double z[128];
	for (uint32_t i = 0; i < runs; i++) {
		double last = normal(&r) / sqrt(1 - coefficient * coefficient);
		for (uint32_t k = 0; k < n; k++) {
			last = coefficient * last + normal(&r);
			z[k] = last;
		}
		hits += ek_baseline_lag1(z, n) > EK_BASELINE_GUARD;
	}
	return (double)hits / runs;
}

static void test_autocorrelation_guard(void **state)
{
	(void)state;
	static const uint32_t sizes[] = {40, 60, 90};
	static const struct {
		double coefficient;
		double want[EK_LEN(sizes)];
	} rows[] = {
		{0, {.035, .017, .006}},
		{.4, {.73, .82, .89}},
		{.6, {.96, .99, 1.00}},
	};
	uint32_t runs = is_long() ? 50000 : 4000;
	for (size_t i = 0; i < EK_LEN(rows); i++)
		for (size_t j = 0; j < EK_LEN(sizes); j++) {
			char what[64];
			double got = guard_share(rows[i].coefficient, sizes[j], runs);
			(void)snprintf(what, sizeof what, "guard, %.1f, %u points",
				       rows[i].coefficient, sizes[j]);
			near_chance(what, got, rows[i].want[j], runs);
		}
}

/* Why there is a guard: where neighbours are alike, moving ranges are too small, sqrt(1 - a) of
 * what they should be, and the 3 sigma rule's mean run shrinks. */
static void test_autocorrelation_harm(void **state)
{
	(void)state;
	static const struct {
		double coefficient, want;
	} rows[] = {{.2, 139}, {.4, 54}, {.6, 23}};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_rng r = {59};
		double a = rows[i].coefficient, step = sqrt(1 - a * a), sum = 0;
		uint32_t runs = runs_for(rows[i].want);
		for (uint32_t k = 0; k < runs; k++) {
			double x = normal(&r);
			for (sum++; fabs(x) <= 3 * sqrt(1 - a); sum++)
				x = a * x + step * normal(&r);
		}
		near_mean("3 sigma, neighbours alike", sum / runs, rows[i].want, runs);
	}
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_table_a_mean_run_lengths),
		cmocka_unit_test(test_table_b_ladder),
		cmocka_unit_test(test_daily_delay_promise),
		cmocka_unit_test(test_table_b_chances),
		cmocka_unit_test(test_table_b_told),
		cmocka_unit_test(test_table_b_without_screening),
		cmocka_unit_test(test_table_b_popular_sets),
		cmocka_unit_test(test_table_c_days_to_a_verdict),
		cmocka_unit_test(test_table_c_false_verdicts),
		cmocka_unit_test(test_table_d_continuous),
		cmocka_unit_test(test_table_d_mean_runs_of_events),
		cmocka_unit_test(test_table_d_chances_of_events),
		cmocka_unit_test(test_table_e_blips),
		cmocka_unit_test(test_a_shift_that_stands),
		cmocka_unit_test(test_autocorrelation_guard),
		cmocka_unit_test(test_autocorrelation_harm),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
