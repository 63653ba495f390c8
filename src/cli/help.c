#include "cli/help.h"

#include <string.h>

#include "cli/run.h"

enum { COLUMN = 24 };

static void print_options(const struct ek_cli *cli, const struct ek_commands_row *row)
{
	ek_cli_print(cli, "\nOptions:\n");
	for (int o = 0; o < EK_CLI_OPTION_COUNT; o++) {
		const struct ek_commands_option *option = ek_commands_option((enum ek_cli_option)o);
		char text[64];
		if (!ek_commands_takes(row, (enum ek_cli_option)o))
			continue;
		ek_format(text, sizeof text, "--%s%s%s", option->name,
			  option->takes == NULL ? "" : " ",
			  option->takes == NULL ? "" : option->takes);
		ek_cli_print(cli, "  %-*s%s\n", COLUMN, text, option->doc);
	}
}

static void print_examples(const struct ek_cli *cli, const char *const *examples)
{
	ek_cli_print(cli, "\nExamples:\n");
	for (int i = 0; i < EK_COMMANDS_EXAMPLES; i++)
		ek_cli_print(cli, "  %s\n", examples[i]);
}

/* The commands below one, or all that stand below none. */
static void print_list(const struct ek_cli *cli, const struct ek_commands_row *above)
{
	const struct ek_commands_row *row;
	ek_cli_print(cli, "\nCommands:\n");
	for (size_t i = 0; (row = ek_commands_nth(i)) != NULL; i++) {
		bool leads = strchr(row->name, ' ') == NULL;
		if (above == NULL ? leads : ek_commands_is_below(above, row))
			ek_cli_print(cli, "  %-*s%s\n", COLUMN, row->name, row->summary);
	}
}

static void print_all(const struct ek_cli *cli)
{
	static const char *const examples[EK_COMMANDS_EXAMPLES] = {
		"evenkeel drive --data ./bank february.jsonl",
		"evenkeel explain conversation c1 --data ./bank",
	};
	ek_cli_print(cli, "evenkeel -- who should work on what next\n\n"
			  "Usage: evenkeel COMMAND [WORDS] [OPTIONS]\n");
	print_list(cli, NULL);
	print_examples(cli, examples);
	ek_cli_print(cli, "\nexit: 0 well, 1 checked and something is wrong, 2 used wrongly, 3 not "
			  "found, 4 conflict,\n      5 unavailable, 6 damage found, 7 storage "
			  "outcome unknown, 8 no longer the writer\n"
			  "evenkeel help COMMAND says more.\n");
}

void ek_help_print(const struct ek_cli *cli, const struct ek_commands_row *row)
{
	if (row == NULL) {
		print_all(cli);
		return;
	}
	bool is_group = row->run == NULL;
	ek_cli_print(cli, "%s\n\nUsage: evenkeel %s%s%s%s\n", row->summary, row->name,
		     row->takes[0] == '\0' ? "" : " ", row->takes, is_group ? "" : " [OPTIONS]");
	if (row->about[0] != '\0')
		ek_cli_print(cli, "\n%s\n", row->about);
	if (is_group)
		print_list(cli, row);
	else
		print_options(cli, row);
	print_examples(cli, row->examples);
}
