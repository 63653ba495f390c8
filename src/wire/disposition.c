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
static bool is_hidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x00ad || c == 0x061c || c == 0x180e ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c >= 0xe0000 && c <= 0xe007f);
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
