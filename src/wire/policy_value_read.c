#include <string.h>

#include "base/rfc3339.h"
#include "model/limits.h"
#include "wire/policy_value.h"

/* The cells of a list as they come. */
struct cells {
	struct ek_policy_lex *x;
	struct ek_cell *v;
	uint32_t n;
	uint32_t cap;
};

static bool add(struct cells *c, int64_t i, ek_str s)
{
	if (c->n == c->cap) {
		uint32_t cap = c->cap == 0 ? 8 : c->cap * 2;
		struct ek_cell *v = ek_arena_get(c->x->arena, cap * sizeof *v);
		if (v == NULL)
			return ek_policy_lex_no_memory(c->x);
		if (c->n > 0)
			memcpy(v, c->v, c->n * sizeof *v);
		c->v = v;
		c->cap = cap;
	}
	c->v[c->n++] = (struct ek_cell){i, s};
	return true;
}

static const ek_str no_text = {NULL, 0};
/* What a list may hold is bounded by its shape; this only keeps a number within 64 bits of cells.
 * */
static const int64_t number_max = 1000000000000000;

static bool is_end(const struct ek_policy_lex *x)
{
	return ek_policy_lex_peek(x, 0).kind == EK_POLICY_TOKEN_END;
}

static bool is_bare(const struct ek_policy_lex *x, const char *word)
{
	struct ek_policy_token t = ek_policy_lex_peek(x, 0);
	return t.kind == EK_POLICY_TOKEN_WORD && ek_str_is(t.s, word);
}

/* ---- numbers and words ---- */

static bool read_bool(struct ek_policy_lex *x, int64_t *out)
{
	*out = is_bare(x, "true");
	if (ek_policy_lex_is(x, "true") || ek_policy_lex_is(x, "false"))
		return true;
	return ek_policy_lex_refuse(x, "true or false");
}

static bool read_span(struct ek_policy_lex *x, int64_t *out)
{
	struct ek_policy_token t = ek_policy_lex_peek(x, 0);
	if (t.kind != EK_POLICY_TOKEN_WORD || !ek_policy_lex_span(t.s, out))
		return ek_policy_lex_refuse(x,
					    "a length of time: ms, or with a unit (s, min, h, d)");
	x->i++;
	return true;
}

/* "active, away or away_reassigning" */
static void list_words(enum ek_enum which, char out[160])
{
	size_t n = 0;
	for (int i = 1; ek_enums_wire(which, i) != NULL; i++) {
		const char *between = i == 1                                ? ""
				      : ek_enums_wire(which, i + 1) == NULL ? " or "
									    : ", ";
		n += ek_format(out + n, 160 - n, "%s%s", between, ek_enums_wire(which, i));
	}
}

static bool read_word(struct ek_policy_lex *x, enum ek_enum which, int64_t *out)
{
	struct ek_policy_token t = ek_policy_lex_peek(x, 0);
	char words[160];
	*out = t.kind == EK_POLICY_TOKEN_WORD ? ek_enums_number(which, t.s) : 0;
	if (*out == 0) {
		list_words(which, words);
		return ek_policy_lex_refuse(x, words);
	}
	x->i++;
	return true;
}

static bool read_date(struct ek_policy_lex *x, int64_t *out)
{
	struct ek_policy_token t = ek_policy_lex_peek(x, 0);
	int32_t days = 0;
	if (t.kind != EK_POLICY_TOKEN_WORD || !ek_rfc3339_read_date(t.s, &days))
		return ek_policy_lex_refuse(x, "a date such as 2027-03-28");
	x->i++;
	*out = days;
	return true;
}

bool ek_policy_value_team(const struct ek_policy_value *how, uint32_t *place)
{
	ek_str name;
	uint32_t count = 0;
	if (!ek_policy_lex_name(how->x, "the name of a team", &name))
		return false;
	*place = ek_policy_index_find(how->teams, name, &count);
	return *place != 0 ||
	       ek_policy_lex_fail(how->x, EK_INVALID_VALUE, "this text has no team", name);
}

