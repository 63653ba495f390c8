#include "api/api_events_view.h"

#include <string.h>

#include "api/api_conversation.h"
#include "api/api_state.h"
#include "api/api_view.h"
#include "api/page.h"
#include "sys/heap.h"
#include "wire/list.h"

/* Verdicts that are remembered, each at its conversation's place: one that lost it is not known. */
enum { PLACES = 4096, MEMORY = 1 << 20 };

struct ek_api_events_view {
	struct ek_arena arena;
	struct ek_reader_question question; /* $1 is the conversation */
	struct ek_views_value *args;
	int64_t id;
	int64_t revision;
	uint64_t from; /* the stream began behind this event */
	bool asks_content;
	uint32_t known[PLACES]; /* 0 = none */
	bool was_in[PLACES];
};

/* ---- the question */

/* What the turn's memory holds lives as long as the stream. */
static bool keep(struct ek_api_events_view *v, const struct ek_reader_question *q)
{
	bool ok = true;
	const ek_str sql = {q->sql, (uint32_t)strlen(q->sql) + 1};
	v->question = *q;
	v->question.sql = ek_arena_str(&v->arena, sql, &ok).p;
	v->args = ek_arena_get(&v->arena, (q->n + 1) * sizeof *v->args);
	if (!ok || v->args == NULL)
		return false;
	for (uint32_t i = 0; i < q->n; i++) {
		v->args[i] = q->args[i];
		if (q->args[i].kind == EK_VIEWS_TEXT && q->args[i].n > 0)
			v->args[i].p =
				ek_arena_str(&v->arena, (ek_str){q->args[i].p, q->args[i].n}, &ok)
					.p;
	}
	v->question.args = v->args;
	return ok;
}

static bool ask(struct ek_turn *t, struct ek_api_events_view *v)
{
	struct ek_api_view view;
	struct ek_page p = {0};
	struct ek_reader_question q;
	struct ek_err err;
	const struct ek_views_value any = ek_views_int(0);
	if (!ek_api_view_take(t, ek_list_table(EK_LIST_CONVERSATIONS), &view) ||
	    !ek_api_view_apply(t, &view, &p.l.query) || !ek_api_conversation_scope(t, &p))
		return false;
	v->id = (int64_t)view.id;
	v->asks_content = p.right == EK_MAY_CONVERSATION_READ;
	const struct ek_list_ask a = {
		.list = p.list,
		.query = &p.l.query,
		.where = "c.conversation = $1",
		.args = &any,
		.n = 1,
		.dialect = ek_reader_dialect(t->reader),
		.search = t->api->search,
		.arena = t->arena,
	};
	if (!ek_list_count(&a, 1, &q, &err))
		return ek_problem_err(&t->problem, &err);
	return keep(v, &q) || ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
}

/* ---- one number from the store */

static bool take(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	int64_t *out = ctx;
	(void)err;
	if (n > 0 && v[0].kind == EK_VIEWS_INT)
		*out = v[0].i;
	return true;
}

static int64_t revision_of(const struct ek_api_events_view *v, struct ek_reader *reader)
{
	const struct ek_views_value id = ek_views_int(v->id);
	const struct ek_reader_question q = {"SELECT revision FROM saved_views WHERE view = $1",
					     &id, 1};
	struct ek_err err;
	int64_t revision = EK_NONE;
	return ek_reader_each(reader, &q, take, &revision, &err) ? revision : EK_NONE;
}

bool ek_api_events_view_stands(const struct ek_api_events_view *v, struct ek_reader *reader)
{
	return revision_of(v, reader) == v->revision;
}

/* *is_in, as the store had it after that event or later. False: it has not come so far, or cannot
 * be asked. */
static bool look(struct ek_api_events_view *v, struct ek_reader *reader,
		 const struct ek_feed_frame *f, bool *is_in)
{
	struct ek_err err;
	uint64_t seq = 0;
	int64_t n = 0;
	v->args[0] = ek_views_int(f->conversation);
	bool ok = ek_reader_begin(reader, &err) && ek_reader_seq(reader, &seq, &err) &&
		  seq >= f->seq && ek_reader_each(reader, &v->question, take, &n, &err);
	ek_reader_end(reader);
	*is_in = n > 0;
	return ok;
}

bool ek_api_events_view_sees(struct ek_api_events_view *v, struct ek_reader *reader,
			     const struct ek_feed_frame *f)
{
	uint32_t at = f->conversation % PLACES;
	bool is_known = v->known[at] == f->conversation;
	bool was_in = is_known ? v->was_in[at] : f->kind != EK_EVENT_CONVERSATION_ARRIVED;
	bool is_in;
	if (f->seq <= v->from)
		return true;
	if (!look(v, reader, f, &is_in)) {
		v->known[at] = 0;
		return true;
	}
	v->known[at] = f->conversation;
	v->was_in[at] = is_in;
	return was_in || is_in;
}

bool ek_api_events_view_asks_content(const struct ek_api_events_view *v)
{
	return v->asks_content;
}

/* ---- open, close */

bool ek_api_events_view_open(struct ek_turn *t, struct ek_api_events_view **out)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_api_events_view *v = ek_alloc_get(&alloc, sizeof *v);
	if (v == NULL)
		return ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	memset(v, 0, sizeof *v);
	ek_arena_init(&v->arena, alloc, MEMORY);
	v->from = ek_feed_head(t->api->options.feed);
	bool ok = ask(t, v);
	if (ok)
		v->revision = revision_of(v, t->reader);
	if (!ok)
		ek_api_events_view_close(&v);
	*out = v;
	return ok;
}

void ek_api_events_view_close(struct ek_api_events_view **out)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_api_events_view *v = *out;
	if (v == NULL)
		return;
	ek_arena_fini(&v->arena);
	ek_alloc_free(&alloc, v, sizeof *v);
	*out = NULL;
}
