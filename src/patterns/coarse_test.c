/* Days become whole weeks, weeks become blocks of four. */
#include "patterns/coarse.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void test_only_whole_weeks(void **state)
{
	(void)state;
	struct ek_score_point v[24], out[24];
	uint32_t n = 0;
	/* From a Thursday; the second Tuesday after it is missing. Day 4 is a Monday. */
	for (int32_t day = 7; day < 7 + 25; day++)
		if (day != 19)
			v[n++] = (struct ek_score_point){day, 10, 50};
	assert_int_equal(ek_coarse_weeks(EK_SCORE_COUNT, 0x7f, v, n, out), 2);
	assert_int_equal(out[0].key, 11);
	assert_int_equal(out[1].key, 25);
	assert_true(fabs(out[0].value - 70) < 1e-9);
	/* With Tuesdays closed, the week without one is whole. */
	assert_int_equal(ek_coarse_weeks(EK_SCORE_COUNT, 0x7d, v, n, out), 3);
	assert_true(fabs(out[0].value - 60) < 1e-9);
	assert_int_equal(ek_coarse_weeks(EK_SCORE_RATE, 0x7f, v, n, v), 2);
	assert_true(fabs(v[0].value - 70) < 1e-9 && fabs(v[0].n - 350) < 1e-9);
}

static void test_blocks(void **state)
{
	(void)state;
	struct ek_score_point v[9], out[9];
	for (int32_t i = 0; i < 9; i++)
		v[i] = (struct ek_score_point){4 + 7 * i, i + 1, i % 2 == 0 ? 10 : 30};
	assert_int_equal(ek_coarse_blocks(EK_SCORE_VALUE, v, 9, out), 2);
	assert_true(fabs(out[0].value - 2.5) < 1e-9);
	assert_int_equal(out[1].key, 4 + 28);
	/* Medians as weighted logarithms: 1 and 3 with 10, 2 and 4 with 30. */
	assert_int_equal(ek_coarse_blocks(EK_SCORE_DURATION, v, 4, out), 1);
	assert_true(fabs(out[0].value - exp((10 * log(3) + 30 * log(8)) / 80)) < 1e-9);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_only_whole_weeks),
		cmocka_unit_test(test_blocks),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
