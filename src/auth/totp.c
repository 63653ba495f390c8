#include "auth/totp.h"

#include <string.h>

enum { MODULUS = 1000000, TYPED_MAX = 16 };

struct ek_totp_seed ek_totp_make(void)
{
	struct ek_totp_seed s;
	ek_secret_random(s.v, sizeof s.v);
	return s;
}

uint32_t ek_totp_code(const struct ek_totp_seed *seed, int64_t step)
{
	uint8_t counter[8];
	uint8_t mac[EK_HASH_SHA1_BYTES];
	ek_assert(step >= 0);
	for (size_t i = 0; i < sizeof counter; i++)
		counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
	ek_hash_hmac_sha1(seed->v, sizeof seed->v, counter, sizeof counter, mac);
	const uint8_t *p = mac + (mac[sizeof mac - 1] & 15);
	uint32_t cut =
		(uint32_t)(p[0] & 127) << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	return cut % MODULUS;
}

/* Six digits, spaces among them. */
static bool read_code(ek_str typed, uint32_t *code)
{
	uint32_t digits = 0;
	*code = 0;
	if (typed.n > TYPED_MAX)
		return false;
	for (uint32_t i = 0; i < typed.n; i++) {
		if (typed.p[i] == ' ')
			continue;
		if (typed.p[i] < '0' || typed.p[i] > '9' || digits == EK_TOTP_DIGITS)
			return false;
		*code = *code * 10 + (uint32_t)(typed.p[i] - '0');
		digits++;
	}
	return digits == EK_TOTP_DIGITS;
}

bool ek_totp_check(const struct ek_totp_seed *seed, ek_str typed, ek_time now, int64_t last,
		   int64_t *used)
{
	uint32_t code = 0;
	int64_t found = EK_TOTP_NEVER;
	if (!read_code(typed, &code) || now.ms < 0)
		return false;
	int64_t middle = now.ms / EK_TOTP_STEP_MS;
	for (int64_t step = middle - EK_TOTP_AROUND; step <= middle + EK_TOTP_AROUND; step++) {
		uint32_t wanted = step < 0 ? MODULUS : ek_totp_code(seed, step);
		/* Two steps may share a code: the earliest that is still good. */
		if (ek_secret_equal(&wanted, &code, sizeof code) && step > last &&
		    found == EK_TOTP_NEVER)
			found = step;
	}
	if (found == EK_TOTP_NEVER)
		return false;
	*used = found;
	return true;
}

/* -- the URI -- */

struct uri {
	char *out;
	size_t n;
	bool is_full;
};

static void put(struct uri *u, const char *text, size_t n)
{
	if (u->is_full || n >= EK_TOTP_URI - u->n) {
		u->is_full = true;
		return;
	}
	memcpy(u->out + u->n, text, n);
	u->n += n;
	u->out[u->n] = '\0';
}

static void put_text(struct uri *u, const char *text)
{
	put(u, text, strlen(text));
}

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

/* RFC 3986, section 2.1. */
static void put_encoded(struct uri *u, ek_str s)
{
	static const char digits[] = "0123456789ABCDEF";
	for (uint32_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		char code[3] = {'%', digits[c >> 4], digits[c & 15]};
		if (is_unreserved(s.p[i]))
			put(u, &s.p[i], 1);
		else if (c != ':')
			put(u, code, sizeof code);
	}
}

bool ek_totp_uri(const struct ek_totp_seed *seed, ek_str issuer, ek_str account,
		 char out[EK_TOTP_URI], struct ek_err *err)
{
	char secret[(8 * EK_TOTP_SEED_BYTES + 4) / 5 + 1];
	struct uri u = {out, 0, false};
	(void)ek_secret_base32(seed->v, sizeof seed->v, secret, sizeof secret);
	put_text(&u, "otpauth://totp/");
	put_encoded(&u, issuer);
	put_text(&u, ":");
	put_encoded(&u, account);
	put_text(&u, "?secret=");
	put_text(&u, secret);
	put_text(&u, "&issuer=");
	put_encoded(&u, issuer);
	put_text(&u, "&algorithm=SHA1&digits=6&period=30");
	ek_secret_wipe(secret, sizeof secret);
	if (!u.is_full)
		return true;
	ek_secret_wipe(out, EK_TOTP_URI);
	return ek_fail(err, EK_LIMIT, "the name of the account or the issuer is too long");
}

/* -- recovery codes -- */

void ek_totp_recovery_make(struct ek_secret_code codes[EK_TOTP_RECOVERIES],
			   uint8_t hashes[EK_TOTP_RECOVERIES][EK_HASH_BYTES])
{
	for (size_t i = 0; i < EK_TOTP_RECOVERIES; i++) {
		codes[i] = ek_secret_code_make();
		ek_secret_code_hash(&codes[i], hashes[i]);
	}
}

int ek_totp_recovery_find(uint8_t hashes[EK_TOTP_RECOVERIES][EK_HASH_BYTES], uint32_t used,
			  ek_str typed)
{
	struct ek_secret_code code;
	uint8_t hash[EK_HASH_BYTES];
	int found = -1;
	if (!ek_secret_code_read(typed, &code))
		return -1;
	ek_secret_code_hash(&code, hash);
	for (int i = 0; i < EK_TOTP_RECOVERIES; i++)
		if (ek_secret_equal(hash, hashes[i], sizeof hash) && (used >> i & 1) == 0)
			found = i;
	ek_secret_wipe(&code, sizeof code);
	return found;
}
