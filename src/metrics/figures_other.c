/* Figures that are not made of rows one by one: what is open at an instant, time at work, contacts
 * told apart. */
#include "metrics/figures_inside.h"

#include <string.h>

static const uint8_t kinds[EK_METRIC_END] = {
	[EK_METRIC_FIRST_RESPONSE_TIME] = EK_FOLLOW_OPEN_FIRST + 1,
	[EK_METRIC_NEXT_RESPONSE_TIME] = EK_FOLLOW_OPEN_NEXT + 1,
	[EK_METRIC_TIME_TO_ASSIGNMENT] = EK_FOLLOW_OPEN_ASSIGN + 1,
	[EK_METRIC_QUEUE_WAIT] = EK_FOLLOW_OPEN_QUEUE + 1,
	[EK_METRIC_RESOLUTION_TIME] = EK_FOLLOW_OPEN_WHOLE + 1,
	[EK_METRIC_BACKLOG] = EK_FOLLOW_OPEN_SPELL + 1,
};

/* Told of each stretch that was open at `t`: since when, and when its conversation was created. */
struct open_at {
	uint32_t t;
	uint32_t before; /* only what began before */
	bool (*visit)(void *ctx, uint32_t start, uint32_t created);
	void *ctx;
};

static bool is_spam(const struct figures_plan *p, const struct ek_columns_of *of, uint32_t i)
{
	return (ek_figures_flags(p, of, i) & EK_FOLLOW_SPAM) != 0 &&
	       ek_follow_spam_since(p->f->follow, of->ref[i]) <= p->as_of;
}

bool ek_figures_was_open(const struct figures_plan *p, const struct ek_columns_of *of, uint32_t i)
{
	bool is_past = (of->flags[i] & EK_FOLLOW_HISTORY) != 0;
	return ek_figures_wants(p, of, i) && (!is_past || ek_figures_is_known(p, of, i)) &&
	       !is_spam(p, of, i);
}

bool ek_figures_is_spam_talk(const struct figures_plan *p, const struct ek_columns_row *row)
{
	uint32_t since = ek_follow_spam_since(p->f->follow, row->ref);
	return since != 0 && since <= p->as_of;
}

static bool live(const struct figures_plan *p, int kind, const struct open_at *o)
{
	struct ek_columns_row row;
	for (uint32_t i = 0; i < ek_follow_talk_count(p->f->follow); i++) {
		if (ek_follow_talk(p->f->follow, i, kind, &row) && row.start <= o->t &&
		    row.start < o->before && ek_figures_is_wanted(p, &row) &&
		    !ek_figures_is_spam_talk(p, &row) &&
		    !o->visit(o->ctx, row.start, (uint32_t)row.extra[0]))
			return false;
	}
	return true;
}

/* Those that have ended since. */
static bool ended(const struct figures_plan *p, const struct ek_columns_of *of,
		  const struct open_at *o)
{
	bool has_created = of == &p->f->columns.of[EK_MEASURE_SPELL];
	for (uint32_t i = 0; i < of->n; i++) {
		if (i % EK_COLUMNS_BLOCK == 0 && of->newest[i / EK_COLUMNS_BLOCK] <= o->t) {
			i += EK_COLUMNS_BLOCK - 1;
			continue;
		}
		if (of->start[i] > o->t || of->at[i] <= o->t || of->start[i] >= o->before ||
		    !ek_figures_was_open(p, of, i))
			continue;
		uint32_t created = has_created ? (uint32_t)of->extra[0][i] : of->start[i];
		if (!o->visit(o->ctx, of->start[i], created))
			return false;
	}
	return true;
}

static bool count_one(void *ctx, uint32_t start, uint32_t created)
{
	(void)start;
	(void)created;
	++*(uint64_t *)ctx;
	return true;
}

uint64_t ek_figures_open_count(const struct figures_plan *p)
{
	uint64_t n = 0;
	uint8_t kind = kinds[p->d->metric];
	const struct open_at o = {p->as_of, p->until, count_one, &n};
	/* What waits now waits in every hour. */
	if (kind == 0 || p->is_nowhere || p->ask->hour != 0 || p->until <= p->from)
		return 0;
	live(p, kind - 1, &o);
	if (p->as_of < ek_columns_second(ek_follow_at(p->f->follow)) && kind != 0 &&
	    p->d->metric != EK_METRIC_QUEUE_WAIT && p->d->metric != EK_METRIC_RESOLUTION_TIME)
		ended(p, p->of, &o);
	return n;
}

/* ---- backlog */

struct ages {
	const struct figures_plan *p;
	uint32_t t;
	uint32_t *v;
	uint32_t n, cap;
	uint64_t sum;
	uint32_t oldest; /* start; UINT32_MAX = none */
};

static bool note_age(void *ctx, uint32_t start, uint32_t created)
{
	struct ages *a = ctx;
	const struct ek_alloc *alloc = &a->p->f->alloc;
	if (a->n == a->cap) {
		uint32_t cap = a->cap == 0 ? 256 : a->cap * 2;
		uint32_t *v = alloc->resize(alloc->ctx, a->v, a->cap * sizeof *v, cap * sizeof *v);
		if (v == NULL)
			return false;
		a->v = v;
		a->cap = cap;
	}
	a->v[a->n++] = a->t - created;
	a->sum += a->t - created;
	a->oldest = start < a->oldest ? start : a->oldest;
	return true;
}

