#include "api/turn.h"

#include <string.h>
#include <strings.h>

#include "api/api_audit.h"
#include "api/api_csv.h"
#include "api/api_state.h"
#include "sys/clock.h"
#include "wire/accept.h"

/* ---- memory */

void *ek_turn_get(struct ek_turn *t, size_t n)
{
	void *p = ek_arena_zero(t->arena, n);
	if (p == NULL)
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, "no memory for this request");
	return p;
}

ek_str ek_turn_copy(struct ek_turn *t, ek_str s)
{
	bool ok = true;
	return s.p == NULL ? s : ek_arena_str(t->arena, s, &ok);
}

/* ---- answering */

size_t ek_turn_print_id(uint64_t id, char out[EK_TURN_ID])
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;
	memcpy(out, "req_", 4);
	for (int shift = 60; shift >= 0; shift -= 4) {
		if (n > 0 || shift < 16 || (id >> shift & 15) != 0)
			out[4 + n++] = digits[id >> shift & 15];
	}
	out[4 + n] = 0;
	return 4 + n;
}

struct headers {
	struct ek_http_field v[24];
	uint32_t n;
};

static void add(struct headers *h, const char *name, const char *value)
{
	if (value == NULL || value[0] == 0)
		return;
	ek_assert(h->n < EK_LEN(h->v));
	h->v[h->n++] = (struct ek_http_field){name, value};
}

/* A NUL-ended copy in the turn's arena; "" when there is nothing or no memory. */
static const char *ended(struct ek_turn *t, ek_str s)
{
	char *p = s.p == NULL ? NULL : ek_arena_get(t->arena, s.n + 1);
	if (p == NULL)
		return "";
	memcpy(p, s.p, s.n);
	p[s.n] = 0;
	return p;
}

static const char *number(struct ek_turn *t, uint64_t n)
{
	char text[24];
	if (n == 0)
		return "";
	size_t len = ek_format(text, sizeof text, "%llu", (unsigned long long)n);
	return ended(t, (ek_str){text, (uint32_t)len});
}

uint32_t ek_turn_safe(const struct ek_turn *t, struct ek_http_field out[EK_TURN_SAFE])
{
	uint32_t n = 0;
	out[n++] = (struct ek_http_field){"X-Content-Type-Options", "nosniff"};
	out[n++] = (struct ek_http_field){"Referrer-Policy", "no-referrer"};
	out[n++] = (struct ek_http_field){"Cross-Origin-Opener-Policy", "same-origin"};
	out[n++] = (struct ek_http_field){"Cross-Origin-Resource-Policy",
					  t->is_for_frames ? "cross-origin" : "same-origin"};
	if (t->http->is_secure)
		out[n++] = (struct ek_http_field){"Strict-Transport-Security", "max-age=31536000"};
	return n;
}

static void add_common(struct ek_turn *t, struct headers *h)
{
	add(h, "Cache-Control", t->cache != NULL ? t->cache : "no-store");
	ek_assert(h->n + EK_TURN_SAFE <= EK_LEN(h->v));
	h->n += ek_turn_safe(t, h->v + h->n);
	if (t->rate.limit > 0) {
		add(h, "X-RateLimit-Limit", number(t, t->rate.limit));
		add(h, "X-RateLimit-Remaining",
		    t->rate.remaining == 0 ? "0" : number(t, t->rate.remaining));
		add(h, "X-RateLimit-Reset", number(t, (uint64_t)(t->rate.reset.ms + 999) / 1000));
	}
}

static void send(struct ek_turn *t, const struct ek_http_reply *base, struct headers *h)
{
	struct ek_http_reply reply = *base;
	char id[EK_TURN_ID];
	ek_turn_print_id(t->http->id, id);
	add(h, "X-Request-Id", id);
	add_common(t, h);
	reply.headers = h->v;
	reply.header_count = h->n;
	struct ek_json out = t->out;
	ek_api_count(t->api, t->route, reply.status, ek_clock_mono_ns() - t->begun_ns);
	ek_patch_close(&t->patch);
	/* The turn's memory ends with the request. */
	ek_http_answer(t->http, &reply);
	ek_json_fini(&out);
}

