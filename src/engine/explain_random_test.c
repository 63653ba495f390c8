/* What explanations promise, on scenes drawn by chance: they name what the tests say, in the order
 * in which work is really given out; a change that they name does what it says and no smaller one
 * of its kind does; a preview is what then happens; and asking changes nothing. */
#include "base/rng.h"
#include "engine/explain_scene.h"

enum { SEEDS = 60, COMMANDS = 50, LIMIT_TRIED = 9, TEAMS = 3 };

struct draw {
	struct scene s;
	struct ek_rng rng;
	uint32_t seed;
	uint32_t changes; /* checked */
};

static uint32_t below(struct draw *d, uint32_t n)
{
	return ek_rng_below(&d->rng, n);
}

/* ---- drawing ---- */

static struct ek_set drawn_set(struct draw *d, int *scope, uint32_t *id)
{
	*scope = EK_SCOPE_TEAM;
	*id = 1 + below(d, TEAMS);
	switch (below(d, 7)) {
	case 0:
		return (struct ek_set){EK_SET_INBOX_LIMIT, ek_value_int(below(d, 4))};
	case 1:
		return (struct ek_set){EK_SET_RANK, ek_value_int(1 + below(d, 3))};
	case 2:
		return (struct ek_set){EK_SET_OFFER_MODE, ek_value_int(below(d, 3) == 0)};
	case 3:
		return (struct ek_set){EK_SET_BALANCE_BY, ek_value_int(1 + below(d, 2))};
	case 4:
		*scope = EK_SCOPE_WORKSPACE;
		return (struct ek_set){EK_SET_SECONDARY_GATE, ek_value_int(1 + below(d, 2))};
	case 5:
		*scope = EK_SCOPE_WORKSPACE;
		return (struct ek_set){EK_SET_HELPER_ORDER, ek_value_int(1 + below(d, 2))};
	default:
		*scope = EK_SCOPE_TEAMMATE;
		*id = 1 + below(d, d->s.e->mate_count);
		return (struct ek_set){EK_SET_LIMIT, ek_value_int(below(d, 5))};
	}
}

static struct ek_cmd drawn_person(struct draw *d)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_PRESENCE_SET);
	uint32_t mate = 1 + below(d, d->s.e->mate_count);
	if (below(d, 3) == 0) {
		c = ek_cmd_make(EK_CMD_MEMBERSHIP_SET);
		c.membership_set.teammate.v = mate;
		c.membership_set.team.v = 1 + below(d, TEAMS);
		c.membership_set.level = (uint8_t)(1 + below(d, 2));
		return c;
	}
	c.presence_set.teammate.v = mate;
	c.presence_set.presence = (uint8_t)(1 + (below(d, 3) == 0) + (below(d, 6) == 0));
	return c;
}

static struct ek_cmd drawn_arrival(struct draw *d, struct ek_need *need)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	c.conversation_create.team.v = 1 + below(d, TEAMS);
	c.conversation_create.priority = below(d, 2);
	c.conversation_create.contact.v = 1 + below(d, 9);
	*need = (struct ek_need){EK_S("tax"), 1, true, {EK_NONE}};
	c.conversation_create.needs = (struct ek_needs){need, below(d, 6) == 0};
	if (below(d, 3) == 0)
		c.conversation_create.teammate.v = 1 + below(d, d->s.e->mate_count);
	return c;
}

static struct ek_cmd drawn(struct draw *d, struct ek_set *set, struct ek_need *need)
{
	uint32_t what = below(d, 20);
	if (d->s.e->conv_count == 0 || what < 9)
		return drawn_arrival(d, need);
	if (what < 13)
		return drawn_person(d);
	if (what < 15) {
		int scope = 0;
		uint32_t id = 0;
		*set = drawn_set(d, &scope, &id);
		struct ek_cmd c = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
		c.settings_change.scope = (uint8_t)scope;
		c.settings_change.id = id;
		c.settings_change.set = (struct ek_sets){set, 1};
		return c;
	}
	static const int kinds[] = {EK_CMD_CONVERSATION_CLOSE, EK_CMD_CONVERSATION_RELEASE,
				    EK_CMD_CONTACT_MESSAGE, EK_CMD_TEAMMATE_MESSAGE,
				    EK_CMD_CONVERSATION_CLOSE};
	struct ek_cmd c = ek_cmd_make(kinds[what - 15]);
	c.conversation_close.conversation.v = 1 + below(d, d->s.e->conv_count);
	if (c.kind == EK_CMD_TEAMMATE_MESSAGE)
		c.teammate_message.author.v = 1 + below(d, d->s.e->mate_count);
	return c;
}

