/* What local time and office hours promise, one row per promise; then random calendars against a
 * second opinion that walks minute by minute. Offsets are those of the IANA database, release
 * 2025b; instants in the rows were worked out by hand from them. */
#include "model/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

/* "2027-03-28 02:30" or with seconds, as if it were UTC; "never" is EK_NONE. */
static int64_t ms(const char *text)
{
	if (strcmp(text, "never") == 0)
		return EK_NONE;
	struct tm tm = {0};
	const char *end = strptime(text, "%Y-%m-%d %H:%M", &tm);
	if (end != NULL && *end == ':')
		end = strptime(end, ":%S", &tm);
	if (end == NULL || *end != '\0')
		fail_msg("not a time: %s", text);
	return (int64_t)timegm(&tm) * 1000;
}

static int32_t days(const char *text)
{
	char midnight[20];
	snprintf(midnight, sizeof midnight, "%s 00:00", text);
	return (int32_t)(ms(midnight) / DAY);
}

static void same(const char *promise, int64_t got, int64_t want)
{
	if (got != want)
		fail_msg("%s: got %lld, want %lld, %lld min more", promise, (long long)got,
			 (long long)want, (long long)(got / MINUTE - want / MINUTE));
}

#define ZONE(name_, shifts_) \
	{ \
		.name = {(name_), sizeof(name_) - 1}, .shifts = (shifts_), \
		.shift_count = EK_LEN(shifts_) \
	}

/* clang-format off */
/* 2026-10-25, 2027-03-28, 2027-10-31, 2028-03-26, all at 01:00 UTC. Berlin's are the same. */
static const struct ek_zone_shift paris_shifts[] = {
	{EK_ZONE_SINCE_EVER, 2 * HOUR}, {1792890000000, 1 * HOUR}, {1806195600000, 2 * HOUR},
	{1824944400000, 1 * HOUR}, {1837645200000, 2 * HOUR}};
/* 2011-04-02 14:00, 2011-09-24 14:00, 2011-12-30 10:00 (30 December left out), 2012-03-31 14:00. */
static const struct ek_zone_shift apia_shifts[] = {
	{EK_ZONE_SINCE_EVER, -10 * HOUR}, {1301752800000, -11 * HOUR}, {1316872800000, -10 * HOUR},
	{1325239200000, 14 * HOUR}, {1333202400000, 13 * HOUR}};
/* 2027-02-07 02:00, 2027-03-14 02:00: an hour back for Ramadan. */
static const struct ek_zone_shift casablanca_shifts[] = {
	{EK_ZONE_SINCE_EVER, 1 * HOUR}, {1801965600000, 0}, {1804989600000, 1 * HOUR}};
/* 2024-04-25 22:00, 2024-10-31 21:00: midnight itself is left out, and 23:00 repeated. */
static const struct ek_zone_shift cairo_shifts[] = {
	{EK_ZONE_SINCE_EVER, 2 * HOUR}, {1714082400000, 3 * HOUR}, {1730408400000, 2 * HOUR}};
/* 2027-03-14 05:00, 2027-11-07 05:00: midnight comes twice. */
static const struct ek_zone_shift havana_shifts[] = {
	{EK_ZONE_SINCE_EVER, -5 * HOUR}, {1805000400000, -4 * HOUR}, {1825563600000, -5 * HOUR}};
/* 2006-10-29 02:31: a minute after midnight it is 23:01 of the day before. */
static const struct ek_zone_shift st_johns_shifts[] = {
	{EK_ZONE_SINCE_EVER, -150 * MINUTE}, {1162089060000, -210 * MINUTE}};
/* clang-format on */

static const struct ek_zone paris = ZONE("Europe/Paris", paris_shifts);
static const struct ek_zone berlin = ZONE("Europe/Berlin", paris_shifts);
static const struct ek_zone apia = ZONE("Pacific/Apia", apia_shifts);
static const struct ek_zone casablanca = ZONE("Africa/Casablanca", casablanca_shifts);
static const struct ek_zone cairo = ZONE("Africa/Cairo", cairo_shifts);
static const struct ek_zone havana = ZONE("America/Havana", havana_shifts);
static const struct ek_zone st_johns = ZONE("America/St_Johns", st_johns_shifts);

/* clang-format off */
static const struct ek_week_hours office[] = { /* Monday to Friday 09-18, not in order */
	{5, 9 * HOUR, 18 * HOUR}, {1, 9 * HOUR, 18 * HOUR}, {3, 9 * HOUR, 18 * HOUR},
	{2, 9 * HOUR, 18 * HOUR}, {4, 9 * HOUR, 18 * HOUR}};
static const struct ek_week_hours night[] = { /* Saturday 22 to Sunday 06 */
	{6, 22 * HOUR, 24 * HOUR}, {7, 0, 6 * HOUR}};
