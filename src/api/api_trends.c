/* How charts stand, and one of them in full. */
#include "api/api_trends.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/api_figures.h"
#include "api/api_fold.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_verdict.h"
#include "api/handlers.h"
#include "api/worker.h"
#include "model/calendar.h"

enum { METRIC_MAX = 64, ANHOJ = EK_MARKS_SET_END, NOTHING_FOUND_DAYS = 90 };

static void put_real(struct ek_json *j, const char *key, bool has, double v)
{
	ek_json_key(j, key);
	ek_json_real(j, has ? v : (double)NAN);
}

/* Since when the old level is gone, and when it moved last if not then. */
static void put_since(struct ek_json *j, const struct ek_judged_shift *shift)
{
	bool moved = shift != NULL && shift->start != shift->since;
	ek_api_verdict_date(j, "since", shift != NULL ? shift->since : EK_NONE);
	ek_api_verdict_date(j, "moved", moved ? shift->start : EK_NONE);
}

/* ---- how they stand */

static void put_line(struct ek_json *j, const struct ek_trends_line *l)
{
	const struct ek_definition *d = l->definition;
	ek_json_object(j);
	ek_api_verdict_metric(j, d->metric, l->version);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, l->team.v);
	ek_api_put_word(j, "cadence", ek_judged_cadence(l->feed));
	ek_api_put_word(j, "state", l->state);
	ek_api_put_word(j, "direction", ek_api_verdict_direction(d, l->side));
	put_since(j, l->has_shift ? &l->shift : NULL);
	put_real(j, "was", l->has_shift, l->shift.was);
	put_real(j, "is", l->has_shift, l->shift.is);
	ek_api_put_word(j, "unit", ek_definition_unit(d->unit));
	ek_api_put_int(j, "n", (int64_t)l->n);
	ek_api_put_int(j, "points", l->points);
	put_real(j, "odds", l->odds > 0, l->odds);
	ek_json_object_end(j);
}

/* Shifts that the series no longer says, or in which whoever looked found nothing (S25). */
static int64_t count_nothing(struct ek_turn *t)
{
	const struct ek_views_value since =
		ek_views_int(t->now.ms - NOTHING_FOUND_DAYS * (int64_t)EK_CALENDAR_DAY_MS);
	struct ek_turn_rows rows;
	bool ok = ek_turn_select(t,
				 "SELECT count(*) FROM verdicts v LEFT JOIN stories s"
				 " ON s.verdict = v.verdict AND s.decision = 'nothing'"
				 " AND s.updated_ms >= $1"
				 " WHERE v.kind IN ('shift', 'further_shift')"
				 " AND (v.crossed_ms >= $1 OR s.verdict IS NOT NULL)",
				 &since, 1, &rows);
	return ok && rows.n > 0 ? ek_turn_int(&rows.v[0]) : 0;
}

static void put_budget(struct ek_turn *t, const struct ek_trends_budget *b, int64_t nothing)
{
	struct ek_json *j = &t->out;
	ek_json_key(j, "budget");
	ek_json_object(j);
	ek_api_put_int(j, "charts", b->charts);
	put_real(j, "allowed", true, b->allowed);
	put_real(j, "expected", true, b->answer.expected);
	ek_api_put_bool(j, "within", b->charts == 0 || b->answer.is_within);
	ek_api_put_int(j, "step", b->answer.step);
	ek_api_put_int(j, "nothing_found", nothing);
	ek_json_object_end(j);
}

/* Of each team inbox, whether it is seen: asked once. */
struct seen {
	ek_team_id team;
	bool sees;
};

static bool sees(struct ek_turn *t, struct seen *all, uint32_t *n, ek_team_id team)
{
	for (uint32_t i = 0; i < *n; i++)
		if (all[i].team.v == team.v)
			return all[i].sees;
	all[*n] = (struct seen){team, ek_api_verdict_sees(t, team)};
	return all[(*n)++].sees;
}