/* 09:00-18:00 */
static bool read_hours(struct ek_policy_lex *x, int32_t *from, int32_t *to)
{
	struct ek_policy_token t = ek_policy_lex_peek(x, 0);
	uint32_t dash = 0;
	while (dash < t.s.n && t.s.p[dash] != '-')
		dash++;
	bool ok = t.kind == EK_POLICY_TOKEN_WORD && dash < t.s.n &&
		  ek_rfc3339_read_clock((ek_str){t.s.p, dash}, from) &&
		  ek_rfc3339_read_clock((ek_str){t.s.p + dash + 1, t.s.n - dash - 1}, to);
	if (!ok)
		return ek_policy_lex_refuse(x, "hours such as 09:00-18:00");
	x->i++;
	return true;
}

/* ---- lists ---- */

static bool row_keys(const struct ek_policy_value *how, struct cells *c)
{
	static const char prefix[] = "attribute:";
	const uint32_t prefix_n = sizeof prefix - 1;
	struct ek_policy_token t = ek_policy_lex_peek(how->x, 0);
	ek_str name = no_text;
	int64_t key = 0;
	bool is_attribute = (t.kind == EK_POLICY_TOKEN_WORD || t.kind == EK_POLICY_TOKEN_TEXT) &&
			    t.s.n > prefix_n && memcmp(t.s.p, prefix, prefix_n) == 0;
	if (is_attribute) {
		key = EK_ORDER_KEY_ATTRIBUTE;
		name = (ek_str){t.s.p + prefix_n, t.s.n - prefix_n};
	} else if (t.kind == EK_POLICY_TOKEN_WORD && !ek_str_is(t.s, "attribute")) {
		key = ek_enums_number(EK_ENUM_ORDER_KEY, t.s);
	}
	if (key == 0)
		return ek_policy_lex_refuse(
			how->x,
			"priority, sla, inbox_rank, waiting_since, started or attribute:NAME");
	how->x->i++;
	bool reverse = ek_policy_lex_is(how->x, "reverse");
	return add(c, key * 2 + (reverse ? 1 : 0), name);
}

static bool row_orders(const struct ek_policy_value *how, struct cells *c)
{
	ek_str name;
	if (!ek_policy_lex_name(how->x, "the name of an attribute", &name) || !add(c, 0, name) ||
	    !ek_policy_lex_want(how->x, "("))
		return false;
	uint32_t head = c->n - 1;
	do {
		if (!ek_policy_lex_name(how->x, "a value", &name) || !add(c, 0, name))
			return false;
		if (++c->v[head].i > EK_LIMIT_ORDER_VALUES)
			return ek_fail(
				how->x->err, EK_INVALID_VALUE,
				"line %u: attribute_orders: at most %d values of one attribute",
				how->x->line, EK_LIMIT_ORDER_VALUES);
	} while (ek_policy_lex_is(how->x, ","));
	return ek_policy_lex_want(how->x, ")");
}

static bool row_map(const struct ek_policy_value *how, struct cells *c)
{
	int64_t number = EK_NONE;
	ek_str name;
	if (!ek_policy_lex_name(how->x, "a name", &name))
		return false;
	bool is_null = ek_setting_row(how->setting)->shape == EK_SHAPE_LIMITS &&
		       ek_policy_lex_is(how->x, "null");
	if (!is_null && !ek_policy_lex_int(how->x, 0, number_max, &number))
		return false;
	return add(c, number, name);
}

static bool row_texts(const struct ek_policy_value *how, struct cells *c)
{
	ek_str text;
	return ek_policy_lex_name(how->x, "a text", &text) && add(c, 0, text);
}

