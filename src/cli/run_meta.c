/* What the program says of itself: help, version, completion. */
#include "cli/run.h"

#include <string.h>

#include "cli/completion.h"
#include "cli/help.h"
#include "sys/heap.h"
#include "sys/zone.h"

#define VERSION "0.1.0"

bool ek_run_help(struct ek_cli *cli, struct ek_err *err)
{
	char *words[EK_CLI_WORDS_MAX];
	char text[EK_CLI_WORDS_MAX][32];
	size_t used;
	for (uint32_t i = 0; i < cli->word_count; i++) {
		ek_format(text[i], sizeof text[i], "%s", cli->words[i]);
		words[i] = text[i];
	}
	const struct ek_commands_row *row = ek_commands_find(words, cli->word_count, &used);
	if (used < cli->word_count)
		return ek_fail(err, EK_USAGE, "there is no command %s; see evenkeel help",
			       cli->words[used]);
	ek_help_print(cli, row);
	return true;
}

bool ek_run_version(struct ek_cli *cli, struct ek_err *err)
{
	if (!ek_cli_has(cli, EK_CLI_JSON)) {
		ek_cli_print(cli, "evenkeel %s\n", VERSION);
		return true;
	}
	struct ek_json j;
	char zones[EK_ZONE_VERSION];
	ek_zone_version(zones);
	ek_json_init(&j, ek_heap_alloc(), 4096);
	ek_json_object(&j);
	ek_json_key(&j, "version");
	ek_json_word(&j, VERSION);
	ek_json_key(&j, "zones");
	ek_json_word(&j, zones);
	ek_json_object_end(&j);
	bool ok = ek_cli_put_json(cli, &j, err);
	ek_json_fini(&j);
	return ok;
}

bool ek_run_completion(struct ek_cli *cli, struct ek_err *err)
{
	return ek_completion_print(cli, cli->words[0], err);
}
