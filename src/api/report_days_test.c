/* Days and times of saved reports. Expected dates from the calendar of 2027. */
#include "api/report_days.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/rfc3339.h"
#include "sys/heap.h"
#include "sys/zone.h"

static int32_t date(const char *text)
{
	int32_t day = 0;
	assert_true(ek_rfc3339_read_date((ek_str){text, 10}, &day));
	return day;
}

static void spans_hold_only_days_that_are_over(void **state)
{
	(void)state;
	static const struct {
		const char *today;
		enum ek_report_days_span span;
		const char *from, *until;
	} rows[] = {
		{"2027-03-10", EK_REPORT_DAYS_YESTERDAY, "2027-03-09", "2027-03-10"},
		{"2027-03-10", EK_REPORT_DAYS_LAST_WEEK, "2027-03-01", "2027-03-08"},
		{"2027-03-08", EK_REPORT_DAYS_LAST_WEEK, "2027-03-01", "2027-03-08"},
		{"2027-03-07", EK_REPORT_DAYS_LAST_WEEK, "2027-02-22", "2027-03-01"},
		{"2027-03-31", EK_REPORT_DAYS_LAST_MONTH, "2027-02-01", "2027-03-01"},
		{"2027-01-01", EK_REPORT_DAYS_LAST_MONTH, "2026-12-01", "2027-01-01"},
		{"2028-03-01", EK_REPORT_DAYS_LAST_MONTH, "2028-02-01", "2028-03-01"},
		{"2027-03-10", EK_REPORT_DAYS_LAST_7, "2027-03-03", "2027-03-10"},
		{"2027-03-10", EK_REPORT_DAYS_LAST_28, "2027-02-10", "2027-03-10"},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_report_days d = ek_report_days_of(rows[i].span, date(rows[i].today));
		assert_int_equal(d.from, date(rows[i].from));
		assert_int_equal(d.until, date(rows[i].until));
		assert_true(d.until <= date(rows[i].today));
	}
}

static void the_local_time_holds_through_summer_time(void **state)
{
	(void)state;
	static const struct {
		uint32_t days;
		int32_t minutes;
		const char *after, *next;
	} rows[] = {
		/* Mondays at 07:30 in Berlin; summer time begins on 2027-03-28 at 02:00. */
		{1, 450, "2027-03-22T06:29:59.999Z", "2027-03-22T06:30:00.000Z"},
		{1, 450, "2027-03-22T06:30:00.000Z", "2027-03-29T05:30:00.000Z"},
		{1, 450, "2027-10-25T05:30:00.000Z", "2027-11-01T06:30:00.000Z"},
		/* 02:30 of that Sunday is no time: the instant of the change. */
		{64, 150, "2027-03-27T12:00:00.000Z", "2027-03-28T01:00:00.000Z"},
		/* 02:30 of 2027-10-31 comes twice. */
		{64, 150, "2027-10-30T12:00:00.000Z", "2027-10-31T00:30:00.000Z"},
		{127, 0, "2027-06-01T12:00:00.000Z", "2027-06-01T22:00:00.000Z"},
		{16, 600, "2027-06-04T09:00:00.000Z", "2027-06-11T08:00:00.000Z"},
	};
	struct ek_arena arena;
	struct ek_zone berlin;
	struct ek_err err;
	ek_arena_init(&arena, ek_heap_alloc(), 1 << 20);
	assert_true(ek_zone_load(EK_S("Europe/Berlin"), &arena, &berlin, &err));
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		const struct ek_report_days_when when = {rows[i].days, rows[i].minutes * 60000,
							 &berlin};
		ek_time after, want;
		assert_true(ek_rfc3339_read((ek_str){rows[i].after, 24}, &after));
		assert_true(ek_rfc3339_read((ek_str){rows[i].next, 24}, &want));
		assert_int_equal(ek_report_days_next(&when, after).ms, want.ms);
	}
	ek_arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_hold_only_days_that_are_over),
		cmocka_unit_test(the_local_time_holds_through_summer_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
