/* Any bytes may come as the token by which a host site names its visitor. What is not signed with
 * the site's secret is never believed, whatever it says; what is signed is read within its bounds,
 * for its own inbox and time alone.
 *
 * Three ways from the same bytes: as a token; as a token's text under a signature that is no
 * signature; and as a text that the site did sign. */
#include <string.h>

#include "api/identity.h"
#include "auth/secret.h"
#include "model/limits.h"
#include "sys/heap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT = 3000, CAP = EK_IDENTITY_BYTES + 64, INBOX = 7 };
#define NOW_MS INT64_C(1795385000000)

static const struct ek_identity_key key = {"0123456789abcdefghijklmnopqrstuvwxyzABCDEFG", INBOX};

/* base64url(json) "." base64url(HMAC), as a site writes it. */
static ek_str sign(const uint8_t *json, size_t n, const struct ek_identity_key *with, char *out)
{
	uint8_t hash[EK_HASH_BYTES];
	size_t at = ek_secret_base64url(json, n, out, CAP);
	ek_hash_hmac(with->secret, strlen(with->secret), out, at, hash);
	out[at++] = '.';
	at += ek_secret_base64url(hash, sizeof hash, out + at, CAP - at);
	return (ek_str){out, (uint32_t)at};
}

static bool read(ek_str token, ek_time now, struct ek_arena *arena, struct ek_identity *out)
{
	bool ok = ek_identity_read(token, &key, now, arena, out);
	if (!ok)
		return false;
	ek_assert(out->contact.n >= 1 && out->contact.n <= EK_LIMIT_TEXT_BYTES);
	ek_assert(out->jti.n >= 1 && out->jti.n <= EK_IDENTITY_JTI);
	ek_assert(out->name.p == NULL || out->name.n <= EK_LIMIT_TEXT_BYTES);
	ek_assert(out->email.p == NULL || out->email.n <= 254);
	/* Its time is ahead, and no further than a site's may be. */
	if (out->is_fresh)
		ek_assert(out->expires.ms > now.ms - 1000 &&
			  out->expires.ms <=
				  now.ms + 1000 * (EK_IDENTITY_LIFE_S + EK_IDENTITY_SKEW_S));
	return true;
}

static void forge(const uint8_t *data, size_t n, struct ek_arena *arena)
{
	static const struct ek_identity_key other = {"0123456789abcdefghijklmnopqrstuvwxyzABCDEFH",
						     INBOX};
	struct ek_identity out;
	char token[CAP];
	ek_time now = {NOW_MS};
	/* By somebody else; and cut, and with a sign changed. */
	ek_str forged = sign(data, n, &other, token);
	ek_assert(!read(forged, now, arena, &out));
	ek_str whole = sign(data, n, &key, token);
	ek_assert(!read((ek_str){whole.p, whole.n - 1}, now, arena, &out));
	size_t at = n > 0 ? data[0] % whole.n : 0;
	token[at] = token[at] == 'A' ? 'B' : 'A';
	ek_assert(!read(whole, now, arena, &out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ek_arena arena;
	struct ek_identity out;
	char token[CAP];
	ek_time now = {NOW_MS};
	ek_arena_init(&arena, ek_heap_alloc(), 1U << 24);
	ek_str raw = {(const char *)data, (uint32_t)size};
	/* Nobody guesses a signature. */
	ek_assert(!read(raw, now, &arena, &out));
	if (size <= TEXT) {
		forge(data, size, &arena);
		if (read(sign(data, size, &key, token), now, &arena, &out) && out.is_fresh) {
			/* A day later it is over. */
			ek_time later = {now.ms + INT64_C(86400000)};
			bool ok = read(sign(data, size, &key, token), later, &arena, &out);
			ek_assert(ok && !out.is_fresh);
		}
	}
	ek_arena_fini(&arena);
	return 0;
}
