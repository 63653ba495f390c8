/* Cursors. Alphabet of base64url: RFC 4648, section 5; FNV-1a: its published test values. */
#include "wire/cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/fnv.h"
#include "base/heap_scene.h"

static struct ek_alloc heap(void)
{
	return ek_heap_scene();
}

static const struct ek_cursor full = {
	.n = 5,
	.v = {{.kind = EK_CURSOR_INT, .i = INT64_MIN},
	      {.kind = EK_CURSOR_NULL},
	      {.kind = EK_CURSOR_STR, .s = {"\xEB\xAF\xB8\xEB\x82\x98", 6}},
	      {.kind = EK_CURSOR_STR, .s = {"", 0}},
	      {.kind = EK_CURSOR_INT, .i = 90211}},
};

static bool is_same(const struct ek_cursor *a, const struct ek_cursor *b)
{
	bool same = a->n == b->n;
	for (uint32_t i = 0; same && i < a->n; i++)
		same = a->v[i].kind == b->v[i].kind && a->v[i].i == b->v[i].i &&
		       ek_str_equal(a->v[i].s, b->v[i].s);
	return same;
}

static void test_round(void **state)
{
	(void)state;
	struct ek_arena arena;
	struct ek_cursor c, again;
	char text[EK_CURSOR_MAX];
	ek_arena_init(&arena, heap(), 1 << 20);
	for (uint32_t n = 1; n <= full.n; n++) {
		c = full;
		c.n = n;
		size_t size = ek_cursor_write(&c, 7, text);
		assert_memory_equal(text, "c1.", 3);
		for (size_t i = 3; i < size; i++)
			assert_non_null(
				strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				       "0123456789-_",
				       text[i]));
		ek_str s = {text, (uint32_t)size};
		assert_true(ek_cursor_read(s, 7, &arena, &again));
		assert_true(is_same(&c, &again));
		assert_false(ek_cursor_read(s, 8, &arena, &again));
	}
	ek_arena_fini(&arena);
}

/* Every other byte at every place, every shorter and a longer one is refused. */
static void test_forged(void **state)
{
	(void)state;
	struct ek_arena arena;
	struct ek_cursor again;
	char text[EK_CURSOR_MAX + 1], other[EK_CURSOR_MAX + 1];
	ek_arena_init(&arena, heap(), 1 << 24);
	size_t size = ek_cursor_write(&full, 7, text);
	for (size_t at = 0; at < size; at++) {
		for (int c = 0; c < 256; c++) {
			memcpy(other, text, size);
			other[at] = (char)c;
			if (other[at] == text[at])
				continue;
			if (ek_cursor_read((ek_str){other, (uint32_t)size}, 7, &arena, &again))
				fail_msg("byte %zu as %d", at, c);
		}
		assert_false(ek_cursor_read((ek_str){text, (uint32_t)at}, 7, &arena, &again));
	}
	memcpy(other, text, size);
	other[size] = 'A';
	assert_false(ek_cursor_read((ek_str){other, (uint32_t)size + 1}, 7, &arena, &again));
	ek_arena_fini(&arena);
}

/* With a digest that is right, what stands behind it is still looked at. */
static const struct {
	const char *promise;
	const char *bytes;
	uint32_t n;
} bodies[] = {
	{"no value", "", 0},
	{"an unknown kind", "\x03", 1},
	{"a number cut short", "\x01\0\0\0", 4},
	{"a text without its length", "\x02", 1},
	{"a text longer than what is there", "\x02\x05hell", 6},
	{"a text longer than is allowed", "\x02\xFF", 2},
	{"a text that is no UTF-8", "\x02\x01\xFF", 3},
	{"a control character", "\x02\x01\n", 3},
	{"seven values", "\0\0\0\0\0\0\0", 7},
};

static void put_letters(const unsigned char *p, size_t n, char *out, size_t *written)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	*written = 0;
	for (size_t bit = 0; bit < 8 * n; bit += 6) {
		unsigned v = 0;
		for (size_t k = bit; k < bit + 6; k++)
			v = v << 1 | (k < 8 * n ? p[k / 8] >> (7 - k % 8) & 1U : 0);
		out[(*written)++] = letters[v];
	}
}

static void test_bodies(void **state)
{
	(void)state;
	struct ek_arena arena;
	struct ek_cursor again;
	ek_arena_init(&arena, heap(), 1 << 20);
	for (size_t i = 0; i < EK_LEN(bodies); i++) {
		unsigned char bytes[64] = {0, 0, 0, 0, 0, 0, 0, 7};
		char text[128] = "c1.";
		size_t n;
		uint64_t d = ek_fnv(EK_FNV_BEGIN, bytes, 8);
		d = ek_fnv(d, bodies[i].bytes, bodies[i].n);
		for (int k = 0; k < 8; k++)
			bytes[k] = (unsigned char)(d >> (56 - 8 * k));
		memcpy(bytes + 8, bodies[i].bytes, bodies[i].n);
		put_letters(bytes, 8 + (size_t)bodies[i].n, text + 3, &n);
		ek_str s = {text, (uint32_t)(n + 3)};
		if (ek_cursor_read(s, 7, &arena, &again))
			fail_msg("%s", bodies[i].promise);
	}
	ek_arena_fini(&arena);
}

/* A name of two kilobytes does not make a cursor that nobody takes back. */
static void test_long_text(void **state)
{
	(void)state;
	struct ek_arena arena;
	struct ek_cursor c = {.n = EK_CURSOR_KEYS}, again;
	char name[2000], text[EK_CURSOR_MAX];
	for (size_t i = 0; i + 1 < sizeof name; i += 2)
		memcpy(name + i, "\xC3\xA9", 2);
	for (int i = 0; i < EK_CURSOR_KEYS; i++)
		c.v[i] = (struct ek_cursor_value){.kind = EK_CURSOR_STR, .s = {name, sizeof name}};
	ek_arena_init(&arena, heap(), 1 << 20);
	size_t size = ek_cursor_write(&c, 7, text);
	assert_true(ek_cursor_read((ek_str){text, (uint32_t)size}, 7, &arena, &again));
	assert_int_equal(again.v[0].s.n, EK_CURSOR_TEXT);
	ek_arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_long_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
