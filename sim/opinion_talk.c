/* Commands about one conversation: sections 8, 11 and 14. */
#include "model/calendar.h"
#include "sim/opinion_inside.h"

#include <string.h>

static bool by_person(const struct ek_opinion *o)
{
	return o->by.kind == EK_ACTOR_PERSON;
}

static bool within(int64_t v, int64_t lo, int64_t hi)
{
	return v == EK_NONE || (v >= lo && v <= hi);
}

static bool put_needs(struct ek_opinion *o, struct o_talk *c, struct ek_needs needs)
{
	ek_assert(needs.n <= O_NEEDS);
	for (uint32_t i = 0; i < needs.n; i++) {
		if (needs.v[i].min_level < 1 || needs.v[i].min_level > 5)
			return false;
		c->needs[i] =
			(struct o_need){ek_opinion_word(o, needs.v[i].skill), needs.v[i].min_level,
					needs.v[i].required, needs.v[i].relax_after.ms};
	}
	c->need_count = needs.n;
	return true;
}

static bool is_ordered(const struct ek_opinion *o, uint16_t name)
{
	const struct o_value *orders = ek_opinion_setting(o, EK_SET_ATTRIBUTE_ORDERS, 0, 0);
	for (uint32_t k = 0; k < orders->n; k += 1 + (uint32_t)orders->cells[k].i) {
		if (orders->cells[k].s == name)
			return true;
	}
	return false;
}

/* Section 14: only attributes that order are facts, as the lists are when they come. */
static void put_attributes(struct ek_opinion *o, struct o_talk *c, struct ek_pairs pairs)
{
	for (uint32_t i = 0; i < pairs.n; i++) {
		uint16_t name = ek_opinion_word(o, pairs.v[i].name);
		uint32_t k = 0;
		if (!is_ordered(o, name))
			continue;
		while (k < c->attribute_count && c->attributes[k].name != name)
			k++;
		ek_assert(k < O_ATTRIBUTES);
		c->attributes[k].name = name;
		c->attributes[k].value = ek_opinion_word(o, pairs.v[i].value);
		if (k == c->attribute_count)
			c->attribute_count++;
	}
}

static void put_tags(struct ek_opinion *o, struct o_talk *c, struct ek_texts tags)
{
	ek_assert(tags.n <= O_TAGS);
	for (uint32_t i = 0; i < tags.n; i++)
		c->tags[i] = ek_opinion_word(o, tags.v[i]);
	c->tag_count = tags.n;
}

/* Whom a giving is meant for: sections 8 and 9. A rule's to somebody reassigning is none. */
static void assign(struct ek_opinion *o, struct o_talk *c, uint32_t mate)
{
	bool bounces = !by_person(o) && ek_opinion_leaving(o, mate);
	if (!bounces)
		ek_opinion_give(o, c, mate, by_person(o) ? EK_HOW_BY_HAND : EK_HOW_RULE);
	else if (c->teammate != 0 && c->state != EK_STATE_CLOSED)
		ek_opinion_to_team(o, c); /* a closed one is held by nobody */
}

/* 0 is absent; what is named must be there and at work. */
static enum ek_code check_receiver(struct ek_opinion *o, ek_teammate_id id)
{
	const struct o_mate *p = ek_opinion_find_mate(o, id);
	if (id.v == 0)
		return EK_OK;
	if (p == NULL)
		return EK_NOT_FOUND;
	return p->deactivated ? EK_CONFLICT : EK_OK;
}

static enum ek_code check_create(struct ek_opinion *o, const struct ek_cmd_conversation_create *a)
{
	if (!within(a->priority, 0, 3) || !within(a->complexity, 1, 5))
		return EK_INVALID_VALUE;
	if (a->team.v != 0 && ek_opinion_find_team(o, a->team) == NULL)
		return EK_NOT_FOUND;
	return check_receiver(o, a->teammate);
}

static int64_t or_else(int64_t value, int64_t other)
{
	return value == EK_NONE ? other : value;
}

