#include "cli/rewatch.h"

#include "store/body.h"
#include "sys/heap.h"

enum { EVENT_MEMORY = 256 * 1024 * 1024 };

struct walk {
	struct ek_rewatch *r;
	struct ek_arena arena; /* one event */
};

static bool one_event(struct walk *w, const struct ek_body_reader *at, struct ek_err *err)
{
	struct ek_event e;
	ek_arena_reset(&w->arena);
	return ek_codec_read(&at->event, &w->arena, &e, NULL, err) &&
	       ek_watch_apply(w->r->watch, w->r->engine, &e, err);
}

static bool one_row(void *ctx, const struct ek_log_row *row, struct ek_err *err)
{
	struct ek_body_reader at;
	ek_body_open(&at, row->body, row->body_n, (struct ek_codec_base){row->first_seq, row->at});
	for (;;) {
		enum ek_body_step step = ek_body_next(&at);
		if (step == EK_BODY_END)
			return true;
		if (step == EK_BODY_BAD)
			return ek_fail(err, EK_DAMAGE, "event %llu is not what was written",
				       (unsigned long long)at.seq);
		if (step == EK_BODY_EVENT && !one_event(ctx, &at, err))
			return false;
	}
}

bool ek_rewatch_open(struct ek_rewatch *r, struct ek_log *log, ek_observation_sink *sink, void *ctx,
		     struct ek_err *err)
{
	const struct ek_watch_options options = {ek_heap_alloc(), sink, ctx};
	struct walk w = {.r = r};
	*r = (struct ek_rewatch){NULL, NULL};
	if (!ek_engine_open(ek_heap_alloc(), &r->engine, err) ||
	    !ek_watch_open(&options, &r->watch, err))
		return false;
	ek_arena_init(&w.arena, ek_heap_alloc(), EVENT_MEMORY);
	bool ok = ek_log_each(log, (struct ek_log_span){1, 0}, one_row, &w, err) &&
		  ek_watch_finish(r->watch, r->engine, err);
	ek_arena_fini(&w.arena);
	return ok;
}

void ek_rewatch_close(struct ek_rewatch *r)
{
	ek_watch_close(&r->watch);
	ek_engine_close(&r->engine);
}
