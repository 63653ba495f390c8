/* What the reader of zone files promises: rules of every form give the instants that they say, and
 * no bytes at all make it read outside them or answer with what is not a zone.
 *
 * Instants: Python 3.11's zoneinfo and the C library's own reader of TZ, of the same rules. */
#include "sys/tzif.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sys/tzif_rule.h"

enum { ROOM = 2048 };

static ek_str str(const char *text)
{
	return (ek_str){text, (uint32_t)strlen(text)};
}

/* ---- files made here */

struct file {
	uint8_t p[ROOM];
	size_t n;
};

struct time_of {
	int64_t at_s;
	uint8_t type;
};

static void put(struct file *f, const void *bytes, size_t n)
{
	assert_true(f->n + n <= ROOM);
	if (n > 0)
		memcpy(f->p + f->n, bytes, n);
	f->n += n;
}

static void put_number(struct file *f, uint64_t v, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--) {
		uint8_t b = (uint8_t)(v >> (8 * i));
		put(f, &b, 1);
	}
}

static void put_head(struct file *f, char version, const uint32_t counts[6])
{
	static const uint8_t zeros[15] = {0};
	put(f, "TZif", 4);
	put(f, &version, 1);
	put(f, zeros, sizeof zeros);
	for (int i = 0; i < 6; i++)
		put_number(f, counts[i], 4);
}

/* Two types: 0 is UTC+1, 1 is UTC+2 in summer. */
static struct file make(const struct time_of *times, uint32_t n, const char *rule)
{
	static const uint32_t none[6] = {0, 0, 0, 0, 1, 4};
	const uint32_t counts[6] = {2, 2, 0, n, 2, 8};
	static const uint8_t old[] = {0, 0, 0, 0, 0, 0, 'O', 'L', 'D', 0};
	static const uint8_t types[] = {0, 0, 0x0e, 0x10, 0, 0, 0, 0, 0x1c, 0x20, 1, 4};
	static const uint8_t marks[] = {0, 1, 0, 1};
	struct file f = {.n = 0};
	put_head(&f, '2', none);
	put(&f, old, sizeof old);
	put_head(&f, '2', counts);
	for (uint32_t i = 0; i < n; i++)
		put_number(&f, (uint64_t)times[i].at_s, 8);
	for (uint32_t i = 0; i < n; i++)
		put(&f, &times[i].type, 1);
	put(&f, types, sizeof types);
	put(&f, "CET\0CES", 8);
	put(&f, marks, sizeof marks);
	put(&f, "\n", 1);
	put(&f, rule, strlen(rule));
	put(&f, "\n", 1);
	return f;
}

/* The bytes at their exact length, so that a sanitizer sees the first byte read beyond them. */
static bool read_exact(const uint8_t *p, size_t n, struct ek_tzif *out, struct ek_err *err)
{
	uint8_t *exact = malloc(n + (n == 0));
	assert_non_null(exact);
	memcpy(exact, p, n);
	bool ok = ek_tzif_read(exact, n, out, err);
	free(exact);
	return ok;
}

static void check_form(const struct ek_tzif *z, const char *what)
{
	if (z->n < 1 || z->n > EK_ZONE_SHIFTS_MAX || z->shift[0].at_ms != EK_ZONE_SINCE_EVER)
		fail_msg("%s: %u shifts", what, z->n);
	for (uint32_t i = 0; i < z->n; i++) {
		if (abs(z->shift[i].offset_ms) > EK_ZONE_OFFSET_MAX_MS)
			fail_msg("%s: shift %u: %d ms", what, i, z->shift[i].offset_ms);
		if (i > 0 && z->shift[i].offset_ms == z->shift[i - 1].offset_ms)
			fail_msg("%s: shift %u changes nothing", what, i);
		if (i > 1 && z->shift[i].at_ms - z->shift[i - 1].at_ms < EK_ZONE_SHIFT_MIN_MS)
			fail_msg("%s: shift %u is too near", what, i);
	}
}

/* ---- rules */

