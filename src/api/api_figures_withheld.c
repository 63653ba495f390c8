/* Figures that fail a check (spec metrics, R12). Of team inboxes, as the daily round finds them
 * (server/daily.h): the notice to whoever answers for one, and to administrators. Of a person, to
 * that person alone, as they ask: nothing of it is kept, and nobody else hears of it. */
#include <string.h>

#include "api/api_figures.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "api/reach.h"
#include "api/worker.h"
#include "base/sort.h"
#include "model/calendar.h"

enum { SHOWN = 500, OWN_DAYS = 91 };

/* ---- of team inboxes */

static void put_one(struct ek_turn *t, const struct ek_views_value *row)
{
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_api_put_text(j, "metric", ek_turn_text(&row[0]));
	ek_api_put_word(j, "variant", NULL);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, (uint64_t)ek_turn_int(&row[1]));
	ek_api_put_text(j, "day", ek_turn_text(&row[2]));
	ek_api_put_text(j, "withheld", ek_turn_text(&row[3]));
	ek_api_put_time(j, "found_at", (ek_time){ek_turn_int(&row[4])});
	ek_json_object_end(j);
}

static void run(struct ek_turn *t, struct ek_worker *w)
{
	static const char sql[] =
		"SELECT metric, team, day, withheld, folded_ms FROM daily_metrics"
		" WHERE withheld IS NOT NULL AND ($1 = 0 OR team = $1) ORDER BY day DESC, team,"
		" metric LIMIT 5000";
	const struct ek_views_value one = ek_views_int(*(const int64_t *)t->state);
	struct ek_turn_rows rows;
	uint32_t shown = 0;
	(void)w;
	if (ek_turn_select(t, sql, &one, 1, &rows)) {
		ek_json_object(&t->out);
		ek_json_key(&t->out, "data");
		ek_json_list(&t->out);
		for (uint32_t i = 0; i < rows.n && shown < SHOWN; i++) {
			const struct ek_views_value *row = &rows.v[(size_t)i * rows.columns];
			const ek_team_id team = {(uint32_t)ek_turn_int(&row[1])};
			const struct ek_may_object object = {.teams = &team, .team_count = 1};
			if (!ek_may_is(&t->actor, EK_MAY_FIGURES_WITHHELD, &object))
				continue;
			put_one(t, row);
			shown++;
		}
		ek_json_list_end(&t->out);
		ek_json_object_end(&t->out);
	}
	ek_turn_reply(t, 200);
}

void ek_api_list_withheld_figures(struct ek_turn *t)
{
	int64_t *team = EK_TURN_NEW(t, int64_t);
	uint64_t id = 0;
	if (team != NULL && ek_query_id(&t->query, "team", EK_IDENT_TEAM, &id))
		*team = (int64_t)id;
	t->state = team;
	if (team != NULL && ek_query_end(&t->query) &&
	    ek_reach_may(t, EK_MAY_FIGURES_WITHHELD, (ek_team_id){(uint32_t)*team}))
		ek_worker_submit(t->api->worker, t, run);
	else
		ek_turn_reply(t, 0);
}

/* ---- one's own */

struct finding {
	const struct ek_definition *definition;
	const char *variant;
	const char *withheld; /* static */
	uint32_t version;
	int32_t day;
};

struct own {
	struct finding *v; /* SHOWN */
	uint32_t n;
	const struct ek_definition *definition;
	const char *variant;
};

static bool take(void *ctx, int32_t date, const struct ek_figure *f, struct ek_err *err)
{
	struct own *o = ctx;
	(void)err;
	if (f->withheld != NULL && o->n < SHOWN)
		o->v[o->n++] = (struct finding){.definition = o->definition,
						.variant = o->variant,
						.withheld = f->withheld,
						.version = f->version,
						.day = date};
	return true;
}

/* The newest days first; of one, by metric. */
static int by_day(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int day = (x->day < y->day) - (x->day > y->day);
	int metric = x->definition->metric - y->definition->metric;
	if (day != 0 || metric != 0)
		return day != 0 ? day : metric;
	return strcmp(x->variant, y->variant);
}

/* Every variant: what one shows may be possible, and what another shows not. */
static bool find_own(struct ek_turn *t, const struct ek_figures *f, struct own *o)
{
	const struct ek_zone *zone = ek_api_figures_zone(f, (ek_team_id){0});
	const struct ek_figures_run run = {EK_FIGURES_DAILY, zone, take, o};
	int32_t today = ek_calendar_date(zone, t->now);
	struct ek_figures_ask ask = {
		.teammate = t->self,
		.from = ek_calendar_day_start(zone, today - OWN_DAYS),
		.until = ek_calendar_day_start(zone, today + 1),
		.as_of = EK_NO_TIME,
	};
	struct ek_err err;
	for (ask.metric = 1; ask.metric < EK_METRIC_END; ask.metric++) {
		o->definition = ek_definition_row(ask.metric);
		if (o->definition->why_not != NULL ||
		    !ek_api_figures_is_personal(o->definition, false))
			continue;
		for (uint32_t i = 0; i < EK_METRIC_VARIANTS_MAX; i++) {
			ask.variant = o->variant = o->definition->variants[i];
			if (ask.variant == NULL)
				break;
			if (!ek_figures_series(f, &ask, &run, &err))
				return ek_api_figures_refuse(t, &err);
		}
	}
	return true;
}

static void put_own(struct ek_turn *t, const struct own *o)
{
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_json_key(j, "data");
	ek_json_list(j);
	for (uint32_t i = 0; i < o->n; i++) {
		const struct finding *of = &o->v[i];
		ek_json_object(j);
		ek_api_figures_put_metric(j, of->definition, of->version);
		ek_api_put_word(j, "variant", of->variant);
		ek_api_put_id(j, "team", EK_IDENT_TEAM, 0);
		ek_api_figures_put_date(j, "day", of->day);
		ek_api_put_word(j, "withheld", of->withheld);
		ek_api_put_time(j, "found_at", t->now);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	ek_json_object_end(j);
}

static void run_own(struct ek_turn *t, struct ek_worker *w)
{
	struct own *o = t->state;
	const struct ek_figures *f = ek_api_fold_take(t);
	(void)w;
	if (f != NULL) {
		bool ok = find_own(t, f, o);
		ek_api_fold_give(t);
		if (ok) {
			if (o->n > 0)
				ek_sort(o->v, o->n, sizeof *o->v, by_day);
			put_own(t, o);
		}
	}
	ek_turn_reply(t, 200);
}

void ek_api_list_my_withheld_figures(struct ek_turn *t)
{
	struct own *o = EK_TURN_NEW(t, struct own);
	const struct ek_may_object own = ek_may_own(&t->actor);
	t->state = o;
	if (o != NULL)
		o->v = ek_turn_get(t, SHOWN * sizeof *o->v);
	if (o != NULL && o->v != NULL && ek_query_end(&t->query) &&
	    ek_turn_may(t, EK_MAY_FIGURES_OWN, &own))
		ek_worker_submit(t->api->worker, t, run_own);
	else
		ek_turn_reply(t, 0);
}
