#include <string.h>

#include "base/rfc3339.h"
#include "wire/policy_value.h"

void ek_policy_out_text(struct ek_policy_out *o, ek_str s)
{
	if (!o->failed && s.n > 0)
		o->failed = !o->sink(o->ctx, s.p, s.n);
}

void ek_policy_out_word(struct ek_policy_out *o, const char *s)
{
	uint32_t n = 0;
	while (s[n] != '\0')
		n++;
	ek_policy_out_text(o, (ek_str){s, n});
}

void ek_policy_out_int(struct ek_policy_out *o, int64_t v)
{
	char text[24];
	size_t n = ek_format(text, sizeof text, "%lld", (long long)v);
	ek_policy_out_text(o, (ek_str){text, (uint32_t)n});
}

static bool is_bare(ek_str s)
{
	static const char *const reserved[] = {"null", "none", "inherit", "auto"};
	static const char signs[] = " \t=,;()\"#";
	for (size_t i = 0; i < EK_LEN(reserved); i++) {
		if (ek_str_is(s, reserved[i]))
			return false;
	}
	for (uint32_t i = 0; i < s.n; i++) {
		for (size_t k = 0; signs[k] != '\0'; k++) {
			if (s.p[i] == signs[k])
				return false;
		}
	}
	return s.n > 0;
}

void ek_policy_out_name(struct ek_policy_out *o, ek_str s)
{
	if (is_bare(s)) {
		ek_policy_out_text(o, s);
		return;
	}
	ek_policy_out_word(o, "\"");
	uint32_t from = 0;
	for (uint32_t i = 0; i < s.n; i++) {
		if (s.p[i] != '"' && s.p[i] != '\\')
			continue;
		ek_policy_out_text(o, (ek_str){s.p + from, i - from});
		ek_policy_out_word(o, "\\");
		from = i;
	}
	ek_policy_out_text(o, (ek_str){s.p + from, s.n - from});
	ek_policy_out_word(o, "\"");
}

static void write_team(struct ek_policy_out *o, const struct ek_policy *p, int64_t place)
{
	ek_assert(place >= 1 && place <= p->team_count);
	ek_policy_out_name(o, p->teams[place - 1].name);
}

static void write_date(struct ek_policy_out *o, int64_t days)
{
	char text[EK_RFC3339_DATE_MAX];
	size_t n = ek_rfc3339_print_date((int32_t)days, text);
	ek_policy_out_text(o, (ek_str){text, (uint32_t)n});
}

static void write_hours(struct ek_policy_out *o, int64_t from, int64_t to)
{
	char text[EK_RFC3339_CLOCK_MAX];
	size_t n = ek_rfc3339_print_clock((int32_t)from, text);
	ek_policy_out_text(o, (ek_str){text, (uint32_t)n});
	ek_policy_out_word(o, "-");
	n = ek_rfc3339_print_clock((int32_t)to, text);
	ek_policy_out_text(o, (ek_str){text, (uint32_t)n});
}

/* ---- calendars ---- */

static uint32_t day_end(const struct ek_calendar *cal, uint32_t from)
{
	uint32_t i = from;
	while (i < cal->week_count && cal->week[i].day == cal->week[from].day)
		i++;
	return i;
}

/* Whether the rows b .. are the next day with the same hours as a .. */
static bool is_same_day(const struct ek_calendar *cal, uint32_t a, uint32_t b, uint8_t day)
{
	uint32_t n = day_end(cal, a) - a;
	if (b >= cal->week_count || cal->week[b].day != day || day_end(cal, b) - b != n)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		if (cal->week[a + i].from_ms != cal->week[b + i].from_ms ||
		    cal->week[a + i].to_ms != cal->week[b + i].to_ms)
			return false;
	}
	return true;
}

/* Rows stand by day and time. */
static void write_week(struct ek_policy_out *o, const struct ek_calendar *cal)
{
	static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
	for (uint32_t i = 0; i < cal->week_count;) {
		uint8_t last = cal->week[i].day;
		uint32_t next = day_end(cal, i);
		while (is_same_day(cal, i, next, (uint8_t)(last + 1))) {
			last++;
			next = day_end(cal, next);
		}
		ek_policy_out_word(o, i == 0 ? " " : ", ");
		ek_policy_out_word(o, days[cal->week[i].day - 1]);
		if (last != cal->week[i].day) {
			ek_policy_out_word(o, "-");
			ek_policy_out_word(o, days[last - 1]);
		}
		for (uint32_t k = i; k < day_end(cal, i); k++) {
			ek_policy_out_word(o, " ");
			write_hours(o, cal->week[k].from_ms, cal->week[k].to_ms);
		}
		i = next;
	}
	if (cal->week_count == 0)
		ek_policy_out_word(o, " none");
}

static void write_calendar(struct ek_policy_out *o, const struct ek_calendar *cal)
{
	ek_policy_out_name(o, cal->zone.name);
	ek_policy_out_word(o, ";");
	write_week(o, cal);
	for (uint32_t i = 0; i < cal->closed_count; i++) {
		ek_policy_out_word(o, i == 0 ? "; closed " : ", ");
		write_date(o, cal->closed[i]);
	}
}

/* ---- lists ---- */

