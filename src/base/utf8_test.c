/* What counts as text. Vectors: The Unicode Standard 15.0, tables 3-7 to 3-11. */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* clang-format off */
#define TEXT(literal) {(literal), sizeof(literal) - 1}
/* clang-format on */
static const struct row {
	const char *promise;
	ek_str text;
	bool is_text;
	bool is_plain;
} rows[] = {
	{"an empty text is text", {"", 0}, true, true},
	{"ASCII is text", TEXT("bank"), true, true},
	{"two, three and four bytes are text", TEXT("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8C\x8A"), true,
	 true},
	{"the last code point is text", TEXT("\xF4\x8F\xBF\xBF"), true, true},
	{"beyond the last code point is not", TEXT("\xF4\x90\x80\x80"), false, false},
	{"a lead byte F5 is not", TEXT("\xF5\x80\x80\x80"), false, false},
	{"two bytes for ASCII is not", TEXT("\xC0\xAF"), false, false},
	{"C1 never leads", TEXT("\xC1\xBF"), false, false},
	{"three bytes for two is not", TEXT("\xE0\x9F\xBF"), false, false},
	{"four bytes for three is not", TEXT("\xF0\x8F\xBF\xBF"), false, false},
	{"a surrogate is not", TEXT("\xED\xA0\x80"), false, false},
	{"the last before the surrogates is", TEXT("\xED\x9F\xBF"), true, true},
	{"a trail byte alone is not", TEXT("\x80"), false, false},
	{"a sequence cut short is not", TEXT("a\xE2\x82"), false, false},
	{"a lead byte in place of a trail is not", TEXT("\xE2\xE2\x82"), false, false},
	{"U+0000 is not", {"a\0b", 3}, false, false},
	{"a line's end is text, and a control character", TEXT("a\nb"), true, false},
	{"U+007F is a control character", TEXT("\x7F"), true, false},
	{"U+0085 is a control character", TEXT("\xC2\x85"), true, false},
	{"U+00A0 is not a control character", TEXT("\xC2\xA0"), true, true},
};

static void test_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		if (ek_utf8_is_text(rows[i].text) != rows[i].is_text ||
		    ek_utf8_is_plain(rows[i].text) != rows[i].is_plain)
			fail_msg("%s", rows[i].promise);
	}
}

static const struct turning_row {
	const char *promise;
	ek_str text;
	bool is_turning;
} turnings[] = {
	{"ordinary words turn nothing", TEXT("Mina Park"), false},
	{"nor does a script that is read from the right", TEXT("\xD9\x85\xD9\x8A\xD9\x86\xD8\xA7"),
	 false},
	{"U+202A is an embedding", TEXT("a\xE2\x80\xAA"), true},
	{"U+202B is an embedding", TEXT("\xE2\x80\xABz"), true},
	{"U+202C ends one", TEXT("\xE2\x80\xAC"), true},
	{"U+202D is an override", TEXT("admin\xE2\x80\xADnot"), true},
	{"U+202E makes gpj.exe of exe.jpg", TEXT("\xE2\x80\xAEgpj.exe"), true},
	{"U+2066 is an isolate", TEXT("\xE2\x81\xA6"), true},
	{"U+2067 is an isolate", TEXT("\xE2\x81\xA7"), true},
	{"U+2068 is an isolate", TEXT("\xE2\x81\xA8"), true},
	{"U+2069 ends one", TEXT("ab\xE2\x81\xA9"), true},
	{"U+200E is a mark", TEXT("a\xE2\x80\x8E"), false},
	{"U+200F is a mark", TEXT("\xE2\x80\x8F"), false},
	{"U+2029 is before them", TEXT("\xE2\x80\xA9"), false},
	{"U+202F is behind them", TEXT("\xE2\x80\xAF"), false},
	{"U+2065 is before the isolates", TEXT("\xE2\x81\xA5"), false},
	{"U+206A is behind them", TEXT("\xE2\x81\xAA"), false},
	{"bytes of two characters are none of these", TEXT("\xC3\xA2\xC2\x80\xC2\xAE"), false},
	{"one cut short is none", TEXT("\xE2\x80"), false},
};

static void test_turning(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(turnings); i++) {
		if (ek_utf8_is_turning(turnings[i].text) != turnings[i].is_turning)
			fail_msg("%s", turnings[i].promise);
	}
}

static void test_straighten(void **state)
{
	(void)state;
	char text[] = "\xE2\x81\xA6"
		      "exe\xE2\x80\xAE.\xC3\xA9\xE2\x80\x8F\xE2\x81\xA9";
	uint32_t n = ek_utf8_straighten(text, sizeof text - 1);
	assert_true(ek_str_is((ek_str){text, n}, "exe.\xC3\xA9\xE2\x80\x8F"));
	assert_int_equal(ek_utf8_straighten(text, 2), 2);
}

static void test_strip(void **state)
{
	(void)state;
	char text[] = "\x01"
		      "a\tb\xC2\x85\xC3\xA9\x7F";
	uint32_t n = ek_utf8_strip(text, sizeof text - 1);
	assert_true(ek_str_is((ek_str){text, n}, "ab\xC3\xA9"));
}

static void test_cut(void **state)
{
	(void)state;
	ek_str s = EK_S("a\xE2\x82\xAC");
	assert_int_equal(ek_utf8_cut(s, 4), 4);
	assert_int_equal(ek_utf8_cut(s, 3), 1);
	assert_int_equal(ek_utf8_cut(s, 1), 1);
	assert_int_equal(ek_utf8_cut(s, 0), 0);
}

/* Each character in its turn; a byte that begins none is one by itself. */
static void test_next(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint32_t n;
		uint32_t first, behind; /* the character, and where the next begins */
	} nexts[] = {
		{"a", 1, 'a', 1},
		{"\xC3\x84x", 3, 0xC4, 2},
		{"\xED\x95\x9C", 3, 0xD55C, 3},
		{"\xF0\x9F\x98\x80", 4, 0x1F600, 4},
		{"\xED\xA0\x80", 3, 0xFFFD, 1},
		{"\xC3", 1, 0xFFFD, 1},
		{"\xFFz", 2, 0xFFFD, 1},
	};
	for (size_t i = 0; i < EK_LEN(nexts); i++) {
		uint32_t at = 0;
		uint32_t c = ek_utf8_next((ek_str){nexts[i].text, nexts[i].n}, &at);
		assert_int_equal(c, nexts[i].first);
		assert_int_equal(at, nexts[i].behind);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next),    cmocka_unit_test(test_text),
		cmocka_unit_test(test_turning), cmocka_unit_test(test_straighten),
		cmocka_unit_test(test_strip),   cmocka_unit_test(test_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
