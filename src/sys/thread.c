#include "sys/thread.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct ek_thread {
	pthread_t id;
	void (*run)(void *ctx);
	void *ctx;
};

struct ek_thread_lock {
	pthread_mutex_t mutex;
	pthread_cond_t bell;
};

static void *start(void *p)
{
	struct ek_thread *t = p;
	t->run(t->ctx);
	return NULL;
}

bool ek_thread_open(void (*run)(void *ctx), void *ctx, struct ek_thread **thread,
		    struct ek_err *err)
{
	*thread = NULL;
	struct ek_thread *t = calloc(1, sizeof *t);
	if (t == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a thread");
	t->run = run;
	t->ctx = ctx;
	if (pthread_create(&t->id, NULL, start, t) != 0) {
		free(t);
		return ek_fail(err, EK_NO_MEMORY, "the system gives no more threads");
	}
	*thread = t;
	return true;
}

void ek_thread_close(struct ek_thread **thread)
{
	if (*thread == NULL)
		return;
	int rc = pthread_join((*thread)->id, NULL);
	ek_assert(rc == 0);
	free(*thread);
	*thread = NULL;
}

bool ek_thread_lock_open(struct ek_thread_lock **lock, struct ek_err *err)
{
	*lock = NULL;
	struct ek_thread_lock *l = calloc(1, sizeof *l);
	if (l == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a lock");
	pthread_condattr_t attr;
	int rc = pthread_condattr_init(&attr);
	ek_assert(rc == 0);
	rc = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	ek_assert(rc == 0);
	rc = pthread_mutex_init(&l->mutex, NULL);
	ek_assert(rc == 0);
	rc = pthread_cond_init(&l->bell, &attr);
	ek_assert(rc == 0);
	pthread_condattr_destroy(&attr);
	*lock = l;
	return true;
}

void ek_thread_lock_close(struct ek_thread_lock **lock)
{
	if (*lock == NULL)
		return;
	pthread_cond_destroy(&(*lock)->bell);
	pthread_mutex_destroy(&(*lock)->mutex);
	free(*lock);
	*lock = NULL;
}

void ek_thread_lock_take(struct ek_thread_lock *lock)
{
	int rc = pthread_mutex_lock(&lock->mutex);
	ek_assert(rc == 0);
}

void ek_thread_lock_give(struct ek_thread_lock *lock)
{
	int rc = pthread_mutex_unlock(&lock->mutex);
	ek_assert(rc == 0);
}

void ek_thread_lock_wait(struct ek_thread_lock *lock, ek_span at_most)
{
	struct timespec t;
	int rc = clock_gettime(CLOCK_MONOTONIC, &t);
	ek_assert(rc == 0);
	int64_t ms = at_most.ms < 0 ? 0 : at_most.ms > 3600000 ? 3600000 : at_most.ms;
	int64_t ns = t.tv_nsec + ms % 1000 * 1000000;
	t.tv_sec += ms / 1000 + ns / 1000000000;
	t.tv_nsec = ns % 1000000000;
	(void)pthread_cond_timedwait(&lock->bell, &lock->mutex, &t);
}

void ek_thread_lock_ring(struct ek_thread_lock *lock)
{
	(void)pthread_cond_broadcast(&lock->bell);
}
