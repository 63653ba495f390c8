/* The log in an SQLite directory: WAL, synchronous=FULL, and this connection the only one that
 * commits or checkpoints (promises, "Rules learnt" 1 to 4: a data race of SQLite up to 3.51.2 needs
 * two). */
#include <sqlite3.h>

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "store/dir.h"
#include "store/gather.h"
#include "store/log_sql.h"
#include "store/search.h"
#include "store/search_sqlite.h"

/* A large -wal is written back more rarely, and a page that changed in many commits once; but what
 * was given back of the reserve must hold a copy of it (store/dir.c, mend). */
enum {
	PAGE = 4096,
	WAL_BYTES = EK_DIR_RESERVE - EK_GATHER_AHEAD,
	HEAD_SYNC_MS = 900,
	BUSY_MS = 5000,
};

struct sqlite_log {
	struct ek_log_sql_base sql; /* first: a struct ek_log in two steps */
	struct ek_log_backend calls;
	struct ek_dir dir;
	bool dir_held;
	struct ek_gather gather; /* of a writer */
	sqlite3 *db;
	struct ek_search_sqlite index;
	bool (*erase_rows)(struct ek_log *log, const struct ek_log_where *where,
			   struct ek_err *err);
	bool (*expire_rows)(struct ek_log *log, const struct ek_log_where *where,
			    struct ek_err *err);
	sqlite3_stmt *begin;
	sqlite3_stmt *commit;
	sqlite3_stmt *statements[EK_LOG_SQL_COUNT]; /* made when first run */
	uint8_t param_count[EK_LOG_SQL_COUNT];
	uint64_t wal_pages;
	uint64_t wal_pages_max;
	bool forgets; /* keys of files were erased, and the -wal still holds pages with them */
};

static bool is_no_space(int rc, sqlite3 *db)
{
	int e = sqlite3_system_errno(db);
	return (rc & 0xff) == SQLITE_FULL || (rc & 0xff) == SQLITE_READONLY ||
	       (rc == SQLITE_IOERR_WRITE && (e == ENOSPC || e == EDQUOT || e == EROFS));
}

static bool fail_db(struct sqlite_log *s, int rc, const char *doing, struct ek_err *err)
{
	int primary = rc & 0xff;
	enum ek_code code = EK_IO;
	/* A failed sync outside a commit (a new -wal's header) says as little as one inside. */
	if (rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC)
		code = EK_OUTCOME_UNKNOWN;
	else if (is_no_space(rc, s->db))
		code = EK_READ_ONLY;
	else if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB)
		code = EK_DAMAGE;
	else if (primary == SQLITE_NOMEM)
		code = EK_NO_MEMORY;
	return ek_fail(err, code, "%s: %s (%d)", doing, sqlite3_errmsg(s->db), rc);
}

static bool exec(struct sqlite_log *s, const char *sql, struct ek_err *err)
{
	int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
	return rc == SQLITE_OK || fail_db(s, sqlite3_extended_errcode(s->db), sql, err);
}

/* ---- statements */

static sqlite3_stmt *statement_of(struct sqlite_log *s, int which, struct ek_err *err)
{
	if (s->statements[which] != NULL)
		return s->statements[which];
	struct ek_log_sql_text text;
	ek_log_sql_text(which, EK_VIEWS_SQLITE, &text);
	int rc = sqlite3_prepare_v3(s->db, text.sql, -1, SQLITE_PREPARE_PERSISTENT,
				    &s->statements[which], NULL);
	if (rc != SQLITE_OK) {
		fail_db(s, rc, text.sql, err);
		return NULL;
	}
	s->param_count[which] = (uint8_t)strlen(text.params);
	return s->statements[which];
}

