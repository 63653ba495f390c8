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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_strip),
		cmocka_unit_test(test_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
