/* One team's people: what they did, read from the figures, and where each stands. */
#include <stdlib.h>
#include <string.h>

#include "api/mirror.h"
#include "base/zone.h"
#include "model/calendar.h"

enum { CHANNELS = 8, FIRST = 256 };

int ek_mirror_metric(uint32_t i)
{
	static const int metrics[EK_MIRROR_METRICS] = {EK_METRIC_HANDLE_TIME, EK_METRIC_CSAT};
	return metrics[i];
}

const char *ek_mirror_direction(int metric, int32_t side)
{
	if (metric == EK_METRIC_HANDLE_TIME)
		return side > 0 ? "higher" : "lower";
	return side > 0 ? "worse" : "better";
}

/* ---- rows */

struct rows {
	struct ek_arena *arena;
	struct ek_mirror_rows *out;
	uint32_t cap;
};

static bool take_row(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct rows *r = ctx;
	struct ek_mirror_rows *out = r->out;
	if (out->n == r->cap) {
		uint32_t cap = r->cap * 2 + FIRST;
		int64_t *bigger = ek_arena_get(r->arena, (size_t)cap * n * sizeof *bigger);
		if (bigger == NULL)
			return ek_fail(err, EK_NO_MEMORY, "no memory for %u rows", cap);
		if (out->n > 0)
			memcpy(bigger, out->v, (size_t)out->n * n * sizeof *bigger);
		out->v = bigger;
		r->cap = cap;
	}
	out->width = n;
	for (uint32_t i = 0; i < n; i++)
		out->v[(size_t)out->n * n + i] = v[i].kind == EK_VIEWS_INT ? v[i].i : EK_NONE;
	out->n++;
	return true;
}

bool ek_mirror_select(struct ek_reader *reader, const struct ek_reader_question *q,
		      struct ek_arena *arena, struct ek_mirror_rows *out, struct ek_err *err)
{
	struct rows r = {arena, out, 0};
	*out = (struct ek_mirror_rows){0};
	return ek_reader_each(reader, q, take_row, &r, err);
}

/* ---- reading */

struct reading {
	const struct ek_figures *f;
	struct ek_mirror_team *team;
	struct ek_mirror_series *s;
	int metric;
	const char *topic; /* of the last one, and its number */
	uint32_t topic_number;
};

static bool person_of(struct ek_mirror_team *t, uint32_t teammate, uint32_t *out)
{
	for (*out = 0; *out < t->people_count; *out += 1)
		if (t->people[*out] == teammate)
			return true;
	if (t->people_count == t->people_cap) {
		uint32_t cap = t->people_cap * 2 + FIRST;
		uint32_t *bigger = ek_arena_get(t->arena, cap * sizeof *bigger);
		if (bigger == NULL)
			return false;
		if (t->people_count > 0)
			memcpy(bigger, t->people, t->people_count * sizeof *bigger);
		t->people = bigger;
		t->people_cap = cap;
	}
	t->people[t->people_count++] = teammate;
	return true;
}

/* 0 of none. */
static uint32_t topic_of(struct reading *r, ek_str topic)
{
	uint32_t n = ek_figures_topic_count(r->f);
	if (topic.p == NULL)
		return 0;
	if (topic.p == r->topic)
		return r->topic_number;
	for (uint32_t i = 0; i < n; i++)
		if (ek_str_equal(ek_figures_topic(r->f, i), topic)) {
			r->topic = topic.p;
			r->topic_number = i + 1;
			return i + 1;
		}
	return 0;
}

static struct ek_mirror_thing *next_thing(struct reading *r)
{
	struct ek_mirror_series *s = r->s;
	if (s->n == s->cap) {
		uint32_t cap = s->cap * 2 + FIRST;
		struct ek_mirror_thing *bigger = ek_arena_get(r->team->arena, cap * sizeof *bigger);
		if (bigger == NULL)
			return NULL;
		if (s->n > 0)
			memcpy(bigger, s->things, s->n * sizeof *bigger);
		s->things = bigger;
		s->cap = cap;
	}
	return &s->things[s->n++];
}

static bool take_item(void *ctx, const struct ek_figures_item *item, struct ek_err *err)
{
	struct reading *r = ctx;
	uint32_t person;
	/* An answer counts for what it is about, which has no end of its own. */
	ek_time at = ek_time_is_set(item->end) ? item->end : item->start;
	if (!item->counted || item->teammate.v == 0)
		return true;
	struct ek_mirror_thing *t = next_thing(r);
	if (t == NULL || !person_of(r->team, item->teammate.v, &person))
		return ek_fail(err, EK_NO_MEMORY, "no memory for people's work");
	*t = (struct ek_mirror_thing){.conversation = item->conversation,
				      .at = at,
				      .topic = item->topic,
				      .channel = item->channel,
				      .order = r->s->n};
	t->item = (struct ek_personal_item){
		.day = ek_calendar_date(r->team->zone, at),
		.person = person,
		.work = topic_of(r, item->topic) * CHANNELS + item->channel + 1,
		.channel = item->channel + 1u,
		.is_bad = !item->in_numerator,
		.own = item->value < 1 ? 1 : item->value,
	};
	return true;
}