static const struct ek_week_hours overlap[] = { /* Monday 09-13 and 14-16, said five times over */
	{1, 14 * HOUR, 16 * HOUR}, {1, 10 * HOUR, 12 * HOUR}, {1, 9 * HOUR, 11 * HOUR},
	{1, 11 * HOUR, 13 * HOUR}, {1, 9 * HOUR, 11 * HOUR}};
static const struct ek_week_hours whole[] = {
	{1, 0, DAY}, {2, 0, DAY}, {3, 0, DAY}, {4, 0, DAY}, {5, 0, DAY}, {6, 0, DAY}, {7, 0, DAY}};
static const struct ek_week_hours gap[] = { /* Sundays, touching and inside 02:00-03:00 */
	{7, 2 * HOUR, 3 * HOUR}, {7, 150 * MINUTE, 210 * MINUTE}};
static const struct ek_week_hours inside[] = {{7, 130 * MINUTE, 150 * MINUTE}};
static const struct ek_week_hours midnight[] = {{7, 0, 1 * HOUR}};
static const struct ek_week_hours minute[] = {{1, 9 * HOUR, 9 * HOUR + MINUTE}};
static const int32_t holidays[] = {20903, 20904, 21243}; /* 2027-03-26, 2027-03-27, 2028-02-29 */
/* clang-format on */

#define CALENDAR(zone_, week_) \
	{ \
		.zone = ZONE("test", zone_), .week = (week_), .week_count = EK_LEN(week_) \
	}
static const struct ek_calendar paris_office = CALENDAR(paris_shifts, office);
static const struct ek_calendar paris_night = CALENDAR(paris_shifts, night);
static const struct ek_calendar paris_overlap = CALENDAR(paris_shifts, overlap);
static const struct ek_calendar paris_whole = CALENDAR(paris_shifts, whole);
static const struct ek_calendar paris_gap = CALENDAR(paris_shifts, gap);
static const struct ek_calendar paris_inside = CALENDAR(paris_shifts, inside);
static const struct ek_calendar paris_minute = CALENDAR(paris_shifts, minute);
static const struct ek_calendar apia_office = CALENDAR(apia_shifts, office);
static const struct ek_calendar casablanca_office = CALENDAR(casablanca_shifts, office);
static const struct ek_calendar casablanca_night = CALENDAR(casablanca_shifts, night);
static const struct ek_calendar st_johns_midnight = CALENDAR(st_johns_shifts, midnight);
static const struct ek_calendar never = {.zone = ZONE("Europe/Paris", paris_shifts)};
static const struct ek_calendar paris_holidays = {
	.zone = ZONE("Europe/Paris", paris_shifts),
	.week = office,
	.week_count = EK_LEN(office),
	.closed = holidays,
	.closed_count = EK_LEN(holidays),
};

/* clang-format off */
static const struct wall_row {
	const char *promise;
	const struct ek_zone *zone;
	const char *wall;
	const char *utc;
	const char *back; /* what the wall says at that instant */
} wall_rows[] = {
	{"example 11: a skipped time is the first instant after the gap", &paris,
	 "2027-03-28 02:30", "2027-03-28 01:00", "2027-03-28 03:00"},
	{"the last time before a gap", &berlin,
	 "2027-03-28 01:59", "2027-03-28 00:59", "2027-03-28 01:59"},
	{"the first time of a gap", &berlin,
	 "2027-03-28 02:00", "2027-03-28 01:00", "2027-03-28 03:00"},
	{"the first time after a gap", &berlin,
	 "2027-03-28 03:00", "2027-03-28 01:00", "2027-03-28 03:00"},
	{"a repeated time is its first occurrence", &berlin,
	 "2027-10-31 02:30", "2027-10-31 00:30", "2027-10-31 02:30"},
	{"the first repeated time", &berlin,
	 "2027-10-31 02:00", "2027-10-31 00:00", "2027-10-31 02:00"},
	{"the first time after a fold comes once", &berlin,
	 "2027-10-31 03:00", "2027-10-31 02:00", "2027-10-31 03:00"},
	{"a whole day left out", &apia,
	 "2011-12-30 12:00", "2011-12-30 10:00", "2011-12-31 00:00"},
	{"the evening before the day left out", &apia,
	 "2011-12-29 23:59", "2011-12-30 09:59", "2011-12-29 23:59"},
	{"the morning after the day left out", &apia,
	 "2011-12-31 09:00", "2011-12-30 19:00", "2011-12-31 09:00"},
	{"a fold in February", &casablanca,
	 "2027-02-07 02:15", "2027-02-07 01:15", "2027-02-07 02:15"},
	{"a gap in March, to more than UTC", &casablanca,
	 "2027-03-14 02:15", "2027-03-14 02:00", "2027-03-14 03:00"},
	{"before the first shift its offset holds", &paris,
	 "1970-01-01 00:00", "1969-12-31 22:00", "1970-01-01 00:00"},
	{"no zone is UTC", NULL,
	 "2038-01-19 03:14:08", "2038-01-19 03:14:08", "2038-01-19 03:14:08"},
	{"after 2038 the last offset holds", &paris,
	 "2038-01-19 04:14", "2038-01-19 02:14", "2038-01-19 04:14"},
	{"29 February", &paris, "2028-02-29 12:00", "2028-02-29 11:00", "2028-02-29 12:00"},
};

