/* Commands about conversations. */
#include "engine/decide.h"

#include "engine/config.h"
#include "engine/eligible.h"
#include "engine/emit.h"
#include "engine/queue.h"
#include "engine/stay.h"
#include "model/calendar.h"

enum { HOUR_MS = 3600000 };

/* ---- checks of what comes in ---- */

static bool check_number(int64_t v, int64_t lo, int64_t hi, const char *name, struct ek_err *err)
{
	if (v == EK_NONE || (v >= lo && v <= hi))
		return true;
	return ek_fail(err, EK_INVALID_VALUE, "`%s` is %lld to %lld, not %lld", name, (long long)lo,
		       (long long)hi, (long long)v);
}

static bool check_text(ek_str s, const char *name, struct ek_err *err)
{
	if (s.p != NULL && s.n > 0 && s.n <= EK_STATE_TEXT)
		return true;
	return ek_fail(err, EK_INVALID_VALUE, "`%s` takes texts of 1 to %d bytes", name,
		       EK_STATE_TEXT);
}

static bool check_needs(const struct ek_needs *needs, struct ek_err *err)
{
	if (needs->n > EK_STATE_NEEDS)
		return ek_fail(err, EK_INVALID_VALUE, "`needs` has at most %d entries",
			       EK_STATE_NEEDS);
	for (uint32_t i = 0; i < needs->n; i++) {
		const struct ek_need *n = &needs->v[i];
		if (!check_text(n->skill, "needs", err) ||
		    !check_number(n->min_level, 1, 5, "min_level", err) ||
		    !check_number(n->relax_after.ms, 0, EK_STATE_SPAN, "relax_after_ms", err))
			return false;
		for (uint32_t k = 0; k < i; k++) {
			if (ek_str_equal(needs->v[k].skill, n->skill))
				return ek_fail(err, EK_INVALID_VALUE,
					       "`needs` names a skill twice");
		}
	}
	return true;
}

static bool check_tags(const struct ek_texts *tags, struct ek_err *err)
{
	if (tags->n > EK_STATE_TAGS)
		return ek_fail(err, EK_INVALID_VALUE, "`tags` has at most %d entries",
			       EK_STATE_TAGS);
	for (uint32_t i = 0; i < tags->n; i++) {
		if (!check_text(tags->v[i], "tags", err))
			return false;
	}
	return true;
}

/* Only attributes that order are facts; the rest is content and stays out. */
static bool keep_listed(struct ek_engine *e, const struct ek_pairs *in, struct ek_pairs *out,
			struct ek_err *err)
{
	if (in->n > EK_STATE_ATTRIBUTES)
		return ek_fail(err, EK_INVALID_VALUE, "`attributes` has at most %d entries",
			       EK_STATE_ATTRIBUTES);
	struct ek_pair *kept = ek_state_turn(e, in->n * sizeof *kept);
	const struct kept *orders = &e->settings[EK_SET_ATTRIBUTE_ORDERS];
	uint32_t n = 0;
	for (uint32_t i = 0; i < in->n; i++) {
		if (!check_text(in->v[i].name, "attributes", err) ||
		    (in->v[i].value.p != NULL && !check_text(in->v[i].value, "attributes", err)))
			return false;
		uint32_t sym = ek_state_known_symbol(e, in->v[i].name);
		for (uint32_t k = 0; sym != 0 && k < orders->n;
		     k += 1 + (uint32_t)orders->cells[k].i) {
			if (orders->cells[k].sym == sym)
				kept[n++] = in->v[i];
		}
	}
	*out = (struct ek_pairs){kept, n};
	return true;
}

static bool check_time(ek_time t, const char *name, struct ek_err *err)
{
	if (t.ms == EK_NONE || (t.ms >= EK_STATE_TIME_MIN && t.ms <= EK_STATE_TIME_MAX))
		return true;
	return ek_fail(err, EK_INVALID_VALUE, "`%s` lies outside the years 1 to 9999", name);
}

