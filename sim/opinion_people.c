/* Commands about teammates, teams and memberships: sections 2, 8, 9 and 14. */
#include "sim/opinion_inside.h"

#include <string.h>

static bool is_listed(struct ek_opinion *o, ek_str reason)
{
	const struct o_value *reasons = ek_opinion_setting(o, EK_SET_AWAY_REASONS, 0, 0);
	uint16_t word = ek_opinion_word(o, reason);
	for (uint32_t k = 0; k < reasons->n; k++) {
		if (reasons->cells[k].s == word)
			return true;
	}
	return false;
}

static enum ek_code presence_set(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	const struct ek_cmd_presence_set *a = &cmd->presence_set;
	struct o_mate *p = ek_opinion_find_mate(o, a->teammate);
	bool required = ek_opinion_number(o, EK_SET_AWAY_REASON_REQUIRED, 0, 0) == 1;
	if (p == NULL)
		return EK_NOT_FOUND;
	if (a->presence < EK_PRESENCE_ACTIVE || a->presence > EK_PRESENCE_AWAY_REASSIGNING)
		return EK_INVALID_VALUE;
	if (p->deactivated)
		return EK_CONFLICT;
	if (required && a->presence != EK_PRESENCE_ACTIVE && a->reason.n == 0)
		return EK_REASON_REQUIRED;
	if (a->reason.n != 0 && !is_listed(o, a->reason))
		return EK_INVALID_VALUE;
	ek_opinion_presence(o, a->teammate.v, a->presence, EK_PRESENCE_CAUSE_BY_HAND);
	p->activity = o->now;
	return EK_OK;
}

static enum ek_code activity_seen(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	if (ek_opinion_find_mate(o, cmd->activity_seen.teammate) == NULL)
		return EK_NOT_FOUND;
	ek_opinion_activity(o, cmd->activity_seen.teammate.v);
	return EK_OK;
}

/* Whether all their teams let them pause, and for how long at most. */
static bool enough(const struct ek_opinion *o, const struct o_mate *p, int64_t *most)
{
	bool allowed = true;
	uint32_t teams = 0;
	*most = INT64_MAX;
	for (uint32_t t = 1; t <= o->team_count; t++) {
		if (p->member[t].level == 0)
			continue;
		int64_t max = ek_opinion_number(o, EK_SET_ENOUGH_MAX_MS, t, 0);
		teams++;
		allowed = allowed && ek_opinion_number(o, EK_SET_ENOUGH_ALLOWED, t, 0) == 1;
		*most = max < *most ? max : *most;
	}
	if (teams == 0) {
		*most = ek_opinion_number(o, EK_SET_ENOUGH_MAX_MS, 0, 0);
		return ek_opinion_number(o, EK_SET_ENOUGH_ALLOWED, 0, 0) == 1;
	}
	return allowed;
}

static enum ek_code intake_pause(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	struct o_mate *p = ek_opinion_find_mate(o, cmd->intake_pause.teammate);
	int64_t until = cmd->intake_pause.until.ms;
	int64_t most = 0;
	if (p == NULL)
		return EK_NOT_FOUND;
	if (!enough(o, p, &most))
		return EK_FORBIDDEN;
	if (until != EK_NONE && (until <= o->now || until > o->now + most))
		return EK_INVALID_VALUE;
	p->paused = until != EK_NONE ? until : o->now + most;
	ek_opinion_activity(o, cmd->intake_pause.teammate.v);
	return EK_OK;
}

static enum ek_code intake_resume(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	struct o_mate *p = ek_opinion_find_mate(o, cmd->intake_resume.teammate);
	if (p == NULL)
		return EK_NOT_FOUND;
	p->paused = EK_NONE;
	ek_opinion_activity(o, cmd->intake_resume.teammate.v);
	return EK_OK;
}

static bool is_in(struct ek_teams teams, uint32_t team)
{
	for (uint32_t i = 0; i < teams.n; i++) {
		if (teams.v[i].v == team)
			return true;
	}
	return false;
}

static enum ek_code check_teams(struct ek_opinion *o, const struct ek_cmd_teammate_create *a)
{
	for (uint32_t i = 0; i < a->primary.n; i++) {
		if (ek_opinion_find_team(o, a->primary.v[i]) == NULL)
			return EK_NOT_FOUND;
	}
	for (uint32_t i = 0; i < a->secondary.n; i++) {
		if (ek_opinion_find_team(o, a->secondary.v[i]) == NULL)
			return EK_NOT_FOUND;
		if (is_in(a->primary, a->secondary.v[i].v))
			return EK_BOTH_LEVELS;
		if (!ek_opinion_balanced(o, a->secondary.v[i].v))
			return EK_SECONDARY_NEEDS_BALANCED;
	}
	return ek_opinion_sets_check(o, EK_SCOPE_TEAMMATE, a->set);
}

