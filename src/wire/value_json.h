/* value_json -- the values of settings as JSON, each in the look that its row of
 * schema/settings.def gives it: numbers, true and false, listed words, "2027-03-28", a team's id
 * (in the style of the text: json.h), "auto"; null; "inherit" for what is not set; and of the lists
 *
 *   order_keys [{"key":"attribute:tier","reverse":false}]; reverse may be left out, and the row
 *                     be just the key
 *   attribute_orders  {"tier":["gold","silver"]}
 *   class_points      {"chat":2}             class_limit   {"chat":null}
 *   uncounted_tags    ["spam"]               away_reasons  the same
 *   ramp_steps        [{"complexity_max":2,"from_day":0,"limit_permille":500}]
 *   skills            {"lang:ko":1}
 *   overflow [{"after_ms":0,"clock":"office_hours","respect_gate":true,"team":3}]; clock and
 *                     respect_gate may be left out, and are then these
 *   day_hours         {"from":"08:00","to":"18:00"}
 *   calendar          "calendar" in an event; a command has null or "inherit" only
 *
 * Maps are kept in byte order of their names. Bounds are not checked here: ek_setting_check does.
 */
#ifndef EK_WIRE_VALUE_JSON_H
#define EK_WIRE_VALUE_JSON_H

#include "model/setting.h"
#include "wire/take.h"

void ek_value_json_write(struct ek_json *j, int setting, const struct ek_value *v);
bool ek_value_json_read(struct ek_take *t, int setting, const struct json_t *json,
			struct ek_value *out) EK_MUST_CHECK;

#endif
