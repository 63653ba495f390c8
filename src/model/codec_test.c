/* The stored form of events. The byte rows were encoded by hand from the description in codec.h. */
#include "model/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/heap_scene.h"
#include "model/cmd.h"
#include "model/event_sample.h"
#include "model/limits.h"

enum { SEEDS = 60, BYTES_MAX = 16384 };

/* clang-format off */
#define TEXT(literal) {(literal), sizeof(literal) - 1}
/* clang-format on */

static struct ek_arena arena_of(size_t max)
{
	struct ek_arena a;
	ek_arena_init(&a, ek_heap_scene(), max);
	return a;
}

static const struct ek_codec_base base = {10, {1000}};

/* An event of the base's seq and time, by the system. */
static struct ek_event event(int kind)
{
	struct ek_event e;
	memset(&e, 0, sizeof e);
	e.kind = (uint8_t)kind;
	e.seq = base.seq;
	e.at = base.at;
	e.by.kind = EK_ACTOR_SYSTEM;
	ek_cmd_clear(ek_event_record(kind), &e.conversation_arrived);
	return e;
}

static struct ek_event closed(void)
{
	struct ek_event e = event(EK_EVENT_CONVERSATION_CLOSED);
	e.at.ms = 1005;
	e.cause_seq = 8;
	e.by = (struct ek_actor){EK_ACTOR_PERSON, 7};
	e.conversation_closed.conversation.v = 300;
	return e;
}

static struct ek_event presence(void)
{
	struct ek_event e = event(EK_EVENT_PRESENCE_CHANGED);
	e.presence_changed.teammate.v = 41;
	e.presence_changed.from = EK_PRESENCE_ACTIVE;
	e.presence_changed.to = EK_PRESENCE_AWAY;
	e.presence_changed.cause = EK_PRESENCE_CAUSE_BY_HAND;
	e.presence_changed.reason = EK_S("lunch");
	return e;
}

static struct ek_event settings(void)
{
	static const struct ek_cell keys[] = {{.i = 4}, {.i = 13, .s = {"t", 1}}};
	static const struct ek_change changes[] = {
		{5, {.kind = EK_VALUE_NULL}, {.kind = EK_VALUE_INT, .i = 2}},
		{1, {.kind = EK_VALUE_UNSET}, {.kind = EK_VALUE_LIST, .n = 2, .cells = keys}},
	};
	struct ek_event e = event(EK_EVENT_SETTINGS_CHANGED);
	e.settings_changed.version = 1;
	e.settings_changed.scope = EK_SCOPE_WORKSPACE;
	e.settings_changed.changes = (struct ek_changes){changes, 2};
	return e;
}

static struct ek_event snoozed(void)
{
	struct ek_event e = event(EK_EVENT_CONVERSATION_SNOOZED);
	e.conversation_snoozed.conversation.v = 1;
	e.conversation_snoozed.until.ms = 936;
	return e;
}

static struct ek_event arrived(void)
{
	static const struct ek_need needs[] = {{TEXT("ko"), 3, false, {1}},
					       {TEXT("x"), 1, true, {EK_NONE}}};
	static const struct ek_pair pairs[] = {{TEXT("a"), TEXT("b")}, {TEXT("c"), {NULL, 0}}};
	static const ek_str tags[] = {{"", 0}};
	struct ek_event e = event(EK_EVENT_CONVERSATION_ARRIVED);
	e.conversation_arrived.conversation.v = 1;
	e.conversation_arrived.needs = (struct ek_needs){needs, 2};
	e.conversation_arrived.attributes = (struct ek_pairs){pairs, 2};
	e.conversation_arrived.tags = (struct ek_texts){tags, 1};
	return e;
}

static struct ek_event calendar(void)
{
	static const struct ek_zone_shift shifts[] = {{EK_ZONE_SINCE_EVER, -1}};
	static const struct ek_week_hours week[] = {{7, 0, 128}};
	static const int32_t dates[] = {-1, 2};
	struct ek_event e = event(EK_EVENT_CALENDAR_CHANGED);
	e.calendar_changed.zone = (struct ek_zone){EK_S("Z"), shifts, 1};
	e.calendar_changed.week = (struct ek_week){week, 1};
	e.calendar_changed.closed = (struct ek_dates){dates, 2};
	return e;
}

static struct ek_event shift(void)
{
	static const struct ek_shift shifts[] = {{{1001}, {1003}}};
	struct ek_event e = event(EK_EVENT_SHIFT_CHANGED);
	e.shift_changed.teammate.v = 1;
	e.shift_changed.shifts = (struct ek_shifts){shifts, 1};
	return e;
}

