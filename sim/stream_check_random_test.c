/* Promise P8 by chance: 50 subscribers with different filters and rights, who come and go, are
 * moved between teams and outlive restarts, while 10^4 events happen. What each got, over all its
 * connections, is held against the log as it may see it, worked out here from what was meant. */
#include "push/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/rng.h"
#include "model/event_sample.h"
#include "model/setting.h"
#include "sim/stream_check.h"
#include "sys/heap.h"

enum {
	EVENTS = 10000,
	CLIENTS = 50,
	TEAMS = 6,
	MATES = 12,
	CONVS = 1500,
	RIGHTS_MAX = 64,
	WINDOW = 3000,
	RESTARTS = 3,
};

/* What an event concerns, as it was meant. */
struct meant {
	uint32_t teams[4];
	uint32_t mates[4];
	uint32_t conversation;
};

struct conv {
	uint32_t team;
	uint32_t mate;
	bool closed;
};

struct world;

/* From that event on, these teams. */
struct right {
	uint64_t after;
	uint32_t mask;
};

struct client {
	struct world *w;
	struct ek_feed_sub *sub;
	struct ek_stream_check check;
	struct ek_feed_wish wish;
	struct ek_feed_types types;
	uint32_t mate;
	bool by_reach;
	struct right rights[RIGHTS_MAX];
	uint32_t right_n;
	uint32_t known_n; /* how many of them this connection knows */
	uint64_t from;    /* where the segment begins that must be whole */
	size_t segment;   /* which was applied first in it */
	bool woken;
	uint32_t resets;
	uint64_t compared;
};

struct world {
	struct ek_rng rng;
	struct ek_arena arena;
	struct ek_feed *feed;
	struct ek_feed_options o;
	struct ek_err err;
	ek_time now;
	struct ek_event *log;
	struct meant *meant;
	struct conv *after; /* of each event: what its conversation was then */
	struct conv *convs;
	uint32_t conv_n;
	uint64_t head;
	uint64_t reads;
	struct client clients[CLIENTS];
};

static uint32_t below(struct world *w, uint32_t n)
{
	return ek_rng_below(&w->rng, n);
}

/* ---- what happens ---- */

static struct ek_event *begin(struct world *w, int kind)
{
	struct ek_event *e = &w->log[++w->head];
	*e = (struct ek_event){
		.seq = w->head, .at = {1000 + (int64_t)w->head}, .kind = (uint8_t)kind};
	w->meant[w->head] = (struct meant){{0}, {0}, 0};
	return e;
}

static void names_team(struct world *w, uint32_t team)
{
	uint32_t *v = w->meant[w->head].teams;
	while (*v != 0 && *v != team)
		v++;
	*v = team;
}

static void names_mate(struct world *w, uint32_t mate)
{
	uint32_t *v = w->meant[w->head].mates;
	while (*v != 0 && *v != mate)
		v++;
	*v = mate;
}

/* The event is about it, and it is now as convs says. */
static void about(struct world *w, uint32_t conv)
{
	w->meant[w->head].conversation = conv;
	w->after[w->head] = w->convs[conv];
	names_team(w, w->convs[conv].team);
	names_mate(w, w->convs[conv].mate);
}

static void arrive(struct world *w)
{
	uint32_t conv = ++w->conv_n;
	struct ek_event *e = begin(w, EK_EVENT_CONVERSATION_ARRIVED);
	e->conversation_arrived.conversation.v = conv;
	e->conversation_arrived.team.v = below(w, TEAMS + 1);
	w->convs[conv].team = e->conversation_arrived.team.v;
	about(w, conv);
}

static void end_stay(struct world *w, uint32_t conv, uint8_t reason)
{
	uint32_t mate = w->convs[conv].mate;
	if (mate == 0)
		return;
	struct ek_event *e = begin(w, EK_EVENT_ASSIGNMENT_ENDED);
	e->assignment_ended.conversation.v = conv;
	e->assignment_ended.teammate.v = mate;
	e->assignment_ended.reason = reason;
	if (reason != EK_ENDED_CLOSED)
		w->convs[conv].mate = 0;
	names_mate(w, mate);
	about(w, conv);
}

static void give(struct world *w, uint32_t conv)
{
	end_stay(w, conv, EK_ENDED_REASSIGNED);
	struct ek_event *e = begin(w, EK_EVENT_ASSIGNMENT_MADE);
	e->assignment_made.conversation.v = conv;
	e->assignment_made.teammate.v = 1 + below(w, MATES);
	e->assignment_made.team.v = w->convs[conv].team;
	e->assignment_made.runner_up.v = 1 + below(w, MATES); /* is not told, so concerns nobody */
	w->convs[conv].mate = e->assignment_made.teammate.v;
	about(w, conv);
}

