/* Answers that say no. Statuses and retries: the table of spec api, section 2.2. */
#include "base/heap_scene.h"
#include "wire/problem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct ek_alloc heap(void)
{
	return ek_heap_scene();
}

struct scene {
	struct ek_arena arena;
	struct ek_json json;
	struct ek_problem problem;
};

static void begin(struct scene *s)
{
	ek_arena_init(&s->arena, heap(), 1 << 20);
	ek_json_init(&s->json, heap(), 1 << 20);
	ek_problem_init(&s->problem, &s->arena);
}

static void end(struct scene *s)
{
	ek_json_fini(&s->json);
	ek_arena_fini(&s->arena);
}

static void check_written(struct scene *s, const char *want)
{
	assert_true(ek_problem_write(&s->problem, EK_S("req_1"), EK_PROBLEM_EN, &s->json));
	ek_str is = ek_json_written(&s->json);
	if (!ek_str_is(is, want))
		fail_msg("%.*s", (int)is.n, is.p);
}

static const struct {
	const char *wire;
	int status;
	const char *retry;
} table[] = {
	{"malformed", 400, "after_change"},
	{"unknown_parameter", 400, "after_change"},
	{"cursor_invalid", 400, "after_change"},
	{"unauthenticated", 401, "after_sign_in"},
	{"forbidden", 403, "no"},
	{"not_found", 404, "no"},
	{"method_not_allowed", 405, "no"},
	{"conflict", 409, "after_reload"},
	{"stale", 409, "after_reload"},
	{"offer_gone", 409, "after_reload"},
	{"undo_conflict", 409, "after_reload"},
	{"row_refused", 409, "after_reload"},
	{"not_eligible", 409, "after_reload"},
	{"in_progress", 409, "soon"},
	{"version_mismatch", 412, "after_reload"},
	{"too_large", 413, "after_change"},
	{"unsupported_media_type", 415, "after_change"},
	{"invalid_value", 422, "after_change"},
	{"both_levels", 422, "after_change"},
	{"secondary_needs_balanced", 422, "after_change"},
	{"reason_required", 422, "after_change"},
	{"key_reused", 422, "after_change"},
	{"precondition_required", 428, "after_reload"},
	{"rate_limited", 429, "soon"},
	{"internal", 500, "same_key"},
	{"read_only", 503, "later"},
	{"unavailable", 503, "later"},
	{"no_space", 507, "later"},
	{"outcome_unknown", 503, "same_key"},
	{"infected", 422, "after_change"},
	{"not_scanned", 422, "after_change"},
};

static void test_table(void **state)
{
	(void)state;
	assert_int_equal(EK_LEN(table), EK_PROBLEM_COUNT - 1);
	for (size_t i = 0; i < EK_LEN(table); i++) {
		ek_str wire = {table[i].wire, (uint32_t)strlen(table[i].wire)};
		enum ek_problem_type type = ek_problem_type(wire);
		assert_int_not_equal(type, EK_PROBLEM_NONE);
		assert_string_equal(ek_problem_wire(type), table[i].wire);
		assert_int_equal(ek_problem_status(type), table[i].status);
		assert_string_equal(ek_problem_retry(type), table[i].retry);
		for (int l = EK_PROBLEM_EN; l <= EK_PROBLEM_AR; l++)
			assert_true(strlen(ek_problem_title(type, (enum ek_problem_language)l)) >
				    5);
		assert_true(strlen(ek_problem_doc(type)) > 10);
	}
	assert_int_equal(ek_problem_type(EK_S("nothing")), EK_PROBLEM_NONE);
}

/* Every way in which the engine says no has an answer; what is our fault is told by nobody's words.
 *  */
static const struct {
	enum ek_code code;
	const char *wire;
	bool is_told;
} of_codes[] = {
	{EK_NOT_FOUND, "not_found", true},
	{EK_FORBIDDEN, "forbidden", true},
	{EK_STALE, "stale", true},
	{EK_INVALID_VALUE, "invalid_value", true},
	{EK_BOTH_LEVELS, "both_levels", true},
	{EK_SECONDARY_NEEDS_BALANCED, "secondary_needs_balanced", true},
	{EK_REASON_REQUIRED, "reason_required", true},
	{EK_OFFER_GONE, "offer_gone", true},
	{EK_UNDO_CONFLICT, "undo_conflict", true},
	{EK_ROW_REFUSED, "row_refused", true},
	{EK_CONFLICT, "conflict", true},
	{EK_NOT_ELIGIBLE, "not_eligible", true},
	{EK_USAGE, "malformed", true},
	{EK_KEY_REUSED, "key_reused", true},
	{EK_LIMIT, "too_large", true},
	{EK_BUSY, "unavailable", false},
	{EK_IO, "internal", false},
	{EK_READ_ONLY, "read_only", false},
	{EK_DAMAGE, "internal", false},
	{EK_OUTCOME_UNKNOWN, "outcome_unknown", false},
	{EK_FENCED, "unavailable", false},
	{EK_NO_MEMORY, "unavailable", false},
	{(enum ek_code)9999, "internal", false},
};

