/* The tables of lists: what the reader of filters takes for granted of each. */
#include "wire/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/heap_scene.h"
#include "wire/query.h"

static struct ek_alloc heap(void)
{
	return ek_heap_scene();
}

/* Names are told apart, words are there, ties can be sorted by and are never unset. */
static void check_table(const struct ek_filter_table *t)
{
	assert_true(t->n >= 1 && t->n <= EK_FILTER_FIELDS && t->tie_count >= 1);
	for (uint32_t i = 0; i < t->n; i++) {
		const struct ek_filter_field *f = &t->fields[i];
		ek_str name = {f->name, (uint32_t)strlen(f->name)};
		assert_int_equal(ek_filter_find(t, name), i);
		assert_int_equal(f->type == EK_FILTER_WORD, f->words != NULL);
		assert_int_equal(f->type == EK_FILTER_ID || f->type == EK_FILTER_ENUM,
				 f->what != 0);
		if ((f->can & EK_FILTER_CAN_SORT) != 0)
			assert_int_equal(f->can & EK_FILTER_IS_LIST, 0);
		assert_true(strlen(f->doc) > 0);
	}
	/* What has no order is asked of one thing at a time, and has no ties. */
	for (uint32_t i = 0; t->sort != NULL && i < t->tie_count; i++) {
		const struct ek_filter_field *f = &t->fields[t->ties[i]];
		assert_true((f->can & EK_FILTER_CAN_SORT) != 0);
		assert_int_equal(f->can & EK_FILTER_IS_NULLABLE, 0);
	}
}

/* Every list can be read without parameters, and its usual order is one that may be asked for. */
static void test_tables(void **state)
{
	(void)state;
	static const char *const reserved[] = {"limit",  "cursor",  "total", "sort",
					       "fields", "include", "q",     "dry_run"};
	for (int i = 0; i < EK_LIST_COUNT; i++) {
		const struct ek_filter_table *t = ek_list_table((enum ek_list_name)i);
		struct ek_arena arena;
		struct ek_problem problem;
		struct ek_query query;
		struct ek_query_list list;
		check_table(t);
		for (size_t k = 0; k < EK_LEN(reserved); k++)
			assert_int_equal(ek_filter_find(t, (ek_str){reserved[k],
								    (uint32_t)strlen(reserved[k])}),
					 -1);
		ek_arena_init(&arena, heap(), 1 << 20);
		ek_problem_init(&problem, &arena);
		assert_true(ek_query_read(&query, EK_S(""), &arena, &problem));
		assert_true(ek_query_list(&query, t, &list));
		assert_true(ek_query_end(&query));
		ek_arena_fini(&arena);
	}
	assert_int_equal(ek_list_table(EK_LIST_MEMBERSHIPS)->tie_count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_tables)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
