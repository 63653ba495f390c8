/* What is pending made durable: while its owner waits, or behind its back. */
#include "writer/writer_state.h"

#include "sys/clock.h"

bool ek_writer_is_pending(const struct ek_writer *w)
{
	return w->body.events > 0 || w->empties > 0 || w->name_count > 0 || w->first_row != NULL ||
	       w->spoiled;
}

static bool must_fold(const struct ek_writer *w, bool more)
{
	uint32_t lag = ek_fold_count(w->fold) > w->keys.n ? ek_fold_count(w->fold) : w->keys.n;
	if (lag == 0)
		return false;
	return !more || lag >= w->options.fold_events ||
	       (w->lag_ns != 0 && ek_clock_mono_ns() - w->lag_ns >= EK_WRITER_FOLD_MS * 1000000ull);
}

static bool append(struct ek_writer *w, struct ek_err *err)
{
	if (w->body.events == 0)
		return true;
	const struct ek_log_row row = {
		.first_seq = w->body_first,
		.last_seq = w->body_first + w->body.events - 1,
		.at = w->body_at,
		.epoch = w->epoch,
		.body = w->body.p,
		.body_n = w->body.n,
	};
	w->counts.body_bytes += row.body_n;
	return ek_log_append(w->log, &row, err);
}

static bool put_names(struct ek_writer *w, struct ek_err *err)
{
	for (uint32_t i = 0; i < w->name_count; i++) {
		const struct ek_writer_pending_name *n = &w->names[i];
		if (!ek_log_set_name(w->log, n->kind, n->id, n->name, err))
			return false;
	}
	return true;
}

/* All that is pending into a transaction, which is left open. */
static bool fill(struct ek_writer *w, bool fold, struct ek_err *err)
{
	if (!ek_log_begin(w->log, err))
		return false;
	bool ok = append(w, err) && put_names(w, err) && ek_writer_put_content(w, err) &&
		  ek_writer_put_empties(w, err) &&
		  (!fold || ek_writer_put_views(w, ek_engine_seq(w->engine), err));
	if (!ok)
		ek_log_rollback(w->log);
	return ok;
}

static bool transact(struct ek_writer *w, bool fold, struct ek_err *err)
{
	if (!fill(w, fold, err))
		return false;
	bool ok = ek_log_commit(w->log, err);
	if (!ok)
		ek_log_rollback(w->log);
	return ok;
}

/* The transaction has it: nothing is pending. */
static void turn_over(struct ek_writer *w)
{
	ek_body_reset(&w->body, ek_engine_seq(w->engine) + 1, w->body_at);
	ek_arena_reset(&w->turn);
	w->name_count = 0;
	ek_writer_forget_content(w);
	w->empties = 0;
	w->keys_on_disk = w->keys.n;
	if (w->lag_ns == 0)
		w->lag_ns = ek_clock_mono_ns();
}

/* After a failure that is known to have written nothing: stand again where the disk stands. */
static void load_again(struct ek_writer *w)
{
	struct ek_engine *old = w->engine;
	w->engine = NULL;
	ek_writer_unload(w);
	w->dead = !ek_writer_load(w, &w->why);
	if (!w->dead) /* who was heard since is not in the log */
		ek_engine_take_seen(w->engine, old);
	ek_engine_close(&old);
}

static bool fail_commit(struct ek_writer *w, const struct ek_err *err)
{
	w->losses++;
	w->why = *err;
	if (ek_log_is_latched(w->log) || err->code == EK_FENCED)
		w->dead = true;
	else
		load_again(w);
	return false;
}

bool ek_writer_commit(struct ek_writer *w, bool more, struct ek_err *err)
{
	ek_assert(w->flight == EK_WRITER_GROUNDED);
	if (w->spoiled || w->dead) {
		*err = w->why;
		w->losses++;
		if (!w->dead)
			load_again(w);
		return false;
	}
	bool pending = ek_writer_is_pending(w);
	bool fold = must_fold(w, more);
	if (!pending && !fold)
		return true;
	if (!transact(w, fold, err))
		return fail_commit(w, err);
	uint64_t seq = ek_engine_seq(w->engine);
	turn_over(w);
	w->opened_on_disk = w->opened_epoch;
	w->counts.commits++;
	if (fold)
		ek_writer_note_folded(w, seq);
	if (seq - w->snapshot_seq < w->options.snapshot_events)
		return true;
	/* The commit stands whatever becomes of the snapshot; a log that then latches says so next.
	 * */
	struct ek_err ignored;
	if (!ek_writer_snapshot(w, &ignored))
		w->snapshot_seq = seq; /* tried again after as many events */
	return true;
}

/* ---- behind its owner's back */

/* What goes beyond one transaction is done while the owner waits. */
static bool may_fly(struct ek_writer *w)
{
	struct ek_err no_thread;
	return !w->spoiled && !w->dead && ek_writer_is_pending(w) && !must_fold(w, true) &&
	       w->opened_on_disk == w->opened_epoch &&
	       ek_engine_seq(w->engine) - w->snapshot_seq < w->options.snapshot_events &&
	       (w->committer != NULL ||
		ek_committer_open(w->options.alloc, w->log, &w->committer, &no_thread));
}

bool ek_writer_send(struct ek_writer *w, struct ek_err *err)
{
	ek_assert(w->flight == EK_WRITER_GROUNDED);
	if (!may_fly(w))
		return ek_writer_commit(w, true, err);
	if (!fill(w, false, err))
		return fail_commit(w, err);
	turn_over(w);
	ek_committer_start(w->committer);
	w->flight = EK_WRITER_FLYING;
	return true;
}

bool ek_writer_has_landed(const struct ek_writer *w)
{
	return w->flight != EK_WRITER_FLYING || ek_committer_is_done(w->committer);
}

void ek_writer_await(struct ek_writer *w)
{
	struct ek_err err;
	if (w->flight != EK_WRITER_FLYING)
		return;
	w->flight = EK_WRITER_LANDED;
	if (ek_committer_finish(w->committer, &err))
		return;
	ek_log_rollback(w->log);
	w->flight = EK_WRITER_LOST;
	(void)ek_writer_spoil(w, &err);
}

bool ek_writer_land(struct ek_writer *w, struct ek_err *err)
{
	ek_writer_await(w);
	enum ek_writer_flight was = w->flight;
	w->flight = EK_WRITER_GROUNDED;
	w->counts.commits += was == EK_WRITER_LANDED;
	if (was != EK_WRITER_LOST)
		return true;
	*err = w->why;
	return fail_commit(w, err);
}

bool ek_writer_idle(struct ek_writer *w, struct ek_err *err)
{
	return ek_writer_commit(w, false, err) && ek_log_tidy(w->log, err);
}
