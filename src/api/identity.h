/* identity -- who a host site says its visitor is: a token that the site signed.
 *
 *   base64url(JSON) "." base64url(HMAC-SHA256(secret, base64url(JSON)))       no padding
 *   {"inbox":"ci_7","contact":"customer 4711","iat":1795385000,"exp":1795388600,"jti":"9f...",
 *    "name":"Kim","email":"kim@example.com"}                                  times in seconds
 *
 * The secret is used as the text that it was told as. Other members are passed over. Whether the
 * jti was used before is the caller's to ask. Hashes are compared in constant time, before anything
 * of the token is read. Source: spec security, section 1. Cost: one HMAC, one reading.
 */
#ifndef EK_API_IDENTITY_H
#define EK_API_IDENTITY_H

#include "base/arena.h"

enum {
	EK_IDENTITY_BYTES = 4096, /* of a token */
	EK_IDENTITY_SECRET = 43,  /* characters */
	EK_IDENTITY_LIFE_S = 3600,
	EK_IDENTITY_SKEW_S = 60, /* how far the site's clock may be ahead */
	EK_IDENTITY_JTI = 128,
};

struct ek_identity_key {
	char secret[EK_IDENTITY_SECRET + 1];
	uint64_t inbox; /* whose it is */
};

struct ek_identity {
	ek_str contact; /* the site's id of them, 1 to EK_LIMIT_TEXT_BYTES bytes */
	ek_str name;    /* p NULL = not said, or none that can be kept; as the next */
	ek_str email;
	ek_str jti; /* 1 to EK_IDENTITY_JTI bytes */
	ek_time expires;
	bool is_fresh; /* now is in its time, which is short enough */
};

/* Whether the site that has that secret signed it, for this inbox. What it says lives in the
 * arena. */
bool ek_identity_read(ek_str token, const struct ek_identity_key *key, ek_time now,
		      struct ek_arena *arena, struct ek_identity *out) EK_MUST_CHECK;

#endif
