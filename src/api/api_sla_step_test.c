/* How clocks of SLA policies run. Expected times: worked out by hand on a wall calendar. */
#include "api/api_sla.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "wire/list.h"

#define MIN INT64_C(60000)
#define HOUR (60 * MIN)
#define DAY (24 * HOUR)
/* Monday, 9 March 2026, 00:00 UTC */
#define MONDAY INT64_C(1773014400000)
#define AT(day, hour, min) (MONDAY + (day)*DAY + (hour)*HOUR + (min)*MIN)
#define NONE EK_NONE

enum { MON, TUE, WED };

static const struct ek_zone_shift utc[] = {{EK_ZONE_SINCE_EVER, 0}};
static const struct ek_week_hours week[] = {
	{1, 9 * HOUR, 18 * HOUR}, {2, 9 * HOUR, 18 * HOUR}, {3, 9 * HOUR, 18 * HOUR},
	{4, 9 * HOUR, 18 * HOUR}, {5, 9 * HOUR, 18 * HOUR},
};
static const struct ek_calendar office = {
	.zone = {{"UTC", 3}, utc, 1}, .week = week, .week_count = EK_LEN(week)};
static const uint64_t sales[] = {7};
static const struct ek_api_sla_policy standard = {
	.id = 2,
	.teams = sales,
	.team_count = 1,
	.calendar_id = 1,
	.calendar = &office,
	.targets = {{30 * MIN}, {HOUR}, {8 * HOUR}},
	.pauses = true,
};
static const uint8_t R = EK_API_SLA_RUNNING, P = EK_API_SLA_PAUSED, M = EK_API_SLA_MET,
		     L = EK_API_SLA_MISSED, C = EK_API_SLA_CANCELLED;

/* One conversation's life: each step, and what is true after it. 0 = no clock. */
struct step {
	const char *promise;
	uint8_t step;
	int64_t at;
	int64_t until;
	bool asleep; /* before */
	uint32_t team;
	uint8_t first, next, whole;
	int64_t due;
	bool changed;
};

static void follow_as(struct ek_api_sla *s, bool pauses)
{
	struct ek_api_sla_policy v[] = {standard};
	v[0].pauses = pauses;
	const struct ek_api_sla_policies policies = {v, EK_LEN(v)};
	ek_api_sla_step(&policies, s);
}

static void follow(struct ek_api_sla *s)
{
	follow_as(s, true);
}

static void run_as(const struct step *steps, size_t n, bool pauses)
{
	struct ek_api_sla s = {.due_before = EK_NO_TIME};
	for (size_t i = 0; i < n; i++) {
		const struct step *x = &steps[i];
		print_message("%s\n", x->promise);
		s.step = x->step;
		s.at.ms = x->at;
		s.until.ms = x->until;
		s.is_asleep = x->asleep;
		s.team.v = x->team;
		follow_as(&s, pauses);
		assert_int_equal(s.clocks[0].policy == 0 ? 0 : s.clocks[0].status, x->first);
		assert_int_equal(s.clocks[1].policy == 0 ? 0 : s.clocks[1].status, x->next);
		assert_int_equal(s.clocks[2].policy == 0 ? 0 : s.clocks[2].status, x->whole);
		assert_true(s.due.ms == x->due);
		assert_int_equal(s.is_changed, x->changed);
		s.due_before = s.due;
	}
}

static void run(const struct step *steps, size_t n)
{
	run_as(steps, n, true);
}

static void test_life(void **state)
{
	const struct step steps[] = {
		{"nights do not count", EK_API_SLA_ARRIVED, AT(MON, 17, 50), NONE, false, 7, R, 0,
		 R, AT(TUE, 9, 20), true},
		{"an answer in time meets the first target", EK_API_SLA_ANSWERED, AT(TUE, 9, 10),
		 NONE, false, 7, M, 0, R, AT(TUE, 16, 50), true},
		{"the next message starts the next clock", EK_API_SLA_WRITTEN, AT(TUE, 10, 0), NONE,
		 false, 7, M, R, R, AT(TUE, 11, 0), true},
		{"a further message does not move it", EK_API_SLA_WRITTEN, AT(TUE, 10, 20), NONE,
		 false, 7, M, R, R, AT(TUE, 11, 0), false},
		{"asleep, clocks stand, and are due after it wakes", EK_API_SLA_SNOOZED,
		 AT(TUE, 10, 30), AT(WED, 9, 0), false, 7, M, P, P, AT(WED, 9, 30), true},
		{"woken early, the rest runs from then", EK_API_SLA_WOKEN, AT(TUE, 12, 0), NONE,
		 true, 7, M, R, R, AT(TUE, 12, 30), true},
		{"an answer too late misses", EK_API_SLA_ANSWERED, AT(TUE, 13, 0), NONE, false, 7,
		 M, L, R, AT(WED, 9, 20), true},
		{"closed just in time", EK_API_SLA_CLOSED, AT(WED, 9, 20), NONE, false, 7, M, L, M,
		 NONE, false},
		{"written to again, it begins anew", EK_API_SLA_WRITTEN, AT(WED, 10, 0), NONE,
		 false, 7, M, R, R, AT(WED, 11, 0), true},
		{"a team without a policy cancels", EK_API_SLA_CHANGED, AT(WED, 10, 5), NONE, false,
		 8, M, C, C, NONE, true},
	};
	(void)state;
	run(steps, EK_LEN(steps));
}

