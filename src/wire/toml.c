#include "wire/toml.h"

#include <string.h>

#include "base/utf8.h"

bool ek_toml_refuse(const struct ek_toml *t, const char *what, ek_str got)
{
	char shown[64];
	uint32_t n = ek_utf8_cut(got, sizeof shown - 1);
	if (n > 0)
		memcpy(shown, got.p, n);
	shown[n] = 0;
	return ek_fail(t->err, EK_USAGE, "%s:%u: %s%s", t->name, t->line, what, shown);
}

bool ek_toml_open(struct ek_toml *t, const char *name, ek_str text, struct ek_err *err)
{
	*t = (struct ek_toml){
		.name = name, .p = text.p, .end = text.p + text.n, .line = 1, .err = err};
	if (text.n > EK_TOML_FILE_MAX)
		return ek_fail(err, EK_LIMIT, "%s: more than %d bytes", name, EK_TOML_FILE_MAX);
	return ek_utf8_is_text(text) || ek_fail(err, EK_USAGE, "%s: not UTF-8", name);
}

static bool is_at(const struct ek_toml *t, char c)
{
	return t->p < t->end && *t->p == c;
}

static void skip_blanks(struct ek_toml *t)
{
	while (is_at(t, ' ') || is_at(t, '\t'))
		t->p++;
}

/* Blanks and a comment, up to the end of the line. */
static void skip_rest(struct ek_toml *t)
{
	skip_blanks(t);
	if (is_at(t, '#')) {
		while (t->p < t->end && *t->p != '\n')
			t->p++;
	}
	if (is_at(t, '\r'))
		t->p++;
}

