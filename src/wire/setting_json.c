#include "wire/setting_json.h"

#include "wire/actor_json.h"
#include "wire/field_json.h"
#include "wire/ident.h"
#include "wire/value_json.h"

/* ---- values that hold ---- */

const char *ek_setting_json_from(uint8_t from)
{
	static const char *const words[] = {NULL,   "default",  "workspace",
					    "team", "teammate", "ramp"};
	return from < EK_LEN(words) ? words[from] : NULL;
}

void ek_setting_json_calendar(struct ek_json *j, const struct ek_calendar *calendar)
{
	if (calendar == NULL) {
		ek_json_null(j);
		return;
	}
	struct ek_week week = {calendar->week, calendar->week_count};
	struct ek_dates closed = {calendar->closed, calendar->closed_count};
	ek_json_object(j);
	ek_json_key(j, "zone");
	ek_json_text(j, calendar->zone.name);
	ek_json_key(j, "week");
	ek_field_json_write(j, EK_FT_WEEK, &week, false);
	ek_json_key(j, "closed");
	ek_field_json_write(j, EK_FT_DATES, &closed, false);
	ek_json_object_end(j);
}

static void put_value(struct ek_json *j, const char *key, const struct ek_setting_view *v,
		      const struct ek_value *value)
{
	ek_json_key(j, key);
	if (value->kind != EK_VALUE_CALENDAR)
		ek_value_json_write(j, v->setting, value);
	else if (v->calendar_id != 0)
		ek_json_id(j, EK_IDENT_CALENDAR, v->calendar_id);
	else
		ek_setting_json_calendar(j, v->calendar);
}

void ek_setting_json_view(struct ek_json *j, const struct ek_setting_view *v)
{
	const char *from = ek_setting_json_from(v->from);
	ek_assert(from != NULL);
	ek_json_object(j);
	put_value(j, "own", v, &v->own);
	put_value(j, "effective", v, &v->effective);
	ek_json_key(j, "from");
	ek_json_word(j, from);
	ek_json_object_end(j);
}

void ek_setting_json_views(struct ek_json *j, const struct ek_setting_view *v, uint32_t n)
{
	ek_json_object(j);
	for (uint32_t i = 0; i < n; i++) {
		ek_json_key(j, ek_setting_row(v[i].setting)->wire);
		ek_setting_json_view(j, &v[i]);
	}
	ek_json_object_end(j);
}

/* ---- what may be set ---- */

static const struct {
	uint8_t at;
	uint8_t scope;
} scopes[] = {
	{EK_AT_W, EK_SCOPE_WORKSPACE},
	{EK_AT_T, EK_SCOPE_TEAM},
	{EK_AT_P, EK_SCOPE_TEAMMATE},
};

static void put_word(struct ek_json *j, const char *key, const char *word)
{
	ek_json_key(j, key);
	if (word == NULL)
		ek_json_null(j);
	else
		ek_json_word(j, word);
}

static void put_type(struct ek_json *j, const struct ek_setting_row *row)
{
	put_word(j, "type", ek_setting_type_word(row));
	put_word(j, "list", ek_setting_list_word(row));
}

static void put_range(struct ek_json *j, const struct ek_setting_row *row)
{
	ek_json_key(j, "range");
	if (row->type != EK_SETTING_INT && row->type != EK_SETTING_SPAN &&
	    row->type != EK_SETTING_LIST) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	ek_json_key(j, "min");
	ek_json_int(j, row->lo);
	ek_json_key(j, "max");
	ek_json_int(j, row->hi);
	ek_json_object_end(j);
}

static void put_allowed(struct ek_json *j, const struct ek_setting_row *row)
{
	ek_json_key(j, "allowed");
	if (row->type != EK_SETTING_ENUM && row->shape != EK_SHAPE_AUTO) {
		ek_json_null(j);
		return;
	}
	ek_json_list(j);
	if (row->shape == EK_SHAPE_AUTO)
		ek_json_word(j, "auto");
	for (int i = 1; row->type == EK_SETTING_ENUM && i <= row->hi; i++) {
		const char *word = ek_enums_wire((enum ek_enum)row->listed, i);
		if (word != NULL)
			ek_json_word(j, word);
	}
	ek_json_list_end(j);
}

/* Values of the workspace need a manager at least. */
static void put_who(struct ek_json *j, const struct ek_setting_row *row)
{
	ek_json_key(j, "who");
	ek_json_object(j);
	for (size_t i = 0; i < EK_LEN(scopes); i++) {
		int role = row->role;
		if (scopes[i].at == EK_AT_W && role < EK_ROLE_MANAGER)
			role = EK_ROLE_MANAGER;
		put_word(j, ek_enums_wire(EK_ENUM_SCOPE, scopes[i].scope),
			 (row->at & scopes[i].at) != 0 ? ek_enums_wire(EK_ENUM_ROLE, role) : NULL);
	}
	ek_json_object_end(j);
}