static void send_problem(struct ek_turn *t)
{
	char id[EK_TURN_ID];
	size_t id_n = ek_turn_print_id(t->http->id, id);
	struct headers h = {.n = 0};
	ek_json_reset(&t->out);
	bool ok = ek_problem_write(&t->problem, (ek_str){id, (uint32_t)id_n}, t->language, &t->out);
	uint32_t wait = t->problem.retry_s;
	int status = ek_problem_answer_status(&t->problem);
	if (wait == 0 && (status == 503 || status == 429))
		wait = 1;
	add(&h, "Retry-After", number(t, wait));
	if (status == 401)
		add(&h, "WWW-Authenticate", "Bearer");
	if (status == 405)
		add(&h, "Allow", t->match.allow);
	struct ek_http_reply reply = {.status = status, .type = "application/problem+json"};
	reply.body = ok ? ek_json_written(&t->out) : (ek_str){NULL, 0};
	send(t, &reply, &h);
}

/* Whether If-None-Match names the revision that is read: what the caller has is the answer. */
static bool is_unchanged(const struct ek_turn *t)
{
	return t->status == 200 && t->route != NULL && t->route->method == EK_ROUTE_GET &&
	       ek_accept_has_tag(ek_http_header(t->http, "If-None-Match"), t->etag);
}

static void send_answer(struct ek_turn *t)
{
	struct headers h = {.n = 0};
	ek_turn_pick(t);
	if (t->is_csv)
		ek_turn_write_csv(t);
	ek_str body = ek_json_written(&t->out);
	if (!ek_json_is_whole(&t->out) || !ek_problem_is_none(&t->problem)) {
		if (ek_problem_is_none(&t->problem))
			ek_problem_set(&t->problem, EK_PROBLEM_INTERNAL, NULL);
		send_problem(t);
		return;
	}
	add(&h, "ETag", t->etag);
	add(&h, "Location", ended(t, t->location));
	add(&h, "Set-Cookie", t->cookie);
	add(&h, "Content-Security-Policy", t->policy);
	add(&h, "Content-Disposition", t->disposition);
	if (t->next.p != NULL)
		add(&h, "Link", ended(t, ek_query_link(&t->query, t->http->path, t->next)));
	add(&h, "Evenkeel-Seq", number(t, t->seq));
	add(&h, "Idempotency-Replayed", t->is_replayed ? "true" : "");
	const char *type = t->type != NULL ? t->type : "application/json";
	if (t->is_replayed && t->status >= 400)
		type = "application/problem+json";
	if (is_unchanged(t)) {
		t->status = 304;
		body = (ek_str){NULL, 0};
	}
	struct ek_http_reply reply = {.status = t->status, .body = body};
	reply.type = body.n > 0 ? type : NULL;
	send(t, &reply, &h);
}

static bool keep_refusal(struct ek_turn *t);

void ek_turn_reply(struct ek_turn *t, int status)
{
	if (t->status == 0)
		t->status = status;
	if (t->answered != NULL)
		t->answered(t);
	else if (ek_problem_is_none(&t->problem) && ek_api_csv_goes_on(t))
		return;
	else if (ek_problem_is_none(&t->problem))
		send_answer(t);
	else if (!keep_refusal(t))
		send_problem(t);
}

void ek_turn_refuse(struct ek_turn *t, enum ek_problem_type type, const char *detail)
{
	ek_problem_set(&t->problem, type, detail == NULL ? NULL : "%s", detail);
	ek_turn_reply(t, 0);
}

/* ---- the writer's thread */

static void look_now(void *ctx, struct ek_engine *engine)
{
	struct ek_turn *t = ctx;
	t->engine = engine;
	t->reader = t->api->writer_reader;
	if (t->seq == 0)
		t->seq = ek_engine_seq(engine);
	t->look(t);
	t->engine = NULL;
}

static bool check_now(void *ctx, struct ek_err *err)
{
	struct ek_turn *t = ctx;
	t->reader = t->api->writer_reader;
	t->engine = ek_writer_explained(t->api->writer);
	bool ok = t->write.check(t);
	t->engine = NULL;
	/* The code is not read: t->problem says what was wrong. */
	return ok || ek_fail(err, EK_CONFLICT, "refused");
}

