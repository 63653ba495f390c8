/* The fields of a thing of the past, one by one. */
#include <string.h>

#include "base/rfc3339.h"
#include "base/utf8.h"
#include "model/calendar.h"
#include "model/limits.h"
#include "past/item_inside.h"

#define DAY_MS INT64_C(86400000)

bool ek_item_refuse(struct ek_item *it, enum ek_map_field field, const char *why)
{
	it->field = ek_map_field_name(field);
	it->why = why;
	return false;
}

bool ek_item_has(const struct ek_item *it, enum ek_map_field field)
{
	return it->map->fields[field].n > 0 || it->map->fields[field].fixed.p != NULL;
}

/* ---- which row says it */

static bool is_time(enum ek_map_field field)
{
	return field <= EK_MAP_ASKED;
}

static bool read_yes(ek_str s, int64_t *out)
{
	static const char *const yes[] = {"true", "yes", "1", "met", "TRUE", "True", "Yes", "Y"};
	static const char *const no[] = {"false", "no", "0", "missed", "FALSE", "False", "No", "N"};
	for (size_t i = 0; i < EK_LEN(yes); i++) {
		*out = ek_str_is(s, yes[i]);
		if (*out == 1 || ek_str_is(s, no[i]))
			return true;
	}
	return false;
}

/* By what rows are compared; false when it cannot be. */
static bool measure(const struct ek_item *it, enum ek_map_field field, ek_str s, int64_t *out)
{
	ek_time t;
	if (field == EK_MAP_SLA_MET)
		return read_yes(s, out);
	if (!is_time(field))
		return ek_map_micro(s, out);
	if (!ek_map_time(it->map, s, &t))
		return false;
	*out = t.ms;
	return true;
}

static ek_str number_text(struct ek_item *it, uint32_t n)
{
	char *p = ek_arena_get(it->scratch, 16);
	return p == NULL ? (ek_str){NULL, 0} : (ek_str){p, (uint32_t)ek_format(p, 16, "%u", n)};
}

/* How many rows say it, or how often it changes. */
static ek_str tally(struct ek_item *it, const struct ek_item_case *c, const struct ek_map_value *v)
{
	ek_str last = {NULL, 0};
	uint32_t count = 0, changes = 0;
	for (uint32_t i = 0; i < c->n; i++) {
		ek_str s = ek_map_says(it->map, &c->rows[i], v, it->scratch);
		if (s.p == NULL)
			continue;
		changes += count > 0 && !ek_str_equal(s, last);
		count++;
		last = s;
	}
	return number_text(it, v->take == EK_MAP_COUNT ? count : changes);
}

static ek_str extreme(struct ek_item *it, const struct ek_item_case *c, enum ek_map_field field,
		      const struct ek_map_value *v)
{
	ek_str best = {NULL, 0};
	int64_t most = 0, m;
	for (uint32_t i = 0; i < c->n; i++) {
		ek_str s = ek_map_says(it->map, &c->rows[i], v, it->scratch);
		if (s.p == NULL)
			continue;
		if (!measure(it, field, s, &m))
			return s; /* to be refused */
		if (best.p != NULL && (v->take == EK_MAP_MOST ? m <= most : m >= most))
			continue;
		best = s;
		most = m;
	}
	return best;
}

static bool takes_first(enum ek_map_field field, uint8_t take)
{
	if (take != EK_MAP_AS_USUAL)
		return take == EK_MAP_FIRST;
	switch (field) {
	case EK_MAP_STARTED:
	case EK_MAP_ASKED:
	case EK_MAP_ASSIGNED:
	case EK_MAP_REPLIED:
	case EK_MAP_CLOSED:
	case EK_MAP_REPLIER:
	case EK_MAP_CONTACT:
		return true;
	default:
		return false;
	}
}

static ek_str say(struct ek_item *it, const struct ek_item_case *c, enum ek_map_field field,
		  const struct ek_map_value *v)
{
	if (v->take == EK_MAP_COUNT || v->take == EK_MAP_CHANGES)
		return tally(it, c, v);
	if (v->take == EK_MAP_LEAST || v->take == EK_MAP_MOST)
		return extreme(it, c, field, v);
	bool first = takes_first(field, v->take);
	for (uint32_t i = 0; i < c->n; i++) {
		const struct ek_map_row *row = &c->rows[first ? i : c->n - 1 - i];
		ek_str s = ek_map_says(it->map, row, v, it->scratch);
		if (s.p != NULL)
			return s;
	}
	return (ek_str){NULL, 0};
}

ek_str ek_item_text(struct ek_item *it, const struct ek_item_case *c, enum ek_map_field field)
{
	const struct ek_map_values *v = &it->map->fields[field];
	for (uint32_t i = 0; i < v->n; i++) {
		ek_str s = say(it, c, field, &v->v[i]);
		if (s.p != NULL)
			return s;
	}
	return v->fixed;
}

/* ---- kinds of fields */

bool ek_item_time(struct ek_item *it, const struct ek_item_case *c, enum ek_map_field field,
		  ek_time *out)
{
	ek_str s = ek_item_text(it, c, field);
	*out = EK_NO_TIME;
	return s.p == NULL || ek_map_time(it->map, s, out) ||
	       ek_item_refuse(it, field, "it is no time of the formats in `dates`");
}

bool ek_item_count(struct ek_item *it, const struct ek_item_case *c, enum ek_map_field field,
		   int64_t *out)
{
	ek_str s = ek_item_text(it, c, field);
	int64_t micro;
	*out = EK_NONE;
	if (s.p == NULL)
		return true;
	if (!ek_map_micro(s, &micro) || micro < 0 || micro % 1000000 != 0)
		return ek_item_refuse(it, field, "it is no whole number from 0");
	*out = micro / 1000000;
	return true;
}