static bool check_past(const struct ek_engine *e, ek_time t, const char *name, struct ek_err *err)
{
	if (t.ms != EK_NONE && t.ms > e->now)
		return ek_fail(err, EK_INVALID_VALUE, "`%s` lies in the future", name);
	return check_time(t, name, err);
}

/* ---- giving by hand ---- */

static void make(struct ek_engine *e, uint32_t conv, uint32_t mate, int how, ek_str reason)
{
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_ASSIGNMENT_MADE,
					   how == EK_HOW_HEIR ? EK_EMIT_FOLLOWS : EK_EMIT_ASKED);
	const struct mate *m = &e->mates[mate];
	const struct conv *c = &e->convs[conv];
	bool over = m->limit != EK_STATE_UNLIMITED && m->load >= m->limit;
	struct standing s =
		c->team != 0 ? ek_eligible_standing(e, conv, mate) : (struct standing){0};
	v->assignment_made = (struct ek_assignment_made){
		.assignment = {e->assignments + 1},
		.conversation = {conv},
		.teammate = {mate},
		.team = {c->team},
		.how = (uint8_t)how,
		.level = (uint8_t)(s.level > EK_LEVEL_OVERFLOW ? EK_LEVEL_OVERFLOW : s.level),
		.chosen_by = EK_CHOSEN_BY_PERSON,
		.load = m->load,
		.limit = m->limit == EK_STATE_UNLIMITED ? EK_NONE : (int64_t)m->limit,
		.reason = over ? reason : (ek_str){NULL, 0},
	};
	ek_emit_end(e);
}

static void assign(struct ek_engine *e, uint32_t conv, uint32_t mate, int how, ek_str reason)
{
	ek_emit_loosen(e, conv, EK_OFFER_END_ASSIGNED);
	if (e->convs[conv].state != EK_STATE_CLOSED)
		ek_emit_assignment_ended(
			e, conv, how == EK_HOW_HEIR ? EK_ENDED_DELETED : EK_ENDED_REASSIGNED,
			how == EK_HOW_HEIR ? EK_EMIT_FOLLOWS : EK_EMIT_ASKED);
	make(e, conv, mate, how, reason);
}

void ek_decide_inherit(struct ek_engine *e, uint32_t conv, uint32_t heir)
{
	assign(e, conv, heir, EK_HOW_HEIR, (ek_str){NULL, 0});
}

static bool check_taker(const struct ek_engine *e, const struct ek_cmd *cmd, uint32_t mate,
			struct ek_err *err)
{
	struct ek_cmd any = *cmd;
	any.based_on = 0;
	if (!ek_decide_find_mate(e, &any, mate, err))
		return false;
	if (e->mates[mate].deactivated)
		return ek_fail(err, EK_CONFLICT, "teammate %u is deactivated", mate);
	return true;
}

/* By a rule to someone away and reassigning: it bounces to the team and is no assignment. */
static void give(struct ek_engine *e, uint32_t conv, uint32_t mate, ek_str reason)
{
	int how = e->by.kind == EK_ACTOR_PERSON ? EK_HOW_BY_HAND : EK_HOW_RULE;
	bool bounces =
		how == EK_HOW_RULE && e->mates[mate].presence == EK_PRESENCE_AWAY_REASSIGNING;
	if (!bounces) {
		assign(e, conv, mate, how, reason);
		return;
	}
	if (e->convs[conv].mate == 0 || e->convs[conv].state == EK_STATE_CLOSED)
		return;
	ek_emit_assignment_ended(e, conv, EK_ENDED_REASSIGNED, EK_EMIT_ASKED);
	ek_emit_queued(e, conv, EK_QUEUED_BY_REASSIGNING);
	ek_decide_home(e, conv);
}

static void release(struct ek_engine *e, uint32_t conv)
{
	if (e->convs[conv].mate == 0 || e->convs[conv].state == EK_STATE_CLOSED)
		return;
	ek_emit_assignment_ended(e, conv, EK_ENDED_RELEASED, EK_EMIT_ASKED);
	ek_emit_queued(e, conv, EK_QUEUED_BY_RELEASED);
	ek_decide_home(e, conv);
}

/* ---- homes ---- */

