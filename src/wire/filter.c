#include "wire/filter.h"

#include <string.h>

#include "base/fnv.h"
#include "base/rfc3339.h"
#include "base/utf8.h"
#include "model/limits.h"
#include "wire/take.h"

static const char *const ops[] = {NULL,  "in",  "not",   "lt",     "lte", "gt",
				  "gte", "has", "lacks", "prefix", "null"};
_Static_assert(EK_LEN(ops) == EK_FILTER_OP_COUNT, "every op has a name");

const char *ek_filter_op_wire(int op)
{
	return op > 0 && op < EK_FILTER_OP_COUNT ? ops[op] : NULL;
}

static int op_of(ek_str name)
{
	for (int i = 1; i < EK_FILTER_OP_COUNT; i++)
		if (ek_str_is(name, ops[i]))
			return i;
	return 0;
}

bool ek_filter_op_fits(const struct ek_filter_field *field, enum ek_filter_op op)
{
	bool is_list = (field->can & EK_FILTER_IS_LIST) != 0;
	if ((field->can & EK_FILTER_CAN_FILTER) == 0)
		return false;
	switch (op) {
	case EK_FILTER_IN:
	case EK_FILTER_NOT:
		return !is_list;
	case EK_FILTER_HAS:
	case EK_FILTER_LACKS:
		return is_list;
	case EK_FILTER_PREFIX:
		return !is_list && field->type == EK_FILTER_TEXT;
	case EK_FILTER_NULL:
		return is_list || (field->can & EK_FILTER_IS_NULLABLE) != 0;
	default:
		return !is_list && (field->type == EK_FILTER_INT || field->type == EK_FILTER_TIME ||
				    field->type == EK_FILTER_DATE);
	}
}

int ek_filter_find(const struct ek_filter_table *table, ek_str name)
{
	for (uint32_t i = 0; i < table->n; i++)
		if (ek_str_is(name, table->fields[i].name))
			return (int)i;
	return -1;
}

void ek_filter_init(struct ek_filter_reader *r, struct ek_arena *arena, struct ek_problem *problem,
		    const struct ek_filter_table *table)
{
	ek_assert(table->n <= EK_FILTER_FIELDS);
	*r = (struct ek_filter_reader){.arena = arena, .problem = problem, .table = table};
}

/* ---- faults ---- */

static enum ek_problem_type type_here(const struct ek_filter_reader *r)
{
	return r->at == EK_PROBLEM_AT_POINTER ? EK_PROBLEM_INVALID_VALUE : EK_PROBLEM_MALFORMED;
}

static struct ek_problem_fault fault_here(struct ek_filter_reader *r, enum ek_problem_code code)
{
	bool ok;
	struct ek_problem_fault f = {.at = r->at, .code = (uint8_t)code};
	f.where = ek_arena_str(r->arena, (ek_str){r->path, r->n}, &ok);
	return f;
}

static bool no_memory(struct ek_filter_reader *r)
{
	return ek_problem_set(r->problem, EK_PROBLEM_UNAVAILABLE, NULL);
}

static bool refuse_number(struct ek_filter_reader *r, enum ek_problem_code code, const char *name,
			  int64_t number)
{
	struct ek_problem_fault f = fault_here(r, code);
	f.params[0] = (struct ek_problem_param){.name = name, .number = number};
	return ek_problem_add(r->problem, type_here(r), &f, NULL);
}

static const char *expected(const struct ek_filter_field *field)
{
	static const char *const words[] = {
		[EK_FILTER_INT] = "a whole number",
		[EK_FILTER_ID] = "an id",
		[EK_FILTER_CONTACT] = "an id such as ct_64f1c0a29be37d5a10c48e72",
		[EK_FILTER_TEXT] = "a text of 1 to 200 bytes",
		[EK_FILTER_TIME] = "a time such as 2026-03-09T08:15:00Z",
		[EK_FILTER_DATE] = "a date such as 2026-03-09",
		[EK_FILTER_BOOL] = "true or false",
		[EK_FILTER_ENUM] = "a listed word",
		[EK_FILTER_WORD] = "a listed word",
	};
	return words[field->type];
}

/* The words that a field takes, for params.allowed. */
static void allow_words(struct ek_filter_reader *r, const struct ek_filter_field *field,
			struct ek_problem_param *out)
{
	uint32_t n = 0;
	const char **list = ek_arena_get(r->arena, 64 * sizeof *list);
	if (list == NULL)
		return;
	if (field->type == EK_FILTER_WORD) {
		for (; n < 64 && field->words[n] != NULL; n++)
			list[n] = field->words[n];
	} else {
		for (int i = 1; n < 64 && i < 256; i++) {
			const char *wire = ek_enums_wire((enum ek_enum)field->what, i);
			if (wire != NULL)
				list[n++] = wire;
		}
	}
	*out = (struct ek_problem_param){.name = "allowed", .texts = list, .n = n};
}

