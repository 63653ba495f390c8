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

bool ek_writer_put(struct ek_writer *w, enum ek_content table, const struct ek_views_value *values,
		   struct ek_err *err)
{
	uint32_t n = ek_content_table(table)->column_count;
	struct ek_writer_pending_row *row = new_row(w, table);
	struct ek_views_value *copy = ek_arena_get(&w->turn, n * sizeof *copy);
	if (row == NULL || copy == NULL)
		return no_memory(w, err);
	memcpy(copy, values, n * sizeof *copy);
	row->values = copy;
	for (uint32_t i = 0; i < n; i++) {
		if (!copy_value(w, &copy[i]))
			return no_memory(w, err);
	}
	return true;
}

bool ek_writer_erase(struct ek_writer *w, const struct ek_writer_erasure *what, struct ek_err *err)
{
	struct ek_writer_pending_row *row = new_row(w, what->table);
	if (row == NULL)
		return no_memory(w, err);
	row->column = what->column;
	row->value = what->value;
	return copy_value(w, &row->value) || no_memory(w, err);
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
