/* P1, P2, P5 against kill -9: a process drives commands into an SQLite directory and tells of each
 * one once its commit returned; it is killed at a random moment; then whatever it told of must be
 * there exactly once, whole, under the same seqs, and the log must verify and replay to the live
 * state.
 *
 * 30 rounds; 500 with EK_LONG=1. EK_SEED=N repeats a run as far as a race can be repeated. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/look.h"
#include "store/body.h"
#include "store/scratch.h"
#include "store/verify.h"
#include "sys/clock.h"
#include "sys/heap.h"
#include "writer/replay.h"
#include "writer/writer.h"

enum {
	ROUNDS = 30,
	ROUNDS_LONG = 500,
	ROUNDS_A_LOG = 30, /* then a new one: each round reads all of it several times */
	COMMANDS_A_ROUND = 4000,
	GROUP_MAX = 64,
	TEAMMATES = 5,
};

/* What the process tells: command i is on disk as these events. */
struct told {
	uint32_t i;
	uint32_t unused;
	uint64_t first_seq;
	uint64_t last_seq;
};

struct run {
	char place[EK_SCRATCH_PATH];
	char where[EK_SCRATCH_PATH];
	struct told *told; /* by command; first_seq 0 = not told of, or it made nothing */
	bool *is_told;
	uint8_t *seen; /* how often its key is in the log */
	uint32_t cap;
	uint32_t next; /* the first command that was never told of */
	uint64_t random;
	struct ek_log *log;
	struct ek_writer *w;
	struct ek_err err;
};

/* xorshift64, Marsaglia 2003. */
static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x >> 11;
}

static void open_writer(struct run *r)
{
	const struct ek_log_options o = {.where = r->where, .mode = EK_LOG_CREATE};
	if (!ek_log_open(&o, &r->log, &r->err))
		fail_msg("%s", r->err.msg);
	const struct ek_writer_options w = {.log = r->log,
					    .alloc = ek_heap_alloc(),
					    .snapshot_events = 3000,
					    .fold_events = 700,
					    .at = {1000}};
	if (!ek_writer_open(&w, &r->w, &r->err))
		fail_msg("%s", r->err.msg);
}

static void close_writer(struct run *r)
{
	ek_writer_close(&r->w);
	ek_log_close(&r->log);
}

/* The i-th command, the same each time. The first make a team and those who serve it. */
static struct ek_cmd command(uint32_t i, const ek_team_id *team)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	uint32_t x = i * 2654435761u >> 7;
	if (i == 0) {
		c = ek_cmd_make(EK_CMD_TEAM_CREATE);
	} else if (i <= TEAMMATES) {
		c = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
		c.teammate_create.primary = (struct ek_teams){team, 1};
		c.has = 1;
	} else if (i <= 2 * TEAMMATES || x % 11 == 0) {
		c = ek_cmd_make(EK_CMD_PRESENCE_SET);
		c.presence_set.teammate.v = i <= 2 * TEAMMATES ? i - TEAMMATES : x % TEAMMATES + 1;
		c.presence_set.presence =
			i <= 2 * TEAMMATES ? EK_PRESENCE_ACTIVE : (uint8_t)(x / 11 % 3 + 1);
		c.has = 3;
	} else if (x % 3 == 0) {
		c = ek_cmd_make(EK_CMD_CONVERSATION_CLOSE);
		c.conversation_close.conversation.v = x % (i / 2 + 1) + 1;
		c.has = 1;
	} else {
		c.conversation_create.team = *team;
		c.has = 1u << 2;
	}
	c.by.kind = EK_ACTOR_PERSON;
	return c;
}

static struct ek_writer_key key_of(uint32_t i)
{
	struct ek_writer_key k;
	ek_hash_once(&i, sizeof i, k.key);
	ek_hash_once(&i, sizeof i, k.request);
	memcpy(k.key, &i, sizeof i); /* so that the log can be read back */
	return k;
}

static bool take(struct ek_writer *w, uint32_t i, struct ek_answer *a, struct ek_err *err)
{
	const ek_team_id team = {1};
	const struct ek_cmd c = command(i, &team);
	const struct ek_writer_key k = key_of(i);
	const struct ek_request r = {.cmd = &c, .at = {2000 + (int64_t)i * 50}, .key = &k};
	return ek_writer_take(w, &r, a, err);
}

