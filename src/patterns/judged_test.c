/* A series judged: stretches, changes of the rules, and S8: live and replayed are the same. */
#include "patterns/judged.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/heap_scene.h"
#include "base/rng.h"

enum { SERIES = 300, MOST = 400, MEMORY = 1 << 24, LATER = 100, FIRST = 20818 /* a Monday */ };

struct scene {
	struct ek_arena arena;
	struct ek_judged_in in[MOST];
};

static int open_scene(void **state)
{
	struct scene *s = calloc(1, sizeof *s);
	*state = s;
	if (s == NULL)
		return -1;
	ek_arena_init(&s->arena, ek_heap_scene(), MEMORY);
	return 0;
}

static int close_scene(void **state)
{
	struct scene *s = *state;
	ek_arena_fini(&s->arena);
	free(s);
	return 0;
}

/* A quiet series: a fixed pattern without neighbours that are alike. */
static void make_quiet(struct scene *s, uint32_t n, double centre)
{
	static const double pattern[] = {0, 3, -2, 1, -3, 2, -1, 3, -3, 1, 2, -2};
	for (uint32_t i = 0; i < n; i++)
		s->in[i] = (struct ek_judged_in){
			.p = {FIRST + 7 * (int32_t)i, centre + pattern[i * 5 % 12], 0}};
}

static struct ek_judged judge(struct scene *s, const struct ek_judged_ask *ask)
{
	struct ek_judged out;
	struct ek_err err;
	assert_true(ek_judged_make(ask, &s->arena, &out, &err));
	return out;
}

static struct ek_judged_ask weekly(const struct scene *s, uint32_t n)
{
	return (struct ek_judged_ask){
		.setup = {.kind = EK_SCORE_VALUE, .feed = EK_BUDGET_WEEKLY}, .v = s->in, .n = n};
}

static const struct ek_judged_fact *find(const struct ek_judged *j, enum ek_verdict_kind kind)
{
	for (uint32_t i = 0; i < j->fact_count; i++)
		if (j->facts[i].v.kind == kind)
			return &j->facts[i];
	return NULL;
}

/* One that is there. */
static const struct ek_judged_fact *must_find(const struct ek_judged *j, enum ek_verdict_kind kind)
{
	static const struct ek_judged_fact nothing;
	const struct ek_judged_fact *f = find(j, kind);
	assert_non_null(f);
	return f != NULL ? f : &nothing;
}

/* ---- stretches */

static void says_where_limits_come_from(void **state)
{
	struct scene *s = *state;
	make_quiet(s, 34, 50);
	for (uint32_t i = 26; i < 34; i++)
		s->in[i].p.value += 12;
	struct ek_judged_ask ask = weekly(s, 34);
	struct ek_judged j = judge(s, &ask);
	const struct ek_judged_fact *shift = must_find(&j, EK_VERDICT_SHIFT);
	assert_string_equal(ek_judged_headline(&j), "shift");
	assert_in_range(shift->v.start_key, FIRST + 23 * 7, FIRST + 26 * 7);
	assert_true(fabs(shift->odds - 0.30) < 1e-9);
	assert_int_equal(j.stretch_count, 3);
	for (uint32_t i = 0; i < j.stretch_count; i++) {
		const struct ek_judged_stretch *is = &j.stretches[i];
		if (is->kind == EK_JUDGED_BASELINE) {
			assert_int_equal(is->from, FIRST);
			assert_int_equal(is->until, FIRST + 19 * 7);
		} else if (is->kind == EK_JUDGED_LOCKED) {
			assert_int_equal(is->from, FIRST + 20 * 7);
			assert_int_equal(is->until, FIRST + 33 * 7);
		} else {
			assert_int_equal(is->from, shift->v.start_key);
			assert_true(fabs(is->limits.centre - 60) < 3);
		}
	}
}

static void goes_back_and_closes_the_level(void **state)
{
	struct scene *s = *state;
	make_quiet(s, 80, 50);
	for (uint32_t i = 26; i < 46; i++)
		s->in[i].p.value += 12;
	struct ek_judged_ask ask = weekly(s, 80);
	struct ek_judged j = judge(s, &ask);
	const struct ek_judged_fact *back = must_find(&j, EK_VERDICT_RETURNED);
	assert_string_equal(ek_judged_headline(&j), "routine");
	for (uint32_t i = 0; i < j.stretch_count; i++)
		if (j.stretches[i].kind == EK_JUDGED_PROVISIONAL)
			assert_true(j.stretches[i].until < back->v.start_key);
}

