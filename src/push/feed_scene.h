/* feed_scene -- a log in memory, a feed over it, and what its streams say: for the tests of feed,
 * and included by those alone. Time moves only when told to. */
#ifndef EK_PUSH_FEED_SCENE_H
#define EK_PUSH_FEED_SCENE_H

#include "push/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "sys/heap.h"
#include "wire/json.h"

enum { EVENTS_MAX = 4000, TEXT_MAX = 1 << 16 };

/* A log in memory, a feed over it, and what one stream said. */
struct fixture {
	struct ek_arena arena;
	struct ek_feed *feed;
	struct ek_feed_options o;
	struct ek_err err;
	struct ek_event *log;
	uint64_t head;
	ek_time now;
	uint32_t reads;
	bool fails;
};

/* What a client holds that keeps the rule: repeats dropped, gaps noticed. */
struct heard {
	uint64_t held;
	uint64_t seqs[EVENTS_MAX]; /* of the event frames applied */
	size_t n;
	uint32_t repeats;
	uint32_t gaps;
	uint32_t broken;
	uint32_t states;
	uint32_t resets;
	char reason[32];
	size_t line_n;
	char line[32768];
	char event[64];
	uint64_t id;
};

struct client {
	struct fixture *f;
	struct ek_feed_wish wish;
	struct ek_feed_sub *sub;
	struct heard check;
	enum ek_feed_rights rights;
	struct ek_feed_reach reach;
	uint32_t wakes;
	uint32_t cuts;
	uint32_t checks;
	bool ended;
	size_t text_n;
	char text[TEXT_MAX];
};

/* ---- listening ---- */

static inline uint64_t ek_feed_scene_number(const char *line, const char *key)
{
	const char *p = strstr(line, key);
	return p == NULL ? 0 : strtoull(p + strlen(key), NULL, 10);
}

static inline void ek_feed_scene_hear_reset(struct heard *h, const char *data)
{
	const char *p = strstr(data, "\"reason\":\"");
	size_t n = 0;
	for (p += 10; *p != '"' && n + 1 < sizeof h->reason; p++)
		h->reason[n++] = *p;
	h->reason[n] = 0;
	h->resets++;
	h->held = ek_feed_scene_number(data, "\"seq\":");
}

static inline void ek_feed_scene_hear_data(struct heard *h, const char *data)
{
	struct json_t *json = NULL;
	struct ek_err err;
	if (!ek_json_read((ek_str){data, (uint32_t)strlen(data)}, &json, &err))
		h->broken++;
	ek_json_drop(&json);
	uint64_t seq = ek_feed_scene_number(data, "\"seq\":");
	if (strcmp(h->event, "hello") == 0)
		return;
	if (strncmp(h->event, "state.", 6) == 0) {
		h->states++;
		return;
	}
	if (h->id != seq)
		h->broken++;
	if (strcmp(h->event, "reset") == 0) {
		ek_feed_scene_hear_reset(h, data);
	} else if (seq <= h->held) {
		h->repeats++;
	} else if (ek_feed_scene_number(data, "\"prev\":") > h->held) {
		h->gaps++;
	} else {
		h->held = seq;
		if (strcmp(h->event, "position") != 0)
			h->seqs[h->n++] = seq;
	}
}

static inline void ek_feed_scene_hear_line(struct heard *h)
{
	const char *l = h->line;
	if (strncmp(l, "id: ", 4) == 0)
		h->id = strtoull(l + 4, NULL, 10);
	else if (strncmp(l, "event: ", 7) == 0)
		(void)ek_format(h->event, sizeof h->event, "%s", l + 7);
	else if (strncmp(l, "data: ", 6) == 0)
		ek_feed_scene_hear_data(h, l + 6);
	else if (l[0] != 0 && l[0] != ':' && strncmp(l, "retry: ", 7) != 0)
		h->broken++;
}

static inline void ek_feed_scene_hear(struct heard *h, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert_true(h->line_n + 1 < sizeof h->line);
		h->line[h->line_n++] = p[i];
		if (p[i] != '\n')
			continue;
		h->line[h->line_n - 1] = 0;
		ek_feed_scene_hear_line(h);
		h->line_n = 0;
	}
}

/* ---- the scene ---- */

