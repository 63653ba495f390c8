/* What the writer of a server promises to the people who were at work when it ended. */
#include "writer/writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/look.h"
#include "model/setting.h"
#include "store/faulty.h"
#include "store/log_backend.h"
#include "store/scratch.h"
#include "sys/heap.h"
#include "writer/replay.h"

enum {
	SECOND = 1000,
	MINUTE = 60 * SECOND,
	HOUR = 60 * MINUTE,
	BEGIN = 1000 * SECOND,
	AFTER = 2 * MINUTE, /* both thresholds: away and reassigning at once */
};

struct made {
	uint8_t kinds[64]; /* of the events, in order */
	uint32_t n;
	int64_t away_at; /* of the first presence.changed by itself */
};

struct fixture {
	struct ek_faulty faulty;
	char place[EK_SCRATCH_PATH];
	char where[EK_SCRATCH_PATH];
	struct ek_log *log;
	struct ek_writer *w;
	struct made made;
	struct ek_answer a;
	struct ek_err err;
};

static void note(void *ctx, const struct ek_events *events)
{
	struct made *m = ctx;
	for (uint32_t i = 0; i < events->n; i++) {
		const struct ek_event *e = &events->v[i];
		if (m->n < EK_LEN(m->kinds))
			m->kinds[m->n++] = (uint8_t)e->kind;
		if (e->kind == EK_EVENT_PRESENCE_CHANGED && m->away_at == EK_NONE &&
		    e->presence_changed.cause == EK_PRESENCE_CAUSE_AUTO)
			m->away_at = e->at.ms;
	}
}

static void open_at(struct fixture *f, int64_t now)
{
	const struct ek_log_options o = {.where = f->where, .mode = EK_LOG_CREATE, .vfs = "faulty"};
	f->made = (struct made){.away_at = EK_NONE};
	assert_true(ek_log_open(&o, &f->log, &f->err));
	const struct ek_writer_options options = {
		.log = f->log,
		.alloc = ek_heap_alloc(),
		.at = {now},
		.is_server = true,
		.made = note,
		.made_ctx = &f->made,
	};
	assert_true(ek_writer_open(&options, &f->w, &f->err));
}

static void end(struct fixture *f, bool clean)
{
	if (clean)
		assert_true(ek_writer_stop(f->w, &f->err));
	ek_writer_close(&f->w);
	ek_log_close(&f->log);
}

static int set_up(void **state)
{
	struct fixture *f = *state;
	ek_faulty_open(&f->faulty, "faulty");
	ek_scratch_make(f->place);
	ek_format(f->where, sizeof f->where, "%s/data", f->place);
	open_at(f, BEGIN);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	end(f, false);
	ek_faulty_close(&f->faulty);
	ek_scratch_remove(f->place);
	return 0;
}

/* ---- small words for the tests */

static bool take(struct fixture *f, const struct ek_cmd *cmd, int64_t at)
{
	const struct ek_request r = {.cmd = cmd, .at = {at}};
	return ek_writer_take(f->w, &r, &f->a, &f->err);
}

static void must_take(struct fixture *f, const struct ek_cmd *cmd, int64_t at)
{
	if (!take(f, cmd, at))
		fail_msg("%s", f->err.msg);
	assert_true(ek_writer_commit(f->w, false, &f->err));
}

static void set_threshold(struct fixture *f, int setting)
{
	const struct ek_set one = {(uint8_t)setting, ek_value_int(AFTER)};
	struct ek_cmd c = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
	c.settings_change.scope = EK_SCOPE_WORKSPACE;
	c.settings_change.set = (struct ek_sets){&one, 1};
	must_take(f, &c, BEGIN);
}

static void hear(struct fixture *f, int64_t at)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_ACTIVITY_SEEN);
	c.activity_seen.teammate.v = 1;
	must_take(f, &c, at);
}

static void arrive(struct fixture *f, int64_t at)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	c.conversation_create.team.v = 1;
	c.conversation_create.waiting_since.ms = at;
	must_take(f, &c, at);
}

