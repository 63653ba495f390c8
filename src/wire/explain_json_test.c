/* The shapes of spec routing, section 15, as they are printed there: the examples' values go in,
 * the examples' text comes out. Shapes that have no example there, and what the examples leave out,
 * follow the header. In the API's style: examples [7] and [8] of spec api, section 5. */
#include "wire/explain_json.h"

#include "base/heap_scene.h"
#include "model/event.h"
#include "model/setting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MOMENT 1795428000000

static void open_json(struct ek_json *j)
{
	ek_json_init(j, ek_heap_scene(), 1 << 20);
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
	ek_json_init(&j, ek_heap_scene(), 40);
	assert_false(ek_explain_json_preview(&j, &p));
	ek_json_fini(&j);
}

/* ---- the API's style ---- */

#define AT_0815 1773044100123 /* 2026-03-09T08:15:00.123Z */

static void open_api(struct ek_json *j, bool sees_names, uint32_t reader)
{
	open_json(j);
	j->style =
		(struct ek_json_style){.is_api = true, .sees_names = sees_names, .reader = reader};
}

/* Example [7]. */
static const struct ek_explain_sort api_sort[] = {
	{EK_ORDER_KEY_PRIORITY, {NULL, 0}, 2, {NULL, 0}},
	{EK_ORDER_KEY_SLA, {NULL, 0}, 1773044530000, {NULL, 0}},
	{EK_ORDER_KEY_WAITING_SINCE, {NULL, 0}, 1773042730000, {NULL, 0}},
};
static const bool api_reverse[] = {false, false, false};

static struct ek_explain_row api_row(void)
{
	return (struct ek_explain_row){
		.place = 1,
		.conversation = {90198},
		.team = {7},
		.sort = api_sort,
		.decided_by = {.kind = EK_EXPLAIN_KEY, .key = EK_ORDER_KEY_SLA},
		.waiting_since = {1773042730000},
		.overtaken = 1,
		.stranded = true,
		.main_test = EK_TEST_LACKS_SKILL,
	};
}

static struct ek_explain_queue api_queue(const struct ek_explain_row *row)
{
	return (struct ek_explain_queue){
		.seq = 18204417,
		.at = {AT_0815},
		.settings_version = 312,
		.keys = api_sort,
		.reverse = api_reverse,
		.key_count = 3,
		.total = 3,
		.next = 2,
		.rows = row,
		.row_count = 1,
	};
}

static void test_api_queue(void **state)
{
	(void)state;
	const struct ek_explain_row row = api_row();
	const struct ek_explain_queue q = api_queue(&row);
	const struct ek_json_page page = {.next_cursor = EK_S("c1.MTpjdjkwMTk4"), .total = 3};
	struct ek_json j;
	open_api(&j, true, 0);
	assert_true(ek_explain_json_queue_page(&j, &q, &page));
	says(&j, "{\"shape\":\"queue/1\",\"seq\":18204417,\"at\":\"2026-03-09T08:15:00.123Z\","
		 "\"settings_version\":312,\"order_keys\":["
		 "{\"key\":\"priority\",\"reverse\":false},{\"key\":\"sla\",\"reverse\":false},"
		 "{\"key\":\"waiting_since\",\"reverse\":false}],\"data\":[{\"place\":1,"
		 "\"conversation\":\"cv_90198\",\"team\":\"team_7\",\"sort\":[2,"
		 "\"2026-03-09T08:22:10.000Z\",\"2026-03-09T07:52:10.000Z\"],"
		 "\"decided_by\":\"sla\",\"waiting_since\":\"2026-03-09T07:52:10.000Z\","
		 "\"overtaken\":1,\"bound\":null,\"held_for\":null,\"stranded\":true,"
		 "\"main_test\":\"lacks_skill\"}],\"page\":{"
		 "\"next_cursor\":\"c1.MTpjdjkwMTk4\",\"total\":3,\"total_is\":\"exact\"}}");
}

