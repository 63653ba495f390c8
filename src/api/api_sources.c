#include "api/api_sources.h"

#include <string.h>

#include "api/api_conversation.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_signer.h"
#include "api/api_state.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "model/limits.h"
#include "wire/list.h"

enum { WIDTH = EK_CONTENT_SOURCES_WIDTH, URL_MAX = 600 };
#define SHOWN \
	"s.*, (SELECT max(m.at_ms) FROM source_messages m WHERE m.source = s.source AND " \
	"m.outcome = 'taken')"
#define LIVE "s.deleted_ms IS NULL"

static const char *const members[] = {"conversation", "title", "text", "email", "name", NULL};
static const char *const usual[] = {"/conversation", "/title", "/text", "/contact/email",
				    "/contact/name"};

struct source {
	struct ek_api_signer signer;
	struct ek_views_value row[WIDTH + 1]; /* and when it last posted */
	struct ek_patch_value next[5];
	ek_str mapping;
	bool is_new;
};
enum { NAME, TEAM, MAPPING, CHANNEL, ACTIVE = 3 }; /* of next: POST, PATCH */

/* ---- mappings */

bool ek_api_sources_mapping(struct ek_turn *t, ek_str json, ek_str out[EK_API_SOURCES_MEMBERS])
{
	struct ek_patch *kept = EK_TURN_NEW(t, struct ek_patch);
	if (kept == NULL)
		return false;
	bool ok = ek_patch_open(kept, json, t->arena, &t->problem);
	struct ek_patch_at root = ek_patch_root(kept);
	for (int i = 0; i < EK_API_SOURCES_MEMBERS; i++) {
		struct ek_patch_at at = ek_patch_member(&root, members[i]);
		out[i] = (ek_str){NULL, 0};
		if (ok && ek_patch_state(&at) == EK_PATCH_VALUE)
			ok = ek_patch_text(&at, 0, EK_API_SOURCES_POINTER, &out[i]);
		out[i] = ek_turn_copy(t, out[i]);
	}
	ek_patch_close(kept);
	return ok;
}

static void bind_pointer(const struct ek_patch_at *at, ek_str *out)
{
	if (ek_patch_text(at, 1, EK_API_SOURCES_POINTER, out) && out->p[0] != '/')
		ek_patch_fault(at, EK_FAULT_REFUSED,
			       "This is no JSON pointer, such as /ticket/id.");
}

static void bind_mapping(struct ek_turn *t, const struct ek_patch_value *v, ek_str *out)
{
	const bool is_said = v->state == EK_PATCH_VALUE;
	struct ek_json j;
	if (is_said && !ek_patch_members(&v->at, members, EK_API_SOURCES_MEMBERS))
		return;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	for (int i = 0; i < EK_API_SOURCES_MEMBERS; i++) {
		ek_str pointer = {usual[i], (uint32_t)strlen(usual[i])};
		struct ek_patch_at at = {0};
		if (is_said) {
			at = ek_patch_member(&v->at, members[i]);
			if (ek_patch_state(&at) == EK_PATCH_VALUE)
				bind_pointer(&at, &pointer);
			else if (ek_patch_state(&at) == EK_PATCH_NULL)
				pointer = (ek_str){NULL, 0};
		}
		if (i == EK_API_SOURCES_TEXT && pointer.p == NULL)
			ek_patch_fault(&at, EK_FAULT_NOT_NULL, NULL);
		ek_api_put_text(&j, members[i], pointer);
	}
	ek_json_object_end(&j);
	*out = ek_api_text_take(t, &j);
}

/* ---- writing */

static ek_time time_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? (ek_time){v->i} : EK_NO_TIME;
}

static void put_url(struct ek_turn *t, uint64_t id)
{
	char url[URL_MAX];
	size_t n = ek_format(url, sizeof url, "%s" EK_ROUTE_PREFIX "/sources/src_%llu/messages",
			     t->api->options.url, (unsigned long long)id);
	ek_api_put_text(&t->out, "url", (ek_str){url, (uint32_t)n});
}

