/* Any text may come as HTML. What comes out is cleaned already, and a second reader (a few lines
 * here) finds nothing in it but listed elements with quoted, listed attributes. */
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "channels/html.h"
#include "sys/heap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const never[] = {"script", "style",  "svg",  "math",   "iframe", "object",
				    "form",   "input",  "meta", "base",   "link",   "embed",
				    "video",  "select", "xmp",  "title",  "html",   "body",
				    "head",   "audio",  "area", "button", "frame",  "template"};

static bool is_named(const char *p, size_t n, const char *name)
{
	return strlen(name) == n && memcmp(p, name, n) == 0;
}

static size_t name_length(const char *p, const char *end)
{
	size_t n = 0;
	while (p + n < end &&
	       ((p[n] >= 'a' && p[n] <= 'z') || (p[n] >= '0' && p[n] <= '9') || p[n] == '-'))
		n++;
	return n;
}

/* ` name="value"`; returns what is behind it. */
static const char *read_attribute(const char *p, const char *end)
{
	p++;
	size_t n = name_length(p, end);
	ek_assert(n > 0 && (n < 2 || memcmp(p, "on", 2) != 0) && !is_named(p, n, "src") &&
		  !is_named(p, n, "class") && !is_named(p, n, "srcdoc"));
	bool is_link = is_named(p, n, "href") || is_named(p, n, "data-ek-src");
	p += n;
	ek_assert(end - p >= 3 && p[0] == '=' && p[1] == '"');
	p += 2;
	const char *quote = memchr(p, '"', (size_t)(end - p));
	ek_assert(quote != NULL && memchr(p, '<', (size_t)(quote - p)) == NULL);
	if (is_link && quote - p >= 5)
		ek_assert(p[0] == '#' || strncasecmp(p, "http", 4) == 0 ||
			  strncasecmp(p, "mailto:", 7) == 0 || strncasecmp(p, "tel:", 4) == 0);
	return quote + 1;
}

static void read_again(ek_str html)
{
	const char *p = html.p, *end = html.p + html.n;
	while (p < end) {
		ek_assert(*p != '>' && *p != '"');
		if (*p++ != '<')
			continue;
		p += p < end && *p == '/';
		size_t n = name_length(p, end);
		ek_assert(n > 0);
		for (size_t i = 0; i < EK_LEN(never); i++)
			ek_assert(!is_named(p, n, never[i]));
		p += n;
		while (p < end && *p == ' ')
			p = read_attribute(p, end);
		ek_assert(p < end && *p == '>');
		p++;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ek_arena arena;
	struct ek_html once, twice;
	ek_str in = {(const char *)data, (uint32_t)size}, text;
	if (!ek_utf8_is_text(in))
		return 0;
	ek_arena_init(&arena, ek_heap_alloc(), 256U << 20);
	uint32_t max = size % 5 == 0 ? 100 : 1U << 20;
	if (ek_html_clean(in, max, &arena, &once)) {
		if (once.html.n > 0)
			read_again(once.html);
		bool ok = ek_html_clean(once.html, max, &arena, &twice);
		ek_assert(ok && ek_str_equal(once.html, twice.html));
	}
	if (ek_html_text(in, max, &arena, &text))
		ek_assert(text.n <= max);
	ek_arena_fini(&arena);
	return 0;
}
