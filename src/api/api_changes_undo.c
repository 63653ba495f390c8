/* POST /changes/{id}/undo: what was changed goes back, unless it was changed again since. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_changes.h"
#include "api/api_list.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "engine/look.h"
#include "model/limits.h"
#include "wire/keep.h"
#include "wire/value_json.h"

enum { FIELDS_MAX = 128, LEFT_OUT_MAX = 128 };

enum kind { SETTING, LEVEL, TEXT, JSON, NUMBER };

struct side {
	struct ek_value value; /* SETTING */
	int64_t i;             /* LEVEL: 0 = no member; NUMBER */
	ek_str s;              /* TEXT; JSON */
};
struct field {
	const char *name;
	uint8_t kind;    /* enum kind */
	uint8_t setting; /* of a SETTING */
	uint8_t column;  /* of a TEXT, JSON or NUMBER, in the table of the resource */
	struct side was, is, now;
};

enum resource { SETTINGS, MEMBERSHIP, TEAMMATE, TEAM };

struct undo {
	struct ek_api_edit edit; /* first: api_edit.h */
	int64_t id;
	enum resource resource;
	uint32_t team, teammate;
	const struct ek_views_value *row; /* of changes, whole; as it is, in check */
	ek_str note;
	ek_str left_out[LEFT_OUT_MAX];
	uint32_t left_out_count;
	struct field fields[FIELDS_MAX]; /* that go back */
	uint32_t n;
	struct ek_set sets[FIELDS_MAX];
	struct ek_cmd cmd;
	const struct ek_views_value *content; /* of people or team_profiles, whole, in check */
};

/* ---- what it was and what it became */

static bool find_team(void *ctx, enum ek_field_type kind, ek_str ref, uint32_t *id)
{
	uint64_t found = 0;
	(void)ctx;
	if (kind != EK_FT_TEAM || !ek_ident_read(ref, EK_IDENT_TEAM, &found))
		return false;
	*id = (uint32_t)found;
	return true;
}

static int level_from(const struct ek_patch_at *at)
{
	int level = 0;
	if (ek_patch_state(at) == EK_PATCH_VALUE)
		ek_patch_enum(at, EK_ENUM_LEVEL, &level);
	return level;
}

static bool read_side(struct ek_turn *t, const struct field *f, const struct ek_patch_at *at,
		      struct side *out)
{
	struct ek_err err;
	struct ek_take take = {
		.arena = t->arena, .err = &err, .resolve = find_team, .name = f->name};
	bool is_null = ek_patch_state(at) != EK_PATCH_VALUE;
	switch (f->kind) {
	case SETTING:
		return ek_value_json_read(&take, f->setting, at->json, &out->value);
	case LEVEL:
		out->i = level_from(at);
		return true;
	case NUMBER:
		out->i = EK_NONE;
		return is_null || ek_patch_int(at, 0, EK_IDENT_LAST, &out->i);
	case TEXT:
		return is_null || ek_patch_text(at, 0, UINT16_MAX, &out->s);
	default:
		return is_null || ek_keep_value(at->json, t->arena, &out->s);
	}
}

static bool same(const struct field *f, const struct side *a, const struct side *b)
{
	if (f->kind == SETTING)
		return ek_value_equal(&a->value, &b->value);
	if (f->kind == LEVEL || f->kind == NUMBER)
		return a->i == b->i;
	return (a->s.p == NULL) == (b->s.p == NULL) && ek_str_equal(a->s, b->s);
}

struct known {
	const char *name;
	uint8_t kind;
	uint8_t column;
};
static const struct known of_teammate[] = {
	{"name", TEXT, EK_CONTENT_PEOPLE_NAME},
	{"languages", JSON, EK_CONTENT_PEOPLE_LANGUAGES},
	{NULL, 0, 0},
};
static const struct known of_team[] = {
	{"name", TEXT, EK_CONTENT_TEAM_PROFILES_NAME},
	{"languages", JSON, EK_CONTENT_TEAM_PROFILES_LANGUAGES},
	{"second_line", NUMBER, EK_CONTENT_TEAM_PROFILES_SECOND_LINE},
	{NULL, 0, 0},
};

