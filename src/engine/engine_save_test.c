/* What is saved and loaded again goes on as if nothing had been, over some thousands of commands
 * drawn by chance; and what is no image is refused. */
#include "base/heap_scene.h"
#include "engine/eligible.h"
#include "engine/engine_sample.h"
#include "engine/image.h"
#include "model/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { EVENT_MAX = 1 << 16 };

struct bytes {
	uint8_t *p;
	size_t n;
	size_t cap;
};

static bool keep(void *ctx, const void *bytes, size_t n)
{
	struct bytes *b = ctx;
	if (b->n + n > b->cap) {
		b->cap = (b->n + n) * 2;
		b->p = realloc(b->p, b->cap);
		assert_non_null(b->p);
	}
	memcpy(b->p + b->n, bytes, n);
	b->n += n;
	return true;
}

static struct bytes saved(const struct ek_engine *e)
{
	struct bytes b = {0};
	assert_true(ek_engine_save(e, keep, &b));
	return b;
}

static struct ek_engine *opened(void)
{
	struct ek_engine *e;
	struct ek_err err;
	assert_true(ek_engine_open(ek_heap_scene(), &e, &err));
	return e;
}

static void assert_same_state(const struct ek_engine *a, const struct ek_engine *b)
{
	struct bytes x = saved(a);
	struct bytes y = saved(b);
	assert_int_equal(x.n, y.n);
	assert_memory_equal(x.p, y.p, x.n);
	free(x.p);
	free(y.p);
}

static struct ek_engine *loaded(const struct bytes *b)
{
	struct ek_engine *e = opened();
	struct ek_err err = {0};
	if (!ek_engine_load(e, b->p, b->n, &err))
		fail_msg("%s", err.msg);
	return e;
}

/* ---- side by side ---- */

struct play {
	struct ek_engine_sample sample;
	struct ek_engine *live;
	struct ek_engine *twin;    /* a copy that goes along */
	struct ek_engine *replica; /* gets the events of the first */
	int64_t now;
	uint32_t accepted;
	uint64_t kinds; /* of events that came, by kind; they are fewer than 64 */
};

static uint32_t below(struct play *p, uint32_t n)
{
	return ek_rng_below(&p->sample.rng, n);
}

static void assert_same_event(const struct ek_event *a, const struct ek_event *b)
{
	static uint8_t x[EVENT_MAX];
	static uint8_t y[EVENT_MAX];
	struct ek_codec_base base = {a->seq, {0}};
	assert_int_equal(a->seq, b->seq);
	assert_int_equal(a->kind, b->kind);
	size_t n = ek_codec_write(a, base, x, sizeof x);
	assert_true(n <= sizeof x);
	assert_int_equal(ek_codec_write(b, base, y, sizeof y), n);
	assert_memory_equal(x, y, n);
}

/* Promise 1, asked of everyone about everything. */
static void assert_nobody_idle(const struct ek_engine *e)
{
	for (uint32_t conv = 1; conv <= e->conv_count; conv++) {
		const struct conv *c = &e->convs[conv];
		if (c->node == 0 || e->teams[c->team].method != EK_METHOD_BALANCED)
			continue;
		for (uint32_t mate = 1; mate <= e->mate_count; mate++)
			assert_int_not_equal(ek_eligible_check(e, conv, mate), 0);
	}
}

static void submit(struct play *p, const struct ek_cmd *c, int64_t now)
{
	struct ek_events a = {0};
	struct ek_events b = {0};
	struct ek_err why_a = {0};
	struct ek_err why_b = {0};
	bool ok = ek_engine_submit(p->live, c, (ek_time){now}, &a, &why_a);
	assert_int_equal(ok, ek_engine_submit(p->twin, c, (ek_time){now}, &b, &why_b));
	assert_int_equal(why_a.code, why_b.code);
	assert_string_equal(why_a.msg, why_b.msg);
	assert_int_equal(a.n, b.n);
	for (uint32_t i = 0; i < a.n; i++)
		assert_same_event(&a.v[i], &b.v[i]);
	for (uint32_t i = 0; i < a.n; i++) {
		assert_true(ek_engine_apply(p->replica, &a.v[i], &why_a));
		p->kinds |= 1ull << a.v[i].kind;
	}
	assert_same_state(p->live, p->twin);
	assert_same_state(p->live, p->replica);
	assert_int_equal(ek_engine_next_due(p->live).ms, ek_engine_next_due(p->twin).ms);
	assert_nobody_idle(p->live);
	p->accepted += ok;
}

