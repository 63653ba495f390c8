/* fetch -- the one way out for HTTP: whoever wants something of another server asks here.
 *
 * The calls are made by a process of its own (docs/adr/0021), which has no key, no store and no
 * file: `evenkeel fetcher`, over a pair of sockets. It parses the address once, refuses what is not
 * http or https, carries a name or password, or goes to another port than 80, 443 and the listed
 * ones; resolves; and judges each address (channels/outbound.h) at the moment in which a socket to
 * it is asked for, so that an answer of the DNS that changes changes nothing. Plain http goes to
 * listed networks only. Redirects are followed where that is asked for, at most EK_FETCH_HOPS, and
 * each is judged as if it had been asked for by itself, in the time that is left. No proxy is
 * asked, no connection used again.
 *
 * A target (host and port) that failed EK_FETCH_FAILURES times in a row is left alone for 30 s,
 * then tried once, then left for twice as long, up to 5 minutes.
 *
 * Whoever asks learns one word (enum ek_fetch_outcome), and the details nobody: they would tell
 * what a network looks like inside. Source: spec security, sections 4 and 10; promises, P9.
 */
#ifndef EK_CHANNELS_FETCH_H
#define EK_CHANNELS_FETCH_H

#include "channels/outbound.h"

enum {
	EK_FETCH_CONNECT_MS = 5000,
	EK_FETCH_ALL_MS = 10000,
	EK_FETCH_BYTES = 5 << 20,
	EK_FETCH_HEAD_BYTES = 64 << 10, /* of an answer's headers */
	EK_FETCH_URL = 2048,
	EK_FETCH_HEADERS = 8192,
	EK_FETCH_BODY = 1 << 20,
	EK_FETCH_NETS = EK_OUTBOUND_NETS,
	EK_FETCH_PORTS = 64,
	EK_FETCH_AT_ONCE = 64, /* asked and not answered yet */
	EK_FETCH_HOPS = 3,
	EK_FETCH_FAILURES = 5,
	EK_FETCH_REST_MS = 30000,
	EK_FETCH_REST_MAX_MS = 300000,
};

enum ek_fetch_outcome {
	EK_FETCH_ANSWERED = 1, /* with some status */
	EK_FETCH_NOT_ALLOWED,  /* the address is none that may be called */
	EK_FETCH_NOT_REACHED,  /* no name, no connection, no trusted certificate, no HTTP */
	EK_FETCH_TIMED_OUT,
	EK_FETCH_TOO_MUCH, /* the answer was longer than wanted */
	EK_FETCH_RESTING,  /* the target is left alone; not tried */
	EK_FETCH_LOST,     /* the fetcher ended; nobody knows whether it was sent */
};
/* "not_reached". */
const char *ek_fetch_word(enum ek_fetch_outcome outcome);

struct ek_fetch_answer {
	enum ek_fetch_outcome outcome;
	uint32_t status; /* 0: none came */
	uint32_t ms;     /* how long it took; of RESTING, how long to wait */
	ek_str body;     /* the beginning of it, `keep` bytes at most; any bytes */
};

/* On a thread of the fetch's; may not block, may not ask for more. */
typedef void ek_fetch_done(void *ctx, const struct ek_fetch_answer *answer);

/* Borrowed for the call. */
struct ek_fetch_request {
	ek_str url;
	ek_str headers;                     /* "Name: value\n", each */
	ek_str body;                        /* p NULL: GET; else POST */
	uint32_t keep;                      /* how much of the answer is wanted */
	const struct ek_outbound_net *nets; /* allowed though they are not global */
	uint32_t net_count;
	const uint16_t *ports; /* beside 80 and 443 */
	uint32_t port_count;
	ek_fetch_done *done;
	void *ctx;
	/* 0 = as above. */
	uint32_t connect_ms;
	uint32_t all_ms;
	uint32_t bytes;
	uint32_t rest_ms;
	uint32_t hops;  /* redirects to follow, of GET; what leads on behind them is the answer */
	ek_str resolve; /* for tests: "host:port:address", as if the DNS had said so */
};

struct ek_fetch;

struct ek_fetch_options {
	const char *ca_file; /* PEM: trusted beside the system's; NULL or "" = none; borrowed */
	bool is_thread;      /* for tests: no process, the same on a thread */
};

/* Starts what it needs with the first request. *fetch is the caller's, to be closed. Errors:
 * NO_MEMORY. */
bool ek_fetch_open(const struct ek_fetch_options *options, struct ek_fetch **fetch,
		   struct ek_err *err) EK_MUST_CHECK;
/* Any thread. done is called once, unless this is false. A fetcher that ended is started again, a
 * second later at the earliest; until then the answer is LOST. Errors: BUSY when EK_FETCH_AT_ONCE
 * wait; LIMIT for what is longer than above. */
bool ek_fetch_ask(struct ek_fetch *fetch, const struct ek_fetch_request *request,
		  struct ek_err *err) EK_MUST_CHECK;
/* Answers what waits with LOST. Accepts NULL inside; leaves NULL. */
void ek_fetch_close(struct ek_fetch **fetch);
/* For tests: the process that fetches now; 0 = none. */
int64_t ek_fetch_process(struct ek_fetch *fetch);

/* ---- the other side (fetch_serve.c) */

/* Serves the socket until its end. ca: PEM, p NULL = the system's alone. */
void ek_fetch_serve(int fd, ek_str ca);
/* What it gives up, for good. Errors: IO. */
bool ek_fetch_close_in(struct ek_err *err) EK_MUST_CHECK;
/* `evenkeel fetcher [CA_FILE]`: reads that file, is closed in, and serves. Errors: the file's;
 * those of being closed in. */
bool ek_fetch_run(const char *ca_file, struct ek_err *err) EK_MUST_CHECK;

#endif
