/* heap_scene -- the C library's heap as an allocator, for the tests of pure rooms
 *
 * Such rooms may not reach sys/heap. Included by tests and their scenes alone.
 */
#ifndef EK_BASE_HEAP_SCENE_H
#define EK_BASE_HEAP_SCENE_H

#include "base/alloc.h"

#include <stdlib.h>

static inline void *ek_heap_scene_resize(void *ctx, void *p, size_t old_n, size_t n)
{
	(void)ctx;
	(void)old_n;
	if (n != 0)
		return realloc(p, n);
	free(p);
	return NULL;
}

static inline struct ek_alloc ek_heap_scene(void)
{
	return (struct ek_alloc){NULL, ek_heap_scene_resize};
}

#endif
