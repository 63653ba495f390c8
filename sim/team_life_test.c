/* Hours of virtual time of a team that goes on: arrivals follow the hour, few commands, nobody else
 * is touched, no promise is broken. */
#include "sim/team_life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "engine/look.h"
#include "model/calendar.h"
#include "model/setting.h"
#include "sim/team_run.h"
#include "sys/heap.h"

enum { MINUTE = 60000, HOUR = 60 * MINUTE, DAY = 24 * HOUR, OWNER = EK_TEAM_LIFE_OWNER };
#define EVERYBODY (~UINT64_C(0) >> (64 - EK_TEAM_PEOPLE))
#define TUESDAY 1806969600000LL /* 2027-04-06T00:00Z: 02:00 in Berlin, 09:00 in Seoul */

struct fixture {
	struct ek_arena arena;
	const struct ek_zone *zones;
	struct ek_team *team;
	struct ek_team_life *life;
	struct ek_log *log;
	struct ek_writer *writer;
	int64_t at;
	uint64_t people;
	uint32_t kinds[EK_TEAM_LIFE_SEEN + 1];
	uint32_t of_person[EK_TEAM_PEOPLE];
	uint32_t arrived[24];
	uint32_t commands;
	uint32_t refused;
	uint32_t without_text;
	uint32_t of_owner; /* answers to and endings of what the owner holds */
	struct ek_err err;
};

static const struct ek_engine *engine_of(const struct fixture *f)
{
	return ek_writer_engine(f->writer);
}

static bool take(struct fixture *f, struct ek_cmd *cmd)
{
	const struct ek_request r = {.cmd = cmd, .at = {f->at}};
	struct ek_answer a;
	return ek_writer_take(f->writer, &r, &a, &f->err);
}

static void make_writer(struct fixture *f, ek_time from)
{
	const struct ek_log_options lo = {.where = "memory:", .mode = EK_LOG_CREATE};
	assert_true(ek_log_open(&lo, &f->log, &f->err));
	const struct ek_writer_options wo = {.log = f->log,
					     .alloc = ek_heap_alloc(),
					     .at = from,
					     .made = ek_team_made,
					     .made_ctx = f->team};
	assert_true(ek_writer_open(&wo, &f->writer, &f->err));
}

/* A sample workspace of some hours: the owner, then the team. */
static void open_life(struct fixture *f, ek_time until)
{
	const ek_time from = {until.ms - 4 * (int64_t)HOUR};
	*f = (struct fixture){.at = from.ms, .people = EVERYBODY};
	ek_arena_init(&f->arena, ek_heap_alloc(), 1 << 20);
	assert_true(ek_team_zones(&f->arena, &f->zones, &f->err));
	const struct ek_team_options to = {.seed = 7, .from = from, .to = until, .zones = f->zones};
	assert_true(ek_team_open(&to, ek_heap_alloc(), &f->team, &f->err));
	make_writer(f, from);
	struct ek_cmd owner = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
	assert_true(take(f, &owner));
	struct ek_team_run run = {.team = f->team, .writer = f->writer};
	assert_true(ek_team_run(&run, &f->err));
	const struct ek_team_life_options lo = {.seed = 11, .began = until, .zones = f->zones};
	assert_true(ek_team_life_open(&lo, ek_heap_alloc(), &f->life, &f->err));
	f->at = until.ms;
}

static void close_life(struct fixture *f)
{
	ek_team_life_close(&f->life);
	ek_writer_close(&f->writer);
	ek_log_close(&f->log);
	ek_team_close(&f->team);
	ek_arena_fini(&f->arena);
}

/* ---- steps */

static void count_text(struct fixture *f, const struct ek_team_life_step *s)
{
	char text[EK_TEAM_TEXT];
	const struct ek_team_life_about about = {{s->conversation.v + 1}, "Ada Abernethy", NULL};
	if (s->kind != EK_TEAM_LIFE_ARRIVE && s->kind != EK_TEAM_LIFE_WRITE &&
	    s->kind != EK_TEAM_LIFE_ANSWER)
		return;
	size_t n = ek_team_life_text(s, &about, text, sizeof text);
	f->without_text += n == 0 || !ek_utf8_is_plain((ek_str){text, (uint32_t)n});
}

