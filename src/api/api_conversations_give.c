/* Assign, move, release, hand over: who holds it is asked at the very moment. */
#include <string.h>

#include "api/api_act.h"
#include "api/api_audit.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "engine/look.h"
#include "model/limits.h"

/* What a handler knows beside its command. */
struct giving {
	struct ek_api_act act; /* first */
	struct ek_patch_at to; /* where the target stands in the body */
	/* Of a handover. */
	ek_str summary;
	int kind;
	bool is_informed;
	/* Found on the writer's thread, before the command. */
	ek_team_id from_team;
	ek_teammate_id from;
	bool is_over; /* passes a limit */
};

/* ---- limits */

/* Points that it would add to what somebody holds. */
static uint32_t points_of(struct ek_turn *t, ek_conversation_id id)
{
	struct ek_conversation_detail d;
	struct ek_err err;
	return ek_look_detail(t->engine, id, t->arena, &d, &err) ? d.points : 0;
}

struct refusal {
	const char *test;
	int64_t load;
	int64_t limit;
};

static void write_refusal(const void *ctx, struct ek_json *j)
{
	const struct refusal *r = ctx;
	ek_api_put_word(j, "test", r->test);
	ek_json_key(j, "args");
	ek_json_object(j);
	if (r->load != EK_NONE) {
		ek_api_put_int(j, "load", r->load);
		ek_api_put_int(j, "limit", r->limit);
	}
	ek_json_object_end(j);
}

/* 409, with the first failed test. */
static bool refuse(struct ek_turn *t, struct refusal what)
{
	struct refusal *r = EK_TURN_NEW(t, struct refusal);
	if (r == NULL)
		return false;
	*r = what;
	ek_problem_set(&t->problem, EK_PROBLEM_NOT_ELIGIBLE, "the test %s fails", what.test);
	t->problem.more = write_refusal;
	t->problem.more_ctx = r;
	return false;
}

static bool is_over_limit(struct ek_turn *t, const struct giving *g,
			  const struct ek_teammate_view *m)
{
	uint32_t points = points_of(t, g->act.id);
	return m->limit != EK_NONE && points > 0 && g->from.v != m->id.v &&
	       (int64_t)m->load + points > m->limit;
}

/* ---- assign */

/* Within the limit; above it who leads, and says why. */
static bool check_over(struct ek_turn *t, struct giving *g, const struct ek_teammate_view *m,
		       const struct ek_may_object *o)
{
	bool is_reasoned = g->act.cmd.conversation_assign.reason.p != NULL;
	if (!is_over_limit(t, g, m))
		return true;
	g->is_over = true;
	if (is_reasoned)
		return ek_turn_may(t, EK_MAY_CONVERSATION_OVER_LIMIT, o);
	if (ek_may_is(&t->actor, EK_MAY_CONVERSATION_OVER_LIMIT, o))
		return ek_problem_set(&t->problem, EK_PROBLEM_REASON_REQUIRED,
				      "they hold %u of %lld points: say why in override_reason",
				      m->load, (long long)m->limit);
	return refuse(t, (struct refusal){"at_limit", m->load, m->limit});
}

static bool find_target(struct ek_turn *t, const struct giving *g, ek_teammate_id id,
			struct ek_teammate_view *m)
{
	if (ek_look_teammate(t->engine, id, m) && !m->deleted)
		return true;
	return ek_patch_fault(&g->to, EK_FAULT_NOT_FOUND, NULL);
}

/* A teammate takes for themselves, and a program gives out, what nobody else holds; else it is for
 * who leads. */