static uint32_t default_team(const struct ek_engine *e)
{
	int64_t team = ek_config_int(e, EK_SET_DEFAULT_TEAM, 0, 0);
	if (team == EK_NONE || e->teams[team].exists != 1)
		return 0;
	return (uint32_t)team;
}

static void move(struct ek_engine *e, uint32_t conv, uint32_t team, bool keeps, bool home)
{
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_CONVERSATION_MOVED,
					   home ? EK_EMIT_FOLLOWS : EK_EMIT_ASKED);
	v->conversation_moved =
		(struct ek_conversation_moved){{conv}, {e->convs[conv].team}, {team}, keeps, home};
	ek_emit_end(e);
}

void ek_decide_home(struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	uint32_t home = default_team(e);
	if (home != 0 && c->state == EK_STATE_OPEN && c->team == 0 && c->mate == 0)
		move(e, conv, home, false, true);
}

void ek_decide_rehome(struct ek_engine *e, uint32_t conv, uint32_t team)
{
	ek_emit_loosen(e, conv, EK_OFFER_END_MOVED);
	move(e, conv, team, true, false);
	ek_decide_home(e, conv);
}

/* ---- life ---- */

static bool check_values(const struct ek_engine *e, const struct ek_cmd_conversation_create *a,
			 struct ek_err *err)
{
	if (a->contact.v > EK_STATE_CONTACTS)
		return ek_fail(err, EK_INVALID_VALUE, "`contact` is an id up to %d",
			       EK_STATE_CONTACTS);
	return check_number(a->priority, 0, 3, "priority", err) &&
	       check_number(a->complexity, 1, 5, "complexity", err) &&
	       check_needs(&a->needs, err) && check_tags(&a->tags, err) &&
	       check_time(a->sla_due, "sla_due", err) &&
	       check_past(e, a->started, "started", err) &&
	       check_past(e, a->waiting_since, "waiting_since", err);
}

static void arrive(struct ek_engine *e, const struct ek_cmd_conversation_create *a,
		   const struct ek_pairs *attributes)
{
	uint8_t channel = a->channel != 0 ? a->channel : EK_CAPACITY_CLASS_API;
	bool homeless = a->team.v == 0 && a->teammate.v == 0;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_CONVERSATION_ARRIVED, EK_EMIT_ASKED);
	v->conversation_arrived = (struct ek_conversation_arrived){
		.conversation = {e->conv_count + 1},
		.contact = a->contact,
		.channel = channel,
		.team = {homeless ? default_team(e) : a->team.v},
		.priority = a->priority == EK_NONE ? 0 : a->priority,
		.sla_due = a->sla_due,
		.started = a->started.ms == EK_NONE ? (ek_time){e->now} : a->started,
		.waiting_since = a->waiting_since,
		.capacity_class = a->capacity_class != 0 ? a->capacity_class : channel,
		.complexity = a->complexity == EK_NONE ? 1 : a->complexity,
		.needs = a->needs,
		.attributes = *attributes,
		.tags = a->tags,
	};
	ek_emit_end(e);
}

static bool create(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_conversation_create *a = &cmd->conversation_create;
	struct ek_pairs attributes = {0};
	if (!check_values(e, a, err) || !keep_listed(e, &a->attributes, &attributes, err))
		return false;
	if (a->team.v != 0 && !ek_decide_find_team(e, cmd, a->team.v, err))
		return false;
	if (a->teammate.v != 0 && !check_taker(e, cmd, a->teammate.v, err))
		return false;
	arrive(e, a, &attributes);
	if (a->teammate.v == 0)
		return true;
	give(e, e->conv_count, a->teammate.v, (ek_str){NULL, 0});
	ek_decide_home(e, e->conv_count);
	return true;
}

