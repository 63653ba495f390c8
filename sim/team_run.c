#include "sim/team_run.h"

#include "sys/zone.h"

bool ek_team_zones(struct ek_arena *arena, const struct ek_zone **zones, struct ek_err *err)
{
	struct ek_zone *v = ek_arena_get(arena, EK_TEAM_ZONES * sizeof *v);
	if (v == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for zones");
	for (uint32_t i = 0; i < EK_TEAM_ZONES; i++) {
		if (!ek_zone_load(ek_team_zone_name(i), arena, &v[i], err))
			return false;
	}
	*zones = v;
	return true;
}

/* ---- rows */

static bool put(struct ek_team_run *r, const struct ek_team_row *row, struct ek_err *err)
{
	r->rows++;
	return r->put(r->put_ctx, row, err);
}

static bool put_inbox(struct ek_team_run *r, const struct ek_event *e, struct ek_err *err)
{
	struct ek_team_row row = {.kind = EK_TEAM_ROW_INBOX, .seq = e->seq, .at = e->at};
	row.id = e->team_created.team.v;
	for (uint32_t i = 0; i < EK_TEAM_INBOXES; i++) {
		struct ek_team_inbox inbox = ek_team_inbox(r->team, i);
		row.inbox = &inbox;
		if (inbox.id.v == row.id)
			return put(r, &row, err);
	}
	return true;
}

static bool put_person(struct ek_team_run *r, const struct ek_event *e, struct ek_err *err)
{
	struct ek_team_person person;
	struct ek_team_row row = {.kind = EK_TEAM_ROW_PERSON, .seq = e->seq, .at = e->at};
	row.id = e->teammate_created.teammate.v;
	row.person = &person;
	for (uint32_t i = 0; i < EK_TEAM_PEOPLE; i++) {
		ek_team_person(r->team, i, &person);
		if (person.id.v == row.id)
			return put(r, &row, err);
	}
	return true;
}

static bool put_part(struct ek_team_run *r, const struct ek_event *e, struct ek_team_row *row,
		     struct ek_err *err)
{
	char text[EK_TEAM_TEXT];
	row->kind = EK_TEAM_ROW_PART;
	row->part = row->talk->part_count - 1;
	bool is_opening = e->kind == EK_EVENT_CONVERSATION_ARRIVED;
	row->author = is_opening ? (uint8_t)EK_AUTHOR_CONTACT : e->message_added.author;
	row->teammate = is_opening ? (ek_teammate_id){0} : e->message_added.teammate;
	size_t n =
		ek_team_text(r->team, (ek_conversation_id){row->id}, row->part, text, sizeof text);
	row->text = (ek_str){text, (uint32_t)n};
	return put(r, row, err);
}

static bool put_contact(struct ek_team_run *r, const struct ek_event *e, ek_contact_id id,
			struct ek_err *err)
{
	struct ek_team_contact contact;
	if (!ek_team_contact(r->team, id, &contact))
		return true;
	const struct ek_team_row row = {
		.kind = EK_TEAM_ROW_CONTACT,
		.seq = e->seq,
		.at = e->at,
		.id = id.v,
		.contact = &contact,
	};
	return put(r, &row, err);
}

static bool put_talk(struct ek_team_run *r, const struct ek_event *e, struct ek_err *err)
{
	struct ek_team_talk talk;
	char title[EK_TEAM_TEXT];
	ek_conversation_id id = e->conversation_arrived.conversation;
	struct ek_team_row row = {.kind = EK_TEAM_ROW_TALK, .seq = e->seq, .at = e->at};
	if (!ek_team_talk(r->team, id, &talk))
		return true;
	if (talk.is_first && !put_contact(r, e, talk.contact, err))
		return false;
	row.id = id.v;
	row.talk = &talk;
	size_t n = ek_team_title(r->team, id, title, sizeof title);
	row.text = (ek_str){title, (uint32_t)n};
	return put(r, &row, err) && put_part(r, e, &row, err);
}

static bool put_message(struct ek_team_run *r, const struct ek_event *e, struct ek_err *err)
{
	struct ek_team_talk talk;
	struct ek_team_row row = {.seq = e->seq, .at = e->at};
	if (!ek_team_talk(r->team, e->message_added.conversation, &talk))
		return true;
	row.id = e->message_added.conversation.v;
	row.talk = &talk;
	return put_part(r, e, &row, err);
}

static bool put_event(struct ek_team_run *r, const struct ek_event *e, struct ek_err *err)
{
	switch (e->kind) {
	case EK_EVENT_TEAM_CREATED:
		return put_inbox(r, e, err);
	case EK_EVENT_TEAMMATE_CREATED:
		return put_person(r, e, err);
	case EK_EVENT_CONVERSATION_ARRIVED:
		return put_talk(r, e, err);
	case EK_EVENT_MESSAGE_ADDED:
		return put_message(r, e, err);
	default:
		return true;
	}
}

static bool put_events(struct ek_team_run *r, const struct ek_events *events, struct ek_err *err)
{
	for (uint32_t i = 0; r->put != NULL && i < events->n; i++) {
		if (!put_event(r, &events->v[i], err))
			return false;
	}
	return true;
}

/* ---- running */

static bool is_refusal(const struct ek_err *why)
{
	return why->code <= EK_NOT_ELIGIBLE;
}

static bool take(struct ek_team_run *r, const struct ek_cmd *cmd, ek_time at, struct ek_err *err)
{
	const struct ek_request request = {.cmd = cmd, .at = at};
	struct ek_answer answer;
	r->commands++;
	if (ek_writer_take(r->writer, &request, &answer, err))
		return put_events(r, &answer.events, err);
	r->refused++;
	return is_refusal(err);
}

bool ek_team_run(struct ek_team_run *r, struct ek_err *err)
{
	struct ek_cmd cmd;
	ek_time at;
	uint32_t group = r->group != 0 ? r->group : EK_TEAM_GROUP;
	uint32_t in_group = 0;
	while (ek_team_next(r->team, &cmd, &at)) {
		if (!take(r, &cmd, at, err))
			return false;
		if (++in_group % group == 0 && !ek_writer_commit(r->writer, true, err))
			return false;
	}
	if (ek_team_is_out_of_memory(r->team))
		return ek_fail(err, EK_NO_MEMORY, "no memory for a simulated team");
	return ek_writer_tick(r->writer, ek_team_until(r->team), err) &&
	       ek_writer_commit(r->writer, false, err);
}
