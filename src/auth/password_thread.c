/* The one thread that looks at passwords, and what waits for it. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "auth/password.h"
#include "sys/thread.h"

struct waiting {
	bool is_new;
	char password[EK_PASSWORD_MAX];
	uint32_t password_n;
	char kept[EK_PASSWORD_HASH];
	uint32_t kept_n;
	ek_password_done *done;
	void *ctx;
};

struct ek_password_thread {
	struct ek_password_cost cost;
	char dummy[EK_PASSWORD_HASH]; /* of a password that nobody knows */
	struct ek_thread *thread;
	struct ek_thread_lock *lock; /* over all that follows */
	bool is_ending;
	uint32_t first;
	uint32_t count;
	struct waiting queue[EK_PASSWORD_QUEUE];
};

static ek_str text_of(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

/* A missing hash costs the same as a wrong password. */
static bool verify(const struct ek_password_thread *t, const struct waiting *w)
{
	ek_str password = {w->password, w->password_n};
	if (w->kept_n > 0)
		return ek_password_verify((ek_str){w->kept, w->kept_n}, password);
	(void)ek_password_verify(text_of(t->dummy), password);
	return false;
}

static void work(const struct ek_password_thread *t, const struct waiting *w)
{
	char hash[EK_PASSWORD_HASH];
	struct ek_err err = {0};
	ek_str password = {w->password, w->password_n};
	struct ek_password_answer a = {.is_right = !w->is_new && verify(t, w)};
	bool is_old = a.is_right && ek_password_is_old((ek_str){w->kept, w->kept_n}, t->cost);
	if (w->is_new || is_old) {
		bool is_made = ek_password_hash(password, t->cost, hash, &err);
		a.hash = is_made ? hash : NULL;
		/* An old hash that cannot be made anew now still lets in. */
		a.is_dropped = w->is_new && !is_made;
	}
	w->done(w->ctx, &a);
}

/* Takes the first that waits; false when there is none. With the lock. */
static bool take(struct ek_password_thread *t, struct waiting *w)
{
	if (t->count == 0)
		return false;
	*w = t->queue[t->first];
	sodium_memzero(&t->queue[t->first], sizeof t->queue[t->first]);
	t->first = (t->first + 1) % EK_PASSWORD_QUEUE;
	t->count--;
	return true;
}

static void run(void *ctx)
{
	static const struct ek_password_answer dropped = {.is_dropped = true};
	struct ek_password_thread *t = ctx;
	struct waiting w;
	ek_thread_lock_take(t->lock);
	for (;;) {
		while (t->count == 0 && !t->is_ending)
			ek_thread_lock_wait(t->lock, (ek_span){60000});
		if (!take(t, &w))
			break;
		bool is_ending = t->is_ending;
		ek_thread_lock_give(t->lock);
		if (is_ending)
			w.done(w.ctx, &dropped);
		else
			work(t, &w);
		sodium_memzero(&w, sizeof w);
		ek_thread_lock_take(t->lock);
	}
	ek_thread_lock_give(t->lock);
}

static bool make_dummy(struct ek_password_thread *t, struct ek_err *err)
{
	char unknown[32];
	if (sodium_init() < 0)
		return ek_fail(err, EK_IO, "the system gives no random bytes");
	randombytes_buf(unknown, sizeof unknown);
	bool ok = ek_password_hash((ek_str){unknown, sizeof unknown}, t->cost, t->dummy, err);
	sodium_memzero(unknown, sizeof unknown);
	return ok;
}

bool ek_password_open(struct ek_password_cost cost, struct ek_password_thread **thread,
		      struct ek_err *err)
{
	*thread = NULL;
	struct ek_password_thread *t = calloc(1, sizeof *t);
	if (t == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for the password thread");
	t->cost = cost;
	if (!make_dummy(t, err) || !ek_thread_lock_open(&t->lock, err) ||
	    !ek_thread_open(run, t, &t->thread, err)) {
		ek_password_close(&t);
		return false;
	}
	*thread = t;
	return true;
}

void ek_password_close(struct ek_password_thread **thread)
{
	struct ek_password_thread *t = *thread;
	if (t == NULL)
		return;
	if (t->thread != NULL) {
		ek_thread_lock_take(t->lock);
		t->is_ending = true;
		ek_thread_lock_ring(t->lock);
		ek_thread_lock_give(t->lock);
		ek_thread_close(&t->thread);
	}
	ek_thread_lock_close(&t->lock);
	free(t);
	*thread = NULL;
}

bool ek_password_ask(struct ek_password_thread *thread, const struct ek_password_job *job,
		     struct ek_err *err)
{
	if (job->password.n > EK_PASSWORD_MAX)
		return ek_fail(err, EK_LIMIT, "a password has at most 256 bytes");
	ek_thread_lock_take(thread->lock);
	bool is_free = thread->count < EK_PASSWORD_QUEUE && !thread->is_ending;
	if (is_free) {
		uint32_t at = (thread->first + thread->count) % EK_PASSWORD_QUEUE;
		struct waiting *w = &thread->queue[at];
		*w = (struct waiting){.is_new = job->is_new, .done = job->done, .ctx = job->ctx};
		w->password_n = job->password.n;
		if (job->password.n > 0)
			memcpy(w->password, job->password.p, job->password.n);
		/* What is no hash is kept as none: the work is the same. */
		w->kept_n = job->kept.n < EK_PASSWORD_HASH ? job->kept.n : 0;
		if (w->kept_n > 0)
			memcpy(w->kept, job->kept.p, w->kept_n);
		thread->count++;
		ek_thread_lock_ring(thread->lock);
	}
	ek_thread_lock_give(thread->lock);
	return is_free || ek_fail(err, EK_BUSY, "too many passwords wait to be looked at");
}
