#include "cli/commands.h"

#include <string.h>

#include "cli/run.h"

#define O(NAME) (UINT64_C(1) << EK_CLI_##NAME)
#define COMMON (O(HELP) | O(QUIET))
#define STORE (O(DATA) | O(POSTGRES))

/* clang-format off */
static const struct ek_commands_row rows[] = {
	{"init", "", "Make an empty data directory.",
	 "Makes the directory (readable by you alone) and an empty log. Touches nothing that\n"
	 "exists.",
	 {"evenkeel init --data /var/lib/evenkeel",
	  "evenkeel init --sample"},
	 COMMON | STORE | O(JSON) | O(SAMPLE) | O(SEED), 0, 0, ek_run_init},
	{"serve", "", "Run the server.",
	 "Listens on 127.0.0.1:7420 if nothing else is said, and prints its address. SIGTERM\n"
	 "ends it within ten seconds. The data directory is made if need be.",
	 {"evenkeel serve",
	  "evenkeel serve --config /etc/evenkeel.toml --listen 127.0.0.1:8080"},
	 COMMON | STORE | O(LISTEN) | O(WEB) | O(CONFIG), 0, 0, ek_run_serve},
	{"check", "", "Read the configuration and say what holds.",
	 "Changes nothing. An unknown key is named with the nearest that is known.",
	 {"evenkeel check --config /etc/evenkeel.toml",
	  "evenkeel check --listen [::1]:80"},
	 COMMON | STORE | O(LISTEN) | O(WEB) | O(CONFIG), 0, 0, ek_run_check},
	{"config", "WHAT", "The configuration.", "",
	 {"evenkeel config show",
	  "evenkeel config show --origin"},
	 COMMON, 0, 0, NULL},
	{"config show", "", "Print each value, and where it came from.", "",
	 {"evenkeel config show --origin",
	  "evenkeel config show --config /etc/evenkeel.toml"},
	 COMMON | STORE | O(LISTEN) | O(WEB) | O(CONFIG) | O(ORIGIN), 0, 0, ek_run_config_show},
	{"drive", "FILE", "Let commands from a file happen, in their own time.",
	 "FILE is JSON Lines in order of `at`, one command a line; - is standard input. The data\n"
	 "directory is made if need be. The same file driven again changes nothing and says the\n"
	 "same again.",
	 {"evenkeel drive --memory february.jsonl",
	  "evenkeel drive --data ./bank --json february.jsonl > decisions.jsonl"},
	 COMMON | STORE | O(MEMORY) | O(JSON) | O(ASSIGNMENTS), 1, 1, ek_run_drive},
	{"sample", "", "Write a made month of a support team, to be driven.",
	 "About 40 people in six teams with three languages; the same seed gives the same month.",
	 {"evenkeel sample > month.jsonl",
	  "evenkeel sample --seed 7 --days 5 | evenkeel drive --memory -"},
	 COMMON | O(SEED) | O(DAYS), 0, 0, ek_run_sample},
	{"sample remove", "", "Remove a sample workspace without trace.",
	 "Refuses what is no sample, and while a server runs on it.",
	 {"evenkeel sample remove",
	  "evenkeel sample remove --data ./evenkeel-data"},
	 COMMON | O(DATA), 0, 0, ek_run_sample_remove},
	{"explain", "WHAT ID", "Say why it went there, why it waits, why somebody gets nothing.",
	 "An ID is a number or the ref that a driven file gave.",
	 {"evenkeel explain conversation c1",
	  "evenkeel explain teammate t1 --json"},
	 COMMON | STORE | O(JSON), 0, 0, NULL},
	{"explain conversation", "ID", "Its latest assignment; if it has none, why it waits.", "",
	 {"evenkeel explain conversation c1",
	  "evenkeel explain conversation 5012 --data ./bank --json"},
	 COMMON | STORE | O(JSON), 1, 1, ek_run_explain_conversation},
	{"explain assignment", "ID", "Who was considered for it, and why this one.",
	 "An ID is the assignment's number, or `seq:N` for the event that made it.",
	 {"evenkeel explain assignment 17",
	  "evenkeel explain assignment seq:88122 --json"},
	 COMMON | STORE | O(JSON), 1, 1, ek_run_explain_assignment},
	{"explain teammate", "ID", "What they would get next, or why nothing.", "",
	 {"evenkeel explain teammate t1",
	  "evenkeel explain teammate 57 --data ./bank --json"},
	 COMMON | STORE | O(JSON), 1, 1, ek_run_explain_teammate},
	{"queue", "", "Who waits, in the order in which work is given out.", "",
	 {"evenkeel queue --limit 10",
	  "evenkeel queue --team bank --json"},
	 COMMON | STORE | O(JSON) | O(TEAM) | O(LIMIT) | O(PLACE), 0, 0, ek_run_queue},
	{"policy", "WHAT", "The settings as one text: out, tested, in.", "",
	 {"evenkeel policy export > policy.txt",
	  "evenkeel policy check policy.txt"},
	 COMMON, 0, 0, NULL},
	{"policy export", "", "Print all settings as one text.", "",
	 {"evenkeel policy export > policy.txt",
	  "evenkeel policy export --data ./bank"},
	 COMMON | STORE | O(JSON), 0, 0, ek_run_policy_export},
	{"policy check", "FILE", "Run the tests of a policy, and say what looks wrong.",
	 "Runs on the real engine and keeps nothing. Ends with 1 when a test fails.",
	 {"evenkeel policy check policy.txt",
	  "evenkeel policy check --json policy.txt"},
	 COMMON | O(JSON), 1, 1, ek_run_policy_check},
	{"policy apply", "FILE", "Make the settings what a policy says.", "",
	 {"evenkeel policy apply policy.txt",
	  "evenkeel policy apply --data ./bank policy.txt"},
	 COMMON | STORE | O(JSON), 1, 1, ek_run_policy_apply},
	{"policy explain", "FILE", "Say what a policy means, a sentence for each line.", "",
	 {"evenkeel policy explain policy.txt",
	  "evenkeel policy export | evenkeel policy explain -"},
	 COMMON | O(JSON), 1, 1, ek_run_policy_explain},
	{"policy lint", "FILE", "Say what looks wrong in a policy.",
	 "With --data or --postgres it also looks at what happened there in the last\n"
	 "seven days.\n"
	 "Ends with 1 when something was found.",
	 {"evenkeel policy lint policy.txt",
	  "evenkeel policy lint --data ./bank policy.txt"},
	 COMMON | STORE | O(JSON), 1, 1, ek_run_policy_lint},
	{"fairness", "", "Who was given how much for each hour in which they were eligible.",
	 "Beside it stands what chance would have given, and closes an hour. Replays\n"
	 "the whole log.",
	 {"evenkeel fairness",
	  "evenkeel fairness --team bank --json"},
	 COMMON | STORE | O(JSON) | O(TEAM), 0, 0, ek_run_fairness},
	{"report", "", "How it goes: every metric, out of the log.",
	 "The same figures as on the screen and from the API. Without days it is the last 28\n"
	 "that hold facts, and it says which. Folds the whole log; the server may run meanwhile.\n"
	 "--receipt tells what the figure of one metric is made of: 500 items, or --limit.",
	 {"evenkeel report --team bank",
	  "evenkeel report --metric first_response_time --by week --from 2027-01-04 --csv"},
	 COMMON | STORE | O(JSON) | O(CSV) | O(TEAM) | O(FROM) | O(UNTIL) | O(METRIC) | O(BY) |
		 O(CLOCK) | O(ZONE) | O(RECEIPT) | O(LIMIT), 0, 0, ek_run_report},
	{"import", "KIND FILE", "Bring in what was: conversations, calls or surveys of before.",
	 "KIND is conversations, calls or surveys; FILE is a table with a line for each, or for\n"
	 "each step of one; --map says what its columns mean. What is brought in counts in\n"
	 "figures and is not routed. The same table again adds nothing; what was cut\n"
	 "goes on.\n"
	 "Rows that cannot be read stand in FILE.refused.csv, with line and reason.",
	 {"evenkeel import calls february.csv --map bank.toml",
	  "evenkeel import conversations q.csv --messages a.csv --map forum.toml"},
	 COMMON | STORE | O(JSON) | O(MAP) | O(MESSAGES) | O(REFUSED) | O(AGAIN), 2, 2,
	 ek_run_import},
	{"trend", "FILE", "Say whether a series of figures changed for good, or only varies.",
	 "FILE has lines of date,value or date,value,denominator, in order of date; - is standard\n"
	 "input. Touches no data directory.",
	 {"evenkeel trend first-response.csv",
	  "evenkeel trend --kind rate --cadence weekly --json reopened.csv"},
	 COMMON | O(JSON) | O(CADENCE) | O(KIND) | O(TITLE) | O(MARKS), 1, 1, ek_run_trend},
	{"mail", "WHAT", "What Evenkeel makes of a mail.", "",
	 {"evenkeel mail show message.eml",
	  "evenkeel mail show - < message.eml"},
	 COMMON, 0, 0, NULL},
	{"mail show", "FILE", "Print what Evenkeel sees of a message, as JSON.",
	 "Reads it in the process in which the server does. Of a message that would be\n"
	 "quarantined the reason stands first. Keeps nothing and needs no data directory.",
	 {"evenkeel mail show message.eml",
	  "evenkeel mail show --trust mx.example.org - < message.eml"},
	 COMMON | O(JSON) | O(TRUST), 1, 1, ek_run_mail_show},
	{"verify", "", "Check that log, audit log and files are what was written.",
	 "Ends with 6, and the first that is not, when they are not.",
	 {"evenkeel verify",
	  "evenkeel verify --data ./bank --json"},
	 COMMON | STORE | O(JSON), 0, 0, ek_run_verify},
	{"replay", "--hash", "Fold the log anew and print SEQ and the state hash.",
	 "Writes nothing. With --from-snapshot it begins there, as a start does.",
	 {"evenkeel replay --hash",
	  "evenkeel replay --hash --to 88122 --from-snapshot"},
	 COMMON | STORE | O(JSON) | O(HASH) | O(TO) | O(FROM_SNAPSHOT), 0, 0, ek_run_replay},
	{"state-hash", "", "Print SEQ and the hash of the state as it stands.", "",
	 {"evenkeel state-hash",
	  "evenkeel state-hash --data ./bank"},
	 COMMON | STORE | O(JSON), 0, 0, ek_run_state_hash},
	{"rebuild", "", "Fold the tables that people query anew from the log.",
	 "Nothing else may hold the directory. Changes no event.",
	 {"evenkeel rebuild",
	  "evenkeel rebuild --data ./bank"},
	 COMMON | STORE | O(JSON), 0, 0, ek_run_rebuild},
	{"export", "--events", "Print the log, one event a line.",
	 "Each line carries its hash and the one before it; the last line names the head, so that\n"
	 "a cut export is noticed. Holds no customer data.",
	 {"evenkeel export --events > log.jsonl",
	  "evenkeel export --events --from 1000 --to 2000"},
	 COMMON | STORE | O(EVENTS) | O(FROM) | O(TO), 0, 0, ek_run_export},
	{"backup", "DIR", "Copy log, content and files in use, and read the copy back.",
	 "DIR may not be there, or must be empty. What contacts wrote is sealed in it, each with\n"
	 "a key of theirs; these and the keys of files go into a file apart: keep it in another\n"
	 "place, and no longer than 30 days.",
	 {"evenkeel backup /backup/monday --keys /other/monday.keys",
	  "evenkeel backup --data ./bank /backup/bank"},
	 COMMON | STORE | O(JSON) | O(KEYS), 1, 1, ek_run_backup},
	{"restore", "DIR --into DIR", "Make a data directory out of a backup.",
	 "Opens what is sealed, erases again who was erased since, folds the tables and compares\n"
	 "the state hash before it says that it is done. Give it the newest keys there are.",
	 {"evenkeel restore /backup/monday --keys /other/friday.keys \\\n"
	  "      --master-key /third/master.key --into ./evenkeel-data",
	  "evenkeel restore --json /backup/bank --into ./bank"},
	 COMMON | O(JSON) | O(INTO) | O(KEYS) | O(MASTER_KEY), 1, 1, ek_run_restore},
	{"doctor", "", "Look at the surroundings, and say what to do.",
	 "Ends with 1 when something should be done.",
	 {"evenkeel doctor",
	  "evenkeel doctor --data ./bank --json"},
	 COMMON | STORE | O(JSON), 0, 0, ek_run_doctor},
	{"completion", "SHELL", "Print the completion of bash, zsh or fish.", "",
	 {"evenkeel completion bash > /etc/bash_completion.d/evenkeel",
	  "evenkeel completion fish > ~/.config/fish/completions/evenkeel.fish"},
	 COMMON, 1, 1, ek_run_completion},
	{"version", "", "Print the version.", "",
	 {"evenkeel version",
	  "evenkeel version --json"},
	 COMMON | O(JSON), 0, 0, ek_run_version},
	{"help", "[COMMAND]", "This text, or that of a command.", "",
	 {"evenkeel help",
	  "evenkeel help explain conversation"},
	 COMMON, 0, 2, ek_run_help},
};
/* clang-format on */
_Static_assert(EK_CLI_OPTION_COUNT <= 64, "options are bits of one number");

