#include "api/api_invitations.h"

#include <string.h>

#include "api/api_audit.h"
#include "api/api_list.h"
#include "api/api_mail.h"
#include "api/api_notice.h"
#include "api/api_put.h"
#include "api/api_security.h"
#include "api/api_server_settings.h"
#include "api/api_state.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "model/limits.h"
#include "sys/zone.h"

/* ---- making one */

static void note(struct ek_turn *t, const struct ek_api_invitation *link)
{
	const char *action = link->is_asked   ? "password_reset.asked"
			     : link->is_reset ? "password_reset.created"
					      : "invitation.created";
	ek_api_audit_add(
		t, &(struct ek_api_audit){.action = action,
					  .object_kind = link->teammate.v != 0 ? "teammate" : NULL,
					  .object = link->teammate.v});
}

void ek_api_invitations_make(struct ek_turn *t, struct ek_api_invitation *link)
{
	struct ek_views_value v[EK_CONTENT_INVITES_WIDTH] = {0};
	struct ek_turn_rows earlier;
	char text[EK_SECRET_COOKIE + 1];
	uint8_t hash[EK_HASH_BYTES];
	struct ek_secret secret = ek_secret_make();
	uint64_t id = ek_turn_new_id(t, EK_CONTENT_INVITES);
	char *url = ek_turn_get(t, EK_API_INVITATIONS_LINK);
	int64_t life = link->is_reset ? EK_API_INVITATIONS_RESET_MS : EK_API_INVITATIONS_MS;
	ek_secret_hash(&secret, hash);
	ek_secret_cookie(&secret, text);
	link->expires_at = ek_time_plus(t->now, (ek_span){life});
	if (url != NULL) {
		size_t n = ek_format(url, EK_API_INVITATIONS_LINK, "%s/%s#%s", t->api->options.url,
				     link->is_reset ? "reset" : "join", text);
		link->text = (ek_str){url, (uint32_t)n};
	}
	/* Whoever asks at the door may be anybody: that must not undo an administrator's link. */
	if (!link->is_asked && ek_api_security_invites(t, link->teammate.v, &earlier))
		ek_api_security_void(t, &earlier);
	v[EK_CONTENT_INVITES_INVITE] = ek_views_int((int64_t)id);
	v[EK_CONTENT_INVITES_KIND] = ek_views_text(link->is_reset ? EK_S("reset") : EK_S("invite"));
	v[EK_CONTENT_INVITES_TEAMMATE] = ek_views_id(link->teammate.v);
	v[EK_CONTENT_INVITES_EMAIL] = ek_views_text(link->email);
	v[EK_CONTENT_INVITES_EMAIL_KEY] = ek_views_text(link->email_key);
	v[EK_CONTENT_INVITES_HASH] = ek_views_blob(hash, sizeof hash);
	v[EK_CONTENT_INVITES_BY_ID] = ek_views_id(t->self.v);
	v[EK_CONTENT_INVITES_CREATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_INVITES_EXPIRES_MS] = ek_views_int(link->expires_at.ms);
	if (link->teammate.v != 0)
		ek_turn_put(t, EK_CONTENT_INVITES, v);
	note(t, link);
	ek_secret_wipe(&secret, sizeof secret);
	ek_secret_wipe(text, sizeof text);
	if (!link->is_reset)
		ek_api_server_settings_invited(t);
	const struct ek_api_notice_link notice = {.is_reset = link->is_reset,
						  .is_nobodys = link->teammate.v == 0,
						  .to = link->email,
						  .name = link->name,
						  .language = link->language,
						  .link = link->text};
	link->is_mailed = link->text.p != NULL && ek_api_notice_link(t, &notice);
	if (link->is_mailed || link->is_asked)
		link->text = (ek_str){NULL, 0};
}

/* ---- POST /password-resets */

struct reset {
	uint64_t teammate;
	struct ek_api_entrant who;
	struct ek_api_invitation link;
};

static bool check_reset(struct ek_turn *t)
{
	struct reset *s = t->state;
	if (!ek_api_sign_in_entrant(t, (int64_t)s->teammate, &s->who))
		return false;
	const struct ek_may_object object = {.is_absent = s->who.row == NULL,
					     .owner = {(uint32_t)s->teammate}};
	if (!ek_turn_may(t, EK_MAY_TEAMMATE_RIGHTS_EDIT, &object))
		return false;
	return s->who.may_enter ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "this person is not active, or has not come in yet: invite them");
}

static void answer_reset(struct ek_turn *t, ek_str link)
{
	const struct reset *s = t->state;
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "teammate", EK_IDENT_TEAMMATE, s->teammate);
	ek_api_put_text(&t->out, "link", link);
	ek_api_put_bool(&t->out, "mailed", s->link.is_mailed);
	ek_api_put_time(&t->out, "expires_at", s->link.expires_at);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

