/* Things are put in order, whatever order they had. */
#include "base/sort.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { MOST = 300 };

static int by_value(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return *x < *y ? -1 : *x > *y;
}

static void test_order(void **state)
{
	uint32_t v[MOST], seed = 3;
	(void)state;
	for (uint32_t n = 0; n < MOST; n++) {
		uint64_t sum = 0, after = 0;
		for (uint32_t i = 0; i < n; i++) {
			seed = seed * 1664525u + 1013904223u;
			v[i] = n % 3 == 0 ? i : n % 3 == 1 ? n - i : seed >> 26;
			sum += v[i];
		}
		ek_sort(v, n, sizeof v[0], by_value);
		for (uint32_t i = 0; i < n; i++) {
			after += v[i];
			assert_true(i == 0 || v[i - 1] <= v[i]);
		}
		assert_true(sum == after);
	}
}

int main(void)
{
	const struct CMUnitTest all[] = {cmocka_unit_test(test_order)};
	return cmocka_run_group_tests(all, NULL, NULL);
}
