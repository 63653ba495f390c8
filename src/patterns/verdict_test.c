/* Every transition of the state machine: rows of scores, and what each brings. Scores are chosen so
 * that the sums can be followed by hand (k = .5, cut 3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "patterns/budget.h"
#include "patterns/normal.h"

enum { POINTS = 64, FACTS = 24 };

struct row {
	const char *promise;
	enum ek_budget_feed feed;
	/* scores, with `times` for repeats; times of 0 ends the row */
	struct {
		double z;
		uint32_t times;
	} scores[12];
	/* "kind side@point<start", in order */
	const char *facts;
	enum ek_verdict_headline headline;
};

static const char *const names[EK_VERDICT_KIND_END] = {
	[EK_VERDICT_TOO_EARLY] = "odd",         [EK_VERDICT_ONE_OFF] = "oneoff",
	[EK_VERDICT_RECURRING_BEGAN] = "recur", [EK_VERDICT_SUSPECTED_BEGAN] = "suspect",
	[EK_VERDICT_SUSPECTED_ENDED] = "calm",  [EK_VERDICT_SHIFT] = "shift",
	[EK_VERDICT_HOLDS] = "holds",           [EK_VERDICT_RETURNED] = "back",
	[EK_VERDICT_FURTHER] = "further",       [EK_VERDICT_DECAYING] = "decay",
};