/* clang-format off */
static const struct rule_row {
	const char *promise;
	const char *text;
	int32_t year;
	int64_t begins_s;
	int64_t ends_s;
} rule_rows[] = {
	{"last Sundays", "CET-1CEST,M3.5.0,M10.5.0/3", 2027, 1806195600, 1824944400},
	{"second and first", "EST5EDT,M3.2.0,M11.1.0", 2050, 2530767600, 2551327200},
	{"before midnight", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2090, 3794173200, 3812922000},
	{"hour 26", "IST-2IDT,M3.4.4/26,M10.5.0", 2090, 3793996800, 3812914800},
	{"minutes", "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45", 2090, 3809858400, 3794738400},
	{"day of the year, leap days counted", "AAA0BBB,59,300", 2028, 1835402400, 1856221200},
	{"day of the year, no leap day", "AAA0BBB,59,300", 2027, 1803866400, 1824685200},
	{"Julian day 60 is 1 March in leap years", "AAA0BBB,J60,J300",
	 2028, 1835488800, 1856221200},
	{"and in others", "AAA0BBB,J60,J300", 2027, 1803866400, 1824598800},
	{"seconds", "AAA1:02:03BBB0:00:01,J1/0:0:5,J2/+1", 2027, 1798765328, 1798851601},
};

static const char *const no_rules[] = {
	"", "C", "CE-1", "CET", "CET-", "CET-25", "CET-1CEST", "CET-1CEST,", "CET-1CEST,M3.5.0",
	"CET-1CEST,M3.5.0,", "CET-1CEST,M3.5.0,M10.5", "CET-1CEST,M13.5.0,M10.5.0",
	"CET-1CEST,M0.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0",
	"CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J365", "CET-1CEST,J366,J1", "CET-1CEST,366,1",
	"CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,M3.5.0/2:60,M10.5.0",
	"CET-1CEST,M3.5.0/,M10.5.0",
	"CET-1CEST,M3.5.0,M10.5.0/3x", "CET-1:CEST,M3.5.0,M10.5.0", "<CET-1", "<>-1", "<ab>-1",
	"CET-24", "CET24", "CET-23:59:60", "CET-0001", "CET-1CEST-24,M3.5.0,M10.5.0", " CET-1",
	"CET-1CEST-23,J1,J2 ", "C\xc3\xa9T-1", "CET--1", "CET+-1", "CET-1 ", "AAA-23:30BBB,J1,J2",
};
/* clang-format on */

static void rules_say_when(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(rule_rows); i++) {
		const struct rule_row *r = &rule_rows[i];
		struct ek_tzif_rule rule;
		struct ek_err err = {0};
		if (!ek_tzif_rule_read(str(r->text), &rule, &err))
			fail_msg("%s: %s", r->promise, err.msg);
		int64_t begins = ek_tzif_rule_begins(&rule, r->year);
		int64_t ends = ek_tzif_rule_ends(&rule, r->year);
		if (begins != r->begins_s || ends != r->ends_s)
			fail_msg("%s: %lld to %lld", r->promise, (long long)begins,
				 (long long)ends);
	}
}

static void what_is_no_rule_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(no_rules); i++) {
		struct ek_tzif_rule rule;
		struct ek_err err = {0};
		if (ek_tzif_rule_read(str(no_rules[i]), &rule, &err))
			fail_msg("accepted: %s", no_rules[i]);
		assert_int_equal(err.code, EK_DAMAGE);
	}
}

/* ---- files */

static const struct time_of two[] = {{1000000000, 1}, {1010000000, 0}};

static void the_table_holds_and_then_the_rule(void **state)
{
	(void)state;
	struct file f = make(two, 2, "CET-1CEST,M3.5.0,M10.5.0/3");
	struct ek_tzif z;
	struct ek_err err = {0};
	if (!read_exact(f.p, f.n, &z, &err))
		fail_msg("%s", err.msg);
	check_form(&z, "two times");
	assert_int_equal(z.n, 3 + 2 * 99); /* from 2002 to 2100 */
	assert_int_equal(z.shift[0].offset_ms, 3600000);
	assert_int_equal(z.shift[1].at_ms, 1000000000000);
	assert_int_equal(z.shift[1].offset_ms, 7200000);
	assert_int_equal(z.shift[2].at_ms, 1010000000000);
	assert_int_equal(z.shift[3].at_ms, 1017536400000);       /* 2002-03-31 01:00 */
	assert_int_equal(z.shift[z.n - 1].at_ms, 4128627600000); /* 2100-10-31 01:00 */
}

