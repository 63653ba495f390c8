/* Saved views: one's own, a team's, everyone's. */
#include <string.h>

#include "api/api_edit.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/api_view.h"
#include "api/handlers.h"
#include "api/page.h"
#include "wire/keep.h"
#include "wire/list.h"

enum { COLUMNS_MAX = 64, WHERE_MAX = 64 * 1024, SORT_MAX = 200 };

/* ---- one */

enum scope { OWN, TEAM, EVERYONE };
static const char *const scope_words[] = {"own", "team", "everyone", NULL};
static const char *const resource_words[] = {"conversations", "teammates", "contacts", NULL};

static const struct ek_filter_table *table_of(uint32_t resource)
{
	static const enum ek_list_name lists[] = {EK_LIST_CONVERSATIONS, EK_LIST_TEAMMATES,
						  EK_LIST_CONTACTS};
	return ek_list_table(lists[resource]);
}

static uint32_t place_of(const char *const *words, ek_str word)
{
	uint32_t i = 0;
	while (words[i + 1] != NULL && !ek_str_is(word, words[i]))
		i++;
	return i;
}

static struct ek_views_value word_value(const char *word)
{
	return ek_views_text((ek_str){word, (uint32_t)strlen(word)});
}

/* What a view is to people; stays where it was filled. */
struct object {
	struct ek_may_object may;
	ek_team_id team;
};

static uint32_t id_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT && v->i > 0 && v->i <= UINT32_MAX ? (uint32_t)v->i : 0;
}

static void make_object(struct object *o, enum scope scope, uint32_t owner, uint32_t team)
{
	*o = (struct object){.team = {scope == TEAM ? team : 0}};
	o->may.owner.v = owner;
	o->may.is_private = scope == OWN;
	o->may.teams = &o->team;
	o->may.team_count = o->team.v != 0;
}

static enum scope scope_of(const struct ek_views_value *row)
{
	return (enum scope)place_of(scope_words, ek_turn_text(&row[EK_CONTENT_SAVED_VIEWS_SCOPE]));
}

static enum ek_may right_of(enum scope scope)
{
	static const uint16_t rights[] = {EK_MAY_VIEW_OWN_EDIT, EK_MAY_VIEW_TEAM_EDIT,
					  EK_MAY_VIEW_EVERYONE_EDIT};
	return (enum ek_may)rights[scope];
}

static void object_of(struct object *o, const struct ek_views_value *row)
{
	make_object(o, scope_of(row), id_of(&row[EK_CONTENT_SAVED_VIEWS_TEAMMATE]),
		    id_of(&row[EK_CONTENT_SAVED_VIEWS_TEAM]));
}

/* The `where` of {"where":...}, as it is kept. */
static ek_str where_of(const struct ek_views_value *row)
{
	static const char head[] = "{\"where\":";
	ek_str s = ek_turn_text(&row[EK_CONTENT_SAVED_VIEWS_FILTER]);
	const uint32_t n = sizeof head - 1;
	if (s.p == NULL || s.n <= n)
		return (ek_str){NULL, 0};
	return (ek_str){s.p + n, s.n - n - 1};
}

