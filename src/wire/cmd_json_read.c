#include <jansson.h>
#include <string.h>

#include "base/utf8.h"
#include "model/limits.h"
#include "model/setting.h"
#include "wire/actor_json.h"
#include "wire/cmd_json.h"
#include "wire/field_json.h"
#include "wire/value_json.h"

/* What an object may have beside the fields of its command. */
enum place { LINE, BODY, ROW };

enum { NAMES_MAX = 48 + EK_SET_COUNT };
struct names {
	const char *v[NAMES_MAX + 1];
	uint32_t n;
};

static void name(struct names *names, const char *one)
{
	ek_assert(names->n < NAMES_MAX);
	names->v[names->n++] = one;
}

/* The scope whose settings a create takes as fields; 0 for other commands. */
static int create_scope(int kind)
{
	return kind == EK_CMD_TEAMMATE_CREATE ? EK_AT_P : kind == EK_CMD_TEAM_CREATE ? EK_AT_T : 0;
}

static void name_envelope(struct names *names, int kind, enum place place)
{
	name(names, "cmd");
	name(names, "based_on");
	if (place == ROW)
		return;
	name(names, "by");
	if (place == BODY)
		return;
	name(names, "at");
	name(names, "key");
	if (kind == EK_CMD_CONVERSATION_CREATE)
		name(names, "sim");
	if (kind == EK_CMD_CONVERSATION_CREATE || create_scope(kind) != 0)
		name(names, "ref");
}

static bool is_known(struct ek_take *t, const json_t *json, int kind, enum place place)
{
	const struct ek_record *record = ek_cmd_record(kind);
	int scope = create_scope(kind);
	struct names names = {.n = 0};
	name_envelope(&names, kind, place);
	for (uint32_t i = 0; i < record->field_count; i++) {
		if (record->fields[i].type != EK_FT_SETS || scope == 0)
			name(&names, record->fields[i].name);
	}
	for (int s = 1; s < EK_SET_COUNT; s++) {
		if ((ek_setting_row(s)->at & scope) != 0)
			name(&names, ek_setting_row(s)->wire);
	}
	names.v[names.n] = NULL;
	return ek_take_object(t, json, names.v);
}

static bool take_kind(struct ek_take *t, const json_t *json, int *kind)
{
	const char *names[EK_CMD_COUNT];
	size_t count = 0;
	const json_t *cmd = ek_take_member(t, json, "cmd");
	*kind = 0;
	if (json_is_string(cmd))
		*kind = ek_cmd_number(
			(ek_str){json_string_value(cmd), (uint32_t)json_string_length(cmd)});
	if (*kind != 0)
		return true;
	for (int k = 1; k < EK_CMD_COUNT; k++)
		names[count++] = ek_cmd_record(k)->wire;
	const char *near =
		json_is_string(cmd) ? ek_take_nearest(json_string_value(cmd), names, count) : NULL;
	char what[80];
	ek_format(what, sizeof what, "a command%s%s", near == NULL ? "" : " such as ",
		  near == NULL ? "" : near);
	return ek_take_refuse(t, what, cmd);
}

/* The settings among the members of a create, in order of their numbers. */
static bool take_create_settings(struct ek_take *t, const json_t *json, struct ek_cmd *c,
				 uint32_t field)
{
	const struct ek_field *f = &ek_cmd_record(c->kind)->fields[field];
	int scope = create_scope(c->kind);
	struct ek_set *v = ek_arena_zero(t->arena, json_object_size(json) * sizeof *v);
	struct ek_sets *sets = (void *)((char *)&c->conversation_create + f->offset);
	if (v == NULL)
		return ek_take_no_memory(t);
	for (int s = 1; s < EK_SET_COUNT; s++) {
		t->name = ek_setting_row(s)->wire;
		ek_take_rows_end(t);
		const json_t *value = json_object_get(json, t->name);
		if ((ek_setting_row(s)->at & scope) == 0 || value == NULL)
			continue;
		v[sets->n].setting = (uint8_t)s;
		if (!ek_value_json_read(t, s, value, &v[sets->n++].value))
			return false;
	}
	sets->v = sets->n == 0 ? NULL : v;
	c->has |= sets->n == 0 ? 0 : UINT32_C(1) << field;
	return true;
}

static bool take_cmd(struct ek_take *t, const json_t *json, enum place place, struct ek_cmd *c);

/* Says in which row it was. */
static bool fail_row(struct ek_take *t, const char *field, uint32_t row)
{
	struct ek_err inner = *t->err;
	return ek_fail(t->err, inner.code, "%s[%u]: %s", field, row + 1, inner.msg);
}

static bool take_rows(struct ek_take *t, const json_t *json, struct ek_actor by,
		      struct ek_rows *out)
{
	const char *field = t->name;
	void *room;
	if (json_array_size(json) > EK_LIMIT_BULK_ROWS)
		return ek_fail(t->err, EK_LIMIT, "%s: more than %d rows", field,
			       EK_LIMIT_BULK_ROWS);
	if (!ek_take_list(t, json, sizeof(struct ek_cmd), &out->n, &room))
		return false;
	struct ek_cmd *v = room;
	out->v = v;
	for (uint32_t k = 0; k < out->n; k++) {
		struct ek_take inner = *t;
		inner.name = "";
		v[k].by = by;
		if (!take_cmd(&inner, json_array_get(json, k), ROW, &v[k]))
			return fail_row(t, field, k);
	}
	return true;
}

