/* arena -- memory for one turn (a request, a batch, a report): taken in order, given back at once.
 *
 * Born with its maximum, so that hostile input cannot grow it without end. Grows in chunks taken
 * from an ek_alloc; reset keeps the first chunk. Memory is not zeroed unless asked (ek_arena_zero).
 * Cost: O(1) a piece, one chunk per EK_ARENA_CHUNK bytes.
 */
#ifndef EK_BASE_ARENA_H
#define EK_BASE_ARENA_H

#include "base/alloc.h"

enum { EK_ARENA_CHUNK = 64 * 1024 };

struct ek_arena_chunk;

struct ek_arena {
	struct ek_alloc alloc;
	struct ek_arena_chunk *first;
	struct ek_arena_chunk *last;
	size_t used; /* in last */
	size_t total;
	size_t max;
};

/* Takes nothing yet. max: bytes over all chunks. */
void ek_arena_init(struct ek_arena *a, struct ek_alloc alloc, size_t max);
/* n bytes aligned to 8; NULL when max or the allocator is exhausted. */
void *ek_arena_get(struct ek_arena *a, size_t n) EK_MUST_CHECK;
void *ek_arena_zero(struct ek_arena *a, size_t n) EK_MUST_CHECK;
/* A copy of s that lives as long as the turn; {NULL, 0} with *ok false when exhausted. */
ek_str ek_arena_str(struct ek_arena *a, ek_str s, bool *ok) EK_MUST_CHECK;
/* Forgets every piece, keeps the first chunk. */
void ek_arena_reset(struct ek_arena *a);
void ek_arena_fini(struct ek_arena *a);

#endif
