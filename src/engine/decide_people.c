/* Commands about teammates, teams, presence and memberships. */
#include "engine/decide.h"

#include "engine/apply.h"
#include "engine/config.h"
#include "engine/emit.h"
#include "engine/stay.h"

typedef bool decider(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err);

static struct ek_cmd without_base(const struct ek_cmd *cmd)
{
	struct ek_cmd any = *cmd;
	any.based_on = 0;
	return any;
}

/* ---- presence ---- */

static bool listed_reason(const struct ek_engine *e, ek_str reason)
{
	const struct kept *list = &e->settings[EK_SET_AWAY_REASONS];
	for (uint32_t i = 0; i < list->n; i++) {
		if (ek_str_equal(e->symbols[list->cells[i].sym], reason))
			return true;
	}
	return false;
}

static bool check_presence(const struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_presence_set *p = &cmd->presence_set;
	if (!ek_decide_find_mate(e, cmd, p->teammate.v, err))
		return false;
	if (p->presence == 0)
		return ek_fail(err, EK_INVALID_VALUE,
			       "`presence` is active, away or away_reassigning");
	if (e->mates[p->teammate.v].deactivated)
		return ek_fail(err, EK_CONFLICT, "teammate %u is deactivated", p->teammate.v);
	if (p->reason.p != NULL && !listed_reason(e, p->reason))
		return ek_fail(err, EK_INVALID_VALUE, "`reason` is one of `away_reasons`");
	if (p->reason.p == NULL && p->presence != EK_PRESENCE_ACTIVE &&
	    ek_config_bool(e, EK_SET_AWAY_REASON_REQUIRED, 0, 0))
		return ek_fail(err, EK_REASON_REQUIRED, "give a `reason` from `away_reasons`");
	return true;
}

static bool presence_set(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	if (!check_presence(e, cmd, err))
		return false;
	const struct ek_cmd_presence_set *p = &cmd->presence_set;
	const struct mate *m = &e->mates[p->teammate.v];
	uint32_t reason = ek_state_known_symbol(e, p->reason);
	e->mates[p->teammate.v].seen_at = e->now;
	if (m->presence != p->presence || m->reason != reason ||
	    m->presence_cause != EK_PRESENCE_CAUSE_BY_HAND)
		ek_emit_presence(e, p->teammate.v, p->presence, EK_PRESENCE_CAUSE_BY_HAND, reason);
	ek_decide_seen(e, p->teammate.v);
	return true;
}

/* The longest pause that all of a person's team inboxes allow; false when one does not. */
static bool pause_allowed(const struct ek_engine *e, uint32_t mate, int64_t *max_ms)
{
	const struct mate *m = &e->mates[mate];
	bool allowed = m->serve_count > 0 || ek_config_bool(e, EK_SET_ENOUGH_ALLOWED, 0, 0);
	*max_ms = ek_config_int(e, EK_SET_ENOUGH_MAX_MS, 0, 0);
	for (uint32_t i = 0; i < m->serve_count; i++) {
		uint32_t team = m->serves[i].team;
		allowed = allowed && ek_config_bool(e, EK_SET_ENOUGH_ALLOWED, team, 0);
		int64_t max = ek_config_int(e, EK_SET_ENOUGH_MAX_MS, team, 0);
		if (i == 0 || max < *max_ms)
			*max_ms = max;
	}
	return allowed;
}

static bool intake_pause(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	uint32_t mate = cmd->intake_pause.teammate.v;
	int64_t max_ms = 0;
	if (!ek_decide_find_mate(e, cmd, mate, err))
		return false;
	if (!pause_allowed(e, mate, &max_ms))
		return ek_fail(err, EK_FORBIDDEN, "not every team of theirs allows a pause");
	int64_t until = cmd->intake_pause.until.ms;
	if (until == EK_NONE)
		until = e->now + max_ms;
	if (until <= e->now || until > e->now + max_ms)
		return ek_fail(err, EK_INVALID_VALUE, "`until` lies within the next %lld ms",
			       (long long)max_ms);
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_INTAKE_PAUSED, EK_EMIT_ASKED);
	v->intake_paused = (struct ek_intake_paused){{mate}, {until}};
	ek_emit_end(e);
	ek_decide_seen(e, mate);
	return true;
}

