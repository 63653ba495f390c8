/* The fetcher: the only file that knows libcurl's HTTP, and the only one that connects. */
#include "channels/fetch.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <malloc.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channels/fetch_wire.h"
#include "sys/child.h"
#include "sys/clock.h"
#include "sys/confine.h"
#include "sys/disk.h"
#include "sys/heap.h"

enum {
	TARGETS = 128,
	HOST = 256,
	CA_MAX = 4 << 20,
	FILES = 512,
	POLL_MS = 1000,
	ASK_MAX = sizeof(struct ek_fetch_wire_ask) +
		  EK_FETCH_NETS * sizeof(struct ek_outbound_net) +
		  EK_FETCH_PORTS * sizeof(uint16_t) + EK_FETCH_URL + EK_FETCH_HEADERS +
		  EK_FETCH_BODY + EK_FETCH_WIRE_RESOLVE,
};

/* The stacks of threads that resolve names, and answers: far more than they come to. */
#define MEMORY ((size_t)2 << 30)

/* Who is called, and how that went. */
struct target {
	char name[HOST + 8]; /* "host:port"; "" = free */
	uint32_t failures;   /* in a row */
	int64_t until_ms;    /* left alone */
	int64_t rest_ms;     /* for how long next time */
	int64_t used_ms;
};

struct call {
	struct call *next;
	struct ek_fetch_wire_ask ask;
	struct ek_outbound_net nets[EK_FETCH_NETS];
	uint16_t ports[EK_FETCH_PORTS];
	char url[EK_FETCH_URL];
	char resolve[EK_FETCH_WIRE_RESOLVE];
	CURL *easy;
	CURLU *parsed;
	struct curl_slist *headers;
	struct curl_slist *resolved;
	struct target *target;
	int64_t begun_ms;
	int64_t hop_ms; /* when this address was asked */
	uint16_t port;
	bool is_plain;   /* http */
	bool is_refused; /* an address was none that may be called */
	bool is_over;    /* the answer was too long */
	uint32_t head_n;
	uint32_t seen;
	uint32_t kept;
	char *body; /* of the answer: ask.keep bytes */
	char *sent; /* the body that goes out */
};

struct fetcher {
	int fd;
	ek_str ca;
	CURLM *multi;
	struct call *calls;
	struct target targets[TARGETS];
	char *in; /* ASK_MAX bytes: what came and is not whole yet */
	size_t in_n;
	bool has_ended;
};

static int64_t now_ms(void)
{
	return (int64_t)(ek_clock_mono_ns() / 1000000);
}

/* ---- answers */

static void answer(struct fetcher *f, const struct call *c, enum ek_fetch_outcome outcome,
		   uint32_t status)
{
	bool tells = outcome == EK_FETCH_ANSWERED;
	int64_t ms = now_ms() - c->begun_ms;
	if (outcome == EK_FETCH_RESTING)
		ms = c->target->until_ms - now_ms();
	const struct ek_fetch_wire_answer a = {
		.mark = EK_FETCH_WIRE_MARK,
		.outcome = outcome,
		.id = c->ask.id,
		.status = tells ? status : 0,
		.ms = ms < 0 ? 0 : (uint32_t)ms,
		.body_n = tells ? c->kept : 0,
	};
	if (!ek_child_write(f->fd, &a, sizeof a) || !ek_child_write(f->fd, c->body, a.body_n))
		f->has_ended = true;
}

static void drop(struct call *c)
{
	curl_easy_cleanup(c->easy);
	curl_url_cleanup(c->parsed);
	curl_slist_free_all(c->headers);
	curl_slist_free_all(c->resolved);
	free(c->body);
	free(c->sent);
	free(c);
}

/* ---- targets that are left alone */

static struct target *find_target(struct fetcher *f, const char *host, uint16_t port)
{
	char name[HOST + 8];
	struct target *oldest = &f->targets[0];
	ek_format(name, sizeof name, "%s:%u", host, (unsigned)port);
	for (uint32_t i = 0; i < TARGETS; i++) {
		struct target *t = &f->targets[i];
		if (strcmp(t->name, name) == 0) {
			t->used_ms = now_ms();
			return t;
		}
		if (t->used_ms < oldest->used_ms)
			oldest = t;
	}
	/* Calls under way may still point there: they then count for another, which does no harm.
	 */
	*oldest = (struct target){.used_ms = now_ms()};
	ek_format(oldest->name, sizeof oldest->name, "%s", name);
	return oldest;
}