static enum ek_code create(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	const struct ek_cmd_conversation_create *a = &cmd->conversation_create;
	enum ek_code refused = check_create(o, a);
	ek_assert(o->talk_count + 1 < O_TALKS);
	struct o_talk *c = &o->talks[o->talk_count + 1];
	memset(c, 0, sizeof *c);
	if (refused != EK_OK)
		return refused;
	if (!put_needs(o, c, a->needs))
		return EK_INVALID_VALUE;
	c->id = ++o->talk_count;
	c->contact = a->contact.v;
	c->channel = a->channel != 0 ? a->channel : EK_CAPACITY_CLASS_API;
	c->klass = a->capacity_class != 0 ? a->capacity_class : c->channel;
	c->state = EK_STATE_OPEN;
	c->team = a->team.v;
	c->priority = or_else(a->priority, 0);
	c->complexity = or_else(a->complexity, 1);
	c->sla = a->sla_due.ms;
	c->started = or_else(a->started.ms, o->now);
	c->since = a->waiting_since.ms;
	c->until = EK_NONE;
	c->wall = EK_NONE;
	c->touched = EK_NONE;
	c->looked = EK_NONE;
	c->pending = true;
	for (uint32_t i = 0; i < O_MATES; i++)
		c->cooled[i] = EK_NONE;
	put_attributes(o, c, a->attributes);
	put_tags(o, c, a->tags);
	ek_opinion_enter(o, c);
	if (a->teammate.v != 0)
		assign(o, c, a->teammate.v);
	return EK_OK;
}

static enum ek_code update(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	const struct ek_cmd_conversation_update *a = &cmd->conversation_update;
	struct o_talk *c = ek_opinion_find_talk(o, a->conversation);
	if (c == NULL)
		return EK_NOT_FOUND;
	if (!within(a->priority, 0, 3) || !within(a->complexity, 1, 5))
		return EK_INVALID_VALUE;
	if (EK_CMD_HAS(cmd, conversation_update, needs) && !put_needs(o, c, a->needs))
		return EK_INVALID_VALUE;
	c->priority = or_else(a->priority, c->priority);
	c->complexity = or_else(a->complexity, c->complexity);
	if (EK_CMD_HAS(cmd, conversation_update, sla_due))
		c->sla = a->sla_due.ms;
	if (a->capacity_class != 0)
		c->klass = a->capacity_class;
	put_attributes(o, c, a->attributes);
	if (EK_CMD_HAS(cmd, conversation_update, tags))
		put_tags(o, c, a->tags);
	ek_opinion_count(o, c);
	return EK_OK;
}

static enum ek_code contact_message(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	struct o_talk *c = ek_opinion_find_talk(o, cmd->contact_message.conversation);
	if (c == NULL)
		return EK_NOT_FOUND;
	if (c->since == EK_NONE)
		c->since = or_else(cmd->contact_message.sent.ms, o->now);
	if (c->state == EK_STATE_SNOOZED)
		ek_opinion_wake(o, c);
	else if (c->state == EK_STATE_CLOSED)
		ek_opinion_reopen(o, c, (int)ek_opinion_number(o, EK_SET_ON_REOPEN, c->team, 0));
	else if (ek_opinion_leaving(o, c->teammate))
		ek_opinion_to_team(o, c);
	return EK_OK;
}

static enum ek_code outside_message(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	struct o_talk *c = ek_opinion_find_talk(o, cmd->outside_message.conversation);
	if (c == NULL)
		return EK_NOT_FOUND;
	if (c->state == EK_STATE_SNOOZED)
		ek_opinion_wake(o, c);
	return EK_OK;
}

/* The teammate behind a part: the author named, else the person who acts. */
static struct o_mate *author_of(struct ek_opinion *o, ek_teammate_id named, uint32_t *id)
{
	*id = named.v != 0 ? named.v : (by_person(o) ? o->by.id : 0);
	return ek_opinion_find_mate(o, (ek_teammate_id){*id});
}

