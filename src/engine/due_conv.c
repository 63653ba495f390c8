/* The deadlines of one conversation: hold, cooldowns, overflow, needs, alerts, bounds, SLA,
 * untouched. */
#include "engine/due.h"

#include "engine/config.h"
#include "engine/emit.h"
#include "engine/queue.h"
#include "model/calendar.h"

static int64_t after(int64_t from, int64_t span)
{
	return from == EK_NONE || span == EK_NONE ? EK_NONE : from + span;
}

/* When so much of a team's office hours has passed. */
static int64_t after_hours(const struct ek_engine *e, uint32_t team, int64_t from, int64_t span)
{
	if (from == EK_NONE || span == EK_NONE)
		return EK_NONE;
	return ek_calendar_add(ek_config_calendar(e, team), (ek_time){from}, (ek_span){span}).ms;
}

static int64_t level_at(const struct ek_engine *e, const struct conv *c, uint32_t i)
{
	const struct team *t = &e->teams[c->team];
	if (t->overflow[i].office_hours)
		return after_hours(e, c->team, c->queued_at, t->overflow[i].after_ms);
	return c->queued_at + t->overflow[i].after_ms;
}

static bool is_balanced(const struct ek_engine *e, const struct conv *c)
{
	return c->node != 0 && e->teams[c->team].method == EK_METHOD_BALANCED;
}

static int64_t waiting_at(const struct ek_engine *e, const struct conv *c)
{
	const struct team *t = &e->teams[c->team];
	int64_t at = c->hold_for != 0 ? c->hold_until : EK_NONE;
	for (uint32_t i = 0; i < t->overflow_count; i++) {
		if ((c->opened >> i & 1) == 0)
			at = ek_due_earlier(at, level_at(e, c, i));
	}
	const struct extra *x = c->extra != 0 ? &e->extras[c->extra] : NULL;
	for (uint32_t i = 0; x != NULL && i < x->need_count; i++) {
		if (!x->needs[i].required && !x->needs[i].relaxed)
			at = ek_due_earlier(at, after(c->queued_at, x->needs[i].relax_after_ms));
	}
	if (!c->alerted)
		at = ek_due_earlier(at, after(c->stranded_from, t->alert_after_ms));
	if (!c->anyway && t->when_nobody == EK_WHEN_NOBODY_ASSIGN_ANYWAY)
		at = ek_due_earlier(at, after(c->queued_at, t->anyway_after_ms));
	if (c->bound == 0)
		at = ek_due_earlier(at, after(ek_state_since(c), t->wait_max_ms));
	return at;
}

static int64_t sla_at(const struct ek_engine *e, const struct conv *c)
{
	if (c->sla_due == EK_NONE || c->sla_missed)
		return EK_NONE;
	/* A deadline is met by an answer at it; it is missed from the next millisecond on. */
	int64_t at = c->sla_due + 1;
	int64_t reply = c->team == 0 ? ek_config_int(e, EK_SET_SLA_REPLY_MS, 0, 0)
				     : e->teams[c->team].sla_reply_ms;
	if (e->saveable && !c->sla_slipped)
		at = ek_due_earlier(at, c->sla_due - reply + 1);
	return at;
}

static bool is_watched(const struct conv *c)
{
	return c->state == EK_STATE_OPEN && c->mate != 0 && c->team != 0 &&
	       c->waiting_since != EK_NONE;
}

static int64_t touch_from(const struct conv *c)
{
	return c->touch_from > c->waiting_since ? c->touch_from : c->waiting_since;
}

static int64_t cooldown_at(const struct ek_engine *e, const struct conv *c)
{
	int64_t at = EK_NONE;
	const struct extra *x = c->extra != 0 ? &e->extras[c->extra] : NULL;
	for (uint32_t i = 0; x != NULL && i < x->cooldown_count; i++)
		at = ek_due_earlier(at, x->cooldowns[i].until);
	return at;
}

int64_t ek_due_conv_at(const struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	int64_t at = cooldown_at(e, c);
	if (c->state == EK_STATE_CLOSED)
		return at;
	if (c->state == EK_STATE_SNOOZED)
		at = ek_due_earlier(at, c->snoozed_until);
	if (c->offer_to != 0)
		at = ek_due_earlier(at, c->offer_until);
	if (is_balanced(e, c))
		at = ek_due_earlier(at, waiting_at(e, c));
	if (c->sla_due != EK_NONE)
		at = ek_due_earlier(at, sla_at(e, c));
	if (is_watched(c)) {
		const struct team *t = &e->teams[c->team];
		if (!c->nudged)
			at = ek_due_earlier(
				at, after_hours(e, c->team, touch_from(c), t->nudge_after_ms));
		at = ek_due_earlier(at, after_hours(e, c->team, touch_from(c), t->return_after_ms));
	}
	return at;
}

/* ---- firing ---- */

static bool reached(const struct ek_engine *e, int64_t at)
{
	return at != EK_NONE && at <= e->now;
}

static void fire_cooldowns(struct ek_engine *e, uint32_t conv)
{
	for (uint32_t i = 0; e->convs[conv].extra != 0;) {
		const struct extra *x = &e->extras[e->convs[conv].extra];
		if (i >= x->cooldown_count)
			return;
		if (!reached(e, x->cooldowns[i].until)) {
			i++;
			continue;
		}
		struct ek_event *v = ek_emit_begin(e, EK_EVENT_COOLDOWN_ENDED, EK_EMIT_FOLLOWS);
		v->cooldown_ended = (struct ek_cooldown_ended){{conv}, {x->cooldowns[i].mate}};
		ek_emit_end(e);
	}
}

