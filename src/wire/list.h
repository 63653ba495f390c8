/* list -- the lists of the API as tables: which fields each has, and what can be done with them.
 *
 * The place of a field in its table is EK_LIST_TEAMMATES_LOAD and the like, for whoever writes the
 * columns. See schema/lists.def and wire/filter.h. Static; made by inclusion.
 */
#ifndef EK_WIRE_LIST_H
#define EK_WIRE_LIST_H

#include "schema/lists.def"
#include "wire/filter.h"

enum ek_list_name {
#define LIST(name, NAME, words, sort, tie, tie2) EK_LIST_##NAME,
	LISTS(LIST)
#undef LIST
		EK_LIST_COUNT
};

#define EK_LIST_PLACE(P, field, TYPE, what, CAN, doc) EK_LIST_##P##_##field,
#define LIST(name, NAME, words, sort, tie, tie2) \
	enum { LIST_##name(EK_LIST_PLACE, name) EK_LIST_##name##_COUNT };
LISTS(LIST)
#undef LIST

const struct ek_filter_table *ek_list_table(enum ek_list_name list);

#endif
