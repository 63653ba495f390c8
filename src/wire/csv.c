#include "wire/csv.h"

#include <string.h>

#include "base/rfc3339.h"
#include "wire/shape.h"

/* ---- columns */

struct column {
	ek_str name;
	bool is_time;
	bool is_there; /* else it goes, unless a row has it */
	ek_str value;  /* of this row; p NULL = it has none */
};
struct table {
	const struct ek_csv_style *style;
	struct ek_json *out;
	uint32_t n;
	struct column v[EK_CSV_COLUMNS];
};

/* Cuts what stands before the next sign off; false when nothing is left. */
static bool next_part(ek_str *rest, char sign, ek_str *part)
{
	if (rest->n == 0)
		return false;
	const char *end = memchr(rest->p, sign, rest->n);
	uint32_t n = end == NULL ? rest->n : (uint32_t)(end - rest->p);
	uint32_t cut = end == NULL ? n : n + 1;
	*part = (ek_str){rest->p, n};
	*rest = (ek_str){rest->p + cut, rest->n - cut};
	return true;
}

static bool is_among(ek_str names, ek_str name)
{
	ek_str one;
	while (next_part(&names, ',', &one))
		if (ek_str_equal(one, name))
			return true;
	return false;
}

static struct column *find_column(struct table *t, ek_str name)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (ek_str_equal(t->v[i].name, name))
			return &t->v[i];
	return NULL;
}

static void add_column(struct table *t, const struct ek_shape_member *m)
{
	ek_str name = {m->name, (uint32_t)strlen(m->name)};
	bool is_asked = is_among(t->style->fields, name) || is_among(t->style->include, name);
	if (t->style->fields.p != NULL && !is_asked && !ek_str_is(name, "id"))
		return;
	ek_assert(t->n < EK_CSV_COLUMNS);
	bool is_time = strcmp(m->type, "time") == 0 || strcmp(m->type, "time?") == 0;
	t->v[t->n++] = (struct column){
		.name = name, .is_time = is_time, .is_there = is_asked || m->is_there};
}

static bool add_columns(struct table *t, const char *response)
{
	struct ek_shape_member members[EK_SHAPE_MEMBERS];
	uint32_t n = ek_shape_row(response, members);
	for (uint32_t i = 0; i < n; i++)
		add_column(t, &members[i]);
	return t->n > 0;
}

/* ---- cells */

static const char *const runs[] = {
	"=",
	"+",
	"-",
	"@",
	"\t",
	"\r",
	"\xef\xbc\x9d",
	"\xef\xbc\x8b",
	"\xef\xbc\x8d",
	"\xef\xbc\xa0",
};

bool ek_csv_is_guarded(ek_str text)
{
	uint32_t at = 0;
	while (at < text.n && text.p[at] == '\'')
		at++;
	for (size_t i = 0; i < EK_LEN(runs); i++) {
		size_t n = strlen(runs[i]);
		if (text.n - at >= n && memcmp(text.p + at, runs[i], n) == 0)
			return true;
	}
	return false;
}

static void put(struct table *t, const char *p, size_t n)
{
	ek_json_plain(t->out, (ek_str){p, (uint32_t)n});
}

/* Bytes of a cell in quotes: a quote in them stands twice. */
static void put_inside(struct table *t, const char *p, size_t n)
{
	while (n > 0) {
		const char *quote = memchr(p, '"', n);
		size_t part = quote == NULL ? n : (size_t)(quote - p) + 1;
		put(t, p, part);
		if (quote != NULL)
			put(t, "\"", 1);
		p += part;
		n -= part;
	}
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return (c | 0x20) - 'a' + 10;
}

static uint32_t read_unit(const char *p)
{
	uint32_t v = 0;
	for (int i = 0; i < 4; i++)
		v = v << 4 | (uint32_t)hex_value(p[i]);
	return v;
}

static size_t put_utf8(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)((n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0) | c);
	return n;
}

