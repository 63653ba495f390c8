/* api_list -- pages of lists: read from the store, written row by row, with the conventions of all.
 *
 *   if (!ek_api_list_read(t, &ask, &l)) { ek_turn_reply(t, 0); return; }
 *   ek_api_list_begin(t, &l);
 *   for (uint32_t i = 0; i < l.rows.n; i++)
 *           write_one(&t->out, ek_api_list_at(&l, i));
 *   ek_api_list_end(t, &l);
 *   ek_turn_reply(t, 200);
 *
 * Each may be done on the HTTP thread or in a look. `fields=` is heeded when the answer goes out
 * (turn_pick.c). What a caller may see of a list: reach.h. Source: spec api, section 2.1. */
#ifndef EK_API_API_LIST_H
#define EK_API_API_LIST_H

#include "api/turn.h"
#include "store/list.h"

struct ek_api_list {
	struct ek_query_list query;
	struct ek_turn_rows rows; /* at most query.limit; `select`, then the sort keys */
	struct ek_json_page page;
	const struct ek_list *list; /* the list's own */
};

struct ek_api_list_ask {
	const struct ek_list *list;
	const char *where; /* what the caller may see, with $1 to $n; "" = all */
	const struct ek_views_value *args;
	uint32_t n;
};

/* Reads the conventions alone: of the address, or with a body of a search (NULL = a list).
 * Parameters of the handler's own are taken before. False, with the problem, when something was
 * refused. */
bool ek_api_list_query(struct ek_turn *t, const struct ek_list *list, const struct json_t *search,
		       struct ek_api_list *out) EK_MUST_CHECK;
/* The page and its total, for a query that was read. */
bool ek_api_list_fetch(struct ek_turn *t, const struct ek_api_list_ask *ask,
		       struct ek_api_list *l) EK_MUST_CHECK;
/* Both. */
bool ek_api_list_read(struct ek_turn *t, const struct ek_api_list_ask *ask,
		      struct ek_api_list *out) EK_MUST_CHECK;

static inline const struct ek_views_value *ek_api_list_at(const struct ek_api_list *l, uint32_t i)
{
	return l->rows.v + (size_t)i * l->rows.columns;
}

void ek_api_list_begin(struct ek_turn *t, struct ek_api_list *l);
void ek_api_list_end(struct ek_turn *t, struct ek_api_list *l);

/* A text folded as keys of content are (name_key); in the turn's arena; p NULL when there is no
 * memory, which fails the turn. Not on a worker's thread. */
ek_str ek_api_list_fold(struct ek_turn *t, ek_str text);

#endif
