/* Bulk edits that are kept: loaded, written as answers, their rows. */
#include "api/api_bulk.h"

#include <string.h>

#include "api/api_put.h"

/* ---- loading */

bool ek_api_bulk_load(struct ek_turn *t, int64_t id, const struct ek_views_value **row)
{
	bool found = false;
	if (!ek_turn_row(t, EK_CONTENT_BULK_EDITS, id, row, &found))
		return false;
	return found || ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

bool ek_api_bulk_path(struct ek_turn *t, const struct ek_views_value **row)
{
	uint64_t id = 0;
	if (!ek_turn_id(t, "id", EK_IDENT_BULK, &id) || !ek_api_bulk_load(t, (int64_t)id, row))
		return false;
	const struct ek_may_object object = ek_api_bulk_object(*row);
	return ek_turn_may(t, EK_MAY_BULK_READ, &object);
}

struct ek_may_object ek_api_bulk_object(const struct ek_views_value *row)
{
	int64_t owner = ek_turn_int(&row[EK_CONTENT_BULK_EDITS_TEAMMATE]);
	return (struct ek_may_object){.owner = {owner == EK_NONE ? 0 : (uint32_t)owner}};
}

uint8_t ek_api_bulk_resource_of(const struct ek_views_value *row)
{
	ek_str name = ek_turn_text(&row[EK_CONTENT_BULK_EDITS_RESOURCE]);
	uint8_t i = 0;
	while (ek_api_bulk_resources()[i + 1] != NULL &&
	       !ek_str_is(name, ek_api_bulk_resources()[i]))
		i++;
	return i;
}

ek_str ek_api_bulk_state(const struct ek_turn *t, const struct ek_views_value *row)
{
	ek_str state = ek_turn_text(&row[EK_CONTENT_BULK_EDITS_STATE]);
	bool is_over = ek_turn_int(&row[EK_CONTENT_BULK_EDITS_EXPIRES_MS]) <= t->now.ms;
	return is_over && ek_str_is(state, "preview") ? EK_S("expired") : state;
}

/* ---- an answer */

static ek_str raw_or(const struct ek_views_value *v, ek_str none)
{
	ek_str s = ek_turn_text(v);
	return s.p != NULL ? s : none;
}

static void put_totals(struct ek_json *j, const struct ek_views_value *row)
{
	ek_json_key(j, "totals");
	ek_json_object(j);
	ek_api_put_int(j, "change", ek_turn_int(&row[EK_CONTENT_BULK_EDITS_CHANGE_COUNT]));
	ek_api_put_int(j, "same", ek_turn_int(&row[EK_CONTENT_BULK_EDITS_SAME_COUNT]));
	ek_api_put_int(j, "blocked", ek_turn_int(&row[EK_CONTENT_BULK_EDITS_BLOCKED_COUNT]));
	ek_json_object_end(j);
}

static uint64_t id_of(const struct ek_views_value *v)
{
	int64_t id = ek_turn_int(v);
	return id == EK_NONE ? 0 : (uint64_t)id;
}

void ek_api_bulk_write(const struct ek_turn *t, struct ek_json *j, const struct ek_views_value *row)
{
	char rows[80];
	int64_t id = ek_turn_int(&row[EK_CONTENT_BULK_EDITS_BULK_EDIT]);
	size_t n = ek_format(rows, sizeof rows, "/api/v1/bulk-edits/bulk_%lld/rows", (long long)id);
	ek_str state = ek_api_bulk_state(t, row);
	bool is_preview = ek_str_is(state, "preview");
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_BULK, (uint64_t)id);
	ek_api_put_text(j, "state", state);
	ek_api_put_text(j, "resource", ek_turn_text(&row[EK_CONTENT_BULK_EDITS_RESOURCE]));
	ek_api_put_int(j, "based_on", ek_turn_int(&row[EK_CONTENT_BULK_EDITS_BASED_ON]));
	ek_api_put_int(j, "matched", ek_turn_int(&row[EK_CONTENT_BULK_EDITS_MATCHED]));
	put_totals(j, row);
	ek_api_put_raw(j, "blocked", raw_or(&row[EK_CONTENT_BULK_EDITS_BLOCKED], EK_S("[]")));
	ek_api_put_raw(j, "effect", ek_turn_text(&row[EK_CONTENT_BULK_EDITS_EFFECT]));
	ek_api_put_time(j, "expires_at",
			is_preview ? (ek_time){ek_turn_int(&row[EK_CONTENT_BULK_EDITS_EXPIRES_MS])}
				   : EK_NO_TIME);
	ek_api_put_time(j, "undo_until",
			(ek_time){ek_turn_int(&row[EK_CONTENT_BULK_EDITS_UNDO_UNTIL_MS])});
	ek_api_put_text(j, "rows", (ek_str){rows, (uint32_t)n});
	ek_api_put_id(j, "job", EK_IDENT_JOB, id_of(&row[EK_CONTENT_BULK_EDITS_JOB]));
	ek_api_put_id(j, "undoes", EK_IDENT_BULK, id_of(&row[EK_CONTENT_BULK_EDITS_UNDOES]));
	ek_api_put_text(j, "note", ek_turn_text(&row[EK_CONTENT_BULK_EDITS_NOTE]));
	ek_api_put_id(j, "by", EK_IDENT_TEAMMATE, id_of(&row[EK_CONTENT_BULK_EDITS_TEAMMATE]));
	ek_api_put_time(j, "created_at",
			(ek_time){ek_turn_int(&row[EK_CONTENT_BULK_EDITS_CREATED_MS])});
	if (t->writer != NULL)
		ek_api_put_int(j, "seq", (int64_t)t->seq);
	ek_json_object_end(j);
}