static const struct row rows[] = {
	{"nothing but noise is routine",
	 EK_BUDGET_DAILY,
	 {{0.4, 1}, {-0.4, 1}, {1.2, 1}, {0, 5}},
	 "",
	 EK_VERDICT_IS_ROUTINE},
	{"a point beyond 3 is too early to tell",
	 EK_BUDGET_DAILY,
	 {{0, 2}, {3.1, 1}},
	 "odd+@3",
	 EK_VERDICT_IS_TOO_EARLY},
	{"exactly 3 is not beyond", EK_BUDGET_DAILY, {{3, 1}, {0, 1}}, "", EK_VERDICT_IS_ROUTINE},
	{"daily: six further points do not close it",
	 EK_BUDGET_DAILY,
	 {{-4, 1}, {0, 6}},
	 "odd-@1",
	 EK_VERDICT_IS_TOO_EARLY},
	{"daily: the seventh makes it a one-off",
	 EK_BUDGET_DAILY,
	 {{-4, 1}, {0, 7}},
	 "odd-@1 oneoff-@8<1",
	 EK_VERDICT_IS_ROUTINE},
	{"weekly: the fourth does",
	 EK_BUDGET_WEEKLY,
	 {{4, 1}, {0, 4}},
	 "odd+@1 oneoff+@5<1",
	 EK_VERDICT_IS_ROUTINE},
	{"one terrible day is no shift, however terrible",
	 EK_BUDGET_DAILY,
	 {{99, 1}, {0, 7}},
	 "odd+@1 oneoff+@8<1",
	 EK_VERDICT_IS_ROUTINE},
	{"two terrible days are none by themselves, and one blip",
	 EK_BUDGET_DAILY,
	 {{99, 2}, {0, 8}},
	 "odd+@1 odd+@2 oneoff+@9<1",
	 EK_VERDICT_IS_ROUTINE},
	/* 5 + .1 - .3 + .2 = 5; + .1 = 5.1: over 5, and nothing but the first two */
	{"two terrible weeks are none either: a blip that decays",
	 EK_BUDGET_WEEKLY,
	 {{12, 1}, {5.2, 1}, {0.6, 1}, {0.2, 1}, {0.7, 1}, {0.6, 1}, {-1, 1}},
	 "odd+@1 odd+@2 decay+@6<1 oneoff+@6<1",
	 EK_VERDICT_IS_ROUTINE},
	{"while its window is open it is too early to tell",
	 EK_BUDGET_WEEKLY,
	 {{12, 1}, {5.2, 1}, {0.9, 1}, {0.4, 1}},
	 "odd+@1 odd+@2 decay+@4<1",
	 EK_VERDICT_IS_TOO_EARLY},
	{"three terrible weeks are none when the fourth is usual",
	 EK_BUDGET_WEEKLY,
	 {{9, 3}, {0, 1}, {-1, 4}},
	 "odd+@1 odd+@2 suspect+@3 odd+@3 decay+@4<1 calm+@5 oneoff+@7<1",
	 EK_VERDICT_IS_ROUTINE},
	{"four are a shift",
	 EK_BUDGET_WEEKLY,
	 {{9, 4}},
	 "odd+@1 odd+@2 suspect+@3 odd+@3 shift+@4<1",
	 EK_VERDICT_IS_SHIFT},
	{"a blip does not keep the weeks after it from being one",
	 EK_BUDGET_WEEKLY,
	 {{12, 1}, {5.2, 1}, {0.1, 2}, {2.6, 2}},
	 "odd+@1 odd+@2 decay+@5<1 shift+@6<1",
	 EK_VERDICT_IS_SHIFT},
	{"a blip on the way does not end a shift",
	 EK_BUDGET_WEEKLY,
	 {{-2, 8}, {9, 1}, {4, 1}, {-2, 6}},
	 "suspect-@3 shift-@4<1 holds-@8<5 odd+@9 odd+@10 holds-@14<11 oneoff+@14<9",
	 EK_VERDICT_IS_SHIFT},
	{"odd points on two sides in a row are two blips",
	 EK_BUDGET_WEEKLY,
	 {{4, 1}, {-4, 1}, {0, 4}},
	 "odd+@1 odd-@2 oneoff+@5<1 oneoff-@6<2",
	 EK_VERDICT_IS_ROUTINE},
	{"the third closed blip on a side within 20 points recurs",
	 EK_BUDGET_WEEKLY,
	 {{4, 1}, {0, 7}, {4, 1}, {0, 7}, {4, 1}, {0, 4}},
	 "odd+@1 oneoff+@5<1 odd+@9 oneoff+@13<9 odd+@17 oneoff+@21<17 recur+@21<1",
	 EK_VERDICT_IS_RECURRING},
	{"on two sides they do not recur",
	 EK_BUDGET_WEEKLY,
	 {{4, 1}, {0, 7}, {-4, 1}, {0, 7}, {4, 1}, {0, 4}},
	 "odd+@1 oneoff+@5<1 odd-@9 oneoff-@13<9 odd+@17 oneoff+@21<17",
	 EK_VERDICT_IS_ROUTINE},
	{"within 21 points they do not recur",
	 EK_BUDGET_WEEKLY,
	 {{4, 1}, {0, 9}, {4, 1}, {0, 9}, {4, 1}, {0, 4}},
	 "odd+@1 oneoff+@5<1 odd+@11 oneoff+@15<11 odd+@21 oneoff+@25<21",
	 EK_VERDICT_IS_ROUTINE},
	{"recurring ends when 20 points have passed without",
	 EK_BUDGET_WEEKLY,
	 {{4, 1}, {0, 7}, {4, 1}, {0, 7}, {4, 1}, {0, 21}},
	 "odd+@1 oneoff+@5<1 odd+@9 oneoff+@13<9 odd+@17 oneoff+@21<17 recur+@21<1",
	 EK_VERDICT_IS_ROUTINE},
	{"3 of the last 4 beyond 1.5 are suspected",
	 EK_BUDGET_DAILY,
	 {{1.6, 2}, {0, 1}, {1.6, 1}},
	 "suspect+@4",
	 EK_VERDICT_IS_SUSPECTED},
	{"suspicion ends when no longer so",
	 EK_BUDGET_DAILY,
	 {{1.6, 2}, {-1, 1}, {1.6, 1}, {-1, 1}},
	 "suspect+@4 calm+@5",
	 EK_VERDICT_IS_ROUTINE},
	{"2 on one side and 1 on the other are none",
	 EK_BUDGET_DAILY,
	 {{1.6, 2}, {-1.6, 1}, {0, 1}},
	 "",
	 EK_VERDICT_IS_ROUTINE},
	{"a suspicion goes before an odd point",
	 EK_BUDGET_DAILY,
	 {{1.6, 2}, {3.1, 1}},
	 "suspect+@3 odd+@3",
	 EK_VERDICT_IS_SUSPECTED},
	/* 2.2: 1.7 a point; 6.8 at the fourth */
	{"daily: C above 6 with 4 points is a shift",
	 EK_BUDGET_DAILY,
	 {{0, 3}, {2.2, 4}},
	 "suspect+@6 shift+@7<4",
	 EK_VERDICT_IS_SHIFT},
	{"downward likewise",
	 EK_BUDGET_DAILY,
	 {{0, 3}, {-2.2, 4}},
	 "suspect-@6 shift-@7<4",
	 EK_VERDICT_IS_SHIFT},
	{"weekly: three points are not enough, though C is above 5",
	 EK_BUDGET_WEEKLY,
	 {{2.9, 3}},
	 "suspect+@3",
	 EK_VERDICT_IS_SUSPECTED},
	{"weekly: a run of 8 is a shift",
	 EK_BUDGET_WEEKLY,
	 {{-0.1, 1}, {0.4, 8}},
	 "shift+@9<2",
	 EK_VERDICT_IS_SHIFT},
	{"daily: a run needs 10", EK_BUDGET_DAILY, {{0.4, 9}}, "", EK_VERDICT_IS_ROUTINE},
	{"a score of 0 ends a run",
	 EK_BUDGET_WEEKLY,
	 {{0.4, 7}, {0, 1}, {0.4, 7}},
	 "",
	 EK_VERDICT_IS_ROUTINE},
	{"a person has no run, and no blips are named",
	 EK_BUDGET_PERSON,
	 {{0.4, 30}, {9, 1}, {0, 8}},
	 "",
	 EK_VERDICT_IS_ROUTINE},
	{"a person's shift needs C above 7",
	 EK_BUDGET_PERSON,
	 {{2.2, 4}, {0, 1}, {2.2, 1}},
	 "suspect+@3 shift+@6<1",
	 EK_VERDICT_IS_SHIFT},
	{"a blip in whose window a shift on its side falls is part of it",
	 EK_BUDGET_DAILY,
	 {{3.2, 1}, {2.2, 3}, {2.2, 9}},
	 "odd+@1 suspect+@3 shift+@4<1 holds+@8<5 holds+@12<9",
	 EK_VERDICT_IS_SHIFT},
	{"on the other side it stays a blip",
	 EK_BUDGET_DAILY,
	 {{3.2, 1}, {-2.4, 4}, {-2.4, 3}},
	 "odd+@1 suspect-@4 shift-@5<2 oneoff+@8<1",
	 EK_VERDICT_IS_SHIFT},
	/* centre 2.68 of 10 points; ten of 2 below it are a run, but .68 sqrt(10 10 / 20) = 1.5
	 * standard errors from the others: the centre is 2.34 from there on */
	{"a centre of few points was imprecise, and no further shift is told",
	 EK_BUDGET_DAILY,
	 {{2.2, 4}, {3, 6}, {2, 24}},
	 "suspect+@3 shift+@4<1 holds+@8<5 holds+@12<9 holds+@17<13 holds+@22<18 holds+@27<23 "
	 "holds+@32<28",
	 EK_VERDICT_IS_SHIFT},
	/* centre 2.2 after 10 points; then 0 is 2.2 below it: 1.7 a point */
	{"a shift that goes back to the old level has returned",
	 EK_BUDGET_DAILY,
	 {{2.2, 4}, {2.2, 6}, {0, 4}},
	 "suspect+@3 shift+@4<1 holds+@8<5 suspect-@13 back-@14<11",
	 EK_VERDICT_IS_ROUTINE},
	{"one that goes on is a further shift",
	 EK_BUDGET_DAILY,
	 {{2.2, 4}, {2.2, 6}, {4.4, 4}},
	 "suspect+@3 shift+@4<1 holds+@8<5 holds+@12<9 suspect+@13 "
	 "further+@14<11",
	 EK_VERDICT_IS_SHIFT},
	{"one that goes through to the other side is a further shift",
	 EK_BUDGET_DAILY,
	 {{2.2, 4}, {2.2, 6}, {-1.5, 4}},
	 "suspect+@3 shift+@4<1 holds+@8<5 suspect-@13 further-@14<11",
	 EK_VERDICT_IS_SHIFT},
	{"while it stands, the old limits say that it holds",
	 EK_BUDGET_DAILY,
	 {{2.2, 4}, {2.2, 4}},
	 "suspect+@3 shift+@4<1 holds+@8<5",
	 EK_VERDICT_IS_SHIFT},
	{"while it stands, a usual point of the new level is not odd",
	 EK_BUDGET_DAILY,
	 {{3.0, 4}, {3.4, 2}},
	 "suspect+@3 shift+@4<1",
	 EK_VERDICT_IS_SHIFT},
	{"before the centre is frozen a way back shows against the old limits",
	 EK_BUDGET_DAILY,
	 {{2.2, 4}, {-2.2, 4}},
	 "suspect+@3 shift+@4<1 suspect-@7 further-@8<5",
	 EK_VERDICT_IS_SHIFT},
};

