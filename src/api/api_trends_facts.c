/* What was going on before a verdict, and where it comes from. */
#include <math.h>
#include <string.h>

#include "api/api_put.h"
#include "api/api_trends.h"
#include "api/api_verdict.h"
#include "model/calendar.h"
#include "patterns/contribution.h"
#include "wire/ident.h"

enum {
	BEFORE_DAYS = 7,
	TOPICS_MAX = 100,
	CATEGORIES = TOPICS_MAX + 2, /* none of them, and the rest */
	CHANNELS = 5,
	UNTOLD_PERCENT = 95, /* of a span without a label: then labels say nothing of it */
	TEXT = 240,
	FACTS_MAX = 50,
	SIMILAR_MAX = 3
};

/* ---- facts */

struct fact {
	int64_t at_ms;
	const char *kind;
	ek_str text;
	ek_str link;
	ek_str of;    /* what was changed, or the cause that was said */
	ek_str names; /* of the fields that were, with commas */
	ek_str note;
};
struct facts {
	struct fact v[FACTS_MAX];
	uint32_t n;
};

static void put_in_order(struct facts *f, const struct fact *one)
{
	uint32_t i = f->n;
	if (f->n == FACTS_MAX)
		return;
	for (; i > 0 && f->v[i - 1].at_ms > one->at_ms; i--)
		f->v[i] = f->v[i - 1];
	f->v[i] = *one;
	f->n++;
}

static void take_notes(struct ek_turn *t, const struct ek_api_trends_start *s, struct facts *out)
{
	const struct ek_views_value args[] = {ek_views_int(s->team.v), ek_views_int(s->metric),
					      ek_views_int(s->day - BEFORE_DAYS),
					      ek_views_int(s->day)};
	struct ek_turn_rows rows;
	char text[TEXT];
	if (!ek_turn_select(t,
			    "SELECT annotation, day, cause, note FROM annotations WHERE team = $1"
			    " AND (metric IS NULL OR metric = $2) AND day >= $3 AND day <= $4"
			    " AND deleted_ms IS NULL ORDER BY day, annotation LIMIT 50",
			    args, 4, &rows))
		return;
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *v = &rows.v[(size_t)i * rows.columns];
		ek_str cause = ek_turn_text(&v[2]), note = ek_turn_text(&v[3]);
		int cut = note.p == NULL ? 0 : note.n < TEXT / 2 ? (int)note.n : 0;
		size_t n = ek_format(text, sizeof text, "%.*s%s%.*s", (int)cause.n, cause.p,
				     cut > 0 ? ": " : "", cut, cut > 0 ? note.p : "");
		struct fact f = {.kind = "annotation", .of = ek_turn_copy(t, cause)};
		f.at_ms = s->at.ms - (s->day - ek_turn_int(&v[1])) * EK_CALENDAR_DAY_MS;
		f.text = ek_turn_copy(t, (ek_str){text, (uint32_t)n});
		f.note = ek_turn_copy(t, note);
		n = ek_format(text, sizeof text, "ann_%lld", (long long)ek_turn_int(&v[0]));
		f.link = ek_turn_copy(t, (ek_str){text, (uint32_t)n});
		put_in_order(out, &f);
	}
}

static const char *kind_of(ek_str resource)
{
	return ek_str_is(resource, "calendar")     ? "calendar"
	       : ek_str_is(resource, "settings")   ? "setting"
	       : ek_str_is(resource, "membership") ? "membership"
						   : "other";
}

/* Where in a change's fields a reader stands: `{"rank":{...},"method":{...}}`. */
struct reading {
	uint32_t depth;
	bool is_text;
	bool is_name; /* of a member of the whole */
};

static void follow(struct reading *r, ek_str fields, uint32_t i)
{
	char c = fields.p[i], before = i > 0 ? fields.p[i - 1] : '\0';
	if (c == '"' && before != '\\') {
		r->is_text = !r->is_text;
		r->is_name = r->is_text && r->depth == 1 && (before == '{' || before == ',');
	} else if (!r->is_text) {
		r->depth += c == '{' || c == '[';
		r->depth -= c == '}' || c == ']';
	}
}

