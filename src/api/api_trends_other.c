/* Beside a chart, around a change of its metric's definition: the same periods by the other
 * version. The chart's own points are each by the version in force, and a new segment begins with
 * it. And which points were restated. */
#include "api/api_figures.h"
#include "api/api_put.h"
#include "api/api_trends.h"
#include "api/api_verdict.h"

#include "model/calendar.h"

/* The periods that have a day at or after the change, before both are no longer shown. */
static bool read_points(struct ek_turn *t, const struct ek_figures *f, struct ek_figures_ask *ask,
			const struct ek_charts_series *s, struct ek_api_trends_other *out)
{
	const struct ek_zone *zone = ek_figures_zone(f, *ask->teams);
	enum ek_budget_feed feed = s->setup.feed;
	struct ek_figure fig;
	struct ek_err err;
	out->v = ek_turn_get(t, (s->n + 1) * sizeof *out->v);
	for (uint32_t i = 0; out->v != NULL && i < s->n; i++) {
		int32_t day = s->v[i].p.key, next = ek_charts_next(feed, day);
		if (next <= out->changed || day >= out->until)
			continue;
		ask->from = ek_calendar_day_start(zone, day);
		ask->until = ek_calendar_day_start(zone, next);
		/* A period that the change lies in is by the older one. */
		ask->version = s->sides[i].version == out->version ? 0 : out->version;
		if (ask->version == 0)
			continue;
		if (!ek_figures_ask(f, ask, &fig, &err))
			return ek_problem_err(&t->problem, &err);
		out->v[out->n++] = (struct ek_api_trends_other_point){
			.day = day, .has_value = fig.has_value, .value = fig.value, .n = fig.n};
	}
	return out->v != NULL;
}

bool ek_api_trends_read_other(struct ek_turn *t, const struct ek_figures *f,
			      const struct ek_charts_ask *ask, const struct ek_charts_series *s,
			      struct ek_api_trends_other *out)
{
	const struct ek_zone *zone = ek_figures_zone(f, ask->team);
	struct ek_api_figures_both both = {.t = t, .f = f, .zone = zone};
	struct ek_api_figures_other o;
	struct ek_err err;
	int32_t today = ek_calendar_date(zone, ask->now);
	struct ek_figures_ask q = {.metric = ask->metric,
				   .teams = &ask->team,
				   .team_count = 1,
				   .from = ek_calendar_day_start(zone, today),
				   .until = ek_calendar_day_start(zone, today + 1),
				   .as_of = EK_NO_TIME};
	*out = (struct ek_api_trends_other){0};
	if (!ek_api_figures_other(&both, &q, &o, &err))
		return ek_problem_err(&t->problem, &err);
	if (o.d == NULL)
		return true;
	out->version = o.d->version;
	out->clock = o.d->clock;
	out->changed = o.changed;
	out->until = o.until;
	return read_points(t, f, &q, s, out);
}

void ek_api_trends_put_other(struct ek_json *j, int metric, const struct ek_api_trends_other *o)
{
	ek_json_key(j, "other");
	if (o->version == 0) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	ek_api_verdict_metric(j, metric, o->version);
	ek_api_put_enum(j, "clock", EK_ENUM_CLOCK, o->clock);
	ek_api_figures_put_date(j, "changed_on", o->changed);
	ek_api_figures_put_date(j, "shown_until", o->until);
	ek_json_key(j, "points");
	ek_json_list(j);
	for (uint32_t i = 0; i < o->n; i++) {
		ek_json_object(j);
		ek_api_figures_put_date(j, "date", o->v[i].day);
		ek_api_figures_put_real(j, "value", o->v[i].has_value, o->v[i].value);
		ek_api_put_int(j, "n", (int64_t)o->v[i].n);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	ek_json_object_end(j);
}

/* ---- what was restated */

bool ek_api_trends_read_restated(struct ek_turn *t, const struct ek_figures *f,
				 const struct ek_charts_ask *ask, const struct ek_charts_series *s,
				 const struct ek_figures_restated ***out)
{
	const struct ek_zone *zone = ek_figures_zone(f, ask->team);
	struct ek_figures_ask q = {
		.metric = ask->metric, .teams = &ask->team, .team_count = 1, .as_of = EK_NO_TIME};
	uint32_t first = s->n > EK_API_TRENDS_RESTATED ? s->n - EK_API_TRENDS_RESTATED : 0;
	struct ek_figures_restated was, *kept;
	struct ek_figure fig;
	struct ek_err err;
	bool ok = true;
	*out = ek_turn_get(t, (s->n + 1) * sizeof **out);
	for (uint32_t i = first; *out != NULL && ok && i < s->n; i++) {
		q.from = ek_calendar_day_start(zone, s->v[i].p.key);
		q.until = ek_calendar_day_start(zone, ek_charts_next(s->setup.feed, s->v[i].p.key));
		ok = ek_figures_ask(f, &q, &fig, &err) && ek_figures_was(f, &q, &fig, &was, &err);
		if (!ok || was.causes == 0)
			continue;
		kept = EK_TURN_NEW(t, struct ek_figures_restated);
		if (kept == NULL)
			return false;
		*kept = was;
		(*out)[i] = kept;
	}
	return *out != NULL && (ok || ek_problem_err(&t->problem, &err));
}
