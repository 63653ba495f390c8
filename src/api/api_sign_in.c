#include "api/api_sign_in.h"

#include <string.h>

#include "api/api_audit.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/caller.h"
#include "api/handlers.h"
#include "base/utf8.h"

/* ---- sign-ins */

/* What a browser calls itself: cut, without controls; null when it is no text. */
static struct ek_views_value agent_of(struct ek_turn *t)
{
	ek_str s = ek_http_header(t->http, "User-Agent");
	bool ok = true;
	if (s.p == NULL || !ek_utf8_is_text(s))
		return ek_views_text((ek_str){NULL, 0});
	char *p = ek_turn_get(t, s.n + 1);
	ok = p != NULL;
	if (!ok)
		return ek_views_text((ek_str){NULL, 0});
	memcpy(p, s.p, s.n);
	s = (ek_str){p, ek_utf8_strip(p, s.n)};
	s.n = ek_utf8_cut(s, EK_API_SIGN_IN_AGENT);
	return ek_views_text(s);
}

ek_time ek_api_sign_in_begin(struct ek_turn *t, const struct ek_api_sign_in *what)
{
	struct ek_views_value v[EK_CONTENT_SIGN_INS_WIDTH] = {0};
	uint8_t hash[EK_HASH_BYTES];
	struct ek_secret secret = ek_secret_make();
	ek_time end = ek_time_plus(t->now, (ek_span){EK_API_SIGN_IN_MS});
	uint64_t id = ek_turn_new_id(t, EK_CONTENT_SIGN_INS);
	ek_secret_hash(&secret, hash);
	v[EK_CONTENT_SIGN_INS_SIGN_IN] = ek_views_int((int64_t)id);
	v[EK_CONTENT_SIGN_INS_TEAMMATE] = ek_views_id(what->teammate.v);
	v[EK_CONTENT_SIGN_INS_HASH] = ek_views_blob(hash, sizeof hash);
	v[EK_CONTENT_SIGN_INS_ADDRESS] = ek_views_text(t->http->peer);
	v[EK_CONTENT_SIGN_INS_AGENT] = agent_of(t);
	v[EK_CONTENT_SIGN_INS_CREATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_SIGN_INS_SEEN_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_SIGN_INS_EXPIRES_MS] = ek_views_int(end.ms);
	v[EK_CONTENT_SIGN_INS_CONFIRMED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_SIGN_INS_SECOND_FACTOR] = ek_views_int(what->has_factor ? 1 : 0);
	ek_turn_put(t, EK_CONTENT_SIGN_INS, v);
	t->self = what->teammate;
	t->cookie = ek_guard_cookie(t, &secret);
	ek_secret_wipe(&secret, sizeof secret);
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "sign_in.begun",
						   .object_kind = "sign_in",
						   .object = id});
	return end;
}

void ek_api_sign_in_end(struct ek_turn *t, const struct ek_views_value *row, const char *why)
{
	struct ek_views_value v[EK_CONTENT_SIGN_INS_WIDTH];
	memcpy(v, row, sizeof v);
	v[EK_CONTENT_SIGN_INS_ENDED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_SIGN_INS_ENDED_WHY] = ek_views_text((ek_str){why, (uint32_t)strlen(why)});
	ek_turn_put(t, EK_CONTENT_SIGN_INS, v);
	ek_api_audit_add(
		t, &(struct ek_api_audit){.action = "sign_in.ended",
					  .object_kind = "sign_in",
					  .object = (uint64_t)row[EK_CONTENT_SIGN_INS_SIGN_IN].i,
					  .reason = {why, (uint32_t)strlen(why)}});
}

bool ek_api_sign_in_before(struct ek_turn *t, const struct ek_views_value **row)
{
	struct ek_secret secret;
	struct ek_turn_rows rows;
	uint8_t hash[EK_HASH_BYTES];
	ek_str cookie = ek_caller_cookie(t->http);
	*row = NULL;
	if (cookie.p == NULL || !ek_secret_cookie_read(cookie, &secret))
		return true;
	ek_secret_hash(&secret, hash);
	const struct ek_views_value key = ek_views_blob(hash, sizeof hash);
	if (!ek_turn_select(t, "SELECT * FROM sign_ins WHERE hash = $1", &key, 1, &rows))
		return false;
	*row = rows.n > 0 ? rows.v : NULL;
	return true;
}

bool ek_api_sign_in_all(struct ek_turn *t, int64_t teammate, struct ek_turn_rows *rows)
{
	const struct ek_views_value key = ek_views_int(teammate);
	return ek_turn_select(t,
			      "SELECT * FROM sign_ins WHERE teammate = $1 AND ended_ms IS NULL"
			      " ORDER BY sign_in",
			      &key, 1, rows);
}

void ek_api_sign_in_end_all(struct ek_turn *t, const struct ek_turn_rows *rows, const char *why)
{
	for (uint32_t i = 0; i < rows->n; i++)
		ek_api_sign_in_end(t, rows->v + (size_t)i * rows->columns, why);
}

