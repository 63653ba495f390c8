/* The hand-over sheet: what waits, for whom, and that approving it does just that. */
#include "engine/handover.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/heap_scene.h"
#include "engine/look.h"
#include "model/setting.h"

enum { MINUTE = 60000, DESK = 1, ANN = 1, BOB = 2, CAT = 3 };
static const int64_t start = 1800000000000;

static struct ek_events submit(struct ek_engine *e, const struct ek_cmd *c, int64_t minute)
{
	struct ek_events events;
	struct ek_err err = {0};
	if (!ek_engine_submit(e, c, (ek_time){start + minute * MINUTE}, &events, &err))
		fail_msg("%s: %s", ek_err_wire(err.code), err.msg);
	return events;
}

static void presence(struct ek_engine *e, uint32_t mate, int to)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_PRESENCE_SET);
	c.presence_set.teammate.v = mate;
	c.presence_set.presence = (uint8_t)to;
	(void)submit(e, &c, 0);
}

static void limit(struct ek_engine *e, uint32_t mate, int64_t to)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
	struct ek_set set = {EK_SET_LIMIT, ek_value_int(to)};
	c.settings_change.scope = EK_SCOPE_TEAMMATE;
	c.settings_change.id = mate;
	c.settings_change.set = (struct ek_sets){&set, 1};
	(void)submit(e, &c, 0);
}

/* minute < 0: its contact does not wait. */
static void give(struct ek_engine *e, uint32_t team, uint32_t mate, int64_t minute)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	c.by.kind = EK_ACTOR_PERSON;
	c.conversation_create.team.v = team;
	c.conversation_create.teammate.v = mate;
	if (minute >= 0)
		c.conversation_create.waiting_since = (ek_time){start + minute * MINUTE};
	(void)submit(e, &c, 60);
}

/* Ann holds five of the desk; Bob and Cat are there with room for one and two. */
static struct ek_engine *open_desk(void)
{
	struct ek_engine *e = NULL;
	struct ek_err err;
	struct ek_cmd team = ek_cmd_make(EK_CMD_TEAM_CREATE),
		      mate = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
	ek_team_id desk = {DESK};
	assert_true(ek_engine_open(ek_heap_scene(), &e, &err));
	(void)submit(e, &team, 0);
	mate.teammate_create.primary = (struct ek_teams){&desk, 1};
	for (uint32_t m = ANN; m <= CAT; m++) {
		(void)submit(e, &mate, 0);
		presence(e, m, EK_PRESENCE_ACTIVE);
	}
	limit(e, BOB, 1);
	limit(e, CAT, 2);
	give(e, DESK, ANN, 30); /* 1 */
	give(e, DESK, ANN, -1); /* 2: answered */
	give(e, DESK, ANN, 10); /* 3: longest */
	give(e, 0, ANN, 20);    /* 4: of no team */
	give(e, DESK, ANN, 40); /* 5 */
	give(e, DESK, ANN, 50); /* 6: nobody has room any more */
	return e;
}

static void test_sheet(void **state)
{
	(void)state;
	static const struct {
		uint32_t conversation, teammate;
	} want[] = {{3, BOB}, {4, 0}, {1, CAT}, {5, CAT}, {6, 0}};
	struct ek_engine *e = open_desk();
	struct ek_arena arena;
	struct ek_handover sheet;
	struct ek_err err = {0};
	ek_arena_init(&arena, ek_heap_scene(), 1 << 24);
	uint64_t seq = ek_engine_seq(e);
	assert_true(
		ek_handover_make(e, (struct ek_handover_ask){{ANN}, (ek_time){start + 60 * MINUTE}},
				 &arena, &sheet, &err));
	assert_int_equal(ek_engine_seq(e), seq);
	assert_int_equal(sheet.line_count, EK_LEN(want));
	for (uint32_t i = 0; i < EK_LEN(want); i++) {
		assert_int_equal(sheet.lines[i].conversation.v, want[i].conversation);
		assert_int_equal(sheet.lines[i].teammate.v, want[i].teammate);
	}
	/* One approval applies it, and leaves with Ann what nobody waits for. */
	presence(e, ANN, EK_PRESENCE_AWAY);
	sheet.cmd.by.kind = EK_ACTOR_PERSON;
	(void)submit(e, &sheet.cmd, 60);
	for (uint32_t i = 0; i < EK_LEN(want); i++) {
		struct ek_conversation_view v;
		assert_true(ek_look_conversation(e, sheet.lines[i].conversation, &v));
		assert_int_equal(v.teammate.v, want[i].teammate);
	}
	struct ek_conversation_view answered;
	assert_true(ek_look_conversation(e, (ek_conversation_id){2}, &answered));
	assert_int_equal(answered.teammate.v, ANN);
	ek_engine_close(&e);
	ek_arena_fini(&arena);
}

/* Nobody waits, the leaver is out already, or there is none such. */
static void test_edges(void **state)
{
	(void)state;
	struct ek_engine *e = open_desk();
	struct ek_arena arena;
	struct ek_handover sheet;
	struct ek_err err = {0};
	ek_time now = {start + 60 * MINUTE};
	ek_arena_init(&arena, ek_heap_scene(), 1 << 24);
	assert_true(
		ek_handover_make(e, (struct ek_handover_ask){{BOB}, now}, &arena, &sheet, &err));
	assert_int_equal(sheet.line_count, 0);
	assert_int_equal(sheet.cmd.handover_apply.rows.n, 0);
	struct ek_cmd out = ek_cmd_make(EK_CMD_TEAMMATE_DEACTIVATE);
	out.teammate_deactivate.teammate.v = ANN;
	(void)submit(e, &out, 60);
	assert_true(
		ek_handover_make(e, (struct ek_handover_ask){{ANN}, now}, &arena, &sheet, &err));
	assert_int_equal(sheet.line_count, 5);
	assert_int_equal(sheet.lines[0].teammate.v, BOB);
	assert_false(ek_handover_make(e, (struct ek_handover_ask){{9}, now}, &arena, &sheet, &err));
	assert_int_equal(err.code, EK_NOT_FOUND);
	ek_engine_close(&e);
	ek_arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest all[] = {cmocka_unit_test(test_sheet),
					 cmocka_unit_test(test_edges)};
	return cmocka_run_group_tests(all, NULL, NULL);
}
