#include "sys/heap.h"

#include <stdlib.h>

static void *resize(void *ctx, void *p, size_t old_n, size_t n)
{
	(void)ctx;
	(void)old_n;
	if (n == 0) {
		free(p);
		return NULL;
	}
	return realloc(p, n);
}

struct ek_alloc ek_heap_alloc(void)
{
	return (struct ek_alloc){NULL, resize};
}
