/* event_json -- one event as one line of canonical JSON: for exports, and for hashes over them.
 *
 *   {"at":…,"by":"system","cause_seq":…,"data":{…},"epoch":7,"hash":"…","key":"…","prev_hash":"…",
 *    "seq":48211,"type":"assignment.made","v":1}
 *
 * Members in byte order on every level, no spaces, whole numbers, times in milliseconds. `data` has
 * every field of the event, null when absent; epoch, hash, key and prev_hash are left out when not
 * given.
 * Source: spec promises, section 1; the fields: schema/events.def and wire/field_json.h.
 */
#ifndef EK_WIRE_EVENT_JSON_H
#define EK_WIRE_EVENT_JSON_H

#include "base/arena.h"
#include "model/event.h"
#include "wire/json.h"

enum { EK_EVENT_JSON_V = 1 };

/* What an export adds. epoch 0 and texts with p NULL are left out. Hashes and keys are hex. */
struct ek_event_json {
	uint64_t epoch;
	ek_str hash;
	ek_str key;
	ek_str prev_hash;
};

/* Appends the object, without a line's end. more: NULL = nothing. False when j is full or out of
 * memory. e: listed kind and actor (asserted). */
bool ek_event_json_write(struct ek_json *j, const struct ek_event *e,
			 const struct ek_event_json *more) EK_MUST_CHECK;

/* Reads what ek_event_json_write wrote, and nothing else: any other spelling of the same is
 * refused, but fields of `data` may be missing (older lines) and are absent then. Everything lives
 * in the arena. more: NULL = not wanted. Errors: DAMAGE says what is wrong; TOO_NEW for an unknown
 * type or v; NO_MEMORY. */
bool ek_event_json_read(ek_str line, struct ek_arena *arena, struct ek_event *e,
			struct ek_event_json *more, struct ek_err *err) EK_MUST_CHECK;

#endif
