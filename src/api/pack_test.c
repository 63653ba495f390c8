/* A pack is read whole or refused with the line that is wrong; a path finds its file or nothing. */
#include "api/pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "sys/heap.h"

/* A text with NUL in it is not needed here: lines are text, and so are these bodies. */
#define GOOD \
	"/index.html\ttext/html; charset=utf-8\tidentity\t0\t5\n" \
	"/assets/b.js\ttext/javascript\tidentity\t5\t3\n" \
	"/assets/b.js\ttext/javascript\tbr\t8\t1\n" \
	"/assets/a-1.css\ttext/css\tidentity\t9\t0\n" \
	"/assets/b.js\ttext/javascript\tgzip\t9\t2\n" \
	"\nhellojs!Bgz"

static bool opens(const char *bytes, size_t n, struct ek_pack **pack, struct ek_err *err)
{
	/* Memory of exactly that length, so that a read behind it is seen. */
	char *copy = malloc(n == 0 ? 1 : n);
	assert_non_null(copy);
	memcpy(copy, bytes, n);
	bool ok = ek_pack_open((ek_str){copy, (uint32_t)n}, ek_heap_alloc(), pack, err);
	if (!ok)
		free(copy);
	return ok;
}

/* With the bytes that it borrowed. */
static void drop(struct ek_pack **pack)
{
	const struct ek_pack_file *f = ek_pack_find(*pack, EK_S("/index.html"));
	char *first = (char *)(uintptr_t)f->path.p;
	ek_pack_close(pack);
	free(first);
}

static void test_good(void **state)
{
	struct ek_pack *p;
	struct ek_err err;
	(void)state;
	assert_true(opens(GOOD, sizeof GOOD - 1, &p, &err));
	assert_int_equal(ek_pack_count(p), 3);
	const struct ek_pack_file *f = ek_pack_find(p, EK_S("/assets/b.js"));
	assert_non_null(f);
	assert_string_equal(f->type, "text/javascript");
	assert_int_equal(f->codings, 7);
	assert_true(ek_str_is(f->bodies[EK_ACCEPT_IDENTITY].bytes, "js!"));
	assert_true(ek_str_is(f->bodies[EK_ACCEPT_GZIP].bytes, "gz"));
	assert_true(ek_str_is(f->bodies[EK_ACCEPT_BR].bytes, "B"));
	/* sha256sum of "hello", its first 32 digits. */
	f = ek_pack_find(p, EK_S("/index.html"));
	assert_string_equal(f->bodies[EK_ACCEPT_IDENTITY].tag,
			    "\"2cf24dba5fb0a30e26e83b2ac5b9e29e\"");
	assert_int_equal(f->codings, 1);
	assert_int_equal(ek_pack_find(p, EK_S("/assets/a-1.css"))->bodies[0].bytes.n, 0);
	drop(&p);
	assert_null(p);
	ek_pack_close(&p);
}

static const char *const strangers[] = {
	"",
	"/",
	"/index.htm",
	"/index.html/",
	"/index.html?",
	"//index.html",
	"/INDEX.HTML",
	"/assets/",
	"/assets/b.j",
	"/assets/b.jss",
	"/assets/../index.html",
	"/assets/%62.js",
	"/zzz",
	"index.html",
};

static void test_strangers(void **state)
{
	struct ek_pack *p;
	struct ek_err err;
	char odd[300];
	(void)state;
	assert_true(opens(GOOD, sizeof GOOD - 1, &p, &err));
	for (size_t i = 0; i < EK_LEN(strangers); i++) {
		ek_str path = {strangers[i], (uint32_t)strlen(strangers[i])};
		if (ek_pack_find(p, path) != NULL)
			fail_msg("found %s", strangers[i]);
	}
	assert_null(ek_pack_find(p, (ek_str){"/index.html\0", 12}));
	memset(odd, 'a', sizeof odd);
	assert_null(ek_pack_find(p, (ek_str){odd, sizeof odd}));
	drop(&p);
}

