/* How long the people of a team were ready for work, summed by day: found in the log. Of fewer than
 * EK_VIEW_SUM_LEAST members nothing is told, whoever asks: that would be somebody's day. */
#include "api/api_standard.h"

#include <string.h>

#include "api/api_past.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "model/calendar.h"
#include "model/view.h"
#include "wire/view_json.h"

enum { SEATS = 64 };

struct person {
	bool is_here; /* known, and not deactivated */
	EK_C_PRESENCE presence;
};
/* Somebody who serves one of the teams, or did. */
struct seat {
	uint32_t team; /* place among those that are shown */
	uint32_t teammate;
	bool is_in;
	ek_time since;   /* what was before is summed */
	int32_t counted; /* the last day on which they were counted */
};
struct day {
	int64_t active_ms, away_ms;
	uint32_t people;
};
struct presence {
	struct ek_turn *t;
	const struct ek_api_standard *s;
	uint32_t day_count;
	struct day *days; /* team_count x day_count */
	struct person *people;
	uint32_t people_cap;
	struct seat *seats;
	uint32_t seat_count, seat_cap;
};

/* ---- who is there */

static void *grown(struct presence *p, const void *old, size_t old_n, size_t n)
{
	void *v = ek_turn_get(p->t, n);
	if (v != NULL && old_n > 0)
		memcpy(v, old, old_n);
	return v;
}

/* NULL: no memory. */
static struct person *person_of(struct presence *p, uint32_t id)
{
	if (id >= p->people_cap) {
		uint32_t cap = id * 2 + SEATS;
		struct person *v = grown(p, p->people, p->people_cap * sizeof *v, cap * sizeof *v);
		if (v == NULL)
			return NULL;
		p->people = v;
		p->people_cap = cap;
	}
	return &p->people[id];
}

static struct seat *seat_of(struct presence *p, uint32_t team, uint32_t teammate)
{
	for (uint32_t i = 0; i < p->seat_count; i++)
		if (p->seats[i].teammate == teammate && p->seats[i].team == team)
			return &p->seats[i];
	if (p->seat_count == p->seat_cap) {
		uint32_t cap = p->seat_cap * 2 + SEATS;
		struct seat *v = grown(p, p->seats, p->seat_cap * sizeof *v, cap * sizeof *v);
		if (v == NULL)
			return NULL;
		p->seats = v;
		p->seat_cap = cap;
	}
	p->seats[p->seat_count] = (struct seat){
		.team = team, .teammate = teammate, .since = EK_NO_TIME, .counted = INT32_MIN};
	return &p->seats[p->seat_count++];
}

/* ---- adding up */

static void add(struct presence *p, struct seat *seat, int32_t date, int64_t ms)
{
	const struct person *who = &p->people[seat->teammate];
	uint32_t place = (uint32_t)(date - p->s->from);
	if (date < p->s->from || place >= p->day_count)
		return;
	struct day *day = &p->days[seat->team * p->day_count + place];
	if (seat->counted < date) {
		day->people++;
		seat->counted = date;
	}
	if (who->presence == EK_PRESENCE_ACTIVE)
		day->active_ms += ms;
	else
		day->away_ms += ms;
}

/* What held for somebody until then goes to its days. */
static void spend(struct presence *p, struct seat *seat, ek_time until)
{
	const struct ek_zone *zone = p->s->zone;
	ek_time from = seat->since;
	ek_time at = until;
	if (!seat->is_in || !p->people[seat->teammate].is_here) {
		seat->since = at;
		return;
	}
	from = from.ms < p->s->begin.ms ? p->s->begin : from;
	until = until.ms > p->s->end.ms ? p->s->end : until;
	while (from.ms < until.ms) {
		int32_t date = ek_calendar_date(zone, from);
		ek_time next = ek_calendar_day_start(zone, date + 1);
		ek_time to = next.ms < until.ms && next.ms > from.ms ? next : until;
		add(p, seat, date, to.ms - from.ms);
		from = to;
	}
	seat->since = at;
}

static void spend_all(struct presence *p, uint32_t teammate, ek_time until)
{
	for (uint32_t i = 0; i < p->seat_count; i++)
		if (teammate == 0 || p->seats[i].teammate == teammate)
			spend(p, &p->seats[i], until);
}

/* ---- the walk */

static bool change(struct presence *p, const struct ek_event *e, uint32_t teammate,
		   const struct person *to)
{
	struct person *who = person_of(p, teammate);
	if (who == NULL)
		return false;
	spend_all(p, teammate, e->at);
	*who = *to;
	return true;
}