static const struct ek_commands_option options[] = {
#define X(NAME, name, takes, doc) {name, takes, doc},
	EK_CLI_OPTIONS(X)
#undef X
};

const struct ek_commands_row *ek_commands_nth(size_t nth)
{
	return nth < EK_LEN(rows) ? &rows[nth] : NULL;
}

const struct ek_commands_option *ek_commands_option(enum ek_cli_option option)
{
	return &options[option];
}

/* How many of the words spell the name; 0 = they do not. */
static size_t matches(const char *name, char *const *words, size_t count)
{
	size_t used = 0;
	while (used < count) {
		size_t n = strcspn(name, " ");
		if (strncmp(words[used], name, n) != 0 || words[used][n] != '\0')
			return 0;
		used++;
		if (name[n] == '\0')
			return used;
		name += n + 1;
	}
	return 0;
}

const struct ek_commands_row *ek_commands_find(char *const *words, size_t count, size_t *used)
{
	const struct ek_commands_row *best = NULL;
	*used = 0;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		size_t n = matches(rows[i].name, words, count);
		if (n > *used) {
			*used = n;
			best = &rows[i];
		}
	}
	return best;
}

bool ek_commands_is_below(const struct ek_commands_row *a, const struct ek_commands_row *b)
{
	size_t n = strlen(a->name);
	return strncmp(a->name, b->name, n) == 0 && b->name[n] == ' ';
}
