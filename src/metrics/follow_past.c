/* What was before Evenkeel: imported conversations, calls and answers, each one fact. */
#include "metrics/follow_state.h"

/* Contact numbers of an import are their own: never those of contacts. */
#define PAST_CONTACT ((uint64_t)1 << 63)

enum { ANSWER_WINDOW_S = 7 * 86400 };

struct past {
	uint32_t team, topic;
	uint8_t channel;
	uint64_t ref, who;
};

static uint64_t ref_of(int64_t import, int64_t item)
{
	return (uint64_t)import << 32 | (uint32_t)item;
}

static uint64_t who_of(int64_t contact)
{
	return contact == EK_NONE ? 0 : PAST_CONTACT | (uint64_t)contact;
}

static struct ek_columns_row row_of(const struct past *p, int measure, ek_time start, ek_time at)
{
	struct ek_columns_row row = {
		.measure = (uint8_t)measure,
		.channel = p->channel,
		.flags = EK_FOLLOW_HISTORY,
		.start = ek_columns_second(start),
		.at = ek_columns_second(at),
		.team = p->team,
		.topic = p->topic,
		.ref = p->ref,
	};
	row.calendar = row.at - row.start;
	return row;
}

static void emit_timed(struct ek_follow *f, struct ek_columns_row *row)
{
	row->office = ek_versions_elapsed(&f->versions, row->team, row->start, row->at);
	ek_follow_emit(f, row);
}

static void answered(struct ek_follow *f, const struct past *p,
		     const struct ek_history_conversation *c)
{
	struct ek_columns_row row = row_of(p, EK_MEASURE_FIRST, c->started, c->replied);
	uint32_t own = row.start;
	if (ek_time_is_set(c->assigned) && c->assigned.ms <= c->replied.ms &&
	    c->owner.v == c->replier.v)
		own = ek_columns_second(c->assigned);
	row.mate = c->replier.v;
	uint64_t office = ek_versions_elapsed(&f->versions, row.team, own, row.at);
	row.extra[0] = (int64_t)(office << 32 | (row.at - own));
	emit_timed(f, &row);
}

/* A live chat waited until its first answer, or until it was closed without one. Of one whose
 * answerer is unknown, which may have been a machine, neither is known. */
static void chat_queue(struct ek_follow *f, const struct past *p,
		       const struct ek_history_conversation *c)
{
	bool is_answered = ek_time_is_set(c->replied);
	ek_time end = is_answered ? c->replied : c->closed;
	if (p->channel != EK_CAPACITY_CLASS_CHAT || !ek_time_is_set(end) ||
	    (is_answered && c->replier.v == 0))
		return;
	struct ek_columns_row row = row_of(p, EK_MEASURE_QUEUE, c->started, end);
	row.office = ek_versions_elapsed(&f->versions, row.team, row.start, row.at);
	row.at = row.start;
	row.flags |= is_answered ? EK_FOLLOW_ANSWERED : EK_FOLLOW_DROPPED;
	ek_follow_emit(f, &row);
}

/* What holds of every close of it. */
static uint32_t close_flags(const struct past *p, const struct ek_history_conversation *c)
{
	bool alone = c->replier.v != 0 && c->replier.v == c->owner.v;
	bool sole = c->transfers == 0 || (c->transfers == EK_NONE && alone);
	uint32_t flags = EK_FOLLOW_HISTORY;
	flags |= sole ? EK_FOLLOW_SOLE : 0;
	flags |= c->transfers != EK_NONE && c->transfers > 0 ? EK_FOLLOW_HANDED : 0;
	return flags | (p->who == 0 ? EK_FOLLOW_STRANGER : 0);
}

enum { REOPENS_MAX = 100 };

/* Of closes between the first and the last one only their number is known. */
static void closed(struct ek_follow *f, const struct past *p,
		   const struct ek_history_conversation *c)
{
	int64_t reopens = c->reopens == EK_NONE ? 0 : c->reopens;
	if (reopens > REOPENS_MAX)
		reopens = REOPENS_MAX;
	for (int64_t i = 0; i <= reopens; i++) {
		bool is_last = i == reopens;
		bool has_last = is_last && i > 0 && ek_time_is_set(c->solved);
		struct ek_columns_row row =
			row_of(p, EK_MEASURE_CLOSE, c->started, has_last ? c->solved : c->closed);
		uint32_t flags = close_flags(p, c) | (i == 0 ? EK_FOLLOW_FIRST : 0);
		row.flags = (uint16_t)(flags | (is_last ? 0 : EK_FOLLOW_UNDONE));
		row.mate = c->owner.v;
		row.extra[1] = is_last ? 0 : (int64_t)((uint64_t)1 << 32 | 1);
		row.office = ek_versions_elapsed(&f->versions, row.team, row.start, row.at);
		uint32_t place = ek_follow_emit(f, &row);
		const struct follow_approach a = {p->who, row.at, p->topic, p->ref};
		if (i == 0 && p->who != 0)
			ek_follow_solved(f, &a, place);
	}
}

