/* What people attend to: stretches of text work, each from the latest of {the customer wrote, it
 * was assigned, it was opened} to the next part, snooze, close, hand-over or going away; k of one
 * person at one moment each get 1/k. A stretch that runs may yet begin later, so time is accounted
 * for up to the oldest one that runs. */
#include "metrics/follow_state.h"

#include <math.h>
#include <string.h>

static struct follow_worker *worker_of(struct ek_follow *f, uint32_t mate)
{
	void *v = f->workers;
	if (mate >= f->worker_count) {
		if (!ek_follow_room(f, &v, &f->worker_count, mate + 1, sizeof *f->workers))
			return NULL;
		f->workers = v;
	}
	return &f->workers[mate];
}

void ek_follow_free_workers(struct ek_follow *f)
{
	for (uint32_t i = 0; i < f->worker_count; i++) {
		struct follow_worker *w = &f->workers[i];
		ek_alloc_free(&f->alloc, w->v, w->cap * sizeof *w->v);
		ek_alloc_free(&f->alloc, w->turns, w->turn_cap * sizeof *w->turns);
		ek_alloc_free(&f->alloc, w->teams, w->team_cap * sizeof *w->teams);
		ek_alloc_free(&f->alloc, w->parts, w->part_cap * sizeof *w->parts);
	}
	ek_alloc_free(&f->alloc, f->workers, f->worker_count * sizeof *f->workers);
}

/* ---- accounts */

static struct follow_part *part_of(struct ek_follow *f, struct follow_worker *w, uint32_t team)
{
	void *v = w->parts;
	for (uint32_t i = 0; i < w->part_count; i++) {
		if (w->parts[i].team == team)
			return &w->parts[i];
	}
	if (!ek_follow_room(f, &v, &w->part_cap, w->part_count + 1, sizeof *w->parts))
		return NULL;
	w->parts = v;
	w->parts[w->part_count] = (struct follow_part){.team = team};
	return &w->parts[w->part_count++];
}

static void flush(struct ek_follow *f, struct follow_worker *w, uint32_t quarter)
{
	for (uint32_t i = 0; i < w->part_count; i++) {
		const struct follow_part *p = &w->parts[i];
		struct ek_columns_row row = {
			.measure = EK_MEASURE_WORK,
			.at = quarter,
			.start = quarter,
			.team = p->team,
			.mate = (uint32_t)(w - f->workers),
			.office = (uint32_t)lround(p->union_ms),
			.calendar = (uint32_t)lround(p->sum_ms),
			.extra = {lround(p->free_ms), 0},
		};
		ek_follow_emit(f, &row);
	}
	w->part_count = 0;
}

static void add_row(struct ek_follow *f, uint32_t place, double ms)
{
	struct ek_columns_of *of = &f->columns->of[EK_MEASURE_HANDLE];
	if (place == 0)
		return;
	of->extra[0][place - 1] += llround(ms);
	of->calendar[place - 1] = (uint32_t)((of->extra[0][place - 1] + 500) / 1000);
}

static void credit(struct ek_follow *f, const struct follow_stretch *s, uint32_t mate, double ms)
{
	add_row(f, s->leg_row, ms);
	add_row(f, s->whole_row, ms);
	struct follow_talk *t = s->leg_row != 0 ? NULL : ek_follow_find(f, s->talk);
	if (t == NULL)
		return;
	uint32_t i = 0;
	while (i < t->leg_count && (t->legs[i].mate != mate || t->legs[i].team != s->team))
		i++;
	if (i == FOLLOW_LEGS)
		i--; /* more are not told apart */
	else if (i == t->leg_count)
		t->legs[t->leg_count++] = (struct follow_leg){mate, s->team, 0};
	t->legs[i].ms += ms;
}

static bool covers(const struct follow_stretch *s, uint32_t at)
{
	return s->end != 0 && s->start <= at && at < s->end;
}

/* One piece of time in which nothing changes. */
static void account(struct ek_follow *f, struct follow_worker *w, uint32_t from, uint32_t to)
{
	double ms = (to - from) * 1000.0;
	uint32_t k = 0;
	for (uint32_t i = 0; i < w->n; i++)
		k += covers(&w->v[i], from);
	for (uint32_t i = 0; k > 0 && i < w->n; i++) {
		struct follow_part *p;
		if (!covers(&w->v[i], from) || (p = part_of(f, w, w->v[i].team)) == NULL)
			continue;
		p->union_ms += ms / k;
		p->sum_ms += ms;
		credit(f, &w->v[i], (uint32_t)(w - f->workers), ms / k);
	}
	uint32_t teams = w->team_count == 0 ? 1 : w->team_count;
	for (uint32_t i = 0; k == 0 && w->was_active && i < teams; i++) {
		struct follow_part *p = part_of(f, w, w->team_count == 0 ? 0 : w->teams[i]);
		if (p != NULL)
			p->free_ms += ms / teams;
	}
}

