/* How long somebody was active and away, by day and by week: found in the log, on the worker's
 * thread. */
#include "api/api_past.h"
#include "api/api_presence.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "base/rfc3339.h"
#include "model/calendar.h"

enum { REASONS_MAX = 64, OTHERS_DAYS = 30 };

struct slice {
	int64_t active_ms;
	int64_t away_ms;
	int64_t by_reason[REASONS_MAX];
};

struct history {
	struct ek_turn *t;
	struct ek_api_person person;
	struct ek_api_past period;
	const struct ek_zone *zone;
	bool sees_days;
	struct slice *days; /* from period.from on */
	uint32_t day_count;
	ek_str reasons[REASONS_MAX];
	uint32_t reason_count;
	/* where the walk is */
	bool exists;
	ek_time since;
	EK_C_PRESENCE presence;
	uint32_t reason; /* place, from 1; 0 = none */
};

/* ---- adding up */

static void add(struct slice *s, const struct history *h, int64_t ms)
{
	if (h->presence == EK_PRESENCE_ACTIVE) {
		s->active_ms += ms;
		return;
	}
	s->away_ms += ms;
	if (h->reason > 0)
		s->by_reason[h->reason - 1] += ms;
}

/* What held until then goes to its days. */
static void spend(struct history *h, ek_time until)
{
	ek_time from = h->since;
	if (from.ms < h->period.begin.ms)
		from = h->period.begin;
	if (until.ms > h->period.end.ms)
		until = h->period.end;
	while (h->exists && from.ms < until.ms) {
		int32_t day = ek_calendar_date(h->zone, from);
		ek_time next = ek_calendar_day_start(h->zone, day + 1);
		ek_time to = next.ms < until.ms && next.ms > from.ms ? next : until;
		int32_t place = day - h->period.from;
		if (place >= 0 && (uint32_t)place < h->day_count)
			add(&h->days[place], h, to.ms - from.ms);
		from = to;
	}
}

static uint32_t place_of(struct history *h, ek_str reason)
{
	if (reason.p == NULL)
		return 0;
	for (uint32_t i = 0; i < h->reason_count; i++)
		if (ek_str_equal(h->reasons[i], reason))
			return i + 1;
	if (h->reason_count == REASONS_MAX)
		return 0;
	h->reasons[h->reason_count] = ek_turn_copy(h->t, reason);
	return ++h->reason_count;
}

static bool visit(void *ctx, const struct ek_event *e, struct ek_err *err)
{
	struct history *h = ctx;
	(void)err;
	if (e->kind == EK_EVENT_TEAMMATE_CREATED &&
	    e->teammate_created.teammate.v == h->person.id.v) {
		h->exists = true;
		h->since = e->at;
		h->presence = EK_PRESENCE_AWAY;
	} else if (e->kind == EK_EVENT_PRESENCE_CHANGED &&
		   e->presence_changed.teammate.v == h->person.id.v) {
		spend(h, e->at);
		h->since = e->at;
		h->presence = e->presence_changed.to;
		h->reason = place_of(h, e->presence_changed.reason);
	}
	return true;
}

/* ---- writing */

static void put_date(struct ek_json *j, const char *key, int32_t days)
{
	char text[EK_RFC3339_DATE_MAX];
	size_t n = ek_rfc3339_print_date(days, text);
	ek_api_put_text(j, key, (ek_str){text, (uint32_t)n});
}

/* Keyed by id where the reason has one; a text that has none stands for itself. */
static void put_reasons(struct ek_turn *t, const struct history *h, const struct slice *s)
{
	ek_json_key(&t->out, "by_reason");
	ek_json_object(&t->out);
	for (uint32_t i = 0; i < h->reason_count; i++) {
		struct ek_api_presence_reason r;
		char id[EK_IDENT_MAX];
		if (s->by_reason[i] == 0 || !ek_api_presence_find_name(t, h->reasons[i], &r))
			continue;
		ek_str key = h->reasons[i];
		if (r.id != 0)
			key = (ek_str){id, (uint32_t)ek_ident_print(EK_IDENT_REASON, r.id, id)};
		ek_json_key_text(&t->out, key);
		ek_json_int(&t->out, s->by_reason[i]);
	}
	ek_json_object_end(&t->out);
}

static void put_slice(struct ek_turn *t, const struct history *h, const struct slice *s)
{
	ek_api_put_int(&t->out, "active_ms", s->active_ms);
	ek_api_put_int(&t->out, "away_ms", s->away_ms);
	put_reasons(t, h, s);
}

