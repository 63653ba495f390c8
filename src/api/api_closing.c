#include "api/api_closing.h"

enum { NOTE_MAX = 4000 };

bool ek_api_closing_begin(struct ek_turn *t, enum ek_ident_kind kind, ek_api_closing_find *find)
{
	static const struct ek_patch_rule rules[] = {
		{"note", EK_PATCH_OF_PROSE, 0, EK_PATCH_NULLABLE, 1, NOTE_MAX, NULL},
	};
	struct ek_api_closing *c = EK_TURN_NEW(t, struct ek_api_closing);
	struct ek_patch_value v[EK_LEN(rules)] = {0};
	struct ek_patch_at root;
	const bool has_body = t->http->body.n > 0;
	t->state = c;
	bool ok = c != NULL && ek_query_end(&t->query) && ek_turn_id(t, "id", kind, &c->id) &&
		  (!has_body || ek_turn_body(t, &root)) && find(t, c) &&
		  (!has_body || ek_patch_bind(&root, rules, EK_LEN(rules), v));
	if (ok && v[0].state == EK_PATCH_VALUE)
		c->note = v[0].s;
	return ok;
}
