/* Events as lines of JSON: the form of spec promises, section 1, and there and back for every kind.
 */
#include "wire/event_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/heap_scene.h"
#include "model/cmd.h"
#include "model/codec.h"
#include "model/event_sample.h"
#include "model/setting.h"

enum { SEEDS = 60 };

/* clang-format off */
#define TEXT(literal) {(literal), sizeof(literal) - 1}
/* clang-format on */

struct room {
	struct ek_arena arena;
	struct ek_json json;
	uint8_t *bytes[2];
};
enum { BYTES_MAX = 1 << 16 };

static struct room open_room(void)
{
	struct room r;
	ek_arena_init(&r.arena, ek_heap_scene(), 1 << 24);
	ek_json_init(&r.json, ek_heap_scene(), 1 << 24);
	r.bytes[0] = malloc(BYTES_MAX);
	r.bytes[1] = malloc(BYTES_MAX);
	return r;
}
static void close_room(struct room *r)
{
	ek_arena_fini(&r->arena);
	ek_json_fini(&r->json);
	free(r->bytes[0]);
	free(r->bytes[1]);
}

static void make(struct ek_event *e, int kind)
{
	memset(e, 0, sizeof *e);
	e->kind = (uint8_t)kind;
	e->seq = 48211;
	e->at.ms = 1795305600123;
	e->cause_seq = 48210;
	e->by.kind = EK_ACTOR_SYSTEM;
	ek_cmd_clear(ek_event_record(kind), &e->conversation_arrived);
}

static void assignment(struct ek_event *e)
{
	make(e, EK_EVENT_ASSIGNMENT_MADE);
	e->assignment_made.assignment.v = 9;
	e->assignment_made.conversation.v = 5012;
	e->assignment_made.teammate.v = 41;
	e->assignment_made.team.v = 7;
	e->assignment_made.how = EK_HOW_BALANCED;
	e->assignment_made.load = 2;
	e->assignment_made.limit = 6;
}

static void arrival(struct ek_event *e)
{
	static const struct ek_need needs[] = {{TEXT("lang:ko"), 1, true, {EK_NONE}}};
	static const struct ek_pair pairs[] = {{TEXT("tier"), TEXT("gold")}, {TEXT("plan"), {0}}};
	static const ek_str tags[] = {TEXT("a\"b")};
	make(e, EK_EVENT_CONVERSATION_ARRIVED);
	e->by = (struct ek_actor){EK_ACTOR_PERSON, 3};
	e->cause_seq = 0;
	e->conversation_arrived.conversation.v = 1;
	e->conversation_arrived.channel = EK_CAPACITY_CLASS_CHAT;
	e->conversation_arrived.priority = 0;
	e->conversation_arrived.started.ms = -5;
	e->conversation_arrived.needs = (struct ek_needs){needs, 1};
	e->conversation_arrived.attributes = (struct ek_pairs){pairs, 2};
	e->conversation_arrived.tags = (struct ek_texts){tags, 1};
}

