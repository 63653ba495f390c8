/* budget -- how many false verdicts a workspace bears, which rules follow, and what the odds of one
 * verdict are.
 *
 * Tables B and D of the spec: for each step of the ladder (h, run) and each size of the baseline,
 * the chance of a false verdict in the next 30 points (P30), of a person in 65 points (P65).
 * Between sizes linear, beyond them the nearest. h and L of a cadence are floors: a step below
 * means the floor.
 * Source: spec patterns, S15, S25, section 8; budget_test.c and tables_test.c find the tables by
 * simulation. Unit: probabilities, and expected verdicts. Cost: O(charts x steps).
 */
#ifndef EK_PATTERNS_BUDGET_H
#define EK_PATTERNS_BUDGET_H

#include "patterns/verdict.h"

enum ek_budget_feed {
	EK_BUDGET_DAILY,
	EK_BUDGET_WEEKLY,
	EK_BUDGET_MONTHLY,
	EK_BUDGET_PERSON, /* continuous, one point a working shift */
	EK_BUDGET_YES_NO, /* one person's events; its h is ek_budget_yes_no_h */
	EK_BUDGET_FEED_END,
};

enum {
	EK_BUDGET_TEAM_STEPS = 7,   /* 5/8 6/10 6.5/11 7/12 7.5/13 8/14 9/16 */
	EK_BUDGET_PERSON_STEPS = 5, /* 7 8 9 10 11; of yes/no events 3 3.5 4 5 6 */
	EK_BUDGET_TEAM_DAYS = 30,
	EK_BUDGET_PERSON_DAYS = 65, /* working days */
};
/* What a workspace bears unless it says otherwise: 1 over all team charts in 30 days, 1 over all
 * personal charts of a team in 65 working days. */
#define EK_BUDGET_DEFAULT 1.0

/* The rules of a chart at a step; of YES_NO, those of PERSON. Steps above the last are the last. */
struct ek_verdict_rule ek_budget_rule(enum ek_budget_feed feed, uint32_t step);
double ek_budget_yes_no_h(uint32_t step);

/* The chance of a false verdict in 30 points, of people in 65, with a baseline of m. */
double ek_budget_odds(enum ek_budget_feed feed, uint32_t step, uint32_t m);
/* "about 1 in 20". Returns the length. */
enum { EK_BUDGET_WORDS = 32 };
size_t ek_budget_words(double odds, char out[EK_BUDGET_WORDS]);

struct ek_budget_chart {
	enum ek_budget_feed feed;
	uint32_t m;     /* points of its baseline */
	double answers; /* of YES_NO: in 65 working days */
};
/* The false verdicts to expect of it in its period. */
double ek_budget_expect(const struct ek_budget_chart *chart, uint32_t step);

struct ek_budget_answer {
	uint32_t step;
	double expected;
	bool is_within; /* false: the highest step is not enough */
};
/* The lowest step whose sum is within what is allowed, or else the highest. All charts are a
 * team's, or all are people's (asserted). */
struct ek_budget_answer ek_budget_solve(const struct ek_budget_chart *charts, uint32_t n,
					double allowed);

#endif
