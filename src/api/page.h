/* page -- one page of a list: read from the address or a search, and asked of the store.
 *
 *   struct ek_page p = {.list = &things, .right = EK_MAY_THING_READ, .reach = {.team = "x.team"}};
 *   if (!ek_page_read(t, &p) || !ek_page_select(t, &p)) { ek_turn_reply(t, 0); return; }
 *   ek_api_list_begin(t, &p.l);
 *   ...
 *
 * A list of api_list.h, which also writes it, with the rights of reach.h. Reading and asking is
 * done on the HTTP thread. What the caller may see is a part of the question, so that no page is
 * short because of what is hidden, and no total tells of it. Source: spec api, section 2.1;
 * security, section 2.
 */
#ifndef EK_API_PAGE_H
#define EK_API_PAGE_H

#include "api/reach.h"

enum { EK_PAGE_ARGS = 16 };

/* Columns by which a right reaches a row; NULL = a row has none such. */
struct ek_page_reach {
	const char *team;
	const char *holder;
	const char *owner;
};

struct ek_page {
	const struct ek_list *list;
	enum ek_may right; /* EK_MAY_NEVER: the handler has asked already */
	struct ek_page_reach reach;
	/* A further condition with $1 to $n; NULL = none. */
	const char *where;
	struct ek_views_value args[EK_PAGE_ARGS];
	uint32_t n;
	/* Read and selected. */
	struct ek_api_list l;
};

/* Binds the address, or that and the body of a search; parameters of the handler's own are taken
 * before. False, with faults, when it cannot be read. */
bool ek_page_read(struct ek_turn *t, struct ek_page *p) EK_MUST_CHECK;
bool ek_page_search(struct ek_turn *t, struct ek_page *p) EK_MUST_CHECK;
/* Asks t->reader. False with the problem. Who lacks a scope is told so; who reaches none of such
 * things sees an empty list. */
bool ek_page_select(struct ek_turn *t, struct ek_page *p) EK_MUST_CHECK;
/* The same, and writes what was found: `row` one of them, false with the problem. */
typedef bool ek_page_row(struct ek_turn *t, const struct ek_views_value *v);
void ek_page_write(struct ek_turn *t, struct ek_page *p, ek_page_row *row);

#endif
