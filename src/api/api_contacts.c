/* Contacts: lists, one opened, added, changed. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_contact.h"
#include "api/api_contact_route.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_text.h"
#include "api/api_view.h"
#include "api/contact_keys.h"
#include "api/handlers.h"
#include "model/limits.h"
#include "store/contact.h"
#include "wire/keep.h"
#include "wire/list.h"

enum { ATTRIBUTES_MAX = 64, LANGUAGE_MAX = 35, PHONE_MAX = 40 };

/* ---- lists */

static const struct ek_list_column columns[EK_LIST_contacts_COUNT] = {
	[EK_LIST_contacts_id] = {EK_LIST_TEXT, "k.public", NULL},
	[EK_LIST_contacts_name] = {EK_LIST_TEXT, "k.name", "k.name_key"},
	[EK_LIST_contacts_external_id] = {EK_LIST_TEXT, "k.external", "lower(k.external)"},
	[EK_LIST_contacts_tier] = {EK_LIST_TEXT, "k.tier", "lower(k.tier)"},
	[EK_LIST_contacts_archived] = {EK_LIST_NUMBER,
				       "CASE WHEN k.archived_ms IS NULL THEN 0 ELSE 1 END", NULL},
	[EK_LIST_contacts_created_at] = {EK_LIST_NUMBER, "k.created_ms", NULL},
	[EK_LIST_contacts_updated_at] = {EK_LIST_NUMBER, "k.updated_ms", NULL},
};

static struct ek_list contacts(void)
{
	return (struct ek_list){
		.table = ek_list_table(EK_LIST_CONTACTS),
		.columns = columns,
		.select = EK_API_CONTACT_MASKED_COLUMNS,
		.from = "contacts k",
		.id = "k.contact",
		.searches = {{EK_CONTENT_CONTACTS, NULL},
			     {EK_CONTENT_CONTACTS, "merged_into"},
			     {EK_CONTENT_IDENTITIES, "contact"}},
		.search_count = 3,
	};
}

static bool read_list(struct ek_turn *t, const struct json_t *search, struct ek_list *list,
		      struct ek_api_list *l)
{
	struct ek_api_contact_where where;
	struct ek_api_view view;
	*list = contacts();
	if (!ek_api_view_take(t, list->table, &view) || !ek_api_list_query(t, list, search, l) ||
	    !ek_api_view_apply(t, &view, &l->query) ||
	    !ek_api_contact_reach(t, EK_MAY_CONTACT_READ, &where))
		return false;
	const struct ek_api_list_ask ask = {list, where.sql, where.args, where.n};
	return ek_api_list_fetch(t, &ask, l);
}

static void answer_list(struct ek_turn *t, const struct json_t *search)
{
	struct ek_api_list l;
	struct ek_list list;
	if (read_list(t, search, &list, &l)) {
		ek_api_list_begin(t, &l);
		for (uint32_t i = 0; i < l.rows.n; i++)
			ek_api_contact_write_masked(t, ek_api_list_at(&l, i));
		ek_api_list_end(t, &l);
	}
	ek_turn_reply(t, 200);
}

void ek_api_list_contacts(struct ek_turn *t)
{
	answer_list(t, NULL);
}

void ek_api_search_contacts(struct ek_turn *t)
{
	struct ek_patch_at body;
	if (ek_turn_body(t, &body))
		answer_list(t, body.json);
	else
		ek_turn_reply(t, 0);
}

/* ---- one, opened */

static void made_opened(struct ek_turn *t, const struct ek_answer *a)
{
	const struct ek_api_contact *c = t->state;
	(void)a;
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "contact.opened",
						   .object_kind = "contact",
						   .object = c->id});
	ek_api_contact_write(t, c);
}