static bool is_resting(struct call *c)
{
	struct target *t = c->target;
	int64_t now = now_ms();
	if (t->failures < EK_FETCH_FAILURES)
		return false;
	if (now < t->until_ms)
		return true;
	/* One tries; meanwhile the others wait for what comes of it. */
	t->until_ms = now + c->ask.all_ms;
	return false;
}

static void note(struct call *c, enum ek_fetch_outcome outcome)
{
	struct target *t = c->target;
	if (outcome == EK_FETCH_ANSWERED) {
		t->failures = 0;
		t->rest_ms = 0;
		return;
	}
	if (++t->failures < EK_FETCH_FAILURES)
		return;
	t->rest_ms = t->rest_ms == 0 ? c->ask.rest_ms : 2 * t->rest_ms;
	if (t->rest_ms > EK_FETCH_REST_MAX_MS)
		t->rest_ms = EK_FETCH_REST_MAX_MS;
	t->until_ms = now_ms() + t->rest_ms;
}

/* ---- the guard */

static bool may_reach(struct call *c, const struct ek_outbound_address *a)
{
	enum ek_outbound_use use = c->is_plain ? EK_OUTBOUND_WEB_PLAIN : EK_OUTBOUND_WEB;
	bool ok = ek_outbound_may(use, c->nets, c->ask.net_count, a);
	c->is_refused = c->is_refused || !ok;
	return ok;
}

/* The very address that will be connected to. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct call *c = ctx;
	struct ek_outbound_address a;
	uint16_t port;
	if (purpose != CURLSOCKTYPE_IPCXN || !ek_outbound_of(&to->addr, &a, &port) ||
	    port != c->port || !may_reach(c, &a)) {
		c->is_refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static bool is_port(const struct call *c, uint32_t port)
{
	bool ok = port == 80 || port == 443;
	for (uint32_t i = 0; i < c->ask.port_count; i++)
		ok = ok || c->ports[i] == port;
	return ok;
}

/* A part of the address; false when it has none, or it is too long. */
static bool part(const struct call *c, CURLUPart which, unsigned flags, char *out, size_t cap)
{
	char *text = NULL;
	bool ok = curl_url_get(c->parsed, which, &text, flags) == CURLUE_OK && strlen(text) < cap;
	if (ok)
		ek_format(out, cap, "%s", text);
	curl_free(text);
	return ok;
}

static uint32_t number(const char *s)
{
	uint32_t n = 0;
	for (; *s >= '0' && *s <= '9' && n <= UINT16_MAX; s++)
		n = n * 10 + (uint32_t)(*s - '0');
	return n;
}

/* What no address that is called has. */
static bool has_more(const struct call *c)
{
	char other[EK_FETCH_URL];
	return part(c, CURLUPART_USER, 0, other, sizeof other) ||
	       part(c, CURLUPART_PASSWORD, 0, other, sizeof other) ||
	       part(c, CURLUPART_ZONEID, 0, other, sizeof other);
}

/* A host that is an address by itself. */
static bool may_reach_host(struct call *c, const char *host)
{
	struct ek_outbound_address a;
	size_t n = strlen(host);
	bool boxed = n > 2 && host[0] == '[' && host[n - 1] == ']';
	ek_str text = {host + (boxed ? 1 : 0), (uint32_t)(n - (boxed ? 2 : 0))};
	return !ek_outbound_read(text, &a) || may_reach(c, &a);
}

/* Parsed once: what is judged here is what libcurl goes by. */
static bool judge_url(struct fetcher *f, struct call *c)
{
	char scheme[16], host[HOST], port[8];
	c->parsed = curl_url();
	if (c->parsed == NULL || curl_url_set(c->parsed, CURLUPART_URL, c->url, 0) != CURLUE_OK ||
	    !part(c, CURLUPART_SCHEME, 0, scheme, sizeof scheme) ||
	    !part(c, CURLUPART_HOST, 0, host, sizeof host) ||
	    !part(c, CURLUPART_PORT, CURLU_DEFAULT_PORT, port, sizeof port) || has_more(c))
		return false;
	c->is_plain = strcmp(scheme, "http") == 0;
	uint32_t p = number(port);
	if ((!c->is_plain && strcmp(scheme, "https") != 0) || !is_port(c, p))
		return false;
	c->port = (uint16_t)p;
	c->target = find_target(f, host, c->port);
	return may_reach_host(c, host);
}

