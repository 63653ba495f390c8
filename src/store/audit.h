/* audit -- the chain of the audit log: each entry holds the hash of the one before.
 *
 * chain = SHA-256(chain before || entry), the first before 32 zero bytes. An entry is its columns
 * in order without the chain, each as a byte for its kind (0 null, 1 number, 2 text) and then a
 * number as 8 bytes little-endian, a text as 4 bytes of length little-endian and itself.
 *
 * What was changed, put in, taken out or put elsewhere breaks it there. What was cut off at the end
 * does not: against that a copy of the log is compared. Source: spec security, section 12.
 */
#ifndef EK_STORE_AUDIT_H
#define EK_STORE_AUDIT_H

#include "store/log.h"

/* The chain behind a whole row. */
void ek_audit_link(const uint8_t before[EK_HASH_BYTES], const struct ek_views_value *row,
		   uint8_t out[EK_HASH_BYTES]);

struct ek_audit_report {
	uint64_t entries; /* that hold, from the first */
	bool is_broken;
	int64_t first_bad; /* where it breaks: what stands there for an id, whatever it is */
};

/* Walks it, in short turns as ek_verify_log does. False only when it could not look; what it found
 * is in the report. A log of before there were entries has none. Cost: about 2 microseconds an
 * entry. */
bool ek_audit_verify(struct ek_log *log, struct ek_audit_report *report,
		     struct ek_err *err) EK_MUST_CHECK;

#endif