static const struct day_row {
	const char *promise;
	const struct ek_zone *zone;
	const char *date;
	const char *utc;
} day_rows[] = {
	{"a summer day, as example 9's ramp step", &paris, "2027-06-14", "2027-06-13 22:00"},
	{"the day of the gap begins in winter", &paris, "2027-03-28", "2027-03-27 23:00"},
	{"the day after 28 February in a leap year", &paris, "2028-02-29", "2028-02-28 23:00"},
	{"midnight left out: the day begins at one", &cairo, "2024-04-26", "2024-04-25 22:00"},
	{"23:00 repeated: midnight comes once", &cairo, "2024-11-01", "2024-10-31 22:00"},
	{"midnight repeated: the first", &havana, "2027-11-07", "2027-11-07 04:00"},
	{"a day left by a fold begins when first entered", &st_johns, "2006-10-29",
	 "2006-10-29 02:30"},
	{"a day left out begins with the next", &apia, "2011-12-30", "2011-12-30 10:00"},
	{"the next", &apia, "2011-12-31", "2011-12-30 10:00"},
	{"no zone is UTC", NULL, "2027-03-28", "2027-03-28 00:00"},
};

static const struct open_row {
	const char *promise;
	const struct ek_calendar *cal;
	const char *utc;
	const char *next; /* the same when open */
} open_rows[] = {
	{"example 11: next_open from the skipped Sunday", &paris_office,
	 "2027-03-28 01:00", "2027-03-29 07:00"},
	{"open at the opening", &paris_office, "2027-03-29 07:00", "2027-03-29 07:00"},
	{"closed just before", &paris_office, "2027-03-29 06:59:59", "2027-03-29 07:00"},
	{"open just before the closing", &paris_office,
	 "2027-03-29 15:59:59", "2027-03-29 15:59:59"},
	{"closed at the closing", &paris_office, "2027-03-29 16:00", "2027-03-30 07:00"},
	{"winter hours", &paris_office, "2027-03-26 17:00", "2027-03-29 07:00"},
	{"a closed date", &paris_holidays, "2027-03-26 10:00", "2027-03-29 07:00"},
	{"the day before it is open", &paris_holidays, "2027-03-25 10:00", "2027-03-25 10:00"},
	{"29 February can be closed", &paris_holidays, "2028-02-29 10:00", "2028-03-01 08:00"},
	{"29 February is a Tuesday like others", &paris_office,
	 "2028-02-29 08:00", "2028-02-29 08:00"},
	{"after 2038", &paris_office, "2038-01-19 03:14:08", "2038-01-19 07:00"},
	{"hours inside the gap do not come", &paris_inside,
	 "2027-03-27 12:00", "2027-04-04 00:10"},
	{"hours across the gap begin after it", &paris_gap,
	 "2027-03-27 12:00", "2027-03-28 01:00"},
	{"hours inside the fold come at its first time", &paris_inside,
	 "2027-10-30 12:00", "2027-10-31 00:10"},
	{"and not at its second", &paris_inside, "2027-10-31 01:10", "2027-11-07 01:10"},
	{"the Friday left out is not open", &apia_office,
	 "2011-12-30 09:00", "2012-01-01 19:00"},
	{"the day before it is", &apia_office, "2011-12-30 03:59", "2011-12-30 03:59"},
	{"Monday in Ramadan", &casablanca_office, "2027-02-08 08:30", "2027-02-08 09:00"},
	{"the Monday after", &casablanca_office, "2027-03-15 07:30", "2027-03-15 08:00"},
	{"hours of the next date go on while the wall is back in the old one", &st_johns_midnight,
	 "2006-10-29 03:00", "2006-10-29 03:00"},
	{"no hours: never", &never, "2027-03-28 01:00", "never"},
	{"no calendar: always", NULL, "2027-03-28 01:00", "2027-03-28 01:00"},
	{"no time: never", &paris_office, "never", "never"},
};

