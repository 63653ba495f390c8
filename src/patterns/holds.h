/* holds -- whether the level that a sum has found still holds, or the sum was carried by a blip.
 *
 * Two or three odd points (beyond 3) bring a winsorised sum near h by themselves, and what chance
 * adds afterwards takes it over, when the level has long gone back. A verdict of a sum is therefore
 * told only while the points of its excursion agree with it:
 *
 *   level   the value that more than half of the excursion's points reach
 *   blip    a point beyond 3 of the old centre and of that level: it belongs to neither
 *   holds   the sum run anew without the blips is over h too, and the latest point lies nearer to
 *           the level (cut at 3) than to the old centre
 *
 * Of a shift whose level is still there next to nothing changes, as its points lie about one level;
 * how little is found by simulation in tables_test.c. What does not hold is asked again with each
 * further point. A run on one side counts points and not their size, and needs no such question.
 * Source: docs/adr/0020; the median as the estimate with the highest breakdown point: P. J. Huber,
 * "Robust Statistics" (1981), ch. 1. Unit: standard deviations of the baseline. Cost: O(n^2), n at
 * most EK_HOLDS_POINTS. No pointers kept.
 */
#ifndef EK_PATTERNS_HOLDS_H
#define EK_PATTERNS_HOLDS_H

#include "patterns/cusum.h"

/* Of a longer excursion the latest points are looked at; what came before counts as it was. */
enum { EK_HOLDS_POINTS = 32 };

struct ek_holds_ask {
	const double *z; /* the latest points about the centre of the sum, the latest last */
	uint32_t n;      /* of them, at most EK_HOLDS_POINTS; at least 1 */
	double c;        /* the sum as it stands */
	uint32_t c_n;    /* over so many points */
	int32_t side;    /* 1, -1 */
};
/* n and side as said, c_n at least 1 (asserted). */
bool ek_holds_is(const struct ek_cusum_rule *rule, const struct ek_holds_ask *ask);

#endif
