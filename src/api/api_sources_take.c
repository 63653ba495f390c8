/* POST /sources/{id}/messages: a signed message of another system, into a conversation. */
#include <string.h>

#include "api/api_arrival.h"
#include "api/api_contact.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_signer.h"
#include "api/api_sla_watch.h"
#include "api/api_sources.h"
#include "api/api_state.h"
#include "api/api_text.h"
#include "api/guard.h"
#include "api/handlers.h"
#include "engine/look.h"
#include "model/limits.h"

enum { OLD = 20, LOG_REST_MS = 1000, THREAD_MAX = 200 };

struct taking {
	uint64_t source;
	const struct ek_views_value *row; /* of the source */
	struct ek_sign_headers headers;
	ek_str said[EK_API_SOURCES_MEMBERS]; /* p NULL = not said */
	ek_str email_key;
	/* Decided on the writer's thread. */
	struct ek_cmd cmd;
	ek_conversation_id conversation; /* 0 = a new one */
	ek_contact_id contact;           /* 0 = unknown */
	bool is_new_contact;
	struct ek_api_arrival arrival;
	struct ek_api_arrival_given given;
	struct ek_turn_rows old;
	/* Of a refusal. */
	const char *reason;
	enum ek_problem_type type;
	struct ek_problem problem; /* type NONE: what its text lacks */
};

/* ---- its list */

static void put_entry(struct ek_turn *t, const struct taking *s, uint32_t conversation,
		      uint64_t part)
{
	struct ek_views_value v[EK_CONTENT_SOURCE_MESSAGES_WIDTH] = {0};
	uint8_t digest[EK_HASH_BYTES];
	ek_str body = t->http->body;
	ek_str id = s->headers.id.n <= EK_SIGN_ID ? s->headers.id : (ek_str){NULL, 0};
	const char *reason = s->reason;
	ek_hash_once(body.p != NULL ? body.p : "", body.n, digest);
	v[EK_CONTENT_SOURCE_MESSAGES_ENTRY] =
		ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_SOURCE_MESSAGES));
	v[EK_CONTENT_SOURCE_MESSAGES_SOURCE] = ek_views_int((int64_t)s->source);
	v[EK_CONTENT_SOURCE_MESSAGES_MESSAGE] = ek_views_text(id);
	v[EK_CONTENT_SOURCE_MESSAGES_DIGEST] = ek_views_blob(digest, sizeof digest);
	v[EK_CONTENT_SOURCE_MESSAGES_OUTCOME] =
		ek_views_text(reason == NULL ? EK_S("taken") : EK_S("refused"));
	if (reason != NULL)
		v[EK_CONTENT_SOURCE_MESSAGES_REASON] =
			ek_views_text((ek_str){reason, (uint32_t)strlen(reason)});
	v[EK_CONTENT_SOURCE_MESSAGES_CONVERSATION] = ek_views_id(conversation);
	v[EK_CONTENT_SOURCE_MESSAGES_PART] =
		part == 0 ? (struct ek_views_value){0} : ek_views_int((int64_t)part);
	v[EK_CONTENT_SOURCE_MESSAGES_BYTES] = ek_views_int(body.n);
	v[EK_CONTENT_SOURCE_MESSAGES_AT_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_SOURCE_MESSAGES, v);
}

/* What is older than the list goes back. */
static bool find_old(struct ek_turn *t, struct taking *s)
{
	const struct ek_views_value until =
		ek_views_int(t->now.ms - EK_API_SOURCES_KEEP_DAYS * 86400000LL);
	return ek_turn_select(t,
			      "SELECT entry FROM source_messages WHERE at_ms < $1 "
			      "ORDER BY at_ms LIMIT 20",
			      &until, 1, &s->old);
}

static void erase_old(struct ek_turn *t, const struct taking *s)
{
	for (uint32_t i = 0; i < s->old.n && i < OLD; i++)
		ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_SOURCE_MESSAGES,
							     EK_CONTENT_SOURCE_MESSAGES_ENTRY,
							     s->old.v[i]});
}

/* ---- refusals: told, and of each reason listed once a second at most, so that strangers hide
 * nothing of what a system does wrong */

static void made_refused(struct ek_turn *t, const struct ek_answer *a)
{
	const struct taking *s = t->state;
	(void)a;
	put_entry(t, s, 0, 0);
	if (s->type == EK_PROBLEM_NONE)
		t->problem = s->problem;
	else if (ek_problem_is_none(&t->problem))
		ek_problem_set(&t->problem, s->type, NULL);
}

