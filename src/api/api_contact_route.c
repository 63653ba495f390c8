#include "api/api_contact_route.h"

#include <string.h>

#include "api/api_contact.h"
#include "api/api_conversation.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "engine/look.h"
#include "model/limits.h"
#include "wire/keep.h"

enum { NAMES_MAX = 2 * EK_LIMIT_ATTRIBUTES };

/* ---- values */

/* False with a problem. n 0: nothing orders by attributes. */
static bool orders_of(struct ek_turn *t, struct ek_value *out)
{
	const struct ek_look_ask ask = {{EK_SCOPE_WORKSPACE, 0}, EK_SET_ATTRIBUTE_ORDERS};
	struct ek_setting_view v;
	struct ek_err err;
	*out = (struct ek_value){0};
	if (!ek_look_setting(t->engine, ask, t->arena, &v, &err))
		return ek_problem_err(&t->problem, &err);
	if (v.effective.kind == EK_VALUE_LIST)
		*out = v.effective;
	return true;
}

static bool is_listed(const struct ek_cell *order, ek_str value)
{
	for (int64_t k = 1; k <= order->i; k++)
		if (ek_str_equal(order[k].s, value))
			return true;
	return false;
}

static const struct ek_pair *pair_of(const struct ek_pairs *pairs, ek_str name)
{
	for (uint32_t i = 0; i < pairs->n; i++)
		if (ek_str_equal(pairs->v[i].name, name))
			return &pairs->v[i];
	return NULL;
}

static ek_str value_of(const struct ek_pairs *pairs, ek_str name)
{
	const struct ek_pair *p = pair_of(pairs, name);
	return p == NULL ? (ek_str){NULL, 0} : p->value;
}

/* In its place by name. */
static void insert(struct ek_pair *v, uint32_t *n, struct ek_pair pair)
{
	uint32_t at = (*n)++;
	while (at > 0 && ek_str_compare(v[at - 1].name, pair.name) > 0) {
		v[at] = v[at - 1];
		at--;
	}
	v[at] = pair;
}

static bool no_memory(struct ek_turn *t)
{
	return ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, "no memory for this request");
}

bool ek_api_contact_route_values(struct ek_turn *t, const struct ek_views_value *contact,
				 struct ek_pairs *out)
{
	struct ek_value orders;
	struct ek_keep_map own;
	uint32_t n = 0;
	*out = (struct ek_pairs){0};
	if (!orders_of(t, &orders) || orders.n == 0)
		return ek_problem_is_none(&t->problem);
	if (!ek_keep_read(ek_turn_text(&contact[EK_CONTENT_CONTACTS_ATTRIBUTES]), t->arena, &own))
		return no_memory(t);
	struct ek_pair *v = ek_turn_get(t, orders.n * sizeof *v);
	if (v == NULL)
		return false;
	for (uint32_t i = 0; i < orders.n; i += 1 + (uint32_t)orders.cells[i].i) {
		ek_str name = orders.cells[i].s;
		const struct ek_keep_pair *p = ek_keep_find(&own, name);
		ek_str value = p != NULL ? p->text : (ek_str){NULL, 0};
		if (ek_str_is(name, "tier"))
			value = ek_turn_text(&contact[EK_CONTENT_CONTACTS_TIER]);
		if (value.p != NULL && n < EK_LIMIT_ATTRIBUTES &&
		    is_listed(&orders.cells[i], value))
			insert(v, &n, (struct ek_pair){name, value});
	}
	*out = (struct ek_pairs){v, n};
	return true;
}

bool ek_api_contact_route_may_fill(struct ek_turn *t, ek_contact_id contact, bool *may)
{
	static const char sql[] = "SELECT 1 FROM contacts WHERE contact = $1 AND (tier IS NOT NULL "
				  "OR attributes <> '{}' OR merged_into IS NOT NULL)";
	const struct ek_views_value key = ek_views_int(contact.v);
	struct ek_turn_rows rows;
	*may = false;
	if (contact.v == 0)
		return true;
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	*may = rows.n > 0;
	return true;
}