static struct ek_event gated(void)
{
	struct ek_event e = event(EK_EVENT_SHIFT_GATED);
	e.shift_gated.team.v = UINT32_MAX;
	e.shift_gated.open = true;
	return e;
}

static const struct {
	const char *promise;
	struct ek_event (*make)(void);
	size_t n;
	uint8_t bytes[48];
} known[] = {
	{"head, actor, time, cause", closed, 8, {8, 0x1E, 7, 10, 2, 1, 0xAC, 2}},
	{"enums and a text", presence, 13, {17, 1, 0x1F, 41, 1, 2, 1, 5, 'l', 'u', 'n', 'c', 'h'}},
	{"values of settings",
	 settings,
	 19,
	 {21, 1, 0x0B, 2, 1, 2, 5, 1, 2, 4, 1, 0, 3, 2, 8, 0, 26, 1, 't'}},
	{"a time before the event", snoozed, 5, {5, 1, 3, 1, 0x7F}},
	{"needs, pairs, texts", arrived, 24, {1,   1,      0x81, 0x38, 1,   2,     2, 'k',
					      'o', 3 | 16, 2,    1,    'x', 1 | 8, 2, 1,
					      'a', 2,      'b',  1,    'c', 0,     1, 0}},
	{"zone, week, dates",
	 calendar,
	 16,
	 {47, 1, 14, 1, 'Z', 1, 0, 1, 1, 7, 0, 0x80, 1, 2, 1, 6}},
	{"shifts, less the event's time", shift, 7, {48, 1, 3, 1, 1, 2, 4}},
	{"true has no bytes", gated, 8, {40, 1, 6, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F}},
};

static void test_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(known); i++) {
		struct ek_event e = known[i].make();
		uint8_t is[64];
		size_t n = ek_codec_write(&e, base, is, sizeof is);
		if (n != known[i].n || memcmp(is, known[i].bytes, n) != 0)
			fail_msg("%s: %zu bytes, not %zu", known[i].promise, n, known[i].n);
	}
}

/* Reads, and what was read writes the same bytes again. */
static bool read_again(const struct ek_codec_bytes *in, struct ek_event *e, struct ek_err *err)
{
	struct ek_arena a = arena_of(1 << 20);
	bool ok = ek_codec_read(in, &a, e, NULL, err);
	if (ok) {
		uint8_t *again = malloc(in->n + 1);
		assert_int_equal(ek_codec_write(e, in->base, again, in->n), in->n);
		assert_memory_equal(again, in->p, in->n);
		free(again);
	} else {
		assert_int_equal(err->code, EK_DAMAGE);
	}
	ek_arena_fini(&a);
	return ok;
}

static void test_every_kind(void **state)
{
	(void)state;
	uint8_t *bytes = malloc(BYTES_MAX);
	struct ek_arena a = arena_of(1 << 24);
	for (int kind = 1; kind < EK_EVENT_COUNT; kind++) {
		if (ek_event_record(kind) == NULL)
			continue;
		for (uint64_t seed = 0; seed < SEEDS; seed++) {
			struct ek_event_sample s = {&a, seed * 1000 + (uint64_t)kind};
			struct ek_event e;
			struct ek_event again;
			struct ek_err err;
			ek_arena_reset(&a);
			ek_event_sample(&s, kind, 1 + seed * seed, &e);
			struct ek_codec_bytes in = {bytes, 0, {e.seq, {e.at.ms - (int64_t)seed}}};
			in.n = ek_codec_write(&e, in.base, bytes, BYTES_MAX);
			assert_true(in.n <= BYTES_MAX);
			if (!read_again(&in, &again, &err))
				fail_msg("%s: %s", ek_event_record(kind)->wire, err.msg);
			assert_int_equal(again.kind, kind);
			assert_int_equal(again.seq, e.seq);
			assert_int_equal(again.at.ms, e.at.ms);
			assert_int_equal(again.cause_seq, e.cause_seq);
			assert_int_equal(again.by.kind, e.by.kind);
			assert_int_equal(again.by.id, e.by.id);
		}
	}
	ek_arena_fini(&a);
	free(bytes);
}

/* With too little room the size that is needed comes back, and nothing beyond the room is written.
 */