static bool check_assign(struct ek_turn *t)
{
	struct giving *g = t->state;
	struct ek_api_conversation_object o;
	struct ek_teammate_view m;
	ek_teammate_id to = g->act.cmd.conversation_assign.teammate;
	if (!ek_api_conversation_live(t, g->act.id, &o))
		return false;
	g->from = o.holder;
	bool is_free = o.holder.v == 0 || o.holder.v == to.v;
	bool is_taking = to.v == t->self.v || t->actor.kind == EK_MAY_KIND_INTEGRATION;
	if (!ek_turn_may(
		    t, is_free && is_taking ? EK_MAY_CONVERSATION_TAKE : EK_MAY_CONVERSATION_ASSIGN,
		    &o.may))
		return false;
	return find_target(t, g, to, &m) && check_over(t, g, &m, &o.may);
}

static void made_assign(struct ek_turn *t, const struct ek_answer *answer)
{
	struct giving *g = t->state;
	struct ek_conversation_view v = {0};
	(void)answer;
	ek_api_act_write_assigned(t, g->act.id);
	if (!g->is_over || !ek_look_conversation(t->engine, g->act.id, &v))
		return;
	ek_api_audit_add(t, &(struct ek_api_audit){
				    .action = "limit.overridden",
				    .object_kind = "teammate",
				    .object = g->act.cmd.conversation_assign.teammate.v,
				    .team = v.team,
				    .reason = g->act.cmd.conversation_assign.reason,
			    });
}

void ek_api_assign_conversation(struct ek_turn *t)
{
	enum { TEAMMATE, REASON, BASED_ON, MEMBERS };
	static const struct ek_patch_rule rules[MEMBERS] = {
		[TEAMMATE] = {"teammate", EK_PATCH_OF_ID, EK_IDENT_TEAMMATE, EK_PATCH_REQUIRED, 0,
			      0, NULL},
		[REASON] = {"override_reason", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1,
			    EK_LIMIT_TEXT_BYTES, NULL},
		[BASED_ON] = EK_API_ACT_BASED_ON,
	};
	struct ek_patch_value v[MEMBERS] = {0};
	struct giving *g = EK_TURN_NEW(t, struct giving);
	if (g == NULL || !ek_api_act_begin(t, &g->act, EK_CMD_CONVERSATION_ASSIGN)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_act_body(t, &g->act, rules, MEMBERS, v);
	ek_api_act_base(&g->act, &v[BASED_ON]);
	g->to = v[TEAMMATE].at;
	g->act.cmd.conversation_assign = (struct ek_cmd_conversation_assign){
		.conversation = g->act.id, .teammate = {(uint32_t)v[TEAMMATE].i}};
	if (v[REASON].state == EK_PATCH_VALUE)
		g->act.cmd.conversation_assign.reason = v[REASON].s;
	g->act.right = EK_MAY_CONVERSATION_FIND; /* at least; the rest in check_assign */
	g->act.check = check_assign;
	g->act.made = made_assign;
	ek_api_act_do(t, &g->act);
}

/* ---- move, release */

static void made_moved(struct ek_turn *t, const struct ek_answer *answer)
{
	struct giving *g = t->state;
	(void)answer;
	ek_api_act_write_assigned(t, g->act.id);
}

static bool check_move(struct ek_turn *t)
{
	struct giving *g = t->state;
	struct ek_team_view v;
	ek_team_id to = g->act.cmd.conversation_move.team;
	if (to.v == 0 || (ek_look_team(t->engine, to, &v) && !v.deleted))
		return true;
	return ek_patch_fault(&g->to, EK_FAULT_NOT_FOUND, NULL);
}

void ek_api_move_conversation(struct ek_turn *t)
{
	enum { TEAM, BASED_ON, MEMBERS };
	static const struct ek_patch_rule rules[MEMBERS] = {
		[TEAM] = {"team", EK_PATCH_OF_ID, EK_IDENT_TEAM,
			  EK_PATCH_REQUIRED | EK_PATCH_NULLABLE, 0, 0, NULL},
		[BASED_ON] = EK_API_ACT_BASED_ON,
	};
	struct ek_patch_value v[MEMBERS] = {0};
	struct giving *g = EK_TURN_NEW(t, struct giving);
	if (g == NULL || !ek_api_act_begin(t, &g->act, EK_CMD_CONVERSATION_MOVE)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_act_body(t, &g->act, rules, MEMBERS, v);
	ek_api_act_base(&g->act, &v[BASED_ON]);
	g->to = v[TEAM].at;
	g->act.cmd.conversation_move = (struct ek_cmd_conversation_move){
		.conversation = g->act.id,
		.team = {v[TEAM].state == EK_PATCH_VALUE ? (uint32_t)v[TEAM].i : 0}};
	g->act.right = EK_MAY_CONVERSATION_MOVE;
	g->act.check = check_move;
	g->act.made = made_moved;
	ek_api_act_do(t, &g->act);
}

void ek_api_release_conversation(struct ek_turn *t)
{
	struct giving *g = EK_TURN_NEW(t, struct giving);
	if (g == NULL || !ek_api_act_begin(t, &g->act, EK_CMD_CONVERSATION_RELEASE)) {
		ek_turn_reply(t, 0);
		return;
	}
	g->act.cmd.conversation_release.conversation = g->act.id;
	g->act.right = EK_MAY_CONVERSATION_RELEASE;
	g->act.is_exact = true;
	g->act.made = made_moved;
	ek_api_act_guard(t, &g->act);
	ek_api_act_do(t, &g->act);
}

/* ---- hand over */

static const char *const kinds[] = {"transfer", "escalation", NULL};

/* To a person: who is there, and has room. */
static bool check_person(struct ek_turn *t, struct giving *g)
{
	struct ek_teammate_view m;
	if (!find_target(t, g, g->act.cmd.conversation_assign.teammate, &m))
		return false;
	if (!m.active || m.presence != EK_PRESENCE_ACTIVE)
		return refuse(t, (struct refusal){"not_active", EK_NONE, EK_NONE});
	if (is_over_limit(t, g, &m))
		return refuse(t, (struct refusal){"at_limit", m.load, m.limit});
	return true;
}

static bool check_handover(struct ek_turn *t)
{
	struct giving *g = t->state;
	struct ek_conversation_view v;
	if (!ek_look_conversation(t->engine, g->act.id, &v))
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	g->from = v.teammate;
	g->from_team = v.team;
	if (v.state == EK_STATE_CLOSED)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "it is closed");
	return g->act.cmd.kind == EK_CMD_CONVERSATION_MOVE ? check_move(t) : check_person(t, g);
}

static void put_holder(struct ek_json *j, const char *key, ek_teammate_id teammate, ek_team_id team)
{
	ek_json_key(j, key);
	ek_json_object(j);
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, teammate.v);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, team.v);
	ek_json_object_end(j);
}

