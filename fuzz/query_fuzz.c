/* Any text may stand behind the `?` of a list's address. What is read goes on behind a cursor of
 * its own, to the same filter and order; what is refused is refused with faults that can be
 * written. */
#include "sys/heap.h"
#include "wire/list.h"
#include "wire/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX = 1 << 26 };

/* A last row with a value for each sort key. */
static struct ek_cursor last_row(const struct ek_filter_table *table,
				 const struct ek_query_list *list)
{
	struct ek_cursor last = {.n = list->sort_count};
	for (uint32_t i = 0; i < last.n; i++) {
		uint8_t type = table->fields[list->sort[i].field].type;
		bool is_text = type == EK_FILTER_TEXT || type == EK_FILTER_CONTACT ||
			       type == EK_FILTER_WORD;
		last.v[i].kind = is_text ? EK_CURSOR_STR : EK_CURSOR_INT;
		last.v[i].s = EK_S("a");
		last.v[i].i = i;
	}
	return last;
}

/* The address that the link names is read, has the cursor, and is the same list. */
static void check_next(const struct ek_query *q, const struct ek_filter_table *table,
		       const struct ek_query_list *list)
{
	struct ek_cursor last = last_row(table, list);
	struct ek_problem problem;
	struct ek_query again;
	struct ek_query_list next;
	ek_problem_init(&problem, q->arena);
	ek_str cursor = ek_query_next(list, &last, q->arena);
	ek_str link = ek_query_link(q, EK_S("/x"), cursor);
	if (cursor.p == NULL || link.p == NULL)
		return;
	ek_str raw = {link.p + 4, link.n - 4 - 13}; /* </x?...>; rel="next" */
	ek_assert(ek_query_read(&again, raw, q->arena, &problem));
	ek_assert(ek_query_list(&again, table, &next) && ek_query_end(&again));
	ek_assert(next.has_cursor && next.bound_to == list->bound_to);
	ek_assert(next.sort_count == list->sort_count && next.after.n == last.n);
	ek_assert(next.filter.leaves == list->filter.leaves);
}

static void check_refused(const struct ek_problem *problem)
{
	struct ek_json j;
	struct json_t *json;
	struct ek_err err;
	ek_json_init(&j, ek_heap_alloc(), MAX);
	ek_assert(!ek_problem_is_none(problem));
	int status = ek_problem_answer_status(problem);
	ek_assert(status == 400 || status == 414 || status == 503);
	ek_assert(ek_problem_write(problem, EK_S("req_1"), EK_PROBLEM_EN, &j));
	ek_assert(ek_json_read(ek_json_written(&j), &json, &err));
	ek_json_drop(&json);
	ek_json_fini(&j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ek_arena arena;
	struct ek_problem problem;
	struct ek_query q;
	struct ek_query_list list;
	if (size < 1)
		return 0;
	const struct ek_filter_table *table =
		ek_list_table((enum ek_list_name)(data[0] % EK_LIST_COUNT));
	ek_str raw = {(const char *)data + 1, (uint32_t)(size - 1)};
	ek_arena_init(&arena, ek_heap_alloc(), MAX);
	ek_problem_init(&problem, &arena);
	bool ok = ek_query_read(&q, raw, &arena, &problem);
	ok = ok && ek_query_list(&q, table, &list);
	ok = ok && ek_query_end(&q);
	ek_assert(ok || !ek_problem_is_none(&problem));
	if (ok)
		check_next(&q, table, &list);
	else
		check_refused(&problem);
	ek_arena_fini(&arena);
	return 0;
}
