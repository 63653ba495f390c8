/* The reader beside an SQLite log: a read-only connection that holds the directory's lock for
 * readers, as every reader does. */
#include <sqlite3.h>

#include <stdlib.h>
#include <string.h>

#include "store/dir.h"
#include "store/reader_backend.h"
#include "store/search_sqlite.h"
#include "sys/clock.h"

enum { STEPS_BETWEEN_LOOKS = 20000, BUSY_MS = 2000 };

struct sqlite_reader {
	struct ek_reader reader; /* first: a struct ek_reader in one step */
	struct ek_dir dir;
	bool dir_held;
	sqlite3 *db;
	/* Around every question that takes more than one statement: not parsed each time. */
	sqlite3_stmt *begin;
	sqlite3_stmt *rollback;
};

static bool fail_db(const struct sqlite_reader *s, const char *doing, struct ek_err *err)
{
	int rc = sqlite3_extended_errcode(s->db);
	enum ek_code code = EK_IO;
	switch (rc & 0xff) {
	case SQLITE_INTERRUPT:
		return ek_fail(err, EK_BUSY, "this question took too long");
	case SQLITE_BUSY:
		code = EK_BUSY;
		break;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		code = EK_DAMAGE;
		break;
	case SQLITE_NOMEM:
		code = EK_NO_MEMORY;
		break;
	default:
		break;
	}
	return ek_fail(err, code, "%s: %s (%d)", doing, sqlite3_errmsg(s->db), rc);
}

static bool exec(const struct sqlite_reader *s, const char *sql, struct ek_err *err)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK || fail_db(s, sql, err);
}

/* Called now and then while a statement runs; not 0 ends it. */
static int look_at_clock(void *ctx)
{
	const struct sqlite_reader *s = ctx;
	return ek_clock_mono_ns() > s->reader.deadline_ns;
}

/* Digits after the '$' of a parameter, from 1; 0 = it is no number. */
static uint32_t number_of(const char *name)
{
	uint32_t n = 0;
	if (name == NULL || name[0] != '$')
		return 0;
	for (name++; *name >= '0' && *name <= '9' && n <= EK_READER_ARGS_MAX; name++)
		n = n * 10 + (uint32_t)(*name - '0');
	return *name == '\0' && n <= EK_READER_ARGS_MAX ? n : 0;
}

static int bind_one(sqlite3_stmt *st, int at, const struct ek_views_value *v)
{
	switch (v->kind) {
	case EK_VIEWS_INT:
		return sqlite3_bind_int64(st, at, v->i);
	case EK_VIEWS_TEXT:
		return sqlite3_bind_text(st, at, v->p, (int)v->n, SQLITE_STATIC);
	case EK_VIEWS_BLOB:
		return v->n == 0 ? sqlite3_bind_zeroblob(st, at, 0)
				 : sqlite3_bind_blob(st, at, v->p, (int)v->n, SQLITE_STATIC);
	default:
		return sqlite3_bind_null(st, at);
	}
}

/* To SQLite "$2" is but a name: it is looked up. */
static bool bind(const struct sqlite_reader *s, sqlite3_stmt *st,
		 const struct ek_reader_question *q, struct ek_err *err)
{
	int count = sqlite3_bind_parameter_count(st);
	for (int at = 1; at <= count; at++) {
		uint32_t n = number_of(sqlite3_bind_parameter_name(st, at));
		ek_assert(n >= 1 && n <= q->n);
		if (bind_one(st, at, &q->args[n - 1]) != SQLITE_OK)
			return fail_db(s, "bind a value", err);
	}
	return true;
}

static struct ek_views_value value_of(sqlite3_stmt *st, int at)
{
	struct ek_views_value v = {0};
	switch (sqlite3_column_type(st, at)) {
	case SQLITE_INTEGER:
		v.kind = EK_VIEWS_INT;
		v.i = sqlite3_column_int64(st, at);
		break;
	case SQLITE_TEXT:
		v.kind = EK_VIEWS_TEXT;
		v.p = sqlite3_column_text(st, at);
		v.n = (uint32_t)sqlite3_column_bytes(st, at);
		break;
	case SQLITE_BLOB:
		v.kind = EK_VIEWS_BLOB;
		v.p = sqlite3_column_blob(st, at);
		v.n = (uint32_t)sqlite3_column_bytes(st, at);
		break;
	default:
		break;
	}
	return v;
}

static bool step_through(const struct sqlite_reader *s, sqlite3_stmt *st,
			 const struct ek_reader_ask *ask, struct ek_err *err)
{
	uint32_t n = (uint32_t)sqlite3_column_count(st);
	ek_assert(n <= EK_READER_COLUMNS_MAX);
	int rc;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		struct ek_views_value values[EK_READER_COLUMNS_MAX];
		for (uint32_t i = 0; i < n; i++)
			values[i] = value_of(st, (int)i);
		if (!ask->visit(ask->ctx, values, n, err))
			return false;
	}
	return rc == SQLITE_DONE || fail_db(s, "read", err);
}