/* Their names, with commas. */
static size_t names_of(ek_str fields, char *out, size_t cap)
{
	struct reading r = {.depth = 0};
	size_t n = 0;
	for (uint32_t i = 0; i < fields.n && n + 3 < cap; i++) {
		bool was_name = r.is_name;
		follow(&r, fields, i);
		if (r.is_name && was_name) {
			out[n++] = fields.p[i];
		} else if (r.is_name && n > 0) {
			out[n++] = ',';
			out[n++] = ' ';
		}
	}
	out[n] = '\0';
	return n;
}

static void take_changes(struct ek_turn *t, const struct ek_api_trends_start *s, struct facts *out)
{
	const struct ek_views_value args[] = {
		ek_views_int(s->team.v),
		ek_views_int(s->at.ms - BEFORE_DAYS * (int64_t)EK_CALENDAR_DAY_MS),
		ek_views_int(s->at.ms + EK_CALENDAR_DAY_MS)};
	struct ek_turn_rows rows;
	char text[TEXT], names[TEXT / 2];
	if (!ek_turn_select(t,
			    "SELECT change, at_ms, resource, fields FROM changes"
			    " WHERE (team = $1 OR (team IS NULL AND teammate IS NULL))"
			    " AND at_ms >= $2 AND at_ms < $3 ORDER BY at_ms, change LIMIT 50",
			    args, 3, &rows))
		return;
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *v = &rows.v[(size_t)i * rows.columns];
		ek_str resource = ek_turn_text(&v[2]);
		size_t n = names_of(ek_turn_text(&v[3]), names, sizeof names);
		uint32_t named = (uint32_t)n;
		struct fact f = {.at_ms = ek_turn_int(&v[1]), .kind = kind_of(resource)};
		n = ek_format(text, sizeof text, "%.*s%s%s", (int)resource.n, resource.p,
			      n > 0 ? ": " : "", names);
		f.text = ek_turn_copy(t, (ek_str){text, (uint32_t)n});
		f.of = ek_turn_copy(t, resource);
		f.names = ek_turn_copy(t, (ek_str){names, named});
		n = ek_format(text, sizeof text, "chg_%lld", (long long)ek_turn_int(&v[0]));
		f.link = ek_turn_copy(t, (ek_str){text, (uint32_t)n});
		put_in_order(out, &f);
	}
}

/* For who has words of their own: the text, taken apart. */
static void put_parts(struct ek_json *j, const struct fact *f)
{
	ek_api_put_text(j, "of", f->of);
	ek_json_key(j, "fields");
	ek_json_list(j);
	for (ek_str rest = f->names; rest.n > 0;) {
		uint32_t n = 0;
		while (n < rest.n && rest.p[n] != ',')
			n++;
		ek_json_text(j, (ek_str){rest.p, n});
		n = n + 2 < rest.n ? n + 2 : rest.n;
		rest = (ek_str){rest.p + n, rest.n - n};
	}
	ek_json_list_end(j);
	ek_api_put_text(j, "note", f->note);
}

void ek_api_trends_suggest(struct ek_turn *t, const struct ek_api_trends_start *s)
{
	const struct ek_may_object object = {.teams = &s->team, .team_count = 1};
	struct facts *facts = EK_TURN_NEW(t, struct facts);
	ek_json_key(&t->out, "suggestions");
	ek_json_list(&t->out);
	if (facts != NULL) {
		take_notes(t, s, facts);
		if (ek_may_is(&t->actor, EK_MAY_CHANGE_READ, &object))
			take_changes(t, s, facts);
	}
	for (uint32_t i = 0; facts != NULL && i < facts->n; i++) {
		const struct fact *f = &facts->v[i];
		ek_json_object(&t->out);
		ek_api_put_time(&t->out, "at", (ek_time){f->at_ms});
		ek_api_put_word(&t->out, "kind", f->kind);
		ek_api_put_text(&t->out, "text", f->text);
		ek_api_put_text(&t->out, "link", f->link);
		put_parts(&t->out, f);
		ek_json_object_end(&t->out);
	}
	ek_json_list_end(&t->out);
}

