#include "sim/twin.h"

#include <stdlib.h>
#include <string.h>

#include "model/codec.h"
#include "sys/heap.h"

enum { EVENT_MEMORY = 1 << 26, SAME_TIME_MAX = 1000 };

struct bytes {
	uint8_t *p;
	size_t n;
	size_t cap;
};

struct ek_twin {
	struct ek_engine *engine;
	struct ek_engine *shadow;
	struct ek_arena arena; /* one event */
	struct bytes saved;    /* the state now */
	struct bytes other;
};

static bool keep(void *ctx, const void *bytes, size_t n)
{
	struct bytes *b = ctx;
	if (b->n + n > b->cap) {
		b->cap = 2 * (b->n + n);
		b->p = realloc(b->p, b->cap);
		ek_assert(b->p != NULL);
	}
	if (n > 0)
		memcpy(b->p + b->n, bytes, n);
	b->n += n;
	return true;
}

static void save(const struct ek_engine *e, struct bytes *out)
{
	out->n = 0;
	bool ok = ek_engine_save(e, keep, out);
	ek_assert(ok);
}

static bool is_same(const struct bytes *a, const struct bytes *b)
{
	return a->n == b->n && memcmp(a->p, b->p, a->n) == 0;
}

struct ek_twin *ek_twin_open(void)
{
	struct ek_err err;
	struct ek_twin *t = calloc(1, sizeof *t);
	if (t == NULL)
		return NULL;
	ek_arena_init(&t->arena, ek_heap_alloc(), EVENT_MEMORY);
	if (!ek_engine_open(ek_heap_alloc(), &t->engine, &err) ||
	    !ek_engine_open(ek_heap_alloc(), &t->shadow, &err))
		ek_twin_close(&t);
	else
		save(t->engine, &t->saved);
	return t;
}

void ek_twin_close(struct ek_twin **twin)
{
	struct ek_twin *t = *twin;
	if (t == NULL)
		return;
	ek_engine_close(&t->engine);
	ek_engine_close(&t->shadow);
	ek_arena_fini(&t->arena);
	free(t->saved.p);
	free(t->other.p);
	free(t);
	*twin = NULL;
}

/* By way of the log: what the shadow hears is what a replay would. */
static void tell(struct ek_twin *t, const struct ek_event *event)
{
	struct ek_err err;
	struct ek_event heard;
	struct ek_codec_base base = {event->seq, event->at};
	ek_arena_reset(&t->arena);
	size_t n = ek_codec_write(event, base, NULL, 0);
	uint8_t *p = ek_arena_get(&t->arena, n);
	ek_assert(p != NULL);
	size_t wrote = ek_codec_write(event, base, p, n);
	ek_assert(wrote == n);
	struct ek_codec_bytes in = {p, n, base};
	bool ok = ek_codec_read(&in, &t->arena, &heard, NULL, &err);
	ek_assert(ok);
	ok = ek_engine_apply(t->shadow, &heard, &err);
	ek_assert(ok);
}

static void check_promises(const struct ek_engine *e)
{
	for (int promise = EK_PROMISE_P1; promise <= EK_PROMISE_P6; promise++)
		ek_assert(ek_engine_broken(e, promise) == 0);
}

bool ek_twin_submit(struct ek_twin *t, const struct ek_cmd *cmd, ek_time at)
{
	struct ek_events events = {NULL, 0};
	struct ek_err err = {.code = EK_OK};
	bool done = ek_engine_submit(t->engine, cmd, at, &events, &err);
	ek_assert(done == (err.code == EK_OK));
	for (uint32_t i = 0; done && i < events.n; i++)
		tell(t, &events.v[i]);
	check_promises(t->engine);
	save(t->engine, &t->other);
	if (!done || events.n == 0)
		ek_assert(is_same(&t->saved, &t->other));
	save(t->shadow, &t->saved);
	ek_assert(is_same(&t->saved, &t->other));
	return done;
}

bool ek_twin_submit_loaded(struct ek_twin *t, const struct ek_cmd *cmd, ek_time at)
{
	struct ek_engine *loaded = NULL;
	struct ek_events events;
	struct ek_err err;
	bool ok = ek_engine_open(ek_heap_alloc(), &loaded, &err) &&
		  ek_engine_load(loaded, t->saved.p, t->saved.n, &err);
	ek_assert(ok);
	ek_engine_take_activity(loaded, t->engine);
	save(loaded, &t->other);
	ek_assert(is_same(&t->saved, &t->other));
	bool done = ek_twin_submit(t, cmd, at);
	ok = ek_engine_submit(loaded, cmd, at, &events, &err);
	ek_assert(ok == done);
	check_promises(loaded);
	save(loaded, &t->other);
	ek_assert(is_same(&t->saved, &t->other));
	ek_assert(ek_engine_next_due(loaded).ms == ek_engine_next_due(t->engine).ms);
	ek_engine_close(&loaded);
	return done;
}

bool ek_twin_pass(struct ek_twin *t, ek_time until, uint32_t ticks)
{
	ek_time last = EK_NO_TIME;
	uint32_t same = 0;
	for (ek_time due = ek_engine_next_due(t->engine); ek_time_is_set(due) && due.ms <= until.ms;
	     due = ek_engine_next_due(t->engine)) {
		if (ticks-- == 0)
			return false;
		same = due.ms == last.ms ? same + 1 : 0;
		ek_assert(same < SAME_TIME_MAX);
		last = due;
		struct ek_cmd tick = ek_cmd_make(EK_CMD_TICK);
		tick.tick.due = due;
		bool done = ek_twin_submit(t, &tick, due);
		ek_assert(done);
	}
	return true;
}

const struct ek_engine *ek_twin_engine(const struct ek_twin *t)
{
	return t->engine;
}
