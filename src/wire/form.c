#include "wire/form.h"

#include <string.h>

#include "base/utf8.h"

/* Into out, which has room for all of it. A % without two digits stays as it is. */
static uint32_t decode(ek_str raw, char *out)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < raw.n; i++) {
		int high = raw.p[i] == '%' && i + 2 < raw.n ? ek_str_hex(raw.p[i + 1]) : -1;
		int low = high >= 0 ? ek_str_hex(raw.p[i + 2]) : -1;
		if (low >= 0) {
			out[n++] = (char)(high << 4 | low);
			i += 2;
		} else {
			out[n++] = raw.p[i] == '+' ? ' ' : raw.p[i];
		}
	}
	return n;
}

/* Line ends first, as each line is then cleaned by itself. */
static uint32_t clean(char *text, uint32_t n)
{
	uint32_t to = 0;
	for (uint32_t from = 0; from < n;) {
		uint32_t end = from;
		while (end < n && text[end] != '\r' && text[end] != '\n')
			end++;
		uint32_t line = ek_utf8_strip(text + from, end - from);
		memmove(text + to, text + from, line);
		to += line;
		bool is_pair = end + 1 < n && text[end] == '\r' && text[end + 1] == '\n';
		if (end < n)
			text[to++] = '\n';
		from = end + 1 + is_pair;
	}
	return to;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n';
}

static bool take(ek_str raw, struct ek_arena *arena, ek_str *out)
{
	char *p = ek_arena_get(arena, (size_t)raw.n + 1);
	if (p == NULL)
		return false;
	uint32_t n = decode(raw, p);
	if (!ek_utf8_is_text((ek_str){p, n}))
		return false;
	n = clean(p, n);
	while (n > 0 && is_blank(p[n - 1]))
		n--;
	uint32_t from = 0;
	while (from < n && is_blank(p[from]))
		from++;
	*out = (ek_str){p + from, n - from};
	return true;
}

bool ek_form_field(ek_str body, const char *name, struct ek_arena *arena, ek_str *out)
{
	const uint32_t len = (uint32_t)strlen(name);
	for (uint32_t from = 0; from < body.n;) {
		uint32_t to = from;
		while (to < body.n && body.p[to] != '&')
			to++;
		bool is_it = to - from > len && body.p[from + len] == '=' &&
			     memcmp(body.p + from, name, len) == 0;
		if (is_it)
			return take((ek_str){body.p + from + len + 1, to - from - len - 1}, arena,
				    out);
		from = to + 1;
	}
	return false;
}
