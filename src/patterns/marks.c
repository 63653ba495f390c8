#include "patterns/marks.h"

#include <math.h>

enum shape {
	ON_A_SIDE,   /* `need` of the last `of` beyond on one side, this one among them */
	ALL_ON_SIDE, /* the same, and all of them on that side */
	EITHER,      /* beyond, on whichever side */
	WITHIN,      /* not beyond */
	TREND,       /* `of` points that rise or fall */
	ALTERNATING, /* `of` points up and down */
};

struct rule {
	uint32_t bit;
	enum shape shape;
	uint32_t need;
	uint32_t of;
	double beyond;
	double until; /* and not beyond this */
};

enum { RULES_MAX = 8, THIRD = 3 };

/* clang-format off */
#define LIMIT   {EK_MARKS_LIMIT, ON_A_SIDE, 1, 1, 3, INFINITY}
#define TWO     {EK_MARKS_TWO, ON_A_SIDE, 2, 3, 2, INFINITY}
#define FOUR    {EK_MARKS_FOUR, ON_A_SIDE, 4, 5, 1, INFINITY}
#define RUN(n)  {EK_MARKS_RUN, ON_A_SIDE, (n), (n), 0, INFINITY}

static const struct rule sets[EK_MARKS_SET_END][RULES_MAX] = {
	[EK_MARKS_WESTERN_ELECTRIC] = {LIMIT, TWO, FOUR, RUN(8)},
	[EK_MARKS_NELSON] = {
		LIMIT, RUN(9), TWO, FOUR,
		{EK_MARKS_TREND, TREND, 6, 6, 0, INFINITY},
		{EK_MARKS_ALTERNATE, ALTERNATING, 14, 14, 0, INFINITY},
		{EK_MARKS_HUG, WITHIN, 15, 15, 1, INFINITY},
		{EK_MARKS_AVOID, EITHER, 8, 8, 1, INFINITY},
	},
	[EK_MARKS_NHS] = {
		LIMIT,
		{EK_MARKS_TREND, TREND, 7, 7, 0, INFINITY},
		{EK_MARKS_TWO, ALL_ON_SIDE, 2, 3, 2, 3},
		RUN(7),
	},
	[EK_MARKS_WHEELER] = {
		LIMIT,
		{EK_MARKS_THREE, ON_A_SIDE, 3, 4, 1.5, INFINITY},
		RUN(8),
	},
};
/* clang-format on */

static int sign(double v)
{
	return (v > 0) - (v < 0);
}

static bool counts(const struct rule *r, double z, int side)
{
	double out = side * z;
	return out > r->beyond && out <= r->until;
}

/* Where the points that a rule looks at begin: with fewer so far, those there are. */
static uint32_t first_of(const struct rule *r, uint32_t i)
{
	return i + 1 >= r->of ? i + 1 - r->of : 0;
}

static bool holds_on_side(const struct rule *r, const double *z, uint32_t i)
{
	int side = sign(z[i]);
	uint32_t n = 0;
	bool all = true;
	if (!counts(r, z[i], side) && r->shape == ON_A_SIDE)
		return false;
	for (uint32_t j = first_of(r, i); j <= i; j++) {
		n += counts(r, z[j], side);
		all = all && sign(z[j]) == side;
	}
	return side != 0 && n >= r->need && (all || r->shape == ON_A_SIDE);
}

static bool holds_about(const struct rule *r, const double *z, uint32_t i)
{
	for (uint32_t j = i + 1 - r->of; j <= i; j++)
		if ((fabs(z[j]) > r->beyond) != (r->shape == EITHER))
			return false;
	return true;
}

static bool holds_in_order(const struct rule *r, const double *z, uint32_t i)
{
	int first = sign(z[i + 2 - r->of] - z[i + 1 - r->of]);
	for (uint32_t j = i + 2 - r->of; j <= i; j++) {
		int step = sign(z[j] - z[j - 1]);
		bool flips = r->shape == ALTERNATING && (j - (i + 2 - r->of)) % 2 == 1;
		if (step == 0 || step != (flips ? -first : first))
			return false;
	}
	return true;
}

/* With how many points a rule begins to speak. "4 of 5" may be four that are all there are; "2 of
 * 3" wants its third, wherever it lies. */
static uint32_t least_of(const struct rule *r)
{
	if (r->shape != ON_A_SIDE || r->of < THIRD)
		return r->of;
	return r->need > THIRD ? r->need : THIRD;
}

static bool holds(const struct rule *r, const double *z, uint32_t i)
{
	if (r->bit == 0 || i + 1 < least_of(r))
		return false;
	if (r->shape == TREND || r->shape == ALTERNATING)
		return holds_in_order(r, z, i);
	if (r->shape == WITHIN || r->shape == EITHER)
		return holds_about(r, z, i);
	return holds_on_side(r, z, i);
}

uint32_t ek_marks_at(enum ek_marks_set set, const double *z, uint32_t i)
{
	uint32_t bits = 0;
	for (int k = 0; k < RULES_MAX; k++)
		if (holds(&sets[set][k], z, i))
			bits |= sets[set][k].bit;
	return bits;
}

static void spread(const struct rule *r, const double *z, uint32_t i, uint32_t *out)
{
	bool is_some = r->shape == ON_A_SIDE || r->shape == ALL_ON_SIDE;
	int side = sign(z[i]);
	for (uint32_t j = first_of(r, i); j <= i; j++)
		if (!is_some || counts(r, z[j], side))
			out[j] |= r->bit;
}

void ek_marks_spread(enum ek_marks_set set, const double *z, uint32_t n, uint32_t *out)
{
	for (uint32_t i = 0; i < n; i++)
		out[i] = 0;
	for (uint32_t i = 0; i < n; i++)
		for (int k = 0; k < RULES_MAX; k++)
			if (holds(&sets[set][k], z, i))
				spread(&sets[set][k], z, i, out);
}

uint32_t ek_marks_first(uint32_t bits)
{
	return bits & (~bits + 1);
}

/* ---- runs about the median */

uint32_t ek_marks_longest_max(uint32_t n)
{
	return n == 0 ? 0 : (uint32_t)lround(log2(n) + 3);
}

/* The least k with P(X <= k) >= .05, X binomial of n - 1 and 1/2. */
uint32_t ek_marks_crossings_min(uint32_t n)
{
	if (n < 2)
		return 0;
	double trials = n - 1, term = exp(-trials * log(2)), sum = term;
	uint32_t k = 0;
	for (; sum < 0.05 && k < n; k++) {
		if (term <= 0) /* so many trials that the first terms vanish: the normal's place */
			return (uint32_t)floor(trials / 2 - 1.6448536269514722 * sqrt(trials) / 2);
		term *= (trials - k) / (k + 1);
		sum += term;
	}
	return k;
}

struct ek_marks_runs ek_marks_runs(const double *x, uint32_t n, double centre)
{
	struct ek_marks_runs r = {0};
	uint32_t run = 0;
	int side = 0;
	for (uint32_t i = 0; i < n; i++) {
		int now = sign(x[i] - centre);
		if (now == 0)
			continue;
		r.useful++;
		r.crossings += side != 0 && now != side;
		run = now == side ? run + 1 : 1;
		side = now;
		r.longest = run > r.longest ? run : r.longest;
	}
	r.longest_max = ek_marks_longest_max(r.useful);
	r.crossings_min = ek_marks_crossings_min(r.useful);
	r.is_signal = r.longest > r.longest_max || r.crossings < r.crossings_min;
	return r;
}
