/* Receipts: made from the log, on the worker's thread, when somebody asks. */
#include <string.h>

#include "api/api_assignments.h"
#include "api/api_conversation.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "api/worker.h"
#include "engine/explain.h"
#include "store/walk.h"
#include "wire/explain_json.h"

enum { EVENT_MEMORY = 256 * 1024 * 1024 };

/* ---- the event, and the state before it */

struct finding {
	struct ek_arena *arena; /* the event's */
	uint64_t seq;
	/* found */
	bool is_found;
	struct ek_event event;
	uint64_t stop; /* the state before it */
	uint8_t cause_kind;
	/* on the way */
	uint8_t first_kind; /* of the command's events */
	uint64_t hold_seq;  /* the last hold.ended */
	uint64_t hold_cause;
	ek_conversation_id hold_of;
};

static uint64_t cause_of(const struct ek_event *e)
{
	return e->cause_seq == 0 ? e->seq : e->cause_seq;
}

/* The hold that ends in the step before belongs to what was decided. */
static uint64_t stop_of(const struct finding *f, const struct ek_event *e)
{
	bool after_hold = f->hold_seq != 0 && f->hold_seq + 1 == e->seq &&
			  f->hold_cause == cause_of(e) &&
			  f->hold_of.v == e->assignment_made.conversation.v;
	return after_hold ? e->seq - 2 : e->seq - 1;
}

static bool visit(void *ctx, const struct ek_body_reader *at, const struct ek_event *e,
		  struct ek_err *err)
{
	struct finding *f = ctx;
	bool ok = true;
	if (e == NULL) {
		f->first_kind = EK_EVENT_NONE;
		return true;
	}
	(void)at;
	if (f->first_kind == EK_EVENT_NONE)
		f->first_kind = e->kind;
	if (e->kind == EK_EVENT_HOLD_ENDED) {
		f->hold_seq = e->seq;
		f->hold_cause = cause_of(e);
		f->hold_of = e->hold_ended.conversation;
	}
	if (e->seq != f->seq || e->kind != EK_EVENT_ASSIGNMENT_MADE)
		return true;
	f->is_found = true;
	f->stop = stop_of(f, e);
	f->cause_kind = f->first_kind;
	f->event = *e;
	/* Its one text stands in memory that the next event takes. */
	if (e->assignment_made.reason.p != NULL)
		f->event.assignment_made.reason =
			ek_arena_str(f->arena, e->assignment_made.reason, &ok);
	return ok || ek_fail(err, EK_NO_MEMORY, "no memory for an event");
}

/* The command that it belongs to may have begun rows before; its cause is the first of it. */
static bool find_event(struct ek_turn *t, struct ek_worker *w, struct finding *f,
		       struct ek_err *err)
{
	struct ek_arena arena;
	struct ek_log *log;
	if (!ek_worker_log(w, &log, err))
		return false;
	ek_arena_init(&arena, t->out.alloc, EVENT_MEMORY);
	const struct ek_walk walk = {log, &arena, visit, f};
	/* From the commit that holds it: a span begins with whole commands. */
	bool ok = ek_walk_run(&walk, (struct ek_log_span){f->seq, f->seq}, err);
	uint64_t cause = ok && f->is_found ? cause_of(&f->event) : 0;
	if (ok && f->is_found && cause < f->seq) {
		*f = (struct finding){.arena = f->arena, .seq = f->seq};
		ok = ek_walk_run(&walk, (struct ek_log_span){cause, f->seq}, err);
	}
	ek_arena_fini(&arena);
	return ok && (f->is_found || ek_fail(err, EK_NOT_FOUND, "event %llu is no assignment",
					     (unsigned long long)f->seq));
}

/* ---- one receipt */

struct receipt {
	uint64_t seq;
	ek_team_id team;
	ek_str json; /* written */
};

static bool sees_names(const struct ek_turn *t, ek_team_id team)
{
	const struct ek_may_object o = {.teams = &team, .team_count = team.v != 0};
	return ek_may_is(&t->actor, EK_MAY_EXPLAIN_NAMES, &o);
}

static bool write_receipt(struct ek_turn *t, struct ek_worker *w, const struct receipt *r,
			  struct ek_err *err)
{
	struct finding f = {.arena = t->arena, .seq = r->seq};
	struct ek_explain_receipt x;
	struct ek_engine *before;
	if (!find_event(t, w, &f, err) || !ek_worker_at(w, f.stop, &before, err) ||
	    !ek_explain_receipt(before, &f.event, t->arena, &x, err))
		return false;
	x.cause_kind = f.cause_kind;
	t->out.style.is_api = true;
	t->out.style.sees_names = sees_names(t, r->team);
	t->out.style.reader = t->self.v;
	return ek_explain_json_receipt(&t->out, &x) ||
	       ek_fail(err, EK_NO_MEMORY, "the answer is too large");
}

