/* Live streams: forms of frames, filters, and where a stream begins (promise P8). */
#include "push/feed_scene.h"

#include "model/event_sample.h"
#include "model/setting.h"

/* ---- forms ---- */

static void test_frame_form(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_reopen(f);
	struct client *c = ek_feed_scene_connect_all(f);
	ek_feed_scene_pull(c);
	ek_feed_scene_has(c, "\n\nevent: hello\ndata: {\"log\":\"5f0c\",\"seq\":0}\n\n");
	assert_memory_equal(c->text, "retry: ", 7);
	ek_feed_scene_arrive(f, 90211, 7);
	ek_feed_scene_give(f, 90211, 1042);
	f->log[2].assignment_made.team.v = 7;
	f->log[2].by = (struct ek_actor){EK_ACTOR_PERSON, 5};
	ek_feed_scene_publish(f);
	assert_int_equal(c->wakes, 1);
	ek_feed_scene_pull(c);
	ek_feed_scene_has(c,
			  "id: 1\nevent: conversation.arrived\ndata: {\"seq\":1,\"prev\":0,"
			  "\"at\":\"2026-03-09T08:15:00.124Z\",\"type\":\"conversation.arrived\","
			  "\"conversation\":\"cv_90211\",\"contact\":null,\"channel\":null,"
			  "\"team\":\"team_7\",\"priority\":0,\"sla_due\":null,");
	ek_feed_scene_has(c, "id: 2\nevent: assignment.made\ndata: {\"seq\":2,\"prev\":1,"
			     "\"at\":\"2026-03-09T08:15:00.125Z\",\"type\":\"assignment.made\","
			     "\"assignment\":\"asg_40077\",\"conversation\":\"cv_90211\","
			     "\"teammate\":\"tm_1042\",\"team\":\"team_7\",\"how\":\"balanced\","
			     "\"level\":null,\"actor\":{\"kind\":\"person\","
			     "\"teammate\":\"tm_5\",\"rule\":null}}\n\n");
	ek_feed_scene_lacks(c, "\"actor\":{\"kind\":\"system\"");
	ek_feed_scene_sound(c);
	ek_feed_scene_free(c);
}

/* security, section 2: no secondary path tells what the first one hides. */
static void test_private_fields(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_reopen(f);
	struct client *c = ek_feed_scene_connect_all(f);
	ek_feed_scene_pull(c);
	ek_feed_scene_give(f, 1, 2);
	struct ek_event *e = ek_feed_scene_event(f, EK_EVENT_PRESENCE_CHANGED);
	e->presence_changed.teammate.v = 9;
	e->presence_changed.reason = EK_S("doctor");
	e = ek_feed_scene_event(f, EK_EVENT_OFFER_MADE);
	e->offer_made.conversation.v = 1;
	e->offer_made.runner_up.v = 77;
	e->offer_made.until.ms = 0;
	ek_feed_scene_publish(f);
	ek_feed_scene_pull(c);
	ek_feed_scene_has(c, "\"teammate\":\"tm_9\"");
	ek_feed_scene_has(c, "\"until\":\"1970-01-01T00:00:00.000Z\"");
	ek_feed_scene_lacks(c, "doctor");
	ek_feed_scene_lacks(c, "because");
	ek_feed_scene_lacks(c, "tm_77");
	ek_feed_scene_lacks(c, "\"load\"");
	ek_feed_scene_lacks(c, "\"limit\"");
	ek_feed_scene_lacks(c, "reason");
	ek_feed_scene_free(c);
}

