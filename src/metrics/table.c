#include "metrics/table.h"

#include <string.h>

enum { FIRST_CAP = 64 };

void ek_table_init(struct ek_table *t, struct ek_alloc alloc)
{
	memset(t, 0, sizeof *t);
	t->alloc = alloc;
}

void ek_table_fini(struct ek_table *t)
{
	ek_alloc_free(&t->alloc, t->slots, t->cap * sizeof *t->slots);
	ek_table_init(t, t->alloc);
}

static uint32_t home_of(const struct ek_table *t, uint64_t key)
{
	uint64_t h = key * 0x9e3779b97f4a7c15u;
	h ^= h >> 29;
	h *= 0xbf58476d1ce4e5b9u;
	return (uint32_t)(h >> 32) & (t->cap - 1);
}

/* Where the key is, or the free place where it would be. */
static uint32_t place_of(const struct ek_table *t, uint64_t key)
{
	uint32_t at = home_of(t, key);
	while (t->slots[at].value != 0 && t->slots[at].key != key)
		at = (at + 1) & (t->cap - 1);
	return at;
}

static bool grow(struct ek_table *t)
{
	struct ek_table wide = {.alloc = t->alloc, .cap = t->cap == 0 ? FIRST_CAP : t->cap * 2};
	wide.slots = ek_alloc_get(&t->alloc, wide.cap * sizeof *wide.slots);
	if (wide.slots == NULL)
		return false;
	memset(wide.slots, 0, wide.cap * sizeof *wide.slots);
	for (uint32_t i = 0; i < t->cap; i++) {
		if (t->slots[i].value == 0)
			continue;
		uint32_t at = place_of(&wide, t->slots[i].key);
		wide.slots[at] = t->slots[i];
	}
	wide.n = t->n;
	ek_table_fini(t);
	*t = wide;
	return true;
}

bool ek_table_put(struct ek_table *t, uint64_t key, uint32_t value)
{
	ek_assert(value != 0);
	if (t->n * 2 >= t->cap && !grow(t))
		return false;
	uint32_t at = place_of(t, key);
	t->n += t->slots[at].value == 0;
	t->slots[at].key = key;
	t->slots[at].value = value;
	return true;
}

uint32_t ek_table_get(const struct ek_table *t, uint64_t key)
{
	return t->n == 0 ? 0 : t->slots[place_of(t, key)].value;
}

void ek_table_drop(struct ek_table *t, uint64_t key)
{
	uint32_t at = t->n == 0 ? 0 : place_of(t, key);
	if (t->n == 0 || t->slots[at].value == 0)
		return;
	uint32_t mask = t->cap - 1;
	for (uint32_t next = (at + 1) & mask; t->slots[next].value != 0; next = (next + 1) & mask) {
		uint32_t home = home_of(t, t->slots[next].key);
		if (((next - home) & mask) < ((next - at) & mask))
			continue; /* it would come before its home */
		t->slots[at] = t->slots[next];
		at = next;
	}
	t->slots[at].value = 0;
	t->n--;
}

uint64_t ek_table_bytes(const struct ek_table *t)
{
	return (uint64_t)t->cap * sizeof *t->slots;
}