/* Open from its start to its last close. Without one it was open when it was brought in: what
 * became of it is not known here, and nobody waits for an answer from here. */
static void spell(struct ek_follow *f, const struct past *p,
		  const struct ek_history_conversation *c)
{
	ek_time end = ek_time_is_set(c->solved) ? c->solved : c->closed;
	struct ek_columns_row row =
		row_of(p, EK_MEASURE_SPELL, c->started, ek_time_is_set(end) ? end : c->started);
	if (!ek_time_is_set(end)) {
		row.at = f->now > row.start ? f->now : row.start;
		row.flags |= EK_FOLLOW_DROPPED;
	}
	row.mate = c->owner.v;
	row.extra[0] = row.start;
	ek_follow_emit(f, &row);
}

static ek_time last_of(const struct ek_history_conversation *c)
{
	if (ek_time_is_set(c->solved))
		return c->solved;
	if (ek_time_is_set(c->closed))
		return c->closed;
	return ek_time_is_set(c->replied) ? c->replied : c->started;
}

static void conversation(struct ek_follow *f, const struct ek_history_conversation *c)
{
	const struct past p = {c->team.v, ek_follow_topic_of(f, &c->tags), c->channel,
			       ref_of(c->import, c->item), who_of(c->contact)};
	struct ek_columns_row row = row_of(&p, EK_MEASURE_APPROACH, c->started, c->started);
	ek_follow_approach(f, &row, p.who);
	if (ek_time_is_set(c->replied) && c->replier.v != 0)
		answered(f, &p, c);
	chat_queue(f, &p, c);
	if (ek_time_is_set(c->assigned)) {
		row = row_of(&p, EK_MEASURE_ASSIGN, c->started, c->assigned);
		row.flags |= EK_FOLLOW_FIRST;
		emit_timed(f, &row);
	}
	if (ek_time_is_set(c->closed))
		closed(f, &p, c);
	spell(f, &p, c);
	if (c->sla_met != EK_NONE) {
		row = row_of(&p, EK_MEASURE_SLA, c->started, last_of(c));
		row.flags |= c->sla_met == 1 ? EK_FOLLOW_MET : 0;
		row.mate = c->owner.v;
		ek_follow_emit(f, &row);
	}
	if (c->transfers != EK_NONE && ek_time_is_set(c->closed)) {
		row = row_of(&p, EK_MEASURE_TRANSFER, c->started, last_of(c));
		row.extra[0] = (uint32_t)c->transfers;
		ek_follow_emit(f, &row);
	}
}

/* ---- calls */

static void call_queue(struct ek_follow *f, const struct past *p, const struct ek_history_call *c)
{
	bool is_answered = ek_time_is_set(c->answered);
	struct ek_columns_row row =
		row_of(p, EK_MEASURE_QUEUE, c->queued, is_answered ? c->answered : c->ended);
	row.office = ek_versions_elapsed(&f->versions, row.team, row.start, row.at);
	row.at = row.start;
	row.flags |= is_answered ? EK_FOLLOW_ANSWERED : EK_FOLLOW_LEFT;
	row.mate = is_answered ? c->teammate.v : 0;
	ek_follow_emit(f, &row);
}

static uint32_t seconds(ek_span s)
{
	return s.ms == EK_NONE ? 0 : (uint32_t)(s.ms / 1000);
}

/* Talk, with what of it was on hold, and work after it. */
static void call_handled(struct ek_follow *f, const struct past *p, const struct ek_history_call *c)
{
	struct ek_columns_row row = row_of(p, EK_MEASURE_HANDLE, c->answered, c->ended);
	uint32_t talk = row.calendar;
	row.calendar += seconds(c->after_ms);
	row.at += seconds(c->after_ms);
	row.extra[0] = (int64_t)row.calendar * 1000;
	row.mate = c->teammate.v;
	ek_follow_emit(f, &row);
	row.flags |= EK_FOLLOW_WHOLE;
	row.mate = 0;
	ek_follow_emit(f, &row);
	if (c->holds == EK_NONE && c->hold_ms.ms == EK_NONE)
		return;
	row = row_of(p, EK_MEASURE_HOLD, c->answered, c->ended);
	row.office = talk;
	row.calendar = seconds(c->hold_ms);
	row.mate = c->teammate.v;
	row.extra[0] = c->holds;
	ek_follow_emit(f, &row);
}

