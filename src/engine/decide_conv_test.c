/* What sleeps until a local time wakes when it is that time by the zone data of the day.
 *
 * Conversation 1 waits in team 1, which nobody serves; at 09:00 UTC noon is asked for. */
#include "base/heap_scene.h"
#include "engine/image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define HOUR 3600000LL
#define DAY (20613 * 86400000LL) /* 2026-06-09 */
#define NOON (DAY + 12 * HOUR)

enum { EVENTS = 8 };

struct scene {
	struct ek_engine *e;
	struct ek_event v[EVENTS]; /* of the last command */
	uint32_t n;
	int64_t at;
};

static void submit(struct scene *s, struct ek_cmd cmd)
{
	struct ek_events out;
	struct ek_err err = {0};
	cmd.by.kind = EK_ACTOR_SYSTEM;
	if (!ek_engine_submit(s->e, &cmd, (ek_time){s->at}, &out, &err))
		fail_msg("%s: %s", ek_cmd_record(cmd.kind)->wire, err.msg);
	s->n = out.n < EVENTS ? out.n : EVENTS;
	for (uint32_t i = 0; i < s->n; i++)
		s->v[i] = out.v[i];
}

static void zone(struct scene *s, int32_t hours_east)
{
	const struct ek_zone_shift shift = {EK_ZONE_SINCE_EVER, (int32_t)(hours_east * HOUR)};
	struct ek_cmd c = ek_cmd_make(EK_CMD_ZONE_SET);
	c.zone_set.zone = (struct ek_zone){EK_S("Somewhere"), &shift, 1};
	submit(s, c);
}

static void snooze(struct scene *s, int64_t until, int64_t wall)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_SNOOZE);
	c.conversation_snooze.conversation.v = 1;
	c.conversation_snooze.until.ms = until;
	c.conversation_snooze.wall.ms = wall;
	submit(s, c);
}

static struct scene begin(void)
{
	struct scene s = {.at = DAY + 9 * HOUR};
	struct ek_err err;
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	assert_true(ek_engine_open(ek_heap_scene(), &s.e, &err));
	submit(&s, ek_cmd_make(EK_CMD_TEAM_CREATE));
	c.conversation_create.team.v = 1;
	submit(&s, c);
	return s;
}

/* What the last command says of sleeping; of conversation 0 when it says nothing. */
static struct ek_conversation_snoozed again(const struct scene *s)
{
	for (uint32_t i = 0; i < s->n; i++) {
		if (s->v[i].kind == EK_EVENT_CONVERSATION_SNOOZED)
			return s->v[i].conversation_snoozed;
	}
	return (struct ek_conversation_snoozed){{0}, {0}, {0}, false};
}

static void the_fact_says_what_was_asked_for(void **state)
{
	struct scene s = begin();
	(void)state;
	snooze(&s, EK_NONE, NOON);
	assert_int_equal(again(&s).until.ms, NOON);
	assert_int_equal(again(&s).wall.ms, NOON);
	assert_false(again(&s).again);
	snooze(&s, NOON, EK_NONE);
	assert_int_equal(again(&s).wall.ms, EK_NONE);
	ek_engine_close(&s.e);
}

/* Another instant is a fact of its own; the same instant is none. It is no snooze of anybody's. */
static void another_zone_is_another_instant(void **state)
{
	struct scene s = begin();
	(void)state;
	snooze(&s, EK_NONE, NOON);
	assert_int_equal(s.e->convs[1].resnoozed, 1);
	zone(&s, 2);
	assert_int_equal(again(&s).conversation.v, 1);
	assert_int_equal(again(&s).until.ms, NOON - 2 * HOUR);
	assert_int_equal(again(&s).wall.ms, NOON);
	assert_true(again(&s).again);
	assert_int_equal(s.e->convs[1].resnoozed, 1);
	assert_int_equal(s.e->convs[1].snoozed_until, NOON - 2 * HOUR);
	assert_int_equal(ek_engine_next_due(s.e).ms, NOON - 2 * HOUR);
	zone(&s, 2);
	assert_int_equal(again(&s).conversation.v, 0);
	ek_engine_close(&s.e);
}

/* By the new zone noon was an hour ago. */
static void what_is_over_wakes_at_once(void **state)
{
	struct scene s = begin();
	(void)state;
	snooze(&s, EK_NONE, NOON);
	zone(&s, 4);
	assert_int_equal(again(&s).until.ms, s.at);
	assert_int_equal(s.e->convs[1].state, EK_STATE_OPEN);
	ek_engine_close(&s.e);
}

