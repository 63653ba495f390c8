/* table -- numbers by number: what folds keep by id, with room only for what is there now.
 *
 * Open addressing with linear probing; what is dropped leaves no trace (backward shift: Knuth, The
 * Art of Computer Programming 3, section 6.4, algorithm R). Keys are any 64 bits, values above 0.
 * Memory: 16 bytes a place, at most half of them taken. Cost: O(1) expected.
 */
#ifndef EK_METRICS_TABLE_H
#define EK_METRICS_TABLE_H

#include "base/alloc.h"

struct ek_table_slot {
	uint64_t key;
	uint32_t value; /* 0 = free */
};

struct ek_table {
	struct ek_alloc alloc;
	struct ek_table_slot *slots;
	uint32_t n, cap; /* cap: 0 or a power of two */
};

/* Takes nothing yet. */
void ek_table_init(struct ek_table *t, struct ek_alloc alloc);
void ek_table_fini(struct ek_table *t);
/* False without memory. value: above 0 (asserted); replaces what was there. */
bool ek_table_put(struct ek_table *t, uint64_t key, uint32_t value) EK_MUST_CHECK;
/* 0 = there is none. */
uint32_t ek_table_get(const struct ek_table *t, uint64_t key);
/* Nothing happens when there is none. */
void ek_table_drop(struct ek_table *t, uint64_t key);
uint64_t ek_table_bytes(const struct ek_table *t);

#endif