/* Those it has and those that come new, together. */
static bool check_attributes(const struct ek_engine *e, uint32_t conv, const struct ek_pairs *set,
			     struct ek_err *err)
{
	uint32_t x = e->convs[conv].extra;
	uint32_t n = x == 0 ? 0 : e->extras[x].attribute_count;
	uint32_t had = n;
	for (uint32_t i = 0; i < set->n; i++) {
		bool is_new = true;
		for (uint32_t k = 0; k < had; k++) {
			if (e->extras[x].attributes[k].name ==
			    ek_state_known_symbol(e, set->v[i].name))
				is_new = false;
		}
		n += is_new;
	}
	if (n <= EK_STATE_ATTRIBUTES)
		return true;
	return ek_fail(err, EK_INVALID_VALUE, "`attributes` has at most %d entries",
		       EK_STATE_ATTRIBUTES);
}

static bool update(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_conversation_update *u = &cmd->conversation_update;
	struct ek_pairs attributes = {0};
	if (!ek_decide_find_conv(e, cmd, u->conversation.v, err) ||
	    !check_number(u->priority, 0, 3, "priority", err) ||
	    !check_number(u->complexity, 1, 5, "complexity", err) || !check_needs(&u->needs, err) ||
	    !check_tags(&u->tags, err) || !check_time(u->sla_due, "sla_due", err) ||
	    !keep_listed(e, &u->attributes, &attributes, err) ||
	    !check_attributes(e, u->conversation.v, &attributes, err))
		return false;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_CONVERSATION_UPDATED, EK_EMIT_ASKED);
	v->conversation_updated = (struct ek_conversation_updated){
		.conversation = u->conversation,
		.priority = u->priority,
		.sla_set = EK_CMD_HAS(cmd, conversation_update, sla_due),
		.sla_due = u->sla_due,
		.capacity_class = u->capacity_class,
		.complexity = u->complexity,
		.needs_set = EK_CMD_HAS(cmd, conversation_update, needs),
		.needs = u->needs,
		.attributes = attributes,
		.tags_set = EK_CMD_HAS(cmd, conversation_update, tags),
		.tags = u->tags,
	};
	ek_emit_end(e);
	return true;
}

/* To its team, or to the default team. */
static void to_team(struct ek_engine *e, uint32_t conv, int reason)
{
	ek_emit_assignment_ended(e, conv, EK_ENDED_REASSIGNED, EK_EMIT_FOLLOWS);
	ek_emit_queued(e, conv, reason);
	ek_decide_home(e, conv);
}

static bool can_keep(const struct ek_engine *e, uint32_t mate)
{
	return mate != 0 && e->mates[mate].exists == 1 &&
	       e->mates[mate].presence != EK_PRESENCE_AWAY_REASSIGNING;
}

void ek_decide_wake(struct ek_engine *e, uint32_t conv, int cause)
{
	struct ek_event *v =
		ek_emit_begin(e, EK_EVENT_CONVERSATION_WOKEN,
			      cause == EK_CAUSE_TIMER ? EK_EMIT_FOLLOWS : EK_EMIT_ASKED);
	v->conversation_woken = (struct ek_conversation_woken){{conv}, (uint8_t)cause};
	ek_emit_end(e);
	if (!can_keep(e, e->convs[conv].mate))
		to_team(e, conv, EK_QUEUED_BY_WOKEN);
}

static void reopen(struct ek_engine *e, uint32_t conv, int cause, int rule)
{
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_CONVERSATION_REOPENED, EK_EMIT_ASKED);
	v->conversation_reopened = (struct ek_conversation_reopened){{conv}, (uint8_t)cause};
	ek_emit_end(e);
	uint32_t mate = e->convs[conv].mate;
	bool keeps = can_keep(e, mate) && rule != EK_ON_REOPEN_TO_TEAM;
	if (keeps && rule == EK_ON_REOPEN_KEEP_IF_ACTIVE)
		keeps = e->mates[mate].presence == EK_PRESENCE_ACTIVE &&
			!e->mates[mate].deactivated;
	if (!keeps)
		to_team(e, conv, EK_QUEUED_BY_REOPENED);
}

