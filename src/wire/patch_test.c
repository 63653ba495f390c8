/* Bodies of requests. Pointers: RFC 6901, section 3; merge patches: RFC 7396. */
#include "wire/patch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/heap_scene.h"
#include "model/limits.h"

static struct ek_alloc heap(void)
{
	return ek_heap_scene();
}

static const char *const kinds[] = {"transfer", "escalation", NULL};
static const struct ek_patch_rule rules[] = {
	{"yes", EK_PATCH_OF_BOOL, 0, 0, 0, 0, NULL},
	{"limit", EK_PATCH_OF_INT, 0, EK_PATCH_NULLABLE, 0, 1000, NULL},
	{"name", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, 8, NULL},
	{"note", EK_PATCH_OF_PROSE, 0, 0, 0, 20, NULL},
	{"team", EK_PATCH_OF_ID, EK_IDENT_TEAM, EK_PATCH_NULLABLE, 0, 0, NULL},
	{"contact", EK_PATCH_OF_CONTACT, 0, 0, 0, 0, NULL},
	{"until", EK_PATCH_OF_TIME, 0, 0, 0, 0, NULL},
	{"day", EK_PATCH_OF_DATE, 0, 0, 0, 0, NULL},
	{"presence", EK_PATCH_OF_ENUM, EK_ENUM_PRESENCE, 0, 0, 0, NULL},
	{"kind", EK_PATCH_OF_WORD, 0, 0, 0, 0, kinds},
	{"set", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
};
enum { YES, LIMIT_, NAME, NOTE, TEAM, CONTACT, UNTIL, DAY, PRESENCE, KIND, SET };

struct scene {
	struct ek_arena arena;
	struct ek_problem problem;
	struct ek_patch patch;
	struct ek_patch_at root;
	char text[4000];
};

static bool begin(struct scene *s, const char *body)
{
	ek_arena_init(&s->arena, heap(), 1 << 22);
	ek_problem_init(&s->problem, &s->arena);
	bool ok = ek_patch_open(&s->patch, (ek_str){body, (uint32_t)strlen(body)}, &s->arena,
				&s->problem);
	s->root = ek_patch_root(&s->patch);
	return ok;
}

static void end(struct scene *s)
{
	ek_patch_close(&s->patch);
	ek_arena_fini(&s->arena);
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
		if (f->code == EK_FAULT_UNKNOWN_MEMBER && f->params[0].text != NULL)
			n += ek_format(s->text + n, sizeof s->text - n, "~%s", f->params[0].text);
		free(where);
	}
}

static const struct {
	const char *promise;
	const char *body;
	const char *faults;
} binds[] = {
	{"the least", "{\"name\":\"a\"}", ""},
	{"all of it",
	 "{\"yes\":true,\"limit\":6,\"name\":\"Mina\",\"note\":\"a\\nb\\tc\",\"team\":\"team_7\","
	 "\"contact\":\"ct_64f1c0a29be37d5a10c48e72\",\"until\":\"2026-03-09T12:30:00.000Z\","
	 "\"day\":\"2026-03-09\",\"presence\":\"away\",\"kind\":\"escalation\",\"set\":{}}",
	 ""},
	{"null where it is a value", "{\"name\":\"a\",\"limit\":null,\"team\":null}", ""},
	{"the bounds themselves", "{\"name\":\"12345678\",\"limit\":1000}", ""},
	{"nothing", "{}", "missing@/name"},
	{"null where it is none", "{\"name\":null,\"yes\":null,\"presence\":null,\"kind\":null}",
	 "not_null@/yes not_null@/name not_null@/presence not_null@/kind"},
	{"outside", "{\"name\":\"\",\"limit\":1001}", "out_of_range@/limit too_short@/name"},
	{"too long", "{\"name\":\"123456789\"}", "too_long@/name"},
	{"bytes count, not letters", "{\"name\":\"\xED\x95\x9C\xED\x95\x9C\xED\x95\x9C\"}",
	 "too_long@/name"},
	{"a line end in a name", "{\"name\":\"a\\nb\"}", "not_plain@/name"},
	{"a name that runs backward", "{\"name\":\"\\u202Eab\"}", "turns_text@/name"},
	{"a name that is an isolate", "{\"name\":\"a\\u2066\"}", "turns_text@/name"},
	{"a mark of direction", "{\"name\":\"a\\u200F\"}", ""},
	{"prose runs as it was written", "{\"name\":\"a\",\"note\":\"\\u202Eab\\u202C\"}", ""},
	{"a bell in prose", "{\"name\":\"a\",\"note\":\"a\\u0007\"}", "not_plain@/note"},
	{"a fraction", "{\"name\":\"a\",\"limit\":6.0}", "wrong_type@/limit"},
	{"an exponent", "{\"name\":\"a\",\"limit\":1e2}", "wrong_type@/limit"},
	{"a number as text", "{\"name\":\"a\",\"limit\":\"6\"}", "wrong_type@/limit"},
	{"a number as an id", "{\"name\":\"a\",\"team\":7}", "bad_id@/team"},
	{"an id of another kind", "{\"name\":\"a\",\"team\":\"tm_7\"}", "bad_id@/team"},
	{"a time without an offset", "{\"name\":\"a\",\"until\":\"2026-03-09T12:30:00\"}",
	 "bad_time@/until"},
	{"a day that is none", "{\"name\":\"a\",\"day\":\"2026-02-29\"}", "bad_time@/day"},
	{"no listed word", "{\"name\":\"a\",\"presence\":\"here\",\"kind\":\"x\"}",
	 "not_one_of@/presence not_one_of@/kind"},
	{"a member too many names the nearest", "{\"name\":\"a\",\"limits\":5}",
	 "unknown_member@/limits~limit"},
	{"what can never be bound", "{\"name\":\"a\",\"id\":\"tm_1\",\"created_at\":0}",
	 "unknown_member@/id unknown_member@/created_at"},
	{"every fault", "{\"limit\":-1,\"yes\":1,\"zzzzzzz\":0}",
	 "unknown_member@/zzzzzzz wrong_type@/yes out_of_range@/limit missing@/name"},
	{"a list", "[]", "wrong_type@"},
	{"a text", "\"a\"", "wrong_type@"},
	{"null", "null", "not_null@"},
};