static enum ek_code teammate_create(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	const struct ek_cmd_teammate_create *a = &cmd->teammate_create;
	enum ek_code refused = check_teams(o, a);
	if (refused != EK_OK)
		return refused;
	ek_assert(o->mate_count + 1 < O_MATES);
	uint32_t id = ++o->mate_count;
	struct o_mate *p = &o->mates[id];
	memset(p, 0, sizeof *p);
	p->presence = EK_PRESENCE_AWAY;
	p->cause = EK_PRESENCE_CAUSE_BY_HAND;
	p->stopped = o->now;
	p->activity = o->now;
	p->paused = EK_NONE;
	p->given_at = EK_NONE;
	for (uint32_t i = 0; i < a->primary.n; i++)
		p->member[a->primary.v[i].v] = (struct o_member){EK_LEVEL_PRIMARY, ++o->joinings};
	for (uint32_t i = 0; i < a->secondary.n; i++)
		p->member[a->secondary.v[i].v] =
			(struct o_member){EK_LEVEL_SECONDARY, ++o->joinings};
	ek_opinion_sets_put(o, EK_SCOPE_TEAMMATE, id, a->set);
	return EK_OK;
}

static enum ek_code teammate_deactivate(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	ek_teammate_id id = cmd->teammate_deactivate.teammate;
	struct o_mate *p = ek_opinion_find_mate(o, id);
	if (p == NULL)
		return EK_NOT_FOUND;
	if (p->deactivated)
		return EK_CONFLICT;
	if (p->presence == EK_PRESENCE_ACTIVE)
		ek_opinion_presence(o, id.v, EK_PRESENCE_AWAY, EK_PRESENCE_CAUSE_BY_HAND);
	p->deactivated = true;
	return EK_OK;
}

static enum ek_code teammate_reactivate(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	ek_teammate_id id = cmd->teammate_reactivate.teammate;
	struct o_mate *p = ek_opinion_find_mate(o, id);
	if (p == NULL)
		return EK_NOT_FOUND;
	if (!p->deactivated)
		return EK_CONFLICT;
	p->deactivated = false;
	ek_opinion_presence(o, id.v, EK_PRESENCE_AWAY, EK_PRESENCE_CAUSE_BY_HAND);
	p->activity = o->now;
	return EK_OK;
}

static enum ek_code check_heir(struct ek_opinion *o, ek_teammate_id who, ek_teammate_id heir)
{
	const struct o_mate *h = ek_opinion_find_mate(o, heir);
	if (ek_opinion_find_mate(o, who) == NULL || (heir.v != 0 && h == NULL))
		return EK_NOT_FOUND;
	if (heir.v == who.v)
		return EK_INVALID_VALUE;
	return EK_OK;
}

static enum ek_code teammate_delete(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	ek_teammate_id who = cmd->teammate_delete.teammate;
	ek_teammate_id heir = cmd->teammate_delete.heir;
	enum ek_code refused = check_heir(o, who, heir);
	if (refused != EK_OK)
		return refused;
	struct o_mate *p = &o->mates[who.v];
	if (p->presence == EK_PRESENCE_ACTIVE)
		ek_opinion_presence(o, who.v, EK_PRESENCE_AWAY, EK_PRESENCE_CAUSE_BY_HAND);
	p->deleted = true;
	memset(p->member, 0, sizeof p->member);
	for (uint32_t i = 1; i <= o->talk_count; i++) {
		struct o_talk *c = &o->talks[i];
		if (c->teammate != who.v || c->state == EK_STATE_CLOSED)
			continue;
		if (heir.v != 0)
			ek_opinion_give(o, c, heir.v, EK_HOW_HEIR);
		else
			ek_opinion_to_team(o, c);
	}
	return EK_OK;
}

static enum ek_code team_create(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	enum ek_code refused = ek_opinion_sets_check(o, EK_SCOPE_TEAM, cmd->team_create.set);
	if (refused != EK_OK)
		return refused;
	ek_assert(o->team_count + 1 < O_TEAMS);
	uint32_t id = ++o->team_count;
	memset(&o->teams[id], 0, sizeof o->teams[id]);
	o->teams[id].pointer_joined = EK_NONE;
	o->teams[id].counted = EK_NONE;
	o->teams[id].looked = EK_NONE;
	o->teams[id].told = EK_NONE;
	ek_opinion_sets_put(o, EK_SCOPE_TEAM, id, cmd->team_create.set);
	return EK_OK;
}

