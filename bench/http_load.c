/* http_load -- new conversations over HTTP, so many connections at once, each kept alive.
 *
 * Every connection posts, waits for the answer, and posts again; each conversation has a team, a
 * contact, a title and a first message of 400 bytes. Anything but 201 ends the program. What is
 * asked in the first part of the time (a fifth) warms up and is not counted.
 * With KEYS each request says an Idempotency-Key of its own.
 * usage: http_load NAME PORT SITE CONNECTIONS SECONDS [KEYS]
 */
#include "bench/client.h"
#include "bench/tally.h"
#include "bench/workload.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IN_MAX = 16384, OUT_MAX = 2048, BODY_MAX = 1200, TEXT = 400, CONNECTIONS_MAX = 10000 };

struct conn {
	int fd;
	bool is_waiting;
	uint64_t sent_at; /* ns */
	uint32_t in_n;
	char in[IN_MAX];
};

struct load {
	struct ek_client_site site;
	struct ek_tally *tally;
	struct conn *conns;
	uint32_t count;
	uint32_t waiting;
	int epoll;
	bool keys;
	uint64_t asked;
	uint64_t worst_ns;
	uint64_t count_from;        /* ns: requests sent from here on are counted, */
	uint64_t end;               /* until here */
	uint64_t first_ns, last_ns; /* when the first was sent and the last answered */
	char text[TEXT + 1];
};

/* ---- asking */

static int write_body(const struct load *l, char *out)
{
	const struct ek_client_site *s = &l->site;
	uint64_t i = l->asked;
	return snprintf(out, BODY_MAX,
			"{\"channel\":\"email\",\"contact\":\"%s\",\"team\":\"%s\",\"title\":"
			"\"Order %" PRIu64 " has not arrived\",\"text\":\"%s\"}",
			s->contacts[i * 7919 % s->contact_count], s->teams[i % s->team_count], i,
			l->text);
}

static void ask(struct load *l, struct conn *c)
{
	char body[BODY_MAX], out[OUT_MAX], key[64] = "";
	int n = write_body(l, body);
	if (l->keys)
		(void)snprintf(key, sizeof key, "Idempotency-Key: load-%d-%" PRIu64 "\r\n",
			       (int)getpid(), l->asked);
	int all = snprintf(out, sizeof out,
			   "POST /api/v1/conversations HTTP/1.1\r\nHost: 127.0.0.1\r\n"
			   "Authorization: Bearer %s\r\nContent-Type: application/json\r\n%s"
			   "Content-Length: %d\r\n\r\n%s",
			   l->site.tokens[0], key, n, body);
	if (all < 0 || all >= OUT_MAX)
		ek_workload_die("http_load: a request of %d bytes", all);
	l->asked++;
	c->sent_at = ek_tally_now();
	c->is_waiting = true;
	l->waiting++;
	ek_client_send(c->fd, out, (size_t)all);
}

/* ---- being answered */

static void count(struct load *l, const struct conn *c, uint64_t now)
{
	if (c->sent_at < l->count_from || now > l->end)
		return;
	uint64_t took = now - c->sent_at;
	ek_tally_took(l->tally, took);
	if (took > l->worst_ns)
		l->worst_ns = took;
	if (l->first_ns == 0)
		l->first_ns = c->sent_at;
	l->last_ns = now;
}

static void answered(struct load *l, struct conn *c)
{
	struct ek_client_head h = ek_client_head(c->in, c->in_n);
	if (h.bytes == 0 || c->in_n < h.bytes + h.length)
		return;
	if (h.is_chunked || c->in_n > h.bytes + h.length)
		ek_workload_die("http_load: more than one answer to one request");
	if (h.status != 201)
		ek_workload_die("http_load: %.*s", (int)c->in_n, c->in);
	uint64_t now = ek_tally_now();
	count(l, c, now);
	c->is_waiting = false;
	c->in_n = 0;
	l->waiting--;
	if (now < l->end)
		ask(l, c);
}

static void readable(struct load *l, struct conn *c)
{
	if (c->in_n == IN_MAX)
		ek_workload_die("http_load: an answer of more than %d bytes", IN_MAX);
	ssize_t n = recv(c->fd, c->in + c->in_n, IN_MAX - c->in_n, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		ek_workload_die("http_load: closed by the server");
	c->in_n += (uint32_t)n;
	answered(l, c);
}

/* ---- the run */

static void run(struct load *l)
{
	struct epoll_event events[256];
	for (uint32_t i = 0; i < l->count; i++)
		ask(l, &l->conns[i]);
	while (l->waiting > 0) {
		int n = epoll_wait(l->epoll, events, 256, 10000);
		if (n == 0)
			ek_workload_die("http_load: no answer for ten seconds");
		for (int i = 0; i < n; i++)
			readable(l, events[i].data.ptr);
	}
}

static void open_all(struct load *l, uint16_t port)
{
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->conns = ek_workload_zero(l->count, sizeof *l->conns);
	ek_client_allow_files(l->count + 64);
	for (uint32_t i = 0; i < l->count; i++) {
		struct conn *c = &l->conns[i];
		c->fd = ek_client_connect(port);
		struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
		if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &e) != 0)
			ek_workload_die("epoll: %s", strerror(errno));
	}
}

static void write_text(struct load *l)
{
	static const char words[] = "My parcel was to be here on Tuesday, and it is not. ";
	for (int i = 0; i < TEXT; i++)
		l->text[i] = words[(size_t)i % (sizeof words - 1)];
}

static void print(const struct load *l, const char *name)
{
	const struct ek_tally *t = l->tally;
	double secs = (double)(l->last_ns - l->first_ns) / 1e9;
	printf("impl=%s conns=%u asked=%" PRIu64 " requests=%" PRIu64
	       " secs=%.3f requests_per_s=%.0f p50=%.1fus p99=%.1fus max=%.1fus\n",
	       name, l->count, l->asked, t->samples, secs, (double)t->samples / secs,
	       (double)ek_tally_percentile(t, 500) / 1e3, (double)ek_tally_percentile(t, 990) / 1e3,
	       (double)l->worst_ns / 1e3);
}

int main(int argc, char **argv)
{
	struct load *l = ek_workload_zero(1, sizeof *l);
	if (argc < 6)
		ek_workload_die("usage: http_load NAME PORT SITE CONNECTIONS SECONDS [KEYS]");
	ek_client_site_load(&l->site, argv[3]);
	l->count = ek_workload_number(argv[4], CONNECTIONS_MAX, 64);
	uint64_t secs = ek_workload_number(argv[5], 3600, 5);
	l->keys = argc > 6 && ek_workload_number(argv[6], 1, 0) != 0;
	l->tally = ek_tally_open();
	write_text(l);
	open_all(l, (uint16_t)ek_workload_number(argv[2], 65535, 7420));
	l->count_from = ek_tally_now() + secs * 200000000u;
	l->end = l->count_from + secs * 1000000000u;
	run(l);
	if (l->tally->samples == 0)
		ek_workload_die("http_load: nothing was answered in time");
	print(l, argv[1]);
	for (uint32_t i = 0; i < l->count; i++)
		close(l->conns[i].fd);
	close(l->epoll);
	free(l->conns);
	ek_tally_close(&l->tally);
	ek_client_site_free(&l->site);
	free(l);
	return 0;
}
