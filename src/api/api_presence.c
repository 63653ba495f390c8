/* Presence: everybody's, one's, set. */
#include "api/api_presence.h"

#include "api/api_list.h"
#include "api/api_put.h"
#include "api/handlers.h"
#include "wire/list.h"

struct presence {
	struct ek_turn_write write;
	struct ek_cmd cmd;
	struct ek_api_person person;
	struct ek_patch_at root;
	struct ek_patch_value v[3];
	struct ek_api_presence_reason reason;
	ek_time until;
};

/* ---- reasons */

bool ek_api_presence_find_name(struct ek_turn *t, ek_str name, struct ek_api_presence_reason *out)
{
	const struct ek_views_value key = ek_views_text(name);
	struct ek_turn_rows rows;
	*out = (struct ek_api_presence_reason){0, name};
	if (name.p == NULL)
		return true;
	/* One that can be chosen comes before one of the same name that no longer can. */
	if (!ek_turn_select(t,
			    "SELECT reason FROM presence_reasons WHERE name = $1"
			    " ORDER BY CASE WHEN deleted_ms IS NULL THEN 0 ELSE 1 END, reason DESC"
			    " LIMIT 1",
			    &key, 1, &rows))
		return false;
	if (rows.n > 0)
		out->id = (uint64_t)ek_turn_int(&rows.v[0]);
	return true;
}

bool ek_api_presence_find_id(struct ek_turn *t, uint64_t id, struct ek_api_presence_reason *out)
{
	const struct ek_views_value key = ek_views_int((int64_t)id);
	struct ek_turn_rows rows;
	*out = (struct ek_api_presence_reason){0};
	if (!ek_turn_select(t,
			    "SELECT name FROM presence_reasons WHERE reason = $1"
			    " AND deleted_ms IS NULL",
			    &key, 1, &rows))
		return false;
	if (rows.n > 0)
		*out = (struct ek_api_presence_reason){id, ek_turn_text(&rows.v[0])};
	return true;
}

/* ---- one */

/* Until when they said; of another presence than this one: nothing. */
static bool find_until(struct ek_turn *t, const struct ek_presence_view *p, ek_time *until)
{
	const struct ek_views_value args[] = {ek_views_int(p->teammate.v),
					      ek_views_int(p->since.ms)};
	struct ek_turn_rows rows;
	*until = EK_NO_TIME;
	if (!ek_turn_select(t,
			    "SELECT until_ms FROM presence_ends WHERE teammate = $1"
			    " AND since_ms = $2",
			    args, 2, &rows))
		return false;
	if (rows.n > 0)
		until->ms = ek_turn_int(&rows.v[0]);
	return true;
}

/* Who set it for them, if it is still that one. */
static bool find_setter(struct ek_turn *t, const struct ek_presence_view *p, ek_teammate_id *by)
{
	const struct ek_views_value args[] = {ek_views_int(p->teammate.v),
					      ek_views_int(p->since.ms)};
	struct ek_turn_rows rows;
	by->v = 0;
	if (!ek_turn_select(t,
			    "SELECT by_teammate FROM presence_setters WHERE teammate = $1"
			    " AND since_ms = $2",
			    args, 2, &rows))
		return false;
	if (rows.n > 0)
		by->v = (uint32_t)ek_turn_int(&rows.v[0]);
	return true;
}

/* Shape Presence, in a look. */
static bool put_presence(struct ek_turn *t, const struct ek_api_person *p)
{
	struct ek_presence_view v;
	struct ek_teammate_view mate = {.paused_until = EK_NO_TIME};
	struct ek_api_presence_reason reason;
	ek_teammate_id by;
	ek_time until;
	if (!ek_look_presence(t->engine, p->id, &v))
		v = (struct ek_presence_view){
			.teammate = p->id,
			.presence = EK_PRESENCE_AWAY,
			.since = {ek_turn_int(&p->row[EK_API_PERSON_CREATED])}};
	(void)ek_look_teammate(t->engine, p->id, &mate);
	bool tells = ek_may_is(&t->actor, EK_MAY_PRESENCE_REASON_READ, &p->object);
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "teammate", EK_IDENT_TEAMMATE, p->id.v);
	ek_api_put_enum(&t->out, "presence", EK_ENUM_PRESENCE, v.presence);
	ek_api_put_time(&t->out, "since", v.since);
	if (tells) {
		if (!ek_api_presence_find_name(t, v.reason, &reason) ||
		    !find_until(t, &v, &until) || !find_setter(t, &v, &by))
			return false;
		ek_api_put_id(&t->out, "reason", EK_IDENT_REASON, reason.id);
		ek_api_put_time(&t->out, "until", until);
		ek_api_put_time(&t->out, "enough_until", mate.paused_until);
		ek_api_put_id(&t->out, "set_by", EK_IDENT_TEAMMATE, by.v);
	}
	ek_json_object_end(&t->out);
	return true;
}

