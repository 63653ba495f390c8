/* One request's way through the library's callbacks. All of them are on the HTTP thread. */
#include "http/http_state.h"
#include "sys/clock.h"

/* ---- turns: used again and again, so that a request on a warm server allocates nothing ---- */

static void arm(struct ek_http_turn *t, struct ek_http_conn *c)
{
	struct ek_http *h = c->http;
	struct ek_arena arena = t->request.arena;
	arena.max = h->options.limits.arena_bytes;
	*t = (struct ek_http_turn){
		.request.arena = arena,
		.http = h,
		.conn = c,
		.mhd = c->mhd,
		.alloc = t->alloc,
		.body = t->body,
		.body_cap = t->body_cap,
	};
	t->request.id = atomic_fetch_add_explicit(&h->next_id, 1, memory_order_relaxed);
}

struct ek_http_turn *ek_http_turn_take(struct ek_http_conn *c)
{
	struct ek_http *h = c->http;
	ek_thread_lock_take(h->lock);
	struct ek_http_turn *t = h->idle;
	if (t != NULL) {
		h->idle = t->next;
		h->idle_count--;
	}
	ek_thread_lock_give(h->lock);
	if (t == NULL) {
		t = ek_alloc_get(&h->options.alloc, sizeof *t);
		if (t == NULL)
			return NULL;
		memset(t, 0, sizeof *t);
		t->alloc = h->options.alloc;
		ek_arena_init(&t->request.arena, t->alloc, h->options.limits.arena_bytes);
	}
	arm(t, c);
	return t;
}

void ek_http_turn_free(struct ek_http_turn *t)
{
	struct ek_alloc alloc = t->alloc;
	ek_arena_fini(&t->request.arena);
	ek_alloc_free(&alloc, t->body, t->body_cap);
	ek_alloc_free(&alloc, t, sizeof *t);
}

static void uncount(struct ek_http_turn *t)
{
	if (t->is_counted)
		atomic_fetch_sub(&t->http->in_flight, 1);
	t->is_counted = false;
}

void ek_http_turn_give(struct ek_http_turn *t)
{
	struct ek_http *h = t->http;
	uncount(t);
	if (t->body_cap > EK_HTTP_KEEP_BODY) {
		atomic_fetch_sub(&h->bodies, t->body_cap);
		ek_alloc_free(&t->alloc, t->body, t->body_cap);
		t->body = NULL;
		t->body_cap = 0;
	}
	ek_arena_reset(&t->request.arena);
	ek_thread_lock_take(h->lock);
	bool is_kept = h->idle_count < EK_HTTP_KEEP_TURNS;
	if (is_kept) {
		t->next = h->idle;
		h->idle = t;
		h->idle_count++;
	}
	ek_thread_lock_give(h->lock);
	if (is_kept)
		return;
	atomic_fetch_sub(&h->bodies, t->body_cap);
	ek_http_turn_free(t);
}

/* ---- the body ---- */

static void drop_body(struct ek_http_turn *t, int status, const char *code)
{
	t->why = (struct ek_http_refusal){status, code, 0};
	t->is_discarding = true;
}

static bool grow_body(struct ek_http_turn *t, size_t need)
{
	struct ek_http *h = t->http;
	size_t cap = t->body_cap < 4096 ? 4096 : t->body_cap;
	while (cap < need)
		cap *= 2;
	if (cap > t->body_max && t->body_max >= need)
		cap = t->body_max;
	size_t more = cap - t->body_cap;
	if (atomic_fetch_add(&h->bodies, more) + more > h->options.limits.bodies_bytes) {
		atomic_fetch_sub(&h->bodies, more);
		return false;
	}
	char *p = t->alloc.resize(t->alloc.ctx, t->body, t->body_cap, cap);
	if (p == NULL) {
		atomic_fetch_sub(&h->bodies, more);
		return false;
	}
	t->body = p;
	t->body_cap = cap;
	return true;
}

