#include "wire/event_json.h"

#include <jansson.h>
#include <string.h>

#include "model/cmd.h"
#include "model/codec.h"
#include "wire/actor_json.h"
#include "wire/field_json.h"

enum { FIELDS_MAX = 64 };

/* The fields of a record by name, in byte order. */
static void sort_fields(const struct ek_record *record, uint8_t order[FIELDS_MAX])
{
	ek_assert(record->field_count <= FIELDS_MAX);
	for (uint32_t i = 0; i < record->field_count; i++) {
		uint32_t k = i;
		for (; k > 0; k--) {
			const char *before = record->fields[order[k - 1]].name;
			if (strcmp(before, record->fields[i].name) < 0)
				break;
			order[k] = order[k - 1];
		}
		order[k] = (uint8_t)i;
	}
}

/* fields: bit i = the i-th field is written. */
static void write_data(struct ek_json *j, const struct ek_event *e, uint64_t fields)
{
	const struct ek_record *record = ek_event_record(e->kind);
	const char *body = ek_event_body(e);
	uint8_t order[FIELDS_MAX];
	sort_fields(record, order);
	ek_json_object(j);
	for (uint32_t k = 0; k < record->field_count; k++) {
		const struct ek_field *f = &record->fields[order[k]];
		if ((fields >> order[k] & 1) == 0)
			continue;
		ek_json_key(j, f->name);
		ek_field_json_write(j, f->type, body + f->offset, true);
	}
	ek_json_object_end(j);
}

static void write_more_text(struct ek_json *j, const char *key, ek_str s)
{
	if (s.p == NULL)
		return;
	ek_json_key(j, key);
	ek_json_text(j, s);
}

static bool write_line(struct ek_json *j, const struct ek_event *e,
		       const struct ek_event_json *more, uint64_t fields)
{
	const struct ek_record *record = ek_event_record(e->kind);
	ek_assert(record != NULL);
	ek_json_object(j);
	ek_json_key(j, "at");
	ek_json_int(j, e->at.ms);
	ek_json_key(j, "by");
	ek_actor_json_write(j, e->by);
	ek_json_key(j, "cause_seq");
	if (e->cause_seq == 0)
		ek_json_null(j);
	else
		ek_json_uint(j, e->cause_seq);
	ek_json_key(j, "data");
	write_data(j, e, fields);
	if (more->epoch != 0) {
		ek_json_key(j, "epoch");
		ek_json_uint(j, more->epoch);
	}
	write_more_text(j, "hash", more->hash);
	write_more_text(j, "key", more->key);
	write_more_text(j, "prev_hash", more->prev_hash);
	ek_json_key(j, "seq");
	ek_json_uint(j, e->seq);
	ek_json_key(j, "type");
	ek_json_word(j, record->wire);
	ek_json_key(j, "v");
	ek_json_int(j, EK_EVENT_JSON_V);
	ek_json_object_end(j);
	return !j->failed;
}

bool ek_event_json_write(struct ek_json *j, const struct ek_event *e,
			 const struct ek_event_json *more)
{
	static const struct ek_event_json nothing = {0};
	return write_line(j, e, more == NULL ? &nothing : more, UINT64_MAX);
}

static bool take_data(struct ek_take *t, const json_t *data, struct ek_event *e, uint64_t *fields)
{
	const struct ek_record *record = ek_event_record(e->kind);
	const char *names[FIELDS_MAX + 1] = {NULL};
	char *body = (char *)&e->conversation_arrived;
	ek_cmd_clear(record, body);
	for (uint32_t i = 0; i < record->field_count; i++)
		names[i] = record->fields[i].name;
	t->name = "data";
	ek_take_rows_end(t);
	if (!ek_take_object(t, data, names))
		return false;
	*fields = 0;
	for (uint32_t i = 0; i < record->field_count; i++) {
		const struct ek_field *f = &record->fields[i];
		t->name = f->name;
		ek_take_rows_end(t);
		const json_t *value = json_object_get(data, f->name);
		if (value == NULL)
			continue;
		*fields |= UINT64_C(1) << i;
		if (!ek_field_json_read(t, f->type, value, body + f->offset))
			return false;
	}
	t->name = "";
	ek_take_rows_end(t);
	return true;
}

static bool take_more_text(struct ek_take *t, const json_t *line, const char *key, ek_str *out)
{
	const json_t *value = ek_take_member(t, line, key);
	return value == NULL || ek_take_text(t, value, out);
}

