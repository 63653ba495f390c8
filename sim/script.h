/* script -- commands as lines of text, for tables of tests and for telling what a history did.
 *
 * A line is `TIME command field=value ...`, such as `09:30 conversation.create team=1 priority=2`.
 * Commands and fields have their wire names. Values:
 *   time    HH:MM of the script's first day, D+HH:MM of a later one; seconds may follow
 *   span    a number with ms, s, m, h or d behind it
 *   list    values joined by commas; needs are skill/level/yes or no/span
 *   set     setting:value joined by semicolons; a value is a number, span, listed name, null,
 *           inherit, auto, or [cells] with a cell number~text (see model/value.h)
 *   zone    UTC, Paris or a number of minutes east of Greenwich
 *   week    DAY/HH:MM-HH:MM joined by commas; dates and other whole numbers as they are
 * `by=rule`, `by=system` or `by=person:ID` names the actor, who else is an unnamed person.
 * Rows of a bulk follow behind ` | `, each without its time.
 * For trusted text of our own: what cannot be read is an assertion.
 */
#ifndef EK_SIM_SCRIPT_H
#define EK_SIM_SCRIPT_H

#include "model/cmd.h"

enum { EK_SCRIPT_POOL_BYTES = 16384, EK_SCRIPT_ROWS_MAX = 16 };

/* Where one parsed command keeps its lists; the command holds until the next parse. */
struct ek_script {
	ek_time first_day; /* midnight UTC */
	_Alignas(16) char pool[EK_SCRIPT_POOL_BYTES];
	size_t used;
	char line[1024];
	struct ek_cmd rows[EK_SCRIPT_ROWS_MAX];
};

/* Reads a line; returns its time. */
ek_time ek_script_parse(struct ek_script *s, const char *line, struct ek_cmd *cmd);
/* Reads a time as above. */
ek_time ek_script_time(const struct ek_script *s, const char *text);
/* Writes a command as a line without its time, cut at cap - 1 bytes; times as milliseconds. Returns
 * the length. */
size_t ek_script_show(const struct ek_cmd *cmd, char *out, size_t cap);
/* The same for an event; absent fields are left out. */
size_t ek_script_show_event(const struct ek_event *event, char *out, size_t cap);

#endif