static void put_scopes(struct ek_json *j, const struct ek_setting_row *row)
{
	ek_json_key(j, "scopes");
	ek_json_list(j);
	for (size_t i = 0; i < EK_LEN(scopes); i++) {
		if ((row->at & scopes[i].at) != 0)
			ek_json_word(j, ek_enums_wire(EK_ENUM_SCOPE, scopes[i].scope));
	}
	ek_json_list_end(j);
}

void ek_setting_json_row(struct ek_json *j, int setting, const struct ek_setting_view *workspace)
{
	const struct ek_setting_row *row = ek_setting_row(setting);
	struct ek_value usual = ek_setting_default(setting);
	ek_json_object(j);
	put_word(j, "name", row->wire);
	put_scopes(j, row);
	put_type(j, row);
	put_range(j, row);
	put_allowed(j, row);
	ek_json_key(j, "nullable");
	ek_json_bool(j, row->nullable);
	ek_json_key(j, "default");
	ek_value_json_write(j, setting, &usual);
	put_word(j, "effect", row->doc);
	put_who(j, row);
	ek_json_key(j, "workspace");
	if (workspace == NULL)
		ek_json_null(j);
	else
		ek_setting_json_view(j, workspace);
	ek_json_object_end(j);
}

/* ---- what changed, or will ---- */

static void put_object(struct ek_json *j, uint8_t scope, uint32_t id)
{
	put_word(j, "scope", ek_enums_wire(EK_ENUM_SCOPE, scope));
	ek_json_key(j, "id");
	ek_json_id(j, scope == EK_SCOPE_TEAM ? EK_IDENT_TEAM : EK_IDENT_TEAMMATE, id);
}

static void put_time(struct ek_json *j, const char *key, ek_time t)
{
	ek_json_key(j, key);
	ek_json_time(j, t);
}

static void put_changed(struct ek_json *j, const char *key, const struct ek_version_change *c,
			const struct ek_value *value)
{
	bool is_usual = value->kind == EK_VALUE_UNSET && c->scope == EK_SCOPE_WORKSPACE;
	struct ek_value usual = ek_setting_default(c->setting);
	ek_json_key(j, key);
	ek_value_json_write(j, c->setting, is_usual ? &usual : value);
}

static void put_changes(struct ek_json *j, const struct ek_version_view *v)
{
	ek_json_key(j, "changes");
	ek_json_list(j);
	for (uint32_t i = 0; i < v->change_count; i++) {
		const struct ek_version_change *c = &v->changes[i];
		ek_json_object(j);
		put_object(j, c->scope, c->id);
		put_word(j, "name", ek_setting_row(c->setting)->wire);
		put_changed(j, "before", c, &c->before);
		put_changed(j, "after", c, &c->after);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

void ek_setting_json_version(struct ek_json *j, const struct ek_version_view *v)
{
	ek_json_object(j);
	ek_json_key(j, "version");
	ek_json_uint(j, v->version);
	put_time(j, "at", v->at);
	put_time(j, "effective_at", v->effective_at);
	ek_json_key(j, "by");
	if (v->by == 0)
		ek_json_null(j);
	else
		ek_actor_json_write(j, (struct ek_actor){v->by, v->by_id});
	ek_json_key(j, "undoes");
	if (v->undoes == 0)
		ek_json_null(j);
	else
		ek_json_uint(j, v->undoes);
	ek_json_key(j, "can_undo");
	ek_json_bool(j, v->can_undo);
	ek_json_key(j, "note");
	ek_json_text(j, v->note);
	ek_json_key(j, "seq");
	ek_json_uint(j, v->seq);
	put_changes(j, v);
	ek_json_object_end(j);
}

void ek_setting_json_scheduled(struct ek_json *j, const struct ek_scheduled_view *s)
{
	ek_json_object(j);
	ek_json_key(j, "schedule");
	ek_json_uint(j, s->schedule);
	put_object(j, s->scope, s->id);
	put_time(j, "effective_at", s->effective_at);
	ek_json_key(j, "set");
	ek_json_object(j);
	for (uint32_t i = 0; i < s->set.n; i++) {
		ek_json_key(j, ek_setting_row(s->set.v[i].setting)->wire);
		ek_value_json_write(j, s->set.v[i].setting, &s->set.v[i].value);
	}
	ek_json_object_end(j);
	ek_json_object_end(j);
}
