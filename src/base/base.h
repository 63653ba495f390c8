/* base -- the words every room uses: times, ids, slices, errors, assertions.
 *
 * Nothing here allocates, blocks, or asks the operating system anything.
 */
#ifndef EK_BASE_BASE_H
#define EK_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EK_MUST_CHECK __attribute__((warn_unused_result))
#define EK_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define EK_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* A point in time: milliseconds since 1970-01-01T00:00:00Z. May be negative. */
typedef struct {
	int64_t ms;
} ek_time;
/* A length of time in milliseconds. One field, its own type: the compiler refuses time + time. */
typedef struct {
	int64_t ms;
} ek_span;

/* "Absent" for a time or a whole number: JSON null. Never a value that a user may give. */
#define EK_NONE INT64_MIN
#define EK_NO_TIME ((ek_time){EK_NONE})

static inline ek_span ek_time_since(ek_time from, ek_time to)
{
	return (ek_span){to.ms - from.ms};
}
static inline ek_time ek_time_plus(ek_time t, ek_span s)
{
	return (ek_time){t.ms + s.ms};
}
static inline bool ek_time_is_set(ek_time t)
{
	return t.ms != EK_NONE;
}

/* Ids are numbers in distinct clothes: passing a team where a teammate belongs does not compile.
 * Given from 1 in order of creation, never reused; 0 = none (JSON null). At most 2^32 - 1 of each.
 * */
typedef struct {
	uint32_t v;
} ek_conversation_id;
typedef struct {
	uint32_t v;
} ek_teammate_id;
typedef struct {
	uint32_t v;
} ek_team_id;
typedef struct {
	uint32_t v;
} ek_contact_id;
typedef struct {
	uint32_t v;
} ek_assignment_id;

/* Borrowed UTF-8 bytes, not NUL-terminated. Whoever made it says how long it lives. */
typedef struct {
	const char *p;
	uint32_t n;
} ek_str;

/* EK_S("text") is a slice of a literal. */
#define EK_S(literal) ((ek_str){(literal), sizeof(literal) - 1})

bool ek_str_equal(ek_str a, ek_str b);
/* Whether s is the NUL-terminated text. */
bool ek_str_is(ek_str s, const char *text);
/* Without blanks and tabs at its ends. */
ek_str ek_str_trimmed(ek_str s);
/* What a hexadecimal digit says, either case; -1 for what is none. */
int ek_str_hex(char c);
/* Byte order, shorter first among equals: <0, 0, >0. Locale plays no part. */
int ek_str_compare(ek_str a, ek_str b);

enum ek_code {
	EK_OK = 0,
#define X(num, NAME, wire, http, exit, doc) EK_##NAME = (num),
#include "schema/errors.def"
#undef X
};

/* What went wrong, for the caller (code) and for the operator (msg). Owned by the outermost caller;
 * passed down, never stored, never global. */
struct ek_err {
	enum ek_code code;
	const char *where; /* file:line of the first setter, static */
	char msg[240];     /* one sentence, UTF-8, always ended */
};

/* Fills err and returns false, so that a callee can write: return ek_fail(err, EK_NOT_FOUND, ...).
 * Understands %s %.*s %d %u %c %% %zu, and %lld %llu: a formatter of our own, for pure rooms too.
 */
bool ek_err_set(struct ek_err *err, enum ek_code code, const char *where, const char *fmt, ...)
	EK_PRINTF(4, 5);
#define EK_STR2(x) #x
#define EK_STR(x) EK_STR2(x)
#define ek_fail(err, code, ...) \
	ek_err_set((err), (code), __FILE__ ":" EK_STR(__LINE__), __VA_ARGS__)

/* The wire name of a code ("not_found"), the HTTP status it answers with, and the exit code with
 * which a command ends on it. */
const char *ek_err_wire(enum ek_code code);
int ek_err_http(enum ek_code code);
int ek_err_exit(enum ek_code code);

/* Formats into out, always ended, cut at cap - 1 bytes; the same few conversions as ek_err_set.
 * Returns the length written. */
size_t ek_format(char *out, size_t cap, const char *fmt, ...) EK_PRINTF(3, 4);

/* On in every build. For our own mistakes only; what comes from outside is checked with ek_fail.
 * Says where, then ends the process. Declared here, defined in sys/panic.c: only sys may print. */
void ek_panic(const char *where, const char *expr) __attribute__((noreturn, cold));
#define ek_assert(e) \
	(__builtin_expect(!!(e), 1) ? (void)0 : ek_panic(__FILE__ ":" EK_STR(__LINE__), #e))

#endif
