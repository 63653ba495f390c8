/* What visitors and teammates let each other know without a word: that they write, how far they
 * have read; and the address that a visitor leaves. That somebody writes is kept nowhere. */
#include <string.h>

#include "api/api_conversation.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_text.h"
#include "api/api_visit.h"
#include "api/handlers.h"
#include "api/visits.h"

struct signing {
	struct ek_api_visit visit; /* of a visitor */
	ek_conversation_id id;
	bool is_visitors;
	uint64_t part;
	ek_str email;
	ek_str name; /* p NULL = not said */
	const struct ek_views_value *chat;
	const struct ek_views_value *contact;
	struct ek_turn_rows mails;
	bool is_news;
};

static void done(struct ek_turn *t, const struct ek_answer *a)
{
	(void)a;
	t->status = 204;
}

/* NULL: the conversation came by chat, but no visitor of ours sits at its other end. */
static bool read_chat(struct ek_turn *t, struct signing *s)
{
	const struct ek_views_value key = ek_views_int(s->id.v);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT * FROM chats WHERE conversation = $1", &key, 1, &rows))
		return false;
	s->chat = rows.n > 0 ? rows.v : NULL;
	return true;
}

static bool find_chat(struct ek_turn *t, struct signing *s)
{
	return read_chat(t, s) &&
	       (s->chat != NULL || ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL));
}

/* A visitor with a conversation. */
static struct signing *begin_visit(struct ek_turn *t)
{
	struct signing *s = EK_TURN_NEW(t, struct signing);
	t->state = s;
	if (s == NULL || !ek_query_end(&t->query) ||
	    !ek_api_visit_begin(t, EK_MAY_VISIT_WRITE, true, &s->visit))
		return NULL;
	s->id = s->visit.conversation;
	s->is_visitors = true;
	if (s->id.v == 0)
		ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	return s->id.v != 0 ? s : NULL;
}

/* A teammate who may do that in that conversation. */
static struct signing *begin_mate(struct ek_turn *t, enum ek_may right)
{
	struct signing *s = EK_TURN_NEW(t, struct signing);
	struct ek_api_conversation_object o;
	uint64_t id = 0;
	t->state = s;
	if (s == NULL || !ek_query_end(&t->query) ||
	    !ek_turn_id(t, "id", EK_IDENT_CONVERSATION, &id))
		return NULL;
	s->id.v = (uint32_t)id;
	return ek_api_conversation_stored(t, s->id, &o) && ek_turn_may(t, right, &o.may) ? s : NULL;
}

/* ---- they write */

void ek_api_visit_tell(struct ek_turn *t, ek_conversation_id id, ek_time typing_until)
{
	const struct ek_views_value key = ek_views_int(id.v);
	struct ek_feed_state f = {.kind = EK_FEED_CHAT, .key = id.v};
	struct ek_turn_rows rows;
	struct ek_json j;
	struct ek_err err;
	if (!ek_turn_select(t,
			    "SELECT v.team, v.teammate, c.contact_part, c.contact_ms FROM chats c"
			    " LEFT JOIN conversations v ON v.conversation = c.conversation WHERE"
			    " c.conversation = $1",
			    &key, 1, &rows) ||
	    rows.n == 0)
		return;
	int64_t part = ek_turn_int(&rows.v[2]);
	f.team = rows.v[0].kind == EK_VIEWS_INT ? (uint32_t)rows.v[0].i : 0;
	f.teammate = rows.v[1].kind == EK_VIEWS_INT ? (uint32_t)rows.v[1].i : 0;
	ek_json_init(&j, t->api->options.alloc, EK_FEED_STATE_BYTES);
	j.style.is_api = true;
	ek_json_object(&j);
	ek_api_put_int(&j, "seq", (int64_t)t->seq);
	ek_api_put_id(&j, "conversation", EK_IDENT_CONVERSATION, id.v);
	ek_api_put_time(&j, "typing_until", typing_until);
	ek_api_put_id(&j, "seen_part", EK_IDENT_PART, part == EK_NONE ? 0 : (uint64_t)part);
	ek_api_put_time(&j, "seen_at", (ek_time){ek_turn_int(&rows.v[3])});
	ek_json_object_end(&j);
	f.json = ek_json_written(&j);
	/* One that cannot be told is read by who asks. */
	bool ok = ek_json_is_whole(&j) && ek_feed_state(t->api->options.feed, &f, &err);
	(void)ok;
	ek_json_fini(&j);
}

