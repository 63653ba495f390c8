/* Where a conversation stands in the queue, and no more: cheap enough for every answer. */
#include "engine/explain_inside.h"

bool ek_explain_place(struct ek_engine *e, ek_conversation_id conversation, struct ek_arena *arena,
		      struct ek_explain_place *out, struct ek_err *err)
{
	struct list members;
	*out = (struct ek_explain_place){0};
	if (conversation.v == 0 || conversation.v > e->conv_count)
		return ek_fail(err, EK_NOT_FOUND, "there is no conversation %u", conversation.v);
	if (!ek_explain_waits(e, conversation.v))
		return true;
	if (!ek_explain_members(e, conversation.v, arena, &members, err))
		return false;
	out->place = ek_explain_before(e, conversation.v, 0) + 1;
	out->of = ek_explain_total(e);
	out->main_test = ek_explain_main_test(e, conversation.v, &members);
	return true;
}

bool ek_explain_team_place(const struct ek_engine *e, ek_conversation_id conversation,
			   struct ek_explain_waiting *out)
{
	*out = (struct ek_explain_waiting){.conversation = conversation};
	if (conversation.v == 0 || conversation.v > e->conv_count ||
	    !ek_explain_waits(e, conversation.v))
		return false;
	const struct conv *c = &e->convs[conversation.v];
	out->team.v = c->team;
	out->stranded = c->stranded_from != EK_NONE;
	out->team_place = ek_explain_before(e, conversation.v, c->team) + 1;
	out->team_of = e->teams[c->team].waiting;
	out->estimate.refused = out->stranded ? EK_EXPLAIN_STRANDED : EK_EXPLAIN_TOO_FEW;
	return true;
}