/* h:mm:ss or mm:ss */
static bool read_clock(ek_str s, int64_t *ms)
{
	int64_t part = 0, total = 0;
	uint32_t parts = 1, digits = 0;
	for (uint32_t i = 0; i < s.n; i++) {
		if (s.p[i] == ':' && digits > 0) {
			total = (total + part) * 60;
			part = 0;
			digits = 0;
			parts++;
		} else if (s.p[i] >= '0' && s.p[i] <= '9' && digits < 6) {
			part = part * 10 + (s.p[i] - '0');
			digits++;
		} else {
			return false;
		}
	}
	*ms = (total + part) * 1000;
	return (parts == 2 || parts == 3) && digits == 2 && part < 60;
}

bool ek_item_span(struct ek_item *it, const struct ek_item_case *c, enum ek_map_field field,
		  int64_t *ms)
{
	ek_str s = ek_item_text(it, c, field);
	int64_t micro;
	*ms = EK_NONE;
	if (s.p == NULL || read_clock(s, ms))
		return true;
	if (!ek_map_micro(s, &micro) || micro < 0)
		return ek_item_refuse(it, field, "it is no number of seconds from 0");
	*ms = micro / 1000;
	return true;
}

bool ek_item_yes(struct ek_item *it, const struct ek_item_case *c, enum ek_map_field field,
		 int64_t *out)
{
	ek_str s = ek_item_text(it, c, field);
	int64_t v = EK_NONE;
	bool ok = s.p == NULL || read_yes(s, &v);
	*out = v;
	return ok || ek_item_refuse(it, field, "it is neither yes nor no");
}

bool ek_item_channel(struct ek_item *it, const struct ek_item_case *c, uint8_t *out)
{
	ek_str s = ek_item_text(it, c, EK_MAP_CHANNEL);
	*out = 0;
	for (uint32_t i = 0; s.p != NULL && i < it->map->channel_count; i++)
		if (ek_str_equal(it->map->channels[i].text, s))
			*out = (uint8_t)it->map->channels[i].column;
	if (s.p != NULL && *out == 0)
		*out = (uint8_t)ek_enums_number(EK_ENUM_CAPACITY_CLASS, s);
	return s.p == NULL || *out != 0 ||
	       ek_item_refuse(it, EK_MAP_CHANNEL, "it is no channel, nor in [channels]");
}

/* ---- tags */

static bool add_tag(struct ek_item *it, ek_str tag, ek_str *v, uint32_t *n)
{
	bool ok = true;
	tag = ek_str_trimmed(tag);
	if (tag.n == 0)
		return true;
	if (tag.n > EK_LIMIT_TEXT_BYTES || !ek_utf8_is_plain(tag))
		return ek_item_refuse(it, EK_MAP_TAGS, "a tag is a line of at most 200 bytes");
	for (uint32_t i = 0; i < *n; i++)
		if (ek_str_equal(v[i], tag))
			return true;
	if (*n == EK_LIMIT_TAGS)
		return ek_item_refuse(it, EK_MAP_TAGS, "there are more than 32");
	v[(*n)++] = ek_arena_str(it->kept, tag, &ok);
	return ok || ek_item_refuse(it, EK_MAP_TAGS, "no memory");
}

static bool add_cell(struct ek_item *it, ek_str s, ek_str *v, uint32_t *n)
{
	ek_str split = it->map->tags_split;
	while (s.n > 0) {
		const char *end = split.n > 0 ? memmem(s.p, s.n, split.p, split.n) : NULL;
		uint32_t one = end == NULL ? s.n : (uint32_t)(end - s.p);
		if (!add_tag(it, (ek_str){s.p, one}, v, n))
			return false;
		uint32_t used = end == NULL ? one : one + split.n;
		s = (ek_str){s.p + used, s.n - used};
	}
	return true;
}

/* Every value is one, not the first that is there. */
bool ek_item_tags(struct ek_item *it, const struct ek_item_case *c, struct ek_texts *out)
{
	const struct ek_map_values *values = &it->map->fields[EK_MAP_TAGS];
	ek_str v[EK_LIMIT_TAGS];
	uint32_t n = 0;
	for (uint32_t i = 0; i < values->n; i++)
		if (!add_cell(it, say(it, c, EK_MAP_TAGS, &values->v[i]), v, &n))
			return false;
	if (values->fixed.p != NULL && !add_cell(it, values->fixed, v, &n))
		return false;
	ek_str *kept = ek_arena_get(it->kept, (n + 1) * sizeof *kept);
	if (kept == NULL)
		return ek_item_refuse(it, EK_MAP_TAGS, "no memory");
	if (n > 0)
		memcpy(kept, v, n * sizeof *kept);
	*out = (struct ek_texts){kept, n};
	return true;
}

/* ---- times that follow each other */

static ek_time next_day(const struct ek_item *it, ek_time t)
{
	const struct ek_zone *zone = it->map->zone.shift_count == 0 ? NULL : &it->map->zone;
	int64_t local = ek_calendar_local(zone, t);
	return local == EK_NONE ? t : ek_calendar_instant(zone, local + DAY_MS);
}

bool ek_item_follow(struct ek_item *it, enum ek_map_field field, ek_time before, ek_time *t)
{
	if (!ek_time_is_set(*t) || !ek_time_is_set(before))
		return true;
	if (it->map->midnight && before.ms - t->ms > DAY_MS / 2)
		*t = next_day(it, *t);
	if (t->ms < before.ms && before.ms - t->ms <= it->map->backwards_ms)
		*t = before;
	return t->ms >= before.ms ||
	       ek_item_refuse(it, field, "it lies before what it must follow");
}