/* What the summary's row remembers. */
static ek_str details_of(struct ek_turn *t, const struct giving *g,
			 const struct ek_conversation_view *now)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_api_put_word(&j, "kind", kinds[g->kind]);
	put_holder(&j, "from", g->from, g->from_team);
	put_holder(&j, "to", now->teammate, now->team);
	ek_api_put_bool(&j, "keep_me_informed", g->is_informed);
	ek_json_object_end(&j);
	return ek_api_text_take(t, &j);
}

static void made_handover(struct ek_turn *t, const struct ek_answer *answer)
{
	struct giving *g = t->state;
	struct ek_conversation_view now = {0};
	(void)answer;
	if (!ek_look_conversation(t->engine, g->act.id, &now))
		ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	const struct ek_api_conversation_part part = {
		.conversation = g->act.id,
		.kind = "summary",
		.teammate = t->self,
		.text = g->summary,
		.details = details_of(t, g, &now),
		.team = g->from_team,
	};
	uint64_t id = ek_api_conversation_put_part(t, &part);
	t->out.style.is_api = true;
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "conversation", EK_IDENT_CONVERSATION, g->act.id.v);
	put_holder(&t->out, "from", g->from, g->from_team);
	put_holder(&t->out, "to", now.teammate, now.team);
	ek_api_put_id(&t->out, "part", EK_IDENT_PART, id);
	ek_api_act_put_place(t, g->act.id);
	ek_json_object_end(&t->out);
}