static const struct add_row {
	const char *promise;
	const struct ek_calendar *cal;
	const char *from;
	int64_t span_ms;
	const char *to;
} add_rows[] = {
	{"example 11: 4 working hours from Friday 16:00 end Monday 11:00", &paris_office,
	 "2027-03-26 15:00", 4 * HOUR, "2027-03-29 09:00"},
	{"example 19: nudge at 30 min from Friday 17:40", &paris_office,
	 "2027-03-26 16:40", 30 * MINUTE, "2027-03-29 07:10"},
	{"example 19: return at 60 min", &paris_office,
	 "2027-03-26 16:40", 60 * MINUTE, "2027-03-29 07:40"},
	{"example 19: opened 09:05, nudge 09:35", &paris_office,
	 "2027-03-29 07:05", 30 * MINUTE, "2027-03-29 07:35"},
	{"rather at a closing than at the next opening", &paris_office,
	 "2027-03-26 15:00", 2 * HOUR, "2027-03-26 17:00"},
	{"a millisecond more is after the next opening", &paris_minute,
	 "2027-03-29 07:00", MINUTE + 1000, "2027-04-05 07:00:01"},
	{"nothing to pass: at once, though closed", &paris_office,
	 "2027-03-28 01:00", 0, "2027-03-28 01:00"},
	{"from before the opening", &paris_office,
	 "2027-03-29 01:00", HOUR, "2027-03-29 08:00"},
	{"two weeks of 45 hours", &paris_office,
	 "2027-03-22 08:00", 90LL * HOUR, "2027-04-02 16:00"},
	{"closed dates do not count", &paris_holidays,
	 "2027-03-25 16:00", 2 * HOUR, "2027-03-29 08:00"},
	{"over 29 February", &paris_office, "2028-02-28 16:30", HOUR, "2028-02-29 08:30"},
	{"over a closed 29 February", &paris_holidays,
	 "2028-02-28 16:30", HOUR, "2028-03-01 08:30"},
	{"over the end of 32-bit time", &paris_office,
	 "2038-01-18 15:00", 2 * HOUR, "2038-01-19 08:00"},
	{"a night with a gap", &paris_night, "2027-03-27 21:00", 4 * HOUR, "2027-03-28 01:00"},
	{"ends at the closing", &paris_night, "2027-03-27 21:00", 7 * HOUR, "2027-03-28 04:00"},
	{"overlapping rows count once", &paris_overlap,
	 "2027-03-29 00:00", 5 * HOUR, "2027-03-29 13:00"},
	{"a day left out has no hours", &apia_office,
	 "2011-12-30 03:00", 2 * HOUR, "2012-01-01 20:00"},
	{"always open: elapsed time", NULL, "2027-03-28 00:00", 4 * HOUR, "2027-03-28 04:00"},
	{"no hours: never", &never, "2027-03-28 00:00", 1, "never"},
	{"400 days are within the limit", &paris_whole,
	 "2027-01-01 00:00", 400LL * DAY, "2028-02-05 00:00"},
	{"a millisecond more is not", &paris_whole, "2027-01-01 00:00", 400LL * DAY + 1, "never"},
	{"58 weekly minutes end within 400 days", &paris_minute,
	 "2027-03-29 07:00", 58 * MINUTE, "2028-05-01 07:01"},
	{"59 do not", &paris_minute, "2027-03-29 07:00", 59 * MINUTE, "never"},
	{"no time stays none", &paris_office, "never", HOUR, "never"},
};

static const struct elapsed_row {
	const char *promise;
	const struct ek_calendar *cal;
	const char *from;
	const char *to;
	int64_t want_ms;
} elapsed_rows[] = {
	{"example 11: Friday 16:00 to Monday 11:00", &paris_office,
	 "2027-03-26 15:00", "2027-03-29 09:00", 4 * HOUR},
	{"example 19: Friday 17:40 to Monday 09:10", &paris_office,
	 "2027-03-26 16:40", "2027-03-29 07:10", 30 * MINUTE},
	{"a night with a gap has an hour less", &paris_night,
	 "2027-03-27 20:00", "2027-03-28 12:00", 7 * HOUR},
	{"a plain night", &paris_night, "2027-04-03 12:00", "2027-04-04 12:00", 8 * HOUR},
	{"a night with a fold has an hour more", &paris_night,
	 "2027-10-30 12:00", "2027-10-31 12:00", 9 * HOUR},
	{"Ramadan begins: an hour more", &casablanca_night,
	 "2027-02-06 12:00", "2027-02-07 12:00", 9 * HOUR},
	{"Ramadan ends: an hour less", &casablanca_night,
	 "2027-03-13 12:00", "2027-03-14 12:00", 7 * HOUR},
	{"rows over one another and over the gap count once", &paris_gap,
	 "2027-03-28 00:00", "2027-03-29 00:00", 30 * MINUTE},
	{"the same rows on a plain Sunday", &paris_gap,
	 "2027-04-04 00:00", "2027-04-05 00:00", 90 * MINUTE},
	{"overlapping rows count once", &paris_overlap,
	 "2027-03-29 00:00", "2027-03-30 00:00", 6 * HOUR},
	{"five days less the Friday left out", &apia_office,
	 "2011-12-25 12:00", "2012-01-01 18:00", 4 * 9 * HOUR},
	{"a week with a closed Friday", &paris_holidays,
	 "2027-03-21 00:00", "2027-03-28 00:00", 4 * 9 * HOUR},
	{"always open: elapsed time", NULL, "2027-03-28 00:00", "2027-03-28 04:00", 4 * HOUR},
	{"backwards is nothing", &paris_whole, "2027-03-28 04:00", "2027-03-28 00:00", 0},
	{"backwards is nothing, always open", NULL, "2027-03-28 04:00", "2027-03-28 00:00", 0},
	{"a year is counted whole", &paris_whole,
	 "2027-01-01 00:00", "2028-01-01 00:00", 365LL * DAY},
	{"twenty years are counted to the limit", &paris_whole,
	 "2027-01-01 00:00", "2047-01-01 00:00", 4000LL * DAY},
	{"from no time is nothing", &paris_whole, "never", "2047-01-01 00:00", 0},
	{"until no time is nothing", &paris_whole, "2047-01-01 00:00", "never", 0},
};

