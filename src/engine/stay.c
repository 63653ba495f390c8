#include "engine/stay.h"

#include "engine/config.h"
#include "engine/emit.h"
#include "engine/queue.h"

static bool cooling_down(const struct ek_engine *e, const struct conv *c, uint32_t mate)
{
	const struct extra *x = c->extra != 0 ? &e->extras[c->extra] : NULL;
	for (uint32_t i = 0; x != NULL && i < x->cooldown_count; i++) {
		if (x->cooldowns[i].mate == mate)
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
	if (k->mate == 0 || e->now - k->at > memory)
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
		if (e->mates[c->known].presence != EK_PRESENCE_ACTIVE || e->mates[c->known].deactivated)
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

void ek_stay_stranded(struct ek_engine *e)
{
	while (e->flipped_count > 0) {
		uint32_t lane = e->flipped[--e->flipped_count];
		struct lane *l = &e->lanes[lane];
		l->flipped = false;
		if (l->present != 0 || l->count == 0 ||
		    e->teams[l->team].when_nobody != EK_WHEN_NOBODY_OVERFLOW)
			continue;
		uint32_t n = l->count;
		uint32_t *convs = ek_state_turn(e, n * sizeof *convs);
		for (uint32_t i = 0; i < n; i++)
			convs[i] = ek_queue_at(e, l, i);
		for (uint32_t i = 0; i < n; i++)
			open_levels(e, convs[i]);
	}
}

void ek_stay_bounds(struct ek_engine *e, uint32_t team)
{
	if (team == 0 || e->teams[team].overtake_max == EK_NONE)
		return;
	uint32_t max = (uint32_t)e->teams[team].overtake_max;
	for (uint32_t c = ek_queue_overdue(e, team, max); c != 0; c = ek_queue_overdue(e, team, max)) {
		struct ek_event *v = ek_emit_begin(e, EK_EVENT_BOUND_REACHED, EK_EMIT_FOLLOWS);
		v->bound_reached = (struct ek_bound_reached){{c}, EK_BOUND_OVERTAKE_MAX};
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

void ek_stay_left(struct ek_engine *e, uint32_t mate)
{
	const struct mate *m = &e->mates[mate];
	for (uint32_t i = 0; i < m->serve_count; i++) {
		const struct team *t = &e->teams[m->serves[i].team];
		for (uint32_t k = t->lane_count; k > 0; k--) {
			const struct lane *l = &e->lanes[t->lanes[k - 1]];
			if (l->only != 0 && e->convs[l->only].hold_for == mate)
				ek_emit_hold_ended(e, l->only, EK_HOLD_END_LEFT);
			t = &e->teams[m->serves[i].team];
			if (k > t->lane_count)
				k = t->lane_count + 1;
		}
	}
}