/* type NONE: with the problem that was found. */
static void refuse(struct ek_turn *t, struct taking *s, enum ek_problem_type type,
		   const char *reason)
{
	const struct ek_views_value args[] = {
		ek_views_int((int64_t)s->source), ek_views_int(t->now.ms - LOG_REST_MS),
		ek_views_text((ek_str){reason, (uint32_t)strlen(reason)})};
	struct ek_turn_rows rows;
	s->reason = reason;
	s->type = type;
	s->problem = t->problem;
	t->has_key = false;
	t->problem = (struct ek_problem){.arena = t->problem.arena};
	if (ek_turn_select(t,
			   "SELECT 1 FROM source_messages WHERE source = $1 AND at_ms > $2 AND "
			   "outcome = 'refused' AND reason = $3 LIMIT 1",
			   args, 3, &rows) &&
	    rows.n == 0)
		ek_turn_write(t, &(struct ek_turn_write){.made = made_refused});
	else if (type != EK_PROBLEM_NONE)
		ek_turn_refuse(t, type, NULL);
	else {
		t->problem = s->problem;
		ek_turn_reply(t, 0);
	}
}

/* ---- who it is */

static bool fits(struct ek_turn *t, const struct taking *s, const struct ek_views_value *sealed)
{
	char place[EK_API_SIGNER_PLACE];
	struct ek_sign_key key;
	struct ek_err err;
	struct ek_seal_out out = {key.v, sizeof key.v, 0};
	const struct ek_seal *seal = ek_guard_seal(t);
	if (seal == NULL || sealed->kind != EK_VIEWS_BLOB ||
	    !ek_seal_get(seal, ek_api_signer_place(EK_API_SOURCES_KIND, s->source, place),
			 (ek_str){sealed->p, sealed->n}, &out, &err))
		return false;
	key.n = (uint32_t)out.n;
	bool ok = ek_sign_verify(&key, &s->headers, t->http->body, t->now);
	ek_secret_wipe(&key, sizeof key);
	return ok;
}

static bool is_signed(struct ek_turn *t, const struct taking *s)
{
	const struct ek_views_value *until = &s->row[EK_CONTENT_SOURCES_BEFORE_MS];
	bool is_rotating = until->kind == EK_VIEWS_INT && until->i > t->now.ms;
	return fits(t, s, &s->row[EK_CONTENT_SOURCES_SECRET]) ||
	       (is_rotating && fits(t, s, &s->row[EK_CONTENT_SOURCES_SECRET_BEFORE]));
}

static bool find_source(struct ek_turn *t, struct taking *s)
{
	bool found = false;
	if (!ek_query_end(&t->query) || !ek_turn_id(t, "id", EK_IDENT_SOURCE, &s->source) ||
	    !ek_turn_row(t, EK_CONTENT_SOURCES, (int64_t)s->source, &s->row, &found))
		return false;
	s->headers = (struct ek_sign_headers){ek_http_header(t->http, "webhook-id"),
					      ek_http_header(t->http, "webhook-timestamp"),
					      ek_http_header(t->http, "webhook-signature")};
	found = found && s->row[EK_CONTENT_SOURCES_DELETED_MS].kind != EK_VIEWS_INT;
	/* One that is not there answers as one with another secret does. */
	return found || ek_problem_set(&t->problem, EK_PROBLEM_UNAUTHENTICATED, NULL);
}

/* ---- what it says */

static void read_member(struct ek_turn *t, struct taking *s, const struct ek_patch_at *at, int i)
{
	ek_str *out = &s->said[i];
	if (ek_patch_state(at) != EK_PATCH_VALUE && i != EK_API_SOURCES_TEXT)
		return;
	if (i == EK_API_SOURCES_TEXT)
		(void)ek_patch_prose(at, 1, EK_LIMIT_PART_BYTES, out);
	else if (i == EK_API_SOURCES_EMAIL)
		(void)ek_api_text_email(t, at, out);
	else if (i == EK_API_SOURCES_NAME)
		(void)ek_api_text_name(t, at, out);
	else
		(void)ek_patch_plain(
			at, i == EK_API_SOURCES_TITLE ? EK_LIMIT_TEXT_BYTES : THREAD_MAX, out);
}

static bool read_body(struct ek_turn *t, struct taking *s)
{
	struct ek_patch_at *root = EK_TURN_NEW(t, struct ek_patch_at);
	ek_str pointers[EK_API_SOURCES_MEMBERS];
	if (root == NULL || !ek_turn_body(t, root) ||
	    !ek_api_sources_mapping(t, ek_turn_text(&s->row[EK_CONTENT_SOURCES_MAPPING]), pointers))
		return false;
	for (int i = 0; i < EK_API_SOURCES_MEMBERS; i++) {
		struct ek_patch_at at;
		if (pointers[i].p == NULL)
			continue;
		if (!ek_patch_find(root, pointers[i], &at))
			return false;
		read_member(t, s, &at, i);
	}
	if (s->said[EK_API_SOURCES_EMAIL].p != NULL)
		s->email_key = ek_api_list_fold(t, s->said[EK_API_SOURCES_EMAIL]);
	return ek_problem_is_none(&t->problem);
}

