/* What a writer promises, on a log in memory and on one on disk that can be made to fail. */
#include "writer/writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/look.h"
#include "store/backup.h"
#include "store/cluster.h"
#include "store/faulty.h"
#include "store/scratch.h"
#include "store/verify.h"
#include "sys/heap.h"
#include "writer/replay.h"

struct fixture {
	struct ek_faulty faulty;
	char place[EK_SCRATCH_PATH];
	char where[EK_SCRATCH_PATH];
	struct ek_log *log;
	struct ek_writer *w;
	struct ek_writer_options options;
	struct ek_answer a;
	struct ek_err err;
};

static void open_writer(struct fixture *f)
{
	const struct ek_log_options o = {.where = f->where, .mode = EK_LOG_CREATE, .vfs = "faulty"};
	assert_true(ek_log_open(&o, &f->log, &f->err));
	f->options.log = f->log;
	f->options.alloc = ek_heap_alloc();
	assert_true(ek_writer_open(&f->options, &f->w, &f->err));
}

static void close_writer(struct fixture *f)
{
	ek_writer_close(&f->w);
	ek_log_close(&f->log);
}

static void reopen(struct fixture *f, bool clean)
{
	if (clean)
		assert_true(ek_writer_stop(f->w, &f->err));
	close_writer(f);
	open_writer(f);
}

static int set_up(void **state)
{
	struct fixture *f = *state;
	f->options = (struct ek_writer_options){.at = {500}, .lazy_epoch = true};
	ek_faulty_open(&f->faulty, "faulty");
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
	ek_scratch_remove(f->place);
	return 0;
}

/* ---- small words for the tests */

static struct ek_writer_key key_of(uint32_t i, uint32_t request)
{
	struct ek_writer_key k;
	ek_hash_once(&i, sizeof i, k.key);
	ek_hash_once(&request, sizeof request, k.request);
	return k;
}

static bool take_keyed(struct fixture *f, const struct ek_cmd *cmd, int64_t at, uint32_t key)
{
	struct ek_writer_key k = key_of(key, key);
	const struct ek_request r = {.cmd = cmd, .at = {at}, .key = key == 0 ? NULL : &k};
	return ek_writer_take(f->w, &r, &f->a, &f->err);
}

static struct ek_cmd by_person(int kind)
{
	struct ek_cmd c = ek_cmd_make(kind);
	c.by.kind = EK_ACTOR_PERSON;
	return c;
}

static struct ek_cmd new_conversation(uint32_t team)
{
	struct ek_cmd c = by_person(EK_CMD_CONVERSATION_CREATE);
	c.conversation_create.team.v = team;
	c.has = 1u << 2;
	return c;
}

static struct ek_cmd close_conversation(uint32_t id)
{
	struct ek_cmd c = by_person(EK_CMD_CONVERSATION_CLOSE);
	c.conversation_close.conversation.v = id;
	c.has = 1;
	return c;
}

static struct ek_cmd give_conversation(uint32_t id, uint32_t teammate)
{
	struct ek_cmd c = by_person(EK_CMD_CONVERSATION_ASSIGN);
	c.conversation_assign.conversation.v = id;
	c.conversation_assign.teammate.v = teammate;
	return c;
}

static struct ek_cmd set_presence(uint32_t teammate, uint8_t presence)
{
	struct ek_cmd c = by_person(EK_CMD_PRESENCE_SET);
	c.presence_set.teammate.v = teammate;
	c.presence_set.presence = presence;
	c.has = 3;
	return c;
}

static void must_take(struct fixture *f, const struct ek_cmd *cmd, int64_t at, uint32_t key)
{
	if (!take_keyed(f, cmd, at, key))
		fail_msg("%s", f->err.msg);
}

static void must_commit(struct fixture *f)
{
	if (!ek_writer_commit(f->w, false, &f->err))
		fail_msg("%s", f->err.msg);
}

