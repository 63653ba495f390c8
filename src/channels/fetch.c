#include "channels/fetch.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channels/fetch_wire.h"
#include "sys/child.h"
#include "sys/clock.h"
#include "sys/heap.h"
#include "sys/thread.h"

enum { AGAIN_MS = 1000 };

struct waiting {
	uint64_t id; /* 0 = free */
	ek_fetch_done *done;
	void *ctx;
};

struct ek_fetch {
	struct ek_fetch_options options;
	char ca_file[EK_FETCH_URL];
	struct ek_thread_lock *lock; /* over what follows */
	struct waiting waiting[EK_FETCH_AT_ONCE];
	uint64_t last_id;
	bool is_up;
	bool is_closing;
	int fd;                 /* while it is up */
	int other;              /* the thread's end; -1 = there is none */
	struct ek_child *child; /* while it is up */
	struct ek_thread *served;
	int64_t down_ms;               /* when it ended last */
	struct ek_thread_lock *writes; /* one message after another; taken before the other lock */
	struct ek_thread *thread;      /* reads answers */
	char *body;                    /* the thread's */
};

const char *ek_fetch_word(enum ek_fetch_outcome outcome)
{
	static const char *const words[] = {
		[EK_FETCH_ANSWERED] = "answered",
		[EK_FETCH_NOT_ALLOWED] = "not_allowed",
		[EK_FETCH_NOT_REACHED] = "not_reached",
		[EK_FETCH_TIMED_OUT] = "timed_out",
		[EK_FETCH_TOO_MUCH] = "too_much",
		[EK_FETCH_RESTING] = "resting",
		[EK_FETCH_LOST] = "lost",
	};
	return outcome > 0 && outcome < EK_LEN(words) ? words[outcome] : "lost";
}

static int64_t now_ms(void)
{
	return (int64_t)(ek_clock_mono_ns() / 1000000);
}

/* ---- up and down; with the lock held */

static void serve(void *ctx)
{
	const struct ek_fetch *f = ctx;
	ek_fetch_serve(f->other, (ek_str){NULL, 0});
}

static bool start(struct ek_fetch *f, struct ek_err *err)
{
	const char *const args[] = {"fetcher", f->ca_file[0] == 0 ? NULL : f->ca_file, NULL};
	if (f->is_up)
		return true;
	if (f->is_closing || (f->down_ms != 0 && now_ms() - f->down_ms < AGAIN_MS))
		return ek_fail(err, EK_BUSY, "the fetcher has just ended");
	if (f->options.is_thread) {
		int ends[2];
		if (!ek_child_pair(ends, err))
			return false;
		f->fd = ends[0];
		f->other = ends[1];
		f->is_up = ek_thread_open(serve, f, &f->served, err);
		if (!f->is_up) {
			close(ends[0]);
			close(ends[1]);
		}
	} else {
		const struct ek_child_options child = {.args = args, .shared = -1};
		f->is_up = ek_child_open(&child, &f->child, err);
		if (f->is_up)
			f->fd = ek_child_socket(f->child);
	}
	f->down_ms = now_ms();
	ek_thread_lock_ring(f->lock);
	return f->is_up;
}

/* By the reading thread, when nobody is at the other end any more. */
static void stop(struct ek_fetch *f)
{
	struct ek_child *child = f->child;
	struct ek_thread *served = f->served;
	f->is_up = false;
	f->down_ms = now_ms();
	f->child = NULL;
	f->served = NULL;
	if (served != NULL) {
		shutdown(f->fd, SHUT_RDWR);
		ek_thread_close(&served);
		close(f->other);
		close(f->fd);
	}
	ek_child_close(&child);
}

/* ---- answers */

