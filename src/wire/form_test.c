/* Fields of forms, row by row: what a browser sends, and what nobody should. */
#include "base/heap_scene.h"
#include "wire/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *promise;
	const char *body;
	const char *value; /* of "comment"; NULL = none */
} rows[] = {
	{"a plain one", "score=5&comment=fine", "fine"},
	{"blanks and bytes", "comment=a+b%20c%21", "a b c!"},
	{"other scripts", "comment=%EA%B0%90%EC%82%AC", "감사"},
	{"the first of two", "comment=one&comment=two", "one"},
	{"an empty one", "comment=&score=1", ""},
	{"a name that begins so is another", "comments=x", NULL},
	{"no value is none", "comment", NULL},
	{"nothing at all", "", NULL},
	{"line ends are one LF each", "comment=a%0D%0Ab%0Dc%0Ad", "a\nb\nc\nd"},
	{"blanks around it go", "comment=+%0D%0A+x+%0A", "x"},
	{"control characters go", "comment=a%07b%1B%5B0mc%09d", "ab[0mcd"},
	{"a percent sign without digits stays", "comment=100%25+or+100%+or+%zz",
	 "100% or 100% or %zz"},
	{"U+0000 is no text", "comment=a%00b", NULL},
	{"half a character is no text", "comment=%EA%B0", NULL},
	{"an overlong one is none", "comment=%C0%AF", NULL},
	{"what is encoded twice is decoded once", "comment=%2526", "%26"},
	{"many ampersands", "&&&&comment=x&&", "x"},
};

static void fields_are_what_was_typed(void **state)
{
	struct ek_arena arena;
	(void)state;
	const struct ek_alloc alloc = ek_heap_scene();
	ek_arena_init(&arena, alloc, 1 << 16);
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		ek_str value;
		ek_str body = {rows[i].body, (uint32_t)strlen(rows[i].body)};
		bool found = ek_form_field(body, "comment", &arena, &value);
		if (found != (rows[i].value != NULL))
			fail_msg("%s", rows[i].promise);
		if (found && !ek_str_is(value, rows[i].value))
			fail_msg("%s: %.*s", rows[i].promise, (int)value.n, value.p);
	}
	ek_arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(fields_are_what_was_typed)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
