#include "writer/group.h"

#include "sys/clock.h"
#include "sys/thread.h"

enum { IDLE_MS = 1000, LOOK_EVERY = 16, MANY = 8, QUIET_MS = 2 };

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
	struct ek_group_call *calls[EK_GROUP_COMMANDS];
	struct ek_answer answers[EK_GROUP_COMMANDS];
	struct ek_err errors[EK_GROUP_COMMANDS];
	bool ok[EK_GROUP_COMMANDS];
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
	ek_span patience = patience_of(g);
	ek_thread_lock_take(g->lock);
	if (g->waiting == 0 && !g->closing && patience.ms > 0)
		ek_thread_lock_wait(g->lock, patience);
	uint32_t n = g->waiting < EK_GROUP_COMMANDS ? g->waiting : EK_GROUP_COMMANDS;
	for (uint32_t i = 0; i < n; i++)
		g->calls[i] = g->ring[(g->first + i) % g->options.queue];
	g->first = (g->first + n) % g->options.queue;
	g->waiting -= n;
	*closing = g->closing && n == 0;
	ek_thread_lock_give(g->lock);
	return n;
}

/* Whether the views may lag behind the commit of a group of n: more commands wait, or will. So many
 * together come from so many who ask again as soon as they are answered, and a row that all of them
 * change, a page that all of them fill, is then written once for several groups. */
static bool may_lag(struct ek_group *g, uint32_t n)
{
	uint64_t now = ek_clock_mono_ns();
	ek_thread_lock_take(g->lock);
	bool more = g->waiting > 0 || n >= MANY;
	ek_thread_lock_give(g->lock);
	if (!more || (g->lag_ns != 0 && now - g->lag_ns >= EK_GROUP_LAG_MS * 1000000ull)) {
		g->lag_ns = 0;
		return false;
	}
	g->lag_ns = g->lag_ns == 0 ? now : g->lag_ns;
	return true;
}

static void answer(struct ek_group *g, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		struct ek_answer *a = &g->answers[i];
		if (g->calls[i]->look != NULL && g->ok[i])
			g->calls[i]->look(g->calls[i]->ctx, ek_writer_explained(g->options.writer));
		a->events = (struct ek_events){0};
		call_back(g->calls[i], a, g->ok[i] ? NULL : &g->errors[i]);
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

/* Everything up to now is on disk: says so once. */
static void tell(struct ek_group *g)
{
	if (is_dead(g))
		return;
	uint64_t seq = ek_engine_seq(ek_writer_engine(g->options.writer));
	if (g->options.committed != NULL && seq != g->told)
		g->options.committed(g->options.events_ctx, seq);
	g->told = seq;
}

/* Those that were taken share the fate of their commit; a refusal took nothing and stays what it
 * was, and so does a look. */
static void fail_taken(struct ek_group *g, uint32_t from, uint32_t to, const struct ek_err *err)
{
	bool is_alive = !ek_writer_is_dead(g->options.writer, NULL);
	for (uint32_t i = from; i < to; i++) {
		if (!g->ok[i])
			continue;
		g->ok[i] = g->calls[i]->look != NULL && is_alive;
		g->errors[i] = *err;
	}
	(void)is_dead(g);
}

/* One commit for calls from..to - 1. They are answered first: they wait for nothing else. */
static void commit(struct ek_group *g, uint32_t from, uint32_t to, bool more)
{
	struct ek_err err;
	bool ok = ek_writer_commit(g->options.writer, more, &err);
	if (!ok)
		fail_taken(g, from, to, &err);
	answer(g, from, to);
	if (ok)
		tell(g);
}

static bool take_call(struct ek_group *g, uint32_t i, ek_time now)
{
	struct ek_group_call *c = g->calls[i];
	g->answers[i] = (struct ek_answer){0};
	if (c->look != NULL)
		return !ek_writer_is_dead(g->options.writer, &g->errors[i]);
	c->request.at = now;
	if (!ek_writer_take(g->options.writer, &c->request, &g->answers[i], &g->errors[i]))
		return false;
	if (c->made != NULL && !g->answers[i].repeated)
		c->made(c->ctx, g->options.writer, &g->answers[i]);
	return true;
}

static void run_group(struct ek_group *g, uint32_t n)
{
	ek_time now = g->options.now(g->options.now_ctx);
	uint64_t start = ek_clock_mono_ns();
	uint32_t from = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (g->calls[i]->request.check != NULL && from < i) {
			commit(g, from, i, true);
			from = i;
		}
		g->ok[i] = take_call(g, i, now);
		if (i % LOOK_EVERY != LOOK_EVERY - 1 ||
		    ek_clock_mono_ns() - start < EK_GROUP_MS * 1000000ull)
			continue;
		commit(g, from, i + 1, true);
		from = i + 1;
		start = ek_clock_mono_ns();
		now = g->options.now(g->options.now_ctx);
	}
	if (from < n)
		commit(g, from, n, may_lag(g, n));
}

/* Nothing waits: let what is due happen, and tidy up. A failure here meets the next who asks. */
static void run_idle(struct ek_group *g)
{
	struct ek_err err;
	struct ek_writer *w = g->options.writer;
	g->lag_ns = 0;
	if (is_dead(g))
		return;
	if (ek_writer_tick(w, g->options.now(g->options.now_ctx), &err) || err.code != EK_OK)
		(void)(ek_writer_idle(w, &err) || err.code != EK_OK);
	if (!ek_writer_is_pending(w))
		tell(g);
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
