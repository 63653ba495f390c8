/* GET /visit/{inbox}/events: what a visitor may see, as it happens.
 *
 *   event: part, id          {"part":...}                     a message
 *   event: seen              {"part","seen_at"}               a teammate has seen all up to it
 *   event: typing            {"display_name"}                 a teammate writes
 *   event: state             shape VisitConversation
 *   event: expectation       shape VisitExpectation, or null
 *   event: reset             {}                               something was blanked: read again
 *   : still here             each 15 s
 *
 * A stream of the feed tells when something happened to the conversation, and when to say that it
 * is still here; none of its frames goes out. What is told comes from the store, behind the last
 * part that was told, so that a stream resumes over a restart; and from the engine, asked on the
 * writer's thread, one question at a time. What goes out at once is bounded: the rest follows. */
#include <string.h>

#include "api/api_conversation.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_visit.h"
#include "api/handlers.h"
#include "api/live.h"
#include "api/visits.h"
#include "sys/heap.h"

enum { OUT_MAX = 1 << 20, OUT_SOME = 64 * 1024, OUT_KEPT = 4096, SCRATCH = 2048 };

struct stream {
	struct ek_live live; /* first */
	struct ek_visits_entry entry;
	struct ek_api *api;
	struct ek_api_visit_pages pages; /* of the store; after: the last part that was told */
	bool shows_survey;
	bool is_changed;  /* the store is to be asked */
	bool is_doubtful; /* the engine is to be asked */
	bool has_told;    /* state and expectation stand in `told` */
	struct ek_api_visit_state told;
	int64_t blanked; /* parts; EK_NONE = not known yet */
	int64_t seen;    /* the part that a teammate has seen; likewise */
	struct ek_json out;
	size_t at; /* of out, what went */
	/* Under the lock of visits. */
	struct ek_group_call call;
	struct ek_api_visit_state now;
	bool is_asking;
	bool is_answered;
	bool is_closing;
	bool is_gone; /* closed while asking */
};

/* ---- the engine */

static void look(void *ctx, struct ek_engine *engine)
{
	struct stream *s = ctx;
	(void)ek_api_visit_look(s->api, engine, s->entry.conversation, &s->now);
}

static void free_stream(struct stream *s)
{
	struct ek_alloc alloc = ek_heap_alloc();
	ek_alloc_free(&alloc, s, sizeof *s);
}

static void looked(void *ctx, const struct ek_answer *answer, const struct ek_err *err)
{
	struct stream *s = ctx;
	struct ek_visits *visits = s->api->visits;
	(void)answer;
	ek_visits_lock(visits);
	bool is_gone = s->is_gone;
	s->is_asking = false;
	s->is_answered = err == NULL;
	if (!s->is_closing && err == NULL)
		s->entry.wake(s);
	ek_visits_unlock(visits);
	if (is_gone)
		free_stream(s);
}

static void ask(struct stream *s)
{
	struct ek_err err;
	ek_visits_lock(s->api->visits);
	bool free = !s->is_asking;
	s->is_asking = true;
	ek_visits_unlock(s->api->visits);
	if (!free)
		return;
	s->is_doubtful = false;
	s->call = (struct ek_group_call){.look = look, .done = looked, .ctx = s};
	if (ek_group_submit(s->api->options.group, &s->call, &err))
		return;
	/* With the next heartbeat again. */
	ek_visits_lock(s->api->visits);
	s->is_asking = false;
	ek_visits_unlock(s->api->visits);
}

/* ---- what is said */

static void say(struct stream *s, const char *text)
{
	ek_json_plain(&s->out, (ek_str){text, (uint32_t)strlen(text)});
}

static bool same_state(const struct ek_api_visit_state *a, const struct ek_api_visit_state *b)
{
	return a->is_closed == b->is_closed && a->team.v == b->team.v &&
	       a->teammate.v == b->teammate.v;
}

static bool same_expectation(const struct ek_api_visit_state *a, const struct ek_api_visit_state *b)
{
	return a->is_expected == b->is_expected && a->low_minutes == b->low_minutes &&
	       a->high_minutes == b->high_minutes && a->place == b->place;
}

static void tell_state(struct stream *s, const struct ek_api_visit_state *now)
{
	const struct ek_api_visit_asking asking = {.api = s->api,
						   .reader = s->api->reader,
						   .conversation = s->entry.conversation,
						   .shows_survey = s->shows_survey};
	/* The address of a survey comes a while after the end. */
	bool may_ask = now->is_closed && s->shows_survey;
	if (!s->has_told || !same_state(&s->told, now) || may_ask) {
		say(s, "event: state\ndata: ");
		if (!ek_api_visit_write_state(&asking, &s->out, now))
			s->is_doubtful = true;
		say(s, "\n\n");
	}
	if (!s->has_told || !same_expectation(&s->told, now)) {
		say(s, "event: expectation\ndata: ");
		ek_api_visit_write_expectation(&s->out, now);
		say(s, "\n\n");
	}
	s->told = *now;
	s->has_told = true;
}

