/* journal -- what the server says of itself while it runs: one line an event, for people or
 * machines.
 *
 *   2026-03-09T08:15:00.123Z info server_ready url=http://127.0.0.1:7420 seq=48211
 *   {"at":"2026-03-09T08:15:00.123Z","level":"info","event":"server_ready",...}
 *
 * Goes to standard error. Holds ids, numbers and words of ours: never a name, an address of mail, a
 * text or a query that somebody sent; control characters and line ends come out as spaces, so that
 * an entry is one line whatever its values are. Any thread. Cost: one write.
 */
#ifndef EK_SYS_JOURNAL_H
#define EK_SYS_JOURNAL_H

#include "base/base.h"

enum ek_journal_level {
	EK_JOURNAL_INFO,
	EK_JOURNAL_WARNING,
	EK_JOURNAL_ERROR,
};
enum { EK_JOURNAL_LINE = 2048 };

struct ek_journal {
	bool json;
	int fd; /* borrowed */
};

/* A name and a value of an entry; text NULL: the number. */
struct ek_journal_field {
	const char *name;
	const char *text;
	int64_t number;
};

/* event: one of our own words. fields end with a name of NULL, at most 16; what is beyond
 * EK_JOURNAL_LINE bytes is left out. */
void ek_journal_say(const struct ek_journal *j, enum ek_journal_level level, const char *event,
		    const struct ek_journal_field *fields);
/* The same of something that failed: its code, and why. */
void ek_journal_say_why(const struct ek_journal *j, enum ek_journal_level level, const char *event,
			const struct ek_err *err);

#endif
