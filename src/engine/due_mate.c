/* The deadlines of one teammate: auto-away, the end of a pause, intake, ramp steps, shift gates. */
#include "engine/due.h"

#include "engine/config.h"
#include "engine/emit.h"
#include "engine/roster.h"

/* ---- auto-away ---- */

static bool set_by_hand(const struct mate *m)
{
	return m->presence_cause == EK_PRESENCE_CAUSE_BY_HAND;
}

/* The presence that inactivity leads to next, and when; 0 = none. */
static int next_away(const struct ek_engine *e, uint32_t mate, int64_t *at)
{
	const struct mate *m = &e->mates[mate];
	int64_t away = ek_config_int(e, EK_SET_AUTO_AWAY_AFTER_MS, 0, mate);
	int64_t reassign = ek_config_int(e, EK_SET_AUTO_REASSIGN_AFTER_MS, 0, mate);
	*at = EK_NONE;
	if (m->exists != 1 || m->deactivated)
		return 0;
	if (m->presence == EK_PRESENCE_ACTIVE && away != EK_NONE && away != reassign) {
		*at = m->seen_at + away;
		return EK_PRESENCE_AWAY;
	}
	bool may = m->presence == EK_PRESENCE_ACTIVE ||
		   (m->presence == EK_PRESENCE_AWAY &&
		    (!set_by_hand(m) || ek_config_bool(e, EK_SET_ESCALATE_MANUAL_AWAY, 0, 0)));
	if (!may || reassign == EK_NONE)
		return 0;
	*at = m->seen_at + reassign;
	return EK_PRESENCE_AWAY_REASSIGNING;
}

int64_t ek_due_away_at(const struct ek_engine *e, uint32_t mate)
{
	int64_t at = EK_NONE;
	(void)next_away(e, mate, &at);
	return at;
}

bool ek_due_auto_return(const struct ek_engine *e)
{
	return ek_config_bool(e, EK_SET_AUTO_RETURN, 0, 0);
}

void ek_due_fire_away(struct ek_engine *e, uint32_t mate)
{
	int64_t at = EK_NONE;
	int to = next_away(e, mate, &at);
	if (to == 0 || at == EK_NONE || at > e->now)
		return;
	/* After a stop both thresholds may have passed: one transition, to where it ends. */
	int64_t second = ek_config_int(e, EK_SET_AUTO_REASSIGN_AFTER_MS, 0, mate);
	if (second != EK_NONE && e->mates[mate].seen_at + second <= e->now)
		to = EK_PRESENCE_AWAY_REASSIGNING;
	ek_emit_presence(e, mate, to, EK_PRESENCE_CAUSE_AUTO, 0);
}

/* ---- intake ---- */

/* Whether the cap applies at a time; *until is when it stops to by itself. */
static bool cap_applies(const struct ek_engine *e, uint32_t mate, int64_t at, int64_t *until)
{
	*until = EK_NONE;
	if (ek_config_int(e, EK_SET_INTAKE_MAX, 0, mate) == EK_NONE)
		return false;
	if (ek_config_int(e, EK_SET_INTAKE_APPLIES, 0, mate) == EK_INTAKE_APPLIES_ALWAYS)
		return true;
	int64_t returned = e->mates[mate].returned_at;
	if (returned == EK_NONE)
		return false;
	*until = returned + ek_config_int(e, EK_SET_LANDING_MS, 0, mate);
	return at < *until;
}

bool ek_due_intake_full(const struct ek_engine *e, uint32_t mate, int64_t at, int64_t *frees)
{
	const struct mate *m = &e->mates[mate];
	int64_t until = EK_NONE;
	*frees = EK_NONE;
	if (!cap_applies(e, mate, at, &until))
		return false;
	int64_t max = ek_config_int(e, EK_SET_INTAKE_MAX, 0, mate);
	int64_t window = ek_config_int(e, EK_SET_INTAKE_WINDOW_MS, 0, mate);
	int64_t used = m->offers;
	int64_t blocking = EK_NONE; /* the one whose leaving the window makes room */
	for (uint32_t i = 0; m->intake != NULL && i < m->intake_n && used < max; i++) {
		uint32_t k = ((uint32_t)m->intake_at + EK_STATE_INTAKE - 1u - i) % EK_STATE_INTAKE;
		if (m->intake[k] <= at - window)
			break;
		used++;
		blocking = m->intake[k];
	}
	if (used < max)
		return false;
	if (blocking != EK_NONE)
		*frees = blocking + window;
	*frees = ek_due_earlier(*frees, until);
	return true;
}

/* ---- shifts ---- */

static int64_t margin_of(const struct ek_engine *e, uint32_t team)
{
	const struct kept *k = ek_config_find(e, EK_SET_SHIFT_MARGIN_MS, team, 0);
	if (k == NULL)
		return 0;
	return k->kind == EK_VALUE_AUTO ? e->teams[team].margin_ms : k->i;
}

