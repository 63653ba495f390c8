/* What stands behind the `?`. Decoding: WHATWG URL; conventions: spec api, section 2.1. */
#include "base/heap_scene.h"
#include "wire/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct ek_alloc heap(void)
{
	return ek_heap_scene();
}

static const char *const includes[] = {"load", "presence", NULL};
static const struct ek_filter_field fields[] = {
	{"id", EK_FILTER_ID, EK_IDENT_TEAMMATE, EK_FILTER_CAN_FILTER | EK_FILTER_CAN_SORT, NULL,
	 ""},
	{"name", EK_FILTER_TEXT, 0, EK_FILTER_CAN_FILTER | EK_FILTER_CAN_SORT, NULL, ""},
	{"load", EK_FILTER_INT, 0, EK_FILTER_CAN_FILTER | EK_FILTER_CAN_SORT, NULL, ""},
	{"waiting_since", EK_FILTER_TIME, 0,
	 EK_FILTER_CAN_FILTER | EK_FILTER_CAN_SORT | EK_FILTER_IS_NULLABLE, NULL, ""},
	{"limit_from", EK_FILTER_TEXT, 0, EK_FILTER_CAN_FILTER, NULL, ""},
	{"rank", EK_FILTER_INT, 0, EK_FILTER_CAN_SORT, NULL, ""},
};
static const struct ek_filter_table table = {.resource = "things",
					     .fields = fields,
					     .n = EK_LEN(fields),
					     .has_words = true,
					     .includes = includes,
					     .sort = "-load",
					     .tie_count = 1};

struct scene {
	struct ek_arena arena;
	struct ek_problem problem;
	struct ek_query query;
	char text[4000];
};

static bool begin(struct scene *s, const char *raw)
{
	ek_arena_init(&s->arena, heap(), 1 << 22);
	ek_problem_init(&s->problem, &s->arena);
	return ek_query_read(&s->query, (ek_str){raw, (uint32_t)strlen(raw)}, &s->arena,
			     &s->problem);
}

static void show_faults(struct scene *s)
{
	size_t n = 0;
	s->text[0] = '\0';
	for (uint32_t i = 0; i < s->problem.n; i++) {
		const struct ek_problem_fault *f = &s->problem.faults[i];
		char *where = strndup(f->where.p, f->where.n);
		n += ek_format(s->text + n, sizeof s->text - n, "%s%s@%s", i == 0 ? "" : " ",
			       ek_problem_code((enum ek_problem_code)f->code), where);
		if (f->code == EK_FAULT_UNKNOWN_PARAMETER && f->params[0].text != NULL)
			n += ek_format(s->text + n, sizeof s->text - n, "~%s", f->params[0].text);
		free(where);
	}
}

static const struct {
	const char *promise;
	const char *raw;
	const char *value; /* of `a`; NULL = refused */
} decoded[] = {
	{"as it is", "a=b", "b"},
	{"nothing", "a=", ""},
	{"no sign", "a", ""},
	{"a second sign belongs to the value", "a=b=c", "b=c"},
	{"a blank", "a=b+c%20d", "b c d"},
	{"a plus", "a=%2B", "+"},
	{"UTF-8", "a=%EB%AF%B8%eb%82%98", "\xEB\xAF\xB8\xEB\x82\x98"},
	{"a name with percents", "%61=b", "b"},
	{"empty pieces fall away", "&&a=b&", "b"},
	{"an ampersand inside", "a=%26", "&"},
	{"a percent is decoded once", "a=%2541", "%41"},
	{"half a percent", "a=%4", NULL},
	{"a percent alone", "a=%", NULL},
	{"no digits", "a=%zz", NULL},
	{"a NUL", "a=%00", NULL},
	{"a line end", "a=%0d%0a", NULL},
	{"a C1 control", "a=%C2%85", NULL},
	{"overlong", "a=%C0%AF", NULL},
	{"a surrogate", "a=%ED%A0%80", NULL},
	{"cut UTF-8", "a=%EB%AF", NULL},
	{"no name", "=b", NULL},
	{"named twice", "a=b&a=b", NULL},
	{"named twice, spelt otherwise", "a=b&%61=c", NULL},
};

static void test_decode(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(decoded); i++) {
		struct scene s;
		bool ok = begin(&s, decoded[i].raw);
		const struct ek_query_param *p = ok ? ek_query_take(&s.query, "a") : NULL;
		if (ok != (decoded[i].value != NULL) ||
		    (ok && (p == NULL || !ek_str_is(p->value, decoded[i].value))))
			fail_msg("%s", decoded[i].promise);
		assert_true(ok || s.problem.type == EK_PROBLEM_MALFORMED);
		ek_arena_fini(&s.arena);
	}
}

