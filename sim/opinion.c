#include "sim/opinion.h"

#include "sim/opinion_inside.h"

#include <stdlib.h>
#include <string.h>

struct ek_opinion *ek_opinion_open(void)
{
	struct ek_opinion *o = calloc(1, sizeof *o);
	if (o == NULL)
		return NULL;
	o->now = INT64_MIN + 1;
	o->settled = o->now;
	o->word_count = 1;
	ek_opinion_defaults(o);
	return o;
}

void ek_opinion_close(struct ek_opinion **opinion)
{
	struct ek_opinion *o = *opinion;
	if (o == NULL)
		return;
	for (uint32_t i = 0; i < o->kept_count; i++)
		free(o->kept[i]);
	free(o);
	*opinion = NULL;
}

static enum ek_code one(struct ek_opinion *o, const struct ek_cmd *cmd);

/* The rows of a bulk; NULL for any other command. */
static const struct ek_rows *rows_of(const struct ek_cmd *cmd)
{
	switch (cmd->kind) {
	case EK_CMD_BULK_APPLY:
		return &cmd->bulk_apply.rows;
	case EK_CMD_HANDOVER_APPLY:
		return &cmd->handover_apply.rows;
	case EK_CMD_POLICY_APPLY:
		return &cmd->policy_apply.rows;
	default:
		return NULL;
	}
}

/* What may stand in a bulk: edits, not bulks, timers or the shell's own. */
static bool is_row(const struct ek_cmd *cmd)
{
	return rows_of(cmd) == NULL && cmd->kind < EK_CMD_BULK_APPLY &&
	       cmd->kind != EK_CMD_ACTIVITY_SEEN;
}

/* All or nothing: the state is put back as it was when a row is refused. */
static enum ek_code bulk(struct ek_opinion *o, struct ek_rows rows)
{
	struct ek_opinion *before = malloc(sizeof *before);
	enum ek_code refused = EK_OK;
	ek_assert(before != NULL);
	*before = *o;
	for (uint32_t i = 0; i < rows.n && refused == EK_OK; i++) {
		if (!is_row(&rows.v[i]) || one(o, &rows.v[i]) != EK_OK)
			refused = EK_ROW_REFUSED;
		ek_opinion_default_team(o);
	}
	if (refused != EK_OK) {
		memcpy(before->kept, o->kept, sizeof o->kept);
		before->kept_count = o->kept_count;
		*o = *before;
	}
	free(before);
	return refused;
}

static enum ek_code special(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	if (rows_of(cmd) != NULL)
		return bulk(o, *rows_of(cmd));
	if (cmd->kind == EK_CMD_TICK)
		ek_opinion_fire(o);
	if (cmd->kind == EK_CMD_CONTENT_CHANGE)
		ek_opinion_contact(o, &cmd->content_change);
	return EK_OK;
}

static enum ek_code one(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	if (cmd->kind <= EK_CMD_OFFER_DECLINE || cmd->kind == EK_CMD_OUTSIDE_MESSAGE)
		return ek_opinion_talk_cmd(o, cmd);
	if (cmd->kind <= EK_CMD_MEMBERSHIP_REMOVE)
		return ek_opinion_people_cmd(o, cmd);
	if (cmd->kind == EK_CMD_SETTINGS_CHANGE)
		return ek_opinion_settings_change(o, cmd);
	if (cmd->kind == EK_CMD_SETTINGS_UNDO)
		return ek_opinion_settings_undo(o, cmd);
	if (cmd->kind == EK_CMD_SETTINGS_CANCEL)
		return ek_opinion_settings_cancel(o, cmd);
	if (cmd->kind <= EK_CMD_ZONE_SET)
		return ek_opinion_hours_cmd(o, cmd);
	return special(o, cmd);
}

/* Silence that nobody could break is no inactivity. */
static void server_started(struct ek_opinion *o, int64_t down)
{
	for (uint32_t i = 1; i <= o->mate_count && down != EK_NONE; i++) {
		int64_t later = o->mates[i].activity + down;
		o->mates[i].activity = later < o->now ? later : o->now;
	}
}

/* Whether the command itself sets the presence of the person who gives it. */
static bool sets_own_presence(const struct ek_cmd *cmd)
{
	return cmd->kind == EK_CMD_PRESENCE_SET && cmd->by.kind == EK_ACTOR_PERSON &&
	       cmd->by.id == cmd->presence_set.teammate.v;
}

struct ek_opinion_answer ek_opinion_submit(struct ek_opinion *o, const struct ek_cmd *cmd,
					   ek_time now)
{
	int64_t before = o->now;
	if (now.ms > o->now)
		o->now = now.ms;
	o->by = cmd->by;
	o->versioned = false;
	o->decision_count = 0;
	if (cmd->kind == EK_CMD_SERVER_STARTED)
		server_started(o, cmd->server_started.down_ms.ms);
	enum ek_code refused = one(o, cmd);
	if (refused != EK_OK) {
		o->now = before;
		o->decision_count = 0;
		return (struct ek_opinion_answer){refused, o->decisions, 0};
	}
	if (cmd->by.kind == EK_ACTOR_PERSON && !sets_own_presence(cmd))
		ek_opinion_activity(o, cmd->by.id);
	ek_opinion_default_team(o);
	ek_opinion_fire(o); /* what a command made overdue is due at once */
	ek_opinion_settle(o);
	ek_opinion_pressure(o);
	return (struct ek_opinion_answer){EK_OK, o->decisions, o->decision_count};
}

