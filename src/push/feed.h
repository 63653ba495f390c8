/* feed -- live events: numbered frames for those who may see them, as Server-Sent Events.
 *
 * Committed events go in by ek_feed_publish, on one thread; bytes come out by ek_feed_pull, one
 * stream at a time, on any thread. The feed opens no socket and no log: it wakes a stream through a
 * callback, reads old events through another, and is told the time.
 *
 *   retry: 2143                 from 1000 to 3000, so that not all come back at once
 *   event: hello                {"log":…,"seq":…}     where this stream begins
 *   event: reset, id            {"reason":…,"seq":…}  at any time; it goes on from that seq
 *   event: <type>, id           {"seq","prev","at","type",…}  one for each event, if it may be seen
 *   event: position, id         {"seq","prev"}        with the heartbeat, if it moved
 *   event: state.<kind>         what ek_feed_state was given
 *   : still here                a heartbeat without news
 *
 * A frame holds the fields of its event (schema/events.def) with ids in their wire form and times
 * in RFC 3339, null when absent. One about a conversation says who did it: `actor`, null where it
 * came about by itself. Left out is what only a receipt may tell (load, limit, chosen_by,
 * runner_up) and words that people chose (the reasons of a presence and of a passed limit). A frame
 * of more than EK_FEED_FRAME_BYTES leaves its lists out and says "cut":true.
 *
 * What a frame concerns (struct ek_feed_frame) is what it names, and the team and holder that its
 * conversation has after it: present ones for a new event, those of that time for an old one. So a
 * stream that resumes gets what it would have got. Two things cannot be told backward, both of
 * closed conversations after a restart: who held it before it was given on or moved while closed,
 * and its team before that team was deleted.
 *
 * Frames lie in blocks of EK_FEED_BLOCK. The newest blocks are the ring; older ones are read back
 * from the log when a stream asks for them, on the feed's thread (ek_feed_work), never by a pull.
 *
 * Threads: publish, work, tick and close on the feed's thread; pull and leave of one stream on one
 * thread at a time; the rest anywhere. Callbacks `allow`, `wake` and `cut` run with the feed's lock
 * held: they must be short, must not call the feed, and must not wait for anyone who does.
 *
 * Cost: publishing renders once (1.5 us), then looks at the streams listed under the frame's
 * conversation, teammates and teams, at those that reach everything, and, if it names no team, at
 * all that are not narrowed: 20 ns each. A pull of one frame takes 0.3 us. It looks at frames from
 * the first that was marked for its stream, or at all of them while it resumes: 10 ns each, in
 * steps that give the lock back. A tick over 10,000 streams takes 6 us; 0.5 ms when all are due.
 * Memory: 32 MiB with 10,000 streams and a ring full of ordinary frames: 1.7 KiB a stream, 14 MiB
 * the ring (at most EK_FEED_RING_BYTES). Besides, 12 bytes a conversation ever created, 12 bytes a
 * conversation and block in which its team or holder changed within the window, and at most
 * EK_FEED_CACHE_BYTES of old blocks.
 * Source: spec api, section 3; promises P8, P11, rules 9 to 11; security, section 2.
 */
#ifndef EK_PUSH_FEED_H
#define EK_PUSH_FEED_H

#include "base/alloc.h"
#include "model/event.h"
#include "wire/ident.h"

enum {
	EK_FEED_BLOCK = 256,
	EK_FEED_RING_FRAMES = 65536,
	EK_FEED_RING_BYTES = 64 << 20,
	EK_FEED_CACHE_BYTES = 16 << 20,
	EK_FEED_PREFILL_FRAMES =
		16384, /* read back at open, so that a restart costs no reads after */
	EK_FEED_WINDOW_EVENTS = 1000000, /* how far back a stream may resume */
	EK_FEED_FRAME_BYTES = 16384,
	EK_FEED_STREAMS = 10000,
	EK_FEED_PERSON_STREAMS = 5,
	EK_FEED_REACH_TEAMS = 64, /* who reaches more is asked about every frame */
	EK_FEED_BEHIND_BYTES = 1 << 20,
	EK_FEED_STUCK_MS = 30000,
	EK_FEED_BEAT_MS = 15000,
	EK_FEED_CHECK_MS = 4000, /* with a tick each second: within 5 s */
	EK_FEED_STATE_MS = 500,
	EK_FEED_STATE_BYTES = 1024, /* of one state */
	EK_FEED_STATES =
		16384, /* of all kinds; then the one that changed longest ago is forgotten */
	EK_FEED_AHEAD_MS =
		2000,      /* how long a position that has not been published yet is awaited */
	EK_FEED_TEAMS = 3, /* of one frame */
	EK_FEED_MATES = 3,
};

