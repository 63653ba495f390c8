/* api_clock -- SLA clocks follow what is done beside the API (channels), as they follow requests.
 *
 *   (check)  ek_api_clock_before(api, &cmd, at, err)   cmd may be another one from then on
 *   (made)   ek_api_clock_after(api, w, conversation)
 *
 * On the writer's thread, one after the other. Cost: as api/api_sla_watch.h.
 */
#ifndef EK_API_API_CLOCK_H
#define EK_API_API_CLOCK_H

#include "api/api.h"

/* *cmd lives until the next call. Errors: IO when policies cannot be read; NO_MEMORY. */
bool ek_api_clock_before(struct ek_api *api, const struct ek_cmd **cmd, ek_time at,
			 struct ek_err *err) EK_MUST_CHECK;
void ek_api_clock_after(struct ek_api *api, struct ek_writer *w, ek_conversation_id id);
/* With the API. */
void ek_api_clock_close(struct ek_api *api);

#endif
