#include "auth/secret.h"

#include <sodium.h>
#include <string.h>

enum { HEAD = 4, DIGITS = 43, CHECKSUM = 6, CODE_SYMBOLS = 24, CODE_TEXT_MAX = 64, NOT_ONE = 0xff };

/* base32, base64url: an alphabet of 2^bits symbols. */
struct alphabet {
	const char *symbols;
	unsigned bits;
};
static const struct alphabet base32 = {"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5};
static const struct alphabet crockford = {"0123456789ABCDEFGHJKMNPQRSTVWXYZ", 5};
static const struct alphabet base64url = {
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 6};
static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

void ek_secret_random(void *out, size_t n)
{
	int ready = sodium_init();
	ek_assert(ready >= 0);
	randombytes_buf(out, n);
}

struct ek_secret ek_secret_make(void)
{
	struct ek_secret s;
	ek_secret_random(s.v, sizeof s.v);
	return s;
}

void ek_secret_hash(const struct ek_secret *secret, uint8_t out[EK_HASH_BYTES])
{
	ek_hash_once(secret->v, sizeof secret->v, out);
}

bool ek_secret_equal(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}

void ek_secret_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}

/* -- alphabets of a power of two -- */

/* The symbol's value; looks at all of them, so that the time does not depend on which. */
static uint8_t value_of(const char *symbols, unsigned count, char c)
{
	uint8_t value = NOT_ONE;
	for (unsigned i = 0; i < count; i++) {
		uint8_t is_it = (uint8_t)(0 - (unsigned)(symbols[i] == c));
		value = (uint8_t)((value & ~is_it) | (i & is_it));
	}
	return value;
}

/* All ones where from <= c <= to. */
static uint32_t between(uint32_t c, char from, char to)
{
	uint32_t outside = (c - (unsigned char)from) | ((unsigned char)to - c);
	return (outside >> 31) - 1;
}

/* The same of base 62, whose symbols are three runs: every request with a token has 43 of them. */
static uint8_t value_of_base62(char symbol)
{
	uint32_t c = (unsigned char)symbol;
	uint32_t digit = between(c, '0', '9');
	uint32_t upper = between(c, 'A', 'Z');
	uint32_t lower = between(c, 'a', 'z');
	uint32_t value = (digit & (c - '0')) | (upper & (c - 'A' + 10)) | (lower & (c - 'a' + 36));
	return (uint8_t)(value | (~(digit | upper | lower) & NOT_ONE));
}

static char symbol_of(const char *symbols, unsigned count, unsigned value)
{
	unsigned c = 0;
	for (unsigned i = 0; i < count; i++)
		c |= (unsigned char)symbols[i] & (0 - (unsigned)(i == value));
	return (char)c;
}

static size_t write_bits(const struct alphabet *a, const uint8_t *bytes, size_t n, char *out)
{
	uint32_t held = 0;
	unsigned bits = 0;
	size_t len = 0;
	for (size_t i = 0; i < n; i++) {
		held = held << 8 | bytes[i];
		for (bits += 8; bits >= a->bits; bits -= a->bits)
			out[len++] = symbol_of(a->symbols, 1u << a->bits,
					       held >> (bits - a->bits) & ((1u << a->bits) - 1));
	}
	if (bits > 0)
		out[len++] = symbol_of(a->symbols, 1u << a->bits,
				       held << (a->bits - bits) & ((1u << a->bits) - 1));
	out[len] = '\0';
	return len;
}

static bool read_bits(const struct alphabet *a, ek_str text, uint8_t *out, size_t cap, size_t *n)
{
	uint32_t held = 0;
	unsigned bits = 0;
	size_t len = 0;
	bool is_well = true;
	if ((size_t)text.n * a->bits / 8 > cap)
		return false;
	for (uint32_t i = 0; i < text.n; i++) {
		uint8_t value = value_of(a->symbols, 1u << a->bits, text.p[i]);
		is_well &= value != NOT_ONE;
		held = held << a->bits | (value & ((1u << a->bits) - 1));
		bits += a->bits;
		if (bits >= 8) {
			bits -= 8;
			out[len++] = (uint8_t)(held >> bits);
		}
	}
	/* What is left over is less than a symbol, and zero: one text for one value. */
	if (!is_well || bits >= a->bits || (held & ((1u << bits) - 1)) != 0)
		return false;
	*n = len;
	return true;
}

size_t ek_secret_base32(const uint8_t *bytes, size_t n, char *out, size_t cap)
{
	ek_assert(n <= SIZE_MAX / 16 && (8 * n + 4) / 5 < cap);
	return write_bits(&base32, bytes, n, out);
}

bool ek_secret_base32_read(ek_str text, uint8_t *out, size_t cap, size_t *n)
{
	return read_bits(&base32, text, out, cap, n);
}

size_t ek_secret_base64url(const uint8_t *bytes, size_t n, char *out, size_t cap)
{
	ek_assert(n <= SIZE_MAX / 16 && (4 * n + 2) / 3 < cap);
	return write_bits(&base64url, bytes, n, out);
}

