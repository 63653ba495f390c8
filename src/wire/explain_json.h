/* explain_json -- explanations as JSON, members in the order of spec routing section 15.
 *
 *   receipt/1, why_waiting/1, why_nothing/1, queue/1   as there
 *   unblock/1   {"shape","seq","at",
 *               "waiting":[{"conversation","team","blockers":[{"test","teammates"}]}],
 *               "waiting_total",
 *               "people":[{"teammate","load","limit","blockers":[{"test","count"}]}],
 *               "people_total","ways":[{"changes":[change],"moved","people"}],"cut"}
 *   preview/1   {"shape","seq","at",
 *               "moves":[{"conversation","from_team","from","team","to","offered"}],
 *               "ineligible":[{"teammate","team","test","args"}],"deserted":[team]}
 *
 * A change is {"scope","id","set"}, id null for the workspace; of a level it also names the `team`,
 * and null is no membership. Its set is a setting, {"presence":"active"}, {"paused_until":null} or
 * {"level":...}. Beside a nearest_change that was not found stands "nearest_change_cut":true when
 * not every change was tried; ahead_more is left out when it is 0; `queue` is null for what stood
 * in no queue. Absent is null.
 *
 * Ids and times are in the style of j. In the API's, who may not see the names of colleagues
 * (ek_json_sees) is told of their own and counts of the rest; what they may not see is left out:
 *
 *   receipt/1      `considered` has their own line alone, and beside it stands
 *                  "others":{"chosen","eligible","blocked":[{"test","count"}]}; `ahead` is what
 *                  stood before it in team inboxes that they serve, the rest is in `ahead_more`
 *   why_waiting/1  a blocker is {"test","teammates","others"}, others being a count
 *   unblock/1      the same; of `people` their own line; of `ways` those that concern nobody else
 *   preview/1      `moves` and `ineligible` are their own; "moves_others" and "ineligible_others"
 *                  count the rest
 *   all            `runner_up`, `held_for`, `then`, `from`, `to` and a test's `teammate` only when
 *                  it is they; no nearest_change that concerns a colleague
 *
 * Each returns false when j is full or out of memory.
 */
#ifndef EK_WIRE_EXPLAIN_JSON_H
#define EK_WIRE_EXPLAIN_JSON_H

#include "model/explain.h"
#include "wire/json.h"

bool ek_explain_json_receipt(struct ek_json *j, const struct ek_explain_receipt *r) EK_MUST_CHECK;
bool ek_explain_json_waiting(struct ek_json *j, const struct ek_explain_waiting *w) EK_MUST_CHECK;
bool ek_explain_json_nothing(struct ek_json *j, const struct ek_explain_nothing *n) EK_MUST_CHECK;
/* {"teammate","level","state","turn","test","args"}: one row of whose turn it is in a team
 * inbox. */
void ek_explain_json_turn(struct ek_json *j, ek_teammate_id teammate,
			  const struct ek_explain_inbox *t);
/* j: not in the API's style (asserted). */
bool ek_explain_json_queue(struct ek_json *j, const struct ek_explain_queue *q) EK_MUST_CHECK;
/* The same with `data` and `page` in place of `total`, `next` and `rows`. */
bool ek_explain_json_queue_page(struct ek_json *j, const struct ek_explain_queue *q,
				const struct ek_json_page *page) EK_MUST_CHECK;
/* Its parts, for answers of another shape: one row, with as many sort values as there are keys; and
 * the list of keys. */
void ek_explain_json_queue_row(struct ek_json *j, const struct ek_explain_row *r, uint32_t keys);
void ek_explain_json_order(struct ek_json *j, const struct ek_explain_queue *q);
bool ek_explain_json_unblock(struct ek_json *j, const struct ek_explain_unblock *u) EK_MUST_CHECK;
bool ek_explain_json_preview(struct ek_json *j, const struct ek_explain_preview *p) EK_MUST_CHECK;

#endif