static bool intake_resume(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	uint32_t mate = cmd->intake_resume.teammate.v;
	if (!ek_decide_find_mate(e, cmd, mate, err))
		return false;
	if (e->mates[mate].paused_until != EK_NONE) {
		struct ek_event *v = ek_emit_begin(e, EK_EVENT_INTAKE_RESUMED, EK_EMIT_ASKED);
		v->intake_resumed = (struct ek_intake_resumed){{mate}};
		ek_emit_end(e);
	}
	ek_decide_seen(e, mate);
	return true;
}

/* ---- memberships ---- */

static void set_member(struct ek_engine *e, uint32_t mate, uint32_t team, int level)
{
	const struct serve *s = ek_state_serve(&e->mates[mate], team);
	int now = s == NULL ? 0 : s->level;
	if (now == level)
		return;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_MEMBERSHIP_CHANGED, EK_EMIT_ASKED);
	v->membership_changed = (struct ek_membership_changed){{mate}, {team}, (uint8_t)level};
	ek_emit_end(e);
	if (level == 0)
		ek_stay_left_team(e, mate, team);
}

static bool check_level(const struct ek_engine *e, uint32_t team, int level, struct ek_err *err)
{
	if (level == EK_LEVEL_OVERFLOW)
		return ek_fail(err, EK_INVALID_VALUE, "`level` is primary or secondary");
	if (level == EK_LEVEL_SECONDARY && e->teams[team].method != EK_METHOD_BALANCED)
		return ek_fail(err, EK_SECONDARY_NEEDS_BALANCED,
			       "team %u is not balanced, so it takes no secondaries", team);
	return true;
}

static bool membership_set(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_membership_set *m = &cmd->membership_set;
	int level = m->level != 0 ? m->level : EK_LEVEL_PRIMARY;
	struct ek_cmd any = without_base(cmd);
	if (!ek_decide_find_mate(e, cmd, m->teammate.v, err) ||
	    !ek_decide_find_team(e, &any, m->team.v, err) || !check_level(e, m->team.v, level, err))
		return false;
	const struct mate *mate = &e->mates[m->teammate.v];
	if (mate->serve_count >= EK_STATE_MEMBERSHIPS && ek_state_serve(mate, m->team.v) == NULL)
		return ek_fail(err, EK_INVALID_VALUE, "a teammate serves at most %d team inboxes",
			       EK_STATE_MEMBERSHIPS);
	set_member(e, m->teammate.v, m->team.v, level);
	ek_decide_catch_up(e, m->teammate.v);
	return true;
}

static bool membership_remove(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_membership_remove *m = &cmd->membership_remove;
	struct ek_cmd any = without_base(cmd);
	if (!ek_decide_find_mate(e, cmd, m->teammate.v, err) ||
	    !ek_decide_find_team(e, &any, m->team.v, err))
		return false;
	set_member(e, m->teammate.v, m->team.v, 0);
	return true;
}

/* ---- teammates ---- */

static bool check_lists(const struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_teammate_create *c = &cmd->teammate_create;
	if (c->primary.n + c->secondary.n > EK_STATE_MEMBERSHIPS)
		return ek_fail(err, EK_INVALID_VALUE, "a teammate serves at most %d team inboxes",
			       EK_STATE_MEMBERSHIPS);
	for (uint32_t i = 0; i < c->primary.n; i++) {
		if (!ek_decide_find_team(e, cmd, c->primary.v[i].v, err))
			return false;
	}
	for (uint32_t i = 0; i < c->secondary.n; i++) {
		uint32_t team = c->secondary.v[i].v;
		if (!ek_decide_find_team(e, cmd, team, err))
			return false;
		for (uint32_t k = 0; k < c->primary.n; k++) {
			if (c->primary.v[k].v == team)
				return ek_fail(err, EK_BOTH_LEVELS,
					       "team %u is named primary and secondary", team);
		}
		if (!check_level(e, team, EK_LEVEL_SECONDARY, err))
			return false;
	}
	return true;
}

