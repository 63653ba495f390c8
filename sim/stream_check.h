/* stream_check -- a second opinion on live streams: a client that keeps the rule and misses
 * nothing.
 *
 * Bytes of Server-Sent Events go in as they come, cut anywhere. Each frame is read by the rule of
 * the interface: seq not above the last one held is a repeat and dropped; prev above it is a gap;
 * else it is applied. What was applied is kept, so that the union over all connections of one
 * subscriber can be held against the log that it may see. Shares no code with src/push.
 * Source: spec api, section 3; promises P8; the format: WHATWG HTML, "Server-sent events".
 */
#ifndef EK_SIM_STREAM_CHECK_H
#define EK_SIM_STREAM_CHECK_H

#include "base/base.h"

enum { EK_STREAM_CHECK_FRAME_MAX = 65536 };

struct ek_stream_frame {
	ek_str event; /* "assignment.made"; empty for a comment */
	ek_str data;
	uint64_t seq;
	uint64_t prev;
	bool has_id;
	bool is_applied;
};
/* Called for each frame, in order; the texts are borrowed. */
typedef void ek_stream_see(void *ctx, const struct ek_stream_frame *f);

/* One subscriber over all its connections. */
struct ek_stream_check {
	ek_stream_see *see; /* NULL = nobody */
	void *ctx;
	uint64_t held;  /* the last seq held: Last-Event-ID */
	uint64_t *seqs; /* of the event frames applied, in order; owned */
	size_t n;
	size_t cap;
	/* counts */
	uint64_t frames;
	uint64_t positions;
	uint64_t states;
	uint64_t comments;
	uint64_t repeats;
	uint64_t gaps;
	uint64_t resets;
	uint64_t broken;   /* frames that are none */
	char reason[32];   /* of the last reset */
	uint64_t reset_at; /* its seq */
	size_t segment;    /* how many had been applied at the last reset */
	/* the frame being read */
	char *line;
	size_t line_n;
	char *data;
	size_t data_n;
	char event[64];
	uint64_t id;
	bool has_id;
	bool has_data;
};

/* False for no memory. */
bool ek_stream_check_init(struct ek_stream_check *c, uint64_t held);
void ek_stream_check_fini(struct ek_stream_check *c);
/* A new connection begins: what was half read of the old one is lost. */
void ek_stream_check_connect(struct ek_stream_check *c);
void ek_stream_check_feed(struct ek_stream_check *c, const char *bytes, size_t n);
/* Whether what was applied from index `from` on is `expected`. *at is the index of the first
 * difference; when all that was applied agrees but more was expected, c->n - from. */
bool ek_stream_check_equal(const struct ek_stream_check *c, size_t from, const uint64_t *expected,
			   size_t n, size_t *at);

#endif
