/* People: who is there, and who serves which team inbox. */
#include "engine/look_inside.h"

#include "engine/config.h"
#include "engine/overtake.h"

bool ek_look_presence(const struct ek_engine *e, ek_teammate_id id, struct ek_presence_view *out)
{
	if (id.v == 0 || id.v > e->mate_count)
		return false;
	const struct mate *m = &e->mates[id.v];
	*out = (struct ek_presence_view){
		.teammate = id,
		.presence = m->presence,
		.cause = m->presence_cause,
		.since = {m->presence_since},
		.until = EK_NO_TIME,
	};
	if (m->reason != 0)
		out->reason = e->symbols[m->reason];
	return true;
}

struct ek_shifts ek_look_shifts(const struct ek_engine *e, ek_teammate_id id)
{
	ek_assert(id.v > 0 && id.v <= e->mate_count);
	return (struct ek_shifts){e->mates[id.v].shifts, e->mates[id.v].shift_count};
}

const struct ek_zone *ek_look_zone(const struct ek_engine *e, ek_teammate_id id)
{
	ek_assert(id.v <= e->mate_count);
	return ek_config_zone(e, id.v);
}

/* ---- members ---- */

static void count_held(const struct ek_engine *e, struct ek_member_view *out)
{
	for (uint32_t i = e->mates[out->teammate.v].first; i != 0; i = e->convs[i].next) {
		if (e->convs[i].team != out->team.v)
			continue;
		out->open += e->convs[i].state == EK_STATE_OPEN;
		out->snoozed += e->convs[i].state == EK_STATE_SNOOZED;
	}
}

uint32_t ek_look_member_count(const struct ek_engine *e, ek_team_id id)
{
	return id.v == 0 || id.v > e->team_count ? 0 : e->teams[id.v].member_count;
}

bool ek_look_member(const struct ek_engine *e, ek_team_id id, uint32_t i,
		    struct ek_member_view *out)
{
	if (i >= ek_look_member_count(e, id))
		return false;
	uint32_t mate = e->teams[id.v].members[i].mate;
	const struct mate *m = &e->mates[mate];
	const struct serve *s = NULL;
	for (uint32_t k = 0; k < m->serve_count && s == NULL; k++)
		s = m->serves[k].team == id.v ? &m->serves[k] : NULL;
	ek_assert(s != NULL);
	*out = (struct ek_member_view){
		.teammate = {mate},
		.team = id,
		.level = s->level,
		.presence = m->presence,
		.presence_since = {m->presence_since},
		.enough_until = {m->paused_until},
		.load = m->load,
		.limit = ek_look_limit(m->limit),
		.last_given = {m->given_at},
	};
	count_held(e, out);
	return true;
}

ek_time ek_look_oldest(const struct ek_engine *e, ek_team_id id)
{
	bool is_known = id.v != 0 && id.v <= e->team_count;
	return is_known ? ek_overtake_oldest(e, id.v) : EK_NO_TIME;
}

bool ek_look_live(const struct ek_engine *e, ek_team_id id, struct ek_arena *arena,
		  struct ek_live_view *out, struct ek_err *err)
{
	if (id.v == 0 || id.v > e->team_count)
		return ek_fail(err, EK_NOT_FOUND, "there is no team %u", id.v);
	const struct team *t = &e->teams[id.v];
	struct ek_member_view *v = ek_look_room(arena, t->member_count, sizeof *v, err);
	if (v == NULL)
		return false;
	for (uint32_t i = 0; i < t->member_count; i++)
		ek_assert(ek_look_member(e, id, i, &v[i]));
	*out = (struct ek_live_view){
		.team = id,
		.waiting = t->waiting,
		.waiting_since = t->waiting > 0 ? ek_look_oldest(e, id) : EK_NO_TIME,
		.unassigned = t->waiting + t->parked,
		.members = v,
		.member_count = t->member_count,
	};
	return true;
}
