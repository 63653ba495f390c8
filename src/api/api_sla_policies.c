/* SLA policies: the list, one, and how they are changed. What a change does to open conversations:
 * api_sla_scan.c. */
#include "api/api_sla_policies.h"

#include "api/api_audit.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "api/reach.h"
#include "engine/look.h"
#include "model/limits.h"
#include "wire/list.h"

enum { POSITION_MAX = 10000, WARN_USUAL = 800, TEAMS_MAX = 1000 };

/* ---- reading and writing one */

static bool find_row(struct ek_turn *t, uint64_t id, const struct ek_views_value **row)
{
	bool found = false;
	if (!ek_turn_row(t, EK_CONTENT_SLA_POLICIES, (int64_t)id, row, &found))
		return false;
	if (found && ek_turn_int(&(*row)[EK_CONTENT_SLA_POLICIES_DELETED_MS]) == EK_NONE)
		return true;
	return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

static void write_members(struct ek_json *j, const struct ek_views_value *row)
{
	int64_t calendar = ek_turn_int(&row[EK_CONTENT_SLA_POLICIES_CALENDAR]);
	ek_api_put_text(j, "name", ek_turn_text(&row[EK_CONTENT_SLA_POLICIES_NAME]));
	ek_api_put_raw(j, "applies_to", ek_turn_text(&row[EK_CONTENT_SLA_POLICIES_APPLIES_TO]));
	ek_api_put_id(j, "calendar", EK_IDENT_CALENDAR,
		      calendar == EK_NONE ? 0 : (uint64_t)calendar);
	ek_json_key(j, "targets");
	ek_json_object(j);
	ek_api_put_int(j, "first_response_ms",
		       ek_turn_int(&row[EK_CONTENT_SLA_POLICIES_FIRST_RESPONSE_MS]));
	ek_api_put_int(j, "next_response_ms",
		       ek_turn_int(&row[EK_CONTENT_SLA_POLICIES_NEXT_RESPONSE_MS]));
	ek_api_put_int(j, "time_to_close_ms",
		       ek_turn_int(&row[EK_CONTENT_SLA_POLICIES_TIME_TO_CLOSE_MS]));
	ek_json_object_end(j);
	ek_api_put_bool(j, "pause_while_snoozed",
			ek_turn_int(&row[EK_CONTENT_SLA_POLICIES_PAUSE_WHILE_SNOOZED]) == 1);
	ek_api_put_int(j, "warn_at_permille",
		       ek_turn_int(&row[EK_CONTENT_SLA_POLICIES_WARN_AT_PERMILLE]));
	ek_api_put_int(j, "position", ek_turn_int(&row[EK_CONTENT_SLA_POLICIES_POSITION]));
}

static void write_one(struct ek_json *j, const struct ek_views_value *row, uint64_t seq)
{
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_SLA,
		      (uint64_t)ek_turn_int(&row[EK_CONTENT_SLA_POLICIES_POLICY]));
	write_members(j, row);
	ek_api_put_time(j, "updated_at",
			(ek_time){ek_turn_int(&row[EK_CONTENT_SLA_POLICIES_UPDATED_MS])});
	if (seq != 0) {
		ek_json_key(j, "seq");
		ek_json_uint(j, seq);
	}
	ek_json_object_end(j);
}

/* ---- reading */

/* The text of a team's id stands in applies_to in one way only, with quotes around it. */
static const struct ek_list_column columns[] = {
	[EK_LIST_sla_policies_id] = {EK_LIST_NUMBER, "c.policy", NULL},
	[EK_LIST_sla_policies_name] = {EK_LIST_TEXT, "c.name", "c.name_key"},
	[EK_LIST_sla_policies_team] = {EK_LIST_ROWS,
				       "teams l WHERE c.applies_to LIKE '%\"team_' || l.team ||"
				       " '\"%'",
				       "l.team"},
};

