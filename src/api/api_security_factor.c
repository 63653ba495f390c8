/* One's own second factor: a seed for an app, and ten recovery codes. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_put.h"
#include "api/api_security.h"
#include "api/handlers.h"
#include "auth/totp.h"

#define ISSUER EK_S("Evenkeel")
#define PLACE "second factor, new"

struct factor {
	struct ek_api_ticket ticket;
	int64_t step;
	struct ek_api_entrant who;
	uint8_t sealed[EK_API_SIGN_IN_SEED];
	struct ek_secret_code codes[EK_TOTP_RECOVERIES];
	uint8_t hashes[EK_TOTP_RECOVERIES][EK_HASH_BYTES];
};

/* ---- POST /me/second-factor */

static ek_str email_of(struct ek_turn *t)
{
	struct ek_turn_rows rows;
	const struct ek_views_value key = ek_views_int(t->self.v);
	if (!ek_turn_select(t, "SELECT email FROM people WHERE teammate = $1", &key, 1, &rows) ||
	    rows.n == 0)
		return (ek_str){"", 0};
	ek_str email = ek_turn_text(&rows.v[0]);
	return email.p != NULL ? email : (ek_str){"", 0};
}

void ek_api_begin_second_factor(struct ek_turn *t)
{
	char text[(8 * EK_TOTP_SEED_BYTES + 4) / 5 + 1];
	char uri[EK_TOTP_URI];
	struct ek_err err;
	const struct ek_may_object own = ek_may_own(&t->actor);
	struct ek_api_ticket ticket = {.teammate = t->self, .made = t->now};
	if (!ek_query_end(&t->query) || !ek_turn_may(t, EK_MAY_ME_SECURITY, &own)) {
		ek_turn_reply(t, 0);
		return;
	}
	struct ek_totp_seed seed = ek_totp_make();
	memcpy(ticket.seed, seed.v, sizeof ticket.seed);
	ek_str sealed = ek_api_sign_in_seal(t, PLACE, &ticket);
	size_t n = ek_secret_base32(seed.v, sizeof seed.v, text, sizeof text);
	if (!ek_totp_uri(&seed, ISSUER, email_of(t), uri, &err))
		ek_problem_err(&t->problem, &err);
	ek_json_object(&t->out);
	ek_api_put_text(&t->out, "secret", (ek_str){text, (uint32_t)n});
	ek_api_put_word(&t->out, "uri", uri);
	ek_api_put_text(&t->out, "ticket", sealed);
	ek_json_object_end(&t->out);
	ek_secret_wipe(&seed, sizeof seed);
	ek_turn_reply(t, 200);
}

/* ---- recovery codes */

static bool check(struct ek_turn *t)
{
	struct factor *s = t->state;
	if (!ek_api_sign_in_entrant(t, t->self.v, &s->who))
		return false;
	return s->who.may_enter || ek_problem_set(&t->problem, EK_PROBLEM_UNAUTHENTICATED, NULL);
}

static void erase_codes(struct ek_turn *t)
{
	ek_turn_erase(t, &(struct ek_writer_erasure){.table = EK_CONTENT_RECOVERY_CODES,
						     .column = EK_CONTENT_RECOVERY_CODES_TEAMMATE,
						     .value = ek_views_id(t->self.v)});
}

static void put_codes(struct ek_turn *t, struct factor *s)
{
	ek_totp_recovery_make(s->codes, s->hashes);
	erase_codes(t);
	for (uint32_t i = 0; i < EK_TOTP_RECOVERIES; i++) {
		struct ek_views_value v[EK_CONTENT_RECOVERY_CODES_WIDTH] = {0};
		v[EK_CONTENT_RECOVERY_CODES_TEAMMATE] = ek_views_id(t->self.v);
		v[EK_CONTENT_RECOVERY_CODES_SLOT] = ek_views_int(i + 1);
		v[EK_CONTENT_RECOVERY_CODES_HASH] =
			ek_views_blob(s->hashes[i], sizeof s->hashes[i]);
		ek_turn_put(t, EK_CONTENT_RECOVERY_CODES, v);
	}
}

