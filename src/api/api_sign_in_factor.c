/* The second factor: tickets between the two steps, codes of the app and recovery codes. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_put.h"
#include "api/api_sign_in.h"
#include "api/caller.h"
#include "api/handlers.h"
#include "auth/totp.h"

/* ---- tickets */

enum {
	SEED = EK_TOTP_SEED_BYTES,
	PLAIN = 4 + 8 + 8 + SEED,
	SEALED = PLAIN + EK_SEAL_MORE,
	TEXT = (4 * SEALED + 2) / 3 + 1,
};

static void put_number(uint8_t *out, uint64_t v, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		out[i] = (uint8_t)(v >> (8 * i));
}

static uint64_t get_number(const uint8_t *p, size_t bytes)
{
	uint64_t v = 0;
	for (size_t i = 0; i < bytes; i++)
		v |= (uint64_t)p[i] << (8 * i);
	return v;
}

static ek_str place_of(const char *place)
{
	return (ek_str){place, (uint32_t)strlen(place)};
}

static bool no_key(struct ek_turn *t)
{
	return ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE,
			      "this server has no master key: give it a directory for one");
}

ek_str ek_api_sign_in_seal(struct ek_turn *t, const char *place, const struct ek_api_ticket *ticket)
{
	const struct ek_seal *seal = ek_guard_seal(t);
	uint8_t plain[PLAIN], sealed[SEALED];
	char *text = ek_turn_get(t, TEXT);
	if (seal == NULL)
		no_key(t);
	if (seal == NULL || text == NULL)
		return (ek_str){NULL, 0};
	put_number(plain, ticket->teammate.v, 4);
	put_number(plain + 4, (uint64_t)ticket->password_ms, 8);
	put_number(plain + 12, (uint64_t)ticket->made.ms, 8);
	memcpy(plain + 20, ticket->seed, SEED);
	ek_seal_put(seal, place_of(place), plain, PLAIN, sealed);
	ek_secret_wipe(plain, sizeof plain);
	return (ek_str){text, (uint32_t)ek_secret_base64url(sealed, SEALED, text, TEXT)};
}

bool ek_api_sign_in_open(struct ek_turn *t, const char *place, ek_str text,
			 struct ek_api_ticket *out)
{
	const struct ek_seal *seal = ek_guard_seal(t);
	uint8_t plain[PLAIN], sealed[SEALED];
	struct ek_seal_out to = {plain, sizeof plain, 0};
	struct ek_err err;
	size_t n;
	if (seal == NULL || !ek_secret_base64url_read(text, sealed, sizeof sealed, &n) ||
	    !ek_seal_get(seal, place_of(place), (ek_str){(const char *)sealed, (uint32_t)n}, &to,
			 &err) ||
	    to.n != PLAIN)
		return false;
	out->teammate.v = (uint32_t)get_number(plain, 4);
	out->password_ms = (int64_t)get_number(plain + 4, 8);
	out->made.ms = (int64_t)get_number(plain + 12, 8);
	memcpy(out->seed, plain + 20, SEED);
	ek_secret_wipe(plain, sizeof plain);
	return t->now.ms - out->made.ms < EK_API_SIGN_IN_TICKET_MS;
}

/* ---- codes */

/* "totp 7": where the seed of that person is sealed for. */
static ek_str seed_place(int64_t teammate, char out[32])
{
	return (ek_str){out, (uint32_t)ek_format(out, 32, "totp %lld", (long long)teammate)};
}

bool ek_api_sign_in_put_seed(struct ek_turn *t, int64_t teammate, const uint8_t *seed,
			     uint8_t out[EK_API_SIGN_IN_SEED])
{
	const struct ek_seal *seal = ek_guard_seal(t);
	char place[32];
	if (seal == NULL)
		return no_key(t);
	ek_seal_put(seal, seed_place(teammate, place), seed, SEED, out);
	return true;
}

static bool check_app(struct ek_turn *t, const struct ek_views_value *row, ek_str typed,
		      struct ek_api_factor *out)
{
	struct ek_totp_seed seed;
	struct ek_seal_out to = {seed.v, sizeof seed.v, 0};
	struct ek_err err;
	char place[32];
	const struct ek_views_value *sealed = &row[EK_CONTENT_PEOPLE_TOTP_SECRET];
	int64_t last = ek_turn_int(&row[EK_CONTENT_PEOPLE_TOTP_STEP]);
	if (ek_guard_seal(t) == NULL)
		return no_key(t);
	if (!ek_seal_get(ek_guard_seal(t),
			 seed_place(ek_turn_int(&row[EK_CONTENT_PEOPLE_TEAMMATE]), place),
			 (ek_str){sealed->p, sealed->n}, &to, &err))
		return ek_problem_err(&t->problem, &err);
	out->is_good = ek_totp_check(&seed, typed, t->now, last == EK_NONE ? EK_TOTP_NEVER : last,
				     &out->step);
	ek_secret_wipe(&seed, sizeof seed);
	return true;
}