/* ---- changes */

static void begins_anew_and_keeps_the_past(void **state)
{
	struct scene *s = *state;
	make_quiet(s, 80, 50);
	for (uint32_t i = 30; i < 80; i++)
		s->in[i].p.value += 40;
	struct ek_judged_ask ask = weekly(s, 80);
	struct ek_judged before = judge(s, &ask);
	assert_non_null(find(&before, EK_VERDICT_SHIFT));
	s->in[30].begins = true;
	struct ek_judged after = judge(s, &ask);
	assert_null(find(&after, EK_VERDICT_SHIFT));
	assert_int_equal(after.chart.segment, 2);
	assert_int_equal(after.v[29].segment, 1);
	assert_int_equal(after.v[30].segment, 2);
	assert_true(fabs(after.v[10].limits.centre - 50) < 1);
	assert_true(fabs(after.v[60].limits.centre - 90) < 1);
}

static void leaves_out_what_it_is_told(void **state)
{
	struct scene *s = *state;
	make_quiet(s, 40, 50);
	for (uint32_t i = 24; i < 29; i++)
		s->in[i].p.value += 12;
	struct ek_judged_ask ask = weekly(s, 40);
	struct ek_judged told = judge(s, &ask);
	assert_non_null(find(&told, EK_VERDICT_SHIFT));
	for (uint32_t i = 24; i < 29; i++)
		s->in[i].is_left_out = true;
	struct ek_judged j = judge(s, &ask);
	assert_null(find(&j, EK_VERDICT_SHIFT));
	assert_int_equal(j.v[25].why, EK_CHART_LEFT_OUT);
	assert_false(j.v[25].has_z);
}

/* A step that the budget raises later takes back nothing that was told. */
static void keeps_what_was_told_when_rules_rise(void **state)
{
	struct scene *s = *state;
	make_quiet(s, 60, 50);
	for (uint32_t i = 24; i < 60; i++)
		s->in[i].p.value += 2;
	struct ek_judged_ask ask = weekly(s, 60);
	struct ek_judged told = judge(s, &ask);
	const struct ek_judged_fact *shift = must_find(&told, EK_VERDICT_SHIFT);
	struct ek_judged_level level = {shift->v.key + 1, 6};
	ask.levels = &level;
	ask.level_count = 1;
	struct ek_judged later = judge(s, &ask);
	const struct ek_judged_fact *same = must_find(&later, EK_VERDICT_SHIFT);
	assert_int_equal(same->v.key, shift->v.key);
	assert_int_equal(same->v.start_key, shift->v.start_key);
	level.from = FIRST;
	struct ek_judged never = judge(s, &ask);
	const struct ek_judged_fact *late = find(&never, EK_VERDICT_SHIFT);
	assert_true(late == NULL || late->v.key > shift->v.key);
	assert_int_equal(never.chart.rule.cusum.run, 16);
}

/* ---- what the years since say of a shift that stands */

/* Of two means, each side's variance its own, by two passes. */
static double apart_of(const struct ek_judged *j, uint32_t from)
{
	double mean[2] = {0, 0}, error = 0;
	const uint32_t first[] = {0, from}, end[] = {from, j->n};
	for (int side = 0; side < 2; side++) {
		double squares = 0, n = end[side] - first[side];
		for (uint32_t i = first[side]; i < end[side]; i++)
			mean[side] += j->v[i].z / n;
		for (uint32_t i = first[side]; i < end[side]; i++)
			squares += pow(j->v[i].z - mean[side], 2);
		error += squares / (n - 1) / n;
	}
	return fabs(mean[0] - mean[1]) / sqrt(error);
}

/* Days of a level of 100, and from the 300th on of one that is `by` higher. */
static void make_days(struct scene *s, uint64_t seed, double by)
{
	struct ek_rng rng = {seed};
	for (uint32_t i = 0; i < MOST; i++) {
		double sum = 0;
		for (int k = 0; k < 12; k++)
			sum += (double)ek_rng_below(&rng, 1000) / 1000 - 0.5;
		s->in[i] = (struct ek_judged_in){
			.p = {FIRST + (int32_t)i, 100 + sum + (i < 300 ? 0 : by), 0}};
	}
}

struct standing {
	uint32_t n, loud;
};