static void bind(sqlite3_stmt *st, uint32_t n, const struct ek_views_value *values)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct ek_views_value *v = &values[i];
		int at = (int)i + 1;
		int rc = SQLITE_OK;
		if (v->kind == EK_VIEWS_INT)
			rc = sqlite3_bind_int64(st, at, v->i);
		else if (v->kind == EK_VIEWS_TEXT)
			rc = sqlite3_bind_text(st, at, v->p, (int)v->n, SQLITE_STATIC);
		else if (v->kind == EK_VIEWS_BLOB && v->n > 0)
			rc = sqlite3_bind_blob(st, at, v->p, (int)v->n, SQLITE_STATIC);
		else if (v->kind == EK_VIEWS_BLOB)
			rc = sqlite3_bind_zeroblob(st, at, 0);
		else
			rc = sqlite3_bind_null(st, at);
		ek_assert(rc == SQLITE_OK);
	}
}

static uint32_t columns_of(sqlite3_stmt *st, struct ek_views_value *out)
{
	uint32_t n = (uint32_t)sqlite3_column_count(st);
	ek_assert(n <= EK_VIEWS_COLUMNS_MAX);
	for (uint32_t i = 0; i < n; i++) {
		int at = (int)i;
		struct ek_views_value *v = &out[i];
		*v = (struct ek_views_value){0};
		switch (sqlite3_column_type(st, at)) {
		case SQLITE_INTEGER:
			v->kind = EK_VIEWS_INT;
			v->i = sqlite3_column_int64(st, at);
			break;
		case SQLITE_TEXT:
			v->kind = EK_VIEWS_TEXT;
			v->p = sqlite3_column_text(st, at);
			v->n = (uint32_t)sqlite3_column_bytes(st, at);
			break;
		case SQLITE_BLOB:
			v->kind = EK_VIEWS_BLOB;
			v->p = sqlite3_column_blob(st, at);
			v->n = (uint32_t)sqlite3_column_bytes(st, at);
			break;
		default:
			break;
		}
	}
	return n;
}

static bool sqlite_run(struct ek_log_sql_base *sql, struct ek_log_sql_run *run, struct ek_err *err)
{
	struct sqlite_log *s = (struct sqlite_log *)sql;
	sqlite3_stmt *st = statement_of(s, run->statement, err);
	if (st == NULL)
		return false;
	bind(st, s->param_count[run->statement], run->params);
	bool ok = true;
	int rc;
	while (ok && (rc = sqlite3_step(st)) != SQLITE_DONE) {
		if (rc != SQLITE_ROW) {
			ok = fail_db(s, sqlite3_extended_errcode(s->db), "run a statement", err);
		} else if (run->visit != NULL) {
			struct ek_views_value values[EK_VIEWS_COLUMNS_MAX];
			uint32_t n = columns_of(st, values);
			ok = run->visit(run->ctx, values, n, err);
		}
	}
	run->changed = (uint64_t)sqlite3_changes(s->db);
	sqlite3_reset(st); /* repeats step's error; it is known */
	return ok;
}

static bool put_rows(struct sqlite_log *s, int statement, const struct ek_views_value *values,
		     uint32_t rows, struct ek_err *err)
{
	sqlite3_stmt *st = statement_of(s, statement, err);
	if (st == NULL)
		return false;
	uint32_t n = s->param_count[statement];
	for (uint32_t i = 0; i < rows; i++) {
		bind(st, n, values + (size_t)i * n);
		int rc = sqlite3_step(st);
		if (rc != SQLITE_DONE)
			rc = sqlite3_extended_errcode(s->db);
		sqlite3_reset(st);
		if (rc != SQLITE_DONE)
			return fail_db(s, rc, "write a view", err);
	}
	return true;
}

static bool sqlite_put(struct ek_log *log, enum ek_views view, const struct ek_views_value *values,
		       uint32_t rows, struct ek_err *err)
{
	struct sqlite_log *s = (struct sqlite_log *)log;
	return put_rows(s, ek_log_sql_view(view, EK_LOG_SQL_UPSERT), values, rows, err);
}

