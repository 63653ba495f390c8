/* What a target's periods came to, and whether it can be met. */
#include <math.h>

#include "api/api_targets.h"
#include "api/trends.h"
#include "model/calendar.h"
#include "patterns/chart.h"

enum { NPS_CLOSE = 5, NPS_FAR = 10 };

const struct ek_zone *ek_api_targets_zone(const struct ek_figures *f, const struct ek_api_target *g)
{
	return ek_api_figures_zone(f, g->team);
}

int ek_api_targets_unit(const struct ek_api_target *g)
{
	return ek_definition_variant_unit(g->definition, (int)g->variant);
}

/* ---- one period */

static void pick(const struct ek_api_target *g, struct ek_api_targets_figure *out)
{
	const struct ek_figure *fig = &out->fig;
	out->has_value = fig->has_value;
	out->has_interval = fig->has_interval && g->statistic == EK_API_TARGET_VALUE;
	out->value = g->statistic == EK_API_TARGET_MEDIAN ? fig->median
		     : g->statistic == EK_API_TARGET_P90  ? fig->p90
		     : g->statistic == EK_API_TARGET_MEAN ? fig->mean
							  : fig->value;
	/* Few are many enough to be counted. */
	if (fig->state == EK_FIGURE_COUNTS_ONLY && g->definition->kind == EK_METRIC_KIND_COUNT &&
	    ek_api_targets_unit(g) == EK_METRIC_UNIT_COUNT && !fig->has_value) {
		out->has_value = true;
		out->value = (double)fig->n;
	}
}

struct ek_figures_ask ek_api_targets_question(const struct ek_figures *f,
					      const struct ek_api_target *g,
					      struct ek_api_targets_span span)
{
	const struct ek_zone *zone = ek_api_targets_zone(f, g);
	return (struct ek_figures_ask){
		.metric = g->definition->metric,
		.version = g->by,
		.teams = &g->team,
		.team_count = g->team.v != 0,
		.teammate = g->teammate,
		.from = ek_calendar_day_start(zone, span.from),
		.until = ek_calendar_day_start(zone, span.until),
		.as_of = EK_NO_TIME,
		.clock = g->clock,
		.variant = g->definition->variants[g->variant],
	};
}

bool ek_api_targets_ask(const struct ek_figures *f, const struct ek_api_target *g,
			struct ek_api_targets_span span, struct ek_api_targets_figure *out,
			struct ek_err *err)
{
	const struct ek_figures_ask ask = ek_api_targets_question(f, g, span);
	if (!ek_figures_ask(f, &ask, &out->fig, err))
		return false;
	pick(g, out);
	return true;
}

enum ek_api_target_state ek_api_targets_state(const struct ek_api_target *g,
					      const struct ek_api_targets_figure *fig)
{
	if (!fig->has_value || fig->fig.n < g->minimum_n || fig->fig.state == EK_FIGURE_WITHHELD)
		return EK_API_TARGET_NOT_ENOUGH;
	return ek_attain_is_met(&g->wanted, fig->value) ? EK_API_TARGET_MET : EK_API_TARGET_MISSED;
}

/* ---- the series */

static enum ek_score_kind kind_of(const struct ek_api_target *g)
{
	int unit = ek_api_targets_unit(g);
	if (unit == EK_METRIC_UNIT_SECONDS)
		return EK_SCORE_DURATION;
	if (unit == EK_METRIC_UNIT_SHARE)
		return EK_SCORE_RATE;
	return g->definition->kind == EK_METRIC_KIND_COUNT ? EK_SCORE_COUNT : EK_SCORE_VALUE;
}

/* As the chart takes it; false when the period has too little. */
static bool point_of(const struct ek_api_target *g, int32_t day,
		     const struct ek_api_targets_figure *fig, struct ek_score_point *out)
{
	enum ek_score_kind kind = kind_of(g);
	*out = (struct ek_score_point){day, fig->value, 0};
	if (kind == EK_SCORE_RATE) {
		out->value = (double)fig->fig.numerator;
		out->n = (double)fig->fig.denominator;
	} else if (kind == EK_SCORE_DURATION) {
		out->n = (double)fig->fig.n;
	}
	return ek_api_targets_state(g, fig) != EK_API_TARGET_NOT_ENOUGH &&
	       ek_score_check(kind, out) == EK_SCORE_FINE;
}

/* The periods before this one that are known, oldest first; the first is whole. */
struct series {
	struct ek_score_point v[EK_SCORE_POINTS_MAX];
	uint32_t n;
	struct ek_api_targets_figure last;
	int32_t cut; /* the last period in which the backlog lost what was imported open */
};

