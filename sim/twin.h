/* twin -- an engine, and a shadow that only hears what was decided.
 *
 * For fuzz targets: what does not hold is an assertion. After every command
 *   - a refusal left the saved state as it was, byte for byte;
 *   - the events, written for the log, read back and applied to the shadow, made the same state;
 *   - no promise was broken.
 */
#ifndef EK_SIM_TWIN_H
#define EK_SIM_TWIN_H

#include "engine/engine.h"

struct ek_twin;

/* An empty workspace. NULL without memory. To be closed. */
struct ek_twin *ek_twin_open(void) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_twin_close(struct ek_twin **twin);

/* Lets happen what falls due until then, each at its time. False when that is more than `ticks`
 * deadlines: then no command may be submitted at that time. */
bool ek_twin_pass(struct ek_twin *twin, ek_time until, uint32_t ticks) EK_MUST_CHECK;
/* Whether it was accepted. What is due by then has passed, unless it is server.started. */
bool ek_twin_submit(struct ek_twin *twin, const struct ek_cmd *cmd, ek_time at);
/* The same, and an engine that was loaded from what is saved must decide the same. */
bool ek_twin_submit_loaded(struct ek_twin *twin, const struct ek_cmd *cmd, ek_time at);

const struct ek_engine *ek_twin_engine(const struct ek_twin *twin);

#endif