/* The character of an escape, at the backslash; *used says how long it was. */
static size_t take_escape(ek_str s, uint32_t at, char out[4], uint32_t *used)
{
	static const char letters[] = "bfnrt";
	static const char short_for[] = "\b\f\n\r\t";
	ek_assert(at + 1 < s.n);
	char c = s.p[at + 1];
	const char *letter = c == '\0' ? NULL : strchr(letters, c);
	*used = 2;
	out[0] = letter != NULL ? short_for[letter - letters] : c;
	if (c != 'u' || at + 6 > s.n)
		return 1;
	uint32_t v = read_unit(s.p + at + 2);
	*used = 6;
	if (v >= 0xd800 && v < 0xdc00 && at + 12 <= s.n && s.p[at + 7] == 'u') {
		v = 0x10000 + ((v - 0xd800) << 10) + (read_unit(s.p + at + 8) - 0xdc00);
		*used = 12;
	}
	return put_utf8(v, out);
}

/* What a text begins with, as far as it decides about the apostrophe: apostrophes are no escapes,
 * and one character behind them is enough. */
static bool is_guarded(ek_str inside)
{
	char c[4];
	uint32_t at = 0, used;
	while (at < inside.n && inside.p[at] == '\'')
		at++;
	if (at < inside.n && inside.p[at] == '\\')
		return ek_csv_is_guarded((ek_str){c, (uint32_t)take_escape(inside, at, c, &used)});
	return ek_csv_is_guarded((ek_str){inside.p + at, inside.n - at});
}

/* inside: what stands between the quotes of JSON. */
static void put_text(struct table *t, ek_str inside)
{
	bool is_risky = !t->style->is_raw && is_guarded(inside);
	bool is_plain = inside.n > 0 && !is_risky;
	for (uint32_t i = 0; i < inside.n && is_plain; i++)
		is_plain = inside.p[i] != ',' && inside.p[i] != '\\';
	/* A blank at an end is a part of the text; not everybody reads it so without quotes. */
	if (is_plain && inside.p[0] != ' ' && inside.p[inside.n - 1] != ' ') {
		put(t, inside.p, inside.n);
		return;
	}
	put(t, is_risky ? "\"'" : "\"", is_risky ? 2 : 1);
	for (uint32_t at = 0, used; at < inside.n; at += used) {
		char c[4];
		const char *next = memchr(inside.p + at, '\\', inside.n - at);
		used = (next == NULL ? inside.n : (uint32_t)(next - inside.p)) - at;
		if (used > 0)
			put(t, inside.p + at, used);
		else
			put_inside(t, c, take_escape(inside, at, c, &used));
	}
	put(t, "\"", 1);
}

/* "2026-03-09T09:15:00.000+01:00". Zones that once were off by seconds are so by whole minutes
 * here, as RFC 3339 has no more; the instant is the same. False: it stays as it is. */
static bool put_local(struct table *t, ek_str inside)
{
	char text[EK_RFC3339_TIME_MAX + 8];
	ek_time at;
	if (t->style->zone == NULL || !ek_rfc3339_read(inside, &at))
		return false;
	int64_t local = t->style->local(t->style->zone, at);
	if (local == EK_NONE)
		return false;
	int64_t minutes = (local - at.ms) / 60000;
	size_t n = ek_rfc3339_print((ek_time){at.ms + minutes * 60000}, text);
	if (n == 0)
		return false;
	uint32_t ahead = (uint32_t)(minutes < 0 ? -minutes : minutes);
	const char digits[] = {minutes < 0 ? '-' : '+',       (char)('0' + ahead / 600),
			       (char)('0' + ahead / 60 % 10), ':',
			       (char)('0' + ahead % 60 / 10), (char)('0' + ahead % 10)};
	memcpy(text + n - 1, digits, sizeof digits); /* in place of the Z */
	n += sizeof digits - 1;
	put(t, text, n);
	return true;
}

