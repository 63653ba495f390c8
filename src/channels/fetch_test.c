/* The way out against servers that misbehave, on loopback: P9, "slow and lying servers". Expected:
 * what channels/fetch.h promises. The program is its own fetcher where it is started as one. */
#include "channels/fetch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sys/bounds.h"
#include "sys/child.h"
#include "sys/thread.h"

enum { CONNECTIONS = 64, REQUEST = 16384, PATIENCE_MS = 400 };

/* ---- a server that does what its path says */

struct guest {
	int fd;
	struct ek_thread *thread;
	struct host *host;
};

struct host {
	int fd;
	uint16_t port;
	struct ek_thread *thread;
	struct guest guests[CONNECTIONS];
	struct ek_thread_lock *lock;
	uint32_t count; /* of connections */
	char last[REQUEST];
};

static void say(int fd, const char *text)
{
	bool ok = ek_child_write(fd, text, strlen(text));
	(void)ok;
}

static void pour(int fd, const char *begin, const char *again)
{
	bool ok = ek_child_write(fd, begin, strlen(begin));
	while (ok)
		ok = ek_child_write(fd, again, strlen(again));
}

static void wait_for_end(int fd)
{
	char c;
	while (recv(fd, &c, 1, 0) > 0)
		;
}

/* To what stands behind the question mark; "/" is this server, "%" its port. */
static void lead_on(struct guest *g, const char *to)
{
	char where[128];
	char text[256];
	size_t n = 0;
	for (; *to != ' ' && n + 8 < sizeof where; to++)
		n += *to == '%' ? ek_format(where + n, sizeof where - n, "%u", g->host->port)
				: ek_format(where + n, sizeof where - n, "%c", *to);
	ek_format(text, sizeof text,
		  "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", where);
	say(g->fd, text);
}

