/* Filters that come as JSON. */
#include <jansson.h>
#include <string.h>

#include "wire/filter.h"
#include "wire/take.h"

static bool read_group(struct ek_filter_reader *r, const json_t *json, uint32_t level,
		       struct ek_filter_node *out);

/* ---- where it is ---- */

static uint32_t enter(struct ek_filter_reader *r, const char *name)
{
	uint32_t before = r->n;
	r->n += (uint32_t)ek_format(r->path + r->n, sizeof r->path - r->n, "/%s", name);
	return before;
}

static uint32_t enter_row(struct ek_filter_reader *r, size_t i)
{
	uint32_t before = r->n;
	r->n += (uint32_t)ek_format(r->path + r->n, sizeof r->path - r->n, "/%zu", i);
	return before;
}

static bool refuse(struct ek_filter_reader *r, enum ek_problem_code code, const char *expected)
{
	bool ok;
	struct ek_problem_fault f = {.at = EK_PROBLEM_AT_POINTER, .code = (uint8_t)code};
	f.where = ek_arena_str(r->arena, (ek_str){r->path, r->n}, &ok);
	if (expected == NULL)
		return ek_problem_add(r->problem, EK_PROBLEM_INVALID_VALUE, &f, NULL);
	f.params[0] = (struct ek_problem_param){.name = "expected", .text = expected};
	return ek_problem_add(r->problem, EK_PROBLEM_INVALID_VALUE, &f, "Expected %s.", expected);
}

static bool refuse_at(struct ek_filter_reader *r, const char *member, enum ek_problem_code code,
		      const char *expected)
{
	uint32_t before = enter(r, member);
	refuse(r, code, expected);
	r->n = before;
	return false;
}

static bool refuse_max(struct ek_filter_reader *r, enum ek_problem_code code, int64_t max)
{
	bool ok;
	struct ek_problem_fault f = {.at = EK_PROBLEM_AT_POINTER, .code = (uint8_t)code};
	f.where = ek_arena_str(r->arena, (ek_str){r->path, r->n}, &ok);
	f.params[0] = (struct ek_problem_param){.name = code == EK_FAULT_TOO_FEW ? "min" : "max",
						.number = max};
	return ek_problem_add(r->problem, EK_PROBLEM_INVALID_VALUE, &f, NULL);
}

/* Every member that is not among the names is a fault. */
static bool check_members(struct ek_filter_reader *r, const json_t *json, const char *const *names,
			  size_t count)
{
	const char *key;
	json_t *value;
	bool ok = true;
	json_t *object = (json_t *)(uintptr_t)json; /* the library wants to write where it reads */
	json_object_foreach(object, key, value)
	{
		size_t k = 0;
		while (k < count && strcmp(names[k], key) != 0)
			k++;
		if (k < count)
			continue;
		struct ek_problem_fault f = {.at = EK_PROBLEM_AT_POINTER,
					     .code = EK_FAULT_UNKNOWN_MEMBER};
		bool kept;
		f.where = ek_arena_str(r->arena, (ek_str){r->path, r->n}, &kept);
		ok = ek_problem_unknown(r->problem, &f, key, names, (uint32_t)count);
	}
	return ok;
}

/* ---- leaves ---- */

/* A value of JSON as the text that the field's reader takes; what is of another type is no text. */
static ek_str text_of(const struct ek_filter_field *field, const json_t *json, char number[24])
{
	if (json_is_string(json) && field->type != EK_FILTER_INT && field->type != EK_FILTER_BOOL)
		return (ek_str){json_string_value(json), (uint32_t)json_string_length(json)};
	if (json_is_integer(json) && field->type == EK_FILTER_INT) {
		size_t n = ek_format(number, 24, "%lld", (long long)json_integer_value(json));
		return (ek_str){number, (uint32_t)n};
	}
	if (json_is_boolean(json) && field->type == EK_FILTER_BOOL)
		return json_is_true(json) ? EK_S("true") : EK_S("false");
	return (ek_str){"", 0};
}

static const char *hint(const struct ek_filter_field *field)
{
	static const char *const words[] = {
		[EK_FILTER_INT] = "a whole number",
		[EK_FILTER_ID] = "an id as text, such as team_7",
		[EK_FILTER_CONTACT] = "an id as text, such as ct_64f1c0a29be37d5a10c48e72",
		[EK_FILTER_TEXT] = "a text of 1 to 200 bytes",
		[EK_FILTER_TIME] = "a time such as 2026-03-09T08:15:00Z",
		[EK_FILTER_DATE] = "a date such as 2026-03-09",
		[EK_FILTER_BOOL] = "true or false",
		[EK_FILTER_ENUM] = "a listed word",
		[EK_FILTER_WORD] = "a listed word",
	};
	return words[field->type];
}

