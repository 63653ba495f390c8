/* What comes of a try. Expected: spec api, section 7, "Retries after ...", each +-20 %. */
#include "channels/hooks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const int64_t waits_s[] = {5, 60, 300, 1800, 7200, 21600, 43200, 86400};

static struct ek_hooks_try failed(uint32_t attempts)
{
	return (struct ek_hooks_try){.attempts = attempts,
				     .outcome = EK_FETCH_NOT_REACHED,
				     .has_event = true,
				     .created = {1000},
				     .success = EK_NO_TIME,
				     .now = {1000000},
				     .chance = 200};
}

static void retries_come_when_the_table_says(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < EK_LEN(waits_s); i++) {
		struct ek_hooks_try t = failed(i);
		struct ek_hooks_verdict v = ek_hooks_judge(&t);
		assert_int_equal(v.end, EK_HOOKS_WAITS);
		assert_int_equal(v.attempts, i + 1);
		assert_int_equal(v.next.ms, 1000000 + 1000 * waits_s[i]);
		t.chance = 0;
		assert_int_equal(ek_hooks_judge(&t).next.ms, 1000000 + 800 * waits_s[i]);
		t.chance = 400;
		assert_int_equal(ek_hooks_judge(&t).next.ms, 1000000 + 1200 * waits_s[i]);
	}
	struct ek_hooks_try last = failed(8);
	struct ek_hooks_verdict v = ek_hooks_judge(&last);
	assert_int_equal(v.end, EK_HOOKS_DEAD);
	assert_int_equal(v.attempts, EK_HOOKS_ATTEMPTS);
	assert_true(v.has_failed);
	assert_false(v.is_gone);
}

static void each_answer_means_one_thing(void **state)
{
	static const struct {
		enum ek_fetch_outcome outcome;
		uint32_t status;
		enum ek_hooks_end end;
		uint32_t attempts;
		bool is_gone;
	} rows[] = {
		{EK_FETCH_ANSWERED, 200, EK_HOOKS_DELIVERED, 1, false},
		{EK_FETCH_ANSWERED, 204, EK_HOOKS_DELIVERED, 1, false},
		{EK_FETCH_ANSWERED, 299, EK_HOOKS_DELIVERED, 1, false},
		{EK_FETCH_ANSWERED, 199, EK_HOOKS_WAITS, 1, false},
		{EK_FETCH_ANSWERED, 302, EK_HOOKS_WAITS, 1, false},
		{EK_FETCH_ANSWERED, 404, EK_HOOKS_WAITS, 1, false},
		{EK_FETCH_ANSWERED, 410, EK_HOOKS_DEAD, 1, true},
		{EK_FETCH_ANSWERED, 500, EK_HOOKS_WAITS, 1, false},
		{EK_FETCH_NOT_ALLOWED, 0, EK_HOOKS_WAITS, 1, false},
		{EK_FETCH_TIMED_OUT, 0, EK_HOOKS_WAITS, 1, false},
		{EK_FETCH_TOO_MUCH, 200, EK_HOOKS_WAITS, 1, false},
		{EK_FETCH_RESTING, 0, EK_HOOKS_WAITS, 0, false},
		{EK_FETCH_LOST, 0, EK_HOOKS_WAITS, 0, false},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_hooks_try t = failed(0);
		t.outcome = rows[i].outcome;
		t.status = rows[i].status;
		struct ek_hooks_verdict v = ek_hooks_judge(&t);
		assert_int_equal(v.end, rows[i].end);
		assert_int_equal(v.attempts, rows[i].attempts);
		assert_int_equal(v.is_gone, rows[i].is_gone);
		assert_false(v.has_failed);
		assert_int_equal(ek_time_is_set(v.next), v.end == EK_HOOKS_WAITS);
	}
}

/* One success while a message was tried, and the webhook goes on. */
static void only_a_whole_round_of_failures_switches_off(void **state)
{
	struct ek_hooks_try t = failed(8);
	(void)state;
	t.success = (ek_time){999};
	assert_true(ek_hooks_judge(&t).has_failed);
	t.success = (ek_time){1000};
	assert_false(ek_hooks_judge(&t).has_failed);
	t = failed(8);
	t.has_event = false;
	assert_false(ek_hooks_judge(&t).has_failed);
	assert_int_equal(ek_hooks_judge(&t).end, EK_HOOKS_DEAD);
}

static void a_target_that_rests_is_asked_when_it_has_rested(void **state)
{
	struct ek_hooks_try t = failed(3);
	(void)state;
	t.outcome = EK_FETCH_RESTING;
	t.wait_ms = 30000;
	assert_int_equal(ek_hooks_judge(&t).next.ms, 1000000 + 31000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(retries_come_when_the_table_says),
		cmocka_unit_test(each_answer_means_one_thing),
		cmocka_unit_test(only_a_whole_round_of_failures_switches_off),
		cmocka_unit_test(a_target_that_rests_is_asked_when_it_has_rested),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
