/* http_state -- what a server holds. Private to http/http*.c.
 *
 * Who touches what: the HTTP thread its own connections and turns; under `lock` (the server's) the
 * list of connections, their phases and streams, because the watch reads these. Lock order: `lock`,
 * then the library's own, which never calls back with it held.
 */
#ifndef EK_HTTP_HTTP_STATE_H
#define EK_HTTP_HTTP_STATE_H

#include <microhttpd.h>
#include <stdatomic.h>
#include <string.h>

#include "http/http.h"
#include "sys/thread.h"

enum {
	EK_HTTP_ADDRESS = 46,          /* a numeric address and its end */
	EK_HTTP_KEEP_TURNS = 64,       /* idle turns kept, with a chunk of arena each */
	EK_HTTP_KEEP_BODY = 64 * 1024, /* a larger body buffer is given back */
	EK_HTTP_DRAIN =
		1024 * 1024,     /* of a refused body that is read, so that the client reads us */
	EK_HTTP_PULL = 8 * 1024, /* most bytes of one pull */
	EK_HTTP_HEAD_SLACK = 64, /* method, version and line ends beside the address */
	EK_HTTP_ALLOWED_METHODS = 7,
};

/* Where a connection stands; each has its own deadline. */
enum ek_http_phase {
	EK_HTTP_IDLE,  /* before a request, as far as we know */
	EK_HTTP_HEAD,  /* its address was read */
	EK_HTTP_BODY,  /* its header was */
	EK_HTTP_WORK,  /* the handler, or whoever it gave it to, has it: no deadline of ours */
	EK_HTTP_SEND,  /* the answer is going out */
	EK_HTTP_FLOWS, /* a stream is */
};

struct ek_http_conn {
	struct ek_http_conn *prev, *next;
	struct ek_http *http;
	struct MHD_Connection *mhd;
	int fd;
	/* Under the server's lock. */
	enum ek_http_phase phase;
	uint64_t since_ns;
	uint64_t received; /* of the body */
	bool is_served;    /* had a request before */
	bool is_cut;       /* by the watch or at the close: nothing more is executed */
	int waiting;       /* bytes in the socket when last looked at */
	uint64_t pulled;   /* the stream's count then */
	uint64_t moved_ns; /* when one of these two last changed */
	struct ek_http_stream *stream;
	/* The HTTP thread's. */
	struct ek_http_turn *turn;
	const char *address; /* in the library's buffer */
	uint32_t address_n;
	uint32_t query_at; /* where the query begins; its first byte was taken out; 0 = none */
	char query_first;
	bool is_proxy;
	char peer[EK_HTTP_ADDRESS];
};

enum ek_http_turn_state {
	EK_HTTP_READING,  /* not with the handler yet */
	EK_HTTP_RUNNING,  /* inside the handler, unanswered */
	EK_HTTP_PARKED,   /* connection suspended, unanswered */
	EK_HTTP_ANSWERED, /* response is set */
	EK_HTTP_LEFT,     /* the server is gone; the answer only frees it */
};

/* One request's way. */
struct ek_http_turn {
	struct ek_http_request request; /* first: the handler's pointer is ours */
	struct ek_http_turn *next;      /* in the store of idle ones */
	struct ek_http *http;
	struct ek_http_conn *conn;
	struct MHD_Connection *mhd;
	struct ek_alloc alloc;
	_Atomic int state;
	struct MHD_Response *response;
	struct ek_http_reply headers; /* that it still lacks: type and headers alone */
	struct ek_http_stream *stream;
	int status;
	size_t reply_n;  /* bytes of its body */
	bool is_counted; /* among those in flight */
	bool is_chunked;
	bool is_close;
	bool is_discarding; /* the body is read and dropped; `why` is set */
	struct ek_http_refusal why;
	size_t declared; /* Content-Length */
	size_t body_max;
	char *body;
	size_t body_n, body_cap;
};

enum ek_http_stream_state {
	EK_HTTP_STREAM_ACTIVE, /* the HTTP thread pulls */
	EK_HTTP_STREAM_PARKED, /* connection suspended */
	EK_HTTP_STREAM_WOKEN,  /* pull again, whatever the last pull said */
	EK_HTTP_STREAM_CLOSED,
};

struct ek_http_stream {
	struct ek_http *http;
	struct ek_http_conn *conn;
	struct ek_alloc alloc;
	struct ek_http_source source;
	_Atomic int state;
	_Atomic int holders; /* the connection, the caller */
	_Atomic bool is_ended;
	_Atomic bool is_cut;
	_Atomic uint64_t pulled;
	/* The HTTP thread's. */
	bool was_last;    /* the last pull said END */
	size_t touched_n; /* bytes of the library's buffer in use since they were last given back */
};

