/* views -- the tables that a person can query: their names, columns and keys, in one table.
 *
 * Both databases make their SQL from it (ek_views_create, ek_views_upsert), docs/manual/sql.md
 * explains it. Every view is a fold of the log and can be rebuilt from it. Rows travel as arrays of
 * values, column after column.
 */
#ifndef EK_STORE_VIEWS_H
#define EK_STORE_VIEWS_H

#include "base/base.h"

enum ek_views {
	EK_VIEWS_CONVERSATIONS,
	EK_VIEWS_TEAMMATES,
	EK_VIEWS_TEAMS,
	EK_VIEWS_MEMBERSHIPS,
	EK_VIEWS_ASSIGNMENTS,
	EK_VIEWS_SETTINGS_VERSIONS,
	EK_VIEWS_BROKEN_PROMISES,
	EK_VIEWS_CONVERSATION_EVENTS,
	EK_VIEWS_KEYS,
	EK_VIEWS_EMPTY_KEYS,
	EK_VIEWS_COUNT
};

enum { EK_VIEWS_COLUMNS_MAX = 32 };

enum ek_views_kind {
	EK_VIEWS_NULL = 0,
	EK_VIEWS_INT,
	EK_VIEWS_TEXT,
	EK_VIEWS_BLOB,
};

/* One value of a row. Texts and blobs borrow. */
struct ek_views_value {
	uint8_t kind; /* enum ek_views_kind */
	int64_t i;
	const void *p;
	uint32_t n;
};

struct ek_views_column {
	const char *name;
	uint8_t kind; /* EK_VIEWS_INT, _TEXT or _BLOB */
	bool late;    /* may change later; where none is marked, all but the key may */
};

struct ek_views_table {
	const char *name;
	const struct ek_views_column *columns;
	uint32_t column_count;
	uint32_t key_count; /* the first so many columns are the primary key */
};

enum ek_views_dialect { EK_VIEWS_SQLITE, EK_VIEWS_POSTGRES };

const struct ek_views_table *ek_views_table(enum ek_views view);

/* CREATE TABLE of a table; out always ended. Texts compare by code point in both. */
void ek_views_create(const struct ek_views_table *table, enum ek_views_dialect dialect, char *out,
		     size_t cap);
/* ALTER TABLE that adds one of its columns, at the end. */
void ek_views_widen(const struct ek_views_table *table, uint32_t column,
		    enum ek_views_dialect dialect, char *out, size_t cap);
/* INSERT ... ON CONFLICT ... DO UPDATE of one row (SQLite: $1, $2, ...) or of any number of rows as
 * one array per column (PostgreSQL). */
void ek_views_upsert(const struct ek_views_table *table, enum ek_views_dialect dialect, char *out,
		     size_t cap);

/* Makers of values: a number, EK_NONE = null; an id, 0 = null; a text, p NULL = null; bytes. */
static inline struct ek_views_value ek_views_int(int64_t i)
{
	return (struct ek_views_value){.kind = i == EK_NONE ? EK_VIEWS_NULL : EK_VIEWS_INT, .i = i};
}
static inline struct ek_views_value ek_views_id(uint32_t id)
{
	return (struct ek_views_value){.kind = id == 0 ? EK_VIEWS_NULL : EK_VIEWS_INT, .i = id};
}
static inline struct ek_views_value ek_views_text(ek_str s)
{
	return (struct ek_views_value){
		.kind = s.p == NULL ? EK_VIEWS_NULL : EK_VIEWS_TEXT, .p = s.p, .n = s.n};
}
static inline struct ek_views_value ek_views_blob(const void *p, size_t n)
{
	return (struct ek_views_value){.kind = EK_VIEWS_BLOB, .p = p, .n = (uint32_t)n};
}

#endif