/* One team, some teammates who serve it and are active. */
static void make_people(struct fixture *f, uint32_t teammates)
{
	struct ek_cmd team = by_person(EK_CMD_TEAM_CREATE);
	must_take(f, &team, 1000, 0);
	const ek_team_id one = {f->a.id};
	for (uint32_t i = 0; i < teammates; i++) {
		struct ek_cmd mate = by_person(EK_CMD_TEAMMATE_CREATE);
		mate.teammate_create.primary = (struct ek_teams){&one, 1};
		mate.has = 1;
		must_take(f, &mate, 1000, 0);
		struct ek_cmd active = set_presence(f->a.id, EK_PRESENCE_ACTIVE);
		must_take(f, &active, 1000, 0);
	}
	must_commit(f);
}

/* A few hundred commands, some of them refused, in groups. */
static void make_traffic(struct fixture *f, uint32_t seed, uint32_t commands, bool more)
{
	for (uint32_t i = 0; i < commands; i++) {
		uint32_t x = (seed + i) * 2654435761u >> 8;
		uint32_t known = ek_look_conversation_count(ek_writer_engine(f->w));
		struct ek_cmd c = new_conversation(x % 4 == 0 ? 0 : 1);
		if (x % 3 == 1 && known > 0)
			c = close_conversation(x % (known + 2) + 1);
		if (x % 7 == 2)
			c = set_presence(x % 3 + 1, (uint8_t)(x / 7 % 3 + 1));
		(void)take_keyed(f, &c, 2000 + (int64_t)(seed + i) * 1000, seed + i + 1);
		if (i % 16 == 15)
			assert_true(ek_writer_commit(f->w, more, &f->err));
	}
	assert_true(ek_writer_commit(f->w, more, &f->err));
}

static void live_hash(const struct fixture *f, uint8_t out[EK_HASH_BYTES])
{
	struct ek_err err;
	assert_true(ek_replay_hash(ek_writer_engine(f->w), out, &err));
}

static void replay_hash(struct fixture *f, bool from_snapshot, uint8_t out[EK_HASH_BYTES])
{
	const struct ek_replay_options o = {ek_heap_alloc(), 0, from_snapshot};
	struct ek_engine *engine;
	if (!ek_replay_open(f->log, &o, &engine, &f->err))
		fail_msg("%s", f->err.msg);
	assert_true(ek_replay_hash(engine, out, &f->err));
	ek_engine_close(&engine);
}

static void assert_well(struct fixture *f)
{
	struct ek_verify_report v;
	assert_true(ek_verify_log(f->log, ek_heap_alloc(), &v, &f->err));
	if (!v.ok)
		fail_msg("%s", v.sentence);
	assert_int_equal(v.last_seq, ek_engine_seq(ek_writer_engine(f->w)));
	uint8_t live[EK_HASH_BYTES];
	uint8_t replayed[EK_HASH_BYTES];
	live_hash(f, live);
	replay_hash(f, false, replayed);
	assert_memory_equal(live, replayed, EK_HASH_BYTES);
	replay_hash(f, true, replayed);
	assert_memory_equal(live, replayed, EK_HASH_BYTES);
}

/* ---- P2, P9: keys */

static void the_same_key_gets_the_first_answer(void **state)
{
	struct fixture *f = *state;
	make_people(f, 1);
	struct ek_cmd c = new_conversation(1);
	must_take(f, &c, 2000, 7);
	struct ek_answer first = f->a;
	assert_false(first.repeated);
	assert_int_equal(first.id, 1);
	must_take(f, &c, 2000, 7); /* not yet committed */
	assert_true(f->a.repeated);
	assert_int_equal(f->a.first_seq, first.first_seq);
	assert_true(ek_writer_commit(f->w, true, &f->err)); /* committed, not yet folded */
	must_take(f, &c, 3000, 7);
	assert_true(f->a.repeated);
	assert_int_equal(f->a.last_seq, first.last_seq);
	must_commit(f); /* folded */
	must_take(f, &c, 4000, 7);
	assert_true(f->a.repeated);
	assert_int_equal(f->a.last_seq, first.last_seq);
	for (int clean = 0; clean < 2; clean++) {
		reopen(f, clean != 0);
		must_take(f, &c, 5000, 7);
		assert_true(f->a.repeated);
		assert_int_equal(f->a.first_seq, first.first_seq);
		assert_int_equal(f->a.last_seq, first.last_seq);
	}
	assert_int_equal(ek_look_conversation_count(ek_writer_engine(f->w)), 1);
	assert_int_equal(ek_log_head(f->log)->seq, first.last_seq);
}

