/* api_bulk -- edits of many at once: what is edited, what becomes of each row, and how it is kept.
 *
 *   request, import, undo  ->  draft: which objects, and what each is to become
 *   preview (worker)       ->  rows with `before` and `after`: change, same or blocked; the effect
 *   apply (writer)         ->  each row's `before` must still hold; then the commands of all
 *
 * A row's two sides are JSON objects with the same members, written by one function from the state:
 * whether a row has changed since is whether it is written the same again.
 *
 *   teammates      {"limit":6,"name":"…","languages":["ko"],"memberships":{"team_9":null}}
 *   memberships    {"level":"primary"}; null = no member
 *   conversations  {"tags":["tag_1"],"teammate":null,"team":"team_7","state":"open"}; a snoozed one
 *                  with "snoozed_until"
 *
 * Source: spec api, section 4.2; spec routing, section 14.
 */
#ifndef EK_API_API_BULK_H
#define EK_API_API_BULK_H

#include "api/api_list.h"
#include "engine/look.h"

enum {
	EK_API_BULK_LIVES_MS = 30 * 60 * 1000,
	EK_API_BULK_AT_ONCE = 200,              /* rows; above it is a job */
	EK_API_BULK_MEMORY = 128 * 1024 * 1024, /* of one preview or application */
};
#define EK_API_BULK_UNDO_MS (90 * INT64_C(86400000))

enum ek_api_bulk_resource {
	EK_API_BULK_TEAMMATES = 0,
	EK_API_BULK_MEMBERSHIPS = 1,
	EK_API_BULK_CONVERSATIONS = 2,
};
/* "teammates", ended with NULL. */
const char *const *ek_api_bulk_resources(void);

/* ---- one side of a row */

enum ek_api_bulk_kind {
	EK_API_BULK_SETTING = 1, /* value */
	EK_API_BULK_NAME,        /* s */
	EK_API_BULK_LANGUAGES,   /* s: JSON */
	EK_API_BULK_LEVEL,       /* i in `team`; 0 = no member; of a membership, team is 0 */
	EK_API_BULK_TAGS,        /* s: JSON */
	EK_API_BULK_HOLDER,      /* i; 0 = nobody */
	EK_API_BULK_TEAM,        /* i; 0 = none */
	EK_API_BULK_STATE,       /* i: enum ek_state; until */
};
struct ek_api_bulk_field {
	uint8_t kind;    /* enum ek_api_bulk_kind */
	uint8_t setting; /* of a SETTING */
	uint32_t team;   /* of a LEVEL */
	union {
		struct ek_value value;
		ek_str s;
		struct {
			int64_t i;
			ek_time until;
		};
	};
};
struct ek_api_bulk_side {
	struct ek_api_bulk_field *v;
	uint32_t n;
};

/* A team inbox and who serves it, as the object of a row. */
static inline int64_t ek_api_bulk_pair(uint32_t team, uint32_t teammate)
{
	return (int64_t)team << 32 | teammate;
}
static inline uint32_t ek_api_bulk_team_of(int64_t object)
{
	return (uint32_t)(object >> 32);
}
static inline uint32_t ek_api_bulk_mate_of(int64_t object)
{
	return (uint32_t)(object & UINT32_MAX);
}

bool ek_api_bulk_equal(const struct ek_api_bulk_field *a, const struct ek_api_bulk_field *b);
/* What an object is now in the fields named by `as` (their values are not read). *found: whether
 * there is one. In look, check, made, or on the worker with t->engine set. False with a problem. */
bool ek_api_bulk_now(struct ek_turn *t, int64_t object, const struct ek_api_bulk_side *as,
		     struct ek_api_bulk_side *out, bool *found) EK_MUST_CHECK;
/* As JSON; p NULL when there is no memory, which fails the turn. */
ek_str ek_api_bulk_print(struct ek_turn *t, const struct ek_api_bulk_side *side);
/* What was printed. False with a problem. */
bool ek_api_bulk_read(struct ek_turn *t, ek_str json, struct ek_api_bulk_side *out) EK_MUST_CHECK;
/* How a field is called where one is left out of an undo: "limit", "memberships.team_9". */
enum { EK_API_BULK_NAME_MAX = 64 };
void ek_api_bulk_name(const struct ek_api_bulk_field *f, char out[EK_API_BULK_NAME_MAX]);
/* The id of an object as it stands in answers: "tm_7", "team_3/tm_7". */
enum { EK_API_BULK_ID_MAX = 2 * EK_IDENT_MAX };
size_t ek_api_bulk_id(uint8_t resource, int64_t object, char out[EK_API_BULK_ID_MAX]);
bool ek_api_bulk_id_read(uint8_t resource, ek_str s, int64_t *object) EK_MUST_CHECK;
/* Whether the caller may see the object, and change it from one side to the other; else the code.
 * */
const char *ek_api_bulk_may(struct ek_turn *t, uint8_t resource, int64_t object,
			    const struct ek_api_bulk_side *sides);

/* ---- rows */

enum ek_api_bulk_result {
	EK_API_BULK_CHANGE = 0,
	EK_API_BULK_SAME = 1,
	EK_API_BULK_BLOCKED = 2,
};
struct ek_api_bulk_row {
	int64_t object;
	uint32_t row;                     /* from 1, where it is kept */
	uint8_t result;                   /* enum ek_api_bulk_result */
	const char *code;                 /* why it is blocked; static, or the turn's */
	struct ek_api_bulk_side sides[2]; /* before, after */
	ek_str before, after;             /* the same as JSON */
};

