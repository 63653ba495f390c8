/* Facts about conversations: the standing that each of them speaks of. */
#include "engine/fits.h"

#include "engine/pressure.h"

#include <string.h>

enum {
	OPEN = 1 << EK_STATE_OPEN,
	SNOOZED = 1 << EK_STATE_SNOOZED,
	CLOSED = 1 << EK_STATE_CLOSED,
	LIVE = OPEN | SNOOZED,
	ANY = LIVE | CLOSED,
};

/* What must be so besides. "Its": as the fact names it first. */
enum {
	FREE = 1,      /* nobody holds it */
	UNOFFERED = 2, /* it is offered to nobody */
	LANE = 4,      /* it waits or is parked in a team inbox */
	HOLDER = 8,    /* its teammate holds it, or held it when it was closed */
	OFFER = 16,    /* it is offered to its teammate */
	HOLD = 32,     /* it is held for its teammate */
	MATE = 64,     /* its teammate is there */
	TEAM = 128,    /* its team is the conversation's */
};

typedef bool check(const struct ek_engine *e, const struct ek_event *v, const struct conv *c,
		   struct ek_err *err);

struct rule {
	uint8_t states;
	uint8_t asks;
	check *more; /* NULL = nothing */
};

/* The first field of a type that is an id. */
static uint32_t first_id(const struct ek_event *v, uint8_t type)
{
	const struct ek_record *r = ek_event_record(v->kind);
	uint32_t id = 0;
	for (uint32_t i = 0; i < r->field_count; i++) {
		if (r->fields[i].type != type)
			continue;
		memcpy(&id, (const char *)ek_event_body(v) + r->fields[i].offset, sizeof id);
		break;
	}
	return id;
}

static bool asks(const struct ek_engine *e, const struct ek_event *v, const struct conv *c,
		 uint8_t what)
{
	uint32_t mate = first_id(v, EK_FT_TEAMMATE);
	switch (what) {
	case FREE:
		return c->mate == 0;
	case UNOFFERED:
		return c->offer_to == 0;
	case LANE:
		return c->node != 0;
	case HOLDER:
		return mate != 0 && c->mate == mate;
	case OFFER:
		return mate != 0 && c->offer_to == mate;
	case HOLD:
		return mate != 0 && c->hold_for == mate;
	case MATE:
		return ek_fits_mate(e, mate);
	default:
		return c->team == first_id(v, EK_FT_TEAM);
	}
}

static bool in(int64_t v, int64_t lo, int64_t hi)
{
	return v >= lo && v <= hi;
}

static bool in_or_none(int64_t v, int64_t lo, int64_t hi)
{
	return v == EK_NONE || in(v, lo, hi);
}

/* ---- lists ---- */

static bool is_text(ek_str s)
{
	return s.p != NULL && s.n > 0 && s.n <= EK_STATE_TEXT;
}

static bool is_need(const struct ek_needs *l, uint32_t i)
{
	const struct ek_need *n = &l->v[i];
	for (uint32_t k = 0; k < i; k++) {
		if (ek_str_equal(l->v[k].skill, n->skill))
			return false;
	}
	return is_text(n->skill) && in(n->min_level, 1, 5) &&
	       in_or_none(n->relax_after.ms, 0, EK_STATE_SPAN);
}

static bool are_needs(const struct ek_needs *l)
{
	bool ok = l->n <= EK_STATE_NEEDS;
	for (uint32_t i = 0; ok && i < l->n; i++)
		ok = is_need(l, i);
	return ok;
}

static bool are_tags(const struct ek_texts *l)
{
	bool ok = l->n <= EK_STATE_TAGS;
	for (uint32_t i = 0; ok && i < l->n; i++)
		ok = is_text(l->v[i]);
	return ok;
}

/* Those it has and those that are named, together. */
static bool are_attributes(const struct ek_engine *e, const struct conv *c,
			   const struct ek_pairs *l)
{
	const struct extra *x = c != NULL && c->extra != 0 ? &e->extras[c->extra] : NULL;
	uint32_t had = x == NULL ? 0 : x->attribute_count;
	uint32_t n = had;
	for (uint32_t i = 0; i < l->n; i++) {
		uint32_t name = ek_state_known_symbol(e, l->v[i].name);
		bool is_new = true;
		for (uint32_t k = 0; name != 0 && k < had; k++)
			is_new = is_new && x->attributes[k].name != name;
		n += is_new;
		if (!is_text(l->v[i].name) || (l->v[i].value.p != NULL && !is_text(l->v[i].value)))
			return false;
	}
	return n <= EK_STATE_ATTRIBUTES;
}