static bool sqlite_run(struct ek_reader *r, void **prepared, const struct ek_reader_ask *ask,
		       struct ek_err *err)
{
	struct sqlite_reader *s = (struct sqlite_reader *)r;
	sqlite3_stmt *st = *prepared;
	if (st == NULL && sqlite3_prepare_v3(s->db, ask->question->sql, -1,
					     SQLITE_PREPARE_PERSISTENT, &st, NULL) != SQLITE_OK)
		return fail_db(s, ask->question->sql, err);
	*prepared = st;
	bool ok = bind(s, st, ask->question, err) && step_through(s, st, ask, err);
	sqlite3_reset(st); /* repeats step's error; it is known */
	sqlite3_clear_bindings(st);
	return ok;
}

static void sqlite_forget(struct ek_reader *r, void *prepared)
{
	(void)r;
	sqlite3_finalize(prepared);
}

static bool sqlite_begin(struct ek_reader *r, struct ek_err *err)
{
	const struct sqlite_reader *s = (struct sqlite_reader *)r;
	(void)sqlite3_step(s->begin);
	return sqlite3_reset(s->begin) == SQLITE_OK || fail_db(s, "BEGIN", err);
}

static void sqlite_end(struct ek_reader *r)
{
	const struct sqlite_reader *s = (struct sqlite_reader *)r;
	/* Some errors end it by themselves. */
	if (sqlite3_get_autocommit(s->db) == 0) {
		(void)sqlite3_step(s->rollback);
		(void)sqlite3_reset(s->rollback);
	}
}

static void sqlite_close(struct ek_reader *r)
{
	struct sqlite_reader *s = (struct sqlite_reader *)r;
	sqlite3_finalize(s->begin);
	sqlite3_finalize(s->rollback);
	if (s->db != NULL) {
		int rc = sqlite3_close(s->db);
		ek_assert(rc == SQLITE_OK);
	}
	if (s->dir_held)
		ek_dir_close(&s->dir);
	free(s);
}

static int take_number(void *ctx, int n, char **values, char **names)
{
	(void)names;
	int64_t *out = ctx;
	for (const char *p = n == 1 && values[0] != NULL ? values[0] : ""; *p >= '0' && *p <= '9';)
		*out = *out * 10 + (*p++ - '0');
	return 0;
}

static bool check_format(struct sqlite_reader *s, struct ek_err *err)
{
	int64_t version = 0;
	if (sqlite3_exec(s->db, "PRAGMA user_version", take_number, &version, NULL) != SQLITE_OK)
		return fail_db(s, "read the format", err);
	return version == EK_LOG_FORMAT ||
	       ek_fail(err, EK_TOO_NEW, "%s has format %lld; this version knows %d", s->dir.db,
		       (long long)version, (int)EK_LOG_FORMAT);
}

static bool prepare(const struct sqlite_reader *s, const char *sql, sqlite3_stmt **out,
		    struct ek_err *err)
{
	return sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) ==
		       SQLITE_OK ||
	       fail_db(s, sql, err);
}

static bool open_db(struct sqlite_reader *s, struct ek_err *err)
{
	int rc = sqlite3_open_v2(s->dir.db, &s->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
				 NULL);
	if (rc != SQLITE_OK)
		return fail_db(s, "open the log to read", err);
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, BUSY_MS);
	rc = sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (rc != SQLITE_OK)
		return fail_db(s, "configure the reader", err);
	sqlite3_progress_handler(s->db, STEPS_BETWEEN_LOOKS, look_at_clock, s);
	s->reader.deadline_ns = UINT64_MAX;
	return ek_search_sqlite_attach(s->db, err) &&
	       exec(s,
		    "PRAGMA query_only=ON; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-8192;"
		    "PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF;"
		    "PRAGMA cell_size_check=ON",
		    err) &&
	       check_format(s, err) && prepare(s, "BEGIN", &s->begin, err) &&
	       prepare(s, "ROLLBACK", &s->rollback, err);
}

static const struct ek_reader_backend calls = {
	.close = sqlite_close,
	.begin = sqlite_begin,
	.end = sqlite_end,
	.run = sqlite_run,
	.forget = sqlite_forget,
};

bool ek_reader_open_sqlite(const char *where, struct ek_reader **out, struct ek_err *err)
{
	struct sqlite_reader *s = calloc(1, sizeof *s);
	if (s == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a reader");
	s->reader.backend = &calls;
	s->reader.dialect = EK_VIEWS_SQLITE;
	const struct ek_log_options options = {.where = where, .mode = EK_LOG_READ};
	s->dir_held = ek_dir_open(&s->dir, &options, err);
	if (!s->dir_held || !open_db(s, err)) {
		sqlite_close(&s->reader);
		return false;
	}
	*out = &s->reader;
	return true;
}
