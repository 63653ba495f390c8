/* What may not be called, and what may not be written. */
#include "tools/tidy.h"

#include <string.h>

/* -- calls -- */

static const struct {
	const char *name;
	const char *instead;
} banned[] = {
	{"strcpy", "memcpy with the length that was checked"},
	{"strncpy", "memcpy with the length that was checked"},
	{"strcat", "ek_format, or memcpy at the place that is known"},
	{"strncat", "ek_format, or memcpy at the place that is known"},
	{"sprintf", "ek_format or snprintf"},
	{"vsprintf", "vsnprintf"},
	{"gets", "fgets or getline"},
	{"strtok", "a slice and a loop"},
	{"localtime", "a calendar value (model/calendar.h)"},
	{"localtime_r", "a calendar value (model/calendar.h)"},
	{"gmtime", "ek_time and a calendar value"},
	{"ctime", "RFC 3339 from ek_time"},
	{"asctime", "RFC 3339 from ek_time"},
	{"atoi", "strtoll with its end and errno checked"},
	{"atol", "strtoll with its end and errno checked"},
	{"atoll", "strtoll with its end and errno checked"},
	{"atof", "strtod with its end and errno checked"},
	{"rand", "the seeded generator of base"},
	{"srand", "the seeded generator of base"},
	{"random", "the seeded generator of base"},
	{"system", "posix_spawn with an argument list"},
	{"popen", "posix_spawn with an argument list and a pipe"},
	{"alloca", "an arena"},
	{"setjmp", "a bool and struct ek_err"},
	{"longjmp", "a bool and struct ek_err"},
	{"tmpnam", "mkstemp or mkdtemp"},
	{"mktemp", "mkstemp or mkdtemp"},
	{"scanf", "a parser that checks ranges"},
	{"sscanf", "a parser that checks ranges"},
	{"fscanf", "a parser that checks ranges"},
};

/* What goes out goes through one guard (docs/adr/0021): nobody else opens a way to another server.
 * Of servers of mail channels/peer.c does, whose addresses the guard judges too; channels/scan.c
 * connects to a path, which leads to no other machine; tests speak with the server on loopback by
 * http_talk.h. */
static const char *const ways_out[] = {"connect", "curl_easy_init", "curl_multi_init",
				       "curl_easy_perform"};
static const char *const guards[] = {"src/channels/fetch_serve.c", "src/channels/imap.c",
				     "src/channels/peer.c",        "src/channels/scan.c",
				     "src/channels/smtp.c",        "src/http/http_talk.h"};

static void check_way_out(struct ek_tidy *t, const struct ek_tidy_file *f,
			  const struct ek_tidy_token *call)
{
	bool is_program = ek_tidy_starts(f->path, "src/") && !ek_tidy_ends(f->path, "_test.c");
	for (size_t k = 0; k < EK_LEN(guards); k++)
		is_program = is_program && strcmp(f->path, guards[k]) != 0;
	for (size_t k = 0; is_program && k < EK_LEN(ways_out); k++)
		if (ek_tidy_token_is(call, ways_out[k]))
			ek_tidy_report(t, f->path, call->line,
				       "%s is banned here: what goes out goes through "
				       "channels/fetch.h",
				       ways_out[k]);
}

static void check_call(struct ek_tidy *t, const struct ek_tidy_file *f,
		       const struct ek_tidy_tokens *in, size_t i)
{
	const struct ek_tidy_token *v = in->v;
	if (v[i].kind != EK_TIDY_WORD || i + 1 >= in->n || !ek_tidy_token_is(&v[i + 1], "("))
		return;
	if (i > 0 && (ek_tidy_token_is(&v[i - 1], ".") || ek_tidy_token_is(&v[i - 1], "->")))
		return;
	check_way_out(t, f, &v[i]);
	for (size_t k = 0; k < EK_LEN(banned); k++)
		if (ek_tidy_token_is(&v[i], banned[k].name))
			ek_tidy_report(t, f->path, v[i].line, "%s is banned: use %s",
				       banned[k].name, banned[k].instead);
}

bool ek_tidy_calls(struct ek_tidy *t, struct ek_err *err)
{
	(void)err;
	for (size_t i = 0; i < t->file_count; i++) {
		const struct ek_tidy_file *f = &t->files[i];
		for (size_t k = 0; k < f->code.n; k++)
			check_call(t, f, &f->code, k);
		for (size_t k = 0; k < f->directives.n; k++)
			check_call(t, f, &f->directives, k);
	}
	return true;
}

