/* Any bytes may come as the text of an article. A second reader (a few lines here) finds in the
 * HTML that is made of it nothing but known elements, in one another and closed, with the
 * attributes that they may have; no address that runs; and the plain words hold no mark-up of
 * ours. */
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "knowledge/markup.h"
#include "sys/heap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DEPTH = 64, MAX = 1 << 16 };

static const struct element {
	const char *name;
	const char *attributes; /* between blanks */
	bool is_void;
} known[] = {
	{"p", " dir ", false},    {"br", " ", true},       {"h2", " dir ", false},
	{"h3", " dir ", false},   {"h4", " dir ", false},  {"ul", " ", false},
	{"ol", " start ", false}, {"li", " dir ", false},  {"blockquote", " ", false},
	{"hr", " ", true},        {"pre", " dir ", false}, {"code", " dir ", false},
	{"strong", " ", false},   {"em", " ", false},      {"a", " href rel ", false},
};

struct bytes {
	char *p;
	size_t n, cap;
};

static void take(void *ctx, ek_str s)
{
	struct bytes *b = ctx;
	struct ek_alloc alloc = ek_heap_alloc();
	if (b->n + s.n > b->cap) {
		size_t cap = (b->n + s.n) * 2;
		char *p = ek_alloc_get(&alloc, cap);
		ek_assert(p != NULL);
		if (b->n > 0)
			memcpy(p, b->p, b->n);
		if (b->p != NULL)
			ek_alloc_free(&alloc, b->p, b->cap);
		b->p = p;
		b->cap = cap;
	}
	if (s.n > 0)
		memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
}

static bool is_word(const char *p, size_t n, const char *word)
{
	return strlen(word) == n && memcmp(p, word, n) == 0;
}

static const struct element *find(const char *p, size_t n)
{
	for (size_t i = 0; i < EK_LEN(known); i++)
		if (is_word(p, n, known[i].name))
			return &known[i];
	return NULL;
}

static size_t name_length(const char *p, const char *end)
{
	size_t n = 0;
	while (p + n < end && ((p[n] >= 'a' && p[n] <= 'z') || (p[n] >= '0' && p[n] <= '9')))
		n++;
	return n;
}

/* To http, https, mailto, tel, or a place of this server. */
static void check_address(const char *p, size_t n)
{
	static const char *const schemes[] = {"http://", "https://", "mailto:", "tel:"};
	bool ok = n > 0 && p[0] == '/' && !(n > 1 && (p[1] == '/' || p[1] == '\\'));
	for (size_t i = 0; i < EK_LEN(schemes); i++) {
		size_t k = strlen(schemes[i]);
		ok = ok || (n >= k && strncasecmp(p, schemes[i], k) == 0);
	}
	ek_assert(ok);
	for (size_t i = 0; i < n; i++)
		ek_assert((unsigned char)p[i] > ' ');
}

/* ` name="value"`; returns what is behind it. */
static const char *read_attribute(const struct element *e, const char *p, const char *end)
{
	size_t n = name_length(++p, end);
	char name[16];
	ek_assert(n > 0 && n < sizeof name - 2);
	name[0] = name[n + 1] = ' ';
	memcpy(name + 1, p, n);
	name[n + 2] = '\0';
	ek_assert(strstr(e->attributes, name) != NULL);
	bool is_address = is_word(p, n, "href");
	p += n;
	ek_assert(end - p >= 3 && p[0] == '=' && p[1] == '"');
	p += 2;
	const char *quote = memchr(p, '"', (size_t)(end - p));
	ek_assert(quote != NULL && memchr(p, '<', (size_t)(quote - p)) == NULL);
	if (is_address)
		check_address(p, (size_t)(quote - p));
	return quote + 1;
}

/* An & begins one of the five names of what was escaped. */
static void check_reference(const char *p, const char *end)
{
	static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
	bool ok = false;
	for (size_t i = 0; i < EK_LEN(names); i++) {
		size_t n = strlen(names[i]);
		ok = ok || ((size_t)(end - p) >= n && memcmp(p, names[i], n) == 0);
	}
	ek_assert(ok);
}

static void read_html(const char *p, const char *end)
{
	const struct element *open[DEPTH];
	size_t depth = 0;
	while (p < end) {
		ek_assert(*p != '>' && *p != '"' && *p != '\'');
		if (*p == '&')
			check_reference(p, end);
		if (*p++ != '<')
			continue;
		bool is_end = p < end && *p == '/';
		p += is_end;
		size_t n = name_length(p, end);
		const struct element *e = find(p, n);
		ek_assert(e != NULL && !(is_end && e->is_void));
		p += n;
		while (!is_end && p < end && *p == ' ')
			p = read_attribute(e, p, end);
		ek_assert(p < end && *p++ == '>');
		if (is_end) {
			ek_assert(depth > 0);
			ek_assert(open[--depth] == e);
		} else if (!e->is_void) {
			ek_assert(depth < DEPTH);
			open[depth++] = e;
		}
	}
	ek_assert(depth == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct bytes html = {0}, plain = {0}, escaped = {0};
	const struct ek_markup_out outs[] = {{take, &html}, {take, &plain}, {take, &escaped}};
	ek_str text = {(const char *)data, (uint32_t)size};
	if (size > MAX)
		return 0;
	ek_markup_html(text, &outs[0]);
	ek_markup_plain(text, &outs[1]);
	ek_markup_escape(text, &outs[2]);
	if (html.n > 0)
		read_html(html.p, html.p + html.n);
	if (escaped.n > 0)
		ek_assert(memchr(escaped.p, '<', escaped.n) == NULL &&
			  memchr(escaped.p, '"', escaped.n) == NULL);
	/* A link's address stands behind its words, and that is all that is added to them: a
	 * number, a dash, an end of a line. */
	ek_assert(plain.n <= 4 * size + 8);
	struct bytes *all[] = {&html, &plain, &escaped};
	for (size_t i = 0; i < EK_LEN(all); i++)
		if (all[i]->p != NULL)
			ek_alloc_free(&alloc, all[i]->p, all[i]->cap);
	return 0;
}
