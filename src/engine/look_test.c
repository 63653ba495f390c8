/* What readers see is what was commanded; and over histories drawn by chance it adds up: items to
 * the load, members to memberships, the earliest to all that wait, versions to what is set. */
#include "engine/look.h"

#include "base/heap_scene.h"
#include "engine/engine_sample.h"
#include "model/limits.h"
#include "model/setting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE 60000
/* Monday 9 March 2026, 08:00 UTC. */
#define START 1773043200000

struct scene {
	struct ek_engine *e;
	struct ek_arena arena;
	struct ek_err err;
};

static void run(struct scene *s, int64_t minute, const struct ek_cmd *cmd)
{
	struct ek_events events;
	int64_t at = START + minute * MINUTE;
	for (ek_time due = ek_engine_next_due(s->e); ek_time_is_set(due) && due.ms <= at;
	     due = ek_engine_next_due(s->e)) {
		struct ek_cmd tick = ek_cmd_make(EK_CMD_TICK);
		assert_true(ek_engine_submit(s->e, &tick, due, &events, &s->err));
	}
	if (cmd != NULL && !ek_engine_submit(s->e, cmd, (ek_time){at}, &events, &s->err))
		fail_msg("%s: %s", ek_cmd_record(cmd->kind)->wire, s->err.msg);
}

static void set_one(struct scene *s, struct ek_look_at at, uint8_t setting, struct ek_value value)
{
	const struct ek_set set = {setting, value};
	struct ek_cmd c = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
	c.settings_change.scope = at.scope;
	c.settings_change.id = at.id;
	c.settings_change.set = (struct ek_sets){&set, 1};
	run(s, 0, &c);
}

static void team(struct scene *s)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_TEAM_CREATE);
	run(s, 0, &c);
}

static void mate(struct scene *s, uint32_t primary, uint32_t secondary)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
	const ek_team_id p = {primary};
	const ek_team_id q = {secondary};
	c.teammate_create.primary = (struct ek_teams){&p, primary != 0};
	c.teammate_create.secondary = (struct ek_teams){&q, secondary != 0};
	run(s, 0, &c);
}

static void presence(struct scene *s, int64_t minute, uint32_t who, uint8_t to)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_PRESENCE_SET);
	c.presence_set.teammate.v = who;
	c.presence_set.presence = to;
	run(s, minute, &c);
}

static struct ek_cmd conversation(uint32_t in, uint32_t to)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	c.by.kind = EK_ACTOR_PERSON;
	c.conversation_create.channel = EK_CAPACITY_CLASS_EMAIL;
	c.conversation_create.team.v = in;
	c.conversation_create.teammate.v = to;
	return c;
}

static void give(struct scene *s, int64_t minute, uint32_t in, uint32_t to)
{
	struct ek_cmd c = conversation(in, to);
	run(s, minute, &c);
}

static void open_scene(struct scene *s)
{
	*s = (struct scene){0};
	ek_arena_init(&s->arena, ek_heap_scene(), (size_t)16 << 20);
	assert_true(ek_engine_open(ek_heap_scene(), &s->e, &s->err));
}

static void close_scene(struct scene *s)
{
	ek_engine_close(&s->e);
	ek_arena_fini(&s->arena);
}

static const struct ek_look_at workspace = {EK_SCOPE_WORKSPACE, 0};

/* ---- conversations ---- */