static void release(struct world *w, uint32_t conv)
{
	end_stay(w, conv, EK_ENDED_RELEASED);
	struct ek_event *e = begin(w, EK_EVENT_CONVERSATION_QUEUED);
	e->conversation_queued.conversation.v = conv;
	e->conversation_queued.team.v = w->convs[conv].team;
	about(w, conv);
}

static void move(struct world *w, uint32_t conv)
{
	bool keeps = below(w, 4) == 0;
	if (!keeps)
		end_stay(w, conv, EK_ENDED_MOVED);
	uint32_t from = w->convs[conv].team;
	uint32_t team = below(w, TEAMS + 1);
	struct ek_event *e = begin(w, EK_EVENT_CONVERSATION_MOVED);
	e->conversation_moved =
		(struct ek_conversation_moved){{conv}, {from}, {team}, keeps, false};
	w->convs[conv].team = team;
	names_team(w, from);
	about(w, conv);
}

static void close_or_open(struct world *w, uint32_t conv)
{
	struct conv *c = &w->convs[conv];
	if (!c->closed)
		end_stay(w, conv, EK_ENDED_CLOSED);
	struct ek_event *e =
		begin(w, c->closed ? EK_EVENT_CONVERSATION_REOPENED : EK_EVENT_CONVERSATION_CLOSED);
	e->conversation_closed.conversation.v = conv; /* the fields of both lie alike */
	c->closed = !c->closed;
	about(w, conv);
}

static void talk(struct world *w, uint32_t conv)
{
	struct ek_event *e = begin(w, EK_EVENT_MESSAGE_ADDED);
	e->message_added.conversation.v = conv;
	e->message_added.author = EK_AUTHOR_CONTACT;
	if (below(w, 3) == 0) {
		e->message_added.author = EK_AUTHOR_TEAMMATE;
		e->message_added.teammate.v = 1 + below(w, MATES);
		names_mate(w, e->message_added.teammate.v);
	}
	about(w, conv);
}

static void overflow(struct world *w, uint32_t conv)
{
	struct ek_event *e = begin(w, EK_EVENT_OVERFLOW_OPENED);
	e->overflow_opened.conversation.v = conv;
	e->overflow_opened.team.v = 1 + below(w, TEAMS);
	names_team(w, e->overflow_opened.team.v);
	about(w, conv);
}

static void person(struct world *w)
{
	uint32_t mate = 1 + below(w, MATES);
	uint32_t team = 1 + below(w, TEAMS);
	struct ek_event *e;
	switch (below(w, 3)) {
	case 0:
		e = begin(w, EK_EVENT_PRESENCE_CHANGED);
		e->presence_changed.teammate.v = mate;
		break;
	case 1:
		e = begin(w, EK_EVENT_MEMBERSHIP_CHANGED);
		e->membership_changed.teammate.v = mate;
		e->membership_changed.team.v = team;
		names_team(w, team);
		break;
	default:
		e = begin(w, EK_EVENT_HOLD_STARTED);
		e->hold_started.conversation.v = 1 + below(w, w->conv_n);
		e->hold_started.teammate.v = mate;
		about(w, e->hold_started.conversation.v);
	}
	names_mate(w, mate);
}

static void setting(struct world *w)
{
	struct ek_event *e = begin(w, EK_EVENT_SETTINGS_CHANGED);
	struct ek_event_sample s = {&w->arena, ek_rng_next(&w->rng)};
	ek_event_sample(&s, EK_EVENT_SETTINGS_CHANGED, e->seq, e);
	e->settings_changed.scope = (uint8_t)(1 + below(w, 3));
	e->settings_changed.id = 1 + below(w, TEAMS);
	if (e->settings_changed.scope == EK_SCOPE_TEAM)
		names_team(w, (uint32_t)e->settings_changed.id);
	else if (e->settings_changed.scope == EK_SCOPE_TEAMMATE)
		names_mate(w, (uint32_t)e->settings_changed.id);
	else
		e->settings_changed.id = EK_NONE;
}

