/* Team inboxes: the list, one, made, changed, deleted. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_edit.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_settings.h"
#include "api/api_state.h"
#include "api/api_team.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "wire/list.h"

enum { LANGUAGES_MAX = 20 };
enum { M_NAME, M_LANGUAGES, M_SECOND_LINE, M_SET, MEMBERS };

struct team {
	struct ek_api_edit edit;
	struct ek_cmd cmd;
	struct ek_patch_at root;
	struct ek_patch_value v[MEMBERS];
	bool has_name;
	bool has_languages;
	ek_str name, name_key, languages;
	uint64_t second_line; /* 0 = none, where it was said */
	struct ek_api_settings_wish wish;
	struct ek_api_team team;
	const struct ek_views_value *row; /* of team_profiles, whole; NULL = a new one */
	/* of a deletion */
	struct ek_api_team target;
	struct ek_turn_rows behind; /* profiles whose second line it is, whole */
};

/* ---- reading */

static const struct ek_list_column columns[EK_LIST_teams_COUNT] = {
	[EK_LIST_teams_id] = {EK_LIST_NUMBER, "p.team", NULL},
	[EK_LIST_teams_name] = {EK_LIST_TEXT, "p.name", "p.name_key"},
	[EK_LIST_teams_languages] = {EK_LIST_JSON, "p.languages", NULL},
	[EK_LIST_teams_created_at] = {EK_LIST_NUMBER, "p.created_ms", NULL},
	[EK_LIST_teams_updated_at] = {EK_LIST_NUMBER, "p.updated_ms", NULL},
};

static void look_list(struct ek_turn *t)
{
	struct ek_api_list *l = t->state;
	ek_api_list_begin(t, l);
	for (uint32_t i = 0; i < l->rows.n; i++)
		ek_api_team_write(t, &t->out, ek_api_list_at(l, i), 0);
	ek_api_list_end(t, l);
}

void ek_api_list_teams(struct ek_turn *t)
{
	struct ek_api_list *l = EK_TURN_NEW(t, struct ek_api_list);
	struct ek_list *list = EK_TURN_NEW(t, struct ek_list);
	bool ok = l != NULL && list != NULL;
	t->state = l;
	if (ok) {
		*list = (struct ek_list){
			.table = ek_list_table(EK_LIST_TEAMS),
			.columns = columns,
			.select = EK_API_TEAM_COLUMNS,
			.from = "team_profiles p",
			.id = "p.team",
			.searches = {{EK_CONTENT_TEAM_PROFILES, NULL}},
			.search_count = 1,
		};
		const struct ek_api_list_ask ask = {list, "p.deleted_ms IS NULL", NULL, 0};
		ok = ek_api_list_query(t, list, NULL, l) &&
		     ek_turn_may(t, EK_MAY_TEAM_READ, NULL) && ek_api_list_fetch(t, &ask, l);
	}
	if (ok)
		ek_turn_look(t, look_list);
	else
		ek_turn_reply(t, 0);
}

static void look_one(struct ek_turn *t)
{
	const struct ek_api_team *team = t->state;
	ek_str config = ek_api_team_config(t, team->row);
	ek_api_team_write(t, &t->out, team->row, 0);
	if (config.p != NULL)
		ek_api_edit_tag(t, config);
}

void ek_api_get_team(struct ek_turn *t)
{
	struct ek_api_team *team = EK_TURN_NEW(t, struct ek_api_team);
	t->state = team;
	if (ek_query_end(&t->query) && team != NULL && ek_api_team_path(t, "id", team) &&
	    ek_turn_may(t, EK_MAY_TEAM_READ, &team->object))
		ek_turn_look(t, look_one);
	else
		ek_turn_reply(t, 0);
}

/* ---- what a change rests on */

static bool name_is_free(struct ek_turn *t, const struct team *m)
{
	const struct ek_views_value args[] = {ek_views_text(m->name_key),
					      ek_views_int(m->team.id.v)};
	struct ek_turn_rows rows;
	if (!m->has_name)
		return true;
	if (!ek_turn_select(t,
			    "SELECT team FROM team_profiles WHERE name_key = $1 AND team <> $2"
			    " AND deleted_ms IS NULL LIMIT 1",
			    args, 2, &rows))
		return false;
	return rows.n == 0 ||
	       ek_patch_problem(&m->v[M_NAME].at, EK_PROBLEM_CONFLICT, EK_FAULT_CONFLICT,
				"There is such a team inbox already.");
}

