/* api_sla_watch -- SLA clocks follow what is done to a conversation.
 *
 *   struct ek_turn_write write = {.cmd = &cmd, .check = ..., .made = ...};
 *   ek_api_sla_watch(t, &write);
 *   ek_turn_write(t, &write);
 *
 * What the command means for the clocks is decided after the handler's own check, on the writer's
 * thread: conversation.create and .update take the deadline along; beside the others an update goes
 * in one bulk with them. Its events come behind those of the command. Does nothing where the
 * workspace has no SLA policy, or for a command that moves no clock.
 */
#ifndef EK_API_API_SLA_WATCH_H
#define EK_API_API_SLA_WATCH_H

#include "api/turn.h"

struct ek_api_sla_watch; /* of the turn */

/* On the HTTP thread, last before ek_turn_write. */
void ek_api_sla_watch(struct ek_turn *t, struct ek_turn_write *write);

#endif