/* Row by row, as the index of words wants to see each before and after. */
static bool sqlite_put_content(struct ek_log *log, enum ek_content table,
			       const struct ek_views_value *values, uint32_t rows,
			       struct ek_err *err)
{
	struct sqlite_log *s = (struct sqlite_log *)log;
	int statement = ek_log_sql_content(table, EK_LOG_SQL_PUT);
	uint32_t n = ek_content_table(table)->column_count;
	if (!s->sql.has_search)
		return put_rows(s, statement, values, rows, err);
	for (uint32_t i = 0; i < rows; i++, values += n) {
		bool enter;
		int rc = ek_search_sqlite_leave(&s->index, table, values, &enter);
		if (rc == SQLITE_OK && !put_rows(s, statement, values, 1, err))
			return false;
		if (rc == SQLITE_OK && enter)
			rc = ek_search_sqlite_enter(&s->index, table, values);
		if (rc != SQLITE_OK)
			return fail_db(s, sqlite3_extended_errcode(s->db), "index words", err);
	}
	return true;
}

static bool leave_index(struct sqlite_log *s, const struct ek_log_where *where, bool below,
			struct ek_err *err)
{
	return !s->sql.has_search || ek_search_sqlite_erase(&s->index, where, below) == SQLITE_OK ||
	       fail_db(s, sqlite3_extended_errcode(s->db), "index words", err);
}

static bool sqlite_erase_content(struct ek_log *log, const struct ek_log_where *where,
				 struct ek_err *err)
{
	struct sqlite_log *s = (struct sqlite_log *)log;
	s->forgets = s->forgets || where->table == EK_CONTENT_FILE_KEYS ||
		     where->table == EK_CONTENT_CONTACT_KEYS;
	return leave_index(s, where, false, err) && s->erase_rows(log, where, err);
}

static bool sqlite_expire_content(struct ek_log *log, const struct ek_log_where *where,
				  struct ek_err *err)
{
	struct sqlite_log *s = (struct sqlite_log *)log;
	return leave_index(s, where, true, err) && s->expire_rows(log, where, err);
}

static bool sqlite_exec(struct ek_log_sql_base *sql, const char *text, struct ek_err *err)
{
	return exec((struct sqlite_log *)sql, text, err);
}

static bool sqlite_rebuild_search(struct ek_log *log, struct ek_err *err)
{
	char text[EK_SEARCH_TEXT_MAX];
	struct sqlite_log *s = (struct sqlite_log *)log;
	ek_search_sqlite_close(&s->index);
	s->index.db = s->db;
	for (uint32_t i = 0; ek_search_rebuild(i, EK_VIEWS_SQLITE, text); i++) {
		if (!exec(s, text, err))
			return false;
	}
	return true;
}

/* A reader's snapshot begins with the first thing that it reads. */
static bool sqlite_hold(struct ek_log *log, bool on, struct ek_err *err)
{
	return exec((struct sqlite_log *)log, on ? "BEGIN" : "ROLLBACK", err);
}

/* ---- transactions */

static bool sqlite_begin(struct ek_log *log, struct ek_err *err)
{
	struct sqlite_log *s = (struct sqlite_log *)log;
	int rc = sqlite3_step(s->begin);
	if (rc != SQLITE_DONE)
		rc = sqlite3_extended_errcode(s->db);
	sqlite3_reset(s->begin);
	return rc == SQLITE_DONE || fail_db(s, rc, "begin", err);
}

