/* Charts from figures: periods, points, what people leave out, and what is kept of verdicts. */
#include "api/charts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "api/api_targets.h"
#include "api/trends.h"
#include "metrics/figures_scene.h"
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

/* ---- what the calendar and the definition say of it */

enum { D = DAY_MIN, MOST_CLOSED = 4, ROOM = 128 };
#define MONDAY (BASE_MS / EK_CALENDAR_DAY_MS)
#define OPEN_5(team, ...) \
	team, 5, \
	{ \
		__VA_ARGS__ \
	}
#define OPEN_4(team, ...) \
	team, 4, \
	{ \
		__VA_ARGS__ \
	}

/* One conversation a day from day 0 on, a Monday, each answered. At a minute a team's hours are
 * said: 9 to 17 from Monday on so many days, less the closed ones (days; 0 ends the list). A letter
 * for each whole period but the first: "h" a holiday that is left out, "m" one that is a mark
 * alone, "b" where a segment begins. */
static const struct told_by_calendar {
	const char *promise;
	int metric;
	enum ek_budget_feed feed;
	int days;
	uint32_t team; /* whose chart */
	int64_t minute;
	uint32_t of, open;
	int closed[MOST_CLOSED];
	const char *define; /* or NULL */
	const char *want;
} told_by_calendar[] = {
	{"S6 a closed date annotates itself; on a Saturday, when nobody works, there is none",
	 EK_METRIC_VOLUME, EK_BUDGET_DAILY, 14, 1, 1, OPEN_5(1, 2, 5, 9), NULL, ".h......h...."},
	{"S6 of durations too", EK_METRIC_FIRST_RESPONSE_TIME, EK_BUDGET_DAILY, 14, 1, 1,
	 OPEN_5(1, 2), NULL, ".h..........."},
	{"S6 another team's is none of ours", EK_METRIC_VOLUME, EK_BUDGET_DAILY, 14, 1, 1,
	 OPEN_5(2, 2), NULL, "............."},
	{"S6 a shorter week counts fewer", EK_METRIC_VOLUME, EK_BUDGET_WEEKLY, 35, 1, 1,
	 OPEN_5(1, 16), NULL, ".h.."},
	{"S6 but does not take longer", EK_METRIC_FIRST_RESPONSE_TIME, EK_BUDGET_WEEKLY, 35, 1, 1,
	 OPEN_5(1, 16), NULL, ".m.."},
	{"S6 of a month it is a mark alone", EK_METRIC_VOLUME, EK_BUDGET_MONTHLY, 87, 1, 1,
	 OPEN_5(1, 42), NULL, "m."},
	{"S12 other weekly hours: from the next whole day on", EK_METRIC_VOLUME, EK_BUDGET_DAILY,
	 14, 1, 6 * D + 700, OPEN_4(1, 0), NULL, "......b......"},
	{"S12 and week", EK_METRIC_VOLUME, EK_BUDGET_WEEKLY, 35, 1, 16 * D, OPEN_4(1, 0), NULL,
	 "..b."},
	{"S12 the same hours with one more holiday are no change", EK_METRIC_VOLUME,
	 EK_BUDGET_DAILY, 14, 1, 6 * D + 700, OPEN_5(1, 9), NULL, "........h...."},
	{"S12 another team's change nothing here", EK_METRIC_VOLUME, EK_BUDGET_DAILY, 14, 1,
	 6 * D + 700, OPEN_4(2, 0), NULL, "............."},
	{"S12 hours said first change what goes by them", EK_METRIC_FIRST_RESPONSE_TIME,
	 EK_BUDGET_DAILY, 14, 2, 6 * D + 700, OPEN_5(2, 0), NULL, "......b......"},
	{"S12 and nothing else", EK_METRIC_VOLUME, EK_BUDGET_DAILY, 14, 2, 6 * D + 700,
	 OPEN_5(2, 0), NULL, "............."},
	{"S12 another definition: from the next whole day on", EK_METRIC_FIRST_RESPONSE_TIME,
	 EK_BUDGET_DAILY, 14, 1, 1, OPEN_5(1, 0), "7100 define 1 2 7900 1 0 0 0", ".....b......."},
	{"S12 of one metric, not of others", EK_METRIC_VOLUME, EK_BUDGET_DAILY, 14, 1, 1,
	 OPEN_5(1, 0), "7100 define 1 2 7900 1 0 0 0", "............."},
};

