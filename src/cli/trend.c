#include "cli/trend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "patterns/coarse.h"
#include "sys/heap.h"

enum { WEEK = 7, DAYS_LOOKED_AT = 56, HALF = 2, MEMORY = 64 * 1024 * 1024 };

static const char *const kinds[] = {
	[EK_SCORE_VALUE] = "value",       [EK_SCORE_COUNT] = "count",     [EK_SCORE_RATE] = "rate",
	[EK_SCORE_DURATION] = "duration", [EK_SCORE_SPACING] = "spacing", [EK_SCORE_GAP] = "gap"};
static const char *const sets[] = {[EK_MARKS_NONE] = "none",
				   [EK_MARKS_WESTERN_ELECTRIC] = "western-electric",
				   [EK_MARKS_NELSON] = "nelson",
				   [EK_MARKS_NHS] = "nhs",
				   [EK_MARKS_WHEELER] = "wheeler"};

const char *ek_trend_cadence(enum ek_budget_feed feed)
{
	return ek_judged_cadence(feed);
}

const char *ek_trend_pace(const struct ek_trend *t, enum ek_budget_feed feed)
{
	return ek_trend_is_of_events(t) ? "events" : ek_trend_cadence(feed);
}

const char *ek_trend_kind(enum ek_score_kind kind)
{
	return (size_t)kind < EK_LEN(kinds) ? kinds[kind] : NULL;
}

const char *ek_trend_set(enum ek_marks_set set)
{
	return (size_t)set < EK_LEN(sets) ? sets[set] : NULL;
}

static bool is_there(const struct ek_score_point *p)
{
	return isfinite(p->value);
}

/* ---- guesses */

static int by_number(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
	return (x > y) - (x < y);
}

static bool middle_gap(struct ek_trend *t, struct ek_err *err)
{
	int32_t *gaps = malloc((t->n + 1) * sizeof *gaps);
	if (gaps == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for %u points", t->n);
	for (uint32_t i = 1; i < t->n; i++)
		gaps[i - 1] = t->v[i].p.key - t->v[i - 1].p.key;
	if (t->n > 1)
		qsort(gaps, t->n - 1, sizeof *gaps, by_number);
	t->gap = t->n > 1 ? (uint32_t)gaps[(t->n - 1) / HALF] : 1;
	free(gaps);
	return true;
}

static bool guess_cadence(struct ek_trend *t, struct ek_err *err)
{
	if (!middle_gap(t, err))
		return false;
	if (!t->cadence_guessed)
		return true;
	if (t->gap <= 3)
		t->setup.feed = EK_BUDGET_DAILY;
	else if (t->gap == WEEK)
		t->setup.feed = EK_BUDGET_WEEKLY;
	else if (t->gap >= EK_TREND_SMALL_MONTH && t->gap <= EK_TREND_LARGE_MONTH)
		t->setup.feed = EK_BUDGET_MONTHLY;
	else
		return ek_fail(err, EK_USAGE,
			       "the dates lie %u days apart, which is neither daily, weekly nor "
			       "monthly: say --cadence",
			       t->gap);
	return true;
}

static bool fits_all(const struct ek_trend *t, enum ek_score_kind kind, uint32_t *bad)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (is_there(&t->v[i].p) && ek_score_check(kind, &t->v[i].p) == EK_SCORE_OUTSIDE) {
			*bad = i;
			return false;
		}
	return true;
}

/* A denominator makes a rate, whole numbers make counts, else the values stand for themselves. */
static bool guess_kind(struct ek_trend *t, struct ek_err *err)
{
	static const char *const wants[] = {
		[EK_SCORE_VALUE] = "a number",
		[EK_SCORE_COUNT] = "a whole number of at least 0",
		[EK_SCORE_RATE] = "a whole number of at least 0 and at most its denominator",
		[EK_SCORE_DURATION] = "a number above 0",
	};
	bool has_n = false;
	uint32_t bad;
	char day[EK_TREND_DAY];
	for (uint32_t i = 0; i < t->n; i++)
		has_n = has_n || t->v[i].p.n > 0;
	if (t->kind_guessed)
		t->setup.kind = has_n && fits_all(t, EK_SCORE_RATE, &bad)     ? EK_SCORE_RATE
				: !has_n && fits_all(t, EK_SCORE_COUNT, &bad) ? EK_SCORE_COUNT
									      : EK_SCORE_VALUE;
	if (t->setup.kind == EK_SCORE_RATE && !has_n)
		return ek_fail(err, EK_USAGE,
			       "a rate needs a third column with what it is a part of");
	if (fits_all(t, t->setup.kind, &bad))
		return true;
	return ek_fail(err, EK_USAGE, "%s: expected %s for a series of kind %s",
		       ek_trend_day(t->v[bad].p.key, day), wants[t->setup.kind],
		       ek_trend_kind(t->setup.kind));
}

