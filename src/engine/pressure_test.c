/* Leads are told what an order by deadlines costs: when the estimate says so, and not otherwise.
 *
 * One team inbox, one teammate who is there and full. The script of a row: givings so many minutes
 * before `NOW`, conversations with deadlines so many minutes after it; then it is `NOW`. */
#include "base/heap_scene.h"
#include "engine/pressure.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE 60000LL
#define NOW (1781000000000LL / MINUTE * MINUTE)

static struct ek_engine *opened(void)
{
	struct ek_engine *e = NULL;
	struct ek_err err;
	assert_true(ek_engine_open(ek_heap_scene(), &e, &err));
	return e;
}

/* ---- the table ---- */

/* P(X <= n) of a Poisson variable, summed term by term. */
static long double chance(uint32_t n, long double mean)
{
	long double term = expl(-mean);
	long double sum = term;
	for (uint32_t k = 1; k <= n; k++) {
		term *= mean / k;
		sum += term;
	}
	return sum;
}

/* Each is the least millionth above the limit. */
static void limits_are_those_of_the_sum(void **state)
{
	(void)state;
	for (uint32_t n = EK_PRESSURE_MIN; n < EK_STATE_PACE; n++) {
		long double mean = ek_pressure_upper(n);
		if (chance(n, mean / 1e6L) > 0.1L || chance(n, (mean - 1) / 1e6L) <= 0.1L)
			fail_msg("the limit of %u", n);
	}
}

/* Half of chi2(0.90; 2n + 2) of the usual table: NIST/SEMATECH e-Handbook of Statistical Methods,
 * 1.3.6.7.4, for 30, 40, 50, 60, 70, 80, 90 and 100 degrees of freedom. */
static void limits_are_the_published_ones(void **state)
{
	static const uint32_t chi2_thousandths[] = {40256, 51805, 63167,  74397,
						    85527, 96578, 107565, 118498};
	(void)state;
	for (uint32_t i = 0; i < EK_LEN(chi2_thousandths); i++) {
		uint32_t half = chi2_thousandths[i] * 500;
		assert_in_range(ek_pressure_upper(14 + 5 * i), half - 250, half + 251);
	}
}

/* ---- scenes ---- */

struct given {
	uint32_t count;
	int16_t ago; /* minutes */
};

enum { SHUT = 1, SAVEABLE = 2, NO_SLA_KEY = 4, GONE = 8, BY_HEIR = 16, SLOW_REPLY = 32, LATE = 64 };

static const struct row {
	const char *promise;
	int16_t since; /* minutes ago: when the first deadline waited */
	struct given given[3];
	int16_t due[9]; /* minutes from now; 0 ends them. The first at most 1 minute before now */
	uint8_t how;
	uint8_t told; /* place of whom leads are told; 0 = of nobody */
} rows[] = {
	/* 10 in 60 minutes: 15.406642 at most, 3 min 53.7 s for each place or more */
	{"behind a missed one", 90, {{10, 30}}, {-1, 7, 8}, 0, 2},
	{"not in reach by the estimate", 90, {{10, 30}}, {-1, 8, 11}, 0, 3},
	{"in reach by its near end", 90, {{10, 30}}, {-1, 8, 12, 16, 20}, 0, 0},
	{"nothing is missed", 90, {{10, 30}}, {1, 2, 3}, 0, 0},
	{"what can no longer be saved is passed over", 90, {{10, 30}}, {-1, 7, 11}, SLOW_REPLY, 3},
	{"nine are too few to judge by", 90, {{9, 30}}, {-1, 1, 1}, 0, 0},
	{"one that is an hour old no longer counts", 90, {{1, 60}, {9, 30}}, {-1, 1}, 0, 0},
	{"counted since the first deadline only", 20, {{10, 15}}, {-1, 2}, 0, 2},
	{"in that time", 20, {{10, 15}}, {-1, 3}, 0, 0}, /* 2 x 20 / 15.41 = 2.6 */
	{"what heirs get is no giving", 90, {{8, 30}}, {-1, 1}, BY_HEIR, 0},
	{"saveable ones come first anyway", 90, {{10, 30}}, {-1, 7}, SAVEABLE, 0},
	{"no order by deadlines", 90, {{10, 30}}, {-1, 7}, NO_SLA_KEY, 0},
	{"what is stranded has no estimate", 90, {{10, 30}}, {-1, 7}, GONE, 0},
	{"nights are no time", 90, {{10, 90}}, {-1, 3}, SHUT, 2},
	{"nor is there time left in them", 90, {{10, 30}}, {-1, 300}, SHUT | LATE, 2},
	/* of 130 givings the last 128: 127 after the oldest, 40 minutes ago; 142.70 at most */
	{"the last givings count where many are", 90, {{2, 50}, {1, 40}, {127, 10}}, {-1, 1}, 0, 0},
	{"in the time since the oldest", 90, {{2, 59}, {128, 58}}, {-1, 1, 1, 1, 1}, 0, 3},
};

