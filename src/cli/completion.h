/* completion -- what a shell needs to complete commands, options, and teams and teammates by their
 * refs. */
#ifndef EK_CLI_COMPLETION_H
#define EK_CLI_COMPLETION_H

#include "cli/commands.h"

/* shell: bash, zsh or fish. Errors: USAGE. */
bool ek_completion_print(const struct ek_cli *cli, const char *shell,
			 struct ek_err *err) EK_MUST_CHECK;

#endif
