/* A simulated month: the same for the same seed, with the week's pattern, the blip and the shift
 * that it says are there, no promise broken, and no personal data in any event. */
#include "sim/team_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "engine/look.h"
#include "model/calendar.h"
#include "store/scratch.h"
#include "sys/clock.h"
#include "sys/hash.h"
#include "sys/heap.h"

enum { DAY = 24 * 3600 * 1000, HOUR = 3600 * 1000, WEEKS = 4, DATES = 7 * WEEKS + 2 };
#define TUESDAY_NOON 1807012800000LL /* 2027-04-06T12:00Z; the clocks went forward in March */

struct counts {
	uint32_t of_date[EK_TEAM_INBOXES][DATES];
	uint32_t of_weekday[EK_TEAM_INBOXES][8];
	uint32_t of_hour[EK_TEAM_INBOXES][24];
	uint32_t arrived;
	uint32_t events[EK_EVENT_COUNT];
	uint32_t parts_told;
	uint32_t contacts_told;
	uint32_t people_told;
	uint32_t untold; /* parts without a text */
};

struct fixture {
	struct ek_arena arena;
	const struct ek_zone *zones;
	struct ek_team *team;
	struct ek_log *log;
	struct ek_writer *writer;
	struct ek_team_run run;
	struct counts counts;
	struct ek_hash *content;
	int32_t day0;
	struct ek_err err;
};

static uint32_t inbox_index(const struct fixture *f, ek_team_id id)
{
	for (uint32_t i = 0; i < EK_TEAM_INBOXES; i++) {
		if (ek_team_inbox(f->team, i).id.v == id.v)
			return i;
	}
	fail_msg("team %u is none of ours", id.v);
	return 0;
}

static void count_arrival(struct fixture *f, const struct ek_event *e)
{
	uint32_t inbox = inbox_index(f, e->conversation_arrived.team);
	const struct ek_zone *zone = &f->zones[ek_team_inbox(f->team, inbox).zone];
	int32_t date = ek_calendar_date(zone, e->at);
	int64_t local = ek_calendar_local(zone, e->at);
	assert_in_range(date - f->day0, 0, DATES - 1);
	f->counts.arrived++;
	f->counts.of_date[inbox][date - f->day0]++;
	f->counts.of_weekday[inbox][ek_calendar_day_of_week(date)]++;
	f->counts.of_hour[inbox][local % DAY / HOUR]++;
}

static void made(void *ctx, const struct ek_events *events)
{
	struct fixture *f = ctx;
	ek_team_made(f->team, events);
	for (uint32_t i = 0; i < events->n; i++) {
		f->counts.events[events->v[i].kind]++;
		if (events->v[i].kind == EK_EVENT_CONVERSATION_ARRIVED)
			count_arrival(f, &events->v[i]);
	}
}

static bool told(void *ctx, const struct ek_team_row *row, struct ek_err *err)
{
	struct fixture *f = ctx;
	(void)err;
	f->counts.contacts_told += row->kind == EK_TEAM_ROW_CONTACT;
	f->counts.people_told += row->kind == EK_TEAM_ROW_PERSON;
	f->counts.parts_told += row->kind == EK_TEAM_ROW_PART;
	if (row->kind == EK_TEAM_ROW_PART || row->kind == EK_TEAM_ROW_TALK)
		f->counts.untold += row->text.n == 0 || !ek_utf8_is_plain(row->text);
	ek_hash_add(f->content, &row->id, sizeof row->id);
	if (row->contact != NULL)
		ek_hash_add(f->content, row->contact->name, strlen(row->contact->name));
	if (row->text.n > 0)
		ek_hash_add(f->content, row->text.p, row->text.n);
	return true;
}

