/* Settings as people look at them: spec api, sections 4.7 and 5 [1], [9]; rows: spec routing,
 * section 13. */
#include "base/heap_scene.h"
#include "wire/setting_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define AT_0815 1773044100123 /* 2026-03-09T08:15:00.123Z */

static struct ek_json open_json(void)
{
	struct ek_json j;
	ek_json_init(&j, ek_heap_scene(), 1 << 20);
	j.style.is_api = true;
	return j;
}

static void says(struct ek_json *j, const char *want)
{
	ek_str got = ek_json_written(j);
	assert_true(ek_json_is_whole(j));
	if (!ek_str_is(got, want))
		fail_msg("\n got: %.*s\nwant: %s", (int)got.n, got.p, want);
	ek_json_fini(j);
}

static const struct ek_value unset = {.kind = EK_VALUE_UNSET};
static const struct ek_value null = {.kind = EK_VALUE_NULL};

/* Example [1]. */
static void test_views(void **state)
{
	(void)state;
	struct ek_setting_view v[] = {
		{.setting = EK_SET_LIMIT,
		 .scope = EK_SCOPE_TEAMMATE,
		 .from = EK_FROM_RAMP,
		 .own = ek_value_int(6),
		 .effective = ek_value_int(5)},
		{.setting = EK_SET_INTAKE_MAX,
		 .scope = EK_SCOPE_TEAMMATE,
		 .from = EK_FROM_WORKSPACE,
		 .own = unset,
		 .effective = ek_value_int(2)},
	};
	struct ek_json j = open_json();
	ek_setting_json_views(&j, v, 2);
	says(&j, "{\"limit\":{\"own\":6,\"effective\":5,\"from\":\"ramp\"},"
		 "\"intake_max\":{\"own\":\"inherit\",\"effective\":2,\"from\":\"workspace\"}}");
}

static void test_values(void **state)
{
	(void)state;
	static const struct ek_cell level[] = {
		{.i = 12}, {.i = 60000}, {.i = EK_CLOCK_CALENDAR}, {.i = 1}};
	const struct {
		const char *promise;
		struct ek_setting_view v;
		const char *want;
	} rows[] = {
		{"a team is its id",
		 {.setting = EK_SET_DEFAULT_TEAM,
		  .scope = EK_SCOPE_WORKSPACE,
		  .from = EK_FROM_WORKSPACE,
		  .own = ek_value_int(7),
		  .effective = ek_value_int(7)},
		 "{\"own\":\"team_7\",\"effective\":\"team_7\",\"from\":\"workspace\"}"},
		{"null is a value",
		 {.setting = EK_SET_INBOX_LIMIT,
		  .scope = EK_SCOPE_TEAM,
		  .from = EK_FROM_TEAM,
		  .own = null,
		  .effective = null},
		 "{\"own\":null,\"effective\":null,\"from\":\"team\"}"},
		{"overflow names its team by id",
		 {.setting = EK_SET_OVERFLOW,
		  .scope = EK_SCOPE_TEAM,
		  .from = EK_FROM_TEAM,
		  .own = unset,
		  .effective = {EK_VALUE_LIST, 0, 4, level}},
		 "{\"own\":\"inherit\",\"effective\":[{\"after_ms\":60000,\"clock\":\"calendar\","
		 "\"respect_gate\":true,\"team\":\"team_12\"}],\"from\":\"team\"}"},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_json j = open_json();
		ek_setting_json_view(&j, &rows[i].v);
		says(&j, rows[i].want);
	}
}