static void test_ids_of_settings_and_contacts(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_reopen(f);
	struct client *c = ek_feed_scene_connect_all(f);
	ek_feed_scene_pull(c);
	static const struct ek_change changes[] = {{.setting = EK_SET_DEFAULT_TEAM,
						    .before = {.kind = EK_VALUE_NULL},
						    .after = {.kind = EK_VALUE_INT, .i = 12}}};
	static const struct {
		uint8_t scope;
		int64_t id;
		const char *text;
	} rows[] = {{EK_SCOPE_TEAM, 3, "\"scope\":\"team\",\"id\":\"team_3\""},
		    {EK_SCOPE_TEAMMATE, 4, "\"scope\":\"teammate\",\"id\":\"tm_4\""},
		    {EK_SCOPE_WORKSPACE, EK_NONE, "\"scope\":\"workspace\",\"id\":null"}};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_event *e = ek_feed_scene_event(f, EK_EVENT_SETTINGS_CHANGED);
		e->settings_changed.scope = rows[i].scope;
		e->settings_changed.id = rows[i].id;
		e->settings_changed.changes = (struct ek_changes){changes, 1};
		ek_feed_scene_publish(f);
		ek_feed_scene_pull(c);
		ek_feed_scene_has(c, rows[i].text);
		ek_feed_scene_has(c, "\"changes\":[{\"setting\":\"default_team\",\"before\":null,"
				     "\"after\":\"team_12\"}]");
	}
	ek_feed_scene_event(f, EK_EVENT_CONTACT_ERASED)->contact_erased.contact.v = 72;
	ek_feed_scene_event(f, EK_EVENT_CONTACT_ERASED)->contact_erased.contact.v = 404;
	ek_feed_scene_publish(f);
	ek_feed_scene_pull(c);
	ek_feed_scene_has(
		c, "\"type\":\"contact.erased\",\"contact\":\"ct_64f1c0a29be37d5a10c48e72\"}");
	ek_feed_scene_has(c, "\"type\":\"contact.erased\"}");
	ek_feed_scene_free(c);
}

/* Every kind of event, with every field, comes out as one line of JSON; what was before as none. */
static void test_every_kind(void **state)
{
	struct fixture *f = *state;
	struct ek_event_sample s = {&f->arena, 7};
	ek_feed_scene_reopen(f);
	struct client *c = ek_feed_scene_connect_all(f);
	ek_feed_scene_pull(c);
	for (int round = 0; round < 4; round++) {
		for (int kind = 1; kind < EK_EVENT_COUNT; kind++) {
			struct ek_event *e = ek_feed_scene_event(f, kind);
			ek_event_sample(&s, kind, f->head, e);
			if (e->kind == EK_EVENT_CONVERSATION_ARRIVED)
				e->conversation_arrived.conversation.v = (uint32_t)round + 1;
			if (e->kind == EK_EVENT_CONVERSATION_MOVED)
				e->conversation_moved.conversation.v = (uint32_t)round + 1;
			if (e->kind == EK_EVENT_ASSIGNMENT_MADE)
				e->assignment_made.conversation.v = (uint32_t)round + 1;
			if (e->kind == EK_EVENT_ASSIGNMENT_ENDED)
				e->assignment_ended.conversation.v = (uint32_t)round + 1;
		}
	}
	ek_feed_scene_publish(f);
	ek_feed_scene_pull_by(c, 100);
	int told = 0;
	for (int kind = 1; kind < EK_EVENT_COUNT; kind++)
		told += !ek_event_is_silent(kind);
	assert_int_equal(told, EK_EVENT_COUNT - 1 - 3);
	assert_int_equal(c->check.n, 4 * told);
	ek_feed_scene_sound(c);
	ek_feed_scene_free(c);
}

static void test_great_frame_is_cut(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_reopen(f);
	struct client *c = ek_feed_scene_connect_all(f);
	ek_feed_scene_pull(c);
	struct ek_shift *shifts = ek_arena_zero(&f->arena, 2000 * sizeof *shifts);
	assert_non_null(shifts);
	struct ek_event *e = ek_feed_scene_event(f, EK_EVENT_SHIFT_CHANGED);
	e->shift_changed.teammate.v = 5;
	e->shift_changed.shifts = (struct ek_shifts){shifts, 2000};
	ek_feed_scene_publish(f);
	ek_feed_scene_pull(c);
	ek_feed_scene_has(c, "\"type\":\"shift.changed\",\"teammate\":\"tm_5\",\"cut\":true}");
	ek_feed_scene_sound(c);
	ek_feed_scene_free(c);
}

