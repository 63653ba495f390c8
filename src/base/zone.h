/* zone -- one time zone as a value: what its clocks were ahead of UTC, from when to when.
 *
 * Made by sys/zone.h from the zone database, stored with the events that used it, so that a newer
 * database changes nothing that has happened. Stands in base because sys makes it and the engine
 * reads it. Read it with model/calendar.h, which also checks one that came from outside.
 */
#ifndef EK_BASE_ZONE_H
#define EK_BASE_ZONE_H

#include "base/base.h"

enum {
	EK_ZONE_SHIFTS_MAX = 512,
	EK_ZONE_NAME_MAX = 64,                        /* bytes */
	EK_ZONE_OFFSET_MAX_MS = 24 * 3600 * 1000 - 1, /* either way */
	EK_ZONE_SHIFT_MIN_MS = 24 * 3600 * 1000,      /* between two shifts */
};

/* at_ms of the first shift of every zone. Not EK_NONE, which means "absent". */
#define EK_ZONE_SINCE_EVER (INT64_MIN + 1)

/* From this instant on, until the next shift, local time is UTC + offset. */
struct ek_zone_shift {
	int64_t at_ms;     /* instant, UTC; EK_ZONE_SINCE_EVER in the first */
	int32_t offset_ms; /* east of Greenwich is positive */
};

/* name and shifts are borrowed: whoever made the zone says how long they live. */
struct ek_zone {
	ek_str name;                        /* IANA, as it was asked for: "Europe/Paris" */
	const struct ek_zone_shift *shifts; /* ascending, 1..EK_ZONE_SHIFTS_MAX */
	uint32_t shift_count;
};

#endif
