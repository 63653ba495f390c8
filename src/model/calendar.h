/* calendar -- office hours as a value: a week of local hours in a zone, less the closed dates; when
 * a wall time is, when a team opens, how long it was open.
 *
 * Everything in the value is borrowed; whoever made the calendar says how long it lives.
 *
 * Pure, and nothing is kept: the same value and times give the same answer at every replay.
 *
 * The wall rule. A wall time becomes the first instant at which the clock on the wall shows that
 * time or a later one. In a gap (spring) that is the first instant after the gap; of a repeated
 * time (autumn) it is the first occurrence. The rule never turns two wall times round, so hours
 * that do not overlap on the wall do not overlap in time. Both ends of office hours, and the
 * start of a date, go by it; lengths are elapsed time between the two instants.
 *
 * Limits: instants and wall times of the years 1 to 9999; outside them the answer is EK_NO_TIME,
 * closed, or nothing elapsed. NULL for a zone means UTC; NULL for a calendar means always open.
 * Zones and calendars that come from outside have passed ek_calendar_check(_zone) before.
 * Cost: s shifts, r rows of the week, d days from the first time to the last: O(log s) for one
 * time; O(d * r + log s + r * r) for a stretch, the last for sorting the (at most 64) rows.
 *
 * Source: spec routing, section 12; spec promises, time rule 7. Civil dates: Howard Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms", days_from_civil and civil_from_days.
 */
#ifndef EK_MODEL_CALENDAR_H
#define EK_MODEL_CALENDAR_H

#include "base/zone.h"

enum {
	EK_CALENDAR_WEEK_MAX = 64,
	EK_CALENDAR_CLOSED_MAX = 1000,
	EK_CALENDAR_DAY_MS = 24 * 3600 * 1000, /* a day on the wall, not a length of time */
};

/* Open on this day of the week from from_ms until just before to_ms, as the clock on the wall
 * says. Rows may come in any order and may overlap. A night is two rows: until 24 h, and from 0. */
struct ek_week_hours {
	uint8_t day;     /* 1 Monday .. 7 Sunday, as ISO 8601 */
	int32_t from_ms; /* local, of the day */
	int32_t to_ms;   /* local, of the day; more than from_ms, at most 24 h */
};

struct ek_calendar {
	struct ek_zone zone;
	const struct ek_week_hours *week;
	uint32_t week_count;
	const int32_t *closed; /* local dates, days since 1970-01-01, ascending, each once */
	uint32_t closed_count;
};

/* A date of the Gregorian calendar. */
struct ek_date {
	int32_t year;
	uint8_t month;
	uint8_t day;
};

enum {
	EK_CALENDAR_AHEAD_DAYS_MAX = 400, /* how far next_open and add look, days of 24 h */
	EK_CALENDAR_BACK_DAYS_MAX = 4000, /* how long a stretch elapsed counts, days of 24 h */
};

/* Local dates are days since 1970-01-01 in the proleptic Gregorian calendar. */
enum {
	EK_CALENDAR_DATE_MIN = -719162, /* 0001-01-01 */
	EK_CALENDAR_DATE_MAX = 2932896, /* 9999-12-31 */
};

/* Whether the value keeps the limits of base/zone.h and model/calendar.h: 1..512 shifts, the
 * first since ever, ascending and a day or more apart; at most 64 rows with day 1..7 and from <
 * to <= 24 h; at most 1000 closed dates, ascending, each once. Refuses with EK_INVALID_VALUE,
 * naming the row. The name is not looked up. NULL passes. O(all). */
bool ek_calendar_check(const struct ek_calendar *cal, struct ek_err *err) EK_MUST_CHECK;
bool ek_calendar_check_zone(const struct ek_zone *zone, struct ek_err *err) EK_MUST_CHECK;

/* The instant of a local wall time, by the wall rule.
 * local_ms: what the wall says, as milliseconds since 1970-01-01T00:00 on that wall. */
ek_time ek_calendar_instant(const struct ek_zone *zone, int64_t local_ms);
/* What the wall says at t, as above; EK_NONE for a t outside the years 1 to 9999. */
int64_t ek_calendar_local(const struct ek_zone *zone, ek_time t);
/* The instant at which a local date begins; of a date that was left out, the next one's. */
ek_time ek_calendar_day_start(const struct ek_zone *zone, int32_t date);
/* The local date at t, a time within the years 1 to 9999 (asserted). */
int32_t ek_calendar_date(const struct ek_zone *zone, ek_time t);

/* Whether t is within office hours. O(r + log s). */
bool ek_calendar_is_open(const struct ek_calendar *cal, ek_time t);
/* t itself if open, else the next opening; EK_NO_TIME if there is none within
 * EK_CALENDAR_AHEAD_DAYS_MAX days. */
ek_time ek_calendar_next_open(const struct ek_calendar *cal, ek_time t);
/* The first instant at which `span` of open time has passed since `from`: so rather a closing
 * than the next opening; a span of 0 gives `from`. EK_NO_TIME when that is more than
 * EK_CALENDAR_AHEAD_DAYS_MAX days away (with a NULL calendar: when it cannot be represented).
 * span: not negative (asserted). */
ek_time ek_calendar_add(const struct ek_calendar *cal, ek_time from, ek_span span);
/* Open time between the two; 0 when `to` is not after `from`. Counts the first
 * EK_CALENDAR_BACK_DAYS_MAX days after `from` only. */
ek_span ek_calendar_elapsed(const struct ek_calendar *cal, ek_time from, ek_time to);
/* The last instant from which so much open time passed until `to`; where there was less, `since`,
 * or, if that is more than EK_CALENDAR_AHEAD_DAYS_MAX days before, that many days before. to: the
 * time of an event. Cost:
 * some 40 times that of elapsed. */
ek_time ek_calendar_back(const struct ek_calendar *cal, ek_time since, ek_time to, ek_span open);

/* 1 Monday .. 7 Sunday. */
uint8_t ek_calendar_day_of_week(int32_t date);
/* Whether there is such a date within the years 1 to 9999. */
bool ek_calendar_is_date(struct ek_date d);
/* d: ek_calendar_is_date (asserted). */
int32_t ek_calendar_days(struct ek_date d);
/* date: EK_CALENDAR_DATE_MIN..EK_CALENDAR_DATE_MAX, or one beyond either end, which a zone may
 * make of an instant: 31 December 0 and 1 January 10000 (asserted). */
struct ek_date ek_calendar_civil(int32_t date);

#endif
