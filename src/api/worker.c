#include "api/worker.h"

#include <string.h>

#include "sys/clock.h"
#include "sys/disk.h"
#include "sys/thread.h"
#include "writer/replay.h"

enum { EVENT_MEMORY = 256 * 1024 * 1024, FORWARD_MAX = 500000 };

struct job {
	struct ek_turn *turn;
	ek_worker_run *run;
};

/* A file to be removed. */
struct doomed {
	const char *directory;
	const char *below;
	char name[EK_WORKER_NAME];
};

struct ek_worker {
	struct ek_alloc alloc;
	char *where;
	size_t where_n;
	struct ek_thread *thread;
	struct ek_thread_lock *lock; /* over the six below */
	struct doomed doomed[EK_WORKER_QUEUE];
	uint32_t doomed_count;
	struct job queue[EK_WORKER_QUEUE];
	uint32_t first;
	uint32_t count;
	bool is_ending;
	/* The thread's. */
	struct ek_log *log;
	struct ek_reader *reader;
	struct ek_engine *now;
	struct ek_engine *past;
	uint64_t used_ns; /* when an engine was last asked for */
};

/* ---- the queue */

static void refuse(struct ek_turn *t)
{
	ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE,
		       "too many explanations are asked for at once");
	t->problem.retry_s = EK_WORKER_RETRY_S;
	ek_turn_reply(t, 503);
}

void ek_worker_submit(struct ek_worker *w, struct ek_turn *t, ek_worker_run *run)
{
	if (t->worker == w) {
		/* Whoever asks from there waits there. */
		run(t, w);
		return;
	}
	t->reader = NULL;
	ek_thread_lock_take(w->lock);
	bool is_taken = w->count < EK_WORKER_QUEUE && !w->is_ending;
	if (is_taken) {
		w->queue[(w->first + w->count) % EK_WORKER_QUEUE] = (struct job){t, run};
		w->count++;
		ek_thread_lock_ring(w->lock);
	}
	ek_thread_lock_give(w->lock);
	if (!is_taken)
		refuse(t);
}

uint32_t ek_worker_waiting(struct ek_worker *w)
{
	ek_thread_lock_take(w->lock);
	uint32_t n = w->count;
	ek_thread_lock_give(w->lock);
	return n;
}

void ek_worker_end(struct ek_worker *w)
{
	if (w == NULL)
		return;
	ek_thread_lock_take(w->lock);
	w->is_ending = true;
	ek_thread_lock_ring(w->lock);
	ek_thread_lock_give(w->lock);
}

bool ek_worker_is_ending(void *worker)
{
	struct ek_worker *w = worker;
	ek_thread_lock_take(w->lock);
	bool is_ending = w->is_ending;
	ek_thread_lock_give(w->lock);
	return is_ending;
}

/* With the lock held. */
static struct job take(struct ek_worker *w)
{
	struct job job = w->queue[w->first];
	w->first = (w->first + 1) % EK_WORKER_QUEUE;
	w->count--;
	return job;
}

/* ---- one job */

static bool begin(struct ek_worker *w, struct ek_err *err)
{
	if (w->reader == NULL && !ek_reader_open(w->where, &w->reader, err))
		return false;
	return ek_reader_begin(w->reader, err);
}

static void run(struct ek_worker *w, const struct job *job)
{
	struct ek_err err;
	if (!begin(w, &err)) {
		ek_problem_err(&job->turn->problem, &err);
		ek_turn_reply(job->turn, 0);
		return;
	}
	/* The turn may be gone once it ran. */
	job->turn->reader = w->reader;
	job->run(job->turn, w);
	ek_reader_end(w->reader);
}

/* ---- files */

void ek_worker_remove(struct ek_worker *w, const struct ek_worker_file *file)
{
	if (w == NULL || file->name.n == 0 || file->name.n >= EK_WORKER_NAME)
		return;
	ek_thread_lock_take(w->lock);
	if (w->doomed_count < EK_WORKER_QUEUE) {
		struct doomed *d = &w->doomed[w->doomed_count++];
		*d = (struct doomed){.directory = file->directory, .below = file->below};
		memcpy(d->name, file->name.p, file->name.n);
		ek_thread_lock_ring(w->lock);
	}
	ek_thread_lock_give(w->lock);
}

/* With the lock held, which it gives meanwhile. One that cannot be removed stays, and is nobody's.
 * */
static void remove_one(struct ek_worker *w)
{
	struct doomed d = w->doomed[--w->doomed_count];
	char path[EK_DISK_PATH];
	struct ek_err err;
	ek_thread_lock_give(w->lock);
	bool ok = ek_disk_path(d.directory, d.below, path, &err) &&
		  ek_disk_remove(path, d.name, &err);
	(void)ok;
	ek_thread_lock_take(w->lock);
}

/* ---- the thread */

/* Engines that nobody asked for in a while are memory for nothing. */
static void forget(struct ek_worker *w)
{
	uint64_t idle_ns = ek_clock_mono_ns() - w->used_ns;
	if (idle_ns < (uint64_t)EK_WORKER_KEEP_MS * 1000000)
		return;
	ek_engine_close(&w->now);
	ek_engine_close(&w->past);
}