struct ek_http {
	struct ek_http_options options; /* limits filled in */
	struct MHD_Daemon *daemon;
	struct ek_thread *watch;
	struct ek_thread_lock *lock;
	int listen_fd;
	uint16_t port;
	char (*proxies)[EK_HTTP_ADDRESS];
	/* Under the lock. */
	struct ek_http_conn *conns;
	uint32_t conn_count;
	struct ek_http_turn *idle;
	uint32_t idle_count;
	bool is_closing;
	struct ek_arena watch_arena; /* the watch's */
	_Atomic bool is_stopping;
	_Atomic uint64_t next_id;
	_Atomic uint64_t answers[6];
	_Atomic uint64_t connections;
	_Atomic uint64_t streams;
	_Atomic uint64_t in_flight;
	_Atomic uint64_t bodies;
	_Atomic uint64_t bytes_in;
	_Atomic uint64_t bytes_out;
	_Atomic uint64_t cut;
};

static inline struct ek_http_turn *ek_http_turn_of(struct ek_http_request *r)
{
	return (struct ek_http_turn *)r;
}

/* http_listen.c: a listening socket, non-blocking. */
bool ek_http_listen(struct ek_http *http, struct ek_err *err) EK_MUST_CHECK;

/* http_peer.c */
/* Writes a socket address as text, IPv4 inside IPv6 as IPv4. Empty when it is neither. */
void ek_http_peer_text(const void *address, char *out);
/* The same form for a numeric text; false when it is not one. */
bool ek_http_peer_normal(ek_str text, char *out);
bool ek_http_peer_is_proxy(const struct ek_http *http, const char *peer);
/* Sets peer and is_secure; false: no memory. */
bool ek_http_peer_find(const struct ek_http_conn *c, struct ek_http_request *r);

/* http_head.c: reads and judges the head of a request that the library has parsed; fills the
 * request and the turn's framing. A status of 0: well. *is_hard: close, read nothing more. */
struct ek_http_refusal ek_http_head_read(struct ek_http_conn *c, struct ek_http_turn *t,
					 const char *method, const char *version, bool *is_hard);
bool ek_http_head_same(ek_str a, const char *name);

/* http_answer.c */
/* NULL: no memory, or a header that cannot be sent. Takes the body over even then. */
struct MHD_Response *ek_http_answer_make(const struct ek_http_reply *reply);
/* The refusal as a reply; plain text where the owner has no words. */
void ek_http_answer_refusal(struct ek_http *http, const struct ek_http_refusal *why,
			    struct ek_arena *arena, struct ek_http_reply *reply);
/* Queues t->response on the HTTP thread and lets the turn go. */
enum MHD_Result ek_http_answer_queue(struct ek_http_conn *c);
/* Makes t->why the answer and queues it. */
enum MHD_Result ek_http_answer_no(struct ek_http_conn *c);
/* Sends the refusal past the library, which has no way to answer in the middle of a request; the
 * connection must be cut afterwards. Nothing by TLS. */
void ek_http_answer_past(struct ek_http_conn *c, const struct ek_http_refusal *why,
			 struct ek_arena *arena);
/* Publishes the answer of a turn and wakes its connection; the turn is no longer the caller's. */
void ek_http_answer_give(struct ek_http_turn *t);

/* http_turn.c */
struct ek_http_turn *ek_http_turn_take(struct ek_http_conn *c);
void ek_http_turn_give(struct ek_http_turn *t);
void ek_http_turn_free(struct ek_http_turn *t);
/* The library's callbacks. */
void *ek_http_turn_address(void *cls, const char *uri, struct MHD_Connection *mhd);
/* As the library has it. */
#define EK_HTTP_REQUEST_ARGUMENTS \
	void *cls, struct MHD_Connection *mhd, const char *url, const char *method, \
		const char *version, const char *data, size_t *n, void **con_cls
enum MHD_Result ek_http_turn_request(EK_HTTP_REQUEST_ARGUMENTS);
void ek_http_turn_completed(void *cls, struct MHD_Connection *mhd, void **con_cls,
			    enum MHD_RequestTerminationCode code);
void ek_http_turn_connection(void *cls, struct MHD_Connection *mhd, void **socket_context,
			     enum MHD_ConnectionNotificationCode code);

/* http_stream.c */
/* The connection lets go: closed is called, the handle becomes deaf. */
void ek_http_stream_gone(struct ek_http_stream *s);
/* What the socket of a stream is set to. */
void ek_http_stream_socket(const struct ek_http_conn *c);

/* http_watch.c */
/* Moves a connection into a phase; false: it was cut, do nothing more with it. */
bool ek_http_watch_enter(struct ek_http_conn *c, enum ek_http_phase phase);
/* Counts bytes of the body; false: cut. */
bool ek_http_watch_count(struct ek_http_conn *c, size_t n);
/* The thread. */
void ek_http_watch_run(void *ctx);

#endif
