/* Calendars: opening hours, holidays, zone; and the teams that use them follow. */
#include "api/api_calendars.h"

#include "api/api_audit.h"
#include "api/api_calendars_inside.h"
#include "api/api_edit.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_settings_versions.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "api/reach.h"
#include "engine/look.h"
#include "model/limits.h"
#include "wire/list.h"

struct calendar {
	struct ek_api_edit edit; /* first */
	struct ek_cmd cmd;
	uint64_t id;                      /* 0 = new */
	const struct ek_views_value *was; /* its row; NULL = new */
	struct ek_api_calendars all;      /* as they were before */
	uint32_t *teams;                  /* that use it; 0 = the workspace */
	uint32_t team_count;
	bool is_deleted;
	/* what is asked for */
	ek_str name;
	ek_str name_key;
	struct ek_calendar hours;
	struct ek_api_calendar_text text;
	ek_str fields; /* of the change */
	struct ek_api_list page;
};

/* ---- reading and writing one */

static bool find_row(struct ek_turn *t, uint64_t id, const struct ek_views_value **row)
{
	bool found = false;
	if (!ek_turn_row(t, EK_CONTENT_CALENDARS, (int64_t)id, row, &found))
		return false;
	if (found && ek_turn_int(&(*row)[EK_CONTENT_CALENDARS_DELETED_MS]) == EK_NONE)
		return true;
	return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

static void put_users(struct ek_turn *t, const struct ek_api_calendars *all, uint64_t id)
{
	uint32_t count = ek_look_team_count(t->engine);
	struct ek_team_view team;
	ek_json_key(&t->out, "used_by");
	ek_json_list(&t->out);
	for (uint32_t i = 1; i <= count; i++) {
		if (ek_look_team(t->engine, (ek_team_id){i}, &team) && !team.deleted &&
		    ek_api_calendars_of(t, all, i) == id)
			ek_json_id(&t->out, EK_IDENT_TEAM, i);
	}
	ek_json_list_end(&t->out);
	ek_api_put_bool(&t->out, "of_workspace", ek_api_calendars_of(t, all, 0) == id);
}

/* In a look or made. row: the columns of the table. */
static void write_one(struct ek_turn *t, const struct ek_api_calendars *all,
		      const struct ek_views_value *row, uint64_t seq)
{
	uint64_t id = (uint64_t)ek_turn_int(&row[EK_CONTENT_CALENDARS_CALENDAR]);
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "id", EK_IDENT_CALENDAR, id);
	ek_api_put_text(&t->out, "name", ek_turn_text(&row[EK_CONTENT_CALENDARS_NAME]));
	ek_api_put_text(&t->out, "zone", ek_turn_text(&row[EK_CONTENT_CALENDARS_ZONE]));
	ek_api_put_raw(&t->out, "week", ek_turn_text(&row[EK_CONTENT_CALENDARS_HOURS]));
	ek_api_put_raw(&t->out, "closed", ek_turn_text(&row[EK_CONTENT_CALENDARS_HOLIDAYS]));
	put_users(t, all, id);
	ek_api_put_time(&t->out, "updated_at",
			(ek_time){ek_turn_int(&row[EK_CONTENT_CALENDARS_UPDATED_MS])});
	if (seq != 0) {
		ek_json_key(&t->out, "seq");
		ek_json_uint(&t->out, seq);
	}
	ek_json_object_end(&t->out);
}

/* ---- reading */

static const struct ek_list_column columns[] = {
	[EK_LIST_calendars_id] = {EK_LIST_NUMBER, "c.calendar", NULL},
	[EK_LIST_calendars_name] = {EK_LIST_TEXT, "c.name", "c.name_key"},
};

static void look_list(struct ek_turn *t)
{
	struct calendar *c = t->state;
	if (!ek_api_calendars_all(t, &c->all))
		return;
	ek_api_list_begin(t, &c->page);
	for (uint32_t i = 0; i < c->page.rows.n; i++)
		write_one(t, &c->all, ek_api_list_at(&c->page, i), 0);
	ek_api_list_end(t, &c->page);
}

