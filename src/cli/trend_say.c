/* A judged series as sentences. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rfc3339.h"
#include "cli/trend.h"

#define DAY_MS 86400000.0

const char *ek_trend_day(int32_t day, char out[EK_TREND_DAY])
{
	size_t n = ek_rfc3339_print_date(day, out);
	out[n] = '\0';
	return out;
}

static int decimals(double v)
{
	double size = fabs(v);
	return size >= 1000 ? 0 : size >= 10 ? 1 : size >= 0.1 || size <= 0 ? 2 : 4;
}

const char *ek_trend_value(const struct ek_trend *t, double value, char out[EK_TREND_VALUE])
{
	if (t->setup.kind == EK_SCORE_RATE)
		(void)snprintf(out, EK_TREND_VALUE, "%.*f %%", decimals(value * 100), value * 100);
	else if (t->setup.kind == EK_SCORE_SPACING)
		(void)snprintf(out, EK_TREND_VALUE, "%.*f days", decimals(value / DAY_MS),
			       value / DAY_MS);
	else
		(void)snprintf(out, EK_TREND_VALUE, "%.*f", decimals(value), value);
	return out;
}

static const char *side_of(const struct ek_trend *t, int32_t side)
{
	if (ek_trend_is_of_events(t))
		return side > 0 ? "more often" : "less often";
	return side > 0 ? "higher" : "lower";
}

const char *ek_trend_headline(const struct ek_trend *t)
{
	const char *word = ek_judged_headline(&t->j);
	return strcmp(word, "further_shift") == 0 ? "shift" : word;
}

/* ---- before there are verdicts */

static void say_state(const struct ek_trend *t, char out[EK_TREND_SENTENCE])
{
	uint32_t need =
		t->setup.feed == EK_BUDGET_DAILY ? EK_CHART_LOCK_DAILY : EK_CHART_LOCK_WEEKLY;
	bool by_weekday = t->setup.kind == EK_SCORE_COUNT && t->setup.feed == EK_BUDGET_DAILY;
	switch (t->j.chart.state) {
	case EK_CHART_CONSTANT:
		(void)snprintf(out, EK_TREND_SENTENCE,
			       "Constant: the baseline does not vary, so nothing can be judged.");
		return;
	case EK_CHART_FEW:
		(void)snprintf(out, EK_TREND_SENTENCE,
			       "No verdicts: the counts are too small (a mean of at least %d is "
			       "needed).",
			       EK_SCORE_COUNT_MIN);
		return;
	case EK_CHART_COARSER:
		(void)snprintf(out, EK_TREND_SENTENCE,
			       "No verdicts: neighbouring points are too much alike (lag-one "
			       "correlation %.2f, at most %.2f).",
			       t->j.chart.lag1, EK_BASELINE_GUARD);
		return;
	default:
		(void)snprintf(out, EK_TREND_SENTENCE,
			       "Too early to tell: %u of the %u points of a baseline are there%s.",
			       t->j.chart.points, need,
			       by_weekday ? ", and it needs 8 full weeks" : "");
	}
}

/* ---- the headline */

static void say_shift(const struct ek_trend *t, char out[EK_TREND_SENTENCE])
{
	const struct ek_verdict *v = &t->j.chart.verdict;
	char day[EK_TREND_DAY], was[EK_TREND_VALUE], is[EK_TREND_VALUE], odds[EK_BUDGET_WORDS];
	struct ek_judged_shift shift = {0};
	(void)ek_judged_shift(&t->j, &shift);
	double old = shift.was, now = shift.is;
	(void)ek_budget_words(ek_chart_odds(&t->j.chart), odds);
	int n = snprintf(out, EK_TREND_SENTENCE, "Lasting shift since %s: %s, from %s to %s",
			 ek_trend_day(v->since_key, day), side_of(t, v->side),
			 ek_trend_value(t, old, was), ek_trend_value(t, now, is));
	if (fabs(old) > 0 && old * now > 0)
		n += snprintf(out + n, EK_TREND_SENTENCE - (size_t)n, " (%+.0f %%)",
			      (now / old - 1) * 100);
	n += snprintf(out + n, EK_TREND_SENTENCE - (size_t)n, " over %u points", shift.points);
	if (shift.start != shift.since)
		n += snprintf(out + n, EK_TREND_SENTENCE - (size_t)n, "; it moved again on %s",
			      ek_trend_day(shift.start, day));
	(void)snprintf(out + n, EK_TREND_SENTENCE - (size_t)n,
		       ". Chance of such a verdict in 30 points if nothing had changed: %s.", odds);
}