static bool reopen_by_hand(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	uint32_t conv = cmd->conversation_reopen.conversation.v;
	if (!ek_decide_find_conv(e, cmd, conv, err))
		return false;
	if (e->convs[conv].state == EK_STATE_OPEN)
		return ek_fail(err, EK_CONFLICT, "conversation %u is open already", conv);
	if (e->convs[conv].state == EK_STATE_SNOOZED)
		ek_decide_wake(e, conv, EK_CAUSE_TEAMMATE);
	else
		reopen(e, conv, EK_CAUSE_TEAMMATE, EK_ON_REOPEN_KEEP);
	return true;
}

static void meet_sla(struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	if (c->sla_due == EK_NONE)
		return;
	if (!c->sla_missed) {
		struct ek_event *v = ek_emit_begin(e, EK_EVENT_SLA_MET, EK_EMIT_FOLLOWS);
		v->sla_met = (struct ek_sla_met){{conv}, {c->sla_due}};
		ek_emit_end(e);
		return;
	}
	/* Missed and now answered: no longer an open deadline. */
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_CONVERSATION_UPDATED, EK_EMIT_FOLLOWS);
	v->conversation_updated = (struct ek_conversation_updated){.conversation = {conv},
								   .priority = EK_NONE,
								   .sla_set = true,
								   .sla_due = EK_NO_TIME,
								   .complexity = EK_NONE};
	ek_emit_end(e);
}

static bool close(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	uint32_t conv = cmd->conversation_close.conversation.v;
	if (!ek_decide_find_conv(e, cmd, conv, err))
		return false;
	if (e->convs[conv].state == EK_STATE_CLOSED)
		return ek_fail(err, EK_CONFLICT, "conversation %u is closed already", conv);
	ek_emit_loosen(e, conv, EK_OFFER_END_CLOSED);
	if (!e->convs[conv].sla_missed)
		meet_sla(e, conv);
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_CONVERSATION_CLOSED, EK_EMIT_ASKED);
	v->conversation_closed = (struct ek_conversation_closed){{conv}};
	ek_emit_end(e);
	ek_emit_assignment_ended(e, conv, EK_ENDED_CLOSED, EK_EMIT_ASKED);
	return true;
}

/* Not outside office hours, where the workspace has it so. */
static ek_time deferred(const struct ek_engine *e, const struct ek_calendar *hours, ek_time at)
{
	if (at.ms == EK_NONE ||
	    ek_config_int(e, EK_SET_SNOOZE_WAKE, 0, 0) != EK_SNOOZE_WAKE_NEXT_OPEN)
		return at;
	return ek_calendar_next_open(hours, at);
}

/* When a snooze ends; EK_NO_TIME = when the contact writes. */
static bool wake_time(const struct ek_engine *e, const struct ek_cmd_conversation_snooze *s,
		      uint32_t team, ek_time *until, struct ek_err *err)
{
	const struct ek_calendar *hours = ek_config_calendar(e, team);
	int given =
		(s->until.ms != EK_NONE) + (s->wall.ms != EK_NONE) + (s->working_ms.ms != EK_NONE);
	*until = EK_NO_TIME;
	if (given == 0)
		return true;
	if (given > 1)
		return ek_fail(err, EK_INVALID_VALUE, "give one of `until`, `wall`, `working_ms`");
	if (s->until.ms != EK_NONE)
		*until = s->until;
	else if (s->wall.ms != EK_NONE)
		*until = ek_calendar_instant(ek_config_wall_zone(e, team), s->wall.ms);
	else if (s->working_ms.ms >= 0 && s->working_ms.ms <= EK_STATE_SPAN)
		*until = ek_calendar_add(hours, (ek_time){e->now}, s->working_ms);
	*until = deferred(e, hours, *until);
	if (until->ms == EK_NONE || until->ms <= e->now || until->ms > e->now + EK_STATE_SPAN * 10)
		return ek_fail(err, EK_INVALID_VALUE,
			       "a snooze ends in the future, within 10 years");
	return true;
}

