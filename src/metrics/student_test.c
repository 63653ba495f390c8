/* Student's t against printed quantiles (Abramowitz and Stegun, table 26.10) and closed forms. */
#include "metrics/student.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void near(double got, double want, double within)
{
	if (fabs(got - want) > within)
		fail_msg("%.9f, expected %.9f", got, want);
}

static void test_table(void **state)
{
	(void)state;
	static const struct {
		uint32_t freedom;
		double t, below;
	} rows[] = {
		{1, 1.000, .75},   {1, 6.314, .95},   {1, 31.821, .99},  {2, .816, .75},
		{2, 2.920, .95},   {3, 2.353, .95},   {4, 2.776, .975},  {5, 4.032, .995},
		{9, 1.833, .95},   {10, 2.764, .99},  {11, .697, .75},   {11, 1.796, .95},
		{11, 2.201, .975}, {12, 2.179, .975}, {18, 2.101, .975}, {30, 2.042, .975},
		{60, 1.671, .95},  {120, 1.658, .95},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		near(ek_student_below(rows[i].t, rows[i].freedom), rows[i].below, 2e-4);
		near(ek_student_below(-rows[i].t, rows[i].freedom), 1 - rows[i].below, 2e-4);
	}
}

static void test_closed(void **state)
{
	(void)state;
	for (double t = -8; t <= 8; t += .25) {
		near(ek_student_below(t, 1), .5 + atan(t) / 3.14159265358979323846, 1e-14);
		near(ek_student_below(t, 2), .5 + t / (2 * sqrt(2 + t * t)), 1e-14);
		/* Many degrees: the normal distribution. */
		near(ek_student_below(t, 100000), erfc(-t / sqrt(2)) / 2, 1e-5);
	}
	near(ek_student_below(0, 7), .5, 0);
}

/* Two-sided 95 %, as printed in table 26.10; at the seam both ways say the same. */
static void test_within(void **state)
{
	(void)state;
	static const struct {
		uint64_t freedom;
		double t;
	} rows[] = {{1, 12.706}, {2, 4.303},  {4, 2.776},  {5, 2.571},   {9, 2.262},
		    {19, 2.093}, {28, 2.048}, {29, 2.045}, {120, 1.980}, {1000000000, 1.960}};
	for (size_t i = 0; i < EK_LEN(rows); i++)
		near(ek_student_within(rows[i].freedom), rows[i].t, 6e-4);
	for (uint32_t freedom = 150; freedom <= 260; freedom++)
		near(ek_student_below(ek_student_within(freedom), freedom), .975, 1e-7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_closed),
		cmocka_unit_test(test_within),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