static void test_api_held_for(void **state)
{
	(void)state;
	struct ek_json j;
	struct ek_explain_row row = api_row();
	const struct ek_explain_queue q = api_queue(&row);
	const struct ek_json_page page = {.total = EK_NONE};
	static const struct {
		const char *promise;
		bool sees_names;
		uint32_t reader;
		const char *want; /* NULL: left out */
	} readers[] = {
		{"a lead sees for whom it is held", true, 0, "\"held_for\":\"tm_9\""},
		{"so does that person", false, 9, "\"held_for\":\"tm_9\""},
		{"a colleague does not", false, 8, NULL},
	};
	row.held_for.v = 9;
	for (size_t i = 0; i < EK_LEN(readers); i++) {
		open_api(&j, readers[i].sees_names, readers[i].reader);
		assert_true(ek_explain_json_queue_page(&j, &q, &page));
		ek_str text = ek_json_written(&j);
		const char *want = readers[i].want != NULL ? readers[i].want : "held_for";
		if ((memmem(text.p, text.n, want, strlen(want)) != NULL) !=
		    (readers[i].want != NULL))
			fail_msg("%s: %.*s", readers[i].promise, (int)text.n, text.p);
		ek_json_fini(&j);
	}
}

/* Example [8]. */
static struct ek_explain_receipt api_receipt(void)
{
	static const struct ek_explain_considered people[] = {
		{{1007}, EK_LEVEL_PRIMARY, EK_EXPLAIN_ELIGIBLE, {0}, 3, 5, {1773042000000}},
		{.teammate = {1031},
		 .level = EK_LEVEL_PRIMARY,
		 .why = {.test = EK_TEST_NOT_ACTIVE}},
		{{1042}, EK_LEVEL_PRIMARY, EK_EXPLAIN_CHOSEN, {0}, 2, 5, {1773043320000}},
		{.teammate = {1055},
		 .level = EK_LEVEL_SECONDARY,
		 .why = {.test = EK_TEST_PRIMARY_NOT_EMPTY, .team = {4}, .is = 1}},
	};
	static const struct ek_explain_ahead ahead[] = {
		{{90198}, {.test = EK_TEST_LACKS_SKILL, .skill = {"refunds", 7}}},
	};
	return (struct ek_explain_receipt){
		.seq = 18204417,
		.at = {AT_0815},
		.conversation = {90211},
		.team = {7},
		.teammate = {1042},
		.how = EK_HOW_BALANCED,
		.cause_seq = 18204416,
		.cause_kind = EK_EVENT_CONVERSATION_CLOSED,
		.settings_version = 312,
		.queue = {2, 4, {EK_EXPLAIN_KEY, EK_ORDER_KEY_SLA, 0, {NULL, 0}}, ahead, 1, 0},
		.chosen_by = EK_CHOSEN_BY_LOAD,
		.runner_up = {1007},
		.considered = people,
		.considered_count = EK_LEN(people),
		.nearest = limit_change(EK_SCOPE_TEAMMATE, 1042, EK_SET_LIMIT, 1007),
	};
}

#define RECEIPT_HEAD \
	"{\"shape\":\"receipt/1\",\"seq\":18204417,\"at\":\"2026-03-09T08:15:00.123Z\"," \
	"\"conversation\":\"cv_90211\",\"team\":\"team_7\",\"teammate\":\"tm_1042\"," \
	"\"how\":\"balanced\",\"cause\":{\"seq\":18204416,\"type\":\"conversation.closed\"}," \
	"\"settings_version\":312,\"queue\":{\"place\":2,\"of\":4,\"decided_by\":\"sla\"," \
	"\"ahead\":["
#define AHEAD \
	"{\"conversation\":\"cv_90198\",\"test\":\"lacks_skill\"," \
	"\"args\":{\"skill\":\"refunds\"}}"
#define CHOSEN \
	"{\"teammate\":\"tm_1042\",\"level\":\"primary\",\"result\":\"chosen\",\"load\":2," \
	"\"limit\":5,\"last_given\":\"2026-03-09T08:02:00.000Z\"}"

