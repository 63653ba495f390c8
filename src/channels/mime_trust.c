/* Authentication-Results of the one host that is trusted (RFC 8601). */
#include <string.h>
#include <strings.h>

#include "channels/mime_inside.h"

enum { VALUE_MAX = 16 * 1024, DOMAIN_MAX = 255 };

/* Where in a header one is. */
struct spot {
	int depth; /* of comments */
	bool quoted;
};

/* Whether the character is a mark and no text; keeps count of where one is. */
static bool is_mark(struct spot *at, char ch)
{
	if (ch == '"' && at->depth == 0)
		at->quoted = !at->quoted;
	else if (ch == '(' && !at->quoted)
		at->depth++;
	else if (ch == ')' && !at->quoted && at->depth > 0)
		at->depth--;
	else
		return at->depth > 0;
	return true;
}

/* Copies a header without its comments, folds and quotation marks, at most VALUE_MAX bytes. */
static void plain_value(const char *s, char *out)
{
	size_t n = 0;
	struct spot at = {0, false};
	for (; *s != '\0' && n + 1 < VALUE_MAX; s++) {
		if (*s == '\\' && s[1] != '\0' && (at.quoted || at.depth > 0)) {
			s++;
			continue;
		}
		if (is_mark(&at, *s))
			continue;
		/* Within quotes nothing may look like the end of a statement. */
		bool is_odd = (unsigned char)*s <= ' ' || (at.quoted && *s == ';');
		out[n++] = is_odd ? ' ' : *s;
	}
	out[n] = '\0';
}

/* Takes the next word off *s, up to a blank or ";", which it leaves. Returns its length. */
static size_t next_word(const char **s, const char **word)
{
	*s += strspn(*s, " ");
	*word = *s;
	size_t n = strcspn(*s, " ;");
	*s += n;
	return n;
}

static enum ek_mail_verdict verdict_of(const char *word, size_t n)
{
	static const struct {
		const char *word;
		enum ek_mail_verdict verdict;
	} rows[] = {
		{"pass", EK_MAIL_VERDICT_PASS},      {"fail", EK_MAIL_VERDICT_FAIL},
		{"softfail", EK_MAIL_VERDICT_FAIL},  {"policy", EK_MAIL_VERDICT_FAIL},
		{"permerror", EK_MAIL_VERDICT_FAIL}, {"none", EK_MAIL_VERDICT_NONE},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++)
		if (strlen(rows[i].word) == n && strncasecmp(word, rows[i].word, n) == 0)
			return rows[i].verdict;
	return EK_MAIL_VERDICT_OTHER;
}

/* One statement: "dkim=pass header.d=example.org header.s=a". */
struct statement {
	char method[16];
	enum ek_mail_verdict verdict;
	char domain[DOMAIN_MAX + 1]; /* of what this method looks at */
};

static void keep_domain(struct statement *st, const char *value, size_t n)
{
	const char *at = memchr(value, '@', n);
	if (at != NULL) {
		n -= (size_t)(at + 1 - value);
		value = at + 1;
	}
	if (n == 0 || n > DOMAIN_MAX)
		return;
	for (size_t i = 0; i < n; i++)
		st->domain[i] =
			(char)(value[i] >= 'A' && value[i] <= 'Z' ? value[i] + 32 : value[i]);
	st->domain[n] = '\0';
}

static void read_property(struct statement *st, const char *word, size_t n)
{
	static const struct {
		const char *method;
		const char *property;
	} rows[] = {{"spf", "smtp.mailfrom"},
		    {"dkim", "header.d"},
		    {"dkim", "header.i"},
		    {"dmarc", "header.from"}};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		size_t len = strlen(rows[i].property);
		if (strcmp(st->method, rows[i].method) == 0 && n > len && word[len] == '=' &&
		    strncasecmp(word, rows[i].property, len) == 0 && st->domain[0] == '\0')
			keep_domain(st, word + len + 1, n - len - 1);
	}
}