static int by_time(const void *a, const void *b)
{
	const struct ek_mirror_thing *x = a, *y = b;
	if (x->at.ms != y->at.ms)
		return x->at.ms < y->at.ms ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* Items and days from things. */
static bool lay_out(struct ek_mirror_series *s, struct ek_arena *arena)
{
	s->items = ek_arena_get(arena, ((size_t)s->n + 1) * sizeof *s->items);
	s->days = ek_arena_get(arena, ((size_t)s->n + 1) * sizeof *s->days);
	if (s->items == NULL || s->days == NULL)
		return false;
	if (s->n > 0)
		qsort(s->things, s->n, sizeof *s->things, by_time);
	for (uint32_t i = 0; i < s->n; i++) {
		s->items[i] = s->things[i].item;
		if (s->day_count == 0 || s->days[s->day_count - 1] != s->items[i].day)
			s->days[s->day_count++] = s->items[i].day;
	}
	return true;
}

/* What is credited to people: of handle time its parts, of answers those that are known. */
static bool read_one(struct reading *r, ek_time until, ek_time now, struct ek_err *err)
{
	const struct ek_figures_reader reader = {take_item, r};
	const struct ek_figures_ask ask = {
		.metric = r->metric,
		.teams = &r->team->team,
		.team_count = 1,
		.from = {0},
		.until = until,
		.as_of = EK_NO_TIME,
		.variant = r->metric == EK_METRIC_HANDLE_TIME ? "leg" : NULL,
	};
	const struct ek_definition *d = ek_figures_definition(r->f, r->metric, 0, now);
	r->s->version = d != NULL ? d->version : 1;
	if (!ek_figures_receipt(r->f, &ask, &reader, err))
		return false;
	return lay_out(r->s, r->team->arena) ||
	       ek_fail(err, EK_NO_MEMORY, "no memory for people's work");
}

bool ek_mirror_read(const struct ek_figures *f, ek_time now, struct ek_mirror_team *team,
		    struct ek_err *err)
{
	static const struct ek_zone_shift shift = {EK_ZONE_SINCE_EVER, 0};
	static const struct ek_zone utc = {{"UTC", 3}, &shift, 1};
	team->zone = ek_figures_zone(f, team->team);
	if (team->zone == NULL)
		team->zone = &utc;
	team->today = ek_calendar_date(team->zone, now);
	ek_time until = ek_calendar_day_start(team->zone, team->today);
	for (uint32_t i = 0; i < EK_MIRROR_METRICS; i++) {
		struct reading r = {
			.f = f, .team = team, .s = &team->series[i], .metric = ek_mirror_metric(i)};
		if (!read_one(&r, until, now, err))
			return false;
	}
	return true;
}

/* ---- judging */

static bool judge_days(struct ek_mirror_team *t, struct ek_mirror_series *s, struct ek_err *err)
{
	struct ek_personal_days days;
	if (!ek_personal_usual(s->items, s->n, t->arena, err) ||
	    !ek_personal_days(s->items, s->n, t->arena, &days, err))
		return false;
	for (uint32_t i = 0; i < t->serving; i++)
		if (!ek_personal_judge_days(&days, i, &t->rules, t->arena, &s->stands[i]))
			return ek_fail(err, EK_NO_MEMORY, "no memory for people's work");
	return true;
}

static bool judge_series(struct ek_mirror_team *t, uint32_t metric, struct ek_err *err)
{
	struct ek_mirror_series *s = &t->series[metric];
	size_t n = (size_t)t->people_count + 1;
	s->stands = ek_arena_zero(t->arena, n * sizeof *s->stands);
	s->withheld = ek_arena_zero(t->arena, n * sizeof *s->withheld);
	if (s->stands == NULL || s->withheld == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for people's work");
	const struct ek_personal_events events = {s->items, s->n, t->people_count, &t->rules};
	bool ok = metric == 0 ? judge_days(t, s, err)
			      : ek_personal_judge_events(&events, t->arena, s->stands, err);
	const struct ek_personal_team team = {s->days, s->day_count, s->stands, t->serving};
	return ok && ek_personal_system(&team, t->arena, s->withheld, &s->sides, err);
}

/* Answers that a person gets in so many working days, from those of their last ones. */
static double answers_of(const struct ek_mirror_team *t, const struct ek_mirror_series *s,
			 uint32_t person)
{
	int32_t from = t->today - EK_PERSONAL_WINDOW;
	double n = 0;
	for (uint32_t i = s->n; i > 0 && s->items[i - 1].day >= from; i--)
		n += s->items[i - 1].person == person;
	return n;
}

static bool solve(struct ek_mirror_team *t, struct ek_err *err)
{
	struct ek_budget_chart *charts =
		ek_arena_get(t->arena, (t->serving * EK_MIRROR_METRICS + 1) * sizeof *charts);
	if (charts == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for people's work");
	t->charts = 0;
	for (uint32_t m = 0; m < EK_MIRROR_METRICS; m++)
		for (uint32_t i = 0; i < t->serving; i++) {
			const struct ek_personal_stand *p = &t->series[m].stands[i];
			if (!p->is_judged)
				continue;
			charts[t->charts++] = (struct ek_budget_chart){
				m == 0 ? EK_BUDGET_PERSON : EK_BUDGET_YES_NO, p->m,
				m == 0 ? 0 : answers_of(t, &t->series[m], i)};
		}
	t->budget = ek_budget_solve(charts, t->charts, EK_BUDGET_DEFAULT);
	return true;
}

bool ek_mirror_judge(struct ek_mirror_team *t, struct ek_err *err)
{
	bool is_first = t->rules.n == 0;
	if (!judge_series(t, 0, err) || !judge_series(t, 1, err) || !solve(t, err))
		return false;
	if (!is_first || t->charts == 0)
		return true;
	/* The first step holds since ever. */
	struct ek_judged_level *level = ek_arena_get(t->arena, sizeof *level);
	if (level == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for people's work");
	*level = (struct ek_judged_level){INT32_MIN, t->budget.step};
	t->rules = (struct ek_personal_rules){level, 1};
	return judge_series(t, 0, err) && judge_series(t, 1, err);
}
