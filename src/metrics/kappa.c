#include "metrics/kappa.h"

struct ek_kappa_agreement ek_kappa_of(struct ek_kappa k)
{
	double n = (double)(k.both_pass + k.both_fail + k.first_only + k.second_only);
	ek_assert(n > 0);
	double first = (double)(k.both_pass + k.first_only) / n;
	double second = (double)(k.both_pass + k.second_only) / n;
	struct ek_kappa_agreement a = {
		.observed = (double)(k.both_pass + k.both_fail) / n,
		.expected = first * second + (1 - first) * (1 - second),
	};
	a.has_kappa = a.expected < 1;
	if (a.has_kappa)
		a.kappa = (a.observed - a.expected) / (1 - a.expected);
	return a;
}
