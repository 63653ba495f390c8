/* The numbers that draft-eastlake-fnv prints. */
#include "base/fnv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void are_those_published(void **state)
{
	static const struct {
		const char *text;
		uint64_t want;
	} rows[] = {
		{"", UINT64_C(0xcbf29ce484222325)},
		{"a", UINT64_C(0xaf63dc4c8601ec8c)},
		{"foobar", UINT64_C(0x85944171f73967e8)},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_true(ek_fnv(EK_FNV_BEGIN, rows[i].text, strlen(rows[i].text)) ==
			    rows[i].want);
	assert_true(ek_fnv(EK_FNV_BEGIN, NULL, 0) == EK_FNV_BEGIN);
}

static void pieces_are_the_whole(void **state)
{
	(void)state;
	assert_true(ek_fnv(ek_fnv(EK_FNV_BEGIN, "foo", 3), "bar", 3) ==
		    ek_fnv(EK_FNV_BEGIN, "foobar", 6));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(are_those_published),
		cmocka_unit_test(pieces_are_the_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