static bool take_field(struct ek_take *t, const json_t *value, struct ek_cmd *c, uint32_t i)
{
	const struct ek_field *f = &ek_cmd_record(c->kind)->fields[i];
	char *field = (char *)&c->conversation_create + f->offset;
	t->name = f->name;
	ek_take_rows_end(t);
	c->has |= UINT32_C(1) << i;
	if (f->type == EK_FT_ROWS && !json_is_null(value))
		return take_rows(t, value, c->by, (struct ek_rows *)(void *)field);
	if (f->type == EK_FT_ROWS)
		return true;
	if (!ek_field_json_read(t, f->type, value, field))
		return false;
	if (f->type == EK_FT_SCOPE)
		t->scope = (uint8_t)*field;
	return true;
}

static bool take_fields(struct ek_take *t, const json_t *json, struct ek_cmd *c)
{
	const struct ek_record *record = ek_cmd_record(c->kind);
	ek_assert(record->field_count <= 32);
	for (uint32_t i = 0; i < record->field_count; i++) {
		const struct ek_field *f = &record->fields[i];
		if (f->type == EK_FT_SETS && create_scope(c->kind) != 0) {
			if (!take_create_settings(t, json, c, i))
				return false;
			continue;
		}
		const json_t *value = json_object_get(json, f->name);
		if (value != NULL && !take_field(t, value, c, i))
			return false;
	}
	return true;
}

static bool is_bulk(int kind)
{
	return kind == EK_CMD_BULK_APPLY || kind == EK_CMD_HANDOVER_APPLY ||
	       kind == EK_CMD_POLICY_APPLY;
}

/* c->by is who it is by if the object does not say. */
static bool take_cmd(struct ek_take *t, const json_t *json, enum place place, struct ek_cmd *c)
{
	struct ek_actor by = c->by;
	int kind;
	int64_t based_on = 0;
	if (!json_is_object(json))
		return ek_fail(t->err, EK_USAGE, "expected a command, an object with cmd");
	if (!take_kind(t, json, &kind))
		return false;
	if (place == ROW && is_bulk(kind))
		return ek_take_fail(t, "a bulk may not hold another one");
	ek_take_rows_end(t);
	if (!is_known(t, json, kind, place))
		return false;
	const json_t *said = ek_take_member(t, json, "by");
	if (said != NULL && !ek_actor_json_read(t, said, &by))
		return false;
	said = ek_take_member(t, json, "based_on");
	if (said != NULL && !json_is_null(said) &&
	    !ek_take_between(t, said, 1, INT64_MAX, &based_on))
		return false;
	*c = ek_cmd_make(kind);
	c->by = by;
	c->based_on = (uint64_t)based_on;
	return take_fields(t, json, c);
}

static bool take_span(struct ek_take *t, const json_t *value, ek_span *out)
{
	out->ms = EK_NONE;
	if (value == NULL || json_is_null(value))
		return true;
	return ek_take_between(t, value, 0, INT64_C(315360000000), &out->ms); /* ten years */
}

static bool take_sim(struct ek_take *t, const json_t *sim, struct ek_cmd_line *out)
{
	static const char *const members[] = {"handle_ms", "patience_ms", NULL};
	if (sim == NULL)
		return true;
	t->name = "sim";
	ek_take_rows_end(t);
	return ek_take_object(t, sim, members) &&
	       take_span(t, ek_take_member(t, sim, "handle_ms"), &out->sim.handle) &&
	       take_span(t, ek_take_member(t, sim, "patience_ms"), &out->sim.patience);
}

static bool take_name(struct ek_take *t, const json_t *json, const char *member, ek_str *out)
{
	const json_t *value = ek_take_member(t, json, member);
	if (value == NULL)
		return true;
	size_t n = json_string_length(value); /* 0 for what is no text */
	if (n == 0 || n > EK_LIMIT_TEXT_BYTES ||
	    !ek_utf8_is_plain((ek_str){json_string_value(value), (uint32_t)n}))
		return ek_take_refuse(t, "a text of 1 to 200 bytes without control characters",
				      value);
	return ek_take_text(t, value, out);
}
_Static_assert(EK_LIMIT_TEXT_BYTES == 200, "the message above names the limit");

static bool take_line(struct ek_take *t, const json_t *json, struct ek_cmd_line *out)
{
	if (!take_cmd(t, json, LINE, &out->cmd))
		return false;
	t->name = "";
	ek_take_rows_end(t);
	const json_t *at = ek_take_member(t, json, "at");
	out->at_is_text = json_is_string(at);
	return ek_take_time(t, at, &out->at.ms) && take_name(t, json, "ref", &out->ref) &&
	       take_name(t, json, "key", &out->key) &&
	       take_sim(t, json_object_get(json, "sim"), out);
}

static struct ek_take take_how(const struct ek_cmd_json *how, struct ek_err *err)
{
	return (struct ek_take){.arena = how->arena,
				.err = err,
				.resolve = how->resolve,
				.resolve_ctx = how->resolve_ctx,
				.name = ""};
}

bool ek_cmd_json_line(const struct ek_cmd_json *how, ek_str text, struct ek_cmd_line *out,
		      struct ek_err *err)
{
	struct ek_take t = take_how(how, err);
	struct json_t *json;
	memset(out, 0, sizeof *out);
	out->sim.handle.ms = EK_NONE;
	out->sim.patience.ms = EK_NONE;
	out->cmd.by.kind = EK_ACTOR_PERSON;
	bool ok = ek_json_read(text, &json, err) && take_line(&t, json, out);
	ek_json_drop(&json);
	return ok;
}

bool ek_cmd_json_read(const struct ek_cmd_json *how, ek_str text, struct ek_cmd *out,
		      struct ek_err *err)
{
	struct ek_take t = take_how(how, err);
	struct json_t *json;
	memset(out, 0, sizeof *out);
	out->by.kind = EK_ACTOR_PERSON;
	bool ok = ek_json_read(text, &json, err) && take_cmd(&t, json, BODY, out);
	ek_json_drop(&json);
	return ok;
}
