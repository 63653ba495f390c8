#include "store/log_sql.h"

#include <string.h>

struct statement {
	const char *sqlite;
	const char *postgres; /* NULL: the same */
	const char *params;
};

/* Parameters appear first in order, so that $1 is the first in SQLite too, where it is but a name.
 * */
/* clang-format off */
static const struct statement statements[EK_LOG_SQL_VIEWS] = {
	/* The epoch row is held until the commit: a successor waits for it, or it for the
	 * successor. */
	[EK_LOG_SQL_APPEND] = {
		"INSERT INTO log(first_seq, last_seq, at_ms, epoch, body, chain) "
		"SELECT $1, $2, $3, $4, $5, $6 FROM writer WHERE epoch = $4",
		"WITH reign AS (SELECT epoch FROM writer WHERE epoch = $4 FOR SHARE) "
		"INSERT INTO log(first_seq, last_seq, at_ms, epoch, body, chain) "
		"SELECT $1, $2, $3, $4, $5, $6 FROM reign", "iiiibb"},
	[EK_LOG_SQL_LAST] = {
		"SELECT first_seq, last_seq, at_ms, epoch, chain FROM log "
		"ORDER BY first_seq DESC LIMIT 1", NULL, ""},
	[EK_LOG_SQL_ROW_START] = {
		"SELECT max(first_seq) FROM log WHERE first_seq <= $1", NULL, "i"},
	[EK_LOG_SQL_ROWS] = {
		"SELECT first_seq, last_seq, at_ms, epoch, body, chain FROM log "
		"WHERE first_seq >= $1 AND first_seq <= $2 ORDER BY first_seq LIMIT 32",
		NULL, "ii"},
	[EK_LOG_SQL_EPOCH_GET] = {"SELECT epoch FROM writer", NULL, ""},
	[EK_LOG_SQL_EPOCH_TAKE] = {"UPDATE writer SET epoch = epoch + 1", NULL, ""},
	[EK_LOG_SQL_VIEW_SEQ_GET] = {"SELECT seq FROM view_state", NULL, ""},
	[EK_LOG_SQL_VIEW_SEQ_SET] = {"UPDATE view_state SET seq = $1", NULL, "i"},
	/* Two questions: SQLite answers min and max from the index only when asked for one of them.
	 * */
	[EK_LOG_SQL_KEY_RANGE] = {
		"SELECT (SELECT min(bucket) FROM keys), (SELECT max(bucket) FROM keys)", NULL, ""},
	[EK_LOG_SQL_KEY_FIND] = {
		"SELECT places FROM keys WHERE bucket = $1 AND part = $2", NULL, "ii"},
	[EK_LOG_SQL_KEYS_OF] = {"SELECT places FROM keys WHERE bucket = $1", NULL, "i"},
	[EK_LOG_SQL_ROW_TIME] = {
		"SELECT at_ms FROM log WHERE first_seq >= $1 ORDER BY first_seq LIMIT 1",
		NULL, "i"},
	[EK_LOG_SQL_KEYS_ERASE] = {"DELETE FROM keys WHERE bucket = $1", NULL, "i"},
	[EK_LOG_SQL_EMPTY_RANGE] = {
		"SELECT (SELECT min(bucket) FROM empty_keys), (SELECT max(bucket) FROM empty_keys)",
		NULL, ""},
	[EK_LOG_SQL_EMPTY_FIND] = {
		"SELECT request_hash, actor_kind, actor_id, at_ms FROM empty_keys "
		"WHERE bucket = $1 AND key_hash = $2", NULL, "ib"},
	[EK_LOG_SQL_EMPTY_OF] = {"SELECT key_hash FROM empty_keys WHERE bucket = $1", NULL, "i"},
	[EK_LOG_SQL_EMPTY_ERASE] = {"DELETE FROM empty_keys WHERE bucket = $1", NULL, "i"},
	[EK_LOG_SQL_NAME_SET] = {
		"INSERT INTO names(kind, id, name) VALUES($1, $2, $3) "
		"ON CONFLICT(kind, id) DO UPDATE SET name = excluded.name", NULL, "iit"},
	[EK_LOG_SQL_NAME_FIND] = {
		"SELECT min(id) FROM names WHERE kind = $1 AND name = $2", NULL, "it"},
	[EK_LOG_SQL_NAME_EACH] = {
		"SELECT id, name FROM names WHERE kind = $1 AND id > $2 ORDER BY id LIMIT 1024",
		NULL, "ii"},
	[EK_LOG_SQL_META_SET] = {
		"INSERT INTO meta(name, value) VALUES($1, $2) "
		"ON CONFLICT(name) DO UPDATE SET value = excluded.value", NULL, "tt"},
	[EK_LOG_SQL_META_GET] = {"SELECT value FROM meta WHERE name = $1", NULL, "t"},
	[EK_LOG_SQL_SNAPSHOT_PUT] = {
		"INSERT INTO snapshots(seq, hash, bytes) VALUES($1, $2, $3) "
		"ON CONFLICT(seq) DO UPDATE SET hash = excluded.hash, bytes = excluded.bytes",
		NULL, "ibb"},
	[EK_LOG_SQL_SNAPSHOT_TRIM] = {
		"DELETE FROM snapshots WHERE seq NOT IN "
		"(SELECT seq FROM snapshots ORDER BY seq DESC LIMIT 2)", NULL, ""},
	[EK_LOG_SQL_SNAPSHOT_EACH] = {
		"SELECT seq, hash, bytes FROM snapshots ORDER BY seq DESC LIMIT 2", NULL, ""},
};

