/* Every backend of the log keeps the same promises. */
#include "store/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include "store/body.h"
#include "store/cluster.h"
#include "sys/heap.h"

enum backend { MEMORY, SQLITE, POSTGRES };

/* A fresh log of one backend for each test. */
struct fixture {
	enum backend backend;
	bool available;
	struct ek_cluster cluster;
	char place[EK_SCRATCH_PATH];
	char where[EK_SCRATCH_PATH];
	struct ek_log *log;
	uint64_t epoch;
	struct ek_err err;
};

static struct ek_log *open_log(struct fixture *f, enum ek_log_mode mode)
{
	const struct ek_log_options o = {.where = f->where, .mode = mode};
	struct ek_log *log = NULL;
	if (!ek_log_open(&o, &log, &f->err))
		return NULL;
	return log;
}

static int set_up(void **state)
{
	struct fixture *f = *state;
	if (!f->available)
		return 0;
	if (f->backend == MEMORY)
		ek_format(f->where, sizeof f->where, "memory:");
	if (f->backend == SQLITE) {
		ek_scratch_make(f->place);
		ek_format(f->where, sizeof f->where, "%s/data", f->place);
	}
	if (f->backend == POSTGRES)
		ek_cluster_database(&f->cluster, f->where);
	f->log = open_log(f, EK_LOG_CREATE);
	assert_non_null(f->log);
	assert_true(ek_log_take_epoch(f->log, &f->epoch, &f->err));
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	ek_log_close(&f->log);
	if (f->available && f->backend == SQLITE)
		ek_scratch_remove(f->place);
	return 0;
}

#define NEEDS_BACKEND(f) \
	do { \
		if (!(f)->available) \
			skip(); \
	} while (0)

static struct ek_log_row row(const struct fixture *f, uint64_t first, uint64_t last,
			     const char *body)
{
	return (struct ek_log_row){
		.first_seq = first,
		.last_seq = last,
		.at = {1000 + (int64_t)first},
		.epoch = f->epoch,
		.body = (const uint8_t *)body,
		.body_n = strlen(body),
	};
}

static void append_one(struct fixture *f, uint64_t first, uint64_t last, const char *body)
{
	struct ek_log_row r = row(f, first, last, body);
	assert_true(ek_log_begin(f->log, &f->err));
	assert_true(ek_log_append(f->log, &r, &f->err));
	assert_true(ek_log_commit(f->log, &f->err));
}

struct seen {
	uint32_t n;
	uint64_t first[64];
	uint64_t last[64];
	char body[64][16];
	uint8_t chain[EK_HASH_BYTES];
};

static bool see(void *ctx, const struct ek_log_row *r, struct ek_err *err)
{
	(void)err;
	struct seen *s = ctx;
	assert_true(s->n < 64 && r->body_n < 16);
	s->first[s->n] = r->first_seq;
	s->last[s->n] = r->last_seq;
	memcpy(s->body[s->n], r->body, r->body_n);
	s->body[s->n][r->body_n] = '\0';
	memcpy(s->chain, r->chain, EK_HASH_BYTES);
	s->n++;
	return true;
}

static void appends_in_order_or_not_at_all(void **state)
{
	struct fixture *f = *state;
	NEEDS_BACKEND(f);
	assert_int_equal(ek_log_head(f->log)->seq, 0);
	append_one(f, 1, 3, "one");
	append_one(f, 4, 4, "two");
	assert_int_equal(ek_log_head(f->log)->seq, 4);
	assert_int_equal(ek_log_head(f->log)->first_seq, 4);
	struct ek_log_row hole = row(f, 6, 6, "hole");
	assert_true(ek_log_begin(f->log, &f->err));
	assert_false(ek_log_append(f->log, &hole, &f->err));
	assert_int_equal(f->err.code, EK_CONFLICT);
	ek_log_rollback(f->log);
	struct ek_log_row r = row(f, 5, 6, "gone");
	assert_true(ek_log_begin(f->log, &f->err));
	assert_true(ek_log_append(f->log, &r, &f->err));
	ek_log_rollback(f->log);
	assert_int_equal(ek_log_head(f->log)->seq, 4);
	struct seen s = {0};
	assert_true(ek_log_each(f->log, (struct ek_log_span){1, 0}, see, &s, &f->err));
	assert_int_equal(s.n, 2);
	assert_string_equal(s.body[0], "one");
	assert_string_equal(s.body[1], "two");
	append_one(f, 5, 5, "three");
	assert_int_equal(ek_log_head(f->log)->seq, 5);
}

