/* policy_lex -- the words of a policy text, line by line.
 *
 * A line is a row of words, texts in "quotes" (\" and \\ inside), and the signs = , ; ( ). A word
 * ends at a blank, a sign, a quote or `#`; from `#` on the rest of the line is a comment. Blank
 * lines fall away. Texts are UTF-8 without control characters. Every refusal begins with "line N:
 * ". Errors: USAGE, LIMIT, NO_MEMORY. Slices borrow from the text, or from the arena where a
 * quoted text has a backslash in it. Cost: one pass.
 */
#ifndef EK_WIRE_POLICY_LEX_H
#define EK_WIRE_POLICY_LEX_H

#include "base/arena.h"

enum ek_policy_token_kind {
	EK_POLICY_TOKEN_END,
	EK_POLICY_TOKEN_WORD,
	EK_POLICY_TOKEN_TEXT, /* was in quotes */
	EK_POLICY_TOKEN_SIGN,
};
struct ek_policy_token {
	uint8_t kind; /* enum ek_policy_token_kind */
	ek_str s;
};

struct ek_policy_lex {
	struct ek_arena *arena;
	struct ek_err *err;
	ek_str text;
	uint32_t at;   /* where the next line begins */
	uint32_t line; /* number of the line in hand, from 1 */
	struct ek_policy_token *v;
	uint32_t n;
	uint32_t cap;
	uint32_t i; /* the next token to be taken */
};

/* Checks that it is text and not too long. Text and arena are borrowed. */
bool ek_policy_lex_open(struct ek_policy_lex *x, ek_str text, struct ek_arena *arena,
			struct ek_err *err) EK_MUST_CHECK;
/* Goes to the next line that says something; *more is false at the end. */
bool ek_policy_lex_line(struct ek_policy_lex *x, bool *more) EK_MUST_CHECK;
/* Begins at the first line again. */
void ek_policy_lex_rewind(struct ek_policy_lex *x);

/* The token `ahead` places on; of kind END behind the last. */
struct ek_policy_token ek_policy_lex_peek(const struct ek_policy_lex *x, uint32_t ahead);
/* Takes the next token if it is that word or sign. */
bool ek_policy_lex_is(struct ek_policy_lex *x, const char *word);
/* Takes it, or refuses: "line 3: expected in, got on". */
bool ek_policy_lex_want(struct ek_policy_lex *x, const char *word);
/* Refuses what is left of the line. */
bool ek_policy_lex_end(struct ek_policy_lex *x);
/* A word or text of 1 to text_bytes bytes. what: how to call it. */
bool ek_policy_lex_name(struct ek_policy_lex *x, const char *what, ek_str *out);
/* A whole number of lo to hi. */
bool ek_policy_lex_int(struct ek_policy_lex *x, int64_t lo, int64_t hi, int64_t *out);
/* Whether it is a whole number that fits. */
bool ek_policy_lex_number(ek_str s, int64_t *out);
/* Whether it is a length of time: 1800000 (ms), or 90s, 30min, 2h, 30d. */
bool ek_policy_lex_span(ek_str s, int64_t *ms);

/* "line N: expected WHAT, got the next token". */
bool ek_policy_lex_refuse(struct ek_policy_lex *x, const char *what);
/* "line N: WHAT `name`". line 0 = the one in hand. */
bool ek_policy_lex_fail(struct ek_policy_lex *x, enum ek_code code, const char *what, ek_str name);
bool ek_policy_lex_no_memory(struct ek_policy_lex *x);

#endif