void ek_api_list_sla_policies(struct ek_turn *t)
{
	struct ek_api_list *page = EK_TURN_NEW(t, struct ek_api_list);
	struct ek_list *list = EK_TURN_NEW(t, struct ek_list);
	if (page == NULL || list == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	*list = (struct ek_list){
		.table = ek_list_table(EK_LIST_SLA_POLICIES),
		.columns = columns,
		.select = "c.policy, c.name, c.name_key, c.applies_to, c.calendar,"
			  " c.first_response_ms, c.next_response_ms, c.time_to_close_ms,"
			  " c.pause_while_snoozed, c.warn_at_permille, c.position, c.created_ms,"
			  " c.updated_ms",
		.from = "sla_policies c",
		.id = "c.policy"};
	const struct ek_reach reach = {.right = EK_MAY_SLA_POLICY_READ,
				       .where = "c.deleted_ms IS NULL"};
	struct ek_api_list_ask ask = {.list = list};
	if (ek_api_list_query(t, list, NULL, page) && ek_reach_ask(t, &reach, &ask) &&
	    ek_api_list_fetch(t, &ask, page)) {
		ek_api_list_begin(t, page);
		for (uint32_t i = 0; i < page->rows.n; i++)
			write_one(&t->out, ek_api_list_at(page, i), 0);
		ek_api_list_end(t, page);
	}
	ek_turn_reply(t, 200);
}

/* The id of the path, and its row. */
static struct ek_api_sla_edit *open_one(struct ek_turn *t, bool is_change)
{
	struct ek_api_sla_edit *e = EK_TURN_NEW(t, struct ek_api_sla_edit);
	uint32_t scopes = t->actor.scopes;
	t->state = e;
	if (e == NULL || !ek_turn_id(t, "id", EK_IDENT_SLA, &e->id))
		return NULL;
	if (is_change)
		t->actor.scopes |= EK_MAY_SCOPE_READ;
	bool ok = ek_turn_may(t, EK_MAY_SLA_POLICY_READ, NULL) && find_row(t, e->id, &e->was);
	t->actor.scopes = scopes;
	ok = ek_query_end(&t->query) && ok;
	return ok ? e : NULL;
}

void ek_api_get_sla_policy(struct ek_turn *t)
{
	struct ek_api_sla_edit *e = open_one(t, false);
	if (e != NULL) {
		ek_turn_set_etag(t, ek_turn_int(&e->was[EK_CONTENT_SLA_POLICIES_REVISION]));
		write_one(&t->out, e->was, 0);
	}
	ek_turn_reply(t, 200);
}

/* ---- what is asked for */

static bool bind_scope(struct ek_turn *t, struct ek_api_sla_edit *e, const struct ek_patch_at *at)
{
	static const char *const names[] = {"teams", "where"};
	struct ek_filter_reader r;
	bool ok = ek_patch_members(at, names, EK_LEN(names));
	struct ek_patch_at where = ek_patch_member(at, "where");
	e->teams_at = ek_patch_member(at, "teams");
	if (ek_patch_state(&e->teams_at) == EK_PATCH_VALUE) {
		ok = ek_api_text_ids(t, &e->teams_at, EK_IDENT_TEAM, &e->teams) && ok;
		e->has_teams = true;
	} else if (ek_patch_state(&e->teams_at) == EK_PATCH_NULL) {
		ok = ek_patch_fault(&e->teams_at, EK_FAULT_NOT_NULL, NULL);
	}
	e->has_where = e->has_where || ek_patch_state(&where) != EK_PATCH_ABSENT;
	if (ek_patch_state(&where) != EK_PATCH_VALUE)
		return ok;
	ek_filter_init(&r, t->arena, &t->problem, ek_list_table(EK_LIST_CONVERSATIONS));
	if (!ek_filter_read(&r, where.json, "/applies_to/where", &e->where))
		return false;
	if (!ek_api_sla_knows_all(e->where.root))
		return ek_patch_fault(
			&where, EK_FAULT_NOT_ALLOWED,
			"A policy asks for team, priority, complexity, capacity_class "
			"and tags.");
	return ok;
}

static bool bind_targets(struct ek_api_sla_edit *e, const struct ek_patch_at *at)
{
	static const struct ek_patch_rule rules[] = {
		{.name = "first_response_ms",
		 .type = EK_PATCH_OF_INT,
		 .flags = EK_PATCH_NULLABLE,
		 .lo = EK_API_SLA_LEAST_MS,
		 .hi = EK_API_SLA_MOST_MS},
		{.name = "next_response_ms",
		 .type = EK_PATCH_OF_INT,
		 .flags = EK_PATCH_NULLABLE,
		 .lo = EK_API_SLA_LEAST_MS,
		 .hi = EK_API_SLA_MOST_MS},
		{.name = "time_to_close_ms",
		 .type = EK_PATCH_OF_INT,
		 .flags = EK_PATCH_NULLABLE,
		 .lo = EK_API_SLA_LEAST_MS,
		 .hi = EK_API_SLA_MOST_MS},
	};
	return ek_patch_bind(at, rules, EK_LEN(rules), e->targets);
}

enum { NAME, APPLIES, CALENDAR, TARGETS, PAUSES, WARN, POSITION, MEMBERS };

static bool bind(struct ek_turn *t, struct ek_api_sla_edit *e)
{
	struct ek_patch_rule rules[MEMBERS] = {
		[NAME] = {.name = "name", .type = EK_PATCH_OF_ANY},
		[APPLIES] = {.name = "applies_to", .type = EK_PATCH_OF_ANY},
		[CALENDAR] = {.name = "calendar",
			      .type = EK_PATCH_OF_ID,
			      .what = EK_IDENT_CALENDAR,
			      .flags = EK_PATCH_NULLABLE},
		[TARGETS] = {.name = "targets", .type = EK_PATCH_OF_ANY},
		[PAUSES] = {.name = "pause_while_snoozed", .type = EK_PATCH_OF_BOOL},
		[WARN] = {.name = "warn_at_permille", .type = EK_PATCH_OF_INT, .hi = 1000},
		[POSITION] = {.name = "position",
			      .type = EK_PATCH_OF_INT,
			      .lo = 1,
			      .hi = POSITION_MAX},
	};
	struct ek_patch_value v[MEMBERS];
	if (!ek_turn_body(t, &e->body))
		return false;
	for (uint32_t i = 0; e->is_whole && i <= TARGETS; i++)
		rules[i].flags |= EK_PATCH_REQUIRED;
	bool ok = ek_patch_bind(&e->body, rules, MEMBERS, v);
	e->applies_at = v[APPLIES].at;
	e->targets_at = v[TARGETS].at;
	e->has_where = e->is_whole;
	if (v[NAME].state == EK_PATCH_VALUE)
		ok = ek_api_text_name(t, &v[NAME].at, &e->name) && ok;
	if (v[APPLIES].state == EK_PATCH_VALUE)
		ok = bind_scope(t, e, &e->applies_at) && ok;
	if (v[TARGETS].state == EK_PATCH_VALUE)
		ok = bind_targets(e, &e->targets_at) && ok;
	e->calendar = v[CALENDAR];
	e->pauses = v[PAUSES];
	e->warn = v[WARN];
	e->position = v[POSITION];
	return ok;
}

/* ---- what it becomes: on the writer's thread */

static ek_str print_scope(struct ek_turn *t, const struct ek_api_sla_policy *p)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_json_key(&j, "teams");
	ek_json_list(&j);
	for (uint32_t i = 0; i < p->team_count; i++)
		ek_json_id(&j, EK_IDENT_TEAM, p->teams[i]);
	ek_json_list_end(&j);
	ek_json_key(&j, "where");
	if (p->root == NULL)
		ek_json_null(&j);
	else
		ek_filter_write(&j, ek_list_table(EK_LIST_CONVERSATIONS), p->root);
	ek_json_object_end(&j);
	return ek_api_text_take(t, &j);
}

