/* C in pieces: words, numbers, strings and punctuation, with their lines. Enough to count and to
 * name, not to compile: comments vanish, strings are one piece, and lines that begin with '#' are
 * kept apart, since a macro's body is a table or a word, not a function. */
#include "tools/tidy.h"

#include <string.h>

struct reader {
	struct ek_tidy *t;
	struct ek_tidy_file *f;
	const char *p;
	const char *end;
	uint32_t line;
	bool in_directive;
	bool at_line_start; /* only blanks since the line began */
	size_t code_cap, directive_cap;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

static void emit(struct reader *r, enum ek_tidy_kind kind, size_t n)
{
	struct ek_tidy_tokens *to = r->in_directive ? &r->f->directives : &r->f->code;
	size_t *cap = r->in_directive ? &r->directive_cap : &r->code_cap;
	to->v = ek_tidy_grow(r->t, to->v, to->n, cap, sizeof *to->v);
	to->v[to->n++] = (struct ek_tidy_token){kind, r->p, (uint32_t)n, r->line};
	r->p += n;
	r->at_line_start = false;
}

/* Over a stretch that may hold line ends. */
static void skip_to(struct reader *r, const char *to)
{
	for (; r->p < to; r->p++)
		if (*r->p == '\n')
			r->line++;
}

static bool skip_comment(struct reader *r)
{
	if (r->p + 1 >= r->end || r->p[0] != '/')
		return false;
	if (r->p[1] == '/') {
		const char *eol = memchr(r->p, '\n', (size_t)(r->end - r->p));
		skip_to(r, eol == NULL ? r->end : eol);
		return true;
	}
	if (r->p[1] != '*')
		return false;
	const char *close = strstr(r->p + 2, "*/");
	skip_to(r, close == NULL ? r->end : close + 2);
	return true;
}

static bool skip_blank(struct reader *r)
{
	char c = *r->p;
	if (c == '\\' && r->p + 1 < r->end && r->p[1] == '\n') {
		skip_to(r, r->p + 2);
	} else if (c == '\n') {
		skip_to(r, r->p + 1);
		r->in_directive = false;
		r->at_line_start = true;
	} else if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
		r->p++;
	} else {
		return skip_comment(r);
	}
	return true;
}

/* A string or character literal; a line's end closes one that was left open. */
static size_t quoted(const struct reader *r)
{
	const char *p = r->p + 1;
	while (p < r->end && *p != *r->p && *p != '\n')
		p += *p == '\\' && p + 1 < r->end ? 2 : 1;
	if (p > r->end)
		p = r->end;
	return (size_t)(p - r->p) + (p < r->end && *p == *r->p ? 1 : 0);
}

static size_t word_length(const struct reader *r)
{
	const char *p = r->p;
	while (p < r->end && is_word(*p))
		p++;
	return (size_t)(p - r->p);
}

static size_t number_length(const struct reader *r)
{
	const char *p = r->p;
	while (p < r->end && (is_word(*p) || *p == '.'))
		p++;
	return (size_t)(p - r->p);
}

static size_t punct_length(const struct reader *r)
{
	static const char *const pairs[] = {"...", "&&", "||", "->", "==", "!=", "<=", ">="};
	for (size_t i = 0; i < EK_LEN(pairs); i++)
		if (ek_tidy_starts(r->p, pairs[i]))
			return strlen(pairs[i]);
	return 1;
}

static void next(struct reader *r)
{
	char c = *r->p;
	if (c == '#' && r->at_line_start)
		r->in_directive = true;
	if (c == '"' || c == '\'')
		emit(r, EK_TIDY_TEXT, quoted(r));
	else if (is_digit(c))
		emit(r, EK_TIDY_NUMBER, number_length(r));
	else if (is_word(c))
		emit(r, EK_TIDY_WORD, word_length(r));
	else
		emit(r, EK_TIDY_PUNCT, punct_length(r));
}

void ek_tidy_lex(struct ek_tidy *t, struct ek_tidy_file *f)
{
	struct reader r = {.t = t, .f = f, .p = f->text, .end = f->text + f->n};
	r.line = 1;
	r.at_line_start = true;
	while (r.p < r.end)
		if (!skip_blank(&r))
			next(&r);
}

bool ek_tidy_token_is(const struct ek_tidy_token *token, const char *text)
{
	return token->n == strlen(text) && memcmp(token->p, text, token->n) == 0;
}

const char *ek_tidy_include(struct ek_tidy *t, const struct ek_tidy_file *f, size_t i)
{
	const struct ek_tidy_token *v = f->directives.v;
	if (i + 2 >= f->directives.n || !ek_tidy_token_is(&v[i], "#"))
		return NULL;
	if (!ek_tidy_token_is(&v[i + 1], "include") || v[i + 2].kind != EK_TIDY_TEXT)
		return NULL;
	return ek_tidy_text(t, v[i + 2].p + 1, v[i + 2].n < 2 ? 0 : v[i + 2].n - 2);
}
