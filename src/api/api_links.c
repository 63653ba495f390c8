/* Secret addresses that read: calendar feeds and wallboards. The secret is told once, as part of an
 * address; what is kept is its hash. */
#include <string.h>

#include "api/api_links.h"

#include "api/api_audit.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "auth/secret.h"
#include "model/limits.h"
#include "wire/list.h"

enum { LINKS_MAX = 100, TEAMS_MAX = 50, URL_MAX = 512, COLUMNS = EK_CONTENT_SECRET_LINKS_WIDTH };

#define SELECT \
	"k.link, k.kind, k.teammate, k.name, k.hash, k.teams, k.created_ms, k.used_ms, " \
	"k.revoked_ms"

/* What the two have and have not in common. */
struct kind {
	const char *word; /* in the column kind */
	enum ek_ident_kind ident;
	enum ek_may manage;
	enum ek_may own; /* EK_MAY_NEVER: nobody's own */
	const char *object_kind;
	const char *created;
	const char *revoked;
};
static const struct kind calendar = {
	"calendar",      EK_IDENT_FEED,           EK_MAY_FEED_MANAGE,     EK_MAY_FEED_OWN,
	"calendar_feed", "calendar_feed.created", "calendar_feed.revoked"};
static const struct kind wallboard = {
	"wallboard", EK_IDENT_WALLBOARD,  EK_MAY_WALLBOARD_MANAGE, EK_MAY_NEVER,
	"wallboard", "wallboard.created", "wallboard.revoked"};

struct link {
	const struct kind *kind;
	struct ek_views_value row[COLUMNS];
	uint8_t hash[EK_HASH_BYTES];
	char url[URL_MAX];
	const struct ek_views_value *found;
	uint64_t id;
};

static ek_str text_of(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

/* ---- writing */

uint32_t ek_api_links_teams(const struct ek_views_value *teams, ek_team_id *out, uint32_t cap)
{
	ek_str s = ek_turn_text(teams);
	uint32_t n = 0;
	uint32_t id = 0;
	for (uint32_t i = 0; s.p != NULL && i < s.n; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9') {
			id = id * 10 + (uint32_t)(s.p[i] - '0');
			continue;
		}
		if (id != 0 && n < cap)
			out[n++] = (ek_team_id){id};
		id = 0;
	}
	return n;
}

static void put_link(struct ek_json *j, const struct kind *kind, const struct ek_views_value *v)
{
	ek_team_id teams[TEAMS_MAX];
	uint32_t n = ek_api_links_teams(&v[EK_CONTENT_SECRET_LINKS_TEAMS], teams, TEAMS_MAX);
	ek_api_put_id(j, "id", kind->ident,
		      (uint64_t)ek_turn_int(&v[EK_CONTENT_SECRET_LINKS_LINK]));
	if (kind == &calendar) {
		ek_api_put_word(j, "kind", n == 0 ? "me" : "team");
		ek_api_put_id(j, "team", EK_IDENT_TEAM, n == 0 ? 0 : teams[0].v);
		ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE,
			      (uint64_t)ek_turn_int(&v[EK_CONTENT_SECRET_LINKS_TEAMMATE]));
	} else {
		ek_api_put_text(j, "name", ek_turn_text(&v[EK_CONTENT_SECRET_LINKS_NAME]));
		ek_json_key(j, "teams");
		ek_json_list(j);
		for (uint32_t i = 0; i < n; i++)
			ek_ident_write(j, EK_IDENT_TEAM, teams[i].v);
		ek_json_list_end(j);
	}
	ek_api_put_time(j, "created_at",
			(ek_time){ek_turn_int(&v[EK_CONTENT_SECRET_LINKS_CREATED_MS])});
}

/* ---- lists */

static bool may_manage(const struct ek_turn *t, const struct kind *kind)
{
	return ek_may_is(&t->actor, kind->manage, &(struct ek_may_object){0});
}

