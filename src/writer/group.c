#include "writer/group.h"

#include "sys/clock.h"
#include "sys/thread.h"

enum { IDLE_MS = 1000, LOOK_EVERY = 16, MANY = 8, QUIET_MS = 2 };

/* What was taken together. */
struct batch {
	struct ek_group_call *calls[EK_GROUP_COMMANDS];
	struct ek_answer answers[EK_GROUP_COMMANDS];
	struct ek_err errors[EK_GROUP_COMMANDS];
	bool ok[EK_GROUP_COMMANDS];
};

/* Calls from..to - 1 of a batch, which share a commit. */
struct part {
	struct batch *batch; /* NULL: none */
	uint32_t from;
	uint32_t to;
};

struct ek_group {
	struct ek_group_options options;
	struct ek_thread_lock *lock;
	struct ek_thread *thread;
	struct ek_group_call **ring; /* of options.queue; under the lock, as the next three */
	uint32_t first;
	uint32_t waiting;
	bool closing;
	/* The thread's own. */
	bool told_dead;
	uint64_t told;   /* the seq that committed() was last told of */
	uint64_t lag_ns; /* since when views wait to be folded for many commands; 0 = they do not */
	struct batch batches[2];
	struct part taken; /* of the newest batch: since the last commit */
	struct part sent;  /* the disk works at it */
	uint64_t sent_seq; /* its last */
};

bool ek_group_submit(struct ek_group *g, struct ek_group_call *call, struct ek_err *err)
{
	ek_thread_lock_take(g->lock);
	bool room = g->waiting < g->options.queue && !g->closing;
	if (room) {
		g->ring[(g->first + g->waiting) % g->options.queue] = call;
		g->waiting++;
		/* Only an empty queue has a sleeper. */
		if (g->waiting == 1)
			ek_thread_lock_ring(g->lock);
	}
	ek_thread_lock_give(g->lock);
	return room || ek_fail(err, EK_BUSY, "%u commands wait already", g->options.queue);
}

/* ---- somebody waits for it */

struct ek_group_wait {
	struct ek_thread_lock *lock; /* over is_over */
	bool is_over;
	struct ek_err *refused;
};

static void call_back(struct ek_group_call *call, const struct ek_answer *answer,
		      const struct ek_err *err)
{
	struct ek_group_wait *w = call->wait;
	if (w == NULL) {
		call->done(call->ctx, answer, err);
		return;
	}
	ek_thread_lock_take(w->lock);
	*w->refused = err == NULL ? (struct ek_err){0} : *err;
	w->is_over = true;
	ek_thread_lock_ring(w->lock);
	ek_thread_lock_give(w->lock);
}

bool ek_group_do(struct ek_group *g, struct ek_group_call *call, struct ek_err *refused,
		 struct ek_err *err)
{
	struct ek_group_wait w = {.refused = refused};
	if (!ek_thread_lock_open(&w.lock, err))
		return false;
	call->wait = &w;
	bool ok = ek_group_submit(g, call, err);
	ek_thread_lock_take(w.lock);
	while (ok && !w.is_over)
		ek_thread_lock_wait(w.lock, (ek_span){IDLE_MS});
	ek_thread_lock_give(w.lock);
	ek_thread_lock_close(&w.lock);
	return ok;
}

/* ---- the group's thread */

/* How long nothing will fall due, at most IDLE_MS. */
static ek_span until_due(struct ek_group *g)
{
	if (ek_writer_is_dead(g->options.writer, NULL))
		return (ek_span){IDLE_MS};
	ek_time due = ek_engine_next_due(ek_writer_engine(g->options.writer));
	if (!ek_time_is_set(due))
		return (ek_span){IDLE_MS};
	ek_time now = g->options.now(g->options.now_ctx);
	if (due.ms <= now.ms)
		return (ek_span){0};
	return (ek_span){due.ms - now.ms < IDLE_MS ? due.ms - now.ms : IDLE_MS};
}

/* How long to wait for somebody to ask. Views that lag are not left alone for long. */
static ek_span patience_of(struct ek_group *g)
{
	ek_span span = until_due(g);
	return g->lag_ns != 0 && span.ms > QUIET_MS ? (ek_span){QUIET_MS} : span;
}

