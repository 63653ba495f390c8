/* imap_read -- what a server of IMAP says, piece by piece; whatever it says, nothing bad happens.
 *
 * An answer is a line, or a line with literals in it ("{12}" and then 12 bytes, whatever they are)
 * and what follows them. Here bytes are cut into answers, and the few that are needed are read.
 * Byte work only: nothing blocks, nothing is kept.
 * Limits: EK_IMAP_LINE bytes beside literals, EK_IMAP_LITERALS of these.
 * Source: RFC 3501, RFC 2177 (IDLE), RFC 7162 is not used.
 */
#ifndef EK_CHANNELS_IMAP_READ_H
#define EK_CHANNELS_IMAP_READ_H

#include "base/base.h"

enum { EK_IMAP_LINE = 1024 * 1024, EK_IMAP_LITERALS = 8 };

enum ek_imap_cut {
	EK_IMAP_MORE,      /* not all is there yet */
	EK_IMAP_ANSWER,    /* out holds one */
	EK_IMAP_TOO_LARGE, /* a literal above max */
	EK_IMAP_BAD,       /* no answer of this protocol, or too long */
};

struct ek_imap_answer {
	uint32_t n;     /* bytes that it took */
	ek_str head;    /* up to the first literal, or all; without the line end */
	ek_str literal; /* the first; p NULL = none */
	ek_str tail;    /* behind it, up to the next literal or the line end */
};

/* The first answer of what is there. max: bytes of a literal. */
enum ek_imap_cut ek_imap_cut(ek_str in, uint32_t max, struct ek_imap_answer *out);

/* "* SEARCH 4 5 6": numbers from 1 on, at most cap behind those that are there. */
struct ek_imap_uids {
	uint32_t *v;
	uint32_t n;
	uint32_t cap;
};
bool ek_imap_is_search(const struct ek_imap_answer *a, struct ek_imap_uids *out);
/* "* 3 FETCH (UID 9 BODY[] {...": whether it is that message with its bytes. WRONG: bytes of
 * another one, none where they were asked for, or not as many as it says. */
enum ek_imap_fetched { EK_IMAP_ELSE, EK_IMAP_BYTES, EK_IMAP_WRONG };
enum ek_imap_fetched ek_imap_fetched(const struct ek_imap_answer *a, uint32_t uid);
/* "* OK [UIDVALIDITY 7] ...": the number behind that word; 0 = another answer. */
uint32_t ek_imap_code(const struct ek_imap_answer *a, const char *word);
/* "* CAPABILITY ... IDLE ..." */
bool ek_imap_has(const struct ek_imap_answer *a, const char *capability);

enum ek_imap_end { EK_IMAP_GOES_ON, EK_IMAP_OK, EK_IMAP_NO, EK_IMAP_BYE };
/* Whether it ends what was asked under that tag, or the talk. */
enum ek_imap_end ek_imap_end(const struct ek_imap_answer *a, const char *tag);
/* Whether an answer begins with that text, in either case. */
bool ek_imap_begins(const struct ek_imap_answer *a, const char *text);

#endif
