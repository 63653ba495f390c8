/* drive -- commands from a file happen in virtual time: samples, tests, simulations.
 *
 * Lines are read by wire/cmd_json.h. Time moves only by the file and by the simulated closings that
 * its `sim` fields ask for; before each of them what falls due is ticked. At one time: timers, then
 * closings by conversation, then lines in order. After the last line the closings still due are run
 * out, and a tick ends the run.
 *
 * Every line is its own idempotency key: SHA-256 of "line", its number and its bytes, or of the
 * `key` it gives; closings have theirs. A file that was driven before is decided once more by an
 * engine of its own, and told from that, for as long as the log has what comes of it; the first
 * line whose facts the log lacks goes to the writer. So the same file changes nothing and says the
 * same again, and a run that was cut goes on where the log ends. Where a file began is kept among
 * the names, under its first line's key.
 *
 * Up to EK_DRIVE_GROUP commands are one commit; what is told of them waits for it.
 * Cost: memory about 40 bytes a conversation, and the refs.
 */
#ifndef EK_CLI_DRIVE_H
#define EK_CLI_DRIVE_H

#include "cli/cli.h"
#include "cli/lines.h"
#include "store/log.h"

enum { EK_DRIVE_GROUP = 256 };

struct ek_drive_options {
	const struct ek_cli *cli; /* where to tell, and how: --json, --assignments */
	struct ek_log *log;       /* opened to write; borrowed */
	struct ek_lines *lines;   /* borrowed */
};

/* Errors: USAGE and LIMIT name the line, the field and what was expected; all before it is stored.
 * CHECK_FAILED when a promise was broken; the log's and the writer's. */
bool ek_drive_run(const struct ek_drive_options *options, struct ek_err *err) EK_MUST_CHECK;

#endif