void ek_api_list_calendars(struct ek_turn *t)
{
	struct calendar *c = EK_TURN_NEW(t, struct calendar);
	struct ek_list *list = EK_TURN_NEW(t, struct ek_list);
	t->state = c;
	if (c != NULL && list != NULL) {
		*list = (struct ek_list){.table = ek_list_table(EK_LIST_CALENDARS),
					 .columns = columns,
					 .select =
						 "c.calendar, c.name, c.name_key, c.zone, c.hours,"
						 " c.holidays, c.created_ms, c.updated_ms",
					 .from = "calendars c",
					 .id = "c.calendar"};
		const struct ek_reach reach = {.right = EK_MAY_CALENDAR_READ,
					       .where = "c.deleted_ms IS NULL"};
		struct ek_api_list_ask ask = {.list = list};
		bool ok = ek_api_list_query(t, list, NULL, &c->page) &&
			  ek_reach_ask(t, &reach, &ask) && ek_api_list_fetch(t, &ask, &c->page);
		(void)ok;
	}
	ek_turn_look(t, look_list);
}

static void look_one(struct ek_turn *t)
{
	struct calendar *c = t->state;
	if (!find_row(t, c->id, &c->was) || !ek_api_calendars_all(t, &c->all))
		return;
	ek_turn_set_etag(t, ek_turn_int(&c->was[EK_CONTENT_CALENDARS_REVISION]));
	write_one(t, &c->all, c->was, 0);
}

/* The id of the path, if the caller has that right. */
static struct calendar *open_one(struct ek_turn *t, enum ek_may right)
{
	struct calendar *c = EK_TURN_NEW(t, struct calendar);
	t->state = c;
	if (c == NULL || !ek_turn_id(t, "id", EK_IDENT_CALENDAR, &c->id))
		return NULL;
	bool ok = ek_turn_may(t, right, NULL) && find_row(t, c->id, &c->was);
	ok = ek_query_end(&t->query) && ok;
	return ok ? c : NULL;
}

void ek_api_get_calendar(struct ek_turn *t)
{
	if (open_one(t, EK_MAY_CALENDAR_READ) == NULL)
		ek_turn_reply(t, 0);
	else
		ek_turn_look(t, look_one);
}

/* ---- what is asked for */

static bool bind(struct ek_turn *t, struct calendar *c)
{
	static const struct ek_patch_rule rules[] = {
		{.name = "name", .type = EK_PATCH_OF_ANY, .flags = EK_PATCH_REQUIRED},
		{.name = "zone",
		 .type = EK_PATCH_OF_TEXT,
		 .flags = EK_PATCH_REQUIRED,
		 .lo = 1,
		 .hi = EK_ZONE_NAME_MAX},
		{.name = "week", .type = EK_PATCH_OF_ANY, .flags = EK_PATCH_REQUIRED},
		{.name = "closed", .type = EK_PATCH_OF_ANY},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	struct ek_patch_at body;
	if (!ek_turn_body(t, &body))
		return false;
	bool ok = ek_patch_bind(&body, rules, EK_LEN(rules), v);
	if (v[0].state == EK_PATCH_VALUE)
		ok = ek_api_text_name(t, &v[0].at, &c->name) && ok;
	if (v[1].state == EK_PATCH_VALUE)
		ok = ek_api_calendars_zone(t, &v[1].at, v[1].s, &c->hours) && ok;
	if (v[2].state == EK_PATCH_VALUE)
		ok = ek_api_calendars_take(t, &v[2].at, &v[3].at, &c->hours) && ok;
	if (!ok)
		return false;
	c->name_key = ek_api_list_fold(t, c->name);
	return c->name_key.p != NULL && ek_api_calendars_print(t, &c->hours, &c->text);
}

/* ---- changing: on the writer's thread */

static bool is_free(struct ek_turn *t, const struct calendar *c)
{
	const struct ek_views_value args[] = {ek_views_text(c->name_key),
					      ek_views_int((int64_t)c->id)};
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT calendar FROM calendars WHERE name_key = $1 AND calendar <> $2"
			    " AND deleted_ms IS NULL LIMIT 1",
			    args, EK_LEN(args), &rows))
		return false;
	return rows.n == 0 ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "another calendar has this name");
}

