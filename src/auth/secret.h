/* secret -- random bytes, and the texts that secrets travel as.
 *
 * A secret is 256 bits from the system; the store gets its SHA-256 only, which needs no salt as
 * nobody can try them all. Each form has one reading: whoever parses gets the secret or false, and
 * every text that is read was written by the same form. Writing and reading take the same time for
 * every secret; comparing does not say where two differ.
 * Any thread. Nothing here keeps anything; wipe what you no longer need.
 * Sources: RFC 4648 (base32, base64url); Crockford, "Base 32" (codes that people type); FIPS 180-4.
 */
#ifndef EK_AUTH_SECRET_H
#define EK_AUTH_SECRET_H

#include "sys/hash.h"

enum {
	EK_SECRET_BYTES = 32,
	EK_SECRET_TOKEN = 53,  /* characters of an API token */
	EK_SECRET_COOKIE = 43, /* characters of a session's cookie */
	EK_SECRET_CODE_BYTES =
		15,          /* 120 bits: more than can be tried, so that a plain hash will do */
	EK_SECRET_CODE = 29, /* characters of a code, hyphens included */
};

struct ek_secret {
	uint8_t v[EK_SECRET_BYTES];
};
/* A code used once: to set up a server, or in place of a lost second factor. */
struct ek_secret_code {
	uint8_t v[EK_SECRET_CODE_BYTES];
};

/* n bytes nobody can guess (getrandom). Ends the process if the system has none. */
void ek_secret_random(void *out, size_t n);
struct ek_secret ek_secret_make(void);
/* What is stored and looked up. */
void ek_secret_hash(const struct ek_secret *secret, uint8_t out[EK_HASH_BYTES]);
/* Whether n bytes are equal; takes as long when they are not. */
bool ek_secret_equal(const void *a, const void *b, size_t n);
/* Overwrites with zeros, also where a compiler would leave it out. */
void ek_secret_wipe(void *p, size_t n);

/* An API token: evk_, 43 digits to base 62, 6 digits of the CRC-32C of those 43. The checksum lets
 * a scanner tell a leaked token from noise, and a slip be told without a look-up. */
void ek_secret_token(const struct ek_secret *secret, char out[EK_SECRET_TOKEN + 1]);
bool ek_secret_token_read(ek_str text, struct ek_secret *out) EK_MUST_CHECK;
/* A session's cookie, a link's or a visitor's secret: base64url. */
void ek_secret_cookie(const struct ek_secret *secret, char out[EK_SECRET_COOKIE + 1]);
bool ek_secret_cookie_read(ek_str text, struct ek_secret *out) EK_MUST_CHECK;

/* A code: 24 of Crockford's 32 symbols in groups of four, "7K2M-...". Reading takes either case,
 * O for 0, I and L for 1, and hyphens and spaces anywhere (at most 64 bytes in all). */
struct ek_secret_code ek_secret_code_make(void);
void ek_secret_code(const struct ek_secret_code *code, char out[EK_SECRET_CODE + 1]);
bool ek_secret_code_read(ek_str text, struct ek_secret_code *out) EK_MUST_CHECK;
void ek_secret_code_hash(const struct ek_secret_code *code, uint8_t out[EK_HASH_BYTES]);

/* RFC 4648 without padding. Writing: cap must hold all characters and a NUL (base32: (8n+4)/5 + 1,
 * base64url: (4n+2)/3 + 1); returns the characters. Reading: false for any other character
 * (base32 takes upper case only), for a length that no bytes give, for unused bits that are set,
 * and when cap is too small; *n is then unset. */
size_t ek_secret_base32(const uint8_t *bytes, size_t n, char *out, size_t cap);
bool ek_secret_base32_read(ek_str text, uint8_t *out, size_t cap, size_t *n) EK_MUST_CHECK;
size_t ek_secret_base64url(const uint8_t *bytes, size_t n, char *out, size_t cap);
bool ek_secret_base64url_read(ek_str text, uint8_t *out, size_t cap, size_t *n) EK_MUST_CHECK;

#endif