static bool snooze(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	uint32_t conv = cmd->conversation_snooze.conversation.v;
	ek_time until = EK_NO_TIME;
	if (!ek_decide_find_conv(e, cmd, conv, err))
		return false;
	if (e->convs[conv].state == EK_STATE_CLOSED)
		return ek_fail(err, EK_CONFLICT, "conversation %u is closed", conv);
	if (!wake_time(e, &cmd->conversation_snooze, e->convs[conv].team, &until, err))
		return false;
	ek_emit_loosen(e, conv, EK_OFFER_END_SNOOZED);
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_CONVERSATION_SNOOZED, EK_EMIT_ASKED);
	v->conversation_snoozed = (struct ek_conversation_snoozed){
		{conv}, until, cmd->conversation_snooze.wall, false};
	ek_emit_end(e);
	return true;
}

/* What the local time means now. One that has passed by the new reckoning is now; one that no
 * opening follows stays as it was. */
static void sleep_again(struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	int64_t wall = e->extras[c->extra].wall;
	ek_time until = ek_calendar_instant(ek_config_wall_zone(e, c->team), wall);
	if (until.ms < e->now)
		until.ms = e->now;
	until = deferred(e, ek_config_calendar(e, c->team), until);
	if (until.ms == c->snoozed_until || until.ms == EK_NONE || until.ms > EK_STATE_TIME_MAX)
		return;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_CONVERSATION_SNOOZED, EK_EMIT_FOLLOWS);
	v->conversation_snoozed = (struct ek_conversation_snoozed){{conv}, until, {wall}, true};
	ek_emit_end(e);
}

static bool has_wall(const struct ek_engine *e, const struct conv *c)
{
	return c->state == EK_STATE_SNOOZED && c->extra != 0 && e->extras[c->extra].has_wall;
}

void ek_decide_hours_changed(struct ek_engine *e, uint32_t team)
{
	for (uint32_t i = 1; i <= e->conv_count; i++) {
		const struct conv *c = &e->convs[i];
		bool own = c->team != 0 &&
			   ek_state_own(&e->teams[c->team].own, EK_SET_CALENDAR) != NULL;
		if (has_wall(e, c) && (team != 0 ? c->team == team : !own))
			sleep_again(e, i);
	}
}

void ek_decide_zone_changed(struct ek_engine *e)
{
	for (uint32_t i = 1; i <= e->conv_count; i++) {
		const struct conv *c = &e->convs[i];
		if (has_wall(e, c) && ek_config_calendar(e, c->team) == NULL)
			sleep_again(e, i);
	}
}

/* ---- parts ---- */

static void add_part(struct ek_engine *e, uint32_t conv, int author, uint32_t mate, ek_time sent)
{
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_MESSAGE_ADDED, EK_EMIT_ASKED);
	v->message_added = (struct ek_message_added){{conv}, (uint8_t)author, {mate}, sent};
	ek_emit_end(e);
}

static bool contact_message(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	uint32_t conv = cmd->contact_message.conversation.v;
	if (!ek_decide_find_conv(e, cmd, conv, err) ||
	    !check_past(e, cmd->contact_message.sent, "sent", err))
		return false;
	add_part(e, conv, EK_AUTHOR_CONTACT, 0, cmd->contact_message.sent);
	const struct conv *c = &e->convs[conv];
	if (c->state == EK_STATE_CLOSED) {
		int64_t rule = c->team != 0 ? e->teams[c->team].on_reopen
					    : ek_config_int(e, EK_SET_ON_REOPEN, 0, 0);
		reopen(e, conv, EK_CAUSE_CONTACT, (int)rule);
	} else if (c->state == EK_STATE_SNOOZED) {
		ek_decide_wake(e, conv, EK_CAUSE_CONTACT);
	} else if (c->mate != 0 && !can_keep(e, c->mate)) {
		to_team(e, conv, EK_QUEUED_BY_REASSIGNING);
	}
	return true;
}

/* Nobody's contact waits for more than before; but whoever put it to sleep awaited this. */
static bool outside_message(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	uint32_t conv = cmd->outside_message.conversation.v;
	if (!ek_decide_find_conv(e, cmd, conv, err))
		return false;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_CONVERSATION_UPDATED, EK_EMIT_ASKED);
	v->conversation_updated = (struct ek_conversation_updated){.conversation = {conv},
								   .priority = EK_NONE,
								   .sla_due = EK_NO_TIME,
								   .complexity = EK_NONE};
	ek_emit_end(e);
	if (e->convs[conv].state == EK_STATE_SNOOZED)
		ek_decide_wake(e, conv, EK_CAUSE_OUTSIDE);
	return true;
}