static void put_source(struct ek_turn *t, const struct ek_views_value *v)
{
	struct ek_json *j = &t->out;
	uint64_t id = (uint64_t)ek_turn_int(&v[EK_CONTENT_SOURCES_SOURCE]);
	ek_time rotating = time_of(&v[EK_CONTENT_SOURCES_BEFORE_MS]);
	int64_t team = ek_turn_int(&v[EK_CONTENT_SOURCES_TEAM]);
	if (ek_time_is_set(rotating) && rotating.ms <= t->now.ms)
		rotating = EK_NO_TIME;
	ek_api_put_id(j, "id", EK_IDENT_SOURCE, id);
	ek_api_put_text(j, "name", ek_turn_text(&v[EK_CONTENT_SOURCES_NAME]));
	put_url(t, id);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, team == EK_NONE ? 0 : (uint64_t)team);
	ek_api_put_text(j, "channel", ek_turn_text(&v[EK_CONTENT_SOURCES_CHANNEL]));
	ek_api_put_raw(j, "mapping", ek_turn_text(&v[EK_CONTENT_SOURCES_MAPPING]));
	ek_api_put_bool(j, "active", ek_turn_int(&v[EK_CONTENT_SOURCES_ACTIVE]) == 1);
	ek_api_put_time(j, "rotating_until", rotating);
	ek_api_put_time(j, "last_at", time_of(&v[WIDTH]));
	ek_api_put_time(j, "created_at", time_of(&v[EK_CONTENT_SOURCES_CREATED_MS]));
}

static void show(struct ek_turn *t)
{
	const struct source *s = t->state;
	put_source(t, s->row);
}

/* ---- GET */

void ek_api_list_sources(struct ek_turn *t)
{
	static const struct ek_list_column columns[] = {
		[EK_LIST_sources_id] = {EK_LIST_NUMBER, "s.source", NULL}};
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_SOURCES),
		.columns = columns,
		.select = SHOWN,
		.from = "sources s",
		.id = "s.source",
	};
	const struct ek_api_list_ask ask = {.list = &list, .where = LIVE};
	struct ek_api_list l;
	if (!ek_turn_may(t, EK_MAY_WEBHOOK_MANAGE, NULL) || !ek_api_list_read(t, &ask, &l)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_list_begin(t, &l);
	for (uint32_t i = 0; i < l.rows.n; i++) {
		ek_json_object(&t->out);
		put_source(t, ek_api_list_at(&l, i));
		ek_json_object_end(&t->out);
	}
	ek_api_list_end(t, &l);
	ek_turn_reply(t, 200);
}

static bool read_row(struct ek_turn *t)
{
	struct source *s = t->state;
	const struct ek_views_value id = ek_views_int((int64_t)s->signer.id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT " SHOWN " FROM sources s WHERE s.source = $1 AND " LIVE, &id,
			    1, &rows))
		return false;
	if (rows.n == 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	memcpy(s->row, rows.v, sizeof s->row);
	return true;
}

static struct source *make(struct ek_turn *t);

static struct source *begin(struct ek_turn *t)
{
	struct source *s = make(t);
	bool ok = s != NULL && ek_turn_id(t, "id", EK_IDENT_SOURCE, &s->signer.id) &&
		  ek_turn_may(t, EK_MAY_WEBHOOK_MANAGE, NULL) && read_row(t);
	return ok ? s : NULL;
}

void ek_api_get_source(struct ek_turn *t)
{
	const struct source *s = begin(t);
	if (s != NULL && ek_query_end(&t->query)) {
		ek_json_object(&t->out);
		put_source(t, s->row);
		ek_json_object_end(&t->out);
		ek_turn_set_etag(t, ek_turn_int(&s->row[EK_CONTENT_SOURCES_REVISION]));
	}
	ek_turn_reply(t, 200);
}

/* ---- what it posted */

enum { ENTRY, SOURCE, MESSAGE, OUTCOME, REASON, CONVERSATION, BYTES, AT };

