#include "patterns/personal.h"

#include <math.h>
#include <string.h>

#include "base/sort.h"
#include "patterns/bernoulli.h"

static bool none_left(struct ek_err *err)
{
	return ek_fail(err, EK_NO_MEMORY, "no memory for people's days");
}

/* ---- what is usual */

struct timed {
	uint32_t key;
	double own;
};
struct medians {
	uint32_t *keys;
	double *v;
	uint32_t n;
};

static int by_key(const void *a, const void *b)
{
	const struct timed *x = a, *y = b;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->own < y->own ? -1 : x->own > y->own;
}

/* Of each key with enough. */
static void find_medians(struct timed *v, uint32_t n, struct medians *out)
{
	ek_sort(v, n, sizeof *v, by_key);
	out->n = 0;
	for (uint32_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && v[end].key == v[i].key;)
			end++;
		uint32_t k = end - i;
		if (k < EK_PERSONAL_MEDIAN)
			continue;
		out->keys[out->n] = v[i].key;
		out->v[out->n++] = k % 2 == 1 ? v[i + k / 2].own
					      : (v[i + k / 2 - 1].own + v[i + k / 2].own) / 2;
	}
}

static double median_of(const struct medians *m, uint32_t key)
{
	uint32_t low = 0, high = m->n;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		if (m->keys[mid] < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low < m->n && m->keys[low] == key ? m->v[low] : 0;
}

static bool make_medians(struct medians *m, uint32_t n, struct ek_arena *arena)
{
	m->keys = ek_arena_get(arena, (n / EK_PERSONAL_MEDIAN + 1) * sizeof *m->keys);
	m->v = ek_arena_get(arena, (n / EK_PERSONAL_MEDIAN + 1) * sizeof *m->v);
	m->n = 0;
	return m->keys != NULL && m->v != NULL;
}

static int32_t monday_of(int32_t day)
{
	return day - (int32_t)ek_score_weekday(day);
}

bool ek_personal_usual(struct ek_personal_item *v, uint32_t n, struct ek_arena *arena,
		       struct ek_err *err)
{
	struct timed *some = ek_arena_get(arena, ((size_t)n + 1) * sizeof *some);
	struct medians works, channels;
	uint32_t from = 0;
	if (some == NULL || !make_medians(&works, n, arena) || !make_medians(&channels, n, arena))
		return none_left(err);
	for (uint32_t i = 0, end; i < n; i = end) {
		int32_t monday = monday_of(v[i].day);
		for (end = i + 1; end < n && monday_of(v[end].day) == monday;)
			end++;
		while (v[from].day < monday - EK_PERSONAL_WINDOW)
			from++;
		for (uint32_t k = from; k < i; k++)
			some[k - from] = (struct timed){v[k].work, v[k].own};
		find_medians(some, i - from, &works);
		for (uint32_t k = from; k < i; k++)
			some[k - from] = (struct timed){v[k].channel, v[k].own};
		find_medians(some, i - from, &channels);
		for (uint32_t k = i; k < end; k++) {
			v[k].usual = median_of(&works, v[k].work);
			if (v[k].usual <= 0)
				v[k].usual = median_of(&channels, v[k].channel);
		}
	}
	return true;
}

/* ---- days */

static int by_person(const void *a, const void *b)
{
	const struct ek_personal_item *x = a, *y = b;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return x->person < y->person ? -1 : x->person > y->person;
}

/* Each one's mean of a day less that of the others. */
static void set_beside(struct ek_personal_day *v, uint32_t n, double *own, double *others)
{
	for (uint32_t i = 0; i < n; i++)
		own[i] = v[i].value;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t k = 0;
		for (uint32_t at = 0; at < n; at++)
			if (at != i)
				others[k++] = own[at];
		v[i].value = ek_person_beside(own[i], others, k);
	}
}

