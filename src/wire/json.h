/* json -- JSON out and in: a small writer of our own, and the door through which JSON comes.
 *
 * What is written is canonical if the caller gives the members of each object in byte order: no
 * spaces, whole numbers only, UTF-8 as it is, and of the escapes the shortest. What is read is
 * strict: one value, UTF-8, no member twice, bounded size and depth. Only wire/ knows the library
 * behind the door.
 *
 * Ids and times have two forms. The engine's, of the command line and the log: numbers, and
 * milliseconds. The API's: `tm_1042`, and RFC 3339 in UTC with milliseconds. A text is in one style
 * from its beginning; what writes a shape asks for an id or a time and need not know which.
 * Source: RFC 8259; of the API's form, spec api, section 2.
 */
#ifndef EK_WIRE_JSON_H
#define EK_WIRE_JSON_H

#include "base/alloc.h"

struct json_t; /* jansson's */

/* The 24 hexadecimal digits of a contact's number; p NULL when it has none. Borrowed until the next
 * call. */
typedef ek_str ek_json_contact(void *ctx, uint32_t contact);

/* How it is written, and for whom. All zero: the engine's form, for whoever holds the log itself,
 * from whom nothing is kept. */
struct ek_json_style {
	bool is_api;
	/* Of the API's form: who reads, a teammate (0 = none of them). Who leads, or may else see
	 * the names of colleagues, sees_names; others are told of their own, and counts of the
	 * rest. */
	bool sees_names;
	uint32_t reader;
	ek_json_contact *contact; /* NULL: a contact is null */
	void *contact_ctx;
};

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
	struct ek_json_style style; /* set by the owner before the first value */
};

/* In the engine's form. */
void ek_json_init(struct ek_json *j, struct ek_alloc alloc, size_t max);
void ek_json_fini(struct ek_json *j);
/* Empties it and keeps the memory and the style. */
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

/* Bytes as they are, outside of any value: for an answer that is no JSON. */
void ek_json_plain(struct ek_json *j, ek_str bytes);

void ek_json_null(struct ek_json *j);
void ek_json_bool(struct ek_json *j, bool v);
void ek_json_int(struct ek_json *j, int64_t v);
void ek_json_uint(struct ek_json *j, uint64_t v);
/* With 15 to 17 digits, as few as read back the same; what is no number is null. */
void ek_json_real(struct ek_json *j, double v);
/* s: text (base/utf8.h); p NULL is null. */
void ek_json_text(struct ek_json *j, ek_str s);
/* prefix, then s, as one text. */
void ek_json_text_after(struct ek_json *j, const char *prefix, ek_str s);
void ek_json_word(struct ek_json *j, const char *s);

/* kind: enum ek_ident_kind (wire/ident.h). 0 is null. */
void ek_json_id(struct ek_json *j, int kind, uint64_t id);
/* EK_NONE is null. In the API's form a time outside the years 1 to 9999 becomes the nearest in
 * them. */
void ek_json_time(struct ek_json *j, ek_time t);
/* json: one JSON value that this writer made, such as a list that was stored; p NULL is null. It is
 * not looked at. */
void ek_json_raw(struct ek_json *j, ek_str json);
/* Whether the reader may be told who this teammate is. */
bool ek_json_sees(const struct ek_json *j, uint32_t teammate);

/* The end of a page of a list, as a member: "page":{"next_cursor","total","total_is"}. */
struct ek_json_page {
	ek_str next_cursor; /* p NULL: the last page */
	int64_t total;      /* EK_NONE: was not asked for */
	bool at_least;      /* there may be more than total */
};
void ek_json_page(struct ek_json *j, const struct ek_json_page *page);

/* In JSON that we wrote: the end of the value that begins at `at`, which is where a comma or the
 * end of what it stands in is. Cost: its bytes. */
size_t ek_json_skip(ek_str json, size_t at);

/* Reads one JSON value, with nothing but blanks around it. *out is the caller's, for ek_json_drop.
 * Errors: USAGE says what is wrong and at which byte; LIMIT for more than line_bytes or json_depth.
 */
bool ek_json_read(ek_str text, struct json_t **out, struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_json_drop(struct json_t **json);

#endif
