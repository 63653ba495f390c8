#include "model/field.h"

static const struct {
	const char *name;
	const char *doc;
} types[] = {
#define TYPE(NAME, c_type, doc) [EK_FT_##NAME] = {#NAME, doc},
#include "schema/types.def"
#undef TYPE
};

const char *ek_field_type_name(uint8_t type)
{
	if (ek_field_is_enum(type))
		return ek_enums_name(ek_field_enum(type));
	ek_assert(type < EK_LEN(types));
	return types[type].name;
}

const char *ek_field_type_doc(uint8_t type)
{
	if (ek_field_is_enum(type))
		return ek_enums_about(ek_field_enum(type));
	ek_assert(type < EK_LEN(types));
	return types[type].doc;
}
