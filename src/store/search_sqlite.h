/* search_sqlite -- words in SQLite: the tokeniser "evenkeel" of FTS5, for every connection that
 * opens our databases, and the index that the writer keeps.
 *
 * Private to store/log_sqlite.c and reader_sqlite.c. An index is an array of as many prepared
 * statements as it needs, all made when first run; its functions answer SQLite's codes. After one
 * that is not SQLITE_OK only a rollback may follow: a row may be in it by half.
 */
#ifndef EK_STORE_SEARCH_SQLITE_H
#define EK_STORE_SEARCH_SQLITE_H

#include <sqlite3.h>

#include "store/log.h"

/* The connection owns what it needs from now on. Errors: NO_MEMORY; IO when SQLite was made without
 * FTS5 or ICU has no data. */
bool ek_search_sqlite_attach(sqlite3 *db, struct ek_err *err) EK_MUST_CHECK;

/* The index that a writer keeps. */
enum { EK_SEARCH_SQLITE_TABLES = 16, EK_SEARCH_SQLITE_STEPS = 5 };
struct ek_search_sqlite {
	sqlite3 *db;
	sqlite3_stmt *statements[EK_SEARCH_SQLITE_TABLES][EK_SEARCH_SQLITE_STEPS];
	int64_t last[EK_SEARCH_SQLITE_TABLES]; /* no row has a higher id; read when first needed */
	bool has_last[EK_SEARCH_SQLITE_TABLES];
};
void ek_search_sqlite_close(struct ek_search_sqlite *index); /* its statements */
/* Before a row of content is written: takes out what is there of it. *enter says whether to put it
 * in again afterwards. */
int ek_search_sqlite_leave(struct ek_search_sqlite *index, enum ek_content table,
			   const struct ek_views_value *row, bool *enter);
int ek_search_sqlite_enter(struct ek_search_sqlite *index, enum ek_content table,
			   const struct ek_views_value *row);
/* Before rows are erased: those whose column is (below: is below) a value. */
int ek_search_sqlite_erase(struct ek_search_sqlite *index, const struct ek_log_where *where,
			   bool below);

#endif
