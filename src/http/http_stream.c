/* Live streams. The library pulls while the socket takes bytes; a stream with nothing to say is
 * suspended, which costs neither thread nor time-out.
 *
 * Suspend and resume must never cross: who suspends, then says PARKED; who wakes, resumes only what
 * was PARKED; and if a wake came in between, the suspender finds it (the state is no longer ACTIVE)
 * and resumes by itself. */
#include <errno.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/http_state.h"

static void release(struct ek_http_stream *s)
{
	if (atomic_fetch_sub(&s->holders, 1) != 1)
		return;
	struct ek_alloc alloc = s->alloc;
	ek_alloc_free(&alloc, s, sizeof *s);
}

/* Whether the client closed its end. The library does not look as long as there is nothing to send,
 * and the first bytes sent after that only provoke the reset that the next ones would find. */
static bool has_left(int fd)
{
	char byte;
	ssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

/* The library clears half of a connection's memory before it answers, and so makes it resident. As
 * the buffer that it wants filled may hold anything now, its whole pages go back to the system. */
static void give_pages_back(struct ek_http_stream *s, char *buf, size_t cap)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t from = ((uintptr_t)buf + page - 1) & ~(page - 1);
	uintptr_t to = ((uintptr_t)buf + cap) & ~(page - 1);
	if (s->touched_n >= page && from < to)
		(void)madvise((void *)from, to - from, MADV_DONTNEED);
	s->touched_n = 0;
}

/* Nothing was pulled: rest until a wake. */
static ssize_t rest(struct ek_http_stream *s)
{
	int was = EK_HTTP_STREAM_ACTIVE;
	if (has_left(s->conn->fd))
		return MHD_CONTENT_READER_END_WITH_ERROR;
	MHD_suspend_connection(s->conn->mhd);
	if (!atomic_compare_exchange_strong(&s->state, &was, EK_HTTP_STREAM_PARKED))
		MHD_resume_connection(s->conn->mhd);
	return 0;
}

static ssize_t read_more(void *cls, uint64_t at, char *buf, size_t cap)
{
	(void)at;
	struct ek_http_stream *s = cls;
	size_t n = 0;
	atomic_store(&s->state, EK_HTTP_STREAM_ACTIVE);
	if (atomic_load(&s->is_cut))
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (s->was_last || atomic_load(&s->is_ended))
		return MHD_CONTENT_READER_END_OF_STREAM;
	size_t ask = cap < EK_HTTP_PULL ? cap : EK_HTTP_PULL;
	ek_http_more more = s->source.pull(s->source.ctx, buf, ask, &n);
	ek_assert(n <= ask);
	s->was_last = more == EK_HTTP_END;
	if (n == 0 && s->was_last)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (n == 0) {
		give_pages_back(s, buf, cap);
		return rest(s);
	}
	s->touched_n += n;
	atomic_fetch_add_explicit(&s->pulled, n, memory_order_relaxed);
	atomic_fetch_add_explicit(&s->http->bytes_out, n, memory_order_relaxed);
	return (ssize_t)n;
}

static struct MHD_Response *make_response(struct ek_http_stream *s,
					  const struct ek_http_reply *head)
{
	/* The size is of a buffer that only HTTP/1.0 uses; chunks are pulled straight into the
	 * connection's own memory. */
	struct MHD_Response *r =
		MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1024, read_more, s, NULL);
	bool ok = r != NULL;
	if (ok && head->type != NULL)
		ok = MHD_add_response_header(r, "Content-Type", head->type) == MHD_YES;
	for (uint32_t i = 0; ok && i < head->header_count; i++) {
		const struct ek_http_field *f = &head->headers[i];
		ok = f->value == NULL || f->value[0] == '\0' ||
		     MHD_add_response_header(r, f->name, f->value) == MHD_YES;
	}
	if (!ok && r != NULL) {
		MHD_destroy_response(r);
		r = NULL;
	}
	return r;
}

/* Ties the stream to its connection, so that the watch and a stop see it. */
static void attach(struct ek_http_turn *t, struct ek_http_stream *s)
{
	struct ek_http *h = t->http;
	ek_thread_lock_take(h->lock);
	t->conn->stream = s;
	if (atomic_load(&h->is_stopping))
		atomic_store(&s->is_ended, true);
	ek_thread_lock_give(h->lock);
	atomic_fetch_add(&h->streams, 1);
}

bool ek_http_stream_open(struct ek_http_request *request, const struct ek_http_reply *head,
			 const struct ek_http_source *source, struct ek_http_stream **stream)
{
	struct ek_http_turn *t = ek_http_turn_of(request);
	struct ek_http_stream *s = NULL;
	*stream = NULL;
	if (atomic_load(&t->state) != EK_HTTP_LEFT)
		s = ek_alloc_get(&t->alloc, sizeof *s);
	if (s != NULL) {
		*s = (struct ek_http_stream){.http = t->http,
					     .conn = t->conn,
					     .alloc = t->alloc,
					     .source = *source,
					     .touched_n = SIZE_MAX / 2};
		atomic_store(&s->holders, 2);
		t->response = make_response(s, head);
	}
	if (t->response == NULL) {
		ek_alloc_free(&t->alloc, s, sizeof *s);
		const struct ek_http_reply no = {
			.status = 503, .body = EK_S("Service Unavailable"), .type = "text/plain"};
		ek_http_answer(request, &no);
		return false;
	}
	t->status = head->status;
	t->stream = s;
	attach(t, s);
	*stream = s;
	ek_http_answer_give(t);
	return true;
}

void ek_http_stream_wake(struct ek_http_stream *s)
{
	int was = atomic_load(&s->state);
	while (was != EK_HTTP_STREAM_CLOSED && was != EK_HTTP_STREAM_WOKEN)
		if (atomic_compare_exchange_weak(&s->state, &was, EK_HTTP_STREAM_WOKEN))
			break;
	if (was == EK_HTTP_STREAM_PARKED)
		MHD_resume_connection(s->conn->mhd);
}

void ek_http_stream_end(struct ek_http_stream *s)
{
	atomic_store(&s->is_ended, true);
	ek_http_stream_wake(s);
}

void ek_http_stream_drop(struct ek_http_stream **s)
{
	if (*s != NULL)
		release(*s);
	*s = NULL;
}

void ek_http_stream_gone(struct ek_http_stream *s)
{
	atomic_store(&s->state, EK_HTTP_STREAM_CLOSED);
	atomic_fetch_sub(&s->http->streams, 1);
	if (s->source.closed != NULL)
		s->source.closed(s->source.ctx);
	release(s);
}

void ek_http_stream_socket(const struct ek_http_conn *c)
{
	int bytes = (int)c->http->options.limits.stream_bytes;
	(void)setsockopt(c->fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
}
