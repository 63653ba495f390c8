#include "api/charts.h"

#include <math.h>
#include <string.h>

#include "model/calendar.h"

enum { CHUNK = 1000, WEEK = 7, MONTHS = 12, ALL_DAYS = EK_CHART_ALL_DAYS };
/* The logarithm of a median of no seconds: as if of half a second, which rounds to it. */
#define SHORTEST 0.5

/* ---- periods */

int32_t ek_charts_period(enum ek_budget_feed feed, int32_t day)
{
	struct ek_date d = ek_calendar_civil(day);
	if (feed == EK_BUDGET_WEEKLY)
		return day - (int32_t)ek_score_weekday(day);
	if (feed == EK_BUDGET_MONTHLY)
		return ek_calendar_days((struct ek_date){d.year, d.month, 1});
	return day;
}

int32_t ek_charts_next(enum ek_budget_feed feed, int32_t first)
{
	struct ek_date d = ek_calendar_civil(first);
	if (feed == EK_BUDGET_WEEKLY)
		return first + WEEK;
	if (feed != EK_BUDGET_MONTHLY)
		return first + 1;
	bool is_last = d.month == MONTHS;
	return ek_calendar_days(
		(struct ek_date){d.year + is_last, (uint8_t)(is_last ? 1 : d.month + 1), 1});
}

static uint8_t cadence_of(enum ek_budget_feed feed)
{
	return feed == EK_BUDGET_WEEKLY    ? EK_FIGURES_WEEKLY
	       : feed == EK_BUDGET_MONTHLY ? EK_FIGURES_MONTHLY
					   : EK_FIGURES_DAILY;
}

/* ---- a figure as a point */

enum ek_score_kind ek_charts_kind(const struct ek_definition *d)
{
	switch (d->kind) {
	case EK_METRIC_KIND_DURATION:
		return EK_SCORE_DURATION;
	case EK_METRIC_KIND_SHARE:
		return EK_SCORE_RATE;
	case EK_METRIC_KIND_COUNT:
		return EK_SCORE_COUNT;
	default:
		return EK_SCORE_VALUE;
	}
}

bool ek_charts_point(enum ek_score_kind kind, const struct ek_figure *g, struct ek_score_point *out)
{
	bool is_there = g->state != EK_FIGURE_NONE && g->state != EK_FIGURE_WITHHELD;
	if (kind == EK_SCORE_COUNT && g->state != EK_FIGURE_WITHHELD) {
		/* A day on which nobody came is one. */
		out->value = g->has_value ? g->value : (double)g->n;
		out->n = 0;
		return true;
	}
	out->n = (double)g->n;
	if (kind == EK_SCORE_DURATION) {
		out->value = g->median > SHORTEST ? g->median : SHORTEST;
		return is_there && g->n > 0;
	}
	if (kind == EK_SCORE_RATE) {
		out->value = (double)g->numerator;
		out->n = (double)g->denominator;
		return is_there && g->denominator > 0;
	}
	out->value = g->value;
	return is_there && g->has_value;
}

/* ---- hours */

struct hours {
	ek_time since;
	bool is_set;
	uint64_t mark; /* of weekly hours and zone */
	uint8_t open_days;
	const int32_t *closed;
	uint32_t closed_count;
};
struct reading {
	const struct ek_figures *f;
	const struct ek_charts_ask *ask;
	const struct ek_zone *zone;
	struct ek_arena *arena;
	struct ek_charts_series *out;
	enum ek_score_kind kind;
	uint32_t cap;
	bool has_begun; /* the first period with facts has gone by */
	uint32_t version;
	struct hours hours[EK_CHARTS_HOURS_MAX];
	uint32_t hour_count;
	int32_t cuts[EK_CHARTS_CUTS_MAX]; /* periods, the latest first */
	uint32_t cut_count;
};

static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= UINT64_C(0xff51afd7ed558ccd);
	x ^= x >> 33;
	x *= UINT64_C(0xc4ceb9fe1a85ec53);
	return x ^ x >> 33;
}

static uint64_t mark_of(const struct ek_calendar *c)
{
	uint64_t sum = 0, name = 0;
	for (uint32_t i = 0; i < c->week_count; i++)
		sum += mix((uint64_t)c->week[i].day << 56 ^ (uint64_t)c->week[i].from_ms << 28 ^
			   (uint64_t)c->week[i].to_ms);
	for (uint32_t i = 0; i < c->zone.name.n; i++)
		name = mix(name ^ (uint8_t)c->zone.name.p[i]);
	return sum ^ name;
}

