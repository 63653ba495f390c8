/* api_data -- everything that is held about a person, as a file: GET /me/data.
 *
 * A JSON object with a list for each table that has something of theirs: what they are and set,
 * what was changed of them and by them, who looked, where they are signed in, what they wrote and
 * held. Secrets and hashes are left out. Source: spec security, section 11. */
#ifndef EK_API_API_DATA_H
#define EK_API_API_DATA_H

#include "api/api_job.h"

void ek_api_data_job(struct ek_api_job *job);

#endif
