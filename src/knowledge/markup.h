/* markup -- how articles are written, and what becomes of it: HTML for readers, or plain text.
 *
 * A small part of Markdown, line by line; whatever is none of it is text, so nothing is refused:
 *
 *   # Heading   ## smaller   ### smallest          (h2 to h4: the page's title is its h1)
 *   - item      * item       1. item               (a line that begins none goes on with its item)
 *   > quote                  ---                   ``` ... ```  (kept as it is)
 *   **strong**  *stressed*   `code`   [words](https://...)      \* is a star
 *
 * HTML is made of nothing but p br h2 h3 h4 ul ol li blockquote hr pre code strong em a, with no
 * attribute but dir, start, and href and rel of a link; everything else is escaped. A link goes to
 * http, https, mailto, tel, or a place of this server that begins with one /; another is text.
 * Characters that turn the direction of text are left out. Tags are always closed.
 * Cost: O(bytes); allocates nothing. Pure. Any bytes are well. Source: CommonMark 0.31, of which
 * this is a part; docs/adr/0024.
 */
#ifndef EK_KNOWLEDGE_MARKUP_H
#define EK_KNOWLEDGE_MARKUP_H

#include "base/base.h"

struct ek_markup_out {
	void (*put)(void *ctx, ek_str bytes); /* piece by piece; borrowed for the call */
	void *ctx;
};

/* Balanced HTML, to stand within an element. */
void ek_markup_html(ek_str text, const struct ek_markup_out *out);
/* The words, without marks; behind a link's words its address; items begin with "- " or a number.
 */
void ek_markup_plain(ek_str text, const struct ek_markup_out *out);
/* A text without marks escaped for HTML, within an element or an attribute in quotes. */
void ek_markup_escape(ek_str text, const struct ek_markup_out *out);

#endif
