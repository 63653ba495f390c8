/* pace -- engine time: what the writer calls now, made of two clocks neither of which is trusted.
 *
 * It advances with a clock that counts seconds and cannot be set, and is drawn to the wall clock:
 *   - the wall is ahead by up to EK_PACE_LEAP_MS: follow at once;
 *   - further ahead: follow at once when the system says that its clock is synchronised, else after
 *     the wall has stood so for EK_PACE_PATIENCE_MS; either is a step, which the caller records;
 *   - the wall is behind: run a tenth slower until they meet. Never back, never frozen.
 * Pure: readings come in. Source: spec promises, section 6, time rule 2.
 */
#ifndef EK_SYS_PACE_H
#define EK_SYS_PACE_H

#include "base/base.h"

enum { EK_PACE_LEAP_MS = 60 * 1000, EK_PACE_PATIENCE_MS = 15 * 60 * 1000, EK_PACE_SLOWER = 10 };

/* What the machine says. */
struct ek_pace_reading {
	uint64_t steady_ns; /* since some start; also while the machine sleeps */
	ek_time wall;
	bool synchronised; /* with a time server */
};

struct ek_pace {
	ek_time now;
	uint64_t steady_ns;
	uint64_t owed_ns;        /* of the next millisecond */
	uint64_t ahead_since_ns; /* the wall is far ahead since then; 0 = it is not */
	bool has_begun;
};

/* Not before that: the time of the log's last event, or EK_NO_TIME. */
void ek_pace_init(struct ek_pace *p, ek_time last);
/* Engine time. *step, if not NULL, is by how much it leapt beyond what may be followed unsaid, else
 * 0. Cost: O(1). */
ek_time ek_pace_now(struct ek_pace *p, const struct ek_pace_reading *r, ek_span *step);

/* The machine's readings: CLOCK_BOOTTIME, CLOCK_REALTIME, adjtimex. */
struct ek_pace_reading ek_pace_read(void);

#endif
