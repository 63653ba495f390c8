#include "patterns/apart.h"

#include <math.h>

void ek_apart_add(struct ek_apart_side *s, double x)
{
	/* B. P. Welford, Technometrics 4 (1962), 419-420. */
	double before = x - s->mean;
	s->n++;
	s->mean += before / s->n;
	s->squares += before * (x - s->mean);
}

static double error_of(const struct ek_apart_side *s)
{
	return s->squares / (s->n - 1) / s->n;
}

double ek_apart(const struct ek_apart_side *a, const struct ek_apart_side *b)
{
	if (a->n < 2 || b->n < 2)
		return 0;
	double apart = fabs(a->mean - b->mean), error = sqrt(error_of(a) + error_of(b));
	if (error > 0)
		return apart / error;
	return apart > 0 ? (double)INFINITY : 0;
}