/* "2 weeks" */
static const char *span_of(const struct ek_trend *t, uint32_t n, char out[EK_TREND_VALUE])
{
	static const char *const units[] = {[EK_BUDGET_DAILY] = "day",
					    [EK_BUDGET_WEEKLY] = "week",
					    [EK_BUDGET_MONTHLY] = "month"};
	enum ek_budget_feed feed = t->setup.feed;
	bool has_unit = (size_t)feed < EK_LEN(units) && !ek_trend_is_of_events(t);
	(void)snprintf(out, EK_TREND_VALUE, "%u %s%s", n, has_unit ? units[feed] : "point",
		       n == 1 ? "" : "s");
	return out;
}

static void say_odd(const struct ek_trend *t, char out[EK_TREND_SENTENCE])
{
	const struct ek_verdict *v = &t->j.chart.verdict;
	char day[EK_TREND_DAY], span[EK_TREND_VALUE];
	uint32_t i = v->blip_count - 1;
	uint32_t left = v->blips[i].at + v->blips[i].n - 1 + t->j.chart.rule.blip_window - v->at;
	if (v->blips[i].is_decaying) {
		(void)snprintf(out, EK_TREND_SENTENCE,
			       "Too early to tell: a blip of %s from %s, far %s than usual, is "
			       "decaying; if no shift follows within %u more point%s it was one.",
			       span_of(t, v->blips[i].n, span), ek_trend_day(v->blips[i].key, day),
			       side_of(t, v->blips[i].side), left, left == 1 ? "" : "s");
		return;
	}
	(void)snprintf(out, EK_TREND_SENTENCE,
		       "Too early to tell: %s was far %s than usual; if no shift follows within "
		       "%u more point%s it was a one-off.",
		       ek_trend_day(v->blips[i].key, day), side_of(t, v->blips[i].side), left,
		       left == 1 ? "" : "s");
}

static const struct ek_verdict_fact *last_fact(const struct ek_trend *t)
{
	for (uint32_t i = t->j.fact_count; i > 0; i--) {
		enum ek_verdict_kind kind = t->j.facts[i - 1].v.kind;
		if (kind == EK_VERDICT_ONE_OFF || kind == EK_VERDICT_RETURNED)
			return &t->j.facts[i - 1].v;
	}
	return NULL;
}

static void say_routine(const struct ek_trend *t, char out[EK_TREND_SENTENCE])
{
	char day[EK_TREND_DAY], span[EK_TREND_VALUE];
	const struct ek_verdict_fact *last = last_fact(t);
	int n = snprintf(out, EK_TREND_SENTENCE,
			 "Routine: the %u points since the baseline vary as it did",
			 t->j.chart.verdict.at);
	if (last == NULL)
		(void)snprintf(out + n, EK_TREND_SENTENCE - (size_t)n, ".");
	else if (last->kind == EK_VERDICT_ONE_OFF && last->n > 1)
		(void)snprintf(out + n, EK_TREND_SENTENCE - (size_t)n,
			       "; %s began a blip that decayed over %s, %s.",
			       ek_trend_day(last->key, day), span_of(t, last->n, span),
			       side_of(t, last->side));
	else if (last->kind == EK_VERDICT_ONE_OFF)
		(void)snprintf(out + n, EK_TREND_SENTENCE - (size_t)n, "; %s was a one-off, %s.",
			       ek_trend_day(last->key, day), side_of(t, last->side));
	else
		(void)snprintf(out + n, EK_TREND_SENTENCE - (size_t)n,
			       "; a shift returned to the old level on %s.",
			       ek_trend_day(last->start_key, day));
}

