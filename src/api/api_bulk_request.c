/* POST /bulk-edits as it comes: which rows, and what becomes of them. */
#include "api/api_bulk.h"

#include <stdlib.h>
#include <string.h>

#include "api/api_text.h"
#include "api/handlers.h"
#include "model/limits.h"
#include "wire/keep.h"
#include "wire/list.h"
#include "wire/value_json.h"

enum { CHANGES_MAX = 50, LANGUAGES_MAX = 20 };

/* ---- the changes */

/* By enum ek_api_bulk_op; a refusal names them, so they last. */
static const char *const ops[] = {
	"set",
	"inherit",
	"put_membership",
	"remove_membership",
	"add_tag",
	"remove_tag",
	"assign",
	"move",
	"close",
	"snooze",
	NULL,
};

static bool is_of(uint8_t resource, uint32_t op)
{
	if (resource == EK_API_BULK_CONVERSATIONS)
		return op >= EK_API_BULK_ADD_TAG;
	bool is_membership =
		op == EK_API_BULK_PUT_MEMBERSHIP || op == EK_API_BULK_REMOVE_MEMBERSHIP;
	return is_membership || (resource == EK_API_BULK_TEAMMATES && op < EK_API_BULK_ADD_TAG);
}

static bool read_op(const struct ek_patch_at *row, uint8_t resource, uint8_t *op)
{
	struct ek_patch_at at = ek_patch_member(row, "op");
	uint32_t place = 0;
	if (ek_patch_state(&at) == EK_PATCH_ABSENT)
		return ek_patch_fault(&at, EK_FAULT_MISSING, NULL);
	if (!ek_patch_word(&at, ops, &place))
		return false;
	if (!is_of(resource, place))
		return ek_patch_fault(&at, EK_FAULT_CONFLICT,
				      "This is not done to rows of this kind.");
	*op = (uint8_t)place;
	return true;
}

/* A setting, or the languages, which are a person's own and inherited from nowhere. */
static bool read_name(const struct ek_patch_at *row, bool is_set, struct ek_api_bulk_field *f)
{
	struct ek_patch_at at = ek_patch_member(row, "name");
	ek_str name;
	if (ek_patch_state(&at) == EK_PATCH_ABSENT)
		return ek_patch_fault(&at, EK_FAULT_MISSING, NULL);
	if (!ek_patch_text(&at, 1, EK_LIMIT_TEXT_BYTES, &name))
		return false;
	if (is_set && ek_str_is(name, "languages")) {
		*f = (struct ek_api_bulk_field){.kind = EK_API_BULK_LANGUAGES};
		return true;
	}
	int setting = ek_setting_number(name);
	if (setting == 0 || (ek_setting_row(setting)->at & EK_AT_P) == 0)
		return ek_patch_fault(&at, EK_FAULT_NOT_ONE_OF,
				      "There is no such setting of a teammate.");
	*f = (struct ek_api_bulk_field){.kind = EK_API_BULK_SETTING, .setting = (uint8_t)setting};
	return true;
}

static bool read_value(struct ek_turn *t, const struct ek_patch_at *row,
		       struct ek_api_bulk_field *f)
{
	struct ek_patch_at at = ek_patch_member(row, "value");
	struct ek_err err;
	struct ek_take take = {.arena = t->arena, .err = &err, .name = "value"};
	if (ek_patch_state(&at) == EK_PATCH_ABSENT)
		return ek_patch_fault(&at, EK_FAULT_MISSING, NULL);
	if (f->kind == EK_API_BULK_LANGUAGES)
		return ek_api_text_languages(t, &at, LANGUAGES_MAX, &f->s);
	if (!ek_value_json_read(&take, f->setting, at.json, &f->value))
		return ek_patch_fault(&at, EK_FAULT_WRONG_TYPE, err.msg);
	if (f->value.kind != EK_VALUE_UNSET &&
	    !ek_setting_check(f->setting, EK_AT_P, &f->value, &err))
		return ek_patch_fault(&at, EK_FAULT_OUT_OF_RANGE, err.msg);
	if (ek_api_text_is_turning(&f->value))
		return ek_patch_fault(&at, EK_FAULT_TURNS_TEXT, NULL);
	return true;
}