static void submit(struct ek_engine *e, struct ek_cmd cmd, int64_t at, struct ek_events *out)
{
	struct ek_err err = {0};
	struct ek_events none;
	cmd.by.kind = EK_ACTOR_SYSTEM;
	if (!ek_engine_submit(e, &cmd, (ek_time){at}, out == NULL ? &none : out, &err))
		fail_msg("%s: %s", ek_cmd_record(cmd.kind)->wire, err.msg);
}

static void set(struct ek_engine *e, int setting, struct ek_value v, int64_t at)
{
	struct ek_set s = {(uint8_t)setting, v};
	struct ek_cmd c = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
	c.settings_change.scope = EK_SCOPE_WORKSPACE;
	c.settings_change.set = (struct ek_sets){&s, 1};
	submit(e, c, at, NULL);
}

static struct ek_cmd conversation(int64_t due, uint32_t mate)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	c.conversation_create.team.v = 1;
	c.conversation_create.sla_due.ms = due;
	c.conversation_create.teammate.v = mate;
	return c;
}

/* Open from 90 minutes before now to 60 before it, and in the last 30; LATE: and no more for a day.
 */
static void shut(struct ek_engine *e, int64_t at, bool late)
{
	static const struct ek_zone_shift utc = {EK_ZONE_SINCE_EVER, 0};
	static const char name[] = "UTC";
	int64_t now = NOW % EK_CALENDAR_DAY_MS;
	struct ek_week_hours week[14];
	for (uint32_t i = 0; i < 14; i++) {
		bool first = i % 2 == 0;
		int64_t from = now - (first ? 150 : 30) * MINUTE;
		int64_t to = first ? from + 60 * MINUTE : now + (late ? 1 : 60) * MINUTE;
		week[i] = (struct ek_week_hours){(uint8_t)(1 + i / 2), (int32_t)from, (int32_t)to};
	}
	struct ek_cmd c = ek_cmd_make(EK_CMD_CALENDAR_SET);
	c.calendar_set.zone = (struct ek_zone){{name, 3}, &utc, 1};
	c.calendar_set.week = (struct ek_week){week, 14};
	submit(e, c, at, NULL);
}

static void people(struct ek_engine *e, const struct row *r, int64_t at)
{
	static const ek_team_id team = {1};
	submit(e, ek_cmd_make(EK_CMD_TEAM_CREATE), at, NULL);
	for (uint32_t i = 1; i <= 2; i++) {
		struct ek_cmd c = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
		c.teammate_create.primary = (struct ek_teams){&team, 1};
		submit(e, c, at, NULL);
	}
	struct ek_cmd here = ek_cmd_make(EK_CMD_PRESENCE_SET);
	here.presence_set.teammate.v = 1;
	here.presence_set.presence = EK_PRESENCE_ACTIVE;
	submit(e, here, at, NULL);
	set(e, EK_SET_LIMIT, ek_value_int(1), at);
	if ((r->how & SAVEABLE) != 0)
		set(e, EK_SET_SLA_ORDER, ek_value_int(EK_SLA_ORDER_SAVEABLE), at);
	if ((r->how & SLOW_REPLY) != 0)
		set(e, EK_SET_SLA_REPLY_MS, ek_value_int(8 * MINUTE), at);
	struct ek_cell key = {.i = EK_ORDER_KEY_STARTED * 2};
	if ((r->how & NO_SLA_KEY) != 0)
		set(e, EK_SET_ORDER_KEYS,
		    (struct ek_value){.kind = EK_VALUE_LIST, .n = 1, .cells = &key}, at);
	if ((r->how & SHUT) != 0)
		shut(e, at, (r->how & LATE) != 0);
}

/* Given by hand, for they are full; `since` one with a deadline came. */
static void give(struct ek_engine *e, const struct row *r)
{
	int64_t since = NOW - r->since * MINUTE;
	submit(e, conversation(NOW + 1000 * MINUTE, 0), since, NULL);
	assert_int_equal(e->teams[1].pace->n, 1);
	e->teams[1].pace->n = 0; /* that one shall not count */
	e->teams[1].pace->at = 0;
	for (size_t i = 0; i < EK_LEN(r->given); i++) {
		for (uint32_t k = 0; k < r->given[i].count; k++)
			submit(e, conversation(EK_NONE, 1), NOW - r->given[i].ago * MINUTE, NULL);
	}
	if ((r->how & BY_HEIR) == 0)
		return;
	struct ek_cmd c = conversation(EK_NONE, 2);
	submit(e, c, NOW - 10 * MINUTE, NULL);
	assert_int_equal(e->teams[1].pace->n, 9);
	c = ek_cmd_make(EK_CMD_TEAMMATE_DELETE);
	c.teammate_delete.teammate.v = 2;
	c.teammate_delete.heir.v = 1;
	submit(e, c, NOW - 10 * MINUTE, NULL);
	assert_int_equal(e->teams[1].pace->n, 9); /* and the heir's is no tenth */
}