static void pass_time(struct play *p)
{
	int64_t to = p->now + below(p, 120000);
	struct ek_cmd tick = ek_cmd_make(EK_CMD_TICK);
	tick.by.kind = EK_ACTOR_SYSTEM;
	for (;;) {
		int64_t due = ek_engine_next_due(p->live).ms;
		if (due == EK_NONE || due > to)
			break;
		p->now = due > p->now ? due : p->now;
		submit(p, &tick, p->now);
	}
	p->now = to;
}

static void twin_again(struct play *p)
{
	struct ek_err err;
	ek_engine_close(&p->twin);
	assert_true(ek_engine_copy(p->live, &p->twin, &err));
	assert_same_state(p->live, p->twin);
}

static void begin(struct play *p, uint64_t seed)
{
	*p = (struct play){.live = opened(), .twin = opened(), .replica = opened()};
	p->sample.rng.state = seed;
	p->sample.engine = p->live;
	p->now = 20000 * 86400000LL + 36000000;
	p->live->audit = true;
	p->twin->audit = true;
	for (uint32_t i = 0; i < 8; i++) {
		struct ek_cmd c = ek_cmd_make(i < 3 ? EK_CMD_TEAM_CREATE : EK_CMD_TEAMMATE_CREATE);
		c.by.kind = EK_ACTOR_RULE;
		submit(p, &c, p->now);
	}
	for (uint32_t i = 1; i <= 15; i++) {
		struct ek_cmd c = ek_cmd_make(EK_CMD_MEMBERSHIP_SET);
		c.by.kind = EK_ACTOR_RULE;
		c.membership_set.teammate.v = 1 + i % 5;
		c.membership_set.team.v = 1 + i % 3;
		c.membership_set.level = (uint8_t)(1 + i % 2);
		submit(p, &c, p->now);
	}
}

static void end(struct play *p)
{
	for (int i = 1; i < EK_PROMISE_END; i++)
		assert_int_equal(ek_engine_broken(p->live, i), 0);
	ek_engine_close(&p->live);
	ek_engine_close(&p->twin);
	ek_engine_close(&p->replica);
}

static void run(struct play *p, uint32_t commands, uint32_t every)
{
	for (uint32_t i = 0; i < commands; i++) {
		struct ek_cmd c;
		pass_time(p);
		p->sample.now = p->now;
		ek_engine_sample(&p->sample, &c);
		submit(p, &c, p->now);
		if (i % every == 0)
			twin_again(p);
	}
}

static void test_goes_on(void **unused)
{
	(void)unused;
	uint64_t kinds = 0;
	for (uint64_t seed = 1; seed <= 24; seed++) {
		struct play p;
		begin(&p, seed);
		run(&p, 600, seed % 3 == 0 ? 1 : 17);
		assert_true(p.accepted > 500);
		kinds |= p.kinds;
		end(&p);
	}
	/* Chance led everywhere that leaves something in the state. */
	for (int kind = EK_EVENT_CONVERSATION_ARRIVED; kind <= EK_EVENT_EPOCH_OPENED; kind++) {
		bool marks = kind != EK_EVENT_SLA_PRESSURE && kind != EK_EVENT_PROMISE_BROKEN;
		if (marks && (kinds >> kind & 1) == 0)
			fail_msg("%s did not happen", ek_event_record(kind)->wire);
	}
}

/* ---- saving and loading ---- */

