/* take -- takes values out of JSON that was read, and says what is wrong with them.
 *
 * One struct ek_take goes through one object: it knows where it is (field, row, member), where
 * memory comes from, and how a name stands for an id. Every refusal is one sentence that names the
 * field and what was expected. Errors: USAGE, or NO_MEMORY. What was taken lives in the arena.
 */
#ifndef EK_WIRE_TAKE_H
#define EK_WIRE_TAKE_H

#include "base/arena.h"
#include "model/field.h"
#include "wire/json.h"

/* The id that a name stands for; false when nobody has that name. kind: EK_FT_CONVERSATION,
 * _TEAMMATE, _TEAM or _CONTACT. ref is borrowed for the call. */
typedef bool ek_take_resolve(void *ctx, enum ek_field_type kind, ek_str ref, uint32_t *id);

struct ek_take {
	struct ek_arena *arena;
	struct ek_err *err;
	ek_take_resolve *resolve; /* NULL: ids are numbers only */
	void *resolve_ctx;
	bool is_event; /* times are whole milliseconds, texts stay as they are */
	uint8_t scope; /* enum ek_scope that a SCOPE_ID belongs to; 0 = not said */
	/* where it is: name[row].member; row from 1, 0 = no row; member NULL = none */
	const char *name;
	const char *member;
	uint32_t row;
};

/* Refuses: "name[row].member: expected what, got a text". */
bool ek_take_refuse(struct ek_take *t, const char *what, const struct json_t *got);
/* Refuses: "name[row].member: what". */
bool ek_take_fail(struct ek_take *t, const char *what);
bool ek_take_no_memory(struct ek_take *t);

bool ek_take_bool(struct ek_take *t, const struct json_t *json, bool *out) EK_MUST_CHECK;
/* Any whole number but EK_NONE, within lo to hi. */
bool ek_take_int(struct ek_take *t, const struct json_t *json, int64_t *out) EK_MUST_CHECK;
bool ek_take_between(struct ek_take *t, const struct json_t *json, int64_t lo, int64_t hi,
		     int64_t *out) EK_MUST_CHECK;
/* 1 to 2^32 - 1, or a name. */
bool ek_take_id(struct ek_take *t, const struct json_t *json, enum ek_field_type kind,
		uint32_t *out) EK_MUST_CHECK;
/* RFC 3339 or whole milliseconds, of the years 1 to 9999; of an event, any whole milliseconds. */
bool ek_take_time(struct ek_take *t, const struct json_t *json, int64_t *ms) EK_MUST_CHECK;
/* "2027-03-28T02:30", or whole milliseconds; of an event, any whole milliseconds. */
bool ek_take_wall(struct ek_take *t, const struct json_t *json, int64_t *ms) EK_MUST_CHECK;
bool ek_take_date(struct ek_take *t, const struct json_t *json, int32_t *days) EK_MUST_CHECK;
bool ek_take_clock(struct ek_take *t, const struct json_t *json, int64_t *ms) EK_MUST_CHECK;
/* A copy in the arena, without control characters unless it is an event's. */
bool ek_take_text(struct ek_take *t, const struct json_t *json, ek_str *out) EK_MUST_CHECK;
/* The same for a NUL-ended text that is no value, such as the name of a member. */
bool ek_take_copy(struct ek_take *t, const char *text, size_t n, ek_str *out) EK_MUST_CHECK;
/* A listed word of an enum. */
bool ek_take_word(struct ek_take *t, const struct json_t *json, enum ek_enum which,
		  uint8_t *out) EK_MUST_CHECK;

/* A list: *room gets zeroed memory for its *n elements of that size (NULL for none). */
bool ek_take_list(struct ek_take *t, const struct json_t *json, size_t size, uint32_t *n,
		  void **room) EK_MUST_CHECK;
/* Row i (from 0) of a list; where it is, is then name[i + 1]. */
const struct json_t *ek_take_row(struct ek_take *t, const struct json_t *list, uint32_t i);
/* After the last row. */
void ek_take_rows_end(struct ek_take *t);

/* Refuses what is not an object, or has another member than those named. names ends with NULL. */
bool ek_take_object(struct ek_take *t, const struct json_t *json,
		    const char *const *names) EK_MUST_CHECK;
/* Its member, or NULL when it is not there; where it is, is then name[row].member. A member that is
 * needed and not there is refused by the takers above, as "nothing". */
const struct json_t *ek_take_member(struct ek_take *t, const struct json_t *json,
				    const char *member);

/* The names of an object's members in byte order, which is the order of every map that is kept. The
 * names belong to the JSON. Refuses what is not an object, and control characters but in an event.
 */
bool ek_take_keys(struct ek_take *t, const struct json_t *json, uint32_t *n,
		  const char *const **keys) EK_MUST_CHECK;

/* The one of count names that is spelt most like `name`; NULL when none is near. */
const char *ek_take_nearest(const char *name, const char *const *names, size_t count);

#endif