static void test_api_receipt(void **state)
{
	(void)state;
	static const struct {
		const char *promise;
		bool sees_names;
		uint32_t reader;
		const char *want;
	} rows[] = {
		{"a lead sees names", true, 0,
		 RECEIPT_HEAD AHEAD
		 "]},\"chosen_by\":\"load\",\"runner_up\":\"tm_1007\",\"considered\":["
		 "{\"teammate\":\"tm_1007\",\"level\":\"primary\",\"result\":\"eligible\","
		 "\"load\":3,\"limit\":5,\"last_given\":\"2026-03-09T07:40:00.000Z\"},"
		 "{\"teammate\":\"tm_1031\",\"level\":\"primary\",\"result\":\"blocked\","
		 "\"test\":\"not_active\",\"args\":{}}," CHOSEN
		 ",{\"teammate\":\"tm_1055\",\"level\":\"secondary\",\"result\":\"blocked\","
		 "\"test\":\"primary_not_empty\",\"args\":{\"team\":\"team_4\",\"waiting\":1}}],"
		 "\"nearest_change\":{\"change\":{\"scope\":\"teammate\",\"id\":\"tm_1042\","
		 "\"set\":{\"limit\":2}},\"then\":\"tm_1007\"}}"},
		{"a teammate their own line and counts", false, 1042,
		 RECEIPT_HEAD AHEAD
		 "]},\"chosen_by\":\"load\",\"considered\":[" CHOSEN "],\"others\":{\"chosen\":0,"
		 "\"eligible\":1,\"blocked\":[{\"test\":\"not_active\",\"count\":1},"
		 "{\"test\":\"primary_not_empty\",\"count\":1}]},\"nearest_change\":{"
		 "\"change\":{\"scope\":\"teammate\",\"id\":\"tm_1042\","
		 "\"set\":{\"limit\":2}}}}"},
		{"who has no line, counts alone", false, 3,
		 RECEIPT_HEAD
		 "],\"ahead_more\":1},\"chosen_by\":\"load\",\"considered\":[],\"others\":{"
		 "\"chosen\":1,\"eligible\":1,\"blocked\":[{\"test\":\"not_active\",\"count\":1},"
		 "{\"test\":\"primary_not_empty\",\"count\":1}]}}"},
	};
	struct ek_explain_receipt r = api_receipt();
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_json j;
		open_api(&j, rows[i].sees_names, rows[i].reader);
		assert_true(ek_explain_json_receipt(&j, &r));
		says(&j, rows[i].want);
	}
}

static void test_api_ahead(void **state)
{
	(void)state;
	const struct ek_explain_ahead ahead[] = {
		{{1}, {.test = EK_TEST_NOT_MEMBER}},
		{{2}, {.test = EK_TEST_HELD_FOR_OTHER, .teammate = {8}}},
		{{3}, {.test = EK_TEST_RELEASED, .until = {AT_0815}}}};
	struct ek_explain_receipt r = api_receipt();
	r.queue.ahead = ahead;
	r.queue.ahead_count = 3;
	r.queue.ahead_more = 7;
	struct ek_json j;
	open_api(&j, false, 1042);
	assert_true(ek_explain_json_receipt(&j, &r));
	static const char want[] =
		"\"ahead\":[{\"conversation\":\"cv_2\",\"test\":\"held_for_other\",\"args\":{}},"
		"{\"conversation\":\"cv_3\",\"test\":\"released\","
		"\"args\":{\"until\":\"2026-03-09T08:15:00.123Z\"}}],\"ahead_more\":8}";
	ek_str text = ek_json_written(&j);
	assert_non_null(memmem(text.p, text.n, want, strlen(want)));
	ek_json_fini(&j);
}

