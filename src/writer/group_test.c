/* The queue in front of the writer: everyone is answered once, in order, and nobody waits
 * unbounded. */
#include "writer/group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "sys/heap.h"
#include "sys/thread.h"

struct fixture {
	struct ek_log *log;
	struct ek_writer *w;
	struct ek_err err;
};

static int set_up(void **state)
{
	struct fixture *f = *state;
	const struct ek_log_options o = {.where = "memory:", .mode = EK_LOG_CREATE};
	assert_true(ek_log_open(&o, &f->log, &f->err));
	const struct ek_writer_options w = {.log = f->log, .alloc = ek_heap_alloc(), .at = {1000}};
	assert_true(ek_writer_open(&w, &f->w, &f->err));
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	ek_writer_close(&f->w);
	ek_log_close(&f->log);
	return 0;
}

static struct ek_writer_key key_of(uint32_t i)
{
	struct ek_writer_key k;
	memset(&k, 0, sizeof k);
	ek_hash_once(&i, sizeof i, k.key);
	return k;
}

static struct ek_cmd new_conversation(void)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	c.by.kind = EK_ACTOR_PERSON;
	return c;
}

enum { CALLS = 3000 };

struct called {
	struct ek_group_call call;
	struct ek_cmd cmd;
	struct ek_writer_key key;
	struct ek_answer answer;
	bool ok;
	uint32_t *done;
};

static void note_done(void *ctx, const struct ek_answer *a, const struct ek_err *err)
{
	struct called *c = ctx;
	c->answer = *a;
	c->ok = err == NULL;
	++*c->done;
}

static ek_time steady(void *ctx)
{
	int64_t *now = ctx;
	return (ek_time){++*now};
}

static void every_caller_is_answered_once(void **state)
{
	struct fixture *f = *state;
	struct called *calls = test_calloc(CALLS, sizeof *calls);
	uint32_t done = 0;
	int64_t now = 10000;
	const struct ek_group_options o = {.writer = f->w,
					   .alloc = ek_heap_alloc(),
					   .now = steady,
					   .now_ctx = &now,
					   .queue = CALLS};
	struct ek_group *g;
	assert_true(ek_group_open(&o, &g, &f->err));
	for (uint32_t i = 0; i < CALLS; i++) {
		struct called *c = &calls[i];
		/* Every third is a repeat of the one before it. */
		c->cmd = new_conversation();
		c->key = key_of(1 + i - (i % 3 == 2));
		c->done = &done;
		c->call = (struct ek_group_call){
			.request = {.cmd = &c->cmd, .key = &c->key}, .done = note_done, .ctx = c};
		assert_true(ek_group_submit(g, &c->call, &f->err));
	}
	ek_group_close(&g);
	assert_int_equal(done, CALLS);
	uint64_t last = 0;
	for (uint32_t i = 0; i < CALLS; i++) {
		assert_true(calls[i].ok);
		assert_int_equal(calls[i].answer.repeated, i % 3 == 2);
		if (i % 3 != 2) {
			assert_true(calls[i].answer.first_seq > last);
			last = calls[i].answer.last_seq;
		}
	}
	test_free(calls);
	struct ek_writer_counts n = ek_writer_counts(f->w);
	assert_true(n.commits >= CALLS / EK_GROUP_COMMANDS);
	assert_int_equal(ek_log_head(f->log)->seq, last);
}

static void a_full_queue_is_busy(void **state)
{
	struct fixture *f = *state;
	struct called *calls = test_calloc(2000, sizeof *calls);
	uint32_t done = 0;
	uint32_t busy = 0;
	int64_t now = 10000;
	const struct ek_group_options o = {.writer = f->w,
					   .alloc = ek_heap_alloc(),
					   .now = steady,
					   .now_ctx = &now,
					   .queue = 4};
	struct ek_group *g;
	assert_true(ek_group_open(&o, &g, &f->err));
	for (uint32_t i = 0; i < 2000; i++) {
		struct called *c = &calls[i];
		c->cmd = new_conversation();
		c->done = &done;
		c->call = (struct ek_group_call){
			.request = {.cmd = &c->cmd}, .done = note_done, .ctx = c};
		if (!ek_group_submit(g, &c->call, &f->err)) {
			assert_int_equal(f->err.code, EK_BUSY);
			busy++;
		}
	}
	ek_group_close(&g);
	assert_true(busy > 0);
	assert_int_equal(done + busy, 2000);
	test_free(calls);
}

