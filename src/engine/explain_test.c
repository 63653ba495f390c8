/* Explanations of the worked examples of spec routing, section 20, each worked out by hand from the
 * rules there; and the nearest change of each kind. Lines of text: see engine/explain_scene.h. */
#include "engine/explain_scene.h"

#include "engine/look.h"

static void limit_all(struct scene *s, int64_t limit)
{
	ek_explain_scene_set(s, s->now, EK_SCOPE_WORKSPACE, 0,
			     (struct ek_set){EK_SET_LIMIT, ek_value_int(limit)});
}

/* 1. Load is everything open; any giving counts. */
static void test_load(void **state)
{
	(void)state;
	struct scene s;
	ek_explain_scene_open(&s);
	limit_all(&s, 6);
	ek_explain_scene_team(&s, 0, 0);
	ek_explain_scene_team(&s, 0, 0);
	for (int i = 0; i < 3; i++)
		ek_explain_scene_mate(&s, 1, 0, EK_NONE, false);
	ek_explain_scene_conv(&s, CLOCK(8, 0), 2, 1);
	ek_explain_scene_conv(&s, CLOCK(8, 0), 2, 1);
	for (int i = 0; i < 2; i++)
		ek_explain_scene_conv(&s, CLOCK(9, 10), 1, 2);
	for (int i = 0; i < 3; i++)
		ek_explain_scene_conv(&s, CLOCK(9, 20), 1, 3);
	ek_explain_scene_conv(&s, CLOCK(9, 30), 2, 1);
	ek_explain_scene_says(&s, "a gift by hand has a receipt of the same shape",
			      "c8>1 by_hand person r0 | 1/1 last | 1- chosen 2/6, | none\n");
	ek_explain_scene_conv(&s, CLOCK(10, 0), 1, 0);
	ek_explain_scene_says(&s, "least load, and who had it longest ago comes second",
			      "c9>2 balanced load r3 | 1/1 last | 1p eligible 3/6, 2p chosen 2/6, "
			      "3p eligible 3/6, | limit 2 = 2 then 3\n");
	ek_explain_scene_conv(&s, CLOCK(10, 1), 1, 0);
	ek_explain_scene_says(
		&s, "equal load: longest since last given",
		"c10>3 balanced last_given r1 | 1/1 last | 1p eligible 3/6, 2p eligible 3/6, "
		"3p chosen 3/6, | limit 3 = 3 then 1\n");
	ek_explain_scene_conv(&s, CLOCK(10, 2), 1, 0);
	ek_explain_scene_says(
		&s, "the gift by hand used up a turn",
		"c11>1 balanced last_given r2 | 1/1 last | 1p chosen 3/6, 2p eligible 3/6, "
		"3p eligible 4/6, | limit 1 = 3 then 2\n");
	ek_explain_scene_nothing(&s, 2, "least load is next", "t1 0 next | none");
	ek_explain_scene_nothing(&s, 3, "then by last given", "t1 0 turn 2 | none");
	ek_explain_scene_nothing(&s, 1, "and so on", "t1 0 turn 3 | none");
	ek_explain_scene_close(&s);
}