static void behave(struct guest *g, const char *request)
{
	char text[256];
	if (strstr(request, " /slow ") != NULL) {
		wait_for_end(g->fd);
	} else if (strstr(request, " /stuck ") != NULL) {
		say(g->fd, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
		wait_for_end(g->fd);
	} else if (strstr(request, " /endless ") != NULL) {
		pour(g->fd, "HTTP/1.1 200 OK\r\n\r\n", "0123456789012345678901234567890123456789");
	} else if (strstr(request, " /heads ") != NULL) {
		pour(g->fd, "HTTP/1.1 200 OK\r\n", "X-More: 0123456789012345678901234567890\r\n");
	} else if (strstr(request, " /redirect ") != NULL) {
		ek_format(text, sizeof text,
			  "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%u/ok\r\n"
			  "Content-Length: 0\r\n\r\n",
			  g->host->port);
		say(g->fd, text);
	} else if (strstr(request, " /to?") != NULL) {
		lead_on(g, strstr(request, " /to?") + 5);
	} else if (strstr(request, " /garbage ") != NULL) {
		say(g->fd, "SSH-2.0-OpenSSH_9.2p1\r\n");
	} else if (strstr(request, " /gone ") != NULL) {
		say(g->fd, "HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\ngone");
	} else {
		say(g->fd, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world");
	}
}

static bool is_whole(const char *request)
{
	const char *end = strstr(request, "\r\n\r\n");
	const char *length = strstr(request, "Content-Length: ");
	return end != NULL && (length == NULL || length > end ||
			       strlen(end + 4) >= strtoul(length + 16, NULL, 10));
}

static void serve_guest(void *ctx)
{
	struct guest *g = ctx;
	char request[REQUEST] = "";
	size_t n = 0;
	while (n + 1 < sizeof request && !is_whole(request)) {
		ssize_t more = recv(g->fd, request + n, sizeof request - n - 1, 0);
		if (more <= 0)
			break;
		n += (size_t)more;
		request[n] = 0;
	}
	ek_thread_lock_take(g->host->lock);
	memcpy(g->host->last, request, sizeof request);
	ek_thread_lock_give(g->host->lock);
	behave(g, request);
	shutdown(g->fd, SHUT_RDWR);
}

static void serve_all(void *ctx)
{
	struct host *h = ctx;
	struct ek_err err;
	int fd;
	while (h->count < CONNECTIONS && (fd = accept(h->fd, NULL, NULL)) >= 0) {
		struct guest *g = &h->guests[h->count];
		*g = (struct guest){.fd = fd, .host = h};
		ek_thread_lock_take(h->lock);
		h->count++;
		ek_thread_lock_give(h->lock);
		assert_true(ek_thread_open(serve_guest, g, &g->thread, &err));
	}
}

static void open_host(struct host *h)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof at;
	struct ek_err err;
	memset(h, 0, sizeof *h);
	h->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(h->fd, (const struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(h->fd, 16), 0);
	assert_int_equal(getsockname(h->fd, (struct sockaddr *)&at, &n), 0);
	h->port = ntohs(at.sin_port);
	assert_true(ek_thread_lock_open(&h->lock, &err));
	assert_true(ek_thread_open(serve_all, h, &h->thread, &err));
}

static void close_host(struct host *h)
{
	shutdown(h->fd, SHUT_RDWR);
	ek_thread_close(&h->thread);
	for (uint32_t i = 0; i < h->count; i++) {
		shutdown(h->guests[i].fd, SHUT_RDWR);
		ek_thread_close(&h->guests[i].thread);
		close(h->guests[i].fd);
	}
	close(h->fd);
	ek_thread_lock_close(&h->lock);
}

/* ---- asking */

struct scene {
	struct host host;
	struct ek_fetch *fetch;
	struct ek_thread_lock *lock;
	uint32_t answered;
	struct ek_fetch_answer last;
	char body[64];
};

static void open_scene(struct scene *s, bool is_thread)
{
	struct ek_err err;
	const struct ek_fetch_options o = {.is_thread = is_thread};
	memset(s, 0, sizeof *s);
	open_host(&s->host);
	assert_true(ek_thread_lock_open(&s->lock, &err));
	assert_true(ek_fetch_open(&o, &s->fetch, &err));
}

static void close_scene(struct scene *s)
{
	ek_fetch_close(&s->fetch);
	close_host(&s->host);
	ek_thread_lock_close(&s->lock);
}

static void done(void *ctx, const struct ek_fetch_answer *answer)
{
	struct scene *s = ctx;
	ek_thread_lock_take(s->lock);
	s->last = *answer;
	assert_true(answer->body.n < sizeof s->body);
	if (answer->body.n > 0)
		memcpy(s->body, answer->body.p, answer->body.n);
	s->body[answer->body.n] = 0;
	s->answered++;
	ek_thread_lock_ring(s->lock);
	ek_thread_lock_give(s->lock);
}

/* Everything that a test may want to be different. */
struct ask {
	const char *url; /* "%" is the port */
	const char *nets[2];
	bool no_port; /* the host's port is not listed */
	const char *body;
	const char *resolve; /* the same */
	uint32_t bytes;
	uint32_t rest_ms;
	uint32_t hops;
};

static ek_str fill(const struct scene *s, const char *form, char out[256])
{
	size_t n = 0;
	for (; form != NULL && *form != 0; form++)
		n += *form == '%' ? ek_format(out + n, 256 - n, "%u", s->host.port)
				  : ek_format(out + n, 256 - n, "%c", *form);
	return (ek_str){out, (uint32_t)n};
}

static void wait_for(struct scene *s, uint32_t n)
{
	ek_thread_lock_take(s->lock);
	while (s->answered < n)
		ek_thread_lock_wait(s->lock, (ek_span){1000});
	ek_thread_lock_give(s->lock);
}

static void ask_only(struct scene *s, const struct ask *a)
{
	char url[256], resolve[256];
	struct ek_outbound_net nets[2];
	struct ek_err err;
	uint32_t n = 0;
	for (; n < 2 && a->nets[n] != NULL; n++)
		assert_true(ek_outbound_net_read((ek_str){a->nets[n], (uint32_t)strlen(a->nets[n])},
						 &nets[n]));
	struct ek_fetch_request r = {
		.url = fill(s, a->url, url),
		.headers = EK_S("X-One: 1\nX-Two: 2\n"),
		.keep = 20,
		.nets = nets,
		.net_count = n,
		.ports = &s->host.port,
		.port_count = a->no_port ? 0 : 1,
		.resolve = fill(s, a->resolve, resolve),
		.bytes = a->bytes,
		.all_ms = PATIENCE_MS,
		.rest_ms = a->rest_ms,
		.hops = a->hops,
		.done = done,
		.ctx = s,
	};
	if (a->body != NULL)
		r.body = (ek_str){a->body, (uint32_t)strlen(a->body)};
	assert_true(ek_fetch_ask(s->fetch, &r, &err));
}

static enum ek_fetch_outcome ask(struct scene *s, const struct ask *a)
{
	uint32_t before = s->answered;
	ask_only(s, a);
	wait_for(s, before + 1);
	return s->last.outcome;
}

static uint32_t connections(struct scene *s)
{
	ek_thread_lock_take(s->host.lock);
	uint32_t n = s->host.count;
	ek_thread_lock_give(s->host.lock);
	return n;
}

/* ---- tests */

/* security 8, "SSRF addresses": no connection at all. */
static void what_may_not_be_called_is_never_connected_to(void **state)
{
	static const struct ask rows[] = {
		{.url = "http://127.0.0.1:%/ok"},
		{.url = "http://127.0.0.1:%/ok", .nets = {"10.0.0.0/8"}},
		{.url = "http://2130706433:%/ok"},
		{.url = "http://0x7f000001:%/ok"},
		{.url = "http://0177.0.0.1:%/ok"},
		{.url = "http://127.1:%/ok"},
		{.url = "http://[::ffff:127.0.0.1]:%/ok"},
		{.url = "http://[::1]:%/ok"},
		{.url = "http://[64:ff9b::7f00:1]:%/ok"},
		{.url = "http://[fe80::1%25lo]:%/ok", .nets = {"::/0"}},
		{.url = "http://localhost:%/ok"},
		{.url = "http://LOCALHOST.:%/ok"},
		{.url = "http://0:%/ok"},
		{.url = "http://user@127.0.0.1:%/ok", .nets = {"127.0.0.0/8"}},
		{.url = "http://user:word@127.0.0.1:%/ok", .nets = {"127.0.0.0/8"}},
		{.url = "http://127.0.0.1:%/ok", .nets = {"127.0.0.0/8"}, .no_port = true},
		{.url = "ftp://127.0.0.1:%/ok", .nets = {"127.0.0.0/8"}},
		{.url = "file:///etc/passwd", .nets = {"127.0.0.0/8"}},
		{.url = "gopher://127.0.0.1:%/ok", .nets = {"127.0.0.0/8"}},
		{.url = "unix:/run/x", .nets = {"127.0.0.0/8"}},
		{.url = "", .nets = {"127.0.0.0/8"}},
		{.url = "http://exa mple:%/", .nets = {"127.0.0.0/8"}},
		/* The DNS says so, when it is asked again too. */
		{.url = "http://rebind.example:%/ok", .resolve = "rebind.example:%:127.0.0.1"},
		{.url = "http://rebind.example:%/ok", .resolve = "rebind.example:%:::1"},
		{.url = "https://rebind.example:%/ok", .resolve = "rebind.example:%:127.0.0.1"},
		{.url = "http://mixed.example:%/ok",
		 .resolve = "mixed.example:%:127.0.0.1,10.0.0.1"},
		/* In plain, to nobody but those who are listed. */
		{.url = "http://public.example:%/ok", .resolve = "public.example:%:8.8.8.8"},
	};
	struct scene s;
	(void)state;
	open_scene(&s, true);
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		enum ek_fetch_outcome got = ask(&s, &rows[i]);
		/* Not reached: a name that is none here. */
		if (got != EK_FETCH_NOT_ALLOWED && got != EK_FETCH_RESTING &&
		    got != EK_FETCH_NOT_REACHED)
			fail_msg("%s: %s", rows[i].url, ek_fetch_word(got));
	}
	assert_int_equal(connections(&s), 0);
	close_scene(&s);
}

/* A name whose first address is closed and whose second is listed: only the second is called. */
static void each_address_is_judged_by_itself(void **state)
{
	const struct ask a = {.url = "http://two.example:%/ok",
			      .resolve = "two.example:%:127.0.0.2,127.0.0.1",
			      .nets = {"127.0.0.1/32"}};
	struct scene s;
	(void)state;
	open_scene(&s, true);
	assert_int_equal(ask(&s, &a), EK_FETCH_ANSWERED);
	assert_int_equal(connections(&s), 1);
	close_scene(&s);
}

static void what_is_listed_is_called(void **state)
{
	const struct ask get = {.url = "http://127.0.0.1:%/ok", .nets = {"127.0.0.0/8"}};
	const struct ask post = {
		.url = "http://127.0.0.1:%/in", .nets = {"127.0.0.0/8"}, .body = "{\"a\":1}"};
	const struct ask gone = {.url = "http://127.0.0.1:%/gone", .nets = {"127.0.0.0/8"}};
	struct scene s;
	(void)state;
	open_scene(&s, true);
	assert_int_equal(ask(&s, &get), EK_FETCH_ANSWERED);
	assert_int_equal(s.last.status, 200);
	assert_string_equal(s.body, "hello world");
	assert_int_equal(ask(&s, &post), EK_FETCH_ANSWERED);
	assert_non_null(strstr(s.host.last, "POST /in HTTP/1.1\r\n"));
	assert_non_null(strstr(s.host.last, "\r\nX-One: 1\r\nX-Two: 2\r\n"));
	assert_non_null(strstr(s.host.last, "\r\n\r\n{\"a\":1}"));
	assert_null(strstr(s.host.last, "Expect"));
	assert_int_equal(ask(&s, &gone), EK_FETCH_ANSWERED);
	assert_int_equal(s.last.status, 410);
	close_scene(&s);
}

/* Slow, endless, redirecting, not HTTP at all. */
static void servers_that_misbehave_cost_little(void **state)
{
	static const struct {
		const char *url;
		enum ek_fetch_outcome outcome;
		uint32_t status;
	} rows[] = {
		{"http://127.0.0.1:%/slow", EK_FETCH_TIMED_OUT, 0},
		{"http://127.0.0.1:%/stuck", EK_FETCH_TIMED_OUT, 0},
		{"http://127.0.0.1:%/redirect", EK_FETCH_ANSWERED, 302},
		{"http://127.0.0.1:%/endless", EK_FETCH_TOO_MUCH, 0},
		{"http://127.0.0.1:%/heads", EK_FETCH_TOO_MUCH, 0},
		{"http://127.0.0.1:%/garbage", EK_FETCH_NOT_REACHED, 0},
		{"https://127.0.0.1:%/ok", EK_FETCH_TIMED_OUT, 0},
	};
	struct scene s;
	(void)state;
	open_scene(&s, true);
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		const struct ask ok = {.url = "http://127.0.0.1:%/ok", .nets = {"127.0.0.0/8"}};
		const struct ask a = {.url = rows[i].url, .nets = {"127.0.0.0/8"}, .bytes = 100000};
		enum ek_fetch_outcome got = ask(&s, &a);
		if (got != rows[i].outcome || s.last.status != rows[i].status)
			fail_msg("%s: %s %u", rows[i].url, ek_fetch_word(got), s.last.status);
		assert_true(s.last.ms < 20 * PATIENCE_MS);
		assert_int_equal(ask(&s, &ok), EK_FETCH_ANSWERED);
	}
	close_scene(&s);
}