static bool row_steps(const struct ek_policy_value *how, struct cells *c)
{
	static const char *const words[] = {"from_day", "limit_permille", "complexity_max"};
	for (size_t k = 0; k < EK_LEN(words); k++) {
		int64_t v = 0;
		if (!ek_policy_lex_want(how->x, words[k]) ||
		    !ek_policy_lex_int(how->x, 0, number_max, &v) || !add(c, v, no_text))
			return false;
	}
	return true;
}

static bool row_levels(const struct ek_policy_value *how, struct cells *c)
{
	uint32_t place = 0;
	int64_t after = 0, clock = EK_CLOCK_OFFICE_HOURS, gate = 1;
	if (!ek_policy_value_team(how, &place) || !ek_policy_lex_want(how->x, "after_ms") ||
	    !read_span(how->x, &after))
		return false;
	if (ek_policy_lex_is(how->x, "clock") && !read_word(how->x, EK_ENUM_CLOCK, &clock))
		return false;
	if (ek_policy_lex_is(how->x, "respect_gate") && !read_bool(how->x, &gate))
		return false;
	return add(c, place, no_text) && add(c, after, no_text) && add(c, clock, no_text) &&
	       add(c, gate, no_text);
}

static bool row_hours(const struct ek_policy_value *how, struct cells *c)
{
	int32_t from = 0, to = 0;
	return read_hours(how->x, &from, &to) && add(c, from, no_text) && add(c, to, no_text);
}

typedef bool read_row(const struct ek_policy_value *how, struct cells *c);

static read_row *row_of(int shape)
{
	switch (shape) {
	case EK_SHAPE_KEYS:
		return row_keys;
	case EK_SHAPE_ORDERS:
		return row_orders;
	case EK_SHAPE_POINTS:
	case EK_SHAPE_LIMITS:
	case EK_SHAPE_SKILLS:
		return row_map;
	case EK_SHAPE_STEPS:
		return row_steps;
	case EK_SHAPE_LEVELS:
		return row_levels;
	case EK_SHAPE_HOURS:
		return row_hours;
	default:
		return row_texts;
	}
}

/* Maps are kept in byte order of their names; rows are of one cell, or a name and its values. */
static void sort_map(struct ek_cell *v, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++) {
		struct ek_cell c = v[i];
		uint32_t k = i;
		for (; k > 0 && ek_str_compare(v[k - 1].s, c.s) > 0; k--)
			v[k] = v[k - 1];
		v[k] = c;
	}
}

/* attribute_orders by name: the rows are picked one after another, lowest name first. */
static bool sort_orders(struct cells *c)
{
	struct cells to = {.x = c->x};
	const struct ek_cell *last = NULL;
	while (to.n < c->n) {
		const struct ek_cell *best = NULL;
		uint32_t twice = 0;
		for (uint32_t i = 0; i < c->n; i += 1 + (uint32_t)c->v[i].i) {
			const struct ek_cell *row = &c->v[i];
			if (last != NULL && ek_str_compare(row->s, last->s) <= 0)
				continue;
			int by = best == NULL ? -1 : ek_str_compare(row->s, best->s);
			twice = by == 0 ? 1 : by < 0 ? 0 : twice;
			best = by < 0 ? row : best;
		}
		if (best == NULL || twice != 0)
			return ek_policy_lex_fail(c->x, EK_INVALID_VALUE,
						  "named twice:", (best == NULL ? last : best)->s);
		for (uint32_t k = 0; k <= (uint32_t)best->i; k++) {
			if (!add(&to, best[k].i, best[k].s))
				return false;
		}
		last = best;
	}
	*c = to;
	return true;
}