static struct ek_cmd about(int kind)
{
	struct ek_cmd c = ek_cmd_make(kind);
	c.conversation_close.conversation.v = 1; /* the first field of each */
	return c;
}

static void an_end_of_sleep_forgets_it(void **state)
{
	static const int ends[] = {EK_CMD_CONTACT_MESSAGE, EK_CMD_OUTSIDE_MESSAGE,
				   EK_CMD_CONVERSATION_REOPEN, EK_CMD_CONVERSATION_CLOSE};
	(void)state;
	for (size_t i = 0; i < EK_LEN(ends); i++) {
		struct scene s = begin();
		snooze(&s, EK_NONE, NOON);
		assert_true(s.e->extras[s.e->convs[1].extra].has_wall);
		submit(&s, about(ends[i]));
		assert_false(s.e->extras[s.e->convs[1].extra].has_wall);
		zone(&s, 2);
		assert_int_equal(again(&s).conversation.v, 0);
		ek_engine_close(&s.e);
	}
}

/* Whoever put it to sleep awaited that; its contact waits no longer for it than before. */
static void an_answer_from_outside_wakes_and_does_no_more(void **state)
{
	static const struct {
		const char *what;
		int before; /* a command; 0 = none */
		uint8_t state;
		bool wakes;
	} rows[] = {
		{"asleep until noon", EK_CMD_CONVERSATION_SNOOZE, EK_STATE_OPEN, true},
		{"open", 0, EK_STATE_OPEN, false},
		{"closed", EK_CMD_CONVERSATION_CLOSE, EK_STATE_CLOSED, false},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct scene s = begin();
		bool woke = false;
		if (rows[i].before == EK_CMD_CONVERSATION_SNOOZE)
			snooze(&s, NOON, EK_NONE);
		else if (rows[i].before != 0)
			submit(&s, about(rows[i].before));
		int64_t since = s.e->convs[1].waiting_since;
		submit(&s, about(EK_CMD_OUTSIDE_MESSAGE));
		for (uint32_t k = 0; k < s.n; k++) {
			const struct ek_event *v = &s.v[k];
			woke = woke || (v->kind == EK_EVENT_CONVERSATION_WOKEN &&
					v->conversation_woken.cause == EK_CAUSE_OUTSIDE);
		}
		if (woke != rows[i].wakes || s.e->convs[1].state != rows[i].state ||
		    s.e->convs[1].waiting_since != since)
			fail_msg("%s", rows[i].what);
		ek_engine_close(&s.e);
	}
}

struct bytes {
	uint8_t p[4096];
	size_t n;
};

static bool collect(void *ctx, const void *p, size_t n)
{
	struct bytes *b = ctx;
	assert_true(n <= sizeof b->p - b->n);
	memcpy(b->p + b->n, p, n);
	b->n += n;
	return true;
}

/* Only as long as it sleeps, so that other states have the images that they had. */
static void it_is_in_the_image(void **state)
{
	struct scene s = begin();
	struct bytes b = {.n = 0};
	struct ek_err err;
	(void)state;
	snooze(&s, EK_NONE, NOON);
	assert_true(ek_engine_save(s.e, collect, &b));
	assert_int_equal(b.p[8], 3);
	struct scene t = {.at = s.at};
	assert_true(ek_engine_open(ek_heap_scene(), &t.e, &err));
	assert_true(ek_engine_load(t.e, b.p, b.n, &err));
	zone(&t, 2);
	assert_int_equal(again(&t).conversation.v, 1);
	assert_int_equal(again(&t).until.ms, NOON - 2 * HOUR);
	submit(&t, about(EK_CMD_CONTACT_MESSAGE));
	b.n = 0;
	assert_true(ek_engine_save(t.e, collect, &b));
	assert_int_equal(b.p[8], 1);
	ek_engine_close(&s.e);
	ek_engine_close(&t.e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fact_says_what_was_asked_for),
		cmocka_unit_test(another_zone_is_another_instant),
		cmocka_unit_test(what_is_over_wakes_at_once),
		cmocka_unit_test(an_end_of_sleep_forgets_it),
		cmocka_unit_test(an_answer_from_outside_wakes_and_does_no_more),
		cmocka_unit_test(it_is_in_the_image),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