static const struct statement creates[] = {
	{"CREATE TABLE log(first_seq INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, "
	 "at_ms INTEGER NOT NULL, epoch INTEGER NOT NULL, body BLOB NOT NULL, "
	 "chain BLOB NOT NULL) STRICT",
	 "CREATE TABLE log(first_seq bigint PRIMARY KEY, last_seq bigint NOT NULL, "
	 "at_ms bigint NOT NULL, epoch bigint NOT NULL, body bytea NOT NULL, "
	 "chain bytea NOT NULL)", ""},
	{"CREATE TABLE writer(epoch INTEGER NOT NULL) STRICT",
	 "CREATE TABLE writer(epoch bigint NOT NULL)", ""},
	{"INSERT INTO writer VALUES(0)", NULL, ""},
	{"CREATE TABLE view_state(seq INTEGER NOT NULL) STRICT",
	 "CREATE TABLE view_state(seq bigint NOT NULL)", ""},
	{"INSERT INTO view_state VALUES(0)", NULL, ""},
	{"CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
	 "CREATE TABLE meta(name text PRIMARY KEY, value text NOT NULL)", ""},
	{"CREATE TABLE names(kind INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, "
	 "PRIMARY KEY(kind, id)) STRICT, WITHOUT ROWID",
	 "CREATE TABLE names(kind bigint NOT NULL, id bigint NOT NULL, name text NOT NULL, "
	 "PRIMARY KEY(kind, id))", ""},
	{"CREATE INDEX names_by_name ON names(kind, name)", NULL, ""},
	{"CREATE TABLE snapshots(seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, "
	 "bytes BLOB NOT NULL) STRICT",
	 "CREATE TABLE snapshots(seq bigint PRIMARY KEY, hash bytea NOT NULL, "
	 "bytes bytea NOT NULL)", ""},
};
/* clang-format on */

bool ek_log_sql_create(int i, enum ek_views_dialect dialect, char out[EK_LOG_SQL_TEXT_MAX])
{
	const int count = (int)EK_LEN(creates);
	if (i < count) {
		const struct statement *s = &creates[i];
		const char *sql = dialect == EK_VIEWS_POSTGRES ? s->postgres : NULL;
		ek_format(out, EK_LOG_SQL_TEXT_MAX, "%s", sql != NULL ? sql : s->sqlite);
	} else if (i < count + EK_VIEWS_COUNT) {
		ek_views_create(ek_views_table((enum ek_views)(i - count)), dialect, out,
				EK_LOG_SQL_TEXT_MAX);
	}
	return i < count + EK_VIEWS_COUNT;
}

