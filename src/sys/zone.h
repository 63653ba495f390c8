/* zone -- time zones out of the zone database, as values that the engine can keep.
 *
 * Reads the system's files (package tzdata), which its updates keep current: below the folder that
 * TZDIR names, else /usr/share/zoneinfo. Nothing is kept in memory: a database renewed while we run
 * is the one that is read next. Blocks on the disk. Any thread.
 * Source: RFC 6557 and https://www.iana.org/time-zones for the names; sys/tzif.h for the files.
 */
#ifndef EK_SYS_ZONE_H
#define EK_SYS_ZONE_H

#include "base/arena.h"
#include "base/zone.h"

/* Makes *out from an IANA name, case as in the database. Name and shifts live in the arena. Holds
 * the changes of offset of the years 1970 to 2100 UTC (if ever more than EK_ZONE_SHIFTS_MAX, the
 * earliest); before and after, the nearest known offset.
 * Errors: EK_INVALID_VALUE names a zone that the database does not have (also "GMT+3", "PST" and
 * other names that are not IANA's; "localtime", which is another zone on each machine; and what
 * stands below right/ and posix/, which are the same zones again); EK_NO_MEMORY; EK_IO when there
 * is no database, or its file cannot be read or is damaged. *out is set on success only.
 * Cost: one file of a few KiB; meant for settings, not for each request. */
bool ek_zone_load(ek_str name, struct ek_arena *arena, struct ek_zone *out,
		  struct ek_err *err) EK_MUST_CHECK;

/* Release of the database, such as "2025b"; "unknown" when it does not say. */
enum { EK_ZONE_VERSION = 16 };
void ek_zone_version(char out[EK_ZONE_VERSION]);

#endif
