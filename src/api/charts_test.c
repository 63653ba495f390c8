/* Charts from figures: periods, points, what people leave out, and what is kept of verdicts. */
#include "api/charts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "api/trends.h"
#include "sys/heap.h"

enum { MOST = 200, MEMORY = 1 << 24, FIRST = 20815 /* 2026-12-28, a Monday */ };

static int open_arena(void **state)
{
	struct ek_alloc heap = ek_heap_alloc();
	struct ek_arena *arena = ek_alloc_get(&heap, sizeof *arena);
	*state = arena;
	if (arena == NULL)
		return -1;
	ek_arena_init(arena, heap, MEMORY);
	return 0;
}

static int close_arena(void **state)
{
	struct ek_alloc heap = ek_heap_alloc();
	struct ek_arena *arena = *state;
	ek_arena_fini(arena);
	ek_alloc_free(&heap, arena, sizeof *arena);
	return 0;
}

/* ---- periods */

static void periods_are_whole(void **state)
{
	(void)state;
	/* 2027-03-03 is a Wednesday, 20880 days after 1970-01-01. */
	const int32_t day = 20880;
	assert_int_equal(ek_charts_period(EK_BUDGET_DAILY, day), day);
	assert_int_equal(ek_charts_period(EK_BUDGET_WEEKLY, day), day - 2);
	assert_int_equal(ek_charts_period(EK_BUDGET_MONTHLY, day), day - 2);
	assert_int_equal(ek_charts_next(EK_BUDGET_DAILY, day), day + 1);
	assert_int_equal(ek_charts_next(EK_BUDGET_WEEKLY, day - 2), day + 5);
	assert_int_equal(ek_charts_next(EK_BUDGET_MONTHLY, day - 2), day - 2 + 31);
	/* December to January. */
	int32_t december = ek_charts_period(EK_BUDGET_MONTHLY, day + 280);
	assert_int_equal(ek_charts_next(EK_BUDGET_MONTHLY, december) - december, 31);
}

/* ---- figures as points */

static void points_follow_the_kind(void **state)
{
	(void)state;
	struct ek_score_point p = {0};
	struct ek_figure g = {.state = EK_FIGURE_SHOWN,
			      .has_value = true,
			      .value = 0.25,
			      .n = 40,
			      .numerator = 10,
			      .denominator = 40,
			      .median = 90};
	assert_true(ek_charts_point(EK_SCORE_RATE, &g, &p));
	assert_true(p.value == 10 && p.n == 40);
	assert_true(ek_charts_point(EK_SCORE_DURATION, &g, &p));
	assert_true(p.value == 90 && p.n == 40);
	g.median = 0;
	assert_true(ek_charts_point(EK_SCORE_DURATION, &g, &p));
	assert_true(p.value > 0);
	g = (struct ek_figure){.state = EK_FIGURE_NONE};
	assert_true(ek_charts_point(EK_SCORE_COUNT, &g, &p));
	assert_true(p.value == 0);
	assert_false(ek_charts_point(EK_SCORE_RATE, &g, &p));
	assert_false(ek_charts_point(EK_SCORE_DURATION, &g, &p));
	assert_false(ek_charts_point(EK_SCORE_VALUE, &g, &p));
	g = (struct ek_figure){.state = EK_FIGURE_COUNTS_ONLY, .n = 3};
	assert_true(ek_charts_point(EK_SCORE_COUNT, &g, &p));
	assert_true(p.value == 3);
	assert_false(ek_charts_point(EK_SCORE_VALUE, &g, &p));
	g = (struct ek_figure){.state = EK_FIGURE_WITHHELD, .n = 30, .has_value = true};
	assert_false(ek_charts_point(EK_SCORE_COUNT, &g, &p));
}

/* ---- a chart of a made series */

static const struct ek_charts_ask ask = {
	.metric = EK_METRIC_CONTACT_FREQUENCY, .team = {7}, .feed = EK_BUDGET_WEEKLY};

/* A shift at `from` of `size`; 0: none. */
static struct ek_charts made(struct ek_arena *arena, uint32_t n, uint32_t from, double size)
{
	static const double pattern[] = {0, 3, -2, 1, -3, 2, -1, 3, -3, 1, 2, -2};
	struct ek_charts c = {.series = {.definition = ek_definition_row(ask.metric), .n = n}};
	c.series.setup = (struct ek_chart_setup){.kind = EK_SCORE_VALUE, .feed = ask.feed};
	c.series.v = ek_arena_zero(arena, n * sizeof *c.series.v);
	c.series.sides = ek_arena_zero(arena, n * sizeof *c.series.sides);
	assert_true(c.series.v != NULL && c.series.sides != NULL);
	for (uint32_t i = 0; i < n; i++)
		c.series.v[i].p = (struct ek_score_point){
			FIRST + 7 * (int32_t)i, 50 + pattern[i * 5 % 12] + (i >= from ? size : 0),
			0};
	return c;
}

static struct ek_charts judged(struct ek_arena *arena, uint32_t from, double size,
			       const struct ek_charts_given *given)
{
	struct ek_err err;
	struct ek_charts c = made(arena, 40, from, size);
	assert_true(ek_charts_judge(&ask, given, arena, &c, &err));
	return c;
}

static bool has_shift(const struct ek_charts *c)
{
	for (uint32_t i = 0; i < c->judged.fact_count; i++)
		if (c->judged.facts[i].v.kind == EK_VERDICT_SHIFT)
			return true;
	return false;
}