static bool is_bare(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

static ek_str take_bare(struct ek_toml *t)
{
	const char *from = t->p;
	while (t->p < t->end && is_bare(*t->p))
		t->p++;
	return (ek_str){from, (uint32_t)(t->p - from)};
}

/* A text in double quotes; appended to out, of which *n bytes are used. */
static bool take_quoted(struct ek_toml *t, char *out, uint32_t cap, uint32_t *n)
{
	t->p++;
	while (t->p < t->end && *t->p != '"' && *t->p != '\n') {
		if (*t->p == '\\' && t->p + 1 < t->end) {
			t->p++;
			if (*t->p != '"' && *t->p != '\\')
				return ek_toml_refuse(t, "only \\\" and \\\\ may be escaped",
						      EK_S(""));
		}
		if (*n + 1 >= cap)
			return ek_toml_refuse(t, "the value is too long", EK_S(""));
		out[(*n)++] = *t->p++;
	}
	if (!is_at(t, '"'))
		return ek_toml_refuse(t, "a text must end with \" on the same line", EK_S(""));
	t->p++;
	return true;
}

/* ---- tables and keys */

static bool copy_name(struct ek_toml *t, ek_str name, char out[EK_TOML_NAME])
{
	if (name.n >= EK_TOML_NAME)
		return ek_toml_refuse(t, "the name is too long: ", name);
	if (name.n > 0)
		memcpy(out, name.p, name.n);
	out[name.n] = 0;
	return true;
}

static bool take_table(struct ek_toml *t)
{
	t->p++;
	ek_str name = take_bare(t);
	if (name.n == 0 || !is_at(t, ']'))
		return ek_toml_refuse(t, "expected [name]", EK_S(""));
	t->p++;
	return copy_name(t, name, t->table);
}

static bool take_key(struct ek_toml *t)
{
	uint32_t n = 0;
	if (!is_at(t, '"'))
		return copy_name(t, take_bare(t), t->key);
	if (!take_quoted(t, t->key, EK_TOML_NAME, &n))
		return false;
	t->key[n] = 0;
	return true;
}

static bool end_line(struct ek_toml *t)
{
	skip_rest(t);
	if (t->p == t->end)
		return true;
	if (*t->p != '\n') {
		size_t left = (size_t)(t->end - t->p);
		return ek_toml_refuse(t, "expected the end of the line at ",
				      (ek_str){t->p, left > 20 ? 20 : (uint32_t)left});
	}
	t->p++;
	t->line++;
	return true;
}

bool ek_toml_next(struct ek_toml *t, enum ek_toml_piece *piece)
{
	*piece = EK_TOML_END;
	if (t->in_line && !end_line(t))
		return false;
	for (t->in_line = false; t->p < t->end;) {
		skip_blanks(t);
		if (is_at(t, '[')) {
			*piece = EK_TOML_TABLE;
			t->in_line = true;
			return take_table(t);
		}
		if (t->p < t->end && (is_bare(*t->p) || *t->p == '"')) {
			*piece = EK_TOML_KEY;
			t->in_line = true;
			return take_key(t);
		}
		if (!end_line(t))
			return false;
	}
	return true;
}

/* ---- values */

/* Whether the sign stands there that must stand between a key and its value. */
static const char *value_of(const struct ek_toml *t)
{
	const char *p = t->p;
	while (p < t->end && (*p == ' ' || *p == '\t'))
		p++;
	if (p == t->end || *p != '=')
		return NULL;
	p++;
	while (p < t->end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

enum ek_toml_kind ek_toml_kind(const struct ek_toml *t)
{
	const char *p = value_of(t);
	if (p == NULL || p == t->end || (*p != '"' && *p != '['))
		return EK_TOML_NUMBER;
	return *p == '"' ? EK_TOML_ONE : EK_TOML_LIST;
}

/* Over blanks, comments and ends of lines, which may stand inside a list. */
static void skip_inside(struct ek_toml *t)
{
	for (;;) {
		skip_rest(t);
		if (!is_at(t, '\n'))
			return;
		t->p++;
		t->line++;
	}
}

static bool add_item(struct ek_toml *t, struct ek_toml_value *v)
{
	if (v->count == EK_TOML_ITEMS)
		return ek_toml_refuse(t, "the list is too long", EK_S(""));
	if (!take_quoted(t, v->bytes, EK_TOML_TEXT, &v->n))
		return false;
	v->ends[v->count++] = v->n;
	return true;
}

static bool take_list(struct ek_toml *t, struct ek_toml_value *v)
{
	t->p++;
	for (bool is_first = true;; is_first = false) {
		skip_inside(t);
		if (is_at(t, ']'))
			break;
		if (!is_first && (t->p == t->end || *t->p++ != ','))
			return ek_toml_refuse(t, "expected , or ] in a list", EK_S(""));
		skip_inside(t);
		if (!is_first && is_at(t, ']'))
			break;
		if (!is_at(t, '"'))
			return ek_toml_refuse(t, "a list holds texts in double quotes", EK_S(""));
		if (!add_item(t, v))
			return false;
	}
	t->p++;
	return true;
}

bool ek_toml_value(struct ek_toml *t, struct ek_toml_value *v)
{
	const char *from = value_of(t);
	v->kind = ek_toml_kind(t);
	v->count = 0;
	v->n = 0;
	if (from == NULL)
		return ek_toml_refuse(t, "expected = after ",
				      (ek_str){t->key, (uint32_t)strlen(t->key)});
	t->p = from;
	if (v->kind == EK_TOML_LIST)
		return take_list(t, v);
	if (v->kind == EK_TOML_ONE)
		return add_item(t, v);
	ek_str bare = take_bare(t);
	if (bare.n == 0 || bare.n >= EK_TOML_TEXT)
		return ek_toml_refuse(t, "expected a value", EK_S(""));
	memcpy(v->bytes, bare.p, bare.n);
	v->n = bare.n;
	v->ends[v->count++] = bare.n;
	return true;
}

ek_str ek_toml_item(const struct ek_toml_value *v, uint32_t i)
{
	ek_assert(i < v->count);
	uint32_t from = i == 0 ? 0 : v->ends[i - 1];
	return (ek_str){v->bytes + from, v->ends[i] - from};
}