static void view_text(enum ek_views view, int what, enum ek_views_dialect dialect,
		      struct ek_log_sql_text *out)
{
	const struct ek_views_table *v = ek_views_table(view);
	const char *first = v->columns[0].name;
	const char *second = v->columns[v->key_count > 1 ? 1 : 0].name;
	switch (what) {
	case EK_LOG_SQL_UPSERT:
		ek_views_upsert(v, dialect, out->sql, sizeof out->sql);
		for (uint32_t i = 0; i < v->column_count; i++)
			out->params[i] = " itb"[v->columns[i].kind];
		out->params[v->column_count] = '\0';
		break;
	case EK_LOG_SQL_EACH:
		ek_format(out->sql, sizeof out->sql, "SELECT * FROM %s ORDER BY %s, %s", v->name,
			  first, second);
		break;
	case EK_LOG_SQL_CLEAR:
		ek_format(out->sql, sizeof out->sql, "DELETE FROM %s", v->name);
		break;
	default:
		ek_format(out->sql, sizeof out->sql, "DELETE FROM %s WHERE %s = $1", v->name,
			  what == EK_LOG_SQL_ERASE_FIRST ? first : second);
		/* A number where the column holds one; else the statement is never run. */
		ek_format(out->params, sizeof out->params, "i");
		if (what == EK_LOG_SQL_ERASE_SECOND && view == EK_VIEWS_EMPTY_KEYS)
			ek_format(out->params, sizeof out->params, "b");
		break;
	}
}

void ek_log_sql_text(int statement, enum ek_views_dialect dialect, struct ek_log_sql_text *out)
{
	out->params[0] = '\0';
	if (statement >= EK_LOG_SQL_CONTENT) {
		int i = statement - EK_LOG_SQL_CONTENT;
		ek_log_sql_content_text((enum ek_content)(i / EK_LOG_SQL_PER_CONTENT),
					i % EK_LOG_SQL_PER_CONTENT, dialect, out);
		return;
	}
	if (statement >= EK_LOG_SQL_VIEWS) {
		int i = statement - EK_LOG_SQL_VIEWS;
		view_text((enum ek_views)(i / EK_LOG_SQL_PER_VIEW), i % EK_LOG_SQL_PER_VIEW,
			  dialect, out);
		return;
	}
	const struct statement *s = &statements[statement];
	const char *sql = dialect == EK_VIEWS_POSTGRES ? s->postgres : NULL;
	ek_format(out->sql, sizeof out->sql, "%s", sql != NULL ? sql : s->sqlite);
	ek_format(out->params, sizeof out->params, "%s", s->params);
}

/* ---- the calls */

static bool run_rows(struct ek_log *log, struct ek_log_sql_run *run, struct ek_err *err)
{
	struct ek_log_sql_base *sql = (struct ek_log_sql_base *)log;
	return sql->run(sql, run, err);
}

static bool run_plain(struct ek_log *log, int statement, const struct ek_views_value *params,
		      struct ek_err *err)
{
	struct ek_log_sql_run r = {statement, params, NULL, NULL, 0};
	return run_rows(log, &r, err);
}

static struct ek_views_value number(uint64_t v)
{
	return (struct ek_views_value){.kind = EK_VIEWS_INT, .i = (int64_t)v};
}

/* Up to two numbers of one row; EK_NONE where there is none. */
static bool take_numbers(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)err;
	int64_t *out = ctx;
	for (uint32_t i = 0; i < n && i < 2; i++)
		out[i] = v[i].kind == EK_VIEWS_INT ? v[i].i : EK_NONE;
	return true;
}

static bool get_numbers(struct ek_log *log, int statement, const struct ek_views_value *params,
			int64_t out[2], struct ek_err *err)
{
	out[0] = EK_NONE;
	out[1] = EK_NONE;
	struct ek_log_sql_run r = {statement, params, take_numbers, out, 0};
	return run_rows(log, &r, err);
}

static bool copy_hash(const struct ek_views_value *v, uint8_t out[EK_HASH_BYTES])
{
	memset(out, 0, EK_HASH_BYTES);
	if (v->kind != EK_VIEWS_BLOB || v->n != EK_HASH_BYTES)
		return false;
	memcpy(out, v->p, EK_HASH_BYTES);
	return true;
}

static bool take_head(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_log_head *head = ctx;
	ek_assert(n == 5);
	*head = (struct ek_log_head){
		(uint64_t)v[1].i, (uint64_t)v[0].i, {v[2].i}, (uint64_t)v[3].i, {0}};
	return copy_hash(&v[4], head->chain) ||
	       ek_fail(err, EK_DAMAGE, "the last row's chain is not 32 bytes");
}

