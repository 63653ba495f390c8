/* What a wallboard shows: figures of the teams that it names, now, and as they change. Nobody is
 * named; how many are active is not told of teams so small that it would tell of one. */
#include <string.h>

#include "api/api_links.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "api/live.h"
#include "auth/secret.h"
#include "engine/look.h"
#include "sys/heap.h"
#include "wire/view_json.h"

enum { TEAMS_MAX = 50 };

struct wall {
	uint32_t link;
	ek_team_id teams[TEAMS_MAX];
	ek_str names[TEAMS_MAX];
	uint32_t n;
};

/* The wallboard of the secret in the address; all others are the same 404. */
static bool find(struct ek_turn *t, struct wall *w)
{
	struct ek_secret secret;
	struct ek_turn_rows rows;
	uint8_t hash[EK_HASH_BYTES];
	if (!ek_secret_cookie_read(ek_route_param(&t->match, "secret"), &secret))
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	ek_secret_hash(&secret, hash);
	const struct ek_views_value key = ek_views_blob(hash, sizeof hash);
	if (!ek_turn_select(t,
			    "SELECT link, teams FROM secret_links WHERE hash = $1"
			    " AND kind = 'wallboard' AND revoked_ms IS NULL",
			    &key, 1, &rows))
		return false;
	if (rows.n == 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	w->link = (uint32_t)ek_turn_int(&rows.v[0]);
	w->n = ek_api_links_teams(&rows.v[1], w->teams, TEAMS_MAX);
	t->actor = (struct ek_may_actor){.kind = EK_MAY_KIND_LINK};
	const struct ek_may_object object = {.teams = w->teams, .team_count = w->n};
	return ek_turn_may(t, EK_MAY_WALLBOARD_VIEW, &object);
}

/* ---- GET data */

static bool name_teams(struct ek_turn *t, struct wall *w)
{
	for (uint32_t i = 0; i < w->n; i++) {
		struct ek_turn_rows rows;
		const struct ek_views_value key = ek_views_id(w->teams[i].v);
		if (!ek_turn_select(t, "SELECT name FROM team_profiles WHERE team = $1", &key, 1,
				    &rows))
			return false;
		w->names[i] = rows.n > 0 ? ek_turn_text(&rows.v[0]) : (ek_str){"", 0};
		if (w->names[i].p == NULL)
			w->names[i] = (ek_str){"", 0};
	}
	return true;
}

static void put_team(struct ek_turn *t, const struct wall *w, uint32_t i)
{
	struct ek_live_view live;
	struct ek_team_view team;
	struct ek_err err;
	struct ek_json *j = &t->out;
	int64_t active = 0;
	/* One that was deleted since is left out. */
	if (!ek_look_team(t->engine, w->teams[i], &team) || team.deleted)
		return;
	if (!ek_look_live(t->engine, w->teams[i], t->arena, &live, &err)) {
		ek_problem_err(&t->problem, &err);
		return;
	}
	for (uint32_t m = 0; m < live.member_count; m++)
		active += live.members[m].presence == EK_PRESENCE_ACTIVE;
	int64_t wait = EK_NONE;
	if (ek_time_is_set(live.waiting_since))
		wait = ek_time_since(live.waiting_since, t->now).ms;
	ek_json_object(j);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, w->teams[i].v);
	ek_api_put_text(j, "name", w->names[i]);
	ek_api_put_int(j, "waiting", live.waiting);
	ek_api_put_int(j, "longest_wait_ms", wait != EK_NONE && wait < 0 ? 0 : wait);
	ek_api_put_int(j, "unassigned", live.unassigned);
	ek_api_put_int(j, "active", live.member_count >= EK_VIEW_SUM_LEAST ? active : EK_NONE);
	ek_json_object_end(j);
}

static void look(struct ek_turn *t)
{
	const struct wall *w = t->state;
	t->seq = ek_engine_seq(t->engine);
	ek_json_object(&t->out);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_api_put_time(&t->out, "at", t->now);
	ek_json_key(&t->out, "teams");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < w->n; i++)
		put_team(t, w, i);
	ek_json_list_end(&t->out);
	ek_json_object_end(&t->out);
}

void ek_api_get_wallboard_data(struct ek_turn *t)
{
	struct wall *w = EK_TURN_NEW(t, struct wall);
	t->state = w;
	if (w == NULL || !ek_query_end(&t->query) || !find(t, w) || !name_teams(t, w))
		ek_turn_reply(t, 0);
	else
		ek_turn_look(t, look);
}

/* ---- GET events: the states of these teams' queues, and no other frame */

struct stream {
	struct ek_live live;
	struct ek_api *api;
	struct wall wall;
	bool is_there;
};

static bool allow(void *ctx, const struct ek_feed_frame *f)
{
	const struct stream *s = ctx;
	if (f->state != EK_FEED_QUEUE)
		return false;
	for (uint32_t i = 0; i < s->wall.n; i++) {
		if (f->teams[0] == s->wall.teams[i].v)
			return true;
	}
	return false;
}

static bool stands(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct stream *s = ctx;
	(void)v;
	(void)n;
	(void)err;
	s->is_there = true;
	return true;
}

static enum ek_feed_rights check(void *ctx, struct ek_feed_reach *reach)
{
	struct stream *s = ctx;
	struct ek_err err;
	const struct ek_views_value key = ek_views_id(s->wall.link);
	const struct ek_reader_question q = {
		"SELECT link FROM secret_links WHERE link = $1 AND revoked_ms IS NULL", &key, 1};
	(void)reach;
	s->is_there = false;
	bool ok = ek_reader_each(s->api->reader, &q, stands, s, &err);
	return ok && s->is_there ? EK_FEED_SAME : EK_FEED_GONE;
}

static void close_stream(struct ek_live *live)
{
	struct ek_alloc alloc = ek_heap_alloc();
	ek_live_leave(live);
	ek_alloc_free(&alloc, live, sizeof(struct stream));
}

static struct stream *subscribe(struct ek_turn *t, const struct wall *w)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_err err = {.code = EK_NO_MEMORY};
	struct stream *s = ek_alloc_get(&alloc, sizeof *s);
	struct ek_feed_wish wish = {.allow = allow,
				    .check = check,
				    .person = UINT64_C(1) << 63 | w->link,
				    .reach = {.all = true}};
	if (s != NULL)
		*s = (struct stream){.api = t->api, .wall = *w};
	if (s == NULL || !ek_live_init(&s->live, close_stream, &err))
		ek_problem_err(&t->problem, &err);
	else if (ek_live_subscribe(t, &s->live, &wish,
				   "this wallboard is shown as often as it may be"))
		return s;
	if (s != NULL)
		close_stream(&s->live);
	return NULL;
}

void ek_api_stream_wallboard(struct ek_turn *t)
{
	struct wall *w = EK_TURN_NEW(t, struct wall);
	struct stream *s = NULL;
	if (w != NULL && ek_query_end(&t->query) && find(t, w))
		s = subscribe(t, w);
	if (s == NULL)
		ek_turn_reply(t, 0);
	else
		ek_live_open(t, &s->live);
}
