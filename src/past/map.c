#include "past/map.h"

#include <string.h>

#include "model/calendar.h"
#include "wire/stamp.h"
#include "wire/table.h"
#include "wire/take.h"

enum { MICRO_DIGITS = 6, WHOLE_DIGITS = 12, NAMES_SHOWN = EK_TABLE_COLUMNS };

const char *ek_map_field_name(enum ek_map_field field)
{
	static const char *const names[] = {
#define X(NAME, name, of) name,
		EK_MAP_FIELDS(X)
#undef X
	};
	return names[field];
}

/* ---- binding */

static bool copy_shown(ek_str s, char *out, size_t cap)
{
	uint32_t n = s.n < cap - 1 ? s.n : (uint32_t)cap - 1;
	if (n > 0)
		memcpy(out, s.p, n);
	out[n] = '\0';
	return n == s.n;
}

static bool refuse_column(ek_str name, const ek_str *cells, uint32_t n, struct ek_err *err)
{
	char shown[64], kept[NAMES_SHOWN][64];
	const char *names[NAMES_SHOWN];
	uint32_t count = 0, same = 0;
	copy_shown(name, shown, sizeof shown);
	for (uint32_t i = 0; i < n && count < NAMES_SHOWN; i++) {
		same += ek_str_equal(ek_str_trimmed(cells[i]), name);
		if (copy_shown(ek_str_trimmed(cells[i]), kept[count], sizeof kept[count])) {
			names[count] = kept[count];
			count++;
		}
	}
	if (same > 1)
		return ek_fail(err, EK_USAGE, "the column \"%s\" stands there twice", shown);
	const char *near = ek_take_nearest(shown, names, count);
	return ek_fail(err, EK_USAGE, "there is no column \"%s\"%s%s%s", shown,
		       near == NULL ? "" : ": did you mean \"", near == NULL ? "" : near,
		       near == NULL ? "" : "\"?");
}

/* "1" is the first. */
static bool find_number(ek_str name, uint32_t n, uint32_t *place)
{
	int64_t micro;
	if (!ek_map_micro(name, &micro) || micro % 1000000 != 0)
		return false;
	*place = (uint32_t)(micro / 1000000 - 1);
	return micro >= 1000000 && micro / 1000000 <= n;
}

bool ek_map_bind(struct ek_map *map, uint32_t sheet, const ek_str *cells, uint32_t n,
		 struct ek_err *err)
{
	struct ek_map_sheet *s = &map->sheets[sheet];
	s->width = n;
	for (uint32_t i = 0; i < s->n; i++) {
		uint32_t found = 0;
		for (uint32_t k = 0; map->has_header && k < n; k++) {
			if (!ek_str_equal(ek_str_trimmed(cells[k]), s->names[i]))
				continue;
			s->places[i] = k;
			found++;
		}
		if (!map->has_header)
			found = find_number(s->names[i], n, &s->places[i]);
		if (found != 1)
			return refuse_column(s->names[i], cells, n, err);
	}
	return true;
}

/* ---- what a row says */

static bool is_code(const struct ek_map *map, uint32_t sheet, uint32_t column, ek_str cell)
{
	for (uint32_t i = 0; i < map->missing_count; i++) {
		const struct ek_map_code *c = &map->missing[i];
		bool here =
			c->column == UINT32_MAX || (sheet == EK_MAP_MAIN && c->column == column);
		if (here && ek_str_equal(c->text, cell))
			return true;
	}
	return false;
}

ek_str ek_map_cell(const struct ek_map *map, const struct ek_map_row *row, uint32_t column)
{
	ek_str cell = ek_str_trimmed(row->cells[map->sheets[row->sheet].places[column]]);
	if (cell.n == 0 || is_code(map, row->sheet, column, cell))
		return (ek_str){NULL, 0};
	return cell;
}

static bool compares(const struct ek_map_test *t, ek_str raw)
{
	int64_t micro;
	if (!ek_map_micro(raw, &micro))
		return false;
	switch (t->op) {
	case EK_MAP_ABOVE:
		return micro > t->micro;
	case EK_MAP_FROM:
		return micro >= t->micro;
	case EK_MAP_UP_TO:
		return micro <= t->micro;
	default:
		return micro < t->micro;
	}
}

