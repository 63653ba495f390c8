/* What is sent to the disk while more is taken: nobody is told before it is there, what is taken
 * meanwhile is decided, and what is lost takes with it all that was decided upon it. */
#include "writer/group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>

#include <cmocka.h>

#include "engine/look.h"
#include "store/faulty.h"
#include "store/scratch.h"
#include "sys/heap.h"
#include "sys/thread.h"
#include "writer/replay.h"

enum { CALLS = 4 * EK_GROUP_COMMANDS, ROUNDS = 20, PATIENCE_MS = 1000, PATIENCES = 3 };

/* Stands before the disk: lets nobody pass while it is shut. */
struct gate {
	struct ek_thread_lock *lock;
	bool is_shut;          /* under the lock, as is_reached */
	bool is_reached;       /* since it was shut */
	atomic_uint decided;   /* calls of the group */
	unsigned decided_then; /* when it was reached */
};

struct fixture {
	struct ek_faulty faulty;
	struct gate gate;
	char place[EK_SCRATCH_PATH];
	char where[EK_SCRATCH_PATH];
	struct ek_log *log;
	struct ek_writer *w;
	struct ek_writer_options options;
	struct ek_answer a;
	struct ek_err err;
};

static void pass(void *ctx)
{
	struct gate *g = ctx;
	ek_thread_lock_take(g->lock);
	if (g->is_shut && !g->is_reached) {
		g->is_reached = true;
		g->decided_then = g->decided;
		ek_thread_lock_ring(g->lock);
	}
	while (g->is_shut)
		ek_thread_lock_wait(g->lock, (ek_span){PATIENCE_MS});
	ek_thread_lock_give(g->lock);
}

static void set_gate(struct gate *g, bool is_shut)
{
	ek_thread_lock_take(g->lock);
	g->is_shut = is_shut;
	g->is_reached = g->is_reached && !is_shut;
	ek_thread_lock_ring(g->lock);
	ek_thread_lock_give(g->lock);
}

static void open_writer(struct fixture *f)
{
	const struct ek_log_options o = {.where = f->where, .mode = EK_LOG_CREATE, .vfs = "faulty"};
	assert_true(ek_log_open(&o, &f->log, &f->err));
	f->options.log = f->log;
	f->options.alloc = ek_heap_alloc();
	f->options.at = (ek_time){500};
	assert_true(ek_writer_open(&f->options, &f->w, &f->err));
}

static void close_writer(struct fixture *f)
{
	ek_writer_close(&f->w);
	ek_log_close(&f->log);
}

static int set_up(void **state)
{
	struct fixture *f = *state;
	memset(f, 0, sizeof *f);
	assert_true(ek_thread_lock_open(&f->gate.lock, &f->err));
	ek_faulty_open(&f->faulty, "faulty");
	f->faulty.before_sync = pass;
	f->faulty.before_sync_ctx = &f->gate;
	ek_scratch_make(f->place);
	ek_format(f->where, sizeof f->where, "%s/data", f->place);
	open_writer(f);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	close_writer(f);
	ek_faulty_close(&f->faulty);
	ek_thread_lock_close(&f->gate.lock);
	ek_scratch_remove(f->place);
	return 0;
}

static struct ek_cmd new_conversation(void)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	c.by.kind = EK_ACTOR_PERSON;
	return c;
}

static bool take(struct fixture *f, uint32_t key)
{
	const struct ek_cmd c = new_conversation();
	struct ek_writer_key k;
	ek_hash_once(&key, sizeof key, k.key);
	memcpy(k.request, k.key, sizeof k.request);
	const struct ek_request r = {.cmd = &c, .at = {1000 + key}, .key = &k};
	return ek_writer_take(f->w, &r, &f->a, &f->err);
}

static void must_take(struct fixture *f, uint32_t key)
{
	if (!take(f, key))
		fail_msg("%s", f->err.msg);
}

static uint32_t conversations(const struct fixture *f)
{
	return ek_look_conversation_count(ek_writer_engine(f->w));
}

/* A process that ends here, and another that begins. */
static void kill_and_start(struct fixture *f)
{
	close_writer(f);
	open_writer(f);
}