static bool take_more(struct ek_take *t, const json_t *line, struct ek_event_json *more)
{
	*more = (struct ek_event_json){0};
	const json_t *epoch = ek_take_member(t, line, "epoch");
	int64_t number = 0;
	if (epoch != NULL && !ek_take_between(t, epoch, 1, INT64_MAX, &number))
		return false;
	more->epoch = (uint64_t)number;
	return take_more_text(t, line, "hash", &more->hash) &&
	       take_more_text(t, line, "key", &more->key) &&
	       take_more_text(t, line, "prev_hash", &more->prev_hash);
}

static bool take_type(struct ek_take *t, const json_t *line, struct ek_event *e)
{
	const json_t *type = ek_take_member(t, line, "type");
	if (!json_is_string(type))
		return ek_take_refuse(t, "the name of an event", type);
	e->kind = (uint8_t)ek_event_number(
		(ek_str){json_string_value(type), (uint32_t)json_string_length(type)});
	if (e->kind == 0)
		return ek_fail(t->err, EK_TOO_NEW, "an event of a type that is unknown here");
	const json_t *v = ek_take_member(t, line, "v");
	if (!json_is_integer(v))
		return ek_take_refuse(t, "a whole number", v);
	return json_integer_value(v) == EK_EVENT_JSON_V ||
	       ek_fail(t->err, EK_TOO_NEW, "an event line of a version that is unknown here");
}

static bool take_head(struct ek_take *t, const json_t *line, struct ek_event *e)
{
	int64_t seq;
	int64_t cause = 0;
	if (!take_type(t, line, e) || !ek_take_int(t, ek_take_member(t, line, "at"), &e->at.ms) ||
	    !ek_actor_json_read(t, ek_take_member(t, line, "by"), &e->by) ||
	    !ek_take_between(t, ek_take_member(t, line, "seq"), 1, INT64_MAX, &seq))
		return false;
	const json_t *json = ek_take_member(t, line, "cause_seq");
	if (!json_is_null(json) && !ek_take_between(t, json, 1, seq - 1, &cause))
		return false;
	e->seq = (uint64_t)seq;
	e->cause_seq = (uint64_t)cause;
	return true;
}

/* One event has one line: what was read, written again, is what was read. */
static bool is_canonical(struct ek_take *t, ek_str line, const struct ek_event *e,
			 const struct ek_event_json *more, uint64_t fields)
{
	struct ek_json j;
	ek_json_init(&j, t->arena->alloc, (size_t)line.n + 1);
	bool is_same = write_line(&j, e, more, fields) && ek_str_equal(ek_json_written(&j), line);
	ek_json_fini(&j);
	return is_same ||
	       ek_fail(t->err, EK_DAMAGE, "not the line that would be written for this event");
}

/* What the log could not hold (too long a list, a text of too many bytes) is no event. The event
 * that comes back is the one that was stored and read. */
static bool can_be_stored(struct ek_take *t, struct ek_event *e)
{
	struct ek_codec_bytes bytes = {.base = {e->seq, e->at}};
	size_t n = ek_codec_write(e, bytes.base, NULL, 0);
	uint8_t *p = ek_arena_get(t->arena, n);
	if (p == NULL)
		return ek_take_no_memory(t);
	bytes.p = p;
	bytes.n = ek_codec_write(e, bytes.base, p, n);
	return ek_codec_read(&bytes, t->arena, e, NULL, t->err);
}

static bool take_line(struct ek_take *t, ek_str text, const json_t *line, struct ek_event *e,
		      struct ek_event_json *more)
{
	static const char *const members[] = {"at",    "by",   "cause_seq", "data",
					      "epoch", "hash", "key",       "prev_hash",
					      "seq",   "type", "v",         NULL};
	uint64_t fields;
	return ek_take_object(t, line, members) && take_head(t, line, e) &&
	       take_more(t, line, more) &&
	       take_data(t, json_object_get(line, "data"), e, &fields) &&
	       is_canonical(t, text, e, more, fields) && can_be_stored(t, e);
}

bool ek_event_json_read(ek_str line, struct ek_arena *arena, struct ek_event *e,
			struct ek_event_json *more, struct ek_err *err)
{
	struct ek_take t = {.arena = arena, .err = err, .is_event = true, .name = ""};
	struct ek_event_json unwanted;
	struct json_t *json;
	memset(e, 0, sizeof *e);
	bool ok = ek_json_read(line, &json, err) &&
		  take_line(&t, line, json, e, more == NULL ? &unwanted : more);
	ek_json_drop(&json);
	if (!ok && (err->code == EK_USAGE || err->code == EK_LIMIT))
		err->code = EK_DAMAGE;
	return ok;
}
