#include "push/feed.h"

#include <string.h>

#include "push/feed_inside.h"

void *ek_feed_get(struct ek_feed *f, size_t n)
{
	void *p = ek_alloc_get(&f->alloc, n);
	if (p != NULL)
		memset(p, 0, n);
	return p;
}

void ek_feed_free(struct ek_feed *f, void *p, size_t n)
{
	ek_alloc_free(&f->alloc, p, n);
}

/* ---- opening and closing ---- */

static bool is_name(ek_str s)
{
	if (s.n == 0 || s.n > LOG_NAME_MAX)
		return false;
	for (uint32_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') && c != '_' && c != '-')
			return false;
	}
	return true;
}

static bool make_slots(struct ek_feed *f, uint32_t cap)
{
	f->cap = cap;
	f->subs = ek_feed_get(f, cap * sizeof(struct ek_feed_sub *));
	f->due = ek_feed_get(f, cap * sizeof *f->due);
	f->need = ek_feed_get(f, cap * sizeof *f->need);
	f->spare = ek_feed_get(f, cap * sizeof *f->spare);
	f->index = ek_feed_get(f, BUCKETS * sizeof(struct posting *));
	if (f->subs == NULL || f->due == NULL || f->need == NULL || f->spare == NULL ||
	    f->index == NULL)
		return false;
	for (uint32_t i = 0; i < cap; i++) {
		f->due[i] = INT64_MAX;
		f->spare[i] = cap - 1 - i; /* the last is taken first */
	}
	return true;
}

/* The newest blocks, backward. */
static bool prefill(struct ek_feed *f, uint32_t frames, struct ek_err *err)
{
	uint64_t to = f->head;
	uint64_t oldest = f->head > f->window ? f->head - f->window : 0;
	struct block *b = NULL;
	while (to > oldest && f->ring.count < f->ring.cap &&
	       (uint64_t)f->ring.count * EK_FEED_BLOCK < frames &&
	       f->ring.bytes < EK_FEED_RING_BYTES) {
		if (!ek_feed_past_load(f, ek_feed_block_of(to), to, &b, err))
			return false;
		ek_feed_ring_before(f, b);
		to = b->number == 0 ? 0 : b->number * EK_FEED_BLOCK - 1;
	}
	return true;
}

static uint32_t or_default(uint32_t v, uint32_t d)
{
	return v != 0 ? v : d;
}