static bool read_list(const struct ek_policy_value *how, struct ek_value *out)
{
	const struct ek_setting_row *row = ek_setting_row(how->setting);
	struct cells c = {.x = how->x};
	int64_t rows = 0;
	if (!ek_policy_lex_is(how->x, "none")) {
		do {
			if (!row_of(row->shape)(how, &c))
				return false;
			if (++rows > row->hi)
				return ek_fail(how->x->err, EK_INVALID_VALUE,
					       "line %u: %s: expected at most %lld rows",
					       how->x->line, row->wire, (long long)row->hi);
		} while (ek_policy_lex_is(how->x, ","));
	}
	if (row->shape == EK_SHAPE_POINTS || row->shape == EK_SHAPE_LIMITS ||
	    row->shape == EK_SHAPE_SKILLS)
		sort_map(c.v, c.n);
	if (row->shape == EK_SHAPE_ORDERS && !sort_orders(&c))
		return false;
	*out = (struct ek_value){.kind = EK_VALUE_LIST, .n = c.n, .cells = c.v};
	return true;
}

/* ---- calendars ---- */

static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

static int day_number(ek_str s)
{
	for (size_t i = 0; i < EK_LEN(days); i++) {
		if (ek_str_is(s, days[i]))
			return (int)i + 1;
	}
	return 0;
}

/* mon, or mon-fri. */
static bool read_days(struct ek_policy_lex *x, int *first, int *last)
{
	struct ek_policy_token t = ek_policy_lex_peek(x, 0);
	bool is_range = t.s.n == 7 && t.s.p[3] == '-';
	ek_str from = {t.s.p, is_range ? 3 : t.s.n};
	ek_str to = is_range ? (ek_str){t.s.p + 4, 3} : from;
	*first = t.kind == EK_POLICY_TOKEN_WORD ? day_number(from) : 0;
	*last = day_number(to);
	if (*first == 0 || *last == 0 || *last < *first)
		return ek_policy_lex_refuse(x, "days such as mon or mon-fri");
	x->i++;
	return true;
}

static bool too_many(struct ek_policy_lex *x, const char *what, int max)
{
	return ek_fail(x->err, EK_LIMIT, "line %u: calendar: at most %d %s", x->line, max, what);
}

static bool add_hours(struct ek_policy_lex *x, struct ek_calendar *cal, struct ek_week_hours *week)
{
	int first = 0, last = 0;
	if (!read_days(x, &first, &last))
		return false;
	do {
		int32_t from = 0, to = 0;
		if (!read_hours(x, &from, &to))
			return false;
		if (from >= to)
			return ek_fail(x->err, EK_INVALID_VALUE,
				       "line %u: calendar: hours end after they begin; a night is "
				       "two rows",
				       x->line);
		for (int day = first; day <= last; day++) {
			if (cal->week_count == EK_CALENDAR_WEEK_MAX)
				return too_many(x, "hours", EK_CALENDAR_WEEK_MAX);
			week[cal->week_count++] = (struct ek_week_hours){(uint8_t)day, from, to};
		}
	} while (!is_end(x) && ek_policy_lex_peek(x, 0).kind == EK_POLICY_TOKEN_WORD);
	return true;
}

/* By day, then by time: the order in which they are written. */
static void sort_week(struct ek_week_hours *w, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++) {
		struct ek_week_hours h = w[i];
		uint32_t k = i;
		for (; k > 0; k--) {
			const struct ek_week_hours *b = &w[k - 1];
			bool before = b->day != h.day           ? b->day < h.day
				      : b->from_ms != h.from_ms ? b->from_ms < h.from_ms
								: b->to_ms <= h.to_ms;
			if (before)
				break;
			w[k] = w[k - 1];
		}
		w[k] = h;
	}
}

static bool read_closed(struct ek_policy_lex *x, struct ek_calendar *cal, int32_t *closed)
{
	do {
		int64_t date = 0;
		if (cal->closed_count == EK_CALENDAR_CLOSED_MAX)
			return too_many(x, "closed dates", EK_CALENDAR_CLOSED_MAX);
		if (!read_date(x, &date))
			return false;
		if (cal->closed_count > 0 && closed[cal->closed_count - 1] >= date)
			return ek_fail(x->err, EK_INVALID_VALUE,
				       "line %u: calendar: closed dates ascend, each once",
				       x->line);
		closed[cal->closed_count++] = (int32_t)date;
	} while (ek_policy_lex_is(x, ","));
	return true;
}

