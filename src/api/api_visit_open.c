/* POST /visit/{inbox}: what the frame shows first. Who says nothing of themselves leaves no trace;
 * whom the host site vouches for is known from here on, by the secret of this frame. */
#include <string.h>

#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_visit.h"
#include "api/contact_keys.h"
#include "api/guard.h"
#include "api/handlers.h"
#include "api/identity.h"
#include "engine/look.h"
#include "model/calendar.h"
#include "model/limits.h"
#include "store/contact.h"
#include "wire/keep.h"

enum { LANGUAGE_MAX = 35, PRUNED = 100 };

struct opening {
	struct ek_api_visit visit;
	struct ek_identity identity;
	bool is_vouched; /* the token is signed, for this inbox */
	ek_str language; /* p NULL = not said */
	ek_str site_language;
	/* Of a binding. */
	bool binds;
	uint8_t use[EK_HASH_BYTES];
	uint32_t contact;
	const struct ek_views_value *contact_row; /* NULL = made now */
	ek_str contact_key;                       /* what the site calls them, folded */
	const struct ek_views_value *address_row; /* of identities; NULL = not there */
	bool is_others;                           /* that address is another contact's */
	struct ek_turn_rows stale;
};

/* ---- the token */

static void read_identity(struct ek_turn *t, struct opening *o, ek_str token)
{
	const struct ek_views_value *sealed = &o->visit.box[EK_CONTENT_CHAT_INBOXES_SECRET];
	struct ek_identity_key key = {.inbox = o->visit.inbox};
	struct ek_seal_out to = {(uint8_t *)key.secret, EK_IDENTITY_SECRET, 0};
	char place[48];
	struct ek_err err;
	size_t n = ek_format(place, sizeof place, "chat inbox %llu",
			     (unsigned long long)o->visit.inbox);
	if (token.p == NULL || sealed->kind != EK_VIEWS_BLOB || ek_guard_seal(t) == NULL ||
	    !ek_seal_get(ek_guard_seal(t), (ek_str){place, (uint32_t)n},
			 (ek_str){sealed->p, sealed->n}, &to, &err))
		return;
	o->is_vouched = ek_identity_read(token, &key, t->now, t->arena, &o->identity);
	ek_secret_wipe(&key, sizeof key);
}

/* Whose secret it is already, and the token says another, or nobody: the frame is somebody else's
 * by now, and begins anew. */
static bool is_same(struct ek_turn *t, const struct opening *o, bool *same)
{
	const struct ek_api_visit *v = &o->visit;
	struct ek_turn_rows rows;
	*same = true;
	if (v->visitor == NULL)
		return true;
	if (!v->is_verified) {
		*same = !o->is_vouched || !o->identity.is_fresh;
		return true;
	}
	static const char sql[] = "SELECT 1 FROM contacts WHERE external = $1 AND"
				  " COALESCE(merged_into, contact) = $2";
	const struct ek_views_value args[] = {ek_views_text(o->identity.contact),
					      v->visitor[EK_CONTENT_VISITORS_CONTACT]};
	*same = o->is_vouched;
	if (!o->is_vouched)
		return true;
	if (!ek_turn_select(t, sql, args, 2, &rows))
		return false;
	*same = rows.n > 0;
	return true;
}

/* ---- the answer */

static void put_greeting(struct ek_turn *t, const struct opening *o)
{
	struct ek_keep_map map;
	ek_str text = {NULL, 0};
	ek_str kept = ek_turn_text(&o->visit.box[EK_CONTENT_CHAT_INBOXES_GREETING]);
	if (kept.p != NULL && ek_keep_read(kept, t->arena, &map) && map.n > 0) {
		ek_str tag = o->language.n >= 2 ? (ek_str){o->language.p, 2} : (ek_str){"en", 2};
		const struct ek_keep_pair *pair = ek_keep_find(&map, tag);
		if (pair == NULL)
			pair = ek_keep_find(&map, EK_S("en"));
		text = pair != NULL ? pair->text : map.v[0].text;
	}
	ek_api_put_text(&t->out, "greeting", text);
}

