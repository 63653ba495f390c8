#include "writer/writer.h"

#include <string.h>

#include "model/limits.h"
#include "sys/clock.h"
#include "writer/replay.h"
#include "writer/writer_state.h"

enum {
	TURN_MEMORY = 64 * 1024 * 1024,
	TICKS_MAX = 1000000, /* at one time: more is a timer that never ends */
};

/* ---- open, stop, close */

static bool open_parts(struct ek_writer *w, struct ek_err *err)
{
	w->log = w->options.log;
	if (w->options.fold_events == 0)
		w->options.fold_events = EK_WRITER_FOLD_EVENTS;
	if (w->options.snapshot_events == 0)
		w->options.snapshot_events = EK_WRITER_SNAPSHOT_EVENTS;
	w->expired_at = EK_NO_TIME;
	w->deaf_since = EK_NO_TIME;
	ek_body_init(&w->body, w->options.alloc);
	ek_keys_init(&w->keys, w->options.alloc);
	ek_arena_init(&w->turn, w->options.alloc, TURN_MEMORY);
	return ek_fold_open(w->options.alloc, &w->fold, err);
}

/* The log's own epoch row is committed here: replication is in order, so that when this is
 * confirmed all before it is, and what is read may be answered to a retry (promises, "Rules learnt"
 * 7). */
static bool take_epoch(struct ek_writer *w, struct ek_err *err)
{
	if (w->has_epoch)
		return true;
	w->has_epoch = ek_log_take_epoch(w->log, &w->epoch, err);
	return w->has_epoch;
}

static bool open_epoch(struct ek_writer *w, ek_time at, struct ek_err *err);

