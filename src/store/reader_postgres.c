/* The reader of a PostgreSQL log: a connection whose every transaction is read-only. */
#include <libpq-fe.h>

#include <stdlib.h>
#include <string.h>

#include "store/reader_backend.h"
#include "sys/clock.h"

enum { OID_BYTEA = 17, OID_INT8 = 20, OID_INT4 = 23, OID_TEXT = 25, LIMIT_SLACK_MS = 50 };

struct pg_reader {
	struct ek_reader reader; /* first: a struct ek_reader in one step */
	PGconn *conn;
	uint32_t names;  /* given to prepared statements so far */
	ek_span limit;   /* that statements have now; 0 = none said */
	ek_span outside; /* that they have outside a transaction */
};

/* A prepared statement: its name's number and the kinds of values it was prepared for. */
struct prepared {
	uint32_t name;
	uint32_t n;
	uint8_t kinds[EK_READER_ARGS_MAX];
};

static bool fail_pg(const struct pg_reader *p, const PGresult *r, const char *doing,
		    struct ek_err *err)
{
	const char *state = r != NULL ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	const char *text = r != NULL ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	enum ek_code code = EK_IO;
	if (state != NULL && strcmp(state, "57014") == 0)
		return ek_fail(err, EK_BUSY, "this question took too long"); /* query_canceled */
	if (state != NULL && strncmp(state, "XX00", 4) == 0)
		code = EK_DAMAGE;
	return ek_fail(err, code, "%s: %s", doing, text != NULL ? text : PQerrorMessage(p->conn));
}

static bool exec(struct pg_reader *p, const char *sql, struct ek_err *err)
{
	PGresult *r = PQexec(p->conn, sql);
	bool ok = PQresultStatus(r) == PGRES_COMMAND_OK || fail_pg(p, r, sql, err);
	PQclear(r);
	return ok;
}

/* Notices are for a person at a terminal. */
static void ignore_notice(void *ctx, const PGresult *r)
{
	(void)ctx;
	(void)r;
}

static bool set_session(struct pg_reader *p, struct ek_err *err)
{
	PQsetNoticeReceiver(p->conn, ignore_notice, NULL);
	p->limit = (ek_span){0};
	p->outside = p->limit;
	return exec(p, "SET search_path TO evenkeel", err) &&
	       exec(p, "SET default_transaction_read_only = on", err) &&
	       exec(p, "SET idle_in_transaction_session_timeout = 30000", err);
}

/* What is left until the deadline; told to the server only when it is another. */
static bool set_limit(struct pg_reader *p, struct ek_err *err)
{
	uint64_t now = ek_clock_mono_ns();
	uint64_t left = p->reader.deadline_ns > now ? p->reader.deadline_ns - now : 0;
	int64_t ms = (int64_t)(left / 1000000u) + 1;
	int64_t off = ms - p->limit.ms;
	if (p->limit.ms != 0 && off < LIMIT_SLACK_MS && off > -LIMIT_SLACK_MS)
		return true;
	char sql[64];
	ek_format(sql, sizeof sql, "SET statement_timeout = %lld", (long long)ms);
	if (!exec(p, sql, err))
		return false;
	p->limit.ms = ms;
	if (!p->reader.in_transaction)
		p->outside = p->limit;
	return true;
}

/* ---- statements */

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

static struct ek_views_value value_of(const PGresult *r, int row, int column)
{
	struct ek_views_value v = {0};
	if (PQgetisnull(r, row, column))
		return v;
	const char *bytes = PQgetvalue(r, row, column);
	int n = PQgetlength(r, row, column);
	Oid type = PQftype(r, column);
	if (type == OID_INT8 || type == OID_INT4) {
		v.kind = EK_VIEWS_INT;
		v.i = get_int(bytes, n);
		return v;
	}
	v.kind = type == OID_BYTEA ? EK_VIEWS_BLOB : EK_VIEWS_TEXT;
	v.p = bytes;
	v.n = (uint32_t)n;
	return v;
}

