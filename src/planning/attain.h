/* attain -- can the target be met? From how the series went so far, the chance that one period
 * meets it, its grade, and the value that is met three times in four.
 *
 * The chance is taken on the chart's scale (patterns/score.h), centre and spread from moving
 * ranges:
 *   counts, plain rates, scores  mean; sigma = mean(mR) / 1.128
 *   durations                    the same of the logarithm
 *   rates with known n           P; sqrt(P (1 - P) / n) max(1, sigma_z), n the mean n
 * normal from 20 periods on, below Student's t with n - 1. No continuity correction. A series
 * without spread meets it always or never.
 * Source: spec planning, section 8 (PL32 to PL35). Unit: the series'. Cost: O(n).
 */
#ifndef EK_PLANNING_ATTAIN_H
#define EK_PLANNING_ATTAIN_H

#include "patterns/score.h"

enum {
	EK_ATTAIN_LEAST = 12,  /* periods; fewer say nothing */
	EK_ATTAIN_ENOUGH = 20, /* periods; fewer are a trial */
};

/* From the worst up. */
enum ek_attain_grade {
	EK_ATTAIN_UNKNOWN,
	EK_ATTAIN_NOT_BY_EFFORT, /* p < .20: needs a named change of process */
	EK_ATTAIN_STRETCH,       /* p < .50 */
	EK_ATTAIN_ATTAINABLE,    /* p < .95 */
	EK_ATTAIN_ROUTINE,
};

enum ek_attain_comparator {
	EK_ATTAIN_AT_LEAST = 1,
	EK_ATTAIN_AT_MOST,
	EK_ATTAIN_BETWEEN, /* value and upper belong to it */
};

struct ek_attain_target {
	enum ek_attain_comparator comparator;
	double value;
	double upper; /* of BETWEEN */
};

struct ek_attain_ask {
	enum ek_score_kind kind;             /* VALUE, COUNT, RATE or DURATION (asserted) */
	const struct ek_score_point *points; /* one a period, oldest first, all of them FINE */
	uint32_t n;                          /* the latest EK_SCORE_POINTS_MAX are taken */
	struct ek_attain_target target;      /* of a RATE: shares */
	bool has_open_shift;                 /* of that series */
};

struct ek_attain {
	enum ek_attain_grade grade;
	bool is_trial; /* too few periods to lean on, or UNKNOWN */
	bool has_p;    /* else p, centre, sigma, offered and capability are unset */
	double p;
	double centre, sigma; /* on the chart's scale: of a duration, of its logarithm */
	uint32_t periods, met;
	double low, high;    /* Wilson's interval of met / periods; periods 0: unset */
	bool differs;        /* p and met / periods by more than .15 */
	bool has_offered;    /* not of BETWEEN */
	double offered;      /* the value that is met three times in four */
	bool has_capability; /* of BETWEEN, with a spread */
	double cp, cpk;
};

struct ek_attain ek_attain_judge(const struct ek_attain_ask *ask);
/* Whether a period of that value (of a RATE: the share) meets it. */
bool ek_attain_is_met(const struct ek_attain_target *t, double value);
/* The grade of a chance. */
enum ek_attain_grade ek_attain_grade_of(double p);
/* The chance of so many periods running (PL35). */
double ek_attain_running(double p, uint32_t periods);
/* A reward may hang on it as far as the chance goes: p of at least one half (T6). */
bool ek_attain_is_fair(const struct ek_attain *a);

#endif
