#include "model/event.h"

/* clang-format off */
#define FIELD(P, TYPE, field, doc) \
	{#field, doc, (uint16_t)offsetof(struct ek_##P, field), EK_FT_##TYPE},
#define EVENT(num, name, NAME, wire, doc) \
	static const struct ek_field name##_fields[] = {EVENT_##name(FIELD, name)};
EVENTS(EVENT)
#undef EVENT
#undef FIELD
/* clang-format on */

static const struct ek_record records[] = {
#define EVENT(num, name, NAME, wire, doc) \
	[num] = {wire, doc, name##_fields, EK_LEN(name##_fields), sizeof(struct ek_##name)},
	EVENTS(EVENT)
#undef EVENT
};

const struct ek_record *ek_event_record(int kind)
{
	if (kind <= 0 || (size_t)kind >= EK_LEN(records) || records[kind].wire == NULL)
		return NULL;
	return &records[kind];
}

int ek_event_number(ek_str wire)
{
	for (size_t i = 1; i < EK_LEN(records); i++) {
		if (records[i].wire != NULL && ek_str_is(wire, records[i].wire))
			return (int)i;
	}
	return 0;
}
