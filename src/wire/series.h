/* series -- a series of figures as people keep them: lines of date,value[,denominator].
 *
 * A first line that does not begin with a date is a header. A date is 2027-03-28 or a month,
 * 2027-03, which is its first day; dates rise. A number is digits with at most one point, a sign
 * and an exponent, no more than EK_SERIES_VALUE_MAX; a cell may stand in quotes. An empty value is
 * a point that is missing. Lines may end with CRLF, empty lines are passed over, a byte order mark
 * is too. Everything else is refused with the line's number and what was expected.
 * Source: RFC 4180; RFC 3339. Unit: days since 1970-01-01. Cost: O(bytes). No memory of its own.
 */
#ifndef EK_WIRE_SERIES_H
#define EK_WIRE_SERIES_H

#include "base/base.h"

#define EK_SERIES_VALUE_MAX 1e12
enum { EK_SERIES_CELL = 64, EK_SERIES_COLUMNS = 3 };

struct ek_series_row {
	int32_t day;
	bool has_value;
	double value;
	double denominator; /* 0 without one; at least 0 */
};

/* All zero at the start. */
struct ek_series {
	uint64_t line; /* the last read, from 1 */
	uint64_t row_line;
	uint32_t columns; /* as the first line has them: 2 or 3 */
	uint32_t rows;
	int32_t last_day;
	char name[EK_SERIES_CELL]; /* of the value, by the header; "" without one */
};

/* Takes one line without its end. *has_row: it was a row and not a header or empty. Errors: USAGE;
 * LIMIT for more than series_points rows. */
bool ek_series_line(struct ek_series *s, ek_str line, struct ek_series_row *row, bool *has_row,
		    struct ek_err *err) EK_MUST_CHECK;

#endif
