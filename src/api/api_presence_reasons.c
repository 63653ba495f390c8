/* Reasons for being away: the setting away_reasons, one by one, each with an id. */
#include <string.h>

#include "api/api_edit.h"
#include "api/api_list.h"
#include "api/api_presence.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "wire/list.h"

struct reason {
	struct ek_api_edit edit;
	struct ek_cmd cmd;
	struct ek_set set;
	struct ek_patch_at root;
	struct ek_patch_value v[1];
	ek_str name; /* p NULL: it goes */
	ek_str name_key;
	uint64_t id; /* 0 = a new one */
	const struct ek_views_value *row;
	uint32_t used; /* by so many who are away now */
};

/* ---- the list */

enum { REASON, NAME, DELETED };

static const struct ek_list_column columns[EK_LIST_reasons_COUNT] = {
	[EK_LIST_reasons_id] = {EK_LIST_NUMBER, "r.reason", NULL},
	[EK_LIST_reasons_name] = {EK_LIST_TEXT, "r.name", "r.name_key"},
	[EK_LIST_reasons_deleted] = {EK_LIST_NUMBER,
				     "CASE WHEN r.deleted_ms IS NULL THEN 0 ELSE 1 END", NULL},
};

static void put_reason(struct ek_json *j, uint64_t id, ek_str name, bool deleted)
{
	ek_api_put_id(j, "id", EK_IDENT_REASON, id);
	ek_api_put_text(j, "name", name);
	ek_api_put_bool(j, "deleted", deleted);
}

void ek_api_list_presence_reasons(struct ek_turn *t)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_REASONS),
		.columns = columns,
		.select = "r.reason, r.name, CASE WHEN r.deleted_ms IS NULL THEN 0 ELSE 1 END",
		.from = "presence_reasons r",
		.id = "r.reason",
	};
	const struct ek_api_list_ask ask = {&list, "", NULL, 0};
	struct ek_api_list l;
	if (!ek_api_list_query(t, &list, NULL, &l) ||
	    !ek_turn_may(t, EK_MAY_PRESENCE_REASONS_READ, NULL) ||
	    !ek_api_list_fetch(t, &ask, &l)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_list_begin(t, &l);
	for (uint32_t i = 0; i < l.rows.n; i++) {
		const struct ek_views_value *v = ek_api_list_at(&l, i);
		ek_json_object(&t->out);
		put_reason(&t->out, (uint64_t)ek_turn_int(&v[REASON]), ek_turn_text(&v[NAME]),
			   ek_turn_int(&v[DELETED]) != 0);
		ek_json_object_end(&t->out);
	}
	ek_api_list_end(t, &l);
	ek_turn_reply(t, 200);
}

/* ---- the setting */

static bool look_setting(struct ek_turn *t, struct ek_value *out)
{
	const struct ek_look_ask ask = {{EK_SCOPE_WORKSPACE, 0}, EK_SET_AWAY_REASONS};
	struct ek_setting_view v;
	struct ek_err err;
	if (!ek_look_setting(t->engine, ask, t->arena, &v, &err))
		return ek_problem_err(&t->problem, &err);
	*out = v.effective;
	return true;
}

static bool holds(const struct ek_value *list, ek_str name)
{
	for (uint32_t i = 0; i < list->n; i++)
		if (ek_str_equal(list->cells[i].s, name))
			return true;
	return false;
}

static void put_row(struct ek_turn *t, uint64_t id, ek_str name, ek_str key)
{
	struct ek_views_value v[EK_CONTENT_PRESENCE_REASONS_WIDTH] = {0};
	v[EK_CONTENT_PRESENCE_REASONS_REASON] = ek_views_int((int64_t)id);
	v[EK_CONTENT_PRESENCE_REASONS_NAME] = ek_views_text(name);
	v[EK_CONTENT_PRESENCE_REASONS_NAME_KEY] = ek_views_text(key);
	v[EK_CONTENT_PRESENCE_REASONS_CREATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_PRESENCE_REASONS_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_PRESENCE_REASONS, v);
}

/* The same row, no longer to be chosen. */
static void put_deleted(struct ek_turn *t, const struct ek_views_value *row)
{
	struct ek_views_value v[EK_CONTENT_PRESENCE_REASONS_WIDTH];
	memcpy(v, row, sizeof v);
	v[EK_CONTENT_PRESENCE_REASONS_DELETED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_PRESENCE_REASONS, v);
}