/* ---- on the writer's thread */

static bool find_thread(struct ek_turn *t, struct taking *s)
{
	const struct ek_views_value args[] = {ek_views_int((int64_t)s->source),
					      ek_views_text(s->said[EK_API_SOURCES_CONVERSATION])};
	struct ek_turn_rows rows;
	s->conversation.v = 0;
	if (args[1].kind != EK_VIEWS_TEXT)
		return true;
	if (!ek_turn_select(t,
			    "SELECT s.conversation FROM source_threads s JOIN "
			    "conversation_profiles p ON p.conversation = s.conversation WHERE "
			    "s.source = $1 AND s.thread = $2 AND (p.extras IS NULL OR "
			    "p.extras <> '{\"erased\":true}')",
			    args, 2, &rows))
		return false;
	if (rows.n > 0)
		s->conversation.v = (uint32_t)ek_turn_int(&rows.v[0]);
	return true;
}

static bool find_contact(struct ek_turn *t, struct taking *s)
{
	s->contact.v = 0;
	s->is_new_contact = false;
	return s->email_key.p == NULL ||
	       ek_api_contact_of_address(t, s->email_key, &s->contact, &s->is_new_contact);
}

static uint8_t channel_of(const struct taking *s)
{
	ek_str word = ek_turn_text(&s->row[EK_CONTENT_SOURCES_CHANNEL]);
	int channel = ek_enums_number(EK_ENUM_CAPACITY_CLASS, word);
	return channel > 0 ? (uint8_t)channel : EK_CAPACITY_CLASS_API;
}

static bool arrive(struct ek_turn *t, struct taking *s)
{
	struct ek_api_arrival *r = &s->arrival;
	const struct ek_api_arrival_source of = {
		.channel = s->cmd.conversation_create.channel,
		.contact = s->contact,
		.title = s->said[EK_API_SOURCES_TITLE],
		.text = s->said[EK_API_SOURCES_TEXT],
		.sender = s->said[EK_API_SOURCES_EMAIL],
	};
	if (!ek_api_arrival_load(t, &r->rules) || r->rules.version == 0)
		return ek_problem_is_none(&t->problem);
	if (!ek_api_arrival_fold(t, &r->rules) || !ek_api_arrival_facts(t, &of, &r->facts) ||
	    !ek_api_arrival_run(t, r))
		return false;
	if (r->outcome.set.team != 0)
		s->cmd.conversation_create.team.v = (uint32_t)r->outcome.set.team;
	return ek_api_arrival_give(t, &r->outcome.set, &s->cmd, &s->given);
}

static bool choose(struct ek_turn *t, struct taking *s)
{
	if (s->conversation.v != 0) {
		s->cmd = ek_cmd_make(EK_CMD_CONTACT_MESSAGE);
		s->cmd.contact_message.conversation = s->conversation;
		s->cmd.by = t->by;
		return true;
	}
	struct ek_cmd_conversation_create *c = &s->cmd.conversation_create;
	int64_t team = ek_turn_int(&s->row[EK_CONTENT_SOURCES_TEAM]);
	bool has_team = team != EK_NONE;
	s->cmd = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	s->cmd.by = t->by;
	c->contact = s->contact;
	c->channel = channel_of(s);
	c->waiting_since = t->now;
	if (has_team && !ek_api_conversation_has_team(t, (ek_team_id){(uint32_t)team}, &has_team))
		return false;
	c->team.v = has_team ? (uint32_t)team : 0;
	return arrive(t, s);
}

static bool check(struct ek_turn *t)
{
	struct taking *s = t->state;
	return find_old(t, s) && find_thread(t, s) && find_contact(t, s) && choose(t, s);
}

/* ---- its rows */

