#include "metrics/student.h"

#include <math.h>

#define PI 3.14159265358979323846
#define Z 1.959963984540054 /* of the normal curve */

enum { MANY = 200, HALVINGS = 60 };

/* 1 + first c2 + first second c2^2 + ..., the factors i / (i + 1) from i on, `terms` terms in all.
 */
static double series(double c2, double i, uint32_t terms)
{
	double term = 1, sum = 0;
	for (uint32_t k = 0; k < terms; k++) {
		sum += term;
		term *= c2 * i / (i + 1);
		i += 2;
	}
	return sum;
}

double ek_student_below(double t, uint32_t freedom)
{
	ek_assert(freedom > 0);
	double n = freedom, cosine2 = n / (n + t * t), sine = t / sqrt(n + t * t);
	double within = 0; /* with the sign of t */
	if (freedom % 2 == 0)
		within = sine * series(cosine2, 1, freedom / 2);
	else
		within = 2 / PI *
			 (atan(t / sqrt(n)) +
			  sine * sqrt(cosine2) * series(cosine2, 2, (freedom - 1) / 2));
	return .5 + within / 2;
}

double ek_student_within(uint64_t freedom)
{
	ek_assert(freedom > 0);
	double low = 0, high = 16; /* of one degree it is 12.7 */
	double n = (double)freedom;
	if (freedom > MANY)
		return Z + (pow(Z, 3) + Z) / (4 * n) +
		       (5 * pow(Z, 5) + 16 * pow(Z, 3) + 3 * Z) / (96 * n * n);
	for (int i = 0; i < HALVINGS; i++) {
		double middle = (low + high) / 2;
		if (ek_student_below(middle, (uint32_t)freedom) < .975)
			low = middle;
		else
			high = middle;
	}
	return high;
}