/* At most three, and each is judged as the first was. */
static void redirects_are_judged_anew(void **state)
{
	static const struct {
		const char *promise;
		const char *url;
		uint32_t hops;
		enum ek_fetch_outcome outcome;
		uint32_t status;
		uint32_t asked; /* connections */
	} rows[] = {
		{"none where none is asked for", "/redirect", 0, EK_FETCH_ANSWERED, 302, 1},
		{"one", "/redirect", 3, EK_FETCH_ANSWERED, 200, 2},
		{"by its path alone", "/to?/gone", 1, EK_FETCH_ANSWERED, 410, 2},
		{"no more than three", "/to?/to?/to?/to?/ok", 9, EK_FETCH_ANSWERED, 302, 4},
		{"not to a network inside", "/to?http://10.0.0.1:%/ok", 3, EK_FETCH_NOT_ALLOWED, 0,
		 1},
		{"nor by a name that leads there", "/to?http://inside.example:%/ok", 3,
		 EK_FETCH_NOT_ALLOWED, 0, 1},
		{"nor to another port", "/to?http://127.0.0.1:81/ok", 3, EK_FETCH_NOT_ALLOWED, 0,
		 1},
		{"nor to a file", "/to?file:///etc/passwd", 3, EK_FETCH_NOT_ALLOWED, 0, 1},
		{"nor with a password", "/to?http://a:b@127.0.0.1:%/ok", 3, EK_FETCH_NOT_ALLOWED, 0,
		 1},
		{"in the time of one", "/to?/slow", 3, EK_FETCH_TIMED_OUT, 0, 2},
	};
	struct scene s;
	(void)state;
	open_scene(&s, true);
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		char url[128];
		ek_format(url, sizeof url, "http://127.0.0.1:%%%s", rows[i].url);
		const struct ask a = {.url = url,
				      .nets = {"127.0.0.0/8"},
				      .hops = rows[i].hops,
				      .resolve = "inside.example:%:10.0.0.1"};
		uint32_t before = s.host.count;
		enum ek_fetch_outcome got = ask(&s, &a);
		if (got != rows[i].outcome || s.last.status != rows[i].status ||
		    s.host.count - before != rows[i].asked)
			fail_msg("%s: %s %u, %u", rows[i].promise, ek_fetch_word(got),
				 s.last.status, s.host.count - before);
		assert_true(s.last.ms < 3 * PATIENCE_MS);
	}
	close_scene(&s);
}