static uint32_t sooner(uint32_t a, uint32_t candidate, uint32_t after)
{
	return candidate > after && candidate < a ? candidate : a;
}

/* When something next changes after `from`, at the latest `to`. */
static uint32_t next_change(const struct follow_worker *w, uint32_t from, uint32_t to)
{
	uint32_t next = sooner(to, (from / FOLLOW_QUARTER_S + 1) * FOLLOW_QUARTER_S, from);
	for (uint32_t i = 0; i < w->n; i++) {
		next = sooner(next, w->v[i].start, from);
		next = sooner(next, w->v[i].end, from);
	}
	return w->turn_count > 0 ? sooner(next, w->turns[0].at, from) : next;
}

static void take_turns(struct follow_worker *w)
{
	uint32_t n = 0;
	while (n < w->turn_count && w->turns[n].at <= w->settled)
		w->was_active = w->turns[n++].active;
	w->turn_count -= n;
	if (n > 0)
		memmove(w->turns, w->turns + n, w->turn_count * sizeof *w->turns);
}

static void drop_done(struct follow_worker *w)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < w->n; i++) {
		if (w->v[i].end == 0 || w->v[i].end > w->settled)
			w->v[n++] = w->v[i];
	}
	w->n = n;
}

static void stop(struct follow_stretch *s, uint32_t at)
{
	uint32_t latest = s->start + FOLLOW_ATTENDED_S;
	s->end = at < latest ? at : latest;
}

/* Accounts for all that can no longer change. */
static void settle(struct ek_follow *f, struct follow_worker *w)
{
	uint32_t to = f->now;
	for (uint32_t i = 0; i < w->n; i++) {
		if (w->v[i].end == 0 && w->v[i].start + FOLLOW_STUCK_S < f->now)
			stop(&w->v[i], f->now);
		if (w->v[i].end == 0 && w->v[i].start < to)
			to = w->v[i].start;
	}
	take_turns(w);
	while (w->settled < to) {
		bool is_idle = w->n == 0 && !w->was_active && w->part_count == 0;
		uint32_t next =
			is_idle ? sooner(to, w->turn_count > 0 ? w->turns[0].at : to, w->settled)
				: next_change(w, w->settled, to);
		account(f, w, w->settled, next);
		if (next % FOLLOW_QUARTER_S == 0)
			flush(f, w, next - FOLLOW_QUARTER_S);
		w->settled = next;
		take_turns(w);
	}
	drop_done(w);
}

void ek_follow_settle_all(struct ek_follow *f)
{
	for (uint32_t i = 0; i < f->worker_count; i++) {
		struct follow_worker *w = &f->workers[i];
		if (w->settled != 0 &&
		    (w->n > 0 || w->active || w->was_active || w->part_count > 0))
			settle(f, w);
	}
}

uint32_t ek_follow_mates(const struct ek_follow *f)
{
	return f->worker_count;
}

struct ek_follow_work ek_follow_running(const struct ek_follow *f, uint32_t mate)
{
	const struct follow_worker *w = &f->workers[mate];
	struct ek_follow_work out = {0};
	for (uint32_t i = 0; i < w->part_count; i++) {
		out.together += w->parts[i].union_ms;
		out.sum += w->parts[i].sum_ms;
		out.free += w->parts[i].free_ms;
	}
	return out;
}

/* ---- stretches */

static struct follow_stretch *running(struct follow_worker *w, uint32_t talk)
{
	for (uint32_t i = 0; i < w->n; i++) {
		if (w->v[i].talk == talk && w->v[i].end == 0)
			return &w->v[i];
	}
	return NULL;
}

void ek_follow_attend(struct ek_follow *f, const struct follow_talk *t, uint32_t mate)
{
	struct follow_worker *w = worker_of(f, mate);
	if (w == NULL || !w->active)
		return;
	struct follow_stretch *s = running(w, t->id);
	if (s != NULL) {
		s->start = f->now;
		s->team = t->team;
		return;
	}
	void *v = w->v;
	if (!ek_follow_room(f, &v, &w->cap, w->n + 1, sizeof *w->v))
		return;
	w->v = v;
	w->v[w->n++] = (struct follow_stretch){.talk = t->id, .team = t->team, .start = f->now};
}

void ek_follow_leave(struct ek_follow *f, uint32_t talk, uint32_t mate)
{
	struct follow_worker *w = worker_of(f, mate);
	struct follow_stretch *s = w == NULL ? NULL : running(w, talk);
	if (s == NULL)
		return;
	stop(s, f->now);
	settle(f, w);
}