static void test_types(void **state)
{
	(void)state;
	struct ek_feed_types t = {{0, 0}};
	assert_true(ek_feed_types_add(&t, EK_S("assignment.made")));
	assert_true(ek_feed_types_add(&t, EK_S("state.job")));
	assert_false(ek_feed_types_add(&t, EK_S("assignment")));
	assert_false(ek_feed_types_add(&t, EK_S("state.")));
	assert_false(ek_feed_types_add(&t, EK_S("")));
	static const struct {
		const char *text;
		bool ok;
		uint64_t after;
	} rows[] = {{"0", true, 0},
		    {"18204417", true, 18204417},
		    {"999999999999999", true, 999999999999999},
		    {"1000000000000000", false, UINT64_MAX},
		    {"99999999999999999999999999", false, UINT64_MAX},
		    {"", false, UINT64_MAX},
		    {"-1", false, UINT64_MAX},
		    {"+1", false, UINT64_MAX},
		    {" 1", false, UINT64_MAX},
		    {"1e3", false, UINT64_MAX},
		    {"0x10", false, UINT64_MAX}};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		uint64_t after = 5;
		ek_str s = {rows[i].text, (uint32_t)strlen(rows[i].text)};
		assert_int_equal(ek_feed_position(s, &after), rows[i].ok);
		assert_true(after == rows[i].after);
	}
}

/* ---- who gets what ---- */

static void test_filters(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_reopen(f);
	struct ek_feed_types made = {{0, 0}};
	assert_true(ek_feed_types_add(&made, EK_S("assignment.made")));
	const struct {
		struct ek_feed_wish wish;
		uint64_t seqs[8];
	} rows[] = {
		{{.reach.all = true}, {1, 2, 3, 4, 5, 6, 7, 8}},
		{{.team = 1, .reach.all = true}, {1, 3, 4, 5}},
		{{.team = 2, .reach.all = true}, {2, 5, 6, 7}},
		{{.teammate = 10, .reach.all = true}, {3, 4, 5, 6}},
		{{.conversation = 2, .reach.all = true}, {2, 7}},
		{{.team = 2, .conversation = 1, .reach.all = true}, {5, 6}},
		{{.types = made, .reach.all = true}, {3}},
		{{.reach = {.team_count = 1, .teams = {1}}}, {1, 3, 4, 5, 8}},
		{{.reach = {.teammate = 10}}, {3, 4, 5, 6, 8}},
	};
	struct client *c[EK_LEN(rows)];
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		c[i] = ek_feed_scene_client(f, rows[i].wish);
		assert_true(ek_feed_scene_connect(c[i]));
		ek_feed_scene_pull(c[i]);
	}
	ek_feed_scene_arrive(f, 1, 1); /* 1 */
	ek_feed_scene_arrive(f, 2, 2); /* 2 */
	ek_feed_scene_give(f, 1, 10);  /* 3: its team is known from 1 */
	ek_feed_scene_write(f, 1);     /* 4: team 1, held by 10 */
	struct ek_event *e =
		ek_feed_scene_event(f, EK_EVENT_CONVERSATION_MOVED); /* 5: from 1 to 2 */
	e->conversation_moved = (struct ek_conversation_moved){{1}, {1}, {2}, true, false};
	ek_feed_scene_write(f, 1);                       /* 6: team 2 */
	ek_feed_scene_write(f, 2);                       /* 7 */
	ek_feed_scene_event(f, EK_EVENT_SERVER_STARTED); /* 8: concerns all */
	ek_feed_scene_publish(f);
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		size_t n = 0;
		while (n < EK_LEN(rows[i].seqs) && rows[i].seqs[n] != 0)
			n++;
		ek_feed_scene_pull(c[i]);
		if (c[i]->check.n != n ||
		    memcmp(c[i]->check.seqs, rows[i].seqs, n * sizeof(uint64_t)) != 0)
			fail_msg("row %zu differs: %zu frames", i, c[i]->check.n);
		ek_feed_scene_sound(c[i]);
		ek_feed_scene_free(c[i]);
	}
}

