/* The hand-over sheet of somebody who leaves: what the router would choose, and its approval. */
#include "api/api_person.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "api/worker.h"
#include "engine/handover.h"
#include "model/limits.h"

/* ---- the sheet: tried on a copy, which takes too long for the writer */

static void put_row(struct ek_json *j, ek_conversation_id conversation, ek_team_id team,
		    ek_teammate_id to)
{
	ek_json_object(j);
	ek_api_put_id(j, "conversation", EK_IDENT_CONVERSATION, conversation.v);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, team.v);
	ek_api_put_id(j, "to", EK_IDENT_TEAMMATE, to.v);
	ek_json_object_end(j);
}

static void write_sheet(struct ek_turn *t, struct ek_worker *w)
{
	const struct ek_api_person *p = t->state;
	struct ek_handover sheet;
	struct ek_engine *engine = NULL;
	struct ek_err err;
	bool ok = ek_worker_now(w, &engine, &err);
	if (ok) {
		ek_time at = ek_engine_time(engine);
		struct ek_handover_ask ask = {p->id, t->now.ms > at.ms ? t->now : at};
		ok = ek_handover_make(engine, ask, t->arena, &sheet, &err);
	}
	if (!ok) {
		ek_problem_err(&t->problem, &err);
		ek_turn_reply(t, 0);
		return;
	}
	t->seq = ek_engine_seq(engine);
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "teammate", EK_IDENT_TEAMMATE, p->id.v);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_key(&t->out, "rows");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < sheet.line_count; i++)
		put_row(&t->out, sheet.lines[i].conversation, sheet.lines[i].team,
			sheet.lines[i].teammate);
	ek_json_list_end(&t->out);
	ek_json_object_end(&t->out);
	ek_turn_reply(t, 200);
}

void ek_api_get_handover_sheet(struct ek_turn *t)
{
	struct ek_api_person *p = EK_TURN_NEW(t, struct ek_api_person);
	t->state = p;
	bool ok = ek_query_end(&t->query) && p != NULL && ek_api_person_path(t, "id", p) &&
		  ek_turn_may(t, EK_MAY_HANDOVER_SHEET_READ, &p->object);
	if (ok)
		ek_worker_submit(t->api->worker, t, write_sheet);
	else
		ek_turn_reply(t, 0);
}

/* ---- its approval */

struct approval {
	struct ek_turn_write write;
	struct ek_cmd cmd;
	struct ek_api_person person;
	struct ek_patch_at root;
	struct ek_patch_at rows;
	struct ek_cmd *v;
	uint32_t n;
	uint64_t based_on; /* 0 = not said */
};

