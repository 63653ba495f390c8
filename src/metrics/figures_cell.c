/* A local week of one team inbox or one person: its values lie sorted in a cell. */
#include "metrics/figures_inside.h"

#include <string.h>

#include "metrics/durations.h"

/* Whether the question is one that a cell answers: nothing narrows it but team and person. */
static bool is_plain(const struct figures_plan *p)
{
	const struct ek_figures_ask *a = p->ask;
	bool is_usual = p->variant == 0 && p->clock == ek_definition_row(p->d->metric)->clock &&
			a->channel == 0 && a->topic.p == NULL;
	bool is_answer = p->measure == EK_MEASURE_FIRST || p->measure == EK_MEASURE_NEXT;
	if (!is_usual || (!is_answer && p->measure != EK_MEASURE_ASSIGN))
		return false;
	if (ek_time_is_set(a->as_of) && a->as_of.ms < ek_follow_at(p->f->follow).ms)
		return false;
	return a->team_count == 1 ? a->teams[0].v != 0 : a->team_count == 0 && p->is_person;
}

/* The local week that from..until is, to the millisecond; false: it is none. */
static bool is_week(const struct figures_plan *p, uint32_t team, int32_t *week)
{
	const struct ek_figures_ask *a = p->ask;
	const struct ek_zone *zone = ek_figures_zone(p->f, (ek_team_id){team});
	if (a->until.ms - a->from.ms < 6 * (int64_t)EK_CALENDAR_DAY_MS ||
	    a->until.ms - a->from.ms > 8 * (int64_t)EK_CALENDAR_DAY_MS)
		return false;
	int32_t date = ek_calendar_date(zone, a->from);
	*week = ek_follow_week(date);
	return ek_calendar_day_of_week(date) == 1 &&
	       ek_calendar_day_start(zone, date).ms == a->from.ms &&
	       ek_calendar_day_start(zone, date + 7).ms == a->until.ms &&
	       ek_follow_zone_since(p->f->follow, team) <= a->from.ms;
}

bool ek_figures_cell(const struct figures_plan *p, struct ek_figure *out, bool *ok,
		     struct ek_err *err)
{
	int32_t week;
	uint32_t team = p->ask->team_count == 1 ? p->ask->teams[0].v : 0;
	if (!is_plain(p) || !is_week(p, team, &week))
		return false;
	const struct ek_columns_cell *cell =
		ek_columns_find(&p->f->columns, p->measure, team, p->ask->teammate.v, week);
	if (cell == NULL || cell->n == 0)
		return true;
	struct figures_values values = {cell->v, cell->n, cell->sorted, cell->sum};
	const struct ek_alloc *alloc = &p->f->alloc;
	if (!cell->sorted) {
		values.v = ek_alloc_get(alloc, cell->n * sizeof *values.v);
		*ok = values.v != NULL || ek_fail(err, EK_NO_MEMORY, "no memory for a figure");
		if (!*ok)
			return true;
		memcpy(values.v, cell->v, cell->n * sizeof *values.v);
	}
	ek_figures_durations(p, out, &values);
	if (!cell->sorted)
		ek_alloc_free(alloc, values.v, cell->n * sizeof *values.v);
	return true;
}
