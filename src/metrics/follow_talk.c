/* A conversation's life: it arrives, people write, it sleeps, closes and is opened again. */
#include "metrics/follow_state.h"

#include <string.h>

struct follow_talk *ek_follow_find(struct ek_follow *f, uint32_t id)
{
	uint32_t at = ek_table_get(&f->talk_places, id);
	return at == 0 ? NULL : &f->talks[at - 1];
}

struct follow_talk *ek_follow_new(struct ek_follow *f, uint32_t id)
{
	void *v = f->talks;
	uint32_t at = f->talk_free;
	if (at != 0) {
		f->talk_free = f->talks[at - 1].next;
	} else {
		if (!ek_follow_room(f, &v, &f->talk_cap, f->talk_count + 1, sizeof *f->talks))
			return NULL;
		f->talks = v;
		at = ++f->talk_count;
	}
	if (!ek_table_put(&f->talk_places, id, at)) {
		f->broken = true;
		return NULL;
	}
	memset(&f->talks[at - 1], 0, sizeof *f->talks);
	f->talks[at - 1].id = id;
	return &f->talks[at - 1];
}

void ek_follow_forget(struct ek_follow *f, uint32_t id)
{
	uint32_t at = ek_table_get(&f->talk_places, id);
	if (at == 0)
		return;
	ek_table_drop(&f->talk_places, id);
	f->talks[at - 1].id = 0;
	f->talks[at - 1].next = f->talk_free;
	f->talk_free = at;
}

/* One that was forgotten: what is known of it stands in its rows. Cost: a pass over the closes. */
static struct follow_talk *recall(struct ek_follow *f, uint32_t id)
{
	const struct ek_columns_of *of = &f->columns->of[EK_MEASURE_CLOSE];
	const struct ek_columns_of *from = &f->columns->of[EK_MEASURE_APPROACH];
	uint32_t i = of->n;
	while (i > 0 && (of->ref[i - 1] != id || (of->flags[i - 1] & EK_FOLLOW_HISTORY) != 0))
		i--;
	struct follow_talk *t = i == 0 ? NULL : ek_follow_new(f, id);
	if (t == NULL)
		return NULL;
	t->channel = of->channel[i - 1];
	t->state = EK_STATE_CLOSED;
	t->team = of->team[i - 1];
	t->topic = of->topic[i - 1];
	t->tier = of->tier[i - 1];
	t->area = of->area[i - 1];
	t->mate = of->mate[i - 1];
	t->spoken = t->replied = t->handled = true;
	t->closed = of->at[i - 1];
	t->recalled = true;
	t->created = f->now; /* long ago it ended; this is another approach */
	ek_follow_start(&t->life, f->now);
	for (uint32_t k = from->n; k > 0 && t->who == 0; k--) {
		if (from->ref[k - 1] == id && (from->flags[k - 1] & EK_FOLLOW_HISTORY) == 0)
			t->who = (uint64_t)from->extra[0][k - 1];
	}
	return t;
}

static struct follow_talk *find_or_recall(struct ek_follow *f, uint32_t id)
{
	struct follow_talk *t = ek_follow_find(f, id);
	return t != NULL ? t : recall(f, id);
}

void ek_follow_saw(struct follow_talk *t, uint32_t mate)
{
	t->handled = true;
	for (uint32_t i = 0; i < t->seen_count && i < FOLLOW_SEEN; i++) {
		if (t->seen[i] == mate)
			return;
	}
	if (t->seen_count < FOLLOW_SEEN)
		t->seen[t->seen_count] = mate;
	if (t->seen_count <= FOLLOW_SEEN)
		t->seen_count++;
}

void ek_follow_split(struct ek_follow *f, struct follow_talk *t, bool goes_on)
{
	if (t->open_since != 0 && f->now > t->open_since) {
		struct ek_columns_row row = ek_follow_row(f, t, EK_MEASURE_SPELL);
		row.start = t->open_since;
		row.calendar = f->now - t->open_since;
		row.mate = t->mate;
		row.extra[0] = t->created;
		ek_follow_emit(f, &row);
	}
	t->open_since = goes_on ? f->now : 0;
}

