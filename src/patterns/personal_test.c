/* The people of one team: what is usual, days, verdicts, and what comes first (S19 to S21). */
#include "base/heap_scene.h"
#include "patterns/personal.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { MONDAY = 18631, /* 2021-01-04 */ MOST = 4000, PEOPLE = 12 };

struct scene {
	struct ek_arena arena;
	struct ek_personal_item v[MOST];
	uint32_t n;
};

static int setup(void **state)
{
	static struct scene scene;
	ek_arena_init(&scene.arena, ek_heap_scene(), 1 << 26);
	*state = &scene;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;
	ek_arena_fini(&s->arena);
	return 0;
}

static void put(struct scene *s, int32_t day, uint32_t person, double own)
{
	s->v[s->n++] = (struct ek_personal_item){
		.day = day, .person = person, .work = 1, .channel = 1, .own = own};
}

static double usual_of(struct scene *s, int32_t day, uint32_t work)
{
	struct ek_err err;
	s->v[s->n++] = (struct ek_personal_item){.day = day, .work = work, .channel = 1, .own = 1};
	assert_true(ek_personal_usual(s->v, s->n, &s->arena, &err));
	return s->v[--s->n].usual;
}

static void test_what_is_usual(void **state)
{
	struct scene *s = *state;
	s->n = 0;
	for (uint32_t i = 0; i < 19; i++)
		put(s, MONDAY, 0, i + 1);
	assert_true(usual_of(s, MONDAY + 7, 1) <= 0);
	put(s, MONDAY + 6, 0, 20);
	static const struct {
		const char *promise;
		int32_t day;
		uint32_t work;
		double usual;
	} rows[] = {
		{"the week itself says nothing", MONDAY + 6, 1, 0},
		{"median of twenty", MONDAY + 7, 1, 10.5},
		{"of the channel where the topic is rare", MONDAY + 13, 2, 10.5},
		{"thirteen weeks on", MONDAY + 91, 1, 10.5},
		{"and then forgotten", MONDAY + 98, 1, 0},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		double got = usual_of(s, rows[i].day, rows[i].work);
		if (fabs(got - rows[i].usual) > 1e-12)
			fail_msg("%s: %f", rows[i].promise, got);
	}
}

static void put_usual(struct scene *s, int32_t day, uint32_t person, double own)
{
	put(s, day, person, own);
	s->v[s->n - 1].usual = 10;
}

static void test_days(void **state)
{
	struct scene *s = *state;
	struct ek_personal_days days;
	struct ek_err err;
	s->n = 0;
	put_usual(s, 1, 0, 20);
	put_usual(s, 1, 0, 10);
	put_usual(s, 2, 0, 20);
	for (uint32_t p = 1; p <= 4; p++)
		for (int i = 0; i < 3; i++)
			put_usual(s, 2, p, 10 * exp(p / 10.0));
	put_usual(s, 2, 0, 10);
	put_usual(s, 2, 0, 40);
	put(s, 2, 0, 1000); /* what is not known to be usual counts for nothing */
	assert_true(ek_personal_days(s->v, s->n, &s->arena, &days, &err));
	/* Day 1 had two; ln 2 less .25 of four colleagues; for who has .1 the others' mean is
	 * (ln 2 + .9) / 4. */
	assert_int_equal(days.n, 5);
	assert_int_equal(days.v[0].person, 0);
	assert_int_equal(days.v[0].n, 3);
	assert_true(fabs(days.v[0].value - (log(2) - .25)) < 1e-9);
	assert_true(fabs(days.v[1].value - (.1 - (log(2) + .9) / 4)) < 1e-9);
}

/* .1 up and down for as many days, then a level for as many more. */
static struct ek_personal_stand judged(struct scene *s, uint32_t calm, uint32_t more, double level)
{
	static const struct ek_personal_rules rules = {NULL, 0};
	struct ek_personal_day v[200];
	struct ek_personal_days days = {v, 0};
	struct ek_personal_stand out;
	for (uint32_t i = 0; i < calm + more; i++) {
		double x = i >= calm ? level : i % 2 == 0 ? .1 : -.1;
		v[days.n++] = (struct ek_personal_day){(int32_t)i + 1, 0, 5, x};
	}
	assert_true(ek_personal_judge_days(&days, 0, &rules, &s->arena, &out));
	return out;
}

static void test_days_are_judged(void **state)
{
	struct scene *s = *state;
	assert_int_equal(judged(s, 19, 0, 0).stage, EK_PERSON_COUNTS_ONLY);
	assert_int_equal(judged(s, 20, 0, 0).stage, EK_PERSON_LEARNING);
	assert_false(judged(s, 39, 0, 0).is_judged);
	assert_true(judged(s, 40, 0, 0).is_judged);
	/* sigma = .2 / 1.128; z of .4 is 2.256, and 4 (2.256 - .5) = 7.024 is above 7. */
	assert_false(judged(s, 40, 3, .4).has_shift);
	assert_int_equal(judged(s, 40, 3, .4).mark.side, 1);
	struct ek_personal_stand up = judged(s, 40, 4, .4);
	assert_true(up.has_shift);
	assert_int_equal(up.side, 1);
	assert_int_equal(up.found, 44);
	assert_int_equal(up.start, 41);
	assert_int_equal(up.points, 4);
	assert_true(fabs(up.was) < 1e-9 && fabs(up.is - .4) < 1e-9);
	assert_true(fabs(up.odds - .110) < 1e-9); /* table D, h 7, m 40 */
	assert_int_equal(judged(s, 40, 4, -.4).side, -1);
	/* A learning person has no verdict, whatever the days say. */
	assert_false(judged(s, 30, 9, 4).has_shift);
}

