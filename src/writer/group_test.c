/* The queue in front of the writer: everyone is answered once, in order, and nobody waits
 * unbounded. */
#include "writer/group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "sys/heap.h"

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
	const struct ek_group_options o = {f->w, ek_heap_alloc(), steady, &now, CALLS};
	struct ek_group *g;
	assert_true(ek_group_open(&o, &g, &f->err));
	for (uint32_t i = 0; i < CALLS; i++) {
		struct called *c = &calls[i];
		/* Every third is a repeat of the one before it. */
		c->cmd = new_conversation();
		c->key = key_of(1 + i - (i % 3 == 2));
		c->done = &done;
		c->call = (struct ek_group_call){{&c->cmd, {0}, &c->key}, note_done, c};
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
	const struct ek_group_options o = {f->w, ek_heap_alloc(), steady, &now, 4};
	struct ek_group *g;
	assert_true(ek_group_open(&o, &g, &f->err));
	for (uint32_t i = 0; i < 2000; i++) {
		struct called *c = &calls[i];
		c->cmd = new_conversation();
		c->done = &done;
		c->call = (struct ek_group_call){{&c->cmd, {0}, NULL}, note_done, c};
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

int main(void)
{
	struct fixture fixture = {0};
	struct fixture *f = &fixture;
	const struct CMUnitTest tests[] = {
		WITH_WRITER(every_caller_is_answered_once),
		WITH_WRITER(a_full_queue_is_busy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