static void build(struct draw *d, uint32_t seed)
{
	d->rng = (struct ek_rng){seed};
	d->seed = seed;
	ek_explain_scene_open(&d->s);
	ek_explain_scene_team(&d->s, 0, 0);
	ek_explain_scene_team(&d->s, EK_SET_ON_REOPEN, EK_ON_REOPEN_TO_TEAM);
	ek_explain_scene_team(&d->s, EK_SET_METHOD,
			      seed % 3 == 0 ? EK_METHOD_ROUND_ROBIN : EK_METHOD_BALANCED);
	ek_explain_scene_set(&d->s, 0, EK_SCOPE_TEAM, 2,
			     (struct ek_set){EK_SET_CONTINUITY_HOLD_MS, ek_value_int(MIN(20))});
	for (int i = 0; i < 5; i++) {
		uint32_t primary = 1 + below(d, TEAMS);
		uint32_t secondary = below(d, 2) ? 1 + primary % 2 : 0;
		ek_explain_scene_mate(&d->s, primary, secondary, below(d, 4), below(d, 4) == 0);
	}
}

/* ---- on copies ---- */

static struct ek_engine *copy(const struct ek_engine *e)
{
	struct ek_engine *c = NULL;
	struct ek_err err = {0};
	assert_true(ek_engine_copy(e, &c, &err));
	return c;
}

/* Who gets a conversation (or, mate given, whether they get anything) by a change; 0 = nobody. */
static uint32_t outcome(struct draw *d, const struct ek_explain_change *change, uint32_t conv,
			uint32_t mate)
{
	struct ek_engine *c = copy(d->s.e);
	struct ek_events events = {NULL, 0};
	struct ek_err err = {0};
	struct ek_set set;
	struct ek_cmd cmd = ek_explain_command(change, &set);
	uint32_t to = 0;
	if (!ek_engine_submit(c, &cmd, (ek_time){d->s.e->now}, &events, &err))
		events.n = 0;
	for (uint32_t i = 0; i < events.n; i++) {
		const struct ek_event *v = &events.v[i];
		uint32_t what = 0;
		uint32_t who = 0;
		if (v->kind == EK_EVENT_ASSIGNMENT_MADE) {
			what = v->assignment_made.conversation.v;
			who = v->assignment_made.teammate.v;
		} else if (v->kind == EK_EVENT_OFFER_MADE) {
			what = v->offer_made.conversation.v;
			who = v->offer_made.teammate.v;
		}
		if (what != 0 && to == 0 && (mate != 0 ? who == mate : what == conv))
			to = who;
	}
	ek_engine_close(&c);
	return to;
}

/* The first own limit, by amount and then id, that helps; tried one after another. */
static struct ek_explain_change first_limit(struct draw *d, uint32_t conv, uint32_t mate)
{
	struct ek_explain_change c = {
		.kind = EK_EXPLAIN_LIMIT, .scope = EK_SCOPE_TEAMMATE, .setting = EK_SET_LIMIT};
	for (int64_t amount = 1; amount < LIMIT_TRIED; amount++) {
		for (c.id = 1; c.id <= d->s.e->mate_count; c.id++) {
			const struct mate *m = &d->s.e->mates[c.id];
			c.value = ek_value_int(m->limit + amount);
			if (outcome(d, &c, conv, mate) != 0)
				return c;
		}
	}
	return (struct ek_explain_change){0};
}