static void open_run(struct fixture *f, struct ek_team_options options, const char *where)
{
	memset(f, 0, sizeof *f);
	ek_arena_init(&f->arena, ek_heap_alloc(), 1 << 20);
	assert_true(ek_team_zones(&f->arena, &f->zones, &f->err));
	options.zones = f->zones;
	if (options.from.ms == 0)
		options.from.ms = options.to.ms - WEEKS * 7 * (int64_t)DAY;
	/* Seoul is ahead, so that no date is before this one. */
	f->day0 = ek_calendar_date(&f->zones[0], options.from);
	assert_true(ek_hash_open(&f->content, &f->err));
	ek_hash_begin(f->content);
	assert_true(ek_team_open(&options, ek_heap_alloc(), &f->team, &f->err));
	const struct ek_log_options lo = {.where = where, .mode = EK_LOG_CREATE};
	assert_true(ek_log_open(&lo, &f->log, &f->err));
	const struct ek_writer_options wo = {
		.log = f->log,
		.alloc = ek_heap_alloc(),
		.at = options.from,
		.made = made,
		.made_ctx = f,
	};
	assert_true(ek_writer_open(&wo, &f->writer, &f->err));
	f->run = (struct ek_team_run){
		.team = f->team, .writer = f->writer, .put = told, .put_ctx = f};
}

static void close_run(struct fixture *f)
{
	ek_writer_close(&f->writer);
	ek_log_close(&f->log);
	ek_team_close(&f->team);
	ek_hash_close(&f->content);
	ek_arena_fini(&f->arena);
}

static bool sink(void *ctx, const void *bytes, size_t n)
{
	ek_hash_add(ctx, bytes, n);
	return true;
}

static void state_hash(const struct ek_engine *engine, uint8_t out[EK_HASH_BYTES])
{
	struct ek_hash *hash;
	struct ek_err err;
	assert_true(ek_hash_open(&hash, &err));
	ek_hash_begin(hash);
	assert_true(ek_engine_save(engine, sink, hash));
	ek_hash_end(hash, out);
	ek_hash_close(&hash);
}

static int open_month(void **state)
{
	static struct fixture f;
	struct ek_team_options o = {.seed = 7, .to = {TUESDAY_NOON}};
	uint64_t begun = ek_clock_mono_ns();
	open_run(&f, o, "memory:");
	assert_true(ek_team_run(&f.run, &f.err));
	print_message("%u conversations, %llu commands, %llu rows of content in %llu ms\n",
		      f.counts.arrived, (unsigned long long)f.run.commands,
		      (unsigned long long)f.run.rows,
		      (unsigned long long)((ek_clock_mono_ns() - begun) / 1000000));
	*state = &f;
	return 0;
}

static int close_month(void **state)
{
	close_run(*state);
	return 0;
}

/* ---- the month */

static void no_promise_is_broken_and_nothing_refused(void **state)
{
	struct fixture *f = *state;
	for (int i = EK_PROMISE_P1; i <= EK_PROMISE_P6; i++)
		assert_int_equal(ek_engine_broken(ek_writer_engine(f->writer), i), 0);
	assert_int_equal(f->run.refused, 0);
	assert_in_range(f->counts.arrived, 18000, 30000);
}

/* Every event but those of what the sample leaves out: it has no offers, no deletions. */
static void much_of_what_can_happen_happens(void **state)
{
	static const uint8_t kinds[] = {
		EK_EVENT_CONVERSATION_UPDATED,
		EK_EVENT_CONVERSATION_QUEUED,
		EK_EVENT_CONVERSATION_MOVED,
		EK_EVENT_CONVERSATION_SNOOZED,
		EK_EVENT_CONVERSATION_WOKEN,
		EK_EVENT_CONVERSATION_REOPENED,
		EK_EVENT_CONVERSATION_CLOSED,
		EK_EVENT_MESSAGE_ADDED,
		EK_EVENT_ASSIGNMENT_MADE,
		EK_EVENT_ASSIGNMENT_ENDED,
		EK_EVENT_PRESENCE_CHANGED,
		EK_EVENT_INTAKE_PAUSED,
		EK_EVENT_MEMBERSHIP_CHANGED,
		EK_EVENT_SETTINGS_CHANGED,
		EK_EVENT_CONVERSATION_OPENED,
		EK_EVENT_SLA_MISSED,
		EK_EVENT_SLA_MET,
		EK_EVENT_OVERFLOW_OPENED,
		EK_EVENT_NEED_RELAXED,
		EK_EVENT_HOLD_STARTED,
		EK_EVENT_COOLDOWN_ENDED,
		EK_EVENT_RAMP_STEPPED,
		EK_EVENT_SHIFT_GATED,
		EK_EVENT_UNTOUCHED_NUDGED,
	};
	struct fixture *f = *state;
	for (size_t i = 0; i < EK_LEN(kinds); i++) {
		if (f->counts.events[kinds[i]] == 0)
			fail_msg("%s never happened", ek_event_record(kinds[i])->wire);
	}
}

