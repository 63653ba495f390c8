#include "http/http.h"

#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/http_state.h"
#include "sys/clock.h"

/* The version whose leniencies http_head.c makes up for, see there. */
#define PROVED "0.9.75"

static const struct ek_http_limits defaults = {
	.header_bytes = 32 * 1024,
	.header_lines = 100,
	.address_bytes = 8 * 1024,
	.body_bytes = 1024 * 1024,
	.arena_bytes = 8 * 1024 * 1024,
	.bodies_bytes = 256 * 1024 * 1024,
	.connections = 12000,
	.connections_per_address = 1024,
	.in_flight = 4096,
	.header_ms = 10 * 1000,
	.body_grace_ms = 10 * 1000,
	.body_rate = 1024,
	.idle_ms = 75 * 1000,
	.stall_ms = 30 * 1000,
	.stream_bytes = 32 * 1024,
};

static void fill(uint32_t *limit, uint32_t standard)
{
	if (*limit == 0)
		*limit = standard;
}

static void fill_limits(struct ek_http_limits *l)
{
	const struct ek_http_limits *d = &defaults;
	fill(&l->header_bytes, d->header_bytes);
	fill(&l->header_lines, d->header_lines);
	fill(&l->address_bytes, d->address_bytes);
	fill(&l->body_bytes, d->body_bytes);
	fill(&l->arena_bytes, d->arena_bytes);
	if (l->bodies_bytes == 0)
		l->bodies_bytes = d->bodies_bytes;
	fill(&l->connections, d->connections);
	fill(&l->connections_per_address, d->connections_per_address);
	fill(&l->in_flight, d->in_flight);
	fill(&l->header_ms, d->header_ms);
	fill(&l->body_grace_ms, d->body_grace_ms);
	fill(&l->body_rate, d->body_rate);
	fill(&l->idle_ms, d->idle_ms);
	fill(&l->stall_ms, d->stall_ms);
	fill(&l->stream_bytes, d->stream_bytes);
}

static bool copy_proxies(struct ek_http *h, struct ek_err *err)
{
	uint32_t n = h->options.proxy_count;
	if (n == 0)
		return true;
	h->proxies = ek_alloc_get(&h->options.alloc, n * sizeof *h->proxies);
	if (h->proxies == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for the proxies");
	for (uint32_t i = 0; i < n; i++) {
		const char *text = h->options.proxies[i];
		if (!ek_http_peer_normal((ek_str){text, (uint32_t)strlen(text)}, h->proxies[i]))
			return ek_fail(err, EK_USAGE, "proxy \"%s\" is not a numeric address",
				       text);
	}
	return true;
}

/* The address was read where it was asked for; the library's decoding would move it. */
static size_t leave_as_is(void *cls, struct MHD_Connection *mhd, char *text)
{
	(void)cls;
	(void)mhd;
	return strlen(text);
}

/* Strictness is left at its middle: what the library refuses by itself it refuses in its own words,
 * for a missing Host even twice. All that it would refuse is refused by http_head.c. */
static bool start_daemon(struct ek_http *h, struct ek_err *err)
{
	const struct ek_http_options *o = &h->options;
	const struct ek_http_limits *l = &o->limits;
	bool is_tls = o->cert != NULL;
	/* The head; 64 bytes for each line and cookie, a copy of the cookies, the answer's head.
	 * All is cleared between two requests: it is resident, and takes time. */
	size_t pool = (size_t)l->header_bytes + l->address_bytes + 16 * 1024;
	unsigned per_address = o->proxy_count > 0 || l->connections_per_address == UINT32_MAX
				       ? 0
				       : l->connections_per_address;
	const struct MHD_OptionItem tls[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)o->cert},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)o->key},
		{MHD_OPTION_HTTPS_PRIORITIES, 0,
		 (void *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
		{MHD_OPTION_END, 0, NULL},
	};
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
			 (is_tls ? (unsigned)MHD_USE_TLS : 0);
	h->daemon = MHD_start_daemon(
		flags, 0, NULL, NULL, ek_http_turn_request, h, MHD_OPTION_LISTEN_SOCKET,
		h->listen_fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)l->connections,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_address, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		pool, MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_URI_LOG_CALLBACK,
		ek_http_turn_address, h, MHD_OPTION_UNESCAPE_CALLBACK, leave_as_is, NULL,
		MHD_OPTION_NOTIFY_COMPLETED, ek_http_turn_completed, h,
		MHD_OPTION_NOTIFY_CONNECTION, ek_http_turn_connection, h, MHD_OPTION_ARRAY,
		is_tls ? tls : tls + EK_LEN(tls) - 1, MHD_OPTION_END);
	if (h->daemon == NULL)
		return ek_fail(err, EK_IO, "the web server does not start%s",
			       is_tls ? ": are certificate and key a pair of PEM texts?" : "");
	return true;
}

static bool check_options(const struct ek_http_options *o, struct ek_err *err)
{
	if (strcmp(MHD_get_version(), PROVED) != 0)
		return ek_fail(err, EK_CHECK_FAILED,
			       "libmicrohttpd is %s; what it lets through is known of " PROVED
			       " only",
			       MHD_get_version());
	if ((o->cert == NULL) != (o->key == NULL))
		return ek_fail(err, EK_USAGE, "TLS needs a certificate and its key");
	return true;
}

