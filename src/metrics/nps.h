/* nps -- promoters less detractors, in points, and its limits.
 *
 * With shares P of 9 and 10 and D of 0 to 6: 100 (P - D), variance of one answer P + D - (P - D)^2,
 * limits 1.96 standard errors away (spec metrics, section 4), cut at -100 and 100. Cost: O(1).
 */
#ifndef EK_METRICS_NPS_H
#define EK_METRICS_NPS_H

#include "metrics/interval.h"

struct ek_nps {
	uint64_t promoters, detractors, n; /* passives too are in n */
};
enum { EK_NPS_PROMOTER = 9, EK_NPS_DETRACTOR = 6 };

/* Counts an answer of 0 to 10. */
void ek_nps_add(struct ek_nps *x, int64_t score);
/* n > 0 (asserted). */
double ek_nps_points(struct ek_nps x);
/* Of one answer, as shares. */
double ek_nps_variance(struct ek_nps x);
struct ek_interval ek_nps_limits(struct ek_nps x);
/* The band that the whole interval lies in: "investigate" below 0, "good" from 50; else NULL. */
const char *ek_nps_band(struct ek_interval points);
/* How many answers bring the limits to +- points, for these shares (n > 0); to the nearest. */
uint64_t ek_nps_answers(struct ek_nps shares, double points);

#endif
