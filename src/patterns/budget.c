#include "patterns/budget.h"

#include <math.h>

enum { TEAM_SIZES = 4, PERSON_SIZES = 4, EVENT_SIZES = 3 };

/* Table B. */
static const uint32_t team_m[TEAM_SIZES] = {20, 40, 60, 90};
static const struct {
	double h;
	uint32_t run;
	double p[TEAM_SIZES];
} team[EK_BUDGET_TEAM_STEPS] = {
	{5, 8, {.30, .223, .193, .174}},    {6, 10, {.17, .105, .079, .067}},
	{6.5, 11, {.13, .073, .054, .041}}, {7, 12, {.11, .053, .037, .027}},
	{7.5, 13, {.09, .038, .024, .018}}, {8, 14, {.07, .029, .018, .012}},
	{9, 16, {.05, .018, .009, .005}},
};

/* Table D. */
static const uint32_t person_m[PERSON_SIZES] = {40, 60, 90, 130};
static const struct {
	double h;
	double p[PERSON_SIZES];
} person[EK_BUDGET_PERSON_STEPS] = {
	{7, {.110, .077, .055, .043}},  {8, {.071, .047, .029, .021}},
	{9, {.045, .026, .017, .010}},  {10, {.031, .016, .009, .006}},
	{11, {.023, .009, .005, .003}},
};
static const uint32_t event_m[EVENT_SIZES] = {40, 100, 200};
static const struct {
	double h;
	double p[EVENT_SIZES];
} event[EK_BUDGET_PERSON_STEPS] = {
	{3.0, {.194, .177, .165}}, {3.5, {.123, .110, .097}}, {4.0, {.082, .069, .059}},
	{5.0, {.036, .026, .021}}, {6.0, {.016, .011, .008}},
};

static bool is_person(enum ek_budget_feed feed)
{
	return feed == EK_BUDGET_PERSON || feed == EK_BUDGET_YES_NO;
}

static uint32_t step_of(enum ek_budget_feed feed, uint32_t step)
{
	uint32_t last = (is_person(feed) ? EK_BUDGET_PERSON_STEPS : EK_BUDGET_TEAM_STEPS) - 1;
	if (feed == EK_BUDGET_DAILY && step == 0)
		return 1;
	return step < last ? step : last;
}

struct ek_verdict_rule ek_budget_rule(enum ek_budget_feed feed, uint32_t step)
{
	uint32_t at = step_of(feed, step);
	struct ek_verdict_rule rule = {.cusum = {.k = 0.5, .cut = 3, .points_min = 4}};
	if (is_person(feed)) {
		rule.cusum.h = person[at].h;
		rule.freeze = 10;
		return rule;
	}
	rule.cusum.h = team[at].h;
	rule.cusum.run = team[at].run;
	rule.blip_window = feed == EK_BUDGET_DAILY ? 7 : 4;
	rule.freeze = rule.cusum.run;
	return rule;
}

double ek_budget_yes_no_h(uint32_t step)
{
	return event[step_of(EK_BUDGET_YES_NO, step)].h;
}

static double between(const uint32_t *sizes, const double *p, uint32_t n, uint32_t m)
{
	if (m <= sizes[0])
		return p[0];
	for (uint32_t i = 1; i < n; i++)
		if (m <= sizes[i])
			return p[i - 1] +
			       (p[i] - p[i - 1]) * (m - sizes[i - 1]) / (sizes[i] - sizes[i - 1]);
	return p[n - 1];
}

double ek_budget_odds(enum ek_budget_feed feed, uint32_t step, uint32_t m)
{
	uint32_t at = step_of(feed, step);
	if (feed == EK_BUDGET_YES_NO)
		return between(event_m, event[at].p, EVENT_SIZES, m);
	if (feed == EK_BUDGET_PERSON)
		return between(person_m, person[at].p, PERSON_SIZES, m);
	return between(team_m, team[at].p, TEAM_SIZES, m);
}

size_t ek_budget_words(double odds, char out[EK_BUDGET_WORDS])
{
	if (odds >= 0.4)
		return ek_format(out, EK_BUDGET_WORDS, "more than 1 in 3");
	double one_in = odds > 1e-6 ? 1 / odds : 1e6;
	return ek_format(out, EK_BUDGET_WORDS, "about 1 in %d", (int)floor(one_in + 0.5));
}

double ek_budget_expect(const struct ek_budget_chart *chart, uint32_t step)
{
	double p = ek_budget_odds(chart->feed, step, chart->m);
	if (chart->feed == EK_BUDGET_WEEKLY)
		return p / 7;
	if (chart->feed == EK_BUDGET_MONTHLY)
		return p / EK_BUDGET_TEAM_DAYS;
	return chart->feed == EK_BUDGET_YES_NO ? p * chart->answers / EK_BUDGET_PERSON_DAYS : p;
}

struct ek_budget_answer ek_budget_solve(const struct ek_budget_chart *charts, uint32_t n,
					double allowed)
{
	struct ek_budget_answer a = {.is_within = n == 0};
	bool people = n > 0 && is_person(charts[0].feed);
	uint32_t steps = people ? EK_BUDGET_PERSON_STEPS : EK_BUDGET_TEAM_STEPS;
	for (uint32_t step = 0; step < steps && !a.is_within; step++) {
		a.step = step;
		a.expected = 0;
		for (uint32_t i = 0; i < n; i++) {
			ek_assert(is_person(charts[i].feed) == people);
			a.expected += ek_budget_expect(&charts[i], step);
		}
		a.is_within = a.expected <= allowed;
	}
	return a;
}
