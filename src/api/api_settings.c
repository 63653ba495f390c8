/* Settings as they are: every name, and what holds at a place. */
#include "api/api_settings.h"

#include <string.h>

#include "api/api_put.h"
#include "api/handlers.h"
#include "wire/setting_json.h"

/* ---- places */

bool ek_api_settings_there(struct ek_turn *t, struct ek_look_at at,
			   struct ek_api_settings_place *out)
{
	struct ek_team_view team;
	struct ek_teammate_view mate;
	struct ek_membership_view m;
	uint32_t n = 0;
	*out = (struct ek_api_settings_place){.at = at, .team = {at.id}};
	if (at.scope == EK_SCOPE_WORKSPACE)
		return true;
	if (at.scope == EK_SCOPE_TEAM) {
		out->may = (struct ek_may_object){.teams = &out->team, .team_count = 1};
		return ek_look_team(t->engine, out->team, &team) && !team.deleted;
	}
	const ek_teammate_id id = {at.id};
	if (!ek_look_teammate(t->engine, id, &mate) || mate.deleted)
		return false;
	while (ek_look_membership(t->engine, id, n, &m))
		n++;
	ek_team_id *teams = ek_turn_get(t, (n + 1) * sizeof *teams);
	for (uint32_t i = 0; teams != NULL && i < n && ek_look_membership(t->engine, id, i, &m);
	     i++)
		teams[i] = m.team;
	out->may = (struct ek_may_object){.owner = id, .teams = teams, .team_count = n};
	return teams != NULL;
}

