/* What a client would rather have. Rows: RFC 9110, sections 12.4.2, 12.5.3, 12.5.4, 13.1.2. */
#include "wire/accept.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static ek_str text(const char *s)
{
	return (ek_str){s, s == NULL ? 0 : (uint32_t)strlen(s)};
}

/* clang-format off */
static const struct {
	const char *promise;
	const char *header;
	int want; /* of en, ko, ar */
} languages[] = {
	{"no header", NULL, -1},
	{"an empty one", "", -1},
	{"a plain one", "ko", 1},
	{"a region is passed over", "ar-EG", 2},
	{"a script and a region, too", "ar-Arab-EG", 2},
	{"case does not matter", "KO-kr", 1},
	{"the heaviest, not the first", "en;q=0.4, ko;q=0.85, ar;q=0.9", 2},
	{"the first of equals", "ar, ko", 2},
	{"no weight is the whole weight", "en;q=0.9, ko", 1},
	{"three digits count", "en;q=0.501,ko;q=0.502", 1},
	{"the RFC's example: what we lack is passed over", "da, en-gb;q=0.8, en;q=0.7", 0},
	{"weight 0 is not wanted", "ko;q=0, ar;q=0.001", 2},
	{"all refused", "en;q=0, ko;q=0.000", -1},
	{"* wants none in particular", "*", -1},
	{"* beside one", "*, ko;q=0.1", 1},
	{"blanks and tabs", " \t ko \t; \tq = 0.5\t, ar ; q=0.4", 1},
	{"Q is q", "ko;Q=0.1, ar;q=0.2", 2},
	{"other parameters are passed over", "ko;v=b3;q=0.2, ar;level=1;q=0.3", 2},
	{"a longer name is another language", "kok, enm", -1},
	{"a shorter name, too", "k, e", -1},
	{"an underscore is no subtag", "ko_KR", -1},
	{"a weight above 1 is none", "ko;q=1.001, ar;q=0.1", 2},
	{"a negative weight is none", "ko;q=-1, ar;q=0.1", 2},
	{"a weight with four digits is none", "ko;q=0.9999, ar;q=0.1", 2},
	{"a weight without digits is none", "ko;q=, ar;q=0.1", 2},
	{"a word for a weight is none", "ko;q=high", -1},
	{"commas and semicolons alone", ",,;,;;q=1,=,;q", -1},
	{"the sixteenth range counts", "x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,ko", 1},
	{"the seventeenth does not", "x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,ko", -1},
	{"bytes that are no text", "\xff\xfe,\x01;q=\x02,ko;q=0.1", 1},
};

enum { ID = EK_ACCEPT_IDENTITY, GZ = EK_ACCEPT_GZIP, BR = EK_ACCEPT_BR,
       BOTH = 1 << GZ | 1 << BR | 1 << ID };
static const struct {
	const char *promise;
	const char *header;
	uint32_t offered;
	int want;
} codings[] = {
	{"no header: as it is", NULL, BOTH, ID},
	{"an empty one: as it is", "", BOTH, ID},
	{"a browser's", "gzip, deflate, br, zstd", BOTH, BR},
	{"of equals the smaller", "gzip;q=0.5, br;q=0.5", BOTH, BR},
	{"the heavier of two", "gzip;q=1.0, br;q=0.9", BOTH, GZ},
	{"what is not on offer is not chosen", "br, gzip;q=0.5", 1 << ID | 1 << GZ, GZ},
	{"nothing on offer but itself", "br, gzip", 1 << ID, ID},
	{"a coding that we lack", "zstd", BOTH, ID},
	{"refused", "gzip;q=0, br;q=0", BOTH, ID},
	{"* is any", "*", BOTH, BR},
	{"* beside a refusal", "*, br;q=0", BOTH, GZ},
	{"* refused leaves what is named", "gzip, *;q=0", BOTH, GZ},
	{"itself rather", "identity, gzip;q=0.5, br;q=0.5", BOTH, ID},
	{"itself refused", "identity;q=0, gzip;q=0.1", BOTH, GZ},
	{"everything refused: better than nothing", "identity;q=0, *;q=0", BOTH, ID},
	{"the RFC's example", "gzip;q=1.0, identity; q=0.5, *;q=0", BOTH, GZ},
	{"an old name", "x-gzip", BOTH, GZ},
	{"case does not matter", "BR", BOTH, BR},
	{"a longer name is another", "brotli, gzipped", BOTH, ID},
	{"of one named twice the first counts", "br;q=0, br, gzip;q=0.1", BOTH, GZ},
	{"garbage", ";;;,,=q;\x01\xff;q=9", BOTH, ID},
};

static const struct {
	const char *promise;
	const char *header;
	bool want; /* "abc" in quotes */
} tags[] = {
	{"no header", NULL, false},
	{"an empty one", "", false},
	{"the tag", "\"abc\"", true},
	{"a weak one", "W/\"abc\"", true},
	{"among others", "\"x\", W/\"y\",\"abc\"", true},
	{"any", "*", true},
	{"another", "\"abd\"", false},
	{"a longer one that begins alike", "\"abcd\"", false},
	{"without quotes", "abc", false},
	{"inside another", "\"x\"abc\"", false},
	{"a quote that does not end", "\"ab", false},
};
/* clang-format on */

static void test_language(void **state)
{
	static const char *const names[] = {"en", "ko", "ar"};
	(void)state;
	for (size_t i = 0; i < EK_LEN(languages); i++) {
		if (ek_accept_language(text(languages[i].header), names, 3) != languages[i].want)
			fail_msg("%s", languages[i].promise);
	}
}

static void test_coding(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(codings); i++) {
		int got = (int)ek_accept_coding(text(codings[i].header), codings[i].offered);
		if (got != codings[i].want)
			fail_msg("%s: %d", codings[i].promise, got);
	}
	assert_string_equal(ek_accept_coding_name(EK_ACCEPT_BR), "br");
}

static void test_tag(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(tags); i++) {
		if (ek_accept_has_tag(text(tags[i].header), "\"abc\"") != tags[i].want)
			fail_msg("%s", tags[i].promise);
	}
	assert_false(ek_accept_has_tag(text("*"), ""));
}

/* Every header of up to five letters out of those that mean something ends, and within its bytes
 * (the sanitizers look). */
static void test_hostile(void **state)
{
	static const char letters[] = ",;=q01.*- kobr\"\xff";
	static const char *const names[] = {"ko", "br"};
	enum { N = sizeof letters - 1, LENGTH = 5 };
	uint32_t sum = 0;
	(void)state;
	for (uint32_t k = 0; k < (uint32_t)N * N * N * N * N; k++) {
		char s[LENGTH];
		uint32_t rest = k;
		for (int i = 0; i < LENGTH; i++, rest /= N)
			s[i] = letters[rest % N];
		ek_str header = {s, 1 + k % LENGTH};
		int language = ek_accept_language(header, names, 2);
		assert_in_range(language + 1, 0, 2);
		sum += (uint32_t)ek_accept_coding(header, 7) + ek_accept_has_tag(header, "\"k\"");
	}
	assert_true(sum > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_language),
		cmocka_unit_test(test_coding),
		cmocka_unit_test(test_tag),
		cmocka_unit_test(test_hostile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