struct span {
	uint64_t from;
	uint64_t to;
	uint32_t n;
	uint64_t first;
	uint64_t last;
};

static void reads_the_rows_that_hold_a_span(void **state)
{
	struct fixture *f = *state;
	NEEDS_BACKEND(f);
	for (uint64_t i = 0; i < 50; i++)
		append_one(f, 10 * i + 1, 10 * i + 10, "body");
	const struct span spans[] = {
		{1, 0, 50, 1, 500},     {0, 0, 50, 1, 500},  {1, 1, 1, 1, 10},
		{10, 11, 2, 1, 20},     {11, 20, 1, 11, 20}, {495, 0, 1, 491, 500},
		{15, 344, 34, 11, 350}, {501, 0, 0, 0, 0},
	};
	for (size_t i = 0; i < EK_LEN(spans); i++) {
		struct seen s = {0};
		assert_true(ek_log_each(f->log, (struct ek_log_span){spans[i].from, spans[i].to},
					see, &s, &f->err));
		assert_int_equal(s.n, spans[i].n);
		if (s.n > 0) {
			assert_int_equal(s.first[0], spans[i].first);
			assert_int_equal(s.last[s.n - 1], spans[i].last);
		}
	}
}

/* The chain of two rows, computed with another program (see the comment in each). */
static void chain_is_the_documented_one(void **state)
{
	struct fixture *f = *state;
	NEEDS_BACKEND(f);
	append_one(f, 1, 2, "ab");
	append_one(f, 3, 3, "c");
	uint8_t bytes[128] = {0};
	uint8_t expected[EK_HASH_BYTES];
	/* 32 zero bytes, 1, 2, 1001, epoch, "ab" */
	bytes[32] = 1;
	bytes[40] = 2;
	bytes[48] = 1001 & 0xff;
	bytes[49] = 1001 >> 8;
	bytes[56] = (uint8_t)f->epoch;
	memcpy(bytes + 64, "ab", 2);
	ek_hash_once(bytes, 66, expected);
	/* that, 3, 3, 1003, epoch, "c" */
	memset(bytes, 0, sizeof bytes);
	memcpy(bytes, expected, EK_HASH_BYTES);
	bytes[32] = 3;
	bytes[40] = 3;
	bytes[48] = 1003 & 0xff;
	bytes[49] = 1003 >> 8;
	bytes[56] = (uint8_t)f->epoch;
	bytes[64] = 'c';
	ek_hash_once(bytes, 65, expected);
	assert_memory_equal(ek_log_head(f->log)->chain, expected, EK_HASH_BYTES);
	struct seen s = {0};
	assert_true(ek_log_each(f->log, (struct ek_log_span){3, 3}, see, &s, &f->err));
	assert_memory_equal(s.chain, expected, EK_HASH_BYTES);
}

static void an_ended_reign_is_fenced(void **state)
{
	struct fixture *f = *state;
	NEEDS_BACKEND(f);
	append_one(f, 1, 1, "old");
	uint64_t old = f->epoch;
	assert_true(ek_log_take_epoch(f->log, &f->epoch, &f->err));
	assert_true(f->epoch > old);
	struct ek_log_row late = row(f, 2, 2, "late");
	late.epoch = old;
	assert_true(ek_log_begin(f->log, &f->err));
	assert_false(ek_log_append(f->log, &late, &f->err));
	assert_int_equal(f->err.code, EK_FENCED);
	ek_log_rollback(f->log);
	append_one(f, 2, 2, "new");
}

