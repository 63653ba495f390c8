/* Times as text. The first rows are the examples of RFC 3339, section 5.8; their milliseconds, and
 * those of the others, were computed with GNU date. */
#include "base/rfc3339.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { REFUSED = 1 };

/* clang-format off */
static const struct row {
	const char *text;
	int64_t ms; /* REFUSED: it is no time */
	const char *printed; /* NULL = the same text */
} times[] = {
	{"1985-04-12T23:20:50.52Z", 482196050520, "1985-04-12T23:20:50.520Z"},
	{"1996-12-19T16:39:57-08:00", 851042397000, "1996-12-20T00:39:57.000Z"},
	{"1990-12-31T23:59:60Z", 662688000000, "1991-01-01T00:00:00.000Z"},
	{"1990-12-31T15:59:60-08:00", 662688000000, "1991-01-01T00:00:00.000Z"},
	{"1937-01-01T12:00:27.87+00:20", -1041337172130, "1937-01-01T11:40:27.870Z"},
	{"2000-02-29T00:00:00.000Z", 951782400000, NULL},
	{"1969-12-31T23:59:59.999Z", -1000 + 999, NULL},
	{"1900-03-01T00:00:00.000Z", -2203891200000, NULL},
	{"0001-01-01T00:00:00.000Z", -62135596800000, NULL},
	{"9999-12-31T23:59:59.999Z", 253402300799999, NULL},
	{"2026-11-23t10:00:00z", 1795428000000, "2026-11-23T10:00:00.000Z"},
	{"2026-11-23T10:00:00-00:00", 1795428000000, "2026-11-23T10:00:00.000Z"},
	{"2026-11-24T09:59:00+23:59", 1795428000000, "2026-11-23T10:00:00.000Z"},
	{"2016-12-31T23:59:59.123456789Z", 1483228799123, "2016-12-31T23:59:59.123Z"},
	{"1990-06-30T23:59:60.5Z", 646790400000, "1990-07-01T00:00:00.000Z"},
	/* refused */
	{"", REFUSED, NULL},
	{"2026-11-23", REFUSED, NULL},
	{"2026-11-23T10:00:00", REFUSED, NULL},
	{"2026-11-23T10:00Z", REFUSED, NULL},
	{"2026-11-23 10:00:00Z", REFUSED, NULL},
	{" 2026-11-23T10:00:00Z", REFUSED, NULL},
	{"2026-11-23T10:00:00Z ", REFUSED, NULL},
	{"2026-11-23T10:00:00.Z", REFUSED, NULL},
	{"2026-11-23T10:00:00.1234567890Z", REFUSED, NULL},
	{"2026-11-23T10:00:00,5Z", REFUSED, NULL},
	{"2026-11-23T24:00:00Z", REFUSED, NULL},
	{"2026-11-23T10:60:00Z", REFUSED, NULL},
	{"2026-11-23T10:00:61Z", REFUSED, NULL},
	{"2026-11-23T10:00:60Z", REFUSED, NULL},
	{"1990-11-30T23:59:60Z", REFUSED, NULL},
	{"1990-12-31T23:58:60Z", REFUSED, NULL},
	{"2026-02-29T10:00:00Z", REFUSED, NULL},
	{"1900-02-29T10:00:00Z", REFUSED, NULL},
	{"2026-04-31T10:00:00Z", REFUSED, NULL},
	{"2026-13-01T10:00:00Z", REFUSED, NULL},
	{"2026-00-01T10:00:00Z", REFUSED, NULL},
	{"2026-01-00T10:00:00Z", REFUSED, NULL},
	{"0000-01-01T00:00:00Z", REFUSED, NULL},
	{"0001-01-01T00:00:00+00:01", REFUSED, NULL},
	{"9999-12-31T23:59:59-00:01", REFUSED, NULL},
	{"2026-11-23T10:00:00+24:00", REFUSED, NULL},
	{"2026-11-23T10:00:00+01:60", REFUSED, NULL},
	{"2026-11-23T10:00:00+0100", REFUSED, NULL},
	{"2026-11-23T10:00:00+01", REFUSED, NULL},
	{"26-11-23T10:00:00Z", REFUSED, NULL},
	{"2026-11-23T1a:00:00Z", REFUSED, NULL},
};

static const struct row walls[] = {
	{"2027-03-28T02:30", 1806201000000, NULL},
	{"2027-03-28T02:30:00", 1806201000000, "2027-03-28T02:30"},
	{"2027-03-28T02:30:01", 1806201001000, NULL},
	{"2027-03-28T02:30:00.5", 1806201000500, "2027-03-28T02:30:00.500"},
	{"2027-03-28T02:30Z", REFUSED, NULL},
	{"2027-03-28", REFUSED, NULL},
	{"2027-03-28T24:00", REFUSED, NULL},
	{"1990-12-31T23:59:60", REFUSED, NULL},
};
static const struct row dates[] = {
	{"1970-01-01", 0, NULL},
	{"1969-12-31", -1, NULL},
	{"2000-02-29", 11016, NULL},
	{"0001-01-01", -719162, NULL},
	{"9999-12-31", 2932896, NULL},
	{"2001-02-29", REFUSED, NULL},
	{"2000-2-29", REFUSED, NULL},
	{"2000-02-29T", REFUSED, NULL},
	{"0000-12-31", REFUSED, NULL},
};
static const struct row clocks[] = {
	{"00:00", 0, NULL},
	{"09:30", 34200000, NULL},
	{"23:59:59.999", 86399999, NULL},
	{"09:30:00", 34200000, "09:30"},
	{"09:30:07", 34207000, NULL},
	{"24:00", 86400000, NULL},
	{"24:01", REFUSED, NULL},
	{"24:00:00", REFUSED, NULL},
	{"9:30", REFUSED, NULL},
	{"09:60", REFUSED, NULL},
	{"09:30:60", REFUSED, NULL},
	{"09:30pm", REFUSED, NULL},
};
/* clang-format on */

