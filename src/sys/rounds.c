#include "sys/rounds.h"

#include <stdlib.h>

#include "sys/clock.h"
#include "sys/thread.h"

struct ek_rounds {
	struct ek_rounds_options options;
	struct ek_thread *thread;
	struct ek_thread_lock *lock; /* over the two below */
	bool is_ending;
	bool is_nudged;
};

/* Until then, or a nudge; false = it is to end. */
static bool rest(struct ek_rounds *r, ek_span span)
{
	const uint64_t until = ek_clock_mono_ns() + (uint64_t)span.ms * 1000000;
	ek_thread_lock_take(r->lock);
	for (uint64_t now = ek_clock_mono_ns(); !r->is_ending && !r->is_nudged && now < until;
	     now = ek_clock_mono_ns())
		ek_thread_lock_wait(r->lock, (ek_span){(int64_t)((until - now) / 1000000) + 1});
	r->is_nudged = false;
	bool goes_on = !r->is_ending;
	ek_thread_lock_give(r->lock);
	return goes_on;
}

static void run(void *ctx)
{
	struct ek_rounds *r = ctx;
	ek_span span = r->options.first;
	while (rest(r, span))
		span = r->options.round(r->options.ctx);
}

bool ek_rounds_open(const struct ek_rounds_options *options, struct ek_rounds **out,
		    struct ek_err *err)
{
	struct ek_rounds *r = calloc(1, sizeof *r);
	*out = r;
	if (r == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a thread");
	r->options = *options;
	if (ek_thread_lock_open(&r->lock, err) && ek_thread_open(run, r, &r->thread, err))
		return true;
	ek_rounds_close(out);
	return false;
}

void ek_rounds_nudge(struct ek_rounds *r)
{
	ek_thread_lock_take(r->lock);
	r->is_nudged = true;
	ek_thread_lock_ring(r->lock);
	ek_thread_lock_give(r->lock);
}

bool ek_rounds_is_ending(struct ek_rounds *r)
{
	ek_thread_lock_take(r->lock);
	bool yes = r->is_ending;
	ek_thread_lock_give(r->lock);
	return yes;
}

void ek_rounds_end(struct ek_rounds *r)
{
	if (r == NULL || r->thread == NULL)
		return;
	ek_thread_lock_take(r->lock);
	r->is_ending = true;
	ek_thread_lock_ring(r->lock);
	ek_thread_lock_give(r->lock);
	ek_thread_close(&r->thread);
}

void ek_rounds_close(struct ek_rounds **rounds)
{
	struct ek_rounds *r = *rounds;
	if (r == NULL)
		return;
	ek_rounds_end(r);
	ek_thread_lock_close(&r->lock);
	free(r);
	*rounds = NULL;
}
