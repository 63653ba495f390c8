#include "base/arena.h"

#include <string.h>

struct ek_arena_chunk {
	struct ek_arena_chunk *next;
	size_t n; /* bytes after this header */
};

void ek_arena_init(struct ek_arena *a, struct ek_alloc alloc, size_t max)
{
	*a = (struct ek_arena){.alloc = alloc, .max = max};
}

/* Appends a chunk of at least n bytes. */
static bool grow(struct ek_arena *a, size_t n)
{
	size_t size = n > EK_ARENA_CHUNK ? n : EK_ARENA_CHUNK;
	if (size > a->max - a->total)
		size = n;
	if (size > a->max - a->total)
		return false;
	struct ek_arena_chunk *c = ek_alloc_get(&a->alloc, sizeof *c + size);
	if (c == NULL)
		return false;
	*c = (struct ek_arena_chunk){NULL, size};
	if (a->last != NULL)
		a->last->next = c;
	else
		a->first = c;
	a->last = c;
	a->used = 0;
	a->total += size;
	return true;
}

void *ek_arena_get(struct ek_arena *a, size_t n)
{
	if (n > SIZE_MAX - 7)
		return NULL;
	n = (n + 7) & ~(size_t)7;
	if (a->last == NULL || n > a->last->n - a->used) {
		if (!grow(a, n))
			return NULL;
	}
	void *p = (char *)(a->last + 1) + a->used;
	a->used += n;
	return p;
}

void *ek_arena_zero(struct ek_arena *a, size_t n)
{
	void *p = ek_arena_get(a, n);
	if (p != NULL)
		memset(p, 0, n);
	return p;
}

ek_str ek_arena_str(struct ek_arena *a, ek_str s, bool *ok)
{
	char *p = ek_arena_get(a, s.n);
	*ok = p != NULL;
	if (p == NULL)
		return (ek_str){NULL, 0};
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return (ek_str){p, s.n};
}

static void free_after(struct ek_arena *a, struct ek_arena_chunk *c)
{
	while (c != NULL) {
		struct ek_arena_chunk *next = c->next;
		a->total -= c->n;
		ek_alloc_free(&a->alloc, c, sizeof *c + c->n);
		c = next;
	}
}

void ek_arena_reset(struct ek_arena *a)
{
	if (a->first == NULL)
		return;
	free_after(a, a->first->next);
	a->first->next = NULL;
	a->last = a->first;
	a->used = 0;
}

void ek_arena_fini(struct ek_arena *a)
{
	free_after(a, a->first);
	a->first = NULL;
	a->last = NULL;
	a->used = 0;
}