static bool sql_refresh(struct ek_log *log, struct ek_err *err)
{
	log->head = (struct ek_log_head){0};
	struct ek_log_sql_run r = {EK_LOG_SQL_LAST, NULL, take_head, &log->head, 0};
	return run_rows(log, &r, err);
}

static bool sql_take_epoch(struct ek_log *log, uint64_t *epoch, struct ek_err *err)
{
	const struct ek_log_backend *b = log->backend;
	int64_t n[2];
	if (!b->begin(log, err))
		return false;
	log->next = log->head;
	bool ok = run_plain(log, EK_LOG_SQL_EPOCH_TAKE, NULL, err) &&
		  get_numbers(log, EK_LOG_SQL_EPOCH_GET, NULL, n, err);
	if (!ok) {
		b->rollback(log);
		return false;
	}
	*epoch = (uint64_t)n[0];
	if (!b->commit(log, err))
		return false;
	/* Only now can nobody else append: look where the log ends. */
	return sql_refresh(log, err);
}

static bool sql_append(struct ek_log *log, const struct ek_log_row *row, struct ek_err *err)
{
	const struct ek_views_value params[] = {
		number(row->first_seq),
		number(row->last_seq),
		number((uint64_t)row->at.ms),
		number(row->epoch),
		ek_views_blob(row->body, row->body_n),
		ek_views_blob(row->chain, EK_HASH_BYTES),
	};
	struct ek_log_sql_run r = {EK_LOG_SQL_APPEND, params, NULL, NULL, 0};
	if (!run_rows(log, &r, err))
		return false;
	return r.changed == 1 || ek_fail(err, EK_FENCED, "the reign of epoch %llu is over",
					 (unsigned long long)row->epoch);
}

static bool sql_erase(struct ek_log *log, enum ek_views view, uint32_t column, int64_t value,
		      struct ek_err *err)
{
	const struct ek_views_value param = number((uint64_t)value);
	int what = column == 0 ? EK_LOG_SQL_ERASE_FIRST : EK_LOG_SQL_ERASE_SECOND;
	return run_plain(log, ek_log_sql_view(view, what), &param, err);
}

static bool sql_set_view_seq(struct ek_log *log, uint64_t seq, struct ek_err *err)
{
	const struct ek_views_value param = number(seq);
	return run_plain(log, EK_LOG_SQL_VIEW_SEQ_SET, &param, err);
}

static bool sql_clear_views(struct ek_log *log, struct ek_err *err)
{
	for (int v = 0; v < EK_VIEWS_COUNT; v++) {
		int statement = ek_log_sql_view((enum ek_views)v, EK_LOG_SQL_CLEAR);
		if (v != EK_VIEWS_EMPTY_KEYS && !run_plain(log, statement, NULL, err))
			return false;
	}
	return sql_set_view_seq(log, 0, err);
}

/* Forgets the lowest bucket of a table when the log went on from it before that time. */
static bool expire(struct ek_log *log, int range_of, int erase, ek_time before, struct ek_err *err)
{
	int64_t range[2];
	int64_t time[2];
	if (!get_numbers(log, range_of, NULL, range, err))
		return false;
	if (range[0] == EK_NONE)
		return true;
	const struct ek_views_value next = ek_views_int((range[0] + 1) << EK_LOG_KEY_SHIFT);
	if (!get_numbers(log, EK_LOG_SQL_ROW_TIME, &next, time, err))
		return false;
	const struct ek_views_value bucket = ek_views_int(range[0]);
	return time[0] == EK_NONE || time[0] >= before.ms || run_plain(log, erase, &bucket, err);
}

static bool sql_expire_keys(struct ek_log *log, ek_time before, struct ek_err *err)
{
	return expire(log, EK_LOG_SQL_KEY_RANGE, EK_LOG_SQL_KEYS_ERASE, before, err) &&
	       expire(log, EK_LOG_SQL_EMPTY_RANGE, EK_LOG_SQL_EMPTY_ERASE, before, err);
}

