/* coarse -- points of one cadence taken together for the next coarser one.
 *
 * Days become weeks from Monday, keyed by that Monday; weeks become blocks of four, keyed by the
 * first, so that every block is as long as the next. What is not whole (an open day or a week is
 * missing) is left out: a part of a week would look like a fall. Counts and rates are summed,
 * values averaged, medians averaged as logarithms with their n as weight: an approximation, as the
 * median of a week cannot be had from those of its days.
 * Source: spec patterns, S1 (weekly totals) and S13. Unit: the metric's. Cost: O(n).
 */
#ifndef EK_PATTERNS_COARSE_H
#define EK_PATTERNS_COARSE_H

#include "patterns/score.h"

enum { EK_COARSE_WEEKS = 4 };

/* v: days in order, each FINE or of too small an n. open_days: bit 0 is Monday. out has room for n;
 * may be v. Returns how many weeks. */
uint32_t ek_coarse_weeks(enum ek_score_kind kind, uint32_t open_days,
			 const struct ek_score_point *v, uint32_t n, struct ek_score_point *out);
/* v: weeks in order, keyed by a day of theirs, a multiple of seven days apart. */
uint32_t ek_coarse_blocks(enum ek_score_kind kind, const struct ek_score_point *v, uint32_t n,
			  struct ek_score_point *out);

#endif
