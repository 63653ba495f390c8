/* config -- which value of a setting holds: the nearest set one of teammate, team, workspace,
 * default.
 *
 * What the hot paths ask is kept in struct team, struct mate and struct ek_engine; refresh after a
 * change. Cost: a look-up walks one short list per scope.
 */
#ifndef EK_ENGINE_CONFIG_H
#define EK_ENGINE_CONFIG_H

#include "engine/state.h"

/* The kept value that holds, or NULL when nobody set it. team, mate: 0 = do not ask there. */
const struct kept *ek_config_find(const struct ek_engine *e, int setting, uint32_t team,
				  uint32_t mate);
/* A number, bool, span, enum, date or reference; EK_NONE = null. */
int64_t ek_config_int(const struct ek_engine *e, int setting, uint32_t team, uint32_t mate);
bool ek_config_bool(const struct ek_engine *e, int setting, uint32_t team, uint32_t mate);

/* What the engine, a team or a teammate keeps looked up. */
void ek_config_workspace(struct ek_engine *e);
void ek_config_team(struct ek_engine *e, uint32_t team);
void ek_config_mate(struct ek_engine *e, uint32_t mate);

/* Points of a class, and its limit for a teammate (EK_STATE_UNLIMITED). */
uint32_t ek_config_points(const struct ek_engine *e, uint8_t cls);
uint32_t ek_config_class_limit(const struct ek_engine *e, uint32_t mate, uint8_t cls);
/* Place of a conversation's attribute in the workspace's order, from 0; EK_NONE = missing. */
int64_t ek_config_attribute_rank(const struct ek_engine *e, const struct conv *c,
				 uint32_t attribute);
/* Whether one of its tags is uncounted. */
bool ek_config_uncounted(const struct ek_engine *e, const struct conv *c);
/* Office hours of a team; NULL = always open. The zone of a teammate's days. */
const struct ek_calendar *ek_config_calendar(const struct ek_engine *e, uint32_t team);
const struct ek_zone *ek_config_zone(const struct ek_engine *e, uint32_t mate);
/* The zone of wall times for a team: its calendar's, else the workspace's. */
const struct ek_zone *ek_config_wall_zone(const struct ek_engine *e, uint32_t team);
/* Index of the ramp step that holds for a teammate at a time, -1 = none; and when the next begins
 * (EK_NONE = never). */
int ek_config_ramp_step(const struct ek_engine *e, uint32_t mate, int64_t at, int64_t *next);
/* Bit of a skill at a level, for masks that may be too wide but never too narrow. */
uint64_t ek_config_skill_bit(uint32_t skill, uint32_t level);
/* The level of a teammate's skill; 0 = none. */
uint32_t ek_config_skill(const struct ek_engine *e, uint32_t mate, uint32_t skill);

#endif
