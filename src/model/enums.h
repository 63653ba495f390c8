/* enums -- the listed values as C sees them. Made by inclusion; see schema/enums.def.
 *
 * Constants are EK_PRESENCE_ACTIVE and so on; a stored value is one byte (EK_C_PRESENCE); 0 is
 * absent.
 */
#ifndef EK_MODEL_ENUMS_H
#define EK_MODEL_ENUMS_H

#include "base/base.h"
#include "schema/enums.def"

/* The number of each enum itself, for the tables that describe fields. */
enum ek_enum {
	EK_ENUM_NONE = 0,
#define ENUM(name, NAME, doc) EK_ENUM_##NAME,
	ENUMS(ENUM)
#undef ENUM
		EK_ENUM_COUNT
};

#define VALUE_CONSTANT(P, num, NAME, wire, doc) EK_##P##_##NAME = (num),
#define ENUM(name, NAME, doc) \
	enum { VALUES_##name(VALUE_CONSTANT, NAME) EK_##NAME##_END }; \
	typedef uint8_t EK_C_##NAME;
ENUMS(ENUM)
#undef ENUM
#undef VALUE_CONSTANT

/* "away_reassigning" for (EK_ENUM_PRESENCE, 3); NULL for a number that is not listed. */
const char *ek_enums_wire(enum ek_enum which, int number);
/* What a value means; NULL as ek_enums_wire. */
const char *ek_enums_doc(enum ek_enum which, int number);
/* The number of a wire name; 0 when it is not listed. Cost: one pass over the enum's values. */
int ek_enums_number(enum ek_enum which, ek_str wire);
/* "presence", and what the enum is. */
const char *ek_enums_name(enum ek_enum which);
const char *ek_enums_about(enum ek_enum which);

#endif