/* ---- each kind ---- */

static bool arrived(const struct ek_engine *e, const struct ek_event *v, const struct conv *c,
		    struct ek_err *err)
{
	(void)c;
	const struct ek_conversation_arrived *a = &v->conversation_arrived;
	if (!ek_fits_team_or_none(e, a->team.v))
		return ek_fits_refuse(v, "its team is gone", err);
	if (a->channel == 0 || a->capacity_class == 0 || !in(a->priority, 0, 3) ||
	    !in(a->complexity, 1, 5))
		return ek_fits_refuse(v, "a value is out of range", err);
	if (!ek_fits_time(a->sla_due) || !ek_fits_past(v, a->started) || a->started.ms == EK_NONE ||
	    !ek_fits_past(v, a->waiting_since))
		return ek_fits_refuse(v, "a time is out of range", err);
	return (are_needs(&a->needs) && are_attributes(e, NULL, &a->attributes) &&
		are_tags(&a->tags)) ||
	       ek_fits_refuse(v, "needs, attributes or tags", err);
}

static bool updated(const struct ek_engine *e, const struct ek_event *v, const struct conv *c,
		    struct ek_err *err)
{
	const struct ek_conversation_updated *u = &v->conversation_updated;
	if (!in_or_none(u->priority, 0, 3) || !in_or_none(u->complexity, 1, 5) ||
	    !ek_fits_time(u->sla_due))
		return ek_fits_refuse(v, "a value is out of range", err);
	return (are_needs(&u->needs) && are_attributes(e, c, &u->attributes) &&
		are_tags(&u->tags)) ||
	       ek_fits_refuse(v, "needs, attributes or tags", err);
}

static bool queued(const struct ek_engine *e, const struct ek_event *v, const struct conv *c,
		   struct ek_err *err)
{
	(void)e;
	return c->team != 0 || ek_fits_refuse(v, "it is in no team", err);
}

static bool moved(const struct ek_engine *e, const struct ek_event *v, const struct conv *c,
		  struct ek_err *err)
{
	const struct ek_conversation_moved *m = &v->conversation_moved;
	if (!ek_fits_team_or_none(e, m->team.v))
		return ek_fits_refuse(v, "its new team is gone", err);
	bool homeless = c->team == 0 && c->mate == 0 && c->state == EK_STATE_OPEN;
	bool ended = m->keeps || c->mate == 0 || c->state == EK_STATE_CLOSED;
	return ended && (!m->home || homeless) ? true : ek_fits_refuse(v, "somebody holds it", err);
}

static bool snoozed(const struct ek_engine *e, const struct ek_event *v, const struct conv *c,
		    struct ek_err *err)
{
	const struct ek_conversation_snoozed *s = &v->conversation_snoozed;
	const struct extra *x = c->extra != 0 ? &e->extras[c->extra] : NULL;
	bool sleeps = c->state == EK_STATE_SNOOZED && x != NULL && x->has_wall;
	if (s->again && (!sleeps || s->wall.ms != x->wall))
		return ek_fits_refuse(v, "it did not sleep until that local time", err);
	if (!in_or_none(s->wall.ms, EK_STATE_TIME_MIN, EK_STATE_TIME_MAX) ||
	    (s->wall.ms != EK_NONE && s->until.ms == EK_NONE))
		return ek_fits_refuse(v, "its local time", err);
	bool later = s->until.ms > v->at.ms || (s->again && s->until.ms == v->at.ms);
	return (ek_fits_time(s->until) && (s->until.ms == EK_NONE || later)) ||
	       ek_fits_refuse(v, "when it wakes is over", err);
}

static bool message(const struct ek_engine *e, const struct ek_event *v, const struct conv *c,
		    struct ek_err *err)
{
	(void)c;
	const struct ek_message_added *m = &v->message_added;
	bool person = m->teammate.v == 0 ||
		      (ek_fits_mate(e, m->teammate.v) && m->author != EK_AUTHOR_CONTACT);
	if (m->author == 0 || !person)
		return ek_fits_refuse(v, "its author is not there", err);
	return ek_fits_past(v, m->sent) || ek_fits_refuse(v, "it was sent later", err);
}

