/* Tokens: keys of programs. The secret is told once; what is kept is its hash. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/caller.h"
#include "api/handlers.h"
#include "auth/secret.h"
#include "base/rfc3339.h"
#include "model/limits.h"
#include "wire/list.h"

enum {
	PERSONAL = 1,
	INTEGRATION = 2,
	DAY_MS = 86400000,
	USUAL_DAYS = 90,
	TOKENS_MAX = 100, /* of one person, that stand */
	NETWORKS_MAX = 50,
	TEAMS_MAX = 500,
	RATE_MAX = 1000,
	HINT = 4,
};

static const char *const kinds[] = {"personal", "integration", NULL};
/* In the order of the bits of enum ek_may_scope. */
static const char *const scopes[] = {"read", "work", "configure", "metrics", "scim", "mcp", NULL};

struct token {
	struct ek_views_value row[EK_CONTENT_TOKENS_WIDTH];
	char text[EK_SECRET_TOKEN + 1];
	uint8_t hash[EK_HASH_BYTES];
	const struct ek_views_value *found; /* to be revoked */
	uint64_t id;
};

/* ---- writing */

static void put_scopes(struct ek_json *j, int64_t mask)
{
	ek_json_key(j, "scopes");
	ek_json_list(j);
	for (uint32_t i = 0; scopes[i] != NULL; i++) {
		if ((mask >> i & 1) != 0)
			ek_json_word(j, scopes[i]);
	}
	ek_json_list_end(j);
}

/* "[7,9]" as ids; null, which means all of them, as an empty list. */
static void put_teams(struct ek_json *j, ek_str teams)
{
	uint64_t id = 0;
	ek_json_key(j, "teams");
	ek_json_list(j);
	for (uint32_t i = 0; i < teams.n; i++) {
		char c = teams.p[i];
		if (c >= '0' && c <= '9') {
			id = id * 10 + (uint64_t)(c - '0');
			continue;
		}
		if (id != 0)
			ek_ident_write(j, EK_IDENT_TEAM, id);
		id = 0;
	}
	ek_json_list_end(j);
}

static void put_date(struct ek_json *j, const char *key, int64_t ms)
{
	char date[EK_RFC3339_DATE_MAX];
	ek_str text = {NULL, 0};
	if (ms != EK_NONE)
		text = (ek_str){date,
				(uint32_t)ek_rfc3339_print_date((int32_t)(ms / DAY_MS), date)};
	ek_api_put_text(j, key, text);
}

static ek_time time_of(const struct ek_views_value *v)
{
	return (ek_time){ek_turn_int(v)};
}

/* The members of a token; what is told once comes behind. */
static void put_token(struct ek_json *j, const struct ek_views_value *v)
{
	bool personal = ek_turn_int(&v[EK_CONTENT_TOKENS_KIND]) == PERSONAL;
	ek_str networks = ek_turn_text(&v[EK_CONTENT_TOKENS_NETWORKS]);
	ek_api_put_id(j, "id", EK_IDENT_TOKEN, (uint64_t)ek_turn_int(&v[EK_CONTENT_TOKENS_TOKEN]));
	ek_api_put_text(j, "name", ek_turn_text(&v[EK_CONTENT_TOKENS_NAME]));
	ek_api_put_word(j, "kind", kinds[personal ? 0 : 1]);
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE,
		      personal ? (uint64_t)ek_turn_int(&v[EK_CONTENT_TOKENS_TEAMMATE]) : 0);
	put_scopes(j, ek_turn_int(&v[EK_CONTENT_TOKENS_SCOPES]));
	put_teams(j, ek_turn_text(&v[EK_CONTENT_TOKENS_TEAMS]));
	ek_api_put_raw(j, "networks", networks.p != NULL ? networks : EK_S("[]"));
	ek_api_put_int(j, "rate", ek_turn_int(&v[EK_CONTENT_TOKENS_RATE]));
	ek_api_put_text(j, "hint", ek_turn_text(&v[EK_CONTENT_TOKENS_HINT]));
	ek_api_put_time(j, "expires_at", time_of(&v[EK_CONTENT_TOKENS_EXPIRES_MS]));
	put_date(j, "last_used_on", ek_turn_int(&v[EK_CONTENT_TOKENS_USED_MS]));
	ek_api_put_time(j, "created_at", time_of(&v[EK_CONTENT_TOKENS_CREATED_MS]));
}

