/* api_closing -- what somebody looks after and closes, with a note if they like.
 *
 * Follow-ups, reviews of articles. The handler's state (t->state) is a struct ek_api_closing.
 */
#ifndef EK_API_API_CLOSING_H
#define EK_API_API_CLOSING_H

#include "api/turn.h"
#include "wire/ident.h"

struct ek_api_closing {
	uint64_t id;
	ek_str note; /* p NULL = none */
	const struct ek_views_value *row;
};

/* Puts the row of t->state's id there, if the caller may close it; false with the problem. */
typedef bool ek_api_closing_find(struct ek_turn *t, struct ek_api_closing *c);

/* Binds path and body: {"note": ...}, or none. False, with faults, when it is not to be closed. */
bool ek_api_closing_begin(struct ek_turn *t, enum ek_ident_kind kind,
			  ek_api_closing_find *find) EK_MUST_CHECK;

#endif
