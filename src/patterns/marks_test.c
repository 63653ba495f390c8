/* Rule sets point by point: the units of NHSRplotthedots (spec patterns, V11), the run-chart limits
 * of qicharts2 (S27), and whole charts against the packages' own output where the data lie beside
 * the checkout. */
#include "patterns/marks.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "patterns/baseline.h"

enum { LONGEST = 16 };

static void test_units(void **state)
{
	(void)state;
	static const struct {
		enum ek_marks_set set;
		uint32_t bit;
		double z[LONGEST];
		uint32_t n;
		const char *want; /* a digit a point */
	} rows[] = {
		{EK_MARKS_NHS, EK_MARKS_RUN, {1, 1, 1, 1, 1, 1, 1, 1, -1}, 9, "000000110"},
		{EK_MARKS_NHS, EK_MARKS_TREND, {2, 1, 2, 3, 4, 5, 6, 7, 3}, 9, "000000010"},
		{EK_MARKS_NHS, EK_MARKS_TREND, {1, 2, 3, 3, 4, 5, 6}, 7, "0000000"},
		{EK_MARKS_NHS, EK_MARKS_TWO, {2.5, 1, 2.5}, 3, "001"},
		{EK_MARKS_NHS, EK_MARKS_TWO, {2.5, -1, 2.5}, 3, "000"},
		{EK_MARKS_NHS, EK_MARKS_TWO, {2.5, -2.5, 2.5}, 3, "000"},
		{EK_MARKS_WESTERN_ELECTRIC, EK_MARKS_TWO, {2.5, -1, 2.5}, 3, "001"},
		{EK_MARKS_WESTERN_ELECTRIC, EK_MARKS_TWO, {2.5, -2.5, -2.5, 0}, 4, "0010"},
		{EK_MARKS_WESTERN_ELECTRIC, EK_MARKS_FOUR, {1.5, 1.5, -2, 1.5, 1.5}, 5, "00001"},
		{EK_MARKS_WESTERN_ELECTRIC, EK_MARKS_RUN, {1, 1, 1, 1, 1, 1, 1, 1}, 8, "00000001"},
		{EK_MARKS_WHEELER, EK_MARKS_THREE, {1.6, 0, 1.6, 1.6}, 4, "0001"},
		{EK_MARKS_NELSON, EK_MARKS_TREND, {5, 1, 2, 3, 4, 5, 6}, 7, "0000001"},
		{EK_MARKS_NELSON,
		 EK_MARKS_ALTERNATE,
		 {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1},
		 14,
		 "00000000000001"},
		{EK_MARKS_NELSON,
		 EK_MARKS_HUG,
		 {0, .9, 0, -.9, 0, .9, 0, 1, 0, .9, 0, .9, 0, .9, 0},
		 15,
		 "000000000000001"},
		{EK_MARKS_NELSON, EK_MARKS_AVOID, {2, -2, 2, -2, 2, -2, 2, -2}, 8, "00000001"},
		{EK_MARKS_NHS, EK_MARKS_LIMIT, {3, 3.1, -3.1}, 3, "011"},
		{EK_MARKS_NONE, UINT32_MAX, {9, 9, 9}, 3, "000"},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		char got[LONGEST + 1] = "";
		for (uint32_t k = 0; k < rows[i].n; k++)
			got[k] = (ek_marks_at(rows[i].set, rows[i].z, k) & rows[i].bit) != 0 ? '1'
											     : '0';
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("row %zu: %s, expected %s", i, got, rows[i].want);
	}
}

static void test_run_chart_limits(void **state)
{
	(void)state;
	static const uint32_t rows[][3] = {{12, 7, 3}, {24, 8, 8}, {36, 8, 13}, {100, 10, 41}};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		assert_int_equal(ek_marks_longest_max(rows[i][0]), rows[i][1]);
		assert_int_equal(ek_marks_crossings_min(rows[i][0]), rows[i][2]);
	}
	/* Far out the normal stands for the binomial: 5 % of 9999 halves is near 4917. */
	uint32_t far = ek_marks_crossings_min(10000);
	assert_true(far >= 4915 && far <= 4919);
}

/* ---- the packages' own output */

static FILE *open_data(const char *file)
{
	char path[160];
	static const char *const roots[] = {"..", "../../.."};
	for (size_t i = 0; i < EK_LEN(roots); i++) {
		(void)snprintf(path, sizeof path, "%s/shared/data/13-spc-with-reference-output/%s",
			       roots[i], file);
		FILE *in = fopen(path, "rb");
		if (in != NULL)
			return in;
	}
	print_message("skipped: ../shared/data/13-spc-with-reference-output/%s is not there\n",
		      file);
	skip();
	return NULL;
}

enum { MONTHS = 36, CHARTS = 12, LINE = 256 };

struct line {
	double y, mean, lower, upper;
	char special[64];
};

/* metric,org,period,y,mean,lpl,upl,special */
static bool read_line(FILE *in, struct line *out)
{
	char text[LINE], *at = text;
	if (fgets(text, sizeof text, in) == NULL)
		return false;
	for (int comma = 0; comma < 3; comma++)
		at = strchr(at, ',') + 1;
	out->y = strtod(at, &at);
	out->mean = strtod(at + 1, &at);
	out->lower = strtod(at + 1, &at);
	out->upper = strtod(at + 1, &at);
	at += 2; /* a comma and a quote */
	size_t n = strcspn(at, "\"");
	assert_true(n < sizeof out->special);
	memcpy(out->special, at, n);
	out->special[n] = '\0';
	return true;
}

