/* wait -- how long a conversation that waits may still wait, by how fast its team inbox gave out
 * work of late (metrics/estimate.h). */
#ifndef EK_API_WAIT_H
#define EK_API_WAIT_H

#include "engine/engine.h"
#include "model/explain.h"
#include "store/reader.h"

/* Fills x->estimate from x->team and its place. Cost: a question over the last 20,000 assignments.
 * Errors: the reader's. */
bool ek_wait_estimate(struct ek_engine *engine, struct ek_reader *reader,
		      struct ek_explain_waiting *x, struct ek_err *err) EK_MUST_CHECK;

/* For those who ask often: what was counted is good for EK_WAIT_KEEP_MS. One thread's. All zero to
 * begin with. */
enum { EK_WAIT_TEAMS = 64, EK_WAIT_KEEP_MS = 15000 };
struct ek_wait_rates {
	struct ek_wait_rate {
		uint32_t team;
		uint32_t given;
		ek_span open;
		ek_time until;
	} v[EK_WAIT_TEAMS];
};
bool ek_wait_estimate_often(struct ek_engine *engine, struct ek_reader *reader,
			    struct ek_wait_rates *rates, struct ek_explain_waiting *x,
			    struct ek_err *err) EK_MUST_CHECK;

#endif
