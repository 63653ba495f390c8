/* What a look over charts leaves behind: new verdicts, those crossed through, a step of the rules.
 */
#include <math.h>
#include <string.h>

#include "api/api_state.h"
#include "api/trends.h"

/* Those that are kept: a mark that is too early to tell, or a shift that holds, is no verdict. */
static bool is_kept(enum ek_verdict_kind kind)
{
	return kind == EK_VERDICT_ONE_OFF || kind == EK_VERDICT_RECURRING_BEGAN ||
	       kind == EK_VERDICT_SUSPECTED_BEGAN || kind == EK_VERDICT_DECAYING ||
	       kind == EK_VERDICT_SHIFT || kind == EK_VERDICT_RETURNED ||
	       kind == EK_VERDICT_FURTHER;
}

static bool is_of(const struct ek_charts_ask *ask, const struct ek_trends_row *r)
{
	return r->team.v == ask->team.v && r->metric == ask->metric && r->feed == ask->feed;
}

static bool is_same(const struct ek_trends_row *r, const struct ek_verdict_fact *f)
{
	return r->kind == f->kind && r->side == f->side && r->day == f->key &&
	       r->start == f->start_key;
}

/* Told before limits were begun anew at its start: the points are a baseline now, and say nothing
 * against it. */
static bool is_settled_by_base(const struct ek_charts_ask *ask, const struct ek_charts_given *given,
			       const struct ek_trends_row *r)
{
	for (uint32_t i = 0; i < given->base_count; i++) {
		const struct ek_charts_base *b = &given->bases[i];
		if (b->team.v == ask->team.v && b->metric == ask->metric && b->feed == ask->feed &&
		    r->day >= b->from && r->day <= b->until)
			return true;
	}
	return false;
}

static struct ek_trends_change *add(struct ek_trends_changes *out)
{
	struct ek_trends_change *c = ek_arena_zero(out->arena, sizeof *c);
	if (c == NULL)
		return NULL;
	if (out->last != NULL)
		out->last->next = c;
	else
		out->first = c;
	out->last = c;
	out->n++;
	return c;
}

static bool compare_row(const struct ek_trends_row *r, bool is_found, struct ek_trends_changes *out)
{
	if (is_found != r->is_crossed)
		return true;
	struct ek_trends_change *c = add(out);
	if (c == NULL)
		return false;
	c->id = r->id;
	c->is_crossed = !is_found;
	return true;
}

static bool add_fact(const struct ek_charts_ask *ask, const struct ek_charts *chart,
		     const struct ek_judged_fact *f, struct ek_trends_changes *out)
{
	struct ek_trends_change *c = add(out);
	if (c == NULL)
		return false;
	c->row = (struct ek_trends_row){.team = ask->team,
					.metric = ask->metric,
					.feed = ask->feed,
					.kind = f->v.kind,
					.side = f->v.side,
					.day = f->v.key,
					.start = f->v.start_key};
	c->version = chart->series.definition->version;
	c->fact = *f;
	return true;
}

bool ek_trends_compare(const struct ek_charts_ask *ask, const struct ek_charts *chart,
		       const struct ek_charts_given *given, const struct ek_trends_rows *rows,
		       struct ek_trends_changes *out)
{
	const struct ek_judged *j = &chart->judged;
	bool ok = true;
	for (uint32_t i = 0; ok && i < rows->n; i++) {
		const struct ek_trends_row *r = &rows->v[i];
		bool is_found = false;
		if (!is_of(ask, r))
			continue;
		for (uint32_t k = 0; k < j->fact_count && !is_found; k++)
			is_found = is_same(r, &j->facts[k].v);
		if (is_found || !is_settled_by_base(ask, given, r))
			ok = compare_row(r, is_found, out);
	}
	for (uint32_t k = 0; ok && k < j->fact_count; k++) {
		bool is_there = !is_kept(j->facts[k].v.kind);
		for (uint32_t i = 0; i < rows->n && !is_there; i++)
			is_there = is_of(ask, &rows->v[i]) && is_same(&rows->v[i], &j->facts[k].v);
		if (!is_there)
			ok = add_fact(ask, chart, &j->facts[k], out);
	}
	return ok;
}

/* ---- on the writer's thread */

static struct ek_views_value micro(double v)
{
	double scaled = v * 1e6;
	return ek_views_int(isfinite(scaled) && fabs(scaled) < 9e18 ? llround(scaled) : EK_NONE);
}

static struct ek_views_value word(const char *s)
{
	return ek_views_text((ek_str){s, (uint32_t)strlen(s)});
}

