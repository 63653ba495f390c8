/* committer -- a thread that commits a log's transaction while its owner decides what comes next.
 *
 * The log is the thread's from start to finish and its owner's at all other times. What an owner
 * gains is a disk's sync, 0.1 to 10 ms; what it costs is two switches of threads, some 20 us.
 */
#ifndef EK_WRITER_COMMITTER_H
#define EK_WRITER_COMMITTER_H

#include "base/alloc.h"
#include "store/log.h"

struct ek_committer;

/* Starts the thread; the log is borrowed. Errors: NO_MEMORY. */
bool ek_committer_open(struct ek_alloc alloc, struct ek_log *log, struct ek_committer **committer,
		       struct ek_err *err) EK_MUST_CHECK;
/* Waits for the commit under way. Accepts NULL inside; leaves NULL. */
void ek_committer_close(struct ek_committer **committer);
/* Of the open transaction. Finish must come before the next start. */
void ek_committer_start(struct ek_committer *committer);
/* Whether finish would not wait. */
bool ek_committer_is_done(const struct ek_committer *committer);
/* What ek_log_commit said. */
bool ek_committer_finish(struct ek_committer *committer, struct ek_err *err) EK_MUST_CHECK;

#endif
