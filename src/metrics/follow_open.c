/* What is open now. */
#include "metrics/follow_state.h"

void ek_follow_list(struct ek_follow *f, struct follow_talk *t)
{
	void *v = f->open;
	if (t->listed != 0 ||
	    !ek_follow_room(f, &v, &f->open_cap, f->open_count + 1, sizeof *f->open))
		return;
	f->open = v;
	f->open[f->open_count++] = (uint32_t)(t - f->talks);
	t->listed = f->open_count;
}

void ek_follow_unlist(struct ek_follow *f, struct follow_talk *t)
{
	if (t->listed == 0)
		return;
	uint32_t last = f->open[--f->open_count];
	f->open[t->listed - 1] = last;
	f->talks[last].listed = t->listed;
	t->listed = 0;
}

uint32_t ek_follow_talk_count(const struct ek_follow *f)
{
	return f->open_count;
}

static void fill(const struct ek_follow *f, const struct follow_talk *t, uint32_t start,
		 struct ek_columns_row *out)
{
	*out = ek_follow_row(f, t, 0);
	out->mate = t->mate;
	out->start = start;
	out->calendar = f->now > start ? f->now - start : 0;
	out->extra[0] = t->created;
}

static void fill_clock(const struct ek_follow *f, const struct follow_talk *t,
		       const struct follow_clock *c, struct ek_columns_row *out)
{
	struct follow_clock copy = *c;
	ek_follow_tick(f, &copy, t->team, f->now);
	fill(f, t, c->start, out);
	out->office = copy.office;
}

bool ek_follow_talk(const struct ek_follow *f, uint32_t i, int kind, struct ek_columns_row *out)
{
	const struct follow_talk *t = &f->talks[f->open[i]];
	switch (kind) {
	case EK_FOLLOW_OPEN_FIRST:
	case EK_FOLLOW_OPEN_NEXT:
		if (!t->wait.runs || t->replied != (kind == EK_FOLLOW_OPEN_NEXT))
			return false;
		fill_clock(f, t, &t->wait, out);
		return true;
	case EK_FOLLOW_OPEN_ASSIGN:
		if (!t->alone.runs)
			return false;
		fill_clock(f, t, &t->alone, out);
		return true;
	case EK_FOLLOW_OPEN_SPELL:
		fill(f, t, t->open_since, out);
		return true;
	case EK_FOLLOW_OPEN_WHOLE:
		fill_clock(f, t, &t->life, out);
		return true;
	case EK_FOLLOW_OPEN_QUEUE:
		fill(f, t, t->queued, out);
		return t->queued != 0;
	default:
		return false;
	}
}
