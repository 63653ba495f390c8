/* What a replay shows: each row is one thing done at a minute, and what is told of it, by hand.
 * "1+2" is teammate 1 eligible for team 2, "1-2" no longer; "1!2 load of 1 3" a decision; "1x2" a
 * closing. */
#include "engine/watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/heap_scene.h"
#include "base/rng.h"
#include "engine/look.h"
#include "model/setting.h"

enum { MINUTE = 60000, DESK = 1, SALES = 2, ANN = 1, BOB = 2 };
/* A Friday, 17:00 UTC. */
static const int64_t start = 1800032400000;

struct bench {
	struct ek_engine *live;
	struct ek_engine *again;
	struct ek_watch *watch;
	char told[600];
	size_t n;
	bool short_form; /* decisions without who could have been chosen */
};

static bool tell(void *ctx, const struct ek_observation *o)
{
	struct bench *b = ctx;
	const char *signs = " +-!x";
	b->n += ek_format(b->told + b->n, sizeof b->told - b->n, "%s%u%c%u", b->n > 0 ? ", " : "",
			  o->teammate.v, signs[o->kind], o->team.v);
	if (o->kind != EK_OBSERVATION_DECISION || b->short_form)
		return true;
	b->n += ek_format(b->told + b->n, sizeof b->told - b->n, " %s%s of",
			  ek_enums_wire(EK_ENUM_CHOSEN_BY, o->chosen_by),
			  o->outside ? " outside" : "");
	for (uint32_t i = 0; i < o->eligible_count; i++)
		b->n += ek_format(b->told + b->n, sizeof b->told - b->n, " %u", o->eligible[i]);
	return true;
}

static void open_bench(struct bench *b)
{
	struct ek_err err;
	memset(b, 0, sizeof *b);
	struct ek_watch_options o = {ek_heap_scene(), tell, b};
	assert_true(ek_engine_open(ek_heap_scene(), &b->live, &err));
	assert_true(ek_engine_open(ek_heap_scene(), &b->again, &err));
	assert_true(ek_watch_open(&o, &b->watch, &err));
}

static void close_bench(struct bench *b)
{
	assert_int_equal(ek_engine_seq(b->live), ek_engine_seq(b->again));
	ek_watch_close(&b->watch);
	ek_engine_close(&b->live);
	ek_engine_close(&b->again);
}

static void submit(struct bench *b, const struct ek_cmd *c, int64_t minute)
{
	struct ek_events events;
	struct ek_err err = {0};
	b->n = 0;
	b->told[0] = '\0';
	if (!ek_engine_submit(b->live, c, (ek_time){start + minute * MINUTE}, &events, &err))
		fail_msg("%s: %s", ek_err_wire(err.code), err.msg);
	for (uint32_t i = 0; i < events.n; i++) {
		if (!ek_watch_apply(b->watch, b->again, &events.v[i], &err))
			fail_msg("%s: %s", ek_err_wire(err.code), err.msg);
	}
	assert_true(ek_watch_finish(b->watch, b->again, &err));
}

static void check(const struct bench *b, const char *what, const char *want)
{
	if (strcmp(b->told, want) != 0)
		fail_msg("%s: %s", what, b->told);
}

static struct ek_cmd presence(uint32_t mate, int to)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_PRESENCE_SET);
	c.presence_set.teammate.v = mate;
	c.presence_set.presence = (uint8_t)to;
	return c;
}

static struct ek_cmd arrival(uint32_t team)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	c.conversation_create.team.v = team;
	return c;
}

static struct ek_cmd of_conv(int kind, uint32_t conv)
{
	struct ek_cmd c = ek_cmd_make(kind);
	memcpy(&c.conversation_close, &conv, sizeof conv);
	return c;
}

static struct ek_cmd change(int scope, uint32_t id, struct ek_set *set)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
	c.settings_change.scope = (uint8_t)scope;
	c.settings_change.id = id;
	c.settings_change.set = (struct ek_sets){set, 1};
	return c;
}

static void set(struct bench *b, int scope, uint32_t id, struct ek_set s)
{
	struct ek_cmd c = change(scope, id, &s);
	submit(b, &c, 0);
}

