/* Standard reports of teams by week and by metric. */
#include "api/api_standard.h"

#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_verdict.h"
#include "api/handlers.h"
#include "api/trends.h"
#include "model/calendar.h"

enum { WEEK = 7 };

static ek_str name_of(struct ek_turn *t, ek_team_id team)
{
	const struct ek_views_value key = ek_views_int(team.v);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT name FROM team_profiles WHERE team = $1", &key, 1, &rows) ||
	    rows.n == 0)
		return EK_S("");
	ek_str name = ek_turn_text(&rows.v[0]);
	return name.p == NULL ? EK_S("") : name;
}

/* ---- deadlines kept, by week */

struct sla {
	struct ek_turn *t;
	const struct ek_figures *f;
	const struct ek_api_standard *s;
	ek_team_id team;
	ek_str name;
};

/* The week before; of a week that is cut, by its beginning, its end or by now, the same hours. */
static bool ask_before(const struct sla *c, int32_t first, int32_t behind, struct ek_figure *out,
		       struct ek_err *err)
{
	struct ek_figures_ask ask = ek_api_standard_ask(c->s, EK_METRIC_SLA_ATTAINMENT, &c->team);
	ek_time now = c->t->now;
	int32_t today = ek_calendar_date(c->s->zone, now);
	ask.from = ek_calendar_day_start(c->s->zone, first - WEEK);
	ask.until = ek_calendar_day_start(c->s->zone, behind - WEEK);
	if (today < behind) {
		/* The same time of day, also over a change to summer time. */
		ek_time then = ek_calendar_day_start(c->s->zone, today - WEEK);
		int64_t of_day = now.ms - ek_calendar_day_start(c->s->zone, today).ms;
		ask.until = (ek_time){then.ms + of_day};
	}
	if (ask.until.ms <= ask.from.ms)
		ask.until = ask.from;
	return ek_figures_ask(c->f, &ask, out, err);
}

static void put_sla(const struct sla *c, int32_t first, int32_t behind, const struct ek_figure *fig,
		    const struct ek_figure *before)
{
	struct ek_json *j = &c->t->out;
	const struct ek_definition *d = ek_definition_row(EK_METRIC_SLA_ATTAINMENT);
	ek_json_object(j);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, c->team.v);
	ek_api_put_text(j, "team_name", c->name);
	ek_api_figures_put_metric(j, d, fig->version);
	ek_api_figures_put_date(j, "week", first);
	ek_api_figures_put_date(j, "until", behind);
	ek_api_put_bool(j, "complete", ek_calendar_date(c->s->zone, c->t->now) >= behind);
	ek_api_put_int(j, "numerator", (int64_t)fig->numerator);
	ek_api_put_int(j, "denominator", (int64_t)fig->denominator);
	ek_api_figures_put_real(j, "value", fig->has_value, fig->value);
	ek_api_figures_put_real(j, "low", fig->has_interval, fig->low);
	ek_api_figures_put_real(j, "high", fig->has_interval, fig->high);
	ek_api_figures_put_state(j, fig);
	ek_api_put_int(j, "before_numerator", (int64_t)before->numerator);
	ek_api_put_int(j, "before_denominator", (int64_t)before->denominator);
	ek_api_figures_put_real(j, "before_value", before->has_value, before->value);
	ek_api_standard_receipt(c->t, c->s,
				&(struct ek_api_standard_figure){.definition = d,
								 .version = fig->version,
								 .team = c->team,
								 .from = first,
								 .until = behind});
	ek_json_object_end(j);
}

static bool visit_week(void *ctx, int32_t date, const struct ek_figure *fig, struct ek_err *err)
{
	const struct sla *c = ctx;
	int32_t monday = date - (ek_calendar_day_of_week(date) - 1);
	int32_t first = date > c->s->from ? date : c->s->from;
	int32_t behind = monday + WEEK < c->s->until ? monday + WEEK : c->s->until;
	struct ek_figure before;
	if (!ask_before(c, first, behind, &before, err))
		return false;
	put_sla(c, first, behind, fig, &before);
	return true;
}

static bool write_sla(struct ek_turn *t, const struct ek_figures *f, struct ek_api_standard *s)
{
	static const uint8_t metrics[] = {EK_METRIC_SLA_ATTAINMENT, EK_METRIC_NONE};
	struct sla c = {.t = t, .f = f, .s = s};
	struct ek_err err = {0};
	bool ok = ek_api_standard_place(t, f, s);
	if (!ok)
		return false;
	const struct ek_figures_run run = {EK_FIGURES_WEEKLY, s->zone, visit_week, &c};
	ek_api_standard_head(t, f, s, metrics);
	ek_json_key(&t->out, "data");
	ek_json_list(&t->out);
	for (uint32_t i = 0; ok && i < s->team_count; i++) {
		c.team = s->teams[i];
		c.name = name_of(t, c.team);
		const struct ek_figures_ask ask =
			ek_api_standard_ask(s, EK_METRIC_SLA_ATTAINMENT, &c.team);
		ok = ek_figures_series(f, &ask, &run, &err);
	}
	ek_json_list_end(&t->out);
	ek_json_object_end(&t->out);
	return ok || ek_problem_err(&t->problem, &err);
}

