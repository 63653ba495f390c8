/* The checker of streams is checked: doctored streams, each of which it must name. */
#include "sim/stream_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define FRAME(seq, prev) "id: " seq "\nevent: a\ndata: {\"seq\":" seq ",\"prev\":" prev "}\n\n"
#define HELLO "retry: 2000\n\nevent: hello\ndata: {\"log\":\"x\",\"seq\":4}\n\n"

static const struct {
	const char *name;
	const char *text;
	uint64_t held;
	uint64_t seqs[4];
	uint64_t gaps;
	uint64_t repeats;
	uint64_t broken;
} rows[] = {
	{"sound", HELLO FRAME("5", "4") FRAME("9", "5"), 9, {5, 9}, 0, 0, 0},
	{"a hole is no loss", FRAME("800", "4"), 800, {800}, 0, 0, 0},
	{"dropped", FRAME("5", "4") FRAME("9", "7"), 5, {5}, 1, 0, 0},
	{"doubled", FRAME("5", "4") FRAME("5", "4"), 5, {5}, 0, 1, 0},
	{"swapped", FRAME("9", "5") FRAME("5", "4"), 5, {5}, 1, 0, 0},
	{"position",
	 "id: 7\nevent: position\ndata: {\"seq\":7,\"prev\":4}\n\n" FRAME("9", "7"),
	 9,
	 {9},
	 0,
	 0,
	 0},
	{"reset",
	 "event: reset\ndata: {\"reason\":\"too_old\",\"seq\":50}\n\n" FRAME("51", "50"),
	 51,
	 {51},
	 0,
	 0,
	 0},
	{"comment and state",
	 ": still here\n\nevent: state.queue\ndata: {\"seq\":99}\n\n",
	 4,
	 {0},
	 0,
	 0,
	 0},
	{"no JSON", "id: 5\nevent: a\ndata: {\"seq\":5,\"prev\":4\n\n", 4, {0}, 0, 0, 1},
	{"id of another", "id: 6\nevent: a\ndata: {\"seq\":5,\"prev\":4}\n\n", 4, {0}, 0, 0, 1},
	{"no prev", "id: 5\nevent: a\ndata: {\"seq\":5}\n\n", 4, {0}, 0, 0, 1},
	{"no such line", "rubbish\n\n" FRAME("5", "4"), 5, {5}, 0, 0, 1},
	{"half a frame", FRAME("5", "4") "id: 6\nevent: a\ndata: {\"seq\":6", 5, {5}, 0, 0, 0},
};

static void test_doctored_streams(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_stream_check c;
		size_t n = 0;
		size_t at = 0;
		while (n < EK_LEN(rows[i].seqs) && rows[i].seqs[n] != 0)
			n++;
		assert_true(ek_stream_check_init(&c, 4));
		for (const char *p = rows[i].text; *p != 0; p++)
			ek_stream_check_feed(&c, p, 1);
		bool ok = c.held == rows[i].held && c.gaps == rows[i].gaps &&
			  c.repeats == rows[i].repeats && c.broken == rows[i].broken;
		if (!ok || !ek_stream_check_equal(&c, 0, rows[i].seqs, n, &at))
			fail_msg("%s: held %d, %d gaps, %d repeats, %d broken, differs at %d",
				 rows[i].name, (int)c.held, (int)c.gaps, (int)c.repeats,
				 (int)c.broken, (int)at);
		ek_stream_check_fini(&c);
	}
}

static void test_difference(void **state)
{
	(void)state;
	static const uint64_t log[] = {5, 6, 7};
	struct ek_stream_check c;
	size_t at = 9;
	assert_true(ek_stream_check_init(&c, 4));
	const char text[] = FRAME("5", "4") FRAME("7", "5");
	ek_stream_check_feed(&c, text, sizeof text - 1);
	assert_false(ek_stream_check_equal(&c, 0, log, 3, &at)); /* 6 is missing */
	assert_int_equal(at, 1);
	assert_false(ek_stream_check_equal(&c, 1, &log[2], 0, &at)); /* 7 is too much */
	assert_int_equal(at, 0);
	assert_true(ek_stream_check_equal(&c, 1, &log[2], 1, &at));
	ek_stream_check_fini(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_doctored_streams),
		cmocka_unit_test(test_difference),
	};
	return cmocka_run_group_tests_name("stream_check", tests, NULL, NULL);
}