static void count(struct fixture *f, const struct ek_team_life_step *s)
{
	struct ek_conversation_view v;
	f->commands++;
	f->kinds[s->kind]++;
	if (s->kind == EK_TEAM_LIFE_ARRIVE)
		f->arrived[f->at % DAY / HOUR]++;
	if (s->person < EK_TEAM_PEOPLE)
		f->of_person[s->person]++;
	if (s->conversation.v != 0 && s->kind != EK_TEAM_LIFE_WRITE &&
	    ek_look_conversation(engine_of(f), s->conversation, &v) && v.teammate.v == OWNER)
		f->of_owner++;
	count_text(f, s);
}

static void step(struct fixture *f, struct ek_team_life_step *s)
{
	const struct ek_team_life_now now = {{f->at}, f->people};
	struct ek_cmd cmd;
	assert_true(ek_writer_tick(f->writer, now.at, &f->err));
	ek_team_life_next(f->life, engine_of(f), &now, s);
	if (s->kind == EK_TEAM_LIFE_NOTHING)
		return;
	assert_true(ek_team_life_holds(engine_of(f), s));
	count(f, s);
	ek_team_life_cmd(f->life, s, EK_S("gold"), &cmd);
	bool ok = take(f, &cmd);
	f->refused += !ok;
	if (!ok)
		print_message("refused %d: %s\n", s->kind, f->err.msg);
	ek_team_life_told(f->life, s, ok);
}

static void go_on(struct fixture *f, int64_t ms)
{
	struct ek_team_life_step s;
	uint32_t n = 0;
	for (int64_t until = f->at + ms; f->at < until; f->at += EK_TEAM_LIFE_STEP_MS) {
		step(f, &s);
		if (++n % 256 == 0)
			assert_true(ek_writer_commit(f->writer, true, &f->err));
	}
}

static void no_promise_is_broken(const struct fixture *f)
{
	for (int i = EK_PROMISE_P1; i <= EK_PROMISE_P6; i++)
		assert_int_equal(ek_engine_broken(engine_of(f), i), 0);
}

static void set_presence(struct fixture *f, uint32_t teammate, EK_C_PRESENCE presence)
{
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_PRESENCE_SET);
	cmd.by = (struct ek_actor){EK_ACTOR_PERSON, OWNER};
	cmd.presence_set.teammate.v = teammate;
	cmd.presence_set.presence = presence;
	assert_true(take(f, &cmd));
}

static EK_C_PRESENCE presence_of(const struct fixture *f, uint32_t teammate)
{
	struct ek_presence_view v;
	assert_true(ek_look_presence(engine_of(f), (ek_teammate_id){teammate}, &v));
	return v.presence;
}

/* ---- a day */

static void seat_the_owner(struct fixture *f)
{
	struct ek_cmd join = ek_cmd_make(EK_CMD_MEMBERSHIP_SET);
	join.membership_set.teammate.v = OWNER;
	join.membership_set.team.v = 1;
	join.membership_set.level = EK_LEVEL_PRIMARY;
	assert_true(take(f, &join));
	struct ek_set never[] = {{EK_SET_AUTO_AWAY_AFTER_MS, {.kind = EK_VALUE_NULL}},
				 {EK_SET_AUTO_REASSIGN_AFTER_MS, {.kind = EK_VALUE_NULL}}};
	struct ek_cmd stay = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
	stay.settings_change.scope = EK_SCOPE_TEAMMATE;
	stay.settings_change.id = OWNER;
	stay.settings_change.set = (struct ek_sets){never, EK_LEN(never)};
	assert_true(take(f, &stay));
	set_presence(f, OWNER, EK_PRESENCE_ACTIVE);
}

static uint32_t held_by(struct fixture *f, uint32_t teammate)
{
	struct ek_teammate_view v;
	assert_true(ek_look_teammate(engine_of(f), (ek_teammate_id){teammate}, &v));
	return v.open_count;
}

