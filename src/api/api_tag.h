/* api_tag -- tags: numbers at the API, words in the log.
 *
 * The log knows a tag as a word, which stays what it was when the tag was made; what is shown may
 * be renamed. A word is one tag's for ever, also when the tag was deleted. (api_tags.c)
 */
#ifndef EK_API_API_TAG_H
#define EK_API_API_TAG_H

#include "api/turn.h"

/* The word of a tag that is there; p NULL when it is not. False, with the problem, when the store
 * cannot be asked. */
bool ek_api_tag_word(struct ek_turn *t, uint64_t tag, ek_str *word) EK_MUST_CHECK;
/* The tag of a word, deleted ones aside; 0 when there is none. */
bool ek_api_tag_of(struct ek_turn *t, ek_str word, uint64_t *tag) EK_MUST_CHECK;

#endif
