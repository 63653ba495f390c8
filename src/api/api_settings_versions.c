/* Changes of settings: the list, and one. */
#include "api/api_settings_versions.h"

#include <string.h>

#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "model/limits.h"
#include "wire/list.h"
#include "wire/setting_json.h"
#include "wire/value_json.h"

struct versions {
	uint32_t version;
	struct ek_api_list page;
};

/* ---- what was changed */

/* One value of the change log, as the engine would have it. Office hours are not kept there. */
static struct ek_value read_value(struct ek_turn *t, const struct ek_patch_at *at, int setting)
{
	struct ek_value v = {.kind = EK_VALUE_NULL};
	struct ek_err err = {0};
	struct ek_take take = {.arena = t->arena, .err = &err, .is_event = true, .name = "value"};
	if (ek_patch_state(at) == EK_PATCH_ABSENT)
		return v;
	if (!ek_value_json_read(&take, setting, at->json, &v))
		v = (struct ek_value){.kind = setting == EK_SET_CALENDAR ? EK_VALUE_CALENDAR
									 : EK_VALUE_NULL};
	return v;
}

struct old {
	struct ek_version_change *v;
	uint32_t n;
};

static bool read_row(struct ek_turn *t, const struct ek_views_value *row, struct old *out)
{
	struct ek_patch fields;
	struct ek_look_at at = {EK_SCOPE_WORKSPACE, 0};
	if (ek_turn_int(&row[0]) != EK_NONE)
		at = (struct ek_look_at){EK_SCOPE_TEAM, (uint32_t)ek_turn_int(&row[0])};
	if (ek_turn_int(&row[1]) != EK_NONE)
		at = (struct ek_look_at){EK_SCOPE_TEAMMATE, (uint32_t)ek_turn_int(&row[1])};
	bool ok = ek_patch_open(&fields, ek_turn_text(&row[2]), t->arena, &t->problem);
	struct ek_patch_at root = ek_patch_root(&fields);
	for (int s = 1; ok && s < EK_SET_COUNT; s++) {
		struct ek_patch_at field = ek_patch_member(&root, ek_setting_row(s)->wire);
		struct ek_patch_at before = ek_patch_member(&field, "before");
		struct ek_patch_at after = ek_patch_member(&field, "after");
		if (ek_patch_state(&field) != EK_PATCH_VALUE)
			continue;
		out->v[out->n++] = (struct ek_version_change){at.scope, at.id, (uint8_t)s,
							      read_value(t, &before, s),
							      read_value(t, &after, s)};
	}
	ek_patch_close(&fields);
	return ok;
}

static bool read_old(struct ek_turn *t, uint32_t version, struct ek_version_view *out)
{
	const struct ek_views_value key = ek_views_int(version);
	struct ek_turn_rows rows;
	struct old old = {NULL, 0};
	*out = (struct ek_version_view){.version = version};
	if (!ek_turn_select(t,
			    "SELECT team, teammate, fields FROM changes WHERE version = $1 AND"
			    " resource = 'settings' ORDER BY change",
			    &key, 1, &rows))
		return false;
	old.v = ek_turn_get(t, ((size_t)rows.n * EK_SET_COUNT + 1) * sizeof *old.v);
	if (old.v == NULL)
		return false;
	for (uint32_t i = 0; i < rows.n; i++) {
		if (!read_row(t, &rows.v[3 * (size_t)i], &old))
			return false;
	}
	out->changes = old.v;
	out->change_count = old.n;
	return true;
}

bool ek_api_settings_versions_changes(struct ek_turn *t, uint32_t version,
				      struct ek_version_view *out)
{
	struct ek_err err;
	if (ek_look_version(t->engine, version, t->arena, out, &err))
		return true;
	return err.code == EK_NOT_FOUND ? read_old(t, version, out)
					: ek_problem_err(&t->problem, &err);
}

/* ---- who may see it */

