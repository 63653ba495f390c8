#include "engine/look.h"

#include "engine/config.h"
#include "engine/overtake.h"

static ek_time at(int64_t ms)
{
	return (ek_time){ms};
}

static int64_t limit(uint32_t v)
{
	return v == EK_STATE_UNLIMITED ? EK_NONE : (int64_t)v;
}

bool ek_look_conversation(const struct ek_engine *e, ek_conversation_id id,
			  struct ek_conversation_view *out)
{
	if (id.v == 0 || id.v > e->conv_count)
		return false;
	const struct conv *c = &e->convs[id.v];
	*out = (struct ek_conversation_view){
		.id = id,
		.state = c->state,
		.contact = {c->contact},
		.channel = c->channel,
		.capacity_class = c->cls,
		.team = {c->team},
		.teammate = {c->mate},
		.assignment = {c->mate == 0 ? 0 : c->assignment},
		.priority = c->priority,
		.complexity = c->complexity,
		.sla_due = at(c->sla_due),
		.started = at(c->started),
		.waiting_since = at(c->waiting_since),
		.queued_at = at(c->node != 0 ? c->queued_at : EK_NONE),
		.snoozed_until = at(c->snoozed_until),
		.closed_at = at(c->closed_at),
		.overtaken = c->node == 0 ? 0 : ek_overtake_count(e, id.v),
		.changed_seq = c->changed_seq,
	};
	return true;
}

bool ek_look_teammate(const struct ek_engine *e, ek_teammate_id id, struct ek_teammate_view *out)
{
	if (id.v == 0 || id.v > e->mate_count)
		return false;
	const struct mate *m = &e->mates[id.v];
	*out = (struct ek_teammate_view){
		.id = id,
		.active = !m->deactivated,
		.deleted = m->exists == 2,
		.presence = m->presence,
		.presence_since = at(m->presence_since),
		.load = m->load,
		.open_count = m->open_count - m->offers,
		.limit = limit(m->limit),
		.last_given = at(m->given_at),
		.paused_until = at(m->paused_until),
		.changed_seq = m->changed_seq,
	};
	return true;
}

bool ek_look_team(const struct ek_engine *e, ek_team_id id, struct ek_team_view *out)
{
	if (id.v == 0 || id.v > e->team_count)
		return false;
	const struct team *t = &e->teams[id.v];
	*out = (struct ek_team_view){
		.id = id,
		.deleted = t->exists == 2,
		.method = t->method,
		.rank = t->rank,
		.inbox_limit = limit(t->inbox_limit),
		.waiting_count = t->waiting,
		.changed_seq = t->changed_seq,
	};
	return true;
}

bool ek_look_membership(const struct ek_engine *e, ek_teammate_id id, uint32_t i,
			struct ek_membership_view *out)
{
	if (id.v == 0 || id.v > e->mate_count || i >= e->mates[id.v].serve_count)
		return false;
	const struct serve *s = &e->mates[id.v].serves[i];
	*out = (struct ek_membership_view){id, {s->team}, s->level};
	return true;
}

uint32_t ek_look_conversation_count(const struct ek_engine *e)
{
	return e->conv_count;
}

uint32_t ek_look_teammate_count(const struct ek_engine *e)
{
	return e->mate_count;
}

uint32_t ek_look_team_count(const struct ek_engine *e)
{
	return e->team_count;
}

const struct ek_calendar *ek_look_calendar(const struct ek_engine *engine, ek_team_id id)
{
	ek_assert(id.v <= engine->team_count);
	return ek_config_calendar(engine, id.v);
}

bool ek_look_answered(const struct ek_engine *engine, ek_contact_id id, ek_teammate_id *by,
		      ek_time *at)
{
	if (id.v == 0 || id.v > engine->contact_count || engine->contacts[id.v].mate == 0)
		return false;
	by->v = engine->contacts[id.v].mate;
	at->ms = engine->contacts[id.v].at;
	return true;
}
