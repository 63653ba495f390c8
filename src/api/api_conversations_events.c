/* What happened to a conversation, in order: the frames that live events had of it, read back.
 *
 * Which events there are stand in the views conversation_events and assignments, so that a page is
 * one question about this conversation's rows alone, by their keys, and then for each event, or run
 * of events that lie close together, one row of the log. Messages are no part of it: they are
 * parts. */
#include <string.h>

#include "api/api_conversation.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "api/page.h"
#include "api/worker.h"
#include "push/feed.h"
#include "store/contact.h"
#include "store/walk.h"
#include "wire/list.h"

enum {
	EVENT_MEMORY = 64 * 1024 * 1024, /* of one event while it is read */
	NEAR = 16,                       /* events that are read over, not looked up anew */
};

static const struct ek_list_column columns[EK_LIST_conversation_events_COUNT] = {
	[EK_LIST_conversation_events_seq] = {EK_LIST_NUMBER, "e.seq", NULL},
	[EK_LIST_conversation_events_type] = {EK_LIST_TEXT, "e.type", NULL},
};

#define FROM \
	"(SELECT conversation, seq, type FROM conversation_events UNION ALL " \
	"SELECT conversation, made_seq AS seq, 'assignment.made' AS type FROM assignments) e"

struct told {
	uint64_t seq;
	ek_str json; /* p NULL = not yet read */
};

struct story {
	struct ek_list list;
	struct ek_page page;
	ek_conversation_id id;
	void (*answered)(struct ek_turn *t); /* the turn's own */
	struct told *v;                      /* by seq */
	uint32_t n;
	struct ek_turn *turn;
	struct ek_json json; /* of one frame */
};

static size_t contact_of(void *ctx, ek_contact_id contact, char out[EK_IDENT_MAX])
{
	char hex[EK_CONTACT_PUBLIC + 1];
	(void)ctx;
	ek_contact_public(contact.v, hex);
	return ek_format(out, EK_IDENT_MAX, "%s%s", ek_ident_prefix(EK_IDENT_CONTACT), hex);
}

/* ---- reading the log */

static bool put_sorted(struct ek_turn *t, struct story *s)
{
	s->n = s->page.l.rows.n;
	s->v = ek_turn_get(t, (s->n + 1) * sizeof *s->v);
	if (s->v == NULL)
		return false;
	for (uint32_t i = 0; i < s->n; i++) {
		uint64_t seq = (uint64_t)ek_turn_int(ek_api_list_at(&s->page.l, i));
		uint32_t at = i;
		for (; at > 0 && s->v[at - 1].seq > seq; at--)
			s->v[at] = s->v[at - 1];
		s->v[at] = (struct told){.seq = seq};
	}
	return true;
}

static struct told *find(const struct story *s, uint64_t seq)
{
	uint32_t lo = 0;
	uint32_t hi = s->n;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (s->v[mid].seq < seq)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < s->n && s->v[lo].seq == seq ? &s->v[lo] : NULL;
}

static bool visit(void *ctx, const struct ek_body_reader *at, const struct ek_event *e,
		  struct ek_err *err)
{
	static const struct ek_feed_source source = {.contact = contact_of};
	struct story *s = ctx;
	struct ek_feed_frame frame;
	struct told *told = e == NULL ? NULL : find(s, e->seq);
	(void)at;
	if (told == NULL)
		return true;
	if (ek_feed_frame_write(&s->json, &source, e, &frame))
		told->json = ek_turn_copy(s->turn, ek_json_written(&s->json));
	return told->json.p != NULL || ek_fail(err, EK_NO_MEMORY, "no memory for events");
}

static bool read_all(struct story *s, struct ek_worker *w, struct ek_err *err)
{
	struct ek_arena arena;
	struct ek_log *log;
	if (!ek_worker_log(w, &log, err))
		return false;
	ek_arena_init(&arena, s->turn->out.alloc, EVENT_MEMORY);
	ek_json_init(&s->json, s->turn->out.alloc, EK_FEED_FRAME_BYTES);
	const struct ek_walk walk = {log, &arena, visit, s};
	bool ok = true;
	for (uint32_t i = 0, k; ok && i < s->n; i = k) {
		for (k = i + 1; k < s->n && s->v[k].seq - s->v[k - 1].seq <= NEAR;)
			k++;
		ok = ek_walk_run(&walk, (struct ek_log_span){s->v[i].seq, s->v[k - 1].seq}, err);
	}
	ek_json_fini(&s->json);
	ek_arena_fini(&arena);
	return ok;
}