static const struct civil_row {
	const char *promise;
	struct ek_date date;
	int32_t days; /* none: no such date */
	uint8_t day_of_week;
} civil_rows[] = {
	{"the epoch was a Thursday", {1970, 1, 1}, 0, 4},
	{"the day before it", {1969, 12, 31}, -1, 3},
	{"the first", {1, 1, 1}, EK_CALENDAR_DATE_MIN, 1},
	{"the last", {9999, 12, 31}, EK_CALENDAR_DATE_MAX, 5},
	{"29 February 2000", {2000, 2, 29}, 11016, 2},
	{"the day after", {2000, 3, 1}, 11017, 3},
	{"29 February 2028", {2028, 2, 29}, 21243, 2},
	{"the last day of 32-bit time", {2038, 1, 19}, 24855, 2},
	{"no 29 February 2027", {2027, 2, 29}, INT32_MIN, 0},
	{"no 29 February 2100", {2100, 2, 29}, INT32_MIN, 0},
	{"no 31 April", {2027, 4, 31}, INT32_MIN, 0},
	{"no month 0", {2027, 0, 1}, INT32_MIN, 0},
	{"no month 13", {2027, 13, 1}, INT32_MIN, 0},
	{"no day 0", {2027, 1, 0}, INT32_MIN, 0},
	{"no year 0", {0, 1, 1}, INT32_MIN, 0},
	{"no year 10000", {10000, 1, 1}, INT32_MIN, 0},
};
/* clang-format on */

static void wall_times_become_instants(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(wall_rows); i++) {
		const struct wall_row *r = &wall_rows[i];
		ek_time t = ek_calendar_instant(r->zone, ms(r->wall));
		same(r->promise, t.ms, ms(r->utc));
		same(r->promise, ek_calendar_local(r->zone, t), ms(r->back));
		same(r->promise, ek_calendar_date(r->zone, t), ms(r->back) / DAY);
	}
}

static void dates_begin(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(day_rows); i++) {
		const struct day_row *r = &day_rows[i];
		same(r->promise, ek_calendar_day_start(r->zone, days(r->date)).ms, ms(r->utc));
	}
}

static void times_out_of_reach_have_no_answer(void **state)
{
	(void)state;
	static const int64_t far[] = {INT64_MIN, INT64_MIN + 1, -62135596800001, 253402300800000,
				      INT64_MAX};
	for (size_t i = 0; i < EK_LEN(far); i++) {
		ek_time t = {far[i]};
		same("instant", ek_calendar_instant(&paris, far[i]).ms, EK_NONE);
		same("local", ek_calendar_local(&paris, t), EK_NONE);
		same("is_open", ek_calendar_is_open(&paris_whole, t), false);
		same("next_open", ek_calendar_next_open(&paris_whole, t).ms, EK_NONE);
		same("add", ek_calendar_add(&paris_whole, t, (ek_span){1}).ms, EK_NONE);
		same("elapsed", ek_calendar_elapsed(&paris_whole, t, (ek_time){INT64_MAX}).ms, 0);
	}
	ek_time first = {-62135596800000}, last = {253402300799999};
	same("day_start", ek_calendar_day_start(&paris, INT32_MAX).ms, EK_NONE);
	same("day_start", ek_calendar_day_start(&paris, INT32_MIN).ms, EK_NONE);
	same("first open", ek_calendar_next_open(&paris_whole, first).ms, first.ms);
	same("last open", ek_calendar_next_open(&paris_whole, last).ms, last.ms);
	same("date", ek_calendar_civil(ek_calendar_date(&paris, last)).year, 10000);
	same("date", ek_calendar_civil(ek_calendar_date(&st_johns, first)).year, 0);
	same("add", ek_calendar_add(NULL, (ek_time){1}, (ek_span){INT64_MAX}).ms, EK_NONE);
	same("elapsed", ek_calendar_elapsed(NULL, (ek_time){-2}, (ek_time){INT64_MAX}).ms,
	     INT64_MAX);
}

static void hours_open_and_close(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(open_rows); i++) {
		const struct open_row *r = &open_rows[i];
		ek_time t = {ms(r->utc)};
		bool want = ek_time_is_set(t) && ms(r->next) == t.ms;
		same(r->promise, ek_calendar_is_open(r->cal, t), want);
		same(r->promise, ek_calendar_next_open(r->cal, t).ms, ms(r->next));
	}
}

