#include "metrics/columns.h"

#include <string.h>

#include "metrics/columns_inside.h"

/* Which measures have extras. */
static const uint8_t extras[EK_MEASURE_END] = {
	[EK_MEASURE_FIRST] = 1,    [EK_MEASURE_HANDLE] = 1, [EK_MEASURE_WORK] = 1,
	[EK_MEASURE_APPROACH] = 2, [EK_MEASURE_SPELL] = 1,  [EK_MEASURE_CLOSE] = 2,
	[EK_MEASURE_TRANSFER] = 1, [EK_MEASURE_HOLD] = 1,   [EK_MEASURE_SURVEY] = 2,
};

void ek_columns_init(struct ek_columns *c, struct ek_alloc alloc)
{
	memset(c, 0, sizeof *c);
	c->alloc = alloc;
	ek_table_init(&c->places, alloc);
}

static size_t row_bytes(int measure)
{
	return 47u + 8u * extras[measure];
}

/* All columns of a measure lie in one piece of memory, the widest first. */
static void lay_out(struct ek_columns_of *of, int measure, void *memory)
{
	size_t cap = of->cap;
	of->memory = memory;
	of->ref = memory;
	int64_t *wide = (int64_t *)memory + cap;
	for (uint32_t i = 0; i < 2; i++) {
		of->extra[i] = i < extras[measure] ? wide : NULL;
		wide += i < extras[measure] ? cap : 0;
	}
	of->at = (uint32_t *)wide;
	of->start = of->at + cap;
	of->office = of->start + cap;
	of->calendar = of->office + cap;
	of->team = of->calendar + cap;
	of->mate = of->team + cap;
	of->topic = of->mate + cap;
	of->known = of->topic + cap;
	of->flags = (uint16_t *)(of->known + cap);
	of->tier = of->flags + cap;
	of->area = of->tier + cap;
	of->channel = (uint8_t *)(of->area + cap);
}

static void copy_rows(struct ek_columns_of *to, const struct ek_columns_of *from)
{
	size_t n = from->n;
	memcpy(to->ref, from->ref, n * sizeof *to->ref);
	for (uint32_t i = 0; i < 2; i++) {
		if (to->extra[i] != NULL)
			memcpy(to->extra[i], from->extra[i], n * sizeof *to->extra[i]);
	}
	memcpy(to->at, from->at, n * sizeof *to->at);
	memcpy(to->start, from->start, n * sizeof *to->start);
	memcpy(to->office, from->office, n * sizeof *to->office);
	memcpy(to->calendar, from->calendar, n * sizeof *to->calendar);
	memcpy(to->team, from->team, n * sizeof *to->team);
	memcpy(to->mate, from->mate, n * sizeof *to->mate);
	memcpy(to->topic, from->topic, n * sizeof *to->topic);
	memcpy(to->known, from->known, n * sizeof *to->known);
	memcpy(to->flags, from->flags, n * sizeof *to->flags);
	memcpy(to->tier, from->tier, n * sizeof *to->tier);
	memcpy(to->area, from->area, n * sizeof *to->area);
	memcpy(to->channel, from->channel, n * sizeof *to->channel);
}

static void free_measure(struct ek_columns *c, int measure)
{
	struct ek_columns_of *of = &c->of[measure];
	size_t blocks = of->cap / EK_COLUMNS_BLOCK;
	ek_alloc_free(&c->alloc, of->memory, of->cap * row_bytes(measure));
	ek_alloc_free(&c->alloc, of->oldest, 2 * blocks * sizeof *of->oldest);
	memset(of, 0, sizeof *of);
}

void ek_columns_fini(struct ek_columns *c)
{
	for (int i = 0; i < EK_MEASURE_END; i++)
		free_measure(c, i);
	for (uint32_t i = 0; i < c->cell_count; i++)
		ek_alloc_free(&c->alloc, c->cells[i].v, c->cells[i].cap * sizeof *c->cells[i].v);
	ek_alloc_free(&c->alloc, c->cells, c->cell_cap * sizeof *c->cells);
	ek_alloc_free(&c->alloc, c->unsealed, c->unsealed_cap * sizeof *c->unsealed);
	ek_alloc_free(&c->alloc, c->patches, c->patch_cap * sizeof *c->patches);
	ek_table_fini(&c->places);
	ek_columns_init(c, c->alloc);
}

bool ek_columns_widen(struct ek_columns *c, void **p, size_t old, size_t bytes)
{
	void *wide = c->alloc.resize(c->alloc.ctx, *p, old, bytes);
	if (wide == NULL)
		return false;
	*p = wide;
	c->bytes += bytes - old;
	return true;
}