bool ek_feed_open(const struct ek_feed_options *o, struct ek_feed **feed, struct ek_err *err)
{
	*feed = NULL;
	ek_assert(is_name(o->log));
	struct ek_feed *f = ek_alloc_get(&o->alloc, sizeof *f);
	if (f == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for live events");
	memset(f, 0, sizeof *f);
	f->alloc = o->alloc;
	f->source = o->source;
	f->head = o->head;
	f->rng.state = o->seed;
	f->window = or_default(o->window_events, EK_FEED_WINDOW_EVENTS);
	f->person_max = or_default(o->person_streams, EK_FEED_PERSON_STREAMS);
	f->cache_max = o->cache_bytes != 0 ? o->cache_bytes : EK_FEED_CACHE_BYTES;
	memcpy(f->log, o->log.p, o->log.n);
	ek_json_init(&f->json, f->alloc, EK_FEED_FRAME_BYTES);
	bool ok = ek_thread_lock_open(&f->lock, err);
	if (ok &&
	    (!make_slots(f, or_default(o->streams, EK_FEED_STREAMS)) || !ek_feed_state_init(f) ||
	     !ek_feed_ring_init(f, or_default(o->ring_frames, EK_FEED_RING_FRAMES)) ||
	     !ek_feed_past_init(f, f->window, f->head)))
		ok = ek_fail(err, EK_NO_MEMORY, "no memory for live events");
	ok = ok && ek_feed_past_present(f, err) &&
	     prefill(f, or_default(o->prefill_frames, EK_FEED_PREFILL_FRAMES), err);
	*feed = f;
	if (!ok)
		ek_feed_close(feed);
	return ok;
}

void ek_feed_close(struct ek_feed **feed)
{
	struct ek_feed *f = *feed;
	*feed = NULL;
	if (f == NULL)
		return;
	ek_assert(f->count == 0);
	ek_feed_past_fini(f);
	ek_feed_ring_fini(f);
	if (f->states.buckets != NULL)
		ek_feed_state_fini(f);
	ek_feed_index_fini(f);
	ek_feed_free(f, f->subs, f->cap * sizeof(struct ek_feed_sub *));
	ek_feed_free(f, f->due, f->cap * sizeof *f->due);
	ek_feed_free(f, f->need, f->cap * sizeof *f->need);
	ek_feed_free(f, f->spare, f->cap * sizeof *f->spare);
	ek_json_fini(&f->json);
	ek_thread_lock_close(&f->lock);
	ek_feed_free(f, f, sizeof *f);
}

/* ---- publishing ---- */

/* The block that the frame goes to; NULL for no memory. */
static struct block *block_for(struct ek_feed *f, uint64_t seq)
{
	struct ring *r = &f->ring;
	uint64_t number = ek_feed_block_of(seq);
	if (r->count > 0 && r->first + r->count - 1 == number)
		return r->v[number % r->cap];
	struct block *b = ek_feed_block_make(f, number);
	if (b != NULL)
		ek_feed_ring_behind(f, b);
	return b;
}

static bool publish_one(struct ek_feed *f, const struct ek_event *e, int64_t now)
{
	struct ek_feed_frame frame;
	ek_str text;
	if (!ek_feed_frame_make(f, e, &frame, &text) || !ek_feed_past_apply(f, e, &frame))
		return false;
	ek_thread_lock_take(f->lock);
	struct block *b = block_for(f, e->seq);
	bool ok = b != NULL && ek_feed_block_add(f, b, &frame, text);
	if (ok) {
		f->head = e->seq;
		ek_feed_ring_trim(f);
		ek_feed_sub_offer(f, &frame, text.n, now);
	}
	ek_thread_lock_give(f->lock);
	return ok;
}

bool ek_feed_publish(struct ek_feed *f, const struct ek_event *events, uint32_t n, ek_time now,
		     struct ek_err *err)
{
	for (uint32_t i = 0; i < n; i++) {
		if (events[i].seq <= f->head)
			continue;
		if (events[i].seq != f->head + 1)
			return ek_fail(err, EK_DAMAGE, "event %llu was not published before %llu",
				       (unsigned long long)f->head + 1,
				       (unsigned long long)events[i].seq);
		if (!publish_one(f, &events[i], now.ms))
			return ek_fail(err, EK_NO_MEMORY, "no memory for live events");
	}
	return true;
}

uint64_t ek_feed_head(struct ek_feed *f)
{
	ek_thread_lock_take(f->lock);
	uint64_t head = f->head;
	ek_thread_lock_give(f->lock);
	return head;
}

/* ---- time ---- */

ek_time ek_feed_tick(struct ek_feed *f, ek_time now)
{
	int64_t next = now.ms + 1000;
	ek_thread_lock_take(f->lock);
	for (uint32_t i = 0; i < f->cap; i++) {
		struct ek_feed_sub *s = f->due[i] <= now.ms ? f->subs[i] : NULL;
		if (s != NULL && s->awake && now.ms >= s->awake_at + EK_FEED_STUCK_MS)
			ek_feed_sub_cut(s);
		else if (s != NULL && s->awake)
			f->due[i] = s->awake_at + EK_FEED_STUCK_MS;
		else if (s != NULL)
			ek_feed_sub_wake(s, now.ms);
		if (f->due[i] < next)
			next = f->due[i];
	}
	ek_thread_lock_give(f->lock);
	return (ek_time){next};
}

void ek_feed_recheck(struct ek_feed *f)
{
	ek_thread_lock_take(f->lock);
	f->epoch++;
	for (uint32_t i = 0; i < f->cap; i++) {
		if (f->subs[i] != NULL && !f->subs[i]->ended)
			f->due[i] = INT64_MIN;
	}
	ek_thread_lock_give(f->lock);
}

void ek_feed_end(struct ek_feed *f)
{
	ek_thread_lock_take(f->lock);
	f->ending = true;
	for (uint32_t i = 0; i < f->cap; i++) {
		if (f->subs[i] != NULL)
			ek_feed_sub_end(f->subs[i]);
	}
	ek_thread_lock_give(f->lock);
}

/* ---- old blocks ---- */

/* Those who wait for it look again. Returns whether there were any. */
static bool wake_for(struct ek_feed *f, uint64_t number, int64_t now)
{
	bool any = false;
	for (uint32_t i = 0; i < f->cap; i++) {
		if (f->need[i] != number + 1)
			continue;
		f->need[i] = 0;
		ek_feed_sub_wake(f->subs[i], now);
		any = true;
	}
	return any;
}

/* A block that somebody waits for, each stream in its turn; false when nobody waits. */
static bool wanted(struct ek_feed *f, int64_t now, uint64_t *number)
{
	for (uint32_t i = 0; i < f->cap; i++) {
		uint32_t slot = (f->turn + i) % f->cap;
		if (f->need[slot] == 0)
			continue;
		*number = f->need[slot] - 1;
		bool too_old = f->past.to - *number >= f->past.cap;
		if (too_old || ek_feed_ring_find(f, *number) != NULL) {
			wake_for(f, *number, now); /* if too old, their pull says so */
			continue;
		}
		f->turn = (slot + 1) % f->cap;
		return true;
	}
	return false;
}

static void give_up(struct ek_feed *f, uint64_t number)
{
	for (uint32_t i = 0; i < f->cap; i++) {
		if (f->need[i] == number + 1)
			ek_feed_sub_end(f->subs[i]);
	}
}

bool ek_feed_work(struct ek_feed *f, ek_time now, bool *more, struct ek_err *err)
{
	uint64_t number = 0;
	ek_thread_lock_take(f->lock);
	*more = wanted(f, now.ms, &number);
	ek_thread_lock_give(f->lock);
	if (!*more)
		return true;
	uint64_t target = number;
	if (number + 1 < f->past.from)
		number = f->past.from - 1; /* first what was in between */
	struct block *b = NULL;
	bool ok = ek_feed_past_load(f, number, number * EK_FEED_BLOCK + EK_FEED_BLOCK - 1, &b, err);
	ek_thread_lock_take(f->lock);
	f->reads++;
	if (!ok)
		give_up(f, target);
	else if (wake_for(f, number, now.ms))
		ek_feed_ring_cache(f, b);
	else
		ek_feed_block_free(f, b);
	ek_thread_lock_give(f->lock);
	return ok;
}

struct ek_feed_stats ek_feed_stats(struct ek_feed *f)
{
	ek_thread_lock_take(f->lock);
	struct ek_feed_stats s = {
		.streams = f->count,
		.states = f->states.count,
		.ring_bytes = f->ring.bytes,
		.cache_bytes = f->cache_bytes,
		.reads = f->reads,
		.cut = f->cut,
	};
	if (f->ring.count > 0)
		s.ring_first = f->ring.first * EK_FEED_BLOCK +
			       f->ring.v[f->ring.first % f->ring.cap]->first;
	ek_thread_lock_give(f->lock);
	return s;
}