/* Of the hours and days that the tables give: busy ones against quiet ones, in whole numbers. */
static void weekdays_and_hours_have_their_pattern(void **state)
{
	static const struct {
		uint8_t inbox, busy_day, quiet_day, busy_hour, quiet_hour;
		uint8_t days_percent; /* of the busy day, on the quiet one */
	} rows[] = {
		{0, 1, 6, 10, 3, 31}, /* Europe: Monday, Saturday */
		{2, 1, 7, 10, 3, 25}, /* Sunday */
		{4, 1, 7, 10, 3, 22}, /* Korea */
		{5, 7, 5, 10, 3, 22}, /* Arabia: Sunday is a working day, Friday is not */
	};
	struct fixture *f = *state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		const uint32_t *days = f->counts.of_weekday[rows[i].inbox];
		const uint32_t *hours = f->counts.of_hour[rows[i].inbox];
		uint32_t got = days[rows[i].quiet_day] * 100 / days[rows[i].busy_day];
		assert_in_range(got, rows[i].days_percent - 8u, rows[i].days_percent + 8u);
		assert_true(hours[rows[i].busy_hour] > 15 * hours[rows[i].quiet_hour]);
	}
}

static uint32_t on(const struct fixture *f, uint32_t inbox, ek_time at, int32_t days)
{
	int32_t date = ek_calendar_date(&f->zones[0], at) - f->day0 + days;
	assert_in_range(date, 0, DATES - 1);
	return f->counts.of_date[inbox][date];
}

static void the_blip_is_one_day_of_double_volume(void **state)
{
	struct fixture *f = *state;
	struct ek_team_pattern blip = ek_team_blip(f->team);
	int32_t day = ek_calendar_date(&f->zones[0], blip.from) - f->day0;
	assert_in_range(day, 7, 13); /* in the second week */
	uint32_t usual = on(f, blip.inbox, blip.from, -7) + on(f, blip.inbox, blip.from, 7);
	uint32_t then = on(f, blip.inbox, blip.from, 0);
	assert_in_range(then * 200 / usual, blip.times_percent - 30, blip.times_percent + 30);
	/* And over the next day. */
	uint32_t next = on(f, blip.inbox, blip.from, 1) * 200 /
			(on(f, blip.inbox, blip.from, -6) + on(f, blip.inbox, blip.from, 8));
	assert_in_range(next, 75, 125);
}

static void the_shift_lasts(void **state)
{
	struct fixture *f = *state;
	struct ek_team_pattern shift = ek_team_shift(f->team);
	int32_t day = ek_calendar_date(&f->zones[0], shift.from) - f->day0;
	assert_in_range(day, 14, 20); /* in the third week */
	assert_false(ek_time_is_set(shift.until));
	uint32_t before = 0;
	uint32_t after = 0;
	for (int32_t i = 0; i < 7; i++) {
		before += on(f, shift.inbox, shift.from, i - 7);
		after += on(f, shift.inbox, shift.from, i);
	}
	assert_in_range(after * 100 / before, shift.times_percent - 15, shift.times_percent + 15);
}

static void contacts_come_back(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(f->counts.people_told, EK_TEAM_PEOPLE);
	assert_in_range(f->counts.contacts_told, 4000, EK_TEAM_CONTACTS);
	assert_true(f->counts.arrived > 2 * f->counts.contacts_told);
}

static void every_part_has_its_text(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(f->counts.untold, 0);
	assert_int_equal(f->counts.parts_told,
			 f->counts.arrived + f->counts.events[EK_EVENT_MESSAGE_ADDED]);
	ek_conversation_id first;
	uint32_t count;
	uint32_t parts = 0;
	ek_team_talks(f->team, &first, &count);
	for (uint32_t i = 0; i < count; i++) {
		struct ek_team_talk talk;
		assert_true(ek_team_talk(f->team, (ek_conversation_id){first.v + i}, &talk));
		parts += talk.part_count;
	}
	assert_int_equal(parts, f->counts.parts_told);
}