/* 4. Helping, then own work. */
static void test_helping(void **state)
{
	(void)state;
	struct scene s;
	ek_explain_scene_open(&s);
	limit_all(&s, 2);
	ek_explain_scene_team(&s, EK_SET_RANK, 2);
	ek_explain_scene_team(&s, 0, 0);
	ek_explain_scene_mate(&s, 1, 2, EK_NONE, true);
	ek_explain_scene_mate(&s, 2, 0, EK_NONE, false);
	for (int i = 0; i < 2; i++)
		ek_explain_scene_conv(&s, CLOCK(8, 0), 2, 2);
	for (int i = 0; i < 3; i++)
		ek_explain_scene_conv(&s, CLOCK(9, i), 2, 0);
	ek_explain_scene_presence(&s, CLOCK(9, 10), 1, EK_PRESENCE_ACTIVE);
	ek_explain_scene_says(&s, "two are given, each with its receipt",
			      "c3>1 balanced only_one r0 | 1/3 waiting_since | 1s chosen 0/2, "
			      "2p at_limit 2/2, | limit 2 = 3 then 2\n"
			      "c4>1 balanced only_one r0 | 1/2 waiting_since | 1s chosen 1/2, "
			      "2p at_limit 2/2, | limit 2 = 3 then 2\n");
	ek_explain_scene_conv(&s, CLOCK(9, 20), 1, 0);
	ek_explain_scene_waits(&s, 6, "own work comes first when there is room",
			       "2/2 1/1 | at_limit 1 | limit 1 = 3 then 1");
	ek_explain_scene_waits(&s, 5, "more room for the helper would go to the helper's own",
			       "1/2 1/1 | at_limit 1 2 | limit 2 = 3 then 2");
	ek_explain_scene_nothing(&s, 1, "full is full everywhere",
				 "t1 1 at_limit 2/2, t2 1 at_limit 2/2 | limit 1 = 3 then 1");
	ek_explain_scene_of(&s, CLOCK(9, 30), EK_CMD_CONVERSATION_CLOSE, 3);
	ek_explain_scene_says(&s, "the gate outranks the queue's order",
			      "c6>1 balanced only_one r0 | 2/2 last c5 primary_not_empty t1:1 | "
			      "1p chosen 1/2, | none\n");
	ek_explain_scene_of(&s, CLOCK(9, 40), EK_CMD_CONVERSATION_CLOSE, 6);
	ek_explain_scene_says(
		&s, "with nothing of their own they help again",
		"c5>1 balanced only_one r0 | 1/1 last | 1s chosen 1/2, 2p at_limit 2/2, | "
		"limit 2 = 3 then 2\n");
	ek_explain_scene_close(&s);
}

/* 5. Strict gate. */
static void test_gate(void **state)
{
	(void)state;
	struct scene s;
	ek_explain_scene_open(&s);
	ek_explain_scene_team(&s, 0, 0);
	ek_explain_scene_team(&s, 0, 0);
	ek_explain_scene_mate(&s, 1, 2, 4, false);
	for (int i = 0; i < 2; i++)
		ek_explain_scene_conv(&s, CLOCK(10, 0), 1, 1);
	ek_explain_scene_of(&s, CLOCK(11, 0), EK_CMD_CONVERSATION_RELEASE, 2);
	ek_explain_scene_conv(&s, CLOCK(11, 5), 2, 0);
	ek_explain_scene_waits(&s, 3, "what they released shuts their gate",
			       "2/2 1/1 | primary_not_empty 1 | level 1 t1 2 then 1");
	ek_explain_scene_waits(&s, 2, "released: nothing but time, or another person, helps",
			       "1/2 1/1 | released 1 | none");
	ek_explain_scene_nothing(
		&s, 1, "next at home, but for what they released; stopped where they help",
		"t1 1 next (released:1), t2 1 primary_not_empty t1:1 | level 1 t1 2 then 1");
	struct ek_explain_unblock u;
	struct ek_err err = {0};
	ek_arena_reset(&s.arena);
	assert_true(ek_explain_unblock(s.e, &s.arena, &u, &err));
	assert_int_equal(u.waiting_count, 2);
	assert_int_equal(u.waiting[0].conversation.v, 2);
	assert_int_equal(u.waiting[1].blockers[0].test, EK_TEST_PRIMARY_NOT_EMPTY);
	assert_int_equal(u.people_count, 1);
	assert_int_equal(u.people[0].blocker_count, 2);
	assert_int_equal(u.way_count, 3);
	assert_int_equal(u.ways[2].changes[0].kind, EK_EXPLAIN_GATE);
	assert_int_equal(u.ways[2].moved, 1);
	assert_false(u.cut);
	ek_explain_scene_set(&s, CLOCK(11, 10), EK_SCOPE_TEAM, 1,
			     (struct ek_set){EK_SET_METHOD, ek_value_int(EK_METHOD_MANUAL)});
	ek_explain_scene_says(&s, "only balanced inboxes shut a gate",
			      "c3>1 balanced only_one r0 | 1/1 last | 1s chosen 1/4, | none\n");
	ek_explain_scene_close(&s);
}

