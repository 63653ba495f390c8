/* explain_scene -- small scenes for the tests of explain: commands at times of one day, and
 * explanations as short text. Included by those tests alone.
 *
 * Before each command the scene keeps a copy; the command's events are applied to it one by one,
 * and the receipt of each assignment is taken just before it, as a reader of the log would.
 */
#ifndef EK_ENGINE_EXPLAIN_SCENE_H
#define EK_ENGINE_EXPLAIN_SCENE_H

#include "base/fnv.h"
#include "base/heap_scene.h"
#include "engine/eligible.h"
#include "engine/explain.h"
#include "engine/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MIN(n) ((int64_t)(n)*60000)
#define CLOCK(h, m) (MIN((h)*60 + (m)))

struct scene {
	struct ek_engine *e;
	struct ek_engine *shadow;
	struct ek_arena arena;
	int64_t now;
	bool receipts;   /* take them */
	char text[4096]; /* of the last command's receipts, a line each */
	void (*on_receipt)(struct scene *s, const struct ek_explain_receipt *r);
};

static inline void ek_explain_scene_open(struct scene *s)
{
	struct ek_alloc alloc = ek_heap_scene();
	struct ek_err err;
	memset(s, 0, sizeof *s);
	assert_true(ek_engine_open(alloc, &s->e, &err));
	ek_arena_init(&s->arena, alloc, (size_t)64 << 20);
	s->receipts = true;
}

static inline void ek_explain_scene_close(struct scene *s)
{
	for (int p = 1; p < EK_PROMISE_END; p++)
		assert_int_equal(ek_engine_broken(s->e, p), 0);
	ek_engine_close(&s->e);
	ek_arena_fini(&s->arena);
}

/* ---- text ---- */

static inline void ek_explain_scene_add(struct scene *s, const char *fmt, ...) EK_PRINTF(2, 3);
static inline void ek_explain_scene_add(struct scene *s, const char *fmt, ...)
{
	size_t n = strlen(s->text);
	va_list args;
	va_start(args, fmt);
	vsnprintf(s->text + n, sizeof s->text - n, fmt, args);
	va_end(args);
}

static inline const char *ek_explain_scene_test(int test)
{
	return test == 0 ? "free" : ek_enums_wire(EK_ENUM_TEST, test);
}

static inline void ek_explain_scene_why(struct scene *s, const struct ek_explain_why *w)
{
	ek_explain_scene_add(s, "%s", ek_explain_scene_test(w->test));
	if (w->most != EK_NONE)
		ek_explain_scene_add(s, " %lld/%lld", (long long)w->is, (long long)w->most);
	else if (w->test == EK_TEST_PRIMARY_NOT_EMPTY)
		ek_explain_scene_add(s, " t%u:%lld", w->team.v, (long long)w->is);
	if (w->until.ms != EK_NONE)
		ek_explain_scene_add(s, " %lld", (long long)(w->until.ms / MIN(1)));
	if (w->teammate.v != 0)
		ek_explain_scene_add(s, " m%u", w->teammate.v);
	if (w->skill.p != NULL)
		ek_explain_scene_add(s, " %.*s", (int)w->skill.n, w->skill.p);
}

static inline void ek_explain_scene_change(struct scene *s, const struct ek_explain_change *c)
{
	static const char *const kinds[] = {"none",  "limit", "inbox", "active", "resume",
					    "level", "skill", "gate",  "helpers"};
	ek_explain_scene_add(s, "%s", kinds[c->kind]);
	if (c->kind == 0)
		return;
	ek_explain_scene_add(s, " %u", c->id);
	if (c->kind == EK_EXPLAIN_LEVEL)
		ek_explain_scene_add(s, " t%u %u", c->team.v, c->level);
	else if (c->value.kind == EK_VALUE_LIST)
		for (uint32_t i = 0; i < c->value.n; i++)
			ek_explain_scene_add(s, " %.*s:%lld", (int)c->value.cells[i].s.n,
					     c->value.cells[i].s.p, (long long)c->value.cells[i].i);
	else if (c->setting != 0)
		ek_explain_scene_add(s, " = %lld", (long long)c->value.i);
}