bool ek_api_contact_route_fill(struct ek_turn *t, ek_contact_id contact,
			       const struct ek_pairs *said, struct ek_pairs *out)
{
	static const char sql[] =
		"SELECT * FROM contacts WHERE erased_ms IS NULL AND contact = COALESCE((SELECT "
		"m.merged_into FROM contacts m WHERE m.contact = $1), $1)";
	const struct ek_views_value key = ek_views_int(contact.v);
	struct ek_value orders;
	struct ek_turn_rows rows;
	struct ek_pairs own;
	const struct ek_pairs had = *said; /* which may be *out */
	*out = had;
	if (contact.v == 0 || !orders_of(t, &orders) || orders.n == 0)
		return contact.v == 0 || ek_problem_is_none(&t->problem);
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	if (rows.n == 0)
		return true;
	if (!ek_api_contact_route_values(t, rows.v, &own))
		return false;
	struct ek_pair *v = ek_turn_get(t, (had.n + own.n + 1) * sizeof *v);
	uint32_t n = 0;
	for (uint32_t i = 0; v != NULL && i < had.n; i++)
		insert(v, &n, had.v[i]);
	for (uint32_t i = 0; v != NULL && i < own.n && n < EK_LIMIT_ATTRIBUTES; i++)
		if (pair_of(&had, own.v[i].name) == NULL)
			insert(v, &n, own.v[i]);
	*out = (struct ek_pairs){v, n};
	return v != NULL;
}

/* ---- following */

static bool is_same(ek_str a, ek_str b)
{
	return (a.p == NULL) == (b.p == NULL) && (a.p == NULL || ek_str_equal(a, b));
}

static bool is_meant(const struct ek_api_contact_route_ask *ask, int64_t contact)
{
	bool is_in = ask->only == NULL;
	for (uint32_t i = 0; ask->only != NULL && i < ask->only_count; i++)
		is_in = is_in || ask->only[i] == contact;
	return ask->only != NULL && ask->is_but ? !is_in : is_in;
}

static struct ek_cmd update_of(struct ek_turn *t, ek_conversation_id id,
			       const struct ek_pairs *attributes)
{
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_CONVERSATION_UPDATE);
	const struct ek_record *r = ek_cmd_record(EK_CMD_CONVERSATION_UPDATE);
	cmd.by = t->by;
	cmd.conversation_update.conversation = id;
	cmd.conversation_update.attributes = *attributes;
	for (uint32_t i = 0; i < r->field_count; i++) {
		size_t at = r->fields[i].offset;
		if (at == offsetof(struct ek_cmd_conversation_update, conversation) ||
		    at == offsetof(struct ek_cmd_conversation_update, attributes))
			cmd.has |= 1u << i;
	}
	return cmd;
}

/* What changes of one conversation, noted in r; in *set for the command. */
static bool compare(struct ek_turn *t, struct ek_api_contact_route *r,
		    const struct ek_api_contact_route_ask *ask, ek_conversation_id id,
		    struct ek_pairs *set)
{
	struct ek_conversation_detail now;
	struct ek_err err;
	struct ek_pair *v = ek_turn_get(t, (ask->before.n + ask->after.n + 1) * sizeof *v);
	uint32_t n = 0;
	*set = (struct ek_pairs){v, 0};
	if (v == NULL)
		return false;
	if (!ek_look_detail(t->engine, id, t->arena, &now, &err))
		return true; /* one that the engine does not know follows nothing */
	for (uint32_t i = 0; i < ask->before.n + ask->after.n; i++) {
		const struct ek_pairs *of = i < ask->before.n ? &ask->before : &ask->after;
		ek_str name = of->v[i < ask->before.n ? i : i - ask->before.n].name;
		ek_str before = value_of(&ask->before, name);
		ek_str after = value_of(&ask->after, name);
		if ((of == &ask->after && before.p != NULL) || is_same(before, after) ||
		    !is_same(value_of(&now.attributes, name), before))
			continue;
		insert(v, &n, (struct ek_pair){name, after});
		r->v[r->n++] = (struct ek_api_contact_follow){id, name, before, after};
	}
	*set = (struct ek_pairs){v, n};
	return true;
}

