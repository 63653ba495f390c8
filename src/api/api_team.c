#include "api/api_team.h"

#include "api/api_put.h"
#include "api/api_text.h"

bool ek_api_team_load(struct ek_turn *t, uint64_t id, struct ek_api_team *out)
{
	const struct ek_views_value key = ek_views_int((int64_t)id);
	struct ek_turn_rows rows;
	*out = (struct ek_api_team){.id = {(uint32_t)id}};
	if (!ek_turn_select(t,
			    "SELECT " EK_API_TEAM_COLUMNS
			    " FROM team_profiles p WHERE p.team = $1 AND p.deleted_ms IS NULL",
			    &key, 1, &rows))
		return false;
	if (rows.n == 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	out->row = rows.v;
	out->object = (struct ek_may_object){.teams = &out->id, .team_count = 1};
	return true;
}

bool ek_api_team_path(struct ek_turn *t, const char *name, struct ek_api_team *out)
{
	uint64_t id = 0;
	return ek_turn_id(t, name, EK_IDENT_TEAM, &id) && ek_api_team_load(t, id, out);
}

static uint64_t id_of(const struct ek_views_value *v)
{
	int64_t id = ek_turn_int(v);
	return id == EK_NONE ? 0 : (uint64_t)id;
}

static void put_config(struct ek_json *j, const struct ek_views_value *row)
{
	ek_str languages = ek_turn_text(&row[EK_API_TEAM_LANGUAGES]);
	ek_api_put_id(j, "id", EK_IDENT_TEAM, id_of(&row[EK_API_TEAM_ID]));
	ek_api_put_text(j, "name", ek_turn_text(&row[EK_API_TEAM_NAME]));
	ek_api_put_raw(j, "languages", languages.p != NULL ? languages : EK_S("[]"));
	ek_api_put_id(j, "second_line", EK_IDENT_TEAM, id_of(&row[EK_API_TEAM_SECOND_LINE]));
}

void ek_api_team_write(struct ek_turn *t, struct ek_json *j, const struct ek_views_value *row,
		       uint64_t seq)
{
	ek_team_id id = {(uint32_t)id_of(&row[EK_API_TEAM_ID])};
	struct ek_team_view v = {.method = EK_METHOD_BALANCED};
	(void)ek_look_team(t->engine, id, &v);
	ek_json_object(j);
	put_config(j, row);
	ek_api_put_enum(j, "method", EK_ENUM_METHOD, v.method);
	ek_api_put_int(j, "members", ek_look_member_count(t->engine, id));
	ek_api_put_time(j, "created_at", (ek_time){ek_turn_int(&row[EK_API_TEAM_CREATED])});
	ek_api_put_time(j, "updated_at", (ek_time){ek_turn_int(&row[EK_API_TEAM_UPDATED])});
	if (seq != 0)
		ek_api_put_int(j, "seq", (int64_t)seq);
	ek_json_object_end(j);
}

ek_str ek_api_team_config(struct ek_turn *t, const struct ek_views_value *row)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	put_config(&j, row);
	ek_json_object_end(&j);
	return ek_api_text_take(t, &j);
}