static bool know(const struct undo *u, const char *name, struct field *f)
{
	const struct known *k = u->resource == TEAMMATE ? of_teammate : of_team;
	f->name = name;
	if (u->resource == SETTINGS) {
		int setting = ek_setting_number((ek_str){name, (uint32_t)strlen(name)});
		f->kind = SETTING;
		f->setting = (uint8_t)setting;
		/* Office hours are kept elsewhere, by their own ids. */
		return setting != 0 && setting != EK_SET_CALENDAR;
	}
	if (u->resource == MEMBERSHIP) {
		f->kind = LEVEL;
		return strcmp(name, "level") == 0;
	}
	while (k->name != NULL && strcmp(k->name, name) != 0)
		k++;
	f->kind = k->kind;
	f->column = k->column;
	return k->name != NULL;
}

static bool is_left_out(const struct undo *u, const char *name)
{
	for (uint32_t i = 0; i < u->left_out_count; i++)
		if (ek_str_is(u->left_out[i], name))
			return true;
	return false;
}

static bool read_field(struct ek_turn *t, struct undo *u, const struct ek_patch_at *root,
		       const char *name)
{
	struct field *f = &u->fields[u->n];
	struct ek_patch_at both = ek_patch_member(root, name);
	struct ek_patch_at before = ek_patch_member(&both, "before");
	struct ek_patch_at after = ek_patch_member(&both, "after");
	const ek_str kept = ek_turn_copy(t, (ek_str){name, (uint32_t)strlen(name) + 1});
	if (is_left_out(u, name))
		return true;
	if (kept.p == NULL)
		return false;
	if (!know(u, kept.p, f) || !read_side(t, f, &before, &f->was) ||
	    !read_side(t, f, &after, &f->is))
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "%s is not undone here: leave it out, or change it where "
				      "it is changed",
				      kept.p);
	u->n++;
	return true;
}

static bool read_fields(struct ek_turn *t, struct undo *u, ek_str text)
{
	struct ek_patch_name_list names = {NULL, 0};
	struct ek_patch b;
	bool ok = ek_patch_open(&b, text, t->arena, &t->problem);
	if (ok) {
		struct ek_patch_at root = ek_patch_root(&b);
		ok = ek_patch_names(&root, FIELDS_MAX, &names);
		for (uint32_t i = 0; ok && i < names.n; i++)
			ok = read_field(t, u, &root, names.v[i]);
	}
	ek_patch_close(&b);
	return ok && ek_problem_is_none(&t->problem);
}

/* ---- what is */

static bool level_now(const struct ek_turn *t, const struct undo *u, struct side *out)
{
	struct ek_membership_view m;
	out->i = 0;
	for (uint32_t i = 0; ek_look_membership(t->engine, (ek_teammate_id){u->teammate}, i, &m);
	     i++)
		if (m.team.v == u->team)
			out->i = m.level;
	return true;
}

static struct ek_look_at place_of(const struct undo *u)
{
	if (u->team != 0)
		return (struct ek_look_at){EK_SCOPE_TEAM, u->team};
	if (u->teammate != 0)
		return (struct ek_look_at){EK_SCOPE_TEAMMATE, u->teammate};
	return (struct ek_look_at){EK_SCOPE_WORKSPACE, 0};
}

static bool setting_now(struct ek_turn *t, const struct undo *u, struct field *f)
{
	const struct ek_look_ask ask = {place_of(u), f->setting};
	struct ek_setting_view view;
	struct ek_err err;
	if (!ek_look_setting(t->engine, ask, t->arena, &view, &err))
		return ek_problem_err(&t->problem, &err);
	f->now.value = view.own;
	/* At the workspace what nobody set is its default, and a change says so. */
	if (f->is.value.kind == EK_VALUE_UNSET && u->team == 0 && u->teammate == 0)
		f->is.value = ek_setting_default(f->setting);
	return true;
}

static bool content_now(struct ek_turn *t, struct undo *u, struct field *f)
{
	const struct ek_views_value *v = &u->content[f->column];
	(void)t;
	f->now.i = ek_turn_int(v);
	f->now.s = ek_turn_text(v);
	return true;
}

static bool field_now(struct ek_turn *t, struct undo *u, struct field *f)
{
	if (f->kind == SETTING)
		return setting_now(t, u, f);
	if (f->kind == LEVEL)
		return level_now(t, u, &f->now);
	return content_now(t, u, f);
}