static void an_unfolded_key_survives_a_kill(void **state)
{
	struct fixture *f = *state;
	make_people(f, 1);
	struct ek_cmd c = new_conversation(1);
	must_take(f, &c, 2000, 7);
	uint64_t first = f->a.first_seq;
	assert_true(ek_writer_commit(f->w, true, &f->err));
	reopen(f, false);
	must_take(f, &c, 2000, 7);
	assert_true(f->a.repeated);
	assert_int_equal(f->a.first_seq, first);
}

static void the_same_key_for_another_request_is_refused(void **state)
{
	struct fixture *f = *state;
	make_people(f, 1);
	struct ek_cmd c = new_conversation(1);
	must_take(f, &c, 2000, 7);
	for (int committed = 0; committed < 2; committed++) {
		struct ek_writer_key other = key_of(7, 8);
		const struct ek_request r = {.cmd = &c, .at = {2000}, .key = &other};
		assert_false(ek_writer_take(f->w, &r, &f->a, &f->err));
		assert_int_equal(f->err.code, EK_KEY_REUSED);
		struct ek_cmd somebody_else = c;
		somebody_else.by.id = 1;
		assert_false(take_keyed(f, &somebody_else, 2000, 7));
		assert_int_equal(f->err.code, EK_KEY_REUSED);
		must_commit(f);
	}
}

static void a_request_that_makes_nothing_is_remembered(void **state)
{
	struct fixture *f = *state;
	make_people(f, 1);
	struct ek_cmd active = set_presence(1, EK_PRESENCE_ACTIVE);
	uint64_t seq = ek_engine_seq(ek_writer_engine(f->w));
	must_take(f, &active, 2000, 9);
	assert_int_equal(f->a.first_seq, 0);
	assert_int_equal(ek_engine_seq(ek_writer_engine(f->w)), seq);
	assert_true(ek_writer_commit(f->w, true, &f->err));
	struct ek_cmd away = set_presence(1, EK_PRESENCE_AWAY);
	must_take(f, &away, 3000, 10);
	must_commit(f);
	reopen(f, false);
	must_take(f, &active, 4000, 9); /* late and again: must not make them active */
	assert_true(f->a.repeated);
	assert_int_equal(f->a.first_seq, 0);
	struct ek_teammate_view v;
	assert_true(ek_look_teammate(ek_writer_engine(f->w), (ek_teammate_id){1}, &v));
	assert_int_equal(v.presence, EK_PRESENCE_AWAY);
}

static void a_refusal_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	make_people(f, 1);
	uint8_t before[EK_HASH_BYTES];
	uint8_t after[EK_HASH_BYTES];
	struct ek_log_head head = *ek_log_head(f->log);
	live_hash(f, before);
	struct ek_cmd c = close_conversation(4711);
	assert_false(take_keyed(f, &c, 1000, 7));
	assert_int_equal(f->err.code, EK_NOT_FOUND);
	assert_false(ek_writer_is_pending(f->w));
	must_commit(f);
	live_hash(f, after);
	assert_memory_equal(before, after, EK_HASH_BYTES);
	assert_memory_equal(ek_log_head(f->log), &head, sizeof head);
	/* The key is free. */
	struct ek_cmd good = new_conversation(1);
	must_take(f, &good, 2000, 7);
	assert_false(f->a.repeated);
}

/* ---- P5: replay; epochs; time */

