/* walk -- the events of a log, one after another, each checked against its checksum and decoded. */
#ifndef EK_STORE_WALK_H
#define EK_STORE_WALK_H

#include "base/arena.h"
#include "store/body.h"
#include "store/log.h"

/* Told of each command (event NULL; at->count events follow, and at->key if at->has_key), and then
 * of each of its events. What the event borrows holds until the next one. False ends the walk with
 * err. */
typedef bool ek_walk_visit(void *ctx, const struct ek_body_reader *at, const struct ek_event *event,
			   struct ek_err *err);

struct ek_walk {
	struct ek_log *log;
	struct ek_arena *arena; /* reset for each event */
	ek_walk_visit *visit;
	void *ctx;
};

/* Events span.from to span.to; 0 = the log's end. Commands are told of when their first event is in
 * the span. Errors: DAMAGE names the first bad event; the log's and the visitor's. */
bool ek_walk_run(const struct ek_walk *w, struct ek_log_span span,
		 struct ek_err *err) EK_MUST_CHECK;

#endif