static void approach(struct ek_follow *f, struct follow_talk *t, uint32_t flags)
{
	struct ek_columns_row row = ek_follow_row(f, t, EK_MEASURE_APPROACH);
	row.start = flags == 0 ? t->created : f->now;
	row.at = row.start;
	row.flags = (uint16_t)flags;
	ek_follow_approach(f, &row, t->who);
}

/* The customer waits for an answer, since a time that may lie before now. */
static void begin_wait(struct follow_talk *t, uint32_t since)
{
	ek_follow_start(&t->wait, since);
	if (t->mate != 0)
		ek_follow_start(&t->mine, since);
	if (!t->replied && t->channel == EK_CAPACITY_CLASS_CHAT && t->queued == 0)
		t->queued = since;
}

/* What is not among the attributes stays as it was. */
static void label(struct ek_follow *f, struct follow_talk *t, const struct ek_pairs *attributes)
{
	for (uint32_t i = 0; i < attributes->n; i++) {
		const struct ek_pair *a = &attributes->v[i];
		bool is_tier = ek_str_is(a->name, "tier");
		if (!is_tier && !ek_str_is(a->name, "product_area"))
			continue;
		enum ek_follow_label of = is_tier ? EK_FOLLOW_TIER : EK_FOLLOW_AREA;
		uint16_t is = a->value.p == NULL ? 0 : ek_follow_label_of(f, of, a->value);
		*(is_tier ? &t->tier : &t->area) = is;
	}
}

static void arrived(struct ek_follow *f, const struct ek_conversation_arrived *a)
{
	struct follow_talk *t = ek_follow_new(f, a->conversation.v);
	if (t == NULL)
		return;
	t->who = ek_follow_whose(f, a->contact.v);
	t->channel = a->channel;
	t->state = EK_STATE_OPEN;
	t->team = a->team.v;
	t->topic = ek_follow_topic_of(f, &a->tags);
	label(f, t, &a->attributes);
	t->created = ek_columns_second(a->started);
	if (t->created == EK_COLUMNS_NO_TIME || t->created > f->now)
		t->created = f->now;
	ek_follow_start(&t->life, t->created);
	t->open_since = t->created;
	ek_follow_list(f, t);
	if (t->team != 0)
		ek_follow_start(&t->alone, f->now);
	ek_follow_judge_spam(f, t->id, &a->tags);
	if (!ek_time_is_set(a->waiting_since))
		return;
	uint32_t since = ek_columns_second(a->waiting_since);
	t->spoken = true;
	begin_wait(t, since < f->now ? since : f->now);
	approach(f, t, 0);
}

/* ---- parts */

static void end_back(struct ek_follow *f, struct follow_talk *t, uint32_t at)
{
	if (!t->back.runs)
		return;
	ek_follow_tick(f, &t->back, t->team, at);
	t->back_office += t->back.office;
	t->back_calendar += at > t->back.start ? at - t->back.start : 0;
	t->back.runs = false;
}

static void customer_wrote(struct ek_follow *f, struct follow_talk *t, ek_time sent)
{
	uint32_t at = ek_time_is_set(sent) ? ek_columns_second(sent) : f->now;
	at = at < f->now ? at : f->now;
	if (!t->spoken)
		approach(f, t, 0);
	t->spoken = true;
	t->machine = false;
	end_back(f, t, at);
	if (!t->wait.runs)
		begin_wait(t, at);
	if (t->mate != 0 && t->state == EK_STATE_OPEN)
		ek_follow_attend(f, t, t->mate);
}

