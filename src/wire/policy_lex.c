#include "wire/policy_lex.h"

#include <string.h>

#include "base/utf8.h"
#include "model/limits.h"
#include "model/policy.h"

enum { SHOWN = 60 }; /* bytes of a token in a message */

bool ek_policy_lex_no_memory(struct ek_policy_lex *x)
{
	return ek_fail(x->err, EK_NO_MEMORY, "line %u: no memory for more", x->line);
}

/* A text as it is shown in a message. */
static void show(ek_str s, char out[SHOWN + 4])
{
	uint32_t n = ek_utf8_cut(s, SHOWN);
	if (n > 0)
		memcpy(out, s.p, n);
	ek_format(out + n, 4, n < s.n ? "..." : "");
}

bool ek_policy_lex_fail(struct ek_policy_lex *x, enum ek_code code, const char *what, ek_str name)
{
	char shown[SHOWN + 4];
	show(name, shown);
	return ek_fail(x->err, code, "line %u: %s `%s`", x->line, what, shown);
}

bool ek_policy_lex_refuse(struct ek_policy_lex *x, const char *what)
{
	struct ek_policy_token t = ek_policy_lex_peek(x, 0);
	char shown[SHOWN + 4];
	if (t.kind == EK_POLICY_TOKEN_END)
		return ek_fail(x->err, EK_USAGE, "line %u: expected %s, got the end of the line",
			       x->line, what);
	show(t.s, shown);
	return ek_fail(x->err, EK_USAGE, "line %u: expected %s, got `%s`", x->line, what, shown);
}

bool ek_policy_lex_open(struct ek_policy_lex *x, ek_str text, struct ek_arena *arena,
			struct ek_err *err)
{
	*x = (struct ek_policy_lex){.arena = arena, .err = err, .text = text};
	if (text.n > EK_POLICY_BYTES_MAX)
		return ek_fail(err, EK_LIMIT, "a policy has at most %d bytes, not %u",
			       EK_POLICY_BYTES_MAX, text.n);
	if (!ek_utf8_is_text(text))
		return ek_fail(err, EK_USAGE, "a policy is UTF-8 text without NUL bytes");
	return true;
}

void ek_policy_lex_rewind(struct ek_policy_lex *x)
{
	x->at = 0;
	x->line = 0;
	x->n = 0;
	x->i = 0;
}

