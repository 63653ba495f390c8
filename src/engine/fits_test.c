/* A fact that a state cannot have made is refused as damage and leaves no trace; and whatever is
 * not refused leaves a state that saves, loads and goes on, whatever came before.
 *
 * The state of the rows: team inboxes 1 and 2; teammate 1 active in both, 2 away in the first; 3 is
 * deleted; team 3 too. Conversation 1 is held by 1 (assignment 1), 2 waits in team 2 for nobody,
 * 3 is closed, 4 snoozed by 1, 5 in no team, 6 snoozed until a local time. 7 and 8 wait in team 1,
 * 7 since before its deadline. */
#include "base/heap_scene.h"
#include "engine/engine.h"
#include "model/codec.h"
#include "model/event_sample.h"
#include "model/setting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LATER (FIRST * 1000LL + 86400000LL)
#define LONG_AGO (FIRST * 1000LL - 1)

enum { FIRST = 1781000000, EVENTS = 30000, ROOM = 1 << 20 };

static const ek_time start = {FIRST * 1000LL};

struct bytes {
	uint8_t *p;
	size_t n;
};

static bool collect(void *ctx, const void *bytes, size_t n)
{
	struct bytes *b = ctx;
	b->p = realloc(b->p, b->n + n + 1);
	assert_non_null(b->p);
	memcpy(b->p + b->n, bytes, n);
	b->n += n;
	return true;
}

static struct bytes saved(const struct ek_engine *e)
{
	struct bytes b = {NULL, 0};
	assert_true(ek_engine_save(e, collect, &b));
	return b;
}

static struct ek_engine *opened(void)
{
	struct ek_engine *e = NULL;
	struct ek_err err;
	assert_true(ek_engine_open(ek_heap_scene(), &e, &err));
	return e;
}

static void submit(struct ek_engine *e, struct ek_cmd cmd)
{
	struct ek_events out;
	struct ek_err err = {0};
	if (!ek_engine_submit(e, &cmd, start, &out, &err))
		fail_msg("%s: %s", ek_cmd_record(cmd.kind)->wire, err.msg);
}

/* A command whose first field is an id, and the second perhaps too. */
static struct ek_cmd about(int kind, uint32_t first, uint32_t second)
{
	struct ek_cmd cmd = ek_cmd_make(kind);
	const uint32_t ids[2] = {first, second};
	memcpy(&cmd.conversation_create, ids, second != 0 ? sizeof ids : sizeof ids[0]);
	return cmd;
}

static void people(struct ek_engine *e)
{
	static const ek_team_id teams[] = {{1}, {2}};
	for (int i = 0; i < 3; i++)
		submit(e, ek_cmd_make(EK_CMD_TEAM_CREATE));
	for (uint32_t i = 0; i < 3; i++) {
		struct ek_cmd cmd = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
		cmd.teammate_create.primary = (struct ek_teams){teams, i == 0 ? 2 : 1};
		submit(e, cmd);
	}
	struct ek_cmd here = about(EK_CMD_PRESENCE_SET, 1, 0);
	here.presence_set.presence = EK_PRESENCE_ACTIVE;
	submit(e, here);
	submit(e, about(EK_CMD_TEAMMATE_DELETE, 3, 0));
	submit(e, about(EK_CMD_TEAM_DELETE, 3, 0));
}

static void deadlines(struct ek_engine *e)
{
	struct ek_cmd conv = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	submit(e, conv);
	struct ek_cmd sleep = about(EK_CMD_CONVERSATION_SNOOZE, 6, 0);
	sleep.conversation_snooze.wall.ms = LATER;
	submit(e, sleep);
	conv.conversation_create.team.v = 1;
	conv.conversation_create.sla_due.ms = LONG_AGO;
	submit(e, conv);
	conv.conversation_create.sla_due.ms = LATER;
	submit(e, conv);
}

