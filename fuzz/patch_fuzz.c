/* Any bytes may come as a body. Binding takes what the rules allow, collects a fault for each thing
 * that they do not, and what it says can be written. */
#include "sys/heap.h"
#include "wire/patch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX = 1 << 26 };

static const char *const words[] = {"one", "two", "three", NULL};
static const struct ek_patch_rule rules[] = {
	{.name = "name", .type = EK_PATCH_OF_TEXT, .flags = EK_PATCH_REQUIRED, .lo = 1, .hi = 20},
	{.name = "text", .type = EK_PATCH_OF_PROSE, .lo = 0, .hi = 50},
	{.name = "on", .type = EK_PATCH_OF_BOOL, .flags = EK_PATCH_NULLABLE},
	{.name = "limit",
	 .type = EK_PATCH_OF_INT,
	 .flags = EK_PATCH_NULLABLE,
	 .lo = -3,
	 .hi = 1000},
	{.name = "team", .type = EK_PATCH_OF_ID, .what = EK_IDENT_TEAM},
	{.name = "contact", .type = EK_PATCH_OF_CONTACT},
	{.name = "at", .type = EK_PATCH_OF_TIME},
	{.name = "day", .type = EK_PATCH_OF_DATE},
	{.name = "presence", .type = EK_PATCH_OF_ENUM, .what = EK_ENUM_PRESENCE},
	{.name = "word", .type = EK_PATCH_OF_WORD, .words = words},
	{.name = "set", .type = EK_PATCH_OF_ANY},
};

static void check_value(const struct ek_patch_rule *r, const struct ek_patch_value *v)
{
	if (v->state != EK_PATCH_VALUE)
		return;
	switch (r->type) {
	case EK_PATCH_OF_TEXT:
	case EK_PATCH_OF_PROSE:
		ek_assert(v->s.n >= (uint64_t)r->lo && v->s.n <= (uint64_t)r->hi);
		break;
	case EK_PATCH_OF_INT:
		ek_assert(v->i >= r->lo && v->i <= r->hi);
		break;
	case EK_PATCH_OF_ID:
		ek_assert(v->i >= 1 && v->i <= (int64_t)ek_ident_last(EK_IDENT_TEAM));
		break;
	case EK_PATCH_OF_CONTACT:
		ek_assert(v->s.n == EK_IDENT_HEX);
		break;
	case EK_PATCH_OF_WORD:
		ek_assert(v->i >= 0 && v->i < 3);
		break;
	default:
		break;
	}
}

static void check_problem(const struct ek_problem *problem)
{
	struct ek_json j;
	struct json_t *json;
	struct ek_err err;
	int status = ek_problem_answer_status(problem);
	ek_assert(status == 400 || status == 413 || status == 422 || status == 503);
	ek_json_init(&j, ek_heap_alloc(), MAX);
	ek_assert(ek_problem_write(problem, EK_S("req_1"), EK_PROBLEM_AR, &j));
	ek_assert(ek_json_read(ek_json_written(&j), &json, &err));
	ek_json_drop(&json);
	ek_json_fini(&j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ek_arena arena;
	struct ek_problem problem;
	struct ek_patch b;
	struct ek_patch_value v[EK_LEN(rules)];
	ek_str body = {(const char *)data, (uint32_t)size};
	ek_arena_init(&arena, ek_heap_alloc(), MAX);
	ek_problem_init(&problem, &arena);
	if (ek_patch_open(&b, body, &arena, &problem)) {
		struct ek_patch_at root = ek_patch_root(&b);
		bool ok = ek_patch_bind(&root, rules, EK_LEN(rules), v);
		ek_assert(ok == ek_problem_is_none(&problem));
		for (size_t i = 0; ok && i < EK_LEN(rules); i++)
			check_value(&rules[i], &v[i]);
	}
	if (!ek_problem_is_none(&problem))
		check_problem(&problem);
	ek_patch_close(&b);
	ek_arena_fini(&arena);
	return 0;
}