bool ek_personal_days(const struct ek_personal_item *v, uint32_t n, struct ek_arena *arena,
		      struct ek_personal_days *out, struct ek_err *err)
{
	struct ek_personal_item *all = ek_arena_get(arena, ((size_t)n + 1) * sizeof *all);
	struct ek_person_approach *one = ek_arena_get(arena, ((size_t)n + 1) * sizeof *one);
	double *values = ek_arena_get(arena, ((size_t)n + 1) * 2 * sizeof *values);
	out->v = ek_arena_get(arena, ((size_t)n + 1) * sizeof *out->v);
	out->n = 0;
	if (all == NULL || one == NULL || values == NULL || out->v == NULL)
		return none_left(err);
	if (n > 0)
		memcpy(all, v, n * sizeof *all);
	ek_sort(all, n, sizeof *all, by_person);
	uint32_t first = 0;
	for (uint32_t i = 0, end; i < n; i = end) {
		uint32_t known = 0;
		for (end = i; end < n && by_person(&all[end], &all[i]) == 0; end++)
			if (all[end].usual > 0)
				one[known++] =
					(struct ek_person_approach){all[end].own, all[end].usual};
		struct ek_personal_day *day = &out->v[out->n];
		*day = (struct ek_personal_day){all[i].day, all[i].person, known, 0};
		out->n += ek_person_day(one, known, &day->value);
		if (end == n || all[end].day != all[i].day) {
			set_beside(out->v + first, out->n - first, values, values + n);
			first = out->n;
		}
	}
	return true;
}

/* ---- one person's days */

static void take_facts(const struct ek_judged *j, struct ek_personal_stand *out)
{
	const struct ek_verdict *v = &j->chart.verdict;
	struct ek_judged_shift shift;
	int32_t entered = 0;
	for (uint32_t i = 0; i < j->fact_count; i++) {
		const struct ek_judged_fact *f = &j->facts[i];
		bool is_move = f->v.kind == EK_VERDICT_SHIFT || f->v.kind == EK_VERDICT_FURTHER;
		if (f->v.kind == EK_VERDICT_SUSPECTED_BEGAN && entered == 0)
			out->mark = (struct ek_person_mark){f->v.side, f->v.key};
		if (f->v.kind == EK_VERDICT_RETURNED)
			entered = 0;
		if (!is_move)
			continue;
		/* Farther out on the same side is no second entry. */
		if (entered != f->v.side)
			out->mark = (struct ek_person_mark){f->v.side, f->v.key};
		entered = f->v.side;
		out->found = f->v.key;
		out->was = f->v.was;
		out->odds = f->odds;
	}
	out->has_shift = v->has_segment && ek_judged_shift(j, &shift);
	if (out->has_shift) {
		out->side = shift.side;
		out->start = shift.start;
		out->points = shift.points;
		out->is = shift.is;
	} else if (v->suspected == 0) {
		out->mark = (struct ek_person_mark){0, 0};
	} else {
		out->mark.side = v->suspected;
	}
}

bool ek_personal_judge_days(const struct ek_personal_days *days, uint32_t person,
			    const struct ek_personal_rules *rules, struct ek_arena *arena,
			    struct ek_personal_stand *out)
{
	struct ek_judged_in *in = ek_arena_zero(arena, ((size_t)days->n + 1) * sizeof *in);
	struct ek_judged *j = ek_arena_zero(arena, sizeof *j);
	struct ek_err err;
	uint32_t n = 0;
	*out = (struct ek_personal_stand){.stage = EK_PERSON_COUNTS_ONLY};
	if (in == NULL || j == NULL)
		return false;
	for (uint32_t i = 0; i < days->n; i++)
		if (days->v[i].person == person)
			in[n++].p = (struct ek_score_point){days->v[i].day, days->v[i].value,
							    days->v[i].n};
	const struct ek_judged_ask ask = {
		.setup = {.kind = EK_SCORE_VALUE, .feed = EK_BUDGET_PERSON},
		.v = in,
		.n = n,
		.levels = rules->levels,
		.level_count = rules->n};
	out->n = n;
	out->stage = ek_person_stage(n);
	if (!ek_judged_make(&ask, arena, j, &err))
		return false;
	out->is_judged = j->chart.state == EK_CHART_LOCKED;
	out->m = j->chart.points;
	if (out->is_judged)
		take_facts(j, out);
	return true;
}

/* ---- events */

struct counted {
	uint32_t n, bad;
};
struct one {
	struct ek_bernoulli b;
	struct counted all, recent; /* recent: within EK_PERSONAL_MOVE_DAYS */
	uint32_t last;              /* their last event, + 1 */
	uint32_t since;             /* events since the flag that stands */
};
struct run {
	const struct ek_personal_item *v;
	const struct ek_personal_rules *rules;
	struct one *people;
	uint32_t *before; /* of each event the one before of the same person, + 1 */
	struct ek_personal_stand *out;
	struct counted all, recent;
	uint32_t oldest;
};

static void count(struct counted *c, bool is_bad, bool adds)
{
	c->n += adds ? 1u : UINT32_MAX;
	c->bad += !is_bad ? 0u : adds ? 1u : UINT32_MAX;
}