/* A slow one holds nobody up. */
static void calls_run_beside_each_other(void **state)
{
	const struct ask slow = {.url = "http://127.0.0.1:%/slow", .nets = {"127.0.0.0/8"}};
	const struct ask ok = {.url = "http://127.0.0.1:%/ok", .nets = {"127.0.0.0/8"}};
	struct scene s;
	(void)state;
	open_scene(&s, true);
	for (int i = 0; i < 4; i++)
		ask_only(&s, &slow);
	ask_only(&s, &ok);
	wait_for(&s, 1);
	assert_int_equal(s.last.outcome, EK_FETCH_ANSWERED);
	wait_for(&s, 5);
	assert_int_equal(s.last.outcome, EK_FETCH_TIMED_OUT);
	close_scene(&s);
}

static void a_target_that_fails_is_left_alone(void **state)
{
	const struct ask bad = {
		.url = "http://127.0.0.1:%/garbage", .nets = {"127.0.0.0/8"}, .rest_ms = 30};
	const struct ask ok = {
		.url = "http://127.0.0.1:%/ok", .nets = {"127.0.0.0/8"}, .rest_ms = 30};
	const struct ask other = {.url = "http://localhost:%/ok", .nets = {"127.0.0.0/8"}};
	struct scene s;
	(void)state;
	open_scene(&s, true);
	for (uint32_t i = 0; i < EK_FETCH_FAILURES; i++)
		assert_int_equal(ask(&s, &bad), EK_FETCH_NOT_REACHED);
	uint32_t before = connections(&s);
	assert_int_equal(ask(&s, &ok), EK_FETCH_RESTING);
	assert_in_range(s.last.ms, 0, 30);
	assert_int_equal(connections(&s), before);
	/* Another name is another target. */
	assert_int_equal(ask(&s, &other), EK_FETCH_ANSWERED);
	/* When the time is over it is tried again, and is well. */
	while (ask(&s, &ok) == EK_FETCH_RESTING)
		;
	assert_int_equal(s.last.outcome, EK_FETCH_ANSWERED);
	assert_int_equal(ask(&s, &ok), EK_FETCH_ANSWERED);
	close_scene(&s);
}