static void write_current(const void *ctx, struct ek_json *j)
{
	const struct ek_views_value *row = ctx;
	ek_json_key(j, "current");
	ek_json_object(j);
	ek_api_put_text(j, "name", ek_turn_text(&row[EK_CONTENT_CALENDARS_NAME]));
	ek_api_put_text(j, "zone", ek_turn_text(&row[EK_CONTENT_CALENDARS_ZONE]));
	ek_api_put_raw(j, "week", ek_turn_text(&row[EK_CONTENT_CALENDARS_HOURS]));
	ek_api_put_raw(j, "closed", ek_turn_text(&row[EK_CONTENT_CALENDARS_HOLIDAYS]));
	ek_json_object_end(j);
}

static bool matches(struct ek_turn *t, struct calendar *c)
{
	if (!find_row(t, c->id, &c->was))
		return false;
	if (ek_turn_if_match(t, ek_turn_int(&c->was[EK_CONTENT_CALENDARS_REVISION])))
		return true;
	if (t->problem.type == EK_PROBLEM_VERSION_MISMATCH) {
		t->problem.more = write_current;
		t->problem.more_ctx = c->was;
	}
	return false;
}

/* Who has these hours now: the workspace, then teams by id. */
static bool find_users(struct ek_turn *t, struct calendar *c)
{
	uint32_t count = ek_look_team_count(t->engine);
	struct ek_team_view team;
	c->teams = ek_turn_get(t, (count + 1) * sizeof *c->teams);
	if (c->teams == NULL || !ek_api_calendars_all(t, &c->all))
		return false;
	for (uint32_t i = 0; i <= count; i++) {
		bool is_there = i == 0 ||
				(ek_look_team(t->engine, (ek_team_id){i}, &team) && !team.deleted);
		if (is_there && ek_api_calendars_of(t, &c->all, i) == c->id)
			c->teams[c->team_count++] = i;
	}
	return true;
}

static ek_str column(const struct calendar *c, uint32_t i)
{
	return c->was == NULL ? (ek_str){NULL, 0} : ek_turn_text(&c->was[i]);
}

static void diff(struct ek_turn *t, struct ek_api_change_fields *f)
{
	const struct calendar *c = t->state;
	const ek_str none = {NULL, 0};
	bool gone = c->is_deleted;
	ek_api_change_text(f, "name", column(c, EK_CONTENT_CALENDARS_NAME), gone ? none : c->name);
	ek_api_change_text(f, "zone", column(c, EK_CONTENT_CALENDARS_ZONE),
			   gone ? none : c->text.zone);
	ek_api_change_raw(f, "week", column(c, EK_CONTENT_CALENDARS_HOURS),
			  gone ? none : c->text.hours);
	ek_api_change_raw(f, "closed", column(c, EK_CONTENT_CALENDARS_HOLIDAYS),
			  gone ? none : c->text.closed);
}

static bool keep_diff(struct ek_turn *t, struct calendar *c)
{
	struct ek_api_change_fields f;
	ek_api_change_open(t, &f);
	diff(t, &f);
	c->fields = ek_api_change_close(t, &f);
	return ek_problem_is_none(&t->problem);
}

/* The hours are given anew to all who have them; nobody has them: the command does nothing. */
static bool plan(struct ek_turn *t, struct calendar *c)
{
	struct ek_cmd *rows = ek_turn_get(t, (c->team_count + 1) * sizeof *rows);
	if (rows == NULL)
		return false;
	for (uint32_t i = 0; i < c->team_count; i++)
		rows[i] = ek_api_calendars_command(c->teams[i], &c->hours);
	if (c->team_count == 0)
		return true;
	c->cmd = ek_cmd_make(EK_CMD_BULK_APPLY);
	c->cmd.has = 1;
	c->cmd.by = t->by;
	c->cmd.bulk_apply.rows = (struct ek_rows){rows, c->team_count};
	return true;
}

