/* chart -- one series from its first point on: baseline, trial, lock, verdicts.
 *
 * A fold: the same points in the same order give the same chart, live or replayed (S8). What is
 * kept: one struct without pointers, at most EK_CHART_BYTES, of which most is the baseline's
 * points; the points themselves and the facts that come out are the caller's to keep. Leaving a
 * point out, or beginning anew after a yes to re-basing, is a new chart fed from the points that
 * the caller has (ek_verdict_cross compares the two histories).
 *
 *   collecting  fewer than 8 points (events: 10)
 *   trial       until the lock; limits anew with each point, nobody told
 *   locked      limits stand; verdicts. The sums begin at 0 after the lock.
 *   constant    sigma 0 at the lock: no verdicts; limits anew with the latest points
 *   few         counts so small that they must be taken together: move one cadence coarser
 *   coarser     neighbouring points are alike (S13): move one cadence coarser; beyond monthly the
 *               chart alone
 * Source: spec patterns, sections 3 and 4. Unit: the metric's. Cost: a point O(1); before the lock
 * O(baseline).
 */
#ifndef EK_PATTERNS_CHART_H
#define EK_PATTERNS_CHART_H

#include "patterns/budget.h"
#include "patterns/score.h"

enum {
	EK_CHART_BYTES = 5120,
	EK_CHART_TRIAL = 8,
	EK_CHART_TRIAL_EVENTS = 10,
	EK_CHART_LOCK_WEEKLY = 20,
	EK_CHART_LOCK_DAILY = 40,
	EK_CHART_WEEKS = 8, /* full weeks of each open weekday, for daily counts */
	EK_CHART_ALL_DAYS = 0x7f,
};

enum ek_chart_state {
	EK_CHART_COLLECTING,
	EK_CHART_TRIAL_LIMITS,
	EK_CHART_LOCKED,
	EK_CHART_CONSTANT,
	EK_CHART_FEW,
	EK_CHART_COARSER,
	EK_CHART_STATE_END,
};

enum ek_chart_why {
	EK_CHART_FED,
	EK_CHART_LEFT_OUT,  /* by a person or the calendar */
	EK_CHART_SMALL,     /* n below its least: drawn hollow */
	EK_CHART_OUTSIDE,   /* no such value is possible */
	EK_CHART_CLOSED_DAY /* not a weekday that is open */
};

struct ek_chart_setup {
	enum ek_score_kind kind;
	enum ek_budget_feed feed; /* not YES_NO (asserted): bernoulli.h */
	uint32_t step;            /* of the ladder, as the alarm budget says */
	uint32_t lock;            /* points of the baseline; 0: as the feed asks */
	uint8_t open_days;        /* of daily counts: bit 0 is Monday; 0 = all */
	bool no_screening;
};

struct ek_chart {
	struct ek_chart_setup setup;
	struct ek_verdict_rule rule;
	uint32_t segment; /* counted from 1; a new one for each change of definition (S12) */
	enum ek_chart_state state;
	bool has_model;
	double lag1; /* of the baseline's scores; 0 with fewer than EK_BASELINE_GUARD_MIN points */
	uint32_t points; /* of the baseline */
	struct ek_score_point baseline[EK_SCORE_POINTS_MAX];
	struct ek_score_model model;
	struct ek_verdict verdict;
};

struct ek_chart_step {
	enum ek_chart_why why;
	enum ek_chart_state state; /* after the point */
	bool has_just_locked;
	bool has_z;    /* also by trial limits */
	bool is_final; /* z is by limits that stand */
	double z;
	struct ek_verdict_facts facts; /* `was` and `is` in the metric's unit */
};

/* lock at most EK_SCORE_POINTS_MAX and not 1 (asserted). */
void ek_chart_init(struct ek_chart *c, const struct ek_chart_setup *setup);
/* Takes one point, the next in order. left_out: annotated, or a holiday: not fed. */
void ek_chart_feed(struct ek_chart *c, const struct ek_score_point *p, bool left_out,
		   struct ek_chart_step *step);
/* A change of calendar or of the metric's definition: from here on nothing before counts (S12).
 * Re-basing, after four yeses (annotate.h), is the same: then the points since the start of the
 * shift are fed again, and pass through trial (S10). */
void ek_chart_split(struct ek_chart *c);
/* From the next point on another step of the ladder: what was found stands. */
void ek_chart_set_step(struct ek_chart *c, uint32_t step);
/* The z and limits of any point by the limits that stand now; false while there are none. Of points
 * of the baseline this says whether they lie outside. */
bool ek_chart_look(const struct ek_chart *c, const struct ek_score_point *p, double *z,
		   struct ek_score_limits *limits);
/* The standard deviation of the baseline's scores. Where neighbours are alike, moving ranges make
 * limits that are too narrow, and a single point is odd only beyond 3 of these; 0 without limits,
 * or with fewer than two points. Cost: O(baseline). */
double ek_chart_spread(const struct ek_chart *c);
/* The chance of a false verdict in the next 30 points (people: 65) (S15). */
double ek_chart_odds(const struct ek_chart *c);
/* The next coarser feed; false beyond monthly, and for people. */
bool ek_chart_coarser(enum ek_budget_feed feed, enum ek_budget_feed *out);

#endif
