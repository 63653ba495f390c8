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
 * in no queue. Ids are numbers, times milliseconds; absent is null.
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
bool ek_explain_json_queue(struct ek_json *j, const struct ek_explain_queue *q) EK_MUST_CHECK;
bool ek_explain_json_unblock(struct ek_json *j, const struct ek_explain_unblock *u) EK_MUST_CHECK;
bool ek_explain_json_preview(struct ek_json *j, const struct ek_explain_preview *p) EK_MUST_CHECK;

#endif