static bool check_recovery(struct ek_turn *t, const struct ek_views_value *row, ek_str typed,
			   struct ek_api_factor *out)
{
	struct ek_turn_rows rows;
	uint8_t hashes[EK_TOTP_RECOVERIES][EK_HASH_BYTES] = {{0}};
	const struct ek_views_value *of[EK_TOTP_RECOVERIES] = {NULL};
	if (!ek_turn_select(t,
			    "SELECT * FROM recovery_codes WHERE teammate = $1 AND used_ms IS NULL"
			    " ORDER BY slot",
			    &row[EK_CONTENT_PEOPLE_TEAMMATE], 1, &rows))
		return false;
	for (uint32_t i = 0; i < rows.n && i < EK_TOTP_RECOVERIES; i++) {
		of[i] = rows.v + (size_t)i * rows.columns;
		const struct ek_views_value *hash = &of[i][EK_CONTENT_RECOVERY_CODES_HASH];
		if (hash->kind == EK_VIEWS_BLOB && hash->n == EK_HASH_BYTES)
			memcpy(hashes[i], hash->p, EK_HASH_BYTES);
	}
	int which = ek_totp_recovery_find(hashes, 0, typed);
	out->is_good = which >= 0;
	if (out->is_good)
		out->row = of[which];
	return true;
}

bool ek_api_sign_in_factor(struct ek_turn *t, const struct ek_api_entrant *who, ek_str typed,
			   struct ek_api_factor *out)
{
	*out = (struct ek_api_factor){.step = EK_NONE};
	if (!who->has_factor)
		return true;
	if (!check_app(t, who->row, typed, out))
		return false;
	if (out->is_good)
		return true;
	out->step = EK_NONE;
	return check_recovery(t, who->row, typed, out);
}

void ek_api_sign_in_spend(struct ek_turn *t, const struct ek_api_entrant *who,
			  const struct ek_api_factor *factor)
{
	if (factor->row != NULL) {
		struct ek_views_value v[EK_CONTENT_RECOVERY_CODES_WIDTH];
		memcpy(v, factor->row, sizeof v);
		v[EK_CONTENT_RECOVERY_CODES_USED_MS] = ek_views_int(t->now.ms);
		ek_turn_put(t, EK_CONTENT_RECOVERY_CODES, v);
		ek_api_audit_add(
			t, &(struct ek_api_audit){
				   .action = "recovery_code.used",
				   .object_kind = "teammate",
				   .object = (uint64_t)who->row[EK_CONTENT_PEOPLE_TEAMMATE].i});
		return;
	}
	struct ek_views_value v[EK_CONTENT_PEOPLE_WIDTH];
	memcpy(v, who->row, sizeof v);
	v[EK_CONTENT_PEOPLE_TOTP_STEP] = ek_views_int(factor->step);
	ek_turn_put(t, EK_CONTENT_PEOPLE, v);
}

/* ---- POST /sign-in/second-factor */

struct second {
	struct ek_api_ticket ticket;
	ek_str code;
	ek_str key;
	char key_text[24];
	struct ek_api_entrant who;
	struct ek_api_factor factor;
	const struct ek_views_value *before;
	bool stands; /* the ticket is still of the password */
};

static bool check(struct ek_turn *t)
{
	struct second *s = t->state;
	if (!ek_api_sign_in_entrant(t, s->ticket.teammate.v, &s->who) ||
	    !ek_api_sign_in_before(t, &s->before))
		return false;
	s->stands =
		s->who.may_enter && s->who.has_factor &&
		ek_turn_int(&s->who.row[EK_CONTENT_PEOPLE_PASSWORD_MS]) == s->ticket.password_ms;
	return !s->stands || ek_api_sign_in_factor(t, &s->who, s->code, &s->factor);
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	struct second *s = t->state;
	(void)answer;
	if (!s->factor.is_good) {
		ek_api_audit_add(t, &(struct ek_api_audit){.action = "second_factor.refused",
							   .object_kind = "teammate",
							   .object = s->ticket.teammate.v});
		ek_problem_set(&t->problem, EK_PROBLEM_FORBIDDEN,
			       "this code is not right, or was used before");
		return;
	}
	ek_guard_give(t, EK_THROTTLE_SIGN_IN_ACCOUNT, s->key);
	if (s->before != NULL && s->before[EK_CONTENT_SIGN_INS_ENDED_MS].kind == EK_VIEWS_NULL)
		ek_api_sign_in_end(t, s->before, "sign_out");
	ek_api_sign_in_spend(t, &s->who, &s->factor);
	const struct ek_api_sign_in what = {.teammate = s->ticket.teammate, .has_factor = true};
	ek_api_sign_in_answer(t, &what, false);
}

void ek_api_confirm_second_factor(struct ek_turn *t)
{
	static const struct ek_patch_rule rules[] = {
		{"ticket", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, 2 * TEXT, NULL},
		{"code", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, EK_API_SIGN_IN_CODE, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	struct ek_patch_at root;
	struct second *s = EK_TURN_NEW(t, struct second);
	t->state = s;
	t->has_key = false;
	bool ok = s != NULL && ek_query_end(&t->query) && ek_turn_body(t, &root) &&
		  ek_patch_bind(&root, rules, EK_LEN(rules), v);
	if (ok && !ek_api_sign_in_open(t, "second factor", v[0].s, &s->ticket))
		ok = ek_problem_set(&t->problem, EK_PROBLEM_FORBIDDEN,
				    "this took too long: give the password again");
	if (ok) {
		/* Codes have a count of their own: who knows the password may try no more of them
		 * than who does not may try passwords. */
		size_t n =
			ek_format(s->key_text, sizeof s->key_text, "code %u", s->ticket.teammate.v);
		s->key = (ek_str){s->key_text, (uint32_t)n};
		s->code = v[1].s;
		ok = ek_guard_take(t, EK_THROTTLE_SIGN_IN_ACCOUNT, s->key);
	}
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_turn_write(t, &(struct ek_turn_write){.check = check, .made = made});
}