static void put_place(struct fixture *f, const uint8_t *key, uint64_t seq)
{
	uint8_t place[EK_LOG_PLACE_BYTES];
	uint64_t start = ek_log_key_start(key);
	ek_log_write_place((struct ek_log_place){start, seq}, place);
	const struct ek_views_value v[] = {
		ek_views_int((int64_t)(seq >> EK_LOG_KEY_SHIFT)),
		ek_views_int((int64_t)(start % EK_LOG_PARTS)),
		ek_views_int((int64_t)seq),
		ek_views_blob(place, sizeof place),
	};
	assert_true(ek_log_put(f->log, EK_VIEWS_KEYS, v, 1, &f->err));
}

static void put_empty(struct fixture *f, const uint8_t *key, uint64_t seq, int64_t at)
{
	const struct ek_views_value v[] = {
		ek_views_int((int64_t)(seq >> EK_LOG_KEY_SHIFT)),
		ek_views_blob(key, EK_HASH_BYTES),
		ek_views_blob(key, EK_HASH_BYTES),
		ek_views_int(2),
		ek_views_int(41),
		ek_views_int(at),
	};
	assert_true(ek_log_put(f->log, EK_VIEWS_EMPTY_KEYS, v, 1, &f->err));
}

static bool count_key(void *ctx, uint64_t key_start, struct ek_err *err)
{
	(void)key_start;
	(void)err;
	++*(uint32_t *)ctx;
	return true;
}

static uint32_t key_count(struct fixture *f)
{
	uint32_t n = 0;
	assert_true(ek_log_each_key(f->log, count_key, &n, &f->err));
	return n;
}

/* A row of commands with keys i, each of two events, from seq on. */
static void append_keyed(struct fixture *f, uint64_t seq, uint8_t keys[][EK_HASH_BYTES], uint32_t n)
{
	struct ek_body b;
	ek_body_init(&b, ek_heap_alloc());
	ek_body_reset(&b, seq, (ek_time){5000});
	assert_true(ek_log_begin(f->log, &f->err));
	for (uint32_t i = 0; i < n; i++) {
		struct ek_body_key k = {.by = {2, 41}};
		memcpy(k.key, keys[i], EK_HASH_BYTES);
		memcpy(k.request, keys[i], EK_HASH_BYTES);
		assert_true(ek_body_command(&b, &k, 2, &f->err));
		put_place(f, keys[i], seq + 2 * (uint64_t)i);
		for (uint32_t j = 0; j < 2; j++) {
			struct ek_event e;
			memset(&e, 0, sizeof e);
			e.seq = seq + 2 * (uint64_t)i + j;
			e.at.ms = 5000;
			e.by.kind = EK_ACTOR_SYSTEM;
			e.kind = EK_EVENT_CONVERSATION_CLOSED;
			e.conversation_closed.conversation.v = i + 1;
			assert_true(ek_body_event(&b, &e, &f->err));
		}
	}
	struct ek_log_row r = row(f, seq, seq + 2 * (uint64_t)n - 1, "");
	r.body = b.p;
	r.body_n = b.n;
	assert_true(ek_log_append(f->log, &r, &f->err));
	assert_true(ek_log_commit(f->log, &f->err));
	ek_body_fini(&b);
}

static void keys_are_found(void **state)
{
	struct fixture *f = *state;
	NEEDS_BACKEND(f);
	enum { KEYS = 300 };
	static uint8_t keys[KEYS][EK_HASH_BYTES];
	for (uint32_t i = 0; i < KEYS; i++)
		ek_hash_once(&i, sizeof i, keys[i]);
	/* Two that begin alike: the log tells them apart. */
	memcpy(keys[7], keys[8], 16);
	append_keyed(f, 1, keys, KEYS / 2);
	append_keyed(f, 1 + KEYS, keys + KEYS / 2, KEYS / 2);
	struct ek_log_key k;
	bool found;
	for (uint32_t i = 0; i < KEYS; i++) {
		assert_true(ek_log_find_key(f->log, keys[i], &k, &found, &f->err));
		assert_true(found);
		assert_int_equal(k.first_seq, 1 + 2 * i);
		assert_int_equal(k.last_seq, 2 + 2 * i);
		assert_int_equal(k.actor_kind, 2);
		assert_int_equal(k.actor_id, 41);
		assert_memory_equal(k.request, keys[i], EK_HASH_BYTES);
	}
	uint8_t other[EK_HASH_BYTES] = {1};
	assert_true(ek_log_find_key(f->log, other, &k, &found, &f->err));
	assert_false(found);
	memcpy(other, keys[9], 31);
	assert_true(ek_log_find_key(f->log, other, &k, &found, &f->err));
	assert_false(found);
	assert_int_equal(key_count(f), KEYS);
}

