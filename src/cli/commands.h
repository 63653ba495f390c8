/* commands -- the table of commands: help, completion, hints and what runs all come from it. */
#ifndef EK_CLI_COMMANDS_H
#define EK_CLI_COMMANDS_H

#include "cli/cli.h"

enum { EK_COMMANDS_EXAMPLES = 2 };

struct ek_commands_row {
	const char
		*name; /* "drive"; "explain" and "explain assignment", where the first only leads */
	const char *takes; /* its words, for people: "FILE"; "" = none */
	const char *summary;
	const char *about; /* more, or "" */
	const char *examples[EK_COMMANDS_EXAMPLES];
	uint64_t options; /* bit o: takes option o */
	uint32_t words_min;
	uint32_t words_max;
	bool (*run)(struct ek_cli *cli, struct ek_err *err); /* NULL: leads to others */
};

struct ek_commands_option {
	const char *name;
	const char *takes; /* NULL = nothing */
	const char *doc;
};

/* The nth row, from 0; NULL behind the last. */
const struct ek_commands_row *ek_commands_nth(size_t nth);
const struct ek_commands_option *ek_commands_option(enum ek_cli_option option);
/* The row that the first words name, the longest that does; *used says how many words. NULL: none.
 * */
const struct ek_commands_row *ek_commands_find(char *const *words, size_t count, size_t *used);
/* Whether b stands below a: "explain teammate" below "explain". */
bool ek_commands_is_below(const struct ek_commands_row *a, const struct ek_commands_row *b);
static inline bool ek_commands_takes(const struct ek_commands_row *row, enum ek_cli_option option)
{
	return (row->options >> option & 1) != 0;
}

#endif
