/* GET /events: a stream of what the caller may see, from push/feed.h to http/http.h.
 *
 * Rights are asked for each frame on the feed's thread, from grants that are looked up again every
 * few seconds and whenever somebody's rights changed. */
#include <string.h>

#include "api/api_events_view.h"
#include "api/api_state.h"
#include "api/caller.h"
#include "api/handlers.h"
#include "api/live.h"
#include "sys/clock.h"
#include "sys/heap.h"
#include "sys/thread.h"

enum { GRANTS_MEMORY = 256 * 1024, LOG_NAME = 64 };

/* An open stream. Belongs to the HTTP thread, but for `actor`, which the feed's thread reads. */
struct stream {
	struct ek_live live; /* its lock: over actor */
	struct ek_api *api;
	struct ek_may_actor actor;
	struct ek_arena arena[2]; /* of the grants: those in use, and those to come */
	uint32_t turn;
	uint32_t sign_in;
	uint32_t token;
	struct ek_api_events_view *view; /* NULL = not narrowed so */
};

/* ---- rights */

/* What must be allowed for a frame of that kind to be seen. */
static enum ek_may right_of(const struct ek_feed_frame *f)
{
	switch (f->about) {
	case EK_FEED_CONVERSATION:
		return EK_MAY_CONVERSATION_FIND;
	case EK_FEED_SETTINGS:
		return f->mates[0] != 0   ? EK_MAY_TEAMMATE_SETTINGS_READ
		       : f->teams[0] != 0 ? EK_MAY_TEAM_SETTINGS_READ
					  : EK_MAY_SETTINGS_READ;
	case EK_FEED_TEAMMATE:
		return EK_MAY_TEAMMATE_NAMES;
	case EK_FEED_CONTACT:
		return EK_MAY_CONTACT_READ;
	case EK_FEED_TEAM:
		return EK_MAY_TEAM_READ;
	default:
		return EK_MAY_TEAM_READ;
	}
}

static enum ek_may right_of_state(uint8_t state)
{
	switch (state) {
	case EK_FEED_QUEUE:
		return EK_MAY_QUEUE_READ;
	case EK_FEED_LOAD:
		return EK_MAY_TEAMMATE_LOAD;
	case EK_FEED_PRESENCE:
		return EK_MAY_PRESENCE_READ;
	case EK_FEED_CHAT:
		return EK_MAY_CONVERSATION_READ;
	default:
		return EK_MAY_JOB_READ;
	}
}

/* One that is told of without team or owner is everybody's. */
static bool may_see_own(const struct ek_may_actor *actor, const struct ek_feed_frame *f)
{
	ek_team_id team = {f->teams[0]};
	const struct ek_may_object o = {
		.owner = {f->mates[0]},
		.is_private = f->mates[0] != 0,
		.teams = &team,
		.team_count = team.v != 0,
	};
	return ek_may_is(actor, EK_MAY_VIEW_READ, &o);
}

static bool may_see(const struct ek_may_actor *actor, const struct ek_feed_frame *f)
{
	ek_team_id teams[EK_FEED_TEAMS];
	struct ek_may_object o = {.teams = teams, .owner = {f->mates[0]}, .holder = {f->mates[0]}};
	for (uint32_t i = 0; i < EK_FEED_TEAMS && f->teams[i] != 0; i++)
		teams[o.team_count++] = (ek_team_id){f->teams[i]};
	if (f->kind == EK_EVENT_VIEW_UPDATED || f->kind == EK_EVENT_CONTENT_UPDATED)
		return may_see_own(actor, f);
	if (f->state == EK_FEED_LOAD && f->mates[0] == actor->teammate.v && f->mates[0] != 0)
		return ek_may_is(actor, EK_MAY_ME_LOAD, &o);
	return ek_may_is(actor, f->state != 0 ? right_of_state(f->state) : right_of(f), &o);
}

/* A view shows conversations alone; of one that asks for content, to those who may read it. */
static bool may_see_of_view(const struct stream *s, const struct ek_feed_frame *f)
{
	ek_team_id team = {f->teams[0]};
	const struct ek_may_object o = {
		.teams = &team, .team_count = team.v != 0, .holder = {f->mates[0]}};
	return f->conversation != 0 && f->state == 0 && may_see(&s->actor, f) &&
	       (!ek_api_events_view_asks_content(s->view) ||
		ek_may_is(&s->actor, EK_MAY_CONVERSATION_READ, &o));
}

/* With the feed's lock held. */
static bool allow(void *ctx, const struct ek_feed_frame *f)
{
	struct stream *s = ctx;
	ek_thread_lock_take(s->live.lock);
	bool allowed = s->view != NULL ? may_see_of_view(s, f) : may_see(&s->actor, f);
	ek_thread_lock_give(s->live.lock);
	return allowed;
}

/* On the HTTP thread, without the feed's lock. */
static bool sees(void *ctx, const struct ek_feed_frame *f)
{
	struct stream *s = ctx;
	return ek_api_events_view_sees(s->view, s->api->reader, f);
}

/* Names and presence of colleagues are everybody's, so that any frame could be allowed. */
static struct ek_feed_reach reach_of(const struct ek_may_actor *actor)
{
	return (struct ek_feed_reach){.all = true, .teammate = actor->teammate.v};
}

static bool same_grants(const struct ek_may_actor *a, const struct ek_may_actor *b)
{
	if (a->grant_count != b->grant_count || a->scopes != b->scopes)
		return false;
	for (uint32_t i = 0; i < a->grant_count; i++) {
		if (a->grants[i].team.v != b->grants[i].team.v ||
		    a->grants[i].role != b->grants[i].role)
			return false;
	}
	return true;
}

