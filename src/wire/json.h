/* json -- JSON out and in: a small writer of our own, and the door through which JSON comes.
 *
 * What is written is canonical if the caller gives the members of each object in byte order: no
 * spaces, whole numbers only, UTF-8 as it is, and of the escapes the shortest. What is read is
 * strict: one value, UTF-8, no member twice, bounded size and depth. Only wire/ knows the library
 * behind the door.
 * Source: RFC 8259.
 */
#ifndef EK_WIRE_JSON_H
#define EK_WIRE_JSON_H

#include "base/alloc.h"

struct json_t; /* jansson's */

/* A text being written. Owned by the caller: init, fini. Grows to max bytes and no further. */
struct ek_json {
	struct ek_alloc alloc;
	char *p;
	size_t n;
	size_t cap;
	size_t max;
	uint64_t filled; /* bit d: the object or list at depth d has something in it */
	uint32_t depth;
	bool failed;
};

void ek_json_init(struct ek_json *j, struct ek_alloc alloc, size_t max);
void ek_json_fini(struct ek_json *j);
/* Empties it and keeps the memory. */
void ek_json_reset(struct ek_json *j);
/* Whether all of it was written: false for no memory, or more than max. */
bool ek_json_is_whole(const struct ek_json *j);
/* What was written so far; borrowed until the next call. */
ek_str ek_json_written(const struct ek_json *j);

/* Objects and lists, less than 64 deep (asserted). After a key comes one value. */
void ek_json_object(struct ek_json *j);
void ek_json_object_end(struct ek_json *j);
void ek_json_list(struct ek_json *j);
void ek_json_list_end(struct ek_json *j);
void ek_json_key(struct ek_json *j, const char *key);
void ek_json_key_text(struct ek_json *j, ek_str key);

void ek_json_null(struct ek_json *j);
void ek_json_bool(struct ek_json *j, bool v);
void ek_json_int(struct ek_json *j, int64_t v);
void ek_json_uint(struct ek_json *j, uint64_t v);
/* s: text (base/utf8.h); p NULL is null. */
void ek_json_text(struct ek_json *j, ek_str s);
/* prefix, then s, as one text. */
void ek_json_text_after(struct ek_json *j, const char *prefix, ek_str s);
void ek_json_word(struct ek_json *j, const char *s);

/* Reads one JSON value, with nothing but blanks around it. *out is the caller's, for ek_json_drop.
 * Errors: USAGE says what is wrong and at which byte; LIMIT for more than line_bytes or json_depth.
 */
bool ek_json_read(ek_str text, struct json_t **out, struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_json_drop(struct json_t **json);

#endif
