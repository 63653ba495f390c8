/* reader -- questions to the views and the content, on a connection that can only read.
 *
 * One for each thread; opened beside the writer, in its process or another. It never writes and
 * never checkpoints (promises, "Rules learnt" 4). Statements are kept prepared, by their text, the
 * most recently used EK_READER_STATEMENTS. A statement runs at most EK_READER_STATEMENT_MS; between
 * begin and end at most EK_READER_TRANSACTION_MS pass, then the next statement, or the one that
 * runs, fails with BUSY. (An owner who begins and neither asks nor ends is cut off by PostgreSQL
 * alone.)
 *
 *   ok = ek_reader_begin(r, err) && ek_reader_seq(r, &seq, err) &&
 *        ek_reader_each(r, &question, take_row, ctx, err);
 *   ek_reader_end(r);
 */
#ifndef EK_STORE_READER_H
#define EK_STORE_READER_H

#include "store/log.h"

enum {
	EK_READER_STATEMENTS = 64,
	EK_READER_COLUMNS_MAX = 64,
	EK_READER_ARGS_MAX = 256,
	EK_READER_SQL_MAX = 32 * 1024,
	EK_READER_STATEMENT_MS = 10000,
	EK_READER_TRANSACTION_MS = 30000,
};

struct ek_reader;

/* where: as in struct ek_log_options; "memory:" is NOT_FOUND, as nobody else can see it. Errors
 * also: NOT_FOUND, IN_USE while a writer mends, TOO_NEW, IO. */
bool ek_reader_open(const char *where, struct ek_reader **reader, struct ek_err *err) EK_MUST_CHECK;
void ek_reader_close(struct ek_reader **reader); /* accepts NULL inside, leaves NULL */
enum ek_views_dialect ek_reader_dialect(const struct ek_reader *reader);

/* From begin to end all questions see one state. Not nested. A connection that was lost is made
 * anew by begin. */
bool ek_reader_begin(struct ek_reader *reader, struct ek_err *err) EK_MUST_CHECK;
/* Does nothing where nothing began. */
void ek_reader_end(struct ek_reader *reader);
/* To which event the views are folded: what is read in this transaction is true for it. */
bool ek_reader_seq(struct ek_reader *reader, uint64_t *seq, struct ek_err *err) EK_MUST_CHECK;

/* One statement in SQL that both databases know, its parameters written $1, $2, ... in any order
 * and as often as wanted. A null of which the text does not say what it would be needs
 * CAST($1 AS text). Everything borrowed for the call. */
struct ek_reader_question {
	const char *sql;
	const struct ek_views_value *args;
	uint32_t n;
};
/* Rows to the visitor, whose values borrow until it returns; it may not ask the same reader.
 * Errors: BUSY when the time is up; IO; DAMAGE; INVALID_VALUE when a text holds U+0000; LIMIT. */
bool ek_reader_each(struct ek_reader *reader, const struct ek_reader_question *question,
		    ek_log_visit_values *visit, void *ctx, struct ek_err *err) EK_MUST_CHECK;

/* For tests: other limits, in milliseconds. */
void ek_reader_set_limits(struct ek_reader *reader, ek_span statement, ek_span transaction);

#endif