static void settings(struct ek_event *e)
{
	static const struct ek_cell keys[] = {{.i = 4}, {.i = 13, .s = {"tier", 4}}};
	static const struct ek_cell orders[] = {
		{2, TEXT("tier")}, {0, TEXT("gold")}, {0, TEXT("silver")}};
	static const struct ek_cell limits[] = {{EK_NONE, TEXT("chat")}, {3, TEXT("email")}};
	static const struct ek_cell steps[] = {{.i = 0}, {.i = 500}, {.i = 2}};
	static const struct ek_cell levels[] = {{.i = 12}, {.i = 60000}, {.i = 1}, {.i = 1}};
	static const struct ek_cell hours[] = {{.i = 28800000}, {.i = 86400000}};
	static const struct ek_change changes[] = {
		{EK_SET_ORDER_KEYS, {EK_VALUE_UNSET, 0, 0, NULL}, {EK_VALUE_LIST, 0, 2, keys}},
		{EK_SET_ATTRIBUTE_ORDERS,
		 {EK_VALUE_LIST, 0, 0, NULL},
		 {EK_VALUE_LIST, 0, 3, orders}},
		{EK_SET_SLA_ORDER, {EK_VALUE_INT, 1, 0, NULL}, {EK_VALUE_INT, 2, 0, NULL}},
		{EK_SET_LIMIT, {EK_VALUE_NULL, 0, 0, NULL}, {EK_VALUE_INT, 2, 0, NULL}},
		{EK_SET_CLASS_LIMIT, {EK_VALUE_UNSET, 0, 0, NULL}, {EK_VALUE_LIST, 0, 2, limits}},
		{EK_SET_RAMP_STEPS, {EK_VALUE_UNSET, 0, 0, NULL}, {EK_VALUE_LIST, 0, 3, steps}},
		{EK_SET_RAMP_START, {EK_VALUE_NULL, 0, 0, NULL}, {EK_VALUE_INT, 11016, 0, NULL}},
		{EK_SET_OVERFLOW, {EK_VALUE_UNSET, 0, 0, NULL}, {EK_VALUE_LIST, 0, 4, levels}},
		{EK_SET_CALENDAR, {EK_VALUE_NULL, 0, 0, NULL}, {EK_VALUE_CALENDAR, 0, 0, NULL}},
		{EK_SET_SHIFT_MARGIN_MS, {EK_VALUE_INT, 0, 0, NULL}, {EK_VALUE_AUTO, 0, 0, NULL}},
		{EK_SET_SHIFT_GATE, {EK_VALUE_INT, 0, 0, NULL}, {EK_VALUE_INT, 1, 0, NULL}},
		{EK_SET_DAY_HOURS, {EK_VALUE_UNSET, 0, 0, NULL}, {EK_VALUE_LIST, 0, 2, hours}},
	};
	make(e, EK_EVENT_SETTINGS_CHANGED);
	e->settings_changed.version = 312;
	e->settings_changed.scope = EK_SCOPE_WORKSPACE;
	e->settings_changed.changes = (struct ek_changes){changes, EK_LEN(changes)};
}

static void calendar(struct ek_event *e)
{
	static const struct ek_zone_shift shifts[] = {{EK_ZONE_SINCE_EVER, 3600000},
						      {1806195600000, 7200000}};
	static const struct ek_week_hours week[] = {{1, 34200000, 86400000}};
	static const int32_t dates[] = {11016};
	make(e, EK_EVENT_CALENDAR_CHANGED);
	e->by = (struct ek_actor){EK_ACTOR_RULE, 0};
	e->calendar_changed.zone = (struct ek_zone){EK_S("Europe/Paris"), shifts, 2};
	e->calendar_changed.week = (struct ek_week){week, 1};
	e->calendar_changed.closed = (struct ek_dates){dates, 1};
}

static void scheduled(struct ek_event *e)
{
	static const struct ek_set sets[] = {{EK_SET_RANK, {EK_VALUE_INT, 2, 0, NULL}},
					     {EK_SET_LIMIT, {EK_VALUE_UNSET, 0, 0, NULL}}};
	make(e, EK_EVENT_SETTINGS_SCHEDULED);
	e->settings_scheduled.schedule = 1;
	e->settings_scheduled.scope = EK_SCOPE_TEAM;
	e->settings_scheduled.id = 4;
	e->settings_scheduled.set = (struct ek_sets){sets, 2};
	e->settings_scheduled.effective_at.ms = 8;
}

