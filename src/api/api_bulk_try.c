/* The edit tried on a copy: rows that the rules refuse, and what the rest does to the queue. */
#include <stdlib.h>
#include <string.h>

#include "api/api_bulk.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "model/limits.h"

enum { AGAIN_MAX = 20, CODES_MAX = 32 };

/* ---- how things stand */

struct stand {
	int64_t slots;
	int64_t over;
	uint32_t *active; /* by team inbox: members who are active */
};

static bool count_up(struct ek_turn *t, const struct ek_engine *e, struct stand *out)
{
	uint32_t teams = ek_look_team_count(e);
	uint32_t mates = ek_look_teammate_count(e);
	*out = (struct stand){.active = ek_turn_get(t, (teams + 1) * sizeof *out->active)};
	if (out->active == NULL)
		return false;
	for (uint32_t i = 1; i <= mates; i++) {
		const ek_teammate_id id = {i};
		struct ek_teammate_view v;
		struct ek_membership_view m;
		if (!ek_look_teammate(e, id, &v) || v.deleted || !v.active)
			continue;
		bool is_active = v.presence == EK_PRESENCE_ACTIVE;
		out->over += v.limit != EK_NONE && v.load > v.limit;
		if (is_active && !ek_time_is_set(v.paused_until) && v.limit != EK_NONE &&
		    v.load < v.limit)
			out->slots += v.limit - v.load;
		for (uint32_t k = 0; is_active && ek_look_membership(e, id, k, &m); k++)
			out->active[m.team.v]++;
	}
	return true;
}

/* ---- what moves: conversations given out, offered or taken back, each once */

struct moved {
	uint32_t *v;
	uint32_t n;
	uint32_t cap;
};

static uint32_t moved_by(const struct ek_event *e)
{
	switch (e->kind) {
	case EK_EVENT_ASSIGNMENT_MADE:
		return e->assignment_made.conversation.v;
	case EK_EVENT_ASSIGNMENT_ENDED:
		return e->assignment_ended.conversation.v;
	case EK_EVENT_OFFER_MADE:
		return e->offer_made.conversation.v;
	default:
		return 0;
	}
}

static bool note_moved(struct ek_turn *t, struct moved *m, const struct ek_events *events)
{
	for (uint32_t i = 0; i < events->n; i++) {
		uint32_t id = moved_by(&events->v[i]);
		if (id == 0)
			continue;
		if (m->n == m->cap) {
			uint32_t cap = m->cap == 0 ? 256 : 2 * m->cap;
			uint32_t *v = ek_turn_get(t, cap * sizeof *v);
			if (v == NULL)
				return false;
			if (m->n > 0)
				memcpy(v, m->v, m->n * sizeof *v);
			m->v = v;
			m->cap = cap;
		}
		m->v[m->n++] = id;
	}
	return true;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static uint32_t count_moved(struct moved *m)
{
	uint32_t n = 0;
	if (m->n > 0)
		qsort(m->v, m->n, sizeof *m->v, by_number);
	for (uint32_t i = 0; i < m->n; i++)
		n += i == 0 || m->v[i] != m->v[i - 1];
	return n;
}

/* ---- trying */

struct trial {
	struct ek_engine *copy;
	struct ek_api_bulk_commands commands;
	struct moved moved;
	ek_time now;
};

/* The commands of the rows that change. */
static bool gather(struct ek_turn *t, struct ek_api_bulk_draft *d, struct trial *x)
{
	x->commands.n = 0;
	for (uint32_t i = 0; i < d->n; i++) {
		uint32_t from = x->commands.n;
		if (d->rows[i].result != EK_API_BULK_CHANGE)
			continue;
		if (!ek_api_bulk_add(t, d->resource, &d->rows[i], &x->commands))
			return false;
		for (uint32_t k = from; k < x->commands.n; k++)
			x->commands.rows[k] = i;
	}
	return x->commands.n <= EK_LIMIT_BULK_ROWS ||
	       ek_problem_set(&t->problem, EK_PROBLEM_TOO_LARGE,
			      "a bulk edit makes at most %d changes at once: narrow its scope",
			      EK_LIMIT_BULK_ROWS);
}

static void block(struct ek_api_bulk_draft *d, uint32_t i, const char *code)
{
	if (d->rows[i].result != EK_API_BULK_CHANGE)
		return;
	d->rows[i].result = EK_API_BULK_BLOCKED;
	d->rows[i].code = code;
}

static bool start(struct ek_turn *t, struct trial *x)
{
	struct ek_err err;
	ek_engine_close(&x->copy);
	x->moved.n = 0;
	return ek_engine_copy(t->engine, &x->copy, &err) || ek_problem_err(&t->problem, &err);
}

/* As it will be done: one command. False without a problem: a row was refused. */
static bool run(struct ek_turn *t, struct trial *x)
{
	struct ek_err err;
	struct ek_events events;
	if (x->commands.n == 0)
		return true;
	struct ek_cmd cmd = ek_api_bulk_command(&x->commands, 0, x->commands.n);
	cmd.by = t->by;
	if (!ek_engine_submit(x->copy, &cmd, x->now, &events, &err))
		return err.code != EK_ROW_REFUSED && ek_problem_err(&t->problem, &err);
	return note_moved(t, &x->moved, &events);
}

/* Which rows are refused, one after the other, each on what those before it left. */
static bool sift(struct ek_turn *t, struct ek_api_bulk_draft *d, struct trial *x)
{
	struct ek_err err;
	if (!start(t, x))
		return false;
	for (uint32_t i = 0; i < x->commands.n; i++) {
		struct ek_cmd cmd = x->commands.v[i];
		struct ek_events events;
		cmd.by = t->by;
		if (d->rows[x->commands.rows[i]].result == EK_API_BULK_CHANGE &&
		    !ek_engine_submit(x->copy, &cmd, x->now, &events, &err))
			block(d, x->commands.rows[i], ek_err_wire(err.code));
	}
	return true;
}

static bool try_all(struct ek_turn *t, struct ek_api_bulk_draft *d, struct trial *x)
{
	for (uint32_t again = 0; again < AGAIN_MAX; again++) {
		if (!gather(t, d, x) || !start(t, x))
			return false;
		if (run(t, x))
			return true;
		if (!ek_problem_is_none(&t->problem) || !sift(t, d, x))
			return false;
	}
	return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "these changes do not go together: make several edits of them");
}