static void fire_sla(struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	if (c->sla_due == EK_NONE || c->sla_missed || !reached(e, sla_at(e, c)))
		return;
	if (c->sla_due < e->now) {
		struct ek_event *v = ek_emit_begin(e, EK_EVENT_SLA_MISSED, EK_EMIT_FOLLOWS);
		v->sla_missed = (struct ek_sla_missed){{conv}, {c->sla_due}};
	} else {
		struct ek_event *v = ek_emit_begin(e, EK_EVENT_SLA_SLIPPED, EK_EMIT_FOLLOWS);
		v->sla_slipped = (struct ek_sla_slipped){{conv}};
	}
	ek_emit_end(e);
}

static void fire_levels(struct ek_engine *e, uint32_t conv)
{
	for (uint32_t i = 0; is_balanced(e, &e->convs[conv]); i++) {
		const struct conv *c = &e->convs[conv];
		const struct team *t = &e->teams[c->team];
		if (i >= t->overflow_count)
			return;
		if ((c->opened >> i & 1) != 0 || !reached(e, level_at(e, c, i)))
			continue;
		struct ek_event *v = ek_emit_begin(e, EK_EVENT_OVERFLOW_OPENED, EK_EMIT_FOLLOWS);
		v->overflow_opened = (struct ek_overflow_opened){{conv}, i, {t->overflow[i].team}};
		ek_emit_end(e);
	}
}

static void fire_needs(struct ek_engine *e, uint32_t conv)
{
	if (e->convs[conv].extra == 0)
		return;
	for (uint32_t i = 0;; i++) {
		const struct conv *c = &e->convs[conv];
		const struct extra *x = &e->extras[c->extra];
		if (i >= x->need_count)
			return;
		const struct need *n = &x->needs[i];
		if (n->required || n->relaxed ||
		    !reached(e, after(c->queued_at, n->relax_after_ms)))
			continue;
		struct ek_event *v = ek_emit_begin(e, EK_EVENT_NEED_RELAXED, EK_EMIT_FOLLOWS);
		v->need_relaxed = (struct ek_need_relaxed){{conv}, e->symbols[n->skill]};
		ek_emit_end(e);
	}
}

static void fire_alerts(struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	const struct team *t = &e->teams[c->team];
	if (!c->alerted && reached(e, after(c->stranded_from, t->alert_after_ms))) {
		struct ek_event *v = ek_emit_begin(e, EK_EVENT_NOBODY_ALERT, EK_EMIT_FOLLOWS);
		v->nobody_alert = (struct ek_nobody_alert){{conv}, {c->team}};
		ek_emit_end(e);
	}
	c = &e->convs[conv];
	if (!c->anyway && t->when_nobody == EK_WHEN_NOBODY_ASSIGN_ANYWAY &&
	    reached(e, after(c->queued_at, t->anyway_after_ms))) {
		struct ek_event *v = ek_emit_begin(e, EK_EVENT_ANYWAY_OPENED, EK_EMIT_FOLLOWS);
		v->anyway_opened = (struct ek_anyway_opened){{conv}};
		ek_emit_end(e);
	}
	c = &e->convs[conv];
	if (c->bound == 0 && reached(e, after(ek_state_since(c), t->wait_max_ms))) {
		struct ek_event *v = ek_emit_begin(e, EK_EVENT_BOUND_REACHED, EK_EMIT_FOLLOWS);
		v->bound_reached = (struct ek_bound_reached){{conv}, EK_BOUND_WAIT_MAX};
		ek_emit_end(e);
	}
}

static void fire_untouched(struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	const struct team *t = &e->teams[c->team];
	if (reached(e, after_hours(e, c->team, touch_from(c), t->return_after_ms))) {
		ek_emit_assignment_ended(e, conv, EK_ENDED_UNTOUCHED, EK_EMIT_FOLLOWS);
		ek_emit_queued(e, conv, EK_QUEUED_BY_UNTOUCHED);
		return;
	}
	if (c->nudged || !reached(e, after_hours(e, c->team, touch_from(c), t->nudge_after_ms)))
		return;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_UNTOUCHED_NUDGED, EK_EMIT_FOLLOWS);
	v->untouched_nudged = (struct ek_untouched_nudged){{conv}, {c->mate}};
	ek_emit_end(e);
}

void ek_due_fire_conv(struct ek_engine *e, uint32_t conv)
{
	fire_cooldowns(e, conv);
	if (e->convs[conv].state == EK_STATE_CLOSED)
		return;
	fire_sla(e, conv);
	if (is_balanced(e, &e->convs[conv])) {
		const struct conv *c = &e->convs[conv];
		if (c->hold_for != 0 && reached(e, c->hold_until))
			ek_emit_hold_ended(e, conv, EK_HOLD_END_EXPIRED);
		fire_levels(e, conv);
		fire_needs(e, conv);
		fire_alerts(e, conv);
	}
	if (is_watched(&e->convs[conv]))
		fire_untouched(e, conv);
}
