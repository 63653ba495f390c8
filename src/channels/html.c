#include "channels/html.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "channels/html_inside.h"
#include "sys/heap.h"

enum { URL_MAX = 4000, CID_MAX = 998, TEXT_ATTRIBUTE_MAX = 1000 };

static const char elements[] =
	"a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code "
	"col colgroup dd del dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 "
	"header hr i img ins kbd li main mark nav ol p pre q rp rt ruby s samp section small span "
	"strike strong sub sup table tbody td tfoot th thead time tr tt u ul var wbr ";
static const char voids[] = "br col hr img wbr ";
static const char dropped[] =
	"script style title svg math iframe frame frameset noframes object embed applet param "
	"noscript noembed template textarea select option optgroup datalist button input audio "
	"video source track canvas map area xmp plaintext listing base link meta bgsound portal "
	"dialog slot ";

/* ---- a text that grows */

void ek_html_add(struct ek_html_text *t, const char *p, size_t n)
{
	if (t->no_memory || n > UINT32_MAX / 4 || t->n > UINT32_MAX / 4) {
		t->no_memory = true;
		return;
	}
	if (t->n + n > t->cap) {
		uint32_t cap = 2 * (t->n + (uint32_t)n) + 1024;
		char *grown = ek_heap_alloc().resize(NULL, t->p, t->cap, cap);
		if (grown == NULL) {
			t->no_memory = true;
			return;
		}
		t->p = grown;
		t->cap = cap;
	}
	if (n > 0)
		memcpy(t->p + t->n, p, n);
	t->n += (uint32_t)n;
}

void ek_html_say(struct ek_html_text *t, const char *s)
{
	ek_html_add(t, s, strlen(s));
}

void ek_html_escape(struct ek_html_text *t, const char *p, size_t n)
{
	size_t from = 0;
	for (size_t i = 0; i < n; i++) {
		const char *as = p[i] == '<'   ? "&lt;"
				 : p[i] == '>' ? "&gt;"
				 : p[i] == '&' ? "&amp;"
				 : p[i] == '"' ? "&quot;"
				 : ((unsigned char)p[i] < ' ' && p[i] != '\n' && p[i] != '\t')
					 ? ""
					 : NULL;
		if (as == NULL)
			continue;
		ek_html_add(t, p + from, i - from);
		ek_html_say(t, as);
		from = i + 1;
	}
	ek_html_add(t, p + from, n - from);
}

void ek_html_drop(struct ek_html_text *t)
{
	const struct ek_alloc heap = ek_heap_alloc();
	ek_alloc_free(&heap, t->p, t->cap);
	*t = (struct ek_html_text){NULL, 0, 0, false};
}

bool ek_html_keep(const struct ek_html_text *t, struct ek_arena *arena, ek_str *out)
{
	bool ok;
	*out = ek_arena_str(arena, (ek_str){t->p, t->n}, &ok);
	return ok && !t->no_memory;
}

/* ---- the tree */

htmlDocPtr ek_html_parse(ek_str html)
{
	static const char front[] = "<html><body>";
	struct ek_html_text text = {NULL, 0, 0, false};
	htmlDocPtr doc = NULL;
	ek_html_say(&text, front);
	ek_html_add(&text, html.p, html.n);
	if (!text.no_memory)
		doc = htmlReadMemory(text.p, (int)text.n, NULL, "UTF-8",
				     HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
					     HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
					     HTML_PARSE_COMPACT);
	ek_html_drop(&text);
	return doc;
}

xmlNodePtr ek_html_next(xmlNodePtr node, bool skip, ek_html_leave *leave, void *ctx)
{
	if (!skip && node->type == XML_ELEMENT_NODE && node->children != NULL)
		return node->children;
	while (node != NULL && node->type == XML_ELEMENT_NODE) {
		leave(ctx, node);
		if (node->next != NULL)
			return node->next;
		node = node->parent;
	}
	if (node == NULL || node->type == XML_HTML_DOCUMENT_NODE || node->type == XML_DOCUMENT_NODE)
		return NULL;
	if (node->next != NULL)
		return node->next;
	/* The last of its parent: a text, say. */
	xmlNodePtr parent = node->parent;
	while (parent != NULL && parent->type == XML_ELEMENT_NODE) {
		leave(ctx, parent);
		if (parent->next != NULL)
			return parent->next;
		parent = parent->parent;
	}
	return NULL;
}