static void a_day_goes_on(void **state)
{
	struct fixture f;
	(void)state;
	open_life(&f, (ek_time){TUESDAY});
	seat_the_owner(&f);
	/* These two belong to somebody by now. */
	f.people = EVERYBODY & ~(UINT64_C(1) << 3) & ~(UINT64_C(1) << 17);
	go_on(&f, DAY);
	const struct {
		const char *what;
		uint32_t kind, least, most;
	} rows[] = {
		{"conversations arrive", EK_TEAM_LIFE_ARRIVE, 600, 1800},
		{"contacts write again", EK_TEAM_LIFE_WRITE, 200, 3000},
		{"teammates look", EK_TEAM_LIFE_VIEW, 600, 6000},
		{"and answer", EK_TEAM_LIFE_ANSWER, 600, 4000},
		{"and close", EK_TEAM_LIFE_CLOSE, 400, 3000},
		{"some sleep", EK_TEAM_LIFE_SNOOZE, 60, 2000},
		{"people come and go", EK_TEAM_LIFE_PRESENCE, 100, 500},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		print_message("%s: %u\n", rows[i].what, f.kinds[rows[i].kind]);
		if (f.kinds[rows[i].kind] < rows[i].least || f.kinds[rows[i].kind] > rows[i].most)
			fail_msg("%s: %u", rows[i].what, f.kinds[rows[i].kind]);
	}
	assert_true(f.commands <= DAY / EK_TEAM_LIFE_STEP_MS);
	/* 10 in Berlin against 2 and 3. */
	assert_true(f.arrived[8] > f.arrived[0] + f.arrived[1]);
	assert_true(f.arrived[0] + f.arrived[1] + f.arrived[2] > 20);
	assert_int_equal(f.refused, 0);
	assert_int_equal(f.without_text, 0);
	no_promise_is_broken(&f);
	/* Nobody's but the team's own. */
	assert_int_equal(f.of_owner, 0);
	assert_int_equal(f.of_person[3] + f.of_person[17], 0);
	assert_true(held_by(&f, OWNER) > 0);
	close_life(&f);
}

/* Nothing piles up where people are at work: what waits at the end of the afternoon is little. */
static void most_of_what_arrives_is_answered(void **state)
{
	struct fixture f;
	uint32_t waiting = 0;
	(void)state;
	open_life(&f, (ek_time){TUESDAY + 5 * (int64_t)HOUR});
	go_on(&f, 9 * (int64_t)HOUR);
	for (uint32_t i = 1; i <= 4; i++) {
		struct ek_team_view v;
		assert_true(ek_look_team(engine_of(&f), (ek_team_id){i}, &v));
		waiting += v.waiting_count;
	}
	print_message("%u wait\n", waiting);
	assert_true(waiting < 120);
	close_life(&f);
}

/* ---- one thing after another */

static void the_same_seed_gives_the_same_steps(void **state)
{
	struct fixture a;
	struct fixture b;
	(void)state;
	open_life(&a, (ek_time){TUESDAY + 8 * (int64_t)HOUR});
	open_life(&b, (ek_time){TUESDAY + 8 * (int64_t)HOUR});
	for (int i = 0; i < 200; i++) {
		struct ek_team_life_step s;
		struct ek_team_life_step t;
		memset(&s, 0, sizeof s);
		memset(&t, 0, sizeof t);
		step(&a, &s);
		step(&b, &t);
		assert_int_equal(s.kind, t.kind);
		assert_int_equal(s.conversation.v, t.conversation.v);
		assert_int_equal(s.contact.v, t.contact.v);
		a.at += EK_TEAM_LIFE_STEP_MS;
		b.at += EK_TEAM_LIFE_STEP_MS;
	}
	close_life(&a);
	close_life(&b);
}

