/* Chat inboxes: where visitors of web sites write to us. The secret that host sites sign identities
 * with is told once and kept sealed. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_text.h"
#include "api/guard.h"
#include "api/handlers.h"
#include "api/identity.h"
#include "auth/secret.h"
#include "model/limits.h"
#include "wire/keep.h"
#include "wire/list.h"

enum {
	INBOXES_MAX = 200,
	SITES_MAX = 50,
	SITE_MAX = 120,
	LANGUAGES_MAX = 20,
	GREETING_MAX = 1000,
	WIDTH = EK_CONTENT_CHAT_INBOXES_WIDTH
};
enum { NAME, TEAM, SITES, LANGUAGES, GREETING, ASK_ADDRESS, SURVEY, MEMBERS };

struct editing {
	uint64_t id; /* 0 = it is made */
	struct ek_patch_at root;
	struct ek_patch_value v[MEMBERS];
	ek_str name;
	ek_str sites; /* JSON; p NULL = not said, as the next */
	ek_str languages;
	const struct ek_views_value *was;
	struct ek_views_value row[WIDTH];
	char secret[EK_IDENTITY_SECRET + 1];
	uint8_t sealed[EK_IDENTITY_SECRET + EK_SEAL_MORE];
};

/* ---- writing one */

static void write_one(struct ek_turn *t, const struct ek_views_value *v, uint64_t seq)
{
	struct ek_json *j = &t->out;
	int64_t team = ek_turn_int(&v[EK_CONTENT_CHAT_INBOXES_TEAM]);
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_CHAT_INBOX, (uint64_t)v[EK_CONTENT_CHAT_INBOXES_INBOX].i);
	ek_api_put_text(j, "name", ek_turn_text(&v[EK_CONTENT_CHAT_INBOXES_NAME]));
	ek_api_put_id(j, "team", EK_IDENT_TEAM, team == EK_NONE ? 0 : (uint64_t)team);
	ek_api_put_raw(j, "sites", ek_turn_text(&v[EK_CONTENT_CHAT_INBOXES_SITES]));
	ek_api_put_raw(j, "languages", ek_turn_text(&v[EK_CONTENT_CHAT_INBOXES_LANGUAGES]));
	ek_api_put_raw(j, "greeting", ek_turn_text(&v[EK_CONTENT_CHAT_INBOXES_GREETING]));
	ek_api_put_bool(j, "ask_address",
			ek_turn_int(&v[EK_CONTENT_CHAT_INBOXES_ASK_ADDRESS]) == 1);
	ek_api_put_bool(j, "survey", ek_turn_int(&v[EK_CONTENT_CHAT_INBOXES_SURVEY]) == 1);
	ek_api_put_bool(j, "identity_set", v[EK_CONTENT_CHAT_INBOXES_SECRET].kind == EK_VIEWS_BLOB);
	ek_api_put_time(j, "created_at",
			(ek_time){ek_turn_int(&v[EK_CONTENT_CHAT_INBOXES_CREATED_MS])});
	if (seq != 0)
		ek_api_put_int(j, "seq", (int64_t)seq);
	ek_json_object_end(j);
}

/* ---- reading */

static bool find(struct ek_turn *t, uint64_t id, const struct ek_views_value **row)
{
	bool found = false;
	if (!ek_turn_row(t, EK_CONTENT_CHAT_INBOXES, (int64_t)id, row, &found))
		return false;
	if (found && (*row)[EK_CONTENT_CHAT_INBOXES_DELETED_MS].kind == EK_VIEWS_NULL)
		return true;
	return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

void ek_api_list_chat_inboxes(struct ek_turn *t)
{
	static const struct ek_list_column columns[] = {
		[EK_LIST_chat_inboxes_id] = {EK_LIST_NUMBER, "i.inbox", NULL}};
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_CHAT_INBOXES),
		.columns = columns,
		.select = "i.*",
		.from = "chat_inboxes i",
		.id = "i.inbox",
	};
	const struct ek_api_list_ask ask = {.list = &list, .where = "i.deleted_ms IS NULL"};
	struct ek_api_list l;
	if (!ek_turn_may(t, EK_MAY_CHAT_INBOX_READ, NULL) || !ek_api_list_read(t, &ask, &l)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_list_begin(t, &l);
	for (uint32_t i = 0; i < l.rows.n; i++)
		write_one(t, ek_api_list_at(&l, i), 0);
	ek_api_list_end(t, &l);
	ek_turn_reply(t, 200);
}

