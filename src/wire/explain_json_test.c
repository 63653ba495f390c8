/* The shapes of spec routing, section 15, as they are printed there: the examples' values go in,
 * the examples' text comes out. Shapes that have no example there, and what the examples leave out,
 * follow the header. */
#include "wire/explain_json.h"

#include "model/event.h"
#include "model/setting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MOMENT 1795428000000

static void *resize(void *ctx, void *p, size_t old_n, size_t n)
{
	(void)ctx;
	(void)old_n;
	if (n == 0) {
		free(p);
		return NULL;
	}
	return realloc(p, n);
}

static void open_json(struct ek_json *j)
{
	ek_json_init(j, (struct ek_alloc){NULL, resize}, 1 << 20);
}

static void says(struct ek_json *j, const char *want)
{
	ek_str got = ek_json_written(j);
	if (!ek_str_is(got, want))
		fail_msg("\n got: %.*s\nwant: %s", (int)got.n, got.p, want);
	ek_json_fini(j);
}

static struct ek_explain_nearest limit_change(uint8_t scope, uint32_t id, uint8_t setting,
					      uint32_t then)
{
	return (struct ek_explain_nearest){
		.change = {.kind = setting == EK_SET_LIMIT ? EK_EXPLAIN_LIMIT
							   : EK_EXPLAIN_INBOX_LIMIT,
			   .scope = scope,
			   .id = id,
			   .setting = setting,
			   .value = ek_value_int(2)},
		.then = {then},
	};
}

static const struct ek_explain_considered considered[] = {
	{{41}, EK_LEVEL_PRIMARY, EK_EXPLAIN_CHOSEN, {0}, 2, 6, {1795427400000}},
	{{44}, EK_LEVEL_PRIMARY, EK_EXPLAIN_ELIGIBLE, {0}, 3, EK_NONE, {1795426000000}},
	{.teammate = {52},
	 .level = EK_LEVEL_PRIMARY,
	 .why = {.test = EK_TEST_AT_LIMIT, .is = 1, .most = 1}},
	{.teammate = {57},
	 .level = EK_LEVEL_SECONDARY,
	 .why = {.test = EK_TEST_PRIMARY_NOT_EMPTY, .team = {9}, .is = 1}},
	{.teammate = {60}, .level = EK_LEVEL_PRIMARY, .why = {.test = EK_TEST_NOT_ACTIVE}},
};

static struct ek_explain_receipt receipt(const struct ek_explain_ahead *ahead)
{
	return (struct ek_explain_receipt){
		.seq = 88122,
		.at = {MOMENT},
		.conversation = {5012},
		.team = {7},
		.teammate = {41},
		.how = EK_HOW_BALANCED,
		.cause_seq = 88121,
		.cause_kind = EK_EVENT_CONVERSATION_CLOSED,
		.settings_version = 312,
		.queue = {2, 9, {EK_EXPLAIN_KEY, EK_ORDER_KEY_SLA, 0, {NULL, 0}}, ahead, 1, 0},
		.chosen_by = EK_CHOSEN_BY_LOAD,
		.runner_up = {44},
		.considered = considered,
		.considered_count = EK_LEN(considered),
		.nearest = limit_change(EK_SCOPE_TEAMMATE, 52, EK_SET_LIMIT, 52),
	};
}

static void test_receipt(void **state)
{
	(void)state;
	struct ek_explain_ahead ahead = {{4990},
					 {.test = EK_TEST_LACKS_SKILL, .skill = EK_S("lang:ko")}};
	struct ek_explain_receipt r = receipt(&ahead);
	struct ek_json j;
	open_json(&j);
	assert_true(ek_explain_json_receipt(&j, &r));
	says(&j,
	     "{\"shape\":\"receipt/1\",\"seq\":88122,\"at\":1795428000000,\"conversation\":5012,"
	     "\"team\":7,\"teammate\":41,\"how\":\"balanced\","
	     "\"cause\":{\"seq\":88121,\"type\":\"conversation.closed\"},"
	     "\"settings_version\":312,\"queue\":{\"place\":2,\"of\":9,\"decided_by\":\"sla\","
	     "\"ahead\":[{\"conversation\":4990,\"test\":\"lacks_skill\","
	     "\"args\":{\"skill\":\"lang:ko\"}}]},\"chosen_by\":\"load\",\"runner_up\":44,"
	     "\"considered\":[{\"teammate\":41,\"level\":\"primary\",\"result\":\"chosen\","
	     "\"load\":2,\"limit\":6,\"last_given\":1795427400000},{\"teammate\":44,"
	     "\"level\":\"primary\",\"result\":\"eligible\",\"load\":3,\"limit\":null,"
	     "\"last_given\":1795426000000},{\"teammate\":52,\"level\":\"primary\","
	     "\"result\":\"blocked\",\"test\":\"at_limit\",\"args\":{\"load\":1,\"limit\":1}},"
	     "{\"teammate\":57,\"level\":\"secondary\",\"result\":\"blocked\","
	     "\"test\":\"primary_not_empty\",\"args\":{\"team\":9,\"waiting\":1}},"
	     "{\"teammate\":60,\"level\":\"primary\",\"result\":\"blocked\","
	     "\"test\":\"not_active\",\"args\":{}}],\"nearest_change\":{\"change\":{"
	     "\"scope\":\"teammate\",\"id\":52,\"set\":{\"limit\":2}},\"then\":52}}");
}