static bool made(const struct ek_engine *e, const struct ek_event *v, const struct conv *c,
		 struct ek_err *err)
{
	const struct ek_assignment_made *a = &v->assignment_made;
	bool automatic = a->how == EK_HOW_BALANCED || a->how == EK_HOW_ROUND_ROBIN ||
			 a->how == EK_HOW_OFFER || a->how == EK_HOW_ASSIGN_ANYWAY;
	if (e->assignments == UINT32_MAX || a->assignment.v != e->assignments + 1)
		return ek_fits_refuse(v, "its number is not the next", err);
	if (a->how == 0 || (automatic && c->node == 0))
		return ek_fits_refuse(v, "it does not wait", err);
	return c->mate == 0 || c->state == EK_STATE_CLOSED ||
	       ek_fits_refuse(v, "somebody holds it", err);
}

static bool ended(const struct ek_engine *e, const struct ek_event *v, const struct conv *c,
		  struct ek_err *err)
{
	(void)e;
	const struct ek_assignment_ended *a = &v->assignment_ended;
	if (a->assignment.v != c->assignment)
		return ek_fits_refuse(v, "it is another assignment", err);
	bool closed = c->state == EK_STATE_CLOSED;
	return (a->reason != 0 && closed == (a->reason == EK_ENDED_CLOSED)) ||
	       ek_fits_refuse(v, "its reason", err);
}

static bool offered(const struct ek_engine *e, const struct ek_event *v, const struct conv *c,
		    struct ek_err *err)
{
	(void)e;
	(void)c;
	const struct ek_offer_made *o = &v->offer_made;
	return (o->level != 0 && o->until.ms > v->at.ms && ek_fits_time(o->until)) ||
	       ek_fits_refuse(v, "its level, or when it lapses", err);
}

static bool deadline(const struct ek_engine *e, const struct ek_event *v, const struct conv *c,
		     struct ek_err *err)
{
	(void)e;
	bool same = v->kind == EK_EVENT_SLA_SLIPPED || v->sla_met.due.ms == c->sla_due;
	return (c->sla_due != EK_NONE && same) || ek_fits_refuse(v, "it has no such deadline", err);
}
_Static_assert(offsetof(struct ek_sla_met, due) == offsetof(struct ek_sla_missed, due),
	       "both read as one");

static bool level(const struct ek_engine *e, const struct ek_event *v, const struct conv *c,
		  struct ek_err *err)
{
	const struct ek_overflow_opened *o = &v->overflow_opened;
	const struct team *t = &e->teams[c->team];
	return (in(o->index, 0, (int64_t)t->overflow_count - 1) &&
		t->overflow[o->index].team == o->team.v && (c->opened >> o->index & 1) == 0) ||
	       ek_fits_refuse(v, "its team inbox has no such level", err);
}

static bool relaxed(const struct ek_engine *e, const struct ek_event *v, const struct conv *c,
		    struct ek_err *err)
{
	uint32_t skill = ek_state_known_symbol(e, v->need_relaxed.skill);
	const struct extra *x = c->extra != 0 ? &e->extras[c->extra] : NULL;
	for (uint32_t i = 0; skill != 0 && x != NULL && i < x->need_count; i++) {
		if (x->needs[i].skill == skill && !x->needs[i].required)
			return true;
	}
	return ek_fits_refuse(v, "it has no such need", err);
}

static bool held(const struct ek_engine *e, const struct ek_event *v, const struct conv *c,
		 struct ek_err *err)
{
	(void)e;
	ek_time until = v->hold_started.until;
	return (c->hold_for == 0 && until.ms != EK_NONE && ek_fits_time(until)) ||
	       ek_fits_refuse(v, "it is held, or when that ends", err);
}

static bool cooled(const struct ek_engine *e, const struct ek_event *v, const struct conv *c,
		   struct ek_err *err)
{
	const struct extra *x = c->extra != 0 ? &e->extras[c->extra] : NULL;
	for (uint32_t i = 0; x != NULL && i < x->cooldown_count; i++) {
		if (x->cooldowns[i].mate == v->cooldown_ended.teammate.v)
			return true;
	}
	return ek_fits_refuse(v, "there is no such cooldown", err);
}

static bool pressed(const struct ek_engine *e, const struct ek_event *v, const struct conv *c,
		    struct ek_err *err)
{
	const struct team *t = &e->teams[c->team];
	if (c->sla_due == EK_NONE || c->sla_missed || t->missed == 0)
		return ek_fits_refuse(v, "no missed one stands before a deadline of its own", err);
	return (e->by_deadline && t->method == EK_METHOD_BALANCED &&
		ek_pressure_may_tell(t, v->at.ms)) ||
	       ek_fits_refuse(v, "its order, or leads were told lately", err);
}