static void live_state_is_what_the_log_gives(void **state)
{
	struct fixture *f = *state;
	make_people(f, 3);
	for (uint32_t round = 0; round < 6; round++) {
		make_traffic(f, round * 1000, 150, round % 2 == 1);
		if (round == 2)
			assert_true(ek_writer_snapshot(f->w, &f->err));
		assert_well(f);
		uint8_t before[EK_HASH_BYTES];
		uint8_t after[EK_HASH_BYTES];
		live_hash(f, before);
		reopen(f, round % 3 == 0);
		live_hash(f, after);
		assert_memory_equal(before, after, EK_HASH_BYTES);
	}
}

static void a_damaged_snapshot_is_passed_over(void **state)
{
	struct fixture *f = *state;
	uint8_t live[EK_HASH_BYTES];
	uint8_t replayed[EK_HASH_BYTES];
	make_people(f, 2);
	make_traffic(f, 0, 50, false);
	live_hash(f, live);
	uint8_t hash[EK_HASH_BYTES] = {1, 2, 3};
	assert_true(ek_writer_snapshot(f->w, &f->err));
	assert_true(ek_log_begin(f->log, &f->err));
	assert_true(ek_log_put_snapshot(f->log, ek_log_head(f->log)->seq, hash, EK_S("not it"),
					&f->err));
	assert_true(ek_log_commit(f->log, &f->err));
	replay_hash(f, true, replayed);
	assert_memory_equal(live, replayed, EK_HASH_BYTES);
	reopen(f, false);
	live_hash(f, replayed);
	assert_memory_equal(live, replayed, EK_HASH_BYTES);
}

static void each_reign_opens_its_epoch(void **state)
{
	struct fixture *f = *state;
	f->options.lazy_epoch = false;
	uint64_t last = ek_writer_epoch(f->w);
	for (int i = 0; i < 3; i++) {
		uint64_t seq = ek_log_head(f->log)->seq;
		reopen(f, i == 1);
		assert_true(ek_writer_epoch(f->w) > last);
		last = ek_writer_epoch(f->w);
		assert_int_equal(ek_log_head(f->log)->seq, seq + 1);
		assert_int_equal(ek_log_head(f->log)->epoch, last);
	}
	assert_well(f);
}

static void a_lazy_reign_in_which_nothing_happens_leaves_the_log(void **state)
{
	struct fixture *f = *state;
	make_people(f, 1);
	struct ek_log_head head = *ek_log_head(f->log);
	for (int i = 0; i < 3; i++) {
		reopen(f, true);
		assert_memory_equal(ek_log_head(f->log), &head, sizeof head);
	}
	struct ek_cmd c = new_conversation(1);
	must_take(f, &c, 2000, 1);
	assert_true(f->a.first_seq > head.seq + 1); /* after epoch.opened */
	must_commit(f);
	assert_well(f);
}

static void what_is_due_is_ticked_first(void **state)
{
	struct fixture *f = *state;
	make_people(f, 1);
	struct ek_cmd c = new_conversation(1);
	must_take(f, &c, 2000, 1);
	struct ek_cmd snooze = by_person(EK_CMD_CONVERSATION_SNOOZE);
	snooze.conversation_snooze.conversation.v = f->a.id;
	snooze.conversation_snooze.until = (ek_time){50000};
	snooze.has = 3;
	must_take(f, &snooze, 3000, 2);
	must_commit(f);
	struct ek_conversation_view v;
	assert_true(ek_writer_tick(f->w, (ek_time){49999}, &f->err));
	assert_false(ek_writer_is_pending(f->w));
	struct ek_cmd other = new_conversation(1);
	must_take(f, &other, 60000, 3);
	assert_true(ek_look_conversation(ek_writer_engine(f->w), (ek_conversation_id){1}, &v));
	assert_int_equal(v.state, EK_STATE_OPEN);
	must_commit(f);
	assert_well(f);
}

/* ---- views */

enum { DUMP_MAX = 1 << 20 };

struct dump {
	char *p;
	size_t n;
};

