/* Facts about teammates, teams, hours and zones. */
#include "engine/fits.h"

#include "model/calendar.h"

typedef bool check(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err);

/* Facts about one teammate name them first. */
static const struct mate *mate_of(const struct ek_engine *e, const struct ek_event *v)
{
	return &e->mates[v->teammate_created.teammate.v];
}

static bool presence(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	const struct ek_presence_changed *p = &v->presence_changed;
	bool ok = p->to != 0 && p->cause != 0 && p->from == mate_of(e, v)->presence &&
		  p->reason.n <= EK_STATE_TEXT;
	return ok || ek_fits_refuse(v, "their presence was another, or is none", err);
}

static bool paused(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	(void)e;
	ek_time until = v->intake_paused.until;
	return (until.ms > v->at.ms && ek_fits_time(until)) || ek_fits_refuse(v, "until when", err);
}

static bool membership(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	const struct ek_membership_changed *c = &v->membership_changed;
	const struct mate *m = mate_of(e, v);
	if (!ek_fits_team(e, c->team.v) || c->level > EK_LEVEL_SECONDARY)
		return ek_fits_refuse(v, "no such team or level", err);
	const struct serve *s = ek_state_serve(m, c->team.v);
	if ((s == NULL ? 0 : s->level) == c->level)
		return ek_fits_refuse(v, "it is as it was", err);
	return s != NULL || m->serve_count < EK_STATE_MEMBERSHIPS ||
	       ek_fits_refuse(v, "too many memberships", err);
}

static bool deactivated(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	const struct mate *m = mate_of(e, v);
	return (!m->deactivated && m->presence != EK_PRESENCE_ACTIVE) ||
	       ek_fits_refuse(v, "they are active, or deactivated", err);
}

static bool reactivated(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	return mate_of(e, v)->deactivated || ek_fits_refuse(v, "they are not deactivated", err);
}

static bool deleted(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	const struct mate *m = mate_of(e, v);
	uint32_t heir = v->teammate_deleted.heir.v;
	if (m->first != 0 || m->offers != 0 || m->serve_count != 0 ||
	    m->presence == EK_PRESENCE_ACTIVE)
		return ek_fits_refuse(v, "they are active, or hold or serve something", err);
	return heir == 0 || (ek_fits_mate(e, heir) && heir != v->teammate_deleted.teammate.v) ||
	       ek_fits_refuse(v, "their heir is not there", err);
}

static bool shifts(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	(void)e;
	const struct ek_shifts *l = &v->shift_changed.shifts;
	int64_t last = EK_STATE_TIME_MIN;
	bool ok = l->n <= EK_STATE_SHIFTS;
	for (uint32_t i = 0; ok && i < l->n; i++) {
		ok = last <= l->v[i].from.ms && l->v[i].from.ms < l->v[i].until.ms &&
		     l->v[i].until.ms <= EK_STATE_TIME_MAX;
		last = l->v[i].until.ms;
	}
	return ok || ek_fits_refuse(v, "its shifts", err);
}

static bool gated(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	(void)e;
	return v->shift_gated.team.v != 0 || ek_fits_refuse(v, "for no team", err);
}

static bool stepped(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	(void)e;
	int64_t step = v->ramp_stepped.step;
	return step == EK_NONE || (step >= 0 && step < ek_setting_row(EK_SET_RAMP_STEPS)->hi) ||
	       ek_fits_refuse(v, "there is no such step", err);
}

/* ---- teams ---- */

/* Open and snoozed ones are moved, and everybody has left, by facts that come before. */
static bool team_deleted(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	uint32_t team = v->team_deleted.team.v;
	uint32_t target = v->team_deleted.target.v;
	if (!ek_fits_team(e, team) || target == team || !ek_fits_team_or_none(e, target))
		return ek_fits_refuse(v, "it, or its target, is not there", err);
	bool empty = e->teams[team].member_count == 0;
	for (uint32_t i = 1; empty && i <= e->conv_count; i++)
		empty = e->convs[i].team != team || e->convs[i].state == EK_STATE_CLOSED;
	return empty || ek_fits_refuse(v, "it is not empty", err);
}

static bool margin(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	int64_t ms = v->margin_changed.margin_ms.ms;
	return (ek_fits_team(e, v->margin_changed.team.v) && ms >= 0 && ms <= EK_STATE_SPAN) ||
	       ek_fits_refuse(v, "its team, or how long", err);
}

/* ---- hours ---- */

static bool calendar(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	const struct ek_calendar_changed *c = &v->calendar_changed;
	const struct ek_calendar hours = {.zone = c->zone,
					  .week = c->week.v,
					  .week_count = c->week.n,
					  .closed = c->closed.v,
					  .closed_count = c->closed.n};
	struct ek_err why;
	return (ek_fits_team_or_none(e, c->team.v) && ek_calendar_check(&hours, &why)) ||
	       ek_fits_refuse(v, "its team, or the hours", err);
}

static bool zone(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	uint32_t mate = v->zone_changed.teammate.v;
	struct ek_err why;
	return ((mate == 0 || ek_fits_mate(e, mate)) &&
		ek_calendar_check_zone(&v->zone_changed.zone, &why)) ||
	       ek_fits_refuse(v, "the teammate, or the zone", err);
}

static bool contact(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	const struct ek_contact_updated *c = &v->contact_updated;
	(void)e;
	return (ek_fits_past(v, c->answered) && (c->known.v == 0 || ek_time_is_set(c->answered))) ||
	       ek_fits_refuse(v, "when they were answered", err);
}

bool ek_fits_people(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	static check *const of_mates[EK_EVENT_COUNT] = {
		[EK_EVENT_PRESENCE_CHANGED] = presence,
		[EK_EVENT_INTAKE_PAUSED] = paused,
		[EK_EVENT_MEMBERSHIP_CHANGED] = membership,
		[EK_EVENT_TEAMMATE_DEACTIVATED] = deactivated,
		[EK_EVENT_TEAMMATE_REACTIVATED] = reactivated,
		[EK_EVENT_TEAMMATE_DELETED] = deleted,
		[EK_EVENT_SHIFT_CHANGED] = shifts,
		[EK_EVENT_SHIFT_GATED] = gated,
		[EK_EVENT_RAMP_STEPPED] = stepped,
	};
	static check *const others[EK_EVENT_COUNT] = {
		[EK_EVENT_TEAM_DELETED] = team_deleted, [EK_EVENT_CONTACT_UPDATED] = contact,
		[EK_EVENT_MARGIN_CHANGED] = margin,     [EK_EVENT_CALENDAR_CHANGED] = calendar,
		[EK_EVENT_ZONE_CHANGED] = zone,
	};
	bool plain = v->kind == EK_EVENT_INTAKE_RESUMED || v->kind == EK_EVENT_INTAKE_FREED;
	if ((plain || of_mates[v->kind] != NULL) &&
	    !ek_fits_mate(e, v->teammate_created.teammate.v))
		return ek_fits_refuse(v, "the teammate is not there", err);
	if (of_mates[v->kind] != NULL)
		return of_mates[v->kind](e, v, err);
	return others[v->kind] == NULL || others[v->kind](e, v, err);
}