static void name_of(const struct prepared *s, char out[16])
{
	ek_format(out, 16, "q%u", s->name);
}

static void pg_forget(struct ek_reader *r, void *prepared)
{
	struct pg_reader *p = (struct pg_reader *)r;
	struct prepared *s = prepared;
	struct ek_err ignored;
	char sql[32];
	ek_format(sql, sizeof sql, "DEALLOCATE q%u", s->name);
	/* In a transaction that failed nothing runs; the name is never used again anyway. */
	if (PQtransactionStatus(p->conn) == PQTRANS_IDLE)
		(void)exec(p, sql, &ignored);
	free(s);
}

static struct prepared *prepare(struct pg_reader *p, const struct ek_reader_question *q,
				struct ek_err *err)
{
	static const Oid oids[] = {
		[EK_VIEWS_NULL] = 0,
		[EK_VIEWS_INT] = OID_INT8,
		[EK_VIEWS_TEXT] = OID_TEXT,
		[EK_VIEWS_BLOB] = OID_BYTEA,
	};
	Oid types[EK_READER_ARGS_MAX];
	struct prepared *s = calloc(1, sizeof *s);
	if (s == NULL) {
		ek_fail(err, EK_NO_MEMORY, "no memory for a statement");
		return NULL;
	}
	s->name = ++p->names;
	s->n = q->n;
	for (uint32_t i = 0; i < q->n; i++) {
		s->kinds[i] = q->args[i].kind;
		types[i] = oids[s->kinds[i]];
	}
	char name[16];
	name_of(s, name);
	PGresult *r = PQprepare(p->conn, name, q->sql, (int)q->n, types);
	bool ok = PQresultStatus(r) == PGRES_COMMAND_OK || fail_pg(p, r, q->sql, err);
	PQclear(r);
	if (ok)
		return s;
	free(s);
	return NULL;
}

/* A null takes any type; another kind of value does not. */
static bool fits(const struct prepared *s, const struct ek_reader_question *q)
{
	bool same = s->n == q->n;
	for (uint32_t i = 0; same && i < q->n; i++)
		same = q->args[i].kind == EK_VIEWS_NULL || q->args[i].kind == s->kinds[i];
	return same;
}

static bool visit_rows(const PGresult *r, const struct ek_reader_ask *ask, struct ek_err *err)
{
	int columns = PQnfields(r);
	ek_assert(columns <= EK_READER_COLUMNS_MAX);
	for (int row = 0; row < PQntuples(r); row++) {
		struct ek_views_value values[EK_READER_COLUMNS_MAX];
		for (int i = 0; i < columns; i++)
			values[i] = value_of(r, row, i);
		if (!ask->visit(ask->ctx, values, (uint32_t)columns, err))
			return false;
	}
	return true;
}

static bool run_prepared(struct pg_reader *p, const struct prepared *s,
			 const struct ek_reader_ask *ask, struct ek_err *err)
{
	const struct ek_reader_question *q = ask->question;
	const char *values[EK_READER_ARGS_MAX];
	int lengths[EK_READER_ARGS_MAX];
	int formats[EK_READER_ARGS_MAX];
	char numbers[EK_READER_ARGS_MAX][8];
	for (uint32_t i = 0; i < q->n; i++) {
		const struct ek_views_value *v = &q->args[i];
		formats[i] = 1;
		lengths[i] = v->kind == EK_VIEWS_INT ? 8 : (int)v->n;
		values[i] = v->kind == EK_VIEWS_NULL ? NULL : v->p == NULL ? "" : v->p;
		if (v->kind == EK_VIEWS_INT) {
			put_i64(v->i, numbers[i]);
			values[i] = numbers[i];
		}
	}
	char name[16];
	name_of(s, name);
	PGresult *r = PQexecPrepared(p->conn, name, (int)q->n, values, lengths, formats, 1);
	bool ok = PQresultStatus(r) == PGRES_TUPLES_OK ? visit_rows(r, ask, err)
						       : fail_pg(p, r, "read", err);
	PQclear(r);
	return ok;
}

