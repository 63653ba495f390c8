/* The bytes of a commit: what goes in comes out, and hostile bytes do no harm. */
#include "store/body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sys/heap.h"

enum { ROWS = 40 };

static struct ek_event event_of(uint64_t seq)
{
	struct ek_event e;
	memset(&e, 0, sizeof e);
	e.seq = seq;
	e.at = (ek_time){1000 + (int64_t)seq};
	e.by.kind = EK_ACTOR_PERSON;
	e.by.id = (uint32_t)seq * 1000;
	e.kind = EK_EVENT_ASSIGNMENT_MADE;
	e.assignment_made.assignment.v = (uint32_t)seq;
	e.assignment_made.conversation.v = 7;
	e.assignment_made.limit = EK_NONE;
	e.assignment_made.load = (int64_t)seq;
	return e;
}

/* A reason of n bytes, so that lengths of one, two and three bytes all occur. */
static char *long_text(size_t n)
{
	char *p = malloc(n);
	ek_assert(p != NULL);
	memset(p, 'x', n);
	return p;
}

static void fill(struct ek_body *b, uint32_t commands)
{
	struct ek_err err = {0};
	struct ek_body_key key = {.by = {EK_ACTOR_RULE, 0x01020304}};
	uint64_t seq = 101;
	ek_body_reset(b, seq, (ek_time){5000});
	for (uint32_t c = 0; c < commands; c++) {
		memset(key.key, (int)c, sizeof key.key);
		memset(key.request, (int)~c, sizeof key.request);
		uint32_t n = c % 3 + 1;
		assert_true(ek_body_command(b, c % 2 == 0 ? &key : NULL, n, &err));
		for (uint32_t i = 0; i < n; i++, seq++) {
			struct ek_event e = event_of(seq);
			assert_true(ek_body_event(b, &e, &err));
		}
	}
}

static void what_goes_in_comes_out(void **state)
{
	(void)state;
	struct ek_body b;
	struct ek_err err = {0};
	struct ek_body_reader r;
	struct ek_arena arena;
	ek_body_init(&b, ek_heap_alloc());
	ek_arena_init(&arena, ek_heap_alloc(), 1 << 20);
	fill(&b, ROWS);
	ek_body_open(&r, b.p, b.n, (struct ek_codec_base){101, {5000}});
	uint64_t seq = 101;
	for (uint32_t c = 0; c < ROWS; c++) {
		assert_int_equal(ek_body_next(&r), EK_BODY_COMMAND);
		assert_int_equal(r.has_key, c % 2 == 0);
		assert_int_equal(r.count, c % 3 + 1);
		assert_int_equal(r.seq, seq);
		if (r.has_key) {
			assert_int_equal(r.key.key[31], c);
			assert_int_equal(r.key.request[0], (uint8_t)~c);
			assert_int_equal(r.key.by.kind, EK_ACTOR_RULE);
			assert_int_equal(r.key.by.id, 0x01020304);
		}
		for (uint32_t i = 0; i < c % 3 + 1; i++, seq++) {
			struct ek_event e;
			assert_int_equal(ek_body_next(&r), EK_BODY_EVENT);
			assert_int_equal(r.seq, seq);
			assert_true(ek_codec_read(&r.event, &arena, &e, NULL, &err));
			assert_int_equal(e.seq, seq);
			assert_int_equal(e.at.ms, 1000 + seq);
			assert_int_equal(e.by.id, (uint32_t)seq * 1000);
			assert_int_equal(e.assignment_made.load, seq);
		}
	}
	assert_int_equal(ek_body_next(&r), EK_BODY_END);
	assert_int_equal(ek_body_next(&r), EK_BODY_END);
	ek_arena_fini(&arena);
	ek_body_fini(&b);
}

static void lengths_of_every_size(void **state)
{
	(void)state;
	const size_t sizes[] = {0, 1, 90, 127, 128, 129, 16383, 16384, 70000};
	struct ek_body b;
	struct ek_err err = {0};
	struct ek_arena arena;
	char *text = long_text(70000);
	ek_body_init(&b, ek_heap_alloc());
	ek_arena_init(&arena, ek_heap_alloc(), 1 << 20);
	for (size_t i = 0; i < EK_LEN(sizes); i++) {
		struct ek_event e = event_of(1);
		struct ek_event back;
		struct ek_body_reader r;
		e.assignment_made.reason = (ek_str){text, (uint32_t)sizes[i]};
		ek_body_reset(&b, 1, e.at);
		assert_true(ek_body_command(&b, NULL, 1, &err));
		assert_true(ek_body_event(&b, &e, &err));
		ek_body_open(&r, b.p, b.n, (struct ek_codec_base){1, e.at});
		assert_int_equal(ek_body_next(&r), EK_BODY_COMMAND);
		assert_int_equal(ek_body_next(&r), EK_BODY_EVENT);
		/* The codec bounds texts; the body bears what the codec bears. */
		if (ek_codec_read(&r.event, &arena, &back, NULL, &err))
			assert_int_equal(back.assignment_made.reason.n, sizes[i]);
		assert_int_equal(ek_body_next(&r), EK_BODY_END);
	}
	free(text);
	ek_arena_fini(&arena);
	ek_body_fini(&b);
}

