/* Which policy applies: its teams, and its filter on what is known of a conversation. */
#include "api/api_sla.h"

#include "wire/list.h"

bool ek_api_sla_knows(uint8_t field)
{
	switch (field) {
	case EK_LIST_conversations_priority:
	case EK_LIST_conversations_complexity:
	case EK_LIST_conversations_capacity_class:
	case EK_LIST_conversations_team:
	case EK_LIST_conversations_tags:
		return true;
	default:
		return false;
	}
}

/* ---- matching */

static int64_t value_of(const struct ek_api_sla *s, uint8_t field)
{
	switch (field) {
	case EK_LIST_conversations_priority:
		return s->priority;
	case EK_LIST_conversations_complexity:
		return s->complexity;
	case EK_LIST_conversations_capacity_class:
		return s->capacity_class;
	default:
		return s->team.v == 0 ? EK_NONE : (int64_t)s->team.v;
	}
}

static bool is_among(const struct ek_filter_node *leaf, int64_t value)
{
	for (uint32_t i = 0; i < leaf->n; i++) {
		if (leaf->values[i].i == value)
			return true;
	}
	return false;
}

static bool has_tag(const struct ek_filter_node *leaf, const struct ek_api_sla *s)
{
	for (uint32_t i = 0; i < s->tag_count; i++) {
		if (is_among(leaf, (int64_t)s->tags[i]))
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

static bool holds_leaf(const struct ek_filter_node *leaf, const struct ek_api_sla *s)
{
	bool is_list = leaf->field == EK_LIST_conversations_tags;
	int64_t v = is_list ? 0 : value_of(s, leaf->field);
	bool is_set = is_list ? s->tag_count > 0 : v != EK_NONE;
	switch (leaf->op) {
	case EK_FILTER_HAS:
		return has_tag(leaf, s);
	case EK_FILTER_LACKS:
		return !has_tag(leaf, s);
	case EK_FILTER_IN:
		return is_set && is_among(leaf, v);
	case EK_FILTER_NOT:
		return !is_set || !is_among(leaf, v);
	case EK_FILTER_NULL:
		return is_set == (leaf->values[0].i == 0);
	default:
		return is_set && compares(leaf->op, v, leaf->values[0].i);
	}
}

/* Groups are at most EK_FILTER_LEVELS deep. */
static bool holds(const struct ek_filter_node *node, const struct ek_api_sla *s)
{
	uint32_t n = 0;
	if (node->kind == EK_FILTER_LEAF)
		return holds_leaf(node, s);
	for (uint32_t i = 0; i < node->n; i++)
		n += holds(&node->children[i], s);
	if (node->kind == EK_FILTER_ALL)
		return n == node->n;
	return node->kind == EK_FILTER_ANY ? n > 0 : n == 0;
}

bool ek_api_sla_matches(const struct ek_api_sla_policy *p, const struct ek_api_sla *s)
{
	bool is_team = p->team_count == 0 && s->team.v != 0;
	for (uint32_t i = 0; i < p->team_count; i++)
		is_team = is_team || p->teams[i] == s->team.v;
	return is_team && (p->root == NULL || holds(p->root, s));
}

/* ---- writing */

static void write_value(struct ek_json *j, const struct ek_filter_field *field,
			const struct ek_filter_value *v)
{
	if (field->type == EK_FILTER_ID)
		ek_json_id(j, field->what, (uint64_t)v->i);
	else if (field->type == EK_FILTER_ENUM)
		ek_json_word(j, ek_enums_wire((enum ek_enum)field->what, (int)v->i));
	else
		ek_json_int(j, v->i);
}

static void write_leaf(struct ek_json *j, const struct ek_filter_node *leaf)
{
	const struct ek_filter_field *field =
		&ek_list_table(EK_LIST_CONVERSATIONS)->fields[leaf->field];
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

void ek_api_sla_write_filter(struct ek_json *j, const struct ek_filter_node *node)
{
	static const char *const words[] = {NULL, "all", "any", "none"};
	if (node->kind == EK_FILTER_LEAF) {
		write_leaf(j, node);
		return;
	}
	ek_json_object(j);
	ek_json_key(j, words[node->kind]);
	ek_json_list(j);
	for (uint32_t i = 0; i < node->n; i++)
		ek_api_sla_write_filter(j, &node->children[i]);
	ek_json_list_end(j);
	ek_json_object_end(j);
}
