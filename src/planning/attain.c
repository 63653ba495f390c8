#include "planning/attain.h"

#include <math.h>

#include "metrics/share.h"
#include "metrics/student.h"
#include "patterns/normal.h"

#define THREE_IN_FOUR .6745 /* standard deviations from the mean */
#define FAR_APART .15

bool ek_attain_is_met(const struct ek_attain_target *t, double value)
{
	bool is_enough = t->comparator == EK_ATTAIN_AT_MOST || value >= t->value;
	double most = t->comparator == EK_ATTAIN_BETWEEN ? t->upper : t->value;
	return is_enough && (t->comparator == EK_ATTAIN_AT_LEAST || value <= most);
}

enum ek_attain_grade ek_attain_grade_of(double p)
{
	if (p >= .95)
		return EK_ATTAIN_ROUTINE;
	if (p >= .50)
		return EK_ATTAIN_ATTAINABLE;
	return p >= .20 ? EK_ATTAIN_STRETCH : EK_ATTAIN_NOT_BY_EFFORT;
}

double ek_attain_running(double p, uint32_t periods)
{
	return pow(p, periods);
}

bool ek_attain_is_fair(const struct ek_attain *a)
{
	return a->has_p && a->grade != EK_ATTAIN_UNKNOWN && a->p >= .50;
}

static double value_of(enum ek_score_kind kind, const struct ek_score_point *p)
{
	return kind == EK_SCORE_RATE ? p->value / p->n : p->value;
}

/* On the chart's scale. A bound that no duration has, 0 or below, lies below all. */
static double scaled(enum ek_score_kind kind, double bound)
{
	if (kind != EK_SCORE_DURATION)
		return bound;
	return bound > 0 ? log(bound) : -INFINITY;
}

/* P(X <= bound) and P(X >= bound), each from its own tail, so that what is far out keeps its
 * digits. */
static double below(const struct ek_attain *a, double bound, bool is_above)
{
	double z = (bound - a->centre) / a->sigma;
	if (is_above)
		z = -z;
	if (!isfinite(z))
		return z > 0 ? 1 : 0;
	return a->periods >= EK_ATTAIN_ENOUGH ? ek_normal_below(z)
					      : ek_student_below(z, a->periods - 1);
}

static double chance(const struct ek_attain *a, const struct ek_attain_ask *ask)
{
	const struct ek_attain_target *t = &ask->target;
	double low = scaled(ask->kind, t->value), high = scaled(ask->kind, t->upper);
	if (t->comparator == EK_ATTAIN_AT_LEAST)
		return below(a, low, true);
	if (t->comparator == EK_ATTAIN_AT_MOST)
		return below(a, low, false);
	double p = below(a, high, false) - below(a, low, false);
	return p > 0 ? p : 0;
}

/* Centre and sigma; false without a spread. */
static bool fit(struct ek_attain *a, const struct ek_attain_ask *ask,
		const struct ek_score_point *v)
{
	/* Counts are judged as they are: no weekdays within a period, no roots. */
	enum ek_score_kind kind = ask->kind == EK_SCORE_COUNT ? EK_SCORE_VALUE : ask->kind;
	const struct ek_score_fit how = {.kind = kind, .screen = true};
	struct ek_score_model m;
	enum ek_score_fault fault = ek_score_fit(&how, v, a->periods, &m);
	a->centre = m.centre;
	a->sigma = fault == EK_SCORE_CONSTANT ? 0 : m.sigma;
	if (kind == EK_SCORE_RATE) {
		double n = 0;
		for (uint32_t i = 0; i < a->periods; i++)
			n += v[i].n;
		a->sigma *= sqrt(m.centre * (1 - m.centre) / (n / a->periods));
	}
	return a->sigma > 0;
}

static void offer(struct ek_attain *a, const struct ek_attain_ask *ask)
{
	double away = THREE_IN_FOUR * a->sigma;
	bool is_least = ask->target.comparator == EK_ATTAIN_AT_LEAST;
	double at = is_least ? a->centre - away : a->centre + away;
	if (ask->target.comparator == EK_ATTAIN_BETWEEN)
		return;
	a->has_offered = true;
	a->offered = ek_score_unit(ask->kind, at);
	/* No share or count lies beyond what is possible. */
	if (ask->kind == EK_SCORE_RATE || ask->kind == EK_SCORE_COUNT)
		a->offered = a->offered > 0 ? a->offered : 0;
	if (ask->kind == EK_SCORE_RATE && a->offered > 1)
		a->offered = 1;
}

static void capability(struct ek_attain *a, const struct ek_attain_ask *ask)
{
	double low = scaled(ask->kind, ask->target.value);
	double high = scaled(ask->kind, ask->target.upper);
	if (ask->target.comparator != EK_ATTAIN_BETWEEN || !isfinite(low) || !isfinite(high))
		return;
	struct ek_baseline_capability c = ek_baseline_capability(a->centre, a->sigma, low, high);
	a->has_capability = true;
	a->cp = c.cp;
	a->cpk = c.cpk;
}

/* What was seen, whatever the model says. */
static void count(struct ek_attain *a, const struct ek_attain_ask *ask,
		  const struct ek_score_point *v)
{
	for (uint32_t i = 0; i < a->periods; i++)
		a->met += ek_attain_is_met(&ask->target, value_of(ask->kind, &v[i]));
	if (a->periods == 0)
		return;
	struct ek_interval in = ek_share_wilson(a->met, a->periods);
	a->low = in.lower;
	a->high = in.upper;
}

struct ek_attain ek_attain_judge(const struct ek_attain_ask *ask)
{
	ek_assert(ask->kind <= EK_SCORE_DURATION);
	uint32_t n = ask->n < EK_SCORE_POINTS_MAX ? ask->n : EK_SCORE_POINTS_MAX;
	const struct ek_score_point *v = ask->points + (ask->n - n);
	struct ek_attain a = {.grade = EK_ATTAIN_UNKNOWN, .is_trial = true, .periods = n};
	count(&a, ask, v);
	if (n < EK_ATTAIN_LEAST || ask->has_open_shift)
		return a;
	a.has_p = true;
	if (fit(&a, ask, v)) {
		a.p = chance(&a, ask);
		capability(&a, ask);
	} else {
		a.p = ek_attain_is_met(&ask->target, ek_score_unit(ask->kind, a.centre)) ? 1 : 0;
	}
	offer(&a, ask);
	a.grade = ek_attain_grade_of(a.p);
	a.is_trial = n < EK_ATTAIN_ENOUGH;
	a.differs = fabs(a.p - (double)a.met / n) > FAR_APART;
	return a;
}