static bool grow(struct ek_columns *c, int measure)
{
	struct ek_columns_of *of = &c->of[measure];
	struct ek_columns_of wide = {.n = of->n,
				     .cap = of->cap == 0 ? EK_COLUMNS_BLOCK : of->cap * 2};
	size_t blocks = wide.cap / EK_COLUMNS_BLOCK;
	void *memory = ek_alloc_get(&c->alloc, wide.cap * row_bytes(measure));
	wide.oldest = ek_alloc_get(&c->alloc, 2 * blocks * sizeof *wide.oldest);
	if (memory == NULL || wide.oldest == NULL) {
		ek_alloc_free(&c->alloc, memory, wide.cap * row_bytes(measure));
		ek_alloc_free(&c->alloc, wide.oldest, 2 * blocks * sizeof *wide.oldest);
		return false;
	}
	wide.newest = wide.oldest + blocks;
	lay_out(&wide, measure, memory);
	if (of->n > 0) {
		size_t had = of->cap / EK_COLUMNS_BLOCK;
		copy_rows(&wide, of);
		memcpy(wide.oldest, of->oldest, had * sizeof *of->oldest);
		memcpy(wide.newest, of->newest, had * sizeof *of->newest);
	}
	free_measure(c, measure);
	*of = wide;
	return true;
}

static void note_block(struct ek_columns_of *of, uint32_t place, uint32_t at)
{
	uint32_t block = place / EK_COLUMNS_BLOCK;
	bool is_first = place % EK_COLUMNS_BLOCK == 0;
	if (is_first || at < of->oldest[block])
		of->oldest[block] = at;
	if (is_first || at > of->newest[block])
		of->newest[block] = at;
}

bool ek_columns_append(struct ek_columns *c, const struct ek_columns_row *row, uint32_t *place)
{
	struct ek_columns_of *of = &c->of[row->measure];
	if (of->n == of->cap && !grow(c, row->measure))
		return false;
	uint32_t i = of->n;
	*place = i;
	of->at[i] = row->at;
	of->start[i] = row->start;
	of->office[i] = row->office;
	of->calendar[i] = row->calendar;
	of->team[i] = row->team;
	of->mate[i] = row->mate;
	of->topic[i] = row->topic;
	of->known[i] = row->known;
	of->ref[i] = row->ref;
	of->flags[i] = row->flags;
	of->tier[i] = row->tier;
	of->area[i] = row->area;
	of->channel[i] = row->channel;
	for (uint32_t k = 0; k < extras[row->measure]; k++)
		of->extra[k][i] = row->extra[k];
	note_block(of, i, row->at);
	of->n++;
	return !row->in_cells || ek_columns_put(c, row);
}

/* ---- what is mended */

int64_t ek_columns_says(const struct ek_columns *c, int measure, int what, uint32_t row)
{
	const struct ek_columns_of *of = &c->of[measure];
	return what == EK_COLUMNS_FLAGS ? of->flags[row] : of->extra[what][row];
}

bool ek_columns_mend(struct ek_columns *c, struct ek_columns_patch *p, int64_t is)
{
	struct ek_columns_of *of = &c->of[p->measure];
	void *v = c->patches;
	p->was = ek_columns_says(c, p->measure, p->what, p->row);
	if (p->was == is)
		return true;
	if (c->patch_count == c->patch_cap) {
		uint32_t cap = c->patch_cap == 0 ? 64 : c->patch_cap * 2;
		if (!ek_columns_widen(c, &v, c->patch_cap * sizeof *c->patches,
				      cap * sizeof *c->patches))
			return false;
		c->patches = v;
		c->patch_cap = cap;
	}
	c->patches[c->patch_count++] = *p;
	if (p->what == EK_COLUMNS_FLAGS)
		of->flags[p->row] = (uint16_t)is;
	else
		of->extra[p->what][p->row] = is;
	return true;
}

uint64_t ek_columns_bytes(const struct ek_columns *c)
{
	uint64_t sum = c->bytes + ek_table_bytes(&c->places);
	for (int i = 0; i < EK_MEASURE_END; i++)
		sum += (uint64_t)c->of[i].cap * row_bytes(i);
	return sum;
}

uint32_t ek_columns_second(ek_time t)
{
	if (t.ms == EK_NONE || t.ms < 1000)
		return EK_COLUMNS_NO_TIME;
	int64_t s = t.ms / 1000;
	return s > UINT32_MAX ? UINT32_MAX : (uint32_t)s;
}