/* ---- one call */

static size_t take_head(char *bytes, size_t size, size_t n, void *ctx)
{
	struct call *c = ctx;
	(void)bytes;
	n *= size;
	c->is_over = c->is_over || n > EK_FETCH_HEAD_BYTES - c->head_n;
	c->head_n += c->is_over ? 0 : (uint32_t)n;
	return c->is_over ? 0 : n;
}

static size_t take_body(char *bytes, size_t size, size_t n, void *ctx)
{
	struct call *c = ctx;
	n *= size;
	if (n > c->ask.bytes - c->seen) {
		c->is_over = true;
		return 0;
	}
	size_t room = c->ask.keep - c->kept;
	size_t more = n < room ? n : room;
	memcpy(c->body + c->kept, bytes, more);
	c->kept += (uint32_t)more;
	c->seen += (uint32_t)n;
	return n;
}

/* What libcurl does not do as it must here by itself. */
static bool set_guard(struct call *c, const struct fetcher *f)
{
	struct curl_blob ca = {(void *)(uintptr_t)f->ca.p, f->ca.n, CURL_BLOB_NOCOPY};
	CURL *e = c->easy;
	bool ok = true;
#define SET(option, value) ok = curl_easy_setopt(e, option, value) == CURLE_OK && ok
	SET(CURLOPT_CURLU, c->parsed);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(CURLOPT_OPENSOCKETDATA, c);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOPROXY, "*");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_FRESH_CONNECT, 1L);
	SET(CURLOPT_FORBID_REUSE, 1L);
	SET(CURLOPT_DNS_CACHE_TIMEOUT, 0L);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_QUICK_EXIT, 1L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	if (f->ca.p != NULL)
		SET(CURLOPT_CAINFO_BLOB, &ca);
	return ok;
}

static bool set_call(struct call *c)
{
	CURL *e = c->easy;
	bool ok = true;
	SET(CURLOPT_PRIVATE, c);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)c->ask.connect_ms);
	SET(CURLOPT_TIMEOUT_MS, (long)c->ask.all_ms);
	SET(CURLOPT_USERAGENT, "Evenkeel");
	SET(CURLOPT_HEADERFUNCTION, take_head);
	SET(CURLOPT_HEADERDATA, c);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, c);
	SET(CURLOPT_HTTPHEADER, c->headers);
	if (c->resolved != NULL)
		SET(CURLOPT_RESOLVE, c->resolved);
	if (c->ask.is_post) {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_POSTFIELDS, c->sent);
		SET(CURLOPT_POSTFIELDSIZE, (long)c->ask.body_n);
	}
#undef SET
	return ok;
}

static enum ek_fetch_outcome outcome_of(const struct call *c, CURLcode code)
{
	if (code == CURLE_OK)
		return EK_FETCH_ANSWERED;
	if (c->is_over)
		return EK_FETCH_TOO_MUCH;
	if (c->is_refused)
		return EK_FETCH_NOT_ALLOWED;
	return code == CURLE_OPERATION_TIMEDOUT ? EK_FETCH_TIMED_OUT : EK_FETCH_NOT_REACHED;
}

/* Takes the call over. */
static void begin(struct fetcher *f, struct call *c)
{
	c->hop_ms = now_ms();
	if (!judge_url(f, c)) {
		answer(f, c, EK_FETCH_NOT_ALLOWED, 0);
		drop(c);
		return;
	}
	if (is_resting(c)) {
		answer(f, c, EK_FETCH_RESTING, 0);
		drop(c);
		return;
	}
	c->easy = curl_easy_init();
	c->body = malloc((size_t)c->ask.keep + 1);
	if (c->easy == NULL || c->body == NULL || !set_guard(c, f) || !set_call(c) ||
	    curl_multi_add_handle(f->multi, c->easy) != CURLM_OK) {
		answer(f, c, EK_FETCH_NOT_REACHED, 0);
		drop(c);
		return;
	}
	c->next = f->calls;
	f->calls = c;
}

static void leave(struct fetcher *f, struct call *c)
{
	for (struct call **at = &f->calls; *at != NULL; at = &(*at)->next) {
		if (*at == c) {
			*at = c->next;
			break;
		}
	}
	curl_multi_remove_handle(f->multi, c->easy);
}

