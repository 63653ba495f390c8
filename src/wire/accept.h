/* accept -- what a client would rather have, of the few things that there are.
 *
 *   Accept-Language: ko-KR, ko;q=0.9, *;q=0.1      Accept-Encoding: gzip, br;q=0.8, identity;q=0
 *
 * Such a header is a list of ranges, each with a weight in thousandths. What cannot be read is
 * wanted with weight 0, that is not at all, and spoils nothing beside it; of a thing named twice
 * the first counts. The first EK_ACCEPT_RANGES ranges are looked at.
 * Cost: O(bytes). Allocates nothing; borrows for the call. Any bytes are well.
 * Source: RFC 9110, sections 12.4.2 (weights), 12.5.3 (codings), 12.5.4 (languages), 13.1.2
 * (If-None-Match); RFC 4647, section 3.4 (lookup: a range without its subtags).
 */
#ifndef EK_WIRE_ACCEPT_H
#define EK_WIRE_ACCEPT_H

#include "base/base.h"

enum { EK_ACCEPT_RANGES = 16 };

/* Which of n languages (lower case, without subtags) is wanted most; of equals the first in the
 * header. -1: none of them, or no header. "*" wants none in particular. */
int ek_accept_language(ek_str header, const char *const *names, int n);

enum ek_accept_coding {
	EK_ACCEPT_IDENTITY = 0,
	EK_ACCEPT_GZIP,
	EK_ACCEPT_BR,
	EK_ACCEPT_CODINGS,
};
/* "gzip"; coding is a listed one. */
const char *ek_accept_coding_name(enum ek_accept_coding coding);

/* The best of the codings on offer (bit c: coding c; identity always is): that wanted most, of
 * equals br before gzip before identity. Identity where nothing on offer is wanted, even if it was
 * refused, as an answer that somebody may understand is better than none. */
enum ek_accept_coding ek_accept_coding(ek_str header, uint32_t offered);

/* Whether If-None-Match names that tag, weak or not, or any. tag: with its quotes. */
bool ek_accept_has_tag(ek_str header, const char *tag);

#endif
