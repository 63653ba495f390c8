/* evenkeel -- the program: reads its command line, runs one command, says how it went. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channels/fetch.h"
#include "channels/parser.h"
#include "cli/args.h"
#include "cli/help.h"

static int finish(const struct ek_cli *cli, const struct ek_err *err)
{
	ek_cli_complain(cli, err);
	return ek_err_exit(err->code);
}

/* No commands: the program starts itself in a role, for what it should not touch itself. Whether it
 * was one, which then has ended. */
static bool play_role(int argc, char **argv, bool *ok, struct ek_err *err)
{
	if (argc >= 2 && strcmp(argv[1], "fetcher") == 0)
		*ok = ek_fetch_run(argc > 2 ? argv[2] : NULL, err);
	else if (argc == 2 && strcmp(argv[1], EK_PARSER_ROLE) == 0)
		*ok = ek_parser_run(err);
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	struct ek_cli cli = {.out = stdout, .messages = stderr};
	const struct ek_commands_row *row;
	struct ek_err err = {0};
	bool ok;
	if (play_role(argc, argv, &ok, &err))
		return ok ? 0 : finish(&cli, &err);
	const char *no_colour = getenv("NO_COLOR");
	cli.colour = (no_colour == NULL || no_colour[0] == '\0') && isatty(STDERR_FILENO) == 1;
	if (!ek_args_read(argc, argv, &cli, &row, &err))
		return finish(&cli, &err);
	if (ek_cli_has(&cli, EK_CLI_HELP)) {
		ek_help_print(&cli, row);
	} else if (row == NULL || row->run == NULL) {
		cli.out = stderr;
		ek_help_print(&cli, row);
		return ek_err_exit(EK_USAGE);
	} else if (!row->run(&cli, &err)) {
		return finish(&cli, &err);
	}
	return ek_cli_flush(&cli, &err) ? 0 : finish(&cli, &err);
}
