#include "store/reader.h"

#include <stdlib.h>
#include <string.h>

#include "store/reader_backend.h"
#include "sys/clock.h"

bool ek_reader_open(const char *where, struct ek_reader **reader, struct ek_err *err)
{
	*reader = NULL;
	if (strcmp(where, "memory:") == 0)
		return ek_fail(err, EK_NOT_FOUND, "a log in memory is nobody else's to read");
	bool is_postgres = strncmp(where, "postgres", 8) == 0 && strchr(where, ':') != NULL;
	bool ok = is_postgres ? ek_reader_open_postgres(where, reader, err)
			      : ek_reader_open_sqlite(where, reader, err);
	if (ok)
		ek_reader_set_limits(*reader, (ek_span){EK_READER_STATEMENT_MS},
				     (ek_span){EK_READER_TRANSACTION_MS});
	return ok;
}

void ek_reader_close(struct ek_reader **reader)
{
	if (*reader == NULL)
		return;
	ek_reader_end(*reader);
	ek_reader_forget(*reader);
	(*reader)->backend->close(*reader);
	*reader = NULL;
}

enum ek_views_dialect ek_reader_dialect(const struct ek_reader *reader)
{
	return reader->dialect;
}

void ek_reader_set_limits(struct ek_reader *reader, ek_span statement, ek_span transaction)
{
	reader->statement = statement;
	reader->transaction = transaction;
}

/* ---- prepared statements, the least recently used going first */

/* FNV-1a, eight bytes at a time, as statements are long and every question comes here. */
static uint64_t hash_of(const char *sql, size_t n)
{
	uint64_t h = 0xcbf29ce484222325u ^ n;
	for (uint64_t word; n > 0; sql += sizeof word) {
		size_t step = n < sizeof word ? n : sizeof word;
		word = 0;
		memcpy(&word, sql, step);
		h = (h ^ word) * 0x100000001b3u;
		h ^= h >> 32; /* a product carries upwards only */
		n -= step;
		if (step < sizeof word)
			break;
	}
	return h;
}

static void drop(struct ek_reader *r, struct ek_reader_kept *k)
{
	if (k->prepared != NULL)
		r->backend->forget(r, k->prepared);
	free(k->sql);
	*k = (struct ek_reader_kept){0};
}

void ek_reader_forget(struct ek_reader *r)
{
	for (size_t i = 0; i < EK_READER_STATEMENTS; i++)
		drop(r, &r->kept[i]);
}

static struct ek_reader_kept *keep(struct ek_reader *r, const char *sql, struct ek_err *err)
{
	size_t n = strlen(sql);
	uint64_t hash = hash_of(sql, n);
	struct ek_reader_kept *oldest = &r->kept[0];
	for (size_t i = 0; i < EK_READER_STATEMENTS; i++) {
		struct ek_reader_kept *k = &r->kept[i];
		if (k->sql != NULL && k->hash == hash && strcmp(k->sql, sql) == 0)
			return k;
		if (k->used < oldest->used)
			oldest = k;
	}
	char *copy = n < EK_READER_SQL_MAX ? malloc(n + 1) : NULL;
	if (copy == NULL) {
		ek_fail(err, n < EK_READER_SQL_MAX ? EK_NO_MEMORY : EK_LIMIT,
			"no room for a statement of %zu bytes", n);
		return NULL;
	}
	memcpy(copy, sql, n + 1);
	drop(r, oldest);
	oldest->sql = copy;
	oldest->hash = hash;
	return oldest;
}

/* ---- the calls */

bool ek_reader_begin(struct ek_reader *r, struct ek_err *err)
{
	ek_assert(!r->in_transaction);
	r->began_ns = ek_clock_mono_ns();
	r->in_transaction = r->backend->begin(r, err);
	return r->in_transaction;
}

void ek_reader_end(struct ek_reader *r)
{
	if (!r->in_transaction)
		return;
	r->in_transaction = false;
	r->backend->end(r);
}

static uint64_t after(uint64_t ns, ek_span span)
{
	return ns + (uint64_t)span.ms * 1000000u;
}

static bool check(struct ek_reader *r, const struct ek_reader_question *q, struct ek_err *err)
{
	if (q->n > EK_READER_ARGS_MAX)
		return ek_fail(err, EK_LIMIT, "a question has more than %d values",
			       (int)EK_READER_ARGS_MAX);
	for (uint32_t i = 0; i < q->n; i++) {
		const struct ek_views_value *v = &q->args[i];
		if (v->kind == EK_VIEWS_TEXT && v->n > 0 && memchr(v->p, '\0', v->n) != NULL)
			return ek_fail(err, EK_INVALID_VALUE, "a text holds U+0000");
	}
	uint64_t now = ek_clock_mono_ns();
	r->deadline_ns = after(now, r->statement);
	if (!r->in_transaction)
		return true;
	uint64_t end = after(r->began_ns, r->transaction);
	r->deadline_ns = end < r->deadline_ns ? end : r->deadline_ns;
	return now < end || ek_fail(err, EK_BUSY, "this reading took more than %lld ms",
				    (long long)r->transaction.ms);
}

bool ek_reader_each(struct ek_reader *r, const struct ek_reader_question *question,
		    ek_log_visit_values *visit, void *ctx, struct ek_err *err)
{
	const struct ek_reader_ask ask = {question, visit, ctx};
	if (!check(r, question, err))
		return false;
	struct ek_reader_kept *k = keep(r, question->sql, err);
	if (k == NULL)
		return false;
	k->used = ++r->asked;
	bool ok = r->backend->run(r, &k->prepared, &ask, err);
	if (k->prepared == NULL)
		drop(r, k); /* could not be prepared */
	return ok;
}

static bool take_seq(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)n;
	(void)err;
	*(uint64_t *)ctx = v[0].kind == EK_VIEWS_INT ? (uint64_t)v[0].i : 0;
	return true;
}

bool ek_reader_seq(struct ek_reader *r, uint64_t *seq, struct ek_err *err)
{
	const struct ek_reader_question q = {"SELECT seq FROM view_state", NULL, 0};
	*seq = 0;
	return ek_reader_each(r, &q, take_seq, seq, err);
}