static uint32_t leg_row(struct ek_follow *f, struct follow_talk *t, uint32_t mate, uint32_t team)
{
	uint32_t i = 0;
	while (i < t->leg_count && (t->legs[i].mate != mate || t->legs[i].team != team))
		i++;
	if (i == FOLLOW_LEGS)
		return t->leg_rows[FOLLOW_LEGS - 1];
	if (i == t->leg_count)
		t->legs[t->leg_count++] = (struct follow_leg){mate, team, 0};
	if (t->leg_rows[i] != 0)
		return t->leg_rows[i];
	struct ek_columns_row row = ek_follow_row(f, t, EK_MEASURE_HANDLE);
	row.start = t->created;
	row.team = team;
	row.mate = mate;
	row.extra[0] = llround(t->legs[i].ms);
	row.calendar = (uint32_t)((row.extra[0] + 500) / 1000);
	t->leg_rows[i] = ek_follow_emit(f, &row);
	return t->leg_rows[i];
}

static bool has_pending(const struct ek_follow *f, const struct follow_talk *t)
{
	for (uint32_t k = 0; k < t->seen_count && k < FOLLOW_SEEN; k++) {
		const struct follow_worker *w =
			t->seen[k] < f->worker_count ? &f->workers[t->seen[k]] : NULL;
		for (uint32_t i = 0; w != NULL && i < w->n; i++) {
			if (w->v[i].talk == t->id && w->v[i].whole_row == 0)
				return true;
		}
	}
	return false;
}

/* What is not accounted for yet goes to the rows later. */
static void aim(struct ek_follow *f, struct follow_talk *t, uint32_t whole)
{
	for (uint32_t k = 0; k < t->seen_count && k < FOLLOW_SEEN; k++) {
		struct follow_worker *w =
			t->seen[k] < f->worker_count ? &f->workers[t->seen[k]] : NULL;
		for (uint32_t i = 0; w != NULL && i < w->n; i++) {
			if (w->v[i].talk != t->id || w->v[i].whole_row != 0)
				continue;
			w->v[i].leg_row = leg_row(f, t, t->seen[k], w->v[i].team);
			w->v[i].whole_row = whole;
		}
	}
}

void ek_follow_handled(struct ek_follow *f, struct follow_talk *t)
{
	double sum = 0;
	for (uint32_t i = 0; i < t->leg_count; i++)
		sum += t->legs[i].ms;
	if (t->leg_count == 0 && !has_pending(f, t))
		return;
	struct ek_columns_row row = ek_follow_row(f, t, EK_MEASURE_HANDLE);
	row.start = t->created;
	row.flags = EK_FOLLOW_WHOLE;
	row.extra[0] = llround(sum);
	row.calendar = (uint32_t)((row.extra[0] + 500) / 1000);
	uint32_t whole = ek_follow_emit(f, &row);
	memset(t->leg_rows, 0, sizeof t->leg_rows);
	for (uint32_t i = 0; i < t->leg_count; i++)
		leg_row(f, t, t->legs[i].mate, t->legs[i].team);
	aim(f, t, whole);
	t->leg_count = 0;
}

/* ---- people */

static void present(struct ek_follow *f, uint32_t mate, bool active)
{
	struct follow_worker *w = worker_of(f, mate);
	if (w == NULL || w->active == active)
		return;
	if (w->settled == 0)
		w->settled = f->now;
	void *v = w->turns;
	if (!ek_follow_room(f, &v, &w->turn_cap, w->turn_count + 1, sizeof *w->turns))
		return;
	w->turns = v;
	w->turns[w->turn_count++] = (struct follow_turn){f->now, active};
	w->active = active;
	for (uint32_t i = 0; !active && i < w->n; i++) {
		if (w->v[i].end == 0)
			stop(&w->v[i], f->now);
	}
	settle(f, w);
}

static void joined(struct ek_follow *f, const struct ek_membership_changed *m)
{
	struct follow_worker *w = worker_of(f, m->teammate.v);
	uint32_t i = 0;
	if (w == NULL)
		return;
	if (w->settled != 0)
		settle(f, w);
	while (i < w->team_count && w->teams[i] != m->team.v)
		i++;
	void *v = w->teams;
	if (i < w->team_count && m->level == 0) {
		w->teams[i] = w->teams[--w->team_count];
	} else if (i == w->team_count && m->level != 0) {
		if (!ek_follow_room(f, &v, &w->team_cap, i + 1, sizeof *w->teams))
			return;
		w->teams = v;
		w->teams[w->team_count++] = m->team.v;
	}
}

bool ek_follow_of_work(struct ek_follow *f, const struct ek_event *e)
{
	switch (e->kind) {
	case EK_EVENT_PRESENCE_CHANGED:
		present(f, e->presence_changed.teammate.v,
			e->presence_changed.to == EK_PRESENCE_ACTIVE);
		return true;
	case EK_EVENT_TEAMMATE_DEACTIVATED:
		present(f, e->teammate_deactivated.teammate.v, false);
		return true;
	case EK_EVENT_TEAMMATE_DELETED:
		present(f, e->teammate_deleted.teammate.v, false);
		return true;
	case EK_EVENT_MEMBERSHIP_CHANGED:
		joined(f, &e->membership_changed);
		return true;
	default:
		return false;
	}
}