bool ek_writer_open(const struct ek_writer_options *options, struct ek_writer **out,
		    struct ek_err *err)
{
	*out = NULL;
	struct ek_alloc alloc = options->alloc;
	struct ek_writer *w = ek_alloc_get(&alloc, sizeof *w);
	if (w == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a writer");
	*w = (struct ek_writer){.options = *options};
	bool ok = open_parts(w, err) && (take_epoch(w, err) || err->code == EK_READ_ONLY) &&
		  ek_writer_load(w, err);
	if (ok && w->has_epoch && !options->lazy_epoch && !options->quiet_epoch)
		ok = open_epoch(w, options->at, err) && ek_writer_commit(w, false, err);
	if (!ok && err->code == EK_READ_ONLY && w->engine != NULL && !w->dead)
		ok = true;
	if (!ok)
		ek_writer_close(&w);
	*out = w;
	return ok;
}

void ek_writer_close(struct ek_writer **writer)
{
	struct ek_writer *w = *writer;
	if (w == NULL)
		return;
	struct ek_alloc alloc = w->options.alloc;
	ek_committer_close(&w->committer);
	ek_engine_close(&w->engine);
	ek_body_fini(&w->body);
	ek_keys_fini(&w->keys);
	ek_fold_close(&w->fold);
	ek_arena_fini(&w->turn);
	ek_alloc_free(&alloc, w->names, w->name_cap * sizeof *w->names);
	ek_alloc_free(&alloc, w, sizeof *w);
	*writer = NULL;
}

/* ---- taking */

static bool is_ready(struct ek_writer *w, struct ek_err *err)
{
	if (w->spoiled || w->dead) {
		*err = w->why;
		return false;
	}
	/* While the log is the committer's nobody asks it; it could be written when that began. */
	return w->flight == EK_WRITER_FLYING ||
	       (ek_log_check_writable(w->log, err) && take_epoch(w, err));
}

bool ek_writer_spoil(struct ek_writer *w, const struct ek_err *err)
{
	w->spoiled = true;
	w->why = *err;
	return false;
}

static bool put_events(struct ek_writer *w, const struct ek_events *events,
		       const struct ek_body_key *key, struct ek_err *err)
{
	if (w->body.events == 0) {
		w->body_first = events->v[0].seq;
		w->body_at = events->v[0].at;
		ek_body_reset(&w->body, w->body_first, w->body_at);
	}
	if (!ek_body_command(&w->body, key, events->n, err))
		return false;
	bool has_views = ek_log_has_views(w->log);
	for (uint32_t i = 0; i < events->n; i++) {
		if (!ek_body_event(&w->body, &events->v[i], err) ||
		    (has_views && !ek_fold_note(w->fold, &events->v[i], err)))
			return false;
	}
	return true;
}

static uint32_t id_made(const struct ek_events *events)
{
	for (uint32_t i = 0; i < events->n; i++) {
		const struct ek_event *e = &events->v[i];
		if (e->kind == EK_EVENT_CONVERSATION_ARRIVED)
			return e->conversation_arrived.conversation.v;
		if (e->kind == EK_EVENT_TEAMMATE_CREATED)
			return e->teammate_created.teammate.v;
		if (e->kind == EK_EVENT_TEAM_CREATED)
			return e->team_created.team.v;
	}
	return 0;
}

/* Submits one command and puts what it made into the pending row. */
static bool submit(struct ek_writer *w, const struct ek_request *r, struct ek_events *events,
		   struct ek_err *err)
{
	if (!ek_engine_submit(w->engine, r->cmd, r->at, events, err))
		return false;
	if (events->n == 0)
		return true;
	struct ek_body_key key;
	if (r->key != NULL) {
		memcpy(key.key, r->key->key, EK_HASH_BYTES);
		memcpy(key.request, r->key->request, EK_HASH_BYTES);
		key.by = r->cmd->by;
	}
	if (!put_events(w, events, r->key != NULL ? &key : NULL, err))
		return ek_writer_spoil(w, err);
	if (w->options.made != NULL)
		w->options.made(w->options.made_ctx, events);
	return true;
}

static bool submit_plain(struct ek_writer *w, const struct ek_cmd *cmd, ek_time at,
			 struct ek_err *err)
{
	const struct ek_request r = {.cmd = cmd, .at = at};
	struct ek_events events;
	return submit(w, &r, &events, err);
}

static bool tick_until(struct ek_writer *w, ek_time now, struct ek_err *err)
{
	ek_time last = EK_NO_TIME;
	int same = 0;
	for (ek_time due = ek_engine_next_due(w->engine); ek_time_is_set(due) && due.ms <= now.ms;
	     due = ek_engine_next_due(w->engine)) {
		same = due.ms == last.ms ? same + 1 : 0;
		ek_assert(same < TICKS_MAX);
		last = due;
		struct ek_cmd tick = ek_cmd_make(EK_CMD_TICK);
		tick.tick.due = due;
		w->counts.ticks++;
		if (!submit_plain(w, &tick, due, err))
			return false;
	}
	return true;
}

/* Since then nobody could be heard, and nothing that fell due happened. */
static bool start_server(struct ek_writer *w, ek_time since, ek_time now, struct ek_err *err)
{
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_SERVER_STARTED);
	cmd.server_started.down_ms.ms = now.ms > since.ms ? now.ms - since.ms : 0;
	w->deaf_since = EK_NO_TIME;
	return submit_plain(w, &cmd, now, err);
}

static bool open_epoch(struct ek_writer *w, ek_time now, struct ek_err *err)
{
	if (w->opened_epoch || w->options.quiet_epoch)
		return true;
	bool goes_on = ek_engine_seq(w->engine) > 0;
	ek_time last = ek_engine_time(w->engine);
	ek_time at = now;
	if (goes_on && (!ek_time_is_set(at) || at.ms > last.ms))
		at = last; /* the reign begins where the log ends */
	if (!ek_time_is_set(at))
		at = (ek_time){0};
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_EPOCH_OPEN);
	cmd.epoch_open.epoch = (int64_t)w->epoch;
	if (!submit_plain(w, &cmd, at, err))
		return false;
	w->opened_epoch = true;
	return !goes_on || !w->options.is_server || start_server(w, last, now, err);
}

/* Before anything is taken or ticked. */
static bool begin(struct ek_writer *w, ek_time now, struct ek_err *err)
{
	return open_epoch(w, now, err) &&
	       (!ek_time_is_set(w->deaf_since) || start_server(w, w->deaf_since, now, err));
}