void ek_api_get_chat_inbox(struct ek_turn *t)
{
	const struct ek_views_value *row;
	uint64_t id;
	if (ek_query_end(&t->query) && ek_turn_id(t, "id", EK_IDENT_CHAT_INBOX, &id) &&
	    ek_turn_may(t, EK_MAY_CHAT_INBOX_READ, NULL) && find(t, id, &row)) {
		ek_turn_set_etag(t, row[EK_CONTENT_CHAT_INBOXES_REVISION].i);
		write_one(t, row, 0);
	}
	ek_turn_reply(t, 200);
}

/* ---- what is asked for */

static uint32_t scheme_of(ek_str s)
{
	static const char *const schemes[] = {"https://", "http://"};
	for (size_t i = 0; i < EK_LEN(schemes); i++) {
		uint32_t n = (uint32_t)strlen(schemes[i]);
		if (s.n > n && memcmp(s.p, schemes[i], n) == 0)
			return n;
	}
	return 0;
}

static bool is_host_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' || c == '-';
}

/* Nothing, or a colon and up to five digits. */
static bool is_port(ek_str s)
{
	bool ok = s.n == 0 || (s.n >= 2 && s.n <= 6 && s.p[0] == ':');
	for (uint32_t i = 1; i < s.n && ok; i++)
		ok = s.p[i] >= '0' && s.p[i] <= '9';
	return ok;
}

/* An origin as browsers write it (RFC 6454, section 6.2): in a header it stands as it is. Without
 * TLS anybody on the way could say what the page says: that is for this machine alone. */
static bool is_origin(ek_str s)
{
	uint32_t from = scheme_of(s);
	uint32_t n = 0;
	if (from == 0)
		return false;
	while (from + n < s.n && is_host_char(s.p[from + n]))
		n++;
	const ek_str host = {s.p + from, n};
	const ek_str rest = {s.p + from + n, s.n - from - n};
	bool is_here = ek_str_is(host, "localhost") || ek_str_is(host, "127.0.0.1");
	return n > 0 && is_port(rest) && (s.p[4] == 's' || is_here);
}

static void take_sites(struct ek_turn *t, struct editing *e)
{
	const struct ek_patch_at *at = &e->v[SITES].at;
	uint32_t n = 0;
	if (ek_patch_state(at) == EK_PATCH_ABSENT || !ek_patch_list(at, 0, SITES_MAX, &n))
		return;
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		ek_str text;
		if (ek_patch_text(&row, 1, SITE_MAX, &text) && !is_origin(text))
			ek_patch_fault(&row, EK_FAULT_REFUSED,
				       "This is no origin such as https://shop.example.");
	}
	if (ek_problem_is_none(&t->problem))
		(void)ek_api_text_list(t, at, SITES_MAX, &e->sites);
}