#define WITH_WRITER(test) cmocka_unit_test_prestate_setup_teardown(test, set_up, tear_down, f)

/* What a look saw, and what a check was asked. */
struct asked {
	struct called called;
	uint64_t seen; /* seq */
	uint32_t checks;
	uint32_t made;
	bool refuses;
	const struct ek_request *request; /* NULL, or whose time the check reads */
	int64_t checked_at;
};

static void look_at(void *ctx, struct ek_engine *e)
{
	struct asked *a = ctx;
	a->seen = ek_engine_seq(e);
}

static void look_done(void *ctx, const struct ek_answer *answer, const struct ek_err *err)
{
	struct asked *a = ctx;
	note_done(&a->called, answer, err);
}

static bool check_it(void *ctx, struct ek_err *err)
{
	struct asked *a = ctx;
	a->checks++;
	if (a->request != NULL)
		a->checked_at = a->request->at.ms;
	return !a->refuses || ek_fail(err, EK_CONFLICT, "refused");
}

static void made_it(void *ctx, struct ek_writer *w, const struct ek_answer *answer)
{
	struct asked *a = ctx;
	a->made++;
	assert_int_equal(ek_engine_seq(ek_writer_engine(w)), answer->last_seq);
}

static void note_committed(void *ctx, uint64_t seq)
{
	uint64_t *last = ctx;
	assert_true(seq > *last);
	*last = seq;
}

static struct ek_group_call call_of(struct asked *a, uint32_t *done, uint32_t key)
{
	a->called.cmd = new_conversation();
	a->called.key = key_of(key);
	a->called.done = done;
	return (struct ek_group_call){
		.request = {.cmd = &a->called.cmd,
			    .key = &a->called.key,
			    .check = check_it,
			    .check_ctx = a},
		.made = made_it,
		.done = look_done,
		.ctx = a,
	};
}

static void a_look_sees_what_is_on_disk_and_a_check_is_asked_once(void **state)
{
	struct fixture *f = *state;
	enum { FIRST, REFUSED, REPEATED, LOOK, COUNT };
	struct asked asked[COUNT] = {0};
	uint32_t done = 0;
	uint64_t told = 0;
	int64_t now = 10000;
	const struct ek_group_options o = {.writer = f->w,
					   .alloc = ek_heap_alloc(),
					   .now = steady,
					   .now_ctx = &now,
					   .committed = note_committed,
					   .events_ctx = &told};
	struct ek_group *g;
	assert_true(ek_group_open(&o, &g, &f->err));
	struct ek_group_call calls[COUNT];
	for (uint32_t i = 0; i < COUNT; i++)
		calls[i] = call_of(&asked[i], &done, i == REPEATED ? 1 : 1 + i);
	asked[REFUSED].refuses = true;
	calls[LOOK] =
		(struct ek_group_call){.look = look_at, .done = look_done, .ctx = &asked[LOOK]};
	for (uint32_t i = 0; i < COUNT; i++)
		assert_true(ek_group_submit(g, &calls[i], &f->err));
	ek_group_close(&g);
	assert_int_equal(done, COUNT);
	assert_true(asked[FIRST].called.ok && asked[FIRST].checks == 1 && asked[FIRST].made == 1);
	assert_false(asked[REFUSED].called.ok);
	assert_int_equal(asked[REFUSED].made, 0);
	/* A repeat gets the first answer, whatever the check would say now. */
	assert_true(asked[REPEATED].called.ok && asked[REPEATED].called.answer.repeated);
	assert_int_equal(asked[REPEATED].checks, 0);
	assert_true(asked[LOOK].called.ok);
	assert_int_equal(asked[LOOK].seen, ek_log_head(f->log)->seq);
	assert_int_equal(told, ek_log_head(f->log)->seq);
}