static void test_bind(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(binds); i++) {
		struct scene s;
		struct ek_patch_value v[EK_LEN(rules)];
		assert_true(begin(&s, binds[i].body));
		bool ok = ek_patch_bind(&s.root, rules, EK_LEN(rules), v);
		show_faults(&s);
		if (ok != (binds[i].faults[0] == '\0') || strcmp(s.text, binds[i].faults) != 0)
			fail_msg("%s: %s", binds[i].promise, s.text);
		assert_true(ok || s.problem.type == EK_PROBLEM_INVALID_VALUE);
		end(&s);
	}
}

/* Absent, null and a value are three things. */
static void test_values(void **state)
{
	(void)state;
	struct scene s;
	struct ek_patch_value v[EK_LEN(rules)];
	assert_true(begin(&s, binds[1].body));
	assert_true(ek_patch_bind(&s.root, rules, EK_LEN(rules), v));
	assert_true(v[YES].i == 1 && v[LIMIT_].i == 6 && v[TEAM].i == 7 && v[KIND].i == 1);
	assert_true(ek_str_is(v[NAME].s, "Mina") && ek_str_is(v[NOTE].s, "a\nb\tc"));
	assert_true(ek_str_is(v[CONTACT].s, "64f1c0a29be37d5a10c48e72"));
	assert_true(v[UNTIL].i == 1773059400000 && v[DAY].i == 20521);
	assert_int_equal(v[PRESENCE].i, EK_PRESENCE_AWAY);
	assert_int_equal(v[SET].state, EK_PATCH_VALUE);
	end(&s);
	assert_true(begin(&s, "{\"name\":\"a\",\"limit\":null}"));
	assert_true(ek_patch_bind(&s.root, rules, EK_LEN(rules), v));
	assert_int_equal(v[LIMIT_].state, EK_PATCH_NULL);
	assert_int_equal(v[TEAM].state, EK_PATCH_ABSENT);
	end(&s);
}

static const struct {
	const char *promise;
	const char *body;
	enum ek_problem_type type;
} bodies[] = {
	{"nothing", "", EK_PROBLEM_MALFORMED},
	{"no JSON", "{", EK_PROBLEM_MALFORMED},
	{"two values", "{}{}", EK_PROBLEM_MALFORMED},
	{"a member twice", "{\"a\":1,\"a\":2}", EK_PROBLEM_MALFORMED},
	{"not UTF-8", "{\"a\":\"\xFF\"}", EK_PROBLEM_MALFORMED},
	{"a byte order mark", "\xEF\xBB\xBF{}", EK_PROBLEM_MALFORMED},
	{"NaN", "{\"a\":NaN}", EK_PROBLEM_MALFORMED},
	{"hexadecimal", "{\"a\":0x10}", EK_PROBLEM_MALFORMED},
	{"2^63", "{\"a\":9223372036854775808}", EK_PROBLEM_INVALID_VALUE},
	{"1e400", "{\"a\":1e400}", EK_PROBLEM_INVALID_VALUE},
	{"U+0000", "{\"a\":\"\\u0000\"}", EK_PROBLEM_INVALID_VALUE},
};

