/* actor_json -- who did or asks something, as one text: `system`, `person:ID`, `rule:ID`; without
 * `:ID` when unnamed. In a command a person may also be named by a ref. In the API's style
 * {"kind":"person","teammate":"tm_3","rule":null}. */
#ifndef EK_WIRE_ACTOR_JSON_H
#define EK_WIRE_ACTOR_JSON_H

#include "model/event.h"
#include "wire/take.h"

void ek_actor_json_write(struct ek_json *j, struct ek_actor actor);
bool ek_actor_json_read(struct ek_take *t, const struct json_t *json,
			struct ek_actor *out) EK_MUST_CHECK;

#endif