static void test_detail(void **state)
{
	(void)state;
	struct scene s;
	struct ek_conversation_detail d;
	const struct ek_cell orders[] = {{.i = 1, .s = EK_S("area")},
					 {.s = EK_S("north")},
					 {.i = 1, .s = EK_S("tier")},
					 {.s = EK_S("gold")}};
	const struct ek_need needs[] = {{EK_S("refunds"), 2, true, {EK_NONE}},
					{EK_S("lang:ko"), 1, false, {5 * MINUTE}}};
	const struct ek_pair attributes[] = {{EK_S("tier"), EK_S("gold")},
					     {EK_S("area"), EK_S("north")}};
	const ek_str tags[] = {EK_S("vip"), EK_S("fraud")};
	open_scene(&s);
	set_one(&s, workspace, EK_SET_ATTRIBUTE_ORDERS,
		(struct ek_value){EK_VALUE_LIST, 0, 4, orders});
	team(&s);
	struct ek_cmd c = conversation(1, 0);
	c.conversation_create.needs = (struct ek_needs){needs, 2};
	c.conversation_create.attributes = (struct ek_pairs){attributes, 2};
	c.conversation_create.tags = (struct ek_texts){tags, 2};
	run(&s, 0, &c);
	give(&s, 0, 1, 0);
	run(&s, 5, NULL);
	assert_true(ek_look_detail(s.e, (ek_conversation_id){1}, &s.arena, &d, &s.err));
	assert_int_equal(d.need_count, 2);
	assert_true(ek_str_is(d.needs[0].need.skill, "refunds"));
	assert_int_equal(d.needs[0].need.min_level, 2);
	assert_true(d.needs[0].need.required && !d.needs[0].relaxed);
	assert_true(!ek_time_is_set((ek_time){d.needs[0].need.relax_after.ms}));
	assert_true(!d.needs[1].need.required && d.needs[1].relaxed);
	assert_int_equal(d.needs[1].need.relax_after.ms, 5 * MINUTE);
	assert_int_equal(d.attributes.n, 2);
	assert_true(ek_str_is(d.attributes.v[0].name, "area"));
	assert_true(ek_str_is(d.attributes.v[0].value, "north"));
	assert_true(ek_str_is(d.attributes.v[1].name, "tier"));
	assert_int_equal(d.tags.n, 2);
	assert_int_equal(d.points, 1);
	assert_int_equal(d.stranded_since.ms, START);
	assert_int_equal(d.offered_to.v, 0);
	assert_false(ek_time_is_set(d.offered_until) || ek_time_is_set(d.held_until));
	assert_true(ek_look_detail(s.e, (ek_conversation_id){2}, &s.arena, &d, &s.err));
	assert_int_equal(d.need_count + d.attributes.n + d.tags.n, 0);
	assert_false(ek_look_detail(s.e, (ek_conversation_id){3}, &s.arena, &d, &s.err));
	assert_int_equal(s.err.code, EK_NOT_FOUND);
	close_scene(&s);
}

static void test_sla(void **state)
{
	(void)state;
	static const struct {
		const char *promise;
		int64_t due;  /* minutes; EK_NONE = none */
		int64_t look; /* minutes after START */
		bool answered;
		uint8_t clock;
	} rows[] = {
		{"no deadline, no clock", EK_NONE, 1, false, EK_SLA_NONE},
		{"before it, it runs", 10, 9, false, EK_SLA_RUNNING},
		{"at it, it can still be met", 10, 10, false, EK_SLA_RUNNING},
		{"after it, it is missed", 10, 11, false, EK_SLA_MISSED},
		{"answered in time, it is gone", 10, 11, true, EK_SLA_NONE},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct scene s;
		struct ek_sla_clock_view v;
		open_scene(&s);
		team(&s);
		mate(&s, 1, 0);
		struct ek_cmd c = conversation(1, 0);
		c.conversation_create.waiting_since.ms = START;
		if (rows[i].due != EK_NONE)
			c.conversation_create.sla_due.ms = START + rows[i].due * MINUTE;
		run(&s, 0, &c);
		c = ek_cmd_make(EK_CMD_TEAMMATE_MESSAGE);
		c.teammate_message.conversation.v = 1;
		c.teammate_message.author.v = 1;
		if (rows[i].answered)
			run(&s, 5, &c);
		run(&s, rows[i].look, NULL);
		assert_true(ek_look_sla(s.e, (ek_conversation_id){1}, &v));
		if (v.clock != rows[i].clock)
			fail_msg("%s: %d", rows[i].promise, v.clock);
		assert_int_equal(ek_time_is_set(v.due), rows[i].clock != EK_SLA_NONE);
		assert_false(v.slipped);
		assert_false(ek_look_sla(s.e, (ek_conversation_id){2}, &v));
		close_scene(&s);
	}
}

/* ---- teammates ---- */

static void snooze(struct scene *s, int64_t minute, uint32_t conv)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_SNOOZE);
	c.conversation_snooze.conversation.v = conv;
	run(s, minute, &c);
}

