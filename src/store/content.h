/* content -- the tables that hold what people read and write: names, titles, texts, keys, answers.
 *
 * They lie in the log's database and are written in its transactions (ek_log_content_put), but no
 * fold makes them: they survive clear_views, a backup carries them, and a row can be erased without
 * changing what a replay decides. Tables, columns and indices: schema/content.def. Rows travel as
 * arrays of values, column after column, as in store/views.h; the enumerators below count columns:
 *
 *   struct ek_views_value v[EK_CONTENT_TAGS_WIDTH] = {0};
 *   v[EK_CONTENT_TAGS_TAG] = ek_views_int(12);
 */
#ifndef EK_STORE_CONTENT_H
#define EK_STORE_CONTENT_H

#include "schema/content.def"
#include "store/views.h"

/* What this build writes and reads; a store remembers its own under the name "content" in meta. */
enum { EK_CONTENT_VERSION = 13 };

enum ek_content {
#define X(name, NAME, keys, doc) EK_CONTENT_##NAME,
	CONTENTS(X)
#undef X
		EK_CONTENT_COUNT
};

/* Columns: EK_CONTENT_<TABLE>_<COLUMN> from 0 on, and how many, EK_CONTENT_<TABLE>_WIDTH. */
#define COLUMN(P, KIND, name, NAME, doc) EK_CONTENT_##P##_##NAME,
#define X(name, NAME, keys, doc) \
	enum ek_content_##name{CONTENT_##name(COLUMN, NAME) EK_CONTENT_##NAME##_WIDTH};
CONTENTS(X)
#undef X
#undef COLUMN

const struct ek_views_table *ek_content_table(enum ek_content table);

/* What is searched by words: columns of one table, found by its first column. */
enum { EK_CONTENT_SEARCH_COLUMNS_MAX = 4 };
struct ek_content_search {
	enum ek_content table;
	const char *columns; /* their names, a comma and a space between */
	const char *when;    /* a condition in SQL on the rows that are searched; "" = all */
	uint32_t column[EK_CONTENT_SEARCH_COLUMNS_MAX];
	uint32_t column_count;
};
/* false = there is no i-th. */
bool ek_content_search(uint32_t i, struct ek_content_search *out);

/* Whether a store of that version must have its views folded anew. */
bool ek_content_refolds(int64_t from);
/* Whether a store whose content has that version (0: it has none) has the table. */
bool ek_content_has(int64_t version, enum ek_content table);
/* The i-th statement that brings a store's content from a version to this one; false = there is
 * none (left). out always ended; EK_CONTENT_TEXT_MAX bytes always suffice. */
enum { EK_CONTENT_TEXT_MAX = 4096 };
bool ek_content_migrate(int64_t from, uint32_t i, enum ek_views_dialect dialect,
			char out[EK_CONTENT_TEXT_MAX]);

#endif
