/* Sorted cells: values of teammates by local week, of team inboxes by local day. */
#include "metrics/columns_inside.h"

#include <string.h>

#include "metrics/durations.h"

enum { SMALL = 24, CELL_CAP = 4 };

static void sort_small(uint32_t *v, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++) {
		uint32_t x = v[i];
		uint32_t k = i;
		for (; k > 0 && v[k - 1] > x; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
}

static void sink(uint32_t *v, uint32_t i, uint32_t n)
{
	uint32_t x = v[i];
	for (uint32_t child = 2 * i + 1; child < n; child = 2 * i + 1) {
		child += child + 1 < n && v[child + 1] > v[child];
		if (v[child] <= x)
			break;
		v[i] = v[child];
		i = child;
	}
	v[i] = x;
}

static void heap_sort(uint32_t *v, uint32_t n)
{
	for (uint32_t i = n / 2; i > 0; i--)
		sink(v, i - 1, n);
	for (uint32_t i = n - 1; i > 0; i--) {
		uint32_t x = v[0];
		v[0] = v[i];
		v[i] = x;
		sink(v, 0, i);
	}
}

static uint32_t middle_of(uint32_t a, uint32_t b, uint32_t c)
{
	uint32_t low = a < b ? a : b;
	uint32_t high = a < b ? b : a;
	return c < low ? low : c > high ? high : c;
}

/* Quicksort with the median of three; a heap takes over where it would go deep (introsort: Musser,
 * Software: Practice and Experience 27 (1997)). */
static void sort_deep(uint32_t *v, uint32_t n, uint32_t depth)
{
	while (n > SMALL) {
		if (depth-- == 0) {
			heap_sort(v, n);
			return;
		}
		uint32_t pivot = middle_of(v[0], v[n / 2], v[n - 1]);
		uint32_t i = 0;
		uint32_t k = n - 1;
		for (;; i++, k--) {
			while (v[i] < pivot)
				i++;
			while (v[k] > pivot)
				k--;
			if (i >= k)
				break;
			uint32_t x = v[i];
			v[i] = v[k];
			v[k] = x;
		}
		uint32_t left = k + 1;
		sort_deep(v + left, n - left, depth);
		n = left;
	}
	sort_small(v, n);
}

void ek_columns_sort(uint32_t *v, uint32_t n)
{
	uint32_t depth = 2;
	for (uint32_t i = n; i > 1; i /= 2)
		depth += 2;
	sort_deep(v, n, depth);
}

static uint64_t hash_of(int measure, uint32_t team, uint32_t mate, int32_t period)
{
	uint64_t h = (uint64_t)team << 32 | mate;
	h = (h ^ h >> 31) * 0x9e3779b97f4a7c15u;
	h ^= (uint64_t)(uint32_t)period << 8 | (uint32_t)measure;
	return (h ^ h >> 30) * 0xbf58476d1ce4e5b9u;
}

static uint32_t place_of(const struct ek_columns *c, uint64_t hash,
			 const struct ek_columns_cell *want)
{
	uint32_t at = ek_table_get(&c->places, hash);
	while (at != 0) {
		const struct ek_columns_cell *cell = &c->cells[at - 1];
		if (cell->team == want->team && cell->mate == want->mate &&
		    cell->period == want->period && cell->measure == want->measure)
			break;
		at = cell->next;
	}
	return at;
}

const struct ek_columns_cell *ek_columns_find(const struct ek_columns *c, int measure,
					      uint32_t team, uint32_t mate, int32_t period)
{
	const struct ek_columns_cell want = {
		.team = team, .mate = mate, .period = period, .measure = (uint8_t)measure};
	uint32_t at = place_of(c, hash_of(measure, team, mate, period), &want);
	return at == 0 ? NULL : &c->cells[at - 1];
}

static struct ek_columns_cell *make(struct ek_columns *c, uint64_t hash,
				    const struct ek_columns_cell *want)
{
	void *cells = c->cells;
	if (c->cell_count == c->cell_cap) {
		uint32_t cap = c->cell_cap == 0 ? 256 : c->cell_cap * 2;
		if (!ek_columns_widen(c, &cells, c->cell_cap * sizeof *c->cells,
				      cap * sizeof *c->cells))
			return NULL;
		c->cells = cells;
		c->cell_cap = cap;
	}
	uint32_t next = ek_table_get(&c->places, hash);
	if (!ek_table_put(&c->places, hash, c->cell_count + 1))
		return NULL;
	c->cells[c->cell_count] = *want;
	c->cells[c->cell_count].next = next;
	return &c->cells[c->cell_count++];
}

static bool list_unsealed(struct ek_columns *c, struct ek_columns_cell *cell)
{
	void *v = c->unsealed;
	if (cell->listed)
		return true;
	if (c->unsealed_count == c->unsealed_cap) {
		uint32_t cap = c->unsealed_cap == 0 ? 256 : c->unsealed_cap * 2;
		if (!ek_columns_widen(c, &v, c->unsealed_cap * sizeof *c->unsealed,
				      cap * sizeof *c->unsealed))
			return false;
		c->unsealed = v;
		c->unsealed_cap = cap;
	}
	c->unsealed[c->unsealed_count++] = (uint32_t)(cell - c->cells);
	cell->listed = true;
	return true;
}

/* How many values are at most x. */
static uint32_t count_up_to(const struct ek_columns_cell *cell, uint32_t x)
{
	uint32_t low = 0;
	uint32_t high = cell->n;
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		if (cell->v[middle] <= x)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What is asked of a sorted cell, so that nobody need look at its values. */
static void mark(struct ek_columns_cell *cell)
{
	uint32_t n = cell->n;
	uint32_t limit = ek_durations_limit(n);
	bool has_limits = limit != UINT32_MAX;
	cell->lower = cell->v[(n - 1) / 2];
	cell->upper = cell->v[n / 2];
	cell->p90 = cell->v[((uint64_t)n * 9 + 9) / 10 - 1];
	cell->low = has_limits ? cell->v[limit] : 0;
	cell->high = has_limits ? cell->v[n - 1 - limit] : 0;
}

static bool put(struct ek_columns *c, const struct ek_columns_cell *want, uint32_t value)
{
	uint64_t hash = hash_of(want->measure, want->team, want->mate, want->period);
	uint32_t at = place_of(c, hash, want);
	struct ek_columns_cell *cell = at != 0 ? &c->cells[at - 1] : make(c, hash, want);
	if (cell == NULL)
		return false;
	cell->doubtful = cell->doubtful || want->doubtful;
	if (cell->n == cell->cap) {
		void *v = cell->v;
		uint32_t cap = cell->cap == 0 ? CELL_CAP : cell->cap * 2;
		if (!ek_columns_widen(c, &v, cell->cap * sizeof *cell->v, cap * sizeof *cell->v))
			return false;
		cell->v = v;
		cell->cap = cap;
	}
	uint32_t place = cell->n;
	if (cell->sorted) {
		place = count_up_to(cell, value);
		memmove(cell->v + place + 1, cell->v + place, (cell->n - place) * sizeof *cell->v);
	}
	cell->v[place] = value;
	cell->n++;
	cell->sum += value;
	if (!cell->sorted)
		return list_unsealed(c, cell);
	mark(cell);
	return true;
}

bool ek_columns_put(struct ek_columns *c, const struct ek_columns_row *row)
{
	struct ek_columns_cell cell = {
		.measure = row->measure, .team = row->team, .period = row->team_day};
	uint32_t most = row->at < row->start ? 0 : row->at - row->start;
	cell.doubtful = row->at < row->start || row->team_value > most || row->mate_value > most;
	bool ok = row->team == 0 || put(c, &cell, row->team_value);
	if (row->mate == 0)
		return ok;
	cell.mate = row->mate;
	cell.period = row->team_week;
	ok = ok && (row->team == 0 || put(c, &cell, row->mate_value));
	cell.team = 0;
	cell.period = row->all_week;
	return ok && put(c, &cell, row->mate_value);
}

static bool take(struct ek_columns *c, const struct ek_columns_cell *want, uint32_t value)
{
	uint32_t at =
		place_of(c, hash_of(want->measure, want->team, want->mate, want->period), want);
	struct ek_columns_cell *cell = at == 0 ? NULL : &c->cells[at - 1];
	uint32_t i = 0;
	while (cell != NULL && i < cell->n && cell->v[i] != value)
		i++;
	if (cell == NULL || i == cell->n)
		return false;
	cell->n--;
	memmove(cell->v + i, cell->v + i + 1, (cell->n - i) * sizeof *cell->v);
	cell->sum -= value;
	if (cell->sorted && cell->n > 0)
		mark(cell);
	return true;
}

bool ek_columns_take(struct ek_columns *c, const struct ek_columns_row *row)
{
	struct ek_columns_cell cell = {
		.measure = row->measure, .team = row->team, .period = row->team_day};
	bool ok = row->team == 0 || take(c, &cell, row->team_value);
	if (row->mate == 0)
		return ok;
	cell.mate = row->mate;
	cell.period = row->team_week;
	ok = (row->team == 0 || take(c, &cell, row->mate_value)) && ok;
	cell.team = 0;
	cell.period = row->all_week;
	return take(c, &cell, row->mate_value) && ok;
}

void ek_columns_seal(struct ek_columns *c, int32_t day, int32_t week)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < c->unsealed_count; i++) {
		struct ek_columns_cell *cell = &c->cells[c->unsealed[i]];
		int32_t end = cell->mate == 0 ? day : week;
		if (end != INT32_MAX && cell->period >= end) {
			c->unsealed[n++] = c->unsealed[i];
			continue;
		}
		ek_columns_sort(cell->v, cell->n);
		cell->sorted = true;
		if (cell->n > 0)
			mark(cell);
		cell->listed = false;
	}
	c->unsealed_count = n;
}