static bool bind_row(struct approval *a, const struct ek_patch_at *at)
{
	static const struct ek_patch_rule rules[] = {
		{"conversation", EK_PATCH_OF_ID, EK_IDENT_CONVERSATION, EK_PATCH_REQUIRED, 0, 0,
		 NULL},
		{"to", EK_PATCH_OF_ID, EK_IDENT_TEAMMATE, EK_PATCH_REQUIRED | EK_PATCH_NULLABLE, 0,
		 0, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	if (!ek_patch_bind(at, rules, EK_LEN(rules), v))
		return false;
	struct ek_cmd *c = &a->v[a->n++];
	ek_conversation_id conversation = {(uint32_t)v[0].i};
	if (v[1].state != EK_PATCH_VALUE) {
		*c = ek_cmd_make(EK_CMD_CONVERSATION_RELEASE);
		c->conversation_release.conversation = conversation;
		c->has = 1;
		return true;
	}
	*c = ek_cmd_make(EK_CMD_CONVERSATION_ASSIGN);
	c->conversation_assign.conversation = conversation;
	c->conversation_assign.teammate.v = (uint32_t)v[1].i;
	c->has = 3;
	return true;
}

static bool bind(struct ek_turn *t, struct approval *a)
{
	static const struct ek_patch_rule rules[] = {
		{"rows", EK_PATCH_OF_ANY, 0, EK_PATCH_REQUIRED, 0, 0, NULL},
		{"based_on", EK_PATCH_OF_INT, 0, 0, 1, EK_IDENT_LAST, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	uint32_t n = 0;
	if (!ek_turn_body(t, &a->root) || !ek_patch_bind(&a->root, rules, EK_LEN(rules), v))
		return false;
	a->rows = v[0].at;
	if (!ek_patch_list(&a->rows, 1, EK_LIMIT_BULK_ROWS, &n))
		return false;
	a->v = ek_turn_get(t, n * sizeof *a->v);
	for (uint32_t i = 0; a->v != NULL && i < n; i++) {
		struct ek_patch_at row = ek_patch_row(&a->rows, i);
		bind_row(a, &row);
	}
	a->cmd = ek_cmd_make(EK_CMD_HANDOVER_APPLY);
	if (v[1].state == EK_PATCH_VALUE)
		a->based_on = (uint64_t)v[1].i;
	return ek_problem_is_none(&t->problem);
}

static ek_conversation_id conversation_of(const struct ek_cmd *c)
{
	return c->kind == EK_CMD_CONVERSATION_RELEASE ? c->conversation_release.conversation
						      : c->conversation_assign.conversation;
}

/* Only what the leaver holds, and of teams that the caller leads; to people who are there. */
static bool check_row(struct ek_turn *t, const struct approval *a, uint32_t i)
{
	struct ek_conversation_view c;
	struct ek_teammate_view to;
	struct ek_patch_at row = ek_patch_row(&a->rows, i);
	struct ek_patch_at which = ek_patch_member(&row, "conversation");
	struct ek_patch_at whom = ek_patch_member(&row, "to");
	if (!ek_look_conversation(t->engine, conversation_of(&a->v[i]), &c) ||
	    c.teammate.v != a->person.id.v)
		return ek_patch_problem(&which, EK_PROBLEM_ROW_REFUSED, EK_FAULT_CHANGED,
					"They do not hold it.");
	if (a->based_on != 0 && c.changed_seq > a->based_on)
		return ek_patch_problem(&which, EK_PROBLEM_STALE, EK_FAULT_CHANGED, NULL);
	const struct ek_may_object o = {
		.holder = c.teammate, .teams = &c.team, .team_count = c.team.v != 0 ? 1 : 0};
	if (c.team.v != 0 && !ek_may_is(&t->actor, EK_MAY_CONVERSATION_ASSIGN, &o))
		return ek_patch_problem(&which, EK_PROBLEM_ROW_REFUSED, EK_FAULT_FORBIDDEN,
					"You do not lead its team inbox.");
	if (a->v[i].kind == EK_CMD_CONVERSATION_RELEASE)
		return true;
	if (!ek_look_teammate(t->engine, a->v[i].conversation_assign.teammate, &to) || to.deleted ||
	    !to.active)
		return ek_patch_problem(&whom, EK_PROBLEM_ROW_REFUSED, EK_FAULT_NOT_FOUND, NULL);
	return true;
}

static bool check(struct ek_turn *t)
{
	struct approval *a = t->state;
	bool ok = true;
	for (uint32_t i = 0; i < a->n; i++)
		ok = check_row(t, a, i) && ok;
	return ok;
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct approval *a = t->state;
	(void)answer;
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "teammate", EK_IDENT_TEAMMATE, a->person.id.v);
	ek_json_key(&t->out, "given");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < a->n; i++) {
		struct ek_conversation_view c = {0};
		if (ek_look_conversation(t->engine, conversation_of(&a->v[i]), &c))
			put_row(&t->out, c.id, c.team, c.teammate);
	}
	ek_json_list_end(&t->out);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

void ek_api_apply_handover_sheet(struct ek_turn *t)
{
	struct approval *a = EK_TURN_NEW(t, struct approval);
	t->state = a;
	bool ok = ek_query_end(&t->query) && a != NULL && bind(t, a);
	ok = a != NULL && ek_api_person_path(t, "id", &a->person) &&
	     ek_turn_may(t, EK_MAY_HANDOVER_SHEET_APPLY, &a->person.object) && ok;
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	a->cmd.handover_apply.teammate = a->person.id;
	a->cmd.handover_apply.rows = (struct ek_rows){a->v, a->n};
	a->cmd.has = 3;
	a->write.cmd = &a->cmd;
	a->write.check = check;
	a->write.made = made;
	ek_turn_write(t, &a->write);
}
