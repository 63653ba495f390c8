#include "engine/rewind.h"

#include <string.h>

enum {
	CHUNK = 256 * 1024, /* small pieces are cut from chunks */
	LARGE = 2 * 1024,   /* from here on a piece has a block of its own */
	ALIGN = 16,
	PAGE = 1024,
};

struct block {
	uint8_t *p;
	size_t cap;
	size_t used;
	uint8_t *kept; /* the bytes at the mark */
	size_t kept_n;
};

struct ek_rewind {
	struct ek_alloc parent;
	struct block *blocks;
	size_t count;
	size_t cap;
	size_t chunk;  /* the block that small pieces are cut from; count = none yet */
	size_t marked; /* so many blocks were there at the mark; 0 = none was set */
	size_t marked_chunk;
};

bool ek_rewind_open(struct ek_alloc parent, struct ek_rewind **r, struct ek_err *err)
{
	*r = ek_alloc_get(&parent, sizeof **r);
	if (*r == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a copy of the state");
	**r = (struct ek_rewind){.parent = parent, .chunk = SIZE_MAX, .marked_chunk = SIZE_MAX};
	return true;
}

static void free_block(struct ek_rewind *r, struct block *b)
{
	ek_alloc_free(&r->parent, b->p, b->cap);
	ek_alloc_free(&r->parent, b->kept, b->kept_n);
}

void ek_rewind_close(struct ek_rewind **r)
{
	struct ek_rewind *x = *r;
	if (x == NULL)
		return;
	for (size_t i = 0; i < x->count; i++)
		free_block(x, &x->blocks[i]);
	struct ek_alloc parent = x->parent;
	ek_alloc_free(&parent, x->blocks, x->cap * sizeof *x->blocks);
	ek_alloc_free(&parent, x, sizeof *x);
	*r = NULL;
}

/* A new block; NULL without memory. */
static struct block *add_block(struct ek_rewind *r, size_t cap)
{
	if (r->count == r->cap) {
		size_t more = r->cap == 0 ? 64 : r->cap * 2;
		struct block *v = r->parent.resize(r->parent.ctx, r->blocks, r->cap * sizeof *v,
						   more * sizeof *v);
		if (v == NULL)
			return NULL;
		r->blocks = v;
		r->cap = more;
	}
	uint8_t *p = ek_alloc_get(&r->parent, cap);
	if (p == NULL)
		return NULL;
	r->blocks[r->count] = (struct block){.p = p, .cap = cap};
	return &r->blocks[r->count++];
}

static void *obtain(struct ek_rewind *r, size_t n)
{
	if (n >= LARGE) {
		struct block *b = add_block(r, n);
		if (b != NULL)
			b->used = n;
		return b == NULL ? NULL : b->p;
	}
	n = (n + ALIGN - 1) / ALIGN * ALIGN;
	struct block *c = r->chunk == SIZE_MAX ? NULL : &r->blocks[r->chunk];
	if (c == NULL || c->cap - c->used < n) {
		c = add_block(r, CHUNK);
		if (c == NULL)
			return NULL;
		r->chunk = r->count - 1;
	}
	c->used += n;
	return c->p + c->used - n;
}

/* Small pieces stay until the end, and what was there at the mark until the close. */
static void give_back(struct ek_rewind *r, const void *p, size_t n)
{
	if (n < LARGE)
		return;
	for (size_t i = r->count; i > r->marked; i--) {
		struct block *b = &r->blocks[i - 1];
		if (b->p != p)
			continue;
		free_block(r, b);
		*b = r->blocks[--r->count];
		if (r->chunk == r->count)
			r->chunk = i - 1;
		return;
	}
}

static void *resize(void *ctx, void *p, size_t old_n, size_t n)
{
	struct ek_rewind *r = ctx;
	if (p != NULL && n != 0 && n <= old_n)
		return p;
	void *q = n == 0 ? NULL : obtain(r, n);
	if (p == NULL || (n != 0 && q == NULL))
		return q;
	if (n != 0)
		memcpy(q, p, old_n);
	give_back(r, p, old_n);
	return q;
}

struct ek_alloc ek_rewind_alloc(struct ek_rewind *r)
{
	return (struct ek_alloc){r, resize};
}

bool ek_rewind_mark(struct ek_rewind *r)
{
	ek_assert(r->marked == 0);
	for (size_t i = 0; i < r->count; i++) {
		struct block *b = &r->blocks[i];
		b->kept = ek_alloc_get(&r->parent, b->used);
		if (b->kept == NULL)
			return false;
		b->kept_n = b->used;
		memcpy(b->kept, b->p, b->used);
	}
	r->marked = r->count;
	r->marked_chunk = r->chunk;
	return true;
}

/* Most pages are as they were, and reading is cheaper than writing. */
static void restore(const struct block *b)
{
	for (size_t at = 0; at < b->kept_n; at += PAGE) {
		size_t n = b->kept_n - at < PAGE ? b->kept_n - at : PAGE;
		if (memcmp(b->p + at, b->kept + at, n) != 0)
			memcpy(b->p + at, b->kept + at, n);
	}
}

void ek_rewind_back(struct ek_rewind *r)
{
	while (r->count > r->marked)
		free_block(r, &r->blocks[--r->count]);
	for (size_t i = 0; i < r->count; i++) {
		struct block *b = &r->blocks[i];
		restore(b);
		b->used = b->kept_n;
	}
	r->chunk = r->marked_chunk;
}