static bool read_calendar(const struct ek_policy_value *how, struct ek_calendar **out)
{
	struct ek_policy_lex *x = how->x;
	struct ek_calendar *cal = ek_arena_zero(x->arena, sizeof *cal);
	struct ek_week_hours *week = ek_arena_get(x->arena, EK_CALENDAR_WEEK_MAX * sizeof *week);
	if (cal == NULL || week == NULL)
		return ek_policy_lex_no_memory(x);
	if (!ek_policy_lex_name(x, "a zone such as Europe/Paris", &cal->zone.name))
		return false;
	if (cal->zone.name.n > EK_ZONE_NAME_MAX)
		return ek_policy_lex_fail(x, EK_INVALID_VALUE, "there is no zone", cal->zone.name);
	cal->week = week;
	*out = cal;
	if (!ek_policy_lex_want(x, ";"))
		return false;
	if (!ek_policy_lex_is(x, "none")) {
		do {
			if (!add_hours(x, cal, week))
				return false;
		} while (ek_policy_lex_is(x, ","));
	}
	sort_week(week, cal->week_count);
	if (!ek_policy_lex_is(x, ";"))
		return true;
	int32_t *closed = ek_arena_get(x->arena, (x->n - x->i + 1) * sizeof *closed);
	if (closed == NULL)
		return ek_policy_lex_no_memory(x);
	cal->closed = closed;
	return ek_policy_lex_want(x, "closed") && read_closed(x, cal, closed);
}

/* ---- any value ---- */

static bool read_number(const struct ek_policy_value *how, int64_t *out)
{
	const struct ek_setting_row *row = ek_setting_row(how->setting);
	uint32_t place = 0;
	switch (row->type) {
	case EK_SETTING_BOOL:
		return read_bool(how->x, out);
	case EK_SETTING_SPAN:
		return read_span(how->x, out);
	case EK_SETTING_ENUM:
		return read_word(how->x, (enum ek_enum)row->listed, out);
	case EK_SETTING_DATE:
		return read_date(how->x, out);
	case EK_SETTING_REF:
		if (!ek_policy_value_team(how, &place))
			return false;
		*out = place;
		return true;
	default:
		return ek_policy_lex_int(how->x, -number_max, number_max, out);
	}
}

static bool read_kind(const struct ek_policy_value *how, struct ek_value *out,
		      struct ek_calendar **cal)
{
	const struct ek_setting_row *row = ek_setting_row(how->setting);
	*out = (struct ek_value){.kind = EK_VALUE_NULL};
	if (ek_policy_lex_is(how->x, "null"))
		return true;
	out->kind = EK_VALUE_UNSET;
	if (ek_policy_lex_is(how->x, "inherit"))
		return true;
	out->kind = EK_VALUE_AUTO;
	if (row->shape == EK_SHAPE_AUTO && ek_policy_lex_is(how->x, "auto"))
		return true;
	if (row->type == EK_SETTING_LIST)
		return read_list(how, out);
	out->kind = EK_VALUE_CALENDAR;
	if (row->type == EK_SETTING_CALENDAR)
		return read_calendar(how, cal);
	out->kind = EK_VALUE_INT;
	return read_number(how, &out->i);
}

bool ek_policy_value_read(const struct ek_policy_value *how, struct ek_value *out,
			  struct ek_calendar **cal)
{
	struct ek_policy_lex *x = how->x;
	struct ek_err why = {0};
	*cal = NULL;
	if (!read_kind(how, out, cal) || !ek_policy_lex_end(x))
		return false;
	if (ek_setting_check(how->setting, how->at, out, &why))
		return true;
	return ek_fail(x->err, why.code, "line %u: %s", x->line, why.msg);
}
