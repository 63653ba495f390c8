/* Answers and refusals: from what the owner says to what the library sends. */
#include <sys/socket.h>

#include "http/http_state.h"

static struct MHD_Response *make_body(const struct ek_http_reply *reply)
{
	void *body =
		(void *)(uintptr_t)reply->body.p; /* the library's is not const, but only read */
	if (reply->free != NULL)
		return MHD_create_response_from_buffer_with_free_callback(reply->body.n, body,
									  reply->free);
	static const char nothing[] = "";
	if (reply->body.n == 0)
		body = (void *)(uintptr_t)nothing;
	bool is_kept = reply->is_lasting || reply->body.n == 0;
	return MHD_create_response_from_buffer(
		reply->body.n, body, is_kept ? MHD_RESPMEM_PERSISTENT : MHD_RESPMEM_MUST_COPY);
}

static bool add(struct MHD_Response *to, const char *name, const char *value)
{
	return value == NULL || value[0] == '\0' ||
	       MHD_add_response_header(to, name, value) == MHD_YES;
}

static bool add_headers(struct MHD_Response *to, const struct ek_http_reply *reply)
{
	bool ok = add(to, "Content-Type", reply->type);
	for (uint32_t i = 0; ok && i < reply->header_count; i++)
		ok = add(to, reply->headers[i].name, reply->headers[i].value);
	return ok && (!reply->is_close || add(to, "Connection", "close"));
}

struct MHD_Response *ek_http_answer_make(const struct ek_http_reply *reply)
{
	struct MHD_Response *made = make_body(reply);
	if (made == NULL && reply->free != NULL)
		reply->free((void *)(uintptr_t)reply->body.p);
	if (made != NULL && !add_headers(made, reply)) {
		MHD_destroy_response(made);
		made = NULL;
	}
	return made;
}

