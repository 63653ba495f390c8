/* zone -- time zones out of the zone database, as values that the engine can keep.
 *
 * Asks ICU, which brings its own copy of the IANA database; ek_zone_version says which release. It
 * may be older than the system's: Debian 12's is 2022e, so zones whose law changed since (Mexico,
 * Egypt, Kazakhstan, Greenland, Paraguay) have the hours of the old law.
 * Blocks for a few milliseconds at the first call (ICU reads its data file). Any thread.
 * Source: RFC 6557 and https://www.iana.org/time-zones for the names.
 */
#ifndef EK_SYS_ZONE_H
#define EK_SYS_ZONE_H

#include "base/arena.h"
#include "base/zone.h"

/* Makes *out from an IANA name, case as in the database. Name and shifts live in the arena. Holds
 * the changes of offset of the years 1970 to 2100 UTC (if ever more than EK_ZONE_SHIFTS_MAX, the
 * earliest); before and after, the nearest known offset.
 * Errors: EK_INVALID_VALUE names a zone that the database does not have (also "GMT+3", "PST" and
 * other names that are not IANA's); EK_NO_MEMORY; EK_IO when ICU has no data. *out is set on
 * success only.
 * Cost: under a millisecond; meant for settings, not for each request. */
bool ek_zone_load(ek_str name, struct ek_arena *arena, struct ek_zone *out,
		  struct ek_err *err) EK_MUST_CHECK;

/* Release of the database, such as "2025b", static; "unknown" when ICU has no data. */
const char *ek_zone_version(void);

#endif