static bool may_see(struct ek_turn *t, const struct ek_version_change *c)
{
	struct ek_api_settings_place place;
	bool there = ek_api_settings_there(t, (struct ek_look_at){c->scope, c->id}, &place);
	/* Of who is gone, those who may see everything. */
	if (!there)
		place.may = (struct ek_may_object){0};
	return ek_may_is(&t->actor, EK_MAY_SETTINGS_VERSIONS_READ, &place.may);
}

bool ek_api_settings_versions_seen(struct ek_turn *t, struct ek_version_view *v)
{
	struct ek_version_change *left = ek_turn_get(t, (v->change_count + 1) * sizeof *left);
	uint32_t n = 0;
	for (uint32_t i = 0; left != NULL && i < v->change_count; i++) {
		if (may_see(t, &v->changes[i]))
			left[n++] = v->changes[i];
	}
	bool is_empty = v->change_count == 0;
	v->changes = left;
	v->change_count = n;
	return n > 0 || is_empty;
}

static void write_row(struct ek_turn *t, const struct ek_views_value *row,
		      struct ek_version_view *v)
{
	v->at = (ek_time){ek_turn_int(&row[EK_API_SETTINGS_VERSIONS_AT])};
	v->effective_at = v->at;
	v->seq = (uint64_t)ek_turn_int(&row[EK_API_SETTINGS_VERSIONS_SEQ]);
	v->by = (uint8_t)ek_enums_number(EK_ENUM_ACTOR,
					 ek_turn_text(&row[EK_API_SETTINGS_VERSIONS_BY_KIND]));
	int64_t by = ek_turn_int(&row[EK_API_SETTINGS_VERSIONS_BY_ID]);
	v->by_id = by == EK_NONE ? 0 : (uint32_t)by;
	int64_t undoes = ek_turn_int(&row[EK_API_SETTINGS_VERSIONS_UNDOES]);
	v->undoes = undoes == EK_NONE ? 0 : (uint32_t)undoes;
	v->note = ek_turn_text(&row[EK_API_SETTINGS_VERSIONS_NOTE]);
	ek_setting_json_version(&t->out, v);
}

/* ---- the list */

static const struct ek_list_column columns[] = {
	[EK_LIST_versions_version] = {EK_LIST_NUMBER, "v.version", NULL},
	[EK_LIST_versions_scope] = {EK_LIST_TEXT, "v.scope", NULL},
	[EK_LIST_versions_by] = {EK_LIST_NUMBER, "CASE WHEN v.by_kind = 'person' THEN v.by_id END",
				 NULL},
	[EK_LIST_versions_at] = {EK_LIST_NUMBER, "v.at_ms", NULL},
};

/* What is asked for: a setting's name between blanks, or ''; a team or teammate, or 0. */
#define ASKED \
	"($1 = '' OR ' ' || w.settings || ' ' LIKE $1 ESCAPE '\\') AND " \
	"($2 = 0 OR (w.scope = 'team' AND w.scope_id = $2)) AND " \
	"($3 = 0 OR (w.scope = 'teammate' AND w.scope_id = $3))"
#define ANY_OF \
	EK_API_SETTINGS_VERSIONS_FIRST \
	" AND EXISTS (SELECT 1 FROM settings_versions w WHERE w.version = v.version AND " ASKED
static const char all_of[] = ANY_OF ")";
/* A lead's: of the workspace, their teams, and who serves these. What is hidden is not found by its
 * name either. */
#define LED "(SELECT r.team FROM team_roles r WHERE r.teammate = $4 AND r.role IN (2, 3))"
static const char reached[] =
	ANY_OF " AND (w.scope = 'workspace' OR (w.scope = 'team' AND w.scope_id IN " LED ")"
	       " OR (w.scope = 'teammate' AND EXISTS (SELECT 1 FROM memberships m WHERE"
	       " m.teammate = w.scope_id AND m.team IN " LED "))))";

