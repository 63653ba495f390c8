/* Who has a conversation, and where it waits. */
#include "metrics/follow_state.h"

/* It enters a team inbox without anybody. */
static void enter(struct ek_follow *f, struct follow_talk *t)
{
	if (t->team != 0 && t->mate == 0 && !t->alone.runs && t->state != EK_STATE_CLOSED)
		ek_follow_start(&t->alone, f->now);
}

static void drop_holder(struct ek_follow *f, struct follow_talk *t)
{
	if (t->mate == 0)
		return;
	ek_follow_leave(f, t->id, t->mate);
	ek_follow_split(f, t, t->open_since != 0);
	t->mate = 0;
	t->mine.runs = false;
}

static void queued(struct ek_follow *f, uint32_t id)
{
	struct follow_talk *t = ek_follow_find(f, id);
	if (t == NULL)
		return;
	drop_holder(f, t);
	enter(f, t);
}

static void moved(struct ek_follow *f, const struct ek_conversation_moved *m)
{
	struct follow_talk *t = ek_follow_find(f, m->conversation.v);
	if (t == NULL)
		return;
	if (!m->keeps)
		drop_holder(f, t);
	if (m->team.v == t->team)
		return;
	ek_follow_tick(f, &t->wait, t->team, f->now);
	ek_follow_tick(f, &t->mine, t->team, f->now);
	ek_follow_tick(f, &t->life, t->team, f->now);
	ek_follow_tick(f, &t->back, t->team, f->now);
	ek_follow_tick(f, &t->alone, t->team, f->now);
	ek_follow_split(f, t, t->open_since != 0);
	if (t->handled && !m->home && !m->keeps) {
		t->handovers++;
		t->moved = true;
	}
	t->team = m->team.v;
	if (t->team == 0)
		t->alone.runs = false;
	enter(f, t);
}

/* An assignment that nobody waited for is no spell. */
static void end_spell(struct ek_follow *f, struct follow_talk *t,
		      const struct ek_assignment_made *a)
{
	bool by_people = a->how == EK_HOW_BY_HAND || a->how == EK_HOW_RULE || a->how == EK_HOW_HEIR;
	if (!t->alone.runs)
		return;
	ek_follow_tick(f, &t->alone, t->team, f->now);
	t->alone.runs = false;
	if (by_people && f->now == t->alone.start)
		return;
	struct ek_columns_row row = ek_follow_row(f, t, EK_MEASURE_ASSIGN);
	row.start = t->alone.start;
	row.office = t->alone.office;
	row.calendar = f->now - t->alone.start;
	row.mate = a->teammate.v;
	row.flags = t->spells == 0 ? EK_FOLLOW_FIRST : 0;
	t->spells++;
	ek_follow_emit(f, &row);
}

static bool had_it(const struct follow_talk *t, uint32_t mate)
{
	for (uint32_t i = 0; i < t->seen_count && i < FOLLOW_SEEN; i++) {
		if (t->seen[i] == mate)
			return true;
	}
	return false;
}

static void count_handover(struct follow_talk *t, const struct ek_assignment_made *a)
{
	uint32_t to = a->teammate.v;
	bool is_first = !t->handled;
	bool with_move = t->moved;
	t->moved = false;
	if (is_first || (t->last == to && !with_move))
		return;
	if (!with_move)
		t->handovers++;
	t->warm += a->how == EK_HOW_OFFER;
	t->returned += had_it(t, to);
}

static void given(struct ek_follow *f, const struct ek_assignment_made *a)
{
	struct follow_talk *t = ek_follow_find(f, a->conversation.v);
	if (t == NULL)
		return;
	end_spell(f, t, a);
	if (t->mate != a->teammate.v) {
		if (t->mate != 0)
			ek_follow_leave(f, t->id, t->mate);
		ek_follow_split(f, t, t->open_since != 0);
	}
	count_handover(t, a);
	t->mate = t->last = a->teammate.v;
	ek_follow_saw(t, t->mate);
	if (t->wait.runs)
		ek_follow_start(&t->mine, f->now);
	if (t->state == EK_STATE_OPEN)
		ek_follow_attend(f, t, t->mate);
}

static void taken(struct ek_follow *f, const struct ek_assignment_ended *a)
{
	struct follow_talk *t = ek_follow_find(f, a->conversation.v);
	if (t == NULL || t->mate != a->teammate.v || a->reason == EK_ENDED_CLOSED)
		return; /* one that is closed remembers who had it */
	drop_holder(f, t);
}

static void looked(struct ek_follow *f, const struct ek_conversation_opened *o)
{
	struct follow_talk *t = ek_follow_find(f, o->conversation.v);
	if (t != NULL && t->mate == o->teammate.v && t->state == EK_STATE_OPEN && t->wait.runs)
		ek_follow_attend(f, t, t->mate);
}

static void decided(struct ek_follow *f, uint32_t id, bool met)
{
	struct follow_talk *t = ek_follow_find(f, id);
	if (t == NULL)
		return;
	struct ek_columns_row row = ek_follow_row(f, t, EK_MEASURE_SLA);
	row.start = t->created;
	row.mate = t->mate;
	row.flags = met ? EK_FOLLOW_MET : 0;
	row.calendar = row.at - row.start;
	ek_follow_emit(f, &row);
}

bool ek_follow_of_giving(struct ek_follow *f, const struct ek_event *e)
{
	switch (e->kind) {
	case EK_EVENT_CONVERSATION_QUEUED:
		queued(f, e->conversation_queued.conversation.v);
		return true;
	case EK_EVENT_CONVERSATION_MOVED:
		moved(f, &e->conversation_moved);
		return true;
	case EK_EVENT_ASSIGNMENT_MADE:
		given(f, &e->assignment_made);
		return true;
	case EK_EVENT_ASSIGNMENT_ENDED:
		taken(f, &e->assignment_ended);
		return true;
	case EK_EVENT_CONVERSATION_OPENED:
		looked(f, &e->conversation_opened);
		return true;
	case EK_EVENT_SLA_MET:
		decided(f, e->sla_met.conversation.v, true);
		return true;
	case EK_EVENT_SLA_MISSED:
		decided(f, e->sla_missed.conversation.v, false);
		return true;
	default:
		return false;
	}
}
