/* POST /visit/{inbox}/messages: a visitor writes. The first message makes the contact and the
 * conversation, and lets their secret be known; what was closed long ago is followed by a new one.
 */
#include <string.h>

#include "api/api_arrival.h"
#include "api/api_contact.h"
#include "api/api_conversation.h"
#include "api/api_put.h"
#include "api/api_sla_watch.h"
#include "api/api_state.h"
#include "api/api_visit.h"
#include "api/handlers.h"
#include "api/visits.h"
#include "base/utf8.h"
#include "engine/look.h"
#include "model/limits.h"

enum { LANGUAGE_MAX = 35, PAGE_MAX = 2000, TITLE_MAX = 80 };

struct sending {
	struct ek_api_visit visit;
	ek_conversation_id had; /* as it was when it came in */
	struct ek_patch_at root;
	struct ek_cmd cmd;
	bool is_new; /* a conversation begins */
	bool is_new_contact;
	ek_contact_id contact;
	ek_str text;
	ek_str language; /* p NULL = not said, as the next */
	ek_str page;
	struct ek_api_attachments files;
	struct ek_api_conversation_tags tags;
	ek_str attributes;
	struct ek_api_arrival arrival;     /* rules.version 0 = it went through none */
	const struct ek_views_value *chat; /* row of chats; NULL = none yet */
};

/* ---- what is asked */

/* A file that this visitor uploaded here, and no message names. */
static bool take_file(struct ek_turn *t, struct sending *s, const struct ek_patch_at *at)
{
	const struct ek_api_visit *v = &s->visit;
	uint64_t id;
	struct ek_turn_rows rows;
	if (!ek_patch_id(at, EK_IDENT_ATTACHMENT, &id))
		return false;
	const struct ek_views_value args[] = {ek_views_int((int64_t)id),
					      ek_views_blob(v->hash, sizeof v->hash),
					      ek_views_int((int64_t)v->inbox)};
	if (!ek_turn_select(t,
			    "SELECT a.* FROM attachments a JOIN visitor_files f ON f.attachment ="
			    " a.attachment AND f.hash = $2 AND f.inbox = $3 WHERE a.attachment ="
			    " $1 AND a.part IS NULL",
			    args, 3, &rows))
		return false;
	for (uint32_t i = 0; i < s->files.n; i++)
		if (s->files.rows[(size_t)i * EK_CONTENT_ATTACHMENTS_WIDTH].i == (int64_t)id)
			return ek_patch_fault(at, EK_FAULT_REPEATED, NULL);
	if (rows.n == 0)
		return ek_patch_fault(at, EK_FAULT_NOT_FOUND, NULL);
	struct ek_views_value *to = (struct ek_views_value *)(uintptr_t)s->files.rows +
				    (size_t)s->files.n * EK_CONTENT_ATTACHMENTS_WIDTH;
	memcpy(to, rows.v, EK_CONTENT_ATTACHMENTS_WIDTH * sizeof *to);
	s->files.n++;
	return true;
}

static bool take_files(struct ek_turn *t, struct sending *s, const struct ek_patch_value *v)
{
	uint32_t n = 0;
	if (v->state == EK_PATCH_ABSENT)
		return true;
	if (!ek_patch_list(&v->at, 0, EK_LIMIT_ATTACHMENTS, &n))
		return false;
	s->files.rows = ek_turn_get(t, ((size_t)n + 1) * EK_CONTENT_ATTACHMENTS_WIDTH *
					       sizeof *s->files.rows);
	bool ok = s->files.rows != NULL;
	for (uint32_t i = 0; i < n && s->files.rows != NULL; i++) {
		struct ek_patch_at at = ek_patch_row(&v->at, i);
		ok = take_file(t, s, &at) && ok;
	}
	return ok;
}

