/* What a figure is made of, item by item. */
#include "metrics/figures_inside.h"

#include <string.h>

struct telling {
	const struct ek_figures_reader *reader;
	struct ek_err *err;
	bool failed;
};

static ek_time instant(uint32_t second)
{
	return (ek_time){(int64_t)second * 1000};
}

/* Where the interval of a row ends. */
static ek_time end_of(const struct figures_plan *p, uint32_t i)
{
	const struct ek_columns_of *of = p->of;
	switch (p->measure) {
	case EK_MEASURE_QUEUE:
		return instant(of->start[i] + of->calendar[i]);
	case EK_MEASURE_WORK:
		return instant(of->start[i] + 15 * 60);
	case EK_MEASURE_SURVEY:
		return EK_NO_TIME;
	case EK_MEASURE_SPELL:
		return (of->flags[i] & EK_FOLLOW_DROPPED) != 0 ? EK_NO_TIME : instant(of->at[i]);
	default:
		return instant(of->at[i]);
	}
}

static void fill(const struct figures_plan *p, uint32_t i, struct ek_figures_item *item)
{
	const struct ek_columns_of *of = p->of;
	bool is_past = (of->flags[i] & EK_FOLLOW_HISTORY) != 0;
	memset(item, 0, sizeof *item);
	if (is_past) {
		item->import = (uint32_t)(of->ref[i] >> 32);
		item->item = (uint32_t)of->ref[i];
	} else {
		item->conversation.v = (uint32_t)of->ref[i];
	}
	item->team.v = of->team[i];
	item->teammate.v = of->mate[i];
	item->channel = of->channel[i];
	item->topic = ek_follow_topic(p->f->follow, of->topic[i]);
	item->start = instant(of->start[i]);
	item->end = end_of(p, i);
	item->seconds_office_hours = of->office[i];
	item->seconds_calendar = of->calendar[i];
	if (p->measure == EK_MEASURE_APPROACH && (of->flags[i] & EK_FOLLOW_STRANGER) == 0)
		item->contact = (uint64_t)of->extra[0][i];
	if (p->measure == EK_MEASURE_SURVEY)
		item->seconds_office_hours = 0;
	if (p->measure == EK_MEASURE_WORK) {
		item->seconds_office_hours /= 1000;
		item->seconds_calendar /= 1000;
	}
	if (p->is_person && p->measure == EK_MEASURE_FIRST) {
		item->seconds_office_hours = (int64_t)((uint64_t)of->extra[0][i] >> 32);
		item->seconds_calendar = (uint32_t)of->extra[0][i];
	}
}

static bool tell(struct telling *t, const struct ek_figures_item *item)
{
	t->failed = !t->reader->item(t->reader->ctx, item, t->err);
	return !t->failed;
}

static bool tell_row(void *ctx, const struct figures_plan *p, uint32_t i)
{
	struct ek_figures_item item;
	struct figures_judged j;
	ek_figures_judge(p, i, &j);
	if (j.verdict == ROW_ELSEWHERE)
		return true;
	fill(p, i, &item);
	item.counted = j.verdict == ROW_COUNTED;
	item.in_numerator = item.counted && j.top;
	item.why = item.counted ? NULL : j.why;
	item.value = p->show == SHOW_SHARE ? j.top : j.value;
	if (p->measure == EK_MEASURE_WORK)
		item.value = (p->d->metric == EK_METRIC_OCCUPANCY ? p->of->office[i]
								  : p->of->calendar[i]) /
			     1000.0;
	return tell(ctx, &item);
}

/* ---- what was open at an instant */

