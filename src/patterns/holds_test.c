/* Which sums a blip carried, and which a level does. Scores are chosen so that the sums can be
 * followed by hand (k = .5, cut 3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "patterns/budget.h"
#include "patterns/holds.h"

enum { POINTS = 40 };

static const struct {
	const char *promise;
	double z[12]; /* the excursion; a score of 0 ends it */
	bool weekly, daily;
} rows[] = {
	/* 3.2 of 3.6: level 2.2 */
	{"a level is one", {2.2, 2.2, 2.2, 2.2}, true, true},
	{"far out it is one too", {9, 11, 8, 10}, true, true},
	{"points on their way up are one", {1, 2, 3, 4, 5}, true, true},
	/* without 12.4 and 6.4: 1.07 - .475 */
	{"two odd weeks and two usual ones are none", {12.4, 6.4, 1.57, 0.025}, false, false},
	/* ... + 1.89: 2.485 */
	{"nor is another low week after them", {12.4, 6.4, 1.57, 0.025, 2.39}, false, false},
	/* ... + 2.1 + 2.1: 6.685 */
	{"but weeks that carry the sum themselves are",
	 {12.4, 6.4, 1.57, 0.025, 2.39, 2.6, 2.6},
	 true,
	 true},
	/* 6.31 belongs to neither level, 2.31 + 1.57 + 2.5 = 6.38 do (vector V8) */
	{"a level that begins with an odd point is one", {6.31, 2.81, 2.07, 3.05}, true, true},
	/* 7.5 - .4: over both, and gone */
	{"three odd points are none when the latest is usual", {6, 6, 6, 0.1}, false, false},
	{"nor when it has begun to be", {6, 6, 6, 1.4}, false, false},
	{"three points about one level and a fourth of it are", {6, 6, 6, 1.6}, true, true},
	/* level 3.2: 8 is a blip, 6 is none */
	{"a slow way back is told while it is far from usual",
	 {8, 6, 4.1, 3.2, 2.0, 1.5, 1.6},
	 true,
	 true},
};

static void test_rows(void **state)
{
	(void)state;
	uint32_t bad = 0;
	for (size_t i = 0; i < EK_LEN(rows); i++)
		for (int side = -1; side <= 1; side += 2)
			for (int daily = 0; daily < 2; daily++) {
				struct ek_cusum_rule rule =
					ek_budget_rule(daily ? EK_BUDGET_DAILY : EK_BUDGET_WEEKLY,
						       0)
						.cusum;
				struct ek_holds_ask ask = {.side = side};
				double z[EK_LEN(rows[i].z)];
				for (; rows[i].z[ask.n] > 0; ask.n++)
					z[ask.n] = side * rows[i].z[ask.n];
				ask.z = z;
				ask.c_n = ask.n;
				if (ek_holds_is(&rule, &ask) ==
				    (daily ? rows[i].daily : rows[i].weekly))
					continue;
				print_error("%s (side %d, daily %d)\n", rows[i].promise, side,
					    daily);
				bad++;
			}
	assert_int_equal(bad, 0);
}

/* Of a long excursion what lies before the points looked at counts as it was. */
static void test_long_excursion(void **state)
{
	(void)state;
	struct ek_cusum_rule rule = ek_budget_rule(EK_BUDGET_DAILY, 0).cusum;
	double z[EK_HOLDS_POINTS];
	for (uint32_t i = 0; i < EK_HOLDS_POINTS; i++)
		z[i] = 0.6;
	/* 32 x .1 = 3.2 of these */
	struct ek_holds_ask ask = {z, EK_HOLDS_POINTS, 6.1, POINTS, 1};
	assert_true(ek_holds_is(&rule, &ask));
	ask.c_n = EK_HOLDS_POINTS;
	assert_false(ek_holds_is(&rule, &ask));
}

/* Points before the excursion are none of its own. */
static void test_earlier_points(void **state)
{
	(void)state;
	struct ek_cusum_rule rule = ek_budget_rule(EK_BUDGET_DAILY, 0).cusum;
	const double z[] = {-5, -5, -5, -5, -5, 2.2, 2.2, 2.2, 2.2};
	const struct ek_holds_ask ask = {z, EK_LEN(z), 6.8, 4, 1};
	assert_true(ek_holds_is(&rule, &ask));
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_long_excursion),
		cmocka_unit_test(test_earlier_points),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
