/* The one filter tree, from parameters and from JSON. Forms: spec api, section 2.1. */
#include "wire/filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fnv.h"
#include "base/heap_scene.h"

static struct ek_alloc heap(void)
{
	return ek_heap_scene();
}

static const char *const colours[] = {"red", "green", NULL};
static const struct ek_filter_field fields[] = {
	{"id", EK_FILTER_ID, EK_IDENT_TEAMMATE, EK_FILTER_CAN_FILTER | EK_FILTER_CAN_SORT, NULL,
	 ""},
	{"load", EK_FILTER_INT, 0, EK_FILTER_CAN_FILTER | EK_FILTER_CAN_SORT, NULL, ""},
	{"team", EK_FILTER_ID, EK_IDENT_TEAM, EK_FILTER_CAN_FILTER | EK_FILTER_IS_NULLABLE, NULL,
	 ""},
	{"contact", EK_FILTER_CONTACT, 0, EK_FILTER_CAN_FILTER, NULL, ""},
	{"name", EK_FILTER_TEXT, 0, EK_FILTER_CAN_FILTER, NULL, ""},
	{"since", EK_FILTER_TIME, 0, EK_FILTER_CAN_FILTER, NULL, ""},
	{"day", EK_FILTER_DATE, 0, EK_FILTER_CAN_FILTER, NULL, ""},
	{"is_here", EK_FILTER_BOOL, 0, EK_FILTER_CAN_FILTER, NULL, ""},
	{"presence", EK_FILTER_ENUM, EK_ENUM_PRESENCE, EK_FILTER_CAN_FILTER, NULL, ""},
	{"colour", EK_FILTER_WORD, 0, EK_FILTER_CAN_FILTER, colours, ""},
	{"skills", EK_FILTER_TEXT, 0, EK_FILTER_CAN_FILTER | EK_FILTER_IS_LIST, NULL, ""},
	{"secret", EK_FILTER_TEXT, 0, 0, NULL, ""},
};
static const struct ek_filter_table table = {
	.resource = "things", .fields = fields, .n = EK_LEN(fields), .ties = {0}, .tie_count = 1};

struct scene {
	struct ek_arena arena;
	struct ek_problem problem;
	struct ek_filter_reader reader;
	char text[4000];
	size_t n;
};

static void begin(struct scene *s)
{
	ek_arena_init(&s->arena, heap(), 1 << 22);
	ek_problem_init(&s->problem, &s->arena);
	ek_filter_init(&s->reader, &s->arena, &s->problem, &table);
	s->n = 0;
	s->text[0] = '\0';
}

static void put(struct scene *s, const char *text)
{
	s->n += ek_format(s->text + s->n, sizeof s->text - s->n, "%s", text);
}

/* all(load gte 4)(team in 7 9): numbers as they are, texts in quotes. */
static void show(struct scene *s, const struct ek_filter_node *node)
{
	static const char *const groups[] = {NULL, "all", "any", "none"};
	char number[32];
	if (node->kind != EK_FILTER_LEAF)
		put(s, groups[node->kind]);
	put(s, "(");
	if (node->kind == EK_FILTER_LEAF) {
		put(s, table.fields[node->field].name);
		put(s, " ");
		put(s, ek_filter_op_wire(node->op));
	}
	for (uint32_t i = 0; i < node->n; i++) {
		if (node->kind != EK_FILTER_LEAF) {
			show(s, &node->children[i]);
			continue;
		}
		const struct ek_filter_value *v = &node->values[i];
		char *copy = strndup(v->s.n > 0 ? v->s.p : "", v->s.n);
		ek_format(number, sizeof number, " %lld", (long long)v->i);
		put(s, v->s.n > 0 ? " " : number);
		put(s, copy);
		free(copy);
	}
	put(s, ")");
}

/* "code@where" of each fault. */
static void show_faults(struct scene *s)
{
	for (uint32_t i = 0; i < s->problem.n; i++) {
		const struct ek_problem_fault *f = &s->problem.faults[i];
		char *where = strndup(f->where.p, f->where.n);
		put(s, i == 0 ? "" : " ");
		put(s, ek_problem_code((enum ek_problem_code)f->code));
		put(s, "@");
		put(s, where);
		free(where);
	}
}

