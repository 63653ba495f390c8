#include "store/verify.h"

#include <string.h>

#include "store/body.h"

enum { EVENT_MEMORY = 256 * 1024 * 1024 };

struct walk {
	struct ek_verify_report *report;
	struct ek_alloc alloc;
	struct ek_arena arena;
	struct ek_hash *hash;
	uint8_t *again; /* an event encoded again */
	size_t again_cap;
	uint64_t next_seq;
	ek_time at;
	uint64_t epoch;
};

/* Notes the first finding and ends the walk: err stays untouched, which is how the caller knows. */
static bool find(struct walk *w, uint64_t seq, const char *what)
{
	struct ek_verify_report *r = w->report;
	r->ok = false;
	r->first_bad_seq = seq;
	ek_format(r->sentence, sizeof r->sentence, "event %llu: %s", (unsigned long long)seq, what);
	return false;
}

static bool same_again(struct walk *w, const struct ek_event *e, const struct ek_codec_bytes *in,
		       struct ek_err *err)
{
	if (in->n > w->again_cap) {
		uint8_t *p = w->alloc.resize(w->alloc.ctx, w->again, w->again_cap, 2 * in->n);
		if (p == NULL)
			return ek_fail(err, EK_NO_MEMORY, "no memory to check an event");
		w->again = p;
		w->again_cap = 2 * in->n;
	}
	return (ek_codec_write(e, in->base, w->again, w->again_cap) == in->n &&
		memcmp(w->again, in->p, in->n) == 0) ||
	       find(w, e->seq, "does not encode to the bytes that are stored");
}

static bool check_event(struct walk *w, const struct ek_body_reader *b,
			const struct ek_log_row *row, struct ek_err *err)
{
	struct ek_event e;
	struct ek_err why;
	ek_arena_reset(&w->arena);
	if (!ek_codec_read(&b->event, &w->arena, &e, NULL, &why)) {
		if (why.code == EK_DAMAGE)
			return find(w, b->seq, why.msg);
		*err = why;
		return false;
	}
	if (!same_again(w, &e, &b->event, err))
		return false;
	if (e.at.ms < w->at.ms)
		return find(w, e.seq, "is earlier than the event before it");
	if (e.kind == EK_EVENT_EPOCH_OPENED && e.epoch_opened.epoch != (int64_t)row->epoch)
		return find(w, e.seq, "opens another epoch than its row's");
	w->at = e.at;
	return true;
}

/* deep: what the events say; else only whether their bytes are those that were written. */
static bool check_body(struct walk *w, const struct ek_log_row *row, bool deep, struct ek_err *err)
{
	struct ek_body_reader b;
	ek_body_open(&b, row->body, row->body_n, (struct ek_codec_base){row->first_seq, row->at});
	for (;;) {
		switch (ek_body_next(&b)) {
		case EK_BODY_END:
			return b.next_seq == row->last_seq + 1 ||
			       find(w, row->first_seq, "its row holds another number of events");
		case EK_BODY_BAD:
			return find(w, b.seq, "its bytes are not what was written");
		case EK_BODY_COMMAND:
			break;
		case EK_BODY_EVENT:
			if (deep && !check_event(w, &b, row, err))
				return false;
			break;
		}
	}
}

/* From the finest to the coarsest: checksums name the event, the chain only the row; what the
 * events say is looked at when their bytes are known to be good. */
static bool check_row(void *ctx, const struct ek_log_row *row, struct ek_err *err)
{
	struct walk *w = ctx;
	struct ek_verify_report *r = w->report;
	uint8_t chain[EK_HASH_BYTES];
	if (row->first_seq != w->next_seq || row->last_seq < row->first_seq)
		return find(w, w->next_seq, "is missing, or its row says another seq");
	if (!check_body(w, row, false, err))
		return false;
	ek_log_chain(w->hash, r->chain, row, chain);
	if (memcmp(chain, row->chain, EK_HASH_BYTES) != 0)
		return find(w, row->first_seq, "the chain of its row does not hold");
	if (row->epoch < w->epoch)
		return find(w, row->first_seq, "is of an earlier epoch than the event before it");
	if (!check_body(w, row, true, err))
		return false;
	memcpy(r->chain, chain, EK_HASH_BYTES);
	r->rows++;
	r->events += row->last_seq - row->first_seq + 1;
	r->last_seq = row->last_seq;
	w->next_seq = row->last_seq + 1;
	w->epoch = row->epoch;
	return true;
}

static bool check_snapshot(void *ctx, const struct ek_log_snapshot *s)
{
	struct ek_verify_report *r = ctx;
	uint8_t hash[EK_HASH_BYTES];
	ek_hash_once(s->bytes, s->n, hash);
	if (memcmp(hash, s->hash, EK_HASH_BYTES) == 0 && s->seq <= r->last_seq)
		r->snapshots++;
	else
		r->bad_snapshots++;
	return true;
}

static bool check_end(struct walk *w, const struct ek_log_head *head)
{
	if (w->next_seq <= head->seq)
		return find(w, w->next_seq, "is missing");
	return true;
}

bool ek_verify_log(struct ek_log *log, struct ek_alloc alloc, struct ek_verify_report *report,
		   struct ek_err *err)
{
	*report = (struct ek_verify_report){.ok = true};
	struct walk w = {.report = report, .alloc = alloc, .next_seq = 1, .at = {INT64_MIN}};
	const struct ek_log_head head = *ek_log_head(log);
	if (!ek_hash_open(&w.hash, err))
		return false;
	ek_arena_init(&w.arena, alloc, EVENT_MEMORY);
	bool walked = ek_log_each(log, (struct ek_log_span){1, head.seq == 0 ? 1 : head.seq},
				  check_row, &w, err);
	bool ok = (walked && check_end(&w, &head)) || !report->ok;
	ek_arena_fini(&w.arena);
	ek_alloc_free(&alloc, w.again, w.again_cap);
	ek_hash_close(&w.hash);
	if (!ok || !report->ok)
		return ok;
	if (!ek_log_each_snapshot(log, check_snapshot, report, err))
		return false;
	ek_format(report->sentence, sizeof report->sentence, "%llu events in %llu commits are well",
		  (unsigned long long)report->events, (unsigned long long)report->rows);
	return true;
}
