/* api_settings -- settings at one place: what is set, what holds, what is asked for.
 *
 * A place is the workspace, a team inbox or a teammate. Whoever writes a body with settings in it
 * (a change, a preview) takes them with ek_api_settings_take, which asks for the right of each
 * name. Source: spec routing, section 13; spec api, section 4.7. */
#ifndef EK_API_API_SETTINGS_H
#define EK_API_API_SETTINGS_H

#include "api/api_calendars.h"
#include "api/api_edit.h"
#include "engine/look.h"

/* Stays where it was filled: `may` points into it. */
struct ek_api_settings_place {
	struct ek_look_at at;
	struct ek_may_object may;
	ek_team_id team;
};
/* Fills the place; false, with 404, when there is no such team or teammate. On the HTTP thread. */
bool ek_api_settings_place(struct ek_turn *t, struct ek_look_at at,
			   struct ek_api_settings_place *out) EK_MUST_CHECK;
/* The same on the writer's thread, from the engine, without a problem. */
bool ek_api_settings_there(struct ek_turn *t, struct ek_look_at at,
			   struct ek_api_settings_place *out) EK_MUST_CHECK;
/* Whether the caller may see what is set there; else with the problem. Who came to change it needs
 * no scope for reading. */
bool ek_api_settings_may_see(struct ek_turn *t, const struct ek_api_settings_place *place,
			     bool is_change);

/* What is asked for at a place. Stays where it was filled. */
struct ek_api_settings_wish {
	struct ek_api_settings_place place;
	struct ek_patch_at body; /* the object with the member `set` */
	struct ek_patch_at set;
	struct ek_sets sets; /* but for a calendar */
	uint64_t calendar;   /* 0 = none was named */
	struct ek_calendar hours;
	ek_time effective_at; /* EK_NO_TIME = now */
};
/* The member `set` of body, at a place that was filled. Faults have their pointer; a right that is
 * missing is 403. is_try: it is a preview alone, for which a lead may ask of every name. On the
 * HTTP thread. */
bool ek_api_settings_take(struct ek_turn *t, struct ek_api_settings_wish *w, bool is_try);
/* On the writer's thread: whether the team inboxes that values name are there. */
bool ek_api_settings_refs(struct ek_turn *t, const struct ek_api_settings_wish *w);
/* The rows of a command for it, at most two, appended. */
void ek_api_settings_rows(const struct ek_api_settings_wish *w, struct ek_cmd *rows, uint32_t *n);
/* The command of n rows: the row itself, or all of them at once. */
struct ek_cmd ek_api_settings_command(const struct ek_cmd *rows, uint32_t n);
/* The fields that differ, before the command: name to before and after. */
void ek_api_settings_diff(struct ek_turn *t, const struct ek_api_settings_wish *w,
			  struct ek_api_change_fields *f);

/* The number of the last version that changed the place; 0 = none did. In look, check, made. */
bool ek_api_settings_revision(struct ek_turn *t, struct ek_look_at at, uint32_t *revision);
/* All that may be set there, with the ids of calendars. In look, check, made. */
bool ek_api_settings_look(struct ek_turn *t, struct ek_look_at at, struct ek_look_settings *out);
/* One answer of the shape ScopedSettings, and its ETag; seq 0 leaves that member out. In look,
 * made. */
void ek_api_settings_write(struct ek_turn *t, struct ek_look_at at, uint64_t seq);

#endif
