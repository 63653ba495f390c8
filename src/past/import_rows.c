/* The rows of an import: one by one, or by cases. */
#include <stdlib.h>
#include <string.h>

#include "past/import_state.h"
#include "sys/heap.h"

enum { PROGRESS_ROWS = 4096, COMMIT_ITEMS = 100000 };

static const char other_width[] = "it has another number of cells than the header";

/* ---- what becomes of a row */

static void count_reason(struct import *m, const char *field, const char *why, bool is_left_out)
{
	struct ek_import_report *r = m->report;
	uint32_t i = 0;
	while (i < r->reason_count && (r->reasons[i].field != field || r->reasons[i].why != why))
		i++;
	if (i == EK_IMPORT_REASONS)
		return; /* the totals count it all the same */
	if (i == r->reason_count)
		r->reasons[r->reason_count++] =
			(struct ek_import_reason){field, why, 0, is_left_out};
	r->reasons[i].n++;
}

static void refuse(struct import *m, const struct ek_import_refusal *refusal)
{
	m->report->refused++;
	count_reason(m, refusal->field, refusal->why, false);
	if (m->o->refused != NULL)
		m->o->refused(m->o->ctx, refusal);
}

static void refuse_record(struct import *m, uint32_t sheet, const char *why)
{
	const struct ek_table *t = m->tables[sheet];
	refuse(m,
	       &(struct ek_import_refusal){
		       .sheet = sheet, .line = t->line, .why = why, .cells = t->cells, .n = t->n});
}

/* Whether the map leaves this row out. */
static bool leave_out(struct import *m, const struct ek_map_row *row)
{
	for (uint32_t i = 0; i < m->map->leave_out_count; i++) {
		if (!ek_map_holds(m->map, row, &m->map->leave_out[i].tests))
			continue;
		m->report->left_out++;
		count_reason(m, NULL, m->map->leave_out[i].reason, true);
		return true;
	}
	return false;
}

/* The next record that can be read; false at the end. It stands in m->tables[sheet]. */
static bool next_record(struct import *m, uint32_t sheet)
{
	struct ek_table *t = m->tables[sheet];
	uint64_t *count = sheet == EK_MAP_MAIN ? &m->report->rows : &m->report->messages;
	const char *fault;
	while (ek_table_next(t, &fault)) {
		++*count;
		if (*count % PROGRESS_ROWS == 0 && m->o->progress != NULL)
			m->o->progress(m->o->ctx, m->report);
		if (fault == NULL && t->n != m->map->sheets[sheet].width)
			fault = other_width;
		if (fault == NULL)
			return true;
		refuse_record(m, sheet, fault);
	}
	return false;
}

bool ek_import_bind(struct import *m, uint32_t sheet, ek_str text, struct ek_err *err)
{
	static const char *const which[] = {"the table", "the table of messages"};
	struct ek_table *t = m->tables[sheet];
	const char *fault = NULL;
	struct ek_err why = {.code = EK_USAGE};
	if (!ek_table_open(t, text, &m->cells[sheet], &why))
		return ek_fail(err, EK_USAGE, "%s: %s", which[sheet], why.msg);
	t->separator = m->map->separator;
	t->is_latin1 = m->map->is_latin1;
	uint32_t at = t->at;
	if (!ek_table_next(t, &fault))
		return ek_fail(err, EK_USAGE, "%s is empty", which[sheet]);
	if (fault != NULL)
		return ek_fail(err, EK_USAGE, "%s: line %u, which names the columns: %s",
			       which[sheet], t->line, fault);
	if (!ek_map_bind(m->map, sheet, t->cells, t->n, &why))
		return ek_fail(err, EK_USAGE, "%s: %s", which[sheet], why.msg);
	if (!m->map->has_header)
		ek_table_seek(t, at, 1);
	return true;
}

/* ---- one thing */

static bool make(struct import *m, const struct ek_item_case *c, int64_t number,
		 const struct ek_import_refusal *place, struct ek_err *err)
{
	struct ek_import_refusal refusal = *place;
	m->item.number = number;
	if (!ek_item_make(&m->item, c, &m->batch[m->batch_n], err))
		return false;
	m->uncommitted++;
	if (m->item.why != NULL) {
		refusal.field = m->item.field;
		refusal.why = m->item.why;
		refuse(m, &refusal);
	} else {
		bool is_new = number > m->last_item;
		m->report->noted++;
		m->report->already += !is_new;
		m->batch_n += is_new;
	}
	bool is_full = m->batch_n == EK_LIMIT_IMPORT_ROWS || m->uncommitted >= COMMIT_ITEMS;
	return !is_full || number <= m->last_item || ek_import_commit(m, number, false, err);
}

static bool import_singles(struct import *m, struct ek_err *err)
{
	const struct ek_table *t = m->tables[EK_MAP_MAIN];
	while (next_record(m, EK_MAP_MAIN)) {
		const struct ek_map_row row = {t->cells, EK_MAP_MAIN};
		const struct ek_item_case c = {.rows = &row, .n = 1};
		const struct ek_import_refusal place = {
			.line = t->line, .cells = t->cells, .n = t->n};
		ek_arena_reset(&m->scratch);
		if (!leave_out(m, &row) && !make(m, &c, (int64_t)m->report->rows, &place, err))
			return false;
	}
	return ek_import_commit(m, (int64_t)m->report->rows, true, err);
}

/* ---- cases */

