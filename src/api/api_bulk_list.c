/* Bulk edits as they are read; thrown away; cancelled. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_bulk.h"
#include "api/api_job.h"
#include "api/api_put.h"
#include "api/handlers.h"
#include "api/page.h"
#include "wire/list.h"

/* ---- lists */

#define EXPIRED "b.state = 'preview' AND b.expires_ms <= "

static const struct ek_list_column columns[EK_LIST_bulk_edits_COUNT] = {
	[EK_LIST_bulk_edits_id] = {EK_LIST_NUMBER, "b.bulk_edit", NULL},
	/* What has expired is named so when the answer is written: $1 is now. */
	[EK_LIST_bulk_edits_state] = {EK_LIST_TEXT,
				      "CASE WHEN " EXPIRED "$1 THEN 'expired' ELSE b.state END",
				      NULL},
	[EK_LIST_bulk_edits_resource] = {EK_LIST_TEXT, "b.resource", NULL},
	[EK_LIST_bulk_edits_by] = {EK_LIST_NUMBER, "b.teammate", NULL},
	[EK_LIST_bulk_edits_created_at] = {EK_LIST_NUMBER, "b.created_ms", NULL},
};

/* Whole rows, in the order of the table. */
#define WHOLE \
	"b.bulk_edit, b.state, b.resource, b.teammate, b.scope, b.changes, b.note, b.based_on," \
	" b.matched, b.change_count, b.same_count, b.blocked_count, b.blocked, b.warnings," \
	" b.effect, b.job, b.undoes, b.created_ms, b.applied_ms, b.expires_ms, b.undo_until_ms," \
	" b.revision"

void ek_api_list_bulk_edits(struct ek_turn *t)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_BULK_EDITS),
		.columns = columns,
		.select = WHOLE,
		.from = "bulk_edits b",
		.id = "b.bulk_edit",
	};
	struct ek_page p = {
		.list = &list,
		.right = EK_MAY_BULK_READ,
		.reach = {.owner = "b.teammate"},
		.where = "$1 > 0",
		.args = {ek_views_int(t->now.ms)},
		.n = 1,
	};
	if (ek_page_read(t, &p) && ek_page_select(t, &p)) {
		ek_api_list_begin(t, &p.l);
		for (uint32_t i = 0; i < p.l.rows.n; i++)
			ek_api_bulk_write(t, &t->out, ek_api_list_at(&p.l, i));
		ek_api_list_end(t, &p.l);
	}
	ek_turn_reply(t, 200);
}

static const struct ek_list_column row_columns[EK_LIST_bulk_rows_COUNT] = {
	[EK_LIST_bulk_rows_row] = {EK_LIST_NUMBER, "r.row", NULL},
	[EK_LIST_bulk_rows_result] =
		{EK_LIST_TEXT,
		 "CASE WHEN r.state IN ('same', 'blocked') THEN r.state ELSE 'change' END", NULL},
	[EK_LIST_bulk_rows_code] = {EK_LIST_TEXT, "r.code", NULL},
};

enum { ROW, OBJECT, STATE, CODE, BEFORE, AFTER };

static void write_row(struct ek_json *j, uint8_t resource, const struct ek_views_value *v)
{
	char id[EK_API_BULK_ID_MAX];
	int64_t object = ek_turn_int(&v[OBJECT]);
	ek_str state = ek_turn_text(&v[STATE]);
	bool is_change = !ek_str_is(state, "same") && !ek_str_is(state, "blocked");
	size_t n = object == EK_NONE ? 0 : ek_api_bulk_id(resource, object, id);
	ek_json_object(j);
	ek_api_put_int(j, "row", ek_turn_int(&v[ROW]));
	ek_api_put_text(j, "id", n == 0 ? (ek_str){NULL, 0} : (ek_str){id, (uint32_t)n});
	ek_api_put_text(j, "result", is_change ? EK_S("change") : state);
	ek_api_put_text(j, "code", ek_turn_text(&v[CODE]));
	ek_api_put_raw(j, "before", ek_turn_text(&v[BEFORE]));
	ek_api_put_raw(j, "after", ek_turn_text(&v[AFTER]));
	ek_api_put_bool(j, "applied", ek_str_is(state, "applied"));
	ek_json_object_end(j);
}

