/* Published points of the normal distribution: AS 241's own test values, and tables. */
#include "patterns/normal.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void test_quantiles(void **state)
{
	(void)state;
	static const double rows[][2] = {
		{0.25, -0.6744897501960817}, {0.001, -3.090232306167814},
		{1e-20, -9.262340089798408}, {0.5, 0},
		{0.975, 1.959963984540054},  {0.99, 2.3263478740408408},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++)
		assert_true(fabs(ek_normal_quantile(rows[i][0]) - rows[i][1]) < 1e-13);
}

static void test_both_ways(void **state)
{
	(void)state;
	for (double z = -6; z <= 6; z += 0.125)
		assert_true(fabs(ek_normal_quantile(ek_normal_below(z)) - z) < 1e-6);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_quantiles),
		cmocka_unit_test(test_both_ways),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