static void say_hours(struct scene *s, const struct told_by_calendar *r)
{
	int32_t closed[MOST_CLOSED];
	struct ek_event e;
	uint32_t n = 0;
	for (; n < MOST_CLOSED && r->closed[n] != 0; n++)
		closed[n] = (int32_t)MONDAY + r->closed[n];
	memset(&e, 0, sizeof e);
	e.at.ms = BASE_MS + r->minute * MINUTE_MS;
	e.kind = EK_EVENT_CALENDAR_CHANGED;
	e.calendar_changed = (struct ek_calendar_changed){
		{r->of}, {EK_S("UTC"), &utc_shift, 1}, {nine_to_five, r->open}, {closed, n}};
	ek_figures_scene_fold(s, &e);
}

/* The series as read from figures. The scene is ended. */
static struct ek_charts read_from(struct ek_arena *arena, const struct told_by_calendar *r)
{
	struct scene s;
	struct ek_charts c = {0};
	char line[ROOM];
	bool is_said = false;
	const struct ek_charts_ask of = {.metric = r->metric,
					 .team = {r->team},
					 .feed = r->feed,
					 .now = {BASE_MS + r->days * (int64_t)D * MINUTE_MS}};
	const char *define = r->define;
	ek_figures_scene_begin(&s, "0 pass");
	for (int d = 0; d <= r->days; d++) {
		int at = d * D + 600;
		if (!is_said && r->minute < at) {
			say_hours(&s, r);
			is_said = true;
		}
		if (define != NULL && strtol(define, NULL, 10) < at) {
			ek_figures_scene_play(&s, define);
			define = NULL;
		}
		(void)snprintf(line, sizeof line, "%d arrive %d %u %d; %d reply %d 3", at, d + 1,
			       r->team, d + 1, at + 10 + d % 7, d + 1);
		ek_figures_scene_play(&s, line);
	}
	if (!ek_charts_read(s.f, &of, arena, &c.series, &s.err))
		fail_msg("%s: %s", r->promise, s.err.msg);
	c.series.definition = ek_definition_row(r->metric);
	ek_figures_scene_end(&s);
	return c;
}

/* Its points as letters; each "h" says nothing, each "b" is of another segment than before. */
static void spell(const struct told_by_calendar *r, const struct ek_charts *c, char *out)
{
	for (uint32_t i = 0; i < c->series.n; i++) {
		const struct ek_judged_in *v = &c->series.v[i];
		const struct ek_judged_point *p = &c->judged.v[i];
		bool is_other = i > 0 && p->segment != c->judged.v[i - 1].segment;
		uint8_t why = !v->begins          ? EK_CHARTS_WHY_NONE
			      : r->define != NULL ? EK_CHARTS_WHY_DEFINITION
						  : EK_CHARTS_WHY_HOURS;
		if (is_other != v->begins || c->series.sides[i].why != why ||
		    (v->is_left_out && p->why != EK_CHART_LEFT_OUT))
			fail_msg("%s: point %u of segment %u: %d", r->promise, i, p->segment,
				 (int)p->why);
		out[i] = v->is_left_out                  ? 'h'
			 : c->series.sides[i].is_holiday ? 'm'
			 : v->begins                     ? 'b'
							 : '.';
	}
	out[c->series.n] = '\0';
}

