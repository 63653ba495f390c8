#include "engine/emit.h"

#include "engine/apply.h"
#include "engine/config.h"
#include "engine/decide.h"
#include "engine/stay.h"

struct ek_event *ek_emit_begin(struct ek_engine *e, int kind, int by)
{
	ROOM(e, e->out, e->out_cap, e->out_count + 1);
	struct ek_event *v = &e->out[e->out_count];
	v->seq = e->seq + 1;
	v->at = (ek_time){e->now};
	v->cause_seq = e->out_count == 0 ? 0 : e->first_seq;
	v->by = by == EK_EMIT_ASKED ? e->by : (struct ek_actor){EK_ACTOR_SYSTEM, 0};
	v->kind = (uint8_t)kind;
	if (e->out_count == 0)
		e->first_seq = v->seq;
	return v;
}

void ek_emit_end(struct ek_engine *e)
{
	e->out_count++;
	ek_apply_event(e, &e->out[e->out_count - 1]);
}

void ek_emit_queued(struct ek_engine *e, uint32_t conv, int reason)
{
	uint32_t team = e->convs[conv].team;
	if (team == 0 || e->convs[conv].state != EK_STATE_OPEN)
		return;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_CONVERSATION_QUEUED, EK_EMIT_FOLLOWS);
	v->conversation_queued = (struct ek_conversation_queued){{conv}, {team}, (uint8_t)reason};
	ek_emit_end(e);
}

void ek_emit_assignment_ended(struct ek_engine *e, uint32_t conv, int reason, int by)
{
	const struct conv *c = &e->convs[conv];
	if (c->mate == 0)
		return;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_ASSIGNMENT_ENDED, by);
	v->assignment_ended =
		(struct ek_assignment_ended){{c->assignment}, {conv}, {c->mate}, (uint8_t)reason};
	ek_emit_end(e);
}

void ek_emit_hold_ended(struct ek_engine *e, uint32_t conv, int reason)
{
	uint32_t mate = e->convs[conv].hold_for;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_HOLD_ENDED, EK_EMIT_FOLLOWS);
	v->hold_ended = (struct ek_hold_ended){{conv}, {mate}, (uint8_t)reason};
	ek_emit_end(e);
}

void ek_emit_offer_withdrawn(struct ek_engine *e, uint32_t conv, int reason)
{
	uint32_t mate = e->convs[conv].offer_to;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_OFFER_WITHDRAWN, EK_EMIT_FOLLOWS);
	v->offer_withdrawn = (struct ek_offer_withdrawn){{conv}, {mate}, (uint8_t)reason};
	ek_emit_end(e);
}

void ek_emit_promise_broken(struct ek_engine *e, int promise, uint32_t conv, uint32_t mate)
{
	e->broken[promise]++;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_PROMISE_BROKEN, EK_EMIT_FOLLOWS);
	v->promise_broken =
		(struct ek_promise_broken){(uint8_t)promise, {conv}, {mate}, (int64_t)e->seq};
	ek_emit_end(e);
}

void ek_emit_loosen(struct ek_engine *e, uint32_t conv, int offer_end)
{
	if (e->convs[conv].offer_to != 0)
		ek_emit_offer_withdrawn(e, conv, offer_end);
	if (e->convs[conv].hold_for != 0)
		ek_emit_hold_ended(e, conv, EK_HOLD_END_ENDED);
}

/* ---- presence ---- */

static void send_back(struct ek_engine *e, uint32_t conv)
{
	ek_emit_assignment_ended(e, conv, EK_ENDED_REASSIGNED, EK_EMIT_FOLLOWS);
	ek_emit_queued(e, conv, EK_QUEUED_BY_REASSIGNING);
	ek_decide_home(e, conv);
}

/* What entering away and reassigning gives back, by scope. */
static void send_back_all(struct ek_engine *e, uint32_t mate, int64_t scope)
{
	if (scope == EK_REASSIGN_SCOPE_ON_REPLY)
		return;
	uint32_t n = 0;
	uint32_t *list = ek_apply_held(e, mate, &n);
	for (uint32_t i = 0; i < n; i++) {
		const struct conv *c = &e->convs[list[i]];
		bool back = scope == EK_REASSIGN_SCOPE_ALL_OPEN || c->waiting_since != EK_NONE;
		if (c->state == EK_STATE_OPEN && back)
			send_back(e, list[i]);
	}
}

static void withdraw_all(struct ek_engine *e, uint32_t mate)
{
	for (uint32_t conv = 1; e->mates[mate].offers > 0 && conv <= e->conv_count; conv++) {
		if (e->convs[conv].offer_to != mate)
			continue;
		ek_emit_offer_withdrawn(e, conv, EK_OFFER_END_LEFT);
		ek_stay_bounds(e, e->convs[conv].team); /* the setting may have changed meanwhile */
	}
}

void ek_emit_presence(struct ek_engine *e, uint32_t mate, int to, int cause, uint32_t reason)
{
	int from = e->mates[mate].presence;
	struct ek_event *v =
		ek_emit_begin(e, EK_EVENT_PRESENCE_CHANGED,
			      cause == EK_PRESENCE_CAUSE_BY_HAND ? EK_EMIT_ASKED : EK_EMIT_FOLLOWS);
	v->presence_changed = (struct ek_presence_changed){
		{mate}, (uint8_t)from, (uint8_t)to, (uint8_t)cause, {NULL, 0}};
	if (reason != 0)
		v->presence_changed.reason = e->symbols[reason];
	ek_emit_end(e);
	if (to == EK_PRESENCE_ACTIVE)
		return;
	if (from == EK_PRESENCE_ACTIVE) {
		withdraw_all(e, mate);
		ek_stay_left(e, mate);
	}
	if (to != EK_PRESENCE_AWAY_REASSIGNING || from == to)
		return;
	bool by_hand = cause == EK_PRESENCE_CAUSE_BY_HAND;
	int setting = by_hand ? EK_SET_REASSIGN_SCOPE : EK_SET_AUTO_REASSIGN_SCOPE;
	send_back_all(e, mate, ek_config_int(e, setting, 0, 0));
}
