/* A step as a command and as a text. */
#include "sim/team_inside.h"

#include "engine/look.h"
#include "model/calendar.h"

/* sla_due of conversation.update is named: bits of its fields. */
enum { HAS_CONVERSATION = 1 << 0, HAS_SLA_DUE = 1 << 2 };

bool ek_team_life_holds(const struct ek_engine *engine, const struct ek_team_life_step *s)
{
	struct ek_conversation_view v;
	struct ek_presence_view p;
	if (s->conversation.v != 0)
		return ek_look_conversation(engine, s->conversation, &v) &&
		       (int64_t)v.changed_seq == s->mark && v.teammate.v == s->teammate.v;
	if (s->teammate.v != 0)
		return ek_look_presence(engine, s->teammate, &p) && p.since.ms == s->mark;
	return true;
}

void ek_team_life_told(struct ek_team_life *l, const struct ek_team_life_step *s, bool is_taken)
{
	if (s->person < EK_TEAM_PEOPLE && s->kind != EK_TEAM_LIFE_WRITE)
		l->seen_at[s->person] = s->at.ms;
	if (is_taken && s->kind == EK_TEAM_LIFE_VIEW)
		l->works_on[s->person] = s->conversation.v;
	if (is_taken && s->kind == EK_TEAM_LIFE_ANSWER)
		l->works_on[s->person] = 0;
	if (is_taken)
		return;
	if (s->conversation.v != 0)
		l->refused[l->refused_count++ % TEAM_LIFE_REFUSED] = s->conversation.v;
	else if (s->kind == EK_TEAM_LIFE_PRESENCE)
		l->no_reasons = true;
}

void ek_team_life_email(uint32_t person, char out[64])
{
	ek_format(out, 64, "%s@example.org", ek_team_job(person)->mail);
}

/* ---- commands */

/* In one with it, the promise for the next answer. */
static void write_again(struct ek_team_life *l, const struct ek_team_life_step *s,
			struct ek_cmd *cmd)
{
	int64_t next = ek_team_desk(s->inbox)->next_min * (int64_t)TEAM_MINUTE;
	l->rows[0] = ek_cmd_make(EK_CMD_CONTACT_MESSAGE);
	l->rows[0].contact_message.conversation = s->conversation;
	l->rows[1] = ek_cmd_make(EK_CMD_CONVERSATION_UPDATE);
	l->rows[1].has = HAS_CONVERSATION | HAS_SLA_DUE;
	ek_assert(EK_CMD_HAS(&l->rows[1], conversation_update, sla_due));
	l->rows[1].conversation_update.conversation = s->conversation;
	l->rows[1].conversation_update.sla_due =
		ek_calendar_add(&l->team->calendars[s->inbox], s->at, (ek_span){next});
	*cmd = ek_cmd_make(EK_CMD_BULK_APPLY);
	cmd->bulk_apply.rows = (struct ek_rows){l->rows, EK_LEN(l->rows)};
	cmd->by = (struct ek_actor){EK_ACTOR_RULE, 0};
	for (uint32_t i = 0; i < EK_LEN(l->rows); i++)
		l->rows[i].by = cmd->by;
}

static void snooze(struct ek_team_life *l, const struct ek_team_life_step *s, struct ek_cmd *cmd)
{
	struct ek_cmd_conversation_snooze *z = &cmd->conversation_snooze;
	uint64_t roll = ek_team_hash(l->team, 61,
				     s->conversation.v * UINT64_C(64) + (uint64_t)s->at.ms % 64);
	*cmd = ek_cmd_make(EK_CMD_CONVERSATION_SNOOZE);
	z->conversation = s->conversation;
	/* The others until their contact writes. */
	if (roll % 4 == 0)
		z->working_ms = (ek_span){(1 + (int64_t)(roll / 4 % 5)) * TEAM_HOUR};
	else if (roll % 4 == 1)
		z->until = (ek_time){s->at.ms + (30 + (int64_t)(roll / 4 % 150)) * TEAM_MINUTE};
}

static void set_presence(const struct ek_team_life *l, const struct ek_team_life_step *s,
			 struct ek_cmd *cmd)
{
	*cmd = ek_cmd_make(EK_CMD_PRESENCE_SET);
	cmd->presence_set.teammate = s->teammate;
	cmd->presence_set.presence = s->presence;
	if (s->presence != EK_PRESENCE_ACTIVE && !l->no_reasons)
		cmd->presence_set.reason = ek_team_away_reason(s->reason);
}

void ek_team_life_cmd(struct ek_team_life *l, const struct ek_team_life_step *s, ek_str tier,
		      struct ek_cmd *cmd)
{
	const struct ek_actor self = {EK_ACTOR_PERSON, s->teammate.v};
	switch (s->kind) {
	case EK_TEAM_LIFE_ARRIVE: {
		const struct team_conv c = {
			.began = s->inbox, .topic = s->topic, .is_chat = s->is_chat};
		const struct team_sender from = {s->contact, tier};
		ek_team_arrive_cmd(l->team, &c, &from, s->at.ms, cmd);
		return;
	}
	case EK_TEAM_LIFE_WRITE:
		write_again(l, s, cmd);
		return;
	case EK_TEAM_LIFE_VIEW:
		*cmd = ek_cmd_make(EK_CMD_CONVERSATION_OPEN_VIEW);
		cmd->conversation_open_view.conversation = s->conversation;
		break;
	case EK_TEAM_LIFE_ANSWER:
		*cmd = ek_cmd_make(EK_CMD_TEAMMATE_MESSAGE);
		cmd->teammate_message.conversation = s->conversation;
		break;
	case EK_TEAM_LIFE_CLOSE:
		*cmd = ek_cmd_make(EK_CMD_CONVERSATION_CLOSE);
		cmd->conversation_close.conversation = s->conversation;
		break;
	case EK_TEAM_LIFE_SNOOZE:
		snooze(l, s, cmd);
		break;
	case EK_TEAM_LIFE_PRESENCE:
		set_presence(l, s, cmd);
		break;
	default:
		*cmd = ek_cmd_make(EK_CMD_ACTIVITY_SEEN);
		cmd->activity_seen.teammate = s->teammate;
		break;
	}
	cmd->by = self;
}

/* ---- texts */

static struct team_saying saying(const struct ek_team_life_step *s,
				 const struct ek_team_life_about *a, char number[24])
{
	struct ek_rng rng = {a->conversation.v ^ (uint64_t)s->at.ms << 20};
	ek_format(number, 24, "%u", 40000u + s->number);
	return (struct team_saying){
		.inbox = s->inbox,
		.topic = s->topic,
		.says = s->says == SAYS_ANSWER && s->topic == TEAM_NOBODY ? (uint8_t)SAYS_ON
									  : s->says,
		.pick = ek_rng_next(&rng) >> 8,
		.number = a->number != NULL ? a->number : number,
		.name = a->name,
	};
}

size_t ek_team_life_title(const struct ek_team_life_step *s, const struct ek_team_life_about *a,
			  char *out, size_t cap)
{
	char number[24];
	struct team_saying said = saying(s, a, number);
	return ek_team_say_title(&said, out, cap);
}

size_t ek_team_life_text(const struct ek_team_life_step *s, const struct ek_team_life_about *a,
			 char *out, size_t cap)
{
	char number[24];
	struct team_saying said = saying(s, a, number);
	return ek_team_say(&said, out, cap);
}
