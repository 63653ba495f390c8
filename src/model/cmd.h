/* cmd -- what can be asked, as C sees it. Made by inclusion; see schema/commands.def. */
#ifndef EK_MODEL_CMD_H
#define EK_MODEL_CMD_H

#include "model/event.h"
#include "schema/commands.def"

#define FIELD(P, TYPE, name, doc) EK_C_##TYPE name;
#define COMMAND(num, name, NAME, wire, doc) \
	struct ek_cmd_##name { \
		COMMAND_##name(FIELD, ) \
	};
COMMANDS(COMMAND)
#undef COMMAND
#undef FIELD

enum ek_cmd_kind {
	EK_CMD_NONE = 0,
#define COMMAND(num, name, NAME, wire, doc) EK_CMD_##NAME = (num),
	COMMANDS(COMMAND)
#undef COMMAND
		EK_CMD_COUNT
};

/* One request to the engine. Everything borrows from the turn's arena. Fields that were not named
 * are absent (0, EK_NONE, NULL), never a default. */
struct ek_cmd {
	uint8_t kind; /* enum ek_cmd_kind */
	struct ek_actor by;
	uint32_t has; /* bit i: the i-th field was named by the caller */
	uint64_t
		based_on; /* refuse as stale if the object changed after this seq; 0 = do not ask */
	union {
#define COMMAND(num, name, NAME, wire, doc) struct ek_cmd_##name name;
		COMMANDS(COMMAND)
#undef COMMAND
	};
};

/* How a command's own part looks; offsets count from the union. NULL for a number unknown here. */
const struct ek_record *ek_cmd_record(int kind);
/* The number of a wire name; 0 when there is no such command. */
int ek_cmd_number(ek_str wire);
/* A command of that kind with every field absent, by the system. */
struct ek_cmd ek_cmd_make(int kind);
/* Sets every field of a record (at body) to absent. */
void ek_cmd_clear(const struct ek_record *record, void *body);
/* Whether the field at that offset was named: EK_CMD_HAS(c, conversation_update, sla_due). */
bool ek_cmd_has(const struct ek_cmd *c, size_t offset);
#define EK_CMD_HAS(c, name, field) ek_cmd_has((c), offsetof(struct ek_cmd_##name, field))

/* Where the union of a command begins. */
static inline const void *ek_cmd_body(const struct ek_cmd *c)
{
	return &c->conversation_create;
}

#endif
