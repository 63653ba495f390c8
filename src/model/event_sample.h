/* event_sample -- events with contents by chance, for tests: every kind, every field, every
 * setting, absent fields too, all within their limits. The same seed gives the same events. */
#ifndef EK_MODEL_EVENT_SAMPLE_H
#define EK_MODEL_EVENT_SAMPLE_H

#include "base/arena.h"
#include "model/event.h"

struct ek_event_sample {
	struct ek_arena *arena; /* lists and texts; must not run out */
	uint64_t state;         /* the seed at first */
};

/* An event of that kind at seq. */
void ek_event_sample(struct ek_event_sample *s, int kind, uint64_t seq, struct ek_event *e);
/* A value that ek_setting_check takes at a team or teammate, or the workspace if it is only there.
 */
struct ek_value ek_event_sample_value(struct ek_event_sample *s, int setting);
/* A number from 0 to n - 1. */
uint64_t ek_event_sample_below(struct ek_event_sample *s, uint64_t n);

#endif