static void test_receipt_edges(void **state)
{
	(void)state;
	struct ek_explain_receipt r = receipt(NULL);
	struct ek_json j;
	r.queue.place = 0;
	r.cause_kind = 0;
	r.considered_count = 0;
	r.runner_up.v = 0;
	r.team.v = 0;
	r.nearest = (struct ek_explain_nearest){.cut = true};
	open_json(&j);
	assert_true(ek_explain_json_receipt(&j, &r));
	says(&j,
	     "{\"shape\":\"receipt/1\",\"seq\":88122,\"at\":1795428000000,\"conversation\":5012,"
	     "\"team\":null,\"teammate\":41,\"how\":\"balanced\","
	     "\"cause\":{\"seq\":88121,\"type\":null},\"settings_version\":312,"
	     "\"queue\":null,\"chosen_by\":\"load\",\"runner_up\":null,\"considered\":[],"
	     "\"nearest_change\":null,\"nearest_change_cut\":true}");
}

static void test_waiting(void **state)
{
	(void)state;
	const ek_teammate_id away[] = {{60}};
	const ek_teammate_id full[] = {{52}};
	const ek_teammate_id lack[] = {{41}, {44}, {57}};
	const struct ek_explain_blocker blockers[] = {{EK_TEST_NOT_ACTIVE, away, 1},
						      {EK_TEST_AT_LIMIT, full, 1},
						      {EK_TEST_LACKS_SKILL, lack, 3}};
	const struct ek_explain_sort sort[] = {
		{EK_ORDER_KEY_PRIORITY, {NULL, 0}, 1, {NULL, 0}},
		{EK_ORDER_KEY_SLA, {NULL, 0}, 1795428600000, {NULL, 0}}};
	struct ek_explain_waiting w = {
		.seq = 88122,
		.at = {MOMENT},
		.conversation = {4990},
		.team = {7},
		.place = 1,
		.of = 8,
		.team_place = 1,
		.team_of = 3,
		.waiting_since = {1795426800000},
		.queued_at = {1795426800000},
		.sort = sort,
		.sort_count = 2,
		.overtaken = 2,
		.stranded = true,
		.next_team = {12},
		.next_at = {1795428600000},
		.blockers = blockers,
		.blocker_count = 3,
		.nearest = {{.kind = EK_EXPLAIN_PRESENCE, .scope = EK_SCOPE_TEAMMATE, .id = 60},
			    {60},
			    false},
		.estimate = {.refused = EK_EXPLAIN_STRANDED},
	};
	struct ek_json j;
	open_json(&j);
	assert_true(ek_explain_json_waiting(&j, &w));
	says(&j, "{\"shape\":\"why_waiting/1\",\"seq\":88122,\"at\":1795428000000,"
		 "\"conversation\":4990,\"team\":7,\"place\":1,\"of\":8,\"team_place\":1,"
		 "\"team_of\":3,\"waiting_since\":1795426800000,\"queued_at\":1795426800000,"
		 "\"sort\":[{\"key\":\"priority\",\"value\":1},"
		 "{\"key\":\"sla\",\"value\":1795428600000}],\"overtaken\":2,\"held_for\":null,"
		 "\"stranded\":true,\"levels_open\":[\"primary\",\"secondary\"],"
		 "\"next_level\":{\"team\":12,\"at\":1795428600000},\"blockers\":["
		 "{\"test\":\"not_active\",\"teammates\":[60]},"
		 "{\"test\":\"at_limit\",\"teammates\":[52]},"
		 "{\"test\":\"lacks_skill\",\"teammates\":[41,44,57]}],"
		 "\"nearest_change\":{\"change\":{\"scope\":\"teammate\",\"id\":60,"
		 "\"set\":{\"presence\":\"active\"}},\"then\":60},"
		 "\"estimate\":null,\"estimate_refused\":\"stranded\"}");
}