static inline void ek_explain_scene_nearest(struct scene *s, const struct ek_explain_nearest *n)
{
	ek_explain_scene_add(s, " | ");
	ek_explain_scene_change(s, &n->change);
	if (n->change.kind != 0)
		ek_explain_scene_add(s, " then %u", n->then.v);
}

static inline void ek_explain_scene_decider(struct scene *s, const struct ek_explain_decider *d)
{
	static const char *const kinds[] = {"last", "", "bound", "id"};
	if (d->kind == EK_EXPLAIN_KEY)
		ek_explain_scene_add(s, " %s", ek_enums_wire(EK_ENUM_ORDER_KEY, d->key));
	else
		ek_explain_scene_add(s, " %s", kinds[d->kind]);
}

static inline void ek_explain_scene_considered(struct scene *s,
					       const struct ek_explain_considered *c)
{
	static const char levels[] = "-pso";
	ek_explain_scene_add(s, " %u%c ", c->teammate.v, levels[c->level]);
	if (c->result == EK_EXPLAIN_BLOCKED) {
		ek_explain_scene_why(s, &c->why);
	} else {
		ek_explain_scene_add(s, "%s %u",
				     c->result == EK_EXPLAIN_CHOSEN ? "chosen" : "eligible",
				     c->load);
		if (c->limit != EK_NONE)
			ek_explain_scene_add(s, "/%lld", (long long)c->limit);
	}
	ek_explain_scene_add(s, ",");
}

/* "c9>2 balanced load r3 | 1/1 last ahead ... | 1p eligible 3/6, ... | limit 2 = 2 then 3" */
static inline void ek_explain_scene_receipt(struct scene *s, const struct ek_explain_receipt *r)
{
	ek_explain_scene_add(s, "c%u>%u %s %s r%u | ", r->conversation.v, r->teammate.v,
			     ek_enums_wire(EK_ENUM_HOW, r->how),
			     ek_enums_wire(EK_ENUM_CHOSEN_BY, r->chosen_by), r->runner_up.v);
	if (r->queue.place == 0) {
		ek_explain_scene_add(s, "none");
	} else {
		ek_explain_scene_add(s, "%u/%u", r->queue.place, r->queue.of);
		ek_explain_scene_decider(s, &r->queue.decided_by);
	}
	for (uint32_t i = 0; i < r->queue.ahead_count; i++) {
		ek_explain_scene_add(s, " c%u ", r->queue.ahead[i].conversation.v);
		ek_explain_scene_why(s, &r->queue.ahead[i].why);
	}
	ek_explain_scene_add(s, " |");
	for (uint32_t i = 0; i < r->considered_count; i++)
		ek_explain_scene_considered(s, &r->considered[i]);
	ek_explain_scene_nearest(s, &r->nearest);
	ek_explain_scene_add(s, "\n");
}

/* ---- nothing changes ---- */

static inline bool ek_explain_scene_hash(void *ctx, const void *bytes, size_t n)
{
	uint64_t *h = ctx;
	*h = ek_fnv(*h, bytes, n);
	return true;
}

/* Of what is saved, and of every answer of the tests, which what is derived decides. */
static inline uint64_t ek_explain_scene_digest(struct ek_engine *e)
{
	uint64_t h = EK_FNV_BEGIN;
	assert_true(ek_engine_save(e, ek_explain_scene_hash, &h));
	for (uint32_t c = 1; c <= e->conv_count; c++) {
		for (uint32_t m = 1; e->convs[c].team != 0 && m <= e->mate_count; m++) {
			int test = ek_eligible_check(e, c, m);
			ek_explain_scene_hash(&h, &test, sizeof test);
		}
	}
	return h;
}

/* ---- commands ---- */

static inline bool ek_explain_scene_same_gift(const struct ek_events *v, uint32_t i)
{
	uint32_t conv = v->v[i].hold_ended.conversation.v;
	if (v->v[i].kind != EK_EVENT_HOLD_ENDED || i + 1 == v->n)
		return false;
	const struct ek_event *next = &v->v[i + 1];
	return (next->kind == EK_EVENT_ASSIGNMENT_MADE &&
		next->assignment_made.conversation.v == conv) ||
	       (next->kind == EK_EVENT_OFFER_MADE && next->offer_made.conversation.v == conv);
}