static void test_bodies(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(bodies); i++) {
		struct scene s;
		if (begin(&s, bodies[i].body) || s.problem.type != bodies[i].type)
			fail_msg("%s: %d", bodies[i].promise, s.problem.type);
		end(&s);
	}
	struct scene s;
	char deep[2 * EK_LIMIT_JSON_DEPTH + 3] = "";
	memset(deep, '[', EK_LIMIT_JSON_DEPTH + 1);
	memset(deep + EK_LIMIT_JSON_DEPTH + 1, ']', EK_LIMIT_JSON_DEPTH + 1);
	assert_false(begin(&s, deep));
	assert_int_equal(s.problem.type, EK_PROBLEM_TOO_LARGE);
	end(&s);
}

static void test_reals(void **state)
{
	(void)state;
	struct scene s;
	double v = 0;
	assert_true(begin(&s, "{\"a\":0.25,\"b\":-3,\"c\":1e300,\"d\":\"1\"}"));
	struct ek_patch_at a = ek_patch_member(&s.root, "a"), b = ek_patch_member(&s.root, "b");
	struct ek_patch_at c = ek_patch_member(&s.root, "c"), d = ek_patch_member(&s.root, "d");
	assert_true(ek_patch_real(&a, 0, 1, &v) && v > .2499 && v < .2501);
	assert_true(ek_patch_real(&b, -3, -3, &v));
	assert_false(ek_patch_real(&c, 0, 1e9, &v));
	assert_false(ek_patch_real(&d, 0, 1, &v));
	show_faults(&s);
	assert_string_equal(s.text, "out_of_range@/c wrong_type@/d");
	end(&s);
}

static void test_pointers(void **state)
{
	(void)state;
	struct scene s;
	uint32_t n = 0;
	int64_t i = 0;
	assert_true(begin(&s, "{\"a/b\":{\"m~n\":[1,{\"x\":[\"no\"]}]}}"));
	struct ek_patch_at a = ek_patch_member(&s.root, "a/b");
	struct ek_patch_at m = ek_patch_member(&a, "m~n");
	assert_true(ek_patch_list(&m, 1, 2, &n) && n == 2);
	assert_false(ek_patch_list(&m, 3, 9, &n));
	assert_false(ek_patch_list(&m, 0, 1, &n));
	struct ek_patch_at row = ek_patch_row(&m, 0);
	assert_true(ek_patch_int(&row, 1, 1, &i) && i == 1);
	row = ek_patch_row(&m, 1);
	struct ek_patch_at x = ek_patch_member(&row, "x"), no = ek_patch_row(&x, 0);
	assert_false(ek_patch_int(&no, 0, 9, &i));
	struct ek_patch_at none = ek_patch_row(&x, 7), deeper = ek_patch_member(&none, "y");
	assert_false(ek_patch_int(&deeper, 0, 9, &i));
	assert_false(ek_patch_problem(&a, EK_PROBLEM_BOTH_LEVELS, EK_FAULT_CONFLICT, "Both."));
	show_faults(&s);
	assert_string_equal(s.text, "too_few@/a~1b/m~0n too_many@/a~1b/m~0n "
				    "wrong_type@/a~1b/m~0n/1/x/0 missing@/a~1b/m~0n/1/x/7/y "
				    "conflict@/a~1b");
	end(&s);
}

/* A pointer of a thousand letters is cut, and stays text. */
static void test_long_pointer(void **state)
{
	(void)state;
	struct scene s;
	char body[4000] = "{\"";
	size_t n = 2;
	for (int i = 0; i < 1000; i++, n += 3)
		memcpy(body + n, "\xED\x95\x9C", 4);
	ek_format(body + n, sizeof body - n, "\":1}");
	assert_true(begin(&s, body));
	assert_false(ek_patch_members(&s.root, NULL, 0));
	struct ek_json j;
	ek_json_init(&j, heap(), 1 << 20);
	assert_true(ek_problem_write(&s.problem, EK_S("req_1"), EK_PROBLEM_EN, &j));
	struct json_t *again;
	struct ek_err err;
	assert_true(ek_json_read(ek_json_written(&j), &again, &err));
	ek_json_drop(&again);
	ek_json_fini(&j);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bind),     cmocka_unit_test(test_values),
		cmocka_unit_test(test_bodies),   cmocka_unit_test(test_reals),
		cmocka_unit_test(test_pointers), cmocka_unit_test(test_long_pointer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
