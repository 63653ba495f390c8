#include "api/api_assignments.h"

#include "api/api_put.h"
#include "api/handlers.h"
#include "wire/actor_json.h"
#include "wire/list.h"

static const struct ek_list_column columns[EK_LIST_assignments_COUNT] = {
	[EK_LIST_assignments_id] = {EK_LIST_NUMBER, "a.assignment", NULL},
	[EK_LIST_assignments_conversation] = {EK_LIST_NUMBER, "a.conversation", NULL},
	[EK_LIST_assignments_teammate] = {EK_LIST_NUMBER, "a.teammate", NULL},
	[EK_LIST_assignments_team] = {EK_LIST_NUMBER, "a.team", NULL},
	[EK_LIST_assignments_how] = {EK_LIST_TEXT, "a.how", NULL},
	[EK_LIST_assignments_ended] = {EK_LIST_TEXT, "a.ended_reason", NULL},
	[EK_LIST_assignments_started_at] = {EK_LIST_NUMBER, "a.made_ms", NULL},
	[EK_LIST_assignments_ended_at] = {EK_LIST_NUMBER, "a.ended_ms", NULL},
};

struct ek_list ek_api_assignments_list(void)
{
	return (struct ek_list){
		.table = ek_list_table(EK_LIST_ASSIGNMENTS),
		.columns = columns,
		.select = EK_API_ASSIGNMENTS_SELECT,
		.from = "assignments a",
		.id = "a.assignment",
	};
}

/* ---- one as JSON */

static uint64_t id_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT && v->i > 0 ? (uint64_t)v->i : 0;
}

static void write_one(struct ek_turn *t, const struct ek_views_value *v)
{
	struct ek_json *j = &t->out;
	const struct ek_actor by = {
		(uint8_t)ek_enums_number(EK_ENUM_ACTOR,
					 ek_turn_text(&v[EK_API_ASSIGNMENTS_BY_KIND])),
		(uint32_t)id_of(&v[EK_API_ASSIGNMENTS_BY_ID])};
	t->out.style.is_api = true;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_ASSIGNMENT, id_of(&v[EK_API_ASSIGNMENTS_ID]));
	ek_api_put_id(j, "conversation", EK_IDENT_CONVERSATION,
		      id_of(&v[EK_API_ASSIGNMENTS_CONVERSATION]));
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, id_of(&v[EK_API_ASSIGNMENTS_TEAMMATE]));
	ek_api_put_id(j, "team", EK_IDENT_TEAM, id_of(&v[EK_API_ASSIGNMENTS_TEAM]));
	ek_api_put_text(j, "how", ek_turn_text(&v[EK_API_ASSIGNMENTS_HOW]));
	ek_api_put_text(j, "chosen_by", ek_turn_text(&v[EK_API_ASSIGNMENTS_CHOSEN_BY]));
	ek_json_key(j, "by");
	ek_actor_json_write(j, by);
	ek_api_put_text(j, "override_reason", ek_turn_text(&v[EK_API_ASSIGNMENTS_REASON]));
	ek_api_put_time(j, "started_at", (ek_time){ek_turn_int(&v[EK_API_ASSIGNMENTS_MADE_MS])});
	ek_api_put_time(j, "ended_at", (ek_time){ek_turn_int(&v[EK_API_ASSIGNMENTS_ENDED_MS])});
	ek_api_put_text(j, "ended", ek_turn_text(&v[EK_API_ASSIGNMENTS_ENDED]));
	ek_api_put_int(j, "seq", ek_turn_int(&v[EK_API_ASSIGNMENTS_SEQ]));
	ek_json_object_end(j);
}

/* ---- operations */

void ek_api_list_assignments(struct ek_turn *t)
{
	struct ek_list list = ek_api_assignments_list();
	struct ek_page p = {
		.list = &list,
		.right = EK_MAY_ASSIGNMENT_READ,
		.reach = {.team = "a.team", .owner = "a.teammate"},
	};
	if (!ek_page_read(t, &p) || !ek_page_select(t, &p)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_list_begin(t, &p.l);
	for (uint32_t i = 0; i < p.l.rows.n; i++)
		write_one(t, ek_api_list_at(&p.l, i));
	ek_api_list_end(t, &p.l);
	ek_turn_reply(t, 200);
}

bool ek_api_assignments_find(struct ek_turn *t, enum ek_may right,
			     const struct ek_views_value **row)
{
	static const char sql[] =
		"SELECT " EK_API_ASSIGNMENTS_SELECT " FROM assignments a WHERE a.assignment = $1";
	struct ek_may_object o = {.is_absent = true};
	struct ek_turn_rows rows;
	ek_team_id team;
	uint64_t id;
	if (!ek_turn_id(t, "id", EK_IDENT_ASSIGNMENT, &id))
		return false;
	const struct ek_views_value key = ek_views_int((int64_t)id);
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	if (rows.n > 0) {
		team.v = (uint32_t)id_of(&rows.v[EK_API_ASSIGNMENTS_TEAM]);
		o = (struct ek_may_object){
			.owner = {(uint32_t)id_of(&rows.v[EK_API_ASSIGNMENTS_TEAMMATE])},
			.teams = &team,
			.team_count = team.v != 0};
	}
	*row = rows.v;
	return ek_turn_may(t, right, &o);
}

void ek_api_get_assignment(struct ek_turn *t)
{
	const struct ek_views_value *row;
	if (ek_query_end(&t->query) && ek_api_assignments_find(t, EK_MAY_ASSIGNMENT_READ, &row))
		write_one(t, row);
	ek_turn_reply(t, 200);
}
