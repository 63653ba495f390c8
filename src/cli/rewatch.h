/* rewatch -- a log replayed from its beginning with a watch beside it: who could have been given
 * work, and when.
 *
 * Reads only. Cost: the replay's, and the watch's (engine/watch.h).
 */
#ifndef EK_CLI_REWATCH_H
#define EK_CLI_REWATCH_H

#include "engine/watch.h"
#include "store/log.h"

struct ek_rewatch {
	struct ek_engine *engine; /* as the log ends */
	struct ek_watch *watch;
};

/* sink may be one that does nothing. *r is the caller's, to be closed, also when it fails. Errors:
 * the log's; DAMAGE names the first bad event; NO_MEMORY. */
bool ek_rewatch_open(struct ek_rewatch *r, struct ek_log *log, ek_observation_sink *sink, void *ctx,
		     struct ek_err *err) EK_MUST_CHECK;
void ek_rewatch_close(struct ek_rewatch *r);

#endif