static double share_of(uint32_t bad, uint32_t n)
{
	double p = n == 0 ? .1 : (double)bad / n;
	return p < .001 ? .001 : p > .999 ? .999 : p;
}

static void forget(struct run *r, int32_t day)
{
	for (; r->v[r->oldest].day <= day - EK_PERSONAL_MOVE_DAYS; r->oldest++) {
		const struct ek_personal_item *e = &r->v[r->oldest];
		count(&r->recent, e->is_bad, false);
		count(&r->people[e->person].recent, e->is_bad, false);
	}
}

static uint32_t step_at(const struct ek_personal_rules *rules, int32_t day)
{
	uint32_t step = 0;
	for (uint32_t i = 0; i < rules->n && rules->levels[i].from <= day; i++)
		step = rules->levels[i].step;
	return step;
}

/* The last k events of the person up to one. */
static struct counted look_back(const struct run *r, uint32_t at, uint32_t k, uint32_t *first)
{
	struct counted c = {0, 0};
	for (uint32_t i = at + 1; i != 0 && c.n < k; i = r->before[i - 1]) {
		count(&c, r->v[i - 1].is_bad, true);
		*first = i - 1;
	}
	return c;
}

static void flagged(struct run *r, uint32_t i, int32_t side, uint32_t rests_on)
{
	struct one *p = &r->people[r->v[i].person];
	struct ek_personal_stand *s = &r->out[r->v[i].person];
	uint32_t first = i;
	if (s->has_shift && s->side == side)
		return;
	struct counted c = look_back(r, i, rests_on, &first);
	s->has_shift = true;
	s->side = side;
	s->mark = (struct ek_person_mark){side, r->v[i].day};
	s->found = r->v[i].day;
	s->start = r->v[first].day;
	s->was = p->b.p0;
	s->is = c.n == 0 ? 0 : (double)c.bad / c.n;
	s->points = c.n;
	s->odds =
		ek_budget_odds(EK_BUDGET_YES_NO, step_at(r->rules, r->v[i].day), EK_BERNOULLI_LOCK);
	p->since = 0;
}

static void settle(struct run *r, uint32_t i)
{
	struct one *p = &r->people[r->v[i].person];
	struct ek_personal_stand *s = &r->out[r->v[i].person];
	uint32_t first;
	if (!s->has_shift || p->since < EK_PERSONAL_SETTLED)
		return;
	struct counted c = look_back(r, i, EK_PERSONAL_SETTLED, &first);
	double share = (double)c.bad / c.n;
	if (s->side > 0 ? share > p->b.p0 : share < p->b.p0)
		return;
	s->has_shift = false;
	s->mark = (struct ek_person_mark){0, 0};
}

static void feed(struct run *r, uint32_t i)
{
	const struct ek_personal_item *e = &r->v[i];
	struct one *p = &r->people[e->person];
	uint32_t rests_on = 0;
	forget(r, e->day);
	double long_share = share_of(r->all.bad - p->all.bad, r->all.n - p->all.n);
	double move = ek_bernoulli_move(r->recent.bad - p->recent.bad, r->recent.n - p->recent.n,
					long_share);
	count(&r->all, e->is_bad, true);
	count(&r->recent, e->is_bad, true);
	count(&p->all, e->is_bad, true);
	count(&p->recent, e->is_bad, true);
	const struct ek_bernoulli_setup setup = {ek_budget_yes_no_h(step_at(r->rules, e->day)),
						 share_of(r->all.bad, r->all.n)};
	r->before[i] = p->last;
	p->last = i + 1;
	p->since++;
	int32_t side = ek_bernoulli_feed(&p->b, &setup, e->is_bad, move, &rests_on);
	if (side != 0)
		flagged(r, i, side, rests_on);
	settle(r, i);
}

bool ek_personal_judge_events(const struct ek_personal_events *events, struct ek_arena *arena,
			      struct ek_personal_stand *out, struct ek_err *err)
{
	uint32_t n = events->n, people = events->people;
	struct run r = {.v = events->v, .rules = events->rules, .out = out};
	r.people = ek_arena_zero(arena, ((size_t)people + 1) * sizeof *r.people);
	r.before = ek_arena_zero(arena, ((size_t)n + 1) * sizeof *r.before);
	if (r.people == NULL || r.before == NULL)
		return none_left(err);
	for (uint32_t i = 0; i < people; i++)
		out[i] = (struct ek_personal_stand){.stage = EK_PERSON_COUNTS_ONLY};
	for (uint32_t i = 0; i < n; i++)
		feed(&r, i);
	for (uint32_t i = 0; i < people; i++) {
		out[i].n = r.people[i].all.n;
		out[i].stage = ek_person_stage(out[i].n);
		out[i].is_judged = out[i].n > EK_BERNOULLI_LOCK;
		out[i].m = EK_BERNOULLI_LOCK;
	}
	return true;
}

