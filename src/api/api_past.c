#include "api/api_past.h"

#include "api/api_put.h"
#include "engine/watch.h"
#include "model/calendar.h"
#include "store/walk.h"
#include "sys/heap.h"

enum { EVENT_MEMORY = 256 * 1024 * 1024 };

/* ---- the period */

bool ek_api_past_bind(struct ek_turn *t, struct ek_api_past *p)
{
	*p = (struct ek_api_past){0};
	p->has_from = ek_query_date(&t->query, "from", &p->from);
	p->has_to = ek_query_date(&t->query, "to", &p->to);
	return ek_query_end(&t->query);
}

bool ek_api_past_place(struct ek_turn *t, const struct ek_zone *zone, struct ek_api_past *p)
{
	int32_t today = ek_calendar_date(zone, t->now);
	if (!p->has_to)
		p->to = p->has_from && p->from > today ? p->from : today;
	if (!p->has_from)
		p->from = p->to - (EK_API_PAST_DAYS - 1);
	if (p->from > p->to)
		return ek_turn_parameter(t, "from", EK_FAULT_OUT_OF_RANGE,
					 "The first day is not after the last.");
	if (p->to - p->from >= EK_API_PAST_DAYS_MAX)
		return ek_turn_parameter(t, "from", EK_FAULT_OUT_OF_RANGE,
					 "At most 366 days are looked at.");
	p->zone = ek_turn_copy(t, zone->name);
	if (p->zone.p == NULL)
		p->zone = EK_S("UTC");
	p->begin = ek_calendar_day_start(zone, p->from);
	p->end = ek_calendar_day_start(zone, p->to + 1);
	if (p->end.ms > t->now.ms)
		p->end = t->now;
	if (p->begin.ms > p->end.ms)
		p->begin = p->end;
	return true;
}

/* ---- walking */

struct walking {
	ek_api_past_visit *visit;
	void *ctx;
};

static bool one(void *ctx, const struct ek_body_reader *at, const struct ek_event *event,
		struct ek_err *err)
{
	const struct walking *w = ctx;
	(void)at;
	return event == NULL || w->visit(w->ctx, event, err);
}

bool ek_api_past_events(struct ek_worker *w, ek_api_past_visit *visit, void *ctx,
			struct ek_err *err)
{
	struct walking walking = {visit, ctx};
	struct ek_log *log = NULL;
	struct ek_arena arena;
	ek_arena_init(&arena, ek_heap_alloc(), EVENT_MEMORY);
	bool ok = ek_worker_log(w, &log, err);
	if (ok) {
		const struct ek_walk walk = {log, &arena, one, &walking};
		ok = ek_walk_run(&walk, (struct ek_log_span){1, 0}, err);
	}
	ek_arena_fini(&arena);
	return ok;
}

/* ---- observing */

struct observing {
	const struct ek_api_past_watch *what;
	struct ek_engine *engine;
	struct ek_watch *watch;
};

static bool take(void *ctx, const struct ek_observation *o)
{
	const struct ek_api_past_watch *what = ctx;
	const struct ek_api_past *p = what->period;
	struct ek_observation mine = *o;
	bool is_state = o->kind == EK_OBSERVATION_ON || o->kind == EK_OBSERVATION_OFF;
	bool is_outside = o->at.ms < p->begin.ms || o->at.ms >= p->end.ms;
	if (is_outside && !is_state)
		return true;
	if (mine.at.ms < p->begin.ms)
		mine.at = p->begin;
	if (mine.at.ms > p->end.ms)
		mine.at = p->end;
	return what->sink(what->ctx, &mine);
}

static bool apply(void *ctx, const struct ek_event *event, struct ek_err *err)
{
	struct observing *o = ctx;
	return ek_watch_apply(o->watch, o->engine, event, err);
}

bool ek_api_past_observe(struct ek_worker *w, const struct ek_api_past_watch *what,
			 struct ek_err *err)
{
	struct ek_api_past_watch mine = *what;
	struct observing o = {.what = what};
	const struct ek_watch_options options = {ek_heap_alloc(), take, &mine};
	bool ok = ek_engine_open(ek_heap_alloc(), &o.engine, err) &&
		  ek_watch_open(&options, &o.watch, err) && ek_api_past_events(w, apply, &o, err) &&
		  ek_watch_finish(o.watch, o.engine, err);
	ek_watch_close(&o.watch);
	ek_engine_close(&o.engine);
	return ok;
}