/* Of SERIES: in how many a shift stands, and in how many it is the headline. */
static struct standing count_standing(struct scene *s, double by)
{
	struct ek_judged_ask ask = {
		.setup = {.kind = EK_SCORE_VALUE, .feed = EK_BUDGET_DAILY}, .v = s->in, .n = MOST};
	struct standing found = {0};
	for (uint64_t seed = 1; seed <= SERIES; seed++) {
		struct ek_judged_shift shift;
		ek_arena_reset(&s->arena);
		make_days(s, seed, by);
		struct ek_judged j = judge(s, &ask);
		if (!ek_judged_shift(&j, &shift))
			continue;
		bool is_loud = strcmp(ek_judged_headline(&j), "shift") == 0 ||
			       strcmp(ek_judged_headline(&j), "further_shift") == 0;
		found.n++;
		found.loud += is_loud;
		if (j.chart.verdict.is_frozen)
			assert_int_equal(is_loud, j.apart >= 3);
		if (j.stretch_count == 3)
			assert_true(fabs(j.apart - apart_of(&j, (uint32_t)(shift.since - FIRST))) <
				    1e-9);
	}
	return found;
}

/* Where nothing changed in 400 days, limits that are off by chance still become a verdict. */
static void is_no_headline_while_it_may_be_its_limits(void **state)
{
	struct scene *s = *state;
	struct standing none = count_standing(s, 0), two = count_standing(s, 2);
	assert_in_range(none.n, 20, 90);
	assert_true(none.loud * 2 < none.n);
	assert_in_range(two.loud, SERIES * 93 / 100, SERIES);
}

/* ---- S8 */

static void make_noise(struct scene *s, uint64_t seed, uint32_t n)
{
	struct ek_rng rng = {seed};
	for (uint32_t i = 0; i < n; i++) {
		double level = i % 90 < 60 ? 100 : 118;
		double sum = 0;
		for (int k = 0; k < 4; k++)
			sum += (double)ek_rng_below(&rng, 1000) / 1000 - 0.5;
		s->in[i] = (struct ek_judged_in){.p = {FIRST + (int32_t)i, level + 20 * sum, 0},
						 .is_left_out = ek_rng_below(&rng, 40) == 0};
	}
}

/* Day by day, each day from what is stored, or all at once: the same facts, and none is taken back.
 */
static void is_the_same_live_and_replayed(void **state)
{
	struct scene *s = *state;
	const struct ek_judged_level levels[] = {{FIRST + LATER, 2}, {FIRST + 2 * LATER, 4}};
	uint32_t sum = 0;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		struct ek_judged_ask ask = {
			.setup = {.kind = EK_SCORE_VALUE, .feed = EK_BUDGET_DAILY},
			.v = s->in,
			.n = MOST,
			.levels = levels,
			.level_count = 2};
		ek_arena_reset(&s->arena);
		make_noise(s, seed, MOST);
		struct ek_judged all = judge(s, &ask);
		struct ek_chart live;
		uint32_t told = 0, level = 0;
		ek_chart_init(&live, &ask.setup);
		for (uint32_t i = 0; i < MOST; i++) {
			struct ek_chart_step step;
			for (; level < 2 && levels[level].from <= s->in[i].p.key; level++)
				ek_chart_set_step(&live, levels[level].step);
			ek_chart_feed(&live, &s->in[i].p, s->in[i].is_left_out, &step);
			for (uint32_t k = 0; k < step.facts.n; k++, told++)
				assert_memory_equal(&step.facts.v[k], &all.facts[told].v,
						    sizeof step.facts.v[k]);
			if (i % LATER != LATER - 1)
				continue;
			ask.n = i + 1;
			assert_int_equal(judge(s, &ask).fact_count, told);
		}
		assert_int_equal(told, all.fact_count);
		sum += told;
	}
	assert_true(sum > 20);
}

static void says_nothing_of_nothing(void **state)
{
	struct scene *s = *state;
	struct ek_judged_ask ask = weekly(s, 0);
	struct ek_judged j = judge(s, &ask);
	struct ek_judged_shift shift;
	assert_int_equal(j.fact_count + j.stretch_count, 0);
	assert_string_equal(ek_judged_headline(&j), "collecting");
	assert_false(ek_judged_shift(&j, &shift));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, open_scene, close_scene)
		T(says_where_limits_come_from),
		T(goes_back_and_closes_the_level),
		T(begins_anew_and_keeps_the_past),
		T(leaves_out_what_it_is_told),
		T(keeps_what_was_told_when_rules_rise),
		T(is_no_headline_while_it_may_be_its_limits),
		T(is_the_same_live_and_replayed),
		T(says_nothing_of_nothing),
#undef T
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