static struct ek_engine *ready(void)
{
	static const ek_str tag = {"vip", 3};
	static const struct ek_set limits[] = {{EK_SET_LIMIT, {.kind = EK_VALUE_INT, .i = 3}}};
	struct ek_engine *e = opened();
	people(e);
	for (int i = 0; i < 4; i++) {
		struct ek_cmd conv = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
		conv.conversation_create.contact.v = 1;
		conv.conversation_create.team.v = i == 1 ? 0 : 1;
		conv.conversation_create.tags = (struct ek_texts){&tag, 1};
		submit(e, conv);
	}
	submit(e, ek_cmd_make(EK_CMD_CONVERSATION_CREATE));
	submit(e, about(EK_CMD_CONVERSATION_CLOSE, 3, 0));
	submit(e, about(EK_CMD_CONVERSATION_SNOOZE, 4, 0));
	struct ek_cmd limit = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
	limit.settings_change.scope = EK_SCOPE_TEAMMATE;
	limit.settings_change.id = 1;
	limit.settings_change.set = (struct ek_sets){limits, 1};
	submit(e, limit);
	struct ek_cmd away = about(EK_CMD_PRESENCE_SET, 1, 0);
	away.presence_set.presence = EK_PRESENCE_AWAY;
	submit(e, away);
	submit(e, about(EK_CMD_CONVERSATION_MOVE, 2, 2));
	deadlines(e);
	return e;
}

static const struct ek_need need_twice[] = {{{"ko", 2}, 1, true, {EK_NONE}},
					    {{"ko", 2}, 2, true, {EK_NONE}}};
static const ek_str empty_tag = {"", 0};
static const struct ek_change limit_was_2[] = {
	{EK_SET_LIMIT, {.kind = EK_VALUE_INT, .i = 2}, {.kind = EK_VALUE_INT, .i = 4}}};
static const struct ek_change limit_5000[] = {
	{EK_SET_LIMIT, {.kind = EK_VALUE_INT, .i = 3}, {.kind = EK_VALUE_INT, .i = 5000}}};
static const struct ek_change limit_twice[] = {
	{EK_SET_LIMIT, {.kind = EK_VALUE_INT, .i = 3}, {.kind = EK_VALUE_INT, .i = 4}},
	{EK_SET_LIMIT, {.kind = EK_VALUE_INT, .i = 4}, {.kind = EK_VALUE_INT, .i = 5}}};
static const struct ek_change method_of_mate[] = {
	{EK_SET_METHOD, {.kind = EK_VALUE_UNSET}, {.kind = EK_VALUE_INT, .i = 2}}};
static const struct ek_cell to_team_9[] = {
	{9, {NULL, 0}}, {0, {NULL, 0}}, {1, {NULL, 0}}, {0, {NULL, 0}}};
static const struct ek_change overflow_to_9[] = {
	{EK_SET_OVERFLOW,
	 {.kind = EK_VALUE_UNSET},
	 {.kind = EK_VALUE_LIST, .n = 4, .cells = to_team_9}}};
static const struct ek_set rank_0[] = {{EK_SET_RANK, {.kind = EK_VALUE_INT, .i = 0}}};
static const struct ek_zone_shift one_shift[] = {{EK_ZONE_SINCE_EVER, 0}};
static const struct ek_zone_shift not_since_ever[] = {{0, 0}};
static const struct ek_week_hours backwards[] = {{1, 3600000, 0}};
static const struct ek_shift overlapping[] = {{{0}, {10}}, {{5}, {20}}};

#define EVENT(KIND, ...) \
	{ \
		.kind = EK_EVENT_##KIND, __VA_ARGS__ \
	}