static struct ek_views_value number(const struct ek_patch_value *asked,
				    struct ek_views_value otherwise)
{
	return asked->state == EK_PATCH_ABSENT ? otherwise
	       : asked->state == EK_PATCH_NULL ? ek_views_int(EK_NONE)
					       : ek_views_int(asked->i);
}

static bool merge_name(struct ek_turn *t, struct ek_api_sla_edit *e)
{
	if (e->name.p == NULL)
		return true;
	ek_str key = ek_api_list_fold(t, e->name);
	e->row[EK_CONTENT_SLA_POLICIES_NAME] = ek_views_text(e->name);
	e->row[EK_CONTENT_SLA_POLICIES_NAME_KEY] = ek_views_text(key);
	return key.p != NULL;
}

static bool merge_scope(struct ek_turn *t, struct ek_api_sla_edit *e)
{
	struct ek_api_sla_policy *p = &e->policy;
	if (e->was != NULL && !e->is_whole && !ek_api_sla_read(t, e->was, p))
		return false;
	if (e->is_whole || e->has_teams) {
		p->teams = e->teams.v;
		p->team_count = e->teams.n;
	}
	if (e->has_where)
		p->root = e->where.root;
	ek_str scope = print_scope(t, p);
	e->row[EK_CONTENT_SLA_POLICIES_APPLIES_TO] = ek_views_text(scope);
	return scope.p != NULL;
}

