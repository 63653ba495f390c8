/* JSON out and in. Escapes: RFC 8259, section 7. */
#include "wire/json.h"

#include "base/heap_scene.h"
#include "base/utf8.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/limits.h"
#include "wire/ident.h"

static struct ek_json json_of(size_t max)
{
	struct ek_json j;
	ek_json_init(&j, ek_heap_scene(), max);
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

/* As few digits as read back the same. */
static void test_reals(void **state)
{
	(void)state;
	static const double v[] = {0, -0.25, .95, 1.0 / 3, .1 + .2, 1e21, 5e-324, NAN, -INFINITY};
	struct ek_json j = json_of(1000);
	ek_json_list(&j);
	for (size_t i = 0; i < EK_LEN(v); i++)
		ek_json_real(&j, v[i]);
	ek_json_list_end(&j);
	check_written(&j, "[0,-0.25,0.95,0.3333333333333333,0.30000000000000004,1e+21,"
			  "4.94065645841247e-324,null,null]");
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
	{"what it quotes is cut within a character", TEXT("{\"me0ea\\u\xd0\x90"),
	 "not JSON at byte"},
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
		if (!ok)
			assert_true(ek_utf8_is_text((ek_str){err.msg, (uint32_t)strlen(err.msg)}));
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

static ek_str digits(void *ctx, uint32_t contact)
{
	return contact == 5 ? *(const ek_str *)ctx : (ek_str){NULL, 0};
}

/* Spec api, section 2: prefixed ids, RFC 3339 in UTC with milliseconds. */
static void test_styles(void **state)
{
	(void)state;
	static const struct {
		const char *promise;
		int kind; /* 0: a time */
		int64_t v;
		const char *numbers;
		const char *api;
	} cases[] = {
		{"a teammate", EK_IDENT_TEAMMATE, 1042, "1042", "\"tm_1042\""},
		{"a team", EK_IDENT_TEAM, 7, "7", "\"team_7\""},
		{"a conversation", EK_IDENT_CONVERSATION, 90211, "90211", "\"cv_90211\""},
		{"an assignment", EK_IDENT_ASSIGNMENT, 40077, "40077", "\"asg_40077\""},
		{"a contact", EK_IDENT_CONTACT, 5, "5", "\"ct_64f1c0a29be37d5a10c48e72\""},
		{"a contact without digits", EK_IDENT_CONTACT, 6, "6", "null"},
		{"the last tag", EK_IDENT_TAG, EK_IDENT_LAST, "9007199254740991",
		 "\"tag_9007199254740991\""},
		{"no team", EK_IDENT_TEAM, 0, "null", "null"},
		{"a time", 0, 1773044100123, "1773044100123", "\"2026-03-09T08:15:00.123Z\""},
		{"no time", 0, EK_NONE, "null", "null"},
		{"the epoch", 0, 0, "0", "\"1970-01-01T00:00:00.000Z\""},
		{"beyond the last year", 0, INT64_MAX, "9223372036854775807",
		 "\"9999-12-31T23:59:59.999Z\""},
		{"before the first year", 0, EK_NONE + 1, "-9223372036854775807",
		 "\"0001-01-01T00:00:00.000Z\""},
	};
	ek_str hex = EK_S("64f1c0a29be37d5a10c48e72");
	struct ek_json j = json_of(1000);
	for (size_t i = 0; i < EK_LEN(cases); i++) {
		for (int api = 0; api < 2; api++) {
			j.style = (struct ek_json_style){
				.is_api = api == 1, .contact = digits, .contact_ctx = &hex};
			if (cases[i].kind == 0)
				ek_json_time(&j, (ek_time){cases[i].v});
			else
				ek_json_id(&j, cases[i].kind, (uint64_t)cases[i].v);
			check_written(&j, api == 1 ? cases[i].api : cases[i].numbers);
		}
	}
	assert_true(j.style.is_api); /* a reset keeps it */
	j.style.contact = NULL;
	ek_json_id(&j, EK_IDENT_CONTACT, 5);
	check_written(&j, "null");
	ek_json_fini(&j);
}

static void test_readers(void **state)
{
	(void)state;
	static const struct {
		const char *promise;
		struct ek_json_style style;
		uint32_t teammate;
		bool sees;
	} cases[] = {
		{"the holder of the log sees everybody", {.is_api = false}, 3, true},
		{"a lead sees everybody", {.is_api = true, .sees_names = true}, 3, true},
		{"a teammate sees themselves", {.is_api = true, .reader = 3}, 3, true},
		{"a teammate sees no colleague", {.is_api = true, .reader = 4}, 3, false},
		{"a program sees nobody", {.is_api = true}, 3, false},
		{"nobody is not everybody", {.is_api = true}, 0, false},
	};
	for (size_t i = 0; i < EK_LEN(cases); i++) {
		struct ek_json j = {.style = cases[i].style};
		if (ek_json_sees(&j, cases[i].teammate) != cases[i].sees)
			fail_msg("%s", cases[i].promise);
	}
}

static void test_pages(void **state)
{
	(void)state;
	static const struct {
		struct ek_json_page page;
		const char *want;
	} cases[] = {
		{{.next_cursor = {"c1.bG9hZDo0", 11}, .total = 312},
		 "{\"page\":{\"next_cursor\":\"c1.bG9hZDo0\",\"total\":312,\"total_is\":\"exact\"}"
		 "}"},
		{{.total = 10000, .at_least = true},
		 "{\"page\":{\"next_cursor\":null,\"total\":10000,\"total_is\":\"at_least\"}}"},
		{{.total = EK_NONE},
		 "{\"page\":{\"next_cursor\":null,\"total\":null,\"total_is\":null}}"},
	};
	struct ek_json j = json_of(1000);
	for (size_t i = 0; i < EK_LEN(cases); i++) {
		ek_json_object(&j);
		ek_json_page(&j, &cases[i].page);
		ek_json_object_end(&j);
		check_written(&j, cases[i].want);
	}
	ek_json_list(&j);
	ek_json_raw(&j, EK_S("[1]"));
	ek_json_raw(&j, (ek_str){NULL, 0});
	ek_json_raw(&j, EK_S("{\"a\":2}"));
	ek_json_list_end(&j);
	check_written(&j, "[[1],null,{\"a\":2}]");
	ek_json_fini(&j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write),   cmocka_unit_test(test_reals),
		cmocka_unit_test(test_maximum), cmocka_unit_test(test_read),
		cmocka_unit_test(test_limits),  cmocka_unit_test(test_styles),
		cmocka_unit_test(test_readers), cmocka_unit_test(test_pages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