static bool add(struct ek_policy_lex *x, uint8_t kind, ek_str s)
{
	if (x->n == x->cap) {
		uint32_t cap = x->cap == 0 ? 64 : x->cap * 2;
		struct ek_policy_token *v = ek_arena_get(x->arena, cap * sizeof *v);
		if (v == NULL)
			return ek_policy_lex_no_memory(x);
		if (x->n > 0)
			memcpy(v, x->v, x->n * sizeof *v);
		x->v = v;
		x->cap = cap;
	}
	x->v[x->n++] = (struct ek_policy_token){kind, s};
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_sign(char c)
{
	return c == '=' || c == ',' || c == ';' || c == '(' || c == ')';
}

/* The text between quotes, *at behind the first; without its backslashes. */
static bool quoted(struct ek_policy_lex *x, ek_str line, uint32_t *at)
{
	uint32_t from = *at, i = from, escapes = 0;
	for (; i < line.n && line.p[i] != '"'; i++) {
		if (line.p[i] == '\t')
			return ek_fail(x->err, EK_USAGE, "line %u: a tab stands in a quoted text",
				       x->line);
		if (line.p[i] != '\\')
			continue;
		i++;
		escapes++;
		if (i == line.n || (line.p[i] != '"' && line.p[i] != '\\'))
			return ek_fail(x->err, EK_USAGE,
				       "line %u: a backslash stands before \" or \\ only", x->line);
	}
	if (i == line.n)
		return ek_fail(x->err, EK_USAGE, "line %u: a quote is not closed", x->line);
	*at = i + 1;
	ek_str s = {line.p + from, i - from};
	if (escapes > 0) {
		char *copy = ek_arena_get(x->arena, s.n);
		if (copy == NULL)
			return ek_policy_lex_no_memory(x);
		uint32_t n = 0;
		for (uint32_t k = 0; k < s.n; k++) {
			k += s.p[k] == '\\';
			copy[n++] = s.p[k];
		}
		s = (ek_str){copy, n};
	}
	return add(x, EK_POLICY_TOKEN_TEXT, s);
}

static bool word(struct ek_policy_lex *x, ek_str line, uint32_t *at)
{
	uint32_t from = *at, i = from;
	while (i < line.n && !is_blank(line.p[i]) && !is_sign(line.p[i]) && line.p[i] != '"' &&
	       line.p[i] != '#')
		i++;
	*at = i;
	return add(x, EK_POLICY_TOKEN_WORD, (ek_str){line.p + from, i - from});
}

static bool split(struct ek_policy_lex *x, ek_str line)
{
	for (uint32_t i = 0; i < line.n;) {
		char c = line.p[i];
		if (c == '#')
			return true;
		if (is_blank(c)) {
			i++;
		} else if (is_sign(c)) {
			if (!add(x, EK_POLICY_TOKEN_SIGN, (ek_str){line.p + i, 1}))
				return false;
			i++;
		} else if (c == '"') {
			i++;
			if (!quoted(x, line, &i))
				return false;
		} else if (!word(x, line, &i)) {
			return false;
		}
	}
	return true;
}

/* The next line without its end; control characters other than tabs are refused. */
static bool next_line(struct ek_policy_lex *x, ek_str *line)
{
	const char *from = x->text.p + x->at;
	uint32_t left = x->text.n - x->at, n = 0;
	while (n < left && from[n] != '\n')
		n++;
	x->at += n < left ? n + 1 : n;
	x->line++;
	if (n > 0 && from[n - 1] == '\r')
		n--;
	*line = (ek_str){from, n};
	for (uint32_t i = 0, k; i < n; i = k + 1) {
		for (k = i; k < n && from[k] != '\t'; k++)
			;
		if (!ek_utf8_is_plain((ek_str){from + i, k - i}))
			return ek_fail(x->err, EK_USAGE,
				       "line %u: a control character stands in it", x->line);
	}
	return true;
}

bool ek_policy_lex_line(struct ek_policy_lex *x, bool *more)
{
	x->n = 0;
	x->i = 0;
	while (x->n == 0 && x->at < x->text.n) {
		ek_str line;
		if (!next_line(x, &line) || !split(x, line))
			return false;
	}
	*more = x->n > 0;
	return true;
}

struct ek_policy_token ek_policy_lex_peek(const struct ek_policy_lex *x, uint32_t ahead)
{
	static const struct ek_policy_token end = {EK_POLICY_TOKEN_END, {"", 0}};
	return ahead < x->n - x->i ? x->v[x->i + ahead] : end;
}

bool ek_policy_lex_is(struct ek_policy_lex *x, const char *what)
{
	struct ek_policy_token t = ek_policy_lex_peek(x, 0);
	bool may = t.kind == EK_POLICY_TOKEN_WORD || t.kind == EK_POLICY_TOKEN_SIGN;
	if (!may || !ek_str_is(t.s, what))
		return false;
	x->i++;
	return true;
}

bool ek_policy_lex_want(struct ek_policy_lex *x, const char *what)
{
	char shown[40];
	if (ek_policy_lex_is(x, what))
		return true;
	ek_format(shown, sizeof shown, "`%s`", what);
	return ek_policy_lex_refuse(x, shown);
}

bool ek_policy_lex_end(struct ek_policy_lex *x)
{
	return x->i == x->n || ek_policy_lex_refuse(x, "the end of the line");
}

bool ek_policy_lex_name(struct ek_policy_lex *x, const char *what, ek_str *out)
{
	struct ek_policy_token t = ek_policy_lex_peek(x, 0);
	if (t.kind != EK_POLICY_TOKEN_WORD && t.kind != EK_POLICY_TOKEN_TEXT)
		return ek_policy_lex_refuse(x, what);
	if (t.s.n == 0 || t.s.n > EK_LIMIT_TEXT_BYTES)
		return ek_fail(x->err, EK_INVALID_VALUE, "line %u: %s has 1 to %d bytes, not %u",
			       x->line, what, EK_LIMIT_TEXT_BYTES, t.s.n);
	x->i++;
	*out = t.s;
	return true;
}

bool ek_policy_lex_number(ek_str s, int64_t *out)
{
	bool negative = s.n > 0 && s.p[0] == '-';
	uint32_t i = negative ? 1 : 0;
	int64_t v = 0;
	if (i == s.n || s.n - i > 18)
		return false;
	for (; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*out = negative ? -v : v;
	return true;
}

bool ek_policy_lex_span(ek_str s, int64_t *out)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = {{"", 1},        {"ms", 1},      {"s", 1000},
		     {"min", 60000}, {"h", 3600000}, {"d", 86400000}};
	uint32_t digits = 0;
	int64_t v = 0;
	while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
		digits++;
	ek_str unit = {s.p + digits, s.n - digits};
	if (!ek_policy_lex_number((ek_str){s.p, digits}, &v))
		return false;
	for (size_t i = 0; i < EK_LEN(units); i++) {
		if (!ek_str_is(unit, units[i].unit) || v > INT64_MAX / units[i].ms)
			continue;
		*out = v * units[i].ms;
		return true;
	}
	return false;
}

bool ek_policy_lex_int(struct ek_policy_lex *x, int64_t lo, int64_t hi, int64_t *out)
{
	struct ek_policy_token t = ek_policy_lex_peek(x, 0);
	char what[64];
	ek_format(what, sizeof what, "a whole number of %lld to %lld", (long long)lo,
		  (long long)hi);
	if (t.kind != EK_POLICY_TOKEN_WORD || !ek_policy_lex_number(t.s, out) || *out < lo ||
	    *out > hi)
		return ek_policy_lex_refuse(x, what);
	x->i++;
	return true;
}
