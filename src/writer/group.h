/* group -- a queue and a thread in front of the writer: many ask, one decides, one sync for all.
 *
 * The thread takes what waits, at most EK_GROUP_COMMANDS or what it decides in EK_GROUP_MS, at one
 * time for all of them; commits; calls each one back. What arrives meanwhile is the next group, so
 * that an idle writer commits at once and a busy one commits whole groups; while more wait, the
 * next group is decided as the disk works at the last. Between, it wakes when a timer of the engine
 * falls due, and every second to fold and sync what is behind. Behind a busy one the views lag by
 * EK_GROUP_LAG_MS at most, and until a moment after the last command.
 */
#ifndef EK_WRITER_GROUP_H
#define EK_WRITER_GROUP_H

#include "writer/writer.h"

enum { EK_GROUP_COMMANDS = 256, EK_GROUP_MS = 5, EK_GROUP_QUEUE = 4096, EK_GROUP_LAG_MS = 50 };

struct ek_group;

struct ek_group_options {
	struct ek_writer *writer; /* borrowed; the group's alone from open to close */
	struct ek_alloc alloc;
	ek_time (*now)(void *ctx); /* engine time: never back; called on the group's thread */
	void *now_ctx;
	uint32_t queue; /* commands that may wait; 0 = EK_GROUP_QUEUE */
	/* Told on the group's thread when events are on disk, timers' too. NULL = nobody. */
	void (*committed)(void *ctx, uint64_t seq);
	/* Told once, on the group's thread, when the writer takes nothing more. NULL = nobody. */
	void (*died)(void *ctx, const struct ek_err *err);
	void *events_ctx; /* of committed and died */
};

/* One command, or a look. Lives, with all that it borrows, until done was called. All functions are
 * called on the group's thread, with ctx. */
struct ek_group_call {
	/* Its `at` is set by the group. One with a check is taken with nothing pending, which costs
	 * a commit of those before it; the check may put another command there, or none. */
	struct ek_request request;
	/* May be NULL. A look at what is on disk, in place of a command: request is not read. */
	void (*look)(void *ctx, struct ek_engine *engine);
	/* May be NULL. After it was taken and before the commit: the state is as it left it; adds
	 * content (ek_writer_put). Not called for an answer that is repeated. */
	void (*made)(void *ctx, struct ek_writer *w, const struct ek_answer *answer);
	/* After the commit or the refusal; err is NULL when it went well. Events are no longer
	 * there. May not block, may submit. Not called where ek_group_do waits. */
	void (*done)(void *ctx, const struct ek_answer *answer, const struct ek_err *err);
	void *ctx;
	struct ek_group_wait *wait; /* the group's own */
};

/* Starts the thread. *group is the caller's, to be closed. Errors: NO_MEMORY. */
bool ek_group_open(const struct ek_group_options *options, struct ek_group **group,
		   struct ek_err *err) EK_MUST_CHECK;
/* Any thread. Errors: BUSY when the queue is full. */
bool ek_group_submit(struct ek_group *group, struct ek_group_call *call,
		     struct ek_err *err) EK_MUST_CHECK;
/* Any thread but the group's: submits, and waits until it is on disk, looked at or refused. False:
 * it was not asked. Else refused->code is EK_OK, or says why it was not taken. Errors: as submit;
 * NO_MEMORY. */
bool ek_group_do(struct ek_group *group, struct ek_group_call *call, struct ek_err *refused,
		 struct ek_err *err) EK_MUST_CHECK;
/* Answers all that wait, then ends the thread. Accepts NULL inside; leaves NULL. */
void ek_group_close(struct ek_group **group);

#endif