/* ---- GET /tokens */

static const struct ek_list_column columns[] = {
	[EK_LIST_tokens_id] = {EK_LIST_NUMBER, "s.token", NULL},
	[EK_LIST_tokens_name] = {EK_LIST_TEXT, "s.name", NULL},
	[EK_LIST_tokens_kind] = {EK_LIST_TEXT,
				 "CASE WHEN s.kind = 1 THEN 'personal' ELSE 'integration' END",
				 NULL},
	[EK_LIST_tokens_teammate] = {EK_LIST_NUMBER, "CASE WHEN s.kind = 1 THEN s.teammate END",
				     NULL},
};

void ek_api_list_tokens(struct ek_turn *t)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_TOKENS),
		.columns = columns,
		.select =
			"s.token, s.kind, s.teammate, s.name, s.hash, s.hint, s.scopes, s.teams,"
			" s.networks, s.rate, s.created_ms, s.expires_ms, s.used_ms, s.revoked_ms",
		.from = "tokens s",
		.id = "s.token",
	};
	struct ek_api_list l;
	struct ek_views_value self = ek_views_int(t->self.v);
	const struct ek_may_object own = ek_may_own(&t->actor);
	/* Who may manage all of them, and confirmed it, sees all of them. */
	bool all = ek_may_is(&t->actor, EK_MAY_TOKEN_MANAGE, &(struct ek_may_object){0});
	const struct ek_api_list_ask ask = {
		.list = &list,
		.where = all ? "s.revoked_ms IS NULL"
			     : "s.revoked_ms IS NULL AND s.kind = 1 AND s.teammate = $1",
		.args = &self,
		.n = all ? 0 : 1,
	};
	if ((!all && !ek_turn_may(t, EK_MAY_TOKEN_OWN, &own)) || !ek_api_list_read(t, &ask, &l)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_list_begin(t, &l);
	for (uint32_t i = 0; i < l.rows.n; i++) {
		ek_json_object(&t->out);
		put_token(&t->out, ek_api_list_at(&l, i));
		ek_json_object_end(&t->out);
	}
	ek_api_list_end(t, &l);
	ek_turn_reply(t, 200);
}

/* ---- POST /tokens */

enum { NAME, KIND, SCOPES, TEAMS, NETWORKS, RATE, EXPIRES };

static void bind_scopes(const struct ek_patch_at *at, bool personal, struct ek_views_value *out)
{
	uint32_t n;
	uint32_t which;
	int64_t mask = 0;
	if (!ek_patch_list(at, 1, (uint32_t)EK_LEN(scopes) - 1, &n))
		return;
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		if (!ek_patch_word(&row, scopes, &which))
			continue;
		mask |= (int64_t)1 << which;
		if (personal && (1u << which) == EK_MAY_SCOPE_SCIM)
			ek_patch_fault(&row, EK_FAULT_CONFLICT,
				       "Only an integration manages people for a directory.");
	}
	*out = ek_views_int(mask);
}

static void bind_networks(struct ek_turn *t, const struct ek_patch_value *v,
			  struct ek_views_value *out)
{
	uint32_t n;
	struct ek_json j;
	if (v->state != EK_PATCH_VALUE || !ek_patch_list(&v->at, 0, NETWORKS_MAX, &n) || n == 0)
		return;
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(&v->at, i);
		ek_str text;
		if (!ek_patch_text(&row, 2, 50, &text))
			continue;
		if (!ek_caller_is_network(text))
			ek_patch_fault(
				&row, EK_FAULT_REFUSED,
				"This is no network, such as 192.0.2.0/24 or 2001:db8::/32.");
		ek_json_text(&j, text);
	}
	ek_json_list_end(&j);
	*out = ek_views_text(ek_api_text_take(t, &j));
}