static void test_empty(void **unused)
{
	(void)unused;
	struct ek_engine *e = opened();
	struct bytes b = saved(e);
	assert_true(b.n < 40);
	struct ek_engine *f = loaded(&b);
	assert_same_state(e, f);
	assert_int_equal(ek_engine_seq(f), 0);
	assert_int_equal(ek_engine_time(f).ms, ek_engine_time(e).ms);
	ek_engine_close(&e);
	ek_engine_close(&f);
	free(b.p);
}

/* Nobody was heard since before the server stopped: inactivity begins anew. */
static void test_seen_at_load(void **unused)
{
	(void)unused;
	struct play p;
	begin(&p, 5);
	run(&p, 100, 9);
	struct bytes b = saved(p.live);
	struct ek_engine *e = loaded(&b);
	assert_true(e->mate_count > 0);
	for (uint32_t i = 1; i <= e->mate_count; i++) {
		assert_int_equal(e->mates[i].seen_at, e->now);
		assert_int_equal(p.twin->mates[i].seen_at, p.live->mates[i].seen_at);
	}
	ek_engine_close(&e);
	free(b.p);
	end(&p);
}

static bool refuse(void *ctx, const void *bytes, size_t n)
{
	(void)bytes;
	(void)n;
	*(uint32_t *)ctx += 1;
	return false;
}

static void test_sink_refuses(void **unused)
{
	(void)unused;
	struct play p;
	begin(&p, 3);
	run(&p, 60, 60);
	uint32_t calls = 0;
	assert_false(ek_engine_save(p.live, refuse, &calls));
	assert_int_equal(calls, 1);
	end(&p);
}

static void submit_one(struct ek_engine *e, const struct ek_cmd *c, int64_t now)
{
	struct ek_events out;
	struct ek_err err;
	assert_true(ek_engine_submit(e, c, (ek_time){now}, &out, &err));
}

/* An ordinary conversation: of a contact, in a team, given to someone, answered, closed. */
static void test_size(void **unused)
{
	(void)unused;
	struct ek_engine *e = opened();
	struct ek_cmd c = ek_cmd_make(EK_CMD_TEAM_CREATE);
	int64_t now = 1750000000000;
	submit_one(e, &c, now);
	ek_team_id team = {1};
	c = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
	c.teammate_create.primary = (struct ek_teams){&team, 1};
	submit_one(e, &c, now);
	c = ek_cmd_make(EK_CMD_PRESENCE_SET);
	c.presence_set.teammate.v = 1;
	c.presence_set.presence = EK_PRESENCE_ACTIVE;
	submit_one(e, &c, now);
	for (uint32_t i = 1; i <= 1000; i++) {
		now += 60000;
		c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
		c.conversation_create.contact.v = i;
		c.conversation_create.team = team;
		c.conversation_create.priority = 1;
		c.conversation_create.waiting_since.ms = now;
		submit_one(e, &c, now);
		c = ek_cmd_make(EK_CMD_TEAMMATE_MESSAGE);
		c.teammate_message.conversation.v = i;
		c.teammate_message.author.v = 1;
		submit_one(e, &c, now + 30000);
		c = ek_cmd_make(EK_CMD_CONVERSATION_CLOSE);
		c.conversation_close.conversation.v = i;
		submit_one(e, &c, now + 40000);
	}
	struct bytes b = saved(e);
	assert_in_range(b.n, 1000 * 20, 1000 * 40);
	free(b.p);
	ek_engine_close(&e);
}

/* ---- what history must not decide ---- */

/* Each of these would make an engine go another way than the one that was loaded from its bytes. */
static struct ek_engine *two_teams(struct ek_cmd *c, int64_t now)
{
	struct ek_engine *e = opened();
	for (int i = 0; i < 3; i++) {
		*c = ek_cmd_make(i < 2 ? EK_CMD_TEAM_CREATE : EK_CMD_TEAMMATE_CREATE);
		submit_one(e, c, now);
	}
	return e;
}

static void set_one(struct ek_engine *e, struct ek_set set, int scope, uint32_t id)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
	c.settings_change.scope = (uint8_t)scope;
	c.settings_change.id = id;
	c.settings_change.set = (struct ek_sets){&set, 1};
	submit_one(e, &c, ek_engine_time(e).ms);
}

