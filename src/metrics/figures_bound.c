/* Whether handle time can be true: mean x approaches is at most people x time logged in x
 * concurrency (R12), where the people are those who handled the approaches and the time is that of
 * the period, or, as work is counted with the close, of all the time since the first of the
 * approaches began. Of what was imported nobody knows who was logged in: it is left out. */
#include "metrics/figures_inside.h"

enum { QUARTER_S = 15 * 60 };

struct bound {
	const struct figures_plan *p;
	struct ek_table legs;   /* of approaches that are counted, by ref: legs + 1 */
	struct ek_table people; /* who handled them */
	bool is_everybody;      /* there were more than are told apart */
	uint64_t handled;       /* seconds */
	uint64_t n;
	uint32_t since; /* when the first of them began */
	struct ek_follow_work work;
	uint64_t rows; /* of work */
};

static bool note(void *ctx, const struct figures_plan *p, uint32_t i)
{
	struct bound *b = ctx;
	struct figures_judged j;
	uint32_t flags = p->of->flags[i];
	ek_figures_judge(p, i, &j);
	if (j.verdict != ROW_COUNTED || (flags & EK_FOLLOW_HISTORY) != 0)
		return true;
	b->handled += j.value;
	b->n++;
	b->since = p->of->start[i] < b->since ? p->of->start[i] : b->since;
	if ((flags & EK_FOLLOW_WHOLE) != 0)
		return ek_table_put(&b->legs, p->of->ref[i], 1);
	return ek_table_put(&b->people, p->of->mate[i], 1);
}

static bool is_apart(const struct ek_columns_of *of, uint32_t i, uint32_t from, uint32_t until)
{
	uint32_t block = i / EK_COLUMNS_BLOCK;
	return i % EK_COLUMNS_BLOCK == 0 &&
	       (of->oldest[block] >= until || of->newest[block] < from);
}

/* Of a whole approach the people stand in its legs, which became known with it. */
static bool find_people(struct bound *b)
{
	const struct figures_plan *p = b->p;
	const struct ek_columns_of *of = p->of;
	for (uint32_t i = 0; b->legs.n > 0 && i < of->n; i++) {
		if (is_apart(of, i, p->from, p->until)) {
			i += EK_COLUMNS_BLOCK - 1;
			continue;
		}
		uint32_t legs = ek_table_get(&b->legs, of->ref[i]);
		bool is_leg = legs > 0 && (of->flags[i] & EK_FOLLOW_WHOLE) == 0 &&
			      (of->flags[i] & EK_FOLLOW_HISTORY) == 0;
		if (!is_leg)
			continue;
		b->is_everybody = b->is_everybody || legs >= EK_FOLLOW_LEGS;
		if (!ek_table_put(&b->legs, of->ref[i], legs + 1) ||
		    !ek_table_put(&b->people, of->mate[i], 1))
			return false;
	}
	return true;
}

static void add(struct ek_follow_work *to, struct ek_follow_work w)
{
	to->together += w.together;
	to->sum += w.sum;
	to->free += w.free;
}

static void add_work(struct bound *b, uint32_t from, uint32_t until)
{
	const struct ek_figures *f = b->p->f;
	const struct ek_columns_of *of = &f->columns.of[EK_MEASURE_WORK];
	from = from > QUARTER_S ? from - QUARTER_S : 0;
	b->work = (struct ek_follow_work){0};
	b->rows = 0;
	for (uint32_t i = 0; i < of->n; i++) {
		if (is_apart(of, i, from, until)) {
			i += EK_COLUMNS_BLOCK - 1;
			continue;
		}
		if (of->at[i] < from || of->at[i] >= until ||
		    (!b->is_everybody && ek_table_get(&b->people, of->mate[i]) == 0))
			continue;
		add(&b->work, (struct ek_follow_work){of->office[i], of->calendar[i],
						      (double)of->extra[0][i]});
		b->rows++;
	}
	/* The quarters that run: what they hold is in approaches already. */
	for (uint32_t mate = 0; mate < ek_follow_mates(f->follow); mate++) {
		if (b->is_everybody || ek_table_get(&b->people, mate) != 0)
			add(&b->work, ek_follow_running(f->follow, mate));
	}
}

/* Rows are rounded: approaches to a second, work to a millisecond. */
static bool holds(const struct bound *b)
{
	const struct ek_follow_work *w = &b->work;
	double concurrency = w->together > 0 ? w->sum / w->together : 0;
	double most = (w->together + w->free) * concurrency;
	return (double)b->handled * 1000 <= most + 500 * (double)b->n + 2 * (double)b->rows;
}

bool ek_figures_is_possible(const struct figures_plan *p, bool *out)
{
	struct bound b = {.p = p, .since = p->from};
	ek_table_init(&b.legs, p->f->alloc);
	ek_table_init(&b.people, p->f->alloc);
	bool ok = ek_figures_scan(p, note, &b) && find_people(&b);
	*out = true;
	if (ok && b.n > 0) {
		add_work(&b, p->from, p->until);
		*out = holds(&b);
	}
	if (ok && !*out) {
		add_work(&b, b.since, p->until);
		*out = holds(&b);
	}
	ek_table_fini(&b.legs);
	ek_table_fini(&b.people);
	return ok;
}
