/* What a figure was before facts came late: the same question, asked of what was known then. */
#include "metrics/figures_inside.h"

#include <string.h>

enum { DAY_S = 86400 };

/* What came after `known`, of the period that is asked for. */
struct since {
	const struct figures_plan *p;
	uint32_t known;
	uint32_t first; /* when the first row of the period became known; UINT32_MAX = none did */
	uint32_t changed;
	uint32_t causes;
};

static void note(struct since *s, uint32_t known, uint32_t cause)
{
	s->causes |= cause;
	s->changed = known > s->changed ? known : s->changed;
}

/* Whether a row bears on the figure at all: by its date, or, of what was open, by its stretch. */
static bool bears(const struct figures_plan *p, const struct ek_columns_of *of, uint32_t i)
{
	if (p->d->metric == EK_METRIC_BACKLOG)
		return of->start[i] < p->until && of->at[i] >= p->until &&
		       (of->flags[i] & EK_FOLLOW_HISTORY) != 0 && ek_figures_wants(p, of, i);
	return of->at[i] >= p->from && of->at[i] < p->until && ek_figures_wants(p, of, i);
}

static bool is_apart(const struct figures_plan *p, const struct ek_columns_of *of, uint32_t block)
{
	if (p->d->metric == EK_METRIC_BACKLOG)
		return of->newest[block] < p->until;
	return of->oldest[block] >= p->until || of->newest[block] < p->from;
}

static void look_at_rows(struct since *s)
{
	const struct figures_plan *p = s->p;
	const struct ek_columns_of *of = p->of;
	for (uint32_t i = 0; i < of->n; i++) {
		uint32_t end = (i / EK_COLUMNS_BLOCK + 1) * EK_COLUMNS_BLOCK;
		uint32_t last = end < of->n ? end - 1 : of->n - 1;
		if (i % EK_COLUMNS_BLOCK == 0 &&
		    (of->known[last] <= s->known || is_apart(p, of, i / EK_COLUMNS_BLOCK))) {
			i = last;
			continue;
		}
		if (of->known[i] > s->known && of->known[i] <= p->as_of && bears(p, of, i))
			note(s, of->known[i],
			     (of->flags[i] & EK_FOLLOW_HISTORY) != 0 ? EK_FIGURES_BY_IMPORTED
								     : EK_FIGURES_BY_LATE);
	}
}

static void look_at_patches(struct since *s)
{
	static const uint8_t causes[EK_FOLLOW_CAUSES] = {
		[EK_FOLLOW_LATE] = EK_FIGURES_BY_LATE,
		[EK_FOLLOW_IMPORTED] = EK_FIGURES_BY_IMPORTED,
		[EK_FOLLOW_MERGED] = EK_FIGURES_BY_MERGED,
		[EK_FOLLOW_SPAMMED] = EK_FIGURES_BY_SPAM,
		[EK_FOLLOW_REOPENED] = EK_FIGURES_BY_REOPENED,
	};
	const struct figures_plan *p = s->p;
	const struct ek_columns *c = &p->f->columns;
	for (uint32_t i = c->patch_count; i > 0 && c->patches[i - 1].known > s->known; i--) {
		const struct ek_columns_patch *patch = &c->patches[i - 1];
		const struct ek_columns_of *of = &c->of[patch->measure];
		bool is_cohort = p->measure == EK_MEASURE_APPROACH &&
				 p->d->metric == EK_METRIC_RESOLUTION_TIME;
		bool is_of = patch->measure == p->measure &&
			     (bears(p, of, patch->row) || p->d->metric == EK_METRIC_BACKLOG);
		if (patch->known <= p->as_of &&
		    (is_of || (is_cohort && patch->measure == EK_MEASURE_CLOSE)))
			note(s, patch->known, causes[patch->cause]);
	}
}

static void look_for_first(struct since *s)
{
	const struct ek_columns_of *of = s->p->of;
	s->first = UINT32_MAX;
	for (uint32_t i = 0; i < of->n && s->first == UINT32_MAX; i++) {
		if (i % EK_COLUMNS_BLOCK == 0 && is_apart(s->p, of, i / EK_COLUMNS_BLOCK))
			i += EK_COLUMNS_BLOCK - 1;
		else if (bears(s->p, of, i))
			s->first = of->known[i];
	}
}