static void check_nearest(struct draw *d, const struct ek_explain_nearest *n, uint32_t conv,
			  uint32_t mate)
{
	struct ek_explain_change limit = first_limit(d, conv, mate);
	if (limit.kind != 0 && (n->change.kind != EK_EXPLAIN_LIMIT || n->change.id != limit.id ||
				n->change.value.i != limit.value.i))
		fail_msg("seed %u, c%u, m%u: limit %u = %lld helps; got kind %u, %u = %lld",
			 d->seed, conv, mate, limit.id, (long long)limit.value.i, n->change.kind,
			 n->change.id, (long long)n->change.value.i);
	if (n->change.kind == 0)
		return;
	d->changes++;
	uint32_t to = outcome(d, &n->change, conv, mate);
	if (to != n->then.v)
		fail_msg("seed %u, c%u, m%u: kind %u of %u gives it to %u, not %u", d->seed, conv,
			 mate, n->change.kind, n->change.id, to, n->then.v);
}

/* ---- what is promised ---- */

static void check_blockers(struct draw *d, uint32_t conv)
{
	struct ek_explain_waiting w;
	struct ek_err err = {0};
	uint32_t named = 0;
	assert_true(ek_explain_waiting(d->s.e, (ek_conversation_id){conv}, &d->s.arena, &w, &err));
	for (uint32_t i = 0; i < w.blocker_count; i++) {
		named += w.blockers[i].n;
		for (uint32_t k = 0; k < w.blockers[i].n; k++)
			assert_int_equal(
				w.blockers[i].test,
				ek_eligible_check(d->s.e, conv, w.blockers[i].teammates[k].v));
	}
	uint32_t members = 0;
	for (uint32_t m = 1; m <= d->s.e->mate_count; m++)
		members += ek_eligible_standing(d->s.e, conv, m).level != 0;
	assert_int_equal(named, members);
	check_nearest(d, &w.nearest, conv, 0);
}

/* Places count from 1 over all pages, whatever their size. */
static uint32_t list(struct draw *d, uint32_t size, uint32_t team, uint32_t *convs)
{
	struct ek_explain_query query = {.team = {team}, .from = 1, .limit = size};
	struct ek_explain_queue q = {.next = 1};
	struct ek_err err = {0};
	uint32_t n = 0;
	while (q.next != 0) {
		query.from = q.next;
		assert_true(ek_explain_queue(d->s.e, &query, &d->s.arena, &q, &err));
		for (uint32_t i = 0; i < q.row_count; i++) {
			const struct ek_explain_row *r = &q.rows[i];
			struct ek_explain_waiting w;
			convs[n++] = r->conversation.v;
			if (team == 0)
				assert_int_equal(r->place, n);
			else
				assert_int_equal(r->team.v, team);
			assert_true(
				ek_explain_waiting(d->s.e, r->conversation, &d->s.arena, &w, &err));
			assert_int_equal(w.place, r->place);
			assert_int_equal(w.team_place, team == 0 ? w.team_place : n);
		}
	}
	assert_int_equal(n, q.total);
	return n;
}

/* A newcomer who may have all of it, in the balanced team inboxes. */
static void hire(struct ek_engine *c)
{
	struct ek_events events;
	struct ek_err err = {0};
	static const struct ek_cell skill[] = {{5, {"tax", 3}}};
	struct ek_set set = {EK_SET_SKILLS, {.kind = EK_VALUE_LIST, .n = 1, .cells = skill}};
	ek_team_id all[TEAMS];
	uint32_t serves = 0;
	for (uint32_t t = 1; t <= TEAMS; t++) {
		if (c->teams[t].method == EK_METHOD_BALANCED)
			all[serves++] = (ek_team_id){t};
	}
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
	cmd.teammate_create.set = (struct ek_sets){&set, 1};
	cmd.teammate_create.primary = (struct ek_teams){all, serves};
	assert_true(ek_engine_submit(c, &cmd, (ek_time){c->now}, &events, &err));
}