static bool teammate_create(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_teammate_create *c = &cmd->teammate_create;
	if (e->mate_count >= EK_STATE_MATES)
		return ek_fail(err, EK_INVALID_VALUE, "at most %d teammates", EK_STATE_MATES);
	if (!check_lists(e, cmd, err) ||
	    !ek_decide_check_sets(e, EK_SCOPE_TEAMMATE, 0, &c->set, err))
		return false;
	uint32_t mate = e->mate_count + 1;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_TEAMMATE_CREATED, EK_EMIT_ASKED);
	v->teammate_created = (struct ek_teammate_created){{mate}};
	ek_emit_end(e);
	struct change_request r = {EK_SCOPE_TEAMMATE, mate,    c->set,
				   EK_NONE,           EK_NONE, EK_EMIT_ASKED};
	ek_decide_store(e, &r);
	for (uint32_t i = 0; i < c->primary.n; i++)
		set_member(e, mate, c->primary.v[i].v, EK_LEVEL_PRIMARY);
	for (uint32_t i = 0; i < c->secondary.n; i++)
		set_member(e, mate, c->secondary.v[i].v, EK_LEVEL_SECONDARY);
	ek_decide_catch_up(e, mate);
	return true;
}

static bool deactivate(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	uint32_t mate = cmd->teammate_deactivate.teammate.v;
	if (!ek_decide_find_mate(e, cmd, mate, err))
		return false;
	if (e->mates[mate].deactivated)
		return ek_fail(err, EK_CONFLICT, "teammate %u is deactivated already", mate);
	if (e->mates[mate].presence == EK_PRESENCE_ACTIVE)
		ek_emit_presence(e, mate, EK_PRESENCE_AWAY, EK_PRESENCE_CAUSE_BY_HAND, 0);
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_TEAMMATE_DEACTIVATED, EK_EMIT_ASKED);
	v->teammate_deactivated = (struct ek_teammate_deactivated){{mate}};
	ek_emit_end(e);
	return true;
}

static bool reactivate(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	uint32_t mate = cmd->teammate_reactivate.teammate.v;
	if (!ek_decide_find_mate(e, cmd, mate, err))
		return false;
	if (!e->mates[mate].deactivated)
		return ek_fail(err, EK_CONFLICT, "teammate %u is not deactivated", mate);
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_TEAMMATE_REACTIVATED, EK_EMIT_ASKED);
	v->teammate_reactivated = (struct ek_teammate_reactivated){{mate}};
	ek_emit_end(e);
	const struct mate *m = &e->mates[mate];
	if (m->presence != EK_PRESENCE_AWAY || m->presence_cause != EK_PRESENCE_CAUSE_BY_HAND)
		ek_emit_presence(e, mate, EK_PRESENCE_AWAY, EK_PRESENCE_CAUSE_BY_HAND, 0);
	ek_decide_seen(e, mate); /* their presence was set */
	return true;
}

/* Open and snoozed ones to the heir, or open ones to their teams. */
static void pass_on(struct ek_engine *e, uint32_t mate, uint32_t heir)
{
	uint32_t n = 0;
	uint32_t *held = ek_apply_held(e, mate, &n);
	for (uint32_t i = 0; i < n; i++) {
		if (heir != 0) {
			ek_decide_inherit(e, held[i], heir);
			continue;
		}
		ek_emit_assignment_ended(e, held[i], EK_ENDED_DELETED, EK_EMIT_FOLLOWS);
		ek_emit_queued(e, held[i], EK_QUEUED_BY_DELETED);
		ek_decide_home(e, held[i]);
	}
}

