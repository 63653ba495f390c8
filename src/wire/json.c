#include "wire/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rfc3339.h"
#include "model/limits.h"
#include "wire/ident.h"

enum { FIRST_ROOM = 512 };

void ek_json_init(struct ek_json *j, struct ek_alloc alloc, size_t max)
{
	*j = (struct ek_json){.alloc = alloc, .max = max};
}

void ek_json_fini(struct ek_json *j)
{
	ek_alloc_free(&j->alloc, j->p, j->cap);
	ek_json_init(j, j->alloc, j->max);
}

void ek_json_reset(struct ek_json *j)
{
	j->n = 0;
	j->filled = 0;
	j->depth = 0;
	j->failed = false;
}

bool ek_json_is_whole(const struct ek_json *j)
{
	return !j->failed && j->depth == 0;
}

ek_str ek_json_written(const struct ek_json *j)
{
	ek_assert(j->n <= UINT32_MAX);
	return (ek_str){j->p, (uint32_t)j->n};
}

/* Room for n more bytes. */
static bool reserve(struct ek_json *j, size_t n)
{
	if (j->failed)
		return false;
	if (n <= j->cap - j->n)
		return true;
	size_t cap = j->cap < FIRST_ROOM ? FIRST_ROOM : j->cap;
	while (cap < j->max && cap - j->n < n)
		cap *= 2;
	if (cap > j->max)
		cap = j->max;
	char *p = n > cap - j->n ? NULL : j->alloc.resize(j->alloc.ctx, j->p, j->cap, cap);
	if (p == NULL) {
		j->failed = true;
		return false;
	}
	j->p = p;
	j->cap = cap;
	return true;
}

static void put(struct ek_json *j, const char *bytes, size_t n)
{
	if (n == 0 || !reserve(j, n))
		return;
	memcpy(j->p + j->n, bytes, n);
	j->n += n;
}

static void put_char(struct ek_json *j, char c)
{
	if (!reserve(j, 1))
		return;
	j->p[j->n++] = c;
}

/* The comma before a value of a list, or before a key. */
static void separate(struct ek_json *j)
{
	uint64_t bit = UINT64_C(1) << j->depth >> 1;
	if (bit == 0)
		return;
	if ((j->filled & bit) != 0 && j->n > 0 && j->p[j->n - 1] != ':')
		put_char(j, ',');
	j->filled |= bit;
}

static void open_with(struct ek_json *j, char c)
{
	ek_assert(j->depth < EK_LIMIT_JSON_DEPTH - 1);
	separate(j);
	put_char(j, c);
	j->filled &= ~(UINT64_C(1) << j->depth);
	j->depth++;
}

static void close_with(struct ek_json *j, char c)
{
	ek_assert(j->depth > 0);
	j->depth--;
	put_char(j, c);
}

void ek_json_object(struct ek_json *j)
{
	open_with(j, '{');
}

void ek_json_object_end(struct ek_json *j)
{
	close_with(j, '}');
}

void ek_json_list(struct ek_json *j)
{
	open_with(j, '[');
}

void ek_json_list_end(struct ek_json *j)
{
	close_with(j, ']');
}