static void open_time_passes(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(add_rows); i++) {
		const struct add_row *r = &add_rows[i];
		ek_time from = {ms(r->from)};
		ek_time to = ek_calendar_add(r->cal, from, (ek_span){r->span_ms});
		same(r->promise, to.ms, ms(r->to));
		if (ek_time_is_set(to))
			same(r->promise, ek_calendar_elapsed(r->cal, from, to).ms, r->span_ms);
	}
}

static void open_time_is_measured(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(elapsed_rows); i++) {
		const struct elapsed_row *r = &elapsed_rows[i];
		ek_span got =
			ek_calendar_elapsed(r->cal, (ek_time){ms(r->from)}, (ek_time){ms(r->to)});
		same(r->promise, got.ms, r->want_ms);
	}
}

/* Measured back from the end: no later instant has as much open time behind it. */
static void open_time_is_measured_backward(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(elapsed_rows); i++) {
		const struct elapsed_row *r = &elapsed_rows[i];
		ek_time from = {ms(r->from)};
		ek_time to = {ms(r->to)};
		ek_span open = ek_calendar_elapsed(r->cal, from, to);
		if (open.ms <= 0 ||
		    ek_time_since(from, to).ms / EK_CALENDAR_DAY_MS >= EK_CALENDAR_AHEAD_DAYS_MAX)
			continue;
		ek_time back = ek_calendar_back(r->cal, from, to, open);
		same(r->promise, ek_calendar_elapsed(r->cal, back, to).ms, open.ms);
		same(r->promise,
		     ek_calendar_elapsed(r->cal, (ek_time){back.ms + 1}, to).ms < open.ms, true);
		/* More than there was: since the beginning. */
		ek_span more = {open.ms + 1};
		same(r->promise, ek_calendar_back(r->cal, from, to, more).ms, from.ms);
	}
}

/* A Monday team that is closed for 57 Mondays in a row, from 2027-03-29 to 2028-04-24. */
static void closing_for_a_year_is_never(void **state)
{
	(void)state;
	int32_t mondays[57];
	for (int i = 0; i < 57; i++)
		mondays[i] = days("2027-03-29") + 7 * i;
	struct ek_calendar cal = paris_minute;
	cal.closed = mondays;
	cal.closed_count = EK_LEN(mondays);
	int64_t opening = ms("2028-05-01 07:00");
	ek_time near = {opening - 400LL * DAY}, far = {near.ms - 1};
	same("400 days", ek_calendar_next_open(&cal, near).ms, opening);
	same("a millisecond more", ek_calendar_next_open(&cal, far).ms, EK_NONE);
}

static void civil_dates_are_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(civil_rows); i++) {
		const struct civil_row *r = &civil_rows[i];
		same(r->promise, ek_calendar_is_date(r->date), r->days != INT32_MIN);
		if (r->days == INT32_MIN)
			continue;
		same(r->promise, ek_calendar_days(r->date), r->days);
		same(r->promise, ek_calendar_day_of_week(r->days), r->day_of_week);
	}
}

/* Every date there is, against the C library. */
static void civil_dates_agree_with_the_library(void **state)
{
	(void)state;
	for (int32_t d = EK_CALENDAR_DATE_MIN; d <= EK_CALENDAR_DATE_MAX; d++) {
		time_t t = (time_t)d * 86400;
		struct tm tm;
		struct ek_date got = ek_calendar_civil(d);
		gmtime_r(&t, &tm);
		if (got.year != tm.tm_year + 1900 || got.month != tm.tm_mon + 1 ||
		    got.day != tm.tm_mday || ek_calendar_days(got) != d ||
		    ek_calendar_day_of_week(d) != (tm.tm_wday + 6) % 7 + 1)
			fail_msg("date %d", d);
	}
}

/* What check refuses: one spoilt thing each, and the word that must be in the message. */
struct spoilt {
	struct ek_calendar cal;
	struct ek_zone_shift shifts[EK_ZONE_SHIFTS_MAX + 1];
	struct ek_week_hours week[EK_CALENDAR_WEEK_MAX + 1];
	int32_t closed[EK_CALENDAR_CLOSED_MAX + 1];
};

/* The largest calendar that passes. */
static void fill(struct spoilt *s)
{
	for (int i = 0; i <= EK_ZONE_SHIFTS_MAX; i++)
		s->shifts[i] = (struct ek_zone_shift){(int64_t)i * DAY, 1 - DAY};
	s->shifts[0].at_ms = EK_ZONE_SINCE_EVER;
	for (int i = 0; i <= EK_CALENDAR_WEEK_MAX; i++)
		s->week[i] = (struct ek_week_hours){(uint8_t)(i % 7 + 1), 0, DAY};
	for (int i = 0; i <= EK_CALENDAR_CLOSED_MAX; i++)
		s->closed[i] = EK_CALENDAR_DATE_MIN + i;
	s->cal = (struct ek_calendar){
		.zone = {EK_S("Etc/Test"), s->shifts, EK_ZONE_SHIFTS_MAX},
		.week = s->week,
		.week_count = EK_CALENDAR_WEEK_MAX,
		.closed = s->closed,
		.closed_count = EK_CALENDAR_CLOSED_MAX,
	};
}