/* Where an answer leads on to, if that is followed. */
static bool take_hop(struct call *c, long status)
{
	char *url = NULL;
	bool leads =
		status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
	if (!leads || c->ask.hops == 0 || c->ask.is_post ||
	    curl_easy_getinfo(c->easy, CURLINFO_REDIRECT_URL, &url) != CURLE_OK || url == NULL ||
	    strlen(url) >= sizeof c->url)
		return false;
	ek_format(c->url, sizeof c->url, "%s", url);
	c->ask.hops--;
	return true;
}

/* As if it were asked for by itself, but for the time that is left. */
static void hop(struct fetcher *f, struct call *c)
{
	int64_t spent = now_ms() - c->hop_ms;
	curl_easy_cleanup(c->easy);
	curl_url_cleanup(c->parsed);
	free(c->body);
	c->easy = NULL;
	c->parsed = NULL;
	c->body = NULL;
	c->head_n = c->seen = c->kept = 0;
	if (spent < (int64_t)c->ask.all_ms) {
		c->ask.all_ms -= spent > 0 ? (uint32_t)spent : 0;
		begin(f, c);
		return;
	}
	answer(f, c, EK_FETCH_TIMED_OUT, 0);
	drop(c);
}

static void finish(struct fetcher *f, struct call *c, CURLcode code)
{
	long status = 0;
	enum ek_fetch_outcome outcome = outcome_of(c, code);
	(void)curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	note(c, outcome);
	leave(f, c);
	if (outcome == EK_FETCH_ANSWERED && take_hop(c, status)) {
		hop(f, c);
		return;
	}
	answer(f, c, outcome, (uint32_t)status);
	drop(c);
}

/* ---- what comes in */

static bool add_header(struct call *c, const char *line, size_t n)
{
	char text[EK_FETCH_HEADERS + 1];
	memcpy(text, line, n);
	text[n] = 0;
	struct curl_slist *more = curl_slist_append(c->headers, text);
	c->headers = more != NULL ? more : c->headers;
	return more != NULL;
}

static bool add_headers(struct call *c, const char *p, uint32_t n)
{
	bool ok = add_header(c, "Expect:", 7);
	while (ok && n > 0) {
		const char *end = memchr(p, '\n', n);
		size_t line = end == NULL ? n : (size_t)(end - p);
		ok = add_header(c, p, line);
		line += end == NULL ? 0 : 1;
		p += line;
		n -= (uint32_t)line;
	}
	return ok;
}

static bool is_sound(const struct ek_fetch_wire_ask *a)
{
	return a->mark == EK_FETCH_WIRE_MARK && a->net_count <= EK_FETCH_NETS &&
	       a->port_count <= EK_FETCH_PORTS && a->url_n < EK_FETCH_URL &&
	       a->headers_n <= EK_FETCH_HEADERS && a->body_n <= EK_FETCH_BODY &&
	       a->resolve_n < EK_FETCH_WIRE_RESOLVE && a->bytes <= EK_FETCH_BYTES &&
	       a->keep <= a->bytes && a->hops <= EK_FETCH_HOPS;
}

static size_t length_of(const struct ek_fetch_wire_ask *a)
{
	return sizeof *a + a->net_count * sizeof(struct ek_outbound_net) +
	       a->port_count * sizeof(uint16_t) + a->url_n + a->headers_n + a->body_n +
	       a->resolve_n;
}

/* The beginning of what came, which is whole. */
static const char *take(const char *from, void *to, size_t n)
{
	if (n > 0)
		memcpy(to, from, n);
	return from + n;
}

static struct call *read_call(const struct ek_fetch_wire_ask *a, const char *p)
{
	struct call *c = calloc(1, sizeof *c);
	if (c == NULL)
		return NULL;
	c->ask = *a;
	c->begun_ms = now_ms();
	p = take(p + sizeof *a, c->nets, a->net_count * sizeof *c->nets);
	p = take(p, c->ports, a->port_count * sizeof *c->ports);
	p = take(p, c->url, a->url_n);
	bool ok = add_headers(c, p, a->headers_n);
	p += a->headers_n;
	c->sent = malloc((size_t)a->body_n + 1);
	ok = ok && c->sent != NULL;
	if (ok)
		p = take(p, c->sent, a->body_n);
	if (ok && a->resolve_n > 0) {
		(void)take(p, c->resolve, a->resolve_n);
		c->resolved = curl_slist_append(NULL, c->resolve);
		ok = c->resolved != NULL;
	}
	/* A NUL inside would end the address earlier than whoever wrote it thought. */
	c->ask.url_n = ok && strlen(c->url) == a->url_n ? a->url_n : 0;
	if (c->ask.url_n == 0)
		c->url[0] = 0;
	return c;
}

