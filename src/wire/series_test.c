/* Lines of a series: what is taken, and what is refused with which words. */
#include "wire/series.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/limits.h"

enum { LINES = 6 };

struct want {
	const char *lines[LINES]; /* NULL behind the last */
	const char *refusal;      /* a part of the message; NULL: taken */
	uint32_t rows;
	int32_t day; /* of the last row */
	double value, denominator;
};

static const struct want rows[] = {
	{{"date,value", "2027-03-28,12.5"}, NULL, 1, 20905, 12.5, 0},
	{{"2027-03-28,12", "2027-03-29,1e3"}, NULL, 2, 20906, 1000, 0},
	{{"\xef\xbb\xbfmonth,late,all\r", "2027-03,3,40\r"}, NULL, 1, 20878, 3, 40},
	{{"\"date\",\"value\"", "\"2027-03-28\",\"7\""}, NULL, 1, 20905, 7, 0},
	{{" 2027-03-28 , -4.25 ", "", ""}, NULL, 1, 20905, -4.25, 0},
	{{"2027-03-28,+.5"}, NULL, 1, 20905, .5, 0},
	{{"2027-03-28,3,"}, NULL, 1, 20905, 3, 0},
	{{"date;value"}, "line 1: expected date,value or", 0, 0, 0, 0},
	{{"a,b,c,d"}, "line 1: expected date,value or", 0, 0, 0, 0},
	{{"date,value", "28.03.2027,4"}, "line 2: expected a date like", 0, 0, 0, 0},
	{{"date,value", "2027-02-29,4"}, "got \"2027-02-29\"", 0, 0, 0, 0},
	{{"2027-03-28,4", "2027-03-28,5"},
	 "line 2: expected a date after that of line 1",
	 1,
	 0,
	 0,
	 0},
	{{"2027-03-28,4", "2027-03-27,5"}, "sort the lines", 1, 0, 0, 0},
	{{"2027-03-28,nan"}, "line 1: expected a number", 0, 0, 0, 0},
	{{"2027-03-28,inf"}, "line 1: expected a number", 0, 0, 0, 0},
	{{"2027-03-28,0x10"}, "got \"0x10\"", 0, 0, 0, 0},
	{{"2027-03-28,1e13"}, "at most 1e12", 0, 0, 0, 0},
	{{"2027-03-28,1e999"}, "at most 1e12", 0, 0, 0, 0},
	{{"2027-03-28,1e"}, "line 1: expected a number", 0, 0, 0, 0},
	{{"2027-03-28,."}, "line 1: expected a number", 0, 0, 0, 0},
	{{"2027-03-28,1 2"}, "line 1: expected a number", 0, 0, 0, 0},
	{{"2027-03-28,4,-1"}, "line 1: expected a denominator", 0, 0, 0, 0},
	{{"2027-03-28,4", "2027-03-29,4,5"}, "line 2: expected 2 columns", 1, 0, 0, 0},
	{{"2027-03-28,4,5", "2027-03-29,4"}, "line 2: expected 3 columns", 1, 0, 0, 0},
	{{"2027-03-28,\033[31m"}, "bytes that are no text", 0, 0, 0, 0},
	{{"date,value", "2027-03-28,\xff\xfe"}, "bytes that are no text", 0, 0, 0, 0},
};

static void test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_series s = {.line = 0};
		struct ek_series_row row = {0}, last = {0};
		struct ek_err err = {0};
		bool ok = true, has;
		for (int k = 0; ok && k < LINES && rows[i].lines[k] != NULL; k++) {
			ek_str line = {rows[i].lines[k], (uint32_t)strlen(rows[i].lines[k])};
			ok = ek_series_line(&s, line, &row, &has, &err);
			last = ok && has ? row : last;
		}
		bool is_right = ok == (rows[i].refusal == NULL) && s.rows == rows[i].rows;
		if (!ok)
			is_right = is_right && strstr(err.msg, rows[i].refusal) != NULL;
		else
			is_right = is_right && last.day == rows[i].day &&
				   fabs(last.value - rows[i].value) < 1e-12 &&
				   fabs(last.denominator - rows[i].denominator) < 1e-12;
		if (!is_right)
			fail_msg("row %zu: %u rows, day %d, value %f: %s", i, s.rows, last.day,
				 last.value, err.msg);
	}
}

static void test_an_empty_value_is_missing(void **state)
{
	(void)state;
	struct ek_series s = {.line = 0};
	struct ek_series_row row;
	struct ek_err err;
	bool has;
	assert_true(ek_series_line(&s, EK_S("2027-03-28,"), &row, &has, &err));
	assert_true(has && !row.has_value);
	assert_string_equal(s.name, "");
}

static void test_the_header_names_the_value(void **state)
{
	(void)state;
	struct ek_series s = {.line = 0};
	struct ek_series_row row;
	struct ek_err err;
	bool has;
	assert_true(ek_series_line(&s, EK_S("week,First response"), &row, &has, &err));
	assert_false(has);
	assert_string_equal(s.name, "First response");
}

static void test_rows_are_bounded(void **state)
{
	(void)state;
	struct ek_series s = {.columns = 2, .rows = EK_LIMIT_SERIES_POINTS, .last_day = 5};
	struct ek_series_row row;
	struct ek_err err;
	bool has;
	assert_false(ek_series_line(&s, EK_S("2027-03-28,1"), &row, &has, &err));
	assert_int_equal(err.code, EK_LIMIT);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_an_empty_value_is_missing),
		cmocka_unit_test(test_the_header_names_the_value),
		cmocka_unit_test(test_rows_are_bounded),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
