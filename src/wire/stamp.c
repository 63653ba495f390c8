#include "wire/stamp.h"

#include <string.h>
#include <strings.h>

#include "base/rfc3339.h"

enum {
	YEAR_DIGITS = 4,
	TWO = 2,
	FRACTION_DIGITS = 9,
	OFFSET_MINUTES_MAX = 24 * 60 - 1,
	DAY_S = 86400,
	NONE = -1,
};

/* What was read so far; NONE = not said. */
struct parts {
	ek_str rest;
	int64_t year, month, day, hour, minute, second, ms, since_midnight;
	int64_t half; /* 1 = PM */
	int64_t offset_minutes;
	bool has_offset;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool take_char(struct parts *p, char c)
{
	if (p->rest.n == 0 || p->rest.p[0] != c)
		return false;
	p->rest = (ek_str){p->rest.p + 1, p->rest.n - 1};
	return true;
}

static bool take_number(struct parts *p, uint32_t most, int64_t lo, int64_t hi, int64_t *out)
{
	uint32_t n = 0;
	int64_t v = 0;
	while (n < most && n < p->rest.n && is_digit(p->rest.p[n]))
		v = v * 10 + (p->rest.p[n++] - '0');
	p->rest = (ek_str){p->rest.p + n, p->rest.n - n};
	*out = v;
	return n > 0 && v >= lo && v <= hi;
}

static bool take_blanks(struct parts *p)
{
	bool any = false;
	while (take_char(p, ' '))
		any = true;
	return any;
}

/* Digits of a second; three count. */
static bool take_fraction(struct parts *p)
{
	uint32_t n = 0;
	p->ms = 0;
	while (n < FRACTION_DIGITS && n < p->rest.n && is_digit(p->rest.p[n])) {
		if (n < 3)
			p->ms = p->ms * 10 + (p->rest.p[n] - '0');
		n++;
	}
	for (uint32_t i = n; i < 3; i++)
		p->ms *= 10;
	p->rest = (ek_str){p->rest.p + n, p->rest.n - n};
	return n > 0;
}

/* Z, +01:00, +0100, +01. */
static bool take_offset(struct parts *p)
{
	int64_t hours, minutes = 0;
	take_blanks(p);
	p->has_offset = true;
	p->offset_minutes = 0;
	if (take_char(p, 'Z') || take_char(p, 'z'))
		return true;
	bool is_west = p->rest.n > 0 && p->rest.p[0] == '-';
	if (!take_char(p, '+') && !take_char(p, '-'))
		return false;
	if (!take_number(p, TWO, 0, 23, &hours))
		return false;
	bool has_more = take_char(p, ':') || (p->rest.n > 0 && is_digit(p->rest.p[0]));
	if (has_more && !take_number(p, TWO, 0, 59, &minutes))
		return false;
	p->offset_minutes = (hours * 60 + minutes) * (is_west ? -1 : 1);
	return true;
}

static bool take_month_name(struct parts *p)
{
	static const char *const names[] = {"january",   "february", "march",    "april",
					    "may",       "june",     "july",     "august",
					    "september", "october",  "november", "december"};
	for (size_t i = 0; i < EK_LEN(names); i++) {
		size_t whole = strlen(names[i]);
		size_t n = p->rest.n >= whole && strncasecmp(p->rest.p, names[i], whole) == 0
				   ? whole
				   : 3;
		if (p->rest.n < n || strncasecmp(p->rest.p, names[i], n) != 0)
			continue;
		p->rest = (ek_str){p->rest.p + n, p->rest.n - (uint32_t)n};
		p->month = (int64_t)i + 1;
		return true;
	}
	return false;
}

static bool take_half(struct parts *p)
{
	bool is_pm = p->rest.n >= TWO && strncasecmp(p->rest.p, "pm", TWO) == 0;
	if (!is_pm && (p->rest.n < TWO || strncasecmp(p->rest.p, "am", TWO) != 0))
		return false;
	p->rest = (ek_str){p->rest.p + TWO, p->rest.n - TWO};
	p->half = is_pm;
	return true;
}

static bool take_short_year(struct parts *p)
{
	bool ok =
		p->rest.n >= TWO && is_digit(p->rest.p[1]) && take_number(p, TWO, 0, 99, &p->year);
	p->year += p->year >= 69 ? 1900 : 2000;
	return ok;
}

/* One letter behind a percent sign. */
static bool take_field(struct parts *p, char what)
{
	switch (what) {
	case 'Y':
		return take_number(p, YEAR_DIGITS, 1, 9999, &p->year);
	case 'y':
		return take_short_year(p);
	case 'm':
		return take_number(p, TWO, 1, 12, &p->month);
	case 'd':
		return take_number(p, TWO, 1, 31, &p->day);
	case 'H':
		return take_number(p, TWO, 0, 23, &p->hour);
	case 'I':
		return take_number(p, TWO, 1, 12, &p->hour);
	case 'M':
		return take_number(p, TWO, 0, 59, &p->minute);
	case 'S':
		return take_number(p, TWO, 0, 60, &p->second);
	case 'f':
		return take_fraction(p);
	case 'b':
		return take_month_name(p);
	case 'p':
		return take_half(p);
	case 'z':
		return take_offset(p);
	case 'q':
		return take_number(p, 5, 0, DAY_S, &p->since_midnight);
	default:
		return take_char(p, what);
	}
}

static bool take_pattern(struct parts *p, ek_str format)
{
	for (uint32_t i = 0; i < format.n; i++) {
		char c = format.p[i];
		bool ok = c == '%'   ? take_field(p, format.p[++i])
			  : c == ' ' ? take_blanks(p)
				     : take_char(p, c);
		if (!ok)
			return false;
	}
	return true;
}

static bool take_iso(struct parts *p)
{
	if (!take_pattern(p, EK_S("%Y-%m-%d")))
		return false;
	if (p->rest.n == 0)
		return true;
	if (!take_char(p, 'T') && !take_char(p, 't') && !take_blanks(p))
		return false;
	if (!take_pattern(p, EK_S("%H:%M")) || (take_char(p, ':') && !take_field(p, 'S')))
		return false;
	if ((take_char(p, '.') || take_char(p, ',')) && !take_fraction(p))
		return false;
	return p->rest.n == 0 || take_offset(p);
}

/* ---- the time */

/* Days since 1970-01-01 (Howard Hinnant, days_from_civil); false when there is no such date. */
static bool to_days(int64_t y, int64_t m, int64_t d, int64_t *out)
{
	static const int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool is_leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
	if (d > lengths[m - 1] + (m == 2 && is_leap))
		return false;
	y -= m <= 2;
	int64_t era = y / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	*out = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
	return true;
}

static bool to_time(const struct parts *p, struct ek_stamp *out)
{
	int64_t days;
	if (!to_days(p->year, p->month, p->day, &days))
		return false;
	int64_t hour = p->half == NONE ? p->hour : p->hour % 12 + 12 * p->half;
	int64_t s = p->since_midnight != NONE ? p->since_midnight
					      : hour * 3600 + p->minute * 60 + p->second;
	out->is_instant = p->has_offset;
	out->ms = (days * DAY_S + s - p->offset_minutes * 60) * 1000 + p->ms;
	return out->ms >= EK_RFC3339_FIRST_MS && out->ms <= EK_RFC3339_LAST_MS;
}

static bool read_epoch(ek_str text, int64_t unit, struct ek_stamp *out)
{
	struct parts p = {.rest = text};
	int64_t v;
	bool is_before = take_char(&p, '-');
	if (!take_number(&p, 15, 0, EK_RFC3339_LAST_MS, &v) ||
	    (take_char(&p, '.') && !take_fraction(&p)) || p.rest.n > 0)
		return false;
	if (v > EK_RFC3339_LAST_MS / unit)
		return false;
	int64_t ms = v * unit + (unit == 1 ? 0 : p.ms);
	*out = (struct ek_stamp){is_before ? -ms : ms, true};
	return out->ms >= EK_RFC3339_FIRST_MS;
}

bool ek_stamp_read(ek_str format, ek_str text, struct ek_stamp *out)
{
	struct parts p = {.rest = text, .month = 1, .day = 1, .since_midnight = NONE, .half = NONE};
	if (ek_str_is(format, "epoch"))
		return read_epoch(text, 1000, out);
	if (ek_str_is(format, "epoch_ms"))
		return read_epoch(text, 1, out);
	bool ok = ek_str_is(format, "iso") ? take_iso(&p) : take_pattern(&p, format);
	return ok && p.rest.n == 0 && to_time(&p, out);
}

bool ek_stamp_check(ek_str format, struct ek_err *err)
{
	bool has_year = false;
	char got[48];
	uint32_t n = format.n < sizeof got - 1 ? format.n : (uint32_t)sizeof got - 1;
	if (ek_str_is(format, "iso") || ek_str_is(format, "epoch") || ek_str_is(format, "epoch_ms"))
		return true;
	if (n > 0)
		memcpy(got, format.p, n);
	got[n] = '\0';
	for (uint32_t i = 0; i < format.n; i++) {
		if (format.p[i] != '%')
			continue;
		i++;
		if (i == format.n || strchr("YymdHIMSfbpzq%", format.p[i]) == NULL ||
		    format.p[i] == '\0')
			return ek_fail(err, EK_USAGE,
				       "\"%s\": behind %% stands one of Y y m d H I M S f b p z q",
				       got);
		has_year = has_year || format.p[i] == 'Y' || format.p[i] == 'y';
	}
	return has_year ||
	       ek_fail(err, EK_USAGE,
		       "\"%s\" is no format: iso, epoch, epoch_ms, or a pattern with a year", got);
}
