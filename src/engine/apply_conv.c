/* Facts about conversations. */
#include "engine/apply.h"

#include "engine/config.h"
#include "engine/due.h"
#include "engine/overtake.h"
#include "engine/pressure.h"
#include "engine/queue.h"
#include "engine/roster.h"
#include "engine/stay.h"

#include <string.h>

/* ---- holding ---- */

void ek_apply_link(struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	struct conv *c = &e->convs[conv];
	struct mate *m = &e->mates[mate];
	c->prev = 0;
	c->next = m->first;
	if (m->first != 0)
		e->convs[m->first].prev = conv;
	m->first = conv;
}

void ek_apply_unlink(struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	struct conv *c = &e->convs[conv];
	if (c->prev != 0)
		e->convs[c->prev].next = c->next;
	else
		e->mates[mate].first = c->next;
	if (c->next != 0)
		e->convs[c->next].prev = c->prev;
	c->next = 0;
	c->prev = 0;
}

void ek_apply_hold(struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	struct conv *c = &e->convs[conv];
	c->points = ek_config_uncounted(e, c) ? 0 : (uint16_t)ek_config_points(e, c->cls);
	ek_roster_hold(e, mate, c->team, c->cls, c->points);
}

void ek_apply_unhold(struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	struct conv *c = &e->convs[conv];
	ek_roster_unhold(e, mate, c->team, c->cls, c->points);
	c->points = 0;
}

uint32_t *ek_apply_held(struct ek_engine *e, uint32_t mate, uint32_t *n)
{
	uint32_t count = 0;
	for (uint32_t i = e->mates[mate].first; i != 0; i = e->convs[i].next)
		count++;
	uint32_t *list = ek_state_turn(e, count * sizeof *list);
	*n = 0;
	for (uint32_t i = e->mates[mate].first; i != 0; i = e->convs[i].next) {
		uint32_t at = (*n)++;
		while (at > 0 && list[at - 1] > i) {
			list[at] = list[at - 1];
			at--;
		}
		list[at] = i;
	}
	return list;
}

void ek_apply_intake(struct ek_engine *e, uint32_t mate)
{
	struct mate *m = &e->mates[mate];
	int64_t frees = EK_NONE;
	bool full = ek_due_intake_full(e, mate, e->now, &frees);
	if (full != m->intake_full) {
		ek_roster_touch(e, mate);
		m->intake_full = full;
	}
	ek_due_mate(e, mate);
}

/* Out of its holder's hands, if it has one. */
static void drop_holder(struct ek_engine *e, uint32_t conv)
{
	struct conv *c = &e->convs[conv];
	if (c->mate == 0)
		return;
	if (c->state == EK_STATE_OPEN)
		ek_apply_unhold(e, conv, c->mate);
	if (c->state != EK_STATE_CLOSED)
		ek_apply_unlink(e, conv, c->mate);
	c->mate = 0;
	c->nudged = false;
	c->opened_at = EK_NONE;
}

/* ---- lists ---- */

static void set_needs(struct ek_engine *e, uint32_t conv, const struct ek_needs *needs)
{
	if (needs->n == 0 && e->convs[conv].extra == 0)
		return;
	struct extra *x = ek_state_extra(e, conv);
	ek_state_free(e, x->needs, x->need_count * sizeof *x->needs);
	x->needs = ek_state_get(e, needs->n * sizeof *x->needs);
	x->need_count = (uint8_t)needs->n;
	for (uint32_t i = 0; i < needs->n; i++) {
		memset(&x->needs[i], 0, sizeof x->needs[i]);
		x->needs[i].skill = ek_state_symbol(e, needs->v[i].skill);
		x->needs[i].level = needs->v[i].min_level;
		x->needs[i].required = needs->v[i].required;
		x->needs[i].relax_after_ms = needs->v[i].relax_after.ms;
	}
}

static void set_tags(struct ek_engine *e, uint32_t conv, const struct ek_texts *tags)
{
	if (tags->n == 0 && e->convs[conv].extra == 0)
		return;
	struct extra *x = ek_state_extra(e, conv);
	ek_state_free(e, x->tags, x->tag_count * sizeof *x->tags);
	x->tags = ek_state_get(e, tags->n * sizeof *x->tags);
	x->tag_count = (uint8_t)tags->n;
	for (uint32_t i = 0; i < tags->n; i++)
		x->tags[i] = ek_state_symbol(e, tags->v[i]);
}

