/* view_json -- objects as the API writes them: conversations, load, presence, people, teams,
 * assignments. Members and their order are those of spec api, section 5, where it has an example.
 *
 *   conversation  [5]                load       [3]
 *   presence      [4]; of who may not know them, reason, cause and until are left out. cause is a
 *                 listed word, or `self` for what somebody set of themselves
 *   person        [1]; with `load` and `presence` when there are some. Of who may see less:
 *                 {"id","name","active","memberships","presence"}
 *   sla           {"policy","target","status","paused_by","calendar","started","due","ended",
 *                 "spent_ms"}
 *   team          {"id","name","description","languages","method","rank","inbox_limit","waiting",
 *                 "members","created_at","updated_at"}; waiting and members are counts
 *   membership    {"teammate","team","level"}; a side whose id is 0 is left out: it is the list's
 *   live          {"team","waiting","waiting_since","sums":{"members","active","open","snoozed"},
 *                 "members":[{"teammate","level","presence","since","enough_until","load","limit",
 *                 "open","snoozed","last_given"}]}; of who may not see names, members has their own
 *                 line alone, and sums is null below EK_VIEW_SUM_LEAST members
 *   assignment    {"id","conversation","team","teammate","how","level","chosen_by","reason","by",
 *                 "made_at","ended_at","ended"}
 *
 * Each writes one whole value into j, in the style of j; the structs are in model/view.h. Titles
 * and names come out as they came in: who may not see them is the caller's to know.
 */
#ifndef EK_WIRE_VIEW_JSON_H
#define EK_WIRE_VIEW_JSON_H

#include "model/view.h"
#include "wire/json.h"

/* Sums over fewer people would tell of one. Source: spec api, section 4.3. */
enum { EK_VIEW_SUM_LEAST = 5 };

struct ek_view_conversation {
	const struct ek_conversation_view *view;
	const struct ek_conversation_detail *detail;
	const struct ek_conversation_content *content;
};
void ek_view_json_conversation(struct ek_json *j, const struct ek_view_conversation *c);
void ek_view_json_sla(struct ek_json *j, const struct ek_sla_view *s);
void ek_view_json_load(struct ek_json *j, const struct ek_load_view *l);
/* effect: NULL unless it was set just now. */
void ek_view_json_presence(struct ek_json *j, const struct ek_presence_view *p,
			   const struct ek_presence_effect *effect);
void ek_view_json_person(struct ek_json *j, const struct ek_person *p);
void ek_view_json_membership(struct ek_json *j, const struct ek_membership_view *m);
void ek_view_json_team(struct ek_json *j, const struct ek_team_view *t,
		       const struct ek_team_content *content);
void ek_view_json_live(struct ek_json *j, const struct ek_live_view *l);
void ek_view_json_assignment(struct ek_json *j, const struct ek_assignment_view *a);

#endif