static enum ek_problem_code code_for(const struct ek_filter_field *field)
{
	switch ((enum ek_filter_type)field->type) {
	case EK_FILTER_ID:
	case EK_FILTER_CONTACT:
		return EK_FAULT_BAD_ID;
	case EK_FILTER_TIME:
	case EK_FILTER_DATE:
		return EK_FAULT_BAD_TIME;
	case EK_FILTER_ENUM:
	case EK_FILTER_WORD:
		return EK_FAULT_NOT_ONE_OF;
	default:
		return EK_FAULT_WRONG_TYPE;
	}
}

static bool read_value(struct ek_filter_reader *r, const struct ek_filter_field *field,
		       const json_t *json, struct ek_filter_value *out)
{
	char number[24];
	bool kept;
	if (!ek_filter_value(field, text_of(field, json, number), out))
		return refuse(r, code_for(field), hint(field));
	if (out->s.n == 0)
		return true;
	out->s = ek_arena_str(r->arena, out->s, &kept);
	return kept || ek_problem_set(r->problem, EK_PROBLEM_UNAVAILABLE, NULL);
}

static bool read_list(struct ek_filter_reader *r, const struct ek_filter_field *field,
		      const json_t *json, struct ek_filter_node *leaf)
{
	bool ok = true;
	size_t n = json_array_size(json);
	if (n == 0 || n > EK_FILTER_VALUES)
		return refuse_max(r, n == 0 ? EK_FAULT_TOO_FEW : EK_FAULT_TOO_MANY,
				  n == 0 ? 1 : EK_FILTER_VALUES);
	struct ek_filter_value *v = ek_arena_get(r->arena, n * sizeof *v);
	if (v == NULL)
		return ek_problem_set(r->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	for (size_t i = 0; i < n; i++) {
		uint32_t before = enter_row(r, i);
		ok = read_value(r, field, json_array_get(json, i), &v[i]) && ok;
		r->n = before;
	}
	leaf->values = v;
	leaf->n = (uint32_t)n;
	return ok;
}

static bool is_many(int op)
{
	return op == EK_FILTER_IN || op == EK_FILTER_NOT || op == EK_FILTER_HAS ||
	       op == EK_FILTER_LACKS;
}

static bool read_values(struct ek_filter_reader *r, const json_t *json, struct ek_filter_node *leaf)
{
	static const struct ek_filter_field yes_or_no = {.name = "null", .type = EK_FILTER_BOOL};
	const struct ek_filter_field *field =
		leaf->op == EK_FILTER_NULL ? &yes_or_no : &r->table->fields[leaf->field];
	uint32_t before = enter(r, "value");
	bool ok;
	if (json == NULL) {
		ok = refuse(r, EK_FAULT_MISSING, NULL);
	} else if (json_is_array(json) && is_many(leaf->op)) {
		ok = read_list(r, field, json, leaf);
	} else {
		struct ek_filter_value *v = ek_arena_get(r->arena, sizeof *v);
		leaf->values = v;
		leaf->n = 1;
		ok = v == NULL ? ek_problem_set(r->problem, EK_PROBLEM_UNAVAILABLE, NULL)
			       : read_value(r, field, json, v);
	}
	r->n = before;
	return ok;
}

/* The field and the op, both said and known. */
static bool read_names(struct ek_filter_reader *r, const json_t *json, struct ek_filter_node *leaf)
{
	const json_t *field = json_object_get(json, "field");
	const json_t *op = json_object_get(json, "op");
	int f = -1, o = 0;
	if (json_is_string(field))
		f = ek_filter_find(r->table, (ek_str){json_string_value(field),
						      (uint32_t)json_string_length(field)});
	for (int i = 1; json_is_string(op) && i < EK_FILTER_OP_COUNT; i++)
		if (strcmp(json_string_value(op), ek_filter_op_wire(i)) == 0)
			o = i;
	if (f < 0)
		refuse_at(r, "field", field == NULL ? EK_FAULT_MISSING : EK_FAULT_UNKNOWN_FIELD,
			  NULL);
	if (o == 0)
		refuse_at(r, "op", op == NULL ? EK_FAULT_MISSING : EK_FAULT_NOT_ONE_OF,
			  "in, not, lt, lte, gt, gte, has, lacks, prefix or null");
	if (f < 0 || o == 0)
		return false;
	if (!ek_filter_op_fits(&r->table->fields[f], (enum ek_filter_op)o))
		return refuse_at(r, "op", EK_FAULT_NOT_ALLOWED, NULL);
	leaf->field = (uint8_t)f;
	leaf->op = (uint8_t)o;
	return true;
}

static bool read_leaf(struct ek_filter_reader *r, const json_t *json, struct ek_filter_node *out)
{
	static const char *const names[] = {"field", "op", "value"};
	if (++r->leaves > EK_FILTER_LEAVES) {
		if (r->leaves == EK_FILTER_LEAVES + 1)
			refuse_max(r, EK_FAULT_TOO_MANY, EK_FILTER_LEAVES);
		return false;
	}
	*out = (struct ek_filter_node){.kind = EK_FILTER_LEAF};
	bool ok = check_members(r, json, names, EK_LEN(names));
	return read_names(r, json, out) && read_values(r, json_object_get(json, "value"), out) &&
	       ok;
}

/* ---- groups ---- */

static const char *const groups[] = {"all", "any", "none"};

static bool read_child(struct ek_filter_reader *r, const json_t *json, uint32_t level,
		       struct ek_filter_node *out)
{
	for (size_t i = 0; i < EK_LEN(groups); i++)
		if (json_object_get(json, groups[i]) != NULL)
			return read_group(r, json, level, out);
	if (!json_is_object(json))
		return refuse(r, EK_FAULT_WRONG_TYPE, "an object");
	return read_leaf(r, json, out);
}

static bool read_children(struct ek_filter_reader *r, const json_t *list, uint32_t level,
			  struct ek_filter_node *out)
{
	bool ok = true;
	size_t n = json_array_size(list);
	if (n > EK_FILTER_LEAVES)
		return refuse_max(r, EK_FAULT_TOO_MANY, EK_FILTER_LEAVES);
	struct ek_filter_node *children =
		n == 0 ? NULL : ek_arena_zero(r->arena, n * sizeof *children);
	if (n > 0 && children == NULL)
		return ek_problem_set(r->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	for (size_t i = 0; i < n; i++) {
		uint32_t before = enter_row(r, i);
		ok = read_child(r, json_array_get(list, i), level + 1, &children[i]) && ok;
		r->n = before;
	}
	out->children = children;
	out->n = (uint32_t)n;
	return ok;
}

static bool read_group(struct ek_filter_reader *r, const json_t *json, uint32_t level,
		       struct ek_filter_node *out)
{
	size_t which = EK_LEN(groups), said = 0;
	if (level > EK_FILTER_LEVELS)
		return refuse_max(r, EK_FAULT_TOO_DEEP, EK_FILTER_LEVELS);
	if (!json_is_object(json))
		return refuse(r, EK_FAULT_WRONG_TYPE, "an object with all, any or none");
	for (size_t i = 0; i < EK_LEN(groups); i++) {
		if (json_object_get(json, groups[i]) == NULL)
			continue;
		which = i;
		said++;
	}
	bool ok = check_members(r, json, groups, EK_LEN(groups));
	if (said != 1)
		return refuse(r, said == 0 ? EK_FAULT_MISSING : EK_FAULT_CONFLICT,
			      "one of all, any and none");
	const json_t *list = json_object_get(json, groups[which]);
	if (!json_is_array(list))
		return refuse_at(r, groups[which], EK_FAULT_WRONG_TYPE, "a list");
	*out = (struct ek_filter_node){.kind = (uint8_t)(EK_FILTER_ALL + which)};
	uint32_t before = enter(r, groups[which]);
	ok = read_children(r, list, level, out) && ok;
	r->n = before;
	return ok;
}

bool ek_filter_read(struct ek_filter_reader *r, const struct json_t *where, const char *pointer,
		    struct ek_filter *out)
{
	struct ek_filter_node *root = ek_arena_zero(r->arena, sizeof *root);
	*out = (struct ek_filter){0};
	if (root == NULL)
		return ek_problem_set(r->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	r->at = EK_PROBLEM_AT_POINTER;
	r->n = (uint32_t)ek_format(r->path, sizeof r->path, "%s", pointer);
	if (!read_group(r, where, 1, root))
		return false;
	*out = (struct ek_filter){.root = root, .leaves = r->leaves};
	return true;
}
