#include "model/codec.h"

#include <string.h>

#include "base/utf8.h"
#include "model/cmd.h"
#include "model/limits.h"
#include "model/setting.h"

struct in {
	const uint8_t *p;
	const uint8_t *end;
	struct ek_arena *arena;
	struct ek_err *err;
	uint64_t at; /* the event's time */
};

/* Which numbers of an enum are listed, as bits. */
#define VALUE_BIT(P, num, NAME, wire, doc) | UINT64_C(1) << (num)
#define ENUM(name, NAME, doc) [EK_ENUM_##NAME] = 0 VALUES_##name(VALUE_BIT, ),
static const uint64_t listed[EK_ENUM_COUNT] = {ENUMS(ENUM)};
#undef ENUM
#undef VALUE_BIT
#define ENUM(name, NAME, doc) _Static_assert(EK_##NAME##_END <= 64, "more values than bits");
ENUMS(ENUM)
#undef ENUM

static bool damage(struct in *in, const char *what)
{
	return ek_fail(in->err, EK_DAMAGE, "stored event: %s", what);
}

static bool get_byte(struct in *in, uint8_t *b)
{
	if (in->p == in->end)
		return damage(in, "it ends too early");
	*b = *in->p++;
	return true;
}

/* Of the least length only: no last byte of 0, no bits beyond 64. */
static bool get_number(struct in *in, uint64_t *v)
{
	uint64_t sum = 0;
	for (unsigned shift = 0; shift < 70; shift += 7) {
		uint8_t b = 0;
		if (!get_byte(in, &b))
			return false;
		if (shift == 63 && b > 1)
			break;
		sum |= (uint64_t)(b & 0x7F) << shift;
		if (b < 0x80) {
			*v = sum;
			return (b != 0 || shift == 0) || damage(in, "a number is too long");
		}
	}
	return damage(in, "a number is too long");
}

static bool get_signed(struct in *in, uint64_t *v)
{
	if (!get_number(in, v))
		return false;
	*v = *v >> 1 ^ (0 - (*v & 1));
	return true;
}

/* A number that may not say "absent", since it is there. */
static bool get_int(struct in *in, uint64_t base, int64_t *out)
{
	uint64_t v;
	if (!get_signed(in, &v))
		return false;
	*out = (int64_t)(v + base);
	return *out != EK_NONE || damage(in, "a number is out of range");
}

static bool get_bounded(struct in *in, uint64_t max, uint32_t *out)
{
	uint64_t v;
	if (!get_number(in, &v))
		return false;
	*out = (uint32_t)v;
	return v <= max || damage(in, "a number is out of range");
}

/* n bytes of text that must be text. */
static bool get_bytes(struct in *in, uint64_t n, ek_str *out)
{
	if (n > EK_LIMIT_TEXT_BYTES)
		return damage(in, "a text is too long");
	if (n > (uint64_t)(in->end - in->p))
		return damage(in, "it ends too early");
	*out = (ek_str){(const char *)in->p, (uint32_t)n};
	in->p += n;
	return ek_utf8_is_text(*out) || damage(in, "a text is not UTF-8");
}

static bool get_text(struct in *in, ek_str *out)
{
	uint64_t n;
	return get_number(in, &n) && get_bytes(in, n, out);
}

static bool get_optional_text(struct in *in, ek_str *out)
{
	uint64_t n;
	*out = (ek_str){NULL, 0};
	return get_number(in, &n) && (n == 0 || get_bytes(in, n - 1, out));
}

/* The count of a list, and room for its elements. An element has a byte or more, so that the room
 * is bounded by what was read. */
static bool get_room(struct in *in, uint32_t max, size_t size, uint32_t *n, void **room)
{
	uint64_t v;
	if (!get_number(in, &v))
		return false;
	if (v > max || v > (uint64_t)(in->end - in->p))
		return damage(in, "a list is too long");
	*n = (uint32_t)v;
	*room = ek_arena_zero(in->arena, (size_t)v * size);
	return *room != NULL || ek_fail(in->err, EK_NO_MEMORY, "stored event: no memory");
}

