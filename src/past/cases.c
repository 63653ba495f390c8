#include "past/cases.h"

#include <string.h>

#include "base/fnv.h"

enum { SHEETS = 2, FIRST = 1024 };
#define KEYS_MEMORY ((size_t)1 << 31)

struct list {
	struct ek_cases_record *v;
	uint32_t n, cap;
	uint32_t *starts; /* of each case; one more at the end */
};
struct ek_cases {
	struct ek_alloc alloc;
	struct ek_arena keys;
	ek_str *names; /* of each case */
	uint32_t n, cap;
	uint32_t *slots; /* case + 1, 0 = free */
	uint32_t slot_count;
	struct list lists[SHEETS];
};

static bool no_memory(struct ek_err *err)
{
	return ek_fail(err, EK_NO_MEMORY, "no memory for so many rows");
}

bool ek_cases_open(struct ek_alloc alloc, struct ek_cases **out, struct ek_err *err)
{
	struct ek_cases *c = ek_alloc_get(&alloc, sizeof *c);
	*out = c;
	if (c == NULL)
		return no_memory(err);
	*c = (struct ek_cases){.alloc = alloc};
	ek_arena_init(&c->keys, alloc, KEYS_MEMORY);
	return true;
}

void ek_cases_close(struct ek_cases **cases)
{
	struct ek_cases *c = *cases;
	if (c == NULL)
		return;
	struct ek_alloc alloc = c->alloc;
	for (uint32_t i = 0; i < SHEETS; i++) {
		struct list *l = &c->lists[i];
		ek_alloc_free(&alloc, l->v, l->cap * sizeof *l->v);
		ek_alloc_free(&alloc, l->starts, ((size_t)c->n + 1) * sizeof *l->starts);
	}
	ek_alloc_free(&alloc, c->names, c->cap * sizeof *c->names);
	ek_alloc_free(&alloc, c->slots, c->slot_count * sizeof *c->slots);
	ek_arena_fini(&c->keys);
	ek_alloc_free(&alloc, c, sizeof *c);
	*cases = NULL;
}

/* ---- keys */

static uint32_t *find(const struct ek_cases *c, ek_str key)
{
	uint64_t h = ek_fnv(EK_FNV_BEGIN, key.p, key.n);
	for (h ^= h >> 32;; h++) {
		uint32_t *s = &c->slots[h & (c->slot_count - 1)];
		if (*s == 0 || ek_str_equal(c->names[*s - 1], key))
			return s;
	}
}

static bool grow_slots(struct ek_cases *c)
{
	uint32_t count = c->slot_count == 0 ? 2 * FIRST : 2 * c->slot_count;
	uint32_t *slots = ek_alloc_get(&c->alloc, count * sizeof *slots);
	if (slots == NULL)
		return false;
	memset(slots, 0, count * sizeof *slots);
	ek_alloc_free(&c->alloc, c->slots, c->slot_count * sizeof *c->slots);
	c->slots = slots;
	c->slot_count = count;
	for (uint32_t i = 0; i < c->n; i++)
		*find(c, c->names[i]) = i + 1;
	return true;
}

static bool grow_names(struct ek_cases *c)
{
	uint32_t cap = c->cap == 0 ? FIRST : 2 * c->cap;
	void *p = c->alloc.resize(c->alloc.ctx, c->names, c->cap * sizeof *c->names,
				  cap * sizeof *c->names);
	if (p == NULL)
		return false;
	c->names = p;
	c->cap = cap;
	return true;
}

static bool add_key(struct ek_cases *c, ek_str key, uint32_t *of)
{
	bool ok = c->n < c->cap || grow_names(c);
	if (!ok)
		return false;
	c->names[c->n] = ek_arena_str(&c->keys, key, &ok);
	if (!ok)
		return false;
	*of = c->n;
	*find(c, key) = ++c->n;
	return true;
}

/* ---- records */

static bool add_record(struct ek_cases *c, struct list *l, struct ek_cases_record record)
{
	if (l->n == l->cap) {
		uint32_t cap = l->cap == 0 ? FIRST : 2 * l->cap;
		void *p = c->alloc.resize(c->alloc.ctx, l->v, l->cap * sizeof *l->v,
					  cap * sizeof *l->v);
		if (p == NULL)
			return false;
		l->v = p;
		l->cap = cap;
	}
	l->v[l->n++] = record;
	return true;
}

bool ek_cases_add(struct ek_cases *c, const struct ek_cases_row *row, bool *known,
		  struct ek_err *err)
{
	ek_assert(row->sheet < SHEETS);
	if (2 * ((uint64_t)c->n + 1) > c->slot_count && !grow_slots(c))
		return no_memory(err);
	uint32_t found = *find(c, row->key);
	struct ek_cases_record record = {row->from, row->line, found - 1};
	*known = found != 0;
	if (found == 0 && row->sheet != 0)
		return true;
	if (found == 0 && !add_key(c, row->key, &record.of))
		return no_memory(err);
	return add_record(c, &c->lists[row->sheet], record) || no_memory(err);
}

/* Counting sort: the order within a case stays. */
static bool sort(struct ek_cases *c, struct list *l)
{
	size_t n = (size_t)c->n + 1;
	l->starts = ek_alloc_get(&c->alloc, n * sizeof *l->starts);
	struct ek_cases_record *v = ek_alloc_get(&c->alloc, (l->cap + 1) * sizeof *v);
	if (l->starts == NULL || v == NULL) {
		ek_alloc_free(&c->alloc, v, (l->cap + 1) * sizeof *v);
		return false;
	}
	memset(l->starts, 0, n * sizeof *l->starts);
	for (uint32_t i = 0; i < l->n; i++)
		l->starts[l->v[i].of + 1]++;
	for (uint32_t i = 0; i < c->n; i++)
		l->starts[i + 1] += l->starts[i];
	for (uint32_t i = 0; i < l->n; i++)
		v[l->starts[l->v[i].of]++] = l->v[i];
	for (uint32_t i = c->n; i > 0; i--)
		l->starts[i] = l->starts[i - 1];
	l->starts[0] = 0;
	ek_alloc_free(&c->alloc, l->v, l->cap * sizeof *l->v);
	l->v = v;
	l->cap++;
	return true;
}

bool ek_cases_end(struct ek_cases *c, struct ek_err *err)
{
	for (uint32_t i = 0; i < SHEETS; i++)
		if (!sort(c, &c->lists[i]))
			return no_memory(err);
	return true;
}

uint32_t ek_cases_count(const struct ek_cases *c)
{
	return c->n;
}

const struct ek_cases_record *ek_cases_records(const struct ek_cases *c, uint32_t sheet,
					       uint32_t number, uint32_t *n)
{
	const struct list *l = &c->lists[sheet];
	ek_assert(number < c->n && l->starts != NULL);
	*n = l->starts[number + 1] - l->starts[number];
	return l->v + l->starts[number];
}