/* The row as it will be, but for id, revision and times. */
static bool merge(struct ek_turn *t, struct ek_api_sla_edit *e)
{
	const struct ek_views_value null = ek_views_int(EK_NONE);
	bool from_was = e->was != NULL && !e->is_whole;
	struct ek_views_value *row = e->row;
	for (uint32_t i = 0; i < EK_CONTENT_SLA_POLICIES_WIDTH; i++)
		row[i] = e->was != NULL ? e->was[i] : null;
	if (e->is_deleted)
		return true;
	if (!merge_name(t, e) || !merge_scope(t, e))
		return false;
	for (uint32_t i = 0; i < EK_API_SLA_TARGETS; i++) {
		struct ek_views_value *v = &row[EK_CONTENT_SLA_POLICIES_FIRST_RESPONSE_MS + i];
		*v = number(&e->targets[i], from_was ? *v : null);
	}
	struct ek_views_value *v = &row[EK_CONTENT_SLA_POLICIES_CALENDAR];
	*v = number(&e->calendar, from_was ? *v : null);
	v = &row[EK_CONTENT_SLA_POLICIES_PAUSE_WHILE_SNOOZED];
	*v = number(&e->pauses, from_was ? *v : ek_views_int(1));
	v = &row[EK_CONTENT_SLA_POLICIES_WARN_AT_PERMILLE];
	*v = number(&e->warn, from_was ? *v : ek_views_int(WARN_USUAL));
	v = &row[EK_CONTENT_SLA_POLICIES_POSITION];
	*v = number(&e->position, e->was != NULL ? *v : null);
	return true;
}

/* A new one comes last. */
static bool place_it(struct ek_turn *t, struct ek_api_sla_edit *e)
{
	struct ek_turn_rows rows;
	struct ek_views_value *v = &e->row[EK_CONTENT_SLA_POLICIES_POSITION];
	if (ek_turn_int(v) != EK_NONE)
		return true;
	if (!ek_turn_select(t, "SELECT max(position) FROM sla_policies WHERE deleted_ms IS NULL",
			    NULL, 0, &rows))
		return false;
	int64_t last = rows.n == 0 ? EK_NONE : ek_turn_int(&rows.v[0]);
	*v = ek_views_int(last == EK_NONE ? 1 : last + 1);
	return true;
}

/* ---- checks */

static bool is_free(struct ek_turn *t, const struct ek_api_sla_edit *e)
{
	const struct ek_views_value args[] = {e->row[EK_CONTENT_SLA_POLICIES_NAME_KEY],
					      ek_views_int((int64_t)e->id)};
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT policy FROM sla_policies WHERE name_key = $1 AND policy <> $2"
			    " AND deleted_ms IS NULL LIMIT 1",
			    args, EK_LEN(args), &rows))
		return false;
	return rows.n == 0 ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "another SLA policy has this name");
}