/* As charts do (charts.h). first: the day of the oldest fact. */
static bool find_cut(const struct ek_figures *f, const struct ek_api_target *g, int32_t first,
		     int32_t *out, struct ek_err *err)
{
	const struct ek_zone *zone = ek_api_targets_zone(f, g);
	const struct ek_api_targets_span all = {first,
						ek_calendar_date(zone, ek_figures_at(f)) + 1};
	const struct ek_figures_ask ask = ek_api_targets_question(f, g, all);
	ek_time at;
	*out = INT32_MIN;
	if (!ek_figures_cut(f, &ask, &at, err))
		return false;
	if (ek_time_is_set(at))
		*out = ek_api_targets_span(g->period, ek_calendar_date(zone, (ek_time){at.ms - 1}))
			       .from;
	return true;
}

static bool gather(const struct ek_figures *f, const struct ek_api_target *g, ek_time now,
		   struct series *s, struct ek_err *err)
{
	const struct ek_zone *zone = ek_api_targets_zone(f, g);
	ek_time oldest = ek_figures_since(f, g->definition->metric);
	uint32_t at = EK_SCORE_POINTS_MAX;
	*s = (struct series){.n = 0, .cut = INT32_MIN};
	if (!ek_time_is_set(oldest))
		return true;
	int32_t first = ek_calendar_date(zone, oldest);
	if (!find_cut(f, g, first, &s->cut, err))
		return false;
	struct ek_api_targets_span span =
		ek_api_targets_span(g->period, ek_calendar_date(zone, now));
	for (uint32_t i = 0; i < 2 * EK_SCORE_POINTS_MAX && at > 0; i++) {
		struct ek_api_targets_figure fig;
		span = ek_api_targets_span(g->period, span.from - 1);
		if (span.from < first)
			break;
		if (!ek_api_targets_is_ripe(g, zone, span, now))
			continue;
		if (!ek_api_targets_ask(f, g, span, &fig, err))
			return false;
		if (!point_of(g, span.from, &fig, &s->v[at - 1]))
			continue;
		at--;
		if (s->n++ == 0)
			s->last = fig;
	}
	for (uint32_t i = 0; i < s->n; i++)
		s->v[i] = s->v[at + i];
	return true;
}

/* The days of a period, and a bit more of a month's. */
static int32_t days_of(enum ek_budget_feed feed)
{
	return feed == EK_BUDGET_WEEKLY ? 7 : 31;
}

/* Whether new limits were begun between two points. */
static bool is_rebased(const struct ek_charts_given *given, const struct ek_api_target *g,
		       enum ek_budget_feed feed, const struct ek_score_point *to)
{
	for (uint32_t i = 0; i < given->base_count; i++) {
		const struct ek_charts_base *b = &given->bases[i];
		int32_t begin = ek_charts_period(feed, b->from);
		if (b->metric == (int)g->definition->metric && begin > to[-1].key &&
		    begin <= to->key)
			return true;
	}
	return false;
}

/* Whether nothing before that point counts. */
static bool begins_anew(const struct ek_charts_given *given, const struct ek_api_target *g,
			enum ek_budget_feed feed, const struct series *s, uint32_t i)
{
	const struct ek_score_point *to = &s->v[i];
	return i > 0 &&
	       (is_rebased(given, g, feed, to) || (s->cut > to[-1].key && s->cut <= to->key));
}

static bool take_count(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	int64_t *out = ctx;
	(void)err;
	*out = n > 0 && v[0].kind == EK_VIEWS_INT ? v[0].i : 0;
	return true;
}

/* Whether a chart of the team's, of any cadence, says of that shift that its story was told by who
 * saw it, or that it is over: begun in the same period or in one beside it, for cadences do not
 * find the start on the same day. */
static bool is_settled(struct ek_turn *t, const struct ek_api_target *g, const struct ek_chart *c,
		       bool *out, struct ek_err *err)
{
	static const char sql[] =
		"SELECT count(*) FROM verdicts v WHERE v.team = $1 AND v.metric = $2"
		" AND v.crossed_ms IS NULL AND ((v.kind IN ('shift', 'further_shift')"
		" AND v.side = $3 AND v.start_day BETWEEN $4 AND $5"
		" AND EXISTS (SELECT 1 FROM verdict_seen s WHERE s.verdict = v.verdict)"
		" AND EXISTS (SELECT 1 FROM stories t WHERE t.verdict = v.verdict))"
		" OR (v.kind = 'returned' AND v.side = $6 AND v.day > $7))";
	const int32_t start = c->verdict.segment.first_key, days = days_of(c->setup.feed);
	const struct ek_views_value args[] = {
		ek_views_int(g->team.v),
		ek_views_int((int64_t)g->definition->metric),
		ek_views_int(c->verdict.side),
		ek_views_int(start - days),
		ek_views_int(start + 2 * days - 1),
		ek_views_int(-c->verdict.side),
		ek_views_int(start),
	};
	const struct ek_reader_question q = {sql, args, EK_LEN(args)};
	int64_t n = 0;
	bool ok = ek_reader_each(t->reader, &q, take_count, &n, err);
	*out = n > 0;
	return ok;
}