/* row: as in saved_views. */
static void write_view(struct ek_turn *t, const struct ek_views_value *row)
{
	struct ek_json *j = &t->out;
	ek_str columns = ek_turn_text(&row[EK_CONTENT_SAVED_VIEWS_COLUMNS]);
	j->style.is_api = true;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_VIEW, (uint64_t)row[EK_CONTENT_SAVED_VIEWS_VIEW].i);
	ek_api_put_text(j, "name", ek_turn_text(&row[EK_CONTENT_SAVED_VIEWS_NAME]));
	ek_api_put_text(j, "resource", ek_turn_text(&row[EK_CONTENT_SAVED_VIEWS_RESOURCE]));
	ek_api_put_text(j, "scope", ek_turn_text(&row[EK_CONTENT_SAVED_VIEWS_SCOPE]));
	ek_api_put_id(j, "team", EK_IDENT_TEAM, id_of(&row[EK_CONTENT_SAVED_VIEWS_TEAM]));
	ek_api_put_raw(j, "where", where_of(row));
	ek_api_put_text(j, "sort", ek_turn_text(&row[EK_CONTENT_SAVED_VIEWS_SORT]));
	ek_api_put_raw(j, "columns", columns.p != NULL ? columns : EK_S("[]"));
	ek_api_put_id(j, "owner", EK_IDENT_TEAMMATE, id_of(&row[EK_CONTENT_SAVED_VIEWS_TEAMMATE]));
	ek_api_put_time(j, "updated_at",
			(ek_time){ek_turn_int(&row[EK_CONTENT_SAVED_VIEWS_UPDATED_MS])});
	if (t->writer != NULL)
		ek_api_put_int(j, "seq", (int64_t)t->seq);
	ek_json_object_end(j);
}

/* ---- list */

#define VIEW_COLUMNS \
	"v.view, v.name, v.name_key, v.scope, v.teammate, v.team, v.resource, v.filter, v.sort, " \
	"v.columns, v.position, v.created_ms, v.updated_ms, v.revision"

static const struct ek_list_column columns[EK_LIST_views_COUNT] = {
	[EK_LIST_views_id] = {EK_LIST_NUMBER, "v.view", NULL},
	[EK_LIST_views_name] = {EK_LIST_TEXT, "v.name", "v.name_key"},
	[EK_LIST_views_scope] = {EK_LIST_TEXT, "v.scope", NULL},
	[EK_LIST_views_team] = {EK_LIST_NUMBER, "v.team", NULL},
	[EK_LIST_views_resource] = {EK_LIST_TEXT, "v.resource", NULL},
};

void ek_api_list_views(struct ek_turn *t)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_VIEWS),
		.columns = columns,
		.select = VIEW_COLUMNS,
		.from = "saved_views v",
		.id = "v.view",
	};
	/* What is one's own is nobody else's, whatever the roles. */
	struct ek_page p = {
		.list = &list,
		.right = EK_MAY_VIEW_READ,
		.reach = {.team = "v.team", .owner = "v.teammate"},
		.where = "v.scope <> 'own' OR v.teammate = $1",
		.args = {ek_views_int(t->self.v)},
		.n = 1,
	};
	if (ek_page_read(t, &p) && ek_page_select(t, &p)) {
		ek_api_list_begin(t, &p.l);
		for (uint32_t i = 0; i < p.l.rows.n; i++)
			write_view(t, ek_api_list_at(&p.l, i));
		ek_api_list_end(t, &p.l);
	}
	ek_turn_reply(t, 200);
}

/* ---- one, read */

static bool load(struct ek_turn *t, uint64_t id, const struct ek_views_value **row,
		 struct object *o)
{
	bool found;
	if (!ek_turn_row(t, EK_CONTENT_SAVED_VIEWS, (int64_t)id, row, &found))
		return false;
	*o = (struct object){.may.is_absent = true};
	if (found)
		object_of(o, *row);
	return true;
}

void ek_api_get_view(struct ek_turn *t)
{
	const struct ek_views_value *row;
	struct object o;
	uint64_t id;
	if (ek_query_end(&t->query) && ek_turn_id(t, "id", EK_IDENT_VIEW, &id) &&
	    load(t, id, &row, &o) && ek_turn_may(t, EK_MAY_VIEW_READ, &o.may))
		write_view(t, row);
	ek_turn_reply(t, 200);
}

/* ---- members that come in */

struct edit {
	struct ek_api_edit edit;
	uint64_t id; /* 0 while it is made */
	uint32_t resource;
	enum scope scope;
	uint32_t team;
	bool is_known; /* the team exists */
	struct ek_patch_at body;
	struct ek_patch_value v[7];
	struct ek_views_value before[EK_CONTENT_SAVED_VIEWS_WIDTH];
	struct ek_views_value row[EK_CONTENT_SAVED_VIEWS_WIDTH];
};

