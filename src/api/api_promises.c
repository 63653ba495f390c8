/* Promises of routing that were broken: each is an event, and there should be none. */
#include <string.h>

#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "api/page.h"
#include "api/worker.h"
#include "store/walk.h"
#include "wire/list.h"

enum { KEPT = 10000, EVENT_MEMORY = 256 * 1024 * 1024 };

struct broken {
	uint64_t seq;
	ek_time at;
	struct ek_promise_broken e;
};

struct asking {
	struct ek_query_list query;
	struct broken *v; /* what passes, in the order asked for */
	uint32_t n;
	uint32_t cap;
	bool is_cut; /* there were more */
	struct ek_turn *t;
};

/* ---- filters, in memory */

static int64_t value_of(const struct broken *b, uint8_t field)
{
	switch (field) {
	case EK_LIST_promises_seq:
		return (int64_t)b->seq;
	case EK_LIST_promises_promise:
		return b->e.promise;
	default:
		return b->at.ms;
	}
}

static bool passes_leaf(const struct ek_filter_node *leaf, int64_t v)
{
	int64_t than = leaf->n > 0 ? leaf->values[0].i : 0;
	bool is_in = false;
	switch (leaf->op) {
	case EK_FILTER_LT:
		return v < than;
	case EK_FILTER_LTE:
		return v <= than;
	case EK_FILTER_GT:
		return v > than;
	case EK_FILTER_GTE:
		return v >= than;
	case EK_FILTER_NULL:
		return than == 0;
	default:
		for (uint32_t i = 0; i < leaf->n; i++)
			is_in = is_in || leaf->values[i].i == v;
		return is_in == (leaf->op == EK_FILTER_IN);
	}
}

/* The address has no groups but the one around all. */
static bool passes(const struct asking *a, const struct broken *b)
{
	const struct ek_filter_node *root = a->query.filter.root;
	for (uint32_t i = 0; root != NULL && i < root->n; i++) {
		const struct ek_filter_node *leaf = &root->children[i];
		if (!passes_leaf(leaf, value_of(b, leaf->field)))
			return false;
	}
	return true;
}

/* <0 when a comes first. */
static int compare(const struct asking *a, const struct broken *x, const int64_t *y)
{
	for (uint32_t i = 0; i < a->query.sort_count; i++) {
		const struct ek_query_sort *s = &a->query.sort[i];
		int64_t v = value_of(x, s->field);
		if (v != y[i])
			return (v < y[i]) == s->is_down ? 1 : -1;
	}
	return 0;
}

static void keys_of(const struct asking *a, const struct broken *b, int64_t keys[EK_CURSOR_KEYS])
{
	for (uint32_t i = 0; i < a->query.sort_count; i++)
		keys[i] = value_of(b, a->query.sort[i].field);
}

/* ---- from the log */

static bool make_room(struct asking *a, struct ek_err *err)
{
	if (a->n < a->cap)
		return true;
	uint32_t cap = a->cap == 0 ? 64 : 2 * a->cap;
	struct broken *v = ek_arena_get(a->t->arena, cap * sizeof *v);
	if (v == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for broken promises");
	if (a->n > 0)
		memcpy(v, a->v, a->n * sizeof *v);
	a->v = v;
	a->cap = cap;
	return true;
}

/* Into its place: there are none, or few. */
static bool visit(void *ctx, const struct ek_body_reader *at, const struct ek_event *e,
		  struct ek_err *err)
{
	struct asking *a = ctx;
	int64_t keys[EK_CURSOR_KEYS];
	(void)at;
	if (e == NULL || e->kind != EK_EVENT_PROMISE_BROKEN)
		return true;
	struct broken b = {e->seq, e->at, e->promise_broken};
	if (!passes(a, &b))
		return true;
	if (a->n == KEPT) {
		a->is_cut = true;
		return true;
	}
	if (!make_room(a, err))
		return false;
	keys_of(a, &b, keys);
	uint32_t i = a->n++;
	for (; i > 0 && compare(a, &a->v[i - 1], keys) > 0; i--)
		a->v[i] = a->v[i - 1];
	a->v[i] = b;
	return true;
}

static bool read_log(struct ek_turn *t, struct ek_worker *w, struct asking *a, struct ek_err *err)
{
	struct ek_arena arena;
	struct ek_log *log;
	if (!ek_worker_log(w, &log, err))
		return false;
	t->seq = ek_log_head(log)->seq;
	if (t->seq == 0)
		return true;
	ek_arena_init(&arena, t->out.alloc, EVENT_MEMORY);
	const struct ek_walk walk = {log, &arena, visit, a};
	bool ok = ek_walk_run(&walk, (struct ek_log_span){1, t->seq}, err);
	ek_arena_fini(&arena);
	return ok;
}

/* ---- answering */

static void write_one(struct ek_turn *t, const struct broken *b)
{
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_json_key(j, "seq");
	ek_json_uint(j, b->seq);
	ek_api_put_time(j, "at", b->at);
	ek_api_put_enum(j, "promise", EK_ENUM_PROMISE, b->e.promise);
	ek_api_put_id(j, "conversation", EK_IDENT_CONVERSATION, b->e.conversation.v);
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, b->e.teammate.v);
	ek_api_put_int(j, "about_seq", b->e.about_seq);
	ek_json_object_end(j);
}

static ek_str next_cursor(struct ek_turn *t, const struct asking *a, const struct broken *last)
{
	struct ek_cursor c = {.n = a->query.sort_count};
	for (uint32_t i = 0; i < c.n; i++)
		c.v[i] = (struct ek_cursor_value){.kind = EK_CURSOR_INT,
						  .i = value_of(last, a->query.sort[i].field)};
	return ek_query_next(&a->query, &c, t->arena);
}

static void write_page(struct ek_turn *t, const struct asking *a)
{
	struct ek_api_list l = {.page = {.total = EK_NONE}};
	int64_t after[EK_CURSOR_KEYS] = {0};
	uint32_t from = 0;
	for (uint32_t i = 0; i < a->query.sort_count; i++)
		after[i] = a->query.after.v[i].i;
	while (a->query.has_cursor && from < a->n && compare(a, &a->v[from], after) <= 0)
		from++;
	uint32_t to = a->n - from > a->query.limit ? from + a->query.limit : a->n;
	if (to < a->n)
		l.page.next_cursor = next_cursor(t, a, &a->v[to - 1]);
	if (a->query.total)
		l.page.total = a->n;
	l.page.at_least = a->is_cut;
	ek_api_list_begin(t, &l);
	for (uint32_t i = from; i < to; i++)
		write_one(t, &a->v[i]);
	ek_api_list_end(t, &l);
}

static void run(struct ek_turn *t, struct ek_worker *w)
{
	struct asking *a = t->state;
	struct ek_err err;
	if (read_log(t, w, a, &err))
		write_page(t, a);
	else
		ek_problem_err(&t->problem, &err);
	ek_turn_reply(t, 200);
}

void ek_api_list_promises(struct ek_turn *t)
{
	struct asking *a = EK_TURN_NEW(t, struct asking);
	bool ok = a != NULL && ek_query_list(&t->query, ek_list_table(EK_LIST_PROMISES), &a->query);
	if (a == NULL || !ek_query_end(&t->query) || !ok ||
	    !ek_turn_may(t, EK_MAY_PROMISE_READ, NULL)) {
		ek_turn_reply(t, 0);
		return;
	}
	a->t = t;
	t->state = a;
	ek_worker_submit(t->api->worker, t, run);
}
