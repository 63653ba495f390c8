/* calendar -- office hours as a value: a week of local hours in a zone, less the closed dates.
 *
 * Everything is borrowed; whoever made the calendar says how long it lives. A NULL calendar means
 * always open. Worked with by engine/calendar.h. Source: spec routing, section 12, "Calendar".
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

#endif