/* The body may be left out. */
static bool bind_nothing(struct ek_turn *t)
{
	struct ek_patch_at root;
	return t->http->body.n == 0 || (ek_turn_body(t, &root) && ek_patch_members(&root, NULL, 0));
}

void ek_api_tell_visit_typing(struct ek_turn *t)
{
	struct signing *s = begin_visit(t);
	if (s != NULL && bind_nothing(t))
		ek_api_visit_tell(t, s->id, (ek_time){t->now.ms + EK_API_VISIT_TYPES_MS});
	ek_turn_reply(t, 204);
}

void ek_api_tell_chat_typing(struct ek_turn *t)
{
	struct signing *s = begin_mate(t, EK_MAY_MESSAGE_WRITE);
	char name[EK_API_VISIT_NAME + 1];
	if (s != NULL && bind_nothing(t) && read_chat(t, s) && s->chat != NULL &&
	    ek_api_visit_name(t->reader, t->self, name))
		ek_visits_typed(t->api->visits, s->id, name);
	ek_turn_reply(t, 204);
}

/* ---- they have seen */

static bool bind_part(struct ek_turn *t, struct signing *s)
{
	static const struct ek_patch_rule rules[] = {
		{"part", EK_PATCH_OF_ID, EK_IDENT_PART, EK_PATCH_REQUIRED, 0, 0, NULL}};
	struct ek_patch_value v[EK_LEN(rules)] = {0};
	struct ek_patch_at *root = EK_TURN_NEW(t, struct ek_patch_at);
	if (root == NULL || !ek_turn_body(t, root) || !ek_patch_bind(root, rules, EK_LEN(rules), v))
		return false;
	s->part = (uint64_t)v[0].i;
	const struct ek_views_value args[] = {ek_views_int(v[0].i), ek_views_int(s->id.v)};
	struct ek_turn_rows rows;
	if (!ek_turn_select(
		    t,
		    "SELECT part FROM parts WHERE part = $1 AND conversation = $2 AND kind ="
		    " 'message'",
		    args, 2, &rows))
		return false;
	return rows.n > 0 || ek_patch_fault(&v[0].at, EK_FAULT_NOT_FOUND, NULL);
}

static uint32_t column_of(const struct signing *s)
{
	return s->is_visitors ? EK_CONTENT_CHATS_CONTACT_PART : EK_CONTENT_CHATS_MATE_PART;
}

static bool is_news(const struct signing *s)
{
	const struct ek_views_value *v = &s->chat[column_of(s)];
	return v->kind != EK_VIEWS_INT || v->i < (int64_t)s->part;
}

/* Answers that wait to go by e-mail, and were seen in the chat meanwhile, go nowhere. */
static bool find_mails(struct ek_turn *t, struct signing *s)
{
	const struct ek_views_value args[] = {ek_views_int(s->id.v),
					      ek_views_int((int64_t)s->part)};
	return !s->is_visitors ||
	       ek_turn_select(t,
			      "SELECT * FROM mails WHERE conversation = $1 AND part <= $2 AND"
			      " direction = 'out' AND state = 'waiting' AND tries = 0 AND reason IS"
			      " NULL",
			      args, 2, &s->mails);
}

static bool check_seen(struct ek_turn *t)
{
	struct signing *s = t->state;
	if (!find_chat(t, s))
		return false;
	s->is_news = is_news(s);
	return !s->is_news || find_mails(t, s);
}

static void made_seen(struct ek_turn *t, const struct ek_answer *a)
{
	struct signing *s = t->state;
	struct ek_views_value v[EK_CONTENT_CHATS_WIDTH];
	done(t, a);
	if (!s->is_news)
		return;
	memcpy(v, s->chat, sizeof v);
	v[column_of(s)] = ek_views_int((int64_t)s->part);
	v[column_of(s) + 1] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_CHATS, v);
	for (uint32_t i = 0; i < s->mails.n; i++) {
		struct ek_views_value m[EK_CONTENT_MAILS_WIDTH];
		memcpy(m, s->mails.v + (size_t)i * s->mails.columns, sizeof m);
		m[EK_CONTENT_MAILS_STATE] = ek_views_text(EK_S("cancelled"));
		m[EK_CONTENT_MAILS_NEXT_MS] = ek_views_int(EK_NONE);
		m[EK_CONTENT_MAILS_DONE_MS] = ek_views_int(t->now.ms);
		ek_turn_put(t, EK_CONTENT_MAILS, m);
	}
}

