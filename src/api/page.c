#include "api/page.h"

/* The same list, as api_list.h has it. */
static struct ek_api_list list_of(const struct ek_page *p)
{
	return (struct ek_api_list){.query = p->query,
				    .rows = p->rows,
				    .page = p->end,
				    .list = p->list,
				    .row_from = p->row_from};
}

bool ek_page_read(struct ek_turn *t, struct ek_page *p)
{
	struct ek_api_list l;
	bool ok = ek_api_list_query(t, p->list, NULL, &l);
	p->query = l.query;
	return ok;
}

bool ek_page_search(struct ek_turn *t, struct ek_page *p)
{
	struct ek_patch_at body;
	struct ek_api_list l;
	if (!ek_turn_body(t, &body))
		return false;
	bool ok = ek_api_list_query(t, p->list, body.json, &l);
	p->query = l.query;
	return ok;
}

bool ek_page_select(struct ek_turn *t, struct ek_page *p)
{
	struct ek_api_list_ask ask = {.list = p->list};
	const struct ek_reach reach = {
		.right = p->right,
		.team = p->reach.team,
		.holder = p->reach.holder,
		.owner = p->reach.owner,
		.where = p->where,
		.args = p->args,
		.n = p->n,
	};
	p->end = (struct ek_json_page){.total = EK_NONE};
	struct ek_api_list l = list_of(p);
	if (!ek_reach_ask(t, &reach, &ask) || !ek_api_list_fetch(t, &ask, &l))
		return false;
	p->rows = l.rows;
	p->end = l.page;
	return true;
}

void ek_page_begin(struct ek_turn *t, struct ek_page *p)
{
	struct ek_api_list l = list_of(p);
	t->out.style.is_api = true;
	ek_api_list_begin(t, &l);
}

void ek_page_row(struct ek_turn *t, struct ek_page *p)
{
	struct ek_api_list l = list_of(p);
	ek_api_list_row(t, &l);
	p->row_from = l.row_from;
}

void ek_page_row_end(struct ek_turn *t, struct ek_page *p)
{
	struct ek_api_list l = list_of(p);
	ek_api_list_row_end(t, &l);
}

void ek_page_end(struct ek_turn *t, struct ek_page *p)
{
	struct ek_api_list l = list_of(p);
	ek_api_list_end(t, &l);
}
