/* history -- what might happen to a small workspace: commands at times, from a seed.
 *
 * Ranges are small on purpose (a few teams and teammates, limits of 0 to 3, spans of a few
 * minutes, many equal times), so that ties and edges occur. A profile drawn from the seed turns
 * whole features on or off, so that every pair of them meets in some history. Commands look at
 * the second opinion's state to be mostly sensible; some are wrong on purpose. The same seed
 * gives the same commands.
 */
#ifndef EK_SIM_HISTORY_H
#define EK_SIM_HISTORY_H

#include "sim/opinion.h"

struct ek_history;

/* NULL without memory. To be closed. */
struct ek_history *ek_history_open(uint64_t seed) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_history_close(struct ek_history **history);
/* The next command and its time, which never goes back. What it borrows is the history's and holds
 * until the next call. A server.started comes at the end of its down time. */
void ek_history_next(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *cmd,
		     ek_time *at);

#endif