static bool refuse_value(struct ek_filter_reader *r, const struct ek_filter_field *field)
{
	enum ek_problem_code code = EK_FAULT_WRONG_TYPE;
	char what[80];
	bool ok;
	ek_format(what, sizeof what, "%s", expected(field));
	if (field->type == EK_FILTER_ID) {
		code = EK_FAULT_BAD_ID;
		ek_format(what, sizeof what, "an id such as %s7",
			  ek_ident_prefix((enum ek_ident_kind)field->what));
	} else if (field->type == EK_FILTER_TIME || field->type == EK_FILTER_DATE) {
		code = EK_FAULT_BAD_TIME;
	} else if (field->type == EK_FILTER_ENUM || field->type == EK_FILTER_WORD) {
		code = EK_FAULT_NOT_ONE_OF;
	}
	struct ek_problem_fault f = fault_here(r, code);
	ek_str kept = ek_arena_str(r->arena, (ek_str){what, (uint32_t)strlen(what) + 1}, &ok);
	if (code == EK_FAULT_NOT_ONE_OF)
		allow_words(r, field, &f.params[0]);
	else
		f.params[0] = (struct ek_problem_param){.name = "expected", .text = kept.p};
	return ek_problem_add(r->problem, type_here(r), &f, "%s takes %s.", field->name, what);
}

static bool refuse_op(struct ek_filter_reader *r, const struct ek_filter_field *field)
{
	struct ek_problem_fault f = fault_here(r, EK_FAULT_NOT_ALLOWED);
	const char **list = ek_arena_get(r->arena, EK_FILTER_OP_COUNT * sizeof *list);
	uint32_t n = 0;
	for (int op = 1; list != NULL && op < EK_FILTER_OP_COUNT; op++)
		if (ek_filter_op_fits(field, (enum ek_filter_op)op))
			list[n++] = ops[op];
	if (list != NULL)
		f.params[0] = (struct ek_problem_param){.name = "allowed", .texts = list, .n = n};
	return ek_problem_add(r->problem, type_here(r), &f, NULL);
}

/* ---- values ---- */

static bool read_word(const struct ek_filter_field *field, ek_str text, struct ek_filter_value *out)
{
	if (field->type == EK_FILTER_ENUM) {
		out->i = ek_enums_number((enum ek_enum)field->what, text);
		return out->i != 0;
	}
	for (uint32_t i = 0; field->words[i] != NULL; i++) {
		if (ek_str_is(text, field->words[i])) {
			out->i = i;
			out->s = text;
			return true;
		}
	}
	return false;
}

/* Whole numbers within what JSON numbers hold, in the one way to write them. */
static bool read_int(ek_str text, int64_t *out)
{
	bool is_negative = text.n > 0 && text.p[0] == '-';
	uint64_t v;
	if (ek_str_is(text, "0")) {
		*out = 0;
		return true;
	}
	if (is_negative)
		text = (ek_str){text.p + 1, text.n - 1};
	if (!ek_ident_read_number(text, (uint64_t)EK_IDENT_LAST, &v))
		return false;
	*out = is_negative ? -(int64_t)v : (int64_t)v;
	return true;
}

static bool read_bool(ek_str text, int64_t *out)
{
	*out = ek_str_is(text, "true");
	return *out == 1 || ek_str_is(text, "false");
}

static bool read_date(ek_str text, int64_t *out)
{
	int32_t days = 0;
	bool ok = ek_rfc3339_read_date(text, &days);
	*out = days;
	return ok;
}

bool ek_filter_value(const struct ek_filter_field *field, ek_str text, struct ek_filter_value *out)
{
	uint64_t id = 0;
	ek_time time = {0};
	bool ok;
	*out = (struct ek_filter_value){0};
	switch ((enum ek_filter_type)field->type) {
	case EK_FILTER_INT:
		return read_int(text, &out->i);
	case EK_FILTER_ID:
		ok = ek_ident_read(text, (enum ek_ident_kind)field->what, &id);
		out->i = (int64_t)id;
		return ok;
	case EK_FILTER_CONTACT:
		return ek_ident_read_contact(text, &out->s);
	case EK_FILTER_TEXT:
		out->s = text;
		return text.n >= 1 && text.n <= EK_LIMIT_TEXT_BYTES && ek_utf8_is_plain(text);
	case EK_FILTER_TIME:
		ok = ek_rfc3339_read(text, &time);
		out->i = time.ms;
		return ok;
	case EK_FILTER_DATE:
		return read_date(text, &out->i);
	case EK_FILTER_BOOL:
		return read_bool(text, &out->i);
	case EK_FILTER_ENUM:
	case EK_FILTER_WORD:
		return read_word(field, text, out);
	}
	return false;
}

