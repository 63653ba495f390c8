/* Counts of overtaking are those of a plain list that is walked from end to end.
 *
 * Conversations come, go, change when they began to wait and are lifted by chance, in two team
 * inboxes; now and then all that is asked is compared with the list. Rows of the table are ways for
 * blocks to fill, split and join: in order, in any order, many that began at the same moment. */
#include "engine/overtake.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/heap_scene.h"
#include "base/rng.h"

enum { TEAMS = 2, CONVS = 1500, STEPS = 30000 };

struct way {
	const char *name;
	uint32_t coming; /* in a hundred steps, while there is one that does not wait */
	uint32_t spread; /* of the moments at which they began to wait; 0 = one after another */
	bool is_first_out;
};
static const struct way ways[] = {
	{"in order, the longest waiting given out", 50, 0, true},
	{"in order, anyone given out", 55, 0, false},
	{"in any order", 52, 1000000, false},
	{"few moments, many alike", 52, 7, false},
	{"filled, and emptied again", 90, 5000, false},
	{"few wait", 10, 5000, false},
};

/* The list: what is true of a conversation, by its definition. */
struct truth {
	uint32_t team; /* 0 = it does not wait */
	int64_t since;
	uint32_t times;
	bool is_lifted;
};
struct scene {
	const struct way *way;
	struct ek_engine *e;
	struct ek_rng rng;
	struct truth truth[CONVS + 1];
	int64_t now;
};

static void open_scene(struct scene *s, const struct way *way)
{
	struct ek_err err;
	*s = (struct scene){.way = way, .rng = {11}};
	assert_true(ek_engine_open(ek_heap_scene(), &s->e, &err));
	ROOM(s->e, s->e->convs, s->e->conv_cap, CONVS + 1);
	ROOM(s->e, s->e->teams, s->e->team_cap, TEAMS + 1);
	s->e->team_count = TEAMS;
}

static int64_t draw_since(struct scene *s)
{
	return s->way->spread == 0 ? ++s->now : (int64_t)ek_rng_below(&s->rng, s->way->spread);
}

static void state(struct scene *s, uint32_t conv)
{
	const struct truth *t = &s->truth[conv];
	struct conv *c = &s->e->convs[conv];
	c->team = t->team;
	c->waiting_since = t->since;
	c->bound = t->is_lifted ? EK_BOUND_OVERTAKE_MAX : 0;
}

static void come(struct scene *s, uint32_t conv)
{
	uint32_t before = ek_rng_below(&s->rng, 3);
	s->truth[conv] = (struct truth){1 + ek_rng_below(&s->rng, TEAMS), draw_since(s), before,
					ek_rng_chance(&s->rng, 5)};
	state(s, conv);
	s->e->convs[conv].overtaken = before;
	s->e->teams[s->truth[conv].team].waiting++;
	ek_overtake_enter(s->e, conv);
}

static void pass(struct scene *s, uint32_t team, int64_t since)
{
	ek_overtake_pass(s->e, team, since);
	for (uint32_t i = 1; i <= CONVS; i++)
		s->truth[i].times += s->truth[i].team == team && s->truth[i].since < since;
}

static void go(struct scene *s, uint32_t conv)
{
	struct truth t = s->truth[conv];
	ek_overtake_leave(s->e, conv);
	assert_int_equal(s->e->convs[conv].overtaken, t.times);
	s->e->teams[t.team].waiting--;
	s->truth[conv].team = 0;
	pass(s, t.team, t.since);
}

static void change(struct scene *s, uint32_t conv)
{
	struct truth *t = &s->truth[conv];
	if (ek_rng_chance(&s->rng, 30))
		t->is_lifted = !t->is_lifted;
	if (ek_rng_chance(&s->rng, 30))
		t->since = draw_since(s);
	state(s, conv);
	ek_overtake_update(s->e, conv);
}

static uint32_t longest_waiting(const struct scene *s, uint32_t team)
{
	uint32_t found = 0;
	for (uint32_t i = 1; i <= CONVS; i++) {
		const struct truth *t = &s->truth[i];
		if (t->team == team && (found == 0 || t->since < s->truth[found].since))
			found = i;
	}
	return found;
}

static void step(struct scene *s)
{
	uint32_t conv = 1 + ek_rng_below(&s->rng, CONVS);
	if (ek_rng_chance(&s->rng, s->way->coming)) {
		if (s->truth[conv].team == 0)
			come(s, conv);
		return;
	}
	if (s->way->is_first_out)
		conv = longest_waiting(s, 1 + ek_rng_below(&s->rng, TEAMS));
	if (conv == 0 || s->truth[conv].team == 0)
		return;
	if (ek_rng_chance(&s->rng, 20))
		change(s, conv);
	else
		go(s, conv);
}

static void compare_due(struct scene *s, uint32_t team, uint32_t max)
{
	uint32_t *convs;
	uint32_t n = ek_overtake_due(s->e, team, max, &convs);
	uint32_t at = 0;
	for (uint32_t i = 1; i <= CONVS; i++) {
		const struct truth *t = &s->truth[i];
		if (t->team != team || t->is_lifted || t->times < max)
			continue;
		assert_true(at < n);
		assert_int_equal(convs[at++], i);
	}
	assert_int_equal(at, n);
	ek_arena_reset(&s->e->turn);
}

static void compare(struct scene *s)
{
	for (uint32_t i = 1; i <= CONVS; i++) {
		if (s->truth[i].team != 0)
			assert_int_equal(ek_overtake_count(s->e, i), s->truth[i].times);
	}
	for (uint32_t team = 1; team <= TEAMS; team++) {
		uint32_t oldest = longest_waiting(s, team);
		int64_t since = oldest == 0 ? EK_NO_TIME.ms : s->truth[oldest].since;
		assert_int_equal(ek_overtake_oldest(s->e, team).ms, since);
		for (uint32_t max = 1; max < 400; max = max * 3 + 1)
			compare_due(s, team, max);
	}
}

/* No two neighbours are both nearly empty. */
static void check_room(const struct scene *s)
{
	for (uint32_t team = 1; team <= TEAMS; team++) {
		const struct team *t = &s->e->teams[team];
		for (uint32_t i = 1; i < t->over_parts; i++) {
			uint32_t a = s->e->over_blocks[t->over_row[i - 1].block].count;
			uint32_t b = s->e->over_blocks[t->over_row[i].block].count;
			assert_true(a + b >= EK_STATE_OVER_BLOCK / 4);
		}
	}
}

static void test_counts(void **unused)
{
	(void)unused;
	static struct scene s;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		print_message("%s\n", ways[i].name);
		open_scene(&s, &ways[i]);
		for (uint32_t n = 0; n < STEPS; n++) {
			step(&s);
			if (n % 500 == 0)
				compare(&s);
			if (n % 50 == 0)
				check_room(&s);
		}
		for (uint32_t conv = 1; conv <= CONVS; conv++) {
			if (s.truth[conv].team != 0)
				go(&s, conv);
			check_room(&s);
		}
		compare(&s);
		ek_engine_close(&s.e);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_counts)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