/* ---- rights */

static bool may_field(struct ek_turn *t, const struct undo *u, const struct field *f,
		      const struct ek_may_object *object)
{
	const struct ek_look_at at = place_of(u);
	int scope = at.scope == EK_SCOPE_TEAM       ? EK_AT_T
		    : at.scope == EK_SCOPE_TEAMMATE ? EK_AT_P
						    : EK_AT_W;
	switch (u->resource) {
	case SETTINGS:
		return ek_turn_may(t, ek_may_setting(f->setting, scope), object);
	case MEMBERSHIP:
		return ek_turn_may(t, EK_MAY_MEMBERSHIP_EDIT, object);
	case TEAM:
		return ek_turn_may(t, EK_MAY_TEAM_EDIT, object);
	default:
		return ek_turn_may(t,
				   f->column == EK_CONTENT_PEOPLE_NAME
					   ? EK_MAY_TEAMMATE_NAME_EDIT
					   : EK_MAY_TEAMMATE_LANGUAGES_EDIT,
				   object);
	}
}

/* ---- the request */

static bool read_left_out(const struct ek_patch_at *at, struct undo *u)
{
	uint32_t n = 0;
	bool ok = true;
	if (ek_patch_state(at) != EK_PATCH_VALUE)
		return true;
	if (!ek_patch_list(at, 0, LEFT_OUT_MAX, &n))
		return false;
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		ok = ek_patch_text(&row, 1, EK_LIMIT_TEXT_BYTES, &u->left_out[i]) && ok;
	}
	u->left_out_count = n;
	return ok;
}

/* An empty body asks for all of it. */
static bool bind(struct ek_turn *t, struct undo *u)
{
	static const struct ek_patch_rule rules[] = {
		{"leave_out", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		{"note", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1, EK_LIMIT_TEXT_BYTES, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)] = {0};
	struct ek_patch_at root;
	if (!ek_query_end(&t->query))
		return false;
	if (t->http->body.n == 0)
		return true;
	if (!ek_turn_body(t, &root) || !ek_patch_bind(&root, rules, EK_LEN(rules), v))
		return false;
	u->note = v[1].s;
	return read_left_out(&v[0].at, u);
}

static uint32_t id_of(const struct ek_views_value *v)
{
	int64_t id = ek_turn_int(v);
	return id == EK_NONE ? 0 : (uint32_t)id;
}

static bool take_row(struct ek_turn *t, struct undo *u, const struct ek_views_value *row)
{
	static const char *const names[] = {"settings", "membership", "teammate", "team"};
	ek_str resource = ek_turn_text(&row[EK_CONTENT_CHANGES_RESOURCE]);
	uint32_t i = 0;
	while (i < EK_LEN(names) && !ek_str_is(resource, names[i]))
		i++;
	if (i == EK_LEN(names))
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "such a change is not undone here");
	u->resource = (enum resource)i;
	u->id = ek_turn_int(&row[EK_CONTENT_CHANGES_CHANGE]);
	u->team = id_of(&row[EK_CONTENT_CHANGES_TEAM]);
	u->teammate = id_of(&row[EK_CONTENT_CHANGES_TEAMMATE]);
	return read_fields(t, u, ek_turn_text(&row[EK_CONTENT_CHANGES_FIELDS]));
}

/* ---- on the writer's thread */

static bool load_content(struct ek_turn *t, struct undo *u)
{
	bool is_team = u->resource == TEAM;
	bool found = false;
	if (u->resource != TEAM && u->resource != TEAMMATE)
		return true;
	if (!ek_turn_row(t, is_team ? EK_CONTENT_TEAM_PROFILES : EK_CONTENT_PEOPLE,
			 is_team ? u->team : u->teammate, &u->content, &found))
		return false;
	return found || ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "it is gone");
}

static void conflict(struct ek_turn *t, const struct field *f)
{
	struct ek_problem_fault fault = {.code = EK_FAULT_CHANGED};
	ek_problem_add(&t->problem, EK_PROBLEM_UNDO_CONFLICT, &fault, "%s", f->name);
}