static bool read_set(struct ek_turn *t, const struct ek_patch_at *row, struct ek_api_bulk_change *c)
{
	static const char *const with[] = {"op", "name", "value"};
	bool is_set = c->op == EK_API_BULK_SET;
	bool ok = ek_patch_members(row, with, is_set ? 3 : 2);
	return read_name(row, is_set, &c->field) && ok &&
	       (!is_set || read_value(t, row, &c->field));
}

/* Of a list of memberships, the row itself says which team inbox. */
static bool read_membership(const struct ek_patch_at *row, uint8_t resource,
			    struct ek_api_bulk_change *c)
{
	static const char *const names[] = {"op", "level", "team"};
	struct ek_patch_at team = ek_patch_member(row, "team");
	struct ek_patch_at level = ek_patch_member(row, "level");
	bool is_put = c->op == EK_API_BULK_PUT_MEMBERSHIP;
	bool is_row = resource == EK_API_BULK_MEMBERSHIPS;
	uint64_t id = 0;
	int at = EK_LEVEL_PRIMARY;
	bool ok = ek_patch_members(row, names, is_row ? 2 : 3);
	if (!is_row && ek_patch_state(&team) == EK_PATCH_ABSENT)
		ok = ek_patch_fault(&team, EK_FAULT_MISSING, NULL);
	else if (!is_row)
		ok = ek_patch_id(&team, EK_IDENT_TEAM, &id) && ok;
	if (!is_put && ek_patch_state(&level) != EK_PATCH_ABSENT)
		ok = ek_patch_fault(&level, EK_FAULT_CONFLICT, "Who leaves has no level.");
	else if (is_put && ek_patch_state(&level) != EK_PATCH_ABSENT)
		ok = ek_patch_enum(&level, EK_ENUM_LEVEL, &at) && ok;
	if (at == EK_LEVEL_OVERFLOW)
		ok = ek_patch_fault(&level, EK_FAULT_NOT_ONE_OF,
				    "A level is primary or secondary.");
	c->field = (struct ek_api_bulk_field){
		.kind = EK_API_BULK_LEVEL, .team = (uint32_t)id, .i = is_put ? at : 0};
	return ok;
}

static bool read_tag(struct ek_turn *t, const struct ek_patch_at *row, struct ek_api_bulk_change *c)
{
	static const char *const names[] = {"op", "value"};
	struct ek_patch_at at = ek_patch_member(row, "value");
	struct ek_turn_rows rows;
	if (!ek_patch_members(row, names, EK_LEN(names)))
		return false;
	if (ek_patch_state(&at) == EK_PATCH_ABSENT)
		return ek_patch_fault(&at, EK_FAULT_MISSING, NULL);
	if (!ek_patch_id(&at, EK_IDENT_TAG, &c->tag))
		return false;
	const struct ek_views_value key = ek_views_int((int64_t)c->tag);
	if (!ek_turn_select(t, "SELECT tag FROM tags WHERE tag = $1 AND deleted_ms IS NULL", &key,
			    1, &rows))
		return false;
	c->field.kind = EK_API_BULK_TAGS;
	return rows.n > 0 || ek_patch_fault(&at, EK_FAULT_NOT_FOUND, NULL);
}

/* To whom, or where: an id, or null for nobody or nowhere. */
static bool read_target(const struct ek_patch_at *row, struct ek_api_bulk_change *c)
{
	bool is_move = c->op == EK_API_BULK_MOVE;
	const char *names[] = {"op", is_move ? "team" : "value"};
	struct ek_patch_at at = ek_patch_member(row, names[1]);
	uint64_t id = 0;
	if (!ek_patch_members(row, names, EK_LEN(names)))
		return false;
	if (ek_patch_state(&at) == EK_PATCH_ABSENT)
		return ek_patch_fault(&at, EK_FAULT_MISSING, NULL);
	if (ek_patch_state(&at) == EK_PATCH_VALUE &&
	    !ek_patch_id(&at, is_move ? EK_IDENT_TEAM : EK_IDENT_TEAMMATE, &id))
		return false;
	c->field = (struct ek_api_bulk_field){
		.kind = is_move ? EK_API_BULK_TEAM : EK_API_BULK_HOLDER, .i = (int64_t)id};
	return true;
}

