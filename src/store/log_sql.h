/* log_sql -- the log in SQL, for every database: statements in one table, run by what each can do.
 *
 * Private to store/log_sql.c, log_sqlite.c and log_postgres.c, which open with ek_log_sql_backend's
 * functions and put their own transaction handling in place.
 */
#ifndef EK_STORE_LOG_SQL_H
#define EK_STORE_LOG_SQL_H

#include "store/content.h"
#include "store/log_backend.h"

/* Marks a database as a log of ours ("EVKL"). */
enum { EK_LOG_SQL_APPLICATION = 0x45564b4c };

enum ek_log_sql {
	EK_LOG_SQL_APPEND,
	EK_LOG_SQL_LAST,
	EK_LOG_SQL_ROW_START,
	EK_LOG_SQL_ROWS,
	EK_LOG_SQL_EPOCH_GET,
	EK_LOG_SQL_EPOCH_TAKE,
	EK_LOG_SQL_VIEW_SEQ_GET,
	EK_LOG_SQL_VIEW_SEQ_SET,
	EK_LOG_SQL_KEY_RANGE,
	EK_LOG_SQL_KEY_FIND,
	EK_LOG_SQL_KEYS_OF,
	EK_LOG_SQL_ROW_TIME,
	EK_LOG_SQL_KEYS_ERASE,
	EK_LOG_SQL_EMPTY_RANGE,
	EK_LOG_SQL_EMPTY_FIND,
	EK_LOG_SQL_EMPTY_OF,
	EK_LOG_SQL_EMPTY_ERASE,
	EK_LOG_SQL_NAME_SET,
	EK_LOG_SQL_NAME_FIND,
	EK_LOG_SQL_NAME_EACH,
	EK_LOG_SQL_META_SET,
	EK_LOG_SQL_META_GET,
	EK_LOG_SQL_SNAPSHOT_PUT,
	EK_LOG_SQL_SNAPSHOT_TRIM,
	EK_LOG_SQL_SNAPSHOT_EACH,
	/* From here on one for each view, view * EK_LOG_SQL_PER_VIEW + these. */
	EK_LOG_SQL_VIEWS,
	EK_LOG_SQL_UPSERT = 0,
	EK_LOG_SQL_EACH,
	EK_LOG_SQL_ERASE_FIRST,
	EK_LOG_SQL_ERASE_SECOND,
	EK_LOG_SQL_CLEAR,
	EK_LOG_SQL_PER_VIEW,
	/* Then one for each content table, table * EK_LOG_SQL_PER_CONTENT + these. */
	EK_LOG_SQL_CONTENT = EK_LOG_SQL_VIEWS + EK_VIEWS_COUNT * EK_LOG_SQL_PER_VIEW,
	EK_LOG_SQL_PUT = 0,
	EK_LOG_SQL_FIRST, /* a page of rows by key */
	EK_LOG_SQL_NEXT,  /* the page after a key */
	/* Of each column, column * EK_LOG_SQL_PER_COLUMN + these. */
	EK_LOG_SQL_COLUMNS,
	EK_LOG_SQL_FIND = 0,
	EK_LOG_SQL_ERASE,
	EK_LOG_SQL_EXPIRE,
	EK_LOG_SQL_PER_COLUMN,
	EK_LOG_SQL_PER_CONTENT = EK_LOG_SQL_COLUMNS + EK_VIEWS_COLUMNS_MAX * EK_LOG_SQL_PER_COLUMN,
	EK_LOG_SQL_COUNT = EK_LOG_SQL_CONTENT + EK_CONTENT_COUNT * EK_LOG_SQL_PER_CONTENT
};

enum {
	EK_LOG_SQL_TEXT_MAX = EK_CONTENT_TEXT_MAX,
	EK_LOG_SQL_PARAMS_MAX = EK_VIEWS_COLUMNS_MAX,
	EK_LOG_SQL_PAGE = 256, /* rows of a page of content */
};

static inline int ek_log_sql_view(enum ek_views view, int what)
{
	return EK_LOG_SQL_VIEWS + (int)view * EK_LOG_SQL_PER_VIEW + what;
}

static inline int ek_log_sql_content(enum ek_content table, int what)
{
	return EK_LOG_SQL_CONTENT + (int)table * EK_LOG_SQL_PER_CONTENT + what;
}

static inline int ek_log_sql_column(enum ek_content table, uint32_t column, int what)
{
	return ek_log_sql_content(table,
				  EK_LOG_SQL_COLUMNS + (int)column * EK_LOG_SQL_PER_COLUMN + what);
}

/* Whether a statement writes rows of a view or of content. */
static inline bool ek_log_sql_is_upsert(int statement)
{
	if (statement >= EK_LOG_SQL_CONTENT)
		return (statement - EK_LOG_SQL_CONTENT) % EK_LOG_SQL_PER_CONTENT == EK_LOG_SQL_PUT;
	return statement >= EK_LOG_SQL_VIEWS &&
	       (statement - EK_LOG_SQL_VIEWS) % EK_LOG_SQL_PER_VIEW == EK_LOG_SQL_UPSERT;
}

/* A statement's text (ended), and its parameters, a letter each: i number, t text, b bytes. */
struct ek_log_sql_text {
	char sql[EK_LOG_SQL_TEXT_MAX];
	char params[EK_LOG_SQL_PARAMS_MAX + 1];
};
void ek_log_sql_text(int statement, enum ek_views_dialect dialect, struct ek_log_sql_text *out);
/* The same for a content table's; what: from EK_LOG_SQL_PUT on. */
void ek_log_sql_content_text(enum ek_content table, int what, enum ek_views_dialect dialect,
			     struct ek_log_sql_text *out);
/* The i-th statement that makes the tables of an empty log; false = there is none. */
bool ek_log_sql_create(int i, enum ek_views_dialect dialect, char out[EK_LOG_SQL_TEXT_MAX]);

/* What runs: a statement with its parameters, rows to the visitor, changed rows counted. */
struct ek_log_sql_run {
	int statement;
	const struct ek_views_value *params;
	ek_log_visit_values *visit; /* NULL: none is looked at */
	void *ctx;
	uint64_t changed;
};

struct ek_log_sql_base {
	struct ek_log log;
	bool (*run)(struct ek_log_sql_base *sql, struct ek_log_sql_run *run, struct ek_err *err);
	/* One statement of a text, without parameters or rows. */
	bool (*exec)(struct ek_log_sql_base *sql, const char *text, struct ek_err *err);
	enum ek_views_dialect dialect;
	bool has_search; /* the index of words is there and is kept */
};

/* The calls that are the same for every database; close, stop, tidy, check_writable, begin, put,
 * commit and rollback are NULL in it. */
struct ek_log_backend ek_log_sql_backend(void);
/* Puts the calls for content into it. */
void ek_log_sql_add_content(struct ek_log_backend *backend);
/* At the end of opening, head known: brings content and the index of words to what this build
 * writes, each in a transaction of its own. Does nothing to a log that is opened to be read.
 * Errors also: TOO_NEW. */
bool ek_log_sql_migrate(struct ek_log_sql_base *sql, const struct ek_log_options *options,
			struct ek_err *err) EK_MUST_CHECK;

#endif