/* Shifts stand in order. Those that follow one another without a gap are one: between them nothing
 * changes, so nothing falls due. */
bool ek_due_shift_open(const struct ek_engine *e, uint32_t mate, uint32_t team, int64_t at,
		       int64_t *next)
{
	const struct mate *m = &e->mates[mate];
	int64_t margin = margin_of(e, team);
	int64_t end = at;
	int64_t later = EK_NONE;
	for (uint32_t i = 0; i < m->shift_count && later == EK_NONE; i++) {
		int64_t from = m->shifts[i].from.ms;
		int64_t until = m->shifts[i].until.ms - margin;
		if (until <= end || until <= from)
			continue;
		if (from <= end)
			end = until;
		else
			later = from;
	}
	*next = end > at ? end : later;
	return end > at || m->shift_count == 0;
}

/* Calls for each team inbox with a shift gate that a teammate serves or helps. */
typedef void gate_visit(struct ek_engine *e, uint32_t mate, uint32_t team, int64_t *at);

static void visit_gates(struct ek_engine *e, uint32_t mate, gate_visit *visit, int64_t *at)
{
	for (uint32_t i = 0; i < e->mates[mate].serve_count; i++) {
		uint32_t team = e->mates[mate].serves[i].team;
		if (e->teams[team].shift_gate)
			visit(e, mate, team, at);
		for (uint32_t k = 0; k < e->teams[team].helped_count; k++) {
			uint32_t helped = e->teams[team].helped[k];
			if (e->teams[helped].shift_gate)
				visit(e, mate, helped, at);
		}
	}
}

static void next_gate(struct ek_engine *e, uint32_t mate, uint32_t team, int64_t *at)
{
	int64_t next = EK_NONE;
	bool open = ek_due_shift_open(e, mate, team, e->now, &next);
	if (open == ek_state_is_off(&e->mates[mate], team))
		next = e->now; /* not caught up yet */
	*at = ek_due_earlier(*at, next);
}

static void fire_gate(struct ek_engine *e, uint32_t mate, uint32_t team, int64_t *unused)
{
	(void)unused;
	int64_t next = EK_NONE;
	bool open = ek_due_shift_open(e, mate, team, e->now, &next);
	if (open != ek_state_is_off(&e->mates[mate], team))
		return;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_SHIFT_GATED, EK_EMIT_FOLLOWS);
	v->shift_gated = (struct ek_shift_gated){{mate}, {team}, open};
	ek_emit_end(e);
}

/* ---- all the rest ---- */

int64_t ek_due_mate_rest(struct ek_engine *e, uint32_t mate)
{
	const struct mate *m = &e->mates[mate];
	if (m->exists != 1)
		return EK_NONE;
	int64_t at = m->paused_until;
	int64_t next = EK_NONE;
	if (m->intake_full)
		at = ek_due_earlier(at, ek_due_intake_full(e, mate, e->now, &next) ? next : e->now);
	bool stepped = ek_config_ramp_step(e, mate, e->now, &next) != m->ramp_step;
	at = ek_due_earlier(at, stepped ? e->now : next);
	visit_gates(e, mate, next_gate, &at);
	return at;
}

static void fire_ramp(struct ek_engine *e, uint32_t mate)
{
	int64_t next = EK_NONE;
	int step = ek_config_ramp_step(e, mate, e->now, &next);
	if (step == e->mates[mate].ramp_step)
		return;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_RAMP_STEPPED, EK_EMIT_FOLLOWS);
	v->ramp_stepped = (struct ek_ramp_stepped){{mate}, step < 0 ? EK_NONE : step};
	ek_emit_end(e);
}

static void fire_intake(struct ek_engine *e, uint32_t mate)
{
	int64_t next = EK_NONE;
	if (!e->mates[mate].intake_full || ek_due_intake_full(e, mate, e->now, &next))
		return;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_INTAKE_FREED, EK_EMIT_FOLLOWS);
	v->intake_freed = (struct ek_intake_freed){{mate}};
	ek_emit_end(e);
}

void ek_due_catch_up(struct ek_engine *e, uint32_t mate)
{
	if (e->mates[mate].exists != 1)
		return;
	fire_ramp(e, mate);
	visit_gates(e, mate, fire_gate, NULL);
}

void ek_due_fire_mate(struct ek_engine *e, uint32_t mate)
{
	struct mate *m = &e->mates[mate];
	if (m->exists != 1)
		return;
	if (m->paused_until != EK_NONE && m->paused_until <= e->now) {
		struct ek_event *v = ek_emit_begin(e, EK_EVENT_INTAKE_RESUMED, EK_EMIT_FOLLOWS);
		v->intake_resumed = (struct ek_intake_resumed){{mate}};
		ek_emit_end(e);
	}
	fire_intake(e, mate);
	ek_due_catch_up(e, mate);
}