static void bind_team(struct ek_turn *t, const struct ek_patch_at *at, struct ek_json *j)
{
	uint64_t id;
	struct ek_turn_rows rows;
	if (!ek_patch_id(at, EK_IDENT_TEAM, &id))
		return;
	const struct ek_views_value key = ek_views_int((int64_t)id);
	if (ek_turn_select(t, "SELECT team FROM teams WHERE team = $1 AND deleted = 0", &key, 1,
			   &rows) &&
	    rows.n == 0)
		ek_patch_fault(at, EK_FAULT_NOT_FOUND, NULL);
	ek_json_uint(j, id);
}

static void bind_teams(struct ek_turn *t, const struct ek_patch_value *v, bool personal,
		       struct ek_views_value *out)
{
	uint32_t n;
	struct ek_json j;
	if (v->state != EK_PATCH_VALUE)
		return;
	if (personal) {
		ek_patch_fault(&v->at, EK_FAULT_CONFLICT,
			       "A personal token reaches what its person does.");
		return;
	}
	if (!ek_patch_list(&v->at, 1, TEAMS_MAX, &n))
		return;
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(&v->at, i);
		bind_team(t, &row, &j);
	}
	ek_json_list_end(&j);
	*out = ek_views_text(ek_api_text_take(t, &j));
}

static void bind_end(struct ek_turn *t, const struct ek_patch_value *v, struct ek_views_value *out)
{
	if (v->state == EK_PATCH_NULL)
		return;
	*out = ek_views_int(t->now.ms + (int64_t)USUAL_DAYS * DAY_MS);
	if (v->state != EK_PATCH_VALUE)
		return;
	*out = ek_views_int(v->i);
	if (v->i <= t->now.ms)
		ek_patch_fault(&v->at, EK_FAULT_OUT_OF_RANGE, "This is over already.");
}

