/* heap -- the process's memory as an ek_alloc, for owners outside the pure rooms. */
#ifndef EK_SYS_HEAP_H
#define EK_SYS_HEAP_H

#include "base/alloc.h"

/* realloc and free; any thread. Blocks of 4 MiB and more lie on huge pages where the system has
 * them: tables that are touched all over then cost their memory's own time, not the page table's.
 * They are rounded up to 2 MiB, and growing beyond that is a copy: the old and the new block are
 * there together for some 0.3 ms a MiB.
 * Source: https://www.kernel.org/doc/html/latest/admin-guide/mm/transhuge.html */
struct ek_alloc ek_heap_alloc(void);

/* Bytes of this process that are resident in memory; 0 = the system does not say. */
uint64_t ek_heap_resident(void);

#endif
