/* table -- delimited text as people's programs write it: records of cells, one after another.
 *
 * Cells may stand in quotes, two quotes inside are one, and line ends may stand between them; lines
 * end with LF or CRLF (with CR in a file that has no LF); a byte order mark is passed over, as are
 * empty lines. A record that cannot be read is told with a reason, and reading goes on behind it:
 * behind its first line where a quote is not closed, or text stands behind it. Text is UTF-8
 * without U+0000, or Latin-1, which becomes UTF-8.
 * Source: RFC 4180. Cost: O(bytes); a quote that is not closed is looked for in EK_TABLE_RECORD
 * bytes. Memory: of the arena, which is reset by each record, for cells that are not as they stand.
 */
#ifndef EK_WIRE_TABLE_H
#define EK_WIRE_TABLE_H

#include "base/arena.h"

enum {
	EK_TABLE_COLUMNS = 512,
	EK_TABLE_RECORD = 1024 * 1024, /* bytes */
};

struct ek_table {
	ek_str text; /* borrowed */
	struct ek_arena *arena;
	char separator;
	bool is_latin1;
	char end_of_line;
	uint32_t at;
	uint32_t at_line; /* of `at`, from 1 */
	/* the record */
	uint32_t from; /* where it begins */
	uint32_t line; /* where it begins */
	uint32_t n;
	ek_str cells[EK_TABLE_COLUMNS]; /* in text or arena, until the next record */
};

/* arena: the caller's; room for a record is enough. Errors: USAGE for UTF-16, which it names. */
bool ek_table_open(struct ek_table *t, ek_str text, struct ek_arena *arena,
		   struct ek_err *err) EK_MUST_CHECK;
/* The next record; false at the end. *fault says why it cannot be read, NULL = it can; cells are
 * then those before the fault, and may be no text. */
bool ek_table_next(struct ek_table *t, const char **fault) EK_MUST_CHECK;
/* Goes to a record that was read before, by its `from` and `line`. */
void ek_table_seek(struct ek_table *t, uint32_t from, uint32_t line);

/* Whether a cell must stand in quotes. */
bool ek_table_is_quoted(ek_str cell);

#endif