static const struct {
	const char *promise;
	const char *json;
	const char *want; /* the tree, or the faults */
} trees[] = {
	{"the example of bulk edits",
	 "{\"all\":[{\"field\":\"team\",\"op\":\"in\",\"value\":[\"team_7\"]},"
	 "{\"field\":\"skills\",\"op\":\"has\",\"value\":[\"shipping\"]}]}",
	 "all((team in 7)(skills has shipping))"},
	{"all three groups in one another",
	 "{\"all\":[{\"any\":[{\"none\":[{\"field\":\"load\",\"op\":\"lt\",\"value\":4}]}]}]}",
	 "all(any(none((load lt 4))))"},
	{"empty groups", "{\"any\":[]}", "any()"},
	{"one value needs no list", "{\"all\":[{\"field\":\"load\",\"op\":\"in\",\"value\":4}]}",
	 "all((load in 4))"},
	{"below zero", "{\"all\":[{\"field\":\"load\",\"op\":\"gte\",\"value\":-3}]}",
	 "all((load gte -3))"},
	{"a listed word", "{\"all\":[{\"field\":\"presence\",\"op\":\"not\",\"value\":\"away\"}]}",
	 "all((presence not 2))"},
	{"a word of the table",
	 "{\"all\":[{\"field\":\"colour\",\"op\":\"in\",\"value\":\"green\"}]}",
	 "all((colour in green))"},
	{"yes and no", "{\"all\":[{\"field\":\"is_here\",\"op\":\"in\",\"value\":true}]}",
	 "all((is_here in 1))"},
	{"unset", "{\"all\":[{\"field\":\"team\",\"op\":\"null\",\"value\":true}]}",
	 "all((team null 1))"},
	{"a list may be empty",
	 "{\"all\":[{\"field\":\"skills\",\"op\":\"null\",\"value\":false}]}",
	 "all((skills null 0))"},
	{"a time with an offset",
	 "{\"all\":[{\"field\":\"since\",\"op\":\"lt\",\"value\":\"1970-01-01T01:00:00+01:00\"}]}",
	 "all((since lt 0))"},
	{"a date", "{\"all\":[{\"field\":\"day\",\"op\":\"gt\",\"value\":\"1970-01-02\"}]}",
	 "all((day gt 1))"},
	{"a contact",
	 "{\"all\":[{\"field\":\"contact\",\"op\":\"in\","
	 "\"value\":\"ct_64f1c0a29be37d5a10c48e72\"}]}",
	 "all((contact in 64f1c0a29be37d5a10c48e72))"},
	{"text stays as it is",
	 "{\"all\":[{\"field\":\"name\",\"op\":\"prefix\",\"value\":\"O'%_\\\" OR 1=1\"}]}",
	 "all((name prefix O'%_\" OR 1=1))"},
	/* refused */
	{"a leaf alone is no group", "{\"field\":\"load\",\"op\":\"in\",\"value\":4}",
	 "unknown_member@/where unknown_member@/where unknown_member@/where missing@/where"},
	{"two groups at once", "{\"all\":[],\"any\":[]}", "conflict@/where"},
	{"nothing in it", "{}", "missing@/where"},
	{"a list", "[]", "wrong_type@/where"},
	{"a group that is no list", "{\"all\":{}}", "wrong_type@/where/all"},
	{"a leaf that is no object", "{\"all\":[7]}", "wrong_type@/where/all/0"},
	{"an unknown field", "{\"all\":[{\"field\":\"salary\",\"op\":\"in\",\"value\":1}]}",
	 "unknown_field@/where/all/0/field"},
	{"a field that is not for filters",
	 "{\"all\":[{\"field\":\"secret\",\"op\":\"in\",\"value\":\"a\"}]}",
	 "not_allowed@/where/all/0/op"},
	{"an unknown op", "{\"all\":[{\"field\":\"load\",\"op\":\"==\",\"value\":1}]}",
	 "not_one_of@/where/all/0/op"},
	{"an op that does not fit",
	 "{\"all\":[{\"field\":\"name\",\"op\":\"lt\",\"value\":\"a\"}]}",
	 "not_allowed@/where/all/0/op"},
	{"null of what is always set",
	 "{\"all\":[{\"field\":\"load\",\"op\":\"null\",\"value\":true}]}",
	 "not_allowed@/where/all/0/op"},
	{"nothing said", "{\"all\":[{}]}", "missing@/where/all/0/field missing@/where/all/0/op"},
	{"no value", "{\"all\":[{\"field\":\"load\",\"op\":\"in\"}]}",
	 "missing@/where/all/0/value"},
	{"a list of none", "{\"all\":[{\"field\":\"load\",\"op\":\"in\",\"value\":[]}]}",
	 "too_few@/where/all/0/value"},
	{"a list where one is due", "{\"all\":[{\"field\":\"load\",\"op\":\"lt\",\"value\":[1]}]}",
	 "wrong_type@/where/all/0/value"},
	{"a fraction", "{\"all\":[{\"field\":\"load\",\"op\":\"in\",\"value\":1.5}]}",
	 "wrong_type@/where/all/0/value"},
	{"a number as text", "{\"all\":[{\"field\":\"load\",\"op\":\"in\",\"value\":\"4\"}]}",
	 "wrong_type@/where/all/0/value"},
	{"a number beyond 2^53",
	 "{\"all\":[{\"field\":\"load\",\"op\":\"in\",\"value\":9007199254740992}]}",
	 "wrong_type@/where/all/0/value"},
	{"an id of another kind",
	 "{\"all\":[{\"field\":\"team\",\"op\":\"in\",\"value\":[\"team_7\",\"tm_7\",null]}]}",
	 "bad_id@/where/all/0/value/1 bad_id@/where/all/0/value/2"},
	{"an empty text", "{\"all\":[{\"field\":\"name\",\"op\":\"in\",\"value\":\"\"}]}",
	 "wrong_type@/where/all/0/value"},
	{"a member too many",
	 "{\"all\":[{\"field\":\"load\",\"op\":\"in\",\"value\":1,\"valeu\":2}]}",
	 "unknown_member@/where/all/0"},
	{"five levels", "{\"all\":[{\"all\":[{\"all\":[{\"all\":[{\"all\":[]}]}]}]}]}",
	 "too_deep@/where/all/0/all/0/all/0/all/0"},
	{"every fault, not the first",
	 "{\"any\":[{\"field\":\"x\",\"op\":\"in\",\"value\":1},"
	 "{\"none\":[{\"field\":\"presence\",\"op\":\"in\",\"value\":[\"away\",\"gone\"]}]}]}",
	 "unknown_field@/where/any/0/field not_one_of@/where/any/1/none/0/value/1"},
};