static void put_message(struct ek_turn *t, const struct ek_views_value *v)
{
	struct ek_json *j = &t->out;
	int64_t conversation = ek_turn_int(&v[CONVERSATION]);
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_ENTRY, (uint64_t)ek_turn_int(&v[ENTRY]));
	ek_api_put_id(j, "source", EK_IDENT_SOURCE, (uint64_t)ek_turn_int(&v[SOURCE]));
	ek_api_put_text(j, "message", ek_turn_text(&v[MESSAGE]));
	ek_api_put_text(j, "outcome", ek_turn_text(&v[OUTCOME]));
	ek_api_put_text(j, "reason", ek_turn_text(&v[REASON]));
	ek_api_put_id(j, "conversation", EK_IDENT_CONVERSATION,
		      conversation == EK_NONE ? 0 : (uint64_t)conversation);
	ek_api_put_int(j, "bytes", ek_turn_int(&v[BYTES]));
	ek_api_put_time(j, "at", time_of(&v[AT]));
	ek_json_object_end(j);
}

void ek_api_list_source_messages(struct ek_turn *t)
{
	static const struct ek_list_column columns[] = {
		[EK_LIST_source_messages_id] = {EK_LIST_NUMBER, "m.entry", NULL}};
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_SOURCE_MESSAGES),
		.columns = columns,
		.select = "m.entry, m.source, m.message, m.outcome, m.reason, m.conversation, "
			  "m.bytes, m.at_ms",
		.from = "source_messages m",
		.id = "m.entry",
	};
	const struct source *s = begin(t);
	const struct ek_views_value id = ek_views_int(s == NULL ? 0 : (int64_t)s->signer.id);
	const struct ek_api_list_ask ask = {
		.list = &list, .where = "m.source = $1", .args = &id, .n = 1};
	struct ek_api_list l;
	if (s == NULL || !ek_api_list_read(t, &ask, &l)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_list_begin(t, &l);
	for (uint32_t i = 0; i < l.rows.n; i++)
		put_message(t, ek_api_list_at(&l, i));
	ek_api_list_end(t, &l);
	ek_turn_reply(t, 200);
}

/* ---- what is kept of it: api_signer.h */

static void take_next(struct ek_turn *t)
{
	struct source *s = t->state;
	if (s->next[NAME].state == EK_PATCH_VALUE)
		s->row[EK_CONTENT_SOURCES_NAME] = ek_views_text(s->next[NAME].s);
	if (s->next[TEAM].state != EK_PATCH_ABSENT)
		s->row[EK_CONTENT_SOURCES_TEAM] = ek_views_id(
			s->next[TEAM].state == EK_PATCH_VALUE ? (uint32_t)s->next[TEAM].i : 0);
	if (s->mapping.p != NULL)
		s->row[EK_CONTENT_SOURCES_MAPPING] = ek_views_text(s->mapping);
	if (!s->is_new && s->next[ACTIVE].state == EK_PATCH_VALUE)
		s->row[EK_CONTENT_SOURCES_ACTIVE] = ek_views_int(s->next[ACTIVE].i);
}

static void begin_row(struct ek_turn *t)
{
	struct source *s = t->state;
	int channel = s->next[CHANNEL].state == EK_PATCH_VALUE ? (int)s->next[CHANNEL].i
							       : EK_CAPACITY_CLASS_API;
	const char *word = ek_enums_wire(EK_ENUM_CAPACITY_CLASS, channel);
	s->row[EK_CONTENT_SOURCES_SOURCE] = ek_views_int((int64_t)s->signer.id);
	s->row[EK_CONTENT_SOURCES_CHANNEL] = ek_views_text((ek_str){word, (uint32_t)strlen(word)});
	s->row[EK_CONTENT_SOURCES_ACTIVE] = ek_views_int(1);
	s->row[EK_CONTENT_SOURCES_TEAMMATE] = ek_views_id(t->self.v);
	s->row[EK_CONTENT_SOURCES_CREATED_MS] = ek_views_int(t->now.ms);
}

static void set_rotating(struct ek_turn *t, ek_time until)
{
	struct source *s = t->state;
	s->row[EK_CONTENT_SOURCES_BEFORE_MS] = ek_views_int(until.ms);
}

