/* The text of HTML, for reading, for search, and for finding what is quoted in it. */
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "channels/html_inside.h"

enum { LINK_MAX = 200, QUOTE_MAX = 20, NEWLINES_MAX = 3 };

static const char blocks[] =
	"address article aside body caption center dd div dl dt fieldset figcaption figure footer "
	"form header hr html li main nav section table tr details summary ";
static const char paragraphs[] = "blockquote h1 h2 h3 h4 h5 h6 ol p pre ul ";

struct reader {
	struct ek_html_text text;
	uint32_t max;
	uint32_t newlines; /* to be written before the next character */
	uint32_t quotes;
	uint32_t written_quotes; /* of the line before */
	uint32_t pre;
	uint32_t link_from; /* where the text of the link begins */
	bool blank;         /* to be written before the next character */
	bool begun;
};

static void mark_quotes(struct reader *r, uint32_t depth, bool blank)
{
	for (uint32_t i = 0; i < depth && i < QUOTE_MAX; i++)
		ek_html_say(&r->text, ">");
	if (depth > 0 && blank)
		ek_html_say(&r->text, " ");
}

/* What was put off: line ends, the marks of quotes, a blank. */
static void flush(struct reader *r)
{
	uint32_t between = r->quotes < r->written_quotes ? r->quotes : r->written_quotes;
	if (r->begun && r->newlines == 0 && r->quotes != r->written_quotes)
		r->newlines = 1;
	if (!r->begun || r->newlines > 0) {
		for (uint32_t i = 0; r->begun && i < r->newlines; i++) {
			if (i > 0)
				mark_quotes(r, between, false);
			ek_html_say(&r->text, "\n");
		}
		mark_quotes(r, r->quotes, true);
		r->written_quotes = r->quotes;
	} else if (r->blank) {
		ek_html_say(&r->text, " ");
	}
	r->begun = true;
	r->newlines = 0;
	r->blank = false;
}

static void newline(struct reader *r, uint32_t at_least)
{
	if (r->newlines < at_least)
		r->newlines = at_least;
}

/* A blank: kept as it is in <pre>, else as one for many. False: it is none. */
static bool put_blank(struct reader *r, char ch, bool wide)
{
	if (r->pre > 0 && (ch == ' ' || ch == '\t'))
		return false;
	if (!wide && (unsigned char)ch > ' ' && ch != 0x7F)
		return false;
	if (r->pre > 0 && ch == '\n')
		r->newlines += r->newlines < NEWLINES_MAX;
	else
		r->blank = true;
	return true;
}

static void put(struct reader *r, const char *p)
{
	for (size_t i = 0; p[i] != '\0' && r->text.n < r->max; i++) {
		/* U+00A0 is a blank here. */
		bool wide = (unsigned char)p[i] == 0xC2 && (unsigned char)p[i + 1] == 0xA0;
		if (wide)
			i++;
		if (put_blank(r, p[i], wide))
			continue;
		if (!r->begun || r->newlines > 0 || r->blank || r->quotes != r->written_quotes)
			flush(r);
		ek_html_add(&r->text, p + i, 1);
	}
}

/* Preheaders and the like are written to be seen by no one. */
static bool is_hidden(xmlNodePtr node)
{
	const char *style = ek_html_attribute(node, "style");
	const char *p = style == NULL ? NULL : strchr(style, ':');
	for (; p != NULL; p = strchr(p + 1, ':')) {
		const char *value = p + 1 + strspn(p + 1, " ");
		if (strncasecmp(value, "none", 4) == 0 && p - style >= 7 &&
		    strncasecmp(p - 7, "display", 7) == 0)
			return true;
	}
	return ek_html_attribute(node, "hidden") != NULL;
}