/* Of every team that it is about; one for all teams is for who may edit everywhere. */
static bool may_edit(struct ek_turn *t, const uint64_t *teams, uint32_t n)
{
	bool ok = n > 0 || ek_turn_may(t, EK_MAY_SLA_POLICY_EDIT, NULL);
	for (uint32_t i = 0; ok && i < n; i++) {
		const ek_team_id team = {(uint32_t)teams[i]};
		const struct ek_may_object object = {.teams = &team, .team_count = 1};
		ok = ek_turn_may(t, EK_MAY_SLA_POLICY_EDIT, &object);
	}
	return ok;
}

static bool may_both(struct ek_turn *t, struct ek_api_sla_edit *e)
{
	struct ek_api_sla_policy was;
	if (e->was != NULL &&
	    (!ek_api_sla_read(t, e->was, &was) || !may_edit(t, was.teams, was.team_count)))
		return false;
	bool is_said = e->is_whole || e->has_teams;
	return e->is_deleted || !is_said || may_edit(t, e->teams.v, e->teams.n);
}

static bool check_values(struct ek_turn *t, const struct ek_api_sla_edit *e)
{
	struct ek_team_view team;
	struct ek_calendar hours;
	bool ok = true;
	bool some = false;
	for (uint32_t i = 0; i < EK_API_SLA_TARGETS; i++)
		some = some ||
		       ek_turn_int(&e->row[EK_CONTENT_SLA_POLICIES_FIRST_RESPONSE_MS + i]) !=
			       EK_NONE;
	if (!some)
		ok = ek_patch_fault(&e->targets_at, EK_FAULT_TOO_FEW, "Set at least one target.");
	for (uint32_t i = 0; e->has_teams && i < e->teams.n; i++) {
		struct ek_patch_at at = ek_patch_row(&e->teams_at, i);
		if (!ek_look_team(t->engine, (ek_team_id){(uint32_t)e->teams.v[i]}, &team) ||
		    team.deleted)
			ok = ek_patch_fault(&at, EK_FAULT_NOT_FOUND, NULL);
	}
	if (e->calendar.state == EK_PATCH_VALUE) {
		bool found = false;
		if (!ek_api_calendars_load(t, (uint64_t)e->calendar.i, &hours, &found))
			return false;
		if (!found)
			ok = ek_patch_fault(&e->calendar.at, EK_FAULT_NOT_FOUND, NULL);
	}
	return ok;
}

static void write_current(const void *ctx, struct ek_json *j)
{
	ek_json_key(j, "current");
	ek_json_object(j);
	write_members(j, ctx);
	ek_json_object_end(j);
}

static bool matches(struct ek_turn *t, struct ek_api_sla_edit *e)
{
	if (e->was == NULL)
		return true;
	if (ek_turn_if_match(t, ek_turn_int(&e->was[EK_CONTENT_SLA_POLICIES_REVISION])))
		return true;
	if (t->problem.type == EK_PROBLEM_VERSION_MISMATCH) {
		t->problem.more = write_current;
		t->problem.more_ctx = e->was;
	}
	return false;
}

/* ---- the change */

static ek_str print_calendar(struct ek_turn *t, int64_t id)
{
	struct ek_json j;
	if (id == EK_NONE)
		return (ek_str){NULL, 0};
	ek_api_text_begin(t, &j);
	ek_json_id(&j, EK_IDENT_CALENDAR, (uint64_t)id);
	return ek_api_text_take(t, &j);
}

static int64_t before_int(const struct ek_api_sla_edit *e, uint32_t column)
{
	return e->was == NULL ? EK_NONE : ek_turn_int(&e->was[column]);
}

static int64_t after_int(const struct ek_api_sla_edit *e, uint32_t column)
{
	return e->is_deleted ? EK_NONE : ek_turn_int(&e->row[column]);
}