static void test_calendars(void **state)
{
	(void)state;
	static const struct ek_week_hours week = {1, 9 * 3600000, 18 * 3600000};
	static const int32_t christmas = 20812;
	static const struct ek_calendar hours = {
		.zone = {{"Europe/Paris", 12}, NULL, 0},
		.week = &week,
		.week_count = 1,
		.closed = &christmas,
		.closed_count = 1,
	};
	const struct {
		const char *promise;
		struct ek_setting_view v;
		const char *want;
	} rows[] = {
		{"office hours are a calendar's id",
		 {.setting = EK_SET_CALENDAR,
		  .scope = EK_SCOPE_TEAM,
		  .from = EK_FROM_WORKSPACE,
		  .own = unset,
		  .effective = {.kind = EK_VALUE_CALENDAR},
		  .calendar = &hours,
		  .calendar_id = 2},
		 "{\"own\":\"inherit\",\"effective\":\"cal_2\",\"from\":\"workspace\"}"},
		{"and where there is none, the hours",
		 {.setting = EK_SET_CALENDAR,
		  .scope = EK_SCOPE_TEAM,
		  .from = EK_FROM_WORKSPACE,
		  .own = unset,
		  .effective = {.kind = EK_VALUE_CALENDAR},
		  .calendar = &hours},
		 "{\"own\":\"inherit\",\"effective\":{\"zone\":\"Europe/"
		 "Paris\",\"week\":[{\"day\":1,"
		 "\"from\":\"09:00\",\"to\":\"18:00\"}],\"closed\":[\"2026-12-25\"]},"
		 "\"from\":\"workspace\"}"},
		{"always open is null",
		 {.setting = EK_SET_CALENDAR,
		  .scope = EK_SCOPE_TEAM,
		  .from = EK_FROM_DEFAULT,
		  .own = unset,
		  .effective = null},
		 "{\"own\":\"inherit\",\"effective\":null,\"from\":\"default\"}"},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_json j = open_json();
		ek_setting_json_view(&j, &rows[i].v);
		says(&j, rows[i].want);
	}
}

static void test_rows(void **state)
{
	(void)state;
	static const struct {
		int setting;
		const char *want;
	} rows[] = {
		{EK_SET_LIMIT,
		 "{\"name\":\"limit\",\"scopes\":[\"workspace\",\"teammate\"],\"type\":\"integer\","
		 "\"list\":null,\"range\":{\"min\":0,\"max\":1000},\"allowed\":null,"
		 "\"nullable\":true,\"default\":null,\"effect\":\"The most that is given "
		 "automatically; null = unlimited.\",\"who\":{\"workspace\":\"manager\","
		 "\"team\":null,\"teammate\":\"lead\"},\"workspace\":null}"},
		{EK_SET_ON_REOPEN,
		 "{\"name\":\"on_reopen\",\"scopes\":[\"workspace\",\"team\"],\"type\":\"choice\","
		 "\"list\":null,\"range\":null,\"allowed\":[\"keep\",\"keep_if_active\",\"to_"
		 "team\"],"
		 "\"nullable\":false,\"default\":\"keep\",\"effect\":\"Where a reopened "
		 "conversation "
		 "goes.\",\"who\":{\"workspace\":\"manager\",\"team\":\"lead\",\"teammate\":null},"
		 "\"workspace\":null}"},
		{EK_SET_SHIFT_MARGIN_MS,
		 "{\"name\":\"shift_margin_ms\",\"scopes\":[\"team\"],\"type\":\"duration\","
		 "\"list\":null,\"range\":{\"min\":0,\"max\":28800000},\"allowed\":[\"auto\"],"
		 "\"nullable\":false,\"default\":0,\"effect\":\"Nothing new so long before a shift "
		 "ends; `auto` = median handling time.\",\"who\":{\"workspace\":null,"
		 "\"team\":\"lead\",\"teammate\":null},\"workspace\":null}"},
		{EK_SET_ORDER_KEYS,
		 "{\"name\":\"order_keys\",\"scopes\":[\"workspace\"],\"type\":\"list\","
		 "\"list\":\"keys\",\"range\":{\"min\":1,\"max\":10},\"allowed\":null,"
		 "\"nullable\":false,\"default\":[{\"key\":\"priority\",\"reverse\":false},"
		 "{\"key\":\"sla\",\"reverse\":false},{\"key\":\"inbox_rank\",\"reverse\":false},"
		 "{\"key\":\"waiting_since\",\"reverse\":false},{\"key\":\"started\","
		 "\"reverse\":false}],\"effect\":\"What the queue is ordered by, first difference "
		 "decides.\",\"who\":{\"workspace\":\"manager\",\"team\":null,\"teammate\":null},"
		 "\"workspace\":null}"},
		{EK_SET_AUTO_RETURN,
		 "{\"name\":\"auto_return\",\"scopes\":[\"workspace\"],\"type\":\"boolean\","
		 "\"list\":null,\"range\":null,\"allowed\":null,\"nullable\":false,"
		 "\"default\":false,\"effect\":\"Whether activity makes active again after "
		 "auto-away.\",\"who\":{\"workspace\":\"admin\",\"team\":null,\"teammate\":null},"
		 "\"workspace\":null}"},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_json j = open_json();
		ek_setting_json_row(&j, rows[i].setting, NULL);
		says(&j, rows[i].want);
	}
}

