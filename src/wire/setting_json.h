/* setting_json -- settings as people look at them: what may be set, what is, what changed.
 *
 *   views      {"limit":{"own":6,"effective":5,"from":"ramp"},
 *               "intake_max":{"own":"inherit","effective":2,"from":"workspace"}}
 *   row        {"name":"limit","scopes":["workspace","teammate"],"type":"integer","list":null,
 *               "range":{"min":0,"max":1000},"allowed":null,"nullable":true,"default":null,
 *               "effect":"…","who":{"workspace":"manager","team":null,"teammate":"lead"},
 *               "workspace":{"own":…,"effective":…,"from":…}}
 *     type     boolean integer duration choice date team calendar list
 *     list     of a list: keys orders points limits texts steps skills levels hours
 *     range    of an integer, a duration, or the count of rows of a list; else null
 *     allowed  the words of a choice, or beside numbers ["auto"]; else null
 *     who      the least role that may set it, by scope
 *   version    {"version":312,"at":…,"effective_at":…,"by":{…},"undoes":null,"can_undo":true,
 *               "note":null,"seq":88122,"changes":[{"scope":"team","id":"team_7","name":"rank",
 *               "before":1,"after":2}]}
 *   scheduled  {"schedule":3,"scope":"team","id":"team_7","effective_at":…,"set":{"rank":2}}
 *   calendar   {"zone":"Europe/Paris","week":[{"day":1,"from":"09:00","to":"18:00"}],
 *               "closed":["2027-12-24"]}
 *
 * Values as in wire/value_json.h. Office hours that hold are a calendar's id, or where they have
 * none the calendar itself. At the workspace there is nothing to inherit: what nobody set is its
 * default. Ids and times are in the style of j. Source: spec api, section 4.7.
 */
#ifndef EK_WIRE_SETTING_JSON_H
#define EK_WIRE_SETTING_JSON_H

#include "model/setting.h"
#include "model/view.h"
#include "wire/json.h"

void ek_setting_json_views(struct ek_json *j, const struct ek_setting_view *v, uint32_t n);
/* The same of one: {"own","effective","from"}. */
void ek_setting_json_view(struct ek_json *j, const struct ek_setting_view *v);
/* workspace: NULL for a setting that the workspace has not, then null. */
void ek_setting_json_row(struct ek_json *j, int setting, const struct ek_setting_view *workspace);
void ek_setting_json_version(struct ek_json *j, const struct ek_version_view *v);
void ek_setting_json_scheduled(struct ek_json *j, const struct ek_scheduled_view *s);
/* NULL is null: always open. */
void ek_setting_json_calendar(struct ek_json *j, const struct ek_calendar *calendar);

/* "ramp" for EK_FROM_RAMP (enum ek_from); NULL for a number that is none. */
const char *ek_setting_json_from(uint8_t from);

#endif
