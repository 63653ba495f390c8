/* api_links -- what the files of secret addresses share. */
#ifndef EK_API_API_LINKS_H
#define EK_API_API_LINKS_H

#include "api/turn.h"

/* The team inboxes of a column `teams`, "[7,9]"; returns how many, at most cap. */
uint32_t ek_api_links_teams(const struct ek_views_value *teams, ek_team_id *out, uint32_t cap);

#endif
