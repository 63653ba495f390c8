/* help -- texts made from the table of commands. */
#ifndef EK_CLI_HELP_H
#define EK_CLI_HELP_H

#include "cli/commands.h"

/* Of one command, or of all (NULL). */
void ek_help_print(const struct ek_cli *cli, const struct ek_commands_row *row);

#endif