/* security 10: a process of its own; P9: killed at any moment, nothing waits for ever. */
static void the_process_may_be_killed(void **state)
{
	const struct ask ok = {.url = "http://localhost:%/ok", .nets = {"127.0.0.0/8"}};
	const struct ask slow = {.url = "http://127.0.0.1:%/slow", .nets = {"127.0.0.0/8"}};
	const struct ask closed = {.url = "http://127.0.0.1:%/ok"};
	struct scene s;
	(void)state;
	open_scene(&s, false);
	assert_int_equal(ask(&s, &ok), EK_FETCH_ANSWERED);
	assert_string_equal(s.body, "hello world");
	assert_int_equal(ask(&s, &closed), EK_FETCH_NOT_ALLOWED);
	int64_t first = ek_fetch_process(s.fetch);
	assert_true(first > 0 && first != getpid());
	ask_only(&s, &slow);
	assert_int_equal(kill((pid_t)first, SIGKILL), 0);
	wait_for(&s, 3);
	assert_int_equal(s.last.outcome, EK_FETCH_LOST);
	while (ask(&s, &ok) == EK_FETCH_LOST)
		;
	assert_int_equal(s.last.outcome, EK_FETCH_ANSWERED);
	assert_true(ek_fetch_process(s.fetch) != first);
	close_scene(&s);
}

/* ---- what it gives up, tried from within: each in a process of its own */