static void keys_of_nothing_are_found(void **state)
{
	struct fixture *f = *state;
	NEEDS_BACKEND(f);
	uint8_t key[EK_HASH_BYTES] = {9, 8, 7};
	struct ek_log_key k;
	bool found;
	assert_true(ek_log_begin(f->log, &f->err));
	put_empty(f, key, 3, 777);
	assert_true(ek_log_commit(f->log, &f->err));
	assert_true(ek_log_begin(f->log, &f->err));
	assert_true(ek_log_clear_views(f->log, &f->err)); /* no rebuild could bring it back */
	assert_true(ek_log_commit(f->log, &f->err));
	assert_true(ek_log_find_key(f->log, key, &k, &found, &f->err));
	assert_true(found);
	assert_int_equal(k.first_seq, 0);
	assert_int_equal(k.at.ms, 777);
	assert_int_equal(k.actor_id, 41);
	assert_memory_equal(k.request, key, EK_HASH_BYTES);
	key[31] = 1;
	assert_true(ek_log_find_key(f->log, key, &k, &found, &f->err));
	assert_false(found);
}

static void old_keys_expire_in_their_buckets(void **state)
{
	struct fixture *f = *state;
	NEEDS_BACKEND(f);
	if (!ek_log_has_views(f->log))
		skip();
	uint8_t keys[3][EK_HASH_BYTES] = {{1}, {2}, {3}};
	append_one(f, 1, 65535, "bucket 0");
	append_one(f, 65536, 70000, "bucket 1"); /* at 66,536 */
	assert_true(ek_log_begin(f->log, &f->err));
	put_place(f, keys[0], 1);
	put_place(f, keys[1], 70000);
	put_empty(f, keys[2], 5, 100);
	assert_true(ek_log_expire_keys(f->log, (ek_time){66536}, &f->err));
	assert_true(ek_log_commit(f->log, &f->err));
	assert_int_equal(key_count(f), 3);
	for (int i = 0; i < 2; i++) {
		assert_true(ek_log_begin(f->log, &f->err));
		assert_true(ek_log_expire_keys(f->log, (ek_time){66537}, &f->err));
		assert_true(ek_log_commit(f->log, &f->err));
		assert_int_equal(key_count(f), 1);
	}
}

static bool see_name(void *ctx, uint32_t id, ek_str name, struct ek_err *err)
{
	(void)err;
	char *out = ctx;
	size_t n = strlen(out);
	ek_format(out + n, 256 - n, "%u=%c%u;", id, name.n > 0 ? name.p[0] : '-', name.n);
	return true;
}

static void names_are_found_both_ways(void **state)
{
	struct fixture *f = *state;
	NEEDS_BACKEND(f);
	uint32_t id;
	assert_true(ek_log_begin(f->log, &f->err));
	assert_true(ek_log_set_name(f->log, 1, 5, EK_S("bank"), &f->err));
	assert_true(ek_log_set_name(f->log, 1, 9, EK_S("\"q\\uote'"), &f->err));
	assert_true(ek_log_set_name(f->log, 2, 5, EK_S("Zoë"), &f->err));
	assert_true(ek_log_commit(f->log, &f->err));
	assert_true(ek_log_find_name(f->log, 1, EK_S("bank"), &id, &f->err));
	assert_int_equal(id, 5);
	assert_true(ek_log_find_name(f->log, 1, EK_S("\"q\\uote'"), &id, &f->err));
	assert_int_equal(id, 9);
	assert_true(ek_log_find_name(f->log, 2, EK_S("bank"), &id, &f->err));
	assert_int_equal(id, 0);
	char text[256] = "";
	assert_true(ek_log_each_name(f->log, 1, see_name, text, &f->err));
	assert_string_equal(text, "5=b4;9=\"8;");
	assert_true(ek_log_begin(f->log, &f->err));
	assert_true(ek_log_set_name(f->log, 1, 77, EK_S("gone"), &f->err));
	ek_log_rollback(f->log);
	assert_true(ek_log_find_name(f->log, 1, EK_S("gone"), &id, &f->err));
	assert_int_equal(id, 0);
}

