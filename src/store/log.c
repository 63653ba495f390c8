#include "store/log.h"

#include <string.h>

#include "store/body.h"
#include "store/log_backend.h"

enum { VERSION_MAX = 1000000 };

static bool is_latched(const struct ek_log *log, struct ek_err *err)
{
	if (!log->latched)
		return false;
	ek_fail(err, EK_OUTCOME_UNKNOWN,
		"a commit's outcome is unknown; the log must be opened anew by a new process");
	return true;
}

bool ek_log_note(struct ek_log *log, bool ok, const struct ek_err *err)
{
	if (!ok && err->code == EK_OUTCOME_UNKNOWN)
		log->latched = true;
	return ok;
}

bool ek_log_open(const struct ek_log_options *options, struct ek_log **log, struct ek_err *err)
{
	*log = NULL;
	const char *where = options->where;
	bool (*open)(const struct ek_log_options *, struct ek_log **, struct ek_err *) =
		ek_log_open_sqlite;
	if (strcmp(where, "memory:") == 0)
		open = ek_log_open_memory;
	else if (strncmp(where, "postgres", 8) == 0 && strchr(where, ':') != NULL)
		open = ek_log_open_postgres;
	struct ek_log *l = NULL;
	if (!open(options, &l, err))
		return false;
	l->mode = options->mode;
	l->next = l->head;
	if (!ek_hash_open(&l->hash, err)) {
		ek_log_close(&l);
		return false;
	}
	*log = l;
	return true;
}

bool ek_log_stop(struct ek_log *log, struct ek_err *err)
{
	if (is_latched(log, err))
		return false;
	ek_assert(!log->in_transaction);
	return log->mode == EK_LOG_READ || ek_log_note(log, log->backend->stop(log, err), err);
}

void ek_log_close(struct ek_log **log)
{
	if (*log == NULL)
		return;
	struct ek_hash *hash = (*log)->hash;
	(*log)->backend->close(*log);
	ek_hash_close(&hash);
	*log = NULL;
}

const struct ek_log_head *ek_log_head(const struct ek_log *log)
{
	return &log->head;
}

bool ek_log_refresh(struct ek_log *log, struct ek_err *err)
{
	ek_assert(!log->in_transaction);
	bool ok = log->backend->refresh(log, err);
	log->next = log->head;
	return ok;
}

bool ek_log_is_latched(const struct ek_log *log)
{
	return log->latched;
}

bool ek_log_has_views(const struct ek_log *log)
{
	return log->has_views;
}

struct ek_log_counts ek_log_counts(const struct ek_log *log)
{
	return log->counts;
}

bool ek_log_check_writable(struct ek_log *log, struct ek_err *err)
{
	if (is_latched(log, err))
		return false;
	if (log->mode == EK_LOG_READ)
		return ek_fail(err, EK_READ_ONLY, "the log was opened to be read");
	return log->backend->check_writable(log, err);
}

bool ek_log_tidy(struct ek_log *log, struct ek_err *err)
{
	ek_assert(!log->in_transaction);
	if (is_latched(log, err))
		return false;
	return log->mode == EK_LOG_READ || ek_log_note(log, log->backend->tidy(log, err), err);
}

bool ek_log_take_epoch(struct ek_log *log, uint64_t *epoch, struct ek_err *err)
{
	ek_assert(!log->in_transaction);
	return ek_log_check_writable(log, err) &&
	       ek_log_note(log, log->backend->take_epoch(log, epoch, err), err);
}

bool ek_log_begin(struct ek_log *log, struct ek_err *err)
{
	ek_assert(!log->in_transaction);
	if (!ek_log_check_writable(log, err))
		return false;
	log->next = log->head;
	log->in_transaction = ek_log_note(log, log->backend->begin(log, err), err);
	return log->in_transaction;
}

