/* Rounds go on until they are ended; a rest ends by a nudge. A rest of an hour that did not end
 * would be seen by the test not ending. */
#include "sys/rounds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "sys/thread.h"

enum { HOUR_MS = 3600000 };

struct scene {
	struct ek_rounds *rounds;
	struct ek_thread_lock *lock;
	int done; /* under the lock */
	ek_span rest;
	bool saw_end; /* the thread's, until the end */
};

static ek_span once(void *ctx)
{
	struct scene *s = ctx;
	ek_thread_lock_take(s->lock);
	s->done++;
	ek_thread_lock_ring(s->lock);
	ek_thread_lock_give(s->lock);
	return s->rest;
}

static void begin(struct scene *s, ek_span first, ek_span (*round)(void *ctx))
{
	struct ek_err err;
	const struct ek_rounds_options o = {round, s, first};
	assert_true(ek_thread_lock_open(&s->lock, &err));
	assert_true(ek_rounds_open(&o, &s->rounds, &err));
}

static void wait_for(struct scene *s, int done)
{
	ek_thread_lock_take(s->lock);
	while (s->done < done)
		ek_thread_lock_wait(s->lock, (ek_span){HOUR_MS});
	ek_thread_lock_give(s->lock);
}

static void end(struct scene *s)
{
	ek_rounds_close(&s->rounds);
	assert_null(s->rounds);
	ek_thread_lock_close(&s->lock);
}

static void rounds_go_on_by_themselves(void **state)
{
	(void)state;
	struct scene s = {.rest = {0}};
	begin(&s, (ek_span){0}, once);
	wait_for(&s, 100);
	end(&s);
	assert_true(s.done >= 100);
}

static void a_nudge_ends_a_rest_and_one_rest_only(void **state)
{
	(void)state;
	struct scene s = {.rest = {HOUR_MS}};
	begin(&s, (ek_span){HOUR_MS}, once);
	for (int i = 1; i <= 20; i++) {
		ek_rounds_nudge(s.rounds);
		wait_for(&s, i);
	}
	ek_rounds_end(s.rounds);
	assert_int_equal(s.done, 20);
	end(&s);
}

static ek_span until_the_end(void *ctx)
{
	struct scene *s = ctx;
	(void)once(s);
	while (!ek_rounds_is_ending(s->rounds)) {
	}
	s->saw_end = true;
	return (ek_span){0};
}

static void the_end_waits_for_the_round_of_now_and_is_the_last(void **state)
{
	(void)state;
	struct scene s = {.rest = {0}};
	begin(&s, (ek_span){0}, until_the_end);
	wait_for(&s, 1);
	ek_rounds_end(s.rounds);
	assert_true(s.saw_end);
	assert_int_equal(s.done, 1);
	ek_rounds_nudge(s.rounds);
	ek_rounds_end(s.rounds);
	end(&s);
	assert_int_equal(s.done, 1);
	ek_rounds_end(NULL);
	ek_rounds_close(&s.rounds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rounds_go_on_by_themselves),
		cmocka_unit_test(a_nudge_ends_a_rest_and_one_rest_only),
		cmocka_unit_test(the_end_waits_for_the_round_of_now_and_is_the_last),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
