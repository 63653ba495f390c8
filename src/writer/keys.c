#include "writer/keys.h"

#include <string.h>

enum { BITS_PER_KEY = 16, BLOCK_WORDS = 8, PROBES = 6 };

void ek_keys_init(struct ek_keys *k, struct ek_alloc alloc)
{
	*k = (struct ek_keys){.alloc = alloc};
}

static size_t level_words(uint32_t level)
{
	return ((size_t)EK_KEYS_FIRST << level) * BITS_PER_KEY / 64;
}

void ek_keys_fini(struct ek_keys *k)
{
	ek_alloc_free(&k->alloc, k->rows, k->cap * sizeof *k->rows);
	ek_alloc_free(&k->alloc, k->slots, k->slot_cap * sizeof *k->slots);
	for (uint32_t i = 0; i < k->level_count; i++)
		ek_alloc_free(&k->alloc, k->levels[i], level_words(i) * sizeof(uint64_t));
	ek_keys_init(k, k->alloc);
}

const struct ek_log_key *ek_keys_find(const struct ek_keys *k, const uint8_t key[EK_HASH_BYTES])
{
	if (k->n == 0)
		return NULL;
	uint32_t at = (uint32_t)ek_log_key_start(key) & (k->slot_cap - 1);
	for (; k->slots[at] != 0; at = (at + 1) & (k->slot_cap - 1)) {
		const struct ek_log_key *row = &k->rows[k->slots[at] - 1];
		if (memcmp(row->key, key, EK_HASH_BYTES) == 0)
			return row;
	}
	return NULL;
}

static void put_slot(struct ek_keys *k, uint32_t i)
{
	uint32_t at = (uint32_t)ek_log_key_start(k->rows[i].key) & (k->slot_cap - 1);
	while (k->slots[at] != 0)
		at = (at + 1) & (k->slot_cap - 1);
	k->slots[at] = i + 1;
}

static bool grow(struct ek_keys *k, struct ek_err *err)
{
	uint32_t cap = k->cap == 0 ? 1024 : 2 * k->cap;
	uint32_t slot_cap = 4 * cap;
	uint32_t *slots = ek_alloc_get(&k->alloc, slot_cap * sizeof *slots);
	struct ek_log_key *rows =
		slots == NULL ? NULL
			      : k->alloc.resize(k->alloc.ctx, k->rows, k->cap * sizeof *rows,
						cap * sizeof *rows);
	if (rows == NULL) {
		ek_alloc_free(&k->alloc, slots, slot_cap * sizeof *slots);
		return ek_fail(err, EK_NO_MEMORY, "no memory for %u keys", cap);
	}
	ek_alloc_free(&k->alloc, k->slots, k->slot_cap * sizeof *k->slots);
	memset(slots, 0, slot_cap * sizeof *slots);
	k->rows = rows;
	k->cap = cap;
	k->slots = slots;
	k->slot_cap = slot_cap;
	for (uint32_t i = 0; i < k->n; i++)
		put_slot(k, i);
	return true;
}

static uint64_t *block_of(const struct ek_keys *k, uint32_t level, uint64_t start)
{
	size_t blocks = level_words(level) / BLOCK_WORDS;
	return k->levels[level] + (size_t)(start & (blocks - 1)) * BLOCK_WORDS;
}

/* Nine bits for each probe, out of bits of the start that the block did not use up (the finaliser
 * of MurmurHash3). */
static uint64_t probes_of(uint64_t start)
{
	start ^= start >> 33;
	start *= 0xff51afd7ed558ccdu;
	return start ^ start >> 33;
}

bool ek_keys_may_be_known(const struct ek_keys *k, const uint8_t key[EK_HASH_BYTES])
{
	uint64_t start = ek_log_key_start(key);
	for (uint32_t level = 0; level < k->level_count; level++) {
		const uint64_t *block = block_of(k, level, start);
		uint64_t bits = probes_of(start);
		bool all = true;
		for (int i = 0; i < PROBES; i++, bits >>= 9)
			all = all && (block[bits >> 6 & 7] >> (bits & 63) & 1) != 0;
		if (all)
			return true;
	}
	return false;
}

bool ek_keys_add_stored(struct ek_keys *k, uint64_t start, struct ek_err *err)
{
	if (k->level_count == 0 ||
	    (k->in_level >= (uint64_t)EK_KEYS_FIRST << (k->level_count - 1) &&
	     k->level_count < EK_KEYS_LEVELS)) {
		size_t bytes = level_words(k->level_count) * sizeof(uint64_t);
		uint64_t *level = ek_alloc_get(&k->alloc, bytes);
		if (level == NULL)
			return ek_fail(err, EK_NO_MEMORY, "no memory to remember keys");
		memset(level, 0, bytes);
		k->levels[k->level_count++] = level;
		k->in_level = 0;
	}
	uint64_t *block = block_of(k, k->level_count - 1, start);
	uint64_t bits = probes_of(start);
	for (int i = 0; i < PROBES; i++, bits >>= 9)
		block[bits >> 6 & 7] |= (uint64_t)1 << (bits & 63);
	k->in_level++;
	return true;
}

bool ek_keys_add(struct ek_keys *k, const struct ek_log_key *row, struct ek_err *err)
{
	if (k->n == k->cap && !grow(k, err))
		return false;
	if (!ek_keys_add_stored(k, ek_log_key_start(row->key), err))
		return false;
	k->rows[k->n] = *row;
	put_slot(k, k->n);
	k->n++;
	return true;
}

void ek_keys_clear(struct ek_keys *k)
{
	if (k->n > k->slot_cap / 64) {
		memset(k->slots, 0, k->slot_cap * sizeof *k->slots);
		k->n = 0;
		return;
	}
	/* Few: from each one's home to the end of its run. A run cut short by an earlier one of
	 * these was cut to its end, so nothing stays behind. */
	for (uint32_t i = 0; i < k->n; i++) {
		uint32_t at = (uint32_t)ek_log_key_start(k->rows[i].key) & (k->slot_cap - 1);
		for (; k->slots[at] != 0; at = (at + 1) & (k->slot_cap - 1))
			k->slots[at] = 0;
	}
	k->n = 0;
}
