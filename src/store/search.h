/* search -- finding rows of content by words, in both databases alike.
 *
 * The words are sys/text.h's. SQLite has an FTS5 table beside each searched table (search_parts
 * beside parts), made from it by our tokeniser "evenkeel"; PostgreSQL has tables of the same names
 * with a tsvector of the words (no dictionary of its own) under a GIN index. Both are kept by the
 * log's calls for content, in the same transaction. (Not by triggers: FTS5 is not for schemas that
 * are not trusted, and ours is opened as one that is not.) A row is found when it holds every word
 * asked for. What is searched: CONTENT_SEARCHES in schema/content.def; no whisper is.
 *
 * The index is plain text, so no backup has it; it can be made anew at any time.
 */
#ifndef EK_STORE_SEARCH_H
#define EK_STORE_SEARCH_H

#include "base/arena.h"
#include "store/content.h"

/* Of the words and of the tables; a store with another is indexed anew when opened to write. */
enum { EK_SEARCH_VERSION = 3 };
/* Words of one question that are looked at. */
enum { EK_SEARCH_WORDS_MAX = 16 };

struct ek_search;

/* One for each thread. Errors: NO_MEMORY, IO. */
bool ek_search_open(struct ek_search **search, struct ek_err *err) EK_MUST_CHECK;
void ek_search_close(struct ek_search **search); /* accepts NULL inside, leaves NULL */

/* What to bind as the parameter of ek_search_sql for the words that somebody typed; lives in the
 * arena. {NULL, 0}: there is no word in it, and nothing is found. */
bool ek_search_match(struct ek_search *search, ek_str words, enum ek_views_dialect dialect,
		     struct ek_arena *arena, ek_str *match) EK_MUST_CHECK;
/* "SELECT ... FROM search_parts WHERE ... $3": the ids of the rows found, for the parameter's
 * number. Returns the length; 0 = the table is not searched. */
size_t ek_search_sql(enum ek_content table, enum ek_views_dialect dialect, uint32_t parameter,
		     char *out, size_t cap);
/* A text folded as the keys of content are (name_key); in the arena. */
bool ek_search_fold(struct ek_search *search, ek_str text, struct ek_arena *arena,
		    ek_str *out) EK_MUST_CHECK;
/* The same text in normal form C: what names are kept in; in the arena. */
bool ek_search_compose(struct ek_search *search, ek_str text, struct ek_arena *arena,
		       ek_str *out) EK_MUST_CHECK;

/* ---- for the log */

/* The i-th run of statements that makes the index anew, dropping what there is; false = there is
 * none. SQLite's also fill it. */
enum { EK_SEARCH_TEXT_MAX = 1024 };
bool ek_search_rebuild(uint32_t i, enum ek_views_dialect dialect, char out[EK_SEARCH_TEXT_MAX]);
/* SQLite: statements about the row with id $1. */
enum ek_search_step {
	EK_SEARCH_SAME,       /* 1 when the columns are $2, $3, ...; no row when there is none */
	EK_SEARCH_LAST,       /* the highest id; has no $1 */
	EK_SEARCH_READ,       /* id and columns; no row when it is not searched */
	EK_SEARCH_LEAVE,      /* takes out the words of what EK_SEARCH_READ gave: $1, $2, ... */
	EK_SEARCH_ENTER,      /* puts them in */
	EK_SEARCH_LEAVE_MANY, /* of many; ends with "WHERE id ", for the condition */
};
void ek_search_sqlite_text(const struct ek_content_search *which, enum ek_search_step step,
			   char out[EK_SEARCH_TEXT_MAX]);
/* PostgreSQL: writes ids ($1, an array of numbers) and words ($2, an array of texts). */
void ek_search_put(const struct ek_content_search *which, char out[EK_SEARCH_TEXT_MAX]);
/* PostgreSQL: the words of a row's searched columns, a blank between; lives until the next call. */
bool ek_search_words(struct ek_search *search, const struct ek_content_search *which,
		     const struct ek_views_value *row, ek_str *out,
		     struct ek_err *err) EK_MUST_CHECK;

#endif
