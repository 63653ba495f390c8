#include "cli/rewatch.h"

#include "store/walk.h"
#include "sys/heap.h"

enum { EVENT_MEMORY = 256 * 1024 * 1024 };

static bool one(void *ctx, const struct ek_body_reader *at, const struct ek_event *e,
		struct ek_err *err)
{
	struct ek_rewatch *r = ctx;
	(void)at;
	return e == NULL || ek_watch_apply(r->watch, r->engine, e, err);
}

bool ek_rewatch_open(struct ek_rewatch *r, struct ek_log *log, ek_observation_sink *sink, void *ctx,
		     struct ek_err *err)
{
	const struct ek_watch_options options = {ek_heap_alloc(), sink, ctx};
	struct ek_arena arena;
	const struct ek_walk walk = {log, &arena, one, r};
	*r = (struct ek_rewatch){NULL, NULL};
	if (!ek_engine_open(ek_heap_alloc(), &r->engine, err) ||
	    !ek_watch_open(&options, &r->watch, err))
		return false;
	ek_arena_init(&arena, ek_heap_alloc(), EVENT_MEMORY);
	bool ok = ek_walk_run(&walk, (struct ek_log_span){1, 0}, err) &&
		  ek_watch_finish(r->watch, r->engine, err);
	ek_arena_fini(&arena);
	return ok;
}

void ek_rewatch_close(struct ek_rewatch *r)
{
	ek_watch_close(&r->watch);
	ek_engine_close(&r->engine);
}
