#include "channels/imap_read.h"

#include <string.h>
#include <strings.h>

/* A whole number at `at`, which goes behind it; false: none, or more than 32 bits hold. */
static bool take_number(ek_str s, uint32_t *at, uint32_t *out)
{
	uint64_t v = 0;
	uint32_t from = *at;
	while (*at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9' && *at - from < 11)
		v = v * 10 + (uint64_t)(s.p[(*at)++] - '0');
	*out = (uint32_t)v;
	return *at > from && v <= UINT32_MAX;
}

/* Whether a line ends with {n} or {n+}; the braces are then not of its text. */
static bool takes_literal(ek_str *line, uint32_t *size)
{
	if (line->n < 3 || line->p[line->n - 1] != '}')
		return false;
	uint32_t open = line->n - 1;
	while (open > 0 && line->p[open] != '{')
		open--;
	uint32_t at = open + 1;
	if (line->p[open] != '{' || !take_number(*line, &at, size))
		return false;
	at += line->p[at] == '+';
	if (at + 1 != line->n)
		return false;
	line->n = open;
	return true;
}

/* One line from `at`, which goes behind its end; false: it is not all there. */
static bool take_line(ek_str in, uint32_t *at, ek_str *line)
{
	const char *p = in.p + *at;
	const char *end = *at < in.n ? memchr(p, '\n', in.n - *at) : NULL;
	if (end == NULL)
		return false;
	uint32_t n = (uint32_t)(end - p);
	*at += n + 1;
	*line = (ek_str){p, n - (n > 0 && p[n - 1] == '\r')};
	return true;
}

enum ek_imap_cut ek_imap_cut(ek_str in, uint32_t max, struct ek_imap_answer *out)
{
	uint32_t at = 0;
	uint32_t texts = 0;
	*out = (struct ek_imap_answer){0};
	for (uint32_t literals = 0; literals <= EK_IMAP_LITERALS; literals++) {
		ek_str line;
		uint32_t size = 0;
		if (!take_line(in, &at, &line))
			return in.n - at > EK_IMAP_LINE ? EK_IMAP_BAD : EK_IMAP_MORE;
		bool goes_on = takes_literal(&line, &size);
		texts += line.n;
		if (texts > EK_IMAP_LINE)
			return EK_IMAP_BAD;
		if (literals == 0)
			out->head = line;
		else if (literals == 1)
			out->tail = line;
		out->n = at;
		if (!goes_on)
			return EK_IMAP_ANSWER;
		if (size > max)
			return EK_IMAP_TOO_LARGE;
		if (in.n - at < size)
			return EK_IMAP_MORE;
		if (literals == 0)
			out->literal = (ek_str){in.p + at, size};
		at += size;
	}
	return EK_IMAP_BAD;
}

bool ek_imap_begins(const struct ek_imap_answer *a, const char *text)
{
	size_t n = strlen(text);
	return a->head.n >= n && strncasecmp(a->head.p, text, n) == 0;
}

/* Where a word begins in a text, with no letter before it; its length when it does not. */
static uint32_t find(ek_str s, const char *word)
{
	size_t n = strlen(word);
	for (uint32_t i = 0; i + n <= s.n; i++) {
		char before = i > 0 ? s.p[i - 1] : ' ';
		bool is_free = before == ' ' || before == '(' || before == '[';
		if (is_free && strncasecmp(s.p + i, word, n) == 0)
			return i;
	}
	return s.n;
}

/* The number behind a word and a blank; 0 = none. */
static uint32_t number_behind(ek_str s, const char *word)
{
	uint32_t at = find(s, word);
	uint32_t v = 0;
	if (at == s.n)
		return 0;
	at += (uint32_t)strlen(word);
	if (at >= s.n || s.p[at] != ' ')
		return 0;
	at++;
	return take_number(s, &at, &v) ? v : 0;
}

bool ek_imap_is_search(const struct ek_imap_answer *a, struct ek_imap_uids *out)
{
	static const char begin[] = "* SEARCH";
	uint32_t at = sizeof begin - 1;
	uint32_t uid;
	if (!ek_imap_begins(a, begin))
		return false;
	while (at < a->head.n && a->head.p[at] == ' ') {
		at++;
		if (!take_number(a->head, &at, &uid))
			break;
		if (uid > 0 && out->n < out->cap)
			out->v[out->n++] = uid;
	}
	return true;
}

/* What stands behind the bytes of a message: the end, or another item and then the end. Where more
 * or less came than was said, it is a piece of the message or the next answer. */
static bool is_end(ek_str tail)
{
	return tail.n > 0 && tail.p[tail.n - 1] == ')' && (tail.p[0] == ' ' || tail.n == 1);
}

enum ek_imap_fetched ek_imap_fetched(const struct ek_imap_answer *a, uint32_t uid)
{
	uint32_t at = 2;
	uint32_t seq;
	if (!ek_imap_begins(a, "* ") || !take_number(a->head, &at, &seq))
		return EK_IMAP_ELSE;
	const ek_str rest = {a->head.p + at, a->head.n - at};
	if (rest.n < 7 || strncasecmp(rest.p, " FETCH ", 7) != 0)
		return EK_IMAP_ELSE;
	uint32_t said = number_behind(rest, "UID");
	if (said == 0)
		said = number_behind(a->tail, "UID");
	/* Flags that changed are told at any time. */
	if (a->literal.p == NULL)
		return said == uid && find(rest, "BODY[") < rest.n ? EK_IMAP_WRONG : EK_IMAP_ELSE;
	return said == uid && is_end(a->tail) ? EK_IMAP_BYTES : EK_IMAP_WRONG;
}

uint32_t ek_imap_code(const struct ek_imap_answer *a, const char *word)
{
	return ek_imap_begins(a, "* OK [") ? number_behind(a->head, word) : 0;
}

bool ek_imap_has(const struct ek_imap_answer *a, const char *capability)
{
	uint32_t at = find(a->head, capability);
	uint32_t end = at + (uint32_t)strlen(capability);
	return ek_imap_begins(a, "* CAPABILITY ") && at < a->head.n &&
	       (end == a->head.n || a->head.p[end] == ' ');
}

enum ek_imap_end ek_imap_end(const struct ek_imap_answer *a, const char *tag)
{
	size_t n = strlen(tag);
	if (ek_imap_begins(a, "* BYE"))
		return EK_IMAP_BYE;
	if (a->head.n < n + 3 || memcmp(a->head.p, tag, n) != 0 || a->head.p[n] != ' ')
		return EK_IMAP_GOES_ON;
	return strncasecmp(a->head.p + n + 1, "OK", 2) == 0 ? EK_IMAP_OK : EK_IMAP_NO;
}