static void arrive(struct ek_engine *e, int64_t due, int64_t now)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	c.conversation_create.team.v = 1;
	c.conversation_create.sla_due.ms = due;
	submit_one(e, &c, now);
}

static void serve(struct ek_engine *e, int64_t now)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_MEMBERSHIP_SET);
	c.membership_set.teammate.v = 1;
	c.membership_set.team.v = 1;
	submit_one(e, &c, now);
	c = ek_cmd_make(EK_CMD_PRESENCE_SET);
	c.presence_set.teammate.v = 1;
	c.presence_set.presence = EK_PRESENCE_ACTIVE;
	submit_one(e, &c, now);
}

/* Of two, one slipped, could be saved again when replies came to take less time, and slips again:
 * the other is then first. */
static void test_slips_again(void **unused)
{
	(void)unused;
	enum { MINUTE = 60000 };
	int64_t now = 1750000000000;
	struct ek_cmd c;
	struct ek_engine *e = two_teams(&c, now);
	struct ek_cell key = {.i = EK_ORDER_KEY_SLA * 2};
	struct ek_value keys = {.kind = EK_VALUE_LIST, .n = 1, .cells = &key};
	set_one(e, (struct ek_set){EK_SET_ORDER_KEYS, keys}, EK_SCOPE_WORKSPACE, 0);
	set_one(e, (struct ek_set){EK_SET_SLA_ORDER, ek_value_int(EK_SLA_ORDER_SAVEABLE)},
		EK_SCOPE_WORKSPACE, 0);
	set_one(e, (struct ek_set){EK_SET_LIMIT, ek_value_int(1)}, EK_SCOPE_WORKSPACE, 0);
	set_one(e, (struct ek_set){EK_SET_SLA_REPLY_MS, ek_value_int(10 * MINUTE)},
		EK_SCOPE_WORKSPACE, 0);
	arrive(e, now + 8 * MINUTE, now);
	arrive(e, now + 20 * MINUTE, now);
	struct ek_cmd tick = ek_cmd_make(EK_CMD_TICK);
	submit_one(e, &tick, now);
	set_one(e, (struct ek_set){EK_SET_SLA_REPLY_MS, ek_value_int(MINUTE)}, EK_SCOPE_WORKSPACE,
		0);
	while (ek_engine_next_due(e).ms <= now + 7 * MINUTE + 1)
		submit_one(e, &tick, ek_engine_next_due(e).ms);
	serve(e, now + 7 * MINUTE + 1);
	assert_int_equal(e->convs[1].mate, 0);
	assert_int_equal(e->convs[2].mate, 1);
	ek_engine_close(&e);
}

/* Fewer order keys than before leave nothing of the former ones behind. */
static void test_fewer_keys(void **unused)
{
	(void)unused;
	int64_t now = 1750000000000;
	struct ek_cmd c;
	struct ek_engine *e = two_teams(&c, now);
	set_one(e, (struct ek_set){EK_SET_LIMIT, ek_value_int(1)}, EK_SCOPE_WORKSPACE, 0);
	arrive(e, now + 2000, now);
	arrive(e, now + 1000, now);
	struct ek_cell key = {.i = EK_ORDER_KEY_PRIORITY * 2};
	struct ek_value keys = {.kind = EK_VALUE_LIST, .n = 1, .cells = &key};
	set_one(e, (struct ek_set){EK_SET_ORDER_KEYS, keys}, EK_SCOPE_WORKSPACE, 0);
	serve(e, now);
	assert_int_equal(e->convs[1].mate, 1);
	assert_int_equal(e->convs[2].mate, 0);
	ek_engine_close(&e);
}