static bool second_line_is_there(struct ek_turn *t, const struct team *m)
{
	struct ek_team_view v;
	ek_team_id id = {(uint32_t)m->second_line};
	const struct ek_patch_at *at = &m->v[M_SECOND_LINE].at;
	if (id.v == 0)
		return true;
	if (!ek_look_team(t->engine, id, &v) || v.deleted)
		return ek_patch_fault(at, EK_FAULT_NOT_FOUND, NULL);
	return id.v != m->team.id.v ||
	       ek_patch_fault(at, EK_FAULT_CONFLICT, "A team is not its own second line.");
}

static bool reload(struct ek_turn *t, struct team *m)
{
	bool found = false;
	if (!ek_api_team_load(t, m->team.id.v, &m->team) ||
	    !ek_turn_row(t, EK_CONTENT_TEAM_PROFILES, m->team.id.v, &m->row, &found) || !found)
		return false;
	ek_str config = ek_api_team_config(t, m->team.row);
	return config.p != NULL && ek_api_edit_match(t, config);
}

static bool check_update(struct ek_turn *t)
{
	struct team *m = t->state;
	return reload(t, m) && name_is_free(t, m) && second_line_is_there(t, m);
}

static bool check_create(struct ek_turn *t)
{
	struct team *m = t->state;
	return name_is_free(t, m) && second_line_is_there(t, m) &&
	       ek_api_settings_refs(t, &m->wish);
}

/* ---- writing */

static void merge(const struct team *m, struct ek_views_value *row, ek_time now)
{
	if (m->row != NULL)
		memcpy(row, m->row, EK_CONTENT_TEAM_PROFILES_WIDTH * sizeof *row);
	else
		row[EK_CONTENT_TEAM_PROFILES_CREATED_MS] = ek_views_int(now.ms);
	if (m->has_name) {
		row[EK_CONTENT_TEAM_PROFILES_NAME] = ek_views_text(m->name);
		row[EK_CONTENT_TEAM_PROFILES_NAME_KEY] = ek_views_text(m->name_key);
	}
	if (m->has_languages || m->row == NULL)
		row[EK_CONTENT_TEAM_PROFILES_LANGUAGES] =
			ek_views_text(m->has_languages ? m->languages : EK_S("[]"));
	if (m->v[M_SECOND_LINE].state != EK_PATCH_ABSENT)
		row[EK_CONTENT_TEAM_PROFILES_SECOND_LINE] = ek_views_id((uint32_t)m->second_line);
	row[EK_CONTENT_TEAM_PROFILES_UPDATED_MS] = ek_views_int(now.ms);
	row[EK_CONTENT_TEAM_PROFILES_REVISION] = ek_views_int(1);
}

static void diff(struct ek_turn *t, struct ek_api_change_fields *f)
{
	static const struct ek_views_value nothing[EK_CONTENT_TEAM_PROFILES_WIDTH];
	const struct team *m = t->state;
	const struct ek_views_value *old = m->row != NULL ? m->row : nothing;
	struct ek_views_value row[EK_CONTENT_TEAM_PROFILES_WIDTH] = {0};
	merge(m, row, t->now);
	ek_api_change_text(f, "name", ek_turn_text(&old[EK_CONTENT_TEAM_PROFILES_NAME]),
			   ek_turn_text(&row[EK_CONTENT_TEAM_PROFILES_NAME]));
	ek_api_change_raw(f, "languages", ek_turn_text(&old[EK_CONTENT_TEAM_PROFILES_LANGUAGES]),
			  ek_turn_text(&row[EK_CONTENT_TEAM_PROFILES_LANGUAGES]));
	ek_api_change_int(f, "second_line", ek_turn_int(&old[EK_CONTENT_TEAM_PROFILES_SECOND_LINE]),
			  ek_turn_int(&row[EK_CONTENT_TEAM_PROFILES_SECOND_LINE]));
}

static void log_it(struct ek_turn *t, ek_team_id id, const char *action)
{
	const struct team *m = t->state;
	struct ek_api_change_fields f;
	ek_api_change_open(t, &f);
	m->edit.diff(t, &f);
	uint32_t n = f.n;
	ek_str fields = ek_api_change_close(t, &f);
	if (n > 0)
		ek_api_change_add(t, &(struct ek_api_change){.resource = "team",
							     .object = id.v,
							     .team = id,
							     .fields = fields});
	if (action != NULL)
		ek_api_audit_add(t, &(struct ek_api_audit){.action = action,
							   .object_kind = "team",
							   .object = id.v,
							   .team = id});
}

