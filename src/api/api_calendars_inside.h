/* api_calendars_inside -- what the two files of calendars share. */
#ifndef EK_API_API_CALENDARS_INSIDE_H
#define EK_API_API_CALENDARS_INSIDE_H

#include "api/api_calendars.h"

/* Week and closed dates out of a body, sorted; closed may be absent. False with faults. */
bool ek_api_calendars_take(struct ek_turn *t, const struct ek_patch_at *week,
			   const struct ek_patch_at *closed, struct ek_calendar *out);
/* The zone of that name, with its shifts; one that there is not is a fault at that place (at NULL:
 * an error). */
bool ek_api_calendars_zone(struct ek_turn *t, const struct ek_patch_at *at, ek_str name,
			   struct ek_calendar *out);

#endif