static void without_a_table_the_rule_is_all(void **state)
{
	(void)state;
	static const struct {
		const char *rule;
		uint32_t n;
		int32_t first_ms;
	} rows[] = {
		{"<+07>-7", 1, 25200000},
		{"", 1, 3600000},
		{"CET-1CEST,M3.5.0,M10.5.0/3", 263, 3600000},
		{"AEST-10AEDT,M10.1.0,M4.1.0/3", 263, 39600000},
		{"XXX3EDT4,0/0,J365/23", 1, -14400000}, /* RFC 8536, 3.3.1: summer all the year */
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct file f = make(NULL, 0, rows[i].rule);
		struct ek_tzif z;
		struct ek_err err = {0};
		if (!read_exact(f.p, f.n, &z, &err))
			fail_msg("%s: %s", rows[i].rule, err.msg);
		check_form(&z, rows[i].rule);
		if (z.n != rows[i].n || z.shift[0].offset_ms != rows[i].first_ms)
			fail_msg("%s: %u shifts, first %d ms", rows[i].rule, z.n,
				 z.shift[0].offset_ms);
	}
}

/* Bytes of the file of two[] that are changed, and what is wrong with it then. */
static void damage_is_refused(void **state)
{
	(void)state;
	enum { SECOND = 44 + 10, TABLE = SECOND + 44, TYPES = TABLE + 18, MARKS = TYPES + 12 + 8 };
	static const struct {
		const char *promise;
		size_t at;
		uint8_t to;
	} rows[] = {
		{"not such a file", 0, 'X'},
		{"version 1", 4, 0},
		{"a first block beyond the end", 32, 0xff},
		{"the second is of another kind", SECOND, 'X'},
		{"leap seconds", SECOND + 31, 1},
		{"more types than there may be", SECOND + 38, 2},
		{"no types", SECOND + 39, 0},
		{"marks for some types", SECOND + 23, 1},
		{"a table beyond the end", SECOND + 34, 0xff},
		{"times that go back", TABLE + 8, 0xff},
		{"a time without type", TABLE + 16, 2},
		{"an offset of 48 hours", TYPES + 1, 0x02},
		{"neither summer nor not", TYPES + 4, 2},
		{"a name beyond the names", TYPES + 5, 8},
		{"a name without end", TYPES + 12 + 7, 'X'},
		{"a mark that is none", MARKS, 2},
		{"UT but not standard", MARKS + 2, 1},
		{"no line before the rule", MARKS + 4, ' '},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct file f = make(two, 2, "CET-1");
		struct ek_tzif z;
		struct ek_err err = {0};
		assert_true(read_exact(f.p, f.n, &z, &err));
		f.p[rows[i].at] = rows[i].to;
		if (read_exact(f.p, f.n, &z, &err))
			fail_msg("%s: accepted", rows[i].promise);
		assert_int_equal(err.code, EK_DAMAGE);
	}
}

static void shifts_too_near_are_refused(void **state)
{
	(void)state;
	static const struct time_of near[] = {{1000000000, 1}, {1000086399, 0}};
	static const struct time_of apart[] = {{1000000000, 1}, {1000086400, 0}};
	struct ek_tzif z;
	struct ek_err err = {0};
	struct file f = make(near, 2, "CET-1");
	assert_false(read_exact(f.p, f.n, &z, &err));
	f = make(apart, 2, "CET-1");
	assert_true(read_exact(f.p, f.n, &z, &err));
	f = make(NULL, 0, "CET-1CEST,J10/1,J10/7");
	assert_false(read_exact(f.p, f.n, &z, &err));
}

/* splitmix64, public domain, Sebastiano Vigna. */
static uint64_t next(uint64_t *seed)
{
	uint64_t z = (*seed += 0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static void no_bytes_surprise_it(void **state)
{
	(void)state;
	const struct file whole = make(two, 2, "CET-1CEST,M3.5.0,M10.5.0/3");
	struct ek_tzif z;
	struct ek_err err = {0};
	for (size_t n = 0; n < whole.n; n++) {
		if (read_exact(whole.p, n, &z, &err))
			fail_msg("cut off at %zu, accepted", n);
	}
	uint64_t seed = 1;
	for (int i = 0; i < 20000; i++) {
		struct file f = whole;
		for (uint64_t k = 1 + next(&seed) % 4; k > 0; k--)
			f.p[next(&seed) % f.n] = (uint8_t)next(&seed);
		if (read_exact(f.p, f.n, &z, &err))
			check_form(&z, "random bytes");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_say_when),
		cmocka_unit_test(what_is_no_rule_is_refused),
		cmocka_unit_test(the_table_holds_and_then_the_rule),
		cmocka_unit_test(without_a_table_the_rule_is_all),
		cmocka_unit_test(damage_is_refused),
		cmocka_unit_test(shifts_too_near_are_refused),
		cmocka_unit_test(no_bytes_surprise_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