#define HEAD "{\"at\":1795305600123,\"by\":\"system\",\"cause_seq\":48210,\"data\":{"
#define TAIL(type) "},\"seq\":48211,\"type\":\"" type "\",\"v\":1}"
static const struct {
	const char *promise;
	void (*make)(struct ek_event *);
	const char *line;
} known[] = {
	{"ids, words, numbers, and null for what is absent", assignment,
	 HEAD "\"assignment\":9,\"chosen_by\":null,\"conversation\":5012,\"how\":\"balanced\","
	      "\"level\":null,\"limit\":6,\"load\":2,\"reason\":null,\"runner_up\":null,\"team\":7,"
	      "\"teammate\":41" TAIL("assignment.made")},
	{"needs, attributes, tags, times", arrival,
	 "{\"at\":1795305600123,\"by\":\"person:3\",\"cause_seq\":null,\"data\":{\"attributes\":"
	 "{\"plan\":null,\"tier\":\"gold\"},\"capacity_class\":null,\"channel\":\"chat\","
	 "\"complexity\":null,\"contact\":null,\"conversation\":1,\"needs\":[{\"min_level\":1,"
	 "\"relax_after_ms\":null,\"required\":true,\"skill\":\"lang:ko\"}],\"priority\":0,"
	 "\"sla_due\":null,\"started\":-5,\"tags\":[\"a\\\"b\"],\"team\":null,"
	 "\"waiting_since\":null" TAIL("conversation.arrived")},
	{"settings of every look", settings,
	 HEAD "\"changes\":["
	      "{\"after\":[{\"key\":\"sla\",\"reverse\":false},{\"key\":\"attribute:tier\","
	      "\"reverse\":true}],"
	      "\"before\":\"inherit\",\"setting\":\"order_keys\"},"
	      "{\"after\":{\"tier\":[\"gold\",\"silver\"]},\"before\":{},\"setting\":\"attribute_"
	      "orders\"},"
	      "{\"after\":\"saveable\",\"before\":\"deadline\",\"setting\":\"sla_order\"},"
	      "{\"after\":2,\"before\":null,\"setting\":\"limit\"},"
	      "{\"after\":{\"chat\":null,\"email\":3},\"before\":\"inherit\",\"setting\":\"class_"
	      "limit\"},"
	      "{\"after\":[{\"complexity_max\":2,\"from_day\":0,\"limit_permille\":500}],"
	      "\"before\":\"inherit\",\"setting\":\"ramp_steps\"},"
	      "{\"after\":\"2000-02-29\",\"before\":null,\"setting\":\"ramp_start\"},"
	      "{\"after\":[{\"after_ms\":60000,\"clock\":\"office_hours\",\"respect_gate\":true,"
	      "\"team\":12}],"
	      "\"before\":\"inherit\",\"setting\":\"overflow\"},"
	      "{\"after\":\"calendar\",\"before\":null,\"setting\":\"calendar\"},"
	      "{\"after\":\"auto\",\"before\":0,\"setting\":\"shift_margin_ms\"},"
	      "{\"after\":true,\"before\":false,\"setting\":\"shift_gate\"},"
	      "{\"after\":{\"from\":\"08:00\",\"to\":\"24:00\"},\"before\":\"inherit\","
	      "\"setting\":\"day_hours\"}],"
	      "\"id\":null,\"schedule\":null,\"scope\":\"workspace\",\"undoes\":null,\"version\":"
	      "312" TAIL("settings.changed")},
	{"a calendar with its zone", calendar,
	 "{\"at\":1795305600123,\"by\":\"rule\",\"cause_seq\":48210,\"data\":{\"closed\":[\"2000-"
	 "02-29\"],"
	 "\"team\":null,\"week\":[{\"day\":1,\"from\":\"09:30\",\"to\":\"24:00\"}],"
	 "\"zone\":{\"name\":\"Europe/Paris\",\"shifts\":[{\"at\":null,\"offset_ms\":3600000},"
	 "{\"at\":1806195600000,\"offset_ms\":7200000}]}" TAIL("calendar.changed")},
	{"settings that will be", scheduled,
	 HEAD
	 "\"effective_at\":8,\"id\":4,\"schedule\":1,\"scope\":\"team\",\"set\":["
	 "{\"setting\":\"rank\",\"value\":2},{\"setting\":\"limit\",\"value\":\"inherit\"}]" TAIL(
		 "settings.scheduled")},
};

static void test_known(void **state)
{
	(void)state;
	struct room r = open_room();
	for (size_t i = 0; i < EK_LEN(known); i++) {
		struct ek_event e;
		struct ek_err err;
		known[i].make(&e);
		ek_json_reset(&r.json);
		assert_true(ek_event_json_write(&r.json, &e, NULL));
		ek_str is = ek_json_written(&r.json);
		if (!ek_str_is(is, known[i].line))
			fail_msg("%s: %.*s", known[i].promise, (int)is.n, is.p);
		if (!ek_event_json_read(is, &r.arena, &e, NULL, &err))
			fail_msg("%s: %s", known[i].promise, err.msg);
	}
	close_room(&r);
}

