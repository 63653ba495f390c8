#include "cli/args.h"

#include <string.h>

#include "wire/take.h"

struct args {
	char *words[EK_ARGS_MAX];
	size_t word_count;
};

static bool unknown_option(const char *name, size_t n, const struct ek_commands_row *row,
			   struct ek_err *err)
{
	const char *names[EK_CLI_OPTION_COUNT];
	size_t count = 0;
	for (int o = 0; o < EK_CLI_OPTION_COUNT; o++) {
		if (row == NULL || ek_commands_takes(row, (enum ek_cli_option)o))
			names[count++] = ek_commands_option((enum ek_cli_option)o)->name;
	}
	char text[64];
	ek_format(text, sizeof text, "%s", name);
	if (n < sizeof text)
		text[n] = '\0';
	const char *near = ek_take_nearest(text, names, count);
	return ek_fail(err, EK_USAGE, "there is no option --%s%s%s%s%s", text,
		       row == NULL ? "" : " for ", row == NULL ? "" : row->name,
		       near == NULL ? "" : ": did you mean --", near == NULL ? "" : near);
}

/* The option of that name; -1 when there is none. */
static int option_of(const char *name, size_t n)
{
	for (int o = 0; o < EK_CLI_OPTION_COUNT; o++) {
		const char *known = ek_commands_option((enum ek_cli_option)o)->name;
		if (strncmp(name, known, n) == 0 && known[n] == '\0')
			return o;
	}
	return -1;
}

/* The value of an option: what stands behind its `=`, else the next word, which is then taken. */
static bool take_value(const struct ek_commands_option *option, const char *said,
		       char *const **next, const char **value, struct ek_err *err)
{
	*value = "";
	if (option->takes == NULL)
		return said == NULL || ek_fail(err, EK_USAGE, "--%s takes no value", option->name);
	*value = said;
	if (said == NULL && **next != NULL)
		*value = *(*next)++;
	return *value != NULL ||
	       ek_fail(err, EK_USAGE, "--%s: expected %s after it", option->name, option->takes);
}

/* One option; *next is what follows it on the line. */
static bool take_option(struct ek_cli *cli, const char *text, char *const **next,
			struct ek_err *err)
{
	bool is_help = strcmp(text, "-h") == 0;
	if (text[1] != '-' && !is_help)
		return unknown_option(text + 1, strlen(text + 1), NULL, err);
	const char *name = is_help ? "help" : text + 2;
	size_t n = strcspn(name, "=");
	int o = option_of(name, n);
	if (o < 0)
		return unknown_option(name, n, NULL, err);
	return take_value(ek_commands_option((enum ek_cli_option)o),
			  name[n] == '=' ? name + n + 1 : NULL, next, &cli->options[o], err);
}

static bool sort_out(char *const *argv, struct ek_cli *cli, struct args *args, struct ek_err *err)
{
	bool only_words = false;
	char *const *next = argv;
	while (*next != NULL) {
		char *text = *next++;
		if (!only_words && strcmp(text, "--") == 0) {
			only_words = true;
			continue;
		}
		if (!only_words && text[0] == '-' && text[1] != '\0') {
			if (!take_option(cli, text, &next, err))
				return false;
			continue;
		}
		if (args->word_count == EK_ARGS_MAX)
			return ek_fail(err, EK_USAGE, "too many words");
		args->words[args->word_count++] = text;
	}
	return true;
}

static bool unknown_command(const struct args *args, size_t used,
			    const struct ek_commands_row *group, struct ek_err *err)
{
	const char *names[EK_ARGS_MAX];
	size_t count = 0;
	const struct ek_commands_row *row;
	for (size_t i = 0; (row = ek_commands_nth(i)) != NULL && count < EK_ARGS_MAX; i++) {
		bool leads = strchr(row->name, ' ') == NULL;
		if (group == NULL ? leads : ek_commands_is_below(group, row))
			names[count++] =
				group == NULL ? row->name : row->name + strlen(group->name) + 1;
	}
	const char *word = args->words[used];
	const char *near = ek_take_nearest(word, names, count);
	char first[48];
	ek_format(first, sizeof first, "%s", group == NULL ? "" : group->name);
	return ek_fail(err, EK_USAGE, "there is no command %s%s%s%s%s; see evenkeel help", first,
		       group == NULL ? "" : " ", word, near == NULL ? "" : ": did you mean ",
		       near == NULL ? "" : near);
}

static bool check_words(struct ek_cli *cli, const struct args *args, size_t used,
			const struct ek_commands_row *row, struct ek_err *err)
{
	size_t n = args->word_count - used;
	if (n < row->words_min)
		return ek_fail(err, EK_USAGE, "usage: evenkeel %s %s", row->name, row->takes);
	if (n > row->words_max)
		return ek_fail(err, EK_USAGE, "\"%s\" is too much; usage: evenkeel %s %s",
			       args->words[used + row->words_max], row->name, row->takes);
	for (size_t i = 0; i < n; i++)
		cli->words[cli->word_count++] = args->words[used + i];
	return true;
}

static bool check_options(const struct ek_cli *cli, const struct ek_commands_row *row,
			  struct ek_err *err)
{
	for (int o = 0; o < EK_CLI_OPTION_COUNT; o++) {
		const char *name = ek_commands_option((enum ek_cli_option)o)->name;
		if (cli->options[o] != NULL && !ek_commands_takes(row, (enum ek_cli_option)o))
			return unknown_option(name, strlen(name), row, err);
	}
	return true;
}

bool ek_args_read(int argc, char *const *argv, struct ek_cli *cli,
		  const struct ek_commands_row **row, struct ek_err *err)
{
	struct args args = {.word_count = 0};
	size_t used;
	*row = NULL;
	if (argc < 1 || !sort_out(argv + 1, cli, &args, err))
		return argc < 1;
	if (args.word_count == 0)
		return true;
	*row = ek_commands_find(args.words, args.word_count, &used);
	if (*row == NULL)
		return unknown_command(&args, 0, NULL, err);
	bool is_group = (*row)->run == NULL;
	if (is_group && used < args.word_count)
		return unknown_command(&args, used, *row, err);
	if (is_group || ek_cli_has(cli, EK_CLI_HELP))
		return true;
	return check_words(cli, &args, used, *row, err) && check_options(cli, *row, err);
}
