/* The way back from a change of settings: whole, or but for the fields that somebody changed since.
 * */
#include "api/api_audit.h"
#include "api/api_presence.h"
#include "api/api_put.h"
#include "api/api_settings_versions.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "model/limits.h"
#include "wire/setting_json.h"
#include "wire/value_json.h"

enum { LEFT_MAX = 1000 };

/* One field: of what the version did to it last, what is there, what comes back. */
struct field {
	uint8_t scope;
	uint8_t setting;
	bool is_left;  /* stays as it is */
	bool is_stuck; /* was changed since, or has nobody whose it is */
	uint32_t id;
	struct ek_value before; /* the version */
	struct ek_value after;
};

struct undo {
	struct ek_api_edit edit; /* first */
	struct ek_cmd cmd;
	uint32_t version;
	struct ek_patch_at body;
	struct ek_patch_at leave_at;
	ek_str *leave;
	uint32_t leave_count;
	ek_str note;
	struct field *fields;
	uint32_t n;
	bool is_several; /* places: a field's name then names its place too */
};

/* ---- fields */

static struct field *find(struct undo *u, const struct ek_version_change *c)
{
	for (uint32_t i = 0; i < u->n; i++) {
		struct field *f = &u->fields[i];
		if (f->scope == c->scope && f->id == c->id && f->setting == c->setting)
			return f;
	}
	return NULL;
}

