/* patch -- takes values out of a request's body, and collects every fault with its JSON Pointer.
 *
 *   struct ek_patch b;
 *   if (!ek_patch_open(&b, body, arena, problem)) return false;
 *   struct ek_patch_at root = ek_patch_root(&b), set = ek_patch_member(&root, "set");
 *   ek_patch_bind(&root, rules, EK_LEN(rules), values);
 *
 * A struct ek_patch_at is a place in the body: the value there (NULL when absent) and how it is
 * called. It points at the place above it, which must live as long. In a merge patch (RFC 7396)
 * absent, null and a value are three things: ek_patch_state. Takers return whether a value was
 * taken; what is there and cannot be taken is a fault `invalid_value` with code, pointer and
 * params, and reading goes on. After all is taken, ek_problem_is_none says whether it was well.
 *
 * Faults of the whole body (no JSON, a member twice, not UTF-8) are `malformed`; too many bytes or
 * levels `too_large`. Source: RFC 8259, 6901, 7396. Texts live in the arena; NUL cannot come.
 */
#ifndef EK_WIRE_PATCH_H
#define EK_WIRE_PATCH_H

#include "model/enums.h"
#include "wire/ident.h"
#include "wire/problem.h"

struct ek_patch {
	struct ek_arena *arena;
	struct ek_problem *problem;
	struct json_t *json; /* owned */
};

struct ek_patch_at {
	struct ek_patch *of;
	const struct ek_patch_at *up; /* NULL = the body */
	const char *name;             /* as a member; NULL = as a row */
	uint32_t row;
	const struct json_t *json; /* NULL = absent */
};

enum ek_patch_state { EK_PATCH_ABSENT = 0, EK_PATCH_NULL = 1, EK_PATCH_VALUE = 2 };

/* Reads the body. An empty one is refused as malformed. To be closed either way. */
bool ek_patch_open(struct ek_patch *b, ek_str body, struct ek_arena *arena,
		   struct ek_problem *problem) EK_MUST_CHECK;
/* Accepts one that was not opened well. */
void ek_patch_close(struct ek_patch *b);

struct ek_patch_at ek_patch_root(struct ek_patch *b);
/* Absent when `at` is no object. name: borrowed as long as the place is used. */
struct ek_patch_at ek_patch_member(const struct ek_patch_at *at, const char *name);
struct ek_patch_at ek_patch_row(const struct ek_patch_at *at, uint32_t row);
enum ek_patch_state ek_patch_state(const struct ek_patch_at *at);
/* "/set/limit", in the arena; ~ and / in names are escaped. */
ek_str ek_patch_pointer(const struct ek_patch_at *at);

/* The place that a pointer names (RFC 6901: "/ticket/id"; "" is root), absent where there is none;
 * patch_find.c. False: no memory. */
bool ek_patch_find(const struct ek_patch_at *root, ek_str pointer,
		   struct ek_patch_at *out) EK_MUST_CHECK;
/* A text of 1 to hi bytes, or a whole number as text: what other systems have for ids. */
bool ek_patch_plain(const struct ek_patch_at *at, uint32_t hi, ek_str *out);

/* Whether it is an object, with no other members than those named; every other one is a fault that
 * names the nearest known one. */
bool ek_patch_members(const struct ek_patch_at *at, const char *const *names, size_t count);
/* The names of its members, at most hi of them, when it is an object; they live as long as the
 * body.
 */
struct ek_patch_name_list {
	const char *const *v;
	uint32_t n;
};
bool ek_patch_names(const struct ek_patch_at *at, uint32_t hi, struct ek_patch_name_list *out);
/* Whether it is a list of lo to hi rows; *n is how many. */
bool ek_patch_list(const struct ek_patch_at *at, uint32_t lo, uint32_t hi, uint32_t *n);

bool ek_patch_bool(const struct ek_patch_at *at, bool *out);
bool ek_patch_int(const struct ek_patch_at *at, int64_t lo, int64_t hi, int64_t *out);
/* A number, whole or not. */
bool ek_patch_real(const struct ek_patch_at *at, double lo, double hi, double *out);
/* lo to hi bytes, without control characters. */
bool ek_patch_text(const struct ek_patch_at *at, uint32_t lo, uint32_t hi, ek_str *out);
/* The same, but line ends and tabs may stand in it: the text of a message. */
bool ek_patch_prose(const struct ek_patch_at *at, uint32_t lo, uint32_t hi, ek_str *out);
bool ek_patch_id(const struct ek_patch_at *at, enum ek_ident_kind kind, uint64_t *out);
bool ek_patch_contact(const struct ek_patch_at *at, ek_str *hex);
bool ek_patch_time(const struct ek_patch_at *at, ek_time *out);
bool ek_patch_date(const struct ek_patch_at *at, int32_t *days);
bool ek_patch_enum(const struct ek_patch_at *at, enum ek_enum which, int *out);
/* words ends with NULL; *out is the place, from 0. */
bool ek_patch_word(const struct ek_patch_at *at, const char *const *words, uint32_t *out);

/* A fault at this place, with a sentence; returns false. */
bool ek_patch_fault(const struct ek_patch_at *at, enum ek_problem_code code, const char *detail);
/* A fault of a type of its own at this place: EK_PROBLEM_BOTH_LEVELS. Returns false. */
bool ek_patch_problem(const struct ek_patch_at *at, enum ek_problem_type type,
		      enum ek_problem_code code, const char *detail);

/* ---- a whole object by a table ---- */

enum ek_patch_type {
	EK_PATCH_OF_BOOL = 1,
	EK_PATCH_OF_INT,   /* lo to hi */
	EK_PATCH_OF_TEXT,  /* lo to hi bytes */
	EK_PATCH_OF_PROSE, /* lo to hi bytes */
	EK_PATCH_OF_ID,    /* what: enum ek_ident_kind */
	EK_PATCH_OF_CONTACT,
	EK_PATCH_OF_TIME,
	EK_PATCH_OF_DATE,
	EK_PATCH_OF_ENUM, /* what: enum ek_enum */
	EK_PATCH_OF_WORD, /* words */
	EK_PATCH_OF_ANY,  /* known, and taken by the caller: objects, lists, settings */
};
enum { EK_PATCH_REQUIRED = 1, EK_PATCH_NULLABLE = 2, EK_PATCH_RULES = 64 };

struct ek_patch_rule {
	const char *name;
	uint8_t type; /* enum ek_patch_type */
	uint8_t what;
	uint8_t flags;
	int64_t lo;
	int64_t hi;
	const char *const *words;
};
struct ek_patch_value {
	uint8_t state; /* enum ek_patch_state; VALUE only when it was taken */
	int64_t i;     /* bool, int, id, time (ms), date (days), enum (number), word (place) */
	ek_str s;      /* text, prose, digits of a contact */
	struct ek_patch_at at;
};
/* Reads every member that a rule names; what no rule names is a fault. values[i] belongs to
 * rules[i]. Returns whether all was well. */
bool ek_patch_bind(const struct ek_patch_at *at, const struct ek_patch_rule *rules, size_t count,
		   struct ek_patch_value *values);

#endif