/* ---- a person */

static bool leads(struct ek_turn *t, const struct ek_views_value *row, bool *out)
{
	struct ek_turn_rows rows;
	int64_t roles = ek_turn_int(&row[EK_CONTENT_PEOPLE_ROLES]);
	*out = roles > 0 && roles >> EK_ROLE_LEAD != 0;
	if (*out)
		return true;
	if (!ek_turn_select(t, "SELECT role FROM team_roles WHERE teammate = $1 AND role >= 2",
			    &row[EK_CONTENT_PEOPLE_TEAMMATE], 1, &rows))
		return false;
	*out = rows.n > 0;
	return true;
}

static bool wants_factor(struct ek_turn *t, const struct ek_views_value *row, bool *out)
{
	struct ek_turn_rows rows;
	*out = false;
	if (!ek_turn_select(t, "SELECT value FROM server_settings WHERE name = 'second_factor'",
			    NULL, 0, &rows))
		return false;
	ek_str value = rows.n > 0 ? ek_turn_text(&rows.v[0]) : (ek_str){"", 0};
	*out = ek_str_is(value, "\"all\"");
	return *out || !ek_str_is(value, "\"leads\"") || leads(t, row, out);
}

bool ek_api_sign_in_entrant(struct ek_turn *t, int64_t teammate, struct ek_api_entrant *out)
{
	struct ek_turn_rows rows;
	bool found;
	const struct ek_views_value key = ek_views_int(teammate);
	*out = (struct ek_api_entrant){0};
	if (!ek_turn_row(t, EK_CONTENT_PEOPLE, teammate, &out->row, &found) ||
	    !ek_turn_select(t,
			    "SELECT active FROM teammates WHERE teammate = $1 AND active = 1"
			    " AND deleted = 0",
			    &key, 1, &rows))
		return false;
	if (!found) {
		out->row = NULL;
		return true;
	}
	out->may_enter =
		rows.n > 0 && ek_str_is(ek_turn_text(&out->row[EK_CONTENT_PEOPLE_STATE]), "active");
	out->has_factor = out->row[EK_CONTENT_PEOPLE_TOTP_SECRET].kind == EK_VIEWS_BLOB;
	if (!wants_factor(t, out->row, &out->wants_factor))
		return false;
	out->lacks_factor = out->wants_factor && !out->has_factor;
	return true;
}

/* ---- the answer */

void ek_api_sign_in_write(struct ek_turn *t, const struct ek_api_signed *how)
{
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, how->teammate.v);
	ek_api_put_word(j, "second_factor", how->second_factor);
	ek_api_put_text(j, "ticket", how->ticket);
	ek_api_put_time(j, "confirmed_until", how->confirmed_until);
	ek_api_put_time(j, "expires_at", how->expires_at);
	ek_api_put_int(j, "seq", (int64_t)t->seq);
	ek_json_object_end(j);
}

void ek_api_sign_in_answer(struct ek_turn *t, const struct ek_api_sign_in *what, bool lacks_factor)
{
	ek_time end = ek_api_sign_in_begin(t, what);
	const char *factor = what->has_factor ? "done" : lacks_factor ? "missing" : "none";
	ek_api_sign_in_write(
		t, &(struct ek_api_signed){.teammate = what->teammate,
					   .second_factor = factor,
					   .confirmed_until = ek_time_plus(
						   t->now, (ek_span){EK_CALLER_CONFIRMED_MS}),
					   .expires_at = end});
}

/* ---- POST /sign-in */

struct signing {
	ek_str account; /* the folded address */
	ek_str network;
	char network_text[EK_THROTTLE_NETWORK];
	uint8_t browser[EK_HASH_BYTES];
	bool is_known; /* this browser was signed in to this account before */
	int64_t who;   /* 0 = there is nobody of that name */
	int64_t password_ms;
	bool is_right;
	ek_str hash; /* a better one to keep; p NULL = none */
	struct ek_api_entrant person;
	const struct ek_views_value *before;
};

static void give_back(struct ek_turn *t, const struct signing *s)
{
	ek_guard_give(t, EK_THROTTLE_SIGN_IN_NETWORK, s->network);
	if (s->is_known)
		ek_guard_give(t, EK_THROTTLE_SIGN_IN_BROWSER,
			      (ek_str){(const char *)s->browser, sizeof s->browser});
	else
		ek_guard_give(t, EK_THROTTLE_SIGN_IN_ACCOUNT, s->account);
}

/* Who is named; the same work for everybody. */
static bool find(struct ek_turn *t, struct signing *s, ek_str *kept)
{
	static const char sql[] =
		"SELECT p.teammate, p.password, p.password_ms FROM people p JOIN teammates e"
		" ON e.teammate = p.teammate AND e.active = 1 AND e.deleted = 0"
		" WHERE p.email_key = $1 AND p.state = 'active' ORDER BY p.teammate LIMIT 1";
	struct ek_turn_rows rows;
	const struct ek_views_value key = ek_views_text(s->account);
	*kept = (ek_str){NULL, 0};
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	if (rows.n == 0)
		return true;
	s->who = ek_turn_int(&rows.v[0]);
	*kept = ek_turn_text(&rows.v[1]);
	s->password_ms = ek_turn_int(&rows.v[2]);
	return true;
}