static bool bind(struct ek_turn *t, struct token *s)
{
	static const struct ek_patch_rule rules[] = {
		{"name", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, EK_LIMIT_TEXT_BYTES, NULL},
		{"kind", EK_PATCH_OF_WORD, 0, 0, 0, 0, kinds},
		{"scopes", EK_PATCH_OF_ANY, 0, EK_PATCH_REQUIRED, 0, 0, NULL},
		{"teams", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		{"networks", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		{"rate", EK_PATCH_OF_INT, 0, EK_PATCH_NULLABLE, 1, RATE_MAX, NULL},
		{"expires_at", EK_PATCH_OF_TIME, 0, EK_PATCH_NULLABLE, 0, 0, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	struct ek_patch_at root;
	if (!ek_turn_body(t, &root))
		return false;
	(void)ek_patch_bind(&root, rules, EK_LEN(rules), v);
	bool personal = v[KIND].state != EK_PATCH_VALUE || v[KIND].i == 0;
	s->row[EK_CONTENT_TOKENS_KIND] = ek_views_int(personal ? PERSONAL : INTEGRATION);
	s->row[EK_CONTENT_TOKENS_TEAMMATE] = ek_views_id(t->self.v);
	s->row[EK_CONTENT_TOKENS_NAME] = ek_views_text(v[NAME].s);
	if (v[SCOPES].state == EK_PATCH_VALUE)
		bind_scopes(&v[SCOPES].at, personal, &s->row[EK_CONTENT_TOKENS_SCOPES]);
	bind_teams(t, &v[TEAMS], personal, &s->row[EK_CONTENT_TOKENS_TEAMS]);
	bind_networks(t, &v[NETWORKS], &s->row[EK_CONTENT_TOKENS_NETWORKS]);
	if (v[RATE].state == EK_PATCH_VALUE)
		s->row[EK_CONTENT_TOKENS_RATE] = ek_views_int(v[RATE].i);
	bind_end(t, &v[EXPIRES], &s->row[EK_CONTENT_TOKENS_EXPIRES_MS]);
	const struct ek_may_object own = ek_may_own(&t->actor);
	bool may = personal ? ek_turn_may(t, EK_MAY_TOKEN_OWN, &own)
			    : ek_turn_may(t, EK_MAY_TOKEN_MANAGE, NULL);
	return may && ek_problem_is_none(&t->problem);
}

static bool check_count(struct ek_turn *t)
{
	struct ek_turn_rows rows;
	const struct ek_views_value key = ek_views_int(t->self.v);
	if (!ek_turn_select(
		    t, "SELECT count(*) FROM tokens WHERE teammate = $1 AND revoked_ms IS NULL",
		    &key, 1, &rows))
		return false;
	return ek_turn_int(&rows.v[0]) < TOKENS_MAX ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "nobody has more than %d tokens; revoke some first", TOKENS_MAX);
}

static void answer_with(struct ek_turn *t, ek_str secret)
{
	struct token *s = t->state;
	ek_json_object(&t->out);
	put_token(&t->out, s->row);
	ek_api_put_text(&t->out, "secret", secret);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

static void created(struct ek_turn *t, const struct ek_answer *answer)
{
	struct token *s = t->state;
	struct ek_secret secret = ek_secret_make();
	(void)answer;
	s->id = ek_turn_new_id(t, EK_CONTENT_TOKENS);
	ek_secret_token(&secret, s->text);
	ek_secret_hash(&secret, s->hash);
	ek_secret_wipe(&secret, sizeof secret);
	s->row[EK_CONTENT_TOKENS_TOKEN] = ek_views_int((int64_t)s->id);
	s->row[EK_CONTENT_TOKENS_HASH] = ek_views_blob(s->hash, sizeof s->hash);
	s->row[EK_CONTENT_TOKENS_HINT] =
		ek_views_text((ek_str){s->text + EK_SECRET_TOKEN - HINT, HINT});
	s->row[EK_CONTENT_TOKENS_CREATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_TOKENS, s->row);
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "token.created",
						   .object_kind = "token",
						   .object = s->id});
	/* What is kept for who repeats the request does not have it. */
	answer_with(t, (ek_str){NULL, 0});
	t->status = 201;
}

static void tell(struct ek_turn *t)
{
	struct token *s = t->state;
	ek_json_reset(&t->out);
	answer_with(t, (ek_str){s->text, EK_SECRET_TOKEN});
	ek_secret_wipe(s->text, sizeof s->text);
}

void ek_api_create_token(struct ek_turn *t)
{
	struct token *s = EK_TURN_NEW(t, struct token);
	t->state = s;
	if (s == NULL || !ek_query_end(&t->query) || !bind(t, s)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_turn_write(t,
		      &(struct ek_turn_write){.check = check_count, .made = created, .tell = tell});
}

/* ---- DELETE /tokens/{id} */

static bool is_own(const struct ek_turn *t, const struct ek_views_value *v)
{
	return t->self.v != 0 && ek_turn_int(&v[EK_CONTENT_TOKENS_KIND]) == PERSONAL &&
	       ek_turn_int(&v[EK_CONTENT_TOKENS_TEAMMATE]) == t->self.v;
}

static bool check_revoke(struct ek_turn *t)
{
	struct token *s = t->state;
	bool found;
	if (!ek_turn_row(t, EK_CONTENT_TOKENS, (int64_t)s->id, &s->found, &found))
		return false;
	const struct ek_may_object own = ek_may_own(&t->actor);
	/* One's own is known to be there; of the rest nobody is told but who manages them. */
	if (found && is_own(t, s->found) ? !ek_turn_may(t, EK_MAY_TOKEN_OWN, &own)
					 : !ek_turn_may(t, EK_MAY_TOKEN_MANAGE, NULL))
		return false;
	return (found && s->found[EK_CONTENT_TOKENS_REVOKED_MS].kind == EK_VIEWS_NULL) ||
	       ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

static void revoked(struct ek_turn *t, const struct ek_answer *answer)
{
	struct token *s = t->state;
	(void)answer;
	memcpy(s->row, s->found, sizeof s->row);
	s->row[EK_CONTENT_TOKENS_REVOKED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_TOKENS, s->row);
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "token.revoked",
						   .object_kind = "token",
						   .object = s->id});
	t->status = 204;
}

void ek_api_delete_token(struct ek_turn *t)
{
	struct token *s = EK_TURN_NEW(t, struct token);
	t->state = s;
	if (s == NULL || !ek_query_end(&t->query) || !ek_turn_id(t, "id", EK_IDENT_TOKEN, &s->id)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_turn_write(t, &(struct ek_turn_write){.check = check_revoke, .made = revoked});
}