static void test_count(void **state)
{
	(void)state;
	char *raw = malloc(8 * 1002);
	for (uint32_t count = 1000; count <= 1001; count++) {
		struct scene s;
		size_t n = 0;
		for (uint32_t i = 0; i < count; i++)
			n += ek_format(raw + n, 8, "&p%u", i);
		assert_int_equal(begin(&s, raw + 1), count == 1000);
		assert_int_equal(ek_problem_answer_status(&s.problem), count == 1000 ? 500 : 414);
		ek_arena_fini(&s.arena);
	}
	free(raw);
}

static void test_typed(void **state)
{
	(void)state;
	struct scene s;
	int64_t i = 0;
	bool yes = false;
	uint64_t id = 0;
	ek_time at = {0};
	int32_t days = 0;
	uint32_t word = 9;
	uint64_t mask = 0;
	ek_str text;
	static const char *const words[] = {"json", "csv", NULL};
	assert_true(begin(&s,
			  "i=7&b=true&t=tm_1042&at=1970-01-01T00:00:01Z&d=1970-01-03&w=csv"
			  "&m=presence,load&s=hey&i2=11&b2=1&t2=7&at2=x&d2=x&w2=xml&m2=a,&s2="));
	assert_true(ek_query_int(&s.query, "i", 1, 10, &i) && i == 7);
	assert_true(ek_query_bool(&s.query, "b", &yes) && yes);
	assert_true(ek_query_id(&s.query, "t", EK_IDENT_TEAMMATE, &id) && id == 1042);
	assert_true(ek_query_time(&s.query, "at", &at) && at.ms == 1000);
	assert_true(ek_query_date(&s.query, "d", &days) && days == 2);
	assert_true(ek_query_word(&s.query, "w", words, &word) && word == 1);
	assert_true(ek_query_words(&s.query, "m", includes, &mask) && mask == 3);
	assert_true(ek_query_text(&s.query, "s", 3, &text) && ek_str_is(text, "hey"));
	assert_false(ek_query_int(&s.query, "absent", 1, 10, &i));
	assert_true(ek_problem_is_none(&s.problem));
	assert_false(ek_query_int(&s.query, "i2", 1, 10, &i));
	assert_false(ek_query_bool(&s.query, "b2", &yes));
	assert_false(ek_query_id(&s.query, "t2", EK_IDENT_TEAMMATE, &id));
	assert_false(ek_query_time(&s.query, "at2", &at));
	assert_false(ek_query_date(&s.query, "d2", &days));
	assert_false(ek_query_word(&s.query, "w2", words, &word));
	assert_false(ek_query_words(&s.query, "m2", includes, &mask));
	assert_false(ek_query_text(&s.query, "s2", 3, &text));
	assert_false(ek_query_end(&s.query));
	show_faults(&s);
	assert_string_equal(s.text, "out_of_range@i2 wrong_type@b2 bad_id@t2 bad_time@at2 "
				    "bad_time@d2 not_one_of@w2 not_one_of@m2 too_short@s2");
	ek_arena_fini(&s.arena);
}

