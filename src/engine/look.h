/* look -- objects of the engine as readers see them: rows of views and lists. Reads only. */
#ifndef EK_ENGINE_LOOK_H
#define EK_ENGINE_LOOK_H

#include "engine/engine.h"
#include "model/view.h"

/* Each fills *out and returns true, or returns false when there never was such an object. Cost:
 * O(1), and O(log n) for a waiting conversation's count of being overtaken. */
bool ek_look_conversation(const struct ek_engine *engine, ek_conversation_id id,
			  struct ek_conversation_view *out);
bool ek_look_teammate(const struct ek_engine *engine, ek_teammate_id id,
		      struct ek_teammate_view *out);
bool ek_look_team(const struct ek_engine *engine, ek_team_id id, struct ek_team_view *out);
/* The i-th team inbox that a teammate serves, from 0, in order of joining; false beyond the last.
 * */
bool ek_look_membership(const struct ek_engine *engine, ek_teammate_id id, uint32_t i,
			struct ek_membership_view *out);
/* The office hours that hold for a team inbox that there is; NULL = always open. Borrowed until the
 * engine's next change. */
const struct ek_calendar *ek_look_calendar(const struct ek_engine *engine, ek_team_id id);
/* Highest ids given. */
uint32_t ek_look_conversation_count(const struct ek_engine *engine);
uint32_t ek_look_teammate_count(const struct ek_engine *engine);
uint32_t ek_look_team_count(const struct ek_engine *engine);

#endif