/* Commands of rows: those of rows[i] begin at first[i]. */
struct ek_api_bulk_commands {
	struct ek_cmd *v;
	uint32_t n;
	uint32_t cap;
	uint32_t *rows; /* v[i] is of which row: its index; set by the caller */
};
/* Appends what makes a row so. False with a problem: no memory. */
bool ek_api_bulk_add(struct ek_turn *t, uint8_t resource, const struct ek_api_bulk_row *row,
		     struct ek_api_bulk_commands *out) EK_MUST_CHECK;
/* The command of `n` of them, from the first on. */
struct ek_cmd ek_api_bulk_command(const struct ek_api_bulk_commands *c, uint32_t from, uint32_t n);

/* ---- one change of a request, for every row */

enum ek_api_bulk_op {
	EK_API_BULK_SET,
	EK_API_BULK_INHERIT,
	EK_API_BULK_PUT_MEMBERSHIP,
	EK_API_BULK_REMOVE_MEMBERSHIP,
	EK_API_BULK_ADD_TAG,
	EK_API_BULK_REMOVE_TAG,
	EK_API_BULK_ASSIGN,
	EK_API_BULK_MOVE,
	EK_API_BULK_CLOSE,
	EK_API_BULK_SNOOZE,
};
struct ek_api_bulk_change {
	uint8_t op; /* enum ek_api_bulk_op */
	struct ek_api_bulk_field field;
	uint64_t tag;
};

/* ---- a preview being made */

struct ek_api_bulk_draft {
	uint8_t resource; /* enum ek_api_bulk_resource */
	ek_str scope;     /* JSON, as asked */
	ek_str asked;     /* the changes: JSON, as asked */
	ek_str note;
	uint64_t undoes;
	/* Which: a filter, or objects named. */
	bool has_filter;
	struct ek_filter filter;
	const int64_t *except; /* ascending */
	uint32_t except_count;
	uint32_t matched;
	struct ek_api_bulk_row *rows;
	uint32_t n;
	/* What they become: changes; without, each row's sides[1] was given. */
	const struct ek_api_bulk_change *changes;
	uint32_t change_count;
	/* An undo: what the rows were left as, and what is not put back. */
	struct ek_api_bulk_side *left;
	const ek_str *left_out;
	uint32_t left_out_count;
	/* Found out. */
	uint64_t based_on;
	uint32_t totals[3]; /* by enum ek_api_bulk_result */
	ek_str blocked;     /* JSON */
	ek_str effect;      /* JSON */
	struct ek_turn_write write;
};
/* Reads the body of POST /bulk-edits. False with faults. On the HTTP thread. */
bool ek_api_bulk_bind(struct ek_turn *t, struct ek_api_bulk_draft *d) EK_MUST_CHECK;
/* Finds the rows of a filter. On the worker. */
bool ek_api_bulk_find(struct ek_turn *t, struct ek_api_bulk_draft *d) EK_MUST_CHECK;
/* Judges each row, tries them, and works out the effect. On the worker, t->engine set. */
bool ek_api_bulk_judge(struct ek_turn *t, struct ek_api_bulk_draft *d) EK_MUST_CHECK;
bool ek_api_bulk_try(struct ek_turn *t, struct ek_api_bulk_draft *d) EK_MUST_CHECK;
/* From a bound draft to the answer: hands the turn to the worker. */
void ek_api_bulk_preview(struct ek_turn *t, struct ek_api_bulk_draft *d);

/* ---- kept ones */

/* Whole row of bulk_edits that the caller may see, by the path; else false with 404. */
bool ek_api_bulk_path(struct ek_turn *t, const struct ek_views_value **row) EK_MUST_CHECK;
bool ek_api_bulk_load(struct ek_turn *t, int64_t id,
		      const struct ek_views_value **row) EK_MUST_CHECK;
/* Who it belongs to, for ek_turn_may. */
struct ek_may_object ek_api_bulk_object(const struct ek_views_value *row);
/* The state as a reader sees it: a preview whose time is over has expired. */
ek_str ek_api_bulk_state(const struct ek_turn *t, const struct ek_views_value *row);
/* Shape BulkEdit. */
void ek_api_bulk_write(const struct ek_turn *t, struct ek_json *j,
		       const struct ek_views_value *row);
/* The answer, with its tag. */
void ek_api_bulk_answer(struct ek_turn *t, const struct ek_views_value *row);
uint8_t ek_api_bulk_resource_of(const struct ek_views_value *row);
/* Rows in that state, from behind a number on, with both sides read. */
struct ek_api_bulk_rows {
	struct ek_api_bulk_row *v;
	uint32_t n;
};
struct ek_api_bulk_ask {
	int64_t bulk;
	const char *state;
	int64_t after;
	uint32_t limit;
};
bool ek_api_bulk_rows(struct ek_turn *t, const struct ek_api_bulk_ask *ask,
		      struct ek_api_bulk_rows *out) EK_MUST_CHECK;
/* In made: writes the row back with another state. */
void ek_api_bulk_put_row(struct ek_turn *t, int64_t bulk, const struct ek_api_bulk_row *row,
			 const char *state);

/* ---- applying */

/* In check: each row must be as it was, and its right still there. False with row_refused, which
 * names each. */
bool ek_api_bulk_check(struct ek_turn *t, uint8_t resource, const struct ek_api_bulk_rows *rows);
/* In made: change log, audit, content, and the rows as applied. */
struct ek_api_bulk_done {
	int64_t bulk;
	uint8_t resource;
	ek_str note;
};
void ek_api_bulk_made(struct ek_turn *t, const struct ek_api_bulk_done *done,
		      const struct ek_api_bulk_rows *rows);
/* The job of those that are too many to be done at once. */
struct ek_api_job;
void ek_api_bulk_job(struct ek_api_job *job);

#endif
