/* A person beside the team (spec metrics, T11): every metric that has a personal figure, with both
 * n and intervals. Beside the team only where at least EK_VIEW_SUM_LEAST people serve it, else
 * beside their own past; a difference only where its 95 % interval leaves out nothing. Where the
 * team misses a target of its own, that comes first, and nobody is set beside anybody. */
#include <string.h>

#include "api/api_figures.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_team.h"
#include "api/handlers.h"
#include "metrics/beside.h"
#include "metrics/share.h"
#include "model/calendar.h"
#include "wire/view_json.h"

enum { DAYS = 91, DAYS_MAX = 400, ITEMS_MAX = 200000 };

struct pair {
	const struct ek_definition *d;
	struct ek_figure own, other;
	bool has_other;
	bool has_difference;
	double value, low, high;
};

struct asked {
	struct ek_api_person person;
	ek_team_id team;
	bool is_own;
	bool has_from, has_until;
	int32_t from, until;
	int64_t people;
	const char *state;
	struct pair pairs[EK_METRIC_END];
	uint32_t n;
	struct ek_beside_item *items; /* ITEMS_MAX, of one metric after the other; NULL = not yet */
};

/* ---- figures */

/* Of handle time the legs, as a person has those alone. */
static const char *variant_of(const struct ek_definition *d)
{
	return d->metric == EK_METRIC_HANDLE_TIME ? "leg" : d->variants[0];
}

static struct ek_figures_ask ask_of(const struct ek_figures *f, const struct asked *a, int metric,
				    int32_t back)
{
	const struct ek_zone *zone = ek_api_figures_zone(f, a->team);
	return (struct ek_figures_ask){
		.metric = metric,
		.variant = variant_of(ek_definition_row(metric)),
		.teams = &a->team,
		.team_count = 1,
		.from = ek_calendar_day_start(zone, a->from - back),
		.until = ek_calendar_day_start(zone, a->until - back),
		.as_of = EK_NO_TIME,
	};
}

struct taking {
	struct ek_beside_item *v;
	uint32_t n, cap;
	ek_teammate_id teammate;
};

static bool take(void *ctx, const struct ek_figures_item *item, struct ek_err *err)
{
	struct taking *k = ctx;
	(void)err;
	if (item->counted && k->n < k->cap)
		k->v[k->n++] = (struct ek_beside_item){item->topic, item->channel,
						       item->teammate.v == k->teammate.v,
						       item->value < 1 ? 1 : item->value};
	return true;
}

