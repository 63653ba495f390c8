/* keys -- which requests were answered: the latest in a table, all others through a filter.
 *
 * A request's key must be looked up before the request is decided, at a million commands a second;
 * the store's own table answers in microseconds. So: keys that the views do not hold yet lie here,
 * at most as many as views may lag; for the rest a filter says "surely not", or "perhaps: ask the
 * store", wrong about once in 300. The filter is Bloom's, in blocks of a cache line (Putze,
 * Sanders, Singler 2007), 16 bits and 6 probes a key; when one is full a second, twice as large, is
 * laid beside it. Forgotten keys leave it at the next start.
 */
#ifndef EK_WRITER_KEYS_H
#define EK_WRITER_KEYS_H

#include "base/alloc.h"
#include "store/log.h"

enum { EK_KEYS_LEVELS = 16, EK_KEYS_FIRST = 1 << 18 };

struct ek_keys {
	struct ek_alloc alloc;
	struct ek_log_key *rows; /* in order of coming */
	uint32_t n;
	uint32_t cap;
	uint32_t *slots; /* index + 1 into rows, 0 = free */
	uint32_t slot_cap;
	uint64_t *levels
		[EK_KEYS_LEVELS]; /* the first of EK_KEYS_FIRST keys, each next of twice as many */
	uint32_t level_count;
	uint64_t in_level; /* keys in the last level */
};

void ek_keys_init(struct ek_keys *k, struct ek_alloc alloc);
void ek_keys_fini(struct ek_keys *k);
/* A key among those not yet in the store; NULL = not there. Holds until the next add or clear. */
const struct ek_log_key *ek_keys_find(const struct ek_keys *k, const uint8_t key[EK_HASH_BYTES]);
/* Whether table or store may have it; false is certain. Cost: one cache line a level. */
bool ek_keys_may_be_known(const struct ek_keys *k, const uint8_t key[EK_HASH_BYTES]);
/* A new key, not there yet. Errors: NO_MEMORY. */
bool ek_keys_add(struct ek_keys *k, const struct ek_log_key *row, struct ek_err *err) EK_MUST_CHECK;
/* Tells the filter of a key in the store, by its start (ek_log_key_start). Errors: NO_MEMORY. */
bool ek_keys_add_stored(struct ek_keys *k, uint64_t start, struct ek_err *err) EK_MUST_CHECK;
/* Empties the table; the filter stays. */
void ek_keys_clear(struct ek_keys *k);
/* Under which bucket of the store a key lies. */
static inline int64_t ek_keys_bucket(const struct ek_log_key *row)
{
	return (int64_t)(row->last_seq >> EK_LOG_KEY_SHIFT);
}

#endif