static bool bind(struct ek_turn *t, struct sending *s)
{
	enum { TEXT, FILES, LANGUAGE, PAGE, MEMBERS };
	static const struct ek_patch_rule rules[MEMBERS] = {
		[TEXT] = {"text", EK_PATCH_OF_PROSE, 0, EK_PATCH_REQUIRED, 0, EK_LIMIT_PART_BYTES,
			  NULL},
		[FILES] = {"files", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[LANGUAGE] = {"language", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1, LANGUAGE_MAX,
			      NULL},
		[PAGE] = {"page", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 0, PAGE_MAX, NULL},
	};
	struct ek_patch_value v[MEMBERS] = {0};
	if (!ek_turn_body(t, &s->root) || !ek_patch_bind(&s->root, rules, MEMBERS, v) ||
	    !take_files(t, s, &v[FILES]))
		return false;
	s->text = v[TEXT].s;
	if (v[LANGUAGE].state == EK_PATCH_VALUE)
		s->language = v[LANGUAGE].s;
	if (v[PAGE].state == EK_PATCH_VALUE && v[PAGE].s.n > 0)
		s->page = v[PAGE].s;
	if (s->text.n == 0 && s->files.n == 0)
		return ek_patch_fault(&v[TEXT].at, EK_FAULT_TOO_SHORT,
				      "There is neither text nor a file.");
	return true;
}

/* ---- which conversation */

/* One that was closed long ago, or that the views do not know as open any more, is followed by a
 * new one. */
static bool choose(struct ek_turn *t, struct sending *s)
{
	const struct ek_views_value key = ek_views_int(s->visit.conversation.v);
	struct ek_turn_rows rows;
	s->had = s->visit.conversation;
	s->is_new = s->had.v == 0;
	if (s->is_new)
		return true;
	if (!ek_turn_select(t,
			    "SELECT closed_ms FROM conversations WHERE conversation = $1 AND state "
			    "= 'closed'",
			    &key, 1, &rows))
		return false;
	s->is_new = rows.n > 0 && rows.v[0].kind == EK_VIEWS_INT &&
		    rows.v[0].i < t->now.ms - EK_API_VISIT_GOES_ON_MS;
	return true;
}

static bool may_write(struct ek_turn *t, const struct sending *s)
{
	const ek_str key = {(const char *)s->visit.hash, sizeof s->visit.hash};
	return ek_api_visit_take(t, EK_THROTTLE_WIDGET_MESSAGE, key) &&
	       (!s->is_new || (ek_api_visit_take(t, EK_THROTTLE_WIDGET_START, key) &&
			       ek_api_visit_take_network(t, EK_THROTTLE_WIDGET_NETWORK)));
}

/* ---- rules on arrival */

static bool take_set(struct ek_turn *t, struct sending *s, const struct ek_arrival_set *set)
{
	struct ek_api_arrival_given given = {.attributes = s->attributes};
	if (set->team != 0)
		s->cmd.conversation_create.team.v = (uint32_t)set->team;
	if (!ek_api_arrival_give(t, set, &s->cmd, &given))
		return false;
	s->tags = given.tags;
	s->attributes = given.attributes;
	return true;
}

static bool arrive(struct ek_turn *t, struct sending *s)
{
	struct ek_api_arrival *r = &s->arrival;
	const struct ek_views_value *who = s->visit.visitor;
	const struct ek_api_arrival_source of = {
		.channel = EK_CAPACITY_CLASS_CHAT,
		.contact = {who == NULL ? 0 : (uint32_t)who[EK_CONTENT_VISITORS_CONTACT].i},
		.text = s->text};
	/* Where the inbox says a team, a rule may say another. */
	if (!ek_api_arrival_load(t, &r->rules) || r->rules.version == 0)
		return ek_problem_is_none(&t->problem);
	return ek_api_arrival_fold(t, &r->rules) && ek_api_arrival_facts(t, &of, &r->facts) &&
	       ek_api_arrival_run(t, r) && take_set(t, s, &r->outcome.set);
}

static bool make_command(struct ek_turn *t, struct sending *s)
{
	const struct ek_views_value *team = &s->visit.box[EK_CONTENT_CHAT_INBOXES_TEAM];
	struct ek_cmd_conversation_create *c = &s->cmd.conversation_create;
	bool found = false;
	if (!s->is_new) {
		s->cmd = ek_cmd_make(EK_CMD_CONTACT_MESSAGE);
		s->cmd.contact_message.conversation = s->visit.conversation;
		return true;
	}
	s->cmd = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	c->channel = EK_CAPACITY_CLASS_CHAT;
	c->waiting_since = t->now;
	if (team->kind == EK_VIEWS_INT) {
		ek_team_id id = {(uint32_t)team->i};
		if (!ek_api_conversation_has_team(t, id, &found))
			return false;
		c->team = found ? id : (ek_team_id){0};
	}
	return arrive(t, s);
}

/* ---- on the writer's thread */

/* In another window of theirs the same began: once more, from the beginning. */
static bool again(struct ek_turn *t)
{
	t->problem.retry_s = 1;
	return ek_problem_set(&t->problem, EK_PROBLEM_RATE_LIMITED, NULL);
}

static bool find_contact(struct ek_turn *t, struct sending *s)
{
	struct ek_turn_rows rows;
	s->is_new_contact = s->visit.visitor == NULL;
	if (s->is_new_contact) {
		s->contact.v = (uint32_t)ek_turn_next_id(t, EK_CONTENT_CONTACTS);
		return s->contact.v <= EK_LIMIT_CONTACTS ||
		       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "this workspace has as many contacts as it can have");
	}
	if (!ek_turn_select(
		    t, "SELECT COALESCE(merged_into, contact) FROM contacts WHERE contact = $1",
		    &s->visit.visitor[EK_CONTENT_VISITORS_CONTACT], 1, &rows))
		return false;
	s->contact.v = rows.n > 0 ? (uint32_t)rows.v[0].i : 0;
	return true;
}

