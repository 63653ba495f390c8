/* api_assignments -- who held what: rows of the view as the API writes them, and their receipts. */
#ifndef EK_API_API_ASSIGNMENTS_H
#define EK_API_API_ASSIGNMENTS_H

#include "api/page.h"

/* What a row is made of, in the order of SELECT. */
#define EK_API_ASSIGNMENTS_SELECT \
	"a.assignment, a.conversation, a.teammate, a.team, a.how, a.chosen_by, a.by_kind, " \
	"a.by_id, a.reason, a.made_ms, a.ended_ms, a.ended_reason, a.made_seq"
enum {
	EK_API_ASSIGNMENTS_ID,
	EK_API_ASSIGNMENTS_CONVERSATION,
	EK_API_ASSIGNMENTS_TEAMMATE,
	EK_API_ASSIGNMENTS_TEAM,
	EK_API_ASSIGNMENTS_HOW,
	EK_API_ASSIGNMENTS_CHOSEN_BY,
	EK_API_ASSIGNMENTS_BY_KIND,
	EK_API_ASSIGNMENTS_BY_ID,
	EK_API_ASSIGNMENTS_REASON,
	EK_API_ASSIGNMENTS_MADE_MS,
	EK_API_ASSIGNMENTS_ENDED_MS,
	EK_API_ASSIGNMENTS_ENDED,
	EK_API_ASSIGNMENTS_SEQ,
};

/* The list of all; a page of it is narrowed by its `where`. */
struct ek_list ek_api_assignments_list(void);
/* The row of the path's {id}, if the caller has that right to it: it is theirs, or of a team of
 * theirs. False with a problem. */
bool ek_api_assignments_find(struct ek_turn *t, enum ek_may right,
			     const struct ek_views_value **row) EK_MUST_CHECK;

#endif
