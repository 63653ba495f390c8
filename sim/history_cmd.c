/* One command of a kind, its fields drawn. */
#include "sim/history_inside.h"

#include <stddef.h>

/* Sets a field and says that it was named. */
#define SET(cmd, record, field, value) \
	do { \
		(cmd)->record.field = (value); \
		name_field((cmd), offsetof(struct ek_cmd_##record, field)); \
	} while (0)

static void name_field(struct ek_cmd *cmd, size_t offset)
{
	const struct ek_record *record = ek_cmd_record(cmd->kind);
	for (uint32_t i = 0; i < record->field_count; i++) {
		if (record->fields[i].offset == offset)
			cmd->has |= 1u << i;
	}
}

static ek_time minutes_from_now(struct ek_history *h, int64_t lo, int64_t hi)
{
	return (ek_time){h->now + ek_history_between(h, lo, hi) * H_MINUTE};
}

static uint8_t any_class(struct ek_history *h)
{
	return (uint8_t)ek_history_between(h, EK_CAPACITY_CLASS_EMAIL, EK_CAPACITY_CLASS_API);
}

static struct ek_needs any_needs(struct ek_history *h)
{
	uint32_t n = ek_history_below(h, 3);
	struct ek_need *v = ek_history_take(h, (n + 1) * sizeof *v);
	for (uint32_t i = 0; i < n; i++) {
		v[i].skill = ek_history_skill(h);
		v[i].min_level = (uint8_t)ek_history_between(h, 1, 2);
		v[i].required = ek_history_chance(h, 50);
		v[i].relax_after.ms = ek_history_between(h, 0, 4) * H_MINUTE;
		if (v[i].required || ek_history_chance(h, 10))
			v[i].relax_after.ms = EK_NONE;
		if (i == 1 && ek_str_equal(v[0].skill, v[1].skill))
			n = 1;
	}
	return (struct ek_needs){v, n};
}

static struct ek_texts any_tags(struct ek_history *h)
{
	ek_str *v = ek_history_take(h, sizeof *v);
	*v = ek_history_tag(h);
	return (struct ek_texts){v, ek_history_below(h, 2)};
}

static void create_traits(struct ek_history *h, struct ek_cmd *c)
{
	if (ek_history_has(h, H_POINTS) || ek_history_has(h, H_CLASS_LIMIT))
		SET(c, conversation_create, channel, any_class(h));
	if (ek_history_has(h, H_SLA) && ek_history_chance(h, 60))
		SET(c, conversation_create, sla_due, minutes_from_now(h, -3, 6));
	if (ek_history_has(h, H_RAMP))
		SET(c, conversation_create, complexity, ek_history_between(h, 1, 5));
	if (ek_history_has(h, H_SKILLS) && ek_history_chance(h, 50))
		SET(c, conversation_create, needs, any_needs(h));
	if (ek_history_has(h, H_KEYS))
		SET(c, conversation_create, attributes, ek_history_attributes(h));
	if (ek_history_has(h, H_TAGS))
		SET(c, conversation_create, tags, any_tags(h));
	if (ek_history_chance(h, 40))
		SET(c, conversation_create, priority, ek_history_between(h, 0, 2));
	if (ek_history_has(h, H_WRONG) && ek_history_chance(h, 2))
		SET(c, conversation_create, priority, 4);
}

static void create(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *c)
{
	SET(c, conversation_create, contact, (ek_contact_id){ek_history_below(h, 5)});
	if (!ek_history_chance(h, ek_history_has(h, H_HOME) ? 25 : 5))
		SET(c, conversation_create, team, ek_history_team(h, o));
	if (ek_history_chance(h, 12))
		SET(c, conversation_create, teammate, ek_history_mate(h, o));
	if (ek_history_chance(h, 30))
		SET(c, conversation_create, started, minutes_from_now(h, -5, 0));
	if (ek_history_chance(h, 70))
		SET(c, conversation_create, waiting_since, minutes_from_now(h, -4, 0));
	create_traits(h, c);
}

/* Of those who write: merged, or taken apart. */
static void contact(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *c)
{
	const ek_contact_id other = {1 + ek_history_below(h, 4)};
	(void)o;
	SET(c, content_change, contact, (ek_contact_id){1 + ek_history_below(h, 4)});
	if (ek_history_chance(h, 60))
		SET(c, content_change, merged, other);
	else
		SET(c, content_change, apart, other);
}

static void update(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *c)
{
	SET(c, conversation_update, conversation, ek_history_talk(h, o, EK_STATE_OPEN));
	if (ek_history_chance(h, 50))
		SET(c, conversation_update, priority, ek_history_between(h, 0, 3));
	if (ek_history_has(h, H_SLA) && ek_history_chance(h, 50))
		SET(c, conversation_update, sla_due,
		    ek_history_chance(h, 20) ? EK_NO_TIME : minutes_from_now(h, -2, 6));
	if (ek_history_has(h, H_POINTS) && ek_history_chance(h, 50))
		SET(c, conversation_update, capacity_class, any_class(h));
	if (ek_history_has(h, H_RAMP) && ek_history_chance(h, 40))
		SET(c, conversation_update, complexity, ek_history_between(h, 1, 5));
	if (ek_history_has(h, H_SKILLS) && ek_history_chance(h, 40))
		SET(c, conversation_update, needs, any_needs(h));
	if (ek_history_has(h, H_KEYS) && ek_history_chance(h, 40))
		SET(c, conversation_update, attributes, ek_history_attributes(h));
	if (ek_history_has(h, H_TAGS) && ek_history_chance(h, 40))
		SET(c, conversation_update, tags, any_tags(h));
}

/* Its holder mostly, else anybody. */
static ek_teammate_id author(struct ek_history *h, const struct ek_opinion *o, ek_conversation_id c)
{
	struct ek_conversation_view v;
	struct ek_teammate_view p;
	if (ek_opinion_conversation(o, c, &v) && v.teammate.v != 0 && ek_history_chance(h, 70) &&
	    ek_opinion_teammate(o, v.teammate, &p) && !p.deleted)
		return v.teammate;
	return ek_history_mate(h, o);
}

static void message(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *c)
{
	ek_conversation_id id = ek_history_talk(h, o, 0);
	switch (c->kind) {
	case EK_CMD_CONTACT_MESSAGE:
		SET(c, contact_message, conversation, id);
		if (ek_history_chance(h, 15))
			SET(c, contact_message, sent, minutes_from_now(h, -2, 0));
		break;
	case EK_CMD_OUTSIDE_MESSAGE:
		SET(c, outside_message, conversation, id);
		break;
	case EK_CMD_TEAMMATE_MESSAGE:
		SET(c, teammate_message, conversation, id);
		SET(c, teammate_message, author, author(h, o, id));
		break;
	case EK_CMD_NOTE_ADD:
		SET(c, note_add, conversation, id);
		SET(c, note_add, author, author(h, o, id));
		break;
	default:
		SET(c, conversation_open_view, conversation, id);
		SET(c, conversation_open_view, author, author(h, o, id));
	}
}

static void assign(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *c)
{
	int state = ek_history_chance(h, 85) ? EK_STATE_OPEN : 0;
	SET(c, conversation_assign, conversation, ek_history_talk(h, o, state));
	SET(c, conversation_assign, teammate,
	    ek_history_chance(h, 10) ? (ek_teammate_id){0} : ek_history_mate(h, o));
}

static void move(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *c)
{
	int state = ek_history_chance(h, 85) ? EK_STATE_OPEN : 0;
	SET(c, conversation_move, conversation, ek_history_talk(h, o, state));
	SET(c, conversation_move, team,
	    ek_history_chance(h, 8) ? (ek_team_id){0} : ek_history_team(h, o));
}

static void state_of(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *c)
{
	int state = ek_history_chance(h, 90) ? EK_STATE_OPEN : 0;
	if (c->kind == EK_CMD_CONVERSATION_RELEASE)
		SET(c, conversation_release, conversation, ek_history_talk(h, o, state));
	else if (c->kind == EK_CMD_CONVERSATION_CLOSE)
		SET(c, conversation_close, conversation, ek_history_talk(h, o, state));
	else
		SET(c, conversation_reopen, conversation,
		    ek_history_talk(h, o, ek_history_chance(h, 80) ? EK_STATE_CLOSED : 0));
}

static void snooze(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *c)
{
	int state = ek_history_chance(h, 85) ? EK_STATE_OPEN : 0;
	SET(c, conversation_snooze, conversation, ek_history_talk(h, o, state));
	switch (ek_history_below(h, 6)) {
	case 0:
		break;
	case 1:
		SET(c, conversation_snooze, wall,
		    ((ek_wall){h->now + ek_history_between(h, -30, 90) * H_MINUTE}));
		break;
	case 2:
		SET(c, conversation_snooze, working_ms,
		    ((ek_span){ek_history_between(h, 0, 5) * H_MINUTE}));
		break;
	default:
		SET(c, conversation_snooze, until, minutes_from_now(h, 0, 5));
	}
}

static void offer(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *c)
{
	ek_conversation_id id = ek_history_offer(h, o);
	ek_teammate_id to = ek_opinion_offered(o, id);
	if (id.v == 0)
		id = ek_history_talk(h, o, EK_STATE_OPEN);
	if (to.v == 0 || ek_history_chance(h, 8))
		to = ek_history_mate(h, o);
	if (c->kind == EK_CMD_OFFER_ACCEPT) {
		SET(c, offer_accept, conversation, id);
		SET(c, offer_accept, teammate, to);
	} else {
		SET(c, offer_decline, conversation, id);
		SET(c, offer_decline, teammate, to);
	}
}

static void presence(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *c)
{
	uint8_t to = EK_PRESENCE_ACTIVE;
	if (ek_history_chance(h, 32))
		to = ek_history_has(h, H_REASSIGN) && ek_history_chance(h, 50)
			     ? EK_PRESENCE_AWAY_REASSIGNING
			     : EK_PRESENCE_AWAY;
	SET(c, presence_set, teammate, ek_history_mate(h, o));
	SET(c, presence_set, presence, to);
	if (ek_history_has(h, H_REASONS) && to != EK_PRESENCE_ACTIVE && ek_history_chance(h, 70))
		SET(c, presence_set, reason, ek_history_reason(h));
}

static void about_mate(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *c)
{
	ek_teammate_id id = ek_history_mate(h, o);
	switch (c->kind) {
	case EK_CMD_CONVERSATION_TAKE:
		SET(c, conversation_take, teammate, id);
		break;
	case EK_CMD_ACTIVITY_SEEN:
		SET(c, activity_seen, teammate, id);
		break;
	case EK_CMD_INTAKE_PAUSE:
		SET(c, intake_pause, teammate, id);
		if (ek_history_chance(h, 50))
			SET(c, intake_pause, until, minutes_from_now(h, 0, 7));
		break;
	case EK_CMD_INTAKE_RESUME:
		SET(c, intake_resume, teammate, id);
		break;
	case EK_CMD_TEAMMATE_DEACTIVATE:
		SET(c, teammate_deactivate, teammate, id);
		break;
	case EK_CMD_TEAMMATE_REACTIVATE:
		SET(c, teammate_reactivate, teammate, id);
		break;
	default:
		SET(c, teammate_delete, teammate, id);
		if (ek_history_chance(h, 50))
			SET(c, teammate_delete, heir, ek_history_mate(h, o));
	}
}

/* Each team with some chance, not those of the other list but rarely. */
static struct ek_teams some_teams(struct ek_history *h, const struct ek_opinion *o,
				  uint32_t percent, struct ek_teams other)
{
	ek_team_id *v = ek_history_take(h, EK_OPINION_TEAMS_MAX * sizeof *v);
	bool twice = ek_history_has(h, H_WRONG) && ek_history_chance(h, 3);
	struct ek_team_view team;
	uint32_t n = 0;
	for (uint32_t i = 1; i <= ek_opinion_team_count(o); i++) {
		bool taken = false;
		for (uint32_t k = 0; k < other.n; k++)
			taken = taken || other.v[k].v == i;
		if (ek_opinion_team(o, (ek_team_id){i}, &team) && !team.deleted &&
		    (twice || !taken) && ek_history_chance(h, percent))
			v[n++].v = i;
	}
	return (struct ek_teams){v, n};
}

static void new_mate(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *c)
{
	struct ek_teams none = {NULL, 0};
	SET(c, teammate_create, primary, some_teams(h, o, 45, none));
	if (ek_history_has(h, H_SECONDARY) && ek_history_chance(h, 70))
		SET(c, teammate_create, secondary,
		    some_teams(h, o, 60, c->teammate_create.primary));
	if (ek_history_chance(h, 30))
		SET(c, teammate_create, set, ek_history_sets(h, o, EK_SCOPE_TEAMMATE));
}

static void about_team(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *c)
{
	if (c->kind == EK_CMD_TEAM_CREATE) {
		if (ek_history_chance(h, 70))
			SET(c, team_create, set, ek_history_sets(h, o, EK_SCOPE_TEAM));
		return;
	}
	SET(c, team_delete, team, ek_history_team(h, o));
	if (ek_history_chance(h, 50))
		SET(c, team_delete, target, ek_history_team(h, o));
}

static void membership(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *c)
{
	uint8_t level = EK_LEVEL_PRIMARY;
	if (ek_history_has(h, H_SECONDARY) && ek_history_chance(h, 60))
		level = EK_LEVEL_SECONDARY;
	if (c->kind == EK_CMD_MEMBERSHIP_SET) {
		SET(c, membership_set, teammate, ek_history_mate(h, o));
		SET(c, membership_set, team, ek_history_team(h, o));
		SET(c, membership_set, level, level);
	} else {
		SET(c, membership_remove, teammate, ek_history_mate(h, o));
		SET(c, membership_remove, team, ek_history_team(h, o));
	}
}

static void settings(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *c)
{
	uint8_t scope = (uint8_t)ek_history_between(h, EK_SCOPE_WORKSPACE, EK_SCOPE_TEAMMATE);
	if (c->kind == EK_CMD_SETTINGS_UNDO) {
		int64_t last = ek_opinion_version(o);
		int64_t version = last + 1 - ek_history_between(h, ek_history_chance(h, 95), 4);
		SET(c, settings_undo, version, version);
		return;
	}
	if (c->kind == EK_CMD_SETTINGS_CANCEL) {
		SET(c, settings_cancel, schedule, ek_history_between(h, 1, 4));
		return;
	}
	SET(c, settings_change, scope, scope);
	if (scope == EK_SCOPE_TEAM)
		SET(c, settings_change, id, ek_history_team(h, o).v);
	if (scope == EK_SCOPE_TEAMMATE)
		SET(c, settings_change, id, ek_history_mate(h, o).v);
	SET(c, settings_change, set, ek_history_sets(h, o, scope));
	if (ek_history_has(h, H_VERSIONS) && ek_history_chance(h, 20))
		SET(c, settings_change, effective_at, minutes_from_now(h, 0, 5));
}

static void hours(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *c)
{
	switch (c->kind) {
	case EK_CMD_CALENDAR_SET:
		if (ek_history_chance(h, 50))
			SET(c, calendar_set, team, ek_history_team(h, o));
		ek_history_calendar(h, &c->calendar_set);
		SET(c, calendar_set, zone, c->calendar_set.zone);
		SET(c, calendar_set, week, c->calendar_set.week);
		break;
	case EK_CMD_SHIFT_SET:
		SET(c, shift_set, teammate, ek_history_mate(h, o));
		SET(c, shift_set, shifts, ek_history_shifts(h));
		break;
	case EK_CMD_MARGIN_SET:
		SET(c, margin_set, team, ek_history_team(h, o));
		SET(c, margin_set, margin_ms, ((ek_span){ek_history_between(h, 0, 3) * H_MINUTE}));
		break;
	default:
		if (ek_history_chance(h, 70))
			SET(c, zone_set, teammate, ek_history_mate(h, o));
		SET(c, zone_set, zone, ek_history_zone(h));
	}
}

static const uint8_t bulk_kinds[] = {
	EK_CMD_CONVERSATION_CREATE, EK_CMD_CONVERSATION_ASSIGN,  EK_CMD_CONVERSATION_MOVE,
	EK_CMD_CONVERSATION_CLOSE,  EK_CMD_CONVERSATION_RELEASE, EK_CMD_PRESENCE_SET,
	EK_CMD_MEMBERSHIP_SET,      EK_CMD_MEMBERSHIP_REMOVE,    EK_CMD_SETTINGS_CHANGE,
	EK_CMD_SETTINGS_CHANGE,     EK_CMD_CONVERSATION_UPDATE,  EK_CMD_CONVERSATION_SNOOZE,
};

static void rows(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *c)
{
	uint32_t n = 1 + ek_history_below(h, H_ROWS);
	for (uint32_t i = 0; i < n; i++) {
		uint8_t kind = bulk_kinds[ek_history_below(h, (uint32_t)EK_LEN(bulk_kinds))];
		if (c->kind == EK_CMD_HANDOVER_APPLY)
			kind = EK_CMD_CONVERSATION_ASSIGN;
		if (c->kind == EK_CMD_POLICY_APPLY)
			kind = EK_CMD_SETTINGS_CHANGE;
		h->rows[i] = ek_cmd_make(kind);
		h->rows[i].by = c->by;
		ek_history_fill(h, o, &h->rows[i]);
	}
	struct ek_rows all = {h->rows, n};
	if (c->kind == EK_CMD_BULK_APPLY)
		SET(c, bulk_apply, rows, all);
	else if (c->kind == EK_CMD_POLICY_APPLY)
		SET(c, policy_apply, rows, all);
	else
		SET(c, handover_apply, rows, all);
	if (c->kind == EK_CMD_HANDOVER_APPLY)
		SET(c, handover_apply, teammate, ek_history_mate(h, o));
}

static void server(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *c)
{
	(void)o;
	if (c->kind != EK_CMD_SERVER_STARTED)
		return;
	int64_t down = ek_history_between(h, 0, 5) * H_MINUTE;
	SET(c, server_started, down_ms, ((ek_span){down}));
	h->now += down;
}

void ek_history_fill(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *cmd)
{
	static void (*const fills[EK_CMD_COUNT])(struct ek_history *, const struct ek_opinion *,
						 struct ek_cmd *) = {
		[EK_CMD_CONVERSATION_CREATE] = create,
		[EK_CMD_CONVERSATION_UPDATE] = update,
		[EK_CMD_CONTACT_MESSAGE] = message,
		[EK_CMD_OUTSIDE_MESSAGE] = message,
		[EK_CMD_TEAMMATE_MESSAGE] = message,
		[EK_CMD_NOTE_ADD] = message,
		[EK_CMD_CONVERSATION_OPEN_VIEW] = message,
		[EK_CMD_CONVERSATION_ASSIGN] = assign,
		[EK_CMD_CONVERSATION_MOVE] = move,
		[EK_CMD_CONVERSATION_RELEASE] = state_of,
		[EK_CMD_CONVERSATION_CLOSE] = state_of,
		[EK_CMD_CONVERSATION_REOPEN] = state_of,
		[EK_CMD_CONVERSATION_SNOOZE] = snooze,
		[EK_CMD_CONVERSATION_TAKE] = about_mate,
		[EK_CMD_OFFER_ACCEPT] = offer,
		[EK_CMD_OFFER_DECLINE] = offer,
		[EK_CMD_PRESENCE_SET] = presence,
		[EK_CMD_ACTIVITY_SEEN] = about_mate,
		[EK_CMD_INTAKE_PAUSE] = about_mate,
		[EK_CMD_INTAKE_RESUME] = about_mate,
		[EK_CMD_TEAMMATE_CREATE] = new_mate,
		[EK_CMD_TEAMMATE_DEACTIVATE] = about_mate,
		[EK_CMD_TEAMMATE_REACTIVATE] = about_mate,
		[EK_CMD_TEAMMATE_DELETE] = about_mate,
		[EK_CMD_TEAM_CREATE] = about_team,
		[EK_CMD_TEAM_DELETE] = about_team,
		[EK_CMD_MEMBERSHIP_SET] = membership,
		[EK_CMD_MEMBERSHIP_REMOVE] = membership,
		[EK_CMD_SETTINGS_CHANGE] = settings,
		[EK_CMD_SETTINGS_UNDO] = settings,
		[EK_CMD_SETTINGS_CANCEL] = settings,
		[EK_CMD_CALENDAR_SET] = hours,
		[EK_CMD_SHIFT_SET] = hours,
		[EK_CMD_MARGIN_SET] = hours,
		[EK_CMD_ZONE_SET] = hours,
		[EK_CMD_BULK_APPLY] = rows,
		[EK_CMD_HANDOVER_APPLY] = rows,
		[EK_CMD_POLICY_APPLY] = rows,
		[EK_CMD_CONTENT_CHANGE] = contact,
		[EK_CMD_TICK] = server,
		[EK_CMD_SERVER_STARTED] = server,
	};
	ek_assert(fills[cmd->kind] != NULL);
	fills[cmd->kind](h, o, cmd);
}
