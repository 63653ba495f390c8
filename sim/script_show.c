#include "sim/script.h"

#include "model/setting.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct out {
	char *text;
	size_t cap;
	size_t n;
};

static void say(struct out *o, const char *format, ...) EK_PRINTF(2, 3);
static void say(struct out *o, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	int n = vsnprintf(o->text + o->n, o->cap - o->n, format, list);
	va_end(list);
	if (n > 0)
		o->n += (size_t)n;
	if (o->n >= o->cap)
		o->n = o->cap - 1;
}

static void say_number(struct out *o, int64_t n)
{
	if (n == EK_NONE)
		say(o, "null");
	else
		say(o, "%lld", (long long)n);
}

static void say_str(struct out *o, ek_str s)
{
	say(o, "%.*s", (int)s.n, s.p == NULL ? "" : s.p);
}

static void say_value(struct out *o, const struct ek_value *v)
{
	static const char *const kinds[] = {"inherit", "null", "", "[", "auto", "calendar"};
	say(o, "%s", kinds[v->kind]);
	if (v->kind == EK_VALUE_INT)
		say_number(o, v->i);
	for (uint32_t i = 0; v->kind == EK_VALUE_LIST && i < v->n; i++) {
		say(o, "%s", i == 0 ? "" : ",");
		say_number(o, v->cells[i].i);
		if (v->cells[i].s.n != 0) {
			say(o, "~");
			say_str(o, v->cells[i].s);
		}
	}
	say(o, "%s", v->kind == EK_VALUE_LIST ? "]" : "");
}

static void say_sets(struct out *o, const struct ek_sets *sets)
{
	static const char *const names[EK_SET_COUNT] = {
#define S(num, name, NAME, at, type, list, lo, hi, null, def, role, doc) [num] = #name,
		SETTINGS(S)
#undef S
	};
	for (uint32_t i = 0; i < sets->n; i++) {
		int s = sets->v[i].setting;
		say(o, "%s%s:", i == 0 ? "" : ";", s > 0 && s < EK_SET_COUNT ? names[s] : "?");
		say_value(o, &sets->v[i].value);
	}
}

static void say_needs(struct out *o, const struct ek_needs *needs)
{
	for (uint32_t i = 0; i < needs->n; i++) {
		const struct ek_need *need = &needs->v[i];
		say(o, "%s", i == 0 ? "" : ",");
		say_str(o, need->skill);
		say(o, "/%d/%s/", need->min_level, need->required ? "yes" : "no");
		say_number(o, need->relax_after.ms);
	}
}

static void say_texts(struct out *o, const struct ek_texts *texts)
{
	for (uint32_t i = 0; i < texts->n; i++)
		say(o, "%s%.*s", i == 0 ? "" : ",", (int)texts->v[i].n, texts->v[i].p);
}

static void say_pairs(struct out *o, const struct ek_pairs *pairs)
{
	for (uint32_t i = 0; i < pairs->n; i++) {
		say(o, "%s%.*s/", i == 0 ? "" : ",", (int)pairs->v[i].name.n, pairs->v[i].name.p);
		say_str(o, pairs->v[i].value);
	}
}

static void say_teams(struct out *o, const struct ek_teams *teams)
{
	for (uint32_t i = 0; i < teams->n; i++)
		say(o, "%s%u", i == 0 ? "" : ",", teams->v[i].v);
}

static void say_shifts(struct out *o, const struct ek_shifts *shifts)
{
	for (uint32_t i = 0; i < shifts->n; i++)
		say(o, "%s%lld-%lld", i == 0 ? "" : ",", (long long)shifts->v[i].from.ms,
		    (long long)shifts->v[i].until.ms);
}

static void say_week(struct out *o, const struct ek_week *week)
{
	for (uint32_t i = 0; i < week->n; i++)
		say(o, "%s%d/%d-%d", i == 0 ? "" : ",", week->v[i].day, week->v[i].from_ms,
		    week->v[i].to_ms);
}

static void say_list(struct out *o, uint8_t type, const void *at)
{
	switch (type) {
	case EK_FT_NEEDS:
		say_needs(o, at);
		break;
	case EK_FT_SETS:
		say_sets(o, at);
		break;
	case EK_FT_TEXTS:
		say_texts(o, at);
		break;
	case EK_FT_PAIRS:
		say_pairs(o, at);
		break;
	case EK_FT_TEAMS:
		say_teams(o, at);
		break;
	case EK_FT_SHIFTS:
		say_shifts(o, at);
		break;
	case EK_FT_WEEK:
		say_week(o, at);
		break;
	default:
		break;
	}
}