static void says_what_people_left_out(void **state)
{
	struct ek_arena *arena = *state;
	struct ek_charts_note notes[6];
	/* Six weeks, one after the other, by any of their days: the sixth is a mark alone. */
	for (int i = 0; i < 6; i++)
		notes[i] = (struct ek_charts_note){.id = (uint64_t)i + 1,
						   .team = {7},
						   .day = FIRST + 7 * (30 + i) + i,
						   .leaves_out = true};
	struct ek_charts_given given = {.notes = notes, .note_count = 6};
	struct ek_charts c = judged(arena, 40, 0, &given);
	for (uint32_t i = 30; i < 36; i++) {
		assert_int_equal(c.series.sides[i].note, i - 29);
		assert_int_equal(c.series.v[i].is_left_out, i < 35);
	}
	for (int i = 0; i < 6; i++)
		notes[i].team.v = 8;
	c = judged(arena, 40, 0, &given);
	assert_int_equal(c.series.sides[30].note, 0);
	for (int i = 0; i < 6; i++) {
		notes[i].team.v = 7;
		notes[i].metric = EK_METRIC_VOLUME;
	}
	c = judged(arena, 40, 0, &given);
	assert_false(c.series.v[30].is_left_out);
}

static void refuses_a_sixth_day_in_thirty(void **state)
{
	struct ek_arena *arena = *state;
	struct ek_charts_note notes[6];
	for (int i = 0; i < 6; i++)
		notes[i] = (struct ek_charts_note){
			.team = {7}, .day = FIRST + 5 * i, .leaves_out = true};
	struct ek_charts_given given = {.notes = notes, .note_count = 4};
	assert_true(ek_charts_may_leave_out(&given, &notes[4], arena));
	given.note_count = 5;
	assert_false(ek_charts_may_leave_out(&given, &notes[5], arena));
	/* The same day again, another team's, and one that is far enough away. */
	assert_true(ek_charts_may_leave_out(&given, &notes[2], arena));
	notes[5].team.v = 8;
	assert_true(ek_charts_may_leave_out(&given, &notes[5], arena));
	notes[5] = (struct ek_charts_note){.team = {7}, .day = FIRST + 30, .leaves_out = true};
	assert_true(ek_charts_may_leave_out(&given, &notes[5], arena));
}

/* ---- what is kept */

static struct ek_trends_changes compared(struct ek_arena *arena, const struct ek_charts *c,
					 const struct ek_charts_given *given,
					 const struct ek_trends_rows *rows)
{
	struct ek_trends_changes out = {.arena = arena};
	assert_true(ek_trends_compare(&ask, c, given, rows, &out));
	return out;
}

/* What the changes make of the rows. */
static void take(struct ek_trends_rows *rows, const struct ek_trends_changes *changes)
{
	for (const struct ek_trends_change *c = changes->first; c != NULL; c = c->next) {
		if (c->id != 0) {
			rows->v[c->id - 1].is_crossed = c->is_crossed;
			continue;
		}
		rows->v[rows->n] = c->row;
		rows->n++;
		rows->v[rows->n - 1].id = rows->n;
	}
}

static void verdicts_are_kept_and_crossed_through(void **state)
{
	struct ek_arena *arena = *state;
	struct ek_trends_row v[MOST];
	struct ek_trends_rows rows = {v, 0};
	struct ek_charts_given none = {0};
	struct ek_charts c = judged(arena, 26, 12, &none);
	assert_true(has_shift(&c));
	struct ek_trends_changes first = compared(arena, &c, &none, &rows);
	assert_true(first.n > 0);
	take(&rows, &first);
	/* Found again, and nothing is new. */
	assert_int_equal(compared(arena, &c, &none, &rows).n, 0);
	/* The series no longer says so. */
	struct ek_charts quiet = judged(arena, 40, 0, &none);
	struct ek_trends_changes gone = compared(arena, &quiet, &none, &rows);
	take(&rows, &gone);
	for (uint32_t i = 0; i < rows.n; i++)
		assert_true(rows.v[i].is_crossed);
	assert_int_equal(compared(arena, &quiet, &none, &rows).n, 0);
	/* And says it once more. */
	struct ek_trends_changes back = compared(arena, &c, &none, &rows);
	take(&rows, &back);
	for (uint32_t i = 0; i < rows.n; i++)
		assert_false(rows.v[i].is_crossed);
}

static void new_limits_cross_nothing_through(void **state)
{
	struct ek_arena *arena = *state;
	struct ek_trends_row v[MOST];
	struct ek_trends_rows rows = {v, 0};
	struct ek_charts_given none = {0};
	struct ek_charts c = judged(arena, 26, 12, &none);
	struct ek_trends_changes first = compared(arena, &c, &none, &rows);
	take(&rows, &first);
	int32_t start = 0;
	for (uint32_t i = 0; i < rows.n; i++)
		if (rows.v[i].kind == EK_VERDICT_SHIFT)
			start = rows.v[i].start;
	const struct ek_charts_base base = {.metric = ask.metric,
					    .team = ask.team,
					    .feed = ask.feed,
					    .from = start,
					    .until = FIRST + 7 * 40};
	const struct ek_charts_given given = {.bases = &base, .base_count = 1};
	struct ek_charts anew = judged(arena, 26, 12, &given);
	assert_false(has_shift(&anew));
	assert_int_equal(anew.judged.chart.segment, 2);
	struct ek_trends_changes after = compared(arena, &anew, &given, &rows);
	for (const struct ek_trends_change *at = after.first; at != NULL; at = at->next)
		assert_true(at->id == 0 || rows.v[at->id - 1].day < start);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)
		T(periods_are_whole),
		T(points_follow_the_kind),
		T(says_what_people_left_out),
		T(refuses_a_sixth_day_in_thirty),
		T(verdicts_are_kept_and_crossed_through),
		T(new_limits_cross_nothing_through),
#undef T
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
