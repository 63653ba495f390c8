/* heap -- the process's memory as an ek_alloc, for owners outside the pure rooms. */
#ifndef EK_SYS_HEAP_H
#define EK_SYS_HEAP_H

#include "base/alloc.h"

/* realloc and free; any thread. */
struct ek_alloc ek_heap_alloc(void);

/* Bytes of this process that are resident in memory; 0 = the system does not say. */
uint64_t ek_heap_resident(void);

#endif