static bool find_author(const struct ek_engine *e, const struct ek_cmd *cmd, uint32_t *author,
			struct ek_err *err)
{
	if (*author == 0 && cmd->by.kind == EK_ACTOR_PERSON)
		*author = cmd->by.id;
	struct ek_cmd any = *cmd;
	any.based_on = 0;
	return *author == 0 || ek_decide_find_mate(e, &any, *author, err);
}

static bool part(struct ek_engine *e, const struct ek_cmd *cmd, int kind, struct ek_err *err)
{
	uint32_t conv = cmd->teammate_message.conversation.v; /* the fields of both lie alike */
	uint32_t author = cmd->teammate_message.author.v;
	if (!ek_decide_find_conv(e, cmd, conv, err) || !find_author(e, cmd, &author, err))
		return false;
	add_part(e, conv, kind, author, EK_NO_TIME);
	if (kind == EK_AUTHOR_TEAMMATE && e->convs[conv].state != EK_STATE_CLOSED)
		meet_sla(e, conv);
	const struct conv *c = &e->convs[conv];
	if (c->state == EK_STATE_SNOOZED && (c->mate == 0 || author != c->mate))
		ek_decide_wake(e, conv, EK_CAUSE_TEAMMATE);
	ek_decide_seen(e, author);
	return true;
}

static bool open_view(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	uint32_t conv = cmd->conversation_open_view.conversation.v;
	uint32_t author = cmd->conversation_open_view.author.v;
	if (!ek_decide_find_conv(e, cmd, conv, err) || !find_author(e, cmd, &author, err))
		return false;
	const struct conv *c = &e->convs[conv];
	bool lately = c->opened_at != EK_NONE && e->now - c->opened_at < HOUR_MS;
	if (author != 0 && author == c->mate && c->state != EK_STATE_CLOSED && !lately) {
		struct ek_event *v = ek_emit_begin(e, EK_EVENT_CONVERSATION_OPENED, EK_EMIT_ASKED);
		v->conversation_opened = (struct ek_conversation_opened){{conv}, {author}};
		ek_emit_end(e);
	}
	ek_decide_seen(e, author);
	return true;
}

/* ---- by hand ---- */

static bool assign_by_hand(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_conversation_assign *a = &cmd->conversation_assign;
	if (!ek_decide_find_conv(e, cmd, a->conversation.v, err))
		return false;
	if (a->teammate.v == 0) {
		release(e, a->conversation.v);
		return true;
	}
	if (!check_taker(e, cmd, a->teammate.v, err))
		return false;
	if (a->reason.p != NULL && !check_text(a->reason, "reason", err))
		return false;
	give(e, a->conversation.v, a->teammate.v, a->reason);
	return true;
}

static bool move_by_hand(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	uint32_t conv = cmd->conversation_move.conversation.v;
	uint32_t team = cmd->conversation_move.team.v;
	struct ek_cmd any = *cmd;
	any.based_on = 0;
	if (!ek_decide_find_conv(e, cmd, conv, err))
		return false;
	if (team != 0 && !ek_decide_find_team(e, &any, team, err))
		return false;
	ek_emit_loosen(e, conv, EK_OFFER_END_MOVED);
	if (e->convs[conv].state != EK_STATE_CLOSED)
		ek_emit_assignment_ended(e, conv, EK_ENDED_MOVED, EK_EMIT_ASKED);
	move(e, conv, team, false, false);
	ek_decide_home(e, conv);
	return true;
}

static bool release_by_hand(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	uint32_t conv = cmd->conversation_release.conversation.v;
	if (!ek_decide_find_conv(e, cmd, conv, err))
		return false;
	release(e, conv);
	return true;
}