/* The row as it will be, where it keeps attributes of its own. */
static bool patch_profile(struct ek_turn *t, const struct ek_views_value *row,
			  const struct ek_pairs *set, struct ek_views_value **out)
{
	ek_str had = ek_turn_text(&row[EK_CONTENT_CONVERSATION_PROFILES_ATTRIBUTES]);
	ek_str json;
	*out = NULL;
	if (had.p == NULL)
		return true;
	struct ek_views_value *v =
		ek_turn_get(t, EK_CONTENT_CONVERSATION_PROFILES_WIDTH * sizeof *v);
	if (v == NULL || !ek_api_conversation_merge(t, had, set, &json))
		return false;
	memcpy(v, row, EK_CONTENT_CONVERSATION_PROFILES_WIDTH * sizeof *v);
	v[EK_CONTENT_CONVERSATION_PROFILES_ATTRIBUTES] = ek_views_text(json);
	*out = v;
	return true;
}

static bool make_room(struct ek_turn *t, struct ek_api_contact_route *r)
{
	if (r->v != NULL)
		return true;
	r->v = ek_turn_get(t, 2 * EK_API_CONTACT_ROUTE * NAMES_MAX * sizeof *r->v);
	r->rows = ek_turn_get(t, (2 * EK_API_CONTACT_ROUTE + 1) * sizeof *r->rows);
	r->profile = ek_turn_get(t, 2 * EK_API_CONTACT_ROUTE * sizeof(*r->profile));
	return r->v != NULL && r->rows != NULL && r->profile != NULL;
}

bool ek_api_contact_route_follow(struct ek_turn *t, struct ek_api_contact_route *r,
				 const struct ek_api_contact_route_ask *ask)
{
	static const char sql[] =
		"SELECT p.* FROM conversation_profiles p WHERE " EK_API_CONTACT_TREE(
			"p.contact", "$1") " ORDER BY p.conversation DESC LIMIT 100";
	const struct ek_views_value key = ek_views_int(ask->contact);
	struct ek_turn_rows rows;
	if (ask->before.n + ask->after.n == 0)
		return true;
	if (!make_room(t, r) || !ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	for (uint32_t i = 0; i < rows.n && r->conversations < 2 * EK_API_CONTACT_ROUTE; i++) {
		const struct ek_views_value *row = rows.v + (size_t)i * rows.columns;
		const ek_conversation_id id = {
			(uint32_t)ek_turn_int(&row[EK_CONTENT_CONVERSATION_PROFILES_CONVERSATION])};
		struct ek_pairs set;
		if (!is_meant(ask, ek_turn_int(&row[EK_CONTENT_CONVERSATION_PROFILES_CONTACT])))
			continue;
		if (!compare(t, r, ask, id, &set))
			return false;
		if (set.n == 0)
			continue;
		if (!patch_profile(t, row, &set, &r->profile[r->conversations]))
			return false;
		r->rows[++r->conversations] = update_of(t, id, &set);
	}
	return true;
}

void ek_api_contact_route_tell(struct ek_turn *t, struct ek_api_contact_route *r)
{
	if (r->conversations == 0)
		return;
	ek_assert(t->told != NULL);
	r->rows[0] = *t->told;
	r->bulk = ek_cmd_make(EK_CMD_BULK_APPLY);
	r->bulk.by = t->by;
	r->bulk.has = 1;
	r->bulk.bulk_apply.rows = (struct ek_rows){r->rows, r->conversations + 1};
	t->call.request.cmd = &r->bulk;
}

void ek_api_contact_route_put(struct ek_turn *t, const struct ek_api_contact_route *r)
{
	for (uint32_t i = 0; i < r->conversations; i++)
		if (r->profile[i] != NULL)
			ek_turn_put(t, EK_CONTENT_CONVERSATION_PROFILES, r->profile[i]);
}

/* ---- told */

void ek_api_contact_route_write(struct ek_turn *t, const char *key,
				const struct ek_api_contact_route *r)
{
	struct ek_json *j = &t->out;
	ek_json_key(j, key);
	ek_json_list(j);
	for (uint32_t i = 0; i < r->n; i++) {
		const struct ek_api_contact_follow *f = &r->v[i];
		struct ek_api_conversation_object o;
		if (!ek_api_conversation_live(t, f->conversation, &o) ||
		    !ek_may_is(&t->actor, EK_MAY_CONVERSATION_FIND, &o.may))
			continue;
		ek_json_object(j);
		ek_api_put_id(j, "conversation", EK_IDENT_CONVERSATION, f->conversation.v);
		ek_api_put_text(j, "attribute", f->name);
		ek_api_put_text(j, "before", f->before);
		ek_api_put_text(j, "after", f->after);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}