static inline bool ek_feed_scene_history(void *ctx, const struct ek_feed_read *what,
					 struct ek_err *err)
{
	struct fixture *f = ctx;
	f->reads++;
	if (f->fails)
		return ek_fail(err, EK_IO, "the disk is gone");
	for (uint64_t seq = what->from; seq <= what->to && seq <= f->head; seq++) {
		if (!what->visit(what->ctx, &f->log[seq]))
			break;
	}
	return true;
}

static inline size_t ek_feed_scene_contact(void *ctx, ek_contact_id id, char out[EK_IDENT_MAX])
{
	(void)ctx;
	return id.v == 404 ? 0
			   : ek_format(out, EK_IDENT_MAX, "ct_64f1c0a29be37d5a10c48e%u%u",
				       (unsigned)(id.v / 10 % 10), (unsigned)(id.v % 10));
}

static inline int ek_feed_scene_open(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	assert_non_null(f);
	ek_arena_init(&f->arena, ek_heap_alloc(), 64u << 20);
	f->log = calloc(EVENTS_MAX + 1, sizeof *f->log);
	assert_non_null(f->log);
	f->o = (struct ek_feed_options){.alloc = ek_heap_alloc(),
					.log = EK_S("5f0c"),
					.source = {.ctx = f,
						   .history = ek_feed_scene_history,
						   .contact = ek_feed_scene_contact},
					.seed = 1,
					.streams = 40};
	f->now.ms = 1000000;
	*state = f;
	return 0;
}

static inline int ek_feed_scene_close(void **state)
{
	struct fixture *f = *state;
	ek_feed_close(&f->feed);
	ek_arena_fini(&f->arena);
	free(f->log);
	free(f);
	return 0;
}

static inline void ek_feed_scene_reopen(struct fixture *f)
{
	ek_feed_close(&f->feed);
	f->o.head = f->head;
	assert_true(ek_feed_open(&f->o, &f->feed, &f->err));
}

static inline struct ek_event *ek_feed_scene_event(struct fixture *f, int kind)
{
	assert_true(f->head < EVENTS_MAX);
	struct ek_event *e = &f->log[++f->head];
	*e = (struct ek_event){
		.seq = f->head, .at = {1773044100123 + (int64_t)f->head}, .kind = (uint8_t)kind};
	return e;
}

static inline void ek_feed_scene_publish(struct fixture *f)
{
	uint64_t from = ek_feed_head(f->feed) + 1;
	if (from <= f->head)
		assert_true(ek_feed_publish(f->feed, &f->log[from], (uint32_t)(f->head - from + 1),
					    f->now, &f->err));
}

static inline void ek_feed_scene_arrive(struct fixture *f, uint32_t conversation, uint32_t team)
{
	struct ek_event *e = ek_feed_scene_event(f, EK_EVENT_CONVERSATION_ARRIVED);
	e->conversation_arrived.conversation.v = conversation;
	e->conversation_arrived.team.v = team;
	e->conversation_arrived.sla_due.ms = EK_NONE;
	e->conversation_arrived.waiting_since.ms = EK_NONE;
}

static inline void ek_feed_scene_write(struct fixture *f, uint32_t conversation)
{
	struct ek_event *e = ek_feed_scene_event(f, EK_EVENT_MESSAGE_ADDED);
	e->message_added.conversation.v = conversation;
	e->message_added.author = EK_AUTHOR_CONTACT;
}

static inline void ek_feed_scene_give(struct fixture *f, uint32_t conversation, uint32_t mate)
{
	struct ek_event *e = ek_feed_scene_event(f, EK_EVENT_ASSIGNMENT_MADE);
	e->assignment_made.conversation.v = conversation;
	e->assignment_made.teammate.v = mate;
	e->assignment_made.assignment.v = 40077;
	e->assignment_made.how = EK_HOW_BALANCED;
	e->assignment_made.runner_up.v = 77;
	e->assignment_made.load = 3;
	e->assignment_made.limit = 5;
	e->assignment_made.reason = EK_S("because");
}

static inline void ek_feed_scene_wake(void *ctx)
{
	struct client *c = ctx;
	c->wakes++;
}

static inline void ek_feed_scene_cut(void *ctx)
{
	struct client *c = ctx;
	c->cuts++;
}