static const struct {
	int status;
	const char *text;
} words[] = {
	{400, "Bad Request"},           {405, "Method Not Allowed"},
	{408, "Request Timeout"},       {413, "Content Too Large"},
	{414, "URI Too Long"},          {415, "Unsupported Media Type"},
	{417, "Expectation Failed"},    {431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"}, {501, "Not Implemented"},
	{503, "Service Unavailable"},   {505, "HTTP Version Not Supported"},
};

static const char *words_of(int status)
{
	for (size_t i = 0; i < EK_LEN(words); i++)
		if (words[i].status == status)
			return words[i].text;
	return "Refused";
}

void ek_http_answer_refusal(struct ek_http *h, const struct ek_http_refusal *why,
			    struct ek_arena *arena, struct ek_http_reply *reply)
{
	static const struct ek_http_field later[] = {{"Retry-After", "1"}};
	static const struct ek_http_field allow[] = {
		{"Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"}};
	const char *text = words_of(why->status);
	*reply = (struct ek_http_reply){.status = why->status,
					.body = {text, (uint32_t)strlen(text)},
					.type = "text/plain; charset=utf-8"};
	if (why->status == 503 || why->status == 405) {
		reply->headers = why->status == 503 ? later : allow;
		reply->header_count = 1;
	}
	if (h->options.refuse != NULL)
		h->options.refuse(h->options.ctx, why, arena, reply);
	reply->status = why->status;
}

static void count_answer(struct ek_http *h, int status, size_t bytes)
{
	atomic_fetch_add_explicit(&h->answers[status / 100], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&h->bytes_out, bytes, memory_order_relaxed);
}

static void drop_response(struct ek_http_turn *t)
{
	MHD_destroy_response(t->response);
	t->response = NULL;
	t->headers = (struct ek_http_reply){0};
}

/* A turn whose reply could not be made says so in plain words, which can always be sent. */
static bool make_plain_500(struct ek_http_turn *t)
{
	const struct ek_http_reply reply = {
		.status = 500, .body = EK_S("Internal Server Error"), .type = "text/plain"};
	t->status = 500;
	t->response = ek_http_answer_make(&reply);
	return t->response != NULL;
}

static const char *keep_text(struct ek_http_turn *t, const char *text, bool *ok)
{
	size_t n = text == NULL ? 0 : strlen(text) + 1;
	char *p = n == 0 ? NULL : ek_arena_get(&t->request.arena, n);
	if (p == NULL) {
		*ok = *ok && n == 0;
		return NULL;
	}
	memcpy(p, text, n);
	return p;
}

/* Whoever answers is often the writer, for whom all wait: the library's copies of the headers, a
 * few allocations each, are made by the HTTP thread, which also frees them. */
static bool keep_headers(struct ek_http_turn *t, const struct ek_http_reply *reply)
{
	uint32_t n = reply->header_count;
	bool ok = true;
	struct ek_http_field *kept = ek_arena_get(&t->request.arena, (n + 1) * sizeof *kept);
	if (kept == NULL)
		return false;
	for (uint32_t i = 0; i < n; i++)
		kept[i] = (struct ek_http_field){keep_text(t, reply->headers[i].name, &ok),
						 keep_text(t, reply->headers[i].value, &ok)};
	t->headers = (struct ek_http_reply){
		.type = keep_text(t, reply->type, &ok), .headers = kept, .header_count = n};
	return ok;
}

void ek_http_answer(struct ek_http_request *request, const struct ek_http_reply *reply)
{
	struct ek_http_turn *t = ek_http_turn_of(request);
	ek_assert(reply->status >= 200 && reply->status <= 599);
	t->status = reply->status;
	t->is_close = t->is_close || reply->is_close;
	t->response = make_body(reply);
	if (t->response == NULL && reply->free != NULL)
		reply->free((void *)(uintptr_t)reply->body.p);
	if (t->response != NULL && !keep_headers(t, reply))
		drop_response(t);
	if (t->response == NULL)
		(void)make_plain_500(t);
	t->reply_n = reply->body.n;
	ek_http_answer_give(t);
}

void ek_http_answer_give(struct ek_http_turn *t)
{
	struct MHD_Connection *mhd = t->mhd;
	int was = atomic_exchange(&t->state, EK_HTTP_ANSWERED);
	ek_assert(was == EK_HTTP_RUNNING || was == EK_HTTP_PARKED || was == EK_HTTP_LEFT);
	if (was == EK_HTTP_PARKED)
		MHD_resume_connection(mhd);
	if (was != EK_HTTP_LEFT)
		return; /* no longer ours */
	if (t->response != NULL)
		MHD_destroy_response(t->response);
	if (t->stream != NULL)
		ek_http_stream_gone(t->stream);
	ek_http_turn_free(t);
}

enum MHD_Result ek_http_answer_queue(struct ek_http_conn *c)
{
	struct ek_http_turn *t = c->turn;
	struct ek_http *h = c->http;
	if (t->response != NULL && !add_headers(t->response, &t->headers)) {
		drop_response(t);
		(void)make_plain_500(t);
	}
	struct MHD_Response *response = t->response;
	bool is_stream = t->stream != NULL;
	int status = t->status;
	bool ok = ek_http_watch_enter(c, is_stream ? EK_HTTP_FLOWS : EK_HTTP_SEND);
	if (ok && response != NULL) {
		if (is_stream)
			ek_http_stream_socket(c);
		if (t->is_close || is_stream || atomic_load(&h->is_stopping))
			(void)MHD_add_response_header(response, "Connection", "close");
		count_answer(h, status, is_stream ? 0 : t->reply_n);
		ok = MHD_queue_response(c->mhd, (unsigned)status, response) == MHD_YES;
		t->response = NULL;
		MHD_destroy_response(response);
	} else {
		ok = false;
	}
	if (ok) { /* otherwise the end of the connection lets it go */
		c->turn = NULL;
		ek_http_turn_give(t);
	}
	return ok ? MHD_YES : MHD_NO;
}

enum MHD_Result ek_http_answer_no(struct ek_http_conn *c)
{
	struct ek_http_turn *t = c->turn;
	struct ek_http_reply reply;
	t->why.id = t->request.id;
	ek_http_answer_refusal(c->http, &t->why, &t->request.arena, &reply);
	t->status = reply.status;
	t->reply_n = reply.body.n;
	t->response = ek_http_answer_make(&reply);
	if (t->response == NULL && !make_plain_500(t))
		return MHD_NO;
	return ek_http_answer_queue(c);
}

enum { PAST = 4096 };

void ek_http_answer_past(struct ek_http_conn *c, const struct ek_http_refusal *why,
			 struct ek_arena *arena)
{
	if (c->http->options.cert != NULL)
		return;
	struct ek_http_reply reply;
	char text[PAST];
	ek_http_answer_refusal(c->http, why, arena, &reply);
	size_t n = ek_format(text, sizeof text,
			     "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Length: %u\r\n",
			     why->status, words_of(why->status), (unsigned)reply.body.n);
	if (reply.type != NULL)
		n += ek_format(text + n, sizeof text - n, "Content-Type: %s\r\n", reply.type);
	for (uint32_t i = 0; i < reply.header_count; i++)
		n += ek_format(text + n, sizeof text - n, "%s: %s\r\n", reply.headers[i].name,
			       reply.headers[i].value);
	n += ek_format(text + n, sizeof text - n, "\r\n");
	if (n + reply.body.n < sizeof text) {
		memcpy(text + n, reply.body.p, reply.body.n);
		(void)send(c->fd, text, n + reply.body.n, MSG_DONTWAIT | MSG_NOSIGNAL);
		count_answer(c->http, why->status, reply.body.n);
	}
	if (reply.free != NULL)
		reply.free((void *)(uintptr_t)reply.body.p);
}
