/* feed_inside -- what the parts of feed share. */
#ifndef EK_PUSH_FEED_INSIDE_H
#define EK_PUSH_FEED_INSIDE_H

#include "base/rng.h"
#include "push/feed.h"
#include "sys/thread.h"
#include "wire/json.h"

enum { CACHE_BLOCKS = 32, BUCKETS = 16384, STAGE_BYTES = EK_FEED_STATE_BYTES + 128 };
enum { LOG_NAME_MAX = 64 };

/* ---- frames in blocks (feed_ring.c) ---- */

struct slot {
	struct ek_feed_frame frame;
	uint32_t at; /* in text */
	uint32_t n;
};
/* The frames of seq number * EK_FEED_BLOCK and on. Text: `"at":…}` each, to which the beginning
 * is added when it is sent. */
struct block {
	uint64_t number;
	uint32_t first; /* slots first..count-1 are there */
	uint32_t count;
	uint32_t text_n;
	uint32_t text_cap;
	uint64_t used; /* when, for the cache */
	char *text;
	struct slot slots[EK_FEED_BLOCK];
};
struct ring {
	struct block **v; /* block number b at b % cap */
	uint32_t cap;
	uint32_t count;
	uint64_t first; /* block number */
	size_t bytes;
};

bool ek_feed_ring_init(struct ek_feed *f, uint32_t frames);
void ek_feed_ring_fini(struct ek_feed *f);
struct block *ek_feed_block_make(struct ek_feed *f, uint64_t number);
void ek_feed_block_free(struct ek_feed *f, struct block *b);
size_t ek_feed_block_bytes(const struct block *b);
/* Adds a frame behind the others of b. */
bool ek_feed_block_add(struct ek_feed *f, struct block *b, const struct ek_feed_frame *frame,
		       ek_str text);
/* Before the ring's first, or as its only one. */
void ek_feed_ring_before(struct ek_feed *f, struct block *b);
/* Behind the ring's last; the oldest go when it is full. */
void ek_feed_ring_behind(struct ek_feed *f, struct block *b);
/* Into the cache; takes b. */
void ek_feed_ring_cache(struct ek_feed *f, struct block *b);
/* After frames were added to the last block. */
void ek_feed_ring_trim(struct ek_feed *f);
/* NULL when it is not in memory. */
const struct block *ek_feed_ring_find(struct ek_feed *f, uint64_t number);

/* ---- rendering (feed_frame.c) ---- */

/* What the frame names, and its text in f->json, borrowed until the next. */
bool ek_feed_frame_make(struct ek_feed *f, const struct ek_event *e, struct ek_feed_frame *frame,
			ek_str *text);
/* Concerning these too. */
void ek_feed_frame_add(struct ek_feed_frame *frame, uint32_t team, uint32_t mate);
const char *ek_feed_frame_state(int kind);

/* ---- who had what when (feed_past.c); the feed's thread only ---- */

struct conv {
	uint32_t team;
	uint32_t mate;
	uint32_t block; /* 1 + the last one that changed it; 0 = none that is known */
};
struct was {
	uint32_t conv;
	uint32_t team;
	uint32_t mate;
};
/* Of one block: the conversations that it changed, as they were before it, by id. */
struct was_list {
	struct was *v;
	uint32_t n;
	uint32_t cap;
};
struct past {
	struct conv *convs;
	uint32_t conv_cap;
	struct was_list *lists; /* of block b at b % cap */
	uint32_t cap;
	uint64_t from; /* blocks from..to-1 are known */
	uint64_t to;
};

bool ek_feed_past_init(struct ek_feed *f, uint32_t window, uint64_t head);
void ek_feed_past_fini(struct ek_feed *f);
bool ek_feed_past_present(struct ek_feed *f, struct ek_err *err);
/* A new event happened; frame gets the team and holder of its conversation. */
bool ek_feed_past_apply(struct ek_feed *f, const struct ek_event *e, struct ek_feed_frame *frame);
/* Reads block number up to seq `to`. All later blocks are known, and then so is this. */
bool ek_feed_past_load(struct ek_feed *f, uint64_t number, uint64_t to, struct block **out,
		       struct ek_err *err);

/* ---- who asked for what (feed_index.c) ---- */

enum list { LIST_CONV = 1, LIST_MATE, LIST_TEAM, LIST_ALL, LIST_WIDE, LIST_PERSON };
struct posting {
	struct posting *next;
	uint64_t key;
	uint32_t n;
	uint32_t cap;
	uint32_t *slots;
};
bool ek_feed_index_add(struct ek_feed *f, enum list list, uint64_t id, uint32_t slot);
void ek_feed_index_drop(struct ek_feed *f, enum list list, uint64_t id, uint32_t slot);
/* NULL = empty */
const struct posting *ek_feed_index_find(const struct ek_feed *f, enum list list, uint64_t id);
/* All lists that a stream belongs to, as it is narrowed and reaches; all or none. */
bool ek_feed_index_enter(struct ek_feed *f, const struct ek_feed_sub *s);
void ek_feed_index_leave(struct ek_feed *f, const struct ek_feed_sub *s);
void ek_feed_index_fini(struct ek_feed *f);
/* Calls visit once for each stream that the frame may concern. */
typedef void ek_feed_index_visit(struct ek_feed *f, struct ek_feed_sub *s, void *ctx);
void ek_feed_index_each(struct ek_feed *f, const struct ek_feed_frame *frame,
			ek_feed_index_visit *visit, void *ctx);