/* What people do is refused while the disk is full, and is no less a sign of life. */
static bool is_heard(struct ek_writer *w, ek_time now, struct ek_err *err)
{
	if (is_ready(w, err))
		return true;
	if (err->code == EK_READ_ONLY && w->options.is_server && !ek_time_is_set(w->deaf_since))
		w->deaf_since = now;
	return false;
}

static struct ek_actor actor(const struct ek_request *r)
{
	return r->cmd != NULL ? r->cmd->by : r->by;
}

/* The answer that this key had, in *a; *known says whether there is one. */
static bool look_up(struct ek_writer *w, const struct ek_request *r, struct ek_answer *a,
		    bool *known, struct ek_err *err)
{
	struct ek_log_key stored;
	*known = false;
	/* The filter knows those in the table too: most requests are new, and end here. */
	if (!ek_keys_may_be_known(&w->keys, r->key->key))
		return true;
	const struct ek_log_key *k = ek_keys_find(&w->keys, r->key->key);
	*known = k != NULL;
	if (k == NULL) {
		w->counts.key_lookups++;
		ek_writer_await(w);
		if (!is_ready(w, err) || !ek_log_find_key(w->log, r->key->key, &stored, known, err))
			return false;
		k = &stored;
	}
	if (!*known)
		return true;
	struct ek_actor by = actor(r);
	if (memcmp(k->request, r->key->request, EK_HASH_BYTES) != 0 || k->actor_kind != by.kind ||
	    k->actor_id != by.id)
		return ek_fail(err, EK_KEY_REUSED, "this key was used for another request");
	a->repeated = true;
	a->first_seq = k->first_seq;
	a->last_seq = k->first_seq == 0 ? 0 : k->last_seq;
	w->counts.repeats++;
	return true;
}

static bool remember(struct ek_writer *w, const struct ek_request *r, const struct ek_answer *a,
		     struct ek_err *err)
{
	struct ek_log_key k = {
		.actor_kind = actor(r).kind,
		.actor_id = actor(r).id,
		.first_seq = a->first_seq,
		.last_seq = a->first_seq != 0 ? a->last_seq : ek_engine_seq(w->engine),
		.at = r->at,
	};
	memcpy(k.key, r->key->key, EK_HASH_BYTES);
	memcpy(k.request, r->key->request, EK_HASH_BYTES);
	w->empties += a->first_seq == 0;
	return ek_keys_add(&w->keys, &k, err) || ek_writer_spoil(w, err);
}

bool ek_writer_take(struct ek_writer *w, const struct ek_request *r, struct ek_answer *a,
		    struct ek_err *err)
{
	*a = (struct ek_answer){0};
	if (!is_heard(w, r->at, err))
		return false;
	if (r->key != NULL) {
		bool known;
		if (!look_up(w, r, a, &known, err))
			return false;
		if (known)
			return true;
	}
	if (r->check != NULL && !r->check(r->check_ctx, err))
		return false;
	if (!begin(w, r->at, err))
		return false;
	bool is_start = r->cmd != NULL && r->cmd->kind == EK_CMD_SERVER_STARTED;
	if (!is_start && !tick_until(w, r->at, err))
		return false;
	if (r->cmd != NULL && !submit(w, r, &a->events, err))
		return false;
	if (a->events.n > 0) {
		a->first_seq = a->events.v[0].seq;
		a->last_seq = a->events.v[a->events.n - 1].seq;
		a->id = id_made(&a->events);
	}
	w->counts.commands++;
	return r->key == NULL || remember(w, r, a, err);
}

bool ek_writer_tick(struct ek_writer *w, ek_time now, struct ek_err *err)
{
	ek_time due = ek_engine_next_due(w->engine);
	if (!ek_time_is_set(due) || due.ms > now.ms)
		return true;
	return is_ready(w, err) && begin(w, now, err) && tick_until(w, now, err);
}

void ek_writer_take_activity(struct ek_writer *w, const struct ek_engine *from)
{
	ek_engine_take_activity(w->engine, from);
}

