#include "metrics/fairness.h"

#include <math.h>
#include <string.h>

#include "metrics/interval.h"

#define HOUR_MS 3600000.0
#define SIGMAS 1.959963984540054 /* two-sided 95 % of a normal */

struct pair {
	struct ek_fairness_row row; /* sums; figures are made on reading */
	double variance;
	int64_t since; /* eligible since then; EK_NONE = is not */
};

struct ek_fairness {
	struct ek_alloc alloc;
	struct pair *v;
	uint32_t n, cap;
	uint32_t *slots; /* places in v + 1; 0 = free; a power of two, at most half full */
	uint32_t slot_count;
	int64_t last;
};

bool ek_fairness_open(struct ek_alloc alloc, struct ek_fairness **f, struct ek_err *err)
{
	*f = ek_alloc_get(&alloc, sizeof **f);
	if (*f == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for fairness");
	memset(*f, 0, sizeof **f);
	(*f)->alloc = alloc;
	(*f)->last = EK_NONE;
	return true;
}

void ek_fairness_close(struct ek_fairness **f)
{
	if (*f == NULL)
		return;
	struct ek_alloc alloc = (*f)->alloc;
	ek_alloc_free(&alloc, (*f)->v, (*f)->cap * sizeof *(*f)->v);
	ek_alloc_free(&alloc, (*f)->slots, (*f)->slot_count * sizeof *(*f)->slots);
	ek_alloc_free(&alloc, *f, sizeof **f);
	*f = NULL;
}

static uint32_t slot_of(const struct ek_fairness *f, uint32_t teammate, uint32_t team)
{
	uint64_t h = ((uint64_t)teammate << 32 | team) * 0x9e3779b97f4a7c15u;
	uint32_t at = (uint32_t)(h >> 32) & (f->slot_count - 1);
	for (; f->slots[at] != 0; at = (at + 1) & (f->slot_count - 1)) {
		const struct ek_fairness_row *row = &f->v[f->slots[at] - 1].row;
		if (row->teammate.v == teammate && row->team.v == team)
			break;
	}
	return at;
}

static bool grow(struct ek_fairness *f)
{
	uint32_t cap = f->cap == 0 ? 64 : f->cap * 2;
	uint32_t *slots = ek_alloc_get(&f->alloc, (size_t)cap * 2 * sizeof *slots);
	struct pair *v = slots == NULL ? NULL
				       : f->alloc.resize(f->alloc.ctx, f->v, f->cap * sizeof *v,
							 cap * sizeof *v);
	if (v == NULL) {
		ek_alloc_free(&f->alloc, slots, (size_t)cap * 2 * sizeof *slots);
		return false;
	}
	ek_alloc_free(&f->alloc, f->slots, f->slot_count * sizeof *f->slots);
	f->v = v;
	f->cap = cap;
	f->slots = slots;
	f->slot_count = cap * 2;
	memset(slots, 0, f->slot_count * sizeof *slots);
	for (uint32_t i = 0; i < f->n; i++)
		slots[slot_of(f, v[i].row.teammate.v, v[i].row.team.v)] = i + 1;
	return true;
}

/* The pair, made if need be; NULL without memory. */
static struct pair *find(struct ek_fairness *f, uint32_t teammate, uint32_t team)
{
	if (f->n == f->cap && !grow(f))
		return NULL;
	uint32_t at = slot_of(f, teammate, team);
	if (f->slots[at] == 0) {
		memset(&f->v[f->n], 0, sizeof *f->v);
		f->v[f->n].row.teammate.v = teammate;
		f->v[f->n].row.team.v = team;
		f->v[f->n].since = EK_NONE;
		f->slots[at] = ++f->n;
	}
	return &f->v[f->slots[at] - 1];
}

static void turn(struct pair *p, int64_t at, bool on)
{
	if (!on && p->since != EK_NONE) {
		p->row.eligible.ms += at - p->since;
		p->since = EK_NONE;
	} else if (on && p->since == EK_NONE) {
		p->since = at;
	}
}

static void count_given(struct ek_fairness_row *row, const struct ek_observation *o)
{
	row->assigned++;
	row->by[o->chosen_by].assigned++;
	row->complex += o->complexity >= EK_FAIRNESS_COMPLEX;
	row->outside += o->outside;
}

static bool decide(struct ek_fairness *f, const struct ek_observation *o)
{
	double p = 1.0 / (double)o->eligible_count;
	bool chosen = false;
	ek_assert(o->eligible_count > 0 && o->chosen_by > 0 && o->chosen_by < EK_CHOSEN_BY_END);
	for (uint32_t i = 0; i < o->eligible_count; i++) {
		struct pair *pair = find(f, o->eligible[i], o->team.v);
		if (pair == NULL)
			return false;
		pair->row.decisions++;
		pair->row.chance += p;
		pair->row.by[o->chosen_by].chance += p;
		pair->variance += p * (1 - p);
		if (o->eligible[i] == o->teammate.v)
			count_given(&pair->row, o);
		chosen = chosen || o->eligible[i] == o->teammate.v;
	}
	ek_assert(chosen);
	return true;
}

bool ek_fairness_note(void *ctx, const struct ek_observation *o)
{
	struct ek_fairness *f = ctx;
	ek_assert(f->last == EK_NONE || o->at.ms >= f->last);
	f->last = o->at.ms;
	if (o->kind == EK_OBSERVATION_DECISION)
		return decide(f, o);
	struct pair *pair = find(f, o->teammate.v, o->team.v);
	if (pair == NULL)
		return false;
	if (o->kind == EK_OBSERVATION_CLOSE)
		pair->row.closes++;
	else
		turn(pair, o->at.ms, o->kind == EK_OBSERVATION_ON);
	return true;
}

uint32_t ek_fairness_count(const struct ek_fairness *f)
{
	return f->n;
}

struct ek_fairness_row ek_fairness_row(const struct ek_fairness *f, uint32_t i, ek_time until,
				       int64_t min_hours)
{
	ek_assert(i < f->n && until.ms >= f->last);
	struct ek_fairness_row row = f->v[i].row;
	if (f->v[i].since != EK_NONE)
		row.eligible.ms += until.ms - f->v[i].since;
	double spread = SIGMAS * sqrt(f->v[i].variance > 0 ? f->v[i].variance : 0);
	row.chance_low = row.chance > spread ? row.chance - spread : 0;
	row.chance_high = row.chance + spread < row.decisions ? row.chance + spread : row.decisions;
	double hours = (double)row.eligible.ms / HOUR_MS;
	row.has_figure = hours > 0 && hours >= (double)min_hours &&
			 row.decisions >= EK_FAIRNESS_DECISIONS_MIN;
	if (!row.has_figure)
		return row;
	struct ek_interval in = ek_interval_poisson(row.assigned, 0.95);
	row.per_hour = row.assigned / hours;
	row.per_hour_low = in.lower / hours;
	row.per_hour_high = in.upper / hours;
	row.closes_per_hour = row.closes / hours;
	return row;
}