static size_t tell(char *out, size_t n, size_t cap, const struct ek_verdict_fact *f)
{
	int more = snprintf(out + n, cap - n, "%s%s%c@%u", n == 0 ? "" : " ", names[f->kind],
			    f->side > 0 ? '+' : '-', f->at);
	n += (size_t)more;
	if (f->start != f->at)
		n += (size_t)snprintf(out + n, cap - n, "<%u", f->start);
	return n;
}

static void test_transitions(void **state)
{
	(void)state;
	uint32_t bad = 0;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_verdict v = {.at = 0};
		struct ek_verdict_rule rule = ek_budget_rule(rows[i].feed, 0);
		struct ek_verdict_facts facts;
		char told[512] = "";
		size_t n = 0;
		for (int s = 0; rows[i].scores[s].times > 0; s++)
			for (uint32_t k = 0; k < rows[i].scores[s].times; k++) {
				struct ek_verdict_point p = {0,    rows[i].scores[s].z, 0, 0, 0,
							     false};
				p.key = (int32_t)v.at + 100;
				ek_verdict_feed(&v, &rule, &p, &facts);
				for (uint32_t f = 0; f < facts.n; f++)
					n = tell(told, n, sizeof told, &facts.v[f]);
			}
		if (strcmp(told, rows[i].facts) == 0 && ek_verdict_headline(&v) == rows[i].headline)
			continue;
		print_error("%s: \"%s\" and %d, expected \"%s\" and %d\n", rows[i].promise, told,
			    (int)ek_verdict_headline(&v), rows[i].facts, (int)rows[i].headline);
		bad++;
	}
	assert_int_equal(bad, 0);
}