static void happen(struct world *w)
{
	uint32_t die = below(w, 100);
	if (w->conv_n == 0 || (die < 12 && w->conv_n < CONVS - 1)) {
		arrive(w);
		return;
	}
	/* mostly the newer ones, now and then one from long ago */
	uint32_t recent = w->conv_n < 40 ? w->conv_n : 40;
	uint32_t conv = below(w, 8) == 0 ? 1 + below(w, w->conv_n) : w->conv_n - below(w, recent);
	if (die < 20)
		person(w);
	else if (die < 23)
		setting(w);
	else if (die < 24)
		begin(w, EK_EVENT_PERIOD_OPENED);
	else if (die < 32)
		close_or_open(w, conv);
	else if (w->convs[conv].closed || die < 55)
		talk(w, conv);
	else if (die < 72)
		give(w, conv);
	else if (die < 82)
		release(w, conv);
	else if (die < 95)
		move(w, conv);
	else
		overflow(w, conv);
}

/* ---- what the feed asks ---- */

static bool history(void *ctx, const struct ek_feed_read *what, struct ek_err *err)
{
	struct world *w = ctx;
	(void)err;
	assert_true(what->to - what->from < EK_FEED_BLOCK);
	w->reads++;
	for (uint64_t seq = what->from; seq <= what->to && seq <= w->head; seq++) {
		if (!what->visit(what->ctx, &w->log[seq]))
			break;
	}
	return true;
}

static bool present(void *ctx, ek_feed_holding *visit, void *visit_ctx, struct ek_err *err)
{
	struct world *w = ctx;
	(void)err;
	for (uint32_t i = 1; i <= w->conv_n; i++) {
		const struct conv *c = &w->convs[i];
		if ((c->team != 0 || c->mate != 0) && !visit(visit_ctx, i, c->team, c->mate))
			break;
	}
	return true;
}

static uint32_t mask_now(const struct client *c)
{
	return c->rights[c->right_n - 1].mask;
}

static bool sees(uint32_t mask, uint32_t mate, const uint32_t *teams, const uint32_t *mates)
{
	for (int i = 0; i < EK_FEED_TEAMS && teams[i] != 0; i++) {
		if ((mask >> teams[i] & 1) != 0)
			return true;
	}
	for (int i = 0; i < EK_FEED_MATES && mates[i] != 0; i++) {
		if (mates[i] == mate)
			return true;
	}
	return teams[0] == 0;
}

static bool allow(void *ctx, const struct ek_feed_frame *f)
{
	const struct client *c = ctx;
	return sees(mask_now(c), c->mate, f->teams, f->mates);
}

static void reach_of(const struct client *c, struct ek_feed_reach *r)
{
	*r = (struct ek_feed_reach){.all = !c->by_reach, .teammate = c->mate};
	for (uint32_t t = 1; t <= TEAMS && c->by_reach; t++) {
		if ((mask_now(c) >> t & 1) != 0)
			r->teams[r->team_count++] = t;
	}
}

static enum ek_feed_rights check(void *ctx, struct ek_feed_reach *reach)
{
	struct client *c = ctx;
	if (c->known_n == c->right_n)
		return EK_FEED_SAME;
	c->known_n = c->right_n;
	reach_of(c, reach);
	return EK_FEED_CHANGED;
}

static void wake(void *ctx)
{
	struct client *c = ctx;
	c->woken = true;
}

/* ---- what a client should have got ---- */

static bool should_see(const struct client *c, uint64_t seq)
{
	const struct meant *m = &c->w->meant[seq];
	const struct ek_feed_wish *w = &c->wish;
	uint32_t mask = 0;
	for (uint32_t i = 0; i < c->right_n; i++) {
		if (c->rights[i].after < seq)
			mask = c->rights[i].mask;
	}
	bool team = w->team == 0;
	bool mate = w->teammate == 0;
	for (int i = 0; i < 4; i++) {
		team = team || m->teams[i] == w->team;
		mate = mate || m->mates[i] == w->teammate;
	}
	uint32_t kind = c->w->log[seq].kind;
	bool type = (c->types.bits[0] | c->types.bits[1]) == 0 ||
		    (c->types.bits[kind / 64] >> kind % 64 & 1) != 0;
	bool conv = w->conversation == 0 || w->conversation == m->conversation;
	return team && mate && type && conv && sees(mask, c->mate, m->teams, m->mates);
}

/* What it applied since the segment began is what it should have, up to the last it has (before a
 * reset) or up to the head. */
static void compare(struct client *c, bool whole)
{
	size_t k = c->segment;
	for (uint64_t seq = c->from + 1; seq <= c->w->head; seq++) {
		if (!should_see(c, seq))
			continue;
		if (k == c->check.n && !whole)
			break;
		if (k == c->check.n || c->check.seqs[k] != seq)
			fail_msg("client %d: event %llu is missing, before %llu",
				 (int)(c - c->w->clients), (unsigned long long)seq,
				 k < c->check.n ? (unsigned long long)c->check.seqs[k] : 0);
		k++;
		c->compared++;
	}
	if (k != c->check.n)
		fail_msg("client %d got event %llu", (int)(c - c->w->clients),
			 (unsigned long long)c->check.seqs[k]);
}

