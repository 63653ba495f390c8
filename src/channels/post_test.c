/* How long is rested after failures: by a clock of the test's own, over all that is tried. */
#include "channels/post_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { HOUR_MS = 3600000, DRAWS = 500 };

/* A second, and twice as long each time, up to 15 minutes; a quarter on either side. */
static void rests_ever_longer_with_jitter(void **state)
{
	static const struct {
		uint32_t failures;
		int64_t ms;
	} rows[] = {
		{1, 1000},    {2, 2000},    {3, 4000},    {4, 8000},     {5, 16000},
		{6, 32000},   {7, 64000},   {8, 128000},  {9, 256000},   {10, 512000},
		{11, 900000}, {12, 900000}, {64, 900000}, {500, 900000}, {UINT32_MAX, 900000},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		int64_t least = INT64_MAX;
		int64_t most = 0;
		for (int k = 0; k < DRAWS; k++) {
			int64_t ms = ek_post_rest(rows[i].failures).ms;
			least = ms < least ? ms : least;
			most = ms > most ? ms : most;
		}
		if (least < rows[i].ms * 3 / 4 || most > rows[i].ms * 5 / 4)
			fail_msg("%u: %lld to %lld", rows[i].failures, (long long)least,
				 (long long)most);
		/* Of 500 draws over half the rest, the chance that all lie within a tenth of it is
		 * below 10^-300. */
		if (most - least < rows[i].ms / 10)
			fail_msg("%u: no jitter", rows[i].failures);
	}
}

/* Two days of 4xx. Rests double up to the tenth, 1023 s in all, and are 900 s from then on: 10 +
 * (172,800 - 1,023) / 900 = 200.9 tries and a first one, if none had jitter. */
static void tries_for_two_days(void **state)
{
	(void)state;
	for (int run = 0; run < 50; run++) {
		int64_t now = 0;
		uint32_t tries = 0;
		while (now <= 48 * (int64_t)HOUR_MS)
			now += ek_post_rest(++tries).ms;
		/* 191 rests that vary by 900 s / sqrt(48) each: 12 standard deviations. */
		assert_in_range(tries, 177, 227);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rests_ever_longer_with_jitter),
		cmocka_unit_test(tries_for_two_days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