/* ---- newest states (feed_state.c) ---- */

struct state {
	struct state *next; /* of its bucket */
	struct state *older;
	struct state *newer;
	uint64_t version;
	uint64_t key;
	struct ek_feed_frame frame;
	uint32_t n;
	char *json;
};
struct states {
	struct state **buckets;
	struct state *oldest;
	struct state *newest;
	uint64_t version;
	uint32_t count;
};
bool ek_feed_state_init(struct ek_feed *f);
void ek_feed_state_fini(struct ek_feed *f);

/* ---- streams (feed_sub.c, feed_pull.c) ---- */

enum reason { RESET_NONE, RESET_TOO_OLD, RESET_UNKNOWN, RESET_RIGHTS, RESET_RESTORED };

struct ek_feed_sub {
	struct ek_feed *feed;
	struct ek_feed_wish wish;
	uint32_t slot;
	uint64_t stamp; /* of ek_feed_index_each */
	/* Where it is: everything up to cursor was sent or passed over; last is the newest `id` it
	 * was given, or where it began. Up to scan_to frames must be looked at; beyond, hit is the
	 * first one marked for it, 0 = none. */
	uint64_t cursor;
	uint64_t last;
	uint64_t scan_to;
	uint64_t hit;
	/* Since it first reached the head, bytes marked for it that it did not fetch. */
	uint64_t live_from;
	uint64_t owed;
	struct ek_feed_frame judged; /* of STEP_JUDGE */
	/* The event frame that is partly sent. */
	uint64_t part_seq; /* 0 = none */
	uint64_t part_prev;
	uint32_t part_at;
	uint32_t part_n;
	uint32_t stage_at;
	uint32_t stage_n;
	/* States up to version seen were sent; a batch goes to upto, 0 = none is under way. */
	uint64_t state_seen;
	uint64_t state_upto;
	int64_t state_next;
	int64_t beat_at;
	int64_t check_at;
	int64_t awake_at;
	int64_t ahead_until;
	uint64_t epoch;
	uint8_t reset; /* enum reason, to be sent */
	bool hello;    /* to be sent */
	bool live;
	bool dirty; /* states changed that it may want */
	bool awake; /* will be pulled */
	bool ended;
	char stage[STAGE_BYTES];
};

struct ek_feed {
	struct ek_alloc alloc;
	struct ek_feed_source source;
	struct ek_thread_lock *lock;
	/* of the feed's thread */
	struct past past;
	struct ek_json json;
	uint32_t window;
	uint32_t turn; /* slot that ek_feed_work looks at next */
	/* under the lock */
	struct ring ring;
	struct block *cache[CACHE_BLOCKS];
	size_t cache_bytes;
	size_t cache_max;
	uint64_t cache_clock;
	uint64_t head;
	struct posting **index;
	struct states states;
	struct ek_rng rng;
	struct ek_feed_sub **subs; /* by slot */
	int64_t *due;              /* by slot; when the next tick matters to it */
	uint64_t *need;            /* by slot; 1 + the block it waits for, 0 = none */
	uint32_t *spare;           /* slots that are free */
	uint32_t cap;
	uint32_t count;
	uint32_t person_max;
	uint64_t stamp;
	uint64_t epoch;
	uint64_t reads;
	uint64_t cut;
	bool ending;
	char log[LOG_NAME_MAX + 1];
};

void *ek_feed_get(struct ek_feed *f, size_t n); /* zeroed */
void ek_feed_free(struct ek_feed *f, void *p, size_t n);
static inline uint64_t ek_feed_block_of(uint64_t seq)
{
	return seq / EK_FEED_BLOCK;
}
/* All with the lock held. */
bool ek_feed_sub_wants(const struct ek_feed_sub *s, const struct ek_feed_frame *frame);
bool ek_feed_sub_may(const struct ek_feed_sub *s, const struct ek_feed_frame *frame);
void ek_feed_sub_wake(struct ek_feed_sub *s, int64_t now);
void ek_feed_sub_end(struct ek_feed_sub *s);
void ek_feed_sub_cut(struct ek_feed_sub *s);
/* From now on it stands at the head; the reason is sent. */
void ek_feed_sub_reset(struct ek_feed_sub *s, enum reason reason);
/* The frame is published: it is marked for the streams that want it, and they wake. */
void ek_feed_sub_offer(struct ek_feed *f, const struct ek_feed_frame *frame, uint32_t n,
		       int64_t now);

/* Bytes going out. */
struct out {
	char *p;
	size_t cap;
	size_t n;
};
/* What waits in the stage goes out; false when there was no room for all of it. */
bool ek_feed_sub_drain(struct ek_feed_sub *s, struct out *out);
/* States that are due go out; false when there was no room for all of them. */
bool ek_feed_state_send(struct ek_feed_sub *s, int64_t now, struct out *out);

#endif