static bool pg_run(struct ek_reader *r, void **prepared, const struct ek_reader_ask *ask,
		   struct ek_err *err)
{
	struct pg_reader *p = (struct pg_reader *)r;
	if (*prepared != NULL && !fits(*prepared, ask->question)) {
		pg_forget(r, *prepared);
		*prepared = NULL;
	}
	if (*prepared == NULL)
		*prepared = prepare(p, ask->question, err);
	return *prepared != NULL && set_limit(p, err) && run_prepared(p, *prepared, ask, err);
}

static bool pg_begin(struct ek_reader *r, struct ek_err *err)
{
	struct pg_reader *p = (struct pg_reader *)r;
	if (PQstatus(p->conn) != CONNECTION_OK) {
		ek_reader_forget(r); /* what was prepared went with the connection */
		PQreset(p->conn);
		if (PQstatus(p->conn) != CONNECTION_OK)
			return ek_fail(err, EK_IO, "connect: %s", PQerrorMessage(p->conn));
		if (!set_session(p, err))
			return false;
	}
	/* Told before, so that it need not be told in each transaction. */
	p->reader.deadline_ns = ek_clock_mono_ns() + (uint64_t)p->reader.statement.ms * 1000000u;
	return set_limit(p, err) && exec(p, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err);
}

static void pg_end(struct ek_reader *r)
{
	struct pg_reader *p = (struct pg_reader *)r;
	struct ek_err ignored;
	p->limit = p->outside; /* a rollback takes back what was set in it */
	if (PQtransactionStatus(p->conn) != PQTRANS_IDLE && !exec(p, "ROLLBACK", &ignored))
		return; /* the connection is gone, and with it the transaction */
}

static void pg_close(struct ek_reader *r)
{
	struct pg_reader *p = (struct pg_reader *)r;
	PQfinish(p->conn);
	free(p);
}

static const struct ek_reader_backend calls = {
	.close = pg_close,
	.begin = pg_begin,
	.end = pg_end,
	.run = pg_run,
	.forget = pg_forget,
};

static bool check_format(struct pg_reader *p, struct ek_err *err)
{
	PGresult *r = PQexec(p->conn, "SELECT version::text FROM format");
	bool ok = PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1;
	char version[16];
	char known[16];
	if (ok) {
		ek_format(version, sizeof version, "%s", PQgetvalue(r, 0, 0));
		ek_format(known, sizeof known, "%d", (int)EK_LOG_FORMAT);
		if (strcmp(version, known) != 0)
			ok = ek_fail(err, EK_TOO_NEW,
				     "the log has format %s; this version knows %s", version,
				     known);
	} else {
		ek_fail(err, EK_NOT_FOUND, "the database holds no log");
	}
	PQclear(r);
	return ok;
}

bool ek_reader_open_postgres(const char *where, struct ek_reader **out, struct ek_err *err)
{
	struct pg_reader *p = calloc(1, sizeof *p);
	if (p == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a reader");
	p->reader.backend = &calls;
	p->reader.dialect = EK_VIEWS_POSTGRES;
	/* "postgres:host=..." is ours; "postgresql://..." is libpq's own. */
	if (strncmp(where, "postgres:", 9) == 0 && where[9] != '/')
		where += 9;
	p->conn = PQconnectdb(where);
	bool ok = PQstatus(p->conn) == CONNECTION_OK
			  ? set_session(p, err) && check_format(p, err)
			  : ek_fail(err, EK_IO, "connect: %s", PQerrorMessage(p->conn));
	if (!ok) {
		pg_close(&p->reader);
		return false;
	}
	*out = &p->reader;
	return true;
}