static uint32_t write_key(struct ek_policy_out *o, const struct ek_cell *c)
{
	char name[16 + 256];
	if (c->i / 2 == EK_ORDER_KEY_ATTRIBUTE) {
		size_t n = ek_format(name, sizeof name, "attribute:");
		for (uint32_t i = 0; i < c->s.n && n < sizeof name; i++)
			name[n++] = c->s.p[i];
		ek_policy_out_name(o, (ek_str){name, (uint32_t)n});
	} else {
		ek_policy_out_word(o, ek_enums_wire(EK_ENUM_ORDER_KEY, (int)(c->i / 2)));
	}
	if (c->i % 2 != 0)
		ek_policy_out_word(o, " reverse");
	return 1;
}

static uint32_t write_order(struct ek_policy_out *o, const struct ek_cell *c)
{
	ek_policy_out_name(o, c->s);
	for (int64_t k = 1; k <= c->i; k++) {
		ek_policy_out_word(o, k == 1 ? " (" : ", ");
		ek_policy_out_name(o, c[k].s);
	}
	ek_policy_out_word(o, ")");
	return 1 + (uint32_t)c->i;
}

static uint32_t write_pair(struct ek_policy_out *o, const struct ek_cell *c)
{
	ek_policy_out_name(o, c->s);
	ek_policy_out_word(o, " ");
	if (c->i == EK_NONE)
		ek_policy_out_word(o, "null");
	else
		ek_policy_out_int(o, c->i);
	return 1;
}

static uint32_t write_step(struct ek_policy_out *o, const struct ek_cell *c)
{
	ek_policy_out_word(o, "from_day ");
	ek_policy_out_int(o, c[0].i);
	ek_policy_out_word(o, " limit_permille ");
	ek_policy_out_int(o, c[1].i);
	ek_policy_out_word(o, " complexity_max ");
	ek_policy_out_int(o, c[2].i);
	return 3;
}

static uint32_t write_level(struct ek_policy_out *o, const struct ek_policy *p,
			    const struct ek_cell *c)
{
	write_team(o, p, c[0].i);
	ek_policy_out_word(o, " after_ms ");
	ek_policy_out_int(o, c[1].i);
	ek_policy_out_word(o, " clock ");
	ek_policy_out_word(o, ek_enums_wire(EK_ENUM_CLOCK, (int)c[2].i));
	ek_policy_out_word(o, c[3].i != 0 ? " respect_gate true" : " respect_gate false");
	return 4;
}

/* How many cells the row had. */
static uint32_t write_row(struct ek_policy_out *o, const struct ek_policy *p, int shape,
			  const struct ek_cell *c)
{
	switch (shape) {
	case EK_SHAPE_KEYS:
		return write_key(o, c);
	case EK_SHAPE_ORDERS:
		return write_order(o, c);
	case EK_SHAPE_POINTS:
	case EK_SHAPE_LIMITS:
	case EK_SHAPE_SKILLS:
		return write_pair(o, c);
	case EK_SHAPE_STEPS:
		return write_step(o, c);
	case EK_SHAPE_LEVELS:
		return write_level(o, p, c);
	case EK_SHAPE_HOURS:
		write_hours(o, c[0].i, c[1].i);
		return 2;
	default:
		ek_policy_out_name(o, c->s);
		return 1;
	}
}

static void write_list(struct ek_policy_out *o, const struct ek_policy *p, int shape,
		       const struct ek_value *v)
{
	for (uint32_t i = 0; i < v->n;) {
		if (i > 0)
			ek_policy_out_word(o, ", ");
		i += write_row(o, p, shape, &v->cells[i]);
	}
	if (v->n == 0)
		ek_policy_out_word(o, "none");
}

static void write_number(struct ek_policy_out *o, const struct ek_policy *p,
			 const struct ek_setting_row *row, int64_t i)
{
	switch (row->type) {
	case EK_SETTING_BOOL:
		ek_policy_out_word(o, i != 0 ? "true" : "false");
		return;
	case EK_SETTING_ENUM:
		ek_policy_out_word(o, ek_enums_wire((enum ek_enum)row->listed, (int)i));
		return;
	case EK_SETTING_DATE:
		write_date(o, i);
		return;
	case EK_SETTING_REF:
		write_team(o, p, i);
		return;
	default:
		ek_policy_out_int(o, i);
	}
}

void ek_policy_value_write(struct ek_policy_out *o, const struct ek_policy *p,
			   const struct ek_policy_set *set, const struct ek_calendar *cal)
{
	const struct ek_setting_row *row = ek_setting_row(set->setting);
	switch (set->value.kind) {
	case EK_VALUE_NULL:
		ek_policy_out_word(o, "null");
		return;
	case EK_VALUE_AUTO:
		ek_policy_out_word(o, "auto");
		return;
	case EK_VALUE_CALENDAR:
		ek_assert(cal != NULL);
		write_calendar(o, cal);
		return;
	case EK_VALUE_LIST:
		write_list(o, p, row->shape, &set->value);
		return;
	case EK_VALUE_INT:
		write_number(o, p, row, set->value.i);
		return;
	default:
		ek_policy_out_word(o, "inherit");
	}
}

bool ek_policy_gather(void *ctx, const char *p, size_t n)
{
	struct ek_policy_gathered *t = ctx;
	if (t->cap - t->n < n) {
		size_t cap = 2 * t->cap + n + 65536;
		char *more = ek_arena_get(t->arena, cap);
		if (more == NULL)
			return false;
		if (t->n > 0)
			memcpy(more, t->p, t->n);
		t->p = more;
		t->cap = cap;
	}
	memcpy(t->p + t->n, p, n);
	t->n += n;
	return true;
}