/* The row as it is now, in the columns that are shown. */
static void answer(struct ek_turn *t, const struct ek_views_value *row)
{
	const struct ek_views_value shown[EK_API_TEAM_WIDTH] = {
		[EK_API_TEAM_ID] = row[EK_CONTENT_TEAM_PROFILES_TEAM],
		[EK_API_TEAM_NAME] = row[EK_CONTENT_TEAM_PROFILES_NAME],
		[EK_API_TEAM_LANGUAGES] = row[EK_CONTENT_TEAM_PROFILES_LANGUAGES],
		[EK_API_TEAM_SECOND_LINE] = row[EK_CONTENT_TEAM_PROFILES_SECOND_LINE],
		[EK_API_TEAM_CREATED] = row[EK_CONTENT_TEAM_PROFILES_CREATED_MS],
		[EK_API_TEAM_UPDATED] = row[EK_CONTENT_TEAM_PROFILES_UPDATED_MS],
	};
	ek_api_team_write(t, &t->out, shown, t->seq);
	ek_str config = ek_api_team_config(t, shown);
	if (config.p != NULL)
		ek_api_edit_tag(t, config);
}

static void made_update(struct ek_turn *t, const struct ek_answer *a)
{
	const struct team *m = t->state;
	struct ek_views_value row[EK_CONTENT_TEAM_PROFILES_WIDTH] = {0};
	(void)a;
	log_it(t, m->team.id, NULL);
	merge(m, row, t->now);
	ek_turn_put(t, EK_CONTENT_TEAM_PROFILES, row);
	answer(t, row);
}

static void made_create(struct ek_turn *t, const struct ek_answer *a)
{
	const struct team *m = t->state;
	struct ek_views_value row[EK_CONTENT_TEAM_PROFILES_WIDTH] = {0};
	ek_team_id id = {a->id};
	char *location = ek_turn_get(t, 64);
	log_it(t, id, "team.created");
	merge(m, row, t->now);
	row[EK_CONTENT_TEAM_PROFILES_TEAM] = ek_views_int(id.v);
	ek_turn_put(t, EK_CONTENT_TEAM_PROFILES, row);
	answer(t, row);
	if (location != NULL)
		t->location = (ek_str){
			location, (uint32_t)ek_format(location, 64, "/api/v1/teams/team_%u", id.v)};
	t->status = 201;
}

/* ---- requests */

