#include "metrics/share.h"

#include <math.h>

#define Z 1.959963984540054

struct ek_interval ek_share_wilson(uint64_t k, uint64_t n)
{
	ek_assert(n > 0 && k <= n);
	double m = (double)n;
	double p = (double)k / m;
	double middle = (p + Z * Z / (2 * m)) / (1 + Z * Z / m);
	double half = Z / (1 + Z * Z / m) * sqrt(p * (1 - p) / m + Z * Z / (4 * m * m));
	struct ek_interval in = {middle - half, middle + half};
	if (k == 0 || in.lower < 0)
		in.lower = 0;
	if (k == n || in.upper > 1)
		in.upper = 1;
	return in;
}

struct ek_interval ek_share_difference(struct ek_share a, struct ek_share b)
{
	struct ek_interval x = ek_share_wilson(a.k, a.n);
	struct ek_interval y = ek_share_wilson(b.k, b.n);
	double p = (double)a.k / (double)a.n;
	double q = (double)b.k / (double)b.n;
	return (struct ek_interval){p - q - hypot(p - x.lower, y.upper - q),
				    p - q + hypot(x.upper - p, q - y.lower)};
}