static bool files_are_free(struct ek_turn *t, const struct sending *s, bool *free)
{
	*free = true;
	for (uint32_t i = 0; i < s->files.n && *free; i++) {
		struct ek_turn_rows rows;
		if (!ek_turn_select(t, "SELECT attachment FROM visitor_files WHERE attachment = $1",
				    &s->files.rows[(size_t)i * EK_CONTENT_ATTACHMENTS_WIDTH], 1,
				    &rows))
			return false;
		*free = rows.n > 0;
	}
	return true;
}

static bool check(struct ek_turn *t)
{
	struct sending *s = t->state;
	struct ek_views_value key;
	struct ek_turn_rows rows;
	bool free;
	if (!ek_api_visit_again(t, &s->visit) || !ek_api_visit_may_write(t, &s->visit) ||
	    !files_are_free(t, s, &free))
		return false;
	if (s->visit.conversation.v != s->had.v || !free)
		return again(t);
	if (!s->is_new && !ek_api_attachments_fit(t, s->had, &s->files))
		return false;
	key = ek_views_int(s->is_new ? 0 : s->had.v);
	if (!find_contact(t, s) ||
	    !ek_turn_select(t, "SELECT * FROM chats WHERE conversation = $1", &key, 1, &rows))
		return false;
	s->chat = rows.n > 0 ? rows.v : NULL;
	if (s->is_new)
		s->cmd.conversation_create.contact = s->contact;
	return true;
}

static void put_visitor(struct ek_turn *t, const struct sending *s, uint32_t conversation)
{
	struct ek_views_value v[EK_CONTENT_VISITORS_WIDTH] = {0};
	if (s->visit.visitor != NULL) {
		memcpy(v, s->visit.visitor, sizeof v);
	} else {
		v[EK_CONTENT_VISITORS_VISITOR] =
			ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_VISITORS));
		v[EK_CONTENT_VISITORS_INBOX] = ek_views_int((int64_t)s->visit.inbox);
		v[EK_CONTENT_VISITORS_HASH] = ek_views_blob(s->visit.hash, sizeof s->visit.hash);
		v[EK_CONTENT_VISITORS_VERIFIED] = ek_views_int(0);
		v[EK_CONTENT_VISITORS_CREATED_MS] = ek_views_int(t->now.ms);
	}
	v[EK_CONTENT_VISITORS_CONTACT] = ek_views_int(s->contact.v);
	v[EK_CONTENT_VISITORS_CONVERSATION] = ek_views_int(conversation);
	if (s->language.p != NULL)
		v[EK_CONTENT_VISITORS_LANGUAGE] = ek_views_text(s->language);
	ek_turn_put(t, EK_CONTENT_VISITORS, v);
}

static void put_chat(struct ek_turn *t, const struct sending *s, uint32_t conversation)
{
	struct ek_views_value v[EK_CONTENT_CHATS_WIDTH] = {0};
	if (s->chat != NULL)
		memcpy(v, s->chat, sizeof v);
	v[EK_CONTENT_CHATS_CONVERSATION] = ek_views_int(conversation);
	v[EK_CONTENT_CHATS_INBOX] = ek_views_int((int64_t)s->visit.inbox);
	if (s->page.p != NULL)
		v[EK_CONTENT_CHATS_PAGE] = ek_views_text(s->page);
	ek_turn_put(t, EK_CONTENT_CHATS, v);
}

/* The first line, cut. */
static ek_str title_of(ek_str text)
{
	const char *end = text.n == 0 ? NULL : memchr(text.p, '\n', text.n);
	ek_str line = {text.p, end == NULL ? text.n : (uint32_t)(end - text.p)};
	while (line.n > 0 && (line.p[line.n - 1] == '\r' || line.p[line.n - 1] == ' '))
		line.n--;
	line.n = line.n == 0 ? 0 : ek_utf8_cut(line, TITLE_MAX);
	return line.n == 0 ? (ek_str){NULL, 0} : line;
}

