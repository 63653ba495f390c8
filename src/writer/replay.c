#include "writer/replay.h"

#include <string.h>

#include "store/walk.h"

enum { EVENT_MEMORY = 256 * 1024 * 1024 };

struct walk {
	struct ek_replay *r;
	uint64_t from;
};

static bool one(void *ctx, const struct ek_body_reader *at, const struct ek_event *event,
		struct ek_err *err)
{
	struct walk *w = ctx;
	struct ek_replay *r = w->r;
	if (event == NULL)
		return !at->has_key || at->seq < w->from || r->note == NULL ||
		       r->note(r->ctx, at, NULL, err);
	if (at->seq > ek_engine_seq(r->engine) && !ek_engine_apply(r->engine, event, err))
		return false;
	return r->note == NULL || at->seq < w->from || r->note(r->ctx, at, event, err);
}

bool ek_replay_run(struct ek_replay *r, uint64_t from, uint64_t to, struct ek_err *err)
{
	uint64_t head = ek_log_head(r->log)->seq;
	uint64_t next = ek_engine_seq(r->engine) + 1;
	ek_assert(from <= next);
	struct walk w = {r, from};
	const struct ek_walk walk = {r->log, &r->arena, one, &w};
	to = to == 0 ? head : to;
	if (to > head)
		return ek_fail(err, EK_NOT_FOUND, "the log ends at %llu", (unsigned long long)head);
	if (from <= to && !ek_walk_run(&walk, (struct ek_log_span){from, to}, err))
		return false;
	return ek_engine_seq(r->engine) >= to ||
	       ek_fail(err, EK_DAMAGE, "event %llu is missing",
		       (unsigned long long)ek_engine_seq(r->engine) + 1);
}

struct load {
	const struct ek_replay_options *options;
	uint64_t limit;
	struct ek_engine *engine;
	struct ek_err *err;
	bool failed;
};

/* A snapshot that is not what was written, or that the engine does not take, is passed over: the
 * log has everything. */
static bool try_snapshot(void *ctx, const struct ek_log_snapshot *s)
{
	struct load *l = ctx;
	uint8_t hash[EK_HASH_BYTES];
	ek_hash_once(s->bytes, s->n, hash);
	if (s->seq > l->limit || memcmp(hash, s->hash, EK_HASH_BYTES) != 0)
		return true;
	struct ek_engine *engine = NULL;
	if (!ek_engine_open(l->options->alloc, &engine, l->err)) {
		l->failed = true;
		return false;
	}
	struct ek_err why;
	if (!ek_engine_load(engine, s->bytes, s->n, &why) || ek_engine_seq(engine) != s->seq) {
		ek_engine_close(&engine);
		return true;
	}
	l->engine = engine;
	return false;
}

bool ek_replay_load(struct ek_log *log, const struct ek_replay_options *options,
		    struct ek_engine **engine, struct ek_err *err)
{
	*engine = NULL;
	struct load l = {options, options->to == 0 ? ek_log_head(log)->seq : options->to, NULL, err,
			 false};
	if (options->from_snapshot && !ek_log_each_snapshot(log, try_snapshot, &l, err))
		return false;
	if (l.failed || (l.engine == NULL && !ek_engine_open(options->alloc, &l.engine, err)))
		return false;
	*engine = l.engine;
	return true;
}

bool ek_replay_open(struct ek_log *log, const struct ek_replay_options *options,
		    struct ek_engine **engine, struct ek_err *err)
{
	if (!ek_replay_load(log, options, engine, err))
		return false;
	struct ek_replay r = {.log = log, .engine = *engine};
	ek_arena_init(&r.arena, options->alloc, EVENT_MEMORY);
	bool ok = ek_replay_run(&r, ek_engine_seq(*engine) + 1, options->to, err);
	ek_arena_fini(&r.arena);
	if (!ok)
		ek_engine_close(engine);
	return ok;
}

static bool add_bytes(void *ctx, const void *bytes, size_t n)
{
	ek_hash_add(ctx, bytes, n);
	return true;
}

bool ek_replay_hash(const struct ek_engine *engine, uint8_t out[EK_HASH_BYTES], struct ek_err *err)
{
	struct ek_hash *h;
	if (!ek_hash_open(&h, err))
		return false;
	ek_hash_begin(h);
	bool ok = ek_engine_save(engine, add_bytes, h);
	ek_hash_end(h, out);
	ek_hash_close(&h);
	return ok || ek_fail(err, EK_NO_MEMORY, "the state could not be written out");
}
