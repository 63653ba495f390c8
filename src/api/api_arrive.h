/* api_arrive -- rules on arrival for who begins conversations beside requests (channels).
 *
 *   (check)  ek_api_arrive_before(api, &of, &cmd, at, &attributes, err)
 *   (made)   ek_api_arrive_after(api, w, conversation)
 *
 * On the writer's thread, one after the other: the same as POST /conversations does, with a turn of
 * its own. The team that the command names is the usual one: a rule that names another stands
 * above it.
 */
#ifndef EK_API_API_ARRIVE_H
#define EK_API_API_ARRIVE_H

#include "api/api.h"
#include "api/api_arrival.h"

struct ek_api_arrive {
	struct ek_api_arrival_source source;
	struct ek_cmd *cmd; /* a conversation.create: what rules set is put into it */
	ek_time at;
	/* Set: for the conversation's row, as JSON; p NULL = none. Lives until the next call. */
	ek_str attributes;
};
/* Errors: IO when the rules cannot be read; NO_MEMORY. */
bool ek_api_arrive_before(struct ek_api *api, struct ek_api_arrive *of,
			  struct ek_err *err) EK_MUST_CHECK;
/* The SLA policy that they chose; 0 = none. Holds until after. */
uint64_t ek_api_arrive_sla(const struct ek_api *api);
/* Which rule did what, and its tags. Nothing where there are no rules. */
void ek_api_arrive_after(struct ek_api *api, struct ek_writer *w, ek_conversation_id id);
/* With the API. */
void ek_api_arrive_close(struct ek_api *api);

#endif
