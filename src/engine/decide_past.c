/* What was, or what people say of it: facts that are kept and counted, and decide nothing. */
#include "engine/decide.h"

#include "engine/emit.h"

/* The facts have the fields of their commands, in schema/commands.def by the same words. */
#define COPY_FIELD(P, TYPE, field, doc) to->field = from->field;
#define COPY(what, Event, Command) \
	static void copy_##what(struct ek_##what *to, const struct Command *from) \
	{ \
		Event(COPY_FIELD, P) \
	}
COPY(history_conversation, EVENT_history_conversation, ek_cmd_history_note_conversation)
COPY(history_call, EVENT_history_call, ek_cmd_history_note_call)
COPY(history_answer, EVENT_history_answer, ek_cmd_history_note_answer)
COPY(survey_sent, EVENT_survey_sent, ek_cmd_survey_send)
COPY(survey_delivered, EVENT_survey_delivered, ek_cmd_survey_deliver)
COPY(survey_returned, EVENT_survey_returned, ek_cmd_survey_return)
COPY(survey_answered, EVENT_survey_answered, ek_cmd_survey_answer)
COPY(definition_changed, EVENT_definition_changed, ek_cmd_definition_change)
#undef COPY
#undef COPY_FIELD

static const struct {
	int64_t least;
	int64_t most;
} scores[] = {
	[EK_SURVEY_FORM_NPS] = {0, 10},
	[EK_SURVEY_FORM_CSAT] = {1, 5},
	[EK_SURVEY_FORM_CES] = {1, 7},
};

/* Times in their order, none after now; the first must be there, each of the others may be absent.
 */
static bool check_order(const struct ek_engine *e, const ek_time *times, uint32_t n,
			struct ek_err *err)
{
	ek_time last = times[0];
	if (!ek_time_is_set(last))
		return ek_fail(err, EK_INVALID_VALUE, "when it began is missing");
	for (uint32_t i = 1; i < n; i++) {
		if (!ek_time_is_set(times[i]))
			continue;
		if (times[i].ms < last.ms)
			return ek_fail(err, EK_INVALID_VALUE, "its times are not in order");
		last = times[i];
	}
	return last.ms <= e->now || ek_fail(err, EK_INVALID_VALUE, "it lies in the future");
}

static bool check_place(const struct ek_engine *e, ek_team_id team, ek_teammate_id one,
			ek_teammate_id other, struct ek_err *err)
{
	return (team.v <= e->team_count && one.v <= e->mate_count && other.v <= e->mate_count) ||
	       ek_fail(err, EK_NOT_FOUND, "there is no such teammate or team inbox");
}

static bool check_item(int64_t import, int64_t item, const struct ek_texts *tags,
		       struct ek_err *err)
{
	if (import == EK_NONE || import < 1 || item == EK_NONE || item < 1)
		return ek_fail(err, EK_INVALID_VALUE, "`import` and `item` are numbers from 1");
	return tags->n <= EK_STATE_TAGS ||
	       ek_fail(err, EK_INVALID_VALUE, "`tags` has at most %d entries", EK_STATE_TAGS);
}

/* Null, or a number from `least`. */
static bool is_from(int64_t v, int64_t least)
{
	return v == EK_NONE || v >= least;
}

static bool is_count(int64_t v)
{
	return v != EK_NONE && v >= 0 && v <= UINT32_MAX;
}

static bool check_score(int form, int64_t score, struct ek_err *err)
{
	if (form < 1 || form >= EK_SURVEY_FORM_END)
		return ek_fail(err, EK_INVALID_VALUE, "`form` is missing");
	return score == EK_NONE || (score >= scores[form].least && score <= scores[form].most) ||
	       ek_fail(err, EK_INVALID_VALUE, "`score` is from %lld to %lld",
		       (long long)scores[form].least, (long long)scores[form].most);
}

static bool note_conversation(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_history_note_conversation *c = &cmd->history_note_conversation;
	const ek_time life[] = {c->started, c->closed, c->solved};
	const ek_time given[] = {c->started, c->assigned};
	const ek_time said[] = {c->started, c->replied};
	if (!check_item(c->import, c->item, &c->tags, err) ||
	    !check_place(e, c->team, c->replier, c->owner, err) || !check_order(e, life, 3, err) ||
	    !check_order(e, given, 2, err) || !check_order(e, said, 2, err))
		return false;
	if (c->channel == 0 || !is_from(c->replies, 0) || !is_from(c->reopens, 0) ||
	    !is_from(c->transfers, 0) || !is_from(c->contact, 0) || !is_from(c->sla_met, 0) ||
	    c->sla_met > 1)
		return ek_fail(err, EK_INVALID_VALUE, "a channel, and counts from 0");
	copy_history_conversation(&ek_emit_begin(e, EK_EVENT_HISTORY_CONVERSATION, EK_EMIT_ASKED)
					   ->history_conversation,
				  c);
	ek_emit_end(e);
	return true;
}

static bool note_call(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_history_note_call *c = &cmd->history_note_call;
	const ek_time life[] = {c->started, c->queued, c->answered, c->ended};
	if (!check_item(c->import, c->item, &c->tags, err) ||
	    !check_place(e, c->team, c->teammate, (ek_teammate_id){0}, err) ||
	    !check_order(e, life, 4, err))
		return false;
	if (!ek_time_is_set(c->ended) || !is_from(c->hold_ms.ms, 0) || !is_from(c->holds, 0) ||
	    !is_from(c->after_ms.ms, 0) || !is_from(c->transfers, 0) || !is_from(c->contact, 0))
		return ek_fail(err, EK_INVALID_VALUE, "an end, and counts from 0");
	copy_history_call(&ek_emit_begin(e, EK_EVENT_HISTORY_CALL, EK_EMIT_ASKED)->history_call, c);
	ek_emit_end(e);
	return true;
}

