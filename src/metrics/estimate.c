#include "metrics/estimate.h"

#include "metrics/interval.h"

#include <math.h>

#define CONFIDENCE 0.8

struct ek_estimate_limits ek_estimate_limits(uint32_t n)
{
	struct ek_interval i = ek_interval_poisson(n, CONFIDENCE);
	return (struct ek_estimate_limits){i.lower, i.upper};
}

void ek_estimate_fill(struct ek_explain_waiting *out, uint32_t given, ek_span open)
{
	if (out->stranded)
		return;
	out->estimate = (struct ek_explain_estimate){.refused = EK_EXPLAIN_TOO_FEW};
	if (given < EK_ESTIMATE_MIN)
		return;
	ek_assert(open.ms > 0);
	struct ek_estimate_limits rate = ek_estimate_limits(given);
	double work = (double)out->team_place * (double)open.ms;
	out->estimate = (struct ek_explain_estimate){
		.refused = EK_EXPLAIN_ESTIMATED,
		.low = {(int64_t)floor(work / rate.upper)},
		.high = {(int64_t)ceil(work / rate.lower)},
		.sample = given,
	};
}