/* A conversation whose team ended goes on in another, or in none; its holder keeps it. */
static void rehome(struct ek_opinion *o, struct o_talk *c, uint32_t target)
{
	c->team = target;
	c->offered = 0;
	c->held = false;
	c->pending = c->pending || (target != 0 && o->by.kind != EK_ACTOR_PERSON);
	for (uint32_t i = 0; i < O_MATES && target != 0; i++)
		c->cooled[i] = EK_NONE;
	if (c->teammate == 0)
		ek_opinion_enter(o, c);
}

static enum ek_code team_delete(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	ek_team_id id = cmd->team_delete.team;
	ek_team_id target = cmd->team_delete.target;
	struct o_team *t = ek_opinion_find_team(o, id);
	if (t == NULL || (target.v != 0 && ek_opinion_find_team(o, target) == NULL))
		return EK_NOT_FOUND;
	if (target.v == id.v)
		return EK_INVALID_VALUE;
	t->deleted = true;
	if (ek_opinion_number(o, EK_SET_DEFAULT_TEAM, 0, 0) == id.v) {
		struct o_change gone = {.scope = EK_SCOPE_WORKSPACE,
					.setting = EK_SET_DEFAULT_TEAM};
		gone.after.kind = EK_VALUE_NULL;
		ek_opinion_put(o, gone);
	}
	for (uint32_t mate = 1; mate <= o->mate_count; mate++)
		o->mates[mate].member[id.v] = (struct o_member){0, 0};
	for (uint32_t i = 1; i <= o->talk_count; i++) {
		if (o->talks[i].team == id.v)
			rehome(o, &o->talks[i], target.v);
	}
	return EK_OK;
}

static enum ek_code membership_set(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	const struct ek_cmd_membership_set *a = &cmd->membership_set;
	struct o_mate *p = ek_opinion_find_mate(o, a->teammate);
	uint8_t level = a->level != 0 ? a->level : EK_LEVEL_PRIMARY;
	if (p == NULL || ek_opinion_find_team(o, a->team) == NULL)
		return EK_NOT_FOUND;
	if (level != EK_LEVEL_PRIMARY && level != EK_LEVEL_SECONDARY)
		return EK_INVALID_VALUE;
	if (level == EK_LEVEL_SECONDARY && !ek_opinion_balanced(o, a->team.v))
		return EK_SECONDARY_NEEDS_BALANCED;
	if (p->member[a->team.v].level == 0)
		p->member[a->team.v].joined = ++o->joinings;
	p->member[a->team.v].level = level;
	return EK_OK;
}

static enum ek_code membership_remove(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	const struct ek_cmd_membership_remove *a = &cmd->membership_remove;
	struct o_mate *p = ek_opinion_find_mate(o, a->teammate);
	if (p == NULL || ek_opinion_find_team(o, a->team) == NULL)
		return EK_NOT_FOUND;
	p->member[a->team.v] = (struct o_member){0, 0};
	for (uint32_t i = 1; i <= o->talk_count; i++) {
		struct o_talk *c = &o->talks[i];
		if (c->known == a->teammate.v && c->team == a->team.v)
			c->held = false; /* they get no more there */
	}
	return EK_OK;
}

enum ek_code ek_opinion_people_cmd(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	static enum ek_code (*const cmds[])(struct ek_opinion *, const struct ek_cmd *) = {
		[EK_CMD_PRESENCE_SET] = presence_set,
		[EK_CMD_ACTIVITY_SEEN] = activity_seen,
		[EK_CMD_INTAKE_PAUSE] = intake_pause,
		[EK_CMD_INTAKE_RESUME] = intake_resume,
		[EK_CMD_TEAMMATE_CREATE] = teammate_create,
		[EK_CMD_TEAMMATE_DEACTIVATE] = teammate_deactivate,
		[EK_CMD_TEAMMATE_REACTIVATE] = teammate_reactivate,
		[EK_CMD_TEAMMATE_DELETE] = teammate_delete,
		[EK_CMD_TEAM_CREATE] = team_create,
		[EK_CMD_TEAM_DELETE] = team_delete,
		[EK_CMD_MEMBERSHIP_SET] = membership_set,
		[EK_CMD_MEMBERSHIP_REMOVE] = membership_remove,
	};
	ek_assert(cmd->kind < EK_LEN(cmds) && cmds[cmd->kind] != NULL);
	return cmds[cmd->kind](o, cmd);
}