static inline void ek_explain_scene_take(struct scene *s, const struct ek_event *v)
{
	struct ek_explain_receipt r;
	struct ek_err err = {0};
	uint64_t digest = ek_explain_scene_digest(s->shadow);
	ek_arena_reset(&s->arena);
	if (!ek_explain_receipt(s->shadow, v, &s->arena, &r, &err))
		fail_msg("receipt: %s", err.msg);
	assert_true(digest == ek_explain_scene_digest(s->shadow));
	ek_explain_scene_receipt(s, &r);
	if (s->on_receipt != NULL)
		s->on_receipt(s, &r);
}

static inline void ek_explain_scene_follow(struct scene *s, const struct ek_events *events)
{
	bool taken = false;
	for (uint32_t i = 0; i < events->n; i++) {
		const struct ek_event *v = &events->v[i];
		struct ek_err err = {0};
		if (ek_explain_scene_same_gift(events, i)) {
			ek_explain_scene_take(s, &events->v[i + 1]);
			taken = true;
		} else if (v->kind == EK_EVENT_ASSIGNMENT_MADE || v->kind == EK_EVENT_OFFER_MADE) {
			if (!taken)
				ek_explain_scene_take(s, v);
			taken = false;
		}
		if (!ek_engine_apply(s->shadow, v, &err))
			fail_msg("apply: %s", err.msg);
	}
}

static inline bool ek_explain_scene_submit(struct scene *s, const struct ek_cmd *cmd, int64_t at)
{
	struct ek_events events;
	struct ek_err err = {0};
	if (s->receipts)
		assert_true(ek_engine_copy(s->e, &s->shadow, &err));
	bool ok = ek_engine_submit(s->e, cmd, (ek_time){at}, &events, &err);
	if (ok && s->receipts)
		ek_explain_scene_follow(s, &events);
	ek_engine_close(&s->shadow);
	return ok;
}

/* Lets what is due happen first. */
static inline bool ek_explain_scene_try(struct scene *s, int64_t at, const struct ek_cmd *cmd)
{
	s->text[0] = '\0';
	for (ek_time due = ek_engine_next_due(s->e); ek_time_is_set(due) && due.ms <= at;
	     due = ek_engine_next_due(s->e)) {
		struct ek_cmd tick = ek_cmd_make(EK_CMD_TICK);
		assert_true(ek_explain_scene_submit(s, &tick, due.ms));
	}
	s->now = at;
	return cmd == NULL || ek_explain_scene_submit(s, cmd, at);
}

static inline void ek_explain_scene_do(struct scene *s, int64_t at, struct ek_cmd cmd)
{
	if (!ek_explain_scene_try(s, at, &cmd))
		fail_msg("%s was refused", ek_cmd_record(cmd.kind)->wire);
}

static inline void ek_explain_scene_team(struct scene *s, int setting, int64_t value)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_TEAM_CREATE);
	struct ek_set set = {(uint8_t)setting, ek_value_int(value)};
	c.team_create.set = (struct ek_sets){&set, setting == 0 ? 0 : 1};
	ek_explain_scene_do(s, s->now, c);
}

/* primary, secondary: 0 = none; limit EK_NONE = unlimited. Active at once, but for `away`. */
static inline void ek_explain_scene_mate(struct scene *s, uint32_t primary, uint32_t secondary,
					 int64_t limit, bool away)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
	ek_team_id p = {primary};
	ek_team_id q = {secondary};
	struct ek_set set = {EK_SET_LIMIT, ek_value_int(limit)};
	c.teammate_create.primary = (struct ek_teams){&p, primary != 0};
	c.teammate_create.secondary = (struct ek_teams){&q, secondary != 0};
	c.teammate_create.set = (struct ek_sets){&set, limit != EK_NONE};
	ek_explain_scene_do(s, s->now, c);
	if (away)
		return;
	c = ek_cmd_make(EK_CMD_PRESENCE_SET);
	c.presence_set.teammate.v = s->e->mate_count;
	c.presence_set.presence = EK_PRESENCE_ACTIVE;
	ek_explain_scene_do(s, s->now, c);
}

static inline void ek_explain_scene_presence(struct scene *s, int64_t at, uint32_t mate,
					     int presence)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_PRESENCE_SET);
	c.presence_set.teammate.v = mate;
	c.presence_set.presence = (uint8_t)presence;
	ek_explain_scene_do(s, at, c);
}

