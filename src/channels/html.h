/* html -- what may be shown of the HTML in a mail: an allow-list, for a browser that trusts
 * nothing.
 *
 * Parsed by libxml2, written anew from the tree: elements, attributes, CSS properties and schemes
 * that are on the lists stand in what comes out, and nothing else can. Of what is not listed the
 * content stays, save for what is no text (script, style, svg, math, object, ...). Written so that
 * every parser reads it alike: every < & " and > of a text is escaped, every attribute quoted.
 * Cleaning twice equals cleaning once: it is cleaned until nothing changes any more; what does not
 * settle in EK_HTML_ROUNDS is shown as its text.
 *
 * ids and names begin with "m-". Links: http, https, mailto, tel; with rel and target. Images:
 * data-ek-src (http, https) or data-ek-cid, never src. Source: security, The browser.
 */
#ifndef EK_CHANNELS_HTML_H
#define EK_CHANNELS_HTML_H

#include "base/arena.h"

enum { EK_HTML_ROUNDS = 8, EK_HTML_DEPTH = 200 };

struct ek_html {
	ek_str html; /* cleaned */
	uint32_t remote_image_count;
	bool is_cut; /* longer than max */
};

/* html: UTF-8. max: bytes of what comes out; at an element's end. Everything borrows from the
 * arena. False: the arena is used up, or there is no memory. */
bool ek_html_clean(ek_str html, uint32_t max, struct ek_arena *arena,
		   struct ek_html *out) EK_MUST_CHECK;

/* The text of any HTML, cleaned or not: lines by blocks, quotes with "> ", lists with "- ", the
 * address of a link behind it unless the link says it. At most max bytes. */
bool ek_html_text(ek_str html, uint32_t max, struct ek_arena *arena, ek_str *out) EK_MUST_CHECK;

/* Text as HTML that shows it line by line. */
bool ek_html_from_text(ek_str text, struct ek_arena *arena, ek_str *out) EK_MUST_CHECK;

#endif
