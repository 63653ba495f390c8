#include "engine/state.h"

#include <string.h>

void *ek_state_get(struct ek_engine *e, size_t n)
{
	if (n == 0)
		return NULL;
	void *p = ek_alloc_get(&e->alloc, n);
	ek_assert(p != NULL);
	e->bytes += n;
	return p;
}

void ek_state_free(struct ek_engine *e, void *p, size_t n)
{
	if (p == NULL)
		return;
	e->bytes -= n;
	ek_alloc_free(&e->alloc, p, n);
}

void *ek_state_room(struct ek_engine *e, void *p, uint32_t *cap, uint32_t need, size_t size)
{
	if (need <= *cap)
		return p;
	uint64_t grown = (uint64_t)*cap + *cap / 2 + 8;
	uint32_t to = need > grown ? need : (uint32_t)(grown > UINT32_MAX ? UINT32_MAX : grown);
	char *q = e->alloc.resize(e->alloc.ctx, p, *cap * size, to * size);
	ek_assert(q != NULL);
	memset(q + *cap * size, 0, (to - *cap) * size);
	e->bytes += (to - *cap) * size;
	*cap = to;
	return q;
}

void ek_state_push(struct ek_engine *e, uint32_t **list, uint32_t *count, uint32_t *cap, uint32_t v)
{
	*list = ek_state_room(e, *list, cap, *count + 1, sizeof **list);
	(*list)[(*count)++] = v;
}

void *ek_state_turn(struct ek_engine *e, size_t n)
{
	void *p = ek_arena_zero(&e->turn, n);
	ek_assert(p != NULL);
	return p;
}

/* FNV-1a. Source: Fowler, Noll, Vo, http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint32_t hash_text(ek_str s)
{
	uint32_t h = 2166136261u;
	for (uint32_t i = 0; i < s.n; i++)
		h = (h ^ (uint8_t)s.p[i]) * 16777619u;
	return h;
}

/* The slot of a text: its own, or the free one where it belongs. */
static uint32_t symbol_slot(const struct ek_engine *e, ek_str text)
{
	uint32_t at = hash_text(text) & (e->symbol_slots - 1);
	while (e->symbol_table[at] != 0 && !ek_str_equal(e->symbols[e->symbol_table[at]], text))
		at = (at + 1) & (e->symbol_slots - 1);
	return at;
}

static void grow_symbols(struct ek_engine *e)
{
	uint32_t old = e->symbol_slots;
	ek_state_free(e, e->symbol_table, old * sizeof *e->symbol_table);
	e->symbol_slots = old == 0 ? 64 : old * 2;
	e->symbol_table = ek_state_get(e, e->symbol_slots * sizeof *e->symbol_table);
	memset(e->symbol_table, 0, e->symbol_slots * sizeof *e->symbol_table);
	for (uint32_t i = 1; i <= e->symbol_count; i++)
		e->symbol_table[symbol_slot(e, e->symbols[i])] = i;
}

uint32_t ek_state_known_symbol(const struct ek_engine *e, ek_str text)
{
	if (text.p == NULL || e->symbol_slots == 0)
		return 0;
	return e->symbol_table[symbol_slot(e, text)];
}

uint32_t ek_state_symbol(struct ek_engine *e, ek_str text)
{
	if (text.p == NULL)
		return 0;
	if (e->symbol_count * 2 >= e->symbol_slots)
		grow_symbols(e);
	uint32_t slot = symbol_slot(e, text);
	if (e->symbol_table[slot] != 0)
		return e->symbol_table[slot];
	ROOM(e, e->symbols, e->symbol_cap, e->symbol_count + 2);
	char *p = ek_state_get(e, text.n + 1);
	memcpy(p, text.p, text.n);
	p[text.n] = '\0';
	e->symbols[++e->symbol_count] = (ek_str){p, text.n};
	e->symbol_table[slot] = e->symbol_count;
	return e->symbol_count;
}

void ek_state_symbol_free(struct ek_engine *e, uint32_t symbol)
{
	ek_state_free(e, (void *)(uintptr_t)e->symbols[symbol].p, e->symbols[symbol].n + 1);
}

struct kept ek_state_keep(struct ek_engine *e, const struct ek_value *v)
{
	struct kept k = {.kind = v->kind, .i = v->i, .n = v->n};
	k.cells = ek_state_get(e, v->n * sizeof *k.cells);
	for (uint32_t i = 0; i < v->n; i++)
		k.cells[i] = (struct cell){v->cells[i].i, ek_state_symbol(e, v->cells[i].s)};
	return k;
}

struct kept ek_state_kept_copy(struct ek_engine *e, const struct kept *v)
{
	struct kept k = *v;
	k.cells = ek_state_get(e, v->n * sizeof *k.cells);
	if (v->n > 0)
		memcpy(k.cells, v->cells, v->n * sizeof *k.cells);
	return k;
}

void ek_state_kept_free(struct ek_engine *e, struct kept *v)
{
	ek_state_free(e, v->cells, v->n * sizeof *v->cells);
	*v = (struct kept){0};
}