static void calendars_and_definitions_say_what_counts(void **state)
{
	const struct ek_charts_given none = {0};
	for (size_t i = 0; i < EK_LEN(told_by_calendar); i++) {
		const struct told_by_calendar *r = &told_by_calendar[i];
		const struct ek_charts_ask of = {
			.metric = r->metric, .team = {r->team}, .feed = r->feed};
		struct ek_err err;
		char got[ROOM];
		struct ek_charts c = read_from(*state, r);
		assert_in_range(c.series.n, 1, ROOM - 1);
		assert_true(ek_charts_judge(&of, &none, *state, &c, &err));
		spell(r, &c, got);
		if (strcmp(got, r->want) != 0)
			fail_msg("%s: %s, expected %s", r->promise, got, r->want);
		uint32_t version = r->define != NULL && r->metric == 1 ? 2 : 1;
		assert_int_equal(c.series.sides[0].version, 1);
		assert_int_equal(c.series.sides[c.series.n - 1].version, version);
	}
}

/* S6: holidays do not count toward the five that people may leave out. */
static void holidays_leave_people_their_five(void **state)
{
	const struct told_by_calendar r = {"five, and two holidays",
					   EK_METRIC_VOLUME,
					   EK_BUDGET_DAILY,
					   14,
					   1,
					   1,
					   OPEN_5(1, 2, 9),
					   NULL,
					   ""};
	const struct ek_charts_ask of = {.metric = r.metric, .team = {1}, .feed = r.feed};
	struct ek_charts_note notes[6];
	struct ek_err err;
	for (int i = 0; i < 6; i++)
		notes[i] = (struct ek_charts_note){.id = (uint64_t)i + 1,
						   .team = {1},
						   .day = (int32_t)MONDAY + 3 + i,
						   .leaves_out = true};
	const struct ek_charts_given given = {.notes = notes, .note_count = 6};
	struct ek_charts c = read_from(*state, &r);
	assert_true(ek_charts_judge(&of, &given, *state, &c, &err));
	/* Day 1 is the first point: day 2 is closed, 3 to 7 are left out, 8 is one too many. */
	static const char want[] = "0111111010000";
	for (uint32_t i = 0; i < c.series.n; i++)
		assert_int_equal(c.series.v[i].is_left_out, want[i] == '1');
	assert_int_equal(c.series.n, sizeof want - 1);
}

/* ---- what was brought in open */

enum { PAST = 24 * 7, HERE = 9 * 7, LEFT_OPEN = 30 };

/* Of a day that many are open at its end, beside those that stay so. */
static int open_over_night(int day)
{
	return day * 5 % 11;
}

/* At that minute a past of 24 weeks, with 30 that nobody had closed. */
static void bring_in(struct scene *s, int64_t minute)
{
	char line[ROOM];
	int item = 1;
	for (; item <= LEFT_OPEN; item++) {
		(void)snprintf(line, sizeof line, "%d was %d 9 310 0 0 0 0 0", (int)minute, item);
		ek_figures_scene_play(s, line);
	}
	for (int d = 0; d < PAST - 1; d++)
		for (int n = open_over_night(d); n > 0; n--) {
			int closed = (d + 1) * D + 540;
			(void)snprintf(line, sizeof line, "%d was %d 9 %d %d %d 0 0 0", (int)minute,
				       item++, d * D + 610, closed, closed);
			ek_figures_scene_play(s, line);
		}
}

/* From then on one to three come each day, and are closed on the next. */
static void go_on_here(struct scene *s, int first)
{
	char line[ROOM];
	for (int d = first; d < PAST + HERE; d++) {
		for (int n = 0; d > first && n < 1 + (d - 1) % 3; n++) {
			(void)snprintf(line, sizeof line, "%d close %d", d * D + 540,
				       (d - 1) * 10 + n);
			ek_figures_scene_play(s, line);
		}
		for (int n = 0; n < 1 + d % 3; n++) {
			(void)snprintf(line, sizeof line, "%d arrive %d 1 %d", d * D + 600,
				       d * 10 + n, d * 10 + n);
			ek_figures_scene_play(s, line);
		}
	}
}

/* Brought in so many minutes after the last day of the past; in which period the chart begins anew,
 * in days from there: none. */
