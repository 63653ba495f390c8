/* Contributions sum to 100 % (S18). */
#include "patterns/contribution.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/rng.h"

static void near(double got, double want)
{
	if (fabs(got - want) > 1e-9)
		fail_msg("%.9f, expected %.9f", got, want);
}

static void test_counts(void **state)
{
	(void)state;
	/* +30 in all: 20, 12, -4, and 2 of a small one. */
	static const struct ek_contribution_count v[] = {{52, 40}, {30, 10}, {16, 20}, {4, 2}};
	struct ek_contribution out[6];
	assert_int_equal(ek_contribution_of_count(v, 4, out), 4);
	static const int32_t order[] = {1, 0, 2, EK_CONTRIBUTION_OTHER};
	static const double shares[] = {20 / 30.0, 12 / 30.0, -4 / 30.0, 2 / 30.0};
	for (int i = 0; i < 4; i++) {
		assert_int_equal(out[i].category, order[i]);
		near(out[i].share, shares[i]);
	}
	static const struct ek_contribution_count same[] = {{10, 12}, {12, 10}};
	assert_int_equal(ek_contribution_of_count(same, 2, out), 0);
}

/* Old: 10 of 100 and 10 of 100, .10. New: 20 of 100 and 10 of 100, .15: all of it the first. */
static void test_rates(void **state)
{
	(void)state;
	static const struct ek_contribution_rate v[] = {{10, 100, 20, 100}, {10, 100, 10, 100}};
	struct ek_contribution out[4];
	assert_int_equal(ek_contribution_of_rate(v, 2, out), 3);
	assert_int_equal(out[0].category, 0);
	near(out[0].share, 1);
	near(out[1].share, 0);
	assert_int_equal(out[2].category, EK_CONTRIBUTION_MIX);
	near(out[2].share, 0);
	/* The same rates in another mix: all of it the mix. */
	static const struct ek_contribution_rate mix[] = {{50, 100, 75, 150}, {10, 100, 5, 50}};
	assert_int_equal(ek_contribution_of_rate(mix, 2, out), 3);
	near(out[0].share, 0);
	near(out[2].share, 1);
}

static void test_sums(void **state)
{
	(void)state;
	struct ek_rng r = {61};
	for (int run = 0; run < 500; run++) {
		struct ek_contribution_rate v[12];
		struct ek_contribution out[14];
		for (int i = 0; i < 12; i++) {
			double old = ek_rng_below(&r, 50), new = ek_rng_below(&r, 50);
			v[i] = (struct ek_contribution_rate){
				old > 40 ? 0 : ek_rng_below(&r, (uint32_t)old + 1),
				old > 40 ? 0 : old,
				new > 40 ? 0 : ek_rng_below(&r, (uint32_t) new + 1),
				new > 40 ? 0 : new};
		}
		uint32_t n = ek_contribution_of_rate(v, 12, out);
		double sum = 0;
		for (uint32_t i = 0; i < n; i++)
			sum += out[i].share;
		if (n > 0 && fabs(sum - 1) > 1e-6)
			fail_msg("run %d: they sum to %f", run, sum);
	}
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_sums),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