/* A weekday is open when at least half of the first eight weeks have it. */
static uint8_t find_open_days(const struct ek_trend *t)
{
	uint32_t points[WEEK] = {0}, open = 0;
	int32_t first = t->n > 0 ? t->v[0].p.key : 0, last = first;
	for (uint32_t i = 0; i < t->n && t->v[i].p.key - first < DAYS_LOOKED_AT; i++) {
		points[ek_score_weekday(t->v[i].p.key)] += is_there(&t->v[i].p);
		last = t->v[i].p.key;
	}
	uint32_t weeks = (uint32_t)(last - first) / WEEK + 1;
	for (uint32_t d = 0; d < WEEK; d++)
		if (points[d] * HALF >= weeks)
			open |= 1u << d;
	return (uint8_t)(open == 0 ? EK_CHART_ALL_DAYS : open);
}

/* ---- the chart */

static bool feed_all(struct ek_trend *t, struct ek_err *err)
{
	const struct ek_judged_ask ask = {.setup = t->setup, .marks = t->set, .v = t->v, .n = t->n};
	ek_arena_reset(&t->arena);
	return ek_judged_make(&ask, &t->arena, &t->j, err);
}

/* Days of a week that is not whole yet are in no verdict of weeks. Where neighbours are alike a
 * single day can still be seen to be far out, by the spread that the days have themselves. */
static void look_at_last_days(struct ek_trend *t, const struct ek_score_point *v, uint32_t n)
{
	const struct ek_chart *c = &t->j.chart;
	struct ek_score_limits limits;
	double z, spread = ek_chart_spread(c);
	int32_t monday = n > 0 ? v[n - 1].key - (int32_t)ek_score_weekday(v[n - 1].key) : 0;
	uint32_t days = 0, open = 0, i = n;
	for (; i > 0 && v[i - 1].key >= monday; i--)
		days += t->setup.open_days >> ek_score_weekday(v[i - 1].key) & 1;
	for (uint32_t d = 0; d < WEEK; d++)
		open += t->setup.open_days >> d & 1;
	if (c->state != EK_CHART_COARSER || !(spread > 0) || days >= open)
		return;
	for (; i < n && t->odd_count < WEEK; i++)
		if (ek_chart_look(c, &v[i], &z, &limits) && fabs(z / spread) > EK_VERDICT_BEYOND)
			t->odd[t->odd_count++] = (struct ek_trend_odd){v[i].key, z / spread};
}

/* The points of the next coarser cadence in place of those there are. False when there is none. */
static bool take_together(struct ek_trend *t)
{
	uint32_t n = 0;
	enum ek_budget_feed next;
	if (!ek_chart_coarser(t->setup.feed, &next))
		return false;
	struct ek_score_point *v = malloc((t->n + 1) * sizeof *v);
	if (v == NULL)
		return false;
	for (uint32_t i = 0; i < t->n; i++)
		if (is_there(&t->v[i].p))
			v[n++] = t->v[i].p;
	if (next == EK_BUDGET_WEEKLY)
		look_at_last_days(t, v, n);
	n = next == EK_BUDGET_WEEKLY ? ek_coarse_weeks(t->setup.kind, t->setup.open_days, v, n, v)
				     : ek_coarse_blocks(t->setup.kind, v, n, v);
	memset(t->v, 0, t->n * sizeof *t->v);
	for (uint32_t i = 0; i < n; i++)
		t->v[i].p = v[i];
	free(v);
	t->n = n;
	t->setup.feed = next;
	t->coarser++;
	t->coarser_why = t->j.chart.state;
	return true;
}

static bool is_too_fine(const struct ek_trend *t)
{
	return !ek_trend_is_of_events(t) &&
	       (t->j.chart.state == EK_CHART_FEW || t->j.chart.state == EK_CHART_COARSER);
}

/* By the constants of few points: one event is as much as a week. */
static bool take_events(struct ek_trend *t, struct ek_err *err)
{
	if (!t->cadence_guessed)
		return ek_fail(err, EK_USAGE, "--cadence: a point of this kind is an event");
	t->cadence_guessed = false;
	t->setup.feed = EK_BUDGET_WEEKLY;
	return ek_trend_between(t, err);
}

bool ek_trend_judge(struct ek_trend *t, struct ek_err *err)
{
	bool is_ready = !t->kind_guessed && ek_trend_is_of_events(t)
				? take_events(t, err)
				: guess_cadence(t, err) && guess_kind(t, err);
	if (!is_ready)
		return false;
	t->read_as = t->setup.feed;
	t->setup.open_days = find_open_days(t);
	ek_arena_init(&t->arena, ek_heap_alloc(), MEMORY);
	if (!feed_all(t, err))
		return false;
	while (is_too_fine(t) && take_together(t))
		if (!feed_all(t, err))
			return false;
	return true;
}

void ek_trend_fini(struct ek_trend *t)
{
	free(t->v);
	ek_arena_fini(&t->arena);
	*t = (struct ek_trend){.n = 0};
}