bool ek_secret_base64url_read(ek_str text, uint8_t *out, size_t cap, size_t *n)
{
	return read_bits(&base64url, text, out, cap, n);
}

void ek_secret_cookie(const struct ek_secret *secret, char out[EK_SECRET_COOKIE + 1])
{
	(void)write_bits(&base64url, secret->v, sizeof secret->v, out);
}

bool ek_secret_cookie_read(ek_str text, struct ek_secret *out)
{
	size_t n = 0;
	return text.n == EK_SECRET_COOKIE && read_bits(&base64url, text, out->v, sizeof out->v, &n);
}

/* -- tokens: base 62 -- */

static void write_checksum(const char *digits, char out[CHECKSUM])
{
	uint32_t crc = ek_hash_crc(0, digits, DIGITS);
	for (size_t i = CHECKSUM; i-- > 0; crc /= 62)
		out[i] = symbol_of(base62, 62, crc % 62);
}

/* The 256 bits as one number, highest byte first, divided by 62 for each digit from the right. */
void ek_secret_token(const struct ek_secret *secret, char out[EK_SECRET_TOKEN + 1])
{
	uint8_t number[EK_SECRET_BYTES];
	memcpy(number, secret->v, sizeof number);
	memcpy(out, "evk_", HEAD);
	for (size_t i = DIGITS; i-- > 0;) {
		unsigned rest = 0;
		for (size_t k = 0; k < sizeof number; k++) {
			rest = rest << 8 | number[k];
			number[k] = (uint8_t)(rest / 62);
			rest %= 62;
		}
		out[HEAD + i] = symbol_of(base62, 62, rest);
	}
	write_checksum(out + HEAD, out + HEAD + DIGITS);
	out[EK_SECRET_TOKEN] = '\0';
	sodium_memzero(number, sizeof number);
}

bool ek_secret_token_read(ek_str text, struct ek_secret *out)
{
	if (text.n != EK_SECRET_TOKEN || memcmp(text.p, "evk_", HEAD) != 0)
		return false;
	char checksum[CHECKSUM];
	write_checksum(text.p + HEAD, checksum);
	if (memcmp(checksum, text.p + HEAD + DIGITS, CHECKSUM) != 0)
		return false;
	/* In limbs, as every request with a token comes here: byte by byte it takes 4 us. */
	uint32_t limb[EK_SECRET_BYTES / 4] = {0};
	uint64_t over = 0;
	for (size_t i = 0; i < DIGITS; i++) {
		uint64_t value = value_of_base62(text.p[HEAD + i]);
		if (value == NOT_ONE)
			return false;
		for (size_t k = EK_LEN(limb); k-- > 0; value >>= 32) {
			value += limb[k] * (uint64_t)62;
			limb[k] = (uint32_t)value;
		}
		over |= value;
	}
	/* 62^43 is a little more than 2^256. */
	for (size_t k = 0; over == 0 && k < EK_SECRET_BYTES; k++)
		out->v[k] = (uint8_t)(limb[k / 4] >> (24 - 8 * (k % 4)));
	sodium_memzero(limb, sizeof limb);
	return over == 0;
}

/* -- codes -- */

struct ek_secret_code ek_secret_code_make(void)
{
	struct ek_secret_code c;
	ek_secret_random(c.v, sizeof c.v);
	return c;
}

void ek_secret_code(const struct ek_secret_code *code, char out[EK_SECRET_CODE + 1])
{
	char plain[CODE_SYMBOLS + 1];
	size_t len = 0;
	(void)write_bits(&crockford, code->v, sizeof code->v, plain);
	for (size_t i = 0; i < CODE_SYMBOLS; i++) {
		if (i > 0 && i % 4 == 0)
			out[len++] = '-';
		out[len++] = plain[i];
	}
	out[len] = '\0';
	sodium_memzero(plain, sizeof plain);
}

/* What a person may have typed for it. */
static char plain_symbol(char c)
{
	char up = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	if (up == 'O')
		return '0';
	return up == 'I' || up == 'L' ? '1' : up;
}

bool ek_secret_code_read(ek_str text, struct ek_secret_code *out)
{
	char plain[CODE_SYMBOLS];
	uint32_t len = 0;
	size_t n = 0;
	if (text.n > CODE_TEXT_MAX)
		return false;
	for (uint32_t i = 0; i < text.n; i++) {
		if (text.p[i] == '-' || text.p[i] == ' ')
			continue;
		if (len == CODE_SYMBOLS)
			return false;
		plain[len++] = plain_symbol(text.p[i]);
	}
	return len == CODE_SYMBOLS &&
	       read_bits(&crockford, (ek_str){plain, len}, out->v, sizeof out->v, &n);
}

void ek_secret_code_hash(const struct ek_secret_code *code, uint8_t out[EK_HASH_BYTES])
{
	ek_hash_once(code->v, sizeof code->v, out);
}
