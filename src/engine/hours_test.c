/* Undoing a change of office hours: the earlier hours stand again, by facts that say them, also
 * after a replay and after loading; what was changed since, or is too long ago, is refused. */
#include "base/heap_scene.h"
#include "engine/hours.h"
#include "engine/image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const ek_time start = {1781000000000}; /* Tuesday 9 June 2026, 10:13 UTC */

struct bytes {
	uint8_t *p;
	size_t n;
};

/* An engine and its shadow, which only hears the facts. */
struct pair {
	struct ek_engine *e;
	struct ek_engine *shadow;
};

static bool collect(void *ctx, const void *bytes, size_t n)
{
	struct bytes *b = ctx;
	b->p = realloc(b->p, b->n + n + 1);
	assert_non_null(b->p);
	memcpy(b->p + b->n, bytes, n);
	b->n += n;
	return true;
}

static struct bytes saved(const struct ek_engine *e)
{
	struct bytes b = {NULL, 0};
	assert_true(ek_engine_save(e, collect, &b));
	return b;
}

static struct ek_engine *opened(void)
{
	struct ek_engine *e = NULL;
	struct ek_err err;
	assert_true(ek_engine_open(ek_heap_scene(), &e, &err));
	return e;
}

static enum ek_code submit(struct pair *p, const struct ek_cmd *cmd)
{
	struct ek_events out;
	struct ek_err err = {0};
	if (!ek_engine_submit(p->e, cmd, start, &out, &err))
		return err.code;
	for (uint32_t i = 0; i < out.n; i++) {
		if (!ek_engine_apply(p->shadow, &out.v[i], &err))
			fail_msg("%s", err.msg);
	}
	struct bytes a = saved(p->e);
	struct bytes b = saved(p->shadow);
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.p, b.p, a.n);
	free(a.p);
	free(b.p);
	return EK_OK;
}

static const struct ek_zone_shift utc[] = {{EK_ZONE_SINCE_EVER, 0}};

/* Open on all days from an hour to the next. hour < 0: no hours, by settings.change. */
static enum ek_code set_hours(struct pair *p, uint32_t team, int hour)
{
	struct ek_week_hours week[7];
	static const struct ek_set none = {EK_SET_CALENDAR, {.kind = EK_VALUE_NULL}};
	struct ek_cmd cmd = ek_cmd_make(hour < 0 ? EK_CMD_SETTINGS_CHANGE : EK_CMD_CALENDAR_SET);
	if (hour < 0) {
		cmd.settings_change.scope = team != 0 ? EK_SCOPE_TEAM : EK_SCOPE_WORKSPACE;
		cmd.settings_change.id = team;
		cmd.settings_change.set = (struct ek_sets){&none, 1};
		return submit(p, &cmd);
	}
	for (uint8_t i = 0; i < 7; i++)
		week[i] = (struct ek_week_hours){(uint8_t)(i + 1), hour * 3600000,
						 (hour + 1) * 3600000};
	cmd.calendar_set.team.v = team;
	cmd.calendar_set.zone = (struct ek_zone){EK_S("Etc/UTC"), utc, 1};
	cmd.calendar_set.week = (struct ek_week){week, 7};
	return submit(p, &cmd);
}

static enum ek_code undo(struct pair *p, int64_t version)
{
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_SETTINGS_UNDO);
	cmd.settings_undo.version = version;
	return submit(p, &cmd);
}

/* The hour at which it opens; -1 = no hours. */
static int hour_of(const struct ek_engine *e, uint32_t team)
{
	const struct ek_calendar *c = ek_hours_at(e, team);
	return c == NULL ? -1 : c->week[0].from_ms / 3600000;
}

static struct pair pair_open(void)
{
	struct pair p = {opened(), opened()};
	struct ek_cmd team = ek_cmd_make(EK_CMD_TEAM_CREATE);
	assert_int_equal(submit(&p, &team), EK_OK);
	return p;
}

static void pair_close(struct pair *p)
{
	ek_engine_close(&p->e);
	ek_engine_close(&p->shadow);
}

/* From here on the engine is what was saved. */
static void reload(struct pair *p)
{
	struct bytes b = saved(p->e);
	struct ek_err err = {0};
	ek_engine_close(&p->e);
	p->e = opened();
	if (!ek_engine_load(p->e, b.p, b.n, &err))
		fail_msg("%s", err.msg);
	free(b.p);
}

