/* api_presence -- who is ready for work: what is said of it, and to whom. */
#ifndef EK_API_API_PRESENCE_H
#define EK_API_API_PRESENCE_H

#include "api/api_person.h"

/* Reasons have numbers of their own beside the texts that the log knows. */
struct ek_api_presence_reason {
	uint64_t id; /* 0 = none */
	ek_str name;
};
/* Of a text; id 0 when no row has it. On any thread. */
bool ek_api_presence_find_name(struct ek_turn *t, ek_str name, struct ek_api_presence_reason *out);
/* Of a number that can still be chosen; id 0 when there is none such. */
bool ek_api_presence_find_id(struct ek_turn *t, uint64_t id, struct ek_api_presence_reason *out);
/* In made, after the setting away_reasons may have changed: a row for each text that has none,
 * and none for what is no longer there. Only behind a check, so that all rows are on disk. */
void ek_api_presence_sync(struct ek_turn *t);

#endif
