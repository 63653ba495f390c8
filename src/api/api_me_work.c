/* One's own work: enough for now, the next one, a page that is seen. */
#include "api/api_put.h"
#include "api/handlers.h"
#include "engine/look.h"

struct work {
	struct ek_turn_write write;
	struct ek_cmd cmd;
};

static struct work *begin(struct ek_turn *t, enum ek_may right, int kind)
{
	struct ek_may_object own = ek_may_own(&t->actor);
	bool ok = ek_query_end(&t->query) && ek_turn_may(t, right, &own);
	if (!ok)
		return NULL;
	struct work *w = EK_TURN_NEW(t, struct work);
	if (w == NULL)
		return NULL;
	w->cmd = ek_cmd_make(kind);
	w->cmd.has = 1;
	w->write.cmd = &w->cmd;
	t->state = w;
	return w;
}

/* ---- enough */

static void made_enough(struct ek_turn *t, const struct ek_answer *answer)
{
	struct ek_teammate_view view = {.paused_until = EK_NO_TIME};
	(void)answer;
	(void)ek_look_teammate(t->engine, t->self, &view);
	ek_json_object(&t->out);
	ek_api_put_time(&t->out, "until", view.paused_until);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

void ek_api_pause_my_intake(struct ek_turn *t)
{
	static const struct ek_patch_rule rules[] = {
		{"until", EK_PATCH_OF_TIME, 0, EK_PATCH_NULLABLE, 0, 0, NULL}};
	struct work *w = begin(t, EK_MAY_ME_ENOUGH, EK_CMD_INTAKE_PAUSE);
	struct ek_patch_value v[EK_LEN(rules)] = {{0}};
	struct ek_patch_at root;
	bool ok = w != NULL && ek_turn_body(t, &root) &&
		  ek_patch_bind(&root, rules, EK_LEN(rules), v);
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	w->cmd.intake_pause.teammate = t->self;
	if (v[0].state == EK_PATCH_VALUE) {
		w->cmd.intake_pause.until.ms = v[0].i;
		w->cmd.has = 3;
	}
	w->write.made = made_enough;
	ek_turn_write(t, &w->write);
}

void ek_api_resume_my_intake(struct ek_turn *t)
{
	struct work *w = begin(t, EK_MAY_ME_ENOUGH, EK_CMD_INTAKE_RESUME);
	if (w == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	w->cmd.intake_resume.teammate = t->self;
	w->write.made = made_enough;
	ek_turn_write(t, &w->write);
}

/* ---- the next one */

static void made_taken(struct ek_turn *t, const struct ek_answer *answer)
{
	struct ek_assignment_made taken = {0};
	for (uint32_t i = 0; i < answer->events.n; i++) {
		const struct ek_event *e = &answer->events.v[i];
		if (e->kind == EK_EVENT_ASSIGNMENT_MADE &&
		    e->assignment_made.teammate.v == t->self.v && taken.conversation.v == 0)
			taken = e->assignment_made;
	}
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "conversation", EK_IDENT_CONVERSATION, taken.conversation.v);
	ek_api_put_id(&t->out, "team", EK_IDENT_TEAM, taken.team.v);
	ek_api_put_id(&t->out, "assignment", EK_IDENT_ASSIGNMENT, taken.assignment.v);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

/* Whether something is unassigned in a team inbox that they serve. */
static bool is_something(struct ek_turn *t)
{
	struct ek_membership_view m;
	struct ek_arena *arena = t->arena;
	struct ek_live_view live;
	struct ek_err err;
	for (uint32_t i = 0; ek_look_membership(t->engine, t->self, i, &m); i++) {
		if (!ek_look_live(t->engine, m.team, arena, &live, &err))
			return ek_problem_err(&t->problem, &err);
		if (live.unassigned > 0)
			return true;
	}
	return false;
}

/* Nothing to take is an answer. */
static bool check_taken(struct ek_turn *t)
{
	struct work *w = t->state;
	if (is_something(t) || !ek_problem_is_none(&t->problem))
		return ek_problem_is_none(&t->problem);
	/* They did something, and nothing follows. */
	w->cmd = ek_cmd_make(EK_CMD_ACTIVITY_SEEN);
	w->cmd.by = t->by;
	w->cmd.has = 1;
	w->cmd.activity_seen.teammate = t->self;
	return true;
}

void ek_api_take_next(struct ek_turn *t)
{
	struct work *w = begin(t, EK_MAY_ME_NEXT, EK_CMD_CONVERSATION_TAKE);
	if (w == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	w->cmd.conversation_take.teammate = t->self;
	w->write.check = check_taken;
	w->write.made = made_taken;
	ek_turn_write(t, &w->write);
}

/* ---- a page that is seen */

static void made_nothing(struct ek_turn *t, const struct ek_answer *answer)
{
	(void)answer;
	t->status = 204;
}

void ek_api_send_heartbeat(struct ek_turn *t)
{
	struct work *w = begin(t, EK_MAY_ME_HEARTBEAT, EK_CMD_ACTIVITY_SEEN);
	if (w == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	w->cmd.activity_seen.teammate = t->self;
	w->write.made = made_nothing;
	ek_turn_write(t, &w->write);
}
