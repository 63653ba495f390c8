/* What guards one's own account: confirming a step, the password, the second factor. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_put.h"
#include "api/api_security.h"
#include "api/caller.h"
#include "api/handlers.h"

/* ---- POST /me/confirm */

struct confirm {
	ek_str code;
	ek_str key;
	char key_text[24];
	bool by_password;
	bool is_good;
	int64_t password_ms;
	struct ek_api_entrant who;
	struct ek_api_factor factor;
	const struct ek_views_value *row; /* of the sign-in */
};

static void refuse(struct ek_turn *t, const char *what, const char *detail)
{
	ek_api_audit_add(t, &(struct ek_api_audit){.action = what,
						   .object_kind = "teammate",
						   .object = t->self.v});
	ek_problem_set(&t->problem, EK_PROBLEM_FORBIDDEN, "%s", detail);
}

static bool check_confirm(struct ek_turn *t)
{
	struct confirm *s = t->state;
	bool found;
	if (!ek_api_sign_in_entrant(t, t->self.v, &s->who) ||
	    !ek_turn_row(t, EK_CONTENT_SIGN_INS, t->sign_in, &s->row, &found))
		return false;
	if (!found || !s->who.may_enter)
		return ek_problem_set(&t->problem, EK_PROBLEM_UNAUTHENTICATED, NULL);
	if (s->by_password) {
		/* Who has a second factor confirms with it. */
		s->is_good =
			s->is_good && !s->who.has_factor &&
			ek_turn_int(&s->who.row[EK_CONTENT_PEOPLE_PASSWORD_MS]) == s->password_ms;
		return true;
	}
	if (!ek_api_sign_in_factor(t, &s->who, s->code, &s->factor))
		return false;
	s->is_good = s->factor.is_good;
	return true;
}

static void confirmed(struct ek_turn *t, const struct ek_answer *answer)
{
	struct confirm *s = t->state;
	struct ek_views_value v[EK_CONTENT_SIGN_INS_WIDTH];
	(void)answer;
	if (!s->is_good) {
		refuse(t, "confirmation.refused",
		       s->by_password ? "this password is not right, or a code is asked for"
				      : "this code is not right, or was used before");
		return;
	}
	ek_guard_give(t, EK_THROTTLE_SIGN_IN_ACCOUNT, s->key);
	if (!s->by_password)
		ek_api_sign_in_spend(t, &s->who, &s->factor);
	memcpy(v, s->row, sizeof v);
	v[EK_CONTENT_SIGN_INS_CONFIRMED_MS] = ek_views_int(t->now.ms);
	if (!s->by_password)
		v[EK_CONTENT_SIGN_INS_SECOND_FACTOR] = ek_views_int(1);
	ek_turn_put(t, EK_CONTENT_SIGN_INS, v);
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "sign_in.confirmed",
						   .object_kind = "sign_in",
						   .object = t->sign_in});
	ek_json_object(&t->out);
	ek_api_put_time(&t->out, "confirmed_until",
			ek_time_plus(t->now, (ek_span){EK_CALLER_CONFIRMED_MS}));
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

static void confirm_looked(struct ek_turn *t, bool is_right, ek_str hash)
{
	struct confirm *s = t->state;
	(void)hash;
	s->is_good = is_right;
	ek_turn_write(t, &(struct ek_turn_write){.check = check_confirm, .made = confirmed});
}

/* Failures count by account, apart from those of signing in, so that nobody else can use them
 * up. */
static bool take(struct ek_turn *t, struct confirm *s)
{
	size_t n = ek_format(s->key_text, sizeof s->key_text, "own %u", t->self.v);
	s->key = (ek_str){s->key_text, (uint32_t)n};
	return ek_guard_take(t, EK_THROTTLE_SIGN_IN_ACCOUNT, s->key);
}