/* ---- stories of its like */

static bool has_story(ek_str kind)
{
	return ek_str_is(kind, "shift") || ek_str_is(kind, "further_shift") ||
	       ek_str_is(kind, "recurring");
}

static bool put_story(struct ek_turn *t, const struct ek_views_value *v)
{
	const ek_team_id team = {(uint32_t)ek_turn_int(&v[1])};
	const struct ek_may_object object = {.teams = &team, .team_count = 1};
	struct ek_json *j = &t->out;
	if (!ek_may_is(&t->actor, EK_MAY_STORY_READ, &object))
		return false;
	ek_json_object(j);
	ek_api_put_id(j, "verdict", EK_IDENT_VERDICT, (uint64_t)ek_turn_int(&v[0]));
	ek_api_put_id(j, "team", EK_IDENT_TEAM, team.v);
	ek_api_put_text(j, "cadence", ek_turn_text(&v[2]));
	ek_api_verdict_date(j, "start", ek_turn_int(&v[3]));
	ek_api_put_text(j, "cause", ek_turn_text(&v[4]));
	ek_api_put_text(j, "decision", ek_turn_text(&v[5]));
	ek_json_object_end(j);
	return true;
}

void ek_api_trends_similar(struct ek_turn *t, const struct ek_views_value *row)
{
	const struct ek_views_value args[] = {
		row[EK_CONTENT_VERDICTS_METRIC], row[EK_CONTENT_VERDICTS_SIDE],
		row[EK_CONTENT_VERDICTS_VERDICT], row[EK_CONTENT_VERDICTS_START_DAY],
		row[EK_CONTENT_VERDICTS_TEAM]};
	struct ek_turn_rows rows = {.n = 0};
	uint32_t shown = 0;
	ek_json_key(&t->out, "similar");
	ek_json_list(&t->out);
	if (!has_story(ek_turn_text(&row[EK_CONTENT_VERDICTS_KIND])) ||
	    !ek_turn_select(t,
			    "SELECT v.verdict, v.team, v.cadence, v.start_day, s.cause, s.decision"
			    " FROM verdicts v JOIN stories s ON s.verdict = v.verdict"
			    " WHERE v.metric = $1 AND v.side = $2 AND v.verdict <> $3"
			    " AND v.start_day < $4 AND v.crossed_ms IS NULL"
			    " ORDER BY CASE WHEN v.team = $5 THEN 0 ELSE 1 END, v.start_day DESC,"
			    " v.verdict DESC LIMIT 100",
			    args, EK_LEN(args), &rows))
		rows.n = 0;
	for (uint32_t i = 0; i < rows.n && shown < SIMILAR_MAX; i++)
		shown += put_story(t, &rows.v[(size_t)i * rows.columns]);
	ek_json_list_end(&t->out);
}

/* ---- contributions */

/* Two spans of a chart: its baseline, and since the shift. */
struct spans {
	const struct ek_figures *f;
	struct ek_figures_ask ask;
	ek_time old_from, old_until, new_from, new_until;
	double ratio; /* of their lengths: new by old */
	bool is_count;
	struct ek_contribution_rate all; /* of everything, as a pair */
};

/* Of counts the tops: how many there were. */
static double count_of(const struct ek_figure *g)
{
	return g->has_value ? g->value : (double)g->n;
}

static bool ask_both(struct spans *s, struct ek_contribution_rate *out, struct ek_err *err)
{
	struct ek_figure old, now;
	s->ask.from = s->old_from;
	s->ask.until = s->old_until;
	if (!ek_figures_ask(s->f, &s->ask, &old, err))
		return false;
	s->ask.from = s->new_from;
	s->ask.until = s->new_until;
	if (!ek_figures_ask(s->f, &s->ask, &now, err))
		return false;
	*out = s->is_count ? (struct ek_contribution_rate){count_of(&old), count_of(&old),
							   count_of(&now), count_of(&now)}
			   : (struct ek_contribution_rate){
				     (double)old.numerator, (double)old.denominator,
				     (double)now.numerator, (double)now.denominator};
	return true;
}

