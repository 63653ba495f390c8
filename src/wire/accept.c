#include "wire/accept.h"

#include <string.h>

/* ---- ranges */

struct range {
	ek_str name;
	int weight; /* thousandths */
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_word(ek_str s, const char *lower_case)
{
	size_t n = strlen(lower_case);
	if (s.n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (lower(s.p[i]) != lower_case[i])
			return false;
	}
	return true;
}

/* The part of *rest before the mark, which is taken from it together with the mark. */
static ek_str cut(ek_str *rest, char mark)
{
	uint32_t i = 0;
	while (i < rest->n && rest->p[i] != mark)
		i++;
	ek_str part = {rest->p, i};
	uint32_t taken = i < rest->n ? i + 1 : i;
	*rest = (ek_str){rest->p + taken, rest->n - taken};
	return ek_str_trimmed(part);
}

/* "0.85" is 850; what cannot be read is 0. */
static int read_weight(ek_str s)
{
	int v = 0;
	if (s.n == 0 || s.n > 5 || (s.p[0] != '0' && s.p[0] != '1'))
		return 0;
	if (s.n > 1 && s.p[1] != '.')
		return 0;
	for (uint32_t i = 0; i < 5; i++) {
		char c = i < s.n ? s.p[i] : '0';
		if (i == 1)
			continue;
		if (c < '0' || c > '9')
			return 0;
		v = v * 10 + (c - '0');
	}
	return v <= 1000 ? v : 0;
}

static struct range read_range(ek_str text)
{
	struct range r = {cut(&text, ';'), 1000};
	while (text.n > 0) {
		ek_str value = cut(&text, ';');
		ek_str name = cut(&value, '=');
		if (is_word(name, "q"))
			r.weight = read_weight(ek_str_trimmed(value));
	}
	return r;
}

/* ---- languages */

/* Which of them the range names, -1 = none: "ko-KR" names "ko", "kok" does not. */
static int find_language(ek_str range, const char *const *names, int n)
{
	ek_str primary = cut(&range, '-');
	for (int k = 0; k < n; k++) {
		if (is_word(primary, names[k]))
			return k;
	}
	return -1;
}

int ek_accept_language(ek_str header, const char *const *names, int n)
{
	int best = -1;
	int most = 0;
	ek_str rest = header.p == NULL ? (ek_str){"", 0} : header;
	for (int i = 0; i < EK_ACCEPT_RANGES && rest.n > 0; i++) {
		struct range r = read_range(cut(&rest, ','));
		int k = r.weight > most ? find_language(r.name, names, n) : -1;
		if (k >= 0) {
			best = k;
			most = r.weight;
		}
	}
	return best;
}

/* ---- codings */

enum { UNSAID = -1, ANY = EK_ACCEPT_CODINGS, NAMES };

static const char *const codings[NAMES] = {
	[EK_ACCEPT_IDENTITY] = "identity",
	[EK_ACCEPT_GZIP] = "gzip",
	[EK_ACCEPT_BR] = "br",
	[ANY] = "*",
};

const char *ek_accept_coding_name(enum ek_accept_coding coding)
{
	ek_assert(coding < EK_ACCEPT_CODINGS);
	return codings[coding];
}

static void note_coding(const struct range *r, int weights[NAMES])
{
	ek_str name = is_word(r->name, "x-gzip") ? EK_S("gzip") : r->name;
	for (int k = 0; k < NAMES; k++) {
		if (is_word(name, codings[k]) && weights[k] == UNSAID)
			weights[k] = r->weight;
	}
}

enum ek_accept_coding ek_accept_coding(ek_str header, uint32_t offered)
{
	int weights[NAMES] = {UNSAID, UNSAID, UNSAID, UNSAID};
	enum ek_accept_coding best = EK_ACCEPT_IDENTITY;
	int most = 0;
	ek_str rest = header.p == NULL ? (ek_str){"", 0} : header;
	for (int i = 0; i < EK_ACCEPT_RANGES && rest.n > 0; i++) {
		struct range r = read_range(cut(&rest, ','));
		note_coding(&r, weights);
	}
	for (int k = EK_ACCEPT_BR; k >= EK_ACCEPT_IDENTITY; k--) {
		bool here = k == EK_ACCEPT_IDENTITY || (offered >> k & 1) != 0;
		int weight = weights[k] != UNSAID ? weights[k] : weights[ANY];
		if (here && weight > most) {
			best = (enum ek_accept_coding)k;
			most = weight;
		}
	}
	return best;
}

/* ---- tags */

bool ek_accept_has_tag(ek_str header, const char *tag)
{
	size_t n = strlen(tag);
	ek_str rest = header.p == NULL ? (ek_str){"", 0} : header;
	if (n == 0 || ek_str_is(rest, "*"))
		return n != 0;
	/* A list of tags in quotes, each perhaps W/ before it, which makes no difference here. */
	for (uint32_t at = 0; at + n <= rest.n; at++) {
		if (rest.p[at] != '"')
			continue;
		if (memcmp(rest.p + at, tag, n) == 0)
			return true;
		do
			at++;
		while (at < rest.n && rest.p[at] != '"');
	}
	return false;
}