static void sqlite_rollback(struct ek_log *log)
{
	struct sqlite_log *s = (struct sqlite_log *)log;
	/* SQLite rolls back by itself after some errors; asking again would be one. */
	if (sqlite3_get_autocommit(s->db) == 0)
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

static bool checkpoint(struct sqlite_log *s, int how, struct ek_err *err)
{
	int rc = sqlite3_wal_checkpoint_v2(s->db, NULL, how, NULL, NULL);
	s->sql.log.counts.checkpoints++;
	/* Readers may hold the end of the -wal back; then the next turn goes on. */
	if (rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY) {
		s->wal_pages = 0;
		s->forgets = s->forgets && rc != SQLITE_OK;
		return true;
	}
	fail_db(s, sqlite3_extended_errcode(s->db), "checkpoint", err);
	if (err->code == EK_IO)
		err->code = EK_OUTCOME_UNKNOWN; /* what the disk has now nobody knows */
	return err->code == EK_READ_ONLY;
}

/* What was erased is in the database file no more (secure_delete), but in older pages of the -wal
 * until that is cut. Without waiting for readers: who holds it back is gone by a later turn. */
static bool forget(struct sqlite_log *s, struct ek_err *err)
{
	sqlite3_busy_timeout(s->db, 0);
	bool ok = checkpoint(s, SQLITE_CHECKPOINT_TRUNCATE, err);
	sqlite3_busy_timeout(s->db, BUSY_MS);
	return ok;
}

static bool sqlite_tidy(struct ek_log *log, struct ek_err *err)
{
	struct sqlite_log *s = (struct sqlite_log *)log;
	if (!ek_dir_sync_head(&s->dir, (ek_span){HEAD_SYNC_MS}, err))
		return false;
	if (s->forgets)
		return forget(s, err);
	return s->wal_pages <= s->wal_pages_max || checkpoint(s, SQLITE_CHECKPOINT_PASSIVE, err);
}

static bool sqlite_commit(struct ek_log *log, struct ek_err *err)
{
	struct sqlite_log *s = (struct sqlite_log *)log;
	int rc = sqlite3_step(s->commit);
	if (rc != SQLITE_DONE)
		rc = sqlite3_extended_errcode(s->db);
	sqlite3_reset(s->commit);
	if (rc != SQLITE_DONE) {
		fail_db(s, rc, "commit", err);
		/* Only a lack of space is known to have written nothing that counts. */
		if (err->code != EK_READ_ONLY)
			err->code = EK_OUTCOME_UNKNOWN;
		return false;
	}
	struct ek_err after;
	if (!ek_dir_note_head(&s->dir, log->next.seq, log->next.chain, &after) ||
	    !sqlite_tidy(log, &after))
		log->latched = after.code == EK_OUTCOME_UNKNOWN;
	return true;
}

static int count_wal(void *ctx, sqlite3 *db, const char *name, int pages)
{
	(void)db;
	(void)name;
	struct sqlite_log *s = ctx;
	s->wal_pages = (uint64_t)pages;
	return SQLITE_OK;
}

static bool sqlite_check_writable(struct ek_log *log, struct ek_err *err)
{
	struct sqlite_log *s = (struct sqlite_log *)log;
	return ek_dir_check_space(&s->dir, err);
}

/* ---- open, stop, close */

static bool sqlite_stop(struct ek_log *log, struct ek_err *err)
{
	struct sqlite_log *s = (struct sqlite_log *)log;
	if (ek_disk_space(s->dir.path) < s->dir.floor)
		ek_dir_drop_reserve(&s->dir);
	return checkpoint(s, SQLITE_CHECKPOINT_TRUNCATE, err) && ek_dir_mark_clean(&s->dir, err);
}

static void sqlite_close(struct ek_log *log)
{
	struct sqlite_log *s = (struct sqlite_log *)log;
	for (size_t i = 0; i < EK_LEN(s->statements); i++)
		sqlite3_finalize(s->statements[i]);
	sqlite3_finalize(s->begin);
	sqlite3_finalize(s->commit);
	ek_search_sqlite_close(&s->index);
	if (s->db != NULL) {
		int rc = sqlite3_close(s->db);
		ek_assert(rc == SQLITE_OK);
	}
	ek_gather_close(&s->gather);
	if (s->dir_held)
		ek_dir_close(&s->dir);
	free(s);
}

static bool take_int(struct sqlite_log *s, const char *sql, int64_t *out, struct ek_err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);
	if (rc == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW)
		*out = sqlite3_column_int64(st, 0);
	else
		fail_db(s, sqlite3_extended_errcode(s->db), sql, err);
	bool ok = sqlite3_errcode(s->db) == SQLITE_ROW;
	sqlite3_finalize(st);
	return ok;
}

