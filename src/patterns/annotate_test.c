/* What may be left out, when limits may begin anew, what comes back from the watch list. */
#include "patterns/annotate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void test_a_sixth_in_30_points_is_refused(void **state)
{
	(void)state;
	static const struct {
		uint32_t places[8];
		uint32_t n, place;
		bool may;
	} rows[] = {
		{{0}, 0, 7, true},
		{{1, 2, 3, 4}, 4, 5, true},
		{{1, 2, 3, 4, 5}, 5, 30, false}, /* 1 to 30 are 30 points */
		{{1, 2, 3, 4, 5}, 5, 31, true},
		{{10, 12, 14, 16, 18}, 5, 1, false},
		{{10, 12, 14, 16, 30}, 5, 1, false},
		{{10, 12, 14, 16, 31}, 5, 1, true},
		{{10, 12, 16, 18, 20}, 5, 14, false},
		{{1, 2, 3, 40, 41, 42}, 6, 20, true},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++)
		if (ek_annotate_may(rows[i].places, rows[i].n, rows[i].place) != rows[i].may)
			fail_msg("row %zu", i);
}

static void test_four_yeses(void **state)
{
	(void)state;
	static const struct {
		struct ek_annotate_rebase r;
		enum ek_annotate_answer want;
	} rows[] = {
		{{true, true, true, true, 8}, EK_ANNOTATE_YES},
		{{false, true, true, true, 8}, EK_ANNOTATE_NOT_DIFFERENT},
		{{true, false, true, true, 8}, EK_ANNOTATE_NO_CAUSE},
		{{true, true, false, true, 8}, EK_ANNOTATE_NOT_DESIRABLE},
		{{true, true, true, false, 8}, EK_ANNOTATE_NOT_LASTING},
		{{true, true, true, true, 7}, EK_ANNOTATE_TOO_FEW},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++)
		assert_int_equal(ek_annotate_rebase(&rows[i].r), rows[i].want);
}

static void test_watch_list(void **state)
{
	(void)state;
	assert_true(ek_annotate_is_watched(1, -1));
	assert_true(ek_annotate_is_watched(-1, 1));
	assert_false(ek_annotate_is_watched(1, 1));
	assert_false(ek_annotate_is_watched(1, 0));
	struct ek_annotate_watch w = {100, 130, 7, false, false};
	assert_false(ek_annotate_is_due(&w, 129));
	assert_true(ek_annotate_is_due(&w, 130));
	w.is_explained = true;
	assert_false(ek_annotate_is_due(&w, 130));
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_a_sixth_in_30_points_is_refused),
		cmocka_unit_test(test_four_yeses),
		cmocka_unit_test(test_watch_list),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
