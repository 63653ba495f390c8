/* judged -- a series judged from its first point to its last: what each point was, the stretches
 * with limits of their own, and the verdicts.
 *
 * The one way from points to a chart, for a table of figures on disk (cli), for the charts that a
 * server keeps (api) and for reports: the same points with the same changes give the same answer,
 * whether they come one a day or all at once (S8). Beside the points go in: which are missing or
 * left out (S6), where a new segment begins (a changed definition or calendar, new limits after
 * four yeses; S10, S12), and from which day on which step of the ladder holds (S25): a step that
 * the alarm budget raises later changes no verdict that was told before.
 *
 * Points are not taken together here; a chart that is too fine says so in its state (coarse.h).
 * Source: spec patterns. Unit: the metric's. Everything made lies in the arena: about 150 bytes a
 * point. Cost: O(points), and of marks O(15) a point.
 */
#ifndef EK_PATTERNS_JUDGED_H
#define EK_PATTERNS_JUDGED_H

#include "base/arena.h"
#include "patterns/apart.h"
#include "patterns/break.h"
#include "patterns/chart.h"
#include "patterns/marks.h"

struct ek_judged_in {
	struct ek_score_point p; /* a value that is not finite is missing */
	bool is_left_out;        /* by a person, or a holiday */
	bool begins;             /* nothing before it counts */
	uint8_t open_days;       /* of the segment that begins; 0 = as before */
};

/* From that key on the step of the ladder. */
struct ek_judged_level {
	int32_t from;
	uint32_t step;
};

struct ek_judged_ask {
	struct ek_chart_setup setup; /* its step: before the first level */
	enum ek_marks_set marks;
	const struct ek_judged_in *v; /* in order of key */
	uint32_t n;
	const struct ek_judged_level *levels; /* in order of from */
	uint32_t level_count;
};

struct ek_judged_point {
	struct ek_score_point p;
	enum ek_chart_why why;
	bool is_final; /* it was judged; else of the baseline, or by limits that did not stand */
	bool has_z;
	double z; /* this and limits: by those that stand at the end of its segment */
	struct ek_score_limits limits;
	uint32_t marks; /* of the set asked for */
	uint32_t segment;
};

struct ek_judged_fact {
	struct ek_verdict_fact v;
	uint32_t segment;
	uint32_t items; /* n of the points from start on, summed; of counts their sum */
	double odds;    /* of a false one in 30 points, by the rules that found it */
};

enum ek_judged_stretch_kind {
	EK_JUDGED_BASELINE,
	EK_JUDGED_LOCKED,
	EK_JUDGED_PROVISIONAL, /* the level of a shift, while it stands */
};

/* Both days are those of points; until: the last one. */
struct ek_judged_stretch {
	enum ek_judged_stretch_kind kind;
	uint32_t segment;
	int32_t from, until;
	bool has_limits;
	struct ek_score_limits limits; /* of a provisional one the centre alone */
};

struct ek_judged {
	struct ek_judged_point *v; /* as many as were asked about */
	uint32_t n;
	struct ek_judged_fact *facts; /* in order */
	uint32_t fact_count;
	struct ek_judged_stretch *stretches;
	uint32_t stretch_count;
	struct ek_chart chart; /* as it stands at the end */
	int32_t locked_on;     /* the key of the last baseline's last point, when locked */
	bool has_break;        /* a single break that agrees with the shift that stands (S27) */
	struct ek_break brk;
	int32_t brk_after, brk_from, brk_until; /* their keys */
	/* Standard errors between all points of the shift that stands and all before it that belong
	 * to no shift: what the years since say of it. 0 where none stands. */
	double apart;
	bool is_faint; /* its centre stands, and so far apart they are not: limits were imprecise */
};

/* Errors: NO_MEMORY. */
bool ek_judged_make(const struct ek_judged_ask *ask, struct ek_arena *arena, struct ek_judged *out,
		    struct ek_err *err) EK_MUST_CHECK;

/* Of a locked chart: what is said first. A faint shift is none here. */
enum ek_verdict_headline ek_judged_stands(const struct ek_judged *j);
/* "shift", "further_shift" (not of a faint one), "suspected", "too_early", "recurring", "routine",
 * and before there are verdicts the chart's state: "collecting", "trial", "constant", "few",
 * "coarser". */
const char *ek_judged_headline(const struct ek_judged *j);
/* "daily"; "shift". NULL beyond the last. */
const char *ek_judged_cadence(enum ek_budget_feed feed);
const char *ek_judged_kind(enum ek_verdict_kind kind);
/* The shift that stands: its levels in the metric's unit. False when none does. */
struct ek_judged_shift {
	int32_t side;
	int32_t start;   /* of its last move */
	int32_t since;   /* of its first one on that side: since then the old level is gone */
	uint32_t points; /* since then */
	uint32_t moved;  /* points since its last move */
	double was, is;
};
bool ek_judged_shift(const struct ek_judged *j, struct ek_judged_shift *out);

#endif
