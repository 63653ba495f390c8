#include "metrics/share.h"

#include <math.h>

struct ek_share ek_share_make(uint64_t k, uint64_t n)
{
	ek_assert(n > 0 && k <= n);
	double of = (double)n, p = (double)k / of, square = EK_SHARE_Z * EK_SHARE_Z;
	double middle = p + square / (2 * of);
	double wide = EK_SHARE_Z * sqrt(p * (1 - p) / of + square / (4 * of * of));
	double scale = 1 + square / of;
	/* At the ends the two terms are the same, but for rounding. */
	double low = k == 0 ? 0 : (middle - wide) / scale;
	double high = k == n ? 1 : (middle + wide) / scale;
	return (struct ek_share){p, low, high};
}

struct ek_share ek_share_difference(const struct ek_share *a, const struct ek_share *b)
{
	double value = a->value - b->value;
	double down = hypot(a->value - a->low, b->high - b->value);
	double up = hypot(a->high - a->value, b->value - b->low);
	return (struct ek_share){value, value - down, value + up};
}