static void work(void *ctx)
{
	struct ek_worker *w = ctx;
	ek_thread_lock_take(w->lock);
	while (!w->is_ending) {
		if (w->doomed_count > 0) {
			remove_one(w);
			continue;
		}
		if (w->count == 0) {
			ek_thread_lock_wait(w->lock, (ek_span){EK_WORKER_KEEP_MS});
			if (w->count == 0)
				forget(w);
			continue;
		}
		struct job job = take(w);
		ek_thread_lock_give(w->lock);
		run(w, &job);
		ek_thread_lock_take(w->lock);
	}
	while (w->count > 0) {
		struct job job = take(w);
		ek_thread_lock_give(w->lock);
		refuse(job.turn);
		ek_thread_lock_take(w->lock);
	}
	ek_thread_lock_give(w->lock);
}

/* ---- open, close */

bool ek_worker_open(struct ek_alloc alloc, const char *where, struct ek_worker **worker,
		    struct ek_err *err)
{
	size_t n = strlen(where) + 1;
	*worker = NULL;
	struct ek_worker *w = ek_alloc_get(&alloc, sizeof *w);
	if (w == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a worker");
	*w = (struct ek_worker){.alloc = alloc, .where = ek_alloc_get(&alloc, n), .where_n = n};
	bool ok = w->where != NULL || ek_fail(err, EK_NO_MEMORY, "no memory for a worker");
	if (ok)
		memcpy(w->where, where, n);
	ok = ok && ek_thread_lock_open(&w->lock, err) && ek_thread_open(work, w, &w->thread, err);
	if (!ok)
		ek_worker_close(&w);
	*worker = w;
	return ok;
}

void ek_worker_close(struct ek_worker **worker)
{
	struct ek_worker *w = *worker;
	if (w == NULL)
		return;
	struct ek_alloc alloc = w->alloc;
	if (w->thread != NULL)
		ek_worker_end(w);
	ek_thread_close(&w->thread);
	if (w->lock != NULL) {
		ek_thread_lock_take(w->lock);
		while (w->doomed_count > 0)
			remove_one(w);
		ek_thread_lock_give(w->lock);
	}
	ek_engine_close(&w->now);
	ek_engine_close(&w->past);
	ek_reader_close(&w->reader);
	ek_log_close(&w->log);
	if (w->lock != NULL)
		ek_thread_lock_close(&w->lock);
	ek_alloc_free(&alloc, w->where, w->where_n);
	ek_alloc_free(&alloc, w, sizeof *w);
	*worker = NULL;
}

/* ---- log and engines */

bool ek_worker_log(struct ek_worker *w, struct ek_log **log, struct ek_err *err)
{
	const struct ek_log_options options = {.where = w->where, .mode = EK_LOG_READ};
	if (w->log == NULL && !ek_log_open(&options, &w->log, err))
		return false;
	*log = w->log;
	return ek_log_refresh(w->log, err);
}

/* Brings a kept engine to `to`, or a new one from the newest snapshot not beyond it. */
static bool bring(struct ek_worker *w, struct ek_engine **kept, uint64_t to, struct ek_err *err)
{
	uint64_t at = *kept == NULL ? 0 : ek_engine_seq(*kept);
	const struct ek_replay_options options = {
		.alloc = w->alloc, .to = to, .from_snapshot = true};
	if (at > to || to - at > FORWARD_MAX)
		ek_engine_close(kept);
	if (*kept == NULL && !ek_replay_load(w->log, &options, kept, err))
		return false;
	struct ek_replay r = {.log = w->log, .engine = *kept};
	ek_arena_init(&r.arena, w->alloc, EVENT_MEMORY);
	bool ok = ek_replay_run(&r, ek_engine_seq(*kept) + 1, to, err);
	ek_arena_fini(&r.arena);
	if (!ok)
		ek_engine_close(kept);
	return ok;
}

bool ek_worker_now(struct ek_worker *w, struct ek_engine **engine, struct ek_err *err)
{
	struct ek_log *log;
	w->used_ns = ek_clock_mono_ns();
	bool ok = ek_worker_log(w, &log, err);
	uint64_t head = ok ? ek_log_head(log)->seq : 0;
	ok = ok && (head > 0 ? bring(w, &w->now, head, err)
			     : w->now != NULL || ek_engine_open(w->alloc, &w->now, err));
	*engine = w->now;
	return ok;
}

bool ek_worker_at(struct ek_worker *w, uint64_t seq, struct ek_engine **engine, struct ek_err *err)
{
	struct ek_log *log;
	w->used_ns = ek_clock_mono_ns();
	if (!ek_worker_log(w, &log, err))
		return false;
	if (seq == 0) {
		ek_engine_close(&w->past);
		if (!ek_engine_open(w->alloc, &w->past, err))
			return false;
	}
	bool ok = seq == 0 || bring(w, &w->past, seq, err);
	*engine = w->past;
	return ok;
}