static void run_sla(struct ek_turn *t, struct ek_worker *w)
{
	const struct ek_figures *f = ek_api_fold_take(t);
	(void)w;
	if (f != NULL) {
		(void)write_sla(t, f, t->state);
		ek_api_fold_give(t);
	}
	ek_turn_reply(t, 200);
}

void ek_api_get_sla_report(struct ek_turn *t)
{
	ek_api_standard_begin(t, EK_API_STANDARD_SLA, run_sla);
}

/* ---- every metric, and its verdict */

/* The loudest line of that chart, copied; false when there is none. */
static bool find_line(struct ek_turn *t, ek_team_id team, int metric, struct ek_trends_line *out)
{
	struct ek_trends_view view;
	bool found = false;
	if (!ek_trends_take(t->api, &view))
		return false;
	for (uint32_t i = 0; !found && i < view.n; i++) {
		found = view.lines[i].team.v == team.v &&
			view.lines[i].definition->metric == metric;
		if (found)
			*out = view.lines[i];
	}
	ek_trends_give(t->api);
	return found;
}

static void put_verdict(struct ek_json *j, const struct ek_definition *d,
			const struct ek_trends_line *l)
{
	bool has_shift = l != NULL && l->has_shift;
	ek_api_put_word(j, "cadence", l == NULL ? NULL : ek_judged_cadence(l->feed));
	ek_api_put_word(j, "verdict", l == NULL ? NULL : l->state);
	ek_api_put_word(j, "direction", l == NULL ? NULL : ek_api_verdict_direction(d, l->side));
	ek_api_verdict_date(j, "since", has_shift ? l->shift.since : EK_NONE);
	ek_api_figures_put_real(j, "was", has_shift, has_shift ? l->shift.was : 0);
	ek_api_figures_put_real(j, "is", has_shift, has_shift ? l->shift.is : 0);
	ek_api_figures_put_real(j, "odds", l != NULL && l->odds > 0, l == NULL ? 0 : l->odds);
}

static bool put_metric(struct ek_turn *t, const struct ek_figures *f,
		       const struct ek_api_standard *s, ek_team_id team, int metric)
{
	const struct ek_definition *d = ek_definition_row(metric);
	const struct ek_figures_ask ask = ek_api_standard_ask(s, metric, &team);
	struct ek_trends_line line;
	struct ek_figure fig;
	struct ek_err err;
	struct ek_json *j = &t->out;
	if (!ek_figures_ask(f, &ask, &fig, &err))
		return ek_problem_err(&t->problem, &err);
	bool has_line = find_line(t, team, metric, &line);
	ek_json_object(j);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, team.v);
	ek_api_figures_put_metric(j, d, fig.version);
	ek_api_put_word(j, "unit", ek_definition_unit(d->unit));
	ek_api_figures_put_real(j, "value", fig.has_value, fig.value);
	ek_api_figures_put_real(j, "low", fig.has_interval, fig.low);
	ek_api_figures_put_real(j, "high", fig.has_interval, fig.high);
	ek_api_put_int(j, "n", (int64_t)fig.n);
	ek_api_put_int(j, "numerator", (int64_t)fig.numerator);
	ek_api_put_int(j, "denominator", (int64_t)fig.denominator);
	ek_api_put_int(j, "not_yet_known", (int64_t)fig.not_yet_known);
	ek_api_figures_put_state(j, &fig);
	put_verdict(j, d, has_line ? &line : NULL);
	ek_api_standard_receipt(t, s,
				&(struct ek_api_standard_figure){.definition = d,
								 .version = fig.version,
								 .team = team,
								 .from = s->from,
								 .until = s->until});
	ek_json_object_end(j);
	return true;
}

static void write_trend(struct ek_turn *t, const struct ek_figures *f, struct ek_api_standard *s)
{
	uint8_t metrics[EK_METRIC_END] = {0};
	uint32_t n = 0;
	for (uint8_t m = EK_METRIC_NONE + 1; m < EK_METRIC_END; m++)
		if (ek_definition_row(m)->why_not == NULL)
			metrics[n++] = m;
	if (!ek_api_standard_place(t, f, s))
		return;
	ek_api_standard_head(t, f, s, metrics);
	ek_json_key(&t->out, "data");
	ek_json_list(&t->out);
	bool ok = true;
	for (uint32_t i = 0; ok && i < s->team_count; i++)
		for (uint32_t m = 0; ok && m < n; m++)
			ok = put_metric(t, f, s, s->teams[i], metrics[m]);
	ek_json_list_end(&t->out);
	ek_json_object_end(&t->out);
}

static void run_trend(struct ek_turn *t, struct ek_worker *w)
{
	const struct ek_figures *f = ek_api_fold_take(t);
	(void)w;
	if (f != NULL) {
		write_trend(t, f, t->state);
		ek_api_fold_give(t);
	}
	ek_turn_reply(t, 200);
}

void ek_api_get_team_trend_report(struct ek_turn *t)
{
	ek_api_standard_begin(t, EK_API_STANDARD_TREND, run_trend);
}