static bool bind(struct ek_turn *t, struct editing *e)
{
	const uint8_t needed = e->id == 0 ? EK_PATCH_REQUIRED : 0;
	const struct ek_patch_rule rules[MEMBERS] = {
		[NAME] = {"name", EK_PATCH_OF_ANY, 0, needed, 0, 0, NULL},
		[TEAM] = {"team", EK_PATCH_OF_ID, EK_IDENT_TEAM, EK_PATCH_NULLABLE, 0, 0, NULL},
		[SITES] = {"sites", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[LANGUAGES] = {"languages", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[GREETING] = {"greeting", EK_PATCH_OF_ANY, 0, EK_PATCH_NULLABLE, 0, 0, NULL},
		[ASK_ADDRESS] = {"ask_address", EK_PATCH_OF_BOOL, 0, 0, 0, 0, NULL},
		[SURVEY] = {"survey", EK_PATCH_OF_BOOL, 0, 0, 0, 0, NULL},
	};
	if (!ek_turn_body(t, &e->root))
		return false;
	(void)ek_patch_bind(&e->root, rules, MEMBERS, e->v);
	if (ek_patch_state(&e->v[NAME].at) != EK_PATCH_ABSENT)
		(void)ek_api_text_name(t, &e->v[NAME].at, &e->name);
	take_sites(t, e);
	if (ek_patch_state(&e->v[LANGUAGES].at) != EK_PATCH_ABSENT)
		(void)ek_api_text_languages(t, &e->v[LANGUAGES].at, LANGUAGES_MAX, &e->languages);
	return true;
}

static bool may_edit(struct ek_turn *t, ek_team_id team)
{
	const struct ek_may_object object = {.teams = &team, .team_count = team.v != 0};
	return ek_turn_may(t, EK_MAY_CHAT_INBOX_EDIT, &object);
}

static ek_team_id team_of(const struct ek_views_value *row)
{
	int64_t team = ek_turn_int(&row[EK_CONTENT_CHAT_INBOXES_TEAM]);
	return (ek_team_id){team == EK_NONE ? 0 : (uint32_t)team};
}

/* As it is, and as it is to be. */
static bool may_both(struct ek_turn *t, const struct editing *e)
{
	ek_team_id to = {e->v[TEAM].state == EK_PATCH_VALUE ? (uint32_t)e->v[TEAM].i : 0};
	if (e->was != NULL && !may_edit(t, team_of(e->was)))
		return false;
	return (e->v[TEAM].state == EK_PATCH_ABSENT && e->was != NULL) || may_edit(t, to);
}

/* ---- the row as it will be: in check */

static bool set_team(struct ek_turn *t, struct editing *e)
{
	struct ek_turn_rows rows;
	if (e->v[TEAM].state == EK_PATCH_NULL)
		e->row[EK_CONTENT_CHAT_INBOXES_TEAM] = ek_views_id(0);
	if (e->v[TEAM].state != EK_PATCH_VALUE)
		return true;
	const struct ek_views_value team = ek_views_int(e->v[TEAM].i);
	if (!ek_turn_select(t,
			    "SELECT team FROM team_profiles WHERE team = $1 AND deleted_ms IS NULL",
			    &team, 1, &rows))
		return false;
	if (rows.n == 0)
		return ek_patch_fault(&e->v[TEAM].at, EK_FAULT_NOT_FOUND, NULL);
	e->row[EK_CONTENT_CHAT_INBOXES_TEAM] = team;
	return true;
}

static bool set_greeting(struct ek_turn *t, struct editing *e)
{
	static const struct ek_keep_limits limits = {20, 35, GREETING_MAX};
	struct ek_views_value *to = &e->row[EK_CONTENT_CHAT_INBOXES_GREETING];
	const struct ek_patch_at *at = &e->v[GREETING].at;
	struct ek_keep_map before, after;
	struct ek_json j;
	if (ek_patch_state(at) == EK_PATCH_NULL)
		*to = ek_views_text((ek_str){NULL, 0});
	if (ek_patch_state(at) != EK_PATCH_VALUE)
		return true;
	if (!ek_keep_read(ek_turn_text(to), t->arena, &before) ||
	    !ek_keep_patch(at, &before, &limits, &after))
		return false;
	ek_api_text_begin(t, &j);
	ek_keep_write(&j, &after);
	*to = ek_views_text(after.n == 0 ? (ek_str){NULL, 0} : ek_api_text_take(t, &j));
	return true;
}

static bool set_row(struct ek_turn *t, struct editing *e)
{
	struct ek_views_value *v = e->row;
	if (e->name.p != NULL)
		v[EK_CONTENT_CHAT_INBOXES_NAME] = ek_views_text(e->name);
	if (e->sites.p != NULL)
		v[EK_CONTENT_CHAT_INBOXES_SITES] = ek_views_text(e->sites);
	if (e->languages.p != NULL)
		v[EK_CONTENT_CHAT_INBOXES_LANGUAGES] = ek_views_text(e->languages);
	if (e->v[ASK_ADDRESS].state == EK_PATCH_VALUE)
		v[EK_CONTENT_CHAT_INBOXES_ASK_ADDRESS] = ek_views_int(e->v[ASK_ADDRESS].i);
	if (e->v[SURVEY].state == EK_PATCH_VALUE)
		v[EK_CONTENT_CHAT_INBOXES_SURVEY] = ek_views_int(e->v[SURVEY].i);
	return set_team(t, e) && set_greeting(t, e);
}

static void put_row(struct ek_turn *t, struct editing *e, const char *action)
{
	e->row[EK_CONTENT_CHAT_INBOXES_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_CHAT_INBOXES, e->row);
	ek_turn_set_etag(t, e->row[EK_CONTENT_CHAT_INBOXES_REVISION].i);
	ek_api_audit_add(t, &(struct ek_api_audit){.action = action,
						   .object_kind = "chat_inbox",
						   .object = e->id,
						   .team = team_of(e->row)});
}

/* ---- POST */

static bool check_create(struct ek_turn *t)
{
	struct editing *e = t->state;
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT count(*) FROM chat_inboxes WHERE deleted_ms IS NULL", NULL,
			    0, &rows))
		return false;
	if (ek_turn_int(&rows.v[0]) >= INBOXES_MAX)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "there are at most %d of these", INBOXES_MAX);
	e->row[EK_CONTENT_CHAT_INBOXES_SITES] = ek_views_text(EK_S("[]"));
	e->row[EK_CONTENT_CHAT_INBOXES_LANGUAGES] = ek_views_text(EK_S("[\"en\"]"));
	e->row[EK_CONTENT_CHAT_INBOXES_ASK_ADDRESS] = ek_views_int(1);
	e->row[EK_CONTENT_CHAT_INBOXES_SURVEY] = ek_views_int(1);
	e->row[EK_CONTENT_CHAT_INBOXES_CREATED_MS] = ek_views_int(t->now.ms);
	e->row[EK_CONTENT_CHAT_INBOXES_REVISION] = ek_views_int(1);
	return set_row(t, e);
}

