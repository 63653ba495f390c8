#include "wire/table.h"

#include <string.h>

#include "base/utf8.h"

static const char too_long[] = "it is longer than 1 MiB";
static const char not_closed[] = "a quote is not closed";
static const char behind[] = "text stands behind a closing quote";

bool ek_table_open(struct ek_table *t, ek_str text, struct ek_arena *arena, struct ek_err *err)
{
	memset(t, 0, offsetof(struct ek_table, cells));
	t->text = text;
	t->arena = arena;
	t->separator = ',';
	t->at_line = 1;
	t->end_of_line = text.n > 0 && memchr(text.p, '\n', text.n) != NULL ? '\n' : '\r';
	if (text.n >= 2 &&
	    (memcmp(text.p, "\xff\xfe", 2) == 0 || memcmp(text.p, "\xfe\xff", 2) == 0))
		return ek_fail(err, EK_USAGE, "it is UTF-16: save it as UTF-8");
	if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
		t->at = 3;
	return true;
}

void ek_table_seek(struct ek_table *t, uint32_t from, uint32_t line)
{
	ek_assert(from <= t->text.n);
	t->at = from;
	t->at_line = line;
}

bool ek_table_is_quoted(ek_str cell)
{
	for (uint32_t i = 0; i < cell.n; i++)
		if (strchr(",\"\r\n", cell.p[i]) != NULL)
			return true;
	return cell.n > 0 && (cell.p[0] == ' ' || cell.p[cell.n - 1] == ' ');
}

/* ---- cells */

static bool is_end(const struct ek_table *t, uint32_t at)
{
	const char *p = t->text.p;
	return at >= t->text.n || p[at] == t->end_of_line ||
	       (p[at] == '\r' && at + 1 < t->text.n && p[at + 1] == '\n');
}

static bool is_high(ek_str s)
{
	for (uint32_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return true;
	return false;
}

static const char *add_latin1(struct ek_table *t, ek_str s, ek_str *out)
{
	char *to = ek_arena_get(t->arena, 2 * (size_t)s.n);
	uint32_t n = 0;
	if (to == NULL)
		return too_long;
	for (uint32_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c >= 0x80)
			to[n++] = (char)(0xc0 | c >> 6);
		to[n++] = (char)(c < 0x80 ? c : 0x80 | (c & 0x3f));
	}
	*out = (ek_str){to, n};
	return NULL;
}

static const char *add(struct ek_table *t, ek_str s)
{
	if (t->n == EK_TABLE_COLUMNS)
		return "it has more than 512 cells";
	const char *fault = NULL;
	if (t->is_latin1 && is_high(s))
		fault = add_latin1(t, s, &s);
	t->cells[t->n++] = s;
	return fault;
}

static const char *take_plain(struct ek_table *t)
{
	uint32_t from = t->at;
	const char *p = t->text.p;
	uint32_t end = t->text.n;
	while (t->at < end && p[t->at] != t->separator && p[t->at] != t->end_of_line)
		t->at++;
	uint32_t n = t->at - from;
	if (n > 0 && t->at < end && p[t->at] == '\n' && p[t->at - 1] == '\r')
		n--;
	return add(t, (ek_str){p + from, n});
}

/* Where the cell in quotes that begins at t->at ends: at the quote behind it. */
static bool find_close(const struct ek_table *t, uint32_t *close, uint32_t *doubles)
{
	uint32_t most = t->from + EK_TABLE_RECORD;
	uint32_t end = t->text.n < most ? t->text.n : most;
	*doubles = 0;
	for (uint32_t at = t->at + 1; at < end;) {
		const char *quote = memchr(t->text.p + at, '"', end - at);
		if (quote == NULL)
			return false;
		at = (uint32_t)(quote - t->text.p);
		if (at + 1 >= t->text.n || t->text.p[at + 1] != '"') {
			*close = at;
			return true;
		}
		++*doubles;
		at += 2;
	}
	return false;
}

static const char *take_quoted(struct ek_table *t)
{
	uint32_t close, doubles;
	if (!find_close(t, &close, &doubles))
		return not_closed;
	ek_str inside = {t->text.p + t->at + 1, close - t->at - 1};
	t->at = close + 1;
	if (doubles > 0) {
		char *to = ek_arena_get(t->arena, inside.n);
		uint32_t n = 0;
		if (to == NULL)
			return too_long;
		for (uint32_t i = 0; i < inside.n; i++) {
			to[n++] = inside.p[i];
			i += inside.p[i] == '"';
		}
		inside = (ek_str){to, n};
	}
	const char *fault = add(t, inside);
	if (fault == NULL && !is_end(t, t->at) && t->text.p[t->at] != t->separator)
		fault = behind;
	return fault;
}

/* ---- records */

static uint32_t count_lines(const struct ek_table *t, uint32_t from, uint32_t to)
{
	uint32_t n = 0;
	while (from < to) {
		const char *p = memchr(t->text.p + from, t->end_of_line, to - from);
		if (p == NULL)
			break;
		n++;
		from = (uint32_t)(p - t->text.p) + 1;
	}
	return n;
}

/* Behind the end of the line at t->at. */
static void pass_line(struct ek_table *t)
{
	while (t->at < t->text.n && t->text.p[t->at] != t->end_of_line)
		t->at++;
	t->at += t->at < t->text.n;
}

static const char *take_record(struct ek_table *t)
{
	for (;;) {
		bool in_quotes = t->at < t->text.n && t->text.p[t->at] == '"';
		const char *fault = in_quotes ? take_quoted(t) : take_plain(t);
		if (fault == NULL && t->at - t->from > EK_TABLE_RECORD)
			fault = too_long;
		if (fault != NULL || is_end(t, t->at))
			return fault;
		t->at++; /* the separator */
	}
}

bool ek_table_next(struct ek_table *t, const char **fault)
{
	*fault = NULL;
	while (t->at < t->text.n && is_end(t, t->at)) {
		t->at_line += t->text.p[t->at] == t->end_of_line;
		t->at++;
	}
	t->n = 0;
	t->from = t->at;
	t->line = t->at_line;
	if (t->at >= t->text.n)
		return false;
	ek_arena_reset(t->arena);
	*fault = take_record(t);
	/* Where a quote was opened by mistake, the next one, however far, seems to close it. */
	if (*fault == not_closed || *fault == behind)
		t->at = t->from;
	pass_line(t);
	t->at_line += count_lines(t, t->from, t->at);
	if (*fault == NULL && !t->is_latin1 &&
	    !ek_utf8_is_text((ek_str){t->text.p + t->from, t->at - t->from}))
		*fault = "it is not UTF-8, or has a NUL in it";
	if (*fault == NULL && t->is_latin1 && memchr(t->text.p + t->from, 0, t->at - t->from))
		*fault = "it has a NUL in it";
	return true;
}
