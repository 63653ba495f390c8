/* api_targets_reach -- lists of what belongs to a team or to a person, and is seen by two rights:
 * targets, and items of agendas. */
#ifndef EK_API_API_TARGETS_REACH_H
#define EK_API_API_TARGETS_REACH_H

#include "api/api_list.h"

struct ek_api_targets_reach {
	/* Of rows whose column teammate is unset, by their team; and of those where it is set: by
	 * the person's own right, and by their teams. */
	enum ek_may team, person;
	const char *alias; /* of the table, with the columns team and teammate */
	const char *where; /* a further condition, without values */
	/* Of a person's rows that are seen by others: this column is unset or not later than now;
	 * NULL = always. */
	const char *from;
};
/* Fills where, args and n. False with the problem of a missing scope. */
bool ek_api_targets_reach(struct ek_turn *t, const struct ek_api_targets_reach *r,
			  struct ek_api_list_ask *ask) EK_MUST_CHECK;

#endif
