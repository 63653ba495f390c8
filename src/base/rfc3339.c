#include "base/rfc3339.h"

enum { MINUTE_MS = 60000, HOUR_MS = 3600000, DAY_MS = 86400000 };

struct scan {
	const char *p;
	const char *end;
};
struct civil {
	int32_t year;
	int32_t month;
	int32_t day;
};

static int32_t days_of(struct civil c)
{
	int32_t y = c.month <= 2 ? c.year - 1 : c.year;
	int32_t era = y / 400; /* years are 1 or more, so y is 0 or more */
	int32_t yoe = y - era * 400;
	int32_t doy = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static struct civil civil_of(int32_t days)
{
	int32_t z = days + 719468; /* 306 or more from 0001-01-01 on */
	int32_t era = z / 146097;
	int32_t doe = z - era * 146097;
	int32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int32_t mp = (5 * doy + 2) / 153;
	int32_t month = mp < 10 ? mp + 3 : mp - 9;
	return (struct civil){
		.year = yoe + era * 400 + (month <= 2 ? 1 : 0),
		.month = month,
		.day = doy - (153 * mp + 2) / 5 + 1,
	};
}

static int32_t month_days(int32_t year, int32_t month)
{
	static const int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return month == 2 && leap ? 29 : lengths[month - 1];
}

static bool take(struct scan *s, char c)
{
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

static bool take_digits(struct scan *s, int count, int32_t max, int32_t *out)
{
	int32_t v = 0;
	for (int i = 0; i < count; i++) {
		if (s->p == s->end || *s->p < '0' || *s->p > '9')
			return false;
		v = v * 10 + (*s->p++ - '0');
	}
	*out = v;
	return v <= max;
}

/* Up to nine digits; three of them count. */
static bool take_fraction(struct scan *s, int32_t *ms)
{
	int32_t v = 0;
	int count = 0;
	for (; s->p != s->end && *s->p >= '0' && *s->p <= '9'; s->p++) {
		if (count < 3)
			v = v * 10 + (*s->p - '0');
		count++;
	}
	for (int i = count; i < 3; i++)
		v *= 10;
	*ms = v;
	return count >= 1 && count <= 9;
}

static bool take_date(struct scan *s, int32_t *days)
{
	struct civil c;
	if (!take_digits(s, 4, 9999, &c.year) || !take(s, '-') ||
	    !take_digits(s, 2, 12, &c.month) || !take(s, '-') || !take_digits(s, 2, 31, &c.day))
		return false;
	if (c.year < 1 || c.month < 1 || c.day < 1 || c.day > month_days(c.year, c.month))
		return false;
	*days = days_of(c);
	return true;
}

struct clock {
	int32_t ms;       /* of the day, without the fraction */
	int32_t fraction; /* ms */
	bool has_seconds;
	bool leap; /* second 60 */
};

static bool take_clock(struct scan *s, struct clock *c)
{
	int32_t h;
	int32_t m;
	int32_t sec = 0;
	*c = (struct clock){0};
	if (!take_digits(s, 2, 23, &h) || !take(s, ':') || !take_digits(s, 2, 59, &m))
		return false;
	if (take(s, ':')) {
		if (!take_digits(s, 2, 60, &sec))
			return false;
		c->has_seconds = true;
		c->leap = sec == 60;
		if (take(s, '.') && !take_fraction(s, &c->fraction))
			return false;
	}
	c->ms = h * HOUR_MS + m * MINUTE_MS + sec * 1000;
	return true;
}

static bool take_offset(struct scan *s, int32_t *ms)
{
	int32_t h;
	int32_t m;
	*ms = 0;
	if (take(s, 'Z') || take(s, 'z'))
		return true;
	int32_t sign = take(s, '+') ? 1 : take(s, '-') ? -1 : 0;
	if (sign == 0 || !take_digits(s, 2, 23, &h) || !take(s, ':') || !take_digits(s, 2, 59, &m))
		return false;
	*ms = sign * (h * HOUR_MS + m * MINUTE_MS);
	return true;
}

/* Whether a leap second can end here: midnight before 1 January or 1 July. */
static bool after_leap(int64_t ms)
{
	if (ms % DAY_MS != 0)
		return false;
	struct civil c = civil_of((int32_t)(ms / DAY_MS));
	return c.day == 1 && (c.month == 1 || c.month == 7);
}

static bool in_years(int64_t ms)
{
	return ms >= EK_RFC3339_FIRST_MS && ms <= EK_RFC3339_LAST_MS;
}

static struct scan scan_of(ek_str text)
{
	return (struct scan){text.p, text.n == 0 ? text.p : text.p + text.n};
}

bool ek_rfc3339_read(ek_str text, ek_time *out)
{
	struct scan s = scan_of(text);
	int32_t days;
	struct clock c;
	int32_t offset;
	if (!take_date(&s, &days) || !(take(&s, 'T') || take(&s, 't')) || !take_clock(&s, &c) ||
	    !c.has_seconds || !take_offset(&s, &offset) || s.p != s.end)
		return false;
	int64_t ms = (int64_t)days * DAY_MS + c.ms - offset;
	if (!in_years(ms) || (c.leap && !after_leap(ms)))
		return false;
	out->ms = c.leap ? ms : ms + c.fraction;
	return true;
}

bool ek_rfc3339_read_wall(ek_str text, int64_t *local_ms)
{
	struct scan s = scan_of(text);
	int32_t days;
	struct clock c;
	if (!take_date(&s, &days) || !(take(&s, 'T') || take(&s, 't')) || !take_clock(&s, &c) ||
	    c.leap || s.p != s.end)
		return false;
	*local_ms = (int64_t)days * DAY_MS + c.ms + c.fraction;
	return true;
}

bool ek_rfc3339_read_date(ek_str text, int32_t *days)
{
	struct scan s = scan_of(text);
	int32_t v;
	if (!take_date(&s, &v) || s.p != s.end)
		return false;
	*days = v;
	return true;
}

bool ek_rfc3339_read_clock(ek_str text, int32_t *ms)
{
	struct scan s = scan_of(text);
	struct clock c;
	if (ek_str_is(text, "24:00")) {
		*ms = DAY_MS;
		return true;
	}
	if (!take_clock(&s, &c) || c.leap || s.p != s.end)
		return false;
	*ms = c.ms + c.fraction;
	return true;
}

static char *put_digits(char *p, int count, int32_t v)
{
	for (int i = count - 1; i >= 0; i--) {
		p[i] = (char)('0' + v % 10);
		v /= 10;
	}
	return p + count;
}

static char *put_date(char *p, int32_t days)
{
	struct civil c = civil_of(days);
	p = put_digits(p, 4, c.year);
	*p++ = '-';
	p = put_digits(p, 2, c.month);
	*p++ = '-';
	return put_digits(p, 2, c.day);
}

static char *put_clock(char *p, int32_t ms, bool full)
{
	p = put_digits(p, 2, ms / HOUR_MS);
	*p++ = ':';
	p = put_digits(p, 2, ms / MINUTE_MS % 60);
	if (!full && ms % MINUTE_MS == 0)
		return p;
	*p++ = ':';
	p = put_digits(p, 2, ms / 1000 % 60);
	if (!full && ms % 1000 == 0)
		return p;
	*p++ = '.';
	return put_digits(p, 3, ms % 1000);
}

/* The date, 'T', and the time of day. */
static char *put_both(char *p, int64_t ms, bool full)
{
	int64_t days = ms / DAY_MS;
	if (ms % DAY_MS < 0)
		days--;
	p = put_date(p, (int32_t)days);
	*p++ = 'T';
	return put_clock(p, (int32_t)(ms - days * DAY_MS), full);
}

size_t ek_rfc3339_print(ek_time t, char out[EK_RFC3339_TIME_MAX])
{
	if (!in_years(t.ms))
		return 0;
	char *p = put_both(out, t.ms, true);
	*p++ = 'Z';
	return (size_t)(p - out);
}

size_t ek_rfc3339_print_wall(int64_t local_ms, char out[EK_RFC3339_WALL_MAX])
{
	return in_years(local_ms) ? (size_t)(put_both(out, local_ms, false) - out) : 0;
}

size_t ek_rfc3339_print_date(int32_t days, char out[EK_RFC3339_DATE_MAX])
{
	if (days < EK_RFC3339_DATE_FIRST || days > EK_RFC3339_DATE_LAST)
		return 0;
	return (size_t)(put_date(out, days) - out);
}

size_t ek_rfc3339_print_clock(int32_t ms, char out[EK_RFC3339_CLOCK_MAX])
{
	if (ms < 0 || ms > DAY_MS)
		return 0;
	return (size_t)(put_clock(out, ms, false) - out);
}