static void take_messages(struct fetcher *f)
{
	struct ek_fetch_wire_ask ask;
	size_t at = 0;
	while (!f->has_ended && f->in_n - at >= sizeof ask) {
		memcpy(&ask, f->in + at, sizeof ask);
		if (!is_sound(&ask)) {
			f->has_ended = true;
			return;
		}
		size_t n = length_of(&ask);
		if (f->in_n - at < n)
			break;
		struct call *c = read_call(&ask, f->in + at);
		if (c == NULL)
			f->has_ended = true;
		else
			begin(f, c);
		at += n;
	}
	memmove(f->in, f->in + at, f->in_n - at);
	f->in_n -= at;
}

static void read_messages(struct fetcher *f)
{
	ssize_t n = recv(f->fd, f->in + f->in_n, ASK_MAX - f->in_n, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		f->has_ended = true;
		return;
	}
	f->in_n += (size_t)n;
	take_messages(f);
}

static void go_round(struct fetcher *f)
{
	struct curl_waitfd socket = {.fd = f->fd, .events = CURL_WAIT_POLLIN};
	int running, left;
	CURLMsg *m;
	if (curl_multi_poll(f->multi, &socket, 1, POLL_MS, NULL) != CURLM_OK ||
	    curl_multi_perform(f->multi, &running) != CURLM_OK) {
		f->has_ended = true;
		return;
	}
	while ((m = curl_multi_info_read(f->multi, &left)) != NULL) {
		char *of = NULL;
		if (m->msg != CURLMSG_DONE)
			continue;
		CURLcode code = m->data.result;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &of);
		finish(f, (struct call *)(void *)of, code);
	}
	read_messages(f);
}

void ek_fetch_serve(int fd, ek_str ca)
{
	struct fetcher *f = calloc(1, sizeof *f);
	if (f == NULL)
		return;
	f->fd = fd;
	f->ca = ca;
	f->in = malloc(ASK_MAX);
	f->multi = curl_multi_init();
	f->has_ended = f->in == NULL || f->multi == NULL;
	while (!f->has_ended)
		go_round(f);
	while (f->calls != NULL) {
		struct call *c = f->calls;
		f->calls = c->next;
		curl_multi_remove_handle(f->multi, c->easy);
		drop(c);
	}
	curl_multi_cleanup(f->multi);
	free(f->in);
	free(f);
	/* Whoever reads the other end reads its end. */
	shutdown(fd, SHUT_RDWR);
}

/* ---- as a process */

/* What resolving names and trusting certificates read. */
static const char *const readable[] = {
	"/etc/resolv.conf",
	"/etc/hosts",
	"/etc/nsswitch.conf",
	"/etc/host.conf",
	"/etc/gai.conf",
	"/etc/services",
	"/etc/ssl",
	"/etc/ld.so.cache",
	"/etc/localtime",
	"/etc/protocols",
	"/run/systemd/resolve",
	"/run/resolvconf",
	"/run/NetworkManager",
	"/usr/lib",
	"/usr/share",
	"/lib",
	"/lib64",
	"/dev/urandom",
	"/dev/null",
	NULL,
};

bool ek_fetch_close_in(struct ek_err *err)
{
	const struct ek_confine how = {.readable = readable,
				       .bounds = {.memory = MEMORY, .files = FILES}};
	return ek_confine_enter(&how, err);
}

bool ek_fetch_run(const char *ca_file, struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_disk_bytes ca = {NULL, 0};
	if (ca_file != NULL && !ek_disk_read(ca_file, CA_MAX, &alloc, &ca, err))
		return false;
		/* Before it is closed in: it reads the library's own settings. */
#ifdef M_ARENA_MAX
	/* Room is set aside for each; those threads hardly ask for any. */
	(void)mallopt(M_ARENA_MAX, 2);
#endif
	bool ok = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ||
		  ek_fail(err, EK_NO_MEMORY, "libcurl does not start");
	if (ok && ek_fetch_close_in(err))
		ek_fetch_serve(EK_CHILD_SOCKET, (ek_str){(const char *)ca.p, (uint32_t)ca.n});
	else
		ok = false;
	ek_alloc_free(&alloc, ca.p, ca.n);
	curl_global_cleanup();
	return ok;
}
