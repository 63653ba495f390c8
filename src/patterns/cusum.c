#include "patterns/cusum.h"

#include <math.h>

static void add(struct ek_cusum_side *s, double step)
{
	double c = s->c + step;
	s->c = c > 0 ? c : 0;
	s->n = s->c > 0 ? s->n + 1 : 0;
}

static void count_run(struct ek_cusum *c, double z)
{
	int32_t side = (z > 0) - (z < 0);
	if (side == 0)
		c->run = 0;
	else
		c->run = side == c->run_side ? c->run + 1 : 1;
	c->run_side = side;
}

static bool is_over(const struct ek_cusum_side *s, const struct ek_cusum_rule *rule)
{
	return s->c > rule->h && s->n >= rule->points_min;
}

static struct ek_cusum_verdict of_side(const struct ek_cusum_side *s, double k, int32_t side)
{
	return (struct ek_cusum_verdict){side, s->n, s->c, side * (k + s->c / s->n), false};
}

struct ek_cusum_verdict ek_cusum_feed(struct ek_cusum *c, const struct ek_cusum_rule *rule,
				      double z)
{
	ek_assert(isfinite(z));
	double w = z > rule->cut ? rule->cut : z < -rule->cut ? -rule->cut : z;
	add(&c->up, w - rule->k);
	add(&c->down, -w - rule->k);
	count_run(c, z);
	if (is_over(&c->up, rule))
		return of_side(&c->up, rule->k, 1);
	if (is_over(&c->down, rule))
		return of_side(&c->down, rule->k, -1);
	if (rule->run > 0 && c->run >= rule->run)
		return (struct ek_cusum_verdict){c->run_side, c->run, 0, 0, true};
	return (struct ek_cusum_verdict){0};
}
