#include "patterns/bernoulli.h"

#include <math.h>

#define ODDS_RATIO 3.0

static double within(double x, double low, double high)
{
	return x < low ? low : x > high ? high : x;
}

static double odds_times(double p, double factor)
{
	double odds = p / (1 - p) * factor;
	return odds / (1 + odds);
}

struct ek_bernoulli_weights ek_bernoulli_weights(double p0, double odds_ratio)
{
	double from = within(p0, .001, .999);
	double to = within(odds_times(from, odds_ratio), .001, .999);
	return (struct ek_bernoulli_weights){log(to / from), log((1 - to) / (1 - from))};
}

double ek_bernoulli_share(uint32_t bad, uint32_t n, double team_share)
{
	return (bad + team_share * EK_BERNOULLI_PRIOR) / ((double)n + EK_BERNOULLI_PRIOR);
}

double ek_bernoulli_move(uint32_t bad, uint32_t n, double long_share)
{
	ek_assert(long_share > 0 && long_share < 1 && bad <= n);
	if (n < EK_BERNOULLI_COLLEAGUES)
		return 1;
	double good = n - bad;
	double odds = good > 0 ? bad / good : INFINITY;
	return within(odds / (long_share / (1 - long_share)), 0.1, 10);
}

static void add(double *sum, uint32_t *n, double weight)
{
	*sum = *sum + weight > 0 ? *sum + weight : 0;
	*n = *sum > 0 ? *n + 1 : 0;
}

int32_t ek_bernoulli_feed(struct ek_bernoulli *b, const struct ek_bernoulli_setup *setup, bool bad,
			  double move, uint32_t *n)
{
	*n = 0;
	b->events++;
	if (b->events <= EK_BERNOULLI_LOCK) {
		b->bad += bad;
		b->p0 = ek_bernoulli_share(b->bad, b->events, setup->team_share);
		return 0;
	}
	double p0 = odds_times(within(b->p0, .001, .999), move);
	struct ek_bernoulli_weights up = ek_bernoulli_weights(p0, ODDS_RATIO);
	struct ek_bernoulli_weights down = ek_bernoulli_weights(p0, 1 / ODDS_RATIO);
	add(&b->worse, &b->worse_n, bad ? up.bad : up.good);
	add(&b->better, &b->better_n, bad ? down.bad : down.good);
	int32_t side = b->worse > setup->h ? 1 : b->better > setup->h ? -1 : 0;
	if (side == 0)
		return 0;
	*n = side > 0 ? b->worse_n : b->better_n;
	b->worse = b->better = 0;
	b->worse_n = b->better_n = 0;
	return side;
}
