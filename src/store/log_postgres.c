/* The log in PostgreSQL, in a schema of its own ("evenkeel"): one connection, prepared statements,
 * and distrust (promises, "Rules learnt" 6 to 8): a WARNING around a commit, or an answer that does
 * not come, means that nobody knows. */
#include <libpq-fe.h>

#include <stdlib.h>
#include <string.h>

#include "store/log_sql.h"
#include "store/search.h"

enum { OID_BYTEA = 17, OID_INT8 = 20, OID_INT4 = 23, OID_TEXT = 25, CONNINFO_MAX = 1024 };

/* The text of one array parameter. */
struct text {
	char *p;
	size_t n;
	size_t cap;
};

struct pg_log {
	struct ek_log_sql_base sql; /* first: a struct ek_log in two steps */
	struct ek_log_backend calls;
	PGconn *conn;
	struct ek_search *search; /* opened when the first text comes */
	char conninfo[CONNINFO_MAX];
	bool warned; /* a notice of severity WARNING since the last look */
	bool prepared[EK_LOG_SQL_COUNT];
	uint8_t param_count[EK_LOG_SQL_COUNT];
	struct text arrays[EK_VIEWS_COLUMNS_MAX];
};

static void notice(void *ctx, const PGresult *r)
{
	struct pg_log *p = ctx;
	/* The field that no locale translates; the text is for people. */
	const char *severity = PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);
	if (severity != NULL && strcmp(severity, "WARNING") == 0)
		p->warned = true;
}

static bool fail_pg(struct pg_log *p, const PGresult *r, const char *doing, struct ek_err *err)
{
	const char *state = r != NULL ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	const char *text = r != NULL ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	enum ek_code code = EK_IO;
	if (state != NULL && strcmp(state, "53100") == 0)
		code = EK_READ_ONLY; /* disk_full */
	else if (state != NULL && strcmp(state, "25006") == 0)
		code = EK_READ_ONLY; /* read_only_sql_transaction */
	else if (state != NULL && strcmp(state, "23505") == 0)
		code = EK_FENCED; /* unique_violation: somebody else appended */
	else if (state != NULL && strncmp(state, "XX00", 4) == 0)
		code = EK_DAMAGE;
	return ek_fail(err, code, "%s: %s", doing, text != NULL ? text : PQerrorMessage(p->conn));
}

static bool exec(struct pg_log *p, const char *sql, struct ek_err *err)
{
	PGresult *r = PQexec(p->conn, sql);
	bool ok = PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK;
	if (!ok)
		fail_pg(p, r, sql, err);
	PQclear(r);
	return ok;
}

/* ---- statements */

static void name_of(int statement, char out[16])
{
	ek_format(out, 16, "s%d", statement);
}

static bool prepare(struct pg_log *p, int statement, struct ek_err *err)
{
	if (p->prepared[statement])
		return true;
	struct ek_log_sql_text text;
	ek_log_sql_text(statement, EK_VIEWS_POSTGRES, &text);
	Oid types[EK_LOG_SQL_PARAMS_MAX];
	int n = (int)strlen(text.params);
	bool is_upsert = ek_log_sql_is_upsert(statement);
	p->param_count[statement] = (uint8_t)n;
	for (int i = 0; i < n; i++) {
		char letter = text.params[i];
		types[i] = letter == 'i' ? OID_INT8 : letter == 't' ? OID_TEXT : OID_BYTEA;
	}
	char name[16];
	name_of(statement, name);
	/* An upsert's arrays say their types in its text. */
	PGresult *r = PQprepare(p->conn, name, text.sql, is_upsert ? 0 : n, types);
	bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
	if (!ok)
		fail_pg(p, r, text.sql, err);
	PQclear(r);
	p->prepared[statement] = ok;
	return ok;
}

static void put_i64(int64_t v, char out[8])
{
	for (int i = 0; i < 8; i++)
		out[i] = (char)((uint64_t)v >> (56 - 8 * i));
}

static int64_t get_int(const char *p, int n)
{
	uint64_t v = n > 0 && (p[0] & 0x80) != 0 ? UINT64_MAX : 0;
	for (int i = 0; i < n; i++)
		v = v << 8 | (uint8_t)p[i];
	return (int64_t)v;
}