static bool take_hours(void *ctx, ek_time since, const struct ek_calendar *c, struct ek_err *err)
{
	struct reading *r = ctx;
	struct hours h = {.since = since, .is_set = c != NULL, .open_days = ALL_DAYS};
	if (c != NULL) {
		int32_t *closed = ek_arena_get(r->arena, (c->closed_count + 1) * sizeof *closed);
		if (closed == NULL)
			return ek_fail(err, EK_NO_MEMORY, "no memory for office hours");
		if (c->closed_count > 0)
			memcpy(closed, c->closed, c->closed_count * sizeof *closed);
		h.closed = closed;
		h.closed_count = c->closed_count;
		h.mark = mark_of(c);
		h.open_days = 0;
		for (uint32_t i = 0; i < c->week_count; i++)
			h.open_days |= (uint8_t)(1u << (c->week[i].day - 1));
		if (h.open_days == 0)
			h.open_days = ALL_DAYS;
	}
	if (r->hour_count == EK_CHARTS_HOURS_MAX) {
		r->hour_count--;
		memmove(r->hours, r->hours + 1, r->hour_count * sizeof r->hours[0]);
	}
	r->hours[r->hour_count++] = h;
	return true;
}

/* What held when a local day began. */
static const struct hours *hours_on(const struct reading *r, int32_t day)
{
	ek_time at = ek_calendar_day_start(r->zone, day);
	const struct hours *found = &r->hours[0];
	for (uint32_t i = 1; i < r->hour_count; i++)
		if (r->hours[i].since.ms <= at.ms)
			found = &r->hours[i];
	return found;
}

static bool is_changed(const struct reading *r, const struct hours *was, const struct hours *now)
{
	bool by_hours = r->out->definition->clock == EK_CLOCK_OFFICE_HOURS;
	if (was == now || (was->is_set == now->is_set && was->mark == now->mark))
		return false;
	return by_hours || was->is_set;
}

static bool is_closed(const struct hours *h, int32_t from, int32_t until)
{
	for (uint32_t i = 0; i < h->closed_count; i++)
		if (h->closed[i] >= from && h->closed[i] < until &&
		    (h->open_days >> ek_score_weekday(h->closed[i]) & 1) != 0)
			return true;
	return false;
}

/* ---- imports */

/* The periods at whose end the backlog is without what an import had brought in open. */
static bool find_cuts(struct reading *r, const struct ek_figures_ask *ask, struct ek_err *err)
{
	struct ek_figures_ask q = *ask;
	while (r->cut_count < EK_CHARTS_CUTS_MAX) {
		ek_time at;
		if (!ek_figures_cut(r->f, &q, &at, err))
			return false;
		if (!ek_time_is_set(at))
			break;
		/* At midnight itself it is missing at the end of the day before. */
		int32_t day = ek_calendar_date(r->zone, (ek_time){at.ms - 1});
		r->cuts[r->cut_count] = ek_charts_period(r->ask->feed, day);
		q.until = ek_calendar_day_start(r->zone, r->cuts[r->cut_count++]);
	}
	return true;
}

static bool is_cut(const struct reading *r, int32_t day)
{
	for (uint32_t i = 0; i < r->cut_count; i++)
		if (r->cuts[i] == day)
			return true;
	return false;
}

/* ---- the series */

