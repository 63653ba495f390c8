/* streams -- live events to many: streams that each hear one conversation, ten to each.
 *
 * Makes a conversation for every ten streams, opens the streams (GET /events, narrowed to one
 * conversation and to message.added), then adds messages at a steady rate, in turn; each must come
 * once to each of its ten streams. A post is due at its time whether the one before was answered or
 * not, so that a server that stalls is not asked more gently. Delivery is measured twice:
 *   post    from when the post was due until the frame was read: commit included
 *   commit  from the `at` of the frame, in whole ms, until it was read: same clock
 * From /proc: the server's CPU while streams are open and nothing is posted, and while it is;
 * resident memory before and after the streams were opened (the kernel's buffers are not in it).
 * usage: streams PORT PID SITE STREAMS SECONDS POSTS_A_SECOND
 */
#include "bench/client.h"
#include "bench/tally.h"
#include "bench/workload.h"

#include "base/rfc3339.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	FANOUT = 10,
	PER_TOKEN = 5, /* streams: what the server allows one caller */
	WRITERS = 8,
	IN_MAX = 4096,
	OUT_MAX = 1024,
	ID_MAX = 32,
	STREAMS_MAX = 50000,
	OPENING = 100, /* streams asked for at once */
	QUIET_S = 5,
	STRAGGLERS_S = 3,
};

struct stream {
	int fd;
	uint32_t conv;
	uint32_t got; /* frames */
	bool is_open; /* hello was read */
	bool has_head;
	bool is_chunked;
	struct ek_client_chunks chunks;
	uint32_t in_n;
	char in[IN_MAX];
};

struct conv {
	char id[ID_MAX];
	uint32_t posts;
	uint64_t *due; /* ns, of each post */
};

struct writer {
	int fd;
	bool is_busy;
	uint64_t due;
	uint32_t conv;
	uint32_t in_n;
	char in[IN_MAX];
};

struct bench {
	struct ek_client_site site;
	int epoll;
	uint16_t port;
	uint32_t pid;
	uint32_t rate;
	uint32_t secs;
	struct stream *streams;
	uint32_t count;
	uint32_t opened;
	struct conv *convs;
	uint32_t conv_count;
	struct writer writers[WRITERS];
	uint32_t made; /* conversations answered */
	uint32_t posts, answers;
	uint64_t delivered, worst_ns;
	struct ek_tally *post, *commit, *ack;
};

/* ---- what the system says of the server */

struct usage {
	uint64_t cpu_ms;
	uint64_t resident; /* bytes */
	uint64_t at;       /* ns */
};

static void read_proc(uint32_t pid, const char *what, char *out, size_t cap)
{
	char path[64];
	(void)snprintf(path, sizeof path, "/proc/%u/%s", pid, what);
	FILE *f = fopen(path, "r");
	if (f == NULL)
		ek_workload_die("%s: %s", path, strerror(errno));
	out[fread(out, 1, cap - 1, f)] = '\0';
	(void)fclose(f);
}