/* The caller's own, where there are such; else what managing takes. */
static bool may(struct ek_turn *t, const struct kind *kind)
{
	const struct ek_may_object own = ek_may_own(&t->actor);
	if (may_manage(t, kind))
		return true;
	return kind->own != EK_MAY_NEVER ? ek_turn_may(t, kind->own, &own)
					 : ek_turn_may(t, kind->manage, NULL);
}

static void answer_list(struct ek_turn *t, const struct kind *kind, const struct ek_list *list)
{
	struct ek_api_list l;
	const struct ek_views_value args[] = {ek_views_text(text_of(kind->word)),
					      ek_views_int(t->self.v)};
	bool all = may_manage(t, kind);
	const struct ek_api_list_ask ask = {
		.list = list,
		.where = all ? "k.revoked_ms IS NULL AND k.kind = $1"
			     : "k.revoked_ms IS NULL AND k.kind = $1 AND k.teammate = $2",
		.args = args,
		.n = all ? 1 : 2,
	};
	if (!may(t, kind) || !ek_api_list_read(t, &ask, &l)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_list_begin(t, &l);
	for (uint32_t i = 0; i < l.rows.n; i++) {
		ek_json_object(&t->out);
		put_link(&t->out, kind, ek_api_list_at(&l, i));
		ek_json_object_end(&t->out);
	}
	ek_api_list_end(t, &l);
	ek_turn_reply(t, 200);
}

void ek_api_list_calendar_feeds(struct ek_turn *t)
{
	static const struct ek_list_column columns[] = {
		[EK_LIST_feeds_id] = {EK_LIST_NUMBER, "k.link", NULL}};
	const struct ek_list list = {.table = ek_list_table(EK_LIST_FEEDS),
				     .columns = columns,
				     .select = SELECT,
				     .from = "secret_links k",
				     .id = "k.link"};
	answer_list(t, &calendar, &list);
}

void ek_api_list_wallboards(struct ek_turn *t)
{
	static const struct ek_list_column columns[] = {
		[EK_LIST_wallboards_id] = {EK_LIST_NUMBER, "k.link", NULL}};
	const struct ek_list list = {.table = ek_list_table(EK_LIST_WALLBOARDS),
				     .columns = columns,
				     .select = SELECT,
				     .from = "secret_links k",
				     .id = "k.link"};
	answer_list(t, &wallboard, &list);
}

/* ---- making one */

static bool check_count(struct ek_turn *t)
{
	const struct link *s = t->state;
	struct ek_turn_rows rows;
	const struct ek_views_value args[] = {ek_views_text(text_of(s->kind->word)),
					      ek_views_int(t->self.v)};
	if (!ek_turn_select(t,
			    "SELECT count(*) FROM secret_links WHERE kind = $1 AND teammate = $2"
			    " AND revoked_ms IS NULL",
			    args, 2, &rows))
		return false;
	return ek_turn_int(&rows.v[0]) < LINKS_MAX ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "nobody has more than %d of these; revoke some first", LINKS_MAX);
}