/* Rule 11: those whom a frame does not concern are left alone. */
static void test_only_those_concerned_wake(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_reopen(f);
	struct client *c[20];
	for (uint32_t i = 0; i < EK_LEN(c); i++) {
		struct ek_feed_wish w = {.reach = {.team_count = 1, .teams = {i + 1}}};
		c[i] = ek_feed_scene_client(f, w);
		assert_true(ek_feed_scene_connect(c[i]));
		ek_feed_scene_pull(c[i]);
	}
	ek_feed_scene_arrive(f, 1, 7);
	ek_feed_scene_write(f, 1);
	ek_feed_scene_publish(f);
	for (uint32_t i = 0; i < EK_LEN(c); i++) {
		assert_int_equal(c[i]->wakes, i + 1 == 7 ? 1 : 0);
		ek_feed_scene_free(c[i]);
	}
}

/* ---- where a stream begins ---- */

static void test_positions(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_fill(f, 1000);
	f->o.window_events = 300;
	f->o.ring_frames = 256;
	f->o.prefill_frames = 1;
	ek_feed_scene_reopen(f);
	const struct {
		uint64_t after;
		uint64_t rights_since;
		ek_str log;
		const char *reason; /* "" = none */
		size_t n;
	} rows[] = {
		{1000, 0, {0}, "", 0},
		{990, 0, {0}, "", 10},
		{700, 0, {0}, "", 300},
		{700, 700, EK_S("5f0c"), "", 300},
		{699, 0, {0}, "too_old", 0},
		{0, 0, {0}, "too_old", 0},
		{UINT64_MAX, 0, {0}, "unknown_position", 0},
		{UINT64_C(1) << 53, 0, {0}, "unknown_position", 0},
		{990, 991, {0}, "rights_changed", 0},
		{990, 0, EK_S("5f0d"), "restored", 0},
		{990, 0, EK_S(""), "restored", 0},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_feed_wish w = {.resumes = true,
					 .after = rows[i].after,
					 .rights_since = rows[i].rights_since,
					 .log = rows[i].log,
					 .reach.all = true};
		struct client *c = ek_feed_scene_client(f, w);
		assert_true(ek_feed_scene_connect(c));
		ek_feed_scene_pull_through(c);
		assert_string_equal(c->check.reason, rows[i].reason);
		assert_int_equal(c->check.n, rows[i].n);
		assert_int_equal(c->check.held, 1000);
		ek_feed_scene_sound(c);
		ek_feed_scene_free(c);
	}
	assert_true(f->reads > 1);
}

/* An answer may name a commit that the feed has not been told of yet. */
static void test_position_ahead(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_fill(f, 10);
	ek_feed_scene_reopen(f);
	struct ek_feed_wish w = {.resumes = true, .after = 12, .reach.all = true};
	struct client *c = ek_feed_scene_client(f, w);
	assert_true(ek_feed_scene_connect(c));
	ek_feed_scene_pull(c);
	ek_feed_scene_has(c, "\"seq\":12}");
	ek_feed_scene_pass(f, 1000);
	ek_feed_scene_write(f, 1);
	ek_feed_scene_write(f, 1);
	ek_feed_scene_write(f, 1);
	ek_feed_scene_publish(f);
	assert_int_equal(c->wakes, 1);
	ek_feed_scene_pull(c);
	ek_feed_scene_has(c, "{\"seq\":13,\"prev\":12,");
	assert_int_equal(c->check.n, 1);
	assert_int_equal(c->check.resets, 0);
	ek_feed_scene_free(c);
	w.after = 99;
	c = ek_feed_scene_client(f, w);
	assert_true(ek_feed_scene_connect(c));
	ek_feed_scene_pull(c);
	ek_feed_scene_pass(f, EK_FEED_AHEAD_MS - 1);
	assert_int_equal(c->wakes, 0);
	ek_feed_scene_pass(f, 1);
	assert_int_equal(c->wakes, 1);
	ek_feed_scene_pull(c);
	ek_feed_scene_has(
		c, "id: 13\nevent: reset\ndata: {\"reason\":\"unknown_position\",\"seq\":13}\n\n");
	ek_feed_scene_free(c);
}