static bool note_answer(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_history_note_answer *c = &cmd->history_note_answer;
	const ek_time life[] = {c->asked, c->answered};
	if (!check_item(c->import, c->item, &c->tags, err) ||
	    !check_place(e, c->team, c->teammate, (ek_teammate_id){0}, err) ||
	    !check_order(e, life, 2, err) || !check_score(c->form, c->score, err))
		return false;
	copy_history_answer(
		&ek_emit_begin(e, EK_EVENT_HISTORY_ANSWER, EK_EMIT_ASKED)->history_answer, c);
	ek_emit_end(e);
	return true;
}

static bool survey_send(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_survey_send *c = &cmd->survey_send;
	if (c->ask == EK_NONE || c->ask < 1 || c->survey == EK_NONE || c->survey < 1 ||
	    c->version == EK_NONE || c->version < 1 || c->channel == 0 ||
	    !ek_time_is_set(c->closed) || !ek_time_is_set(c->until))
		return ek_fail(err, EK_INVALID_VALUE,
			       "`ask`, `survey` and `version` are numbers from 1");
	if (!check_place(e, c->team, c->teammate, (ek_teammate_id){0}, err) ||
	    !ek_decide_find_conv(e, cmd, c->conversation.v, err) ||
	    !check_score(c->form, EK_NONE, err))
		return false;
	copy_survey_sent(&ek_emit_begin(e, EK_EVENT_SURVEY_SENT, EK_EMIT_ASKED)->survey_sent, c);
	ek_emit_end(e);
	return true;
}

/* Which form an ask has is content's to know; here every score of any form passes. */
static bool survey_answer(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_survey_answer *c = &cmd->survey_answer;
	if (c->ask == EK_NONE || c->ask < 1 || c->score == EK_NONE || c->score < 0 || c->score > 10)
		return ek_fail(err, EK_INVALID_VALUE,
			       "`ask` is a number from 1, `score` from 0 to 10");
	copy_survey_answered(
		&ek_emit_begin(e, EK_EVENT_SURVEY_ANSWERED, EK_EMIT_ASKED)->survey_answered, c);
	ek_emit_end(e);
	return true;
}

static bool survey_deliver(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_survey_deliver *c = &cmd->survey_deliver;
	if (c->ask == EK_NONE || c->ask < 1)
		return ek_fail(err, EK_INVALID_VALUE, "`ask` is a number from 1");
	copy_survey_delivered(
		&ek_emit_begin(e, EK_EVENT_SURVEY_DELIVERED, EK_EMIT_ASKED)->survey_delivered, c);
	ek_emit_end(e);
	return true;
}

static bool survey_return(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_survey_return *c = &cmd->survey_return;
	if (c->ask == EK_NONE || c->ask < 1)
		return ek_fail(err, EK_INVALID_VALUE, "`ask` is a number from 1");
	copy_survey_returned(
		&ek_emit_begin(e, EK_EVENT_SURVEY_RETURNED, EK_EMIT_ASKED)->survey_returned, c);
	ek_emit_end(e);
	return true;
}

/* Which metrics and versions there are is known to whoever measures. */
static bool definition_change(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_definition_change *c = &cmd->definition_change;
	if (c->metric == EK_NONE || c->metric < 1 || c->version == EK_NONE || c->version < 2 ||
	    c->clock == 0 || !is_count(c->matures_days) || !is_count(c->target_s) ||
	    !is_count(c->short_s) || (c->chat_target_s != EK_NONE && !is_count(c->chat_target_s)))
		return ek_fail(err, EK_INVALID_VALUE,
			       "`metric` is a number from 1, `version` from 2, lengths from 0");
	if (c->reason.p == NULL || c->reason.n == 0)
		return ek_fail(err, EK_INVALID_VALUE, "say why it is to be measured otherwise");
	if (!ek_time_is_set(c->effective) || c->effective.ms < e->now)
		return ek_fail(err, EK_INVALID_VALUE, "a definition never changes what was");
	copy_definition_changed(
		&ek_emit_begin(e, EK_EVENT_DEFINITION_CHANGED, EK_EMIT_ASKED)->definition_changed,
		c);
	ek_emit_end(e);
	return true;
}

bool ek_decide_past(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err, bool *mine)
{
	*mine = true;
	switch (cmd->kind) {
	case EK_CMD_HISTORY_NOTE_CONVERSATION:
		return note_conversation(e, cmd, err);
	case EK_CMD_HISTORY_NOTE_CALL:
		return note_call(e, cmd, err);
	case EK_CMD_HISTORY_NOTE_ANSWER:
		return note_answer(e, cmd, err);
	case EK_CMD_SURVEY_SEND:
		return survey_send(e, cmd, err);
	case EK_CMD_SURVEY_DELIVER:
		return survey_deliver(e, cmd, err);
	case EK_CMD_SURVEY_RETURN:
		return survey_return(e, cmd, err);
	case EK_CMD_SURVEY_ANSWER:
		return survey_answer(e, cmd, err);
	case EK_CMD_DEFINITION_CHANGE:
		return definition_change(e, cmd, err);
	default:
		*mine = false;
		return false;
	}
}
