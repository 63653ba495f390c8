/* Intervals of shares against published values (spec metrics, section 4). */
#include "metrics/share.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void near(double got, double want, double within)
{
	if (fabs(got - want) > within)
		fail_msg("%.7f, expected %.7f", got, want);
}

static void test_wilson(void **state)
{
	(void)state;
	static const struct {
		const char *source;
		uint64_t k, n;
		double low, high, within;
	} rows[] = {
		{"spec metrics, 4", 18, 20, .699, .972, .001},
		{"spec metrics, 4", 90, 100, .826, .945, .001},
		{"spec metrics, 4", 12, 100, .070, .198, .001},
		{"spec planning, V6", 15, 20, .531, .888, .0005},
		{"Newcombe 1998, table I (a)", 81, 263, .2553, .3662, .00005},
		{"Newcombe 1998, table I (b)", 15, 148, .0624, .1605, .00005},
		{"Newcombe 1998, table I (c)", 0, 20, 0, .1611, .00005},
		{"Newcombe 1998, table I (d)", 1, 29, .0061, .1718, .00005},
		{"all of them", 20, 20, 1 - .1611, 1, .00005},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_share s = ek_share_make(rows[i].k, rows[i].n);
		near(s.low, rows[i].low, rows[i].within);
		near(s.high, rows[i].high, rows[i].within);
		assert_true(s.low >= 0 && s.high <= 1 && s.low < s.high);
		assert_true(s.low <= s.value && s.value <= s.high);
	}
}

static void test_difference(void **state)
{
	(void)state;
	static const struct {
		uint64_t a, m, b, n;
		double value, low, high;
	} rows[] = {
		/* Newcombe 1998 (difference), table II, method 10 */
		{56, 70, 48, 80, .2000, .0524, .3339},  {9, 10, 3, 10, .6000, .1705, .8090},
		{6, 7, 2, 7, .5714, .0582, .8062},      {5, 56, 0, 29, .0893, -.0381, .1926},
		{0, 10, 0, 20, .0000, -.1611, .2775},   {0, 10, 0, 10, .0000, -.2775, .2775},
		{10, 10, 0, 20, 1.0000, .6791, 1.0000}, {10, 10, 0, 10, 1.0000, .6075, 1.0000},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_share a = ek_share_make(rows[i].a, rows[i].m);
		struct ek_share b = ek_share_make(rows[i].b, rows[i].n);
		struct ek_share d = ek_share_difference(&a, &b);
		near(d.value, rows[i].value, .00005);
		near(d.low, rows[i].low, .00005);
		near(d.high, rows[i].high, .00005);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wilson),
		cmocka_unit_test(test_difference),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