static void put_cell(struct table *t, const struct column *c)
{
	ek_str v = c->value;
	if (v.p == NULL || v.n == 0 || ek_str_is(v, "null"))
		return;
	if (v.p[0] == '"' && v.n >= 2) {
		ek_str inside = {v.p + 1, v.n - 2};
		if (!c->is_time || !put_local(t, inside))
			put_text(t, inside);
	} else if (v.p[0] == '{' || v.p[0] == '[') {
		put(t, "\"", 1);
		put_inside(t, v.p, v.n);
		put(t, "\"", 1);
	} else {
		put(t, v.p, v.n);
	}
}

/* ---- rows */

/* The next member of an object; *at is 1 at its first. */
static bool next_member(ek_str object, size_t *at, ek_str *name, ek_str *value)
{
	size_t from = *at;
	if (from >= object.n || object.p[from] != '"')
		return false;
	const char *end = memchr(object.p + from + 1, '"', object.n - from - 1);
	if (end == NULL || (size_t)(end - object.p) + 2 > object.n)
		return false;
	*name = (ek_str){object.p + from + 1, (uint32_t)(end - object.p - 1) - (uint32_t)from};
	size_t begin = (size_t)(end - object.p) + 2;
	size_t stop = ek_json_skip(object, begin);
	*value = (ek_str){object.p + begin, (uint32_t)(stop - begin)};
	*at = stop + 1;
	return true;
}

/* p NULL: it has no such member. */
static ek_str member_of(ek_str object, const char *wanted)
{
	ek_str name, value;
	for (size_t at = 1; next_member(object, &at, &name, &value);)
		if (ek_str_is(name, wanted))
			return value;
	return (ek_str){NULL, 0};
}

static void put_row(struct table *t, ek_str row)
{
	ek_str name, value;
	for (uint32_t i = 0; i < t->n; i++)
		t->v[i].value = (ek_str){NULL, 0};
	for (size_t at = 1; next_member(row, &at, &name, &value);) {
		struct column *c = find_column(t, name);
		if (c != NULL)
			c->value = value;
	}
	for (uint32_t i = 0; i < t->n; i++) {
		if (i > 0)
			put(t, ",", 1);
		put_cell(t, &t->v[i]);
	}
	put(t, "\r\n", 2);
}

/* Takes out columns of members that may be left out and are, in every row. */
static void drop_columns(struct table *t, ek_str data)
{
	uint32_t n = 0;
	ek_str name, value;
	for (size_t at = 1; at + 1 < data.n;) {
		size_t end = ek_json_skip(data, at);
		ek_str row = {data.p + at, (uint32_t)(end - at)};
		for (size_t in = 1; next_member(row, &in, &name, &value);) {
			struct column *c = find_column(t, name);
			if (c != NULL)
				c->is_there = true;
		}
		at = end + 1;
	}
	for (uint32_t i = 0; i < t->n; i++)
		if (t->v[i].is_there)
			t->v[n++] = t->v[i];
	t->n = n;
}

static void put_head(struct table *t)
{
	if (t->style->has_mark)
		put(t, "\xef\xbb\xbf", 3);
	for (uint32_t i = 0; i < t->n; i++) {
		if (i > 0)
			put(t, ",", 1);
		put(t, t->v[i].name.p, t->v[i].name.n);
	}
	put(t, "\r\n", 2);
}

bool ek_csv_write(ek_str page, const char *response, const struct ek_csv_style *style,
		  struct ek_json *out)
{
	struct table t = {.style = style, .out = out};
	ek_str data = member_of(page, "data");
	if (data.n < 2 || data.p[0] != '[' || !add_columns(&t, response))
		return false;
	drop_columns(&t, data);
	put_head(&t);
	for (size_t at = 1; at + 1 < data.n;) {
		size_t end = ek_json_skip(data, at);
		put_row(&t, (ek_str){data.p + at, (uint32_t)(end - at)});
		at = end + 1;
	}
	return true;
}
