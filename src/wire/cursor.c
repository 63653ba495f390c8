#include "wire/cursor.h"

#include <string.h>

#include "base/fnv.h"
#include "base/utf8.h"

/* Bytes: the digest (8, highest first), then for each value its kind (1) and, of a number, 8 bytes,
 * highest first; of a text, its length (1) and itself. */
enum {
	DIGEST = 8,
	NUMBER = 8,
	HEAD = 3,
	BYTES_MAX = DIGEST + EK_CURSOR_KEYS * (2 + EK_CURSOR_TEXT)
};
_Static_assert(EK_CURSOR_MAX >= HEAD + (BYTES_MAX + 2) / 3 * 4, "a cursor has room");
_Static_assert(EK_CURSOR_TEXT <= UINT8_MAX, "the length of a text is one byte");

static const char head[] = "c1.";
static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void put_number(unsigned char out[NUMBER], uint64_t v)
{
	for (int i = 0; i < NUMBER; i++)
		out[i] = (unsigned char)(v >> (56 - 8 * i));
}

static uint64_t get_number(const unsigned char *p)
{
	uint64_t v = 0;
	for (int i = 0; i < NUMBER; i++)
		v = v << 8 | p[i];
	return v;
}

static uint64_t digest_of(uint64_t bound_to, const unsigned char *values, size_t n)
{
	unsigned char bound[NUMBER];
	put_number(bound, bound_to);
	return ek_fnv(ek_fnv(EK_FNV_BEGIN, bound, sizeof bound), values, n);
}

static size_t put_value(unsigned char *out, const struct ek_cursor_value *v)
{
	size_t n = 0;
	out[n++] = v->kind;
	if (v->kind == EK_CURSOR_INT) {
		put_number(out + n, (uint64_t)v->i);
		n += NUMBER;
	} else if (v->kind == EK_CURSOR_STR) {
		uint32_t bytes = ek_utf8_cut(v->s, EK_CURSOR_TEXT);
		out[n++] = (unsigned char)bytes;
		if (bytes > 0)
			memcpy(out + n, v->s.p, bytes);
		n += bytes;
	}
	return n;
}

/* Returns the letters written. */
static size_t encode(const unsigned char *p, size_t n, char *out)
{
	size_t at = 0;
	uint32_t bits = 0, have = 0;
	for (size_t i = 0; i < n; i++) {
		bits = bits << 8 | p[i];
		have += 8;
		for (; have >= 6; have -= 6)
			out[at++] = letters[bits >> (have - 6) & 63];
	}
	if (have > 0)
		out[at++] = letters[bits << (6 - have) & 63];
	return at;
}

size_t ek_cursor_write(const struct ek_cursor *c, uint64_t bound_to, char out[EK_CURSOR_MAX])
{
	unsigned char bytes[BYTES_MAX];
	size_t n = DIGEST;
	ek_assert(c->n >= 1 && c->n <= EK_CURSOR_KEYS);
	for (uint32_t i = 0; i < c->n; i++)
		n += put_value(bytes + n, &c->v[i]);
	put_number(bytes, digest_of(bound_to, bytes + DIGEST, n - DIGEST));
	memcpy(out, head, HEAD);
	return HEAD + encode(bytes, n, out + HEAD);
}

/* ---- reading ---- */

static int letter_value(char c)
{
	const char *at = c == '\0' ? NULL : strchr(letters, c);
	return at == NULL ? -1 : (int)(at - letters);
}

/* One way to write it only: what is left over of the last letter is zero. */
static bool decode(ek_str text, unsigned char *out, size_t cap, size_t *n)
{
	uint32_t bits = 0, have = 0;
	*n = 0;
	for (uint32_t i = 0; i < text.n; i++) {
		int v = letter_value(text.p[i]);
		if (v < 0)
			return false;
		bits = (bits << 6 | (uint32_t)v) & 0xFFFF;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		if (*n == cap)
			return false;
		out[(*n)++] = (unsigned char)(bits >> have);
	}
	return have < 6 && (bits & ((1U << have) - 1)) == 0;
}

/* Takes one value; returns the bytes it had, 0 when it is none. */
static size_t get_value(const unsigned char *p, size_t n, struct ek_arena *arena,
			struct ek_cursor_value *out)
{
	*out = (struct ek_cursor_value){.kind = p[0]};
	if (p[0] == EK_CURSOR_NULL)
		return 1;
	if (p[0] == EK_CURSOR_INT) {
		if (n < 1 + NUMBER)
			return 0;
		out->i = (int64_t)get_number(p + 1);
		return 1 + NUMBER;
	}
	if (p[0] != EK_CURSOR_STR || n < 2 || p[1] > EK_CURSOR_TEXT || n < 2 + (size_t)p[1])
		return 0;
	char text[EK_CURSOR_TEXT];
	bool ok;
	memcpy(text, p + 2, p[1]);
	out->s = ek_arena_str(arena, (ek_str){text, p[1]}, &ok);
	return ok && ek_utf8_is_plain(out->s) ? 2 + (size_t)p[1] : 0;
}

bool ek_cursor_read(ek_str text, uint64_t bound_to, struct ek_arena *arena, struct ek_cursor *out)
{
	unsigned char bytes[BYTES_MAX];
	size_t n;
	*out = (struct ek_cursor){0};
	if (text.n <= HEAD || text.n > EK_CURSOR_MAX || memcmp(text.p, head, HEAD) != 0)
		return false;
	if (!decode((ek_str){text.p + HEAD, text.n - HEAD}, bytes, sizeof bytes, &n))
		return false;
	if (n <= DIGEST || get_number(bytes) != digest_of(bound_to, bytes + DIGEST, n - DIGEST))
		return false;
	for (size_t at = DIGEST; at < n;) {
		if (out->n == EK_CURSOR_KEYS)
			return false;
		size_t took = get_value(bytes + at, n - at, arena, &out->v[out->n++]);
		if (took == 0)
			return false;
		at += took;
	}
	return true;
}
