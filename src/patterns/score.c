#include "patterns/score.h"

#include <math.h>

#include "patterns/normal.h"

#define SPACING_POWER 3.6
#define MID_P_CLAMP 6.0

enum { NORMAL_ENOUGH = 5, BEYOND = 3 };

/* Of a value that is finite. */
static bool is_possible(enum ek_score_kind kind, const struct ek_score_point *p)
{
	switch (kind) {
	case EK_SCORE_VALUE:
		return true;
	case EK_SCORE_DURATION:
		return p->value > 0;
	case EK_SCORE_SPACING:
		return p->value >= 0;
	default: /* numbers of things */
		return p->value >= 0 && p->value - floor(p->value) <= 0 &&
		       (kind != EK_SCORE_RATE || p->value <= p->n);
	}
}

enum ek_score_fault ek_score_check(enum ek_score_kind kind, const struct ek_score_point *p)
{
	bool is_finite = isfinite(p->value) && isfinite(p->n) && p->n >= 0;
	if (!is_finite || !is_possible(kind, p))
		return EK_SCORE_OUTSIDE;
	if (kind == EK_SCORE_RATE && p->n < EK_SCORE_RATE_MIN)
		return EK_SCORE_SMALL;
	bool is_small = p->n > 0 && p->n < EK_SCORE_DURATION_MIN;
	return kind == EK_SCORE_DURATION && is_small ? EK_SCORE_SMALL : EK_SCORE_FINE;
}

uint32_t ek_score_weekday(int32_t day)
{
	int32_t of_week = (int32_t)(((int64_t)day + 3) % EK_SCORE_DAYS); /* day 0 is a Thursday */
	return (uint32_t)(of_week < 0 ? of_week + EK_SCORE_DAYS : of_week);
}

static uint32_t cell_of(const struct ek_score_model *m, int32_t key)
{
	return m->by_weekday ? ek_score_weekday(key) : 0;
}

/* The scale on which an individuals chart of that kind is drawn. */
static double scaled(enum ek_score_kind kind, double value)
{
	if (kind == EK_SCORE_DURATION)
		return log(value);
	if (kind == EK_SCORE_SPACING)
		return pow(value < EK_SCORE_MINUTE_MS ? EK_SCORE_MINUTE_MS : value,
			   1 / SPACING_POWER);
	return value;
}

double ek_score_unit(enum ek_score_kind kind, double x)
{
	if (kind == EK_SCORE_DURATION)
		return exp(x);
	if (kind == EK_SCORE_SPACING)
		return pow(x > 0 ? x : 0, SPACING_POWER);
	return x;
}

static double root_difference(double x, double mean)
{
	return 2 * (sqrt(x + 0.375) - sqrt(mean + 0.375));
}

static double clamped_quantile(double p)
{
	double edge = ek_normal_below(-MID_P_CLAMP);
	if (p <= edge)
		return -MID_P_CLAMP;
	return p >= 1 - edge ? MID_P_CLAMP : ek_normal_quantile(p);
}

struct chances {
	double below; /* P(X < k) */
	double at;    /* P(X = k) */
};

/* Binomial, for p at most one half: the sum begins at 0, and n p is small. */
static struct chances chances_of(double k, double n, double p)
{
	double term = exp(n * log1p(-p)), sum = 0;
	for (double i = 0; i < k; i++) {
		sum += term;
		term *= (n - i) / (i + 1) * (p / (1 - p));
		if (i > n * p && term < 1e-18)
			return (struct chances){1, 0};
	}
	return (struct chances){sum, term};
}

static double mid_p(double k, double n, double p)
{
	struct chances c = chances_of(k, n, p);
	return c.below + c.at / 2;
}

