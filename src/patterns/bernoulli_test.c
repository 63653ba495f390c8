/* Yes/no events of one person, against the worked series of the spec (p0 .20, p1 .428571). */
#include "patterns/bernoulli.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void near(double got, double want)
{
	if (fabs(got - want) > 6e-5)
		fail_msg("%.6f, expected %.6f", got, want);
}

static void test_weights(void **state)
{
	(void)state;
	struct ek_bernoulli_weights w = ek_bernoulli_weights(.20, 3);
	near(w.bad, .7621);
	near(w.good, -.3365);
	w = ek_bernoulli_weights(.10, 3);
	near(w.bad, .9163);
	near(w.good, -.1823);
	w = ek_bernoulli_weights(0, 3);
	assert_true(isfinite(w.bad) && isfinite(w.good));
}

static void test_worked_series(void **state)
{
	(void)state;
	static const bool bad[] = {0, 1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1};
	static const double sums[] = {0,      .7621,  .4257,  1.1878, 1.9499, 1.6135,
				      1.2770, 2.0391, 2.8013, 3.5634, 3.2270, 3.9891};
	/* 40 events of which p0 came out as .20: (8 + 20 a) / 60 with a = .20. A flag would set the
	 * sum back, so the sum is followed with a bound that it does not reach. */
	struct ek_bernoulli b = {.events = EK_BERNOULLI_LOCK, .p0 = .20}, flags = b;
	struct ek_bernoulli_setup far = {9, .20}, usual = {3, .20};
	for (uint32_t i = 0; i < EK_LEN(bad); i++) {
		uint32_t n;
		assert_int_equal(ek_bernoulli_feed(&b, &far, bad[i], 1, &n), 0);
		near(b.worse, sums[i]);
		int32_t side = ek_bernoulli_feed(&flags, &usual, bad[i], 1, &n);
		assert_int_equal(side, i == 9 ? 1 : 0);
		if (side != 0)
			assert_int_equal(n, 9); /* since the sum was 0, before the second */
	}
}

static void test_learning(void **state)
{
	(void)state;
	struct ek_bernoulli b = {.events = 0};
	struct ek_bernoulli_setup setup = {3, .10};
	uint32_t n;
	for (int i = 0; i < EK_BERNOULLI_LOCK; i++)
		assert_int_equal(ek_bernoulli_feed(&b, &setup, true, 1, &n), 0);
	near(b.p0, (40 + 2) / 60.0); /* at a = .10: (bad + 2) / (n + 20) */
	near(ek_bernoulli_share(4, 40, .10), 6 / 60.0);
}

/* Few bad ones in a row are an improvement, found by the mirrored sum. */
static void test_improvement(void **state)
{
	(void)state;
	struct ek_bernoulli b = {.events = EK_BERNOULLI_LOCK, .p0 = .5};
	struct ek_bernoulli_setup setup = {3, .5};
	uint32_t n = 0, fed = 0;
	while (ek_bernoulli_feed(&b, &setup, false, 1, &n) == 0)
		fed++;
	assert_int_equal(n, fed + 1);
	assert_int_equal(n, 8); /* ln(.75 / .5) = .4055 each */
}

static void test_the_teams_move_is_taken_out(void **state)
{
	(void)state;
	near(ek_bernoulli_move(10, 19, .10), 1); /* too few answers */
	near(ek_bernoulli_move(4, 20, .10), (4 / 16.0) / (.1 / .9));
	near(ek_bernoulli_move(20, 20, .10), 10);
	near(ek_bernoulli_move(0, 20, .10), .1);
	/* Everybody is worse: one bad answer then says less. */
	struct ek_bernoulli a = {.events = EK_BERNOULLI_LOCK, .p0 = .10}, b = a;
	struct ek_bernoulli_setup setup = {3, .10};
	uint32_t n;
	(void)ek_bernoulli_feed(&a, &setup, true, 1, &n);
	(void)ek_bernoulli_feed(&b, &setup, true, 2.25, &n);
	assert_true(b.worse < a.worse);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_worked_series),
		cmocka_unit_test(test_learning),
		cmocka_unit_test(test_improvement),
		cmocka_unit_test(test_the_teams_move_is_taken_out),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
