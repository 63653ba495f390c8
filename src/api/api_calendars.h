/* api_calendars -- opening hours with a name, and which of them a team inbox uses.
 *
 * The engine keeps office hours as a value, without a name. A calendar is content: when a team is
 * given one, its hours are copied into the engine (calendar.set); which calendar a team has is
 * found by looking for its hours among them, so that an undo or a policy in text needs no
 * bookkeeping. Of several with the same hours it is the one that the team was given last, else the
 * first.
 */
#ifndef EK_API_API_CALENDARS_H
#define EK_API_API_CALENDARS_H

#include "api/turn.h"

/* Hours and closed dates as they are kept: JSON, sorted; and the zone's name. */
struct ek_api_calendar_text {
	ek_str zone;
	ek_str hours;
	ek_str closed;
};
/* In the turn's arena; false, with a problem, for want of memory. */
bool ek_api_calendars_print(struct ek_turn *t, const struct ek_calendar *hours,
			    struct ek_api_calendar_text *out) EK_MUST_CHECK;

/* All calendars that are not deleted, and who was given which. One question each. */
struct ek_api_calendars {
	struct ek_turn_rows rows; /* calendar, zone, hours, closed; by calendar */
	struct ek_turn_rows uses; /* team (0 = the workspace), calendar; by team */
};
bool ek_api_calendars_all(struct ek_turn *t, struct ek_api_calendars *out) EK_MUST_CHECK;
/* The calendar with these hours, for that team (0 = the workspace); 0 = there is none. */
uint64_t ek_api_calendars_find(struct ek_turn *t, const struct ek_api_calendars *all, uint32_t team,
			       const struct ek_calendar *hours);
/* The same of what the engine has there; own: not what the workspace has. In look, check, made. */
uint64_t ek_api_calendars_of(struct ek_turn *t, const struct ek_api_calendars *all, uint32_t team);

/* A calendar's hours with the zone's shifts, in the turn's arena. *found is false for one that is
 * not there or was deleted. Reads the zone database: once for a request. */
bool ek_api_calendars_load(struct ek_turn *t, uint64_t id, struct ek_calendar *out,
			   bool *found) EK_MUST_CHECK;
/* In made: that team was given this one. */
void ek_api_calendars_use(struct ek_turn *t, uint32_t team, uint64_t id);
/* The command that gives a team (0 = the workspace) these hours; borrows them. */
struct ek_cmd ek_api_calendars_command(uint32_t team, const struct ek_calendar *hours);

#endif
