/* rfc3339 -- times, dates and times of day as text.
 *
 * Pure. Years 1 to 9999 only; everything else is refused (false) or prints as nothing (0). The
 * readers want the whole text, no blanks around it, and leave *out alone when they refuse. The
 * printers write no NUL and return the bytes written; out has room for the stated maximum.
 * Source: RFC 3339; civil dates: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 */
#ifndef EK_BASE_RFC3339_H
#define EK_BASE_RFC3339_H

#include "base/base.h"

enum {
	EK_RFC3339_TIME_MAX = 24,        /* 2027-03-28T02:30:00.000Z */
	EK_RFC3339_WALL_MAX = 23,        /* 2027-03-28T02:30:00.000 */
	EK_RFC3339_DATE_MAX = 10,        /* 2027-03-28 */
	EK_RFC3339_CLOCK_MAX = 12,       /* 02:30:00.000 */
	EK_RFC3339_DATE_FIRST = -719162, /* 0001-01-01, in days since 1970-01-01 */
	EK_RFC3339_DATE_LAST = 2932896,  /* 9999-12-31 */
};
/* The first and last milliseconds of those years, UTC. */
#define EK_RFC3339_FIRST_MS (-62135596800000LL)
#define EK_RFC3339_LAST_MS 253402300799999LL

/* "2027-03-28T02:30:00.25+01:00" with any offset. Up to nine digits after the second, of which the
 * first three count. Second 60 is the next minute, and only where a leap second can be (the end of
 * June and December, UTC). */
bool ek_rfc3339_read(ek_str text, ek_time *out) EK_MUST_CHECK;
/* Always UTC, always with milliseconds: 24 bytes. */
size_t ek_rfc3339_print(ek_time t, char out[EK_RFC3339_TIME_MAX]);

/* "2027-03-28T02:30", with or without seconds and their fraction: what a clock on a wall says, in
 * milliseconds since 1970-01-01T00:00 on that wall. Prints as short as it can. */
bool ek_rfc3339_read_wall(ek_str text, int64_t *local_ms) EK_MUST_CHECK;
size_t ek_rfc3339_print_wall(int64_t local_ms, char out[EK_RFC3339_WALL_MAX]);

/* "2027-03-28", in days since 1970-01-01. */
bool ek_rfc3339_read_date(ek_str text, int32_t *days) EK_MUST_CHECK;
size_t ek_rfc3339_print_date(int32_t days, char out[EK_RFC3339_DATE_MAX]);

/* "09:00", with or without seconds and their fraction; "24:00" is the end of the day. In
 * milliseconds of the day, 0 to 86400000. */
bool ek_rfc3339_read_clock(ek_str text, int32_t *ms) EK_MUST_CHECK;
size_t ek_rfc3339_print_clock(int32_t ms, char out[EK_RFC3339_CLOCK_MAX]);

#endif