static const struct row {
	const char *promise;
	struct ek_event event;
} rows[] = {
	{"ids are given in order",
	 EVENT(CONVERSATION_ARRIVED,
	       .conversation_arrived =
		       {{11}, {1}, 1, {1}, 0, {EK_NONE}, {0}, {EK_NONE}, 1, 1, {0}, {0}, {0}})},
	{"a new one is in a team that is there",
	 EVENT(CONVERSATION_ARRIVED,
	       .conversation_arrived =
		       {{9}, {1}, 1, {3}, 0, {EK_NONE}, {0}, {EK_NONE}, 1, 1, {0}, {0}, {0}})},
	{"priorities end at 3",
	 EVENT(CONVERSATION_ARRIVED,
	       .conversation_arrived =
		       {{9}, {1}, 1, {1}, 4, {EK_NONE}, {0}, {EK_NONE}, 1, 1, {0}, {0}, {0}})},
	{"work is of a class",
	 EVENT(CONVERSATION_ARRIVED,
	       .conversation_arrived =
		       {{9}, {1}, 1, {1}, 0, {EK_NONE}, {0}, {EK_NONE}, 0, 1, {0}, {0}, {0}})},
	{"complexity ends at 5",
	 EVENT(CONVERSATION_ARRIVED,
	       .conversation_arrived =
		       {{9}, {1}, 1, {1}, 0, {EK_NONE}, {0}, {EK_NONE}, 1, 6, {0}, {0}, {0}})},
	{"everything began", EVENT(CONVERSATION_ARRIVED, .conversation_arrived = {{9},
										  {1},
										  1,
										  {1},
										  0,
										  {EK_NONE},
										  {EK_NONE},
										  {EK_NONE},
										  1,
										  1,
										  {0},
										  {0},
										  {0}})},
	{"nobody waits since tomorrow",
	 EVENT(CONVERSATION_ARRIVED,
	       .conversation_arrived =
		       {{9}, {1}, 1, {1}, 0, {EK_NONE}, {0}, {INT64_MAX}, 1, 1, {0}, {0}, {0}})},
	{"deadlines lie within time",
	 EVENT(CONVERSATION_ARRIVED,
	       .conversation_arrived =
		       {{9}, {1}, 1, {1}, 0, {INT64_MAX}, {0}, {EK_NONE}, 1, 1, {0}, {0}, {0}})},
	{"a skill is asked for once", EVENT(CONVERSATION_ARRIVED,
					    .conversation_arrived = {{9},
								     {1},
								     1,
								     {1},
								     0,
								     {EK_NONE},
								     {0},
								     {EK_NONE},
								     1,
								     1,
								     {need_twice, 2},
								     {0},
								     {0}})},
	{"a tag has a name",
	 EVENT(CONVERSATION_UPDATED, .conversation_updated = {.conversation = {1},
							      .priority = EK_NONE,
							      .complexity = EK_NONE,
							      .sla_due = {EK_NONE},
							      .tags_set = true,
							      .tags = {&empty_tag, 1}})},
	{"what is held does not wait",
	 EVENT(CONVERSATION_QUEUED, .conversation_queued = {{1}, {1}, 1})},
	{"what has no team waits nowhere",
	 EVENT(CONVERSATION_QUEUED, .conversation_queued = {{5}, {0}, 1})},
	{"it was in its team",
	 EVENT(CONVERSATION_MOVED, .conversation_moved = {{2}, {1}, {2}, false, false})},
	{"and goes to one that is there",
	 EVENT(CONVERSATION_MOVED, .conversation_moved = {{2}, {2}, {3}, false, false})},
	{"it was let go before",
	 EVENT(CONVERSATION_MOVED, .conversation_moved = {{1}, {1}, {2}, false, false})},
	{"what has a team needs no home",
	 EVENT(CONVERSATION_MOVED, .conversation_moved = {{2}, {2}, {1}, false, true})},
	{"what is closed does not sleep",
	 EVENT(CONVERSATION_SNOOZED, .conversation_snoozed = {{3}, {EK_NONE}, {EK_NONE}, false})},
	{"sleep ends later",
	 EVENT(CONVERSATION_SNOOZED, .conversation_snoozed = {{1}, {0}, {EK_NONE}, false})},
	{"a local time is an instant too",
	 EVENT(CONVERSATION_SNOOZED, .conversation_snoozed = {{1}, {EK_NONE}, {LATER}, false})},
	{"and lies within time",
	 EVENT(CONVERSATION_SNOOZED, .conversation_snoozed = {{1}, {LATER}, {INT64_MAX}, false})},
	{"what is awake does not sleep again",
	 EVENT(CONVERSATION_SNOOZED, .conversation_snoozed = {{1}, {LATER}, {LATER}, true})},
	{"nor what sleeps until the contact writes",
	 EVENT(CONVERSATION_SNOOZED, .conversation_snoozed = {{4}, {LATER}, {LATER}, true})},
	{"again is until the same local time",
	 EVENT(CONVERSATION_SNOOZED, .conversation_snoozed = {{6}, {LATER}, {LATER + 1}, true})},
	{"by some instant",
	 EVENT(CONVERSATION_SNOOZED, .conversation_snoozed = {{6}, {EK_NONE}, {LATER}, true})},
	{"that is not over",
	 EVENT(CONVERSATION_SNOOZED, .conversation_snoozed = {{6}, {LONG_AGO}, {LATER}, true})},
	{"what is open does not wake", EVENT(CONVERSATION_WOKEN, .conversation_woken = {{1}, 1})},
	{"nor is it reopened", EVENT(CONVERSATION_REOPENED, .conversation_reopened = {{4}, 1})},
	{"what is closed does not close", EVENT(CONVERSATION_CLOSED, .conversation_closed = {{3}})},
	{"somebody wrote", EVENT(MESSAGE_ADDED, .message_added = {{1}, 0, {0}, {EK_NONE}})},
	{"who is there",
	 EVENT(MESSAGE_ADDED, .message_added = {{1}, EK_AUTHOR_TEAMMATE, {3}, {EK_NONE}})},
	{"before now",
	 EVENT(MESSAGE_ADDED, .message_added = {{1}, EK_AUTHOR_CONTACT, {0}, {INT64_MAX}})},
	{"assignments are numbered",
	 EVENT(ASSIGNMENT_MADE, .assignment_made = {.assignment = {77},
						    .conversation = {2},
						    .teammate = {1},
						    .team = {2},
						    .how = EK_HOW_BY_HAND})},
	{"given to one who is there",
	 EVENT(ASSIGNMENT_MADE, .assignment_made = {.assignment = {4},
						    .conversation = {2},
						    .teammate = {3},
						    .team = {2},
						    .how = EK_HOW_BY_HAND})},
	{"in its team", EVENT(ASSIGNMENT_MADE, .assignment_made = {.assignment = {4},
								   .conversation = {2},
								   .teammate = {1},
								   .team = {1},
								   .how = EK_HOW_BY_HAND})},
	{"not over another", EVENT(ASSIGNMENT_MADE, .assignment_made = {.assignment = {4},
									.conversation = {1},
									.teammate = {2},
									.team = {1},
									.how = EK_HOW_BY_HAND})},
	{"by the router only what waits",
	 EVENT(ASSIGNMENT_MADE, .assignment_made = {.assignment = {4},
						    .conversation = {5},
						    .teammate = {1},
						    .how = EK_HOW_ROUND_ROBIN})},
	{"they held it",
	 EVENT(ASSIGNMENT_ENDED, .assignment_ended = {{1}, {1}, {2}, EK_ENDED_RELEASED})},
	{"by that assignment",
	 EVENT(ASSIGNMENT_ENDED, .assignment_ended = {{3}, {1}, {1}, EK_ENDED_RELEASED})},
	{"closing closes",
	 EVENT(ASSIGNMENT_ENDED, .assignment_ended = {{1}, {1}, {1}, EK_ENDED_CLOSED})},
	{"what is held is not offered",
	 EVENT(OFFER_MADE, .offer_made = {{1}, {2}, {1}, 1, 1, {0}, {LATER}})},
	{"no offer, no answer", EVENT(OFFER_ACCEPTED, .offer_accepted = {{2}, {1}})},
	{"nor a refusal", EVENT(OFFER_DECLINED, .offer_declined = {{2}, {1}})},
	{"nor its end", EVENT(OFFER_LAPSED, .offer_lapsed = {{2}, {1}})},
	{"nor its withdrawal", EVENT(OFFER_WITHDRAWN, .offer_withdrawn = {{2}, {1}, 1})},
	{"presence was as it was",
	 EVENT(PRESENCE_CHANGED, .presence_changed = {{1}, 1, 2, 1, {NULL, 0}})},
	{"and becomes something",
	 EVENT(PRESENCE_CHANGED, .presence_changed = {{1}, 2, 0, 1, {NULL, 0}})},
	{"of one who is there",
	 EVENT(PRESENCE_CHANGED, .presence_changed = {{3}, 2, 1, 1, {NULL, 0}})},
	{"pauses end", EVENT(INTAKE_PAUSED, .intake_paused = {{1}, {EK_NONE}})},
	{"no level above secondary",
	 EVENT(MEMBERSHIP_CHANGED, .membership_changed = {{1}, {1}, EK_LEVEL_OVERFLOW})},
	{"who is no member does not leave",
	 EVENT(MEMBERSHIP_CHANGED, .membership_changed = {{2}, {2}, 0})},
	{"nor joins what is gone", EVENT(MEMBERSHIP_CHANGED, .membership_changed = {{1}, {3}, 1})},
	{"whose settings",
	 EVENT(SETTINGS_CHANGED,
	       .settings_changed = {2, EK_SCOPE_TEAMMATE, 9, {limit_was_2, 1}, EK_NONE, EK_NONE})},
	{"versions count on",
	 EVENT(SETTINGS_CHANGED,
	       .settings_changed = {7, EK_SCOPE_TEAMMATE, 1, {limit_was_2, 1}, EK_NONE, EK_NONE})},
	{"before is what was",
	 EVENT(SETTINGS_CHANGED,
	       .settings_changed = {2, EK_SCOPE_TEAMMATE, 1, {limit_was_2, 1}, EK_NONE, EK_NONE})},
	{"values are within their bounds",
	 EVENT(SETTINGS_CHANGED,
	       .settings_changed = {2, EK_SCOPE_TEAMMATE, 1, {limit_5000, 1}, EK_NONE, EK_NONE})},
	{"each once",
	 EVENT(SETTINGS_CHANGED,
	       .settings_changed = {2, EK_SCOPE_TEAMMATE, 1, {limit_twice, 2}, EK_NONE, EK_NONE})},
	{"where they may be set",
	 EVENT(SETTINGS_CHANGED,
	       .settings_changed =
		       {2, EK_SCOPE_TEAMMATE, 1, {method_of_mate, 1}, EK_NONE, EK_NONE})},
	{"overflow is to a team",
	 EVENT(SETTINGS_CHANGED,
	       .settings_changed = {2, EK_SCOPE_TEAM, 1, {overflow_to_9, 1}, EK_NONE, EK_NONE})},
	{"the workspace has no id",
	 EVENT(SETTINGS_CHANGED,
	       .settings_changed = {2, EK_SCOPE_WORKSPACE, 1, {NULL, 0}, EK_NONE, EK_NONE})},
	{"what is carried out was scheduled",
	 EVENT(SETTINGS_CHANGED,
	       .settings_changed = {2, EK_SCOPE_WORKSPACE, EK_NONE, {NULL, 0}, EK_NONE, 1})},
	{"what is scheduled could be set",
	 EVENT(SETTINGS_SCHEDULED,
	       .settings_scheduled = {1, EK_SCOPE_TEAM, 1, {rank_0, 1}, {LATER}})},
	{"later",
	 EVENT(SETTINGS_SCHEDULED, .settings_scheduled = {1, EK_SCOPE_TEAM, 1, {NULL, 0}, {0}})},
	{"schedules count on",
	 EVENT(SETTINGS_SCHEDULED,
	       .settings_scheduled = {4, EK_SCOPE_TEAM, 1, {NULL, 0}, {LATER}})},
	{"teammates come in order", EVENT(TEAMMATE_CREATED, .teammate_created = {{3}})},
	{"who holds something stays", EVENT(TEAMMATE_DELETED, .teammate_deleted = {{1}, {0}})},
	{"who is gone is not deactivated",
	 EVENT(TEAMMATE_DEACTIVATED, .teammate_deactivated = {{3}})},
	{"who was not is not reactivated",
	 EVENT(TEAMMATE_REACTIVATED, .teammate_reactivated = {{1}})},
	{"a team with members stays", EVENT(TEAM_DELETED, .team_deleted = {{2}, {0}})},
	{"only the holder opens", EVENT(CONVERSATION_OPENED, .conversation_opened = {{1}, {2}})},
	{"no deadline, none missed", EVENT(SLA_MISSED, .sla_missed = {{1}, {0}})},
	{"nor met", EVENT(SLA_MET, .sla_met = {{1}, {EK_NONE}})},
	{"no level of that number", EVENT(OVERFLOW_OPENED, .overflow_opened = {{2}, 40, {1}})},
	{"no such need", EVENT(NEED_RELAXED, .need_relaxed = {{2}, {"vip", 3}})},
	{"what is held by one is not held for one",
	 EVENT(HOLD_STARTED, .hold_started = {{1}, {1}, {LATER}})},
	{"no hold to end", EVENT(HOLD_ENDED, .hold_ended = {{2}, {1}, 1})},
	{"no cooldown to end", EVENT(COOLDOWN_ENDED, .cooldown_ended = {{2}, {1}})},
	{"steps end at the twentieth", EVENT(RAMP_STEPPED, .ramp_stepped = {{1}, 70000})},
	{"gates are of teams", EVENT(SHIFT_GATED, .shift_gated = {{1}, {0}, false})},
	{"who does not hold it is not reminded",
	 EVENT(UNTOUCHED_NUDGED, .untouched_nudged = {{1}, {2}})},
	{"a bound is one", EVENT(BOUND_REACHED, .bound_reached = {{2}, 0})},
	{"who is held is not stranded", EVENT(NOBODY_ALERT, .nobody_alert = {{1}, {1}})},
	{"pressure is of a deadline", EVENT(SLA_PRESSURE, .sla_pressure = {{2}, {2}})},
	{"in its team inbox", EVENT(SLA_PRESSURE, .sla_pressure = {{8}, {2}})},
	{"of one that can be met", EVENT(SLA_PRESSURE, .sla_pressure = {{7}, {1}})},
	{"zones hold since ever",
	 EVENT(ZONE_CHANGED, .zone_changed = {{0}, {{"UTC", 3}, not_since_ever, 1}})},
	{"zones have a name",
	 EVENT(ZONE_CHANGED, .zone_changed = {{0}, {{NULL, 0}, one_shift, 1}})},
	{"hours go forward",
	 EVENT(CALENDAR_CHANGED,
	       .calendar_changed = {{0}, {{"UTC", 3}, one_shift, 1}, {backwards, 1}, {NULL, 0}})},
	{"hours are of a team that is there",
	 EVENT(CALENDAR_CHANGED,
	       .calendar_changed = {{3}, {{"UTC", 3}, one_shift, 1}, {NULL, 0}, {NULL, 0}})},
	{"shifts do not overlap", EVENT(SHIFT_CHANGED, .shift_changed = {{1}, {overlapping, 2}})},
	{"margins are lengths of time", EVENT(MARGIN_CHANGED, .margin_changed = {{1}, {-1}})},
};
static void rows_are_refused(void **state)
{
	(void)state;
	struct ek_engine *e = ready();
	struct bytes was = saved(e);
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_event v = rows[i].event;
		struct ek_err err = {0};
		v.seq = ek_engine_seq(e) + 1;
		v.at = start;
		v.by.kind = EK_ACTOR_SYSTEM;
		if (ek_engine_apply(e, &v, &err))
			fail_msg("%s: accepted", rows[i].promise);
		if (err.code != EK_DAMAGE)
			fail_msg("%s: %s", rows[i].promise, err.msg);
	}
	struct bytes is = saved(e);
	assert_int_equal(was.n, is.n);
	assert_memory_equal(was.p, is.p, is.n);
	free(was.p);
	free(is.p);
	ek_engine_close(&e);
}

