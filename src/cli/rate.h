/* rate -- how fast a team inbox gave out work lately, as the log tells it: for estimates of waits.
 *
 * Reads the whole log. Cost: about 1 microsecond an event.
 */
#ifndef EK_CLI_RATE_H
#define EK_CLI_RATE_H

#include "engine/engine.h"
#include "store/log.h"

struct ek_rate {
	uint32_t given; /* assignments from the inbox in the stretch, but those that heirs got */
	ek_span open; /* office hours of the stretch: the last 60 open minutes, or all there were */
};

/* engine: as the log ends. Errors: the log's, DAMAGE, NO_MEMORY. */
bool ek_rate_find(struct ek_log *log, const struct ek_engine *engine, ek_team_id team,
		  struct ek_rate *out, struct ek_err *err) EK_MUST_CHECK;

#endif