static void test_codes(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(of_codes); i++) {
		struct scene s;
		struct ek_err err = {.code = of_codes[i].code, .msg = "the sentence"};
		begin(&s);
		assert_false(ek_problem_err(&s.problem, &err));
		assert_string_equal(ek_problem_wire((enum ek_problem_type)s.problem.type),
				    of_codes[i].wire);
		assert_int_equal(s.problem.detail.p != NULL, of_codes[i].is_told);
		end(&s);
	}
}

/* The example of spec api, section 2.2. */
static void test_example(void **state)
{
	(void)state;
	static const char *const allowed[] = {"keep", "keep_if_active", "to_team"};
	struct scene s;
	begin(&s);
	struct ek_problem_fault limit = {
		.at = EK_PROBLEM_AT_POINTER,
		.code = EK_FAULT_OUT_OF_RANGE,
		.where = EK_S("/set/limit"),
		.params = {{.name = "min"}, {.name = "max", .number = 1000}}};
	struct ek_problem_fault word = {.at = EK_PROBLEM_AT_POINTER,
					.code = EK_FAULT_NOT_ONE_OF,
					.where = EK_S("/set/on_reopen"),
					.params = {{.name = "allowed", .texts = allowed, .n = 3}}};
	assert_false(ek_problem_add(&s.problem, EK_PROBLEM_INVALID_VALUE, &limit,
				    "A limit is %d to %d.", 0, 1000));
	assert_false(ek_problem_add(&s.problem, EK_PROBLEM_INVALID_VALUE, &word,
				    "Use keep, keep_if_active or to_team."));
	check_written(&s,
		      "{\"type\":\"/problems/invalid_value\","
		      "\"title\":\"Some values cannot be used\",\"status\":422,"
		      "\"detail\":\"2 values were refused; nothing was changed.\","
		      "\"request_id\":\"req_1\",\"retry\":\"after_change\",\"errors\":["
		      "{\"pointer\":\"/set/limit\",\"code\":\"out_of_range\","
		      "\"detail\":\"A limit is 0 to 1000.\",\"params\":{\"min\":0,\"max\":1000}},"
		      "{\"pointer\":\"/set/on_reopen\",\"code\":\"not_one_of\","
		      "\"detail\":\"Use keep, keep_if_active or to_team.\","
		      "\"params\":{\"allowed\":[\"keep\",\"keep_if_active\",\"to_team\"]}}]}");
	end(&s);
}

static void put_current(const void *ctx, struct ek_json *j)
{
	ek_json_key(j, "current");
	ek_json_int(j, *(const int *)ctx);
}

static void test_more(void **state)
{
	(void)state;
	const int current = 42;
	struct scene s;
	begin(&s);
	s.problem.more = put_current;
	s.problem.more_ctx = &current;
	assert_false(ek_problem_set(&s.problem, EK_PROBLEM_VERSION_MISMATCH, "It is r%d.", 42));
	check_written(&s, "{\"type\":\"/problems/version_mismatch\",\"title\":\"Someone else has "
			  "saved meanwhile\",\"status\":412,\"detail\":\"It is r42.\","
			  "\"request_id\":\"req_1\",\"retry\":\"after_reload\",\"errors\":[],"
			  "\"current\":42}");
	end(&s);
}

/* A parameter that cannot be read comes before a value that cannot be used; of equals the first. */
static void test_precedence(void **state)
{
	(void)state;
	struct scene s;
	struct ek_problem_fault f = {.code = EK_FAULT_MISSING};
	begin(&s);
	assert_true(ek_problem_is_none(&s.problem));
	ek_problem_add(&s.problem, EK_PROBLEM_REASON_REQUIRED, &f, NULL);
	ek_problem_add(&s.problem, EK_PROBLEM_INVALID_VALUE, &f, NULL);
	assert_int_equal(s.problem.type, EK_PROBLEM_REASON_REQUIRED);
	ek_problem_add(&s.problem, EK_PROBLEM_UNKNOWN_PARAMETER, &f, NULL);
	ek_problem_add(&s.problem, EK_PROBLEM_MALFORMED, &f, NULL);
	assert_int_equal(s.problem.type, EK_PROBLEM_UNKNOWN_PARAMETER);
	assert_int_equal(ek_problem_answer_status(&s.problem), 400);
	s.problem.status = 414;
	assert_int_equal(ek_problem_answer_status(&s.problem), 414);
	end(&s);
}