/* Spec routing, section 7: what counts against a limit. */
static void test_load(void **state)
{
	(void)state;
	static const struct ek_load_item want[] = {
		{{5}, EK_CAPACITY_CLASS_EMAIL, 2, true, EK_LOAD_OPEN},
		{{1}, EK_CAPACITY_CLASS_EMAIL, 2, true, EK_LOAD_OPEN},
		{{6}, EK_CAPACITY_CLASS_EMAIL, 2, true, EK_LOAD_OFFERED},
		{{2}, EK_CAPACITY_CLASS_EMAIL, 2, false, EK_LOAD_UNCOUNTED_TAG},
		{{4}, EK_CAPACITY_CLASS_EMAIL, 2, false, EK_LOAD_SNOOZED},
		{{3}, EK_CAPACITY_CLASS_EMAIL, 2, false, EK_LOAD_SNOOZED},
	};
	const struct ek_cell tag = {.s = EK_S("spam")};
	const struct ek_cell points = {.i = 2, .s = EK_S("email")};
	struct scene s;
	struct ek_load_view v;
	open_scene(&s);
	set_one(&s, workspace, EK_SET_UNCOUNTED_TAGS, (struct ek_value){EK_VALUE_LIST, 0, 1, &tag});
	set_one(&s, workspace, EK_SET_CLASS_POINTS,
		(struct ek_value){EK_VALUE_LIST, 0, 1, &points});
	team(&s);
	team(&s);
	set_one(&s, (struct ek_look_at){EK_SCOPE_TEAM, 2}, EK_SET_OFFER_MODE, ek_value_int(1));
	mate(&s, 1, 0);
	struct ek_cmd c = ek_cmd_make(EK_CMD_MEMBERSHIP_SET);
	c.membership_set.teammate.v = 1;
	c.membership_set.team.v = 2;
	c.membership_set.level = EK_LEVEL_PRIMARY;
	run(&s, 0, &c);
	give(&s, 1, 1, 1);
	c = conversation(1, 1);
	c.conversation_create.tags = (struct ek_texts){&tag.s, 1};
	run(&s, 2, &c);
	give(&s, 3, 1, 1);
	give(&s, 4, 1, 1);
	give(&s, 5, 1, 1);
	snooze(&s, 6, 3);
	snooze(&s, 6, 4);
	presence(&s, 7, 1, EK_PRESENCE_ACTIVE);
	give(&s, 8, 2, 0);
	assert_true(ek_look_load(s.e, (ek_teammate_id){1}, &s.arena, &v, &s.err));
	assert_int_equal(v.load, 6);
	assert_int_equal(v.item_count, EK_LEN(want));
	for (size_t i = 0; i < EK_LEN(want); i++) {
		assert_int_equal(v.items[i].conversation.v, want[i].conversation.v);
		assert_int_equal(v.items[i].capacity_class, want[i].capacity_class);
		assert_int_equal(v.items[i].points, want[i].points);
		assert_int_equal(v.items[i].counted, want[i].counted);
		assert_int_equal(v.items[i].why, want[i].why);
	}
	assert_false(ek_look_load(s.e, (ek_teammate_id){2}, &s.arena, &v, &s.err));
	assert_int_equal(s.err.code, EK_NOT_FOUND);
	close_scene(&s);
}

static void test_presence(void **state)
{
	(void)state;
	const struct ek_cell reason = {.s = EK_S("reason_4")};
	struct scene s;
	struct ek_presence_view v;
	open_scene(&s);
	set_one(&s, workspace, EK_SET_AWAY_REASONS,
		(struct ek_value){EK_VALUE_LIST, 0, 1, &reason});
	set_one(&s, workspace, EK_SET_AUTO_AWAY_AFTER_MS, ek_value_int(20 * MINUTE));
	mate(&s, 0, 0);
	assert_true(ek_look_presence(s.e, (ek_teammate_id){1}, &v));
	assert_int_equal(v.presence, EK_PRESENCE_AWAY);
	assert_int_equal(v.cause, EK_PRESENCE_CAUSE_BY_HAND);
	assert_int_equal(v.since.ms, START);
	assert_null(v.reason.p);
	struct ek_cmd c = ek_cmd_make(EK_CMD_PRESENCE_SET);
	c.presence_set.teammate.v = 1;
	c.presence_set.presence = EK_PRESENCE_AWAY_REASSIGNING;
	c.presence_set.reason = reason.s;
	run(&s, 3, &c);
	assert_true(ek_look_presence(s.e, (ek_teammate_id){1}, &v));
	assert_int_equal(v.presence, EK_PRESENCE_AWAY_REASSIGNING);
	assert_int_equal(v.since.ms, START + 3 * MINUTE);
	assert_true(ek_str_is(v.reason, "reason_4"));
	assert_false(v.shows_reason); /* until somebody says so */
	presence(&s, 4, 1, EK_PRESENCE_ACTIVE);
	run(&s, 24, NULL);
	assert_true(ek_look_presence(s.e, (ek_teammate_id){1}, &v));
	assert_int_equal(v.presence, EK_PRESENCE_AWAY);
	assert_int_equal(v.cause, EK_PRESENCE_CAUSE_AUTO);
	assert_int_equal(v.since.ms, START + 24 * MINUTE);
	assert_null(v.reason.p);
	assert_false(ek_look_presence(s.e, (ek_teammate_id){2}, &v));
	close_scene(&s);
}