/* What is shown of the charts as they stand, copied while nobody changes them. */
static bool copy_view(struct ek_turn *t, struct ek_trends_view *view)
{
	*view = (struct ek_trends_view){.as_of = EK_NO_TIME, .budget.allowed = EK_BUDGET_DEFAULT};
	if (!ek_trends_take(t->api, view))
		return true;
	struct ek_trends_line *lines = ek_turn_get(t, (view->n + 1) * sizeof *lines);
	if (lines != NULL && view->n > 0)
		memcpy(lines, view->lines, view->n * sizeof *lines);
	ek_trends_give(t->api);
	view->lines = lines;
	return lines != NULL;
}

static void run_list(struct ek_turn *t, struct ek_worker *w)
{
	const ek_team_id *only = t->state;
	struct ek_trends_view view;
	struct ek_json *j = &t->out;
	uint32_t known = 0;
	(void)w;
	struct seen *all = NULL;
	if (!copy_view(t, &view) || (all = ek_turn_get(t, (view.n + 1) * sizeof *all)) == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	int64_t nothing = count_nothing(t);
	ek_json_object(j);
	ek_json_key(j, "data");
	ek_json_list(j);
	for (uint32_t i = 0; i < view.n; i++)
		if ((only->v == 0 || view.lines[i].team.v == only->v) &&
		    sees(t, all, &known, view.lines[i].team))
			put_line(j, &view.lines[i]);
	ek_json_list_end(j);
	put_budget(t, &view.budget, nothing);
	ek_api_put_time(j, "as_of", view.as_of);
	ek_json_object_end(j);
	ek_turn_reply(t, 200);
}

void ek_api_list_trends(struct ek_turn *t)
{
	ek_team_id *team = EK_TURN_NEW(t, ek_team_id);
	uint64_t id = 0;
	if (team != NULL && ek_query_id(&t->query, "team", EK_IDENT_TEAM, &id))
		team->v = (uint32_t)id;
	t->state = team;
	if (team != NULL && ek_query_end(&t->query) &&
	    (id == 0 || ek_api_verdict_may_see(t, *team)))
		ek_worker_submit(t->api->worker, t, run_list);
	else
		ek_turn_reply(t, 0);
}

/* ---- one chart */

struct series {
	struct ek_charts_ask ask;
	uint32_t marks; /* of enum ek_marks_set, or ANHOJ */
	struct ek_charts chart;
	struct ek_charts_given given;
	struct ek_api_trends_shares shares;
	ek_str zone;
	ek_time *starts; /* of each day of a point */
	struct ek_api_trends_other other;
	const struct ek_figures_restated **restated; /* by point; NULL inside: none */
};

static void put_marks(struct ek_json *j, uint32_t bits)
{
	static const char *const words[] = {"limit",         "trend",        "two_of_three",
					    "three_of_four", "four_of_five", "run",
					    "alternating",   "hugging",      "avoiding"};
	ek_json_key(j, "marks");
	ek_json_list(j);
	for (uint32_t i = 0; i < EK_LEN(words); i++)
		if ((bits >> i & 1) != 0)
			ek_json_word(j, words[i]);
	ek_json_list_end(j);
}

static void put_point(struct ek_json *j, const struct series *s, uint32_t i)
{
	static const char *const whys[] = {[EK_CHART_FED] = "fed",
					   [EK_CHART_LEFT_OUT] = "left_out",
					   [EK_CHART_SMALL] = "small",
					   [EK_CHART_OUTSIDE] = "outside",
					   [EK_CHART_CLOSED_DAY] = "closed_day"};
	const struct ek_judged_point *p = &s->chart.judged.v[i];
	const struct ek_charts_side *side = &s->chart.series.sides[i];
	ek_json_object(j);
	ek_api_verdict_date(j, "date", p->p.key);
	put_real(j, "value", side->has_value, side->value);
	ek_api_put_int(j, "n", (int64_t)side->n);
	put_real(j, "z", p->has_z, p->z);
	ek_api_put_word(j, "fed",
			p->why == EK_CHART_LEFT_OUT && !s->chart.series.v[i].is_left_out
				? "small"
				: whys[p->why]);
	put_real(j, "low", p->has_z, p->limits.lower);
	put_real(j, "high", p->has_z, p->limits.upper);
	put_real(j, "centre", p->has_z, p->limits.centre);
	ek_api_put_id(j, "annotation", EK_IDENT_ANNOTATION, side->note);
	ek_api_put_bool(j, "holiday", side->is_holiday);
	ek_api_put_int(j, "segment", p->segment);
	ek_json_key(j, "restated");
	if (s->restated[i] != NULL)
		ek_api_figures_write_restated(j, s->restated[i]);
	else
		ek_json_null(j);
	put_marks(j, p->marks);
	ek_json_object_end(j);
}

/* The version by which the points from that day on were measured. */
static uint32_t version_on(const struct ek_charts_series *s, int32_t day)
{
	uint32_t i = 0;
	while (i + 1 < s->n && s->v[i].p.key < day)
		i++;
	return i < s->n ? s->sides[i].version : s->definition->version;
}

/* Why the segment of a stretch begins, if that is its first one. */
static const char *why_of(const struct series *of, uint32_t stretch)
{
	static const char *const words[] = {[EK_CHARTS_WHY_NONE] = NULL,
					    [EK_CHARTS_WHY_HOURS] = "hours",
					    [EK_CHARTS_WHY_DEFINITION] = "definition",
					    [EK_CHARTS_WHY_LIMITS] = "limits",
					    [EK_CHARTS_WHY_IMPORT] = "import"};
	const struct ek_judged *g = &of->chart.judged;
	uint32_t segment = g->stretches[stretch].segment, i = 0;
	if (stretch > 0 && g->stretches[stretch - 1].segment == segment)
		return NULL;
	while (i < g->n && g->v[i].segment != segment)
		i++;
	return i < g->n ? words[of->chart.series.sides[i].why] : NULL;
}

static void put_segment(struct ek_json *j, const struct series *of, uint32_t i)
{
	const struct ek_judged_stretch *s = &of->chart.judged.stretches[i];
	static const char *const kinds[] = {"baseline", "locked", "provisional"};
	bool has_ends = s->has_limits && s->kind != EK_JUDGED_PROVISIONAL;
	ek_json_object(j);
	ek_api_verdict_date(j, "from", s->from);
	ek_api_verdict_date(j, "until", s->until);
	ek_api_put_word(j, "kind", kinds[s->kind]);
	put_real(j, "centre", s->has_limits, s->limits.centre);
	put_real(j, "low", has_ends, s->limits.lower);
	put_real(j, "high", has_ends, s->limits.upper);
	ek_api_verdict_metric(j, of->ask.metric, version_on(&of->chart.series, s->from));
	ek_api_put_word(j, "begins_by", why_of(of, i));
	ek_json_object_end(j);
}

static void put_annotations(struct ek_turn *t, const struct series *s)
{
	const struct ek_views_value args[] = {ek_views_int(s->ask.team.v),
					      ek_views_int(s->ask.metric)};
	struct ek_turn_rows rows = {.n = 0};
	ek_json_key(&t->out, "annotations");
	ek_json_list(&t->out);
	if (!ek_turn_select(t,
			    "SELECT a.* FROM annotations a WHERE a.team = $1"
			    " AND (a.metric IS NULL OR a.metric = $2) AND a.deleted_ms IS NULL"
			    " ORDER BY a.day, a.annotation LIMIT 1000",
			    args, 2, &rows))
		rows.n = 0;
	for (uint32_t i = 0; i < rows.n; i++)
		ek_api_verdict_note(&t->out, &rows.v[(size_t)i * rows.columns], 0);
	ek_json_list_end(&t->out);
}

/* ---- its verdicts */

static void put_shares(struct ek_json *j, const struct series *s, bool is_standing)
{
	ek_json_key(j, "contributions");
	ek_json_list(j);
	for (uint32_t i = 0; is_standing && i < s->shares.n; i++) {
		ek_json_object(j);
		ek_api_put_word(j, "by", s->shares.v[i].by);
		ek_api_put_text(j, "of", s->shares.v[i].of);
		put_real(j, "share", true, s->shares.v[i].share);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static ek_time start_of(const struct series *s, int32_t day)
{
	for (uint32_t i = 0; i < s->chart.series.n; i++)
		if (s->chart.series.v[i].p.key == day)
			return s->starts[i];
	return (ek_time){day * (int64_t)EK_CALENDAR_DAY_MS};
}

static void put_verdict(struct ek_turn *t, const struct series *s, const struct ek_views_value *row)
{
	int32_t day = (int32_t)ek_turn_int(&row[EK_CONTENT_VERDICTS_START_DAY]);
	const struct ek_api_trends_start start = {s->ask.team, s->ask.metric, day,
						  start_of(s, day)};
	struct ek_judged_shift shift;
	bool stands = ek_judged_shift(&s->chart.judged, &shift) && shift.start == day &&
		      ek_turn_int(&row[EK_CONTENT_VERDICTS_CROSSED_MS]) == EK_NONE;
	ek_api_verdict_begin(t, row, NULL);
	ek_api_trends_suggest(t, &start);
	put_shares(&t->out, s, stands);
	ek_api_trends_similar(t, row);
	ek_json_object_end(&t->out);
}

static void put_verdicts(struct ek_turn *t, const struct series *s)
{
	const char *cadence = ek_judged_cadence(s->ask.feed);
	const struct ek_views_value args[] = {
		ek_views_int(s->ask.team.v), ek_views_int(s->ask.metric),
		ek_views_text((ek_str){cadence, (uint32_t)strlen(cadence)})};
	struct ek_turn_rows rows = {.n = 0};
	ek_json_key(&t->out, "verdicts");
	ek_json_list(&t->out);
	if (!ek_turn_select(t,
			    "SELECT v.* FROM verdicts v WHERE v.team = $1 AND v.metric = $2"
			    " AND v.cadence = $3 ORDER BY v.day, v.verdict LIMIT 500",
			    args, 3, &rows))
		rows.n = 0;
	for (uint32_t i = 0; i < rows.n; i++)
		put_verdict(t, s, &rows.v[(size_t)i * rows.columns]);
	ek_json_list_end(&t->out);
}

/* ---- a look back */

static void put_break(struct ek_json *j, const struct ek_judged *g)
{
	ek_json_key(j, "break");
	if (!g->has_break) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	ek_api_verdict_date(j, "after", g->brk_after);
	ek_api_verdict_date(j, "from", g->brk_from);
	ek_api_verdict_date(j, "until", g->brk_until);
	ek_json_object_end(j);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* About the median of the points that count. */
static void put_runs(struct ek_turn *t, const struct series *s)
{
	const struct ek_judged *g = &s->chart.judged;
	struct ek_json *j = &t->out;
	uint32_t n = 0;
	double *x = ek_turn_get(t, (g->n + 1) * sizeof *x);
	double *sorted = ek_turn_get(t, (g->n + 1) * sizeof *sorted);
	ek_json_key(j, "runs");
	if (s->marks != ANHOJ || x == NULL || sorted == NULL) {
		ek_json_null(j);
		return;
	}
	for (uint32_t i = 0; i < g->n; i++)
		if (g->v[i].why == EK_CHART_FED && s->chart.series.sides[i].has_value)
			x[n++] = s->chart.series.sides[i].value;
	memcpy(sorted, x, n * sizeof *x);
	qsort(sorted, n, sizeof *sorted, by_value);
	double median = n == 0 ? 0 : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
	struct ek_marks_runs r = ek_marks_runs(x, n, median);
	ek_json_object(j);
	ek_api_put_int(j, "useful", r.useful);
	ek_api_put_int(j, "longest", r.longest);
	ek_api_put_int(j, "longest_max", r.longest_max);
	ek_api_put_int(j, "crossings", r.crossings);
	ek_api_put_int(j, "crossings_min", r.crossings_min);
	ek_api_put_bool(j, "signal", r.is_signal);
	ek_json_object_end(j);
}

/* ---- all of it */

/* As the thread that looks over all of them has it: with what was settled. */
static const char *state_of(struct ek_turn *t, const struct series *s)
{
	const char *state = ek_judged_headline(&s->chart.judged);
	struct ek_trends_view view;
	if (strcmp(state, "few") == 0)
		return "coarser";
	if ((strcmp(state, "shift") != 0 && strcmp(state, "further_shift") != 0) ||
	    !ek_trends_take(t->api, &view))
		return state;
	const struct ek_trends_line *l =
		ek_trends_find(&view, s->ask.team, s->ask.metric, s->ask.feed);
	if (l != NULL && l->has_standing &&
	    l->shift.start == s->chart.judged.chart.verdict.segment.first_key)
		state = l->state;
	ek_trends_give(t->api);
	return state;
}

static int32_t side_of(const struct ek_judged *g, const char *state)
{
	const struct ek_verdict *v = &g->chart.verdict;
	if (strcmp(state, "suspected") == 0)
		return v->suspected;
	if (strcmp(state, "recurring") == 0)
		return v->recurring;
	if (strcmp(state, "too_early") == 0)
		return v->blip_count > 0 ? v->blips[v->blip_count - 1].side : 0;
	return strstr(state, "shift") != NULL ? v->side : 0;
}

static void put_head(struct ek_turn *t, const struct series *s)
{
	static const char *const desired[] = {"down", "neutral", "up"};
	const struct ek_definition *d = ek_definition_row(s->ask.metric);
	const struct ek_judged *g = &s->chart.judged;
	struct ek_json *j = &t->out;
	struct ek_judged_shift shift = {0};
	enum ek_budget_feed next = s->ask.feed;
	const char *state = state_of(t, s);
	bool has_shift = strstr(state, "shift") != NULL && ek_judged_shift(g, &shift);
	bool is_coarser = strcmp(state, "coarser") == 0 && ek_chart_coarser(s->ask.feed, &next);
	ek_api_verdict_metric(j, s->ask.metric, s->chart.series.definition->version);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, s->ask.team.v);
	ek_api_put_word(j, "cadence", ek_judged_cadence(s->ask.feed));
	ek_api_put_word(j, "unit", ek_definition_unit(d->unit));
	ek_api_put_word(j, "desired", desired[ek_api_verdict_desired(d) + 1]);
	ek_api_put_text(j, "zone", s->zone);
	ek_api_put_word(j, "state", state);
	ek_api_put_word(j, "direction", ek_api_verdict_direction(d, side_of(g, state)));
	put_since(j, has_shift ? &shift : NULL);
	put_real(j, "was", has_shift, shift.was);
	put_real(j, "is", has_shift, shift.is);
	put_real(j, "odds", g->chart.state == EK_CHART_LOCKED, ek_chart_odds(&g->chart));
	ek_api_put_word(j, "coarser", is_coarser ? ek_judged_cadence(next) : NULL);
}

static void put_series(struct ek_turn *t, const struct series *s)
{
	const struct ek_judged *g = &s->chart.judged;
	struct ek_json *j = &t->out;
	ek_json_object(j);
	put_head(t, s);
	ek_json_key(j, "points");
	ek_json_list(j);
	for (uint32_t i = 0; i < g->n; i++)
		put_point(j, s, i);
	ek_json_list_end(j);
	ek_json_key(j, "segments");
	ek_json_list(j);
	for (uint32_t i = 0; i < g->stretch_count; i++)
		put_segment(j, s, i);
	ek_json_list_end(j);
	ek_api_trends_put_other(j, s->ask.metric, &s->other);
	put_annotations(t, s);
	put_verdicts(t, s);
	put_break(j, g);
	put_runs(t, s);
	ek_json_object_end(j);
}

/* Of the figures, in one: the series, and once it is judged what a shift comes from. */
static bool read_series(struct ek_turn *t, struct series *s)
{
	struct ek_err err;
	const struct ek_figures *f = ek_api_fold_take(t);
	if (f == NULL)
		return false;
	bool ok = ek_charts_read(f, &s->ask, t->arena, &s->chart.series, &err) &&
		  ek_charts_judge(&s->ask, &s->given, t->arena, &s->chart, &err);
	if (!ok)
		ek_problem_err(&t->problem, &err);
	const struct ek_zone *zone = ek_figures_zone(f, s->ask.team);
	s->zone = zone == NULL ? EK_S("UTC") : ek_turn_copy(t, zone->name);
	s->starts = ek_turn_get(t, (s->chart.series.n + 1) * sizeof *s->starts);
	ok = ok && s->starts != NULL && s->zone.p != NULL;
	for (uint32_t i = 0; ok && i < s->chart.series.n; i++)
		s->starts[i] = ek_calendar_day_start(zone, s->chart.series.v[i].p.key);
	ok = ok && ek_api_trends_read_other(t, f, &s->ask, &s->chart.series, &s->other) &&
	     ek_api_trends_read_restated(t, f, &s->ask, &s->chart.series, &s->restated);
	ok = ok && ek_api_trends_contribute(t, f, &s->ask, &s->chart, &s->shares);
	ek_api_fold_give(t);
	return ok;
}

static void run_series(struct ek_turn *t, struct ek_worker *w)
{
	struct series *s = t->state;
	struct ek_err err;
	(void)w;
	if (!ek_trends_given(t->reader, s->ask.team, t->arena, &s->given, &err))
		ek_problem_err(&t->problem, &err);
	else if (read_series(t, s))
		put_series(t, s);
	ek_turn_reply(t, 200);
}

static bool refuse(struct ek_turn *t, const char *name, const char *why)
{
	const struct ek_problem_fault fault = {.at = EK_PROBLEM_AT_PARAMETER,
					       .code = EK_FAULT_NOT_FOUND,
					       .where = {name, (uint32_t)strlen(name)}};
	return ek_problem_add(&t->problem, EK_PROBLEM_INVALID_VALUE, &fault, "%s", why);
}

static bool bind_series(struct ek_turn *t, struct series *s)
{
	static const char *const cadences[] = {"daily", "weekly", "monthly", NULL};
	static const char *const sets[] = {"western_electric", "nelson", "nhs",
					   "wheeler",          "anhoj",  NULL};
	uint32_t cadence = 0, set = 0;
	uint64_t team = 0;
	ek_str metric = {NULL, 0};
	(void)ek_query_text(&t->query, "metric", METRIC_MAX, &metric);
	(void)ek_query_id(&t->query, "team", EK_IDENT_TEAM, &team);
	(void)ek_query_word(&t->query, "cadence", cadences, &cadence);
	s->marks = ek_query_word(&t->query, "marks", sets, &set) ? set + 1 : EK_MARKS_NONE;
	bool ok = ek_query_end(&t->query);
	s->ask = (struct ek_charts_ask){
		.team = {(uint32_t)team}, .feed = (enum ek_budget_feed)cadence, .now = t->now};
	if (s->marks != ANHOJ)
		s->ask.marks = (enum ek_marks_set)s->marks;
	s->ask.metric = metric.p == NULL ? EK_METRIC_NONE : ek_definition_find(metric, NULL);
	const struct ek_definition *d = ek_definition_row(s->ask.metric);
	if (ok && team == 0)
		ok = refuse(t, "team", "Say of which team inbox.");
	if (ok && d == NULL)
		ok = refuse(t, "metric", "Say a metric, such as first_response_time.");
	if (ok && d->why_not != NULL)
		ok = refuse(t, "metric", d->why_not);
	return ok && ek_api_verdict_may_see(t, s->ask.team);
}

void ek_api_get_trend_series(struct ek_turn *t)
{
	struct series *s = EK_TURN_NEW(t, struct series);
	t->state = s;
	if (s != NULL && bind_series(t, s))
		ek_worker_submit(t->api->worker, t, run_series);
	else
		ek_turn_reply(t, 0);
}