static void test_trees(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(trees); i++) {
		struct scene s;
		struct json_t *json;
		struct ek_filter filter;
		struct ek_err err;
		ek_str text = {trees[i].json, (uint32_t)strlen(trees[i].json)};
		begin(&s);
		assert_true(ek_json_read(text, &json, &err));
		if (ek_filter_read(&s.reader, json, "/where", &filter)) {
			assert_true(ek_problem_is_none(&s.problem));
			show(&s, filter.root);
		} else {
			assert_int_equal(s.problem.type, EK_PROBLEM_INVALID_VALUE);
			show_faults(&s);
		}
		ek_json_drop(&json);
		if (strcmp(s.text, trees[i].want) != 0)
			fail_msg("%s: %s", trees[i].promise, s.text);
		ek_arena_fini(&s.arena);
	}
}

static const struct {
	const char *promise;
	const char *name;
	const char *value;
	const char *want; /* NULL = no such field */
} params[] = {
	{"one of", "presence", "away,away_reassigning", "(presence in 2 3)"},
	{"not one of", "team.not", "team_7,team_9", "(team not 7 9)"},
	{"at least", "load.gte", "4", "(load gte 4)"},
	{"below zero", "load.lt", "-4", "(load lt -4)"},
	{"a list holds any", "skills.has", "shipping,tax", "(skills has shipping tax)"},
	{"a list without an op", "skills", "shipping", "(skills has shipping)"},
	{"a list lacks", "skills.lacks", "tax", "(skills lacks tax)"},
	{"a prefix keeps its comma", "name.prefix", "min,a", "(name prefix min,a)"},
	{"unset", "team.null", "true", "(team null 1)"},
	{"set", "team.null", "false", "(team null 0)"},
	{"yes", "is_here", "true", "(is_here in 1)"},
	{"no field", "salary", "1", NULL},
	{"no field with an op", "salary.gte", "1", NULL},
	{"not for filters", "secret", "1", NULL},
	{"an op that does not fit", "name.lt", "a", "not_allowed@name.lt"},
	{"no op", "load.about", "4", "not_allowed@load.about"},
	{"an op without a name", "load.", "4", "not_allowed@load."},
	{"an op of an op", "load.gte.lt", "4", "not_allowed@load.gte.lt"},
	{"nothing", "load", "", "wrong_type@load"},
	{"nothing between commas", "load", "1,,2", "wrong_type@load"},
	{"a comma at the end", "load", "1,", "wrong_type@load"},
	{"a list where one is due", "load.lt", "1,2", "wrong_type@load.lt"},
	{"a zero in front", "load", "04", "wrong_type@load"},
	{"minus zero", "load", "-0", "wrong_type@load"},
	{"no listed word", "presence", "gone", "not_one_of@presence"},
	{"capitals", "presence", "Away", "not_one_of@presence"},
	{"a time that is none", "since.gt", "yesterday", "bad_time@since.gt"},
	{"neither yes nor no", "team.null", "1", "wrong_type@team.null"},
};

