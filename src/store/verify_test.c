/* P13: any flipped byte of a log is found, and the first event that it damages is named. */
#include "store/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "store/backup.h"
#include "store/body.h"
#include "store/log_memory.h"
#include "store/scratch.h"
#include "sys/heap.h"

enum { EVENTS = 200, SNAPSHOT_SEQ = 120 };

static struct ek_event event_of(uint64_t seq, uint64_t epoch)
{
	struct ek_event e;
	memset(&e, 0, sizeof e);
	e.seq = seq;
	e.at = (ek_time){1000000 + (int64_t)seq * 7};
	e.by.kind = EK_ACTOR_PERSON;
	e.by.id = (uint32_t)(seq % 5);
	switch (seq % 3) {
	case 0:
		e.kind = EK_EVENT_MESSAGE_ADDED;
		e.message_added.conversation.v = (uint32_t)seq;
		e.message_added.author = EK_AUTHOR_CONTACT;
		e.message_added.sent = (ek_time){900000};
		break;
	case 1:
		e.kind = EK_EVENT_EPOCH_OPENED;
		e.epoch_opened.epoch = (int64_t)epoch;
		break;
	default:
		e.kind = EK_EVENT_PRESENCE_CHANGED;
		e.presence_changed.teammate.v = (uint32_t)seq;
		e.presence_changed.from = EK_PRESENCE_ACTIVE;
		e.presence_changed.to = EK_PRESENCE_AWAY;
		e.presence_changed.reason = EK_S("lunch");
		break;
	}
	return e;
}

/* Rows of one to seven commands, of one to three events each; two reigns. */
static void fill(struct ek_log *log)
{
	struct ek_err err = {0};
	struct ek_body b;
	uint64_t epoch = 0;
	ek_body_init(&b, ek_heap_alloc());
	assert_true(ek_log_take_epoch(log, &epoch, &err));
	for (uint64_t seq = 1; seq <= EVENTS;) {
		if (seq > EVENTS / 2 && epoch == 1)
			assert_true(ek_log_take_epoch(log, &epoch, &err));
		struct ek_log_row row = {.first_seq = seq, .epoch = epoch};
		row.at = event_of(seq, epoch).at;
		ek_body_reset(&b, seq, row.at);
		for (uint64_t c = 0; c < row.first_seq % 7 + 1 && seq <= EVENTS; c++) {
			uint64_t n = c % 3 + 1;
			n = n > EVENTS - seq + 1 ? EVENTS - seq + 1 : n;
			struct ek_body_key key = {{(uint8_t)seq}, {(uint8_t)c}, {1, 2}};
			assert_true(
				ek_body_command(&b, c % 2 == 0 ? &key : NULL, (uint32_t)n, &err));
			for (; n > 0; n--, seq++) {
				struct ek_event e = event_of(seq, epoch);
				assert_true(ek_body_event(&b, &e, &err));
			}
		}
		row.last_seq = seq - 1;
		row.body = b.p;
		row.body_n = b.n;
		assert_true(ek_log_begin(log, &err));
		assert_true(ek_log_append(log, &row, &err));
		assert_true(ek_log_commit(log, &err));
	}
	uint8_t hash[EK_HASH_BYTES];
	ek_hash_once("state", 5, hash);
	assert_true(ek_log_begin(log, &err));
	assert_true(ek_log_put_snapshot(log, SNAPSHOT_SEQ, hash, EK_S("state"), &err));
	assert_true(ek_log_set_name(log, 1, 3, EK_S("bank"), &err));
	assert_true(ek_log_commit(log, &err));
	ek_body_fini(&b);
}

static struct ek_log *open_at(const char *where, enum ek_log_mode mode)
{
	const struct ek_log_options o = {.where = where, .mode = mode};
	struct ek_log *log;
	struct ek_err err = {0};
	if (!ek_log_open(&o, &log, &err))
		fail_msg("%s", err.msg);
	return log;
}

static struct ek_verify_report verify(struct ek_log *log)
{
	struct ek_verify_report r;
	struct ek_err err = {0};
	if (!ek_verify_log(log, ek_heap_alloc(), &r, &err))
		fail_msg("%s", err.msg);
	return r;
}

static void a_good_log_is_well(void **state)
{
	(void)state;
	struct ek_log *log = open_at("memory:", EK_LOG_CREATE);
	struct ek_verify_report r = verify(log);
	assert_true(r.ok);
	assert_int_equal(r.events, 0);
	fill(log);
	r = verify(log);
	assert_true(r.ok);
	assert_int_equal(r.events, EVENTS);
	assert_int_equal(r.last_seq, EVENTS);
	assert_int_equal(r.snapshots, 1);
	assert_int_equal(r.bad_snapshots, 0);
	assert_memory_equal(r.chain, ek_log_head(log)->chain, EK_HASH_BYTES);
	ek_log_close(&log);
}

