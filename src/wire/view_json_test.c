/* Objects as the API writes them: the examples of spec api, section 5, byte for byte, and who may
 * see what. */
#include "wire/view_json.h"

#include "base/heap_scene.h"
#include "model/setting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MORNING 1773043920000 /* 2026-03-09T08:12:00.000Z */

static ek_str digits(void *ctx, uint32_t contact)
{
	(void)ctx;
	return contact == 88 ? EK_S("64f1c0a29be37d5a10c48e72") : (ek_str){NULL, 0};
}

static struct ek_json open_json(bool sees_names, uint32_t reader)
{
	struct ek_json j;
	ek_json_init(&j, ek_heap_scene(), 1 << 20);
	j.style = (struct ek_json_style){
		.is_api = true, .sees_names = sees_names, .reader = reader, .contact = digits};
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

/* ---- conversations ---- */

static const struct ek_conversation_view charged_twice = {
	.id = {90211},
	.state = EK_STATE_OPEN,
	.contact = {88},
	.channel = EK_CAPACITY_CLASS_CHAT,
	.capacity_class = EK_CAPACITY_CLASS_CHAT,
	.team = {7},
	.teammate = {1042},
	.assignment = {40077},
	.priority = 2,
	.complexity = 2,
	.sla_due = {1773047585700},
	.started = {1773043900020},
	.waiting_since = {1773043985700},
	.queued_at = {EK_NONE},
	.snoozed_until = {EK_NONE},
	.closed_at = {EK_NONE},
};

/* Example [5]. */
static void test_conversation(void **state)
{
	(void)state;
	const struct ek_pair gold = {EK_S("tier"), EK_S("gold")};
	const struct ek_conversation_detail detail = {.attributes = {&gold, 1}};
	const uint64_t tag = 12;
	const struct ek_sla_view sla = {.policy = 2,
					.target = EK_S("next_response"),
					.status = EK_S("running"),
					.due = {1773047585700}};
	const struct ek_conversation_content content = {
		.title = EK_S("Charged twice"),
		.channels = EK_S("[\"chat\",\"email\"]"),
		.tags = &tag,
		.tag_count = 1,
		.sla = &sla,
		.sla_count = 1,
		.parts = 6,
		.assignments = 1,
		.updated_at = {1773044100123},
	};
	const struct ek_view_conversation c = {&charged_twice, &detail, &content};
	struct ek_json j = open_json(false, 1042);
	ek_view_json_conversation(&j, &c);
	says(&j,
	     "{\"id\":\"cv_90211\",\"title\":\"Charged twice\",\"state\":\"open\","
	     "\"priority\":2,\"complexity\":2,\"contact\":\"ct_64f1c0a29be37d5a10c48e72\","
	     "\"contact_erased\":false,"
	     "\"channels\":[\"chat\",\"email\"],\"capacity_class\":\"chat\",\"team\":\"team_7\","
	     "\"teammate\":\"tm_1042\",\"assignment\":\"asg_40077\","
	     "\"started\":\"2026-03-09T08:11:40.020Z\","
	     "\"waiting_since\":\"2026-03-09T08:13:05.700Z\",\"snoozed_until\":null,"
	     "\"needs\":[],\"tags\":[\"tag_12\"],\"attributes\":{\"tier\":\"gold\"},"
	     "\"due\":\"2026-03-09T09:13:05.700Z\","
	     "\"sla\":[{\"policy\":\"sla_2\",\"target\":\"next_response\","
	     "\"due\":\"2026-03-09T09:13:05.700Z\",\"status\":\"running\"}],"
	     "\"counts\":{\"parts\":6,\"assignments\":1,\"handovers\":0,\"reopens\":0},"
	     "\"updated_at\":\"2026-03-09T08:15:00.123Z\"}");
}

static void test_conversation_edges(void **state)
{
	(void)state;
	const struct ek_need_view needs[] = {
		{{EK_S("lang:ko"), 1, true, {EK_NONE}}, false},
		{{EK_S("refunds"), 3, false, {60000}}, true},
	};
	const struct ek_conversation_view v = {
		.id = {1},
		.state = EK_STATE_SNOOZED,
		.contact = {89},
		.capacity_class = EK_CAPACITY_CLASS_EMAIL,
		.complexity = 1,
		.started = {MORNING},
		.waiting_since = EK_NO_TIME,
		.sla_due = {EK_NONE},
		.snoozed_until = {MORNING},
	};
	const struct ek_conversation_detail detail = {.needs = needs, .need_count = 2};
	const struct ek_conversation_content content = {
		.channels = EK_S("[]"), .attributes = EK_S("{\"a\":1}"), .updated_at = EK_NO_TIME};
	const struct ek_view_conversation c = {&v, &detail, &content};
	struct ek_json j = open_json(true, 0);
	ek_view_json_conversation(&j, &c);
	says(&j,
	     "{\"id\":\"cv_1\",\"title\":null,\"state\":\"snoozed\",\"priority\":0,"
	     "\"complexity\":1,\"contact\":null,\"contact_erased\":false,\"channels\":[],"
	     "\"capacity_class\":\"email\","
	     "\"team\":null,\"teammate\":null,\"assignment\":null,"
	     "\"started\":\"2026-03-09T08:12:00.000Z\",\"waiting_since\":null,"
	     "\"snoozed_until\":\"2026-03-09T08:12:00.000Z\",\"needs\":[{\"skill\":\"lang:ko\","
	     "\"min_level\":1,\"required\":true,\"relax_after_ms\":null,\"relaxed\":false},"
	     "{\"skill\":\"refunds\",\"min_level\":3,\"required\":false,"
	     "\"relax_after_ms\":60000,\"relaxed\":true}],\"tags\":[],\"attributes\":{\"a\":1},"
	     "\"due\":null,\"sla\":[],\"counts\":{\"parts\":0,\"assignments\":0,\"handovers\":0,"
	     "\"reopens\":0},\"updated_at\":null}");
}

static void test_sla(void **state)
{
	(void)state;
	const struct ek_sla_view rows[] = {
		{.policy = 2,
		 .target = EK_S("first_response"),
		 .status = EK_S("paused"),
		 .paused_by = EK_S("snoozed"),
		 .calendar = 3,
		 .started = {MORNING},
		 .due = EK_NO_TIME,
		 .ended = EK_NO_TIME,
		 .spent = {60000}},
		{.policy = 2,
		 .target = EK_S("time_to_close"),
		 .status = EK_S("met"),
		 .started = {MORNING},
		 .due = {MORNING},
		 .ended = {MORNING},
		 .spent = {EK_NONE}},
	};
	struct ek_json j = open_json(false, 1);
	ek_view_json_sla(&j, &rows[0]);
	says(&j, "{\"policy\":\"sla_2\",\"target\":\"first_response\",\"status\":\"paused\","
		 "\"paused_by\":\"snoozed\",\"calendar\":\"cal_3\","
		 "\"started\":\"2026-03-09T08:12:00.000Z\",\"due\":null,\"ended\":null,"
		 "\"spent_ms\":60000}");
	j = open_json(false, 1);
	ek_view_json_sla(&j, &rows[1]);
	says(&j, "{\"policy\":\"sla_2\",\"target\":\"time_to_close\",\"status\":\"met\","
		 "\"paused_by\":null,\"calendar\":null,\"started\":\"2026-03-09T08:12:00.000Z\","
		 "\"due\":\"2026-03-09T08:12:00.000Z\",\"ended\":\"2026-03-09T08:12:00.000Z\","
		 "\"spent_ms\":null}");
}

/* ---- people ---- */

static const struct ek_load_item items[] = {
	{{90211}, EK_CAPACITY_CLASS_CHAT, 1, true, EK_LOAD_OPEN},
	{{90207}, EK_CAPACITY_CLASS_CHAT, 1, true, EK_LOAD_OPEN},
	{{90188}, EK_CAPACITY_CLASS_EMAIL, 1, true, EK_LOAD_OPEN},
	{{90102}, EK_CAPACITY_CLASS_EMAIL, 1, false, EK_LOAD_SNOOZED},
};

/* Example [3]. */
static void test_load(void **state)
{
	(void)state;
	struct ek_load_view l = {{1042}, 3, 5, EK_FROM_RAMP, items, EK_LEN(items)};
	struct ek_json j = open_json(false, 1042);
	ek_view_json_load(&j, &l);
	says(&j, "{\"teammate\":\"tm_1042\",\"load\":3,\"limit\":5,\"limit_from\":\"ramp\","
		 "\"free\":2,\"items\":["
		 "{\"conversation\":\"cv_90211\",\"capacity_class\":\"chat\",\"points\":1,"
		 "\"counted\":true,\"why\":\"open\"},"
		 "{\"conversation\":\"cv_90207\",\"capacity_class\":\"chat\",\"points\":1,"
		 "\"counted\":true,\"why\":\"open\"},"
		 "{\"conversation\":\"cv_90188\",\"capacity_class\":\"email\",\"points\":1,"
		 "\"counted\":true,\"why\":\"open\"},"
		 "{\"conversation\":\"cv_90102\",\"capacity_class\":\"email\",\"points\":1,"
		 "\"counted\":false,\"why\":\"snoozed\"}]}");
	const struct {
		const char *promise;
		uint32_t load;
		int64_t limit;
		const char *want;
	} rows[] = {
		{"above the limit nothing is free", 6, 5,
		 "{\"teammate\":\"tm_1042\",\"load\":6,\"limit\":5,\"limit_from\":\"teammate\","
		 "\"free\":0,\"items\":[]}"},
		{"without a limit there is no number", 6, EK_NONE,
		 "{\"teammate\":\"tm_1042\",\"load\":6,\"limit\":null,\"limit_from\":\"teammate\","
		 "\"free\":null,\"items\":[]}"},
		{"equal is full", 5, 5,
		 "{\"teammate\":\"tm_1042\",\"load\":5,\"limit\":5,\"limit_from\":\"teammate\","
		 "\"free\":0,\"items\":[]}"},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		l = (struct ek_load_view){{1042},           rows[i].load, rows[i].limit,
					  EK_FROM_TEAMMATE, NULL,         0};
		j = open_json(false, 1042);
		ek_view_json_load(&j, &l);
		says(&j, rows[i].want);
	}
}

static struct ek_presence_view lunch(void)
{
	return (struct ek_presence_view){
		.teammate = {1042},
		.presence = EK_PRESENCE_AWAY_REASSIGNING,
		.cause = EK_PRESENCE_CAUSE_BY_HAND,
		.since = {1773055800000},
		.reason = EK_S("reason_4"),
		.by_self = true,
		.shows_reason = true,
		.until = {1773059400000},
	};
}

/* Example [4]. */
static void test_presence(void **state)
{
	(void)state;
	const ek_conversation_id returned = {90211};
	const ek_conversation_id kept = {90188};
	const struct ek_presence_effect effect = {&returned, 1, &kept, 1, 18211940};
	struct ek_presence_view p = lunch();
	struct ek_json j = open_json(false, 1042);
	ek_view_json_presence(&j, &p, &effect);
	says(&j, "{\"teammate\":\"tm_1042\",\"presence\":\"away_reassigning\","
		 "\"reason\":\"reason_4\",\"cause\":\"self\","
		 "\"since\":\"2026-03-09T11:30:00.000Z\",\"until\":\"2026-03-09T12:30:00.000Z\","
		 "\"returned\":[\"cv_90211\"],\"kept\":[\"cv_90188\"],\"seq\":18211940}");
	p.by_self = false;
	p.until = EK_NO_TIME;
	p.reason.p = NULL;
	j = open_json(true, 0);
	ek_view_json_presence(&j, &p, NULL);
	says(&j, "{\"teammate\":\"tm_1042\",\"presence\":\"away_reassigning\",\"reason\":null,"
		 "\"cause\":\"by_hand\",\"since\":\"2026-03-09T11:30:00.000Z\",\"until\":null}");
	p = lunch();
	p.cause = EK_PRESENCE_CAUSE_AUTO;
	j = open_json(true, 0);
	ek_view_json_presence(&j, &p, NULL);
	says(&j, "{\"teammate\":\"tm_1042\",\"presence\":\"away_reassigning\","
		 "\"reason\":\"reason_4\",\"cause\":\"auto\","
		 "\"since\":\"2026-03-09T11:30:00.000Z\",\"until\":\"2026-03-09T12:30:00.000Z\"}");
	/* A colleague sees that they are away and since when, and no more: also one who may see
	 * names. */
	p = lunch();
	p.shows_reason = false;
	j = open_json(true, 0);
	ek_view_json_presence(&j, &p, NULL);
	says(&j, "{\"teammate\":\"tm_1042\",\"presence\":\"away_reassigning\","
		 "\"since\":\"2026-03-09T11:30:00.000Z\"}");
}

static struct ek_person mina(void)
{
	return (struct ek_person){
		.id = {1042},
		.is_whole = true,
		.content = {.name = EK_S("Mina Park"),
			    .email = EK_S("mina@example.org"),
			    .roles = EK_S("[\"teammate\"]"),
			    .languages = EK_S("[\"ko\",\"en\"]"),
			    .active = true,
			    .created_at = {1770022800000},
			    .updated_at = {1772815202518}},
		.enough_until = EK_NO_TIME,
	};
}

/* Example [1]. */
static void test_person(void **state)
{
	(void)state;
	const struct ek_cell shipping = {2, EK_S("shipping")};
	const struct ek_setting_view settings[] = {
		{.setting = EK_SET_SKILLS,
		 .scope = EK_SCOPE_TEAMMATE,
		 .from = EK_FROM_TEAMMATE,
		 .own = {EK_VALUE_LIST, 0, 1, &shipping},
		 .effective = {EK_VALUE_LIST, 0, 1, &shipping}},
		{.setting = EK_SET_LIMIT,
		 .scope = EK_SCOPE_TEAMMATE,
		 .from = EK_FROM_RAMP,
		 .own = ek_value_int(6),
		 .effective = ek_value_int(5)},
		{.setting = EK_SET_INTAKE_MAX,
		 .scope = EK_SCOPE_TEAMMATE,
		 .from = EK_FROM_WORKSPACE,
		 .effective = ek_value_int(2)},
	};
	const struct ek_membership_view serves[] = {{{1042}, {7}, EK_LEVEL_PRIMARY},
						    {{1042}, {9}, EK_LEVEL_SECONDARY}};
	struct ek_person p = mina();
	p.memberships = serves;
	p.membership_count = 2;
	p.settings = settings;
	p.setting_count = 3;
	struct ek_json j = open_json(false, 1042);
	ek_view_json_person(&j, &p);
	says(&j, "{\"id\":\"tm_1042\",\"name\":\"Mina Park\",\"email\":\"mina@example.org\","
		 "\"roles\":[\"teammate\"],\"active\":true,\"languages\":[\"ko\",\"en\"],"
		 "\"skills\":{\"shipping\":2},\"memberships\":[{\"team\":\"team_7\","
		 "\"level\":\"primary\"},{\"team\":\"team_9\",\"level\":\"secondary\"}],"
		 "\"settings\":{\"limit\":{\"own\":6,\"effective\":5,\"from\":\"ramp\"},"
		 "\"intake_max\":{\"own\":\"inherit\",\"effective\":2,\"from\":\"workspace\"}},"
		 "\"enough_until\":null,\"created_at\":\"2026-02-02T09:00:00.000Z\","
		 "\"updated_at\":\"2026-03-06T16:40:02.518Z\"}");
}

static void test_person_with(void **state)
{
	(void)state;
	const struct ek_membership_view serves = {{1042}, {7}, EK_LEVEL_PRIMARY};
	struct ek_person p = mina();
	const struct ek_presence_view presence = {
		.teammate = {1042}, .presence = EK_PRESENCE_ACTIVE, .since = {MORNING}};
	const struct ek_load_view load = {{1042}, 0, EK_NONE, EK_FROM_WORKSPACE, NULL, 0};
	p.presence = &presence;
	p.load = &load;
	struct ek_json j = open_json(true, 0);
	ek_view_json_person(&j, &p);
	says(&j, "{\"id\":\"tm_1042\",\"name\":\"Mina Park\",\"email\":\"mina@example.org\","
		 "\"roles\":[\"teammate\"],\"active\":true,\"languages\":[\"ko\",\"en\"],"
		 "\"skills\":{},\"memberships\":[],\"settings\":{},\"enough_until\":null,"
		 "\"load\":{\"teammate\":\"tm_1042\",\"load\":0,\"limit\":null,"
		 "\"limit_from\":\"workspace\",\"free\":null,\"items\":[]},"
		 "\"presence\":{\"teammate\":\"tm_1042\",\"presence\":\"active\","
		 "\"since\":\"2026-03-09T08:12:00.000Z\"},"
		 "\"created_at\":\"2026-02-02T09:00:00.000Z\","
		 "\"updated_at\":\"2026-03-06T16:40:02.518Z\"}");
	/* A colleague sees name, team inboxes and presence. */
	p.is_whole = false;
	p.memberships = &serves;
	p.membership_count = 1;
	j = open_json(false, 3);
	ek_view_json_person(&j, &p);
	says(&j, "{\"id\":\"tm_1042\",\"name\":\"Mina Park\",\"active\":true,\"memberships\":["
		 "{\"team\":\"team_7\",\"level\":\"primary\"}],\"presence\":{"
		 "\"teammate\":\"tm_1042\",\"presence\":\"active\","
		 "\"since\":\"2026-03-09T08:12:00.000Z\"}}");
}

static void test_membership(void **state)
{
	(void)state;
	const struct {
		struct ek_membership_view m;
		const char *want;
	} rows[] = {
		{{{1042}, {7}, EK_LEVEL_PRIMARY},
		 "{\"teammate\":\"tm_1042\",\"team\":\"team_7\",\"level\":\"primary\"}"},
		{{{0}, {7}, EK_LEVEL_SECONDARY}, "{\"team\":\"team_7\",\"level\":\"secondary\"}"},
		{{{1042}, {0}, EK_LEVEL_PRIMARY},
		 "{\"teammate\":\"tm_1042\",\"level\":\"primary\"}"},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_json j = open_json(true, 0);
		ek_view_json_membership(&j, &rows[i].m);
		says(&j, rows[i].want);
	}
}

/* ---- teams ---- */

static void test_team(void **state)
{
	(void)state;
	const struct ek_team_view t = {.id = {7},
				       .method = EK_METHOD_BALANCED,
				       .rank = 1,
				       .inbox_limit = EK_NONE,
				       .waiting_count = 3};
	const struct ek_team_content content = {.name = EK_S("Orders"),
						.languages = EK_S("[\"en\"]"),
						.members = 4,
						.created_at = {MORNING},
						.updated_at = {MORNING}};
	struct ek_json j = open_json(false, 1);
	ek_view_json_team(&j, &t, &content);
	says(&j, "{\"id\":\"team_7\",\"name\":\"Orders\",\"description\":null,"
		 "\"languages\":[\"en\"],\"method\":\"balanced\",\"rank\":1,\"inbox_limit\":null,"
		 "\"waiting\":3,\"members\":4,\"created_at\":\"2026-03-09T08:12:00.000Z\","
		 "\"updated_at\":\"2026-03-09T08:12:00.000Z\"}");
}

#define MEMBER_3 \
	"{\"teammate\":\"tm_3\",\"level\":\"primary\",\"presence\":\"active\"," \
	"\"since\":\"2026-03-09T08:12:00.000Z\",\"enough_until\":null,\"load\":2,\"limit\":5," \
	"\"open\":1,\"snoozed\":1,\"last_given\":null}"
#define MEMBER_4 \
	"{\"teammate\":\"tm_4\",\"level\":\"secondary\",\"presence\":\"away\"," \
	"\"since\":\"2026-03-09T08:12:00.000Z\",\"enough_until\":null,\"load\":0,\"limit\":null," \
	"\"open\":0,\"snoozed\":0,\"last_given\":\"2026-03-09T08:12:00.000Z\"}"
#define LIVE "{\"team\":\"team_7\",\"waiting\":2,\"waiting_since\":\"2026-03-09T08:12:00.000Z\","

static void test_live(void **state)
{
	(void)state;
	struct ek_member_view members[5] = {
		{{3},
		 {7},
		 EK_LEVEL_PRIMARY,
		 EK_PRESENCE_ACTIVE,
		 {MORNING},
		 EK_NO_TIME,
		 2,
		 5,
		 1,
		 1,
		 EK_NO_TIME},
		{{4},
		 {7},
		 EK_LEVEL_SECONDARY,
		 EK_PRESENCE_AWAY,
		 {MORNING},
		 EK_NO_TIME,
		 0,
		 EK_NONE,
		 0,
		 0,
		 {MORNING}},
	};
	for (uint32_t i = 2; i < 5; i++) {
		members[i] = members[1];
		members[i].teammate.v = 3 + i;
	}
	static const struct {
		const char *promise;
		uint32_t members;
		bool sees_names;
		uint32_t reader;
		const char *want;
	} rows[] = {
		{"a lead sees everybody", 2, true, 0,
		 LIVE "\"sums\":{\"members\":2,\"active\":1,\"open\":1,\"snoozed\":1},\"members\":"
		      "[" MEMBER_3 "," MEMBER_4 "]}"},
		{"a manager sees sums of five", 5, false, 0,
		 LIVE "\"sums\":{\"members\":5,\"active\":1,\"open\":1,\"snoozed\":1},"
		      "\"members\":[]}"},
		{"and nothing of fewer", 4, false, 0, LIVE "\"sums\":null,\"members\":[]}"},
		{"a teammate their own line", 2, false, 3,
		 LIVE "\"sums\":null,\"members\":[" MEMBER_3 "]}"},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		const struct ek_live_view l = {{7}, 2, {MORNING}, 4, members, rows[i].members};
		struct ek_json j = open_json(rows[i].sees_names, rows[i].reader);
		ek_view_json_live(&j, &l);
		says(&j, rows[i].want);
	}
}

static void test_assignment(void **state)
{
	(void)state;
	struct ek_assignment_view a = {.id = {40077},
				       .conversation = {90211},
				       .team = {7},
				       .teammate = {1042},
				       .how = EK_S("balanced"),
				       .level = EK_S("primary"),
				       .chosen_by = EK_S("load"),
				       .by = EK_ACTOR_SYSTEM,
				       .made_at = {MORNING},
				       .ended_at = EK_NO_TIME};
	struct ek_json j = open_json(false, 1042);
	ek_view_json_assignment(&j, &a);
	says(&j, "{\"id\":\"asg_40077\",\"conversation\":\"cv_90211\",\"team\":\"team_7\","
		 "\"teammate\":\"tm_1042\",\"how\":\"balanced\",\"level\":\"primary\","
		 "\"chosen_by\":\"load\",\"reason\":null,\"by\":{\"kind\":\"system\","
		 "\"teammate\":null,\"rule\":null},\"made_at\":\"2026-03-09T08:12:00.000Z\","
		 "\"ended_at\":null,\"ended\":null}");
	a.how = EK_S("by_hand");
	a.level.p = NULL;
	a.chosen_by = EK_S("person");
	a.reason = EK_S("urgent");
	a.by = EK_ACTOR_PERSON;
	a.by_id = 9;
	a.ended_at.ms = MORNING;
	a.ended = EK_S("closed");
	j = open_json(false, 1042);
	ek_view_json_assignment(&j, &a);
	says(&j, "{\"id\":\"asg_40077\",\"conversation\":\"cv_90211\",\"team\":\"team_7\","
		 "\"teammate\":\"tm_1042\",\"how\":\"by_hand\",\"level\":null,"
		 "\"chosen_by\":\"person\",\"reason\":\"urgent\",\"by\":{\"kind\":\"person\","
		 "\"teammate\":\"tm_9\",\"rule\":null},\"made_at\":\"2026-03-09T08:12:00.000Z\","
		 "\"ended_at\":\"2026-03-09T08:12:00.000Z\",\"ended\":\"closed\"}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conversation), cmocka_unit_test(test_conversation_edges),
		cmocka_unit_test(test_sla),          cmocka_unit_test(test_load),
		cmocka_unit_test(test_presence),     cmocka_unit_test(test_person),
		cmocka_unit_test(test_person_with),  cmocka_unit_test(test_membership),
		cmocka_unit_test(test_team),         cmocka_unit_test(test_live),
		cmocka_unit_test(test_assignment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
