/* rounds -- a thread of its own that does something, rests, and does it again.
 *
 * What is done says how long to rest after it; a nudge ends a rest. Between two rounds at least one
 * look at whether it is to end; what takes long looks itself. Memory: about 200 bytes and a thread.
 */
#ifndef EK_SYS_ROUNDS_H
#define EK_SYS_ROUNDS_H

#include "base/base.h"

struct ek_rounds;

struct ek_rounds_options {
	ek_span (*round)(void *ctx); /* on the thread; how long to rest after it */
	void *ctx;
	ek_span first; /* to rest before the first */
};

/* *rounds is set before the thread begins, and the caller's, to be closed. Errors: NO_MEMORY. */
bool ek_rounds_open(const struct ek_rounds_options *options, struct ek_rounds **rounds,
		    struct ek_err *err) EK_MUST_CHECK;
/* Any thread: the rest of now, or the next one, ends at once. */
void ek_rounds_nudge(struct ek_rounds *rounds);
/* Any thread: whether it is to end. */
bool ek_rounds_is_ending(struct ek_rounds *rounds);
/* Waits for the round of now; there is no other one. Accepts NULL, and being told twice. */
void ek_rounds_end(struct ek_rounds *rounds);
/* Ends first; nobody may nudge any more. Accepts NULL inside; leaves NULL. */
void ek_rounds_close(struct ek_rounds **rounds);

#endif