/* One command for all that goes back. */
static struct ek_cmd *command_of(struct undo *u)
{
	const struct ek_look_at at = place_of(u);
	uint32_t n = 0;
	if (u->resource == SETTINGS) {
		for (uint32_t i = 0; i < u->n; i++)
			u->sets[n++] =
				(struct ek_set){u->fields[i].setting, u->fields[i].was.value};
		u->cmd = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
		u->cmd.settings_change.scope = at.scope;
		u->cmd.settings_change.id = at.id;
		u->cmd.settings_change.set = (struct ek_sets){u->sets, n};
	} else if (u->fields[0].was.i != 0) {
		u->cmd = ek_cmd_make(EK_CMD_MEMBERSHIP_SET);
		u->cmd.membership_set = (struct ek_cmd_membership_set){
			{u->teammate}, {u->team}, (EK_C_LEVEL)u->fields[0].was.i};
	} else {
		u->cmd = ek_cmd_make(EK_CMD_MEMBERSHIP_REMOVE);
		u->cmd.membership_remove =
			(struct ek_cmd_membership_remove){{u->teammate}, {u->team}};
	}
	u->cmd.has = (1u << ek_cmd_record(u->cmd.kind)->field_count) - 1;
	return &u->cmd;
}

static bool check(struct ek_turn *t)
{
	struct undo *u = t->state;
	bool found = false;
	if (!ek_turn_row(t, EK_CONTENT_CHANGES, u->id, &u->row, &found) || !load_content(t, u))
		return false;
	if (!found || u->row[EK_CONTENT_CHANGES_UNDONE_BY].kind != EK_VIEWS_NULL)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "it was undone before");
	for (uint32_t i = 0; i < u->n; i++) {
		struct field *f = &u->fields[i];
		if (!field_now(t, u, f))
			return false;
		if (!same(f, &f->now, &f->is))
			conflict(t, f);
	}
	return ek_problem_is_none(&t->problem);
}

static ek_str print_value(struct ek_turn *t, const struct field *f, const struct side *s)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_value_json_write(&j, f->setting, &s->value);
	return ek_api_text_take(t, &j);
}

static ek_str level_name(int64_t level)
{
	const char *s = level == 0 ? NULL : ek_enums_wire(EK_ENUM_LEVEL, (int)level);
	return (ek_str){s, s == NULL ? 0 : (uint32_t)strlen(s)};
}

static void diff(struct ek_turn *t, struct ek_api_change_fields *out)
{
	const struct undo *u = t->state;
	for (uint32_t i = 0; i < u->n; i++) {
		const struct field *f = &u->fields[i];
		if (f->kind == SETTING)
			ek_api_change_raw(out, f->name, print_value(t, f, &f->is),
					  print_value(t, f, &f->was));
		else if (f->kind == LEVEL)
			ek_api_change_text(out, f->name, level_name(f->is.i), level_name(f->was.i));
		else if (f->kind == NUMBER)
			ek_api_change_int(out, f->name, f->is.i, f->was.i);
		else if (f->kind == TEXT)
			ek_api_change_text(out, f->name, f->is.s, f->was.s);
		else
			ek_api_change_raw(out, f->name, f->is.s, f->was.s);
	}
}

/* The name as it is searched goes back with it. */
static void put_content(struct ek_turn *t, const struct undo *u)
{
	struct ek_views_value v[EK_CONTENT_PEOPLE_WIDTH + EK_CONTENT_TEAM_PROFILES_WIDTH];
	bool is_team = u->resource == TEAM;
	size_t width = is_team ? EK_CONTENT_TEAM_PROFILES_WIDTH : EK_CONTENT_PEOPLE_WIDTH;
	if (u->content == NULL)
		return;
	memcpy(v, u->content, width * sizeof *v);
	for (uint32_t i = 0; i < u->n; i++) {
		const struct field *f = &u->fields[i];
		v[f->column] = f->kind == NUMBER ? ek_views_int(f->was.i) : ek_views_text(f->was.s);
		if (strcmp(f->name, "name") == 0)
			v[is_team ? EK_CONTENT_TEAM_PROFILES_NAME_KEY
				  : EK_CONTENT_PEOPLE_NAME_KEY] =
				ek_views_text(ek_api_list_fold(t, f->was.s));
	}
	v[is_team ? EK_CONTENT_TEAM_PROFILES_UPDATED_MS : EK_CONTENT_PEOPLE_UPDATED_MS] =
		ek_views_int(t->now.ms);
	ek_turn_put(t, is_team ? EK_CONTENT_TEAM_PROFILES : EK_CONTENT_PEOPLE, v);
}

