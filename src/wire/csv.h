/* csv -- a page of a list, written as JSON, as a table for spreadsheets.
 *
 * One line of names, then a line for each row; lines end with CRLF, and a cell with a comma, a
 * quote or the end of a line in it stands in quotes. The columns are the members of the row's
 * shape, in its order, also when there are no rows; members that may be left out only where a row
 * has them or they were asked for. What is null or not there is an empty cell, an empty text is "",
 * objects and lists are compact JSON, times may be those of a zone.
 *
 * A spreadsheet runs a text that begins with = + - @ (also in their full-width forms), tab or CR;
 * such a text gets an apostrophe in front, and so does one that only looks as if it had got one,
 * so that taking one off gives the text back. Numbers get none: their column says that they are
 * some.
 * Source: RFC 4180; spec api, section 11; OWASP, "CSV Injection". Cost: O(bytes), and of each row
 * O(members x columns) short comparisons. No memory of its own.
 */
#ifndef EK_WIRE_CSV_H
#define EK_WIRE_CSV_H

#include "base/zone.h"
#include "wire/json.h"

enum { EK_CSV_COLUMNS = 64 };

/* All zero: every column, times in UTC as JSON has them, the apostrophe, no mark. */
struct ek_csv_style {
	bool has_mark; /* begins with a byte order mark */
	bool is_raw;   /* no apostrophes */
	/* Columns picked, beside `id`: names with commas between, p NULL = all; and what goes with
	 * what was picked. */
	ek_str fields;
	ek_str include;
	/* Times are written as clocks there show them, with the offset. Both or neither; local
	 * gives what the clock says in ms since 1970-01-01T00:00 on it, or EK_NONE. */
	const struct ek_zone *zone;
	int64_t (*local)(const struct ek_zone *zone, ek_time t);
};

/* Adds the table to out. page: an object that ek_json wrote, with the rows as a list `data`.
 * response: as the row of schema/routes.def says it, "[Shape]" or a shape with `data` in it.
 * False when there is no such list. */
bool ek_csv_write(ek_str page, const char *response, const struct ek_csv_style *style,
		  struct ek_json *out) EK_MUST_CHECK;

/* Whether a text gets an apostrophe; of one without its first: whether that was put there. */
bool ek_csv_is_guarded(ek_str text);

#endif