static void assert_as_the_log_says(struct fixture *f)
{
	uint8_t live[EK_HASH_BYTES];
	uint8_t replayed[EK_HASH_BYTES];
	struct ek_engine *e;
	const struct ek_replay_options o = {ek_heap_alloc(), 0, false};
	assert_true(ek_replay_hash(ek_writer_engine(f->w), live, &f->err));
	assert_true(ek_replay_open(f->log, &o, &e, &f->err));
	assert_true(ek_replay_hash(e, replayed, &f->err));
	ek_engine_close(&e);
	assert_memory_equal(live, replayed, EK_HASH_BYTES);
}

static void more_is_decided_while_the_disk_works(void **state)
{
	struct fixture *f = *state;
	must_take(f, 1);
	set_gate(&f->gate, true);
	assert_true(ek_writer_send(f->w, &f->err));
	must_take(f, 2);
	assert_int_equal(f->a.id, 2);
	assert_false(ek_writer_has_landed(f->w));
	set_gate(&f->gate, false);
	assert_true(ek_writer_land(f->w, &f->err));
	assert_int_equal(ek_log_head(f->log)->seq, f->a.first_seq - 1);
	assert_true(ek_writer_commit(f->w, false, &f->err));
	assert_as_the_log_says(f);
}

static void what_landed_stays_and_what_was_not_sent_goes(void **state)
{
	struct fixture *f = *state;
	must_take(f, 1);
	assert_true(ek_writer_send(f->w, &f->err));
	must_take(f, 2);
	assert_true(ek_writer_land(f->w, &f->err));
	kill_and_start(f);
	assert_int_equal(conversations(f), 1);
	/* It lands too when nobody waits for it. */
	must_take(f, 3);
	assert_true(ek_writer_send(f->w, &f->err));
	kill_and_start(f);
	assert_int_equal(conversations(f), 2);
}

static void a_lost_one_takes_with_it_what_was_taken_since(void **state)
{
	struct fixture *f = *state;
	must_take(f, 1);
	assert_true(ek_writer_commit(f->w, false, &f->err));
	must_take(f, 2);
	f->faulty.fail_write = true;
	assert_true(ek_writer_send(f->w, &f->err));
	(void)take(f, 3); /* refused, if the disk was faster */
	assert_false(ek_writer_land(f->w, &f->err));
	assert_int_equal(f->err.code, EK_READ_ONLY);
	f->faulty.fail_write = false;
	assert_int_equal(conversations(f), 1);
	assert_true(ek_writer_land(f->w, &f->err)); /* nothing flies */
	for (uint32_t key = 2; key <= 3; key++) {
		must_take(f, key);
		assert_false(f->a.repeated);
	}
	assert_true(ek_writer_commit(f->w, false, &f->err));
	assert_int_equal(conversations(f), 3);
	assert_as_the_log_says(f);
}

static void an_unknown_outcome_ends_it(void **state)
{
	struct fixture *f = *state;
	must_take(f, 1);
	f->faulty.fail_sync = true;
	assert_true(ek_writer_send(f->w, &f->err));
	assert_false(ek_writer_land(f->w, &f->err));
	assert_int_equal(f->err.code, EK_OUTCOME_UNKNOWN);
	assert_true(ek_writer_is_dead(f->w, NULL));
	assert_false(take(f, 2));
	assert_int_equal(f->err.code, EK_OUTCOME_UNKNOWN);
	kill_and_start(f);
	must_take(f, 1); /* there or not, it is once */
	assert_true(ek_writer_commit(f->w, false, &f->err));
	assert_int_equal(conversations(f), 1);
}

static void a_key_is_known_while_its_command_flies(void **state)
{
	struct fixture *f = *state;
	must_take(f, 1);
	assert_true(ek_writer_commit(f->w, false, &f->err)); /* the key is in the store alone */
	must_take(f, 2);
	uint64_t seq = f->a.first_seq;
	set_gate(&f->gate, true);
	assert_true(ek_writer_send(f->w, &f->err));
	must_take(f, 2);
	assert_true(f->a.repeated);
	assert_int_equal(f->a.first_seq, seq);
	set_gate(&f->gate, false);
	must_take(f, 1);
	assert_true(f->a.repeated);
	assert_true(ek_writer_land(f->w, &f->err));
	assert_int_equal(conversations(f), 2);
}