static void answer_queue(struct ek_follow *f, struct follow_talk *t, uint32_t flags)
{
	if (t->queued == 0)
		return;
	struct ek_columns_row row = ek_follow_row(f, t, EK_MEASURE_QUEUE);
	row.at = row.start = t->queued;
	row.calendar = f->now - t->queued;
	row.office = ek_versions_elapsed(&f->versions, t->team, t->queued, f->now);
	row.flags = (uint16_t)flags;
	ek_follow_emit(f, &row);
	t->queued = 0;
}

/* The wait ends: with an answer, or (mate 0) because it is closed. */
static void end_wait(struct ek_follow *f, struct follow_talk *t, uint32_t mate)
{
	if (!t->wait.runs)
		return;
	ek_follow_tick(f, &t->wait, t->team, f->now);
	ek_follow_tick(f, &t->mine, t->team, f->now);
	bool own = t->mine.runs && mate != 0 && mate == t->mate;
	const struct follow_clock *mine = own ? &t->mine : &t->wait;
	struct ek_columns_row row =
		ek_follow_row(f, t, t->replied ? EK_MEASURE_NEXT : EK_MEASURE_FIRST);
	row.start = t->wait.start;
	row.office = t->wait.office;
	row.calendar = f->now - t->wait.start;
	row.mate = mate;
	row.flags = mate == 0 ? EK_FOLLOW_DROPPED : 0;
	row.extra[0] = (int64_t)((uint64_t)mine->office << 32 | (f->now - mine->start));
	ek_follow_emit(f, &row);
	t->wait.runs = t->mine.runs = false;
}

static void teammate_wrote(struct ek_follow *f, struct follow_talk *t, uint32_t mate)
{
	end_wait(f, t, mate);
	answer_queue(f, t, EK_FOLLOW_ANSWERED);
	t->spoken = t->replied = true;
	ek_follow_saw(t, mate);
	if (t->state != EK_STATE_CLOSED && !t->back.runs)
		ek_follow_start(&t->back, f->now);
}

static void message(struct ek_follow *f, const struct ek_message_added *m)
{
	struct follow_talk *t = find_or_recall(f, m->conversation.v);
	if (t == NULL)
		return;
	if (m->author == EK_AUTHOR_CONTACT)
		customer_wrote(f, t, m->sent);
	else if (m->author == EK_AUTHOR_TEAMMATE && m->teammate.v != 0)
		teammate_wrote(f, t, m->teammate.v);
	else if (m->author == EK_AUTHOR_TEAMMATE)
		t->machine = true;
	if (m->author != EK_AUTHOR_CONTACT && m->teammate.v != 0 && m->teammate.v == t->mate)
		ek_follow_leave(f, t->id, t->mate);
}

/* ---- ends */

static void note_gone(struct ek_follow *f, const struct follow_talk *t)
{
	if (f->gone_count == f->gone_cap) {
		uint32_t had = f->gone_cap;
		void *v = f->gone;
		if (!ek_follow_room(f, &v, &f->gone_cap, had + 1, sizeof *f->gone))
			return;
		f->gone = v;
		/* the part before the first moves behind the rest */
		if (f->gone_first + f->gone_count > had)
			memcpy(f->gone + had, f->gone,
			       (f->gone_first + f->gone_count - had) * sizeof *f->gone);
	}
	uint32_t last = (f->gone_first + f->gone_count) % f->gone_cap;
	f->gone[last] = (struct follow_gone){t->id, t->closed};
	f->gone_count++;
}

static void drop_spell(struct ek_follow *f, struct follow_talk *t)
{
	if (!t->alone.runs)
		return;
	struct ek_columns_row row = ek_follow_row(f, t, EK_MEASURE_ASSIGN);
	row.start = t->alone.start;
	row.calendar = f->now - t->alone.start;
	row.flags = (uint16_t)(EK_FOLLOW_DROPPED | (t->spells == 0 ? EK_FOLLOW_FIRST : 0));
	ek_follow_emit(f, &row);
	t->alone.runs = false;
}