static void call(struct ek_follow *f, const struct ek_history_call *c)
{
	const struct past p = {c->team.v, ek_follow_topic_of(f, &c->tags), EK_CAPACITY_CLASS_VOICE,
			       ref_of(c->import, c->item), who_of(c->contact)};
	struct ek_columns_row row = row_of(&p, EK_MEASURE_APPROACH, c->started, c->started);
	ek_follow_approach(f, &row, p.who);
	if (ek_time_is_set(c->queued))
		call_queue(f, &p, c);
	if (ek_time_is_set(c->answered))
		call_handled(f, &p, c);
	if (ek_time_is_set(c->answered) && c->transfers != EK_NONE) {
		row = row_of(&p, EK_MEASURE_TRANSFER, c->started, c->ended);
		row.extra[0] = (uint32_t)c->transfers;
		ek_follow_emit(f, &row);
	}
}

/* ---- surveys */

static void answer(struct ek_follow *f, const struct ek_history_answer *a)
{
	const struct past p = {a->team.v, ek_follow_topic_of(f, &a->tags), a->channel,
			       ref_of(a->import, a->item), who_of(a->contact)};
	struct ek_columns_row row = row_of(&p, EK_MEASURE_SURVEY, a->asked, a->asked);
	bool has_score = ek_time_is_set(a->answered) && a->score != EK_NONE;
	row.flags |= EK_FOLLOW_DELIVERED;
	row.flags |= has_score ? EK_FOLLOW_ANSWERED : 0;
	row.flags = (uint16_t)(row.flags | (unsigned)a->form << EK_FOLLOW_FORM);
	row.mate = a->teammate.v;
	row.extra[0] = has_score ? a->score : EK_NONE;
	row.extra[1] = (int64_t)row.at + ANSWER_WINDOW_S;
	ek_follow_emit(f, &row);
}

bool ek_follow_of_past(struct ek_follow *f, const struct ek_event *e)
{
	switch (e->kind) {
	case EK_EVENT_HISTORY_CONVERSATION:
		conversation(f, &e->history_conversation);
		return true;
	case EK_EVENT_HISTORY_CALL:
		call(f, &e->history_call);
		return true;
	case EK_EVENT_HISTORY_ANSWER:
		answer(f, &e->history_answer);
		return true;
	default:
		return false;
	}
}

static void sent(struct ek_follow *f, const struct ek_survey_sent *s)
{
	struct ek_columns_row row = {
		.measure = EK_MEASURE_SURVEY,
		.channel = s->channel,
		.flags = (uint16_t)((unsigned)s->form << EK_FOLLOW_FORM),
		.at = ek_columns_second(s->closed),
		.start = f->now,
		.office = (uint32_t)s->survey,
		.team = s->team.v,
		.mate = s->teammate.v,
		.topic = ek_follow_topic_of(f, &s->tags),
		.ref = s->conversation.v,
		.extra = {EK_NONE, ek_columns_second(s->until)},
	};
	const struct follow_talk *t = ek_follow_find(f, s->conversation.v);
	if (t != NULL) {
		row.tier = t->tier;
		row.area = t->area;
	}
	uint32_t place = ek_follow_emit(f, &row);
	if (place != 0 && !ek_table_put(&f->asks, (uint64_t)s->ask, place))
		f->broken = true;
}

bool ek_follow_of_survey(struct ek_follow *f, const struct ek_event *e)
{
	struct ek_columns_of *of = &f->columns->of[EK_MEASURE_SURVEY];
	uint32_t place;
	switch (e->kind) {
	case EK_EVENT_SURVEY_SENT:
		sent(f, &e->survey_sent);
		return true;
	case EK_EVENT_SURVEY_DELIVERED:
		place = ek_table_get(&f->asks, (uint64_t)e->survey_delivered.ask);
		if (place != 0)
			of->flags[place - 1] |= EK_FOLLOW_DELIVERED;
		return true;
	case EK_EVENT_SURVEY_RETURNED:
		place = ek_table_get(&f->asks, (uint64_t)e->survey_returned.ask);
		if (place != 0 && (of->flags[place - 1] & EK_FOLLOW_ANSWERED) == 0)
			of->flags[place - 1] &= (uint16_t)~EK_FOLLOW_DELIVERED;
		return true;
	case EK_EVENT_SURVEY_ANSWERED:
		place = ek_table_get(&f->asks, (uint64_t)e->survey_answered.ask);
		if (place == 0)
			return true;
		/* Whoever answers was reached, whichever way the address came, and however late. */
		of->flags[place - 1] |= EK_FOLLOW_DELIVERED;
		if (!e->survey_answered.late) {
			of->flags[place - 1] |= EK_FOLLOW_ANSWERED;
			of->extra[0][place - 1] = e->survey_answered.score;
		}
		return true;
	default:
		return false;
	}
}