static bool read_state(const struct ek_patch_at *row, struct ek_api_bulk_change *c)
{
	static const char *const names[] = {"op", "value"};
	bool is_snooze = c->op == EK_API_BULK_SNOOZE;
	struct ek_patch_at at = ek_patch_member(row, "value");
	c->field = (struct ek_api_bulk_field){.kind = EK_API_BULK_STATE,
					      .i = is_snooze ? EK_STATE_SNOOZED : EK_STATE_CLOSED,
					      .until = EK_NO_TIME};
	if (!ek_patch_members(row, names, is_snooze ? 2 : 1))
		return false;
	return !is_snooze || ek_patch_state(&at) != EK_PATCH_VALUE ||
	       ek_patch_time(&at, &c->field.until);
}

static bool read_change(struct ek_turn *t, const struct ek_patch_at *row, uint8_t resource,
			struct ek_api_bulk_change *c)
{
	if (!read_op(row, resource, &c->op))
		return false;
	switch (c->op) {
	case EK_API_BULK_SET:
	case EK_API_BULK_INHERIT:
		return read_set(t, row, c);
	case EK_API_BULK_PUT_MEMBERSHIP:
	case EK_API_BULK_REMOVE_MEMBERSHIP:
		return read_membership(row, resource, c);
	case EK_API_BULK_ADD_TAG:
	case EK_API_BULK_REMOVE_TAG:
		return read_tag(t, row, c);
	case EK_API_BULK_ASSIGN:
	case EK_API_BULK_MOVE:
		return read_target(row, c);
	default:
		return read_state(row, c);
	}
}

/* Whether two changes are about the same; tags may be added one after the other. */
static bool is_twice(const struct ek_api_bulk_change *a, const struct ek_api_bulk_change *b)
{
	if (a->field.kind != b->field.kind)
		return false;
	if (a->field.kind == EK_API_BULK_TAGS)
		return a->tag == b->tag;
	return a->field.setting == b->field.setting && a->field.team == b->field.team;
}

/* One person named at both levels of a team inbox is a problem of its own. */
static bool refuse_twice(const struct ek_patch_at *row, const struct ek_api_bulk_change *a,
			 const struct ek_api_bulk_change *b)
{
	bool is_both = a->field.kind == EK_API_BULK_LEVEL && a->field.i != 0 && b->field.i != 0 &&
		       a->field.i != b->field.i;
	if (is_both)
		return ek_patch_problem(row, EK_PROBLEM_BOTH_LEVELS, EK_FAULT_CONFLICT,
					"Nobody serves a team inbox at both levels.");
	return ek_patch_fault(row, EK_FAULT_REPEATED, NULL);
}

static bool read_changes(struct ek_turn *t, const struct ek_patch_at *at,
			 struct ek_api_bulk_draft *d)
{
	uint32_t n = 0;
	bool ok = true;
	if (!ek_patch_list(at, 1, CHANGES_MAX, &n))
		return false;
	struct ek_api_bulk_change *v = ek_turn_get(t, n * sizeof *v);
	if (v == NULL)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		bool is_good = read_change(t, &row, d->resource, &v[i]);
		for (uint32_t k = 0; is_good && k < i; k++) {
			if (is_twice(&v[k], &v[i]))
				is_good = refuse_twice(&row, &v[k], &v[i]);
		}
		ok = ok && is_good;
	}
	d->changes = v;
	d->change_count = n;
	return ok;
}

/* ---- the scope */

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static bool read_objects(struct ek_turn *t, const struct ek_patch_at *at, uint8_t resource,
			 int64_t **out, uint32_t *n)
{
	bool ok = true;
	*n = 0;
	if (!ek_patch_list(at, 0, EK_LIMIT_BULK_ROWS, n))
		return false;
	int64_t *v = ek_turn_get(t, (*n + 1) * sizeof *v);
	if (v == NULL)
		return false;
	for (uint32_t i = 0; i < *n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		ek_str text;
		if (!ek_patch_text(&row, 1, EK_API_BULK_ID_MAX, &text))
			ok = false;
		else if (!ek_api_bulk_id_read(resource, text, &v[i]))
			ok = ek_patch_fault(&row, EK_FAULT_BAD_ID, NULL);
	}
	*out = v;
	return ok;
}

static bool is_excepted(const struct ek_api_bulk_draft *d, int64_t object)
{
	return d->except_count > 0 &&
	       bsearch(&object, d->except, d->except_count, sizeof *d->except, by_number) != NULL;
}