static void put_u64(uint8_t *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

void ek_log_chain(struct ek_hash *hash, const uint8_t before[EK_HASH_BYTES],
		  const struct ek_log_row *row, uint8_t out[EK_HASH_BYTES])
{
	uint8_t head[EK_HASH_BYTES + 32];
	memcpy(head, before, EK_HASH_BYTES);
	put_u64(head + EK_HASH_BYTES, row->first_seq);
	put_u64(head + EK_HASH_BYTES + 8, row->last_seq);
	put_u64(head + EK_HASH_BYTES + 16, (uint64_t)row->at.ms);
	put_u64(head + EK_HASH_BYTES + 24, row->epoch);
	ek_hash_begin(hash);
	ek_hash_add(hash, head, sizeof head);
	ek_hash_add(hash, row->body, row->body_n);
	ek_hash_end(hash, out);
}

bool ek_log_append(struct ek_log *log, const struct ek_log_row *row, struct ek_err *err)
{
	ek_assert(log->in_transaction);
	ek_assert(row->last_seq >= row->first_seq);
	if (row->first_seq != log->next.seq + 1)
		return ek_fail(err, EK_CONFLICT, "the log ends at %llu, not before %llu",
			       (unsigned long long)log->next.seq,
			       (unsigned long long)row->first_seq);
	struct ek_log_row full = *row;
	ek_log_chain(log->hash, log->next.chain, row, full.chain);
	if (!ek_log_note(log, log->backend->append(log, &full, err), err))
		return false;
	log->next = (struct ek_log_head){row->last_seq, row->first_seq, row->at, row->epoch, {0}};
	memcpy(log->next.chain, full.chain, EK_HASH_BYTES);
	log->counts.rows++;
	return true;
}

bool ek_log_put(struct ek_log *log, enum ek_views view, const struct ek_views_value *values,
		uint32_t rows, struct ek_err *err)
{
	ek_assert(log->in_transaction);
	log->counts.view_rows += rows;
	return rows == 0 || ek_log_note(log, log->backend->put(log, view, values, rows, err), err);
}

bool ek_log_erase(struct ek_log *log, enum ek_views view, uint32_t column, int64_t value,
		  struct ek_err *err)
{
	ek_assert(log->in_transaction && column < ek_views_table(view)->key_count);
	return ek_log_note(log, log->backend->erase(log, view, column, value, err), err);
}

bool ek_log_clear_views(struct ek_log *log, struct ek_err *err)
{
	ek_assert(log->in_transaction);
	return ek_log_note(log, log->backend->clear_views(log, err), err);
}

bool ek_log_set_view_seq(struct ek_log *log, uint64_t seq, struct ek_err *err)
{
	ek_assert(log->in_transaction);
	return ek_log_note(log, log->backend->set_view_seq(log, seq, err), err);
}

bool ek_log_expire_keys(struct ek_log *log, ek_time before, struct ek_err *err)
{
	ek_assert(log->in_transaction);
	return ek_log_note(log, log->backend->expire_keys(log, before, err), err);
}

bool ek_log_set_name(struct ek_log *log, int64_t kind, uint32_t id, ek_str name, struct ek_err *err)
{
	ek_assert(log->in_transaction);
	return ek_log_note(log, log->backend->set_name(log, kind, id, name, err), err);
}

bool ek_log_set_meta(struct ek_log *log, const char *name, ek_str value, struct ek_err *err)
{
	ek_assert(log->in_transaction);
	return ek_log_note(log, log->backend->set_meta(log, name, value, err), err);
}

bool ek_log_put_snapshot(struct ek_log *log, uint64_t seq, const uint8_t hash[EK_HASH_BYTES],
			 ek_str bytes, struct ek_err *err)
{
	ek_assert(log->in_transaction);
	struct ek_log_snapshot s = {seq, {0}, (const uint8_t *)bytes.p, bytes.n};
	memcpy(s.hash, hash, EK_HASH_BYTES);
	return ek_log_note(log, log->backend->put_snapshot(log, &s, err), err);
}

bool ek_log_commit(struct ek_log *log, struct ek_err *err)
{
	ek_assert(log->in_transaction);
	if (is_latched(log, err))
		return false;
	if (!ek_log_note(log, log->backend->commit(log, err), err))
		return false;
	log->in_transaction = false;
	log->head = log->next;
	log->counts.commits++;
	return true;
}

void ek_log_rollback(struct ek_log *log)
{
	if (!log->in_transaction)
		return;
	log->in_transaction = false;
	log->next = log->head;
	/* With an unknown outcome nothing more is sent: not even an undoing. */
	if (!log->latched)
		log->backend->rollback(log);
}

struct each {
	ek_log_visit *visit;
	void *ctx;
	uint64_t from;
	uint64_t next;
	bool any;
};

static bool each_row(void *ctx, const struct ek_log_row *row, struct ek_err *err)
{
	struct each *e = ctx;
	e->any = true;
	e->next = row->first_seq + 1;
	return row->last_seq < e->from || e->visit(e->ctx, row, err);
}

bool ek_log_each(struct ek_log *log, struct ek_log_span span, ek_log_visit *visit, void *ctx,
		 struct ek_err *err)
{
	struct each e = {visit, ctx, span.from == 0 ? 1 : span.from, 0, true};
	uint64_t end = span.to == 0 || span.to > INT64_MAX ? INT64_MAX : span.to;
	if (!log->backend->row_start(log, e.from, &e.next, err))
		return false;
	while (e.any && e.next <= end) {
		e.any = false;
		const struct ek_log_span rest = {e.next, end};
		if (!log->backend->rows(log, rest, each_row, &e, err))
			return false;
	}
	return true;
}

uint64_t ek_log_key_start(const uint8_t *key)
{
	uint64_t v = 0;
	for (int i = 0; i < 8; i++)
		v |= (uint64_t)key[i] << (8 * i);
	return v;
}

void ek_log_write_place(struct ek_log_place place, uint8_t out[EK_LOG_PLACE_BYTES])
{
	put_u64(out, place.start);
	out[8] = (uint8_t)place.seq;
	out[9] = (uint8_t)(place.seq >> 8);
}

struct ek_log_place ek_log_read_place(const uint8_t bytes[EK_LOG_PLACE_BYTES], int64_t bucket)
{
	uint64_t low = (uint64_t)bytes[8] | (uint64_t)bytes[9] << 8;
	return (struct ek_log_place){ek_log_key_start(bytes),
				     (uint64_t)bucket << EK_LOG_KEY_SHIFT | low};
}

struct key_search {
	uint64_t seq;
	struct ek_log_key *key;
	bool found;
};

static bool search_row(void *ctx, const struct ek_log_row *row, struct ek_err *err)
{
	struct key_search *s = ctx;
	struct ek_body_reader b;
	ek_body_open(&b, row->body, row->body_n, (struct ek_codec_base){row->first_seq, row->at});
	enum ek_body_step step = ek_body_next(&b);
	while (step != EK_BODY_END && !(step == EK_BODY_COMMAND && b.seq >= s->seq)) {
		if (step == EK_BODY_BAD)
			return ek_fail(err, EK_DAMAGE, "event %llu is not what was written",
				       (unsigned long long)b.seq);
		step = ek_body_next(&b);
	}
	if (step == EK_BODY_END || b.seq != s->seq || !b.has_key ||
	    memcmp(b.key.key, s->key->key, EK_HASH_BYTES) != 0)
		return true;
	s->key->actor_kind = b.key.by.kind;
	s->key->actor_id = b.key.by.id;
	s->key->first_seq = b.seq;
	s->key->last_seq = b.seq + b.count - 1;
	s->key->at = row->at;
	memcpy(s->key->request, b.key.request, EK_HASH_BYTES);
	s->found = true;
	return true;
}

bool ek_log_read_key(struct ek_log *log, uint64_t seq, struct ek_log_key *key, bool *found,
		     struct ek_err *err)
{
	struct key_search s = {seq, key, false};
	uint64_t start;
	if (!log->backend->row_start(log, seq, &start, err) ||
	    !log->backend->rows(log, (struct ek_log_span){start, start}, search_row, &s, err))
		return false;
	*found = s.found;
	return true;
}

bool ek_log_find_key(struct ek_log *log, const uint8_t key[EK_HASH_BYTES], struct ek_log_key *out,
		     bool *found, struct ek_err *err)
{
	*found = false;
	*out = (struct ek_log_key){.first_seq = 0};
	memcpy(out->key, key, EK_HASH_BYTES);
	return log->backend->find_key(log, out, found, err);
}

bool ek_log_each_key(struct ek_log *log, ek_log_visit_key *visit, void *ctx, struct ek_err *err)
{
	return log->backend->each_key(log, visit, ctx, err);
}

bool ek_log_view_seq(struct ek_log *log, uint64_t *seq, struct ek_err *err)
{
	return log->backend->view_seq(log, seq, err);
}

bool ek_log_each_value(struct ek_log *log, enum ek_views view, ek_log_visit_values *visit,
		       void *ctx, struct ek_err *err)
{
	return log->backend->each_value(log, view, visit, ctx, err);
}

bool ek_log_find_name(struct ek_log *log, int64_t kind, ek_str name, uint32_t *id,
		      struct ek_err *err)
{
	*id = 0;
	return log->backend->find_name(log, kind, name, id, err);
}

bool ek_log_each_name(struct ek_log *log, int64_t kind, ek_log_visit_name *visit, void *ctx,
		      struct ek_err *err)
{
	return log->backend->each_name(log, kind, visit, ctx, err);
}

bool ek_log_get_meta(struct ek_log *log, const char *name, char out[EK_LOG_META_MAX], int64_t *n,
		     struct ek_err *err)
{
	*n = -1;
	return log->backend->get_meta(log, name, out, n, err);
}

bool ek_log_version(struct ek_log *log, const char *name, int64_t *version, struct ek_err *err)
{
	char text[EK_LOG_META_MAX];
	int64_t n;
	*version = 0;
	if (!ek_log_get_meta(log, name, text, &n, err))
		return false;
	for (const char *p = text; n > 0 && *p >= '0' && *p <= '9'; p++)
		*version = *version < VERSION_MAX ? *version * 10 + (*p - '0') : *version;
	return true;
}

bool ek_log_each_snapshot(struct ek_log *log, ek_log_visit_snapshot *visit, void *ctx,
			  struct ek_err *err)
{
	return log->backend->each_snapshot(log, visit, ctx, err);
}