static bool tell_live(struct telling *t, const struct figures_plan *p, int kind, uint32_t at)
{
	const struct ek_follow *f = p->f->follow;
	struct ek_columns_row row;
	for (uint32_t i = 0; i < ek_follow_talk_count(f); i++) {
		if (!ek_follow_talk(f, i, kind, &row) || row.start > at ||
		    !ek_figures_is_wanted(p, &row) || ek_figures_is_spam_talk(p, &row))
			continue;
		const struct ek_figures_item item = {
			.conversation = {(uint32_t)row.ref},
			.team = {row.team},
			.teammate = {row.mate},
			.channel = row.channel,
			.topic = ek_follow_topic(f, row.topic),
			.start = instant(row.start),
			.end = EK_NO_TIME,
			.seconds_office_hours = row.office,
			.seconds_calendar = at - row.start,
			.value = p->variant == 0 ? 1 : at - (uint32_t)row.extra[0],
			.counted = true,
			.in_numerator = true,
		};
		if (!tell(t, &item))
			return false;
	}
	return true;
}

static bool tell_ended(struct telling *t, const struct figures_plan *plan, int measure, uint32_t at)
{
	struct figures_plan p = *plan;
	p.measure = (uint8_t)measure;
	p.of = &p.f->columns.of[measure];
	p.is_person = false;
	for (uint32_t i = 0; i < p.of->n; i++) {
		struct ek_figures_item item;
		if (p.of->start[i] > at || p.of->at[i] <= at || !ek_figures_was_open(plan, p.of, i))
			continue;
		fill(&p, i, &item);
		item.counted = item.in_numerator = true;
		item.seconds_calendar = at - p.of->start[i];
		item.value = p.variant == 0 ? 1 : (double)item.seconds_calendar;
		if (measure == EK_MEASURE_SPELL && p.variant == 1)
			item.value = at - (double)p.of->extra[0][i];
		if (!tell(t, &item))
			return false;
	}
	return true;
}

static bool tell_backlog(struct telling *t, const struct figures_plan *p)
{
	uint32_t at = p->until > p->as_of ? p->as_of : p->until;
	if (p->until <= p->from || p->is_nowhere)
		return true;
	if (p->variant != 2)
		return tell_live(t, p, EK_FOLLOW_OPEN_SPELL, at) &&
		       tell_ended(t, p, EK_MEASURE_SPELL, at);
	return tell_live(t, p, EK_FOLLOW_OPEN_FIRST, at) &&
	       tell_live(t, p, EK_FOLLOW_OPEN_NEXT, at) && tell_ended(t, p, EK_MEASURE_FIRST, at) &&
	       tell_ended(t, p, EK_MEASURE_NEXT, at);
}

bool ek_figures_receipt(const struct ek_figures *f, const struct ek_figures_ask *ask,
			const struct ek_figures_reader *reader, struct ek_err *err)
{
	struct telling t = {reader, err, false};
	struct figures_plan p;
	bool ok = ek_figures_plan(f, ask, &p, err);
	if (ok && p.d->metric == EK_METRIC_BACKLOG)
		ok = tell_backlog(&t, &p);
	else if (ok)
		ok = ek_figures_scan(&p, tell_row, &t);
	ek_figures_plan_close(&p);
	return ok;
}

static bool is_same(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

void ek_figures_exclude(struct ek_figures_excluded *x, const struct ek_figures_item *item)
{
	uint32_t i = 0;
	if (item->counted || item->why == NULL)
		return;
	while (i < x->n && !is_same(x->v[i].why, item->why))
		i++;
	if (i == EK_FIGURES_REASONS)
		return;
	if (i == x->n)
		x->v[x->n++].why = item->why;
	x->v[i].n++;
}

bool ek_figures_calendars(const struct ek_figures *f, const struct ek_figures_ask *ask,
			  const struct ek_figures_hours *reader, struct ek_err *err)
{
	const struct ek_versions *v = ek_follow_versions(f->follow);
	uint32_t team = ask->team_count == 1 ? ask->teams[0].v : 0;
	int64_t until;
	for (int64_t t = ask->from.ms; t < ask->until.ms; t = until) {
		const struct ek_calendar *c = ek_versions_at(v, team, t, &until);
		ek_time since = t == ask->from.ms ? EK_NO_TIME : (ek_time){t};
		if (!reader->hours(reader->ctx, since, c, err))
			return false;
	}
	return true;
}