/* A frame that was cut off in the middle goes on, even when it has to be read back. */
static void test_split_frame_is_read_back(void **state)
{
	struct fixture *f = *state;
	f->o.ring_frames = 256;
	ek_feed_scene_reopen(f);
	struct client *c = ek_feed_scene_connect_all(f);
	ek_feed_scene_pull(c);
	ek_feed_scene_fill(f, 300);
	ek_feed_scene_publish(f);
	char buf[100];
	size_t n = 0;
	assert_int_equal(ek_feed_pull(c->sub, f->now, buf, sizeof buf, &n), EK_FEED_MORE);
	assert_int_equal(n, sizeof buf);
	ek_feed_scene_hear(&c->check, buf, n);
	for (int i = 0; i < 12; i++) { /* more blocks than are kept beside the ring */
		for (int k = 0; k < 256 && f->head < EVENTS_MAX; k++)
			ek_feed_scene_write(f, 2);
		ek_feed_scene_publish(f);
	}
	ek_feed_scene_pull_through(c);
	assert_int_equal(c->check.n, f->head);
	ek_feed_scene_sound(c);
	ek_feed_scene_free(c);
}

static void test_history_fails(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_fill(f, 1000);
	f->o.ring_frames = 256;
	f->o.prefill_frames = 1;
	ek_feed_scene_reopen(f);
	struct ek_feed_wish w = {.resumes = true, .after = 1, .reach.all = true};
	struct client *c = ek_feed_scene_client(f, w);
	struct client *d = ek_feed_scene_connect_all(f);
	assert_true(ek_feed_scene_connect(c));
	ek_feed_scene_pull(c);
	ek_feed_scene_pull(d);
	f->fails = true;
	bool more = false;
	assert_false(ek_feed_work(f->feed, f->now, &more, &f->err));
	assert_int_equal(f->err.code, EK_IO);
	ek_feed_scene_pull(c);
	assert_true(c->ended);
	ek_feed_scene_pull(d);
	assert_false(d->ended);
	f->fails = false;
	ek_feed_leave(&c->sub);
	assert_true(ek_feed_scene_connect(c));
	ek_feed_scene_pull_through(c);
	assert_int_equal(c->check.n, 999);
	ek_feed_scene_sound(c);
	ek_feed_scene_free(c);
	ek_feed_scene_free(d);
	f->fails = true;
	f->o.head = f->head;
	struct ek_feed *no = NULL;
	assert_false(ek_feed_open(&f->o, &no, &f->err));
	assert_null(no);
}

static void test_gap_is_refused(void **state)
{
	struct fixture *f = *state;
	ek_feed_scene_reopen(f);
	ek_feed_scene_fill(f, 10);
	assert_false(ek_feed_publish(f->feed, &f->log[2], 1, f->now, &f->err));
	assert_int_equal(f->err.code, EK_DAMAGE);
	assert_true(ek_feed_publish(f->feed, &f->log[1], 5, f->now, &f->err));
	assert_true(ek_feed_publish(f->feed, &f->log[3], 8, f->now, &f->err));
	assert_int_equal(ek_feed_head(f->feed), 10);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, ek_feed_scene_open, ek_feed_scene_close)
	const struct CMUnitTest tests[] = {
		T(test_frame_form),
		T(test_private_fields),
		T(test_ids_of_settings_and_contacts),
		T(test_every_kind),
		T(test_great_frame_is_cut),
		T(test_types),
		T(test_filters),
		T(test_only_those_concerned_wake),
		T(test_positions),
		T(test_position_ahead),
		T(test_split_frame_is_read_back),
		T(test_history_fails),
		T(test_gap_is_refused),
	};
	return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}
