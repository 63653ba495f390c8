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
/* Whether there are characters that turn the direction of what follows, so that a name can be made
 * to look like another: U+202A to U+202E (embeddings, overrides), U+2066 to U+2069 (isolates). The
 * marks U+200E and U+200F turn nothing. Source: UAX 9, section 2. */
bool ek_utf8_is_turning(ek_str text);
/* Takes the control characters out of n bytes of text, in place. Returns the bytes left. */
uint32_t ek_utf8_strip(char *text, uint32_t n);
/* Takes the characters of ek_utf8_is_turning out of n bytes of text, in place. Returns the bytes
 * left. */
uint32_t ek_utf8_straighten(char *text, uint32_t n);
/* The character at *at, which moves behind it; a byte that begins none is U+FFFD. */
uint32_t ek_utf8_next(ek_str s, uint32_t *at);
/* The most bytes of a text, at most max, that end between two characters. */
uint32_t ek_utf8_cut(ek_str s, uint32_t max);

#endif
