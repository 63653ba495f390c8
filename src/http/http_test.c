/* The web server's edge over real sockets: answers, limits (promises.md section 5, N16 to N19),
 * streams, stopping. Deadlines are shortened by the options; nothing here sleeps. */
#include "http/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

#include <cmocka.h>

#include "http/http_talk.h"
#include "sys/heap.h"
#include "sys/thread.h"

#define G(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

enum { STREAMS = 50, NUMBERS = 200, PARKED = 64 };

/* One open stream: tells the numbers from `told` up to the fixture's `number`. */
struct flow {
	struct fixture *f;
	struct ek_http_stream *stream;
	uint32_t told;
	bool is_endless;
	_Atomic uint32_t closed;
};

struct fixture {
	struct ek_http *http;
	struct ek_thread_lock *lock; /* guards what follows */
	struct ek_http_request *parked[PARKED];
	uint32_t parked_count;
	uint32_t flow_count;
	struct flow flows[STREAMS];
	_Atomic uint32_t number;
	_Atomic uint32_t freed;
	uint64_t last_id;
	struct ek_err err;
};

static void say(struct ek_http_request *r, int status, const char *text)
{
	const struct ek_http_reply reply = {
		.status = status, .body = {text, (uint32_t)strlen(text)}, .type = "text/plain"};
	ek_http_answer(r, &reply);
}

/* Method, path, query, peer, whether it is secure, body, and the header X. */
static void tell_request(struct fixture *f, struct ek_http_request *r)
{
	ek_str x = ek_http_header(r, "X-ab");
	char *text = ek_arena_get(&r->arena, 4096);
	assert_non_null(text);
	int n = snprintf(text, 4096, "%.*s|%.*s|%.*s|%.*s|%d|%.*s|%.*s", (int)r->method.n,
			 r->method.p, (int)r->path.n, r->path.p, (int)r->query.n, r->query.p,
			 (int)r->peer.n, r->peer.p, r->is_secure, (int)r->body.n, r->body.p,
			 (int)x.n, x.p == NULL ? "" : x.p);
	n = n < 4096 ? n : 4095; /* a long body is not told whole */
	f->last_id = r->id;
	const struct ek_http_field fields[] = {{"X-One", "1"}, {"X-Empty", ""}};
	const struct ek_http_reply reply = {.status = 200,
					    .body = {text, (uint32_t)n},
					    .type = "text/plain",
					    .headers = fields,
					    .header_count = 2};
	ek_http_answer(r, &reply);
}

static ek_http_more pull(void *ctx, char *buf, size_t cap, size_t *n)
{
	struct flow *flow = ctx;
	uint32_t to = atomic_load(&flow->f->number);
	if (flow->is_endless) {
		memset(buf, 'x', cap);
		*n = cap;
		return EK_HTTP_MORE;
	}
	while (flow->told < to && cap - *n > 16)
		*n += (size_t)snprintf(buf + *n, cap - *n, "%u\n", ++flow->told);
	if (flow->told == NUMBERS)
		return EK_HTTP_END;
	return *n > 0 ? EK_HTTP_MORE : EK_HTTP_WAIT;
}

static void note_closed(void *ctx)
{
	struct flow *flow = ctx;
	atomic_fetch_add(&flow->closed, 1);
	ek_thread_lock_take(flow->f->lock);
	ek_thread_lock_ring(flow->f->lock);
	ek_thread_lock_give(flow->f->lock);
}

static void open_flow(struct fixture *f, struct ek_http_request *r)
{
	ek_thread_lock_take(f->lock);
	struct flow *flow = &f->flows[f->flow_count++];
	flow->f = f;
	flow->is_endless = ek_str_is(r->query, "endless");
	const struct ek_http_reply head = {.status = 200, .type = "text/event-stream"};
	const struct ek_http_source source = {pull, note_closed, flow};
	assert_true(ek_http_stream_open(r, &head, &source, &flow->stream));
	ek_thread_lock_ring(f->lock);
	ek_thread_lock_give(f->lock);
}