static bool create(struct sqlite_log *s, struct ek_err *err)
{
	char sql[EK_LOG_SQL_TEXT_MAX];
	if (!exec(s, "BEGIN IMMEDIATE", err))
		return false;
	for (int i = 0; ek_log_sql_create(i, EK_VIEWS_SQLITE, sql); i++) {
		if (!exec(s, sql, err))
			return false;
	}
	ek_format(sql, sizeof sql, "PRAGMA application_id = %d", (int)EK_LOG_SQL_APPLICATION);
	if (!exec(s, sql, err))
		return false;
	ek_format(sql, sizeof sql, "PRAGMA user_version = %d", (int)EK_LOG_FORMAT);
	return exec(s, sql, err) && exec(s, "COMMIT", err);
}

static bool check_format(struct sqlite_log *s, enum ek_log_mode mode, struct ek_err *err)
{
	int64_t application;
	int64_t version;
	int64_t tables;
	if (!take_int(s, "PRAGMA application_id", &application, err) ||
	    !take_int(s, "PRAGMA user_version", &version, err) ||
	    !take_int(s, "SELECT count(*) FROM sqlite_schema", &tables, err))
		return false;
	if (mode == EK_LOG_CREATE && application == 0 && version == 0 && tables == 0)
		return create(s, err);
	if (application != EK_LOG_SQL_APPLICATION)
		return ek_fail(err, EK_TOO_NEW, "%s is not a log of Evenkeel", s->dir.db);
	if (version != EK_LOG_FORMAT)
		return ek_fail(err, EK_TOO_NEW, "%s has format %lld; this version knows %d",
			       s->dir.db, (long long)version, (int)EK_LOG_FORMAT);
	return true;
}

static bool prepare(struct sqlite_log *s, struct ek_err *err)
{
	int rc = sqlite3_prepare_v2(s->db, "BEGIN IMMEDIATE", -1, &s->begin, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(s->db, "COMMIT", -1, &s->commit, NULL);
	return rc == SQLITE_OK || fail_db(s, rc, "prepare", err);
}

static bool open_file(struct sqlite_log *s, const struct ek_log_options *o, struct ek_err *err)
{
	/* Before SQLite creates anything: a format that is not ours must stay as it is. */
	int flags = o->mode == EK_LOG_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
	bool gathers = o->mode != EK_LOG_READ;
	if (gathers && !ek_gather_open(&s->gather, o->vfs, err))
		return false;
	int rc = sqlite3_open_v2(s->dir.db, &s->db, flags | SQLITE_OPEN_NOMUTEX,
				 gathers ? s->gather.name : o->vfs);
	if (rc != SQLITE_OK)
		return fail_db(s, rc, "open the log", err);
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, BUSY_MS);
	/* Closing must never checkpoint: a crash and a close are the same, a stop is said. */
	rc = sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return rc == SQLITE_OK || fail_db(s, rc, "configure the log", err);
}

static bool open_db(struct sqlite_log *s, const struct ek_log_options *o, struct ek_err *err)
{
	if (!open_file(s, o, err))
		return false;
	s->index.db = s->db;
	if (!ek_search_sqlite_attach(s->db, err) ||
	    !exec(s,
		  "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
		  "PRAGMA cache_size=-32768; PRAGMA temp_store=MEMORY;"
		  "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA secure_delete=ON",
		  err))
		return false;
	if (o->mode == EK_LOG_READ)
		return check_format(s, o->mode, err);
	if (!check_format(s, EK_LOG_WRITE, err)) {
		int64_t tables = 1;
		if (o->mode != EK_LOG_CREATE || err->code != EK_TOO_NEW ||
		    !take_int(s, "SELECT count(*) FROM sqlite_schema", &tables, err))
			return false;
	}
	sqlite3_wal_hook(s->db, count_wal, s);
	return exec(s, "PRAGMA journal_mode=WAL; PRAGMA journal_size_limit=67108864", err) &&
	       check_format(s, o->mode, err) && prepare(s, err);
}