static void value_of(const PGresult *r, int row, int column, struct ek_views_value *v)
{
	*v = (struct ek_views_value){0};
	if (PQgetisnull(r, row, column))
		return;
	const char *bytes = PQgetvalue(r, row, column);
	int n = PQgetlength(r, row, column);
	Oid type = PQftype(r, column);
	if (type == OID_INT8 || type == OID_INT4) {
		v->kind = EK_VIEWS_INT;
		v->i = get_int(bytes, n);
		return;
	}
	v->kind = type == OID_BYTEA ? EK_VIEWS_BLOB : EK_VIEWS_TEXT;
	v->p = bytes;
	v->n = (uint32_t)n;
}

static bool visit_rows(const PGresult *r, const struct ek_log_sql_run *run, struct ek_err *err)
{
	if (run->visit == NULL)
		return true;
	int columns = PQnfields(r);
	ek_assert(columns <= EK_VIEWS_COLUMNS_MAX);
	for (int row = 0; row < PQntuples(r); row++) {
		struct ek_views_value values[EK_VIEWS_COLUMNS_MAX];
		for (int i = 0; i < columns; i++)
			value_of(r, row, i, &values[i]);
		if (!run->visit(run->ctx, values, (uint32_t)columns, err))
			return false;
	}
	return true;
}

/* libpq's own digits, without the functions that read a locale. */
static uint64_t count_of(const char *digits)
{
	uint64_t n = 0;
	for (; *digits >= '0' && *digits <= '9'; digits++)
		n = n * 10 + (uint64_t)(*digits - '0');
	return n;
}

static bool pg_run(struct ek_log_sql_base *sql, struct ek_log_sql_run *run, struct ek_err *err)
{
	struct pg_log *p = (struct pg_log *)sql;
	if (!prepare(p, run->statement, err))
		return false;
	const char *values[EK_LOG_SQL_PARAMS_MAX];
	int lengths[EK_LOG_SQL_PARAMS_MAX];
	int formats[EK_LOG_SQL_PARAMS_MAX];
	char numbers[EK_LOG_SQL_PARAMS_MAX][8];
	int n = p->param_count[run->statement];
	for (int i = 0; i < n; i++) {
		const struct ek_views_value *v = &run->params[i];
		formats[i] = 1;
		lengths[i] = v->kind == EK_VIEWS_INT ? 8 : (int)v->n;
		values[i] = v->kind == EK_VIEWS_NULL ? NULL : v->p == NULL ? "" : v->p;
		if (v->kind == EK_VIEWS_INT) {
			put_i64(v->i, numbers[i]);
			values[i] = numbers[i];
		}
	}
	char name[16];
	name_of(run->statement, name);
	PGresult *r = PQexecPrepared(p->conn, name, n, values, lengths, formats, 1);
	ExecStatusType status = PQresultStatus(r);
	bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
	if (!ok) {
		fail_pg(p, r, "run a statement", err);
	} else {
		run->changed = count_of(PQcmdTuples(r));
		ok = visit_rows(r, run, err);
	}
	PQclear(r);
	return ok;
}

/* ---- many rows at once: one array for each column */

static bool text_room(struct text *t, size_t n, struct ek_err *err)
{
	if (n <= t->cap - t->n)
		return true;
	size_t cap = t->cap == 0 ? 4096 : t->cap;
	while (cap - t->n < n)
		cap *= 2;
	char *p = realloc(t->p, cap);
	if (p == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a view's rows");
	t->p = p;
	t->cap = cap;
	return true;
}

static void add_quoted(struct text *t, const struct ek_views_value *v)
{
	const char *s = v->p;
	t->p[t->n++] = '"';
	for (uint32_t i = 0; i < v->n; i++) {
		if (s[i] == '"' || s[i] == '\\')
			t->p[t->n++] = '\\';
		t->p[t->n++] = s[i];
	}
	t->p[t->n++] = '"';
}

static void add_hex(struct text *t, const struct ek_views_value *v)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *bytes = v->p;
	memcpy(t->p + t->n, "\"\\\\x", 4);
	t->n += 4;
	for (uint32_t i = 0; i < v->n; i++) {
		t->p[t->n++] = digits[bytes[i] >> 4];
		t->p[t->n++] = digits[bytes[i] & 15];
	}
	t->p[t->n++] = '"';
}