/* No limits of team inboxes, and the newcomer active: at once. */
static struct ek_events open_doors(struct ek_engine *c)
{
	struct ek_events events = {NULL, 0};
	struct ek_err err = {0};
	struct ek_set none = {EK_SET_INBOX_LIMIT, ek_value_null()};
	struct ek_cmd rows[TEAMS + 1];
	for (uint32_t t = 1; t <= TEAMS; t++) {
		rows[t] = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
		rows[t].settings_change.scope = EK_SCOPE_TEAM;
		rows[t].settings_change.id = t;
		rows[t].settings_change.set = (struct ek_sets){&none, 1};
	}
	rows[0] = ek_cmd_make(EK_CMD_PRESENCE_SET);
	rows[0].presence_set.teammate.v = c->mate_count;
	rows[0].presence_set.presence = EK_PRESENCE_ACTIVE;
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_BULK_APPLY);
	cmd.bulk_apply.rows = (struct ek_rows){rows, TEAMS + 1};
	assert_true(ek_engine_submit(c, &cmd, (ek_time){c->now}, &events, &err));
	return events;
}

/* Somebody who can take all of it gets it in the order of the list, but for what is held for
 * another. */
static void check_order(struct draw *d, const uint32_t *convs, uint32_t n)
{
	struct ek_engine *c = copy(d->s.e);
	hire(c);
	struct ek_events events = open_doors(c);
	uint32_t at = 0;
	for (uint32_t i = 0; i < events.n; i++) {
		const struct ek_event *v = &events.v[i];
		uint32_t conv = 0;
		if (v->kind == EK_EVENT_ASSIGNMENT_MADE)
			conv = v->assignment_made.conversation.v;
		else if (v->kind == EK_EVENT_OFFER_MADE)
			conv = v->offer_made.conversation.v;
		if (conv == 0 || d->s.e->convs[conv].hold_for != 0)
			continue;
		while (at < n && d->s.e->convs[convs[at]].hold_for != 0)
			at++;
		assert_true(at < n);
		assert_int_equal(convs[at++], conv);
	}
	while (at < n && d->s.e->convs[convs[at]].hold_for != 0)
		at++;
	assert_int_equal(at, n);
	ek_engine_close(&c);
}

/* Who is called next for a team inbox gets an ordinary conversation that comes there. */
static void check_turns(struct draw *d, uint32_t mate)
{
	struct ek_explain_nothing n;
	struct ek_err err = {0};
	assert_true(ek_explain_nothing(d->s.e, (ek_teammate_id){mate}, &d->s.arena, &n, &err));
	check_nearest(d, &n.nearest, 0, mate);
	for (uint32_t i = 0; i < n.team_count; i++) {
		struct ek_engine *c = copy(d->s.e);
		struct ek_events events;
		struct ek_cmd cmd = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
		cmd.conversation_create.team = n.teams[i].team;
		assert_true(ek_engine_submit(c, &cmd, (ek_time){c->now}, &events, &err));
		uint32_t to = c->convs[c->conv_count].mate;
		if (to == 0)
			to = c->convs[c->conv_count].offer_to;
		if ((to == mate) != (n.teams[i].state == EK_EXPLAIN_NEXT))
			fail_msg("seed %u: t%u state %u for %u, but it goes to %u", d->seed,
				 n.teams[i].team.v, n.teams[i].state, mate, to);
		ek_engine_close(&c);
	}
}

static void check_state(struct draw *d)
{
	uint32_t convs[COMMANDS];
	uint32_t some[COMMANDS];
	uint64_t digest = ek_explain_scene_digest(d->s.e);
	ek_arena_reset(&d->s.arena);
	uint32_t n = list(d, 500, 0, convs);
	uint32_t again = list(d, 2, 0, some);
	assert_int_equal(n, again);
	assert_memory_equal(convs, some, n * sizeof *convs);
	for (uint32_t t = 1; t <= TEAMS; t++)
		(void)list(d, 1, t, some);
	for (uint32_t i = 0; i < n; i++)
		check_blockers(d, convs[i]);
	for (uint32_t m = 1; m <= d->s.e->mate_count; m++)
		check_turns(d, m);
	check_order(d, convs, n);
	struct ek_explain_unblock u;
	struct ek_err err = {0};
	assert_true(ek_explain_unblock(d->s.e, &d->s.arena, &u, &err));
	assert_int_equal(u.waiting_total, n);
	assert_true(digest == ek_explain_scene_digest(d->s.e));
}

/* ---- preview ---- */

struct before {
	uint32_t n;
	struct {
		uint32_t team, mate, offer;
	} v[COMMANDS * 2];
};

