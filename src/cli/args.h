/* args -- a command line, read: which command, which options, which words.
 *
 * Options may stand anywhere: --name VALUE or --name=VALUE; -h is --help; after -- everything is a
 * word. EVENKEEL_STORE_DIRECTORY and EVENKEEL_STORE_POSTGRES_URL_FILE are read where stores are
 * opened (place.h), not here.
 */
#ifndef EK_CLI_ARGS_H
#define EK_CLI_ARGS_H

#include "cli/commands.h"

enum { EK_ARGS_MAX = 64 };

/* Fills cli; row is NULL when no command was named (then --help or nothing was said). Errors: USAGE
 * names what is wrong and the nearest that is not. */
bool ek_args_read(int argc, char *const *argv, struct ek_cli *cli,
		  const struct ek_commands_row **row, struct ek_err *err) EK_MUST_CHECK;

#endif