/* A conversation; mate 0 = waits. */
static inline void ek_explain_scene_conv(struct scene *s, int64_t at, uint32_t team, uint32_t mate)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	c.by.kind = EK_ACTOR_PERSON;
	c.conversation_create.team.v = team;
	c.conversation_create.teammate.v = mate;
	ek_explain_scene_do(s, at, c);
}

/* A command whose first field is a conversation. */
static inline void ek_explain_scene_of(struct scene *s, int64_t at, int kind, uint32_t conv)
{
	struct ek_cmd c = ek_cmd_make(kind);
	c.conversation_close.conversation.v = conv;
	ek_explain_scene_do(s, at, c);
}

static inline void ek_explain_scene_set(struct scene *s, int64_t at, int scope, uint32_t id,
					struct ek_set set)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
	c.settings_change.scope = (uint8_t)scope;
	c.settings_change.id = id;
	c.settings_change.set = (struct ek_sets){&set, 1};
	ek_explain_scene_do(s, at, c);
}

/* ---- what is checked ---- */

static inline void ek_explain_scene_says(struct scene *s, const char *promise, const char *want)
{
	if (strcmp(s->text, want) != 0)
		fail_msg("%s:\n got: %s\nwant: %s", promise, s->text, want);
}

/* "2/2 1/1 | at_limit 1 2 | limit 1 = 3 then 1" */
static inline void ek_explain_scene_waits(struct scene *s, uint32_t conv, const char *promise,
					  const char *want)
{
	struct ek_explain_waiting w;
	struct ek_err err = {0};
	uint64_t digest = ek_explain_scene_digest(s->e);
	ek_arena_reset(&s->arena);
	if (!ek_explain_waiting(s->e, (ek_conversation_id){conv}, &s->arena, &w, &err))
		fail_msg("%s: %s", promise, err.msg);
	assert_true(digest == ek_explain_scene_digest(s->e));
	s->text[0] = '\0';
	ek_explain_scene_add(s, "%u/%u %u/%u |", w.place, w.of, w.team_place, w.team_of);
	for (uint32_t i = 0; i < w.blocker_count; i++) {
		ek_explain_scene_add(s, " %s", ek_explain_scene_test(w.blockers[i].test));
		for (uint32_t k = 0; k < w.blockers[i].n; k++)
			ek_explain_scene_add(s, " %u", w.blockers[i].teammates[k].v);
	}
	ek_explain_scene_nearest(s, &w.nearest);
	ek_explain_scene_says(s, promise, want);
}

/* "t1 1 next (released:1), t2 1 primary_not_empty t1:1 | ..." */
static inline void ek_explain_scene_nothing(struct scene *s, uint32_t mate, const char *promise,
					    const char *want)
{
	struct ek_explain_nothing n;
	struct ek_err err = {0};
	uint64_t digest = ek_explain_scene_digest(s->e);
	ek_arena_reset(&s->arena);
	if (!ek_explain_nothing(s->e, (ek_teammate_id){mate}, &s->arena, &n, &err))
		fail_msg("%s: %s", promise, err.msg);
	assert_true(digest == ek_explain_scene_digest(s->e));
	s->text[0] = '\0';
	for (uint32_t i = 0; i < n.team_count; i++) {
		const struct ek_explain_inbox *t = &n.teams[i];
		ek_explain_scene_add(s, "t%u %u ", t->team.v, t->waiting);
		if (t->state == EK_EXPLAIN_STOPPED)
			ek_explain_scene_why(s, &t->why);
		else if (t->state == EK_EXPLAIN_NEXT)
			ek_explain_scene_add(s, "next");
		else
			ek_explain_scene_add(s, "turn %u", t->turn);
		for (uint32_t k = 0; k < t->not_for_you_count; k++)
			ek_explain_scene_add(s, " (%s:%u)",
					     ek_explain_scene_test(t->not_for_you[k].test),
					     t->not_for_you[k].count);
		ek_explain_scene_add(s, i + 1 < n.team_count ? ", " : "");
	}
	ek_explain_scene_nearest(s, &n.nearest);
	ek_explain_scene_says(s, promise, want);
}

#endif