static bool add_value(struct text *t, const struct ek_views_value *v, struct ek_err *err)
{
	if (!text_room(t, 32 + 2 * (size_t)v->n, err))
		return false;
	t->p[t->n] = t->n == 0 ? '{' : ',';
	t->n++;
	if (v->kind == EK_VIEWS_INT)
		t->n += ek_format(t->p + t->n, t->cap - t->n, "%lld", (long long)v->i);
	else if (v->kind == EK_VIEWS_TEXT)
		add_quoted(t, v);
	else if (v->kind == EK_VIEWS_BLOB)
		add_hex(t, v);
	else
		t->n += ek_format(t->p + t->n, t->cap - t->n, "NULL");
	return true;
}

static bool end_array(struct text *t, struct ek_err *err)
{
	if (!text_room(t, 3, err))
		return false;
	memcpy(t->p + t->n, t->n == 0 ? "{}" : "}", t->n == 0 ? 3 : 2);
	return true;
}

static bool put_rows(struct pg_log *p, int statement, const struct ek_views_value *v, uint32_t rows,
		     struct ek_err *err)
{
	if (!prepare(p, statement, err))
		return false;
	uint32_t columns = p->param_count[statement];
	const char *values[EK_VIEWS_COLUMNS_MAX];
	for (uint32_t c = 0; c < columns; c++) {
		struct text *t = &p->arrays[c];
		t->n = 0;
		for (uint32_t r = 0; r < rows; r++) {
			if (!add_value(t, &v[(size_t)r * columns + c], err))
				return false;
		}
		if (!end_array(t, err))
			return false;
		values[c] = t->p;
	}
	char name[16];
	name_of(statement, name);
	PGresult *r = PQexecPrepared(p->conn, name, (int)columns, values, NULL, NULL, 1);
	bool ok = PQresultStatus(r) == PGRES_COMMAND_OK || fail_pg(p, r, "write a view", err);
	PQclear(r);
	return ok;
}

static bool pg_put(struct ek_log *log, enum ek_views view, const struct ek_views_value *v,
		   uint32_t rows, struct ek_err *err)
{
	return put_rows((struct pg_log *)log, ek_log_sql_view(view, EK_LOG_SQL_UPSERT), v, rows,
			err);
}

/* ---- the index of words: a row of content and its words, one after the other */

enum { IDS, WORDS, INDEX_BYTES_MAX = 4 * 1024 * 1024 };

static bool write_words(struct pg_log *p, const struct ek_content_search *s, struct ek_err *err)
{
	char sql[EK_SEARCH_TEXT_MAX];
	if (p->arrays[IDS].n == 0)
		return true;
	if (!end_array(&p->arrays[IDS], err) || !end_array(&p->arrays[WORDS], err))
		return false;
	const char *const values[] = {p->arrays[IDS].p, p->arrays[WORDS].p};
	ek_search_put(s, sql);
	PGresult *r = PQexecParams(p->conn, sql, 2, NULL, values, NULL, NULL, 1);
	bool ok = PQresultStatus(r) == PGRES_COMMAND_OK || fail_pg(p, r, "index words", err);
	PQclear(r);
	p->arrays[IDS].n = 0;
	p->arrays[WORDS].n = 0;
	return ok;
}

static bool index_row(struct pg_log *p, const struct ek_content_search *s,
		      const struct ek_views_value *row, struct ek_err *err)
{
	ek_str words;
	if ((p->search == NULL && !ek_search_open(&p->search, err)) ||
	    !ek_search_words(p->search, s, row, &words, err))
		return false;
	/* A text without a word is one without a p. */
	const struct ek_views_value v = ek_views_text(words.n > 0 ? words : EK_S(""));
	return add_value(&p->arrays[IDS], &row[0], err) && add_value(&p->arrays[WORDS], &v, err) &&
	       (p->arrays[WORDS].n < INDEX_BYTES_MAX || write_words(p, s, err));
}