/* 10. Inbox limit, release, move. */
static void test_inbox_limit(void **state)
{
	(void)state;
	struct scene s;
	ek_explain_scene_open(&s);
	ek_explain_scene_team(&s, EK_SET_INBOX_LIMIT, 2);
	ek_explain_scene_team(&s, 0, 0);
	ek_explain_scene_mate(&s, 1, 2, 10, false);
	ek_explain_scene_mate(&s, 1, 0, 10, true);
	struct ek_cmd c = ek_cmd_make(EK_CMD_MEMBERSHIP_SET);
	c.membership_set = (struct ek_cmd_membership_set){{1}, {2}, EK_LEVEL_PRIMARY};
	ek_explain_scene_do(&s, s.now, c);
	for (int i = 0; i < 2; i++)
		ek_explain_scene_conv(&s, CLOCK(14, 0), 1, 1);
	ek_explain_scene_conv(&s, CLOCK(14, 50), 1, 0);
	ek_explain_scene_waits(&s, 3, "the inbox limit is the nearest change",
			       "1/1 1/1 | not_active 2 at_inbox_limit 1 | inbox 1 = 3 then 1");
	ek_explain_scene_nothing(&s, 1, "stopped there, next elsewhere",
				 "t1 1 at_inbox_limit 2/2, t2 0 next | inbox 1 = 3 then 1");
	ek_explain_scene_of(&s, CLOCK(15, 0), EK_CMD_CONVERSATION_RELEASE, 1);
	ek_explain_scene_says(&s, "the other one is given, not the one given back",
			      "c3>1 balanced only_one r0 | 1/2 waiting_since | 1p chosen 1/10, "
			      "2p not_active, | active 2 then 2\n");
	c = ek_cmd_make(EK_CMD_CONVERSATION_MOVE);
	c.by.kind = EK_ACTOR_RULE;
	c.conversation_move = (struct ek_cmd_conversation_move){{1}, {2}};
	ek_explain_scene_do(&s, CLOCK(15, 10), c);
	ek_explain_scene_says(&s, "the cooldown ends with the team",
			      "c1>1 balanced only_one r0 | 1/1 last | 1p chosen 2/10, | none\n");
	ek_explain_scene_close(&s);
}

static void build_continuity(struct scene *s)
{
	ek_explain_scene_open(s);
	ek_explain_scene_team(s, EK_SET_ON_REOPEN, EK_ON_REOPEN_TO_TEAM);
	ek_explain_scene_set(s, 0, EK_SCOPE_TEAM, 1,
			     (struct ek_set){EK_SET_CONTINUITY_HOLD_MS, ek_value_int(MIN(20))});
	ek_explain_scene_mate(s, 1, 0, 3, false);
	ek_explain_scene_mate(s, 1, 0, EK_NONE, false);
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	c.conversation_create.team.v = 1;
	c.conversation_create.teammate.v = 1;
	c.conversation_create.contact.v = 7;
	ek_explain_scene_do(s, CLOCK(9, 0), c);
	c = ek_cmd_make(EK_CMD_TEAMMATE_MESSAGE);
	c.teammate_message.conversation.v = 1;
	c.teammate_message.author.v = 1;
	ek_explain_scene_do(s, CLOCK(9, 5), c);
	ek_explain_scene_of(s, CLOCK(9, 6), EK_CMD_CONVERSATION_CLOSE, 1);
	for (int i = 0; i < 3; i++)
		ek_explain_scene_conv(s, CLOCK(10, 0), 1, 1);
	ek_explain_scene_of(s, CLOCK(16, 0), EK_CMD_CONTACT_MESSAGE, 1);
}

/* 14. Reopen, continuity. */
static void test_continuity(void **state)
{
	(void)state;
	struct scene s;
	build_continuity(&s);
	ek_explain_scene_waits(&s, 1, "held for the known person",
			       "1/1 1/1 | at_limit 1 held_for_other 2 | limit 1 = 4 then 1");
	ek_explain_scene_nothing(&s, 2, "next, but not for this one",
				 "t1 1 next (held_for_other:1) | none");
	ek_explain_scene_of(&s, CLOCK(16, 12), EK_CMD_CONVERSATION_CLOSE, 2);
	ek_explain_scene_says(
		&s, "the hold was part of what was decided",
		"c1>1 balanced held r0 | 1/1 last | 1p chosen 2/3, 2p held_for_other m1, | "
		"none\n");
	ek_explain_scene_close(&s);
	build_continuity(&s);
	ek_explain_scene_presence(&s, CLOCK(16, 5), 1, EK_PRESENCE_AWAY);
	ek_explain_scene_says(
		&s, "when the known person leaves, others may have it",
		"c1>2 balanced only_one r0 | 1/1 last | 1p not_active, 2p chosen 0, | none\n");
	ek_explain_scene_close(&s);
	build_continuity(&s);
	assert_true(ek_explain_scene_try(&s, CLOCK(16, 20), NULL));
	ek_explain_scene_says(
		&s, "at its end the hold is over",
		"c1>2 balanced only_one r0 | 1/1 last | 1p at_limit 3/3, 2p chosen 0, | "
		"limit 1 = 4 then 1\n");
	ek_explain_scene_close(&s);
}