/* Levels come from what the points add, the size from the sums: 10 expected, 15 found. */
static void test_size_of_a_shift(void **state)
{
	(void)state;
	struct ek_verdict v = {.at = 0};
	struct ek_verdict_rule rule = ek_budget_rule(EK_BUDGET_DAILY, 0);
	struct ek_verdict_facts facts;
	for (int32_t i = 0; i < 4; i++) {
		struct ek_verdict_point p = {i, 2.5, 15, 1, 10, false};
		ek_verdict_feed(&v, &rule, &p, &facts);
	}
	const struct ek_verdict_fact *f = &facts.v[facts.n - 1];
	assert_int_equal(f->kind, EK_VERDICT_SHIFT);
	assert_true(f->was > 9.999 && f->was < 10.001 && f->is > 14.999 && f->is < 15.001);
	assert_true(f->mean_z > 2.4999 && f->mean_z < 2.5001);
	assert_true(f->level_z > 2.4999 && f->level_z < 2.5001); /* .5 + 8/4 */
	assert_int_equal(f->start_key, 0);
}

/* The story told, a shift is no longer the headline; its limits stand. */
static void test_settle(void **state)
{
	(void)state;
	struct ek_verdict v = {.at = 0};
	struct ek_verdict_rule rule = ek_budget_rule(EK_BUDGET_DAILY, 0);
	struct ek_verdict_facts facts;
	assert_false(ek_verdict_settle(&v));
	for (int32_t i = 0; i < 4; i++) {
		struct ek_verdict_point p = {i, 2.5, 0, 0, 0, false};
		ek_verdict_feed(&v, &rule, &p, &facts);
	}
	assert_true(ek_verdict_settle(&v));
	assert_int_equal(ek_verdict_headline(&v), EK_VERDICT_IS_ROUTINE);
	assert_true(v.has_segment);
}