/* Holds the group's thread back until all calls of a test are in its queue. */
struct gate {
	struct ek_group_call call;
	struct ek_thread_lock *lock;
	uint32_t finished; /* under the lock: askers that ask no more */
};

static void pass_gate(void *ctx, struct ek_engine *e)
{
	struct gate *gate = ctx;
	(void)e;
	ek_thread_lock_take(gate->lock);
	ek_thread_lock_give(gate->lock);
}

static void note_nothing(void *ctx, const struct ek_answer *a, const struct ek_err *err)
{
	(void)ctx;
	(void)a;
	assert_null(err);
}

/* Who asks again as soon as they are answered. */
struct asker {
	struct called called;
	struct ek_group *group;
	struct gate *gate;
	uint32_t round;
	uint32_t id;
};

enum { ASKERS = 16, ROUNDS = 6 };

static void ask_again(void *ctx, const struct ek_answer *a, const struct ek_err *err)
{
	struct asker *k = ctx;
	struct ek_err busy;
	note_done(&k->called, a, err);
	assert_true(k->called.ok);
	k->called.key = key_of(ASKERS * k->round + k->id);
	if (k->round++ < ROUNDS) {
		assert_true(ek_group_submit(k->group, &k->called.call, &busy));
		return;
	}
	ek_thread_lock_take(k->gate->lock);
	k->gate->finished++;
	ek_thread_lock_ring(k->gate->lock);
	ek_thread_lock_give(k->gate->lock);
}

static void start_asker(struct asker *k, uint32_t *done)
{
	k->called.cmd = new_conversation();
	k->called.key = key_of(1000 + k->id);
	k->called.done = done;
	k->round = 1;
	k->called.call =
		(struct ek_group_call){.request = {.cmd = &k->called.cmd, .key = &k->called.key},
				       .done = ask_again,
				       .ctx = k};
}

/* When a group commits nothing waits, as its callers ask again when it has; yet the views are not
 * folded each time. (A log in memory has the keys alone to fold.) */
static void views_are_folded_for_several_groups_at_once(void **state)
{
	struct fixture *f = *state;
	struct asker askers[ASKERS];
	uint32_t done = 0;
	uint64_t seq;
	int64_t now = 10000;
	const struct ek_group_options o = {
		.writer = f->w, .alloc = ek_heap_alloc(), .now = steady, .now_ctx = &now};
	struct gate gate = {.call = {.look = pass_gate, .done = note_nothing, .ctx = &gate}};
	assert_true(ek_thread_lock_open(&gate.lock, &f->err));
	struct ek_group *g;
	assert_true(ek_group_open(&o, &g, &f->err));
	uint64_t folds = ek_writer_counts(f->w).folds;
	ek_thread_lock_take(gate.lock);
	assert_true(ek_group_submit(g, &gate.call, &f->err));
	for (uint32_t i = 0; i < ASKERS; i++) {
		askers[i] = (struct asker){.group = g, .gate = &gate, .id = i};
		start_asker(&askers[i], &done);
		assert_true(ek_group_submit(g, &askers[i].called.call, &f->err));
	}
	while (gate.finished < ASKERS)
		ek_thread_lock_wait(gate.lock, (ek_span){1000});
	ek_thread_lock_give(gate.lock);
	ek_group_close(&g);
	assert_int_equal(done, ASKERS * ROUNDS);
	assert_true(ek_writer_counts(f->w).folds - folds < ROUNDS);
	/* Nothing lags behind the last. */
	assert_true(ek_log_view_seq(f->log, &seq, &f->err));
	assert_int_equal(seq, ek_log_head(f->log)->seq);
	ek_thread_lock_close(&gate.lock);
}

