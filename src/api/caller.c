#include "api/caller.h"

#include <string.h>
#include <strings.h>

#include "api/api_state.h"
#include "auth/secret.h"

enum { CALLERS = 100000 };

bool ek_caller_open(struct ek_api *api, struct ek_err *err)
{
	return ek_throttle_open(CALLERS, api->options.alloc, &api->throttle, err);
}

void ek_caller_close(struct ek_api *api)
{
	ek_throttle_close(&api->throttle);
}

/* ---- what the store knows of a secret */

/* A person who may come in: not deactivated, not deleted. */
#define PERSON \
	" JOIN people p ON p.teammate = s.teammate AND p.state = 'active'" \
	" JOIN teammates e ON e.teammate = p.teammate AND e.active = 1 AND e.deleted = 0"

/* Whether they have no second factor, and of whom the workspace wants one. */
#define FACTOR \
	" CASE WHEN p.totp_secret IS NULL THEN 1 ELSE 0 END," \
	" (SELECT w.value FROM server_settings w WHERE w.name = 'second_factor')"

/* With other rights comes another sign-in. */
#define SIGN_IN \
	"SELECT s.sign_in, s.teammate, s.seen_ms, s.expires_ms, s.confirmed_ms, p.roles," FACTOR \
	" FROM sign_ins s" PERSON " WHERE s.ended_ms IS NULL" \
	" AND s.created_ms >= COALESCE(p.rights_ms, 0) AND "
/* A person's (kind 1) or an integration's (2), which no person need stand behind. One question, as
 * every request asks it; two plain joins, as one in brackets SQLite makes by reading all people. */
#define TOKEN \
	"SELECT s.token, s.teammate, s.scopes, s.expires_ms, s.kind, p.roles, s.teams," \
	" s.networks, s.rate," FACTOR " FROM tokens s" \
	" LEFT JOIN people p ON s.kind = 1 AND p.teammate = s.teammate AND p.state = 'active'" \
	" LEFT JOIN teammates e ON e.teammate = p.teammate AND e.active = 1 AND e.deleted = 0" \
	" WHERE (s.kind = 2 OR s.kind = 1 AND e.teammate IS NOT NULL) AND s.revoked_ms IS NULL" \
	" AND "
static const char person_of_id[] =
	"SELECT s.teammate, p.roles," FACTOR " FROM people s" PERSON " WHERE s.teammate = $1";
static const char sign_in_of_id[] = SIGN_IN "s.sign_in = $1";
static const char sign_in_of_hash[] = SIGN_IN "s.hash = $1";
static const char token_of_id[] = TOKEN "s.token = $1";
static const char token_of_hash[] = TOKEN "s.hash = $1";

struct asker {
	struct ek_reader *reader;
	struct ek_arena *arena;
	ek_time now;
	struct ek_views_value row[16];
	bool found;
	struct ek_may_grant *grants;
	uint32_t n;
	uint32_t cap;
};

static bool take_row(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct asker *a = ctx;
	ek_assert(n <= EK_LEN(a->row));
	for (uint32_t i = 0; i < n; i++) {
		a->row[i] = v[i];
		if (v[i].kind != EK_VIEWS_TEXT && v[i].kind != EK_VIEWS_BLOB)
			continue;
		bool ok = true;
		a->row[i].p = ek_arena_str(a->arena, (ek_str){v[i].p, v[i].n}, &ok).p;
		if (!ok)
			return ek_fail(err, EK_NO_MEMORY, "no memory for a caller");
	}
	a->found = true;
	return true;
}

static bool ask(struct asker *a, const char *sql, struct ek_views_value value)
{
	struct ek_err err;
	const struct ek_reader_question q = {sql, &value, 1};
	return ek_reader_each(a->reader, &q, take_row, a, &err) && a->found;
}

static bool add_grant(struct asker *a, ek_team_id team, uint8_t role)
{
	if (a->n == a->cap) {
		uint32_t cap = a->cap == 0 ? 16 : 2 * a->cap;
		struct ek_may_grant *v = ek_arena_get(a->arena, cap * sizeof *v);
		if (v == NULL)
			return false;
		if (a->n > 0)
			memcpy(v, a->grants, a->n * sizeof *v);
		a->grants = v;
		a->cap = cap;
	}
	a->grants[a->n++] = (struct ek_may_grant){team, role};
	return true;
}

