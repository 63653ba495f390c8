/* problem -- an answer that says no: every fault that was found, as application/problem+json.
 *
 *   {"type":"/problems/invalid_value","title":…,"status":422,"detail":…,"request_id":"req_7f3a91",
 *    "retry":"after_change","errors":[{"pointer":"/set/limit","code":"out_of_range","detail":…,
 *    "params":{"min":0,"max":1000}}]}
 *
 * One struct ek_problem is handed down through whatever reads a request, and collects. Its type is
 * that of the fault with the lowest status (a parameter that cannot be read comes before a value
 * that cannot be used), and of equals the first. At most EK_PROBLEM_FAULTS faults are listed;
 * detail says how many there were. `errors` is always there, empty when no place is at fault.
 * Further members (the current value, rows in the way) are written by whoever knows them.
 * Source: RFC 9457, RFC 6901 (pointers); spec api, section 2.2; types, titles and codes:
 * schema/problems.def. Cost: O(faults). Lives in the arena of the request; running out of memory
 * loses faults, never the type.
 */
#ifndef EK_WIRE_PROBLEM_H
#define EK_WIRE_PROBLEM_H

#include "base/arena.h"
#include "wire/json.h"

enum { EK_PROBLEM_FAULTS = 100, EK_PROBLEM_PARAMS = 3 };

enum ek_problem_type {
	EK_PROBLEM_NONE = 0,
#define PROBLEM(number, NAME, wire, status, RETRY, en, ko, ar, doc) EK_PROBLEM_##NAME = (number),
#include "schema/problems.def"
#undef PROBLEM
	EK_PROBLEM_COUNT
};
enum ek_problem_retry {
	EK_PROBLEM_RETRY_NONE = 0,
#define RETRIES(NAME, wire, doc) EK_PROBLEM_RETRY_##NAME,
#include "schema/problems.def"
#undef RETRIES
};
enum ek_problem_code {
	EK_FAULT_NONE = 0,
#define FAULT(NAME, wire, doc) EK_FAULT_##NAME,
#include "schema/problems.def"
#undef FAULT
	EK_FAULT_COUNT
};
enum ek_problem_language { EK_PROBLEM_EN, EK_PROBLEM_KO, EK_PROBLEM_AR };

/* Where the fault is. */
enum ek_problem_at {
	EK_PROBLEM_AT_NOTHING = 0, /* the request as a whole */
	EK_PROBLEM_AT_POINTER = 1, /* a JSON Pointer into the body; "" is the whole body */
	EK_PROBLEM_AT_PARAMETER = 2,
	EK_PROBLEM_AT_HEADER = 3,
};

/* What a sentence in another language needs: a name with a number, a text or texts. */
struct ek_problem_param {
	const char *name; /* static; NULL = none */
	const char *text; /* static; used when not NULL */
	const char *const *texts;
	uint32_t n;     /* of texts; used when texts is not NULL */
	int64_t number; /* EK_NONE = null */
};

struct ek_problem_fault {
	uint8_t at; /* enum ek_problem_at */
	uint8_t code;
	ek_str where;  /* pointer, parameter or header; borrowed, lives as long as the request */
	ek_str detail; /* one sentence; p NULL = that of the code */
	struct ek_problem_param params[EK_PROBLEM_PARAMS];
};

/* Writes further members of the object, keys and values. */
typedef void ek_problem_more(const void *ctx, struct ek_json *j);

struct ek_problem {
	struct ek_arena *arena;
	uint8_t type;     /* enum ek_problem_type; NONE = nothing was found */
	uint16_t status;  /* 0 = that of the type */
	uint32_t retry_s; /* Retry-After; 0 = none */
	ek_str detail;    /* p NULL = made from the number of faults, or of the type */
	uint32_t found;   /* faults, also those not listed */
	uint32_t n;       /* listed */
	struct ek_problem_fault *faults;
	ek_problem_more *more; /* NULL = none */
	const void *more_ctx;
};

void ek_problem_init(struct ek_problem *p, struct ek_arena *arena);
/* Nothing was found. */
bool ek_problem_is_none(const struct ek_problem *p);

/* Adds a fault. detail is formatted as printf does, at most 240 bytes; NULL = the code's own
 * sentence. Returns false, so that a taker can write: return ek_problem_add(...). */
bool ek_problem_add(struct ek_problem *p, enum ek_problem_type type,
		    const struct ek_problem_fault *fault, const char *detail, ...) EK_PRINTF(4, 5);
/* Adds a fault about a name that is none of these (static texts): it says which of them is spelt
 * most like it, or lists them all. Returns false. */
bool ek_problem_unknown(struct ek_problem *p, struct ek_problem_fault *fault, const char *name,
			const char *const *names, uint32_t count);
/* The whole is of this type, for this reason; with no place. Returns false. */
bool ek_problem_set(struct ek_problem *p, enum ek_problem_type type, const char *detail, ...)
	EK_PRINTF(3, 4);
/* What the engine, the store or the door said no with. The sentence is told, except for what is our
 * own fault (internal) or the machine's. Returns false. */
bool ek_problem_err(struct ek_problem *p, const struct ek_err *err);
/* The type that a code answers with; INTERNAL for one that is none. */
enum ek_problem_type ek_problem_of(enum ek_code code);

/* "not_found", its number or NONE, its status, its retry ("no"), title and explanation. type is a
 * listed one (asserted). */
const char *ek_problem_wire(enum ek_problem_type type);
enum ek_problem_type ek_problem_type(ek_str wire);
int ek_problem_status(enum ek_problem_type type);
const char *ek_problem_retry(enum ek_problem_type type);
const char *ek_problem_title(enum ek_problem_type type, enum ek_problem_language language);
const char *ek_problem_doc(enum ek_problem_type type);
const char *ek_problem_code(enum ek_problem_code code);
/* "ko" for "ko-KR,en;q=0.5": the first of ours in the order of preference; English for none.
 * See wire/accept.h. */
enum ek_problem_language ek_problem_language(ek_str accept_language);

/* The status of the answer. */
int ek_problem_answer_status(const struct ek_problem *p);
/* Writes the object; a problem of type NONE is written as internal. False when j is full. */
bool ek_problem_write(const struct ek_problem *p, ek_str request_id,
		      enum ek_problem_language language, struct ek_json *j) EK_MUST_CHECK;

#endif