/* Ann serves the desk first and helps sales; Bob serves sales. Both have limit 2. */
static void staff(struct bench *b)
{
	struct ek_cmd team = ek_cmd_make(EK_CMD_TEAM_CREATE),
		      mate = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
	ek_team_id desk = {DESK}, sales = {SALES};
	submit(b, &team, 0);
	submit(b, &team, 0);
	set(b, EK_SCOPE_WORKSPACE, 0, (struct ek_set){EK_SET_LIMIT, ek_value_int(2)});
	mate.teammate_create.primary = (struct ek_teams){&desk, 1};
	mate.teammate_create.secondary = (struct ek_teams){&sales, 1};
	submit(b, &mate, 0);
	mate.teammate_create.primary = (struct ek_teams){&sales, 1};
	mate.teammate_create.secondary = (struct ek_teams){NULL, 0};
	submit(b, &mate, 0);
}

static void test_life(void **state)
{
	(void)state;
	struct bench b;
	open_bench(&b);
	staff(&b);
	const struct {
		int64_t minute;
		struct ek_cmd cmd;
		const char *want;
	} rows[] = {
		{1, presence(ANN, EK_PRESENCE_ACTIVE), "1+1, 1+2"},
		{2, presence(BOB, EK_PRESENCE_ACTIVE), "2+2"},
		{3, arrival(SALES), "2!2 level of 1 2"},
		{4, arrival(SALES), "2!2 level of 1 2, 2-2"},
		/* Bob is full; Ann helps. */
		{5, arrival(SALES), "1!2 only_one of 1"},
		/* What Bob leaves open by going shuts nothing for Ann: it is not her primary. */
		{6, arrival(DESK), "1!1 only_one of 1, 1-1, 1-2"},
		{7, arrival(DESK), ""},
		/* The desk waits: Ann's next is hers, and only when it is empty may she help
		 * again. */
		{8, of_conv(EK_CMD_CONVERSATION_CLOSE, 3), "1x2, 1!1 only_one of 1"},
		{9, of_conv(EK_CMD_CONVERSATION_SNOOZE, 4), "1+1, 1+2"},
		{70, of_conv(EK_CMD_CONVERSATION_CLOSE, 1), "2x2, 2+2"},
		/* 18:10 on a Friday is outside 08:00-18:00. */
		{70, arrival(SALES), "2!2 level outside of 1 2, 2-2"},
		{71, presence(ANN, EK_PRESENCE_AWAY), "1-1, 1-2"},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		char what[40];
		snprintf(what, sizeof what, "row %zu", i);
		submit(&b, &rows[i].cmd, rows[i].minute);
		check(&b, what, rows[i].want);
	}
	close_bench(&b);
}

/* Something waits in a primary: the strict gate shuts for helpers, and opens when it is empty. */
static void test_gate(void **state)
{
	(void)state;
	struct bench b;
	open_bench(&b);
	staff(&b);
	set(&b, EK_SCOPE_TEAM, DESK, (struct ek_set){EK_SET_INBOX_LIMIT, ek_value_int(0)});
	struct ek_cmd c = presence(ANN, EK_PRESENCE_ACTIVE);
	submit(&b, &c, 1);
	check(&b, "the inbox limit shuts the desk", "1+2");
	c = arrival(DESK);
	submit(&b, &c, 2);
	check(&b, "the gate shuts", "1-2");
	assert_int_equal(ek_watch_busy_since(b.watch, (ek_team_id){DESK}).ms, start + 2 * MINUTE);
	c = arrival(DESK);
	submit(&b, &c, 3);
	assert_int_equal(ek_watch_busy_since(b.watch, (ek_team_id){DESK}).ms, start + 2 * MINUTE);
	c = of_conv(EK_CMD_CONVERSATION_CLOSE, 1);
	submit(&b, &c, 4);
	check(&b, "one still waits; nobody held what was closed", "");
	set(&b, EK_SCOPE_WORKSPACE, 0,
	    (struct ek_set){EK_SET_SECONDARY_GATE, ek_value_int(EK_GATE_ASSIGNABLE)});
	check(&b, "the other gate does not count what she cannot take", "1+2");
	set(&b, EK_SCOPE_WORKSPACE, 0,
	    (struct ek_set){EK_SET_SECONDARY_GATE, ek_value_int(EK_GATE_STRICT)});
	check(&b, "the strict one does", "1-2");
	c = of_conv(EK_CMD_CONVERSATION_CLOSE, 2);
	submit(&b, &c, 5);
	check(&b, "the gate opens", "1+2");
	assert_false(ek_time_is_set(ek_watch_busy_since(b.watch, (ek_team_id){DESK})));
	close_bench(&b);
}