static void put_days(struct ek_turn *t, const struct history *h)
{
	ek_json_key(&t->out, "days");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < h->day_count; i++) {
		ek_json_object(&t->out);
		put_date(&t->out, "day", h->period.from + (int32_t)i);
		put_slice(t, h, &h->days[i]);
		ek_json_object_end(&t->out);
	}
	ek_json_list_end(&t->out);
}

static void join(struct slice *sum, const struct slice *day)
{
	sum->active_ms += day->active_ms;
	sum->away_ms += day->away_ms;
	for (uint32_t r = 0; r < REASONS_MAX; r++)
		sum->by_reason[r] += day->by_reason[r];
}

static void put_weeks(struct ek_turn *t, const struct history *h)
{
	ek_json_key(&t->out, "weeks");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < h->day_count;) {
		int32_t day = h->period.from + (int32_t)i;
		int32_t monday = day - (ek_calendar_day_of_week(day) - 1);
		struct slice sum = {0};
		for (; i < h->day_count && h->period.from + (int32_t)i < monday + 7; i++)
			join(&sum, &h->days[i]);
		ek_json_object(&t->out);
		put_date(&t->out, "week", monday);
		put_slice(t, h, &sum);
		ek_json_object_end(&t->out);
	}
	ek_json_list_end(&t->out);
}

static void write(struct ek_turn *t, const struct history *h)
{
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "teammate", EK_IDENT_TEAMMATE, h->person.id.v);
	ek_api_put_text(&t->out, "zone", h->period.zone);
	if (h->sees_days)
		put_days(t, h);
	put_weeks(t, h);
	ek_json_object_end(&t->out);
}

/* ---- on the worker's thread */

/* Of somebody else, the last 30 days and no more. */
static bool check_age(struct ek_turn *t, const struct history *h)
{
	bool is_own = h->person.id.v == t->self.v;
	if (is_own || !h->sees_days ||
	    h->period.from > ek_calendar_date(h->zone, t->now) - OTHERS_DAYS)
		return true;
	return ek_turn_parameter(t, "from", EK_FAULT_OUT_OF_RANGE,
				 "Of somebody else only the last 30 days are shown.");
}

static bool prepare(struct ek_turn *t, struct ek_worker *w, struct history *h)
{
	struct ek_engine *engine = NULL;
	struct ek_err err;
	if (!ek_worker_now(w, &engine, &err))
		return ek_problem_err(&t->problem, &err);
	t->seq = ek_engine_seq(engine);
	h->zone = ek_look_zone(engine, h->person.id);
	if (!ek_api_past_place(t, h->zone, &h->period) || !check_age(t, h))
		return false;
	h->day_count = (uint32_t)(h->period.to - h->period.from) + 1;
	h->days = ek_turn_get(t, h->day_count * sizeof *h->days);
	return h->days != NULL;
}

static void run(struct ek_turn *t, struct ek_worker *w)
{
	struct history *h = t->state;
	struct ek_err err;
	if (prepare(t, w, h)) {
		if (ek_api_past_events(w, visit, h, &err)) {
			spend(h, h->period.end);
			write(t, h);
		} else {
			ek_problem_err(&t->problem, &err);
		}
	}
	ek_turn_reply(t, 200);
}

/* Own days; a lead sees the sums, and with a purpose the days. */
static bool may_see(struct ek_turn *t, struct history *h)
{
	struct ek_may_object *o = &h->person.object;
	if (!ek_api_person_looked(t, &h->person))
		return false;
	h->sees_days = ek_may_is(&t->actor, EK_MAY_PRESENCE_HISTORY, o) ||
		       ek_may_is(&t->actor, EK_MAY_PRESENCE_HISTORY_DAYS, o);
	return h->sees_days || ek_turn_may(t, EK_MAY_PRESENCE_HISTORY_SUMS, o);
}

void ek_api_get_presence_history(struct ek_turn *t)
{
	struct history *h = EK_TURN_NEW(t, struct history);
	t->state = h;
	if (h != NULL)
		h->t = t;
	if (h != NULL && ek_api_past_bind(t, &h->period) &&
	    ek_api_person_path(t, "id", &h->person) && may_see(t, h))
		ek_worker_submit(t->api->worker, t, run);
	else
		ek_turn_reply(t, 0);
}