static bool add_values(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)err;
	struct dump *d = ctx;
	for (uint32_t i = 0; i < n; i++) {
		char *to = d->p + d->n;
		size_t room = DUMP_MAX - d->n;
		if (v[i].kind == EK_VIEWS_INT)
			d->n += ek_format(to, room, "%lld ", (long long)v[i].i);
		else if (v[i].kind == EK_VIEWS_TEXT)
			d->n += ek_format(to, room, "%s ", (const char *)v[i].p);
		else if (v[i].kind == EK_VIEWS_BLOB)
			d->n += ek_format(to, room, "%d ", *(const uint8_t *)v[i].p);
		else
			d->n += ek_format(to, room, "- ");
	}
	d->n += ek_format(d->p + d->n, DUMP_MAX - d->n, "\n");
	return true;
}

static char *dump_views(struct fixture *f)
{
	struct dump d = {test_malloc(DUMP_MAX), 0};
	for (int v = 0; v < EK_VIEWS_COUNT; v++) {
		/* Keys lie packed as they were folded; that they are there is what retries show. */
		if (v == EK_VIEWS_KEYS)
			continue;
		d.n += ek_format(d.p + d.n, DUMP_MAX - d.n, "%s\n",
				 ek_views_table((enum ek_views)v)->name);
		assert_true(ek_log_each_value(f->log, (enum ek_views)v, add_values, &d, &f->err));
	}
	return d.p;
}

static void rebuild_and_compare(struct fixture *f)
{
	uint64_t seq;
	char *before = dump_views(f);
	assert_true(ek_log_view_seq(f->log, &seq, &f->err));
	assert_int_equal(seq, ek_log_head(f->log)->seq);
	f->options.rebuild = true;
	reopen(f, true);
	f->options.rebuild = false;
	char *after = dump_views(f);
	assert_string_equal(before, after);
	test_free(before);
	test_free(after);
}

static void views_folded_as_they_go_equal_views_rebuilt(void **state)
{
	struct fixture *f = *state;
	make_people(f, 3);
	make_traffic(f, 0, 200, false);
	rebuild_and_compare(f);
	make_traffic(f, 1000, 200, false);
	rebuild_and_compare(f);
}

static void views_that_lag_catch_up(void **state)
{
	struct fixture *f = *state;
	uint64_t seq;
	make_people(f, 3);
	make_traffic(f, 0, 100, true);
	assert_true(ek_log_view_seq(f->log, &seq, &f->err));
	assert_true(seq < ek_log_head(f->log)->seq);
	reopen(f, false); /* as after a kill: the start folds what is missing */
	rebuild_and_compare(f);
	make_traffic(f, 1000, 100, true);
	assert_true(ek_writer_idle(f->w, &f->err));
	rebuild_and_compare(f);
}

static void views_lag_no_further_than_they_may(void **state)
{
	struct fixture *f = *state;
	f->options.fold_events = 40;
	reopen(f, true);
	make_people(f, 3);
	for (uint32_t i = 0; i < 40; i++) {
		uint64_t seq;
		make_traffic(f, i * 100, 10, true);
		assert_true(ek_log_view_seq(f->log, &seq, &f->err));
		assert_true(ek_log_head(f->log)->seq - seq < 40);
	}
	assert_true(ek_writer_counts(f->w).folds < ek_writer_counts(f->w).commits / 2);
	assert_true(ek_writer_idle(f->w, &f->err));
	rebuild_and_compare(f);
}

static void an_assignment_has_one_row_with_both_ends(void **state)
{
	struct fixture *f = *state;
	make_people(f, 1);
	struct ek_cmd c = new_conversation(1);
	must_take(f, &c, 2000, 1);
	uint32_t id = f->a.id;
	must_commit(f);
	struct ek_cmd done = close_conversation(id);
	must_take(f, &done, 9000, 2);
	must_commit(f);
	char *text = dump_views(f);
	assert_non_null(strstr(text, "\nassignments\n1 1 1 1 balanced primary only_one - 0 - - "));
	assert_non_null(strstr(text, " 9000 closed \n"));
	test_free(text);
}