static void check_there_and_back(struct room *r, int kind, uint64_t seed)
{
	struct ek_event_sample s = {&r->arena, seed * 1000 + (uint64_t)kind};
	struct ek_event e;
	struct ek_event again;
	struct ek_err err;
	size_t n[2];
	ek_arena_reset(&r->arena);
	ek_json_reset(&r->json);
	ek_event_sample(&s, kind, 1 + seed * seed, &e);
	assert_true(ek_event_json_write(&r->json, &e, NULL));
	assert_true(ek_json_is_whole(&r->json));
	ek_str line = ek_json_written(&r->json);
	if (!ek_event_json_read(line, &r->arena, &again, NULL, &err))
		fail_msg("%s: %.*s", err.msg, (int)line.n, line.p);
	struct ek_codec_base base = {e.seq, e.at};
	n[0] = ek_codec_write(&e, base, r->bytes[0], BYTES_MAX);
	n[1] = ek_codec_write(&again, base, r->bytes[1], BYTES_MAX);
	assert_int_equal(n[0], n[1]);
	assert_memory_equal(r->bytes[0], r->bytes[1], n[0]);
	assert_int_equal(again.at.ms, e.at.ms);
}

static void test_every_kind(void **state)
{
	(void)state;
	struct room r = open_room();
	for (int kind = 1; kind < EK_EVENT_COUNT; kind++) {
		for (uint64_t seed = 0; ek_event_record(kind) != NULL && seed < SEEDS; seed++)
			check_there_and_back(&r, kind, seed);
	}
	close_room(&r);
}

static void test_more(void **state)
{
	(void)state;
	static const struct ek_event_json more = {7, TEXT("aa"), TEXT("bb"), TEXT("cc")};
	struct room r = open_room();
	struct ek_event_json back;
	struct ek_event e;
	struct ek_err err;
	make(&e, EK_EVENT_CONVERSATION_CLOSED);
	e.conversation_closed.conversation.v = 5;
	assert_true(ek_event_json_write(&r.json, &e, &more));
	ek_str is = ek_json_written(&r.json);
	assert_true(ek_str_is(is,
			      HEAD "\"conversation\":5},\"epoch\":7,\"hash\":\"aa\",\"key\":\"bb\","
				   "\"prev_hash\":\"cc\",\"seq\":48211,"
				   "\"type\":\"conversation.closed\",\"v\":1}"));
	assert_true(ek_event_json_read(is, &r.arena, &e, &back, &err));
	assert_int_equal(back.epoch, 7);
	assert_true(ek_str_is(back.hash, "aa") && ek_str_is(back.key, "bb") &&
		    ek_str_is(back.prev_hash, "cc"));
	close_room(&r);
}