static bool teams_of(struct ek_turn *t, struct ek_api_settings_place *p)
{
	const struct ek_views_value key = ek_views_int(p->at.id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT team FROM memberships WHERE teammate = $1", &key, 1, &rows))
		return false;
	ek_team_id *teams = ek_turn_get(t, (rows.n + 1) * sizeof *teams);
	if (teams == NULL)
		return false;
	for (uint32_t i = 0; i < rows.n; i++)
		teams[i].v = (uint32_t)ek_turn_int(&rows.v[i]);
	p->may = (struct ek_may_object){.owner = {p->at.id}, .teams = teams, .team_count = rows.n};
	return true;
}

bool ek_api_settings_place(struct ek_turn *t, struct ek_look_at at,
			   struct ek_api_settings_place *out)
{
	/* What was made just now may stand in one of the two alone. */
	static const char *const there[] = {
		[EK_SCOPE_TEAM] = "SELECT team FROM team_profiles WHERE team = $1 UNION"
				  " SELECT team FROM teams WHERE team = $1",
		[EK_SCOPE_TEAMMATE] = "SELECT teammate FROM people WHERE teammate = $1 UNION"
				      " SELECT teammate FROM teammates WHERE teammate = $1",
	};
	const struct ek_views_value key = ek_views_int(at.id);
	struct ek_turn_rows rows;
	*out = (struct ek_api_settings_place){.at = at, .team = {at.id}};
	if (at.scope == EK_SCOPE_WORKSPACE)
		return true;
	if (!ek_turn_select(t, there[at.scope], &key, 1, &rows))
		return false;
	if (rows.n == 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	if (at.scope == EK_SCOPE_TEAMMATE)
		return teams_of(t, out);
	out->may = (struct ek_may_object){.teams = &out->team, .team_count = 1};
	return true;
}

static enum ek_may read_right(uint8_t scope)
{
	return scope == EK_SCOPE_TEAM       ? EK_MAY_TEAM_SETTINGS_READ
	       : scope == EK_SCOPE_TEAMMATE ? EK_MAY_TEAMMATE_SETTINGS_READ
					    : EK_MAY_SETTINGS_READ;
}

bool ek_api_settings_may_see(struct ek_turn *t, const struct ek_api_settings_place *place,
			     bool is_change)
{
	uint32_t scopes = t->actor.scopes;
	if (is_change)
		t->actor.scopes |= EK_MAY_SCOPE_READ;
	bool ok = ek_turn_may(t, read_right(place->at.scope), &place->may);
	t->actor.scopes = scopes;
	return ok;
}

/* ---- what holds */

bool ek_api_settings_revision(struct ek_turn *t, struct ek_look_at at, uint32_t *revision)
{
	static const char sql[] = "SELECT max(version) FROM settings_versions WHERE scope = $1 AND"
				  " COALESCE(scope_id, 0) = $2";
	const char *scope = ek_enums_wire(EK_ENUM_SCOPE, at.scope);
	const struct ek_views_value args[] = {
		ek_views_text((ek_str){scope, (uint32_t)strlen(scope)}), ek_views_int(at.id)};
	struct ek_turn_rows rows;
	*revision = ek_look_changed(t->engine, at);
	if (*revision != 0)
		return true;
	/* One so old that the engine has forgotten it. */
	if (!ek_turn_select(t, sql, args, EK_LEN(args), &rows))
		return false;
	int64_t found = rows.n == 0 ? EK_NONE : ek_turn_int(&rows.v[0]);
	*revision = found == EK_NONE ? 0 : (uint32_t)found;
	return true;
}

bool ek_api_settings_look(struct ek_turn *t, struct ek_look_at at, struct ek_look_settings *out)
{
	struct ek_api_calendars all;
	struct ek_err err;
	if (!ek_look_all_settings(t->engine, at, t->arena, out, &err))
		return ek_problem_err(&t->problem, &err);
	for (uint32_t i = 0; i < out->n; i++) {
		if (out->v[i].effective.kind != EK_VALUE_CALENDAR)
			continue;
		struct ek_setting_view *views = ek_turn_get(t, out->n * sizeof *views);
		if (views == NULL || !ek_api_calendars_all(t, &all))
			return false;
		memcpy(views, out->v, out->n * sizeof *views);
		bool is_team = views[i].from == EK_FROM_TEAM;
		views[i].calendar_id =
			ek_api_calendars_find(t, &all, is_team ? at.id : 0, views[i].calendar);
		out->v = views;
	}
	return true;
}

static void put_scheduled(struct ek_turn *t, struct ek_look_at at)
{
	uint32_t count = ek_look_scheduled_count(t->engine);
	struct ek_scheduled_view s;
	struct ek_err err;
	ek_json_key(&t->out, "scheduled");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < count; i++) {
		if (ek_look_scheduled(t->engine, i, t->arena, &s, &err) && s.scope == at.scope &&
		    (at.scope == EK_SCOPE_WORKSPACE || s.id == at.id))
			ek_setting_json_scheduled(&t->out, &s);
	}
	ek_json_list_end(&t->out);
}

void ek_api_settings_write(struct ek_turn *t, struct ek_look_at at, uint64_t seq)
{
	struct ek_look_settings settings;
	uint32_t revision = 0;
	if (!ek_api_settings_look(t, at, &settings) || !ek_api_settings_revision(t, at, &revision))
		return;
	ek_turn_set_etag(t, revision);
	ek_json_object(&t->out);
	ek_api_put_enum(&t->out, "scope", EK_ENUM_SCOPE, at.scope);
	ek_api_put_id(&t->out, "id", at.scope == EK_SCOPE_TEAM ? EK_IDENT_TEAM : EK_IDENT_TEAMMATE,
		      at.id);
	ek_api_put_int(&t->out, "revision", revision);
	ek_json_key(&t->out, "settings");
	ek_setting_json_views(&t->out, settings.v, settings.n);
	put_scheduled(t, at);
	if (seq != 0) {
		ek_json_key(&t->out, "seq");
		ek_json_uint(&t->out, seq);
	}
	ek_json_object_end(&t->out);
}

/* ---- reading one place */

static void look_place(struct ek_turn *t)
{
	const struct ek_api_settings_place *p = t->state;
	struct ek_api_settings_place now;
	if (ek_api_settings_there(t, p->at, &now))
		ek_api_settings_write(t, p->at, 0);
	else
		ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

static void read_place(struct ek_turn *t, struct ek_look_at at)
{
	struct ek_api_settings_place *p = EK_TURN_NEW(t, struct ek_api_settings_place);
	t->state = p;
	bool ok = p != NULL && ek_problem_is_none(&t->problem) && ek_api_settings_place(t, at, p) &&
		  ek_api_settings_may_see(t, p, false);
	if (ek_query_end(&t->query) && ok)
		ek_turn_look(t, look_place);
	else
		ek_turn_reply(t, 0);
}

void ek_api_get_workspace_settings(struct ek_turn *t)
{
	read_place(t, (struct ek_look_at){EK_SCOPE_WORKSPACE, 0});
}

void ek_api_get_team_settings(struct ek_turn *t)
{
	uint64_t id = 0;
	if (ek_turn_id(t, "id", EK_IDENT_TEAM, &id))
		read_place(t, (struct ek_look_at){EK_SCOPE_TEAM, (uint32_t)id});
	else
		ek_turn_reply(t, 0);
}

void ek_api_get_teammate_settings(struct ek_turn *t)
{
	uint64_t id = 0;
	if (ek_turn_id(t, "id", EK_IDENT_TEAMMATE, &id))
		read_place(t, (struct ek_look_at){EK_SCOPE_TEAMMATE, (uint32_t)id});
	else
		ek_turn_reply(t, 0);
}

/* ---- every name */

static void look_names(struct ek_turn *t)
{
	struct ek_look_settings settings;
	uint32_t k = 0;
	if (!ek_api_settings_look(t, (struct ek_look_at){EK_SCOPE_WORKSPACE, 0}, &settings))
		return;
	ek_json_object(&t->out);
	ek_json_key(&t->out, "settings");
	ek_json_list(&t->out);
	for (int s = 1; s < EK_SET_COUNT; s++) {
		bool has = k < settings.n && settings.v[k].setting == s;
		ek_setting_json_row(&t->out, s, has ? &settings.v[k] : NULL);
		k += has;
	}
	ek_json_list_end(&t->out);
	ek_api_put_int(&t->out, "revision", ek_engine_settings_version(t->engine));
	ek_json_object_end(&t->out);
}

void ek_api_list_settings(struct ek_turn *t)
{
	bool ok = ek_turn_may(t, EK_MAY_SETTINGS_READ, NULL);
	if (ek_query_end(&t->query) && ok)
		ek_turn_look(t, look_names);
	else
		ek_turn_reply(t, 0);
}
