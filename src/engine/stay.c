#include "engine/stay.h"

#include "engine/config.h"
#include "engine/emit.h"
#include "engine/overtake.h"

static bool cooling_down(const struct ek_engine *e, const struct conv *c, uint32_t mate)
{
	const struct extra *x = c->extra != 0 ? &e->extras[c->extra] : NULL;
	for (uint32_t i = 0; x != NULL && i < x->cooldown_count; i++) {
		if (x->cooldowns[i].mate == mate && x->cooldowns[i].until > e->now)
			return true;
	}
	return false;
}

uint32_t ek_stay_known(const struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	const struct team *t = &e->teams[c->team];
	if (t->continuity_hold_ms == 0 || c->contact == 0 || t->method != EK_METHOD_BALANCED ||
	    c->contact >= e->contact_cap)
		return 0;
	const struct contact *k = &e->contacts[c->contact];
	int64_t memory = ek_config_int(e, EK_SET_CONTINUITY_MEMORY_MS, 0, 0);
	if (k->mate == 0 || e->now - k->at >= memory)
		return 0;
	const struct mate *m = &e->mates[k->mate];
	if (m->exists != 1 || m->limit == 0 || ek_state_serve(m, c->team) == NULL)
		return 0;
	return cooling_down(e, c, k->mate) ? 0 : k->mate;
}

void ek_stay_entered(struct ek_engine *e)
{
	for (uint32_t i = 0; i < e->entered_count; i++) {
		uint32_t conv = e->entered[i];
		const struct conv *c = &e->convs[conv];
		if (c->node == 0 || c->known == 0 || c->held_once || c->hold_for != 0)
			continue;
		const struct mate *m = &e->mates[c->known];
		if (m->presence != EK_PRESENCE_ACTIVE || m->deactivated ||
		    ek_state_serve(m, c->team) == NULL)
			continue;
		int64_t until = c->queued_at + e->teams[c->team].continuity_hold_ms;
		struct ek_event *v = ek_emit_begin(e, EK_EVENT_HOLD_STARTED, EK_EMIT_FOLLOWS);
		v->hold_started = (struct ek_hold_started){{conv}, {c->known}, {until}};
		ek_emit_end(e);
	}
}

static void open_levels(struct ek_engine *e, uint32_t conv)
{
	const struct team *t = &e->teams[e->convs[conv].team];
	for (uint32_t i = 0; i < t->overflow_count; i++) {
		const struct conv *c = &e->convs[conv];
		if (c->node == 0 || c->stranded_from == EK_NONE)
			return;
		if ((c->opened >> i & 1) != 0)
			continue;
		struct ek_event *v = ek_emit_begin(e, EK_EVENT_OVERFLOW_OPENED, EK_EMIT_FOLLOWS);
		v->overflow_opened = (struct ek_overflow_opened){{conv}, i, {t->overflow[i].team}};
		ek_emit_end(e);
		t = &e->teams[e->convs[conv].team];
	}
}

/* All conversations of the lanes that lost their last person, by id, so that the order of the facts
 * does not depend on how the lanes came to lie. */
static uint32_t *flipped(struct ek_engine *e, uint32_t *n)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < e->flipped_count; i++)
		count += e->lanes[e->flipped[i]].count;
	uint32_t *convs = ek_state_turn(e, count * sizeof *convs);
	*n = 0;
	for (uint32_t i = 0; i < e->flipped_count; i++) {
		struct lane *l = &e->lanes[e->flipped[i]];
		l->flipped = false;
		bool opens =
			l->present == 0 && e->teams[l->team].when_nobody == EK_WHEN_NOBODY_OVERFLOW;
		for (uint32_t k = 0; opens && k < l->count; k++)
			convs[(*n)++] = e->waits[l->heap[k].wait].conv;
	}
	e->flipped_count = 0;
	ek_state_sort(convs, *n);
	return convs;
}

void ek_stay_stranded(struct ek_engine *e)
{
	while (e->flipped_count > 0) {
		uint32_t n = 0;
		uint32_t *convs = flipped(e, &n);
		for (uint32_t i = 0; i < n; i++)
			open_levels(e, convs[i]);
	}
}

void ek_stay_bounds(struct ek_engine *e, uint32_t team)
{
	if (team == 0 || e->teams[team].overtake_max == EK_NONE ||
	    e->teams[team].method != EK_METHOD_BALANCED)
		return;
	uint32_t *convs = NULL;
	uint32_t n = ek_overtake_due(e, team, (uint32_t)e->teams[team].overtake_max, &convs);
	for (uint32_t i = 0; i < n; i++) {
		struct ek_event *v = ek_emit_begin(e, EK_EVENT_BOUND_REACHED, EK_EMIT_FOLLOWS);
		v->bound_reached = (struct ek_bound_reached){{convs[i]}, EK_BOUND_OVERTAKE_MAX};
		ek_emit_end(e);
	}
}

void ek_stay_rotate(struct ek_engine *e, uint32_t team)
{
	struct team *t = &e->teams[team];
	if (t->rr_dirty || t->method != EK_METHOD_ROUND_ROBIN)
		return;
	t->rr_dirty = true;
	ek_state_push(e, &e->rr_teams, &e->rr_count, &e->rr_cap, team);
}

void ek_stay_rotations(struct ek_engine *e, uint32_t mate)
{
	const struct mate *m = &e->mates[mate];
	for (uint32_t i = 0; i < m->serve_count; i++)
		ek_stay_rotate(e, m->serves[i].team);
}

/* Adds what is held for a teammate in a team inbox; returns how many there are then. */
static uint32_t held_in(const struct ek_engine *e, uint32_t team, uint32_t mate, uint32_t *held,
			uint32_t n)
{
	const struct team *t = &e->teams[team];
	for (uint32_t k = 0; k < t->lane_count; k++) {
		uint32_t only = e->lanes[t->lanes[k]].only;
		if (only != 0 && e->convs[only].hold_for == mate)
			held[n++] = only;
	}
	return n;
}

static void end_holds(struct ek_engine *e, uint32_t *held, uint32_t n)
{
	ek_state_sort(held, n);
	for (uint32_t i = 0; i < n; i++)
		ek_emit_hold_ended(e, held[i], EK_HOLD_END_LEFT);
}

void ek_stay_left(struct ek_engine *e, uint32_t mate)
{
	const struct mate *m = &e->mates[mate];
	uint32_t count = 0;
	for (uint32_t i = 0; i < m->serve_count; i++)
		count += e->teams[m->serves[i].team].lane_count;
	uint32_t *held = ek_state_turn(e, count * sizeof *held);
	uint32_t n = 0;
	for (uint32_t i = 0; i < m->serve_count; i++)
		n = held_in(e, m->serves[i].team, mate, held, n);
	end_holds(e, held, n);
}

void ek_stay_left_team(struct ek_engine *e, uint32_t mate, uint32_t team)
{
	uint32_t *held = ek_state_turn(e, e->teams[team].lane_count * sizeof *held);
	end_holds(e, held, held_in(e, team, mate, held, 0));
}