static void put_inbox(struct ek_turn *t, const struct opening *o)
{
	const struct ek_views_value *box = o->visit.box;
	ek_json_key(&t->out, "inbox");
	ek_json_object(&t->out);
	ek_api_put_text(&t->out, "name", ek_turn_text(&box[EK_CONTENT_CHAT_INBOXES_NAME]));
	put_greeting(t, o);
	ek_api_put_raw(&t->out, "languages", ek_turn_text(&box[EK_CONTENT_CHAT_INBOXES_LANGUAGES]));
	ek_api_put_raw(&t->out, "sites", ek_turn_text(&box[EK_CONTENT_CHAT_INBOXES_SITES]));
	ek_api_put_bool(&t->out, "ask_address",
			ek_turn_int(&box[EK_CONTENT_CHAT_INBOXES_ASK_ADDRESS]) == 1);
	ek_json_object_end(&t->out);
}

static bool put_contact(struct ek_turn *t, const struct opening *o)
{
	const struct ek_views_value args[] = {ek_views_id(o->contact),
					      ek_views_int(o->visit.conversation.v)};
	struct ek_turn_rows rows;
	struct ek_json *j = &t->out;
	ek_json_key(j, "contact");
	if (o->contact == 0) {
		ek_json_null(j);
		return true;
	}
	if (!ek_turn_select(t,
			    "SELECT k.name, k.email, c.address FROM contacts k LEFT JOIN chats c ON"
			    " c.conversation = $2 WHERE k.contact = $1",
			    args, 2, &rows))
		return false;
	const struct ek_views_value *row = rows.n > 0 ? rows.v : NULL;
	ek_str name = row != NULL ? ek_turn_text(&row[0]) : o->identity.name;
	ek_str email = row != NULL ? ek_turn_text(&row[1]) : o->identity.email;
	ek_json_object(j);
	ek_api_put_text(j, "name", name);
	ek_api_put_bool(j, "verified", o->visit.is_verified);
	ek_api_put_bool(j, "has_address",
			email.p != NULL || (row != NULL && row[2].kind == EK_VIEWS_TEXT));
	ek_json_object_end(j);
	return true;
}

static void put_hours(struct ek_turn *t, const struct opening *o)
{
	const struct ek_views_value *team = &o->visit.box[EK_CONTENT_CHAT_INBOXES_TEAM];
	const struct ek_calendar *calendar = NULL;
	struct ek_team_view view;
	if (team->kind == EK_VIEWS_INT &&
	    ek_look_team(t->engine, (ek_team_id){(uint32_t)team->i}, &view) && !view.deleted)
		calendar = ek_look_calendar(t->engine, view.id);
	bool is_open = calendar == NULL || ek_calendar_is_open(calendar, t->now);
	ek_json_key(&t->out, "hours");
	ek_json_object(&t->out);
	ek_api_put_bool(&t->out, "open", is_open);
	ek_api_put_time(&t->out, "opens_at",
			is_open ? EK_NO_TIME : ek_calendar_next_open(calendar, t->now));
	ek_json_object_end(&t->out);
}

static void put_limits(struct ek_json *j)
{
	ek_json_key(j, "limits");
	ek_json_object(j);
	ek_api_put_int(j, "text", EK_LIMIT_PART_BYTES);
	ek_api_put_int(j, "file_bytes", EK_LIMIT_ATTACHMENT_BYTES);
	ek_json_object_end(j);
}

static void answer(struct ek_turn *t)
{
	const struct opening *o = t->state;
	const struct ek_api_visit *v = &o->visit;
	struct ek_api_visit_state s;
	const struct ek_api_visit_asking asking = {
		.api = t->api,
		.reader = t->reader,
		.conversation = v->conversation,
		.shows_survey = ek_turn_int(&v->box[EK_CONTENT_CHAT_INBOXES_SURVEY]) == 1,
	};
	bool is_there = ek_api_visit_look(t->api, t->engine, v->conversation, &s);
	t->out.style.is_api = true;
	ek_json_object(&t->out);
	put_inbox(t, o);
	bool ok = put_contact(t, o);
	ek_json_key(&t->out, "conversation");
	if (!is_there)
		ek_json_null(&t->out);
	else
		ok = ek_api_visit_write_state(&asking, &t->out, &s) && ok;
	put_hours(t, o);
	ek_json_key(&t->out, "expectation");
	ek_api_visit_write_expectation(&t->out, &s);
	put_limits(&t->out);
	ek_json_object_end(&t->out);
	if (!ok && ek_problem_is_none(&t->problem))
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
}

/* ---- binding */

/* Whom the site says it is: known to it before, or else one whose address it vouches for, as mail
 * finds them. Not one whose address an anonymous visitor left: they are never made one. */