static bool check_new(struct ek_turn *t)
{
	struct calendar *c = t->state;
	return is_free(t, c) && keep_diff(t, c);
}

static bool check_put(struct ek_turn *t)
{
	struct calendar *c = t->state;
	return matches(t, c) && is_free(t, c) && keep_diff(t, c) && find_users(t, c) && plan(t, c);
}

static bool check_gone(struct ek_turn *t)
{
	struct calendar *c = t->state;
	const struct ek_views_value key = ek_views_int((int64_t)c->id);
	struct ek_turn_rows rows;
	if (!matches(t, c) || !keep_diff(t, c) || !find_users(t, c) ||
	    !ek_turn_select(t,
			    "SELECT policy FROM sla_policies WHERE calendar = $1 AND deleted_ms"
			    " IS NULL",
			    &key, 1, &rows))
		return false;
	if (c->team_count == 0 && rows.n == 0)
		return true;
	return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "%u team inboxes (the workspace counts as one) and %u SLA policies "
			      "use this calendar",
			      c->team_count, rows.n);
}

static void put_row(struct ek_turn *t, const struct calendar *c,
		    struct ek_views_value v[EK_CONTENT_CALENDARS_WIDTH])
{
	bool is_new = c->was == NULL;
	for (uint32_t i = 0; i < EK_CONTENT_CALENDARS_WIDTH; i++)
		v[i] = is_new ? (struct ek_views_value){0} : c->was[i];
	if (!c->is_deleted) {
		v[EK_CONTENT_CALENDARS_CALENDAR] = ek_views_int((int64_t)c->id);
		v[EK_CONTENT_CALENDARS_NAME] = ek_views_text(c->name);
		v[EK_CONTENT_CALENDARS_NAME_KEY] = ek_views_text(c->name_key);
		v[EK_CONTENT_CALENDARS_ZONE] = ek_views_text(c->text.zone);
		v[EK_CONTENT_CALENDARS_HOURS] = ek_views_text(c->text.hours);
		v[EK_CONTENT_CALENDARS_HOLIDAYS] = ek_views_text(c->text.closed);
	}
	if (is_new)
		v[EK_CONTENT_CALENDARS_CREATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_CALENDARS_UPDATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_CALENDARS_DELETED_MS] = ek_views_int(c->is_deleted ? t->now.ms : EK_NONE);
	int64_t revision = is_new ? 0 : ek_turn_int(&c->was[EK_CONTENT_CALENDARS_REVISION]);
	v[EK_CONTENT_CALENDARS_REVISION] = ek_views_int(revision + 1);
	ek_turn_put(t, EK_CONTENT_CALENDARS, v);
}

static void note_it(struct ek_turn *t, const struct calendar *c, const char *action)
{
	ek_api_change_add(t, &(struct ek_api_change){.resource = "calendar",
						     .object = c->id,
						     .fields = c->fields,
						     .note = (ek_str){NULL, 0}});
	ek_api_audit_add(t, &(struct ek_api_audit){
				    .action = action, .object_kind = "calendar", .object = c->id});
}

