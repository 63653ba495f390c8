/* What is known once a conversation is closed, and what is not when it is opened again. */
#include "metrics/follow_state.h"

static uint64_t pair(uint32_t high, uint32_t low)
{
	return (uint64_t)high << 32 | low;
}

static void transfers(struct ek_follow *f, struct follow_talk *t)
{
	struct ek_columns_row row = ek_follow_row(f, t, EK_MEASURE_TRANSFER);
	row.start = t->created;
	row.extra[0] = (int64_t)((uint64_t)(t->warm & 0x7fff) << 48 |
				 (uint64_t)(t->returned & 0xffff) << 32 | t->handovers);
	ek_follow_emit(f, &row);
	t->handovers = t->warm = t->returned = 0;
	t->moved = false;
}

void ek_follow_end(struct ek_follow *f, struct follow_talk *t)
{
	struct ek_columns_row row = ek_follow_row(f, t, EK_MEASURE_CLOSE);
	bool is_first = t->closes == 0;
	uint32_t flags = is_first ? EK_FOLLOW_FIRST : 0;
	row.start = t->created;
	row.office = t->life.office;
	row.calendar = f->now - t->created;
	row.mate = t->mate != 0 ? t->mate : t->last;
	flags |= t->seen_count == 1 ? EK_FOLLOW_SOLE : 0;
	flags |= t->handovers > 0 ? EK_FOLLOW_HANDED : 0;
	flags |= t->who == 0 ? EK_FOLLOW_STRANGER : 0;
	row.flags = (uint16_t)flags;
	row.extra[0] = (int64_t)pair(t->back_office, t->back_calendar);
	t->close_row = ek_follow_emit(f, &row);
	transfers(f, t);
	ek_follow_handled(f, t);
	if (is_first && t->who != 0)
		ek_follow_solved(f, &(struct follow_approach){t->who, f->now, t->topic, t->id},
				 t->close_row);
}

void ek_follow_again(struct ek_follow *f, struct follow_talk *t, bool by_customer)
{
	struct ek_columns_of *of = &f->columns->of[EK_MEASURE_CLOSE];
	uint32_t since = f->now > t->closed ? f->now - t->closed : 1;
	if (t->close_row == 0)
		return;
	uint32_t i = t->close_row - 1;
	ek_follow_mend(f,
		       (struct ek_columns_patch){.row = i,
						 .measure = EK_MEASURE_CLOSE,
						 .what = EK_COLUMNS_FLAGS,
						 .cause = EK_FOLLOW_REOPENED},
		       of->flags[i] | EK_FOLLOW_UNDONE);
	if (!by_customer)
		return;
	uint64_t extra = (uint64_t)of->extra[1][i];
	uint32_t repeat = (uint32_t)extra;
	of->extra[1][i] = (int64_t)pair(since, repeat == 0 || since < repeat ? since : repeat);
}
