/* Engine time never goes back, never stands, and follows the wall clock as far as it is trusted. */
#include "sys/pace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define MINUTE 60000

struct row {
	const char *promise;
	int64_t steady_ms; /* since the row before */
	int64_t wall_ms;   /* since the start */
	bool synchronised;
	int64_t now_ms; /* since the start */
	int64_t step_ms;
};

/* clang-format off */
static const struct row steady[] = {
	{"together", 1000, 1000, false, 1000, 0},
	{"a minute ahead is followed at once", 0, 1000 + MINUTE, false, 1000 + MINUTE, 0},
	{"and then both go on", 5000, 6000 + MINUTE, false, 6000 + MINUTE, 0},
};
static const struct row behind[] = {
	{"together", 10000, 10000, false, 10000, 0},
	{"an hour back: it runs a tenth slower", 10000, 20000 - 60 * MINUTE, false, 19000, 0},
	{"and is never frozen", 100, 20100 - 60 * MINUTE, false, 19090, 0},
	{"until they meet", 20000, 39500, false, 39500, 0},
};
static const struct row ahead[] = {
	{"a day ahead is not believed", 1000, 1440 * MINUTE, false, 1000, 0},
	{"for a quarter of an hour", 14 * MINUTE, 1454 * MINUTE, false, 1000 + 14 * MINUTE, 0},
	{"and then it is a step", MINUTE, 1455 * MINUTE, false, 1455 * MINUTE,
	 1455 * MINUTE - 1000 - 15 * MINUTE},
};
static const struct row believed[] = {
	{"a synchronised clock is believed at once", 1000, 1440 * MINUTE, true, 1440 * MINUTE,
	 1440 * MINUTE - 1000},
};
static const struct row doubted[] = {
	{"far ahead", 1000, 1440 * MINUTE, false, 1000, 0},
	{"and back again", 10 * MINUTE, 1000 + 10 * MINUTE, false, 1000 + 10 * MINUTE, 0},
	{"begins the doubt anew", 10 * MINUTE, 1440 * MINUTE, false, 1000 + 20 * MINUTE, 0},
};
/* clang-format on */

static void check(const struct row *rows, size_t n)
{
	const int64_t start = 1795305600000;
	struct ek_pace p;
	ek_pace_init(&p, (ek_time){start - 5});
	struct ek_pace_reading r = {.steady_ns = 77, .wall = {start}};
	assert_int_equal(ek_pace_now(&p, &r, NULL).ms, start);
	for (size_t i = 0; i < n; i++) {
		ek_span step;
		r.steady_ns += (uint64_t)rows[i].steady_ms * 1000000;
		r.wall.ms = start + rows[i].wall_ms;
		r.synchronised = rows[i].synchronised;
		print_message("  %s\n", rows[i].promise);
		assert_int_equal(ek_pace_now(&p, &r, &step).ms - start, rows[i].now_ms);
		assert_int_equal(step.ms, rows[i].step_ms);
	}
}

static void it_follows_a_good_clock(void **state)
{
	(void)state;
	check(steady, EK_LEN(steady));
}

static void it_never_goes_back(void **state)
{
	(void)state;
	check(behind, EK_LEN(behind));
}

static void a_leap_is_doubted_then_said(void **state)
{
	(void)state;
	check(ahead, EK_LEN(ahead));
	check(believed, EK_LEN(believed));
	check(doubted, EK_LEN(doubted));
}

static void it_begins_where_the_log_ends(void **state)
{
	(void)state;
	struct ek_pace p;
	ek_pace_init(&p, (ek_time){5000});
	const struct ek_pace_reading early = {.steady_ns = 1, .wall = {1000}};
	assert_int_equal(ek_pace_now(&p, &early, NULL).ms, 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_follows_a_good_clock),
		cmocka_unit_test(it_never_goes_back),
		cmocka_unit_test(a_leap_is_doubted_then_said),
		cmocka_unit_test(it_begins_where_the_log_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