static void test_shifts(void **state)
{
	(void)state;
	static const struct ek_zone_shift offsets[] = {{EK_ZONE_SINCE_EVER, 60 * MINUTE}};
	const struct ek_shift shift = {{START}, {START + 480 * MINUTE}};
	struct scene s;
	open_scene(&s);
	mate(&s, 0, 0);
	mate(&s, 0, 0);
	struct ek_cmd c = ek_cmd_make(EK_CMD_SHIFT_SET);
	c.shift_set.teammate.v = 1;
	c.shift_set.shifts = (struct ek_shifts){&shift, 1};
	run(&s, 0, &c);
	c = ek_cmd_make(EK_CMD_ZONE_SET);
	c.zone_set.teammate.v = 1;
	c.zone_set.zone = (struct ek_zone){EK_S("Europe/Paris"), offsets, 1};
	run(&s, 0, &c);
	struct ek_shifts v = ek_look_shifts(s.e, (ek_teammate_id){1});
	assert_int_equal(v.n, 1);
	assert_int_equal(v.v[0].until.ms, START + 480 * MINUTE);
	assert_int_equal(ek_look_shifts(s.e, (ek_teammate_id){2}).n, 0);
	assert_true(ek_str_is(ek_look_zone(s.e, (ek_teammate_id){1})->name, "Europe/Paris"));
	assert_true(ek_str_is(ek_look_zone(s.e, (ek_teammate_id){2})->name, "UTC"));
	assert_true(ek_str_is(ek_look_zone(s.e, (ek_teammate_id){0})->name, "UTC"));
	close_scene(&s);
}

/* ---- teams ---- */

static void test_live(void **state)
{
	(void)state;
	struct scene s;
	struct ek_live_view v;
	struct ek_member_view m;
	open_scene(&s);
	team(&s);
	team(&s);
	mate(&s, 1, 2);
	mate(&s, 0, 1);
	set_one(&s, (struct ek_look_at){EK_SCOPE_TEAMMATE, 2}, EK_SET_LIMIT, ek_value_int(0));
	give(&s, 1, 1, 1);
	give(&s, 2, 1, 1);
	give(&s, 2, 2, 1);
	snooze(&s, 3, 1);
	give(&s, 4, 1, 0);
	give(&s, 5, 1, 0);
	assert_true(ek_look_live(s.e, (ek_team_id){1}, &s.arena, &v, &s.err));
	assert_int_equal(v.waiting, 2);
	assert_int_equal(v.unassigned, 2);
	assert_int_equal(v.waiting_since.ms, START + 4 * MINUTE);
	assert_int_equal(v.member_count, 2);
	assert_int_equal(ek_look_member_count(s.e, (ek_team_id){1}), 2);
	assert_int_equal(v.members[0].teammate.v, 1);
	assert_int_equal(v.members[0].level, EK_LEVEL_PRIMARY);
	assert_int_equal(v.members[0].open, 1);
	assert_int_equal(v.members[0].snoozed, 1);
	assert_int_equal(v.members[0].load, 2);
	assert_int_equal(v.members[0].limit, EK_NONE);
	assert_int_equal(v.members[0].last_given.ms, START + 2 * MINUTE);
	assert_int_equal(v.members[1].teammate.v, 2);
	assert_int_equal(v.members[1].level, EK_LEVEL_SECONDARY);
	assert_int_equal(v.members[1].limit, 0);
	assert_false(ek_time_is_set(v.members[1].last_given));
	assert_false(ek_time_is_set(v.members[1].enough_until));
	assert_true(ek_look_live(s.e, (ek_team_id){2}, &s.arena, &v, &s.err));
	assert_int_equal(v.waiting, 0);
	assert_false(ek_time_is_set(v.waiting_since));
	assert_int_equal(v.members[0].level, EK_LEVEL_SECONDARY);
	assert_int_equal(v.members[0].open, 1);
	assert_false(ek_look_member(s.e, (ek_team_id){2}, 1, &m));
	assert_false(ek_look_member(s.e, (ek_team_id){0}, 0, &m));
	assert_false(ek_look_member(s.e, (ek_team_id){3}, 0, &m));
	assert_false(ek_look_live(s.e, (ek_team_id){3}, &s.arena, &v, &s.err));
	assert_int_equal(s.err.code, EK_NOT_FOUND);
	close_scene(&s);
}

/* ---- settings ---- */

static struct ek_setting_view ask(struct scene *s, uint8_t scope, uint32_t id, uint8_t setting)
{
	struct ek_setting_view v;
	struct ek_look_ask a = {{scope, id}, setting};
	if (!ek_look_setting(s->e, a, &s->arena, &v, &s->err))
		fail_msg("%s", s->err.msg);
	return v;
}