/* Rotations, manual teams and offers have their own. */
static void test_methods(void **state)
{
	(void)state;
	struct bench b;
	open_bench(&b);
	staff(&b);
	set(&b, EK_SCOPE_TEAMMATE, BOB, (struct ek_set){EK_SET_LIMIT, ek_value_int(1)});
	set(&b, EK_SCOPE_TEAM, SALES,
	    (struct ek_set){EK_SET_METHOD, ek_value_int(EK_METHOD_ROUND_ROBIN)});
	set(&b, EK_SCOPE_TEAM, DESK, (struct ek_set){EK_SET_OFFER_MODE, ek_value_int(1)});
	struct ek_cmd ann = presence(ANN, EK_PRESENCE_ACTIVE),
		      bob = presence(BOB, EK_PRESENCE_ACTIVE);
	struct ek_cmd sale = arrival(SALES), desk = arrival(DESK);
	struct ek_cmd accept = ek_cmd_make(EK_CMD_OFFER_ACCEPT);
	submit(&b, &ann, 1);
	check(&b, "stored levels do not matter to a rotation", "1+1, 1+2");
	submit(&b, &bob, 2);
	check(&b, "Bob", "2+2");
	submit(&b, &sale, 3);
	check(&b, "first of the rotation", "1!2 rotation of 1 2");
	submit(&b, &sale, 4);
	check(&b, "second", "2!2 rotation of 1 2");
	submit(&b, &sale, 5);
	submit(&b, &sale, 6);
	check(&b, "a rotation does not look at limits; the desk does", "2!2 rotation of 1 2");
	struct ek_cmd close = of_conv(EK_CMD_CONVERSATION_CLOSE, 3);
	submit(&b, &close, 7);
	check(&b, "room at the desk", "1x2, 1+1");
	submit(&b, &desk, 8);
	check(&b, "an offer is no assignment yet, but takes the room", "1-1");
	accept.offer_accept.conversation.v = 5;
	accept.offer_accept.teammate.v = ANN;
	submit(&b, &accept, 9);
	check(&b, "an accepted one is", "1!1 only_one of 1");
	set(&b, EK_SCOPE_TEAM, SALES,
	    (struct ek_set){EK_SET_METHOD, ek_value_int(EK_METHOD_MANUAL)});
	check(&b, "manual", "1-2, 2-2");
	close_bench(&b);
}

/* A hold for the person whom the contact knows leaves nobody else to choose from. */
static void test_hold(void **state)
{
	(void)state;
	struct bench b;
	open_bench(&b);
	staff(&b);
	set(&b, EK_SCOPE_WORKSPACE, 0,
	    (struct ek_set){EK_SET_CONTINUITY_HOLD_MS, ek_value_int(20 * (int64_t)MINUTE)});
	set(&b, EK_SCOPE_WORKSPACE, 0,
	    (struct ek_set){EK_SET_ON_REOPEN, ek_value_int(EK_ON_REOPEN_TO_TEAM)});
	set(&b, EK_SCOPE_TEAMMATE, BOB, (struct ek_set){EK_SET_LIMIT, ek_value_int(1)});
	struct ek_cmd bob = presence(BOB, EK_PRESENCE_ACTIVE),
		      ann = presence(ANN, EK_PRESENCE_ACTIVE);
	struct ek_cmd sale = arrival(SALES), answer = ek_cmd_make(EK_CMD_TEAMMATE_MESSAGE);
	struct ek_cmd close = of_conv(EK_CMD_CONVERSATION_CLOSE, 1);
	struct ek_cmd write = of_conv(EK_CMD_CONTACT_MESSAGE, 1);
	sale.conversation_create.contact.v = 1;
	answer.teammate_message.conversation.v = 1;
	answer.teammate_message.author.v = BOB;
	submit(&b, &bob, 1);
	submit(&b, &sale, 2);
	submit(&b, &answer, 3);
	submit(&b, &close, 4);
	sale.conversation_create.contact.v = 2;
	submit(&b, &sale, 5);
	submit(&b, &ann, 6);
	submit(&b, &write, 7);
	check(&b, "held for Bob, who is full: Ann is there and does not get it", "");
	struct ek_cmd other = of_conv(EK_CMD_CONVERSATION_CLOSE, 2);
	submit(&b, &other, 8);
	check(&b, "reached", "2x2, 2!2 held of 2");
	close_bench(&b);
}