static struct usage measure(uint32_t pid)
{
	char text[1024];
	struct usage u = {.at = ek_tally_now()};
	read_proc(pid, "stat", text, sizeof text);
	/* After the name in brackets: state is field 3, user and system time are 14 and 15. */
	char *at = strrchr(text, ')');
	for (int field = 2; at != NULL && field < 14; field++)
		at = strchr(at + 1, ' ');
	if (at == NULL)
		ek_workload_die("streams: /proc/%u/stat has too few fields", pid);
	uint64_t user = strtoull(at, &at, 10);
	uint64_t ticks = user + strtoull(at, NULL, 10);
	u.cpu_ms = ticks * 1000 / (uint64_t)sysconf(_SC_CLK_TCK);
	read_proc(pid, "statm", text, sizeof text);
	at = strchr(text, ' ');
	if (at != NULL)
		u.resident = strtoull(at, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
	return u;
}

static int64_t wall_us(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* ---- frames */

/* The text of a field such as "at":"..."; n = 0 when it is not there. */
static ek_str field(const char *text, const char *name)
{
	const char *at = strstr(text, name);
	if (at == NULL)
		return (ek_str){NULL, 0};
	at += strlen(name);
	return (ek_str){at, (uint32_t)strcspn(at, "\"")};
}

static void delivered(struct bench *b, struct stream *s, const char *frame)
{
	struct conv *c = &b->convs[s->conv];
	uint64_t now = ek_tally_now();
	ek_time at;
	if (s->got >= c->posts)
		ek_workload_die("streams: a frame that nobody posted: %s", frame);
	uint64_t took = now - c->due[s->got++];
	ek_tally_took(b->post, took);
	if (took > b->worst_ns)
		b->worst_ns = took;
	b->delivered++;
	if (!ek_rfc3339_read(field(frame, "\"at\":\""), &at))
		ek_workload_die("streams: a frame without its time: %s", frame);
	int64_t since_us = wall_us() - at.ms * 1000;
	ek_tally_took(b->commit, since_us > 0 ? (uint64_t)since_us * 1000 : 0);
}

/* One frame, ended with NUL. */
static void frame(struct bench *b, struct stream *s, const char *text)
{
	if (strstr(text, "event: message.added") != NULL) {
		delivered(b, s, text);
	} else if (strstr(text, "event: hello") != NULL && !s->is_open) {
		s->is_open = true;
		b->opened++;
	} else if (strstr(text, "event: reset") != NULL) {
		ek_workload_die("streams: a stream was reset: %s", text);
	}
}

static void take_frames(struct bench *b, struct stream *s)
{
	char *at = s->in;
	for (;;) {
		char *end = memmem(at, s->in_n - (size_t)(at - s->in), "\n\n", 2);
		if (end == NULL)
			break;
		*end = '\0';
		frame(b, s, at);
		at = end + 2;
	}
	s->in_n -= (uint32_t)(at - s->in);
	memmove(s->in, at, s->in_n);
}

static bool take_head(struct stream *s)
{
	struct ek_client_head h = ek_client_head(s->in, s->in_n);
	if (h.bytes == 0)
		return false;
	if (h.status != 200 || !h.is_chunked)
		ek_workload_die("streams: %.*s", (int)s->in_n, s->in);
	bool ended = false;
	s->has_head = true;
	s->in_n -= h.bytes;
	memmove(s->in, s->in + h.bytes, s->in_n);
	s->in_n = ek_client_unchunk(&s->chunks, s->in, s->in_n, &ended);
	return true;
}

static void stream_readable(struct bench *b, struct stream *s)
{
	bool ended = false;
	ssize_t n = recv(s->fd, s->in + s->in_n, IN_MAX - s->in_n, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		ek_workload_die("streams: a stream was closed by the server");
	if (s->has_head)
		s->in_n += ek_client_unchunk(&s->chunks, s->in + s->in_n, (uint32_t)n, &ended);
	else
		s->in_n += (uint32_t)n;
	if (s->has_head || take_head(s))
		take_frames(b, s);
	if (ended || s->in_n == IN_MAX)
		ek_workload_die("streams: a stream ended, or a frame did not");
}

/* ---- writing */

static void post(struct bench *b, struct writer *w, const char *path, const char *body)
{
	char out[OUT_MAX];
	int n = snprintf(
		out, sizeof out,
		"POST /api/v1%s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
		"Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
		path, b->site.tokens[0], strlen(body), body);
	if (n < 0 || n >= OUT_MAX)
		ek_workload_die("streams: a request of %d bytes", n);
	w->is_busy = true;
	ek_client_send(w->fd, out, (size_t)n);
}

static void make_conv(struct bench *b, struct writer *w, uint32_t conv)
{
	char body[256];
	(void)snprintf(body, sizeof body, "{\"team\":\"%s\",\"contact\":\"%s\",\"text\":\"Hello\"}",
		       b->site.teams[conv % b->site.team_count],
		       b->site.contacts[conv % b->site.contact_count]);
	w->conv = conv;
	post(b, w, "/conversations", body);
}

static void add_message(struct bench *b, struct writer *w, uint64_t due)
{
	char path[64 + ID_MAX];
	struct conv *c = &b->convs[b->posts % b->conv_count];
	(void)snprintf(path, sizeof path, "/conversations/%s/parts", c->id);
	c->due[c->posts++] = due;
	w->due = due;
	b->posts++;
	post(b, w, path, "{\"kind\":\"message\",\"author\":\"contact\",\"text\":\"Any news?\"}");
}

static void answered(struct bench *b, struct writer *w)
{
	struct ek_client_head h = ek_client_head(w->in, w->in_n);
	if (h.bytes == 0 || w->in_n < h.bytes + h.length)
		return;
	w->in[w->in_n] = '\0';
	if (h.status != 201)
		ek_workload_die("streams: %s", w->in);
	w->is_busy = false;
	w->in_n = 0;
	if (b->made < b->conv_count) {
		ek_str id = field(w->in + h.bytes, "\"id\":\"");
		(void)snprintf(b->convs[w->conv].id, ID_MAX, "%.*s", (int)id.n, id.p);
		b->made++;
		return;
	}
	b->answers++;
	ek_tally_took(b->ack, ek_tally_now() - w->due);
}

static void writer_readable(struct bench *b, struct writer *w)
{
	ssize_t n = recv(w->fd, w->in + w->in_n, IN_MAX - 1 - w->in_n, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		ek_workload_die("streams: an answer too long, or none");
	w->in_n += (uint32_t)n;
	answered(b, w);
}

static struct writer *free_writer(struct bench *b)
{
	for (uint32_t i = 0; i < WRITERS; i++) {
		if (!b->writers[i].is_busy)
			return &b->writers[i];
	}
	return NULL;
}

/* ---- the loop */

static void watch(struct bench *b, int fd, uint32_t i)
{
	struct epoll_event e = {.events = EPOLLIN, .data.u32 = i};
	if (epoll_ctl(b->epoll, EPOLL_CTL_ADD, fd, &e) != 0)
		ek_workload_die("epoll: %s", strerror(errno));
}

static void turn(struct bench *b, int wait_ms)
{
	struct epoll_event events[512];
	int n = epoll_wait(b->epoll, events, 512, wait_ms);
	for (int i = 0; i < n; i++) {
		uint32_t which = events[i].data.u32;
		if (which < WRITERS)
			writer_readable(b, &b->writers[which]);
		else
			stream_readable(b, &b->streams[which - WRITERS]);
	}
}

static void idle(struct bench *b, uint32_t secs)
{
	uint64_t end = ek_tally_now() + secs * (uint64_t)1000000000;
	while (ek_tally_now() < end)
		turn(b, 10);
}

static void make_convs(struct bench *b)
{
	uint32_t asked = 0;
	for (uint32_t i = 0; i < WRITERS; i++) {
		b->writers[i].fd = ek_client_connect(b->port);
		watch(b, b->writers[i].fd, i);
	}
	while (b->made < b->conv_count) {
		struct writer *w = free_writer(b);
		if (w != NULL && asked < b->conv_count)
			make_conv(b, w, asked++);
		else
			turn(b, 10);
	}
}

static void open_stream(struct bench *b, uint32_t i)
{
	char out[OUT_MAX];
	struct stream *s = &b->streams[i];
	s->conv = i % b->conv_count;
	s->fd = ek_client_connect(b->port);
	int n = snprintf(out, sizeof out,
			 "GET /api/v1/events?conversation=%s&types=message.added HTTP/1.1\r\n"
			 "Host: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
			 "Accept: text/event-stream\r\n\r\n",
			 b->convs[s->conv].id, b->site.tokens[1 + i / PER_TOKEN]);
	watch(b, s->fd, WRITERS + i);
	ek_client_send(s->fd, out, (size_t)n);
}

static void open_streams(struct bench *b)
{
	for (uint32_t i = 0; i < b->count; i++) {
		open_stream(b, i);
		for (uint64_t end = ek_tally_now() + 30000000000u; b->opened + OPENING <= i;) {
			turn(b, 10);
			if (ek_tally_now() > end)
				ek_workload_die("streams: %u are open, and no more", b->opened);
		}
	}
	for (int i = 0; i < 3000 && b->opened < b->count; i++)
		turn(b, 10);
	if (b->opened < b->count)
		ek_workload_die("streams: only %u of %u opened", b->opened, b->count);
}

static void post_all(struct bench *b)
{
	uint64_t total = (uint64_t)b->rate * b->secs, begin = ek_tally_now();
	while (b->posts < total) {
		uint64_t due = begin + b->posts * (uint64_t)1000000000 / b->rate;
		uint64_t now = ek_tally_now();
		struct writer *w = free_writer(b);
		if (w != NULL && now >= due)
			add_message(b, w, due);
		else
			turn(b,
			     now >= due || due - now < 1000000 ? 1 : (int)((due - now) / 1000000));
	}
	uint64_t end = ek_tally_now() + STRAGGLERS_S * (uint64_t)1000000000;
	while ((b->answers < total || b->delivered < total * FANOUT) && ek_tally_now() < end)
		turn(b, 10);
}

/* ---- the report */

static double ms(const struct ek_tally *t, uint32_t per_mille)
{
	return (double)ek_tally_percentile(t, per_mille) / 1e6;
}

static uint64_t used_ms(const struct usage *from, const struct usage *to)
{
	return to->cpu_ms - from->cpu_ms;
}

static double share(const struct usage *from, const struct usage *to)
{
	return (double)used_ms(from, to) * 1e8 / (double)(to->at - from->at);
}

struct points {
	struct usage before, open, quiet, end;
};

static void print(const struct bench *b, const struct points *p)
{
	uint64_t expected = (uint64_t)b->posts * FANOUT;
	double quiet = share(&p->open, &p->quiet), busy = share(&p->quiet, &p->end);
	double secs = (double)(p->end.at - p->quiet.at) / 1e9;
	double more_us = (busy - quiet) * 1e4 * secs;
	printf("impl=streams streams=%u posts=%u deliveries=%" PRIu64 " lost=%" PRIu64
	       " p50=%.2fms p99=%.2fms max=%.2fms commit_p50=%.2fms commit_p99=%.2fms "
	       "ack_p50=%.2fms ack_p99=%.2fms\n",
	       b->count, b->posts, b->delivered, expected - b->delivered, ms(b->post, 500),
	       ms(b->post, 990), (double)b->worst_ns / 1e6, ms(b->commit, 500), ms(b->commit, 990),
	       ms(b->ack, 500), ms(b->ack, 990));
	printf("  server open_s=%.2f quiet_cpu=%.2f%% busy_cpu=%.2f%% cpu_per_delivery=%.1fus "
	       "bytes_per_stream=%.0f resident=%" PRIu64 "kB open_cpu=%.0fus\n",
	       (double)(p->open.at - p->before.at) / 1e9, quiet, busy,
	       more_us / (double)b->delivered,
	       ((double)p->open.resident - (double)p->before.resident) / b->count,
	       p->end.resident / 1024, (double)used_ms(&p->before, &p->open) * 1e3 / b->count);
}

static void prepare(struct bench *b)
{
	b->conv_count = b->count / FANOUT;
	b->count = b->conv_count * FANOUT;
	if (b->count == 0 || b->site.token_count < 1 + b->count / PER_TOKEN)
		ek_workload_die("streams: %u tokens are too few", b->site.token_count);
	ek_client_allow_files(b->count + 64);
	b->epoll = epoll_create1(EPOLL_CLOEXEC);
	b->streams = ek_workload_zero(b->count, sizeof *b->streams);
	b->convs = ek_workload_zero(b->conv_count, sizeof *b->convs);
	for (uint32_t i = 0; i < b->conv_count; i++)
		b->convs[i].due = ek_workload_zero((uint64_t)b->rate * b->secs / b->conv_count + 1,
						   sizeof(uint64_t));
	b->post = ek_tally_open();
	b->commit = ek_tally_open();
	b->ack = ek_tally_open();
}

static void finish(struct bench *b)
{
	for (uint32_t i = 0; i < b->count; i++)
		close(b->streams[i].fd);
	for (uint32_t i = 0; i < b->conv_count; i++)
		free(b->convs[i].due);
	for (uint32_t i = 0; i < WRITERS; i++)
		close(b->writers[i].fd);
	close(b->epoll);
	free(b->streams);
	free(b->convs);
	ek_tally_close(&b->post);
	ek_tally_close(&b->commit);
	ek_tally_close(&b->ack);
	ek_client_site_free(&b->site);
	free(b);
}

int main(int argc, char **argv)
{
	struct bench *b = ek_workload_zero(1, sizeof *b);
	struct points p;
	if (argc != 7)
		ek_workload_die("usage: streams PORT PID SITE STREAMS SECONDS POSTS_A_SECOND");
	b->port = (uint16_t)ek_workload_number(argv[1], 65535, 7420);
	b->pid = ek_workload_number(argv[2], UINT32_MAX, 1);
	ek_client_site_load(&b->site, argv[3]);
	b->count = ek_workload_number(argv[4], STREAMS_MAX, 5000);
	b->secs = ek_workload_number(argv[5], 3600, 10);
	b->rate = ek_workload_number(argv[6], 10000, 100);
	prepare(b);
	make_convs(b);
	idle(b, 1);
	p.before = measure(b->pid);
	open_streams(b);
	p.open = measure(b->pid);
	idle(b, QUIET_S);
	p.quiet = measure(b->pid);
	post_all(b);
	p.end = measure(b->pid);
	print(b, &p);
	bool all = b->delivered == (uint64_t)b->posts * FANOUT;
	finish(b);
	return all ? 0 : 1;
}
