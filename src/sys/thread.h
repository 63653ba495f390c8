/* thread -- one thread, one lock with a bell: what a bounded queue between threads needs. */
#ifndef EK_SYS_THREAD_H
#define EK_SYS_THREAD_H

#include "base/base.h"

struct ek_thread;
struct ek_thread_lock;

/* Runs run(ctx) on a thread of its own. Errors: NO_MEMORY. */
bool ek_thread_open(void (*run)(void *ctx), void *ctx, struct ek_thread **thread,
		    struct ek_err *err) EK_MUST_CHECK;
/* Waits until it ends. Accepts NULL inside; leaves NULL. */
void ek_thread_close(struct ek_thread **thread);

bool ek_thread_lock_open(struct ek_thread_lock **lock, struct ek_err *err) EK_MUST_CHECK;
void ek_thread_lock_close(struct ek_thread_lock **lock);
void ek_thread_lock_take(struct ek_thread_lock *lock);
void ek_thread_lock_give(struct ek_thread_lock *lock);
/* With the lock held: sleeps without it until the bell or until that long has passed, and has it
 * again. May wake for no reason. */
void ek_thread_lock_wait(struct ek_thread_lock *lock, ek_span at_most);
/* Rings for everyone who waits. */
void ek_thread_lock_ring(struct ek_thread_lock *lock);

#endif