static void refused(const struct spoilt *s, const char *word)
{
	struct ek_err err = {0};
	if (ek_calendar_check(&s->cal, &err))
		fail_msg("passed: %s", word);
	same(word, err.code, EK_INVALID_VALUE);
	if (strstr(err.msg, word) == NULL)
		fail_msg("%s: not in: %s", word, err.msg);
}

#define REFUSED(field, value, word) \
	do { \
		fill(&s); \
		s.field = (value); \
		refused(&s, (word)); \
	} while (0)

static void check_refuses_what_breaks_a_limit(void **state)
{
	(void)state;
	static struct spoilt s;
	struct ek_err err = {0};
	fill(&s);
	assert_true(ek_calendar_check(&s.cal, &err));
	assert_true(ek_calendar_check(NULL, &err));
	assert_true(ek_calendar_check_zone(NULL, &err));
	assert_true(ek_calendar_check(&never, &err));
	assert_true(ek_calendar_check(&paris_holidays, &err));
	REFUSED(cal.zone.name.n, 0, "name");
	REFUSED(cal.zone.name.n, EK_ZONE_NAME_MAX + 1, "name");
	REFUSED(cal.zone.shift_count, 0, "0 shifts");
	REFUSED(cal.zone.shift_count, EK_ZONE_SHIFTS_MAX + 1, "513 shifts");
	REFUSED(shifts[0].at_ms, 0, "since ever");
	REFUSED(shifts[0].offset_ms, DAY, "shift 0 is a day");
	REFUSED(shifts[7].offset_ms, -DAY, "shift 7 is a day");
	REFUSED(shifts[7].at_ms, 6LL * DAY, "shift 7 is not");
	REFUSED(shifts[7].at_ms, 7LL * DAY - 1, "shift 7 is not");
	REFUSED(shifts[1].at_ms, EK_NONE, "shift 1 is not");
	REFUSED(shifts[511].at_ms, INT64_MAX, "shift 511 is not");
	REFUSED(cal.week_count, EK_CALENDAR_WEEK_MAX + 1, "65 rows");
	REFUSED(week[3].day, 0, "row 3: day 0");
	REFUSED(week[3].day, 8, "row 3: day 8");
	REFUSED(week[3].from_ms, -1, "row 3: must");
	REFUSED(week[3].from_ms, DAY, "row 3: must");
	REFUSED(week[63].to_ms, DAY + 1, "row 63: must");
	REFUSED(week[63].to_ms, 0, "row 63: must");
	REFUSED(cal.closed_count, EK_CALENDAR_CLOSED_MAX + 1, "1001 dates");
	REFUSED(closed[0], EK_CALENDAR_DATE_MIN - 1, "date 0 is not in");
	REFUSED(closed[999], EK_CALENDAR_DATE_MAX + 1, "date 999 is not in");
	REFUSED(closed[5], s.closed[4], "date 5 is not after");
}

/* The second opinion: a line of minutes, each with what the wall says and whether it is open. */
enum { LINE = 30 * 1440, LEAD = 4 * 1440, ROWS_MAX = 10, SHIFTS_MAX = 8, CLOSED_MAX = 6 };

struct line {
	int64_t local[LINE]; /* minutes on the wall; minute 0 of the line is LEAD before 1970 */
	bool open[LINE];
	struct ek_zone_shift shifts[SHIFTS_MAX];
	struct ek_week_hours week[ROWS_MAX];
	int32_t closed[CLOSED_MAX];
	struct ek_calendar cal;
};