static void look_list(struct ek_turn *t)
{
	struct versions *s = t->state;
	struct ek_version_view v;
	ek_api_list_begin(t, &s->page);
	for (uint32_t i = 0; i < s->page.rows.n; i++) {
		const struct ek_views_value *row = ek_api_list_at(&s->page, i);
		uint32_t version = (uint32_t)ek_turn_int(&row[EK_API_SETTINGS_VERSIONS_NUMBER]);
		if (!ek_api_settings_versions_changes(t, version, &v))
			return;
		/* What was shown by the question and is hidden now stays as a row without changes.
		 * */
		bool seen = ek_api_settings_versions_seen(t, &v);
		(void)seen;
		write_row(t, row, &v);
	}
	ek_api_list_end(t, &s->page);
}

static bool is_everything(struct ek_turn *t)
{
	ek_team_id *teams = ek_turn_get(t, (t->actor.grant_count + 1) * sizeof *teams);
	return teams != NULL &&
	       ek_may_reach(&t->actor, EK_MAY_SETTINGS_VERSIONS_READ, teams).is_everything;
}

enum { NAME, TEAM, TEAMMATE, SELF, ASKED_FOR };

/* "limit" as "% limit %", with what LIKE would read otherwise marked. */
static bool take_name(struct ek_turn *t, struct ek_views_value *out)
{
	ek_str name;
	char text[2 * EK_LIMIT_TEXT_BYTES + 8] = "% ";
	size_t n = 2;
	*out = ek_views_text(EK_S(""));
	if (!ek_query_text(&t->query, "setting", EK_LIMIT_TEXT_BYTES, &name))
		return ek_problem_is_none(&t->problem);
	if (ek_setting_number(name) == 0)
		return ek_turn_parameter(t, "setting", EK_FAULT_NOT_ONE_OF,
					 "there is no such setting");
	for (uint32_t i = 0; i < name.n; i++) {
		if (name.p[i] == '_')
			text[n++] = '\\';
		text[n++] = name.p[i];
	}
	memcpy(text + n, " %", 2);
	*out = ek_views_text(ek_turn_copy(t, (ek_str){text, (uint32_t)n + 2}));
	return out->kind == EK_VIEWS_TEXT;
}

static bool take_asked(struct ek_turn *t, struct ek_views_value v[ASKED_FOR])
{
	uint64_t team = 0;
	uint64_t teammate = 0;
	bool ok = take_name(t, &v[NAME]);
	if (!ek_query_id(&t->query, "team", EK_IDENT_TEAM, &team))
		team = 0;
	if (!ek_query_id(&t->query, "teammate", EK_IDENT_TEAMMATE, &teammate))
		teammate = 0;
	v[TEAM] = ek_views_int((int64_t)team);
	v[TEAMMATE] = ek_views_int((int64_t)teammate);
	v[SELF] = ek_views_int(t->self.v);
	return ok;
}

void ek_api_list_settings_versions(struct ek_turn *t)
{
	struct versions *s = EK_TURN_NEW(t, struct versions);
	struct ek_list *list = EK_TURN_NEW(t, struct ek_list);
	struct ek_views_value asked[ASKED_FOR];
	t->state = s;
	if (s != NULL && list != NULL && ek_turn_may(t, EK_MAY_SETTINGS_VERSIONS_READ, NULL)) {
		*list = (struct ek_list){.table = ek_list_table(EK_LIST_VERSIONS),
					 .columns = columns,
					 .select = EK_API_SETTINGS_VERSIONS_COLUMNS,
					 .from = "settings_versions v",
					 .id = "v.version"};
		bool all = is_everything(t);
		const struct ek_api_list_ask ask = {.list = list,
						    .where = all ? all_of : reached,
						    .args = asked,
						    .n = all ? SELF : ASKED_FOR};
		bool ok = take_asked(t, asked) && ek_api_list_read(t, &ask, &s->page);
		(void)ok;
	}
	ek_turn_look(t, look_list);
}

/* ---- one */

bool ek_api_settings_versions_path(struct ek_turn *t, uint32_t *version)
{
	uint64_t number = 0;
	if (!ek_ident_read_number(ek_route_param(&t->match, "n"), UINT32_MAX, &number))
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	*version = (uint32_t)number;
	return true;
}