#define CLOSED(data) HEAD data TAIL("conversation.closed")
static const struct {
	const char *promise;
	const char *line;
	int code; /* EK_OK = taken */
	const char *refused;
} lines[] = {
	{"a line as it is written", CLOSED("\"conversation\":5"), EK_OK, NULL},
	{"a field from before it was there", CLOSED(""), EK_OK, NULL},
	{"a blank", CLOSED("\"conversation\": 5"), EK_DAMAGE, "not the line that would be written"},
	{"members in another order",
	 "{\"by\":\"system\",\"at\":5,\"cause_seq\":null,\"data\":{},\"seq\":1,"
	 "\"type\":\"conversation.closed\",\"v\":1}",
	 EK_DAMAGE, "not the line that would be written"},
	{"an escape that is not needed",
	 HEAD "\"conversation\":1,\"reason\":null,\"team\":2"
	      "},\"seq\":48211,\"type\":\"conversation\\u002equeued\",\"v\":1}",
	 EK_DAMAGE, "not the line"},
	{"a member that is not known", CLOSED("\"conversatio\":5"), EK_DAMAGE,
	 "data: no field \"conversatio\"; did you mean \"conversation\"?"},
	{"an id as text", CLOSED("\"conversation\":\"c1\""), EK_DAMAGE,
	 "conversation: expected an id of 1 or more, got \"c1\""},
	{"an id of 0", CLOSED("\"conversation\":0"), EK_DAMAGE,
	 "expected an id of 1 or more, got 0"},
	{"a type from after today", HEAD TAIL("conversation.folded"), EK_TOO_NEW, "unknown here"},
	{"a version from after today",
	 "{\"at\":5,\"by\":\"system\",\"cause_seq\":null,\"data\":{},\"seq\":1,"
	 "\"type\":\"conversation.closed\",\"v\":2}",
	 EK_TOO_NEW, "unknown here"},
	{"a cause after the event",
	 "{\"at\":5,\"by\":\"system\",\"cause_seq\":9,\"data\":{},\"seq\":9,"
	 "\"type\":\"conversation.closed\",\"v\":1}",
	 EK_DAMAGE, "cause_seq: expected a whole number of 1 to 8"},
	{"no seq",
	 "{\"at\":5,\"by\":\"system\",\"cause_seq\":null,\"data\":{},"
	 "\"type\":\"conversation.closed\",\"v\":1}",
	 EK_DAMAGE, "seq: expected a whole number"},
	{"an actor that is not listed",
	 "{\"at\":5,\"by\":\"root\",\"cause_seq\":null,\"data\":{},\"seq\":9,"
	 "\"type\":\"conversation.closed\",\"v\":1}",
	 EK_DAMAGE, "by: expected person, rule or system"},
	{"an actor of number 01",
	 "{\"at\":5,\"by\":\"rule:01\",\"cause_seq\":null,\"data\":{},\"seq\":9,"
	 "\"type\":\"conversation.closed\",\"v\":1}",
	 EK_DAMAGE, "not the line"},
	{"a time as text",
	 "{\"at\":\"2026-11-23T10:00:00Z\",\"by\":\"system\",\"cause_seq\":null,\"data\":{},"
	 "\"seq\":9,"
	 "\"type\":\"conversation.closed\",\"v\":1}",
	 EK_DAMAGE, "at: expected a whole number"},
	{"no JSON", "{", EK_DAMAGE, "not JSON"},
	{"no object", "[]", EK_DAMAGE, "expected an object"},
	{"data that is no object",
	 "{\"at\":5,\"by\":\"system\",\"cause_seq\":null,\"data\":[],\"seq\":9,"
	 "\"type\":\"conversation.closed\",\"v\":1}",
	 EK_DAMAGE, "data: expected an object, got a list"},
	{"a setting that is not known",
	 HEAD
	 "\"changes\":[{\"after\":1,\"before\":1,\"setting\":\"limits\"}]" TAIL("settings.changed"),
	 EK_DAMAGE, "changes[1].setting: expected the name of a setting"},
	{"an empty change", HEAD "\"changes\":[{}]" TAIL("settings.changed"), EK_DAMAGE,
	 "changes[1].setting: expected the name of a setting, got nothing"},
};

static void test_lines(void **state)
{
	(void)state;
	struct room r = open_room();
	for (size_t i = 0; i < EK_LEN(lines); i++) {
		struct ek_event e;
		struct ek_err err = {.msg = ""};
		ek_str line = {lines[i].line, (uint32_t)strlen(lines[i].line)};
		bool ok = ek_event_json_read(line, &r.arena, &e, NULL, &err);
		if (ok != (lines[i].code == EK_OK) || (int)err.code != lines[i].code ||
		    (!ok && strstr(err.msg, lines[i].refused) == NULL))
			fail_msg("%s: %s", lines[i].promise, ok ? "taken" : err.msg);
	}
	close_room(&r);
}

/* What the log could not hold does not come in either. */
static void test_beyond_limits(void **state)
{
	(void)state;
	struct room r = open_room();
	struct ek_event e;
	struct ek_err err;
	char text[202] = {0};
	char line[600];
	memset(text, 'x', 201);
	size_t n = ek_format(line, sizeof line, "%s%s%s", HEAD "\"reason\":\"", text,
			     "\"" TAIL("presence.changed"));
	assert_false(ek_event_json_read((ek_str){line, (uint32_t)n}, &r.arena, &e, NULL, &err));
	assert_int_equal(err.code, EK_DAMAGE);
	assert_non_null(strstr(err.msg, "a text is too long"));
	close_room(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),         cmocka_unit_test(test_every_kind),
		cmocka_unit_test(test_more),          cmocka_unit_test(test_lines),
		cmocka_unit_test(test_beyond_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
