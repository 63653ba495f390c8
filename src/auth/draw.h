/* draw -- who is asked, and at which address: both made from one key of the workspace.
 *
 * A draw can be made again at any time and gives the same, so that it can be checked; without the
 * key nobody can foresee it, and nobody can influence it, as nothing but the conversation's number
 * goes into it. A secret address can be made again too, so that only its hash need be kept.
 *   draw    the first 8 bytes, big-endian, of HMAC-SHA-256(key, "draw" || number as 8 bytes, big-
 *           endian), modulo 1000
 *   secret  HMAC-SHA-256(key, "ask " || the same)
 * Pure but for OpenSSL. Any thread. Source: spec metrics, Q2 and Q6; RFC 2104.
 */
#ifndef EK_AUTH_DRAW_H
#define EK_AUTH_DRAW_H

#include "auth/secret.h"

enum { EK_DRAW_PARTS = 1000, EK_DRAW_KEY = 32 };

struct ek_draw_key {
	uint8_t v[EK_DRAW_KEY];
};

/* 0 to EK_DRAW_PARTS - 1; one that is below the fraction, in thousandths, is drawn. */
uint32_t ek_draw_part(const struct ek_draw_key *key, uint64_t conversation);
/* What stands in the address at which that ask is answered. Wipe it. */
struct ek_secret ek_draw_secret(const struct ek_draw_key *key, uint64_t ask);

#endif
