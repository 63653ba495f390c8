/* What becomes of each row: the same, changed, or blocked and why. */
#include "api/api_bulk.h"

#include <string.h>

#include "api/api_text.h"
#include "model/limits.h"

/* ---- what a change makes of a field */

static bool change_tags(struct ek_turn *t, const struct ek_api_bulk_change *c, ek_str *tags)
{
	struct ek_patch b;
	struct ek_json j;
	uint32_t n = 0;
	bool is_there = false;
	bool is_done = c->op == EK_API_BULK_REMOVE_TAG;
	bool ok = ek_patch_open(&b, *tags, t->arena, &t->problem);
	struct ek_patch_at root = ek_patch_root(&b);
	ok = ok && ek_patch_list(&root, 0, UINT16_MAX, &n);
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	/* They stand in the order of their numbers. */
	for (uint32_t i = 0; ok && i < n; i++) {
		struct ek_patch_at at = ek_patch_row(&root, i);
		uint64_t id = 0;
		ok = ek_patch_id(&at, EK_IDENT_TAG, &id);
		is_there = id == c->tag;
		if (!is_done && id > c->tag)
			ek_json_id(&j, EK_IDENT_TAG, c->tag);
		is_done = is_done || id >= c->tag;
		if (!is_there || c->op == EK_API_BULK_ADD_TAG)
			ek_json_id(&j, EK_IDENT_TAG, id);
	}
	if (!is_done)
		ek_json_id(&j, EK_IDENT_TAG, c->tag);
	ek_json_list_end(&j);
	*tags = ek_api_text_take(t, &j);
	ek_patch_close(&b);
	return ok && tags->p != NULL;
}

/* The fields of a row that the changes are about, each once. */
static bool fields_of(struct ek_turn *t, const struct ek_api_bulk_draft *d,
		      struct ek_api_bulk_side *out)
{
	bool has_tags = false;
	*out = (struct ek_api_bulk_side){ek_turn_get(t, (d->change_count + 1) * sizeof *out->v), 0};
	if (out->v == NULL)
		return false;
	for (uint32_t i = 0; i < d->change_count; i++) {
		const struct ek_api_bulk_field *f = &d->changes[i].field;
		if (f->kind == EK_API_BULK_TAGS && has_tags)
			continue;
		has_tags = has_tags || f->kind == EK_API_BULK_TAGS;
		out->v[out->n++] = *f;
	}
	return true;
}

static bool wish(struct ek_turn *t, const struct ek_api_bulk_draft *d,
		 const struct ek_api_bulk_side *now, struct ek_api_bulk_side *out)
{
	*out = (struct ek_api_bulk_side){ek_turn_get(t, (now->n + 1) * sizeof *out->v), now->n};
	if (out->v == NULL)
		return false;
	memcpy(out->v, now->v, now->n * sizeof *out->v);
	uint32_t at = 0;
	int tags = -1;
	for (uint32_t i = 0; i < d->change_count; i++) {
		const struct ek_api_bulk_change *c = &d->changes[i];
		if (c->field.kind != EK_API_BULK_TAGS) {
			out->v[at++] = c->field;
			continue;
		}
		if (tags < 0)
			tags = (int)at++;
		if (!change_tags(t, c, &out->v[tags].s))
			return false;
	}
	return true;
}

/* ---- an undo */

static bool is_left_out(const struct ek_api_bulk_draft *d, const struct ek_api_bulk_row *row,
			const struct ek_api_bulk_field *f)
{
	char name[EK_API_BULK_NAME_MAX];
	char id[EK_API_BULK_ID_MAX];
	char both[EK_API_BULK_ID_MAX + EK_API_BULK_NAME_MAX];
	size_t n = ek_api_bulk_id(d->resource, row->object, id);
	id[n] = 0;
	ek_api_bulk_name(f, name);
	ek_format(both, sizeof both, "%s.%s", id, name);
	for (uint32_t i = 0; i < d->left_out_count; i++) {
		const ek_str s = d->left_out[i];
		if (ek_str_is(s, id) || ek_str_is(s, name) || ek_str_is(s, both))
			return true;
	}
	return false;
}

