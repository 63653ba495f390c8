/* Which operation an address means. Paths: spec api, section 4. */
#include "wire/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/heap_scene.h"
#include "wire/list.h"

static struct ek_alloc heap(void)
{
	return ek_heap_scene();
}

static const struct {
	const char *promise;
	const char *method;
	const char *path;
	const char *want; /* name, "404", or "405 methods" */
	const char *param;
	const char *value;
} rows[] = {
	{"a word", "GET", "/api/v1/me", "get_me", NULL, NULL},
	{"another method", "PATCH", "/api/v1/me", "update_me", NULL, NULL},
	{"HEAD is GET", "HEAD", "/api/v1/me", "get_me", NULL, NULL},
	{"a parameter", "GET", "/api/v1/teammates/tm_1042", "get_teammate", "id", "tm_1042"},
	{"below a parameter", "GET", "/api/v1/teammates/tm_1042/why-nothing",
	 "explain_teammate_nothing", "id", "tm_1042"},
	{"two parameters", "PUT", "/api/v1/teams/team_7/memberships/tm_1", "put_membership",
	 "teammate", "tm_1"},
	{"the first of two", "DELETE", "/api/v1/conversations/cv_9/tags/tag_12",
	 "remove_conversation_tag", "id", "cv_9"},
	{"a word goes before a parameter", "POST", "/api/v1/conversations/search",
	 "search_conversations", NULL, NULL},
	{"a word with a dot", "GET", "/api/v1/imports/template.csv", "get_import_template", NULL,
	 NULL},
	{"words beside a parameter", "GET", "/api/v1/settings/versions/312", "get_settings_version",
	 "n", "312"},
	{"a secret", "GET", "/api/v1/wallboards/abc/data", "get_wallboard_data", "secret", "abc"},
	{"percents are decoded once", "GET", "/api/v1/teams/a%2541", "get_team", "id", "a%41"},
	{"a slash stays inside", "GET", "/api/v1/teams/a%2fb", "get_team", "id", "a/b"},
	{"dots are a name like any other", "GET", "/api/v1/teams/..", "get_team", "id", ".."},
	{"a plus stays a plus", "GET", "/api/v1/teams/a+b", "get_team", "id", "a+b"},
	{"no such word", "GET", "/api/v1/salaries", "404", NULL, NULL},
	{"nothing", "GET", "/api/v1", "404", NULL, NULL},
	{"nothing but a slash", "GET", "/api/v1/", "404", NULL, NULL},
	{"another version", "GET", "/api/v2/me", "404", NULL, NULL},
	{"a prefix that goes on", "GET", "/api/v1x/me", "404", NULL, NULL},
	{"no slash in front", "GET", "api/v1/me", "404", NULL, NULL},
	{"an empty path", "GET", "", "404", NULL, NULL},
	{"a slash at the end", "GET", "/api/v1/me/", "404", NULL, NULL},
	{"an empty parameter", "GET", "/api/v1/teams/", "404", NULL, NULL},
	{"an empty segment", "GET", "/api/v1//me", "404", NULL, NULL},
	{"an empty segment inside", "GET", "/api/v1/teams//live", "404", NULL, NULL},
	{"capitals", "GET", "/api/v1/Me", "404", NULL, NULL},
	{"a word spelt otherwise", "GET", "/api/v1/%6de", "404", NULL, NULL},
	{"too deep", "GET", "/api/v1/me/load/x", "404", NULL, NULL},
	{"half a path", "GET", "/api/v1/me/sign-ins/sign_1/x", "404", NULL, NULL},
	{"a place on the way that is none", "GET", "/api/v1/queue/unblock/x", "404", NULL, NULL},
	{"half a percent", "GET", "/api/v1/teams/a%2", "404", NULL, NULL},
	{"a NUL", "GET", "/api/v1/teams/a%00", "404", NULL, NULL},
	{"a line end", "GET", "/api/v1/teams/a%0a", "404", NULL, NULL},
	{"no UTF-8", "GET", "/api/v1/teams/%ff", "404", NULL, NULL},
	{"a method that it has not", "DELETE", "/api/v1/me", "405 GET, HEAD, PATCH", NULL, NULL},
	{"a method that nobody has", "BREW", "/api/v1/teams/team_7", "405 GET, HEAD, PATCH, DELETE",
	 NULL, NULL},
	{"methods are capitals", "get", "/api/v1/me", "405 GET, HEAD, PATCH", NULL, NULL},
	{"OPTIONS", "OPTIONS", "/api/v1/sign-out", "405 POST", NULL, NULL},
	{"a word hides the parameter", "GET", "/api/v1/teammates/search", "405 POST", NULL, NULL},
	{"the second release is not here", "POST", "/api/v1/offers/offer_1/accept", "404", NULL,
	 NULL},
};