/* A second watch that sees everybody anew at its first event. */
static void same_as_fresh(const struct bench *b, bool on[3][3])
{
	struct ek_engine *copy = NULL;
	struct ek_err err;
	assert_true(ek_engine_copy(b->again, &copy, &err));
	struct bench fresh = {.again = copy, .short_form = true};
	struct ek_watch_options o = {ek_heap_scene(), tell, &fresh};
	assert_true(ek_watch_open(&o, &fresh.watch, &err));
	struct ek_event e = {.seq = ek_engine_seq(copy) + 1,
			     .at = ek_engine_time(copy),
			     .by = {EK_ACTOR_SYSTEM, 0},
			     .kind = EK_EVENT_SERVER_STARTED};
	assert_true(ek_watch_apply(fresh.watch, copy, &e, &err));
	assert_true(ek_watch_finish(fresh.watch, copy, &err));
	for (uint32_t m = 1; m <= 2; m++) {
		for (uint32_t t = 1; t <= 2; t++) {
			char want[8];
			snprintf(want, sizeof want, "%u+%u", m, t);
			if ((strstr(fresh.told, want) != NULL) != on[m][t])
				fail_msg("%s: %s", want, fresh.told);
		}
	}
	ek_watch_close(&fresh.watch);
	ek_engine_close(&copy);
}

/* Over any history, what was told of each pair is what the state says in the end, looked at by
 * itself. */
static void test_touched(void **state)
{
	(void)state;
	struct ek_rng r = {5};
	for (int round = 0; round < 60; round++) {
		struct bench b;
		open_bench(&b);
		b.short_form = true;
		staff(&b);
		bool on[3][3] = {{false}};
		for (int64_t minute = 1; minute < 120; minute++) {
			uint32_t convs = ek_look_conversation_count(b.live);
			uint32_t conv = 1 + ek_rng_below(&r, convs == 0 ? 1 : convs);
			struct ek_set limit = {EK_SET_LIMIT, ek_value_int(ek_rng_below(&r, 4))};
			struct ek_cmd any[] = {
				arrival(1 + ek_rng_below(&r, 2)),
				arrival(1 + ek_rng_below(&r, 2)),
				presence(1 + ek_rng_below(&r, 2), 1 + (int)ek_rng_below(&r, 3)),
				presence(1 + ek_rng_below(&r, 2), EK_PRESENCE_ACTIVE),
				change(EK_SCOPE_TEAMMATE, 1 + ek_rng_below(&r, 2), &limit),
				of_conv(EK_CMD_CONVERSATION_RELEASE, conv),
				of_conv(EK_CMD_CONVERSATION_SNOOZE, conv),
				of_conv(EK_CMD_CONTACT_MESSAGE, conv),
			};
			struct ek_cmd *c = &any[ek_rng_below(&r, convs == 0 ? 5 : EK_LEN(any))];
			struct ek_conversation_view v;
			bool closed =
				convs > 0 &&
				ek_look_conversation(b.live, (ek_conversation_id){conv}, &v) &&
				v.state == EK_STATE_CLOSED;
			if (closed && c == &any[6])
				c = &any[7];
			submit(&b, c, minute);
			for (const char *p = b.told; *p != '\0'; p++) {
				if (*p == '+' || *p == '-')
					on[p[-1] - '0'][p[1] - '0'] = *p == '+';
			}
		}
		same_as_fresh(&b, on);
		close_bench(&b);
	}
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_life),    cmocka_unit_test(test_gate),
		cmocka_unit_test(test_methods), cmocka_unit_test(test_hold),
		cmocka_unit_test(test_touched),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