static uint32_t id_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT && v->i > 0 ? (uint32_t)v->i : 0;
}

static struct receipt receipt_of(const struct ek_views_value *row)
{
	return (struct receipt){
		.seq = (uint64_t)ek_turn_int(&row[EK_API_ASSIGNMENTS_SEQ]),
		.team = {id_of(&row[EK_API_ASSIGNMENTS_TEAM])},
	};
}

static void run_receipt(struct ek_turn *t, struct ek_worker *w)
{
	const struct receipt *r = t->state;
	struct ek_err err;
	if (!write_receipt(t, w, r, &err))
		ek_problem_err(&t->problem, &err);
	ek_turn_reply(t, 200);
}

void ek_api_get_receipt(struct ek_turn *t)
{
	struct receipt *r = EK_TURN_NEW(t, struct receipt);
	const struct ek_views_value *row;
	if (r == NULL || !ek_query_end(&t->query) ||
	    !ek_api_assignments_find(t, EK_MAY_RECEIPT_READ, &row)) {
		ek_turn_reply(t, 0);
		return;
	}
	*r = receipt_of(row);
	t->state = r;
	ek_worker_submit(t->api->worker, t, run_receipt);
}

/* ---- those of a conversation */

struct receipts {
	struct ek_list list;
	struct ek_page page;
	struct receipt *v;
	uint32_t n;
};

/* The earliest that is not yet written: going on in the log is cheap, going back is not. */
static struct receipt *next_of(struct receipts *s)
{
	struct receipt *best = NULL;
	for (uint32_t i = 0; i < s->n; i++) {
		if (s->v[i].json.p == NULL && (best == NULL || s->v[i].seq < best->seq))
			best = &s->v[i];
	}
	return best;
}

static bool write_all(struct ek_turn *t, struct ek_worker *w, struct receipts *s,
		      struct ek_err *err)
{
	for (struct receipt *r = next_of(s); r != NULL; r = next_of(s)) {
		ek_json_reset(&t->out);
		if (!write_receipt(t, w, r, err))
			return false;
		r->json = ek_turn_copy(t, ek_json_written(&t->out));
		if (r->json.p == NULL)
			return ek_fail(err, EK_NO_MEMORY, "no memory for receipts");
	}
	ek_json_reset(&t->out);
	return true;
}

static void run_receipts(struct ek_turn *t, struct ek_worker *w)
{
	struct receipts *s = t->state;
	struct ek_err err;
	if (!write_all(t, w, s, &err)) {
		ek_problem_err(&t->problem, &err);
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_list_begin(t, &s->page.l);
	for (uint32_t i = 0; i < s->n; i++)
		ek_json_raw(&t->out, s->v[i].json);
	ek_api_list_end(t, &s->page.l);
	ek_turn_reply(t, 200);
}

/* A conversation that one may find, and of its assignments those whose receipt one may read. */
static bool read_receipts(struct ek_turn *t, struct receipts *s)
{
	struct ek_api_conversation_object o;
	uint64_t id;
	if (!ek_turn_id(t, "id", EK_IDENT_CONVERSATION, &id))
		return false;
	s->list = ek_api_assignments_list();
	s->page = (struct ek_page){
		.list = &s->list,
		.right = EK_MAY_RECEIPT_READ,
		.reach = {.team = "a.team", .owner = "a.teammate"},
		.where = "a.conversation = $1",
		.args = {ek_views_int((int64_t)id)},
		.n = 1,
	};
	if (!ek_page_read(t, &s->page) ||
	    !ek_api_conversation_stored(t, (ek_conversation_id){(uint32_t)id}, &o) ||
	    !ek_page_select(t, &s->page))
		return false;
	/* Who held it may read their own, also when it is another team's by now. */
	if (s->page.l.rows.n == 0 && !ek_turn_may(t, EK_MAY_CONVERSATION_FIND, &o.may))
		return false;
	s->n = s->page.l.rows.n;
	s->v = ek_turn_get(t, (s->n + 1) * sizeof *s->v);
	for (uint32_t i = 0; s->v != NULL && i < s->n; i++)
		s->v[i] = receipt_of(ek_api_list_at(&s->page.l, i));
	return s->v != NULL;
}

void ek_api_list_receipts(struct ek_turn *t)
{
	struct receipts *s = EK_TURN_NEW(t, struct receipts);
	if (s == NULL || !read_receipts(t, s)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = s;
	ek_worker_submit(t->api->worker, t, run_receipts);
}