/* Reads up to the next ";". False: nothing to be used. */
static bool read_statement(const char **s, struct statement *st)
{
	const char *word;
	*st = (struct statement){.method = ""};
	size_t n = next_word(s, &word);
	const char *equals = memchr(word, '=', n);
	size_t method = equals == NULL ? 0 : (size_t)(equals - word);
	const char *slash = memchr(word, '/', method);
	if (slash != NULL)
		method = (size_t)(slash - word);
	bool ok = method > 0 && method < sizeof st->method;
	for (size_t i = 0; ok && i < method; i++)
		st->method[i] = (char)(word[i] >= 'A' && word[i] <= 'Z' ? word[i] + 32 : word[i]);
	if (ok)
		st->verdict = verdict_of(equals + 1, n - (size_t)(equals + 1 - word));
	while (**s != '\0' && **s != ';') {
		n = next_word(s, &word);
		if (ok)
			read_property(st, word, n);
	}
	return ok;
}

/* What was said of a method so far. */
struct said {
	bool spf, dkim, dmarc;
};

static void take_statement(struct ek_mime *m, const struct statement *st, const struct said *before)
{
	struct ek_mail_authentication *a = &m->out->authentication;
	size_t n = strlen(st->domain);
	ek_str domain =
		n == 0 ? (ek_str){NULL, 0} : ek_mime_plain(m, (ek_str){st->domain, (uint32_t)n});
	if (strcmp(st->method, "spf") == 0 && !before->spf) {
		a->spf = st->verdict;
		a->spf_domain = domain;
	} else if (strcmp(st->method, "dkim") == 0 && !before->dkim) {
		if (a->dkim == EK_MAIL_VERDICT_PASS)
			return;
		a->dkim = st->verdict;
		a->dkim_domain = domain;
	} else if (strcmp(st->method, "dmarc") == 0 && !before->dmarc) {
		ek_str from = m->out->from.address;
		const char *at = from.n == 0 ? NULL : memchr(from.p, '@', from.n);
		a->dmarc = st->verdict;
		a->is_aligned =
			st->verdict == EK_MAIL_VERDICT_PASS && at != NULL &&
			(domain.n == 0 ||
			 ek_str_equal(domain,
				      (ek_str){at + 1, (uint32_t)(from.p + from.n - at - 1)}));
	}
}

/* One header. The first that speaks of a method is the one that counts. */
static bool read_results(struct ek_mime *m, const char *raw, struct said *said)
{
	char *value = ek_arena_get(m->arena, VALUE_MAX);
	if (value == NULL) {
		m->no_memory = true;
		return false;
	}
	plain_value(raw, value);
	const char *s = value, *word;
	size_t n = next_word(&s, &word);
	if (n != strlen(m->authserv) || strncasecmp(word, m->authserv, n) != 0)
		return false;
	struct said now = *said;
	s += strcspn(s, ";");
	while (*s == ';') {
		struct statement st;
		s++;
		if (!read_statement(&s, &st))
			continue;
		take_statement(m, &st, said);
		now.spf |= strcmp(st.method, "spf") == 0;
		now.dkim |= strcmp(st.method, "dkim") == 0;
		now.dmarc |= strcmp(st.method, "dmarc") == 0;
	}
	*said = now;
	return true;
}

void ek_mime_authentication(struct ek_mime *m)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(GMIME_OBJECT(m->message));
	int n = g_mime_header_list_get_count(list);
	struct said said = {false, false, false};
	bool is_begun = false;
	for (int i = 0; i < n && m->authserv != NULL; i++) {
		GMimeHeader *h = g_mime_header_list_get_header_at(list, i);
		const char *name = g_mime_header_get_name(h);
		/* What stands below the next server's line came with the mail. */
		if (is_begun && strcasecmp(name, "Received") == 0)
			return;
		if (strcasecmp(name, "Authentication-Results") == 0)
			is_begun |= read_results(m, g_mime_header_get_raw_value(h), &said);
	}
}
