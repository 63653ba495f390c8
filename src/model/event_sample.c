#include "model/event_sample.h"

#include <string.h>

#include "model/cmd.h"
#include "model/codec.h"
#include "model/limits.h"
#include "model/setting.h"

enum { COUNT_MAX = 4 };

/* SplitMix64, after Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
 */
static uint64_t next(struct ek_event_sample *s)
{
	uint64_t z = s->state += 0x9E3779B97F4A7C15u;
	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

uint64_t ek_event_sample_below(struct ek_event_sample *s, uint64_t n)
{
	return next(s) % n;
}

static int64_t between(struct ek_event_sample *s, int64_t lo, int64_t hi)
{
	return lo + (int64_t)(next(s) % ((uint64_t)(hi - lo) + 1));
}

static bool perhaps(struct ek_event_sample *s)
{
	return next(s) % 2 == 0;
}

static void *room(struct ek_event_sample *s, size_t n)
{
	void *p = ek_arena_zero(s->arena, n);
	ek_assert(p != NULL);
	return p;
}

/* rank makes the texts of a list ascend, and so differ. */
static ek_str text(struct ek_event_sample *s, uint32_t rank)
{
	static const char *const pieces[] = {
		"a", "lang:ko", "\"", "\\", "\xC3\xA9", "\xF0\x9F\x8C\x8A", "/", " ", "tier", "0"};
	char *p = room(s, 64);
	size_t n = ek_format(p, 64, "%c", (char)('b' + rank));
	for (uint64_t k = next(s) % 6; k > 0; k--)
		n += ek_format(p + n, 64 - n, "%s", pieces[next(s) % EK_LEN(pieces)]);
	return (ek_str){p, (uint32_t)n};
}

/* Any number, the great ones too; never EK_NONE. */
static int64_t number(struct ek_event_sample *s)
{
	int64_t v = (int64_t)(next(s) >> next(s) % 64);
	return v == EK_NONE ? 0 : v;
}

static uint32_t count(struct ek_event_sample *s)
{
	return (uint32_t)between(s, 1, COUNT_MAX);
}

static struct ek_value list(struct ek_cell *cells, uint32_t n)
{
	return (struct ek_value){.kind = EK_VALUE_LIST, .n = n, .cells = n == 0 ? NULL : cells};
}

static struct ek_value keys(struct ek_event_sample *s)
{
	struct ek_cell *c = room(s, 8 * sizeof *c);
	uint32_t n = 0;
	for (int key = EK_ORDER_KEY_PRIORITY; key <= EK_ORDER_KEY_STARTED; key++) {
		if (n == 0 || perhaps(s))
			c[n++].i = key * 2 + between(s, 0, 1);
	}
	c[n].i = EK_ORDER_KEY_ATTRIBUTE * 2 + between(s, 0, 1);
	c[n++].s = text(s, 0);
	return list(c, n);
}

static struct ek_value orders(struct ek_event_sample *s)
{
	struct ek_cell *c = room(s, 32 * sizeof *c);
	uint32_t names = (uint32_t)between(s, 0, 3);
	uint32_t n = 0;
	for (uint32_t k = 0; k < names; k++) {
		uint32_t values = count(s);
		c[n].i = values;
		c[n++].s = text(s, k);
		for (uint32_t m = 0; m < values; m++)
			c[n++].s = text(s, m);
	}
	return list(c, n);
}

static struct ek_value map(struct ek_event_sample *s, int shape)
{
	static const ek_str classes[] = {
		{"api", 3}, {"chat", 4}, {"email", 5}, {"video", 5}, {"voice", 5}};
	struct ek_cell *c = room(s, 8 * sizeof *c);
	uint32_t n = 0;
	for (uint32_t k = 0; k < EK_LEN(classes); k++) {
		if (perhaps(s))
			continue;
		c[n].i = between(s, 1, 5);
		if (shape == EK_SHAPE_LIMITS && perhaps(s))
			c[n].i = EK_NONE;
		c[n].s = classes[k];
		if (shape == EK_SHAPE_SKILLS)
			c[n].s = text(s, k);
		n++;
	}
	return list(c, n);
}

static struct ek_value words(struct ek_event_sample *s)
{
	struct ek_cell *c = room(s, COUNT_MAX * sizeof *c);
	uint32_t n = count(s);
	for (uint32_t k = 0; k < n; k++)
		c[k].s = text(s, n - k);
	return list(c, n);
}

static struct ek_value steps(struct ek_event_sample *s)
{
	struct ek_cell *c = room(s, 3 * COUNT_MAX * sizeof *c);
	uint32_t n = count(s);
	for (uint32_t k = 0; k < n; k++) {
		c[3 * k].i = 30 * k + between(s, 0, 29);
		c[3 * k + 1].i = between(s, 0, 1000);
		c[3 * k + 2].i = between(s, 1, 5);
	}
	return list(c, 3 * n);
}

static struct ek_value levels(struct ek_event_sample *s)
{
	struct ek_cell *c = room(s, 4 * COUNT_MAX * sizeof *c);
	uint32_t n = count(s);
	for (uint32_t k = 0; k < n; k++) {
		c[4 * k].i = 1 + k * 7;
		c[4 * k + 1].i = between(s, 0, EK_DAY_MS(30));
		c[4 * k + 2].i = between(s, 1, 2);
		c[4 * k + 3].i = between(s, 0, 1);
	}
	return list(c, 4 * n);
}

static struct ek_value hours(struct ek_event_sample *s)
{
	struct ek_cell *c = room(s, 2 * sizeof *c);
	c[0].i = perhaps(s) ? EK_HOUR_MS(8) : between(s, 0, EK_HOUR_MS(12));
	c[1].i = perhaps(s) ? EK_DAY_MS(1) : between(s, EK_HOUR_MS(12) + 1, EK_DAY_MS(1));
	return list(c, 2);
}

static struct ek_value any_list(struct ek_event_sample *s, int shape)
{
	switch (shape) {
	case EK_SHAPE_KEYS:
		return keys(s);
	case EK_SHAPE_ORDERS:
		return orders(s);
	case EK_SHAPE_POINTS:
	case EK_SHAPE_LIMITS:
	case EK_SHAPE_SKILLS:
		return map(s, shape);
	case EK_SHAPE_STEPS:
		return steps(s);
	case EK_SHAPE_LEVELS:
		return levels(s);
	case EK_SHAPE_HOURS:
		return hours(s);
	default:
		return words(s);
	}
}

struct ek_value ek_event_sample_value(struct ek_event_sample *s, int setting)
{
	const struct ek_setting_row *row = ek_setting_row(setting);
	uint64_t turn = next(s) % 6;
	if (turn == 0 && (row->at & EK_AT_W) == 0)
		return (struct ek_value){.kind = EK_VALUE_UNSET};
	if (row->nullable && turn == 1)
		return ek_value_null();
	if (row->shape == EK_SHAPE_AUTO && turn == 2)
		return (struct ek_value){.kind = EK_VALUE_AUTO};
	if (row->type == EK_SETTING_CALENDAR)
		return (struct ek_value){.kind = EK_VALUE_CALENDAR};
	if (row->type == EK_SETTING_LIST)
		return any_list(s, row->shape);
	return ek_value_int(between(s, row->lo, row->hi));
}

static void make_needs(struct ek_event_sample *s, struct ek_needs *out)
{
	struct ek_need *v = room(s, COUNT_MAX * sizeof *v);
	*out = (struct ek_needs){v, count(s)};
	for (uint32_t k = 0; k < out->n; k++) {
		v[k].skill = text(s, k);
		v[k].min_level = (uint8_t)between(s, 1, 5);
		v[k].required = perhaps(s);
		v[k].relax_after.ms = perhaps(s) ? EK_NONE : number(s);
	}
}

static void make_pairs(struct ek_event_sample *s, struct ek_pairs *out)
{
	struct ek_pair *v = room(s, COUNT_MAX * sizeof *v);
	*out = (struct ek_pairs){v, count(s)};
	for (uint32_t k = 0; k < out->n; k++) {
		v[k].name = text(s, k);
		if (perhaps(s))
			v[k].value = text(s, 0);
	}
}

static void make_texts(struct ek_event_sample *s, struct ek_texts *out)
{
	ek_str *v = room(s, COUNT_MAX * sizeof *v);
	*out = (struct ek_texts){v, count(s)};
	for (uint32_t k = 0; k < out->n; k++)
		v[k] = text(s, k);
}

static uint8_t any_setting(struct ek_event_sample *s)
{
	return (uint8_t)between(s, 1, EK_SET_COUNT - 1);
}

static void make_sets(struct ek_event_sample *s, struct ek_sets *out)
{
	struct ek_set *v = room(s, COUNT_MAX * sizeof *v);
	*out = (struct ek_sets){v, count(s)};
	for (uint32_t k = 0; k < out->n; k++) {
		v[k].setting = any_setting(s);
		v[k].value = ek_event_sample_value(s, v[k].setting);
	}
}

static void make_changes(struct ek_event_sample *s, struct ek_changes *out)
{
	struct ek_change *v = room(s, COUNT_MAX * sizeof *v);
	*out = (struct ek_changes){v, count(s)};
	for (uint32_t k = 0; k < out->n; k++) {
		v[k].setting = any_setting(s);
		v[k].before = ek_event_sample_value(s, v[k].setting);
		v[k].after = ek_event_sample_value(s, v[k].setting);
	}
}

static void make_week(struct ek_event_sample *s, struct ek_week *out)
{
	struct ek_week_hours *v = room(s, COUNT_MAX * sizeof *v);
	*out = (struct ek_week){v, count(s)};
	for (uint32_t k = 0; k < out->n; k++) {
		v[k].day = (uint8_t)between(s, 1, 7);
		v[k].from_ms = (int32_t)between(s, 0, EK_HOUR_MS(12));
		v[k].to_ms = perhaps(s) ? EK_CALENDAR_DAY_MS
					: (int32_t)between(s, EK_HOUR_MS(13), EK_HOUR_MS(24));
	}
}

static void make_dates(struct ek_event_sample *s, struct ek_dates *out)
{
	int32_t *v = room(s, COUNT_MAX * sizeof *v);
	*out = (struct ek_dates){v, count(s)};
	for (uint32_t k = 0; k < out->n; k++)
		v[k] = (int32_t)(between(s, 0, 300000) + 600000 * (int64_t)k - 700000);
}

static void make_shifts(struct ek_event_sample *s, struct ek_shifts *out)
{
	struct ek_shift *v = room(s, COUNT_MAX * sizeof *v);
	*out = (struct ek_shifts){v, count(s)};
	for (uint32_t k = 0; k < out->n; k++)
		v[k] = (struct ek_shift){{number(s)}, {number(s)}};
}

static void make_zone(struct ek_event_sample *s, struct ek_zone *out)
{
	struct ek_zone_shift *v = room(s, COUNT_MAX * sizeof *v);
	*out = (struct ek_zone){EK_S("Europe/Paris"), v, count(s)};
	for (uint32_t k = 0; k < out->shift_count; k++) {
		v[k].at_ms = k == 0 ? EK_ZONE_SINCE_EVER : number(s);
		v[k].offset_ms = (int32_t)between(s, -EK_ZONE_OFFSET_MAX_MS, EK_ZONE_OFFSET_MAX_MS);
	}
}

static void make_list(struct ek_event_sample *s, uint8_t type, void *field)
{
	switch (type) {
	case EK_FT_NEEDS:
		make_needs(s, field);
		return;
	case EK_FT_PAIRS:
		make_pairs(s, field);
		return;
	case EK_FT_TEXTS:
		make_texts(s, field);
		return;
	case EK_FT_SETS:
		make_sets(s, field);
		return;
	case EK_FT_CHANGES:
		make_changes(s, field);
		return;
	case EK_FT_WEEK:
		make_week(s, field);
		return;
	case EK_FT_DATES:
		make_dates(s, field);
		return;
	default:
		ek_assert(type == EK_FT_SHIFTS);
		make_shifts(s, field);
	}
}

static uint8_t listed(struct ek_event_sample *s, uint8_t type)
{
	for (;;) {
		uint8_t v = (uint8_t)between(s, 1, 20);
		if (ek_enums_wire(ek_field_enum(type), v) != NULL)
			return v;
	}
}

static void make_field(struct ek_event_sample *s, uint8_t type, void *field)
{
	switch (ek_codec_form(type)) {
	case EK_CODEC_ID:
		*(uint32_t *)field = (uint32_t)(next(s) >> next(s) % 32) | 1;
		return;
	case EK_CODEC_INT:
	case EK_CODEC_TIME:
		*(int64_t *)field = number(s);
		return;
	case EK_CODEC_BOOL:
		*(bool *)field = true;
		return;
	case EK_CODEC_ENUM:
		*(uint8_t *)field = listed(s, type);
		return;
	case EK_CODEC_TEXT:
		*(ek_str *)field = text(s, 0);
		return;
	case EK_CODEC_ZONE:
		make_zone(s, field);
		return;
	case EK_CODEC_LIST:
	default:
		make_list(s, type, field);
	}
}

void ek_event_sample(struct ek_event_sample *s, int kind, uint64_t seq, struct ek_event *e)
{
	const struct ek_record *record = ek_event_record(kind);
	char *body = (char *)&e->conversation_arrived;
	memset(e, 0, sizeof *e);
	e->kind = (uint8_t)kind;
	e->seq = seq;
	e->at.ms = 1795305600000 + between(s, -1000000, 1000000);
	e->cause_seq = seq > 1 && perhaps(s) ? (uint64_t)between(s, 1, (int64_t)seq - 1) : 0;
	e->by.kind = (uint8_t)between(s, EK_ACTOR_SYSTEM, EK_ACTOR_RULE);
	e->by.id = perhaps(s) ? (uint32_t)between(s, 1, UINT32_MAX) : 0;
	ek_cmd_clear(record, body);
	for (uint32_t i = 0; i < record->field_count; i++) {
		if (next(s) % 4 != 0)
			make_field(s, record->fields[i].type, body + record->fields[i].offset);
	}
}