static bool select_contact(struct ek_turn *t, const struct opening *o, struct ek_turn_rows *rows)
{
	/* Who was merged into another comes in as the one that remains. */
	static const char by_name[] =
		"SELECT r.* FROM contacts k JOIN contacts r ON r.contact = "
		"COALESCE(k.merged_into, k.contact) WHERE k.external = $1 AND k.erased_ms IS NULL"
		" AND r.erased_ms IS NULL ORDER BY CASE WHEN k.merged_into IS NULL THEN 0 ELSE 1"
		" END, k.contact LIMIT 1";
	static const char by_address[] =
		"SELECT k.* FROM contacts k WHERE k.email_key = $1 AND k.external IS"
		" NULL AND k.erased_ms IS NULL AND k.merged_into IS NULL AND NOT EXISTS"
		" (SELECT 1 FROM visitors v WHERE v.contact = k.contact AND v.verified ="
		" 0) ORDER BY k.contact LIMIT 1";
	struct ek_views_value key = ek_views_text(o->identity.contact);
	if (!ek_turn_select(t, by_name, &key, 1, rows))
		return false;
	if (rows->n > 0 || o->identity.email.p == NULL)
		return true;
	key = ek_views_text(ek_api_list_fold(t, o->identity.email));
	return ek_turn_select(t, by_address, &key, 1, rows);
}

static bool find_contact(struct ek_turn *t, struct opening *o)
{
	struct ek_turn_rows rows;
	if (!select_contact(t, o, &rows))
		return false;
	o->contact_row = rows.n > 0 ? rows.v : NULL;
	o->contact = (uint32_t)(rows.n > 0 ? (uint64_t)rows.v[EK_CONTENT_CONTACTS_CONTACT].i
					   : ek_turn_next_id(t, EK_CONTENT_CONTACTS));
	return o->contact <= EK_LIMIT_CONTACTS ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "this workspace has as many contacts as it can have");
}

/* The address on channel chat that the site's signature proves. */
static bool find_address(struct ek_turn *t, struct opening *o)
{
	static const char sql[] =
		"SELECT i.* FROM identities i WHERE i.channel = 'chat' AND i.address_key = $1";
	static const char own[] = "SELECT 1 FROM contacts k WHERE k.contact = $1 AND (k.contact = "
				  "$2 OR k.merged_into = $2)";
	struct ek_turn_rows rows, mine;
	o->contact_key = ek_api_list_fold(t, o->identity.contact);
	const struct ek_views_value key = ek_views_text(o->contact_key);
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	o->address_row = rows.n > 0 ? rows.v : NULL;
	o->is_others = false;
	if (rows.n == 0)
		return true;
	const struct ek_views_value args[] = {rows.v[EK_CONTENT_IDENTITIES_CONTACT],
					      ek_views_int(o->contact)};
	if (!ek_turn_select(t, own, args, 2, &mine))
		return false;
	o->is_others = mine.n == 0;
	return true;
}

/* A token that was used, or a secret that came to be known meanwhile, binds nothing. */
static bool check_bind(struct ek_turn *t)
{
	struct opening *o = t->state;
	const struct ek_views_value args[] = {ek_views_blob(o->use, sizeof o->use),
					      ek_views_int(t->now.ms)};
	struct ek_turn_rows used;
	if (!ek_api_visit_again(t, &o->visit) ||
	    !ek_turn_select(t, "SELECT expires_ms FROM identity_uses WHERE hash = $1", args, 1,
			    &used) ||
	    !ek_turn_select(t, "SELECT hash FROM identity_uses WHERE expires_ms < $1 LIMIT 100",
			    args + 1, 1, &o->stale))
		return false;
	o->binds = used.n == 0 && o->visit.visitor == NULL;
	return !o->binds || (find_contact(t, o) && find_address(t, o));
}