void ek_api_list_bulk_rows(struct ek_turn *t)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_BULK_ROWS),
		.columns = row_columns,
		.select = "r.row, r.object, r.state, r.code, r.before, r.after",
		.from = "bulk_rows r",
		.id = "r.row",
	};
	const struct ek_views_value *edit = NULL;
	struct ek_page p = {.list = &list, .where = "r.bulk_edit = $1", .n = 1};
	if (ek_page_read(t, &p) && ek_api_bulk_path(t, &edit)) {
		p.args[0] = edit[EK_CONTENT_BULK_EDITS_BULK_EDIT];
		if (ek_page_select(t, &p)) {
			ek_api_list_begin(t, &p.l);
			for (uint32_t i = 0; i < p.l.rows.n; i++)
				write_row(&t->out, ek_api_bulk_resource_of(edit),
					  ek_api_list_at(&p.l, i));
			ek_api_list_end(t, &p.l);
		}
	}
	ek_turn_reply(t, 200);
}

void ek_api_get_bulk_edit(struct ek_turn *t)
{
	const struct ek_views_value *row = NULL;
	if (ek_query_end(&t->query) && ek_api_bulk_path(t, &row))
		ek_api_bulk_answer(t, row);
	ek_turn_reply(t, 200);
}

/* ---- thrown away, cancelled */

struct ending {
	struct ek_turn_write write;
	int64_t id;
	enum ek_may right;
	const struct ek_views_value *row; /* as it is, in check */
};

/* On the writer's thread: it is still there, and theirs. */
static bool load(struct ek_turn *t, struct ending *e)
{
	if (!ek_api_bulk_load(t, e->id, &e->row))
		return false;
	const struct ek_may_object object = ek_api_bulk_object(e->row);
	return ek_turn_may(t, EK_MAY_BULK_READ, &object) && ek_turn_may(t, e->right, &object);
}

static bool check_discard(struct ek_turn *t)
{
	struct ending *e = t->state;
	if (!load(t, e))
		return false;
	ek_str state = ek_turn_text(&e->row[EK_CONTENT_BULK_EDITS_STATE]);
	return ek_str_is(state, "preview") || ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
							     "only a preview can be thrown away");
}

static void made_discard(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct ending *e = t->state;
	const struct ek_views_value id = ek_views_int(e->id);
	(void)answer;
	ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_BULK_ROWS,
						     EK_CONTENT_BULK_ROWS_BULK_EDIT, id});
	ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_BULK_EDITS,
						     EK_CONTENT_BULK_EDITS_BULK_EDIT, id});
	t->status = 204;
}

static bool check_cancel(struct ek_turn *t)
{
	struct ending *e = t->state;
	if (!load(t, e))
		return false;
	ek_str state = ek_api_bulk_state(t, e->row);
	return ek_str_is(state, "preview") || ek_str_is(state, "applying") ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "there is nothing to cancel");
}

static void made_cancel(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct ending *e = t->state;
	struct ek_views_value v[EK_CONTENT_BULK_EDITS_WIDTH];
	(void)answer;
	memcpy(v, e->row, sizeof v);
	v[EK_CONTENT_BULK_EDITS_STATE] = ek_views_text(EK_S("cancelled"));
	v[EK_CONTENT_BULK_EDITS_REVISION] =
		ek_views_int(ek_turn_int(&e->row[EK_CONTENT_BULK_EDITS_REVISION]) + 1);
	ek_turn_put(t, EK_CONTENT_BULK_EDITS, v);
	ek_api_job_put_cancelled(t, ek_turn_int(&e->row[EK_CONTENT_BULK_EDITS_JOB]));
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "bulk_edit.cancelled",
						   .object_kind = "bulk_edit",
						   .object = (uint64_t)e->id});
	ek_api_bulk_answer(t, v);
}

static void end_it(struct ek_turn *t, const struct ending *how)
{
	struct ending *e = EK_TURN_NEW(t, struct ending);
	uint64_t id = 0;
	if (e == NULL || !ek_query_end(&t->query) || !ek_turn_id(t, "id", EK_IDENT_BULK, &id)) {
		ek_turn_reply(t, 0);
		return;
	}
	*e = *how;
	e->id = (int64_t)id;
	t->state = e;
	ek_turn_write(t, &e->write);
}

void ek_api_delete_bulk_edit(struct ek_turn *t)
{
	end_it(t, &(struct ending){.write = {.check = check_discard, .made = made_discard},
				   .right = EK_MAY_BULK_DISCARD});
}

void ek_api_cancel_bulk_edit(struct ek_turn *t)
{
	end_it(t, &(struct ending){.write = {.check = check_cancel, .made = made_cancel},
				   .right = EK_MAY_BULK_CANCEL});
}