/* Spec routing, section 13: the nearest set value wins; null is a value. */
static void test_origin(void **state)
{
	(void)state;
	const struct ek_cell skill = {.i = 2, .s = EK_S("shipping")};
	const struct ek_value unset = {.kind = EK_VALUE_UNSET};
	const struct ek_look_at one = {EK_SCOPE_TEAMMATE, 1};
	const struct ek_look_at inbox = {EK_SCOPE_TEAM, 1};
	struct scene s;
	open_scene(&s);
	team(&s);
	mate(&s, 1, 0);
	struct ek_setting_view v = ask(&s, EK_SCOPE_TEAMMATE, 1, EK_SET_LIMIT);
	assert_int_equal(v.from, EK_FROM_DEFAULT);
	assert_int_equal(v.own.kind, EK_VALUE_UNSET);
	assert_int_equal(v.effective.kind, EK_VALUE_NULL);
	set_one(&s, workspace, EK_SET_LIMIT, ek_value_int(4));
	v = ask(&s, EK_SCOPE_TEAMMATE, 1, EK_SET_LIMIT);
	assert_int_equal(v.from, EK_FROM_WORKSPACE);
	assert_int_equal(v.own.kind, EK_VALUE_UNSET);
	assert_int_equal(v.effective.i, 4);
	v = ask(&s, EK_SCOPE_WORKSPACE, 0, EK_SET_LIMIT);
	assert_int_equal(v.from, EK_FROM_WORKSPACE);
	assert_int_equal(v.own.i, 4);
	set_one(&s, one, EK_SET_LIMIT, ek_value_null());
	v = ask(&s, EK_SCOPE_TEAMMATE, 1, EK_SET_LIMIT);
	assert_int_equal(v.from, EK_FROM_TEAMMATE);
	assert_int_equal(v.own.kind, EK_VALUE_NULL);
	assert_int_equal(v.effective.kind, EK_VALUE_NULL);
	set_one(&s, one, EK_SET_LIMIT, unset);
	assert_int_equal(ask(&s, EK_SCOPE_TEAMMATE, 1, EK_SET_LIMIT).from, EK_FROM_WORKSPACE);
	set_one(&s, one, EK_SET_SKILLS, (struct ek_value){EK_VALUE_LIST, 0, 1, &skill});
	v = ask(&s, EK_SCOPE_TEAMMATE, 1, EK_SET_SKILLS);
	assert_int_equal(v.effective.n, 1);
	assert_int_equal(v.effective.cells[0].i, 2);
	assert_true(ek_str_is(v.effective.cells[0].s, "shipping"));
	set_one(&s, inbox, EK_SET_RANK, ek_value_int(3));
	v = ask(&s, EK_SCOPE_TEAM, 1, EK_SET_RANK);
	assert_int_equal(v.from, EK_FROM_TEAM);
	assert_int_equal(v.effective.i, 3);
	v = ask(&s, EK_SCOPE_TEAM, 1, EK_SET_METHOD);
	assert_int_equal(v.from, EK_FROM_DEFAULT);
	assert_int_equal(v.effective.i, EK_METHOD_BALANCED);
	v = ask(&s, EK_SCOPE_WORKSPACE, 0, EK_SET_ORDER_KEYS);
	assert_int_equal(v.from, EK_FROM_DEFAULT);
	assert_int_equal(v.effective.n, 5);
	assert_int_equal(v.own.n, 5);
	close_scene(&s);
}

static void test_refusals(void **state)
{
	(void)state;
	static const struct {
		struct ek_look_ask ask;
		enum ek_code code;
	} rows[] = {
		{{{EK_SCOPE_TEAM, 2}, EK_SET_RANK}, EK_NOT_FOUND},
		{{{EK_SCOPE_TEAM, 0}, EK_SET_RANK}, EK_NOT_FOUND},
		{{{EK_SCOPE_TEAMMATE, 1}, EK_SET_LIMIT}, EK_NOT_FOUND},
		{{{EK_SCOPE_TEAM, 1}, EK_SET_LIMIT}, EK_INVALID_VALUE},
		{{{EK_SCOPE_WORKSPACE, 0}, EK_SET_RANK}, EK_INVALID_VALUE},
	};
	struct scene s;
	struct ek_setting_view v;
	struct ek_look_settings all;
	open_scene(&s);
	team(&s);
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		assert_false(ek_look_setting(s.e, rows[i].ask, &s.arena, &v, &s.err));
		assert_int_equal(s.err.code, rows[i].code);
	}
	assert_false(ek_look_all_settings(s.e, rows[0].ask.at, &s.arena, &all, &s.err));
	struct ek_arena small;
	ek_arena_init(&small, ek_heap_scene(), 16);
	assert_false(ek_look_all_settings(s.e, workspace, &small, &all, &s.err));
	assert_int_equal(s.err.code, EK_NO_MEMORY);
	ek_arena_fini(&small);
	close_scene(&s);
}