/* ---- what is told */

static void put_deserted(struct ek_json *j, const struct ek_engine *after, const struct stand *a,
			 const struct stand *b)
{
	struct ek_team_view v;
	ek_json_key(j, "inboxes_without_active");
	ek_json_list(j);
	for (uint32_t i = 1; i <= ek_look_team_count(after); i++) {
		if (a->active[i] > 0 && b->active[i] == 0 &&
		    ek_look_team(after, (ek_team_id){i}, &v) && !v.deleted)
			ek_json_id(j, EK_IDENT_TEAM, i);
	}
	ek_json_list_end(j);
}

static bool tell_effect(struct ek_turn *t, struct ek_api_bulk_draft *d, struct trial *x)
{
	struct stand before;
	struct stand after;
	struct ek_json j;
	if (!count_up(t, t->engine, &before) || !count_up(t, x->copy, &after))
		return false;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_api_put_int(&j, "moves_at_once", count_moved(&x->moved));
	ek_api_put_int(&j, "free_slots_before", before.slots);
	ek_api_put_int(&j, "free_slots_after", after.slots);
	ek_api_put_int(&j, "over_limit_after", after.over);
	put_deserted(&j, x->copy, &before, &after);
	ek_json_object_end(&j);
	d->effect = ek_api_text_take(t, &j);
	return d->effect.p != NULL;
}

struct codes {
	const char *v[CODES_MAX];
	uint32_t counts[CODES_MAX];
	uint32_t n;
};

static void count_code(struct codes *c, const char *code)
{
	uint32_t i = 0;
	while (i < c->n && strcmp(c->v[i], code) != 0)
		i++;
	if (i == CODES_MAX)
		return;
	if (i == c->n)
		c->v[c->n++] = code;
	c->counts[i]++;
}

/* The commonest first. */
static bool tell_blocked(struct ek_turn *t, struct ek_api_bulk_draft *d)
{
	struct codes c = {.n = 0};
	struct ek_json j;
	memset(d->totals, 0, sizeof d->totals);
	for (uint32_t i = 0; i < d->n; i++) {
		d->totals[d->rows[i].result]++;
		if (d->rows[i].result == EK_API_BULK_BLOCKED)
			count_code(&c, d->rows[i].code);
	}
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	for (uint32_t k = 0; k < c.n; k++) {
		uint32_t most = 0;
		for (uint32_t i = 1; i < c.n; i++)
			most = c.counts[i] > c.counts[most] ? i : most;
		ek_json_object(&j);
		ek_api_put_word(&j, "code", c.v[most]);
		ek_api_put_int(&j, "count", c.counts[most]);
		ek_json_object_end(&j);
		c.counts[most] = 0;
	}
	ek_json_list_end(&j);
	d->blocked = ek_api_text_take(t, &j);
	return d->blocked.p != NULL;
}

bool ek_api_bulk_try(struct ek_turn *t, struct ek_api_bulk_draft *d)
{
	struct trial x = {.now = t->now};
	if (x.now.ms < ek_engine_time(t->engine).ms)
		x.now = ek_engine_time(t->engine);
	d->based_on = ek_engine_seq(t->engine);
	bool ok = try_all(t, d, &x) && tell_effect(t, d, &x) && tell_blocked(t, d);
	ek_engine_close(&x.copy);
	return ok;
}