/* S6: what a re-run no longer has is crossed through, not deleted. */
static void test_cross(void **state)
{
	(void)state;
	const struct ek_verdict_fact old[] = {{.kind = EK_VERDICT_TOO_EARLY, .side = 1, .key = 4},
					      {.kind = EK_VERDICT_SHIFT, .side = 1, .key = 9}};
	bool crossed[2];
	ek_verdict_cross(old, 2, old, 1, crossed);
	assert_false(crossed[0]);
	assert_true(crossed[1]);
}

/* S8: any state that is stored and read again goes on as if it had not been. */
static void test_stored_state_goes_on(void **state)
{
	(void)state;
	struct ek_rng r = {3};
	struct ek_verdict_rule rule = ek_budget_rule(EK_BUDGET_WEEKLY, 0);
	for (int run = 0; run < 200; run++) {
		struct ek_verdict live = {.at = 0}, stored;
		double level = 0;
		for (int32_t i = 0; i < 150; i++) {
			struct ek_verdict_facts a, b;
			level += ek_rng_chance(&r, 5) ? (double)ek_rng_below(&r, 9) - 4 : 0;
			double z =
				level + ek_normal_quantile((ek_rng_below(&r, 1000000) + .5) / 1e6);
			struct ek_verdict_point p = {i, z, z, 1, 0, false};
			uint8_t bytes[sizeof live];
			memcpy(bytes, &live, sizeof live);
			memcpy(&stored, bytes, sizeof stored);
			memset(&a, 0, sizeof a);
			memset(&b, 0, sizeof b);
			ek_verdict_feed(&live, &rule, &p, &a);
			ek_verdict_feed(&stored, &rule, &p, &b);
			assert_int_equal(a.n, b.n);
			assert_memory_equal(&live, &stored, sizeof live);
			level *= 0.9;
		}
	}
}

/* Up and down are treated alike. */
static void test_mirror(void **state)
{
	(void)state;
	struct ek_rng r = {5};
	struct ek_verdict_rule rule = ek_budget_rule(EK_BUDGET_DAILY, 0);
	struct ek_verdict up = {.at = 0}, down = {.at = 0};
	for (int32_t i = 0; i < 5000; i++) {
		struct ek_verdict_facts a, b;
		double z = ek_normal_quantile((ek_rng_below(&r, 1000000) + .5) / 1e6) * 1.4;
		struct ek_verdict_point p = {i, z, 0, 0, 0, false}, q = {i, -z, 0, 0, 0, false};
		ek_verdict_feed(&up, &rule, &p, &a);
		ek_verdict_feed(&down, &rule, &q, &b);
		assert_int_equal(a.n, b.n);
		for (uint32_t f = 0; f < a.n; f++) {
			assert_int_equal(a.v[f].kind, b.v[f].kind);
			assert_int_equal(a.v[f].side, -b.v[f].side);
			assert_int_equal(a.v[f].start, b.v[f].start);
		}
	}
}

/* Points on the median are in no run, but count in the sums. */
static void test_the_median_is_no_side(void **state)
{
	(void)state;
	struct ek_verdict_rule rule = ek_budget_rule(EK_BUDGET_DAILY, 0);
	for (int is_middle = 0; is_middle < 2; is_middle++) {
		struct ek_verdict v = {.at = 0};
		struct ek_verdict_facts facts;
		uint32_t shifts = 0;
		for (int32_t i = 0; i < 40; i++) {
			struct ek_verdict_point p = {i, .05, 0, 0, 0, is_middle != 0};
			ek_verdict_feed(&v, &rule, &p, &facts);
			for (uint32_t k = 0; k < facts.n; k++)
				shifts += facts.v[k].kind == EK_VERDICT_SHIFT;
		}
		assert_int_equal(shifts, is_middle == 0);
		struct ek_verdict_point far = {40, 2.5, 0, 0, 0, true};
		for (int32_t i = 0; i < 4; i++)
			ek_verdict_feed(&v, &rule, &far, &facts);
		assert_int_equal(ek_verdict_headline(&v), EK_VERDICT_IS_SHIFT);
	}
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_transitions),
		cmocka_unit_test(test_size_of_a_shift),
		cmocka_unit_test(test_settle),
		cmocka_unit_test(test_cross),
		cmocka_unit_test(test_stored_state_goes_on),
		cmocka_unit_test(test_mirror),
		cmocka_unit_test(test_the_median_is_no_side),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