static enum MHD_Result take_body(struct ek_http_conn *c, const char *data, size_t *n)
{
	struct ek_http_turn *t = c->turn;
	size_t got = *n;
	*n = 0;
	atomic_fetch_add_explicit(&c->http->bytes_in, got, memory_order_relaxed);
	if (!ek_http_watch_count(c, got))
		return MHD_NO;
	if (!t->is_discarding && got > t->body_max - t->body_n)
		drop_body(t, 413, "too_large");
	if (!t->is_discarding && t->body_n + got > t->body_cap && !grow_body(t, t->body_n + got))
		drop_body(t, 503, "unavailable");
	if (!t->is_discarding)
		memcpy(t->body + t->body_n, data, got);
	t->body_n += got;
	if (t->is_discarding && t->body_n > t->body_max + EK_HTTP_DRAIN) {
		t->why.id = t->request.id;
		ek_http_answer_past(c, &t->why, &t->request.arena);
		return MHD_NO;
	}
	return MHD_YES;
}

/* ---- a request ---- */

static bool is_always(const struct ek_http *h, ek_str path)
{
	for (uint32_t i = 0; i < h->options.always_count; i++)
		if (ek_str_is(path, h->options.always[i]))
			return true;
	return false;
}

/* What load and size say to a head that is well formed. */
static void judge_load(struct ek_http *h, struct ek_http_turn *t, bool *is_hard)
{
	const struct ek_http_options *o = &h->options;
	struct ek_http_request *r = &t->request;
	t->body_max = o->body_max == NULL ? o->limits.body_bytes
					  : o->body_max(o->ctx, r->method, r->path);
	if (t->body_max > SIZE_MAX / 4)
		t->body_max = SIZE_MAX / 4;
	if (t->declared > t->body_max) {
		t->why = (struct ek_http_refusal){413, "too_large", 0};
		*is_hard = t->declared - t->body_max > EK_HTTP_DRAIN;
		return;
	}
	bool is_full = atomic_load(&h->in_flight) >= o->limits.in_flight;
	if (atomic_load(&h->is_stopping) || (is_full && !is_always(h, r->path)))
		t->why = (struct ek_http_refusal){503, "unavailable", 0};
}

/* The head is there. What is answered now ends the connection, as the body is not read; what can
 * wait for the body, or has none, keeps it. */
static enum MHD_Result begin(struct ek_http_conn *c, const char *method, const char *version)
{
	if (c->address == NULL || !ek_http_watch_enter(c, EK_HTTP_BODY))
		return MHD_NO;
	struct ek_http_turn *t = ek_http_turn_take(c);
	if (t == NULL)
		return MHD_NO;
	c->turn = t;
	bool is_hard = true;
	t->why = ek_http_head_read(c, t, method, version, &is_hard);
	if (t->why.status == 0)
		judge_load(c->http, t, &is_hard);
	c->address = NULL;
	if (t->why.status == 0)
		return MHD_YES;
	t->is_discarding = true;
	bool is_asking = ek_http_header(&t->request, "Expect").p != NULL; /* before it sends */
	if (is_hard || is_asking || t->is_chunked || t->declared > t->body_max + EK_HTTP_DRAIN)
		return ek_http_answer_no(c);
	return MHD_YES;
}

/* The handler did not answer yet: suspends the connection, unless the answer came meanwhile. */
static enum MHD_Result park(struct ek_http_conn *c, struct ek_http_turn *t)
{
	struct ek_http *h = c->http;
	int was = EK_HTTP_RUNNING;
	enum MHD_Result result = MHD_YES;
	ek_thread_lock_take(h->lock);
	if (h->is_closing) {
		if (atomic_compare_exchange_strong(&t->state, &was, EK_HTTP_LEFT)) {
			atomic_fetch_sub(&h->in_flight, 1);
			c->turn = NULL;
		}
		result = MHD_NO;
	} else {
		MHD_suspend_connection(c->mhd);
		if (!atomic_compare_exchange_strong(&t->state, &was, EK_HTTP_PARKED))
			MHD_resume_connection(c->mhd);
	}
	ek_thread_lock_give(h->lock);
	return result;
}

/* The request is whole, or its answer is there. */
static enum MHD_Result finish(struct ek_http_conn *c)
{
	struct ek_http_turn *t = c->turn;
	struct ek_http *h = c->http;
	int state = atomic_load(&t->state);
	if (state == EK_HTTP_ANSWERED)
		return ek_http_answer_queue(c);
	if (state != EK_HTTP_READING)
		return MHD_YES;
	if (t->why.status != 0)
		return ek_http_answer_no(c);
	if (!ek_http_watch_enter(c, EK_HTTP_WORK))
		return MHD_NO;
	t->request.body = (ek_str){t->body_n > 0 ? t->body : "", (uint32_t)t->body_n};
	atomic_fetch_add(&h->in_flight, 1);
	t->is_counted = true;
	atomic_store(&t->state, EK_HTTP_RUNNING);
	h->options.handler(h->options.ctx, &t->request);
	if (atomic_load(&t->state) == EK_HTTP_ANSWERED)
		return ek_http_answer_queue(c);
	return park(c, t);
}

