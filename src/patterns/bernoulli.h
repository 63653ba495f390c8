/* bernoulli -- one person's yes/no events (rated answers, failed reviews), one at a time.
 *
 * C = max(0, C + (bad ? ln(p1 / p0) : ln((1 - p1) / (1 - p0)))), flag at C > h. p0 = (bad + 20 a) /
 * (n + 20) over the first n events, a the team's long-run share; p1 has three times its odds. The
 * mirrored sum, p1 at a third of the odds, finds improvement. The team's own move is taken out:
 * p0's odds are multiplied by the colleagues' odds of the last five days over their long-run odds.
 * Source: spec patterns, S19; M. R. Reynolds and Z. G. Stoumbos, "A CUSUM chart for monitoring a
 * proportion when inspecting continuously", J. Quality Technology 31 (1999). No unit. Cost: O(1) an
 * event. No pointers inside.
 */
#ifndef EK_PATTERNS_BERNOULLI_H
#define EK_PATTERNS_BERNOULLI_H

#include "base/base.h"

enum {
	EK_BERNOULLI_PRIOR = 20,      /* events that the team's share counts for */
	EK_BERNOULLI_SHOWN = 20,      /* events below which nothing but counts is shown (S20) */
	EK_BERNOULLI_LOCK = 40,       /* events from which verdicts are made */
	EK_BERNOULLI_COLLEAGUES = 20, /* answers of theirs that are enough */
};

/* The weights of an event for a p0 and the odds that p1 has over it (3, or 1/3). Both p are kept
 * within .001 and .999, so that no weight is infinite. */
struct ek_bernoulli_weights {
	double bad;
	double good;
};
struct ek_bernoulli_weights ek_bernoulli_weights(double p0, double odds_ratio);
/* p0 by shrinkage. */
double ek_bernoulli_share(uint32_t bad, uint32_t n, double team_share);
/* What p0's odds are multiplied by; 1 with fewer than 20 answers of the last days. Kept within a
 * tenth and ten. long_share above 0 and below 1 (asserted). */
double ek_bernoulli_move(uint32_t bad, uint32_t n, double long_share);

/* All zero at the start. */
struct ek_bernoulli {
	uint32_t events;
	uint32_t bad; /* of the first EK_BERNOULLI_LOCK */
	double p0;    /* from then on */
	double worse;
	double better;
	uint32_t worse_n; /* events since that sum was 0 */
	uint32_t better_n;
};

struct ek_bernoulli_setup {
	double h;          /* budget.h; 3.0 */
	double team_share; /* above 0 and below 1 */
};

/* 1: more bad ones; -1: fewer; 0: nothing. A flag sets both sums back; *n says how many events it
 * rests on. move: of ek_bernoulli_move, 1 for none. */
int32_t ek_bernoulli_feed(struct ek_bernoulli *b, const struct ek_bernoulli_setup *setup, bool bad,
			  double move, uint32_t *n);

#endif
