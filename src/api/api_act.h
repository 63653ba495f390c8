/* api_act -- a command about one conversation: whose it is, may the caller, do it, say what became
 * of it.
 *
 * Rights are asked of the store's views, which may lag behind by a second under load: enough for
 * who serves the team anyway. Where they rest on who holds it now, or where the views say no, they
 * are asked again on the writer's thread, with the state that the command is decided on.
 */
#ifndef EK_API_API_ACT_H
#define EK_API_API_ACT_H

#include "api/api_conversation.h"

/* The handler's state (t->state) begins with it. */
struct ek_api_act {
	struct ek_cmd cmd;
	ek_conversation_id id;
	enum ek_may right;
	bool is_exact;   /* ask on the writer's thread in any case */
	bool is_content; /* without a command */
	struct ek_patch_at root;
	/* Further checks there, after the rights; NULL = none. */
	bool (*check)(struct ek_turn *t);
	void (*made)(struct ek_turn *t, const struct ek_answer *answer);
	void (*tell)(struct ek_turn *t); /* after the commit; NULL = nothing */
};

/* Whom it concerns: from the path, with no parameters of the address, and a command of that kind.
 * False with a problem. */
bool ek_api_act_begin(struct ek_turn *t, struct ek_api_act *a, int kind) EK_MUST_CHECK;
/* Binds the body by rules; an empty one is an object without members where nothing is required. */
bool ek_api_act_body(struct ek_turn *t, struct ek_api_act *a, const struct ek_patch_rule *rules,
		     size_t count, struct ek_patch_value *values);
/* The body of a command that takes based_on alone. */
bool ek_api_act_guard(struct ek_turn *t, struct ek_api_act *a);
/* Rights, then faults, then the command. Answers the turn. */
void ek_api_act_do(struct ek_turn *t, struct ek_api_act *a);

#define EK_API_ACT_BASED_ON \
	{ \
		"based_on", EK_PATCH_OF_INT, 0, 0, 1, EK_IDENT_LAST, NULL \
	}
/* Takes what was bound by that rule. */
void ek_api_act_base(struct ek_api_act *a, const struct ek_patch_value *v);

/* ---- answers, in made */

/* {"changed","seq"} */
void ek_api_act_write_changed(struct ek_turn *t, const struct ek_answer *answer);
/* {"conversation","team","teammate","assignment","place","main_test","seq"} */
void ek_api_act_write_assigned(struct ek_turn *t, ek_conversation_id id);
/* {"conversation","state","snoozed_until","team","teammate","seq"} */
void ek_api_act_write_state(struct ek_turn *t, ek_conversation_id id);
/* "place", "main_test" and "seq" into an object. */
void ek_api_act_put_place(struct ek_turn *t, ek_conversation_id id);

#endif