/* Whether one leaf more is within bounds. */
static bool count_leaf(struct ek_filter_reader *r)
{
	if (r->leaves++ != EK_FILTER_LEAVES)
		return r->leaves <= EK_FILTER_LEAVES;
	return refuse_number(r, EK_FAULT_TOO_MANY, "max", EK_FILTER_LEAVES);
}

/* ---- parameters ---- */

/* Values with commas between them; is_one: the whole is one value. */
static bool split_values(struct ek_filter_reader *r, const struct ek_filter_field *field,
			 ek_str value, struct ek_filter_node *leaf)
{
	uint32_t n = 1, from = 0;
	bool is_many = leaf->op == EK_FILTER_IN || leaf->op == EK_FILTER_NOT ||
		       leaf->op == EK_FILTER_HAS || leaf->op == EK_FILTER_LACKS;
	for (uint32_t i = 0; is_many && i < value.n; i++)
		n += value.p[i] == ',';
	if (n > EK_FILTER_VALUES)
		return refuse_number(r, EK_FAULT_TOO_MANY, "max", EK_FILTER_VALUES);
	struct ek_filter_value *v = ek_arena_get(r->arena, n * sizeof *v);
	if (v == NULL)
		return no_memory(r);
	for (uint32_t k = 0; k < n; k++) {
		uint32_t to = from;
		while (to < value.n && !(is_many && value.p[to] == ','))
			to++;
		if (!ek_filter_value(field, (ek_str){value.p + from, to - from}, &v[k]))
			return refuse_value(r, field);
		from = to + 1;
	}
	leaf->values = v;
	leaf->n = n;
	return true;
}

/* What `null` takes, whatever the field is. */
static const struct ek_filter_field yes_or_no = {.name = "null", .type = EK_FILTER_BOOL};

static void set_param(struct ek_filter_reader *r, ek_str name)
{
	r->at = EK_PROBLEM_AT_PARAMETER;
	r->n = ek_utf8_cut(name, sizeof r->path);
	memcpy(r->path, name.p, r->n);
}

bool ek_filter_param(struct ek_filter_reader *r, ek_str name, ek_str value,
		     struct ek_filter_node *out, bool *known)
{
	uint32_t dot = 0;
	while (dot < name.n && name.p[dot] != '.')
		dot++;
	int f = ek_filter_find(r->table, (ek_str){name.p, dot});
	*known = f >= 0 && (r->table->fields[f].can & EK_FILTER_CAN_FILTER) != 0;
	if (!*known)
		return true;
	const struct ek_filter_field *field = &r->table->fields[f];
	bool is_list = (field->can & EK_FILTER_IS_LIST) != 0;
	int op = is_list ? EK_FILTER_HAS : EK_FILTER_IN;
	if (dot < name.n)
		op = op_of((ek_str){name.p + dot + 1, name.n - dot - 1});
	set_param(r, name);
	if (op == 0 || !ek_filter_op_fits(field, (enum ek_filter_op)op))
		return refuse_op(r, field);
	if (!count_leaf(r))
		return false;
	*out = (struct ek_filter_node){
		.kind = EK_FILTER_LEAF, .op = (uint8_t)op, .field = (uint8_t)f};
	return split_values(r, op == EK_FILTER_NULL ? &yes_or_no : field, value, out);
}

/* ---- digest ---- */

static uint64_t mix_int(uint64_t digest, int64_t v)
{
	unsigned char bytes[8];
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)((uint64_t)v >> (8 * i));
	return ek_fnv(digest, bytes, sizeof bytes);
}

static uint64_t mix_node(uint64_t digest, const struct ek_filter_node *node)
{
	digest = mix_int(digest, node->kind << 16 | node->op << 8 | node->field);
	digest = mix_int(digest, node->n);
	for (uint32_t i = 0; i < node->n; i++) {
		if (node->kind != EK_FILTER_LEAF) {
			digest = mix_node(digest, &node->children[i]);
			continue;
		}
		digest = mix_int(digest, node->values[i].i);
		digest = mix_int(digest, node->values[i].s.n);
		digest = ek_fnv(digest, node->values[i].s.p, node->values[i].s.n);
	}
	return digest;
}

uint64_t ek_filter_digest(uint64_t digest, const struct ek_filter *filter)
{
	return filter->root == NULL ? mix_int(digest, 0) : mix_node(digest, filter->root);
}