struct head_search {
	uint64_t seq;
	const uint8_t *chain;
	bool found;
};

static bool match_head(void *ctx, const struct ek_log_row *row, struct ek_err *err)
{
	(void)err;
	struct head_search *h = ctx;
	h->found = h->found ||
		   (row->last_seq == h->seq && memcmp(row->chain, h->chain, EK_HASH_BYTES) == 0);
	return true;
}

/* A log older than its head record has lost something: a deleted -wal, a disk that lied. */
static bool check_head(struct sqlite_log *s, struct ek_err *err)
{
	uint64_t seq;
	uint8_t chain[EK_HASH_BYTES];
	if (!ek_dir_read_head(&s->dir, &seq, chain, err))
		return false;
	if (seq == 0)
		return true;
	struct ek_log *log = &s->sql.log;
	if (seq > log->head.seq)
		return ek_fail(err, EK_DAMAGE,
			       "the log ends at %llu, but %llu was once on disk: events are lost",
			       (unsigned long long)log->head.seq, (unsigned long long)seq);
	struct head_search h = {seq, chain, false};
	uint64_t start;
	if (!s->calls.row_start(log, seq, &start, err) ||
	    !s->calls.rows(log, (struct ek_log_span){start, start}, match_head, &h, err))
		return false;
	return h.found ||
	       ek_fail(err, EK_DAMAGE, "event %llu is not the one that the head record names",
		       (unsigned long long)seq);
}

/* Tables that were made just now: the -wal begins small after them. */
static bool end_opening(struct sqlite_log *s, struct ek_err *err)
{
	return s->wal_pages == 0 || checkpoint(s, SQLITE_CHECKPOINT_TRUNCATE, err);
}

/* SQLite's count of its memory, which nobody here reads, takes one lock of the whole process at
 * each of its allocations: the writer and the readers would wait for each other there. */
static void stop_counting_memory(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* refused once SQLite is in use */
}

bool ek_log_open_sqlite(const struct ek_log_options *options, struct ek_log **out,
			struct ek_err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	(void)pthread_once(&once, stop_counting_memory);
	struct sqlite_log *s = calloc(1, sizeof *s);
	if (s == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a log");
	struct ek_log *log = &s->sql.log;
	s->calls = ek_log_sql_backend();
	s->calls.close = sqlite_close;
	s->calls.stop = sqlite_stop;
	s->calls.tidy = sqlite_tidy;
	s->calls.check_writable = sqlite_check_writable;
	s->calls.begin = sqlite_begin;
	s->calls.put = sqlite_put;
	s->calls.commit = sqlite_commit;
	s->calls.rollback = sqlite_rollback;
	s->calls.put_content = sqlite_put_content;
	s->erase_rows = s->calls.erase_content;
	s->expire_rows = s->calls.expire_content;
	s->calls.erase_content = sqlite_erase_content;
	s->calls.expire_content = sqlite_expire_content;
	s->calls.rebuild_search = sqlite_rebuild_search;
	s->calls.hold = sqlite_hold;
	s->sql.run = sqlite_run;
	s->sql.exec = sqlite_exec;
	s->sql.dialect = EK_VIEWS_SQLITE;
	log->backend = &s->calls;
	log->has_views = true;
	s->wal_pages_max = (options->wal_bytes != 0 ? options->wal_bytes : WAL_BYTES) / PAGE;
	s->dir_held = ek_dir_open(&s->dir, options, err);
	bool ok = s->dir_held && open_db(s, options, err) && s->calls.refresh(log, err) &&
		  check_head(s, err) && ek_log_sql_migrate(&s->sql, options, err) &&
		  end_opening(s, err);
	if (!ok) {
		sqlite_close(log);
		return false;
	}
	*out = log;
	return true;
}

const char *ek_log_sqlite_version(void)
{
	return sqlite3_libversion();
}
