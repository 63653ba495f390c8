/* beside -- a person's durations beside the team's: the mean of ln(own) - ln(the team's median of
 * that topic and channel), with +- 1.96 standard errors, told as a ratio. Below EK_BESIDE_LEAST own
 * ones nothing is said. Source: spec metrics, T11. Unit: any one of time. Cost: O(n log n).
 */
#ifndef EK_METRICS_BESIDE_H
#define EK_METRICS_BESIDE_H

#include "base/base.h"

enum { EK_BESIDE_LEAST = 20 };

struct ek_beside_item {
	ek_str topic;
	uint8_t channel;
	bool is_own;
	double seconds; /* above 0 (asserted) */
};
struct ek_beside {
	uint32_t n; /* own ones */
	bool has_ratio;
	double value, low, high;
};
/* v is put in order. */
void ek_beside_durations(struct ek_beside_item *v, uint32_t n, struct ek_beside *out);

#endif
