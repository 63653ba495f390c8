/* The content tables in the log's transactions: the calls, and their SQL for every database. */
#include <string.h>

#include "store/log_sql.h"
#include "store/report.h"
#include "store/search.h"

enum { KEY_COLUMNS_MAX = 3, KEY_BYTES_MAX = 512 };

/* ---- the calls of log.h */

bool ek_log_content_put(struct ek_log *log, enum ek_content table,
			const struct ek_views_value *values, uint32_t rows, struct ek_err *err)
{
	ek_assert(log->in_transaction && table < EK_CONTENT_COUNT);
	return rows == 0 ||
	       ek_log_note(log, log->backend->put_content(log, table, values, rows, err), err);
}

bool ek_log_content_erase(struct ek_log *log, enum ek_content table, uint32_t column,
			  struct ek_views_value value, struct ek_err *err)
{
	ek_assert(log->in_transaction && column < ek_content_table(table)->column_count);
	const struct ek_log_where where = {table, column, value};
	return ek_log_note(log, log->backend->erase_content(log, &where, err), err);
}

bool ek_log_content_expire(struct ek_log *log, enum ek_content table, uint32_t column,
			   ek_time before, struct ek_err *err)
{
	ek_assert(log->in_transaction && column < ek_content_table(table)->column_count);
	ek_assert(ek_content_table(table)->columns[column].kind == EK_VIEWS_INT);
	const struct ek_log_where where = {table, column, ek_views_int(before.ms)};
	return ek_log_note(log, log->backend->expire_content(log, &where, err), err);
}

bool ek_log_content_find(struct ek_log *log, const struct ek_log_where *where,
			 ek_log_visit_values *visit, void *ctx, struct ek_err *err)
{
	ek_assert(where->column < ek_content_table(where->table)->column_count);
	return log->backend->find_content(log, where, visit, ctx, err);
}

bool ek_log_content_each(struct ek_log *log, enum ek_content table, ek_log_visit_values *visit,
			 void *ctx, struct ek_err *err)
{
	return log->backend->each_content(log, table, visit, ctx, err);
}

bool ek_log_search_rebuild(struct ek_log *log, struct ek_err *err)
{
	return ek_log_begin(log, err) &&
	       ek_log_note(log, log->backend->rebuild_search(log, err), err) &&
	       ek_log_commit(log, err);
}

bool ek_log_hold(struct ek_log *log, bool on, struct ek_err *err)
{
	ek_assert(!log->in_transaction);
	return log->backend->hold(log, on, err) && (!on || ek_log_refresh(log, err));
}

/* ---- statements */

static const char *key_list(const struct ek_views_table *t, char *out, size_t cap)
{
	size_t n = 0;
	for (uint32_t i = 0; i < t->key_count; i++)
		n += ek_format(out + n, cap - n, "%s%s", i == 0 ? "" : ", ", t->columns[i].name);
	return out;
}

static void column_text(const struct ek_views_table *t, int what, struct ek_log_sql_text *out)
{
	const struct ek_views_column *c = &t->columns[what / EK_LOG_SQL_PER_COLUMN];
	int which = what % EK_LOG_SQL_PER_COLUMN;
	const char *head = which == EK_LOG_SQL_FIND ? "SELECT *" : "DELETE";
	const char *compare = which == EK_LOG_SQL_EXPIRE ? "<" : "=";
	ek_format(out->sql, sizeof out->sql, "%s FROM %s WHERE %s %s $1", head, t->name, c->name,
		  compare);
	out->params[0] = " itb"[c->kind];
	out->params[1] = '\0';
}

void ek_log_sql_content_text(enum ek_content table, int what, enum ek_views_dialect dialect,
			     struct ek_log_sql_text *out)
{
	const struct ek_views_table *t = ek_content_table(table);
	char keys[256];
	key_list(t, keys, sizeof keys);
	uint32_t n = 0;
	if (what >= EK_LOG_SQL_COLUMNS) {
		column_text(t, what - EK_LOG_SQL_COLUMNS, out);
		return;
	}
	if (what == EK_LOG_SQL_PUT) {
		ek_views_upsert(t, dialect, out->sql, sizeof out->sql);
		n = t->column_count;
	} else if (what == EK_LOG_SQL_FIRST) {
		ek_format(out->sql, sizeof out->sql, "SELECT * FROM %s ORDER BY %s LIMIT %d",
			  t->name, keys, (int)EK_LOG_SQL_PAGE);
	} else {
		static const char *const after[] = {"", "$1", "$1, $2", "$1, $2, $3"};
		n = t->key_count;
		ek_format(out->sql, sizeof out->sql,
			  "SELECT * FROM %s WHERE (%s) > (%s) ORDER BY %s LIMIT %d", t->name, keys,
			  after[n], keys, (int)EK_LOG_SQL_PAGE);
	}
	for (uint32_t i = 0; i < n; i++)
		out->params[i] = " itb"[t->columns[i].kind];
	out->params[n] = '\0';
}