/* The first answer, for who asks again with the same key. */
static void keep_answer(struct ek_turn *t, const struct ek_answer *a)
{
	struct ek_views_value v[EK_CONTENT_ANSWERS_WIDTH] = {0};
	ek_str body = ek_json_written(&t->out);
	ek_str location = t->location.p != NULL ? t->location : (ek_str){"", 0};
	v[EK_CONTENT_ANSWERS_KEY_HASH] = ek_views_blob(t->key.key, EK_HASH_BYTES);
	v[EK_CONTENT_ANSWERS_REQUEST_HASH] = ek_views_blob(t->key.request, EK_HASH_BYTES);
	v[EK_CONTENT_ANSWERS_ACTOR_KIND] = ek_views_int(t->by.kind);
	v[EK_CONTENT_ANSWERS_ACTOR_ID] = ek_views_int(t->by.id);
	v[EK_CONTENT_ANSWERS_SEQ] = ek_views_int((int64_t)a->last_seq);
	v[EK_CONTENT_ANSWERS_STATUS] = ek_views_int(t->status);
	/* The two headers that belong to the answer, a line each. */
	char *headers = ek_arena_get(t->arena, location.n + EK_TURN_ETAG + 2);
	if (headers != NULL) {
		size_t n = ek_format(headers, EK_TURN_ETAG + 1, "%s\n", t->etag);
		memcpy(headers + n, location.p, location.n);
		v[EK_CONTENT_ANSWERS_HEADERS] =
			ek_views_text((ek_str){headers, (uint32_t)(n + location.n)});
	}
	v[EK_CONTENT_ANSWERS_BODY] = ek_views_blob(body.p, body.n);
	v[EK_CONTENT_ANSWERS_EXPIRES_MS] =
		ek_views_int(t->now.ms + EK_WRITER_KEY_DAYS * 86400000LL);
	ek_turn_put(t, EK_CONTENT_ANSWERS, v);
}

static void made_now(void *ctx, struct ek_writer *w, const struct ek_answer *a)
{
	struct ek_turn *t = ctx;
	t->writer = w;
	t->engine = ek_writer_explained(w);
	t->reader = t->api->writer_reader;
	t->seq = a->last_seq != 0 ? a->last_seq : ek_engine_seq(t->engine);
	/* Content alone happens now, and not when something last did. */
	if (a->first_seq != 0)
		t->now = ek_engine_time(t->engine);
	t->write.made(t, a);
	if (t->has_key)
		keep_answer(t, a);
	t->writer = NULL;
	t->engine = NULL;
}

/* The body and headers of the first answer. */
static void replay(struct ek_turn *t, const struct ek_answer *a)
{
	const struct ek_views_value key = ek_views_blob(t->key.key, EK_HASH_BYTES);
	struct ek_turn_rows rows;
	t->reader = t->api->writer_reader;
	t->is_replayed = true;
	t->seq = a->last_seq;
	if (!ek_turn_select(t, "SELECT status, headers, body FROM answers WHERE key_hash = $1",
			    &key, 1, &rows))
		return;
	if (rows.n == 0) {
		ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			       "this key was answered before, and the answer is no longer kept");
		return;
	}
	t->status = (int)ek_turn_int(&rows.v[0]);
	ek_str headers = ek_turn_text(&rows.v[1]);
	const char *end = headers.p == NULL ? NULL : memchr(headers.p, '\n', headers.n);
	if (end != NULL) {
		size_t n = (size_t)(end - headers.p);
		memcpy(t->etag, headers.p, n < EK_TURN_ETAG ? n : 0);
		if (headers.n > n + 1)
			t->location = (ek_str){end + 1, headers.n - (uint32_t)n - 1};
	}
	ek_json_plain(&t->out, (ek_str){rows.v[2].p, rows.v[2].n});
}

static void done(void *ctx, const struct ek_answer *a, const struct ek_err *err)
{
	struct ek_turn *t = ctx;
	if (err != NULL && ek_problem_is_none(&t->problem))
		ek_problem_err(&t->problem, err);
	if (err == NULL && a->repeated)
		replay(t, a);
	else if (err == NULL && t->write.tell != NULL && ek_problem_is_none(&t->problem))
		t->write.tell(t);
	ek_turn_reply(t, 200);
}

/* What makes a request another one: what, of which, on what it rests. */
static void hash_request(struct ek_turn *t)
{
	const ek_str parts[] = {t->http->method, t->http->path, t->http->query, t->http->body,
				ek_http_header(t->http, "If-Match")};
	uint8_t hashes[EK_LEN(parts)][EK_HASH_BYTES];
	for (size_t i = 0; i < EK_LEN(parts); i++)
		ek_hash_once(parts[i].p != NULL ? parts[i].p : "", parts[i].n, hashes[i]);
	ek_hash_once(hashes, sizeof hashes, t->key.request);
}