static void tell_shared(struct stream *s)
{
	struct ek_api_visit_state now = {0};
	char typist[EK_VISITS_NAME + 1];
	ek_visits_lock(s->api->visits);
	bool is_answered = s->is_answered;
	bool has_typed = s->entry.has_typed;
	s->is_changed = s->is_changed || s->entry.is_changed;
	s->is_answered = s->entry.has_typed = s->entry.is_changed = false;
	now = s->now;
	memcpy(typist, s->entry.typist, sizeof typist);
	ek_visits_unlock(s->api->visits);
	if (is_answered)
		tell_state(s, &now);
	if (has_typed) {
		say(s, "event: typing\ndata: ");
		ek_json_object(&s->out);
		ek_api_put_text(&s->out, "display_name",
				(ek_str){typist, (uint32_t)strlen(typist)});
		ek_json_object_end(&s->out);
		say(s, "\n\n");
	}
}

static bool tell_part(void *ctx, uint64_t id, ek_str json)
{
	struct stream *s = ctx;
	char head[64];
	ek_format(head, sizeof head,
		  "event: part\nid: %llu\ndata: {\"part\":", (unsigned long long)id);
	say(s, head);
	ek_json_plain(&s->out, json);
	say(s, "}\n\n");
	s->pages.after = id;
	/* The rest when this has gone. */
	s->is_changed = s->out.n > OUT_SOME;
	return !s->is_changed;
}

struct kept {
	bool is_there;
	int64_t seen;
	ek_time seen_at;
	int64_t blanked;
};

static bool take_kept(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)n;
	(void)err;
	*(struct kept *)ctx =
		(struct kept){true, ek_turn_int(&v[0]), {ek_turn_int(&v[1])}, ek_turn_int(&v[2])};
	return true;
}

static bool read_kept(struct stream *s, struct kept *out)
{
	const struct ek_views_value key = ek_views_int(s->entry.conversation.v);
	const struct ek_reader_question q = {
		"SELECT c.mate_part, c.mate_ms, (SELECT count(*) FROM parts r WHERE r.conversation"
		" = $1 AND r.redacted_ms IS NOT NULL) FROM chats c JOIN conversation_profiles p ON"
		" p.conversation = c.conversation AND " EK_API_CONVERSATION_IS_THERE
		" JOIN chat_inboxes i ON i.inbox = c.inbox AND i.deleted_ms IS NULL"
		" WHERE c.conversation = $1",
		&key, 1};
	struct ek_err err;
	*out = (struct kept){false, EK_NONE, EK_NO_TIME, EK_NONE};
	return ek_reader_each(s->api->reader, &q, take_kept, out, &err);
}

/* False: there is nothing to see any more. */
static bool tell_kept(struct stream *s)
{
	struct kept k;
	struct ek_err err;
	s->is_changed = false;
	if (!read_kept(s, &k))
		return true;
	if (!k.is_there)
		return false;
	if (s->blanked != EK_NONE && k.blanked != s->blanked)
		say(s, "event: reset\ndata: {}\n\n");
	s->blanked = k.blanked;
	bool ok = ek_api_visit_parts(&s->pages, &err);
	(void)ok;
	if (k.seen != EK_NONE && k.seen != s->seen) {
		say(s, "event: seen\ndata: ");
		ek_json_object(&s->out);
		ek_api_put_id(&s->out, "part", EK_IDENT_PART, (uint64_t)k.seen);
		ek_api_put_time(&s->out, "seen_at", k.seen_at);
		ek_json_object_end(&s->out);
		say(s, "\n\n");
	}
	s->seen = k.seen;
	return true;
}

/* ---- giving it out */

/* What the feed says to this stream, and what it means. False: it ends. */
static bool hear(struct stream *s)
{
	char scratch[SCRATCH];
	for (;;) {
		size_t n = 0;
		enum ek_feed_next next =
			ek_feed_pull(s->live.sub, ek_live_now(), scratch, sizeof scratch, &n);
		if (n > 0 && scratch[0] == ':')
			say(s, ": still here\n\n");
		s->is_changed = s->is_changed || n > 0;
		s->is_doubtful = s->is_doubtful || n > 0;
		if (next == EK_FEED_END)
			return false;
		if (next == EK_FEED_WAIT && n == 0)
			return true;
	}
}

static void empty(struct stream *s)
{
	struct ek_alloc alloc = s->out.alloc;
	s->at = 0;
	if (s->out.cap <= OUT_KEPT) {
		ek_json_reset(&s->out);
		return;
	}
	ek_json_fini(&s->out);
	ek_json_init(&s->out, alloc, OUT_MAX);
	s->out.style.is_api = true;
}

static ek_http_more pull(void *ctx, char *buf, size_t cap, size_t *n)
{
	struct stream *s = ctx;
	*n = 0;
	if (s->at >= s->out.n) {
		empty(s);
		if (!hear(s))
			return EK_HTTP_END;
		tell_shared(s);
		if (s->is_changed && !tell_kept(s))
			return EK_HTTP_END;
		if (s->is_doubtful)
			ask(s);
	}
	if (!ek_json_is_whole(&s->out))
		return EK_HTTP_END;
	size_t left = s->out.n - s->at;
	if (left == 0)
		return EK_HTTP_WAIT;
	*n = left < cap ? left : cap;
	memcpy(buf, s->out.p + s->at, *n);
	s->at += *n;
	return EK_HTTP_MORE;
}