/* On the HTTP thread, every few seconds. */
static enum ek_feed_rights check(void *ctx, struct ek_feed_reach *reach)
{
	struct stream *s = ctx;
	struct ek_arena *next = &s->arena[1 - s->turn];
	struct ek_may_actor now;
	const struct ek_caller_ask ask = {s->sign_in, s->token, ek_clock_wall()};
	ek_arena_reset(next);
	if (!ek_caller_again(s->api->reader, &ask, next, &now))
		return EK_FEED_GONE;
	/* Who comes back with a view that was changed gets what it is now. */
	if (s->view != NULL && !ek_api_events_view_stands(s->view, s->api->reader))
		return EK_FEED_GONE;
	bool same = same_grants(&s->actor, &now);
	ek_thread_lock_take(s->live.lock);
	s->actor = now;
	s->turn = 1 - s->turn;
	ek_thread_lock_give(s->live.lock);
	*reach = reach_of(&now);
	return same ? EK_FEED_SAME : EK_FEED_CHANGED;
}

/* ---- opening */

static void close_stream(struct ek_live *live)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct stream *s = (struct stream *)live;
	ek_live_leave(live);
	ek_api_events_view_close(&s->view);
	ek_arena_fini(&s->arena[0]);
	ek_arena_fini(&s->arena[1]);
	ek_alloc_free(&alloc, s, sizeof *s);
}

static bool bind_types(struct ek_turn *t, struct ek_feed_types *types)
{
	ek_str names;
	if (!ek_query_text(&t->query, "types", 2000, &names))
		return ek_problem_is_none(&t->problem);
	while (names.n > 0) {
		const char *comma = memchr(names.p, ',', names.n);
		uint32_t n = comma == NULL ? names.n : (uint32_t)(comma - names.p);
		if (!ek_feed_types_add(types, (ek_str){names.p, n})) {
			return ek_turn_parameter(t, "types", EK_FAULT_NOT_ONE_OF,
						 "there is no such type of event");
		}
		names.p += comma == NULL ? n : n + 1;
		names.n -= comma == NULL ? n : n + 1;
	}
	return true;
}

static void bind_id(struct ek_turn *t, const char *name, enum ek_ident_kind kind, uint32_t *out)
{
	uint64_t id;
	if (ek_query_id(&t->query, name, kind, &id))
		*out = (uint32_t)id;
}

/* Where it begins: Last-Event-ID wins over after=. */
static void bind_after(struct ek_turn *t, struct ek_feed_wish *w)
{
	ek_str last = ek_http_header(t->http, "Last-Event-ID");
	ek_str after;
	bool given = ek_query_text(&t->query, "after", 20, &after);
	if (last.p != NULL && last.n > 0)
		after = last;
	if (!given && (last.p == NULL || last.n == 0))
		return;
	w->resumes = true;
	/* A position that nobody has leads to a reset, not to an error. */
	(void)ek_feed_position(after, &w->after);
	ek_str log;
	if (ek_query_text(&t->query, "log", LOG_NAME, &log))
		w->log = log;
}

static bool copy_actor(struct stream *s, const struct ek_may_actor *actor)
{
	struct ek_may_grant *grants =
		ek_arena_get(&s->arena[0], (actor->grant_count + 1) * sizeof *grants);
	if (grants == NULL)
		return false;
	if (actor->grant_count > 0)
		memcpy(grants, actor->grants, actor->grant_count * sizeof *grants);
	s->actor = *actor;
	s->actor.grants = grants;
	return true;
}

static struct stream *new_stream(struct ek_turn *t)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_err err;
	struct stream *s = ek_alloc_get(&alloc, sizeof *s);
	if (s == NULL)
		return NULL;
	*s = (struct stream){.api = t->api, .sign_in = t->sign_in, .token = t->token};
	ek_arena_init(&s->arena[0], alloc, GRANTS_MEMORY);
	ek_arena_init(&s->arena[1], alloc, GRANTS_MEMORY);
	if (!ek_live_init(&s->live, close_stream, &err) || !copy_actor(s, &t->actor)) {
		close_stream(&s->live);
		return NULL;
	}
	return s;
}

static bool subscribe(struct ek_turn *t, struct stream *s, struct ek_feed_wish *w)
{
	w->allow = allow;
	w->check = check;
	if (s->view != NULL)
		w->sees = sees;
	w->person = t->self.v != 0 ? t->self.v : (uint64_t)t->token << 32;
	w->reach = reach_of(&s->actor);
	return ek_live_subscribe(t, &s->live, w, "this person has as many streams as they may");
}

void ek_api_stream_events(struct ek_turn *t)
{
	struct ek_may_object own = ek_may_own(&t->actor);
	struct ek_feed_wish w = {0};
	uint32_t view = 0;
	bool ok = bind_types(t, &w.types);
	bind_id(t, "team", EK_IDENT_TEAM, &w.team);
	bind_id(t, "teammate", EK_IDENT_TEAMMATE, &w.teammate);
	bind_id(t, "conversation", EK_IDENT_CONVERSATION, &w.conversation);
	bind_id(t, "view", EK_IDENT_VIEW, &view);
	bind_after(t, &w);
	ok = ek_query_end(&t->query) && ok && ek_turn_may(t, EK_MAY_EVENTS_READ, &own);
	struct stream *s = ok ? new_stream(t) : NULL;
	if (s != NULL && view != 0 && !ek_api_events_view_open(t, &s->view)) {
		close_stream(&s->live);
		s = NULL;
	}
	if (ok && s == NULL && ek_problem_is_none(&t->problem))
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, "no memory for a stream");
	if (s == NULL || !subscribe(t, s, &w)) {
		if (s != NULL)
			close_stream(&s->live);
		ek_turn_reply(t, 0);
		return;
	}
	ek_live_open(t, &s->live);
}
