/* Automatic assignments per eligible hour, person by person, for who may see each of them. */
#include "api/api_past.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_team.h"
#include "api/handlers.h"
#include "base/rfc3339.h"
#include "metrics/fairness.h"
#include "metrics/interval.h"
#include "sys/heap.h"
#include "wire/view_json.h"

enum { HOUR_MS = 3600000 };

struct fairness {
	struct ek_api_team team;
	struct ek_api_past period;
	struct ek_turn_rows looked; /* teammates whose figures the caller said a purpose for */
	bool sees_own;
	bool sees_sums;
	bool leads;
	int64_t min_hours;
	struct ek_fairness *fold;
};

/* ---- rights */

static bool may_see_one(const struct fairness *f, ek_teammate_id who, ek_teammate_id self)
{
	if (f->sees_own && who.v == self.v)
		return true;
	for (uint32_t i = 0; f->leads && i < f->looked.n; i++)
		if (ek_turn_int(&f->looked.v[i]) == who.v)
			return true;
	return false;
}

/* A lead who said no purpose for anybody, and has no figures there, is asked for one. */
static bool may_ask(struct ek_turn *t, struct fairness *f)
{
	const struct ek_views_value args[] = {ek_views_int(t->self.v), ek_views_id(t->sign_in),
					      ek_views_int(t->now.ms)};
	const struct ek_views_value serve[] = {ek_views_int(t->self.v), ek_views_int(f->team.id.v)};
	struct ek_may_object own = ek_may_own(&t->actor);
	struct ek_may_object looked = f->team.object;
	struct ek_turn_rows rows;
	looked.is_looked = true;
	f->sees_sums = ek_may_is(&t->actor, EK_MAY_FAIRNESS_SUMS, &f->team.object);
	f->leads = ek_may_is(&t->actor, EK_MAY_FAIRNESS_PERSON, &looked);
	if (!ek_turn_select(t, "SELECT team FROM memberships WHERE teammate = $1 AND team = $2",
			    serve, 2, &rows))
		return false;
	f->sees_own = rows.n > 0 && ek_may_is(&t->actor, EK_MAY_FAIRNESS_OWN, &own);
	if (f->leads && !ek_turn_select(t,
					"SELECT DISTINCT teammate FROM looks WHERE viewer = $1"
					" AND sign_in = $2 AND until_ms > $3",
					args, 3, &f->looked))
		return false;
	if (f->sees_sums || f->sees_own || (f->leads && f->looked.n > 0))
		return true;
	return ek_turn_may(t, EK_MAY_FAIRNESS_PERSON, &f->team.object);
}

/* ---- writing: rates in thousandths, as whole numbers */

static int64_t milli(double v)
{
	return (int64_t)(v * 1000 + 0.5);
}

struct rate {
	bool has;
	uint32_t count;
	int64_t ms;
};

/* Per thousand hours, with the exact limits of a Poisson mean. */
static void put_rate(struct ek_json *j, const char *key, const struct rate *r)
{
	ek_json_key(j, key);
	ek_json_object(j);
	if (!r->has || r->ms <= 0) {
		ek_api_put_int(j, "value", EK_NONE);
		ek_api_put_int(j, "low", EK_NONE);
		ek_api_put_int(j, "high", EK_NONE);
	} else {
		struct ek_interval i = ek_interval_poisson(r->count, 0.95);
		double hours = (double)r->ms / HOUR_MS;
		ek_api_put_int(j, "value", milli(r->count / hours));
		ek_api_put_int(j, "low", milli(i.lower / hours));
		ek_api_put_int(j, "high", milli(i.upper / hours));
	}
	ek_json_object_end(j);
}

static int64_t permille(bool has, uint32_t part, uint32_t whole)
{
	return has && whole > 0 ? (int64_t)part * 1000 / whole : EK_NONE;
}

static void put_row(struct ek_json *j, const struct ek_fairness_row *r)
{
	const struct rate given = {r->has_figure, r->assigned, r->eligible.ms};
	const struct rate closes = {r->has_figure, r->closes, r->eligible.ms};
	bool has = r->has_figure;
	ek_json_object(j);
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, r->teammate.v);
	ek_api_put_int(j, "assignments", r->assigned);
	ek_api_put_int(j, "eligible_ms", r->eligible.ms);
	put_rate(j, "per_hour", &given);
	ek_api_put_int(j, "expected_permille",
		       has && r->decisions > 0 ? milli(r->chance / r->decisions) : EK_NONE);
	ek_api_put_int(j, "hard_permille", permille(has, r->complex, r->assigned));
	ek_api_put_int(j, "odd_hours_permille", permille(has, r->outside, r->assigned));
	put_rate(j, "closes_per_hour", &closes);
	ek_json_key(j, "chosen_by");
	ek_json_object(j);
	for (int k = 1; k < EK_CHOSEN_BY_END; k++)
		if (r->by[k].assigned > 0)
			ek_api_put_int(j, ek_enums_wire(EK_ENUM_CHOSEN_BY, k), r->by[k].assigned);
	ek_json_object_end(j);
	ek_json_object_end(j);
}

