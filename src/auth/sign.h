/* sign -- signatures of webhooks: those that go out, and those that come in.
 *
 * HMAC-SHA-256 over "id.timestamp.body" with a secret of 24 to 64 bytes, which is written as
 * "whsec_" and base64. A header holds one signature or several, with blanks between; "v1," stands
 * before each of this kind, and one that fits is enough.
 * Source: Standard Webhooks 1.0.0, "Signature scheme"; RFC 4648, section 4.
 */
#ifndef EK_AUTH_SIGN_H
#define EK_AUTH_SIGN_H

#include "base/base.h"

enum {
	EK_SIGN_KEY = 32, /* of those that are made here */
	EK_SIGN_KEY_MIN = 24,
	EK_SIGN_KEY_MAX = 64,
	EK_SIGN_SECRET = 6 + 88, /* letters of a secret at most; what is made here has 6 + 44 */
	EK_SIGN_TEXT = 3 + 44,   /* letters of a signature: "v1,..." */
	EK_SIGN_ID = 256,        /* bytes of an id at most */
	EK_SIGN_TOLERANCE_MS = 5 * 60 * 1000,
};

struct ek_sign_key {
	uint8_t v[EK_SIGN_KEY_MAX];
	uint32_t n;
};

void ek_sign_print(const struct ek_sign_key *key, char out[EK_SIGN_SECRET + 1]);
/* False: it is none. */
bool ek_sign_read(ek_str secret, struct ek_sign_key *out) EK_MUST_CHECK;

struct ek_sign_message {
	ek_str id;
	int64_t at_s; /* seconds since 1970 */
	ek_str body;
};
/* Errors: NO_MEMORY. */
bool ek_sign_make(const struct ek_sign_key *key, const struct ek_sign_message *m,
		  char out[EK_SIGN_TEXT + 1], struct ek_err *err) EK_MUST_CHECK;

/* As they came. */
struct ek_sign_headers {
	ek_str id;
	ek_str timestamp;
	ek_str signature;
};
/* Whether it was signed with that key, no more than EK_SIGN_TOLERANCE_MS before or after now. In
 * constant time for each signature in the header. False also when there is no memory. */
bool ek_sign_verify(const struct ek_sign_key *key, const struct ek_sign_headers *h, ek_str body,
		    ek_time now) EK_MUST_CHECK;

#endif