/* {"team"} or {"teammate"}: which command it is. */
static void take_target(struct ek_turn *t, struct giving *g, const struct ek_patch_at *to)
{
	enum { TEAM, TEAMMATE, MEMBERS };
	static const struct ek_patch_rule rules[MEMBERS] = {
		[TEAM] = {"team", EK_PATCH_OF_ID, EK_IDENT_TEAM, 0, 0, 0, NULL},
		[TEAMMATE] = {"teammate", EK_PATCH_OF_ID, EK_IDENT_TEAMMATE, 0, 0, 0, NULL},
	};
	struct ek_patch_value v[MEMBERS] = {0};
	struct ek_patch_at *at = EK_TURN_NEW(t, struct ek_patch_at);
	if (at == NULL || !ek_patch_bind(to, rules, MEMBERS, v))
		return;
	/* Its places are pointed at until the answer. */
	*at = *to;
	bool is_team = v[TEAM].state == EK_PATCH_VALUE;
	if (is_team == (v[TEAMMATE].state == EK_PATCH_VALUE)) {
		ek_patch_fault(to, EK_FAULT_CONFLICT, "name a team or a teammate, one of them");
		return;
	}
	uint64_t based_on = g->act.cmd.based_on;
	g->act.cmd = ek_cmd_make(is_team ? EK_CMD_CONVERSATION_MOVE : EK_CMD_CONVERSATION_ASSIGN);
	g->act.cmd.based_on = based_on;
	g->to = ek_patch_member(at, is_team ? "team" : "teammate");
	if (is_team)
		g->act.cmd.conversation_move =
			(struct ek_cmd_conversation_move){g->act.id, {(uint32_t)v[TEAM].i}};
	else
		g->act.cmd.conversation_assign = (struct ek_cmd_conversation_assign){
			.conversation = g->act.id, .teammate = {(uint32_t)v[TEAMMATE].i}};
}

static void take_handover(struct ek_turn *t, struct giving *g)
{
	enum { TO, KIND, SUMMARY, INFORM, BASED_ON, MEMBERS };
	static const struct ek_patch_rule rules[MEMBERS] = {
		[TO] = {"to", EK_PATCH_OF_ANY, 0, EK_PATCH_REQUIRED, 0, 0, NULL},
		[KIND] = {"kind", EK_PATCH_OF_WORD, 0, EK_PATCH_REQUIRED, 0, 0, kinds},
		[SUMMARY] = {"summary", EK_PATCH_OF_PROSE, 0, EK_PATCH_REQUIRED, 1,
			     EK_LIMIT_SUMMARY_BYTES, NULL},
		[INFORM] = {"keep_me_informed", EK_PATCH_OF_BOOL, 0, 0, 0, 0, NULL},
		[BASED_ON] = EK_API_ACT_BASED_ON,
	};
	struct ek_patch_value v[MEMBERS] = {0};
	if (!ek_turn_body(t, &g->act.root))
		return;
	ek_patch_bind(&g->act.root, rules, MEMBERS, v);
	ek_api_act_base(&g->act, &v[BASED_ON]);
	g->kind = (int)v[KIND].i;
	g->summary = v[SUMMARY].s;
	g->is_informed = v[INFORM].state == EK_PATCH_VALUE && v[INFORM].i != 0;
	if (v[TO].state != EK_PATCH_ABSENT)
		take_target(t, g, &v[TO].at);
}

void ek_api_hand_over_conversation(struct ek_turn *t)
{
	struct giving *g = EK_TURN_NEW(t, struct giving);
	if (g == NULL || !ek_api_act_begin(t, &g->act, EK_CMD_CONVERSATION_MOVE)) {
		ek_turn_reply(t, 0);
		return;
	}
	take_handover(t, g);
	g->act.right = EK_MAY_CONVERSATION_HANDOVER;
	g->act.check = check_handover;
	g->act.made = made_handover;
	ek_api_act_do(t, &g->act);
}