/* ---- the team */

static int32_t place_of(const int32_t *days, uint32_t n, int32_t day)
{
	uint32_t i = 0;
	while (i < n && days[i] < day)
		i++;
	return (int32_t)i;
}

bool ek_personal_system(const struct ek_personal_team *team, struct ek_arena *arena, bool *withheld,
			uint32_t *sides, struct ek_err *err)
{
	struct ek_person_mark *marks =
		ek_arena_get(arena, (team->people_count + 1) * sizeof *marks);
	if (marks == NULL)
		return none_left(err);
	for (uint32_t i = 0; i < team->people_count; i++) {
		const struct ek_person_mark *m = &team->people[i].mark;
		marks[i] = (struct ek_person_mark){
			m->side, place_of(team->days, team->day_count, m->entered)};
	}
	*sides = ek_person_system(marks, team->people_count, withheld);
	return true;
}

/* ---- what may say why */

struct share {
	uint32_t work;
	double before, since;
};

static int by_work(const void *a, const void *b)
{
	const struct share *x = a, *y = b;
	return x->work < y->work ? -1 : x->work > y->work;
}

static bool find_mix(const struct ek_personal_ask *ask, struct share *v,
		     struct ek_personal_why *out)
{
	uint32_t n = 0;
	double before = 0, since = 0, apart = 0;
	for (uint32_t i = 0; i < ask->n; i++) {
		const struct ek_personal_item *e = &ask->v[i];
		bool is_since = e->day >= ask->start;
		if (e->person != ask->person || e->day < ask->start - EK_PERSONAL_WINDOW)
			continue;
		v[n++] = (struct share){e->work, !is_since, is_since};
		before += !is_since;
		since += is_since;
	}
	if (before < EK_PERSONAL_MIX_LEAST || since < EK_PERSONAL_MIX_LEAST)
		return false;
	ek_sort(v, n, sizeof *v, by_work);
	for (uint32_t i = 0, end; i < n; i = end) {
		double a = 0, b = 0;
		for (end = i; end < n && v[end].work == v[i].work; end++) {
			a += v[end].before;
			b += v[end].since;
		}
		apart += fabs(a / before - b / since) / 2;
	}
	out->mix = apart;
	return apart * 3 >= 1;
}

/* Of the team's days in [from, until) the share on which the person handled something. */
static double presence(const struct ek_personal_ask *ask, int32_t from, int32_t until,
		       uint32_t *of_team)
{
	uint32_t own = 0, at = 0;
	*of_team = 0;
	for (uint32_t i = 0; i < ask->day_count; i++) {
		bool is_there = false;
		for (; at < ask->n && ask->v[at].day <= ask->days[i]; at++)
			is_there = is_there || (ask->v[at].person == ask->person &&
						ask->v[at].day == ask->days[i]);
		if (ask->days[i] < from || ask->days[i] >= until)
			continue;
		*of_team += 1;
		own += is_there;
	}
	return *of_team == 0 ? 0 : (double)own / *of_team;
}

bool ek_personal_why(const struct ek_personal_ask *ask, struct ek_arena *arena,
		     struct ek_personal_why *out, struct ek_err *err)
{
	struct share *v = ek_arena_get(arena, ((size_t)ask->n + 1) * sizeof *v);
	uint32_t before = 0, since = 0;
	*out = (struct ek_personal_why){.presence = 1};
	if (v == NULL)
		return none_left(err);
	out->is_mix = find_mix(ask, v, out);
	double was = presence(ask, ask->start - EK_PERSONAL_WINDOW, ask->start, &before);
	double is = presence(ask, ask->start, INT32_MAX, &since);
	if (was > 0 && since >= EK_PERSONAL_DAYS_LEAST)
		out->presence = is / was;
	out->is_fewer = out->presence * 3 <= 2;
	for (uint32_t i = 0; i < ask->n; i++)
		if (ask->v[i].person == ask->person) {
			out->is_newcomer = ask->start - ask->v[i].day < EK_PERSONAL_NEWCOMER;
			break;
		}
	return true;
}