/* -- words -- */

enum word_rule {
	ANYWHERE, /* as it stands */
	WHOLE,    /* not inside a longer word; letters' case counts */
	ANY_CASE, /* not inside a longer word; letters' case does not count */
};

/* Each is written in two pieces, so that this table does not find itself. */
static const struct {
	const char *word;
	enum word_rule rule;
	const char *why;
} forbidden[] = {
	{"/wor"
	 "k/",
	 WHOLE, "a path of one machine: name it from the checkout's root"},
	{"/hom"
	 "e/",
	 WHOLE, "a path of one machine: name it from the checkout's root"},
	{"/tmp/ba"
	 "sh_",
	 ANYWHERE, "a path of one machine"},
	{"registry.npm"
	 "js.org",
	 ANYWHERE, "a registry's host: name the package only"},
	{"registry.yarn"
	 "pkg.com",
	 ANYWHERE, "a registry's host: name the package only"},
	{"deb.debian"
	 ".org",
	 ANYWHERE, "a registry's host: name the package only"},
	{"security.debian"
	 ".org",
	 ANYWHERE, "a registry's host: name the package only"},
	{"debian-secu"
	 "rity/",
	 ANYWHERE, "a registry's host: name the package only"},
	{"pypi"
	 ".org",
	 ANYWHERE, "a registry's host: name the package only"},
	{"crates"
	 ".io",
	 ANYWHERE, "a registry's host: name the package only"},
	{"proxy.golang"
	 ".org",
	 ANYWHERE, "a registry's host: name the package only"},
	{"deb.node"
	 "source.com",
	 ANYWHERE, "a registry's host: name the package only"},
	{"TO"
	 "DO",
	 WHOLE, "do it, or say in the present what holds"},
	{"FIX"
	 "ME",
	 WHOLE, "do it, or say in the present what holds"},
	{"XX"
	 "X",
	 WHOLE, "do it, or say in the present what holds"},
	{"HA"
	 "CK",
	 WHOLE, "do it, or say in the present what holds"},
	{"Clau"
	 "de",
	 ANY_CASE, "say what the code does, not how it came about"},
	{"Anthro"
	 "pic",
	 ANY_CASE, "say what the code does, not how it came about"},
	{"Open"
	 "AI",
	 ANY_CASE, "say what the code does, not how it came about"},
	{"Chat"
	 "GPT",
	 ANY_CASE, "say what the code does, not how it came about"},
	{"Co"
	 "pilot",
	 ANY_CASE, "say what the code does, not how it came about"},
	{"LL"
	 "M",
	 WHOLE, "say what the code does, not how it came about"},
	{"sub"
	 "agent",
	 ANY_CASE, "say what the code does, not how it came about"},
	{"AI-gene"
	 "rated",
	 ANY_CASE, "say what the code does, not how it came about"},
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c)
{
	return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* Whether the word stands at place i of the line. */
static bool stands_at(ek_str line, uint32_t i, const char *word, enum word_rule rule)
{
	uint32_t n = (uint32_t)strlen(word);
	if (n > line.n - i)
		return false;
	for (uint32_t k = 0; k < n; k++) {
		bool same = rule == ANY_CASE ? lower(line.p[i + k]) == lower(word[k])
					     : line.p[i + k] == word[k];
		if (!same)
			return false;
	}
	if (rule == ANYWHERE)
		return true;
	if (i > 0 && is_letter(line.p[i - 1]))
		return false;
	return !is_letter(word[n - 1]) || i + n == line.n || !is_letter(line.p[i + n]);
}

static void check_line(struct ek_tidy *t, const char *path, uint32_t number, ek_str line)
{
	for (size_t k = 0; k < EK_LEN(forbidden); k++) {
		uint32_t i = 0;
		while (i < line.n && !stands_at(line, i, forbidden[k].word, forbidden[k].rule))
			i++;
		if (i < line.n)
			ek_tidy_report(t, path, number, "\"%s\": %s", forbidden[k].word,
				       forbidden[k].why);
	}
}

bool ek_tidy_words(struct ek_tidy *t, struct ek_err *err)
{
	(void)err;
	for (size_t i = 0; i < t->file_count; i++) {
		const struct ek_tidy_file *f = &t->files[i];
		const char *at = NULL;
		ek_str line;
		for (uint32_t n = 1; !f->is_binary && ek_tidy_line(f, &at, &line); n++)
			check_line(t, f->path, n, line);
	}
	return true;
}
