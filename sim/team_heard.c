/* What contacts write, and what the engine tells of everything that was made. */
#include "sim/team_inside.h"

#include "model/calendar.h"

/* sla_due of conversation.update is named: bit of its field. */
enum { HAS_SLA_DUE = 1 << 2 };

static bool write_again(struct ek_team *t, const struct team_plan *p, struct team_conv *c,
			struct ek_cmd *cmd)
{
	c->is_coming = false;
	if (c->waits && c->state == EK_STATE_OPEN && p->what == SAYS_THANKS)
		return false;
	t->says = p->what;
	*cmd = ek_cmd_make(EK_CMD_CONTACT_MESSAGE);
	cmd->by = (struct ek_actor){EK_ACTOR_RULE, 0};
	cmd->contact_message.conversation = (ek_conversation_id){p->who};
	cmd->contact_message.sent = (ek_time){p->at};
	return true;
}

/* The promise for the next answer, in the office hours of the inbox where it is. */
static bool set_target(struct ek_team *t, const struct team_plan *p, const struct team_conv *c,
		       struct ek_cmd *cmd)
{
	if (p->turn != c->turn || !c->waits || c->state != EK_STATE_OPEN)
		return false;
	int64_t next = ek_team_desk(c->inbox)->next_min * (int64_t)TEAM_MINUTE;
	*cmd = ek_cmd_make(EK_CMD_CONVERSATION_UPDATE);
	cmd->by = (struct ek_actor){EK_ACTOR_RULE, 0};
	cmd->has = HAS_SLA_DUE;
	ek_assert(EK_CMD_HAS(cmd, conversation_update, sla_due));
	cmd->conversation_update.conversation = (ek_conversation_id){p->who};
	cmd->conversation_update.sla_due =
		ek_calendar_add(&t->calendars[c->inbox], (ek_time){p->at}, (ek_span){next});
	return true;
}

/* Nobody came: they left the chat. */
static bool give_up(const struct team_plan *p, const struct team_conv *c, struct ek_cmd *cmd)
{
	if (c->is_given || c->state != EK_STATE_OPEN)
		return false;
	*cmd = ek_cmd_make(EK_CMD_CONVERSATION_CLOSE);
	cmd->by = (struct ek_actor){EK_ACTOR_RULE, 0};
	cmd->conversation_close.conversation = (ek_conversation_id){p->who};
	return true;
}

bool ek_team_write(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd)
{
	struct team_conv *c = ek_team_conv(t, p->who);
	if (p->kind == PLAN_CONTACT)
		return write_again(t, p, c, cmd);
	if (p->kind == PLAN_TARGET)
		return set_target(t, p, c, cmd);
	return give_up(p, c, cmd);
}

/* ---- people and inboxes */

static uint8_t person_of(const struct ek_team *t, ek_teammate_id id)
{
	for (uint32_t i = 0; i < t->mate_count; i++) {
		if (t->mates[i].id == id.v)
			return (uint8_t)i;
	}
	return TEAM_NOBODY;
}

static uint8_t inbox_of(const struct ek_team *t, ek_team_id id)
{
	for (uint32_t i = 0; i < t->inbox_count; i++) {
		if (t->inbox_ids[i] == id.v)
			return (uint8_t)i;
	}
	return TEAM_NOBODY;
}

/* Whether this is what our command made: its first event of that kind. */
static bool is_ours(struct ek_team *t, int kind)
{
	bool ours = t->awaits == kind;
	if (ours)
		t->awaits = 0;
	return ours;
}

static void made_inbox(struct ek_team *t, const struct ek_event *e)
{
	if (is_ours(t, EK_CMD_TEAM_CREATE) && t->inbox_count < EK_TEAM_INBOXES)
		t->inbox_ids[t->inbox_count++] = e->team_created.team.v;
}

static void made_mate(struct ek_team *t, const struct ek_event *e)
{
	if (!is_ours(t, EK_CMD_TEAMMATE_CREATE) || t->mate_count >= EK_TEAM_PEOPLE)
		return;
	uint32_t person = t->mate_count++;
	t->mates[person].id = e->teammate_created.teammate.v;
	if (person == TEAM_NEWCOMER)
		ek_team_join(t, person, e->at.ms);
}