/* rows of lists: raw, what was understood or the faults, the type */
static const struct {
	const char *promise;
	const char *raw;
	const char *faults; /* "" = none */
	enum ek_problem_type type;
	const char *sort;
} lists[] = {
	{"nothing said", "", "", EK_PROBLEM_NONE, "-load,id"},
	{"all of it",
	 "limit=500&total=true&sort=-waiting_since,name&fields=id,name&include=load"
	 "&q=refund&load.gte=4",
	 "", EK_PROBLEM_NONE, "-waiting_since,name,id"},
	{"ties named by hand come once", "sort=-id,name", "", EK_PROBLEM_NONE, "-id,name"},
	{"four keys", "sort=id,name,load,waiting_since", "", EK_PROBLEM_NONE,
	 "id,name,load,waiting_since"},
	{"five keys", "sort=id,name,load,waiting_since,rank", "too_many@sort", EK_PROBLEM_MALFORMED,
	 NULL},
	{"a key twice", "sort=name,-name", "repeated@sort", EK_PROBLEM_MALFORMED, NULL},
	{"no such key", "sort=nmae", "unknown_field@sort", EK_PROBLEM_MALFORMED, NULL},
	{"not for sorting", "sort=limit_from", "unknown_field@sort", EK_PROBLEM_MALFORMED, NULL},
	{"an empty key", "sort=name,", "unknown_field@sort", EK_PROBLEM_MALFORMED, NULL},
	{"an empty sort", "sort=", "unknown_field@sort", EK_PROBLEM_MALFORMED, NULL},
	{"limit 0", "limit=0", "out_of_range@limit", EK_PROBLEM_MALFORMED, NULL},
	{"limit 501", "limit=501", "out_of_range@limit", EK_PROBLEM_MALFORMED, NULL},
	{"limit of words", "limit=all", "wrong_type@limit", EK_PROBLEM_MALFORMED, NULL},
	{"an unknown parameter names the nearest", "limti=4", "unknown_parameter@limti~limit",
	 EK_PROBLEM_UNKNOWN_PARAMETER, NULL},
	{"an unknown filter names the nearest", "laod.gte=4", "unknown_parameter@laod.gte~load",
	 EK_PROBLEM_UNKNOWN_PARAMETER, NULL},
	{"a field that cannot be filtered by", "rank=4", "unknown_parameter@rank",
	 EK_PROBLEM_UNKNOWN_PARAMETER, NULL},
	{"a cursor stays known when the sort is bad", "cursor=c1.x&sort=x", "unknown_field@sort",
	 EK_PROBLEM_MALFORMED, NULL},
	{"no cursor", "cursor=", "refused@cursor", EK_PROBLEM_CURSOR_INVALID, NULL},
	{"a foreign cursor", "cursor=c1.bG9hZDo0", "refused@cursor", EK_PROBLEM_CURSOR_INVALID,
	 NULL},
	{"no words", "q=", "too_short@q", EK_PROBLEM_MALFORMED, NULL},
	{"an unknown include", "include=salary", "not_one_of@include", EK_PROBLEM_MALFORMED, NULL},
	{"every fault", "limit=0&sort=x&load=a&color=b",
	 "out_of_range@limit unknown_field@sort wrong_type@load unknown_parameter@color",
	 EK_PROBLEM_MALFORMED, NULL},
};

static void check_sort(const struct ek_query_list *list, const char *want, const char *promise)
{
	char text[200];
	size_t n = 0;
	for (uint32_t i = 0; i < list->sort_count; i++)
		n += ek_format(text + n, sizeof text - n, "%s%s%s", i == 0 ? "" : ",",
			       list->sort[i].is_down ? "-" : "", fields[list->sort[i].field].name);
	if (strcmp(text, want) != 0)
		fail_msg("%s: %s", promise, text);
}

static void test_lists(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(lists); i++) {
		struct scene s;
		struct ek_query_list list;
		assert_true(begin(&s, lists[i].raw));
		bool ok = ek_query_list(&s.query, &table, &list);
		ok = ek_query_end(&s.query) && ok;
		show_faults(&s);
		if (ok != (lists[i].type == EK_PROBLEM_NONE) || s.problem.type != lists[i].type ||
		    strcmp(s.text, lists[i].faults) != 0)
			fail_msg("%s: %s", lists[i].promise, s.text);
		if (ok)
			check_sort(&list, lists[i].sort, lists[i].promise);
		ek_arena_fini(&s.arena);
	}
}

static void test_understood(void **state)
{
	(void)state;
	struct scene s;
	struct ek_query_list list;
	assert_true(begin(&s, "limit=7&total=true&fields=id,load&include=presence&q=two+words"
			      "&load.gte=4&name=a,b"));
	assert_true(ek_query_list(&s.query, &table, &list) && ek_query_end(&s.query));
	assert_int_equal(list.limit, 7);
	assert_true(list.total);
	assert_true(list.fields == 5 && list.include == 2);
	assert_true(ek_str_is(list.words, "two words"));
	assert_int_equal(list.filter.leaves, 2);
	assert_int_equal(list.filter.root->kind, EK_FILTER_ALL);
	assert_int_equal(list.filter.root->children[1].n, 2);
	assert_false(list.has_cursor);
	ek_arena_fini(&s.arena);
}

/* Reads a list with a cursor that was made for another one. */
static bool goes_on(const char *made_for, const char *raw, const struct ek_cursor *last)
{
	struct scene s, t;
	struct ek_query_list list;
	char text[2000];
	assert_true(begin(&s, made_for) && ek_query_list(&s.query, &table, &list));
	ek_str cursor = ek_query_next(&list, last, &s.arena);
	size_t n = ek_format(text, sizeof text, "%s&cursor=", raw);
	memcpy(text + n, cursor.p, cursor.n);
	text[n + cursor.n] = '\0';
	assert_true(begin(&t, text));
	bool ok = ek_query_list(&t.query, &table, &list);
	assert_true(ok || t.problem.type == EK_PROBLEM_CURSOR_INVALID);
	if (ok)
		assert_true(list.has_cursor && list.after.n == last->n &&
			    list.after.v[0].i == last->v[0].i);
	ek_arena_fini(&s.arena);
	ek_arena_fini(&t.arena);
	return ok;
}