static ek_str str(const char *text)
{
	return (ek_str){text, (uint32_t)strlen(text)};
}

static bool read_time(ek_str text, int64_t *out)
{
	ek_time t = {REFUSED};
	bool ok = ek_rfc3339_read(text, &t);
	*out = t.ms;
	return ok;
}
static size_t print_time(int64_t v, char *out)
{
	return ek_rfc3339_print((ek_time){v}, out);
}
static bool read_date(ek_str text, int64_t *out)
{
	int32_t days = REFUSED;
	bool ok = ek_rfc3339_read_date(text, &days);
	*out = days;
	return ok;
}
static size_t print_date(int64_t v, char *out)
{
	return ek_rfc3339_print_date((int32_t)v, out);
}
static bool read_clock(ek_str text, int64_t *out)
{
	int32_t ms = REFUSED;
	bool ok = ek_rfc3339_read_clock(text, &ms);
	*out = ms;
	return ok;
}
static size_t print_clock(int64_t v, char *out)
{
	return ek_rfc3339_print_clock((int32_t)v, out);
}

struct kind {
	const struct row *rows;
	size_t n;
	bool (*read)(ek_str, int64_t *);
	size_t (*print)(int64_t, char *);
};

static void check(const struct kind *k)
{
	for (size_t i = 0; i < k->n; i++) {
		const struct row *r = &k->rows[i];
		int64_t v = REFUSED;
		char out[EK_RFC3339_TIME_MAX];
		if (k->read(str(r->text), &v) != (r->ms != REFUSED) || v != r->ms)
			fail_msg("%s: read as %lld", r->text, (long long)v);
		if (r->ms == REFUSED)
			continue;
		ek_str printed = {out, (uint32_t)k->print(v, out)};
		if (!ek_str_is(printed, r->printed == NULL ? r->text : r->printed))
			fail_msg("%s: printed as %.*s", r->text, (int)printed.n, printed.p);
	}
}

static void test_tables(void **state)
{
	(void)state;
	const struct kind kinds[] = {
		{times, EK_LEN(times), read_time, print_time},
		{walls, EK_LEN(walls), ek_rfc3339_read_wall, ek_rfc3339_print_wall},
		{dates, EK_LEN(dates), read_date, print_date},
		{clocks, EK_LEN(clocks), read_clock, print_clock},
	};
	for (size_t i = 0; i < EK_LEN(kinds); i++)
		check(&kinds[i]);
}

/* Every date of the years 1 to 9999, counted on by hand, prints and reads. */
static void test_every_date(void **state)
{
	(void)state;
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int32_t days = EK_RFC3339_DATE_FIRST;
	for (int year = 1; year <= 9999; year++) {
		bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
		for (int month = 1; month <= 12; month++) {
			int length = lengths[month - 1] + (month == 2 && leap ? 1 : 0);
			for (int day = 1; day <= length; day++, days++) {
				char out[EK_RFC3339_DATE_MAX];
				int32_t again;
				assert_int_equal(ek_rfc3339_print_date(days, out), 10);
				ek_str text = {out, 10};
				assert_true(ek_rfc3339_read_date(text, &again));
				assert_int_equal(again, days);
				assert_int_equal((out[0] - '0') * 1000 + (out[1] - '0') * 100 +
							 (out[2] - '0') * 10 + (out[3] - '0'),
						 year);
				assert_int_equal((out[5] - '0') * 10 + (out[6] - '0'), month);
				assert_int_equal((out[8] - '0') * 10 + (out[9] - '0'), day);
			}
		}
	}
	assert_int_equal(days, EK_RFC3339_DATE_LAST + 1);
}

static void test_out_of_range(void **state)
{
	(void)state;
	char out[EK_RFC3339_TIME_MAX];
	assert_int_equal(ek_rfc3339_print((ek_time){EK_RFC3339_FIRST_MS - 1}, out), 0);
	assert_int_equal(ek_rfc3339_print((ek_time){EK_RFC3339_LAST_MS + 1}, out), 0);
	assert_int_equal(ek_rfc3339_print(EK_NO_TIME, out), 0);
	assert_int_equal(ek_rfc3339_print_wall(EK_NONE, out), 0);
	assert_int_equal(ek_rfc3339_print_date(EK_RFC3339_DATE_FIRST - 1, out), 0);
	assert_int_equal(ek_rfc3339_print_date(EK_RFC3339_DATE_LAST + 1, out), 0);
	assert_int_equal(ek_rfc3339_print_clock(-1, out), 0);
	assert_int_equal(ek_rfc3339_print_clock(86400001, out), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_every_date),
		cmocka_unit_test(test_out_of_range),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