static void created(struct ek_turn *t, const struct ek_answer *a)
{
	struct editing *e = t->state;
	(void)a;
	e->id = ek_turn_new_id(t, EK_CONTENT_CHAT_INBOXES);
	e->row[EK_CONTENT_CHAT_INBOXES_INBOX] = ek_views_int((int64_t)e->id);
	put_row(t, e, "chat_inbox.created");
	t->status = 201;
	write_one(t, e->row, t->seq);
}

void ek_api_create_chat_inbox(struct ek_turn *t)
{
	struct editing *e = EK_TURN_NEW(t, struct editing);
	t->state = e;
	if (e != NULL && ek_query_end(&t->query) && bind(t, e) && may_both(t, e))
		ek_turn_write(t, &(struct ek_turn_write){.check = check_create, .made = created});
	else
		ek_turn_reply(t, 0);
}

/* ---- PATCH, DELETE, rotate */

/* The row as it is now, of a team of theirs. */
static bool check_known(struct ek_turn *t, struct editing *e)
{
	if (!find(t, e->id, &e->was) || !may_both(t, e))
		return false;
	memcpy(e->row, e->was, sizeof e->row);
	e->row[EK_CONTENT_CHAT_INBOXES_REVISION] =
		ek_views_int(e->was[EK_CONTENT_CHAT_INBOXES_REVISION].i + 1);
	return true;
}