/* A live chat that a machine had the last word in, and that no person ever had, reached nobody's
 * queue: it was neither answered nor given up. */
static void leave_queue(struct ek_follow *f, struct follow_talk *t)
{
	if (t->machine && !t->handled)
		t->queued = 0;
	answer_queue(f, t, EK_FOLLOW_DROPPED);
}

static void closed(struct ek_follow *f, uint32_t id)
{
	struct follow_talk *t = ek_follow_find(f, id);
	if (t == NULL || t->state == EK_STATE_CLOSED)
		return;
	if (t->mate != 0)
		ek_follow_leave(f, id, t->mate);
	end_wait(f, t, 0);
	leave_queue(f, t);
	drop_spell(f, t);
	end_back(f, t, f->now);
	ek_follow_split(f, t, false);
	ek_follow_tick(f, &t->life, t->team, f->now);
	ek_follow_end(f, t);
	t->state = EK_STATE_CLOSED;
	ek_follow_unlist(f, t);
	t->closed = f->now;
	t->closes++;
	note_gone(f, t);
}

static void reopened(struct ek_follow *f, const struct ek_conversation_reopened *r)
{
	struct follow_talk *t = find_or_recall(f, r->conversation.v);
	if (t == NULL || t->state != EK_STATE_CLOSED)
		return;
	bool by_customer = r->cause == EK_CAUSE_CONTACT;
	t->state = EK_STATE_OPEN;
	ek_follow_again(f, t, by_customer);
	t->closed = 0;
	t->open_since = f->now;
	ek_follow_list(f, t);
	if (by_customer)
		approach(f, t, EK_FOLLOW_AGAIN);
	if (by_customer && t->mate != 0)
		ek_follow_attend(f, t, t->mate);
}

static void slept(struct ek_follow *f, uint32_t id)
{
	struct follow_talk *t = ek_follow_find(f, id);
	if (t == NULL)
		return;
	t->state = EK_STATE_SNOOZED;
	if (t->mate != 0)
		ek_follow_leave(f, id, t->mate);
}

static void woke(struct ek_follow *f, const struct ek_conversation_woken *w)
{
	struct follow_talk *t = ek_follow_find(f, w->conversation.v);
	if (t == NULL)
		return;
	t->state = EK_STATE_OPEN;
	if (w->cause == EK_CAUSE_CONTACT && t->mate != 0)
		ek_follow_attend(f, t, t->mate);
}

static void updated(struct ek_follow *f, const struct ek_conversation_updated *u)
{
	struct follow_talk *t = ek_follow_find(f, u->conversation.v);
	if (t != NULL)
		label(f, t, &u->attributes);
	if (t != NULL && u->tags_set)
		t->topic = ek_follow_topic_of(f, &u->tags);
	if (u->tags_set)
		ek_follow_judge_spam(f, u->conversation.v, &u->tags);
}

bool ek_follow_of_talk(struct ek_follow *f, const struct ek_event *e)
{
	switch (e->kind) {
	case EK_EVENT_CONVERSATION_ARRIVED:
		arrived(f, &e->conversation_arrived);
		return true;
	case EK_EVENT_MESSAGE_ADDED:
		message(f, &e->message_added);
		return true;
	case EK_EVENT_CONVERSATION_CLOSED:
		closed(f, e->conversation_closed.conversation.v);
		return true;
	case EK_EVENT_CONVERSATION_REOPENED:
		reopened(f, &e->conversation_reopened);
		return true;
	case EK_EVENT_CONVERSATION_SNOOZED:
		slept(f, e->conversation_snoozed.conversation.v);
		return true;
	case EK_EVENT_CONVERSATION_WOKEN:
		woke(f, &e->conversation_woken);
		return true;
	case EK_EVENT_CONVERSATION_UPDATED:
		updated(f, &e->conversation_updated);
		return true;
	default:
		return false;
	}
}
