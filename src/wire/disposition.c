#include "wire/disposition.h"

#include <string.h>

#include "base/utf8.h"

/* One character of well-formed text. */
struct letter {
	uint32_t code;
	uint32_t n; /* bytes */
};

static struct letter letter_at(ek_str s, uint32_t i)
{
	uint8_t first = (uint8_t)s.p[i];
	uint32_t n = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	uint32_t code = n == 1 ? first : first & (0x7fu >> n);
	if (n > s.n - i)
		n = s.n - i;
	for (uint32_t k = 1; k < n; k++)
		code = code << 6 | ((uint8_t)s.p[i + k] & 0x3f);
	return (struct letter){code, n};
}

/* Control characters, those that turn the text around them, and those that nobody sees. */
static const struct {
	uint32_t first;
	uint32_t last;
} hidden[] = {
	{0x0000, 0x001f}, {0x007f, 0x009f}, {0x00ad, 0x00ad},   {0x061c, 0x061c},
	{0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e},   {0x2060, 0x206f},
	{0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
};

static bool is_hidden(uint32_t c)
{
	for (size_t i = 0; i < EK_LEN(hidden); i++) {
		if (c >= hidden[i].first && c <= hidden[i].last)
			return true;
	}
	return false;
}

/* attr-char of RFC 8187. */
static bool is_bare(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c != 0 && c < 0x80 && strchr("!#$&+-.^_`|~", (int)c) != NULL);
}

/* For whoever knows no filename*: ASCII, without what is written otherwise inside quotes. */
static char plain(uint32_t c)
{
	return c >= 0x80 || c == '"' || c == '\\' || c == '%' || c == '/' ? '_' : (char)c;
}

static size_t put(char *out, size_t n, const char *text)
{
	size_t len = strlen(text);
	memcpy(out + n, text, len);
	return n + len;
}

static size_t put_bytes(char *out, size_t n, const char *p, uint32_t count)
{
	static const char digits[] = "0123456789ABCDEF";
	for (uint32_t i = 0; i < count; i++) {
		uint8_t byte = (uint8_t)p[i];
		out[n++] = '%';
		out[n++] = digits[byte >> 4];
		out[n++] = digits[byte & 15];
	}
	return n;
}

size_t ek_disposition_print(ek_str name, bool is_inline, char out[EK_DISPOSITION_MAX])
{
	ek_str s = {name.p, ek_utf8_cut(name, EK_DISPOSITION_NAME)};
	struct letter c;
	size_t n = put(out, 0, is_inline ? "inline" : "attachment");
	size_t bare = n;
	n = put(out, n, "; filename=\"");
	size_t from = n;
	for (uint32_t i = 0; i < s.n; i += c.n) {
		c = letter_at(s, i);
		if (!is_hidden(c.code))
			out[n++] = plain(c.code);
	}
	bool is_empty = n == from;
	n = put(out, n, "\"; filename*=UTF-8''");
	for (uint32_t i = 0; i < s.n; i += c.n) {
		c = letter_at(s, i);
		if (is_bare(c.code))
			out[n++] = (char)c.code;
		else if (!is_hidden(c.code))
			n = put_bytes(out, n, s.p + i, c.n);
	}
	if (is_empty)
		n = bare;
	ek_assert(n < EK_DISPOSITION_MAX);
	out[n] = 0;
	return n;
}
