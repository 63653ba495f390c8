/* A chart from its first point on: when it locks, what it refuses, and that live and replayed are
 * the same. */
#include "patterns/chart.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "patterns/normal.h"

static double noise(struct ek_rng *r)
{
	return ek_normal_quantile((ek_rng_below(r, 1000000) + .5) / 1e6);
}

struct locks {
	const char *promise;
	struct ek_chart_setup setup;
	uint32_t skipped_weekdays; /* bits: the series has no such day */
	uint32_t points;           /* of the series until the lock */
};

static void test_locks(void **state)
{
	(void)state;
	static const struct locks rows[] = {
		{"weekly: 20 points", {.kind = EK_SCORE_VALUE, .feed = EK_BUDGET_WEEKLY}, 0, 20},
		{"monthly: 20", {.kind = EK_SCORE_DURATION, .feed = EK_BUDGET_MONTHLY}, 0, 20},
		{"daily: 40", {.kind = EK_SCORE_VALUE, .feed = EK_BUDGET_DAILY}, 0, 40},
		{"daily counts: 8 full weeks",
		 {.kind = EK_SCORE_COUNT, .feed = EK_BUDGET_DAILY},
		 0,
		 56},
		{"daily counts, five days open: 8 weeks are 40",
		 {.kind = EK_SCORE_COUNT, .feed = EK_BUDGET_DAILY, .open_days = 0x1f},
		 0x60,
		 40},
		{"daily counts, one day open: 40 points are later than 8 weeks",
		 {.kind = EK_SCORE_COUNT, .feed = EK_BUDGET_DAILY, .open_days = 0x01},
		 0x7e,
		 40},
		{"a person: 40", {.kind = EK_SCORE_VALUE, .feed = EK_BUDGET_PERSON}, 0, 40},
		{"rare events: 20", {.kind = EK_SCORE_SPACING, .feed = EK_BUDGET_WEEKLY}, 0, 20},
		{"as asked", {.kind = EK_SCORE_VALUE, .feed = EK_BUDGET_DAILY, .lock = 12}, 0, 12},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_chart c;
		struct ek_chart_step step;
		struct ek_rng r = {7};
		uint32_t n = 0;
		ek_chart_init(&c, &rows[i].setup);
		for (int32_t day = 4; n < 200 && c.state != EK_CHART_LOCKED; day++) {
			if ((rows[i].skipped_weekdays >> ek_score_weekday(day) & 1) != 0)
				continue;
			struct ek_score_point p = {day, floor(100000 + 400 * noise(&r)), 50};
			ek_chart_feed(&c, &p, false, &step);
			n++;
			assert_int_equal(step.has_just_locked, c.state == EK_CHART_LOCKED);
		}
		if (n != rows[i].points)
			fail_msg("%s: locked with %u points", rows[i].promise, n);
	}
}

static void test_states_before_the_lock(void **state)
{
	(void)state;
	struct ek_chart c;
	struct ek_chart_step step;
	struct ek_rng r = {9};
	struct ek_chart_setup setup = {.kind = EK_SCORE_VALUE, .feed = EK_BUDGET_WEEKLY};
	ek_chart_init(&c, &setup);
	for (int32_t i = 1; i <= 21; i++) {
		struct ek_score_point p = {i, 10 + noise(&r), 0};
		ek_chart_feed(&c, &p, false, &step);
		assert_int_equal(step.state, i < 8    ? EK_CHART_COLLECTING
					     : i < 20 ? EK_CHART_TRIAL_LIMITS
						      : EK_CHART_LOCKED);
		assert_int_equal(step.has_z, i >= 8);
		assert_int_equal(step.is_final, i == 21);
	}
	ek_chart_split(&c);
	assert_int_equal(c.segment, 2);
	assert_int_equal(c.state, EK_CHART_COLLECTING);
	assert_int_equal(c.points, 0);
}

