#include "auth/draw.h"

#include <string.h>

enum { WORD = 4, TEXT = WORD + 8 };

static void mac(const struct ek_draw_key *key, const char word[WORD], uint64_t number,
		uint8_t out[EK_HASH_BYTES])
{
	uint8_t text[TEXT];
	memcpy(text, word, WORD);
	for (int i = 0; i < 8; i++)
		text[WORD + i] = (uint8_t)(number >> (56 - 8 * i));
	ek_hash_hmac(key->v, sizeof key->v, text, sizeof text, out);
}

uint32_t ek_draw_part(const struct ek_draw_key *key, uint64_t conversation)
{
	uint8_t out[EK_HASH_BYTES];
	uint64_t n = 0;
	mac(key, "draw", conversation, out);
	for (int i = 0; i < 8; i++)
		n = n << 8 | out[i];
	return (uint32_t)(n % EK_DRAW_PARTS);
}

struct ek_secret ek_draw_secret(const struct ek_draw_key *key, uint64_t ask)
{
	struct ek_secret secret;
	mac(key, "ask ", ask, secret.v);
	return secret;
}