static struct source *make(struct ek_turn *t)
{
	static const struct ek_api_signer_kind kind = {
		.name = EK_API_SOURCES_KIND,
		.table = EK_CONTENT_SOURCES,
		.secret = EK_CONTENT_SOURCES_SECRET,
		.before = EK_CONTENT_SOURCES_SECRET_BEFORE,
		.revision = EK_CONTENT_SOURCES_REVISION,
		.updated = EK_CONTENT_SOURCES_UPDATED_MS,
		.count = "SELECT count(*) FROM sources s WHERE " LIVE,
		.max = EK_API_SOURCES_MAX,
		.read = read_row,
		.begin = begin_row,
		.take = take_next,
		.rotating = set_rotating,
		.show = show,
	};
	struct source *s = EK_TURN_NEW(t, struct source);
	t->state = s;
	if (s == NULL)
		return NULL;
	s->signer = (struct ek_api_signer){.kind = &kind, .row = s->row};
	return s;
}

static bool bind(struct ek_turn *t, struct source *s, bool is_new)
{
	const uint8_t must = is_new ? EK_PATCH_REQUIRED : 0;
	const struct ek_patch_rule rules[] = {
		{"name", EK_PATCH_OF_TEXT, 0, must, 1, EK_LIMIT_TEXT_BYTES, NULL},
		{"team", EK_PATCH_OF_ID, EK_IDENT_TEAM, EK_PATCH_NULLABLE, 0, 0, NULL},
		{"mapping", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		{is_new ? "channel" : "active", is_new ? EK_PATCH_OF_ENUM : EK_PATCH_OF_BOOL,
		 is_new ? EK_ENUM_CAPACITY_CLASS : 0, 0, 0, 0, NULL},
	};
	struct ek_patch_at root;
	s->is_new = is_new;
	if (!ek_query_end(&t->query) || !ek_turn_body(t, &root))
		return false;
	(void)ek_patch_bind(&root, rules, EK_LEN(rules), s->next);
	if (s->next[TEAM].state == EK_PATCH_VALUE &&
	    !ek_api_conversation_names_team(t, &s->next[TEAM].at,
					    (ek_team_id){(uint32_t)s->next[TEAM].i}))
		return false;
	if (is_new || s->next[MAPPING].state == EK_PATCH_VALUE)
		bind_mapping(t, &s->next[MAPPING], &s->mapping);
	return ek_problem_is_none(&t->problem);
}

/* ---- POST, PATCH, rotate, DELETE */

void ek_api_create_source(struct ek_turn *t)
{
	struct source *s = make(t);
	if (s == NULL || !bind(t, s, true) || !ek_turn_may(t, EK_MAY_WEBHOOK_MANAGE, NULL))
		ek_turn_reply(t, 0);
	else
		ek_api_signer_create(t);
}

void ek_api_update_source(struct ek_turn *t)
{
	struct source *s = begin(t);
	if (s == NULL || !bind(t, s, false))
		ek_turn_reply(t, 0);
	else
		ek_api_signer_update(t);
}

void ek_api_rotate_source_secret(struct ek_turn *t)
{
	if (begin(t) == NULL || !ek_query_end(&t->query))
		ek_turn_reply(t, 0);
	else
		ek_api_signer_rotate(t);
}

static void deleted(struct ek_turn *t, const struct ek_answer *a)
{
	struct source *s = t->state;
	int64_t revision = ek_turn_int(&s->row[EK_CONTENT_SOURCES_REVISION]);
	(void)a;
	s->row[EK_CONTENT_SOURCES_DELETED_MS] = ek_views_int(t->now.ms);
	s->row[EK_CONTENT_SOURCES_UPDATED_MS] = ek_views_int(t->now.ms);
	s->row[EK_CONTENT_SOURCES_REVISION] = ek_views_int(revision + 1);
	s->row[EK_CONTENT_SOURCES_ACTIVE] = ek_views_int(0);
	s->row[EK_CONTENT_SOURCES_SECRET] = (struct ek_views_value){0};
	s->row[EK_CONTENT_SOURCES_SECRET_BEFORE] = (struct ek_views_value){0};
	ek_turn_put(t, EK_CONTENT_SOURCES, s->row);
	ek_api_signer_note(t, "deleted");
	t->status = 204;
}

void ek_api_delete_source(struct ek_turn *t)
{
	if (begin(t) == NULL || !ek_query_end(&t->query))
		ek_turn_reply(t, 0);
	else
		ek_turn_write(t, &(struct ek_turn_write){.check = read_row, .made = deleted});
}