static bool sit(struct presence *p, const struct ek_event *e)
{
	uint32_t team = 0;
	while (team < p->s->team_count && p->s->teams[team].v != e->membership_changed.team.v)
		team++;
	if (team == p->s->team_count)
		return true;
	uint32_t teammate = e->membership_changed.teammate.v;
	struct seat *seat = person_of(p, teammate) == NULL ? NULL : seat_of(p, team, teammate);
	if (seat == NULL)
		return false;
	spend(p, seat, e->at);
	seat->is_in = e->membership_changed.level != 0;
	return true;
}

static bool visit(void *ctx, const struct ek_event *e, struct ek_err *err)
{
	struct presence *p = ctx;
	const struct person away = {true, EK_PRESENCE_AWAY}, gone = {false, EK_PRESENCE_AWAY};
	bool ok = true;
	switch (e->kind) {
	case EK_EVENT_TEAMMATE_CREATED:
		ok = change(p, e, e->teammate_created.teammate.v, &away);
		break;
	case EK_EVENT_TEAMMATE_REACTIVATED:
		ok = change(p, e, e->teammate_reactivated.teammate.v, &away);
		break;
	case EK_EVENT_TEAMMATE_DEACTIVATED:
		ok = change(p, e, e->teammate_deactivated.teammate.v, &gone);
		break;
	case EK_EVENT_TEAMMATE_DELETED:
		ok = change(p, e, e->teammate_deleted.teammate.v, &gone);
		break;
	case EK_EVENT_PRESENCE_CHANGED: {
		const struct person to = {true, e->presence_changed.to};
		ok = change(p, e, e->presence_changed.teammate.v, &to);
		break;
	}
	case EK_EVENT_MEMBERSHIP_CHANGED:
		ok = sit(p, e);
		break;
	default:
		break;
	}
	return ok || ek_fail(err, EK_NO_MEMORY, "no memory for a report");
}

/* ---- the answer */

static void put_days(struct ek_turn *t, const struct presence *p)
{
	for (uint32_t i = 0; i < p->s->team_count * p->day_count; i++) {
		const struct day *d = &p->days[i];
		bool is_enough = d->people >= EK_VIEW_SUM_LEAST;
		if (d->people == 0)
			continue;
		ek_json_object(&t->out);
		ek_api_put_id(&t->out, "team", EK_IDENT_TEAM, p->s->teams[i / p->day_count].v);
		ek_api_figures_put_date(&t->out, "day", p->s->from + (int32_t)(i % p->day_count));
		ek_api_put_int(&t->out, "people", d->people);
		ek_api_put_int(&t->out, "active_ms", is_enough ? d->active_ms : EK_NONE);
		ek_api_put_int(&t->out, "away_ms", is_enough ? d->away_ms : EK_NONE);
		ek_json_object_end(&t->out);
	}
}

static bool begin(struct ek_turn *t, struct presence *p, struct ek_api_standard *s)
{
	static const uint8_t none[] = {EK_METRIC_NONE};
	const struct ek_figures *f = ek_api_fold_take(t);
	if (f == NULL)
		return false;
	bool ok = ek_api_standard_place(t, f, s);
	/* The name of the zone is the fold's. */
	struct ek_zone *zone = ok ? EK_TURN_NEW(t, struct ek_zone) : NULL;
	struct ek_zone_shift *shifts =
		zone == NULL ? NULL : ek_turn_get(t, s->zone->shift_count * sizeof *shifts);
	if (shifts != NULL) {
		memcpy(shifts, s->zone->shifts, s->zone->shift_count * sizeof *shifts);
		*zone = *s->zone;
		zone->name = ek_turn_copy(t, s->zone->name);
		zone->shifts = shifts;
		s->zone = zone;
		ek_api_standard_head(t, f, s, none);
	}
	ek_api_fold_give(t);
	p->t = t;
	p->s = s;
	p->day_count = (uint32_t)(s->until - s->from);
	p->days = shifts == NULL ? NULL
				 : ek_turn_get(t, ((size_t)s->team_count * p->day_count + 1) *
							  sizeof *p->days);
	return p->days != NULL;
}

static void run(struct ek_turn *t, struct ek_worker *w)
{
	struct presence p = {0};
	struct ek_err err;
	if (begin(t, &p, t->state)) {
		if (ek_api_past_events(w, visit, &p, &err)) {
			/* The day that is not over, as far as it went. */
			spend_all(&p, 0, t->now.ms < p.s->end.ms ? t->now : p.s->end);
			ek_json_key(&t->out, "data");
			ek_json_list(&t->out);
			put_days(t, &p);
			ek_json_list_end(&t->out);
			ek_json_object_end(&t->out);
		} else {
			ek_problem_err(&t->problem, &err);
		}
	}
	ek_turn_reply(t, 200);
}

void ek_api_get_presence_report(struct ek_turn *t)
{
	ek_api_standard_begin(t, EK_API_STANDARD_PRESENCE, run);
}
