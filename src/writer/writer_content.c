/* Content that goes with events: kept in the turn until the commit, then put in the order given. */
#include <string.h>

#include "writer/writer_state.h"

static struct ek_writer_pending_row *new_row(struct ek_writer *w, enum ek_content table)
{
	struct ek_writer_pending_row *row = ek_arena_zero(&w->turn, sizeof *row);
	if (row == NULL)
		return NULL;
	row->table = table;
	if (w->first_row == NULL)
		w->first_row = row;
	else
		w->last_row->next = row;
	w->last_row = row;
	return row;
}

static bool no_memory(struct ek_writer *w, struct ek_err *err)
{
	return ek_fail(err, EK_NO_MEMORY, "no memory for content") || ek_writer_spoil(w, err);
}

static bool copy_value(struct ek_writer *w, struct ek_views_value *v)
{
	if (v->kind != EK_VIEWS_TEXT && v->kind != EK_VIEWS_BLOB)
		return true;
	void *p = ek_arena_get(&w->turn, v->n > 0 ? v->n : 1);
	if (p == NULL)
		return false;
	if (v->n > 0)
		memcpy(p, v->p, v->n);
	v->p = p;
	return true;
}

static bool is_same(const struct ek_views_value *a, const struct ek_views_value *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == EK_VIEWS_TEXT || a->kind == EK_VIEWS_BLOB)
		return a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
	return a->kind != EK_VIEWS_INT || a->i == b->i;
}

/* Where the values go: a row that is the table's latest and is put again (the counter that every
 * request moves on) is written once. */
static struct ek_writer_pending_row *place_of(struct ek_writer *w, enum ek_content table,
					      const struct ek_views_value *values)
{
	struct ek_writer_pending_row *row = w->latest[table];
	bool again = row != NULL;
	for (uint32_t i = 0; again && i < ek_content_table(table)->key_count; i++)
		again = is_same(&row->values[i], &values[i]);
	return again ? row : new_row(w, table);
}

void ek_writer_forget_content(struct ek_writer *w)
{
	w->first_row = NULL;
	memset(w->latest, 0, sizeof w->latest);
}

bool ek_writer_put(struct ek_writer *w, enum ek_content table, const struct ek_views_value *values,
		   struct ek_err *err)
{
	uint32_t n = ek_content_table(table)->column_count;
	struct ek_writer_pending_row *row = place_of(w, table, values);
	struct ek_views_value *copy = ek_arena_get(&w->turn, n * sizeof *copy);
	if (row == NULL || copy == NULL)
		return no_memory(w, err);
	memcpy(copy, values, n * sizeof *copy);
	row->values = copy;
	for (uint32_t i = 0; i < n; i++) {
		if (!copy_value(w, &copy[i]))
			return no_memory(w, err);
	}
	w->latest[table] = row;
	return true;
}

bool ek_writer_erase(struct ek_writer *w, const struct ek_writer_erasure *what, struct ek_err *err)
{
	struct ek_writer_pending_row *row = new_row(w, what->table);
	if (row == NULL)
		return no_memory(w, err);
	w->latest[what->table] = NULL;
	row->column = what->column;
	row->value = what->value;
	return copy_value(w, &row->value) || no_memory(w, err);
}

void ek_writer_add(struct ek_writer *w, enum ek_content table, const struct ek_views_value *values)
{
	struct ek_err err;
	bool ok = ek_writer_put(w, table, values, &err);
	(void)ok;
}

void ek_writer_remove(struct ek_writer *w, const struct ek_writer_erasure *what)
{
	struct ek_err err;
	bool ok = ek_writer_erase(w, what, &err);
	(void)ok;
}

bool ek_writer_put_content(struct ek_writer *w, struct ek_err *err)
{
	for (const struct ek_writer_pending_row *r = w->first_row; r != NULL; r = r->next) {
		bool ok =
			r->values != NULL
				? ek_log_content_put(w->log, r->table, r->values, 1, err)
				: ek_log_content_erase(w->log, r->table, r->column, r->value, err);
		if (!ok)
			return false;
	}
	return true;
}
