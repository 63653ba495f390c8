/* stamp -- times as people's programs write them, by a format.
 *
 *   iso        2027-03-28, 2027-03-28 02:30, 2027-03-28T02:30:00.25+01:00, or with a blank: -0700
 *   epoch      seconds since 1970-01-01T00:00Z, with or without a fraction; epoch_ms: milliseconds
 *   a pattern  %Y %m %d %H %M %S as numbers of at most as many digits as usual, %y of two (69 to 99
 *              are 1969 to 1999), %f a fraction of a second, %b a month's English name, %I with
 *              %p (AM, PM), %z an offset, %q seconds since midnight, %% a percent sign; a blank is
 *              one blank or more, everything else itself. "%d/%m/%Y %H:%M" puts the day first.
 *
 * A time without offset is one of a clock on a wall; whose, the caller knows. What is not said is
 * 0.
 * Source: RFC 3339, ISO 8601, IEEE 1003.1 strptime. Pure. Cost: O(bytes).
 */
#ifndef EK_WIRE_STAMP_H
#define EK_WIRE_STAMP_H

#include "base/base.h"

struct ek_stamp {
	int64_t ms; /* since 1970-01-01T00:00, UTC or on that wall */
	bool is_instant;
};

/* Whether there is such a format. Errors: USAGE says what is wrong with it. */
bool ek_stamp_check(ek_str format, struct ek_err *err) EK_MUST_CHECK;
/* format: passed ek_stamp_check. False when the whole text is no such time of the years 1 to 9999.
 */
bool ek_stamp_read(ek_str format, ek_str text, struct ek_stamp *out) EK_MUST_CHECK;

#endif