static bool bound(const struct ek_engine *e, const struct ek_event *v, const struct conv *c,
		  struct ek_err *err)
{
	(void)e;
	(void)c;
	return v->bound_reached.bound != 0 || ek_fits_refuse(v, "its bound", err);
}

static const struct rule rules[EK_EVENT_COUNT] = {
	[EK_EVENT_CONVERSATION_UPDATED] = {ANY, 0, updated},
	[EK_EVENT_CONVERSATION_QUEUED] = {OPEN, FREE | UNOFFERED | TEAM, queued},
	[EK_EVENT_CONVERSATION_MOVED] = {ANY, UNOFFERED | TEAM, moved},
	[EK_EVENT_CONVERSATION_SNOOZED] = {LIVE, UNOFFERED, snoozed},
	[EK_EVENT_CONVERSATION_WOKEN] = {SNOOZED, 0, NULL},
	[EK_EVENT_CONVERSATION_REOPENED] = {CLOSED, 0, NULL},
	[EK_EVENT_CONVERSATION_CLOSED] = {LIVE, UNOFFERED, NULL},
	[EK_EVENT_MESSAGE_ADDED] = {ANY, 0, message},
	[EK_EVENT_ASSIGNMENT_MADE] = {ANY, UNOFFERED | MATE | TEAM, made},
	[EK_EVENT_ASSIGNMENT_ENDED] = {ANY, HOLDER, ended},
	[EK_EVENT_OFFER_MADE] = {OPEN, FREE | UNOFFERED | LANE | MATE | TEAM, offered},
	[EK_EVENT_OFFER_ACCEPTED] = {OPEN, OFFER, NULL},
	[EK_EVENT_OFFER_DECLINED] = {OPEN, OFFER, NULL},
	[EK_EVENT_OFFER_LAPSED] = {OPEN, OFFER, NULL},
	[EK_EVENT_OFFER_WITHDRAWN] = {OPEN, OFFER, NULL},
	[EK_EVENT_CONVERSATION_OPENED] = {LIVE, HOLDER, NULL},
	[EK_EVENT_SLA_MISSED] = {ANY, 0, deadline},
	[EK_EVENT_SLA_MET] = {ANY, 0, deadline},
	[EK_EVENT_SLA_SLIPPED] = {ANY, 0, deadline},
	[EK_EVENT_OVERFLOW_OPENED] = {OPEN, LANE, level},
	[EK_EVENT_NEED_RELAXED] = {OPEN, LANE, relaxed},
	[EK_EVENT_HOLD_STARTED] = {OPEN, LANE | MATE, held},
	[EK_EVENT_HOLD_ENDED] = {ANY, HOLD, NULL},
	[EK_EVENT_COOLDOWN_ENDED] = {ANY, 0, cooled},
	[EK_EVENT_UNTOUCHED_NUDGED] = {OPEN, HOLDER, NULL},
	[EK_EVENT_BOUND_REACHED] = {OPEN, LANE, bound},
	[EK_EVENT_ANYWAY_OPENED] = {OPEN, LANE, NULL},
	[EK_EVENT_NOBODY_ALERT] = {OPEN, LANE | TEAM, NULL},
	[EK_EVENT_SLA_PRESSURE] = {OPEN, LANE | TEAM, pressed},
};

static const char *const unlike[] = {
	[FREE] = "somebody holds it",          [UNOFFERED] = "it is offered to somebody",
	[LANE] = "it does not wait",           [HOLDER] = "they do not hold it",
	[OFFER] = "it is not offered to them", [HOLD] = "it is not held for them",
	[MATE] = "the teammate is not there",  [TEAM] = "its team is another",
};

bool ek_fits_conv(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	const struct rule *r = &rules[v->kind];
	if (v->kind == EK_EVENT_CONVERSATION_ARRIVED)
		return arrived(e, v, NULL, err);
	if (r->states == 0)
		return true;
	uint32_t conv = first_id(v, EK_FT_CONVERSATION);
	if (conv == 0)
		return ek_fits_refuse(v, "it is about no conversation", err);
	const struct conv *c = &e->convs[conv];
	if ((r->states >> c->state & 1) == 0)
		return ek_fits_refuse(v, "the conversation is in another state", err);
	for (uint32_t left = r->asks; left != 0; left &= left - 1) {
		uint32_t what = left & (~left + 1);
		if (!asks(e, v, c, (uint8_t)what))
			return ek_fits_refuse(v, unlike[what], err);
	}
	return r->more == NULL || r->more(e, v, c, err);
}