static bool is_plain(char c)
{
	return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

static void put_escaped(struct ek_json *j, char c)
{
	static const char short_for[] = "\"\\\b\f\n\r\t";
	static const char letters[] = "\"\\bfnrt";
	static const char hex[] = "0123456789abcdef";
	for (size_t i = 0; i < sizeof short_for - 1; i++) {
		if (c == short_for[i]) {
			put_char(j, '\\');
			put_char(j, letters[i]);
			return;
		}
	}
	put(j, "\\u00", 4);
	put_char(j, hex[(unsigned char)c >> 4]);
	put_char(j, hex[c & 15]);
}

static void put_inside(struct ek_json *j, ek_str s)
{
	for (uint32_t i = 0; i < s.n;) {
		uint32_t from = i;
		while (i < s.n && is_plain(s.p[i]))
			i++;
		if (i > from)
			put(j, s.p + from, i - from);
		if (i < s.n)
			put_escaped(j, s.p[i++]);
	}
}

static void put_quoted(struct ek_json *j, ek_str s)
{
	put_char(j, '"');
	put_inside(j, s);
	put_char(j, '"');
}

void ek_json_key_text(struct ek_json *j, ek_str key)
{
	separate(j);
	put_quoted(j, key);
	put_char(j, ':');
}

void ek_json_key(struct ek_json *j, const char *key)
{
	ek_json_key_text(j, (ek_str){key, (uint32_t)strlen(key)});
}

void ek_json_null(struct ek_json *j)
{
	separate(j);
	put(j, "null", 4);
}

void ek_json_bool(struct ek_json *j, bool v)
{
	separate(j);
	put(j, v ? "true" : "false", v ? 4 : 5);
}

static void put_digits(struct ek_json *j, uint64_t v, bool is_negative)
{
	char digits[21];
	size_t at = sizeof digits;
	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	if (is_negative)
		digits[--at] = '-';
	separate(j);
	put(j, digits + at, sizeof digits - at);
}

void ek_json_real(struct ek_json *j, double v)
{
	char text[32];
	if (!isfinite(v)) {
		ek_json_null(j);
		return;
	}
	int n = 0;
	for (int digits = 15; digits <= 17; digits++) {
		n = snprintf(text, sizeof text, "%.*g", digits, v);
		double back = strtod(text, NULL);
		if (back <= v && back >= v)
			break;
	}
	separate(j);
	put(j, text, (size_t)n);
}

void ek_json_int(struct ek_json *j, int64_t v)
{
	put_digits(j, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, v < 0);
}

void ek_json_uint(struct ek_json *j, uint64_t v)
{
	put_digits(j, v, false);
}

void ek_json_text(struct ek_json *j, ek_str s)
{
	if (s.p == NULL) {
		ek_json_null(j);
		return;
	}
	separate(j);
	put_quoted(j, s);
}

void ek_json_text_after(struct ek_json *j, const char *prefix, ek_str s)
{
	separate(j);
	put_char(j, '"');
	put_inside(j, (ek_str){prefix, (uint32_t)strlen(prefix)});
	put_inside(j, s);
	put_char(j, '"');
}

void ek_json_word(struct ek_json *j, const char *s)
{
	ek_json_text(j, (ek_str){s, (uint32_t)strlen(s)});
}

/* ---- the two styles ---- */

void ek_json_id(struct ek_json *j, int kind, uint64_t id)
{
	if (id == 0) {
		ek_json_null(j);
	} else if (!j->style.is_api) {
		ek_json_uint(j, id);
	} else if (kind != EK_IDENT_CONTACT) {
		ek_ident_write(j, (enum ek_ident_kind)kind, id);
	} else if (j->style.contact != NULL) {
		ek_assert(id <= UINT32_MAX);
		ek_ident_write_contact(j, j->style.contact(j->style.contact_ctx, (uint32_t)id));
	} else {
		ek_json_null(j);
	}
}

void ek_json_time(struct ek_json *j, ek_time t)
{
	char text[EK_RFC3339_TIME_MAX];
	if (!ek_time_is_set(t)) {
		ek_json_null(j);
	} else if (!j->style.is_api) {
		ek_json_int(j, t.ms);
	} else {
		if (t.ms < EK_RFC3339_FIRST_MS)
			t.ms = EK_RFC3339_FIRST_MS;
		if (t.ms > EK_RFC3339_LAST_MS)
			t.ms = EK_RFC3339_LAST_MS;
		ek_json_text(j, (ek_str){text, (uint32_t)ek_rfc3339_print(t, text)});
	}
}

void ek_json_plain(struct ek_json *j, ek_str bytes)
{
	if (bytes.n > 0)
		put(j, bytes.p, bytes.n);
}

void ek_json_raw(struct ek_json *j, ek_str json)
{
	if (json.p == NULL) {
		ek_json_null(j);
		return;
	}
	ek_assert(json.n > 0);
	separate(j);
	put(j, json.p, json.n);
}

bool ek_json_sees(const struct ek_json *j, uint32_t teammate)
{
	return !j->style.is_api || j->style.sees_names ||
	       (teammate != 0 && teammate == j->style.reader);
}

void ek_json_page(struct ek_json *j, const struct ek_json_page *page)
{
	bool is_counted = page->total != EK_NONE;
	ek_json_key(j, "page");
	ek_json_object(j);
	ek_json_key(j, "next_cursor");
	ek_json_text(j, page->next_cursor);
	ek_json_key(j, "total");
	if (is_counted)
		ek_json_int(j, page->total);
	else
		ek_json_null(j);
	ek_json_key(j, "total_is");
	if (is_counted)
		ek_json_word(j, page->at_least ? "at_least" : "exact");
	else
		ek_json_null(j);
	ek_json_object_end(j);
}

size_t ek_json_skip(ek_str s, size_t at)
{
	uint32_t depth = 0;
	bool in_text = false;
	for (; at < s.n; at++) {
		char c = s.p[at];
		if (in_text) {
			at += c == '\\';
			in_text = c != '"';
			continue;
		}
		in_text = c == '"';
		if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']' || c == ',') && depth == 0)
			return at;
		else if (c == '}' || c == ']')
			depth--;
	}
	return s.n;
}