/* ---- refusals, for who asks again with the same key */

/* Of a request that was understood and whose asker is known. What only says "not now" or "not yet"
 * (too many, not confirmed, another with this key) is none. */
static bool is_to_keep(const struct ek_turn *t)
{
	int status = ek_problem_answer_status(&t->problem);
	enum ek_problem_type type = (enum ek_problem_type)t->problem.type;
	return t->has_key && !t->is_kept && !t->is_unconfirmed &&
	       (t->self.v != 0 || t->token != 0) && status >= 400 && status < 500 &&
	       type != EK_PROBLEM_UNAUTHENTICATED && type != EK_PROBLEM_RATE_LIMITED &&
	       type != EK_PROBLEM_KEY_REUSED && type != EK_PROBLEM_IN_PROGRESS;
}

static void made_refusal(void *ctx, struct ek_writer *w, const struct ek_answer *a)
{
	struct ek_turn *t = ctx;
	char id[EK_TURN_ID];
	uint32_t n = (uint32_t)ek_turn_print_id(t->http->id, id);
	ek_json_reset(&t->out);
	t->status = ek_problem_answer_status(&t->problem);
	t->location = (ek_str){NULL, 0};
	t->etag[0] = 0;
	t->writer = w;
	if (ek_problem_write(&t->problem, (ek_str){id, n}, t->language, &t->out))
		keep_answer(t, a);
	t->writer = NULL;
}

/* A key that had an answer before has it again, even where the request would be refused by now. */
static void done_refusal(void *ctx, const struct ek_answer *a, const struct ek_err *err)
{
	struct ek_turn *t = ctx;
	if (err != NULL && err->code == EK_KEY_REUSED) {
		ek_problem_init(&t->problem, t->arena);
		ek_problem_err(&t->problem, err);
	}
	if (err == NULL && a->repeated) {
		ek_problem_init(&t->problem, t->arena);
		ek_json_reset(&t->out);
		t->is_csv = false;
		replay(t, a);
	}
	ek_turn_reply(t, 200);
}

static bool keep_refusal(struct ek_turn *t)
{
	struct ek_err err;
	if (!is_to_keep(t))
		return false;
	t->is_kept = true;
	t->reader = NULL;
	t->call = (struct ek_group_call){
		.request = {.by = t->by, .key = &t->key},
		.made = made_refusal,
		.done = done_refusal,
		.ctx = t,
	};
	hash_request(t);
	return ek_group_submit(t->api->options.group, &t->call, &err);
}

static void submit(struct ek_turn *t)
{
	struct ek_err err;
	t->call.ctx = t;
	t->call.done = done;
	t->reader = NULL;
	if (ek_group_submit(t->api->options.group, &t->call, &err))
		return;
	ek_problem_err(&t->problem, &err);
	ek_turn_reply(t, 503);
}

bool ek_turn_parameter(struct ek_turn *t, const char *name, enum ek_problem_code code,
		       const char *detail)
{
	const struct ek_problem_fault fault = {.at = EK_PROBLEM_AT_PARAMETER,
					       .code = (uint8_t)code,
					       .where = {name, (uint32_t)strlen(name)}};
	return ek_problem_add(&t->problem, EK_PROBLEM_MALFORMED, &fault, "%s", detail);
}