static void set_attribute(struct ek_engine *e, uint32_t conv, const struct ek_pair *p)
{
	struct extra *x = ek_state_extra(e, conv);
	uint32_t name = ek_state_symbol(e, p->name);
	uint32_t value = ek_state_symbol(e, p->value);
	struct attribute *v = ek_state_get(e, (x->attribute_count + 1u) * sizeof *v);
	uint8_t n = 0;
	for (uint32_t i = 0; i < x->attribute_count; i++) {
		if (x->attributes[i].name != name)
			v[n++] = x->attributes[i];
	}
	if (value != 0)
		v[n++] = (struct attribute){name, value};
	struct attribute *exact = ek_state_get(e, n * sizeof *v);
	if (n > 0)
		memcpy(exact, v, n * sizeof *v);
	ek_state_free(e, v, (x->attribute_count + 1u) * sizeof *v);
	ek_state_free(e, x->attributes, x->attribute_count * sizeof *x->attributes);
	x->attributes = exact;
	x->attribute_count = n;
}

static void set_attributes(struct ek_engine *e, uint32_t conv, const struct ek_pairs *pairs)
{
	for (uint32_t i = 0; i < pairs->n; i++)
		set_attribute(e, conv, &pairs->v[i]);
}

static void set_cooldowns(struct ek_engine *e, struct extra *x, struct cooldown *v, uint32_t n)
{
	ek_state_free(e, x->cooldowns, x->cooldown_count * sizeof *v);
	x->cooldowns = ek_state_get(e, n * sizeof *v);
	if (n > 0)
		memcpy(x->cooldowns, v, n * sizeof *v);
	x->cooldown_count = (uint8_t)n;
}

static void end_cooldown(struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	if (e->convs[conv].extra == 0)
		return;
	struct extra *x = &e->extras[e->convs[conv].extra];
	struct cooldown v[EK_STATE_COOLDOWNS];
	uint32_t n = 0;
	for (uint32_t i = 0; i < x->cooldown_count; i++) {
		if (x->cooldowns[i].mate != mate)
			v[n++] = x->cooldowns[i];
	}
	set_cooldowns(e, x, v, n);
}

static void start_cooldown(struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	const struct conv *c = &e->convs[conv];
	int64_t span = c->team != 0 ? e->teams[c->team].release_cooldown_ms
				    : ek_config_int(e, EK_SET_RELEASE_COOLDOWN_MS, 0, 0);
	end_cooldown(e, conv, mate);
	if (span == 0)
		return;
	struct extra *x = ek_state_extra(e, conv);
	struct cooldown v[EK_STATE_COOLDOWNS + 1];
	uint32_t skip = x->cooldown_count == EK_STATE_COOLDOWNS ? 1 : 0; /* the oldest ends */
	uint32_t n = 0;
	for (uint32_t i = skip; i < x->cooldown_count; i++)
		v[n++] = x->cooldowns[i];
	v[n++] = (struct cooldown){mate, e->now + span};
	set_cooldowns(e, x, v, n);
}

void ek_apply_clear_cooldowns(struct ek_engine *e, uint32_t conv)
{
	if (e->convs[conv].extra != 0)
		set_cooldowns(e, &e->extras[e->convs[conv].extra], NULL, 0);
}

/* ---- beginning to wait ---- */

static void enter(struct ek_engine *e, uint32_t conv)
{
	ek_queue_enter(e, conv, e->now);
	if (e->convs[conv].team != 0)
		e->convs[conv].known = ek_stay_known(e, conv);
	ek_queue_place(e, conv);
	ek_pressure_begin(e, conv);
	ek_state_push(e, &e->entered, &e->entered_count, &e->entered_cap, conv);
}

static void arrived(struct ek_engine *e, const struct ek_event *v)
{
	const struct ek_conversation_arrived *a = &v->conversation_arrived;
	uint32_t conv = a->conversation.v;
	ROOM(e, e->convs, e->conv_cap, conv + 1);
	e->conv_count = conv;
	struct conv *c = &e->convs[conv];
	*c = (struct conv){
		.state = EK_STATE_OPEN,
		.channel = a->channel,
		.cls = a->capacity_class,
		.priority = (uint8_t)a->priority,
		.complexity = (uint8_t)a->complexity,
		.contact = a->contact.v,
		.team = a->team.v,
		.sla_due = a->sla_due.ms,
		.started = a->started.ms,
		.waiting_since = a->waiting_since.ms,
		.queued_at = EK_NONE,
		.snoozed_until = EK_NONE,
		.closed_at = EK_NONE,
		.touch_from = EK_NONE,
		.opened_at = EK_NONE,
		.stranded_from = EK_NONE,
		.hold_until = EK_NONE,
		.offer_until = EK_NONE,
	};
	set_needs(e, conv, &a->needs);
	set_attributes(e, conv, &a->attributes);
	set_tags(e, conv, &a->tags);
	e->convs[conv].rr_once = true;
	if (a->team.v != 0)
		enter(e, conv);
	else
		ek_state_push(e, &e->entered, &e->entered_count, &e->entered_cap, conv);
}

