#include "api/api_act.h"

#include "api/api_put.h"
#include "api/api_sla_watch.h"
#include "engine/explain.h"
#include "engine/look.h"

/* ---- what is asked */

bool ek_api_act_begin(struct ek_turn *t, struct ek_api_act *a, int kind)
{
	uint64_t id;
	if (a == NULL || !ek_query_end(&t->query) ||
	    !ek_turn_id(t, "id", EK_IDENT_CONVERSATION, &id))
		return false;
	a->id.v = (uint32_t)id;
	a->cmd = ek_cmd_make(kind);
	t->state = a;
	return true;
}

bool ek_api_act_body(struct ek_turn *t, struct ek_api_act *a, const struct ek_patch_rule *rules,
		     size_t count, struct ek_patch_value *values)
{
	bool is_needed = false;
	for (size_t i = 0; i < count; i++)
		is_needed = is_needed || (rules[i].flags & EK_PATCH_REQUIRED) != 0;
	if (t->http->body.n == 0 && !is_needed)
		return true;
	return ek_turn_body(t, &a->root) && ek_patch_bind(&a->root, rules, count, values);
}

void ek_api_act_base(struct ek_api_act *a, const struct ek_patch_value *v)
{
	if (v->state == EK_PATCH_VALUE)
		a->cmd.based_on = (uint64_t)v->i;
}

bool ek_api_act_guard(struct ek_turn *t, struct ek_api_act *a)
{
	static const struct ek_patch_rule rules[] = {EK_API_ACT_BASED_ON};
	struct ek_patch_value v[EK_LEN(rules)] = {0};
	if (!ek_api_act_body(t, a, rules, EK_LEN(rules), v))
		return false;
	ek_api_act_base(a, &v[0]);
	return true;
}

/* ---- doing it */

static bool check(struct ek_turn *t)
{
	struct ek_api_act *a = t->state;
	struct ek_api_conversation_object o;
	return ek_api_conversation_live(t, a->id, &o) && ek_turn_may(t, a->right, &o.may) &&
	       (a->check == NULL || a->check(t));
}

/* Whether the answer is the same whatever the conversation is. */
static bool is_final(const struct ek_may_verdict *v)
{
	return v->answer == EK_MAY_ANSWER_UNKNOWN || v->answer == EK_MAY_ANSWER_SESSION_ONLY ||
	       v->answer == EK_MAY_ANSWER_CONFIRM || v->is_scope;
}

void ek_api_act_do(struct ek_turn *t, struct ek_api_act *a)
{
	struct ek_api_conversation_object o;
	bool ok = ek_api_conversation_stored(t, a->id, &o);
	struct ek_may_verdict v = ek_may(&t->actor, a->right, &o.may);
	bool is_allowed = v.answer == EK_MAY_ANSWER_ALLOWED;
	/* Who may not is told so before what was wrong. */
	if (ok && !is_allowed && (is_final(&v) || !ek_problem_is_none(&t->problem)))
		ok = ek_turn_may(t, a->right, &o.may);
	if (!ok || !ek_problem_is_none(&t->problem)) {
		ek_turn_reply(t, 0);
		return;
	}
	bool is_checked = a->is_exact || a->check != NULL || !is_allowed;
	struct ek_turn_write write = {.cmd = a->is_content ? NULL : &a->cmd,
				      .check = is_checked ? check : NULL,
				      .made = a->made,
				      .tell = a->tell};
	ek_api_sla_watch(t, &write);
	ek_turn_write(t, &write);
}

/* ---- answers */

void ek_api_act_write_changed(struct ek_turn *t, const struct ek_answer *answer)
{
	bool is_changed = answer->first_seq != 0;
	t->out.style.is_api = true;
	ek_json_object(&t->out);
	ek_api_put_bool(&t->out, "changed", is_changed);
	ek_json_key(&t->out, "seq");
	if (is_changed)
		ek_json_uint(&t->out, answer->last_seq);
	else
		ek_json_null(&t->out);
	ek_json_object_end(&t->out);
}

void ek_api_act_put_place(struct ek_turn *t, ek_conversation_id id)
{
	struct ek_explain_place p = {0};
	struct ek_err err;
	if (!ek_explain_place(t->engine, id, t->arena, &p, &err))
		ek_problem_err(&t->problem, &err);
	ek_api_put_int(&t->out, "place", p.place != 0 ? (int64_t)p.place : EK_NONE);
	ek_api_put_enum(&t->out, "main_test", EK_ENUM_TEST, p.main_test);
	ek_json_key(&t->out, "seq");
	ek_json_uint(&t->out, t->seq);
}

void ek_api_act_write_assigned(struct ek_turn *t, ek_conversation_id id)
{
	struct ek_conversation_view v = {0};
	if (!ek_look_conversation(t->engine, id, &v))
		ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	t->out.style.is_api = true;
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "conversation", EK_IDENT_CONVERSATION, id.v);
	ek_api_put_id(&t->out, "team", EK_IDENT_TEAM, v.team.v);
	ek_api_put_id(&t->out, "teammate", EK_IDENT_TEAMMATE, v.teammate.v);
	ek_api_put_id(&t->out, "assignment", EK_IDENT_ASSIGNMENT, v.assignment.v);
	ek_api_act_put_place(t, id);
	ek_json_object_end(&t->out);
}

void ek_api_act_write_state(struct ek_turn *t, ek_conversation_id id)
{
	struct ek_conversation_view v = {0};
	if (!ek_look_conversation(t->engine, id, &v))
		ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	t->out.style.is_api = true;
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "conversation", EK_IDENT_CONVERSATION, id.v);
	ek_api_put_enum(&t->out, "state", EK_ENUM_STATE, v.state);
	ek_api_put_time(&t->out, "snoozed_until", v.snoozed_until);
	ek_api_put_id(&t->out, "team", EK_IDENT_TEAM, v.team.v);
	ek_api_put_id(&t->out, "teammate", EK_IDENT_TEAMMATE, v.teammate.v);
	ek_json_key(&t->out, "seq");
	ek_json_uint(&t->out, t->seq);
	ek_json_object_end(&t->out);
}