static bool get_cells(struct in *in, struct ek_value *v)
{
	void *room;
	if (!get_room(in, EK_CODEC_CELLS_MAX, sizeof(struct ek_cell), &v->n, &room))
		return false;
	struct ek_cell *cells = room;
	for (uint32_t k = 0; k < v->n; k++) {
		uint64_t i;
		if (!get_signed(in, &i) || !get_text(in, &cells[k].s))
			return false;
		cells[k].i = (int64_t)i;
		if (cells[k].s.n == 0)
			cells[k].s.p = NULL;
	}
	v->cells = v->n == 0 ? NULL : cells;
	return true;
}

static bool get_value(struct in *in, struct ek_value *v)
{
	*v = (struct ek_value){0};
	if (!get_byte(in, &v->kind))
		return false;
	if (v->kind > EK_VALUE_CALENDAR)
		return damage(in, "a value of an unknown kind");
	if (v->kind == EK_VALUE_INT)
		return get_int(in, 0, &v->i);
	return v->kind != EK_VALUE_LIST || get_cells(in, v);
}

static bool get_setting(struct in *in, uint8_t *setting)
{
	if (!get_byte(in, setting))
		return false;
	return (*setting > 0 && *setting < EK_SET_COUNT) || damage(in, "an unknown setting");
}

static bool get_needs(struct in *in, struct ek_needs *l)
{
	void *room;
	if (!get_room(in, EK_LIMIT_NEEDS, sizeof(struct ek_need), &l->n, &room))
		return false;
	struct ek_need *v = room;
	l->v = v;
	for (uint32_t k = 0; k < l->n; k++) {
		uint8_t b = 0;
		if (!get_text(in, &v[k].skill) || !get_byte(in, &b))
			return false;
		v[k].min_level = b & 7;
		v[k].required = (b & 8) != 0;
		v[k].relax_after.ms = EK_NONE;
		if (b >= 32 || v[k].min_level < 1 || v[k].min_level > 5)
			return damage(in, "a need is malformed");
		if ((b & 16) != 0 && !get_int(in, 0, &v[k].relax_after.ms))
			return false;
	}
	return true;
}

static bool get_pairs(struct in *in, struct ek_pairs *l)
{
	void *room;
	if (!get_room(in, EK_LIMIT_ATTRIBUTES, sizeof(struct ek_pair), &l->n, &room))
		return false;
	struct ek_pair *v = room;
	l->v = v;
	for (uint32_t k = 0; k < l->n; k++) {
		if (!get_text(in, &v[k].name) || !get_optional_text(in, &v[k].value))
			return false;
	}
	return true;
}

static bool get_texts(struct in *in, struct ek_texts *l)
{
	void *room;
	if (!get_room(in, EK_LIMIT_TAGS, sizeof(ek_str), &l->n, &room))
		return false;
	ek_str *v = room;
	l->v = v;
	for (uint32_t k = 0; k < l->n; k++) {
		if (!get_text(in, &v[k]))
			return false;
	}
	return true;
}

static bool get_sets(struct in *in, struct ek_sets *l)
{
	void *room;
	if (!get_room(in, EK_CODEC_SETS_MAX, sizeof(struct ek_set), &l->n, &room))
		return false;
	struct ek_set *v = room;
	l->v = v;
	for (uint32_t k = 0; k < l->n; k++) {
		if (!get_setting(in, &v[k].setting) || !get_value(in, &v[k].value))
			return false;
	}
	return true;
}

static bool get_changes(struct in *in, struct ek_changes *l)
{
	void *room;
	if (!get_room(in, EK_CODEC_SETS_MAX, sizeof(struct ek_change), &l->n, &room))
		return false;
	struct ek_change *v = room;
	l->v = v;
	for (uint32_t k = 0; k < l->n; k++) {
		if (!get_setting(in, &v[k].setting) || !get_value(in, &v[k].before) ||
		    !get_value(in, &v[k].after))
			return false;
	}
	return true;
}

