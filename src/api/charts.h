/* charts -- a team's chart of a metric: its figures as points, what people and the calendar say of
 * them, and what the rules find.
 *
 * The one way from figures (metrics/figures.h) to verdicts: the verdicts that the server keeps
 * (api/trends.h), the answers of /trends, and reports ask here. The feed follows the metric's kind
 * and nothing else (S1): counts by weekday, shares by Laney's scores, durations by the logarithm of
 * their median, ratios and scores by their value. Whole periods only, of the zone in which the
 * team's days begin, up to where they have matured (R5); the first one in which anything was
 * measured is left out, for it may have begun late.
 *
 * A new segment begins (S12) where the version of the definition changes, where the backlog loses
 * what an import brought in open, and with the first whole period after the weekly hours of the
 * team changed. Hours that are said for the first time are no
 * change to what is measured by the calendar clock. A closed date is left out by itself (S6): of
 * daily charts the day, of weekly counts the week, as it is shorter than others.
 *
 * Pure: the same figures, notes, bases and steps give the same chart. What is made lies in the
 * arena. Cost: a question for each period, and O(points).
 */
#ifndef EK_API_CHARTS_H
#define EK_API_CHARTS_H

#include "metrics/figures.h"
#include "patterns/annotate.h"
#include "patterns/judged.h"

enum {
	EK_CHARTS_POINTS_MAX = 4000,
	EK_CHARTS_HOURS_MAX = 64, /* versions of office hours; older ones are not told apart */
	EK_CHARTS_CUTS_MAX = 32,  /* periods with an import; older ones begin nothing */
};

/* What a person said of a day. Of a weekly chart its week; in monthly ones it is a mark alone. */
struct ek_charts_note {
	uint64_t id;
	int metric; /* 0 = of all */
	ek_team_id team;
	int32_t day;
	bool leaves_out;
};
/* New limits from that day on, after four yeses. */
struct ek_charts_base {
	int metric;
	ek_team_id team;
	enum ek_budget_feed feed;
	int32_t from;
	int32_t until; /* the day on which that was decided */
};
struct ek_charts_given {
	const struct ek_charts_note *notes; /* in the order in which they were made */
	uint32_t note_count;
	const struct ek_charts_base *bases;
	uint32_t base_count;
	const struct ek_judged_level *levels; /* in order of from */
	uint32_t level_count;
};

struct ek_charts_ask {
	int metric; /* enum ek_metric */
	ek_team_id team;
	enum ek_budget_feed feed; /* DAILY, WEEKLY, MONTHLY */
	enum ek_marks_set marks;
	ek_time now;
	ek_str topic;    /* p NULL = all */
	uint8_t channel; /* EK_CAPACITY_CLASS_*, 0 = all */
};

/* Why a segment begins. */
enum ek_charts_why {
	EK_CHARTS_WHY_NONE,
	EK_CHARTS_WHY_HOURS,
	EK_CHARTS_WHY_DEFINITION,
	EK_CHARTS_WHY_LIMITS, /* new ones, after four yeses */
	EK_CHARTS_WHY_IMPORT, /* what was brought in open is no longer counted */
};

/* Beside each point of the series. */
struct ek_charts_side {
	uint64_t note; /* 0 = none; the first that was made */
	bool is_holiday;
	uint8_t why;    /* enum ek_charts_why, of the point with which a segment begins */
	bool has_value; /* what is shown: in the metric's unit */
	double value;
	uint64_t n;
	uint32_t version; /* of the definition that it was measured by */
};
struct ek_charts_series {
	const struct ek_definition *definition; /* in force at the end */
	struct ek_chart_setup setup;
	struct ek_judged_in *v;
	struct ek_charts_side *sides;
	uint32_t n;
	int32_t today; /* the local date of now */
};
struct ek_charts {
	struct ek_charts_series series;
	struct ek_judged judged;
};

/* What kind of series a metric is. */
enum ek_score_kind ek_charts_kind(const struct ek_definition *d);
/* A figure as a point of that kind, its key left alone; false when it has none. */
bool ek_charts_point(enum ek_score_kind kind, const struct ek_figure *figure,
		     struct ek_score_point *out);
/* The figures as points, and what the calendar says of them. Under the fold's lock. Errors: those
 * of ek_figures_series; NO_MEMORY. */
bool ek_charts_read(const struct ek_figures *f, const struct ek_charts_ask *ask,
		    struct ek_arena *arena, struct ek_charts_series *out,
		    struct ek_err *err) EK_MUST_CHECK;
/* Notes and bases on the points of a series, and what the rules say. No lock. Errors: NO_MEMORY. */
bool ek_charts_judge(const struct ek_charts_ask *ask, const struct ek_charts_given *given,
		     struct ek_arena *arena, struct ek_charts *chart,
		     struct ek_err *err) EK_MUST_CHECK;

/* The first day of the period of a cadence that holds a day. */
int32_t ek_charts_period(enum ek_budget_feed feed, int32_t day);
/* The first day of the next. */
int32_t ek_charts_next(enum ek_budget_feed feed, int32_t first);
/* Whether one more day may be left out beside those of the team's charts of that metric (0: of all)
 * that notes leave out already: at most 5 in any 30 (S6). arena: for the call's own. */
bool ek_charts_may_leave_out(const struct ek_charts_given *given, const struct ek_charts_note *one,
			     struct ek_arena *arena);

#endif
