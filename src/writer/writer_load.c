/* From the log to a writer that stands where it ends: at open, and again after a failed commit. */
#include "writer/writer_state.h"

#include <string.h>

#include "writer/replay.h"

enum { EVENT_MEMORY = 256 * 1024 * 1024 };

void ek_writer_unload(struct ek_writer *w)
{
	ek_engine_close(&w->engine);
	ek_body_reset(&w->body, 0, EK_NO_TIME);
	ek_fold_clear(w->fold);
	ek_keys_clear(&w->keys);
	ek_arena_reset(&w->turn);
	w->lag_ns = 0;
	w->keys_on_disk = 0;
	w->empties = 0;
	w->name_count = 0;
	ek_writer_forget_content(w);
	w->spoiled = false;
	w->opened_epoch = w->opened_on_disk;
}

static bool note(void *ctx, const struct ek_body_reader *at, const struct ek_event *event,
		 struct ek_err *err)
{
	struct ek_writer *w = ctx;
	if (event != NULL)
		return ek_fold_note(w->fold, event, err);
	/* Its time is not in the key: that of the row is near enough for a memory of days. */
	struct ek_log_key k = {
		.actor_kind = at->key.by.kind,
		.actor_id = at->key.by.id,
		.first_seq = at->seq,
		.last_seq = at->seq + at->count - 1,
		.at = at->event.base.at,
	};
	memcpy(k.key, at->key.key, EK_HASH_BYTES);
	memcpy(k.request, at->key.request, EK_HASH_BYTES);
	return ek_keys_find(&w->keys, k.key) != NULL || ek_keys_add(&w->keys, &k, err);
}

/* One transaction that only folds. */
static bool fold_now(struct ek_writer *w, uint64_t seq, struct ek_err *err)
{
	if (!ek_log_begin(w->log, err))
		return false;
	if (!ek_writer_put_views(w, seq, err) || !ek_log_commit(w->log, err)) {
		ek_log_rollback(w->log);
		return false;
	}
	ek_writer_note_folded(w, seq);
	return true;
}

/* Replays what engine or views lack, folding whenever as much lags as may. A full disk puts the
 * folding off: the tables in memory then grow beyond their bound until there is space. */
static bool catch_up(struct ek_writer *w, struct ek_replay *r, struct ek_err *err)
{
	uint64_t head = ek_log_head(w->log)->seq;
	uint64_t at = ek_engine_seq(w->engine);
	if (at < w->view_seq && !ek_replay_run(r, at + 1, w->view_seq, err))
		return false;
	r->note = note;
	/* Here the engine is at the views or, from a newer snapshot, beyond them; never behind. */
	for (uint64_t from = w->view_seq + 1; from <= head;) {
		uint64_t to = head - from < w->options.fold_events
				      ? head
				      : from + w->options.fold_events - 1;
		if (!ek_replay_run(r, from, to, err))
			return false;
		w->keys_on_disk = w->keys.n;
		if (!fold_now(w, to, err) && err->code != EK_READ_ONLY)
			return false;
		from = to + 1;
	}
	return true;
}

static bool remember(void *ctx, uint64_t key_start, struct ek_err *err)
{
	return ek_keys_add_stored(ctx, key_start, err);
}

static bool start_rebuild(struct ek_writer *w, struct ek_err *err)
{
	if (!ek_log_begin(w->log, err))
		return false;
	if (ek_log_clear_views(w->log, err) && ek_log_commit(w->log, err)) {
		w->options.rebuild = false;
		return true;
	}
	ek_log_rollback(w->log);
	return false;
}

bool ek_writer_load(struct ek_writer *w, struct ek_err *err)
{
	bool from_snapshot = !w->options.rebuild;
	if (w->options.rebuild && !start_rebuild(w, err))
		return false;
	if (!ek_log_view_seq(w->log, &w->view_seq, err))
		return false;
	if (w->view_seq > ek_log_head(w->log)->seq)
		return ek_fail(err, EK_DAMAGE, "the views are folded to %llu, beyond the log",
			       (unsigned long long)w->view_seq);
	const struct ek_replay_options o = {w->options.alloc, 0, from_snapshot};
	if (!ek_replay_load(w->log, &o, &w->engine, err))
		return false;
	w->snapshot_seq = ek_engine_seq(w->engine);
	if (w->keys.level_count == 0 && !ek_log_each_key(w->log, remember, &w->keys, err))
		return false;
	struct ek_replay r = {.log = w->log, .engine = w->engine, .ctx = w};
	ek_arena_init(&r.arena, w->options.alloc, EVENT_MEMORY);
	bool ok = catch_up(w, &r, err);
	ek_arena_fini(&r.arena);
	ek_engine_forget_seen(w->engine);
	return ok;
}
