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

#define UNTOLD(NAME, name, field) \
	{ \
		EK_EVENT_##NAME, offsetof(struct ek_##name, field) \
	}
static const struct {
	uint8_t kind;
	uint16_t offset;
} untold[] = {
	UNTOLD(ASSIGNMENT_MADE, assignment_made, chosen_by),
	UNTOLD(ASSIGNMENT_MADE, assignment_made, runner_up),
	UNTOLD(ASSIGNMENT_MADE, assignment_made, load),
	UNTOLD(ASSIGNMENT_MADE, assignment_made, limit),
	UNTOLD(ASSIGNMENT_MADE, assignment_made, reason),
	UNTOLD(OFFER_MADE, offer_made, chosen_by),
	UNTOLD(OFFER_MADE, offer_made, runner_up),
	UNTOLD(PRESENCE_CHANGED, presence_changed, reason),
};
#undef UNTOLD

bool ek_event_is_silent(int kind)
{
	return kind == EK_EVENT_HISTORY_CONVERSATION || kind == EK_EVENT_HISTORY_CALL ||
	       kind == EK_EVENT_HISTORY_ANSWER;
}

bool ek_event_is_untold(int kind, const struct ek_field *field)
{
	for (size_t i = 0; i < EK_LEN(untold); i++) {
		if (untold[i].kind == kind && untold[i].offset == field->offset)
			return true;
	}
	return false;
}