static void remember(const struct ek_engine *e, struct before *b)
{
	memset(b, 0, sizeof *b);
	b->n = e->conv_count;
	for (uint32_t i = 1; i <= e->conv_count; i++) {
		b->v[i].team = e->convs[i].team;
		b->v[i].mate = e->convs[i].mate;
		b->v[i].offer = e->convs[i].offer_to;
	}
}

static void check_preview(const struct ek_explain_preview *p, const struct before *b,
			  const struct ek_engine *e)
{
	uint32_t at = 0;
	for (uint32_t i = 1; i <= e->conv_count; i++) {
		const struct conv *c = &e->convs[i];
		bool same = i <= b->n && c->team == b->v[i].team && c->mate == b->v[i].mate &&
			    c->offer_to == b->v[i].offer;
		if (same)
			continue;
		assert_true(at < p->move_count);
		const struct ek_explain_move *m = &p->moves[at++];
		assert_int_equal(m->conversation.v, i);
		assert_int_equal(m->to_team.v, c->team);
		assert_int_equal(m->to.v, c->offer_to != 0 ? c->offer_to : c->mate);
		assert_int_equal(m->offered, c->offer_to != 0);
	}
	assert_int_equal(at, p->move_count);
}

static void step(struct draw *d)
{
	struct ek_set set;
	struct ek_need need;
	struct before b;
	struct ek_explain_preview p;
	struct ek_err err = {0};
	struct ek_cmd cmd = drawn(d, &set, &need);
	int64_t at = d->s.now + MIN(1);
	assert_true(ek_explain_scene_try(&d->s, at, NULL));
	remember(d->s.e, &b);
	struct ek_explain_ask ask = {&cmd, {at}};
	struct ek_arena arena;
	ek_arena_init(&arena, d->s.e->alloc, (size_t)16 << 20);
	uint64_t digest = ek_explain_scene_digest(d->s.e);
	bool may = ek_explain_preview(d->s.e, &ask, &arena, &p, &err);
	assert_true(digest == ek_explain_scene_digest(d->s.e));
	assert_int_equal(ek_explain_scene_try(&d->s, at, &cmd), may);
	if (may)
		check_preview(&p, &b, d->s.e);
	ek_arena_fini(&arena);
}

static void test_random(void **state)
{
	(void)state;
	uint32_t changes = 0;
	for (uint32_t seed = 1; seed <= SEEDS; seed++) {
		struct draw d = {0};
		build(&d, seed);
		for (uint32_t i = 0; i < COMMANDS; i++)
			step(&d);
		check_state(&d);
		changes += d.changes;
		ek_explain_scene_close(&d.s);
	}
	assert_true(changes > SEEDS);
}

/* A receipt's considered, ahead and chosen agree with the tests, at the state before. */
static void check_receipt(struct scene *s, const struct ek_explain_receipt *r)
{
	uint32_t chosen = 0;
	for (uint32_t i = 0; i < r->considered_count; i++) {
		const struct ek_explain_considered *c = &r->considered[i];
		chosen += c->result == EK_EXPLAIN_CHOSEN;
		if (c->result == EK_EXPLAIN_CHOSEN)
			assert_int_equal(c->teammate.v, r->teammate.v);
		else if (r->how == EK_HOW_BALANCED)
			assert_int_equal(
				c->why.test,
				ek_eligible_check(s->shadow, r->conversation.v, c->teammate.v));
	}
	assert_int_equal(chosen, 1);
	if (r->queue.place > 0)
		assert_int_equal(r->queue.ahead_count + r->queue.ahead_more, r->queue.place - 1);
	for (uint32_t i = 0; r->how == EK_HOW_BALANCED && i < r->queue.ahead_count; i++)
		assert_true(r->queue.ahead[i].why.test != 0);
	assert_true(r->nearest.change.kind == 0 || r->nearest.then.v != r->teammate.v);
}

static void test_receipts(void **state)
{
	(void)state;
	for (uint32_t seed = 101; seed <= 100 + SEEDS; seed++) {
		struct draw d = {0};
		build(&d, seed);
		d.s.on_receipt = check_receipt;
		for (uint32_t i = 0; i < COMMANDS; i++)
			step(&d);
		ek_explain_scene_close(&d.s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_receipts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