static inline enum ek_feed_rights ek_feed_scene_check(void *ctx, struct ek_feed_reach *reach)
{
	struct client *c = ctx;
	c->checks++;
	if (c->rights == EK_FEED_CHANGED)
		*reach = c->reach;
	enum ek_feed_rights rights = c->rights;
	if (rights == EK_FEED_CHANGED)
		c->rights = EK_FEED_SAME;
	return rights;
}

static inline struct client *ek_feed_scene_client(struct fixture *f, struct ek_feed_wish wish)
{
	struct client *c = calloc(1, sizeof *c);
	assert_non_null(c);
	c->f = f;
	c->wish = wish;
	c->wish.ctx = c;
	c->wish.wake = ek_feed_scene_wake;
	c->wish.cut = ek_feed_scene_cut;
	c->wish.check = ek_feed_scene_check;
	return c;
}

static inline void ek_feed_scene_free(struct client *c)
{
	ek_feed_leave(&c->sub);
	free(c);
}

static inline bool ek_feed_scene_connect(struct client *c)
{
	c->check.line_n = 0;
	c->check.held = c->wish.resumes ? c->wish.after : c->f->head;
	c->ended = false;
	c->text_n = 0;
	return ek_feed_subscribe(c->f->feed, &c->wish, c->f->now, &c->sub, &c->f->err);
}

static inline struct client *ek_feed_scene_connect_all(struct fixture *f)
{
	struct client *c = ek_feed_scene_client(f, (struct ek_feed_wish){.reach.all = true});
	assert_true(ek_feed_scene_connect(c));
	return c;
}

/* Until it waits or ends; what it said since the last is in text. */
static inline void ek_feed_scene_pull_by(struct client *c, size_t cap)
{
	char buf[8192];
	assert_true(cap <= sizeof buf);
	c->text_n = 0;
	for (enum ek_feed_next next = EK_FEED_MORE; next == EK_FEED_MORE;) {
		size_t n = 0;
		next = ek_feed_pull(c->sub, c->f->now, buf, cap, &n);
		assert_true(n <= cap && (next != EK_FEED_WAIT || n == 0) &&
			    (next != EK_FEED_MORE || n > 0));
		ek_feed_scene_hear(&c->check, buf, n);
		size_t room = TEXT_MAX - 1 - c->text_n;
		size_t keep = n < room ? n : room;
		memcpy(c->text + c->text_n, buf, keep);
		c->text_n += keep;
		c->ended = next == EK_FEED_END;
	}
	c->text[c->text_n] = 0;
	c->wakes = 0;
}

static inline void ek_feed_scene_pull(struct client *c)
{
	ek_feed_scene_pull_by(c, 4096);
}

static inline void ek_feed_scene_work(struct fixture *f)
{
	for (bool more = true; more;)
		assert_true(ek_feed_work(f->feed, f->now, &more, &f->err));
}

/* With what is read back from the log meanwhile. */
static inline void ek_feed_scene_pull_through(struct client *c)
{
	ek_feed_scene_pull(c);
	for (int i = 0; i < 100; i++) {
		ek_feed_scene_work(c->f);
		if (c->wakes == 0)
			return;
		ek_feed_scene_pull(c);
	}
}

static inline void ek_feed_scene_pass(struct fixture *f, int64_t ms)
{
	f->now.ms += ms;
	(void)ek_feed_tick(f->feed, f->now);
}

static inline void ek_feed_scene_has(const struct client *c, const char *text)
{
	if (strstr(c->text, text) == NULL)
		fail_msg("%s\nnot in\n%s", text, c->text);
}

static inline void ek_feed_scene_lacks(const struct client *c, const char *text)
{
	if (strstr(c->text, text) != NULL)
		fail_msg("%s\nin\n%s", text, c->text);
}

static inline void ek_feed_scene_sound(const struct client *c)
{
	assert_int_equal(c->check.broken, 0);
	assert_int_equal(c->check.gaps, 0);
	assert_int_equal(c->check.repeats, 0);
}

static inline void ek_feed_scene_fill(struct fixture *f, uint32_t n)
{
	ek_feed_scene_arrive(f, 1, 1);
	while (f->head < n)
		ek_feed_scene_write(f, 1);
}

#endif
