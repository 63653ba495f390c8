/* marks -- popular rule sets, drawn on a chart and no more: they notify nobody and change no
 * verdict (S27). One set at a time.
 *
 *   Western Electric  beyond 3; 2 of 3 beyond 2 on one side, the third anywhere; 4 of 5 beyond 1
 *                     likewise; 8 on one side ("Statistical Quality Control Handbook", 1956)
 *   Nelson            beyond 3; 9 on a side; 6 rising or falling; 14 alternating; 2 of 3; 4 of 5;
 *                     15 within 1; 8 outside 1 on either side (L. S. Nelson, J. Quality Technology
 *                     16 (1984), 237-239)
 *   NHS               beyond 3; trend of 7; 2 of 3 between 2 and 3, all three on one side; 7 on a
 *                     side; in this precedence ("Making data count", NHSRplotthedots)
 *   Wheeler           beyond 3; 3 of 4 beyond 1.5; 8 on a side ("Understanding Variation", 2000)
 *
 * At the beginning of a series "4 of 5" and "3 of 4" may be met by the first four and three points;
 * "2 of 3" not before the third. So the mean run lengths of the spec's table A come out.
 *
 * Points are standard scores; trends need only their order. Cost: O(15) a point.
 */
#ifndef EK_PATTERNS_MARKS_H
#define EK_PATTERNS_MARKS_H

#include "base/base.h"

enum ek_marks_set {
	EK_MARKS_NONE,
	EK_MARKS_WESTERN_ELECTRIC,
	EK_MARKS_NELSON,
	EK_MARKS_NHS,
	EK_MARKS_WHEELER,
	EK_MARKS_SET_END,
};

/* Bits, in order of precedence. */
enum {
	EK_MARKS_LIMIT = 1,      /* beyond 3 */
	EK_MARKS_TREND = 2,      /* rising or falling */
	EK_MARKS_TWO = 4,        /* 2 of 3 */
	EK_MARKS_THREE = 8,      /* 3 of 4 */
	EK_MARKS_FOUR = 16,      /* 4 of 5 */
	EK_MARKS_RUN = 32,       /* on one side */
	EK_MARKS_ALTERNATE = 64, /* up and down */
	EK_MARKS_HUG = 128,      /* within 1 */
	EK_MARKS_AVOID = 256,    /* outside 1 */
};

/* The rules that point i completes; looks at no later point. */
uint32_t ek_marks_at(enum ek_marks_set set, const double *z, uint32_t i);
/* For each of n points the rules that it is part of, also those that a later point completes: what
 * is drawn. */
void ek_marks_spread(enum ek_marks_set set, const double *z, uint32_t n, uint32_t *out);
/* The first of the bits by precedence; 0 for none. */
uint32_t ek_marks_first(uint32_t bits);

/* Rules for run charts, about the median: the longest run on one side and how often the line
 * crosses. Points on the median are dropped. A signal: longest > round(log2 n + 3), or crossings
 * below the 5 % quantile of a binomial of n - 1 and 1/2. Source: J. Anhoej and A. V. Olesen, "Run
 * charts revisited", PLoS ONE 9 (2014). Cost: O(n). */
struct ek_marks_runs {
	uint32_t useful; /* points not on the centre */
	uint32_t longest;
	uint32_t longest_max;
	uint32_t crossings;
	uint32_t crossings_min;
	bool is_signal;
};
struct ek_marks_runs ek_marks_runs(const double *x, uint32_t n, double centre);
/* Their limits for n useful points. */
uint32_t ek_marks_longest_max(uint32_t n);
uint32_t ek_marks_crossings_min(uint32_t n);

#endif