/* Takes the next group out of the queue; waits for it, at most until something falls due. */
static uint32_t take_group(struct ek_group *g, bool *closing)
{
	/* The disk works only while somebody waits. */
	ek_span patience = g->sent.batch != NULL ? (ek_span){0} : patience_of(g);
	struct batch *b = &g->batches[g->sent.batch == &g->batches[0]];
	g->taken = (struct part){b, 0, 0};
	ek_thread_lock_take(g->lock);
	if (g->waiting == 0 && !g->closing && patience.ms > 0)
		ek_thread_lock_wait(g->lock, patience);
	uint32_t n = g->waiting < EK_GROUP_COMMANDS ? g->waiting : EK_GROUP_COMMANDS;
	for (uint32_t i = 0; i < n; i++)
		b->calls[i] = g->ring[(g->first + i) % g->options.queue];
	g->first = (g->first + n) % g->options.queue;
	g->waiting -= n;
	*closing = g->closing && n == 0;
	ek_thread_lock_give(g->lock);
	return n;
}

static bool others_wait(struct ek_group *g)
{
	ek_thread_lock_take(g->lock);
	bool others = g->waiting > 0;
	ek_thread_lock_give(g->lock);
	return others;
}

/* Whether the views may lag behind the commit of a group of n: more commands wait, or will. So many
 * together come from so many who ask again as soon as they are answered, and a row that all of them
 * change, a page that all of them fill, is then written once for several groups. */
static bool may_lag(struct ek_group *g, uint32_t n, bool others)
{
	uint64_t now = ek_clock_mono_ns();
	bool more = others || n >= MANY;
	if (!more || (g->lag_ns != 0 && now - g->lag_ns >= EK_GROUP_LAG_MS * 1000000ull)) {
		g->lag_ns = 0;
		return false;
	}
	g->lag_ns = g->lag_ns == 0 ? now : g->lag_ns;
	return true;
}

static void answer(struct ek_group *g, struct part p)
{
	for (uint32_t i = p.from; i < p.to; i++) {
		struct batch *b = p.batch;
		if (b->calls[i]->look != NULL && b->ok[i])
			b->calls[i]->look(b->calls[i]->ctx, ek_writer_explained(g->options.writer));
		b->answers[i].events = (struct ek_events){0};
		call_back(b->calls[i], &b->answers[i], b->ok[i] ? NULL : &b->errors[i]);
	}
}

/* Whether the writer died; says so once. */
static bool is_dead(struct ek_group *g)
{
	struct ek_err err;
	if (!ek_writer_is_dead(g->options.writer, &err))
		return false;
	if (!g->told_dead && g->options.died != NULL)
		g->options.died(g->options.events_ctx, &err);
	g->told_dead = true;
	return true;
}

/* Everything up to there is on disk: says so once. */
static void tell(struct ek_group *g, uint64_t seq)
{
	if (is_dead(g))
		return;
	if (g->options.committed != NULL && seq != g->told)
		g->options.committed(g->options.events_ctx, seq);
	g->told = seq;
}

/* Those that were taken share the fate of their commit; a refusal took nothing and stays what it
 * was, and so does a look. */
static void fail_taken(struct ek_group *g, struct part p, const struct ek_err *err)
{
	bool is_alive = !ek_writer_is_dead(g->options.writer, NULL);
	for (uint32_t i = p.from; i < p.to; i++) {
		if (!p.batch->ok[i])
			continue;
		p.batch->ok[i] = p.batch->calls[i]->look != NULL && is_alive;
		p.batch->errors[i] = *err;
	}
	(void)is_dead(g);
}

/* What was sent is on disk, or lost with what was taken since. They are answered first: they wait
 * for nothing else. */
static void land(struct ek_group *g)
{
	struct ek_err err;
	struct part sent = g->sent;
	if (sent.batch == NULL)
		return;
	g->sent.batch = NULL;
	bool ok = ek_writer_land(g->options.writer, &err);
	if (!ok) {
		fail_taken(g, sent, &err);
		fail_taken(g, g->taken, &err);
	}
	answer(g, sent);
	if (ok)
		tell(g, g->sent_seq);
}

/* One commit for what was taken, and the answers to it. */
static void commit(struct ek_group *g, bool more)
{
	struct ek_err err;
	land(g);
	struct part taken = g->taken;
	g->taken.from = taken.to;
	bool ok = ek_writer_commit(g->options.writer, more, &err);
	if (!ok)
		fail_taken(g, taken, &err);
	answer(g, taken);
	if (ok)
		tell(g, ek_engine_seq(ek_writer_engine(g->options.writer)));
}

static bool has_look(struct part p)
{
	for (uint32_t i = p.from; i < p.to; i++) {
		if (p.batch->calls[i]->look != NULL)
			return true;
	}
	return false;
}

/* More wait: they are taken while the disk works. Looks see what is on disk, and no more; a dead
 * writer may have no engine left. */
