#include "cli/rate.h"

#include "engine/look.h"
#include "metrics/estimate.h"
#include "model/calendar.h"
#include "store/walk.h"
#include "sys/heap.h"

enum { EVENT_MEMORY = 256 * 1024 * 1024 };

struct times {
	ek_team_id team;
	struct ek_alloc alloc;
	ek_time since; /* the inbox's beginning */
	int64_t *v;
	uint32_t n;
	uint32_t cap;
};

static bool add(struct times *t, int64_t at)
{
	if (t->n == t->cap) {
		uint32_t cap = t->cap == 0 ? 1024 : 2 * t->cap;
		void *v = t->alloc.resize(t->alloc.ctx, t->v, t->cap * sizeof *t->v,
					  cap * sizeof *t->v);
		if (v == NULL)
			return false;
		t->v = v;
		t->cap = cap;
	}
	t->v[t->n++] = at;
	return true;
}

static bool note(void *ctx, const struct ek_body_reader *at, const struct ek_event *e,
		 struct ek_err *err)
{
	struct times *t = ctx;
	(void)at;
	if (e == NULL)
		return true;
	if (e->kind == EK_EVENT_TEAM_CREATED && e->team_created.team.v == t->team.v)
		t->since = e->at;
	bool is_given = e->kind == EK_EVENT_ASSIGNMENT_MADE &&
			e->assignment_made.team.v == t->team.v &&
			e->assignment_made.how != EK_HOW_HEIR;
	return !is_given || add(t, e->at.ms) ||
	       ek_fail(err, EK_NO_MEMORY, "no memory for the assignments of a team inbox");
}

static void count(const struct times *t, const struct ek_engine *engine, struct ek_rate *out)
{
	const struct ek_calendar *calendar = ek_look_calendar(engine, t->team);
	ek_time now = ek_engine_time(engine);
	ek_time from = ek_calendar_back(calendar, t->since, now, (ek_span){EK_ESTIMATE_OPEN_MS});
	*out = (struct ek_rate){.open = ek_calendar_elapsed(calendar, from, now)};
	while (out->given < t->n && t->v[t->n - 1 - out->given] >= from.ms)
		out->given++;
	if (out->open.ms == 0)
		out->given = 0; /* it was never open yet: nothing to judge by */
}

bool ek_rate_find(struct ek_log *log, const struct ek_engine *engine, ek_team_id team,
		  struct ek_rate *out, struct ek_err *err)
{
	struct times t = {.team = team, .alloc = ek_heap_alloc(), .since = {INT64_MIN / 2}};
	struct ek_arena arena;
	const struct ek_walk walk = {log, &arena, note, &t};
	ek_arena_init(&arena, t.alloc, EVENT_MEMORY);
	bool ok = ek_walk_run(&walk, (struct ek_log_span){1, 0}, err);
	if (ok)
		count(&t, engine, out);
	ek_arena_fini(&arena);
	ek_alloc_free(&t.alloc, t.v, t.cap * sizeof *t.v);
	return ok;
}