bool ek_api_security_kept(struct ek_turn *t, ek_str *kept, int64_t *password_ms)
{
	struct ek_turn_rows rows;
	const struct ek_views_value key = ek_views_int(t->self.v);
	if (!ek_turn_select(t, "SELECT password, password_ms FROM people WHERE teammate = $1", &key,
			    1, &rows))
		return false;
	*kept = rows.n > 0 ? ek_turn_text(&rows.v[0]) : (ek_str){NULL, 0};
	*password_ms = rows.n > 0 ? ek_turn_int(&rows.v[1]) : EK_NONE;
	return true;
}

void ek_api_confirm_me(struct ek_turn *t)
{
	static const struct ek_patch_rule rules[] = {
		{"code", EK_PATCH_OF_TEXT, 0, 0, 1, EK_API_SIGN_IN_CODE, NULL},
		{"password", EK_PATCH_OF_PROSE, 0, 0, 1, EK_PASSWORD_MAX, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	struct ek_patch_at root;
	struct confirm *s = EK_TURN_NEW(t, struct confirm);
	const struct ek_may_object own = ek_may_own(&t->actor);
	ek_str kept;
	t->state = s;
	t->has_key = false;
	bool ok = s != NULL && ek_query_end(&t->query) && ek_turn_body(t, &root) &&
		  ek_patch_bind(&root, rules, EK_LEN(rules), v);
	ok = ok && ek_turn_may(t, EK_MAY_ME_SIGN_INS, &own);
	if (ok && (v[0].state == EK_PATCH_VALUE) == (v[1].state == EK_PATCH_VALUE))
		ok = ek_patch_fault(&v[0].at, EK_FAULT_MISSING, "Give a code or the password.");
	ok = ok && take(t, s) && ek_api_security_kept(t, &kept, &s->password_ms);
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	s->code = v[0].s;
	s->by_password = v[1].state == EK_PATCH_VALUE;
	if (s->by_password)
		ek_guard_password(t, &(struct ek_guard_ask){.password = v[1].s,
							    .kept = kept,
							    .then = confirm_looked});
	else
		ek_turn_write(t,
			      &(struct ek_turn_write){.check = check_confirm, .made = confirmed});
}

/* ---- POST /me/password */

struct change {
	ek_str password;
	ek_str hash;
	ek_str key;
	char key_text[24];
	bool is_right;
	int64_t password_ms;
	struct ek_api_entrant who;
	struct ek_turn_rows sign_ins;
	struct ek_turn_rows invites;
};

bool ek_api_security_invites(struct ek_turn *t, int64_t teammate, struct ek_turn_rows *rows)
{
	const struct ek_views_value key = ek_views_int(teammate);
	return ek_turn_select(t, "SELECT * FROM invites WHERE teammate = $1 AND used_ms IS NULL",
			      &key, 1, rows);
}

void ek_api_security_set(struct ek_turn *t, const struct ek_views_value *row, ek_str hash)
{
	struct ek_views_value v[EK_CONTENT_PEOPLE_WIDTH];
	memcpy(v, row, sizeof v);
	v[EK_CONTENT_PEOPLE_PASSWORD] = ek_views_text(hash);
	v[EK_CONTENT_PEOPLE_PASSWORD_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_PEOPLE, v);
	ek_api_audit_add(
		t, &(struct ek_api_audit){.action = "password.changed",
					  .object_kind = "teammate",
					  .object = (uint64_t)row[EK_CONTENT_PEOPLE_TEAMMATE].i});
}

void ek_api_security_void(struct ek_turn *t, const struct ek_turn_rows *invites)
{
	for (uint32_t i = 0; i < invites->n; i++) {
		struct ek_views_value v[EK_CONTENT_INVITES_WIDTH];
		memcpy(v, invites->v + (size_t)i * invites->columns, sizeof v);
		v[EK_CONTENT_INVITES_USED_MS] = ek_views_int(t->now.ms);
		ek_turn_put(t, EK_CONTENT_INVITES, v);
	}
}

static bool check_change(struct ek_turn *t)
{
	struct change *s = t->state;
	if (!ek_api_sign_in_entrant(t, t->self.v, &s->who) ||
	    !ek_api_sign_in_all(t, t->self.v, &s->sign_ins) ||
	    !ek_api_security_invites(t, t->self.v, &s->invites))
		return false;
	s->is_right = s->is_right && s->who.may_enter &&
		      ek_turn_int(&s->who.row[EK_CONTENT_PEOPLE_PASSWORD_MS]) == s->password_ms;
	return true;
}

/* All sign-ins end, and this browser gets a new one. */
static void changed(struct ek_turn *t, const struct ek_answer *answer)
{
	struct change *s = t->state;
	(void)answer;
	if (!s->is_right) {
		refuse(t, "confirmation.refused", "the password until now is not right");
		return;
	}
	ek_guard_give(t, EK_THROTTLE_SIGN_IN_ACCOUNT, s->key);
	ek_api_security_set(t, s->who.row, s->hash);
	ek_api_security_void(t, &s->invites);
	ek_api_sign_in_end_all(t, &s->sign_ins, "password");
	const struct ek_api_sign_in what = {.teammate = t->self, .has_factor = s->who.has_factor};
	ek_api_sign_in_answer(t, &what, s->who.lacks_factor);
}

static void change_hashed(struct ek_turn *t, bool is_right, ek_str hash)
{
	struct change *s = t->state;
	(void)is_right;
	s->hash = hash;
	if (hash.p == NULL)
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, "no memory for a password");
	ek_turn_write(t, &(struct ek_turn_write){.check = check_change, .made = changed});
}

static void change_looked(struct ek_turn *t, bool is_right, ek_str hash)
{
	struct change *s = t->state;
	(void)hash;
	s->is_right = is_right;
	if (is_right)
		ek_guard_password(t, &(struct ek_guard_ask){.is_new = true,
							    .password = s->password,
							    .then = change_hashed});
	else
		ek_turn_write(t, &(struct ek_turn_write){.check = check_change, .made = changed});
}

static bool judge(struct ek_turn *t, const struct ek_patch_value *v)
{
	struct ek_turn_rows rows;
	const struct ek_views_value key = ek_views_int(t->self.v);
	if (!ek_turn_select(t, "SELECT name, email FROM people WHERE teammate = $1", &key, 1,
			    &rows))
		return false;
	struct ek_password_context about = {0};
	if (rows.n > 0)
		about = (struct ek_password_context){.name = ek_turn_text(&rows.v[0]),
						     .email = ek_turn_text(&rows.v[1])};
	return ek_guard_judge(&v->at, v->s, &about);
}

void ek_api_change_my_password(struct ek_turn *t)
{
	static const struct ek_patch_rule rules[] = {
		{"current", EK_PATCH_OF_PROSE, 0, EK_PATCH_REQUIRED, 1, EK_PASSWORD_MAX, NULL},
		{"password", EK_PATCH_OF_PROSE, 0, EK_PATCH_REQUIRED, 1, EK_PASSWORD_MAX, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	struct ek_patch_at root;
	struct change *s = EK_TURN_NEW(t, struct change);
	const struct ek_may_object own = ek_may_own(&t->actor);
	ek_str kept;
	t->state = s;
	t->has_key = false;
	bool ok = s != NULL && ek_query_end(&t->query) && ek_turn_body(t, &root) &&
		  ek_patch_bind(&root, rules, EK_LEN(rules), v);
	ok = ok && judge(t, &v[1]);
	ok = ek_turn_may(t, EK_MAY_ME_SECURITY, &own) && ok;
	if (ok) {
		size_t n = ek_format(s->key_text, sizeof s->key_text, "own %u", t->self.v);
		s->key = (ek_str){s->key_text, (uint32_t)n};
		s->password = v[1].s;
		ok = ek_guard_take(t, EK_THROTTLE_SIGN_IN_ACCOUNT, s->key) &&
		     ek_api_security_kept(t, &kept, &s->password_ms);
	}
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_guard_password(
		t, &(struct ek_guard_ask){.password = v[0].s, .kept = kept, .then = change_looked});
}