static void updated(struct ek_engine *e, const struct ek_event *v)
{
	const struct ek_conversation_updated *u = &v->conversation_updated;
	uint32_t conv = u->conversation.v;
	struct conv *c = &e->convs[conv];
	uint32_t holder = c->state == EK_STATE_OPEN ? c->mate : 0;
	if (holder == 0)
		holder = c->offer_to;
	if (holder != 0)
		ek_apply_unhold(e, conv, holder);
	if (u->priority != EK_NONE)
		c->priority = (uint8_t)u->priority;
	if (u->sla_set) {
		c->sla_due = u->sla_due.ms;
		ek_queue_miss(e, conv, c->sla_due != EK_NONE && c->sla_due < e->now);
		c->sla_slipped = false;
	}
	if (u->capacity_class != 0)
		c->cls = u->capacity_class;
	if (u->complexity != EK_NONE)
		c->complexity = (uint8_t)u->complexity;
	if (u->needs_set)
		set_needs(e, conv, &u->needs);
	set_attributes(e, conv, &u->attributes);
	if (u->tags_set)
		set_tags(e, conv, &u->tags);
	if (holder != 0)
		ek_apply_hold(e, conv, holder);
	ek_queue_place(e, conv);
	if (c->node != 0)
		ek_pressure_begin(e, conv);
}

static void moved(struct ek_engine *e, const struct ek_event *v)
{
	const struct ek_conversation_moved *m = &v->conversation_moved;
	uint32_t conv = m->conversation.v;
	ek_queue_leave(e, conv);
	struct conv *c = &e->convs[conv];
	uint32_t holder = c->state == EK_STATE_OPEN ? c->mate : 0;
	if (!m->keeps)
		drop_holder(e, conv);
	else if (holder != 0)
		ek_apply_unhold(e, conv, holder);
	c->team = m->team.v;
	c->queued_at = EK_NONE;
	bool left_alone = m->keeps && m->team.v == 0; /* its team was deleted, without a target */
	if (!m->home && !left_alone)
		ek_apply_clear_cooldowns(e, conv); /* else a release would hand it straight back */
	if (m->keeps && holder != 0)
		ek_apply_hold(e, conv, holder);
	if (!m->home) /* else it is as new as what brought it */
		c->rr_once = v->by.kind != EK_ACTOR_PERSON;
	if (c->state == EK_STATE_OPEN && c->mate == 0 && c->team != 0)
		enter(e, conv);
	else
		ek_state_push(e, &e->entered, &e->entered_count, &e->entered_cap, conv);
}

static void queued(struct ek_engine *e, const struct ek_event *v)
{
	drop_holder(e, v->conversation_queued.conversation.v);
	e->convs[v->conversation_queued.conversation.v].rr_once = false; /* it is not new */
	enter(e, v->conversation_queued.conversation.v);
}

/* The local time until which it sleeps; EK_NONE = it sleeps until no such time. */
static void set_wall(struct ek_engine *e, uint32_t conv, int64_t wall)
{
	if (wall == EK_NONE && e->convs[conv].extra == 0)
		return;
	struct extra *x = ek_state_extra(e, conv);
	x->has_wall = wall != EK_NONE;
	x->wall = x->has_wall ? wall : 0;
}

static void snoozed(struct ek_engine *e, const struct ek_event *v)
{
	const struct ek_conversation_snoozed *s = &v->conversation_snoozed;
	uint32_t conv = s->conversation.v;
	ek_queue_leave(e, conv);
	struct conv *c = &e->convs[conv];
	if (c->state == EK_STATE_OPEN && c->mate != 0)
		ek_apply_unhold(e, conv, c->mate);
	c->state = EK_STATE_SNOOZED;
	c->queued_at = EK_NONE;
	c->snoozed_until = s->until.ms;
	if (!s->again)
		c->resnoozed++;
	set_wall(e, conv, s->wall.ms);
	ek_queue_place(e, conv);
}

