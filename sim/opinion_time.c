/* What time does: what fires at o->now, and when something next will. Sections 5, 9, 11 and 12. */
#include "model/calendar.h"
#include "sim/opinion_inside.h"

/* When inactivity makes them away and reassigning; *away: when away. EK_NONE = never. */
static int64_t thresholds(const struct ek_opinion *o, uint32_t mate, int64_t *away)
{
	const struct o_mate *p = &o->mates[mate];
	int64_t first = ek_opinion_number(o, EK_SET_AUTO_AWAY_AFTER_MS, 0, mate);
	int64_t second = ek_opinion_number(o, EK_SET_AUTO_REASSIGN_AFTER_MS, 0, mate);
	bool escalates = ek_opinion_number(o, EK_SET_ESCALATE_MANUAL_AWAY, 0, 0) == 1;
	bool by_hand = p->presence == EK_PRESENCE_AWAY && p->cause == EK_PRESENCE_CAUSE_BY_HAND;
	*away = EK_NONE;
	if (p->deleted || p->deactivated || p->presence == EK_PRESENCE_AWAY_REASSIGNING ||
	    (by_hand && !escalates))
		return EK_NONE;
	if (p->presence == EK_PRESENCE_ACTIVE && first != EK_NONE)
		*away = p->activity + first;
	return second == EK_NONE ? EK_NONE : p->activity + second;
}

static bool fire_presence(struct ek_opinion *o)
{
	bool fired = false;
	for (uint32_t mate = 1; mate <= o->mate_count; mate++) {
		int64_t away = EK_NONE;
		int64_t reassigning = thresholds(o, mate, &away);
		bool far = reassigning != EK_NONE && reassigning <= o->now;
		bool near = away != EK_NONE && away <= o->now;
		if (far)
			ek_opinion_presence(o, mate, EK_PRESENCE_AWAY_REASSIGNING,
					    EK_PRESENCE_CAUSE_AUTO);
		else if (near)
			ek_opinion_presence(o, mate, EK_PRESENCE_AWAY, EK_PRESENCE_CAUSE_AUTO);
		fired = fired || far || near;
	}
	return fired;
}

/* All that are due lapse together; only then do their people become away. */
static bool fire_offers(struct ek_opinion *o)
{
	bool missed[O_MATES] = {false};
	bool fired = false;
	for (uint32_t i = 1; i <= o->talk_count; i++) {
		struct o_talk *c = &o->talks[i];
		if (c->offered == 0 || c->offer_until > o->now)
			continue;
		missed[c->offered] = true;
		fired = true;
		ek_opinion_cool(o, c, c->offered);
		c->offered = 0;
	}
	for (uint32_t mate = 1; mate <= o->mate_count; mate++) {
		if (missed[mate])
			ek_opinion_presence(o, mate, EK_PRESENCE_AWAY,
					    EK_PRESENCE_CAUSE_MISSED_OFFER);
	}
	return fired;
}

static bool fire_snoozes(struct ek_opinion *o)
{
	bool fired = false;
	for (uint32_t i = 1; i <= o->talk_count; i++) {
		struct o_talk *c = &o->talks[i];
		if (c->state != EK_STATE_SNOOZED || c->until == EK_NONE || c->until > o->now)
			continue;
		ek_opinion_wake(o, c);
		fired = true;
	}
	return fired;
}

static bool fire_untouched(struct ek_opinion *o)
{
	bool fired = false;
	for (uint32_t i = 1; i <= o->talk_count; i++) {
		struct o_talk *c = &o->talks[i];
		int64_t at = ek_opinion_untouched(o, c, EK_SET_UNTOUCHED_RETURN_AFTER_MS);
		if (at == EK_NONE || at > o->now)
			continue;
		ek_opinion_cool(o, c, c->teammate);
		ek_opinion_to_team(o, c);
		fired = true;
	}
	return fired;
}

static bool has_team(const struct ek_opinion *o, int64_t id)
{
	return id <= o->team_count && !o->teams[id].deleted;
}

/* Whether the teams that it names are there still. */
static bool names_teams(const struct ek_opinion *o, const struct o_later *l)
{
	if (l->setting == EK_SET_DEFAULT_TEAM && l->value.kind == EK_VALUE_INT)
		return has_team(o, l->value.i);
	for (uint32_t k = 0; l->setting == EK_SET_OVERFLOW && k < l->value.n; k += 4) {
		if (!has_team(o, l->value.cells[k].i))
			return false;
	}
	return true;
}

static bool is_there(const struct ek_opinion *o, const struct o_later *l)
{
	if (l->scope == EK_SCOPE_TEAM)
		return !o->teams[l->id].deleted;
	return l->scope != EK_SCOPE_TEAMMATE || !o->mates[l->id].deleted;
}

/* The schedule that is due first; 0 when none is. */
static uint32_t next_schedule(const struct ek_opinion *o)
{
	const struct o_later *next = NULL;
	for (uint32_t i = 0; i < o->later_count; i++) {
		const struct o_later *l = &o->later[i];
		if (!l->done && l->at <= o->now && (next == NULL || l->at < next->at))
			next = l;
	}
	return next == NULL ? 0 : next->schedule;
}

/* What is no longer valid in one part is dropped whole, as it would be refused. */
static bool is_valid(const struct ek_opinion *o, uint32_t schedule)
{
	for (uint32_t i = 0; i < o->later_count; i++) {
		const struct o_later *l = &o->later[i];
		if (l->schedule == schedule && (!is_there(o, l) || !names_teams(o, l)))
			return false;
	}
	return true;
}

