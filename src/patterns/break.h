/* break -- looking back: the one place at which a series changed its level, if it did so once.
 *
 * Least squares over all places that leave at least EK_BREAK_SIDE points on each side; a 95 %
 * interval of the place from the distribution of its estimate, with a variance for each side (J.
 * Bai, "Estimation of a change point in multiple regression models", Review of Economics and
 * Statistics 79 (1997), 551-563; as in R's strucchange). A mark only, drawn when the start that the
 * rules found lies within the interval (S27). Unit: that of the series. Cost: O(n).
 */
#ifndef EK_PATTERNS_BREAK_H
#define EK_PATTERNS_BREAK_H

#include "base/base.h"

enum { EK_BREAK_MIN = 24, EK_BREAK_SIDE = 3 };

struct ek_break {
	uint32_t after; /* the last point of the old level, counted from 1 */
	uint32_t from;  /* the interval of `after`, within 1 and n */
	uint32_t until;
	double rss_one; /* sum of squares about one mean, and about two */
	double rss_two;
	double before, since; /* means */
};

/* False with fewer than EK_BREAK_MIN points or when two levels are no better than one. */
bool ek_break_find(const double *x, uint32_t n, struct ek_break *out);
/* Whether a shift that begins with a point (from 1) agrees with it. */
bool ek_break_agrees(const struct ek_break *b, uint32_t start);

#endif
