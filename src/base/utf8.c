#include "base/utf8.h"

#include <string.h>

/* Bytes of the well-formed sequence at p; 0 if there is none. */
static uint32_t sequence(const char *text, uint32_t left)
{
	const unsigned char *p = (const unsigned char *)text;
	if (p[0] < 0x80)
		return 1;
	uint32_t n = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
	if (p[0] < 0xC2 || p[0] > 0xF4 || left < n)
		return 0;
	unsigned lo = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
	unsigned hi = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;
	if (p[1] < lo || p[1] > hi)
		return 0;
	for (uint32_t i = 2; i < n; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	}
	return n;
}

static bool is_control(const char *text, uint32_t n)
{
	const unsigned char *p = (const unsigned char *)text;
	if (n == 1)
		return p[0] < 0x20 || p[0] == 0x7F;
	return n == 2 && p[0] == 0xC2 && p[1] < 0xA0;
}

bool ek_utf8_is_text(ek_str s)
{
	for (uint32_t i = 0; i < s.n;) {
		uint32_t n = sequence(s.p + i, s.n - i);
		if (n == 0 || s.p[i] == '\0')
			return false;
		i += n;
	}
	return true;
}

bool ek_utf8_is_plain(ek_str s)
{
	for (uint32_t i = 0; i < s.n;) {
		uint32_t n = sequence(s.p + i, s.n - i);
		if (n == 0 || is_control(s.p + i, n))
			return false;
		i += n;
	}
	return true;
}

uint32_t ek_utf8_next(ek_str s, uint32_t *at)
{
	static const unsigned char heads[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
	const unsigned char *p = (const unsigned char *)s.p + *at;
	uint32_t n = sequence(s.p + *at, s.n - *at);
	*at += n == 0 ? 1 : n;
	if (n == 0)
		return 0xFFFD;
	uint32_t c = p[0] & heads[n];
	for (uint32_t i = 1; i < n; i++)
		c = c << 6 | (p[i] & 0x3Fu);
	return c;
}

/* Whether three bytes are U+202A to U+202E or U+2066 to U+2069. */
static bool is_turn(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	if (p[0] != 0xE2)
		return false;
	return (p[1] == 0x80 && p[2] >= 0xAA && p[2] <= 0xAE) ||
	       (p[1] == 0x81 && p[2] >= 0xA6 && p[2] <= 0xA9);
}

bool ek_utf8_is_turning(ek_str s)
{
	for (uint32_t i = 0; i + 2 < s.n; i++)
		if (is_turn(s.p + i))
			return true;
	return false;
}

uint32_t ek_utf8_straighten(char *text, uint32_t n)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < n;) {
		if (i + 2 < n && is_turn(text + i))
			i += 3;
		else
			text[kept++] = text[i++];
	}
	return kept;
}

uint32_t ek_utf8_strip(char *text, uint32_t n)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < n;) {
		uint32_t len = sequence(text + i, n - i);
		if (len == 0)
			len = 1;
		if (!is_control(text + i, len)) {
			memmove(text + kept, text + i, len);
			kept += len;
		}
		i += len;
	}
	return kept;
}

uint32_t ek_utf8_cut(ek_str s, uint32_t max)
{
	if (s.n <= max)
		return s.n;
	uint32_t n = max;
	while (n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n--;
	return n;
}