struct sum {
	uint32_t people;
	uint32_t assigned;
	uint32_t closes;
	int64_t eligible_ms;
	bool has_figure; /* of somebody at least */
};

static void put_sum(struct ek_json *j, const struct sum *s)
{
	const struct rate given = {s->has_figure, s->assigned, s->eligible_ms};
	const struct rate closes = {s->has_figure, s->closes, s->eligible_ms};
	ek_json_key(j, "sum");
	if (s->people < EK_VIEW_SUM_LEAST) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	ek_api_put_int(j, "teammates", s->people);
	ek_api_put_int(j, "assignments", s->assigned);
	ek_api_put_int(j, "eligible_ms", s->eligible_ms);
	put_rate(j, "per_hour", &given);
	put_rate(j, "closes_per_hour", &closes);
	ek_json_object_end(j);
}

static void put_date(struct ek_json *j, const char *key, int32_t days)
{
	char text[EK_RFC3339_DATE_MAX];
	size_t n = ek_rfc3339_print_date(days, text);
	ek_api_put_text(j, key, (ek_str){text, (uint32_t)n});
}

static const char *refusal(const struct fairness *f, const struct sum *s, uint32_t shown)
{
	if (shown == 0 && f->sees_sums && s->people < EK_VIEW_SUM_LEAST)
		return "too_small";
	return s->has_figure ? NULL : "too_few";
}

static void write(struct ek_turn *t, const struct fairness *f)
{
	struct ek_json *j = &t->out;
	struct sum sum = {0};
	uint32_t shown = 0;
	ek_json_object(j);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, f->team.id.v);
	put_date(j, "from", f->period.from);
	put_date(j, "to", f->period.to);
	ek_api_put_text(j, "zone", f->period.zone);
	ek_json_key(j, "rows");
	ek_json_list(j);
	for (uint32_t i = 0; i < ek_fairness_count(f->fold); i++) {
		struct ek_fairness_row r = ek_fairness_row(f->fold, i, f->period.end, f->min_hours);
		if (r.team.v != f->team.id.v)
			continue;
		sum.people++;
		sum.assigned += r.assigned;
		sum.closes += r.closes;
		sum.eligible_ms += r.eligible.ms;
		sum.has_figure = sum.has_figure || r.has_figure;
		if (!may_see_one(f, r.teammate, t->self))
			continue;
		put_row(j, &r);
		shown++;
	}
	ek_json_list_end(j);
	ek_api_put_word(j, "refused", refusal(f, &sum, shown));
	if (f->sees_sums)
		put_sum(j, &sum);
	ek_json_object_end(j);
}

/* ---- on the worker's thread */

static bool find_hours(struct ek_turn *t, const struct ek_engine *engine, struct fairness *f)
{
	const struct ek_look_ask ask = {{EK_SCOPE_WORKSPACE, 0}, EK_SET_FAIRNESS_MIN_HOURS};
	struct ek_setting_view v;
	struct ek_err err;
	if (!ek_look_setting(engine, ask, t->arena, &v, &err))
		return ek_problem_err(&t->problem, &err);
	f->min_hours = v.effective.i;
	return true;
}

static void run(struct ek_turn *t, struct ek_worker *w)
{
	struct fairness *f = t->state;
	const struct ek_api_past_watch what = {&f->period, ek_fairness_note, NULL};
	struct ek_api_past_watch watch = what;
	struct ek_engine *engine = NULL;
	struct ek_err err;
	bool ok = ek_worker_now(w, &engine, &err);
	if (!ok)
		ek_problem_err(&t->problem, &err);
	ok = ok && find_hours(t, engine, f) &&
	     ek_api_past_place(t, ek_look_zone(engine, (ek_teammate_id){0}), &f->period);
	if (ok) {
		t->seq = ek_engine_seq(engine);
		ok = ek_fairness_open(ek_heap_alloc(), &f->fold, &err);
		watch.ctx = f->fold;
		if (!ok || !ek_api_past_observe(w, &watch, &err))
			ek_problem_err(&t->problem, &err);
		else
			write(t, f);
		ek_fairness_close(&f->fold);
	}
	ek_turn_reply(t, 200);
}

void ek_api_get_team_fairness(struct ek_turn *t)
{
	struct fairness *f = EK_TURN_NEW(t, struct fairness);
	t->state = f;
	if (f != NULL && ek_api_past_bind(t, &f->period) && ek_api_team_path(t, "id", &f->team) &&
	    may_ask(t, f))
		ek_worker_submit(t->api->worker, t, run);
	else
		ek_turn_reply(t, 0);
}
