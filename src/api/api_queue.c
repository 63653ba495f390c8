/* The queue in the order used; why one waits; what would free work. */
#include <string.h>

#include "api/api_conversation.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "api/wait.h"
#include "api/worker.h"
#include "engine/explain.h"
#include "engine/look.h"
#include "wire/explain_json.h"
#include "wire/list.h"

/* Whether the caller may be told the names of colleagues in explanations about a team. */
static bool sees_names(const struct ek_turn *t, ek_team_id team)
{
	const struct ek_may_object o = {.teams = &team, .team_count = team.v != 0};
	return ek_may_is(&t->actor, EK_MAY_EXPLAIN_NAMES, &o);
}

static void set_style(struct ek_turn *t, bool names)
{
	t->out.style.is_api = true;
	t->out.style.sees_names = names;
	t->out.style.reader = t->self.v;
}

/* ---- GET /queue */

struct asking {
	struct ek_query_list query;
	struct ek_may_reach reach;
	/* What is asked of the engine. */
	struct ek_explain_query q;
	bool is_direct; /* the engine filters; else each row is looked at */
	struct ek_explain_row *rows;
	uint32_t n;
	uint32_t total;
};

/* Whether a value passes the conditions on one field: in and not, all of which hold. */
static bool passes(const struct asking *a, uint8_t field, int64_t value)
{
	const struct ek_filter_node *root = a->query.filter.root;
	for (uint32_t i = 0; root != NULL && i < root->n; i++) {
		const struct ek_filter_node *leaf = &root->children[i];
		bool is_in = false;
		if (leaf->kind != EK_FILTER_LEAF || leaf->field != field)
			continue;
		for (uint32_t k = 0; k < leaf->n; k++)
			is_in = is_in || leaf->values[k].i == value;
		if (is_in != (leaf->op == EK_FILTER_IN))
			return false;
	}
	return true;
}

static bool reaches(const struct asking *a, ek_team_id team)
{
	bool is_reached = a->reach.is_everything;
	for (uint32_t i = 0; i < a->reach.team_count && !is_reached; i++)
		is_reached = a->reach.teams[i].v == team.v;
	return is_reached && passes(a, EK_LIST_queue_team, team.v);
}

static bool has_condition(const struct asking *a, uint8_t field)
{
	const struct ek_filter_node *root = a->query.filter.root;
	for (uint32_t i = 0; root != NULL && i < root->n; i++) {
		if (root->children[i].kind == EK_FILTER_LEAF && root->children[i].field == field)
			return true;
	}
	return false;
}

/* The only one of 1 to last that is asked for; 0 = all are, or several. */
static uint32_t only_team(const struct ek_turn *t, const struct asking *a, bool *is_all)
{
	uint32_t found = 0;
	uint32_t count = 0;
	for (uint32_t i = 1; i <= ek_look_team_count(t->engine); i++) {
		if (!reaches(a, (ek_team_id){i}))
			continue;
		found = i;
		count++;
	}
	*is_all = a->reach.is_everything && !has_condition(a, EK_LIST_queue_team);
	return count == 1 && !*is_all ? found : 0;
}

static uint8_t only_test(const struct asking *a, bool *is_all)
{
	uint8_t found = 0;
	uint32_t count = 0;
	for (uint8_t i = 1; i < EK_TEST_END; i++) {
		if (!passes(a, EK_LIST_queue_test, i))
			continue;
		found = i;
		count++;
	}
	*is_all = !has_condition(a, EK_LIST_queue_test);
	/* A row without a blocker has test 0, which `not` lets pass. */
	bool is_none = passes(a, EK_LIST_queue_test, 0);
	return count == 1 && !is_none && !*is_all ? found : 0;
}

static void choose(const struct ek_turn *t, struct asking *a)
{
	bool all_teams;
	bool all_tests;
	a->q.team.v = only_team(t, a, &all_teams);
	a->q.test = only_test(a, &all_tests);
	a->is_direct = (all_teams || a->q.team.v != 0) && (all_tests || a->q.test != 0);
}