/* ---- the process that is killed */

static void drive(struct run *r, int pipe, uint64_t seed)
{
	uint32_t i = r->next;
	const uint32_t end = i + COMMANDS_A_ROUND;
	open_writer(r);
	while (i < end) {
		struct told group[GROUP_MAX];
		uint32_t n = (uint32_t)(next_random(&seed) % GROUP_MAX) + 1;
		uint32_t good = 0;
		for (uint32_t k = 0; k < n && i < end; k++, i++) {
			struct ek_answer a;
			if (take(r->w, i, &a, &r->err))
				group[good++] = (struct told){i, 0, a.first_seq, a.last_seq};
		}
		if (!ek_writer_commit(r->w, next_random(&seed) % 2 == 0, &r->err))
			_exit(3);
		ssize_t wrote = good == 0 ? 0 : write(pipe, group, good * sizeof *group);
		if (wrote != (ssize_t)(good * sizeof *group))
			_exit(4);
	}
	_exit(0);
}

/* ---- the one who kills and looks */

static void note(struct run *r, const struct told *t)
{
	assert_true(t->i < r->cap);
	if (r->is_told[t->i]) {
		assert_int_equal(r->told[t->i].first_seq, t->first_seq);
		assert_int_equal(r->told[t->i].last_seq, t->last_seq);
	}
	r->told[t->i] = *t;
	r->is_told[t->i] = true;
	if (t->i >= r->next)
		r->next = t->i + 1;
}

/* Reads what it tells until it has told of so many, or has ended. */
static void listen(struct run *r, int pipe, uint32_t enough)
{
	struct told t;
	size_t have = 0;
	for (uint32_t n = 0; n < enough;) {
		ssize_t k = read(pipe, (char *)&t + have, sizeof t - have);
		if (k <= 0)
			return;
		have += (size_t)k;
		if (have == sizeof t) {
			note(r, &t);
			have = 0;
			n++;
		}
	}
}

static void spin(uint64_t ns)
{
	for (uint64_t end = ek_clock_mono_ns() + ns; ek_clock_mono_ns() < end;)
		;
}

static void one_life(struct run *r)
{
	int ends[2];
	int rc = pipe(ends);
	assert_int_equal(rc, 0);
	uint64_t seed = next_random(&r->random) | 1;
	/* Retries come first: what was not told of may or may not be there. */
	r->next -= r->next > 100 ? (uint32_t)(next_random(&r->random) % 100) : 0;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(ends[0]);
		drive(r, ends[1], seed);
	}
	close(ends[1]);
	listen(r, ends[0], (uint32_t)(next_random(&r->random) % 1200));
	spin(next_random(&r->random) % 3000000);
	kill(pid, SIGKILL);
	listen(r, ends[0], UINT32_MAX); /* what it told before it died counts as well */
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status))
		assert_int_equal(WEXITSTATUS(status), 0);
	close(ends[0]);
}

static bool count_keys(void *ctx, const struct ek_log_row *row, struct ek_err *err)
{
	(void)err;
	struct run *r = ctx;
	struct ek_body_reader b;
	ek_body_open(&b, row->body, row->body_n, (struct ek_codec_base){row->first_seq, row->at});
	for (;;) {
		enum ek_body_step step = ek_body_next(&b);
		if (step == EK_BODY_END)
			return true;
		assert_int_not_equal(step, EK_BODY_BAD);
		if (step != EK_BODY_COMMAND || !b.has_key)
			continue;
		uint32_t i;
		memcpy(&i, b.key.key, sizeof i);
		assert_true(i < r->cap);
		r->seen[i]++;
		if (r->is_told[i]) {
			assert_int_equal(r->told[i].first_seq, b.seq);
			assert_int_equal(r->told[i].last_seq, b.seq + b.count - 1);
		}
	}
}

static void check_log(struct run *r)
{
	struct ek_verify_report v;
	memset(r->seen, 0, r->cap);
	assert_true(ek_verify_log(r->log, ek_heap_alloc(), &v, &r->err));
	if (!v.ok)
		fail_msg("%s", v.sentence);
	assert_true(ek_log_each(r->log, (struct ek_log_span){1, 0}, count_keys, r, &r->err));
	for (uint32_t i = 0; i < r->cap; i++) {
		bool made_events = r->is_told[i] && r->told[i].first_seq != 0;
		assert_true(made_events ? r->seen[i] == 1 : r->seen[i] <= 1);
	}
}