static bool take_grant(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)n;
	return add_grant(ctx, (ek_team_id){(uint32_t)v[0].i}, (uint8_t)v[1].i) ||
	       ek_fail(err, EK_NO_MEMORY, "no memory for grants");
}

/* Roles that hold everywhere, roles in teams, and memberships as the role teammate. */
static bool find_grants(struct asker *a, int64_t teammate, int64_t roles)
{
	struct ek_err err;
	struct ek_views_value id = ek_views_int(teammate);
	const struct ek_reader_question q = {
		"SELECT team, role FROM team_roles WHERE teammate = $1"
		" UNION ALL SELECT team, 1 FROM memberships WHERE teammate = $1",
		&id, 1};
	for (uint8_t role = EK_ROLE_TEAMMATE; role <= EK_ROLE_ADMIN; role++) {
		if ((roles >> role & 1) != 0 && !add_grant(a, (ek_team_id){0}, role))
			return false;
	}
	return ek_reader_each(a->reader, &q, take_grant, a, &err);
}

/* "[7,9]": the teams that an integration reaches; null = all. */
static bool find_teams(struct asker *a, const struct ek_views_value *teams)
{
	const char *p = teams->p;
	if (teams->kind != EK_VIEWS_TEXT)
		return add_grant(a, (ek_team_id){0}, 0);
	uint32_t id = 0;
	for (uint32_t i = 0; i < teams->n; i++) {
		if (p[i] >= '0' && p[i] <= '9') {
			id = id * 10 + (uint32_t)(p[i] - '0');
		} else if (id != 0) {
			if (!add_grant(a, (ek_team_id){id}, 0))
				return false;
			id = 0;
		}
	}
	return true;
}

static int64_t number(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? v->i : EK_NONE;
}

/* Who has no second factor and must have one is no more than a teammate until it is there, or,
 * where it is wanted of everybody, than themselves. factor: the two columns above. */
static void narrow(struct asker *a, const struct ek_views_value *factor)
{
	ek_str wanted = {factor[1].p, factor[1].n};
	bool leads = false;
	uint32_t n = 0;
	if (number(&factor[0]) != 1 || factor[1].kind != EK_VIEWS_TEXT)
		return;
	for (uint32_t i = 0; i < a->n; i++)
		leads = leads || a->grants[i].role >= EK_ROLE_LEAD;
	if (ek_str_is(wanted, "\"all\"")) {
		a->n = 0;
	} else if (leads && ek_str_is(wanted, "\"leads\"")) {
		for (uint32_t i = 0; i < a->n; i++) {
			if (a->grants[i].role < EK_ROLE_LEAD)
				a->grants[n++] = a->grants[i];
		}
		a->n = n;
	}
}

static bool from_sign_in(struct asker *a, struct ek_may_actor *out)
{
	int64_t seen = number(&a->row[2]);
	int64_t expires = number(&a->row[3]);
	int64_t confirmed = number(&a->row[4]);
	if (a->now.ms >= expires || a->now.ms - seen >= EK_CALLER_IDLE_MS ||
	    !find_grants(a, a->row[1].i, number(&a->row[5])))
		return false;
	narrow(a, &a->row[6]);
	*out = (struct ek_may_actor){
		.kind = EK_MAY_KIND_SESSION,
		.is_confirmed =
			confirmed != EK_NONE && a->now.ms - confirmed < EK_CALLER_CONFIRMED_MS,
		.teammate = {(uint32_t)a->row[1].i},
		.grants = a->grants,
		.grant_count = a->n,
	};
	return true;
}

static bool from_token(struct asker *a, struct ek_may_actor *out)
{
	bool personal = a->row[4].i == 1;
	int64_t expires = number(&a->row[3]);
	if ((expires != EK_NONE && a->now.ms >= expires) ||
	    !(personal ? find_grants(a, a->row[1].i, number(&a->row[5]))
		       : find_teams(a, &a->row[6])))
		return false;
	if (personal)
		narrow(a, &a->row[9]);
	*out = (struct ek_may_actor){
		.kind = personal ? EK_MAY_KIND_TOKEN : EK_MAY_KIND_INTEGRATION,
		.teammate = {personal ? (uint32_t)a->row[1].i : 0},
		.scopes = (uint32_t)a->row[2].i,
		.grants = a->grants,
		.grant_count = a->n,
	};
	return true;
}