static void test_all_rows(void **state)
{
	(void)state;
	struct ek_json j = open_json();
	const struct ek_setting_view v = {.setting = EK_SET_RAMP_STEPS,
					  .scope = EK_SCOPE_WORKSPACE,
					  .from = EK_FROM_DEFAULT,
					  .own = {.kind = EK_VALUE_LIST},
					  .effective = {.kind = EK_VALUE_LIST}};
	for (int s = 1; s < EK_SET_COUNT; s++) {
		ek_json_reset(&j);
		ek_setting_json_row(&j, s, s == EK_SET_RAMP_STEPS ? &v : NULL);
		assert_true(ek_json_is_whole(&j));
		ek_str text = ek_json_written(&j);
		struct json_t *json = NULL;
		struct ek_err err;
		assert_true(ek_json_read(text, &json, &err));
		ek_json_drop(&json);
		static const char want[] =
			"\"workspace\":{\"own\":[],\"effective\":[],\"from\":\"default\"}}";
		bool ends = text.n > sizeof want &&
			    memcmp(text.p + text.n - strlen(want), want, strlen(want)) == 0;
		assert_int_equal(ends, s == EK_SET_RAMP_STEPS);
	}
	ek_json_fini(&j);
}

static void test_versions(void **state)
{
	(void)state;
	const struct ek_version_change changes[] = {
		{EK_SCOPE_WORKSPACE, 0, EK_SET_LIMIT, unset, ek_value_int(4)},
		{EK_SCOPE_TEAMMATE, 1042, EK_SET_LIMIT, ek_value_int(6), unset},
		{EK_SCOPE_TEAM, 7, EK_SET_INBOX_LIMIT, null, ek_value_int(3)},
	};
	struct ek_version_view v = {.version = 313,
				    .changes = changes,
				    .change_count = 3,
				    .can_undo = true,
				    .note = EK_S("quiet"),
				    .seq = 88122,
				    .at = {AT_0815},
				    .effective_at = {AT_0815 + 1},
				    .by = EK_ACTOR_PERSON,
				    .by_id = 9,
				    .undoes = 312};
	struct ek_json j = open_json();
	ek_setting_json_version(&j, &v);
	says(&j, "{\"version\":313,\"at\":\"2026-03-09T08:15:00.123Z\","
		 "\"effective_at\":\"2026-03-09T08:15:00.124Z\",\"by\":{\"kind\":\"person\","
		 "\"teammate\":\"tm_9\",\"rule\":null},\"undoes\":312,\"can_undo\":true,\"note\":"
		 "\"quiet\","
		 "\"seq\":88122,"
		 "\"changes\":[{\"scope\":\"workspace\",\"id\":null,\"name\":\"limit\","
		 "\"before\":null,\"after\":4},{\"scope\":\"teammate\",\"id\":\"tm_1042\","
		 "\"name\":\"limit\",\"before\":6,\"after\":\"inherit\"},{\"scope\":\"team\","
		 "\"id\":\"team_7\",\"name\":\"inbox_limit\",\"before\":null,\"after\":3}]}");
	v = (struct ek_version_view){.version = 1,
				     .at = EK_NO_TIME,
				     .effective_at = EK_NO_TIME,
				     .by = EK_ACTOR_RULE,
				     .by_id = 4};
	j = open_json();
	ek_setting_json_version(&j, &v);
	says(&j, "{\"version\":1,\"at\":null,\"effective_at\":null,\"by\":{\"kind\":\"rule\","
		 "\"teammate\":null,\"rule\":4},\"undoes\":null,\"can_undo\":false,\"note\":null,"
		 "\"seq\":0,\"changes\":[]}");
}

static void test_scheduled(void **state)
{
	(void)state;
	const struct ek_set set[] = {{EK_SET_RANK, ek_value_int(2)}, {EK_SET_INBOX_LIMIT, unset}};
	const struct ek_scheduled_view s = {3, EK_SCOPE_TEAM, 7, {AT_0815}, {set, 2}};
	struct ek_json j = open_json();
	ek_setting_json_scheduled(&j, &s);
	says(&j, "{\"schedule\":3,\"scope\":\"team\",\"id\":\"team_7\","
		 "\"effective_at\":\"2026-03-09T08:15:00.123Z\",\"set\":{\"rank\":2,"
		 "\"inbox_limit\":\"inherit\"}}");
	j = open_json();
	ek_setting_json_calendar(&j, NULL);
	says(&j, "null");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_views),     cmocka_unit_test(test_values),
		cmocka_unit_test(test_calendars), cmocka_unit_test(test_rows),
		cmocka_unit_test(test_all_rows),  cmocka_unit_test(test_versions),
		cmocka_unit_test(test_scheduled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
