/* handlers -- one function for each operation of schema/routes.def: ek_api_<name>, in the file of
 * its resource. What a handler does: turn.h. */
#ifndef EK_API_HANDLERS_H
#define EK_API_HANDLERS_H

#include "api/turn.h"

#define ROUTE(name, METHOD, path, caps, roles, permission, RATE, FLAGS, list, params, request, \
	      response, statuses, problems, summary) \
	void ek_api_##name(struct ek_turn *t);
#include "schema/routes.def"
#undef ROUTE

#endif