/* A rotation that does not try again gives no turn to what is released, however it once came. */
static void test_turn_is_over(void **unused)
{
	(void)unused;
	int64_t now = 1750000000000;
	struct ek_cmd c;
	struct ek_engine *e = two_teams(&c, now);
	set_one(e, (struct ek_set){EK_SET_METHOD, ek_value_int(EK_METHOD_ROUND_ROBIN)},
		EK_SCOPE_TEAM, 1);
	set_one(e, (struct ek_set){EK_SET_RR_RETRY, ek_value_int(0)}, EK_SCOPE_TEAM, 1);
	set_one(e, (struct ek_set){EK_SET_RELEASE_COOLDOWN_MS, ek_value_int(0)}, EK_SCOPE_WORKSPACE,
		0);
	serve(e, now);
	c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	c.conversation_create.team.v = 2;
	c.conversation_create.teammate.v = 1;
	submit_one(e, &c, now);
	c = ek_cmd_make(EK_CMD_TEAM_DELETE); /* moves it, kept by its teammate, by no person */
	c.team_delete.team.v = 2;
	c.team_delete.target.v = 1;
	submit_one(e, &c, now);
	assert_int_equal(e->convs[1].mate, 1);
	c = ek_cmd_make(EK_CMD_CONVERSATION_RELEASE);
	c.conversation_release.conversation.v = 1;
	submit_one(e, &c, now);
	assert_int_equal(e->convs[1].team, 1);
	assert_int_equal(e->convs[1].mate, 0);
	ek_engine_close(&e);
}

/* What leads to no fact leaves the state as the log tells it, its time too. */
static void test_nothing_happened(void **unused)
{
	(void)unused;
	int64_t now = 1750000000000;
	struct ek_cmd c;
	struct ek_engine *e = two_teams(&c, now);
	struct ek_engine *copy;
	struct ek_err err;
	assert_true(ek_engine_copy(e, &copy, &err));
	c = ek_cmd_make(EK_CMD_ACTIVITY_SEEN);
	c.activity_seen.teammate.v = 1;
	submit_one(e, &c, now + 5000);
	assert_int_equal(e->mates[1].seen_at, now + 5000);
	assert_same_state(e, copy);
	ek_engine_close(&copy);
	ek_engine_close(&e);
}

/* ---- damage ---- */

/* Refused by its name, or taken for a state that can be saved and given a command. */
static void try_load(const struct bytes *b)
{
	struct ek_engine *e = opened();
	struct ek_err err = {0};
	if (ek_engine_load(e, b->p, b->n, &err)) {
		struct bytes again = saved(e);
		assert_true(again.n > 0);
		free(again.p);
	} else {
		assert_true(err.code == EK_DAMAGE || err.code == EK_TOO_NEW);
	}
	ek_engine_close(&e);
}

static void test_flips(void **unused)
{
	(void)unused;
	struct play p;
	begin(&p, 11);
	run(&p, 150, 40);
	struct bytes b = saved(p.live);
	for (size_t i = 0; i < b.n; i++) {
		for (int bit = 0; bit < 8; bit++) {
			b.p[i] ^= (uint8_t)(1 << bit);
			try_load(&b);
			b.p[i] ^= (uint8_t)(1 << bit);
		}
	}
	free(b.p);
	end(&p);
}

/* No part of an image is an image, nor is one with something behind it. */
static void test_cut(void **unused)
{
	(void)unused;
	struct play p;
	begin(&p, 12);
	run(&p, 300, 100);
	struct bytes b = saved(p.live);
	keep(&b, "", 1);
	for (size_t n = 0; n <= b.n; n++) {
		/* A block of its own, so that a look beyond the end is seen. */
		uint8_t *part = malloc(n == 0 ? 1 : n);
		assert_non_null(part);
		memcpy(part, b.p, n);
		struct ek_engine *e = opened();
		struct ek_err err = {0};
		bool ok = ek_engine_load(e, part, n, &err);
		assert_int_equal(ok, n == b.n - 1);
		assert_true(ok || err.code == EK_DAMAGE);
		ek_engine_close(&e);
		free(part);
	}
	free(b.p);
	end(&p);
}

