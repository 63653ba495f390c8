/* event -- the facts, as C sees them. Made by inclusion; see schema/events.def. */
#ifndef EK_MODEL_EVENT_H
#define EK_MODEL_EVENT_H

#include "model/field.h"
#include "schema/events.def"

#define FIELD(P, TYPE, name, doc) EK_C_##TYPE name;
#define EVENT(num, name, NAME, wire, doc) \
	struct ek_##name { \
		EVENT_##name(FIELD, ) \
	};
EVENTS(EVENT)
#undef EVENT
#undef FIELD

enum ek_event_kind {
	EK_EVENT_NONE = 0,
#define EVENT(num, name, NAME, wire, doc) EK_EVENT_##NAME = (num),
	EVENTS(EVENT)
#undef EVENT
		EK_EVENT_COUNT
};

/* Who did it: `system`, `person:ID`, `rule:ID`; id 0 = unnamed. */
struct ek_actor {
	EK_C_ACTOR kind;
	uint32_t id;
};

/* One fact. Lists and texts borrow from the arena or row that the event was read into. */
struct ek_event {
	uint64_t seq;       /* place in the workspace's log, from 1, no gaps */
	ek_time at;         /* when it was decided; never before the previous event's */
	uint64_t cause_seq; /* the first event of the request that led to it; 0 = it is that one */
	struct ek_actor by;
	uint8_t kind; /* enum ek_event_kind */
	union {
#define EVENT(num, name, NAME, wire, doc) struct ek_##name name;
		EVENTS(EVENT)
#undef EVENT
	};
};

/* How an event's own part looks; offsets count from the union. NULL for a number unknown here. */
const struct ek_record *ek_event_record(int kind);
/* The number of a wire name; 0 when there is no such event. */
int ek_event_number(ek_str wire);
/* Whether frames of live events leave that field of the event's record out: figures and names that
 * only a receipt may show, and words that people chose. */
bool ek_event_is_untold(int kind, const struct ek_field *field);

/* Whether no frame tells of events of that kind: what was before is for figures, and comes by the
 * hundred thousand. */
bool ek_event_is_silent(int kind);

/* Where the union of an event begins. */
static inline const void *ek_event_body(const struct ek_event *e)
{
	return &e->conversation_arrived;
}

#endif
