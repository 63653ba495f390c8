/* A file that was driven before: decided once more by an engine of its own, and held against the
 * log. */
#include "cli/drive_state.h"

#include <string.h>

#include "store/body.h"
#include "writer/replay.h"

/* ---- the log's keyed commands */

static bool keep(struct drive_again *a, const struct ek_alloc *alloc,
		 const struct ek_body_reader *r)
{
	if (a->n == a->cap) {
		uint32_t cap = a->cap == 0 ? DRIVE_STRETCH : 2 * a->cap;
		void *v =
			alloc->resize(alloc->ctx, a->v, a->cap * sizeof *a->v, cap * sizeof *a->v);
		if (v == NULL)
			return false;
		a->v = v;
		a->cap = cap;
	}
	a->v[a->n].seq = r->next_seq;
	memcpy(a->v[a->n++].key, r->key.key, EK_HASH_BYTES);
	return true;
}

static bool keep_row(void *ctx, const struct ek_log_row *row, struct ek_err *err)
{
	struct drive *d = ctx;
	struct ek_body_reader r;
	ek_body_open(&r, row->body, row->body_n, (struct ek_codec_base){row->first_seq, row->at});
	for (;;) {
		enum ek_body_step step = ek_body_next(&r);
		if (step == EK_BODY_BAD)
			return ek_fail(err, EK_DAMAGE, "event %llu is not what was written",
				       (unsigned long long)r.seq);
		if (step == EK_BODY_COMMAND && r.has_key && !keep(&d->again, &d->alloc, &r))
			return ek_fail(err, EK_NO_MEMORY, "no memory for the log's keys");
		if (step == EK_BODY_END)
			break;
	}
	d->again.next = row->last_seq + 1;
	return true;
}

/* Whether the command that begins at that seq has that key. Asked in order of seq. */
static bool is_kept(struct drive *d, uint64_t seq, const uint8_t key[EK_HASH_BYTES], bool *is,
		    struct ek_err *err)
{
	struct drive_again *a = &d->again;
	while (seq >= a->next) {
		a->n = 0;
		a->at = 0;
		uint64_t from = a->next;
		if (!ek_log_each(d->o->log, (struct ek_log_span){from, from + DRIVE_STRETCH},
				 keep_row, d, err))
			return false;
		ek_assert(a->next > from);
	}
	while (a->at < a->n && a->v[a->at].seq < seq)
		a->at++;
	*is = a->at < a->n && a->v[a->at].seq == seq &&
	      memcmp(a->v[a->at].key, key, EK_HASH_BYTES) == 0;
	return true;
}

/* ---- beginning */

static bool go_live(struct drive *d, struct ek_err *err)
{
	const struct ek_writer_options options = {
		.log = d->o->log,
		.alloc = d->alloc,
		.quiet_epoch = true,
		.made = ek_drive_note,
		.made_ctx = d,
		.at = EK_NO_TIME,
	};
	if (!ek_writer_open(&options, &d->writer, err))
		return false;
	if (d->again.engine != NULL)
		ek_writer_take_activity(d->writer, d->again.engine);
	for (int p = 1; p < EK_PROMISE_END; p++) {
		uint64_t now = ek_engine_broken(ek_writer_engine(d->writer), p);
		uint64_t before =
			d->again.engine == NULL ? 0 : ek_engine_broken(d->again.engine, p);
		d->broken += before - now; /* what the writer's engine adds is added at the end */
	}
	ek_drive_forget_again(d);
	return true;
}

static bool note_beginning(struct drive *d, ek_str hex, struct ek_err *err)
{
	uint64_t seq = ek_engine_seq(ek_writer_engine(d->writer));
	return seq >= UINT32_MAX ||
	       ek_writer_set_name(d->writer, EK_WRITER_NAME_DRIVE, (uint32_t)seq + 1, hex, err);
}

bool ek_drive_begin(struct drive *d, const uint8_t first[EK_HASH_BYTES], struct ek_err *err)
{
	char text[2 * EK_HASH_BYTES + 1];
	ek_hash_hex(first, text);
	const ek_str hex = {text, 2 * EK_HASH_BYTES};
	uint32_t before = 0;
	if (ek_log_head(d->o->log)->seq > 0 &&
	    !ek_log_find_name(d->o->log, EK_WRITER_NAME_DRIVE, hex, &before, err))
		return false;
	if (before == 0)
		return go_live(d, err) && note_beginning(d, hex, err);
	const struct ek_replay_options options = {
		.alloc = d->alloc, .to = before - 1, .from_snapshot = true};
	d->again.next = before;
	d->noted = before - 1;
	return before == 1 ? ek_engine_open(d->alloc, &d->again.engine, err)
			   : ek_replay_open(d->o->log, &options, &d->again.engine, err);
}

