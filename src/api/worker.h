/* worker -- what takes too long for the HTTP thread and the writer's: one thread, and a short
 * queue in front of it.
 *
 * It has a log and a reader of its own, which only read, and makes engines from the log: one as it
 * stands at the log's end, one as it stood at some event of the past. Both are kept for a while, as
 * the next question is mostly about the same or a later event, and going on costs little.
 * Cost: about 1 microsecond an event from the nearest snapshot, or from where the kept one stands.
 */
#ifndef EK_API_WORKER_H
#define EK_API_WORKER_H

#include "api/turn.h"
#include "engine/engine.h"
#include "store/log.h"
#include "store/reader.h"

enum { EK_WORKER_QUEUE = 64, EK_WORKER_KEEP_MS = 60000, EK_WORKER_RETRY_S = 2 };

struct ek_worker;
/* On the worker's thread, with t->reader set and in a transaction. Answers the turn, or hands it on
 * (ek_turn_write). */
typedef void ek_worker_run(struct ek_turn *t, struct ek_worker *w);

/* Starts the thread; nothing is opened before it is needed. where: as in struct ek_log_options,
 * borrowed for the call. *worker is the caller's, to be closed. Errors: NO_MEMORY. */
bool ek_worker_open(struct ek_alloc alloc, const char *where, struct ek_worker **worker,
		    struct ek_err *err) EK_MUST_CHECK;
/* Waits for what is under way; what still waits is answered 503. Accepts NULL inside; leaves NULL.
 * */
void ek_worker_close(struct ek_worker **worker);

/* Any thread. The turn is the worker's from here on. A full queue answers it at once: 503. */
void ek_worker_submit(struct ek_worker *w, struct ek_turn *t, ek_worker_run *run);

/* Any thread: how many turns wait. */
uint32_t ek_worker_waiting(struct ek_worker *w);
/* Any thread: takes no more from now on, answers 503 to what waits, and ends what is under way if
 * that asks. To be closed all the same. Accepts NULL. */
void ek_worker_end(struct ek_worker *w);
/* Any thread: whether it is to end, for what waits in run. worker: a struct ek_worker. */
bool ek_worker_is_ending(void *worker);

/* Any thread: removes a file that nothing names any more, below/name in the directory, when there
 * is time. Both directories live as long as the worker. A name that does not fit is left alone, and
 * so is all by a worker that is closed (NULL). */
enum { EK_WORKER_NAME = 72 };
struct ek_worker_file {
	const char *directory;
	const char *below;
	ek_str name;
};
void ek_worker_remove(struct ek_worker *w, const struct ek_worker_file *file);

/* ---- in run */

/* As the log ends now. Borrowed until the next call, and left as it was found. Errors: the log's,
 * DAMAGE, NO_MEMORY. */
bool ek_worker_now(struct ek_worker *w, struct ek_engine **engine,
		   struct ek_err *err) EK_MUST_CHECK;
/* As it stood after that event; 0 = before the first. The same otherwise. */
bool ek_worker_at(struct ek_worker *w, uint64_t seq, struct ek_engine **engine,
		  struct ek_err *err) EK_MUST_CHECK;
/* The log, which sees what is on disk now. */
bool ek_worker_log(struct ek_worker *w, struct ek_log **log, struct ek_err *err) EK_MUST_CHECK;

#endif
