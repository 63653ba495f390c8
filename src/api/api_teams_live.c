/* A team inbox as it is now: what waits, who holds what, whose turn it is. */
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_team.h"
#include "api/handlers.h"
#include "api/worker.h"
#include "engine/explain.h"
#include "wire/explain_json.h"
#include "wire/view_json.h"

struct live {
	struct ek_api_team team;
	bool sees_names;
};

/* Names for who leads it; else the weaker right will do. */
static struct live *begin(struct ek_turn *t, enum ek_may names, enum ek_may rest)
{
	struct live *l = EK_TURN_NEW(t, struct live);
	t->state = l;
	if (!ek_query_end(&t->query) || l == NULL || !ek_api_team_path(t, "id", &l->team))
		return NULL;
	l->sees_names = ek_may_is(&t->actor, names, &l->team.object);
	return l->sees_names || ek_turn_may(t, rest, &l->team.object) ? l : NULL;
}

/* ---- live */

static void put_member(struct ek_json *j, const struct ek_member_view *m)
{
	ek_json_object(j);
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, m->teammate.v);
	ek_api_put_enum(j, "level", EK_ENUM_LEVEL, m->level);
	ek_api_put_enum(j, "presence", EK_ENUM_PRESENCE, m->presence);
	ek_api_put_int(j, "open", m->open);
	ek_api_put_int(j, "snoozed", m->snoozed);
	ek_api_put_int(j, "load", m->load);
	ek_api_put_int(j, "limit", m->limit);
	ek_json_object_end(j);
}

/* What people hold is told as sums of five or more, but to who leads them. */
static void put_sums(struct ek_json *j, const struct live *l, const struct ek_live_view *v)
{
	int64_t open = 0;
	int64_t snoozed = 0;
	for (uint32_t i = 0; i < v->member_count; i++) {
		open += v->members[i].open;
		snoozed += v->members[i].snoozed;
	}
	bool tells = l->sees_names || v->member_count >= EK_VIEW_SUM_LEAST;
	ek_api_put_int(j, "open", tells ? open : EK_NONE);
	ek_api_put_int(j, "snoozed", tells ? snoozed : EK_NONE);
}

static void look_live(struct ek_turn *t)
{
	const struct live *l = t->state;
	struct ek_live_view v;
	struct ek_err err;
	struct ek_json *j = &t->out;
	if (!ek_look_live(t->engine, l->team.id, t->arena, &v, &err)) {
		ek_problem_err(&t->problem, &err);
		return;
	}
	bool waits = ek_time_is_set(v.waiting_since) && v.waiting > 0;
	int64_t wait = waits ? t->now.ms - v.waiting_since.ms : EK_NONE;
	ek_json_object(j);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, l->team.id.v);
	ek_api_put_int(j, "seq", (int64_t)ek_engine_seq(t->engine));
	ek_api_put_time(j, "at", t->now);
	ek_api_put_int(j, "waiting", v.waiting);
	ek_api_put_int(j, "longest_wait_ms", waits && wait < 0 ? 0 : wait);
	ek_api_put_int(j, "unassigned", v.unassigned);
	put_sums(j, l, &v);
	ek_json_key(j, "teammates");
	ek_json_list(j);
	for (uint32_t i = 0; i < v.member_count; i++)
		if (l->sees_names)
			put_member(j, &v.members[i]);
	ek_json_list_end(j);
	ek_json_object_end(j);
}

void ek_api_get_team_live(struct ek_turn *t)
{
	if (begin(t, EK_MAY_TEAM_LIVE, EK_MAY_TEAM_LIVE_SUMS) == NULL)
		ek_turn_reply(t, 0);
	else
		ek_turn_look(t, look_live);
}

/* ---- turns: every member against every other, which takes too long for the writer */

struct counts {
	uint32_t in_turn;
	uint32_t blocked[EK_TEST_END];
};

static void put_others(struct ek_json *j, const struct counts *c)
{
	ek_json_key(j, "others");
	ek_json_object(j);
	ek_api_put_int(j, "in_turn", c->in_turn);
	ek_json_key(j, "blocked");
	ek_json_list(j);
	for (int test = 1; test < EK_TEST_END; test++) {
		if (c->blocked[test] == 0)
			continue;
		ek_json_object(j);
		ek_api_put_enum(j, "test", EK_ENUM_TEST, test);
		ek_api_put_int(j, "count", c->blocked[test]);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	ek_json_object_end(j);
}

static bool put_turns(struct ek_turn *t, const struct live *l, struct ek_engine *engine,
		      struct ek_err *err)
{
	struct counts others = {0};
	struct ek_member_view m;
	ek_json_key(&t->out, "teammates");
	ek_json_list(&t->out);
	for (uint32_t i = 0; ek_look_member(engine, l->team.id, i, &m); i++) {
		struct ek_explain_inbox inbox = {.team = l->team.id};
		if (!ek_explain_turn(engine, m.teammate, t->arena, &inbox, err))
			return false;
		if (l->sees_names || m.teammate.v == t->self.v)
			ek_explain_json_turn(&t->out, m.teammate, &inbox);
		else if (inbox.state == EK_EXPLAIN_STOPPED)
			others.blocked[inbox.why.test]++;
		else
			others.in_turn++;
	}
	ek_json_list_end(&t->out);
	if (!l->sees_names)
		put_others(&t->out, &others);
	return true;
}

static void write_turns(struct ek_turn *t, struct ek_worker *w)
{
	const struct live *l = t->state;
	struct ek_engine *engine = NULL;
	struct ek_err err;
	t->out.style.reader = t->self.v;
	t->out.style.sees_names = l->sees_names;
	bool ok = ek_worker_now(w, &engine, &err);
	if (ok) {
		t->seq = ek_engine_seq(engine);
		ek_json_object(&t->out);
		ek_api_put_id(&t->out, "team", EK_IDENT_TEAM, l->team.id.v);
		ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
		ok = put_turns(t, l, engine, &err);
		ek_json_object_end(&t->out);
	}
	if (!ok)
		ek_problem_err(&t->problem, &err);
	ek_turn_reply(t, 200);
}

void ek_api_get_team_turns(struct ek_turn *t)
{
	if (begin(t, EK_MAY_TEAM_TURNS, EK_MAY_TEAM_TURNS_OWN) == NULL)
		ek_turn_reply(t, 0);
	else
		ek_worker_submit(t->api->worker, t, write_turns);
}
