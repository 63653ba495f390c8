/* look -- objects of the engine as readers see them: rows of views and lists. Reads only. */
#ifndef EK_ENGINE_LOOK_H
#define EK_ENGINE_LOOK_H

#include "base/arena.h"
#include "engine/engine.h"
#include "model/view.h"

/* Each fills *out and returns true, or returns false when there never was such an object. Cost:
 * O(1), and O(log n + 64) for a waiting conversation's count of being overtaken. */
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

/* ---- conversations ---- */

/* What ek_look_conversation leaves out. Errors of this and all below: NOT_FOUND when there never
 * was such an object; NO_MEMORY (the arena). Cost: O(needs + attributes^2 + tags). */
bool ek_look_detail(const struct ek_engine *engine, ek_conversation_id id, struct ek_arena *arena,
		    struct ek_conversation_detail *out, struct ek_err *err) EK_MUST_CHECK;
/* The deadline that it is ordered by. False when there never was such a conversation. O(1). */
bool ek_look_sla(const struct ek_engine *engine, ek_conversation_id id,
		 struct ek_sla_clock_view *out);

/* Who last answered a contact, in any conversation of theirs, and when. False when nobody did.
 * O(1). */
bool ek_look_answered(const struct ek_engine *engine, ek_contact_id id, ek_teammate_id *by,
		      ek_time *at);

/* ---- teammates ---- */

/* Everything that they hold, item by item; what is counted adds up to the load. Cost: O(n log n) in
 * what they hold, open and snoozed; and O(conversations) while there is a live offer to them. */
bool ek_look_load(const struct ek_engine *engine, ek_teammate_id id, struct ek_arena *arena,
		  struct ek_load_view *out, struct ek_err *err) EK_MUST_CHECK;
/* False when there never was such a teammate. O(1). */
bool ek_look_presence(const struct ek_engine *engine, ek_teammate_id id,
		      struct ek_presence_view *out);
/* Published shifts of a teammate that there is; none published gives n 0. Borrowed until the
 * engine's next change, like the zone below. O(1). */
struct ek_shifts ek_look_shifts(const struct ek_engine *engine, ek_teammate_id id);
/* The zone of a teammate's days; id 0: the workspace's. Never NULL. O(1). */
const struct ek_zone *ek_look_zone(const struct ek_engine *engine, ek_teammate_id id);

/* ---- teams ---- */

/* The i-th member of a team inbox, from 0, in order of joining; false beyond the last. Cost: O(what
 * they hold). */
bool ek_look_member(const struct ek_engine *engine, ek_team_id id, uint32_t i,
		    struct ek_member_view *out);
uint32_t ek_look_member_count(const struct ek_engine *engine, ek_team_id id);
/* Since when the one that waits longest in a team inbox stands in its queue; EK_NO_TIME = nothing
 * waits. Cost: O(log n). */
ek_time ek_look_oldest(const struct ek_engine *engine, ek_team_id id);
/* The members, what waits, and since when. Cost: O(what the members hold + log n). */
bool ek_look_live(const struct ek_engine *engine, ek_team_id id, struct ek_arena *arena,
		  struct ek_live_view *out, struct ek_err *err) EK_MUST_CHECK;

/* ---- settings ---- */

/* A place where settings are set; id 0 for the workspace. */
struct ek_look_at {
	EK_C_SCOPE scope;
	uint32_t id;
};
struct ek_look_settings {
	const struct ek_setting_view *v;
	uint32_t n;
};
/* One setting there: own value, what holds, and where that comes from. Errors: also INVALID_VALUE
 * for one that is not set at this scope. Cost: O(own settings + cells of the value). */
struct ek_look_ask {
	struct ek_look_at at;
	uint8_t setting;
};
bool ek_look_setting(const struct ek_engine *engine, struct ek_look_ask ask, struct ek_arena *arena,
		     struct ek_setting_view *out, struct ek_err *err) EK_MUST_CHECK;
/* All that may be set there, by number. Cost: as above for each. */
bool ek_look_all_settings(const struct ek_engine *engine, struct ek_look_at at,
			  struct ek_arena *arena, struct ek_look_settings *out,
			  struct ek_err *err) EK_MUST_CHECK;
/* What a version changed, in the order in which it did. Errors: also NOT_FOUND for one so old that
 * only the log has it. Cost: O(log versions + changes of this one). */
bool ek_look_version(const struct ek_engine *engine, uint32_t version, struct ek_arena *arena,
		     struct ek_version_view *out, struct ek_err *err) EK_MUST_CHECK;
/* The i-th future-dated change, from 0, in the order of being asked for; NOT_FOUND beyond the last.
 * Cost: O(its settings). */
bool ek_look_scheduled(const struct ek_engine *engine, uint32_t i, struct ek_arena *arena,
		       struct ek_scheduled_view *out, struct ek_err *err) EK_MUST_CHECK;
uint32_t ek_look_scheduled_count(const struct ek_engine *engine);
/* The last version that changed a setting there; 0 = none of those kept. O(changes kept). */
uint32_t ek_look_changed(const struct ek_engine *engine, struct ek_look_at at);

#endif
