/* POST /bulk-edits/{id}/undo: a bulk edit that puts back what another changed. */
#include "api/api_bulk.h"
#include "api/api_put.h"
#include "api/handlers.h"
#include "model/limits.h"

enum { LEFT_OUT_MAX = 20000 };

static bool read_left_out(struct ek_turn *t, const struct ek_patch_at *at,
			  struct ek_api_bulk_draft *d)
{
	uint32_t n = 0;
	bool ok = true;
	if (ek_patch_state(at) != EK_PATCH_VALUE)
		return true;
	if (!ek_patch_list(at, 0, LEFT_OUT_MAX, &n))
		return false;
	ek_str *v = ek_turn_get(t, (n + 1) * sizeof *v);
	if (v == NULL)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		ok = ek_patch_text(&row, 1, EK_LIMIT_TEXT_BYTES, &v[i]) && ok;
	}
	d->left_out = v;
	d->left_out_count = n;
	return ok;
}

/* An empty body asks for all of it. */
static bool bind(struct ek_turn *t, struct ek_api_bulk_draft *d)
{
	static const struct ek_patch_rule rules[] = {
		{"leave_out", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		{"note", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1, EK_LIMIT_TEXT_BYTES, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)] = {0};
	struct ek_patch_at root;
	if (!ek_query_end(&t->query))
		return false;
	if (t->http->body.n == 0)
		return true;
	if (!ek_turn_body(t, &root) || !ek_patch_bind(&root, rules, EK_LEN(rules), v))
		return false;
	d->note = v[1].s;
	return read_left_out(t, &v[0].at, d);
}

/* Each row goes from what it is to what it was before. */
static bool turn_round(struct ek_turn *t, struct ek_api_bulk_draft *d)
{
	const struct ek_api_bulk_ask ask = {(int64_t)d->undoes, "applied", 0, EK_LIMIT_BULK_ROWS};
	struct ek_api_bulk_rows rows;
	if (!ek_api_bulk_rows(t, &ask, &rows))
		return false;
	d->left = ek_turn_get(t, (rows.n + 1) * sizeof *d->left);
	if (d->left == NULL)
		return false;
	for (uint32_t i = 0; i < rows.n; i++) {
		d->left[i] = rows.v[i].sides[1];
		rows.v[i].sides[1] = rows.v[i].sides[0];
		rows.v[i].sides[0] = (struct ek_api_bulk_side){NULL, 0};
		rows.v[i].before = rows.v[i].after = (ek_str){NULL, 0};
	}
	d->rows = rows.v;
	d->n = d->matched = rows.n;
	return true;
}

static bool is_open(struct ek_turn *t, const struct ek_views_value *row)
{
	int64_t until = ek_turn_int(&row[EK_CONTENT_BULK_EDITS_UNDO_UNTIL_MS]);
	ek_str state = ek_turn_text(&row[EK_CONTENT_BULK_EDITS_STATE]);
	if (ek_str_is(state, "applying"))
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "it is still being applied: cancel it first");
	if (until == EK_NONE)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "nothing of it was applied, or it was undone");
	return until > t->now.ms ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "it is too long ago to be undone");
}

void ek_api_undo_bulk_edit(struct ek_turn *t)
{
	struct ek_api_bulk_draft *d = EK_TURN_NEW(t, struct ek_api_bulk_draft);
	const struct ek_views_value *row = NULL;
	uint64_t id = 0;
	if (t->arena->max < EK_API_BULK_MEMORY)
		t->arena->max = EK_API_BULK_MEMORY;
	bool ok = d != NULL && ek_turn_id(t, "id", EK_IDENT_BULK, &id) &&
		  ek_api_bulk_load(t, (int64_t)id, &row);
	if (ok) {
		const struct ek_may_object object = ek_api_bulk_object(row);
		ok = ek_turn_may(t, EK_MAY_BULK_UNDO, &object) && bind(t, d) && is_open(t, row);
	}
	if (ok) {
		d->undoes = id;
		d->resource = ek_api_bulk_resource_of(row);
		d->scope = EK_S("{}");
		d->asked = EK_S("[]");
		ok = turn_round(t, d);
	}
	if (ok)
		ek_api_bulk_preview(t, d);
	else
		ek_turn_reply(t, 0);
}