/* 15. Round robin. */
static void test_rotation(void **state)
{
	(void)state;
	struct scene s;
	ek_explain_scene_open(&s);
	ek_explain_scene_team(&s, EK_SET_METHOD, EK_METHOD_ROUND_ROBIN);
	ek_explain_scene_mate(&s, 1, 0, EK_NONE, false);
	ek_explain_scene_mate(&s, 1, 0, 5, false);
	ek_explain_scene_mate(&s, 1, 0, 0, false);
	ek_explain_scene_conv(&s, CLOCK(8, 0), 1, 0);
	for (int i = 0; i < 9; i++)
		ek_explain_scene_conv(&s, CLOCK(9, 0), 1, 2);
	ek_explain_scene_nothing(&s, 2, "whose turn it is", "t1 0 next | none");
	ek_explain_scene_nothing(&s, 1, "who comes after", "t1 0 turn 2 | none");
	ek_explain_scene_nothing(&s, 3, "limit 0 is never", "t1 0 at_limit 0/0 | none");
	ek_explain_scene_conv(&s, CLOCK(10, 0), 1, 0);
	ek_explain_scene_says(
		&s, "limits are ignored, except 0",
		"c11>2 round_robin rotation r0 | none | 2p chosen 9/5, 3p at_limit 0/0, "
		"1p eligible 1, | limit 2 = 0 then 1\n");
	ek_explain_scene_mate(&s, 1, 0, EK_NONE, false);
	ek_explain_scene_conv(&s, CLOCK(10, 10), 1, 0);
	ek_explain_scene_says(
		&s, "newcomers join at the end",
		"c12>4 round_robin rotation r0 | none | 3p at_limit 0/0, 4p chosen 0, "
		"1p eligible 1, 2p eligible 10/5, | limit 3 = 1 then 3\n");
	ek_explain_scene_conv(&s, CLOCK(10, 20), 1, 0);
	ek_explain_scene_says(
		&s, "and round again",
		"c13>1 round_robin rotation r0 | none | 1p chosen 1, 2p eligible 10/5, "
		"3p at_limit 0/0, 4p eligible 1, | limit 1 = 0 then 2\n");
	ek_explain_scene_close(&s);
}

/* ---- the nearest change of each kind ---- */

static void begin_full(struct scene *s)
{
	ek_explain_scene_open(s);
	ek_explain_scene_team(s, 0, 0);
	ek_explain_scene_mate(s, 1, 0, 1, false);
	ek_explain_scene_conv(s, CLOCK(8, 0), 1, 1);
}

static void test_reaching_limit(void **state)
{
	(void)state;
	struct scene s;
	begin_full(&s);
	for (int i = 0; i < 4; i++)
		ek_explain_scene_conv(&s, CLOCK(9, i), 1, 0);
	ek_explain_scene_waits(&s, 2, "one more for the first",
			       "1/4 1/4 | at_limit 1 | limit 1 = 2 then 1");
	ek_explain_scene_waits(&s, 5, "four more for the fourth",
			       "4/4 4/4 | at_limit 1 | limit 1 = 5 then 1");
	ek_explain_scene_set(&s, CLOCK(9, 10), EK_SCOPE_TEAM, 1,
			     (struct ek_set){EK_SET_INBOX_LIMIT, ek_value_int(1)});
	ek_explain_scene_waits(&s, 2, "two tests stop them: no single change",
			       "1/4 1/4 | at_limit 1 | none");
	struct ek_explain_unblock u;
	struct ek_err err = {0};
	ek_arena_reset(&s.arena);
	assert_true(ek_explain_unblock(s.e, &s.arena, &u, &err));
	assert_int_equal(u.way_count, 1);
	assert_int_equal(u.ways[0].change_count, 2);
	assert_int_equal(u.ways[0].changes[0].kind, EK_EXPLAIN_LIMIT);
	assert_int_equal(u.ways[0].changes[1].kind, EK_EXPLAIN_INBOX_LIMIT);
	assert_int_equal(u.ways[0].moved, 1);
	ek_explain_scene_close(&s);
}

