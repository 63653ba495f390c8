/* api_view -- saved views: a filter, an order and columns under a name; and lists that are seen
 * through one (view=).
 *
 *   struct ek_api_view view;
 *   if (!ek_api_view_take(t, list.table, &view) ||   before the conventions of lists are read
 *       !ek_page_read(t, &page) ||
 *       !ek_api_view_apply(t, &view, &page.query))   before the rows are
 *
 * Of a view and an address both filters hold. An order in the address goes before the view's. Who
 * may see a view may not therefore see more rows. Source: spec api, section 4.8. (api_views.c)
 */
#ifndef EK_API_API_VIEW_H
#define EK_API_API_VIEW_H

#include "api/turn.h"

struct ek_api_view {
	uint64_t id;             /* 0 = none was named */
	struct ek_filter filter; /* in the turn's arena */
};

/* The parameter view=, if it is there: of that list, and the caller's to see. False with the
 * problem.
 */
bool ek_api_view_take(struct ek_turn *t, const struct ek_filter_table *table,
		      struct ek_api_view *out) EK_MUST_CHECK;
/* Adds its filter. False with the problem, when there is no memory. */
bool ek_api_view_apply(struct ek_turn *t, const struct ek_api_view *view,
		       struct ek_query_list *query) EK_MUST_CHECK;

#endif