static bool follows(struct ek_engine *e, struct ek_event v, int64_t at)
{
	struct ek_err err = {0};
	v.seq = ek_engine_seq(e) + 1;
	v.at.ms = at;
	v.by.kind = EK_ACTOR_SYSTEM;
	return ek_engine_apply(e, &v, &err);
}

/* What is refused above, where it can be. */
static void what_can_be_follows(void **state)
{
	struct ek_event again =
		EVENT(CONVERSATION_SNOOZED,
		      .conversation_snoozed = {{6}, {LATER - 7200000}, {LATER}, true});
	struct ek_event now = EVENT(CONVERSATION_SNOOZED,
				    .conversation_snoozed = {{6}, {FIRST * 1000LL}, {LATER}, true});
	struct ek_event pressure = EVENT(SLA_PRESSURE, .sla_pressure = {{8}, {1}});
	struct ek_engine *e = ready();
	(void)state;
	assert_true(follows(e, again, start.ms));
	assert_true(follows(e, now, start.ms));
	assert_true(follows(e, pressure, start.ms));
	assert_false(follows(e, pressure, start.ms + 3599999)); /* at most hourly */
	assert_true(follows(e, pressure, start.ms + 3600000));
	ek_engine_close(&e);
}

static int some_kind(struct ek_event_sample *s)
{
	return 1 + (int)ek_event_sample_below(s, EK_EVENT_COUNT - 1);
}

