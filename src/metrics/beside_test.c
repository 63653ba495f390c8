/* A person's durations beside the team's (T11). */
#include "metrics/beside.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* The others take 10 each; of the own ones half take `a`, half `b`. */
static struct ek_beside told(uint32_t own, double a, double b)
{
	struct ek_beside_item v[300];
	struct ek_beside out;
	uint32_t n = 0;
	for (uint32_t i = 0; i < own * 2; i++)
		v[n++] = (struct ek_beside_item){EK_S("order"), 1, false, 10};
	for (uint32_t i = 0; i < own; i++)
		v[n++] = (struct ek_beside_item){EK_S("order"), 1, true, i % 2 == 0 ? a : b};
	for (uint32_t i = 0; i < own; i++)
		v[n++] = (struct ek_beside_item){EK_S("refund"), 1, false, 500};
	ek_beside_durations(v, n, &out);
	return out;
}

static void test_beside(void **state)
{
	(void)state;
	assert_false(told(19, 20, 5).has_ratio);
	struct ek_beside same = told(20, 20, 5);
	assert_int_equal(same.n, 20);
	/* Logarithms are +-ln 2, so the mean is 0 and s = ln 2 sqrt(20 / 19). */
	double half = 1.96 * log(2) * sqrt(20.0 / 19) / sqrt(20);
	assert_true(fabs(same.value - 1) < 1e-12);
	assert_true(fabs(same.low - exp(-half)) < 1e-12 && fabs(same.high - exp(half)) < 1e-12);
	struct ek_beside longer = told(40, 20, 20);
	assert_true(fabs(longer.value - 2) < 1e-9 && longer.low > 1.9);
}

int main(void)
{
	const struct CMUnitTest all[] = {cmocka_unit_test(test_beside)};
	return cmocka_run_group_tests(all, NULL, NULL);
}