static void views_that_must_be_folded_are_not_sent(void **state)
{
	struct fixture *f = *state;
	uint64_t seq;
	close_writer(f);
	f->options.fold_events = 1;
	open_writer(f);
	must_take(f, 1);
	assert_true(ek_writer_send(f->w, &f->err));
	assert_true(ek_writer_has_landed(f->w));
	assert_true(ek_writer_land(f->w, &f->err));
	assert_true(ek_log_view_seq(f->log, &seq, &f->err));
	assert_int_equal(seq, f->a.last_seq);
}

/* ---- the group */

struct called {
	struct ek_group_call call;
	struct ek_cmd cmd;
	struct gate *gate;
	atomic_uint *answered;
	enum ek_code code;
	uint64_t seq;
};

static void note_made(void *ctx, struct ek_writer *w, const struct ek_answer *a)
{
	struct called *c = ctx;
	(void)w;
	(void)a;
	ek_thread_lock_take(c->gate->lock);
	c->gate->decided++;
	ek_thread_lock_ring(c->gate->lock);
	ek_thread_lock_give(c->gate->lock);
}

static void note_done(void *ctx, const struct ek_answer *a, const struct ek_err *err)
{
	struct called *c = ctx;
	c->code = err == NULL ? EK_OK : err->code;
	c->seq = a->first_seq;
	(*c->answered)++;
}

static void hold(void *ctx, struct ek_engine *e)
{
	(void)e;
	pass(ctx);
}

static void note_nothing(void *ctx, const struct ek_answer *a, const struct ek_err *err)
{
	(void)ctx;
	(void)a;
	(void)err;
}

static ek_time steady(void *ctx)
{
	(void)ctx;
	return (ek_time){10000};
}

static void wait_until_reached(struct gate *g)
{
	ek_thread_lock_take(g->lock);
	while (!g->is_reached)
		ek_thread_lock_wait(g->lock, (ek_span){PATIENCE_MS});
	ek_thread_lock_give(g->lock);
}

/* How many were decided by when the disk was at the first of them; waits a while for more than when
 * it was asked. */
static unsigned decided_meanwhile(struct gate *g)
{
	ek_thread_lock_take(g->lock);
	for (int i = 0; i < PATIENCES && !(g->is_reached && g->decided > g->decided_then); i++)
		ek_thread_lock_wait(g->lock, (ek_span){PATIENCE_MS});
	unsigned decided = g->decided;
	ek_thread_lock_give(g->lock);
	return decided;
}

static void note_first(void *ctx, uint64_t seq)
{
	uint64_t *first = ctx;
	*first = *first == 0 ? seq : *first;
}

/* What came of many calls that waited together before the first was taken. */
struct outcome {
	unsigned decided;   /* while the disk was at the first, and nobody was answered */
	unsigned asked_for; /* of the disk then; 0 = nothing got there */
	unsigned answered_early;
};

static void submit_all(struct fixture *f, struct ek_group *g, struct called *calls,
		       atomic_uint *answered)
{
	for (uint32_t i = 0; i < CALLS; i++) {
		struct called *c = &calls[i];
		*c = (struct called){
			.cmd = new_conversation(), .gate = &f->gate, .answered = answered};
		c->call = (struct ek_group_call){.request = {.cmd = &c->cmd},
						 .made = note_made,
						 .done = note_done,
						 .ctx = c};
		assert_true(ek_group_submit(g, &c->call, &f->err));
	}
}

static struct outcome run_calls(struct fixture *f, struct called *calls)
{
	struct gate door;
	struct outcome out = {0};
	atomic_uint answered = 0;
	uint64_t first_seq = 0;
	memset(&door, 0, sizeof door);
	assert_true(ek_thread_lock_open(&door.lock, &f->err));
	const struct ek_group_options o = {.writer = f->w,
					   .alloc = ek_heap_alloc(),
					   .now = steady,
					   .committed = note_first,
					   .events_ctx = &first_seq};
	struct ek_group_call first = {.look = hold, .done = note_nothing, .ctx = &door};
	struct ek_group *g;
	assert_true(ek_group_open(&o, &g, &f->err));
	set_gate(&door, true);
	assert_true(ek_group_submit(g, &first, &f->err));
	wait_until_reached(&door);
	submit_all(f, g, calls, &answered);
	f->gate.decided = 0;
	set_gate(&f->gate, true);
	set_gate(&door, false);
	out.decided = decided_meanwhile(&f->gate);
	out.answered_early = answered;
	set_gate(&f->gate, false);
	ek_group_close(&g);
	assert_int_equal(answered, CALLS);
	ek_thread_lock_close(&door.lock);
	for (uint32_t i = 0; i < CALLS; i++)
		out.asked_for += calls[i].code == EK_OK && calls[i].seq <= first_seq;
	return out;
}