static void at_noon_people_are_there_and_work_is_in_hand(void **state)
{
	struct fixture *f = *state;
	const struct ek_engine *e = ek_writer_engine(f->writer);
	uint32_t active = 0;
	uint32_t load = 0;
	for (uint32_t i = 1; i <= ek_look_teammate_count(e); i++) {
		struct ek_teammate_view v;
		assert_true(ek_look_teammate(e, (ek_teammate_id){i}, &v));
		active += v.presence == EK_PRESENCE_ACTIVE;
		load += v.load;
	}
	assert_in_range(active, 12, EK_TEAM_PEOPLE);
	assert_in_range(load, 20, 200);
	assert_int_equal(ek_engine_time(e).ms <= TUESDAY_NOON, 1);
}

/* ---- what is in the log */

struct seen {
	struct fixture *f;
	char *bytes;
	size_t n;
};

static bool gather(void *ctx, const struct ek_log_row *row, struct ek_err *err)
{
	struct seen *s = ctx;
	(void)err;
	s->bytes = realloc(s->bytes, s->n + row->body_n);
	assert_non_null(s->bytes);
	memcpy(s->bytes + s->n, row->body, row->body_n);
	s->n += row->body_n;
	return true;
}

static void assert_absent(const struct seen *s, ek_str text)
{
	if (text.n >= 4 && memmem(s->bytes, s->n, text.p, text.n) != NULL)
		fail_msg("the log holds %.*s", (int)text.n, text.p);
}

static void no_personal_data_is_in_events(void **state)
{
	struct seen s = {.f = *state};
	struct ek_team_person person;
	struct ek_team_contact contact;
	char text[EK_TEAM_TEXT];
	assert_true(ek_log_each(s.f->log, (struct ek_log_span){1, 0}, gather, &s, &s.f->err));
	assert_true(s.n > 1000000);
	assert_absent(&s, EK_S("@example"));
	for (uint32_t i = 0; i < EK_TEAM_PEOPLE; i++) {
		ek_team_person(s.f->team, i, &person);
		assert_absent(&s, person.name);
	}
	for (uint32_t i = 1; i <= 200; i++) {
		ek_conversation_id id = {i * 50};
		assert_true(ek_team_contact(s.f->team, (ek_contact_id){i * 40}, &contact));
		assert_absent(&s, (ek_str){contact.name, (uint32_t)strlen(contact.name)});
		size_t n = ek_team_title(s.f->team, id, text, sizeof text);
		assert_absent(&s, (ek_str){text, (uint32_t)n});
		n = ek_team_text(s.f->team, id, 0, text, sizeof text);
		assert_absent(&s, (ek_str){text, (uint32_t)n});
	}
	free(s.bytes);
}

/* ---- again */

/* A week, so that it is quick. */
static void run_week(struct fixture *f, uint64_t seed, bool in_two,
		     uint8_t hashes[2][EK_HASH_BYTES])
{
	struct ek_team_options o = {.seed = seed, .to = {TUESDAY_NOON}};
	o.from.ms = TUESDAY_NOON - 7 * (int64_t)DAY;
	if (in_two)
		o.to.ms -= 2 * (int64_t)DAY + 77777;
	open_run(f, o, "memory:");
	assert_true(ek_team_run(&f->run, &f->err));
	ek_team_go_on(f->team, (ek_time){TUESDAY_NOON});
	assert_true(ek_team_run(&f->run, &f->err));
	state_hash(ek_writer_engine(f->writer), hashes[0]);
	ek_hash_end(f->content, hashes[1]);
	close_run(f);
}