static void test_api_waiting(void **state)
{
	(void)state;
	const ek_teammate_id away[] = {{60}, {61}};
	const ek_teammate_id full[] = {{52}};
	const struct ek_explain_blocker blockers[] = {{EK_TEST_NOT_ACTIVE, away, 2},
						      {EK_TEST_AT_LIMIT, full, 1}};
	const struct ek_explain_sort sort = {EK_ORDER_KEY_STARTED, {NULL, 0}, AT_0815, {NULL, 0}};
	struct ek_explain_waiting w = {
		.seq = 5,
		.at = {AT_0815},
		.conversation = {4990},
		.team = {7},
		.place = 1,
		.of = 1,
		.team_place = 1,
		.team_of = 1,
		.waiting_since = EK_NO_TIME,
		.queued_at = {AT_0815},
		.sort = &sort,
		.sort_count = 1,
		.held_for = {61},
		.blockers = blockers,
		.blocker_count = 2,
		.nearest = {{.kind = EK_EXPLAIN_PRESENCE, .scope = EK_SCOPE_TEAMMATE, .id = 61},
			    {61},
			    false},
		.estimate = {.low = {1}, .high = {2}, .sample = 10},
	};
	struct ek_json j;
	open_api(&j, false, 60);
	assert_true(ek_explain_json_waiting(&j, &w));
	says(&j, "{\"shape\":\"why_waiting/1\",\"seq\":5,\"at\":\"2026-03-09T08:15:00.123Z\","
		 "\"conversation\":\"cv_4990\",\"team\":\"team_7\",\"place\":1,\"of\":1,"
		 "\"team_place\":1,\"team_of\":1,\"waiting_since\":null,"
		 "\"queued_at\":\"2026-03-09T08:15:00.123Z\",\"sort\":[{\"key\":\"started\","
		 "\"value\":\"2026-03-09T08:15:00.123Z\"}],\"overtaken\":0,\"stranded\":false,"
		 "\"levels_open\":[\"primary\",\"secondary\"],\"next_level\":null,\"blockers\":["
		 "{\"test\":\"not_active\",\"teammates\":[\"tm_60\"],\"others\":1},"
		 "{\"test\":\"at_limit\",\"teammates\":[],\"others\":1}],"
		 "\"estimate\":{\"low_ms\":1,\"high_ms\":2,\"sample\":10},"
		 "\"estimate_refused\":null}");
}

static void test_api_nothing(void **state)
{
	(void)state;
	const struct ek_explain_inbox team = {.team = {7},
					      .level = EK_LEVEL_PRIMARY,
					      .waiting = 1,
					      .state = EK_EXPLAIN_IN_TURN,
					      .turn = 2};
	const struct ek_explain_nothing n = {
		.seq = 5,
		.at = {AT_0815},
		.teammate = {57},
		.presence = EK_PRESENCE_ACTIVE,
		.limit = EK_NONE,
		.limit_from = EK_EXPLAIN_FROM_WORKSPACE,
		.teams = &team,
		.team_count = 1,
		.nearest = limit_change(EK_SCOPE_TEAM, 9, EK_SET_INBOX_LIMIT, 57),
	};
	struct ek_json j;
	open_api(&j, false, 57);
	assert_true(ek_explain_json_nothing(&j, &n));
	says(&j, "{\"shape\":\"why_nothing/1\",\"seq\":5,\"at\":\"2026-03-09T08:15:00.123Z\","
		 "\"teammate\":\"tm_57\",\"presence\":\"active\",\"load\":0,\"limit\":null,"
		 "\"limit_from\":\"workspace\",\"teams\":[{\"team\":\"team_7\","
		 "\"level\":\"primary\",\"waiting\":1,\"state\":\"in_turn\",\"turn\":2,"
		 "\"test\":null,\"args\":{},\"waiting_not_for_you\":[]}],\"nearest_change\":{"
		 "\"change\":{\"scope\":\"team\",\"id\":\"team_9\",\"set\":{\"inbox_limit\":2}},"
		 "\"then\":\"tm_57\"}}");
}