/* ---- answering */

/* {"seq":…, and what the frame says. */
static void write_one(struct ek_turn *t, const struct told *told)
{
	char head[40];
	size_t n = ek_format(head, sizeof head, "{\"seq\":%llu,", (unsigned long long)told->seq);
	char *p = ek_turn_get(t, n + told->json.n);
	if (p == NULL)
		return;
	memcpy(p, head, n);
	memcpy(p + n, told->json.p + 1, told->json.n - 1);
	ek_json_raw(&t->out, (ek_str){p, (uint32_t)n + told->json.n - 1});
}

static bool write_page(struct ek_turn *t, struct story *s)
{
	ek_api_list_begin(t, &s->page.l);
	for (uint32_t i = 0; i < s->n; i++) {
		const struct told *told =
			find(s, (uint64_t)ek_turn_int(ek_api_list_at(&s->page.l, i)));
		if (told == NULL || told->json.p == NULL)
			return ek_problem_set(&t->problem, EK_PROBLEM_INTERNAL, NULL);
		write_one(t, told);
	}
	ek_api_list_end(t, &s->page.l);
	return true;
}

static void run(struct ek_turn *t, struct ek_worker *w)
{
	struct story *s = t->state;
	struct ek_err err;
	s->turn = t;
	if (put_sorted(t, s)) {
		if (read_all(s, w, &err))
			(void)write_page(t, s);
		else
			ek_problem_err(&t->problem, &err);
	}
	ek_turn_reply(t, 200);
}

static bool select_page(struct ek_turn *t, struct story *s)
{
	s->page.where = "e.conversation = $1";
	s->page.args[0] = ek_views_int(s->id.v);
	s->page.n = 1;
	return ek_page_select(t, &s->page);
}

/* The views lag behind a conversation that was just made: then the engine says whose it is. */
static void look(struct ek_turn *t)
{
	struct story *s = t->state;
	struct ek_api_conversation_object o;
	if (ek_api_conversation_live(t, s->id, &o) &&
	    ek_turn_may(t, EK_MAY_CONVERSATION_FIND, &o.may))
		(void)select_page(t, s);
}

static void looked(struct ek_turn *t)
{
	struct story *s = t->state;
	t->answered = s->answered;
	if (ek_problem_is_none(&t->problem))
		ek_worker_submit(t->api->worker, t, run);
	else
		ek_turn_reply(t, 0);
}

void ek_api_list_conversation_events(struct ek_turn *t)
{
	struct story *s = EK_TURN_NEW(t, struct story);
	struct ek_api_conversation_object o;
	uint64_t id = 0;
	bool ok = s != NULL && ek_turn_id(t, "id", EK_IDENT_CONVERSATION, &id);
	if (ok) {
		s->id.v = (uint32_t)id;
		s->list = (struct ek_list){
			.table = ek_list_table(EK_LIST_CONVERSATION_EVENTS),
			.columns = columns,
			.select = "e.seq",
			.from = FROM,
			.id = "e.seq",
		};
		s->page.list = &s->list;
		t->state = s;
		ok = ek_page_read(t, &s->page) && ek_api_conversation_stored(t, s->id, &o);
	}
	bool is_seen = ok && ek_may_is(&t->actor, EK_MAY_CONVERSATION_FIND, &o.may);
	/* On the worker's own thread the next step would be another's. */
	if (ok && !is_seen && t->worker == NULL) {
		s->answered = t->answered;
		t->answered = looked;
		ek_turn_look(t, look);
		return;
	}
	ok = ok && ek_turn_may(t, EK_MAY_CONVERSATION_FIND, &o.may) && select_page(t, s);
	if (ok)
		ek_worker_submit(t->api->worker, t, run);
	else
		ek_turn_reply(t, 0);
}