static void see(void *ctx, const struct ek_stream_frame *f)
{
	struct client *c = ctx;
	if (!ek_str_is(f->event, "reset"))
		return;
	compare(c, false);
	c->from = f->seq;
	c->segment = c->check.n;
	c->resets++;
}

/* ---- what clients do ---- */

static void leave(struct client *c)
{
	ek_feed_leave(&c->sub);
	c->woken = false;
}

static void pull(struct client *c, int times)
{
	char buf[2000];
	for (int i = 0; i < times && c->sub != NULL; i++) {
		size_t n = 0;
		size_t cap = 1 + below(c->w, sizeof buf);
		enum ek_feed_next next = ek_feed_pull(c->sub, c->w->now, buf, cap, &n);
		ek_stream_check_feed(&c->check, buf, n);
		c->woken = next == EK_FEED_MORE;
		if (next == EK_FEED_END)
			leave(c);
		if (next != EK_FEED_MORE)
			return;
	}
}

static void connect(struct client *c)
{
	struct world *w = c->w;
	ek_stream_check_connect(&c->check);
	c->wish.after = c->check.held;
	if (below(w, 100) == 0)
		c->wish.after = UINT64_MAX; /* nobody has that one */
	c->wish.rights_since = c->rights[c->right_n - 1].after;
	reach_of(c, &c->wish.reach);
	c->known_n = c->right_n;
	assert_true(ek_feed_subscribe(w->feed, &c->wish, w->now, &c->sub, &w->err));
	c->woken = true;
}

static void choose(struct client *c, uint32_t i)
{
	struct world *w = c->w;
	static const char *const some[] = {"message.added", "assignment.made",
					   "conversation.moved"};
	for (size_t k = 0; i % 5 == 1 && k < EK_LEN(some); k++)
		assert_true(
			ek_feed_types_add(&c->types, (ek_str){some[k], (uint32_t)strlen(some[k])}));
	c->mate = 1 + below(w, MATES);
	c->by_reach = i % 2 == 0;
	c->rights[0].mask = below(w, 1u << (TEAMS + 1));
	if (i % 9 == 0)
		c->rights[0].mask = (1u << (TEAMS + 1)) - 1;
	c->right_n = 1;
	c->wish = (struct ek_feed_wish){.ctx = c,
					.allow = allow,
					.check = check,
					.wake = wake,
					.resumes = true,
					.types = c->types,
					.team = i % 6 == 2 ? 1 + below(w, TEAMS) : 0,
					.teammate = i % 6 == 3 ? 1 + below(w, MATES) : 0,
					.conversation = i % 6 == 4 ? 1 + below(w, 200) : 0};
	assert_true(ek_stream_check_init(&c->check, 0));
	c->check.see = see;
	c->check.ctx = c;
}

/* Somebody is moved between teams: from the next event on. */
static void move_rights(struct client *c)
{
	struct world *w = c->w;
	if (c->right_n == RIGHTS_MAX)
		return;
	uint32_t mask = mask_now(c) ^ (1u << (1 + below(w, TEAMS)));
	c->rights[c->right_n++] = (struct right){w->head, mask};
	ek_feed_recheck(w->feed);
}

static void work(struct world *w, uint32_t times)
{
	bool more = true;
	while (more && times-- > 0)
		assert_true(ek_feed_work(w->feed, w->now, &more, &w->err));
}

/* Each does something, or nothing. */
static void clients_act(struct world *w)
{
	for (uint32_t i = 0; i < CLIENTS; i++) {
		struct client *c = &w->clients[i];
		/* some are away for long, which leads through the history, or beyond it */
		if (c->sub == NULL && below(w, 30 + 90 * (i % 4)) == 0)
			connect(c);
		if (c->sub != NULL && c->woken && below(w, 3) != 0)
			pull(c, 1 + (int)below(w, 20));
		if (c->sub != NULL && below(w, 60) == 0)
			leave(c);
		if (below(w, 1200) == 0)
			move_rights(c);
	}
}

static void open_feed(struct world *w)
{
	w->o.head = w->head;
	assert_true(ek_feed_open(&w->o, &w->feed, &w->err));
}

static void restart(struct world *w)
{
	for (uint32_t i = 0; i < CLIENTS; i++)
		leave(&w->clients[i]);
	ek_feed_close(&w->feed);
	open_feed(w);
}