/* The score of a rate without its divisor. share: above 0 and below 1. */
static double rate_score(double share, const struct ek_score_point *p)
{
	if (p->n * share < NORMAL_ENOUGH)
		return clamped_quantile(mid_p(p->value, p->n, share));
	if (p->n * (1 - share) < NORMAL_ENOUGH)
		return -clamped_quantile(mid_p(p->n - p->value, p->n, 1 - share));
	return (p->value / p->n - share) / sqrt(share * (1 - share) / p->n);
}

bool ek_score_is_middle(const struct ek_score_model *m, const struct ek_score_point *p)
{
	bool is_few = p->n * m->centre < NORMAL_ENOUGH;
	if (m->kind != EK_SCORE_RATE || (!is_few && p->n * (1 - m->centre) >= NORMAL_ENOUGH))
		return false;
	struct chances c = chances_of(is_few ? p->value : p->n - p->value, p->n,
				      is_few ? m->centre : 1 - m->centre);
	return c.below < .5 && c.below + c.at > .5;
}

/* ---- fits */

static enum ek_score_fault fit_counts(const struct ek_score_fit *how,
				      const struct ek_score_point *v, uint32_t n,
				      struct ek_score_model *m)
{
	double e[EK_SCORE_POINTS_MAX], sum[EK_SCORE_DAYS] = {0};
	uint32_t points[EK_SCORE_DAYS] = {0};
	bool is_few = false;
	for (uint32_t i = 0; i < n; i++) {
		sum[cell_of(m, v[i].key)] += v[i].value;
		points[cell_of(m, v[i].key)]++;
	}
	m->cells = 0;
	for (uint32_t d = 0; d < EK_SCORE_DAYS; d++) {
		if (points[d] == 0)
			continue;
		m->cells++;
		m->mean[d] = sum[d] / points[d];
		is_few = is_few || m->mean[d] < EK_SCORE_COUNT_MIN;
	}
	for (uint32_t i = 0; i < n; i++)
		e[i] = root_difference(v[i].value, m->mean[cell_of(m, v[i].key)]);
	struct ek_baseline b = ek_baseline_make(e, n, how->screen);
	double per_cell = (double)n / m->cells;
	m->centre = b.mean;
	m->spread = per_cell > 1 ? b.sigma * sqrt(per_cell / (per_cell - 1)) : b.sigma;
	m->sigma = m->spread > 1 ? m->spread : 1;
	return is_few ? EK_SCORE_FEW : EK_SCORE_FINE;
}

static enum ek_score_fault fit_rates(const struct ek_score_fit *how, const struct ek_score_point *v,
				     uint32_t n, struct ek_score_model *m)
{
	double u[EK_SCORE_POINTS_MAX], top = 0, bottom = 0;
	for (uint32_t i = 0; i < n; i++) {
		top += v[i].value;
		bottom += v[i].n;
	}
	m->centre = top / bottom;
	m->sigma = 1;
	if (top <= 0 || top >= bottom)
		return EK_SCORE_CONSTANT;
	for (uint32_t i = 0; i < n; i++)
		u[i] = rate_score(m->centre, &v[i]);
	m->spread = ek_baseline_make(u, n, how->screen).sigma;
	m->sigma = m->spread > 1 ? m->spread : 1;
	return EK_SCORE_FINE;
}

static enum ek_score_fault fit_gaps(const struct ek_score_point *v, uint32_t n,
				    struct ek_score_model *m)
{
	double sum = 0;
	for (uint32_t i = 0; i < n; i++)
		sum += v[i].value;
	m->centre = 1 / (1 + sum / n);
	m->sigma = 1;
	m->spread = 1;
	return sum > 0 ? EK_SCORE_FINE : EK_SCORE_CONSTANT;
}

static enum ek_score_fault fit_values(const struct ek_score_fit *how,
				      const struct ek_score_point *v, uint32_t n,
				      struct ek_score_model *m)
{
	double x[EK_SCORE_POINTS_MAX];
	for (uint32_t i = 0; i < n; i++)
		x[i] = scaled(how->kind, v[i].value);
	struct ek_baseline b = ek_baseline_make(x, n, how->screen);
	m->centre = b.mean;
	m->sigma = b.sigma;
	m->spread = b.sigma;
	/* What rounding alone makes is no spread. */
	bool is_spread = b.sigma > 1e-12 * fabs(b.mean) && b.sigma > 1e-100;
	return is_spread ? EK_SCORE_FINE : EK_SCORE_CONSTANT;
}

