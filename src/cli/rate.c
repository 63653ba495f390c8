#include "cli/rate.h"

#include "engine/calendar.h"
#include "engine/look.h"
#include "metrics/estimate.h"
#include "store/body.h"
#include "sys/heap.h"

enum { EVENT_MEMORY = 256 * 1024 * 1024 };

struct times {
	ek_team_id team;
	struct ek_arena arena; /* one event */
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

static bool note(struct times *t, const struct ek_codec_bytes *bytes, struct ek_err *err)
{
	struct ek_event e;
	ek_arena_reset(&t->arena);
	if (!ek_codec_read(bytes, &t->arena, &e, NULL, err))
		return false;
	if (e.kind == EK_EVENT_TEAM_CREATED && e.team_created.team.v == t->team.v)
		t->since = e.at;
	bool is_given = e.kind == EK_EVENT_ASSIGNMENT_MADE &&
			e.assignment_made.team.v == t->team.v &&
			e.assignment_made.how != EK_HOW_HEIR;
	return !is_given || add(t, e.at.ms) ||
	       ek_fail(err, EK_NO_MEMORY, "no memory for the assignments of a team inbox");
}

static bool note_row(void *ctx, const struct ek_log_row *row, struct ek_err *err)
{
	struct ek_body_reader r;
	ek_body_open(&r, row->body, row->body_n, (struct ek_codec_base){row->first_seq, row->at});
	for (;;) {
		enum ek_body_step step = ek_body_next(&r);
		if (step == EK_BODY_END)
			return true;
		if (step == EK_BODY_BAD)
			return ek_fail(err, EK_DAMAGE, "event %llu is not what was written",
				       (unsigned long long)r.seq);
		if (step == EK_BODY_EVENT && !note(ctx, &r.event, err))
			return false;
	}
}

/* The last instant from which there are as many open minutes as are wanted; else `since`. */
static int64_t begin(const struct ek_calendar *calendar, int64_t since, ek_time now)
{
	int64_t early = since;
	int64_t late = now.ms;
	while (late - early > 1) {
		int64_t mid = early + (late - early) / 2;
		ek_span open = ek_calendar_elapsed(calendar, (ek_time){mid}, now);
		if (open.ms >= EK_ESTIMATE_OPEN_MS)
			early = mid;
		else
			late = mid;
	}
	return early;
}

static void count(const struct times *t, const struct ek_engine *engine, struct ek_rate *out)
{
	const struct ek_calendar *calendar = ek_look_calendar(engine, t->team);
	ek_time now = ek_engine_time(engine);
	int64_t farthest = now.ms - EK_CALENDAR_AHEAD_DAYS_MAX * (int64_t)EK_CALENDAR_DAY_MS;
	int64_t from = begin(calendar, t->since.ms > farthest ? t->since.ms : farthest, now);
	*out = (struct ek_rate){.open = ek_calendar_elapsed(calendar, (ek_time){from}, now)};
	while (out->given < t->n && t->v[t->n - 1 - out->given] >= from)
		out->given++;
	if (out->open.ms == 0)
		out->given = 0; /* it was never open yet: nothing to judge by */
}

bool ek_rate_find(struct ek_log *log, const struct ek_engine *engine, ek_team_id team,
		  struct ek_rate *out, struct ek_err *err)
{
	struct times t = {.team = team, .alloc = ek_heap_alloc(), .since = {INT64_MIN / 2}};
	ek_arena_init(&t.arena, t.alloc, EVENT_MEMORY);
	bool ok = ek_log_each(log, (struct ek_log_span){1, 0}, note_row, &t, err);
	if (ok)
		count(&t, engine, out);
	ek_arena_fini(&t.arena);
	ek_alloc_free(&t.alloc, t.v, t.cap * sizeof *t.v);
	return ok;
}