const char *ek_html_attribute(xmlNodePtr node, const char *name)
{
	for (xmlAttrPtr a = node->properties; a != NULL; a = a->next)
		if (strcasecmp((const char *)a->name, name) == 0)
			return a->children == NULL || a->children->content == NULL
				       ? ""
				       : (const char *)a->children->content;
	return NULL;
}

bool ek_html_is_among(const char *word, const char *words)
{
	size_t n = strlen(word);
	for (const char *w = words; *w != '\0'; w += strcspn(w, " ") + 1)
		if (strcspn(w, " ") == n && strncasecmp(w, word, n) == 0)
			return true;
	return false;
}

bool ek_html_is_dropped(const char *element)
{
	return ek_html_is_among(element, dropped);
}

/* ---- cleaning */

struct cleaner {
	struct ek_html_text text;
	uint32_t max;
	uint32_t depth;
	uint32_t images;
	bool is_full;
};

static void attribute(struct cleaner *c, const char *name, const char *value)
{
	ek_html_say(&c->text, " ");
	ek_html_say(&c->text, name);
	ek_html_say(&c->text, "=\"");
	ek_html_escape(&c->text, value, strlen(value));
	ek_html_say(&c->text, "\"");
}

/* What a browser would make of an address: without blanks at its ends, controls, tabs and line
 * ends. False: too long. */