static void look_one(struct ek_turn *t)
{
	const struct versions *s = t->state;
	const struct ek_views_value key = ek_views_int(s->version);
	struct ek_turn_rows rows;
	struct ek_version_view v;
	if (!ek_turn_select(t,
			    "SELECT " EK_API_SETTINGS_VERSIONS_COLUMNS
			    " FROM settings_versions v WHERE v.version = $1 AND " //
			    EK_API_SETTINGS_VERSIONS_FIRST,
			    &key, 1, &rows))
		return;
	if (rows.n == 0 || !ek_api_settings_versions_changes(t, s->version, &v) ||
	    !ek_api_settings_versions_seen(t, &v))
		ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	else
		write_row(t, rows.v, &v);
}

void ek_api_get_settings_version(struct ek_turn *t)
{
	struct versions *s = EK_TURN_NEW(t, struct versions);
	t->state = s;
	bool ok = s != NULL && ek_turn_may(t, EK_MAY_SETTINGS_VERSIONS_READ, NULL) &&
		  ek_api_settings_versions_path(t, &s->version);
	if (ek_query_end(&t->query) && ok)
		ek_turn_look(t, look_one);
	else
		ek_turn_reply(t, 0);
}

/* ---- the change log */

static ek_str print_value(struct ek_turn *t, int setting, const struct ek_value *v)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_value_json_write(&j, setting, v);
	return ek_api_text_take(t, &j);
}

/* The entry of that version and place; 0 = there is none. */
static uint64_t find_change(struct ek_turn *t, int64_t version, int64_t object,
			    const struct ek_views_value **row)
{
	const struct ek_views_value args[] = {ek_views_int(version), ek_views_int(object)};
	struct ek_turn_rows rows;
	bool found = false;
	if (version == EK_NONE ||
	    !ek_turn_select(t,
			    "SELECT change FROM changes WHERE version = $1 AND resource ="
			    " 'settings' AND COALESCE(object, 0) = $2 ORDER BY change LIMIT 1",
			    args, EK_LEN(args), &rows) ||
	    rows.n == 0)
		return 0;
	int64_t id = ek_turn_int(&rows.v[0]);
	return ek_turn_row(t, EK_CONTENT_CHANGES, id, row, &found) && found ? (uint64_t)id : 0;
}

void ek_api_settings_versions_note(struct ek_turn *t, const struct ek_settings_changed *s,
				   ek_str note)
{
	struct ek_api_change_fields f;
	struct ek_views_value v[EK_CONTENT_CHANGES_WIDTH];
	const struct ek_views_value *row = NULL;
	uint32_t id = s->id == EK_NONE ? 0 : (uint32_t)s->id;
	ek_api_change_open(t, &f);
	for (uint32_t i = 0; i < s->changes.n; i++) {
		const struct ek_change *c = &s->changes.v[i];
		ek_api_change_raw(&f, ek_setting_row(c->setting)->wire,
				  print_value(t, c->setting, &c->before),
				  print_value(t, c->setting, &c->after));
	}
	uint64_t was = find_change(t, s->undoes, id, &row);
	uint64_t change = ek_api_change_add(
		t, &(struct ek_api_change){.resource = "settings",
					   .object = id,
					   .team = {s->scope == EK_SCOPE_TEAM ? id : 0},
					   .teammate = {s->scope == EK_SCOPE_TEAMMATE ? id : 0},
					   .fields = ek_api_change_close(t, &f),
					   .note = note,
					   .version = (uint32_t)s->version,
					   .undoes = was});
	if (was == 0)
		return;
	for (uint32_t i = 0; i < EK_CONTENT_CHANGES_WIDTH; i++)
		v[i] = row[i];
	v[EK_CONTENT_CHANGES_UNDONE_BY] = ek_views_int((int64_t)change);
	ek_turn_put(t, EK_CONTENT_CHANGES, v);
}