static void test_api_unblock(void **state)
{
	(void)state;
	const ek_teammate_id who[] = {{1}, {2}};
	const struct ek_explain_blocker blocker = {EK_TEST_PAUSED, who, 2};
	const struct ek_explain_stuck stuck = {{3}, {2}, &blocker, 1};
	const struct ek_explain_count count = {EK_TEST_PAUSED, 1};
	const struct ek_explain_free people[] = {{{1}, 1, EK_NONE, &count, 1},
						 {{2}, 0, 4, &count, 1}};
	const struct ek_explain_change resume = {
		.kind = EK_EXPLAIN_RESUME, .scope = EK_SCOPE_TEAMMATE, .id = 1};
	const struct ek_explain_change other = {
		.kind = EK_EXPLAIN_RESUME, .scope = EK_SCOPE_TEAMMATE, .id = 2};
	const struct ek_explain_change join = {.kind = EK_EXPLAIN_LEVEL,
					       .scope = EK_SCOPE_TEAMMATE,
					       .id = 1,
					       .team = {2},
					       .level = EK_LEVEL_PRIMARY};
	const struct ek_explain_way ways[] = {
		{{resume, other}, 2, 2, 2}, {{other}, 1, 1, 1}, {{join}, 1, 1, 1}};
	const struct ek_explain_unblock u = {5, {AT_0815}, &stuck, 1, 1,    people,
					     2, 2,         ways,   3, false};
	struct ek_json j;
	open_api(&j, false, 1);
	assert_true(ek_explain_json_unblock(&j, &u));
	says(&j, "{\"shape\":\"unblock/1\",\"seq\":5,\"at\":\"2026-03-09T08:15:00.123Z\","
		 "\"waiting\":[{\"conversation\":\"cv_3\",\"team\":\"team_2\",\"blockers\":["
		 "{\"test\":\"paused\",\"teammates\":[\"tm_1\"],\"others\":1}]}],"
		 "\"waiting_total\":1,\"people\":[{\"teammate\":\"tm_1\",\"load\":1,"
		 "\"limit\":null,\"blockers\":[{\"test\":\"paused\",\"count\":1}]}],"
		 "\"people_total\":2,\"ways\":[{\"changes\":[{\"scope\":\"teammate\","
		 "\"id\":\"tm_1\",\"team\":\"team_2\",\"set\":{\"level\":\"primary\"}}],"
		 "\"moved\":1,\"people\":1}],\"cut\":false}");
}

static void test_api_preview(void **state)
{
	(void)state;
	const struct ek_explain_move moves[] = {{{4}, {1}, {2}, {8}, {3}, true},
						{{5}, {1}, {1}, {8}, {9}, false},
						{{6}, {1}, {1}, {3}, {0}, false}};
	const struct ek_explain_shut shut[] = {{{3}, {1}, {.test = EK_TEST_NOT_ACTIVE}},
					       {{8}, {1}, {.test = EK_TEST_NOT_ACTIVE}}};
	const ek_team_id deserted = {2};
	const struct ek_explain_preview p = {5, {AT_0815}, moves, 3, shut, 2, &deserted, 1};
	struct ek_json j;
	open_api(&j, false, 3);
	assert_true(ek_explain_json_preview(&j, &p));
	says(&j, "{\"shape\":\"preview/1\",\"seq\":5,\"at\":\"2026-03-09T08:15:00.123Z\","
		 "\"moves\":[{\"conversation\":\"cv_4\",\"from_team\":\"team_1\","
		 "\"team\":\"team_2\",\"to\":\"tm_3\",\"offered\":true},"
		 "{\"conversation\":\"cv_6\",\"from_team\":\"team_1\",\"from\":\"tm_3\","
		 "\"team\":\"team_1\",\"to\":null,\"offered\":false}],\"moves_others\":1,"
		 "\"ineligible\":[{\"teammate\":\"tm_3\",\"team\":\"team_1\","
		 "\"test\":\"not_active\",\"args\":{}}],\"ineligible_others\":1,"
		 "\"deserted\":[\"team_2\"]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_receipt),      cmocka_unit_test(test_receipt_edges),
		cmocka_unit_test(test_waiting),      cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_queue),        cmocka_unit_test(test_unblock),
		cmocka_unit_test(test_preview),      cmocka_unit_test(test_api_queue),
		cmocka_unit_test(test_api_held_for), cmocka_unit_test(test_api_receipt),
		cmocka_unit_test(test_api_ahead),    cmocka_unit_test(test_api_waiting),
		cmocka_unit_test(test_api_nothing),  cmocka_unit_test(test_api_unblock),
		cmocka_unit_test(test_api_preview),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
