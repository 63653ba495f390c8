/* Filters that are asked of one thing in memory, and filters as JSON again. */
#include "wire/filter.h"

#include <string.h>

/* ---- whether it holds ---- */

static bool contains(ek_str in, ek_str what)
{
	return what.n > 0 && in.p != NULL && memmem(in.p, in.n, what.p, what.n) != NULL;
}

static bool is_one(const struct ek_filter_fact *f, const struct ek_filter_value *v)
{
	if (f->is_inside)
		return contains(f->s, v->s);
	if (f->s.p != NULL)
		return ek_str_equal(f->s, v->s);
	for (uint32_t i = 0; i < f->list_count; i++) {
		if (f->list[i] == (uint64_t)v->i)
			return true;
	}
	return f->list == NULL && f->is_set && f->i == v->i;
}

static bool is_among(const struct ek_filter_node *leaf, const struct ek_filter_fact *f)
{
	for (uint32_t i = 0; i < leaf->n; i++) {
		if (is_one(f, &leaf->values[i]))
			return true;
	}
	return false;
}

static bool compares(uint8_t op, int64_t v, int64_t to)
{
	switch (op) {
	case EK_FILTER_LT:
		return v < to;
	case EK_FILTER_LTE:
		return v <= to;
	case EK_FILTER_GT:
		return v > to;
	case EK_FILTER_GTE:
		return v >= to;
	default:
		return false;
	}
}

static bool holds_leaf(const struct ek_filter_node *leaf, const struct ek_filter_fact *f)
{
	const struct ek_filter_value *first = &leaf->values[0];
	switch (leaf->op) {
	case EK_FILTER_HAS:
	case EK_FILTER_IN:
		return f->is_set && is_among(leaf, f);
	case EK_FILTER_LACKS:
	case EK_FILTER_NOT:
		return !f->is_set || !is_among(leaf, f);
	case EK_FILTER_NULL:
		return f->is_set == (first->i == 0);
	case EK_FILTER_PREFIX:
		return f->is_set && f->s.n >= first->s.n &&
		       memcmp(f->s.p, first->s.p, first->s.n) == 0;
	default:
		return f->is_set && compares(leaf->op, f->i, first->i);
	}
}

/* Groups are at most EK_FILTER_LEVELS deep. */
bool ek_filter_holds(const struct ek_filter_node *node, ek_filter_fact_of *of, const void *ctx)
{
	uint32_t n = 0;
	if (node->kind == EK_FILTER_LEAF) {
		const struct ek_filter_fact f = of(ctx, node->field);
		return holds_leaf(node, &f);
	}
	for (uint32_t i = 0; i < node->n; i++)
		n += ek_filter_holds(&node->children[i], of, ctx);
	if (node->kind == EK_FILTER_ALL)
		return n == node->n;
	return node->kind == EK_FILTER_ANY ? n > 0 : n == 0;
}

/* ---- writing ---- */

static void write_value(struct ek_json *j, const struct ek_filter_field *field,
			const struct ek_filter_value *v)
{
	switch (field->type) {
	case EK_FILTER_ID:
		ek_json_id(j, field->what, (uint64_t)v->i);
		break;
	case EK_FILTER_ENUM:
		ek_json_word(j, ek_enums_wire((enum ek_enum)field->what, (int)v->i));
		break;
	case EK_FILTER_BOOL:
		ek_json_bool(j, v->i != 0);
		break;
	case EK_FILTER_TEXT:
	case EK_FILTER_WORD:
		ek_json_text(j, v->s);
		break;
	default:
		ek_assert(field->type == EK_FILTER_INT);
		ek_json_int(j, v->i);
	}
}

static void write_leaf(struct ek_json *j, const struct ek_filter_table *table,
		       const struct ek_filter_node *leaf)
{
	const struct ek_filter_field *field = &table->fields[leaf->field];
	bool is_many = leaf->op == EK_FILTER_IN || leaf->op == EK_FILTER_NOT ||
		       leaf->op == EK_FILTER_HAS || leaf->op == EK_FILTER_LACKS;
	ek_json_object(j);
	ek_json_key(j, "field");
	ek_json_word(j, field->name);
	ek_json_key(j, "op");
	ek_json_word(j, ek_filter_op_wire(leaf->op));
	ek_json_key(j, "value");
	if (leaf->op == EK_FILTER_NULL) {
		ek_json_bool(j, leaf->values[0].i != 0);
	} else if (!is_many) {
		write_value(j, field, &leaf->values[0]);
	} else {
		ek_json_list(j);
		for (uint32_t i = 0; i < leaf->n; i++)
			write_value(j, field, &leaf->values[i]);
		ek_json_list_end(j);
	}
	ek_json_object_end(j);
}

void ek_filter_write(struct ek_json *j, const struct ek_filter_table *table,
		     const struct ek_filter_node *node)
{
	static const char *const words[] = {NULL, "all", "any", "none"};
	if (node->kind == EK_FILTER_LEAF) {
		write_leaf(j, table, node);
		return;
	}
	ek_json_object(j);
	ek_json_key(j, words[node->kind]);
	ek_json_list(j);
	for (uint32_t i = 0; i < node->n; i++)
		ek_filter_write(j, table, &node->children[i]);
	ek_json_list_end(j);
	ek_json_object_end(j);
}
