/* language -- in which language a text is written, told by its script and its commonest words.
 *
 * Hangul is Korean, kana Japanese, Han alone Chinese; Arabic letters are Persian or Urdu where
 * letters of theirs alone stand, else Arabic; Cyrillic is Ukrainian where its own letters stand,
 * else Russian. Latin languages are told by their function words ("the", "und", "que"), of which a
 * text of four words or more nearly always holds some: the one with the most wins if two were seen
 * and no other language has as many. What is not sure is unknown: a rule that rests on a guess is
 * worse than one that waits for a person.
 *
 * A letter counts for what it says: a syllable of Hangul or a Han character about as much as two or
 * three Latin letters, so that a Korean letter with an English product name is Korean.
 * The first EK_LANGUAGE_BYTES are looked at. Cost: O(bytes). Any bytes are well.
 * Source: of function words, Grefenstette, "Comparing two language identification schemes", JADT
 * 1995; of scripts, The Unicode Standard 15.0, blocks.
 */
#ifndef EK_BASE_LANGUAGE_H
#define EK_BASE_LANGUAGE_H

#include "base/base.h"

enum { EK_LANGUAGE_BYTES = 8192 };

enum ek_language {
	EK_LANGUAGE_UNKNOWN = 0,
	EK_LANGUAGE_AR,
	EK_LANGUAGE_DE,
	EK_LANGUAGE_EL,
	EK_LANGUAGE_EN,
	EK_LANGUAGE_ES,
	EK_LANGUAGE_FA,
	EK_LANGUAGE_FR,
	EK_LANGUAGE_HE,
	EK_LANGUAGE_IT,
	EK_LANGUAGE_JA,
	EK_LANGUAGE_KO,
	EK_LANGUAGE_NL,
	EK_LANGUAGE_PL,
	EK_LANGUAGE_PT,
	EK_LANGUAGE_RU,
	EK_LANGUAGE_SV,
	EK_LANGUAGE_TH,
	EK_LANGUAGE_TR,
	EK_LANGUAGE_UK,
	EK_LANGUAGE_UR,
	EK_LANGUAGE_ZH,
	EK_LANGUAGE_COUNT
};

enum ek_language ek_language_of(ek_str text);
/* "ko", as in BCP 47; NULL for unknown. */
const char *ek_language_tag(enum ek_language language);

#endif
