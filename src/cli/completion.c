#include "cli/completion.h"

#include <string.h>

#include "cli/names.h"
#include "cli/place.h"

/* The words that may follow `above` ("" = the program): commands below it. */
static void print_below(const struct ek_cli *cli, const struct ek_commands_row *above)
{
	const struct ek_commands_row *row;
	const char *gap = "";
	for (size_t i = 0; (row = ek_commands_nth(i)) != NULL; i++) {
		bool leads = strchr(row->name, ' ') == NULL;
		if (above == NULL ? !leads : !ek_commands_is_below(above, row))
			continue;
		ek_cli_print(cli, "%s%s", gap,
			     above == NULL ? row->name : row->name + strlen(above->name) + 1);
		gap = " ";
	}
}

static void print_options(const struct ek_cli *cli, const struct ek_commands_row *row)
{
	for (int o = 0; o < EK_CLI_OPTION_COUNT; o++) {
		if (ek_commands_takes(row, (enum ek_cli_option)o))
			ek_cli_print(cli, " --%s", ek_commands_option((enum ek_cli_option)o)->name);
	}
}

/* zsh runs the same function through its bashcompinit. Ids are completed by the program itself: it
 * prints the refs of its own directory. */
static void print_bash(const struct ek_cli *cli)
{
	const struct ek_commands_row *row;
	ek_cli_print(cli, "_evenkeel() {\n"
			  "\tlocal cur=${COMP_WORDS[COMP_CWORD]} words\n"
			  "\tcase ${COMP_WORDS[COMP_CWORD-1]} in\n"
			  "\t--data|--into) COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n"
			  "\t--team) COMPREPLY=($(compgen -W \"$(evenkeel completion teams"
			  " 2>/dev/null)\" -- \"$cur\")); return ;;\n"
			  "\tesac\n"
			  "\tcase \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n"
			  "\t'explain teammate') words=$(evenkeel completion teammates"
			  " 2>/dev/null) ;;\n"
			  "\tesac\n"
			  "\tcase $COMP_CWORD:${COMP_WORDS[1]} in\n");
	ek_cli_print(cli, "\t1:*) words=\"");
	print_below(cli, NULL);
	ek_cli_print(cli, "\" ;;\n");
	for (size_t i = 0; (row = ek_commands_nth(i)) != NULL; i++) {
		if (strchr(row->name, ' ') != NULL)
			continue;
		ek_cli_print(cli, "\t*:%s) words=\"$words ", row->name);
		print_below(cli, row);
		print_options(cli, row);
		ek_cli_print(cli, "\" ;;\n");
	}
	ek_cli_print(cli, "\tesac\n"
			  "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\") "
			  "$(compgen -f -- \"$cur\"))\n"
			  "}\n"
			  "complete -o filenames -F _evenkeel evenkeel\n");
}

static void print_zsh(const struct ek_cli *cli)
{
	ek_cli_print(cli, "#compdef evenkeel\n"
			  "autoload -U +X bashcompinit && bashcompinit\n");
	print_bash(cli);
}

/* A text between single quotes of fish. */
static void print_quoted(const struct ek_cli *cli, const char *text)
{
	ek_cli_put(cli, "'", 1);
	for (; *text != '\0'; text++) {
		if (*text == '\'' || *text == '\\')
			ek_cli_put(cli, "\\", 1);
		ek_cli_put(cli, text, 1);
	}
	ek_cli_put(cli, "'", 1);
}

static void print_fish_row(const struct ek_cli *cli, const struct ek_commands_row *row)
{
	const char *gap = strchr(row->name, ' ');
	if (gap == NULL)
		ek_cli_print(cli, "complete -c evenkeel -n __fish_use_subcommand -a %s -d ",
			     row->name);
	else
		ek_cli_print(cli,
			     "complete -c evenkeel -n '__fish_seen_subcommand_from %.*s' -a %s -d ",
			     (int)(gap - row->name), row->name, gap + 1);
	print_quoted(cli, row->summary);
	ek_cli_put(cli, "\n", 1);
	for (int o = 0; o < EK_CLI_OPTION_COUNT && gap == NULL; o++) {
		const struct ek_commands_option *option = ek_commands_option((enum ek_cli_option)o);
		if (!ek_commands_takes(row, (enum ek_cli_option)o))
			continue;
		ek_cli_print(cli,
			     "complete -c evenkeel -n '__fish_seen_subcommand_from %s' -l %s%s -d ",
			     row->name, option->name, option->takes == NULL ? "" : " -r");
		print_quoted(cli, option->doc);
		ek_cli_put(cli, "\n", 1);
	}
}

static void print_fish(const struct ek_cli *cli)
{
	const struct ek_commands_row *row;
	for (size_t i = 0; (row = ek_commands_nth(i)) != NULL; i++)
		print_fish_row(cli, row);
	ek_cli_print(cli, "complete -c evenkeel -n '__fish_seen_subcommand_from teammate' "
			  "-a '(evenkeel completion teammates 2>/dev/null)'\n"
			  "complete -c evenkeel -n '__fish_seen_subcommand_from queue' "
			  "-l team -xa '(evenkeel completion teams 2>/dev/null)'\n");
}

static void print_refs(const struct ek_cli *cli, enum ek_writer_name kind)
{
	struct ek_err ignored; /* a shell wants silence where there is nothing to complete */
	struct ek_log *log = NULL;
	struct ek_names *names = NULL;
	if (ek_place_open(cli, EK_LOG_READ, &log, &ignored) && ek_names_open(&names, &ignored) &&
	    ek_names_load(names, log, &ignored)) {
		for (uint32_t id = 1; id <= ek_names_top(names, kind); id++) {
			ek_str name = ek_names_of(names, kind, id);
			ek_cli_put(cli, name.p, name.n);
			ek_cli_put(cli, "\n", name.n > 0);
		}
	}
	ek_names_close(&names);
	ek_log_close(&log);
}

bool ek_completion_print(const struct ek_cli *cli, const char *shell, struct ek_err *err)
{
	if (strcmp(shell, "bash") == 0)
		print_bash(cli);
	else if (strcmp(shell, "zsh") == 0)
		print_zsh(cli);
	else if (strcmp(shell, "fish") == 0)
		print_fish(cli);
	else if (strcmp(shell, "teams") == 0)
		print_refs(cli, EK_WRITER_NAME_TEAM);
	else if (strcmp(shell, "teammates") == 0)
		print_refs(cli, EK_WRITER_NAME_TEAMMATE);
	else
		return ek_fail(err, EK_USAGE, "expected bash, zsh or fish, got %s", shell);
	return true;
}
