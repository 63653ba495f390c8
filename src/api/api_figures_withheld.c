/* Figures that fail a check (spec metrics, R12), as the daily round finds them (server/daily.h):
 * the notice to whoever answers for a team inbox, and to administrators. */
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "api/reach.h"
#include "api/worker.h"

enum { SHOWN = 500 };

static void put_one(struct ek_turn *t, const struct ek_views_value *row)
{
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_api_put_text(j, "metric", ek_turn_text(&row[0]));
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