/* Open again with whoever has it; one that nobody has waits only once it is queued. */
static void wake(struct ek_engine *e, uint32_t conv)
{
	struct conv *c = &e->convs[conv];
	bool was_closed = c->state == EK_STATE_CLOSED;
	if (!was_closed)
		set_wall(e, conv, EK_NONE);
	c->state = EK_STATE_OPEN;
	c->snoozed_until = EK_NONE;
	c->closed_at = EK_NONE;
	c->touch_from = e->now;
	c->nudged = false;
	if (c->mate == 0)
		return;
	ek_apply_hold(e, conv, c->mate);
	if (was_closed)
		ek_apply_link(e, conv, c->mate);
}

static void closed(struct ek_engine *e, const struct ek_event *v)
{
	uint32_t conv = v->conversation_closed.conversation.v;
	ek_queue_leave(e, conv);
	struct conv *c = &e->convs[conv];
	if (c->state == EK_STATE_OPEN && c->mate != 0)
		ek_apply_unhold(e, conv, c->mate);
	if (c->mate != 0)
		ek_apply_unlink(e, conv, c->mate);
	if (c->state == EK_STATE_SNOOZED)
		set_wall(e, conv, EK_NONE);
	c->state = EK_STATE_CLOSED;
	c->closed_at = e->now;
	c->queued_at = EK_NONE;
	c->snoozed_until = EK_NONE;
	c->waiting_since = EK_NONE;
	c->sla_due = EK_NONE;
	c->sla_missed = false;
	c->sla_slipped = false;
	c->resnoozed = 0;
	ek_queue_place(e, conv);
}

static void remember(struct ek_engine *e, uint32_t contact, struct contact answered)
{
	if (contact == 0)
		return;
	ROOM(e, e->contacts, e->contact_cap, contact + 1);
	if (contact > e->contact_count)
		e->contact_count = contact;
	e->contacts[contact] = answered;
}

/* Merged with another, or taken apart: who answered last may be somebody else. */
static void contact_updated(struct ek_engine *e, const struct ek_contact_updated *c)
{
	if (!ek_time_is_set(c->answered))
		return;
	const bool is_known = c->known.v != 0;
	remember(e, c->contact.v,
		 is_known ? (struct contact){c->known.v, c->answered.ms} : (struct contact){0});
}

static void message(struct ek_engine *e, const struct ek_event *v)
{
	const struct ek_message_added *m = &v->message_added;
	uint32_t conv = m->conversation.v;
	bool lies_in_lane = e->convs[conv].node != 0;
	struct conv *c = &e->convs[conv];
	if (m->author == EK_AUTHOR_CONTACT) {
		if (c->waiting_since != EK_NONE)
			return;
		bool earlier = m->sent.ms != EK_NONE && m->sent.ms < e->now;
		c->waiting_since = earlier ? m->sent.ms : e->now;
	} else {
		if (m->teammate.v != 0 && m->teammate.v == c->mate) {
			c->touch_from = e->now;
			c->nudged = false;
		}
		if (m->author != EK_AUTHOR_TEAMMATE)
			return;
		c->waiting_since = EK_NONE;
		c->resnoozed = 0;
		c->nudged = false;
		remember(e, c->contact, (struct contact){m->teammate.v, e->now});
	}
	if (lies_in_lane)
		ek_queue_place(e, conv);
}

/* ---- giving ---- */

static void count_intake(struct ek_engine *e, uint32_t mate)
{
	struct mate *m = &e->mates[mate];
	if (m->intake == NULL)
		m->intake = ek_state_get(e, EK_STATE_INTAKE * sizeof *m->intake);
	m->intake[m->intake_at] = e->now;
	m->intake_at = (uint8_t)((m->intake_at + 1) % EK_STATE_INTAKE);
	if (m->intake_n < EK_STATE_INTAKE)
		m->intake_n++;
	ek_apply_intake(e, mate);
}

static bool is_automatic(int how)
{
	return how == EK_HOW_BALANCED || how == EK_HOW_ROUND_ROBIN || how == EK_HOW_OFFER ||
	       how == EK_HOW_ASSIGN_ANYWAY;
}

