/* ident -- ids as they stand on the wire: a prefix that says the kind, and a number.
 *
 *   tm_1042   team_7   cv_90211   asg_40077   ct_64f1c0a29be37d5a10c48e72
 *
 * One thing has one id: no zeros in front, no signs, no other spelling; at most EK_IDENT_MAX ASCII
 * characters. Numbers run from 1 to the greatest of their kind (32 bits for what the engine counts,
 * else below 2^53). A contact has 24 lower-case hexadecimal digits.
 * Source: spec api, section 2; the kinds: schema/idents.def. Pure; cost: one pass.
 */
#ifndef EK_WIRE_IDENT_H
#define EK_WIRE_IDENT_H

#include "wire/json.h"

enum { EK_IDENT_MAX = 40, EK_IDENT_HEX = 24 };
/* The greatest whole number that every reader of JSON holds exactly: 2^53 - 1. */
#define EK_IDENT_LAST ((INT64_C(1) << 53) - 1)

enum ek_ident_kind {
	EK_IDENT_NONE = 0,
#define IDENT(number, NAME, prefix, last, doc) EK_IDENT_##NAME = (number),
#include "schema/idents.def"
#undef IDENT
	EK_IDENT_COUNT
};

/* A number of that kind. False, and *id left alone, for anything else, a contact included. */
bool ek_ident_read(ek_str s, enum ek_ident_kind kind, uint64_t *id) EK_MUST_CHECK;
/* Which kind it is, with its number (0 for a contact); EK_IDENT_NONE when it is no id. */
enum ek_ident_kind ek_ident_read_any(ek_str s, uint64_t *id) EK_MUST_CHECK;
/* Of a contact: *hex becomes the digits, and borrows from s. */
bool ek_ident_read_contact(ek_str s, ek_str *hex) EK_MUST_CHECK;
/* A whole number without a prefix, 1 to last, in the one way to write it: a version, a place. */
bool ek_ident_read_number(ek_str s, uint64_t last, uint64_t *number) EK_MUST_CHECK;

/* Returns the bytes written, no NUL. id is 1 to the greatest of its kind (asserted). */
size_t ek_ident_print(enum ek_ident_kind kind, uint64_t id, char out[EK_IDENT_MAX]);
/* As a value of JSON; 0 is null. */
void ek_ident_write(struct ek_json *j, enum ek_ident_kind kind, uint64_t id);
/* hex: 24 digits; p NULL is null. */
void ek_ident_write_contact(struct ek_json *j, ek_str hex);

/* "tm_", the greatest number (0: a contact), and "teammate"; kind is a listed one (asserted). */
const char *ek_ident_prefix(enum ek_ident_kind kind);
uint64_t ek_ident_last(enum ek_ident_kind kind);
const char *ek_ident_doc(enum ek_ident_kind kind);

#endif