static void the_same_seed_makes_the_same_state_and_texts(void **state)
{
	struct fixture f;
	uint8_t first[2][EK_HASH_BYTES];
	uint8_t second[2][EK_HASH_BYTES];
	uint8_t other[2][EK_HASH_BYTES];
	(void)state;
	run_week(&f, 5, false, first);
	run_week(&f, 5, false, second);
	run_week(&f, 6, false, other);
	assert_memory_equal(first, second, sizeof first);
	assert_memory_not_equal(first[0], other[0], EK_HASH_BYTES);
	assert_memory_not_equal(first[1], other[1], EK_HASH_BYTES);
	/* A run that stopped and went on is the same run. */
	run_week(&f, 5, true, second);
	assert_memory_equal(first, second, sizeof first);
}

/* At any hour of the week. */
static void somebody_is_always_there(void **state)
{
	struct fixture f;
	struct ek_team_options o = {.seed = 3, .to = {TUESDAY_NOON - 6 * (int64_t)DAY}};
	uint32_t empty = 0;
	(void)state;
	o.from.ms = TUESDAY_NOON - 7 * (int64_t)DAY;
	o.per_cent = 20;
	open_run(&f, o, "memory:");
	for (int64_t at = o.to.ms; at < TUESDAY_NOON; at += HOUR) {
		uint32_t active = 0;
		ek_team_go_on(f.team, (ek_time){at});
		assert_true(ek_team_run(&f.run, &f.err));
		for (uint32_t i = 1; i <= EK_TEAM_PEOPLE; i++) {
			struct ek_teammate_view v;
			active += ek_look_teammate(ek_writer_engine(f.writer), (ek_teammate_id){i},
						   &v) &&
				  v.presence == EK_PRESENCE_ACTIVE;
		}
		empty += active == 0;
	}
	close_run(&f);
	print_message("nobody there in %u of 144 hours\n", empty);
	assert_in_range(empty, 0, 8);
}

static void bad_options_are_refused(void **state)
{
	struct ek_team *team;
	struct ek_err err;
	const struct ek_team_options rows[] = {
		{.from = {5}, .to = {5}},
		{.from = {-1}, .to = {5}},
		{.from = {0}, .to = {INT64_MAX}},
		{.from = {0}, .to = {DAY}, .per_cent = 401},
		{.from = {0}, .to = {DAY}, .contacts = 10000001},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		assert_false(ek_team_open(&rows[i], ek_heap_alloc(), &team, &err));
		assert_int_equal(err.code, EK_INVALID_VALUE);
		assert_null(team);
	}
}

/* On disk, with its time told: the budget of a sample workspace is 10 s. */
static void it_is_made_on_disk(void **state)
{
	struct fixture f;
	char place[EK_SCRATCH_PATH];
	char where[EK_SCRATCH_PATH];
	struct ek_team_options o = {.seed = 7, .to = {TUESDAY_NOON}};
	(void)state;
	ek_scratch_make(place);
	ek_format(where, sizeof where, "%s/data", place);
	uint64_t begun = ek_clock_mono_ns();
	open_run(&f, o, where);
	assert_true(ek_team_run(&f.run, &f.err));
	assert_true(ek_writer_stop(f.writer, &f.err));
	print_message("on disk in %llu ms\n",
		      (unsigned long long)((ek_clock_mono_ns() - begun) / 1000000));
	close_run(&f);
	ek_scratch_remove(place);
}

int main(void)
{
	const struct CMUnitTest month[] = {
		cmocka_unit_test(no_promise_is_broken_and_nothing_refused),
		cmocka_unit_test(much_of_what_can_happen_happens),
		cmocka_unit_test(weekdays_and_hours_have_their_pattern),
		cmocka_unit_test(the_blip_is_one_day_of_double_volume),
		cmocka_unit_test(the_shift_lasts),
		cmocka_unit_test(contacts_come_back),
		cmocka_unit_test(every_part_has_its_text),
		cmocka_unit_test(at_noon_people_are_there_and_work_is_in_hand),
		cmocka_unit_test(no_personal_data_is_in_events),
	};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_seed_makes_the_same_state_and_texts),
		cmocka_unit_test(somebody_is_always_there),
		cmocka_unit_test(bad_options_are_refused),
		cmocka_unit_test(it_is_made_on_disk),
	};
	int failed = cmocka_run_group_tests(month, open_month, close_month);
	return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
