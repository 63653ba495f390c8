/* sample_load -- the sample workspace: a simulated team's four weeks, driven into an empty store.
 *
 * Six teams, some forty people in three languages, with names, titles and texts, until now; and, as
 * the first teammate, an owner with every role, whose password is made here and told once. Marked
 * as a sample in the store, so that it can be shown as one and removed. It makes nothing that
 * leaves the server. Behaviour: sim/team.h.
 */
#ifndef EK_SERVER_SAMPLE_LOAD_H
#define EK_SERVER_SAMPLE_LOAD_H

#include "base/base.h"

#define EK_SAMPLE_EMAIL "owner@example.org"
/* The row of server_settings that marks a sample: "true", or, of one that came into a workspace
 * with an owner, the last entry of its audit log (server/sample_swap.h). */
#define EK_SAMPLE_MARK "sample_workspace"
/* Of a data directory: what people upload. */
#define EK_SAMPLE_FILES "attachments"
enum { EK_SAMPLE_PASSWORD = 40, EK_SAMPLE_WEEKS = 4 };

struct ek_sample_load {
	const char *where; /* of the log; borrowed */
	uint64_t seed;
	ek_time now;
	bool is_owned; /* who the owner is, and the mark, are put by the caller */
	/* Filled. */
	char password[EK_SAMPLE_PASSWORD];
	uint64_t events;
	uint32_t conversations;
	uint32_t people;
};

/* Errors: NOT_EMPTY when there is something in the log; the log's. Cost: some 5 s, 200 MiB. */
bool ek_sample_load(struct ek_sample_load *load, struct ek_err *err) EK_MUST_CHECK;
/* Whether that log is a sample workspace's. Errors: the reader's. Cost: opens a reader. */
bool ek_sample_load_is(const char *where, bool *is_sample, struct ek_err *err) EK_MUST_CHECK;
/* Removes a sample workspace without trace: the store in that directory as a whole. Errors:
 * CONFLICT when it is no sample; IN_USE while a server runs; NOT_FOUND. */
bool ek_sample_remove(const char *where, struct ek_err *err) EK_MUST_CHECK;

#endif