static void a_command_can_be_cut_off(void **state)
{
	(void)state;
	struct ek_body b;
	struct ek_err err = {0};
	struct ek_body_reader r;
	ek_body_init(&b, ek_heap_alloc());
	fill(&b, 2);
	struct ek_body_mark mark = ek_body_mark(&b);
	assert_true(ek_body_command(&b, NULL, 2, &err));
	struct ek_event e = event_of(104);
	assert_true(ek_body_event(&b, &e, &err));
	ek_body_cut(&b, mark);
	assert_int_equal(b.events, 3);
	ek_body_open(&r, b.p, b.n, (struct ek_codec_base){101, {5000}});
	int steps = 0;
	while (ek_body_next(&r) != EK_BODY_END)
		steps++;
	assert_int_equal(steps, 2 + 3);
	ek_body_fini(&b);
}

/* The first event that cannot be trusted: the one whose bytes the place belongs to, or the first of
 * the command whose head it belongs to. */
static void every_flipped_byte_is_found_at_its_event(void **state)
{
	(void)state;
	struct ek_body b;
	struct ek_body_reader r;
	ek_body_init(&b, ek_heap_alloc());
	fill(&b, ROWS);
	uint64_t *owner = calloc(b.n, sizeof *owner);
	ek_assert(owner != NULL);
	ek_body_open(&r, b.p, b.n, (struct ek_codec_base){101, {5000}});
	for (const uint8_t *from = b.p; ek_body_next(&r) != EK_BODY_END; from = r.p) {
		for (const uint8_t *p = from; p < r.p; p++)
			owner[p - b.p] = r.seq;
	}
	for (size_t i = 0; i < b.n; i++) {
		for (int bit = 0; bit < 8; bit++) {
			b.p[i] ^= (uint8_t)(1 << bit);
			ek_body_open(&r, b.p, b.n, (struct ek_codec_base){101, {5000}});
			enum ek_body_step step = ek_body_next(&r);
			while (step != EK_BODY_END && step != EK_BODY_BAD)
				step = ek_body_next(&r);
			assert_int_equal(step, EK_BODY_BAD);
			assert_int_equal(r.seq, owner[i]);
			b.p[i] ^= (uint8_t)(1 << bit);
		}
	}
	free(owner);
	ek_body_fini(&b);
}

static void hostile_bytes_do_no_harm(void **state)
{
	(void)state;
	uint64_t x = 88172645463325252u; /* xorshift64, Marsaglia 2003 */
	for (int round = 0; round < 20000; round++) {
		uint8_t bytes[96];
		for (size_t i = 0; i < sizeof bytes; i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			bytes[i] = (uint8_t)(x >> 32);
		}
		size_t n = x % (sizeof bytes + 1);
		uint8_t *exact = malloc(n + 1);
		ek_assert(exact != NULL);
		memcpy(exact, bytes, n);
		/* Half of them get past the head's checksum. */
		if (n > 6 && round % 2 == 0) {
			exact[4] = 0;
			exact[5] = 1;
			uint32_t crc = ek_hash_crc(0, exact + 4, 2);
			for (int i = 0; i < 4; i++)
				exact[i] = (uint8_t)(crc >> (8 * i));
		}
		struct ek_body_reader r;
		ek_body_open(&r, exact, n, (struct ek_codec_base){1, {0}});
		enum ek_body_step step = ek_body_next(&r);
		for (int i = 0; i < 200 && step != EK_BODY_END && step != EK_BODY_BAD; i++)
			step = ek_body_next(&r);
		assert_true(step == EK_BODY_BAD || n == 0);
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_in_comes_out),
		cmocka_unit_test(lengths_of_every_size),
		cmocka_unit_test(a_command_can_be_cut_off),
		cmocka_unit_test(every_flipped_byte_is_found_at_its_event),
		cmocka_unit_test(hostile_bytes_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
