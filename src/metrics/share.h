/* share -- limits of a share, and of the difference of two.
 *
 * Wilson's score interval (E. B. Wilson, JASA 22 (1927), 209-212), and for differences Newcombe's
 * method 10, the square-and-add of two Wilson intervals (R. G. Newcombe, Statistics in Medicine 17
 * (1998), 873-890). 95 %, z = 1.959964. Source: spec metrics, section 4 and T11. Cost: O(1).
 */
#ifndef EK_METRICS_SHARE_H
#define EK_METRICS_SHARE_H

#include "metrics/interval.h"

/* k of n; k <= n, n > 0 (asserted). Within 0..1 and never empty. */
struct ek_interval ek_share_wilson(uint64_t k, uint64_t n);

struct ek_share {
	uint64_t k, n;
};
/* Of a.k / a.n - b.k / b.n. */
struct ek_interval ek_share_difference(struct ek_share a, struct ek_share b);

#endif
