#include "sys/tzif_rule.h"

enum { HOUR_S = 3600, DAY_S = 24 * HOUR_S, OFFSET_HOURS_MAX = 24, TIME_HOURS_MAX = 167 };

struct text {
	const char *p;
	const char *end;
};

/* 0 at the end: no text that may stand here has one. */
static char look(const struct text *t)
{
	return t->p < t->end ? *t->p : '\0';
}

static bool take(struct text *t, char c)
{
	if (look(t) != c || c == '\0')
		return false;
	t->p++;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* One to three digits, lo to hi. */
static bool number(struct text *t, int32_t lo, int32_t hi, int32_t *out)
{
	int32_t v = 0;
	uint32_t n = 0;
	for (; n < 3 && is_digit(look(t)); n++)
		v = v * 10 + (*t->p++ - '0');
	*out = v;
	return n > 0 && !is_digit(look(t)) && v >= lo && v <= hi;
}

/* Three letters or more, or <three or more of letters, digits, + and ->. */
static bool name(struct text *t)
{
	bool quoted = take(t, '<');
	uint32_t n = 0;
	for (char c = look(t); is_letter(c) || (quoted && (is_digit(c) || c == '+' || c == '-'));
	     c = look(t)) {
		t->p++;
		n++;
	}
	return n >= 3 && (!quoted || take(t, '>'));
}

/* [+-]hh[:mm[:ss]], in seconds. */
static bool hours(struct text *t, int32_t hours_max, int32_t *out)
{
	bool minus = take(t, '-');
	if (!minus)
		(void)take(t, '+');
	int32_t h = 0, m = 0, s = 0;
	if (!number(t, 0, hours_max, &h))
		return false;
	if (take(t, ':')) {
		if (!number(t, 0, 59, &m))
			return false;
		if (take(t, ':') && !number(t, 0, 59, &s))
			return false;
	}
	int32_t sum = h * HOUR_S + m * 60 + s;
	*out = minus ? -sum : sum;
	return true;
}

/* What the clocks show is ahead of UTC by less than a day; the text counts westwards. */
static bool offset(struct text *t, int32_t *out)
{
	int32_t west = 0;
	if (!hours(t, OFFSET_HOURS_MAX, &west) || west <= -DAY_S || west >= DAY_S)
		return false;
	*out = -west;
	return true;
}

static bool month_week_day(struct text *t, struct ek_tzif_rule_date *d)
{
	int32_t month = 0, week = 0, day = 0;
	if (!number(t, 1, 12, &month) || !take(t, '.') || !number(t, 1, 5, &week) ||
	    !take(t, '.') || !number(t, 0, 6, &day))
		return false;
	d->form = EK_TZIF_RULE_WEEKDAY;
	d->month = (uint8_t)month;
	d->week = (uint8_t)week;
	d->day = (uint16_t)day;
	return true;
}

static bool date(struct text *t, struct ek_tzif_rule_date *d)
{
	if (!take(t, ','))
		return false;
	bool ok;
	int32_t day = 0;
	if (take(t, 'M')) {
		ok = month_week_day(t, d);
	} else {
		bool julian = take(t, 'J');
		ok = number(t, julian ? 1 : 0, 365, &day);
		d->form = julian ? EK_TZIF_RULE_JULIAN : EK_TZIF_RULE_DAY;
		d->day = (uint16_t)day;
	}
	d->time_s = 2 * HOUR_S;
	return ok && (!take(t, '/') || hours(t, TIME_HOURS_MAX, &d->time_s));
}

static bool summer(struct text *t, struct ek_tzif_rule *r)
{
	r->has_summer = true;
	r->summer_s = r->standard_s + HOUR_S;
	if (!name(t))
		return false;
	if (look(t) != ',' && !offset(t, &r->summer_s))
		return false;
	return r->summer_s < DAY_S && date(t, &r->begin) && date(t, &r->end);
}

bool ek_tzif_rule_read(ek_str text, struct ek_tzif_rule *out, struct ek_err *err)
{
	struct text t = {text.p, text.p + text.n};
	*out = (struct ek_tzif_rule){0};
	if (!name(&t) || !offset(&t, &out->standard_s) || (t.p < t.end && !summer(&t, out)) ||
	    t.p < t.end)
		return ek_fail(err, EK_DAMAGE, "its rule is not one at byte %lld of %u",
			       (long long)(t.p - text.p), text.n);
	return true;
}

/* ---- the days of a year ---- */

static bool is_leap(int32_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Leap days before 1 January of a year. */
static int32_t leaps_before(int32_t year)
{
	int32_t y = year - 1;
	return y / 4 - y / 100 + y / 400;
}

/* Days from 1970-01-01 to 1 January of a year. */
static int32_t year_day(int32_t year)
{
	return (year - 1970) * 365 + leaps_before(year) - leaps_before(1970);
}

/* Days from 1 January to the first of a month, 1 to 12; 13 gives the length of the year. */
static int32_t month_day(int32_t year, int32_t month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int32_t sum = month > 2 && is_leap(year) ? 1 : 0;
	for (int32_t i = 1; i < month; i++)
		sum += days[i - 1];
	return sum;
}

/* The week-th such weekday of the month; 5 is the last. */
static int32_t weekday(int32_t year, const struct ek_tzif_rule_date *d)
{
	int32_t first = year_day(year) + month_day(year, d->month);
	int32_t next = year_day(year) + month_day(year, d->month + 1);
	int32_t of_first = ((first + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday; 0 = Sunday */
	int32_t day = first + (d->day - of_first + 7) % 7 + (d->week - 1) * 7;
	return day < next ? day : day - 7;
}

static int64_t instant(const struct ek_tzif_rule_date *d, int32_t year, int32_t offset_s)
{
	int32_t day = year_day(year) + d->day;
	if (d->form == EK_TZIF_RULE_WEEKDAY)
		day = weekday(year, d);
	else if (d->form == EK_TZIF_RULE_JULIAN)
		day += is_leap(year) && d->day >= 60 ? 0 : -1;
	return (int64_t)day * DAY_S + d->time_s - offset_s;
}

int64_t ek_tzif_rule_begins(const struct ek_tzif_rule *rule, int32_t year)
{
	ek_assert(rule->has_summer && year >= 1900 && year <= 2200);
	return instant(&rule->begin, year, rule->standard_s);
}

int64_t ek_tzif_rule_ends(const struct ek_tzif_rule *rule, int32_t year)
{
	ek_assert(rule->has_summer && year >= 1900 && year <= 2200);
	return instant(&rule->end, year, rule->summer_s);
}