static bool get_week(struct in *in, struct ek_week *l)
{
	void *room;
	if (!get_room(in, EK_CALENDAR_WEEK_MAX, sizeof(struct ek_week_hours), &l->n, &room))
		return false;
	struct ek_week_hours *v = room;
	l->v = v;
	for (uint32_t k = 0; k < l->n; k++) {
		uint32_t from;
		uint32_t to;
		if (!get_byte(in, &v[k].day) || !get_bounded(in, EK_CALENDAR_DAY_MS, &from) ||
		    !get_bounded(in, EK_CALENDAR_DAY_MS, &to))
			return false;
		if (v[k].day < 1 || v[k].day > 7)
			return damage(in, "a day of the week is out of range");
		v[k].from_ms = (int32_t)from;
		v[k].to_ms = (int32_t)to;
	}
	return true;
}

static bool get_dates(struct in *in, struct ek_dates *l)
{
	enum { FIRST = -719162, LAST = 2932896 }; /* years 1 to 9999 */
	void *room;
	if (!get_room(in, EK_CALENDAR_CLOSED_MAX, sizeof(int32_t), &l->n, &room))
		return false;
	int32_t *v = room;
	l->v = v;
	int64_t date = 0;
	for (uint32_t k = 0; k < l->n; k++) {
		if (!get_int(in, (uint64_t)date, &date))
			return false;
		if (date < FIRST || date > LAST)
			return damage(in, "a date is out of range");
		v[k] = (int32_t)date;
	}
	return true;
}

static bool get_shifts(struct in *in, struct ek_shifts *l)
{
	void *room;
	if (!get_room(in, EK_LIMIT_SHIFTS, sizeof(struct ek_shift), &l->n, &room))
		return false;
	struct ek_shift *v = room;
	l->v = v;
	for (uint32_t k = 0; k < l->n; k++) {
		if (!get_int(in, in->at, &v[k].from.ms) ||
		    !get_int(in, (uint64_t)v[k].from.ms, &v[k].until.ms))
			return false;
	}
	return true;
}

static bool get_zone(struct in *in, struct ek_zone *z)
{
	void *room;
	if (!get_text(in, &z->name))
		return false;
	if (z->name.n > EK_ZONE_NAME_MAX)
		return damage(in, "a text is too long");
	if (!get_room(in, EK_ZONE_SHIFTS_MAX, sizeof(struct ek_zone_shift), &z->shift_count, &room))
		return false;
	struct ek_zone_shift *v = room;
	z->shifts = z->shift_count == 0 ? NULL : v;
	int64_t at = EK_ZONE_SINCE_EVER;
	for (uint32_t k = 0; k < z->shift_count; k++) {
		int64_t offset;
		if (!get_int(in, (uint64_t)at, &at) || !get_int(in, 0, &offset))
			return false;
		if (offset < -EK_ZONE_OFFSET_MAX_MS || offset > EK_ZONE_OFFSET_MAX_MS)
			return damage(in, "an offset is out of range");
		v[k] = (struct ek_zone_shift){at, (int32_t)offset};
	}
	return true;
}

static bool get_list(struct in *in, uint8_t type, void *field)
{
	switch (type) {
	case EK_FT_NEEDS:
		return get_needs(in, field);
	case EK_FT_PAIRS:
		return get_pairs(in, field);
	case EK_FT_TEXTS:
		return get_texts(in, field);
	case EK_FT_SETS:
		return get_sets(in, field);
	case EK_FT_CHANGES:
		return get_changes(in, field);
	case EK_FT_WEEK:
		return get_week(in, field);
	case EK_FT_DATES:
		return get_dates(in, field);
	case EK_FT_SHIFTS:
		return get_shifts(in, field);
	default:
		return damage(in, "an event has no such field");
	}
}

/* A list that is there has an element: an empty one is stored as absent. */
static bool get_full_list(struct in *in, uint8_t type, void *field)
{
	if (in->p != in->end && *in->p == 0)
		return damage(in, "an empty list");
	return get_list(in, type, field);
}

static bool get_id(struct in *in, void *field)
{
	uint32_t id;
	if (!get_bounded(in, UINT32_MAX, &id))
		return false;
	memcpy(field, &id, sizeof id);
	return id != 0 || damage(in, "an id is 0");
}