bool ek_caller_again(struct ek_reader *reader, const struct ek_caller_ask *what,
		     struct ek_arena *arena, struct ek_may_actor *out)
{
	struct asker a = {.reader = reader, .arena = arena, .now = what->now};
	*out = (struct ek_may_actor){.kind = EK_MAY_KIND_NOBODY};
	if (what->sign_in != 0)
		return ask(&a, sign_in_of_id, ek_views_int(what->sign_in)) && from_sign_in(&a, out);
	struct ek_views_value token = ek_views_int(what->token);
	return ask(&a, token_of_id, token) && from_token(&a, out);
}

bool ek_caller_person(struct ek_reader *reader, ek_teammate_id teammate, struct ek_arena *arena,
		      struct ek_may_actor *out)
{
	struct asker a = {.reader = reader, .arena = arena};
	*out = (struct ek_may_actor){.kind = EK_MAY_KIND_NOBODY};
	if (!ask(&a, person_of_id, ek_views_int(teammate.v)) ||
	    !find_grants(&a, teammate.v, number(&a.row[1])))
		return false;
	narrow(&a, &a.row[2]);
	*out = (struct ek_may_actor){
		.kind = EK_MAY_KIND_TOKEN,
		.teammate = teammate,
		.scopes = EK_MAY_SCOPE_READ | EK_MAY_SCOPE_METRICS,
		.grants = a.grants,
		.grant_count = a.n,
	};
	return true;
}

/* ---- who it is */

/* The value of a cookie; p NULL = not there. */
static ek_str find_cookie(const struct ek_http_request *r, const char *name)
{
	ek_str all = ek_http_header(r, "Cookie");
	uint32_t n = (uint32_t)strlen(name);
	for (uint32_t i = 0; all.p != NULL && i + n < all.n; i++) {
		bool begins = i == 0 || all.p[i - 1] == ' ' || all.p[i - 1] == ';';
		if (!begins || memcmp(all.p + i, name, n) != 0 || all.p[i + n] != '=')
			continue;
		const char *from = all.p + i + n + 1;
		const char *end = memchr(from, ';', all.n - (i + n + 1));
		return (ek_str){from, (uint32_t)((end == NULL ? all.p + all.n : end) - from)};
	}
	return (ek_str){NULL, 0};
}

ek_str ek_caller_cookie(const struct ek_http_request *r)
{
	return find_cookie(r, EK_CALLER_COOKIE);
}

/* "Bearer evk_..."; p NULL = not there. */
static ek_str find_bearer(const struct ek_http_request *r)
{
	ek_str h = ek_http_header(r, "Authorization");
	if (h.p == NULL || h.n < 7 || strncasecmp(h.p, "Bearer ", 7) != 0)
		return (ek_str){NULL, 0};
	return (ek_str){h.p + 7, h.n - 7};
}

static bool find_sign_in(struct ek_turn *t, struct asker *a, ek_str cookie)
{
	struct ek_secret secret;
	uint8_t hash[EK_HASH_BYTES];
	if (!ek_secret_cookie_read(cookie, &secret))
		return false;
	ek_secret_hash(&secret, hash);
	if (!ask(a, sign_in_of_hash, ek_views_blob(hash, sizeof hash)) ||
	    !from_sign_in(a, &t->actor))
		return false;
	t->sign_in = (uint32_t)a->row[0].i;
	t->sign_in_seen = (ek_time){a->row[2].i};
	return true;
}

static bool find_token(struct ek_turn *t, struct asker *a, ek_str text)
{
	struct ek_secret secret;
	uint8_t hash[EK_HASH_BYTES];
	if (!ek_secret_token_read(text, &secret))
		return false;
	ek_secret_hash(&secret, hash);
	struct ek_views_value v = ek_views_blob(hash, sizeof hash);
	if (!ask(a, token_of_hash, v))
		return false;
	if (a->row[7].kind == EK_VIEWS_TEXT &&
	    !ek_caller_is_near(t->http->peer, (ek_str){a->row[7].p, a->row[7].n}))
		return false;
	t->token = (uint32_t)a->row[0].i;
	t->token_rate = number(&a->row[8]);
	return from_token(a, &t->actor);
}