/* What came of one call that is waited for. */
struct came {
	bool asked;
	enum ek_code refused;
	uint32_t made;
	bool seen;
};

static struct came ask_and_wait(struct ek_group *g, struct ek_group_call *call,
				const struct asked *a)
{
	struct ek_err refused = {0};
	struct ek_err err = {0};
	bool asked = ek_group_do(g, call, &refused, &err);
	return (struct came){asked, refused.code, a->made, a->seen != 0};
}

static void who_waits_learns_what_came_of_it(void **state)
{
	struct fixture *f = *state;
	static const struct {
		bool looks, refuses;
		struct came came;
	} rows[] = {
		{.came = {.asked = true, .made = 1}},
		{.refuses = true, .came = {.asked = true, .refused = EK_CONFLICT}},
		{.looks = true, .came = {.asked = true, .seen = true}},
		{.came = {.asked = true, .made = 1}},
	};
	int64_t now = 10000;
	const struct ek_group_options o = {
		.writer = f->w, .alloc = ek_heap_alloc(), .now = steady, .now_ctx = &now};
	struct ek_group *g;
	assert_true(ek_group_open(&o, &g, &f->err));
	for (uint32_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct asked a = {.refuses = rows[i].refuses};
		struct ek_group_call call = call_of(&a, NULL, 100 + i);
		if (rows[i].looks)
			call = (struct ek_group_call){.look = look_at, .ctx = &a};
		a.request = &call.request;
		struct came came = ask_and_wait(g, &call, &a);
		assert_true(rows[i].looks || a.checked_at > 10000); /* what steady said */
		assert_int_equal(came.asked, rows[i].came.asked);
		assert_int_equal(came.refused, rows[i].came.refused);
		assert_int_equal(came.made, rows[i].came.made);
		assert_int_equal(came.seen, rows[i].came.seen);
	}
	ek_group_close(&g);
}

/* The group's thread is held, so its queue of one stays full. */
static void who_finds_the_queue_full_does_not_wait(void **state)
{
	struct fixture *f = *state;
	int64_t now = 10000;
	uint32_t done = 0;
	struct called one = {.cmd = new_conversation(), .done = &done};
	struct gate gate = {.call = {.look = pass_gate, .done = note_nothing, .ctx = &gate}};
	const struct ek_group_options o = {.writer = f->w,
					   .alloc = ek_heap_alloc(),
					   .now = steady,
					   .now_ctx = &now,
					   .queue = 1};
	struct ek_group *g;
	assert_true(ek_thread_lock_open(&gate.lock, &f->err));
	assert_true(ek_group_open(&o, &g, &f->err));
	ek_thread_lock_take(gate.lock);
	assert_true(ek_group_submit(g, &gate.call, &f->err));
	one.call = (struct ek_group_call){
		.request = {.cmd = &one.cmd}, .done = note_done, .ctx = &one};
	/* There is room again when the thread has come to the gate, and then no more. */
	while (!ek_group_submit(g, &one.call, &f->err))
		assert_int_equal(f->err.code, EK_BUSY);
	struct asked a = {0};
	struct ek_group_call call = call_of(&a, NULL, 200);
	struct came came = ask_and_wait(g, &call, &a);
	ek_thread_lock_give(gate.lock);
	ek_group_close(&g);
	assert_false(came.asked);
	assert_int_equal(a.checks, 0);
	assert_int_equal(done, 1);
	ek_thread_lock_close(&gate.lock);
}

int main(void)
{
	struct fixture fixture = {0};
	struct fixture *f = &fixture;
	const struct CMUnitTest tests[] = {
		WITH_WRITER(every_caller_is_answered_once),
		WITH_WRITER(a_full_queue_is_busy),
		WITH_WRITER(views_are_folded_for_several_groups_at_once),
		WITH_WRITER(who_waits_learns_what_came_of_it),
		WITH_WRITER(who_finds_the_queue_full_does_not_wait),
		WITH_WRITER(a_look_sees_what_is_on_disk_and_a_check_is_asked_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
