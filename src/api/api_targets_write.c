/* Targets as answers show them. */
#include "api/api_put.h"
#include "api/api_targets.h"
#include "api/api_text.h"
#include "model/calendar.h"

enum { NPS_BAD_BELOW = 0, NPS_GOOD_FROM = 50, A_YEAR = 12 };

static void put_span(struct ek_json *j, struct ek_api_targets_span span)
{
	ek_json_key(j, "period");
	ek_json_object(j);
	ek_api_figures_put_date(j, "from", span.from);
	ek_api_figures_put_date(j, "until", span.until);
	ek_json_object_end(j);
}

/* ---- the grade */

static uint32_t periods_of_a_year(uint8_t period)
{
	return period == EK_API_TARGET_WEEK      ? 52
	       : period == EK_API_TARGET_MONTH   ? A_YEAR
	       : period == EK_API_TARGET_QUARTER ? 4
						 : 2;
}

static void put_share(struct ek_json *j, const struct ek_attain *a)
{
	ek_json_key(j, "share_met");
	if (a->periods == 0) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	ek_api_put_int(j, "numerator", a->met);
	ek_api_put_int(j, "denominator", a->periods);
	ek_api_figures_put_real(j, "low", true, a->low);
	ek_api_figures_put_real(j, "high", true, a->high);
	ek_json_object_end(j);
}

