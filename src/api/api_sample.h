/* api_sample -- the sample workspace, loaded into an empty one and removed without trace, and how a
 * workspace says that it is one.
 *
 * Both are jobs: the other store is made while this one serves, then takes its place
 * (api/api.h, struct ek_api_sample). What is asked meanwhile is answered by whichever store is
 * there. Source: spec api, section 4.8; ux, section 10. */
#ifndef EK_API_API_SAMPLE_H
#define EK_API_API_SAMPLE_H

#include "api/api_job.h"

/* Whether this workspace is a sample. False, with the problem, when it cannot be read. */
bool ek_api_sample_is(struct ek_turn *t, bool *is_sample) EK_MUST_CHECK;
/* What goes out of the server has no place in a sample: its customers are made up, and its owner
 * was told that nothing is sent. False, with the problem (409), in one. Cost: one look-up. */
bool ek_api_sample_lets_out(struct ek_turn *t) EK_MUST_CHECK;
/* On the job's thread. */
void ek_api_sample_job(struct ek_api_job *job);

#endif