/* The rights of schema/may.def, by name. */
static const char *const rights[] = {
	"none",
#define MAY(number, name, NAME, self, mate, lead, manager, admin, program, scope, see, flags, doc) \
#name,
#include "schema/may.def"
#undef MAY
};

static bool is_right(const char *name)
{
	for (size_t i = 0; i < EK_LEN(rights); i++)
		if (strcmp(rights[i], name) == 0)
			return true;
	return false;
}

static ek_str str(const char *text)
{
	return (ek_str){text, (uint32_t)strlen(text)};
}

static void test_match(void **state)
{
	(void)state;
	struct ek_routes *routes;
	struct ek_arena arena;
	struct ek_err err;
	assert_true(ek_route_open(heap(), &routes, &err));
	ek_arena_init(&arena, heap(), 1 << 20);
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_route_match m;
		char got[80];
		switch (ek_route_match(routes, str(rows[i].method), str(rows[i].path), &arena,
				       &m)) {
		case EK_ROUTE_FOUND:
			ek_format(got, sizeof got, "%s", ek_route_row(m.index)->name);
			break;
		case EK_ROUTE_NO_PATH:
			ek_format(got, sizeof got, "404");
			break;
		case EK_ROUTE_NO_METHOD:
			ek_format(got, sizeof got, "405 %s", m.allow);
			break;
		}
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: %s", rows[i].promise, got);
		if (rows[i].param != NULL)
			assert_true(ek_str_is(ek_route_param(&m, rows[i].param), rows[i].value));
		assert_null(ek_route_param(&m, "nothing").p);
	}
	ek_arena_fini(&arena);
	ek_route_close(&routes);
	assert_null(routes);
	ek_route_close(&routes);
}

/* A parameter of 200 bytes fits, one of 201 is nobody's address. */
static void test_bounds(void **state)
{
	(void)state;
	struct ek_routes *routes;
	struct ek_arena arena;
	struct ek_err err;
	struct ek_route_match m;
	char path[300] = "/api/v1/teams/";
	size_t n = strlen(path);
	memset(path + n, 'x', 201);
	assert_true(ek_route_open(heap(), &routes, &err));
	ek_arena_init(&arena, heap(), 1 << 20);
	assert_int_equal(
		ek_route_match(routes, EK_S("GET"), (ek_str){path, (uint32_t)n + 200}, &arena, &m),
		EK_ROUTE_FOUND);
	assert_int_equal(
		ek_route_match(routes, EK_S("GET"), (ek_str){path, (uint32_t)n + 201}, &arena, &m),
		EK_ROUTE_NO_PATH);
	ek_arena_fini(&arena);
	ek_route_close(&routes);
}

/* Every row of the table is reached by its own path, and its list is one. */
static void test_all(void **state)
{
	(void)state;
	struct ek_routes *routes;
	struct ek_arena arena;
	struct ek_err err;
	assert_true(ek_route_open(heap(), &routes, &err));
	ek_arena_init(&arena, heap(), 1 << 20);
	for (uint32_t i = 0; i < EK_ROUTE_COUNT; i++) {
		const struct ek_route_row *row = ek_route_row(i);
		struct ek_route_match m;
		char path[200];
		bool is_listed = strcmp(row->list, "none") == 0;
		ek_format(path, sizeof path, "%s%s", EK_ROUTE_PREFIX, row->path);
		enum ek_route_method method = (enum ek_route_method)row->method;
		assert_int_equal(ek_route_match(routes, str(ek_route_method_name(method)),
						str(path), &arena, &m),
				 EK_ROUTE_FOUND);
		assert_int_equal(m.index, i);
		assert_int_equal((row->flags & EK_ROUTE_TAKES_KEY) != 0,
				 row->method != EK_ROUTE_GET &&
					 (row->flags & EK_ROUTE_IS_READ) == 0);
		for (int l = 0; l < EK_LIST_COUNT; l++)
			is_listed = is_listed ||
				    strcmp(row->list,
					   ek_list_table((enum ek_list_name)l)->resource) == 0;
		if (!is_listed)
			fail_msg("%s: no list %s", row->name, row->list);
		if (!is_right(row->permission))
			fail_msg("%s: no right %s", row->name, row->permission);
		assert_int_equal(strcmp(row->list, "none") != 0,
				 (row->flags & (EK_ROUTE_IS_LIST | EK_ROUTE_IS_SEARCH)) != 0);
	}
	ek_arena_fini(&arena);
	ek_route_close(&routes);
}

static void *none(void *ctx, void *p, size_t old_n, size_t n)
{
	(void)ctx;
	(void)p;
	(void)old_n;
	(void)n;
	return NULL;
}

static void test_no_memory(void **state)
{
	(void)state;
	struct ek_routes *routes;
	struct ek_err err;
	assert_false(ek_route_open((struct ek_alloc){NULL, none}, &routes, &err));
	assert_int_equal(err.code, EK_NO_MEMORY);
	assert_null(routes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
