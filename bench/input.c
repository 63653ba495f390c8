#include "bench/input.h"

#include "engine/look.h"
#include "sys/heap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of the workload's two times one never changes and one does with every reply. Ours that a command
 * can change is the deadline, so the two change places; both are shifted out of the way of the
 * clock. */
#define AHEAD_S 2200000000LL

struct maker {
	struct ek_input *f;
	const struct ek_workload *w;
	struct ek_engine *engine;
	int64_t now;
	bool ticks;
};

/* ---- the list ---- */

static void run(struct maker *m, const struct ek_cmd *cmd, uint32_t event, bool listed)
{
	struct ek_input *f = m->f;
	struct ek_events out;
	struct ek_err err = {0};
	if (!ek_engine_submit(m->engine, cmd, (ek_time){m->now}, &out, &err))
		ek_workload_die("input: event %u: %s", event, err.msg);
	if (!listed)
		return;
	f->items = ek_workload_grow(f->items, f->count, &f->cap, sizeof *f->items);
	f->items[f->count++] = (struct ek_input_item){*cmd, {m->now}, event};
}

static struct ek_cmd by_rule(int kind)
{
	struct ek_cmd cmd = ek_cmd_make(kind);
	cmd.by.kind = EK_ACTOR_RULE;
	return cmd;
}

/* ---- the start state ---- */

static void workspace(struct maker *m)
{
	struct ek_input *f = m->f;
	static const int keys[] = {EK_ORDER_KEY_PRIORITY, EK_ORDER_KEY_WAITING_SINCE,
				   EK_ORDER_KEY_SLA, EK_ORDER_KEY_STARTED, EK_ORDER_KEY_INBOX_RANK};
	for (size_t i = 0; i < EK_LEN(keys); i++)
		f->keys[i].i = keys[i] * 2;
	f->usual[0] = (struct ek_set){EK_SET_ORDER_KEYS,
				      {.kind = EK_VALUE_LIST, .n = 5, .cells = f->keys}};
	f->usual[1] = (struct ek_set){EK_SET_SECONDARY_GATE, ek_value_int(EK_GATE_ASSIGNABLE)};
	struct ek_cmd cmd = by_rule(EK_CMD_SETTINGS_CHANGE);
	cmd.settings_change.scope = EK_SCOPE_WORKSPACE;
	cmd.settings_change.set = (struct ek_sets){f->usual, 2};
	run(m, &cmd, UINT32_MAX, true);
	for (int i = 0; i < 256; i++)
		f->limits[i] = (struct ek_set){EK_SET_LIMIT, ek_value_int(i)};
	for (int i = 1; i <= EK_WORKLOAD_SKILLS; i++) {
		snprintf(f->names[i], sizeof f->names[i], "s%02d", i % 100);
		f->needs[i] = (struct ek_need){
			{f->names[i], (uint32_t)strlen(f->names[i])}, 1, true, {EK_NONE}};
	}
}

static void teams(struct maker *m)
{
	uint32_t n = m->w->head.inboxes;
	m->f->ranks = ek_workload_zero(n, sizeof *m->f->ranks);
	for (uint32_t i = 0; i < n; i++) {
		m->f->ranks[i] = (struct ek_set){EK_SET_RANK, ek_value_int(m->w->rank[i] + 1)};
		struct ek_cmd cmd = by_rule(EK_CMD_TEAM_CREATE);
		cmd.team_create.set = (struct ek_sets){&m->f->ranks[i], 1};
		run(m, &cmd, UINT32_MAX, true);
	}
}

static void teammate(struct maker *m, uint32_t i)
{
	struct ek_input *f = m->f;
	const struct ek_workload_mate *mate = &m->w->mates[i];
	struct ek_cell *skills = &f->skills[(size_t)i * EK_WORKLOAD_SKILLS];
	ek_team_id *serves = &f->teams[(size_t)i * EK_WORKLOAD_INBOXES_MAX];
	uint32_t n = 0;
	for (uint8_t s = 1; s <= EK_WORKLOAD_SKILLS; s++) {
		if (ek_workload_has_skill(mate->skills, s))
			skills[n++] = (struct ek_cell){1, f->needs[s].skill};
	}
	for (uint32_t k = 0; k < (uint32_t)mate->primaries + mate->secondaries; k++)
		serves[k].v = mate->inbox[k] + 1u;
	struct ek_set *sets = &f->sets[(size_t)i * 2];
	sets[0] = f->limits[mate->limit];
	sets[1] = (struct ek_set){EK_SET_SKILLS, {.kind = EK_VALUE_LIST, .n = n, .cells = skills}};
	struct ek_cmd cmd = by_rule(EK_CMD_TEAMMATE_CREATE);
	cmd.teammate_create.primary = (struct ek_teams){serves, mate->primaries};
	cmd.teammate_create.secondary =
		(struct ek_teams){serves + mate->primaries, mate->secondaries};
	cmd.teammate_create.set = (struct ek_sets){sets, 2};
	run(m, &cmd, UINT32_MAX, true);
}