void ek_api_get_contact(struct ek_turn *t)
{
	struct ek_api_contact *c = EK_TURN_NEW(t, struct ek_api_contact);
	if (c == NULL || !ek_query_end(&t->query) ||
	    !ek_api_contact_may(t, EK_MAY_CONTACT_OPEN, c)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = c;
	/* Who sees it by being an administrator leaves an entry, or does not see it. */
	if (ek_may(&t->actor, EK_MAY_CONTACT_OPEN, &c->may).is_audited) {
		ek_turn_write(t, &(struct ek_turn_write){.made = made_opened});
		return;
	}
	ek_api_contact_write(t, c);
	ek_turn_reply(t, 200);
}

/* ---- members that come in */

enum field_kind { NAME, EMAIL, PHONE, LANGUAGE, PLAIN };
static const struct field {
	const char *name;
	uint8_t kind;
	uint8_t column;
	uint8_t key; /* its folded form; 0 = none */
} fields[] = {
	{"name", NAME, EK_CONTENT_CONTACTS_NAME, EK_CONTENT_CONTACTS_NAME_KEY},
	{"email", EMAIL, EK_CONTENT_CONTACTS_EMAIL, EK_CONTENT_CONTACTS_EMAIL_KEY},
	{"phone", PHONE, EK_CONTENT_CONTACTS_PHONE, EK_CONTENT_CONTACTS_PHONE_KEY},
	{"external_id", PLAIN, EK_CONTENT_CONTACTS_EXTERNAL, 0},
	{"tier", PLAIN, EK_CONTENT_CONTACTS_TIER, 0},
	{"language", LANGUAGE, EK_CONTENT_CONTACTS_LANGUAGE, 0},
};
enum { FIELDS = EK_LEN(fields), EXTERNAL_ID = 3 };

static const struct ek_keep_limits attribute_limits = {ATTRIBUTES_MAX, EK_LIMIT_TEXT_BYTES,
						       EK_LIMIT_TEXT_BYTES};

struct edit {
	struct ek_api_contact contact; /* none while it is made */
	struct {
		enum ek_patch_state state;
		ek_str text;
		ek_str key;
	} v[FIELDS];
	struct ek_patch_at body;
	struct ek_patch_at attributes; /* of the body */
	struct ek_keep_map kept;       /* attributes from now on */
	struct ek_views_value row[EK_CONTENT_CONTACTS_WIDTH];
	struct ek_api_contact_route route; /* conversations that follow */
	char hex[EK_CONTACT_PUBLIC + 1];
};

/* "+49 30 1234" -> "49301234" */
static ek_str digits_of(struct ek_turn *t, ek_str s)
{
	char *p = ek_turn_get(t, (size_t)s.n + 1);
	uint32_t n = 0;
	for (uint32_t i = 0; p != NULL && i < s.n; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9')
			p[n++] = s.p[i];
	}
	return (ek_str){p, n};
}

static bool is_language(ek_str s)
{
	for (uint32_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool is_inner = c == '-' && i > 0 && i + 1 < s.n && s.p[i - 1] != '-';
		if (!is_letter && !is_inner && !(c >= '0' && c <= '9' && i > 0))
			return false;
	}
	return true;
}

static void take_field(struct ek_turn *t, struct edit *e, const struct ek_patch_at *at, size_t i)
{
	ek_str *text = &e->v[i].text;
	bool ok = false;
	if (fields[i].kind == NAME)
		ok = ek_api_text_name(t, at, text);
	else if (fields[i].kind == EMAIL)
		ok = ek_api_text_email(t, at, text);
	else if (fields[i].kind == PHONE)
		ok = ek_patch_text(at, 1, PHONE_MAX, text);
	else if (fields[i].kind == LANGUAGE)
		ok = ek_patch_text(at, 2, LANGUAGE_MAX, text) &&
		     (is_language(*text) ||
		      ek_patch_fault(at, EK_FAULT_UNREADABLE, "This is no tag of a language."));
	else
		ok = ek_patch_text(at, 1, EK_LIMIT_TEXT_BYTES, text);
	if (ok && fields[i].key != 0)
		e->v[i].key =
			fields[i].kind == PHONE ? digits_of(t, *text) : ek_api_list_fold(t, *text);
}

/* Every fault of the body. */
static void bind(struct ek_turn *t, struct edit *e)
{
	static const char *const names[] = {"name", "email",    "phone",     "external_id",
					    "tier", "language", "attributes"};
	struct ek_keep_map now = {0};
	if (!ek_patch_members(&e->body, names, EK_LEN(names)))
		return;
	for (size_t i = 0; i < FIELDS; i++) {
		struct ek_patch_at at = ek_patch_member(&e->body, fields[i].name);
		e->v[i].state = ek_patch_state(&at);
		if (e->v[i].state == EK_PATCH_VALUE)
			take_field(t, e, &at, i);
	}
	e->attributes = ek_patch_member(&e->body, "attributes");
	if (ek_patch_state(&e->attributes) != EK_PATCH_VALUE)
		return;
	bool ok = ek_keep_patch(&e->attributes, &now, &attribute_limits, &e->kept);
	(void)ok; /* the faults are in the problem; what it says is put on the row later */
}

/* An id of another system is one contact's. */
static bool is_free(struct ek_turn *t, ek_str external, uint32_t own)
{
	static const char sql[] = "SELECT contact FROM contacts WHERE external = $1 AND "
				  "contact <> $2 AND merged_into IS NULL AND erased_ms IS NULL";
	const struct ek_views_value args[] = {ek_views_text(external), ek_views_int(own)};
	struct ek_turn_rows rows;
	if (external.p == NULL)
		return true;
	if (!ek_turn_select(t, sql, args, 2, &rows))
		return false;
	return rows.n == 0 || ek_api_contact_conflict(t, ek_turn_int(&rows.v[0]),
						      "another contact has this external_id");
}

/* Attributes as the body leaves those of the row. */
static bool patch_attributes(struct ek_turn *t, struct edit *e)
{
	struct ek_keep_map before;
	struct ek_json j;
	if (ek_patch_state(&e->attributes) == EK_PATCH_ABSENT)
		return true;
	if (!ek_keep_read(ek_turn_text(&e->row[EK_CONTENT_CONTACTS_ATTRIBUTES]), t->arena, &before))
		return ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	e->kept = (struct ek_keep_map){.v = NULL};
	if (ek_patch_state(&e->attributes) == EK_PATCH_VALUE &&
	    !ek_keep_patch(&e->attributes, &before, &attribute_limits, &e->kept))
		return false;
	ek_api_text_begin(t, &j);
	ek_keep_write(&j, &e->kept);
	ek_str json = ek_api_text_take(t, &j);
	e->row[EK_CONTENT_CONTACTS_ATTRIBUTES] = ek_views_text(json);
	return json.p != NULL;
}

/* The row as it will be. */
static bool patch_row(struct ek_turn *t, struct edit *e)
{
	for (size_t i = 0; i < FIELDS; i++) {
		bool is_text = e->v[i].state == EK_PATCH_VALUE;
		const ek_str none = {NULL, 0};
		if (e->v[i].state == EK_PATCH_ABSENT)
			continue;
		e->row[fields[i].column] = ek_views_text(is_text ? e->v[i].text : none);
		if (fields[i].key != 0)
			e->row[fields[i].key] = ek_views_text(is_text ? e->v[i].key : none);
	}
	return patch_attributes(t, e);
}

static struct edit *begin(struct ek_turn *t)
{
	struct edit *e = EK_TURN_NEW(t, struct edit);
	if (e == NULL || !ek_query_end(&t->query) || !ek_turn_body(t, &e->body))
		return NULL;
	t->state = e;
	return e;
}

/* ---- adding */

static bool check_create(struct ek_turn *t)
{
	struct edit *e = t->state;
	if (t->api->last_ids[EK_CONTENT_CONTACTS] >= EK_LIMIT_CONTACTS)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "this workspace has as many contacts as it can have");
	e->row[EK_CONTENT_CONTACTS_ATTRIBUTES] = ek_views_text(EK_S("{}"));
	return is_free(t, e->v[EXTERNAL_ID].text, 0) && patch_row(t, e);
}