static void find_actor(struct ek_turn *t)
{
	struct asker a = {.reader = t->reader, .arena = t->arena, .now = t->now};
	ek_str bearer = find_bearer(t->http);
	ek_str cookie = find_cookie(t->http, EK_CALLER_COOKIE);
	/* A token that is named and not good is not made up for by a cookie. */
	bool ok = bearer.p != NULL ? find_token(t, &a, bearer)
				   : cookie.p != NULL && find_sign_in(t, &a, cookie);
	if (!ok) {
		t->actor = (struct ek_may_actor){.kind = EK_MAY_KIND_NOBODY};
		t->token = 0;
	}
	t->self = t->actor.teammate;
	t->by = (struct ek_actor){.kind = EK_ACTOR_SYSTEM};
	if (t->actor.kind == EK_MAY_KIND_SESSION || t->actor.kind == EK_MAY_KIND_TOKEN)
		t->by = (struct ek_actor){.kind = EK_ACTOR_PERSON, .id = t->self.v};
	else if (t->actor.kind == EK_MAY_KIND_INTEGRATION)
		t->by = (struct ek_actor){.kind = EK_ACTOR_RULE, .id = t->token};
}

/* ---- what else is asked of a request */

/* A change that a cookie lets in must come from a page of ours. */
static bool is_same_origin(const struct ek_turn *t)
{
	ek_str site = ek_http_header(t->http, "Sec-Fetch-Site");
	if (site.p != NULL)
		return ek_str_is(site, "same-origin") || ek_str_is(site, "none");
	ek_str origin = ek_http_header(t->http, "Origin");
	return origin.p != NULL && ek_str_is(origin, t->api->options.url);
}

static bool check_origin(struct ek_turn *t)
{
	bool changes = t->route != NULL && t->route->method != EK_ROUTE_GET;
	if (!changes || t->sign_in == 0 || is_same_origin(t))
		return true;
	return ek_problem_set(&t->problem, EK_PROBLEM_FORBIDDEN,
			      "a change made with a cookie must come from a page of this server");
}

/* Who it is, to be counted: a token, a sign-in, else a network. */
static ek_str rate_key(const struct ek_turn *t, char out[40])
{
	if (t->sign_in == 0 && t->token == 0)
		return ek_throttle_network(t->http->peer, out);
	size_t n = ek_format(out, 40, "%s%u", t->token != 0 ? "t" : "s",
			     t->token != 0 ? t->token : t->sign_in);
	return (ek_str){out, (uint32_t)n};
}

static enum ek_throttle rate_class(const struct ek_turn *t)
{
	switch (t->route == NULL ? EK_ROUTE_STANDARD : t->route->rate) {
	case EK_ROUTE_SEARCH:
		return EK_THROTTLE_SEARCH;
	case EK_ROUTE_UPLOAD:
		return EK_THROTTLE_UPLOAD;
	case EK_ROUTE_EXPORT:
		return EK_THROTTLE_EXPORT;
	case EK_ROUTE_LETTER:
		return EK_THROTTLE_LETTER;
	default:
		return EK_THROTTLE_API;
	}
}

static bool check_rate(struct ek_turn *t)
{
	const struct ek_api_options *o = &t->api->options;
	char key[40];
	struct ek_throttle_rule rule = *ek_throttle_rule(EK_THROTTLE_API);
	struct ek_throttle_ask ask = {
		.what = rate_class(t), .key = rate_key(t, key), .now = t->now};
	if (o->rate != 0)
		rule.count = o->rate;
	if (o->burst != 0)
		rule.burst = o->burst;
	if (t->token_rate > 0)
		rule.count = (uint32_t)t->token_rate;
	/* Who raised the rate of all requests, for a generator of load, raised that of searches. */
	bool raised = o->rate > ek_throttle_rule(EK_THROTTLE_API)->count;
	bool is_own = ask.what == EK_THROTTLE_EXPORT || ask.what == EK_THROTTLE_LETTER;
	if (ask.what == EK_THROTTLE_API || (raised && !is_own))
		ask.rule = &rule;
	t->rate = ek_throttle_take(t->api->throttle, &ask);
	if (t->rate.is_allowed)
		return true;
	t->problem.retry_s = (uint32_t)ek_throttle_seconds(t->rate.retry_after);
	return ek_problem_set(&t->problem, EK_PROBLEM_RATE_LIMITED, NULL);
}

bool ek_caller_look(struct ek_turn *t)
{
	find_actor(t);
	return check_rate(t);
}

bool ek_caller_find(struct ek_turn *t)
{
	find_actor(t);
	bool open = t->route != NULL && (t->route->flags & EK_ROUTE_IS_OPEN) != 0;
	if (t->actor.kind == EK_MAY_KIND_NOBODY && !open)
		return ek_problem_set(&t->problem, EK_PROBLEM_UNAUTHENTICATED, NULL);
	if (!check_rate(t) || !check_origin(t))
		return false;
	ek_caller_note_seen(t);
	return true;
}