/* ---- the calls in SQL */

static bool run(struct ek_log *log, struct ek_log_sql_run *r, struct ek_err *err)
{
	struct ek_log_sql_base *sql = (struct ek_log_sql_base *)log;
	return sql->run(sql, r, err);
}

static bool run_where(struct ek_log *log, const struct ek_log_where *w, int what,
		      struct ek_err *err)
{
	struct ek_log_sql_run r = {ek_log_sql_column(w->table, w->column, what), &w->value, NULL,
				   NULL, 0};
	return run(log, &r, err);
}

static bool sql_erase_content(struct ek_log *log, const struct ek_log_where *w, struct ek_err *err)
{
	return run_where(log, w, EK_LOG_SQL_ERASE, err);
}

static bool sql_expire_content(struct ek_log *log, const struct ek_log_where *w, struct ek_err *err)
{
	return run_where(log, w, EK_LOG_SQL_EXPIRE, err);
}

static bool sql_find_content(struct ek_log *log, const struct ek_log_where *w,
			     ek_log_visit_values *visit, void *ctx, struct ek_err *err)
{
	struct ek_log_sql_run r = {ek_log_sql_column(w->table, w->column, EK_LOG_SQL_FIND),
				   &w->value, visit, ctx, 0};
	return run(log, &r, err);
}

/* The key of a row, copied. */
struct key {
	struct ek_views_value v[KEY_COLUMNS_MAX];
	char bytes[KEY_BYTES_MAX];
};

static bool copy_key(struct key *to, const struct ek_views_value *values, uint32_t n,
		     struct ek_err *err)
{
	size_t used = 0;
	for (uint32_t i = 0; i < n; i++) {
		to->v[i] = values[i];
		if (values[i].kind == EK_VIEWS_INT)
			continue;
		if (values[i].n > sizeof to->bytes - used)
			return ek_fail(err, EK_DAMAGE, "a key of content is too long");
		if (values[i].n > 0)
			memcpy(to->bytes + used, values[i].p, values[i].n);
		to->v[i].p = to->bytes + used;
		used += values[i].n;
	}
	return true;
}

/* A walk over a table, page by page. */
struct walk {
	ek_log_visit_values *visit;
	void *ctx;
	uint32_t key_count;
	uint32_t rows; /* of this page */
	struct key last;
};

static bool walk_row(void *ctx, const struct ek_views_value *values, uint32_t n, struct ek_err *err)
{
	struct walk *w = ctx;
	ek_assert(n >= w->key_count);
	w->rows++;
	return w->visit(w->ctx, values, n, err) && copy_key(&w->last, values, w->key_count, err);
}

static bool sql_each_content(struct ek_log *log, enum ek_content table, ek_log_visit_values *visit,
			     void *ctx, struct ek_err *err)
{
	struct walk w = {.visit = visit, .ctx = ctx};
	struct key from; /* stays while rows come and move the last one on */
	w.key_count = ek_content_table(table)->key_count;
	int what = EK_LOG_SQL_FIRST;
	do {
		struct ek_log_sql_run r = {ek_log_sql_content(table, what), from.v, walk_row, &w,
					   0};
		w.rows = 0;
		if (!run(log, &r, err) ||
		    (w.rows > 0 && !copy_key(&from, w.last.v, w.key_count, err)))
			return false;
		what = EK_LOG_SQL_NEXT;
	} while (w.rows == EK_LOG_SQL_PAGE);
	return true;
}

void ek_log_sql_add_content(struct ek_log_backend *backend)
{
	backend->erase_content = sql_erase_content;
	backend->expire_content = sql_expire_content;
	backend->find_content = sql_find_content;
	backend->each_content = sql_each_content;
}

/* ---- bringing an older store up */