/* A part by a teammate: wakes it unless it is the holder's own. */
static void part(struct ek_opinion *o, struct o_talk *c, uint32_t author)
{
	ek_opinion_activity(o, author);
	if (c->state == EK_STATE_SNOOZED && c->teammate != author)
		ek_opinion_wake(o, c);
	if (c->teammate == author)
		c->touched = o->now;
}

static enum ek_code teammate_message(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	uint32_t author = 0;
	struct o_talk *c = ek_opinion_find_talk(o, cmd->teammate_message.conversation);
	const struct o_mate *p = author_of(o, cmd->teammate_message.author, &author);
	if (c == NULL || (p == NULL && author != 0))
		return EK_NOT_FOUND;
	if (p == NULL)
		return EK_INVALID_VALUE;
	c->since = EK_NONE;
	if (c->state != EK_STATE_CLOSED)
		c->sla = EK_NONE;
	if (c->contact != 0)
		ek_opinion_fact(&o->answers, (struct o_fact){author, c->contact, o->now});
	part(o, c, author);
	return EK_OK;
}

static enum ek_code note_add(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	uint32_t author = 0;
	struct o_talk *c = ek_opinion_find_talk(o, cmd->note_add.conversation);
	const struct o_mate *p = author_of(o, cmd->note_add.author, &author);
	if (c == NULL || (p == NULL && author != 0))
		return EK_NOT_FOUND;
	if (p == NULL)
		return EK_INVALID_VALUE;
	part(o, c, author);
	return EK_OK;
}

/* An opening is a fact once per holding and hour, so only then does it move the clock. */
static enum ek_code open_view(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	uint32_t author = 0;
	struct o_talk *c = ek_opinion_find_talk(o, cmd->conversation_open_view.conversation);
	const struct o_mate *p = author_of(o, cmd->conversation_open_view.author, &author);
	if (c == NULL || (p == NULL && author != 0))
		return EK_NOT_FOUND;
	if (p == NULL)
		return EK_INVALID_VALUE;
	ek_opinion_activity(o, author);
	if (c->teammate == author && c->state != EK_STATE_CLOSED &&
	    (c->looked == EK_NONE || o->now >= c->looked + EK_HOUR_MS(1))) {
		c->looked = o->now;
		c->touched = o->now;
	}
	return EK_OK;
}

static enum ek_code release(struct ek_opinion *o, struct o_talk *c)
{
	if (c == NULL)
		return EK_NOT_FOUND;
	if (c->teammate == 0 || c->state == EK_STATE_CLOSED)
		return EK_OK;
	ek_opinion_cool(o, c, c->teammate);
	ek_opinion_to_team(o, c);
	return EK_OK;
}

static enum ek_code assign_cmd(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	struct o_talk *c = ek_opinion_find_talk(o, cmd->conversation_assign.conversation);
	ek_teammate_id to = cmd->conversation_assign.teammate;
	if (c == NULL)
		return EK_NOT_FOUND;
	if (to.v == 0)
		return release(o, c);
	if (check_receiver(o, to) != EK_OK)
		return check_receiver(o, to);
	assign(o, c, to.v);
	return EK_OK;
}

static enum ek_code release_cmd(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	return release(o, ek_opinion_find_talk(o, cmd->conversation_release.conversation));
}

static enum ek_code move(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	struct o_talk *c = ek_opinion_find_talk(o, cmd->conversation_move.conversation);
	ek_team_id to = cmd->conversation_move.team;
	if (c == NULL || (to.v != 0 && ek_opinion_find_team(o, to) == NULL))
		return EK_NOT_FOUND;
	for (uint32_t i = 0; i < O_MATES; i++)
		c->cooled[i] = EK_NONE;
	c->team = to.v;
	c->offered = 0;
	ek_opinion_to_team(o, c);
	c->pending = !by_person(o);
	return EK_OK;
}