static void conflict(struct ek_turn *t, const struct ek_api_bulk_draft *d,
		     const struct ek_api_bulk_row *row, const struct ek_api_bulk_field *f)
{
	struct ek_problem_fault fault = {.code = EK_FAULT_CHANGED};
	char name[EK_API_BULK_NAME_MAX];
	char id[EK_API_BULK_ID_MAX];
	size_t n = ek_api_bulk_id(d->resource, row->object, id);
	id[n] = 0;
	ek_api_bulk_name(f, name);
	ek_problem_add(&t->problem, EK_PROBLEM_UNDO_CONFLICT, &fault, "%s.%s", id, name);
}

/* What was not changed since goes back; what is left out stays as it is. */
static void back(struct ek_turn *t, const struct ek_api_bulk_draft *d, struct ek_api_bulk_row *row,
		 const struct ek_api_bulk_side *left)
{
	for (uint32_t i = 0; i < row->sides[1].n; i++) {
		const struct ek_api_bulk_field *now = &row->sides[0].v[i];
		bool is_ours = !ek_api_bulk_equal(&left->v[i], &row->sides[1].v[i]);
		bool is_same = ek_api_bulk_equal(now, &left->v[i]);
		if (!is_ours || is_left_out(d, row, now))
			row->sides[1].v[i] = *now;
		else if (!is_same)
			conflict(t, d, row, now);
	}
}

/* ---- one row */

static const char *both_levels(const struct ek_api_bulk_draft *d, const struct ek_api_bulk_row *row)
{
	if (d->resource != EK_API_BULK_TEAMMATES || d->change_count == 0)
		return NULL;
	for (uint32_t i = 0; i < row->sides[1].n; i++) {
		const struct ek_api_bulk_field *from = &row->sides[0].v[i];
		const struct ek_api_bulk_field *to = &row->sides[1].v[i];
		if (to->kind == EK_API_BULK_LEVEL && to->i != 0 && from->i != 0 && to->i != from->i)
			return "both_levels";
	}
	return NULL;
}

static bool is_same(const struct ek_api_bulk_row *row)
{
	for (uint32_t i = 0; i < row->sides[1].n; i++)
		if (!ek_api_bulk_equal(&row->sides[0].v[i], &row->sides[1].v[i]))
			return false;
	return true;
}

static bool fill(struct ek_turn *t, struct ek_api_bulk_draft *d, uint32_t i,
		 const struct ek_api_bulk_side *fields, bool *found)
{
	struct ek_api_bulk_row *row = &d->rows[i];
	bool is_given = d->change_count == 0;
	if (!ek_api_bulk_now(t, row->object, is_given ? &row->sides[1] : fields, &row->sides[0],
			     found))
		return false;
	if (!*found)
		return true;
	if (!is_given)
		return wish(t, d, &row->sides[0], &row->sides[1]);
	if (d->left != NULL)
		back(t, d, row, &d->left[i]);
	return true;
}

static bool judge(struct ek_turn *t, struct ek_api_bulk_draft *d, uint32_t i,
		  const struct ek_api_bulk_side *fields)
{
	struct ek_api_bulk_row *row = &d->rows[i];
	bool found = false;
	row->row = i + 1;
	/* What an import could not read stays blocked. */
	if (row->result == EK_API_BULK_BLOCKED)
		return true;
	if (!fill(t, d, i, fields, &found))
		return false;
	if (!found) {
		row->result = EK_API_BULK_BLOCKED;
		row->code = "not_found";
		return true;
	}
	if (row->code == NULL)
		row->code = both_levels(d, row);
	if (row->code == NULL)
		row->code = ek_api_bulk_may(t, d->resource, row->object, row->sides);
	row->result = row->code != NULL ? EK_API_BULK_BLOCKED
		      : is_same(row)    ? EK_API_BULK_SAME
					: EK_API_BULK_CHANGE;
	if (row->code != NULL && ek_str_is(EK_S("not_found"), row->code))
		return true;
	row->before = ek_api_bulk_print(t, &row->sides[0]);
	row->after = ek_api_bulk_print(t, &row->sides[1]);
	return row->before.p != NULL && row->after.p != NULL;
}

bool ek_api_bulk_judge(struct ek_turn *t, struct ek_api_bulk_draft *d)
{
	struct ek_api_bulk_side fields = {0};
	if (!fields_of(t, d, &fields))
		return false;
	for (uint32_t i = 0; i < d->n; i++)
		if (!judge(t, d, i, &fields))
			return false;
	return ek_problem_is_none(&t->problem);
}
