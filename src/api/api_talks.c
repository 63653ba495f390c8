/* What a person's patterns hand over to their leads: that a talk may be welcome, with examples that
 * the person could say something about; or something good that the person shows. No chart, no
 * figure, no order among people. Source: spec patterns, S22. */
#include "api/api_figures.h"
#include "api/api_patterns.h"
#include "api/api_person.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"

static bool leads(struct ek_turn *t, ek_team_id team)
{
	const struct ek_may_object object = {.teams = &team, .team_count = 1};
	return ek_may_is(&t->actor, EK_MAY_TALK_LIST, &object);
}

/* Of people who still serve the team. */
#define HANDED \
	" FROM person_patterns p JOIN memberships m ON m.team = p.team AND m.teammate =" \
	" p.teammate WHERE p.withheld_ms IS NULL AND p.ended_ms IS NULL AND (p.told_ms IS NOT" \
	" NULL OR p.shared_ms IS NOT NULL)"

/* ---- who */

static bool put_talks(struct ek_turn *t)
{
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT p.teammate, p.team, CASE WHEN p.told_ms IS NOT NULL THEN 1"
			    " ELSE 0 END, min(COALESCE(p.told_ms, p.shared_ms))" HANDED
			    " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT 1000",
			    NULL, 0, &rows))
		return false;
	ek_json_key(&t->out, "data");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *v = rows.v + (size_t)i * rows.columns;
		ek_team_id team = {(uint32_t)ek_turn_int(&v[1])};
		if (!leads(t, team) || ek_turn_int(&v[0]) == t->self.v)
			continue;
		ek_json_object(&t->out);
		ek_api_put_id(&t->out, "teammate", EK_IDENT_TEAMMATE, (uint64_t)ek_turn_int(&v[0]));
		ek_api_put_id(&t->out, "team", EK_IDENT_TEAM, team.v);
		ek_api_put_word(&t->out, "kind", ek_turn_int(&v[2]) == 1 ? "talk" : "shared");
		ek_api_put_time(&t->out, "at", (ek_time){ek_turn_int(&v[3])});
		ek_json_object_end(&t->out);
	}
	ek_json_list_end(&t->out);
	return true;
}

void ek_api_list_talks(struct ek_turn *t)
{
	ek_team_id *teams = ek_turn_get(t, (t->actor.grant_count + 1) * sizeof *teams);
	bool ok = teams != NULL && ek_query_end(&t->query);
	if (ok) {
		struct ek_may_reach r = ek_may_reach(&t->actor, EK_MAY_TALK_LIST, teams);
		ok = r.is_everything || r.team_count > 0 || ek_turn_may(t, EK_MAY_TALK_LIST, NULL);
	}
	ek_json_object(&t->out);
	if (!ok || !put_talks(t) || !ek_api_patterns_put_teams(t, leads)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_json_object_end(&t->out);
	ek_turn_reply(t, 200);
}

/* ---- one person's */

enum { TEAM, METRIC, VERSION, SIDE, START, TOLD, SHARED, CASES, NOTE };

static void put_sheet(struct ek_json *j, const struct ek_views_value *v)
{
	bool is_talk = ek_turn_int(&v[TOLD]) != EK_NONE;
	ek_json_object(j);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, (uint64_t)ek_turn_int(&v[TEAM]));
	ek_api_put_word(j, "kind", is_talk ? "talk" : "shared");
	ek_api_put_time(j, "at", (ek_time){ek_turn_int(&v[is_talk ? TOLD : SHARED])});
	ek_api_put_raw(j, "examples", ek_turn_text(&v[CASES]));
	ek_api_put_text(j, "note", ek_turn_text(&v[NOTE]));
	if (is_talk) {
		ek_api_put_text(j, "metric", (ek_str){NULL, 0});
		ek_api_put_text(j, "since", (ek_str){NULL, 0});
	} else {
		ek_api_figures_put_metric(j, ek_definition_row((int)ek_turn_int(&v[METRIC])),
					  (uint32_t)ek_turn_int(&v[VERSION]));
		ek_api_figures_put_date(j, "since", (int32_t)ek_turn_int(&v[START]));
	}
	ek_json_object_end(j);
}

static void put_sheets(struct ek_turn *t, const struct ek_api_person *p)
{
	const struct ek_views_value who = ek_views_int(p->id.v);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT p.team, p.metric, p.version, p.side, p.start_day, p.told_ms,"
			    " p.shared_ms, p.cases, CASE WHEN p.shares_note = 1 THEN p.note"
			    " END" HANDED " AND p.teammate = $1 ORDER BY p.pattern",
			    &who, 1, &rows))
		return;
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "teammate", EK_IDENT_TEAMMATE, p->id.v);
	ek_json_key(&t->out, "data");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *v = rows.v + (size_t)i * rows.columns;
		if (leads(t, (ek_team_id){(uint32_t)ek_turn_int(&v[TEAM])}))
			put_sheet(&t->out, v);
	}
	ek_json_list_end(&t->out);
	ek_json_object_end(&t->out);
}

void ek_api_get_teammate_talk(struct ek_turn *t)
{
	struct ek_api_person *p = EK_TURN_NEW(t, struct ek_api_person);
	if (p != NULL && ek_query_end(&t->query) && ek_api_person_path(t, "id", p) &&
	    ek_api_person_looked(t, p) && ek_turn_may(t, EK_MAY_FIGURES_PERSON, &p->object))
		put_sheets(t, p);
	ek_turn_reply(t, 200);
}
