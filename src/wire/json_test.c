/* JSON out and in. Escapes: RFC 8259, section 7. */
#include "wire/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/limits.h"

static void *resize(void *ctx, void *p, size_t old_n, size_t n)
{
	(void)ctx;
	(void)old_n;
	if (n > 0)
		return realloc(p, n);
	free(p);
	return NULL;
}

static struct ek_json json_of(size_t max)
{
	struct ek_json j;
	ek_json_init(&j, (struct ek_alloc){NULL, resize}, max);
	return j;
}

static void check_written(struct ek_json *j, const char *want)
{
	ek_str is = ek_json_written(j);
	assert_true(ek_json_is_whole(j));
	if (!ek_str_is(is, want))
		fail_msg("%.*s", (int)is.n, is.p);
	ek_json_reset(j);
}

static void test_write(void **state)
{
	(void)state;
	struct ek_json j = json_of(1000);
	ek_json_object(&j);
	ek_json_key(&j, "a");
	ek_json_list(&j);
	ek_json_int(&j, INT64_MIN);
	ek_json_int(&j, 0);
	ek_json_uint(&j, UINT64_MAX);
	ek_json_object(&j);
	ek_json_object_end(&j);
	ek_json_list(&j);
	ek_json_list_end(&j);
	ek_json_bool(&j, true);
	ek_json_bool(&j, false);
	ek_json_null(&j);
	ek_json_text(&j, (ek_str){NULL, 0});
	ek_json_text(&j, EK_S(""));
	ek_json_list_end(&j);
	ek_json_key_text(&j, EK_S("b\""));
	ek_json_word(&j, "ends with:");
	ek_json_key(&j, "c");
	ek_json_text_after(&j, "attribute:", EK_S("a\nb"));
	ek_json_object_end(&j);
	check_written(&j, "{\"a\":[-9223372036854775808,0,18446744073709551615,{},[],true,false,"
			  "null,null,\"\"],\"b\\\"\":\"ends with:\",\"c\":\"attribute:a\\nb\"}");
	ek_json_text(&j, EK_S("\"\\/\b\f\n\r\t\x01\x1F\x7F\xC3\xA9\xF0\x9F\x8C\x8A"));
	check_written(&j, "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\xC3\xA9\xF0\x9F\x8C\x8A\"");
	ek_json_fini(&j);
}

/* A text as long as the maximum fits, one longer does not; afterwards there is room again. */
static void test_maximum(void **state)
{
	(void)state;
	char *text = calloc(1, 3000);
	memset(text, 'x', 3000);
	for (uint32_t n = 0; n < 3000; n += 7) {
		struct ek_json j = json_of(n + 2);
		ek_json_text(&j, (ek_str){text, n});
		assert_true(ek_json_is_whole(&j));
		assert_int_equal(ek_json_written(&j).n, n + 2);
		ek_json_reset(&j);
		ek_json_text(&j, (ek_str){text, n + 1});
		assert_false(ek_json_is_whole(&j));
		ek_json_reset(&j);
		ek_json_list(&j);
		assert_false(ek_json_is_whole(&j));
		ek_json_list_end(&j);
		assert_true(ek_json_is_whole(&j));
		ek_json_fini(&j);
	}
	free(text);
}

/* clang-format off */
#define TEXT(literal) {(literal), sizeof(literal) - 1}
/* clang-format on */
static const struct {
	const char *promise;
	ek_str text;
	const char *refused; /* NULL = read */
} rows[] = {
	{"an object", TEXT("{\"a\":1}"), NULL},
	{"blanks around it", TEXT(" [1] \r\n"), NULL},
	{"a word alone", TEXT("null"), NULL},
	{"the greatest number", TEXT("9223372036854775807"), NULL},
	{"one beyond", TEXT("9223372036854775808"), "too big integer"},
	{"nothing", TEXT(""), "not JSON at byte 0"},
	{"two values", TEXT("1 2"), "not JSON at byte"},
	{"a member twice", TEXT("{\"a\":1,\"a\":2}"), "duplicate object key"},
	{"a member twice, spelt otherwise", TEXT("{\"a\":1,\"\\u0061\":2}"),
	 "duplicate object key"},
	{"a comma too many", TEXT("[1,]"), "not JSON at byte"},
	{"not UTF-8", TEXT("\"\xFF\""), "unable to decode"},
	{"a surrogate as UTF-8", TEXT("\"\xED\xA0\x80\""), "unable to decode"},
	{"half a pair of surrogates", TEXT("\"\\ud800\""), "not JSON at byte"},
	{"U+0000", TEXT("\"\\u0000\""), "\\u0000"},
	{"a NUL byte", {"[1]\0", 4}, "not JSON at byte"},
	{"a number that JSON does not have", TEXT("01"), "not JSON at byte"},
	{"NaN", TEXT("NaN"), "not JSON at byte"},
	{"a bracket inside a text is no level", TEXT("[\"[[[\\\"[[[\"]"), NULL},
};

static void test_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct json_t *json;
		struct ek_err err = {.msg = ""};
		bool ok = ek_json_read(rows[i].text, &json, &err);
		ek_json_drop(&json);
		assert_null(json);
		if (ok != (rows[i].refused == NULL) ||
		    (!ok && strstr(err.msg, rows[i].refused) == NULL))
			fail_msg("%s: %s", rows[i].promise, err.msg);
		assert_true(ok || err.code == EK_USAGE);
	}
}

static void test_limits(void **state)
{
	(void)state;
	struct json_t *json;
	struct ek_err err;
	char deep[2 * EK_LIMIT_JSON_DEPTH + 2];
	for (uint32_t depth = EK_LIMIT_JSON_DEPTH; depth <= EK_LIMIT_JSON_DEPTH + 1; depth++) {
		memset(deep, '[', depth);
		memset(deep + depth, ']', depth);
		bool ok = ek_json_read((ek_str){deep, 2 * depth}, &json, &err);
		assert_int_equal(ok, depth == EK_LIMIT_JSON_DEPTH);
		assert_true(ok || err.code == EK_LIMIT);
		ek_json_drop(&json);
	}
	char *text = malloc(EK_LIMIT_LINE_BYTES + 1);
	memset(text, ' ', EK_LIMIT_LINE_BYTES + 1);
	text[0] = '1';
	assert_true(ek_json_read((ek_str){text, EK_LIMIT_LINE_BYTES}, &json, &err));
	ek_json_drop(&json);
	assert_false(ek_json_read((ek_str){text, EK_LIMIT_LINE_BYTES + 1}, &json, &err));
	assert_int_equal(err.code, EK_LIMIT);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_maximum),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