static void test_ramped_limit(void **state)
{
	(void)state;
	struct scene s;
	ek_explain_scene_open(&s);
	ek_explain_scene_team(&s, 0, 0);
	static const struct ek_cell steps[] = {{0, {NULL, 0}}, {500, {NULL, 0}}, {2, {NULL, 0}}};
	ek_explain_scene_set(&s, 0, EK_SCOPE_WORKSPACE, 0,
			     (struct ek_set){EK_SET_RAMP_STEPS,
					     {.kind = EK_VALUE_LIST, .n = 3, .cells = steps}});
	ek_explain_scene_mate(&s, 1, 0, 2, false);
	ek_explain_scene_set(&s, 0, EK_SCOPE_TEAMMATE, 1,
			     (struct ek_set){EK_SET_RAMP_START, ek_value_int(0)});
	ek_explain_scene_conv(&s, CLOCK(8, 0), 1, 1);
	ek_explain_scene_conv(&s, CLOCK(9, 0), 1, 0);
	ek_explain_scene_waits(&s, 2, "half of 4 is 2",
			       "1/1 1/1 | at_limit 1 | limit 1 = 4 then 1");
	struct ek_explain_nothing n;
	struct ek_err err = {0};
	ek_arena_reset(&s.arena);
	assert_true(ek_explain_nothing(s.e, (ek_teammate_id){1}, &s.arena, &n, &err));
	assert_int_equal(n.limit, 1);
	assert_int_equal(n.limit_from, EK_EXPLAIN_FROM_RAMP);
	ek_explain_scene_close(&s);
}

static void test_kinds(void **state)
{
	(void)state;
	struct scene s;
	ek_explain_scene_open(&s);
	ek_explain_scene_team(&s, 0, 0);
	ek_explain_scene_team(&s, 0, 0);
	ek_explain_scene_mate(&s, 0, 1, EK_NONE, true);
	ek_explain_scene_conv(&s, CLOCK(9, 0), 1, 0);
	ek_explain_scene_waits(&s, 1, "presence to active",
			       "1/1 1/1 | not_active 1 | active 1 then 1");
	ek_explain_scene_mate(&s, 2, 0, EK_NONE, false);
	ek_explain_scene_waits(&s, 1, "presence before membership",
			       "1/1 1/1 | not_active 1 | active 1 then 1");
	struct ek_cmd c = ek_cmd_make(EK_CMD_MEMBERSHIP_REMOVE);
	c.membership_remove = (struct ek_cmd_membership_remove){{1}, {1}};
	ek_explain_scene_do(&s, s.now, c);
	ek_explain_scene_waits(&s, 1, "membership", "1/1 1/1 | | level 2 t1 1 then 2");
	ek_explain_scene_set(&s, s.now, EK_SCOPE_TEAM, 2,
			     (struct ek_set){EK_SET_ENOUGH_ALLOWED, ek_value_int(1)});
	c = ek_cmd_make(EK_CMD_INTAKE_PAUSE);
	c.intake_pause.teammate.v = 2;
	ek_explain_scene_do(&s, s.now, c);
	ek_explain_scene_conv(&s, s.now, 2, 0);
	ek_explain_scene_waits(&s, 2, "a pause ended", "2/2 1/1 | paused 2 | resume 2 then 2");
	ek_explain_scene_nothing(&s, 2, "paused until", "t2 1 paused 600 | resume 2 then 2");
	ek_explain_scene_close(&s);
}

static void test_skill(void **state)
{
	(void)state;
	struct scene s;
	ek_explain_scene_open(&s);
	ek_explain_scene_team(&s, 0, 0);
	ek_explain_scene_mate(&s, 1, 0, EK_NONE, false);
	static const struct ek_cell has[] = {{2, {"lang:ko", 7}}, {1, {"tax", 3}}};
	ek_explain_scene_set(
		&s, 0, EK_SCOPE_TEAMMATE, 1,
		(struct ek_set){EK_SET_SKILLS, {.kind = EK_VALUE_LIST, .n = 2, .cells = has}});
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	struct ek_need needs[2] = {{EK_S("lang:ko"), 3, true, {EK_NONE}},
				   {EK_S("law"), 1, true, {EK_NONE}}};
	c.conversation_create.team.v = 1;
	c.conversation_create.needs = (struct ek_needs){needs, 1};
	ek_explain_scene_do(&s, CLOCK(9, 0), c);
	ek_explain_scene_waits(&s, 1, "a higher skill; the others stay",
			       "1/1 1/1 | lacks_skill 1 | skill 1 lang:ko:3 tax:1 then 1");
	ek_explain_scene_nothing(&s, 1, "counted by test",
				 "t1 1 next (lacks_skill:1) | skill 1 lang:ko:3 tax:1 then 1");
	c.conversation_create.needs = (struct ek_needs){needs + 1, 1};
	ek_explain_scene_do(&s, CLOCK(9, 5), c);
	ek_explain_scene_waits(&s, 2, "a new one, in its place by name",
			       "2/2 2/2 | lacks_skill 1 | skill 1 lang:ko:2 law:1 tax:1 then 1");
	c.conversation_create.needs = (struct ek_needs){needs, 2};
	ek_explain_scene_do(&s, CLOCK(9, 6), c);
	ek_explain_scene_waits(&s, 3, "two skills are two changes",
			       "3/3 3/3 | lacks_skill 1 | none");
	ek_explain_scene_close(&s);
}

