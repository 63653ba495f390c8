/* The stored form of lists, each element after the other:
 *   NEEDS    text, level | required << 3 | relaxes << 4 (1 byte), [relax_after signed]
 *   PAIRS    text, length + 1 of the value or 0 for none, bytes
 *   TEXTS    text
 *   SETS     setting (1 byte), value           CHANGES  setting (1 byte), before, after
 *   WEEK     day (1 byte), from, to            DATES    days since the one before, signed
 *   SHIFTS   from, less the event's time; until, less from; signed
 *   ZONE     text of the name, count of shifts; each: since the one before it, offset; signed
 *   a value: kind (1 byte); INT: signed; LIST: count, then cells: signed, text (none is empty)
 */
#include "model/codec.h"

#include <string.h>

static const uint8_t forms[EK_FT_ENUM] = {
	[EK_FT_CONVERSATION] = EK_CODEC_ID, [EK_FT_TEAMMATE] = EK_CODEC_ID,
	[EK_FT_TEAM] = EK_CODEC_ID,         [EK_FT_CONTACT] = EK_CODEC_ID,
	[EK_FT_ASSIGNMENT] = EK_CODEC_ID,   [EK_FT_SCOPE_ID] = EK_CODEC_ID,
	[EK_FT_TIME] = EK_CODEC_TIME,       [EK_FT_SPAN] = EK_CODEC_INT,
	[EK_FT_WALL] = EK_CODEC_INT,        [EK_FT_INT] = EK_CODEC_INT,
	[EK_FT_BOOL] = EK_CODEC_BOOL,       [EK_FT_TEXT] = EK_CODEC_TEXT,
	[EK_FT_ZONE] = EK_CODEC_ZONE,       [EK_FT_NEEDS] = EK_CODEC_LIST,
	[EK_FT_PAIRS] = EK_CODEC_LIST,      [EK_FT_TEXTS] = EK_CODEC_LIST,
	[EK_FT_TEAMS] = EK_CODEC_LIST,      [EK_FT_SETS] = EK_CODEC_LIST,
	[EK_FT_CHANGES] = EK_CODEC_LIST,    [EK_FT_WEEK] = EK_CODEC_LIST,
	[EK_FT_DATES] = EK_CODEC_LIST,      [EK_FT_SHIFTS] = EK_CODEC_LIST,
	[EK_FT_ROWS] = EK_CODEC_LIST,
};

enum ek_codec_form ek_codec_form(uint8_t type)
{
	return type >= EK_FT_ENUM ? EK_CODEC_ENUM : (enum ek_codec_form)forms[type];
}

/* Counts on beyond cap, but writes no more there. */
struct out {
	uint8_t *p;
	size_t n;
	size_t cap;
	uint64_t at; /* the event's time */
};

enum { VARINT_MAX = 10 };

static void put_byte(struct out *o, uint8_t b)
{
	if (o->n < o->cap)
		o->p[o->n] = b;
	o->n++;
}

static void put_bytes(struct out *o, const void *bytes, size_t n)
{
	if (n > 0 && o->n <= o->cap && n <= o->cap - o->n)
		memcpy(o->p + o->n, bytes, n);
	o->n += n;
}

static void put_number(struct out *o, uint64_t v)
{
	if (o->n + VARINT_MAX > o->cap) {
		for (; v >= 0x80; v >>= 7)
			put_byte(o, (uint8_t)(v | 0x80));
		put_byte(o, (uint8_t)v);
		return;
	}
	uint8_t *p = o->p + o->n;
	for (; v >= 0x80; v >>= 7)
		*p++ = (uint8_t)(v | 0x80);
	*p++ = (uint8_t)v;
	o->n = (size_t)(p - o->p);
}

/* Zigzag: small numbers either side of 0 are short. v holds the two's complement. */
static void put_signed(struct out *o, uint64_t v)
{
	put_number(o, v << 1 ^ (0 - (v >> 63)));
}

static void put_text(struct out *o, ek_str s)
{
	put_number(o, s.n);
	put_bytes(o, s.p, s.n);
}

static void put_optional_text(struct out *o, ek_str s)
{
	put_number(o, s.p == NULL ? 0 : (uint64_t)s.n + 1);
	if (s.p != NULL)
		put_bytes(o, s.p, s.n);
}