static void let_pass(struct fixture *f, int64_t until)
{
	assert_true(ek_writer_tick(f->w, (ek_time){until}, &f->err));
	assert_true(ek_writer_commit(f->w, false, &f->err));
}

/* One person, at work for longer than the threshold, who was heard all the time, holds two. */
static int64_t work(struct fixture *f)
{
	const ek_team_id team = {1};
	struct ek_cmd c = ek_cmd_make(EK_CMD_TEAM_CREATE);
	must_take(f, &c, BEGIN);
	c = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
	c.teammate_create.primary = (struct ek_teams){&team, 1};
	must_take(f, &c, BEGIN);
	set_threshold(f, EK_SET_AUTO_AWAY_AFTER_MS);
	set_threshold(f, EK_SET_AUTO_REASSIGN_AFTER_MS);
	c = ek_cmd_make(EK_CMD_PRESENCE_SET);
	c.presence_set.teammate.v = 1;
	c.presence_set.presence = EK_PRESENCE_ACTIVE;
	must_take(f, &c, BEGIN);
	arrive(f, BEGIN);
	int64_t now = BEGIN;
	for (int i = 0; i < 5; i++)
		hear(f, now += MINUTE);
	arrive(f, now);
	return now;
}

static int presence(const struct fixture *f)
{
	struct ek_presence_view v;
	assert_true(ek_look_presence(ek_writer_engine(f->w), (ek_teammate_id){1}, &v));
	return v.presence;
}

static void assert_held(const struct fixture *f)
{
	for (uint32_t i = 1; i <= 2; i++) {
		struct ek_conversation_view v;
		assert_true(
			ek_look_conversation(ek_writer_engine(f->w), (ek_conversation_id){i}, &v));
		assert_int_equal(v.teammate.v, 1);
	}
}

static void assert_replays(struct fixture *f)
{
	uint8_t live[EK_HASH_BYTES];
	uint8_t again[EK_HASH_BYTES];
	struct ek_engine *e = NULL;
	const struct ek_replay_options o = {ek_heap_alloc(), 0, false};
	assert_true(ek_replay_hash(ek_writer_engine(f->w), live, &f->err));
	assert_true(ek_replay_open(f->log, &o, &e, &f->err));
	assert_true(ek_replay_hash(e, again, &f->err));
	assert_memory_equal(live, again, EK_HASH_BYTES);
	ek_engine_close(&e);
}

/* ---- what is promised */

static const struct start {
	const char *promise;
	bool clean;
	int64_t down_ms;
} starts[] = {
	{"a second after kill -9 nobody is away", false, SECOND},
	{"a night after kill -9 nobody is away", false, 8 * HOUR},
	{"kill -9 within the very millisecond sends nobody away", false, 0},
	{"a second after SIGTERM nobody is away", true, SECOND},
	{"a night after SIGTERM nobody is away", true, 8 * HOUR},
};

/* Down-time counts against nobody; who is not heard from then on goes away by the rule, counted
 * from the start. Source: spec routing, section 9; section 20, example 12. */
static void down_time_is_not_inactivity(void **state)
{
	struct fixture *f = *state;
	for (size_t i = 0; i < EK_LEN(starts); i++) {
		const struct start *s = &starts[i];
		int64_t now = work(f) + s->down_ms;
		end(f, s->clean);
		open_at(f, now);
		const bool well = f->made.n == 2 && f->made.kinds[0] == EK_EVENT_EPOCH_OPENED &&
				  f->made.kinds[1] == EK_EVENT_SERVER_STARTED &&
				  presence(f) == EK_PRESENCE_ACTIVE;
		if (!well)
			fail_msg("%s: %u events, the first %u; presence %d", s->promise, f->made.n,
				 f->made.kinds[0], presence(f));
		assert_held(f);
		let_pass(f, now + AFTER - 1);
		assert_int_equal(presence(f), EK_PRESENCE_ACTIVE);
		let_pass(f, now + AFTER);
		assert_int_equal(f->made.away_at, now + AFTER);
		assert_int_equal(presence(f), EK_PRESENCE_AWAY_REASSIGNING);
		assert_replays(f);
		tear_down(state);
		set_up(state);
	}
}

