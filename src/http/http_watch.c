/* Deadlines. The library's own time-out starts anew with each byte, which is what slow attackers
 * send; these count from the beginning of a thing.
 *
 * The watch never touches the library: it shuts the socket down, and the HTTP thread finds it dead.
 * A socket is the connection's as long as the connection is in the list, under the lock. */
#include <linux/sockios.h>
#include <linux/tcp.h> /* not netinet's, which lacks the bytes */
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "http/http_state.h"
#include "sys/clock.h"

enum { NS_PER_MS = 1000 * 1000, TICK_MAX_MS = 1000, TICK_MIN_MS = 5, TICKS = 8 };

bool ek_http_watch_enter(struct ek_http_conn *c, enum ek_http_phase phase)
{
	uint64_t now = ek_clock_mono_ns();
	ek_thread_lock_take(c->http->lock);
	/* What came before the first address counts, too: one deadline from connect. */
	if (phase != EK_HTTP_HEAD || c->is_served)
		c->since_ns = now;
	if (phase == EK_HTTP_IDLE)
		c->is_served = true;
	c->phase = phase;
	c->received = 0;
	c->waiting = 0;
	c->pulled = 0;
	c->moved_ns = now;
	bool ok = !c->is_cut;
	ek_thread_lock_give(c->http->lock);
	return ok;
}

bool ek_http_watch_count(struct ek_http_conn *c, size_t n)
{
	ek_thread_lock_take(c->http->lock);
	c->received += n;
	bool ok = !c->is_cut;
	ek_thread_lock_give(c->http->lock);
	return ok;
}

/* Whether bytes wait in the socket, and none of them was taken since long. */
static bool is_stalled(struct ek_http_conn *c, uint64_t now)
{
	uint64_t pulled = c->stream == NULL ? 0 : atomic_load(&c->stream->pulled);
	if (c->stream != NULL && c->waiting == 0 && pulled == c->pulled) {
		c->moved_ns = now; /* all was taken, nothing was added: ask the kernel nothing */
		return false;
	}
	int waiting = 0;
	if (ioctl(c->fd, SIOCOUTQ, &waiting) != 0)
		return false;
	if (waiting == 0 || waiting != c->waiting || pulled != c->pulled)
		c->moved_ns = now;
	c->waiting = waiting;
	c->pulled = pulled;
	return now - c->moved_ns >= (uint64_t)c->http->options.limits.stall_ms * NS_PER_MS;
}

static bool is_slow_body(const struct ek_http_conn *c, uint64_t ms)
{
	const struct ek_http_limits *l = &c->http->options.limits;
	return ms >= l->body_grace_ms && c->received * 1000 / ms < l->body_rate;
}

/* Idle connections hold memory: fewer are kept when many are open. */
static uint32_t idle_ms(const struct ek_http *h)
{
	const struct ek_http_limits *l = &h->options.limits;
	return h->conn_count > l->connections / 2 ? l->idle_ms / 8 : l->idle_ms;
}

static bool is_overdue(struct ek_http_conn *c, uint64_t now)
{
	const struct ek_http_limits *l = &c->http->options.limits;
	uint64_t ms = (now - c->since_ns) / NS_PER_MS;
	bool is_stopping = atomic_load(&c->http->is_stopping);
	switch (c->phase) {
	case EK_HTTP_IDLE:
		return is_stopping || ms >= (c->is_served ? idle_ms(c->http) : l->header_ms);
	case EK_HTTP_HEAD:
		return ms >= l->header_ms;
	case EK_HTTP_BODY:
		return is_slow_body(c, ms);
	case EK_HTTP_SEND:
	case EK_HTTP_FLOWS:
		return is_stalled(c, now);
	case EK_HTTP_WORK:
		break;
	}
	return false;
}

/* Whether the client has sent something that the library sits on. */
static bool has_begun(const struct ek_http_conn *c)
{
	struct tcp_info info;
	socklen_t n = sizeof info;
	return c->phase == EK_HTTP_HEAD || c->phase == EK_HTTP_BODY ||
	       (c->phase == EK_HTTP_IDLE && !c->is_served &&
		getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &info, &n) == 0 &&
		info.tcpi_bytes_received > 0);
}

static void cut(struct ek_http_conn *c)
{
	struct ek_http *h = c->http;
	bool is_stuck = c->phase == EK_HTTP_SEND || c->phase == EK_HTTP_FLOWS;
	c->is_cut = true;
	if (c->phase != EK_HTTP_IDLE || !c->is_served)
		atomic_fetch_add_explicit(&h->cut, 1, memory_order_relaxed);
	if (has_begun(c)) {
		struct ek_http_refusal why = {
			408, "timeout",
			atomic_fetch_add_explicit(&h->next_id, 1, memory_order_relaxed)};
		ek_http_answer_past(c, &why, &h->watch_arena);
		ek_arena_reset(&h->watch_arena);
	}
	if (is_stuck) {
		/* What the client does not take must not stay in the kernel after us. */
		const struct linger none = {.l_onoff = 1, .l_linger = 0};
		(void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
	}
	(void)shutdown(c->fd, SHUT_RDWR);
	if (c->stream != NULL) {
		atomic_store(&c->stream->is_cut, true);
		ek_http_stream_wake(c->stream);
	}
}

/* An eighth of the shortest deadline, so that none is missed by much. */
static int64_t tick_ms(const struct ek_http_limits *l)
{
	uint32_t least = l->header_ms;
	const uint32_t others[] = {l->body_grace_ms, l->idle_ms, l->stall_ms};
	for (size_t i = 0; i < EK_LEN(others); i++)
		least = others[i] < least ? others[i] : least;
	int64_t ms = least / TICKS;
	return ms > TICK_MAX_MS ? TICK_MAX_MS : ms < TICK_MIN_MS ? TICK_MIN_MS : ms;
}

void ek_http_watch_run(void *ctx)
{
	struct ek_http *h = ctx;
	int64_t tick = tick_ms(&h->options.limits);
	ek_thread_lock_take(h->lock);
	while (!h->is_closing) {
		ek_thread_lock_wait(h->lock, (ek_span){tick});
		uint64_t now = ek_clock_mono_ns();
		for (struct ek_http_conn *c = h->conns; c != NULL; c = c->next)
			if (!c->is_cut && is_overdue(c, now))
				cut(c);
	}
	ek_thread_lock_give(h->lock);
}
