/* api_team -- a team inbox as the API knows it: what content says, and what the engine adds. */
#ifndef EK_API_API_TEAM_H
#define EK_API_API_TEAM_H

#include "api/turn.h"
#include "engine/look.h"

/* What is read of a team, over `team_profiles p`. */
#define EK_API_TEAM_COLUMNS "p.team, p.name, p.languages, p.second_line, p.created_ms, p.updated_ms"
enum ek_api_team_column {
	EK_API_TEAM_ID,
	EK_API_TEAM_NAME,
	EK_API_TEAM_LANGUAGES,
	EK_API_TEAM_SECOND_LINE,
	EK_API_TEAM_CREATED,
	EK_API_TEAM_UPDATED,
	EK_API_TEAM_WIDTH
};

struct ek_api_team {
	ek_team_id id;
	const struct ek_views_value *row; /* EK_API_TEAM_WIDTH values */
	struct ek_may_object object;      /* its one team is id */
};

/* Of that number, unless it was deleted; else false with 404. *out stays where it is: object points
 * into it. Any thread. */
bool ek_api_team_load(struct ek_turn *t, uint64_t id, struct ek_api_team *out) EK_MUST_CHECK;
bool ek_api_team_path(struct ek_turn *t, const char *name, struct ek_api_team *out) EK_MUST_CHECK;

/* Shape Team, in a look, check or made; seq 0 leaves the member out. */
void ek_api_team_write(struct ek_turn *t, struct ek_json *j, const struct ek_views_value *row,
		       uint64_t seq);
/* Its configuration alone as JSON, for tags; p NULL when there is no memory, which fails the
 * turn. */
ek_str ek_api_team_config(struct ek_turn *t, const struct ek_views_value *row);

#endif