/* What is counted as waiting is what stands in the queue, and each of it can say why. Source: spec
 * routing, section 1. */
static const struct method_row {
	const char *promise;
	int method;
	uint32_t waiting;
} methods[] = {
	{"a balanced team inbox has a queue", EK_METHOD_BALANCED, 3},
	{"a rotation has none", EK_METHOD_ROUND_ROBIN, 0},
	{"nor has one that gives out nothing by itself", EK_METHOD_MANUAL, 0},
};

static void test_counted(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(methods); i++) {
		struct scene s;
		struct ek_live_view v;
		struct ek_explain_queue q;
		struct ek_explain_waiting why;
		struct ek_err err;
		const struct ek_explain_query all = {.team = {1}, .from = 1, .limit = 9};
		ek_explain_scene_open(&s);
		ek_explain_scene_team(&s, EK_SET_METHOD, methods[i].method);
		ek_explain_scene_mate(&s, 1, 0, EK_NONE, true);
		for (int k = 0; k < 3; k++)
			ek_explain_scene_conv(&s, CLOCK(9, k), 1, 0);
		assert_true(ek_look_live(s.e, (ek_team_id){1}, &s.arena, &v, &err));
		assert_true(ek_explain_queue(s.e, &all, &s.arena, &q, &err));
		if (v.waiting != methods[i].waiting || q.total != v.waiting)
			fail_msg("%s: %u wait, %u in the queue", methods[i].promise, v.waiting,
				 q.total);
		assert_int_equal(v.unassigned, 3);
		assert_int_equal(ek_time_is_set(v.waiting_since), v.waiting > 0);
		for (uint32_t k = 0; k < q.row_count; k++)
			assert_true(ek_explain_waiting(s.e, q.rows[k].conversation, &s.arena, &why,
						       &err));
		ek_explain_scene_close(&s);
	}
}

static void test_refusals(void **state)
{
	(void)state;
	struct scene s;
	begin_full(&s);
	struct ek_explain_waiting w;
	struct ek_explain_nothing n;
	struct ek_explain_queue q;
	struct ek_err err = {0};
	assert_false(ek_explain_waiting(s.e, (ek_conversation_id){9}, &s.arena, &w, &err));
	assert_int_equal(err.code, EK_NOT_FOUND);
	assert_false(ek_explain_waiting(s.e, (ek_conversation_id){1}, &s.arena, &w, &err));
	assert_int_equal(err.code, EK_CONFLICT);
	assert_false(ek_explain_nothing(s.e, (ek_teammate_id){2}, &s.arena, &n, &err));
	assert_int_equal(err.code, EK_NOT_FOUND);
	struct ek_explain_query query = {.from = 0, .limit = 1};
	assert_false(ek_explain_queue(s.e, &query, &s.arena, &q, &err));
	assert_int_equal(err.code, EK_INVALID_VALUE);
	struct ek_arena none;
	ek_arena_init(&none, s.e->alloc, 0);
	assert_false(ek_explain_nothing(s.e, (ek_teammate_id){1}, &none, &n, &err));
	assert_int_equal(err.code, EK_NO_MEMORY);
	ek_explain_scene_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load),           cmocka_unit_test(test_helping),
		cmocka_unit_test(test_gate),           cmocka_unit_test(test_inbox_limit),
		cmocka_unit_test(test_continuity),     cmocka_unit_test(test_rotation),
		cmocka_unit_test(test_reaching_limit), cmocka_unit_test(test_ramped_limit),
		cmocka_unit_test(test_kinds),          cmocka_unit_test(test_skill),
		cmocka_unit_test(test_counted),        cmocka_unit_test(test_refusals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