void ek_turn_look(struct ek_turn *t, void (*look)(struct ek_turn *t))
{
	if (!ek_problem_is_none(&t->problem)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->look = look;
	t->call.look = look_now;
	submit(t);
}

void ek_turn_tells(struct ek_turn *t, struct ek_cmd_content_change what)
{
	if (t->dry_run)
		return;
	if (t->told == NULL)
		t->told = ek_turn_get(t, sizeof *t->told);
	if (t->told == NULL)
		return;
	*t->told = ek_cmd_make(EK_CMD_CONTENT_CHANGE);
	t->told->by = t->by;
	t->told->content_change = what;
	t->call.request.cmd = t->told;
}

void ek_turn_tells_of(struct ek_turn *t, struct ek_turn_content what)
{
	ek_turn_tells(t, (struct ek_cmd_content_change){.tag = EK_NONE,
							.view = EK_NONE,
							.teammate = what.teammate,
							.team = what.team,
							.of = what.of});
}

void ek_turn_write(struct ek_turn *t, const struct ek_turn_write *write)
{
	if (!ek_problem_is_none(&t->problem)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->write = *write;
	if (t->write.cmd == NULL)
		t->write.cmd = t->told;
	if (t->write.cmd != NULL)
		t->write.cmd->by = t->by;
	t->call.request = (struct ek_request){.cmd = t->write.cmd, .by = t->by};
	if (t->write.check != NULL) {
		t->call.request.check = check_now;
		t->call.request.check_ctx = t;
	}
	t->call.made = made_now;
	if (t->has_key) {
		hash_request(t);
		t->call.request.key = &t->key;
	}
	submit(t);
}

/* ---- content */

void ek_turn_put(struct ek_turn *t, enum ek_content table, const struct ek_views_value *values)
{
	ek_assert(t->writer != NULL);
	ek_writer_add(t->writer, table, values);
}

void ek_turn_erase(struct ek_turn *t, const struct ek_writer_erasure *what)
{
	ek_assert(t->writer != NULL);
	ek_writer_remove(t->writer, what);
}

uint64_t ek_turn_next_id(const struct ek_turn *t, enum ek_content table)
{
	return (uint64_t)t->api->last_ids[table] + 1;
}

uint64_t ek_turn_new_id(struct ek_turn *t, enum ek_content table)
{
	ek_assert(t->writer != NULL);
	return (uint64_t)ek_api_new_id(t->api, t->writer, table);
}

/* ---- reading */

struct gather {
	struct ek_turn *t;
	struct ek_views_value *v;
	uint32_t n; /* rows */
	uint32_t cap;
	uint32_t columns;
	bool ok;
};

static bool copy_value(struct ek_turn *t, const struct ek_views_value *from,
		       struct ek_views_value *to)
{
	*to = *from;
	if ((from->kind != EK_VIEWS_TEXT && from->kind != EK_VIEWS_BLOB) || from->n == 0)
		return true;
	char *p = ek_arena_get(t->arena, from->n);
	if (p == NULL)
		return false;
	memcpy(p, from->p, from->n);
	to->p = p;
	return true;
}

static bool make_room(struct gather *g, uint32_t n)
{
	if (g->n < g->cap)
		return true;
	uint32_t cap = g->cap == 0 ? 16 : 2 * g->cap;
	struct ek_views_value *v = ek_arena_get(g->t->arena, (size_t)cap * n * sizeof *v);
	if (v == NULL)
		return false;
	if (g->n > 0)
		memcpy(v, g->v, (size_t)g->n * n * sizeof *v);
	g->v = v;
	g->cap = cap;
	g->columns = n;
	return true;
}

static bool gather(void *ctx, const struct ek_views_value *values, uint32_t n, struct ek_err *err)
{
	struct gather *g = ctx;
	if (!make_room(g, n))
		return ek_fail(err, EK_NO_MEMORY, "no memory for rows");
	for (uint32_t i = 0; i < n; i++) {
		if (!copy_value(g->t, &values[i], &g->v[(size_t)g->n * n + i]))
			return ek_fail(err, EK_NO_MEMORY, "no memory for rows");
	}
	g->n++;
	return true;
}

bool ek_turn_select(struct ek_turn *t, const char *sql, const struct ek_views_value *args,
		    uint32_t n, struct ek_turn_rows *out)
{
	struct gather g = {.t = t};
	struct ek_err err;
	*out = (struct ek_turn_rows){0};
	if (!ek_reader_each(t->reader, &(struct ek_reader_question){sql, args, n}, gather, &g,
			    &err))
		return ek_problem_err(&t->problem, &err);
	*out = (struct ek_turn_rows){g.v, g.n, g.columns};
	return true;
}

bool ek_turn_row(struct ek_turn *t, enum ek_content table, int64_t id,
		 const struct ek_views_value **row, bool *found)
{
	const struct ek_views_table *of = ek_content_table(table);
	char sql[256];
	struct ek_turn_rows rows;
	struct ek_views_value key = ek_views_int(id);
	ek_format(sql, sizeof sql, "SELECT * FROM %s WHERE %s = $1", of->name, of->columns[0].name);
	*found = false;
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	*found = rows.n > 0;
	*row = rows.v;
	return true;
}

ek_str ek_turn_text(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_TEXT ? (ek_str){v->n > 0 ? v->p : "", v->n} : (ek_str){NULL, 0};
}

int64_t ek_turn_int(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? v->i : EK_NONE;
}

/* ---- conventions */

bool ek_turn_id(struct ek_turn *t, const char *name, enum ek_ident_kind kind, uint64_t *id)
{
	if (ek_ident_read(ek_route_param(&t->match, name), kind, id))
		return true;
	return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

/* JSON by its type; a merge patch is one too. */
static bool is_json(ek_str type)
{
	static const char *const types[] = {"application/json", "application/merge-patch+json"};
	for (size_t i = 0; i < EK_LEN(types); i++) {
		size_t n = strlen(types[i]);
		if (type.n >= n && strncasecmp(type.p, types[i], n) == 0 &&
		    (type.n == n || type.p[n] == ';' || type.p[n] == ' '))
			return true;
	}
	return false;
}

bool ek_turn_body(struct ek_turn *t, struct ek_patch_at *at)
{
	ek_str type = ek_http_header(t->http, "Content-Type");
	if (t->http->body.n > 0 && (type.p == NULL || !is_json(type)))
		return ek_problem_set(&t->problem, EK_PROBLEM_UNSUPPORTED_MEDIA_TYPE,
				      "the body must be application/json");
	if (!ek_patch_open(&t->patch, t->http->body, t->arena, &t->problem))
		return false;
	*at = ek_patch_root(&t->patch);
	return true;
}

void ek_turn_set_etag(struct ek_turn *t, int64_t revision)
{
	ek_format(t->etag, sizeof t->etag, "\"r%lld\"", (long long)revision);
}

bool ek_turn_if_match(struct ek_turn *t, int64_t revision)
{
	char etag[EK_TURN_ETAG];
	ek_str given = ek_http_header(t->http, "If-Match");
	ek_format(etag, sizeof etag, "\"r%lld\"", (long long)revision);
	if (given.p == NULL)
		return ek_problem_set(&t->problem, EK_PROBLEM_PRECONDITION_REQUIRED, NULL);
	if (ek_str_is(given, "*") || ek_str_is(given, etag))
		return true;
	return ek_problem_set(&t->problem, EK_PROBLEM_VERSION_MISMATCH,
			      "this is now at revision %s", etag);
}

/* A right that one has: the code says so, for a client that can ask who is there and go on. */
static bool refuse_unconfirmed(struct ek_turn *t)
{
	const struct ek_problem_fault f = {
		.at = EK_PROBLEM_AT_HEADER,
		.code = EK_FAULT_NOT_CONFIRMED,
		.where = EK_S("Cookie"),
	};
	t->is_unconfirmed = true;
	ek_problem_set(&t->problem, EK_PROBLEM_FORBIDDEN,
		       "confirm with password or second factor first, at most 10 minutes before");
	return ek_problem_add(&t->problem, EK_PROBLEM_FORBIDDEN, &f, NULL);
}

bool ek_turn_may(struct ek_turn *t, enum ek_may right, const struct ek_may_object *object)
{
	static const struct ek_may_object workspace;
	struct ek_may_verdict v = ek_may(&t->actor, right, object == NULL ? &workspace : object);
	switch (v.answer) {
	case EK_MAY_ANSWER_ALLOWED:
		return true;
	case EK_MAY_ANSWER_UNKNOWN:
		return ek_problem_set(&t->problem, EK_PROBLEM_UNAUTHENTICATED, NULL);
	case EK_MAY_ANSWER_FORBIDDEN:
		return ek_problem_set(&t->problem, EK_PROBLEM_FORBIDDEN, "the %s %s is missing",
				      v.is_scope ? "scope" : "right", v.missing);
	case EK_MAY_ANSWER_SESSION_ONLY:
		return ek_problem_set(&t->problem, EK_PROBLEM_FORBIDDEN,
				      "this needs a sign-in in a browser, not a token");
	case EK_MAY_ANSWER_CONFIRM:
		return refuse_unconfirmed(t);
	case EK_MAY_ANSWER_PURPOSE:
		return ek_problem_set(
			&t->problem, EK_PROBLEM_FORBIDDEN,
			"say for what purpose you look at this person's figures first");
	default:
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	}
}
