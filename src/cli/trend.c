#include "cli/trend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "patterns/coarse.h"

enum { WEEK = 7, DAYS_LOOKED_AT = 56, HALF = 2 };

static const char *const cadences[] = {[EK_BUDGET_DAILY] = "daily",
				       [EK_BUDGET_WEEKLY] = "weekly",
				       [EK_BUDGET_MONTHLY] = "monthly"};
static const char *const kinds[] = {[EK_SCORE_VALUE] = "value",
				    [EK_SCORE_COUNT] = "count",
				    [EK_SCORE_RATE] = "rate",
				    [EK_SCORE_DURATION] = "duration"};
static const char *const sets[] = {[EK_MARKS_NONE] = "none",
				   [EK_MARKS_WESTERN_ELECTRIC] = "western-electric",
				   [EK_MARKS_NELSON] = "nelson",
				   [EK_MARKS_NHS] = "nhs",
				   [EK_MARKS_WHEELER] = "wheeler"};

const char *ek_trend_cadence(enum ek_budget_feed feed)
{
	return (size_t)feed < EK_LEN(cadences) ? cadences[feed] : NULL;
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

static bool keep_facts(struct ek_trend *t, const struct ek_verdict_facts *facts, struct ek_err *err)
{
	if (t->fact_count + facts->n > t->fact_cap) {
		uint32_t cap = t->fact_cap * 2 + EK_VERDICT_FACTS;
		struct ek_verdict_fact *bigger = realloc(t->facts, cap * sizeof *bigger);
		if (bigger == NULL)
			return ek_fail(err, EK_NO_MEMORY, "no memory for verdicts");
		t->facts = bigger;
		t->fact_cap = cap;
	}
	if (facts->n > 0)
		memcpy(t->facts + t->fact_count, facts->v, facts->n * sizeof *facts->v);
	t->fact_count += facts->n;
	return true;
}

static bool feed_all(struct ek_trend *t, struct ek_err *err)
{
	struct ek_score_limits limits;
	ek_chart_init(&t->chart, &t->setup);
	t->fact_count = 0;
	for (uint32_t i = 0; i < t->n; i++) {
		struct ek_chart_step step;
		struct ek_trend_point *p = &t->v[i];
		ek_chart_feed(&t->chart, &p->p, !is_there(&p->p), &step);
		p->why = step.why;
		p->is_final = step.is_final;
		if (step.has_just_locked)
			t->locked_on = p->p.key;
		if (!keep_facts(t, &step.facts, err))
			return false;
	}
	for (uint32_t i = 0; i < t->n; i++) {
		struct ek_trend_point *p = &t->v[i];
		p->has_z = is_there(&p->p) && ek_chart_look(&t->chart, &p->p, &p->z, &limits);
	}
	return true;
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
	n = next == EK_BUDGET_WEEKLY ? ek_coarse_weeks(t->setup.kind, t->setup.open_days, v, n, v)
				     : ek_coarse_blocks(t->setup.kind, v, n, v);
	memset(t->v, 0, t->n * sizeof *t->v);
	for (uint32_t i = 0; i < n; i++)
		t->v[i].p = v[i];
	free(v);
	t->n = n;
	t->setup.feed = next;
	t->coarser++;
	t->coarser_why = t->chart.state;
	return true;
}

static bool is_too_fine(const struct ek_trend *t)
{
	return t->chart.state == EK_CHART_FEW || t->chart.state == EK_CHART_COARSER;
}

/* ---- marks, and a look back */

static bool look_back(struct ek_trend *t, struct ek_err *err)
{
	uint32_t n = 0, start = 0;
	double *z = malloc((t->n + 1) * sizeof *z);
	uint32_t *place = malloc((t->n + 1) * 2 * sizeof *place), *bits = place + t->n + 1;
	bool ok = z != NULL && place != NULL;
	for (uint32_t i = 0; ok && i < t->n; i++) {
		if (!t->v[i].has_z)
			continue;
		place[n] = i;
		z[n++] = t->v[i].z;
		if (t->v[i].p.key == t->chart.verdict.segment.first_key)
			start = n;
	}
	if (ok) {
		ek_marks_spread(t->set, z, n, bits);
		for (uint32_t i = 0; i < n; i++)
			t->v[place[i]].marks = bits[i];
		t->has_break = t->chart.verdict.has_segment && start > 0 &&
			       ek_break_find(z, n, &t->brk) && ek_break_agrees(&t->brk, start);
	}
	if (ok && t->has_break) {
		t->brk_after = t->v[place[t->brk.after - 1]].p.key;
		t->brk_from = t->v[place[t->brk.from - 1]].p.key;
		t->brk_until = t->v[place[t->brk.until - 1]].p.key;
	}
	free(z);
	free(place);
	return ok || ek_fail(err, EK_NO_MEMORY, "no memory for %u points", t->n);
}

bool ek_trend_judge(struct ek_trend *t, struct ek_err *err)
{
	if (!guess_cadence(t, err) || !guess_kind(t, err))
		return false;
	t->read_as = t->setup.feed;
	t->setup.open_days = find_open_days(t);
	if (!feed_all(t, err))
		return false;
	while (is_too_fine(t) && take_together(t))
		if (!feed_all(t, err))
			return false;
	return look_back(t, err);
}

void ek_trend_fini(struct ek_trend *t)
{
	free(t->v);
	free(t->facts);
	*t = (struct ek_trend){.n = 0};
}
