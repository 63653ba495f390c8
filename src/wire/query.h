/* query -- what stands behind the `?` of an address.
 *
 * Parameters are read as HTML forms and URLSearchParams write them: name=value with & between, %XX
 * for bytes, + for a blank. What comes out is UTF-8 without control characters; at most
 * EK_QUERY_PARAMS parameters, each named once. A handler takes those it knows, typed; ek_query_end
 * then refuses the rest by name, and says which known name is nearest. Faults are collected, never
 * only the first: `malformed` for what cannot be read, `unknown_parameter`, `cursor_invalid`.
 *
 * The conventions of lists (limit, cursor, total, sort, fields, include, q, filters) are read at
 * once by ek_query_list, against the table of the list's fields (wire/filter.h).
 * Source: WHATWG URL, application/x-www-form-urlencoded; spec api, section 2.1. Everything lives in
 * the arena. Cost: O(bytes), and O(parameters^2) short comparisons for repeated names.
 */
#ifndef EK_WIRE_QUERY_H
#define EK_WIRE_QUERY_H

#include "wire/cursor.h"
#include "wire/filter.h"

enum {
	EK_QUERY_PARAMS = 1000,
	EK_QUERY_KNOWN = 48, /* names that a handler may ask for */
	EK_QUERY_LIMIT = 50, /* rows of a page, if not said */
	EK_QUERY_LIMIT_MAX = 500,
	EK_QUERY_SORTS = 4,
	EK_QUERY_WORDS_BYTES = 200, /* of q */
};

struct ek_query_param {
	ek_str name;
	ek_str value;
	bool is_taken;
};
struct ek_query {
	struct ek_arena *arena;
	struct ek_problem *problem;
	struct ek_query_param *v;
	uint32_t n;
	const char *known[EK_QUERY_KNOWN];
	uint32_t known_count;
	const struct ek_filter_table *table; /* of the list, once asked for */
	uint32_t usual_limit;                /* of a list that says none; 0 = EK_QUERY_LIMIT */
	/* What fields= can pick, ended with NULL; NULL = the fields of the table. */
	const char *const *members;
};

/* raw: without the `?`. False when it cannot be read: the problem says why. */
bool ek_query_read(struct ek_query *q, ek_str raw, struct ek_arena *arena,
		   struct ek_problem *problem) EK_MUST_CHECK;

/* Each returns whether the parameter is there with such a value; one that is there with another is
 * a fault. name is static. */
bool ek_query_text(struct ek_query *q, const char *name, uint32_t max, ek_str *out);
bool ek_query_int(struct ek_query *q, const char *name, int64_t lo, int64_t hi, int64_t *out);
bool ek_query_bool(struct ek_query *q, const char *name, bool *out);
bool ek_query_id(struct ek_query *q, const char *name, enum ek_ident_kind kind, uint64_t *out);
bool ek_query_time(struct ek_query *q, const char *name, ek_time *out);
bool ek_query_date(struct ek_query *q, const char *name, int32_t *out);
/* words ends with NULL; *out is the place, from 0. */
bool ek_query_word(struct ek_query *q, const char *name, const char *const *words, uint32_t *out);
/* Words with commas between them, each one of the list; *mask has bit i for words[i]. */
bool ek_query_words(struct ek_query *q, const char *name, const char *const *words, uint64_t *mask);
/* Refuses what nobody asked for. Returns whether the whole problem is still none. */
bool ek_query_end(struct ek_query *q) EK_MUST_CHECK;

/* ---- lists ---- */

struct ek_query_sort {
	uint8_t field;
	bool is_down;
};
struct ek_query_list {
	uint32_t limit;
	bool total;       /* total=true: count them */
	uint64_t fields;  /* bit of each picked member; 0 = all */
	uint64_t include; /* bit i for includes[i] */
	ek_str words;     /* q; p NULL = none */
	struct ek_filter filter;
	/* Keys in order, ties last, each once; unset values last in both directions. */
	struct ek_query_sort sort[EK_CURSOR_KEYS];
	uint32_t sort_count;
	bool has_cursor; /* go on behind `after`, whose values stand in the order of `sort` */
	struct ek_cursor after;
	uint64_t bound_to; /* what cursors of this list are bound to */
};

/* Reads the conventions of 2.1 and all filters. False when faults were added. */
bool ek_query_list(struct ek_query *q, const struct ek_filter_table *table,
		   struct ek_query_list *out) EK_MUST_CHECK;
/* The same for POST …/search: limit, cursor and the like from the address, `where` and `q` from the
 * body (an object with these two members at most; NULL = neither). Filters in the address are
 * refused as unknown. */
bool ek_query_search(struct ek_query *q, const struct ek_filter_table *table,
		     const struct json_t *body, struct ek_query_list *out) EK_MUST_CHECK;
/* The cursor of the page behind a row with these values, as text in the arena; p NULL when there is
 * no memory. */
ek_str ek_query_next(const struct ek_query_list *list, const struct ek_cursor *last,
		     struct ek_arena *arena);
/* `<path?…&cursor=…>; rel="next"`, the same parameters otherwise. p NULL when there is no memory.
 *  */
ek_str ek_query_link(const struct ek_query *q, ek_str path, ek_str cursor);

/* ---- for query_list.c ---- */

/* Takes a parameter by name; NULL when it is not there. */
const struct ek_query_param *ek_query_take(struct ek_query *q, const char *name);
bool ek_query_refuse(struct ek_query *q, const char *name, struct ek_problem_fault fault);

#endif