/* Hours of UTC on that Tuesday: Berlin is two ahead, Seoul nine, Riyadh three. */
static void people_are_expected_in_their_shifts(void **state)
{
	static const struct {
		const char *who;
		uint32_t person;
		uint32_t hour;
		uint32_t least; /* of twelve Tuesdays */
		uint32_t most;
	} rows[] = {
		{"Marta begins at 8, in Berlin", 0, 4, 0, 5},
		{"and is there at 9", 0, 7, 9, 12},
		{"and not in the evening, but for a watch", 0, 16, 0, 5},
		{"Anneke begins at 16", 14, 12, 0, 5},
		{"and is there at 21", 14, 19, 4, 12},
		{"Seul is there at 9 in Seoul", 28, 0, 8, 12},
		{"and not in the morning of Berlin, but for a watch", 28, 9, 0, 5},
		{"who serves none", 37, 9, 0, 0},
	};
	struct fixture f;
	(void)state;
	open_life(&f, (ek_time){TUESDAY});
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		uint32_t days = 0;
		/* Somebody may be ill, on a break or on holiday, and one week in three keeps a
		 * watch. */
		for (int64_t week = 0; week < 12; week++)
			days += ek_team_life_expects(
				f.life, rows[i].person,
				(ek_time){TUESDAY + week * 7 * DAY + rows[i].hour * (int64_t)HOUR});
		if (days < rows[i].least || days > rows[i].most)
			fail_msg("%s: %u of twelve days", rows[i].who, days);
	}
	close_life(&f);
}

static uint32_t expected_at(const struct fixture *f, int64_t at, uint32_t from, uint32_t to)
{
	uint32_t n = 0;
	for (uint32_t i = from; i < to; i++)
		n += ek_team_life_expects(f->life, i, (ek_time){at});
	return n;
}

/* At every hour of three weeks, at weekends and in all nights; in each of the larger teams. */
static void at_any_hour_a_team_is_there(void **state)
{
	static const uint32_t teams[][2] = {{0, 8}, {8, 16}, {16, 24}};
	struct fixture f;
	uint32_t least = EK_TEAM_PEOPLE;
	uint32_t weekend = 0;
	uint32_t empty = 0;
	(void)state;
	open_life(&f, (ek_time){TUESDAY});
	for (int64_t hour = 0; hour < 21 * 24; hour++) {
		int64_t at = TUESDAY + hour * HOUR;
		uint32_t n = expected_at(&f, at, 0, EK_TEAM_PEOPLE);
		least = n < least ? n : least;
		/* A Tuesday and four days: Saturday. */
		if (hour / 24 % 7 == 4 || hour / 24 % 7 == 5)
			weekend += n;
		for (size_t i = 0; i < EK_LEN(teams); i++)
			empty += expected_at(&f, at, teams[i][0], teams[i][1]) == 0;
	}
	print_message("at least %u; %u at weekends on the mean; a team is empty in %u hours\n",
		      least, weekend / (3 * 48), empty);
	assert_true(least >= 8);
	assert_true(weekend / (3 * 48) >= EK_TEAM_PEOPLE / 3);
	assert_true(empty <= 3 * 21 * 24 / 100);
	close_life(&f);
}

/* A server that begins on a Sunday, or in the night, shows a team at work within minutes. */
static void those_who_should_be_there_come(void **state)
{
	static const int64_t starts[] = {5 * (int64_t)DAY + 13 * HOUR, 6 * (int64_t)DAY + 2 * HOUR};
	(void)state;
	for (size_t i = 0; i < EK_LEN(starts); i++) {
		struct fixture f;
		uint32_t active = 0;
		open_life(&f, (ek_time){TUESDAY + starts[i]});
		go_on(&f, 5 * MINUTE);
		/* But the newcomer, who joins in the second week. */
		for (uint32_t k = 0; k + 1 < EK_TEAM_PEOPLE; k++)
			active += presence_of(&f, EK_TEAM_LIFE_FIRST + k) == EK_PRESENCE_ACTIVE;
		print_message("%u are active\n", active);
		assert_true(active >= 8);
		assert_int_equal(f.refused, 0);
		no_promise_is_broken(&f);
		close_life(&f);
	}
}

static uint32_t find_active(const struct fixture *f)
{
	for (uint32_t i = 0; i < 8; i++)
		if (presence_of(f, EK_TEAM_LIFE_FIRST + i) == EK_PRESENCE_ACTIVE)
			return EK_TEAM_LIFE_FIRST + i;
	fail_msg("nobody is there");
	return 0;
}

