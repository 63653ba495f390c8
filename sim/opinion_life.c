/* What happens to conversations and people: sections 8 and 9. */
#include "sim/opinion_inside.h"

void ek_opinion_fact(struct o_facts *facts, struct o_fact fact)
{
	ek_assert(facts->n < O_FACTS);
	facts->v[facts->n++] = fact;
}

bool ek_opinion_leaving(const struct ek_opinion *o, uint32_t mate)
{
	return mate != 0 && o->mates[mate].presence == EK_PRESENCE_AWAY_REASSIGNING;
}

static const struct o_fact *last_answer(const struct ek_opinion *o, uint32_t contact)
{
	const struct o_fact *last = NULL;
	for (uint32_t i = 0; i < o->answers.n; i++) {
		if (o->answers.v[i].contact == contact)
			last = &o->answers.v[i];
	}
	return last != NULL && last->teammate != 0 ? last : NULL;
}

static bool is_later(const struct o_fact *a, const struct o_fact *b)
{
	return a != NULL && (b == NULL || a->at > b->at);
}

void ek_opinion_contact(struct ek_opinion *o, const struct ek_cmd_content_change *c)
{
	uint32_t contact = c->contact.v;
	const struct o_fact *own = last_answer(o, contact);
	const struct o_fact *merged = last_answer(o, c->merged.v);
	const struct o_fact *apart = last_answer(o, c->apart.v);
	if (is_later(merged, own))
		ek_opinion_fact(&o->answers,
				(struct o_fact){merged->teammate, contact, merged->at});
	else if (apart != NULL && own != NULL && apart->teammate == own->teammate &&
		 apart->at == own->at)
		ek_opinion_fact(&o->answers, (struct o_fact){0, contact, apart->at});
}

/* Continuity: whom it prefers from now on, and whether it is held for them. */
static void prefer_known(struct ek_opinion *o, struct o_talk *c)
{
	int64_t hold = ek_opinion_number(o, EK_SET_CONTINUITY_HOLD_MS, c->team, 0);
	int64_t memory = ek_opinion_number(o, EK_SET_CONTINUITY_MEMORY_MS, 0, 0);
	const struct o_fact *last = last_answer(o, c->contact);
	if (hold <= 0 || c->contact == 0 || last == NULL || o->now >= last->at + memory)
		return;
	uint32_t mate = last->teammate;
	if (o->mates[mate].member[c->team].level == 0 || ek_opinion_cooling(o, c, mate) ||
	    ek_opinion_limit(o, mate) == 0)
		return;
	c->known = mate;
	c->fresh = true;
}

/* The instant at which it entered is one, whatever else the same command brought: held if whom it
 * prefers is active once all of that is done. */
void ek_opinion_hold(struct ek_opinion *o, struct o_talk *c)
{
	const struct o_mate *p = &o->mates[c->known];
	if (c->fresh && ek_opinion_waits(o, c))
		c->held = p->presence == EK_PRESENCE_ACTIVE && !p->deactivated && !p->deleted &&
			  p->member[c->team].level != 0;
	if (c->fresh)
		c->held_until =
			c->queued + ek_opinion_number(o, EK_SET_CONTINUITY_HOLD_MS, c->team, 0);
	c->fresh = false;
}

/* It begins to wait, or becomes unassigned where nothing waits. */
void ek_opinion_enter(struct ek_opinion *o, struct o_talk *c)
{
	c->queued = o->now;
	c->overtaken = 0;
	c->opened = 0;
	c->known = 0;
	c->fresh = false;
	c->held = false;
	if (c->state == EK_STATE_OPEN && ek_opinion_balanced(o, c->team))
		prefer_known(o, c);
	ek_opinion_count(o, c);
}

/* Nobody holds it any more; it goes back to its team. */
void ek_opinion_to_team(struct ek_opinion *o, struct o_talk *c)
{
	c->teammate = 0;
	c->pending = false; /* a return is not tried by a rotation without retry */
	ek_opinion_enter(o, c);
}

static void decide(struct ek_opinion *o, struct ek_opinion_decision d)
{
	ek_assert(o->decision_count < EK_OPINION_DECISIONS_MAX);
	o->decisions[o->decision_count++] = d;
}

/* Section 16.8: those of the same inbox that wait longer and are passed. */
static void overtake(struct ek_opinion *o, const struct o_talk *c)
{
	for (uint32_t i = 1; i <= o->talk_count; i++) {
		struct o_talk *d = &o->talks[i];
		if (d != c && d->team == c->team && ek_opinion_waits(o, d) &&
		    ek_opinion_seniority(c) > ek_opinion_seniority(d))
			d->overtaken++;
	}
}

void ek_opinion_give(struct ek_opinion *o, struct o_talk *c, uint32_t mate, int how)
{
	bool automatic = how == EK_HOW_BALANCED || how == EK_HOW_ROUND_ROBIN ||
			 how == EK_HOW_OFFER || how == EK_HOW_ASSIGN_ANYWAY;
	struct o_mate *p = &o->mates[mate];
	if (automatic) {
		overtake(o, c);
		ek_opinion_fact(&o->taken, (struct o_fact){.teammate = mate, .at = o->now});
	}
	c->offered = 0;
	c->held = false;
	c->teammate = mate;
	c->touched = o->now;
	c->looked = EK_NONE;
	p->given_at = o->now;
	p->given_nth = ++o->givings;
	if (how != EK_HOW_HEIR)
		ek_opinion_fact(&o->handed, (struct o_fact){.contact = c->team, .at = o->now});
	decide(o, (struct ek_opinion_decision){{c->id}, {mate}, (uint8_t)how, false, false});
}