static bool compare_durations(struct ek_turn *t, const struct ek_figures *f, struct asked *a,
			      struct pair *p, struct ek_err *err)
{
	struct taking k = {.teammate = a->person.id};
	const struct ek_figures_ask ask = ask_of(f, a, p->d->metric, 0);
	const struct ek_figures_reader reader = {take, &k};
	struct ek_beside told;
	k.cap = ITEMS_MAX;
	if (a->items == NULL)
		a->items = ek_turn_get(t, ITEMS_MAX * sizeof *a->items);
	if (a->items == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory to compare");
	k.v = a->items;
	if (!ek_figures_receipt(f, &ask, &reader, err))
		return false;
	ek_beside_durations(k.v, k.n, &told);
	p->has_difference = told.has_ratio && (told.low > 1 || told.high < 1);
	p->value = told.value;
	p->low = told.low;
	p->high = told.high;
	return true;
}

static void compare_shares(struct pair *p)
{
	const struct ek_figure *own = &p->own, *all = &p->other;
	bool is_part = all->denominator > own->denominator && all->numerator >= own->numerator;
	struct ek_share mine = {own->numerator, own->denominator};
	struct ek_share rest = {all->numerator - own->numerator,
				all->denominator - own->denominator};
	if (!is_part || mine.n == 0 || rest.k > rest.n)
		return;
	struct ek_interval in = ek_share_difference(mine, rest);
	p->has_difference = in.lower > 0 || in.upper < 0;
	p->value = (double)mine.k / (double)mine.n - (double)rest.k / (double)rest.n;
	p->low = in.lower;
	p->high = in.upper;
}

static bool compare(struct ek_turn *t, const struct ek_figures *f, struct asked *a, struct pair *p,
		    struct ek_err *err)
{
	bool is_enough = p->own.has_value && p->other.has_value;
	if (strcmp(a->state, "team") != 0 || !is_enough)
		return true;
	if (p->d->unit == EK_METRIC_UNIT_SHARE && p->d->kind == EK_METRIC_KIND_SHARE)
		compare_shares(p);
	return p->d->unit != EK_METRIC_UNIT_SECONDS || compare_durations(t, f, a, p, err);
}

static bool ask_pair(struct ek_turn *t, const struct ek_figures *f, struct asked *a, int metric)
{
	struct pair *p = &a->pairs[a->n];
	struct ek_err err;
	struct ek_figures_ask ask = ask_of(f, a, metric, 0);
	p->d = ek_definition_row(metric);
	ask.teammate = a->person.id;
	bool ok = ek_figures_ask(f, &ask, &p->own, &err);
	if (ok && p->own.n == 0)
		return true;
	bool is_past = strcmp(a->state, "own_past") == 0;
	p->has_other = strcmp(a->state, "system_first") != 0;
	ask = ask_of(f, a, metric, is_past ? a->until - a->from : 0);
	if (is_past)
		ask.teammate = a->person.id;
	ok = ok && (!p->has_other || ek_figures_ask(f, &ask, &p->other, &err)) &&
	     compare(t, f, a, p, &err);
	a->n++;
	return ok || ek_api_figures_refuse(t, &err);
}

/* ---- which of the three it is */

static bool find_state(struct ek_turn *t, struct asked *a)
{
	const struct ek_views_value key = ek_views_int(a->team.v);
	struct ek_turn_rows people, missed;
	if (!ek_turn_select(t, "SELECT count(*) FROM memberships WHERE team = $1", &key, 1,
			    &people) ||
	    !ek_turn_select(t,
			    "SELECT g.target FROM targets g JOIN target_periods p ON p.target ="
			    " g.target WHERE g.team = $1 AND g.deleted_ms IS NULL AND p.state = 2"
			    " AND p.since = (SELECT max(q.since) FROM target_periods q WHERE"
			    " q.target = g.target) LIMIT 1",
			    &key, 1, &missed))
		return false;
	a->people = people.n == 0 ? 0 : ek_turn_int(&people.v[0]);
	a->state = a->people < EK_VIEW_SUM_LEAST ? "own_past"
		   : missed.n > 0                ? "system_first"
						 : "team";
	return true;
}

/* ---- writing */

static void put_figure(struct ek_json *j, const char *key, bool has, const struct ek_figure *g)
{
	ek_json_key(j, key);
	if (!has) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	ek_api_figures_put_real(j, "value", g->has_value, g->value);
	ek_api_figures_put_real(j, "low", g->has_interval, g->low);
	ek_api_figures_put_real(j, "high", g->has_interval, g->high);
	ek_api_put_int(j, "n", (int64_t)g->n);
	ek_api_figures_put_state(j, g);
	ek_api_put_word(j, "withheld", g->withheld);
	ek_json_object_end(j);
}

static void put_pair(struct ek_json *j, const struct pair *p)
{
	ek_json_object(j);
	ek_api_figures_put_metric(j, p->d, p->own.version);
	ek_api_put_word(j, "variant", variant_of(p->d));
	ek_api_put_word(j, "unit", ek_definition_unit(p->d->unit));
	ek_api_put_word(j, "direction", ek_definition_direction(p->d->direction));
	put_figure(j, "own", true, &p->own);
	put_figure(j, "other", p->has_other, &p->other);
	ek_json_key(j, "difference");
	if (p->has_difference) {
		ek_json_object(j);
		ek_api_figures_put_real(j, "value", true, p->value);
		ek_api_figures_put_real(j, "low", true, p->low);
		ek_api_figures_put_real(j, "high", true, p->high);
		ek_json_object_end(j);
	} else {
		ek_json_null(j);
	}
	ek_json_object_end(j);
}

static void put(struct ek_json *j, const struct asked *a)
{
	ek_json_object(j);
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, a->person.id.v);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, a->team.v);
	ek_api_figures_put_date(j, "from", a->from);
	ek_api_figures_put_date(j, "until", a->until);
	ek_api_put_int(j, "people", a->people);
	ek_api_put_word(j, "state", a->state);
	ek_json_key(j, "rows");
	ek_json_list(j);
	for (uint32_t i = 0; i < a->n; i++)
		put_pair(j, &a->pairs[i]);
	ek_json_list_end(j);
	ek_json_object_end(j);
}