/* Spec routing, section 12, and example [3] of spec api, section 5: own 6, lowered by the step. */
static void test_ramp(void **state)
{
	(void)state;
	const struct ek_cell steps[] = {{.i = 0}, {.i = 834}, {.i = 5}};
	struct scene s;
	struct ek_load_view load;
	open_scene(&s);
	set_one(&s, workspace, EK_SET_RAMP_STEPS, (struct ek_value){EK_VALUE_LIST, 0, 3, steps});
	mate(&s, 0, 0);
	const struct ek_look_at one = {EK_SCOPE_TEAMMATE, 1};
	set_one(&s, one, EK_SET_LIMIT, ek_value_int(6));
	set_one(&s, one, EK_SET_RAMP_START, ek_value_int(START / 86400000));
	run(&s, 1, NULL);
	struct ek_setting_view v = ask(&s, EK_SCOPE_TEAMMATE, 1, EK_SET_LIMIT);
	assert_int_equal(v.from, EK_FROM_RAMP);
	assert_int_equal(v.own.i, 6);
	assert_int_equal(v.effective.i, 5);
	assert_true(ek_look_load(s.e, (ek_teammate_id){1}, &s.arena, &load, &s.err));
	assert_int_equal(load.limit, 5);
	assert_int_equal(load.limit_from, EK_FROM_RAMP);
	close_scene(&s);
}

static void test_calendar(void **state)
{
	(void)state;
	static const struct ek_zone_shift offsets[] = {{EK_ZONE_SINCE_EVER, 60 * MINUTE}};
	const struct ek_week_hours monday = {1, 540 * MINUTE, 1080 * MINUTE};
	struct scene s;
	open_scene(&s);
	team(&s);
	team(&s);
	struct ek_cmd c = ek_cmd_make(EK_CMD_CALENDAR_SET);
	c.calendar_set.zone = (struct ek_zone){EK_S("Europe/Paris"), offsets, 1};
	c.calendar_set.week = (struct ek_week){&monday, 1};
	run(&s, 0, &c);
	set_one(&s, (struct ek_look_at){EK_SCOPE_TEAM, 2}, EK_SET_CALENDAR, ek_value_null());
	struct ek_setting_view v = ask(&s, EK_SCOPE_TEAM, 1, EK_SET_CALENDAR);
	assert_int_equal(v.from, EK_FROM_WORKSPACE);
	assert_int_equal(v.effective.kind, EK_VALUE_CALENDAR);
	assert_non_null(v.calendar);
	assert_int_equal(v.calendar->week_count, 1);
	assert_ptr_equal(v.calendar, ek_look_calendar(s.e, (ek_team_id){1}));
	v = ask(&s, EK_SCOPE_TEAM, 2, EK_SET_CALENDAR);
	assert_int_equal(v.from, EK_FROM_TEAM);
	assert_int_equal(v.effective.kind, EK_VALUE_NULL);
	assert_null(v.calendar);
	v = ask(&s, EK_SCOPE_WORKSPACE, 0, EK_SET_CALENDAR);
	assert_non_null(v.calendar);
	close_scene(&s);
}