static bool gather(struct ek_turn *t, struct undo *u)
{
	struct ek_version_view v;
	if (!ek_api_settings_versions_changes(t, u->version, &v))
		return false;
	uint32_t all = v.change_count;
	if (!ek_api_settings_versions_seen(t, &v) || all == 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	if (v.change_count < all)
		return ek_problem_set(&t->problem, EK_PROBLEM_FORBIDDEN,
				      "it also changed settings that are not yours to change");
	if (!v.can_undo)
		return ek_problem_set(&t->problem, EK_PROBLEM_UNDO_CONFLICT,
				      "only the last %d versions can be undone", EK_LIMIT_VERSIONS);
	u->n = 0;
	u->fields = ek_turn_get(t, v.change_count * sizeof *u->fields);
	for (uint32_t i = 0; u->fields != NULL && i < v.change_count; i++) {
		const struct ek_version_change *c = &v.changes[i];
		struct field *f = find(u, c);
		if (f == NULL) {
			f = &u->fields[u->n++];
			*f = (struct field){.scope = c->scope,
					    .setting = c->setting,
					    .id = c->id,
					    .before = c->before};
		}
		f->after = c->after;
		u->is_several =
			u->is_several || c->scope != u->fields[0].scope || c->id != u->fields[0].id;
	}
	return u->fields != NULL;
}

static struct ek_look_at place_of(const struct field *f)
{
	return (struct ek_look_at){f->scope, f->id};
}

/* "team_7/rank", or of the workspace "limit". */
static ek_str long_name(struct ek_turn *t, const struct field *f)
{
	const char *wire = ek_setting_row(f->setting)->wire;
	char text[128];
	size_t n = 0;
	if (f->scope != EK_SCOPE_WORKSPACE) {
		n = ek_ident_print(f->scope == EK_SCOPE_TEAM ? EK_IDENT_TEAM : EK_IDENT_TEAMMATE,
				   f->id, text);
		text[n++] = '/';
	}
	n += ek_format(text + n, sizeof text - n, "%s", wire);
	return ek_turn_copy(t, (ek_str){text, (uint32_t)n});
}

/* A name that was given may be that of a setting, at whatever place, or the long one. */
static bool leave_out(struct ek_turn *t, struct undo *u)
{
	bool ok = true;
	for (uint32_t k = 0; k < u->leave_count; k++) {
		bool found = false;
		for (uint32_t i = 0; i < u->n; i++) {
			struct field *f = &u->fields[i];
			if (!ek_str_is(u->leave[k], ek_setting_row(f->setting)->wire) &&
			    !ek_str_equal(u->leave[k], long_name(t, f)))
				continue;
			f->is_left = true;
			found = true;
		}
		struct ek_patch_at at = ek_patch_row(&u->leave_at, k);
		if (!found)
			ok = ek_patch_fault(&at, EK_FAULT_NOT_ONE_OF,
					    "This version did not change it.");
	}
	return ok;
}

static bool look_now(struct ek_turn *t, struct field *f)
{
	const struct ek_look_ask ask = {place_of(f), f->setting};
	struct ek_api_settings_place place;
	struct ek_setting_view view;
	struct ek_err err;
	if (!ek_api_settings_there(t, ask.at, &place)) {
		f->is_stuck = true;
		return true;
	}
	if (!ek_look_setting(t->engine, ask, t->arena, &view, &err))
		return ek_problem_err(&t->problem, &err);
	struct ek_value after = f->after;
	if (f->scope == EK_SCOPE_WORKSPACE && after.kind == EK_VALUE_UNSET)
		after = ek_setting_default(f->setting);
	f->is_stuck = !ek_value_equal(&view.own, &after);
	int bit = f->scope == EK_SCOPE_TEAM       ? EK_AT_T
		  : f->scope == EK_SCOPE_TEAMMATE ? EK_AT_P
						  : EK_AT_W;
	return ek_turn_may(t, ek_may_setting(f->setting, bit), &place.may);
}

/* ---- what is in the way */

static void write_conflicts(const void *ctx, struct ek_json *j)
{
	const struct undo *u = ctx;
	ek_json_key(j, "conflicts");
	ek_json_list(j);
	for (uint32_t i = 0; i < u->n; i++) {
		const struct field *f = &u->fields[i];
		if (!f->is_stuck || f->is_left)
			continue;
		ek_json_object(j);
		ek_api_put_enum(j, "scope", EK_ENUM_SCOPE, f->scope);
		ek_api_put_id(j, "id",
			      f->scope == EK_SCOPE_TEAM ? EK_IDENT_TEAM : EK_IDENT_TEAMMATE, f->id);
		ek_api_put_word(j, "name", ek_setting_row(f->setting)->wire);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static bool is_open(struct ek_turn *t, const struct undo *u)
{
	for (uint32_t i = 0; i < u->n; i++) {
		const struct field *f = &u->fields[i];
		if (!f->is_stuck || f->is_left)
			continue;
		ek_str name = long_name(t, f);
		const struct ek_problem_fault fault = {.at = EK_PROBLEM_AT_NOTHING,
						       .code = EK_FAULT_CHANGED};
		ek_problem_add(&t->problem, EK_PROBLEM_UNDO_CONFLICT, &fault,
			       "%.*s was changed since, or its owner is gone", (int)name.n,
			       name.p == NULL ? "" : name.p);
		t->problem.more = write_conflicts;
		t->problem.more_ctx = u;
	}
	return ek_problem_is_none(&t->problem);
}

/* ---- the command */

/* The office hours of before are known to the engine alone, which puts back whole versions. */
static bool check_hours(struct ek_turn *t, const struct undo *u)
{
	for (uint32_t i = 0; i < u->n; i++) {
		if (!u->fields[i].is_left && u->fields[i].before.kind == EK_VALUE_CALENDAR)
			return ek_problem_set(&t->problem, EK_PROBLEM_UNDO_CONFLICT,
					      "office hours come back with the whole version only: "
					      "leave out `calendar` too, and set it");
	}
	return true;
}

/* At the workspace there is nothing to inherit. */
static struct ek_value value_of(const struct field *f)
{
	if (f->scope == EK_SCOPE_WORKSPACE && f->before.kind == EK_VALUE_UNSET)
		return ek_setting_default(f->setting);
	return f->before;
}

static bool plan_rows(struct ek_turn *t, struct undo *u)
{
	struct ek_cmd *rows = ek_turn_get(t, (u->n + 1) * sizeof *rows);
	struct ek_set *sets = ek_turn_get(t, (u->n + 1) * sizeof *sets);
	uint32_t n = 0;
	if (rows == NULL || sets == NULL)
		return false;
	for (uint32_t i = 0; i < u->n; i++) {
		const struct field *f = &u->fields[i];
		if (f->is_left)
			continue;
		sets[n] = (struct ek_set){f->setting, value_of(f)};
		rows[n] = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
		rows[n].has = (1u << ek_cmd_record(EK_CMD_SETTINGS_CHANGE)->field_count) - 1;
		rows[n].settings_change =
			(struct ek_cmd_settings_change){f->scope, f->id, {&sets[n], 1}, EK_NO_TIME};
		n++;
	}
	if (n == 0)
		return ek_patch_fault(&u->leave_at, EK_FAULT_TOO_MANY, "Nothing would be undone.");
	u->cmd = ek_api_settings_command(rows, n);
	u->cmd.by = t->by;
	return true;
}

static bool check(struct ek_turn *t)
{
	struct undo *u = t->state;
	if (!gather(t, u) || !leave_out(t, u))
		return false;
	bool ok = true;
	for (uint32_t i = 0; i < u->n; i++)
		ok = (u->fields[i].is_left || look_now(t, &u->fields[i])) && ok;
	if (!ok || !is_open(t, u))
		return false;
	return u->leave_count == 0 || (check_hours(t, u) && plan_rows(t, u));
}

/* ---- what it did */

static ek_str print_value(struct ek_turn *t, int setting, const struct ek_value *v)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_value_json_write(&j, setting, v);
	return ek_api_text_take(t, &j);
}

static void diff(struct ek_turn *t, struct ek_api_change_fields *f)
{
	const struct undo *u = t->state;
	for (uint32_t i = 0; i < u->n; i++) {
		const struct field *x = &u->fields[i];
		char name[128];
		struct ek_value value = value_of(x);
		ek_str full = long_name(t, x);
		if (x->is_left || full.p == NULL)
			continue;
		ek_format(name, sizeof name, "%.*s", (int)full.n, full.p);
		ek_api_change_raw(f, u->is_several ? name : ek_setting_row(x->setting)->wire,
				  print_value(t, x->setting, &x->after),
				  print_value(t, x->setting, &value));
	}
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct undo *u = t->state;
	struct ek_version_view v = {0};
	uint32_t version = ek_engine_settings_version(t->engine);
	for (uint32_t i = 0; i < answer->events.n; i++) {
		const struct ek_event *e = &answer->events.v[i];
		if (e->kind == EK_EVENT_SETTINGS_CHANGED)
			ek_api_settings_versions_note(t, &e->settings_changed, u->note);
	}
	ek_api_presence_sync(t);
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "settings.undone"});
	if (!ek_api_settings_versions_changes(t, version, &v))
		return;
	v.at = t->now;
	v.effective_at = t->now;
	v.by = t->by.kind;
	v.by_id = t->by.id;
	v.undoes = u->version;
	v.note = u->note;
	v.seq = t->seq;
	ek_setting_json_version(&t->out, &v);
}