static enum ek_code close_cmd(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	struct o_talk *c = ek_opinion_find_talk(o, cmd->conversation_close.conversation);
	if (c == NULL)
		return EK_NOT_FOUND;
	if (c->state == EK_STATE_CLOSED)
		return EK_CONFLICT;
	c->state = EK_STATE_CLOSED;
	c->since = EK_NONE;
	c->sla = EK_NONE;
	c->offered = 0;
	c->held = false;
	c->until = EK_NONE;
	c->wall = EK_NONE;
	return EK_OK;
}

static enum ek_code reopen_cmd(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	struct o_talk *c = ek_opinion_find_talk(o, cmd->conversation_reopen.conversation);
	if (c == NULL)
		return EK_NOT_FOUND;
	if (c->state == EK_STATE_OPEN)
		return EK_CONFLICT;
	if (c->state == EK_STATE_SNOOZED)
		ek_opinion_wake(o, c);
	else
		ek_opinion_reopen(o, c, EK_ON_REOPEN_KEEP);
	return EK_OK;
}

/* When a snooze ends, before any deferring; *named counts the ways in which it was said. */
static int64_t snooze_end(const struct ek_opinion *o, const struct o_talk *c,
			  const struct ek_cmd_conversation_snooze *a, int *named)
{
	const struct ek_calendar *cal = ek_opinion_calendar(o, c->team);
	*named = (a->until.ms != EK_NONE) + (a->wall.ms != EK_NONE) + (a->working_ms.ms != EK_NONE);
	if (a->until.ms != EK_NONE)
		return a->until.ms;
	if (a->wall.ms != EK_NONE)
		return ek_calendar_instant(cal != NULL ? &cal->zone : o->zone, a->wall.ms).ms;
	if (a->working_ms.ms < 0)
		return EK_NONE;
	return ek_opinion_add(cal, o->now, a->working_ms.ms);
}

/* Outside office hours only where the workspace has it so. */
static int64_t put_off(const struct ek_opinion *o, const struct o_talk *c, int64_t at)
{
	if (ek_opinion_number(o, EK_SET_SNOOZE_WAKE, 0, 0) != EK_SNOOZE_WAKE_NEXT_OPEN)
		return at;
	return ek_calendar_next_open(ek_opinion_calendar(o, c->team), (ek_time){at}).ms;
}

/* A local time that by the new reckoning is over is now. */
static void sleep_again(struct ek_opinion *o, struct o_talk *c)
{
	const struct ek_calendar *cal = ek_opinion_calendar(o, c->team);
	int64_t at = ek_calendar_instant(cal != NULL ? &cal->zone : o->zone, c->wall).ms;
	at = put_off(o, c, at > o->now ? at : o->now);
	if (at != EK_NONE)
		c->until = at;
}

void ek_opinion_hours_changed(struct ek_opinion *o, uint32_t team)
{
	for (uint32_t i = 1; i <= o->talk_count; i++) {
		struct o_talk *c = &o->talks[i];
		bool inherits = o->teams[c->team].set[EK_SET_CALENDAR].kind == EK_VALUE_UNSET;
		if (c->wall != EK_NONE && (team == 0 ? inherits : c->team == team))
			sleep_again(o, c);
	}
}

void ek_opinion_zone_changed(struct ek_opinion *o)
{
	for (uint32_t i = 1; i <= o->talk_count; i++) {
		struct o_talk *c = &o->talks[i];
		if (c->wall != EK_NONE && ek_opinion_calendar(o, c->team) == NULL)
			sleep_again(o, c);
	}
}

static enum ek_code snooze(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	struct o_talk *c = ek_opinion_find_talk(o, cmd->conversation_snooze.conversation);
	int named = 0;
	if (c == NULL)
		return EK_NOT_FOUND;
	if (c->state == EK_STATE_CLOSED)
		return EK_CONFLICT;
	int64_t until = snooze_end(o, c, &cmd->conversation_snooze, &named);
	if (named > 1 || (named == 1 && until == EK_NONE))
		return EK_INVALID_VALUE;
	if (named == 1)
		until = put_off(o, c, until);
	if (named == 1 && (until == EK_NONE || until <= o->now))
		return EK_INVALID_VALUE;
	c->state = EK_STATE_SNOOZED;
	c->until = named == 1 ? until : EK_NONE;
	c->wall = cmd->conversation_snooze.wall.ms;
	c->offered = 0;
	c->held = false;
	return EK_OK;
}

