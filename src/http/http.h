/* http -- the web server's edge: bytes of HTTP/1.1 in, requests out; answers and live streams back.
 *
 * Knows no domain. One thread of its own reads, parses and writes ("the HTTP thread"); a second one
 * looks after deadlines ("the watch"). A request is handed to the handler whole, with its body, and
 * is answered exactly once, at once or later, from any thread. Everything that a stranger can make
 * it hold has a bound (struct ek_http_limits).
 *
 * Strictness (RFC 9112, and narrower where the RFC leaves room that has been abused): CRLF only; no
 * NUL, bare CR or LF, folding, or space before a colon; one Host; one Content-Length of 1 to 15
 * digits, or Transfer-Encoding of exactly `chunked`, never both; absolute form only if it names the
 * Host. What does not fit is answered 400 and the connection is closed, so that nothing that
 * follows on it is ever executed. A chunked request also closes its connection after the answer,
 * because the library is lenient inside chunks. A few kinds of bytes that the library cannot make
 * sense of at all are answered by it with its own short page, or closed without an answer.
 *
 * Cost (two cores, one message each way): about 6 us of CPU a request answered at once, 13 us one
 * answered from another thread. A connection: up to 56 KiB; an open stream: 10 KB, and at most
 * limits.stream_bytes (doubled by the kernel) in its socket. Each answer from another thread, and
 * each wake, makes the library walk over all that wait: 5 us for each 1,000 open streams, shared by
 * what is answered within the same turn of its loop.
 */
#ifndef EK_HTTP_HTTP_H
#define EK_HTTP_HTTP_H

#include "base/arena.h"

struct ek_http;
struct ek_http_stream;

struct ek_http_pair {
	ek_str name, value; /* value without white space at its ends */
};

/* One request. Lives, with all that its slices point at, until it is answered. */
struct ek_http_request {
	struct ek_arena arena; /* the handler's; also holds what is below; one thread at a time */
	ek_str method;         /* GET HEAD POST PUT PATCH DELETE OPTIONS */
	ek_str path;           /* raw: not percent-decoded; begins with '/', or is "*" */
	ek_str query;          /* raw, without the '?' */
	ek_str body;
	ek_str peer; /* the client's numeric address; behind a listed proxy the one it names */
	const struct ek_http_pair *headers; /* in the order they came */
	uint32_t header_count;
	uint64_t id;    /* of this request; grows, also over restarts */
	bool is_secure; /* came by TLS, here or at a listed proxy */
	void *user;     /* the handler's; NULL at first */
};

/* The first header of that name, case aside; p is NULL when there is none. */
ek_str ek_http_header(const struct ek_http_request *request, const char *name);

struct ek_http_field {
	const char *name, *value; /* an empty value leaves the header out */
};

struct ek_http_reply {
	int status;       /* 200 to 599 */
	ek_str body;      /* not sent to HEAD, nor with 204 and 304; its length is announced */
	const char *type; /* Content-Type; NULL for none */
	const struct ek_http_field *headers; /* never Content-Length, Connection, Date */
	uint32_t header_count;
	/* Whose the body is: NULL and false: copied. `free` set: handed over, given back through
	 * it, on any thread. `is_lasting`: unchanged as long as the server (files built in). */
	void (*free)(void *body);
	bool is_lasting;
	bool is_close; /* end the connection after it */
};

/* On the HTTP thread; may not block. Answers now, or keeps the request and answers later. */
typedef void ek_http_handler(void *ctx, struct ek_http_request *request);

/* Any thread, exactly once for each request, which is gone afterwards. Copies what it needs. A
 * header that would break out of its line makes the answer a plain 500. */
void ek_http_answer(struct ek_http_request *request, const struct ek_http_reply *reply);

/* A refusal made here: 400 malformed; 405 method_not_allowed; 408 timeout; 413, 414, 431 too_large;
 * 415 unsupported_media_type; 417, 501, 505 unsupported; 500 internal; 503 unavailable. */
struct ek_http_refusal {
	int status;
	const char *code;
	uint64_t id; /* as of a request */
};

/* Puts the refusal into words: fills body, type and headers of *reply, which holds plain text (and
 * Retry-After or Allow where due) and whose status stays. What it points at lives in `arena` or
 * longer. On the HTTP thread or the watch, at times on both at once: no state of its own. */
typedef void ek_http_refuse(void *ctx, const struct ek_http_refusal *why, struct ek_arena *arena,
			    struct ek_http_reply *reply);

/* 0 = the default. Times in ms, sizes in bytes. */
struct ek_http_limits {
	uint32_t header_bytes;  /* of all header lines: 32 KiB; cookies count twice above 8 KiB */
	uint32_t header_lines;  /* 100 */
	uint32_t address_bytes; /* path and query: 8 KiB */
	uint32_t body_bytes;    /* where body_max does not say: 1 MiB */
	uint32_t arena_bytes;   /* of one request, beside its body: 8 MiB */
	uint64_t bodies_bytes;  /* of all bodies held at once: 256 MiB; above it 503 */
	uint32_t connections;   /* 12,000; the others wait in the backlog of 4096 */
	/* 1,024; UINT32_MAX for none; none when proxies are listed, as it would be theirs. */
	uint32_t connections_per_address;
	uint32_t in_flight;     /* requests with the handler's owner: 4,096; above it 503 */
	uint32_t header_ms;     /* from connect, or the address, to the last header: 10,000 */
	uint32_t body_grace_ms; /* from when on a body must have kept its rate: 10,000 */
	uint32_t body_rate;     /* bytes per second since its start: 1,024 */
	uint32_t idle_ms;       /* between requests: 75,000; an eighth above half of connections */
	uint32_t stall_ms;      /* no byte of what waits was taken: 30,000 */
	uint32_t stream_bytes;  /* SO_SNDBUF of a stream: 32 KiB */
};

