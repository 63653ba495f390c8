/* field_json -- the fields of events and commands as JSON, by their type in schema/types.def.
 *
 *   id          a number                     time         milliseconds; in a command also RFC 3339
 *   enum        its word                     text         a text
 *   needs       [{"min_level":1,"relax_after_ms":null,"required":true,"skill":"lang:ko"}]; in a
 *               command all but skill may be left out, or the row be just the skill
 *   pairs       {"tier":"gold"}              dates        ["2027-12-24"]
 *   week        [{"day":1,"from":"09:00","to":"18:00"}]
 *   shifts      [{"from":…,"until":…}], both times
 *   sets        in an event [{"setting":"limit","value":2}]; in a command {"limit":2}
 *   changes     [{"after":2,"before":null,"setting":"limit"}]
 *   zone        in an event {"name":"Europe/Paris","shifts":[{"at":…,"offset_ms":…}]}, at null for
 *               since ever; in a command the name
 *
 * Absent is null, everywhere; of an empty list, []. Values of settings: wire/value_json.h.
 */
#ifndef EK_WIRE_FIELD_JSON_H
#define EK_WIRE_FIELD_JSON_H

#include "wire/take.h"

/* field: a value of that type; not ROWS. */
void ek_field_json_write(struct ek_json *j, uint8_t type, const void *field, bool is_event);
/* json null reads as absent. *field is set, and is absent before (ek_cmd_clear). */
bool ek_field_json_read(struct ek_take *t, uint8_t type, const struct json_t *json,
			void *field) EK_MUST_CHECK;

#endif
