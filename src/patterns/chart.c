#include "patterns/chart.h"

#include <math.h>
#include <string.h>

_Static_assert(sizeof(struct ek_chart) <= EK_CHART_BYTES, "the state is bounded");

static bool is_by_weekday(const struct ek_chart_setup *s)
{
	return s->kind == EK_SCORE_COUNT && s->feed == EK_BUDGET_DAILY;
}

static bool is_of_events(enum ek_score_kind kind)
{
	return kind == EK_SCORE_SPACING || kind == EK_SCORE_GAP;
}

void ek_chart_init(struct ek_chart *c, const struct ek_chart_setup *setup)
{
	ek_assert(setup->feed != EK_BUDGET_YES_NO && setup->kind < EK_SCORE_KIND_END);
	ek_assert(setup->lock != 1 && setup->lock <= EK_SCORE_POINTS_MAX);
	memset(c, 0, sizeof *c);
	c->setup = *setup;
	if (c->setup.open_days == 0)
		c->setup.open_days = EK_CHART_ALL_DAYS;
	c->rule = ek_budget_rule(setup->feed, setup->step);
	c->segment = 1;
}

void ek_chart_split(struct ek_chart *c)
{
	struct ek_chart_setup setup = c->setup;
	uint32_t segment = c->segment + 1;
	ek_chart_init(c, &setup);
	c->segment = segment;
}

void ek_chart_set_step(struct ek_chart *c, uint32_t step)
{
	c->setup.step = step;
	c->rule = ek_budget_rule(c->setup.feed, step);
}

/* ---- the baseline */

static bool has_weeks(const struct ek_chart *c)
{
	uint32_t points[EK_SCORE_DAYS] = {0};
	for (uint32_t i = 0; i < c->points; i++)
		points[ek_score_weekday(c->baseline[i].key)]++;
	for (uint32_t d = 0; d < EK_SCORE_DAYS; d++)
		if ((c->setup.open_days >> d & 1) != 0 && points[d] < EK_CHART_WEEKS)
			return false;
	return true;
}

static bool is_ready(const struct ek_chart *c)
{
	if (c->setup.lock != 0)
		return c->points >= c->setup.lock;
	bool is_slow = c->setup.feed == EK_BUDGET_WEEKLY || c->setup.feed == EK_BUDGET_MONTHLY ||
		       is_of_events(c->setup.kind);
	if (c->points < (is_slow ? EK_CHART_LOCK_WEEKLY : EK_CHART_LOCK_DAILY))
		return false;
	return !is_by_weekday(&c->setup) || has_weeks(c);
}

/* What the baseline says of itself when it is locked. */
static enum ek_chart_state settle(struct ek_chart *c, enum ek_score_fault fault)
{
	double z[EK_SCORE_POINTS_MAX];
	if (fault == EK_SCORE_CONSTANT)
		return EK_CHART_CONSTANT;
	if (fault == EK_SCORE_FEW)
		return EK_CHART_FEW;
	c->lag1 = 0;
	if (c->points < EK_BASELINE_GUARD_MIN)
		return EK_CHART_LOCKED;
	for (uint32_t i = 0; i < c->points; i++)
		z[i] = ek_score_z(&c->model, &c->baseline[i]);
	c->lag1 = ek_baseline_lag1(z, c->points);
	return c->lag1 > EK_BASELINE_GUARD ? EK_CHART_COARSER : EK_CHART_LOCKED;
}

/* The latest points stay when there are more than can be held. */
static void keep(struct ek_chart *c, const struct ek_score_point *p)
{
	if (c->points == EK_SCORE_POINTS_MAX) {
		c->points--;
		memmove(c->baseline, c->baseline + 1, c->points * sizeof c->baseline[0]);
	}
	c->baseline[c->points++] = *p;
}