/* S4: what is left out or too small is not fed, and no window counts it. */
static void test_what_is_not_fed(void **state)
{
	(void)state;
	struct ek_chart c;
	struct ek_chart_step step;
	struct ek_chart_setup setup = {.kind = EK_SCORE_RATE, .feed = EK_BUDGET_WEEKLY};
	ek_chart_init(&c, &setup);
	struct ek_score_point rows[] = {{1, 2, 30}, {2, 2, 19}, {3, 31, 30}, {4, 1, 30}};
	static const enum ek_chart_why whys[] = {EK_CHART_FED, EK_CHART_SMALL, EK_CHART_OUTSIDE,
						 EK_CHART_LEFT_OUT};
	for (uint32_t i = 0; i < EK_LEN(rows); i++) {
		ek_chart_feed(&c, &rows[i], i == 3, &step);
		assert_int_equal(step.why, whys[i]);
	}
	assert_int_equal(c.points, 1);
	setup = (struct ek_chart_setup){
		.kind = EK_SCORE_COUNT, .feed = EK_BUDGET_DAILY, .open_days = 0x1f};
	ek_chart_init(&c, &setup);
	struct ek_score_point sunday = {3, 10, 0};
	ek_chart_feed(&c, &sunday, false, &step);
	assert_int_equal(step.why, EK_CHART_CLOSED_DAY);
}

static void test_constant_few_and_coarser(void **state)
{
	(void)state;
	struct ek_chart c;
	struct ek_chart_step step;
	struct ek_rng r = {11};
	struct ek_chart_setup setup = {.kind = EK_SCORE_VALUE, .feed = EK_BUDGET_WEEKLY};
	ek_chart_init(&c, &setup);
	for (int32_t i = 0; i < 300; i++) {
		struct ek_score_point p = {i, i == 250 ? 9 : 5, 0};
		ek_chart_feed(&c, &p, false, &step);
	}
	assert_int_equal(c.state, EK_CHART_CONSTANT);
	assert_false(step.has_z);
	setup = (struct ek_chart_setup){.kind = EK_SCORE_COUNT, .feed = EK_BUDGET_DAILY};
	ek_chart_init(&c, &setup);
	for (int32_t i = 0; i < 60; i++) {
		struct ek_score_point p = {i, ek_rng_below(&r, 6), 0};
		ek_chart_feed(&c, &p, false, &step);
	}
	assert_int_equal(c.state, EK_CHART_FEW);
	setup = (struct ek_chart_setup){.kind = EK_SCORE_VALUE, .feed = EK_BUDGET_DAILY};
	ek_chart_init(&c, &setup);
	double x = 0;
	for (int32_t i = 0; i < 60; i++) {
		x = .9 * x + noise(&r);
		struct ek_score_point p = {i, x, 0};
		ek_chart_feed(&c, &p, false, &step);
	}
	assert_int_equal(c.state, EK_CHART_COARSER);
	assert_true(c.lag1 > EK_BASELINE_GUARD);
	enum ek_budget_feed next;
	assert_true(ek_chart_coarser(EK_BUDGET_DAILY, &next) && next == EK_BUDGET_WEEKLY);
	assert_true(ek_chart_coarser(next, &next) && next == EK_BUDGET_MONTHLY);
	assert_false(ek_chart_coarser(next, &next));
}