static void names_come_with_the_commit(void **state)
{
	struct fixture *f = *state;
	uint32_t id;
	make_people(f, 1);
	assert_true(ek_writer_set_name(f->w, EK_WRITER_NAME_TEAM, 1, EK_S("bank"), &f->err));
	assert_true(ek_log_find_name(f->log, EK_WRITER_NAME_TEAM, EK_S("bank"), &id, &f->err));
	assert_int_equal(id, 0);
	must_commit(f);
	assert_true(ek_log_find_name(f->log, EK_WRITER_NAME_TEAM, EK_S("bank"), &id, &f->err));
	assert_int_equal(id, 1);
}

/* ---- P5, P15: the same wherever it is kept */

/* What was given before is closed, opened again and given to another in one commit: it ends twice.
 */
static void end_twice(struct fixture *f)
{
	struct ek_conversation_view v;
	struct ek_cmd c = new_conversation(1);
	must_take(f, &c, 1500, 0);
	const ek_conversation_id id = {f->a.id};
	must_commit(f);
	assert_true(ek_look_conversation(ek_writer_engine(f->w), id, &v));
	assert_int_not_equal(v.teammate.v, 0);
	struct ek_cmd done = close_conversation(id.v);
	struct ek_cmd again = by_person(EK_CMD_CONVERSATION_REOPEN);
	struct ek_cmd give = give_conversation(id.v, v.teammate.v % 3 + 1);
	again.conversation_reopen.conversation = id;
	must_take(f, &done, 1600, 0);
	must_take(f, &again, 1700, 0);
	must_take(f, &give, 1800, 0);
	must_commit(f);
}

/* Drives one history into a log; the fixture's own is closed meanwhile. */
static char *history_in(struct fixture *f, const char *where, uint8_t hash[EK_HASH_BYTES])
{
	ek_format(f->where, sizeof f->where, "%s", where);
	open_writer(f);
	make_people(f, 3);
	end_twice(f);
	make_traffic(f, 0, 200, true);
	make_traffic(f, 500, 100, false);
	assert_well(f);
	assert_true(ek_writer_stop(f->w, &f->err));
	live_hash(f, hash);
	char *views = dump_views(f);
	close_writer(f);
	return views;
}

static void one_history_has_one_state_in_every_backend(void **state)
{
	struct fixture *f = *state;
	uint8_t memory[EK_HASH_BYTES];
	uint8_t sqlite[EK_HASH_BYTES];
	uint8_t postgres[EK_HASH_BYTES];
	char where[EK_SCRATCH_PATH];
	struct ek_cluster cluster;
	close_writer(f);
	test_free(history_in(f, "memory:", memory));
	ek_format(where, sizeof where, "%s/other", f->place);
	char *in_sqlite = history_in(f, where, sqlite);
	assert_memory_equal(memory, sqlite, EK_HASH_BYTES);
	/* The row of what ended twice says the last. */
	assert_non_null(strstr(in_sqlite, " 1800 reassigned \n"));
	if (ek_cluster_open(&cluster)) {
		ek_cluster_database(&cluster, where);
		char *in_postgres = history_in(f, where, postgres);
		assert_string_equal(in_sqlite, in_postgres);
		assert_memory_equal(memory, postgres, EK_HASH_BYTES);
		test_free(in_postgres);
		ek_cluster_close(&cluster);
	}
	test_free(in_sqlite);
}