static void put_new(struct ek_turn *t, const struct taking *s, ek_conversation_id id)
{
	struct ek_views_value v[EK_CONTENT_CONVERSATION_PROFILES_WIDTH] = {0};
	struct ek_views_value thread[EK_CONTENT_SOURCE_THREADS_WIDTH] = {0};
	char channels[32];
	size_t n = ek_format(channels, sizeof channels, "[\"%s\"]",
			     ek_enums_wire(EK_ENUM_CAPACITY_CLASS, channel_of(s)));
	v[EK_CONTENT_CONVERSATION_PROFILES_CONVERSATION] = ek_views_int(id.v);
	v[EK_CONTENT_CONVERSATION_PROFILES_CONTACT] = ek_views_id(s->contact.v);
	v[EK_CONTENT_CONVERSATION_PROFILES_TITLE] = ek_views_text(s->said[EK_API_SOURCES_TITLE]);
	v[EK_CONTENT_CONVERSATION_PROFILES_CHANNELS] =
		ek_views_text((ek_str){channels, (uint32_t)n});
	v[EK_CONTENT_CONVERSATION_PROFILES_ATTRIBUTES] = ek_views_text(s->given.attributes);
	v[EK_CONTENT_CONVERSATION_PROFILES_CREATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_CONVERSATION_PROFILES_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_CONVERSATION_PROFILES, v);
	ek_api_arrival_put_tags(t, &s->given.tags, id);
	if (s->arrival.rules.version != 0)
		ek_api_arrival_put(t, &s->arrival, id);
	if (s->said[EK_API_SOURCES_CONVERSATION].p == NULL)
		return;
	thread[EK_CONTENT_SOURCE_THREADS_SOURCE] = ek_views_int((int64_t)s->source);
	thread[EK_CONTENT_SOURCE_THREADS_THREAD] =
		ek_views_text(s->said[EK_API_SOURCES_CONVERSATION]);
	thread[EK_CONTENT_SOURCE_THREADS_CONVERSATION] = ek_views_int(id.v);
	thread[EK_CONTENT_SOURCE_THREADS_CREATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_SOURCE_THREADS, thread);
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	struct taking *s = t->state;
	struct ek_conversation_view view = {0};
	bool is_new = s->conversation.v == 0;
	ek_conversation_id id = is_new ? (ek_conversation_id){answer->id} : s->conversation;
	erase_old(t, s);
	if (s->is_new_contact)
		ek_api_contact_put_new(
			t, s->contact,
			&(struct ek_api_contact_new){.name = s->said[EK_API_SOURCES_NAME],
						     .email = s->said[EK_API_SOURCES_EMAIL],
						     .key = s->email_key});
	if (is_new)
		put_new(t, s, id);
	(void)ek_look_conversation(t->engine, id, &view);
	const struct ek_api_conversation_part part = {
		.conversation = id,
		.kind = "message",
		.is_contacts = true,
		.contact = s->contact.v != 0 ? s->contact : view.contact,
		.channel = channel_of(s),
		.text = s->said[EK_API_SOURCES_TEXT],
		.team = view.team,
	};
	uint64_t part_id = ek_api_conversation_put_part(t, &part);
	ek_api_conversation_put_reopened(t, answer, id);
	put_entry(t, s, id.v, part_id);
	t->status = is_new ? 201 : 200;
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "conversation", EK_IDENT_CONVERSATION, id.v);
	ek_api_put_id(&t->out, "part", EK_IDENT_PART, part_id);
	ek_api_put_bool(&t->out, "is_new", is_new);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

/* ---- the operation */

/* The same webhook-id of the same source is the same request. */
static void take_key(struct ek_turn *t, const struct taking *s)
{
	char text[EK_SIGN_ID + 64];
	size_t n = ek_format(text, 64, "source %llu ", (unsigned long long)s->source);
	memcpy(text + n, s->headers.id.p, s->headers.id.n);
	ek_hash_once(text, n + s->headers.id.n, t->key.key);
	t->has_key = true;
}

static void take(struct ek_turn *t, struct taking *s)
{
	take_key(t, s);
	t->by = (struct ek_actor){EK_ACTOR_SYSTEM, 0};
	s->cmd = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	struct ek_turn_write write = {.cmd = &s->cmd, .check = check, .made = made};
	ek_api_sla_watch(t, &write);
	ek_turn_write(t, &write);
}

void ek_api_post_source_message(struct ek_turn *t)
{
	struct taking *s = EK_TURN_NEW(t, struct taking);
	t->state = s;
	if (s == NULL || !find_source(t, s)) {
		ek_turn_reply(t, 0);
		return;
	}
	if (!is_signed(t, s))
		refuse(t, s, EK_PROBLEM_UNAUTHENTICATED, "signature");
	else if (ek_turn_int(&s->row[EK_CONTENT_SOURCES_ACTIVE]) != 1)
		refuse(t, s, EK_PROBLEM_CONFLICT, "switched_off");
	else if (!read_body(t, s))
		refuse(t, s, EK_PROBLEM_NONE, "message");
	else
		take(t, s);
}
