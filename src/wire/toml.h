/* toml -- a small part of TOML 1.0 (https://toml.io), read one piece after another.
 *
 *   [table]                        # one level
 *   key = "a text"                 # also 7, true, ["a", "b"]
 *   "a key with blanks" = "text"
 *
 * Comments, tables of one level, keys bare or in double quotes, and as values a text in double
 * quotes (escapes \" and \\), a bare word (a whole number, true, false) or a list of texts, which
 * may run over several lines. Anything else is an error that names the line. What the keys mean is
 * the caller's. No packaged library reads TOML in C (docs/adr/0011). Cost: O(bytes); no memory of
 * its own.
 */
#ifndef EK_WIRE_TOML_H
#define EK_WIRE_TOML_H

#include "base/base.h"

enum {
	EK_TOML_FILE_MAX = 64 * 1024,
	EK_TOML_NAME = 256,  /* bytes of a table or key, its NUL included */
	EK_TOML_TEXT = 4096, /* of a value */
	EK_TOML_ITEMS = 64,  /* of a list */
};

enum ek_toml_kind {
	EK_TOML_NUMBER, /* a bare word */
	EK_TOML_ONE,    /* a text */
	EK_TOML_LIST,
};
enum ek_toml_piece { EK_TOML_END, EK_TOML_TABLE, EK_TOML_KEY };

struct ek_toml {
	const char *name; /* of the file, for messages; borrowed, as the text is */
	const char *p;
	const char *end;
	uint32_t line;
	bool in_line; /* behind a piece, whose line must end */
	char table[EK_TOML_NAME];
	char key[EK_TOML_NAME];
	struct ek_err *err;
};
struct ek_toml_value {
	enum ek_toml_kind kind;
	uint32_t count; /* of a list; else 1 */
	uint32_t n;
	char bytes[EK_TOML_TEXT]; /* one text behind the other */
	uint32_t ends[EK_TOML_ITEMS];
};

/* Errors: LIMIT for more than EK_TOML_FILE_MAX bytes; USAGE when it is not UTF-8. */
bool ek_toml_open(struct ek_toml *t, const char *name, ek_str text,
		  struct ek_err *err) EK_MUST_CHECK;
/* The next table or key; its name is then in t->table or t->key, with a NUL. A key's value comes
 * with the next call, which must be ek_toml_value. Errors: USAGE "NAME:7: ...". */
bool ek_toml_next(struct ek_toml *t, enum ek_toml_piece *piece) EK_MUST_CHECK;
/* What kind of value comes; not yet whether it is a good one. */
enum ek_toml_kind ek_toml_kind(const struct ek_toml *t);
bool ek_toml_value(struct ek_toml *t, struct ek_toml_value *v) EK_MUST_CHECK;
/* The i-th text of a value; borrows from it. */
ek_str ek_toml_item(const struct ek_toml_value *v, uint32_t i);

/* Refuses: "NAME:7: what got"; what it got is cut to some 60 bytes. */
bool ek_toml_refuse(const struct ek_toml *t, const char *what, ek_str got);

#endif