static void put_counts(const struct spans *s, const struct ek_contribution_rate *v, uint32_t n,
		       struct ek_contribution_count *out)
{
	for (uint32_t i = 0; i < n; i++)
		out[i] = (struct ek_contribution_count){v[i].new_top, v[i].old_top * s->ratio};
}

struct group {
	const char *by;
	ek_str names[CATEGORIES];
	struct ek_contribution_rate v[CATEGORIES];
	uint32_t n;
};

static double rest(double all, double listed)
{
	return all > listed ? all - listed : 0;
}

/* What no category of the group has: with it they are all that the chart is of. */
static void add_rest(const struct spans *s, struct group *g)
{
	struct ek_contribution_rate *r = &g->v[g->n];
	*r = s->all;
	for (uint32_t i = 0; i < g->n; i++) {
		r->old_top = rest(r->old_top, g->v[i].old_top);
		r->old_bottom = rest(r->old_bottom, g->v[i].old_bottom);
		r->new_top = rest(r->new_top, g->v[i].new_top);
		r->new_bottom = rest(r->new_bottom, g->v[i].new_bottom);
	}
	if (r->old_bottom > 0 || r->new_bottom > 0)
		g->names[g->n++] = EK_S("other");
}

/* Labels that hardly anything of a span has say nothing of what changed since. */
static bool is_untold(const struct spans *s, const struct ek_contribution_rate *none)
{
	return none->old_bottom * 100 >= s->all.old_bottom * UNTOLD_PERCENT ||
	       none->new_bottom * 100 >= s->all.new_bottom * UNTOLD_PERCENT;
}

/* Lines of one name are one line, whoever gave it that name. */
static void add_share(struct ek_api_trends_shares *out, const char *by, ek_str of, double share)
{
	for (uint32_t i = out->n; i > 0 && out->v[i - 1].by == by; i--)
		if (ek_str_equal(out->v[i - 1].of, of)) {
			out->v[i - 1].share += share;
			return;
		}
	out->v[out->n++] = (struct ek_api_trends_share){by, of, share};
}

/* What the categories of a group share, behind what out has. */
static bool share_out(struct ek_turn *t, const struct spans *s, struct group *g,
		      struct ek_api_trends_shares *out)
{
	add_rest(s, g);
	struct ek_contribution_count *counts = ek_turn_get(t, (g->n + 1) * sizeof *counts);
	struct ek_contribution *c = ek_turn_get(t, (g->n + 2) * sizeof *c);
	if (counts == NULL || c == NULL)
		return false;
	put_counts(s, g->v, g->n, counts);
	uint32_t n = s->is_count ? ek_contribution_of_count(counts, g->n, c)
				 : ek_contribution_of_rate(g->v, g->n, c);
	for (uint32_t i = 0; i < n; i++)
		add_share(out, g->by,
			  c[i].category >= 0                     ? g->names[c[i].category]
			  : c[i].category == EK_CONTRIBUTION_MIX ? EK_S("mix")
								 : EK_S("other"),
			  c[i].share);
	return true;
}

/* Which member of the question names a category, and the i-th of them. */
enum by { BY_TOPIC, BY_TIER, BY_AREA, BY_TEXTS };

static ek_str text_of(const struct ek_figures *f, enum by by, uint32_t i)
{
	return by == BY_TOPIC
		       ? ek_figures_topic(f, i)
		       : ek_figures_label(f, by == BY_TIER ? EK_FIGURES_TIER : EK_FIGURES_AREA, i);
}

