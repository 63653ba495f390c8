/* api_patterns -- what a pattern in a person's work looks like on the wire: to themselves whole, to
 * their leads what was handed over. Source: spec patterns, S22 and S23. */
#ifndef EK_API_API_PATTERNS_H
#define EK_API_API_PATTERNS_H

#include "api/mirror.h"
#include "api/turn.h"

/* Members `metric` and `direction` of a pattern. */
void ek_api_patterns_put_metric(struct ek_json *j, int metric, int64_t version, int32_t side);
/* "teams": what is the whole team's, of the teams that `sees` says yes to. False with the problem.
 */
bool ek_api_patterns_put_teams(struct ek_turn *t, bool (*sees)(struct ek_turn *t, ek_team_id team));

#endif
