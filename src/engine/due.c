#include "engine/due.h"

#include "engine/decide.h"
#include "engine/emit.h"
#include "engine/pressure.h"
#include "engine/stay.h"

enum { KIND_WORKSPACE = 0, KIND_MATE = 1, KIND_CONV = 2, KIND_TEAM = 3, KIND_SHIFT = 30 };
#define ID_MASK ((1u << KIND_SHIFT) - 1)

/* ---- the heap ---- */

static uint32_t *place_of(struct ek_engine *e, uint32_t what)
{
	uint32_t id = what & ID_MASK;
	switch (what >> KIND_SHIFT) {
	case KIND_MATE:
		return &e->mates[id].due_at;
	case KIND_CONV:
		return &e->conv_due[id];
	case KIND_TEAM:
		return &e->teams[id].due_at;
	default:
		return &e->work_due;
	}
}

static bool before(const struct due *a, const struct due *b)
{
	return a->at != b->at ? a->at < b->at : a->what < b->what;
}

static void put(struct ek_engine *e, uint32_t i, struct due d)
{
	e->dues[i] = d;
	*place_of(e, d.what) = i + 1;
}

static void up(struct ek_engine *e, uint32_t i, struct due d)
{
	while (i > 0) {
		uint32_t parent = (i - 1) / 4;
		e->steps++;
		if (!before(&d, &e->dues[parent]))
			break;
		put(e, i, e->dues[parent]);
		i = parent;
	}
	put(e, i, d);
}

static void down(struct ek_engine *e, uint32_t i, struct due d)
{
	for (;;) {
		uint32_t first = 4 * i + 1;
		if (first >= e->due_count)
			break;
		uint32_t best = first;
		for (uint32_t k = first + 1; k < first + 4 && k < e->due_count; k++) {
			if (before(&e->dues[k], &e->dues[best]))
				best = k;
		}
		e->steps++;
		if (!before(&e->dues[best], &d))
			break;
		put(e, i, e->dues[best]);
		i = best;
	}
	put(e, i, d);
}

static void take_out(struct ek_engine *e, uint32_t what)
{
	uint32_t *place = place_of(e, what);
	uint32_t i = *place - 1;
	*place = 0;
	struct due last = e->dues[--e->due_count];
	if (i == e->due_count)
		return;
	if (i > 0 && before(&last, &e->dues[(i - 1) / 4]))
		up(e, i, last);
	else
		down(e, i, last);
}

static void set_due(struct ek_engine *e, uint32_t what, int64_t at)
{
	uint32_t place = *place_of(e, what);
	if (place != 0 && e->dues[place - 1].at == at)
		return;
	if (place != 0)
		take_out(e, what);
	if (at == EK_NONE)
		return;
	ROOM(e, e->dues, e->due_cap, e->due_count + 1);
	e->due_count++;
	up(e, e->due_count - 1, (struct due){at, what});
}

/* ---- deadlines of objects ---- */

void ek_due_conv(struct ek_engine *e, uint32_t conv)
{
	ROOM(e, e->conv_due, e->conv_due_cap, conv + 1);
	set_due(e, (uint32_t)KIND_CONV << KIND_SHIFT | conv, ek_due_conv_at(e, conv));
}

void ek_due_mate(struct ek_engine *e, uint32_t mate)
{
	int64_t away = ek_due_away_at(e, mate);
	int64_t rest = ek_due_mate_rest(e, mate);
	if (rest != EK_NONE && (away == EK_NONE || rest < away))
		away = rest;
	set_due(e, (uint32_t)KIND_MATE << KIND_SHIFT | mate, away);
}

void ek_due_workspace(struct ek_engine *e)
{
	int64_t at = EK_NONE;
	for (uint32_t i = 0; i < e->scheduled_count; i++) {
		if (at == EK_NONE || e->scheduled[i].at < at)
			at = e->scheduled[i].at;
	}
	set_due(e, 0, at);
}