void ek_api_presence_sync(struct ek_turn *t)
{
	struct ek_turn_rows rows;
	struct ek_value list = {0};
	if (!look_setting(t, &list) ||
	    !ek_turn_select(t, "SELECT * FROM presence_reasons WHERE deleted_ms IS NULL", NULL, 0,
			    &rows))
		return;
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *row = rows.v + (size_t)i * rows.columns;
		if (!holds(&list, ek_turn_text(&row[EK_CONTENT_PRESENCE_REASONS_NAME])))
			put_deleted(t, row);
	}
	for (uint32_t k = 0; k < list.n; k++) {
		bool known = false;
		for (uint32_t i = 0; i < rows.n && !known; i++) {
			const struct ek_views_value *row = rows.v + (size_t)i * rows.columns;
			known = ek_str_equal(ek_turn_text(&row[EK_CONTENT_PRESENCE_REASONS_NAME]),
					     list.cells[k].s);
		}
		if (!known)
			put_row(t, ek_turn_new_id(t, EK_CONTENT_PRESENCE_REASONS), list.cells[k].s,
				ek_api_list_fold(t, list.cells[k].s));
	}
}

/* ---- before */

static ek_str old_name(const struct reason *r)
{
	return r->row == NULL ? (ek_str){NULL, 0}
			      : ek_turn_text(&r->row[EK_CONTENT_PRESENCE_REASONS_NAME]);
}

static bool find(struct ek_turn *t, struct reason *r)
{
	bool found = false;
	if (r->id == 0)
		return true;
	if (!ek_turn_row(t, EK_CONTENT_PRESENCE_REASONS, (int64_t)r->id, &r->row, &found))
		return false;
	if (!found || r->row[EK_CONTENT_PRESENCE_REASONS_DELETED_MS].kind != EK_VIEWS_NULL)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	return true;
}

static bool is_free(struct ek_turn *t, const struct reason *r)
{
	const struct ek_views_value args[] = {ek_views_text(r->name_key),
					      ek_views_int((int64_t)r->id)};
	struct ek_turn_rows rows;
	if (r->name.p == NULL)
		return true;
	if (!ek_turn_select(t,
			    "SELECT reason FROM presence_reasons WHERE name_key = $1"
			    " AND reason <> $2 AND deleted_ms IS NULL LIMIT 1",
			    args, 2, &rows))
		return false;
	return rows.n == 0 || ek_patch_problem(&r->v[0].at, EK_PROBLEM_CONFLICT, EK_FAULT_CONFLICT,
					       "There is such a reason already.");
}

static void count_used(struct ek_turn *t, struct reason *r)
{
	uint32_t count = ek_look_teammate_count(t->engine);
	for (uint32_t i = 1; i <= count; i++) {
		struct ek_presence_view v;
		r->used += ek_look_presence(t->engine, (ek_teammate_id){i}, &v) &&
			   v.reason.p != NULL && ek_str_equal(v.reason, old_name(r));
	}
}

/* The list with this one added, renamed or left out. */
static bool fill(struct ek_turn *t, struct reason *r)
{
	struct ek_value now = {0};
	if (!look_setting(t, &now))
		return false;
	struct ek_cell *cells = ek_turn_get(t, (now.n + 2) * sizeof *cells);
	uint32_t n = 0;
	bool is_there = false;
	for (uint32_t i = 0; cells != NULL && i < now.n; i++) {
		struct ek_cell c = now.cells[i];
		bool is_it = r->row != NULL && ek_str_equal(c.s, old_name(r));
		if (is_it)
			c.s = r->name;
		if (c.s.p == NULL)
			continue;
		is_there = is_there || (r->name.p != NULL && ek_str_equal(c.s, r->name));
		cells[n++] = c;
	}
	if (cells != NULL && r->name.p != NULL && !is_there)
		cells[n++] = (struct ek_cell){0, r->name};
	if (n > (uint32_t)ek_setting_row(EK_SET_AWAY_REASONS)->hi)
		return ek_patch_fault(&r->v[0].at, EK_FAULT_TOO_MANY, NULL);
	r->set = (struct ek_set){EK_SET_AWAY_REASONS,
				 {.kind = EK_VALUE_LIST, .n = n, .cells = cells}};
	r->cmd = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
	r->cmd.settings_change.scope = EK_SCOPE_WORKSPACE;
	r->cmd.settings_change.set = (struct ek_sets){&r->set, 1};
	r->cmd.has = 5;
	r->cmd.by = t->by;
	return cells != NULL;
}