static void check_state(struct run *r)
{
	uint8_t live[EK_HASH_BYTES];
	uint8_t replayed[EK_HASH_BYTES];
	struct ek_engine *engine;
	assert_true(ek_replay_hash(ek_writer_engine(r->w), live, &r->err));
	for (int from_snapshot = 0; from_snapshot < 2; from_snapshot++) {
		const struct ek_replay_options o = {ek_heap_alloc(), 0, from_snapshot != 0};
		assert_true(ek_replay_open(r->log, &o, &engine, &r->err));
		assert_true(ek_replay_hash(engine, replayed, &r->err));
		ek_engine_close(&engine);
		assert_memory_equal(live, replayed, EK_HASH_BYTES);
	}
}

/* The same key again gets the same seqs: of the last thousand, and of some of the rest. */
static void check_retries(struct run *r)
{
	uint64_t seq = ek_engine_seq(ek_writer_engine(r->w));
	for (uint32_t i = 0; i < r->next; i++) {
		if (!r->is_told[i] || (i + 1000 < r->next && i % 97 != 0))
			continue;
		struct ek_answer a;
		assert_true(take(r->w, i, &a, &r->err));
		assert_true(a.repeated);
		assert_int_equal(a.first_seq, r->told[i].first_seq);
		if (a.first_seq != 0)
			assert_int_equal(a.last_seq, r->told[i].last_seq);
	}
	assert_int_equal(ek_engine_seq(ek_writer_engine(r->w)), seq);
}

static uint32_t told_in(const struct run *r)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < r->cap; i++)
		n += r->is_told[i];
	return n;
}

static void begin_log(struct run *r, uint32_t round)
{
	if (round > 0)
		ek_scratch_remove(r->where);
	ek_format(r->where, sizeof r->where, "%s/%u", r->place, round);
	memset(r->is_told, 0, r->cap * sizeof *r->is_told);
	r->next = 0;
}

static void acknowledged_commands_survive_kill_9(void **state)
{
	struct run *r = *state;
	const char *is_long = getenv("EK_LONG");
	uint32_t rounds = is_long != NULL && is_long[0] == '1' ? ROUNDS_LONG : ROUNDS;
	r->cap = (ROUNDS_A_LOG + 1) * COMMANDS_A_ROUND;
	r->told = test_calloc(r->cap, sizeof *r->told);
	r->is_told = test_calloc(r->cap, sizeof *r->is_told);
	r->seen = test_calloc(r->cap, sizeof *r->seen);
	uint64_t told = 0;
	for (uint32_t round = 0; round < rounds; round++) {
		if (round % ROUNDS_A_LOG == 0) {
			told += told_in(r);
			begin_log(r, round);
		}
		one_life(r);
		open_writer(r);
		check_log(r);
		check_state(r);
		check_retries(r);
		if (next_random(&r->random) % 2 == 0)
			assert_true(ek_writer_stop(r->w, &r->err));
		close_writer(r);
	}
	told += told_in(r);
	fprintf(stderr, "%u kills, %llu acknowledged commands, none lost\n", rounds,
		(unsigned long long)told);
	test_free(r->told);
	test_free(r->is_told);
	test_free(r->seen);
}

static uint64_t seed_given(void)
{
	const char *text = getenv("EK_SEED");
	uint64_t seed = 0;
	for (; text != NULL && *text >= '0' && *text <= '9'; text++)
		seed = seed * 10 + (uint64_t)(*text - '0');
	return seed != 0 ? seed : ek_clock_mono_ns() | 1;
}

int main(void)
{
	struct run run = {.random = seed_given()};
	fprintf(stderr, "EK_SEED=%llu\n", (unsigned long long)run.random);
	ek_scratch_make(run.place);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(acknowledged_commands_survive_kill_9, &run),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (failed == 0)
		ek_scratch_remove(run.place);
	else
		fprintf(stderr, "the log is in %s\n", run.where);
	return failed;
}