uint32_t ek_opinion_conversation_count(const struct ek_opinion *o)
{
	return o->talk_count;
}

uint32_t ek_opinion_teammate_count(const struct ek_opinion *o)
{
	return o->mate_count;
}

uint32_t ek_opinion_team_count(const struct ek_opinion *o)
{
	return o->team_count;
}

uint32_t ek_opinion_version(const struct ek_opinion *o)
{
	return o->version;
}

bool ek_opinion_conversation(const struct ek_opinion *o, ek_conversation_id id,
			     struct ek_conversation_view *out)
{
	if (id.v == 0 || id.v > o->talk_count)
		return false;
	const struct o_talk *c = &o->talks[id.v];
	bool waits = ek_opinion_waits(o, c);
	memset(out, 0, sizeof *out);
	out->id = id;
	out->state = c->state;
	out->contact.v = c->contact;
	out->channel = c->channel;
	out->capacity_class = c->klass;
	out->team.v = c->team;
	out->teammate.v = c->teammate;
	out->priority = (uint8_t)c->priority;
	out->complexity = (uint8_t)c->complexity;
	out->sla_due.ms = c->sla;
	out->started.ms = c->started;
	out->waiting_since.ms = c->since;
	out->queued_at.ms = waits ? c->queued : EK_NONE;
	out->snoozed_until.ms = c->state == EK_STATE_SNOOZED ? c->until : EK_NONE;
	out->closed_at.ms = EK_NONE;
	out->overtaken = waits ? c->overtaken : 0;
	return true;
}

bool ek_opinion_teammate(const struct ek_opinion *o, ek_teammate_id id,
			 struct ek_teammate_view *out)
{
	if (id.v == 0 || id.v > o->mate_count)
		return false;
	const struct o_mate *p = &o->mates[id.v];
	memset(out, 0, sizeof *out);
	out->id = id;
	out->active = !p->deactivated;
	out->deleted = p->deleted;
	out->presence = p->presence;
	out->presence_since.ms = EK_NONE;
	out->load = (uint32_t)ek_opinion_load(o, id.v);
	for (uint32_t i = 1; i <= o->talk_count; i++)
		out->open_count +=
			o->talks[i].state == EK_STATE_OPEN && o->talks[i].teammate == id.v;
	out->limit = ek_opinion_limit(o, id.v);
	out->last_given.ms = p->given_at;
	out->paused_until.ms = p->paused != EK_NONE && p->paused > o->now ? p->paused : EK_NONE;
	return true;
}

bool ek_opinion_team(const struct ek_opinion *o, ek_team_id id, struct ek_team_view *out)
{
	if (id.v == 0 || id.v > o->team_count)
		return false;
	memset(out, 0, sizeof *out);
	out->id = id;
	out->deleted = o->teams[id.v].deleted;
	out->method = (uint8_t)ek_opinion_number(o, EK_SET_METHOD, id.v, 0);
	out->rank = (uint32_t)ek_opinion_number(o, EK_SET_RANK, id.v, 0);
	out->inbox_limit = ek_opinion_number(o, EK_SET_INBOX_LIMIT, id.v, 0);
	for (uint32_t i = 1; i <= o->talk_count; i++)
		out->waiting_count += o->talks[i].team == id.v && ek_opinion_waits(o, &o->talks[i]);
	return true;
}

uint8_t ek_opinion_level(const struct ek_opinion *o, ek_teammate_id teammate, ek_team_id team)
{
	if (teammate.v > o->mate_count || team.v > o->team_count)
		return 0;
	return o->mates[teammate.v].member[team.v].level;
}

ek_teammate_id ek_opinion_offered(const struct ek_opinion *o, ek_conversation_id id)
{
	return (ek_teammate_id){id.v > o->talk_count ? 0 : o->talks[id.v].offered};
}

int ek_opinion_why_not(const struct ek_opinion *o, ek_conversation_id id, ek_teammate_id teammate)
{
	ek_assert(id.v >= 1 && id.v <= o->talk_count);
	ek_assert(teammate.v >= 1 && teammate.v <= o->mate_count);
	return ek_opinion_test(o, &o->talks[id.v], teammate.v, 0);
}

uint32_t ek_opinion_queue(const struct ek_opinion *o, ek_conversation_id *out, uint32_t cap)
{
	uint32_t ids[O_TALKS];
	uint32_t n = ek_opinion_all_waiting(o, ids);
	for (uint32_t i = 0; i < n && i < cap; i++)
		out[i].v = ids[i];
	return n;
}

bool ek_opinion_stranded(const struct ek_opinion *o, ek_conversation_id id)
{
	ek_assert(id.v >= 1 && id.v <= o->talk_count);
	return ek_opinion_waits(o, &o->talks[id.v]) && ek_opinion_nobody(o, &o->talks[id.v]);
}

ek_time ek_opinion_nudge(const struct ek_opinion *o, ek_conversation_id id)
{
	ek_assert(id.v >= 1 && id.v <= o->talk_count);
	return (ek_time){ek_opinion_untouched(o, &o->talks[id.v], EK_SET_UNTOUCHED_NUDGE_AFTER_MS)};
}
