/* RFC 4180 as people's programs write it: fields in quotes or not, CRLF or LF, a BOM at the front.
 * */
#include "api/api_imports.h"

#include <string.h>

#include "base/utf8.h"
#include "wire/csv.h"

bool ek_api_imports_open(struct ek_api_imports_csv *c, ek_str text, struct ek_arena *arena)
{
	static const char bom[] = "\xef\xbb\xbf";
	*c = (struct ek_api_imports_csv){.text = text, .arena = arena};
	if (text.n >= 3 && memcmp(text.p, bom, 3) == 0)
		c->at = 3;
	return ek_utf8_is_text(text);
}

/* Where the field in quotes that begins at c->at ends: at the quote behind it. False when it does
 * not. */
static bool find_end(const struct ek_api_imports_csv *c, uint32_t *end)
{
	for (uint32_t at = c->at + 1; at < c->text.n; at++) {
		if (c->text.p[at] != '"')
			continue;
		if (at + 1 >= c->text.n || c->text.p[at + 1] != '"') {
			*end = at;
			return true;
		}
		at++;
	}
	return false;
}

/* One field in quotes; two of them are one. False when they do not end. Takes as much memory as the
 * field is long. */
static bool take_quoted(struct ek_api_imports_csv *c, ek_str *out)
{
	uint32_t end;
	if (!find_end(c, &end))
		return false;
	char *to = ek_arena_get(c->arena, end - c->at);
	uint32_t n = 0;
	if (to == NULL)
		return false;
	for (uint32_t at = c->at + 1; at < end; at++) {
		to[n++] = c->text.p[at];
		at += c->text.p[at] == '"';
	}
	c->at = end + 1;
	*out = (ek_str){to, n};
	return true;
}

static void take_plain(struct ek_api_imports_csv *c, ek_str *out)
{
	uint32_t from = c->at;
	while (c->at < c->text.n && strchr(",\r\n", c->text.p[c->at]) == NULL)
		c->at++;
	*out = (ek_str){c->text.p + from, c->at - from};
}

/* The exporter puts an apostrophe before what a spreadsheet would take for a formula: exactly that
 * one goes off again. */
static ek_str without_guard(ek_str s)
{
	if (s.n >= 2 && s.p[0] == '\'' && ek_csv_is_guarded((ek_str){s.p + 1, s.n - 1}))
		return (ek_str){s.p + 1, s.n - 1};
	return s;
}

static bool take_field(struct ek_api_imports_csv *c, ek_str *out)
{
	bool is_quoted = c->at < c->text.n && c->text.p[c->at] == '"';
	if (!is_quoted)
		take_plain(c, out);
	else if (!take_quoted(c, out))
		return false;
	*out = without_guard(*out);
	return c->at >= c->text.n || strchr(",\r\n", c->text.p[c->at]) != NULL;
}

bool ek_api_imports_next(struct ek_api_imports_csv *c, bool *more)
{
	c->n = 0;
	*more = false;
	/* Lines without anything are no rows. */
	while (c->at < c->text.n && strchr("\r\n", c->text.p[c->at]) != NULL)
		c->at++;
	if (c->at >= c->text.n)
		return true;
	*more = true;
	c->line++;
	for (;;) {
		if (c->n == EK_API_IMPORTS_COLUMNS || !take_field(c, &c->fields[c->n++]))
			return false;
		if (c->at >= c->text.n || c->text.p[c->at] != ',')
			return true;
		c->at++;
	}
}
