/* serve -- the server as one process: opened in order, ended in the opposite one.
 *
 *   log, writer -> feeder (its own reader of the log) -> group (the writer's thread) -> API
 *   (readers)
 *   HTTP listens from the beginning, and says "starting" until all of them stand.
 *
 * Where the sample workspace comes or goes (server/sample_swap.h), all is closed as at the end, the
 * store is changed, and all is opened again on the same port: some 100 ms in which nobody is
 * answered.
 *
 * Ends on SIGTERM and SIGINT: not ready; streams told to come back; requests finished; at most ten
 * seconds. When the writer dies (an unknown outcome, another writer), it ends with that error's
 * exit code, and is to be started again. Contract: spec promises, section 6.
 */
#ifndef EK_SERVER_SERVE_H
#define EK_SERVER_SERVE_H

#include "server/config.h"

struct ek_serve_options {
	const struct ek_config *config;
	const char *where; /* of the log, in the form of ek_log_options */
	/* Told whenever it is ready, with the address that browsers use and the set-up code (NULL:
	 * not needed). */
	void (*ready)(void *ctx, const char *url, const char *code);
	void *ready_ctx;
};

/* Serves until it is told to end. Errors: the log's, HTTP's; those the writer died of. */
bool ek_serve_run(const struct ek_serve_options *options, struct ek_err *err) EK_MUST_CHECK;

#endif
