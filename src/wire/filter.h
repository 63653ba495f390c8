/* filter -- the one tree to which all filters come: of lists, searches, saved views, bulk edits.
 *
 *   presence=away&load.gte=4              -> all(presence in (away), load gte 4)
 *   {"all":[{"field":"team","op":"in","value":["team_7"]},{"none":[…]}]}
 *
 * A tree is checked against the field table of its resource (schema/lists.def), so that what is
 * left to do is to write it as SQL: a field is an index into that table, a value a number or a text
 * that has the field's type. At most EK_FILTER_LEVELS groups in one another, EK_FILTER_LEAVES
 * leaves and EK_FILTER_VALUES values a leaf.
 *
 * What holds for a row:
 *   all   every child (also when there is none)     any   at least one child (none: never)
 *   none  no child (also when there is none)
 *   in, not          the field is (not) one of the values; an unset field is not one of them, so
 *                    that `not` holds for it
 *   lt lte gt gte    numbers, times, dates; never for an unset field
 *   has, lacks       the list holds any (none) of the values
 *   prefix           text begins with the value, ignoring ASCII and Unicode case as the store folds
 *   null             value 1: unset, or an empty list; value 0: set
 *
 * Faults go into the problem: `malformed` with the parameter, `invalid_value` with the pointer.
 * Everything lives in the arena. Cost: O(size of what was sent), times the fields of the table.
 */
#ifndef EK_WIRE_FILTER_H
#define EK_WIRE_FILTER_H

#include "model/enums.h"
#include "wire/ident.h"
#include "wire/problem.h"

enum { EK_FILTER_LEVELS = 4, EK_FILTER_LEAVES = 50, EK_FILTER_VALUES = 500 };

/* What a value is, and how it stands in struct ek_filter_value. */
enum ek_filter_type {
	EK_FILTER_INT = 1,     /* i */
	EK_FILTER_ID = 2,      /* i: the number; `what` is the enum ek_ident_kind */
	EK_FILTER_CONTACT = 3, /* s: the 24 digits */
	EK_FILTER_TEXT = 4,    /* s: plain, at most text_bytes */
	EK_FILTER_TIME = 5,    /* i: ms since 1970 */
	EK_FILTER_DATE = 6,    /* i: days since 1970-01-01 */
	EK_FILTER_BOOL = 7,    /* i: 0 or 1 */
	EK_FILTER_ENUM = 8,    /* i: the number; `what` is the enum ek_enum */
	EK_FILTER_WORD = 9,    /* i: place in `words`, from 0; s: the word */
};
/* What can be done with a field; bits. */
enum {
	EK_FILTER_CAN_FILTER = 1,
	EK_FILTER_CAN_SORT = 2,
	EK_FILTER_IS_LIST = 4, /* has and lacks, in place of in and not */
	EK_FILTER_IS_NULLABLE = 8,
};
struct ek_filter_field {
	const char *name;
	uint8_t type;
	uint8_t what;
	uint8_t can;
	const char *const *words; /* ends with NULL */
	const char *doc;
};

enum { EK_FILTER_FIELDS = 64, EK_FILTER_TIES = 2 };
struct ek_filter_table {
	const char *resource;
	const struct ek_filter_field *fields;
	uint32_t n;                   /* at most EK_FILTER_FIELDS */
	bool has_words;               /* takes q */
	const char *const *includes;  /* ends with NULL */
	const char *sort;             /* what holds when nothing is said: "-updated_at" */
	uint8_t ties[EK_FILTER_TIES]; /* fields by which equal rows are told apart */
	uint8_t tie_count;
};

enum ek_filter_op {
	EK_FILTER_IN = 1,
	EK_FILTER_NOT,
	EK_FILTER_LT,
	EK_FILTER_LTE,
	EK_FILTER_GT,
	EK_FILTER_GTE,
	EK_FILTER_HAS,
	EK_FILTER_LACKS,
	EK_FILTER_PREFIX,
	EK_FILTER_NULL,
	EK_FILTER_OP_COUNT
};
enum ek_filter_kind {
	EK_FILTER_ALL = 1,
	EK_FILTER_ANY = 2,
	EK_FILTER_NONE = 3,
	EK_FILTER_LEAF = 4,
};

struct ek_filter_value {
	int64_t i;
	ek_str s;
};
struct ek_filter_node {
	uint8_t kind;  /* enum ek_filter_kind */
	uint8_t op;    /* LEAF: enum ek_filter_op */
	uint8_t field; /* LEAF: index into the table */
	uint32_t n;    /* children, or values */
	const struct ek_filter_node *children;
	const struct ek_filter_value *values; /* LEAF: 1 for all ops but in, not, has, lacks */
};
struct ek_filter {
	const struct ek_filter_node *root; /* a group; NULL = every row */
	uint32_t leaves;
};

/* Reads one filter. */
struct ek_filter_reader {
	struct ek_arena *arena;
	struct ek_problem *problem;
	const struct ek_filter_table *table;
	uint32_t leaves; /* so far */
	/* where it is */
	uint8_t at; /* enum ek_problem_at */
	uint32_t n; /* of path */
	char path[240];
};
void ek_filter_init(struct ek_filter_reader *r, struct ek_arena *arena, struct ek_problem *problem,
		    const struct ek_filter_table *table);

/* A group as JSON. pointer: where it stands in the body, such as "/where". */
bool ek_filter_read(struct ek_filter_reader *r, const struct json_t *where, const char *pointer,
		    struct ek_filter *out) EK_MUST_CHECK;
/* One parameter, such as load.gte=4. *known is false, and nothing was said, when no field of that
 * name can be filtered by; else false means that faults were added. */
bool ek_filter_param(struct ek_filter_reader *r, ek_str name, ek_str value,
		     struct ek_filter_node *out, bool *known) EK_MUST_CHECK;
/* Whether a value of the type stands there, given as text; used for cursors and parameters. */
bool ek_filter_value(const struct ek_filter_field *field, ek_str text,
		     struct ek_filter_value *out) EK_MUST_CHECK;

/* The field of that name, or -1. */
int ek_filter_find(const struct ek_filter_table *table, ek_str name);
/* "gte"; NULL for no op. */
const char *ek_filter_op_wire(int op);
bool ek_filter_op_fits(const struct ek_filter_field *field, enum ek_filter_op op);
/* What one thing has in a field. Texts are compared byte by byte: both sides fold them, or none. */
struct ek_filter_fact {
	bool is_set;
	bool is_inside; /* s: a value is looked for anywhere in it */
	int64_t i;
	ek_str s;             /* p NULL = it is no text */
	const uint64_t *list; /* NULL = it is no list of ids */
	uint32_t list_count;
};
typedef struct ek_filter_fact ek_filter_fact_of(const void *ctx, uint8_t field);
/* Whether it holds for what has these facts. Cost: O(values), and what is looked in. */
bool ek_filter_holds(const struct ek_filter_node *node, ek_filter_fact_of *of, const void *ctx);
/* As the JSON that it was read from: of fields that are no time, date or contact. */
void ek_filter_write(struct ek_json *j, const struct ek_filter_table *table,
		     const struct ek_filter_node *node);
/* The same filter has the same digest; begin with EK_FNV_BEGIN. */
uint64_t ek_filter_digest(uint64_t digest, const struct ek_filter *filter);

#endif
