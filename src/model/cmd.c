#include "model/cmd.h"

#include <string.h>

/* clang-format off */
#define FIELD(P, TYPE, field, doc) \
	{#field, doc, (uint16_t)offsetof(struct ek_cmd_##P, field), EK_FT_##TYPE},
#define COMMAND(num, name, NAME, wire, doc) \
	static const struct ek_field name##_fields[] = {COMMAND_##name(FIELD, name)};
COMMANDS(COMMAND)
#undef COMMAND
#undef FIELD
/* clang-format on */

static const struct ek_record records[] = {
#define COMMAND(num, name, NAME, wire, doc) \
	[num] = {wire, doc, name##_fields, EK_LEN(name##_fields), sizeof(struct ek_cmd_##name)},
	COMMANDS(COMMAND)
#undef COMMAND
};

const struct ek_record *ek_cmd_record(int kind)
{
	if (kind <= 0 || (size_t)kind >= EK_LEN(records) || records[kind].wire == NULL)
		return NULL;
	return &records[kind];
}

int ek_cmd_number(ek_str wire)
{
	for (size_t i = 1; i < EK_LEN(records); i++) {
		if (records[i].wire != NULL && ek_str_is(wire, records[i].wire))
			return (int)i;
	}
	return 0;
}

void ek_cmd_clear(const struct ek_record *record, void *body)
{
	memset(body, 0, record->size);
	const int64_t none = EK_NONE;
	for (uint32_t i = 0; i < record->field_count; i++) {
		uint8_t type = record->fields[i].type;
		if (type == EK_FT_TIME || type == EK_FT_SPAN || type == EK_FT_INT ||
		    type == EK_FT_WALL)
			memcpy((char *)body + record->fields[i].offset, &none, sizeof none);
	}
}

struct ek_cmd ek_cmd_make(int kind)
{
	const struct ek_record *record = ek_cmd_record(kind);
	ek_assert(record != NULL);
	struct ek_cmd c;
	memset(&c, 0, sizeof c);
	c.kind = (uint8_t)kind;
	c.by.kind = EK_ACTOR_SYSTEM;
	ek_cmd_clear(record, &c.conversation_create);
	return c;
}

bool ek_cmd_has(const struct ek_cmd *c, size_t offset)
{
	const struct ek_record *record = ek_cmd_record(c->kind);
	ek_assert(record != NULL);
	for (uint32_t i = 0; i < record->field_count; i++) {
		if (record->fields[i].offset == offset)
			return (c->has >> i & 1) != 0;
	}
	return false;
}
