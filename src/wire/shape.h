/* shape -- what the rows of a list look like: the members of schema/shapes.def, by their names.
 *
 * Of a union (what one may see of a teammate) the members are those of every view, in order of
 * first appearance. Tables only; any thread. Source: spec api, sections 2.1 and 11.
 */
#ifndef EK_WIRE_SHAPE_H
#define EK_WIRE_SHAPE_H

#include "base/base.h"

enum { EK_SHAPE_MEMBERS = 63 };

struct ek_shape_member {
	const char *name; /* static */
	const char *type; /* as schema/shapes.def says it */
	bool is_there;    /* in every such row */
};

/* response: as the row of schema/routes.def says it, "[Shape]" or a shape with a list `data` in it.
 * Returns how many there are; 0 = there is no such list. */
uint32_t ek_shape_row(const char *response, struct ek_shape_member out[EK_SHAPE_MEMBERS]);

#endif