static void send(struct ek_group *g)
{
	struct ek_err err;
	land(g);
	if (has_look(g->taken) || ek_writer_is_dead(g->options.writer, NULL)) {
		commit(g, true);
		return;
	}
	g->sent = g->taken;
	g->taken.from = g->taken.to;
	g->sent_seq = ek_engine_seq(ek_writer_engine(g->options.writer));
	if (ek_writer_send(g->options.writer, &err))
		return;
	fail_taken(g, g->sent, &err);
	answer(g, g->sent);
	g->sent.batch = NULL;
}

static void take_call(struct ek_group *g, ek_time now)
{
	struct batch *b = g->taken.batch;
	uint32_t i = g->taken.to++;
	struct ek_group_call *c = b->calls[i];
	b->answers[i] = (struct ek_answer){0};
	if (c->look != NULL) {
		b->ok[i] = !ek_writer_is_dead(g->options.writer, &b->errors[i]);
		return;
	}
	c->request.at = now;
	b->ok[i] = ek_writer_take(g->options.writer, &c->request, &b->answers[i], &b->errors[i]);
	if (b->ok[i] && c->made != NULL && !b->answers[i].repeated)
		c->made(c->ctx, g->options.writer, &b->answers[i]);
}

static void end_group(struct ek_group *g, uint32_t n)
{
	bool others = others_wait(g);
	bool more = may_lag(g, n, others);
	if (more && others)
		send(g);
	else
		commit(g, more);
}

static void run_group(struct ek_group *g, uint32_t n)
{
	ek_time now = g->options.now(g->options.now_ctx);
	uint64_t start = ek_clock_mono_ns();
	for (uint32_t i = 0; i < n; i++) {
		if (g->taken.batch->calls[i]->request.check != NULL) {
			land(g);
			if (g->taken.from < i)
				commit(g, true);
		} else if (g->sent.batch != NULL && ek_writer_has_landed(g->options.writer)) {
			land(g);
		}
		take_call(g, now);
		if (i % LOOK_EVERY != LOOK_EVERY - 1 ||
		    ek_clock_mono_ns() - start < EK_GROUP_MS * 1000000ull)
			continue;
		send(g);
		start = ek_clock_mono_ns();
		now = g->options.now(g->options.now_ctx);
	}
	if (g->taken.from < n)
		end_group(g, n);
}

/* Nothing waits: let what is due happen, and tidy up. A failure here meets the next who asks. */
static void run_idle(struct ek_group *g)
{
	struct ek_err err;
	struct ek_writer *w = g->options.writer;
	g->lag_ns = 0;
	land(g);
	if (is_dead(g))
		return;
	if (ek_writer_tick(w, g->options.now(g->options.now_ctx), &err) || err.code != EK_OK)
		(void)(ek_writer_idle(w, &err) || err.code != EK_OK);
	if (!ek_writer_is_pending(w))
		tell(g, ek_engine_seq(ek_writer_engine(w)));
}

static void run(void *ctx)
{
	struct ek_group *g = ctx;
	bool closing = false;
	while (!closing) {
		uint32_t n = take_group(g, &closing);
		if (n > 0)
			run_group(g, n);
		else
			run_idle(g);
	}
}

bool ek_group_open(const struct ek_group_options *options, struct ek_group **group,
		   struct ek_err *err)
{
	*group = NULL;
	struct ek_alloc alloc = options->alloc;
	struct ek_group *g = ek_alloc_get(&alloc, sizeof *g);
	if (g == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a group");
	*g = (struct ek_group){.options = *options};
	if (g->options.queue == 0)
		g->options.queue = EK_GROUP_QUEUE;
	g->told = ek_engine_seq(ek_writer_engine(options->writer));
	g->ring = ek_alloc_get(&alloc, g->options.queue * sizeof(struct ek_group_call *));
	bool ok = g->ring != NULL || ek_fail(err, EK_NO_MEMORY, "no memory for a queue");
	ok = ok && ek_thread_lock_open(&g->lock, err) && ek_thread_open(run, g, &g->thread, err);
	if (!ok)
		ek_group_close(&g);
	*group = g;
	return ok;
}

void ek_group_close(struct ek_group **group)
{
	struct ek_group *g = *group;
	if (g == NULL)
		return;
	struct ek_alloc alloc = g->options.alloc;
	if (g->thread != NULL) {
		ek_thread_lock_take(g->lock);
		g->closing = true;
		ek_thread_lock_ring(g->lock);
		ek_thread_lock_give(g->lock);
		ek_thread_close(&g->thread);
	}
	ek_thread_lock_close(&g->lock);
	ek_alloc_free(&alloc, g->ring, g->options.queue * sizeof(struct ek_group_call *));
	ek_alloc_free(&alloc, g, sizeof *g);
	*group = NULL;
}