static bool pg_put_content(struct ek_log *log, enum ek_content table,
			   const struct ek_views_value *v, uint32_t rows, struct ek_err *err)
{
	struct pg_log *p = (struct pg_log *)log;
	struct ek_content_search s;
	if (!put_rows(p, ek_log_sql_content(table, EK_LOG_SQL_PUT), v, rows, err))
		return false;
	for (uint32_t i = 0; p->sql.has_search && ek_content_search(i, &s); i++) {
		if (s.table != table)
			continue;
		p->arrays[IDS].n = 0;
		p->arrays[WORDS].n = 0;
		for (uint32_t r = 0; r < rows; r++) {
			if (!index_row(p, &s,
				       v + (size_t)r * p->param_count[ek_log_sql_content(
							       table, EK_LOG_SQL_PUT)],
				       err))
				return false;
		}
		return write_words(p, &s, err);
	}
	return true;
}

struct indexing {
	struct pg_log *p;
	struct ek_content_search s;
};

static bool visit_index(void *ctx, const struct ek_views_value *row, uint32_t n, struct ek_err *err)
{
	struct indexing *x = ctx;
	(void)n;
	return index_row(x->p, &x->s, row, err);
}

static bool pg_rebuild_search(struct ek_log *log, struct ek_err *err)
{
	char sql[EK_SEARCH_TEXT_MAX];
	struct indexing x = {.p = (struct pg_log *)log};
	for (uint32_t i = 0; ek_search_rebuild(i, EK_VIEWS_POSTGRES, sql); i++) {
		if (!exec(x.p, sql, err))
			return false;
	}
	for (uint32_t i = 0; ek_content_search(i, &x.s); i++) {
		x.p->arrays[IDS].n = 0;
		x.p->arrays[WORDS].n = 0;
		if (!log->backend->each_content(log, x.s.table, visit_index, &x, err) ||
		    !write_words(x.p, &x.s, err))
			return false;
	}
	return true;
}

static bool pg_exec(struct ek_log_sql_base *sql, const char *text, struct ek_err *err)
{
	return exec((struct pg_log *)sql, text, err);
}

static bool pg_hold(struct ek_log *log, bool on, struct ek_err *err)
{
	return exec((struct pg_log *)log,
		    on ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "ROLLBACK", err);
}

/* ---- session and transactions */

static bool set_session(struct pg_log *p, struct ek_err *err)
{
	PQsetNoticeReceiver(p->conn, notice, p);
	memset(p->prepared, 0, sizeof p->prepared);
	p->warned = false;
	/* A commit may wait as long as it must; a reader may not hold the vacuum back for ever. */
	return exec(p, "SET search_path TO evenkeel", err) &&
	       exec(p, "SET statement_timeout = 0", err) &&
	       exec(p, "SET client_min_messages = warning", err) &&
	       (p->sql.log.mode == EK_LOG_READ || exec(p, "SET synchronous_commit = on", err));
}

static bool pg_begin(struct ek_log *log, struct ek_err *err)
{
	struct pg_log *p = (struct pg_log *)log;
	if (PQstatus(p->conn) != CONNECTION_OK) {
		PQreset(p->conn);
		if (!set_session(p, err))
			return false;
	}
	p->warned = false;
	return exec(p, "BEGIN", err);
}

static void pg_rollback(struct ek_log *log)
{
	struct pg_log *p = (struct pg_log *)log;
	struct ek_err ignored;
	if (PQtransactionStatus(p->conn) != PQTRANS_IDLE && !exec(p, "ROLLBACK", &ignored))
		return; /* the connection is gone, and with it the transaction */
}

static bool pg_commit(struct ek_log *log, struct ek_err *err)
{
	struct pg_log *p = (struct pg_log *)log;
	PGresult *r = PQexec(p->conn, "COMMIT");
	/* COMMIT of a failed transaction answers ROLLBACK, without an error. */
	bool ok = PQresultStatus(r) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(r), "COMMIT") == 0;
	if (!ok) {
		fail_pg(p, r, "commit", err);
		err->code = EK_OUTCOME_UNKNOWN;
	} else if (p->warned) {
		ok = ek_fail(err, EK_OUTCOME_UNKNOWN,
			     "PostgreSQL warned at the commit: it may not be replicated");
	}
	PQclear(r);
	return ok;
}

static bool pg_nothing(struct ek_log *log, struct ek_err *err)
{
	(void)log;
	(void)err;
	return true;
}

/* ---- open and close */

static void pg_close(struct ek_log *log)
{
	struct pg_log *p = (struct pg_log *)log;
	for (size_t i = 0; i < EK_LEN(p->arrays); i++)
		free(p->arrays[i].p);
	ek_search_close(&p->search);
	PQfinish(p->conn);
	free(p);
}