static bool index_sheet(struct import *m, uint32_t sheet, const struct ek_map_value *key,
			struct ek_err *err)
{
	const struct ek_table *t = m->tables[sheet];
	while (next_record(m, sheet)) {
		const struct ek_map_row row = {t->cells, sheet};
		bool known = true;
		if (sheet == EK_MAP_MAIN && leave_out(m, &row))
			continue;
		ek_arena_reset(&m->scratch);
		ek_str name = ek_map_says(m->map, &row, key, &m->scratch);
		if (name.p == NULL) {
			refuse_record(m, sheet, "it belongs to no case: its cell is empty");
			continue;
		}
		const struct ek_cases_row of = {sheet, name, t->from, t->line};
		if (!ek_cases_add(m->cases, &of, &known, err))
			return false;
		if (sheet == EK_MAP_MESSAGES && !known)
			refuse_record(m, sheet, "there is no such case");
	}
	return true;
}

/* The cells of a record, in scratch: those that the table does not hold go with the next. */
static const ek_str *copy_cells(struct import *m, const struct ek_table *t)
{
	ek_str *v = ek_arena_get(&m->scratch, (t->n + 1) * sizeof *v);
	bool ok = v != NULL;
	for (uint32_t i = 0; ok && i < t->n; i++) {
		ek_str s = t->cells[i];
		bool is_there = s.p >= t->text.p && s.p < t->text.p + t->text.n;
		v[i] = is_there || s.n == 0 ? s : ek_arena_str(&m->scratch, s, &ok);
	}
	return ok ? v : NULL;
}

static bool read_rows(struct import *m, uint32_t sheet, uint32_t number,
		      const struct ek_map_row **out, struct ek_err *err)
{
	uint32_t n;
	const struct ek_cases_record *records = ek_cases_records(m->cases, sheet, number, &n);
	struct ek_table *t = m->tables[sheet];
	struct ek_map_row *rows = ek_arena_get(&m->scratch, (n + 1) * sizeof *rows);
	for (uint32_t i = 0; rows != NULL && i < n; i++) {
		const char *fault;
		ek_table_seek(t, records[i].from, records[i].line);
		bool ok = ek_table_next(t, &fault);
		ek_assert(ok && fault == NULL);
		rows[i] = (struct ek_map_row){copy_cells(m, t), sheet};
		if (rows[i].cells == NULL)
			return ek_fail(err, EK_NO_MEMORY, "line %u: the case is too large",
				       records[i].line);
	}
	*out = rows;
	return rows != NULL || ek_fail(err, EK_NO_MEMORY, "no memory for a case");
}

struct ranked {
	int64_t rank;
	uint32_t place;
	struct ek_map_row row;
};

static int by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

/* Puts the rows of a case in the map's order; those that say none come last. */
static bool sort_rows(struct import *m, uint32_t n, const struct ek_map_row **rows)
{
	struct ranked *v = ek_arena_get(&m->scratch, (n + 1) * sizeof *v);
	struct ek_map_row *sorted = ek_arena_get(&m->scratch, (n + 1) * sizeof *sorted);
	if (v == NULL || sorted == NULL)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		ek_time t;
		ek_str s = ek_map_says(m->map, &(*rows)[i], &m->map->order, &m->scratch);
		v[i] = (struct ranked){INT64_MAX, i, (*rows)[i]};
		if (s.p != NULL && !ek_map_micro(s, &v[i].rank) && ek_map_time(m->map, s, &t))
			v[i].rank = t.ms;
	}
	qsort(v, n, sizeof *v, by_rank);
	for (uint32_t i = 0; i < n; i++)
		sorted[i] = v[i].row;
	*rows = sorted;
	return true;
}

static bool import_case(struct import *m, uint32_t number, struct ek_err *err)
{
	struct ek_item_case c;
	const struct ek_cases_record *first = ek_cases_records(m->cases, EK_MAP_MAIN, number, &c.n);
	(void)ek_cases_records(m->cases, EK_MAP_MESSAGES, number, &c.message_count);
	struct ek_import_refusal place = {.line = first->line};
	ek_arena_reset(&m->scratch);
	if (c.n > EK_LIMIT_CASE_ROWS || c.message_count > EK_LIMIT_CASE_ROWS) {
		place.why = "its case has more than 10,000 rows";
		refuse(m, &place);
		return true;
	}
	if (!read_rows(m, EK_MAP_MAIN, number, &c.rows, err) ||
	    !read_rows(m, EK_MAP_MESSAGES, number, &c.messages, err))
		return false;
	place.cells = c.rows[0].cells;
	place.n = m->map->sheets[EK_MAP_MAIN].width;
	if (m->map->has_order && !sort_rows(m, c.n, &c.rows))
		return ek_fail(err, EK_NO_MEMORY, "no memory for a case");
	return make(m, &c, (int64_t)number + 1, &place, err);
}

static bool import_cases(struct import *m, struct ek_err *err)
{
	if (!ek_cases_open(ek_heap_alloc(), &m->cases, err) ||
	    !index_sheet(m, EK_MAP_MAIN, &m->map->group, err) ||
	    (m->map->has_messages &&
	     !index_sheet(m, EK_MAP_MESSAGES, &m->map->message_case, err)) ||
	    !ek_cases_end(m->cases, err))
		return false;
	uint32_t n = ek_cases_count(m->cases);
	for (uint32_t i = 0; i < n; i++) {
		if (!import_case(m, i, err))
			return false;
		if (i % PROGRESS_ROWS == 0 && m->o->progress != NULL)
			m->o->progress(m->o->ctx, m->report);
	}
	return ek_import_commit(m, n, true, err);
}

bool ek_import_rows(struct import *m, struct ek_err *err)
{
	return m->map->has_case ? import_cases(m, err) : import_singles(m, err);
}