static void step(struct world *w)
{
	uint64_t before = w->head;
	for (uint32_t n = 1 + below(w, 20); n > 0 && w->head + 3 < EVENTS; n--)
		happen(w);
	assert_true(ek_feed_publish(w->feed, &w->log[before + 1], (uint32_t)(w->head - before),
				    w->now, &w->err));
	w->now.ms += below(w, 1500);
	(void)ek_feed_tick(w->feed, w->now);
	work(w, below(w, 4));
	clients_act(w);
}

static void finish(struct world *w)
{
	for (uint32_t i = 0; i < CLIENTS; i++) {
		if (w->clients[i].sub == NULL)
			connect(&w->clients[i]);
	}
	for (bool busy = true; busy;) {
		busy = false;
		work(w, 1000);
		for (uint32_t i = 0; i < CLIENTS; i++) {
			struct client *c = &w->clients[i];
			if (c->sub == NULL)
				connect(c); /* was cut: comes back */
			busy = busy || c->woken;
			pull(c, 1000000);
		}
	}
}

static void tear_down(struct world *w)
{
	for (uint32_t i = 0; i < CLIENTS; i++) {
		leave(&w->clients[i]);
		ek_stream_check_fini(&w->clients[i].check);
	}
	ek_feed_close(&w->feed);
	ek_arena_fini(&w->arena);
	free(w->log);
	free(w->meant);
	free(w->after);
	free(w->convs);
	free(w);
}

static struct world *set_up(uint64_t seed)
{
	struct world *w = calloc(1, sizeof *w);
	assert_non_null(w);
	w->rng.state = seed;
	ek_arena_init(&w->arena, ek_heap_alloc(), 256u << 20);
	w->log = calloc(EVENTS + 4, sizeof *w->log);
	w->meant = calloc(EVENTS + 4, sizeof *w->meant);
	w->after = calloc(EVENTS + 4, sizeof *w->after);
	w->convs = calloc(CONVS, sizeof *w->convs);
	assert_true(w->log && w->meant && w->after && w->convs);
	w->o = (struct ek_feed_options){
		.alloc = ek_heap_alloc(),
		.log = EK_S("by-chance"),
		.source = {.ctx = w, .present = present, .history = history},
		.seed = seed,
		.ring_frames = 512, /* so small that many resume from before it */
		.prefill_frames = 1,
		.window_events = WINDOW,
		.cache_bytes = seed % 2 == 0 ? 0 : 1};
	for (uint32_t i = 0; i < CLIENTS; i++) {
		w->clients[i].w = w;
		choose(&w->clients[i], i);
	}
	open_feed(w);
	return w;
}

/* What was looked at, over all seeds. */
struct figures {
	uint64_t compared;
	uint64_t resets;
	uint64_t positions;
	uint64_t reads;
};

static void run(uint64_t seed, struct figures *sum)
{
	struct world *w = set_up(seed);
	for (uint64_t restarts = 0; w->head + 3 < EVENTS;) {
		step(w);
		if (restarts < RESTARTS && w->head > (restarts + 1) * EVENTS / (RESTARTS + 1)) {
			restart(w);
			restarts++;
		}
	}
	finish(w);
	for (uint32_t i = 0; i < CLIENTS; i++) {
		struct client *c = &w->clients[i];
		compare(c, true);
		assert_int_equal(c->check.gaps, 0);
		assert_int_equal(c->check.repeats, 0);
		assert_int_equal(c->check.broken, 0);
		sum->compared += c->compared;
		sum->resets += c->resets;
		sum->positions += c->check.positions;
	}
	sum->reads += w->reads;
	tear_down(w);
}

static void test_stream_is_complete(void **state)
{
	(void)state;
	const char *seeds = getenv("FEED_SEEDS");
	uint64_t n = seeds != NULL ? strtoull(seeds, NULL, 10) : 2;
	struct figures sum = {0, 0, 0, 0};
	for (uint64_t seed = 1; seed <= n; seed++)
		run(seed, &sum);
	print_message("%llu frames compared, %llu resets, %llu positions, %llu reads\n",
		      (unsigned long long)sum.compared, (unsigned long long)sum.resets,
		      (unsigned long long)sum.positions, (unsigned long long)sum.reads);
	/* the runs were such that they can find something */
	assert_true(sum.compared > EVENTS * n && sum.resets > 10 * n && sum.positions > 10 * n &&
		    sum.reads > 40 * n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stream_is_complete),
	};
	return cmocka_run_group_tests_name("feed by chance", tests, NULL, NULL);
}