static void test_nothing(void **state)
{
	(void)state;
	const struct ek_explain_inbox teams[] = {
		{.team = {9},
		 .level = EK_LEVEL_PRIMARY,
		 .waiting = 1,
		 .state = EK_EXPLAIN_STOPPED,
		 .why = {.test = EK_TEST_AT_INBOX_LIMIT, .is = 1, .most = 1}},
		{.team = {7},
		 .level = EK_LEVEL_SECONDARY,
		 .waiting = 3,
		 .state = EK_EXPLAIN_STOPPED,
		 .why = {.test = EK_TEST_PRIMARY_NOT_EMPTY, .team = {9}, .is = 1}},
	};
	struct ek_explain_nothing n = {
		.seq = 88122,
		.at = {MOMENT},
		.teammate = {57},
		.presence = EK_PRESENCE_ACTIVE,
		.load = 1,
		.limit = 5,
		.limit_from = EK_EXPLAIN_FROM_WORKSPACE,
		.teams = teams,
		.team_count = 2,
		.nearest = limit_change(EK_SCOPE_TEAM, 9, EK_SET_INBOX_LIMIT, 57),
	};
	struct ek_json j;
	open_json(&j);
	assert_true(ek_explain_json_nothing(&j, &n));
	says(&j, "{\"shape\":\"why_nothing/1\",\"seq\":88122,\"at\":1795428000000,\"teammate\":57,"
		 "\"presence\":\"active\",\"load\":1,\"limit\":5,\"limit_from\":\"workspace\","
		 "\"teams\":[{\"team\":9,\"level\":\"primary\",\"waiting\":1,\"state\":\"blocked\","
		 "\"turn\":null,\"test\":\"at_inbox_limit\",\"args\":{\"held\":1,\"limit\":1},"
		 "\"waiting_not_for_you\":[]},{\"team\":7,\"level\":\"secondary\",\"waiting\":3,"
		 "\"state\":\"blocked\",\"turn\":null,\"test\":\"primary_not_empty\","
		 "\"args\":{\"team\":9,\"waiting\":1},\"waiting_not_for_you\":[]}],"
		 "\"nearest_change\":{\"change\":{\"scope\":\"team\",\"id\":9,"
		 "\"set\":{\"inbox_limit\":2}},\"then\":57}}");
}

static void test_queue(void **state)
{
	(void)state;
	const struct ek_explain_sort sort[] = {
		{EK_ORDER_KEY_PRIORITY, {NULL, 0}, 1, {NULL, 0}},
		{EK_ORDER_KEY_SLA, {NULL, 0}, 1795428600000, {NULL, 0}}};
	const bool reverse[] = {false, false};
	const struct ek_explain_row row = {
		.place = 1,
		.conversation = {4990},
		.team = {7},
		.sort = sort,
		.decided_by = {.kind = EK_EXPLAIN_KEY, .key = EK_ORDER_KEY_PRIORITY},
		.waiting_since = {1795426800000},
		.overtaken = 2,
		.stranded = true,
		.main_test = EK_TEST_LACKS_SKILL,
	};
	struct ek_explain_queue q = {
		.seq = 88122,
		.at = {MOMENT},
		.settings_version = 312,
		.keys = sort,
		.reverse = reverse,
		.key_count = 2,
		.total = 8,
		.rows = &row,
		.row_count = 1,
	};
	struct ek_json j;
	open_json(&j);
	assert_true(ek_explain_json_queue(&j, &q));
	says(&j,
	     "{\"shape\":\"queue/1\",\"seq\":88122,\"at\":1795428000000,"
	     "\"settings_version\":312,\"order_keys\":[{\"key\":\"priority\","
	     "\"reverse\":false},{\"key\":\"sla\",\"reverse\":false}],\"total\":8,\"next\":null,"
	     "\"rows\":[{\"place\":1,\"conversation\":4990,\"team\":7,"
	     "\"sort\":[1,1795428600000],\"decided_by\":\"priority\","
	     "\"waiting_since\":1795426800000,\"overtaken\":2,\"bound\":null,"
	     "\"held_for\":null,\"stranded\":true,\"main_test\":\"lacks_skill\"}]}");
}

