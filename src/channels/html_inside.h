/* html_inside -- what the parts of html share: a text that grows, the tree, the CSS. */
#ifndef EK_CHANNELS_HTML_INSIDE_H
#define EK_CHANNELS_HTML_INSIDE_H

#include <libxml/HTMLparser.h>

#include "channels/html.h"

/* Begins as all zero; ended with ek_html_drop. */
struct ek_html_text {
	char *p;
	uint32_t n;
	uint32_t cap;
	bool no_memory;
};

void ek_html_add(struct ek_html_text *t, const char *p, size_t n);
void ek_html_say(struct ek_html_text *t, const char *s);
/* Escaped for text and for attributes alike; controls other than LF and tab go. */
void ek_html_escape(struct ek_html_text *t, const char *p, size_t n);
void ek_html_drop(struct ek_html_text *t);
/* What it holds, in the arena; false: no memory, then or before. */
bool ek_html_keep(const struct ek_html_text *t, struct ek_arena *arena, ek_str *out) EK_MUST_CHECK;

/* The tree, for xmlFreeDoc; NULL: no memory, or nothing in it. */
htmlDocPtr ek_html_parse(ek_str html);
/* Called for each node that is left. */
typedef void ek_html_leave(void *ctx, xmlNodePtr node);
/* The node behind this one in order of reading; skip: not what is in it. NULL behind the last. */
xmlNodePtr ek_html_next(xmlNodePtr node, bool skip, ek_html_leave *leave, void *ctx);
/* The value of an attribute; NULL = not there. Borrows from the tree. */
const char *ek_html_attribute(xmlNodePtr node, const char *name);

/* Whether a word is in a list of words, each with a blank behind it. */
bool ek_html_is_among(const char *word, const char *words);
/* Elements whose content is nothing to read either. */
bool ek_html_is_dropped(const char *element);

/* Writes the declarations of a style attribute that are allowed, in one form. */
void ek_html_style(struct ek_html_text *t, const char *style);

#endif