static void made(struct ek_engine *e, const struct ek_event *v)
{
	const struct ek_assignment_made *a = &v->assignment_made;
	uint32_t conv = a->conversation.v;
	struct conv *c = &e->convs[conv];
	int64_t since = ek_state_since(c);
	bool waited = c->node != 0;
	ek_queue_leave(e, conv);
	drop_holder(e, conv);
	c->mate = a->teammate.v;
	c->assignment = a->assignment.v;
	e->assignments = a->assignment.v;
	c->queued_at = EK_NONE;
	c->stranded_from = EK_NONE;
	c->alerted = false;
	c->touch_from = e->now;
	c->nudged = false;
	if (c->state != EK_STATE_CLOSED)
		ek_apply_link(e, conv, c->mate);
	if (c->state == EK_STATE_OPEN)
		ek_apply_hold(e, conv, c->mate);
	else
		ek_roster_touch(e, c->mate);
	struct mate *m = &e->mates[c->mate];
	m->given_seq = v->seq;
	m->given_at = e->now;
	if (c->team != 0 && e->teams[c->team].pace != NULL && a->how != EK_HOW_HEIR)
		ek_pressure_given(e, c->team);
	if (!is_automatic(a->how))
		return;
	if (a->how == EK_HOW_ROUND_ROBIN) {
		const struct serve *s = ek_state_serve(m, c->team);
		struct team *t = &e->teams[c->team];
		t->rr_last = c->mate;
		t->rr_place = s != NULL ? s->joined : 0;
	}
	if (waited || a->how == EK_HOW_OFFER)
		ek_overtake_pass(e, c->team, since);
	count_intake(e, c->mate);
}

static void ended(struct ek_engine *e, const struct ek_event *v)
{
	const struct ek_assignment_ended *a = &v->assignment_ended;
	uint32_t conv = a->conversation.v;
	if (a->reason == EK_ENDED_CLOSED)
		return; /* it remembers who had it */
	drop_holder(e, conv);
	if (a->reason == EK_ENDED_RELEASED || a->reason == EK_ENDED_UNTOUCHED)
		start_cooldown(e, conv, a->teammate.v);
}

/* ---- offers, holds and what time does ---- */

static void offered(struct ek_engine *e, const struct ek_event *v)
{
	const struct ek_offer_made *o = &v->offer_made;
	uint32_t conv = o->conversation.v;
	ek_queue_leave(e, conv);
	struct conv *c = &e->convs[conv];
	c->offer_to = o->teammate.v;
	c->offer_until = o->until.ms;
	c->offer_level = o->level;
	ek_apply_hold(e, conv, c->offer_to);
	e->mates[c->offer_to].offers++;
	ek_queue_place(e, conv);
	ek_apply_intake(e, c->offer_to);
}

static void offer_over(struct ek_engine *e, uint32_t conv, bool cools_down)
{
	struct conv *c = &e->convs[conv];
	uint32_t mate = c->offer_to;
	ek_apply_unhold(e, conv, mate);
	e->mates[mate].offers--;
	c->offer_to = 0;
	c->offer_until = EK_NONE;
	if (cools_down)
		start_cooldown(e, conv, mate);
	ek_queue_place(e, conv);
	ek_apply_intake(e, mate);
}

static void hold(struct ek_engine *e, uint32_t conv, uint32_t mate, int64_t until)
{
	struct conv *c = &e->convs[conv];
	c->hold_for = mate;
	c->hold_until = until;
	c->held_once = true;
	ek_queue_place(e, conv);
}

static void relax(struct ek_engine *e, uint32_t conv, ek_str skill)
{
	uint32_t sym = ek_state_known_symbol(e, skill);
	struct extra *x = ek_state_extra(e, conv);
	for (uint32_t i = 0; i < x->need_count; i++) {
		if (x->needs[i].skill == sym && !x->needs[i].required)
			x->needs[i].relaxed = true;
	}
	ek_queue_place(e, conv);
}

/* Facts that change one mark of a waiting conversation. */
static bool marked(struct ek_engine *e, const struct ek_event *v, uint32_t conv)
{
	struct conv *c = &e->convs[conv];
	bool mine = true;
	if (v->kind == EK_EVENT_SLA_MISSED)
		ek_queue_miss(e, conv, true);
	else if (v->kind == EK_EVENT_SLA_SLIPPED)
		c->sla_slipped = true;
	else if (v->kind == EK_EVENT_SLA_MET)
		c->sla_due = EK_NONE;
	else if (v->kind == EK_EVENT_OVERFLOW_OPENED)
		c->opened |= (uint16_t)(1u << v->overflow_opened.index);
	else if (v->kind == EK_EVENT_BOUND_REACHED)
		c->bound = v->bound_reached.bound;
	else if (v->kind == EK_EVENT_ANYWAY_OPENED)
		c->anyway = true;
	else if (v->kind == EK_EVENT_COOLDOWN_ENDED)
		end_cooldown(e, conv, v->cooldown_ended.teammate.v);
	else
		mine = false;
	ek_queue_place(e, conv);
	return mine;
}