/* The rows named, each once, in the order of their ids. */
static bool keep_ids(struct ek_turn *t, struct ek_api_bulk_draft *d, int64_t *ids, uint32_t n)
{
	d->rows = ek_turn_get(t, (n + 1) * sizeof *d->rows);
	if (d->rows == NULL)
		return false;
	qsort(ids, n, sizeof *ids, by_number);
	for (uint32_t i = 0; i < n; i++) {
		if (i > 0 && ids[i] == ids[i - 1])
			continue;
		d->matched++;
		if (!is_excepted(d, ids[i]))
			d->rows[d->n++].object = ids[i];
	}
	return true;
}

static bool read_where(struct ek_turn *t, const struct ek_patch_at *at, struct ek_api_bulk_draft *d)
{
	static const uint8_t lists[] = {EK_LIST_TEAMMATES, EK_LIST_MEMBERSHIPS,
					EK_LIST_CONVERSATIONS};
	struct ek_filter_reader r;
	ek_filter_init(&r, t->arena, &t->problem, ek_list_table(lists[d->resource]));
	d->has_filter = true;
	return ek_filter_read(&r, at->json, "/scope/where", &d->filter);
}

static bool read_scope(struct ek_turn *t, const struct ek_patch_at *at, struct ek_api_bulk_draft *d)
{
	static const char *const names[] = {"where", "ids", "except"};
	struct ek_patch_at where = ek_patch_member(at, "where");
	struct ek_patch_at ids = ek_patch_member(at, "ids");
	struct ek_patch_at except = ek_patch_member(at, "except");
	int64_t *v = NULL;
	uint32_t n = 0;
	if (!ek_patch_members(at, names, EK_LEN(names)))
		return false;
	bool ok = true;
	if ((ek_patch_state(&where) == EK_PATCH_ABSENT) ==
	    (ek_patch_state(&ids) == EK_PATCH_ABSENT))
		ok = ek_patch_fault(at, EK_FAULT_CONFLICT, "Give one of `where` and `ids`.");
	if (ek_patch_state(&except) != EK_PATCH_ABSENT) {
		ok = read_objects(t, &except, d->resource, &v, &d->except_count) && ok;
		if (v != NULL)
			qsort(v, d->except_count, sizeof *v, by_number);
		d->except = v;
	}
	if (!ok)
		return false;
	if (ek_patch_state(&where) != EK_PATCH_ABSENT)
		return read_where(t, &where, d);
	return read_objects(t, &ids, d->resource, &v, &n) && keep_ids(t, d, v, n);
}

/* ---- the whole */

enum { RESOURCE, SCOPE, CHANGES, NOTE, MEMBERS };

static bool keep_asked(struct ek_turn *t, const struct ek_patch_value *v,
		       struct ek_api_bulk_draft *d)
{
	return (ek_keep_value(v[SCOPE].at.json, t->arena, &d->scope) &&
		ek_keep_value(v[CHANGES].at.json, t->arena, &d->asked)) ||
	       ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
}

bool ek_api_bulk_bind(struct ek_turn *t, struct ek_api_bulk_draft *d)
{
	const struct ek_patch_rule rules[MEMBERS] = {
		[RESOURCE] = {"resource", EK_PATCH_OF_WORD, 0, EK_PATCH_REQUIRED, 0, 0,
			      ek_api_bulk_resources()},
		[SCOPE] = {"scope", EK_PATCH_OF_ANY, 0, EK_PATCH_REQUIRED, 0, 0, NULL},
		[CHANGES] = {"changes", EK_PATCH_OF_ANY, 0, EK_PATCH_REQUIRED, 0, 0, NULL},
		[NOTE] = {"note", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1, EK_LIMIT_TEXT_BYTES,
			  NULL},
	};
	struct ek_patch_value v[MEMBERS] = {0};
	struct ek_patch_at root;
	bool known = ek_query_end(&t->query);
	if (!ek_turn_body(t, &root) || !known)
		return false;
	bool ok = ek_patch_bind(&root, rules, MEMBERS, v);
	if (v[RESOURCE].state != EK_PATCH_VALUE)
		return false;
	d->resource = (uint8_t)v[RESOURCE].i;
	d->note = v[NOTE].s;
	if (v[SCOPE].state == EK_PATCH_VALUE)
		ok = read_scope(t, &v[SCOPE].at, d) && ok;
	if (v[CHANGES].state == EK_PATCH_VALUE)
		ok = read_changes(t, &v[CHANGES].at, d) && ok;
	return ok && ek_problem_is_none(&t->problem) && keep_asked(t, v, d);
}