static bool tidy_url(const char *in, char out[URL_MAX])
{
	size_t n = 0;
	for (; *in != '\0'; in++) {
		if ((unsigned char)*in < ' ' || *in == 0x7F || (n == 0 && *in == ' '))
			continue;
		if (n + 1 >= URL_MAX)
			return false;
		out[n++] = *in;
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return n > 0;
}

static bool begins(const char *s, const char *with)
{
	return strncasecmp(s, with, strlen(with)) == 0;
}

static bool is_web(const char *url)
{
	const char *host = begins(url, "http://")    ? url + 7
			   : begins(url, "https://") ? url + 8
						     : "";
	return host[0] != '\0' && strchr("/\\?#", host[0]) == NULL;
}

/* At most a few characters, of letters, digits and those given. */
static bool is_simple(const char *s, const char *also, size_t max)
{
	size_t n = strlen(s);
	for (size_t i = 0; i < n; i++) {
		bool plain = (s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'z') ||
			     (s[i] >= 'A' && s[i] <= 'Z');
		if (!plain && strchr(also, s[i]) == NULL)
			return false;
	}
	return n > 0 && n <= max;
}

static void prefixed(struct cleaner *c, const char *name, const char *value)
{
	if (!is_simple(value, "-_.:", 100))
		return;
	ek_html_say(&c->text, " ");
	ek_html_say(&c->text, name);
	ek_html_say(&c->text, strncmp(value, "m-", 2) == 0 ? "=\"" : "=\"m-");
	ek_html_escape(&c->text, value, strlen(value));
	ek_html_say(&c->text, "\"");
}

static void link_to(struct cleaner *c, const char *value)
{
	char url[URL_MAX];
	if (!tidy_url(value, url))
		return;
	if (url[0] == '#' && is_simple(url + 1, "-_.:", 100)) {
		ek_html_say(&c->text, strncmp(url, "#m-", 3) == 0 ? " href=\"#" : " href=\"#m-");
		ek_html_escape(&c->text, url + 1, strlen(url + 1));
		ek_html_say(&c->text, "\"");
		return;
	}
	if (!is_web(url) && !begins(url, "mailto:") && !begins(url, "tel:"))
		return;
	attribute(c, "href", url);
	attribute(c, "rel", "noopener noreferrer nofollow");
	attribute(c, "target", "_blank");
}

static int hex(char ch)
{
	return ch >= '0' && ch <= '9'   ? ch - '0'
	       : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10
	       : ch >= 'A' && ch <= 'F' ? ch - 'A' + 10
					: -1;
}

/* "cid:a%40b" names the part whose Content-ID is a@b (RFC 2392). */
static bool decode_cid(const char *in, char out[CID_MAX + 1], bool percent)
{
	size_t n = 0;
	for (; *in != '\0'; in++) {
		char ch = *in;
		if (percent && ch == '%' && hex(in[1]) >= 0 && hex(in[2]) >= 0) {
			ch = (char)(hex(in[1]) * 16 + hex(in[2]));
			in += 2;
		}
		if (ch <= ' ' || ch >= 0x7F || ch == '<' || ch == '>' || n == CID_MAX)
			return false;
		out[n++] = ch;
	}
	out[n] = '\0';
	return n > 0;
}

static void image(struct cleaner *c, xmlNodePtr node)
{
	const char *src = ek_html_attribute(node, "src");
	const char *marked = ek_html_attribute(node, "data-ek-src");
	const char *part = ek_html_attribute(node, "data-ek-cid");
	char url[URL_MAX], cid[CID_MAX + 1];
	if (src != NULL && tidy_url(src, url) && begins(url, "cid:")) {
		if (decode_cid(url + 4, cid, true))
			attribute(c, "data-ek-cid", cid);
		return;
	}
	if (part != NULL && decode_cid(part, cid, false)) {
		attribute(c, "data-ek-cid", cid);
		return;
	}
	if (src == NULL)
		src = marked;
	if (src != NULL && tidy_url(src, url) && is_web(url)) {
		attribute(c, "data-ek-src", url);
		c->images++;
	}
}

/* Attributes whose values are looked at one by one; "*" for every element. */
static const struct {
	const char *element;
	const char *names;
	const char *also; /* beside letters and digits; NULL: any text */
	size_t max;
} attributes[] = {
	{"*", "dir lang align valign ", "-", 20},
	{"*", "title ", NULL, TEXT_ATTRIBUTE_MAX},
	{"img", "alt ", NULL, TEXT_ATTRIBUTE_MAX},
	{"*", "width height ", ".%", 8},
	{"*", "bgcolor ", "#", 24},
	{"font", "color ", "#", 24},
	{"font", "size ", "+-", 4},
	{"font", "face ", " ,-'", 100},
	{"table", "border cellpadding cellspacing ", "%", 8},
	{"img", "border hspace vspace ", "%", 8},
	{"td", "colspan rowspan nowrap ", "", 8},
	{"th", "colspan rowspan nowrap scope ", "", 8},
	{"col", "span ", "", 4},
	{"colgroup", "span ", "", 4},
	{"ol", "start type ", "-", 8},
	{"ul", "type ", "", 8},
	{"li", "value type ", "-", 8},
	{"hr", "size color noshade ", "#%", 24},
	{"time", "datetime ", "-:.+ ", 40},
};

static void listed_attribute(struct cleaner *c, const char *element, const char *name,
			     const char *value)
{
	for (size_t i = 0; i < EK_LEN(attributes); i++) {
		if (attributes[i].element[0] != '*' && strcmp(attributes[i].element, element) != 0)
			continue;
		if (!ek_html_is_among(name, attributes[i].names))
			continue;
		bool ok = attributes[i].also == NULL
				  ? strlen(value) <= attributes[i].max
				  : is_simple(value, attributes[i].also, attributes[i].max);
		if (ok)
			attribute(c, name, value);
		return;
	}
}

static void style(struct cleaner *c, const char *value)
{
	uint32_t before = c->text.n;
	ek_html_say(&c->text, " style=\"");
	uint32_t begun = c->text.n;
	ek_html_style(&c->text, value);
	if (c->text.n == begun)
		c->text.n = before;
	else
		ek_html_say(&c->text, "\"");
}

static void write_attributes(struct cleaner *c, xmlNodePtr node, const char *element)
{
	for (xmlAttrPtr a = node->properties; a != NULL; a = a->next) {
		const char *name = (const char *)a->name;
		const char *value = ek_html_attribute(node, name);
		/* libxml2 keeps the first of several with one name. */
		if (value == NULL)
			continue;
		if (strcasecmp(name, "style") == 0)
			style(c, value);
		else if (strcasecmp(name, "id") == 0 || strcasecmp(name, "name") == 0)
			prefixed(c, strcasecmp(name, "id") == 0 ? "id" : "name", value);
		else if (strcasecmp(name, "href") == 0 && strcmp(element, "a") == 0)
			link_to(c, value);
		else
			listed_attribute(c, element, name, value);
	}
	if (strcmp(element, "img") == 0)
		image(c, node);
}

/* Element names as the list has them: in lower case. */
static bool lower(const char *name, char out[16])
{
	size_t n = strlen(name);
	if (n == 0 || n > 15)
		return false;
	for (size_t i = 0; i <= n; i++)
		out[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
	return true;
}

static bool is_listed(xmlNodePtr node, char name[16])
{
	return node->ns == NULL && lower((const char *)node->name, name) &&
	       ek_html_is_among(name, elements);
}

static void leave(void *ctx, xmlNodePtr node)
{
	struct cleaner *c = ctx;
	char name[16];
	if (node->_private == NULL || !lower((const char *)node->name, name))
		return;
	c->depth--;
	ek_html_say(&c->text, "</");
	ek_html_say(&c->text, name);
	ek_html_say(&c->text, ">");
}

/* Writes the start of an element. False: what is in it goes too. */
static bool enter(struct cleaner *c, xmlNodePtr node)
{
	char name[16];
	if (ek_html_is_dropped((const char *)node->name) || node->ns != NULL)
		return false;
	if (!is_listed(node, name) || c->depth == EK_HTML_DEPTH)
		return true;
	uint32_t before = c->text.n, images = c->images;
	bool is_void = ek_html_is_among(name, voids);
	ek_html_say(&c->text, "<");
	ek_html_say(&c->text, name);
	write_attributes(c, node, name);
	ek_html_say(&c->text, ">");
	if (c->text.n > c->max) {
		c->text.n = before;
		c->images = images;
		c->is_full = true;
		return false;
	}
	if (is_void)
		return false;
	node->_private = node;
	c->depth++;
	return true;
}

static void put_text(struct cleaner *c, xmlNodePtr node)
{
	const char *p = (const char *)node->content;
	if (p == NULL)
		return;
	size_t n = strlen(p);
	uint32_t before = c->text.n;
	ek_html_escape(&c->text, p, n);
	if (c->text.n <= c->max)
		return;
	/* Each character becomes at most six. */
	c->text.n = before;
	c->is_full = true;
	uint32_t room = (c->max - before) / 6;
	ek_html_escape(&c->text, p, ek_utf8_cut((ek_str){p, (uint32_t)n}, room));
}

static bool clean_once(ek_str html, struct cleaner *c)
{
	htmlDocPtr doc = ek_html_parse(html);
	xmlNodePtr node = doc == NULL ? NULL : xmlDocGetRootElement(doc);
	while (node != NULL) {
		bool skip = c->is_full;
		if (skip)
			;
		else if (node->type == XML_ELEMENT_NODE)
			skip = !enter(c, node);
		else if (node->type == XML_TEXT_NODE)
			put_text(c, node);
		node = ek_html_next(node, skip, leave, c);
	}
	xmlFreeDoc(doc);
	return !c->text.no_memory;
}

/* Cleans what was cleaned. */
static bool clean_again(struct cleaner *c, bool *changed)
{
	struct cleaner next = {.max = c->max};
	bool ok = clean_once((ek_str){c->text.p, c->text.n}, &next);
	*changed = c->text.n != next.text.n ||
		   (next.text.n > 0 && memcmp(c->text.p, next.text.p, next.text.n) != 0);
	next.is_full |= c->is_full;
	ek_html_drop(&c->text);
	*c = next;
	return ok;
}

bool ek_html_clean(ek_str html, uint32_t max, struct ek_arena *arena, struct ek_html *out)
{
	struct cleaner c = {.max = max};
	bool changed = true;
	bool ok = clean_once(html, &c);
	for (int round = 1; ok && changed && round < EK_HTML_ROUNDS; round++)
		ok = clean_again(&c, &changed);
	if (ok && changed) {
		ek_str text;
		ok = ek_html_text(html, max / 8, arena, &text);
		ek_html_drop(&c.text);
		ek_html_say(&c.text, "<pre>");
		ek_html_escape(&c.text, text.p, ok ? text.n : 0);
		ek_html_say(&c.text, "</pre>");
		c.images = 0;
	}
	*out = (struct ek_html){{NULL, 0}, c.images, c.is_full};
	ok = ok && ek_html_keep(&c.text, arena, &out->html);
	ek_html_drop(&c.text);
	return ok;
}
