#include "metrics/mean.h"

#include <math.h>

#include "metrics/student.h"

const struct ek_interval ek_mean_of_amounts = {0, INFINITY};
const struct ek_interval ek_mean_of_effort = {1, 7};

struct ek_interval ek_mean_limits(const struct ek_mean *m, struct ek_interval possible)
{
	ek_assert(m->n > 1);
	double n = (double)m->n;
	double mean = m->sum / n;
	double variance = (m->squares - n * mean * mean) / (n - 1);
	double half = ek_student_within(m->n - 1) * sqrt(fmax(variance, 0) / n);
	return (struct ek_interval){fmax(mean - half, possible.lower),
				    fmin(mean + half, possible.upper)};
}