static bool take_waiting(struct ek_fetch *f, uint64_t id, struct waiting *out)
{
	bool found = false;
	ek_thread_lock_take(f->lock);
	for (uint32_t i = 0; i < EK_FETCH_AT_ONCE && !found; i++) {
		if (f->waiting[i].id == 0 || (id != 0 && f->waiting[i].id != id))
			continue;
		*out = f->waiting[i];
		f->waiting[i].id = 0;
		found = true;
	}
	ek_thread_lock_give(f->lock);
	return found;
}

static void lose_all(struct ek_fetch *f)
{
	const struct ek_fetch_answer lost = {.outcome = EK_FETCH_LOST};
	struct waiting w;
	while (take_waiting(f, 0, &w))
		w.done(w.ctx, &lost);
}

/* Until nobody is at the other end. */
static void read_answers(struct ek_fetch *f, int fd)
{
	struct ek_fetch_wire_answer a;
	struct waiting w;
	while (ek_child_read(fd, &a, sizeof a)) {
		if (a.mark != EK_FETCH_WIRE_MARK || a.body_n > EK_FETCH_BYTES ||
		    a.outcome < EK_FETCH_ANSWERED || a.outcome > EK_FETCH_LOST ||
		    !ek_child_read(fd, f->body, a.body_n))
			return;
		const struct ek_fetch_answer answer = {.outcome = (enum ek_fetch_outcome)a.outcome,
						       .status = a.status,
						       .ms = a.ms,
						       .body = {f->body, a.body_n}};
		if (a.id != 0 && take_waiting(f, a.id, &w))
			w.done(w.ctx, &answer);
	}
}

static void run(void *ctx)
{
	struct ek_fetch *f = ctx;
	ek_thread_lock_take(f->lock);
	while (!f->is_closing) {
		if (!f->is_up) {
			ek_thread_lock_wait(f->lock, (ek_span){AGAIN_MS});
			continue;
		}
		int fd = f->fd;
		ek_thread_lock_give(f->lock);
		read_answers(f, fd);
		/* Nobody writes while the socket goes. */
		ek_thread_lock_take(f->writes);
		ek_thread_lock_take(f->lock);
		stop(f);
		ek_thread_lock_give(f->lock);
		ek_thread_lock_give(f->writes);
		lose_all(f);
		ek_thread_lock_take(f->lock);
	}
	ek_thread_lock_give(f->lock);
}

/* ---- asking */

static bool fits(const struct ek_fetch_request *r)
{
	return r->url.n < EK_FETCH_URL && r->headers.n <= EK_FETCH_HEADERS &&
	       r->body.n <= EK_FETCH_BODY && r->net_count <= EK_FETCH_NETS &&
	       r->port_count <= EK_FETCH_PORTS && r->resolve.n < EK_FETCH_WIRE_RESOLVE;
}

static uint32_t or_usual(uint32_t n, uint32_t usual)
{
	return n == 0 || n > usual ? usual : n;
}

static bool send_it(int fd, uint64_t id, const struct ek_fetch_request *r)
{
	const uint32_t bytes = or_usual(r->bytes, EK_FETCH_BYTES);
	const struct ek_fetch_wire_ask ask = {
		.mark = EK_FETCH_WIRE_MARK,
		.is_post = r->body.p != NULL,
		.hops = r->hops < EK_FETCH_HOPS ? r->hops : EK_FETCH_HOPS,
		.id = id,
		.net_count = r->net_count,
		.port_count = r->port_count,
		.url_n = r->url.n,
		.headers_n = r->headers.n,
		.body_n = r->body.n,
		.resolve_n = r->resolve.n,
		.keep = r->keep < bytes ? r->keep : bytes,
		.bytes = bytes,
		.connect_ms = or_usual(r->connect_ms, EK_FETCH_CONNECT_MS),
		.all_ms = or_usual(r->all_ms, EK_FETCH_ALL_MS),
		.rest_ms = or_usual(r->rest_ms, EK_FETCH_REST_MS),
	};
	return ek_child_write(fd, &ask, sizeof ask) &&
	       ek_child_write(fd, r->nets, r->net_count * sizeof *r->nets) &&
	       ek_child_write(fd, r->ports, r->port_count * sizeof *r->ports) &&
	       ek_child_write(fd, r->url.p, r->url.n) &&
	       ek_child_write(fd, r->headers.p, r->headers.n) &&
	       ek_child_write(fd, r->body.p, r->body.n) &&
	       ek_child_write(fd, r->resolve.p, r->resolve.n);
}