static void heard_settings(struct ek_team *t, const struct ek_event *e)
{
	if (is_ours(t, EK_CMD_SETTINGS_CHANGE) && e->settings_changed.scope == EK_SCOPE_WORKSPACE)
		t->version = e->settings_changed.version;
}

/* ---- conversations */

static void arrived(struct ek_team *t, const struct ek_event *e)
{
	const struct ek_conversation_arrived *a = &e->conversation_arrived;
	bool is_asked = t->awaits == EK_CMD_CONVERSATION_CREATE &&
			a->contact.v == t->o.contact_first + t->pending.contact;
	if (!is_asked)
		return;
	t->awaits = 0;
	if (t->conv_first == 0)
		t->conv_first = a->conversation.v;
	uint32_t i = a->conversation.v - t->conv_first;
	while (t->conv_count <= i) {
		if (!ek_team_grow(t, &t->convs, &t->conv_cap, t->conv_count, sizeof *t->convs))
			return;
		t->convs[t->conv_count++] = (struct team_conv){.mate = TEAM_NOBODY};
	}
	t->convs[i] = t->pending;
	t->convs[i].last_part_at = e->at.ms;
	t->contacts[t->pending.contact] = 1;
	if (t->pending.is_chat && ek_rng_chance(&t->arrivals, 55))
		ek_team_plan(t, (struct team_plan){
					.at = e->at.ms + (12 + ek_rng_below(&t->arrivals, 25)) *
								 (int64_t)TEAM_MINUTE,
					.kind = PLAN_GIVE_UP,
					.who = a->conversation.v,
				});
}

static void count(uint8_t *n)
{
	if (*n < UINT8_MAX)
		(*n)++;
}

static void given(struct ek_team *t, const struct ek_event *e)
{
	struct team_conv *c = ek_team_conv(t, e->assignment_made.conversation.v);
	if (c == NULL)
		return;
	ek_team_unlist(t, e->assignment_made.conversation.v);
	c->mate = person_of(t, e->assignment_made.teammate);
	c->is_given = true;
	count(&c->assignments);
	if (e->assignment_made.how == EK_HOW_BY_HAND)
		count(&c->handovers);
	if (c->waits)
		ek_team_list(t, e->assignment_made.conversation.v, e->at.ms);
}

static void ended(struct ek_team *t, const struct ek_event *e)
{
	uint32_t id = e->assignment_ended.conversation.v;
	struct team_conv *c = ek_team_conv(t, id);
	if (c == NULL)
		return;
	ek_team_unlist(t, id);
	/* A closed one stays with whoever had it, should it be reopened. */
	if (e->assignment_ended.reason != EK_ENDED_CLOSED)
		c->mate = TEAM_NOBODY;
}

static void queued(struct ek_team *t, const struct ek_event *e)
{
	uint32_t id = e->conversation_queued.conversation.v;
	struct team_conv *c = ek_team_conv(t, id);
	if (c == NULL)
		return;
	ek_team_unlist(t, id);
	c->mate = TEAM_NOBODY;
}

static void wrote(struct ek_team *t, const struct ek_event *e)
{
	uint32_t id = e->message_added.conversation.v;
	struct team_conv *c = ek_team_conv(t, id);
	if (c == NULL)
		return;
	uint8_t author = e->message_added.author;
	bool is_own = t->about == id &&
		      (is_ours(t, EK_CMD_CONTACT_MESSAGE) || is_ours(t, EK_CMD_TEAMMATE_MESSAGE) ||
		       is_ours(t, EK_CMD_NOTE_ADD));
	uint64_t says = is_own                         ? t->says
			: author == EK_AUTHOR_CONTACT  ? SAYS_MORE
			: author == EK_AUTHOR_TEAMMATE ? SAYS_ON
						       : SAYS_NOTE;
	if (c->parts < TEAM_PARTS_KNOWN)
		c->says |= says << (4 * c->parts);
	count(&c->parts);
	c->last_part_at = e->at.ms;
	if (author == EK_AUTHOR_TEAMMATE) {
		c->waits = false;
		c->is_answered = true;
	}
	if (author != EK_AUTHOR_CONTACT)
		return;
	c->turn++;
	c->is_thanks = says == SAYS_THANKS;
	if (says != SAYS_MORE)
		count(&c->returns);
	if (c->left == 0)
		c->left = 1;
	bool is_new = !c->waits && !c->is_thanks;
	c->waits = true;
	ek_team_list(t, id, e->at.ms);
	if (is_new)
		ek_team_plan(t, (struct team_plan){.at = e->at.ms + 1,
						   .kind = PLAN_TARGET,
						   .who = id,
						   .turn = c->turn});
}

