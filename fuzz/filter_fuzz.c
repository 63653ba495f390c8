/* Any JSON may come as a filter tree. What is read keeps its bounds and fits its table; what is
 * refused says where. */
#include "base/fnv.h"
#include "model/limits.h"
#include "sys/heap.h"
#include "wire/list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX = 1 << 26 };

static void check_leaf(const struct ek_filter_table *table, const struct ek_filter_node *leaf)
{
	ek_assert(leaf->field < table->n && leaf->n >= 1 && leaf->n <= EK_FILTER_VALUES);
	const struct ek_filter_field *f = &table->fields[leaf->field];
	ek_assert(ek_filter_op_fits(f, (enum ek_filter_op)leaf->op));
	bool is_text = f->type == EK_FILTER_TEXT && leaf->op != EK_FILTER_NULL;
	for (uint32_t i = 0; i < leaf->n; i++)
		ek_assert(!is_text ||
			  (leaf->values[i].s.n >= 1 && leaf->values[i].s.n <= EK_LIMIT_TEXT_BYTES));
}

/* Returns the leaves. */
static uint32_t check_node(const struct ek_filter_table *table, const struct ek_filter_node *node,
			   uint32_t level)
{
	uint32_t leaves = 0;
	if (node->kind == EK_FILTER_LEAF) {
		check_leaf(table, node);
		return 1;
	}
	ek_assert(node->kind >= EK_FILTER_ALL && node->kind <= EK_FILTER_NONE);
	ek_assert(level <= EK_FILTER_LEVELS);
	for (uint32_t i = 0; i < node->n; i++)
		leaves += check_node(table, &node->children[i], level + 1);
	return leaves;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ek_arena arena;
	struct ek_problem problem;
	struct ek_filter_reader reader;
	struct ek_filter filter;
	struct json_t *json;
	struct ek_err err;
	if (size < 1)
		return 0;
	const struct ek_filter_table *table =
		ek_list_table((enum ek_list_name)(data[0] % EK_LIST_COUNT));
	if (!ek_json_read((ek_str){(const char *)data + 1, (uint32_t)(size - 1)}, &json, &err))
		return 0;
	ek_arena_init(&arena, ek_heap_alloc(), MAX);
	ek_problem_init(&problem, &arena);
	ek_filter_init(&reader, &arena, &problem, table);
	if (ek_filter_read(&reader, json, "/where", &filter)) {
		ek_assert(ek_problem_is_none(&problem));
		ek_assert(check_node(table, filter.root, 1) == filter.leaves);
		ek_assert(filter.leaves <= EK_FILTER_LEAVES);
		ek_assert(ek_filter_digest(EK_FNV_BEGIN, &filter) ==
			  ek_filter_digest(EK_FNV_BEGIN, &filter));
	} else {
		ek_assert(problem.type == EK_PROBLEM_INVALID_VALUE && problem.found > 0);
	}
	ek_json_drop(&json);
	ek_arena_fini(&arena);
	return 0;
}