/* What a frame tells about: the first that its kind has of these. */
enum ek_feed_about {
	EK_FEED_CONVERSATION = 1,
	EK_FEED_SETTINGS, /* of the team or teammate named, or of the workspace */
	EK_FEED_TEAMMATE,
	EK_FEED_TEAM, /* or the workspace, when none is named */
	EK_FEED_CONTACT,
	EK_FEED_SYSTEM,
};

enum ek_feed_kind {
	EK_FEED_NO_STATE = 0,
	EK_FEED_QUEUE, /* "state.queue" */
	EK_FEED_LOAD,
	EK_FEED_PRESENCE,
	EK_FEED_JOB,
	EK_FEED_CHAT, /* "state.chat": what the visitor of a conversation does */
	EK_FEED_KINDS,
};

/* What a frame is about. Of ids, 0 = none; no team and no teammate stands there twice. */
struct ek_feed_frame {
	uint64_t seq; /* 0 in a state frame */
	uint32_t conversation;
	uint32_t contact;
	uint32_t teams[EK_FEED_TEAMS];
	uint32_t mates[EK_FEED_MATES];
	uint8_t kind;  /* enum ek_event_kind; 0 in a state frame */
	uint8_t state; /* enum ek_feed_kind; 0 in an event frame */
	uint8_t about; /* enum ek_feed_about; 0 in a state frame */
};

/* Where the feed reads what it needs. On the feed's thread only. */
typedef bool ek_feed_holding(void *ctx, uint32_t conversation, uint32_t team, uint32_t teammate);
typedef bool ek_feed_event(void *ctx, const struct ek_event *e);
struct ek_feed_read {
	uint64_t from; /* seq */
	uint64_t to;   /* at most EK_FEED_BLOCK from `from` on */
	ek_feed_event *visit;
	void *ctx; /* of visit */
};
struct ek_feed_source {
	void *ctx;
	/* Every conversation that has a team or a teammate (of a closed one, who had it last), as
	 * of `head`. Until visit returns false. NULL: there are none. */
	bool (*present)(void *ctx, ek_feed_holding *visit, void *visit_ctx, struct ek_err *err);
	/* Visits the events from..to in order, all of them, until visit returns false. */
	bool (*history)(void *ctx, const struct ek_feed_read *what, struct ek_err *err);
	/* The public id of a contact ("ct_…") into out; returns its length, 0 = leave it out.
	 * NULL: contacts are left out. */
	size_t (*contact)(void *ctx, ek_contact_id contact, char out[EK_IDENT_MAX]);
};

struct ek_feed_options {
	struct ek_alloc alloc; /* used by every thread */
	ek_str log;            /* the log's name, 1 to 64 bytes of [0-9a-z_-]; copied */
	uint64_t head;         /* the last event that was committed; 0 = none */
	struct ek_feed_source source;
	uint64_t seed; /* of the jitter */
	/* 0 = the default above */
	uint32_t ring_frames;
	uint32_t prefill_frames;
	uint32_t window_events;
	uint32_t streams;
	uint32_t person_streams;
	size_t cache_bytes; /* one block is kept, whatever it is */
};

struct ek_feed;
struct ek_feed_sub;

/* Reads what is present, and the newest blocks. Errors: NO_MEMORY; those of the source; DAMAGE when
 * history gives other events than asked for. */
bool ek_feed_open(const struct ek_feed_options *o, struct ek_feed **feed,
		  struct ek_err *err) EK_MUST_CHECK;
/* Every stream has left (asserted). Accepts NULL inside; leaves NULL. */
void ek_feed_close(struct ek_feed **feed);

/* Events that are on disk, in order. Those at or below the head are passed over, so that a page may
 * be published again. Errors: NO_MEMORY; DAMAGE for a gap. What came before the error is published.
 */
bool ek_feed_publish(struct ek_feed *feed, const struct ek_event *events, uint32_t n, ek_time now,
		     struct ek_err *err) EK_MUST_CHECK;
uint64_t ek_feed_head(struct ek_feed *feed);

/* Reads one block of old events for streams that resume. *more: call again. On an error the streams
 * that waited for it end, and come back by themselves. Errors: those of the source; NO_MEMORY. */
bool ek_feed_work(struct ek_feed *feed, ek_time now, bool *more, struct ek_err *err) EK_MUST_CHECK;

/* Wakes what is due by time and cuts who is stuck. To be called each 100 ms or so. Returns when the
 * next is due. now: of a clock that never goes back, the same for all calls. */
ek_time ek_feed_tick(struct ek_feed *feed, ek_time now);

/* Somebody's rights changed or were revoked: every stream is checked, from the next tick on. */
void ek_feed_recheck(struct ek_feed *feed);

/* Ends every stream; nobody new comes in. */
void ek_feed_end(struct ek_feed *feed);