static void diff(struct ek_turn *t, struct ek_api_change_fields *f)
{
	static const struct {
		const char *name;
		uint32_t column;
	} numbers[] = {
		{"first_response_ms", EK_CONTENT_SLA_POLICIES_FIRST_RESPONSE_MS},
		{"next_response_ms", EK_CONTENT_SLA_POLICIES_NEXT_RESPONSE_MS},
		{"time_to_close_ms", EK_CONTENT_SLA_POLICIES_TIME_TO_CLOSE_MS},
		{"pause_while_snoozed", EK_CONTENT_SLA_POLICIES_PAUSE_WHILE_SNOOZED},
		{"warn_at_permille", EK_CONTENT_SLA_POLICIES_WARN_AT_PERMILLE},
		{"position", EK_CONTENT_SLA_POLICIES_POSITION},
	};
	const struct ek_api_sla_edit *e = t->state;
	const ek_str none = {NULL, 0};
	const struct ek_views_value *was = e->was;
	uint32_t name = EK_CONTENT_SLA_POLICIES_NAME;
	uint32_t scope = EK_CONTENT_SLA_POLICIES_APPLIES_TO;
	ek_api_change_text(f, "name", was == NULL ? none : ek_turn_text(&was[name]),
			   e->is_deleted ? none : ek_turn_text(&e->row[name]));
	ek_api_change_raw(f, "applies_to", was == NULL ? none : ek_turn_text(&was[scope]),
			  e->is_deleted ? none : ek_turn_text(&e->row[scope]));
	ek_api_change_raw(f, "calendar",
			  print_calendar(t, before_int(e, EK_CONTENT_SLA_POLICIES_CALENDAR)),
			  print_calendar(t, after_int(e, EK_CONTENT_SLA_POLICIES_CALENDAR)));
	for (size_t i = 0; i < EK_LEN(numbers); i++)
		ek_api_change_int(f, numbers[i].name, before_int(e, numbers[i].column),
				  after_int(e, numbers[i].column));
}

static bool prepare(struct ek_turn *t, struct ek_api_sla_edit *e)
{
	if (e->id != 0 && !find_row(t, e->id, &e->was))
		return false;
	return may_both(t, e) && merge(t, e) && (e->is_deleted || check_values(t, e)) &&
	       ek_problem_is_none(&t->problem);
}

static bool check(struct ek_turn *t)
{
	struct ek_api_sla_edit *e = t->state;
	struct ek_api_change_fields f;
	if (!prepare(t, e) || !matches(t, e) || (!e->is_deleted && !is_free(t, e)) ||
	    !place_it(t, e) || !ek_api_sla_scan(t, e))
		return false;
	ek_api_change_open(t, &f);
	diff(t, &f);
	e->fields = ek_api_change_close(t, &f);
	return ek_problem_is_none(&t->problem);
}

static void note_it(struct ek_turn *t, const struct ek_api_sla_edit *e, const char *action)
{
	ek_api_change_add(t, &(struct ek_api_change){.resource = "sla_policy",
						     .object = e->id,
						     .fields = e->fields,
						     .note = (ek_str){NULL, 0}});
	ek_api_audit_add(t, &(struct ek_api_audit){.action = action,
						   .object_kind = "sla_policy",
						   .object = e->id});
}

static void put_row(struct ek_turn *t, struct ek_api_sla_edit *e)
{
	struct ek_views_value *row = e->row;
	int64_t revision = before_int(e, EK_CONTENT_SLA_POLICIES_REVISION);
	row[EK_CONTENT_SLA_POLICIES_POLICY] = ek_views_int((int64_t)e->id);
	if (e->was == NULL)
		row[EK_CONTENT_SLA_POLICIES_CREATED_MS] = ek_views_int(t->now.ms);
	row[EK_CONTENT_SLA_POLICIES_UPDATED_MS] = ek_views_int(t->now.ms);
	if (e->is_deleted)
		row[EK_CONTENT_SLA_POLICIES_DELETED_MS] = ek_views_int(t->now.ms);
	row[EK_CONTENT_SLA_POLICIES_REVISION] =
		ek_views_int(revision == EK_NONE ? 1 : revision + 1);
	ek_turn_put(t, EK_CONTENT_SLA_POLICIES, row);
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	struct ek_api_sla_edit *e = t->state;
	bool is_new = e->id == 0;
	(void)answer;
	if (is_new)
		e->id = ek_turn_new_id(t, EK_CONTENT_SLA_POLICIES);
	put_row(t, e);
	ek_api_sla_scan_put(t, e);
	note_it(t, e,
		is_new          ? "sla_policy.created"
		: e->is_deleted ? "sla_policy.deleted"
				: "sla_policy.changed");
	if (e->is_deleted) {
		ek_json_object(&t->out);
		ek_api_put_id(&t->out, "id", EK_IDENT_SLA, e->id);
		ek_api_put_int(&t->out, "used", e->matched);
		ek_json_key(&t->out, "seq");
		ek_json_uint(&t->out, t->seq);
		ek_json_object_end(&t->out);
		return;
	}
	if (is_new) {
		char path[64];
		size_t n = ek_format(path, sizeof path, EK_ROUTE_PREFIX "/sla-policies/sla_%llu",
				     (unsigned long long)e->id);
		t->location = ek_turn_copy(t, (ek_str){path, (uint32_t)n});
		t->status = 201;
	}
	ek_turn_set_etag(t, e->row[EK_CONTENT_SLA_POLICIES_REVISION].i);
	write_one(&t->out, e->row, t->seq);
}

