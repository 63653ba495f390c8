#include "auth/sign.h"

#include <string.h>

#include "auth/secret.h"
#include "sys/hash.h"

#define BEGINS "whsec_"
#define VERSION "v1,"

enum { BLOCK = 64, LETTERS = 96, DIGITS = 12 };

/* ---- base64 with padding, out of that of addresses without */

static void swap(char *s, size_t n, const char *from, const char *to)
{
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < 2; k++)
			if (s[i] == from[k]) {
				s[i] = to[k];
				break;
			}
}

static void print(const uint8_t *bytes, size_t n, char *out, size_t cap)
{
	size_t letters = ek_secret_base64url(bytes, n, out, cap);
	swap(out, letters, "-_", "+/");
	while (letters % 4 != 0)
		out[letters++] = '=';
	ek_assert(letters < cap);
	out[letters] = 0;
}

static bool read(ek_str text, uint8_t *out, size_t cap, size_t *n)
{
	char s[LETTERS];
	uint32_t letters = text.n;
	if (text.n % 4 != 0 || text.n == 0 || text.n > sizeof s)
		return false;
	for (int i = 0; i < 2 && text.p[letters - 1] == '='; i++)
		letters--;
	memcpy(s, text.p, letters);
	if (memchr(s, '-', letters) != NULL || memchr(s, '_', letters) != NULL)
		return false;
	swap(s, letters, "+/", "-_");
	bool ok = ek_secret_base64url_read((ek_str){s, letters}, out, cap, n);
	ek_secret_wipe(s, sizeof s);
	return ok;
}

/* ---- secrets */

void ek_sign_print(const struct ek_sign_key *key, char out[EK_SIGN_SECRET + 1])
{
	size_t n = sizeof BEGINS - 1;
	ek_assert(key->n <= EK_SIGN_KEY_MAX);
	memcpy(out, BEGINS, n);
	print(key->v, key->n, out + n, EK_SIGN_SECRET + 1 - n);
}

bool ek_sign_read(ek_str secret, struct ek_sign_key *out)
{
	const uint32_t begins = sizeof BEGINS - 1;
	size_t n;
	*out = (struct ek_sign_key){.n = 0};
	if (secret.n <= begins || memcmp(secret.p, BEGINS, begins) != 0 ||
	    !read((ek_str){secret.p + begins, secret.n - begins}, out->v, sizeof out->v, &n) ||
	    n < EK_SIGN_KEY_MIN)
		return false;
	out->n = (uint32_t)n;
	return true;
}

/* ---- signatures */

static void add(struct ek_hash *h, const void *p, size_t n)
{
	if (n > 0)
		ek_hash_add(h, p, n);
}

/* RFC 2104, over pieces. */
static bool hmac(const struct ek_sign_key *key, const struct ek_sign_message *m, ek_str at,
		 uint8_t out[EK_HASH_BYTES])
{
	uint8_t pad[BLOCK];
	uint8_t inner[EK_HASH_BYTES];
	struct ek_hash *h;
	struct ek_err err;
	if (!ek_hash_open(&h, &err))
		return false;
	for (size_t i = 0; i < BLOCK; i++)
		pad[i] = (uint8_t)((i < key->n ? key->v[i] : 0) ^ 0x36);
	ek_hash_begin(h);
	add(h, pad, sizeof pad);
	add(h, m->id.p, m->id.n);
	add(h, ".", 1);
	add(h, at.p, at.n);
	add(h, ".", 1);
	add(h, m->body.p, m->body.n);
	ek_hash_end(h, inner);
	for (size_t i = 0; i < BLOCK; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	ek_hash_begin(h);
	add(h, pad, sizeof pad);
	add(h, inner, sizeof inner);
	ek_hash_end(h, out);
	ek_hash_close(&h);
	ek_secret_wipe(pad, sizeof pad);
	return true;
}

bool ek_sign_make(const struct ek_sign_key *key, const struct ek_sign_message *m,
		  char out[EK_SIGN_TEXT + 1], struct ek_err *err)
{
	char at[32];
	uint8_t sum[EK_HASH_BYTES];
	size_t n = ek_format(at, sizeof at, "%lld", (long long)m->at_s);
	if (!hmac(key, m, (ek_str){at, (uint32_t)n}, sum))
		return ek_fail(err, EK_NO_MEMORY, "no memory for a signature");
	memcpy(out, VERSION, sizeof VERSION - 1);
	print(sum, sizeof sum, out + sizeof VERSION - 1, EK_SIGN_TEXT + 2 - sizeof VERSION);
	return true;
}

static bool read_seconds(ek_str s, int64_t *out)
{
	int64_t n = 0;
	bool ok = s.n > 0 && s.n <= DIGITS;
	for (uint32_t i = 0; ok && i < s.n; i++) {
		ok = s.p[i] >= '0' && s.p[i] <= '9';
		n = n * 10 + (s.p[i] - '0');
	}
	*out = n;
	return ok;
}

/* Whether one of those in the header fits; all are looked at. */
static bool is_among(ek_str header, const uint8_t sum[EK_HASH_BYTES])
{
	const uint32_t begins = sizeof VERSION - 1;
	bool fits = false;
	uint32_t from = 0;
	for (uint32_t i = 0; i <= header.n; i++) {
		uint8_t said[EK_HASH_BYTES + 1];
		size_t n;
		if (i < header.n && header.p[i] != ' ')
			continue;
		ek_str one = {header.p + from, i - from};
		from = i + 1;
		if (one.n <= begins || memcmp(one.p, VERSION, begins) != 0 ||
		    !read((ek_str){one.p + begins, one.n - begins}, said, sizeof said, &n) ||
		    n != EK_HASH_BYTES)
			continue;
		fits = ek_secret_equal(said, sum, EK_HASH_BYTES) || fits;
	}
	return fits;
}

bool ek_sign_verify(const struct ek_sign_key *key, const struct ek_sign_headers *h, ek_str body,
		    ek_time now)
{
	const struct ek_sign_message m = {.id = h->id, .body = body};
	uint8_t sum[EK_HASH_BYTES];
	int64_t at_s;
	if (h->id.n == 0 || h->id.n > EK_SIGN_ID || h->signature.n == 0 ||
	    !read_seconds(h->timestamp, &at_s))
		return false;
	int64_t off = at_s * 1000 - now.ms;
	if (off < -EK_SIGN_TOLERANCE_MS || off > EK_SIGN_TOLERANCE_MS)
		return false;
	return hmac(key, &m, h->timestamp, sum) && is_among(h->signature, sum);
}