static void look_one(struct ek_turn *t)
{
	struct presence *p = t->state;
	(void)put_presence(t, &p->person);
}

void ek_api_get_presence(struct ek_turn *t)
{
	struct presence *p = EK_TURN_NEW(t, struct presence);
	t->state = p;
	if (ek_query_end(&t->query) && p != NULL && ek_api_person_path(t, "id", &p->person) &&
	    ek_turn_may(t, EK_MAY_PRESENCE_READ, &p->person.object))
		ek_turn_look(t, look_one);
	else
		ek_turn_reply(t, 0);
}

/* ---- everybody's */

static const struct ek_list_column columns[EK_LIST_presence_COUNT] = {
	[EK_LIST_presence_teammate] = {EK_LIST_NUMBER, "p.teammate", NULL},
	[EK_LIST_presence_team] = {EK_LIST_ROWS, "memberships m WHERE m.teammate = p.teammate",
				   "m.team"},
	[EK_LIST_presence_presence] = {EK_LIST_TEXT, "COALESCE(e.presence, 'away')", NULL},
	[EK_LIST_presence_since] = {EK_LIST_NUMBER, "COALESCE(e.presence_since_ms, p.created_ms)",
				    NULL},
};

struct everybody {
	struct ek_list list;
	struct ek_api_list l;
	struct ek_api_person *persons;
};

static void look_list(struct ek_turn *t)
{
	struct everybody *e = t->state;
	ek_api_list_begin(t, &e->l);
	for (uint32_t i = 0; i < e->l.rows.n; i++) {
		struct ek_api_person p = {.row = ek_api_list_at(&e->l, i)};
		p.id.v = (uint32_t)ek_turn_int(&p.row[EK_API_PERSON_ID]);
		if (!ek_api_person_object(t, &p) || !put_presence(t, &p))
			return;
	}
	ek_api_list_end(t, &e->l);
}

void ek_api_list_presence(struct ek_turn *t)
{
	struct everybody *e = EK_TURN_NEW(t, struct everybody);
	bool ok = e != NULL;
	t->state = e;
	if (ok) {
		e->list = (struct ek_list){
			.table = ek_list_table(EK_LIST_PRESENCE),
			.columns = columns,
			.select = EK_API_PERSON_COLUMNS,
			.from = "people p LEFT JOIN teammates e ON e.teammate = p.teammate",
			.id = "p.teammate",
		};
		const struct ek_api_list_ask ask = {
			&e->list, "p.state NOT IN ('deleted', 'deactivated')", NULL, 0};
		ok = ek_api_list_query(t, &e->list, NULL, &e->l) &&
		     ek_turn_may(t, EK_MAY_PRESENCE_READ, NULL) &&
		     ek_api_list_fetch(t, &ask, &e->l);
	}
	if (ok)
		ek_turn_look(t, look_list);
	else
		ek_turn_reply(t, 0);
}

/* ---- set */

enum { M_PRESENCE, M_REASON, M_UNTIL };

static bool bind(struct ek_turn *t, struct presence *p)
{
	static const struct ek_patch_rule rules[] = {
		[M_PRESENCE] = {"presence", EK_PATCH_OF_ENUM, EK_ENUM_PRESENCE, EK_PATCH_REQUIRED,
				0, 0, NULL},
		[M_REASON] = {"reason", EK_PATCH_OF_ID, EK_IDENT_REASON, EK_PATCH_NULLABLE, 0, 0,
			      NULL},
		[M_UNTIL] = {"until", EK_PATCH_OF_TIME, 0, EK_PATCH_NULLABLE, 0, 0, NULL},
	};
	p->until = EK_NO_TIME;
	if (!ek_turn_body(t, &p->root) || !ek_patch_bind(&p->root, rules, EK_LEN(rules), p->v))
		return false;
	if (p->v[M_UNTIL].state == EK_PATCH_VALUE) {
		p->until.ms = p->v[M_UNTIL].i;
		if (p->until.ms <= t->now.ms)
			return ek_patch_fault(&p->v[M_UNTIL].at, EK_FAULT_OUT_OF_RANGE,
					      "This time is past.");
	}
	p->cmd = ek_cmd_make(EK_CMD_PRESENCE_SET);
	p->cmd.presence_set.presence = (EK_C_PRESENCE)p->v[M_PRESENCE].i;
	p->cmd.has = 3;
	return true;
}

static bool check(struct ek_turn *t)
{
	struct presence *p = t->state;
	if (p->v[M_REASON].state != EK_PATCH_VALUE)
		return true;
	if (!ek_api_presence_find_id(t, (uint64_t)p->v[M_REASON].i, &p->reason))
		return false;
	if (p->reason.id == 0)
		return ek_patch_fault(&p->v[M_REASON].at, EK_FAULT_NOT_FOUND, NULL);
	p->cmd.presence_set.reason = p->reason.name;
	p->cmd.has = 7;
	return true;
}

