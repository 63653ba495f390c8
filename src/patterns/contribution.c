#include "patterns/contribution.h"

#include <math.h>

static void sort(struct ek_contribution *v, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++) {
		struct ek_contribution moving = v[i];
		uint32_t at = i;
		for (; at > 0 && v[at - 1].share < moving.share; at--)
			v[at] = v[at - 1];
		v[at] = moving;
	}
}

uint32_t ek_contribution_of_count(const struct ek_contribution_count *v, uint32_t n,
				  struct ek_contribution *out)
{
	double change = 0, other = 0;
	uint32_t count = 0;
	bool has_other = false;
	ek_assert(n <= EK_CONTRIBUTION_MAX);
	for (uint32_t i = 0; i < n; i++)
		change += v[i].found - v[i].expected;
	if (fabs(change) <= 0)
		return 0;
	for (uint32_t i = 0; i < n; i++) {
		double d = v[i].found - v[i].expected;
		if (v[i].found < EK_CONTRIBUTION_MIN && v[i].expected < EK_CONTRIBUTION_MIN) {
			other += d;
			has_other = true;
		} else {
			out[count++] = (struct ek_contribution){(int32_t)i, d / change};
		}
	}
	sort(out, count);
	if (has_other)
		out[count++] = (struct ek_contribution){EK_CONTRIBUTION_OTHER, other / change};
	return count;
}

static void add(struct ek_contribution_rate *to, const struct ek_contribution_rate *r)
{
	to->old_top += r->old_top;
	to->old_bottom += r->old_bottom;
	to->new_top += r->new_top;
	to->new_bottom += r->new_bottom;
}

static double over(double top, double bottom)
{
	return bottom > 0 ? top / bottom : 0;
}

struct change {
	struct ek_contribution_rate all;
	double by;  /* new rate less old rate */
	double mix; /* of that, by another mix */
};

/* What one category adds at the old mix, as a share of the change. */
static double at_old_mix(struct change *c, const struct ek_contribution_rate *r)
{
	double w = r->old_bottom / c->all.old_bottom;
	double v = r->new_bottom / c->all.new_bottom;
	double was = over(r->old_top, r->old_bottom);
	/* A category that is gone, or new, changed the mix and nothing else. */
	double is = r->new_bottom > 0 ? r->new_top / r->new_bottom : was;
	was = r->old_bottom > 0 ? was : is;
	c->mix += (v - w) * is;
	return w * (is - was) / c->by;
}

uint32_t ek_contribution_of_rate(const struct ek_contribution_rate *v, uint32_t n,
				 struct ek_contribution *out)
{
	struct ek_contribution_rate other = {0};
	struct change c = {.mix = 0};
	uint32_t count = 0;
	ek_assert(n <= EK_CONTRIBUTION_MAX);
	for (uint32_t i = 0; i < n; i++)
		add(&c.all, &v[i]);
	if (!(c.all.old_bottom > 0 && c.all.new_bottom > 0))
		return 0;
	c.by = c.all.new_top / c.all.new_bottom - c.all.old_top / c.all.old_bottom;
	if (fabs(c.by) <= 0)
		return 0;
	for (uint32_t i = 0; i < n; i++) {
		if (v[i].old_top < EK_CONTRIBUTION_MIN && v[i].new_top < EK_CONTRIBUTION_MIN)
			add(&other, &v[i]);
		else
			out[count++] = (struct ek_contribution){(int32_t)i, at_old_mix(&c, &v[i])};
	}
	sort(out, count);
	if (other.old_bottom > 0 || other.new_bottom > 0)
		out[count++] =
			(struct ek_contribution){EK_CONTRIBUTION_OTHER, at_old_mix(&c, &other)};
	out[count++] = (struct ek_contribution){EK_CONTRIBUTION_MIX, c.mix / c.by};
	return count;
}