static void meta_is_kept(void **state)
{
	struct fixture *f = *state;
	NEEDS_BACKEND(f);
	char out[EK_LOG_META_MAX];
	char text[2 * EK_LOG_META_MAX];
	int64_t n;
	assert_true(ek_log_get_meta(f->log, "workspace", out, &n, &f->err));
	assert_int_equal(n, -1);
	memset(text, 'x', sizeof text);
	const ek_str values[] = {EK_S("first"), {text, sizeof text}, EK_S("acme limited")};
	for (size_t i = 0; i < EK_LEN(values); i++) {
		assert_true(ek_log_begin(f->log, &f->err));
		assert_true(ek_log_set_meta(f->log, "workspace", values[i], &f->err));
		assert_true(ek_log_commit(f->log, &f->err));
		assert_true(ek_log_get_meta(f->log, "workspace", out, &n, &f->err));
		assert_int_equal(n, values[i].n);
		size_t shown = values[i].n < sizeof out ? values[i].n : sizeof out - 1;
		assert_int_equal(strlen(out), shown);
		assert_memory_equal(out, values[i].p, shown);
	}
}

struct snapshots {
	uint32_t n;
	uint64_t seq[4];
	char byte[4];
	bool stop;
};

static bool see_snapshot(void *ctx, const struct ek_log_snapshot *s)
{
	struct snapshots *all = ctx;
	assert_int_equal(s->n, 3);
	assert_int_equal(s->hash[0], s->seq);
	all->seq[all->n] = s->seq;
	all->byte[all->n++] = (char)s->bytes[0];
	return !all->stop;
}

static void the_last_two_snapshots_stay(void **state)
{
	struct fixture *f = *state;
	NEEDS_BACKEND(f);
	const ek_str bytes[] = {EK_S("abc"), EK_S("bcd"), EK_S("cde"), EK_S("dea")};
	const uint64_t seqs[] = {10, 20, 30, 30};
	for (size_t i = 0; i < EK_LEN(seqs); i++) {
		uint8_t hash[EK_HASH_BYTES] = {(uint8_t)seqs[i]};
		assert_true(ek_log_begin(f->log, &f->err));
		assert_true(ek_log_put_snapshot(f->log, seqs[i], hash, bytes[i], &f->err));
		assert_true(ek_log_commit(f->log, &f->err));
	}
	struct snapshots all = {0};
	assert_true(ek_log_each_snapshot(f->log, see_snapshot, &all, &f->err));
	assert_int_equal(all.n, 2);
	assert_int_equal(all.seq[0], 30);
	assert_int_equal(all.byte[0], 'd');
	assert_int_equal(all.seq[1], 20);
	struct snapshots one = {.stop = true};
	assert_true(ek_log_each_snapshot(f->log, see_snapshot, &one, &f->err));
	assert_int_equal(one.n, 1);
}

static bool see_values(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)err;
	char *out = ctx;
	for (uint32_t i = 0; i < n; i++) {
		size_t at = strlen(out);
		if (v[i].kind == EK_VIEWS_INT)
			ek_format(out + at, 1024 - at, "%lld ", (long long)v[i].i);
		else if (v[i].kind == EK_VIEWS_NULL)
			ek_format(out + at, 1024 - at, "- ");
		else
			ek_format(out + at, 1024 - at, "%c%u ", *(const char *)v[i].p, v[i].n);
	}
	size_t at = strlen(out);
	ek_format(out + at, 1024 - at, "| ");
	return true;
}