static void test_too_little_room(void **state)
{
	(void)state;
	uint8_t whole_event[64];
	struct ek_event e = settings();
	size_t n = ek_codec_write(&e, base, whole_event, sizeof whole_event);
	for (size_t cap = 0; cap < n; cap++) {
		uint8_t *tight = malloc(cap + 1);
		tight[cap] = 0xEE;
		assert_int_equal(ek_codec_write(&e, base, tight, cap), n);
		assert_int_equal(tight[cap], 0xEE);
		free(tight);
	}
}

/* Hostile bytes: every byte of every sample with every bit flipped, and every beginning of it. */
static void harm(const struct ek_codec_bytes *good)
{
	uint8_t *bytes = malloc(good->n);
	struct ek_event e;
	struct ek_err err;
	for (size_t i = 0; i < good->n; i++) {
		struct ek_codec_bytes in = {bytes, good->n, good->base};
		memcpy(bytes, good->p, good->n);
		for (unsigned bit = 0; bit < 8; bit++) {
			bytes[i] = (uint8_t)(good->p[i] ^ 1u << bit);
			(void)read_again(&in, &e, &err);
		}
		bytes[i] = 0xFF;
		(void)read_again(&in, &e, &err);
		bytes[i] = 0;
		(void)read_again(&in, &e, &err);
	}
	for (size_t n = 0; n < good->n; n++) {
		uint8_t *cut = malloc(n + 1);
		struct ek_codec_bytes in = {cut, n, good->base};
		memcpy(cut, good->p, n);
		assert_false(read_again(&in, &e, &err));
		free(cut);
	}
	free(bytes);
}

static void test_hostile(void **state)
{
	(void)state;
	uint8_t *bytes = malloc(BYTES_MAX);
	struct ek_arena a = arena_of(1 << 24);
	for (int kind = 1; kind < EK_EVENT_COUNT; kind++) {
		for (uint64_t seed = 0; ek_event_record(kind) != NULL && seed < 3; seed++) {
			struct ek_event_sample s = {&a, seed * 77 + (uint64_t)kind};
			struct ek_event e;
			ek_arena_reset(&a);
			ek_event_sample(&s, kind, 1000, &e);
			struct ek_codec_bytes in = {bytes, 0, {e.seq, {0}}};
			in.n = ek_codec_write(&e, in.base, bytes, BYTES_MAX);
			harm(&in);
		}
	}
	ek_arena_fini(&a);
	free(bytes);
}