static void put_until(struct ek_turn *t, const struct presence *p, ek_time since)
{
	struct ek_views_value v[EK_CONTENT_PRESENCE_ENDS_WIDTH] = {0};
	if (!ek_time_is_set(p->until)) {
		ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_PRESENCE_ENDS,
							     EK_CONTENT_PRESENCE_ENDS_TEAMMATE,
							     ek_views_int(p->person.id.v)});
		return;
	}
	v[EK_CONTENT_PRESENCE_ENDS_TEAMMATE] = ek_views_int(p->person.id.v);
	v[EK_CONTENT_PRESENCE_ENDS_SINCE_MS] = ek_views_int(since.ms);
	v[EK_CONTENT_PRESENCE_ENDS_UNTIL_MS] = ek_views_int(p->until.ms);
	ek_turn_put(t, EK_CONTENT_PRESENCE_ENDS, v);
}

/* A person is told who sent them away, or back. */
static void put_setter(struct ek_turn *t, const struct presence *p, ek_time since)
{
	struct ek_views_value v[EK_CONTENT_PRESENCE_SETTERS_WIDTH] = {0};
	if (t->by.kind != EK_ACTOR_PERSON || t->self.v == p->person.id.v) {
		ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_PRESENCE_SETTERS,
							     EK_CONTENT_PRESENCE_SETTERS_TEAMMATE,
							     ek_views_int(p->person.id.v)});
		return;
	}
	v[EK_CONTENT_PRESENCE_SETTERS_TEAMMATE] = ek_views_int(p->person.id.v);
	v[EK_CONTENT_PRESENCE_SETTERS_SINCE_MS] = ek_views_int(since.ms);
	v[EK_CONTENT_PRESENCE_SETTERS_BY_TEAMMATE] = ek_views_int(t->self.v);
	ek_turn_put(t, EK_CONTENT_PRESENCE_SETTERS, v);
}

/* What setting it took from them at once. */
static void put_returned(struct ek_turn *t, const struct presence *p, const struct ek_answer *a)
{
	ek_json_key(&t->out, "returned");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < a->events.n; i++) {
		const struct ek_event *e = &a->events.v[i];
		if (e->kind == EK_EVENT_ASSIGNMENT_ENDED &&
		    e->assignment_ended.teammate.v == p->person.id.v)
			ek_json_id(&t->out, EK_IDENT_CONVERSATION,
				   e->assignment_ended.conversation.v);
	}
	ek_json_list_end(&t->out);
}

static void put_kept(struct ek_turn *t, const struct presence *p)
{
	struct ek_load_view load = {0};
	struct ek_err err;
	if (!ek_look_load(t->engine, p->person.id, t->arena, &load, &err))
		ek_problem_err(&t->problem, &err);
	ek_json_key(&t->out, "kept");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < load.item_count; i++)
		if (load.items[i].why != EK_LOAD_OFFERED)
			ek_json_id(&t->out, EK_IDENT_CONVERSATION, load.items[i].conversation.v);
	ek_json_list_end(&t->out);
}

static const char *cause_of(const struct ek_turn *t, const struct presence *p)
{
	if (t->by.kind != EK_ACTOR_PERSON)
		return "rule";
	return t->self.v == p->person.id.v ? "self" : "other";
}

static void made(struct ek_turn *t, const struct ek_answer *a)
{
	const struct presence *p = t->state;
	struct ek_presence_view v = {.since = t->now};
	(void)ek_look_presence(t->engine, p->person.id, &v);
	put_until(t, p, v.since);
	put_setter(t, p, v.since);
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "teammate", EK_IDENT_TEAMMATE, p->person.id.v);
	ek_api_put_enum(&t->out, "presence", EK_ENUM_PRESENCE, v.presence);
	ek_api_put_id(&t->out, "reason", EK_IDENT_REASON, p->reason.id);
	ek_api_put_word(&t->out, "cause", cause_of(t, p));
	ek_api_put_time(&t->out, "since", v.since);
	ek_api_put_time(&t->out, "until", p->until);
	put_returned(t, p, a);
	put_kept(t, p);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

void ek_api_put_presence(struct ek_turn *t)
{
	struct presence *p = EK_TURN_NEW(t, struct presence);
	t->state = p;
	bool ok = ek_query_end(&t->query) && p != NULL && bind(t, p);
	ok = p != NULL && ek_api_person_path(t, "id", &p->person) &&
	     ek_turn_may(t, EK_MAY_PRESENCE_SET, &p->person.object) && ok;
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	p->cmd.presence_set.teammate = p->person.id;
	p->write.cmd = &p->cmd;
	p->write.check = check;
	p->write.made = made;
	ek_turn_write(t, &p->write);
}
