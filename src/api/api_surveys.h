/* api_surveys -- what the files of surveys share. */
#ifndef EK_API_API_SURVEYS_H
#define EK_API_API_SURVEYS_H

#include "api/survey.h"

/* Whole row of surveys, by the id in the path; false with 404 in the problem. */
bool ek_api_surveys_find(struct ek_turn *t, uint64_t id,
			 const struct ek_views_value **row) EK_MUST_CHECK;
/* A list of channels as JSON. False with a fault. */
bool ek_api_surveys_channels(struct ek_turn *t, const struct ek_patch_at *at, ek_str *json);
/* Whether the caller may edit surveys of that team (0 = of every team). False with a problem. */
bool ek_api_surveys_may_edit(struct ek_turn *t, ek_team_id team);
/* Reasons with their counts, as a member. counts: by enum ek_survey_why. */
void ek_api_surveys_put_reasons(struct ek_json *j, const char *key,
				const uint32_t counts[EK_SURVEY_WHY_COUNT]);

#endif