/* ---- the request */

static bool bind_leave(struct ek_turn *t, struct undo *u)
{
	u->leave_at = ek_patch_member(&u->body, "leave_out");
	if (ek_patch_state(&u->leave_at) == EK_PATCH_ABSENT)
		return true;
	if (!ek_patch_list(&u->leave_at, 0, LEFT_MAX, &u->leave_count))
		return false;
	u->leave = ek_turn_get(t, (u->leave_count + 1) * sizeof *u->leave);
	bool ok = u->leave != NULL;
	for (uint32_t i = 0; u->leave != NULL && i < u->leave_count; i++) {
		struct ek_patch_at at = ek_patch_row(&u->leave_at, i);
		ok = ek_patch_text(&at, 1, EK_LIMIT_TEXT_BYTES, &u->leave[i]) && ok;
	}
	return ok;
}

/* Of somebody who may undo something, somewhere; each setting asks again. */
static bool may_undo(struct ek_turn *t)
{
	ek_team_id *teams = ek_turn_get(t, (t->actor.grant_count + 1) * sizeof *teams);
	if (teams == NULL)
		return false;
	return ek_may_reach(&t->actor, EK_MAY_SETTINGS_UNDO, teams).verdict.answer ==
		       EK_MAY_ANSWER_ALLOWED ||
	       ek_turn_may(t, EK_MAY_SETTINGS_UNDO, NULL);
}

static bool bind(struct ek_turn *t, struct undo *u)
{
	static const struct ek_patch_rule rules[] = {
		{.name = "leave_out", .type = EK_PATCH_OF_ANY},
		{.name = "note",
		 .type = EK_PATCH_OF_TEXT,
		 .flags = EK_PATCH_NULLABLE,
		 .hi = EK_LIMIT_TEXT_BYTES},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	if (t->http->body.n == 0)
		return true;
	if (!ek_turn_body(t, &u->body))
		return false;
	bool ok = ek_patch_bind(&u->body, rules, EK_LEN(rules), v);
	if (v[1].state == EK_PATCH_VALUE)
		u->note = v[1].s;
	return bind_leave(t, u) && ok;
}

void ek_api_undo_settings_version(struct ek_turn *t)
{
	struct undo *u = EK_TURN_NEW(t, struct undo);
	t->state = u;
	bool ok = u != NULL && may_undo(t) && ek_api_settings_versions_path(t, &u->version) &&
		  bind(t, u);
	if (!ek_query_end(&t->query) || !ok) {
		ek_turn_reply(t, 0);
		return;
	}
	u->cmd = ek_cmd_make(EK_CMD_SETTINGS_UNDO);
	u->cmd.has = 1;
	u->cmd.settings_undo.version = u->version;
	u->edit = (struct ek_api_edit){.write = {.cmd = &u->cmd, .check = check, .made = made},
				       .diff = diff};
	ek_api_edit_do(t, &u->edit);
}