static void fill_new(const struct ek_trends_change *c, struct ek_views_value *v)
{
	const struct ek_verdict_fact *f = &c->fact.v;
	bool is_move = f->kind >= EK_VERDICT_SHIFT;
	v[EK_CONTENT_VERDICTS_TEAM] = ek_views_int(c->row.team.v);
	v[EK_CONTENT_VERDICTS_METRIC] = ek_views_int(c->row.metric);
	v[EK_CONTENT_VERDICTS_VERSION] = ek_views_int(c->version);
	v[EK_CONTENT_VERDICTS_CADENCE] = word(ek_judged_cadence(c->row.feed));
	v[EK_CONTENT_VERDICTS_KIND] = word(ek_judged_kind(f->kind));
	v[EK_CONTENT_VERDICTS_SIDE] = ek_views_int(f->side);
	v[EK_CONTENT_VERDICTS_DAY] = ek_views_int(f->key);
	v[EK_CONTENT_VERDICTS_START_DAY] = ek_views_int(f->start_key);
	v[EK_CONTENT_VERDICTS_WAS_MICRO] = micro(is_move ? f->was : (double)NAN);
	v[EK_CONTENT_VERDICTS_IS_MICRO] = micro(is_move ? f->is : (double)NAN);
	v[EK_CONTENT_VERDICTS_POINTS] = ek_views_int(f->n);
	v[EK_CONTENT_VERDICTS_ITEMS] = ek_views_int(c->fact.items);
	v[EK_CONTENT_VERDICTS_ODDS_MICRO] = micro(c->fact.odds);
}

/* One row as it is, with what changes. */
struct crossing {
	struct ek_writer *w;
	bool is_crossed;
	ek_time now;
};

static bool cross(void *ctx, const struct ek_views_value *row, uint32_t n, struct ek_err *err)
{
	const struct crossing *c = ctx;
	struct ek_views_value v[EK_CONTENT_VERDICTS_WIDTH];
	ek_assert(n == EK_CONTENT_VERDICTS_WIDTH);
	memcpy(v, row, sizeof v);
	v[EK_CONTENT_VERDICTS_CROSSED_MS] = ek_views_int(c->is_crossed ? c->now.ms : EK_NONE);
	return ek_writer_put(c->w, EK_CONTENT_VERDICTS, v, err);
}

static bool cross_one(struct ek_api *api, struct crossing *c, int64_t id, struct ek_err *err)
{
	const struct ek_views_value key = ek_views_int(id);
	const struct ek_reader_question q = {"SELECT * FROM verdicts WHERE verdict = $1", &key, 1};
	return ek_reader_each(api->writer_reader, &q, cross, c, err);
}

static bool put_new(struct ek_api *api, struct ek_writer *w, const struct ek_trends_change *c,
		    ek_time now, struct ek_err *err)
{
	struct ek_views_value v[EK_CONTENT_VERDICTS_WIDTH] = {0};
	v[EK_CONTENT_VERDICTS_VERDICT] = ek_views_int(ek_api_new_id(api, w, EK_CONTENT_VERDICTS));
	fill_new(c, v);
	v[EK_CONTENT_VERDICTS_FOUND_MS] = ek_views_int(now.ms);
	return ek_writer_put(w, EK_CONTENT_VERDICTS, v, err);
}

static bool put_step(struct ek_api *api, struct ek_writer *w, const struct ek_trends_changes *c,
		     ek_time now, struct ek_err *err)
{
	struct ek_views_value v[EK_CONTENT_ALARM_STEPS_WIDTH] = {0};
	v[EK_CONTENT_ALARM_STEPS_ALARM_STEP] =
		ek_views_int(ek_api_new_id(api, w, EK_CONTENT_ALARM_STEPS));
	v[EK_CONTENT_ALARM_STEPS_FROM_DAY] = ek_views_int(c->step_from);
	v[EK_CONTENT_ALARM_STEPS_STEP] = ek_views_int(c->budget.answer.step);
	v[EK_CONTENT_ALARM_STEPS_CHARTS] = ek_views_int(c->budget.charts);
	v[EK_CONTENT_ALARM_STEPS_EXPECTED_MICRO] = micro(c->budget.answer.expected);
	v[EK_CONTENT_ALARM_STEPS_MADE_MS] = ek_views_int(now.ms);
	return ek_writer_put(w, EK_CONTENT_ALARM_STEPS, v, err);
}

void ek_trends_put(struct ek_api *api, struct ek_writer *w, const struct ek_trends_changes *c,
		   ek_time now)
{
	struct crossing crossing = {w, false, now};
	struct ek_err err;
	bool ok = !c->has_step || put_step(api, w, c, now, &err);
	for (const struct ek_trends_change *at = c->first; ok && at != NULL; at = at->next) {
		crossing.is_crossed = at->is_crossed;
		ok = at->id != 0 ? cross_one(api, &crossing, at->id, &err)
				 : put_new(api, w, at, now, &err);
	}
	/* For want of memory the writer gives up all that is pending, and the commit says so; what
	 * could not be read is crossed with the next look. */
	(void)ok;
}