static void changed(struct ek_team *t, uint32_t id, uint8_t state, int64_t at)
{
	struct team_conv *c = ek_team_conv(t, id);
	if (c == NULL)
		return;
	c->state = state;
	if (state != EK_STATE_OPEN)
		ek_team_unlist(t, id);
	else if (c->waits)
		ek_team_list(t, id, at);
	if (state == EK_STATE_CLOSED)
		c->waits = false;
}

/* Its time came: whoever has it looks after it. */
static void woken(struct ek_team *t, const struct ek_event *e)
{
	struct team_conv *c = ek_team_conv(t, e->conversation_woken.conversation.v);
	if (c != NULL && e->conversation_woken.cause == EK_CAUSE_TIMER) {
		c->waits = true;
		c->is_checked = true;
	}
	changed(t, e->conversation_woken.conversation.v, EK_STATE_OPEN, e->at.ms);
}

static void reopened(struct ek_team *t, const struct ek_event *e)
{
	struct team_conv *c = ek_team_conv(t, e->conversation_reopened.conversation.v);
	if (c != NULL)
		count(&c->reopens);
	changed(t, e->conversation_reopened.conversation.v, EK_STATE_OPEN, e->at.ms);
}

static void moved(struct ek_team *t, const struct ek_event *e)
{
	struct team_conv *c = ek_team_conv(t, e->conversation_moved.conversation.v);
	uint8_t inbox = inbox_of(t, e->conversation_moved.team);
	if (c == NULL || inbox == TEAM_NOBODY)
		return;
	c->inbox = inbox;
	count(&c->handovers);
}

static void heard(struct ek_team *t, const struct ek_event *e)
{
	switch (e->kind) {
	case EK_EVENT_TEAM_CREATED:
		made_inbox(t, e);
		break;
	case EK_EVENT_TEAMMATE_CREATED:
		made_mate(t, e);
		break;
	case EK_EVENT_SETTINGS_CHANGED:
		heard_settings(t, e);
		break;
	case EK_EVENT_CONVERSATION_ARRIVED:
		arrived(t, e);
		break;
	case EK_EVENT_ASSIGNMENT_MADE:
		given(t, e);
		break;
	case EK_EVENT_ASSIGNMENT_ENDED:
		ended(t, e);
		break;
	case EK_EVENT_CONVERSATION_QUEUED:
		queued(t, e);
		break;
	case EK_EVENT_MESSAGE_ADDED:
		wrote(t, e);
		break;
	case EK_EVENT_CONVERSATION_MOVED:
		moved(t, e);
		break;
	case EK_EVENT_CONVERSATION_SNOOZED:
		changed(t, e->conversation_snoozed.conversation.v, EK_STATE_SNOOZED, e->at.ms);
		break;
	case EK_EVENT_CONVERSATION_WOKEN:
		woken(t, e);
		break;
	case EK_EVENT_CONVERSATION_REOPENED:
		reopened(t, e);
		break;
	case EK_EVENT_CONVERSATION_CLOSED:
		changed(t, e->conversation_closed.conversation.v, EK_STATE_CLOSED, e->at.ms);
		break;
	default:
		break;
	}
}

void ek_team_made(void *team, const struct ek_events *events)
{
	struct ek_team *t = team;
	for (uint32_t i = 0; i < events->n && !t->failed; i++)
		heard(t, &events->v[i]);
}