static bool grow(struct reading *r, struct ek_err *err)
{
	struct ek_charts_series *s = r->out;
	if (s->n < r->cap)
		return true;
	uint32_t cap = r->cap * 2 + 64;
	struct ek_judged_in *v = ek_arena_get(r->arena, cap * sizeof *v);
	struct ek_charts_side *sides = ek_arena_get(r->arena, cap * sizeof *sides);
	if (v == NULL || sides == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for %u points", cap);
	if (s->n > 0) {
		memcpy(v, s->v, s->n * sizeof *v);
		memcpy(sides, s->sides, s->n * sizeof *sides);
	}
	s->v = v;
	s->sides = sides;
	r->cap = cap;
	return true;
}

static void judge_day(const struct reading *r, struct ek_judged_in *in, struct ek_charts_side *side)
{
	enum ek_budget_feed feed = r->ask->feed;
	int32_t day = in->p.key, next = ek_charts_next(feed, day);
	const struct hours *now = hours_on(r, day);
	bool is_whole_out =
		feed == EK_BUDGET_DAILY || (feed == EK_BUDGET_WEEKLY && r->kind == EK_SCORE_COUNT);
	side->is_holiday = is_closed(now, day, next);
	in->is_left_out = side->is_holiday && is_whole_out;
	in->open_days = now->open_days;
	if (in->begins)
		side->why = EK_CHARTS_WHY_DEFINITION;
	else if (r->out->n > 0 && is_cut(r, day))
		side->why = EK_CHARTS_WHY_IMPORT;
	else if (r->out->n > 0 && is_changed(r, hours_on(r, r->out->v[r->out->n - 1].p.key), now))
		side->why = EK_CHARTS_WHY_HOURS;
	in->begins = side->why != EK_CHARTS_WHY_NONE;
}

static bool take_figure(void *ctx, int32_t date, const struct ek_figure *g, struct ek_err *err)
{
	struct reading *r = ctx;
	struct ek_charts_series *s = r->out;
	bool is_there = g->state != EK_FIGURE_NONE;
	if (!r->has_begun) {
		r->has_begun = is_there;
		r->version = g->version;
		return true;
	}
	if (!grow(r, err))
		return false;
	struct ek_judged_in *in = &s->v[s->n];
	struct ek_charts_side *side = &s->sides[s->n];
	*in = (struct ek_judged_in){.p.key = date, .begins = g->version != r->version};
	*side = (struct ek_charts_side){
		.has_value = g->has_value, .value = g->value, .n = g->n, .version = g->version};
	if (!ek_charts_point(r->kind, g, &in->p))
		in->p.value = NAN;
	else if (r->kind == EK_SCORE_COUNT) {
		side->has_value = true;
		side->value = in->p.value;
	}
	r->version = g->version;
	judge_day(r, in, side);
	s->n++;
	return true;
}

/* In stretches, as one answer holds only so many periods. */
static bool read_span(struct reading *r, struct ek_figures_ask *ask, int32_t from, int32_t until,
		      struct ek_err *err)
{
	const struct ek_figures_run run = {cadence_of(r->ask->feed), r->zone, take_figure, r};
	bool ok = true;
	while (ok && from < until) {
		int32_t to = from;
		for (uint32_t i = 0; i < CHUNK && to < until; i++)
			to = ek_charts_next(r->ask->feed, to);
		to = to < until ? to : until;
		ask->from = ek_calendar_day_start(r->zone, from);
		ask->until = ek_calendar_day_start(r->zone, to);
		ok = ek_figures_series(r->f, ask, &run, err);
		from = to;
	}
	return ok;
}

static int32_t first_day(const struct reading *r, ek_time since, int32_t until)
{
	int32_t from = ek_charts_period(r->ask->feed, ek_calendar_date(r->zone, since));
	int32_t most = EK_CHARTS_POINTS_MAX;
	if (r->ask->feed != EK_BUDGET_DAILY)
		most *= WEEK;
	return until - from > most ? ek_charts_period(r->ask->feed, until - most) : from;
}

/* The day behind the last that is judged: what is too young is left out, and so are years after an
 * import in which nobody worked here, which would be told as a fall to nothing. */
static int32_t last_day(const struct reading *r)
{
	const struct ek_charts_ask *ask = r->ask;
	int64_t matures = (int64_t)r->out->definition->matures_days * EK_CALENDAR_DAY_MS;
	ek_time ripe = {ask->now.ms - matures};
	ek_time past = ek_figures_imported_until(r->f, ask->team);
	if (ek_time_is_set(past) && past.ms < ripe.ms)
		ripe = past;
	return ek_charts_period(ask->feed, ek_calendar_date(r->zone, ripe));
}

bool ek_charts_read(const struct ek_figures *f, const struct ek_charts_ask *ask,
		    struct ek_arena *arena, struct ek_charts_series *out, struct ek_err *err)
{
	struct ek_figures_ask q = {.metric = ask->metric,
				   .teams = &ask->team,
				   .team_count = ask->team.v != 0,
				   .topic = ask->topic,
				   .channel = ask->channel,
				   .as_of = EK_NO_TIME};
	const struct ek_figures_hours hours = {take_hours, NULL};
	struct reading *r = ek_arena_zero(arena, sizeof *r);
	*out = (struct ek_charts_series){
		.definition = ek_figures_definition(f, ask->metric, 0, ask->now)};
	if (out->definition == NULL)
		return ek_fail(err, EK_INVALID_VALUE, "there is no metric %d", ask->metric);
	if (r == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a series");
	r->f = f;
	r->ask = ask;
	r->arena = arena;
	r->out = out;
	r->zone = ek_figures_zone(f, ask->team);
	r->kind = ek_charts_kind(out->definition);
	int32_t until = last_day(r);
	ek_time since = ek_figures_since(f, ask->metric);
	struct ek_figures_hours mine = hours;
	mine.ctx = r;
	out->today = ek_calendar_date(r->zone, ask->now);
	out->setup = (struct ek_chart_setup){.kind = r->kind, .feed = ask->feed};
	if (!ek_time_is_set(since))
		return true;
	int32_t from = first_day(r, since, until);
	q.from = ek_calendar_day_start(r->zone, from);
	q.until = ask->now;
	if (!ek_figures_calendars(f, &q, &mine, err) || !find_cuts(r, &q, err))
		return false;
	if (r->hour_count == 0)
		r->hours[r->hour_count++] = (struct hours){.open_days = ALL_DAYS};
	if (!read_span(r, &q, from, until, err))
		return false;
	out->setup.open_days = out->n > 0 ? out->v[0].open_days : ALL_DAYS;
	return true;
}

/* ---- what people say of it */

static bool is_about(const struct ek_charts_ask *ask, ek_team_id team, int metric)
{
	return team.v == ask->team.v && (metric == 0 || metric == ask->metric);
}

static uint32_t place_of(const struct ek_charts_series *s, int32_t key)
{
	uint32_t i = 0;
	while (i < s->n && s->v[i].p.key < key)
		i++;
	return i;
}

/* The places left out by people so far, rising, and one more. False when that is one too many. */
static bool leave_out(uint32_t *places, uint32_t *n, uint32_t place)
{
	uint32_t at = 0;
	while (at < *n && places[at] < place)
		at++;
	if (at < *n && places[at] == place)
		return true;
	if (!ek_annotate_may(places, *n, place))
		return false;
	memmove(places + at + 1, places + at, (*n - at) * sizeof *places);
	places[at] = place;
	++*n;
	return true;
}

static bool put_notes(const struct ek_charts_ask *ask, const struct ek_charts_given *given,
		      struct ek_arena *arena, struct ek_charts_series *s)
{
	uint32_t n = 0;
	uint32_t *places = ek_arena_get(arena, (given->note_count + 1) * sizeof *places);
	if (places == NULL)
		return false;
	for (uint32_t i = 0; i < given->note_count; i++) {
		const struct ek_charts_note *note = &given->notes[i];
		if (!is_about(ask, note->team, note->metric))
			continue;
		uint32_t place = place_of(s, ek_charts_period(ask->feed, note->day));
		if (place == s->n || s->v[place].p.key > note->day)
			continue;
		if (s->sides[place].note == 0)
			s->sides[place].note = note->id;
		if (note->leaves_out && ask->feed != EK_BUDGET_MONTHLY &&
		    leave_out(places, &n, place))
			s->v[place].is_left_out = true;
	}
	return true;
}

static void put_bases(const struct ek_charts_ask *ask, const struct ek_charts_given *given,
		      struct ek_charts_series *s)
{
	for (uint32_t i = 0; i < given->base_count; i++) {
		const struct ek_charts_base *b = &given->bases[i];
		uint32_t place = place_of(s, b->from);
		if (!is_about(ask, b->team, b->metric) || b->feed != ask->feed || place == s->n)
			continue;
		s->v[place].begins = true;
		s->sides[place].why = EK_CHARTS_WHY_LIMITS;
	}
}

bool ek_charts_judge(const struct ek_charts_ask *ask, const struct ek_charts_given *given,
		     struct ek_arena *arena, struct ek_charts *chart, struct ek_err *err)
{
	struct ek_charts_series *s = &chart->series;
	if (!put_notes(ask, given, arena, s))
		return ek_fail(err, EK_NO_MEMORY, "no memory for %u notes", given->note_count);
	put_bases(ask, given, s);
	const struct ek_judged_ask judge = {.setup = s->setup,
					    .marks = ask->marks,
					    .v = s->v,
					    .n = s->n,
					    .levels = given->levels,
					    .level_count = given->level_count};
	return ek_judged_make(&judge, arena, &chart->judged, err);
}

bool ek_charts_may_leave_out(const struct ek_charts_given *given, const struct ek_charts_note *one,
			     struct ek_arena *arena)
{
	uint32_t n = 0;
	uint32_t *days = ek_arena_get(arena, (given->note_count + 1) * sizeof *days);
	if (days == NULL)
		return false;
	for (uint32_t i = 0; i < given->note_count; i++) {
		const struct ek_charts_note *o = &given->notes[i];
		bool is_same = o->metric == 0 || one->metric == 0 || o->metric == one->metric;
		if (o->team.v == one->team.v && o->leaves_out && is_same)
			(void)leave_out(days, &n, (uint32_t)o->day);
	}
	return leave_out(days, &n, (uint32_t)one->day);
}
