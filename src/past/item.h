/* item -- one thing of the past, out of the rows that tell of it: a command that notes it, or the
 * reason why it cannot be one.
 *
 * The same checks as the engine's (engine/decide_past.c), before it is asked: what is made here is
 * not refused there. What times and durations follow from each other: docs/manual/import.md.
 */
#ifndef EK_PAST_ITEM_H
#define EK_PAST_ITEM_H

#include "model/cmd.h"
#include "past/map.h"
#include "past/whose.h"

/* The rows of one thing in their order, and its messages in the order of the table. */
struct ek_item_case {
	const struct ek_map_row *rows;
	uint32_t n; /* from 1 */
	const struct ek_map_row *messages;
	uint32_t message_count;
};

struct ek_item {
	const struct ek_map *map;
	struct ek_whose *whose;
	struct ek_arena *kept;    /* texts of the command */
	struct ek_arena *scratch; /* of this call only; the caller resets it */
	int64_t import;
	int64_t number;
	ek_time now; /* nothing may lie after it */
	/* Filled where it is refused: both static, why NULL = it is not. */
	const char *field;
	const char *why;
};

/* Errors: the writer's, NO_MEMORY.A refusal is none: it->why is set. Names are looked
 * up, and made, last. */
bool ek_item_make(struct ek_item *it, const struct ek_item_case *c, struct ek_cmd *out,
		  struct ek_err *err) EK_MUST_CHECK;

#endif
