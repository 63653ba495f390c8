/* POST /conversations/{id}/parts/{part}/send-again: what was not delivered goes once more, as the
 * same mail: with its Message-ID, so that whoever has it already gets no second one. */
#include <string.h>

#include "api/api_act.h"
#include "api/api_mail.h"
#include "api/handlers.h"

struct again {
	struct ek_api_act act; /* first */
	uint64_t part;
	struct ek_views_value row[EK_CONTENT_MAILS_WIDTH];
};

static bool is_there(struct ek_turn *t, const struct again *a, bool *is_forward, bool *is_redacted)
{
	const struct ek_views_value *v;
	bool found;
	if (!ek_turn_row(t, EK_CONTENT_PARTS, (int64_t)a->part, &v, &found))
		return false;
	ek_str kind = found ? ek_turn_text(&v[EK_CONTENT_PARTS_KIND]) : EK_S("");
	*is_forward = ek_str_is(kind, "forward");
	*is_redacted = found && v[EK_CONTENT_PARTS_REDACTED_MS].kind == EK_VIEWS_INT;
	if (found && ek_turn_int(&v[EK_CONTENT_PARTS_CONVERSATION]) == a->act.id.v &&
	    (*is_forward || ek_str_is(kind, "message")))
		return true;
	return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

/* Its mailbox, which alone is named by its token. */
static bool has_way(struct ek_turn *t, const struct again *a)
{
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT 1 FROM mailboxes WHERE mailbox = $1 AND active = 1 AND "
			    "deleted_ms IS NULL",
			    &a->row[EK_CONTENT_MAILS_MAILBOX], 1, &rows))
		return false;
	return rows.n > 0 || ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
					    "the mailbox that it goes by sends nothing now");
}

static bool check(struct ek_turn *t)
{
	struct again *a = t->state;
	struct ek_api_conversation_object o;
	bool is_forward, is_redacted;
	if (!is_there(t, a, &is_forward, &is_redacted) ||
	    !ek_api_conversation_live(t, a->act.id, &o) ||
	    (is_forward && !ek_turn_may(t, EK_MAY_MESSAGE_FORWARD, &o.may)))
		return false;
	const struct ek_views_value *row = ek_api_mail_find(t, a->part);
	if (!ek_problem_is_none(&t->problem))
		return false;
	if (row == NULL || is_redacted ||
	    !ek_str_is(ek_turn_text(&row[EK_CONTENT_MAILS_DIRECTION]), "out") ||
	    !ek_str_is(ek_turn_text(&row[EK_CONTENT_MAILS_STATE]), "failed"))
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "it is no mail that was not delivered");
	memcpy(a->row, row, sizeof a->row);
	return has_way(t, a);
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	struct again *a = t->state;
	(void)answer;
	ek_api_mail_put_again(t, a->row);
	ek_api_mail_write(t, a->row);
}

void ek_api_send_part_again(struct ek_turn *t)
{
	struct again *a = EK_TURN_NEW(t, struct again);
	if (a == NULL || !ek_api_act_begin(t, &a->act, EK_CMD_CONVERSATION_UPDATE) ||
	    !ek_turn_id(t, "part", EK_IDENT_PART, &a->part)) {
		ek_turn_reply(t, 0);
		return;
	}
	/* So that everyone who shows it reads it again. */
	a->act.cmd.conversation_update.conversation = a->act.id;
	a->act.right = EK_MAY_MESSAGE_WRITE;
	a->act.check = check;
	a->act.made = made;
	a->act.tell = ek_api_mail_nudge;
	ek_api_act_do(t, &a->act);
}
