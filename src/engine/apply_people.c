/* Facts about teammates and teams. */
#include "engine/apply.h"

#include "engine/config.h"
#include "engine/due.h"
#include "engine/roster.h"

#include <string.h>

static void mate_created(struct ek_engine *e, uint32_t mate)
{
	ROOM(e, e->mates, e->mate_cap, mate + 1);
	e->mate_count = mate;
	e->mates[mate] = (struct mate){
		.exists = 1,
		.presence = EK_PRESENCE_AWAY,
		.presence_cause = EK_PRESENCE_CAUSE_BY_HAND,
		.presence_since = e->now,
		.inactive_since = e->now,
		.returned_at = EK_NONE,
		.paused_until = EK_NONE,
		.given_at = EK_NONE,
		.ramp_step = -1,
		.seen_at = e->now,
	};
	ek_roster_enter(e, mate);
}

/* Deactivated, reactivated, deleted: nothing automatic until they are active again. */
static void mate_standing(struct ek_engine *e, uint32_t mate, int kind)
{
	ek_roster_leave(e, mate);
	struct mate *m = &e->mates[mate];
	if (kind == EK_EVENT_TEAMMATE_DELETED)
		m->exists = 2;
	m->deactivated = kind == EK_EVENT_TEAMMATE_DEACTIVATED;
	ek_roster_enter(e, mate);
}

static void presence(struct ek_engine *e, const struct ek_presence_changed *p)
{
	uint32_t mate = p->teammate.v;
	ek_roster_leave(e, mate);
	struct mate *m = &e->mates[mate];
	bool was_active = m->presence == EK_PRESENCE_ACTIVE;
	bool is_active = p->to == EK_PRESENCE_ACTIVE;
	m->presence = p->to;
	m->presence_cause = p->cause;
	m->presence_since = e->now;
	m->reason = ek_state_symbol(e, p->reason);
	if (is_active && !was_active) {
		int64_t least = ek_config_int(e, EK_SET_LANDING_MIN_ABSENCE_MS, 0, mate);
		if (e->now - m->inactive_since >= least)
			m->returned_at = e->now;
		m->inactive_since = EK_NONE;
	} else if (was_active && !is_active) {
		m->inactive_since = e->now;
	}
	ek_roster_enter(e, mate);
	ek_apply_intake(e, mate);
}

static void pause(struct ek_engine *e, uint32_t mate, int64_t until)
{
	ek_roster_touch(e, mate);
	e->mates[mate].paused_until = until;
}

/* ---- memberships ---- */

static void drop_member(struct team *t, uint32_t mate)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < t->member_count; i++) {
		if (t->members[i].mate != mate)
			t->members[n++] = t->members[i];
	}
	t->member_count = n;
}

static void drop_serve(struct mate *m, uint32_t team)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < m->serve_count; i++) {
		if (m->serves[i].team != team)
			m->serves[n++] = m->serves[i];
	}
	m->serve_count = n;
}

/* A change of level keeps the place in the rotation. */
static void membership(struct ek_engine *e, const struct ek_event *v)
{
	const struct ek_membership_changed *c = &v->membership_changed;
	uint32_t mate = c->teammate.v;
	uint32_t team = c->team.v;
	ek_roster_leave(e, mate);
	struct mate *m = &e->mates[mate];
	struct team *t = &e->teams[team];
	struct serve *s = ek_state_serve(m, team);
	if (c->level == 0) {
		drop_member(t, mate);
		drop_serve(m, team);
	} else if (s != NULL) {
		s->level = c->level;
	} else {
		ROOM(e, m->serves, m->serve_cap, m->serve_count + 1);
		m->serves[m->serve_count++] =
			(struct serve){.team = team, .level = c->level, .joined = v->seq};
		ROOM(e, t->members, t->member_cap, t->member_count + 1);
		t->members[t->member_count++] = (struct member){mate};
	}
	ek_roster_enter(e, mate);
	t->changed_seq = v->seq;
}

/* ---- shifts and zones ---- */

static void shifts(struct ek_engine *e, uint32_t mate, const struct ek_shifts *list)
{
	struct mate *m = &e->mates[mate];
	ek_state_free(e, m->shifts, m->shift_count * sizeof *m->shifts);
	m->shifts = ek_state_get(e, list->n * sizeof *m->shifts);
	if (list->n > 0)
		memcpy(m->shifts, list->v, list->n * sizeof *m->shifts);
	m->shift_count = list->n;
}