static void test_params(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(params); i++) {
		struct scene s;
		struct ek_filter_node leaf;
		bool known;
		begin(&s);
		bool ok = ek_filter_param(
			&s.reader, (ek_str){params[i].name, (uint32_t)strlen(params[i].name)},
			(ek_str){params[i].value, (uint32_t)strlen(params[i].value)}, &leaf,
			&known);
		assert_int_equal(known, params[i].want != NULL);
		if (known && ok)
			show(&s, &leaf);
		else
			show_faults(&s);
		if (known ? strcmp(s.text, params[i].want) != 0 : !ok || s.problem.found > 0)
			fail_msg("%s: %s", params[i].promise, s.text);
		assert_true(ok || s.problem.type == EK_PROBLEM_MALFORMED);
		ek_arena_fini(&s.arena);
	}
}

/* n leaves in one group. */
static char *many(size_t n)
{
	static const char leaf[] = "{\"field\":\"load\",\"op\":\"in\",\"value\":1}";
	char *text = malloc(n * (sizeof leaf + 1) + 20);
	size_t at = ek_format(text, 20, "{\"all\":[");
	for (size_t i = 0; i < n; i++)
		at += ek_format(text + at, sizeof leaf + 2, "%s%s", i == 0 ? "" : ",", leaf);
	ek_format(text + at, 4, "]}");
	return text;
}

static void test_bounds(void **state)
{
	(void)state;
	static const size_t counts[] = {EK_FILTER_LEAVES, EK_FILTER_LEAVES + 1, 400};
	for (size_t i = 0; i < EK_LEN(counts); i++) {
		struct scene s;
		struct json_t *json;
		struct ek_filter filter;
		struct ek_err err;
		char *text = many(counts[i]);
		begin(&s);
		assert_true(ek_json_read((ek_str){text, (uint32_t)strlen(text)}, &json, &err));
		bool ok = ek_filter_read(&s.reader, json, "/where", &filter);
		assert_int_equal(ok, counts[i] <= EK_FILTER_LEAVES);
		assert_int_equal(s.problem.found, ok ? 0 : 1);
		ek_json_drop(&json);
		free(text);
		ek_arena_fini(&s.arena);
	}
}

static uint64_t digest_of(const char *name, const char *value)
{
	struct scene s;
	struct ek_filter_node leaf;
	bool known;
	begin(&s);
	assert_true(ek_filter_param(&s.reader, (ek_str){name, (uint32_t)strlen(name)},
				    (ek_str){value, (uint32_t)strlen(value)}, &leaf, &known));
	struct ek_filter filter = {.root = &leaf, .leaves = 1};
	uint64_t digest = ek_filter_digest(EK_FNV_BEGIN, &filter);
	ek_arena_fini(&s.arena);
	return digest;
}

/* Another field, op, value or split of values is another filter. */
static void test_digest(void **state)
{
	(void)state;
	uint64_t same = digest_of("name", "ab,c");
	struct ek_filter none = {0};
	assert_true(same == digest_of("name", "ab,c"));
	assert_true(same != digest_of("name", "a,bc"));
	assert_true(same != digest_of("name", "c,ab"));
	assert_true(same != digest_of("name.not", "ab,c"));
	assert_true(same != digest_of("skills", "ab,c"));
	assert_true(same != ek_filter_digest(EK_FNV_BEGIN, &none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trees),
		cmocka_unit_test(test_params),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_digest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
