/* alloc -- where memory comes from, handed in by the owner.
 *
 * Pure rooms never call malloc: they get one of these at open (engine) or use an arena (a turn).
 */
#ifndef EK_BASE_ALLOC_H
#define EK_BASE_ALLOC_H

#include "base/base.h"

/* resize(ctx, p, old_n, n): like realloc; p NULL and old_n 0 to obtain, n 0 to give back (returns
 * NULL). Returns NULL when there is no more, leaving p as it was. */
struct ek_alloc {
	void *ctx;
	void *(*resize)(void *ctx, void *p, size_t old_n, size_t n);
};

static inline void *ek_alloc_get(const struct ek_alloc *a, size_t n)
{
	return a->resize(a->ctx, NULL, 0, n);
}
static inline void ek_alloc_free(const struct ek_alloc *a, void *p, size_t n)
{
	if (p != NULL)
		(void)a->resize(a->ctx, p, n, 0);
}

#endif