static void tell_seen(struct ek_turn *t)
{
	const struct signing *s = t->state;
	if (!s->is_news)
		return;
	if (s->is_visitors)
		ek_api_visit_tell(t, s->id, EK_NO_TIME);
	else
		ek_visits_changed(t->api->visits, s->id);
}

static void see(struct ek_turn *t, struct signing *s)
{
	if (s == NULL || !bind_part(t, s) || !read_chat(t, s)) {
		ek_turn_reply(t, 0);
		return;
	}
	/* Nothing is written for what is known: frames say it often; nor where nobody is told. */
	if (s->chat == NULL || !is_news(s))
		ek_turn_reply(t, 204);
	else
		ek_turn_write(t, &(struct ek_turn_write){.check = check_seen,
							 .made = made_seen,
							 .tell = tell_seen});
}

void ek_api_tell_visit_seen(struct ek_turn *t)
{
	see(t, begin_visit(t));
}

void ek_api_tell_chat_seen(struct ek_turn *t)
{
	see(t, begin_mate(t, EK_MAY_CONVERSATION_READ));
}

/* ---- an address */

static bool check_address(struct ek_turn *t)
{
	struct signing *s = t->state;
	bool found = false;
	if (!ek_api_visit_again(t, &s->visit) || !find_chat(t, s))
		return false;
	if (s->visit.visitor == NULL || s->visit.conversation.v != s->id.v)
		return ek_problem_set(&t->problem, EK_PROBLEM_UNAUTHENTICATED, NULL);
	return ek_turn_row(t, EK_CONTENT_CONTACTS, s->visit.visitor[EK_CONTENT_VISITORS_CONTACT].i,
			   &s->contact, &found);
}

/* What a visitor says of themselves is theirs alone while nobody vouches for them. */
static void made_address(struct ek_turn *t, const struct ek_answer *a)
{
	struct signing *s = t->state;
	struct ek_views_value chat[EK_CONTENT_CHATS_WIDTH];
	struct ek_views_value v[EK_CONTENT_CONTACTS_WIDTH];
	done(t, a);
	memcpy(chat, s->chat, sizeof chat);
	chat[EK_CONTENT_CHATS_ADDRESS] = ek_views_text(s->email);
	ek_turn_put(t, EK_CONTENT_CHATS, chat);
	if (s->contact == NULL || s->visit.is_verified)
		return;
	memcpy(v, s->contact, sizeof v);
	if (v[EK_CONTENT_CONTACTS_EMAIL].kind != EK_VIEWS_TEXT) {
		v[EK_CONTENT_CONTACTS_EMAIL] = ek_views_text(s->email);
		v[EK_CONTENT_CONTACTS_EMAIL_KEY] = ek_views_text(ek_api_list_fold(t, s->email));
	}
	if (v[EK_CONTENT_CONTACTS_NAME].kind != EK_VIEWS_TEXT && s->name.p != NULL) {
		v[EK_CONTENT_CONTACTS_NAME] = ek_views_text(s->name);
		v[EK_CONTENT_CONTACTS_NAME_KEY] = ek_views_text(ek_api_list_fold(t, s->name));
	}
	v[EK_CONTENT_CONTACTS_UPDATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_CONTACTS_REVISION] =
		ek_views_int(ek_turn_int(&v[EK_CONTENT_CONTACTS_REVISION]) + 1);
	ek_turn_put(t, EK_CONTENT_CONTACTS, v);
}