/* The newest state of something, whole; what it was before is forgotten. */
struct ek_feed_state {
	enum ek_feed_kind kind;
	uint64_t key;      /* which of its kind; of a chat: its conversation */
	uint32_t team;     /* whom it concerns; 0 = none */
	uint32_t teammate; /* 0 = none */
	ek_str json;       /* {"seq":…,…} on one line; copied */
};
/* Errors: USAGE for a line's end inside; LIMIT for more than EK_FEED_STATE_BYTES; NO_MEMORY. */
bool ek_feed_state(struct ek_feed *feed, const struct ek_feed_state *s,
		   struct ek_err *err) EK_MUST_CHECK;

/* What somebody may see at most: frames of these teams, those that concern this teammate, and those
 * of no team; `allow` then narrows it further. Streams are found by it. */
struct ek_feed_reach {
	bool all;
	uint32_t teammate; /* 0 = none */
	uint32_t team_count;
	uint32_t teams[EK_FEED_REACH_TEAMS];
};

/* Types by their bits; none = all. */
struct ek_feed_types {
	uint64_t bits[2];
};
/* Adds "assignment.made" or "state.queue"; false when there is no such type. */
bool ek_feed_types_add(struct ek_feed_types *t, ek_str name) EK_MUST_CHECK;
/* Adds every event, and no state. */
void ek_feed_types_events(struct ek_feed_types *t);

enum ek_feed_rights {
	EK_FEED_SAME = 0,
	EK_FEED_CHANGED, /* *reach is the new one: the stream is reset and goes on */
	EK_FEED_GONE,    /* the stream ends */
};

enum ek_feed_next {
	EK_FEED_MORE, /* n bytes; pull again when they have gone */
	EK_FEED_WAIT, /* n is 0; pull again when woken */
	EK_FEED_END,  /* n last bytes, or none; close it */
};

struct ek_feed_wish {
	void *ctx;
	/* Whether the frame may be seen, by present rights. NULL: all within reach. */
	bool (*allow)(void *ctx, const struct ek_feed_frame *f);
	/* Whether this stream shows the event; asked after `allow`, by the thread that pulls,
	 * without the lock: it may ask the store. NULL: all. */
	bool (*sees)(void *ctx, const struct ek_feed_frame *f);
	/* Asked each EK_FEED_CHECK_MS and after ek_feed_recheck, by the thread that pulls, without
	 * the lock. NULL: nothing ever changes. */
	enum ek_feed_rights (*check)(void *ctx, struct ek_feed_reach *reach);
	/* Pull again. Once until the next pull. */
	void (*wake)(void *ctx);
	/* It is stuck: close it without waiting for a pull. Once. NULL: the next pull ends it. */
	void (*cut)(void *ctx);
	uint64_t person; /* whose stream, for the limit; 0 = nobody's */
	bool resumes;    /* after is given; else it begins at the head */
	uint64_t after;
	uint64_t rights_since; /* the last event that changed this person's rights; 0 = unknown */
	ek_str log;            /* the log that `after` belongs to, p NULL = not said; borrowed */
	/* narrowed to; 0 = not */
	struct ek_feed_types types;
	uint32_t team;
	uint32_t teammate;
	uint32_t conversation;
	struct ek_feed_reach reach;
};

/* "18204417", as in Last-Event-ID: 1 to 15 digits. Anything else is a position that nobody has, and
 * leads to a reset; false then. */
bool ek_feed_position(ek_str text, uint64_t *after);

/* An event as its frame says it, but for `seq` and `prev`, into a json of EK_FEED_FRAME_BYTES at
 * most, and what it names: for whoever reads old events otherwise. Of the source, contact alone is
 * asked. False when there is no memory. */
bool ek_feed_frame_write(struct ek_json *json, const struct ek_feed_source *source,
			 const struct ek_event *e, struct ek_feed_frame *frame) EK_MUST_CHECK;

/* A new stream: pull it at once. Errors: LIMIT for one more than a person may have; BUSY for more
 * than the node takes, or when it ends; NO_MEMORY. */
bool ek_feed_subscribe(struct ek_feed *feed, const struct ek_feed_wish *wish, ek_time now,
		       struct ek_feed_sub **sub, struct ek_err *err) EK_MUST_CHECK;
/* Up to cap bytes, of which there must be room for one. Frames may be split between pulls. Needs no
 * wake before it. */
enum ek_feed_next ek_feed_pull(struct ek_feed_sub *sub, ek_time now, char *buf, size_t cap,
			       size_t *n) EK_MUST_CHECK;
/* After it, no callback of this stream is called. Accepts NULL inside; leaves NULL. */
void ek_feed_leave(struct ek_feed_sub **sub);

/* For figures and limits. */
struct ek_feed_stats {
	uint32_t streams;
	uint32_t states;
	uint64_t ring_first; /* seq */
	size_t ring_bytes;
	size_t cache_bytes;
	uint64_t reads; /* blocks read back since open */
	uint64_t cut;   /* streams */
};
struct ek_feed_stats ek_feed_stats(struct ek_feed *feed);

#endif