static void member(struct ek_views_value *v, int64_t teammate, int64_t team, ek_str level)
{
	v[0] = ek_views_int(teammate);
	v[1] = ek_views_int(team);
	v[2] = ek_views_text(level);
}

static void views_take_rows_and_lose_them(void **state)
{
	struct fixture *f = *state;
	NEEDS_BACKEND(f);
	if (!ek_log_has_views(f->log))
		skip();
	struct ek_views_value v[12];
	char text[1024] = "";
	uint64_t seq;
	member(v, 2, 7, EK_S("primary"));
	member(v + 3, 1, 7, EK_S("with \"quotes\" and \\"));
	member(v + 6, 1, 3, EK_S("secondary"));
	member(v + 9, 4, 4, (ek_str){NULL, 0});
	assert_true(ek_log_begin(f->log, &f->err));
	assert_true(ek_log_put(f->log, EK_VIEWS_MEMBERSHIPS, v, 4, &f->err));
	assert_true(ek_log_set_view_seq(f->log, 44, &f->err));
	assert_true(ek_log_commit(f->log, &f->err));
	assert_true(ek_log_each_value(f->log, EK_VIEWS_MEMBERSHIPS, see_values, text, &f->err));
	assert_string_equal(text, "1 3 s9 | 1 7 w19 | 2 7 p7 | 4 4 - | ");
	member(v, 2, 7, EK_S("overflow"));
	assert_true(ek_log_begin(f->log, &f->err));
	assert_true(ek_log_put(f->log, EK_VIEWS_MEMBERSHIPS, v, 1, &f->err));
	assert_true(ek_log_erase(f->log, EK_VIEWS_MEMBERSHIPS, 0, 1, &f->err));
	assert_true(ek_log_erase(f->log, EK_VIEWS_MEMBERSHIPS, 1, 4, &f->err));
	assert_true(ek_log_commit(f->log, &f->err));
	text[0] = '\0';
	assert_true(ek_log_each_value(f->log, EK_VIEWS_MEMBERSHIPS, see_values, text, &f->err));
	assert_string_equal(text, "2 7 o8 | ");
	assert_true(ek_log_view_seq(f->log, &seq, &f->err));
	assert_int_equal(seq, 44);
	assert_true(ek_log_begin(f->log, &f->err));
	assert_true(ek_log_clear_views(f->log, &f->err));
	assert_true(ek_log_commit(f->log, &f->err));
	text[0] = '\0';
	assert_true(ek_log_each_value(f->log, EK_VIEWS_MEMBERSHIPS, see_values, text, &f->err));
	assert_string_equal(text, "");
	assert_true(ek_log_view_seq(f->log, &seq, &f->err));
	assert_int_equal(seq, 0);
}

/* An assignment's end may come long after its making: only the late columns change then. */
static void late_columns_change_alone(void **state)
{
	struct fixture *f = *state;
	NEEDS_BACKEND(f);
	if (!ek_log_has_views(f->log))
		skip();
	struct ek_views_value v[18] = {0};
	char text[1024] = "";
	for (uint32_t i = 0; i < 15; i++)
		v[i] = ek_views_table(EK_VIEWS_ASSIGNMENTS)->columns[i].kind == EK_VIEWS_INT
			       ? ek_views_int(i + 1)
			       : ek_views_text(EK_S("t"));
	assert_true(ek_log_begin(f->log, &f->err));
	assert_true(ek_log_put(f->log, EK_VIEWS_ASSIGNMENTS, v, 1, &f->err));
	memset(v + 1, 0, 17 * sizeof *v);
	v[15] = ek_views_int(99);
	v[16] = ek_views_int(100);
	v[17] = ek_views_text(EK_S("closed"));
	assert_true(ek_log_put(f->log, EK_VIEWS_ASSIGNMENTS, v, 1, &f->err));
	assert_true(ek_log_commit(f->log, &f->err));
	assert_true(ek_log_each_value(f->log, EK_VIEWS_ASSIGNMENTS, see_values, text, &f->err));
	assert_string_equal(text, "1 2 3 4 t1 t1 t1 8 9 10 t1 t1 13 14 15 99 100 c6 | ");
}