/* clang-format off */
static const struct {
	const char *promise;
	const char *bytes;
	const char *says;
} bads[] = {
	{"nothing", "", "no empty line"},
	{"no end of the lines", "/a\tt\tidentity\t0\t0\n", "no empty line"},
	{"no line", "\nbytes", "holds no file"},
	{"too few columns", "/a\tt\tidentity\t0\n\n", "line 1: expected path"},
	{"a path without its slash", "a\tt\tidentity\t0\t0\n\n", "line 1: that is no path"},
	{"the root", "/\tt\tidentity\t0\t0\n\n", "no path"},
	{"a folder", "/a/\tt\tidentity\t0\t0\n\n", "no path"},
	{"a way up", "/a/../b\tt\tidentity\t0\t0\n\n", "no path"},
	{"a hidden file", "/.git\tt\tidentity\t0\t0\n\n", "no path"},
	{"two slashes", "//a\tt\tidentity\t0\t0\n\n", "no path"},
	{"a path with two spellings", "/%61\tt\tidentity\t0\t0\n\n", "no path"},
	{"a blank in a path", "/a b\tt\tidentity\t0\t0\n\n", "no path"},
	{"a path of another script", "/\xed\x95\x9c\tt\tidentity\t0\t0\n\n", "no path"},
	{"no type", "/a\t\tidentity\t0\t0\n\n", "no type"},
	{"a type that would break its line", "/a\tt\r\tidentity\t0\t0\n\n", "no type"},
	{"another coding", "/a\tt\tzstd\t0\t0\n\n", "the coding is none of"},
	{"an offset that is none", "/a\tt\tidentity\tx\t0\n\n", "whole numbers"},
	{"a negative length", "/a\tt\tidentity\t0\t-1\n\n", "whole numbers"},
	{"a number too long", "/a\tt\tidentity\t0\t99999999999\n\n", "whole numbers"},
	{"behind the end", "/a\tt\tidentity\t0\t4\n\nabc", "line 1: its bytes lie behind"},
	{"an offset behind the end", "/a\tt\tidentity\t4\t0\n\nabc", "behind the end"},
	{"a sum that overflows 32 bits", "/a\tt\tidentity\t4294967295\t2\n\nabc", "behind"},
	{"twice", "/a\tt\tidentity\t0\t0\n/a\tt\tidentity\t0\t1\n\nabc", "there twice"},
	{"two types", "/a\tt\tidentity\t0\t0\n/a\tu\tbr\t0\t1\n\nabc",
	 "line 2: the file has two types"},
	{"not as itself", "/b\tt\tidentity\t0\t0\n/a\tt\tbr\t0\t1\n\nabc",
	 "line 2: the file is not there as identity"},
	{"a length that is none", "/a\tt\tidentity\t0\t\n\n", "whole numbers"},
};
/* clang-format on */

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(bads); i++) {
		struct ek_pack *p;
		struct ek_err err;
		if (opens(bads[i].bytes, strlen(bads[i].bytes), &p, &err))
			fail_msg("%s: opened", bads[i].promise);
		assert_null(p);
		assert_int_equal(err.code, EK_USAGE);
		if (strstr(err.msg, bads[i].says) == NULL)
			fail_msg("%s: %s", bads[i].promise, err.msg);
	}
}

static void test_bounds(void **state)
{
	enum { LINE = 40, LINES = EK_PACK_LINES + 1 };
	struct ek_pack *p;
	struct ek_err err;
	char *text = malloc(LINE * LINES);
	size_t n = 0;
	size_t last = 0;
	(void)state;
	assert_non_null(text);
	for (uint32_t i = 0; i < LINES; i++) {
		last = n;
		n += (size_t)snprintf(text + n, LINE, "/%s%05u\tt\tidentity\t0\t0\n",
				      i == 0 ? "index.html" : "", i);
	}
	text[n] = '\n';
	assert_false(opens(text, n + 1, &p, &err));
	assert_non_null(strstr(err.msg, "no empty line within 4096 lines"));
	text[last] = '\n';
	assert_true(opens(text, last + 1, &p, &err));
	assert_int_equal(ek_pack_count(p), EK_PACK_LINES);
	assert_non_null(ek_pack_find(p, EK_S("/00001")));
	assert_non_null(ek_pack_find(p, EK_S("/04095")));
	assert_null(ek_pack_find(p, EK_S("/04096")));
	const struct ek_pack_file *f = ek_pack_find(p, EK_S("/index.html00000"));
	char *first = (char *)(uintptr_t)f->path.p;
	ek_pack_close(&p);
	free(first);
	free(text);
	assert_false(ek_pack_open((ek_str){"", EK_PACK_BYTES + 1}, ek_heap_alloc(), &p, &err));
	assert_int_equal(err.code, EK_LIMIT);
}

/* Any bytes changed or cut: opened or refused, never read outside (the sanitizers look). */
static void test_damaged(void **state)
{
	struct ek_rng rng = {7};
	(void)state;
	for (int round = 0; round < 20000; round++) {
		char bytes[sizeof GOOD];
		struct ek_pack *p;
		struct ek_err err;
		memcpy(bytes, GOOD, sizeof GOOD);
		for (int k = 0; k < 1 + round % 3; k++)
			bytes[ek_rng_next(&rng) % (sizeof GOOD - 1)] = (char)ek_rng_next(&rng);
		size_t n = sizeof GOOD - 1 - ek_rng_next(&rng) % 12;
		char *copy = malloc(n);
		assert_non_null(copy);
		memcpy(copy, bytes, n);
		if (ek_pack_open((ek_str){copy, (uint32_t)n}, ek_heap_alloc(), &p, &err)) {
			assert_in_range(ek_pack_count(p), 1, 5);
			ek_pack_close(&p);
		}
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),    cmocka_unit_test(test_strangers),
		cmocka_unit_test(test_bad),     cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_damaged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