/* Facts that leave its place in the queue alone. */
static bool noted(struct ek_engine *e, const struct ek_event *v, uint32_t conv)
{
	struct conv *c = &e->convs[conv];
	if (v->kind == EK_EVENT_CONVERSATION_OPENED) {
		c->opened_at = e->now;
		c->touch_from = e->now;
		c->nudged = false;
	} else if (v->kind == EK_EVENT_UNTOUCHED_NUDGED) {
		c->nudged = true;
	} else if (v->kind == EK_EVENT_NOBODY_ALERT) {
		c->alerted = true;
	} else if (v->kind == EK_EVENT_SLA_PRESSURE) {
		ek_pressure_told(e, c->team);
	} else {
		return false;
	}
	return true;
}

static bool life(struct ek_engine *e, const struct ek_event *v, uint32_t conv)
{
	switch (v->kind) {
	case EK_EVENT_CONVERSATION_ARRIVED:
		arrived(e, v);
		return true;
	case EK_EVENT_CONVERSATION_UPDATED:
		updated(e, v);
		return true;
	case EK_EVENT_CONVERSATION_QUEUED:
		queued(e, v);
		return true;
	case EK_EVENT_CONVERSATION_MOVED:
		moved(e, v);
		return true;
	case EK_EVENT_CONVERSATION_SNOOZED:
		snoozed(e, v);
		return true;
	case EK_EVENT_CONVERSATION_WOKEN:
	case EK_EVENT_CONVERSATION_REOPENED:
		wake(e, conv);
		return true;
	case EK_EVENT_CONVERSATION_CLOSED:
		closed(e, v);
		return true;
	case EK_EVENT_MESSAGE_ADDED:
		message(e, v);
		return true;
	default:
		return false;
	}
}

static bool giving(struct ek_engine *e, const struct ek_event *v, uint32_t conv)
{
	switch (v->kind) {
	case EK_EVENT_ASSIGNMENT_MADE:
		made(e, v);
		return true;
	case EK_EVENT_ASSIGNMENT_ENDED:
		ended(e, v);
		return true;
	case EK_EVENT_OFFER_MADE:
		offered(e, v);
		return true;
	case EK_EVENT_OFFER_ACCEPTED:
	case EK_EVENT_OFFER_WITHDRAWN:
		offer_over(e, conv, false);
		return true;
	case EK_EVENT_OFFER_DECLINED:
	case EK_EVENT_OFFER_LAPSED:
		offer_over(e, conv, true);
		return true;
	case EK_EVENT_HOLD_STARTED:
		hold(e, conv, v->hold_started.teammate.v, v->hold_started.until.ms);
		return true;
	case EK_EVENT_HOLD_ENDED:
		hold(e, conv, 0, EK_NONE);
		return true;
	case EK_EVENT_NEED_RELAXED:
		relax(e, conv, v->need_relaxed.skill);
		return true;
	default:
		return false;
	}
}

/* Every fact about a conversation names it in its first or second field. */
static uint32_t named(const struct ek_event *v)
{
	const struct ek_record *r = ek_event_record(v->kind);
	for (uint32_t i = 0; i < r->field_count && i < 2; i++) {
		if (r->fields[i].type != EK_FT_CONVERSATION)
			continue;
		uint32_t id;
		memcpy(&id, (const char *)ek_event_body(v) + r->fields[i].offset, sizeof id);
		return id;
	}
	return 0;
}

bool ek_apply_conv(struct ek_engine *e, const struct ek_event *v)
{
	uint32_t conv = named(v);
	if (v->kind == EK_EVENT_CONTACT_UPDATED)
		contact_updated(e, &v->contact_updated);
	if (conv == 0 || v->kind == EK_EVENT_PROMISE_BROKEN)
		return false;
	bool mine = life(e, v, conv) || giving(e, v, conv) || noted(e, v, conv);
	if (!mine)
		mine = marked(e, v, conv);
	/* That somebody looked changes nothing that a decision rests on. */
	if (v->kind != EK_EVENT_CONVERSATION_OPENED)
		e->convs[conv].changed_seq = v->seq;
	ek_due_conv(e, conv);
	return mine;
}