/* A flood of faults is counted, and listed up to a bound; no memory loses faults, not the type. */
static void test_bounds(void **state)
{
	(void)state;
	struct scene s;
	struct ek_problem_fault f = {.code = EK_FAULT_MISSING};
	begin(&s);
	for (int i = 0; i < 1000; i++)
		ek_problem_add(&s.problem, EK_PROBLEM_INVALID_VALUE, &f, NULL);
	assert_int_equal(s.problem.found, 1000);
	assert_int_equal(s.problem.n, EK_PROBLEM_FAULTS);
	assert_true(ek_problem_write(&s.problem, EK_S("req_1"), EK_PROBLEM_KO, &s.json));
	end(&s);
	struct ek_arena none;
	ek_arena_init(&none, heap(), 0);
	ek_problem_init(&s.problem, &none);
	ek_problem_add(&s.problem, EK_PROBLEM_INVALID_VALUE, &f, "a sentence");
	assert_int_equal(s.problem.type, EK_PROBLEM_INVALID_VALUE);
	assert_int_equal(s.problem.n, 0);
	ek_arena_fini(&none);
}

/* Who gets a name wrong learns the right one, or which there are. */
static void test_unknown(void **state)
{
	(void)state;
	static const char *const names[] = {"contact", "title", "text"};
	static const struct {
		uint8_t code;
		const char *name;
		const char *said; /* of the one fault */
	} rows[] = {
		{EK_FAULT_UNKNOWN_MEMBER, "titel",
		 "\"code\":\"unknown_member\",\"detail\":\"There is no \\\"titel\\\" here; did you "
		 "mean title?\",\"params\":{\"nearest\":\"title\"}"},
		{EK_FAULT_UNKNOWN_PARAMETER, "page",
		 "\"code\":\"unknown_parameter\",\"detail\":\"There is no \\\"page\\\" here; "
		 "params.allowed is "
		 "all.\",\"params\":{\"allowed\":[\"contact\",\"title\",\"text\"]}"},
		/* 59 letters, then one of three bytes that begins within what is shown */
		{EK_FAULT_UNKNOWN_PARAMETER,
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xEB\xAF\xB7",
		 "\"There is no "
		 "\\\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\\" "
		 "here; "},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct scene s;
		struct ek_problem_fault f = {.code = rows[i].code};
		begin(&s);
		assert_false(ek_problem_unknown(&s.problem, &f, rows[i].name, names, 3));
		assert_true(ek_problem_write(&s.problem, EK_S("req_1"), EK_PROBLEM_EN, &s.json));
		char *text = strndup(s.json.p, s.json.n);
		if (strstr(text, rows[i].said) == NULL)
			fail_msg("%s", text);
		free(text);
		end(&s);
	}
}

/* A long sentence is cut between two characters. */
static void test_cut(void **state)
{
	(void)state;
	struct scene s;
	begin(&s);
	ek_problem_set(&s.problem, EK_PROBLEM_CONFLICT, "%0200d%s", 1,
		       "\xED\x95\x9C\xEA\xB5\xAD\xEC\x96\xB4\xED\x95\x9C\xEA\xB5\xAD\xEC\x96\xB4"
		       "\xED\x95\x9C\xEA\xB5\xAD\xEC\x96\xB4\xED\x95\x9C\xEA\xB5\xAD\xEC\x96\xB4"
		       "\xED\x95\x9C\xEA\xB5\xAD\xEC\x96\xB4");
	assert_true(s.problem.detail.n > 230 && s.problem.detail.n < 240);
	assert_int_equal((s.problem.detail.n - 200) % 3, 0);
	end(&s);
}

static const struct {
	const char *promise;
	const char *accept;
	enum ek_problem_language language;
} accepts[] = {
	{"nothing said", "", EK_PROBLEM_EN},
	{"Korean", "ko", EK_PROBLEM_KO},
	{"with a region", "ko-KR", EK_PROBLEM_KO},
	{"capitals", "AR-EG", EK_PROBLEM_AR},
	{"the first of equals", "ar,ko", EK_PROBLEM_AR},
	{"the heaviest", "en;q=0.4, ko;q=0.85, ar;q=0.9", EK_PROBLEM_AR},
	{"a language that we lack first", "fr-CH, fr;q=0.9, ko;q=0.8, *;q=0.5", EK_PROBLEM_KO},
	{"not wanted", "ko;q=0", EK_PROBLEM_EN},
	{"a longer name that begins alike", "kok", EK_PROBLEM_EN},
	{"a weight that is none", "ko;q=9", EK_PROBLEM_EN},
	{"commas alone", ",,,,", EK_PROBLEM_EN},
	{"seventeen ranges", "x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,ko", EK_PROBLEM_EN},
};

static void test_language(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(accepts); i++) {
		ek_str s = {accepts[i].accept, (uint32_t)strlen(accepts[i].accept)};
		if (ek_problem_language(s) != accepts[i].language)
			fail_msg("%s", accepts[i].promise);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),      cmocka_unit_test(test_codes),
		cmocka_unit_test(test_example),    cmocka_unit_test(test_more),
		cmocka_unit_test(test_precedence), cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_unknown),    cmocka_unit_test(test_cut),
		cmocka_unit_test(test_language),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