static const char *word_of(uint32_t bits, double z, double step)
{
	switch (ek_marks_first(bits)) {
	case EK_MARKS_LIMIT:
		return z > 0 ? "Above UCL" : "Below LCL";
	case EK_MARKS_TREND:
		return step > 0 ? "7 Point Trend (Increasing)" : "7 Point Trend (Decreasing)";
	case EK_MARKS_TWO:
		return z > 0 ? "2 in 3 Above CL" : "2 in 3 Below CL";
	case EK_MARKS_RUN:
		return z > 0 ? "7 Points Above CL" : "7 Points Below CL";
	default:
		return "Common Cause";
	}
}

/* The limits of each chart: screened ranges, mean +- 2.66 of their mean. */
static void check_limits(const struct line *lines)
{
	double y[MONTHS];
	for (int i = 0; i < MONTHS; i++)
		y[i] = lines[i].y;
	struct ek_baseline b = ek_baseline_make(y, MONTHS, true);
	assert_true(fabs(b.mean - lines[0].mean) < 1e-5 * fabs(b.mean));
	assert_true(fabs(ek_baseline_lower(&b) - lines[0].lower) < 1e-5 * fabs(b.mean));
	assert_true(fabs(ek_baseline_upper(&b) - lines[0].upper) < 1e-5 * fabs(b.mean));
}

static void test_nhs_charts_as_the_package_draws_them(void **state)
{
	(void)state;
	FILE *in = open_data("expected-xmr-NHSRplotthedots.csv");
	struct line lines[MONTHS];
	char header[LINE];
	assert_non_null(fgets(header, sizeof header, in));
	uint32_t same = 0;
	for (int chart = 0; chart < CHARTS; chart++) {
		double z[MONTHS];
		uint32_t bits[MONTHS];
		for (int i = 0; i < MONTHS; i++) {
			assert_true(read_line(in, &lines[i]));
			/* Limits are at 2.66 mean ranges, which is z of 3 here. */
			z[i] = 3 * (lines[i].y - lines[i].mean) / (lines[i].upper - lines[i].mean);
		}
		check_limits(lines);
		ek_marks_spread(EK_MARKS_NHS, z, MONTHS, bits);
		for (int i = 0; i < MONTHS; i++) {
			bool goes_on = i + 1 < MONTHS && (bits[i + 1] & EK_MARKS_TREND) != 0;
			double step = goes_on ? z[i + 1] - z[i] : i > 0 ? z[i] - z[i - 1] : 0;
			same += strcmp(word_of(bits[i], z[i], step), lines[i].special) == 0;
		}
	}
	(void)fclose(in);
	assert_int_equal(same, CHARTS * MONTHS);
}

/* The n-th column (from 0) of a table, divided by another (0: as it is). */
static uint32_t read_column(const char *file, int column, int divisor, double *out)
{
	FILE *in = open_data(file);
	char text[LINE];
	uint32_t n = 0;
	assert_non_null(fgets(text, sizeof text, in));
	while (n < MONTHS && fgets(text, sizeof text, in) != NULL) {
		double top = 0, bottom = 1;
		char *at = text;
		for (int c = 0; at != NULL; c++) {
			if (c == column)
				top = strtod(at, NULL);
			if (c == divisor && divisor != 0)
				bottom = strtod(at, NULL);
			at = strchr(at, ',');
			at = at == NULL ? NULL : at + 1;
		}
		out[n++] = top / bottom;
	}
	(void)fclose(in);
	return n;
}

/* Runs about the centre that each chart of qicharts2 drew. */
static void test_run_charts_as_the_package_judges_them(void **state)
{
	(void)state;
	static const struct {
		const char *file;
		int column, divisor;
		double centre;
		struct ek_marks_runs want;
	} charts[] = {
		{"cdi.csv", 1, 0, 14.8333333333333, {36, 17, 8, 5, 13, true}},
		{"cdi.csv", 1, 0, 18.7083333333333, {36, 15, 8, 8, 13, true}},
		{"complaints.csv", 1, 0, 909.5, {20, 9, 7, 3, 6, true}},
		{"nhs_accidents.csv", 1, 2, 0.952899711344191, {20, 5, 7, 9, 6, false}},
	};
	for (size_t i = 0; i < EK_LEN(charts); i++) {
		double x[MONTHS];
		uint32_t n = read_column(charts[i].file, charts[i].column, charts[i].divisor, x);
		struct ek_marks_runs r = ek_marks_runs(x, n, charts[i].centre);
		assert_int_equal(r.useful, charts[i].want.useful);
		assert_int_equal(r.longest, charts[i].want.longest);
		assert_int_equal(r.longest_max, charts[i].want.longest_max);
		assert_int_equal(r.crossings, charts[i].want.crossings);
		assert_int_equal(r.crossings_min, charts[i].want.crossings_min);
		assert_int_equal(r.is_signal, charts[i].want.is_signal);
	}
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_run_chart_limits),
		cmocka_unit_test(test_nhs_charts_as_the_package_draws_them),
		cmocka_unit_test(test_run_charts_as_the_package_judges_them),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