static void conversation(struct maker *m, uint32_t i, uint32_t event)
{
	const struct ek_workload_conv *c = &m->w->convs[i];
	struct ek_cmd cmd = by_rule(EK_CMD_CONVERSATION_CREATE);
	cmd.conversation_create.team.v = c->inbox + 1u;
	cmd.conversation_create.priority = 3 - c->vip_rank;
	cmd.conversation_create.sla_due.ms = (c->waiting + AHEAD_S) * 1000;
	cmd.conversation_create.started.ms = c->started * 1000LL;
	cmd.conversation_create.waiting_since.ms = (c->sla - AHEAD_S) * 1000;
	if (c->need != 0)
		cmd.conversation_create.needs = (struct ek_needs){&m->f->needs[c->need], 1};
	run(m, &cmd, event, true);
}

static int by_last_given(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* What everyone holds, in the order in which each was last given something. */
static void holdings(struct maker *m)
{
	const struct ek_workload *w = m->w;
	uint64_t *order = ek_workload_zero(w->head.convs_first, sizeof *order);
	uint32_t n = 0;
	for (uint32_t i = 0; i < w->head.convs_first; i++) {
		if (w->convs[i].state == EK_WORKLOAD_ASSIGNED)
			order[n++] = (uint64_t)w->mates[w->convs[i].mate].last_given << 32 | i;
	}
	qsort(order, n, sizeof *order, by_last_given);
	for (uint32_t k = 0; k < n; k++) {
		uint32_t conv = (uint32_t)order[k];
		struct ek_cmd cmd = by_rule(EK_CMD_CONVERSATION_ASSIGN);
		cmd.conversation_assign.conversation.v = conv + 1;
		cmd.conversation_assign.teammate.v = (uint32_t)w->convs[conv].mate + 1;
		run(m, &cmd, UINT32_MAX, true);
	}
	free(order);
}

static void presence(struct maker *m, uint32_t mate, bool active, uint32_t event)
{
	struct ek_cmd cmd = by_rule(EK_CMD_PRESENCE_SET);
	cmd.presence_set.teammate.v = mate + 1;
	cmd.presence_set.presence = active ? EK_PRESENCE_ACTIVE : EK_PRESENCE_AWAY;
	run(m, &cmd, event, true);
}

static void start_state(struct maker *m)
{
	const struct ek_workload *w = m->w;
	uint32_t mates = w->head.mates;
	m->f->skills = ek_workload_zero((uint64_t)mates * EK_WORKLOAD_SKILLS, sizeof *m->f->skills);
	m->f->teams =
		ek_workload_zero((uint64_t)mates * EK_WORKLOAD_INBOXES_MAX, sizeof *m->f->teams);
	m->f->sets = ek_workload_zero((uint64_t)mates * 2, sizeof *m->f->sets);
	for (uint32_t i = 0; i < w->head.convs_first; i++) {
		if (w->convs[i].waiting * 1000LL > m->now)
			m->now = w->convs[i].waiting * 1000LL;
	}
	workspace(m);
	teams(m);
	for (uint32_t i = 0; i < mates; i++)
		teammate(m, i);
	for (uint32_t i = 0; i < w->head.convs_first; i++)
		conversation(m, i, UINT32_MAX);
	holdings(m);
	for (uint32_t i = 0; i < mates; i++) {
		if (w->mates[i].active)
			presence(m, i, true, UINT32_MAX);
	}
}

/* ---- the events ---- */

static void reply(struct maker *m, const struct ek_workload_event *e, uint32_t event)
{
	uint32_t conv = e->subject;
	struct ek_conversation_view v;
	if (!ek_look_conversation(m->engine, (ek_conversation_id){conv + 1}, &v))
		ek_workload_die("input: no conversation %u", conv);
	struct ek_cmd cmd = by_rule(EK_CMD_CONTACT_MESSAGE);
	cmd.contact_message.conversation.v = conv + 1;
	if (v.state == EK_STATE_SNOOZED)
		run(m, &cmd, event, true);
	cmd = by_rule(EK_CMD_CONVERSATION_UPDATE);
	cmd.has = 1u << 2; /* the third field, sla_due */
	cmd.conversation_update.conversation.v = conv + 1;
	cmd.conversation_update.sla_due.ms = (e->waiting + AHEAD_S) * 1000;
	run(m, &cmd, event, true);
}

static void advance(struct maker *m, uint32_t seconds)
{
	int64_t to = seconds * 1000LL > m->now ? seconds * 1000LL : m->now;
	for (;;) {
		ek_time due = ek_engine_next_due(m->engine);
		if (due.ms == EK_NONE || due.ms > to)
			break;
		m->now = due.ms > m->now ? due.ms : m->now;
		struct ek_cmd cmd = by_rule(EK_CMD_TICK);
		cmd.by.kind = EK_ACTOR_SYSTEM;
		run(m, &cmd, m->f->count == m->f->start ? 0 : m->f->items[m->f->count - 1].event,
		    m->ticks);
	}
	m->now = to;
}

static void one(struct maker *m, const struct ek_workload_event *e, uint32_t event)
{
	struct ek_cmd cmd;
	switch (e->kind) {
	case EK_WORKLOAD_ARRIVE:
		conversation(m, e->subject, event);
		return;
	case EK_WORKLOAD_REPLY:
		reply(m, e, event);
		return;
	case EK_WORKLOAD_CLOSE:
		cmd = by_rule(EK_CMD_CONVERSATION_CLOSE);
		cmd.conversation_close.conversation.v = e->subject + 1;
		break;
	case EK_WORKLOAD_SNOOZE:
		cmd = by_rule(EK_CMD_CONVERSATION_SNOOZE);
		cmd.conversation_snooze.conversation.v = e->subject + 1;
		break;
	case EK_WORKLOAD_PRESENCE:
		presence(m, e->subject, e->value != 0, event);
		return;
	case EK_WORKLOAD_LIMIT:
		cmd = by_rule(EK_CMD_SETTINGS_CHANGE);
		cmd.settings_change.scope = EK_SCOPE_TEAMMATE;
		cmd.settings_change.id = e->subject + 1;
		cmd.settings_change.set = (struct ek_sets){&m->f->limits[e->value], 1};
		break;
	default:
		cmd = by_rule(EK_CMD_CONVERSATION_MOVE);
		cmd.conversation_move.conversation.v = e->subject + 1;
		cmd.conversation_move.team.v = e->inbox + 1u;
		break;
	}
	run(m, &cmd, event, true);
}

static uint32_t clock_of(const struct ek_workload *w, const struct ek_workload_event *e)
{
	if (e->kind == EK_WORKLOAD_ARRIVE)
		return w->convs[e->subject].waiting;
	return e->kind == EK_WORKLOAD_REPLY ? e->waiting : 0;
}

void ek_input_open(struct ek_input *f, const struct ek_workload *w, uint32_t events, bool ticks)
{
	struct ek_err err = {0};
	memset(f, 0, sizeof *f);
	struct maker m = {f, w, NULL, 0, ticks};
	if (!ek_engine_open(ek_heap_alloc(), &m.engine, &err))
		ek_workload_die("input: %s", err.msg);
	start_state(&m);
	f->start = f->count;
	f->start_bytes = ek_engine_bytes(m.engine);
	for (uint32_t k = 0; k < events; k++) {
		advance(&m, clock_of(w, &w->events[k]));
		one(&m, &w->events[k], k);
	}
	for (int p = EK_PROMISE_P1; p < EK_PROMISE_END; p++)
		f->broken += ek_engine_broken(m.engine, p);
	ek_engine_close(&m.engine);
}

void ek_input_close(struct ek_input *f)
{
	free(f->items);
	free(f->skills);
	free(f->sets);
	free(f->teams);
	free(f->ranks);
	memset(f, 0, sizeof *f);
}

void ek_input_count(struct ek_tally *t, uint32_t event, const struct ek_events *out)
{
	for (uint32_t i = 0; i < out->n; i++) {
		const struct ek_event *v = &out->v[i];
		if (v->kind == EK_EVENT_ASSIGNMENT_MADE &&
		    v->assignment_made.how == EK_HOW_BALANCED)
			ek_tally_decide(t, event, v->assignment_made.conversation.v - 1,
					v->assignment_made.teammate.v - 1);
	}
}
