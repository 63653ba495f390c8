/* Times by their format. Expected values: GNU date -u -d ... +%s, three zeros added. */
#include "wire/stamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct row {
	const char *format, *text;
	int64_t ms; /* EK_NONE: refused */
	bool is_instant;
};
/* clang-format off */
static const struct row rows[] = {
	{"iso", "2027-03-28", 1806192000000, false},
	{"iso", "2027-03-28 02:30", 1806201000000, false},
	{"iso", "2027-03-28T02:30:15", 1806201015000, false},
	{"iso", "2027-03-28T02:30:15.25Z", 1806201015250, true},
	{"iso", "2027-03-28T02:30:15,1234567+01:00", 1806197415123, true},
	{"iso", "2023-03-31 22:14:15 -0700", 1680326055000, true},
	{"iso", "2000-02-29", 951782400000, false},
	{"iso", "1900-02-29", EK_NONE, false},
	{"iso", "2027-02-29", EK_NONE, false},
	{"iso", "2027-13-01", EK_NONE, false},
	{"iso", "2027-03-28T24:00", EK_NONE, false},
	{"iso", "2027-03-28T02:30x", EK_NONE, false},
	{"iso", "2027-03-28T02:30+25:00", EK_NONE, false},
	{"iso", "28.03.2027", EK_NONE, false},
	{"iso", "", EK_NONE, false},
	{"%d/%m/%Y %H:%M", "5/3/2016 12:00", 1457179200000, false},
	{"%m/%d/%Y %H:%M", "5/3/2016 12:00", 1462276800000, false},
	{"%d/%m/%Y %H:%M", "31/2/2016 12:00", EK_NONE, false},
	{"%d/%m/%Y %H:%M", "5/3/2016  9:05", 1457168700000, false},
	{"%Y/%m/%d %H:%M:%S.%f", "2012/10/09 14:50:17.000", 1349794217000, false},
	{"%y%m%d %H:%M:%S", "990201 7:02:47", 917852567000, false},
	{"%y%m%d", "680101", 3092601600000, false},
	{"%y%m%d", "690101", -31536000000, false},
	{"%Y-%m-%d %q", "1999-02-01 25367", 917852567000, false},
	{"%Y-%m-%d %q", "1999-02-01 86401", EK_NONE, false},
	{"%d %b %Y %I:%M %p", "1 Feb 1999 07:02 AM", 917852520000, false},
	{"%d %b %Y %I:%M %p", "1 february 1999 12:00 am", 917827200000, false},
	{"%d %b %Y %I:%M %p", "1 February 1999 12:30 PM", 917872200000, false},
	{"%d %b %Y", "1 Feh 1999", EK_NONE, false},
	{"%Y-%m-%dT%H%z", "1999-02-01T07+0530", 917832600000, true},
	{"100%% %Y", "100% 1970", 0, false},
	{"epoch", "917852567", 917852567000, true},
	{"epoch", "917852567.5", 917852567500, true},
	{"epoch", "-1", -1000, true},
	{"epoch", "1e9", EK_NONE, true},
	{"epoch", "999999999999", EK_NONE, true},
	{"epoch_ms", "917852567123", 917852567123, true},
};
/* clang-format on */

static ek_str str(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static void times_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_stamp s = {EK_NONE, false};
		struct ek_err err;
		assert_true(ek_stamp_check(str(rows[i].format), &err));
		bool ok = ek_stamp_read(str(rows[i].format), str(rows[i].text), &s);
		if (ok != (rows[i].ms != EK_NONE) ||
		    (ok && (s.ms != rows[i].ms || s.is_instant != rows[i].is_instant)))
			fail_msg("%s of %s: got %lld", rows[i].format, rows[i].text,
				 ok ? (long long)s.ms : -1LL);
	}
}

static void formats_are_checked(void **state)
{
	static const char *const bad[] = {"", "ISO", "%d/%m", "%Y-%J", "%Y-%"};
	struct ek_err err;
	(void)state;
	for (size_t i = 0; i < EK_LEN(bad); i++)
		assert_false(ek_stamp_check(str(bad[i]), &err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read),
		cmocka_unit_test(formats_are_checked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