static bool teammate_delete(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	uint32_t mate = cmd->teammate_delete.teammate.v;
	uint32_t heir = cmd->teammate_delete.heir.v;
	struct ek_cmd any = without_base(cmd);
	if (!ek_decide_find_mate(e, cmd, mate, err))
		return false;
	if (heir != 0 && !ek_decide_find_mate(e, &any, heir, err))
		return false;
	if (heir == mate)
		return ek_fail(err, EK_INVALID_VALUE, "nobody is their own heir");
	if (e->mates[mate].presence == EK_PRESENCE_ACTIVE)
		ek_emit_presence(e, mate, EK_PRESENCE_AWAY, EK_PRESENCE_CAUSE_BY_HAND, 0);
	pass_on(e, mate, heir);
	while (e->mates[mate].serve_count > 0)
		set_member(e, mate, e->mates[mate].serves[0].team, 0);
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_TEAMMATE_DELETED, EK_EMIT_ASKED);
	v->teammate_deleted = (struct ek_teammate_deleted){{mate}, {heir}};
	ek_emit_end(e);
	return true;
}

/* ---- teams ---- */

static bool team_create(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	if (e->team_count >= EK_STATE_TEAMS)
		return ek_fail(err, EK_INVALID_VALUE, "at most %d teams", EK_STATE_TEAMS);
	if (!ek_decide_check_sets(e, EK_SCOPE_TEAM, 0, &cmd->team_create.set, err))
		return false;
	uint32_t team = e->team_count + 1;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_TEAM_CREATED, EK_EMIT_ASKED);
	v->team_created = (struct ek_team_created){{team}};
	ek_emit_end(e);
	struct change_request r = {EK_SCOPE_TEAM, team,    cmd->team_create.set,
				   EK_NONE,       EK_NONE, EK_EMIT_ASKED};
	ek_decide_store(e, &r);
	return true;
}

static void forget_default(struct ek_engine *e, uint32_t team)
{
	if (ek_config_int(e, EK_SET_DEFAULT_TEAM, 0, 0) != team)
		return;
	struct ek_set *set = ek_state_turn(e, sizeof *set);
	*set = (struct ek_set){EK_SET_DEFAULT_TEAM, ek_value_null()};
	struct change_request r = {EK_SCOPE_WORKSPACE, 0, {set, 1}, EK_NONE, EK_NONE,
				   EK_EMIT_FOLLOWS};
	ek_decide_store(e, &r);
}

static bool team_delete(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	uint32_t team = cmd->team_delete.team.v;
	uint32_t target = cmd->team_delete.target.v;
	struct ek_cmd any = without_base(cmd);
	if (!ek_decide_find_team(e, cmd, team, err))
		return false;
	if (target != 0 && !ek_decide_find_team(e, &any, target, err))
		return false;
	if (target == team)
		return ek_fail(err, EK_INVALID_VALUE, "a team cannot be its own target");
	forget_default(e, team);
	for (uint32_t i = 1; i <= e->conv_count; i++) {
		if (e->convs[i].team == team && e->convs[i].state != EK_STATE_CLOSED)
			ek_decide_rehome(e, i, target);
	}
	while (e->teams[team].member_count > 0)
		set_member(e, e->teams[team].members[0].mate, team, 0);
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_TEAM_DELETED, EK_EMIT_ASKED);
	v->team_deleted = (struct ek_team_deleted){{team}, {target}};
	ek_emit_end(e);
	return true;
}

bool ek_decide_people(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err, bool *mine)
{
	static decider *const table[EK_CMD_COUNT] = {
		[EK_CMD_PRESENCE_SET] = presence_set,
		[EK_CMD_INTAKE_PAUSE] = intake_pause,
		[EK_CMD_INTAKE_RESUME] = intake_resume,
		[EK_CMD_MEMBERSHIP_SET] = membership_set,
		[EK_CMD_MEMBERSHIP_REMOVE] = membership_remove,
		[EK_CMD_TEAMMATE_CREATE] = teammate_create,
		[EK_CMD_TEAMMATE_DEACTIVATE] = deactivate,
		[EK_CMD_TEAMMATE_REACTIVATE] = reactivate,
		[EK_CMD_TEAMMATE_DELETE] = teammate_delete,
		[EK_CMD_TEAM_CREATE] = team_create,
		[EK_CMD_TEAM_DELETE] = team_delete,
	};
	*mine = table[cmd->kind] != NULL;
	return *mine && table[cmd->kind](e, cmd, err);
}
