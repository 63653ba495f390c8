/* score -- an observation of any kind as a standard score, so that everything after is the same.
 *
 *   value     z = (x - mean) / sigma of the points themselves (an individuals chart)
 *   count     e = 2 (sqrt(x + 3/8) - sqrt(m + 3/8)), m the mean of that weekday, or of all;
 *             z = (e - mean e) / phi, phi = max(1, sigma(e) sqrt(W / (W - 1))), W the points of a
 *             weekday (F. J. Anscombe, Biometrika 35 (1948))
 *   rate      k of n: z = (p - P) / (sqrt(P (1 - P) / n) max(1, sigma_z)), sigma_z the sigma of the
 *             unscaled scores (D. B. Laney, Quality Engineering 14 (2002)); where nP or n(1 - P)
 *             is below 5, the unscaled score is the mid-p one, quantile(F(k - 1) + f(k) / 2),
 *             binomial, clamped to +- 6 (H. O. Lancaster, JASA 56 (1961))
 *   duration  z of the logarithm of the median
 *   spacing   time between rare events, y at least a minute: z of y^(1 / 3.6), turned so that
 *             "more often" is up (L. S. Nelson, J. Quality Technology 26 (1994))
 *   gap       approaches between rare events: geometric mid-p score with p = 1 / (1 + mean), turned
 *             likewise
 * Source: spec patterns, section 1. Cost: fit O(n), a score O(1) save mid-p O(n P). No pointers.
 */
#ifndef EK_PATTERNS_SCORE_H
#define EK_PATTERNS_SCORE_H

#include "patterns/baseline.h"

enum ek_score_kind {
	EK_SCORE_VALUE,
	EK_SCORE_COUNT,
	EK_SCORE_RATE,
	EK_SCORE_DURATION,
	EK_SCORE_SPACING,
	EK_SCORE_GAP,
	EK_SCORE_KIND_END,
};

enum {
	EK_SCORE_DAYS = 7,
	EK_SCORE_POINTS_MAX = 128,  /* of one fit */
	EK_SCORE_COUNT_MIN = 5,     /* mean of a weekday */
	EK_SCORE_RATE_MIN = 20,     /* n of a rate */
	EK_SCORE_DURATION_MIN = 5,  /* n of a median */
	EK_SCORE_MINUTE_MS = 60000, /* the least time between events */
};

/* key: days since 1970-01-01 of the period's first day; or any rising number where weekdays play no
 * part. value: x, k, a median above 0, milliseconds between events, approaches between events. n:
 * of a rate its denominator, of a duration how many it is the median of (0 = not known); else
 * unused. */
struct ek_score_point {
	int32_t key;
	double value;
	double n;
};

enum ek_score_fault {
	EK_SCORE_FINE,
	EK_SCORE_SMALL,    /* n below its least: drawn hollow, not judged */
	EK_SCORE_OUTSIDE,  /* no such value is possible: not finite, below 0, k above n, a part */
	EK_SCORE_CONSTANT, /* of a fit: sigma is 0 */
	EK_SCORE_FEW,      /* of a fit: counts so small that they must be taken together */
};

struct ek_score_model {
	enum ek_score_kind kind;
	bool by_weekday;
	uint32_t n;
	uint32_t cells;             /* weekdays with points; 1 when not by weekday */
	double mean[EK_SCORE_DAYS]; /* of counts, by weekday from Monday; all the same else */
	double centre;              /* mean of e, P, mean of x; of a gap p */
	double sigma;               /* phi, max(1, sigma_z), sigma; of a gap 1 */
	double spread;              /* before the max with 1 */
};

/* Whether a point can be fed. */
enum ek_score_fault ek_score_check(enum ek_score_kind kind, const struct ek_score_point *p);
/* From 0 (Monday) to 6. */
uint32_t ek_score_weekday(int32_t day);

struct ek_score_fit {
	enum ek_score_kind kind;
	bool by_weekday; /* of counts */
	bool screen;
};
/* Points that are FINE, 2 to EK_SCORE_POINTS_MAX (asserted). FINE, CONSTANT or FEW; the model is
 * filled in each case. */
enum ek_score_fault ek_score_fit(const struct ek_score_fit *how, const struct ek_score_point *v,
				 uint32_t n, struct ek_score_model *model);
/* Of a model that is FINE or FEW and a point that is FINE (asserted). */
double ek_score_z(const struct ek_score_model *m, const struct ek_score_point *p);
/* Of a rate with few on one side: the point is the median of its distribution, so that chance puts
 * it there more often than on either side. Neither its score nor a row of such says a side. */
bool ek_score_is_middle(const struct ek_score_model *m, const struct ek_score_point *p);

/* What a point adds to a mean over several, on the scale on which means are taken: level =
 * ek_score_unit(kind, sum top / sum bottom), and the level that was expected likewise. */
struct ek_score_parts {
	double top;
	double bottom;
	double expected;
};
struct ek_score_parts ek_score_parts(const struct ek_score_model *m,
				     const struct ek_score_point *p);
/* From that scale to the metric's unit. */
double ek_score_unit(enum ek_score_kind kind, double x);

/* Where z is 0, -3 and 3 for a point of that day and n, in the metric's unit; a limit that no value
 * can reach stands at the end of what is possible. For a gap only the centre is of use. */
struct ek_score_limits {
	double centre, lower, upper;
};
struct ek_score_limits ek_score_limits(const struct ek_score_model *m,
				       const struct ek_score_point *p);

#endif