static void put_begun(struct ek_turn *t, const struct sending *s, ek_conversation_id id)
{
	struct ek_views_value v[EK_CONTENT_CONVERSATION_PROFILES_WIDTH] = {0};
	v[EK_CONTENT_CONVERSATION_PROFILES_CONVERSATION] = ek_views_int(id.v);
	v[EK_CONTENT_CONVERSATION_PROFILES_CONTACT] = ek_views_id(s->contact.v);
	v[EK_CONTENT_CONVERSATION_PROFILES_TITLE] = ek_views_text(title_of(s->text));
	v[EK_CONTENT_CONVERSATION_PROFILES_CHANNELS] = ek_views_text(EK_S("[\"chat\"]"));
	v[EK_CONTENT_CONVERSATION_PROFILES_ATTRIBUTES] = ek_views_text(s->attributes);
	v[EK_CONTENT_CONVERSATION_PROFILES_CREATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_CONVERSATION_PROFILES_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_CONVERSATION_PROFILES, v);
	ek_api_arrival_put_tags(t, &s->tags, id);
	if (s->arrival.rules.version != 0)
		ek_api_arrival_put(t, &s->arrival, id);
}

static uint64_t put_part(struct ek_turn *t, const struct sending *s, ek_conversation_id id)
{
	struct ek_conversation_view c = {0};
	(void)ek_look_conversation(t->engine, id, &c);
	const struct ek_api_conversation_part part = {
		.conversation = id,
		.kind = "message",
		.is_contacts = true,
		.contact = s->contact,
		.channel = EK_CAPACITY_CLASS_CHAT,
		.text = s->text,
		.attachments = ek_api_attachments_print(t, &s->files),
		.team = c.team,
	};
	uint64_t made = ek_api_conversation_put_part(t, &part);
	ek_api_attachments_put(t, &s->files, (struct ek_api_attachments_of){made, id});
	for (uint32_t i = 0; i < s->files.n; i++)
		ek_turn_erase(t,
			      &(struct ek_writer_erasure){
				      EK_CONTENT_VISITOR_FILES, EK_CONTENT_VISITOR_FILES_ATTACHMENT,
				      s->files.rows[(size_t)i * EK_CONTENT_ATTACHMENTS_WIDTH]});
	return made;
}

static void made(struct ek_turn *t, const struct ek_answer *a)
{
	struct sending *s = t->state;
	ek_conversation_id id = s->is_new ? (ek_conversation_id){a->id} : s->had;
	struct ek_api_visit_state state;
	if (s->is_new_contact)
		ek_api_contact_put_new(t, s->contact,
				       &(struct ek_api_contact_new){.language = s->language});
	if (s->is_new)
		put_begun(t, s, id);
	if (s->is_new || s->visit.visitor == NULL)
		put_visitor(t, s, id.v);
	put_chat(t, s, id.v);
	const struct ek_api_visit_part part = {.id = put_part(t, s, id),
					       .at = t->now,
					       .text = s->text,
					       .inbox = s->visit.inbox,
					       .files = &s->files};
	ek_api_conversation_put_reopened(t, a, id);
	s->visit.conversation = id;
	const struct ek_api_visit_asking asking = {
		.api = t->api, .reader = t->reader, .conversation = id};
	(void)ek_api_visit_look(t->api, t->engine, id, &state);
	t->status = 201;
	t->out.style.is_api = true;
	ek_json_object(&t->out);
	ek_json_key(&t->out, "part");
	ek_api_visit_write_own(&t->out, &part);
	ek_json_key(&t->out, "conversation");
	if (!ek_api_visit_write_state(&asking, &t->out, &state))
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	ek_json_object_end(&t->out);
}

/* Windows that show the one before look again. */
static void tell(struct ek_turn *t)
{
	const struct sending *s = t->state;
	if (s->is_new && s->had.v != 0)
		ek_visits_end(t->api->visits, s->had);
}

void ek_api_create_visit_message(struct ek_turn *t)
{
	struct sending *s = EK_TURN_NEW(t, struct sending);
	t->state = s;
	bool ok = s != NULL && ek_query_end(&t->query) &&
		  ek_api_visit_begin(t, EK_MAY_VISIT_WRITE, false, &s->visit);
	if (ok && !s->visit.has_secret)
		ok = ek_problem_set(&t->problem, EK_PROBLEM_UNAUTHENTICATED,
				    "the header Ek-Visitor is to hold a secret of 256 bits");
	if (!ok || !choose(t, s) || !bind(t, s) || !may_write(t, s) || !make_command(t, s)) {
		ek_turn_reply(t, 0);
		return;
	}
	struct ek_turn_write write = {.cmd = &s->cmd, .check = check, .made = made, .tell = tell};
	ek_api_sla_watch(t, &write);
	ek_turn_write(t, &write);
}