void ek_opinion_offer(struct ek_opinion *o, struct o_talk *c, uint32_t mate)
{
	c->offered = mate;
	c->offer_until = o->now + ek_opinion_number(o, EK_SET_OFFER_TIMEOUT_MS, c->team, 0);
	c->held = false;
	decide(o, (struct ek_opinion_decision){{c->id}, {mate}, EK_HOW_OFFER, true, false});
}

void ek_opinion_cool(struct ek_opinion *o, struct o_talk *c, uint32_t mate)
{
	int64_t span = ek_opinion_number(o, EK_SET_RELEASE_COOLDOWN_MS, c->team, 0);
	c->cooled[mate] = span == 0 ? EK_NONE : o->now + span;
}

static bool returns(const struct o_talk *c, int64_t scope)
{
	if (scope == EK_REASSIGN_SCOPE_ALL_OPEN)
		return true;
	return scope == EK_REASSIGN_SCOPE_WAITING_NOW && c->since != EK_NONE;
}

static void leave_reassigning(struct ek_opinion *o, uint32_t mate, int cause)
{
	int setting = cause == EK_PRESENCE_CAUSE_AUTO ? EK_SET_AUTO_REASSIGN_SCOPE
						      : EK_SET_REASSIGN_SCOPE;
	int64_t scope = ek_opinion_number(o, setting, 0, 0);
	for (uint32_t i = 1; i <= o->talk_count; i++) {
		struct o_talk *c = &o->talks[i];
		if (c->teammate == mate && c->state == EK_STATE_OPEN && returns(c, scope))
			ek_opinion_to_team(o, c);
	}
}

static void stop_being_active(struct ek_opinion *o, uint32_t mate)
{
	o->mates[mate].stopped = o->now;
	for (uint32_t i = 1; i <= o->talk_count; i++) {
		struct o_talk *c = &o->talks[i];
		if (c->offered == mate)
			c->offered = 0;
		if (c->known == mate)
			c->held = false;
	}
}

void ek_opinion_presence(struct ek_opinion *o, uint32_t mate, int to, int cause)
{
	struct o_mate *p = &o->mates[mate];
	int from = p->presence;
	p->presence = (uint8_t)to;
	p->cause = (uint8_t)cause;
	if (from == EK_PRESENCE_ACTIVE && to != EK_PRESENCE_ACTIVE)
		stop_being_active(o, mate);
	if (from != EK_PRESENCE_ACTIVE && to == EK_PRESENCE_ACTIVE) {
		int64_t least = ek_opinion_number(o, EK_SET_LANDING_MIN_ABSENCE_MS, 0, mate);
		if (o->now - p->stopped >= least)
			ek_opinion_fact(&o->returned,
					(struct o_fact){.teammate = mate, .at = o->now});
	}
	if (from != to && to == EK_PRESENCE_AWAY_REASSIGNING)
		leave_reassigning(o, mate, cause);
}

/* Open again, with whoever had it unless they left reassigning. */
static void resume(struct ek_opinion *o, struct o_talk *c, bool keep)
{
	c->state = EK_STATE_OPEN;
	c->touched = o->now;
	c->until = EK_NONE;
	c->wall = EK_NONE;
	bool there = c->teammate != 0 && !o->mates[c->teammate].deleted;
	if (!there || !keep || ek_opinion_leaving(o, c->teammate))
		ek_opinion_to_team(o, c);
}

void ek_opinion_wake(struct ek_opinion *o, struct o_talk *c)
{
	resume(o, c, true);
}

void ek_opinion_reopen(struct ek_opinion *o, struct o_talk *c, int rule)
{
	bool active = c->teammate != 0 && o->mates[c->teammate].presence == EK_PRESENCE_ACTIVE;
	resume(o, c, rule == EK_ON_REOPEN_KEEP || (rule == EK_ON_REOPEN_KEEP_IF_ACTIVE && active));
}

void ek_opinion_activity(struct ek_opinion *o, uint32_t mate)
{
	if (mate == 0 || mate > o->mate_count || o->mates[mate].deleted)
		return;
	struct o_mate *p = &o->mates[mate];
	p->activity = o->now;
	if (ek_opinion_number(o, EK_SET_AUTO_RETURN, 0, 0) == 1 && !p->deactivated &&
	    p->presence != EK_PRESENCE_ACTIVE && p->cause == EK_PRESENCE_CAUSE_AUTO)
		ek_opinion_presence(o, mate, EK_PRESENCE_ACTIVE, EK_PRESENCE_CAUSE_ACTIVITY);
}

/* Whatever is open without team and teammate goes home at once. */
void ek_opinion_default_team(struct ek_opinion *o)
{
	int64_t home = ek_opinion_number(o, EK_SET_DEFAULT_TEAM, 0, 0);
	if (home == EK_NONE || home > o->team_count || o->teams[home].deleted)
		return;
	for (uint32_t i = 1; i <= o->talk_count; i++) {
		struct o_talk *c = &o->talks[i];
		if (c->state == EK_STATE_OPEN && c->team == 0 && c->teammate == 0) {
			c->team = (uint32_t)home;
			ek_opinion_enter(o, c);
		}
	}
}
