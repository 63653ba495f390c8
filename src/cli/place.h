/* place -- where a command finds the log: --data, --postgres, --memory, or the environment.
 *
 * EVENKEEL_STORE_DIRECTORY stands for --data, EVENKEEL_STORE_POSTGRES_URL_FILE names a file that
 * holds what --postgres would say, so that a password need not stand on a command line. A flag goes
 * before the environment; else the directory is ./evenkeel-data.
 */
#ifndef EK_CLI_PLACE_H
#define EK_CLI_PLACE_H

#include "cli/cli.h"
#include "store/log.h"

enum { EK_PLACE_MAX = 4200 };

/* In the form of ek_log_options.where. Errors: USAGE when two places are named; CONFLICT for a
 * directory that a backup or a restore did not finish; NOT_FOUND, IO. */
bool ek_place_find(const struct ek_cli *cli, char out[EK_PLACE_MAX],
		   struct ek_err *err) EK_MUST_CHECK;
/* The same, opened. *log is the caller's, to be closed. Errors: the log's. */
bool ek_place_open(const struct ek_cli *cli, enum ek_log_mode mode, struct ek_log **log,
		   struct ek_err *err) EK_MUST_CHECK;
/* Without a password, for messages. */
const char *ek_place_name(const char *where);
/* Whether it is a directory. */
bool ek_place_is_directory(const char *where);

#endif