static void say_enum(struct out *o, uint8_t type, uint8_t number)
{
	const char *wire = ek_enums_wire(ek_field_enum(type), number);
	say(o, "%s", wire == NULL ? "null" : wire);
}

static bool is_id(uint8_t type)
{
	return type == EK_FT_CONVERSATION || type == EK_FT_TEAMMATE || type == EK_FT_TEAM ||
	       type == EK_FT_CONTACT || type == EK_FT_ASSIGNMENT || type == EK_FT_SCOPE_ID;
}

static bool is_number(uint8_t type)
{
	return type == EK_FT_TIME || type == EK_FT_WALL || type == EK_FT_INT || type == EK_FT_SPAN;
}

static void say_field(struct out *o, const struct ek_field *field, const void *body)
{
	const void *at = (const char *)body + field->offset;
	uint32_t id = 0;
	int64_t n = 0;
	if (ek_field_is_enum(field->type)) {
		say_enum(o, field->type, *(const uint8_t *)at);
	} else if (is_id(field->type)) {
		memcpy(&id, at, sizeof id);
		say(o, "%u", id);
	} else if (is_number(field->type)) {
		memcpy(&n, at, sizeof n);
		say_number(o, n);
	} else if (field->type == EK_FT_TEXT) {
		say_str(o, *(const ek_str *)at);
	} else if (field->type == EK_FT_ZONE) {
		say_str(o, ((const struct ek_zone *)at)->name);
	} else {
		say_list(o, field->type, at);
	}
}

static void say_cmd(struct out *o, const struct ek_cmd *cmd)
{
	const struct ek_record *record = ek_cmd_record(cmd->kind);
	ek_assert(record != NULL);
	say(o, "%s", record->wire);
	for (uint32_t i = 0; i < record->field_count; i++) {
		if ((cmd->has >> i & 1) == 0 || record->fields[i].type == EK_FT_ROWS)
			continue;
		say(o, " %s=", record->fields[i].name);
		say_field(o, &record->fields[i], ek_cmd_body(cmd));
	}
}

size_t ek_script_show(const struct ek_cmd *cmd, char *out, size_t cap)
{
	struct out o = {out, cap, 0};
	const struct ek_rows *rows = NULL;
	ek_assert(cap > 0);
	out[0] = '\0';
	say_cmd(&o, cmd);
	say(&o, " by=%s:%u", ek_enums_wire(EK_ENUM_ACTOR, cmd->by.kind), cmd->by.id);
	if (cmd->kind == EK_CMD_BULK_APPLY)
		rows = &cmd->bulk_apply.rows;
	if (cmd->kind == EK_CMD_HANDOVER_APPLY)
		rows = &cmd->handover_apply.rows;
	if (cmd->kind == EK_CMD_POLICY_APPLY)
		rows = &cmd->policy_apply.rows;
	for (uint32_t i = 0; rows != NULL && i < rows->n; i++) {
		say(&o, " | ");
		say_cmd(&o, &rows->v[i]);
	}
	return o.n;
}

/* Whether the field is worth a word: not null, not empty. */
static bool is_there(const struct ek_field *field, const void *body)
{
	const char *at = (const char *)body + field->offset;
	uint32_t id = 0;
	int64_t n = 0;
	if (is_number(field->type)) {
		memcpy(&n, at, sizeof n);
		return n != EK_NONE;
	}
	if (is_id(field->type)) {
		memcpy(&id, at, sizeof id);
		return id != 0;
	}
	return field->type != EK_FT_CHANGES && field->type != EK_FT_ZONE &&
	       field->type != EK_FT_WEEK && field->type != EK_FT_DATES && at[0] != 0;
}

size_t ek_script_show_event(const struct ek_event *event, char *out, size_t cap)
{
	const struct ek_record *record = ek_event_record(event->kind);
	struct out o = {out, cap, 0};
	ek_assert(record != NULL && cap > 0);
	say(&o, "%s", record->wire);
	for (uint32_t i = 0; i < record->field_count; i++) {
		if (!is_there(&record->fields[i], ek_event_body(event)))
			continue;
		say(&o, " %s=", record->fields[i].name);
		if (record->fields[i].type == EK_FT_BOOL)
			say(&o, "true");
		else
			say_field(&o, &record->fields[i], ek_event_body(event));
	}
	return o.n;
}