static uint64_t log_it(struct ek_turn *t, const struct undo *u, ek_str *fields)
{
	struct ek_api_change_fields f;
	ek_api_change_open(t, &f);
	diff(t, &f);
	*fields = ek_api_change_close(t, &f);
	struct ek_api_change change = {
		.object = id_of(&u->row[EK_CONTENT_CHANGES_OBJECT]),
		.team = {u->team},
		.teammate = {u->teammate},
		.fields = *fields,
		.note = u->note,
		.undoes = (uint64_t)u->id,
	};
	static const char *const names[] = {"settings", "membership", "teammate", "team"};
	change.resource = names[u->resource];
	if (u->resource == SETTINGS)
		change.version = ek_engine_settings_version(t->engine);
	return ek_api_change_add(t, &change);
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct undo *u = t->state;
	struct ek_views_value v[EK_CONTENT_CHANGES_WIDTH];
	ek_str fields;
	(void)answer;
	put_content(t, u);
	uint64_t id = log_it(t, u, &fields);
	memcpy(v, u->row, sizeof v);
	v[EK_CONTENT_CHANGES_UNDONE_BY] = ek_views_int((int64_t)id);
	ek_turn_put(t, EK_CONTENT_CHANGES, v);
	ek_api_audit_add(t,
			 &(struct ek_api_audit){.action = "change.undone",
						.object_kind = u->teammate != 0 ? "teammate"
							       : u->team != 0   ? "team"
										: NULL,
						.object = u->teammate != 0 ? u->teammate : u->team,
						.team = {u->team},
						.reason = u->note});
	/* What was added just now, as it will be read. */
	const char *kind = ek_enums_wire(EK_ENUM_ACTOR, t->by.kind);
	v[EK_CONTENT_CHANGES_CHANGE] = ek_views_int((int64_t)id);
	v[EK_CONTENT_CHANGES_SEQ] = ek_views_int((int64_t)t->seq);
	v[EK_CONTENT_CHANGES_AT_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_CHANGES_BY_KIND] = ek_views_text((ek_str){kind, (uint32_t)strlen(kind)});
	v[EK_CONTENT_CHANGES_BY_ID] = ek_views_id(t->by.id);
	v[EK_CONTENT_CHANGES_FIELDS] = ek_views_text(fields);
	v[EK_CONTENT_CHANGES_NOTE] = ek_views_text(u->note);
	v[EK_CONTENT_CHANGES_VERSION] =
		u->resource == SETTINGS ? ek_views_int(ek_engine_settings_version(t->engine))
					: ek_views_int(EK_NONE);
	v[EK_CONTENT_CHANGES_BULK_EDIT] = ek_views_int(EK_NONE);
	v[EK_CONTENT_CHANGES_UNDOES] = ek_views_int(u->id);
	v[EK_CONTENT_CHANGES_UNDONE_BY] = ek_views_int(EK_NONE);
	ek_api_changes_put(t, v);
}

void ek_api_undo_change(struct ek_turn *t)
{
	struct undo *u = EK_TURN_NEW(t, struct undo);
	const struct ek_views_value *row = NULL;
	struct ek_may_object object;
	bool ok = u != NULL && ek_api_changes_find(t, &row, &object) &&
		  ek_turn_may(t, EK_MAY_CHANGE_UNDO, &object) && bind(t, u) && take_row(t, u, row);
	for (uint32_t i = 0; ok && i < u->n; i++)
		ok = may_field(t, u, &u->fields[i], &object);
	if (ok && u->n == 0)
		ok = ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "nothing is left to undo");
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	bool is_content = u->resource == TEAMMATE || u->resource == TEAM;
	u->edit = (struct ek_api_edit){
		.write = {.cmd = is_content ? NULL : command_of(u), .check = check, .made = made},
		.diff = diff,
	};
	t->state = u;
	ek_api_edit_do(t, &u->edit);
}
