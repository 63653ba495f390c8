/* The rows of a filter: asked of the store, as the lists ask it. */
#include <stdlib.h>

#include "api/api_bulk.h"
#include "api/api_conversation.h"
#include "api/api_person.h"
#include "api/page.h"
#include "model/limits.h"
#include "wire/list.h"

static struct ek_query_list query_of(const struct ek_api_bulk_draft *d, uint8_t first,
				     uint8_t second)
{
	struct ek_query_list q = {.limit = EK_LIMIT_BULK_ROWS, .filter = d->filter};
	q.sort[q.sort_count++] = (struct ek_query_sort){.field = first};
	if (second != first)
		q.sort[q.sort_count++] = (struct ek_query_sort){.field = second};
	return q;
}

static bool too_many(struct ek_turn *t)
{
	return ek_problem_set(&t->problem, EK_PROBLEM_TOO_LARGE,
			      "a bulk edit has at most %d rows: narrow its scope",
			      EK_LIMIT_BULK_ROWS);
}

/* ---- teammates: words are folded with a search of our own, as this is no thread that has one */

static bool ask_store(struct ek_turn *t, const struct ek_list_ask *ask, struct ek_turn_rows *rows)
{
	struct ek_reader_question q;
	struct ek_err err;
	return ek_list_write(ask, &q, &err) ? ek_turn_select(t, q.sql, q.args, q.n, rows)
					    : ek_problem_err(&t->problem, &err);
}

static bool find_mates(struct ek_turn *t, struct ek_api_bulk_draft *d, struct ek_turn_rows *rows)
{
	struct ek_api_list l = {.query = query_of(d, EK_LIST_teammates_id, EK_LIST_teammates_id)};
	struct ek_api_list_ask a = {0};
	struct ek_search *search = NULL;
	struct ek_err err;
	if (!ek_api_person_scope(t, &l, &a))
		return false;
	struct ek_list list = *a.list;
	list.select = "p.teammate";
	if (!ek_search_open(&search, &err))
		return ek_problem_err(&t->problem, &err);
	const struct ek_list_ask ask = {
		.list = &list,
		.query = &l.query,
		.where = a.where,
		.args = a.args,
		.n = a.n,
		.dialect = ek_reader_dialect(t->reader),
		.search = search,
		.arena = t->arena,
	};
	bool ok = ask_store(t, &ask, rows);
	ek_search_close(&search);
	return ok && (rows->n <= EK_LIMIT_BULK_ROWS || too_many(t));
}

/* ---- memberships and conversations: no words in their fields */

static const struct ek_list_column membership_columns[EK_LIST_memberships_COUNT] = {
	[EK_LIST_memberships_team] = {EK_LIST_NUMBER, "m.team", NULL},
	[EK_LIST_memberships_teammate] = {EK_LIST_NUMBER, "m.teammate", NULL},
	[EK_LIST_memberships_level] = {EK_LIST_TEXT, "m.level", NULL},
};

static bool take_page(struct ek_turn *t, struct ek_page *p, struct ek_turn_rows *rows)
{
	if (!ek_page_select(t, p))
		return false;
	*rows = p->l.rows;
	return p->l.page.next_cursor.p == NULL || too_many(t);
}

static bool find_members(struct ek_turn *t, struct ek_api_bulk_draft *d, struct ek_turn_rows *rows)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_MEMBERSHIPS),
		.columns = membership_columns,
		.select = "m.team, m.teammate",
		.from = "memberships m",
		.id = "m.team",
	};
	struct ek_page p = {
		.list = &list,
		.right = EK_MAY_MEMBERSHIP_LIST,
		.reach = {.team = "m.team"},
		.l.query = query_of(d, EK_LIST_memberships_team, EK_LIST_memberships_teammate),
	};
	return take_page(t, &p, rows);
}

static bool find_conversations(struct ek_turn *t, struct ek_api_bulk_draft *d,
			       struct ek_turn_rows *rows)
{
	struct ek_page p = {
		.l.query = query_of(d, EK_LIST_conversations_id, EK_LIST_conversations_id)};
	return ek_api_conversation_scope(t, &p) && take_page(t, &p, rows);
}

/* ---- all */

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static int64_t object_of(const struct ek_api_bulk_draft *d, const struct ek_views_value *v)
{
	int64_t id = ek_turn_int(&v[0]);
	return d->resource == EK_API_BULK_MEMBERSHIPS
		       ? ek_api_bulk_pair((uint32_t)id, (uint32_t)ek_turn_int(&v[1]))
		       : id;
}

bool ek_api_bulk_find(struct ek_turn *t, struct ek_api_bulk_draft *d)
{
	struct ek_turn_rows rows = {0};
	bool ok = d->resource == EK_API_BULK_TEAMMATES     ? find_mates(t, d, &rows)
		  : d->resource == EK_API_BULK_MEMBERSHIPS ? find_members(t, d, &rows)
							   : find_conversations(t, d, &rows);
	d->rows = ok ? ek_turn_get(t, (rows.n + 1) * sizeof *d->rows) : NULL;
	if (d->rows == NULL)
		return false;
	d->matched = rows.n;
	for (uint32_t i = 0; i < rows.n; i++) {
		int64_t object = object_of(d, rows.v + (size_t)i * rows.columns);
		if (d->except_count == 0 || bsearch(&object, d->except, d->except_count,
						    sizeof *d->except, by_number) == NULL)
			d->rows[d->n++].object = object;
	}
	return true;
}