static void a_backup_has_the_state_and_the_keys(void **state)
{
	struct fixture *f = *state;
	struct ek_backup_report b;
	uint8_t live[EK_HASH_BYTES];
	uint8_t restored[EK_HASH_BYTES];
	char copy[EK_SCRATCH_PATH];
	make_people(f, 3);
	make_traffic(f, 0, 200, true); /* made while the views lag */
	struct ek_cmd nothing = set_presence(1, EK_PRESENCE_ACTIVE);
	must_take(f, &nothing, 900000, 5000);
	struct ek_cmd again = set_presence(1, EK_PRESENCE_ACTIVE);
	must_take(f, &again, 900000, 5001);
	assert_int_equal(f->a.first_seq, 0);
	must_commit(f);
	live_hash(f, live);
	ek_format(copy, sizeof copy, "%s/copy", f->place);
	const struct ek_log_options beside = {.where = f->where, .mode = EK_LOG_READ};
	struct ek_log *reader;
	assert_true(ek_log_open(&beside, &reader, &f->err));
	if (!ek_backup_copy(reader,
			    &(struct ek_backup_options){.alloc = ek_heap_alloc(), .to = copy}, &b,
			    &f->err))
		fail_msg("%s", f->err.msg);
	ek_log_close(&reader);
	assert_int_equal(b.seq, ek_log_head(f->log)->seq);
	close_writer(f);
	ek_format(f->where, sizeof f->where, "%s", copy);
	open_writer(f);
	live_hash(f, restored);
	assert_memory_equal(live, restored, EK_HASH_BYTES);
	must_take(f, &again, 999000, 5001);
	assert_true(f->a.repeated);
	assert_well(f);
	rebuild_and_compare(f);
}

/* ---- promises, "Rules learnt" 1 and 3 */

static void a_failed_sync_is_an_unknown_outcome(void **state)
{
	struct fixture *f = *state;
	make_people(f, 1);
	struct ek_cmd c = new_conversation(1);
	must_take(f, &c, 2000, 7);
	f->faulty.fail_sync = true;
	assert_false(ek_writer_commit(f->w, false, &f->err));
	assert_int_equal(f->err.code, EK_OUTCOME_UNKNOWN);
	uint32_t syncs = f->faulty.syncs;
	/* No write, no commit, no checkpoint, no snapshot any more. */
	assert_false(take_keyed(f, &c, 3000, 8));
	assert_int_equal(f->err.code, EK_OUTCOME_UNKNOWN);
	assert_false(ek_writer_commit(f->w, false, &f->err));
	assert_int_equal(f->err.code, EK_OUTCOME_UNKNOWN);
	assert_false(ek_writer_snapshot(f->w, &f->err));
	assert_false(ek_writer_idle(f->w, &f->err));
	assert_false(ek_log_stop(f->log, &f->err));
	assert_int_equal(f->err.code, EK_OUTCOME_UNKNOWN);
	assert_int_equal(f->faulty.syncs, syncs);
	/* The retry gets one event, whether the row was there or not. */
	reopen(f, false);
	must_take(f, &c, 4000, 7);
	must_commit(f);
	assert_int_equal(ek_look_conversation_count(ek_writer_engine(f->w)), 1);
	assert_well(f);
}

static void a_full_disk_rolls_back_cleanly(void **state)
{
	struct fixture *f = *state;
	uint8_t before[EK_HASH_BYTES];
	uint8_t after[EK_HASH_BYTES];
	make_people(f, 1);
	live_hash(f, before);
	struct ek_log_head head = *ek_log_head(f->log);
	struct ek_cmd c = new_conversation(1);
	f->faulty.fail_write = true;
	for (uint32_t i = 0; i < 3; i++) {
		must_take(f, &c, 2000, 7 + i);
		assert_false(ek_writer_commit(f->w, false, &f->err));
		assert_int_equal(f->err.code, EK_READ_ONLY);
		live_hash(f, after);
		assert_memory_equal(before, after, EK_HASH_BYTES);
		assert_memory_equal(ek_log_head(f->log), &head, sizeof head);
	}
	f->faulty.fail_write = false;
	must_take(f, &c, 2000, 7);
	assert_false(f->a.repeated);
	must_commit(f);
	assert_int_equal(ek_look_conversation_count(ek_writer_engine(f->w)), 1);
	assert_well(f);
	reopen(f, false);
	assert_int_equal(ek_look_conversation_count(ek_writer_engine(f->w)), 1);
}

