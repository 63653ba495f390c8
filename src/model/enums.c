#include "model/enums.h"

struct value {
	int number;
	const char *wire;
	const char *doc;
};

#define VALUE_ROW(P, num, NAME, wire, doc) {num, wire, doc},
#define ENUM(name, NAME, doc) \
	static const struct value name##_values[] = {VALUES_##name(VALUE_ROW, NAME)};
ENUMS(ENUM)
#undef ENUM
#undef VALUE_ROW

static const struct {
	const char *name;
	const char *about;
	const struct value *values;
	size_t count;
} enums[] = {[EK_ENUM_NONE] = {NULL, NULL, NULL, 0},
#define ENUM(name, NAME, doc) [EK_ENUM_##NAME] = {#name, doc, name##_values, EK_LEN(name##_values)},
	     ENUMS(ENUM)
#undef ENUM
};

static const struct value *find(enum ek_enum which, int number)
{
	ek_assert((size_t)which < EK_LEN(enums));
	for (size_t i = 0; i < enums[which].count; i++) {
		if (enums[which].values[i].number == number)
			return &enums[which].values[i];
	}
	return NULL;
}

const char *ek_enums_wire(enum ek_enum which, int number)
{
	const struct value *v = find(which, number);
	return v == NULL ? NULL : v->wire;
}

const char *ek_enums_doc(enum ek_enum which, int number)
{
	const struct value *v = find(which, number);
	return v == NULL ? NULL : v->doc;
}

int ek_enums_number(enum ek_enum which, ek_str wire)
{
	ek_assert((size_t)which < EK_LEN(enums));
	for (size_t i = 0; i < enums[which].count; i++) {
		if (ek_str_is(wire, enums[which].values[i].wire))
			return enums[which].values[i].number;
	}
	return 0;
}

const char *ek_enums_name(enum ek_enum which)
{
	ek_assert((size_t)which < EK_LEN(enums));
	return enums[which].name;
}

const char *ek_enums_about(enum ek_enum which)
{
	ek_assert((size_t)which < EK_LEN(enums));
	return enums[which].about;
}