static void test_cursor_is_bound(void **state)
{
	(void)state;
	const struct ek_cursor last = {
		.n = 2, .v = {{.kind = EK_CURSOR_INT, .i = 4}, {.kind = EK_CURSOR_INT, .i = 1042}}};
	const struct ek_cursor wrong = {
		.n = 2,
		.v = {{.kind = EK_CURSOR_STR, .s = EK_S("4")}, {.kind = EK_CURSOR_INT, .i = 1042}}};
	const struct ek_cursor unset = {
		.n = 2, .v = {{.kind = EK_CURSOR_NULL}, {.kind = EK_CURSOR_INT, .i = 1042}}};
	const char *filter = "load.gte=4&q=a";
	assert_true(goes_on(filter, filter, &last));
	assert_true(goes_on(filter, "q=a&load.gte=4&limit=3&total=true&fields=id", &last));
	assert_false(goes_on(filter, "load.gte=5&q=a", &last));
	assert_false(goes_on(filter, "load.gt=4&q=a", &last));
	assert_false(goes_on(filter, "load.gte=4&q=b", &last));
	assert_false(goes_on(filter, "load.gte=4", &last));
	assert_false(goes_on(filter, "load.gte=4&q=a&sort=load", &last));
	assert_false(goes_on(filter, filter, &wrong));
	assert_false(goes_on(filter, filter, &unset));
	assert_true(goes_on("sort=waiting_since", "sort=waiting_since", &unset));
}

static const struct {
	const char *promise;
	const char *body;
	const char *faults;
} searches[] = {
	{"nothing", "{}", ""},
	{"a tree and words",
	 "{\"where\":{\"all\":[{\"field\":\"load\",\"op\":\"gte\",\"value\":4}]},\"q\":\"a\"}", ""},
	{"null is nothing", "{\"where\":null,\"q\":null}", ""},
	{"a list", "[]", "wrong_type@"},
	{"a member too many", "{\"were\":{}}", "unknown_member@"},
	{"words that are none", "{\"q\":7}", "wrong_type@/q"},
	{"empty words", "{\"q\":\"\"}", "too_short@/q"},
	{"a line end in words", "{\"q\":\"a\\nb\"}", "not_plain@/q"},
	{"a bad tree", "{\"where\":{\"all\":[{\"field\":\"rank\",\"op\":\"in\",\"value\":1}]}}",
	 "not_allowed@/where/all/0/op"},
};

static void test_search(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(searches); i++) {
		struct scene s;
		struct ek_query_list list;
		struct json_t *json;
		struct ek_err err;
		assert_true(begin(&s, "limit=3&sort=name"));
		assert_true(
			ek_json_read((ek_str){searches[i].body, (uint32_t)strlen(searches[i].body)},
				     &json, &err));
		bool ok = ek_query_search(&s.query, &table, json, &list);
		ek_json_drop(&json);
		show_faults(&s);
		if (ok != (searches[i].faults[0] == '\0') ||
		    strcmp(s.text, searches[i].faults) != 0)
			fail_msg("%s: %s", searches[i].promise, s.text);
		ek_arena_fini(&s.arena);
	}
	struct scene s;
	struct ek_query_list list;
	assert_true(begin(&s, "load=3"));
	assert_true(ek_query_search(&s.query, &table, NULL, &list));
	assert_false(ek_query_end(&s.query));
	assert_int_equal(s.problem.type, EK_PROBLEM_UNKNOWN_PARAMETER);
	ek_arena_fini(&s.arena);
}

static void test_link(void **state)
{
	(void)state;
	struct scene s;
	assert_true(begin(&s, "name=a%26b+c,d&cursor=c1.old&load.gte=4"));
	ek_str link = ek_query_link(&s.query, EK_S("/api/v1/things"), EK_S("c1.new-_"));
	assert_true(ek_str_is(link, "</api/v1/things?name=a%26b%20c,d&load.gte=4&cursor=c1.new-_>; "
				    "rel=\"next\""));
	ek_arena_fini(&s.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode),     cmocka_unit_test(test_count),
		cmocka_unit_test(test_typed),      cmocka_unit_test(test_lists),
		cmocka_unit_test(test_understood), cmocka_unit_test(test_cursor_is_bound),
		cmocka_unit_test(test_search),     cmocka_unit_test(test_link),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