/* All is borrowed until ek_http_close, save cert, key, address and the proxies' texts. */
struct ek_http_options {
	const char *address;        /* numeric; NULL = 127.0.0.1; "::" is both families */
	uint16_t port;              /* 0 = a free one */
	const char *cert;           /* PEM text; with key: TLS 1.2 and 1.3 */
	const char *key;            /* PEM text */
	const char *const *proxies; /* numeric addresses whose X-Forwarded-For and -Proto hold */
	uint32_t proxy_count;
	const char *const *always; /* paths that are served above in_flight, too */
	uint32_t always_count;
	struct ek_alloc alloc; /* must serve any thread */
	ek_http_handler *handler;
	/* Most bytes of body for this route; NULL: limits.body_bytes. On the HTTP thread. */
	size_t (*body_max)(void *ctx, ek_str method, ek_str path);
	ek_http_refuse *refuse; /* NULL: plain text */
	void *ctx;              /* of the three */
	struct ek_http_limits limits;
};

/* Listens and serves. *http is the caller's, to be closed. Errors: USAGE (address, port, half a key
 * pair), IN_USE (port), IO (the system, or TLS material that is not), NO_MEMORY, CHECK_FAILED (a
 * version of libmicrohttpd whose strictness was not proved). */
bool ek_http_open(const struct ek_http_options *options, struct ek_http **http,
		  struct ek_err *err) EK_MUST_CHECK;
uint16_t ek_http_port(const struct ek_http *http);
/* Takes no more connections and no more requests (503 on those that are open), ends all streams,
 * and waits until the rest is answered and every connection is closed, at most that long. False:
 * some are not. Afterwards answers still go out until ek_http_close. Not from the HTTP thread. */
bool ek_http_stop(struct ek_http *http, ek_span at_most);
/* Ends what is left, without an answer. Close the owners of unanswered requests first: no thread
 * may be inside ek_http_answer meanwhile; later ek_http_answer does no harm, and frees the request.
 * Accepts NULL inside; leaves NULL. */
void ek_http_close(struct ek_http **http);

struct ek_http_counters {
	uint64_t answers[6];  /* by status / 100; refusals too; [0] unused */
	uint64_t connections; /* since the start */
	uint64_t connections_open;
	uint64_t streams_open;
	uint64_t in_flight;
	uint64_t bodies_bytes; /* held now */
	uint64_t bytes_in;     /* headers and bodies read */
	uint64_t bytes_out;    /* bodies and stream bytes handed to the library */
	uint64_t cut;          /* connections ended by the watch, idle ones aside */
};

/* Any thread. The figures are each right, but not of one instant. */
struct ek_http_counters ek_http_counters(struct ek_http *http);

/* MORE: n bytes are in buf, ask again. WAIT: nothing now, n is 0; ask again after a wake. END: n
 * last bytes are in buf, or none. */
typedef enum { EK_HTTP_MORE, EK_HTTP_WAIT, EK_HTTP_END } ek_http_more;

/* On the HTTP thread, when the socket can take more; may not block. cap: 8 KiB, or less. */
typedef ek_http_more ek_http_pull(void *ctx, char *buf, size_t cap, size_t *n);

struct ek_http_source {
	ek_http_pull *pull;
	void (*closed)(void *ctx); /* once, on the HTTP thread; no pull follows */
	void *ctx;
};

/* Instead of ek_http_answer: any thread, once. Sends head's status and headers (its body is left
 * out), then what is pulled, until END, ek_http_stream_end, the client's leaving, or
 * limits.stall_ms in which the client took nothing of what waits; then the connection ends. That a
 * client left is noticed at the next wake; that it is gone without a word, when bytes are not
 * taken: send a heartbeat. *stream is the caller's, to be dropped, also after `closed`. False: no
 * memory, or a header that cannot be sent; the request was answered 503, `closed` is not called. */
bool ek_http_stream_open(struct ek_http_request *request, const struct ek_http_reply *head,
			 const struct ek_http_source *source,
			 struct ek_http_stream **stream) EK_MUST_CHECK;
/* Any thread, `pull` and `closed` included; after `closed` it does nothing. Wakes are merged. */
void ek_http_stream_wake(struct ek_http_stream *stream);
/* Any thread: ends it without another pull. `closed` follows on the HTTP thread. */
void ek_http_stream_end(struct ek_http_stream *stream);
/* Gives the handle back; the stream itself goes on. Accepts NULL inside; leaves NULL. */
void ek_http_stream_drop(struct ek_http_stream **stream);

#endif