static void put_known(struct ek_turn *t, const struct opening *o)
{
	struct ek_views_value v[EK_CONTENT_CONTACTS_WIDTH] = {0};
	char public[EK_CONTACT_PUBLIC + 1];
	if (o->contact_row != NULL)
		memcpy(v, o->contact_row, sizeof v);
	if (o->contact_row == NULL) {
		uint32_t id = (uint32_t)ek_turn_new_id(t, EK_CONTENT_CONTACTS);
		ek_assert(id == o->contact);
		ek_contact_public(id, public);
		v[EK_CONTENT_CONTACTS_CONTACT] = ek_views_int(id);
		v[EK_CONTENT_CONTACTS_PUBLIC] = ek_views_text((ek_str){public, EK_CONTACT_PUBLIC});
		v[EK_CONTENT_CONTACTS_LANGUAGE] = ek_views_text(o->language);
		v[EK_CONTENT_CONTACTS_ATTRIBUTES] = ek_views_text(EK_S("{}"));
		v[EK_CONTENT_CONTACTS_CREATED_MS] = ek_views_int(t->now.ms);
		v[EK_CONTENT_CONTACTS_REVISION] = ek_views_int(0);
	}
	/* Who remains of a merge keeps the name that their site has for them. */
	if (v[EK_CONTENT_CONTACTS_EXTERNAL].kind != EK_VIEWS_TEXT)
		v[EK_CONTENT_CONTACTS_EXTERNAL] = ek_views_text(o->identity.contact);
	/* What people wrote down themselves stays. */
	if (v[EK_CONTENT_CONTACTS_NAME].kind != EK_VIEWS_TEXT && o->identity.name.p != NULL) {
		v[EK_CONTENT_CONTACTS_NAME] = ek_views_text(o->identity.name);
		v[EK_CONTENT_CONTACTS_NAME_KEY] =
			ek_views_text(ek_api_list_fold(t, o->identity.name));
	}
	if (v[EK_CONTENT_CONTACTS_EMAIL].kind != EK_VIEWS_TEXT && o->identity.email.p != NULL) {
		v[EK_CONTENT_CONTACTS_EMAIL] = ek_views_text(o->identity.email);
		v[EK_CONTENT_CONTACTS_EMAIL_KEY] =
			ek_views_text(ek_api_list_fold(t, o->identity.email));
	}
	v[EK_CONTENT_CONTACTS_VERIFIED] = ek_views_int(1);
	v[EK_CONTENT_CONTACTS_UPDATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_CONTACTS_REVISION] =
		ek_views_int(ek_turn_int(&v[EK_CONTENT_CONTACTS_REVISION]) + 1);
	ek_turn_put(t, EK_CONTENT_CONTACTS, v);
	if (o->contact_row == NULL)
		ek_contact_keys_add(t, o->contact);
}

/* What a teammate wrote down of somebody else is not taken from them. */
static void put_address(struct ek_turn *t, const struct opening *o)
{
	struct ek_views_value v[EK_CONTENT_IDENTITIES_WIDTH] = {0};
	struct ek_views_value proof[EK_CONTENT_IDENTITY_PROOFS_WIDTH] = {0};
	if (o->is_others || o->contact_key.p == NULL)
		return;
	if (o->address_row != NULL)
		memcpy(v, o->address_row, sizeof v);
	if (o->address_row == NULL) {
		v[EK_CONTENT_IDENTITIES_IDENTITY] =
			ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_IDENTITIES));
		v[EK_CONTENT_IDENTITIES_CONTACT] = ek_views_int(o->contact);
		v[EK_CONTENT_IDENTITIES_CHANNEL] = ek_views_text(EK_S("chat"));
		v[EK_CONTENT_IDENTITIES_ADDRESS] = ek_views_text(o->identity.contact);
		v[EK_CONTENT_IDENTITIES_ADDRESS_KEY] = ek_views_text(o->contact_key);
		v[EK_CONTENT_IDENTITIES_CREATED_MS] = ek_views_int(t->now.ms);
	}
	v[EK_CONTENT_IDENTITIES_VERIFIED] = ek_views_int(1);
	ek_turn_put(t, EK_CONTENT_IDENTITIES, v);
	proof[EK_CONTENT_IDENTITY_PROOFS_IDENTITY] = v[EK_CONTENT_IDENTITIES_IDENTITY];
	proof[EK_CONTENT_IDENTITY_PROOFS_HOW] = ek_views_text(EK_S("site"));
	proof[EK_CONTENT_IDENTITY_PROOFS_AT_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_IDENTITY_PROOFS, proof);
}

static void put_visitor(struct ek_turn *t, struct opening *o)
{
	struct ek_views_value v[EK_CONTENT_VISITORS_WIDTH] = {0};
	v[EK_CONTENT_VISITORS_VISITOR] =
		ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_VISITORS));
	v[EK_CONTENT_VISITORS_INBOX] = ek_views_int((int64_t)o->visit.inbox);
	v[EK_CONTENT_VISITORS_HASH] = ek_views_blob(o->visit.hash, sizeof o->visit.hash);
	v[EK_CONTENT_VISITORS_CONTACT] = ek_views_int(o->contact);
	v[EK_CONTENT_VISITORS_VERIFIED] = ek_views_int(1);
	v[EK_CONTENT_VISITORS_LANGUAGE] = ek_views_text(o->language);
	v[EK_CONTENT_VISITORS_CREATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_VISITORS, v);
}

