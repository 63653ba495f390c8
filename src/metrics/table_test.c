/* A table against a plain array, with keys that meet. */
#include "metrics/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/heap_scene.h"
#include "base/rng.h"

static void random_changes(void **state)
{
	struct ek_rng rng = {5};
	struct ek_table t;
	uint32_t plain[300] = {0};
	(void)state;
	ek_table_init(&t, ek_heap_scene());
	for (uint32_t i = 0; i < 60000; i++) {
		uint32_t k = ek_rng_below(&rng, 300);
		uint64_t key = (uint64_t)k << (k % 3 * 20);
		if (ek_rng_chance(&rng, 55)) {
			plain[k] = 1 + ek_rng_below(&rng, 1000);
			assert_true(ek_table_put(&t, key, plain[k]));
		} else {
			plain[k] = 0;
			ek_table_drop(&t, key);
		}
		uint32_t other = ek_rng_below(&rng, 300);
		assert_int_equal(ek_table_get(&t, (uint64_t)other << (other % 3 * 20)),
				 plain[other]);
	}
	ek_table_fini(&t);
	assert_int_equal(ek_table_get(&t, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(random_changes)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
