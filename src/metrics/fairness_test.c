/* Fairness over small logs worked out by hand, and over many by chance: what chance would give
 * adds up to what was given. */
#include "metrics/fairness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/heap_scene.h"
#include "base/rng.h"

enum { HOUR = 3600000, ANN = 1, BOB = 2, CAT = 3, DESK = 7, SALES = 9 };

static struct ek_fairness *open_fold(void)
{
	struct ek_fairness *f = NULL;
	struct ek_err err;
	assert_true(ek_fairness_open(ek_heap_scene(), &f, &err));
	return f;
}

static void turn(struct ek_fairness *f, int64_t at, int kind, uint32_t who, uint32_t team)
{
	struct ek_observation o = {
		.kind = (uint8_t)kind, .at = {at}, .teammate = {who}, .team = {team}};
	assert_true(ek_fairness_note(f, &o));
}

static void decide(struct ek_fairness *f, int64_t at, uint32_t team, int by, const uint32_t *ids)
{
	uint32_t n = 0;
	while (ids[n] != 0)
		n++;
	struct ek_observation o = {.kind = EK_OBSERVATION_DECISION,
				   .at = {at},
				   .teammate = {ids[0]},
				   .team = {team},
				   .chosen_by = (uint8_t)by,
				   .complexity = 1,
				   .eligible = ids,
				   .eligible_count = n};
	assert_true(ek_fairness_note(f, &o));
}

static struct ek_fairness_row row_of(const struct ek_fairness *f, uint32_t who, uint32_t team,
				     int64_t until)
{
	for (uint32_t i = 0; i < ek_fairness_count(f); i++) {
		struct ek_fairness_row row = ek_fairness_row(f, i, (ek_time){until}, 20);
		if (row.teammate.v == who && row.team.v == team)
			return row;
	}
	fail_msg("no row of %u in %u", who, team);
	return (struct ek_fairness_row){0};
}

static void near(double got, double want, double within)
{
	if (got - want > within || want - got > within)
		fail_msg("got %f, want %f", got, want);
}

/* Ann and Bob are eligible for 24 h; of 24 decisions Ann gets 18, Bob 6. Each had 24 x 1/2 by
 * chance: 12 +- 1.96 sqrt(24 / 4) = 12 +- 4.80. Ann lies above, which is `load`'s doing. */
static void test_by_hand(void **state)
{
	(void)state;
	static const uint32_t to_ann[] = {ANN, BOB, 0}, to_bob[] = {BOB, ANN, 0};
	struct ek_fairness *f = open_fold();
	turn(f, 0, EK_OBSERVATION_ON, ANN, DESK);
	turn(f, 0, EK_OBSERVATION_ON, BOB, DESK);
	for (int i = 1; i <= 24; i++) {
		bool ann = i % 4 != 0;
		decide(f, i * (int64_t)HOUR, DESK, ann ? EK_CHOSEN_BY_LOAD : EK_CHOSEN_BY_ID,
		       ann ? to_ann : to_bob);
		if (i % 2 == 0)
			turn(f, i * (int64_t)HOUR, EK_OBSERVATION_CLOSE, ANN, DESK);
	}
	struct ek_fairness_row ann = row_of(f, ANN, DESK, 24 * (int64_t)HOUR);
	struct ek_fairness_row bob = row_of(f, BOB, DESK, 24 * (int64_t)HOUR);
	assert_true(ann.has_figure);
	assert_int_equal(ann.eligible.ms, 24 * (int64_t)HOUR);
	assert_int_equal(ann.assigned, 18);
	assert_int_equal(ann.decisions, 24);
	near(ann.per_hour, 0.75, 1e-9);
	/* chi2(0.025; 36) / 2 = 10.668, chi2(0.975; 38) / 2 = 28.448 */
	near(ann.per_hour_low, 10.668 / 24, 0.0001);
	near(ann.per_hour_high, 28.448 / 24, 0.0001);
	near(ann.chance, 12, 1e-9);
	near(ann.chance_low, 12 - 4.8009, 0.0001);
	near(ann.chance_high, 12 + 4.8009, 0.0001);
	assert_true(ann.assigned > ann.chance_high);
	assert_int_equal(ann.by[EK_CHOSEN_BY_LOAD].assigned, 18);
	near(ann.by[EK_CHOSEN_BY_LOAD].chance, 9, 1e-9);
	assert_int_equal(ann.by[EK_CHOSEN_BY_ID].assigned, 0);
	near(ann.by[EK_CHOSEN_BY_ID].chance, 3, 1e-9);
	near(ann.closes_per_hour, 0.5, 1e-9);
	near(bob.per_hour, 0.25, 1e-9);
	assert_int_equal(bob.by[EK_CHOSEN_BY_ID].assigned, 6);
	ek_fairness_close(&f);
}