static void park(struct fixture *f, struct ek_http_request *r)
{
	ek_thread_lock_take(f->lock);
	f->parked[f->parked_count++] = r;
	ek_thread_lock_ring(f->lock);
	ek_thread_lock_give(f->lock);
}

static void give_back(void *body)
{
	free(body);
}

static void hand_over(struct ek_http_request *r)
{
	char *body = malloc(100000);
	assert_non_null(body);
	memset(body, 'b', 100000);
	const struct ek_http_reply reply = {
		.status = 200, .body = {body, 100000}, .free = give_back};
	ek_http_answer(r, &reply);
}

static void serve(void *ctx, struct ek_http_request *r)
{
	static const struct ek_http_field split[] = {{"X", "a\r\nSet-Cookie: b"}};
	static const struct ek_http_reply bad = {
		.status = 200, .headers = split, .header_count = 1};
	struct fixture *f = ctx;
	if (ek_str_is(r->path, "/later"))
		park(f, r);
	else if (ek_str_is(r->path, "/flow"))
		open_flow(f, r);
	else if (ek_str_is(r->path, "/over"))
		hand_over(r);
	else if (ek_str_is(r->path, "/split"))
		ek_http_answer(r, &bad);
	else if (ek_str_is(r->path, "/none"))
		ek_http_answer(r, &(struct ek_http_reply){.status = 204});
	else
		tell_request(f, r);
}

static size_t body_max(void *ctx, ek_str method, ek_str path)
{
	(void)ctx;
	(void)method;
	return ek_str_is(path, "/upload") ? 3 * 1024 * 1024 : 1000;
}

static void refuse(void *ctx, const struct ek_http_refusal *why, struct ek_arena *arena,
		   struct ek_http_reply *reply)
{
	(void)ctx;
	char *text = ek_arena_get(arena, 100);
	ek_assert(text != NULL);
	int n = snprintf(text, 100, "{\"status\":%d,\"code\":\"%s\"}", why->status, why->code);
	reply->body = (ek_str){text, (uint32_t)n};
	reply->type = "application/problem+json";
}

static const char *const proxies[] = {"127.0.0.1", "10.0.0.1", "::ffff:10.0.0.2"};
static const char *const always[] = {"/healthz"};

static void start(struct fixture *f, struct ek_http_limits limits)
{
	const struct ek_http_options o = {.alloc = ek_heap_alloc(),
					  .handler = serve,
					  .body_max = body_max,
					  .refuse = refuse,
					  .ctx = f,
					  .always = always,
					  .always_count = 1,
					  .limits = limits};
	ek_http_close(&f->http);
	assert_true(ek_http_open(&o, &f->http, &f->err));
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	assert_non_null(f);
	assert_true(ek_thread_lock_open(&f->lock, &f->err));
	start(f, (struct ek_http_limits){0});
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	ek_http_close(&f->http);
	for (uint32_t i = 0; i < f->flow_count; i++)
		ek_http_stream_drop(&f->flows[i].stream);
	ek_thread_lock_close(&f->lock);
	free(f);
	return 0;
}

/* Waits until *value is at least `least`; it is changed under the lock, with a ring. */
static void wait_for(struct fixture *f, const uint32_t *value, uint32_t least)
{
	ek_thread_lock_take(f->lock);
	for (int i = 0; *value < least && i < 100; i++)
		ek_thread_lock_wait(f->lock, (ek_span){100});
	assert_true(*value >= least);
	ek_thread_lock_give(f->lock);
}

static void wait_closed(struct fixture *f, struct flow *flow)
{
	ek_thread_lock_take(f->lock);
	for (int i = 0; atomic_load(&flow->closed) == 0 && i < 100; i++)
		ek_thread_lock_wait(f->lock, (ek_span){100});
	assert_int_equal(atomic_load(&flow->closed), 1);
	ek_thread_lock_give(f->lock);
}

static struct ek_http_talk *dial(struct fixture *f)
{
	return ek_http_talk_open(ek_http_port(f->http));
}

/* ---- answers ---- */