static void answer_with(struct ek_turn *t, ek_str url)
{
	const struct link *s = t->state;
	ek_json_object(&t->out);
	put_link(&t->out, s->kind, s->row);
	ek_api_put_text(&t->out, "url", url);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

static void print_url(struct ek_turn *t, struct link *s, const char *secret)
{
	bool team = s->row[EK_CONTENT_SECRET_LINKS_TEAMS].kind != EK_VIEWS_NULL;
	if (s->kind == &calendar)
		ek_format(s->url, URL_MAX, "%s/calendar/%s/%s.ics", t->api->options.url, secret,
			  team ? "team" : "me");
	else
		ek_format(s->url, URL_MAX, "%s/wall/%s", t->api->options.url, secret);
}

static void created(struct ek_turn *t, const struct ek_answer *answer)
{
	struct link *s = t->state;
	struct ek_secret secret = ek_secret_make();
	char text[EK_SECRET_COOKIE + 1];
	(void)answer;
	s->id = ek_turn_new_id(t, EK_CONTENT_SECRET_LINKS);
	ek_secret_hash(&secret, s->hash);
	ek_secret_cookie(&secret, text);
	print_url(t, s, text);
	ek_secret_wipe(&secret, sizeof secret);
	ek_secret_wipe(text, sizeof text);
	s->row[EK_CONTENT_SECRET_LINKS_LINK] = ek_views_int((int64_t)s->id);
	s->row[EK_CONTENT_SECRET_LINKS_KIND] = ek_views_text(text_of(s->kind->word));
	s->row[EK_CONTENT_SECRET_LINKS_TEAMMATE] = ek_views_id(t->self.v);
	s->row[EK_CONTENT_SECRET_LINKS_HASH] = ek_views_blob(s->hash, sizeof s->hash);
	s->row[EK_CONTENT_SECRET_LINKS_CREATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_SECRET_LINKS, s->row);
	ek_api_audit_add(t, &(struct ek_api_audit){.action = s->kind->created,
						   .object_kind = s->kind->object_kind,
						   .object = s->id});
	answer_with(t, (ek_str){NULL, 0});
	t->status = 201;
}

static void tell(struct ek_turn *t)
{
	struct link *s = t->state;
	ek_json_reset(&t->out);
	answer_with(t, text_of(s->url));
}

static bool has_team(struct ek_turn *t, const struct ek_patch_at *at, uint64_t id)
{
	struct ek_turn_rows rows;
	const struct ek_views_value key = ek_views_int((int64_t)id);
	return ek_turn_select(t, "SELECT team FROM teams WHERE team = $1 AND deleted = 0", &key, 1,
			      &rows) &&
	       (rows.n > 0 || ek_patch_fault(at, EK_FAULT_NOT_FOUND, NULL));
}

static void keep_teams(struct ek_turn *t, struct link *s, const uint64_t *ids, uint32_t n)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	for (uint32_t i = 0; i < n; i++)
		ek_json_uint(&j, ids[i]);
	ek_json_list_end(&j);
	s->row[EK_CONTENT_SECRET_LINKS_TEAMS] = ek_views_text(ek_api_text_take(t, &j));
}

static void write_link(struct ek_turn *t, struct link *s)
{
	if (!ek_problem_is_none(&t->problem) || !may(t, s->kind))
		ek_turn_reply(t, 0);
	else
		ek_turn_write(t, &(struct ek_turn_write){
					 .check = check_count, .made = created, .tell = tell});
}

static struct link *begin(struct ek_turn *t, const struct kind *kind)
{
	struct link *s = EK_TURN_NEW(t, struct link);
	t->state = s;
	if (s != NULL)
		s->kind = kind;
	return s;
}