static bool fire_settings(struct ek_opinion *o)
{
	bool fired = false;
	for (uint32_t s = next_schedule(o); s != 0; s = next_schedule(o)) {
		bool valid = is_valid(o, s);
		o->versioned = false;
		for (uint32_t i = 0; i < o->later_count; i++) {
			struct o_later *l = &o->later[i];
			if (l->schedule != s)
				continue;
			l->done = true;
			struct o_change change = {.scheduled = true,
						  .scope = l->scope,
						  .id = l->id,
						  .setting = l->setting,
						  .after = l->value};
			if (valid)
				ek_opinion_put(o, change);
			else if (!o->versioned) /* carried out, though to nothing */
				o->version++;
			o->versioned = true;
		}
		fired = true;
	}
	return fired;
}

/* Until nothing is due: what fires may make more due at the same instant. */
void ek_opinion_fire(struct ek_opinion *o)
{
	bool fired = true;
	while (fired) {
		fired = fire_presence(o);
		fired = fire_offers(o) || fired;
		fired = fire_snoozes(o) || fired;
		ek_opinion_default_team(o);        /* at once, so before a setting takes effect */
		fired = fire_settings(o) || fired; /* what takes effect now holds now */
		fired = fire_untouched(o) || fired;
		ek_opinion_default_team(o);
	}
}

/* The earliest of the instants offered to it. */
struct earliest {
	const struct ek_opinion *o;
	int64_t at;
};

/* Something that must be done, even if late. */
static void must(struct earliest *e, int64_t at)
{
	if (at != EK_NONE && (e->at == EK_NONE || at < e->at))
		e->at = at;
}

/* Something that is only read: what lies before the last settle has been read. */
static void may(struct earliest *e, int64_t at)
{
	if (at != EK_NONE && at > e->o->settled)
		must(e, at);
}

static void due_of_shifts(struct earliest *e, const struct o_mate *p)
{
	for (uint32_t i = 0; i < p->shift_count; i++) {
		may(e, p->shifts[i].from.ms);
		for (uint32_t t = 1; t <= e->o->team_count; t++)
			may(e, p->shifts[i].until.ms - ek_opinion_margin(e->o, t));
	}
}

static void due_of_mate(struct earliest *e, uint32_t mate)
{
	const struct o_mate *p = &e->o->mates[mate];
	const struct o_value *steps = ek_opinion_setting(e->o, EK_SET_RAMP_STEPS, 0, 0);
	int64_t away = EK_NONE;
	if (p->deleted)
		return;
	must(e, thresholds(e->o, mate, &away));
	must(e, away);
	may(e, p->paused);
	due_of_shifts(e, p);
	for (uint32_t k = 0; k + 2 < steps->n; k += 3)
		may(e, ek_opinion_step_start(e->o, mate, &steps->cells[k]));
}

static void due_of_intake(struct earliest *e)
{
	for (uint32_t i = 0; i < e->o->taken.n; i++) {
		const struct o_fact *f = &e->o->taken.v[i];
		may(e, f->at + ek_opinion_number(e->o, EK_SET_INTAKE_WINDOW_MS, 0, f->teammate));
	}
	for (uint32_t i = 0; i < e->o->returned.n; i++) {
		const struct o_fact *f = &e->o->returned.v[i];
		may(e, f->at + ek_opinion_number(e->o, EK_SET_LANDING_MS, 0, f->teammate));
	}
}

static void due_of_waiting(struct earliest *e, const struct o_talk *c)
{
	const struct ek_opinion *o = e->o;
	for (uint32_t i = 0; i < c->need_count; i++) {
		if (c->needs[i].relax_after != EK_NONE)
			may(e, c->queued + c->needs[i].relax_after);
	}
	for (uint32_t mate = 1; mate <= o->mate_count; mate++)
		may(e, c->cooled[mate]);
	if (c->held)
		may(e, c->held_until);
	if (c->sla != EK_NONE)
		may(e, c->sla + 1); /* from then on it is missed */
	for (uint32_t k = 0; k * 4 < o->teams[c->team].set[EK_SET_OVERFLOW].n; k++)
		may(e, ek_opinion_level_at(o, c, k));
	may(e, c->queued + ek_opinion_number(o, EK_SET_ASSIGN_ANYWAY_AFTER_MS, c->team, 0));
}

static void due_of_talk(struct earliest *e, const struct o_talk *c)
{
	if (c->offered != 0)
		must(e, c->offer_until);
	if (c->state == EK_STATE_SNOOZED)
		must(e, c->until);
	must(e, ek_opinion_untouched(e->o, c, EK_SET_UNTOUCHED_RETURN_AFTER_MS));
	if (c->state == EK_STATE_OPEN && c->teammate == 0 && c->team != 0)
		due_of_waiting(e, c);
}

ek_time ek_opinion_due(const struct ek_opinion *o)
{
	struct earliest e = {o, EK_NONE};
	for (uint32_t mate = 1; mate <= o->mate_count; mate++)
		due_of_mate(&e, mate);
	due_of_intake(&e);
	for (uint32_t i = 1; i <= o->talk_count; i++)
		due_of_talk(&e, &o->talks[i]);
	for (uint32_t i = 0; i < o->later_count; i++) {
		if (!o->later[i].done)
			must(&e, o->later[i].at);
	}
	for (uint32_t team = 1; team <= o->team_count; team++)
		must(&e, ek_opinion_look_at(o, team));
	return (ek_time){e.at};
}