static void test_versions(void **state)
{
	(void)state;
	struct scene s;
	struct ek_version_view v;
	struct ek_scheduled_view later;
	open_scene(&s);
	team(&s);
	mate(&s, 1, 0);
	set_one(&s, workspace, EK_SET_LIMIT, ek_value_int(4));
	set_one(&s, (struct ek_look_at){EK_SCOPE_TEAM, 1}, EK_SET_RANK, ek_value_int(2));
	struct ek_cmd bulk[2] = {ek_cmd_make(EK_CMD_SETTINGS_CHANGE),
				 ek_cmd_make(EK_CMD_SETTINGS_CHANGE)};
	const struct ek_set five = {EK_SET_LIMIT, ek_value_int(5)};
	const struct ek_set three = {EK_SET_RANK, ek_value_int(3)};
	bulk[0].settings_change.scope = EK_SCOPE_TEAMMATE;
	bulk[0].settings_change.id = 1;
	bulk[0].settings_change.set = (struct ek_sets){&five, 1};
	bulk[1].settings_change.scope = EK_SCOPE_TEAM;
	bulk[1].settings_change.id = 1;
	bulk[1].settings_change.set = (struct ek_sets){&three, 1};
	struct ek_cmd c = ek_cmd_make(EK_CMD_BULK_APPLY);
	c.bulk_apply.rows = (struct ek_rows){bulk, 2};
	run(&s, 1, &c);
	uint32_t last = ek_engine_settings_version(s.e);
	assert_int_equal(last, 3);
	assert_true(ek_look_version(s.e, 1, &s.arena, &v, &s.err));
	assert_int_equal(v.change_count, 1);
	assert_int_equal(v.changes[0].setting, EK_SET_LIMIT);
	assert_int_equal(v.changes[0].scope, EK_SCOPE_WORKSPACE);
	assert_int_equal(v.changes[0].before.kind, EK_VALUE_UNSET);
	assert_int_equal(v.changes[0].after.i, 4);
	assert_true(v.can_undo);
	assert_true(ek_look_version(s.e, 3, &s.arena, &v, &s.err));
	assert_int_equal(v.change_count, 2);
	assert_int_equal(v.changes[0].id, 1);
	assert_int_equal(v.changes[0].after.i, 5);
	assert_int_equal(v.changes[1].scope, EK_SCOPE_TEAM);
	assert_int_equal(v.changes[1].before.i, 2);
	assert_int_equal(v.changes[1].after.i, 3);
	assert_false(ek_look_version(s.e, 4, &s.arena, &v, &s.err));
	assert_int_equal(s.err.code, EK_NOT_FOUND);
	assert_false(ek_look_version(s.e, 0, &s.arena, &v, &s.err));
	c = bulk[1];
	c.settings_change.effective_at.ms = START + 60 * MINUTE;
	run(&s, 2, &c);
	assert_int_equal(ek_look_scheduled_count(s.e), 1);
	assert_true(ek_look_scheduled(s.e, 0, &s.arena, &later, &s.err));
	assert_int_equal(later.schedule, 1);
	assert_int_equal(later.scope, EK_SCOPE_TEAM);
	assert_int_equal(later.id, 1);
	assert_int_equal(later.effective_at.ms, START + 60 * MINUTE);
	assert_int_equal(later.set.n, 1);
	assert_int_equal(later.set.v[0].value.i, 3);
	assert_false(ek_look_scheduled(s.e, 1, &s.arena, &later, &s.err));
	run(&s, 61, NULL);
	assert_int_equal(ek_look_scheduled_count(s.e), 0);
	close_scene(&s);
}

static void test_taken_back(void **state)
{
	(void)state;
	struct scene s;
	struct ek_events none;
	struct ek_set set = {EK_SET_LIMIT, ek_value_int(7)};
	open_scene(&s);
	struct ek_cmd c = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
	c.settings_change = (struct ek_cmd_settings_change){
		EK_SCOPE_WORKSPACE, 0, {&set, 1}, {START + 60 * MINUTE}};
	run(&s, 1, &c);
	run(&s, 2, &c);
	uint32_t version = ek_engine_settings_version(s.e);
	c = ek_cmd_make(EK_CMD_SETTINGS_CANCEL);
	c.settings_cancel.schedule = 2;
	run(&s, 4, &c);
	/* It is a version without changes. */
	assert_int_equal(ek_engine_settings_version(s.e), version + 1);
	assert_int_equal(ek_look_scheduled_count(s.e), 1);
	assert_false(ek_engine_submit(s.e, &c, (ek_time){START + 5 * MINUTE}, &none, &s.err));
	assert_int_equal(s.err.code, EK_NOT_FOUND);
	run(&s, 61, NULL);
	assert_int_equal(ek_engine_settings_version(s.e), version + 2);
	close_scene(&s);
}

static void test_old_versions(void **state)
{
	(void)state;
	struct scene s;
	struct ek_version_view v;
	open_scene(&s);
	for (int i = 0; i < EK_LIMIT_VERSIONS + 10; i++)
		set_one(&s, workspace, EK_SET_FAIRNESS_MIN_HOURS, ek_value_int(1 + i % 200));
	assert_true(ek_look_version(s.e, 11, &s.arena, &v, &s.err));
	assert_true(v.can_undo);
	if (ek_look_version(s.e, 10, &s.arena, &v, &s.err))
		assert_false(v.can_undo);
	close_scene(&s);
}

/* ---- by chance ---- */

static void check_loads(struct scene *s)
{
	for (uint32_t m = 1; m <= ek_look_teammate_count(s->e); m++) {
		struct ek_load_view v;
		struct ek_teammate_view t;
		uint32_t sum = 0;
		uint32_t open = 0;
		assert_true(ek_look_load(s->e, (ek_teammate_id){m}, &s->arena, &v, &s->err));
		assert_true(ek_look_teammate(s->e, (ek_teammate_id){m}, &t));
		for (uint32_t i = 0; i < v.item_count; i++) {
			struct ek_conversation_view c;
			assert_true(ek_look_conversation(s->e, v.items[i].conversation, &c));
			sum += v.items[i].counted ? v.items[i].points : 0;
			open += c.teammate.v == m && c.state == EK_STATE_OPEN;
			assert_true(c.state != EK_STATE_CLOSED);
			assert_true(i == 0 || v.items[i - 1].why < v.items[i].why ||
				    v.items[i - 1].conversation.v > v.items[i].conversation.v);
		}
		assert_int_equal(sum, t.load);
		assert_int_equal(v.load, t.load);
		assert_int_equal(open, t.open_count);
		struct ek_setting_view limit = ask(s, EK_SCOPE_TEAMMATE, m, EK_SET_LIMIT);
		int64_t is = limit.effective.kind == EK_VALUE_NULL ? EK_NONE : limit.effective.i;
		assert_true(is == t.limit && is == v.limit);
	}
}