static void assert_found(struct ek_log *log, uint64_t seq)
{
	struct ek_verify_report r = verify(log);
	assert_false(r.ok);
	assert_int_equal(r.first_bad_seq, seq);
	assert_true(strlen(r.sentence) > 10);
}

/* Whose bytes those of a body are: the event's, or for a command's head its first event's. */
static uint64_t *owners(const struct ek_log_row *row)
{
	uint64_t *owner = calloc(row->body_n, sizeof *owner);
	ek_assert(owner != NULL);
	struct ek_body_reader r;
	ek_body_open(&r, row->body, row->body_n, (struct ek_codec_base){row->first_seq, row->at});
	for (const uint8_t *from = r.p; ek_body_next(&r) != EK_BODY_END; from = r.p) {
		for (const uint8_t *p = from; p < r.p; p++)
			owner[p - row->body] = r.seq;
	}
	return owner;
}

static void every_flipped_byte_of_a_body_is_found(void **state)
{
	(void)state;
	struct ek_log *log = open_at("memory:", EK_LOG_CREATE);
	struct ek_log_row *row;
	fill(log);
	for (size_t i = 0; (row = ek_log_memory_row(log, i)) != NULL; i++) {
		uint64_t *owner = owners(row);
		union {
			const uint8_t *read;
			uint8_t *write;
		} body = {row->body};
		for (size_t k = 0; k < row->body_n; k++) {
			body.write[k] ^= 0xff;
			assert_found(log, owner[k]);
			body.write[k] ^= 0xff ^ 1;
			assert_found(log, owner[k]);
			body.write[k] ^= 1;
		}
		free(owner);
	}
	assert_true(verify(log).ok);
	ek_log_close(&log);
}

static void every_flipped_byte_of_a_row_is_found(void **state)
{
	(void)state;
	struct ek_log *log = open_at("memory:", EK_LOG_CREATE);
	struct ek_log_row *row;
	fill(log);
	for (size_t i = 0; (row = ek_log_memory_row(log, i)) != NULL; i++) {
		const uint64_t seq = row->first_seq;
		struct {
			void *p;
			size_t n;
		} parts[] = {
			{&row->first_seq, 8}, {&row->last_seq, 8},         {&row->at, 8},
			{&row->epoch, 8},     {row->chain, EK_HASH_BYTES},
		};
		for (size_t part = 0; part < EK_LEN(parts); part++) {
			uint8_t *p = parts[part].p;
			for (size_t k = 0; k < parts[part].n; k++) {
				for (int bit = 0; bit < 8; bit++) {
					p[k] ^= (uint8_t)(1 << bit);
					assert_found(log, seq);
					p[k] ^= (uint8_t)(1 << bit);
				}
			}
		}
	}
	assert_true(verify(log).ok);
	ek_log_close(&log);
}

static void a_bad_snapshot_is_counted(void **state)
{
	(void)state;
	struct ek_err err = {0};
	struct ek_log *log = open_at("memory:", EK_LOG_CREATE);
	uint8_t hash[EK_HASH_BYTES] = {9};
	fill(log);
	assert_true(ek_log_begin(log, &err));
	assert_true(ek_log_put_snapshot(log, 150, hash, EK_S("x"), &err));
	assert_true(ek_log_commit(log, &err));
	struct ek_verify_report r = verify(log);
	assert_true(r.ok);
	assert_int_equal(r.snapshots, 1);
	assert_int_equal(r.bad_snapshots, 1);
	ek_log_close(&log);
}

/* ---- on disk */

struct change {
	const char *name;
	const char *sql;
	uint64_t first_bad;
};