static void what_was_committed_is_there_after_opening_again(void **state)
{
	struct fixture *f = *state;
	NEEDS_BACKEND(f);
	if (f->backend == MEMORY)
		skip();
	append_one(f, 1, 4, "kept");
	struct ek_log_head head = *ek_log_head(f->log);
	for (int clean = 0; clean < 2; clean++) {
		if (clean)
			assert_true(ek_log_stop(f->log, &f->err));
		ek_log_close(&f->log);
		f->log = open_log(f, EK_LOG_WRITE);
		assert_non_null(f->log);
		assert_memory_equal(ek_log_head(f->log), &head, sizeof head);
	}
	uint64_t epoch;
	assert_true(ek_log_take_epoch(f->log, &epoch, &f->err));
	assert_int_equal(epoch, f->epoch + 1);
}

static void readers_see_the_end_move_and_never_write(void **state)
{
	struct fixture *f = *state;
	NEEDS_BACKEND(f);
	if (f->backend == MEMORY)
		skip();
	append_one(f, 1, 1, "one");
	struct ek_log *reader = open_log(f, EK_LOG_READ);
	assert_non_null(reader);
	assert_int_equal(ek_log_head(reader)->seq, 1);
	append_one(f, 2, 2, "two");
	assert_true(ek_log_refresh(reader, &f->err));
	assert_int_equal(ek_log_head(reader)->seq, 2);
	assert_false(ek_log_begin(reader, &f->err));
	assert_int_equal(f->err.code, EK_READ_ONLY);
	struct seen s = {0};
	assert_true(ek_log_each(reader, (struct ek_log_span){1, 0}, see, &s, &f->err));
	assert_int_equal(s.n, 2);
	ek_log_close(&reader);
	append_one(f, 3, 3, "three");
}

/* ---- PostgreSQL alone: promises, "Rules learnt" 6 and 7 */

static void run_sql(const struct fixture *f, const char *sql)
{
	PGconn *conn = PQconnectdb(f->where + strlen("postgres:"));
	PGresult *r = PQexec(conn, sql);
	assert_int_equal(PQresultStatus(r), PGRES_COMMAND_OK);
	PQclear(r);
	PQfinish(conn);
}

static void a_warning_at_the_commit_is_an_unknown_outcome(void **state)
{
	struct fixture *f = *state;
	append_one(f, 1, 1, "one");
	run_sql(f, "CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS "
		   "$$BEGIN RAISE WARNING 'may not be replicated'; RETURN NULL; END$$");
	run_sql(f, "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON evenkeel.log "
		   "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION warn()");
	struct ek_log_row r = row(f, 2, 2, "two");
	assert_true(ek_log_begin(f->log, &f->err));
	assert_true(ek_log_append(f->log, &r, &f->err));
	assert_false(ek_log_commit(f->log, &f->err));
	assert_int_equal(f->err.code, EK_OUTCOME_UNKNOWN);
	ek_log_rollback(f->log);
	assert_true(ek_log_is_latched(f->log));
	assert_false(ek_log_begin(f->log, &f->err));
	assert_int_equal(f->err.code, EK_OUTCOME_UNKNOWN);
}

static void a_connection_lost_before_the_commit_wrote_nothing(void **state)
{
	struct fixture *f = *state;
	append_one(f, 1, 1, "one");
	struct ek_log_row r = row(f, 2, 2, "two");
	assert_true(ek_log_begin(f->log, &f->err));
	run_sql(f, "DO $$BEGIN PERFORM pg_terminate_backend(pid) FROM pg_stat_activity "
		   "WHERE datname = current_database() AND pid <> pg_backend_pid(); END$$");
	assert_false(ek_log_append(f->log, &r, &f->err));
	assert_int_equal(f->err.code, EK_IO);
	ek_log_rollback(f->log);
	assert_false(ek_log_is_latched(f->log));
	append_one(f, 2, 2, "again"); /* on a new connection */
	assert_int_equal(ek_log_head(f->log)->seq, 2);
}