void ek_drive_forget_again(struct drive *d)
{
	ek_engine_close(&d->again.engine);
	ek_alloc_free(&d->alloc, d->again.v, d->again.cap * sizeof *d->again.v);
	ek_alloc_free(&d->alloc, d->again.own, d->again.own_cap * sizeof *d->again.own);
	d->again = (struct drive_again){.engine = NULL};
}

/* ---- going on */

bool ek_drive_is_again(struct drive *d, bool *again, struct ek_err *err)
{
	*again = d->again.engine != NULL;
	if (!*again || ek_engine_seq(d->again.engine) < ek_log_head(d->o->log)->seq)
		return true;
	*again = false;
	return go_live(d, err);
}

static bool other_log(const struct drive *d, uint64_t seq, struct ek_err *err)
{
	return ek_fail(err, EK_CONFLICT,
		       "line %llu: the log goes on otherwise at event %llu: this file was driven "
		       "here before with other lines, or cut and followed by another; drive it "
		       "into a directory of its own",
		       (unsigned long long)d->line_number, (unsigned long long)seq);
}

/* Where that key is among the lines' own, or would be. */
static struct drive_own_key *own_key(struct drive_again *a, const uint8_t key[EK_HASH_BYTES])
{
	uint32_t at = ek_hash_crc(0, key, EK_HASH_BYTES);
	for (;; at++) {
		struct drive_own_key *k = &a->own[at & (a->own_cap - 1)];
		if (!k->used || memcmp(k->key, key, EK_HASH_BYTES) == 0)
			return k;
	}
}

static bool grow_own(struct drive *d, struct ek_err *err)
{
	struct drive_again *a = &d->again;
	if (a->own_cap > 0 && a->own_count < a->own_cap / 4 * 3)
		return true;
	uint32_t old_cap = a->own_cap;
	struct drive_own_key *old = a->own;
	uint32_t cap = old_cap == 0 ? 256 : 2 * old_cap;
	struct drive_own_key *v = ek_alloc_get(&d->alloc, cap * sizeof *v);
	if (v == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for the lines' keys");
	memset(v, 0, cap * sizeof *v);
	a->own = v;
	a->own_cap = cap;
	for (uint32_t i = 0; i < old_cap; i++) {
		if (old[i].used)
			*own_key(a, old[i].key) = old[i];
	}
	ek_alloc_free(&d->alloc, old, old_cap * sizeof *old);
	return true;
}

/* A line that brings its own key may come twice. *known: it did; then *why is the answer. */
static bool look_up(struct drive *d, const struct drive_ask *ask, bool *known, struct ek_err *why,
		    struct ek_err *err)
{
	*known = false;
	if (d->cause.line == NULL || d->cause.line->key.p == NULL)
		return true;
	if (!grow_own(d, err))
		return false;
	const struct drive_own_key *k = own_key(&d->again, ask->key->key);
	*known = k->used;
	if (k->used && memcmp(k->request, ask->key->request, EK_HASH_BYTES) != 0)
		(void)ek_fail(why, EK_KEY_REUSED, "this key was used for another request");
	return true;
}

/* One that was refused is not remembered: it may come again. */
static void remember(struct drive *d, const struct drive_ask *ask)
{
	if (d->cause.line == NULL || d->cause.line->key.p == NULL)
		return;
	struct drive_own_key *k = own_key(&d->again, ask->key->key);
	memcpy(k->key, ask->key->key, EK_HASH_BYTES);
	memcpy(k->request, ask->key->request, EK_HASH_BYTES);
	k->used = true;
	d->again.own_count++;
}

bool ek_drive_repeat(struct drive *d, const struct drive_ask *ask, struct ek_err *why,
		     struct ek_err *err)
{
	struct ek_events events;
	bool known;
	if (!look_up(d, ask, &known, why, err))
		return false;
	if (known)
		return true;
	if (!ek_engine_submit(d->again.engine, ask->cmd, ask->at, &events, why))
		return ek_drive_is_refusal(why) || (*err = *why, false);
	why->code = EK_OK;
	remember(d, ask);
	if (events.n == 0)
		return true;
	bool same;
	if (!is_kept(d, events.v[0].seq, ask->key->key, &same, err))
		return false;
	if (!same)
		return other_log(d, events.v[0].seq, err);
	ek_drive_note(d, &events);
	return true;
}

bool ek_drive_tick(struct drive *d, ek_time due, struct ek_err *err)
{
	bool again;
	if (!ek_drive_is_again(d, &again, err))
		return false;
	if (!again)
		return ek_writer_tick(d->writer, due, err);
	struct ek_events events;
	struct ek_cmd tick = ek_cmd_make(EK_CMD_TICK);
	tick.tick.due = due;
	if (!ek_engine_submit(d->again.engine, &tick, due, &events, err))
		return false;
	ek_drive_note(d, &events);
	return true;
}