/* ---- the request */

static bool ask_all(struct ek_turn *t, const struct ek_figures *f, struct asked *a)
{
	const struct ek_zone *zone = ek_api_figures_zone(f, a->team);
	if (!a->has_until)
		a->until = a->has_from ? a->from + DAYS : ek_calendar_date(zone, t->now) + 1;
	if (!a->has_from)
		a->from = a->until - DAYS;
	for (int m = 1; m < EK_METRIC_END; m++) {
		const struct ek_definition *d = ek_definition_row(m);
		if (d->why_not == NULL && ek_api_figures_is_personal(d, !a->is_own) &&
		    !ask_pair(t, f, a, m))
			return false;
	}
	return true;
}

static void run(struct ek_turn *t, struct ek_worker *w)
{
	struct asked *a = t->state;
	(void)w;
	const struct ek_figures *f = find_state(t, a) ? ek_api_fold_take(t) : NULL;
	if (f != NULL) {
		bool ok = ask_all(t, f, a);
		ek_api_fold_give(t);
		if (ok)
			put(&t->out, a);
	}
	ek_turn_reply(t, 200);
}

static bool serves(const struct asked *a)
{
	for (uint32_t i = 0; i < a->person.object.team_count; i++)
		if (a->person.object.teams[i].v == a->team.v)
			return true;
	return false;
}

/* A lead of another of their teams has no business with this one. */
static bool may(struct ek_turn *t, struct asked *a)
{
	a->is_own = a->person.id.v == t->self.v && t->self.v != 0;
	if (a->is_own)
		return ek_turn_may(t, EK_MAY_FIGURES_OWN, &a->person.object);
	if (!ek_api_person_looked(t, &a->person))
		return false;
	if (serves(a)) {
		a->person.object.teams = &a->team;
		a->person.object.team_count = 1;
	}
	return ek_turn_may(t, EK_MAY_FIGURES_PERSON, &a->person.object);
}

static bool bind(struct ek_turn *t, struct asked *a)
{
	static const char missing[] = "Say which team inbox.";
	const struct ek_problem_fault span = {.at = EK_PROBLEM_AT_PARAMETER,
					      .code = EK_FAULT_OUT_OF_RANGE,
					      .where = EK_S("until")};
	const struct ek_problem_fault team = {
		.at = EK_PROBLEM_AT_PARAMETER, .code = EK_FAULT_MISSING, .where = EK_S("team")};
	uint64_t id = 0;
	if (ek_query_id(&t->query, "team", EK_IDENT_TEAM, &id))
		a->team.v = (uint32_t)id;
	a->has_from = ek_query_date(&t->query, "from", &a->from);
	a->has_until = ek_query_date(&t->query, "until", &a->until);
	if (!ek_query_end(&t->query))
		return false;
	if (id == 0)
		return ek_problem_add(&t->problem, EK_PROBLEM_MALFORMED, &team, missing);
	if (a->has_from && a->has_until && (a->until <= a->from || a->until - a->from > DAYS_MAX))
		return ek_problem_add(&t->problem, EK_PROBLEM_MALFORMED, &span,
				      "From one day to at most 400 days.");
	return true;
}

void ek_api_get_teammate_beside(struct ek_turn *t)
{
	struct asked *a = EK_TURN_NEW(t, struct asked);
	t->state = a;
	bool ok = a != NULL && ek_api_person_path(t, "id", &a->person) && bind(t, a) && may(t, a);
	if (ok && !serves(a))
		ok = ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	if (ok)
		ek_worker_submit(t->api->worker, t, run);
	else
		ek_turn_reply(t, 0);
}
