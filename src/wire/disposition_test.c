/* Names of files in a header. Expected: RFC 6266, section 5; RFC 8187, section 3.2.3; Python's
 * urllib.parse.quote. */
#include "wire/disposition.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* clang-format off */
static const struct {
	const char *promise;
	const char *name;
	bool is_inline;
	const char *want;
} rows[] = {
	{"a plain name", "a.pdf", false, "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf"},
	{"inline", "a.png", true, "inline; filename=\"a.png\"; filename*=UTF-8''a.png"},
	{"the RFC's example", "\xe2\x82\xac rates", false,
	 "attachment; filename=\"_ rates\"; filename*=UTF-8''%E2%82%AC%20rates"},
	{"no name", "", false, "attachment"},
	{"quotes and backslashes stay inside", "a\"; x=\\\"b", false,
	 "attachment; filename=\"a_; x=__b\"; filename*=UTF-8''a%22%3B%20x%3D%5C%22b"},
	{"a line end is none", "a\r\nSet-Cookie: b", false,
	 "attachment; filename=\"aSet-Cookie: b\"; filename*=UTF-8''aSet-Cookie%3A%20b"},
	{"a percent sign is none", "100%41", false,
	 "attachment; filename=\"100_41\"; filename*=UTF-8''100%2541"},
	{"an apostrophe ends no language", "it's", false,
	 "attachment; filename=\"it's\"; filename*=UTF-8''it%27s"},
	{"a slash is no path", "../etc/passwd", false,
	 "attachment; filename=\".._etc_passwd\"; filename*=UTF-8''..%2Fetc%2Fpasswd"},
	{"the end cannot be turned around", "cod.\xe2\x80\xaetxt.exe", false,
	 "attachment; filename=\"cod.txt.exe\"; filename*=UTF-8''cod.txt.exe"},
	{"nothing unseen", "a\xe2\x80\x8b\xef\xbb\xbf" "b\xc2\xad\x7f", false,
	 "attachment; filename=\"ab\"; filename*=UTF-8''ab"},
	{"only what is unseen is no name", "\xe2\x80\x8b\x01", true, "inline"},
	{"Korean", "\xed\x95\x9c.txt", false,
	 "attachment; filename=\"_.txt\"; filename*=UTF-8''%ED%95%9C.txt"},
	{"beyond the first plane", "\xf0\x9f\x8c\x8a", false,
	 "attachment; filename=\"_\"; filename*=UTF-8''%F0%9F%8C%8A"},
};
/* clang-format on */

static void names_are_written(void **state)
{
	char out[EK_DISPOSITION_MAX];
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		ek_str name = {rows[i].name, (uint32_t)strlen(rows[i].name)};
		size_t n = ek_disposition_print(name, rows[i].is_inline, out);
		if (strcmp(out, rows[i].want) != 0 || n != strlen(rows[i].want))
			fail_msg("%s: %s", rows[i].promise, out);
	}
}

static void the_longest_fits(void **state)
{
	char name[3 * EK_DISPOSITION_NAME];
	char out[EK_DISPOSITION_MAX];
	(void)state;
	memset(name, '"', sizeof name);
	size_t n = ek_disposition_print((ek_str){name, sizeof name}, false, out);
	assert_true(n > 4 * EK_DISPOSITION_NAME);
	for (size_t i = 0; i < sizeof name; i += 3)
		memcpy(name + i, "\xed\x95\x9c", 3);
	n = ek_disposition_print((ek_str){name, sizeof name}, false, out);
	assert_string_equal(out + n - 9, "%ED%95%9C");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_written),
		cmocka_unit_test(the_longest_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
