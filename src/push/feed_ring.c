/* Frames in memory: the ring of the newest blocks, and some old ones that somebody reads. */
#include "push/feed_inside.h"

#include <string.h>

enum { FIRST_TEXT = 4096 };

bool ek_feed_ring_init(struct ek_feed *f, uint32_t frames)
{
	struct ring *r = &f->ring;
	r->cap = frames / EK_FEED_BLOCK + 1;
	if (r->cap < 2)
		r->cap = 2;
	r->v = ek_feed_get(f, r->cap * sizeof *r->v);
	return r->v != NULL;
}

struct block *ek_feed_block_make(struct ek_feed *f, uint64_t number)
{
	struct block *b = ek_alloc_get(&f->alloc, sizeof *b);
	if (b == NULL)
		return NULL;
	b->number = number;
	b->first = number == 0 ? 1 : 0; /* there is no event 0 */
	b->count = b->first;
	b->text_n = 0;
	b->text_cap = 0;
	b->used = 0;
	b->text = NULL;
	return b;
}

void ek_feed_block_free(struct ek_feed *f, struct block *b)
{
	if (b == NULL)
		return;
	ek_feed_free(f, b->text, b->text_cap);
	ek_feed_free(f, b, sizeof *b);
}

size_t ek_feed_block_bytes(const struct block *b)
{
	return sizeof *b + b->text_cap;
}

static bool text_room(struct ek_feed *f, struct block *b, uint32_t n)
{
	if (n <= b->text_cap - b->text_n)
		return true;
	uint32_t cap = b->text_cap == 0 ? FIRST_TEXT : b->text_cap;
	while (cap - b->text_n < n) /* at most 256 * (16 KiB + 2) */
		cap *= 2;
	char *text = f->alloc.resize(f->alloc.ctx, b->text, b->text_cap, cap);
	if (text == NULL)
		return false;
	b->text = text;
	b->text_cap = cap;
	return true;
}

bool ek_feed_block_add(struct ek_feed *f, struct block *b, const struct ek_feed_frame *frame,
		       ek_str text)
{
	ek_assert(b->count < EK_FEED_BLOCK);
	ek_assert(frame->seq == b->number * EK_FEED_BLOCK + b->count);
	if (!text_room(f, b, text.n))
		return false;
	memcpy(b->text + b->text_n, text.p, text.n);
	b->slots[b->count] = (struct slot){*frame, b->text_n, text.n};
	b->text_n += text.n;
	b->count++;
	return true;
}

/* A full one needs no more room than it has. */
static void seal(struct ek_feed *f, struct block *b)
{
	if (b->text_n == 0 || b->text_n == b->text_cap)
		return;
	char *text = f->alloc.resize(f->alloc.ctx, b->text, b->text_cap, b->text_n);
	if (text == NULL)
		return;
	b->text = text;
	b->text_cap = b->text_n;
}

static struct block **at(struct ring *r, uint64_t number)
{
	return &r->v[number % r->cap];
}

static void recount(struct ring *r)
{
	r->bytes = 0;
	for (uint64_t b = r->first; b < r->first + r->count; b++)
		r->bytes += ek_feed_block_bytes(*at(r, b));
}

static void drop_oldest(struct ek_feed *f)
{
	struct ring *r = &f->ring;
	struct block *b = *at(r, r->first);
	*at(r, r->first) = NULL;
	r->first++;
	r->count--;
	r->bytes -= ek_feed_block_bytes(b);
	ek_feed_ring_cache(f, b); /* those a little behind need it still */
}

void ek_feed_ring_before(struct ek_feed *f, struct block *b)
{
	struct ring *r = &f->ring;
	ek_assert(r->count < r->cap && (r->count == 0 || b->number + 1 == r->first));
	r->first = b->number;
	r->count++;
	*at(r, b->number) = b;
	r->bytes += ek_feed_block_bytes(b);
}

void ek_feed_ring_behind(struct ek_feed *f, struct block *b)
{
	struct ring *r = &f->ring;
	if (r->count > 0) {
		ek_assert(b->number == r->first + r->count);
		seal(f, *at(r, b->number - 1));
		if (r->count == r->cap)
			drop_oldest(f);
	} else {
		r->first = b->number;
	}
	r->count++;
	*at(r, b->number) = b;
	recount(r);
}

void ek_feed_ring_trim(struct ek_feed *f)
{
	struct ring *r = &f->ring;
	if (r->count == 0)
		return;
	const struct block *last = *at(r, r->first + r->count - 1);
	/* Frames are added one at a time, so that counting now and then is near enough. */
	if (last->count % 16 == 0)
		recount(r);
	while (r->count > 1 && r->bytes > EK_FEED_RING_BYTES)
		drop_oldest(f);
}

/* The one used longest ago, or an empty place. */
static uint32_t cache_place(const struct ek_feed *f)
{
	uint32_t best = 0;
	for (uint32_t i = 0; i < CACHE_BLOCKS; i++) {
		if (f->cache[i] == NULL)
			return i;
		if (f->cache[i]->used < f->cache[best]->used)
			best = i;
	}
	return best;
}

static void cache_drop(struct ek_feed *f, uint32_t i)
{
	f->cache_bytes -= ek_feed_block_bytes(f->cache[i]);
	ek_feed_block_free(f, f->cache[i]);
	f->cache[i] = NULL;
}

static bool cache_shrink(struct ek_feed *f)
{
	uint32_t oldest = CACHE_BLOCKS;
	for (uint32_t i = 0; i < CACHE_BLOCKS; i++) {
		if (f->cache[i] != NULL &&
		    (oldest == CACHE_BLOCKS || f->cache[i]->used < f->cache[oldest]->used))
			oldest = i;
	}
	if (oldest == CACHE_BLOCKS)
		return false;
	cache_drop(f, oldest);
	return true;
}

void ek_feed_ring_cache(struct ek_feed *f, struct block *b)
{
	seal(f, b);
	for (uint32_t i = 0; i < CACHE_BLOCKS; i++) {
		if (f->cache[i] != NULL && f->cache[i]->number == b->number)
			cache_drop(f, i);
	}
	size_t n = ek_feed_block_bytes(b);
	while (f->cache_bytes + n > f->cache_max && cache_shrink(f))
		;
	uint32_t i = cache_place(f);
	if (f->cache[i] != NULL)
		cache_drop(f, i);
	b->used = ++f->cache_clock;
	f->cache[i] = b;
	f->cache_bytes += n;
}

const struct block *ek_feed_ring_find(struct ek_feed *f, uint64_t number)
{
	struct ring *r = &f->ring;
	if (r->count > 0 && number >= r->first && number < r->first + r->count)
		return *at(r, number);
	for (uint32_t i = 0; i < CACHE_BLOCKS; i++) {
		if (f->cache[i] != NULL && f->cache[i]->number == number) {
			f->cache[i]->used = ++f->cache_clock;
			return f->cache[i];
		}
	}
	return NULL;
}

void ek_feed_ring_fini(struct ek_feed *f)
{
	struct ring *r = &f->ring;
	for (uint32_t i = 0; r->v != NULL && i < r->cap; i++)
		ek_feed_block_free(f, r->v[i]);
	ek_feed_free(f, r->v, r->cap * sizeof *r->v);
	for (uint32_t i = 0; i < CACHE_BLOCKS; i++)
		ek_feed_block_free(f, f->cache[i]);
}
