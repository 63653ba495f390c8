/* live -- a stream of push/feed.h given out over HTTP: what every kind of stream does alike.
 *
 * An owner begins with a struct ek_live, so that one pointer is both; it brings allow and check in
 * its wish, and a close of its own. Threads: opened, pulled and closed on the HTTP thread; woken
 * and cut on the feed's.
 */
#ifndef EK_API_LIVE_H
#define EK_API_LIVE_H

#include "api/turn.h"
#include "push/feed.h"

struct ek_live {
	struct ek_feed_sub *sub;
	struct ek_thread_lock *lock; /* over http, and over what the owner's callbacks share */
	struct ek_http_stream *http;
	/* Gives the owner's memory back, after ek_live_leave; once, when nobody calls any more. */
	void (*close)(struct ek_live *live);
};

/* The clock of the feed: for ek_feed_subscribe and ek_feed_pull. */
ek_time ek_live_now(void);
/* Makes the lock. Errors: NO_MEMORY. */
bool ek_live_init(struct ek_live *live, void (*close)(struct ek_live *live),
		  struct ek_err *err) EK_MUST_CHECK;
/* A stream of the feed; fills ctx, wake and cut of the wish. False with the problem: `too_many` is
 * what a person is told who has as many as they may. */
bool ek_live_subscribe(struct ek_turn *t, struct ek_live *live, struct ek_feed_wish *wish,
		       const char *too_many) EK_MUST_CHECK;
/* Answers the turn, which ends here, with the stream. */
void ek_live_open(struct ek_turn *t, struct ek_live *live);
/* The same, where the owner makes the bytes: pull is given the live. */
void ek_live_open_with(struct ek_turn *t, struct ek_live *live, ek_http_pull *pull);
/* Any thread, before ek_live_leave: it is pulled again; or it ends. */
void ek_live_wake(struct ek_live *live);
void ek_live_cut(struct ek_live *live);
/* For `close`: leaves the feed, gives back handle and lock. */
void ek_live_leave(struct ek_live *live);

#endif