static const struct {
	const char *promise;
	size_t n;
	uint8_t bytes[40];
	const char *refused; /* NULL = taken */
} rows[] = {
	{"a closed conversation", 4, {8, 1, 1, 5}, NULL},
	{"nothing at all", 0, {0}, "ends too early"},
	{"kind 0", 3, {0, 1, 0}, "unknown kind"},
	{"a kind from after today", 3, {200, 1, 0}, "unknown kind"},
	{"no actor", 3, {8, 0, 0}, "head is malformed"},
	{"a bit of the head that has no meaning", 3, {8, 33, 0}, "head is malformed"},
	{"an actor with id 0", 4, {8, 5, 0, 0}, "an id is 0"},
	{"a time that says it differs and does not", 4, {8, 9, 0, 0}, "head is malformed"},
	{"a cause that says it is there and is not", 4, {8, 17, 0, 0}, "head is malformed"},
	{"the first event as cause", 5, {8, 17, 9, 1, 5}, NULL},
	{"a cause before the first event", 5, {8, 17, 10, 1, 5}, "before the log"},
	{"a mask from before there were fields", 3, {8, 1, 0}, NULL},
	{"a field from after today", 4, {8, 1, 2, 5}, "unknown field"},
	{"bytes after the event", 5, {8, 1, 1, 5, 0}, "something comes after"},
	{"an id of 0", 4, {8, 1, 1, 0}, "an id is 0"},
	{"an id of 2^32 - 1", 8, {8, 1, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F}, NULL},
	{"an id of 2^32", 8, {8, 1, 1, 0x80, 0x80, 0x80, 0x80, 0x10}, "out of range"},
	{"5 in two bytes", 5, {8, 1, 1, 0x85, 0}, "too long"},
	{"a number of eleven bytes",
	 14,
	 {8, 1, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1},
	 "too long"},
	{"a number beyond 64 bits",
	 13,
	 {8, 1, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2},
	 "too long"},
	{"a presence that is not listed", 4, {17, 1, 2, 4}, "not listed"},
	{"presence 0, which is absent", 4, {17, 1, 2, 0}, "not listed"},
	{"an enum's number beyond all bits", 4, {17, 1, 2, 70}, "not listed"},
	{"a number that says absent",
	 13,
	 {52, 1, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1},
	 "out of range"},
	{"a text longer than the rest", 5, {17, 1, 16, 2, 'x'}, "ends too early"},
	{"a text longer than texts are", 5, {17, 1, 16, 0xC9, 1}, "too long"},
	{"a text that is not UTF-8", 5, {17, 1, 16, 1, 0xFF}, "not UTF-8"},
	{"a text with U+0000", 5, {17, 1, 16, 1, 0}, "not UTF-8"},
	{"an empty text", 4, {17, 1, 16, 0}, NULL},
	{"an empty list", 4, {48, 1, 2, 0}, "an empty list"},
	{"a list longer than the rest", 6, {48, 1, 2, 3, 0, 0}, "list is too long"},
	{"a list that ends early", 5, {48, 1, 2, 1, 0}, "ends too early"},
	{"a need of level 0", 8, {1, 1, 0x80, 0x08, 1, 1, 'x', 0}, "a need is malformed"},
	{"a need of level 6", 8, {1, 1, 0x80, 0x08, 1, 1, 'x', 6}, "a need is malformed"},
	{"a need with an unknown bit", 8, {1, 1, 0x80, 0x08, 1, 1, 'x', 33}, "a need is malformed"},
	{"setting 0", 6, {21, 1, 8, 1, 0, 1}, "unknown setting"},
	{"a setting from after today", 7, {21, 1, 8, 1, 250, 1, 1}, "unknown setting"},
	{"a value of an unknown kind", 7, {21, 1, 8, 1, 5, 6, 1}, "unknown kind"},
	{"a value of an empty list", 8, {21, 1, 8, 1, 8, 1, 3, 0}, NULL},
	{"a day 0", 7, {47, 1, 4, 1, 0, 0, 0}, "day of the week"},
	{"a day 8", 7, {47, 1, 4, 1, 8, 0, 0}, "day of the week"},
	{"an hour after midnight", 10, {47, 1, 4, 1, 7, 0, 0x81, 0xB8, 0x99, 0x29}, "out of range"},
	{"midnight itself", 10, {47, 1, 4, 1, 7, 0, 0x80, 0xB8, 0x99, 0x29}, NULL},
	{"a date after the year 9999",
	 8,
	 {47, 1, 8, 1, 0xC2, 0x82, 0xE6, 0x02},
	 "date is out of range"},
	{"the last of 9999", 8, {47, 1, 8, 1, 0xC0, 0x82, 0xE6, 0x02}, NULL},
	{"an offset of a day",
	 11,
	 {50, 1, 2, 1, 'Z', 1, 0, 0x80, 0xF0, 0xB2, 0x52},
	 "offset is out of range"},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		uint8_t *exact = malloc(rows[i].n + 1);
		struct ek_codec_bytes in = {exact, rows[i].n, base};
		struct ek_event e;
		struct ek_err err = {.msg = ""};
		memcpy(exact, rows[i].bytes, rows[i].n);
		bool ok = read_again(&in, &e, &err);
		free(exact);
		if (ok != (rows[i].refused == NULL))
			fail_msg("%s: %s", rows[i].promise, ok ? "taken" : err.msg);
		if (!ok && strstr(err.msg, rows[i].refused) == NULL)
			fail_msg("%s: %s", rows[i].promise, err.msg);
	}
}

/* Events one after another: each says where it ends. */
static void test_used(void **state)
{
	(void)state;
	static const uint8_t two[] = {8, 1, 1, 5, 8, 1, 1, 6};
	struct ek_codec_bytes in = {two, sizeof two, base};
	struct ek_arena a = arena_of(4096);
	struct ek_event e;
	struct ek_err err;
	size_t used;
	assert_true(ek_codec_read(&in, &a, &e, &used, &err));
	assert_int_equal(used, 4);
	assert_int_equal(e.conversation_closed.conversation.v, 5);
	ek_arena_fini(&a);
}

static void test_no_memory(void **state)
{
	(void)state;
	uint8_t bytes[64];
	struct ek_event e = settings();
	struct ek_codec_bytes in = {bytes, ek_codec_write(&e, base, bytes, 64), base};
	struct ek_arena a = arena_of(8);
	struct ek_err err;
	assert_false(ek_codec_read(&in, &a, &e, NULL, &err));
	assert_int_equal(err.code, EK_NO_MEMORY);
	ek_arena_fini(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),     cmocka_unit_test(test_every_kind),
		cmocka_unit_test(test_hostile),   cmocka_unit_test(test_too_little_room),
		cmocka_unit_test(test_rows),      cmocka_unit_test(test_used),
		cmocka_unit_test(test_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