static void earlier_hours_come_back(void **state)
{
	(void)state;
	for (uint32_t team = 0; team < 2; team++) {
		struct pair p = pair_open();
		assert_int_equal(set_hours(&p, team, 8), EK_OK);
		assert_int_equal(set_hours(&p, team, 9), EK_OK);
		assert_int_equal(ek_engine_settings_version(p.e), 2);
		reload(&p);
		assert_int_equal(undo(&p, 2), EK_OK);
		assert_int_equal(hour_of(p.e, team), 8);
		assert_int_equal(undo(&p, 3), EK_OK); /* the undoing undone */
		assert_int_equal(hour_of(p.e, team), 9);
		assert_int_equal(set_hours(&p, team, -1), EK_OK);
		assert_int_equal(hour_of(p.e, team), -1);
		reload(&p);
		assert_int_equal(undo(&p, 5), EK_OK);
		assert_int_equal(hour_of(p.e, team), 9);
		pair_close(&p);
	}
}

static void first_hours_can_be_undone_too(void **state)
{
	(void)state;
	struct pair p = pair_open();
	assert_int_equal(set_hours(&p, 1, 8), EK_OK);
	assert_int_equal(undo(&p, 1), EK_OK);
	assert_int_equal(hour_of(p.e, 1), -1);
	assert_int_equal(undo(&p, 2), EK_OK);
	assert_int_equal(hour_of(p.e, 1), 8);
	pair_close(&p);
}

static void the_same_hours_are_no_version(void **state)
{
	(void)state;
	struct pair p = pair_open();
	assert_int_equal(set_hours(&p, 1, 8), EK_OK);
	assert_int_equal(set_hours(&p, 1, 8), EK_OK);
	assert_int_equal(ek_engine_settings_version(p.e), 1);
	pair_close(&p);
}

static void what_was_changed_since_stays(void **state)
{
	(void)state;
	struct pair p = pair_open();
	for (int hour = 8; hour < 11; hour++)
		assert_int_equal(set_hours(&p, 1, hour), EK_OK);
	reload(&p);
	assert_int_equal(undo(&p, 1), EK_UNDO_CONFLICT);
	assert_int_equal(undo(&p, 2), EK_UNDO_CONFLICT);
	assert_int_equal(set_hours(&p, 1, 9), EK_OK); /* as version 2 made them */
	assert_int_equal(undo(&p, 2), EK_OK);
	assert_int_equal(hour_of(p.e, 1), 8);
	pair_close(&p);
}

static void what_is_kept_is_bounded(void **state)
{
	(void)state;
	struct pair p = pair_open();
	for (int i = 0; i < EK_LIMIT_HOURS + 20; i++)
		assert_int_equal(set_hours(&p, 1, i % 20), EK_OK);
	uint32_t kept = 0;
	for (uint32_t i = 0; i < p.e->change_count; i++)
		kept += p.e->changes[i].before.n > 0;
	assert_int_equal(kept, EK_LIMIT_HOURS);
	/* Version 20 made hour 19, which stands again; but what was before it is dropped. */
	assert_int_equal(undo(&p, 20), EK_UNDO_CONFLICT);
	assert_int_equal(undo(&p, 40), EK_OK);
	assert_int_equal(hour_of(p.e, 1), 18);
	pair_close(&p);
}

static void states_of_the_first_format_are_read(void **state)
{
	(void)state;
	struct pair p = pair_open();
	assert_int_equal(set_hours(&p, 1, 8), EK_OK);
	struct bytes b = saved(p.e);
	assert_int_equal(b.p[sizeof EK_IMAGE_MAGIC], 1); /* no earlier hours: as it was */
	free(b.p);
	assert_int_equal(set_hours(&p, 1, 9), EK_OK);
	b = saved(p.e);
	assert_int_equal(b.p[sizeof EK_IMAGE_MAGIC], 2);
	free(b.p);
	/* What an older version kept of the second change: that there were hours. */
	struct kept *k = &p.e->changes[1].before;
	ek_state_kept_free(p.e, k);
	k->kind = EK_VALUE_CALENDAR;
	ek_engine_close(&p.shadow);
	reload(&p);
	b = saved(p.e);
	assert_int_equal(b.p[sizeof EK_IMAGE_MAGIC], 1);
	p.shadow = opened();
	struct ek_err err;
	assert_true(ek_engine_load(p.shadow, b.p, b.n, &err));
	free(b.p);
	assert_int_equal(undo(&p, 2), EK_UNDO_CONFLICT);
	assert_int_equal(set_hours(&p, 1, 10), EK_OK);
	assert_int_equal(undo(&p, 3), EK_OK);
	assert_int_equal(hour_of(p.e, 1), 9);
	pair_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(earlier_hours_come_back),
		cmocka_unit_test(first_hours_can_be_undone_too),
		cmocka_unit_test(the_same_hours_are_no_version),
		cmocka_unit_test(what_was_changed_since_stays),
		cmocka_unit_test(what_is_kept_is_bounded),
		cmocka_unit_test(states_of_the_first_format_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