struct ek_value ek_state_value(struct ek_engine *e, const struct kept *v)
{
	if (v == NULL)
		return (struct ek_value){.kind = EK_VALUE_UNSET};
	struct ek_cell *cells = ek_state_turn(e, v->n * sizeof *cells);
	for (uint32_t i = 0; i < v->n; i++) {
		cells[i].i = v->cells[i].i;
		if (v->cells[i].sym != 0)
			cells[i].s = e->symbols[v->cells[i].sym];
	}
	return (struct ek_value){v->kind, v->i, v->n, cells};
}

struct kept *ek_state_own(struct owns *owns, int setting)
{
	for (uint32_t i = 0; i < owns->n; i++) {
		if (owns->v[i].setting == setting)
			return &owns->v[i].v;
	}
	return NULL;
}

void ek_state_own_set(struct ek_engine *e, struct owns *owns, int setting, struct kept v)
{
	uint32_t at = 0;
	while (at < owns->n && owns->v[at].setting < setting)
		at++;
	bool there = at < owns->n && owns->v[at].setting == setting;
	if (there)
		ek_state_kept_free(e, &owns->v[at].v);
	if (v.kind == EK_VALUE_UNSET) {
		if (!there)
			return;
		memmove(&owns->v[at], &owns->v[at + 1], (owns->n - at - 1) * sizeof *owns->v);
		owns->n--;
		return;
	}
	if (!there) {
		ROOM(e, owns->v, owns->cap, owns->n + 1);
		memmove(&owns->v[at + 1], &owns->v[at], (owns->n - at) * sizeof *owns->v);
		owns->n++;
	}
	owns->v[at] = (struct own){(uint8_t)setting, v};
}

void ek_state_owns_free(struct ek_engine *e, struct owns *owns)
{
	for (uint32_t i = 0; i < owns->n; i++)
		ek_state_kept_free(e, &owns->v[i].v);
	ek_state_free(e, owns->v, owns->cap * sizeof *owns->v);
	*owns = (struct owns){0};
}

static void *copy_bytes(struct ek_engine *e, const void *p, size_t n)
{
	void *q = ek_state_get(e, n);
	if (n > 0)
		memcpy(q, p, n);
	return q;
}

struct ek_zone ek_state_zone(struct ek_engine *e, const struct ek_zone *zone)
{
	struct ek_zone z = *zone;
	z.name.p = copy_bytes(e, zone->name.p, zone->name.n);
	z.shifts = copy_bytes(e, zone->shifts, zone->shift_count * sizeof *zone->shifts);
	return z;
}

/* Owned memory is reached through pointers to const in shared structs; freeing casts that away. */
static void free_const(struct ek_engine *e, const void *p, size_t n)
{
	ek_state_free(e, (void *)(uintptr_t)p, n);
}

void ek_state_zone_free(struct ek_engine *e, struct ek_zone *zone)
{
	free_const(e, zone->name.p, zone->name.n);
	free_const(e, zone->shifts, zone->shift_count * sizeof *zone->shifts);
	*zone = (struct ek_zone){0};
}

struct ek_calendar *ek_state_calendar(struct ek_engine *e, const struct ek_calendar *from)
{
	struct ek_calendar *c = ek_state_get(e, sizeof *c);
	*c = *from;
	c->zone = ek_state_zone(e, &from->zone);
	c->week = copy_bytes(e, from->week, from->week_count * sizeof *from->week);
	c->closed = copy_bytes(e, from->closed, from->closed_count * sizeof *from->closed);
	return c;
}

void ek_state_calendar_free(struct ek_engine *e, struct ek_calendar **calendar)
{
	struct ek_calendar *c = *calendar;
	if (c == NULL)
		return;
	ek_state_zone_free(e, &c->zone);
	free_const(e, c->week, c->week_count * sizeof *c->week);
	free_const(e, c->closed, c->closed_count * sizeof *c->closed);
	ek_state_free(e, c, sizeof *c);
	*calendar = NULL;
}

struct extra *ek_state_extra(struct ek_engine *e, uint32_t conv)
{
	struct conv *c = &e->convs[conv];
	if (c->extra != 0)
		return &e->extras[c->extra];
	c->extra = ++e->extra_count;
	ROOM(e, e->extras, e->extra_cap, e->extra_count + 1);
	return &e->extras[c->extra];
}

void ek_state_extra_free(struct ek_engine *e, struct extra *x)
{
	ek_state_free(e, x->needs, x->need_count * sizeof *x->needs);
	ek_state_free(e, x->attributes, x->attribute_count * sizeof *x->attributes);
	ek_state_free(e, x->tags, x->tag_count * sizeof *x->tags);
	ek_state_free(e, x->cooldowns, x->cooldown_count * sizeof *x->cooldowns);
	*x = (struct extra){0};
}

void ek_state_sort(uint32_t *v, uint32_t n)
{
	for (uint32_t gap = n / 2; gap > 0; gap /= 2) {
		for (uint32_t i = gap; i < n; i++) {
			uint32_t x = v[i];
			uint32_t k = i;
			for (; k >= gap && v[k - gap] > x; k -= gap)
				v[k] = v[k - gap];
			v[k] = x;
		}
	}
}