/* ---- opening and closing */

static void wake(void *ctx)
{
	struct stream *s = ctx;
	ek_live_wake(&s->live);
}

static void end(void *ctx)
{
	struct stream *s = ctx;
	ek_live_cut(&s->live);
}

static void close_stream(struct ek_live *live)
{
	struct stream *s = (struct stream *)live;
	struct ek_visits *visits = s->api->visits;
	ek_visits_lock(visits);
	s->is_closing = true;
	ek_visits_unlock(visits);
	ek_visits_leave(visits, &s->entry);
	ek_live_leave(live);
	ek_json_fini(&s->out);
	ek_visits_lock(visits);
	bool is_asking = s->is_asking;
	s->is_gone = true;
	ek_visits_unlock(visits);
	if (!is_asking)
		free_stream(s);
}

/* Frames of that conversation, and no other. */
static bool allow(void *ctx, const struct ek_feed_frame *f)
{
	const struct stream *s = ctx;
	return f->conversation == s->entry.conversation.v;
}

static struct stream *new_stream(struct ek_turn *t, const struct ek_api_visit *v)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_err err;
	char network[EK_THROTTLE_NETWORK];
	ek_str near = ek_throttle_network(t->http->peer, network);
	struct stream *s = ek_alloc_get(&alloc, sizeof *s);
	if (s == NULL)
		return NULL;
	*s = (struct stream){
		.api = t->api,
		.entry = {.conversation = v->conversation,
			  .network_n = near.n,
			  .wake = wake,
			  .end = end,
			  .ctx = s},
		.pages = {.reader = t->api->reader,
			  .inbox = v->inbox,
			  .conversation = v->conversation,
			  .visit = tell_part,
			  .ctx = s},
		.shows_survey = ek_turn_int(&v->box[EK_CONTENT_CHAT_INBOXES_SURVEY]) == 1,
		.blanked = EK_NONE,
		.seen = EK_NONE,
	};
	memcpy(s->entry.hash, v->hash, sizeof v->hash);
	memcpy(s->entry.network, near.p, near.n);
	ek_json_init(&s->out, alloc, OUT_MAX);
	s->out.style.is_api = true;
	if (ek_live_init(&s->live, close_stream, &err))
		return s;
	free_stream(s);
	return NULL;
}

/* Behind the last part that the frame has, or the last that there is. */
static bool find_place(struct ek_turn *t, struct stream *s)
{
	ek_str last = ek_http_header(t->http, "Last-Event-ID");
	const struct ek_views_value key = ek_views_int(s->entry.conversation.v);
	struct ek_turn_rows rows;
	uint64_t after = 0;
	if (!ek_turn_select(t, "SELECT max(part) FROM parts WHERE conversation = $1", &key, 1,
			    &rows))
		return false;
	int64_t newest = rows.n > 0 && rows.v[0].kind == EK_VIEWS_INT ? rows.v[0].i : 0;
	bool resumes = last.n > 0 && ek_feed_position(last, &after) && (int64_t)after <= newest;
	/* 0 would be the newest fifty, and no end of it. */
	s->pages.after = resumes && after > 0 ? after : newest > 0 ? (uint64_t)newest : 1;
	return true;
}

static bool join(struct ek_turn *t, struct stream *s)
{
	const struct ek_visits_limits limits = {EK_API_VISIT_STREAMS, EK_API_VISIT_NETWORK};
	struct ek_feed_wish wish = {
		.allow = allow, .conversation = s->entry.conversation.v, .reach = {.all = true}};
	/* What they do themselves tells them nothing. */
	ek_feed_types_events(&wish.types);
	if (!find_place(t, s))
		return false;
	if (!ek_visits_join(t->api->visits, &s->entry, limits)) {
		t->problem.retry_s = 5;
		return ek_problem_set(
			&t->problem, EK_PROBLEM_RATE_LIMITED,
			"this visitor, or this address, has as many streams as it may");
	}
	return ek_live_subscribe(t, &s->live, &wish, "there are as many streams as there may be");
}

void ek_api_stream_visit(struct ek_turn *t)
{
	struct ek_api_visit v;
	struct stream *s = NULL;
	bool ok = ek_query_end(&t->query) && ek_api_visit_begin(t, EK_MAY_VISIT_READ, true, &v);
	if (ok && v.conversation.v == 0)
		ok = ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	if (ok)
		s = new_stream(t, &v);
	if (ok && s == NULL)
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, "no memory for a stream");
	if (s == NULL || !join(t, s)) {
		if (s != NULL)
			close_stream(&s->live);
		ek_turn_reply(t, 0);
		return;
	}
	ek_live_open_with(t, &s->live, pull);
}