static void leave_link(struct reader *r, xmlNodePtr node)
{
	const char *href = ek_html_attribute(node, "href");
	if (href == NULL || r->link_from >= r->text.n)
		return;
	href += strspn(href, " \t\r\n");
	const char *core = strncasecmp(href, "http://", 7) == 0    ? href + 7
			   : strncasecmp(href, "https://", 8) == 0 ? href + 8
								   : NULL;
	size_t n = core == NULL ? 0 : strcspn(core, " \t\r\n");
	if (n > 0 && core[n - 1] == '/')
		n--;
	if (n == 0 || n > LINK_MAX ||
	    memmem(r->text.p + r->link_from, r->text.n - r->link_from, core, n) != NULL)
		return;
	r->blank = true;
	flush(r);
	ek_html_say(&r->text, "<");
	ek_html_add(&r->text, href, (size_t)(core - href) + n);
	ek_html_say(&r->text, ">");
}

static void enter(struct reader *r, xmlNodePtr node, const char *name)
{
	const char *alt;
	if (ek_html_is_among(name, blocks))
		newline(r, 1);
	else if (ek_html_is_among(name, paragraphs))
		newline(r, 2);
	else if (ek_html_is_among(name, "td th "))
		r->blank = true;
	if (strcasecmp(name, "br") == 0)
		r->newlines += r->newlines < NEWLINES_MAX;
	else if (strcasecmp(name, "blockquote") == 0)
		r->quotes++;
	else if (strcasecmp(name, "pre") == 0)
		r->pre++;
	else if (strcasecmp(name, "li") == 0)
		put(r, "- ");
	else if (strcasecmp(name, "a") == 0)
		r->link_from = r->text.n;
	else if (strcasecmp(name, "img") == 0 && (alt = ek_html_attribute(node, "alt")) != NULL &&
		 alt[0] != '\0') {
		put(r, "[");
		put(r, alt);
		put(r, "]");
	}
}

static void leave(void *ctx, xmlNodePtr node)
{
	struct reader *r = ctx;
	const char *name = (const char *)node->name;
	/* Left without having been entered. */
	if (node->_private == NULL)
		return;
	if (ek_html_is_among(name, blocks))
		newline(r, 1);
	else if (ek_html_is_among(name, paragraphs))
		newline(r, 2);
	if (strcasecmp(name, "blockquote") == 0)
		r->quotes--;
	else if (strcasecmp(name, "pre") == 0)
		r->pre--;
	else if (strcasecmp(name, "a") == 0)
		leave_link(r, node);
}

bool ek_html_text(ek_str html, uint32_t max, struct ek_arena *arena, ek_str *out)
{
	struct reader r = {.max = max};
	htmlDocPtr doc = ek_html_parse(html);
	xmlNodePtr node = doc == NULL ? NULL : xmlDocGetRootElement(doc);
	while (node != NULL && r.text.n < max) {
		bool skip = false;
		if (node->type == XML_ELEMENT_NODE) {
			const char *name = (const char *)node->name;
			skip = ek_html_is_dropped(name) || is_hidden(node);
			if (!skip) {
				node->_private = node;
				enter(&r, node, name);
			}
		} else if (node->type == XML_TEXT_NODE && node->content != NULL) {
			put(&r, (const char *)node->content);
		}
		node = ek_html_next(node, skip, leave, &r);
	}
	xmlFreeDoc(doc);
	bool ok = ek_html_keep(&r.text, arena, out);
	ek_html_drop(&r.text);
	if (ok)
		out->n = ek_utf8_cut(*out, max);
	return ok;
}

bool ek_html_from_text(ek_str text, struct ek_arena *arena, ek_str *out)
{
	struct ek_html_text t = {NULL, 0, 0, false};
	uint32_t from = 0;
	ek_html_say(&t, "<div>");
	for (uint32_t i = 0; i <= text.n; i++) {
		if (i < text.n && text.p[i] != '\n')
			continue;
		ek_html_escape(&t, text.p + from, i - from);
		if (i < text.n)
			ek_html_say(&t, "<br>");
		from = i + 1;
	}
	ek_html_say(&t, "</div>");
	bool ok = ek_html_keep(&t, arena, out);
	ek_html_drop(&t);
	return ok;
}