static bool by_text(struct ek_turn *t, struct spans *s, enum by by, struct group *g,
		    struct ek_err *err)
{
	static const char *const names[] = {"topic", "tier", "product_area"};
	ek_str *const asked[] = {&s->ask.topic, &s->ask.tier, &s->ask.area};
	g->by = names[by];
	for (uint32_t i = 0; g->n < TOPICS_MAX; i++) {
		*asked[by] = text_of(s->f, by, i);
		if (asked[by]->p == NULL)
			break;
		g->names[g->n] = ek_turn_copy(t, *asked[by]);
		if (g->names[g->n].p == NULL || !ask_both(s, &g->v[g->n], err))
			return false;
		g->n++;
	}
	*asked[by] = (ek_str){"", 0};
	struct ek_contribution_rate none = {0};
	bool ok = ask_both(s, &none, err);
	*asked[by] = (ek_str){NULL, 0};
	if (by != BY_TOPIC && is_untold(s, &none))
		g->n = 0;
	if (g->n == 0 || !(none.old_bottom > 0 || none.new_bottom > 0))
		return ok;
	g->v[g->n] = none;
	g->names[g->n++] = EK_S("none");
	return ok;
}

static bool by_channel(struct spans *s, struct group *g, struct ek_err *err)
{
	g->by = "channel";
	for (uint8_t i = 1; i <= CHANNELS; i++) {
		const char *name = ek_enums_wire(EK_ENUM_CAPACITY_CLASS, i);
		s->ask.channel = i;
		g->names[g->n] = (ek_str){name, (uint32_t)strlen(name)};
		if (!ask_both(s, &g->v[g->n++], err))
			return false;
	}
	s->ask.channel = 0;
	return true;
}

/* Where the limits come from, and since when it is another level. False where nothing stands. */
static bool find_spans(const struct ek_figures *f, const struct ek_charts_ask *ask,
		       const struct ek_charts *chart, struct spans *s)
{
	const struct ek_zone *zone = ek_figures_zone(f, ask->team);
	const struct ek_chart *c = &chart->judged.chart;
	enum ek_score_kind kind = chart->series.setup.kind;
	struct ek_judged_shift shift;
	if (!ek_judged_shift(&chart->judged, &shift) || c->points == 0 || chart->series.n == 0 ||
	    (kind != EK_SCORE_COUNT && kind != EK_SCORE_RATE))
		return false;
	int32_t old_until = ek_charts_next(ask->feed, c->baseline[c->points - 1].key);
	int32_t now_until = ek_charts_next(ask->feed, chart->series.v[chart->series.n - 1].p.key);
	int32_t old_from = c->baseline[0].key;
	s->old_from = ek_calendar_day_start(zone, old_from);
	s->old_until = ek_calendar_day_start(zone, old_until);
	s->new_from = ek_calendar_day_start(zone, shift.start);
	s->new_until = ek_calendar_day_start(zone, now_until);
	s->ratio = (double)(now_until - shift.start) / (old_until - old_from);
	s->is_count = kind == EK_SCORE_COUNT;
	s->f = f;
	s->ask = (struct ek_figures_ask){
		.metric = ask->metric, .teams = &ask->team, .team_count = 1, .as_of = EK_NO_TIME};
	return true;
}

bool ek_api_trends_contribute(struct ek_turn *t, const struct ek_figures *f,
			      const struct ek_charts_ask *ask, const struct ek_charts *chart,
			      struct ek_api_trends_shares *out)
{
	struct spans s;
	struct ek_err err;
	*out = (struct ek_api_trends_shares){NULL, 0};
	if (!find_spans(f, ask, chart, &s))
		return true;
	struct group *g = ek_turn_get(t, (BY_TEXTS + 1) * sizeof *g);
	out->v = ek_turn_get(t, (BY_TEXTS + 1) * (CATEGORIES + 2) * sizeof *out->v);
	if (g == NULL || out->v == NULL)
		return false;
	memset(g, 0, (BY_TEXTS + 1) * sizeof *g);
	bool ok = ask_both(&s, &s.all, &err) && by_channel(&s, &g[BY_TEXTS], &err);
	for (int by = 0; ok && by < BY_TEXTS; by++)
		ok = by_text(t, &s, (enum by)by, &g[by], &err);
	if (!ok)
		return ek_problem_err(&t->problem, &err);
	/* What no conversation has says nothing of a change. */
	for (int by = 0; ok && by <= BY_TEXTS; by++)
		ok = g[by].n == 0 || share_out(t, &s, &g[by], out);
	return ok;
}
