/* What is computed of one person, and who is shown it (S19 to S22). */
#include "patterns/person.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void test_a_day(void **state)
{
	(void)state;
	static const struct ek_person_approach v[] = {{20, 10}, {10, 10}, {40, 10}};
	double day;
	assert_false(ek_person_day(v, 2, &day));
	assert_true(ek_person_day(v, 3, &day));
	assert_true(fabs(day - log(2)) < 1e-12); /* ln 2, 0, ln 4 */
	static const double others[] = {.1, .2, .3, .4};
	assert_true(fabs(ek_person_beside(day, others, 3) - day) < 1e-12);
	assert_true(fabs(ek_person_beside(day, others, 4) - (day - .25)) < 1e-12);
}

static void test_stages(void **state)
{
	(void)state;
	assert_int_equal(ek_person_stage(19), EK_PERSON_COUNTS_ONLY);
	assert_int_equal(ek_person_stage(20), EK_PERSON_LEARNING);
	assert_int_equal(ek_person_stage(39), EK_PERSON_LEARNING);
	assert_int_equal(ek_person_stage(40), EK_PERSON_VERDICTS);
}

enum { TEAM = 10 };

static void test_system_first(void **state)
{
	(void)state;
	static const struct {
		const char *promise;
		struct ek_person_mark marks[TEAM];
		uint32_t n;
		uint32_t sides;
		uint32_t withheld; /* bits */
	} rows[] = {
		{"nobody", {{0, 0}}, 6, 0, 0},
		{"two are not enough, though a third", {{1, 10}, {1, 10}, {0, 0}}, 3, 0, 0},
		{"three of nine within five working days", {{1, 10}, {1, 12}, {1, 14}}, 9, 1, 7},
		{"three of ten are less than a third", {{1, 10}, {1, 12}, {1, 14}}, 10, 0, 0},
		{"on the sixth day it is another week", {{1, 10}, {1, 12}, {1, 15}}, 9, 0, 0},
		{"sides are apart", {{1, 10}, {1, 10}, {-1, 10}}, 6, 0, 0},
		{"both sides at once",
		 {{1, 10}, {1, 10}, {1, 11}, {-1, 10}, {-1, 10}, {-1, 12}},
		 6,
		 3,
		 0x3f},
		{"who entered long before keeps their own verdict",
		 {{1, 1}, {1, 10}, {1, 10}, {1, 11}},
		 9,
		 1,
		 0xe},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		bool withheld[TEAM];
		uint32_t got = 0;
		uint32_t sides = ek_person_system(rows[i].marks, rows[i].n, withheld);
		for (uint32_t k = 0; k < rows[i].n; k++)
			got |= (uint32_t)withheld[k] << k;
		if (sides != rows[i].sides || got != rows[i].withheld)
			fail_msg("%s: sides %u, withheld %x", rows[i].promise, sides, got);
	}
}

static void test_mirror_first(void **state)
{
	(void)state;
	static const struct {
		struct ek_person_verdict v; /* good, withheld, holds, working shifts since */
		enum ek_person_view self, lead;
	} rows[] = {
		{{false, false, true, 0}, EK_PERSON_SENTENCE, EK_PERSON_NOTHING},
		{{false, false, true, 1}, EK_PERSON_SENTENCE, EK_PERSON_NOTHING},
		{{false, false, true, 2}, EK_PERSON_SENTENCE, EK_PERSON_WELCOMES_TALK},
		{{false, false, false, 2}, EK_PERSON_SENTENCE, EK_PERSON_NOTHING},
		{{true, false, true, 9}, EK_PERSON_SENTENCE, EK_PERSON_NOTHING},
		{{false, true, true, 9}, EK_PERSON_NOTHING, EK_PERSON_NOTHING},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		assert_int_equal(ek_person_to_self(&rows[i].v), rows[i].self);
		assert_int_equal(ek_person_to_lead(&rows[i].v), rows[i].lead);
	}
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_a_day),
		cmocka_unit_test(test_stages),
		cmocka_unit_test(test_system_first),
		cmocka_unit_test(test_mirror_first),
	};
	return cmocka_run_group_tests(all, NULL, NULL);
}
