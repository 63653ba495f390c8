#include "patterns/holds.h"

#include <string.h>

enum { HALF = 2 };
#define ODD_Z 3.0

static double step(const struct ek_cusum_rule *rule, double z)
{
	double w = z > rule->cut ? rule->cut : z < -rule->cut ? -rule->cut : z;
	return w - rule->k;
}

static void sort_down(double *v, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++) {
		double one = v[i];
		uint32_t k = i;
		for (; k > 0 && v[k - 1] < one; k--)
			v[k] = v[k - 1];
		v[k] = one;
	}
}

/* What more than half of them reach. */
static double level_of(const double *z, uint32_t n)
{
	double sorted[EK_HOLDS_POINTS];
	memcpy(sorted, z, n * sizeof *z);
	sort_down(sorted, n);
	return sorted[n / HALF];
}

static bool is_blip(double z, double level)
{
	return z > ODD_Z && z - level > ODD_Z;
}

bool ek_holds_is(const struct ek_cusum_rule *rule, const struct ek_holds_ask *ask)
{
	double z[EK_HOLDS_POINTS], sum = ask->c;
	uint32_t n = ask->c_n < ask->n ? ask->c_n : ask->n;
	ek_assert(ask->n > 0 && ask->n <= EK_HOLDS_POINTS && n > 0 && ask->side * ask->side == 1);
	for (uint32_t i = 0; i < n; i++) {
		z[i] = ask->side * ask->z[ask->n - n + i];
		sum -= step(rule, z[i]);
	}
	/* Within an excursion the sum never was 0, so this is what it was before these points. */
	double c = n < ask->c_n ? sum : 0;
	double level = level_of(z, n);
	for (uint32_t i = 0; i < n; i++) {
		if (is_blip(z[i], level))
			continue;
		c += step(rule, z[i]);
		c = c > 0 ? c : 0;
	}
	return c > rule->h && z[n - 1] > (level < rule->cut ? level : rule->cut) / HALF;
}
