/* A local week of one person, a local day or week of one team inbox: the values lie in cells. */
#include "metrics/figures_inside.h"

#include <string.h>

enum { DAYS = 7 };

/* Whether the question is one that a cell answers: nothing narrows it but team and person. */
static bool is_plain(const struct figures_plan *p)
{
	const struct ek_figures_ask *a = p->ask;
	bool is_usual = p->variant == 0 && p->clock == ek_definition_row(p->d->metric)->clock &&
			a->channel == 0 && a->topic.p == NULL && a->hour == 0 &&
			!p->tier.is_asked && !p->area.is_asked;
	bool is_answer = p->measure == EK_MEASURE_FIRST || p->measure == EK_MEASURE_NEXT;
	if (!is_usual || (!is_answer && p->measure != EK_MEASURE_ASSIGN))
		return false;
	if (ek_time_is_set(a->as_of) && a->as_of.ms < ek_follow_at(p->f->follow).ms)
		return false;
	return a->team_count == 1 ? a->teams[0].v != 0 : a->team_count == 0 && p->is_person;
}

/* How many local days from..until is, to the millisecond, and the first; 0: they are not whole. */
static int32_t whole_days(const struct figures_plan *p, uint32_t team, int32_t *date)
{
	const struct ek_figures_ask *a = p->ask;
	const struct ek_zone *zone = ek_figures_zone(p->f, (ek_team_id){team});
	int64_t days = (a->until.ms - a->from.ms + EK_CALENDAR_DAY_MS / 2) / EK_CALENDAR_DAY_MS;
	if ((days != 1 && days != DAYS) || ek_follow_zone_since(p->f->follow, team) > a->from.ms)
		return 0;
	*date = ek_calendar_date(zone, a->from);
	bool whole = ek_calendar_day_start(zone, *date).ms == a->from.ms &&
		     ek_calendar_day_start(zone, *date + (int32_t)days).ms == a->until.ms;
	return whole ? (int32_t)days : 0;
}

/* The cells that make up the answer; how many, 0 where there are none. */
static uint32_t find_cells(const struct figures_plan *p, const struct ek_columns_cell **v,
			   bool *found)
{
	int32_t date = 0;
	uint32_t n = 0;
	uint32_t team = p->ask->team_count == 1 ? p->ask->teams[0].v : 0;
	int32_t days = whole_days(p, team, &date);
	bool is_week = days == DAYS && ek_calendar_day_of_week(date) == 1;
	*found = p->is_person ? is_week : days > 0;
	if (p->is_person && is_week) {
		v[0] = ek_columns_find(&p->f->columns, p->measure, team, p->ask->teammate.v,
				       ek_follow_week(date));
		return v[0] != NULL && v[0]->n > 0;
	}
	for (int32_t i = 0; *found && i < days; i++) {
		v[n] = ek_columns_find(&p->f->columns, p->measure, team, 0, date + i);
		n += v[n] != NULL && v[n]->n > 0;
	}
	return n;
}

/* Cells that are several, or not sorted, are put together first. */
static bool together(const struct figures_plan *p, const struct ek_columns_cell **v, uint32_t n,
		     struct ek_figure *out)
{
	const struct ek_alloc *alloc = &p->f->alloc;
	struct figures_values all = {.n = 0};
	for (uint32_t i = 0; i < n; i++) {
		all.n += v[i]->n;
		all.sum += v[i]->sum;
	}
	uint32_t *to = ek_alloc_get(alloc, all.n * sizeof *to);
	all.v = to;
	if (to == NULL)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		memcpy(to, v[i]->v, v[i]->n * sizeof *to);
		to += v[i]->n;
	}
	ek_figures_durations(p, out, &all);
	ek_alloc_free(alloc, all.v, all.n * sizeof *to);
	return true;
}

static void read_marks(const struct figures_plan *p, const struct ek_columns_cell *cell,
		       struct ek_figure *out)
{
	const struct ek_durations d = {
		.median = ((double)cell->lower + (double)cell->upper) / 2,
		.p90 = cell->p90,
		.mean = (double)cell->sum / (double)cell->n,
		.has_limits = ek_durations_limit(cell->n) != UINT32_MAX,
		.limits = {cell->low, cell->high},
	};
	out->n = cell->n;
	ek_figures_lengths(p, out, &d);
}

bool ek_figures_cell(const struct figures_plan *p, struct ek_figure *out, bool *ok,
		     struct ek_err *err)
{
	const struct ek_columns_cell *v[DAYS];
	bool found;
	if (!is_plain(p))
		return false;
	uint32_t n = find_cells(p, v, &found);
	/* What cannot be true is judged row by row. */
	for (uint32_t i = 0; i < n; i++)
		found = found && !v[i]->doubtful;
	if (!found)
		return false;
	if (n == 1 && v[0]->sorted) {
		read_marks(p, v[0], out);
	} else if (n > 0) {
		*ok = together(p, v, n, out) ||
		      ek_fail(err, EK_NO_MEMORY, "no memory for a figure");
	}
	return found;
}