/* What fell due meanwhile happens once, at the start, and after it. */
static void what_fell_due_meanwhile_happens_at_the_start(void **state)
{
	struct fixture *f = *state;
	int64_t last = work(f);
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_SNOOZE);
	c.conversation_snooze.conversation.v = 1;
	c.conversation_snooze.until.ms = last + HOUR;
	must_take(f, &c, last);
	end(f, false);
	open_at(f, last + 8 * HOUR);
	assert_int_equal(f->made.kinds[0], EK_EVENT_EPOCH_OPENED);
	assert_int_equal(f->made.kinds[1], EK_EVENT_SERVER_STARTED);
	assert_int_equal(f->made.kinds[2], EK_EVENT_CONVERSATION_WOKEN);
	assert_int_equal(f->made.n, 3);
	assert_int_equal(ek_engine_time(ek_writer_engine(f->w)).ms, last + 8 * HOUR);
	assert_replays(f);
}

static void a_log_that_begins_has_not_been_down(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(f->made.n, 1);
	assert_int_equal(f->made.kinds[0], EK_EVENT_EPOCH_OPENED);
}

/* A commit that fails has the state read again from the log, which knows nothing of who was heard
 * since its last event. */
static void a_failed_commit_forgets_nobody(void **state)
{
	struct fixture *f = *state;
	int64_t now = work(f);
	for (int i = 0; i < 3; i++)
		hear(f, now += MINUTE);
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	c.conversation_create.team.v = 1;
	f->faulty.fail_write = true;
	assert_true(take(f, &c, now));
	assert_false(ek_writer_commit(f->w, false, &f->err));
	assert_int_equal(f->err.code, EK_READ_ONLY);
	f->faulty.fail_write = false;
	let_pass(f, now + AFTER - 1);
	assert_int_equal(f->made.away_at, EK_NONE);
	let_pass(f, now + AFTER);
	assert_int_equal(f->made.away_at, now + AFTER);
	assert_replays(f);
}

static bool refuse(struct ek_log *log, struct ek_err *err)
{
	(void)log;
	return ek_fail(err, EK_READ_ONLY, "there is no space");
}

/* While the disk is full what people do is refused, and nobody can be heard. */
static void a_full_disk_sends_nobody_away(void **state)
{
	struct fixture *f = *state;
	int64_t now = work(f);
	const struct ek_log_backend *backend = f->log->backend;
	struct ek_log_backend full = *backend;
	full.check_writable = refuse;
	f->log->backend = &full;
	struct ek_cmd heard = ek_cmd_make(EK_CMD_ACTIVITY_SEEN);
	heard.activity_seen.teammate.v = 1;
	for (int i = 1; i <= 60; i++)
		assert_false(take(f, &heard, now + i * MINUTE));
	f->log->backend = backend;
	now += HOUR;
	let_pass(f, now);
	assert_int_equal(f->made.away_at, EK_NONE);
	assert_int_equal(f->made.kinds[f->made.n - 1], EK_EVENT_SERVER_STARTED);
	/* Silent for a minute before the first refusal: that counts, what came after does not. */
	let_pass(f, now + AFTER - MINUTE - 1);
	assert_int_equal(f->made.away_at, EK_NONE);
	let_pass(f, now + AFTER - MINUTE);
	assert_int_equal(f->made.away_at, now + AFTER - MINUTE);
	assert_replays(f);
}

#define ON_DISK(test) cmocka_unit_test_prestate_setup_teardown(test, set_up, tear_down, f)

int main(void)
{
	struct fixture fixture = {0};
	struct fixture *f = &fixture;
	const struct CMUnitTest tests[] = {
		ON_DISK(down_time_is_not_inactivity),
		ON_DISK(what_fell_due_meanwhile_happens_at_the_start),
		ON_DISK(a_log_that_begins_has_not_been_down),
		ON_DISK(a_failed_commit_forgets_nobody),
		ON_DISK(a_full_disk_sends_nobody_away),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