static bool test(const struct ek_map *map, const struct ek_map_row *row,
		 const struct ek_map_test *t)
{
	/* A code that says nothing may be asked for by its text. */
	ek_str raw = ek_str_trimmed(row->cells[map->sheets[row->sheet].places[t->column]]);
	switch (t->op) {
	case EK_MAP_IS:
		return ek_str_equal(raw, t->text);
	case EK_MAP_IS_NOT:
		return !ek_str_equal(raw, t->text);
	case EK_MAP_MISSING:
		return ek_map_cell(map, row, t->column).p == NULL;
	case EK_MAP_GIVEN:
		return ek_map_cell(map, row, t->column).p != NULL;
	default:
		return compares(t, raw);
	}
}

bool ek_map_holds(const struct ek_map *map, const struct ek_map_row *row,
		  const struct ek_map_tests *tests)
{
	for (uint32_t i = 0; i < tests->n; i++)
		if (!test(map, row, &tests->v[i]))
			return false;
	return true;
}

static ek_str join(const struct ek_map *map, const struct ek_map_row *row,
		   const struct ek_map_value *value, struct ek_arena *scratch)
{
	ek_str parts[EK_MAP_PARTS];
	uint32_t n = 0;
	for (uint32_t i = 0; i < value->part_count; i++) {
		const struct ek_map_part *p = &value->parts[i];
		parts[i] = p->text.p != NULL ? p->text : ek_map_cell(map, row, p->column);
		if (parts[i].p == NULL)
			return (ek_str){NULL, 0};
		n += parts[i].n;
	}
	char *to = ek_arena_get(scratch, n + 1);
	if (to == NULL)
		return (ek_str){NULL, 0};
	uint32_t at = 0;
	for (uint32_t i = 0; i < value->part_count; i++) {
		if (parts[i].n > 0)
			memcpy(to + at, parts[i].p, parts[i].n);
		at += parts[i].n;
	}
	return (ek_str){to, n};
}

ek_str ek_map_says(const struct ek_map *map, const struct ek_map_row *row,
		   const struct ek_map_value *value, struct ek_arena *scratch)
{
	if (!ek_map_holds(map, row, &value->tests))
		return (ek_str){NULL, 0};
	if (value->part_count == 1 && value->parts[0].text.p == NULL)
		return ek_map_cell(map, row, value->parts[0].column);
	return join(map, row, value, scratch);
}

/* ---- numbers and times */

/* Digits from *at on, put behind those of *v; how many. */
static uint32_t take_digits(ek_str s, uint32_t *at, uint32_t most, int64_t *v)
{
	uint32_t n = 0;
	for (; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9' && n <= most; ++*at, n++)
		*v = n < most ? *v * 10 + (s.p[*at] - '0') : *v;
	return n;
}

bool ek_map_micro(ek_str s, int64_t *out)
{
	bool is_negative = s.n > 0 && s.p[0] == '-';
	uint32_t at = is_negative, behind = 0;
	int64_t v = 0;
	uint32_t whole = take_digits(s, &at, WHOLE_DIGITS, &v);
	if (whole == 0 || whole > WHOLE_DIGITS)
		return false;
	bool has_point = at < s.n && s.p[at] == '.';
	at += has_point;
	if (has_point)
		behind = take_digits(s, &at, MICRO_DIGITS, &v);
	if (behind > MICRO_DIGITS || (has_point && behind == 0) || at < s.n)
		return false;
	for (; behind < MICRO_DIGITS; behind++)
		v *= 10;
	*out = is_negative ? -v : v;
	return true;
}

bool ek_map_time(const struct ek_map *map, ek_str text, ek_time *out)
{
	struct ek_stamp s;
	for (uint32_t i = 0; i < map->format_count; i++) {
		if (!ek_stamp_read(map->formats[i], text, &s))
			continue;
		*out = s.is_instant ? (ek_time){s.ms}
				    : ek_calendar_instant(
					      map->zone.shift_count == 0 ? NULL : &map->zone, s.ms);
		return ek_time_is_set(*out);
	}
	return false;
}
