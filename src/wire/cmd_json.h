/* cmd_json -- commands as JSON objects: lines of drive files, rows of a bulk, request bodies.
 *
 *   {"cmd":"conversation.create","team":"bank","priority":1}
 *
 * Field names are those of schema/commands.def; a field that is named sets its bit in `has`, null
 * included. team.create and teammate.create take the settings of their scope as fields, which go
 * into `set`. Times are RFC 3339 or whole milliseconds, ids whole numbers or, where somebody
 * resolves them, refs; see wire/field_json.h and wire/value_json.h for the other types. `by` is
 * `person` (if not said), `rule` or `system`, with `:ID` or `:ref`; `based_on` a seq. Rows of a
 * bulk are objects with cmd and fields, and are by whoever sends the bulk; a bulk has no bulk in
 * it.
 *
 * Only the look is checked here: bounds, counts and rights are the engine's to check.
 * Errors: USAGE names the field and what was expected, an unknown field and the known one next to
 * it; LIMIT for too much (line_bytes, json_depth, bulk_rows); NO_MEMORY.
 */
#ifndef EK_WIRE_CMD_JSON_H
#define EK_WIRE_CMD_JSON_H

#include "model/cmd.h"
#include "wire/take.h"

/* How to read. Commands borrow from the arena. */
struct ek_cmd_json {
	struct ek_arena *arena;
	ek_take_resolve *resolve; /* NULL: ids are numbers only */
	void *resolve_ctx;
};

/* A command with what a line of a file says beside it: at (required), ref (of what is created),
 * key, and sim (of conversation.create). */
struct ek_cmd_line {
	ek_time at;
	bool at_is_text; /* RFC 3339; else milliseconds */
	ek_str ref;      /* p NULL = none */
	ek_str key;      /* p NULL = none */
	struct {
		ek_span handle;   /* ms EK_NONE = not said */
		ek_span patience; /* ms EK_NONE = not said */
	} sim;
	struct ek_cmd cmd;
};

bool ek_cmd_json_line(const struct ek_cmd_json *how, ek_str text, struct ek_cmd_line *out,
		      struct ek_err *err) EK_MUST_CHECK;
/* A command alone: cmd, by, based_on and fields. */
bool ek_cmd_json_read(const struct ek_cmd_json *how, ek_str text, struct ek_cmd *out,
		      struct ek_err *err) EK_MUST_CHECK;

/* Appends the command in canonical form: members in byte order, times as RFC 3339, what was not
 * named left out, and `by` left out for a person without a name. What was written reads as the same
 * command. False when j is full or out of memory. */
bool ek_cmd_json_write(struct ek_json *j, const struct ek_cmd *c) EK_MUST_CHECK;

#endif
