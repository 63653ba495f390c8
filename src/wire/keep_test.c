#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/heap_scene.h"
#include "wire/keep.h"

struct fixture {
	struct ek_arena arena;
	struct ek_problem problem;
	struct ek_json json;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	const struct ek_alloc alloc = ek_heap_scene();
	ek_arena_init(&f->arena, alloc, 1 << 20);
	ek_problem_init(&f->problem, &f->arena);
	ek_json_init(&f->json, alloc, 1 << 20);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	ek_json_fini(&f->json);
	ek_arena_fini(&f->arena);
	free(f);
	return 0;
}

static ek_str text(const char *s)
{
	return (ek_str){s, s == NULL ? 0 : (uint32_t)strlen(s)};
}

static void same(ek_str got, const char *want)
{
	assert_int_equal(got.n, strlen(want));
	assert_memory_equal(got.p, want, got.n);
}

static void same_map(struct fixture *f, const struct ek_keep_map *map, const char *want)
{
	ek_json_reset(&f->json);
	ek_keep_write(&f->json, map);
	assert_true(ek_json_is_whole(&f->json));
	same(ek_json_written(&f->json), want);
}

static void what_was_kept_is_read_in_order_of_names(void **state)
{
	static const struct {
		const char *kept, *want;
	} rows[] = {
		{NULL, "{}"},
		{"{}", "{}"},
		{"{\"b\":\"2\",\"a\":\"1\",\"ab\":\"3\"}",
		 "{\"a\":\"1\",\"ab\":\"3\",\"b\":\"2\"}"},
		{"{\"a\":1,\"b\":null,\"c\":\"x\"}", "{\"c\":\"x\"}"},
		{"{\"\\u00e9\":\"\\\"\"}", "{\"\xc3\xa9\":\"\\\"\"}"},
		{"no JSON", "{}"},
	};
	struct fixture *f = *state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_keep_map map;
		assert_true(ek_keep_read(text(rows[i].kept), &f->arena, &map));
		same_map(f, &map, rows[i].want);
	}
}

/* RFC 7396 for one level of texts. */
static void a_patch_puts_takes_away_and_leaves(void **state)
{
	static const struct {
		const char *before, *patch, *want; /* want NULL: refused */
	} rows[] = {
		{"{}", "{\"a\":\"1\"}", "{\"a\":\"1\"}"},
		{"{\"a\":\"1\"}", "{}", "{\"a\":\"1\"}"},
		{"{\"a\":\"1\",\"b\":\"2\"}", "{\"a\":null}", "{\"b\":\"2\"}"},
		{"{\"a\":\"1\"}", "{\"a\":\"2\",\"c\":\"\"}", "{\"a\":\"2\",\"c\":\"\"}"},
		{"{\"a\":\"1\"}", "{\"z\":null}", "{\"a\":\"1\"}"},
		{"{}", "[]", NULL},
		{"{}", "\"a\"", NULL},
		{"{}", "{\"a\":1}", NULL},
		{"{}", "{\"a\":{}}", NULL},
		{"{}", "{\"\":\"x\"}", NULL},
		{"{}", "{\"abcde\":\"x\"}", NULL},
		{"{}", "{\"a\":\"123456789\"}", NULL},
		{"{}", "{\"a\\n\":\"x\"}", NULL},
		{"{}", "{\"a\":\"1\",\"b\":\"1\",\"c\":\"1\",\"d\":\"1\"}", NULL},
	};
	static const struct ek_keep_limits limits = {3, 4, 8};
	struct fixture *f = *state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_keep_map before, after;
		struct ek_patch patch;
		ek_problem_init(&f->problem, &f->arena);
		assert_true(ek_keep_read(text(rows[i].before), &f->arena, &before));
		assert_true(ek_patch_open(&patch, text(rows[i].patch), &f->arena, &f->problem));
		struct ek_patch_at root = ek_patch_root(&patch);
		bool ok = ek_keep_patch(&root, &before, &limits, &after);
		ek_patch_close(&patch);
		assert_int_equal(ok, rows[i].want != NULL);
		assert_int_equal(ek_problem_is_none(&f->problem), ok);
		if (ok)
			same_map(f, &after, rows[i].want);
	}
}

static void filling_keeps_what_is_there(void **state)
{
	struct fixture *f = *state;
	struct ek_keep_map a, b, both;
	assert_true(ek_keep_read(EK_S("{\"a\":\"1\",\"c\":\"3\"}"), &f->arena, &a));
	assert_true(ek_keep_read(EK_S("{\"a\":\"9\",\"b\":\"2\"}"), &f->arena, &b));
	assert_true(ek_keep_fill(&a, &b, &f->arena, &both));
	same_map(f, &both, "{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}");
	assert_null(ek_keep_find(&a, EK_S("b")));
	same(ek_keep_find(&both, EK_S("b"))->text, "2");
}

static void a_value_comes_back_as_it_was_sent(void **state)
{
	static const char *const rows[][2] = {
		{"{ \"all\" : [ { \"value\": 1, \"field\":\"a\" } ] }",
		 "{\"all\":[{\"field\":\"a\",\"value\":1}]}"},
		{"[true, null, \"\\u20ac\"]", "[true,null,\"\xe2\x82\xac\"]"},
		{"\"x\"", "\"x\""},
	};
	struct fixture *f = *state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct json_t *json;
		struct ek_err err;
		ek_str out;
		assert_true(ek_json_read(text(rows[i][0]), &json, &err));
		assert_true(ek_keep_value(json, &f->arena, &out));
		ek_json_drop(&json);
		same(out, rows[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_kept_is_read_in_order_of_names, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_patch_puts_takes_away_and_leaves, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(filling_keeps_what_is_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_value_comes_back_as_it_was_sent, set_up,
						tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