static void run_sql(const char *place, const char *sql)
{
	char path[EK_SCRATCH_PATH];
	sqlite3 *db = NULL;
	ek_format(path, sizeof path, "%s/data/log.db", place);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* Rows of the log above begin at 1, 4, 12, ... (command counts 2, 5, 6, ...). */
static const struct change changes[] = {
	{"a row dropped", "DELETE FROM log WHERE first_seq = 4", 4},
	{"the first row dropped", "DELETE FROM log WHERE first_seq = 1", 1},
	{"a body of another row",
	 "UPDATE log SET body = (SELECT body FROM log WHERE first_seq = 1) WHERE first_seq = 4", 4},
	{"a body cut", "UPDATE log SET body = substr(body, 1, 3) WHERE first_seq = 1", 1},
	{"a body emptied", "UPDATE log SET body = x'' WHERE first_seq = 4", 4},
	{"a chain cut", "UPDATE log SET chain = substr(chain, 1, 31) WHERE first_seq = 4", 4},
	{"an epoch before its time", "UPDATE log SET epoch = 2 WHERE first_seq = 1", 1},
	{"rows swapped",
	 "UPDATE log SET body = CASE first_seq WHEN 1 THEN (SELECT body FROM log WHERE first_seq = "
	 "4)"
	 " ELSE (SELECT body FROM log WHERE first_seq = 1) END WHERE first_seq IN (1, 4)",
	 1},
};

static void doctored_logs_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(changes); i++) {
		char place[EK_SCRATCH_PATH];
		char where[EK_SCRATCH_PATH];
		struct ek_err err = {0};
		ek_scratch_make(place);
		ek_format(where, sizeof where, "%s/data", place);
		struct ek_log *log = open_at(where, EK_LOG_CREATE);
		fill(log);
		assert_true(verify(log).ok);
		assert_true(ek_log_stop(log, &err));
		ek_log_close(&log);
		run_sql(place, changes[i].sql);
		log = open_at(where, EK_LOG_READ);
		struct ek_verify_report r = verify(log);
		ek_log_close(&log);
		if (r.ok || r.first_bad_seq != changes[i].first_bad)
			fail_msg("%s: %s", changes[i].name, r.sentence);
		ek_scratch_remove(place);
	}
}

/* P15 for the log alone; the state hash is the writer's test. */
static void a_backup_is_the_same_log(void **state)
{
	(void)state;
	char place[EK_SCRATCH_PATH];
	char copy[EK_SCRATCH_PATH];
	struct ek_err err = {0};
	struct ek_backup_report b;
	uint32_t id;
	struct ek_log *log = open_at("memory:", EK_LOG_CREATE);
	fill(log);
	ek_scratch_make(place);
	ek_format(copy, sizeof copy, "%s/copy", place);
	if (!ek_backup_copy(log, &(struct ek_backup_options){.alloc = ek_heap_alloc(), .to = copy},
			    &b, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(b.seq, EVENTS);
	assert_int_equal(b.events, EVENTS);
	assert_memory_equal(b.chain, ek_log_head(log)->chain, EK_HASH_BYTES);
	assert_false(ek_backup_copy(
		log, &(struct ek_backup_options){.alloc = ek_heap_alloc(), .to = copy}, &b, &err));
	assert_int_equal(err.code, EK_NOT_EMPTY);
	assert_false(ek_backup_copy(
		log, &(struct ek_backup_options){.alloc = ek_heap_alloc(), .to = place}, &b, &err));
	assert_int_equal(err.code, EK_NOT_EMPTY);
	struct ek_log *back = open_at(copy, EK_LOG_WRITE);
	assert_memory_equal(ek_log_head(back), ek_log_head(log), sizeof(struct ek_log_head));
	assert_true(ek_log_find_name(back, 1, EK_S("bank"), &id, &err));
	assert_int_equal(id, 3);
	assert_int_equal(verify(back).snapshots, 1);
	uint64_t epoch;
	assert_true(ek_log_take_epoch(back, &epoch, &err));
	assert_int_equal(epoch, 3);
	ek_log_close(&back);
	ek_log_close(&log);
	ek_scratch_remove(place);
}

static void a_damaged_log_is_not_copied(void **state)
{
	(void)state;
	char place[EK_SCRATCH_PATH];
	char copy[EK_SCRATCH_PATH];
	struct ek_err err = {0};
	struct ek_backup_report b;
	struct ek_log *log = open_at("memory:", EK_LOG_CREATE);
	fill(log);
	ek_scratch_make(place);
	ek_format(copy, sizeof copy, "%s/copy", place);
	ek_log_memory_row(log, 5)->chain[7] ^= 1;
	ek_log_memory_row(log, 6)->at.ms ^= 1;
	assert_false(ek_backup_copy(
		log, &(struct ek_backup_options){.alloc = ek_heap_alloc(), .to = copy}, &b, &err));
	assert_int_equal(err.code, EK_DAMAGE);
	ek_log_close(&log);
	ek_scratch_remove(place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_log_is_well),
		cmocka_unit_test(every_flipped_byte_of_a_body_is_found),
		cmocka_unit_test(every_flipped_byte_of_a_row_is_found),
		cmocka_unit_test(a_bad_snapshot_is_counted),
		cmocka_unit_test(doctored_logs_are_found),
		cmocka_unit_test(a_backup_is_the_same_log),
		cmocka_unit_test(a_damaged_log_is_not_copied),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
