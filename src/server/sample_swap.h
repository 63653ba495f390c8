/* sample_swap -- the sample workspace comes and goes while the server stands still for a moment.
 *
 *   prepare   any thread, the server going on: the other store is made in DIRECTORY/next
 *   swap      with everything closed: what is the owner's is carried over, and next takes the
 *             store's place; or the job is marked as failed, and all stays
 *   mend      at each start: ends a swap that was cut off, forgets a next that never came
 *
 * The rename of next to swap decides: what is cut off before it leaves the old store, what is cut
 * off after it ends with the new one. What is carried over: the owner with sign-ins, own tokens and
 * recovery codes, the server's settings, the audit log as it was before the sample, and the job.
 * An owner that came with the sample goes with it. Why so: docs/adr/0014.
 * Source: spec api, section 4.8; ux, section 10.
 */
#ifndef EK_SERVER_SAMPLE_SWAP_H
#define EK_SERVER_SAMPLE_SWAP_H

#include "base/base.h"

struct ek_sample_swap {
	const char *where; /* a data directory; borrowed */
	bool loads;        /* the sample comes; else it goes */
	int64_t job;
	ek_time now;
};

/* Whether a store can be changed so: it is a directory. */
bool ek_sample_swap_can(const char *where);
/* Cost: as ek_sample_load where it loads, else some 50 ms. Errors: the log's. */
bool ek_sample_swap_prepare(const struct ek_sample_swap *s, struct ek_err *err) EK_MUST_CHECK;
/* Errors, with the old store as it was: CONFLICT when the workspace is no longer empty, or is no
 * sample; the log's. */
bool ek_sample_swap_run(const struct ek_sample_swap *s, struct ek_err *err) EK_MUST_CHECK;
/* Errors: IO, IN_USE. */
bool ek_sample_swap_mend(const char *where, struct ek_err *err) EK_MUST_CHECK;

#endif
