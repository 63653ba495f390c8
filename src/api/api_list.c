#include "api/api_list.h"

#include <string.h>

#include "api/api_state.h"
#include "api/api_text.h"

enum { COUNT_MAX = 100000 };

static struct ek_search *search_of(const struct ek_turn *t)
{
	const struct ek_api *api = t->api;
	if (t->reader == api->writer_reader)
		return api->writer_search;
	return t->search != NULL ? t->search : api->search;
}

static struct ek_list_ask ask_of(const struct ek_turn *t, const struct ek_api_list_ask *a,
				 const struct ek_query_list *query)
{
	return (struct ek_list_ask){
		.list = a->list,
		.query = query,
		.where = a->where != NULL ? a->where : "",
		.args = a->args,
		.n = a->n,
		.dialect = ek_reader_dialect(t->reader),
		.search = search_of(t),
		.arena = t->arena,
	};
}

bool ek_api_list_query(struct ek_turn *t, const struct ek_list *list, const struct json_t *search,
		       struct ek_api_list *out)
{
	*out = (struct ek_api_list){.list = list, .page = {.total = EK_NONE}};
	bool is_search = (t->route->flags & EK_ROUTE_IS_SEARCH) != 0;
	bool ok = is_search ? ek_query_search(&t->query, list->table, search, &out->query)
			    : ek_query_list(&t->query, list->table, &out->query);
	return ek_query_end(&t->query) && ok && ek_problem_is_none(&t->problem);
}

static bool count(struct ek_turn *t, const struct ek_list_ask *ask, struct ek_api_list *l)
{
	struct ek_reader_question q;
	struct ek_turn_rows rows;
	struct ek_err err;
	if (!ek_list_count(ask, COUNT_MAX, &q, &err))
		return ek_problem_err(&t->problem, &err);
	if (!ek_turn_select(t, q.sql, q.args, q.n, &rows))
		return false;
	l->page.total = rows.n > 0 ? ek_turn_int(&rows.v[0]) : 0;
	l->page.at_least = l->page.total > COUNT_MAX;
	if (l->page.at_least)
		l->page.total = COUNT_MAX;
	return true;
}

bool ek_api_list_fetch(struct ek_turn *t, const struct ek_api_list_ask *a, struct ek_api_list *l)
{
	struct ek_list_ask ask = ask_of(t, a, &l->query);
	struct ek_reader_question q;
	struct ek_cursor last;
	struct ek_err err;
	if (!ek_list_write(&ask, &q, &err))
		return ek_problem_err(&t->problem, &err);
	if (!ek_turn_select(t, q.sql, q.args, q.n, &l->rows))
		return false;
	if (l->rows.n > l->query.limit) {
		l->rows.n = l->query.limit;
		ek_list_cursor(&ask, ek_api_list_at(l, l->rows.n - 1), l->rows.columns, &last);
		l->page.next_cursor = ek_query_next(&l->query, &last, t->arena);
		if (l->page.next_cursor.p == NULL)
			return ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	}
	return !l->query.total || count(t, &ask, l);
}

bool ek_api_list_read(struct ek_turn *t, const struct ek_api_list_ask *a, struct ek_api_list *out)
{
	return ek_api_list_query(t, a->list, NULL, out) && ek_api_list_fetch(t, a, out);
}

ek_str ek_api_list_fold(struct ek_turn *t, ek_str text)
{
	ek_str out = {NULL, 0};
	if (!ek_search_fold(search_of(t), text, t->arena, &out)) {
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, "no memory for this request");
		return (ek_str){NULL, 0};
	}
	return out;
}

/* ---- writing */

void ek_api_list_begin(struct ek_turn *t, struct ek_api_list *l)
{
	(void)l;
	ek_json_object(&t->out);
	ek_json_key(&t->out, "data");
	ek_json_list(&t->out);
}

void ek_api_list_end(struct ek_turn *t, struct ek_api_list *l)
{
	ek_json_list_end(&t->out);
	ek_json_page(&t->out, &l->page);
	ek_json_object_end(&t->out);
	t->next = l->page.next_cursor;
}
