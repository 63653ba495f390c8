/* cursor -- where the next page of a list begins: the sort keys of the last row, as one opaque
 * text.
 *
 * `c1.` and base64url (RFC 4648, section 5, no padding) of a digest and the values. The digest
 * covers the values and what the cursor is bound to: the filter, the order and the words of the
 * list that it was made for. With another list it is refused. It is no secret and needs none: a
 * cursor names a place in an order and no more than the values to compare with; rights are asked
 * anew for each row. One that was forged with a right digest is a place like any other.
 * Digest: FNV-1a, 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv). Pure; cost: one pass.
 */
#ifndef EK_WIRE_CURSOR_H
#define EK_WIRE_CURSOR_H

#include "base/arena.h"

enum {
	EK_CURSOR_KEYS = 6,   /* four named, and what ties end by */
	EK_CURSOR_TEXT = 200, /* bytes of a text among the values */
	EK_CURSOR_MAX = 1792, /* characters of a cursor */
};

enum ek_cursor_kind { EK_CURSOR_NULL = 0, EK_CURSOR_INT = 1, EK_CURSOR_STR = 2 };
struct ek_cursor_value {
	uint8_t kind; /* enum ek_cursor_kind */
	int64_t i;
	ek_str s;
};
struct ek_cursor {
	uint32_t n; /* 1 to EK_CURSOR_KEYS */
	struct ek_cursor_value v[EK_CURSOR_KEYS];
};

/* Returns the characters written, no NUL. A text longer than EK_CURSOR_TEXT bytes is cut between
 * two characters: rows that are equal so far may then be met twice. */
size_t ek_cursor_write(const struct ek_cursor *c, uint64_t bound_to, char out[EK_CURSOR_MAX]);
/* False for what is no cursor, or is bound to something else. Texts are plain and live in the
 * arena.
 */
bool ek_cursor_read(ek_str text, uint64_t bound_to, struct ek_arena *arena,
		    struct ek_cursor *out) EK_MUST_CHECK;

#endif