static void lower(struct ek_event_sample *s, const struct ek_engine *e, struct ek_event *v)
{
	const struct ek_record *r = ek_event_record(v->kind);
	for (uint32_t i = 0; i < r->field_count; i++) {
		uint8_t type = r->fields[i].type;
		if (type != EK_FT_CONVERSATION && type != EK_FT_TEAMMATE && type != EK_FT_TEAM &&
		    type != EK_FT_ASSIGNMENT && type != EK_FT_CONTACT)
			continue;
		uint32_t id = (uint32_t)ek_event_sample_below(s, 8);
		memcpy((char *)&v->conversation_arrived + r->fields[i].offset, &id, sizeof id);
	}
	v->seq = ek_engine_seq(e) + 1;
	v->at.ms = ek_engine_time(e).ms + (int64_t)ek_event_sample_below(s, 60000);
}

static void reload(struct ek_engine **e)
{
	struct bytes b = saved(*e);
	struct ek_engine *again = opened();
	struct ek_err err = {0};
	if (!ek_engine_load(again, b.p, b.n, &err))
		fail_msg("what was applied cannot be loaded: %s", err.msg);
	free(b.p);
	ek_engine_close(e);
	*e = again;
}

static void pass(struct ek_engine *e)
{
	for (int i = 0; i < 20 && ek_time_is_set(ek_engine_next_due(e)); i++) {
		struct ek_cmd tick = ek_cmd_make(EK_CMD_TICK);
		struct ek_events out;
		struct ek_err err;
		assert_true(ek_engine_submit(e, &tick, ek_engine_next_due(e), &out, &err));
	}
}

static void facts_by_chance_break_nothing(void **state)
{
	(void)state;
	struct ek_arena arena;
	struct ek_event_sample s = {&arena, 1};
	struct ek_engine *e = ready();
	uint32_t applied = 0;
	ek_arena_init(&arena, ek_heap_scene(), ROOM);
	for (int i = 0; i < EVENTS; i++) {
		struct ek_event v;
		struct ek_err err = {0};
		ek_arena_reset(&arena);
		ek_event_sample(&s, some_kind(&s), 1, &v);
		lower(&s, e, &v);
		if (ek_engine_apply(e, &v, &err))
			applied++;
		else
			assert_int_equal(err.code, EK_DAMAGE);
		if (i % 1000 == 999)
			reload(&e);
		if (i % 500 == 0)
			pass(e);
	}
	assert_true(applied > EVENTS / 50);
	ek_arena_fini(&arena);
	ek_engine_close(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_refused),
		cmocka_unit_test(what_can_be_follows),
		cmocka_unit_test(facts_by_chance_break_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
