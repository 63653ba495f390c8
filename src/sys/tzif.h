/* tzif -- the offsets out of one file of the zone database.
 *
 * Takes bytes, asks the system nothing, keeps nothing. The bytes may be any: whatever is not a
 * whole file of version 2 or later, to the last byte, is refused. Its first block, for programs
 * that know 32-bit time only, is passed over; files with leap seconds ("right/...") are refused, as
 * times here have none.
 *
 * Cost: O(bytes); 12 KiB of stack. Source: RFC 8536 (RFC 9636 for version 4), "The Time Zone
 * Information Format"; its footer is a TZ string of POSIX (IEEE 1003.1, 8.3), with hours up to 167.
 */
#ifndef EK_SYS_TZIF_H
#define EK_SYS_TZIF_H

#include "base/zone.h"

/* The most that a file may have; those of the database have less than 4 KiB. */
enum { EK_TZIF_BYTES_MAX = 128 * 1024 };

/* Changes of offset from 1970 to 2100 UTC, in the form of struct ek_zone; if ever more than
 * EK_ZONE_SHIFTS_MAX, the earliest. */
struct ek_tzif {
	struct ek_zone_shift shift[EK_ZONE_SHIFTS_MAX];
	uint32_t n; /* from 1 */
};

/* Whether the bytes say that they are such a file. */
bool ek_tzif_is(const uint8_t *bytes, size_t n);

/* Errors: DAMAGE, saying what is wrong; then *out is of no use. Also for offsets of a day or more,
 * and for shifts less than a day apart, which no place on Earth has had since 1970. */
bool ek_tzif_read(const uint8_t *bytes, size_t n, struct ek_tzif *out,
		  struct ek_err *err) EK_MUST_CHECK;

#endif
