/* cli -- what every command of `evenkeel` works with: its words, its options, and where it may
 * speak.
 *
 * Data goes to standard output, messages to standard error. A command returns false with err set;
 * main says it and ends with ek_err_exit(err->code). "Checked, and something is wrong" is
 * CHECK_FAILED.
 */
#ifndef EK_CLI_CLI_H
#define EK_CLI_CLI_H

#include <stdio.h>

#include "wire/json.h"

/* Every option of every command: name, what it takes (NULL = nothing), what it does. */
#define EK_CLI_OPTIONS(X) \
	X(DATA, "data", "DIR", "The data directory; ./evenkeel-data if nothing is said.") \
	X(POSTGRES, "postgres", "CONNINFO", "A PostgreSQL database in place of a directory.") \
	X(MEMORY, "memory", NULL, "Keep nothing: everything is gone at the end.") \
	X(JSON, "json", NULL, "Answer in JSON.") \
	X(QUIET, "quiet", NULL, "Say nothing beside the answer and what is wrong.") \
	X(ASSIGNMENTS, "assignments", NULL, "Without --json, print each assignment too.") \
	X(HASH, "hash", NULL, "Print SEQ and the state hash.") \
	X(TO, "to", "SEQ", "Up to this event.") \
	X(FROM, "from", "SEQ", "From this event on; of a report, from this day on: 2027-03-01.") \
	X(FROM_SNAPSHOT, "from-snapshot", NULL, \
	  "Begin with the newest snapshot, not with nothing.") \
	X(EVENTS, "events", NULL, "The log, one event a line.") \
	X(INTO, "into", "DIR", "The directory to make; must be empty or not there.") \
	X(KEYS, "keys", "FILE", "Keys of contacts and files; DIR.keys beside the backup else.") \
	X(MASTER_KEY, "master-key", "FILE", "The master.key of the store that was backed up.") \
	X(TEAM, "team", "TEAM", "Only this team inbox, by id or ref.") \
	X(LIMIT, "limit", "N", "At most so many rows.") \
	X(PLACE, "place", "N", "From this place on.") \
	X(SEED, "seed", "N", "Another seed gives another month.") \
	X(DAYS, "days", "N", "How many days.") \
	X(LISTEN, "listen", "ADDRESS:PORT", "Where to listen; port 0 takes a free one.") \
	X(WEB, "web", "FILE", "A pack of the web UI in place of the one inside.") \
	X(CONFIG, "config", "FILE", "The configuration file.") \
	X(SAMPLE, "sample", NULL, "With a sample workspace: a made team's last four weeks.") \
	X(ORIGIN, "origin", NULL, "Beside each value, where it came from.") \
	X(CADENCE, "cadence", "WORD", "daily, weekly or monthly; else as the dates say.") \
	X(KIND, "kind", "WORD", "count, rate, duration or value; spacing or gap of rare events.") \
	X(TITLE, "title", "TEXT", "What the series is called.") \
	X(UNTIL, "until", "DATE", "The day behind the last.") \
	X(METRIC, "metric", "ID", "Only this metric: first_response_time, or with its version.") \
	X(BY, "by", "WORD", "day, week or month: one figure for each; else one in all.") \
	X(RECEIPT, "receipt", NULL, "What the figure is made of, item by item.") \
	X(CLOCK, "clock", "WORD", "office_hours or calendar; else as each metric is defined.") \
	X(ZONE, "zone", "NAME", "IANA time zone of the days; else the team inbox's.") \
	X(CSV, "csv", NULL, "Answer as a table.") \
	X(MARKS, "marks", "SET", "Also mark western-electric, nelson, nhs or wheeler.") \
	X(MAP, "map", "FILE", "What the columns of the table mean.") \
	X(MESSAGES, "messages", "FILE", "A second table: the messages of each conversation.") \
	X(REFUSED, "refused", "FILE", "Where refused rows go; else beside the table.") \
	X(AGAIN, "again", NULL, "Also a table that came in before, by another map.") \
	X(TRUST, "trust", "HOST", "Whose Authentication-Results count; else nobody's.") \
	X(HELP, "help", NULL, "This text.")

enum ek_cli_option {
#define X(NAME, name, takes, doc) EK_CLI_##NAME,
	EK_CLI_OPTIONS(X)
#undef X
		EK_CLI_OPTION_COUNT
};

enum { EK_CLI_WORDS_MAX = 4 };

struct ek_cli {
	const char *words[EK_CLI_WORDS_MAX]; /* after the command's name */
	uint32_t word_count;
	const char
		*options[EK_CLI_OPTION_COUNT]; /* NULL = not given; "" for one that takes nothing */
	FILE *out;
	FILE *messages;
	bool colour; /* of messages */
};

static inline bool ek_cli_has(const struct ek_cli *cli, enum ek_cli_option option)
{
	return cli->options[option] != NULL;
}
/* The whole number that an option was given, or `otherwise` when it was not. Errors: USAGE. */
bool ek_cli_number(const struct ek_cli *cli, enum ek_cli_option option, uint64_t otherwise,
		   uint64_t *out, struct ek_err *err) EK_MUST_CHECK;

/* To standard output. */
void ek_cli_print(const struct ek_cli *cli, const char *fmt, ...) EK_PRINTF(2, 3);
void ek_cli_put(const struct ek_cli *cli, const void *bytes, size_t n);
/* What was written, and a line's end; empties it. Errors: NO_MEMORY when it is not whole. */
bool ek_cli_put_json(const struct ek_cli *cli, struct ek_json *json,
		     struct ek_err *err) EK_MUST_CHECK;
/* Whether all of it arrived. Errors: IO. */
bool ek_cli_flush(const struct ek_cli *cli, struct ek_err *err) EK_MUST_CHECK;
/* To standard error, unless --quiet. A line's end is added. */
void ek_cli_say(const struct ek_cli *cli, const char *fmt, ...) EK_PRINTF(2, 3);
/* To standard error: what went wrong. */
void ek_cli_complain(const struct ek_cli *cli, const struct ek_err *err);

/* "1999-02-01T07:00:12.000Z", or "-" for no time. */
enum { EK_CLI_TIME = 25 };
const char *ek_cli_time(ek_time t, char out[EK_CLI_TIME]);

#endif
