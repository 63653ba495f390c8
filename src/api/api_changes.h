/* api_changes -- entries of the change log as requests name them. */
#ifndef EK_API_API_CHANGES_H
#define EK_API_API_CHANGES_H

#include "api/api_edit.h"

/* The whole row that the path names, and what it is to rights; false with 404 when the caller may
 * not read it. */
bool ek_api_changes_find(struct ek_turn *t, const struct ek_views_value **row,
			 struct ek_may_object *object) EK_MUST_CHECK;
/* Shape Change, of a whole row, into t->out. */
void ek_api_changes_put(struct ek_turn *t, const struct ek_views_value *row);

#endif
