/* Snooze, close, reopen; opened. */
#include "api/api_act.h"
#include "api/handlers.h"
#include "wire/take.h"

static void made_state(struct ek_turn *t, const struct ek_answer *answer)
{
	struct ek_api_act *a = t->state;
	ek_api_conversation_put_reopened(t, answer, a->id);
	ek_api_act_write_state(t, a->id);
}

static void made_changed(struct ek_turn *t, const struct ek_answer *answer)
{
	ek_api_act_write_changed(t, answer);
}

/* ---- close, reopen */

void ek_api_close_conversation(struct ek_turn *t)
{
	struct ek_api_act *a = EK_TURN_NEW(t, struct ek_api_act);
	if (!ek_api_act_begin(t, a, EK_CMD_CONVERSATION_CLOSE)) {
		ek_turn_reply(t, 0);
		return;
	}
	a->cmd.conversation_close.conversation = a->id;
	a->right = EK_MAY_CONVERSATION_STATE;
	a->made = made_state;
	ek_api_act_guard(t, a);
	ek_api_act_do(t, a);
}

void ek_api_reopen_conversation(struct ek_turn *t)
{
	struct ek_api_act *a = EK_TURN_NEW(t, struct ek_api_act);
	if (!ek_api_act_begin(t, a, EK_CMD_CONVERSATION_REOPEN)) {
		ek_turn_reply(t, 0);
		return;
	}
	a->cmd.conversation_reopen.conversation = a->id;
	a->right = EK_MAY_CONVERSATION_STATE;
	a->made = made_state;
	ek_api_act_guard(t, a);
	ek_api_act_do(t, a);
}

/* ---- snooze */

enum { UNTIL, WALL, WORKING, BASED_ON, MEMBERS };
enum { WALL_BYTES = 23, TEN_YEARS_DAYS = 3653 };
#define WORKING_MAX (TEN_YEARS_DAYS * INT64_C(86400000))

static const struct ek_patch_rule rules[MEMBERS] = {
	[UNTIL] = {"until", EK_PATCH_OF_TIME, 0, EK_PATCH_NULLABLE, 0, 0, NULL},
	[WALL] = {"wall", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1, WALL_BYTES, NULL},
	[WORKING] = {"working_ms", EK_PATCH_OF_INT, 0, EK_PATCH_NULLABLE, 1, WORKING_MAX, NULL},
	[BASED_ON] = EK_API_ACT_BASED_ON,
};

static void take_wall(struct ek_turn *t, struct ek_patch_value *v, ek_wall *out)
{
	struct ek_err err;
	struct ek_take take = {.arena = t->arena, .err = &err, .name = "wall"};
	if (v->state == EK_PATCH_VALUE && !ek_take_wall(&take, v->at.json, &out->ms))
		ek_patch_fault(&v->at, EK_FAULT_BAD_TIME, err.msg);
}

static void take_snooze(struct ek_turn *t, struct ek_api_act *a)
{
	struct ek_cmd_conversation_snooze *s = &a->cmd.conversation_snooze;
	struct ek_patch_value v[MEMBERS] = {0};
	int given = 0;
	if (!ek_api_act_body(t, a, rules, MEMBERS, v))
		return;
	ek_api_act_base(a, &v[BASED_ON]);
	if (v[UNTIL].state == EK_PATCH_VALUE)
		s->until.ms = v[UNTIL].i;
	if (v[WORKING].state == EK_PATCH_VALUE)
		s->working_ms.ms = v[WORKING].i;
	take_wall(t, &v[WALL], &s->wall);
	for (int i = UNTIL; i <= WORKING; i++)
		given += v[i].state == EK_PATCH_VALUE;
	for (int i = UNTIL; i <= WORKING && given > 1; i++) {
		if (v[i].state == EK_PATCH_VALUE)
			ek_patch_fault(&v[i].at, EK_FAULT_CONFLICT,
				       "give one of until, wall and working_ms");
	}
}

void ek_api_snooze_conversation(struct ek_turn *t)
{
	struct ek_api_act *a = EK_TURN_NEW(t, struct ek_api_act);
	if (!ek_api_act_begin(t, a, EK_CMD_CONVERSATION_SNOOZE)) {
		ek_turn_reply(t, 0);
		return;
	}
	a->cmd.conversation_snooze.conversation = a->id;
	a->right = EK_MAY_CONVERSATION_STATE;
	a->made = made_state;
	take_snooze(t, a);
	ek_api_act_do(t, a);
}

/* ---- opened */

void ek_api_mark_opened(struct ek_turn *t)
{
	struct ek_api_act *a = EK_TURN_NEW(t, struct ek_api_act);
	if (!ek_api_act_begin(t, a, EK_CMD_CONVERSATION_OPEN_VIEW)) {
		ek_turn_reply(t, 0);
		return;
	}
	a->cmd.conversation_open_view.conversation = a->id;
	a->cmd.conversation_open_view.author = t->self;
	a->right = EK_MAY_CONVERSATION_OPENED;
	a->made = made_changed;
	ek_api_act_do(t, a);
}
