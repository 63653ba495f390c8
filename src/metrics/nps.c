#include "metrics/nps.h"

#include <math.h>

#define Z 1.96

void ek_nps_add(struct ek_nps *x, int64_t score)
{
	x->promoters += score >= EK_NPS_PROMOTER;
	x->detractors += score <= EK_NPS_DETRACTOR;
	x->n++;
}

double ek_nps_points(struct ek_nps x)
{
	ek_assert(x.n > 0);
	return 100 * ((double)x.promoters - (double)x.detractors) / (double)x.n;
}

double ek_nps_variance(struct ek_nps x)
{
	ek_assert(x.n > 0);
	double p = (double)x.promoters / (double)x.n;
	double d = (double)x.detractors / (double)x.n;
	return p + d - (p - d) * (p - d);
}

struct ek_interval ek_nps_limits(struct ek_nps x)
{
	double half = 100 * Z * sqrt(ek_nps_variance(x) / (double)x.n);
	double at = ek_nps_points(x);
	return (struct ek_interval){fmax(at - half, -100), fmin(at + half, 100)};
}

const char *ek_nps_band(struct ek_interval points)
{
	if (points.upper < 0)
		return "investigate";
	return points.lower >= 50 ? "good" : NULL;
}

uint64_t ek_nps_answers(struct ek_nps shares, double points)
{
	double one = 100 * Z / points;
	return (uint64_t)round(ek_nps_variance(shares) * one * one);
}