void ek_trend_sentence(const struct ek_trend *t, char out[EK_TREND_SENTENCE])
{
	const struct ek_verdict *v = &t->j.chart.verdict;
	if (t->j.chart.state != EK_CHART_LOCKED) {
		say_state(t, out);
		return;
	}
	switch (ek_judged_stands(&t->j)) {
	case EK_VERDICT_IS_SHIFT:
		say_shift(t, out);
		return;
	case EK_VERDICT_IS_SUSPECTED:
		(void)snprintf(out, EK_TREND_SENTENCE,
			       "Too early to tell: at least %d of the last %d points are %s than "
			       "usual; a shift is suspected.",
			       EK_VERDICT_SUSPICIOUS, EK_VERDICT_RECENT, side_of(t, v->suspected));
		return;
	case EK_VERDICT_IS_TOO_EARLY:
		say_odd(t, out);
		return;
	case EK_VERDICT_IS_RECURRING:
		(void)snprintf(out, EK_TREND_SENTENCE,
			       "Recurring: %d odd points, far %s than usual, within %d points; no "
			       "lasting shift.",
			       EK_VERDICT_RECURRING, side_of(t, v->recurring),
			       EK_VERDICT_RECURRING_IN);
		return;
	case EK_VERDICT_IS_ROUTINE:
		say_routine(t, out);
		return;
	}
}

/* ---- facts */

static void say_move(const struct ek_trend *t, const struct ek_verdict_fact *f, const char *what,
		     char out[EK_TREND_SENTENCE])
{
	char start[EK_TREND_DAY], was[EK_TREND_VALUE], is[EK_TREND_VALUE];
	int n = snprintf(out, EK_TREND_SENTENCE,
			 "%s since %s: %s, %s where %s was expected, after %u points", what,
			 ek_trend_day(f->start_key, start), side_of(t, f->side),
			 ek_trend_value(t, f->is, is), ek_trend_value(t, f->was, was), f->n);
	if (f->is_run)
		n += snprintf(out + n, EK_TREND_SENTENCE - (size_t)n, " (a run on one side)");
	if (f->joined > 0)
		(void)snprintf(out + n, EK_TREND_SENTENCE - (size_t)n,
			       "; %u odd point%s became part of it", f->joined,
			       f->joined == 1 ? "" : "s");
}

void ek_trend_fact(const struct ek_trend *t, const struct ek_verdict_fact *f,
		   char out[EK_TREND_SENTENCE])
{
	static const char *const words[EK_VERDICT_KIND_END] = {
		[EK_VERDICT_SHIFT] = "lasting shift",
		[EK_VERDICT_RETURNED] = "returned to the old level",
		[EK_VERDICT_FURTHER] = "further shift",
	};
	char day[EK_TREND_DAY], span[EK_TREND_VALUE];
	const char *side = side_of(t, f->side);
	if (words[f->kind] != NULL)
		say_move(t, f, words[f->kind], out);
	else if (f->kind == EK_VERDICT_TOO_EARLY)
		(void)snprintf(out, EK_TREND_SENTENCE, "odd point, far %s (z %.1f)", side,
			       f->mean_z);
	else if (f->kind == EK_VERDICT_ONE_OFF && f->n > 1)
		(void)snprintf(out, EK_TREND_SENTENCE, "%s began a blip that decayed over %s",
			       ek_trend_day(f->key, day), span_of(t, f->n, span));
	else if (f->kind == EK_VERDICT_ONE_OFF)
		(void)snprintf(out, EK_TREND_SENTENCE, "%s was a one-off",
			       ek_trend_day(f->key, day));
	else if (f->kind == EK_VERDICT_DECAYING)
		(void)snprintf(out, EK_TREND_SENTENCE,
			       "no lasting shift: the blip of %s from %s, %s, is decaying",
			       span_of(t, f->n, span), ek_trend_day(f->start_key, day), side);
	else if (f->kind == EK_VERDICT_RECURRING_BEGAN)
		(void)snprintf(out, EK_TREND_SENTENCE, "one-offs recur, %s", side);
	else if (f->kind == EK_VERDICT_HOLDS)
		(void)snprintf(out, EK_TREND_SENTENCE, "the shift holds");
	else
		(void)snprintf(out, EK_TREND_SENTENCE, "shift suspected, %s%s", side,
			       f->kind == EK_VERDICT_SUSPECTED_ENDED ? ": no longer" : "");
}
