/* The sums step by step, against published tables (spec patterns, V13). */
#include "patterns/cusum.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* J. M. Lucas and R. B. Crosier's head start. */
static void test_head_start(void **state)
{
	(void)state;
	static const double z[] = {0.8, 1.9, 1.4, 2.0, 1.1, 0.7, 2.6};
	static const struct {
		double from;
		double c[EK_LEN(z)];
		uint32_t signal;
	} rows[] = {
		{0, {0.3, 1.7, 2.6, 4.1, 4.7, 4.9, 7.0}, 7},
		{2.5, {2.8, 4.2, 5.1, 6.6, 7.2, 7.4, 9.5}, 3},
	};
	struct ek_cusum_rule rule = {0.5, INFINITY, 5, 1, 0};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_cusum c = {.up = {rows[i].from, 0}};
		uint32_t signal = 0;
		for (uint32_t k = 0; k < EK_LEN(z); k++) {
			bool found = ek_cusum_feed(&c, &rule, z[k]).side == 1;
			assert_true(fabs(c.up.c - rows[i].c[k]) < 1e-9);
			signal = found && signal == 0 ? k + 1 : signal;
		}
		assert_int_equal(signal, rows[i].signal);
	}
}

static void test_cut_and_least_points(void **state)
{
	(void)state;
	struct ek_cusum_rule rule = {0.5, 3, 5, 4, 0};
	struct ek_cusum c = {.run = 0};
	assert_int_equal(ek_cusum_feed(&c, &rule, 50).side, 0);
	assert_true(fabs(c.up.c - 2.5) < 1e-12);
	assert_int_equal(ek_cusum_feed(&c, &rule, 50).side, 0);
	assert_int_equal(ek_cusum_feed(&c, &rule, 50).side, 0); /* C 7.5, but 3 points */
	struct ek_cusum_verdict v = ek_cusum_feed(&c, &rule, 50);
	assert_int_equal(v.side, 1);
	assert_int_equal(v.n, 4);
	assert_true(fabs(v.level - 3) < 1e-12); /* .5 + 10/4 */
}

static void test_run_level_and_zero(void **state)
{
	(void)state;
	struct ek_cusum_rule rule = {0.5, 3, 5, 4, 3};
	struct ek_cusum c = {.run = 0};
	static const double z[] = {-.1, -.1, 0, -.1, -.1, .1, -.1, -.1, -.1};
	for (uint32_t i = 0; i < EK_LEN(z); i++) {
		struct ek_cusum_verdict v = ek_cusum_feed(&c, &rule, z[i]);
		assert_int_equal(v.side, i == 8 ? -1 : 0);
		assert_int_equal(v.is_run, i == 8);
	}
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_head_start),
		cmocka_unit_test(test_cut_and_least_points),
		cmocka_unit_test(test_run_level_and_zero),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