/* Several bytes at once go further astray than one. */
static void test_noise(void **unused)
{
	(void)unused;
	struct play p;
	begin(&p, 13);
	run(&p, 250, 100);
	struct bytes b = saved(p.live);
	struct bytes spoiled = {malloc(b.n), b.n, b.n};
	assert_non_null(spoiled.p);
	for (uint32_t i = 0; i < 4000; i++) {
		memcpy(spoiled.p, b.p, b.n);
		uint32_t n = 1 + below(&p, 4);
		uint32_t at = 10 + below(&p, (uint32_t)b.n - 10);
		for (uint32_t k = 0; k < n && at + k < b.n; k++)
			spoiled.p[at + k] = (uint8_t)ek_rng_next(&p.sample.rng);
		try_load(&spoiled);
	}
	free(spoiled.p);
	free(b.p);
	end(&p);
}

static void test_versions(void **unused)
{
	(void)unused;
	static const struct {
		const char *promise;
		size_t at;
		uint8_t byte;
		enum ek_code code;
	} rows[] = {
		{"a newer format is named as such", 8, EK_IMAGE_VERSION + 1, EK_TOO_NEW},
		{"a much newer one too", 8, 127, EK_TOO_NEW},
		{"there is no format 0", 8, 0, EK_DAMAGE},
		{"something else is no state", 0, 'X', EK_DAMAGE},
	};
	struct ek_engine *e = opened();
	struct bytes b = saved(e);
	ek_engine_close(&e);
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		uint8_t before = b.p[rows[i].at];
		struct ek_err err = {0};
		b.p[rows[i].at] = rows[i].byte;
		e = opened();
		assert_false(ek_engine_load(e, b.p, b.n, &err));
		if (err.code != rows[i].code)
			fail_msg("%s: %s", rows[i].promise, err.msg);
		ek_engine_close(&e);
		b.p[rows[i].at] = before;
	}
	free(b.p);
}

/* Where one shift follows another without a gap nothing falls due: a tick that told the log nothing
 * would fall due once more in an engine loaded from it. */
static void test_shifts_in_a_row(void **unused)
{
	(void)unused;
	enum { HOUR = 3600000 };
	int64_t now = 1750000000000;
	const struct ek_shift shifts[] = {{{now - HOUR}, {now + HOUR}},
					  {{now + HOUR}, {now + 2 * HOUR}},
					  {{now + 4 * HOUR}, {now + 5 * HOUR}},
					  {{now + 5 * HOUR}, {now + 6 * HOUR}}};
	static const int64_t due_hours[] = {2, 4, 6};
	struct ek_cmd c;
	struct ek_engine *e = two_teams(&c, now);
	set_one(e, (struct ek_set){EK_SET_SHIFT_GATE, ek_value_int(1)}, EK_SCOPE_TEAM, 1);
	serve(e, now);
	c = ek_cmd_make(EK_CMD_SHIFT_SET);
	c.shift_set.teammate.v = 1;
	c.shift_set.shifts = (struct ek_shifts){shifts, EK_LEN(shifts)};
	submit_one(e, &c, now);
	struct ek_cmd tick = ek_cmd_make(EK_CMD_TICK);
	for (size_t i = 0; i < EK_LEN(due_hours); i++) {
		uint64_t seq = ek_engine_seq(e);
		assert_int_equal(ek_engine_next_due(e).ms, now + due_hours[i] * HOUR);
		submit_one(e, &tick, ek_engine_next_due(e).ms);
		assert_int_equal(ek_engine_seq(e), seq + 1);
		struct bytes b = saved(e);
		struct ek_engine *f = loaded(&b);
		assert_int_equal(ek_engine_next_due(f).ms, ek_engine_next_due(e).ms);
		ek_engine_close(&f);
		free(b.p);
	}
	ek_engine_close(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_goes_on),
		cmocka_unit_test(test_seen_at_load),
		cmocka_unit_test(test_sink_refuses),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_flips),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_slips_again),
		cmocka_unit_test(test_fewer_keys),
		cmocka_unit_test(test_turn_is_over),
		cmocka_unit_test(test_nothing_happened),
		cmocka_unit_test(test_shifts_in_a_row),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