/* A place to wait in; 0 = there is none. *fd is -1 where the fetcher is not up. */
static uint64_t begin(struct ek_fetch *f, const struct ek_fetch_request *r, int *fd)
{
	struct ek_err err;
	uint64_t id = 0;
	*fd = -1;
	ek_thread_lock_take(f->lock);
	for (uint32_t i = 0; i < EK_FETCH_AT_ONCE && id == 0; i++) {
		if (f->waiting[i].id != 0)
			continue;
		id = ++f->last_id;
		f->waiting[i] = (struct waiting){id, r->done, r->ctx};
	}
	if (id != 0 && start(f, &err))
		*fd = f->fd;
	ek_thread_lock_give(f->lock);
	return id;
}

bool ek_fetch_ask(struct ek_fetch *f, const struct ek_fetch_request *r, struct ek_err *err)
{
	struct waiting w;
	int fd;
	if (!fits(r))
		return ek_fail(err, EK_LIMIT, "too long to be sent");
	ek_thread_lock_take(f->writes);
	uint64_t id = begin(f, r, &fd);
	/* Where it breaks in between, who reads tells everyone. */
	bool sent = fd >= 0 && send_it(fd, id, r);
	ek_thread_lock_give(f->writes);
	if (id == 0)
		return ek_fail(err, EK_BUSY, "too many calls wait");
	if (!sent && take_waiting(f, id, &w)) {
		const struct ek_fetch_answer lost = {.outcome = EK_FETCH_LOST};
		w.done(w.ctx, &lost);
	}
	return true;
}

int64_t ek_fetch_process(struct ek_fetch *f)
{
	ek_thread_lock_take(f->lock);
	int64_t id = f->child == NULL ? 0 : ek_child_id(f->child);
	ek_thread_lock_give(f->lock);
	return id;
}

/* ---- open, close */

bool ek_fetch_open(const struct ek_fetch_options *options, struct ek_fetch **fetch,
		   struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_fetch *f = ek_alloc_get(&alloc, sizeof *f);
	*fetch = f;
	if (f == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for calls");
	*f = (struct ek_fetch){.options = *options, .other = -1};
	f->options.ca_file = NULL;
	if (options->ca_file != NULL)
		ek_format(f->ca_file, sizeof f->ca_file, "%s", options->ca_file);
	f->body = ek_alloc_get(&alloc, EK_FETCH_BYTES);
	bool ok = (f->body != NULL || ek_fail(err, EK_NO_MEMORY, "no memory for answers")) &&
		  ek_thread_lock_open(&f->lock, err) && ek_thread_lock_open(&f->writes, err) &&
		  ek_thread_open(run, f, &f->thread, err);
	if (!ok)
		ek_fetch_close(fetch);
	return ok;
}

void ek_fetch_close(struct ek_fetch **fetch)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_fetch *f = *fetch;
	if (f == NULL)
		return;
	if (f->thread != NULL) {
		ek_thread_lock_take(f->lock);
		f->is_closing = true;
		if (f->is_up)
			shutdown(f->fd, SHUT_RDWR);
		ek_thread_lock_ring(f->lock);
		ek_thread_lock_give(f->lock);
		ek_thread_close(&f->thread);
		lose_all(f);
	}
	ek_thread_lock_close(&f->writes);
	ek_thread_lock_close(&f->lock);
	ek_alloc_free(&alloc, f->body, EK_FETCH_BYTES);
	ek_alloc_free(&alloc, f, sizeof *f);
	*fetch = NULL;
}