enum { WELL = 10, REFUSED = 11, WRONG = 12 };

/* As one of the data directory. */
static const char data_file[] = "/tmp/evenkeel-fetch-data";

static int answer_of(int got)
{
	return got >= 0 ? WELL : errno == EPERM || errno == EACCES ? REFUSED : WRONG;
}
static int read_data(void)
{
	return answer_of(open(data_file, O_RDONLY | O_CLOEXEC));
}
static int write_data(void)
{
	return answer_of(open(data_file, O_WRONLY | O_TRUNC | O_CLOEXEC));
}
static int make_file(void)
{
	return answer_of(open("/tmp/evenkeel-fetch-made", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}
static int read_listed(void)
{
	return answer_of(open("/etc/hosts", O_RDONLY | O_CLOEXEC));
}
static int run_program(void)
{
	char name[] = "true";
	char *argv[] = {name, NULL};
	return answer_of(execv("/bin/true", argv));
}
static int make_process(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return answer_of(pid);
}
static int reach_local(void)
{
	return answer_of(socket(AF_UNIX, SOCK_STREAM, 0));
}
static int reach_out(void)
{
	return answer_of(socket(AF_INET, SOCK_STREAM, 0));
}
static int be_reached(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return fd < 0 ? WRONG : answer_of(listen(fd, 1));
}
static int signal_parent(void)
{
	return answer_of(kill(getppid(), 0));
}
static int leave_core(void)
{
	struct rlimit core = {1, 1}, memory = {RLIM_INFINITY, 0};
	bool ok = getrlimit(RLIMIT_CORE, &core) == 0 && getrlimit(RLIMIT_AS, &memory) == 0;
	bool is_bound = memory.rlim_cur != RLIM_INFINITY || EK_BOUNDS_HAS_SHADOW;
	return ok && core.rlim_max == 0 && is_bound && prctl(PR_GET_DUMPABLE) == 0 &&
			       prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1
		       ? REFUSED
		       : WELL;
}

static const struct {
	const char *what;
	int (*run)(void);
	int code;
	bool by_landlock;
} deeds[] = {
	{"read a file of the data directory", read_data, REFUSED, true},
	{"write one", write_data, REFUSED, true},
	{"make a file", make_file, REFUSED, true},
	{"read what resolving names needs", read_listed, WELL, false},
	{"run a program", run_program, REFUSED, false},
	{"make a process", make_process, REFUSED, false},
	{"connect to another program of this machine", reach_local, REFUSED, false},
	{"connect elsewhere", reach_out, WELL, false},
	{"be connected to", be_reached, REFUSED, false},
	{"signal another process", signal_parent, REFUSED, false},
	{"leave a core, take all memory, get new rights", leave_core, REFUSED, false},
};

static bool has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, 1 /* which version */) > 0;
}

static void it_can_but_call(void **state)
{
	bool has_files_closed = has_landlock();
	int fd = open(data_file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	(void)state;
	assert_true(fd >= 0);
	close(fd);
	if (!has_files_closed)
		print_message("this kernel has no Landlock: files are left out\n");
	for (size_t i = 0; i < EK_LEN(deeds); i++) {
		int status = 0;
		if (deeds[i].by_landlock && !has_files_closed)
			continue;
		pid_t pid = fork();
		if (pid == 0) {
			struct ek_err err;
			_exit(ek_fetch_close_in(&err) ? deeds[i].run() : WRONG);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != deeds[i].code)
			fail_msg("%s: status %d", deeds[i].what, status);
	}
	assert_int_equal(unlink(data_file), 0);
}

int main(int argc, char **argv)
{
	struct ek_err err;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_can_but_call),
		cmocka_unit_test(what_may_not_be_called_is_never_connected_to),
		cmocka_unit_test(each_address_is_judged_by_itself),
		cmocka_unit_test(what_is_listed_is_called),
		cmocka_unit_test(redirects_are_judged_anew),
		cmocka_unit_test(servers_that_misbehave_cost_little),
		cmocka_unit_test(calls_run_beside_each_other),
		cmocka_unit_test(a_target_that_fails_is_left_alone),
		cmocka_unit_test(the_process_may_be_killed),
	};
	if (argc > 1 && strcmp(argv[1], "fetcher") == 0)
		return ek_fetch_run(argc > 2 ? argv[2] : NULL, &err) ? 0 : 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