/* S8: two charts fed the same points, one of them stored after each and read again. */
static void test_live_and_replayed_are_the_same(void **state)
{
	(void)state;
	static const enum ek_score_kind kinds[] = {EK_SCORE_VALUE, EK_SCORE_COUNT, EK_SCORE_RATE,
						   EK_SCORE_DURATION};
	for (uint32_t k = 0; k < 40; k++) {
		struct ek_chart live, replayed;
		uint8_t stored[sizeof live];
		struct ek_rng r = {k};
		struct ek_chart_setup setup = {.kind = kinds[k % 4],
					       .feed = (enum ek_budget_feed)(k % 3)};
		ek_chart_init(&live, &setup);
		ek_chart_init(&replayed, &setup);
		memcpy(stored, &live, sizeof live);
		for (int32_t i = 0; i < 200; i++) {
			struct ek_chart_step a, b;
			double x = 60 + 8 * noise(&r) + (i > 120 ? 12 : 0);
			struct ek_score_point p = {i, floor(x < 1 ? 1 : x), 400};
			bool out = ek_rng_chance(&r, 5);
			memcpy(&live, stored, sizeof live);
			ek_chart_feed(&live, &p, out, &a);
			memcpy(stored, &live, sizeof live);
			ek_chart_feed(&replayed, &p, out, &b);
			assert_memory_equal(&live, &replayed, sizeof live);
			assert_int_equal(a.facts.n, b.facts.n);
			for (uint32_t f = 0; f < a.facts.n; f++)
				assert_int_equal(a.facts.v[f].kind, b.facts.v[f].kind);
		}
	}
}

/* A size in the metric's units: medians of 41 minutes become 29. */
static void test_levels_are_in_units(void **state)
{
	(void)state;
	struct ek_chart c;
	struct ek_chart_step step;
	struct ek_verdict_fact shift = {.at = 0};
	struct ek_chart_setup setup = {.kind = EK_SCORE_DURATION, .feed = EK_BUDGET_WEEKLY};
	ek_chart_init(&c, &setup);
	for (int32_t i = 0; i < 40; i++) {
		double wave = i % 2 == 0 ? 1.05 : 1 / 1.05;
		struct ek_score_point p = {i, (i < 20 ? 41 : 29) * wave, 20};
		ek_chart_feed(&c, &p, false, &step);
		for (uint32_t f = 0; f < step.facts.n; f++)
			if (step.facts.v[f].kind == EK_VERDICT_SHIFT)
				shift = step.facts.v[f];
	}
	assert_int_equal(shift.side, -1);
	assert_int_equal(shift.start_key, 20);
	assert_true(fabs(shift.was - 41) < 1e-6 && fabs(shift.is - 29) < 1e-6);
	assert_true(fabs(ek_chart_odds(&c) - .30) < 1e-9);
}

/* S10: new limits begin at the start of the shift, pass through trial, and what was a shift is then
 * usual. */
static void test_rebasing(void **state)
{
	(void)state;
	struct ek_chart c;
	struct ek_chart_step step;
	struct ek_rng r = {13};
	struct ek_score_point points[60];
	struct ek_chart_setup setup = {.kind = EK_SCORE_VALUE, .feed = EK_BUDGET_WEEKLY};
	int32_t start = 0;
	ek_chart_init(&c, &setup);
	for (int32_t i = 0; i < 60; i++) {
		points[i] = (struct ek_score_point){i, 10 + noise(&r) + (i < 30 ? 0 : 6), 0};
		if (i < 36)
			ek_chart_feed(&c, &points[i], false, &step);
	}
	assert_int_equal(ek_verdict_headline(&c.verdict), EK_VERDICT_IS_SHIFT);
	start = c.verdict.segment.first_key;
	assert_in_range(start, 29, 30); /* an estimate, as C began to grow */
	ek_chart_split(&c);
	for (int32_t i = start; i < 60; i++) {
		ek_chart_feed(&c, &points[i], false, &step);
		if (i == start + EK_CHART_TRIAL - 1)
			assert_int_equal(c.state, EK_CHART_TRIAL_LIMITS);
	}
	assert_int_equal(c.state, EK_CHART_LOCKED);
	assert_int_equal(ek_verdict_headline(&c.verdict), EK_VERDICT_IS_ROUTINE);
	assert_true(fabs(c.model.centre - 16) < 1);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_locks),
		cmocka_unit_test(test_states_before_the_lock),
		cmocka_unit_test(test_what_is_not_fed),
		cmocka_unit_test(test_constant_few_and_coarser),
		cmocka_unit_test(test_live_and_replayed_are_the_same),
		cmocka_unit_test(test_levels_are_in_units),
		cmocka_unit_test(test_rebasing),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