static bool get_enum(struct in *in, uint8_t type, uint8_t *field)
{
	if (!get_byte(in, field))
		return false;
	if (*field < 64 && (listed[ek_field_enum(type)] >> *field & 1) != 0)
		return true;
	return damage(in, "a value is not listed");
}

static bool get_field(struct in *in, uint8_t type, void *field)
{
	switch (ek_codec_form(type)) {
	case EK_CODEC_ID:
		return get_id(in, field);
	case EK_CODEC_INT:
		return get_int(in, 0, field);
	case EK_CODEC_TIME:
		return get_int(in, in->at, field);
	case EK_CODEC_BOOL:
		*(bool *)field = true;
		return true;
	case EK_CODEC_ENUM:
		return get_enum(in, type, field);
	case EK_CODEC_TEXT:
		return get_text(in, field);
	case EK_CODEC_ZONE:
		return get_zone(in, field);
	case EK_CODEC_LIST:
	default:
		return get_full_list(in, type, field);
	}
}

enum { HEAD_ACTOR = 3, HEAD_ID = 4, HEAD_SINCE = 8, HEAD_BACK = 16, HEAD_END = 32 };

/* A number that is there only if its bit is set in the head, and then is not 0. */
static bool get_optional(struct in *in, bool is_there, bool is_signed, uint64_t *v)
{
	*v = 0;
	if (!is_there)
		return true;
	if (!(is_signed ? get_signed(in, v) : get_number(in, v)))
		return false;
	return *v != 0 || damage(in, "its head is malformed");
}

static bool get_actor(struct in *in, uint8_t head, struct ek_actor *by)
{
	by->kind = head & HEAD_ACTOR;
	if (head >= HEAD_END || by->kind == 0)
		return damage(in, "its head is malformed");
	return (head & HEAD_ID) == 0 || get_id(in, &by->id);
}

/* What comes before the fields. */
static bool get_head(struct in *in, const struct ek_codec_base *base, struct ek_event *e)
{
	uint8_t head = 0;
	uint64_t since;
	uint64_t back;
	if (!get_byte(in, &e->kind) || !get_byte(in, &head) || !get_actor(in, head, &e->by) ||
	    !get_optional(in, (head & HEAD_SINCE) != 0, true, &since) ||
	    !get_optional(in, (head & HEAD_BACK) != 0, false, &back))
		return false;
	if (back != 0 && back >= base->seq)
		return damage(in, "its cause is before the log");
	in->at = (uint64_t)base->at.ms + since;
	e->seq = base->seq;
	e->at.ms = (int64_t)in->at;
	e->cause_seq = back == 0 ? 0 : base->seq - back;
	return e->at.ms != EK_NONE || damage(in, "its time is out of range");
}

static bool get_body(struct in *in, struct ek_event *e)
{
	const struct ek_record *record = ek_event_record(e->kind);
	uint64_t there;
	if (record == NULL)
		return damage(in, "an unknown kind");
	char *body = (char *)&e->conversation_arrived;
	ek_cmd_clear(record, body);
	if (!get_number(in, &there))
		return false;
	if (there >> record->field_count != 0)
		return damage(in, "an unknown field");
	for (; there != 0; there &= there - 1) {
		const struct ek_field *f = &record->fields[__builtin_ctzll(there)];
		if (!get_field(in, f->type, body + f->offset))
			return false;
	}
	return true;
}

bool ek_codec_read(const struct ek_codec_bytes *bytes, struct ek_arena *arena, struct ek_event *e,
		   size_t *used, struct ek_err *err)
{
	struct in in = {.p = bytes->p,
			.end = bytes->n == 0 ? bytes->p : bytes->p + bytes->n,
			.arena = arena,
			.err = err};
	memset(e, 0, sizeof *e);
	if (!get_head(&in, &bytes->base, e) || !get_body(&in, e))
		return false;
	if (used != NULL)
		*used = (size_t)(in.p - bytes->p);
	return used != NULL || in.p == in.end || damage(&in, "something comes after it");
}
