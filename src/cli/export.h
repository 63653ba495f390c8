/* export -- the log as lines of canonical JSON with a chain of their own, for people and checkers.
 *
 * `hash` is the SHA-256 of the line without `hash`; `prev_hash` is the hash of the event before, 64
 * zeros for the first. The last line is {"hash":...,"head":SEQ} of the last event that was printed.
 * Source: spec promises, section 1. Cost: the events before `from` are read and hashed too.
 */
#ifndef EK_CLI_EXPORT_H
#define EK_CLI_EXPORT_H

#include "cli/cli.h"
#include "store/log.h"

struct ek_export_options {
	const struct ek_cli *cli;
	struct ek_log *log;
	uint64_t from;
	uint64_t to; /* 0 = the end */
};

/* Errors: NOT_FOUND when the log ends before `from` or `to`; DAMAGE; the log's. */
bool ek_export_events(const struct ek_export_options *options, struct ek_err *err) EK_MUST_CHECK;

#endif
