#include "api/identity.h"

#include <string.h>

#include "auth/secret.h"
#include "model/limits.h"
#include "wire/patch.h"

enum { EMAIL_MAX = 254 };

static bool is_signed(ek_str token, uint32_t dot, const struct ek_identity_key *key)
{
	uint8_t given[EK_HASH_BYTES];
	uint8_t right[EK_HASH_BYTES];
	size_t n = 0;
	const ek_str text = {token.p + dot + 1, token.n - dot - 1};
	if (!ek_secret_base64url_read(text, given, sizeof given, &n) || n != sizeof given)
		return false;
	ek_hash_hmac(key->secret, strlen(key->secret), token.p, dot, right);
	return ek_secret_equal(given, right, sizeof right);
}

/* A member that may be left out, and is where it cannot be used. */
static ek_str optional(const struct ek_patch_at *root, const char *name, uint32_t most)
{
	struct ek_patch_at at = ek_patch_member(root, name);
	ek_str text;
	if (ek_patch_state(&at) != EK_PATCH_VALUE || !ek_patch_text(&at, 1, most, &text))
		return (ek_str){NULL, 0};
	return text;
}

static bool needed(const struct ek_patch_at *root, const char *name, uint32_t most, ek_str *out)
{
	*out = optional(root, name, most);
	return out->p != NULL;
}

static bool seconds(const struct ek_patch_at *root, const char *name, int64_t *out)
{
	struct ek_patch_at at = ek_patch_member(root, name);
	return ek_patch_state(&at) == EK_PATCH_VALUE &&
	       ek_patch_int(&at, 0, INT64_C(253402300799), out);
}

static bool bind(const struct ek_patch_at *root, const struct ek_identity_key *key, ek_time now,
		 struct ek_identity *out)
{
	struct ek_patch_at inbox = ek_patch_member(root, "inbox");
	uint64_t id;
	int64_t iat, exp;
	if (ek_patch_state(&inbox) != EK_PATCH_VALUE ||
	    !ek_patch_id(&inbox, EK_IDENT_CHAT_INBOX, &id) || id != key->inbox ||
	    !needed(root, "contact", EK_LIMIT_TEXT_BYTES, &out->contact) ||
	    !needed(root, "jti", EK_IDENTITY_JTI, &out->jti) || !seconds(root, "iat", &iat) ||
	    !seconds(root, "exp", &exp))
		return false;
	int64_t now_s = now.ms / 1000;
	out->expires.ms = exp * 1000;
	out->is_fresh = iat <= now_s + EK_IDENTITY_SKEW_S && exp > now_s && exp > iat &&
			exp - iat <= EK_IDENTITY_LIFE_S;
	out->name = optional(root, "name", EK_LIMIT_TEXT_BYTES);
	out->email = optional(root, "email", EMAIL_MAX);
	return true;
}

bool ek_identity_read(ek_str token, const struct ek_identity_key *key, ek_time now,
		      struct ek_arena *arena, struct ek_identity *out)
{
	struct ek_problem problem;
	struct ek_patch patch;
	size_t n = 0;
	*out = (struct ek_identity){0};
	const char *dot =
		token.n == 0 || token.n > EK_IDENTITY_BYTES ? NULL : memchr(token.p, '.', token.n);
	if (dot == NULL || !is_signed(token, (uint32_t)(dot - token.p), key))
		return false;
	const ek_str text = {token.p, (uint32_t)(dot - token.p)};
	uint8_t *json = ek_arena_get(arena, text.n + 1);
	if (json == NULL || !ek_secret_base64url_read(text, json, text.n, &n))
		return false;
	/* Its faults are nobody's to read. */
	ek_problem_init(&problem, arena);
	bool ok = ek_patch_open(&patch, (ek_str){(const char *)json, (uint32_t)n}, arena, &problem);
	if (ok) {
		struct ek_patch_at root = ek_patch_root(&patch);
		ok = bind(&root, key, now, out);
	}
	ek_patch_close(&patch);
	return ok;
}