static void who_is_set_away_by_hand_stays_so(void **state)
{
	struct fixture f;
	(void)state;
	open_life(&f, (ek_time){TUESDAY + 7 * (int64_t)HOUR});
	go_on(&f, 10 * MINUTE);
	uint32_t mate = find_active(&f);
	set_presence(&f, mate, EK_PRESENCE_AWAY_REASSIGNING);
	for (int i = 0; i < 60; i++) {
		go_on(&f, MINUTE);
		assert_int_equal(presence_of(&f, mate), EK_PRESENCE_AWAY_REASSIGNING);
	}
	close_life(&f);
}

static bool find(struct fixture *f, uint8_t kind, struct ek_team_life_step *out)
{
	for (int i = 0; i < 5000; i++) {
		const struct ek_team_life_now now = {{f->at}, f->people};
		ek_team_life_next(f->life, engine_of(f), &now, out);
		if (out->kind == kind)
			return true;
		f->at += EK_TEAM_LIFE_STEP_MS;
		if (out->kind == EK_TEAM_LIFE_NOTHING)
			continue;
		f->at -= EK_TEAM_LIFE_STEP_MS;
		step(f, out);
		f->at += EK_TEAM_LIFE_STEP_MS;
	}
	return false;
}

static void what_was_done_meanwhile_is_not_done_again(void **state)
{
	struct fixture f;
	struct ek_team_life_step s;
	(void)state;
	open_life(&f, (ek_time){TUESDAY + 7 * (int64_t)HOUR});
	go_on(&f, 20 * MINUTE);
	assert_true(find(&f, EK_TEAM_LIFE_ANSWER, &s));
	assert_true(ek_team_life_holds(engine_of(&f), &s));
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_CONVERSATION_CLOSE);
	cmd.by = (struct ek_actor){EK_ACTOR_PERSON, OWNER};
	cmd.conversation_close.conversation = s.conversation;
	assert_true(take(&f, &cmd));
	assert_false(ek_team_life_holds(engine_of(&f), &s));
	close_life(&f);
}

static void what_is_not_ours_is_not_asked_for_again(void **state)
{
	struct fixture f;
	struct ek_team_life_step s;
	(void)state;
	open_life(&f, (ek_time){TUESDAY + 7 * (int64_t)HOUR});
	go_on(&f, 20 * MINUTE);
	assert_true(find(&f, EK_TEAM_LIFE_ANSWER, &s));
	ek_conversation_id id = s.conversation;
	ek_team_life_told(f.life, &s, false);
	for (int i = 0; i < 1000; i++) {
		f.at += EK_TEAM_LIFE_STEP_MS;
		step(&f, &s);
		assert_int_not_equal(s.conversation.v, id.v);
	}
	close_life(&f);
}

/* At work, in the same hours, nothing is done for people who are somebody's. */
static void without_people_contacts_write_alone(void **state)
{
	struct fixture f;
	(void)state;
	open_life(&f, (ek_time){TUESDAY + 7 * (int64_t)HOUR});
	f.people = 0;
	go_on(&f, HOUR);
	assert_int_equal(f.commands, f.kinds[EK_TEAM_LIFE_ARRIVE] + f.kinds[EK_TEAM_LIFE_WRITE]);
	assert_true(f.kinds[EK_TEAM_LIFE_ARRIVE] > 20);
	assert_int_equal(f.refused, 0);
	close_life(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_goes_on),
		cmocka_unit_test(most_of_what_arrives_is_answered),
		cmocka_unit_test(the_same_seed_gives_the_same_steps),
		cmocka_unit_test(people_are_expected_in_their_shifts),
		cmocka_unit_test(at_any_hour_a_team_is_there),
		cmocka_unit_test(those_who_should_be_there_come),
		cmocka_unit_test(who_is_set_away_by_hand_stays_so),
		cmocka_unit_test(what_was_done_meanwhile_is_not_done_again),
		cmocka_unit_test(what_is_not_ours_is_not_asked_for_again),
		cmocka_unit_test(without_people_contacts_write_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
