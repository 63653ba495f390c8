/* Rare events: from what happened on each day to what lies between two events (spec patterns,
 * section 1). A day's table does not say when on it something happened, or in which order, so that
 * what happened on one day shares what lay before: half of ten days is five days each. */
#include <math.h>

#include "cli/trend.h"

#define DAY_MS 86400000.0

bool ek_trend_is_of_events(const struct ek_trend *t)
{
	return t->setup.kind == EK_SCORE_SPACING || t->setup.kind == EK_SCORE_GAP;
}

static bool is_possible(const struct ek_trend *t, const struct ek_score_point *p)
{
	bool has_n = t->setup.kind == EK_SCORE_GAP;
	return ek_score_check(EK_SCORE_COUNT, p) == EK_SCORE_FINE &&
	       (!has_n || (p->n >= p->value && floor(p->n) >= p->n));
}

static bool check(const struct ek_trend *t, struct ek_err *err)
{
	char day[EK_TREND_DAY];
	for (uint32_t i = 0; i < t->n; i++)
		if (isfinite(t->v[i].p.value) && !is_possible(t, &t->v[i].p))
			return ek_fail(err, EK_USAGE, "%s: expected %s",
				       ek_trend_day(t->v[i].p.key, day),
				       t->setup.kind == EK_SCORE_GAP
					       ? "how many events, and of how many approaches"
					       : "how many events, a whole number of at least 0");
	return true;
}

bool ek_trend_between(struct ek_trend *t, struct ek_err *err)
{
	bool is_gap = t->setup.kind == EK_SCORE_GAP;
	bool has_begun = false; /* since an event: what lies before the first is not known whole */
	double quiet = 0;       /* approaches without one since */
	int32_t last = 0;
	uint32_t n = 0;
	if (!check(t, err))
		return false;
	for (uint32_t i = 0; i < t->n; i++) {
		const struct ek_score_point p = t->v[i].p;
		/* Whether anything happened on a missing day is not known: it begins anew. */
		has_begun = has_begun && isfinite(p.value);
		quiet += isfinite(p.value) && is_gap ? p.n - p.value : 0;
		if (!isfinite(p.value) || p.value <= 0)
			continue;
		double between =
			is_gap ? round(quiet / p.value) : (p.key - last) * DAY_MS / p.value;
		if (has_begun)
			t->v[n++] = (struct ek_judged_in){.p = {p.key, between, 0}};
		has_begun = true;
		quiet = 0;
		last = p.key;
	}
	t->n = n;
	return n > 0 || ek_fail(err, EK_USAGE, "between events: expected two of them at least");
}