static void a_connection_lost_at_the_commit_is_an_unknown_outcome(void **state)
{
	struct fixture *f = *state;
	struct ek_log_row r = row(f, 1, 1, "one");
	assert_true(ek_log_begin(f->log, &f->err));
	assert_true(ek_log_append(f->log, &r, &f->err));
	run_sql(f, "DO $$BEGIN PERFORM pg_terminate_backend(pid) FROM pg_stat_activity "
		   "WHERE datname = current_database() AND pid <> pg_backend_pid(); END$$");
	assert_false(ek_log_commit(f->log, &f->err));
	assert_int_equal(f->err.code, EK_OUTCOME_UNKNOWN);
	ek_log_rollback(f->log);
	assert_true(ek_log_is_latched(f->log));
}

static void another_schema_of_that_name_is_refused(void **state)
{
	struct fixture *f = *state;
	ek_log_close(&f->log);
	run_sql(f, "UPDATE evenkeel.format SET version = 2");
	assert_null(open_log(f, EK_LOG_CREATE));
	assert_int_equal(f->err.code, EK_TOO_NEW);
	run_sql(f, "DROP TABLE evenkeel.format");
	assert_null(open_log(f, EK_LOG_WRITE));
	assert_int_equal(f->err.code, EK_TOO_NEW);
}

#define FOR_ALL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static int run_backend(struct fixture *f, const char *name)
{
	const struct CMUnitTest tests[] = {
		FOR_ALL(appends_in_order_or_not_at_all),
		FOR_ALL(reads_the_rows_that_hold_a_span),
		FOR_ALL(chain_is_the_documented_one),
		FOR_ALL(an_ended_reign_is_fenced),
		FOR_ALL(keys_are_found),
		FOR_ALL(keys_of_nothing_are_found),
		FOR_ALL(old_keys_expire_in_their_buckets),
		FOR_ALL(names_are_found_both_ways),
		FOR_ALL(meta_is_kept),
		FOR_ALL(the_last_two_snapshots_stay),
		FOR_ALL(views_take_rows_and_lose_them),
		FOR_ALL(late_columns_change_alone),
		FOR_ALL(what_was_committed_is_there_after_opening_again),
		FOR_ALL(readers_see_the_end_move_and_never_write),
	};
	struct CMUnitTest with_state[EK_LEN(tests)];
	for (size_t i = 0; i < EK_LEN(tests); i++) {
		with_state[i] = tests[i];
		with_state[i].initial_state = f;
	}
	fprintf(stderr, "backend: %s\n", name);
	return cmocka_run_group_tests_name(name, with_state, NULL, NULL);
}

static int run_postgres(struct fixture *f)
{
	const struct CMUnitTest tests[] = {
		FOR_ALL(a_warning_at_the_commit_is_an_unknown_outcome),
		FOR_ALL(a_connection_lost_before_the_commit_wrote_nothing),
		FOR_ALL(a_connection_lost_at_the_commit_is_an_unknown_outcome),
		FOR_ALL(another_schema_of_that_name_is_refused),
	};
	struct CMUnitTest with_state[EK_LEN(tests)];
	for (size_t i = 0; i < EK_LEN(tests); i++) {
		with_state[i] = tests[i];
		with_state[i].initial_state = f;
	}
	return cmocka_run_group_tests_name("postgres alone", with_state, NULL, NULL);
}

int main(void)
{
	struct fixture memory = {.backend = MEMORY, .available = true};
	struct fixture sqlite = {.backend = SQLITE, .available = true};
	struct fixture postgres = {.backend = POSTGRES};
	postgres.available = ek_cluster_open(&postgres.cluster);
	int failed = run_backend(&memory, "memory") + run_backend(&sqlite, "sqlite");
	if (postgres.available)
		failed += run_backend(&postgres, "postgres") + run_postgres(&postgres);
	ek_cluster_close(&postgres.cluster);
	return failed;
}
