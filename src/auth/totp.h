/* totp -- the second factor: codes of six digits that an app shows for 30 seconds.
 *
 * RFC 6238 with SHA-1, which every app knows. A code is good for its step and one on either side;
 * each step once: the caller keeps the step that was used and gives it back. The seed is kept
 * sealed (seal.h). Ten recovery codes stand in for a lost app; only their hashes are kept.
 * Pure but for making seeds and codes. Any thread.
 * Sources: RFC 6238, RFC 4226 section 5.3; the Key URI format of the Google Authenticator wiki.
 */
#ifndef EK_AUTH_TOTP_H
#define EK_AUTH_TOTP_H

#include "auth/secret.h"

enum {
	EK_TOTP_SEED_BYTES = 20, /* as long as the hash: RFC 4226, section 4, R6 */
	EK_TOTP_DIGITS = 6,
	EK_TOTP_STEP_MS = 30000,
	EK_TOTP_AROUND = 1, /* steps on either side */
	EK_TOTP_RECOVERIES = 10,
	EK_TOTP_URI = 1024,
};
#define EK_TOTP_NEVER ((int64_t)-1) /* no step was used yet */

struct ek_totp_seed {
	uint8_t v[EK_TOTP_SEED_BYTES];
};

struct ek_totp_seed ek_totp_make(void);
/* The code of a step (30-second steps since 1970), 0 to 999999. step >= 0. */
uint32_t ek_totp_code(const struct ek_totp_seed *seed, int64_t step);
/* Whether typed is the code of a step around now that is later than last (the step used last, or
 * EK_TOTP_NEVER). True: *used is that step, to be stored before the person is let in. typed: six
 * digits; spaces are passed over, as apps show "123 456". Takes the same time for every code. */
bool ek_totp_check(const struct ek_totp_seed *seed, ek_str typed, ek_time now, int64_t last,
		   int64_t *used) EK_MUST_CHECK;

/* What an app reads from a picture: otpauth://totp/ISSUER:ACCOUNT?secret=... Both names are
 * encoded; a colon in them is left out. Errors: LIMIT when it does not fit. */
bool ek_totp_uri(const struct ek_totp_seed *seed, ek_str issuer, ek_str account,
		 char out[EK_TOTP_URI], struct ek_err *err) EK_MUST_CHECK;

/* Ten codes, shown once, and what is kept of them. */
void ek_totp_recovery_make(struct ek_secret_code codes[EK_TOTP_RECOVERIES],
			   uint8_t hashes[EK_TOTP_RECOVERIES][EK_HASH_BYTES]);
/* Which of the hashes the typed code has and is not marked in used (bit i: code i is gone); -1 for
 * none. An all-zero hash matches nothing. The caller marks it before the person is let in. */
int ek_totp_recovery_find(uint8_t hashes[EK_TOTP_RECOVERIES][EK_HASH_BYTES], uint32_t used,
			  ek_str typed);

#endif