/* Whom leads are told of, at now; the first deadline is missed a millisecond before. */
static uint32_t told(struct ek_engine *e, const struct row *r)
{
	uint32_t first = e->conv_count;
	uint32_t found = 0;
	for (uint32_t i = 0; i < EK_LEN(r->due) && r->due[i] != 0; i++) {
		int64_t due = i == 0 && r->due[0] < 0 ? NOW - 1 : NOW + r->due[i] * MINUTE;
		submit(e, conversation(due, 0), NOW - 1, NULL);
	}
	if ((r->how & GONE) != 0) {
		struct ek_cmd c = ek_cmd_make(EK_CMD_PRESENCE_SET);
		c.presence_set.teammate.v = 1;
		c.presence_set.presence = EK_PRESENCE_AWAY;
		submit(e, c, NOW - 1, NULL);
	}
	while (ek_time_is_set(ek_engine_next_due(e)) && ek_engine_next_due(e).ms <= NOW) {
		struct ek_events out;
		submit(e, ek_cmd_make(EK_CMD_TICK), ek_engine_next_due(e).ms, &out);
		for (uint32_t i = 0; i < out.n; i++) {
			if (out.v[i].kind == EK_EVENT_SLA_PRESSURE)
				found = out.v[i].sla_pressure.conversation.v - first;
		}
	}
	return found;
}

static void rows_hold(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_engine *e = opened();
		people(e, &rows[i], NOW - 1000 * MINUTE);
		give(e, &rows[i]);
		uint32_t is = told(e, &rows[i]);
		if (is != rows[i].told)
			fail_msg("%s: told of %u, want %u", rows[i].promise, is, rows[i].told);
		ek_engine_close(&e);
	}
}

/* ---- what is kept ---- */

struct bytes {
	uint8_t p[1 << 16];
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

/* After a load it goes on as if nothing had been: the same givings, told at the same times. */
static void a_load_keeps_what_was_counted(void **state)
{
	static struct bytes b;
	static struct bytes again;
	struct ek_engine *e = opened();
	struct ek_engine *f = opened();
	struct ek_err err;
	(void)state;
	people(e, &rows[0], NOW - 1000 * MINUTE);
	give(e, &rows[0]);
	assert_int_equal(told(e, &rows[0]), 2);
	assert_int_equal(e->teams[1].pace->told_at, NOW);
	assert_true(ek_engine_save(e, collect, &b));
	assert_true(ek_engine_load(f, b.p, b.n, &err));
	assert_true(ek_engine_save(f, collect, &again));
	assert_int_equal(b.n, again.n);
	assert_memory_equal(b.p, again.p, b.n);
	assert_int_equal(f->teams[1].pace->n, 10);
	assert_int_equal(f->teams[1].pace->from, NOW - 90 * MINUTE);
	assert_int_equal(f->teams[1].missed, 1);
	ek_engine_take_activity(f, e);
	assert_int_equal(ek_engine_next_due(f).ms, ek_engine_next_due(e).ms);
	assert_int_equal(ek_pressure_at(f, 1), NOW + 60 * MINUTE);
	ek_engine_close(&e);
	ek_engine_close(&f);
}

/* A workspace without deadlines has nothing of it, and an image of the first format. */
static void without_deadlines_nothing_is_kept(void **state)
{
	static struct bytes b;
	struct ek_engine *e = opened();
	(void)state;
	people(e, &rows[0], NOW);
	for (uint32_t i = 0; i < 20; i++)
		submit(e, conversation(EK_NONE, i % 2), NOW, NULL);
	assert_null(e->teams[1].pace);
	assert_true(ek_engine_save(e, collect, &b));
	assert_int_equal(b.p[8], 1);
	submit(e, conversation(NOW, 0), NOW, NULL);
	assert_non_null(e->teams[1].pace);
	b.n = 0;
	assert_true(ek_engine_save(e, collect, &b));
	assert_int_equal(b.p[8], 3);
	struct ek_cmd gone = ek_cmd_make(EK_CMD_TEAM_DELETE);
	gone.team_delete.team.v = 1;
	submit(e, gone, NOW, NULL);
	assert_null(e->teams[1].pace);
	ek_engine_close(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_are_those_of_the_sum),
		cmocka_unit_test(limits_are_the_published_ones),
		cmocka_unit_test(rows_hold),
		cmocka_unit_test(a_load_keeps_what_was_counted),
		cmocka_unit_test(without_deadlines_nothing_is_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