static bool check(struct ek_turn *t)
{
	struct reason *r = t->state;
	if (!find(t, r) || !is_free(t, r) || !fill(t, r))
		return false;
	if (r->row != NULL)
		count_used(t, r);
	return true;
}

/* ---- after */

static void diff(struct ek_turn *t, struct ek_api_change_fields *f)
{
	const struct reason *r = t->state;
	ek_api_change_text(f, "name", old_name(r), r->name);
}

static void log_it(struct ek_turn *t, uint64_t id, const struct ek_answer *a)
{
	struct ek_api_change_fields f;
	uint32_t version = a->first_seq == 0 ? 0 : ek_engine_settings_version(t->engine);
	ek_api_change_open(t, &f);
	diff(t, &f);
	uint32_t n = f.n;
	ek_str fields = ek_api_change_close(t, &f);
	if (n > 0)
		ek_api_change_add(t, &(struct ek_api_change){.resource = "presence_reason",
							     .object = id,
							     .version = version,
							     .fields = fields});
}

static void made(struct ek_turn *t, const struct ek_answer *a)
{
	const struct reason *r = t->state;
	uint64_t id = r->id != 0 ? r->id : ek_turn_new_id(t, EK_CONTENT_PRESENCE_REASONS);
	bool renames = r->row != NULL && !ek_str_equal(old_name(r), r->name);
	log_it(t, id, a);
	/* What was said under the old name keeps it. */
	if (renames) {
		struct ek_views_value old[EK_CONTENT_PRESENCE_REASONS_WIDTH];
		memcpy(old, r->row, sizeof old);
		old[EK_CONTENT_PRESENCE_REASONS_REASON] =
			ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_PRESENCE_REASONS));
		put_deleted(t, old);
	}
	put_row(t, id, r->name, r->name_key);
	ek_json_object(&t->out);
	put_reason(&t->out, id, r->name, false);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
	t->status = r->id != 0 ? 200 : 201;
}

static void made_delete(struct ek_turn *t, const struct ek_answer *a)
{
	const struct reason *r = t->state;
	log_it(t, r->id, a);
	put_deleted(t, r->row);
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "id", EK_IDENT_REASON, r->id);
	ek_api_put_int(&t->out, "used", r->used);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

/* ---- handlers */

static struct reason *begin(struct ek_turn *t, bool has_id)
{
	struct reason *r = EK_TURN_NEW(t, struct reason);
	t->state = r;
	if (!ek_query_end(&t->query) || r == NULL)
		return NULL;
	r->edit.diff = diff;
	r->edit.write.cmd = &r->cmd;
	r->edit.write.check = check;
	r->edit.write.made = made;
	if (has_id && !ek_turn_id(t, "id", EK_IDENT_REASON, &r->id))
		return NULL;
	return find(t, r) && ek_turn_may(t, EK_MAY_PRESENCE_REASONS_EDIT, NULL) ? r : NULL;
}

static bool bind(struct ek_turn *t, struct reason *r)
{
	static const struct ek_patch_rule rules[] = {
		{"name", EK_PATCH_OF_ANY, 0, EK_PATCH_REQUIRED, 0, 0, NULL}};
	if (!ek_turn_body(t, &r->root) || !ek_patch_bind(&r->root, rules, 1, r->v) ||
	    !ek_api_text_name(t, &r->v[0].at, &r->name))
		return false;
	r->name_key = ek_api_list_fold(t, r->name);
	return ek_problem_is_none(&t->problem);
}

static void submit(struct ek_turn *t, struct reason *r, bool ok)
{
	if (ok)
		ek_api_edit_do(t, &r->edit);
	else
		ek_turn_reply(t, 0);
}

void ek_api_create_presence_reason(struct ek_turn *t)
{
	struct reason *r = begin(t, false);
	submit(t, r, r != NULL && bind(t, r));
}

void ek_api_update_presence_reason(struct ek_turn *t)
{
	struct reason *r = begin(t, true);
	submit(t, r, r != NULL && bind(t, r));
}

void ek_api_delete_presence_reason(struct ek_turn *t)
{
	struct reason *r = begin(t, true);
	if (r != NULL)
		r->edit.write.made = made_delete;
	submit(t, r, r != NULL);
}