/* The first unassigned open one of the teams they serve, whatever the method. */
static bool take(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	uint32_t mate = cmd->conversation_take.teammate.v;
	if (!check_taker(e, cmd, mate, err))
		return false;
	uint32_t best = 0;
	const struct mate *m = &e->mates[mate];
	for (uint32_t i = 0; i < m->serve_count; i++) {
		const struct team *t = &e->teams[m->serves[i].team];
		for (uint32_t k = 0; k < t->lane_count; k++) {
			uint32_t head = e->lanes[t->lanes[k]].head;
			if (best == 0 || ek_queue_before(e, head, best))
				best = head;
		}
	}
	if (best == 0)
		return ek_fail(err, EK_NOT_FOUND, "nothing is unassigned in their team inboxes");
	assign(e, best, mate, EK_HOW_BY_HAND, (ek_str){NULL, 0});
	return true;
}

/* ---- offers ---- */

static bool find_offer(const struct ek_engine *e, const struct ek_cmd *cmd, uint32_t conv,
		       uint32_t mate, struct ek_err *err)
{
	if (!ek_decide_find_conv(e, cmd, conv, err))
		return false;
	if (mate == 0 || e->convs[conv].offer_to != mate)
		return ek_fail(err, EK_OFFER_GONE, "conversation %u is not offered to teammate %u",
			       conv, mate);
	return true;
}

static bool accept(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	uint32_t conv = cmd->offer_accept.conversation.v;
	uint32_t mate = cmd->offer_accept.teammate.v;
	if (!find_offer(e, cmd, conv, mate, err))
		return false;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_OFFER_ACCEPTED, EK_EMIT_ASKED);
	v->offer_accepted = (struct ek_offer_accepted){{conv}, {mate}};
	ek_emit_end(e);
	make(e, conv, mate, EK_HOW_OFFER, (ek_str){NULL, 0});
	ek_stay_bounds(e, e->convs[conv].team);
	ek_decide_seen(e, mate);
	return true;
}

static bool decline(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	uint32_t conv = cmd->offer_decline.conversation.v;
	uint32_t mate = cmd->offer_decline.teammate.v;
	if (!find_offer(e, cmd, conv, mate, err))
		return false;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_OFFER_DECLINED, EK_EMIT_ASKED);
	v->offer_declined = (struct ek_offer_declined){{conv}, {mate}};
	ek_emit_end(e);
	ek_stay_bounds(e, e->convs[conv].team); /* the setting may have changed meanwhile */
	ek_decide_seen(e, mate);
	return true;
}

typedef bool decider(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err);

static bool answer(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	return part(e, cmd, EK_AUTHOR_TEAMMATE, err);
}

static bool note(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	return part(e, cmd, EK_AUTHOR_NOTE, err);
}

bool ek_decide_conv(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err, bool *mine)
{
	static decider *const table[EK_CMD_COUNT] = {
		[EK_CMD_CONVERSATION_CREATE] = create,
		[EK_CMD_CONVERSATION_UPDATE] = update,
		[EK_CMD_CONTACT_MESSAGE] = contact_message,
		[EK_CMD_OUTSIDE_MESSAGE] = outside_message,
		[EK_CMD_TEAMMATE_MESSAGE] = answer,
		[EK_CMD_NOTE_ADD] = note,
		[EK_CMD_CONVERSATION_OPEN_VIEW] = open_view,
		[EK_CMD_CONVERSATION_ASSIGN] = assign_by_hand,
		[EK_CMD_CONVERSATION_MOVE] = move_by_hand,
		[EK_CMD_CONVERSATION_RELEASE] = release_by_hand,
		[EK_CMD_CONVERSATION_CLOSE] = close,
		[EK_CMD_CONVERSATION_REOPEN] = reopen_by_hand,
		[EK_CMD_CONVERSATION_SNOOZE] = snooze,
		[EK_CMD_CONVERSATION_TAKE] = take,
		[EK_CMD_OFFER_ACCEPT] = accept,
		[EK_CMD_OFFER_DECLINE] = decline,
	};
	*mine = table[cmd->kind] != NULL;
	return *mine && table[cmd->kind](e, cmd, err);
}