static enum ek_code take(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	ek_teammate_id who = cmd->conversation_take.teammate;
	const struct o_mate *p = ek_opinion_find_mate(o, who);
	struct o_talk *best = NULL;
	if (p == NULL)
		return EK_NOT_FOUND;
	if (p->deactivated)
		return EK_CONFLICT;
	for (uint32_t i = 1; i <= o->talk_count; i++) {
		struct o_talk *c = &o->talks[i];
		if (c->state != EK_STATE_OPEN || c->teammate != 0 || c->offered != 0 ||
		    c->team == 0 || p->member[c->team].level == 0)
			continue;
		if (best == NULL || ek_opinion_before(o, c, best))
			best = c;
	}
	if (best == NULL)
		return EK_NOT_FOUND;
	ek_opinion_give(o, best, who.v, EK_HOW_BY_HAND);
	return EK_OK;
}

static struct o_talk *find_offer(struct ek_opinion *o, ek_conversation_id id, ek_teammate_id who,
				 enum ek_code *refused)
{
	struct o_talk *c = ek_opinion_find_talk(o, id);
	*refused = EK_OK;
	if (c == NULL)
		*refused = EK_NOT_FOUND;
	else if (who.v == 0 || c->offered != who.v)
		*refused = EK_OFFER_GONE;
	return c;
}

static enum ek_code accept(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	enum ek_code refused = EK_OK;
	struct o_talk *c =
		find_offer(o, cmd->offer_accept.conversation, cmd->offer_accept.teammate, &refused);
	if (refused != EK_OK)
		return refused;
	ek_opinion_give(o, c, c->offered, EK_HOW_OFFER);
	ek_opinion_activity(o, c->teammate);
	return EK_OK;
}

static enum ek_code decline(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	enum ek_code refused = EK_OK;
	struct o_talk *c = find_offer(o, cmd->offer_decline.conversation,
				      cmd->offer_decline.teammate, &refused);
	if (refused != EK_OK)
		return refused;
	uint32_t who = c->offered;
	ek_opinion_cool(o, c, who);
	c->offered = 0;
	ek_opinion_activity(o, who);
	return EK_OK;
}

enum ek_code ek_opinion_talk_cmd(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	static enum ek_code (*const cmds[])(struct ek_opinion *, const struct ek_cmd *) = {
		[EK_CMD_CONVERSATION_CREATE] = create,
		[EK_CMD_CONVERSATION_UPDATE] = update,
		[EK_CMD_CONTACT_MESSAGE] = contact_message,
		[EK_CMD_OUTSIDE_MESSAGE] = outside_message,
		[EK_CMD_TEAMMATE_MESSAGE] = teammate_message,
		[EK_CMD_NOTE_ADD] = note_add,
		[EK_CMD_CONVERSATION_OPEN_VIEW] = open_view,
		[EK_CMD_CONVERSATION_ASSIGN] = assign_cmd,
		[EK_CMD_CONVERSATION_MOVE] = move,
		[EK_CMD_CONVERSATION_RELEASE] = release_cmd,
		[EK_CMD_CONVERSATION_CLOSE] = close_cmd,
		[EK_CMD_CONVERSATION_REOPEN] = reopen_cmd,
		[EK_CMD_CONVERSATION_SNOOZE] = snooze,
		[EK_CMD_CONVERSATION_TAKE] = take,
		[EK_CMD_OFFER_ACCEPT] = accept,
		[EK_CMD_OFFER_DECLINE] = decline,
	};
	ek_assert(cmd->kind < EK_LEN(cmds) && cmds[cmd->kind] != NULL);
	return cmds[cmd->kind](o, cmd);
}