static bool count(struct pg_log *p, const char *sql, int64_t *n, struct ek_err *err)
{
	PGresult *r = PQexecParams(p->conn, sql, 0, NULL, NULL, NULL, NULL, 1);
	bool ok = PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1;
	if (ok)
		*n = get_int(PQgetvalue(r, 0, 0), PQgetlength(r, 0, 0));
	else
		fail_pg(p, r, sql, err);
	PQclear(r);
	return ok;
}

static bool create(struct pg_log *p, struct ek_err *err)
{
	char sql[EK_LOG_SQL_TEXT_MAX];
	if (!exec(p, "BEGIN", err) || !exec(p, "CREATE SCHEMA evenkeel", err))
		return false;
	for (int i = 0; ek_log_sql_create(i, EK_VIEWS_POSTGRES, sql); i++) {
		if (!exec(p, sql, err))
			return false;
	}
	ek_format(sql, sizeof sql, "CREATE TABLE format AS SELECT %d::bigint AS version",
		  (int)EK_LOG_FORMAT);
	return exec(p, sql, err) && exec(p, "COMMIT", err);
}

static bool check_format(struct pg_log *p, const struct ek_log_options *o, struct ek_err *err)
{
	int64_t schemas;
	int64_t tables;
	int64_t version;
	if (!count(p, "SELECT count(*) FROM pg_namespace WHERE nspname = 'evenkeel'", &schemas,
		   err))
		return false;
	if (schemas == 0)
		return o->mode == EK_LOG_CREATE
			       ? create(p, err)
			       : ek_fail(err, EK_NOT_FOUND, "the database holds no log");
	if (!count(p,
		   "SELECT count(*) FROM pg_tables WHERE schemaname = 'evenkeel' "
		   "AND tablename = 'format'",
		   &tables, err))
		return false;
	if (tables != 1)
		return ek_fail(err, EK_TOO_NEW, "the schema evenkeel is not a log of Evenkeel");
	if (!count(p, "SELECT version FROM format", &version, err))
		return false;
	return version == EK_LOG_FORMAT ||
	       ek_fail(err, EK_TOO_NEW, "the log has format %lld; this version knows %d",
		       (long long)version, (int)EK_LOG_FORMAT);
}

static bool connect_to(struct pg_log *p, const struct ek_log_options *o, struct ek_err *err)
{
	/* "postgres:host=..." is ours; "postgresql://..." is libpq's own. */
	const char *where = o->where;
	if (strncmp(where, "postgres:", 9) == 0 && where[9] != '/')
		where += 9;
	if (strlen(where) >= sizeof p->conninfo)
		return ek_fail(err, EK_LIMIT, "the connection string is too long");
	ek_format(p->conninfo, sizeof p->conninfo, "%s", where);
	p->conn = PQconnectdb(p->conninfo);
	if (PQstatus(p->conn) != CONNECTION_OK)
		return ek_fail(err, EK_IO, "connect: %s", PQerrorMessage(p->conn));
	p->sql.log.mode = o->mode;
	return set_session(p, err) && check_format(p, o, err);
}

bool ek_log_open_postgres(const struct ek_log_options *options, struct ek_log **out,
			  struct ek_err *err)
{
	struct pg_log *p = calloc(1, sizeof *p);
	if (p == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a log");
	struct ek_log *log = &p->sql.log;
	p->calls = ek_log_sql_backend();
	p->calls.close = pg_close;
	p->calls.stop = pg_nothing;
	p->calls.tidy = pg_nothing;
	p->calls.check_writable = pg_nothing;
	p->calls.begin = pg_begin;
	p->calls.put = pg_put;
	p->calls.commit = pg_commit;
	p->calls.rollback = pg_rollback;
	p->calls.put_content = pg_put_content;
	p->calls.rebuild_search = pg_rebuild_search;
	p->calls.hold = pg_hold;
	p->sql.run = pg_run;
	p->sql.exec = pg_exec;
	p->sql.dialect = EK_VIEWS_POSTGRES;
	log->backend = &p->calls;
	log->has_views = true;
	if (!connect_to(p, options, err) || !p->calls.refresh(log, err) ||
	    !ek_log_sql_migrate(&p->sql, options, err)) {
		pg_close(log);
		return false;
	}
	*out = log;
	return true;
}