void ek_due_team(struct ek_engine *e, uint32_t team)
{
	set_due(e, (uint32_t)KIND_TEAM << KIND_SHIFT | team, ek_pressure_at(e, team));
}

int64_t ek_due_next(const struct ek_engine *e)
{
	return e->due_count == 0 ? EK_NONE : e->dues[0].at;
}

/* ---- firing ---- */

/* All that is due, out of the heap, by kind and id. */
static uint32_t *collect(struct ek_engine *e, uint32_t *n)
{
	uint32_t *list = ek_state_turn(e, e->due_count * sizeof *list);
	*n = 0;
	while (e->due_count > 0 && e->dues[0].at <= e->now) {
		list[*n] = e->dues[0].what;
		take_out(e, list[(*n)++]);
	}
	ek_state_sort(list, *n);
	return list;
}

/* Returns whose offer lapsed; 0 = none did. */
static uint32_t lapse(struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	if (c->offer_to == 0 || c->offer_until > e->now)
		return 0;
	uint32_t mate = c->offer_to;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_OFFER_LAPSED, EK_EMIT_FOLLOWS);
	v->offer_lapsed = (struct ek_offer_lapsed){{conv}, {mate}};
	ek_emit_end(e);
	ek_stay_bounds(e, e->convs[conv].team); /* the setting may have changed meanwhile */
	return mate;
}

/* All that lapse together lapse; then those who missed one are away. */
static void fire_offers(struct ek_engine *e, const uint32_t *list, uint32_t n)
{
	uint32_t *missed = ek_state_turn(e, n * sizeof *missed);
	uint32_t count = 0;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t mate =
			list[i] >> KIND_SHIFT == KIND_CONV ? lapse(e, list[i] & ID_MASK) : 0;
		if (mate != 0)
			missed[count++] = mate;
	}
	ek_state_sort(missed, count);
	for (uint32_t i = 0; i < count; i++) {
		if (e->mates[missed[i]].presence == EK_PRESENCE_ACTIVE)
			ek_emit_presence(e, missed[i], EK_PRESENCE_AWAY,
					 EK_PRESENCE_CAUSE_MISSED_OFFER, 0);
	}
}

static void fire_snooze(struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	if (c->state == EK_STATE_SNOOZED && c->snoozed_until != EK_NONE &&
	    c->snoozed_until <= e->now)
		ek_decide_wake(e, conv, EK_CAUSE_TIMER);
}

/* Every object again, for what was not done is due once more. */
static void look_again(struct ek_engine *e, const uint32_t *list, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t id = list[i] & ID_MASK;
		if (list[i] >> KIND_SHIFT == KIND_CONV)
			ek_due_conv(e, id);
		else if (list[i] >> KIND_SHIFT == KIND_MATE)
			ek_due_mate(e, id);
		else if (list[i] >> KIND_SHIFT == KIND_WORKSPACE)
			ek_due_workspace(e);
	}
}

bool ek_due_fire(struct ek_engine *e)
{
	uint32_t n = 0;
	const uint32_t *list = collect(e, &n);
	for (uint32_t i = 0; i < n; i++) {
		if (list[i] >> KIND_SHIFT == KIND_MATE)
			ek_due_fire_away(e, list[i] & ID_MASK);
	}
	fire_offers(e, list, n);
	for (uint32_t i = 0; i < n; i++) {
		if (list[i] >> KIND_SHIFT == KIND_CONV)
			fire_snooze(e, list[i] & ID_MASK);
	}
	for (uint32_t i = 0; i < n; i++) {
		if (list[i] >> KIND_SHIFT == KIND_CONV)
			ek_due_fire_conv(e, list[i] & ID_MASK);
		else if (list[i] >> KIND_SHIFT == KIND_MATE)
			ek_due_fire_mate(e, list[i] & ID_MASK);
		else if (list[i] >> KIND_SHIFT == KIND_TEAM)
			ek_pressure_ask(e, list[i] & ID_MASK);
		else
			ek_decide_scheduled(e);
	}
	look_again(e, list, n);
	return n > 0;
}