/* Whether a lasting shift stands that nobody has told the story of, as its own chart says; of a
 * team's, with what people said of the team's charts. Quarters and half years are too few for a
 * chart. */
static bool find_open_shift(struct ek_turn *t, const struct ek_api_target *g,
			    const struct series *s, bool *out, struct ek_err *err)
{
	struct ek_judged j;
	struct ek_charts_given given = {0};
	bool settled = false;
	enum ek_budget_feed feed =
		g->period == EK_API_TARGET_WEEK ? EK_BUDGET_WEEKLY : EK_BUDGET_MONTHLY;
	*out = false;
	if (g->period > EK_API_TARGET_MONTH)
		return true;
	if (g->team.v != 0 && !ek_trends_given(t->reader, g->team, t->arena, &given, err))
		return false;
	struct ek_judged_in *in = ek_arena_zero(t->arena, (s->n + 1) * sizeof *in);
	if (in == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for %u points", s->n);
	for (uint32_t i = 0; i < s->n; i++) {
		in[i].p = s->v[i];
		in[i].begins = begins_anew(&given, g, feed, s, i);
	}
	const struct ek_judged_ask ask = {
		.setup = {.kind = kind_of(g), .feed = feed}, .v = in, .n = s->n};
	if (!ek_judged_make(&ask, t->arena, &j, err))
		return false;
	const struct ek_verdict *v = &j.chart.verdict;
	bool is_open = v->has_segment && v->is_open && !j.is_faint;
	if (is_open && g->team.v != 0 && !is_settled(t, g, &j.chart, &settled, err))
		return false;
	*out = is_open && !settled;
	return true;
}

/* So many answers make the interval of NPS that narrow: n (half / points)^2, to the nearest. */
static int64_t answers_for(const struct ek_figure *fig, double points)
{
	double half = (fig->high - fig->low) / 2;
	double n = (double)fig->n * half * half / (points * points);
	return fig->has_interval ? (int64_t)floor(n + .5) : 0;
}

bool ek_api_targets_judge(struct ek_turn *t, const struct ek_figures *f,
			  const struct ek_api_target *g, struct ek_api_targets_judged *out,
			  struct ek_err *err)
{
	struct series s;
	*out = (struct ek_api_targets_judged){.has_open_shift = false};
	if (!gather(f, g, t->now, &s, err) || !find_open_shift(t, g, &s, &out->has_open_shift, err))
		return false;
	const struct ek_attain_ask ask = {
		.kind = kind_of(g),
		.points = s.v,
		.n = s.n,
		.target = g->wanted,
		.has_open_shift = out->has_open_shift,
	};
	out->attain = ek_attain_judge(&ask);
	if (g->definition->metric == EK_METRIC_NPS && s.n > 0) {
		out->points_needed[0] = answers_for(&s.last.fig, NPS_CLOSE);
		out->points_needed[1] = answers_for(&s.last.fig, NPS_FAR);
	}
	return true;
}

const struct ek_api_target_bar *ek_api_targets_no_reward(const struct ek_api_target *g,
							 const struct ek_attain *attain)
{
	static const struct ek_api_target_bar
		demand = {"demand", "demand, not effort"},
		nobodys = {"not_in_hand", "no person has this metric in their own hands"},
		neutral = {"no_direction", "neither more nor less of it is better"},
		unknown = {"unknown", "whether it can be met is not known"},
		unlikely = {"unlikely", "it is met in less than every second period"};
	const struct ek_definition *d = g->definition;
	if (d->metric == EK_METRIC_VOLUME || d->metric == EK_METRIC_BACKLOG)
		return &demand;
	if (d->person == EK_METRIC_PERSON_NONE || d->person == EK_METRIC_PERSON_OWN_VIEW)
		return &nobodys;
	if (d->direction == EK_METRIC_DIRECTION_NEUTRAL)
		return &neutral;
	if (attain->grade == EK_ATTAIN_UNKNOWN)
		return &unknown;
	return ek_attain_is_fair(attain) ? NULL : &unlikely;
}