static void test_unblock(void **state)
{
	(void)state;
	const ek_teammate_id who[] = {{1}};
	const struct ek_explain_blocker blocker = {EK_TEST_PAUSED, who, 1};
	const struct ek_explain_stuck stuck = {{3}, {2}, &blocker, 1};
	const struct ek_explain_count count = {EK_TEST_PAUSED, 1};
	const struct ek_explain_free person = {{1}, 1, EK_NONE, &count, 1};
	const struct ek_cell skill = {3, EK_S("tax")};
	const struct ek_explain_way ways[] = {
		{{{.kind = EK_EXPLAIN_RESUME, .scope = EK_SCOPE_TEAMMATE, .id = 1},
		  {.kind = EK_EXPLAIN_SKILL,
		   .scope = EK_SCOPE_TEAMMATE,
		   .id = 1,
		   .setting = EK_SET_SKILLS,
		   .value = {.kind = EK_VALUE_LIST, .n = 1, .cells = &skill}}},
		 2,
		 2,
		 1},
		{{{.kind = EK_EXPLAIN_LEVEL, .scope = EK_SCOPE_TEAMMATE, .id = 1, .team = {2}},
		  {.kind = EK_EXPLAIN_GATE,
		   .scope = EK_SCOPE_WORKSPACE,
		   .setting = EK_SET_SECONDARY_GATE,
		   .value = {.kind = EK_VALUE_INT, .i = EK_GATE_ASSIGNABLE}}},
		 2,
		 1,
		 5},
	};
	struct ek_explain_unblock u = {5, {MOMENT}, &stuck, 1, 1, &person, 1, 1, ways, 2, false};
	struct ek_json j;
	open_json(&j);
	assert_true(ek_explain_json_unblock(&j, &u));
	says(&j, "{\"shape\":\"unblock/1\",\"seq\":5,\"at\":1795428000000,\"waiting\":["
		 "{\"conversation\":3,\"team\":2,\"blockers\":[{\"test\":\"paused\","
		 "\"teammates\":[1]}]}],\"waiting_total\":1,\"people\":[{\"teammate\":1,\"load\":1,"
		 "\"limit\":null,\"blockers\":[{\"test\":\"paused\",\"count\":1}]}],"
		 "\"people_total\":1,\"ways\":[{\"changes\":[{\"scope\":\"teammate\",\"id\":1,"
		 "\"set\":{\"paused_until\":null}},{\"scope\":\"teammate\",\"id\":1,"
		 "\"set\":{\"skills\":{\"tax\":3}}}],\"moved\":2,\"people\":1},{\"changes\":["
		 "{\"scope\":\"teammate\",\"id\":1,\"team\":2,\"set\":{\"level\":null}},"
		 "{\"scope\":\"workspace\",\"id\":null,\"set\":{\"secondary_gate\":"
		 "\"assignable\"}}],\"moved\":1,\"people\":5}],\"cut\":false}");
}

static void test_preview(void **state)
{
	(void)state;
	const struct ek_explain_move move = {{4}, {1}, {2}, {0}, {3}, true};
	const struct ek_explain_shut shut = {
		{3}, {1}, {.test = EK_TEST_RELEASED, .until = {1795428600000}}};
	const ek_team_id deserted = {2};
	struct ek_explain_preview p = {5, {MOMENT}, &move, 1, &shut, 1, &deserted, 1};
	struct ek_json j;
	open_json(&j);
	assert_true(ek_explain_json_preview(&j, &p));
	says(&j, "{\"shape\":\"preview/1\",\"seq\":5,\"at\":1795428000000,\"moves\":["
		 "{\"conversation\":4,\"from_team\":1,\"from\":null,\"team\":2,\"to\":3,"
		 "\"offered\":true}],\"ineligible\":[{\"teammate\":3,\"team\":1,"
		 "\"test\":\"released\",\"args\":{\"until\":1795428600000}}],\"deserted\":[2]}");
	ek_json_init(&j, (struct ek_alloc){NULL, resize}, 40);
	assert_false(ek_explain_json_preview(&j, &p));
	ek_json_fini(&j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_receipt), cmocka_unit_test(test_receipt_edges),
		cmocka_unit_test(test_waiting), cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_queue),   cmocka_unit_test(test_unblock),
		cmocka_unit_test(test_preview),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
