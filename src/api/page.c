#include "api/page.h"

bool ek_page_read(struct ek_turn *t, struct ek_page *p)
{
	return ek_api_list_query(t, p->list, NULL, &p->l);
}

bool ek_page_search(struct ek_turn *t, struct ek_page *p)
{
	struct ek_patch_at body;
	return ek_turn_body(t, &body) && ek_api_list_query(t, p->list, body.json, &p->l);
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
	return ek_reach_ask(t, &reach, &ask) && ek_api_list_fetch(t, &ask, &p->l);
}

void ek_page_write(struct ek_turn *t, struct ek_page *p, ek_page_row *row)
{
	bool ok = true;
	if (!ek_page_select(t, p))
		return;
	ek_api_list_begin(t, &p->l);
	for (uint32_t i = 0; ok && i < p->l.rows.n; i++)
		ok = row(t, ek_api_list_at(&p->l, i));
	ek_api_list_end(t, &p->l);
}