enum MHD_Result ek_http_turn_request(EK_HTTP_REQUEST_ARGUMENTS)
{
	(void)cls;
	(void)mhd;
	(void)url;
	struct ek_http_conn *c = *con_cls;
	if (c == NULL)
		return MHD_NO;
	if (c->turn == NULL)
		return begin(c, method, version);
	if (*n > 0)
		return take_body(c, data, n);
	return finish(c);
}

void *ek_http_turn_address(void *cls, const char *uri, struct MHD_Connection *mhd)
{
	(void)cls;
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct ek_http_conn *c = info == NULL ? NULL : info->socket_context;
	if (c == NULL || uri == NULL)
		return NULL;
	(void)ek_http_watch_enter(c, EK_HTTP_HEAD);
	c->address = uri;
	c->address_n = (uint32_t)strlen(uri);
	c->query_at = 0;
	/* The library would make a record of each parameter, and a few thousand overflow its
	 * memory, upon which it answers twice. We read the query ourselves: it sees none. */
	const char *query = strchr(uri, '?');
	if (query != NULL) {
		c->query_at = (uint32_t)(query + 1 - uri);
		c->query_first = query[1];
		*(char *)(uintptr_t)(query + 1) = '\0';
	}
	return c;
}

void ek_http_turn_completed(void *cls, struct MHD_Connection *mhd, void **con_cls,
			    enum MHD_RequestTerminationCode code)
{
	(void)cls;
	(void)mhd;
	(void)code;
	struct ek_http_conn *c = *con_cls;
	if (c == NULL)
		return;
	struct ek_http *h = c->http;
	ek_thread_lock_take(h->lock);
	struct ek_http_turn *t = c->turn;
	struct ek_http_stream *s = c->stream;
	c->turn = NULL;
	c->stream = NULL;
	c->address = NULL;
	ek_thread_lock_give(h->lock);
	(void)ek_http_watch_enter(c, EK_HTTP_IDLE);
	if (t != NULL) {
		/* It ended before its answer was on the way. A turn that somebody still holds is
		 * parked, and a parked connection does not end. */
		ek_assert(atomic_load(&t->state) == EK_HTTP_READING ||
			  atomic_load(&t->state) == EK_HTTP_ANSWERED);
		if (t->response != NULL)
			MHD_destroy_response(t->response);
		ek_http_turn_give(t);
	}
	if (s != NULL)
		ek_http_stream_gone(s);
}

/* ---- connections ---- */

static void opened(struct ek_http *h, struct MHD_Connection *mhd, void **socket_context)
{
	struct ek_http_conn *c = ek_alloc_get(&h->options.alloc, sizeof *c);
	*socket_context = c;
	if (c == NULL)
		return; /* its first request will be closed */
	*c = (struct ek_http_conn){.http = h, .mhd = mhd, .since_ns = ek_clock_mono_ns()};
	c->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	ek_http_peer_text(
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr,
		c->peer);
	c->is_proxy = ek_http_peer_is_proxy(h, c->peer);
	atomic_fetch_add_explicit(&h->connections, 1, memory_order_relaxed);
	ek_thread_lock_take(h->lock);
	c->next = h->conns;
	if (c->next != NULL)
		c->next->prev = c;
	h->conns = c;
	h->conn_count++;
	ek_thread_lock_give(h->lock);
}

static void closed(struct ek_http *h, struct ek_http_conn *c)
{
	ek_thread_lock_take(h->lock);
	if (c->next != NULL)
		c->next->prev = c->prev;
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		h->conns = c->next;
	h->conn_count--;
	if (atomic_load(&h->is_stopping))
		ek_thread_lock_ring(h->lock);
	ek_thread_lock_give(h->lock);
	ek_alloc_free(&h->options.alloc, c, sizeof *c);
}

void ek_http_turn_connection(void *cls, struct MHD_Connection *mhd, void **socket_context,
			     enum MHD_ConnectionNotificationCode code)
{
	struct ek_http *h = cls;
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		opened(h, mhd, socket_context);
	else if (*socket_context != NULL)
		closed(h, *socket_context);
}