static void edit_it(struct ek_turn *t, struct ek_api_sla_edit *e)
{
	e->cmd = ek_cmd_make(EK_CMD_SETTINGS_CHANGE); /* of nothing, until the scan */
	e->cmd.settings_change.scope = EK_SCOPE_WORKSPACE;
	e->edit = (struct ek_api_edit){.write = {.cmd = &e->cmd, .check = check, .made = made},
				       .diff = diff};
	ek_api_edit_do(t, &e->edit);
}

void ek_api_create_sla_policy(struct ek_turn *t)
{
	struct ek_api_sla_edit *e = EK_TURN_NEW(t, struct ek_api_sla_edit);
	t->state = e;
	if (e != NULL)
		e->is_whole = true;
	bool ok = e != NULL && bind(t, e);
	if (e != NULL)
		ok = may_both(t, e) && ok;
	if (!ek_query_end(&t->query) || !ok)
		ek_turn_reply(t, 0);
	else
		edit_it(t, e);
}

static void change(struct ek_turn *t, bool is_whole)
{
	struct ek_api_sla_edit *e = open_one(t, true);
	if (e == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	e->is_whole = is_whole;
	bool ok = bind(t, e);
	if (may_both(t, e) && ok)
		edit_it(t, e);
	else
		ek_turn_reply(t, 0);
}

void ek_api_put_sla_policy(struct ek_turn *t)
{
	change(t, true);
}

void ek_api_update_sla_policy(struct ek_turn *t)
{
	change(t, false);
}

void ek_api_delete_sla_policy(struct ek_turn *t)
{
	struct ek_api_sla_edit *e = open_one(t, true);
	if (e != NULL)
		e->is_deleted = true;
	if (e != NULL && may_both(t, e))
		edit_it(t, e);
	else
		ek_turn_reply(t, 0);
}

/* ---- what would be late at once */

static void look_preview(struct ek_turn *t)
{
	struct ek_api_sla_edit *e = t->state;
	if (!prepare(t, e) || !place_it(t, e) || !ek_api_sla_scan(t, e))
		return;
	ek_json_object(&t->out);
	ek_api_put_int(&t->out, "matched", e->matched);
	ek_api_put_int(&t->out, "late", e->late);
	ek_json_key(&t->out, "late_at_once");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < e->late_count; i++)
		ek_json_id(&t->out, EK_IDENT_CONVERSATION, e->late_ids[i].v);
	ek_json_list_end(&t->out);
	ek_json_key(&t->out, "seq");
	ek_json_uint(&t->out, ek_engine_seq(t->engine));
	ek_json_object_end(&t->out);
}

void ek_api_preview_sla_policy(struct ek_turn *t)
{
	struct ek_api_sla_edit *e = open_one(t, true);
	bool ok = e != NULL && bind(t, e);
	if (e != NULL && may_both(t, e) && ok)
		ek_turn_look(t, look_preview);
	else
		ek_turn_reply(t, 0);
}