static bool sql_set_name(struct ek_log *log, int64_t kind, uint32_t id, ek_str name,
			 struct ek_err *err)
{
	const struct ek_views_value params[] = {number((uint64_t)kind), number(id),
						ek_views_text(name)};
	return run_plain(log, EK_LOG_SQL_NAME_SET, params, err);
}

static bool sql_set_meta(struct ek_log *log, const char *name, ek_str value, struct ek_err *err)
{
	const struct ek_views_value params[] = {
		ek_views_text((ek_str){name, (uint32_t)strlen(name)}), ek_views_text(value)};
	return run_plain(log, EK_LOG_SQL_META_SET, params, err);
}

static bool sql_put_snapshot(struct ek_log *log, const struct ek_log_snapshot *s,
			     struct ek_err *err)
{
	const struct ek_views_value params[] = {number(s->seq),
						ek_views_blob(s->hash, EK_HASH_BYTES),
						ek_views_blob(s->bytes, s->n)};
	return run_plain(log, EK_LOG_SQL_SNAPSHOT_PUT, params, err) &&
	       run_plain(log, EK_LOG_SQL_SNAPSHOT_TRIM, NULL, err);
}

static bool sql_row_start(struct ek_log *log, uint64_t seq, uint64_t *start, struct ek_err *err)
{
	const struct ek_views_value param = number(seq);
	int64_t n[2];
	if (!get_numbers(log, EK_LOG_SQL_ROW_START, &param, n, err))
		return false;
	*start = n[0] == EK_NONE ? seq : (uint64_t)n[0];
	return true;
}

struct visitor {
	ek_log_visit *row;
	ek_log_visit_key *key;
	ek_log_visit_name *name;
	ek_log_visit_snapshot *snapshot;
	void *ctx;
	uint32_t last_id;
	bool any;
	bool stopped;
};

static bool take_row(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	const struct visitor *to = ctx;
	ek_assert(n == 6);
	struct ek_log_row row = {
		.first_seq = (uint64_t)v[0].i,
		.last_seq = (uint64_t)v[1].i,
		.at = {v[2].i},
		.epoch = (uint64_t)v[3].i,
		.body = v[4].p,
		.body_n = v[4].n,
	};
	/* A chain of another length is damage that whoever looks at chains finds: it is all zeros.
	 * */
	(void)copy_hash(&v[5], row.chain);
	return to->row(to->ctx, &row, err);
}

static bool sql_rows(struct ek_log *log, struct ek_log_span span, ek_log_visit *visit, void *ctx,
		     struct ek_err *err)
{
	struct visitor v = {.row = visit, .ctx = ctx};
	const struct ek_views_value params[] = {number(span.from), number(span.to)};
	struct ek_log_sql_run r = {EK_LOG_SQL_ROWS, params, take_row, &v, 0};
	return run_rows(log, &r, err);
}

enum { SAME_START_MAX = 4 }; /* keys of one bucket whose first 8 bytes agree: chance gives none */

struct places {
	uint64_t start;
	int64_t bucket;
	uint64_t seq[SAME_START_MAX];
	uint32_t n;
};

static bool take_places(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)n;
	(void)err;
	struct places *p = ctx;
	const uint8_t *bytes = v[0].p;
	for (uint32_t i = 0; i + EK_LOG_PLACE_BYTES <= v[0].n; i += EK_LOG_PLACE_BYTES) {
		struct ek_log_place place = ek_log_read_place(bytes + i, p->bucket);
		if (place.start == p->start && p->n < SAME_START_MAX)
			p->seq[p->n++] = place.seq;
	}
	return true;
}

static bool find_in_log(struct ek_log *log, struct ek_log_key *key, bool *found, struct ek_err *err)
{
	int64_t range[2];
	if (!get_numbers(log, EK_LOG_SQL_KEY_RANGE, NULL, range, err))
		return false;
	for (int64_t b = range[1]; b != EK_NONE && b >= range[0] && !*found; b--) {
		struct places p = {.start = ek_log_key_start(key->key), .bucket = b};
		const struct ek_views_value params[] = {ek_views_int(b),
							number(p.start % EK_LOG_PARTS)};
		struct ek_log_sql_run r = {EK_LOG_SQL_KEY_FIND, params, take_places, &p, 0};
		if (!run_rows(log, &r, err))
			return false;
		for (uint32_t i = 0; i < p.n && !*found; i++) {
			if (!ek_log_read_key(log, p.seq[i], key, found, err))
				return false;
		}
	}
	return true;
}

