/* share -- what k of n says, and how surely.
 *
 * The 95 % interval is Wilson's score interval, which stays within 0 and 1 and is not empty where
 * none or all count. E. B. Wilson, "Probable inference, the law of succession, and statistical
 * inference", JASA 22 (1927), 209-212. Two shares are compared by Newcombe's hybrid of two such
 * intervals: R. G. Newcombe, "Interval estimation for the difference between independent
 * proportions", Statistics in Medicine 17 (1998), 873-890, method 10.
 * No unit: shares are 0 to 1. Cost: O(1).
 */
#ifndef EK_METRICS_SHARE_H
#define EK_METRICS_SHARE_H

#include "base/base.h"

#define EK_SHARE_Z 1.959963984540054 /* the normal quantile of .975 */

struct ek_share {
	double value;
	double low, high; /* 95 % */
};

/* n above 0, k at most n (asserted). */
struct ek_share ek_share_make(uint64_t k, uint64_t n);
/* a - b; the interval lies within -1 and 1. Both are shares of something. */
struct ek_share ek_share_difference(const struct ek_share *a, const struct ek_share *b);

#endif