static void made_create(struct ek_turn *t, const struct ek_answer *a)
{
	struct edit *e = t->state;
	char path[64];
	(void)a;
	uint32_t id = (uint32_t)ek_turn_new_id(t, EK_CONTENT_CONTACTS);
	ek_contact_public(id, e->hex);
	e->contact = (struct ek_api_contact){
		.id = id, .row = e->row, .hex = {e->hex, EK_CONTACT_PUBLIC}};
	e->row[EK_CONTENT_CONTACTS_CONTACT] = ek_views_int(id);
	e->row[EK_CONTENT_CONTACTS_PUBLIC] = ek_views_text(e->contact.hex);
	e->row[EK_CONTENT_CONTACTS_VERIFIED] = ek_views_int(0);
	e->row[EK_CONTENT_CONTACTS_CREATED_MS] = ek_views_int(t->now.ms);
	ek_api_contact_put(t, e->row);
	ek_contact_keys_add(t, id);
	size_t n = ek_format(path, sizeof path, EK_ROUTE_PREFIX "/contacts/ct_%s", e->hex);
	t->location = ek_turn_copy(t, (ek_str){path, (uint32_t)n});
	t->status = 201;
	ek_api_contact_write(t, &e->contact);
}

void ek_api_create_contact(struct ek_turn *t)
{
	struct edit *e = begin(t);
	if (e == NULL || !ek_turn_may(t, EK_MAY_CONTACT_EDIT, NULL)) {
		ek_turn_reply(t, 0);
		return;
	}
	bind(t, e);
	ek_turn_write(t, &(struct ek_turn_write){.check = check_create, .made = made_create});
}

/* ---- changing */

static bool check_update(struct ek_turn *t)
{
	struct edit *e = t->state;
	struct ek_api_contact_route_ask ask;
	if (!ek_api_contact_again(t, &e->contact))
		return false;
	memcpy(e->row, e->contact.row, sizeof e->row);
	e->contact.row = e->row;
	ask = (struct ek_api_contact_route_ask){.contact = e->contact.id};
	if (!ek_api_contact_route_values(t, e->row, &ask.before) ||
	    !is_free(t, e->v[EXTERNAL_ID].text, e->contact.id) || !patch_row(t, e) ||
	    !ek_api_contact_route_values(t, e->row, &ask.after) ||
	    !ek_api_contact_route_follow(t, &e->route, &ask))
		return false;
	ek_api_contact_route_tell(t, &e->route);
	return true;
}

static void made_update(struct ek_turn *t, const struct ek_answer *a)
{
	struct edit *e = t->state;
	(void)a;
	ek_api_contact_put(t, e->row);
	ek_api_contact_route_put(t, &e->route);
	ek_api_contact_write(t, &e->contact);
}

void ek_api_update_contact(struct ek_turn *t)
{
	struct edit *e = begin(t);
	if (e == NULL || !ek_api_contact_may(t, EK_MAY_CONTACT_EDIT, &e->contact)) {
		ek_turn_reply(t, 0);
		return;
	}
	bind(t, e);
	ek_api_contact_tells(t, e->contact.id);
	ek_turn_write(t, &(struct ek_turn_write){.check = check_update, .made = made_update});
}