bool ek_writer_set_name(struct ek_writer *w, enum ek_writer_name kind, uint32_t id, ek_str name,
			struct ek_err *err)
{
	if (w->name_count == w->name_cap) {
		uint32_t cap = w->name_cap == 0 ? 64 : 2 * w->name_cap;
		struct ek_alloc *a = &w->options.alloc;
		void *p = a->resize(a->ctx, w->names, w->name_cap * sizeof *w->names,
				    cap * sizeof *w->names);
		if (p == NULL)
			return ek_fail(err, EK_NO_MEMORY, "no memory for a name") ||
			       ek_writer_spoil(w, err);
		w->names = p;
		w->name_cap = cap;
	}
	bool ok = true;
	ek_str copy = ek_arena_str(&w->turn, name, &ok);
	if (!ok)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a name") ||
		       ek_writer_spoil(w, err);
	w->names[w->name_count++] = (struct ek_writer_pending_name){kind, id, copy};
	return true;
}

/* ---- snapshots */

struct buffer {
	struct ek_alloc *alloc;
	char *p;
	size_t n;
	size_t cap;
};

static bool add_bytes(void *ctx, const void *bytes, size_t n)
{
	struct buffer *b = ctx;
	if (n > b->cap - b->n) {
		size_t cap = b->cap == 0 ? 65536 : b->cap;
		while (cap - b->n < n)
			cap *= 2;
		char *p = b->alloc->resize(b->alloc->ctx, b->p, b->cap, cap);
		if (p == NULL)
			return false;
		b->p = p;
		b->cap = cap;
	}
	if (n > 0)
		memcpy(b->p + b->n, bytes, n);
	b->n += n;
	return true;
}

static bool store_snapshot(struct ek_writer *w, const struct buffer *b, struct ek_err *err)
{
	if (b->n > INT32_MAX)
		return ek_fail(err, EK_LIMIT, "the state is too large for a snapshot");
	uint8_t hash[EK_HASH_BYTES];
	ek_hash_once(b->p, b->n, hash);
	if (!ek_log_begin(w->log, err))
		return false;
	if (ek_log_put_snapshot(w->log, ek_engine_seq(w->engine), hash,
				(ek_str){b->p, (uint32_t)b->n}, err) &&
	    ek_log_commit(w->log, err))
		return true;
	ek_log_rollback(w->log);
	return false;
}

bool ek_writer_snapshot(struct ek_writer *w, struct ek_err *err)
{
	if (w->dead) {
		*err = w->why;
		return false;
	}
	ek_assert(!ek_writer_is_pending(w));
	struct buffer b = {.alloc = &w->options.alloc};
	bool ok = ek_engine_save(w->engine, add_bytes, &b)
			  ? store_snapshot(w, &b, err)
			  : ek_fail(err, EK_NO_MEMORY, "no memory for a snapshot");
	ek_alloc_free(b.alloc, b.p, b.cap);
	if (ok)
		w->snapshot_seq = ek_engine_seq(w->engine);
	return ok;
}

bool ek_writer_stop(struct ek_writer *w, struct ek_err *err)
{
	ek_assert(!ek_writer_is_pending(w));
	if (!ek_writer_idle(w, err))
		return false;
	bool snapshot = w->options.snapshot_events != UINT64_MAX &&
			w->snapshot_seq != ek_engine_seq(w->engine);
	return (!snapshot || ek_writer_snapshot(w, err)) && ek_log_stop(w->log, err);
}

/* ---- looking */

const struct ek_engine *ek_writer_engine(const struct ek_writer *w)
{
	return w->engine;
}

struct ek_engine *ek_writer_explained(struct ek_writer *w)
{
	return w->engine;
}

bool ek_writer_is_dead(const struct ek_writer *w, struct ek_err *err)
{
	if (w->dead && err != NULL)
		*err = w->why;
	return w->dead;
}

uint64_t ek_writer_losses(const struct ek_writer *w)
{
	return w->losses;
}

bool ek_writer_check(struct ek_writer *w, struct ek_err *err)
{
	return is_ready(w, err);
}

uint64_t ek_writer_epoch(const struct ek_writer *w)
{
	return w->epoch;
}

struct ek_writer_counts ek_writer_counts(const struct ek_writer *w)
{
	struct ek_writer_counts c = w->counts;
	c.fold_rows = ek_log_counts(w->log).view_rows;
	return c;
}
