/* utf8 -- whether bytes are text, and text without control characters.
 *
 * Pure. Cost: one pass. Source: The Unicode Standard 15.0, table 3-7 (well-formed byte sequences).
 */
#ifndef EK_BASE_UTF8_H
#define EK_BASE_UTF8_H

#include "base/base.h"

/* Well-formed UTF-8 without U+0000. An empty text is one. */
bool ek_utf8_is_text(ek_str s);
/* As above, and no control characters (U+0000-U+001F, U+007F-U+009F). */
bool ek_utf8_is_plain(ek_str s);
/* Takes the control characters out of n bytes of text, in place. Returns the bytes left. */
uint32_t ek_utf8_strip(char *text, uint32_t n);
/* The most bytes of a text, at most max, that end between two characters. */
uint32_t ek_utf8_cut(ek_str s, uint32_t max);

#endif