static bool set_version(struct ek_log_sql_base *sql, const char *name, int version,
			struct ek_err *err)
{
	char text[16];
	size_t n = ek_format(text, sizeof text, "%d", version);
	return sql->log.backend->set_meta(&sql->log, name, (ek_str){text, (uint32_t)n}, err);
}

static bool migrate_content(struct ek_log_sql_base *sql, struct ek_err *err)
{
	int64_t from;
	char text[EK_CONTENT_TEXT_MAX];
	/* Asked again: who else opens it at this moment may have been first. */
	if (!ek_log_version(&sql->log, "content", &from, err))
		return false;
	for (uint32_t i = 0; ek_content_migrate(from, i, sql->dialect, text); i++) {
		if (!sql->exec(sql, text, err))
			return false;
	}
	if (ek_content_refolds(from) && !sql->log.backend->clear_views(&sql->log, err))
		return false;
	return set_version(sql, "content", EK_CONTENT_VERSION, err);
}

static bool migrate_search(struct ek_log_sql_base *sql, struct ek_err *err)
{
	int64_t from;
	return ek_log_version(&sql->log, "search", &from, err) &&
	       (from == EK_SEARCH_VERSION || (sql->log.backend->rebuild_search(&sql->log, err) &&
					      set_version(sql, "search", EK_SEARCH_VERSION, err)));
}

/* The views that other programs read, as this build words them. */
static bool migrate_reports(struct ek_log_sql_base *sql, struct ek_err *err)
{
	char text[EK_REPORT_TEXT_MAX];
	for (uint32_t i = 0; i < ek_report_count(); i++) {
		ek_format(text, sizeof text, "DROP VIEW IF EXISTS %s", ek_report_name(i));
		if (sql->dialect == EK_VIEWS_SQLITE && !sql->exec(sql, text, err))
			return false;
		ek_report_create(i, sql->dialect, text);
		if (!sql->exec(sql, text, err))
			return false;
	}
	return set_version(sql, "reports", EK_REPORT_VERSION, err);
}

static bool in_transaction(struct ek_log_sql_base *sql,
			   bool (*step)(struct ek_log_sql_base *sql, struct ek_err *err),
			   struct ek_err *err)
{
	struct ek_log *log = &sql->log;
	log->next = log->head;
	if (!log->backend->begin(log, err))
		return false;
	bool ok = sql->dialect == EK_VIEWS_SQLITE ||
		  sql->exec(sql, "LOCK TABLE writer IN SHARE ROW EXCLUSIVE MODE", err);
	if (!ok || !step(sql, err)) {
		log->backend->rollback(log);
		return false;
	}
	return log->backend->commit(log, err);
}

bool ek_log_mark(struct ek_log *log, char out[EK_LOG_META_MAX], struct ek_err *err)
{
	int64_t n;
	out[0] = 0;
	if (!ek_log_get_meta(log, EK_LOG_MARK, out, &n, err))
		return false;
	if (n < 0)
		out[0] = 0;
	return true;
}

static bool is_no_backup(struct ek_log_sql_base *sql, struct ek_err *err)
{
	char mark[EK_LOG_META_MAX];
	return ek_log_mark(&sql->log, mark, err) &&
	       (mark[0] == 0 ||
		ek_fail(err, EK_CONFLICT,
			"this is a backup, whose rows are sealed: `evenkeel restore` makes "
			"a data directory of it"));
}

bool ek_log_sql_migrate(struct ek_log_sql_base *sql, const struct ek_log_options *options,
			struct ek_err *err)
{
	int64_t content;
	int64_t search;
	int64_t reports;
	if (!ek_log_version(&sql->log, "content", &content, err) ||
	    !ek_log_version(&sql->log, "search", &search, err) ||
	    !ek_log_version(&sql->log, "reports", &reports, err))
		return false;
	if (content > EK_CONTENT_VERSION)
		return ek_fail(err, EK_TOO_NEW,
			       "the content has version %lld; this version knows %d",
			       (long long)content, (int)EK_CONTENT_VERSION);
	if (options->mode == EK_LOG_READ)
		return true;
	if (!is_no_backup(sql, err))
		return false;
	if (content < EK_CONTENT_VERSION && !in_transaction(sql, migrate_content, err))
		return false;
	if (search != EK_SEARCH_VERSION && !options->without_search &&
	    !in_transaction(sql, migrate_search, err))
		return false;
	if (reports != EK_REPORT_VERSION && !in_transaction(sql, migrate_reports, err))
		return false;
	sql->has_search = search != 0 || !options->without_search;
	return true;
}
