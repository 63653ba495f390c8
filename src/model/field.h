/* field -- how records (events, commands) are described, so that one loop reads, writes or prints
 * all.
 *
 * The types come from schema/types.def; every enum of schema/enums.def is a type too.
 */
#ifndef EK_MODEL_FIELD_H
#define EK_MODEL_FIELD_H

#include "model/enums.h"
#include "model/value.h"

/* The C look of each type: EK_C_TEAM is ek_team_id (the enums' are in model/enums.h). */
#define TYPE(NAME, c_type, doc) typedef c_type EK_C_##NAME;
#include "schema/types.def"
#undef TYPE

enum ek_field_type {
#define TYPE(NAME, c_type, doc) EK_FT_##NAME,
#include "schema/types.def"
#undef TYPE
	EK_FT_ENUM = 64, /* from here on: an enum, type - EK_FT_ENUM says which */
#define ENUM(name, NAME, doc) EK_FT_##NAME = EK_FT_ENUM + (int)EK_ENUM_##NAME,
	ENUMS(ENUM)
#undef ENUM
};

struct ek_field {
	const char *name;
	const char *doc;
	uint16_t offset; /* in the record's struct */
	uint8_t type;    /* enum ek_field_type */
};

struct ek_record {
	const char *wire; /* "assignment.made" */
	const char *doc;
	const struct ek_field *fields;
	uint32_t field_count;
	uint32_t size; /* of the record's struct */
};

static inline bool ek_field_is_enum(uint8_t type)
{
	return type >= EK_FT_ENUM;
}
static inline enum ek_enum ek_field_enum(uint8_t type)
{
	return (enum ek_enum)(type - EK_FT_ENUM);
}

/* "TEAM", "PRESENCE": the name of a type in the schema, and what it is. */
const char *ek_field_type_name(uint8_t type);
const char *ek_field_type_doc(uint8_t type);

#endif