static void gate(struct ek_engine *e, uint32_t mate, uint32_t team, bool open)
{
	ek_roster_touch(e, mate);
	struct mate *m = &e->mates[mate];
	uint32_t n = 0;
	for (uint32_t i = 0; i < m->off_count; i++) {
		if (m->off[i] != team)
			m->off[n++] = m->off[i];
	}
	m->off_count = n;
	if (!open)
		ek_state_push(e, &m->off, &m->off_count, &m->off_cap, team);
}

static void ramp(struct ek_engine *e, uint32_t mate, int64_t step)
{
	ek_roster_leave(e, mate);
	e->mates[mate].ramp_step = (int16_t)(step == EK_NONE ? -1 : step);
	ek_roster_enter(e, mate);
}

/* ---- teams ---- */

static void team_created(struct ek_engine *e, uint32_t team)
{
	ROOM(e, e->teams, e->team_cap, team + 1);
	e->team_count = team;
	e->teams[team] = (struct team){.exists = 1, .looked_at = EK_NONE};
	ek_config_team(e, team);
}

/* Open and snoozed ones were moved by facts of their own; the closed ones follow. */
static void team_deleted(struct ek_engine *e, uint32_t team, uint32_t target)
{
	struct team *t = &e->teams[team];
	t->exists = 2;
	ek_state_free(e, t->pace, sizeof *t->pace);
	t->pace = NULL; /* nothing waits there any more */
	ek_due_team(e, team);
	for (uint32_t i = 1; i <= e->conv_count; i++) {
		if (e->convs[i].team != team)
			continue;
		e->convs[i].team = target;
		if (target != 0)
			ek_apply_clear_cooldowns(e, i);
		ek_due_conv(e, i);
	}
}

static bool of_mate(struct ek_engine *e, const struct ek_event *v, uint32_t mate)
{
	switch (v->kind) {
	case EK_EVENT_TEAMMATE_CREATED:
		mate_created(e, mate);
		return true;
	case EK_EVENT_TEAMMATE_DEACTIVATED:
	case EK_EVENT_TEAMMATE_REACTIVATED:
	case EK_EVENT_TEAMMATE_DELETED:
		mate_standing(e, mate, v->kind);
		return true;
	case EK_EVENT_PRESENCE_CHANGED:
		presence(e, &v->presence_changed);
		return true;
	case EK_EVENT_INTAKE_PAUSED:
		pause(e, mate, v->intake_paused.until.ms);
		return true;
	case EK_EVENT_INTAKE_RESUMED:
		pause(e, mate, EK_NONE);
		return true;
	case EK_EVENT_INTAKE_FREED:
		ek_apply_intake(e, mate);
		return true;
	case EK_EVENT_MEMBERSHIP_CHANGED:
		membership(e, v);
		return true;
	case EK_EVENT_SHIFT_CHANGED:
		shifts(e, mate, &v->shift_changed.shifts);
		return true;
	case EK_EVENT_SHIFT_GATED:
		gate(e, mate, v->shift_gated.team.v, v->shift_gated.open);
		return true;
	case EK_EVENT_RAMP_STEPPED:
		ramp(e, mate, v->ramp_stepped.step);
		return true;
	default:
		return false;
	}
}

bool ek_apply_people(struct ek_engine *e, const struct ek_event *v)
{
	/* Facts about one teammate name them first. */
	const struct ek_record *r = ek_event_record(v->kind);
	if (r->fields[0].type == EK_FT_TEAMMATE) {
		uint32_t mate = v->teammate_created.teammate.v;
		if (!of_mate(e, v, mate))
			return false;
		e->mates[mate].changed_seq = v->seq;
		ek_due_mate(e, mate);
		return true;
	}
	if (v->kind == EK_EVENT_TEAM_CREATED)
		team_created(e, v->team_created.team.v);
	else if (v->kind == EK_EVENT_TEAM_DELETED)
		team_deleted(e, v->team_deleted.team.v, v->team_deleted.target.v);
	else
		return false;
	e->teams[v->team_created.team.v].changed_seq = v->seq;
	return true;
}