static bool bind(struct ek_turn *t, struct team *m, bool is_new)
{
	const struct ek_patch_rule rules[MEMBERS] = {
		[M_NAME] = {"name", EK_PATCH_OF_ANY, 0, is_new ? EK_PATCH_REQUIRED : 0, 0, 0, NULL},
		[M_LANGUAGES] = {"languages", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[M_SECOND_LINE] = {"second_line", EK_PATCH_OF_ID, EK_IDENT_TEAM, EK_PATCH_NULLABLE,
				   0, 0, NULL},
		[M_SET] = {"set", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	};
	const struct ek_patch_at *name = &m->v[M_NAME].at;
	const struct ek_patch_at *languages = &m->v[M_LANGUAGES].at;
	if (!ek_turn_body(t, &m->root))
		return false;
	ek_patch_bind(&m->root, rules, is_new ? MEMBERS : M_SET, m->v);
	m->has_name =
		ek_patch_state(name) != EK_PATCH_ABSENT && ek_api_text_name(t, name, &m->name);
	m->has_languages = ek_patch_state(languages) != EK_PATCH_ABSENT &&
			   ek_api_text_languages(t, languages, LANGUAGES_MAX, &m->languages);
	if (m->v[M_SECOND_LINE].state == EK_PATCH_VALUE)
		m->second_line = (uint64_t)m->v[M_SECOND_LINE].i;
	if (m->has_name)
		m->name_key = ek_api_list_fold(t, m->name);
	return ek_problem_is_none(&t->problem);
}

void ek_api_update_team(struct ek_turn *t)
{
	struct team *m = EK_TURN_NEW(t, struct team);
	t->state = m;
	bool ok = ek_query_end(&t->query) && m != NULL && bind(t, m, false);
	ok = m != NULL && ek_api_team_path(t, "id", &m->team) &&
	     ek_turn_may(t, EK_MAY_TEAM_EDIT, &m->team.object) && ok;
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	m->edit.diff = diff;
	m->edit.write.check = check_update;
	m->edit.write.made = made_update;
	ek_api_edit_do(t, &m->edit);
}

/* Settings from the beginning: each asks for the right that it needs. */
static bool bind_set(struct ek_turn *t, struct team *m)
{
	m->wish.place.at.scope = EK_SCOPE_TEAM;
	m->wish.body = m->root;
	m->wish.effective_at = EK_NO_TIME;
	if (ek_patch_state(&m->v[M_SET].at) == EK_PATCH_ABSENT)
		return true;
	if (!ek_api_settings_take(t, &m->wish, false))
		return false;
	return m->wish.calendar == 0 ||
	       ek_patch_fault(&m->v[M_SET].at, EK_FAULT_REFUSED,
			      "Set the calendar once the team inbox is there.");
}

void ek_api_create_team(struct ek_turn *t)
{
	struct team *m = EK_TURN_NEW(t, struct team);
	t->state = m;
	bool ok = ek_query_end(&t->query) && m != NULL && bind(t, m, true);
	ok = m != NULL && ek_turn_may(t, EK_MAY_TEAM_CREATE, NULL) && ok && bind_set(t, m);
	if (!ok || !ek_problem_is_none(&t->problem)) {
		ek_turn_reply(t, 0);
		return;
	}
	m->cmd = ek_cmd_make(EK_CMD_TEAM_CREATE);
	m->cmd.team_create.set = m->wish.sets;
	m->cmd.has = 1;
	m->edit.diff = diff;
	m->edit.write.cmd = &m->cmd;
	m->edit.write.check = check_create;
	m->edit.write.made = made_create;
	ek_api_edit_do(t, &m->edit);
}

/* ---- deleting */

static bool check_delete(struct ek_turn *t)
{
	struct team *m = t->state;
	const struct ek_views_value id = ek_views_int(m->team.id.v);
	return reload(t, m) &&
	       ek_turn_select(t, "SELECT * FROM team_profiles WHERE second_line = $1", &id, 1,
			      &m->behind);
}

static void diff_delete(struct ek_turn *t, struct ek_api_change_fields *f)
{
	const struct team *m = t->state;
	ek_api_change_text(f, "name", ek_turn_text(&m->row[EK_CONTENT_TEAM_PROFILES_NAME]),
			   (ek_str){NULL, 0});
}

static void made_delete(struct ek_turn *t, const struct ek_answer *a)
{
	const struct team *m = t->state;
	struct ek_views_value row[EK_CONTENT_TEAM_PROFILES_WIDTH];
	int64_t moved = 0;
	log_it(t, m->team.id, "team.deleted");
	memcpy(row, m->row, sizeof row);
	row[EK_CONTENT_TEAM_PROFILES_DELETED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_TEAM_PROFILES, row);
	for (uint32_t i = 0; i < m->behind.n; i++) {
		memcpy(row, m->behind.v + (size_t)i * m->behind.columns, sizeof row);
		row[EK_CONTENT_TEAM_PROFILES_SECOND_LINE] = ek_views_id(0);
		ek_turn_put(t, EK_CONTENT_TEAM_PROFILES, row);
	}
	ek_turn_erase(t,
		      &(struct ek_writer_erasure){EK_CONTENT_TEAM_ROLES, EK_CONTENT_TEAM_ROLES_TEAM,
						  ek_views_int(m->team.id.v)});
	ek_feed_recheck(t->api->options.feed);
	for (uint32_t i = 0; i < a->events.n; i++)
		moved += a->events.v[i].kind == EK_EVENT_CONVERSATION_MOVED &&
			 a->events.v[i].conversation_moved.from.v == m->team.id.v;
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "team", EK_IDENT_TEAM, m->team.id.v);
	ek_api_put_id(&t->out, "target", EK_IDENT_TEAM, m->target.id.v);
	ek_api_put_int(&t->out, "moved", moved);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

/* Where the conversations go is edited too. */
static bool find_target(struct ek_turn *t, struct team *m, uint64_t target)
{
	if (target == 0)
		return true;
	if (target == m->team.id.v)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "a team inbox cannot be its own target");
	return ek_api_team_load(t, target, &m->target) &&
	       ek_turn_may(t, EK_MAY_TEAM_EDIT, &m->target.object);
}

void ek_api_delete_team(struct ek_turn *t)
{
	struct team *m = EK_TURN_NEW(t, struct team);
	uint64_t target = 0;
	t->state = m;
	ek_query_id(&t->query, "target", EK_IDENT_TEAM, &target);
	bool ok = ek_query_end(&t->query) && m != NULL && ek_api_team_path(t, "id", &m->team) &&
		  ek_turn_may(t, EK_MAY_TEAM_DELETE, &m->team.object) && find_target(t, m, target);
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	m->cmd = ek_cmd_make(EK_CMD_TEAM_DELETE);
	m->cmd.team_delete.team = m->team.id;
	m->cmd.team_delete.target = m->target.id;
	m->cmd.has = 3;
	m->edit.diff = diff_delete;
	m->edit.write.cmd = &m->cmd;
	m->edit.write.check = check_delete;
	m->edit.write.made = made_delete;
	ek_api_edit_do(t, &m->edit);
}