struct empty_search {
	struct ek_log_key *key;
	bool found;
};

static bool take_empty(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct empty_search *s = ctx;
	ek_assert(n == 4);
	s->key->actor_kind = (uint8_t)v[1].i;
	s->key->actor_id = (uint32_t)v[2].i;
	s->key->at = (ek_time){v[3].i};
	s->found = true;
	return copy_hash(&v[0], s->key->request) ||
	       ek_fail(err, EK_DAMAGE, "a key's request hash is not 32 bytes");
}

static bool find_empty(struct ek_log *log, struct ek_log_key *key, bool *found, struct ek_err *err)
{
	int64_t range[2];
	if (!get_numbers(log, EK_LOG_SQL_EMPTY_RANGE, NULL, range, err))
		return false;
	struct empty_search s = {key, false};
	for (int64_t b = range[1]; b != EK_NONE && b >= range[0] && !s.found; b--) {
		const struct ek_views_value params[] = {ek_views_int(b),
							ek_views_blob(key->key, EK_HASH_BYTES)};
		struct ek_log_sql_run r = {EK_LOG_SQL_EMPTY_FIND, params, take_empty, &s, 0};
		if (!run_rows(log, &r, err))
			return false;
	}
	*found = s.found;
	return true;
}

static bool sql_find_key(struct ek_log *log, struct ek_log_key *key, bool *found,
			 struct ek_err *err)
{
	return find_in_log(log, key, found, err) && (*found || find_empty(log, key, found, err));
}

static bool take_each_key(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	const struct visitor *to = ctx;
	const uint8_t *bytes = v[0].p;
	(void)n;
	for (uint32_t i = 0; i + EK_LOG_PLACE_BYTES <= v[0].n; i += EK_LOG_PLACE_BYTES) {
		if (!to->key(to->ctx, ek_log_key_start(bytes + i), err))
			return false;
	}
	return true;
}

static bool take_each_empty(void *ctx, const struct ek_views_value *v, uint32_t n,
			    struct ek_err *err)
{
	const struct visitor *to = ctx;
	uint8_t key[EK_HASH_BYTES];
	(void)n;
	if (!copy_hash(&v[0], key))
		return ek_fail(err, EK_DAMAGE, "a key's hash is not 32 bytes");
	return to->key(to->ctx, ek_log_key_start(key), err);
}

struct table_of_keys {
	int range;
	int keys_of;
	ek_log_visit_values *take;
};

static bool each_of(struct ek_log *log, const struct table_of_keys *t, struct visitor *v,
		    struct ek_err *err)
{
	int64_t range[2];
	if (!get_numbers(log, t->range, NULL, range, err))
		return false;
	for (int64_t b = range[0]; b != EK_NONE && b <= range[1]; b++) {
		const struct ek_views_value param = ek_views_int(b);
		struct ek_log_sql_run r = {t->keys_of, &param, t->take, v, 0};
		if (!run_rows(log, &r, err))
			return false;
	}
	return true;
}

static bool sql_each_key(struct ek_log *log, ek_log_visit_key *visit, void *ctx, struct ek_err *err)
{
	static const struct table_of_keys keys = {EK_LOG_SQL_KEY_RANGE, EK_LOG_SQL_KEYS_OF,
						  take_each_key};
	static const struct table_of_keys empties = {EK_LOG_SQL_EMPTY_RANGE, EK_LOG_SQL_EMPTY_OF,
						     take_each_empty};
	struct visitor v = {.key = visit, .ctx = ctx};
	return each_of(log, &keys, &v, err) && each_of(log, &empties, &v, err);
}

static bool sql_view_seq(struct ek_log *log, uint64_t *seq, struct ek_err *err)
{
	int64_t n[2];
	if (!get_numbers(log, EK_LOG_SQL_VIEW_SEQ_GET, NULL, n, err))
		return false;
	*seq = n[0] == EK_NONE ? 0 : (uint64_t)n[0];
	return true;
}