void ek_api_create_calendar_feed(struct ek_turn *t)
{
	static const char *const kinds[] = {"me", "team", NULL};
	static const struct ek_patch_rule rules[] = {
		{"kind", EK_PATCH_OF_WORD, 0, EK_PATCH_REQUIRED, 0, 0, kinds},
		{"team", EK_PATCH_OF_ID, EK_IDENT_TEAM, EK_PATCH_NULLABLE, 0, 0, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	struct ek_patch_at root;
	struct link *s = begin(t, &calendar);
	if (s == NULL || !ek_query_end(&t->query) || !ek_turn_body(t, &root) ||
	    !ek_patch_bind(&root, rules, EK_LEN(rules), v)) {
		ek_turn_reply(t, 0);
		return;
	}
	uint64_t team = (uint64_t)v[1].i;
	bool given = v[1].state == EK_PATCH_VALUE;
	if (given != (v[0].i == 1)) {
		ek_patch_fault(&v[1].at, given ? EK_FAULT_CONFLICT : EK_FAULT_MISSING,
			       "A team goes with the kind team.");
	} else if (given) {
		const ek_team_id one = {(uint32_t)team};
		const struct ek_may_object object = {.teams = &one, .team_count = 1};
		/* Whose shifts somebody may read as a member. */
		if (has_team(t, &v[1].at, team) &&
		    ek_turn_may(t, EK_MAY_TEAM_MEMBERS_READ, &object))
			keep_teams(t, s, &team, 1);
	}
	write_link(t, s);
}

void ek_api_create_wallboard(struct ek_turn *t)
{
	static const struct ek_patch_rule rules[] = {
		{"name", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, EK_LIMIT_TEXT_BYTES, NULL},
		{"teams", EK_PATCH_OF_ANY, 0, EK_PATCH_REQUIRED, 0, 0, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	struct ek_patch_at root;
	struct ek_api_ids ids = {0};
	struct link *s = begin(t, &wallboard);
	if (s == NULL || !ek_query_end(&t->query) || !ek_turn_body(t, &root)) {
		ek_turn_reply(t, 0);
		return;
	}
	(void)ek_patch_bind(&root, rules, EK_LEN(rules), v);
	if (v[1].state == EK_PATCH_VALUE && ek_api_text_ids(t, &v[1].at, EK_IDENT_TEAM, &ids)) {
		if (ids.n == 0 || ids.n > TEAMS_MAX)
			ek_patch_fault(&v[1].at, ids.n == 0 ? EK_FAULT_TOO_FEW : EK_FAULT_TOO_MANY,
				       "A wallboard shows 1 to 50 team inboxes.");
		for (uint32_t i = 0; i < ids.n && i < TEAMS_MAX; i++) {
			struct ek_patch_at row = ek_patch_row(&v[1].at, i);
			(void)has_team(t, &row, ids.v[i]);
		}
		keep_teams(t, s, ids.v, ids.n);
	}
	s->row[EK_CONTENT_SECRET_LINKS_NAME] = ek_views_text(v[0].s);
	write_link(t, s);
}

/* ---- revoking */

static bool check_revoke(struct ek_turn *t)
{
	struct link *s = t->state;
	bool found;
	if (!ek_turn_row(t, EK_CONTENT_SECRET_LINKS, (int64_t)s->id, &s->found, &found))
		return false;
	found = found &&
		ek_str_is(ek_turn_text(&s->found[EK_CONTENT_SECRET_LINKS_KIND]), s->kind->word);
	const struct ek_may_object own = ek_may_own(&t->actor);
	bool mine = found && s->kind->own != EK_MAY_NEVER && t->self.v != 0 &&
		    ek_turn_int(&s->found[EK_CONTENT_SECRET_LINKS_TEAMMATE]) == t->self.v;
	if (mine ? !ek_turn_may(t, s->kind->own, &own) : !ek_turn_may(t, s->kind->manage, NULL))
		return false;
	return (found && s->found[EK_CONTENT_SECRET_LINKS_REVOKED_MS].kind == EK_VIEWS_NULL) ||
	       ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

static void revoked(struct ek_turn *t, const struct ek_answer *answer)
{
	struct link *s = t->state;
	(void)answer;
	memcpy(s->row, s->found, sizeof s->row);
	s->row[EK_CONTENT_SECRET_LINKS_REVOKED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_SECRET_LINKS, s->row);
	ek_api_audit_add(t, &(struct ek_api_audit){.action = s->kind->revoked,
						   .object_kind = s->kind->object_kind,
						   .object = s->id});
	t->status = 204;
}

static void revoke(struct ek_turn *t, const struct kind *kind)
{
	struct link *s = begin(t, kind);
	if (s == NULL || !ek_query_end(&t->query) || !ek_turn_id(t, "id", kind->ident, &s->id))
		ek_turn_reply(t, 0);
	else
		ek_turn_write(t, &(struct ek_turn_write){.check = check_revoke, .made = revoked});
}

void ek_api_delete_calendar_feed(struct ek_turn *t)
{
	revoke(t, &calendar);
}

void ek_api_delete_wallboard(struct ek_turn *t)
{
	revoke(t, &wallboard);
}