enum { NOT_ANEW = -1000 };
static const struct brought_in {
	const char *promise;
	int metric;
	enum ek_budget_feed feed;
	int minute, want;
} brought_in[] = {
	{"S12 with the day on whose end they are gone", EK_METRIC_BACKLOG, EK_BUDGET_DAILY, 700, 0},
	{"S12 and week", EK_METRIC_BACKLOG, EK_BUDGET_WEEKLY, 2 * D + 700, 0},
	{"S12 at midnight they are gone at the end of the day before", EK_METRIC_BACKLOG,
	 EK_BUDGET_DAILY, 0, -1},
	{"S12 what else was brought in goes on", EK_METRIC_VOLUME, EK_BUDGET_DAILY, 700, NOT_ANEW},
};

static void begin_brought_in(struct scene *s, const struct brought_in *r)
{
	ek_figures_scene_begin(s, "0 pass");
	bring_in(s, (int64_t)PAST * D + r->minute);
	go_on_here(s, PAST + r->minute / D + 1);
}

static void check_anew(const struct brought_in *r, const struct ek_charts *c)
{
	int32_t want = (int32_t)MONDAY + PAST + r->want;
	for (uint32_t i = 0; i < c->series.n; i++) {
		bool is_there = r->want != NOT_ANEW && c->series.v[i].p.key == want;
		uint8_t why = is_there ? EK_CHARTS_WHY_IMPORT : EK_CHARTS_WHY_NONE;
		if (c->series.sides[i].why != why || c->series.v[i].begins != is_there)
			fail_msg("%s: day %d", r->promise, (int)(c->series.v[i].p.key - want));
	}
	if (r->metric != EK_METRIC_BACKLOG)
		return;
	assert_int_equal(c->judged.chart.segment, 2);
	for (uint32_t i = 0; i < c->judged.fact_count; i++)
		if (c->judged.facts[i].v.key >= want)
			fail_msg("%s: told on day %d", r->promise,
				 (int)(c->judged.facts[i].v.key - want));
}

static void what_was_imported_open_ends_without_a_verdict(void **state)
{
	const struct ek_charts_given none = {0};
	for (size_t i = 0; i < EK_LEN(brought_in); i++) {
		const struct brought_in *r = &brought_in[i];
		const struct ek_charts_ask of = {
			.metric = r->metric,
			.team = {1},
			.feed = r->feed,
			.now = {BASE_MS + (PAST + HERE) * (int64_t)D * MINUTE_MS}};
		struct scene s;
		struct ek_charts c = {0};
		begin_brought_in(&s, r);
		if (!ek_charts_read(s.f, &of, *state, &c.series, &s.err))
			fail_msg("%s: %s", r->promise, s.err.msg);
		c.series.definition = ek_definition_row(r->metric);
		ek_figures_scene_end(&s);
		assert_true(ek_charts_judge(&of, &none, *state, &c, &s.err));
		check_anew(r, &c);
	}
}

/* Nobody has to tell the story of such a fall before a target can be graded. */
static void targets_are_graded_after_it(void **state)
{
	const struct ek_api_target target = {.definition = ek_definition_row(EK_METRIC_BACKLOG),
					     .period = EK_API_TARGET_WEEK};
	struct ek_turn turn = {.arena = *state,
			       .now = {BASE_MS + (PAST + HERE) * (int64_t)D * MINUTE_MS}};
	struct ek_api_targets_judged judged;
	struct scene s;
	begin_brought_in(&s, &brought_in[1]);
	assert_true(ek_api_targets_judge(&turn, s.f, &target, &judged, &s.err));
	assert_false(judged.has_open_shift);
	ek_figures_scene_end(&s);
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
	assert_int_equal(anew.series.sides[(start - FIRST) / 7].why, EK_CHARTS_WHY_LIMITS);
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
		T(calendars_and_definitions_say_what_counts),
		T(holidays_leave_people_their_five),
		T(what_was_imported_open_ends_without_a_verdict),
		T(targets_are_graded_after_it),
		T(verdicts_are_kept_and_crossed_through),
		T(new_limits_cross_nothing_through),
#undef T
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