static void learn(struct ek_chart *c, const struct ek_score_point *p)
{
	const struct ek_score_fit how = {c->setup.kind, is_by_weekday(&c->setup),
					 !c->setup.no_screening};
	keep(c, p);
	uint32_t least = is_of_events(c->setup.kind) ? EK_CHART_TRIAL_EVENTS : EK_CHART_TRIAL;
	if (c->points < least && (c->setup.lock == 0 || c->points < c->setup.lock)) {
		c->state = EK_CHART_COLLECTING;
		return;
	}
	enum ek_score_fault fault = ek_score_fit(&how, c->baseline, c->points, &c->model);
	c->has_model = fault != EK_SCORE_CONSTANT;
	c->state = is_ready(c) ? settle(c, fault) : EK_CHART_TRIAL_LIMITS;
}

/* ---- points */

static enum ek_chart_why look_over(const struct ek_chart *c, const struct ek_score_point *p)
{
	enum ek_score_fault fault = ek_score_check(c->setup.kind, p);
	if (fault != EK_SCORE_FINE)
		return fault == EK_SCORE_SMALL ? EK_CHART_SMALL : EK_CHART_OUTSIDE;
	if (is_by_weekday(&c->setup) && (c->setup.open_days >> ek_score_weekday(p->key) & 1) == 0)
		return EK_CHART_CLOSED_DAY;
	return EK_CHART_FED;
}

static void judge(struct ek_chart *c, const struct ek_score_point *p, struct ek_chart_step *step)
{
	struct ek_score_parts parts = ek_score_parts(&c->model, p);
	struct ek_verdict_point point = {p->key,         ek_score_z(&c->model, p),
					 parts.top,      parts.bottom,
					 parts.expected, ek_score_is_middle(&c->model, p)};
	ek_verdict_feed(&c->verdict, &c->rule, &point, &step->facts);
	for (uint32_t i = 0; i < step->facts.n; i++) {
		struct ek_verdict_fact *f = &step->facts.v[i];
		if (f->kind < EK_VERDICT_SHIFT)
			continue;
		f->was = ek_score_unit(c->setup.kind, f->was);
		f->is = ek_score_unit(c->setup.kind, f->is);
	}
}

void ek_chart_feed(struct ek_chart *c, const struct ek_score_point *p, bool left_out,
		   struct ek_chart_step *step)
{
	struct ek_score_limits limits;
	memset(step, 0, sizeof *step);
	step->why = left_out ? EK_CHART_LEFT_OUT : look_over(c, p);
	if (step->why == EK_CHART_FED) {
		step->is_final = c->state == EK_CHART_LOCKED;
		if (step->is_final)
			judge(c, p, step);
		else if (c->state != EK_CHART_FEW && c->state != EK_CHART_COARSER)
			learn(c, p);
		step->has_just_locked = !step->is_final && c->state == EK_CHART_LOCKED;
		step->has_z = ek_chart_look(c, p, &step->z, &limits);
	}
	step->state = c->state;
}

bool ek_chart_look(const struct ek_chart *c, const struct ek_score_point *p, double *z,
		   struct ek_score_limits *limits)
{
	if (!c->has_model || look_over(c, p) != EK_CHART_FED)
		return false;
	*z = ek_score_z(&c->model, p);
	*limits = ek_score_limits(&c->model, p);
	return true;
}

double ek_chart_spread(const struct ek_chart *c)
{
	double sum = 0, squares = 0, z[EK_SCORE_POINTS_MAX];
	if (!c->has_model || c->points < 2)
		return 0;
	for (uint32_t i = 0; i < c->points; i++) {
		z[i] = ek_score_z(&c->model, &c->baseline[i]);
		sum += z[i];
	}
	for (uint32_t i = 0; i < c->points; i++)
		squares += (z[i] - sum / c->points) * (z[i] - sum / c->points);
	return sqrt(squares / (c->points - 1));
}

double ek_chart_odds(const struct ek_chart *c)
{
	return ek_budget_odds(c->setup.feed, c->setup.step, c->points);
}

bool ek_chart_coarser(enum ek_budget_feed feed, enum ek_budget_feed *out)
{
	if (feed != EK_BUDGET_DAILY && feed != EK_BUDGET_WEEKLY)
		return false;
	*out = feed == EK_BUDGET_DAILY ? EK_BUDGET_WEEKLY : EK_BUDGET_MONTHLY;
	return true;
}