static bool gather_open(const struct figures_plan *p, struct ages *a)
{
	const struct open_at o = {a->t, UINT32_MAX, note_age, a};
	const struct ek_columns_of *of = p->f->columns.of;
	if (p->variant != 2)
		return live(p, EK_FOLLOW_OPEN_SPELL, &o) && ended(p, p->of, &o);
	return live(p, EK_FOLLOW_OPEN_FIRST, &o) && live(p, EK_FOLLOW_OPEN_NEXT, &o) &&
	       ended(p, &of[EK_MEASURE_FIRST], &o) && ended(p, &of[EK_MEASURE_NEXT], &o);
}

static void show_backlog(const struct figures_plan *p, struct ages *a, struct ek_figure *out)
{
	const struct figures_values values = {a->v, a->n, false, a->sum};
	if (p->variant == 1) {
		ek_figures_durations(p, out, &values);
		out->value = out->median;
		out->high = a->oldest == UINT32_MAX ? 0 : a->t - a->oldest;
		return;
	}
	out->n = out->numerator = out->denominator = a->n;
	out->state = EK_FIGURE_SHOWN;
	out->has_value = true;
	out->value = a->n;
	if (p->variant == 2) {
		out->has_value = a->n > 0;
		out->state = a->n > 0 ? EK_FIGURE_SHOWN : EK_FIGURE_NONE;
		out->value = a->n > 0 ? a->t - a->oldest : 0;
	}
}

/* At the end of the period, or as_of when that has not come. What has not begun has none. */
static bool backlog(const struct figures_plan *p, struct ek_figure *out, struct ek_err *err)
{
	struct ages a = {.p = p, .t = p->until, .oldest = UINT32_MAX};
	if (p->until <= p->from || p->is_nowhere)
		return true;
	if (a.t > p->as_of)
		a.t = p->as_of;
	bool ok = gather_open(p, &a);
	if (ok)
		show_backlog(p, &a, out);
	out->open = a.n;
	ek_alloc_free(&p->f->alloc, a.v, a.cap * sizeof *a.v);
	return ok || ek_fail(err, EK_NO_MEMORY, "no memory for a figure");
}

static bool note_cut(void *ctx, const struct figures_plan *p, uint32_t i)
{
	enum { CUT = EK_FOLLOW_HISTORY | EK_FOLLOW_DROPPED };
	uint32_t *last = ctx;
	if ((p->of->flags[i] & CUT) == CUT && p->of->at[i] > *last)
		*last = p->of->at[i];
	return true;
}

bool ek_figures_cut(const struct ek_figures *f, const struct ek_figures_ask *ask, ek_time *out,
		    struct ek_err *err)
{
	struct figures_plan p;
	uint32_t last = EK_COLUMNS_NO_TIME;
	*out = EK_NO_TIME;
	if (ask->metric != EK_METRIC_BACKLOG)
		return true;
	bool ok = ek_figures_plan(f, ask, &p, err);
	/* What waits for an answer is not brought in. */
	if (ok && p.variant != 2)
		ek_figures_scan(&p, note_cut, &last);
	ek_figures_plan_close(&p);
	if (last != EK_COLUMNS_NO_TIME)
		out->ms = (int64_t)last * 1000;
	return ok;
}

/* ---- work */

struct work {
	uint64_t together, sum, free; /* milliseconds */
	uint64_t n;
};

static bool note_work(void *ctx, const struct figures_plan *p, uint32_t i)
{
	struct work *w = ctx;
	w->together += p->of->office[i];
	w->sum += p->of->calendar[i];
	w->free += (uint64_t)p->of->extra[0][i];
	w->n++;
	return true;
}

static void work(const struct figures_plan *p, struct ek_figure *out)
{
	struct work w = {0};
	bool is_share = p->d->metric == EK_METRIC_OCCUPANCY;
	ek_figures_scan(p, note_work, &w);
	uint64_t above = is_share ? w.together : w.sum;
	uint64_t below = is_share ? w.together + w.free : w.together;
	out->n = w.n;
	out->numerator = above / 1000;
	out->denominator = below / 1000;
	out->state = below > 0 ? EK_FIGURE_SHOWN : EK_FIGURE_NONE;
	out->has_value = below > 0;
	out->value = below > 0 ? (double)above / (double)below : 0;
	if (!is_share || above <= below)
		return;
	out->withheld = "occupancy is above 100 %";
	out->state = EK_FIGURE_WITHHELD;
	out->has_value = false;
}

/* ---- contacts */

struct contacts {
	struct ek_table seen;
	uint64_t n;
};

static bool note_contact(void *ctx, const struct figures_plan *p, uint32_t i)
{
	struct contacts *c = ctx;
	struct figures_judged j;
	ek_figures_judge(p, i, &j);
	if (j.verdict != ROW_COUNTED)
		return true;
	c->n++;
	return ek_table_put(&c->seen, (uint64_t)ek_figures_extra(p, 0, i), 1);
}

static bool contacts(const struct figures_plan *p, struct ek_figure *out, struct ek_err *err)
{
	struct contacts c = {.n = 0};
	ek_table_init(&c.seen, p->f->alloc);
	bool ok = ek_figures_scan(p, note_contact, &c);
	out->n = out->numerator = c.n;
	out->denominator = c.seen.n;
	ek_table_fini(&c.seen);
	ek_figures_grade(out);
	out->value = out->has_value ? (double)out->numerator / (double)out->denominator : 0;
	return ok || ek_fail(err, EK_NO_MEMORY, "no memory for a figure");
}

bool ek_figures_other(const struct figures_plan *p, struct ek_figure *out, struct ek_err *err)
{
	switch (p->d->metric) {
	case EK_METRIC_BACKLOG:
		return backlog(p, out, err);
	case EK_METRIC_CONTACT_FREQUENCY:
		return contacts(p, out, err);
	default:
		work(p, out);
		return true;
	}
}