static void put_value(struct out *o, const struct ek_value *v)
{
	put_byte(o, v->kind);
	if (v->kind == EK_VALUE_INT)
		put_signed(o, (uint64_t)v->i);
	if (v->kind != EK_VALUE_LIST)
		return;
	put_number(o, v->n);
	for (uint32_t k = 0; k < v->n; k++) {
		put_signed(o, (uint64_t)v->cells[k].i);
		put_text(o, v->cells[k].s);
	}
}

static void put_needs(struct out *o, const struct ek_needs *l)
{
	put_number(o, l->n);
	for (uint32_t k = 0; k < l->n; k++) {
		const struct ek_need *need = &l->v[k];
		bool relaxes = need->relax_after.ms != EK_NONE;
		put_text(o, need->skill);
		put_byte(o, (uint8_t)(need->min_level | (need->required ? 8 : 0) |
				      (relaxes ? 16 : 0)));
		if (relaxes)
			put_signed(o, (uint64_t)need->relax_after.ms);
	}
}

static void put_pairs(struct out *o, const struct ek_pairs *l)
{
	put_number(o, l->n);
	for (uint32_t k = 0; k < l->n; k++) {
		put_text(o, l->v[k].name);
		put_optional_text(o, l->v[k].value);
	}
}

static void put_texts(struct out *o, const struct ek_texts *l)
{
	put_number(o, l->n);
	for (uint32_t k = 0; k < l->n; k++)
		put_text(o, l->v[k]);
}

static void put_sets(struct out *o, const struct ek_sets *l)
{
	put_number(o, l->n);
	for (uint32_t k = 0; k < l->n; k++) {
		put_byte(o, l->v[k].setting);
		put_value(o, &l->v[k].value);
	}
}

static void put_changes(struct out *o, const struct ek_changes *l)
{
	put_number(o, l->n);
	for (uint32_t k = 0; k < l->n; k++) {
		put_byte(o, l->v[k].setting);
		put_value(o, &l->v[k].before);
		put_value(o, &l->v[k].after);
	}
}

static void put_week(struct out *o, const struct ek_week *l)
{
	put_number(o, l->n);
	for (uint32_t k = 0; k < l->n; k++) {
		put_byte(o, l->v[k].day);
		put_number(o, (uint32_t)l->v[k].from_ms);
		put_number(o, (uint32_t)l->v[k].to_ms);
	}
}

static void put_dates(struct out *o, const struct ek_dates *l)
{
	int64_t before = 0;
	put_number(o, l->n);
	for (uint32_t k = 0; k < l->n; k++) {
		put_signed(o, (uint64_t)(l->v[k] - before));
		before = l->v[k];
	}
}

static void put_shifts(struct out *o, const struct ek_shifts *l)
{
	put_number(o, l->n);
	for (uint32_t k = 0; k < l->n; k++) {
		uint64_t from = (uint64_t)l->v[k].from.ms;
		put_signed(o, from - o->at);
		put_signed(o, (uint64_t)l->v[k].until.ms - from);
	}
}

static void put_zone(struct out *o, const struct ek_zone *z)
{
	uint64_t before = (uint64_t)EK_ZONE_SINCE_EVER;
	put_text(o, z->name);
	put_number(o, z->shift_count);
	for (uint32_t k = 0; k < z->shift_count; k++) {
		put_signed(o, (uint64_t)z->shifts[k].at_ms - before);
		put_signed(o, (uint64_t)(int64_t)z->shifts[k].offset_ms);
		before = (uint64_t)z->shifts[k].at_ms;
	}
}

static void put_list(struct out *o, uint8_t type, const void *field)
{
	switch (type) {
	case EK_FT_NEEDS:
		put_needs(o, field);
		return;
	case EK_FT_PAIRS:
		put_pairs(o, field);
		return;
	case EK_FT_TEXTS:
		put_texts(o, field);
		return;
	case EK_FT_SETS:
		put_sets(o, field);
		return;
	case EK_FT_CHANGES:
		put_changes(o, field);
		return;
	case EK_FT_WEEK:
		put_week(o, field);
		return;
	case EK_FT_DATES:
		put_dates(o, field);
		return;
	default:
		ek_assert(type == EK_FT_SHIFTS); /* no event has another list */
		put_shifts(o, field);
	}
}

