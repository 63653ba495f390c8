/* trend -- a series judged: the chart of patterns/judged.h over all its points, and one sentence
 * that says what came out of it.
 *
 * Points whose neighbours are alike, or counts that are too small, are taken together, days to
 * weeks, weeks to blocks of four, and judged anew. Unit: the metric's. Memory: the owner's heap,
 * at most about 800 bytes a point.
 */
#ifndef EK_CLI_TREND_H
#define EK_CLI_TREND_H

#include "patterns/judged.h"
#include "wire/json.h"

enum {
	EK_TREND_SENTENCE = 400,
	EK_TREND_SMALL_MONTH = 26, /* days between dates that are a month apart */
	EK_TREND_LARGE_MONTH = 35,
};

/* A day that is in no whole week yet, far out by the days' own spread. */
struct ek_trend_odd {
	int32_t day;
	double z; /* of that spread */
};

struct ek_trend {
	ek_str title;
	struct ek_chart_setup setup;
	enum ek_marks_set set;
	enum ek_budget_feed read_as; /* before points were taken together */
	bool kind_guessed;
	bool cadence_guessed;
	uint32_t gap;     /* days, the middle one, between two dates */
	uint32_t coarser; /* how often points were taken together */
	enum ek_chart_state coarser_why;
	struct ek_trend_odd odd[EK_SCORE_DAYS];
	uint32_t odd_count;
	struct ek_judged_in *v; /* on the heap */
	uint32_t n;
	struct ek_judged j; /* in the arena */
	struct ek_arena arena;
};

/* Of points in order of day; those that are missing have a value that is not finite. setup's kind
 * and feed stand, or are guessed and said to be. Takes the points over: v lies on the heap.
 * Errors: USAGE when the cadence cannot be guessed, or a point is not possible for the kind;
 * NO_MEMORY. */
bool ek_trend_judge(struct ek_trend *t, struct ek_err *err) EK_MUST_CHECK;
void ek_trend_fini(struct ek_trend *t);

/* trend_rare.c: whether its points are what lies between rare events, of days (spacing) or of
 * approaches (gap); and those points in place of how many events there were on each day. Errors:
 * USAGE. */
bool ek_trend_is_of_events(const struct ek_trend *t);
bool ek_trend_between(struct ek_trend *t, struct ek_err *err) EK_MUST_CHECK;

/* "daily"; "count"; "shift": the words of options and of JSON. NULL behind the last. */
const char *ek_trend_cadence(enum ek_budget_feed feed);
const char *ek_trend_kind(enum ek_score_kind kind);
const char *ek_trend_set(enum ek_marks_set set);
/* "2027-03-28" */
enum { EK_TREND_DAY = 11 };
const char *ek_trend_day(int32_t day, char out[EK_TREND_DAY]);
/* "events" where a point is one. */
const char *ek_trend_pace(const struct ek_trend *t, enum ek_budget_feed feed);
/* A value in the metric's unit, as people read it; a rate in per cent. */
enum { EK_TREND_VALUE = 40 };
const char *ek_trend_value(const struct ek_trend *t, double value, char out[EK_TREND_VALUE]);
/* What the headline is: "shift", "suspected", "too_early", "recurring", "routine", and before there
 * are verdicts the chart's state: "collecting", "trial", "constant", "few", "coarser". */
const char *ek_trend_headline(const struct ek_trend *t);
/* The headline as a sentence. */
void ek_trend_sentence(const struct ek_trend *t, char out[EK_TREND_SENTENCE]);
/* One fact as a sentence. */
void ek_trend_fact(const struct ek_trend *t, const struct ek_verdict_fact *f,
		   char out[EK_TREND_SENTENCE]);
/* All of it as one object. */
void ek_trend_json(const struct ek_trend *t, struct ek_json *j);

#endif