/* Since when the one that waits longest has waited, by looking at all. */
static int64_t earliest(struct scene *s, uint32_t in)
{
	int64_t first = EK_NONE;
	for (uint32_t i = 1; i <= ek_look_conversation_count(s->e); i++) {
		struct ek_conversation_view c;
		assert_true(ek_look_conversation(s->e, (ek_conversation_id){i}, &c));
		if (c.team.v != in || !ek_time_is_set(c.queued_at))
			continue;
		int64_t since = c.waiting_since.ms != EK_NONE ? c.waiting_since.ms : c.queued_at.ms;
		if (first == EK_NONE || since < first)
			first = since;
	}
	return first;
}

static void check_teams(struct scene *s)
{
	uint32_t members = 0;
	uint32_t memberships = 0;
	for (uint32_t t = 1; t <= ek_look_team_count(s->e); t++) {
		struct ek_live_view v;
		assert_true(ek_look_live(s->e, (ek_team_id){t}, &s->arena, &v, &s->err));
		assert_int_equal(v.waiting_since.ms, v.waiting > 0 ? earliest(s, t) : EK_NONE);
		assert_int_equal(v.unassigned > 0, earliest(s, t) != EK_NONE);
		members += v.member_count;
	}
	for (uint32_t m = 1; m <= ek_look_teammate_count(s->e); m++) {
		struct ek_membership_view v;
		for (uint32_t i = 0; ek_look_membership(s->e, (ek_teammate_id){m}, i, &v); i++)
			memberships++;
	}
	assert_int_equal(members, memberships);
}

/* What the last version left is what is set. */
static void check_settings(struct scene *s)
{
	struct ek_version_view v;
	struct ek_look_settings all;
	assert_true(ek_look_all_settings(s->e, workspace, &s->arena, &all, &s->err));
	for (uint32_t i = 0; i < all.n; i++) {
		assert_true((ek_setting_row(all.v[i].setting)->at & EK_AT_W) != 0);
		assert_true(ek_value_equal(&all.v[i].own, &all.v[i].effective));
	}
	uint32_t version = ek_engine_settings_version(s->e);
	if (version == 0 || !ek_look_version(s->e, version, &s->arena, &v, &s->err))
		return;
	const struct ek_version_change *c = &v.changes[v.change_count - 1];
	if (c->after.kind == EK_VALUE_UNSET || c->after.kind == EK_VALUE_CALENDAR)
		return;
	struct ek_setting_view is = ask(s, c->scope, c->id, c->setting);
	assert_true(ek_value_equal(&is.own, &c->after));
}

static void test_by_chance(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct scene s;
		open_scene(&s);
		for (uint32_t i = 0; i < 3; i++)
			team(&s);
		set_one(&s, (struct ek_look_at){EK_SCOPE_TEAM, 2}, EK_SET_OFFER_MODE,
			ek_value_int(1));
		for (uint32_t i = 1; i <= 6; i++) {
			mate(&s, 1 + i % 3, 1 + (i + 1) % 3);
			presence(&s, 0, i, EK_PRESENCE_ACTIVE);
		}
		struct ek_engine_sample sample = {.rng = {seed}, .engine = s.e, .now = START};
		for (int i = 0; i < 500; i++) {
			struct ek_cmd cmd;
			struct ek_events events;
			sample.now += (int64_t)ek_rng_below(&sample.rng, 10 * MINUTE);
			run(&s, (sample.now - START) / MINUTE, NULL);
			ek_engine_sample(&sample, &cmd);
			(void)(ek_engine_submit(s.e, &cmd, (ek_time){sample.now}, &events,
						&s.err) ||
			       s.err.code != EK_OK);
			ek_arena_reset(&s.arena);
			check_loads(&s);
			check_teams(&s);
			check_settings(&s);
		}
		close_scene(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_detail),       cmocka_unit_test(test_sla),
		cmocka_unit_test(test_load),         cmocka_unit_test(test_presence),
		cmocka_unit_test(test_shifts),       cmocka_unit_test(test_live),
		cmocka_unit_test(test_origin),       cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_ramp),         cmocka_unit_test(test_calendar),
		cmocka_unit_test(test_versions),     cmocka_unit_test(test_taken_back),
		cmocka_unit_test(test_old_versions), cmocka_unit_test(test_by_chance),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
