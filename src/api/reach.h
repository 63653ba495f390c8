/* reach -- what of a list a caller may see, as a part of its question: no page is short because of
 * what is hidden, and no total tells of it. Source: spec security, section 2 (objects are loaded
 * with the actor). */
#ifndef EK_API_REACH_H
#define EK_API_REACH_H

#include "api/api_list.h"

enum { EK_REACH_TEAMS = 128 };

struct ek_reach {
	enum ek_may
		right; /* EK_MAY_NEVER: the handler has asked already, and everything may be seen */
	/* Columns by which the right reaches a row; NULL = a row has none such. */
	const char *team;
	const char *holder;
	const char *owner;
	/* A further condition with $1 to $n; NULL = none. */
	const char *where;
	const struct ek_views_value *args;
	uint32_t n;
};

/* Fills where, args and n of *ask, in the turn's arena. Who is told of a missing scope or sign-in
 * gets that problem (false); who reaches nothing finds nothing. */
bool ek_reach_ask(struct ek_turn *t, const struct ek_reach *r,
		  struct ek_api_list_ask *ask) EK_MUST_CHECK;

/* Whether the right reaches that team, or (0) any at all: of a list whose rows are then asked one
 * by one. False with the problem. */
bool ek_reach_may(struct ek_turn *t, enum ek_may right, ek_team_id team) EK_MUST_CHECK;

#endif