static void test_unknown_end(void **state)
{
	const struct step steps[] = {
		{"arrives", EK_API_SLA_ARRIVED, AT(TUE, 9, 0), NONE, false, 7, R, 0, R,
		 AT(TUE, 9, 30), true},
		{"until the contact writes there is no deadline", EK_API_SLA_SNOOZED,
		 AT(TUE, 9, 10), NONE, false, 7, P, 0, P, NONE, true},
		{"then the rest runs", EK_API_SLA_WRITTEN, AT(WED, 9, 0), NONE, true, 7, R, 0, R,
		 AT(WED, 9, 20), true},
	};
	(void)state;
	run(steps, EK_LEN(steps));
}

static void test_woke_by_itself(void **state)
{
	const struct step steps[] = {
		{"arrives", EK_API_SLA_ARRIVED, AT(TUE, 9, 0), NONE, false, 7, R, 0, R,
		 AT(TUE, 9, 30), true},
		{"sleeps an hour", EK_API_SLA_SNOOZED, AT(TUE, 9, 10), AT(TUE, 10, 0), false, 7, P,
		 0, P, AT(TUE, 10, 20), true},
		{"has run since it woke, so this is late", EK_API_SLA_ANSWERED, AT(TUE, 10, 30),
		 NONE, false, 7, L, 0, R, AT(TUE, 17, 50), true},
	};
	(void)state;
	run(steps, EK_LEN(steps));
}

/* Under a policy that does not pause, sleep is time, as it is to the metrics: of 40 minutes to the
 * first answer none is left out because 30 were slept (metrics/figures_test.c, M1). */
static void snooze_is_time_to_sla_and_metric(void **state)
{
	const struct step late[] = {
		{"arrives", EK_API_SLA_ARRIVED, AT(TUE, 9, 0), NONE, false, 7, R, 0, R,
		 AT(TUE, 9, 30), true},
		{"asleep, it is due as before", EK_API_SLA_SNOOZED, AT(TUE, 9, 5), AT(TUE, 9, 35),
		 false, 7, R, 0, R, AT(TUE, 9, 30), false},
		{"so 40 minutes are late", EK_API_SLA_ANSWERED, AT(TUE, 9, 40), NONE, false, 7, L,
		 0, R, AT(TUE, 17, 0), true},
	};
	(void)state;
	run_as(late, EK_LEN(late), false);
}

static void test_came_before_the_policy(void **state)
{
	struct ek_api_sla s = {.team = {7},
			       .at = {AT(TUE, 12, 0)},
			       .due_before = EK_NO_TIME,
			       .started = {AT(MON, 9, 0)},
			       .waiting_since = {AT(MON, 9, 0)}};
	(void)state;
	follow(&s);
	assert_true(s.due.ms == AT(MON, 9, 30));
	assert_int_equal(s.clocks[2].due.ms, AT(MON, 17, 0));
	s = (struct ek_api_sla){.team = {7},
				.at = {AT(TUE, 12, 0)},
				.due_before = EK_NO_TIME,
				.started = {AT(MON, 17, 0)},
				.waiting_since = {AT(TUE, 11, 30)}};
	follow(&s);
	assert_int_equal(s.clocks[0].policy, 0);
	assert_true(s.due.ms == AT(TUE, 12, 30));
	s.is_closed = true;
	memset(s.clocks, 0, sizeof s.clocks);
	follow(&s);
	assert_true(s.due.ms == NONE);
}

