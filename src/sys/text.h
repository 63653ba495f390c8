/* text -- what ICU knows of texts: normal forms, folding, and the words by which they are found.
 *
 * A handle belongs to one thread at a time and holds buffers as large as the largest text it saw
 * (some 12 bytes for each). Source: UAX #15 (normal forms), UAX #29 and ICU's dictionaries (words),
 * UTS #39's idea of folding by NFKC_Casefold. Cost of words: 2 us for 400 bytes of ASCII, which ICU
 * is not asked for; 20 us for what it must read.
 *
 * Words for searching, the same for what is kept and for what is asked:
 * - every script: folded (NFKC_Casefold), digits of every script as 0-9, split at anything that is
 *   no letter, digit or mark; Thai and its like by dictionary. Letters beyond the 64th are dropped.
 * - Hangul, Han, Kana: every two neighbours, and the last one alone; so a noun is found whatever
 *   particle follows, and a word of two syllables is found at all.
 * - Latin, Greek, Hebrew, Arabic: without diacritics (Kundigung finds Kündigung).
 * - Arabic: without tatweel; alef, ya, kaf and ta marbuta in one form; without the article, and
 *   without waw, fa, ba, kaf or lam before it.
 * - Latin of 8 letters or more: also each tail that begins at the fourth letter or later and has at
 *   least 5, at most 24 of them; so the parts of a compound are found (Bestätigung in
 *   Kündigungsbestätigung). A word list of German would be smaller and wrong for names.
 * Bound: of one text at most EK_TEXT_WORDS_MAX words with EK_TEXT_BYTES_MAX bytes; what comes later
 * in it is not found.
 */
#ifndef EK_SYS_TEXT_H
#define EK_SYS_TEXT_H

#include "base/base.h"

enum {
	EK_TEXT_WORDS_MAX = 100000,
	EK_TEXT_BYTES_MAX = 900000,
	EK_TEXT_WORD_MAX = 64,   /* letters */
	EK_TEXT_WORD_BYTES = 260 /* of a word, its mark included */
};

struct ek_text;

/* Errors: NO_MEMORY; IO when ICU has no data. */
bool ek_text_open(struct ek_text **text, struct ek_err *err) EK_MUST_CHECK;
void ek_text_close(struct ek_text **text); /* accepts NULL inside, leaves NULL */

/* The form in which two texts that differ in case, width or composition are equal; *out lives until
 * the next call. Bytes that are no UTF-8 become U+FFFD. Errors: NO_MEMORY. */
bool ek_text_fold(struct ek_text *text, ek_str in, ek_str *out, struct ek_err *err) EK_MUST_CHECK;
/* Normal form C: what names and keys are kept in. As above. */
bool ek_text_compose(struct ek_text *text, ek_str in, ek_str *out,
		     struct ek_err *err) EK_MUST_CHECK;

/* How a word that is asked for is compared with those that are kept. */
enum ek_text_match {
	EK_TEXT_EQUAL,  /* the word itself */
	EK_TEXT_BEGINS, /* what begins with it */
	EK_TEXT_INSIDE, /* what begins with it, or with EK_TEXT_TAIL and it */
};
enum { EK_TEXT_TAIL = '~' }; /* stands before the tail of a compound; in no word */

/* A word: lower-case letters, digits and marks, at most EK_TEXT_WORD_BYTES bytes; borrows. Returns
 * false to stop: not an error. */
typedef bool ek_text_visit(void *ctx, ek_str word, enum ek_text_match match);
/* The words to keep for a text; match is EK_TEXT_EQUAL. May repeat a word. */
bool ek_text_keep(struct ek_text *text, ek_str in, ek_text_visit *visit, void *ctx,
		  struct ek_err *err) EK_MUST_CHECK;
/* The words that a text must hold to be found. */
bool ek_text_ask(struct ek_text *text, ek_str in, ek_text_visit *visit, void *ctx,
		 struct ek_err *err) EK_MUST_CHECK;

#endif