/* Places of the members, in the rules and in v. `resource` is said once, when it is made. */
enum { NAME, SCOPE, TEAM_OF, WHERE, SORT, COLUMNS, RESOURCE, MEMBERS };
static const struct ek_patch_rule rules[MEMBERS] = {
	[NAME] = {"name", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	[SCOPE] = {"scope", EK_PATCH_OF_WORD, 0, 0, 0, 0, scope_words},
	[TEAM_OF] = {"team", EK_PATCH_OF_ID, EK_IDENT_TEAM, EK_PATCH_NULLABLE, 0, 0, NULL},
	[WHERE] = {"where", EK_PATCH_OF_ANY, 0, EK_PATCH_NULLABLE, 0, 0, NULL},
	[SORT] = {"sort", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1, SORT_MAX, NULL},
	[COLUMNS] = {"columns", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	[RESOURCE] = {"resource", EK_PATCH_OF_WORD, 0, EK_PATCH_REQUIRED, 0, 0, resource_words},
};

static void take_name(struct ek_turn *t, struct edit *e)
{
	ek_str name;
	const struct ek_patch_at *at = &e->v[NAME].at;
	if (ek_patch_state(at) == EK_PATCH_ABSENT) {
		if (e->id == 0)
			ek_patch_fault(at, EK_FAULT_MISSING, "A view needs a name.");
		return;
	}
	if (!ek_api_text_name(t, at, &name))
		return;
	e->row[EK_CONTENT_SAVED_VIEWS_NAME] = ek_views_text(name);
	e->row[EK_CONTENT_SAVED_VIEWS_NAME_KEY] = ek_views_text(ek_api_list_fold(t, name));
}

static bool check_team(struct ek_turn *t, struct edit *e, const struct ek_patch_at *at)
{
	static const char sql[] = "SELECT 1 FROM teams WHERE team = $1 AND deleted = 0";
	const struct ek_views_value key = ek_views_int(e->team);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	e->is_known = rows.n > 0;
	return e->is_known ||
	       ek_patch_fault(at, EK_FAULT_NOT_FOUND, "There is no such team inbox.");
}

/* Scope and team go together. */
static void take_scope(struct ek_turn *t, struct edit *e)
{
	const struct ek_patch_value *team = &e->v[TEAM_OF];
	if (e->v[SCOPE].state == EK_PATCH_VALUE)
		e->scope = (enum scope)e->v[SCOPE].i;
	if (team->state == EK_PATCH_VALUE)
		e->team = (uint32_t)team->i;
	else if (team->state == EK_PATCH_NULL || e->scope != TEAM)
		e->team = 0;
	if (e->scope == TEAM && e->team == 0)
		ek_patch_fault(&team->at, EK_FAULT_MISSING, "A team's view names the team.");
	else if (e->scope != TEAM && e->team != 0)
		ek_patch_fault(&team->at, EK_FAULT_CONFLICT, "Only a team's view names a team.");
	else if (e->team != 0 && team->state == EK_PATCH_VALUE && !check_team(t, e, &team->at))
		return;
	e->row[EK_CONTENT_SAVED_VIEWS_SCOPE] = word_value(scope_words[e->scope]);
	e->row[EK_CONTENT_SAVED_VIEWS_TEAM] = ek_views_id(e->team);
}

/* The tree is checked against the list that it is for, and kept as it came. */
static void take_where(struct ek_turn *t, struct edit *e)
{
	const struct ek_patch_at *at = &e->v[WHERE].at;
	struct ek_filter_reader r;
	struct ek_filter filter;
	struct ek_json j;
	ek_str tree;
	enum ek_patch_state state = ek_patch_state(at);
	if (state == EK_PATCH_NULL)
		e->row[EK_CONTENT_SAVED_VIEWS_FILTER] = (struct ek_views_value){0};
	if (state != EK_PATCH_VALUE)
		return;
	ek_filter_init(&r, t->arena, &t->problem, table_of(e->resource));
	if (!ek_filter_read(&r, at->json, "/where", &filter))
		return;
	if (!ek_keep_value(at->json, t->arena, &tree)) {
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
		return;
	}
	if (tree.n > WHERE_MAX) {
		ek_patch_fault(at, EK_FAULT_TOO_LONG, "A filter that is kept has 64 KiB at most.");
		return;
	}
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_api_put_raw(&j, "where", tree);
	ek_json_object_end(&j);
	e->row[EK_CONTENT_SAVED_VIEWS_FILTER] = ek_views_text(ek_api_text_take(t, &j));
}

static bool is_sortable(const struct ek_filter_table *table, ek_str name)
{
	int field = ek_filter_find(table, name);
	return field >= 0 && (table->fields[field].can & EK_FILTER_CAN_SORT) != 0;
}

/* "-waiting_since,id" */
static bool is_sort(const struct ek_filter_table *table, ek_str sort)
{
	uint32_t keys = 0;
	for (uint32_t from = 0; from <= sort.n; keys++) {
		uint32_t to = from;
		while (to < sort.n && sort.p[to] != ',')
			to++;
		from += from < to && sort.p[from] == '-';
		if (!is_sortable(table, (ek_str){sort.p + from, to - from}))
			return false;
		from = to + 1;
	}
	return keys <= EK_QUERY_SORTS;
}

static void take_sort(struct edit *e)
{
	const struct ek_patch_value *v = &e->v[SORT];
	if (v->state == EK_PATCH_NULL)
		e->row[EK_CONTENT_SAVED_VIEWS_SORT] = (struct ek_views_value){0};
	if (v->state != EK_PATCH_VALUE)
		return;
	if (is_sort(table_of(e->resource), v->s))
		e->row[EK_CONTENT_SAVED_VIEWS_SORT] = ek_views_text(v->s);
	else
		ek_patch_fault(&v->at, EK_FAULT_UNKNOWN_FIELD,
			       "At most four fields that this list can be sorted by.");
}

static void take_columns(struct ek_turn *t, struct edit *e)
{
	ek_str json;
	if (ek_patch_state(&e->v[COLUMNS].at) != EK_PATCH_ABSENT &&
	    ek_api_text_list(t, &e->v[COLUMNS].at, COLUMNS_MAX, &json))
		e->row[EK_CONTENT_SAVED_VIEWS_COLUMNS] = ek_views_text(json);
}

/* Every fault of the body. */
static void bind(struct ek_turn *t, struct edit *e)
{
	size_t count = e->id == 0 ? MEMBERS : RESOURCE;
	bool ok = ek_patch_bind(&e->body, rules, count, e->v);
	if (e->id == 0)
		e->resource = (uint32_t)e->v[RESOURCE].i;
	take_name(t, e);
	take_columns(t, e);
	if (!ok && e->id == 0 && e->v[RESOURCE].state != EK_PATCH_VALUE)
		return;
	take_scope(t, e);
	take_where(t, e);
	take_sort(e);
}

/* ---- changes; one's own are nobody's business */

static void say_fields(struct ek_api_change_fields *f, const struct ek_views_value *before,
		       const struct ek_views_value *after)
{
	static const struct {
		const char *name;
		uint8_t column;
		bool is_json;
	} fields[] = {
		{"name", EK_CONTENT_SAVED_VIEWS_NAME, false},
		{"scope", EK_CONTENT_SAVED_VIEWS_SCOPE, false},
		{"filter", EK_CONTENT_SAVED_VIEWS_FILTER, true},
		{"sort", EK_CONTENT_SAVED_VIEWS_SORT, false},
		{"columns", EK_CONTENT_SAVED_VIEWS_COLUMNS, true},
	};
	static const struct ek_views_value none[EK_CONTENT_SAVED_VIEWS_WIDTH];
	const struct ek_views_value *a = before != NULL ? before : none;
	const struct ek_views_value *b = after != NULL ? after : none;
	for (size_t i = 0; i < EK_LEN(fields); i++) {
		ek_str x = ek_turn_text(&a[fields[i].column]);
		ek_str y = ek_turn_text(&b[fields[i].column]);
		if (fields[i].is_json)
			ek_api_change_raw(f, fields[i].name, x, y);
		else
			ek_api_change_text(f, fields[i].name, x, y);
	}
}

static void diff_create(struct ek_turn *t, struct ek_api_change_fields *f)
{
	const struct edit *e = t->state;
	say_fields(f, NULL, e->row);
}

static void diff_update(struct ek_turn *t, struct ek_api_change_fields *f)
{
	const struct edit *e = t->state;
	say_fields(f, e->before, e->row);
}

static void diff_delete(struct ek_turn *t, struct ek_api_change_fields *f)
{
	const struct edit *e = t->state;
	say_fields(f, e->before, NULL);
}

static void add_change(struct ek_turn *t, const struct edit *e, const struct ek_views_value *before,
		       const struct ek_views_value *after)
{
	struct ek_api_change_fields f;
	const struct ek_views_value *is = after != NULL ? after : before;
	if ((before == NULL || scope_of(before) == OWN) &&
	    (after == NULL || scope_of(after) == OWN))
		return;
	ek_api_change_open(t, &f);
	say_fields(&f, before, after);
	struct ek_api_change change = {.resource = "view", .object = e->id};
	change.team.v = id_of(&is[EK_CONTENT_SAVED_VIEWS_TEAM]);
	change.fields = ek_api_change_close(t, &f);
	ek_api_change_add(t, &change);
}

static void put_row(struct ek_turn *t, struct edit *e)
{
	int64_t revision = ek_turn_int(&e->row[EK_CONTENT_SAVED_VIEWS_REVISION]);
	e->row[EK_CONTENT_SAVED_VIEWS_REVISION] =
		ek_views_int(revision == EK_NONE ? 1 : revision + 1);
	e->row[EK_CONTENT_SAVED_VIEWS_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_SAVED_VIEWS, e->row);
	write_view(t, e->row);
}

/* ---- making */

/* Whether the caller may have it so, as it will be. */
static bool may_be(struct ek_turn *t, const struct edit *e)
{
	struct object o;
	make_object(&o, e->scope, t->self.v, e->team);
	return ek_turn_may(t, right_of(e->scope), &o.may);
}

/* To those who see it; where it was another's before, to all. */
static void tell(struct ek_turn *t, const struct edit *e, uint64_t id, bool is_moved)
{
	struct ek_cmd_content_change what = {.tag = EK_NONE, .view = (int64_t)id};
	if (!is_moved && e->scope == OWN)
		what.teammate.v = id_of(&e->row[EK_CONTENT_SAVED_VIEWS_TEAMMATE]);
	if (!is_moved && e->scope == TEAM)
		what.team.v = e->team;
	ek_turn_tells(t, what);
}

static bool check_create(struct ek_turn *t)
{
	struct edit *e = t->state;
	e->row[EK_CONTENT_SAVED_VIEWS_TEAMMATE] = ek_views_id(t->self.v);
	tell(t, e, ek_turn_next_id(t, EK_CONTENT_SAVED_VIEWS), false);
	return true;
}

static void made_create(struct ek_turn *t, const struct ek_answer *a)
{
	struct edit *e = t->state;
	char path[64];
	(void)a;
	e->id = ek_turn_new_id(t, EK_CONTENT_SAVED_VIEWS);
	e->row[EK_CONTENT_SAVED_VIEWS_VIEW] = ek_views_int((int64_t)e->id);
	e->row[EK_CONTENT_SAVED_VIEWS_RESOURCE] = word_value(resource_words[e->resource]);
	e->row[EK_CONTENT_SAVED_VIEWS_CREATED_MS] = ek_views_int(t->now.ms);
	size_t n = ek_format(path, sizeof path, EK_ROUTE_PREFIX "/views/view_%llu",
			     (unsigned long long)e->id);
	t->location = ek_turn_copy(t, (ek_str){path, (uint32_t)n});
	t->status = 201;
	put_row(t, e);
	add_change(t, e, NULL, e->row);
}

void ek_api_create_view(struct ek_turn *t)
{
	struct edit *e = EK_TURN_NEW(t, struct edit);
	struct ek_may_object own = ek_may_own(&t->actor);
	if (e == NULL || !ek_query_end(&t->query) || !ek_turn_body(t, &e->body) ||
	    !ek_turn_may(t, EK_MAY_VIEW_READ, &own)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = e;
	bind(t, e);
	/* Rights depend on what it says, and so come behind it. */
	if (ek_problem_is_none(&t->problem) && !may_be(t, e)) {
		ek_turn_reply(t, 0);
		return;
	}
	e->edit = (struct ek_api_edit){{.check = check_create, .made = made_create}, diff_create};
	ek_api_edit_do(t, &e->edit);
}

/* ---- changing */

static bool load_edit(struct ek_turn *t, struct edit *e)
{
	const struct ek_views_value *row;
	struct object o;
	if (!ek_turn_id(t, "id", EK_IDENT_VIEW, &e->id) || !load(t, e->id, &row, &o))
		return false;
	enum scope scope = o.may.is_absent ? OWN : scope_of(row);
	if (!ek_turn_may(t, right_of(scope), &o.may))
		return false;
	memcpy(e->before, row, sizeof e->before);
	memcpy(e->row, row, sizeof e->row);
	e->scope = scope;
	e->team = o.team.v;
	e->resource = place_of(resource_words, ek_turn_text(&row[EK_CONTENT_SAVED_VIEWS_RESOURCE]));
	return true;
}

/* It is as it was when rights were asked for: else that is done anew. */
static bool check_same(struct ek_turn *t)
{
	const struct edit *e = t->state;
	const struct ek_views_value *row;
	bool found;
	if (!ek_turn_row(t, EK_CONTENT_SAVED_VIEWS, (int64_t)e->id, &row, &found))
		return false;
	if (!found)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	return ek_turn_int(&row[EK_CONTENT_SAVED_VIEWS_REVISION]) ==
		       ek_turn_int(&e->before[EK_CONTENT_SAVED_VIEWS_REVISION]) ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "somebody else has changed this view meanwhile");
}

static void made_update(struct ek_turn *t, const struct ek_answer *a)
{
	struct edit *e = t->state;
	(void)a;
	put_row(t, e);
	add_change(t, e, e->before, e->row);
}

void ek_api_update_view(struct ek_turn *t)
{
	struct edit *e = EK_TURN_NEW(t, struct edit);
	if (e == NULL || !ek_query_end(&t->query) || !ek_turn_body(t, &e->body) ||
	    !load_edit(t, e)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = e;
	bind(t, e);
	bool is_moved = e->scope != scope_of(e->before) ||
			e->team != id_of(&e->before[EK_CONTENT_SAVED_VIEWS_TEAM]);
	if (ek_problem_is_none(&t->problem) && is_moved) {
		/* What becomes one's own is then the caller's. */
		if (e->scope == OWN)
			e->row[EK_CONTENT_SAVED_VIEWS_TEAMMATE] = ek_views_id(t->self.v);
		if (!may_be(t, e)) {
			ek_turn_reply(t, 0);
			return;
		}
	}
	tell(t, e, e->id, is_moved);
	e->edit = (struct ek_api_edit){{.check = check_same, .made = made_update}, diff_update};
	ek_api_edit_do(t, &e->edit);
}

static void made_delete(struct ek_turn *t, const struct ek_answer *a)
{
	struct edit *e = t->state;
	(void)a;
	ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_SAVED_VIEWS,
						     EK_CONTENT_SAVED_VIEWS_VIEW,
						     ek_views_int((int64_t)e->id)});
	add_change(t, e, e->before, NULL);
	t->status = 204;
}

void ek_api_delete_view(struct ek_turn *t)
{
	struct edit *e = EK_TURN_NEW(t, struct edit);
	if (e == NULL || !ek_query_end(&t->query) || !load_edit(t, e)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = e;
	tell(t, e, e->id, false);
	e->edit = (struct ek_api_edit){{.check = check_same, .made = made_delete}, diff_delete};
	ek_api_edit_do(t, &e->edit);
}

/* ---- lists that are seen through one */

/* The order of the view, as if the address had said it; what the address says goes before. */
static bool add_sort(struct ek_turn *t, ek_str sort)
{
	struct ek_query *q = &t->query;
	if (sort.p == NULL)
		return true;
	for (uint32_t i = 0; i < q->n; i++) {
		if (ek_str_is(q->v[i].name, "sort"))
			return true;
	}
	struct ek_query_param *v = ek_turn_get(t, (q->n + 1) * sizeof *v);
	if (v == NULL)
		return false;
	if (q->n > 0)
		memcpy(v, q->v, q->n * sizeof *v);
	v[q->n] = (struct ek_query_param){.name = EK_S("sort"), .value = sort};
	q->v = v;
	q->n++;
	return true;
}

/* What was kept may no longer fit: fields come and go. */
static bool read_filter(struct ek_turn *t, const struct ek_filter_table *table, ek_str kept,
			struct ek_filter *out)
{
	struct ek_filter_reader r;
	struct ek_problem none;
	struct ek_patch patch;
	if (kept.p == NULL)
		return true;
	ek_problem_init(&none, t->arena);
	ek_filter_init(&r, t->arena, &none, table);
	bool ok = ek_patch_open(&patch, kept, t->arena, &none);
	if (ok) {
		struct ek_patch_at root = ek_patch_root(&patch);
		struct ek_patch_at where = ek_patch_member(&root, "where");
		ok = ek_filter_read(&r, where.json, "/where", out);
	}
	ek_patch_close(&patch);
	return ok || ek_turn_parameter(t, "view", EK_FAULT_CONFLICT,
				       "This view no longer fits its list.");
}

bool ek_api_view_take(struct ek_turn *t, const struct ek_filter_table *table,
		      struct ek_api_view *out)
{
	const struct ek_views_value *row;
	struct object o;
	*out = (struct ek_api_view){0};
	if (!ek_query_id(&t->query, "view", EK_IDENT_VIEW, &out->id))
		return ek_problem_is_none(&t->problem);
	if (!load(t, out->id, &row, &o))
		return false;
	if (!ek_may_is(&t->actor, EK_MAY_VIEW_READ, &o.may))
		return ek_turn_parameter(t, "view", EK_FAULT_NOT_FOUND, "There is no such view.");
	if (!ek_str_is(ek_turn_text(&row[EK_CONTENT_SAVED_VIEWS_RESOURCE]), table->resource))
		return ek_turn_parameter(t, "view", EK_FAULT_CONFLICT,
					 "This view is of another list.");
	return read_filter(t, table, ek_turn_text(&row[EK_CONTENT_SAVED_VIEWS_FILTER]),
			   &out->filter) &&
	       add_sort(t, ek_turn_text(&row[EK_CONTENT_SAVED_VIEWS_SORT]));
}

bool ek_api_view_apply(struct ek_turn *t, const struct ek_api_view *view,
		       struct ek_query_list *query)
{
	if (view->filter.root == NULL)
		return true;
	if (query->filter.root == NULL) {
		query->filter = view->filter;
		return true;
	}
	struct ek_filter_node *both = ek_turn_get(t, 2 * sizeof *both);
	struct ek_filter_node *root = EK_TURN_NEW(t, struct ek_filter_node);
	if (both == NULL || root == NULL)
		return false;
	both[0] = *view->filter.root;
	both[1] = *query->filter.root;
	*root = (struct ek_filter_node){.kind = EK_FILTER_ALL, .n = 2, .children = both};
	query->filter = (struct ek_filter){root, view->filter.leaves + query->filter.leaves};
	return true;
}