/* What a rule on arrival chose stands above teams and order, and ends with its policy. */
static void test_chosen(void **state)
{
	struct ek_api_sla_policy v[] = {standard, standard};
	v[1].id = 5;
	v[1].team_count = 1;
	v[1].teams = (const uint64_t[]){99};
	v[1].calendar = NULL;
	v[1].targets[EK_API_SLA_FIRST_RESPONSE].ms = 10 * MIN;
	const struct {
		const char *promise;
		uint64_t chosen;
		uint32_t team;
		uint32_t policies;
		uint64_t want;
		int64_t due;
	} rows[] = {
		{"none chosen: the first that matches", 0, 7, 2, 2, AT(TUE, 9, 30)},
		{"chosen, though it is for another team", 5, 7, 2, 5, AT(TUE, 9, 10)},
		{"chosen, in a team that no policy names", 5, 8, 2, 5, AT(TUE, 9, 10)},
		{"chosen, in no team", 5, 0, 2, 5, AT(TUE, 9, 10)},
		{"one that is gone leaves it to the others", 5, 7, 1, 2, AT(TUE, 9, 30)},
		{"or to none", 5, 8, 1, 0, NONE},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		const struct ek_api_sla_policies policies = {v, rows[i].policies};
		struct ek_api_sla s = {.step = EK_API_SLA_ARRIVED,
				       .at = {AT(TUE, 9, 0)},
				       .due_before = EK_NO_TIME,
				       .team = {rows[i].team},
				       .chosen = rows[i].chosen};
		print_message("%s\n", rows[i].promise);
		ek_api_sla_step(&policies, &s);
		assert_true(s.policy == rows[i].want);
		assert_true(s.due.ms == rows[i].due);
	}
}

/* ---- filters */

#define LEAF(f, o, ...) \
	{ \
		.kind = EK_FILTER_LEAF, .op = EK_FILTER_##o, .field = EK_LIST_conversations_##f, \
		.n = EK_LEN(((const struct ek_filter_value[]){__VA_ARGS__})), \
		.values = (const struct ek_filter_value[]) \
		{ \
			__VA_ARGS__ \
		} \
	}

static void test_filters(void **state)
{
	static const uint64_t tags[] = {4, 9};
	const struct ek_api_sla s = {.team = {7},
				     .priority = 2,
				     .complexity = 1,
				     .capacity_class = EK_CAPACITY_CLASS_CHAT,
				     .tags = tags,
				     .tag_count = 2};
	const struct {
		const char *promise;
		struct ek_filter_node leaf;
		bool holds;
	} rows[] = {
		{"at least", LEAF(priority, GTE, {.i = 2}), true},
		{"more than", LEAF(priority, GT, {.i = 2}), false},
		{"less than", LEAF(complexity, LT, {.i = 2}), true},
		{"at most", LEAF(complexity, LTE, {.i = 0}), false},
		{"one of", LEAF(capacity_class, IN, {.i = 1}, {.i = EK_CAPACITY_CLASS_CHAT}), true},
		{"none of", LEAF(team, NOT, {.i = 7}), false},
		{"has a tag", LEAF(tags, HAS, {.i = 1}, {.i = 9}), true},
		{"lacks a tag", LEAF(tags, LACKS, {.i = 4}), false},
		{"set", LEAF(tags, NULL, {.i = 0}), true},
		{"unset", LEAF(team, NULL, {.i = 1}), false},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_filter_node all = {
			.kind = EK_FILTER_ALL, .n = 1, .children = &rows[i].leaf};
		struct ek_filter_node none = {
			.kind = EK_FILTER_NONE, .n = 1, .children = &rows[i].leaf};
		struct ek_api_sla_policy p = {.root = &all};
		print_message("%s\n", rows[i].promise);
		assert_int_equal(ek_api_sla_matches(&p, &s), rows[i].holds);
		p.root = &none;
		assert_int_equal(ek_api_sla_matches(&p, &s), !rows[i].holds);
	}
}

static void test_teams(void **state)
{
	const struct ek_api_sla_policy every = {.id = 1};
	struct ek_api_sla s = {.team = {8}};
	(void)state;
	assert_true(ek_api_sla_matches(&every, &s));
	assert_false(ek_api_sla_matches(&standard, &s));
	s.team.v = 0;
	assert_false(ek_api_sla_matches(&every, &s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_life),
		cmocka_unit_test(test_unknown_end),
		cmocka_unit_test(test_woke_by_itself),
		cmocka_unit_test(snooze_is_time_to_sla_and_metric),
		cmocka_unit_test(test_came_before_the_policy),
		cmocka_unit_test(test_chosen),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_teams),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
