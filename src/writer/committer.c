#include "writer/committer.h"

#include <stdatomic.h>

#include "sys/thread.h"

enum { PATIENCE_MS = 1000 }; /* between two looks, should a bell be missed */

enum step { IDLE, ASKED, DONE, CLOSING };

struct ek_committer {
	struct ek_alloc alloc;
	struct ek_log *log;
	struct ek_thread_lock *lock;
	struct ek_thread *thread;
	_Atomic(enum step) step; /* changed under the lock */
	bool ok;                 /* with err the thread's until DONE */
	struct ek_err err;
};

static void wait_for(struct ek_committer *c, enum step step, enum step other)
{
	while (c->step != step && c->step != other)
		ek_thread_lock_wait(c->lock, (ek_span){PATIENCE_MS});
}

static void set_step(struct ek_committer *c, enum step step)
{
	c->step = step;
	ek_thread_lock_ring(c->lock);
}

static void run(void *ctx)
{
	struct ek_committer *c = ctx;
	ek_thread_lock_take(c->lock);
	for (wait_for(c, ASKED, CLOSING); c->step != CLOSING; wait_for(c, ASKED, CLOSING)) {
		ek_thread_lock_give(c->lock);
		c->ok = ek_log_commit(c->log, &c->err);
		ek_thread_lock_take(c->lock);
		set_step(c, DONE);
	}
	ek_thread_lock_give(c->lock);
}

bool ek_committer_open(struct ek_alloc alloc, struct ek_log *log, struct ek_committer **committer,
		       struct ek_err *err)
{
	*committer = NULL;
	struct ek_committer *c = ek_alloc_get(&alloc, sizeof *c);
	if (c == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a committer");
	*c = (struct ek_committer){.alloc = alloc, .log = log};
	bool ok = ek_thread_lock_open(&c->lock, err) && ek_thread_open(run, c, &c->thread, err);
	if (!ok)
		ek_committer_close(&c);
	*committer = c;
	return ok;
}

void ek_committer_close(struct ek_committer **committer)
{
	struct ek_committer *c = *committer;
	if (c == NULL)
		return;
	if (c->thread != NULL) {
		ek_thread_lock_take(c->lock);
		wait_for(c, IDLE, DONE);
		set_step(c, CLOSING);
		ek_thread_lock_give(c->lock);
		ek_thread_close(&c->thread);
	}
	ek_thread_lock_close(&c->lock);
	struct ek_alloc alloc = c->alloc;
	ek_alloc_free(&alloc, c, sizeof *c);
	*committer = NULL;
}

void ek_committer_start(struct ek_committer *c)
{
	ek_thread_lock_take(c->lock);
	ek_assert(c->step == IDLE);
	set_step(c, ASKED);
	ek_thread_lock_give(c->lock);
}

bool ek_committer_is_done(const struct ek_committer *c)
{
	return c->step == DONE;
}

bool ek_committer_finish(struct ek_committer *c, struct ek_err *err)
{
	ek_thread_lock_take(c->lock);
	wait_for(c, DONE, DONE);
	c->step = IDLE;
	ek_thread_lock_give(c->lock);
	if (!c->ok)
		*err = c->err;
	return c->ok;
}