void ek_api_leave_visit_address(struct ek_turn *t)
{
	enum { EMAIL, NAME, MEMBERS };
	static const struct ek_patch_rule rules[MEMBERS] = {
		[EMAIL] = {"email", EK_PATCH_OF_ANY, 0, EK_PATCH_REQUIRED, 0, 0, NULL},
		[NAME] = {"name", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	};
	struct ek_patch_value v[MEMBERS] = {0};
	struct ek_patch_at root;
	struct signing *s = begin_visit(t);
	const ek_str key = s == NULL ? (ek_str){NULL, 0}
				     : (ek_str){(const char *)s->visit.hash, EK_HASH_BYTES};
	if (s == NULL || !ek_turn_body(t, &root) || !ek_patch_bind(&root, rules, MEMBERS, v) ||
	    !ek_api_text_email(t, &v[EMAIL].at, &s->email) ||
	    (ek_patch_state(&v[NAME].at) != EK_PATCH_ABSENT &&
	     !ek_api_text_name(t, &v[NAME].at, &s->name)) ||
	    !ek_api_visit_take(t, EK_THROTTLE_WIDGET_MESSAGE, key)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_turn_write(t, &(struct ek_turn_write){.check = check_address, .made = made_address});
}

/* ---- what is known */

void ek_api_get_conversation_chat(struct ek_turn *t)
{
	struct signing *s = begin_mate(t, EK_MAY_CONVERSATION_READ);
	struct ek_turn_rows rows;
	if (s == NULL || !read_chat(t, s)) {
		ek_turn_reply(t, 0);
		return;
	}
	static const struct ek_views_value none[EK_CONTENT_CHATS_WIDTH] = {0};
	const struct ek_views_value key = ek_views_int(s->id.v);
	if (!ek_turn_select(t,
			    "SELECT verified, language FROM visitors WHERE conversation = $1 ORDER"
			    " BY visitor DESC LIMIT 1",
			    &key, 1, &rows)) {
		ek_turn_reply(t, 0);
		return;
	}
	struct ek_json *j = &t->out;
	const struct ek_views_value *c = s->chat == NULL ? none : s->chat;
	int64_t part = ek_turn_int(&c[EK_CONTENT_CHATS_CONTACT_PART]);
	ek_json_object(j);
	ek_api_put_id(j, "inbox", EK_IDENT_CHAT_INBOX,
		      c[EK_CONTENT_CHATS_INBOX].kind == EK_VIEWS_INT
			      ? (uint64_t)c[EK_CONTENT_CHATS_INBOX].i
			      : 0);
	ek_api_put_bool(j, "online", ek_visits_is_here(t->api->visits, s->id));
	ek_api_put_bool(j, "verified", rows.n > 0 && ek_turn_int(&rows.v[0]) == 1);
	ek_api_put_text(j, "address", ek_turn_text(&c[EK_CONTENT_CHATS_ADDRESS]));
	ek_api_put_text(j, "page", ek_turn_text(&c[EK_CONTENT_CHATS_PAGE]));
	ek_api_put_text(j, "language", rows.n > 0 ? ek_turn_text(&rows.v[1]) : (ek_str){NULL, 0});
	ek_api_put_id(j, "seen_part", EK_IDENT_PART, part == EK_NONE ? 0 : (uint64_t)part);
	ek_api_put_time(j, "seen_at", (ek_time){ek_turn_int(&c[EK_CONTENT_CHATS_CONTACT_MS])});
	ek_json_object_end(j);
	ek_turn_reply(t, 200);
}

/* ---- the contact is erased */

bool ek_api_visit_erase(struct ek_turn *t, ek_conversation_id id)
{
	const struct ek_views_value key = ek_views_int(id.v);
	struct ek_turn_rows chats, visitors;
	if (!ek_turn_select(t, "SELECT * FROM chats WHERE conversation = $1", &key, 1, &chats) ||
	    !ek_turn_select(t, "SELECT visitor FROM visitors WHERE conversation = $1", &key, 1,
			    &visitors))
		return false;
	for (uint32_t i = 0; i < visitors.n; i++)
		ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_VISITORS,
							     EK_CONTENT_VISITORS_VISITOR,
							     visitors.v[i]});
	if (chats.n > 0) {
		struct ek_views_value v[EK_CONTENT_CHATS_WIDTH];
		memcpy(v, chats.v, sizeof v);
		v[EK_CONTENT_CHATS_ADDRESS] = (struct ek_views_value){0};
		v[EK_CONTENT_CHATS_PAGE] = (struct ek_views_value){0};
		ek_turn_put(t, EK_CONTENT_CHATS, v);
		ek_visits_end(t->api->visits, id);
	}
	return true;
}