/* One page of the engine's after another, until there are as many rows as wanted and one more. */
static bool gather(struct ek_turn *t, struct asking *a, struct ek_explain_queue *out,
		   struct ek_err *err)
{
	uint32_t want = a->query.limit + 1;
	a->q.limit = a->is_direct && want <= EK_EXPLAIN_PAGE ? want : EK_EXPLAIN_PAGE;
	a->rows = ek_turn_get(t, want * sizeof *a->rows);
	if (a->rows == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for the queue");
	do {
		if (!ek_explain_queue(t->engine, &a->q, t->arena, out, err))
			return false;
		for (uint32_t i = 0; i < out->row_count && a->n < want; i++) {
			const struct ek_explain_row *r = &out->rows[i];
			if (reaches(a, r->team) && passes(a, EK_LIST_queue_test, r->main_test))
				a->rows[a->n++] = *r;
		}
		a->q.from = out->next;
	} while (out->next != 0 && a->n < want);
	return true;
}

/* Everything in the queue is looked at, a page at a time. */
static bool count_rows(struct ek_turn *t, struct asking *a, struct ek_err *err)
{
	struct ek_explain_queue q;
	a->q.from = 1;
	a->q.limit = a->is_direct ? 1 : EK_EXPLAIN_PAGE;
	do {
		if (!ek_explain_queue(t->engine, &a->q, t->arena, &q, err))
			return false;
		for (uint32_t i = 0; i < q.row_count && !a->is_direct; i++)
			a->total += reaches(a, q.rows[i].team) &&
				    passes(a, EK_LIST_queue_test, q.rows[i].main_test);
		a->q.from = q.next;
	} while (!a->is_direct && q.next != 0);
	if (a->is_direct)
		a->total = q.total;
	return true;
}

static bool set_end(struct ek_turn *t, const struct asking *a, struct ek_json_page *page)
{
	struct ek_cursor last = {.n = 1};
	if (a->n <= a->query.limit)
		return true;
	last.v[0] = (struct ek_cursor_value){.kind = EK_CURSOR_INT,
					     .i = a->rows[a->query.limit - 1].place};
	page->next_cursor = ek_query_next(&a->query, &last, t->arena);
	t->next = page->next_cursor;
	return page->next_cursor.p != NULL ||
	       ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
}

static void write_queue(struct ek_turn *t)
{
	struct asking *a = t->state;
	struct ek_explain_queue q;
	struct ek_json_page page = {.total = EK_NONE};
	struct ek_err err;
	bool names = true;
	choose(t, a);
	a->q.from = a->query.has_cursor && a->query.after.v[0].i < UINT32_MAX
			    ? (uint32_t)a->query.after.v[0].i + 1
			    : 1;
	if (!gather(t, a, &q, &err) || (a->query.total && !count_rows(t, a, &err))) {
		ek_problem_err(&t->problem, &err);
		return;
	}
	if (a->query.total)
		page.total = a->total;
	if (!set_end(t, a, &page))
		return;
	q.rows = a->rows;
	q.row_count = a->n < a->query.limit ? a->n : a->query.limit;
	for (uint32_t i = 0; i < q.row_count; i++)
		names = names && sees_names(t, q.rows[i].team);
	set_style(t, names);
	t->seq = q.seq;
	if (!ek_explain_json_queue_page(&t->out, &q, &page))
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
}

/* "exactly the order used": there is no other. */
static bool check_sort(struct ek_turn *t, const struct ek_query_list *q)
{
	return !q->sort[0].is_down ||
	       ek_query_refuse(&t->query, "sort",
			       (struct ek_problem_fault){.code = EK_FAULT_NOT_ALLOWED});
}

static bool may_ask(struct ek_turn *t, enum ek_may right, struct ek_may_reach *reach)
{
	ek_team_id *teams = ek_turn_get(t, (t->actor.grant_count + 1) * sizeof *teams);
	if (teams == NULL)
		return false;
	*reach = ek_may_reach(&t->actor, right, teams);
	const struct ek_may_verdict *v = &reach->verdict;
	bool is_none = v->answer == EK_MAY_ANSWER_FORBIDDEN && !v->is_scope;
	return v->answer == EK_MAY_ANSWER_ALLOWED || is_none || ek_turn_may(t, right, NULL);
}

void ek_api_list_queue(struct ek_turn *t)
{
	struct asking *a = EK_TURN_NEW(t, struct asking);
	bool ok = a != NULL && ek_query_list(&t->query, ek_list_table(EK_LIST_QUEUE), &a->query) &&
		  check_sort(t, &a->query);
	if (a == NULL || !ek_query_end(&t->query) || !ok ||
	    !may_ask(t, EK_MAY_QUEUE_READ, &a->reach)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = a;
	ek_turn_look(t, write_queue);
}

/* ---- GET /conversations/{id}/why-waiting */

struct waiting {
	ek_conversation_id id;
};

static void explain_waiting(struct ek_turn *t)
{
	struct waiting *w = t->state;
	struct ek_api_conversation_object o;
	struct ek_explain_waiting x;
	struct ek_err err;
	if (!ek_api_conversation_live(t, w->id, &o) || !ek_turn_may(t, EK_MAY_WHY_WAITING, &o.may))
		return;
	if (!ek_explain_waiting(t->engine, w->id, t->arena, &x, &err)) {
		ek_problem_err(&t->problem, &err);
		return;
	}
	if (!ek_wait_estimate(t->engine, t->reader, &x, &err)) {
		ek_problem_err(&t->problem, &err);
		return;
	}
	set_style(t, sees_names(t, x.team));
	t->seq = x.seq;
	if (!ek_explain_json_waiting(&t->out, &x))
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
}

/* With the state as it is on disk now. */
static bool take_engine(struct ek_turn *t, struct ek_worker *w)
{
	struct ek_err err;
	return ek_worker_now(w, &t->engine, &err) || ek_problem_err(&t->problem, &err);
}

static void run_waiting(struct ek_turn *t, struct ek_worker *w)
{
	if (take_engine(t, w))
		explain_waiting(t);
	t->engine = NULL;
	ek_turn_reply(t, 200);
}

void ek_api_explain_waiting(struct ek_turn *t)
{
	struct waiting *w = EK_TURN_NEW(t, struct waiting);
	uint64_t id = 0;
	if (w == NULL || !ek_query_end(&t->query) ||
	    !ek_turn_id(t, "id", EK_IDENT_CONVERSATION, &id)) {
		ek_turn_reply(t, 0);
		return;
	}
	w->id.v = (uint32_t)id;
	t->state = w;
	ek_worker_submit(t->api->worker, t, run_waiting);
}

/* ---- GET /queue/unblock */

struct freeing {
	ek_team_id team; /* 0 = all that one may see */
	struct ek_may_reach reach;
};

static bool is_wanted(const struct freeing *f, ek_team_id team)
{
	bool is_reached = f->reach.is_everything;
	for (uint32_t i = 0; i < f->reach.team_count && !is_reached; i++)
		is_reached = f->reach.teams[i].v == team.v;
	return is_reached && (f->team.v == 0 || f->team.v == team.v);
}

static bool serves(const struct ek_turn *t, const struct freeing *f, ek_teammate_id id)
{
	struct ek_membership_view m;
	for (uint32_t i = 0; ek_look_membership(t->engine, id, i, &m); i++) {
		if (is_wanted(f, m.team))
			return true;
	}
	return false;
}

/* An edit is told to who reaches all that it touches. */
static bool is_told(const struct ek_turn *t, const struct freeing *f,
		    const struct ek_explain_change *c)
{
	if (c->scope == EK_SCOPE_TEAM)
		return is_wanted(f, (ek_team_id){c->id});
	if (c->scope == EK_SCOPE_TEAMMATE)
		return serves(t, f, (ek_teammate_id){c->id});
	return f->reach.is_everything;
}

static bool is_way_told(const struct ek_turn *t, const struct freeing *f,
			const struct ek_explain_way *w)
{
	for (uint32_t i = 0; i < w->change_count; i++) {
		if (!is_told(t, f, &w->changes[i]))
			return false;
	}
	return true;
}

/* Leaves what concerns the teams that were asked for. */
static bool narrow(struct ek_turn *t, const struct freeing *f, struct ek_explain_unblock *u)
{
	struct ek_explain_stuck *stuck = ek_turn_get(t, (u->waiting_count + 1) * sizeof *stuck);
	struct ek_explain_free *people = ek_turn_get(t, (u->people_count + 1) * sizeof *people);
	struct ek_explain_way *ways = ek_turn_get(t, (u->way_count + 1) * sizeof *ways);
	uint32_t n[3] = {0};
	if (stuck == NULL || people == NULL || ways == NULL)
		return false;
	for (uint32_t i = 0; i < u->waiting_count; i++) {
		if (is_wanted(f, u->waiting[i].team))
			stuck[n[0]++] = u->waiting[i];
	}
	for (uint32_t i = 0; i < u->people_count; i++) {
		if (serves(t, f, u->people[i].teammate))
			people[n[1]++] = u->people[i];
	}
	for (uint32_t i = 0; i < u->way_count; i++) {
		if (is_way_told(t, f, &u->ways[i]))
			ways[n[2]++] = u->ways[i];
	}
	u->waiting = stuck;
	u->people = people;
	u->ways = ways;
	u->waiting_count = u->waiting_total = n[0];
	u->people_count = u->people_total = n[1];
	u->way_count = n[2];
	return true;
}

static void explain_unblock(struct ek_turn *t)
{
	struct freeing *f = t->state;
	struct ek_explain_unblock u;
	struct ek_err err;
	if (!ek_explain_unblock(t->engine, t->arena, &u, &err)) {
		ek_problem_err(&t->problem, &err);
		return;
	}
	if ((!f->reach.is_everything || f->team.v != 0) && !narrow(t, f, &u))
		return;
	set_style(t, true);
	t->seq = u.seq;
	if (!ek_explain_json_unblock(&t->out, &u))
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
}

static void run_unblock(struct ek_turn *t, struct ek_worker *w)
{
	if (take_engine(t, w))
		explain_unblock(t);
	t->engine = NULL;
	ek_turn_reply(t, 200);
}

static bool may_unblock(struct ek_turn *t, struct freeing *f)
{
	struct ek_may_object o = {.teams = &f->team, .team_count = 1};
	if (f->team.v != 0)
		return ek_turn_may(t, EK_MAY_QUEUE_UNBLOCK, &o) &&
		       may_ask(t, EK_MAY_QUEUE_UNBLOCK, &f->reach);
	if (!may_ask(t, EK_MAY_QUEUE_UNBLOCK, &f->reach))
		return false;
	return f->reach.verdict.answer == EK_MAY_ANSWER_ALLOWED ||
	       ek_turn_may(t, EK_MAY_QUEUE_UNBLOCK, NULL);
}

void ek_api_explain_unblock(struct ek_turn *t)
{
	struct freeing *f = EK_TURN_NEW(t, struct freeing);
	uint64_t team = 0;
	if (f != NULL && ek_query_id(&t->query, "team", EK_IDENT_TEAM, &team))
		f->team.v = (uint32_t)team;
	if (f == NULL || !ek_query_end(&t->query) || !may_unblock(t, f)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = f;
	ek_worker_submit(t->api->worker, t, run_unblock);
}