void ek_api_bulk_answer(struct ek_turn *t, const struct ek_views_value *row)
{
	ek_turn_set_etag(t, ek_turn_int(&row[EK_CONTENT_BULK_EDITS_REVISION]));
	ek_api_bulk_write(t, &t->out, row);
}

/* ---- rows */

enum { ROW, OBJECT, CODE, BEFORE, AFTER };

static bool take_row(struct ek_turn *t, const struct ek_views_value *v, struct ek_api_bulk_row *row)
{
	int64_t object = ek_turn_int(&v[OBJECT]);
	*row = (struct ek_api_bulk_row){
		.object = object == EK_NONE ? 0 : object,
		.row = (uint32_t)ek_turn_int(&v[ROW]),
		.before = ek_turn_text(&v[BEFORE]),
		.after = ek_turn_text(&v[AFTER]),
	};
	return ek_api_bulk_read(t, row->before, &row->sides[0]) &&
	       ek_api_bulk_read(t, row->after, &row->sides[1]);
}

bool ek_api_bulk_rows(struct ek_turn *t, const struct ek_api_bulk_ask *ask,
		      struct ek_api_bulk_rows *out)
{
	static const char sql[] = "SELECT row, object, code, before, after FROM bulk_rows WHERE"
				  " bulk_edit = $1 AND state = $2 AND row > $3 ORDER BY row"
				  " LIMIT $4";
	const struct ek_views_value args[] = {
		ek_views_int(ask->bulk),
		ek_views_text((ek_str){ask->state, (uint32_t)strlen(ask->state)}),
		ek_views_int(ask->after),
		ek_views_int(ask->limit),
	};
	struct ek_turn_rows rows;
	*out = (struct ek_api_bulk_rows){NULL, 0};
	if (!ek_turn_select(t, sql, args, EK_LEN(args), &rows))
		return false;
	out->v = ek_turn_get(t, (rows.n + 1) * sizeof *out->v);
	if (out->v == NULL)
		return false;
	for (uint32_t i = 0; i < rows.n; i++)
		if (!take_row(t, rows.v + (size_t)i * rows.columns, &out->v[out->n++]))
			return false;
	return true;
}

void ek_api_bulk_put_row(struct ek_turn *t, int64_t bulk, const struct ek_api_bulk_row *row,
			 const char *state)
{
	struct ek_views_value v[EK_CONTENT_BULK_ROWS_WIDTH] = {0};
	v[EK_CONTENT_BULK_ROWS_BULK_EDIT] = ek_views_int(bulk);
	v[EK_CONTENT_BULK_ROWS_ROW] = ek_views_int(row->row);
	v[EK_CONTENT_BULK_ROWS_OBJECT] = ek_views_int(row->object == 0 ? EK_NONE : row->object);
	v[EK_CONTENT_BULK_ROWS_STATE] = ek_views_text((ek_str){state, (uint32_t)strlen(state)});
	v[EK_CONTENT_BULK_ROWS_CODE] = ek_views_text(
		(ek_str){row->code, row->code == NULL ? 0 : (uint32_t)strlen(row->code)});
	v[EK_CONTENT_BULK_ROWS_BEFORE] = ek_views_text(row->before);
	v[EK_CONTENT_BULK_ROWS_AFTER] = ek_views_text(row->after);
	ek_turn_put(t, EK_CONTENT_BULK_ROWS, v);
}