static void an_io_error_at_the_commit_is_an_unknown_outcome(void **state)
{
	struct fixture *f = *state;
	make_people(f, 1);
	struct ek_cmd c = new_conversation(1);
	must_take(f, &c, 2000, 7);
	f->faulty.fail_silent = true;
	assert_false(ek_writer_commit(f->w, false, &f->err));
	assert_int_equal(f->err.code, EK_OUTCOME_UNKNOWN);
	f->faulty.fail_silent = false;
	assert_false(take_keyed(f, &c, 2000, 7));
	assert_int_equal(f->err.code, EK_OUTCOME_UNKNOWN);
	reopen(f, false);
	must_take(f, &c, 2000, 7);
	must_commit(f);
	assert_well(f);
}

static void a_start_on_a_full_disk_is_read_only(void **state)
{
	struct fixture *f = *state;
	make_people(f, 1);
	struct ek_cmd c = new_conversation(1);
	must_take(f, &c, 2000, 7);
	assert_true(ek_writer_commit(f->w, true, &f->err)); /* the views lag */
	f->faulty.fail_write = true;
	f->options.lazy_epoch = false;
	reopen(f, false);
	assert_false(take_keyed(f, &c, 3000, 8));
	assert_int_equal(f->err.code, EK_READ_ONLY);
	assert_int_equal(ek_look_conversation_count(ek_writer_engine(f->w)), 1);
	f->faulty.fail_write = false;
	must_take(f, &c, 3000, 7);
	assert_true(f->a.repeated);
	must_take(f, &c, 3000, 8);
	must_commit(f);
	assert_well(f);
	rebuild_and_compare(f);
}

/* ---- P10 */

static void a_second_writer_fences_the_first(void **state)
{
	struct fixture *f = *state;
	make_people(f, 1);
	uint64_t epoch;
	assert_true(ek_log_take_epoch(f->log, &epoch, &f->err)); /* as another node would */
	struct ek_cmd c = new_conversation(1);
	must_take(f, &c, 2000, 7);
	assert_false(ek_writer_commit(f->w, false, &f->err));
	assert_int_equal(f->err.code, EK_FENCED);
	assert_false(take_keyed(f, &c, 2000, 7));
	assert_int_equal(f->err.code, EK_FENCED);
}

#define ON_DISK(test) cmocka_unit_test_prestate_setup_teardown(test, set_up, tear_down, f)

int main(void)
{
	struct fixture fixture = {0};
	struct fixture *f = &fixture;
	const struct CMUnitTest tests[] = {
		ON_DISK(the_same_key_gets_the_first_answer),
		ON_DISK(an_unfolded_key_survives_a_kill),
		ON_DISK(the_same_key_for_another_request_is_refused),
		ON_DISK(a_request_that_makes_nothing_is_remembered),
		ON_DISK(a_refusal_leaves_nothing),
		ON_DISK(live_state_is_what_the_log_gives),
		ON_DISK(a_damaged_snapshot_is_passed_over),
		ON_DISK(each_reign_opens_its_epoch),
		ON_DISK(a_lazy_reign_in_which_nothing_happens_leaves_the_log),
		ON_DISK(what_is_due_is_ticked_first),
		ON_DISK(views_folded_as_they_go_equal_views_rebuilt),
		ON_DISK(views_that_lag_catch_up),
		ON_DISK(views_lag_no_further_than_they_may),
		ON_DISK(an_assignment_has_one_row_with_both_ends),
		ON_DISK(names_come_with_the_commit),
		ON_DISK(one_history_has_one_state_in_every_backend),
		ON_DISK(a_backup_has_the_state_and_the_keys),
		ON_DISK(a_failed_sync_is_an_unknown_outcome),
		ON_DISK(a_full_disk_rolls_back_cleanly),
		ON_DISK(an_io_error_at_the_commit_is_an_unknown_outcome),
		ON_DISK(a_start_on_a_full_disk_is_read_only),
		ON_DISK(a_second_writer_fences_the_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