static void reset_made(struct ek_turn *t, const struct ek_answer *answer)
{
	struct reset *s = t->state;
	(void)answer;
	s->link.is_reset = true;
	s->link.teammate.v = (uint32_t)s->teammate;
	s->link.email = ek_turn_text(&s->who.row[EK_CONTENT_PEOPLE_EMAIL]);
	s->link.email_key = ek_turn_text(&s->who.row[EK_CONTENT_PEOPLE_EMAIL_KEY]);
	s->link.name = ek_turn_text(&s->who.row[EK_CONTENT_PEOPLE_NAME]);
	s->link.language = ek_turn_text(&s->who.row[EK_CONTENT_PEOPLE_LANGUAGE]);
	ek_api_invitations_make(t, &s->link);
	answer_reset(t, (ek_str){NULL, 0});
	t->status = 201;
}

static void reset_tell(struct ek_turn *t)
{
	struct reset *s = t->state;
	ek_json_reset(&t->out);
	answer_reset(t, s->link.text);
	if (s->link.is_mailed)
		ek_api_mail_nudge(t);
}

void ek_api_create_password_reset(struct ek_turn *t)
{
	static const struct ek_patch_rule rules[] = {
		{"teammate", EK_PATCH_OF_ID, EK_IDENT_TEAMMATE, EK_PATCH_REQUIRED, 0, 0, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	struct ek_patch_at root;
	struct reset *s = EK_TURN_NEW(t, struct reset);
	char key_text[24];
	t->state = s;
	bool ok = s != NULL && ek_query_end(&t->query) && ek_turn_body(t, &root) &&
		  ek_patch_bind(&root, rules, EK_LEN(rules), v);
	if (ok) {
		s->teammate = (uint64_t)v[0].i;
		size_t n = ek_format(key_text, sizeof key_text, "reset %llu",
				     (unsigned long long)s->teammate);
		ok = ek_turn_may(t, EK_MAY_TEAMMATE_RIGHTS_EDIT, NULL) &&
		     ek_guard_take(t, EK_THROTTLE_RESET_ACCOUNT, (ek_str){key_text, (uint32_t)n});
	}
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_turn_write(t, &(struct ek_turn_write){
				 .check = check_reset, .made = reset_made, .tell = reset_tell});
}

/* ---- POST /password-resets/ask */

struct asking {
	ek_str account; /* the folded address */
	struct ek_api_entrant who;
	struct ek_api_invitation link;
};

static bool check_asked(struct ek_turn *t)
{
	static const char sql[] =
		"SELECT p.teammate FROM people p JOIN teammates e ON e.teammate = p.teammate"
		" AND e.active = 1 AND e.deleted = 0 WHERE p.email_key = $1 AND"
		" p.state = 'active' ORDER BY p.teammate LIMIT 1";
	struct asking *s = t->state;
	struct ek_turn_rows rows;
	const struct ek_views_value key = ek_views_text(s->account);
	int64_t mailbox = 0;
	if (!ek_api_notice_mailbox(t, (ek_conversation_id){0}, &mailbox))
		return false;
	if (mailbox == 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "this server sends no mail: an administrator makes the link");
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	return ek_api_sign_in_entrant(t, rows.n > 0 ? ek_turn_int(&rows.v[0]) : 0, &s->who);
}

/* Of nobody, or of who may not come in, a link is made, worded and sealed all the same. What
 * differs then is four rows of one commit, which at three tries an hour nobody can measure. */
static void asked(struct ek_turn *t, const struct ek_answer *answer)
{
	struct asking *s = t->state;
	const struct ek_views_value *row = s->who.may_enter ? s->who.row : NULL;
	(void)answer;
	s->link = (struct ek_api_invitation){
		.is_reset = true, .is_asked = true, .email = s->account, .name = s->account};
	if (row != NULL) {
		s->link.teammate.v = (uint32_t)ek_turn_int(&row[EK_CONTENT_PEOPLE_TEAMMATE]);
		s->link.email = ek_turn_text(&row[EK_CONTENT_PEOPLE_EMAIL]);
		s->link.email_key = ek_turn_text(&row[EK_CONTENT_PEOPLE_EMAIL_KEY]);
		s->link.name = ek_turn_text(&row[EK_CONTENT_PEOPLE_NAME]);
		s->link.language = ek_turn_text(&row[EK_CONTENT_PEOPLE_LANGUAGE]);
	}
	ek_api_invitations_make(t, &s->link);
	ek_json_object(&t->out);
	ek_api_put_bool(&t->out, "asked", true);
	ek_json_object_end(&t->out);
	t->status = 202;
}

static void asked_tell(struct ek_turn *t)
{
	ek_api_mail_nudge(t);
}

void ek_api_ask_password_reset(struct ek_turn *t)
{
	static const struct ek_patch_rule rules[] = {
		{"email", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, 254, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	struct ek_patch_at root;
	struct asking *s = EK_TURN_NEW(t, struct asking);
	char network[EK_THROTTLE_NETWORK];
	t->state = s;
	t->has_key = false;
	bool ok = s != NULL && ek_query_end(&t->query) && ek_turn_body(t, &root) &&
		  ek_patch_bind(&root, rules, EK_LEN(rules), v);
	if (ok) {
		s->account = ek_api_list_fold(t, v[0].s);
		ok = s->account.p != NULL &&
		     ek_guard_take(t, EK_THROTTLE_RESET_NETWORK,
				   ek_throttle_network(t->http->peer, network)) &&
		     ek_guard_take(t, EK_THROTTLE_RESET_ACCOUNT, s->account);
	}
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_turn_write(t, &(struct ek_turn_write){
				 .check = check_asked, .made = asked, .tell = asked_tell});
}

/* ---- accepting one */

struct acceptance {
	bool is_reset;
	uint8_t hash[EK_HASH_BYTES];
	ek_str password;
	ek_str kept; /* the new password's hash */
	ek_str name, name_key;
	ek_str language;
	ek_str zone;
	const struct ek_views_value *invite;
	const struct ek_views_value *person;
	struct ek_turn_rows sign_ins;
	struct ek_turn_rows invites;
	struct ek_api_entrant who;
};

static bool not_good(struct ek_turn *t)
{
	return ek_problem_set(&t->problem, EK_PROBLEM_FORBIDDEN,
			      "this link is not good, was used, or is too old");
}

/* The link of that secret, and whose it is. */
static bool find(struct ek_turn *t, struct acceptance *s)
{
	struct ek_turn_rows rows;
	const struct ek_views_value args[] = {
		ek_views_blob(s->hash, sizeof s->hash),
		ek_views_text(s->is_reset ? EK_S("reset") : EK_S("invite")),
		ek_views_int(t->now.ms),
	};
	if (!ek_turn_select(
		    t,
		    "SELECT * FROM invites WHERE hash = $1 AND kind = $2 AND used_ms IS NULL"
		    " AND expires_ms > $3",
		    args, EK_LEN(args), &rows))
		return false;
	if (rows.n == 0)
		return not_good(t);
	s->invite = rows.v;
	int64_t who = ek_turn_int(&s->invite[EK_CONTENT_INVITES_TEAMMATE]);
	if (!ek_api_sign_in_entrant(t, who, &s->who))
		return false;
	s->person = s->who.row;
	if (s->person == NULL)
		return not_good(t);
	/* Of an invitation the first time, of a reset while active. */
	bool fits = s->is_reset ? s->who.may_enter
				: ek_str_is(ek_turn_text(&s->person[EK_CONTENT_PEOPLE_STATE]),
					    "invited");
	return fits || not_good(t);
}

static bool check(struct ek_turn *t)
{
	struct acceptance *s = t->state;
	if (!find(t, s))
		return false;
	int64_t who = ek_turn_int(&s->invite[EK_CONTENT_INVITES_TEAMMATE]);
	return ek_api_sign_in_all(t, who, &s->sign_ins) &&
	       ek_api_security_invites(t, who, &s->invites);
}

static void put_text(struct ek_views_value *v, ek_str text)
{
	if (text.p != NULL)
		*v = ek_views_text(text);
}

static void invited(struct ek_turn *t, const struct ek_answer *answer)
{
	struct acceptance *s = t->state;
	struct ek_views_value v[EK_CONTENT_PEOPLE_WIDTH];
	(void)answer;
	memcpy(v, s->person, sizeof v);
	t->self.v = (uint32_t)ek_turn_int(&v[EK_CONTENT_PEOPLE_TEAMMATE]);
	v[EK_CONTENT_PEOPLE_STATE] = ek_views_text(EK_S("active"));
	put_text(&v[EK_CONTENT_PEOPLE_NAME], s->name);
	put_text(&v[EK_CONTENT_PEOPLE_NAME_KEY], s->name_key);
	put_text(&v[EK_CONTENT_PEOPLE_LANGUAGE], s->language);
	put_text(&v[EK_CONTENT_PEOPLE_ZONE], s->zone);
	v[EK_CONTENT_PEOPLE_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_api_security_void(t, &s->invites);
	ek_api_security_set(t, v, s->kept);
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "invitation.accepted",
						   .object_kind = "teammate",
						   .object = t->self.v});
	const struct ek_api_sign_in what = {.teammate = t->self};
	ek_api_sign_in_answer(t, &what, s->who.lacks_factor);
}

/* Ends all sign-ins and opens none: the second factor is asked for as ever. */
static void renewed(struct ek_turn *t, const struct ek_answer *answer)
{
	struct acceptance *s = t->state;
	(void)answer;
	t->self.v = (uint32_t)ek_turn_int(&s->person[EK_CONTENT_PEOPLE_TEAMMATE]);
	ek_api_security_void(t, &s->invites);
	ek_api_security_set(t, s->person, s->kept);
	ek_api_sign_in_end_all(t, &s->sign_ins, "password");
	ek_json_object(&t->out);
	ek_api_put_bool(&t->out, "changed", true);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

static void hashed(struct ek_turn *t, bool is_right, ek_str hash)
{
	struct acceptance *s = t->state;
	(void)is_right;
	s->kept = hash;
	if (hash.p == NULL)
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, "no memory for a password");
	ek_turn_write(t, &(struct ek_turn_write){.check = check,
						 .made = s->is_reset ? renewed : invited});
}

static void judge(struct acceptance *s, const struct ek_patch_value *v)
{
	const struct ek_password_context about = {
		.name = s->name.p != NULL ? s->name
					  : ek_turn_text(&s->person[EK_CONTENT_PEOPLE_NAME]),
		.email = ek_turn_text(&s->person[EK_CONTENT_PEOPLE_EMAIL]),
	};
	s->password = v->s;
	(void)ek_guard_judge(&v->at, v->s, &about);
}

static bool read_secret(struct ek_turn *t, struct acceptance *s, ek_str text)
{
	struct ek_secret secret;
	char network[EK_THROTTLE_NETWORK];
	if (!ek_guard_take(t, EK_THROTTLE_RESET_NETWORK,
			   ek_throttle_network(t->http->peer, network)))
		return false;
	if (!ek_secret_cookie_read(text, &secret))
		return not_good(t);
	ek_secret_hash(&secret, s->hash);
	if (!find(t, s))
		return false;
	ek_guard_give(t, EK_THROTTLE_RESET_NETWORK, ek_throttle_network(t->http->peer, network));
	return true;
}

enum { SECRET, PASSWORD, NAME, LANGUAGE, ZONE };

static void bind_more(struct ek_turn *t, struct acceptance *s, const struct ek_patch_value *v)
{
	struct ek_zone zone;
	struct ek_err err;
	if (v[NAME].state == EK_PATCH_VALUE && ek_api_text_name(t, &v[NAME].at, &s->name))
		s->name_key = ek_api_list_fold(t, s->name);
	s->language = v[LANGUAGE].s;
	if (v[LANGUAGE].state == EK_PATCH_VALUE)
		(void)ek_guard_language(&v[LANGUAGE].at, s->language);
	s->zone = v[ZONE].s;
	if (v[ZONE].state == EK_PATCH_VALUE && !ek_zone_load(s->zone, t->arena, &zone, &err))
		ek_patch_fault(&v[ZONE].at, EK_FAULT_BAD_TIME,
			       "This is no time zone, such as Europe/Paris.");
}

static void accept(struct ek_turn *t, bool is_reset)
{
	static const struct ek_patch_rule rules[] = {
		{"secret", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, EK_API_SIGN_IN_CODE, NULL},
		{"password", EK_PATCH_OF_PROSE, 0, EK_PATCH_REQUIRED, 1, EK_PASSWORD_MAX, NULL},
		{"name", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		{"language", EK_PATCH_OF_TEXT, 0, 0, 2, 35, NULL},
		{"zone", EK_PATCH_OF_TEXT, 0, 0, 1, EK_ZONE_NAME_MAX, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)] = {{0}};
	struct ek_patch_at root;
	struct acceptance *s = EK_TURN_NEW(t, struct acceptance);
	t->state = s;
	t->has_key = false;
	bool ok = s != NULL && ek_query_end(&t->query) && ek_turn_body(t, &root) &&
		  ek_patch_bind(&root, rules, is_reset ? 2 : EK_LEN(rules), v);
	if (ok) {
		s->is_reset = is_reset;
		ok = read_secret(t, s, v[SECRET].s);
	}
	if (ok) {
		bind_more(t, s, v);
		judge(s, &v[PASSWORD]);
	}
	if (!ek_problem_is_none(&t->problem)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_guard_password(
		t, &(struct ek_guard_ask){.is_new = true, .password = s->password, .then = hashed});
}

void ek_api_accept_invitation(struct ek_turn *t)
{
	accept(t, false);
}

void ek_api_accept_password_reset(struct ek_turn *t)
{
	accept(t, true);
}