enum ek_score_fault ek_score_fit(const struct ek_score_fit *how, const struct ek_score_point *v,
				 uint32_t n, struct ek_score_model *model)
{
	ek_assert(n >= 2 && n <= EK_SCORE_POINTS_MAX);
	*model = (struct ek_score_model){.kind = how->kind, .n = n, .cells = 1};
	if (how->kind == EK_SCORE_COUNT) {
		model->by_weekday = how->by_weekday;
		return fit_counts(how, v, n, model);
	}
	if (how->kind == EK_SCORE_RATE)
		return fit_rates(how, v, n, model);
	return how->kind == EK_SCORE_GAP ? fit_gaps(v, n, model) : fit_values(how, v, n, model);
}

/* ---- scores */

double ek_score_z(const struct ek_score_model *m, const struct ek_score_point *p)
{
	ek_assert(m->sigma > 0);
	if (m->kind == EK_SCORE_RATE)
		return rate_score(m->centre, p) / m->sigma;
	if (m->kind == EK_SCORE_COUNT)
		return (root_difference(p->value, m->mean[cell_of(m, p->key)]) - m->centre) /
		       m->sigma;
	if (m->kind == EK_SCORE_GAP) {
		double none = exp(floor(p->value) * log1p(-m->centre)); /* P(G >= g) */
		return -clamped_quantile(1 - none * (1 - m->centre / 2));
	}
	double z = (scaled(m->kind, p->value) - m->centre) / m->sigma;
	return m->kind == EK_SCORE_SPACING ? -z : z;
}

struct ek_score_parts ek_score_parts(const struct ek_score_model *m, const struct ek_score_point *p)
{
	if (m->kind == EK_SCORE_RATE)
		return (struct ek_score_parts){p->value, p->n, m->centre * p->n};
	if (m->kind == EK_SCORE_COUNT)
		return (struct ek_score_parts){p->value, 1, m->mean[cell_of(m, p->key)]};
	if (m->kind == EK_SCORE_GAP)
		return (struct ek_score_parts){p->value, 1, 1 / m->centre - 1};
	return (struct ek_score_parts){scaled(m->kind, p->value), 1, m->centre};
}

/* The count whose e is so much. */
static double count_at(double mean, double e)
{
	double root = sqrt(mean + 0.375) + e / 2;
	double x = (root > 0 ? root * root : 0) - 0.375;
	return x > 0 ? x : 0;
}

struct ek_score_limits ek_score_limits(const struct ek_score_model *m,
				       const struct ek_score_point *p)
{
	double wide = BEYOND * m->sigma;
	struct ek_score_limits l = {0};
	if (m->kind == EK_SCORE_COUNT) {
		double mean = m->mean[cell_of(m, p->key)];
		l.centre = count_at(mean, m->centre);
		l.lower = count_at(mean, m->centre - wide);
		l.upper = count_at(mean, m->centre + wide);
	} else if (m->kind == EK_SCORE_RATE) {
		wide *= p->n > 0 ? sqrt(m->centre * (1 - m->centre) / p->n) : 1;
		l.centre = m->centre;
		l.lower = m->centre > wide ? m->centre - wide : 0;
		l.upper = m->centre + wide < 1 ? m->centre + wide : 1;
	} else if (m->kind == EK_SCORE_GAP) {
		l.centre = l.lower = l.upper = 1 / m->centre - 1;
	} else {
		l.centre = ek_score_unit(m->kind, m->centre);
		l.lower = ek_score_unit(m->kind, m->centre - wide);
		l.upper = ek_score_unit(m->kind, m->centre + wide);
	}
	return l;
}