static void put_running(struct ek_json *j, const struct ek_api_target *g, const struct ek_attain *a)
{
	const uint32_t counts[] = {4, periods_of_a_year(g->period)};
	ek_json_key(j, "running");
	ek_json_list(j);
	for (size_t i = counts[1] <= counts[0]; a->has_p && i < EK_LEN(counts); i++) {
		ek_json_object(j);
		ek_api_put_int(j, "periods", counts[i]);
		ek_api_figures_put_real(j, "p", true, ek_attain_running(a->p, counts[i]));
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

void ek_api_targets_put_grade(struct ek_json *j, const struct ek_api_target *g,
			      const struct ek_api_targets_judged *judged)
{
	const struct ek_attain *a = &judged->attain;
	const char *why = judged->has_open_shift ? "shift_open"
			  : a->has_p             ? NULL
						 : "too_few_periods";
	bool is_log = ek_api_targets_unit(g) == EK_METRIC_UNIT_SECONDS;
	ek_json_object(j);
	ek_api_put_word(j, "grade", ek_api_targets_grades[a->grade]);
	ek_api_put_bool(j, "trial", a->is_trial);
	ek_api_put_word(j, "why", why);
	ek_api_figures_put_real(j, "p", a->has_p, a->p);
	ek_api_put_int(j, "periods", a->periods);
	put_share(j, a);
	ek_api_put_bool(j, "differs", a->differs);
	ek_api_figures_put_real(j, "offered_value", a->has_offered, a->offered);
	put_running(j, g, a);
	ek_api_figures_put_real(j, "mean", a->has_p,
				is_log ? ek_score_unit(EK_SCORE_DURATION, a->centre) : a->centre);
	ek_api_figures_put_real(j, "cp", a->has_capability, a->cp);
	ek_api_figures_put_real(j, "cpk", a->has_capability, a->cpk);
	ek_json_object_end(j);
}

/* ---- how a period stands */

/* Only when the whole interval lies in it (T10). */
static const char *band_of(const struct ek_api_target *g, bool has, double low, double high)
{
	if (g->definition->metric != EK_METRIC_NPS || g->variant != 0 || !has)
		return NULL;
	if (high < NPS_BAD_BELOW)
		return "investigate";
	return low >= NPS_GOOD_FROM ? "good" : NULL;
}

/* The same period by the other version of the metric, while both are shown. */
static bool put_other(struct ek_turn *t, struct ek_json *j, const struct ek_figures *f,
		      const struct ek_api_target *g, struct ek_err *err)
{
	struct ek_api_figures_both both = {.t = t, .f = f, .zone = ek_api_targets_zone(f, g)};
	struct ek_api_targets_span span =
		ek_api_targets_span(g->period, ek_calendar_date(both.zone, t->now));
	const struct ek_figures_ask ask = {
		.metric = g->definition->metric,
		.from = ek_calendar_day_start(both.zone, span.from),
		.until = ek_calendar_day_start(both.zone, span.until),
	};
	struct ek_api_figures_other o;
	struct ek_api_targets_figure fig;
	struct ek_api_target by = *g;
	ek_json_key(j, "other");
	if (!ek_api_figures_other(&both, &ask, &o, err))
		return false;
	if (o.d == NULL) {
		ek_json_null(j);
		return true;
	}
	by.by = o.d->version;
	if (!ek_api_targets_ask(f, &by, span, &fig, err))
		return false;
	fig.fig.has_value = fig.has_value;
	fig.fig.value = fig.value;
	fig.fig.has_interval = fig.has_interval;
	ek_api_figures_write_other(j, &o, g->clock, &fig.fig);
	return true;
}

bool ek_api_targets_put_status(struct ek_turn *t, struct ek_json *j, const struct ek_figures *f,
			       const struct ek_api_target *g, struct ek_err *err)
{
	const struct ek_zone *zone = ek_api_targets_zone(f, g);
	struct ek_api_targets_span span =
		ek_api_targets_span(g->period, ek_calendar_date(zone, t->now));
	struct ek_api_targets_figure fig;
	if (!ek_api_targets_ask(f, g, span, &fig, err))
		return false;
	bool is_enough = ek_api_targets_state(g, &fig) != EK_API_TARGET_NOT_ENOUGH;
	ek_json_object(j);
	put_span(j, span);
	ek_api_put_word(j, "state", is_enough ? "so_far" : "not_enough");
	ek_api_figures_put_real(j, "value", fig.has_value, fig.value);
	ek_api_figures_put_real(j, "low", fig.has_interval, fig.fig.low);
	ek_api_figures_put_real(j, "high", fig.has_interval, fig.fig.high);
	ek_api_put_int(j, "n", (int64_t)fig.fig.n);
	ek_api_put_int(j, "not_yet_known", (int64_t)fig.fig.not_yet_known);
	ek_api_figures_put_metric(j, g->definition, fig.fig.version);
	bool ok = put_other(t, j, f, g, err);
	ek_api_put_word(j, "band", band_of(g, fig.has_interval, fig.fig.low, fig.fig.high));
	/* A period that is not over is not restated: it is becoming known. */
	ek_api_put_word(j, "restated", NULL);
	ek_json_object_end(j);
	return ok;
}

/* ---- a period that was judged */

static bool number_of(const struct ek_patch_at *root, const char *name, double *out)
{
	struct ek_patch_at at = ek_patch_member(root, name);
	*out = 0;
	return ek_patch_state(&at) == EK_PATCH_VALUE && ek_patch_real(&at, -1e300, 1e300, out);
}

static int64_t count_of(const struct ek_patch_at *root, const char *name)
{
	double v;
	return number_of(root, name, &v) ? (int64_t)v : 0;
}

struct ek_api_targets_kept ek_api_targets_kept(struct ek_turn *t, ek_str json)
{
	struct ek_patch b;
	struct ek_api_targets_kept k = {.has_value = false};
	if (ek_patch_open(&b, json, t->arena, &t->problem)) {
		struct ek_patch_at root = ek_patch_root(&b);
		k.has_value = number_of(&root, "value", &k.value);
		k.has_interval =
			number_of(&root, "low", &k.low) && number_of(&root, "high", &k.high);
		(void)number_of(&root, "wanted", &k.wanted);
		(void)number_of(&root, "upper", &k.upper);
		k.n = count_of(&root, "n");
		k.numerator = count_of(&root, "numerator");
		k.denominator = count_of(&root, "denominator");
		k.comparator = count_of(&root, "comparator");
	}
	ek_patch_close(&b);
	return k;
}

void ek_api_targets_put_period(struct ek_turn *t, struct ek_json *j, const struct ek_api_target *g,
			       const struct ek_api_targets_period *period)
{
	const struct ek_views_value *row = period->row;
	struct ek_api_targets_kept k =
		ek_api_targets_kept(t, ek_turn_text(&row[EK_CONTENT_TARGET_PERIODS_FIGURE]));
	int64_t by = ek_turn_int(&row[EK_CONTENT_TARGET_PERIODS_COMMENT_BY]);
	int64_t comparator = k.comparator >= 1 && k.comparator <= 3 ? k.comparator : 1;
	ek_json_object(j);
	ek_api_figures_put_date(j, "from",
				(int32_t)ek_turn_int(&row[EK_CONTENT_TARGET_PERIODS_SINCE]));
	ek_api_figures_put_date(j, "until",
				(int32_t)ek_turn_int(&row[EK_CONTENT_TARGET_PERIODS_UNTIL]));
	ek_api_put_word(j, "state",
			ek_api_targets_states[ek_turn_int(&row[EK_CONTENT_TARGET_PERIODS_STATE])]);
	ek_api_figures_put_real(j, "value", k.has_value, k.value);
	ek_api_figures_put_real(j, "low", k.has_interval, k.low);
	ek_api_figures_put_real(j, "high", k.has_interval, k.high);
	ek_api_put_int(j, "n", k.n);
	ek_api_put_int(j, "numerator", k.numerator);
	ek_api_put_int(j, "denominator", k.denominator);
	ek_api_figures_put_metric(j, g->definition,
				  (uint32_t)ek_turn_int(&row[EK_CONTENT_TARGET_PERIODS_VERSION]));
	ek_api_put_word(j, "grade",
			ek_api_targets_grades[ek_turn_int(&row[EK_CONTENT_TARGET_PERIODS_GRADE])]);
	ek_api_put_word(j, "comparator", ek_api_targets_comparators[comparator - 1]);
	ek_api_figures_put_real(j, "wanted", true, k.wanted);
	ek_api_figures_put_real(j, "upper", comparator == EK_ATTAIN_BETWEEN, k.upper);
	ek_api_put_text(j, "comment", ek_turn_text(&row[EK_CONTENT_TARGET_PERIODS_COMMENT]));
	ek_api_put_id(j, "comment_by", EK_IDENT_TEAMMATE, by == EK_NONE ? 0 : (uint64_t)by);
	ek_api_put_time(j, "judged_at",
			(ek_time){ek_turn_int(&row[EK_CONTENT_TARGET_PERIODS_AT_MS])});
	ek_api_put_raw(j, "restated", period->restated);
	ek_json_object_end(j);
}

/* ---- the last one that was judged, as a status */

bool ek_api_targets_last(struct ek_turn *t, const struct ek_figures *f,
			 const struct ek_api_target *g, ek_str *out)
{
	const struct ek_views_value key = ek_views_int((int64_t)g->id);
	struct ek_turn_rows rows;
	struct ek_json j;
	ek_str restated;
	*out = (ek_str){NULL, 0};
	if (!ek_turn_select(t, EK_API_TARGETS_PERIODS " ORDER BY since DESC LIMIT 1", &key, 1,
			    &rows))
		return false;
	if (rows.n == 0)
		return true;
	const struct ek_views_value *row = rows.v;
	if (!ek_api_targets_restated(t, f, g, row, &restated))
		return false;
	struct ek_api_targets_kept k =
		ek_api_targets_kept(t, ek_turn_text(&row[EK_CONTENT_TARGET_PERIODS_FIGURE]));
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	put_span(&j, (struct ek_api_targets_span){
			     (int32_t)ek_turn_int(&row[EK_CONTENT_TARGET_PERIODS_SINCE]),
			     (int32_t)ek_turn_int(&row[EK_CONTENT_TARGET_PERIODS_UNTIL])});
	ek_api_put_word(&j, "state",
			ek_api_targets_states[ek_turn_int(&row[EK_CONTENT_TARGET_PERIODS_STATE])]);
	ek_api_figures_put_real(&j, "value", k.has_value, k.value);
	ek_api_figures_put_real(&j, "low", k.has_interval, k.low);
	ek_api_figures_put_real(&j, "high", k.has_interval, k.high);
	ek_api_put_int(&j, "n", k.n);
	ek_api_put_int(&j, "not_yet_known", 0);
	ek_api_figures_put_metric(&j, g->definition,
				  (uint32_t)ek_turn_int(&row[EK_CONTENT_TARGET_PERIODS_VERSION]));
	ek_api_put_word(&j, "other", NULL);
	ek_api_put_word(&j, "band", band_of(g, k.has_interval, k.low, k.high));
	ek_api_put_raw(&j, "restated", restated);
	ek_json_object_end(&j);
	*out = ek_api_text_take(t, &j);
	return out->p != NULL;
}

/* ---- who knows it */

static const char known_sql[] =
	"SELECT m.teammate, a.revision FROM memberships m LEFT JOIN target_acks a"
	" ON a.target = $1 AND a.teammate = m.teammate WHERE m.team = $2 ORDER BY m.teammate";
static const char own_sql[] = "SELECT p.teammate, a.revision FROM people p LEFT JOIN target_acks a"
			      " ON a.target = $1 AND a.teammate = p.teammate WHERE p.teammate = $2";

static void put_known(struct ek_json *j, const struct ek_api_target *g,
		      const struct ek_turn_rows *rows, bool wanted)
{
	ek_json_key(j, wanted ? "acknowledged" : "not_yet_acknowledged");
	ek_json_list(j);
	for (uint32_t i = 0; i < rows->n; i++) {
		const struct ek_views_value *v = rows->v + (size_t)i * rows->columns;
		bool is_known = ek_turn_int(&v[1]) == g->revision;
		if (is_known == wanted)
			ek_json_id(j, EK_IDENT_TEAMMATE, (uint64_t)ek_turn_int(&v[0]));
	}
	ek_json_list_end(j);
}

/* ---- the whole */

static void put_scope(struct ek_json *j, const struct ek_api_target *g)
{
	ek_json_key(j, "scope");
	ek_json_object(j);
	if (g->team.v != 0)
		ek_api_put_id(j, "team", EK_IDENT_TEAM, g->team.v);
	else
		ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, g->teammate.v);
	ek_json_object_end(j);
}

static void put_override(struct ek_json *j, const struct ek_api_target *g)
{
	ek_json_key(j, "override");
	if (g->override_reason.p == NULL) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	ek_api_put_text(j, "reason", g->override_reason);
	ek_api_put_text(j, "change", g->override_change);
	ek_api_put_id(j, "by", EK_IDENT_TEAMMATE, g->override_by.v);
	ek_json_object_end(j);
}

static void put_wanted(struct ek_json *j, const struct ek_api_target *g)
{
	ek_api_put_word(j, "comparator", ek_api_targets_comparators[g->wanted.comparator - 1]);
	ek_api_figures_put_real(j, "value", true, g->wanted.value);
	ek_api_figures_put_real(j, "upper", g->wanted.comparator == EK_ATTAIN_BETWEEN,
				g->wanted.upper);
	ek_api_put_word(j, "period", ek_api_targets_periods[g->period - 1]);
	ek_api_put_int(j, "minimum_n", g->minimum_n);
	ek_api_figures_put_date(j, "since", g->since);
	ek_api_put_id(j, "owner", EK_IDENT_TEAMMATE, g->owner.v);
	ek_api_put_text(j, "reason", g->reason);
	ek_api_figures_put_date(j, "review_date", g->review);
}

static void put_what(struct ek_json *j, const struct ek_api_target *g)
{
	ek_api_put_id(j, "id", EK_IDENT_TARGET, g->id);
	ek_api_put_id(j, "goal", EK_IDENT_GOAL, g->goal);
	ek_api_figures_put_metric(j, g->definition, g->version);
	ek_api_put_word(j, "variant", g->definition->variants[g->variant]);
	ek_api_put_word(j, "statistic", ek_api_targets_statistics[g->statistic - 1]);
	ek_api_put_enum(j, "clock", EK_ENUM_CLOCK, g->clock);
	ek_api_put_word(j, "unit", ek_definition_unit(ek_api_targets_unit(g)));
	ek_api_put_word(j, "direction", ek_definition_direction(g->definition->direction));
	put_scope(j, g);
}

bool ek_api_targets_put(struct ek_turn *t, const struct ek_api_target *g,
			const struct ek_api_targets_shown *shown)
{
	const struct ek_views_value args[] = {
		ek_views_int((int64_t)g->id),
		ek_views_int(g->team.v != 0 ? g->team.v : g->teammate.v)};
	struct ek_json *j = &t->out;
	struct ek_turn_rows known;
	if (!ek_turn_select(t, g->team.v != 0 ? known_sql : own_sql, args, EK_LEN(args), &known))
		return false;
	put_what(j, g);
	put_wanted(j, g);
	ek_api_put_raw(j, "grade", shown->sees ? g->judged : (ek_str){NULL, 0});
	put_override(j, g);
	ek_api_put_bool(j, "reward", g->reward);
	ek_api_put_raw(j, "status", shown->status);
	ek_api_put_raw(j, "last", shown->last);
	ek_api_put_word(j, "why_no_status", shown->why);
	put_known(j, g, &known, true);
	put_known(j, g, &known, false);
	ek_api_put_time(j, "updated_at", g->updated);
	return ek_problem_is_none(&t->problem);
}

bool ek_api_targets_show(struct ek_turn *t, const struct ek_figures *f,
			 const struct ek_api_target *g)
{
	struct ek_api_targets_shown shown = {.sees = ek_api_targets_sees(t, g)};
	struct ek_json j;
	struct ek_err err;
	shown.why = shown.sees ? NULL : "purpose";
	if (shown.sees) {
		ek_api_text_begin(t, &j);
		if (ek_api_targets_put_status(t, &j, f, g, &err)) {
			shown.status = ek_api_text_take(t, &j);
		} else {
			ek_json_fini(&j);
			shown.why = "no_figure";
		}
		if (!ek_api_targets_last(t, f, g, &shown.last))
			return false;
	}
	return ek_problem_is_none(&t->problem) && ek_api_targets_put(t, g, &shown);
}