static uint64_t load64(const void *p)
{
	uint64_t v;
	memcpy(&v, p, sizeof v);
	return v;
}

static uint32_t load32(const void *p)
{
	uint32_t v;
	memcpy(&v, p, sizeof v);
	return v;
}

/* Every list is {pointer, count}. */
#define LIST_COUNT_AT offsetof(struct ek_texts, n)
_Static_assert(offsetof(struct ek_needs, n) == LIST_COUNT_AT &&
		       offsetof(struct ek_pairs, n) == LIST_COUNT_AT &&
		       offsetof(struct ek_sets, n) == LIST_COUNT_AT &&
		       offsetof(struct ek_changes, n) == LIST_COUNT_AT &&
		       offsetof(struct ek_week, n) == LIST_COUNT_AT &&
		       offsetof(struct ek_dates, n) == LIST_COUNT_AT &&
		       offsetof(struct ek_shifts, n) == LIST_COUNT_AT,
	       "is_there reads every list alike");

static bool is_there(uint8_t type, const char *field)
{
	switch (ek_codec_form(type)) {
	case EK_CODEC_ID:
		return load32(field) != 0;
	case EK_CODEC_INT:
	case EK_CODEC_TIME:
		return load64(field) != (uint64_t)EK_NONE;
	case EK_CODEC_BOOL:
	case EK_CODEC_ENUM:
		return *field != 0;
	case EK_CODEC_TEXT:
		return ((const ek_str *)(const void *)field)->p != NULL;
	case EK_CODEC_ZONE:
		return ((const struct ek_zone *)(const void *)field)->name.p != NULL;
	case EK_CODEC_LIST:
	default:
		return load32(field + LIST_COUNT_AT) != 0;
	}
}

static void put_field(struct out *o, uint8_t type, const char *field)
{
	switch (ek_codec_form(type)) {
	case EK_CODEC_ID:
		put_number(o, load32(field));
		return;
	case EK_CODEC_INT:
		put_signed(o, load64(field));
		return;
	case EK_CODEC_TIME:
		put_signed(o, load64(field) - o->at);
		return;
	case EK_CODEC_BOOL:
		return;
	case EK_CODEC_ENUM:
		put_byte(o, (uint8_t)*field);
		return;
	case EK_CODEC_TEXT:
		put_text(o, *(const ek_str *)(const void *)field);
		return;
	case EK_CODEC_ZONE:
		put_zone(o, (const void *)field);
		return;
	case EK_CODEC_LIST:
	default:
		put_list(o, type, field);
	}
}

static void put_head(struct out *o, const struct ek_event *e, struct ek_codec_base base)
{
	uint64_t since = o->at - (uint64_t)base.at.ms;
	uint64_t back = e->cause_seq == 0 ? 0 : e->seq - e->cause_seq;
	put_byte(o, e->kind);
	put_byte(o, (uint8_t)(e->by.kind | (e->by.id != 0 ? 4 : 0) | (since != 0 ? 8 : 0) |
			      (back != 0 ? 16 : 0)));
	if (e->by.id != 0)
		put_number(o, e->by.id);
	if (since != 0)
		put_signed(o, since);
	if (back != 0)
		put_number(o, back);
}

size_t ek_codec_write(const struct ek_event *e, struct ek_codec_base base, uint8_t *out, size_t cap)
{
	const struct ek_record *record = ek_event_record(e->kind);
	ek_assert(record != NULL && record->field_count < 64);
	ek_assert(e->seq == base.seq && e->cause_seq < (e->seq == 0 ? 1 : e->seq));
	ek_assert(e->by.kind >= EK_ACTOR_SYSTEM && e->by.kind < EK_ACTOR_END);
	ek_assert(e->at.ms != EK_NONE);
	struct out o = {out, 0, cap, (uint64_t)e->at.ms};
	const char *body = ek_event_body(e);
	uint64_t there = 0;
	put_head(&o, e, base);
	for (uint32_t i = 0; i < record->field_count; i++) {
		const struct ek_field *f = &record->fields[i];
		there |= (uint64_t)is_there(f->type, body + f->offset) << i;
	}
	put_number(&o, there);
	for (uint64_t left = there; left != 0; left &= left - 1) {
		const struct ek_field *f = &record->fields[__builtin_ctzll(left)];
		put_field(&o, f->type, body + f->offset);
	}
	return o.n;
}
