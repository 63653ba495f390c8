/* cusum -- whether standard scores have moved for good: two winsorised sums and a run.
 *
 * w = clamp(z, -cut, cut); C+ = max(0, C+ + w - k), N+ counts points since C+ was 0; C- and N-
 * likewise downward. A verdict needs C > h and N >= points_min, or else `run` points in a row on
 * one side. The cut with the least number of points keeps one terrible day from being a shift.
 * Source: spec patterns, S3; E. S. Page, "Continuous inspection schemes", Biometrika 41 (1954),
 * 100-115; J. M. Lucas and R. B. Crosier, "Robust CUSUM", Comm. Stat. Theory Meth. 11 (1982).
 * Unit: standard deviations of the baseline. Cost: O(1) a point. No pointers inside.
 */
#ifndef EK_PATTERNS_CUSUM_H
#define EK_PATTERNS_CUSUM_H

#include "base/base.h"

struct ek_cusum_rule {
	double k;
	double cut;
	double h;
	uint32_t points_min; /* 0 or 1: a single point may be enough */
	uint32_t run;        /* 0: none */
};

struct ek_cusum_side {
	double c;
	uint32_t n; /* points since c was 0, this one included */
};

/* All zero at the start; a head start is a c above 0. */
struct ek_cusum {
	struct ek_cusum_side up;
	struct ek_cusum_side down;
	uint32_t run;
	int32_t run_side; /* 1, -1, 0 */
};

struct ek_cusum_verdict {
	int32_t side; /* 1 up, -1 down, 0 none */
	uint32_t n;   /* points since its start, this one included */
	double c;     /* the sum of that side; of a run 0 */
	/* The new level in standard deviations, k + C/N with its sign; of a run 0. */
	double level;
	bool is_run;
};

/* Takes one point. z is finite (asserted). Resets nothing by itself. */
struct ek_cusum_verdict ek_cusum_feed(struct ek_cusum *c, const struct ek_cusum_rule *rule,
				      double z);

#endif
