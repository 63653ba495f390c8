/* sample_life -- a sample workspace goes on while it is served: conversations keep arriving, and
 * the simulated team comes, answers and goes.
 *
 * A thread that asks through the group like anybody else, at most one command in
 * EK_TEAM_LIFE_STEP_MS (pace times as many), each with its content in the same commit; who comes
 * and goes waits less, so that those who should be there by now come within seconds of a start at
 * any hour. It looks at what there is (sim/team_life.h), reads whose people and contacts are still
 * the sample's own, and
 * does one thing. People of the sample who were given a password, a sign-in, a token or an
 * invitation are left alone, as are contacts and people that did not come with it, and what the
 * owner holds; a store that takes no commands is left alone, too. In a workspace that is no sample
 * there is no thread.
 */
#ifndef EK_SERVER_SAMPLE_LIFE_H
#define EK_SERVER_SAMPLE_LIFE_H

#include "api/api.h"
#include "writer/group.h"

enum { EK_SAMPLE_LIFE_PACE = 100 };

struct ek_sample_life;

struct ek_sample_life_options {
	struct ek_alloc alloc;
	const char *where; /* of the log, for a reader; borrowed for the call */
	/* Borrowed until it is closed. */
	struct ek_group *group;
	struct ek_writer *writer; /* the group's; looked at on its thread only */
	struct ek_api *api;       /* that gives ids to rows */
	uint32_t pace;            /* 1 to EK_SAMPLE_LIFE_PACE */
};

/* Starts the thread, in a sample workspace; else *life is NULL. Errors: the reader's, NO_MEMORY;
 * USAGE for another pace. */
bool ek_sample_life_open(const struct ek_sample_life_options *options, struct ek_sample_life **life,
			 struct ek_err *err) EK_MUST_CHECK;
/* Ends it, after the command that is under way; before the group is closed. Accepts NULL inside;
 * leaves NULL. */
void ek_sample_life_close(struct ek_sample_life **life);

#endif