static const struct {
	const char *ask;
	const char *told;
} asked[] = {
	{G("/a/b?c=%20&d"), "GET|/a/b|c=%20&d|127.0.0.1|0||"},
	{G("/?"), "GET|/||127.0.0.1|0||"},
	{G("/%2e%2e/x"), "GET|/%2e%2e/x||127.0.0.1|0||"},
	{"GET http://A/b?c HTTP/1.1\r\nHost: a\r\n\r\n", "GET|/b|c|127.0.0.1|0||"},
	{"GET http://a?c HTTP/1.1\r\nHost: a\r\n\r\n", "GET|/|c|127.0.0.1|0||"},
	{"DELETE / HTTP/1.1\r\nhost: a\r\nx-AB: \t v w \r\nX-AB: second\r\n\r\n",
	 "DELETE|/||127.0.0.1|0||v w"},
	{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
	 "POST|/||127.0.0.1|0|hello|"},
	{"GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: "
	 "https\r\n\r\n",
	 "GET|/||127.0.0.1|0||"},
};

static void requests_arrive_as_they_were_sent(void **state)
{
	struct fixture *f = *state;
	struct ek_http_talk *t = dial(f); /* all of them on one connection */
	uint64_t id = 0;
	for (size_t i = 0; i < EK_LEN(asked); i++) {
		if (ek_http_talk_ask(t, asked[i].ask) != 200)
			fail_msg("%s: %s", asked[i].ask, t->text);
		assert_string_equal(ek_http_talk_body(t), asked[i].told);
		assert_non_null(strstr(t->text, "\r\nX-One: 1\r\n"));
		assert_null(strstr(t->text, "X-Empty"));
		assert_true(f->last_id > id);
		id = f->last_id;
	}
	assert_int_equal(
		ek_http_talk_ask(t, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
				    "\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
		200);
	assert_string_equal(ek_http_talk_body(t), "POST|/||127.0.0.1|0|abcde|");
	assert_true(ek_http_talk_drain(t)); /* RFC 9112 9.6: announced, then closed */
	assert_non_null(strstr(t->text, "Connection: close"));
	ek_http_talk_close(t);
}

static void answers_have_the_right_frame(void **state)
{
	struct fixture *f = *state;
	struct ek_http_talk *t = dial(f);
	ek_http_talk_say(t, "HEAD /over HTTP/1.1\r\nHost: a\r\n\r\n");
	assert_int_equal(ek_http_talk_hear(t, false), 200);
	assert_int_equal(ek_http_talk_length(t), 100000);
	assert_int_equal(strlen(ek_http_talk_body(t)), 0);
	ek_http_talk_forget(t);
	ek_http_talk_say(t, G("/none"));
	assert_int_equal(ek_http_talk_hear(t, false), 204);
	assert_null(strstr(t->text, "Content-Length"));
	assert_int_equal(ek_http_talk_ask(t, G("/split")), 500);
	assert_null(strstr(t->text, "Set-Cookie"));
	assert_int_equal(ek_http_talk_ask(t, "BREW / HTTP/1.1\r\nHost: a\r\n\r\n"), 405);
	assert_non_null(strstr(t->text, "Allow: GET, HEAD, POST"));
	assert_string_equal(ek_http_talk_body(t),
			    "{\"status\":405,\"code\":\"method_not_allowed\"}");
	assert_non_null(strstr(t->text, "Content-Type: application/problem+json"));
	ek_http_talk_close(t);
	t = dial(f);
	ek_http_talk_say(t, "GET / HTTP/1.0\r\n\r\n");
	assert_true(ek_http_talk_drain(t));
	assert_int_equal(ek_http_talk_status(t), 200);
	struct ek_http_counters c = ek_http_counters(f->http);
	assert_int_equal(c.answers[2], 3);
	assert_int_equal(c.answers[4], 1);
	assert_int_equal(c.answers[5], 1);
	assert_int_equal(c.connections, 2);
	ek_http_talk_close(t);
}

struct answerer {
	struct fixture *f;
	uint32_t from, to;
};

static void answer_some(void *ctx)
{
	struct answerer *a = ctx;
	for (uint32_t i = a->from; i < a->to; i++) {
		wait_for(a->f, &a->f->parked_count, i + 1);
		say(a->f->parked[i], 200, "later");
	}
}

static void answers_come_from_other_threads(void **state)
{
	struct fixture *f = *state;
	struct ek_http_talk *all[PARKED];
	struct answerer a[2] = {{f, 0, PARKED / 2}, {f, PARKED / 2, PARKED}};
	struct ek_thread *threads[2];
	for (int i = 0; i < 2; i++)
		assert_true(ek_thread_open(answer_some, &a[i], &threads[i], &f->err));
	for (int i = 0; i < PARKED; i++) {
		all[i] = dial(f);
		ek_http_talk_say(all[i], G("/later"));
	}
	for (int i = 0; i < PARKED; i++) {
		assert_int_equal(ek_http_talk_hear(all[i], true), 200);
		assert_int_equal(ek_http_talk_ask(all[i], G("/")), 200);
		ek_http_talk_close(all[i]);
	}
	for (int i = 0; i < 2; i++)
		ek_thread_close(&threads[i]);
	assert_int_equal(ek_http_counters(f->http).in_flight, 0);
}

static const struct {
	const char *headers;
	const char *told;
} forwarded[] = {
	{"", "GET|/||127.0.0.1|0||"},
	{"X-Forwarded-For: 1.2.3.4\r\n", "GET|/||1.2.3.4|0||"},
	{"X-Forwarded-For: 6.6.6.6, 1.2.3.4\r\n", "GET|/||1.2.3.4|0||"},
	{"X-Forwarded-For: 6.6.6.6, 1.2.3.4 , 10.0.0.1,10.0.0.2\r\n", "GET|/||1.2.3.4|0||"},
	{"X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 10.0.0.1\r\n", "GET|/||1.2.3.4|0||"},
	{"X-Forwarded-For: 2001:DB8::0:1\r\n", "GET|/||2001:db8::1|0||"},
	{"X-Forwarded-For: ::ffff:1.2.3.4\r\n", "GET|/||1.2.3.4|0||"},
	{"X-Forwarded-For: <script>\r\n", "GET|/||127.0.0.1|0||"},
	{"X-Forwarded-For: 1.2.3.4, unknown, 10.0.0.1\r\n", "GET|/||10.0.0.1|0||"},
	{"X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Proto: https\r\n", "GET|/||10.0.0.1|1||"},
};

static void a_listed_proxy_is_believed(void **state)
{
	struct fixture *f = *state;
	const struct ek_http_options o = {.alloc = ek_heap_alloc(),
					  .handler = serve,
					  .ctx = f,
					  .proxies = proxies,
					  .proxy_count = 3};
	ek_http_close(&f->http);
	assert_true(ek_http_open(&o, &f->http, &f->err));
	struct ek_http_talk *t = dial(f);
	for (size_t i = 0; i < EK_LEN(forwarded); i++) {
		char text[300];
		(void)snprintf(text, sizeof text, "GET / HTTP/1.1\r\nHost: a\r\n%s\r\n",
			       forwarded[i].headers);
		assert_int_equal(ek_http_talk_ask(t, text), 200);
		assert_string_equal(ek_http_talk_body(t), forwarded[i].told);
	}
	ek_http_talk_close(t);
}

/* ---- limits ---- */

static const struct {
	const char *name, *path;
	const char *header; /* beside Host; %u is the length of the body */
	uint32_t length;
	int status;
	bool is_open; /* the connection serves another request */
} bodies[] = {
	{"within", "/", "Content-Length: %u", 1000, 200, true},
	{"a little above", "/", "Content-Length: %u", 1001, 413, true},
	{"far above", "/", "Content-Length: %u", 2 * 1024 * 1024, 413, false},
	{"within the route's", "/upload", "Content-Length: %u", 2 * 1024 * 1024, 200, true},
	{"coded", "/", "Content-Encoding: gzip\r\nContent-Length: %u", 10, 415, true},
	{"not coded", "/", "Content-Encoding: identity\r\nContent-Length: %u", 10, 200, true},
	{"coded, far too long", "/", "Content-Encoding: br\r\nContent-Length: %u", 2 * 1024 * 1024,
	 415, false},
	{"asks first", "/", "Expect: 100-continue\r\nContent-Length: %u", 1001, 413, false},
};

static void bodies_have_limits(void **state)
{
	struct fixture *f = *state;
	for (size_t i = 0; i < EK_LEN(bodies); i++) {
		char text[300], header[200];
		const char *at = strstr(bodies[i].header, "%u");
		bool is_asking = strstr(bodies[i].header, "Expect") != NULL;
		char *body = calloc(1, bodies[i].length);
		assert_non_null(body);
		memset(body, 'a', bodies[i].length);
		(void)snprintf(header, sizeof header, "%.*s%u", (int)(at - bodies[i].header),
			       bodies[i].header, bodies[i].length);
		(void)snprintf(text, sizeof text, "POST %s HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n",
			       bodies[i].path, header);
		struct ek_http_talk *t = dial(f);
		ek_http_talk_say(t, text);
		/* What is refused unread is closed while we still send, so wait for the answer. */
		if (bodies[i].is_open && !is_asking)
			ek_http_talk_send(t, body, bodies[i].length);
		int status = ek_http_talk_hear(t, true);
		free(body);
		if (status != bodies[i].status)
			fail_msg("%s: %d", bodies[i].name, status);
		assert_int_equal(ek_http_talk_ask(t, G("/")), bodies[i].is_open ? 200 : 0);
		ek_http_talk_close(t);
	}
	assert_true(ek_http_counters(f->http).bodies_bytes <= 64 * 1024);
}

static void a_chunked_body_has_the_same_limit(void **state)
{
	struct fixture *f = *state;
	static char piece[16384];
	struct ek_http_talk *t = dial(f);
	ek_http_talk_say(t, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
	memset(piece, 'a', sizeof piece);
	ek_http_talk_say(t, "4000\r\n");
	ek_http_talk_send(t, piece, sizeof piece);
	ek_http_talk_say(t, "\r\n0\r\n\r\n");
	assert_int_equal(ek_http_talk_hear(t, true), 413);
	assert_true(ek_http_talk_drain(t));
	ek_http_talk_close(t);
	/* Without an end: cut once more than a mebibyte was thrown away. */
	t = dial(f);
	ek_http_talk_say(t, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 80; i++) {
		ek_http_talk_say(t, "4000\r\n");
		ek_http_talk_send(t, piece, sizeof piece);
		ek_http_talk_say(t, "\r\n");
	}
	assert_true(ek_http_talk_drain(t));
	assert_true(ek_http_talk_status(t) == 413 ||
		    t->n == 0); /* it may be lost: we were sending */
	ek_http_talk_close(t);
}

static void bodies_together_have_a_limit(void **state)
{
	struct fixture *f = *state;
	start(f, (struct ek_http_limits){.bodies_bytes = 64 * 1024});
	char text[] = "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n";
	static char body[70000];
	struct ek_http_talk *t = dial(f);
	ek_http_talk_say(t, text);
	ek_http_talk_send(t, body, sizeof body);
	assert_int_equal(ek_http_talk_hear(t, true), 503);
	assert_int_equal(ek_http_talk_ask(t, G("/")), 200);
	ek_http_talk_close(t);
}

/* N16. What is sent, and then nothing more; the status with which it ends, 0 for none. */
static const struct {
	const char *name, *sent;
	int status;
} slow[] = {
	{"nothing", "", 0},
	{"address, then silence", "GET / HTTP/1.1\r\n", 408},
	{"half a header", "GET / HTTP/1.1\r\nHost: a\r\nX: ", 408},
	{"half a body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nabc", 408},
	{"half a chunk", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc",
	 408},
};

static void slow_clients_are_cut(void **state)
{
	struct fixture *f = *state;
	struct ek_http_talk *all[EK_LEN(slow)];
	start(f, (struct ek_http_limits){.header_ms = 60, .body_grace_ms = 60, .idle_ms = 60});
	struct ek_http_talk *idle = dial(f);
	struct ek_http_talk *working = dial(f);
	ek_http_talk_say(working, G("/later"));
	assert_int_equal(ek_http_talk_ask(idle, G("/")), 200);
	ek_http_talk_forget(idle);
	for (size_t i = 0; i < EK_LEN(slow); i++) {
		all[i] = dial(f);
		ek_http_talk_say(all[i], slow[i].sent);
	}
	for (size_t i = 0; i < EK_LEN(slow); i++) {
		assert_true(ek_http_talk_drain(all[i]));
		if (ek_http_talk_status(all[i]) != slow[i].status)
			fail_msg("%s: %s", slow[i].name, all[i]->text);
		ek_http_talk_close(all[i]);
	}
	assert_true(ek_http_talk_drain(idle));
	assert_int_equal(idle->n, 0);
	ek_http_talk_close(idle);
	/* Who waits for us has no deadline. */
	wait_for(f, &f->parked_count, 1);
	say(f->parked[0], 200, "late");
	assert_int_equal(ek_http_talk_hear(working, true), 200);
	ek_http_talk_close(working);
	assert_int_equal(ek_http_counters(f->http).cut, EK_LEN(slow));
}

static void overload_answers_503_and_health_goes_on(void **state)
{
	struct fixture *f = *state;
	start(f, (struct ek_http_limits){.in_flight = 2});
	struct ek_http_talk *t[2];
	for (uint32_t i = 0; i < 2; i++) {
		t[i] = dial(f);
		ek_http_talk_say(t[i], G("/later"));
		wait_for(f, &f->parked_count, i + 1);
	}
	struct ek_http_talk *more = dial(f);
	assert_int_equal(ek_http_talk_ask(more, G("/")), 503);
	assert_non_null(strstr(more->text, "Retry-After: 1\r\n"));
	assert_string_equal(ek_http_talk_body(more), "{\"status\":503,\"code\":\"unavailable\"}");
	assert_int_equal(ek_http_talk_ask(more, G("/healthz")), 200);
	say(f->parked[0], 200, "");
	assert_int_equal(ek_http_talk_hear(t[0], true), 200);
	assert_int_equal(ek_http_talk_ask(more, G("/")), 200);
	say(f->parked[1], 200, "");
	assert_int_equal(ek_http_talk_hear(t[1], true), 200);
	ek_http_talk_close(t[0]);
	ek_http_talk_close(t[1]);
	ek_http_talk_close(more);
}

static void one_address_has_only_so_many_connections(void **state)
{
	struct fixture *f = *state;
	start(f, (struct ek_http_limits){.connections_per_address = 2});
	struct ek_http_talk *a = dial(f), *b = dial(f), *c = dial(f);
	assert_int_equal(ek_http_talk_ask(a, G("/")), 200);
	assert_int_equal(ek_http_talk_ask(b, G("/")), 200);
	assert_int_equal(ek_http_talk_ask(c, G("/")), 0);
	ek_http_talk_close(a);
	ek_http_talk_close(b);
	ek_http_talk_close(c);
}

/* ---- streams ---- */

static void wake_all(void *ctx)
{
	struct fixture *f = ctx;
	for (uint32_t i = 0; i < NUMBERS; i++) {
		atomic_fetch_add(&f->number, 1);
		ek_thread_lock_take(f->lock);
		for (uint32_t k = 0; k < f->flow_count; k++)
			ek_http_stream_wake(f->flows[k].stream);
		ek_thread_lock_give(f->lock);
	}
}

/* Takes the chunks' frames out: what was streamed, in place. */
static void unchunk(struct ek_http_talk *t)
{
	char *from = ek_http_talk_body(t), *to = from;
	assert_non_null(from);
	for (;;) {
		char *end;
		unsigned long n = strtoul(from, &end, 16);
		if (n == 0)
			break;
		memmove(to, end + 2, n);
		to += n;
		from = end + 2 + n + 2;
	}
	*to = '\0';
}

static void streams_tell_everything_once_and_in_order(void **state)
{
	struct fixture *f = *state;
	struct ek_http_talk *all[STREAMS];
	struct ek_thread *thread;
	char expected[NUMBERS * 5] = "";
	size_t n = 0;
	for (uint32_t i = 1; i <= NUMBERS; i++)
		n += (size_t)snprintf(expected + n, sizeof expected - n, "%u\n", i);
	for (uint32_t i = 0; i < STREAMS; i++) {
		all[i] = dial(f);
		ek_http_talk_say(all[i], G("/flow"));
		wait_for(f, &f->flow_count, i + 1);
	}
	assert_int_equal(ek_http_counters(f->http).streams_open, STREAMS);
	assert_true(ek_thread_open(wake_all, f, &thread, &f->err));
	for (uint32_t i = 0; i < STREAMS; i++) {
		assert_true(ek_http_talk_drain(all[i]));
		assert_int_equal(ek_http_talk_status(all[i]), 200);
		unchunk(all[i]);
		assert_string_equal(ek_http_talk_body(all[i]), expected);
		ek_http_talk_close(all[i]);
		wait_closed(f, &f->flows[i]);
	}
	ek_thread_close(&thread);
	assert_int_equal(ek_http_counters(f->http).streams_open, 0);
}

static void a_stream_that_nobody_reads_is_cut(void **state)
{
	struct fixture *f = *state; /* N17 */
	start(f, (struct ek_http_limits){.stall_ms = 100});
	struct ek_http_talk *stuck = dial(f), *quiet = dial(f);
	int small = 4096;
	(void)setsockopt(stuck->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	ek_http_talk_say(stuck, G("/flow?endless"));
	wait_for(f, &f->flow_count, 1);
	ek_http_talk_say(quiet, G("/flow"));
	wait_for(f, &f->flow_count, 2);
	wait_closed(f, &f->flows[0]);
	/* The one that has nothing to say stays. */
	assert_int_equal(atomic_load(&f->flows[1].closed), 0);
	ek_http_stream_wake(f->flows[0].stream);
	ek_http_stream_end(f->flows[1].stream);
	assert_true(ek_http_talk_drain(quiet));
	wait_closed(f, &f->flows[1]);
	assert_non_null(strstr(quiet->text, "\r\n0\r\n\r\n"));
	ek_http_talk_close(stuck);
	ek_http_talk_close(quiet);
}

static void a_client_that_left_is_noticed_at_the_next_wake(void **state)
{
	struct fixture *f = *state;
	struct ek_http_talk *t = dial(f);
	ek_http_talk_say(t, G("/flow"));
	wait_for(f, &f->flow_count, 1);
	assert_int_equal(ek_http_talk_hear(t, false), 200);
	ek_http_talk_close(t);
	ek_http_stream_wake(f->flows[0].stream);
	wait_closed(f, &f->flows[0]);
	assert_int_equal(ek_http_counters(f->http).streams_open, 0);
}

static void head_of_a_stream_opens_none(void **state)
{
	struct fixture *f = *state;
	struct ek_http_talk *t = dial(f);
	ek_http_talk_say(t, "HEAD /flow HTTP/1.1\r\nHost: a\r\n\r\n");
	assert_true(ek_http_talk_drain(t));
	assert_int_equal(ek_http_talk_status(t), 200);
	wait_closed(f, &f->flows[0]);
	ek_http_talk_close(t);
}

/* ---- the end ---- */

static void answer_first(void *ctx)
{
	struct fixture *f = ctx;
	/* The stop has begun when it refuses what comes. */
	struct ek_http_talk *probe = dial(f);
	while (!probe->is_ended && ek_http_talk_ask(probe, G("/")) == 200)
		;
	ek_http_talk_close(probe);
	say(f->parked[0], 200, "in time");
}

static void a_stop_lets_requests_be_answered(void **state)
{
	struct fixture *f = *state;
	struct ek_http_talk *t = dial(f), *flow = dial(f), *idle = dial(f);
	struct ek_thread *thread;
	assert_int_equal(ek_http_talk_ask(idle, G("/")), 200);
	ek_http_talk_say(t, G("/later"));
	wait_for(f, &f->parked_count, 1);
	ek_http_talk_say(flow, G("/flow"));
	wait_for(f, &f->flow_count, 1);
	assert_true(ek_thread_open(answer_first, f, &thread, &f->err));
	assert_true(ek_http_stop(f->http, (ek_span){5000}));
	ek_thread_close(&thread);
	assert_int_equal(ek_http_talk_hear(t, true), 200);
	assert_non_null(strstr(t->text, "Connection: close"));
	assert_true(ek_http_talk_drain(t));
	assert_true(ek_http_talk_drain(flow));
	wait_closed(f, &f->flows[0]);
	ek_http_talk_forget(idle);
	assert_true(ek_http_talk_drain(idle));
	struct ek_http_talk *late = dial(f);
	assert_true(late->is_ended); /* refused, not left waiting */
	ek_http_talk_close(late);
	ek_http_talk_close(t);
	ek_http_talk_close(flow);
	ek_http_talk_close(idle);
}

static void a_close_leaves_late_answers_harmless(void **state)
{
	struct fixture *f = *state;
	struct ek_http_talk *t = dial(f), *flow = dial(f), *half = dial(f);
	ek_http_talk_say(t, "POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
	wait_for(f, &f->parked_count, 1);
	ek_http_talk_say(flow, G("/flow?endless"));
	wait_for(f, &f->flow_count, 1);
	ek_http_talk_say(half, "GET / HT");
	assert_false(ek_http_stop(f->http, (ek_span){10}));
	ek_http_close(&f->http);
	assert_null(f->http);
	assert_true(ek_str_is(f->parked[0]->body, "abc")); /* still its owner's */
	assert_true(ek_str_is(f->parked[0]->path, "/later"));
	say(f->parked[0], 200, "too late");
	assert_true(ek_http_talk_drain(t));
	assert_int_equal(t->n, 0);
	assert_int_equal(atomic_load(&f->flows[0].closed), 1);
	ek_http_stream_wake(f->flows[0].stream);
	ek_http_talk_close(t);
	ek_http_talk_close(flow);
	ek_http_talk_close(half);
}

static void wrong_options_are_refused(void **state)
{
	struct fixture *f = *state;
	struct ek_http *h;
	struct ek_http_options o = {.alloc = ek_heap_alloc(), .handler = serve, .ctx = f};
	o.port = ek_http_port(f->http);
	assert_false(ek_http_open(&o, &h, &f->err));
	assert_int_equal(f->err.code, EK_IN_USE);
	assert_null(h);
	o.port = 0;
	o.address = "localhost";
	assert_false(ek_http_open(&o, &h, &f->err));
	assert_int_equal(f->err.code, EK_USAGE);
	o.address = NULL;
	o.cert = "x";
	assert_false(ek_http_open(&o, &h, &f->err));
	assert_int_equal(f->err.code, EK_USAGE);
	o.key = "y";
	assert_false(ek_http_open(&o, &h, &f->err));
	assert_int_equal(f->err.code, EK_IO);
	o.cert = o.key = NULL;
	static const char *const name[] = {"proxy.example"};
	o.proxies = name;
	o.proxy_count = 1;
	assert_false(ek_http_open(&o, &h, &f->err));
	assert_int_equal(f->err.code, EK_USAGE);
	ek_http_close(&h);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(requests_arrive_as_they_were_sent),
		T(answers_have_the_right_frame),
		T(answers_come_from_other_threads),
		T(a_listed_proxy_is_believed),
		T(bodies_have_limits),
		T(a_chunked_body_has_the_same_limit),
		T(bodies_together_have_a_limit),
		T(slow_clients_are_cut),
		T(overload_answers_503_and_health_goes_on),
		T(one_address_has_only_so_many_connections),
		T(streams_tell_everything_once_and_in_order),
		T(a_stream_that_nobody_reads_is_cut),
		T(a_client_that_left_is_noticed_at_the_next_wake),
		T(head_of_a_stream_opens_none),
		T(a_stop_lets_requests_be_answered),
		T(a_close_leaves_late_answers_harmless),
		T(wrong_options_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