/* splitmix64, public domain, Sebastiano Vigna. */
static uint64_t next(uint64_t *seed)
{
	uint64_t z = (*seed += 0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static int32_t between(uint64_t *seed, int32_t lo, int32_t hi)
{
	return lo + (int32_t)(next(seed) % (uint64_t)(hi - lo + 1));
}

static void random_calendar(struct line *l, uint64_t *seed)
{
	static const int32_t most[] = {60, 120, 1439}; /* usual offsets and absurd ones */
	int32_t reach = most[between(seed, 0, 2)];
	uint32_t shifts = (uint32_t)between(seed, 1, SHIFTS_MAX);
	int64_t at = EK_ZONE_SINCE_EVER;
	for (uint32_t i = 0; i < shifts; i++) {
		l->shifts[i] = (struct ek_zone_shift){at, between(seed, -reach, reach) * MINUTE};
		at = (i == 0 ? 0 : at) + (int64_t)between(seed, 1440, 5 * 1440) * MINUTE;
	}
	uint32_t rows = (uint32_t)between(seed, 1, ROWS_MAX);
	for (uint32_t i = 0; i < rows; i++) {
		int32_t from = between(seed, 0, 95) * 15;
		int32_t to = between(seed, 0, 3) == 0 ? 1440 : between(seed, from + 1, 1440);
		l->week[i] = (struct ek_week_hours){(uint8_t)between(seed, 1, 7), from * MINUTE,
						    to * MINUTE};
	}
	uint32_t closed = (uint32_t)between(seed, 0, CLOSED_MAX);
	for (uint32_t i = 0; i < closed; i++)
		l->closed[i] = (i == 0 ? -3 : l->closed[i - 1]) + between(seed, 1, 4);
	l->cal = (struct ek_calendar){
		{EK_S("Etc/Random"), l->shifts, shifts}, l->week, rows, l->closed, closed};
}

/* The first minute at which the wall says `local` or later. */
static int slow_instant(const struct line *l, int64_t local)
{
	int64_t guess = local + LEAD - 1440; /* no offset reaches a day */
	for (int m = guess > 0 ? (int)guess : 0; m < LINE; m++) {
		if (l->local[m] >= local)
			return m;
	}
	return LINE;
}

static void slow_open(struct line *l, int32_t date)
{
	for (uint32_t i = 0; i < l->cal.closed_count; i++) {
		if (l->closed[i] == date)
			return;
	}
	for (uint32_t i = 0; i < l->cal.week_count; i++) {
		const struct ek_week_hours *h = &l->week[i];
		if ((date + 700 + 3) % 7 + 1 != h->day)
			continue;
		int from = slow_instant(l, date * 1440 + h->from_ms / MINUTE);
		int to = slow_instant(l, date * 1440 + h->to_ms / MINUTE);
		for (int m = from; m < to; m++)
			l->open[m] = true;
	}
}

static void draw(struct line *l)
{
	uint32_t s = 0;
	for (int m = 0; m < LINE; m++) {
		int64_t utc = ((int64_t)m - LEAD) * MINUTE;
		while (s + 1 < l->cal.zone.shift_count && l->shifts[s + 1].at_ms <= utc)
			s++;
		l->local[m] = m - LEAD + l->shifts[s].offset_ms / MINUTE;
		l->open[m] = false;
	}
	for (int32_t date = -6; date < 32; date++)
		slow_open(l, date);
}

static ek_time minute_time(int m)
{
	return (ek_time){((int64_t)m - LEAD) * MINUTE};
}

/* The dates that reach over the ends of the line are left out: only its middle is asked about. */
static void ask(const struct line *l, uint64_t *seed, const char *which)
{
	int from = between(seed, 3 * 1440, 20 * 1440), to = from + between(seed, 0, 6 * 1440);
	int next_open = from, passed = 0, first = from;
	while (next_open < LINE - 3 * 1440 && !l->open[next_open])
		next_open++;
	for (int m = from; m < to; m++) {
		passed += l->open[m];
		if (l->open[m])
			first = m + 1; /* when the last open minute had passed */
	}
	ek_time t = minute_time(from);
	same(which, ek_calendar_local(&l->cal.zone, t), l->local[from] * MINUTE);
	same(which, ek_calendar_is_open(&l->cal, t), l->open[from]);
	if (next_open < LINE - 3 * 1440)
		same(which, ek_calendar_next_open(&l->cal, t).ms, minute_time(next_open).ms);
	ek_span span = ek_calendar_elapsed(&l->cal, t, minute_time(to));
	same(which, span.ms, (int64_t)passed * MINUTE);
	same(which, ek_calendar_add(&l->cal, t, span).ms, minute_time(first).ms);
	int64_t wall = between(seed, 0, 20 * 1440);
	same(which, ek_calendar_instant(&l->cal.zone, wall * MINUTE).ms,
	     minute_time(slow_instant(l, wall)).ms);
}

static void random_calendars_agree_minute_by_minute(void **state)
{
	(void)state;
	static struct line l;
	for (uint64_t first = 1; first <= 300; first++) {
		char which[32];
		uint64_t seed = first;
		struct ek_err err = {0};
		snprintf(which, sizeof which, "seed %llu", (unsigned long long)first);
		random_calendar(&l, &seed);
		if (!ek_calendar_check(&l.cal, &err))
			fail_msg("%s: %s", which, err.msg);
		draw(&l);
		for (int i = 0; i < 100; i++)
			ask(&l, &seed, which);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wall_times_become_instants),
		cmocka_unit_test(dates_begin),
		cmocka_unit_test(times_out_of_reach_have_no_answer),
		cmocka_unit_test(hours_open_and_close),
		cmocka_unit_test(open_time_passes),
		cmocka_unit_test(open_time_is_measured),
		cmocka_unit_test(open_time_is_measured_backward),
		cmocka_unit_test(closing_for_a_year_is_never),
		cmocka_unit_test(civil_dates_are_right),
		cmocka_unit_test(civil_dates_agree_with_the_library),
		cmocka_unit_test(check_refuses_what_breaks_a_limit),
		cmocka_unit_test(random_calendars_agree_minute_by_minute),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