static void put_answers(struct scene *s, uint32_t n, uint32_t bad_of)
{
	for (uint32_t i = 0; i < n; i++) {
		put(s, (int32_t)s->n + 1, 0, 1);
		s->v[s->n - 1].is_bad = bad_of > 0 && i % bad_of == 0;
	}
}

static struct ek_personal_stand answered(struct scene *s)
{
	static const struct ek_personal_rules rules = {NULL, 0};
	struct ek_personal_stand out[1];
	struct ek_err err;
	const struct ek_personal_events events = {s->v, s->n, 1, &rules};
	assert_true(ek_personal_judge_events(&events, &s->arena, out, &err));
	return out[0];
}

static void test_answers_are_judged(void **state)
{
	struct scene *s = *state;
	s->n = 0;
	put_answers(s, 39, 10);
	assert_int_equal(answered(s).stage, EK_PERSON_LEARNING);
	put_answers(s, 1, 0);
	/* p0 = (4 + .1 * 20) / 60 = .10: each bad one adds .9163; four are above 3. */
	put_answers(s, 3, 1);
	assert_false(answered(s).has_shift);
	put_answers(s, 1, 1);
	struct ek_personal_stand worse = answered(s);
	assert_true(worse.has_shift);
	assert_int_equal(worse.side, 1);
	assert_int_equal(worse.found, 44);
	assert_int_equal(worse.start, 41);
	assert_int_equal(worse.points, 4);
	assert_true(fabs(worse.was - .10) < 1e-9 && fabs(worse.is - 1) < 1e-9);
	assert_true(fabs(worse.odds - .194) < 1e-9); /* table D, h 3, m 40 */
	put_answers(s, 19, 0);
	assert_true(answered(s).has_shift);
	put_answers(s, 1, 0);
	assert_false(answered(s).has_shift);
	/* No bad one: each adds ln((1 - .1 / 2.8) / .9) = .0690 to the mirrored sum, from 41 on. */
	s->n = 0;
	put_answers(s, 40, 10);
	put_answers(s, 43, 0);
	assert_false(answered(s).has_shift);
	put_answers(s, 1, 0);
	assert_int_equal(answered(s).side, -1);
}

static void test_the_team_first(void **state)
{
	struct scene *s = *state;
	static const int32_t days[] = {1, 2, 3, 4, 5, 8, 9, 10, 11, 12};
	static const struct {
		const char *promise;
		int32_t entered[3];
		bool is_team;
	} rows[] = {
		{"on one day", {9, 9, 9}, true},
		{"working days are counted, not days", {4, 8, 10}, true},
		{"and not six of them", {4, 8, 11}, false},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_personal_stand people[9] = {{0}};
		bool withheld[9];
		uint32_t sides;
		struct ek_err err;
		for (uint32_t p = 0; p < 3; p++)
			people[p * 2].mark = (struct ek_person_mark){1, rows[i].entered[p]};
		const struct ek_personal_team team = {days, EK_LEN(days), people, 9};
		assert_true(ek_personal_system(&team, &s->arena, withheld, &sides, &err));
		if (withheld[0] != rows[i].is_team || (sides == 1) != rows[i].is_team ||
		    withheld[1])
			fail_msg("%s", rows[i].promise);
	}
}

static struct ek_personal_why why(struct scene *s, int32_t start)
{
	int32_t days[400];
	uint32_t n = 0;
	struct ek_personal_why out;
	struct ek_err err;
	for (uint32_t i = 0; i < s->n; i++)
		if (n == 0 || days[n - 1] != s->v[i].day)
			days[n++] = s->v[i].day;
	const struct ek_personal_ask ask = {s->v, s->n, days, n, 0, start};
	assert_true(ek_personal_why(&ask, &s->arena, &out, &err));
	return out;
}

/* A colleague every day; the person on every `each`-th, with three approaches of that work. */
static void put_weeks(struct scene *s, int32_t from, int32_t until, int32_t each, uint32_t work)
{
	for (int32_t d = from; d < until; d++) {
		put(s, d, 1, 10);
		for (int i = 0; d % each == 0 && i < 3; i++) {
			put(s, d, 0, 10);
			s->v[s->n - 1].work = i == 0 ? 1 : work;
		}
	}
}

static void test_what_changed_of_the_work(void **state)
{
	struct scene *s = *state;
	s->n = 0;
	put_weeks(s, 0, 120, 1, 1);
	put_weeks(s, 120, 130, 1, 1);
	struct ek_personal_why same = why(s, 120);
	assert_false(same.is_mix || same.is_fewer || same.is_newcomer);
	s->n = 0;
	put_weeks(s, 0, 80, 1, 1);
	put_weeks(s, 80, 90, 1, 2);
	struct ek_personal_why other = why(s, 80);
	assert_true(other.is_mix && !other.is_fewer && other.is_newcomer);
	assert_true(fabs(other.mix - 2.0 / 3) < 1e-9);
	s->n = 0;
	put_weeks(s, 0, 120, 1, 1);
	put_weeks(s, 120, 140, 2, 1);
	struct ek_personal_why fewer = why(s, 120);
	assert_true(!fewer.is_mix && fewer.is_fewer);
	assert_true(fabs(fewer.presence - .5) < 1e-9);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_what_is_usual),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_days_are_judged),
		cmocka_unit_test(test_answers_are_judged),
		cmocka_unit_test(test_the_team_first),
		cmocka_unit_test(test_what_changed_of_the_work),
	};
	return cmocka_run_group_tests(all, setup, teardown);
}
