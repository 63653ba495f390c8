/* Telling leads that the order costs a deadline: section 16, point 9, with the estimate of 15. */
#include "metrics/estimate.h"
#include "model/calendar.h"
#include "sim/opinion_inside.h"

enum { EVERY = 5, HOUR = 60, KEPT = 128, FEW = 10, PLACES = 1000 };

static int64_t minutes(int64_t n)
{
	return n * 60000;
}

/* Open, with a deadline, and nobody holds it: from then on the inbox's givings are counted. */
void ek_opinion_count(struct ek_opinion *o, const struct o_talk *c)
{
	struct o_team *t = &o->teams[c->team];
	if (c->team == 0 || c->state != EK_STATE_OPEN || c->teammate != 0 || c->offered != 0 ||
	    c->sla == EK_NONE || t->counted != EK_NONE)
		return;
	t->counted = o->now;
	t->counted_from = o->handed.n;
}

static bool is_missed(const struct ek_opinion *o, const struct o_talk *c)
{
	return ek_opinion_waits(o, c) && c->sla != EK_NONE && c->sla < o->now;
}

static bool goes_by_deadline(const struct ek_opinion *o)
{
	const struct o_value *keys = ek_opinion_setting(o, EK_SET_ORDER_KEYS, 0, 0);
	bool by_sla = false;
	for (uint32_t i = 0; i < keys->n; i++)
		by_sla = by_sla || keys->cells[i].i / 2 == EK_ORDER_KEY_SLA;
	return by_sla && ek_opinion_number(o, EK_SET_SLA_ORDER, 0, 0) == EK_SLA_ORDER_DEADLINE;
}

int64_t ek_opinion_look_at(const struct ek_opinion *o, uint32_t team)
{
	const struct o_team *t = &o->teams[team];
	bool watched = false;
	for (uint32_t i = 1; i <= o->talk_count; i++)
		watched = watched || (o->talks[i].team == team && is_missed(o, &o->talks[i]));
	if (!watched || t->deleted || !goes_by_deadline(o))
		return EK_NONE;
	int64_t at = t->looked == EK_NONE ? o->now : t->looked + minutes(EVERY);
	int64_t told = t->told == EK_NONE ? at : t->told + minutes(HOUR);
	return at > told ? at : told;
}

static int64_t open_time(const struct ek_opinion *o, uint32_t team, int64_t from, int64_t to)
{
	return ek_calendar_elapsed(ek_opinion_calendar(o, team), (ek_time){from}, (ek_time){to}).ms;
}

/* The last of the inbox's givings, newest first; returns how many. */
static uint32_t last_givings(const struct ek_opinion *o, uint32_t team, int64_t out[KEPT])
{
	uint32_t n = 0;
	for (uint32_t i = o->handed.n; i > o->teams[team].counted_from && n < KEPT; i--) {
		if (o->handed.v[i - 1].contact == team)
			out[n++] = o->handed.v[i - 1].at;
	}
	return n;
}

/* How many were given, in how much open time. */
static uint32_t rate(const struct ek_opinion *o, uint32_t team, int64_t *open)
{
	int64_t given[KEPT];
	uint32_t n = last_givings(o, team, given);
	uint32_t young = 0;
	while (young < n && open_time(o, team, given[young], o->now) < minutes(60))
		young++;
	*open = open_time(o, team, o->teams[team].counted, o->now);
	if (*open > minutes(60))
		*open = minutes(60);
	if (young < KEPT)
		return young;
	*open = open_time(o, team, given[KEPT - 1], o->now);
	return KEPT - 1;
}

static bool is_late(const struct ek_opinion *o, const struct o_talk *c, uint32_t place)
{
	int64_t open = 0;
	uint32_t n = rate(o, c->team, &open);
	int64_t reply = ek_opinion_number(o, EK_SET_SLA_REPLY_MS, c->team, 0);
	bool saveable = c->sla != EK_NONE && c->sla >= o->now + reply && c->sla >= o->now;
	if (!saveable || n < FEW || ek_opinion_nobody(o, c))
		return false;
	double low = (double)place * (double)open / ek_estimate_limits(n).upper;
	return (int64_t)low > open_time(o, c->team, o->now, c->sla);
}

static void tell(struct ek_opinion *o, struct o_talk *c)
{
	struct ek_opinion_decision d = {.conversation = {c->id}, .pressed = true};
	o->teams[c->team].told = o->now;
	ek_assert(o->decision_count < EK_OPINION_DECISIONS_MAX);
	o->decisions[o->decision_count++] = d;
}

static void look(struct ek_opinion *o, uint32_t team)
{
	uint32_t ids[O_TALKS];
	uint32_t n = ek_opinion_all_waiting(o, ids);
	uint32_t place = 0;
	bool missed = false;
	o->teams[team].looked = o->now;
	for (uint32_t i = 0; i < n && place < PLACES; i++) {
		struct o_talk *c = &o->talks[ids[i]];
		if (c->team != team)
			continue;
		place++;
		if (missed && is_late(o, c, place)) {
			tell(o, c);
			return;
		}
		missed = missed || is_missed(o, c);
	}
}

void ek_opinion_pressure(struct ek_opinion *o)
{
	for (uint32_t team = 1; team <= o->team_count; team++) {
		int64_t at = ek_opinion_look_at(o, team);
		if (at != EK_NONE && at <= o->now)
			look(o, team);
	}
}