/* A failure less for the account and the network. Who is known here has a count of their own, so
 * that strangers cannot lock them out. */
static bool take(struct ek_turn *t, struct signing *s)
{
	if (!ek_api_sign_in_before(t, &s->before))
		return false;
	s->network = ek_throttle_network(t->http->peer, s->network_text);
	s->is_known = s->before != NULL && s->who != 0 &&
		      ek_turn_int(&s->before[EK_CONTENT_SIGN_INS_TEAMMATE]) == s->who;
	if (s->is_known)
		memcpy(s->browser, s->before[EK_CONTENT_SIGN_INS_HASH].p, sizeof s->browser);
	bool ok = s->is_known ? ek_guard_take(t, EK_THROTTLE_SIGN_IN_BROWSER,
					      (ek_str){(const char *)s->browser, sizeof s->browser})
			      : ek_guard_take(t, EK_THROTTLE_SIGN_IN_ACCOUNT, s->account);
	return ok && ek_guard_take(t, EK_THROTTLE_SIGN_IN_NETWORK, s->network);
}

/* What may have changed while the password was looked at. */
static bool check(struct ek_turn *t)
{
	struct signing *s = t->state;
	if (!ek_api_sign_in_entrant(t, s->who, &s->person) || !ek_api_sign_in_before(t, &s->before))
		return false;
	s->is_right = s->is_right && s->person.may_enter &&
		      ek_turn_int(&s->person.row[EK_CONTENT_PEOPLE_PASSWORD_MS]) == s->password_ms;
	return true;
}

/* One answer for who is unknown, wrong or deactivated. */
static void refuse(struct ek_turn *t, const struct signing *s)
{
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "sign_in.refused",
						   .object_kind = s->who != 0 ? "teammate" : NULL,
						   .object = (uint64_t)s->who});
	ek_problem_set(&t->problem, EK_PROBLEM_FORBIDDEN, "address or password are not right");
}

static void ask_for_factor(struct ek_turn *t, const struct signing *s)
{
	struct ek_api_ticket ticket = {
		.teammate = {(uint32_t)s->who}, .password_ms = s->password_ms, .made = t->now};
	ek_str text = ek_api_sign_in_seal(t, "second factor", &ticket);
	ek_api_sign_in_write(
		t, &(struct ek_api_signed){.second_factor = "needed",
					   .ticket = text,
					   .confirmed_until = EK_NO_TIME,
					   .expires_at = ek_time_plus(
						   t->now, (ek_span){EK_API_SIGN_IN_TICKET_MS})});
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	struct signing *s = t->state;
	(void)answer;
	if (!s->is_right) {
		refuse(t, s);
		return;
	}
	give_back(t, s);
	if (s->hash.p != NULL) {
		struct ek_views_value v[EK_CONTENT_PEOPLE_WIDTH];
		memcpy(v, s->person.row, sizeof v);
		v[EK_CONTENT_PEOPLE_PASSWORD] = ek_views_text(s->hash);
		ek_turn_put(t, EK_CONTENT_PEOPLE, v);
	}
	if (s->person.has_factor) {
		ask_for_factor(t, s);
		return;
	}
	if (s->before != NULL && s->before[EK_CONTENT_SIGN_INS_ENDED_MS].kind == EK_VIEWS_NULL)
		ek_api_sign_in_end(t, s->before, "sign_out");
	const struct ek_api_sign_in what = {.teammate = {(uint32_t)s->who}};
	ek_api_sign_in_answer(t, &what, s->person.lacks_factor);
}

static void looked(struct ek_turn *t, bool is_right, ek_str hash)
{
	struct signing *s = t->state;
	s->is_right = is_right && s->who != 0;
	s->hash = hash;
	ek_turn_write(t, &(struct ek_turn_write){.check = check, .made = made});
}

void ek_api_sign_in(struct ek_turn *t)
{
	static const struct ek_patch_rule rules[] = {
		{"email", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, 254, NULL},
		{"password", EK_PATCH_OF_PROSE, 0, EK_PATCH_REQUIRED, 1, EK_PASSWORD_MAX, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	struct ek_patch_at root;
	struct signing *s = EK_TURN_NEW(t, struct signing);
	ek_str kept;
	t->state = s;
	/* The answer brings a cookie: there is nothing to repeat. */
	t->has_key = false;
	bool ok = ek_query_end(&t->query) && s != NULL && ek_turn_body(t, &root) &&
		  ek_patch_bind(&root, rules, EK_LEN(rules), v);
	if (ok) {
		s->account = ek_api_list_fold(t, v[0].s);
		ok = s->account.p != NULL && find(t, s, &kept) && take(t, s);
	}
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_guard_password(t,
			  &(struct ek_guard_ask){.password = v[1].s, .kept = kept, .then = looked});
}
