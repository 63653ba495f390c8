/* What ek_format writes, beside what the C library's snprintf writes for the same. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SAME(...) \
	do { \
		char ours[80], theirs[80]; \
		size_t n = ek_format(ours, sizeof ours, __VA_ARGS__); \
		int m = snprintf(theirs, sizeof theirs, __VA_ARGS__); \
		assert_string_equal(ours, theirs); \
		assert_int_equal(n, m); \
	} while (0)

static void conversions_are_the_librarys(void **state)
{
	(void)state;
	SAME("%s|%s", "one", "");
	SAME("%d %d %d %d", 0, -7, INT32_MAX, INT32_MIN);
	SAME("%u %u", 0u, UINT32_MAX);
	SAME("%lld %lld", (long long)INT64_MAX, (long long)INT64_MIN);
	SAME("%llu %zu", (unsigned long long)UINT64_MAX, (size_t)SIZE_MAX);
	SAME("%ld %lu", -1L, 1UL);
	SAME("%c%c%%%c", 'a', ' ', 'z');
}

/* A text that is not ended is read no further than it is said. */
static void a_precision_bounds_a_text(void **state)
{
	const char open[3] = {'a', 'b', 'c'};
	(void)state;
	SAME("<%.*s>", 2, "abc");
	SAME("<%.*s>", 0, "abc");
	SAME("<%.*s>", 9, "abc");
	SAME("<%.*s>", -1, "abc");
	SAME("<%.*s>", 3, open);
	SAME("<%.2s|%.0s|%.s|%.12s>", "abc", "abc", "abc", "abc");
	SAME("%.*s%d%.*s", 1, "xy", 5, 1, "zw");
}

static void what_has_no_room_is_cut(void **state)
{
	char out[5];
	(void)state;
	assert_int_equal(ek_format(out, sizeof out, "%d-%s", 12, "abc"), 4);
	assert_string_equal(out, "12-a");
	assert_int_equal(ek_format(out, 1, "%s", "abc"), 0);
	assert_string_equal(out, "");
	assert_int_equal(ek_format(NULL, 0, "%s", "abc"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conversions_are_the_librarys),
		cmocka_unit_test(a_precision_bounds_a_text),
		cmocka_unit_test(what_has_no_room_is_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