/* Their conversation, from another device of theirs. */
static void find_theirs(struct ek_turn *t, struct opening *o)
{
	const struct ek_views_value args[] = {ek_views_int(o->contact),
					      ek_views_int((int64_t)o->visit.inbox)};
	struct ek_turn_rows rows;
	if (ek_turn_select(t,
			   "SELECT max(conversation) FROM visitors WHERE contact = $1 AND inbox ="
			   " $2 AND verified = 1",
			   args, 2, &rows) &&
	    rows.n > 0 && rows.v[0].kind == EK_VIEWS_INT)
		o->visit.conversation.v = (uint32_t)rows.v[0].i;
}

static void made_bind(struct ek_turn *t, const struct ek_answer *a)
{
	struct opening *o = t->state;
	(void)a;
	t->status = 200;
	for (uint32_t i = 0; i < o->stale.n; i++)
		ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_IDENTITY_USES,
							     EK_CONTENT_IDENTITY_USES_HASH,
							     o->stale.v[i]});
	if (o->binds) {
		const struct ek_views_value use[EK_CONTENT_IDENTITY_USES_WIDTH] = {
			ek_views_blob(o->use, sizeof o->use), ek_views_int(o->identity.expires.ms)};
		ek_turn_put(t, EK_CONTENT_IDENTITY_USES, use);
		put_known(t, o);
		put_address(t, o);
		put_visitor(t, o);
		o->visit.is_verified = true;
		find_theirs(t, o);
	}
	answer(t);
}

/* The jti is the site's, and so counts within its inbox. */
static void hash_use(struct opening *o)
{
	uint8_t both[8 + EK_IDENTITY_JTI];
	for (int i = 0; i < 8; i++)
		both[i] = (uint8_t)(o->visit.inbox >> (56 - 8 * i));
	memcpy(both + 8, o->identity.jti.p, o->identity.jti.n);
	ek_hash_once(both, 8 + o->identity.jti.n, o->use);
}

/* ---- the operation */

static bool bind(struct ek_turn *t, struct opening *o)
{
	enum { IDENTITY, LANGUAGE, MEMBERS };
	static const struct ek_patch_rule rules[MEMBERS] = {
		[IDENTITY] = {"identity", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 0,
			      EK_IDENTITY_BYTES, NULL},
		[LANGUAGE] = {"language", EK_PATCH_OF_TEXT, 0, 0, 1, LANGUAGE_MAX, NULL},
	};
	struct ek_patch_value v[MEMBERS] = {0};
	struct ek_patch_at *root = EK_TURN_NEW(t, struct ek_patch_at);
	if (root == NULL || !ek_turn_body(t, root) || !ek_patch_bind(root, rules, MEMBERS, v))
		return false;
	if (v[LANGUAGE].state == EK_PATCH_VALUE)
		o->language = v[LANGUAGE].s;
	if (v[IDENTITY].state == EK_PATCH_VALUE)
		read_identity(t, o, v[IDENTITY].s);
	return true;
}

void ek_api_open_visit(struct ek_turn *t)
{
	struct opening *o = EK_TURN_NEW(t, struct opening);
	bool same = true;
	t->state = o;
	if (o == NULL || !ek_query_end(&t->query) ||
	    !ek_api_visit_begin(t, EK_MAY_VISIT_READ, false, &o->visit) || !bind(t, o) ||
	    !is_same(t, o, &same)) {
		ek_turn_reply(t, 0);
		return;
	}
	/* An answer to look at is none to keep. */
	t->has_key = false;
	if (!same) {
		ek_turn_refuse(t, EK_PROBLEM_UNAUTHENTICATED,
			       "this secret is another visitor's than the identity says");
		return;
	}
	if (o->visit.visitor != NULL)
		o->contact = (uint32_t)o->visit.visitor[EK_CONTENT_VISITORS_CONTACT].i;
	if (o->visit.visitor != NULL || !o->visit.has_secret || !o->is_vouched ||
	    !o->identity.is_fresh) {
		ek_turn_look(t, answer);
		return;
	}
	hash_use(o);
	ek_turn_write(t, &(struct ek_turn_write){.check = check_bind, .made = made_bind});
}
