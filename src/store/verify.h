/* verify -- reads a whole log and says whether it is what was written; if not, where it first is
 * not.
 *
 * Checks, row by row: that seqs follow each other without a hole, that time and epoch never go
 * back, the checksum of each command and event, that each event decodes and encodes to the same
 * bytes, that a reign's epoch.opened names it, and the chain; then the head record (at open) and
 * the snapshots' hashes. Reads only, in short turns: beside a running server it checks up to where
 * the log ended when it began. Cost: about 1 microsecond an event.
 */
#ifndef EK_STORE_VERIFY_H
#define EK_STORE_VERIFY_H

#include "base/arena.h"
#include "store/log.h"

struct ek_verify_report {
	bool ok;
	uint64_t first_bad_seq; /* 0: nothing bad, or something beside the events */
	char sentence[240];     /* what was found, for the operator */
	uint64_t rows;
	uint64_t events;
	uint64_t last_seq;
	uint8_t chain[EK_HASH_BYTES]; /* of the last good row */
	uint32_t snapshots;           /* good ones */
	uint32_t bad_snapshots;       /* not served, but made again: no reason to fail */
};

/* Returns false only when it could not look (err); what it found is in the report. */
bool ek_verify_log(struct ek_log *log, struct ek_alloc alloc, struct ek_verify_report *report,
		   struct ek_err *err) EK_MUST_CHECK;

#endif