static bool sql_each_value(struct ek_log *log, enum ek_views view, ek_log_visit_values *visit,
			   void *ctx, struct ek_err *err)
{
	struct ek_log_sql_run r = {ek_log_sql_view(view, EK_LOG_SQL_EACH), NULL, visit, ctx, 0};
	return run_rows(log, &r, err);
}

static bool sql_find_name(struct ek_log *log, int64_t kind, ek_str name, uint32_t *id,
			  struct ek_err *err)
{
	const struct ek_views_value params[] = {number((uint64_t)kind), ek_views_text(name)};
	int64_t n[2];
	if (!get_numbers(log, EK_LOG_SQL_NAME_FIND, params, n, err))
		return false;
	*id = n[0] == EK_NONE ? 0 : (uint32_t)n[0];
	return true;
}

static bool take_name(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct visitor *to = ctx;
	ek_assert(n == 2);
	to->any = true;
	to->last_id = (uint32_t)v[0].i;
	return to->name(to->ctx, to->last_id, (ek_str){v[1].p, v[1].n}, err);
}

static bool sql_each_name(struct ek_log *log, int64_t kind, ek_log_visit_name *visit, void *ctx,
			  struct ek_err *err)
{
	struct visitor v = {.name = visit, .ctx = ctx, .any = true};
	while (v.any) {
		v.any = false;
		const struct ek_views_value params[] = {number((uint64_t)kind), number(v.last_id)};
		struct ek_log_sql_run r = {EK_LOG_SQL_NAME_EACH, params, take_name, &v, 0};
		if (!run_rows(log, &r, err))
			return false;
	}
	return true;
}

struct meta {
	char *out;
	int64_t n;
};

static bool take_meta(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)n;
	(void)err;
	struct meta *m = ctx;
	size_t take = v[0].n < EK_LOG_META_MAX - 1 ? v[0].n : EK_LOG_META_MAX - 1;
	if (take > 0)
		memcpy(m->out, v[0].p, take);
	m->out[take] = '\0';
	m->n = v[0].n;
	return true;
}

static bool sql_get_meta(struct ek_log *log, const char *name, char out[EK_LOG_META_MAX],
			 int64_t *n, struct ek_err *err)
{
	const struct ek_views_value param = ek_views_text((ek_str){name, (uint32_t)strlen(name)});
	struct meta m = {out, -1};
	struct ek_log_sql_run r = {EK_LOG_SQL_META_GET, &param, take_meta, &m, 0};
	if (!run_rows(log, &r, err))
		return false;
	*n = m.n;
	return true;
}

static bool take_snapshot(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)err;
	struct visitor *to = ctx;
	ek_assert(n == 3);
	if (to->stopped)
		return true;
	struct ek_log_snapshot s = {.seq = (uint64_t)v[0].i, .bytes = v[2].p, .n = v[2].n};
	(void)copy_hash(&v[1], s.hash);
	to->stopped = !to->snapshot(to->ctx, &s);
	return true;
}

static bool sql_each_snapshot(struct ek_log *log, ek_log_visit_snapshot *visit, void *ctx,
			      struct ek_err *err)
{
	struct visitor v = {.snapshot = visit, .ctx = ctx};
	struct ek_log_sql_run r = {EK_LOG_SQL_SNAPSHOT_EACH, NULL, take_snapshot, &v, 0};
	return run_rows(log, &r, err);
}

struct ek_log_backend ek_log_sql_backend(void)
{
	struct ek_log_backend calls = {
		.refresh = sql_refresh,
		.take_epoch = sql_take_epoch,
		.append = sql_append,
		.erase = sql_erase,
		.clear_views = sql_clear_views,
		.set_view_seq = sql_set_view_seq,
		.expire_keys = sql_expire_keys,
		.set_name = sql_set_name,
		.set_meta = sql_set_meta,
		.put_snapshot = sql_put_snapshot,
		.row_start = sql_row_start,
		.rows = sql_rows,
		.find_key = sql_find_key,
		.each_key = sql_each_key,
		.view_seq = sql_view_seq,
		.each_value = sql_each_value,
		.find_name = sql_find_name,
		.each_name = sql_each_name,
		.get_meta = sql_get_meta,
		.each_snapshot = sql_each_snapshot,
	};
	ek_log_sql_add_content(&calls);
	return calls;
}