/* Since when the period is known; false when it is not yet, or nothing came since. */
static bool look(struct since *s)
{
	const struct figures_plan *p = s->p;
	uint64_t over = (uint64_t)ek_columns_second(p->ask->until) + p->window + DAY_S;
	for (int turn = 0; turn < 2; turn++) {
		if (over >= p->as_of)
			return false;
		s->known = (uint32_t)over;
		s->causes = s->changed = 0;
		look_at_rows(s);
		look_at_patches(s);
		if (s->causes == 0)
			return false;
		look_for_first(s);
		if (s->first == UINT32_MAX || (uint64_t)s->first + DAY_S <= over)
			return true;
		over = (uint64_t)s->first + DAY_S;
	}
	return s->causes != 0;
}

static bool is_same(const struct ek_figure *a, const struct ek_figure *b)
{
	return a->n == b->n && a->numerator == b->numerator && a->denominator == b->denominator &&
	       a->has_value == b->has_value && !(a->value < b->value) && !(a->value > b->value) &&
	       !(a->p90 < b->p90) && !(a->p90 > b->p90) && !(a->mean < b->mean) &&
	       !(a->mean > b->mean);
}

bool ek_figures_was(const struct ek_figures *f, const struct ek_figures_ask *ask,
		    const struct ek_figure *now, struct ek_figures_restated *out,
		    struct ek_err *err)
{
	struct figures_plan p;
	struct ek_figures_ask then = *ask;
	out->causes = 0;
	bool ok = ek_figures_plan(f, ask, &p, err);
	struct since s = {.p = &p};
	bool is_other = ok && look(&s);
	ek_figures_plan_close(&p);
	if (!is_other)
		return ok;
	then.as_of.ms = (int64_t)s.known * 1000;
	if (!ek_figures_ask(f, &then, &out->before, err))
		return false;
	/* Answers to surveys may have longer windows than the metric says. */
	if (is_same(&out->before, now) || out->before.not_yet_known > now->not_yet_known)
		return true;
	out->known = then.as_of;
	out->changed.ms = (int64_t)s.changed * 1000;
	out->causes = s.causes;
	return true;
}

bool ek_figures_news(const struct ek_figures *f, const struct ek_figures_ask *ask, ek_time known,
		     struct ek_figures_news *out, struct ek_err *err)
{
	struct figures_plan p;
	bool ok = ek_figures_plan(f, ask, &p, err);
	uint32_t second = ek_columns_second(known);
	struct since s = {.p = &p, .known = second > 0 ? second - 1 : 0};
	if (ok) {
		look_at_rows(&s);
		look_at_patches(&s);
	}
	ek_figures_plan_close(&p);
	*out = (struct ek_figures_news){s.causes, EK_NO_TIME};
	if (s.causes != 0)
		out->changed.ms = (int64_t)s.changed * 1000;
	return ok;
}

struct reach {
	uint32_t earliest;
	bool is_patch;
};

/* A thing counts on its own date; what was open, once it is another or was not known before, from
 * its beginning on. */
static void reach_to(struct reach *r, const struct ek_columns *c, int measure, uint32_t i)
{
	const struct ek_columns_of *of = &c->of[measure];
	bool is_stretch = measure == EK_MEASURE_SPELL &&
			  (r->is_patch || (of->flags[i] & EK_FOLLOW_HISTORY) != 0);
	uint32_t date = is_stretch ? of->start[i] : of->at[i];
	r->earliest = date < r->earliest ? date : r->earliest;
}

ek_time ek_figures_reach(const struct ek_figures *f, ek_time known)
{
	const struct ek_columns *c = &f->columns;
	uint32_t since = ek_columns_second(known);
	struct reach r = {.earliest = UINT32_MAX};
	for (int m = 0; m < EK_MEASURE_END; m++) {
		const struct ek_columns_of *of = &c->of[m];
		for (uint32_t i = of->n; i > 0 && of->known[i - 1] >= since; i--)
			reach_to(&r, c, m, i - 1);
	}
	r.is_patch = true;
	for (uint32_t i = c->patch_count; i > 0 && c->patches[i - 1].known >= since; i--)
		reach_to(&r, c, c->patches[i - 1].measure, c->patches[i - 1].row);
	return r.earliest == UINT32_MAX ? EK_NO_TIME : (ek_time){(int64_t)r.earliest * 1000};
}