bool ek_http_open(const struct ek_http_options *options, struct ek_http **http, struct ek_err *err)
{
	*http = NULL;
	if (!check_options(options, err))
		return false;
	struct ek_http *h = ek_alloc_get(&options->alloc, sizeof *h);
	if (h == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for the web server");
	memset(h, 0, sizeof *h);
	h->options = *options;
	h->listen_fd = -1;
	if (h->options.address == NULL)
		h->options.address = "127.0.0.1";
	fill_limits(&h->options.limits);
	ek_arena_init(&h->watch_arena, options->alloc, EK_ARENA_CHUNK);
	atomic_store(&h->next_id, (uint64_t)ek_clock_wall().ms << 20);
	bool ok = copy_proxies(h, err) && ek_thread_lock_open(&h->lock, err) &&
		  ek_http_listen(h, err) && start_daemon(h, err) &&
		  ek_thread_open(ek_http_watch_run, h, &h->watch, err);
	if (!ok)
		ek_http_close(&h);
	*http = h;
	return ok;
}

uint16_t ek_http_port(const struct ek_http *h)
{
	return h->port;
}

static void end_streams(struct ek_http *h)
{
	for (struct ek_http_conn *c = h->conns; c != NULL; c = c->next)
		if (c->stream != NULL)
			ek_http_stream_end(c->stream);
}

bool ek_http_stop(struct ek_http *h, ek_span at_most)
{
	uint64_t end = ek_clock_mono_ns() + (uint64_t)(at_most.ms < 0 ? 0 : at_most.ms) * 1000000u;
	if (!atomic_load(&h->is_stopping)) {
		(void)MHD_quiesce_daemon(h->daemon);
		(void)shutdown(h->listen_fd, SHUT_RDWR); /* the backlog is refused at once */
	}
	ek_thread_lock_take(h->lock);
	atomic_store(&h->is_stopping, true);
	end_streams(h);
	ek_thread_lock_ring(h->lock);
	uint64_t now = ek_clock_mono_ns();
	while (h->conn_count > 0 && now < end) {
		ek_thread_lock_wait(h->lock, (ek_span){(int64_t)((end - now) / 1000000u) + 1});
		now = ek_clock_mono_ns();
	}
	bool ok = h->conn_count == 0;
	ek_thread_lock_give(h->lock);
	return ok;
}

/* The library may not be stopped while it has suspended connections: takes back the parked
 * requests, whose owners keep what they hold, and lets their connections run into is_cut. */
static void leave(struct ek_http *h)
{
	ek_thread_lock_take(h->lock);
	h->is_closing = true;
	for (struct ek_http_conn *c = h->conns; c != NULL; c = c->next) {
		int was = EK_HTTP_PARKED;
		c->is_cut = true;
		if (c->phase != EK_HTTP_WORK || c->turn == NULL ||
		    !atomic_compare_exchange_strong(&c->turn->state, &was, EK_HTTP_LEFT))
			continue;
		c->turn = NULL;
		MHD_resume_connection(c->mhd);
	}
	end_streams(h);
	ek_thread_lock_ring(h->lock);
	ek_thread_lock_give(h->lock);
}

static void free_turns(struct ek_http *h)
{
	while (h->idle != NULL) {
		struct ek_http_turn *t = h->idle;
		h->idle = t->next;
		ek_http_turn_free(t);
	}
}

void ek_http_close(struct ek_http **http)
{
	struct ek_http *h = *http;
	if (h == NULL)
		return;
	if (h->daemon != NULL) {
		(void)ek_http_stop(h, (ek_span){0});
		leave(h);
		ek_thread_close(&h->watch);
		MHD_stop_daemon(h->daemon);
	}
	free_turns(h);
	if (h->listen_fd >= 0)
		(void)close(h->listen_fd);
	ek_thread_lock_close(&h->lock);
	ek_arena_fini(&h->watch_arena);
	struct ek_alloc alloc = h->options.alloc;
	ek_alloc_free(&alloc, h->proxies, h->options.proxy_count * sizeof *h->proxies);
	ek_alloc_free(&alloc, h, sizeof *h);
	*http = NULL;
}

static uint64_t read_count(_Atomic uint64_t *v)
{
	return atomic_load_explicit(v, memory_order_relaxed);
}

struct ek_http_counters ek_http_counters(struct ek_http *h)
{
	struct ek_http_counters c = {
		.connections = read_count(&h->connections),
		.streams_open = read_count(&h->streams),
		.in_flight = read_count(&h->in_flight),
		.bodies_bytes = read_count(&h->bodies),
		.bytes_in = read_count(&h->bytes_in),
		.bytes_out = read_count(&h->bytes_out),
		.cut = read_count(&h->cut),
	};
	for (size_t i = 0; i < EK_LEN(c.answers); i++)
		c.answers[i] = read_count(&h->answers[i]);
	ek_thread_lock_take(h->lock);
	c.connections_open = h->conn_count;
	ek_thread_lock_give(h->lock);
	return c;
}