/* On a slow machine the views may be due just then, and the group waits while they are folded. */
static void a_group_decides_while_the_disk_works_and_answers_after(void **state)
{
	struct fixture *f = *state;
	struct called *calls = test_calloc(CALLS, sizeof *calls);
	bool decided = false;
	uint32_t rounds = 0;
	while (!decided && rounds++ < ROUNDS) {
		struct outcome out = run_calls(f, calls);
		assert_int_equal(out.answered_early, 0);
		decided = out.decided > out.asked_for;
		for (uint32_t i = 0; i < CALLS; i++) {
			assert_int_equal(calls[i].code, EK_OK);
			assert_true(i == 0 || calls[i].seq > calls[i - 1].seq);
		}
	}
	test_free(calls);
	assert_true(decided);
	assert_as_the_log_says(f);
	kill_and_start(f);
	assert_int_equal(conversations(f), rounds * CALLS);
}

static void a_group_whose_disk_fails_tells_everyone(void **state)
{
	struct fixture *f = *state;
	struct called *calls = test_calloc(CALLS, sizeof *calls);
	f->faulty.fail_sync = true;
	(void)run_calls(f, calls);
	for (uint32_t i = 0; i < CALLS; i++)
		assert_int_equal(calls[i].code, EK_OUTCOME_UNKNOWN);
	test_free(calls);
}

/* Everybody is told of a loss, those too that were decided upon it; then all goes on. */
static void a_group_whose_disk_is_full_goes_on_when_there_is_room(void **state)
{
	struct fixture *f = *state;
	struct called *calls = test_calloc(CALLS, sizeof *calls);
	uint64_t losses = ek_writer_losses(f->w);
	f->faulty.fail_write = true;
	(void)run_calls(f, calls);
	for (uint32_t i = 0; i < CALLS; i++)
		assert_int_equal(calls[i].code, EK_READ_ONLY);
	assert_true(ek_writer_losses(f->w) > losses);
	assert_int_equal(conversations(f), 0);
	f->faulty.fail_write = false;
	(void)run_calls(f, calls);
	for (uint32_t i = 0; i < CALLS; i++)
		assert_int_equal(calls[i].code, EK_OK);
	test_free(calls);
	assert_int_equal(conversations(f), CALLS);
	assert_as_the_log_says(f);
}

/* What cannot be loaded again after a loss is dead and has no engine: those that still wait are
 * told. */
static void a_group_that_cannot_load_again_tells_everyone(void **state)
{
	struct fixture *f = *state;
	struct called *calls = test_calloc(CALLS, sizeof *calls);
	f->faulty.fail_write = true;
	f->faulty.fail_read = true;
	(void)run_calls(f, calls);
	for (uint32_t i = 0; i < CALLS; i++)
		assert_int_not_equal(calls[i].code, EK_OK);
	assert_true(ek_writer_is_dead(f->w, NULL));
	f->faulty.fail_write = false;
	f->faulty.is_unreadable = false;
	test_free(calls);
	kill_and_start(f);
	assert_int_equal(conversations(f), 0);
}

#define ON_DISK(test) cmocka_unit_test_prestate_setup_teardown(test, set_up, tear_down, f)

int main(void)
{
	static struct fixture fixture;
	struct fixture *f = &fixture;
	const struct CMUnitTest tests[] = {
		ON_DISK(more_is_decided_while_the_disk_works),
		ON_DISK(what_landed_stays_and_what_was_not_sent_goes),
		ON_DISK(a_lost_one_takes_with_it_what_was_taken_since),
		ON_DISK(an_unknown_outcome_ends_it),
		ON_DISK(a_key_is_known_while_its_command_flies),
		ON_DISK(views_that_must_be_folded_are_not_sent),
		ON_DISK(a_group_decides_while_the_disk_works_and_answers_after),
		ON_DISK(a_group_whose_disk_fails_tells_everyone),
		ON_DISK(a_group_whose_disk_is_full_goes_on_when_there_is_room),
		ON_DISK(a_group_that_cannot_load_again_tells_everyone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