/* The table as it is after this change, which is not on disk yet. */
static bool see_change(struct ek_turn *t, struct calendar *c, const struct ek_views_value *row)
{
	struct ek_turn_rows *rows = &c->all.rows;
	struct ek_views_value *v = ek_turn_get(t, 4 * ((size_t)rows->n + 1) * sizeof *v);
	struct ek_views_value *uses =
		ek_turn_get(t, 2 * ((size_t)c->team_count + 1) * sizeof *uses);
	uint32_t n = 0;
	if (v == NULL || uses == NULL)
		return false;
	for (uint32_t i = 0; i < rows->n; i++) {
		const struct ek_views_value *r = &rows->v[4 * (size_t)i];
		if ((uint64_t)ek_turn_int(&r[0]) == c->id)
			continue;
		for (uint32_t k = 0; k < 4; k++)
			v[4 * (size_t)n + k] = r[k];
		n++;
	}
	v[4 * (size_t)n] = row[EK_CONTENT_CALENDARS_CALENDAR];
	v[4 * (size_t)n + 1] = row[EK_CONTENT_CALENDARS_ZONE];
	v[4 * (size_t)n + 2] = row[EK_CONTENT_CALENDARS_HOURS];
	v[4 * (size_t)n + 3] = row[EK_CONTENT_CALENDARS_HOLIDAYS];
	for (uint32_t i = 0; i < c->team_count; i++) {
		uses[2 * (size_t)i] = ek_views_int(c->teams[i]);
		uses[2 * (size_t)i + 1] = ek_views_int((int64_t)c->id);
	}
	*rows = (struct ek_turn_rows){v, n + 1, 4};
	c->all.uses = (struct ek_turn_rows){uses, c->team_count, 2};
	return true;
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	struct calendar *c = t->state;
	struct ek_views_value v[EK_CONTENT_CALENDARS_WIDTH];
	bool is_new = c->id == 0;
	const ek_str none = {NULL, 0};
	if (is_new)
		c->id = ek_turn_new_id(t, EK_CONTENT_CALENDARS);
	put_row(t, c, v);
	for (uint32_t i = 0; i < answer->events.n; i++) {
		const struct ek_event *e = &answer->events.v[i];
		if (e->kind == EK_EVENT_SETTINGS_CHANGED)
			ek_api_settings_versions_note(t, &e->settings_changed, none);
	}
	for (uint32_t i = 0; i < c->team_count; i++)
		ek_api_calendars_use(t, c->teams[i], c->id);
	note_it(t, c, is_new ? "calendar.created" : "calendar.changed");
	if (is_new) {
		char path[64];
		size_t n = ek_format(path, sizeof path, EK_ROUTE_PREFIX "/calendars/cal_%llu",
				     (unsigned long long)c->id);
		t->location = ek_turn_copy(t, (ek_str){path, (uint32_t)n});
		t->status = 201;
	}
	ek_turn_set_etag(t, v[EK_CONTENT_CALENDARS_REVISION].i);
	if (see_change(t, c, v))
		write_one(t, &c->all, v, t->seq);
}

static void made_gone(struct ek_turn *t, const struct ek_answer *answer)
{
	struct calendar *c = t->state;
	struct ek_views_value v[EK_CONTENT_CALENDARS_WIDTH];
	(void)answer;
	put_row(t, c, v);
	note_it(t, c, "calendar.deleted");
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "id", EK_IDENT_CALENDAR, c->id);
	ek_api_put_int(&t->out, "used", 0);
	ek_json_key(&t->out, "seq");
	ek_json_uint(&t->out, t->seq);
	ek_json_object_end(&t->out);
}

static void edit_it(struct ek_turn *t, struct calendar *c, bool (*check)(struct ek_turn *t))
{
	c->cmd = ek_cmd_make(EK_CMD_SETTINGS_CHANGE); /* of nothing, until plan() */
	c->cmd.settings_change.scope = EK_SCOPE_WORKSPACE;
	c->edit = (struct ek_api_edit){.write = {.cmd = check == check_put ? &c->cmd : NULL,
						 .check = check,
						 .made = c->is_deleted ? made_gone : made},
				       .diff = diff};
	ek_api_edit_do(t, &c->edit);
}

void ek_api_create_calendar(struct ek_turn *t)
{
	struct calendar *c = EK_TURN_NEW(t, struct calendar);
	t->state = c;
	bool ok = c != NULL && ek_turn_may(t, EK_MAY_CALENDAR_EDIT, NULL) && bind(t, c);
	if (!ek_query_end(&t->query) || !ok)
		ek_turn_reply(t, 0);
	else
		edit_it(t, c, check_new);
}

void ek_api_put_calendar(struct ek_turn *t)
{
	struct calendar *c = open_one(t, EK_MAY_CALENDAR_EDIT);
	if (c == NULL || !bind(t, c))
		ek_turn_reply(t, 0);
	else
		edit_it(t, c, check_put);
}

void ek_api_delete_calendar(struct ek_turn *t)
{
	struct calendar *c = open_one(t, EK_MAY_CALENDAR_EDIT);
	if (c == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	c->is_deleted = true;
	edit_it(t, c, check_gone);
}
