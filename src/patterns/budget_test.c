/* The alarm budget (S25), odds (S15), and the constants of section 2. */
#include "patterns/budget.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void near(double got, double want)
{
	if (fabs(got - want) > 1e-9)
		fail_msg("%.6f, expected %.6f", got, want);
}

static void test_rules_of_each_cadence(void **state)
{
	(void)state;
	static const struct {
		enum ek_budget_feed feed;
		uint32_t step;
		double h;
		uint32_t run, window, freeze;
	} rows[] = {
		{EK_BUDGET_DAILY, 0, 6, 10, 7, 10},   {EK_BUDGET_DAILY, 1, 6, 10, 7, 10},
		{EK_BUDGET_DAILY, 4, 7.5, 13, 7, 13}, {EK_BUDGET_WEEKLY, 0, 5, 8, 4, 8},
		{EK_BUDGET_MONTHLY, 0, 5, 8, 4, 8},   {EK_BUDGET_WEEKLY, 99, 9, 16, 4, 16},
		{EK_BUDGET_PERSON, 0, 7, 0, 0, 10},   {EK_BUDGET_PERSON, 4, 11, 0, 0, 10},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_verdict_rule r = ek_budget_rule(rows[i].feed, rows[i].step);
		near(r.cusum.h, rows[i].h);
		near(r.cusum.k, 0.5);
		near(r.cusum.cut, 3);
		assert_int_equal(r.cusum.points_min, 4);
		assert_int_equal(r.cusum.run, rows[i].run);
		assert_int_equal(r.blip_window, rows[i].window);
		assert_int_equal(r.freeze, rows[i].freeze);
	}
	near(ek_budget_yes_no_h(0), 3);
}

static void test_odds_are_linear_between_sizes(void **state)
{
	(void)state;
	near(ek_budget_odds(EK_BUDGET_DAILY, 1, 40), .105);
	near(ek_budget_odds(EK_BUDGET_DAILY, 1, 50), (.105 + .079) / 2);
	near(ek_budget_odds(EK_BUDGET_DAILY, 1, 5), .17);
	near(ek_budget_odds(EK_BUDGET_DAILY, 1, 900), .067);
	near(ek_budget_odds(EK_BUDGET_WEEKLY, 0, 30), (.30 + .223) / 2);
	near(ek_budget_odds(EK_BUDGET_PERSON, 0, 40), .110);
	near(ek_budget_odds(EK_BUDGET_YES_NO, 0, 70), (.194 + .177) / 2);
}

static void test_words(void **state)
{
	(void)state;
	char text[EK_BUDGET_WORDS];
	ek_budget_words(.05, text);
	assert_string_equal(text, "about 1 in 20");
	ek_budget_words(.223, text);
	assert_string_equal(text, "about 1 in 4");
	ek_budget_words(.9, text);
	assert_string_equal(text, "more than 1 in 3");
}

/* "20 daily charts expect 2.1 false verdicts at h 6 with m = 40, 0.8 at h 7.5." */
static void test_twenty_daily_charts(void **state)
{
	(void)state;
	struct ek_budget_chart charts[20];
	for (int i = 0; i < 20; i++)
		charts[i] = (struct ek_budget_chart){EK_BUDGET_DAILY, 40, 0};
	struct ek_budget_answer a = ek_budget_solve(charts, 20, 2.2);
	assert_int_equal(a.step, 0); /* the floor: h 6 */
	near(a.expected, 2.1);
	a = ek_budget_solve(charts, 20, EK_BUDGET_DEFAULT);
	near(ek_budget_rule(EK_BUDGET_DAILY, a.step).cusum.h, 7.5);
	near(a.expected, 20 * .038);
	assert_true(a.is_within);
	a = ek_budget_solve(charts, 20, 0.1);
	assert_false(a.is_within);
	near(ek_budget_rule(EK_BUDGET_DAILY, a.step).cusum.h, 9);
}

static void test_slower_charts_count_less(void **state)
{
	(void)state;
	struct ek_budget_chart weekly = {EK_BUDGET_WEEKLY, 20, 0},
			       monthly = {EK_BUDGET_MONTHLY, 20, 0};
	struct ek_budget_chart answers = {EK_BUDGET_YES_NO, 40, 130};
	near(ek_budget_expect(&weekly, 0), .30 / 7);
	near(ek_budget_expect(&monthly, 0), .30 / 30);
	near(ek_budget_expect(&answers, 0), .194 * 2);
	struct ek_budget_answer a = ek_budget_solve(&answers, 1, .2);
	near(ek_budget_yes_no_h(a.step), 4); /* .164 */
	assert_true(ek_budget_solve(&answers, 0, 0).is_within);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_rules_of_each_cadence),
		cmocka_unit_test(test_odds_are_linear_between_sizes),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_twenty_daily_charts),
		cmocka_unit_test(test_slower_charts_count_less),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