static bool check_update(struct ek_turn *t)
{
	struct editing *e = t->state;
	return check_known(t, e) &&
	       ek_turn_if_match(t, e->was[EK_CONTENT_CHAT_INBOXES_REVISION].i) && set_row(t, e);
}

static void updated(struct ek_turn *t, const struct ek_answer *a)
{
	struct editing *e = t->state;
	(void)a;
	put_row(t, e, "chat_inbox.changed");
	write_one(t, e->row, t->seq);
}

/* Of the path; rights come before what was wrong. */
static struct editing *begin(struct ek_turn *t)
{
	struct editing *e = EK_TURN_NEW(t, struct editing);
	t->state = e;
	bool ok = e != NULL && ek_query_end(&t->query) &&
		  ek_turn_id(t, "id", EK_IDENT_CHAT_INBOX, &e->id) && find(t, e->id, &e->was) &&
		  may_edit(t, team_of(e->was));
	return ok ? e : NULL;
}

void ek_api_update_chat_inbox(struct ek_turn *t)
{
	struct editing *e = begin(t);
	if (e != NULL && bind(t, e) && may_both(t, e))
		ek_turn_write(t, &(struct ek_turn_write){.check = check_update, .made = updated});
	else
		ek_turn_reply(t, 0);
}

static bool check_plain(struct ek_turn *t)
{
	return check_known(t, t->state);
}

/* What came by it names it still; its secret is gone. */
static void deleted(struct ek_turn *t, const struct ek_answer *a)
{
	struct editing *e = t->state;
	(void)a;
	e->row[EK_CONTENT_CHAT_INBOXES_SECRET] = ek_views_text((ek_str){NULL, 0});
	e->row[EK_CONTENT_CHAT_INBOXES_DELETED_MS] = ek_views_int(t->now.ms);
	put_row(t, e, "chat_inbox.deleted");
	t->etag[0] = 0;
	t->status = 204;
}

void ek_api_delete_chat_inbox(struct ek_turn *t)
{
	struct editing *e = begin(t);
	if (e != NULL)
		ek_turn_write(t, &(struct ek_turn_write){.check = check_plain, .made = deleted});
	else
		ek_turn_reply(t, 0);
}

static void write_secret(struct ek_turn *t, const struct editing *e, bool is_told)
{
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "id", EK_IDENT_CHAT_INBOX, e->id);
	ek_api_put_text(&t->out, "secret",
			is_told ? (ek_str){e->secret, EK_IDENTITY_SECRET} : (ek_str){NULL, 0});
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

static void rotated(struct ek_turn *t, const struct ek_answer *a)
{
	struct editing *e = t->state;
	char place[48];
	(void)a;
	struct ek_secret secret = ek_secret_make();
	ek_secret_cookie(&secret, e->secret);
	ek_secret_wipe(&secret, sizeof secret);
	size_t n = ek_format(place, sizeof place, "chat inbox %llu", (unsigned long long)e->id);
	ek_seal_put(ek_guard_seal(t), (ek_str){place, (uint32_t)n}, e->secret, EK_IDENTITY_SECRET,
		    e->sealed);
	e->row[EK_CONTENT_CHAT_INBOXES_SECRET] = ek_views_blob(e->sealed, sizeof e->sealed);
	put_row(t, e, "chat_inbox.rotated");
	t->etag[0] = 0;
	t->status = 200;
	write_secret(t, e, false);
}

static void tell(struct ek_turn *t)
{
	struct editing *e = t->state;
	ek_json_reset(&t->out);
	write_secret(t, e, true);
	ek_secret_wipe(e->secret, sizeof e->secret);
}

void ek_api_rotate_chat_inbox(struct ek_turn *t)
{
	struct editing *e = begin(t);
	if (e != NULL && ek_guard_seal(t) == NULL)
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE,
			       "this server has no master key: give it a directory for one");
	if (e != NULL && ek_problem_is_none(&t->problem))
		ek_turn_write(t, &(struct ek_turn_write){
					 .check = check_plain, .made = rotated, .tell = tell});
	else
		ek_turn_reply(t, 0);
}
