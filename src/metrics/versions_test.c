/* Office hours in force at each moment: the vectors of the specification, and sums that do not
 * change however a stretch is cut. Offsets are those of the IANA database, release 2025b. */
#include "metrics/versions.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/heap_scene.h"
#include "base/rng.h"
#include "model/setting.h"

enum { MINUTE_MS = 60000, HOUR_MS = 60 * MINUTE_MS, DAY_S = 86400 };

/* 2025-03-30T01:00Z the clocks of Berlin go forward. */
#define FORWARD_MS 1743296400000LL
/* 2025-03-28T16:30+01:00 and 2025-03-31T09:45+02:00 */
#define FRIDAY 1743175800u
#define MONDAY 1743407100u
enum { MONDAY_DATE = 20178 };

static const struct ek_zone_shift berlin_shifts[] = {{EK_ZONE_SINCE_EVER, HOUR_MS},
						     {FORWARD_MS, 2 * HOUR_MS}};
static const struct ek_week_hours week[] = {
	{1, 9 * HOUR_MS, 17 * HOUR_MS}, {2, 9 * HOUR_MS, 17 * HOUR_MS},
	{3, 9 * HOUR_MS, 17 * HOUR_MS}, {4, 9 * HOUR_MS, 17 * HOUR_MS},
	{5, 9 * HOUR_MS, 17 * HOUR_MS},
};
static const int32_t holiday[] = {MONDAY_DATE};

static struct ek_event hours(uint32_t team, int64_t at_ms, uint32_t days, uint32_t holidays)
{
	struct ek_event e = {.kind = EK_EVENT_CALENDAR_CHANGED, .at = {at_ms}};
	e.calendar_changed = (struct ek_calendar_changed){{team},
							  {EK_S("Europe/Berlin"), berlin_shifts, 2},
							  {week, days},
							  {holiday, holidays}};
	return e;
}

static void put(struct ek_versions *v, struct ek_event e)
{
	assert_true(ek_versions_event(v, &e));
}

static void berlin_over_the_clock_change(void **state)
{
	struct ek_versions v;
	(void)state;
	ek_versions_init(&v, ek_heap_scene());
	put(&v, hours(1, 0, 5, 0));
	put(&v, hours(2, 0, 5, 1));
	assert_int_equal(ek_versions_elapsed(&v, 1, FRIDAY, MONDAY), 75 * 60);
	assert_int_equal(MONDAY - FRIDAY, 3855 * 60);
	/* "holiday missing" */
	assert_int_equal(ek_versions_elapsed(&v, 2, FRIDAY, MONDAY), 30 * 60);
	/* nobody set any: always open */
	assert_int_equal(ek_versions_elapsed(&v, 3, FRIDAY, MONDAY), 3855 * 60);
	/* "fixed UTC offset": at 07:15Z Berlin opened a quarter of an hour ago, in summer */
	assert_int_equal(ek_versions_elapsed(&v, 1, MONDAY - 1800, MONDAY - 1740), 60);
	ek_versions_fini(&v);
}

/* The day on which hours change is measured in two pieces; what follows by the new ones. */
static void a_change_in_the_middle_splits(void **state)
{
	struct ek_versions v;
	(void)state;
	ek_versions_init(&v, ek_heap_scene());
	put(&v, hours(1, 1000, 5, 0));
	/* from Friday 16:45 there are no office hours on Fridays */
	put(&v, hours(1, (int64_t)(FRIDAY + 900) * 1000, 4, 0));
	assert_int_equal(ek_versions_elapsed(&v, 1, FRIDAY, MONDAY), (15 + 45) * 60);
	assert_int_equal(ek_versions_elapsed(&v, 1, FRIDAY - 3600, FRIDAY), 3600);
	ek_versions_fini(&v);
}

static void a_team_without_hours_has_the_workspaces(void **state)
{
	struct ek_versions v;
	const struct ek_change gone = {
		EK_SET_CALENDAR, {.kind = EK_VALUE_CALENDAR}, {.kind = EK_VALUE_UNSET}};
	const struct ek_change open = {
		EK_SET_CALENDAR, {.kind = EK_VALUE_CALENDAR}, {.kind = EK_VALUE_NULL}};
	struct ek_event e = {.kind = EK_EVENT_SETTINGS_CHANGED,
			     .at = {(int64_t)(FRIDAY + 60) * 1000}};
	(void)state;
	ek_versions_init(&v, ek_heap_scene());
	put(&v, hours(0, 0, 5, 0));
	put(&v, hours(1, 0, 4, 0));
	assert_int_equal(ek_versions_elapsed(&v, 1, FRIDAY, FRIDAY + 600), 0);
	assert_int_equal(ek_versions_elapsed(&v, 2, FRIDAY, FRIDAY + 600), 600);
	e.settings_changed =
		(struct ek_settings_changed){1, EK_SCOPE_TEAM, 1, {&gone, 1}, EK_NONE, EK_NONE};
	put(&v, e);
	assert_int_equal(ek_versions_elapsed(&v, 1, FRIDAY, FRIDAY + 600), 540);
	e.settings_changed.changes.v = &open;
	put(&v, e);
	assert_int_equal(ek_versions_elapsed(&v, 1, MONDAY - DAY_S, MONDAY), DAY_S);
	ek_versions_fini(&v);
}

/* Splitting a stretch at any instant, and a version equal to the one in force, change no sum. */
static void cutting_changes_nothing(void **state)
{
	struct ek_rng rng = {3};
	struct ek_versions v;
	struct ek_versions same;
	(void)state;
	ek_versions_init(&v, ek_heap_scene());
	ek_versions_init(&same, ek_heap_scene());
	put(&v, hours(1, 0, 5, 1));
	put(&same, hours(1, 0, 5, 1));
	for (uint32_t i = 1; i < 40; i++)
		put(&same, hours(1, ((int64_t)FRIDAY + i * 7001) * 1000, 5, 1));
	for (uint32_t round = 0; round < 3000; round++) {
		uint32_t from = FRIDAY - 20 * DAY_S + ek_rng_below(&rng, 30 * DAY_S);
		uint32_t to = from + ek_rng_below(&rng, 20 * DAY_S);
		uint32_t whole = ek_versions_elapsed(&v, 1, from, to);
		uint32_t sum = 0;
		for (uint32_t at = from; at < to;) {
			uint32_t next = at + 1 + ek_rng_below(&rng, to - at);
			sum += ek_versions_elapsed(&v, 1, at, next);
			at = next;
		}
		assert_int_equal(sum, whole);
		assert_int_equal(ek_versions_elapsed(&same, 1, from, to), whole);
	}
	ek_versions_fini(&v);
	ek_versions_fini(&same);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(berlin_over_the_clock_change),
		cmocka_unit_test(a_change_in_the_middle_splits),
		cmocka_unit_test(a_team_without_hours_has_the_workspaces),
		cmocka_unit_test(cutting_changes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