static void answer_codes(struct ek_turn *t, bool told)
{
	struct factor *s = t->state;
	char text[EK_SECRET_CODE + 1];
	ek_json_object(&t->out);
	ek_json_key(&t->out, "recovery_codes");
	ek_json_list(&t->out);
	for (uint32_t i = 0; told && i < EK_TOTP_RECOVERIES; i++) {
		ek_secret_code(&s->codes[i], text);
		ek_json_word(&t->out, text);
	}
	ek_json_list_end(&t->out);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

static void tell(struct ek_turn *t)
{
	struct factor *s = t->state;
	ek_json_reset(&t->out);
	answer_codes(t, true);
	ek_secret_wipe(s->codes, sizeof s->codes);
}

static void audit(struct ek_turn *t, const char *action)
{
	ek_api_audit_add(t, &(struct ek_api_audit){.action = action,
						   .object_kind = "teammate",
						   .object = t->self.v});
}

/* ---- PUT /me/second-factor */

static void put_factor(struct ek_turn *t, const struct factor *s, bool has)
{
	struct ek_views_value v[EK_CONTENT_PEOPLE_WIDTH];
	memcpy(v, s->who.row, sizeof v);
	v[EK_CONTENT_PEOPLE_TOTP_SECRET] =
		has ? ek_views_blob(s->sealed, sizeof s->sealed) : (struct ek_views_value){0};
	v[EK_CONTENT_PEOPLE_TOTP_STEP] = ek_views_int(has ? s->step : EK_NONE);
	ek_turn_put(t, EK_CONTENT_PEOPLE, v);
}

static void set(struct ek_turn *t, const struct ek_answer *answer)
{
	struct factor *s = t->state;
	(void)answer;
	put_factor(t, s, true);
	put_codes(t, s);
	audit(t, "second_factor.set");
	answer_codes(t, false);
}

/* The seed of the ticket, if the code is of it. */
static bool take_seed(struct ek_turn *t, struct factor *s, ek_str ticket, ek_str code)
{
	struct ek_totp_seed seed;
	char key_text[24];
	size_t n = ek_format(key_text, sizeof key_text, "own %u", t->self.v);
	ek_str key = {key_text, (uint32_t)n};
	if (!ek_api_sign_in_open(t, PLACE, ticket, &s->ticket) || s->ticket.teammate.v != t->self.v)
		return ek_problem_set(&t->problem, EK_PROBLEM_FORBIDDEN,
				      "this took too long: begin again");
	if (!ek_guard_take(t, EK_THROTTLE_SIGN_IN_ACCOUNT, key))
		return false;
	memcpy(seed.v, s->ticket.seed, sizeof seed.v);
	bool good = ek_totp_check(&seed, code, t->now, EK_TOTP_NEVER, &s->step);
	ek_secret_wipe(&seed, sizeof seed);
	if (!good)
		return ek_problem_set(&t->problem, EK_PROBLEM_FORBIDDEN, "this code is not right");
	ek_guard_give(t, EK_THROTTLE_SIGN_IN_ACCOUNT, key);
	return ek_api_sign_in_put_seed(t, t->self.v, s->ticket.seed, s->sealed);
}

void ek_api_set_second_factor(struct ek_turn *t)
{
	static const struct ek_patch_rule rules[] = {
		{"ticket", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, 400, NULL},
		{"code", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, EK_API_SIGN_IN_CODE, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	struct ek_patch_at root;
	struct factor *s = EK_TURN_NEW(t, struct factor);
	const struct ek_may_object own = ek_may_own(&t->actor);
	t->state = s;
	bool ok = s != NULL && ek_query_end(&t->query) && ek_turn_body(t, &root) &&
		  ek_patch_bind(&root, rules, EK_LEN(rules), v);
	ok = ek_turn_may(t, EK_MAY_ME_SECURITY, &own) && ok;
	if (!ok || !take_seed(t, s, v[0].s, v[1].s)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_turn_write(t, &(struct ek_turn_write){.check = check, .made = set, .tell = tell});
}

/* ---- DELETE /me/second-factor */

static bool check_remove(struct ek_turn *t)
{
	struct factor *s = t->state;
	if (!check(t))
		return false;
	if (s->who.has_factor && s->who.wants_factor)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "this workspace wants a second factor of you; set another "
				      "one in its place");
	return true;
}

static void removed(struct ek_turn *t, const struct ek_answer *answer)
{
	struct factor *s = t->state;
	(void)answer;
	if (s->who.has_factor) {
		put_factor(t, s, false);
		erase_codes(t);
		audit(t, "second_factor.removed");
	}
	ek_json_object(&t->out);
	ek_api_put_bool(&t->out, "changed", s->who.has_factor);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

static void begin(struct ek_turn *t, const struct ek_turn_write *write)
{
	const struct ek_may_object own = ek_may_own(&t->actor);
	t->state = EK_TURN_NEW(t, struct factor);
	if (t->state != NULL && ek_query_end(&t->query) && ek_turn_may(t, EK_MAY_ME_SECURITY, &own))
		ek_turn_write(t, write);
	else
		ek_turn_reply(t, 0);
}

void ek_api_remove_second_factor(struct ek_turn *t)
{
	begin(t, &(struct ek_turn_write){.check = check_remove, .made = removed});
}

/* ---- POST /me/recovery-codes */

static bool check_renew(struct ek_turn *t)
{
	struct factor *s = t->state;
	return check(t) && (s->who.has_factor || ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
								"set up a second factor first"));
}

static void renewed(struct ek_turn *t, const struct ek_answer *answer)
{
	(void)answer;
	put_codes(t, t->state);
	audit(t, "recovery_codes.renewed");
	answer_codes(t, false);
}

void ek_api_renew_recovery_codes(struct ek_turn *t)
{
	begin(t, &(struct ek_turn_write){.check = check_renew, .made = renewed, .tell = tell});
}