/* Hours count while eligible, once; the last stretch runs until the end that was asked for. */
static void test_hours(void **state)
{
	(void)state;
	struct ek_fairness *f = open_fold();
	turn(f, HOUR, EK_OBSERVATION_ON, ANN, DESK);
	turn(f, 2 * HOUR, EK_OBSERVATION_ON, ANN, DESK);
	turn(f, 3 * HOUR, EK_OBSERVATION_OFF, ANN, DESK);
	turn(f, 4 * HOUR, EK_OBSERVATION_OFF, ANN, DESK);
	turn(f, 5 * HOUR, EK_OBSERVATION_ON, ANN, DESK);
	turn(f, 5 * HOUR, EK_OBSERVATION_ON, ANN, SALES);
	assert_int_equal(row_of(f, ANN, DESK, 5 * HOUR).eligible.ms, 2 * HOUR);
	assert_int_equal(row_of(f, ANN, DESK, 9 * HOUR).eligible.ms, 6 * HOUR);
	assert_int_equal(row_of(f, ANN, SALES, 9 * HOUR).eligible.ms, 4 * HOUR);
	ek_fairness_close(&f);
}

/* Below fairness_min_hours, or 20 decisions in which one was eligible, there is no figure. */
static void test_no_figure(void **state)
{
	(void)state;
	static const struct {
		const char *promise;
		int hours, decisions;
		bool has;
	} rows[] = {
		{"enough of both", 20, 20, true},
		{"an hour too few", 19, 20, false},
		{"a decision too few", 20, 19, false},
	};
	static const uint32_t ids[] = {BOB, ANN, 0};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_fairness *f = open_fold();
		turn(f, 0, EK_OBSERVATION_ON, ANN, DESK);
		for (int k = 0; k < rows[i].decisions; k++)
			decide(f, k, DESK, EK_CHOSEN_BY_ID, ids);
		struct ek_fairness_row row = row_of(f, ANN, DESK, rows[i].hours * (int64_t)HOUR);
		if (row.has_figure != rows[i].has)
			fail_msg("%s", rows[i].promise);
		if (row.has_figure) /* nothing was given: the exact upper limit is 3.689 */
			near(row.per_hour_high, 3.6889 / rows[i].hours, 0.0001);
		near(row.per_hour, 0, 1e-12);
		ek_fairness_close(&f);
	}
}

/* The shares count what was given, by complexity and by time of day. */
static void test_shares(void **state)
{
	(void)state;
	static const uint32_t ids[] = {ANN};
	struct ek_fairness *f = open_fold();
	for (uint8_t i = 0; i < 10; i++) {
		struct ek_observation o = {.kind = EK_OBSERVATION_DECISION,
					   .at = {i},
					   .teammate = {ANN},
					   .team = {DESK},
					   .chosen_by = EK_CHOSEN_BY_ONLY_ONE,
					   .complexity = (uint8_t)(i % 5 + 1),
					   .outside = i < 3,
					   .eligible = ids,
					   .eligible_count = 1};
		assert_true(ek_fairness_note(f, &o));
	}
	struct ek_fairness_row row = row_of(f, ANN, DESK, 10);
	assert_int_equal(row.complex, 4);
	assert_int_equal(row.outside, 3);
	/* Alone, chance gives all, without a range. */
	near(row.chance_low, 10, 1e-9);
	near(row.chance_high, 10, 1e-9);
	ek_fairness_close(&f);
}

/* Over any history: chance shares of a team inbox add up to its decisions, assignments too, and by
 * what chose they add up to the whole. */
static void test_sums(void **state)
{
	(void)state;
	enum { TEAMS = 20, MATES = 60, DECISIONS = 2000 };
	struct ek_rng r = {3};
	for (int round = 0; round < 20; round++) {
		struct ek_fairness *f = open_fold();
		uint32_t decided[TEAMS + 1] = {0}, assigned[TEAMS + 1] = {0};
		double chance[TEAMS + 1] = {0};
		for (int64_t i = 0; i < DECISIONS; i++) {
			uint32_t ids[MATES + 1] = {0}, n = 0;
			uint32_t team = 1 + ek_rng_below(&r, TEAMS);
			for (uint32_t m = 1 + ek_rng_below(&r, MATES); m <= MATES;
			     m += 1 + ek_rng_below(&r, 9))
				ids[n++] = m;
			decide(f, i, team, 1 + (int)ek_rng_below(&r, EK_CHOSEN_BY_END - 1), ids);
			decided[team]++;
		}
		for (uint32_t i = 0; i < ek_fairness_count(f); i++) {
			struct ek_fairness_row row =
				ek_fairness_row(f, i, (ek_time){DECISIONS}, 20);
			double by = 0;
			uint32_t given = 0;
			for (int k = 1; k < EK_CHOSEN_BY_END; k++) {
				by += row.by[k].chance;
				given += row.by[k].assigned;
			}
			near(by, row.chance, 1e-9);
			assert_int_equal(given, row.assigned);
			assert_true(row.chance_low <= row.chance && row.chance <= row.chance_high);
			chance[row.team.v] += row.chance;
			assigned[row.team.v] += row.assigned;
		}
		for (int t = 1; t <= TEAMS; t++) {
			near(chance[t], decided[t], 1e-6);
			assert_int_equal(assigned[t], decided[t]);
		}
		ek_fairness_close(&f);
	}
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_by_hand),   cmocka_unit_test(test_hours),
		cmocka_unit_test(test_no_figure), cmocka_unit_test(test_shares),
		cmocka_unit_test(test_sums),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
